"""A table as CSV (RFC 4180), with a line that names its columns.

Columns are called as the fields of a paper (``title``, ``authors``, ``arxiv_id``, ``code``, …), or by
what other programs call these; capitals and spaces don't matter. Several authors or topics in a cell are
parted by ";", also "Lovelace, Ada; Erdős, Paul". An empty cell says nothing. Between cells stands a
comma, or the semicolon or tab that spreadsheets may write.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterator

from generator import addresses, fields, formulas, names
from generator.errors import Omission, Surplus, did_you_mean
from generator.readers import Record, Unreadable

EXTENSIONS = (".csv",)

_LINKS = ("code", "project", "discussion", "data", "demo", "pdf", "slides", "video")
_COUNTS = ("author_count", "comments", "upvotes", "stars")
_LISTS = ("authors", "topics")
_TEXTS = ("title", "abstract", "summary")
_OWN = (
    "title abstract summary summary_by note authors author_count organization published comments "
    "upvotes stars arxiv_id doi topics"
).split()
_URL = "url"  # of which the address says what it is
# What other programs call a field.
_SYNONYMS = {
    "paper": "title",
    "name": "title",
    "paper_title": "title",
    "article_title": "title",
    "document_title": "title",
    "abstract_note": "abstract",
    "author": "authors",
    "author_s": "authors",
    "author_names": "authors",
    "author_full_names": "authors",
    "number_of_authors": "author_count",
    "affiliation": "organization",
    "institution": "organization",
    "company": "organization",
    "date": "published",
    "publication_date": "published",
    "published_date": "published",
    "date_published": "published",
    "arxiv": "arxiv_id",
    "arxivid": "arxiv_id",
    "arxiv_number": "arxiv_id",
    "arxiv_url": "arxiv_id",
    "doi_url": "doi",
    "topic": "topics",
    "notes": "note",
    "number_of_comments": "comments",
    "likes": "upvotes",
    "votes": "upvotes",
    "github_stars": "stars",
    "github": "code",
    "github_url": "code",
    "code_url": "code",
    "repository": "code",
    "repo": "code",
    "project_page": "project",
    "website": "project",
    "homepage": "project",
    "dataset": "data",
    "pdf_url": "pdf",
    "link": _URL,
    "address": _URL,
}
_KNOWN = {**{name: name for name in (*_OWN, *_LINKS, _URL)}, **_SYNONYMS}
_NO_DAY = re.compile(r"\d{4}(?:[-/]\d{1,2})?")  # a year, or a month of one: no date of a paper
_MOST_COLUMNS = 10_000
_LONGEST_CELL = 2 * 10**6  # characters; one that is longer is a quote that nobody closed


def recognizes(source: str) -> bool:
    return True


def read(source: str, day: datetime.date) -> Iterator[Record | Omission]:
    source = source.lstrip("\ufeff")
    rows = _rows(source, _delimiter(source))
    line, header = next(rows, (1, []))
    columns, omissions = _columns(header, line)
    yield from omissions
    for line, row in rows:
        if len(row) > len(header) and any(map(str.strip, row[len(header) :])):
            yield Omission(
                f"{len(row)} cells below {len(header)} columns, so the row is left out; put each text "
                "with a comma into double quotes",
                line=line,
            )
            continue
        said = {name: cell.strip() for name, cell in zip(columns, row, strict=False) if name}
        yield Record(line, dict(_fields({name: cell for name, cell in said.items() if cell})))


def _delimiter(source: str) -> str:
    """What parts the columns: of what may, that which stands in the first line most often."""
    first = source.lstrip().partition("\n")[0][:10_000]
    return max(",;\t", key=first.count)


def _rows(source: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows in which something stands, each with the line on which it begins."""
    csv.field_size_limit(_LONGEST_CELL)

    def lines() -> Iterator[str]:
        for number, line in enumerate(io.StringIO(source, newline=""), 1):
            if line.count(delimiter) > _MOST_COLUMNS:
                raise Unreadable(
                    f"more than {_MOST_COLUMNS:,} columns; take some away", line=number
                )
            yield line

    rows = csv.reader(lines(), delimiter=delimiter, strict=True)
    while True:
        line = rows.line_num + 1
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise Unreadable(
                f"no table from here on ({error}); is a double quote missing, or one within a text "
                "not doubled?",
                line=line,
            ) from error
        if row is None:
            return
        if any(map(str.strip, row)):
            yield line, row


def _columns(header: list[str], line: int) -> tuple[list[str | None], list[Omission]]:
    """The field of each column, or None; and what is wrong with the header."""
    columns: list[str | None] = []
    unknown: list[str] = []
    omissions: list[Omission] = []
    for title in header:
        bare = re.sub(r"[\W_]+", "_", title.strip().lower()).strip("_").removeprefix("links_")
        name = _KNOWN.get(bare)
        if name in columns and name is not None:
            message = f"two columns for it, so {fields.shown(title)} is left out; remove one"
            omissions.append(Omission(message, line=line, field=name))
            name = None
        elif name is None and bare and bare not in fields.DERIVED:
            unknown.append(title)
        columns.append(name)
    if "title" not in columns:
        raise Unreadable(
            "no column for the titles; let the first line name the columns: title,authors,…",
            line=line,
        )
    if unknown:
        said = ", ".join(map(fields.shown, unknown[:20])) + (", …" if len(unknown) > 20 else "")
        near = did_you_mean(unknown[0].strip().lower(), _KNOWN) if len(unknown) == 1 else ""
        todo = near if near.startswith("did") else "name it as a field, or remove it"
        kind = Omission if near.startswith("did") else Surplus
        omissions.append(kind(f"no field for the column {said}; {todo}", line=line))
    return columns, omissions


def _fields(said: dict[str, str]) -> Iterator[tuple[str, object]]:
    for name, cell in said.items():
        if name in _LISTS:
            parts = [part for part in map(str.strip, cell.split(";")) if part]
            yield name, [names.in_order(part) for part in parts] if name == "authors" else parts
        elif name in _COUNTS:
            yield name, int(cell) if cell.isdecimal() and len(cell) < 20 else cell
        elif name in _TEXTS:
            yield from formulas.perhaps_given(name, cell)
        elif name in _LINKS:
            yield f"links.{name}", cell
        elif name != _URL and not (name == "published" and _NO_DAY.fullmatch(cell)):
            yield name, cell
    if address := said.get(_URL):
        name, value = addresses.field(address)
        if name.removeprefix("links.") not in said:
            yield name, value
