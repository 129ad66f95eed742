"""Work beside this process: done once, its errors told, ended with whoever began it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from generator import processes
from generator.errors import ContentError
from generator.processes import Heard, Receive, Running
from tests.conftest import REPOSITORY, patience

FORKING = pytest.mark.skipif(
    sys.platform != "linux", reason="there are such processes on Linux alone"
)


def ran(script: str, *arguments: str | Path) -> str:
    """What a script of a process with one thread prints, which pytest's may not be."""
    beginning = "import os, signal, sys, time\nfrom pathlib import Path\n"
    beginning += "from generator.errors import ContentError\n"
    beginning += "from generator.processes import Running, gather, shared\n"
    told = subprocess.run(
        [sys.executable, "-c", beginning + script, *map(str, arguments)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in told.stderr
    return told.stdout


_ONCE = """
def work(receive, tell):
    with open(sys.argv[1], "a") as file:
        file.write(f"{receive()} {os.getpid() == here}")

here = os.getpid()
running = Running(work, int(sys.argv[2]))
running.send("sent")
running.wait()
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_it_is_done_once_with_what_it_is_sent(tmp_path: Path, jobs: int):
    ran(_ONCE, tmp_path / "done", jobs)
    is_here = jobs == 1 or sys.platform != "linux"
    assert (tmp_path / "done").read_text() == f"sent {is_here}"


def test_beside_other_threads_it_is_done_here():
    over, done = threading.Event(), []
    thread = threading.Thread(target=over.wait)
    thread.start()
    Running(lambda *_: done.append(1), 2).wait()
    over.set()
    thread.join()
    assert done == [1]


_FAILING = """
def work(receive, tell):
    raise {error}

try:
    Running(work, 2).wait()
except Exception as error:
    print(type(error).__name__, error)
"""


def test_its_error_is_raised_where_it_is_waited_for():
    told = ran(_FAILING.format(error='ContentError("a word", file="a.yml", line=3, field="title")'))
    assert told == "ContentError a.yml:3: title: a word\n"

    def work(_: Receive, __: Heard) -> None:
        raise ContentError("a word")

    with pytest.raises(ContentError, match="a word"):
        Running(work, 1).wait()


_TELLING = """
def work(receive, tell):
    for number in range(3):
        tell(number)
    return "given"

heard = []
print(Running(work, int(sys.argv[1])).wait(heard.append), heard)
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_it_tells_is_heard_and_what_it_gives_is_given(jobs: int):
    assert ran(_TELLING, str(jobs)) == "given [0, 1, 2]\n"


def test_an_error_that_cannot_be_sent_is_told_in_words():
    assert "<function" in ran(_FAILING.format(error='ValueError(lambda: "a function")'))


@FORKING
def test_that_it_was_killed_is_told():
    told = ran(_FAILING.format(error="os.kill(os.getpid(), signal.SIGKILL)"))
    assert told.startswith("BroadsheetError")
    assert told.endswith("build again\n")


_OVER = """
def work(receive, tell):
    {end}

running = Running(work, 2)
os.waitid(os.P_PID, running._process.pid, os.WEXITED | os.WNOWAIT)
running.send("what it doesn't wait for any more")
try:
    running.wait()
except Exception as error:
    print(type(error).__name__, error)
"""


@FORKING
@pytest.mark.parametrize(
    ("end", "told"),
    [
        ('raise ContentError("a word")', "ContentError a word\n"),
        (
            "os.kill(os.getpid(), signal.SIGKILL)",
            "BroadsheetError a process of the build was ended",
        ),
    ],
)
def test_why_it_is_over_is_told_also_where_something_is_sent_to_it(end: str, told: str):
    assert ran(_OVER.format(end=end)).startswith(told)


_REFUSED = """
import resource

resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))  # no room for a pipe
print(Running(lambda *_: os.getpid() == here, 2).wait())
"""


@FORKING
def test_where_there_can_be_no_more_processes_it_is_done_here():
    assert ran("here = os.getpid()\n" + _REFUSED) == "True\n"


_INTERRUPTED = """
def work(receive, tell):
    tell("begun")
    time.sleep(60)

os.setpgrp()
running = Running(work, 2)
try:
    running.wait(lambda _: os.killpg(0, signal.SIGINT))  # as a terminal does
except KeyboardInterrupt:
    print("interrupted", end="; ")
running.stop()
print(running.wait())
"""


@FORKING
def test_an_interruption_is_for_the_process_that_began_it():
    assert ran(_INTERRUPTED) == "interrupted; None\n"


_STOPPED = """
running = Running(lambda receive, _: Path(sys.argv[1]).write_text(receive()), 2)
running.stop()
print("stopped")
"""


def test_it_can_be_broken_off(tmp_path: Path):
    assert ran(_STOPPED, tmp_path / "done") == "stopped\n"
    assert not (tmp_path / "done").exists()


_BEGINNER = """
def work(receive, tell):
    file, number = Path(sys.argv[1]), 0
    while True:
        number += 1
        file.write_text(str(number))
        time.sleep(0.01)

running = Running(work, 2)
while not Path(sys.argv[1]).exists():
    time.sleep(0.01)
os.kill(os.getpid(), signal.SIGKILL)
"""


@FORKING
def test_it_ends_with_the_process_that_began_it(tmp_path: Path):
    file = tmp_path / "count"
    ran(_BEGINNER, file)
    before = None
    with patience():
        while (now := file.read_text()) != before:
            before = now
            time.sleep(0.5)  # in which one that goes on would have counted further


_FOLLOWING = """
jobs, left = int(sys.argv[1]), [3, 4]

def begin():
    number = left.pop(0)
    return [Running(lambda *_: (number, os.getpid()), jobs)]

running = [Running(lambda *_: (number, os.getpid()), 2) for number in (1, 2)]
given = gather(running, following=lambda: begin() if left else [])
print([number for number, _ in given], len({process for _, process in given} - {os.getpid()}))
"""


@FORKING
@pytest.mark.parametrize(("jobs", "others"), [(2, 4), (1, 2)])
def test_what_is_begun_when_one_is_over_is_waited_for_as_well(jobs: int, others: int):
    assert ran(_FOLLOWING, str(jobs)) == f"[1, 2, 3, 4] {others}\n"


_LEFT_BEHIND = """
running = Running(lambda *_: time.sleep(600), 2)
sys.exit("an error")
"""


def test_who_ends_before_it_does_not_wait_for_it():
    ran(_LEFT_BEHIND)  # which fails if that takes longer than a minute


_WITHIN = """
def work(receive, tell):
    return os.getpid(), Running(lambda *_: os.getpid(), 2).wait()

print(len({os.getpid(), *Running(work, 2).wait()}))
"""


@FORKING
def test_it_may_have_processes_of_its_own():
    assert ran(_WITHIN) == "3\n"


_SHARED = """
things, jobs = list(range(int(sys.argv[1]))), int(sys.argv[2])
given = shared(lambda some: (os.getpid(), [thing * 2 for thing in some]), things, jobs, 5)
assert [thing for some, _ in given for thing in some] == things
assert [thing for _, (_, doubled) in given for thing in doubled] == [thing * 2 for thing in things]
print(len(given), len({process for _, (process, _) in given}), given[0][1][0] == os.getpid())
"""


@pytest.mark.parametrize(
    ("number", "jobs", "parts"),
    [(0, 2, 1), (5, 2, 1), (6, 1, 1), (6, 2, 2), (7, 2, 2), (7, 3, 3), (6, 4, 3), (10, 7, 5)],
)
def test_things_are_shared_and_those_given_stand_in_their_order(number, jobs, parts):
    processes_there = parts if sys.platform == "linux" else 1
    assert ran(_SHARED, str(number), str(jobs)) == f"{parts} {processes_there} True\n"


_SHARED_AND_FAILING = """
def work(some):
    if 0 in some:
        raise ContentError("a word")
    time.sleep(600)

try:
    shared(work, [0, 1], 2, 1)
except ContentError as error:
    print(error)
"""


@FORKING
def test_where_one_share_fails_nobody_waits_for_the_others():
    assert ran(_SHARED_AND_FAILING) == "a word\n"


def test_there_is_a_processor_at_least():
    assert processes.available() >= 1


@FORKING
def test_its_garbage_collector_leaves_alone_what_was_there_before():
    looked_through = "len(gc.get_objects())"
    script = f"import gc\nprint({looked_through}, Running(lambda *_: {looked_through}, 2).wait())"
    here, there = map(int, ran(script).split())
    assert there < here / 10
