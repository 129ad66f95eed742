"""Papers by month, what grew and shrank, and what topics share."""

from __future__ import annotations

import datetime
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import trends
from generator.model import Catalog, Paper, Topic

Day = datetime.date


def papers(*days: Day, topics: tuple[str, ...] = ()) -> list[Paper]:
    slugs, listed = count(), Day(2025, 6, 15)
    return [
        Paper(f"{'-'.join(topics)}-{day}-{next(slugs)}", "P", listed, published=day, topics=topics)
        for day in days
    ]


def catalog(*papers_: Paper, topics: str = "ab") -> Catalog:
    return Catalog(papers_, tuple(Topic(slug, slug.upper()) for slug in topics))


def test_a_paper_counts_where_its_own_date_lies_or_else_its_day():
    one, other = papers(Day(2024, 12, 31), Day(2025, 1, 1))
    undated = Paper("u", "U", Day(2025, 1, 9))
    assert trends.by_month([one, other, undated]) == {2024 * 12 + 11: 1, 2025 * 12: 2}


def test_months_between_are_none_rather_than_missing():
    found = trends.series(trends.by_month(papers(Day(2024, 11, 3), Day(2025, 2, 1))))
    assert (found.step, found.counts) == (1, (1, 0, 0, 1))
    assert trends.first_day(found.start(2)) == Day(2025, 1, 1)


@pytest.mark.parametrize(
    ("last", "step", "length"), [(Day(2024, 12, 1), 1, 120), (Day(2025, 1, 1), 12, 11)]
)
def test_more_than_ten_years_are_counted_by_year(last: Day, step: int, length: int):
    found = trends.series(trends.by_month(papers(Day(2015, 1, 1), last)))
    assert (found.step, len(found.counts)) == (step, length)


@given(st.lists(st.dates(), max_size=30), st.sampled_from([1, 3, 12, None]))
def test_a_series_holds_every_paper_in_its_step(days: list[Day], step: int | None):
    if step == 1 and days and (max(days) - min(days)).days > 100_000:
        step = None  # as nobody would ask for
    found = trends.series(trends.by_month(papers(*days)), step)
    if not days:
        assert found is None
        return
    assert sum(found.counts) == len(days)
    assert found.counts[0] > 0
    assert found.counts[-1] > 0
    for day in days:
        index = (trends.month_of(day) - found.first) // found.step
        assert found.counts[index] > 0
        assert trends.first_day(found.start(index)) <= day


def grown(now: int, before: int, rest: int) -> Catalog:
    """A topic with so many papers in May and in February 2025, beside so many others in each."""
    of_topic = papers(*[Day(2025, 5, 9)] * now, *[Day(2025, 2, 9)] * before, topics=("a",))
    others = papers(*[Day(2025, 4, 9)] * rest, *[Day(2025, 1, 9)] * rest, topics=("b",))
    return catalog(*of_topic, *others)


def test_what_grew_is_told_with_its_share_and_what_shrank_as_well():
    found = trends.comparison(grown(now=40, before=10, rest=50))
    assert found.is_enough
    assert (found.span, trends.first_day(found.end)) == (3, Day(2025, 6, 1))
    assert (found.now, found.before) == (90, 60)
    assert [(t.slug, now, before) for t, now, before in found.changes] == [
        ("a", 40, 10),
        ("b", 50, 50),
    ]


def test_twice_as_much_of_everything_is_no_growth():
    twice = papers(*[Day(2025, 5, 9)] * 80, *[Day(2025, 2, 9)] * 40, topics=("a",))
    also = papers(*[Day(2025, 5, 9)] * 40, *[Day(2025, 2, 9)] * 20, topics=("b",))
    assert trends.comparison(catalog(*twice, *also)).changes == ()


def test_nothing_is_made_of_a_few_papers():
    assert trends.comparison(grown(now=6, before=3, rest=100)).changes == ()
    few = trends.comparison(grown(now=9, before=1, rest=5))
    assert not few.is_enough
    assert few.changes == ()
    assert trends.comparison(Catalog()) is None


def test_a_year_is_compared_where_three_months_hold_too_little():
    months = [Day(2023, 7, 1) + datetime.timedelta(days=31 * index) for index in range(22)]
    found = trends.comparison(catalog(*papers(*months * 3)))
    assert (found.span, found.is_enough) == (12, True)
    assert min(found.now, found.before) >= trends.ENOUGH


def test_the_month_of_the_newest_listing_is_not_over_and_not_counted():
    in_june = papers(*[Day(2025, 6, 1)] * 30, topics=("a",))
    before = trends.comparison(grown(now=20, before=20, rest=20))
    assert trends.comparison(catalog(*in_june, *grown(20, 20, 20).papers)) == before


def test_overlaps_are_the_papers_that_two_topics_share():
    shared = trends.overlaps(
        catalog(
            *papers(Day(2025, 1, 1), Day(2025, 1, 2), topics=("a", "b", "c")),
            *papers(Day(2025, 1, 1), topics=("a", "c")),
            *papers(Day(2025, 1, 1), topics=("b",)),
            topics="abc",
        )
    )
    assert shared == {("a", "b"): 2, ("a", "c"): 3, ("b", "c"): 2}


def test_the_largest_topics_stand_first_and_empty_ones_nowhere():
    some = catalog(
        *papers(Day(2025, 1, 1), Day(2025, 1, 2), topics=("b",)),
        *papers(Day(2025, 1, 1), topics=("c",)),
        *papers(Day(2025, 1, 1), topics=("a",)),
        topics="abcd",
    )
    assert [topic.slug for topic in trends.largest(some, 9)] == ["b", "a", "c"]
    assert [topic.slug for topic in trends.largest(some, 1)] == ["b"]
