"""Catalog → Markdown pages with YAML front matter, through the templates beside this module.

A page is a path below ``site_src/``, front matter, and a body. What a page says, and in which
order, stands in ``templates/``; here stands which pages there are and what each is given.

In a template, ``{{ … }}`` is text: it is escaped for Markdown, always. What is Markdown already is
marked so by the filters: ``prose`` (a paragraph, in which addresses become links), ``address``
(a link's destination) and ``safe`` (Jinja's own, for introductions). Paths need no filter: what is called
``slug``, and ``root``, the way up to ``site_src/``.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator
from markupsafe import Markup

from generator import (
    charts,
    citations,
    curated,
    dates,
    documents,
    entries,
    feeds,
    fingerprints,
    mathematics,
    repository,
    sections,
    text,
    weekly,
    weeks,
)
from generator.curation import schemas
from generator.model import Catalog, Listing, Paper, Publication, Repository
from generator.output import MARK
from generator.related import related
from generator.text import teaser
from generator.trending import discussion, of_the_week, trending

TEMPLATES = Path(__file__).parent / "templates"
PAGE_SIZE = 50  # papers on a page of a topic or an organization
TRENDING = 50  # papers on /trending/
LEADS = 3  # papers on the front page with their summaries
SECTION = 6  # papers in a section of the front page, and four times as many if there is but one
HEADLINES = 15  # papers in a section of a week
MOST_HEADLINES = 400  # papers in all of these, as long as there aren't as many topics
DISCUSSED = 8  # papers of the week that the front page names
DESCRIPTION = 160  # characters of a description, about what search engines show
TEASER = 300  # characters of a summary or abstract in a list
DECK = 220  # and below a headline of the front page
SHORT = 80  # characters of a text that is kept as Markdown: it may be wanted again


_FIELD_NAMES = {
    "arxiv_id": "arXiv id",
    "author_count": "number of authors",
    "doi": "DOI",
    "listed": "day",
    "published": "date",
    "summary_by": "who wrote it",
}
_PENCIL = """\
{line}
# Write here what you know better than the listings: it wins over them. Take the # away from the
# lines that you need, and the other lines out.
{fields}"""


# A paper's slug → the papers that are related to it, the nearest first.
Near = Callable[[str], Sequence[Paper]]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page says: its front matter, its template, and what the template is given."""

    template: str
    front_matter: dict[str, object]
    given: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be: its path below ``site_src/``, its kind (see ``_meta``), the day of what is newest on it.

    What it says is found out when it is asked for, which takes longest.
    """

    path: str
    kind: str
    day: datetime.date | None
    # Which of those it is that are made alike, by these functions: there are so many pages that it tells what
    # each one holds.
    which: object
    shown_of: Callable[[Any], Shown]
    digest_of: Callable[[Any], str] | None = None

    def shown(self) -> Shown:
        return self.shown_of(self.which)

    def digest(self) -> str | None:
        """One of all that what it says follows from, where that takes less time than to find this out."""
        return self.digest_of(self.which) if self.digest_of else None


class Markdown(bytes):
    """A page's Markdown, with its front matter, that knows what it was put together of.

    parts: its body and its front matter, as they are read from it; None where YAML may read something else.
    """

    parts: tuple[str, dict[str, object]] | None


def render(
    catalog: Catalog, publication: Publication, cache: Path | None = None
) -> Iterator[tuple[str, bytes]]:
    """Every generated page's path below ``site_src/``, and its bytes.

    What takes long to compute is kept in the cache's folder, if there is one, for the next time.
    """
    written = writer(catalog, publication)
    for page in pages(catalog, publication, near_in(catalog, cache)):
        yield page.path, written(page)


def near_in(catalog: Catalog, cache: Path | None = None) -> Near:
    """Each paper's related papers, which are found out when they are first asked for."""

    @lru_cache(1)
    def found() -> Mapping[str, Sequence[Paper]]:
        return related(catalog, cache)

    return lambda slug: found().get(slug, ())


