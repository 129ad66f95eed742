"""Tables in shards: what is put in comes out, and is found."""

from __future__ import annotations

from itertools import pairwise

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.search import shards

KEYS = st.text(st.characters(codec="utf-8"), max_size=12)
TABLES = st.dictionaries(KEYS, st.binary(max_size=40), max_size=60)
NUMBERS = st.integers(0, 2**62)


def split(entries: list[tuple[str, bytes]], size: int) -> tuple[list[str], list[bytes]]:
    """The first keys, and the shards."""
    found = list(shards.split(entries, size))
    return [first for first, _ in found], [part for _, part in found]


@given(TABLES, st.integers(1, 200))
def test_every_key_is_in_the_shard_that_the_first_keys_tell(table, size):
    entries = sorted(table.items())
    firsts, parts = split(entries, size)
    assert len(firsts) == len(parts)
    assert [entry for part in parts for entry in shards.read(part)] == entries
    for key, payload in entries:
        assert dict(shards.read(parts[shards.place_of(key, firsts)]))[key] == payload


@given(TABLES, st.integers(1, 200), KEYS)
def test_a_key_that_isnt_there_is_looked_for_in_one_shard_at_most(table, size, key):
    firsts, parts = split(sorted(table.items()), size)
    place = shards.place_of(key, firsts)
    assert -1 <= place < len(parts)
    assert all(key not in dict(shards.read(part)) for at, part in enumerate(parts) if at != place)


def test_a_shard_is_as_large_as_was_asked_for():
    table = [(f"{number:05}", b"x" * 20) for number in range(1_000)]
    _, parts = split(table, 500)
    assert {len(part) <= 500 for part in parts} == {True}
    assert len(parts) < 70
    _, parts = split([("a", b""), ("b", b"y" * 9_000), ("c", b"")], 500)
    assert [len(part) > 500 for part in parts] == [False, True, False]


@pytest.mark.parametrize("entries", [300, 30_000])
def test_of_the_usual_size_there_are_about_as_many_shards_as_one_has_bytes(entries):
    table = [(f"{number:06}", b"x" * 94) for number in range(entries)]
    _firsts, parts = split(table, shards.usual_size(100 * entries))
    assert len(parts) < 4 * max(map(len, parts))
    assert max(map(len, parts)) <= max(1_024, 8 * len(parts))


@given(st.lists(NUMBERS, max_size=50))
def test_numbers_are_read_as_they_were_written(numbers):
    encoded, starts = shards.varints(numpy.array(numbers, dtype=numpy.int64))
    assert encoded == b"".join(map(shards.varint, numbers))
    assert shards.numbers(encoded).tolist() == numbers
    assert [encoded[a:b] for a, b in pairwise(starts)] == list(map(shards.varint, numbers))


def test_a_number_is_leb128():
    assert shards.varint(624_485) == bytes([0xE5, 0x8E, 0x26])  # the example of DWARF's appendix
    assert shards.varint(127) == b"\x7f"
