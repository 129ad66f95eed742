"""Which of the works that a search for a title found is the paper with that title: certain, or not at all.

Many works share a title, and still more nearly do. A match is certain if the title is the same but for
case, accents and punctuation, the date is, the number of authors is where it is known, and no other
work is as good. Whatever else is near is for people to judge, and here is said what speaks against it.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from generator import text
from generator.merge import title_key
from generator.model import Paper

_DAYS = 3  # that dates of one work may differ by: time zones, and the days on which nothing is announced
_NEAR = 0.85  # of 1: how alike titles are that may be one work's
_TOLD = 3  # works that people are told of


@dataclass(frozen=True, slots=True)
class Work:
    """What an index of papers says of one; fields as in ``model.Paper``."""

    title: str
    published: datetime.date | None = None
    authors: tuple[str, ...] = ()
    arxiv_id: str | None = None
    doi: str | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A work that may be the paper, and what speaks against that."""

    work: Work
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    certain: Work | None = None
    doubts: tuple[Doubt, ...] = ()  # the likeliest first; none if one is certain


def match(paper: Paper, works: Sequence[Work]) -> Match:
    """The work that is this paper, or those that people should look at."""
    key = title_key(paper.title)
    distinct = {(work.arxiv_id, work.doi, title_key(work.title)): work for work in works}
    near = [(_likeness(key, title_key(work.title)), work) for work in distinct.values()]
    near = [(likeness, work) for likeness, work in near if likeness >= _NEAR]
    doubts = [(likeness, Doubt(work, _against(paper, key, work))) for likeness, work in near]
    fitting = [doubt.work for _, doubt in doubts if not doubt.reasons]
    if len(fitting) == 1:
        return Match(fitting[0])
    doubts.sort(key=lambda one: (len(one[1].reasons), -one[0], one[1].work.arxiv_id or ""))
    also = ("another work fits as well",)
    return Match(
        doubts=tuple(
            doubt if doubt.reasons else Doubt(doubt.work, also) for _, doubt in doubts[:_TOLD]
        )
    )


def _likeness(one: str, other: str) -> float:
    """1 for the same, 0 for nothing in common."""
    if one == other:
        return 1.0
    compared = SequenceMatcher(None, one, other, autojunk=False)
    # The upper bounds are quickly had.
    return compared.ratio() if compared.quick_ratio() >= _NEAR else 0.0


def _against(paper: Paper, key: str, work: Work) -> tuple[str, ...]:
    reasons = []
    if title_key(work.title) != key:
        reasons.append(f'its title is "{work.title}"')
    if paper.published is None:
        reasons.append("the paper's date isn't known here")
    elif work.published is None:
        reasons.append("it has no date")
    elif abs((work.published - paper.published).days) > _DAYS:
        reasons.append(f"it is of {work.published}, not {paper.published}")
    count = len(paper.authors) or paper.author_count
    if count and len(work.authors) != count:
        said = text.counted(len(work.authors), "author") if work.authors else "no authors"
        reasons.append(f"it has {said}, not {count}")
    if paper.authors and work.authors and not reasons and not _are_same(paper, work):
        reasons.append(f"its first author is {work.authors[0]}")
    return tuple(reasons)


def _are_same(paper: Paper, work: Work) -> bool:
    """Is the first author the same, as far as the last word of the name tells?"""
    first, other = (text.words(names[0]) for names in (paper.authors, work.authors))
    return not first or not other or first[-1] == other[-1] or set(first) == set(other)
