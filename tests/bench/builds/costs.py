"""What a command costs: time, and the memory of all its processes together."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from generator import memory

_EVERY = 0.05  # seconds between two looks at the memory


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
    if not memory.PROC.is_dir():
        return None
    highest = 0
    while not ended.wait(_EVERY):
        highest = max(highest, memory.together(pid))
    return highest / 1e3
