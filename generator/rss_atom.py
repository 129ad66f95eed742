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

from generator import entries
from generator.documents import Head
from generator.entries import Entry
from generator.text import plain

_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_HISTORY = "http://purl.org/syndication/history/1.0"  # RFC 5005
_SYNDICATION = "http://purl.org/rss/1.0/modules/syndication/"


# In these elements of RSS a text is plain, but readers differ in whether they take it for HTML.
# Character references in place of entities are what the RSS Board's profile advises.
_PLAIN = re.compile(rb"<(title|category|description)( [^>]*)?>(?!&lt;p&gt;)[^<]*[&][^<]*</\1>")


def rss(head: Head, of: Iterable[FeedEntry]) -> bytes:
    """The document as RSS 2.0."""
    written = _generator(head, of, "xml", "application/rss+xml").rss_str(pretty=True)
    return _PLAIN.sub(
        lambda match: match[0].replace(b"&lt;", b"&#x3C;").replace(b"&amp;", b"&#x26;"), written
    )


def atom(head: Head, of: Iterable[FeedEntry]) -> bytes:
    """The document as Atom."""
    return _generator(head, of, "atom.xml", "application/atom+xml").atom_str(pretty=True)


def entry(of: Entry) -> FeedEntry:
    """The entry for both; it may be put into many documents."""
    out = FeedEntry()
    out.register_extension("broadsheet", _OfEntry)
    out.broadsheet.entry = of
    out.title(plain(of.title))
    out.guid(of.id, permalink=False)
    out.published(of.published)
    out.updated(of.updated)
    out.content(of.html, type="html")
    out.author([{"name": name} for name in of.authors])
    out.link([{"href": link.url, "rel": link.rel} for link in of.links])
    out.category(
        [
            {"term": one.term, "label": one.label or one.term, "scheme": one.scheme}
            for one in of.categories
        ]
    )
    return out


def _generator(
    head: Head, of: Iterable[FeedEntry], extension: str, media_type: str
) -> FeedGenerator:
    out = FeedGenerator()
    out.register_extension("broadsheet", _OfFeed, _OfEntry)
    out.broadsheet.head, out.broadsheet.extension = head, extension
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
    out.link(href=head.address(extension), rel="self", type=media_type)
    if head.is_archive:
        out.link(href=head.current(extension), rel="current", type=media_type)
    if previous := head.previous(extension):
        out.link(href=previous, rel="prev-archive", type=media_type)
    if following := head.following(extension):
        out.link(href=following, rel="next-archive", type=media_type)
    out.link(href=head.about, rel="related", type="text/html")
    out.link(href=head.home, rel="alternate", type="text/html")
    for one in of:
        out.add_entry(one, order="append")
    return out


class _OfFeed(BaseExtension):
    """What a document says that feedgen doesn't write."""

    head: Head
    extension: str

    def extend_ns(self) -> dict[str, str]:
        history = {"fh": _HISTORY} if self.head.is_archive else {}
        if self.extension == "atom.xml":
            return history
        return {"dc": _DC, **({} if history else {"sy": _SYNDICATION}), **history}

    def extend_rss(self, feed: etree._Element) -> etree._Element:
        channel = feed[0]
        for rel, address in (
            ("current", self.head.current(self.extension) if self.head.is_archive else None),
            ("prev-archive", self.head.previous(self.extension)),
            ("next-archive", self.head.following(self.extension)),
        ):
            if address:
                link = etree.SubElement(channel, f"{{{_ATOM}}}link", href=address, rel=rel)
                link.set("type", "application/rss+xml")
        # Readers that look for an author of an entry which has none find the publication.
        etree.SubElement(channel, f"{{{_DC}}}creator").text = self.head.publisher
        if not self.head.is_archive:
            # How often it is worth while to look: listings come daily, corrections at any time.
            etree.SubElement(channel, f"{{{_SYNDICATION}}}updatePeriod").text = "daily"
            etree.SubElement(channel, f"{{{_SYNDICATION}}}updateFrequency").text = "4"
        return self._mark(feed, channel)

    def extend_atom(self, feed: etree._Element) -> etree._Element:
        return self._mark(feed, feed)

    def _mark(self, root: etree._Element, channel: etree._Element) -> etree._Element:
        if self.head.is_archive:
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
            creator.text = entries.joined(self.entry.authors)
        return item

    def extend_atom(self, entry: etree._Element) -> etree._Element:
        for element, link in zip(entry.findall("link"), self.entry.links, strict=True):
            element.set("rel", link.rel)
            element.set("type", link.type)
            if link.rel == "related":
                element.set("title", link.title)
        return entry
