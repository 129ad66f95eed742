"""How many papers appeared when, what has become more and less, and which topics share papers.

A paper counts where its own date lies, or else the day on which it was first listed. A month is a
number here: of the months since the year 0, so that January 2025 is 2025 × 12.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

from generator.model import Catalog, Paper, Topic

MONTHLY = 120  # months, the most that are counted by month: ten years
SPANS = (3, 12)  # months that are compared with as many before them: the first that hold enough
ENOUGH = 20  # papers in each of the two, or nothing is said
ENOUGH_OF_TOPIC = 10  # papers of a topic in both together
DEVIATIONS = 2.0  # standard errors between two shares, or chance may have made the difference


def month_of(day: datetime.date) -> int:
    return day.year * 12 + day.month - 1


def first_day(month: int) -> datetime.date:
    return datetime.date(month // 12, month % 12 + 1, 1)


def by_month(papers: Iterable[Paper]) -> Counter[int]:
    """Month → papers of it; months without any aren't there."""
    return Counter(month_of(paper.published or paper.listed) for paper in papers)


@dataclass(frozen=True, slots=True)
class Series:
    """Papers counted in steps of equal length, one after the other, those without papers as well."""

    step: int  # in months: 1, 3 (quarters) or 12 (years)
    first: int  # the month with which the first step begins, a multiple of the step
    counts: tuple[int, ...]  # papers in each step

    def start(self, index: int) -> int:
        """The month with which a step begins."""
        return self.first + index * self.step


def series(
    months: Mapping[int, int], step: int | None = None, reach: Collection[int] | None = None
) -> Series | None:
    """Papers by month as a series from the first month to the last, or None if there are none.

    ``step`` is one month, or a year if months would be more than ``MONTHLY``. ``reach`` are the
    months whose first and last are meant, if not these.
    """
    reach = months.keys() if reach is None else reach
    if not reach:
        return None
    first, last = min(reach), max(reach)
    step = step or (1 if last - first < MONTHLY else 12)
    counts = [0] * (last // step - first // step + 1)
    for month, number in months.items():
        counts[month // step - first // step] += number
    return Series(step, first // step * step, tuple(counts))


@dataclass(frozen=True, slots=True)
class Comparison:
    """The last whole months beside as many before them."""

    span: int  # months in each
    end: int  # the month after the last
    now: int  # papers in the later months
    before: int  # papers in the earlier
    # topics with a share of the papers so different that chance alone would rarely do it, with
    # their papers now and before; grown most first, shrunk most last
    changes: tuple[tuple[Topic, int, int], ...] = ()

    @property
    def is_enough(self) -> bool:
        return min(self.now, self.before) >= ENOUGH


def comparison(catalog: Catalog) -> Comparison | None:
    """What has become more, and what less; None if nothing is listed.

    Shares are compared, not numbers: a source that lists twice as much has not made every topic
    grow. The month of the newest listing isn't over, and left out.
    """
    if not catalog.day:
        return None
    end = month_of(catalog.day)
    everything = by_month(catalog.papers)
    for span in SPANS:
        now, before = _two(everything, end, span)
        found = Comparison(span, end, now, before)
        if found.is_enough:
            break
    else:
        return found
    changes = []
    for topic in catalog.topics:
        its_now, its_before = _two(by_month(catalog.by_topic[topic.slug]), end, span)
        deviation = _deviation(its_now, now, its_before, before)
        if its_now + its_before >= ENOUGH_OF_TOPIC and abs(deviation) >= DEVIATIONS:
            changes.append((deviation, topic, its_now, its_before))
    changes.sort(key=lambda change: (-change[0], change[1].slug))
    return Comparison(span, end, now, before, tuple(change[1:] for change in changes))


def _two(months: Mapping[int, int], end: int, span: int) -> tuple[int, int]:
    now = sum(months.get(month, 0) for month in range(end - span, end))
    return now, sum(months.get(month, 0) for month in range(end - 2 * span, end - span))


def _deviation(now: int, all_now: int, before: int, all_before: int) -> float:
    """The difference of two shares in its standard errors (the pooled two-proportion z-test)."""
    pooled = (now + before) / (all_now + all_before)
    error = sqrt(pooled * (1 - pooled) * (1 / all_now + 1 / all_before))
    return (now / all_now - before / all_before) / error if error else 0.0


def overlaps(catalog: Catalog) -> Counter[tuple[str, str]]:
    """Two topics' slugs, sorted → the papers that they share; pairs that share none aren't there."""
    return Counter(pair for paper in catalog.papers for pair in combinations(paper.topics, 2))


def largest(catalog: Catalog, most: int) -> list[Topic]:
    """At most so many topics that have papers, those with most papers first."""
    size = {slug: len(papers) for slug, papers in catalog.by_topic.items()}
    by_size = sorted(catalog.topics, key=lambda topic: (-size[topic.slug], topic.slug))
    return [topic for topic in by_size[:most] if size[topic.slug]]
