"""What a build is doing: told while it goes on, and added up for ``broadsheet build --profile``."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from generator import stages
from generator.commands import reporting
from generator.stages import each, stage
from tests.conftest import REPOSITORY, Run

_PROGRAM = """
import sys, time
from generator import stages
from generator.processes import Running, gather
from generator.stages import stage

def work(receive, tell):
    with stage("feeds"):
        time.sleep(0.3)
    return 1

told = []
with stages.followed(told.append, is_profiled=True) as spent:
    gather([Running(work, int(sys.argv[1]))])
print([name for name in told if name], stages.table(spent, 0.5, 80.4), sep="\\n")
"""


def test_a_stage_within_another_interrupts_it():
    begun = time.perf_counter()
    with stages.followed([].append, is_profiled=True) as spent, stage("pages"):
        time.sleep(0.02)
        with stage("writing", is_minor=True):
            time.sleep(0.2)
        time.sleep(0.02)
    took = {name: one.seconds for (name, _), one in spent.items()}
    assert took["pages"] >= 0.04
    assert took["writing"] >= 0.2
    assert took["pages"] + took["writing"] <= time.perf_counter() - begun


def test_making_items_is_a_stage_and_what_is_done_with_them_is_none():
    def made():
        for number in range(3):
            time.sleep(0.02)
            yield number

    begun = time.perf_counter()
    with stages.followed([].append, is_profiled=True) as spent:
        for _ in each("making", made()):
            time.sleep(0.1)
    took = {name: one.seconds for (name, _), one in spent.items()}
    assert took["making"] >= 0.06
    assert took[stages.REST] >= 0.3
    assert took["making"] + took[stages.REST] <= time.perf_counter() - begun


def test_each_new_stage_is_told_unless_it_is_minor():
    told = []
    with stages.followed(told.append):
        for name, is_minor in (("feeds", False), ("feeds", False), ("a", True), ("data", False)):
            with stage(name, is_minor=is_minor):
                pass
    with stage("afterwards"):
        pass
    assert told == ["feeds", "data"]


@pytest.mark.parametrize("jobs", [1, 2])
def test_stages_of_other_processes_are_told_and_added_up(jobs: int):
    ran = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(jobs)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    told, head, *rows, memory = ran.stdout.splitlines()
    assert told == "['feeds']"
    seconds = {row[0]: float(row[1]) for row in map(re.compile(r" {2,}").split, rows)}
    assert 0.3 <= seconds["feeds"] <= seconds["all"]
    assert "80 MB" in memory
    process = "2" if jobs == 2 and sys.platform == "linux" else "1"
    assert next(row for row in rows if row.startswith("feeds")).endswith(f"  {process}")
    assert len({row.index(".") for row in (row for row in rows if row.count(".") == 2)}) == 1, head


_WITHIN = """
import os
from generator import stages
from generator.processes import Running

with stages.followed(lambda name: None, is_profiled=True) as spent:
    with stages.stage("reading"):
        running = Running(lambda *_: os.getpid(), 2)
    process = running.wait()
print([name for name, where in spent if where == process and where != os.getpid()])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="there are such processes on Linux alone")
def test_what_another_process_does_counts_as_what_it_was_begun_in():
    ran = subprocess.run(
        [sys.executable, "-c", _WITHIN], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "['reading']\n"


def test_a_build_tells_what_took_the_time(broadsheet: Run, tmp_path: Path):
    arguments = ("--content", "tests/content", "--site-dir")
    told = broadsheet("build", "--profile", *arguments, tmp_path / "a").stdout
    profile = told[told.index("what took the time") :]
    for name in ("reading content", "MkDocs, and all else", "the theme around that", "all"):
        assert re.search(rf"^{name} +\d+\.\d\d +\d+\.\d\d", profile, re.MULTILINE), profile
    if Path("/proc").is_dir():
        assert 20 < int(re.search(r"had (\d+) MB", profile)[1]) < 1000
    assert "what took" not in broadsheet("build", *arguments, tmp_path / "b").stdout


class Terminal:
    """Takes what is written, as a terminal would."""

    encoding = "utf-8"

    def __init__(self, is_terminal: bool):
        self.written = ""
        self.isatty = lambda: is_terminal

    def write(self, text: str) -> None:
        self.written += text

    def flush(self) -> None:
        pass


@pytest.mark.parametrize("is_terminal", [True, False])
def test_how_far_a_build_is_is_told(is_terminal: bool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stderr", terminal := Terminal(is_terminal))
    now = [0]
    monkeypatch.setattr(reporting, "time", SimpleNamespace(monotonic=lambda: now[0]))
    progress = reporting.Building()
    for seconds, tell in (
        (1, lambda: progress.begin("reading content")),
        (11, lambda: progress.begin("related papers")),
        (12, lambda: progress.count(1, 400)),
        (13, lambda: progress.count(2, 400)),
        (22, lambda: progress.count(100, 400)),
        (23, lambda: progress.begin("search index")),
        (34, lambda: progress.begin("")),
    ):
        now[:] = [seconds]
        tell()
    progress.end()
    if is_terminal:
        told = [line.strip() for line in terminal.written.split("\r")]
        assert told[1] == "[--------------------] Building: reading content"
        assert "[--------------------] Building: pages, 0 %" in told, "too early to tell more"
        assert told[-4] == "[#####---------------] Building: search index, 25 %, 33 s left"
        assert told[-1] == "", "nothing of it is left"
    else:
        assert terminal.written.splitlines() == [
            "Building: related papers",
            "Building: pages, 25 %, 30 s left",
            "Building: pages, 25 %, 66 s left",
        ]
