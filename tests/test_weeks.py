"""Weeks: their pages, and their feed."""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mkdocs.utils.meta import get_data

from generator import content, feed_lint, feeds, freezing, pages, sections, weekly
from generator.documents import LARGEST
from generator.model import Catalog, Listing, Paper, Topic
from generator.output import append
from generator.published import Regression, regressions
from generator.weeks import Week, by_week, digest
from tests import golden
from tests.test_content import write
from tests.test_feeds import catalog_of, told

MONDAY = datetime.date(2025, 10, 27)
URL = golden.PUBLICATION.url


def day(number: int) -> datetime.date:
    """So many days after the Monday of 2025-W44."""
    return MONDAY + datetime.timedelta(days=number)


def papers(on: datetime.date, number: int, name: str = "", **more) -> list[Paper]:
    prefix = name or on.strftime("d%Y%m%d")
    return [Paper(f"{prefix}-{n}", f"Paper {n} of {on}", on, **more) for n in range(number)]


def listed(*days: tuple[int, int], **more) -> Catalog:
    """The catalog of (days after the Monday, number of papers)."""
    every = [paper for number, many in sorted(days) for paper in papers(day(number), many)]
    return catalog_of(every, **more)


def pages_of(catalog: Catalog) -> dict[str, str]:
    """The pages of weeks, by their names."""
    made = pages.render(catalog, golden.PUBLICATION)
    return {path[6:-3]: page.decode() for path, page in made if path.startswith("weeks/")}


def files_of(catalog: Catalog) -> dict[str, bytes]:
    made = weekly.render(catalog, golden.PUBLICATION)
    return {path: make() for path, make in made.items()}


def entries_of(catalog: Catalog) -> list[dict]:
    return told(files_of(catalog)["feeds/weeks.json"])


def titles(entries: list[dict]) -> list[str]:
    return [entry["title"].partition(":")[0] for entry in entries]


# --- weeks --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "name", "span"),
    [
        ("2025-10-29", "2025-W44", "27 October – 2 November 2025"),
        ("2025-11-03", "2025-W45", "3–9 November 2025"),
        ("2021-01-01", "2020-W53", "28 December 2020 – 3 January 2021"),
        ("2021-01-04", "2021-W01", "4–10 January 2021"),
        ("2024-12-30", "2025-W01", "30 December 2024 – 5 January 2025"),
        ("2027-01-03", "2026-W53", "28 December 2026 – 3 January 2027"),
        ("1971-01-01", "1970-W53", "28 December 1970 – 3 January 1971"),
        ("2099-12-31", "2099-W53", "28 December 2099 – 3 January 2100"),
    ],
)
def test_weeks_are_those_of_iso_8601(on: str, name: str, span: str):
    week = Week.of(datetime.date.fromisoformat(on))
    assert (week.name, week.span) == (name, span)
    assert week.title == f"Week {week.number}, {week.year}"


@given(st.dates(datetime.date(1971, 1, 1), datetime.date(2099, 12, 31)))
def test_names_sort_as_their_weeks_and_say_which_days_they_have(on: datetime.date):
    week, newer = Week.of(on), Week.of(on + datetime.timedelta(days=7))
    assert datetime.date.fromisocalendar(week.year, week.number, 1) == week.monday <= on
    assert on <= week.sunday < newer.monday == week.published.date()
    assert week < newer
    assert week.name < newer.name


def test_a_week_over_new_year_has_one_page():
    made = pages_of(
        catalog_of([*papers(datetime.date(2020, 12, 31), 2), *papers(datetime.date(2021, 1, 1), 3)])
    )
    assert set(made) == {"2020-W53", "index"}
    assert "# Week 53, 2020\n" in made["2020-W53"]
    assert "5 new papers on 2 days" in made["2020-W53"]
    assert "## 2020\n\n- [Week 53](2020-W53.md) *28 Dec – 3 Jan · 5 papers*" in made["index"]


# --- pages --------------------------------------------------------------------------------

TOPICS = tuple(Topic(slug, slug.upper()) for slug in ("a", "b", "c"))


