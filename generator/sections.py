"""Papers → sections by topic, each paper in one of them: of a day's edition, or of a week's digest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from generator.model import Paper

Section = tuple[str | None, list[Paper]]  # a topic's slug (None: of no topic), its papers in order


def by_topic(papers: Sequence[Paper]) -> list[Section]:
    """Every paper once, under that of its topics which most of these papers have.

    The largest section comes first, and last that of papers without a topic.
    """
    size = Counter(slug for paper in papers for slug in paper.topics)
    sections: dict[str | None, list[Paper]] = {}
    for paper in papers:
        home = min(paper.topics, key=lambda slug: (-size[slug], slug), default=None)
        sections.setdefault(home, []).append(paper)
    return sorted(sections.items(), key=lambda item: (item[0] is None, -len(item[1]), item[0]))


def most_each(sections: Iterable[Section], each: int, in_all: int) -> int:
    """How many papers of every section can be shown: at most ``each``, or, where that would be more than
    ``in_all`` papers altogether, fewer; but one at least.
    """
    sizes = [len(papers) for _, papers in sections]
    while each > 1 and sum(min(size, each) for size in sizes) > in_all:
        each -= 1
    return each
