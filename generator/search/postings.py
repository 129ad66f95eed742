"""What the tables say of a key: who has it, and how much it tells there, or where it stands.

Impacts are BM25F without the term's rarity (Robertson & Zaragoza 2009, §3.5): how often a term stands in a
paper's fields, each weighed, saturated, in 15 steps. The rarity is a question's business, as it changes
with every new paper, and impacts don't.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy

from generator.search import shards

STEPS = 15  # of impact: four bits
OFFSET = 2  # what the lowest step, 1, is worth more than 1; see ``tier_tables``
_TOPICAL = 16  # a bit of a group's header: the term stands in nothing but the titles of topics
_BITS = 5  # of a header that aren't the number of papers


@dataclass(frozen=True, slots=True)
class Group:
    """The papers in which a term has the same impact."""

    step: int  # of impact, 1 to 15
    is_topical: bool  # whether it stands in titles of topics alone
    papers: numpy.ndarray  # numbers, ascending


def impacts(
    terms: numpy.ndarray,
    papers: numpy.ndarray,
    steps: numpy.ndarray,
    topical: numpy.ndarray,
    most: int,
) -> tuple[bytes, numpy.ndarray]:
    """The payloads of terms 0, 1, 2, …, one after the other, and where each begins, with the end.

    The arrays have an element a posting; papers are below ``most``; steps are 1 to 15. Groups of a term
    stand by impact, the highest first.
    """
    # All that they are sorted by in one number, which sorts many times as fast.
    key = ((terms * STEPS + STEPS - steps) * 2 + topical) * most + papers
    key, papers = numpy.divmod(numpy.sort(key), max(1, most))
    key, topical = numpy.divmod(key, 2)
    terms, below = numpy.divmod(key, STEPS)
    kind = STEPS - below + topical * _TOPICAL
    begins = numpy.ones(len(terms), dtype=bool)
    begins[1:] = (terms[1:] != terms[:-1]) | (kind[1:] != kind[:-1])
    first = numpy.flatnonzero(begins)
    group = numpy.cumsum(begins) - 1
    sizes = numpy.diff(numpy.append(first, len(terms)))
    gaps = papers.copy()
    gaps[1:] = numpy.where(begins[1:], papers[1:], papers[1:] - papers[:-1] - 1)
    # Golomb and Rice's code: of all gaps of a group the high parts, each as so many zeros and a one, then
    # of all the low ones, of ``width`` bits.
    width = _widths(most, sizes)
    each = width[group]
    high = (gaps >> each) + 1
    ends = numpy.cumsum(high)
    before = (ends - high)[first]  # of the groups before
    length = numpy.add.reduceat(high, first) if len(first) else high
    bodies = (length + sizes * width + 7) // 8
    headers, starts = shards.varints(sizes << _BITS | kind[first])
    header_lengths = numpy.diff(starts)
    offsets = numpy.append(0, numpy.cumsum(header_lengths + bodies))
    bits = numpy.zeros(8 * int(offsets[-1]), dtype=numpy.uint8)
    body = 8 * (offsets[:-1] + header_lengths)
    bits[(body - before)[group] + ends - 1] = 1
    low = (body + length)[group] + (numpy.arange(len(gaps)) - first[group]) * each
    for bit in range(int(width.max(initial=0))):
        has = each > bit
        bits[low[has] + bit] = (gaps[has] >> bit) & 1
    encoded = numpy.packbits(bits, bitorder="little")
    octets = numpy.frombuffer(headers, dtype=numpy.uint8)
    for octet in range(int(header_lengths.max(initial=0))):
        has = header_lengths > octet
        encoded[offsets[:-1][has] + octet] = octets[starts[:-1][has] + octet]
    number = int(terms[-1]) + 1 if len(terms) else 0
    return encoded.tobytes(), offsets[numpy.searchsorted(terms[first], numpy.arange(number + 1))]


def _width(most: int, size: int) -> int:
    """Bits of the low parts, for a group of this size: gaps mostly are about ``most`` / size."""
    return max(1, most * 11 // (16 * size)).bit_length() - 1


def _widths(most: int, sizes: numpy.ndarray) -> numpy.ndarray:
    """Those of groups of these sizes, most of which are the same."""
    distinct, which = numpy.unique(sizes, return_inverse=True)
    return numpy.array([_width(most, size) for size in distinct.tolist()], numpy.int64)[which]


def groups(payload: bytes, most: int) -> Iterator[Group]:
    """What ``impacts`` wrote of one term. Raises ValueError or IndexError if that isn't it."""
    bits = numpy.unpackbits(numpy.frombuffer(payload, dtype=numpy.uint8), bitorder="little")
    ones = numpy.flatnonzero(bits)
    place = 0
    while place < len(payload):
        header, place = shards.number_at(payload, place)
        count = header >> _BITS
        if not 0 < count <= most:
            raise ValueError("not a term's papers")
        width = _width(most, count)
        at = int(numpy.searchsorted(ones, 8 * place))
        ends = ones[at : at + count]
        high = numpy.diff(ends, prepend=8 * place - 1) - 1
        start = int(ends[-1]) + 1
        low = bits[start : start + count * width].reshape(count, width)
        gaps = (high << width) + low @ (1 << numpy.arange(width))
        yield Group(header & STEPS, bool(header & _TOPICAL), numpy.cumsum(gaps + 1) - 1)
        place = (start + count * width + 7) // 8


