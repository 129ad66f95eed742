"""The numbers of papers, and which of them are settled.

What is made of all papers is made of two parts: one of the settled papers, which stays as it is when a few
papers come, and one of the recent ones.
"""

from __future__ import annotations

import datetime

from generator.model import Catalog, Paper

_STEP = 1024  # papers that settle together, or more: an eighth to a sixteenth of all


def order(catalog: Catalog) -> tuple[Paper, ...]:
    """The papers by their numbers, from 0: in the order in which they were first listed here.

    So new papers get the next numbers. A paper that has no debut, as in a catalog made by hand, counts
    as first listed at the beginning of its day.
    """
    debut = catalog.debut

    def of(paper: Paper) -> tuple[datetime.datetime, str]:
        if paper.slug in debut:
            return debut[paper.slug].published, paper.slug
        midnight = datetime.datetime.combine(paper.listed, datetime.time(), datetime.UTC)
        return midnight, paper.slug

    return tuple(sorted(catalog.papers, key=of))


def settled(papers: int) -> int:
    """How many of so many papers are settled: those with the lowest numbers.

    >>> [settled(n) for n in (0, 1_023, 1_024, 10_000, 10_010, 100_000)]
    [0, 0, 1024, 9216, 9216, 98304]
    """
    step = max(_STEP, 1 << max(papers // 8, 1).bit_length() - 1)
    return papers // step * step
