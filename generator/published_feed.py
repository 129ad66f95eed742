"""A feed, read as those read it who follow it: its current document, and every archive behind it.

It may be of an older version (RSS alone, no archives), at another address than it was made for, or
not ours at all: it is a stranger's text, and believed in nothing but what it lists.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from lxml import etree

from generator import documents
from generator.errors import BroadsheetError, Remark
from generator.sources import Fetch

MOST_ARCHIVES = 10_000  # of a feed: a million papers

_ARXIV = re.compile(r"""href=["']https?://arxiv\.org/abs/([\w./-]+)""")
_ATOM = "{http://www.w3.org/2005/Atom}"
_SEE = "; see what is published there"
_PARSER = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)


class Unreadable(BroadsheetError):
    """A feed that is there, and can't be read in any format."""


class Listed(NamedTuple):
    """What a feed says of one paper, as far as it tells which paper that is."""

    title: str
    link: str
    published: datetime.datetime | None  # with a time zone
    arxiv_ids: tuple[str, ...]  # those to which it links


@dataclass(frozen=True, slots=True)
class PublishedFeed:
    """Everything that a feed lists, by the ids of its entries, oldest first."""

    name: str  # its address is /feeds/<name>.xml
    archives: tuple[tuple[str, ...], ...]  # of which the last is the newest
    newest: int  # the number of that one; as many as there are, if none is missing
    current: tuple[str, ...]
    entries: Mapping[str, Listed]  # id → what is said there; in the current document, if in two
    remarks: tuple[Remark, ...] = ()  # why this may not be all, if there are any

    @property
    def ids(self) -> Iterator[str]:
        for archive in self.archives:
            yield from archive
        yield from self.current


class ParsedDocument(NamedTuple):
    """One document of a feed, in whichever format it was."""

    items: list[tuple[str, Listed, object]]  # id, what it says, and it as parsed; as in the file
    address: str  # its own, as it says, or ""
    earlier: str  # that of the archive before it, or ""


def paths(name: str, number: int | None = None) -> list[str]:
    """Where a document is in each format; first JSON Feed, which is the strictest of them."""
    return [documents.path(name, number, of) for of in reversed(documents.EXTENSIONS)]


def read(fetch: Fetch, name: str) -> PublishedFeed | None:
    """The feed of this name; None if there is none.

    Of the current document all formats are read, of each archive the first that can be.

    Raises Unreadable if there is one, and its current document can't be read in any format.
    """
    document, remarks = read_document(fetch, name)
    if document is None:
        if remarks:
            raise Unreadable(
                f"{remarks[0].message.removesuffix(_SEE)}, so nobody can tell what it has listed{_SEE}, "
                "and if it is broken, publish once without this check",
                file=remarks[0].file,
            )
        return None
    listed = [item[:2] for item in reversed(document.items)]
    parts = [
        [*_only_elsewhere(fetch, name, {id_ for id_, _ in listed}), *listed]
    ]  # the newest first
    newest = number = _archive_before(document, name, None)
    if document.earlier and not number:
        remarks.append(_end_of_chain(document, name, None))
    while number:
        document, more = read_document(fetch, name, number)
        remarks += more
        if document is None:
            said = "the feed leads here, where nothing can be read; what is older stays unknown"
            remarks.append(Remark(said, file=documents.path(name, number, "xml")))
            break
        parts.append([item[:2] for item in document.items])
        before = _archive_before(document, name, number)
        if before != number - 1 or (document.earlier and not before):
            remarks.append(_end_of_chain(document, name, number))
            break
        number = before
    parts.reverse()
    *archives, current = (tuple(id_ for id_, _ in part) for part in parts)
    entries = {id_: listed for part in parts for id_, listed in part}
    return PublishedFeed(name, tuple(archives), newest, current, entries, tuple(remarks))


def _only_elsewhere(fetch: Fetch, name: str, seen: set[str]) -> Iterator[tuple[str, Listed]]:
    """What the current document lists in another of its formats alone: somebody reads that one."""
    for path in paths(name):
        try:
            items = parse(path, data).items if (data := fetch(path)) is not None else ()
        except ValueError:
            continue  # remarked on when it is all there is
        for id_, listed, _ in items:
            if id_ not in seen:
                seen.add(id_)
                yield id_, listed


def read_document(
    fetch: Fetch, name: str, number: int | None = None
) -> tuple[ParsedDocument | None, list[Remark]]:
    """The document in the first format that is there and can be read; of others there is a remark."""
    remarks = []
    for path in paths(name, number):
        if (data := fetch(path)) is not None:
            try:
                return parse(path, data), remarks
            except ValueError as error:
                remarks.append(Remark(f"{error}{_SEE}", file=path))
    return None, remarks


