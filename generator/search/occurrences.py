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

_AT_ONCE = 500_000  # occurrences, of which each takes some 200 bytes


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
    ends = numpy.cumsum(pieces.lengths, dtype=numpy.int64)
    which = numpy.empty(int(counts(pieces.stream, len(each)) @ each), dtype=numpy.int32)
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
        of_piece = numpy.searchsorted(ends, numpy.arange(at, at + len(some)), "right")
        text[done : done + total] = numpy.repeat(of_piece, times)
        done += total
    return Occurrences(names, which, text)


def batches(
    found: Occurrences,
) -> Iterator[tuple[Sequence[str], numpy.ndarray, numpy.ndarray, numpy.ndarray]]:
    """The occurrences of some names after the other: the names, for each of their occurrences its place in
    these, its text, and its place among all, as int64. So little room is needed at a time."""
    sizes = counts(found.which, len(found.names))
    # To look through all of them for each batch would take long, so many batches' are looked for at once.
    for low, high in ranges(numpy.cumsum(sizes), 8 * _AT_ONCE):
        among = numpy.concatenate(
            [at + _within(some, low, high) for at, some in blocks(found.which)]
        )
        which = found.which[among]
        for start, end in ranges(numpy.cumsum(sizes[low:high])):
            here = _within(which, low + start, low + end)
            places = among[here]
            yield (
                found.names[low + start : low + end],
                which[here].astype(numpy.int64) - (low + start),
                found.text[places].astype(numpy.int64),
                places,
            )


def ranges(ends: numpy.ndarray, most: int | None = None) -> Iterator[tuple[int, int]]:
    """Ranges of names that occur not more often together than a batch's, unless a single one does; ``ends``:
    how often each and those before it occur."""
    most = most or _AT_ONCE
    start = 0
    while start < len(ends):
        limit = (ends[start - 1] if start else 0) + most
        end = max(start + 1, int(numpy.searchsorted(ends, limit, "right")))
        yield start, end
        start = end


def _within(which: numpy.ndarray, start: int, end: int) -> numpy.ndarray:
    return numpy.flatnonzero((which >= start) & (which < end))


def runs(
    names: Sequence[str], which: numpy.ndarray, wanted: Sequence[tuple[str, ...]]
) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Where any of the wanted, of two names or more, stand in a row: the place of each in wanted, and
    where it begins.

    ``names`` need not be different; ``which`` are places in them.
    """
    numbers = {name: number for number, name in enumerate(sorted(set(names)))}
    number_of = numpy.array([numbers[name] for name in names], dtype=numpy.int32)
    stream = elementwise(number_of.__getitem__, which)
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


def elementwise(
    function: Callable[[numpy.ndarray], numpy.ndarray], array: numpy.ndarray
) -> numpy.ndarray:
    """What the function gives of each element; it is given some at a time, as what NumPy makes on the way takes
    eight bytes for each."""
    result = numpy.empty(len(array), function(array[:0]).dtype)
    for at, some in blocks(array):
        result[at : at + len(some)] = function(some)
    return result


def counts(numbers: numpy.ndarray, least: int = 0) -> numpy.ndarray:
    """How often each number is there, up to the highest, or the ``least`` numbers."""
    counts = numpy.zeros(least, dtype=numpy.int64)
    for _, some in blocks(numbers):
        more = numpy.bincount(some, minlength=len(counts))
        more[: len(counts)] += counts
        counts = more
    return counts


def blocks(array: numpy.ndarray) -> Iterator[tuple[int, numpy.ndarray]]:
    """Where each begins, and its elements; one at least."""
    for at in range(0, max(1, len(array)), _AT_ONCE):
        yield at, array[at : at + _AT_ONCE]


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
