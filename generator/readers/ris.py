"""RIS (Research Information Systems), as reference managers, publishers and this site write it.

A line is a tag, two spaces, a hyphen, a space and a value; what has no tag goes on with the line
above. Read are title (TI, T1), abstract (AB, N2), authors (AU, A1), DOI (DO), the arXiv id (AN, UR,
DO), the date if it is a whole day (DA, Y1, PY), and addresses (UR, L1, L2). Values are plain text,
but for those in which a formula or a macro shows that they are LaTeX.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from generator import addresses, formulas, names
from generator.errors import Omission
from generator.readers import Record, Unreadable

EXTENSIONS = (".ris",)

_TAG = re.compile(r"([A-Z][A-Z0-9]) {2}-(?: +(.*)|$)")
_NEARLY = re.compile(r"\s*TY\s*-\s")
_LINE_END = re.compile(r"\r\n|\r|\n")
_DAY = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?:[/ T].*)?")
_ADDRESS = re.compile(r"https?://\S+?(?=;https?://|\s|$)")

_TEXTS = (("title", "TI", "T1", "CT"), ("abstract", "AB", "N2"))

_Said = dict[str, list[str]]  # tag → its values, in their order


def recognizes(source: str) -> bool:
    return True


def read(source: str, day: datetime.date) -> Iterator[Record | Omission]:
    begins: int | None = None  # the line of the record's first tag
    said: dict[str, list[list[str]]] = {}  # as _Said, but a value is its lines
    last: list[str] | None = None  # the lines of the value above
    has_any = is_told = False
    for number, line in enumerate(_LINE_END.split(source.lstrip("\ufeff")), 1):
        match = _TAG.match(line)
        tag, value = (match[1], (match[2] or "").strip()) if match else (None, line.strip())
        if tag == "TY":
            if begins:
                yield _without_end(begins, number)
                yield Record(begins, dict(_fields(_joined(said))))
            begins, said, last, has_any = number, {}, None, True
        elif begins and tag == "ER":
            yield Record(begins, dict(_fields(_joined(said))))
            begins, last = None, None
        elif begins and tag:
            last = [value]
            said.setdefault(tag, []).append(last)
        elif begins and last and value:
            last.append(value)
        elif value and not begins and not is_told:
            if not has_any:
                raise Unreadable(_no_record(line), line=number)
            message = "stands outside of a record; write TY above the record, or remove it"
            yield Omission(f"“{value[:60]}” {message}", line=number)
        # A record that begins wrong has many lines; one of them is enough.
        is_told = bool(value) and not begins and tag != "ER"
    if begins:
        yield _without_end(begins, None)
        yield Record(begins, dict(_fields(_joined(said))))


def _no_record(line: str) -> str:
    if _NEARLY.match(line):
        return "not RIS as programs read it; write two spaces between TY and its hyphen"
    return "not RIS, of which each record begins with TY; export it again, as RIS"


def _without_end(begins: int, number: int | None) -> Omission:
    return Omission(
        f"the record has no ER; write it above line {number}"
        if number
        else "the record has no ER, so the file may be cut off; see whether it is, or write it below",
        line=begins,
    )


def _joined(said: dict[str, list[list[str]]]) -> _Said:
    return {tag: [" ".join(lines).strip() for lines in values] for tag, values in said.items()}


def _fields(said: _Said) -> Iterator[tuple[str, object]]:
    for field, *tags in _TEXTS:
        if value := _first(said, *tags):
            yield from formulas.perhaps_given(field, value)
    authors = [*said.get("AU", ()), *said.get("A1", ())]
    if found := [names.in_order(name) for name in authors if name]:
        yield "authors", found
    yield "published", _date(said)
    urls = [
        address
        for tag in ("UR", "L1", "L2")
        for value in said.get(tag, ())
        for address in _ADDRESS.findall(value)
    ]
    doi = _first(said, "DO")
    numbers = [*said.get("AN", ()), *said.get("M1", ()), *said.get("C1", ()), doi or "", *urls]
    arxiv_id = next(filter(None, map(addresses.arxiv_id, numbers)), None)
    yield "arxiv_id", arxiv_id
    if doi and not addresses.arxiv_id(doi):
        yield "doi", doi
    key = _first(said, "ID")
    links: set[str] = set()
    for address in urls:
        if key and address.endswith(f"/papers/{key}/"):  # of the site that wrote this
            continue
        name, value = addresses.field(address)
        if name == "doi" and not doi:
            doi = value
            yield name, value
        elif name.startswith("links.") and name not in links:
            links.add(name)
            yield name, value


def _first(said: _Said, *tags: str) -> str | None:
    return next((value for tag in tags for value in said.get(tag, ()) if value), None)


def _date(said: _Said) -> str | None:
    for tag in ("DA", "Y1", "PY"):
        for value in said.get(tag, ()):
            if match := _DAY.fullmatch(value):
                return f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}"
    return None
