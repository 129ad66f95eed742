"""Which work a title stands for: never the wrong one."""

from __future__ import annotations

import datetime
import random
from dataclasses import replace

import pytest

from generator import content
from generator.matching import Match, Work, match
from generator.model import Paper
from tests.conftest import REPOSITORY

DAY = datetime.date(2025, 3, 10)
PAPER = Paper("glass", "Glass: A Study of Sand", DAY, author_count=3, published=DAY)
WORK = Work("Glass: A Study of Sand", DAY, ("Ada", "Ben", "Cleo"), "2503.00001")


def test_the_same_title_date_and_number_of_authors_are_certain():
    assert match(PAPER, [WORK]) == Match(WORK)
    assert match(PAPER, [replace(WORK, title="GLASS — a study of sand.")]).certain
    assert match(PAPER, [WORK, WORK]) == Match(WORK)  # an index may name it twice


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        (replace(WORK, title="Grass: A Study of Sand"), 'its title is "Grass: A Study of Sand"'),
        (replace(WORK, published=DAY.replace(year=2024)), "it is of 2024-03-10, not 2025-03-10"),
        (replace(WORK, published=None), "it has no date"),
        (replace(WORK, authors=("Ada", "Ben")), "it has 2 authors, not 3"),
        (replace(WORK, authors=()), "it has no authors, not 3"),
    ],
)
def test_whatever_speaks_against_it_leaves_it_to_people(work: Work, reason: str):
    found = match(PAPER, [work])
    assert found.certain is None
    assert [doubt.reasons for doubt in found.doubts] == [(reason,)]


def test_of_two_that_fit_none_is_taken():
    found = match(PAPER, [WORK, replace(WORK, arxiv_id="2503.00002")])
    assert found.certain is None
    assert [doubt.reasons for doubt in found.doubts] == [("another work fits as well",)] * 2


def test_a_paper_without_a_date_is_left_to_people():
    found = match(replace(PAPER, published=None), [WORK])
    assert [doubt.reasons for doubt in found.doubts] == [("the paper's date isn't known here",)]


def test_other_authors_are_another_work():
    paper = replace(PAPER, authors=("Dan Do", "Eve", "Fay"))
    assert match(paper, [WORK]).doubts[0].reasons == ("its first author is Ada",)
    assert match(replace(paper, authors=("A. Ada", "Ben", "Cleo")), [WORK]).certain


def test_what_is_far_is_not_told():
    assert match(PAPER, [replace(WORK, title="Stone: A History of Clay")]) == Match()


def test_papers_of_the_edition_are_found_among_works_that_are_nearly_they():
    """Of each title of this edition there are works that differ in a single thing."""
    papers = [one for one in content.load(REPOSITORY / "content")[0].papers if one.published]
    choose = random.Random(7)
    works, right = [], {}
    for number, paper in enumerate(papers):
        names = paper.authors or tuple(f"Author {n}" for n in range(paper.author_count or 4))
        work = Work(paper.title, paper.published, names, f"2500.{number:05}")
        right[paper.slug] = work
        worded = paper.title.split()
        place = choose.randrange(len(worded))
        others = [
            replace(work, title=" ".join([*worded[:place], "Not", *worded[place:]])),
            replace(work, title=paper.title + " II"),
            replace(work, published=paper.published.replace(day=1, year=paper.published.year - 1)),
            replace(work, published=paper.published + datetime.timedelta(days=40)),
        ]
        if paper.author_count:
            others.append(replace(work, authors=(*names, "One More")))
        works += [
            replace(one, arxiv_id=f"2600.{len(works) + n:05}") for n, one in enumerate(others)
        ]
    alone = set()
    for paper in papers:
        near = [one for one in works if one.title[:12] == paper.title[:12]]
        assert match(paper, near).certain is None
        found = match(paper, [*near, right[paper.slug]])
        assert found.certain == right[paper.slug]
        alone.add(paper.slug)
    assert len(alone) > 90
