"""Trending: comments, a tenth of the upvotes, halved for every week."""

from __future__ import annotations

import datetime

import pytest

from generator.model import Catalog, Paper
from generator.trending import discussion, score, trending

NEWEST = datetime.date(2025, 10, 29)


def paper(slug: str, age: int, comments: int | None, upvotes: int | None = None) -> Paper:
    listed = NEWEST - datetime.timedelta(days=age)
    return Paper(slug=slug, title=slug, listed=listed, comments=comments, upvotes=upvotes)


CATALOG = Catalog(
    papers=(
        paper("silent", 0, None),
        paper("new", 0, 4),
        paper("also-new", 0, 4),
        paper("last-week", 7, 10),
        paper("liked", 7, 0, 60),
        paper("old", 28, 100),
    )
)


def test_a_week_halves_what_was_said():
    assert [score(CATALOG, one) for one in CATALOG.papers] == pytest.approx([0, 4, 4, 5, 3, 6.25])


def test_the_most_discussed_come_first_and_equals_as_they_were_listed():
    slugs = [one.slug for one in trending(CATALOG, 10)]
    assert slugs == ["old", "last-week", "new", "also-new", "liked"], "and the silent one nowhere"
    assert [one.slug for one in trending(CATALOG, 2)] == slugs[:2]


def test_unknown_counts_as_nothing_said():
    assert discussion(paper("x", 0, None, None)) == 0
    assert trending(Catalog(), 5) == []
