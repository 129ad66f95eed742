"""Catalog → feeds: RSS 2.0, one for everything, one for each topic and larger organization.

A paper's id is the same in every feed, for ever: ``tag:<authority>,<year>:paper/<slug>`` (RFC 4151),
with authority and year frozen in mkdocs.yml. Changing the site's address changes no id.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from feedgen.feed import FeedGenerator
from markupsafe import escape

from generator import dates
from generator.model import Catalog, Paper, Publication

LEAST_PAPERS = 3  # that an organization has before it gets a feed
WINDOW_DAYS = 30  # of listings that a feed holds at least
WINDOW_ENTRIES = 50  # that it holds at least


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed is about, and where it is."""

    name: str  # its address is /feeds/<name>.xml
    title: str
    description: str
    page: str  # address of the page it belongs to, below the site's: "topics/surveys/"
    papers: tuple[Paper, ...]  # all that it ever held, newest first

    @property
    def path(self) -> str:
        return f"feeds/{self.name}.xml"


def everything(catalog: Catalog, publication: Publication) -> Feed:
    """The feed of all papers."""
    return Feed("all", publication.name, publication.description, "", catalog.papers)


def of_topics(catalog: Catalog, publication: Publication) -> Iterator[Feed]:
    for topic in catalog.topics:
        yield Feed(
            topic.slug,
            f"{topic.title} · {publication.name}",
            f"New papers on {topic.title}",
            f"topics/{topic.slug}/",
            catalog.by_topic[topic.slug],
        )


def of_organizations(catalog: Catalog, publication: Publication) -> Iterator[Feed]:
    for organization in catalog.organizations:
        papers = catalog.by_organization[organization.slug]
        if len(papers) >= LEAST_PAPERS:
            yield Feed(
                f"organizations/{organization.slug}",
                f"{organization.name} · {publication.name}",
                f"New papers from {organization.name}",
                f"organizations/{organization.slug}/",
                papers,
            )


def all_feeds(catalog: Catalog, publication: Publication) -> tuple[Feed, ...]:
    """Every feed: everything first, then topics, then organizations."""
    return (
        everything(catalog, publication),
        *of_topics(catalog, publication),
        *of_organizations(catalog, publication),
    )


def render(catalog: Catalog, publication: Publication) -> dict[str, Callable[[], bytes]]:
    """Every feed's path below the site's folder, and what makes its bytes when they are wanted."""
    return {
        feed.path: partial(rss, feed, catalog, publication)
        for feed in all_feeds(catalog, publication)
    }


def window(feed: Feed) -> tuple[Paper, ...]:
    """What the feed holds now: the last 30 days of its listings, and at least 50 entries."""
    if not feed.papers:
        return ()
    since = feed.papers[0].listed - datetime.timedelta(days=WINDOW_DAYS)
    return tuple(
        paper
        for index, paper in enumerate(feed.papers)
        if index < WINDOW_ENTRIES or paper.listed > since
    )


def entry_id(paper: Paper, publication: Publication) -> str:
    """The paper's name for ever (RFC 4151)."""
    return f"tag:{publication.authority},{publication.year}:paper/{paper.slug}"


def rss(feed: Feed, catalog: Catalog, publication: Publication) -> bytes:
    """The feed as RSS 2.0, newest entry first, at the strictest that validators ask.

    feedgen's own choices are overruled where they depend on the clock (``lastBuildDate``) or turn
    the order round; of several channel links it keeps the last, so the page's comes last.
    """
    out = FeedGenerator()
    out.load_extension("dc", atom=False, rss=True)
    out.title(feed.title)
    out.description(feed.description or feed.title)
    out.language(publication.language)
    out.generator("Broadsheet")
    out.docs("https://www.rssboard.org/rss-specification")
    out.link(href=publication.url + feed.path, rel="self", type="application/rss+xml")
    out.link(href=publication.url + feed.page, rel="alternate")
    papers = window(feed)
    if newest := papers[0].listed if papers else catalog.day:
        out.pubDate(_midnight(newest))
    # The day of what it holds, so that a feed changes only when its papers do.
    out.lastBuildDate(_midnight(newest or datetime.date(1970, 1, 1)))
    for paper in papers:
        entry = out.add_entry(order="append")
        entry.title(paper.title)
        entry.link(href=f"{publication.url}papers/{paper.slug}/")
        entry.guid(entry_id(paper, publication), permalink=False)
        entry.published(_midnight(paper.listed))
        entry.description(description(paper, catalog, publication))
        if paper.authors:
            entry.dc.dc_creator(", ".join(paper.authors))
        elif paper.organization:
            entry.dc.dc_creator(paper.organization.name)
        for slug in paper.topics:
            entry.category(
                term=catalog.topic[slug].title, scheme=f"{publication.url}topics/{slug}/"
            )
    return out.rss_str(pretty=True)


def description(paper: Paper, catalog: Catalog, publication: Publication) -> str:
    """The entry as HTML that a reader shows: what it says, who wrote it, where it is."""
    paragraphs = []
    if paper.note:
        paragraphs.append(f"<p><em>{escape(paper.note)}</em></p>")
    if said := paper.summary or paper.abstract:
        paragraphs.append(f"<p>{escape(said)}</p>")
    if paper.summary and paper.summary_by:
        paragraphs.append(f"<p><small>Written by {escape(paper.summary_by)}.</small></p>")
    facts = [escape(fact) for fact in facts_of(paper)]
    if facts:
        paragraphs.append(f"<p>{' · '.join(facts)}</p>")
    links = [(publication.name, f"{publication.url}papers/{paper.slug}/"), *links_of(paper)]
    anchors = [f'<a href="{escape(url)}">{escape(name)}</a>' for name, url in links]
    paragraphs.append(f"<p>{' · '.join(anchors)}</p>")
    return "\n".join(paragraphs)


def facts_of(paper: Paper) -> Iterator[str]:
    """Who, from where, when."""
    if paper.authors:
        yield ", ".join(paper.authors)
    elif paper.author_count:
        yield f"{paper.author_count} author{'' if paper.author_count == 1 else 's'}"
    if paper.organization:
        yield paper.organization.name
    if paper.published:
        yield dates.long(paper.published)


_LINK_NAMES = {"code": "Code", "project": "Project page", "discussion": "Discussion"}


def links_of(paper: Paper) -> Iterator[tuple[str, str]]:
    """Where the paper is to be had: names and addresses, the nearest to the paper first."""
    if paper.arxiv_id:
        yield "arXiv", f"https://arxiv.org/abs/{paper.arxiv_id}"
        yield "PDF", f"https://arxiv.org/pdf/{paper.arxiv_id}"
    if paper.doi:
        yield "DOI", f"https://doi.org/{paper.doi}"
    for name in sorted(paper.links, key=lambda name: (name not in _LINK_NAMES, name)):
        yield _LINK_NAMES.get(name, name.replace("_", " ").capitalize()), paper.links[name]


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)
