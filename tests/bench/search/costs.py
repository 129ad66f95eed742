"""Seconds and memory of making an index, each in a process of its own.

python -m tests.bench.search.costs {ours|bm25|pagefind} PICKLED_PAPERS FOLDER
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from generator.model import Paper
from tests.bench import corpus


@dataclass(frozen=True)
class Cost:
    seconds: float
    processor: float  # seconds that processors worked, whatever else the machine had to do
    memory: float  # the greatest resident size in MB; for Python with the papers themselves
    size: float  # MB on disk
    files: int


def of(system: str, papers: Path, folder: Path) -> Cost:
    """What it costs to index the pickled papers into a folder that isn't there."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.bench.search.costs", system, str(papers), str(folder)],
        cwd=corpus.REPOSITORY,
        stdout=subprocess.PIPE,
        check=True,
    ).stdout
    seconds, processor, memory = json.loads(told)
    where = folder / "pagefind" if system == "pagefind" else folder
    sizes = [path.stat().st_size for path in where.rglob("*") if path.is_file()]
    return Cost(seconds, processor, memory, sum(sizes) / 1e6, len(sizes))


def _main(system: str, papers: str, folder: str) -> None:
    with open(papers, "rb") as file:
        read = pickle.load(file)
    if system == "pagefind":
        from tests.bench.search import peers

        peers.write_pages(read, Path(folder))
        del read
        start = time.perf_counter()
        process = subprocess.Popen(peers.pagefind_command(Path(folder)), stdout=sys.stderr)
        _, status, usage = os.wait4(process.pid, 0)
        if status:
            sys.exit("Pagefind failed.")
        seconds = time.perf_counter() - start
        processor, memory = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e3
    else:
        index = _indexing(system, read, Path(folder))
        start, before = time.perf_counter(), time.process_time()
        index()
        seconds, processor = time.perf_counter() - start, time.process_time() - before
        memory = _peak()
    print(json.dumps([seconds, processor, memory]))


def _indexing(system: str, papers: Sequence[Paper], folder: Path) -> Callable[[], object]:
    """What is to be measured, with everything imported."""
    if system == "bm25":
        from tests.bench.search import peers

        return partial(peers.bm25, papers)
    from tests.bench.search import ours

    return partial(ours.written, papers, folder)


def _peak() -> float:
    """MB, of this program alone, as Linux tells; ``getrusage`` counts what its parent had as well."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # bytes, on macOS
    return int(status.read_text("ascii").split("VmHWM:")[1].split()[0]) / 1e3


if __name__ == "__main__":
    _main(*sys.argv[1:])
