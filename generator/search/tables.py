"""The tables of a tier in one file, from which each shard is read when it is wanted: of very many papers they
take hundreds of megabytes.

The shards stand one behind the other. Behind them is a directory as JSON, table → first keys and lengths of its
shards, and the directory's length.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import BinaryIO

_LENGTH = 8  # bytes of the directory's length


def write(file: BinaryIO, tables: Iterable[tuple[str, Iterable[tuple[str, bytes]]]]) -> None:
    """Write the tables of these names, of which each is given as ``shards.split`` gives it."""
    directory = {}
    for name, parts in tables:
        firsts, lengths = [], []
        for first, part in parts:
            file.write(part)
            firsts.append(first)
            lengths.append(len(part))
        directory[name] = firsts, lengths
    told = json.dumps(directory).encode()
    file.write(told + len(told).to_bytes(_LENGTH, "little"))


class Tables:
    """What ``write`` wrote, from a place of the file to its end; the file is closed with it."""

    def __init__(self, file: BinaryIO, start: int = 0):
        self._file = file
        end = file.seek(-_LENGTH, 2)
        length = int.from_bytes(file.read(), "little")
        file.seek(end - length)
        self.firsts: dict[str, list[str]] = {}  # table → the first keys of its shards
        self._parts: dict[str, list[tuple[int, int]]] = {}  # where these begin, and their lengths
        for name, (firsts, lengths) in json.loads(file.read(length)).items():
            *starts, start = accumulate(lengths, initial=start)
            self.firsts[name] = firsts
            self._parts[name] = list(zip(starts, lengths, strict=True))

    def __del__(self) -> None:
        self._file.close()

    def names(self) -> Iterator[tuple[str, int]]:
        """Every shard: its table and its number."""
        for name, parts in self._parts.items():
            for number in range(len(parts)):
                yield name, number

    def part(self, name: str, number: int) -> bytes:
        start, length = self._parts[name][number]
        self._file.seek(start)
        return self._file.read(length)
