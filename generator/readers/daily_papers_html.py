"""A Daily Papers page of Hugging Face, as saved by a browser.

The page carries what it shows as JSON: in an attribute (``data-props`` of a
``<div class="SVELTE_HYDRATER" data-target="DailyPapers">``, under ``dailyPapers``), in which each
record is as ``huggingface`` reads it. Pages change, so it is looked for in every attribute and every script of
data, and known by its shape: the longest list of records that have a paper.
"""

from __future__ import annotations

import datetime
import html
import json
import re
from collections.abc import Iterator
from contextlib import suppress

from generator import fields
from generator.errors import Omission
from generator.readers import Record, Unreadable, huggingface

EXTENSIONS = (".html",)

# Of an attribute, or of a script of data.
_BEGINNING = re.compile(
    r"""(?:=\s*(?P<quote>["'])|<script\b[^<>]*\bjson\b[^<>]*>)\s*[\[{]""", re.IGNORECASE
)
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
    """All JSON in the page that may be data, and its lines.

    It is found by its beginning, not by parsing a page of whatever HTML: that is as sure, since what
    isn't whole JSON is none, and takes no longer than the page is long.
    """
    line, counted = 1, 0
    script_end = 0
    for match in _BEGINNING.finditer(source):
        start = match.end() - 1  # the bracket belongs to it
        if match["quote"]:
            end = source.find(match["quote"], start)
        elif start < script_end:
            continue  # a script within a script is text
        else:
            end = source.find("</script", start)
            script_end = end if end >= 0 else len(source)
        line += source.count("\n", counted, start)
        counted = start
        if end < 0:
            continue
        value = source[start:end]
        with suppress(ValueError, RecursionError):
            yield line, json.loads(html.unescape(value) if match["quote"] else value)


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
