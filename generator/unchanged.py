"""Whether everything is as the last build left it, what it read and what it made: then there is nothing to
build.

To know that must take no time, so nothing of MkDocs is imported for it, and no content is read but as bytes.
What was read counts by its bytes, what was made by size and time of modification, as for ``stamps``.
"""

from __future__ import annotations

import functools
import hashlib
import json
import marshal
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator import cache, output, stamps
from generator.errors import Omission

_NAME = "build"  # of what is kept
_BY_VALUE = 2  # the version of marshal's format that doesn't tell what is the same object
# What lets mkdocs.yml say something that doesn't stand in it.
_ELSEWHERE = (b"!ENV", b"INHERIT", b"!relative", b"!!python")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a build is about to read, as it is before that begins."""

    config_file: Path
    configuration: bytes  # what it said before it was read
    folders: Mapping[Path, Mapping[str, output.State]]  # of which all is read → what is in it
    docs: Path  # that of pages, those that are generated among them


def reading(config_file: Path, configuration: bytes, folders: list[Path], docs: Path) -> Reading:
    return Reading(config_file, configuration, _seen(folders), docs)


def last(config_file: Path, asked_for: str) -> tuple[Path, dict[str, int], list[Omission]] | None:
    """The site, the numbers and the omissions that ``keep`` was given of the last build asked for in this
    way, if a build would leave everything as it is; else None."""
    _digest.cache_clear()  # what is read here needn't be read again by ``keep``, but by another build
    folder, key = config_file.parent / cache.FOLDER, _key(config_file, asked_for)
    if (data := cache.recall(folder, _NAME, key)) is None:
        return None
    kept = json.loads(data)
    if output.made_for(Path(kept["site"])).exists():  # left by a build that was killed
        return None
    docs, by_hand = Path(kept["docs"]), set(kept["by_hand"])
    folders = {Path(folder): output.states(folder) for folder in kept["folders"]}
    try:
        # What takes longest comes last.
        is_read = kept["read"] == _read(config_file, folders, docs, by_hand)
    except OSError:  # something isn't there any more
        return None
    if not is_read:
        return None
    pages = {name: state for name, state in output.states(docs).items() if name not in by_hand}
    if kept["made"] != _made(pages, output.states(kept["site"], is_site=True)):
        return None
    omissions = [Omission(message, **where) for message, where in kept["omissions"]]
    return Path(kept["site"]), kept["numbers"], omissions


def keep(
    before: Reading,
    asked_for: str,
    generated: Collection[str],
    site: Path,
    names: Collection[str],
    seen: Mapping[str, output.State],
    known: tuple[Mapping[str, output.State], Mapping[str, output.State]],
    numbers: Mapping[str, int],
    omissions: Iterable[Omission],
) -> None:
    """Remember a build that has ended well.

    ``generated`` are the paths of its pages below ``docs``, ``names`` those of all files below the site's;
    ``seen`` are the states of what there was before, by whole paths, and ``known`` those in which the build
    left most of its pages and of the site's files: so what somebody changed meanwhile is found by ``last``.

    A build during which somebody changed what it read isn't remembered, nor one of a configuration that lets
    other files, or the environment, say what it is.
    """
    config_file, folders, docs = before.config_file, before.folders, before.docs
    below = f"{docs}/"
    by_hand = {
        path.removeprefix(below): state
        for path, state in seen.items()
        if path.startswith(below) and path.removeprefix(below) not in generated
    }
    if (
        any(output.state(f"{docs}/{name}") != state for name, state in by_hand.items())
        or folders != _seen(folders)
        or before.configuration != config_file.read_bytes()
        or any(word in before.configuration for word in _ELSEWHERE)
    ):
        return

    def left(
        folder: Path, names: Collection[str], known: Mapping[str, output.State]
    ) -> dict[str, output.State]:
        """The states of those of these files that are there."""
        states = (known.get(name) or output.state(f"{folder}/{name}") for name in names)
        return {name: state for name, state in zip(names, states, strict=True) if state}

    kept = {
        "folders": [*map(str, folders)],
        "docs": str(docs),
        "by_hand": sorted(by_hand),
        "site": str(site),
        "numbers": numbers,
        "omissions": [
            (one.message, {"file": one.file, "line": one.line, "field": one.field})
            for one in omissions
        ],
        "read": _read(config_file, folders, docs, by_hand),
        "made": _made(left(docs, generated, known[0]), left(site, names, known[1])),
    }
    folder, key = config_file.parent / cache.FOLDER, _key(config_file, asked_for)
    cache.keep(folder, _NAME, key, json.dumps(kept).encode())


def _seen(folders: Iterable[Path]) -> dict[Path, Mapping[str, output.State]]:
    return {folder: output.states(folder) for folder in folders}


def _key(config_file: Path, asked_for: str) -> str:
    config_file = os.path.abspath(config_file)
    return cache.key([config_file, asked_for, sys.version, stamps.package(), *_installed()])


def _installed() -> Iterator[str]:
    """Name and version of every distribution, as the names of their folders tell."""
    for folder in sys.path:
        if os.path.isdir(folder):
            yield from sorted(name for name in os.listdir(folder) if name.endswith(".dist-info"))


def _read(
    config_file: Path,
    folders: Mapping[Path, Mapping[str, output.State]],
    docs: Path,
    by_hand: Iterable[str],
) -> str:
    """A digest of what a build reads."""

    def told() -> Iterator[str | bytes]:
        paths = [config_file]
        paths += [folder / name for folder, states in folders.items() for name in sorted(states)]
        paths += [docs / name for name in sorted(by_hand)]
        for path in paths:
            yield str(path)
            # A link may lead nowhere, as those that editors put beside what is being edited.
            found = output.state(str(path), follows=True)
            yield _digest(path, found) if found else b""

    return cache.key(told())


@functools.cache
def _digest(path: Path, _: output.State) -> bytes:
    """A digest of the file, which is in this state; nothing of a pipe, which would be waited for."""
    return hashlib.blake2b(path.read_bytes()).digest() if path.is_file() else b""


def _made(pages: Mapping[str, output.State], site: Mapping[str, output.State]) -> str:
    """A digest of the states of what it makes."""

    def told(states: Mapping[str, output.State]) -> bytes:
        names = sorted(states)
        return marshal.dumps((names, [states[name] for name in names]), _BY_VALUE)

    return cache.key(map(told, (pages, site)))
