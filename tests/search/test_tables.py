"""Tables in one file: what is written is read, wherever in the file it stands."""

from __future__ import annotations

import io

import pytest

from generator.search import tables

GIVEN = {"a": [("", b"one"), ("k", b""), ("m", b"three")], "b": [], "c": [("", b"\0")]}


@pytest.mark.parametrize("before", [b"", b"a checksum"])
def test_every_shard_is_read_as_it_was_written(before: bytes):
    file = io.BytesIO()
    file.write(before)
    tables.write(file, GIVEN.items())
    read = tables.Tables(file, len(before))
    assert read.firsts == {"a": ["", "k", "m"], "b": [], "c": [""]}
    found = {shard: read.part(*shard) for shard in read.names()}
    assert found == {("a", 0): b"one", ("a", 1): b"", ("a", 2): b"three", ("c", 0): b"\0"}
