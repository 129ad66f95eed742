"""Catalog → feeds: everything, each topic, each larger organization, and weeks, in three formats.

    documents   a feed → its current document and its archives
    entries     a paper → what a subscriber reads of it
    rss_atom    a document → RSS 2.0 and Atom
    json_feed   a document → JSON Feed
    formats     both of them, for a document and an entry
    opml        all feeds → one list of them
    weekly      the feed of weeks, whose entries aren't papers

Here stands which feeds there are, and which files.
"""

from __future__ import annotations

import datetime
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import cache, lru_cache, partial

from generator import dates, entries, fingerprints, formats, opml, weekly
from generator.documents import EXTENSIONS, LARGEST, Document, Feed, documents
from generator.formats import Written
from generator.model import Catalog, Paper, Publication
from generator.stamps import Maker

_KEYS = 5_000  # of entries that are kept in mind: the feeds that list a paper ask one soon after another
LEAST_PAPERS = 3  # that an organization has before it gets a feed
# What entries of a document that would be too large are cut to, one after the other, until it isn't:
# characters of text. Nothing but a flood of very long ones comes here.
_LIMITS = (None, 2_500, 2_000, 1_500, 1_000, 600, 300, 80)


def everything(catalog: Catalog, publication: Publication) -> Feed:
    """The feed of all papers."""
    return Feed(
        name="all",
        kind="all",
        label="Everything",
        title=publication.name,
        description=publication.description or publication.name,
        page="",
        papers=catalog.papers,
    )


def of_topics(catalog: Catalog, publication: Publication) -> Iterator[Feed]:
    for topic in catalog.topics:
        yield Feed(
            name=topic.slug,
            kind="topic",
            label=topic.title,
            title=f"{topic.title} · {publication.name}",
            description=f"New papers on {topic.title}",
            page=f"topics/{topic.slug}/",
            papers=catalog.by_topic[topic.slug],
        )


def of_organizations(catalog: Catalog, publication: Publication) -> Iterator[Feed]:
    """Those with papers enough, and those that have had a feed before."""
    for organization in catalog.organizations:
        papers = catalog.by_organization[organization.slug]
        name = f"organizations/{organization.slug}"
        if len(papers) >= LEAST_PAPERS or name in catalog.ledger.feeds:
            yield Feed(
                name=name,
                kind="organization",
                label=organization.name,
                title=f"{organization.name} · {publication.name}",
                description=f"New papers from {organization.name}",
                page=f"organizations/{organization.slug}/",
                papers=papers,
            )


def all_feeds(catalog: Catalog, publication: Publication) -> tuple[Feed, ...]:
    """Every feed of papers: everything first, then topics, then organizations."""
    return (
        everything(catalog, publication),
        *of_topics(catalog, publication),
        *of_organizations(catalog, publication),
    )


def to_follow(catalog: Catalog, publication: Publication) -> tuple[Feed, ...]:
    """Every feed that can be subscribed to: those of papers, and last that of weeks."""
    return (*all_feeds(catalog, publication), weekly.feed(publication))


def former(catalog: Catalog, publication: Publication) -> Iterator[Feed]:
    """Feeds that the ledger knows, of topics and organizations that are no more.

    People follow them still, and read there all that they listed.
    """
    present = {feed.name for feed in all_feeds(catalog, publication)}
    for name in sorted(catalog.ledger.feeds.keys() - present):
        yield Feed(
            name=name,
            kind="former",
            label=name,
            title=f"{name} · {publication.name}",
            description="This feed has ended; the page of feeds lists those that go on.",
            page="feeds/",
            papers=(),
        )


def render(catalog: Catalog, publication: Publication) -> dict[str, Maker]:
    """Every feed file's path below the site's folder, and what makes its bytes when they are wanted.

    They are best asked for in this order: the formats of a document are made together, and what it shares
    with others is kept for those that come soon.
    """

    # The feeds of a paper's topics show the same of it. What current documents show isn't asked for any more
    # when it is the turn of archives, and so makes room for theirs.
    @_remembering(12_000_000)
    def written_entry(slug: str, limit: int | None, is_frozen: bool) -> Written:
        if is_frozen:
            return formats.written(entries.frozen(catalog.debut[slug], publication, limit))
        entry = entries.current(catalog.debut[slug], catalog, publication, limit)
        return formats.filed([formats.written(entry)], entry.categories)[0]

    @lru_cache(1)  # document, of up to 2 MB in three formats
    def written(document: Document) -> dict[str, bytes]:
        is_frozen = bool(document.number)
        of_all = entries.frozen_categories(document.feed.topic, publication) if is_frozen else ()
        for limit in _LIMITS:
            listed = [written_entry(debut.slug, limit, is_frozen) for debut in document.debuts]
            newest = dates.noon(catalog.day) if catalog.day else None
            updated = max((entry.updated for entry in listed), default=newest)
            files = formats.files(document, listed, updated, publication, of_all)
            if max(map(len, files.values())) <= LARGEST:
                break
        return files

    def fingerprint(paper: Paper) -> str:
        if catalog.by_slug.get(paper.slug) is paper:
            return catalog.fingerprint[paper.slug]
        return fingerprints.of_paper(paper)

    about = fingerprints.of(publication)

    # A document follows from what its entries do, and from what its head tells.
    @lru_cache(_KEYS)
    def current_key(slug: str) -> str:
        debut = catalog.debut[slug]
        paper, *told = entries.told(debut, catalog, publication)
        return fingerprints.of(fingerprint(paper), debut.slug, debut.published, told)

    @lru_cache(_KEYS)
    def frozen_key(slug: str) -> str:
        debut = catalog.debut[slug]
        return f"{fingerprint(debut.paper)} {debut.slug} {debut.published}"

    @cache
    def key(document: Document) -> str:
        feed = document.feed
        key_of = frozen_key if document.number else current_key
        return fingerprints.of(
            about,
            (feed.name, feed.title, feed.description, feed.page),
            (document.number, document.prev_archive, document.next_archive),
            [key_of(debut.slug) for debut in document.debuts] or catalog.day,
        )

    files: dict[str, Maker] = {}
    present = all_feeds(catalog, publication)
    made = (
        document
        for feed in (*present, *former(catalog, publication))
        for document in documents(feed, catalog)
    )
    for document in sorted(made, key=_moment):
        for extension in EXTENSIONS:
            files[document.path(extension)] = Maker(
                partial(lambda document, of: written(document)[of], document, extension),
                partial(key, document),
            )
    files |= weekly.render(catalog, publication)
    files[opml.PATH] = Maker(partial(opml.opml, to_follow(catalog, publication), publication))
    return files


def _remembering(most: int) -> Callable[[Callable[..., Written]], Callable[..., Written]]:
    """For a function that writes entries: those asked for last are kept, of so many bytes together."""

    def around(write: Callable[..., Written]) -> Callable[..., Written]:
        kept: OrderedDict[tuple, Written] = OrderedDict()
        held = 0

        def remembered(*of: object) -> Written:
            nonlocal held
            if of in kept:
                kept.move_to_end(of)
                return kept[of]
            entry = kept[of] = write(*of)
            held += entry.size
            while held > most and len(kept) > 1:
                held -= kept.popitem(last=False)[1].size
            return entry

        return remembered

    return around


def _moment(document: Document) -> datetime.datetime:
    """To sort by: current documents stay as they are, then come archives of the same time together."""
    if document.number and document.debuts:
        return document.debuts[len(document.debuts) // 2].published
    return datetime.datetime.min.replace(tzinfo=datetime.UTC)
