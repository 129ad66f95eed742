"""What stands in very many texts: read once, in the pieces between spaces, of which most come again and again.

No word, and no term, reaches across a space. So only distinct pieces are taken apart, and all that is in
proportion to the texts is done in arrays.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import numpy

_AT_ONCE = 2_000_000  # occurrences; more would need gigabytes


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
    each, flat_place = _array(sizes), place[_array(flat)]
    starts = numpy.cumsum(each, dtype=numpy.int64) - each
    of_piece = numpy.repeat(numpy.arange(len(pieces.lengths), dtype=numpy.int32), pieces.lengths)
    which = numpy.empty(int(each[pieces.stream].sum(dtype=numpy.int64)), dtype=numpy.int32)
    text = numpy.empty(len(which), dtype=numpy.int32)
    done = 0
    for at in range(0, len(pieces.stream), _AT_ONCE):
        some = pieces.stream[at : at + _AT_ONCE]
        times = each[some]  # how much each piece of the stream holds
        total = int(times.sum())
        before = numpy.cumsum(times) - times
        which[done : done + total] = flat_place[
            numpy.arange(total) + numpy.repeat(starts[some] - before, times)
        ]
        text[done : done + total] = numpy.repeat(of_piece[at : at + _AT_ONCE], times)
        done += total
    return Occurrences(names, which, text)


def batches(
    found: Occurrences, *more: numpy.ndarray
) -> Iterator[tuple[Sequence[str], numpy.ndarray, ...]]:
    """The occurrences of some names after the other: the names, for each of their occurrences its place in
    these and its text, as int64, and the elements of other arrays. So little room is needed at a time."""
    counts = numpy.bincount(found.which, minlength=len(found.names))
    ends = numpy.cumsum(counts)
    start = 0
    while start < len(found.names):
        limit = (ends[start - 1] if start else 0) + _AT_ONCE
        end = max(start + 1, int(numpy.searchsorted(ends, limit, "right")))
        here = numpy.flatnonzero((found.which >= start) & (found.which < end))
        yield (
            found.names[start:end],
            found.which[here].astype(numpy.int64) - start,
            found.text[here].astype(numpy.int64),
            *(array[here] for array in more),
        )
        start = end


def runs(
    names: Sequence[str], which: numpy.ndarray, wanted: Sequence[tuple[str, ...]]
) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Where any of the wanted, of two names or more, stand in a row: the place of each in wanted, and
    where it begins.

    ``names`` need not be different; ``which`` are places in them.
    """
    numbers = {name: number for number, name in enumerate(sorted(set(names)))}
    stream = numpy.array([numbers[name] for name in names], dtype=numpy.int32)[which]
    by_start: dict[int, list[tuple[int, tuple[int, ...]]]] = defaultdict(list)
    for place, run in enumerate(wanted):
        if all(name in numbers for name in run):
            first, second, *rest = (numbers[name] for name in run)
            by_start[first * len(numbers) + second].append((place, tuple(rest)))
    starts = numpy.array(sorted(by_start), dtype=numpy.int64)
    found: list[tuple[int, int]] = []
    for begin in range(0, len(stream) - 1 if len(starts) else 0, _AT_ONCE):
        some = stream[begin : begin + _AT_ONCE + 1].astype(numpy.int64)
        pairs = some[:-1] * len(numbers) + some[1:]
        at_pair = numpy.searchsorted(starts, pairs).clip(0, len(starts) - 1)
        for at in numpy.flatnonzero(starts[at_pair] == pairs).tolist():
            behind = begin + at + 2
            for place, rest in by_start[int(pairs[at])]:
                if not rest or tuple(stream[behind : behind + len(rest)].tolist()) == rest:
                    found.append((place, begin + at))
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
