"""Feeds of papers, as they are about: what is read of their entries, and what is none."""

from __future__ import annotations

import datetime
from typing import NamedTuple

import pytest

from generator.readers import Unreadable
from generator.sources import Source, feed

ADDRESS = "https://feeds.example/rss"


class Visit(NamedTuple):
    """A visit to a host that has but one thing."""

    data: bytes

    def read(self, url: str, parse):
        assert url == ADDRESS
        return parse(self.data)


def entries(data: str | bytes) -> list[tuple[datetime.date | None, dict]]:
    data = data.encode() if isinstance(data, str) else data
    found = feed.found(Source("x", "feed", ADDRESS), None, Visit(data))
    return [
        (day, {name: value for name, value in record.fields.items() if value})
        for day, record in found
    ]


def rss(items: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom" '
        'xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/">'
        f"<channel><title>A Journal</title><link>https://j.example/</link>{items}</channel></rss>"
    )


def test_arxiv():
    items = """<item><title>On $x^2$: a study</title><link>https://arxiv.org/abs/2510.12345</link>
        <description>arXiv:2510.12345v2 Announce Type: replace-cross
Abstract: What is known.</description><guid isPermaLink="false">oai:arXiv.org:2510.12345v2</guid>
        <category>cs.CL</category><pubDate>Wed, 29 Oct 2025 00:00:00 -0400</pubDate>
        <arxiv:announce_type>replace-cross</arxiv:announce_type>
        <dc:creator>Ada Lovelace, Charles Babbage (Cambridge), Émilie du Châtelet</dc:creator>
        <arxiv:DOI>10.1000/X1</arxiv:DOI></item>"""
    assert entries(rss(items)) == [
        (
            datetime.date(2025, 10, 29),
            {
                "title": "On x²: a study",
                "mathematics.title": "On \\(x^2\\): a study",
                "abstract": "What is known.",
                "authors": ["Ada Lovelace", "Charles Babbage", "Émilie du Châtelet"],
                "arxiv_id": "2510.12345",
                "doi": "10.1000/x1",
            },
        )
    ]


def test_titles_of_arxiv_s_older_feeds():
    title = "A (small) study. (arXiv:2401.00001v2 [cs.CL] UPDATED)"
    link = "http://arxiv.org/abs/2401.00001"
    ((_, said),) = entries(rss(f"<item><title>{title}</title><link>{link}</link></item>"))
    assert said == {"title": "A (small) study.", "arxiv_id": "2401.00001"}


def test_a_journal():
    items = """<item><title><![CDATA[A <i>fine</i> study &amp; more]]></title>
        <link>https://j.example/articles/s1</link><description><![CDATA[<p>A Journal, Published online: 28
        October 2025; <a href="https://doi.org/10.1000/s1">doi:10.1000/s1</a></p>What it is about.]]>
        </description><dc:creator><![CDATA[Ada Lovelace]]></dc:creator>
        <dc:creator><![CDATA[Babbage, Charles]]></dc:creator><dc:identifier>doi:10.1000/s1</dc:identifier>
        <dc:date>2025-10-28</dc:date></item>"""
    assert entries(rss(items)) == [
        (
            datetime.date(2025, 10, 28),
            {
                "title": "A fine study & more",
                "summary": "What it is about.",
                "summary_by": "A Journal",
                "authors": ["Ada Lovelace", "Babbage, Charles"],
                "published": "2025-10-28",
                "doi": "10.1000/s1",
            },
        )
    ]


def test_atom_with_little():
    source = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title><entry>
        <id>tag:x,2025:1</id><title type="text">The &lt;EOS&gt; token</title><link href="/1"/>
        <updated>2025-10-29T23:30:00-02:00</updated></entry></feed>"""
    assert entries(source) == [
        (
            datetime.date(2025, 10, 30),
            {
                "title": "The <EOS> token",
                "published": "2025-10-30",
                "links.project": "https://feeds.example/1",
            },
        )
    ]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("Wed, 29 Oct 2025 23:30:00 -0900", "2025-10-30"),
        ("Wed, 29 Oct 2025 01:30:00 +0900", "2025-10-28"),
        ("Wed, 29 Oct 2025 12:00:00 GMT", "2025-10-29"),
        ("Wed, 29 Oct 2025 22:00:00 EDT", "2025-10-30"),
        ("29 Oct 2025", "2025-10-29"),
        ("some time ago", None),
        ("", None),
    ],
)
def test_days_are_those_of_utc(written: str, day: str | None):
    ((found, said),) = entries(rss(f"<item><title>A</title><pubDate>{written}</pubDate></item>"))
    assert (found and str(found)) == day == said.get("published")


def test_an_entry_without_a_title_is_left_to_who_checks_records():
    ((_, said),) = entries(rss("<item><description>What it is about.</description></item>"))
    assert "title" not in said


def test_a_feed_without_entries_has_none():
    assert entries(rss("")) == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"\xff\xfe\x00",
        b"<!DOCTYPE html><html><title>Down</title><p>Sorry",
        rss("<item><title>A</title></item>")[:-20].encode(),
        rss("<item><title>A study of th").partition("</channel>")[0].encode(),
        rss("<item><title>A</title>&undefined;</item>").encode(),
        b"<rss version='2.0'><channel><item><link>http://[/</link></item></channel></rss>\xff",
    ],
)
def test_what_is_no_feed_or_half_of_one_is_none(data: bytes):
    with pytest.raises(Unreadable):
        entries(data)


def test_nothing_is_fetched_that_a_feed_names(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("a secret")
    data = (
        f"<!DOCTYPE rss [<!ENTITY x SYSTEM '{secret.as_uri()}'>]>"
        + rss("<item><title>A &x; b</title></item>").partition("?>")[2]
    )
    try:
        found = str(entries(data))
    except Unreadable:
        found = ""
    assert "a secret" not in found


def test_a_feed_that_trips_the_parser_is_none(monkeypatch: pytest.MonkeyPatch):
    def trip(*_: object, **__: object) -> None:
        raise AssertionError("as older parsers do")

    monkeypatch.setattr(feed.feedparser, "parse", trip)
    with pytest.raises(Unreadable):
        entries(rss(""))
