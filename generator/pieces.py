"""Files of very many pieces, as data of all papers: what such a file has already is taken from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Pieces:
    """What makes the pieces of a file, one after the other."""

    start: bytes  # before the first
    between: bytes  # any two
    end: bytes  # behind the last
    keys: Sequence[str]  # of each the key of all that it follows from; no two are the same
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
    places: dict[str, int] = {}
    place = len(pieces.start)
    for key, length in had.items():
        places[key] = place
        place += length + len(pieces.between)

    def make(number: int) -> bytes:
        key = pieces.keys[number]
        piece = b""
        if there and key in places:
            if there.tell() != places[key]:  # to go where one is takes as long as to read anew
                there.seek(places[key])
            piece = there.read(had[key])
        if not piece or len(piece) != had[key]:
            piece = pieces.make(number)
        has[key] = len(piece)
        return piece

    with file.open("rb") if had else nullcontext() as there:
        yield from replace(pieces, make=make)
