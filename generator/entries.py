"""Papers → feed entries: what a subscriber reads of a paper, the same in every format.

To change how an entry reads, change ``html``. Archives are made by it as well, and must stay as they
were published, so a change of it shows in ``broadsheet check --published``: think of it as a new edition
of all of them.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from generator import dates, debuts, text
from generator.model import Catalog, Debut, Paper, Publication

NAMED = 100  # authors that are named in a text; entries tell of all of them in their own fields


class Link(NamedTuple):
    """As in RFC 4287: what it is to the entry, of which media type, where, and its name."""

    rel: str  # "alternate" or "related"
    type: str
    url: str
    title: str


class Category(NamedTuple):
    term: str  # the topic's slug, which never changes
    label: str | None  # its title, which may; archives don't say
    scheme: str  # address of the page of all topics


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says of one paper, whatever the format. Texts are plain, but for ``html``."""

    id: str  # a tag: URI (RFC 4151), the same in all feeds and for ever
    url: str
    title: str
    html: str
    published: datetime.datetime  # UTC; when it was first listed here
    updated: datetime.datetime  # UTC; when what is shown last changed, as the content tells
    authors: tuple[str, ...]  # people; or the organization, if that is all that is known
    categories: tuple[Category, ...]
    links: tuple[Link, ...]  # the paper's page first


def current(
    debut: Debut, catalog: Catalog, publication: Publication, limit: int | None = None
) -> Entry:
    """The entry of a paper as it is known now.

    ``limit`` shortens it, where a feed would be too large: to so many characters of text, a tenth as
    many authors, a few links and topics.
    """
    return _entry(debut, *told(debut, catalog, publication), publication, limit)


def told(
    debut: Debut, catalog: Catalog, publication: Publication
) -> tuple[Paper, datetime.datetime, list[Category], str | None]:
    """What the current entry follows from: the paper as it is shown, when that last changed, what it is
    filed under, and what is remarked."""
    if paper := catalog.by_slug.get(debut.slug):
        topics = [catalog.topic[slug] for slug in paper.topics]
        scheme = f"{publication.url}topics/"
        categories = [Category(one.slug, text.unmistakable(one.title), scheme) for one in topics]
        return paper, debuts.updated(debut, paper, catalog.ledger), categories, None
    if other := catalog.by_slug.get(catalog.aliases.get(debut.slug)):
        remark = f"This is the same paper as “{other.title}”."
        return debut.paper, debut.published, [], remark
    paper = Paper(debut.slug, debut.paper.title, debut.paper.listed)
    return paper, debut.published, [], "This paper is no longer listed here."


def frozen(debut: Debut, publication: Publication, limit: int | None = None) -> Entry:
    """The entry of an archive but for its categories: the paper as it was first listed, and nothing that
    may change."""
    return _entry(debut, debut.paper, debut.published, [], None, publication, limit)


def frozen_categories(topic: str | None, publication: Publication) -> list[Category]:
    """Those of all entries of an archive; the slug is that of the topic whose feed it is, if it is one's."""
    return [Category(topic, None, f"{publication.url}topics/")] if topic else []


def _entry(
    debut: Debut,
    paper: Paper,
    updated: datetime.datetime,
    categories: list[Category],
    remark: str | None,
    publication: Publication,
    limit: int | None,
) -> Entry:
    url = f"{publication.url}papers/{debut.slug}/"
    links = [Link("alternate", "text/html", url, "Paper page")]
    for name, address in list(links_of(paper))[: None if limit is None else 4]:
        type_ = "application/pdf" if name == "PDF" else "text/html"
        links.append(Link("related", type_, text.ascii_address(address), name))
    names = paper.authors or ((paper.organization.name,) if paper.organization else ())
    authors = tuple(map(text.unmistakable, names))
    return Entry(
        id=entry_id(debut.slug, publication),
        url=url,
        title=text.unmistakable(paper.title),
        html=html(paper, links, limit, remark),
        published=debut.published,
        updated=updated,
        authors=authors if limit is None else authors[: limit // 10],
        categories=tuple(categories if limit is None else categories[:10]),
        links=tuple(links),
    )


def entry_id(slug: str, publication: Publication) -> str:
    """The paper's name for ever (RFC 4151)."""
    return f"tag:{publication.authority},{publication.year}:paper/{slug}"


def html(
    paper: Paper, links: list[Link], limit: int | None = None, remark: str | None = None
) -> str:
    """The entry as HTML that a reader shows: what it says, who wrote it, where it is."""
    paragraphs = []
    if remark:
        paragraphs.append(f"<p>{as_html(remark)}</p>")
    if paper.note:
        paragraphs.append(f"<p><em>{as_html(cut(paper.note, limit))}</em></p>")
    if said := paper.summary or paper.abstract:
        paragraphs.append(f"<p>{as_html(cut(said, limit))}</p>")
    if paper.summary and paper.summary_by:
        paragraphs.append(f"<p><small>Written by {as_html(paper.summary_by)}.</small></p>")
    if facts := list(facts_of(paper, NAMED if limit is None else limit // 10)):
        paragraphs.append(f"<p>{as_html(' · '.join(facts))}</p>")
    anchors = [f'<a href="{escape(link.url)}">{as_html(link.title)}</a>' for link in links]
    paragraphs.append(f"<p>{' · '.join(anchors)}</p>")
    return "\n".join(paragraphs)


def as_html(words: str) -> str:
    """A text as HTML that shows it."""
    return escape(words.replace("\ufffd", ""), quote=False)


def cut(words: str, limit: int | None) -> str:
    """At most so many characters of a text."""
    return words if limit is None or len(words) <= limit else words[:limit].rstrip() + "…"


def facts_of(paper: Paper, named: int = NAMED) -> Iterator[str]:
    """Who, from where, when."""
    if paper.authors:
        yield joined(paper.authors, named)
    elif paper.author_count:
        yield text.counted(paper.author_count, "author")
    if paper.organization:
        yield paper.organization.name
    if paper.published:
        yield dates.long(paper.published)


def joined(names: tuple[str, ...], named: int = NAMED) -> str:
    """The names in one line, the first of them if there are very many."""
    if len(names) <= named:
        return ", ".join(names)
    more = len(names) - named
    return f"{', '.join(names[:named])} and {text.counted(more, 'other')}"


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
