"""Which papers are near to which."""

from __future__ import annotations

import datetime
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import related as module
from generator import text
from generator.model import Catalog, Paper
from generator.related import MOST, related
from generator.search import tiers

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


def test_forms_of_a_word_are_one():
    one = Paper("one", "Pruning transformers", DAY)
    two = Paper("two", "A transformer, pruned", DAY)
    assert of(one, two)["one"] == ["two"]


def test_what_is_said_of_a_paper_counts_as_well_as_its_title():
    one = Paper("one", "Short name", DAY, abstract="Distilling teachers into students.")
    two = Paper("two", "Other thing", DAY, summary="Students learn from teachers.")
    assert of(one, two)["one"] == ["two"]


@pytest.mark.parametrize("times", [255, 256, 65_536])
def test_no_word_is_said_too_often(times):
    one = Paper("one", "Pruning", DAY, abstract="pruning " * (times - 2))
    assert of(one, Paper("two", "Pruned", DAY))["one"] == ["two"]


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


def test_words_that_most_papers_have_bring_nobody_near():
    papers = [Paper(f"p{n}", f"Learning of {chr(97 + n) * 5}", DAY) for n in range(20)]
    assert all(near == () for near in related(Catalog(tuple(papers))).values())


SUBJECTS = "pruning distilling caching routing merging probing".split()


def papers_of(seed: int, number: int) -> list[Paper]:
    """Made-up papers, of which some share more words than others."""
    chance = random.Random(seed)
    words = [f"{subject}{n}" for subject in SUBJECTS for n in range(12)]
    return [
        Paper(
            f"p{chance.randrange(1_000)}-{index}",
            chance.choice(SUBJECTS),
            DAY + datetime.timedelta(days=index),
            abstract=" ".join(chance.choices(words, k=chance.randrange(12))),
        )
        for index in range(number)
    ]


def test_who_has_a_neighbour_is_somebodys():
    found = related(Catalog(tuple(papers_of(1, 300))))
    named = {paper.slug for near in found.values() for paper in near}
    assert all(len(near) == MOST for near in found.values() if near)
    assert {slug for slug, near in found.items() if near} <= named


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_how_many_are_looked_at_together_does_not_matter(size, monkeypatch: pytest.MonkeyPatch):
    catalog = Catalog(tuple(papers_of(3, 200)))
    found = related(catalog)
    monkeypatch.setattr(module, "_AT_ONCE", min(size, 199))
    monkeypatch.setattr(module, "_CELLS", size * 200)
    assert related(catalog) == found


@pytest.fixture
def few_settle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiers, "_STEP", 16)


@pytest.mark.usefixtures("few_settle")
@pytest.mark.parametrize("seed", range(4))
def test_what_is_computed_again_is_as_if_all_were(tmp_path: Path, seed: int):
    chance = random.Random(seed)
    papers = papers_of(seed, 150)
    here = papers[: chance.randrange(1, 40)]
    waiting = papers[len(here) :]
    while waiting:
        number = chance.choice([0, 1, 3, 9])
        here, waiting = here + waiting[:number], waiting[number:]
        if chance.random() < 0.3:
            del here[chance.randrange(len(here)) if chance.random() < 0.3 else -1]
        if here and chance.random() < 0.3:
            at = chance.randrange(len(here)) if chance.random() < 0.3 else -1
            here[at] = replace(here[at], abstract=chance.choice(papers).abstract)
        catalog = Catalog(tuple(here))
        assert related(catalog, tmp_path) == related(catalog)
    assert {path.name.partition(".")[0] for path in tmp_path.iterdir()} == {"near", "related"}
    assert len(list(tmp_path.iterdir())) == 2  # of each the newest


@pytest.mark.usefixtures("few_settle")
def test_only_new_papers_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    papers = papers_of(1, 60)
    related(Catalog(tuple(papers[:55])), tmp_path)
    kept = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    related(Catalog(tuple(papers[:55])), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == kept

    looked_at = []
    words = text.words
    monkeypatch.setattr(text, "words", lambda said: looked_at.append(said) or words(said))
    related(Catalog(tuple(papers[:58])), tmp_path)
    assert len(looked_at) == 3


def test_a_damaged_cache_changes_nothing(tmp_path: Path):
    catalog = Catalog(tuple(papers_of(2, 50)))
    found = related(catalog, tmp_path)
    for file in [*tmp_path.iterdir()]:
        for damaged in (b"", file.read_bytes()[:-9], b"x" * 5_000):
            file.write_bytes(damaged)
            assert related(catalog, tmp_path) == found
    for damaged in (b"", b"x" * 5_000):
        for file in tmp_path.iterdir():
            file.write_bytes(damaged)
        assert related(catalog, tmp_path) == found
