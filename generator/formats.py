"""Entries and documents in all formats at once: RSS 2.0, Atom, JSON Feed.

An entry is written once, in however many documents it stands: they differ at most in its categories,
which are put where they belong afterwards.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from generator import json_feed, rss_atom
from generator.documents import EXTENSIONS, PLACE, Document, head
from generator.entries import Category, Entry
from generator.model import Publication


class Written(NamedTuple):
    """An entry in each format, with ``PLACE`` where its categories belong."""

    updated: datetime.datetime
    rss: bytes
    atom: bytes
    json: bytes

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.rss) + len(self.atom) + len(self.json)


def written(entry: Entry) -> Written:
    return Written(entry.updated, *rss_atom.rss_and_atom(entry), json_feed.item(entry))


def filed(entries: Sequence[Written], categories: Sequence[Category]) -> list[Written]:
    """The entries with these categories."""
    rss, atom = rss_atom.categories(categories)
    json = json_feed.tags(categories)
    return [
        Written(
            entry.updated,
            entry.rss.replace(PLACE, rss),
            entry.atom.replace(PLACE, atom),
            entry.json.replace(PLACE, json),
        )
        for entry in entries
    ]


def files(
    document: Document,
    entries: Sequence[Written],
    updated: datetime.datetime | None,
    publication: Publication,
    categories: Sequence[Category] = (),
) -> dict[str, bytes]:
    """The document's bytes by extension; ``updated`` is of the newest change, if there is one.

    ``categories`` are those of all entries, as far as these aren't filed.
    """
    as_rss, as_atom, as_json = (
        head(document, extension, updated, publication) for extension in EXTENSIONS
    )
    in_rss, in_atom = rss_atom.categories(categories)
    rss = b"".join([entry.rss for entry in entries]).replace(PLACE, in_rss)
    atom = b"".join([entry.atom for entry in entries]).replace(PLACE, in_atom)
    json = b",\n".join([entry.json for entry in entries]).replace(PLACE, json_feed.tags(categories))
    return {
        "xml": rss_atom.rss(as_rss, rss),
        "atom.xml": rss_atom.atom(as_atom, atom),
        "json": json_feed.json_feed(as_json, json),
    }
