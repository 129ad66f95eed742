"""What ``make bench`` says of the memory of builds: of all processes, and of what they share once."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from pathlib import Path

import pytest

from tests.bench.builds import costs

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="nothing tells of memory here")

MB = 80
OWN = f"import time; had = b'x' * {MB}_000_000; time.sleep(0.5)"
TWO = f"import subprocess, sys; {OWN}; subprocess.run([sys.executable, '-c', {OWN!r}])"
SHARED = f"import os, time; had = b'x' * {MB}_000_000; os.fork(); time.sleep(0.5)"


def memory(code: str, folder: Path) -> float:
    return costs.of([sys.executable, "-c", code], folder, os.environ).memory


def test_memory_is_that_of_all_processes_and_counts_once_what_they_share(tmp_path: Path):
    one, two, shared = (memory(code, tmp_path) for code in (OWN, TWO, SHARED))
    assert MB < one < 1.5 * MB
    assert 2 * MB < two < 2.5 * MB
    assert MB < shared < 1.5 * MB


def test_what_ends_while_others_are_looked_at_isnt_counted_with_its_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(costs.memory, "PROC", tmp_path)
    for process, children in (1, "2"), (2, ""):
        tasks = tmp_path / f"{process}/task/{process}"
        tasks.mkdir(parents=True)
        (tasks / "children").write_text(children)
        (tmp_path / f"{process}/status").write_text("VmHWM: 80 kB\nVmRSS: 80 kB\n")
    (tmp_path / "1/smaps_rollup").write_text("Pss: 40 kB\n")
    os.mkfifo(tmp_path / "2/smaps_rollup")

    def end() -> None:
        with open(tmp_path / "2/smaps_rollup", "w") as told:  # somebody reads there now
            shutil.rmtree(tmp_path / "1")
            told.write("Pss: 80 kB\n")

    ending = threading.Thread(target=end)
    ending.start()
    assert costs.memory.together(1) == 80
    ending.join()


def test_what_fails_is_told_with_what_it_said(tmp_path: Path):
    with pytest.raises(SystemExit, match="what is wrong"):
        costs.of([sys.executable, "-c", "exit('what is wrong')"], tmp_path, os.environ)
