"""Files of the site that are as they would be made again: so they aren't.

A file that is written gets a stamp: the key of all that its bytes follow from, and the size and the time of
modification that it was left with. While the key is the same, and the file in the site's folder still has that
size and time, it is current. What somebody changed or took away there is made again, and so is what a build
wrote that was broken off, and everything for another folder, or by other code or software.

    with stamps.kept(folder, "feeds", site, software=("feedgen", "lxml")) as stamped:
        for path, make, key in …:
            stamped.write(path, key, make)  # or: is_current(path, key), and note(path, key) once it is written

Processes that share the work each take what was kept with them, and give back their ``noted`` for another's
``add``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache as once
from importlib import metadata
from pathlib import Path

from generator import cache, output


class Stamps:
    """The stamps of a site's files: those kept of the last build, and those of this one."""

    def __init__(self, site: Path, before: Mapping[str, str] | None = None):
        self._site = site
        self._before = before or {}
        self.noted: dict[str, str] = {}  # path below the site's folder → its stamp

    def is_current(self, path: str, key: str) -> bool:
        """Whether the file stands there as it was written, for the same key; if so, that is noted."""
        before = self._before.get(path)
        if before is None or not before.startswith(f"{key} ") or before != self._stamp(path, key):
            return False
        self.noted[path] = before
        return True

    def note(self, path: str, key: str) -> None:
        """Say that the file has just been written, for this key."""
        if (stamp := self._stamp(path, key)) is not None:
            self.noted[path] = stamp

    def add(self, noted: Mapping[str, str]) -> None:
        """Take over what another process has noted."""
        self.noted |= noted

    def write(self, path: str, key: str, make: Callable[[], bytes | Iterable[bytes]]) -> None:
        """Write what ``make`` makes, unless the file is current."""
        if not self.is_current(path, key):
            output.write(self._site, [(path, make())])
            self.note(path, key)

    def _stamp(self, path: str, key: str) -> str | None:
        try:
            found = os.stat(self._site / path)
        except OSError:
            return None
        return f"{key} {found.st_size} {found.st_mtime_ns}"


@contextmanager
def kept(
    folder: Path | None, name: str, site: Path, software: Iterable[str] = ()
) -> Iterator[Stamps]:
    """The stamps of a site's files, kept for the next build under this name if nothing is raised.

    ``folder`` is the cache's; without one no file is current. ``software`` are the distributions, beside
    Broadsheet itself, whose versions the files follow from.
    """
    versions = [f"{one} {metadata.version(one)}" for one in software]
    key = cache.key(["stamps", sys.version, os.path.abspath(site), *versions, package()])
    data = cache.recall(folder, name, key)
    stamps = Stamps(site, json.loads(data) if data else {})
    yield stamps
    now = json.dumps(stamps.noted).encode()
    if now != data:
        cache.keep(folder, name, key, now)


@once
def package() -> str:
    """The key of Broadsheet's own source, templates and theme."""
    root = Path(__file__).parent
    paths = sorted(
        Path(folder, name)
        for folder, _, names in os.walk(root)
        if os.path.basename(folder) != "__pycache__"
        for name in names
    )
    return cache.key(
        part for path in paths for part in (path.relative_to(root).as_posix(), path.read_bytes())
    )
