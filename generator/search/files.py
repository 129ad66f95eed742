"""The files of an index, as engines read them: by key, by the beginning of keys, by a paper's number."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import numpy

from generator.search import shards
from generator.search.index import CARDS, TIERS

Read = Callable[[str], bytes]  # a path below search/ → the file's bytes; raises OSError


def open_index(site: Path) -> Index:
    """The index of a built site; raises OSError if there is none."""
    index = Index(lambda path: (site / "search" / path).read_bytes())
    _ = index.root
    return index


class Index:
    """The files of an index, read when something in them is asked for, and kept."""

    def __init__(self, read: Read):
        self._read = lru_cache(maxsize=None)(read)
        self._json = lru_cache(maxsize=None)(lambda path: json.loads(self._read(path)))
        self._shard = lru_cache(maxsize=None)(self._entries)

    @cached_property
    def root(self) -> Mapping:
        return self._json("index.json")

    @property
    def papers(self) -> int:
        return self.root["papers"]

    def get(self, table: str, key: str) -> Iterator[tuple[int, bytes]]:
        """What each tier that has the key says of it: the number of the tier's first paper, the payload."""
        for tier in TIERS:
            place = shards.place_of(key, self._firsts(table, tier))
            payload = self._shard(table, tier, place).get(key) if place >= 0 else None
            if payload is not None:
                yield self._base(tier), payload

    def beginning(self, table: str, start: str) -> Iterator[tuple[int, str, bytes]]:
        """Of every key that begins so what ``get`` gives, the key in the middle."""
        for tier in TIERS:
            firsts = self._firsts(table, tier)
            for place in range(max(0, shards.place_of(start, firsts)), len(firsts)):
                if firsts[place] > start and not firsts[place].startswith(start):
                    break
                for key, payload in self._shard(table, tier, place).items():
                    if key.startswith(start):
                        yield self._base(tier), key, payload

    def counts(self, table: str, start: str) -> dict[str, int]:
        """Of every key that begins so how many papers have it, where a table says no more of keys."""
        found: dict[str, int] = {}
        for _, key, payload in self.beginning(table, start):
            found[key] = found.get(key, 0) + shards.number_at(payload, 0)[0]
        return found

    def card(self, number: int) -> Mapping:
        return self._json(f"cards/{number // CARDS}.json")[number % CARDS]

    def column(self, name: str, length: int | None = None) -> numpy.ndarray:
        """An array of the papers, or of another length."""
        data = self._read(f"columns/{name}.bin")
        length = self.papers if length is None else length
        return numpy.frombuffer(data, dtype=f"<u{len(data) // length or 1}" if length else "<u1")

    def names(self, name: str) -> Sequence:
        return self._json(f"columns/{name}.json")

    def size(self, base: int) -> int:
        """How many papers there are in the tier whose first paper has this number."""
        settled = self.root["settled"]
        return settled if base < settled else self.papers - settled

    def _base(self, tier: str) -> int:
        return 0 if tier == "settled" else self.root["settled"]

    def _firsts(self, table: str, tier: str) -> Sequence[str]:
        return (self.root["tables"].get(table) or self._json(f"{table}.json"))[tier]

    def _entries(self, table: str, tier: str, place: int) -> dict[str, bytes]:
        return dict(shards.read(self._read(f"{table}/{tier}-{place}.bin")))
