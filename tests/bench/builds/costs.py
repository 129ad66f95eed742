"""What a command costs: time, and the memory of all its processes together."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event

_EVERY = 0.05  # seconds between two looks at the memory
_PROC = Path("/proc")


@dataclass(frozen=True)
class Cost:
    seconds: float
    processor: float  # seconds that processors worked, for its children as well
    memory: float | None  # MB at the highest; None where the system has no /proc


def of(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Cost:
    """Run the command in the folder to its end; one that fails ends the program, with what it said."""
    os.sync()  # what others wrote shall not be waited for here
    ended = Event()
    with tempfile.TemporaryFile() as said, ThreadPoolExecutor(1) as watcher:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=said, stderr=subprocess.STDOUT
        )
        highest = watcher.submit(_highest, process.pid, ended)
        try:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
        finally:
            ended.set()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            sys.exit(f"{said.read().decode(errors='replace')}\n{' '.join(command)} failed.")
        return Cost(seconds, usage.ru_utime + usage.ru_stime, highest.result())


def _highest(pid: int, ended: Event) -> float | None:
    """MB. What ``wait4`` tells is of the largest process alone, and counts what its parent had as well."""
    if not _PROC.is_dir():
        return None
    highest = 0
    while not ended.wait(_EVERY):
        highest = max(highest, _together([pid, *_descendants(pid)]))
    return highest / 1e3


def _together(processes: Sequence[int]) -> int:
    """KB of memory that the processes have, and at least what one alone ever had: between two looks is much.

    Of a page that several share, each is counted its part.
    """
    highest = max(_told(pid, "status", "VmHWM:") for pid in processes)
    if len(processes) == 1:
        return highest
    return max(highest, sum(_told(pid, "smaps_rollup", "Pss:") for pid in processes))


def _descendants(pid: int) -> Iterator[int]:
    try:
        children = [file.read_text("ascii") for file in _PROC.glob(f"{pid}/task/*/children")]
    except OSError:  # it has ended meanwhile
        return
    for child in map(int, " ".join(children).split()):
        yield child
        yield from _descendants(child)


def _told(pid: int, file: str, field: str) -> int:
    """What a file of ``/proc`` says in its line that begins so, in KB; of a process that has ended 0."""
    try:
        lines = (_PROC / str(pid) / file).read_text("ascii", errors="replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(field)), 0)
