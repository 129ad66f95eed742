"""The memory of processes, as Linux tells it. As a program: ``memory.py PROCESS`` looks until something is
written to it, and prints what it saw at the highest.

A program of its own can look at others without being a part of them: a thread would keep a build from copying
itself, and a copy would share what it is to count.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PROC = Path("/proc")
_EVERY = 0.05  # seconds between two looks, at least:
_PART = (
    20  # to look at much memory takes long, and shall take no more of the time than one in so many
)


@contextmanager
def watched() -> Iterator[list[float]]:
    """A list that holds in the end the MB that this process and all that it began had at the highest."""
    highest: list[float] = []
    if not PROC.is_dir():
        yield highest
        return
    command = [sys.executable, "-I", __file__, str(os.getpid())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as watcher:
        try:
            yield highest
        finally:
            told, _ = watcher.communicate(b"enough")
            highest += map(float, told.split())


def together(process: int) -> int:
    """KB of memory that a process has with all that it began, and at least what it alone ever had: between two
    looks is much.

    Of a page that several share, each is counted its part.
    """
    return _sum([process, *_descendants(process)])


def _sum(processes: Sequence[int]) -> int:
    highest = max(_told(process, "status", "VmHWM:") for process in processes)
    if len(processes) == 1:
        return highest
    parts = sum(_told(one, "smaps_rollup", "Pss:") for one in processes)
    # If one has ended meanwhile, what it shared may count twice: with its own part, and with those of others.
    are_there = all(_told(one, "status", "VmRSS:") for one in processes)
    return max(highest, parts) if are_there else highest


def _descendants(process: int) -> Iterator[int]:
    try:
        children = [file.read_text("ascii") for file in PROC.glob(f"{process}/task/*/children")]
    except OSError:  # it has ended meanwhile
        return
    for child in map(int, " ".join(children).split()):
        if child != os.getpid():
            yield child
            yield from _descendants(child)


def _told(process: int, file: str, field: str) -> int:
    """What a file of ``/proc`` says in its line that begins so, in KB; of a process that has ended 0."""
    try:
        lines = (PROC / str(process) / file).read_text("ascii", errors="replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(field)), 0)


def _main(process: int) -> None:
    highest, pause = 0, 0.0
    while not select.select([sys.stdin], [], [], pause)[0]:
        start = time.perf_counter()
        highest = max(highest, together(process))
        pause = max(_EVERY, _PART * (time.perf_counter() - start))
    print(highest / 1e3)


if __name__ == "__main__":
    _main(int(sys.argv[1]))
