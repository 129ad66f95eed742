"""An Atom feed of arXiv: an answer of its API (``/api/query``), or a feed of rss.arxiv.org.

Read are title, abstract, authors, arXiv id, DOI and the date of the first version, which is what
arXiv means by ``published``. (A feed of rss.arxiv.org means the day of the announcement, so it gives
no date.) Entries that aren't arXiv's are read as well, with their address as a link. What arXiv
answers when it can't is an entry called "Error": no listing at all.

XML comes from strangers: a document type, and so every entity of its own, is refused (RFC 4287 has
none), nothing else is loaded, and libxml2's limits of depth and size hold.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterator

from lxml import etree

from generator import addresses, formulas, text
from generator.errors import Omission
from generator.readers import Record, Unreadable

EXTENSIONS = (".xml",)

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ANNOUNCED = "oai:arXiv.org:"  # begins the ids of rss.arxiv.org
_ANNOUNCEMENT = re.compile(r"\s*arXiv:\S+\s+Announce Type:[^\n]*\n\s*Abstract:\s*")
# What isn't Atom, by its root.
_OTHERS = {
    "rss": "an RSS feed",
    "rdf": "an RSS feed",
    "html": "a web page",
    "entry": "a single entry",
    "opml": "a list of feeds",
}


def recognizes(source: str) -> bool:
    return True


def read(source: str, day: datetime.date) -> Iterator[Record | Omission]:
    data = source.lstrip("\ufeff \t\r\n").encode("utf-8", "replace")
    above = source[: len(source) - len(source.lstrip("\ufeff \t\r\n"))].count("\n")
    # Whatever encoding the file claims, it has been decoded.
    events = etree.iterparse(
        io.BytesIO(data),
        events=("start", "end"),
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
    )
    depth = 0
    try:
        for event, element in events:
            if event == "start":
                if depth == 0:
                    _check_root(element, above)
                depth += 1
                continue
            depth -= 1
            if depth == 1:
                if element.tag == f"{_ATOM}entry":
                    yield _record(element, _line(element) + above)
                _forget(element)
    except etree.XMLSyntaxError as error:
        raise Unreadable(
            f"broken XML: {_reason(error)}; fetch the feed again",
            line=max(error.lineno or 0, 1) + above,
        ) from error


def _check_root(root: etree._Element, above: int) -> None:
    line = root.sourceline + above
    if root.tag != f"{_ATOM}feed":
        name = etree.QName(root).localname.lower()
        what = _OTHERS.get(name, f"XML whose root is {name}")
        raise Unreadable(
            f"not an Atom feed, but {what}; save the answer of export.arxiv.org/api/query, or let "
            "broadsheet pull ask the feed",
            line=line,
        )
    if root.getroottree().docinfo.doctype:
        raise Unreadable("a feed has no document type; remove <!DOCTYPE …>", line=line)


def _line(element: etree._Element) -> int:
    # Beyond 65,535, libxml2 knows only where the text ends with which the element begins.
    is_far = element.sourceline > 0xFFFF
    return element.sourceline - (element.text or "").count("\n") * is_far


def _forget(element: etree._Element) -> None:
    """Free what has been read; a feed may be long."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _reason(error: etree.XMLSyntaxError) -> str:
    return re.sub(r", line \d+, column \d+.*$", "", error.msg or "it ends too early")


def _record(entry: etree._Element, line: int) -> Record:
    identifier = _text(entry, f"{_ATOM}id") or ""
    if _text(entry, f"{_ATOM}title") == "Error" and "/api/errors" in identifier:
        said = (_text(entry, f"{_ATOM}summary") or "it doesn't say what").rstrip(".")
        raise Unreadable(f"arXiv answered with an error: {said}; ask it again", line=line)
    return Record(line, dict(_fields(entry, identifier)))


def _fields(entry: etree._Element, identifier: str) -> Iterator[tuple[str, object]]:
    is_announcement = identifier.startswith(_ANNOUNCED)
    if title := _text(entry, f"{_ATOM}title"):
        yield from formulas.given("title", title)
    if abstract := _text(entry, f"{_ATOM}summary") or _text(entry, f"{_ATOM}content"):
        yield from formulas.given("abstract", _ANNOUNCEMENT.sub("", abstract, count=1))
    if authors := list(_authors(entry)):
        yield "authors", authors
    if not is_announcement:
        yield "published", _text(entry, f"{_ATOM}published")
    address = identifier.removeprefix(_ANNOUNCED) if is_announcement else _address(entry)
    if found := addresses.arxiv_id(identifier.removeprefix(_ANNOUNCED)):
        yield "arxiv_id", found
    elif address:
        yield addresses.field(address)
    if doi := _text(entry, f"{_ARXIV}doi") or _text(entry, f"{_ARXIV}DOI"):
        yield "doi", doi.split()[0]  # some papers have several, for the parts of one


def _authors(entry: etree._Element) -> Iterator[str]:
    for author in entry.iterchildren(f"{_ATOM}author"):
        if name := _text(author, f"{_ATOM}name"):
            yield text.from_latex(name)
    for creators in entry.iterchildren(f"{_DC}creator"):
        yield from filter(None, map(str.strip, _content(creators).split(",")))


def _address(entry: etree._Element) -> str | None:
    for link in entry.iterchildren(f"{_ATOM}link"):
        if link.get("rel", "alternate") == "alternate":
            return link.get("href")
    return None


def _text(element: etree._Element, name: str) -> str | None:
    child = element.find(name)
    return (_content(child).strip() or None) if child is not None else None


def _content(element: etree._Element) -> str:
    return "".join(element.itertext(etree.Element, with_tail=True))
