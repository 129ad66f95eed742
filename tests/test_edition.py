"""The edition in ``content/`` keeps what it promises its readers."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from pathlib import Path

import pytest

from generator import content, readers
from tests.conftest import REPOSITORY

FOLDER = REPOSITORY / "content"


@pytest.fixture(scope="module")
def catalog():
    catalog, omissions = content.load(FOLDER)
    assert not omissions
    return catalog


def test_it_holds_the_papers_of_two_listings_each_once(catalog):
    sizes = {}
    for listing in catalog.listings:
        path = FOLDER / listing.file
        source = path.read_text("utf-8")
        sizes[listing.day] = len(list(readers.find(path.suffix, source).read(source, listing.day)))
    assert sizes == {datetime.date(2025, 10, 29): 63, datetime.date(2025, 12, 10): 45}
    assert len(catalog.papers) == 105
    assert sum(len(paper.listings) == 2 for paper in catalog.papers) == 3


def test_what_it_says_of_papers_are_summaries_and_never_abstracts(catalog):
    assert all(paper.abstract is None for paper in catalog.papers)
    assert all(paper.summary_by is None for paper in catalog.papers)
    lengths = {paper.slug: len(paper.summary.split()) for paper in catalog.papers}
    assert all(40 <= length <= 90 for length in lengths.values()), lengths


def test_no_two_summaries_begin_or_go_alike(catalog):
    beginnings = Counter(" ".join(paper.summary.split()[:4]) for paper in catalog.papers)
    assert max(beginnings.values()) <= 2, beginnings.most_common(3)
    runs = Counter()
    for paper in catalog.papers:
        words = re.findall(r"\w+", paper.summary.lower())
        runs.update({tuple(words[i : i + 7]) for i in range(len(words) - 6)})
    assert [run for run, times in runs.items() if times > 1] == []


def test_every_paper_has_a_topic_and_no_topic_has_half_of_them(catalog):
    assert 10 <= len(catalog.topics) <= 14
    assert [paper.slug for paper in catalog.papers if not paper.topics] == []
    for topic in catalog.topics:
        assert 5 <= len(catalog.by_topic[topic.slug]) <= len(catalog.papers) / 2, topic.slug
        assert len(topic.introduction.split()) >= 60, topic.slug


def test_its_overlays_show_what_overlays_do(catalog):
    by_overlay = {
        name
        for paper in catalog.papers
        for name, origin in paper.origins.items()
        if origin.file.startswith("papers/")
    }
    assert {"arxiv_id", "note", "title", "authors", "doi", "links"} <= by_overlay


def test_an_arxiv_id_is_of_the_month_of_its_paper(catalog):
    """An id begins with the year and month in which it was given: a check on those typed by hand."""
    for paper in catalog.papers:
        if paper.arxiv_id:
            given = datetime.date(2000 + int(paper.arxiv_id[:2]), int(paper.arxiv_id[2:4]), 1)
            month = paper.published.replace(day=1)
            assert 0 <= (given - month).days <= 31, paper.slug


def test_addresses_stay_as_they_were_first_published(catalog):
    """The list is what was ever published; a slug that is missing is a dead link and a lost id."""
    published = (Path(__file__).parent / "published_slugs.txt").read_text("utf-8").split()
    assert set(published) <= {paper.slug for paper in catalog.papers}