def writer(catalog: Catalog, publication: Publication) -> Callable[[Page], Markdown]:
    """What gives a page's bytes."""
    environment = _environment(_versions())
    common = {"publication": publication, "DECK": DECK}
    whole = {"catalog": catalog, "feeds": feeds.all_feeds(catalog, publication)}

    def written(page: Page) -> Markdown:
        shown = page.shown()
        # Of what has a part of the catalog it is known that it follows from nothing else.
        more = common if "catalog" in shown.given else common | whole
        body = environment.get_template(shown.template).render(
            more, **shown.given, root="../" * page.path.count("/")
        )
        fields = {name: one for name, one in shown.front_matter.items() if one is not None}
        front_matter, body = _front_matter(fields), f"{body.strip()}\n"
        made = Markdown(f"{front_matter}{body}".encode())
        made.parts = (body, fields) if text.is_yaml(front_matter) else None
        return made

    return written


def pages(catalog: Catalog, publication: Publication, near: Near = lambda _: ()) -> Iterator[Page]:
    """Every generated page."""
    everything = feeds.everything(catalog, publication)
    titles = {topic.slug: _Titled(topic.title) for topic in catalog.topics}
    known = _Known(catalog.day, titles)
    yield from _papers(catalog, publication, near, titles)
    yield from _moved(catalog)
    for topic, feed in zip(catalog.topics, feeds.of_topics(catalog, publication), strict=True):
        pencil = repository.edit(place, topic.file) if (place := publication.repository) else None
        about = {
            "topic": topic,
            "feed": _Followed.of(feed),
            "pencil": pencil,
            "chart": charts.over_time(feed.papers),
        }
        yield from _paged(
            f"topics/{topic.slug}",
            "topic.md",
            topic.title,
            feed.papers,
            _links(feed, everything),
            about,
            known,
            catalog,
        )
    with_feed = {feed.page: feed for feed in feeds.of_organizations(catalog, publication)}
    for organization in catalog.organizations:
        path = f"organizations/{organization.slug}"
        feed = with_feed.get(path + "/")
        yield from _paged(
            path,
            "organization.md",
            organization.name,
            catalog.by_organization[organization.slug],
            _links(feed, everything) if feed else _links(everything),
            {"organization": organization, "feed": _Followed.of(feed) if feed else None},
            known,
            catalog,
        )
    by_week = weeks.by_week(catalog)
    yield from _days(catalog, _links(everything), by_week, known)
    yield from _weeks(catalog, weekly.feed(publication), everything, by_week, known)
    yield from _of_all(catalog, publication, everything, by_week)


def _papers(
    catalog: Catalog,
    publication: Publication,
    near: Near,
    titles: Mapping[str, _Titled],
) -> Iterator[Page]:
    links = _links(feeds.everything(catalog, publication))
    pencil = _pencil(publication)

    def shown(slug: str) -> Shown:
        paper = catalog.by_slug[slug]
        return _paper(paper, _context(paper, catalog, near, titles), publication, links, pencil)

    @cache
    def listing(name: str) -> str:
        return fingerprints.of(catalog.listing[name])

    def digest(slug: str) -> str:
        paper = catalog.by_slug[slug]
        # Its context follows from these.
        return fingerprints.of(
            catalog.fingerprint[slug],
            [(origin.file, origin.line, names) for origin, names in paper.said.items()],
            [catalog.fingerprint[other.slug] for other in near(slug)],
            [titles[slug].title for slug in paper.topics],
            [*map(listing, paper.listings)],
        )

    for paper in catalog.papers:
        yield Page(f"papers/{paper.slug}.md", "paper", paper.listed, paper.slug, shown, digest)


