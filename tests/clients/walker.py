"""A client that reads back to the first entry (RFC 5005, section 4), and JSON Feed's next_url.

Few readers do so yet; those that do take an archive document as it is for ever, as the standard
lets them, and so does this one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urljoin
from xml.etree import ElementTree

_ATOM = "{http://www.w3.org/2005/Atom}"
_HISTORY = "{http://purl.org/syndication/history/1.0}"


class BrokenHistory(Exception):
    """A chain of documents that can't be followed: which document, and why."""


@dataclass(frozen=True)
class Document:
    """What such a client needs to know of one document."""

    url: str
    ids: tuple[str, ...]  # in the document's order
    previous: str | None  # address of the archive before it
    archive: bool = False  # whether it says so (fh:archive); JSON Feed has no word for it
    current: str | None = None  # address of the feed to which it belongs, if it says so


@dataclass
class Walker:
    """A subscriber who reads everything, and never asks twice for an archive document."""

    fetch: Callable[[str], bytes]  # raises whatever it likes for what isn't there
    archives: dict[str, Document] = field(default_factory=dict)  # by address
    fetched: list[str] = field(default_factory=list)  # every address that was asked for, in order

    def documents(self, url: str) -> list[Document]:
        """The current document, fetched anew, and all archives, the newest first.

        Raises BrokenHistory if a document can't be read, or is met again.
        """
        walked = [self._fetch(url)]
        met = {url}
        while (previous := walked[-1].previous) is not None:
            if previous in met:
                raise BrokenHistory(f"{walked[-1].url}: {previous} again, which was met before")
            met.add(previous)
            if previous not in self.archives:
                self.archives[previous] = self._fetch(previous)
            walked.append(self.archives[previous])
        return walked

    def ids(self, url: str) -> list[str]:
        """Every entry's id, document by document; one that is in two of them is there twice."""
        return [id_ for document in self.documents(url) for id_ in document.ids]

    def _fetch(self, url: str) -> Document:
        self.fetched.append(url)
        return read(self.fetch(url), url)


def read(data: bytes, url: str) -> Document:
    """A document in any of the three formats, known by what it is and not by its name.

    Raises BrokenHistory if it is none of them, or has an entry without id.
    """
    try:
        document = _json(data, url) if data.lstrip()[:1] == b"{" else _xml(data, url)
    except (ValueError, KeyError, ElementTree.ParseError) as error:
        raise BrokenHistory(f"{url}: {error!r}") from error
    if not all(document.ids):
        raise BrokenHistory(f"{url}: an entry without id")
    return document


def _json(data: bytes, url: str) -> Document:
    feed = json.loads(data)
    ids = tuple(item["id"] for item in feed["items"])
    return Document(url, ids, _absolute(url, feed.get("next_url")))


def _xml(data: bytes, url: str) -> Document:
    root = ElementTree.fromstring(data)
    if root.tag == f"{_ATOM}feed":
        feed, ids = root, [entry.findtext(f"{_ATOM}id") for entry in root.findall(f"{_ATOM}entry")]
    elif root.tag == "rss" and (channel := root.find("channel")) is not None:
        feed, ids = channel, [item.findtext("guid") for item in channel.findall("item")]
    else:
        raise ValueError(f"a {root.tag}, which is no feed")
    links: dict[str, str] = {}
    for link in feed.findall(f"{_ATOM}link"):
        relation, address = link.get("rel", "alternate"), link.attrib["href"]
        if (
            relation in ("prev-archive", "current")
            and links.setdefault(relation, address) != address
        ):
            raise ValueError(f"two links with rel={relation}")
    return Document(
        url,
        tuple(id_ or "" for id_ in ids),
        _absolute(url, links.get("prev-archive")),
        archive=feed.find(f"{_HISTORY}archive") is not None,
        current=_absolute(url, links.get("current")),
    )


def _absolute(base: str, address: str | None) -> str | None:
    return None if address is None else urljoin(base, address)
