"""A feed → its documents: the current one, and the archives of what it no longer holds (RFC 5005).

Everything that a feed ever listed stands in one order, that in which it was first listed. From its old
end, every 100 entries are cut off as an archive once none of them is in the window any more; the rest is
in the current document. So an archive is complete when it first appears. Only a change of the content's
past could alter it, and that is what the ledger prevents: archives named there stay as they are, and this
rule applies to what comes after them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from generator.debuts import by_time
from generator.entries import links_of
from generator.model import Catalog, Debut, Paper, Publication
from generator.text import unmistakable

WINDOW_DAYS = 30  # days of listings that the current document holds at least
LONGEST_PAUSE = datetime.timedelta(days=60)  # between listings; who is further ahead has erred
WINDOW_ENTRIES = 50  # entries that it holds at least
ARCHIVE_ENTRIES = 100  # entries of every archive
LARGEST = 2_000_000  # bytes of a document, in each of its formats
EXTENSIONS = ("xml", "atom.xml", "json")  # RSS 2.0, Atom, JSON Feed
PLACE = b"\0"  # where an entry's categories belong, until they are known; no format can carry it


def path(name: str, number: int | None, extension: str) -> str:
    """Where a feed's archive of that number is, or its current document, below the site's address."""
    if number is None:
        return f"feeds/{name}.{extension}"
    return f"feeds/archive/{name}-{number:04}.{extension}"


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """What a feed is about, and where it is."""

    name: str  # its address is /feeds/<name>.xml: "all", "surveys", "organizations/ibm-research"
    kind: str  # "all", "topic", "organization", "weeks"; "former" if it is about nothing any more
    label: str  # what it is about, for people: the topic's title, the organization's name
    title: str
    description: str
    page: str  # address of the page it belongs to, below the site's: "topics/surveys/"
    papers: tuple[Paper, ...]  # those of the catalog that belong to it, newest first

    @property
    def path(self) -> str:
        """Where it is as RSS 2.0, below the site's address."""
        return path(self.name, None, "xml")

    @property
    def atom_path(self) -> str:
        return path(self.name, None, "atom.xml")

    @property
    def json_path(self) -> str:
        return path(self.name, None, "json")

    @property
    def topic(self) -> str | None:
        """The slug of the topic that it is about, or was: its archives must stay as they are."""
        return None if self.name == "all" or "/" in self.name else self.name


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A document of a feed: its current one, or an archive."""

    feed: Feed
    number: int | None  # of the archive, from 1, the oldest; None: the current document
    prev_archive: int | None  # number of the next older archive
    next_archive: int | None  # of the next newer one; only the oldest says, which has no older
    debuts: tuple[Debut, ...]  # of its entries: newest first if current, else oldest first

    def path(self, extension: str) -> str:
        return path(self.feed.name, self.number, extension)


@dataclass(frozen=True, slots=True)
class Head:
    """What a document says of itself, in one of its formats. Addresses are absolute."""

    id: str  # of the feed, not of the document (RFC 5005 §4.1)
    title: str
    description: str
    language: str | None  # BCP 47; archives don't say, as a publication may change it
    publisher: str
    site: str
    home: str  # the page that it belongs to
    about: str  # the page that tells what feeds are
    address: str  # its own
    current: str | None  # of the current document, if this is an archive
    prev_archive: str | None
    next_archive: str | None
    style: str  # the style sheet for those who open it in a browser; relative
    updated: datetime.datetime | None  # of its entries, or else the newest listing, if there is one
    since: datetime.datetime  # a moment before which nothing can have been


def listed(feed: Feed, catalog: Catalog) -> tuple[Debut, ...]:
    """Everything that the feed ever listed, oldest first.

    That is what belongs to it now, also under the name of a paper which turned out to be another, and
    what the ledger says that it has listed.
    """
    # In about this order already, which makes it quick to sort them.
    slugs = dict.fromkeys(paper.slug for paper in reversed(feed.papers))
    slugs |= {alias: None for alias, slug in catalog.aliases.items() if slug in slugs}
    slugs |= dict.fromkeys(catalog.ledger.feeds.get(feed.name, ()))
    return tuple(sorted((catalog.debut[slug] for slug in slugs), key=by_time))


def archives(feed: Feed, catalog: Catalog) -> tuple[tuple[Debut, ...], ...]:
    """The feed's archives, oldest first: those of the ledger, and those that have got full since."""
    return _cut(feed, catalog)[0]