def positions(
    words: numpy.ndarray, papers: numpy.ndarray, places: numpy.ndarray
) -> tuple[bytes, numpy.ndarray]:
    """The payloads of words 0, 1, 2, …, one after the other, and where each begins, with the end.

    An element an occurrence: its word, paper, and place in the paper's text; sorted by these. A place
    of -1 says that the paper has the word, and not where.
    """
    begins = numpy.ones(len(words), dtype=bool)  # a paper's first occurrence of a word
    begins[1:] = (words[1:] != words[:-1]) | (papers[1:] != papers[:-1])
    first = numpy.flatnonzero(begins)
    is_new_word = numpy.ones(len(first), dtype=bool)
    is_new_word[1:] = words[first[1:]] != words[first[:-1]]
    of_first = papers[first]
    gaps = of_first.copy()
    gaps[1:] = numpy.where(is_new_word[1:], of_first[1:], of_first[1:] - of_first[:-1] - 1)
    has_place = places >= 0
    counts = numpy.add.reduceat(has_place, first, dtype=numpy.int64) if len(first) else gaps
    deltas = places.copy()
    deltas[1:] = numpy.where(begins[1:], places[1:], places[1:] - places[:-1] - 1)
    # Two numbers before a paper's places: the gap and the count. What has no place takes no room.
    room = has_place.astype(numpy.int64) + 2 * begins
    ends = numpy.cumsum(room)
    stream = numpy.zeros(int(ends[-1]) if len(ends) else 0, dtype=numpy.int64)
    stream[ends[has_place] - 1] = deltas[has_place]
    heads = ends[first] - room[first]
    stream[heads] = gaps
    stream[heads + 1] = counts
    encoded, starts = shards.varints(stream)
    number = int(words[-1]) + 1 if len(words) else 0
    at = numpy.searchsorted(words, numpy.arange(number + 1))
    return encoded, starts[numpy.concatenate(([0], ends))[at]]


def places(payload: bytes) -> dict[int, list[int]]:
    """What ``positions`` wrote of one word: paper → its places there, ascending."""
    stream = shards.numbers(payload).tolist()
    found: dict[int, list[int]] = {}
    at, paper = 0, -1
    while at < len(stream):
        paper += stream[at] + 1
        count = stream[at + 1]
        place, here = -1, []
        for delta in stream[at + 2 : at + 2 + count]:
            place += delta + 1
            here.append(place)
        found[paper] = here
        at += 2 + count
    return found
