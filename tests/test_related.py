"""Which papers are near to which."""

from __future__ import annotations

import datetime
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from generator.model import Catalog, Paper
from generator.related import MOST, related

DAY = datetime.date(2025, 1, 1)
FILLER = [
    Paper(f"filler-{index}", f"Unlike {word}", DAY, abstract=f"Of {word} and {word} alone.")
    for index, word in enumerate("ostriches glaciers pianos tariffs quasars vowels".split())
]


def of(*papers: Paper) -> dict[str, list[str]]:
    found = related(Catalog((*papers, *FILLER)))
    return {slug: [paper.slug for paper in near] for slug, near in found.items()}


def test_papers_about_the_same_are_near_and_others_are_not():
    sparse = Paper("sparse", "Sparse attention for long documents", DAY)
    longer = Paper("longer", "Attention over long documents, sparsely", DAY)
    found = of(sparse, longer)
    assert found["sparse"] == ["longer"]
    assert found["longer"] == ["sparse"]
    assert found["filler-0"] == []


def test_what_is_said_of_a_paper_counts_as_well_as_its_title():
    one = Paper("one", "Short name", DAY, abstract="Distilling teachers into students.")
    two = Paper("two", "Other thing", DAY, summary="Students learn from teachers.")
    assert of(one, two)["one"] == ["two"]


def test_the_order_of_the_papers_does_not_matter():
    papers = [Paper(f"p{n}", f"Pruning of networks {n % 7} {n % 3}", DAY) for n in range(60)]
    first = related(Catalog(tuple(papers)))
    random.Random(1).shuffle(papers)
    assert related(Catalog(tuple(papers))) == first
    assert all(len(near) <= MOST for near in first.values())
    assert all(slug not in [paper.slug for paper in near] for slug, near in first.items())


def test_equals_stand_in_order_of_their_slugs():
    papers = [Paper(slug, "Sparse attention", DAY) for slug in ("c", "a", "d", "b")]
    assert of(*papers)["c"] == ["a", "b", "d"]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=30), max_size=8))
def test_no_text_is_too_little_or_too_odd(titles: list[str]):
    papers = tuple(Paper(f"p{n}", title, DAY) for n, title in enumerate(titles))
    found = related(Catalog(papers))
    assert set(found) <= {paper.slug for paper in papers}


def test_the_threshold_keeps_out_who_shares_but_a_common_word():
    papers = [Paper(f"p{n}", f"Learning of {chr(97 + n) * 5}", DAY) for n in range(20)]
    assert all(near == () for near in related(Catalog(tuple(papers))).values())
