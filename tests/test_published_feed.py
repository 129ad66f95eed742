"""A feed is read as those read it who follow it, from its current document to its oldest archive."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from email.utils import format_datetime
from typing import NamedTuple
from xml.sax.saxutils import escape

import pytest

from generator.published_feed import read

URL = "https://papers.example/"
FIRST = datetime.datetime(2025, 1, 1, 12, tzinfo=datetime.UTC)


class P(NamedTuple):
    """A paper, and how a feed tells of it."""

    slug: str
    day: float = 0  # after the first, at noon
    title: str = ""
    said: str = ""
    tag: str = "tag:papers.example,2025:"

    @property
    def id(self) -> str:
        return f"{self.tag}paper/{self.slug}"


def some(number: int, first: int = 0) -> list[P]:
    """Papers, one a day, oldest first."""
    return [P(f"p{n}", n, f"On the number {n}") for n in range(first, first + number)]


def document(path: str, papers: Sequence[P], earlier: str | None, url: str = URL) -> bytes:
    """A feed file in the format of its path, written by hand."""
    title = [paper.title or f"The {paper.slug}" for paper in papers]
    link = [f"{url}papers/{paper.slug}/" for paper in papers]
    time = [FIRST + datetime.timedelta(days=paper.day) for paper in papers]
    if path.endswith(".json"):
        items = [
            {
                "id": paper.id,
                "title": title[n],
                "url": link[n],
                "date_published": time[n].isoformat(),
                "content_html": paper.said,
            }
            for n, paper in enumerate(papers)
        ]
        said = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items}
        said |= {"feed_url": url + path}
        return json.dumps(said | ({"next_url": earlier} if earlier else {})).encode()
    atom = "http://www.w3.org/2005/Atom"
    links = f'<a:link rel="self" href="{url}{path}"/>'
    links += f'<a:link rel="prev-archive" href="{escape(earlier)}"/>' if earlier else ""
    if path.endswith(".atom.xml"):
        items = [
            f"<a:entry><a:id>{paper.id}</a:id><a:title>{title[n]}</a:title>"
            f'<a:link href="{link[n]}"/><a:published>{time[n].isoformat()}</a:published>'
            f'<a:content type="html">{escape(paper.said)}</a:content></a:entry>'
            for n, paper in enumerate(papers)
        ]
        return f'<a:feed xmlns:a="{atom}">{links}{"".join(items)}</a:feed>'.encode()
    items = [
        f'<item><guid isPermaLink="false">{paper.id}</guid><title>{title[n]}</title>'
        f"<link>{link[n]}</link><pubDate>{format_datetime(time[n])}</pubDate>"
        f"<description>{escape(paper.said)}</description></item>"
        for n, paper in enumerate(papers)
    ]
    return f'<rss version="2.0" xmlns:a="{atom}"><channel>{links}{"".join(items)}</channel></rss>'.encode()


def site(
    *parts: Sequence[P],
    name: str = "all",
    url: str = URL,
    formats: Sequence[str] = ("xml", "atom.xml", "json"),
) -> dict[str, bytes]:
    """The files of one feed: its archives, oldest first, then its current entries, oldest first."""
    files = {}
    *archives, current = parts
    for ext in formats:
        at = [f"feeds/archive/{name}-{n:04}.{ext}" for n in range(1, len(archives) + 1)]
        before = [None, *(url + path for path in at)]
        for path, papers, earlier in zip(at, archives, before, strict=False):
            files[path] = document(path, papers, earlier, url)
        path = f"feeds/{name}.{ext}"
        files[path] = document(path, list(reversed(current)), before[-1], url)
    return files


ALL = some(220)


@pytest.mark.parametrize("extension", ["json", "atom.xml", "xml"])
def test_a_feed_is_read_oldest_first(extension):
    files = site(ALL[:2], ALL[2:4], ALL[4:7], name="organizations/x", formats=[extension])
    feed = read(files.get, "organizations/x")
    ids = [paper.id for paper in ALL]
    assert feed.archives == (tuple(ids[:2]), tuple(ids[2:4]))
    assert feed.current == tuple(ids[4:7])
    assert (feed.newest, feed.remarks) == (2, ())
    assert list(feed.entries) == list(feed.ids) == ids[:7]
    assert feed.entries[ids[3]] == (
        "On the number 3",
        f"{URL}papers/p3/",
        FIRST + datetime.timedelta(days=3),
        (),
    )


def test_a_feed_that_is_not_there_is_none():
    assert read({}.get, "all") is None


# --- what is published is a stranger's ----------------------------------------------------


@pytest.mark.parametrize(
    "earlier",
    [
        "https://elsewhere.example/feeds/archive/all-0001.json",
        f"{URL}feeds/archive/../../../etc/passwd",
        f"{URL}feeds/archive/other-0001.json",
        f"{URL}feeds/all.json",
        f"{URL}feeds/archive/all-0000.json",
        f"{URL}feeds/archive/all-99999.json",
        "file:///etc/passwd",
        "feeds/archive/all-0001.json",
    ],
)
def test_no_link_leads_out_of_a_feeds_own_archives(earlier):
    asked = []

    def fetch(path: str) -> bytes | None:
        asked.append(path)
        return document(path, ALL[:3], earlier) if path == "feeds/all.json" else None

    feed = read(fetch, "all")
    assert set(asked) == {"feeds/all.json", "feeds/all.atom.xml", "feeds/all.xml"}
    assert feed.archives == ()
    assert len(feed.remarks) == 1


@pytest.mark.parametrize("to", ["0002", "0003", "0004"])
def test_a_chain_never_turns_back(to):
    files = site(ALL[:2], ALL[2:4], ALL[4:6], ALL[6:8], formats=["json"])
    path = "feeds/archive/all-0003.json"
    files[path] = document(path, ALL[4:6], f"{URL}feeds/archive/all-{to}.json")
    feed = read(files.get, "all")
    assert len(feed.archives) == (3 if to == "0002" else 1)
    assert bool(feed.remarks) == (to != "0002")
