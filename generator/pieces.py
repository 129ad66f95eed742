"""Files of very many pieces, as data of all papers: what such a file has already is taken from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

_AT_ONCE = 1 << 20  # bytes that are read together, or a few more


@dataclass(frozen=True, slots=True)
class Pieces:
    """What makes the pieces of a file, one after the other."""

    start: bytes  # before the first
    between: bytes  # any two
    end: bytes  # behind the last
    about: str  # the key of what all of them follow from
    keys: Sequence[str]  # of each the key of what else it follows from; no two are the same
    make: Callable[[int], bytes]  # the number of a piece → it

    def __iter__(self) -> Iterator[bytes]:
        yield self.start
        for number in range(len(self.keys)):
            if number:
                yield self.between
            yield self.make(number)
        yield self.end


def again(
    pieces: Pieces, file: Path, had: Mapping[str, int], has: dict[str, int]
) -> Iterator[bytes]:
    """The same, but that those which the file has are read there: it is as it was written, of pieces of the
    lengths that it ``had``, by their keys and in their order. ``has`` gets those of now."""
    keys, between = pieces.keys, pieces.between
    places: dict[str, int] = {}
    place = len(pieces.start)
    for key, length in had.items():
        places[key] = place
        place += length + len(between)

    def together(number: int) -> tuple[bytes, int]:
        """The pieces from this on that stand together there as well, and the number behind the last; nothing if
        this one doesn't stand there."""
        if keys[number] not in places:
            return b"", number
        after, start = number, places[keys[number]]
        end = start
        while after < len(keys) and places.get(keys[after]) == end and end - start < _AT_ONCE:
            end += had[keys[after]] + len(between)
            after += 1
        length = end - len(between) - start
        there.seek(start)
        found = there.read(length)
        return (found, after) if len(found) == length else (b"", number)

    with file.open("rb") if had else nullcontext() as there:
        yield pieces.start
        number = 0
        while number < len(keys):
            if number:
                yield between
            found, after = together(number)
            if found:
                has.update((key, had[key]) for key in keys[number:after])
            else:
                found, after = pieces.make(number), number + 1
                has[keys[number]] = len(found)
            yield found
            number = after
        yield pieces.end
