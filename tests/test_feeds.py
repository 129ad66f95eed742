"""Feeds: valid, in order, each paper once, its id for ever."""

from __future__ import annotations

import datetime
from dataclasses import replace
from email.utils import parsedate_to_datetime

import feedparser
import pytest
from lxml import etree

from generator import content, feeds
from generator.model import Catalog, Organization, Paper, Topic
from tests import golden

CATALOG, _ = content.load(golden.CONTENT)
DC = "{http://purl.org/dc/elements/1.1/}"
ATOM = "{http://www.w3.org/2005/Atom}"


def made(catalog: Catalog = CATALOG, publication=golden.PUBLICATION) -> dict[str, bytes]:
    return {path: make() for path, make in feeds.render(catalog, publication).items()}


def catalog_of(number: int, per_day: int, **more) -> Catalog:
    first = datetime.date(2025, 1, 1)
    papers = [
        Paper(f"p{n}", f"Paper {n}", first + datetime.timedelta(days=n // per_day), **more)
        for n in range(number)
    ]
    return Catalog(tuple(reversed(papers)))


def items(feed: bytes) -> list[etree._Element]:
    return etree.fromstring(feed).findall("channel/item")


def test_everything_each_topic_and_each_larger_organization_has_a_feed():
    assert set(made()) == {
        "feeds/all.xml",
        "feeds/awkward.xml",
        "feeds/scripts.xml",
        "feeds/everything-but-scripts.xml",
        "feeds/organizations/ibm-research.xml",
    }


@pytest.mark.parametrize("number", [2, 3])
def test_an_organization_has_a_feed_from_three_papers_on(number: int):
    organization = Organization("lab", "lab", "Lab")
    catalog = replace(
        catalog_of(number, 1, organization=organization), organizations=(organization,)
    )
    assert ("feeds/organizations/lab.xml" in made(catalog)) == (number >= 3)


@pytest.mark.parametrize("path", made())
def test_a_feed_is_what_rss_asks_for(path: str):
    root = etree.fromstring(made()[path])
    channel = root.find("channel")
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    assert all(channel.findtext(name) for name in ("title", "link", "description", "lastBuildDate"))
    own = [link.get("href") for link in channel.findall(ATOM + "link") if link.get("rel") == "self"]
    assert own == [golden.PUBLICATION.url + path]
    assert channel.findtext("link").startswith(golden.PUBLICATION.url)
    assert not channel.findtext("link").endswith(".xml")
    for item in channel.findall("item"):
        assert item.find("guid").get("isPermaLink") == "false"
        assert item.findtext("link").startswith(golden.PUBLICATION.url + "papers/")
        assert parsedate_to_datetime(item.findtext("pubDate")).utcoffset() == datetime.timedelta(0)
        assert len(item.findall(DC + "creator")) <= 1
        assert "<" not in item.findtext("title") or "script" in item.findtext("title")


@pytest.mark.parametrize("path", made())
def test_another_parser_reads_the_same(path: str):
    feed = feedparser.parse(made()[path])
    assert not feed.bozo, feed.get("bozo_exception")
    assert [entry.id for entry in feed.entries] == [
        item.findtext("guid") for item in items(made()[path])
    ]


def test_a_feed_holds_its_papers_once_newest_first():
    ids = [item.findtext("guid") for item in items(made()["feeds/all.xml"])]
    assert ids == [f"tag:awkward.example,2024:paper/{paper.slug}" for paper in CATALOG.papers]


def test_an_id_changes_with_nothing_but_the_slug():
    moved = replace(
        golden.PUBLICATION, url="https://elsewhere.example/", name="Else", language="de"
    )
    renamed = replace(CATALOG, papers=tuple(replace(p, title="Else") for p in CATALOG.papers))
    ids = [
        [item.findtext("guid") for item in items(feed["feeds/all.xml"])]
        for feed in (made(), made(publication=moved), made(renamed))
    ]
    assert ids[0] == ids[1] == ids[2]


def test_what_a_text_says_is_shown_and_not_run():
    feed = feedparser.parse(made()["feeds/all.xml"], sanitize_html=False)
    entry = next(entry for entry in feed.entries if "not-a-heading" in entry.id)
    assert "&lt;script&gt;" in entry.summary
    assert "<script" not in entry.summary
    assert "<img" not in entry.summary


def test_an_entry_says_who_when_and_where():
    catalog = Catalog(
        (
            Paper(
                "a",
                "A",
                datetime.date(2025, 1, 2),
                summary="What it says.",
                authors=("Ada Example", "Grace Example"),
                published=datetime.date(2024, 12, 30),
                arxiv_id="2412.00001",
                links={"code": "https://example.org/?a=1&b=2"},
                topics=("t",),
            ),
        ),
        (Topic("t", "T & T"),),
    )
    (entry,) = feedparser.parse(made(catalog)["feeds/t.xml"]).entries
    assert entry.author == "Ada Example, Grace Example"
    assert [tag.term for tag in entry.tags] == ["T & T"]
    assert entry.published == "Thu, 02 Jan 2025 00:00:00 +0000"
    for shown in ("What it says.", "30 December 2024", "arxiv.org/abs/2412.00001", "a=1&amp;b=2"):
        assert shown in entry.summary


@pytest.mark.parametrize(
    ("number", "per_day", "held"),
    [(0, 1, 0), (10, 1, 10), (60, 1, 50), (100, 2, 60), (400, 40, 400), (2000, 40, 1200)],
)
def test_a_feed_holds_thirty_days_and_at_least_fifty_entries(number: int, per_day: int, held: int):
    assert len(items(made(catalog_of(number, per_day))["feeds/all.xml"])) == held


def test_a_feed_without_papers_is_a_feed():
    feed = feedparser.parse(made(Catalog(topics=(Topic("t", "T"),)))["feeds/t.xml"])
    assert not feed.bozo
    assert feed.entries == []
