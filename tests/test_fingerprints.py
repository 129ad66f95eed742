"""What differs has another fingerprint, and what doesn't hasn't."""

from __future__ import annotations

import datetime
import pickle
import sys
from dataclasses import replace
from itertools import combinations
from types import MappingProxyType

from generator import fingerprints
from generator.model import Organization, Origin, Paper

DAY = datetime.date(2025, 10, 29)
PAPER = Paper("a", "A Title", DAY, authors=("Ada Lovelace",), comments=4)


def test_whatever_is_told_of_a_paper_makes_another():
    others = [
        replace(PAPER, **fields)
        for fields in (
            {"slug": "b"},
            {"title": "A Title "},
            {"title": "", "abstract": "A Title"},
            {"abstract": "None"},
            {"summary": "4"},
            {"comments": None},
            {"comments": 14},
            {"upvotes": 4},
            {"authors": ("Ada", "Lovelace")},
            {"authors": ("Ada Lovelace", "\ud800")},
            {"organization": Organization("x", None, "X")},
            {"organization": Organization("x", "x", "X")},
            {"published": DAY},
            {"updated": DAY},
            {"links": MappingProxyType({"code": "https://example.org/"})},
            {"mathematics": MappingProxyType({"title": "A \\\\(T\\\\)"})},
            {"topics": ("a",)},
            {"listings": ("a",)},
        )
    ]
    for one, other in combinations([PAPER, *others], 2):
        assert fingerprints.of_paper(one) != fingerprints.of_paper(other), (one, other)


def test_where_it_was_said_makes_none():
    origin = Origin("listings/a.txt", 3)
    elsewhere = replace(PAPER, origins={"title": origin}, said={origin: ("title",)})
    assert fingerprints.of_paper(elsewhere) == fingerprints.of_paper(PAPER)


def test_texts_and_numbers_keep_apart():
    said = [
        (),
        ("",),
        ("", ""),
        ("a", "b"),
        ("ab", ""),
        ("", "ab"),
        ("1",),
        (1,),
        ("a", 1),
        (1, "a"),
    ]
    assert len({fingerprints.of(*one) for one in said}) == len(said)
    assert fingerprints.of("a", 1, None) == fingerprints.of("a", 1, None)


def test_equal_values_count_not_which_objects_they_are():
    """As those of a paper that is read from a cache."""
    said = {"title": "A Title", "abstract": "A Title", "authors": ("Ada", "Ada")}
    again = pickle.loads(pickle.dumps([said, "".join(["A ", "Title"]), "".join(["A", "da"])]))
    read, title, name = again
    one = replace(PAPER, **said)
    other = replace(PAPER, **(read | {"abstract": title, "authors": (sys.intern("Ada"), name)}))
    assert fingerprints.of_paper(one) == fingerprints.of_paper(other)
