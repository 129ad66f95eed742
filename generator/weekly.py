"""The feed of weeks: a digest of each week that is over, newest first, in three formats.

It follows from the content alone. The ledger has no lines for it; but what the ledger says was listed
keeps its week, so that no entry is lost with the papers of which it told.

An entry is dated by the Monday after its week, and never counts as updated: papers that are corrected,
discussed or listed late have entries of their own, which say so, and a digest is no news for the second
time because one title of a hundred is another. What it shows is put right all the same.
"""

from __future__ import annotations

from functools import cache, lru_cache, partial
from html import escape
from itertools import islice

from generator import dates, entries, fingerprints, formats, text, weeks
from generator.documents import EXTENSIONS, Document, Feed
from generator.entries import Entry, Link, as_html
from generator.model import Catalog, Paper, Publication
from generator.stamps import Maker
from generator.weeks import Digest, Week

NAME = "weeks"
WINDOW = 53  # weeks that the feed holds, as many as the longest year has
# Bytes of an entry's HTML, escaped as in XML: so that 53 fit into the 2 MB of a document, whatever they
# hold, and what one week has doesn't shorten another.
_LARGEST = 34_000
# What is shown of the leads in characters, and of sections: how many, and papers of each. The first that
# fits; nothing but a week of hundreds of papers or topics needs another than the first.
_LIMITS = (
    (weeks.LEAD, 100, 15),
    (weeks.LEAD, 100, 8),
    (600, 60, 5),
    (600, 60, 2),
    (400, 40, 1),
    (300, 10, 1),
    (300, 0, 0),
    (0, 0, 0),
)
_TITLE = 300  # characters of a paper's title
_NAMED = 5  # authors of a lead
_PAGE = "The week's page"


def feed(publication: Publication) -> Feed:
    return Feed(
        name=NAME,
        kind="weeks",
        label="Weeks",
        title=f"Weeks · {publication.name}",
        description="A digest of each week, once it is over",
        page="weeks/",
        papers=(),  # its entries are weeks
    )


def render(catalog: Catalog, publication: Publication) -> dict[str, Maker]:
    """Each of its files' path below the site's folder, and what makes its bytes."""
    document = Document(feed(publication), None, None, None, ())

    @lru_cache(1)  # as the three are made together
    def written() -> dict[str, bytes]:
        told = all_entries(catalog, publication)
        newest = dates.noon(catalog.day) if catalog.day else None
        updated = told[0].updated if told else newest
        items = formats.filed(list(map(formats.written, told)), ())
        return formats.files(document, items, updated, publication)

    @cache
    def key() -> str:
        return fingerprints.of(
            repr(publication),
            catalog.day,
            [(topic.slug, topic.title) for topic in catalog.topics],
            [
                (week.name, [catalog.fingerprint[paper.slug] for paper in papers])
                for week, papers in _over(catalog)
            ],
        )

    return {
        document.path(extension): Maker(partial(lambda of: written()[of], extension), key)
        for extension in EXTENSIONS
    }


def all_entries(catalog: Catalog, publication: Publication) -> list[Entry]:
    """Those of the newest weeks that are over, newest first."""
    return [
        _entry(weeks.digest(week, papers), catalog, publication) for week, papers in _over(catalog)
    ]


def _over(catalog: Catalog) -> list[tuple[Week, tuple[Paper, ...]]]:
    """The newest weeks that are over, newest first, with their papers."""
    over = (item for item in weeks.by_week(catalog).items() if item[0].is_over(catalog))
    return [*islice(over, WINDOW)]


def entry_id(week: weeks.Week, publication: Publication) -> str:
    """The week's name for ever (RFC 4151)."""
    return f"tag:{publication.authority},{publication.year}:week/{week.name}"


def is_outgrown(id_: str, others: list[str]) -> bool:
    """Whether an entry has to make room for these, which are all newer."""
    return len(others) >= WINDOW and _name(id_) < min(map(_name, others))


def _name(id_: str) -> str:
    return id_.rpartition(":week/")[2]


def _entry(digest: Digest, catalog: Catalog, publication: Publication) -> Entry:
    week = digest.week
    url = publication.url + week.address
    for limits in _LIMITS:
        html = _html(digest, catalog, publication, *limits)
        if len(escape(html, quote=False).encode()) <= _LARGEST:
            break
    return Entry(
        id=entry_id(week, publication),
        url=url,
        title=f"{week.title}: {week.span}",
        html=html,
        published=week.published,
        updated=week.published,
        authors=(),
        categories=(),
        links=(Link("alternate", "text/html", url, _PAGE),),
    )


def _html(
    digest: Digest,
    catalog: Catalog,
    publication: Publication,
    characters: int,
    most_sections: int,
    most_papers: int,
) -> str:
    """The digest as HTML that a reader shows: facts, the leads, a list of titles for each topic.

    It tells no numbers of comments: they change with every listing, and a subscriber reads this once.
    """
    page = publication.url + digest.week.address
    if not digest.papers:
        return f"<p>{weeks.EMPTIED}</p>\n<p>{_link(page, _PAGE)}</p>"
    parts = [f"<p>{text.counted(len(digest.papers), 'new paper')}, {digest.week.span}.</p>"]
    if characters:
        parts.append(f"<h2>{'Most discussed' if digest.is_discussed else 'First on the list'}</h2>")
        for paper in digest.leads:
            parts += _lead(paper, publication, characters)
    for slug, papers in digest.sections[:most_sections]:
        at = f"{publication.url}topics/{slug}/"
        parts.append(f"<h2>{_link(at, catalog.topic[slug].title) if slug else 'More papers'}</h2>")
        rows = [f"<li>{_title(paper, publication)}</li>" for paper in papers[:most_papers]]
        if (more := len(papers) - most_papers) > 0:
            rows.append(f"<li>{_link(at if slug else page, f'and {more:,} more')}</li>")
        parts.append("\n".join(["<ul>", *rows, "</ul>"]))
    left = sum(len(papers) for _, papers in digest.sections[most_sections:])
    if not characters:
        left += len(digest.leads)
    more = f", with {text.counted(left, 'more paper')}" if left else ""
    parts.append(f"<p>{_link(page, _PAGE + more)}</p>")
    return "\n".join(parts)


def _lead(paper: Paper, publication: Publication, characters: int) -> list[str]:
    parts = [f"<h3>{_title(paper, publication)}</h3>"]
    if said := paper.summary or paper.abstract:
        parts.append(f"<p>{as_html(text.teaser(said, characters))}</p>")
    if facts := list(entries.facts_of(paper, _NAMED)):
        parts.append(f"<p><small>{as_html(' · '.join(facts))}</small></p>")
    return parts


def _title(paper: Paper, publication: Publication) -> str:
    return _link(f"{publication.url}papers/{paper.slug}/", entries.cut(paper.title, _TITLE))


def _link(url: str, words: str) -> str:
    return f'<a href="{escape(url)}">{as_html(words)}</a>'
