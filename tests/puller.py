"""Runs ``broadsheet pull`` often, and kills it: in processes that begin where all is imported already.

As a program it reads a line of JSON for each run, a date and arguments, forks, and tells the new process's
number and, when it has ended, its exit code.
"""

from __future__ import annotations

import datetime
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.tree import state

REPOSITORY = Path(__file__).parents[1]

CONFIGURATION = """\
site_name: A Publication
site_url: https://papers.example/
docs_dir: pages
theme: mkdocs
plugins:
  - broadsheet:
      authority: papers.example
      year: 2025
      sources:
        - name: daily-papers
          from: huggingface
          address: {root}/api/daily_papers
        - name: arxiv-text
          from: arxiv
          address: {root}/api/query
          categories: [cs.CL, cs.LG]
        - name: a-journal
          from: feed
          url: {root}/feed.rss
          topics: [numbers]
"""


def publication(folder: Path, root: str) -> Path:
    """A publication that pulls from a host, as yet with nothing in it."""
    for name in ("content/listings", "content/topics", "pages"):
        (folder / name).mkdir(parents=True)
    (folder / "content/topics/numbers.md").write_text("---\ntitle: Numbers\n---\n", "utf-8")
    (folder / "mkdocs.yml").write_text(CONFIGURATION.format(root=root), "utf-8")
    return folder


def listings(folder: Path) -> dict[str, bytes]:
    """Every file below the listings, hidden ones as well."""
    return state(folder / "content/listings")


class Puller:
    """Runs pulls in a publication, one after the other."""

    def __init__(self, folder: Path):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.puller"],
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": str(REPOSITORY),
                "NO_PROXY": "*",
                "GITHUB_ACTIONS": "",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def __enter__(self) -> Puller:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()

    def pull(self, day: datetime.date, *arguments: str, kill_after: float | None = None) -> int:
        """Its exit code, or -9 if it was killed so many seconds after it began."""
        self.process.stdin.write(json.dumps([str(day), *arguments]) + "\n")
        self.process.stdin.flush()
        pid = int(self.process.stdout.readline())
        if kill_after is not None:
            time.sleep(kill_after)
            os.kill(pid, signal.SIGKILL)  # who has ended is not waited for before it is told to
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


def _serve() -> None:
    from generator.cli import main
    from generator.commands import configuration, pull
    from generator.sources import arxiv, feed, huggingface, web  # noqa: F401

    configuration.configured(Path("mkdocs.yml"))  # imports what a configuration needs
    web.PAUSE = web.VISIT_BACKOFF = 0
    web.WHOLE_SECONDS = 0.5
    for line in _lines():
        day, *arguments = json.loads(line)
        pull.today = lambda day=day: datetime.date.fromisoformat(day)
        pid = os.fork()
        if not pid:
            os.dup2(2, 1)
            code = 70  # of a traceback
            try:
                main(["pull", *arguments])
            except SystemExit as ended:
                code = ended.code
            finally:
                os._exit(code)
        print(pid, flush=True)
        sys.stdin.readline()
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _lines() -> Iterator[str]:
    while line := sys.stdin.readline():
        yield line


def kills(folder: Path, host, rounds: int, seed: int = 1) -> tuple[int, int]:
    """Pull, kill at random, pull again, so many times; how many were killed, and how many ended well.

    ``host`` is a ``tests.sources.papers_host.PapersHost``. After every kill all that is there must be whole,
    and nothing twice.
    """
    chance = random.Random(seed)
    done = {True: 0, False: 0}
    took = 0.3
    with Puller(folder) as puller:
        for number in range(rounds):
            if number % 4 == 3:
                host.day += datetime.timedelta(1)
            start = time.monotonic()
            kill = None if number % 8 == 7 else chance.uniform(0, took)
            code = puller.pull(host.day, kill_after=kill)
            assert code in (0, -signal.SIGKILL), code
            if kill is None:
                took = time.monotonic() - start
            done[code == 0] += 1
            see_whole(folder)
        assert puller.pull(host.day, "--days", "14") == 0
    return done[False], done[True]


def see_whole(folder: Path) -> dict[str, set[str]]:
    """The papers by file; fails if a file is not whole, or has a paper twice."""
    found: dict[str, set[str]] = {}
    for name, data in listings(folder).items():
        if Path(name).name.startswith("."):
            continue  # of which nobody reads anything
        assert data.endswith(b"\n"), name
        records = [json.loads(line) for line in data.decode().splitlines()]
        titles = [record["title"] for record in records]
        assert titles, name
        assert len(titles) == len(set(titles)), name
        found[name] = set(titles)
    return found


if __name__ == "__main__":
    _serve()
