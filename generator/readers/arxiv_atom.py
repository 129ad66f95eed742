"""arXiv's Atom, as its API answers: a feed of papers."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from lxml import etree

from generator import formulas
from generator.errors import Omission
from generator.readers import Record, Unreadable

EXTENSIONS = (".xml",)
_ATOM = "{http://www.w3.org/2005/Atom}"


def recognizes(source: str) -> bool:
    return "<feed" in source[:2_000]


def read(source: str, day: datetime.date) -> Iterator[Record | Omission]:
    try:
        feed = etree.fromstring(source.encode(), etree.XMLParser(encoding="utf-8"))
    except etree.XMLSyntaxError as error:
        raise Unreadable("broken XML; fetch the listing again", line=error.lineno) from error
    for entry in feed.findall(f"{_ATOM}entry"):
        said = {
            name: entry.findtext(f"{_ATOM}{name}") for name in ("title", "summary", "published")
        }
        fields: dict[str, object] = dict(formulas.given("title", said["title"] or ""))
        fields |= dict(formulas.given("abstract", said["summary"] or ""))
        fields["authors"] = [name.text for name in entry.iterfind(f"{_ATOM}author/{_ATOM}name")]
        fields["published"] = (said["published"] or "")[:10] or None
        fields["arxiv_id"] = entry.findtext(f"{_ATOM}id")
        yield Record(entry.sourceline or 1, fields)
