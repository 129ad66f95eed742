"""A feed of papers, RSS or Atom: arXiv's, a journal's, anybody's.

What an entry says beside its title is read where feeds of papers say it: Dublin Core, PRISM, arXiv's own. Its
text is the abstract in arXiv's feeds alone; elsewhere nobody knows who wrote it, and it is given as what the
feed says of the paper.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterator
from xml.sax import SAXException

import feedparser
from lxml import etree, html

from generator import addresses, fields, formulas, text
from generator.readers import Record, Unreadable
from generator.sources import Found, Source
from generator.sources.web import Visit

ADDRESS = None
BY_DAY = False

# What stands before the abstract, or the text.
_ANNOUNCED = re.compile(r"\AarXiv:\S+\s+(?:Announce Type:\s+\S+\s+)?(?:Abstract:\s*)?")
_PUBLISHED_ONLINE = re.compile(r"\A.{0,100}?, Published online: [^;]{1,40};\s+doi:\s?\S+\s*")
_VERSION = re.compile(r" ?\(arXiv:\S+(?: \[\S+\])?[^()]{0,20}\)$")  # behind titles, until 2024
_ENDS_BLOCK = re.compile(r"</(?:p|div|li|ul|h\d|section)>|<br", re.IGNORECASE)
_ON_ARXIV = re.compile(r"^oai:arXiv\.org:|arxiv\.org/abs/", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
_DOI_IN_ADDRESS = re.compile(r"^https?://(?:dx\.)?doi\.org/|^doi:", re.IGNORECASE)


def found(source: Source, day: datetime.date | None, visit: Visit) -> list[Found]:
    """What the feed has, each with the day (UTC) that it gives itself; raises Unreachable."""
    return visit.read(source.address, lambda data: [*_entries(data, source.address)])


def _entries(data: bytes, address: str) -> Iterator[Found]:
    try:
        feed = feedparser.parse(io.BytesIO(data), response_headers={"content-location": address})
    except Exception as error:  # whatever it trips over in a stranger's feed, such as false base64
        raise Unreadable("it is a feed in which nobody can find their way") from error
    if not feed.get("version"):
        raise Unreadable("it is no feed")
    if isinstance(feed.get("bozo_exception"), SAXException):  # the last entry may be half of one
        raise Unreadable("it is a feed that breaks off, or broken XML")
    name = text.plain(_plain(feed.feed.get("title_detail"))) or None
    for number, entry in enumerate(feed.entries, 1):
        day = _day(entry)
        yield day, Record(number, dict(_fields(entry, name, day)))


def _fields(entry, feed: str | None, day: datetime.date | None) -> Iterator[tuple[str, object]]:
    identifier = _arxiv_id(entry)
    title = _VERSION.sub("", " ".join(_plain(entry.get("title_detail")).split()))
    yield from formulas.given("title", title)
    details = entry.get("summary_detail") or (entry.get("content") or [None])[0]
    words = _PUBLISHED_ONLINE.sub("", _plain(details).strip())
    if identifier:
        yield from formulas.given("abstract", _ANNOUNCED.sub("", words))
    elif words and text.plain(words) != text.plain(title):
        yield from formulas.given("summary", words)
        yield "summary_by", feed or "the feed"
    yield "authors", [*_authors(entry, is_list=bool(identifier))]
    # The day of an announcement, in arXiv's feeds, is not that of the paper.
    yield "published", day.isoformat() if day and not identifier else None
    yield "arxiv_id", identifier
    doi = _doi(entry)
    yield "doi", doi
    if not identifier and not doi and entry.get("link"):
        yield addresses.field(entry["link"])


def _day(entry) -> datetime.date | None:
    """The day of the entry, which feedparser has brought to UTC."""
    # Asked for what it lacks, feedparser's own type gives something else, and warns that it does.
    moment = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
    try:
        return datetime.date(*moment[:3]) if moment else None
    except ValueError:
        return None


def _plain(detail) -> str:
    """A text of the feed without markup, which it may be with."""
    value = (detail or {}).get("value") or ""
    if (detail or {}).get("type") == "text/plain" or not ("<" in value or "&" in value):
        return value
    value = _ENDS_BLOCK.sub(r"\n\g<0>", value)  # or words would run together
    try:
        return html.fragment_fromstring(value, create_parent="div").text_content()
    except (etree.ParserError, ValueError):
        return value


def _authors(entry, *, is_list: bool) -> Iterator[str]:
    for author in entry.get("authors") or ():
        name = text.plain(_plain({"value": author.get("name") or ""}))
        # arXiv puts all of them into one element.
        for one in _IN_BRACKETS.sub("", name).split(", ") if is_list else [name]:
            if one:
                yield text.from_latex(one)


def _arxiv_id(entry) -> str | None:
    for place in (entry.get("id"), entry.get("link")):
        if place and _ON_ARXIV.search(place):
            return addresses.arxiv_id(place.removeprefix("oai:arXiv.org:"))
    return None


def _doi(entry) -> str | None:
    for name in ("prism_doi", "arxiv_doi", "dc_identifier", "id", "link"):
        value = entry.get(name)
        if (
            not isinstance(value, str)
            or not value.strip()
            or (name in ("id", "link", "dc_identifier") and not _DOI_IN_ADDRESS.match(value))
        ):
            continue
        try:
            return fields.doi(value.split()[0])  # arXiv gives several for the parts of one paper
        except ValueError:
            continue
    return None
