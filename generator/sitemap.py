"""Pages → sitemap.xml and robots.txt: which pages there are, and when each last changed.

As sitemaps.org has it. A page's ``lastmod`` is the day on which what it shows of papers last changed; a page
that people wrote has one only if its front matter gives a date. Where a paper was once isn't listed,
for it is no page of its own. A publication too large for one file has an index of several.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from html import escape

from generator import dates, debuts
from generator.model import Catalog, Paper, Publication

PATH = "sitemap.xml"
LARGEST = 50_000_000  # bytes of a file, of 52,428,800 that the protocol allows
MOST = 50_000  # addresses in a file

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

# A page as a sitemap lists it: its address, and when it last changed, if that is known.
Location = tuple[str, datetime.date | None]


def locations(
    pages: Iterable[tuple[str, str, object, object]], catalog: Catalog, publication: Publication
) -> Iterator[Location]:
    """The pages that are to be found, which a reader's own list isn't.

    Given are paths below ``site_src/``, addresses below the site's, and kinds and dates of front matters.
    """
    changed = _changed(catalog)
    for path, address, kind, date in pages:
        if kind not in ("moved", "reading"):
            # The pages of a long list change together: a new paper moves all others on.
            stem = "/".join(path.removesuffix(".md").split("/")[:2])
            # MkDocs has quoted it, and calls the first page "./".
            address = publication.url + address.removeprefix("./")
            yield address, changed.get(stem) or _day(date)


def render(pages: Iterable[Location], publication: Publication) -> Iterator[tuple[str, bytes]]:
    """The files' paths below the site's folder, and their bytes."""
    parts = list(_parts(pages))
    if len(parts) == 1:
        yield PATH, _file("urlset", parts[0][0])
        return
    index = []
    for number, (urls, newest) in enumerate(parts, 1):
        path = f"sitemap-{number}.xml"
        yield path, _file("urlset", urls)
        index.append(_entry("sitemap", publication.url + path, newest))
    yield PATH, _file("sitemapindex", index)


def robots(publication: Publication) -> bytes:
    """robots.txt (RFC 9309): everything may be read, and where the sitemap is.

    Robots ask for it at the root of a host alone. Of a publication in a folder it says nothing to them.
    """
    return f"User-agent: *\nAllow: /\n\nSitemap: {publication.url}{PATH}\n".encode()


def _changed(catalog: Catalog) -> dict[str, datetime.date]:
    """Paths of pages without ".md", those of long lists' first pages → when they last changed."""
    day_of = {
        paper.slug: debuts.updated(catalog.debut[paper.slug], paper, catalog.ledger).date()
        for paper in catalog.papers
    }

    def newest(papers: Iterable[Paper], *at_least: datetime.date) -> datetime.date | None:
        return max((*at_least, *(day_of[paper.slug] for paper in papers)), default=None)

    changed = {f"papers/{slug}": day for slug, day in day_of.items()}
    for folder, groups in (
        ("topics", catalog.by_topic),
        ("organizations", catalog.by_organization),
    ):
        for slug, papers in groups.items():
            if day := newest(papers):
                changed[f"{folder}/{slug}"] = day
    for day, papers in catalog.by_day.items():
        month = f"months/{dates.iso_month(day)}"
        changed[month] = newest(papers, day, changed.get(month, day))
        changed[f"days/{day}"] = newest((*papers, *catalog.again_by_day[day]), day)
    return changed


def _day(date: object) -> datetime.date | None:
    """A date as front matter gives it, if it is one."""
    try:
        return datetime.date.fromisoformat(str(date)[:10])
    except ValueError:
        return None


def _parts(pages: Iterable[Location]) -> Iterator[tuple[list[str], datetime.date | None]]:
    """The entries of each file, and the newest day in it; at least one file."""
    urls: list[str] = []
    size, newest = len(_file("urlset", ())), None
    for address, day in pages:
        url = _entry("url", address, day)
        if urls and (len(urls) == MOST or size + len(url) > LARGEST):
            yield urls, newest
            urls, size, newest = [], len(_file("urlset", ())), None
        urls.append(url)
        size += len(url)
        if day and (newest is None or newest < day):
            newest = day
    yield urls, newest


def _entry(element: str, address: str, day: datetime.date | None) -> str:
    """An element of a sitemap; addresses are ASCII, so that its length is its size."""
    lastmod = f"<lastmod>{day}</lastmod>" if day else ""
    return f"<{element}><loc>{escape(address, quote=False)}</loc>{lastmod}</{element}>\n"


def _file(element: str, entries: Iterable[str]) -> bytes:
    return (
        f'{_DECLARATION}<{element} xmlns="{_NAMESPACE}">\n{"".join(entries)}</{element}>\n'
    ).encode()
