"""Tables in shards: sorted keys and a payload each, in files of some kilobytes.

A reader finds the shard of a key by the list of first keys, and so loads a few kilobytes however large the
table is. The format is on one page in FORMAT.md.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

import numpy

_SMALLEST = 1_024  # bytes of a shard, as far as tables are large enough


def varint(number: int) -> bytes:
    """An unsigned LEB128: seven bits a byte, the lowest first, the highest bit set in all but the last."""
    encoded = bytearray()
    while number > 127:
        encoded.append(number & 127 | 128)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


_SHORT = [varint(number) for number in range(1 << 12)]


def varints(numbers: numpy.ndarray) -> tuple[bytes, numpy.ndarray]:
    """Many of them in a row, and where each begins, with the end of the last: one more than there are."""
    lengths = numpy.ones(len(numbers), dtype=numpy.int64)
    for bits in range(7, 64, 7):
        longer = numbers >= (1 << bits)
        if not longer.any():
            break
        lengths += longer
    starts = numpy.zeros(len(numbers) + 1, dtype=numpy.int64)
    numpy.cumsum(lengths, out=starts[1:])
    encoded = numpy.zeros(starts[-1], dtype=numpy.uint8)
    for byte in range(int(lengths.max(initial=0))):
        has = lengths > byte
        septets = (numbers[has] >> (7 * byte)) & 127
        encoded[starts[:-1][has] + byte] = septets | numpy.where(lengths[has] > byte + 1, 128, 0)
    return encoded.tobytes(), starts


def numbers(encoded: bytes) -> numpy.ndarray:
    """The numbers of which ``encoded`` is made."""
    octets = numpy.frombuffer(encoded, dtype=numpy.uint8)
    if encoded.isascii():  # as most are: each byte is a number
        return octets.astype(numpy.int64)
    ends = numpy.flatnonzero(octets < 128)
    if not len(ends):
        return numpy.zeros(0, dtype=numpy.int64)
    starts = numpy.concatenate(([0], ends[:-1] + 1))
    place = numpy.arange(ends[-1] + 1) - numpy.repeat(starts, ends - starts + 1)
    septets = (octets[: ends[-1] + 1].astype(numpy.int64) & 127) << (7 * place)
    return numpy.add.reduceat(septets, starts)


def usual_size(characters: int) -> int:
    """Of the shards of a table of so many characters and bytes: about the square root. Then the list of first
    keys, and the few shards that a question needs, together are as little as can be."""
    return max(_SMALLEST, 1 << round(math.log2(math.sqrt(characters or 1))))


def split(entries: Iterable[tuple[str, bytes]], size: int) -> Iterator[tuple[str, bytes]]:
    """The shards of a table, each with its first key; the entries are sorted by their keys, each once.

    ``size``: bytes that a shard shall not have more of, unless by a single entry.
    """
    keys: list[tuple[str, bytes]] = []
    first, filled, last = "", 0, ""
    for key, payload in entries:
        if keys and filled + len(key) + len(payload) > size:
            yield first, pack(keys)
            keys.clear()
            first, filled = _shortest_between(last, key), 0
        keys.append((key, payload))
        filled += len(key) + len(payload)
        last = key
    if keys:
        yield first, pack(keys)


def _shortest_between(before: str, first: str) -> str:
    """The shortest beginning of ``first`` that stands behind ``before``."""
    for length in range(1, len(first)):
        if first[:length] > before:
            return first[:length]
    return first


def pack(entries: Sequence[tuple[str, bytes]]) -> bytes:
    """The entries, sorted by their keys, as one shard."""
    head = [varint(len(entries))]
    before = b""
    for name, payload in entries:
        key = name.encode()
        shared = _shared(before, key)
        head.append(_short(shared) + _short(len(key) - shared) + key[shared:])
        head.append(_short(len(payload)))
        before = key
    return b"".join([*head, *(payload for _, payload in entries)])


def _short(number: int) -> bytes:
    """Its varint, which is made once if it is small."""
    return _SHORT[number] if number < len(_SHORT) else varint(number)


def _shared(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    most = min(len(one), len(other))
    # As numbers they are compared at once: those bytes differ that a bit is left of.
    left = int.from_bytes(one[:most], "big") ^ int.from_bytes(other[:most], "big")
    return most - (left.bit_length() + 7) // 8


def number_at(encoded: bytes, place: int) -> tuple[int, int]:
    """The number that begins at a place, and where it ends."""
    value = shift = 0
    while (octet := encoded[place]) > 127:
        value |= (octet & 127) << shift
        shift += 7
        place += 1
    return value | octet << shift, place + 1


def read(shard: bytes) -> Iterator[tuple[str, bytes]]:
    """The entries of a shard, in order."""
    place = 0

    def number() -> int:
        nonlocal place
        value, place = number_at(shard, place)
        return value

    entries = []
    key = b""
    for _ in range(number()):
        shared, length = number(), number()
        key = key[:shared] + shard[place : place + length]
        place += length
        entries.append((key.decode(), number()))
    for name, length in entries:
        yield name, shard[place : place + length]
        place += length


def place_of(key: str, firsts: Sequence[str]) -> int:
    """The number of the shard in which a key stands, if it is in the table at all; -1 if there is none."""
    return bisect_right(firsts, key) - 1
