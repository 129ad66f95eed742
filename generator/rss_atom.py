"""Feed documents as RSS 2.0 and Atom 1.0 (RFC 4287), by feedgen and an extension of it.

feedgen 1.0 leaves to its users, or gets wrong, what ``_OfFeed`` and ``_OfEntry`` put right:

- entries lose ``rel`` and ``type`` of their links in Atom;
- the channel's link in RSS is whichever was set last, so the page's is;
- authors without an e-mail address are dropped in RSS: ``dc:creator`` names them, in one element,
  since readers show only the first or the last of several;
- its syndication module capitalizes the elements' names;
- it knows no archives (RFC 5005), and no style sheet.

Its defaults are overruled where they would depend on the clock (both ``updated``) or turn the order
round (``add_entry``). Control characters, at which lxml fails, are taken out by ``text.plain``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from generator.documents import Head
from generator.entries import Entry, joined
from generator.text import plain

_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_HISTORY = "http://purl.org/syndication/history/1.0"  # RFC 5005
_SYNDICATION = "http://purl.org/rss/1.0/modules/syndication/"


# Of RSS's elements these hold plain text, but readers differ in whether they take it for HTML.
# Character references in place of entities are what the RSS Board's profile advises. An item's
# description is HTML, and begins with a paragraph.
_PLAIN = re.compile(rb"<(title|category|description)( [^>]*)?>(?!&lt;p&gt;)[^<]*[&][^<]*</\1>")


def rss(head: Head, entries: Iterable[FeedEntry]) -> bytes:
    """The document as RSS 2.0."""
    written = _generator(head, entries, "application/rss+xml").rss_str(pretty=True)
    return _PLAIN.sub(
        lambda match: match[0].replace(b"&lt;", b"&#x3C;").replace(b"&amp;", b"&#x26;"), written
    )


def atom(head: Head, entries: Iterable[FeedEntry]) -> bytes:
    """The document as Atom."""
    return _generator(head, entries, "application/atom+xml").atom_str(pretty=True)


def feed_entry(entry: Entry) -> FeedEntry:
    """The entry for both formats; it may be put into many documents."""
    out = FeedEntry()
    out.register_extension("broadsheet", _OfEntry)
    out.broadsheet.entry = entry
    out.title(plain(entry.title))
    out.guid(entry.id, permalink=False)
    out.published(entry.published)
    out.updated(entry.updated)
    out.content(entry.html, type="html")
    out.author([{"name": name} for name in entry.authors])
    out.link([{"href": link.url, "rel": link.rel} for link in entry.links])
    out.category(
        [
            {"term": one.term, "label": one.label or one.term, "scheme": one.scheme}
            for one in entry.categories
        ]
    )
    return out


def _generator(head: Head, entries: Iterable[FeedEntry], media_type: str) -> FeedGenerator:
    out = FeedGenerator()
    out.register_extension("broadsheet", _OfFeed, _OfEntry)
    out.broadsheet.head, out.broadsheet.media_type = head, media_type
    out.id(head.id)
    out.title(head.title)
    out.description(head.description)
    out.subtitle(head.description)
    out.generator("Broadsheet")
    out.docs(head.about)
    out.author(name=head.publisher, uri=head.site)
    if head.language:
        out.language(head.language)
    # The day of what it holds, so that a document changes only when its entries do.
    out.updated(head.updated or head.since)
    if head.updated:
        out.pubDate(head.updated)
    out.link(href=head.address, rel="self", type=media_type)
    for rel, address in _paging(head):
        out.link(href=address, rel=rel, type=media_type)
    out.link(href=head.about, rel="related", type="text/html")
    out.link(href=head.home, rel="alternate", type="text/html")
    for entry in entries:
        out.add_entry(entry, order="append")
    return out


def _paging(head: Head) -> list[tuple[str, str]]:
    """The links to other documents of the feed (RFC 5005 §4): relation and address."""
    links = {
        "current": head.current,
        "prev-archive": head.prev_archive,
        "next-archive": head.next_archive,
    }
    return [(rel, address) for rel, address in links.items() if address]


class _OfFeed(BaseExtension):
    """What a document says that feedgen doesn't write."""

    head: Head
    media_type: str

    def extend_ns(self) -> dict[str, str]:
        history = {"fh": _HISTORY} if self.head.current else {}
        if self.media_type == "application/atom+xml":
            return history
        return {"dc": _DC, **(history or {"sy": _SYNDICATION})}

    def extend_rss(self, feed: etree._Element) -> etree._Element:
        channel = feed[0]
        for rel, address in _paging(self.head):
            etree.SubElement(
                channel, f"{{{_ATOM}}}link", href=address, rel=rel, type=self.media_type
            )
        # Readers that look for an author of an entry which has none find the publication.
        etree.SubElement(channel, f"{{{_DC}}}creator").text = self.head.publisher
        if not self.head.current:
            # How often it is worth while to look: listings come daily, corrections at any time.
            etree.SubElement(channel, f"{{{_SYNDICATION}}}updatePeriod").text = "daily"
            etree.SubElement(channel, f"{{{_SYNDICATION}}}updateFrequency").text = "4"
        return self._mark(feed, channel)

    def extend_atom(self, feed: etree._Element) -> etree._Element:
        return self._mark(feed, feed)

    def _mark(self, root: etree._Element, channel: etree._Element) -> etree._Element:
        if self.head.current:
            etree.SubElement(channel, f"{{{_HISTORY}}}archive")
        style = f'href="{self.head.style}" type="text/css"'
        root.addprevious(etree.ProcessingInstruction("xml-stylesheet", style))
        return root


class _OfEntry(BaseEntryExtension):
    """What an entry says that feedgen doesn't write."""

    entry: Entry

    def extend_rss(self, item: etree._Element) -> etree._Element:
        if self.entry.authors:
            creator = etree.SubElement(item, f"{{{_DC}}}creator")
            creator.text = joined(self.entry.authors)
        return item

    def extend_atom(self, entry: etree._Element) -> etree._Element:
        for element, link in zip(entry.findall("link"), self.entry.links, strict=True):
            element.set("rel", link.rel)
            element.set("type", link.type)
            if link.rel == "related":
                element.set("title", link.title)
        return entry