def _cut(feed: Feed, catalog: Catalog) -> tuple[tuple[tuple[Debut, ...], ...], tuple[Debut, ...]]:
    """The feed's archives, and what is in none of them; oldest first."""
    debuts = {debut.slug: debut for debut in listed(feed, catalog)}
    frozen = [
        tuple(debuts.pop(slug) for slug in archive)
        for archive in catalog.ledger.archives.get(feed.name, ())
    ]
    rest = list(debuts.values())
    number = _full(rest)
    if not frozen and number < 2:
        # The first two come together: an archive has to lead to another, and those that come later
        # can't be named by what is frozen.
        number = 0
    chunks = (rest[at * ARCHIVE_ENTRIES :][:ARCHIVE_ENTRIES] for at in range(number))
    return (*frozen, *map(tuple, chunks)), tuple(rest[number * ARCHIVE_ENTRIES :])


def _full(rest: Sequence[Debut]) -> int:
    """How many archives can be cut from these, oldest first."""
    if not rest:
        return 0
    # The newest 50, and all of the last 30 days, are to stay, if the document doesn't get too large.
    least = len(rest) - WINDOW_ENTRIES
    since = _newest(rest) - datetime.timedelta(days=WINDOW_DAYS)
    old = sum(debut.published.date() <= since for debut in rest)
    full = max(0, min(old, least)) // ARCHIVE_ENTRIES
    if (full + 1) * ARCHIVE_ENTRIES > least:
        return full  # as of most feeds: no more can be cut, whatever they weigh
    kept = reversed(rest[full * ARCHIVE_ENTRIES :])
    weight = list(accumulate((_weight(debut.paper) for debut in kept), initial=0))
    while weight[len(rest) - full * ARCHIVE_ENTRIES] > LARGEST and (
        (full + 1) * ARCHIVE_ENTRIES <= least
    ):
        full += 1
    return full


def _newest(debuts: Sequence[Debut]) -> datetime.date:
    """The newest day, but for one far ahead of all others: a listing whose name has a wrong year would
    push everything into archives, for ever. It is believed as soon as another comes near it.
    """
    newest, *others = sorted({debut.published.date() for debut in debuts}, reverse=True)[:2]
    return others[0] if others and newest - others[0] > LONGEST_PAUSE else newest


def _weight(paper: Paper) -> int:
    """About how many bytes the entry takes as Atom, which is the longest.

    From what never changes, since what is once in an archive shall not come back.
    """
    said = paper.summary or paper.abstract or ""
    names = sum(2 * len(name.encode()) + 50 for name in paper.authors)
    links = sum(2 * len(url) + 110 for _, url in links_of(paper))
    escapes = 4 * (said.count("&") + said.count("<"))
    return 700 + 4 * len(paper.slug) + len(said.encode()) + escapes + names + links


def documents(feed: Feed, catalog: Catalog) -> Iterable[Document]:
    """The feed's current document, then its archives, oldest first."""
    full, rest = _cut(feed, catalog)
    yield Document(feed, None, len(full) or None, None, rest[::-1])
    for number, archive in enumerate(full, 1):
        newer = 2 if number == 1 and len(full) > 1 else None
        yield Document(feed, number, number - 1 or None, newer, archive)


def head(
    document: Document,
    extension: str,
    updated: datetime.datetime | None,
    publication: Publication,
) -> Head:
    """What the document says of itself; an archive says nothing that may change one day."""
    feed, number = document.feed, document.number
    is_archive = number is not None

    def address(number: int | None) -> str:
        return publication.url + path(feed.name, number, extension)

    last = (number or 0) * ARCHIVE_ENTRIES
    of_archive = f"Papers {last - ARCHIVE_ENTRIES + 1} to {last} of this feed, as first listed"
    return Head(
        id=f"tag:{publication.authority},{publication.year}:feed/{feed.name}",
        title=f"Archive {number} of {feed.name}" if is_archive else unmistakable(feed.title),
        description=of_archive if is_archive else unmistakable(feed.description),
        language=None if is_archive else publication.language,
        publisher=publication.authority if is_archive else unmistakable(publication.name),
        site=publication.url,
        home=publication.url + ("" if is_archive else feed.page),
        about=f"{publication.url}feeds/",
        address=address(number),
        current=address(None) if is_archive else None,
        prev_archive=address(document.prev_archive) if document.prev_archive else None,
        next_archive=address(document.next_archive) if document.next_archive else None,
        style="../" * document.path(extension).count("/") + "assets/stylesheets/feed.css",
        updated=updated,
        since=datetime.datetime(publication.year or 1990, 1, 1, tzinfo=datetime.UTC),
    )
