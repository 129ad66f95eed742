"""What the feeds tell, or have told elsewhere → the lines that the ledger lacks."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from generator import dates, documents, feeds, fields, ledger, published, weekly
from generator.debuts import distinct_times
from generator.errors import BroadsheetError
from generator.merge import title_key
from generator.model import Catalog, Debut, Paper, Publication
from generator.published_feed import Listed, read
from generator.sources import Fetch


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
    return _lines(catalog, catalog.debuts, listed, archives)


def of_published(catalog: Catalog, publication: Publication, fetch: Fetch) -> list[str]:
    """The lines for what the feeds of a site have told, which may have had no ledger.

    Raises BroadsheetError if a feed can't be read to its end, or isn't of this publication.
    """
    names, remarks = published.names(feeds.render(catalog, publication), fetch)
    listed, archives = {}, {}
    found: dict[str, Listed] = {}  # slug → what is said of it
    for name in names:
        if name == weekly.NAME:  # it lists no papers, and follows from those of the others
            continue
        feed = read(fetch, name)
        if feed is None:
            continue
        remarks = [*remarks, *feed.remarks]
        if remarks:
            raise remarks[0]
        slugs = {id_: _slug(id_, name) for id_ in feed.entries}
        archives[name] = [[slugs[id_] for id_ in archive] for archive in feed.archives]
        listed[name] = list(map(slugs.get, feed.ids))
        for id_, slug in slugs.items():
            found.setdefault(slug, feed.entries[id_])
    return _lines(catalog, _apart(list(_debuts(found, catalog))), listed, archives)


def _slug(id_: str, name: str) -> str:
    """The slug in an entry's id."""
    try:
        return fields.slug(id_.rpartition(":paper/")[2] if ":paper/" in id_ else None)
    except ValueError:
        raise BroadsheetError(
            f'the entry "{id_}" has no id as this publication gives them (tag:…:paper/…), and can\'t '
            "be kept; see whether this is the right site",
            file=f"feeds/{name}.xml",
        ) from None


def _debuts(found: Mapping[str, Listed], catalog: Catalog) -> Iterable[Debut]:
    """The papers of published entries, as they were first listed as far as the content still tells."""
    by_title = {title_key(debut.paper.title): debut for debut in reversed(catalog.debuts)}
    by_id = {id_: catalog.debut[slug] for slug, ids in catalog.ids.items() for id_ in ids}
    newest = dates.noon(catalog.day or datetime.date(1990, 1, 1))
    for slug, said in found.items():
        time = (said.published or newest).astimezone(datetime.UTC)
        known = catalog.debut.get(slug)
        if known is None or title_key(known.paper.title) != title_key(said.title):
            ids = (("arxiv_id", id_) for id_ in said.arxiv_ids)
            of_id = next((by_id[id_] for id_ in ids if id_ in by_id), None)
            known = by_title.get(title_key(said.title)) or of_id
        if known is None:
            known = Debut(slug, time, Paper(slug, said.title, time.date()))
        paper = known.paper.changed(slug=slug, title=said.title, listed=time.date())
        yield Debut(slug, time, paper, known.by_hand and known.slug == slug, known.ids)


def _apart(debuts: list[Debut]) -> list[Debut]:
    """The same, oldest first, each at a time of its own: older versions published a day at midnight."""
    times = Counter(debut.published for debut in debuts)
    next_time = distinct_times(times)
    return [
        replace(debut, published=next_time(debut.published.date()))
        if times[debut.published] > 1
        else debut
        for debut in reversed(debuts)
    ]


def _lines(
    catalog: Catalog,
    debuts: Iterable[Debut],
    listed: Mapping[str, Iterable[str]],
    archives: Mapping[str, Sequence[Sequence[str]]],
) -> list[str]:
    """What the ledger lacks, which must be such that it can be read again."""
    lines = list(ledger.additions(catalog, debuts, listed, archives))
    day = catalog.ledger.day or datetime.date(1990, 1, 1)
    ledger.read([("these lines", day, "".join(lines))], catalog.ledger)
    return lines
