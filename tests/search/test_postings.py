"""Payloads: what is put in comes out."""

from __future__ import annotations

from itertools import pairwise

import numpy
from hypothesis import given
from hypothesis import strategies as st

from generator.search import postings


def arrays(rows, width):
    return numpy.array(sorted(rows), dtype=numpy.int64).reshape(-1, width).T


def slices(written):
    encoded, starts = written
    return [encoded[a:b] for a, b in pairwise(starts)]


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 5), st.integers(0, 3_000)),
        st.tuples(st.integers(1, 15), st.booleans()),
    )
)
def test_impacts(table):
    # Terms have numbers without gaps, as they are made from what occurs.
    number = {term: at for at, term in enumerate(sorted({term for term, _ in table}))}
    rows = [(number[term], paper, *said) for (term, paper), said in table.items()]
    payloads = slices(postings.impacts(*arrays(rows, 4), 3_001))
    assert len(payloads) == len(number)
    found = set()
    for term, payload in enumerate(payloads):
        groups = list(postings.groups(payload, 3_001))
        assert [one.step for one in groups] == sorted((one.step for one in groups), reverse=True)
        for group in groups:
            papers = group.papers.tolist()
            assert papers == sorted(papers)
            found |= {(term, paper, group.step, group.is_topical) for paper in papers}
    assert found == set(rows)


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 4), st.integers(0, 500)),
        st.sets(st.integers(0, 3_000), max_size=6),
    )
)
def test_positions(table):
    number = {word: at for at, word in enumerate(sorted({word for word, _ in table}))}
    said = {(number[word], paper): sorted(places) for (word, paper), places in table.items()}
    rows = [(*pair, place) for pair, places in said.items() for place in places or [-1]]
    payloads = slices(postings.positions(*arrays(rows, 3)))
    assert len(payloads) == len(number)
    assert said == {
        (word, paper): places
        for word, payload in enumerate(payloads)
        for paper, places in postings.places(payload).items()
    }
