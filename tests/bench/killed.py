"""Pulls and builds that are killed at random.

Is ever a file of a pull half written, a paper lost, or twice there? Has the build after one that was killed
other bytes than one of the same content that began from nothing?
"""

from __future__ import annotations

import datetime
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generator import cache
from tests import puller
from tests.bench import corpus
from tests.bench.builds import publication
from tests.sources.papers_host import PapersHost
from tests.tree import differences, state

ROUNDS = 200
BUILDS, PAPERS = 100, 300
BUILD = (*publication.BUILD, "--jobs", "2")
# What people say of a paper of theirs, from build to build; without a remark there is no such paper.
NOTES = ("A remark.", "Another one.", None)


def pulls() -> None:
    """Prints what became of them, and fails at the first file that isn't whole."""
    first = datetime.date(2025, 9, 1)
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="broadsheet-bench-") as temporary:
        host = PapersHost(first)
        folder = puller.publication(Path(temporary) / "often", host.root)
        killed, ended = puller.kills(folder, host, ROUNDS)
        once = puller.publication(Path(temporary) / "once", host.root)
        with puller.Puller(once) as puller_:
            assert puller_.pull(host.day, "--days", "14") == 0
        found, expected = (puller.see_whole(one) for one in (folder, once))
        host.close()
    # An entry of a feed is of the day on which it was first seen, if it is ahead of the clock; so it may stand
    # in another file of its source.
    lost = sum(len(titles - _of_source(found, name)) for name, titles in expected.items())
    print(
        f"\n{ROUNDS} pulls, of which {killed} were killed and {ended} ended, in "
        f"{time.monotonic() - start:.0f} s: {sum(map(len, found.values())):,} papers in {len(found)} files, "
        f"each whole; lost in the last two weeks: {lost}; there twice: 0."
    )
    assert not lost


def _of_source(found: dict[str, set[str]], name: str) -> set[str]:
    """The papers of all files of the source that has this file."""
    source = Path(name).name[len("2025-10-29") :]
    return set().union(*(titles for file, titles in found.items() if file.endswith(source)))


def builds(rounds: int = BUILDS) -> None:
    """Kill so many, tell what became of them, and fail at the first that leaves other files than a clean one.

    Each begins after a change, and is killed alone or with all processes that it began; another follows, often
    after one more change, and goes on to the end. Now and then the last site is gone before, or what was kept
    for the next build.
    """
    chance = random.Random(1)
    start = time.monotonic()
    killed = 0
    with tempfile.TemporaryDirectory(prefix="broadsheet-bench-") as temporary:
        content = Path(temporary, "content")
        corpus.make(content, PAPERS)
        clean, took = {}, 0.0
        for number, note in enumerate(NOTES):
            folder = Path(temporary, str(number))
            publication.begin(folder, content)
            before = time.monotonic()
            clean[note] = _built(folder, note)
            took = time.monotonic() - before
        number = 0
        while killed < rounds:  # some end before they are
            number += 1
            note = chance.choice(NOTES)
            _say(folder, chance.choice(NOTES))
            if number % 8 == 0:
                shutil.rmtree(folder / chance.choice((publication.SITE, cache.FOLDER)))
            killed += _killed(folder, chance.uniform(0, took), is_alone=chance.random() < 0.5)
            before = time.monotonic()
            other = differences(_built(folder, note), clean[note])
            took = time.monotonic() - before
            assert not other, f"build {number}: {other[:20]}"
            print(f"\r{killed} of {rounds} builds killed", end="", file=sys.stderr, flush=True)
    print(
        f"\n{number} builds of {PAPERS} papers, of which {killed} were killed, each with another after it, in "
        f"{time.monotonic() - start:.0f} s: every time the bytes of a clean build."
    )


def _say(folder: Path, note: str | None) -> None:
    file = folder / "content/papers/by-hand.yml"
    file.unlink(missing_ok=True)
    if note:
        file.write_text(f"title: By Hand\nlisted: 2000-01-01\nnote: {note}\n", "utf-8")


def _built(folder: Path, note: str | None) -> dict[str, bytes]:
    """All files of the publication, pages and site, after a build."""
    _say(folder, note)
    ran = subprocess.run(
        BUILD,
        cwd=folder,
        env=publication.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return state(folder, without=".cache")


def _killed(folder: Path, after: float, *, is_alone: bool) -> bool:
    """Begin a build, and kill it after so many seconds unless it has ended."""
    process = subprocess.Popen(
        BUILD,
        cwd=folder,
        env=publication.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        if is_alone:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
    code = process.wait()
    assert code in (0, -signal.SIGKILL), code
    return code != 0