def _archive_before(document: ParsedDocument, name: str, number: int | None) -> int:
    """The number of the archive to which the document of this number leads; 0 if it leads to none."""
    site = document.address.rpartition(f"/{documents.path(name, number, '')}")[0]
    if match := re.search(r"-([0-9]{4,5})\.([a-z.]+)\Z", document.earlier):
        before = int(match[1])
        is_ours = document.earlier == f"{site}/{documents.path(name, before, match[2])}"
        if is_ours and before <= MOST_ARCHIVES:
            return before
    return 0


def _end_of_chain(document: ParsedDocument, name: str, number: int | None) -> Remark:
    to = f"to {document.earlier[:200]}" if document.earlier else "to none"
    should = "an archive of its feed" if number is None else f"archive {number - 1} of its feed"
    should = "none" if number == 1 else should
    return Remark(
        f"this should lead to {should}, and leads {to}; what is older stays unknown",
        file=documents.path(name, number, "xml"),
    )


# --- formats ------------------------------------------------------------------------------


def parse(path: str, data: bytes) -> ParsedDocument:
    """The document in the format that its path tells. Raises ValueError if it can't be read."""
    try:
        return _json(data) if path.endswith(".json") else _xml(data)
    except KeyError as error:
        reason = f"without {error}"
    except (etree.XMLSyntaxError, ValueError, TypeError, AttributeError, RecursionError) as error:
        reason = str(error)[:200]
    raise ValueError(f"this is no feed that can be read ({reason})")


def parse_xml(data: bytes) -> etree._Element:
    """The root, without what a document type may do. Raises XMLSyntaxError or ValueError."""
    root = etree.fromstring(data, _PARSER)
    if root.getroottree().docinfo.doctype:
        raise ValueError("it declares a document type, as no feed does")
    return root


def _json(data: bytes) -> ParsedDocument:
    """JSON Feed 1.1"""
    said = json.loads(data)
    if not str(said["version"]).startswith("https://jsonfeed.org/version/"):
        raise ValueError("it is no JSON Feed")
    items = [
        _item(
            item["id"],
            item.get("title"),
            item.get("url"),
            item.get("date_published"),
            item.get("content_html"),
            item,
        )
        for item in said["items"]
    ]
    return ParsedDocument(items, _text(said.get("feed_url")), _text(said.get("next_url")))


def _xml(data: bytes) -> ParsedDocument:
    """Atom (RFC 4287) or RSS 2.0; archives of either by RFC 5005."""
    root = parse_xml(data)
    if root.tag == f"{_ATOM}feed":
        channel = root
        items = [
            _item(
                entry.findtext(f"{_ATOM}id"),
                entry.findtext(f"{_ATOM}title"),
                _links(entry).get("alternate"),
                entry.findtext(f"{_ATOM}published"),
                entry.findtext(f"{_ATOM}content"),
                entry,
            )
            for entry in channel.iterfind(f"{_ATOM}entry")
        ]
    elif root.tag == "rss" and (channel := root.find("channel")) is not None:
        items = [
            _item(*map(item.findtext, ("guid", "title", "link", "pubDate", "description")), item)
            for item in channel.iterfind("item")
        ]
    else:
        raise ValueError("it is neither RSS nor Atom")
    links = _links(channel)
    return ParsedDocument(items, links.get("self", ""), links.get("prev-archive", ""))


def _links(of: etree._Element) -> dict[str, str]:
    links = of.findall(f"{_ATOM}link")
    return {link.get("rel", "alternate"): link.get("href", "") for link in links}


def _item(
    id_: object, title: object, link: object, published: object, html: object, as_parsed: object
) -> tuple[str, Listed, object]:
    if not isinstance(id_, str) or not id_:
        raise ValueError("an entry has no id")
    arxiv_ids = tuple(dict.fromkeys(_ARXIV.findall(_text(html))))
    return id_, Listed(_text(title), _text(link), _time(_text(published)), arxiv_ids), as_parsed


def _text(said: object) -> str:
    return said if isinstance(said, str) else ""


def _time(said: str) -> datetime.datetime | None:
    """As in RFC 3339, or as in RFC 822."""
    for convert in (datetime.datetime.fromisoformat, parsedate_to_datetime):
        try:
            time = convert(said)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return time if time.tzinfo else time.replace(tzinfo=datetime.UTC)
    return None
