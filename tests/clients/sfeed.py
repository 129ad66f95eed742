"""sfeed: a parser of RSS and Atom for the shell, whose output is one line for an entry.

It shows the first author only, and all categories. JSON Feed it doesn't read.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.clients import Entry, run, utc

_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\\\": "\\"}


def read(document: bytes, folder: Path) -> list[Entry]:
    """The entries of a document, in its order."""
    lines = run(["sfeed"], folder, given=document).removesuffix("\n")
    return [_entry(line) for line in lines.split("\n")] if lines else []


def _entry(line: str) -> Entry:
    """A line of nine fields, as sfeed(5) has them."""
    date, title, link, content, _type, id_, author, _enclosure, categories = line.split("\t")
    return Entry(
        id_,
        title,
        link,
        author,
        utc(date),
        categories=tuple(categories.split("|")) if categories else (),
        content=re.sub(r"\\[nt\\]", lambda found: _ESCAPES[found.group()], content),
    )