@settings(max_examples=20)
@given(
    st.lists(
        st.tuples(st.integers(0, 80), st.integers(0, 45), st.sets(st.sampled_from("abc"))),
        max_size=4,
        unique_by=lambda one: one[0],
    )
)
def test_every_paper_of_a_week_is_on_its_page_or_counted_there(days):
    """And is on the page of its day, to which that leads."""
    every = [
        paper
        for number, many, topics in sorted(days, key=lambda one: one[0])
        for paper in papers(day(number + 20), many, topics=tuple(sorted(topics)))
    ]
    catalog = catalog_of(every, topics=TOPICS)
    made = dict(pages.render(catalog, golden.PUBLICATION))
    expected = Counter(Week.of(paper.listed).name for paper in every)
    assert {path for path in made if path.startswith("weeks/2")} == {
        f"weeks/{name}.md" for name in expected
    }
    for name, number in expected.items():
        body = made[f"weeks/{name}.md"].decode()
        shown = re.findall(r"papers/([\w-]+)\.md", body)
        counted = sum(map(int, re.findall(r"(\d+) more papers?\b", body)))
        assert len(shown) == len(set(shown))
        assert len(shown) + counted == number
        of_days = "".join(
            made[f"days/{on}.md"].decode() for on in re.findall(r"days/([\d-]+)\.md", body)
        )
        assert {p.slug for p in every if Week.of(p.listed).name == name} == set(
            re.findall(r"papers/([\w-]+)\.md", of_days)
        )


def test_neighbours_lead_past_weeks_in_which_nothing_was_new():
    quiet = Listing("2025-11-12-quiet.jsonl", "listings/2025-11-12-quiet.jsonl", day(16))
    catalog = listed((2, 3), (30, 2), (37, 4), listings=(quiet,))
    made = pages_of(catalog)
    assert set(made) == {"2025-W44", "2025-W48", "2025-W49", "index"}
    leads = {name: get_data(page)[1] for name, page in made.items()}
    assert "previous" not in leads["2025-W44"]
    assert leads["2025-W44"]["next"] == {"path": "weeks/2025-W48/", "name": "Week 48, 2025"}
    assert leads["2025-W49"]["previous"]["path"] == "weeks/2025-W48/"
    assert leads["2025-W48"]["next"]["path"] == "weeks/2025-W49/"
    assert leads["2025-W48"]["previous"]["path"] == "weeks/2025-W44/"
    assert "[Week 48 →](2025-W48.md)" in made["2025-W44"]
    of_quiet_day = dict(pages.render(catalog, golden.PUBLICATION))["days/2025-11-12.md"].decode()
    assert "weeks/" not in of_quiet_day, "it has no page of its week"


def test_days_months_and_the_archive_lead_to_weeks():
    made = {
        path: page.decode()
        for path, page in pages.render(listed((2, 1), (5, 1)), golden.PUBLICATION)
    }
    assert "[Week 44](../weeks/2025-W44.md)" in made["days/2025-10-29.md"]
    assert "[Week 44](../weeks/2025-W44.md)" in made["days/2025-11-01.md"]
    for month in ("2025-10", "2025-11"):
        assert "[Week 44](../weeks/2025-W44.md)" in made[f"months/{month}.md"]
    assert "(../weeks/index.md)" in made["days/index.md"]


def test_the_most_discussed_lead_and_the_first_where_nothing_was():
    quiet = papers(day(0), 7)
    assert [paper.slug for paper in digest(Week.of(MONDAY), tuple(quiet)).leads] == [
        paper.slug for paper in quiet[:5]
    ]
    loud = [replace(quiet[5], comments=3), replace(quiet[6], upvotes=50)]
    found = digest(Week.of(MONDAY), (*quiet[:5], *loud))
    assert [paper.slug for paper in found.leads] == [quiet[6].slug, quiet[5].slug]
    assert [len(of) for _, of in found.sections] == [5]
    assert "## First on the list" in pages_of(catalog_of(quiet))["2025-W44"]
    assert "## Most discussed" in pages_of(catalog_of([*quiet[:5], *loud]))["2025-W44"]


def test_a_paper_is_under_that_of_its_topics_which_has_most():
    def paper(slug: str, *topics: str) -> Paper:
        return Paper(slug, slug, MONDAY, topics=topics)

    one, two, three, none = (
        paper("one", "a", "b"),
        paper("two", "b"),
        paper("three", "b", "c"),
        paper("none"),
    )
    lone = paper("lone", "a", "c")
    assert sections.by_topic([one, none, two, three, lone]) == [
        ("b", [one, two, three]),
        ("a", [lone]),
        (None, [none]),
    ]
    assert sections.by_topic([]) == []


def test_the_week_of_the_newest_listing_says_that_it_is_not_over():
    made = pages_of(listed((2, 3), (9, 2)))
    said = "This week isn't over yet: here is what was listed until Wednesday, 5 November 2025."
    assert said in made["2025-W45"]
    assert "isn't over" not in made["2025-W44"]