def _of_all(
    catalog: Catalog,
    publication: Publication,
    everything: feeds.Feed,
    by_week: Mapping[weeks.Week, Sequence[Paper]],
) -> Iterator[Page]:
    """The pages that may know everything, of which there are few."""
    links = _links(everything)
    overview = partial(_meta, day=catalog.day, kind="index", links=links)

    def page(path: str, shown: Callable[[], Shown], kind: str = "index") -> Page:
        day = None if kind == "search" else catalog.day
        return Page(path, kind, day, path, lambda _: shown())

    def trends() -> Shown:
        meta = _meta("Trends", catalog.day, kind="trends", links=links)
        return Shown("trends.md", meta, charts.of_catalog(catalog))

    def most_discussed() -> Shown:
        papers = trending(catalog, TRENDING)
        meta = _meta(
            "Trending",
            catalog.day,
            kind="list",
            links=links,
            papers=_numbers(papers),
            order="trending",
        )
        return Shown("trending.md", meta, {"papers": papers})

    def of_feeds() -> Shown:
        given = {
            "window_days": documents.WINDOW_DAYS,
            "window_entries": documents.WINDOW_ENTRIES,
            "window_megabytes": documents.LARGEST // 10**6,
            "weekly": weekly.feed(publication),
            "window_weeks": weekly.WINDOW,
        }
        return Shown("feeds.md", _meta("Feeds", catalog.day, kind="feeds", links=links), given)

    yield page("index.md", partial(_front, catalog, publication, links), "front")
    yield page(
        "days/index.md",
        lambda: Shown("days.md", overview("Archive"), {"months": _months(catalog)}),
    )
    yield page(
        "weeks/index.md", partial(_index_of_weeks, catalog, publication, everything, by_week)
    )
    yield page("topics/index.md", lambda: Shown("topics.md", overview("Topics")))
    yield page(
        "organizations/index.md", lambda: Shown("organizations.md", overview("Organizations"))
    )
    yield page("trending.md", most_discussed, "list")
    yield page(
        "search.md",
        lambda: Shown("search.md", _meta("Search", None, kind="search", links=links)),
        "search",
    )
    yield page("trends.md", trends, "trends")
    yield page("feeds.md", of_feeds, "feeds")
    yield page(
        "reading-list.md",
        lambda: Shown(
            "reading_list.md", _meta("Reading list", catalog.day, kind="reading", links=[])
        ),
        "reading",
    )


def _front(catalog: Catalog, publication: Publication, links: list[dict[str, str]]) -> Shown:
    # On a day that brought nothing new, the newest papers there are.
    day = next((day for day, papers in catalog.by_day.items() if papers), None)
    papers = catalog.by_day.get(day, ())
    older = next((other for other in catalog.days if day and other < day), None)
    leads = sorted(papers, key=discussion, reverse=True)[:LEADS]
    rest = [paper for paper in papers if paper not in leads]
    by_topic = sections.by_topic(rest)
    return Shown(
        "front.md",
        _meta(
            publication.name,
            catalog.day,
            kind="front",
            description=publication.description,
            links=links,
            papers=_numbers(papers),
            previous=_way(f"days/{older}", dates.long(older)) if older else None,
        ),
        {
            "day": day,
            "older": older,
            "papers": papers,
            "leads": leads,
            "is_discussed": bool(leads) and discussion(leads[0]) > 0,
            "sections": by_topic,
            "section_size": SECTION if len(by_topic) > 1 else 4 * SECTION,
            "discussed": of_the_week(catalog, DISCUSSED),
            "days": [other for other in catalog.days if other != day][:8],
        },
    )


class _Titled(NamedTuple):
    """A topic, as far as papers' pages know it."""

    title: str


@dataclass(frozen=True, slots=True)
class _Context:
    """What a paper's page knows of the rest of the catalog, which is named as there.

    It knows nothing else: so the page is the same as long as this and the paper are.
    """

    near: Sequence[Paper]  # of which it says the title, the address and the year
    topic: Mapping[str, _Titled]
    listing: Mapping[str, Listing]


def _context(
    paper: Paper,
    catalog: Catalog,
    near: Near,
    titles: Mapping[str, _Titled],
) -> _Context:
    return _Context(
        near(paper.slug),
        {slug: titles[slug] for slug in paper.topics},
        {name: catalog.listing[name] for name in paper.listings},
    )


class _Followed(NamedTuple):
    """A feed, as far as lists of its papers know it."""

    path: str
    newest: datetime.date | None  # day on which the newest of its papers was listed

    @classmethod
    def of(cls, feed: feeds.Feed) -> _Followed:
        return cls(feed.path, feed.papers[0].listed if feed.papers else None)


class _Known(NamedTuple):
    """What pages with lists know of the catalog, which is named as there, beside the papers that they list.

    They know nothing else: so such a page is the same as long as what it is given is.
    """

    day: datetime.date | None
    topic: Mapping[str, _Titled]
    by_day: Mapping[datetime.date, Sequence[Paper]] = MappingProxyType({})  # of days that it names


