"""A file of pieces is the same, whatever of it is taken from the file that is there."""

from __future__ import annotations

import random
from itertools import accumulate
from pathlib import Path

import pytest

from generator import pieces
from generator.pieces import Pieces, again


def of(numbers: list[int], made: list[int]) -> Pieces:
    def make(place: int) -> bytes:
        made.append(numbers[place])
        return text(numbers[place])

    return Pieces(b"[", b",", b"]", "", [f"k{number}" for number in numbers], make)


def text(number: int) -> bytes:
    return b"%d" % number * (number % 4)


@pytest.mark.parametrize("at_once", [1, 9, 1_000])
def test_what_is_there_is_read_and_the_rest_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
):
    monkeypatch.setattr(pieces, "_AT_ONCE", at_once)
    chance = random.Random(at_once)
    file, had, before = tmp_path / "file", {}, []
    for _ in range(60):
        numbers = [number for number in before if chance.random() < 0.9]
        for _ in range(chance.randrange(4)):
            numbers.insert(chance.randrange(len(numbers) + 1), max(numbers + before, default=0) + 1)
        if chance.random() < 0.2:
            chance.shuffle(numbers)
        made, has = [], {}
        whole = b"".join(again(of(numbers, made), file, had, has))
        assert whole == b"".join(of(numbers, []))
        assert {number for number in made if text(number)} == {
            number for number in {*numbers} - {*before} if text(number)
        }
        file.write_bytes(whole)
        had, before = has, numbers


def test_what_the_file_has_lost_is_made(tmp_path: Path):
    numbers, has = [*range(9, 30)], {}
    whole = b"".join(again(of(numbers, []), tmp_path / "none", {}, has))
    ends = [*accumulate(len(text(number)) + 1 for number in numbers)]
    for length in range(len(whole)):
        (tmp_path / "file").write_bytes(whole[:length])
        made = []
        assert b"".join(again(of(numbers, made), tmp_path / "file", has, {})) == whole
        assert (made == []) == (length >= ends[-1])
