"""A Daily Papers page of Hugging Face, as saved by a browser.

The page carries what it shows as JSON: in an attribute (``data-props`` of a
``<div class="SVELTE_HYDRATER" data-target="DailyPapers">``, under ``dailyPapers``), in which each
record is as ``huggingface`` reads it. Pages change, so it is looked for in every attribute and every script of
data, and known by its shape: the longest list of records that have a paper.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from contextlib import suppress

from lxml import etree

from generator import fields
from generator.errors import Omission
from generator.readers import Record, Unreadable, huggingface

EXTENSIONS = (".html",)

_NAME = "dailyPapers"
_DAY = "dateString"  # beside it


def recognizes(source: str) -> bool:
    return True


def read(source: str, day: datetime.date) -> Iterator[Record | Omission]:
    line, records, _ = _found(source, day)
    for record in records:
        yield huggingface.record(line, record)


def day(source: str) -> datetime.date | None:
    """The day that the page says it is of; None if it is of a week or month, or doesn't say."""
    with suppress(ValueError, Unreadable):
        return fields.listed(_found(source, None)[2])
    return None


def _found(source: str, day: datetime.date | None) -> tuple[int, list, object]:
    """The line of the page's data, its records, and the day it gives."""
    best: tuple[tuple[bool, int], int, list, object] | None = None
    for line, data in _data(source):
        for name, found, said in _lists(data):
            rank = (name == _NAME, len(found))
            if best is None or rank > best[0]:
                best = (rank, line, found, said)
    if best is None:
        raise Unreadable(
            "holds no data of Daily Papers; save the page itself "
            f"(https://huggingface.co/papers/date/{day or '2025-10-29'}) as “HTML only”, or copy its "
            "text into a .txt",
            line=1,
        )
    return best[1:]


def _data(source: str) -> Iterator[tuple[int, object]]:
    """All JSON in the page that may be data, and its lines."""
    # What the page is named in, it has been decoded; and one attribute holds a megabyte.
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True)
    try:
        root = etree.fromstring(source.lstrip("\ufeff").encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return
    if root is None:
        return
    for element in root.iter(etree.Element):
        values = [value for _, value in element.items()]
        if element.tag == "script" and "json" in element.get("type", ""):
            values.append(element.text or "")
        for value in values:
            if value.lstrip()[:1] in ("{", "["):
                with suppress(ValueError, RecursionError):
                    yield element.sourceline or 1, json.loads(value)


def _lists(data: object) -> Iterator[tuple[str | None, list, object]]:
    """The lists of records that have a paper: their names, themselves, and the day beside them."""
    left: list[tuple[str | None, object, object]] = [(None, data, None)]
    while left:
        name, value, said = left.pop()
        if isinstance(value, dict):
            left += [(key, inner, value.get(_DAY)) for key, inner in value.items()]
        elif isinstance(value, list):
            if any(map(_has_paper, value)) or (name == _NAME and not value):
                yield name, value, said
            else:
                left += [(None, inner, said) for inner in value]


def _has_paper(record: object) -> bool:
    paper = record.get("paper") if isinstance(record, dict) else None
    return isinstance(paper, dict) and ("title" in paper or "title" in record)