def _paper(
    paper: Paper,
    context: _Context,
    publication: Publication,
    feed_links: list[dict[str, str]],
    pencil: str,
) -> Shown:
    said = paper.summary or paper.abstract
    links = list(entries.links_of(paper))
    item = citations.csl(paper, publication)
    facts = {
        "authors": list(paper.authors) or None,
        "organization": paper.organization.name if paper.organization else None,
        "published": paper.published.isoformat() if paper.published else None,
        "arxiv_id": paper.arxiv_id,
        "doi": paper.doi,
        "topics": list(paper.topics) or None,
        **_citation_facts(paper, item, links, context),
    }
    return Shown(
        "paper.md",
        _meta(
            paper.title,
            paper.listed,
            kind="paper",
            description=teaser(said, DESCRIPTION) if said else None,
            links=feed_links,
            **facts,
        ),
        {
            "paper": paper,
            "catalog": context,
            "links": links,
            "statements": list(_statements(paper, context, publication.repository)),
            "doors": list(_doors(paper, publication.repository, pencil)),
            "citation": citations.text(paper, publication, item),
            "bibtex": Markup(citations.bibtex(paper, publication, item)),
            "near": context.near,
        },
    )


def _citation_facts(
    paper: Paper, item: dict[str, object], links: Sequence[tuple[str, str]], context: _Context
) -> dict[str, object]:
    """What the theme tells reference managers and search engines of a paper.

    csl: the paper's CSL item, without its abstract; groups: which of its authors are no persons;
    pdf: the address of its text; keywords: the titles of its topics.
    """
    return {
        "csl": {name: value for name, value in item.items() if name != "abstract"},
        "groups": citations.groups(paper) or None,
        "pdf": dict(links).get("PDF"),
        "keywords": [context.topic[slug].title for slug in paper.topics] or None,
    }


@dataclass(frozen=True, slots=True)
class _Statement:
    """What one listing, or people, said of a paper."""

    listing: Listing | None  # None if people did
    file: str  # as it is called
    fields: list[str]  # what they gave, as pages call it
    view: str | None  # address of the file where it says so
    history: str | None  # and of its changes


def _statements(paper: Paper, context: _Context, place: Repository | None) -> Iterator[_Statement]:
    listings = {one.file: one for one in context.listing.values()}
    for origin, names in paper.said.items():
        yield _Statement(
            listings.get(origin.file),
            origin.file.rpartition("/")[2],
            [_FIELD_NAMES.get(name, name.replace("_", " ")) for name in names],
            repository.view(place, origin.file, origin.line) if place else None,
            repository.history(place, origin.file) if place else None,
        )


def _doors(paper: Paper, place: Repository | None, pencil: str) -> Iterator[tuple[str, str]]:
    """The ways to correct a paper's page, as names and addresses: its file, and a form."""
    if not place:
        return
    of_people = [origin.file for origin in paper.said if origin.file.startswith("papers/")]
    if of_people:
        yield "Correct this page", repository.edit(place, of_people[0])
    else:
        yield "Correct this page", repository.begin(place, f"papers/{paper.slug}.yml", pencil)
    if form := repository.form(place, "correct-a-paper.yml", page=paper.slug):
        yield "Tell us what is wrong", form


def _pencil(publication: Publication) -> str:
    """What a new overlay begins with."""
    names = (field.name for field in curated.OVERLAY if field.name != "listed")
    return _PENCIL.format(
        line=schemas.line(publication, "overlay"), fields="".join(f"# {name}:\n" for name in names)
    )


def _moved(catalog: Catalog) -> Iterator[Page]:
    """Where papers were once: of those which turned out to be others, or are listed no more.

    Feeds and other people's links lead there, for ever.
    """

    def shown(slug: str) -> Shown:
        paper = catalog.debut[slug].paper
        return Shown(
            "moved.md",
            _meta(paper.title, paper.listed, kind="moved", links=[]),
            {"title": paper.title, "paper": now_at(catalog, slug)},
        )

    for debut in catalog.debuts:
        if debut.slug not in catalog.by_slug:
            path = f"papers/{debut.slug}.md"
            yield Page(path, "moved", debut.paper.listed, debut.slug, shown)


