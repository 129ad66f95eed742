"""What stands in very many texts: read once, in the pieces between spaces, of which most come again and again.

No word, and no term, reaches across a space. So only distinct pieces are taken apart, and all that is in
proportion to the texts is done in arrays.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count

import numpy


@dataclass(frozen=True, slots=True)
class Pieces:
    distinct: list[str]
    stream: numpy.ndarray  # of all texts, one after the other: the pieces' numbers
    lengths: numpy.ndarray  # of each text, in pieces


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Of all texts, one after the other; in a text in its order."""

    names: list[str]  # what occurs, sorted
    which: numpy.ndarray  # for each occurrence the place of what occurs in names
    text: numpy.ndarray  # and the number of the text


def pieces(texts: Iterable[str]) -> Pieces:
    """The texts, which have no white space but spaces and line breaks within."""
    numbers: dict[str, int] = defaultdict(count().__next__)
    stream, lengths = array("i"), array("i")
    for one in texts:
        found = one.split(" ")
        stream.extend(map(numbers.__getitem__, found))
        lengths.append(len(found))
    return Pieces(list(numbers), _array(stream), _array(lengths))


def occurrences(pieces: Pieces, cut: Callable[[str], list[str]]) -> Occurrences:
    """What ``cut`` gives of each piece, of all texts."""
    numbers: dict[str, int] = defaultdict(count().__next__)
    flat, sizes = array("i"), array("i")
    for piece in pieces.distinct:
        found = cut(piece)
        flat.extend(map(numbers.__getitem__, found))
        sizes.append(len(found))
    names = sorted(numbers)
    place = numpy.zeros(len(names), dtype=numpy.int32)
    place[[numbers[name] for name in names]] = numpy.arange(len(names), dtype=numpy.int32)
    each = _array(sizes)
    starts = numpy.cumsum(each) - each
    times = each[pieces.stream]  # of each piece in the stream, how much it holds
    total = int(times.sum())
    before = numpy.cumsum(times) - times
    at = numpy.arange(total) + numpy.repeat(starts[pieces.stream] - before, times)
    text = numpy.repeat(
        numpy.repeat(numpy.arange(len(pieces.lengths), dtype=numpy.int32), pieces.lengths), times
    )
    return Occurrences(names, place[_array(flat)[at]], text)


def runs(
    names: Sequence[str], which: numpy.ndarray, wanted: Sequence[tuple[str, ...]]
) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Where any of the wanted, of two names or more, stand in a row: the place of each in wanted, and
    where it begins.

    ``names`` need not be different; ``which`` are places in them.
    """
    numbers = {name: number for number, name in enumerate(sorted(set(names)))}
    stream = numpy.array([numbers[name] for name in names], dtype=numpy.int64)[which]
    by_start: dict[int, list[tuple[int, tuple[int, ...]]]] = defaultdict(list)
    for place, run in enumerate(wanted):
        if all(name in numbers for name in run):
            first, second, *rest = (numbers[name] for name in run)
            by_start[first * len(numbers) + second].append((place, tuple(rest)))
    starts = numpy.array(sorted(by_start), dtype=numpy.int64)
    pairs = stream[:-1] * len(numbers) + stream[1:]
    at_pair = numpy.searchsorted(starts, pairs).clip(0, max(0, len(starts) - 1))
    found: list[tuple[int, int]] = []
    if len(starts):
        for at in numpy.flatnonzero(starts[at_pair] == pairs).tolist():
            for place, rest in by_start[int(pairs[at])]:
                if not rest or tuple(stream[at + 2 : at + 2 + len(rest)].tolist()) == rest:
                    found.append((place, at))
    return tuple(numpy.array(found, dtype=numpy.int64).reshape(-1, 2).T)


def order(keys: numpy.ndarray) -> numpy.ndarray:
    """The places of the keys such that these ascend, equals as they stood: a stable argsort.

    Keys are not negative. NumPy sorts numbers many times as fast as places; so both go into one.
    """
    bits = max(1, len(keys).bit_length())
    if int(keys.max(initial=0)).bit_length() + bits > 63:
        return numpy.argsort(keys, kind="stable")
    return numpy.sort(keys.astype(numpy.int64) << bits | numpy.arange(len(keys))) & (
        (1 << bits) - 1
    )


def first(sorted_keys: numpy.ndarray) -> numpy.ndarray:
    """The places of the first of equals."""
    is_first = numpy.ones(len(sorted_keys), dtype=bool)
    is_first[1:] = sorted_keys[1:] != sorted_keys[:-1]
    return numpy.flatnonzero(is_first)


def distinct(keys: numpy.ndarray) -> numpy.ndarray:
    """Each key once, ascending."""
    keys = numpy.sort(keys)
    return keys[first(keys)]


def _array(numbers: array) -> numpy.ndarray:
    return (
        numpy.frombuffer(numbers, dtype=numpy.int32)
        if numbers
        else numpy.zeros(0, dtype=numpy.int32)
    )
