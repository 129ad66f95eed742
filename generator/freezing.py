"""What the feeds tell, or have told elsewhere → the lines that the ledger lacks."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import replace

from generator import documents, feeds, ledger, published
from generator.errors import BroadsheetError
from generator.merge import title_key
from generator.model import Catalog, Debut, Paper, Publication
from generator.sources import Fetch

_ID = ":paper/"  # what stands before the slug in an entry's id


def path(catalog: Catalog) -> str:
    """The ledger's file to which lines are added, below the content folder.

    It is called after the newest listing's day, or an earlier one if it has got ahead of that: what
    is added later must stand later.
    """
    days = [day for day in (catalog.day, catalog.ledger.day) if day]
    return ledger.path(max(days, default=datetime.date(1970, 1, 1)))


def of_content(catalog: Catalog, publication: Publication) -> list[str]:
    """The lines for what the feeds tell now."""
    listed, archives = {}, {}
    for feed in feeds.all_feeds(catalog, publication):
        listed[feed.name] = [debut.slug for debut in documents.listed(feed, catalog)]
        archives[feed.name] = [
            [debut.slug for debut in archive] for archive in documents.archives(feed, catalog)
        ]
    return list(ledger.additions(catalog, catalog.debuts, listed, archives))


def of_published(catalog: Catalog, publication: Publication, fetch: Fetch) -> list[str]:
    """The lines for what the feeds of a site have told, which may have had no ledger.

    Raises the first Remark or Unreadable if a feed can't be read to its end.
    """
    listed, archives = {}, {}
    found: dict[str, tuple[str, datetime.datetime]] = {}  # slug → title, time
    remarks: list[BroadsheetError] = []
    for name in published.names(feeds.render(catalog, publication), fetch, remarks):
        feed = published.read(fetch, name)
        if feed is None:
            continue
        remarks.extend(feed.remarks)
        if remarks:
            raise remarks[0]
        slugs = {id_: id_.rpartition(_ID)[2] for id_ in feed.entries if _ID in id_}
        archives[feed.name] = [[slugs[id_] for id_ in archive] for archive in feed.archives]
        current = [slugs[id_] for id_ in feed.current]
        listed[feed.name] = [slug for archive in archives[feed.name] for slug in archive] + current
        for id_, slug in slugs.items():
            entry = feed.entries[id_]
            day = datetime.datetime.combine(catalog.day, datetime.time(12), datetime.UTC)
            found.setdefault(slug, (entry.title, entry.published or day))
    debuts = sorted(_debuts(found, catalog), key=ledger.by_time)
    return list(ledger.additions(catalog, debuts, listed, archives))


def _debuts(found: dict[str, tuple[str, datetime.datetime]], catalog: Catalog) -> Iterable[Debut]:
    """The papers of published entries, as they were first listed as far as the content still tells."""
    by_title = {title_key(debut.paper.title): debut for debut in reversed(catalog.debuts)}
    for slug, (title, time) in found.items():
        known = catalog.debut.get(slug)
        if known is None or title_key(known.paper.title) != title_key(title):
            known = by_title.get(title_key(title))
        if known is None:
            known = Debut(slug, time, Paper(slug, title, time.date()))
        paper = replace(known.paper, slug=slug, title=title, listed=time.date())
        yield Debut(slug, time, paper, known.by_hand and known.slug == slug, known.ids)
