"""What a build is doing: told while it goes on, and added up for ``broadsheet build --profile``.

    with stage("feeds"):
        …

Where nobody follows, that does nothing. A stage within another interrupts it: no time counts twice. What other
processes (see ``processes``) are doing is told and added up where they were begun.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ContextDecorator, contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

REST = "MkDocs, and all else"
WAITING = "waiting for other processes"

Tell = Callable[[object], None]
Item = TypeVar("Item")


@dataclass(slots=True)
class Time:
    seconds: float = 0.0  # the clock's
    processor: float = 0.0  # seconds that a processor worked


Spent = dict[tuple[str, int], Time]  # stage, process → what it took, in the order of beginning


@dataclass(frozen=True, slots=True)
class News:
    """What another process tells: a stage that begins, or, in the end, what its stages took."""

    begun: str = ""
    spent: Spent = field(default_factory=dict)


@dataclass(slots=True)
class _Followed:
    tell: Callable[[str], None]  # told each stage that begins, "" when another process has done all
    is_profiled: bool
    spent: Spent = field(default_factory=dict)
    last: str = ""  # what was told
    inside: list[str] = field(default_factory=lambda: [REST])
    seconds: float = field(default_factory=time.perf_counter)
    processor: float = field(default_factory=time.process_time)

    def begin(self, name: str, is_minor: bool) -> None:
        if not is_minor and name != self.last:
            self.last = name
            self.tell(name)
        if self.is_profiled:
            self.add_up()
            self.inside.append(name)

    def end(self) -> None:
        if self.is_profiled:
            self.add_up()
            self.inside.pop()

    def add_up(self) -> None:
        """Count what passed since the last time as the innermost stage's."""
        seconds, processor = time.perf_counter(), time.process_time()
        took = self.spent.setdefault((self.inside[-1], os.getpid()), Time())
        took.seconds += seconds - self.seconds
        took.processor += processor - self.processor
        self.seconds, self.processor = seconds, processor


_followed: _Followed | None = None


class stage(ContextDecorator):
    """A stage of a build; a minor one comes so often, or is so short, that only a profile names it."""

    def __init__(self, name: str, *, is_minor: bool = False):
        self._name, self._is_minor = name, is_minor

    def __enter__(self) -> None:
        if _followed:
            _followed.begin(self._name, self._is_minor)

    def __exit__(self, *_: object) -> None:
        if _followed:
            _followed.end()


def each(name: str, items: Iterable[Item]) -> Iterator[Item]:
    """The items, of which making each is a minor stage."""
    iterator, one = iter(items), stage(name, is_minor=True)
    end = object()
    while True:
        with one:
            item = next(iterator, end)
        if item is end:
            return
        yield item


@contextmanager
def followed(tell: Callable[[str], None], *, is_profiled: bool = False) -> Iterator[Spent]:
    """Tell each stage that begins meanwhile, and, if it is profiled, give in the end what each took."""
    global _followed
    _followed = _Followed(tell, is_profiled)
    try:
        yield _followed.spent
        if is_profiled:
            _followed.add_up()
    finally:
        _followed = None


def elsewhere(tell: Tell) -> Callable[[], None]:
    """In another process, which counts as what it was begun in: tell the one that began it. Gives what is to be
    called in the end."""
    global _followed
    if not _followed:
        return lambda: None
    inside = _followed.inside[-1:]
    mine = _followed = _Followed(
        lambda name: tell(News(begun=name)), _followed.is_profiled, inside=inside
    )

    def end() -> None:
        if mine.is_profiled:
            mine.add_up()
        tell(News(spent=mine.spent))

    return end


def hear(news: News) -> None:
    """What another process told."""
    if _followed:
        _followed.tell(news.begun)
        _followed.spent |= news.spent


def table(spent: Spent, starting: float, highest: float | None = None) -> str:
    """A line for each stage that took a hundredth or more of the time or the work: how long it took in the
    process in which it took longest, how much work it was, and in which processes.

    ``starting`` is the work before anything was followed, ``highest`` memory in MB.
    """
    numbers = {process: number for number, process in enumerate(_processes(spent), 1)}
    stages: dict[str, dict[int, Time]] = {}
    for (name, process), took in spent.items():
        stages.setdefault(name, {})[numbers[process]] = took
    whole = sum(took.seconds for (_, process), took in spent.items() if numbers[process] == 1)
    all_work = starting + sum(took.processor for took in spent.values())
    rows = [
        ("what took the time", "seconds", "CPU s", "in process"),
        ("starting", "", f"{starting:.2f}", "1"),
    ]
    for name, took in stages.items():
        longest = max(one.seconds for one in took.values())
        work = sum(one.processor for one in took.values())
        if 100 * longest >= whole or 100 * work >= all_work:
            rows.append((name, f"{longest:.2f}", f"{work:.2f}", ", ".join(map(str, sorted(took)))))
    rows.append(("all", f"{whole:.2f}", f"{all_work:.2f}", ""))
    width = max(len(name) for name, *_ in rows)
    lines = [
        f"{name:<{width}}{seconds:>9}{work:>9}  {where}".rstrip()
        for name, seconds, work, where in rows
    ]
    if highest is not None:
        lines.append(f"All processes together had {highest:,.0f} MB at the highest.")
    return "\n".join(lines)


def _processes(spent: Mapping[tuple[str, int], Time]) -> list[int]:
    """This one first."""
    return sorted({process for _, process in spent}, key=lambda one: (one != os.getpid(), one))
