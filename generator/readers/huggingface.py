"""Hugging Face Daily Papers JSON, as ``/api/daily_papers`` answers: a list of records.

A record holds the paper in ``paper``, and beside it what the day's page adds. Read are title,
summary, authors, arXiv id, the paper's own date, organization, counts and links; the day of the
listing is the file's, not the record's. Fields come and go with the year.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator

from generator import fields, formulas
from generator.errors import Omission
from generator.readers import Record, Unreadable

EXTENSIONS = (".json",)

_NEXT = re.compile(r"[\s,]*")
_PAPERS = "https://huggingface.co/papers/"


def recognizes(source: str) -> bool:
    return source.lstrip("\ufeff \t\r\n").startswith("[")


def read(source: str, day: datetime.date) -> Iterator[Record | Omission]:
    for line, item in _elements(source):
        yield record(line, item)


def record(line: int, item: object) -> Record | Omission:
    """A record of Daily Papers, as the API and the page have it."""
    paper = item.get("paper", item) if isinstance(item, dict) else None
    if not isinstance(paper, dict):
        return Omission('not a record of Daily Papers; it has no "paper"', line=line)
    return Record(line, dict(_fields(item, paper)))


def _fields(item: dict, paper: dict) -> Iterator[tuple[str, object]]:
    # The page's title keeps the dollars of mathematics, which the paper's has lost.
    yield from _latex("title", item.get("title") or paper.get("title"))
    yield from _latex("abstract", paper.get("summary") or item.get("summary"))
    if (summary := paper.get("ai_summary")) is not None:
        yield from _latex("summary", summary)
        model = paper.get("ai_summary_model")
        # It must never pass for the editors' own.
        is_named = isinstance(model, str) and model.strip()
        yield "summary_by", f"the language model {model}" if is_named else "a language model"
    yield "authors", _names(paper.get("authors"))
    organization = paper.get("organization") or item.get("organization")
    if isinstance(organization, dict):
        handle, name = organization.get("name"), organization.get("fullname")
        yield "organization", {"handle": handle, "name": name or handle}
    else:
        yield "organization", organization
    yield "published", paper.get("publishedAt") or item.get("publishedAt")
    yield "comments", item.get("numComments")
    yield "upvotes", paper.get("upvotes")
    yield "stars", paper.get("githubStars")
    identifier = paper.get("id")
    try:
        fields.parse("arxiv_id", identifier)
        yield "arxiv_id", identifier
    except ValueError:
        pass  # not every paper there is on arXiv; its page has an address all the same
    page = f"{_PAPERS}{identifier}" if isinstance(identifier, str) else None
    yield "links.code", paper.get("githubRepo")
    yield "links.project", paper.get("projectPage")
    yield "links.discussion", page


def _latex(name: str, value: object) -> Iterator[tuple[str, object]]:
    yield from formulas.given(name, value) if isinstance(value, str) else [(name, value)]


def _names(authors: object) -> object:
    if not isinstance(authors, list):
        return authors
    return [author.get("name") if isinstance(author, dict) else author for author in authors]


def _elements(source: str) -> Iterator[tuple[int, object]]:
    """The elements of a JSON array, each with its line."""
    decoder = json.JSONDecoder()
    position = source.index("[") + 1
    line, counted = 1, 0
    try:
        while True:
            position = _NEXT.match(source, position).end()
            if source.startswith("]", position):
                if source[position + 1 :].strip():
                    raise json.JSONDecodeError("text behind the list", source, position + 1)
                return
            line += source.count("\n", counted, position)
            counted = position
            element, position = decoder.raw_decode(source, position)
            yield line, element
    except json.JSONDecodeError as error:
        raise Unreadable(
            f"broken JSON: {error.msg}; fetch the listing again", line=error.lineno
        ) from error
    except (RecursionError, ValueError) as error:
        raise Unreadable(
            "broken JSON: nested too deeply, or a number too long", line=line
        ) from error
