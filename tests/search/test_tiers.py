"""Numbers of papers that stay, and which papers are settled."""

from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from generator.model import Catalog, Debut, Paper
from generator.search.tiers import order, settled

DAY = datetime.date(2025, 1, 1)
NOON = datetime.datetime(2025, 1, 1, 12, tzinfo=datetime.UTC)


def test_papers_stand_in_the_order_of_their_debuts():
    a, b, c = (Paper(slug, slug.upper(), DAY) for slug in "abc")
    debuts = tuple(
        Debut(paper.slug, NOON + datetime.timedelta(seconds=n), paper)
        for n, paper in enumerate((b, c, a))
    )
    assert order(Catalog((a, b, c), debuts=debuts)) == (b, c, a)


def test_papers_without_debuts_stand_by_day_and_slug():
    a, b, c = (Paper(slug, slug.upper(), DAY) for slug in "abc")
    early = Paper("z", "Z", DAY - datetime.timedelta(days=1))
    debut = Debut("a", NOON, a)
    assert order(Catalog((c, b, a, early), debuts=(debut,))) == (early, b, c, a)


@given(st.integers(0, 10_000_000))
def test_few_papers_are_recent_and_what_has_settled_stays_so(papers: int):
    assert 0 <= papers - settled(papers) < max(1024, papers / 8 + 1)
    assert settled(papers) <= settled(papers + 1) <= papers + 1
