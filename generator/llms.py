"""Catalog → llms.txt: what a language model, or any program that reads Markdown, may want to know first.

In the form of llmstxt.org: the publication's name, what it is, and lists of links, to pages as Markdown where
there are such. It stays small, whatever the publication: it is meant to be read whole.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator import data, dates, feeds, opml
from generator.model import Catalog, Publication
from generator.pages import DESCRIPTION, teaser
from generator.text import counted, destination, markdown

PATH = "llms.txt"
MOST = 50  # links in a section


def llms_txt(catalog: Catalog, publication: Publication) -> bytes:
    """The file, some 30 KB at most."""
    lines = [f"# {markdown(publication.name)}", ""]
    if publication.description:
        lines += [f"> {markdown(publication.description)}", ""]
    lines += [
        f"This publication has {counted(len(catalog.papers), 'paper')}. Each of its pages is also there "
        "as Markdown, as `papers/some-paper.md` for `papers/some-paper/`; its head says where."
    ]
    sections = {
        "Topics": _topics(catalog),
        "Newest papers": _papers(catalog),
        "Data": _data(catalog, publication),
        "Feeds": _feeds(catalog, publication),
        "Optional": _overviews(),
    }
    for title, links in sections.items():
        listed = [
            f"- [{markdown(name)}]({destination(publication.url + path)})" + (note and f": {note}")
            for name, path, note in links
        ]
        if listed:
            lines += ["", f"## {title}", "", *listed]
    return ("\n".join(lines) + "\n").encode()


# --- sections: the links' names, their paths below the site's folder, and notes in Markdown ----


def _topics(catalog: Catalog) -> Iterator[tuple[str, str, str]]:
    for topic in catalog.topics[:MOST]:
        papers = catalog.by_topic[topic.slug]
        yield topic.title, f"topics/{topic.slug}.md", counted(len(papers), "paper")
    yield "All topics", "topics/index.md", counted(len(catalog.topics), "topic")


def _papers(catalog: Catalog) -> Iterator[tuple[str, str, str]]:
    newest = catalog.papers[0].listed if catalog.papers else None
    papers = catalog.by_day.get(newest, ())
    for paper in papers[:MOST]:
        said = paper.summary or paper.abstract
        note = markdown(teaser(said, DESCRIPTION)) if said else ""
        yield teaser(paper.title, 200), f"papers/{paper.slug}.md", note
    if papers:
        note = counted(len(papers), "paper")
        yield f"All of {dates.long(newest)}", f"days/{newest}.md", note


def _data(catalog: Catalog, publication: Publication) -> Iterator[tuple[str, str, str]]:
    notes = {"data/papers.jsonl": "all that is known of every paper, as JSON, a paper a line"}
    for path in sorted(
        path for path in data.render(catalog, publication) if path.startswith("data/")
    )[:MOST]:
        yield path.removeprefix("data/"), path, notes.get(path, "")


def _feeds(catalog: Catalog, publication: Publication) -> Iterator[tuple[str, str, str]]:
    everything = feeds.everything(catalog, publication)
    yield "Every paper, JSON Feed", everything.json_path, "the newest, with their texts"
    yield "Every paper, Atom", everything.atom_path, ""
    yield "Every paper, RSS", everything.path, ""
    yield "OPML", opml.PATH, "the addresses of all feeds; each topic has one"


def _overviews() -> Iterator[tuple[str, str, str]]:
    yield "Front page", "index.md", "the newest edition"
    yield "Trending", "trending.md", "what is most discussed"
    yield "Archive", "days/index.md", "all editions, by day"
    yield "Organizations", "organizations/index.md", "where papers come from"