def test_a_week_of_very_many_papers_has_a_page_of_a_bearable_size():
    topics = tuple(Topic(f"t{n}", f"Topic {n}") for n in range(60))
    every = [
        Paper(f"p{n}", f"Paper {n} " + "x" * 100, day(n % 7), topics=(f"t{n * n % 60}",))
        for n in range(800)
    ]
    page = pages_of(catalog_of(sorted(every, key=lambda one: one.listed), topics=topics))
    assert len(page["2025-W44"]) < 150_000


# --- the feed -----------------------------------------------------------------------------


def test_a_finished_week_is_an_entry_and_the_current_one_is_none():
    assert entries_of(Catalog()) == entries_of(listed((0, 2), (6, 1))) == []
    [entry] = entries_of(listed((0, 2), (6, 1), (7, 1)))
    assert entry["id"] == "tag:awkward.example,2024:week/2025-W44"
    assert entry["url"] == f"{URL}weeks/2025-W44/"
    assert entry["title"] == "Week 44, 2025: 27 October – 2 November 2025"
    assert entry["day"] == datetime.datetime(2025, 11, 3, 12, tzinfo=datetime.UTC)
    assert entry["html"].startswith("<p>3 new papers, ")


def test_a_listing_without_anything_new_ends_a_week_too():
    quiet = Listing("2025-11-03-quiet.jsonl", "listings/2025-11-03-quiet.jsonl", day(7))
    assert titles(entries_of(listed((2, 3), listings=(quiet,)))) == ["Week 44, 2025"]


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(1, 4)), unique_by=lambda one: one[0], min_size=1
    ),
    st.integers(0, 6),
)
def test_what_comes_in_the_current_week_changes_no_finished_one(days, later: int):
    newest = max(number for number, _ in days)
    now = newest + min(later, 6 - day(newest).weekday())
    of_days = [paper for number, many in sorted(days) for paper in papers(day(number), many)]
    before = weekly.all_entries(catalog_of(of_days), golden.PUBLICATION)
    more = papers(day(now), 3, name="more", comments=7)
    catalog = catalog_of([*of_days, *more])
    after = weekly.all_entries(catalog, golden.PUBLICATION)
    assert after == before
    assert len(after) == len(by_week(catalog)) - 1


def awkward() -> Catalog:
    """The awkward edition, a week later."""
    catalog, _ = content.load(golden.CONTENT)
    after = Listing("2024-03-07-x.jsonl", "listings/2024-03-07-x.jsonl", datetime.date(2024, 3, 7))
    return replace(catalog, listings=(*catalog.listings, after))


@pytest.mark.parametrize("make", [Catalog, awkward, lambda: listed((0, 30), (8, 40), (30, 1))])
def test_the_feed_is_valid_and_the_same_in_every_format(make):
    files = files_of(make())
    assert set(files) == {f"feeds/weeks.{extension}" for extension in feeds.EXTENSIONS}
    for path, data in files.items():
        assert feed_lint.problems(data) == [], path
        if not path.endswith("json"):
            assert not feedparser.parse(data).bozo
    rss, atom, as_json = (told(data) for data in files.values())
    assert rss == atom == as_json
    said = json.loads(files["feeds/weeks.json"])
    assert said["home_page_url"] == f"{URL}weeks/"
    assert [one["date_modified"] for one in said["items"]] == [
        one["date_published"] for one in said["items"]
    ]


def test_every_paper_of_the_awkward_edition_is_told_as_text():
    catalog = awkward()
    [entry] = entries_of(catalog)
    shown = feedparser.parse(files_of(catalog)["feeds/weeks.atom.xml"]).entries[0].content[0].value
    for paper in catalog.papers:
        assert f"{URL}papers/{paper.slug}/" in shown
    tags = set(re.findall(r"</?(\w+)", entry["html"]))
    assert tags <= {"p", "h2", "h3", "a", "ul", "li", "small"}


def test_hostile_titles_and_topics_stay_text():
    evil = '<script>alert("1")</script>&amp;]]>'
    catalog = catalog_of(
        [
            *(Paper(f"p{n}", evil, MONDAY, abstract=evil, topics=("t",)) for n in range(7)),
            Paper("now", "Now", day(7)),
        ],
        topics=(Topic("t", evil),),
    )
    for data in files_of(catalog).values():
        assert feed_lint.problems(data) == []
    [entry] = entries_of(catalog)
    assert "<script" not in entry["html"]
    assert entry["html"].count("&lt;script&gt;") == 7 + 5 + 1


def large(number: int) -> Catalog:
    """So many finished weeks of papers that take a lot of room."""
    topics = tuple(Topic(f"t{n}", "<&" * 40) for n in range(150))
    every = [
        Paper(
            f"{week:03}-{n}-" + "s" * 70,
            "&<é" * 100,
            day(7 * week),
            abstract="&<" * 500,
            topics=(f"t{n * n % 150}",),
        )
        for week in range(number + 1)
        for n in range(60)
    ]
    return catalog_of(every, topics=topics)


