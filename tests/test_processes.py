"""Work beside this process: done once, its errors told, ended with whoever began it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator import processes
from generator.errors import ContentError
from generator.processes import Receive, Running


@pytest.mark.parametrize("jobs", [1, 2])
def test_it_is_done_once_with_what_it_is_sent(tmp_path: Path, jobs: int):
    def work(receive: Receive) -> None:
        with (tmp_path / "done").open("a") as file:
            file.write(f"{receive()} {os.getpid() == here}\n")

    here = os.getpid()
    running = Running(work, jobs)
    running.send("sent")
    running.wait()
    is_here = jobs == 1 or sys.platform != "linux"
    assert (tmp_path / "done").read_text() == f"sent {is_here}\n"


@pytest.mark.parametrize("jobs", [1, 2])
def test_its_error_is_raised_where_it_is_waited_for(jobs: int):
    def work(_: Receive) -> None:
        raise ContentError("a word", file="a.yml", line=3, field="title")

    with pytest.raises(ContentError, match="a word") as raised:
        Running(work, jobs).wait()
    assert str(raised.value) == "a.yml:3: title: a word"


def test_an_error_that_cannot_be_sent_is_told_in_words():
    def work(_: Receive) -> None:
        raise ValueError(lambda: "a function")

    with pytest.raises((RuntimeError, ValueError), match="function"):
        Running(work, 2).wait()


@pytest.mark.skipif(sys.platform != "linux", reason="there are such processes on Linux alone")
def test_that_it_was_killed_is_told():
    with pytest.raises(RuntimeError, match="build again"):
        Running(lambda _: os.kill(os.getpid(), signal.SIGKILL), 2).wait()


def test_it_can_be_broken_off(tmp_path: Path):
    running = Running(lambda receive: (tmp_path / "done").write_text(receive()), 2)
    running.stop()
    assert not (tmp_path / "done").exists()


_BEGINNER = """
import os, signal, sys, time
from pathlib import Path
from generator.processes import Running

def work(receive):
    file = Path(sys.argv[1])
    while True:
        file.write_text(str(int(file.read_text() or 0) + 1) if file.exists() else "0")
        time.sleep(0.01)

running = Running(work, 2)
while not Path(sys.argv[1]).exists():
    time.sleep(0.01)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="there are such processes on Linux alone")
def test_it_ends_with_the_process_that_began_it(tmp_path: Path):
    file = tmp_path / "count"
    subprocess.run([sys.executable, "-c", _BEGINNER, file], check=False, timeout=60)
    time.sleep(0.2)
    before = file.read_text()
    time.sleep(0.2)
    assert file.read_text() == before


def test_there_is_a_processor_at_least():
    assert processes.available() >= 1
