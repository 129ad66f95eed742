"""Pulls that are killed at random, 200 times: is ever a file half written, a paper lost, or twice there?"""

from __future__ import annotations

import datetime
import tempfile
import time
from pathlib import Path

from tests import puller
from tests.sources.papers_host import PapersHost

ROUNDS = 200


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