def test_the_feed_holds_a_year_and_never_gets_too_large():
    catalog = large(55)
    files = files_of(catalog)
    assert max(map(len, files.values())) <= LARGEST
    for data in files.values():
        entries = told(data)
        assert titles(entries)[0] == Week.of(day(7 * 54)).title
        assert len(entries) == weekly.WINDOW == 53
        assert max(len(entry["html"].encode()) for entry in entries) <= 60_000
        assert all("60 new papers" in entry["html"] for entry in entries)


@pytest.mark.parametrize("number", [1, 17, 200, 2000])
def test_in_an_entry_too_every_paper_is_linked_or_counted(number: int):
    topics = tuple(Topic(f"t{n}", f"Topic {n}") for n in range(150))
    every = [
        replace(paper, topics=(f"t{n % 13 * n % 150}",) if n % 5 else ())
        for n, paper in enumerate(papers(MONDAY, number))
    ]
    for entry in entries_of(catalog_of([*every, *papers(day(7), 1)], topics=topics)):
        linked = re.findall(rf"{URL}papers/([\w-]+)/", entry["html"])
        counted = sum(map(int, re.findall(r"(?:and|with) (\d+) more", entry["html"])))
        assert len(linked) == len(set(linked))
        assert len(linked) + counted == number


# --- among the other feeds ----------------------------------------------------------------


def compared(old: Catalog, new: Catalog) -> list:
    before = {path: make() for path, make in feeds.render(old, golden.PUBLICATION).items()}
    made = feeds.render(new, golden.PUBLICATION)
    return regressions(made, before.get, URL, "WHERE")


def test_a_week_makes_room_for_another():
    days = [(7 * number, 1) for number in range(60)]
    assert compared(listed(*days[:57]), listed(*days)) == []


def folder(at: Path) -> Path:
    """A content folder of three weeks."""
    return write(
        at,
        {
            f"listings/{day(number)}-x.jsonl": json.dumps({"title": f"Paper {number}"}) + "\n"
            for number in (0, 1, 7, 14)
        },
    )


def load(at: Path) -> Catalog:
    return content.load(at)[0]


def test_an_entry_outlives_the_papers_of_its_week_once_they_are_in_the_ledger(tmp_path: Path):
    at = folder(tmp_path / "content")
    old = load(at)
    published = {path: make() for path, make in feeds.render(old, golden.PUBLICATION).items()}
    assert titles(entries_of(old)) == ["Week 45, 2025", "Week 44, 2025"]
    (at / "listings/2025-11-03-x.jsonl").unlink()
    assert titles(entries_of(load(at))) == ["Week 44, 2025"]
    found = compared(old, load(at))
    assert all(isinstance(one, Regression) for one in found)
    assert any('"Week 45, 2025' in str(one) and "freeze" in str(one) for one in found)
    # As it advises. What the feed of weeks lists are no papers, and not for the ledger to know.
    lines = freezing.of_published(load(at), golden.PUBLICATION, published.get)
    lines_now = freezing.of_content(old, golden.PUBLICATION)
    assert "week" not in "".join([*lines, *lines_now])
    append(at / freezing.path(load(at)), "".join(lines).encode())
    assert compared(old, load(at)) == []
    assert titles(entries_of(load(at))) == ["Week 45, 2025", "Week 44, 2025"]
    made = pages_of(load(at))
    assert "listed here no more" in made["2025-W45"]
    assert "2025-W45" not in made["index"] + made["2025-W44"] + made["2025-W46"]


def test_a_topic_can_not_take_the_address_of_the_feed(tmp_path: Path):
    at = folder(tmp_path / "content")
    write(at, {"topics/weeks.md": "---\ntitle: Weeks\n---\n"})
    with pytest.raises(Exception, match="a topic can't be called weeks; that address is taken"):
        load(at)


def test_the_list_of_all_feeds_and_the_page_of_feeds_name_it():
    catalog = listed((0, 1))
    made = feeds.render(catalog, golden.PUBLICATION)["feeds/broadsheet.opml"]().decode()
    assert f'xmlUrl="{URL}feeds/weeks.xml"' in made
    assert f'htmlUrl="{URL}weeks/"' in made
    page = dict(pages.render(catalog, golden.PUBLICATION))["feeds.md"].decode()
    assert f"`{URL}feeds/weeks.xml`" in page
    assert "[Weeks](weeks/index.md) *a digest of each week" in page
    assert get_data(pages_of(catalog)["2025-W44"])[1]["feeds"][0]["path"] == "feeds/weeks.xml"
