"""Feed documents as JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

from __future__ import annotations

from collections.abc import Sequence

from generator import dates
from generator.documents import PLACE, Head
from generator.entries import Category, Entry
from generator.text import as_json


def json_feed(head: Head, items: bytes) -> bytes:
    """The document as JSON Feed; ``items`` are as ``item`` gives them, with a comma and a line break between.

    An archive is a page of the feed: ``next_url`` leads from the current document to the newest, and
    from each to the one before it.
    """
    said = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": head.title,
        "home_page_url": head.home,
        "feed_url": head.address,
        "description": head.description,
        "next_url": head.prev_archive,
        "language": head.language,
        "authors": [{"name": head.publisher, "url": head.site}],
    }
    said = {name: value for name, value in said.items() if value is not None}
    start = as_json(said).removesuffix("}").encode()
    return b"".join([start, b', "items": [\n', items, b"\n]}\n"])


def item(entry: Entry) -> bytes:
    """The entry as an item, which may be put into many documents, with ``PLACE`` where its tags belong."""
    related = next((link.url for link in entry.links if link.rel == "related"), None)
    said = {
        "id": entry.id,
        "url": entry.url,
        "external_url": related,
        "title": entry.title,
        "content_html": entry.html,
        "date_published": dates.rfc3339(entry.published),
        "date_modified": dates.rfc3339(entry.updated),
    }
    written = as_json({name: value for name, value in said.items() if value}).removesuffix("}")
    # The encoder takes long over mappings.
    names = ", ".join([f'{{"name": {as_json(name)}}}' for name in entry.authors])
    authors = f', "authors": [{names}]'.encode() if names else b""
    return b"".join([written.encode(), authors, PLACE, b"}"])


def tags(categories: Sequence[Category]) -> bytes:
    """What belongs at the ``PLACE`` of an item with these categories."""
    labels = [category.label or category.term for category in categories]
    return f', "tags": {as_json(labels)}'.encode() if labels else b""
