"""Listing formats: one module each, found by a file's extension and content.

To add a format, add a module to this folder; nothing else needs to change. It has

``EXTENSIONS``
    a tuple of the extensions that its files have: ``(".txt",)``;
``recognizes(source: str) -> bool``
    whether the text looks like this format, for extensions that several formats share;
``read(source: str, day: datetime.date) -> Iterator[Record | Omission]``
    the papers in it, in order, with raw values under the names of ``model.Paper``'s fields
    (``fields`` says what they may look like, and checks them). A record that can't be
    read is an Omission with its line. A file that can't be read raises Unreadable.

and, where files say themselves of which day they are,

``day(source: str) -> datetime.date | None``
    that day, or None.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from generator.errors import BroadsheetError

SOME_UNNAMED = "so some are not named; name them all if you can"  # authors, of a list that says so


@dataclass(frozen=True, slots=True)
class Record:
    """What a listing says of one paper, before it is checked."""

    line: int  # where it begins, counted from 1
    fields: Mapping[str, object]


class Unreadable(BroadsheetError):
    """The file isn't in the format that it seems to be in."""


@cache
def every() -> tuple[ModuleType, ...]:
    """All readers."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(importlib.import_module(f"{__name__}.{name}") for name in names)


def find(extension: str, source: str) -> ModuleType:
    """The reader for a file with this extension and content; raises Unreadable."""
    readers = every()
    fitting = [reader for reader in readers if extension in reader.EXTENSIONS]
    for reader in fitting:
        if reader.recognizes(source):
            return reader
    if fitting:
        described = " or ".join(
            (reader.__doc__ or "").splitlines()[0].rstrip(".").replace("``", "")
            for reader in fitting
        )
        raise Unreadable(
            f"not recognized; capture it again: a {extension} file should be {described}", line=1
        )
    known = sorted({extension for reader in readers for extension in reader.EXTENSIONS})
    if not extension:
        raise Unreadable(f"its name has no ending; there are readers for {', '.join(known)}")
    raise Unreadable(f'no reader for "{extension}" files; there are readers for {", ".join(known)}')