def now_at(catalog: Catalog, slug: str) -> Paper | None:
    """The paper that turned out to be the one which had this slug once, if there is one."""
    return catalog.by_slug.get(catalog.aliases.get(slug))


def _paged(
    path: str,
    template: str,
    title: str,
    papers: Sequence[Paper],
    links: list[dict[str, str]],
    about: dict[str, object],
    known: _Known,
    catalog: Catalog,
) -> Iterator[Page]:
    """The pages of a long list: ``path``, ``path/2``, …; newest papers first."""
    last = max(1, -(-len(papers) // PAGE_SIZE))

    def here(number: int) -> Sequence[Paper]:
        return papers[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]

    def way(number: int) -> dict[str, str] | None:
        if not 1 <= number <= last:
            return None
        return _way(path if number == 1 else f"{path}/{number}", f"Page {number}")

    def shown(number: int) -> Shown:
        papers_here = here(number)
        return Shown(
            template,
            _meta(
                title if number == 1 else f"{title}, page {number}",
                papers_here[0].listed if papers_here else None,
                kind="list",
                links=links,
                papers=_numbers(papers_here),
                pages=last if last > 1 else None,
                previous=way(number - 1),
                next=way(number + 1),
            ),
            {
                **about,
                "catalog": known,
                "papers": papers_here,
                "total": len(papers),
                "number": number,
                "last": last,
                "path": path,
            },
        )

    @cache
    def of_all() -> str:
        return fingerprints.of(path, template, title, len(papers), links, about, known)

    def digest(number: int) -> str:
        return fingerprints.of(
            of_all(), number, [catalog.fingerprint[paper.slug] for paper in here(number)]
        )

    for number in range(1, last + 1):
        first = papers[(number - 1) * PAGE_SIZE].listed if papers else None
        name = f"{path}.md" if number == 1 else f"{path}/{number}.md"
        yield Page(name, "list", first, number, shown, digest)


def _days(
    catalog: Catalog,
    links: list[dict[str, str]],
    by_week: Mapping[weeks.Week, Sequence[Paper]],
    known: _Known,
) -> Iterator[Page]:
    days = catalog.days

    def weeks_of(days: Iterable[datetime.date]) -> list[weeks.Week]:
        return sorted(week for week in set(map(weeks.Week.of, days)) if by_week.get(week))

    def beside(
        index: int,
    ) -> tuple[list[weeks.Week], datetime.date | None, datetime.date | None]:
        """A day's week, and the days after and before it."""
        newer = days[index - 1] if index else None
        older = days[index + 1] if index + 1 < len(days) else None
        return weeks_of([days[index]]), newer, older

    def shown(index: int) -> Shown:
        day, (weeks_of_it, newer, older) = days[index], beside(index)
        return Shown(
            "day.md",
            _meta(
                dates.full(day),
                day,
                kind="list",
                links=links,
                papers=_numbers(catalog.by_day[day]),
                order="listing",
                previous=_way(f"days/{older}", dates.long(older)) if older else None,
                next=_way(f"days/{newer}", dates.long(newer)) if newer else None,
            ),
            {
                "catalog": known,
                "day": day,
                "papers": catalog.by_day[day],
                "again": catalog.again_by_day[day],
                "weeks": weeks_of_it,
                "newer": newer,
                "older": older,
            },
        )

    def digest(index: int) -> str:
        day = days[index]
        papers, again = catalog.by_day[day], catalog.again_by_day[day]
        return fingerprints.of(
            day,
            beside(index),
            links,
            known,
            [catalog.fingerprint[paper.slug] for paper in papers],
            [catalog.fingerprint[paper.slug] for paper in again],
        )

    for index, day in enumerate(days):
        yield Page(f"days/{day}.md", "list", day, index, shown, digest)
    months = _months(catalog)
    for index, (month, in_month) in enumerate(months):
        yield from _paged(
            f"months/{dates.iso_month(month)}",
            "month.md",
            dates.month(month),
            [paper for day in in_month for paper in catalog.by_day[day]],
            links,
            {
                "month": month,
                "days": in_month,
                "weeks": weeks_of(in_month),
                "newer": months[index - 1][0] if index else None,
                "older": months[index + 1][0] if index + 1 < len(months) else None,
            },
            known,
            catalog,
        )


def _months(catalog: Catalog) -> list[tuple[datetime.date, list[datetime.date]]]:
    """The first day of each month, and those of it of which there is something; newest first."""
    by_month = groupby(catalog.days, key=lambda day: day.replace(day=1))
    return [(month, list(days)) for month, days in by_month]


def _weeks(
    catalog: Catalog,
    of_weeks: feeds.Feed,
    everything: feeds.Feed,
    by_week: Mapping[weeks.Week, tuple[Paper, ...]],
    known: _Known,
) -> Iterator[Page]:
    links = _links(of_weeks, everything)
    present = _present(by_week)
    place = {week: index for index, week in enumerate(present)}
    days: dict[weeks.Week, list[datetime.date]] = {}
    for day in reversed(catalog.days):
        days.setdefault(weeks.Week.of(day), []).append(day)

    def beside(week: weeks.Week) -> tuple[weeks.Week | None, weeks.Week | None]:
        """The weeks after and before it."""
        index = place.get(week)
        newer = present[index - 1] if index else None
        older = present[index + 1] if index is not None and index + 1 < len(present) else None
        return newer, older

    def shown(week: weeks.Week) -> Shown:
        papers, (newer, older) = by_week[week], beside(week)
        digest = weeks.digest(week, papers)
        said = f"{week.span}: {text.counted(len(papers), 'new paper')}"
        if papers:
            said += f", {'most discussed' if digest.is_discussed else 'first'} “{digest.leads[0].title}”"
        return Shown(
            "week.md",
            _meta(
                week.title,
                papers[-1].listed if papers else week.monday,
                kind="week",
                description=teaser(said, DESCRIPTION),
                links=links,
                previous=_way(f"weeks/{older.name}", older.title) if older else None,
                next=_way(f"weeks/{newer.name}", newer.title) if newer else None,
            ),
            {
                "catalog": known._replace(
                    by_day={day: catalog.by_day[day] for day in days.get(week, ())}
                ),
                "digest": digest,
                "week": week,
                "is_over": week.is_over(catalog),
                "emptied": weeks.EMPTIED,
                "lead_length": weeks.LEAD,
                "section_size": sections.most_each(digest.sections, HEADLINES, MOST_HEADLINES),
                "days": days.get(week, ()),
                "newer": newer,
                "older": older,
                "feed": of_weeks,
            },
        )

    def digest(week: weeks.Week) -> str:
        return fingerprints.of(
            week,
            beside(week),
            week.is_over(catalog),
            links,
            known,
            [(day, len(catalog.by_day[day])) for day in days.get(week, ())],
            [catalog.fingerprint[paper.slug] for paper in by_week[week]],
        )

    for week, papers in by_week.items():
        newest = papers[-1].listed if papers else week.monday
        path = f"weeks/{week.name}.md"
        yield Page(path, "week", newest, week, shown, digest)


def _present(by_week: Mapping[weeks.Week, Sequence[Paper]]) -> list[weeks.Week]:
    """The weeks that people come by: not those whose papers have gone."""
    return [week for week, papers in by_week.items() if papers]


def _index_of_weeks(
    catalog: Catalog,
    publication: Publication,
    everything: feeds.Feed,
    by_week: Mapping[weeks.Week, Sequence[Paper]],
) -> Shown:
    of_weeks = weekly.feed(publication)
    years = groupby(_present(by_week), key=lambda week: week.year)
    return Shown(
        "weeks.md",
        _meta("Weeks", catalog.day, kind="index", links=_links(of_weeks, everything)),
        {
            "years": [(year, list(of)) for year, of in years],
            "by_week": by_week,
            "feed": of_weeks,
        },
    )


# --- front matter -------------------------------------------------------------------------


def _numbers(papers: Sequence[Paper]) -> dict[str, list[object]]:
    """What a list can be sorted and filtered by: slug → day listed, comments, upvotes, its own date.

    Trailing values that nobody knows are left out.
    """
    numbers: dict[str, list[object]] = {}
    for paper in papers:
        published = paper.published.isoformat() if paper.published else None
        row = [paper.listed.isoformat(), paper.comments, paper.upvotes, published]
        while row[-1] is None:
            row.pop()
        numbers[paper.slug] = row
    return numbers


def _way(path: str, name: str) -> dict[str, str]:
    """Where the page before or after this one is, below the site's address, and what it is called."""
    return {"path": f"{path}/", "name": name}


def _links(*of: feeds.Feed) -> list[dict[str, str]]:
    """What a page's head tells feed readers of."""
    return [{"title": feed.title, "path": feed.path} for feed in of]


def _meta(
    title: str, day: datetime.date | None, *, kind: str, links: list[dict[str, str]], **more: object
) -> dict[str, object]:
    """The front matter that all pages have.

    title, description; date: the day of what is newest on it; kind: paper, moved, list, index, week, feeds,
    search, trends, reading or front, for the theme; feeds: what to tell feed readers of (``links``). Lists also
    have papers (see ``_numbers``), pages: how many there are, if several; order, if it isn't the newest first;
    previous and next (see ``_way``), which weeks have as well.
    """
    return {
        "title": title,
        "description": more.pop("description", None),
        "date": day.isoformat() if day else None,
        "kind": kind,
        **more,
        "feeds": [{**link} for link in links],  # each page has its own
    }


def _front_matter(fields: dict[str, object]) -> str:
    """Fields as YAML, a line each."""
    lines = "".join([f"{name}: {text.quoted(value)}\n" for name, value in fields.items()])
    return f"---\n{MARK}\n{lines}---\n\n"


# --- templates ----------------------------------------------------------------------------


def _versions() -> frozenset[tuple[Path, int]]:
    """The templates, and when each was changed."""
    return frozenset((path, path.stat().st_mtime_ns) for path in TEMPLATES.iterdir())


@lru_cache(1)
def _environment(versions: frozenset[tuple[Path, int]]) -> jinja2.Environment:
    """The templates, compiled once, and again when one changes, as under ``serve``."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        finalize=_as_markdown,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,  # which would ask for each page; ``versions`` tell it
        cache_size=-1,  # all are kept
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.code_generator_class = _Compiler
    environment.filters.update(
        address=lambda url: Markup(text.destination(url)),
        prose=lambda words: Markup(text.prose(words)),
        teaser=lambda words, length=TEASER: teaser(words, length),
        long_date=dates.long,
        short_date=lru_cache(4_000)(dates.short),
        unbroken=lambda words: words.replace(" ", "\u00a0"),
        full_date=dates.full,
        month=dates.month,
        iso_month=dates.iso_month,
        host=lambda url: urlsplit(url).hostname,
        counted=lru_cache(4_000)(text.counted),
        with_formulas=lambda paper, name: Markup(mathematics.markdown(paper, name)),
    )
    environment.globals.clear()  # which Jinja would copy for each page
    return environment


def _as_markdown(value: object) -> str:
    """What stands in the place of ``{{ … }}``."""
    if isinstance(value, Markup):
        return value
    words = "" if value is None else str(value)
    return _escaped(words) if len(words) <= SHORT else text.markdown(words)


@lru_cache(4_000)  # the same names, days and numbers stand in every list
def _escaped(words: str) -> str:
    return text.markdown(words)


class _Compiler(CodeGenerator):
    """Makes Python of templates that calls ``_as_markdown`` for each ``{{ … }}``, and macros, and nothing else.

    Jinja's own would escape what that gives for HTML as well, which changes none of it and takes as long; look
    each time whether what is called wants the context as well; and look for items where there is no attribute.
    Paths are printed as they are: there is nothing in them to escape.
    """

    def _output_child_pre(self, node, frame, finalize):
        match node:
            case nodes.Name(name="root" | "slug") | nodes.Getattr(attr="slug"):
                self.write("(")
            case _:
                self.write(finalize.src)

    def _output_child_post(self, node, frame, finalize):
        self.write(")")

    def visit_Getattr(self, node, frame):
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def visit_Call(self, node, frame, forward_caller=False):
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")
