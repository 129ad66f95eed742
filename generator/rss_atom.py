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

import datetime
import re
from collections.abc import Iterable
from functools import cache, lru_cache

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from generator import dates
from generator.documents import PLACE, Head
from generator.entries import Category, Entry, Link, joined
from generator.text import plain

_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_HISTORY = "http://purl.org/syndication/history/1.0"  # RFC 5005
_SYNDICATION = "http://purl.org/rss/1.0/modules/syndication/"


# Of RSS's elements these hold plain text, but readers differ in whether they take it for HTML.
# Character references in place of entities are what the RSS Board's profile advises. An item's
# description is HTML, and begins with a paragraph.
_PLAIN = re.compile(rb"<(title|category|description)( [^>]*)?>(?!&lt;p&gt;)[^<]*[&][^<]*</\1>")


def rss(head: Head, items: bytes) -> bytes:
    """The document as RSS 2.0; ``items`` are as ``rss_and_atom`` gives them, one behind the other."""
    frame = _generator(head, "application/rss+xml").rss_str(pretty=True)
    written = _filled(frame, items, b"  </channel>\n</rss>\n")
    return _PLAIN.sub(
        lambda match: match[0].replace(b"&lt;", b"&#x3C;").replace(b"&amp;", b"&#x26;"), written
    )


def atom(head: Head, entries: bytes) -> bytes:
    """The document as Atom; ``entries`` are as ``rss_and_atom`` gives them, one behind the other."""
    frame = _generator(head, "application/atom+xml").atom_str(pretty=True)
    return _filled(frame, entries, b"</feed>\n")


def _filled(frame: bytes, entries: bytes, end: bytes) -> bytes:
    return b"".join([frame.removesuffix(end), entries, end])


def _generator(head: Head, media_type: str) -> FeedGenerator:
    """The document without its entries."""
    out = FeedGenerator()
    out.register_extension("broadsheet", _OfFeed)
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


# --- entries ------------------------------------------------------------------------------
#
# feedgen takes its time over an entry. So it writes a sample, with fields for ``str.format`` in place of
# texts. Elements of which an entry has any number are taken out of that, as forms of their own.

_DAY = datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)
_LATER = datetime.datetime(2002, 2, 2, tzinfo=datetime.UTC)
_SAMPLE = Entry(
    id="{id}",
    url="{url}",
    title="{title}",
    html="{html}",
    published=_DAY,
    updated=_LATER,
    authors=("{author}",),
    categories=(Category("{term}", "{label}", "{scheme}"),),
    links=(
        Link("alternate", "{type}", "{url}", ""),
        Link("related", "{type}", "{url}", "{name}"),
    ),
)


def rss_and_atom(entry: Entry) -> tuple[bytes, bytes]:
    """The entry as an item of RSS and as an entry of Atom, with ``PLACE`` where its categories belong.

    They may be put into many documents.
    """
    texts = {
        "id": _text(entry.id),
        "title": _text(plain(entry.title)),
        "html": _text(entry.html),
        "category": PLACE.decode(),
    }
    return _item(entry, texts).encode(), _entry(entry, texts).encode()


def _item(entry: Entry, texts: dict[str, str]) -> str:
    form, elements = _rss_forms()
    creator = elements["creator"].format(author=_text(joined(entry.authors)))
    return form.format(
        **texts,
        url=_text(entry.links[0].url),
        published=dates.rfc822(entry.published),
        creator=creator if entry.authors else "",
    )


def _entry(entry: Entry, texts: dict[str, str]) -> str:
    form, elements = _atom_forms()
    # A line break can be in no name; all are escaped at once.
    names = _text("\n".join(entry.authors)).split("\n")
    author = elements["author"]
    links = []
    for link in entry.links:
        before, after = _around_address(link.rel, link.type, link.title)
        links.append(f"{before}{_attribute(link.url)}{after}")
    return form.format(
        **texts,
        updated=entry.updated.isoformat(),
        author="".join([author.replace("{author}", name) for name in names if name]),
        alternate=links[0],
        related="".join(links[1:]),
        published=entry.published.isoformat(),
    )


@lru_cache(1_000)
def _around_address(rel: str, type_: str, title: str) -> tuple[str, str]:
    """What stands before the address in a link of Atom, and what after it."""
    before, _, after = _atom_forms()[1][rel].partition("{url}")
    return before, after.format(type=_attribute(type_), name=_attribute(title))


def categories(of: Iterable[Category]) -> tuple[bytes, bytes]:
    """What belongs at the ``PLACE`` of an entry with these, in RSS and in Atom."""
    in_rss, in_atom = _rss_forms()[1]["category"], _atom_forms()[1]["category"]
    rss, atom = "", ""
    for one in of:
        label, scheme = one.label or one.term, _attribute(one.scheme)
        rss += in_rss.format(label=_text(label), scheme=scheme)
        atom += in_atom.format(term=_attribute(one.term), label=_attribute(label), scheme=scheme)
    return rss.encode(), atom.encode()


@cache
def _rss_forms() -> tuple[str, dict[str, str]]:
    """The form of an item, and those of its elements by the fields that stand for them."""
    rss = etree.Element("rss", nsmap={"dc": _DC})
    etree.SubElement(rss, "channel").append(feed_entry(_SAMPLE).rss_entry())
    return _forms(rss, "item", category="<category.*", creator="<dc:creator.*")


@cache
def _atom_forms() -> tuple[str, dict[str, str]]:
    """The form of an entry, and those of its elements by the fields that stand for them."""
    feed = etree.Element("feed")
    feed.append(feed_entry(_SAMPLE).atom_entry())
    return _forms(
        feed,
        "entry",
        author="<author>(?s:.*)</author>",
        alternate='<link .* rel="alternate".*',
        related='<link .* rel="related".*',
        category="<category.*",
    )


def _forms(root: etree._Element, name: str, **elements: str) -> tuple[str, dict[str, str]]:
    """What is written of the element of this name, and of those in it which are like these."""
    written = etree.tostring(root, pretty_print=True, encoding="unicode")
    form = re.search(rf" *<{name}>.*</{name}>\n", written, re.DOTALL)[0]
    for moment, field in ((_DAY, "published"), (_LATER, "updated")):
        for said in (moment.isoformat(), dates.rfc822(moment)):
            form = form.replace(said, f"{{{field}}}")
    found = {field: re.search(rf" *{element}\n", form)[0] for field, element in elements.items()}
    for field, element in found.items():
        form = form.replace(element, f"{{{field}}}")
    return form, found


def feed_entry(entry: Entry) -> FeedEntry:
    """The entry as feedgen has it."""
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


def _text(value: str) -> str:
    """As lxml writes it into an element, whatever XML may hold."""
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("\r", "&#13;")


def _attribute(value: str) -> str:
    """As lxml writes it into an attribute, whatever XML may hold."""
    escaped = _text(value).replace('"', "&quot;")
    return escaped.replace("\t", "&#9;").replace("\n", "&#10;")
