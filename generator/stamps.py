"""Files of the site that are as they would be made again: so they aren't.

A file that is written gets a stamp: the key of all that its bytes follow from, and the size and the time of
modification that it was left with. While the key is the same, and the file in the site's folder still has that
size and time, it is current. What somebody changed or took away there is made again, and so is what a build
wrote that was broken off, and everything for another folder, or by other code or software.

    with stamps.kept(folder, "feeds", site, software=("feedgen", "lxml")) as stamped:
        for path, maker in …:
            stamped.write(path, maker)  # or: is_current(path, key), and note(path, key) once it is written

Processes that share the work each take what was kept with them, and give back their ``noted`` for another's
``add``.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from generator import cache, output
from generator.pieces import Pieces, again

Stamp = tuple[str | int, ...]  # the key, then size and time of each file


@dataclass(frozen=True, slots=True)
class Maker:
    """What makes a file, when it is wanted, and the key that it has then.

    Without a key it is always made, as what is made faster than one could tell.
    """

    make: Callable[[], bytes | Pieces]
    key: Callable[[], str] | None = None

    def __call__(self) -> bytes:
        """The file's bytes."""
        made = self.make()
        return b"".join(made) if isinstance(made, Pieces) else made


def of_bytes(data: bytes) -> Maker:
    """For what had to be made anyway: if it is current, the file needn't be read."""
    return Maker(lambda: data, lambda: hashlib.blake2b(data, digest_size=16).hexdigest())


class Stamps:
    """The stamps of a site's files: those kept of the last build, and those of this one."""

    def __init__(
        self,
        site: Path,
        folder: Path | None = None,
        name: str = "",
        key: str = "",
        seen: Callable[[], Mapping[str, output.State]] | None = None,
    ):
        self._site, self._above = site, f"{site}/"
        self._seen = seen
        self._folder, self._name, self._key = folder, name, key
        self._before: dict[str, Stamp] = self._recall(name)
        # What files are noted under, mostly a path below the site's folder → their stamp.
        self.noted: dict[str, Stamp] = {}

    @property
    def is_first(self) -> bool:
        """Whether nothing is known of an earlier build."""
        return not self._before

    def is_current(self, name: str, key: str, *paths: str) -> bool:
        """Whether these files stand there as they were written under this name, for the same key; if so, that
        is noted. Without ``paths`` the name is the file's."""
        before = self._before.get(name)
        if before is None or before[0] != key:
            return False
        if before != _stamp(key, map(self._was, paths or (name,))):
            return False
        self.noted[name] = before
        return True

    def is_ours(self, name: str, path: str) -> bool:
        """Whether the first file that was written under this name is this one, and as it was written."""
        before = self._before.get(name)
        return before is not None and before[1:3] == self._was(path)

    def note(self, name: str, key: str, *paths: str) -> None:
        """Say that the files have just been written, under this name and for this key."""
        if (stamp := _stamp(key, map(self._is, paths or (name,)))) is not None:
            self.noted[name] = stamp

    def states(self, name: str) -> list[output.State]:
        """Of the files that are noted under this name, in their order, the states; of none, if none are."""
        numbers = self.noted.get(name, ())[1:]
        return [*zip(numbers[::2], numbers[1::2], strict=True)]

    def add(self, noted: Mapping[str, Stamp]) -> None:
        """Take over what another process has noted."""
        self.noted |= noted

    def write(self, path: str, maker: Maker) -> None:
        """Write what it makes, unless the file is current."""
        key = maker.key() if maker.key else None
        if key and self.is_current(path, key):
            return
        made = maker.make()
        if key and isinstance(made, Pieces):
            self._write_pieces(path, key, made)
            return
        output.write(self._site, [(path, made)])
        if key:
            self.note(path, key)

    def keep(self) -> None:
        """Keep what is noted for the next build."""
        if self.noted != self._before:
            self._keep(self._name, self.noted)

    def _write_pieces(self, path: str, key: str, pieces: Pieces) -> None:
        name = f"{self._name}-{path.replace('/', '-')}"
        before = self._before.get(path, ("",))
        # What is read there must be so now.
        is_as_it_was = before == _stamp(before[0], [self._is(path)])
        had = self._recall(name, str(before), pieces.about) if is_as_it_was else {}
        has: dict[str, int] = {}
        output.write(self._site, [(path, again(pieces, self._site / path, had, has))])
        self.note(path, key)
        self._keep(name, has, str(self.noted[path]), pieces.about)

    def _recall(self, name: str, *more: str) -> dict:
        data = cache.recall(self._folder, name, cache.key([self._key, *more]))
        return cache.unpacked(data) if data else {}

    def _keep(self, name: str, said: dict, *more: str) -> None:
        cache.keep(self._folder, name, cache.key([self._key, *more]), cache.packed(said))

    @property
    def seen(self) -> Mapping[str, output.State]:
        """What was seen before anything was written: whole path → state. Nothing if nobody has looked."""
        return self._seen() if self._seen else {}

    def _was(self, path: str) -> output.State | None:
        """The state that a file was seen in, or is in if nobody has looked."""
        return self._seen().get(self._whole(path)) if self._seen else self._is(path)

    def _is(self, path: str) -> output.State | None:
        """The state that a file is in. Links, of which their own was seen, so are never current."""
        return output.state(self._whole(path), follows=True)

    def _whole(self, path: str) -> str:
        return path if os.path.isabs(path) else self._above + path


def _stamp(key: str, states: Iterable[output.State | None]) -> Stamp | None:
    stamp: Stamp = (key,)
    for state in states:
        if state is None:
            return None
        stamp += state
    return stamp


@contextmanager
def kept(
    folder: Path | None,
    name: str,
    site: Path,
    software: Iterable[str] = (),
    seen: Callable[[], Mapping[str, output.State]] | None = None,
) -> Iterator[Stamps]:
    """The stamps of a site's files, kept for the next build under this name if nothing is raised.

    ``folder`` is the cache's; without one no file is current. ``software`` are the distributions, beside
    Broadsheet itself, whose versions the files follow from. ``seen`` gives the states of the files before
    anything was written, by their whole paths; without it each is looked at when it is asked for.
    """
    # This takes long to import, and nobody needs it if nothing has changed.
    from importlib import metadata

    versions = [f"{one} {metadata.version(one)}" for one in software]
    key = cache.key(["stamps", sys.version, os.path.abspath(site), *versions, package()])
    stamps = Stamps(site, folder, name, key, seen)
    yield stamps
    stamps.keep()


def package() -> str:
    """The key of Broadsheet's own source, templates and theme."""
    root = Path(__file__).parent
    states = output.states(root)
    # Those of editors may be there for a moment.
    mine = sorted(item for item in states.items() if not os.path.basename(item[0]).startswith("."))
    return _source(root, tuple(mine))


@lru_cache(1)  # a build asks four times
def _source(root: Path, files: tuple[tuple[str, output.State], ...]) -> str:
    """The key of these files, which have these states."""
    return cache.key(part for name, _ in files for part in (name, (root / name).read_bytes()))
