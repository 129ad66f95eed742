"""When papers were first listed and last updated, to the second: no two at the same moment.

Content knows days. Feeds want times, by which readers sort, and validators object to entries that were
updated at the same moment. So each paper of a day gets a time of its own, which follows from its place
in the day's listings, and which the ledger keeps once it is published.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from functools import lru_cache
from operator import attrgetter

from generator import dates
from generator.merge import First, Ids
from generator.model import Debut, Ledger, Paper

_SECONDS = 43_000  # papers of a day that are a second apart, as many as fit in before noon


def debuts(
    first: Iterable[First],
    ledger: Ledger,
) -> tuple[Debut, ...]:
    """Everything that was ever listed, oldest first; what the ledger names is as it says.

    The papers of a day are a second apart, from noon backwards in the order of the listing: a reader
    that shows the newest first shows them in that order.
    """
    next_time = distinct_times(debut.published for debut in ledger.debuts.values())
    new = []
    for one in first:
        paper = one.paper
        if paper.slug not in ledger.debuts:
            new.append(Debut(paper.slug, next_time(paper.listed), paper, one.by_hand, Ids(paper)))
    return tuple(sorted([*ledger.debuts.values(), *new], key=by_time))


def distinct_times(
    taken: Iterable[datetime.datetime],
) -> Callable[[datetime.date], datetime.datetime]:
    """A function that gives, each time it is asked for one of a day, the next time that is free."""
    used = set(taken)
    place: dict[datetime.date, int] = {}

    def next_time(day: datetime.date) -> datetime.datetime:
        while True:
            at = place.get(day, 0)
            place[day] = at + 1
            time = _published(day, at)
            if time not in used:
                return time

    return next_time


# To sort debuts by, oldest first; what a ledger gives the same time is in one order all the same.
by_time: Callable[[Debut], tuple[datetime.datetime, str]] = attrgetter("published", "slug")


def by_name(debut: Debut) -> tuple[datetime.date, float]:
    """To sort by in the order in which papers were named, which is that of their listings."""
    return debut.published.date(), -debut.published.timestamp()


def _published(day: datetime.date, place: int) -> datetime.datetime:
    return _noon(day) - datetime.timedelta(
        seconds=min(place, _SECONDS), milliseconds=max(0, place - _SECONDS)
    )


_noon = lru_cache(1_000)(dates.noon)  # papers of a day come one behind the other


def updated(debut: Debut, paper: Paper, ledger: Ledger) -> datetime.datetime:
    """When what is shown of the paper last changed, as listings and the ledger tell.

    As long after noon of that day as the paper was published before noon of its own, which makes it
    another time for each paper of a day; papers of other days differ in the milliseconds, and what
    changed several times in the microseconds.
    """
    day = paper.updated
    if not day or day < debut.published.date():
        return debut.published
    listed = debut.published.date()
    changed_on, times = ledger.updated.get(debut.slug, (None, 0))
    return (
        dates.noon(day)
        + (dates.noon(listed) - debut.published)
        + datetime.timedelta(
            seconds=1,
            milliseconds=(day - listed).days % 1000,
            microseconds=times % 1000 if changed_on == day else 0,
        )
    )
