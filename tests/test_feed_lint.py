"""The linter of feeds: a right document of each kind has no problem, and each fault is named in its place."""

from __future__ import annotations

import json
import re

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import content, feed_lint, feeds
from generator.feed_lint import Problem
from tests import golden

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/css" href="feed.css"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:fh="http://purl.org/syndication/history/1.0">
  <channel>
    <title>Papers</title>
    <link>https://x.example/</link>
    <description>All papers</description>
    <atom:link rel="self" type="application/rss+xml" href="https://x.example/all.xml"/>
    <atom:link rel="prev-archive" href="https://x.example/1.xml"/>
    <language>en-GB</language>
    <lastBuildDate>Thu, 30 Oct 2025 00:00:00 GMT</lastBuildDate>
    <item>
      <title>From &lt;EOS> to a &lt; b, AT&amp;T; R&amp;D</title>
      <link>https://x.example/papers/b/?a=1&amp;b=2#c</link>
      <description>&lt;p>&lt;a href="https://x.example/">Here&lt;/a> &amp;amp; there&lt;/p></description>
      <content:encoded><![CDATA[<p>All of it</p>]]></content:encoded>
      <dc:creator>Ada, Bob</dc:creator>
      <category domain="https://x.example/topics/a/">A</category>
      <category>B</category>
      <guid isPermaLink="false">tag:x.example,2025:paper/b</guid>
      <pubDate>Thu, 30 Oct 2025 01:00:00 +0100</pubDate>
    </item>
    <item>
      <description>Without a title</description>
      <author>ada@x.example (Ada)</author>
      <comments>https://x.example/talk</comments>
      <enclosure url="https://x.example/a.mp3" length="12" type="audio/mpeg"/>
      <guid>https://x.example/papers/a/</guid>
      <pubDate>29 Oct 2025 00:00 GMT</pubDate>
    </item>
  </channel>
</rss>
"""
ATOM = """<?xml version='1.0' encoding='utf-8'?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0" xml:lang="en">
  <id>tag:x.example,2025:feed/all</id>
  <title>Papers</title>
  <updated>2025-10-30T00:00:00Z</updated>
  <link rel="self" href="https://x.example/all.atom.xml"/>
  <link rel="prev-archive" href="https://x.example/1.atom.xml"/>
  <link rel="alternate" type="text/html" href="https://x.example/"/>
  <entry>
    <id>tag:x.example,2025-10:paper/b</id>
    <title type="html">From &amp;lt;EOS&amp;gt; to &lt;b>b&lt;/b></title>
    <updated>2025-10-30T00:00:00.5+01:00</updated>
    <published>2025-10-29T23:00:00Z</published>
    <author><name>Ada</name><email>ada@x.example</email><uri>https://x.example/日本</uri></author>
    <link rel="alternate" type="text/html" href="https://x.example/b/"/>
    <link rel="related" type="application/pdf" href="https://x.example/b.pdf" title="PDF"/>
    <category term="a" scheme="https://x.example/topics/" label="A"/>
    <content type="html">&lt;p>B&lt;/p></content>
  </entry>
  <entry>
    <id>urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a</id>
    <title>A</title>
    <updated>2025-10-29T00:00:00Z</updated>
    <author><name>Ada</name></author>
    <link href="https://x.example/a/"/>
    <summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>A</p></div></summary>
  </entry>
</feed>
"""
JSON = """{
  "version": "https://jsonfeed.org/version/1.1",
  "title": "Papers",
  "home_page_url": "https://x.example/",
  "feed_url": "https://x.example/all.json",
  "next_url": "https://x.example/2.json",
  "language": "en",
  "_x": {"about": "anything", "a.b": [null, NULL]},
  "items": [
    {
      "id": "tag:x.example,2025:paper/b",
      "url": "https://x.example/b/",
      "title": "From <EOS> to b",
      "content_html": "<p>B</p>",
      "date_published": "2025-10-30T00:00:00Z",
      "date_modified": "2025-10-30T01:00:00Z",
      "authors": [{"name": "Ada", "url": "mailto:ada@x.example"}, {"name": "Bob"}],
      "tags": ["a", "b"],
      "attachments": [{"url": "https://x.example/b.pdf", "mime_type": "application/pdf", "size_in_bytes": 9}]
    },
    {"id": "a", "content_text": "A <b>", "date_published": "2025-10-29T00:00:00Z"}
  ]
}
""".replace(", NULL", "")
OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head><title>Feeds</title><dateModified>Wed, 29 Oct 2025 00:00:00 GMT</dateModified></head>
  <body>
    <outline text="Topics">
      <outline text="A" title="A" type="rss" xmlUrl="https://x.example/a.xml" htmlUrl="https://x.example/a/"/>
      <outline text="B" type="rss" xmlUrl="https://x.example/b.xml" other="1"/>
    </outline>
  </body>
</opml>
"""
ARCHIVED = '<fh:archive/><atom:link rel="current" href="https://x.example/current.xml"/>'
RSS_ARCHIVE = RSS.replace("<language>", f"{ARCHIVED}<language>").replace(
    "30 Oct 2025 01", "28 Oct 2025 01"
)
RSS_ARCHIVE = RSS_ARCHIVE.replace("<pubDate>Thu, ", "<pubDate>Tue, ")
ATOM_ARCHIVE = ATOM.replace("<entry>", f"{ARCHIVED.replace('atom:', '')}\n  <entry>", 1)
ATOM_ARCHIVE = ATOM_ARCHIVE.replace("2025-10-29T00", "2025-10-31T00")
RIGHT = {
    "RSS": RSS,
    "RSS, an archive": RSS_ARCHIVE,
    "Atom": ATOM,
    "Atom, an archive": ATOM_ARCHIVE,
    "JSON Feed": JSON,
    "OPML": OPML,
}

# What in a right document becomes what; then the line, field and a part of the message that are expected.
GUID = '<guid isPermaLink="false">tag:x.example,2025:paper/b</guid>'
TITLE = "<title>From &lt;EOS> to a &lt; b, AT&amp;T; R&amp;D</title>"
HTML = '&lt;a href="https://x.example/">'
OF_RSS = [
    ('<rss version="2.0"', '<rss version="0.91"', 3, "rss/@version", "must be 2.0"),
    ('<rss version="2.0"', "<rss", 3, "rss/@version", "missing"),
    ("<title>Papers</title>", "", 4, "title", "missing"),
    ("<title>Papers</title>", "<title>Papers</title><title>P</title>", 5, "title", "given twice"),
    ("<title>Papers</title>", "<title> </title>", 5, "title", "empty"),
    ("<description>All papers</description>", "", 4, "description", "missing"),
    ("<link>https://x.example/</link>", "<link>/</link>", 6, "link", "relative"),
    ("<link>https://x.example/</link>", "<link>ftp://x.example/</link>", 6, "link", '"ftp:"'),
    ("<link>https://x.example/</link>", "<link>https:///a</link>", 6, "link", "without a host"),
    ("<link>https://x.example/</link>", "<link>https://x.example/a b</link>", 6, "link", "' '"),
    ("<link>https://x.example/</link>", "<link>https://x.example/é</link>", 6, "link", "not ASCII"),
    ("en-GB", "en_GB", 10, "language", 'like "en"'),
    ("Thu, 30 Oct 2025 00", "Fri, 30 Oct 2025 00", 11, "lastBuildDate", 'write "Thu"'),
    ("Thu, 30 Oct 2025 00", "30 Oct 25 00", 11, "lastBuildDate", "no RFC 822 date"),
    ("Thu, 30 Oct 2025 00", "31 Feb 2025 00", 11, "lastBuildDate", "no such date"),
    ("Thu, 30 Oct 2025 00:00:00 GMT", "2025-10-30", 11, "lastBuildDate", "no RFC 822 date"),
    ("Thu, 30 Oct 2025 00:00:00 GMT", "30 Oct 2025 00:00", 11, "lastBuildDate", "no RFC 822 date"),
    ("Thu, 30 Oct 2025 00", "Thu, 01 Jan 1970 00", 11, "lastBuildDate", "a clock was never set"),
    ("<language>", "<languege>en</languege><language>", 10, "languege", 'did you mean "language"?'),
    ("<language>", "stray <language>", 4, "channel", "text where only elements may stand"),
    ("<language>", "<ttl>soon</ttl><language>", 10, "ttl", "no whole number"),
    ("<language>", "<cloud domain='x'/><language>", 10, "cloud/@port", "missing"),
    (
        "<language>",
        "<skipHours><hour>24</hour></skipHours><language>",
        10,
        "skipHours: hour 1",
        "must be 0, 1",
    ),
    ('rel="self"', 'rel="via"', 4, "atom:link", 'no rel="self"'),
    ("https://x.example/all.xml", "all.xml", 8, "atom:link 1/@href", "relative"),
    ("https://x.example/1.xml", "https://x.example/all.xml", 9, "atom:link 2", "leads back"),
    ("prev-archive", "next-archive", 9, "atom:link 2", "nothing follows"),
    ("prev-archive", "self", 9, "atom:link 2", 'a second rel="self"'),
    ("<language>", "<fh:archive/><language>", 4, "atom:link", 'no rel="current"'),
    ("<language>", "<fh:complete/><language>", 9, "atom:link 2", "complete"),
    (TITLE, "<title>&lt;b>B&lt;/b></title>", 13, "item 1: title", 'markup, "<b>"'),
    (TITLE, "<title>B &lt;br/> C</title>", 13, "item 1: title", 'markup, "<br/>"'),
    (TITLE, "<title>B &amp;amp; C</title>", 13, "item 1: title", 'readers show "&amp;"'),
    (TITLE, "<title>B &amp;#8217; C</title>", 13, "item 1: title", "escaped twice"),
    (TITLE, "<title>A <b>C</b></title>", 13, "item 1: title", "holds <b> that isn't escaped"),
    (TITLE, "<title>\u202eB</title>", 13, "item 1: title", "U+202E"),
    (TITLE, "<title>B\ufffd</title>", 13, "item 1: title", "U+FFFD"),
    (TITLE, "<title>B\x85</title>", 13, "item 1: title", "U+0085"),
    (HTML, '&lt;a href="/b/">', 15, "item 1: description", 'href="/b/" is relative'),
    (HTML, '&lt;a href="#b">', 15, "item 1: description", "relative"),
    (HTML, '&lt;a href="java&#9;script:b()">', 15, "item 1: description", 'href="javascript:'),
    (HTML, '&lt;img src="data:a"/>', 15, "item 1: description", 'src="data:'),
    (HTML, "&lt;script>b()&lt;/script>", 15, "item 1: description", "holds <script>"),
    (HTML, "&lt;a onclick='b()'>", 15, "item 1: description", "holds onclick="),
    ("<![CDATA[<p>", "<![CDATA[<iframe>", 16, "item 1: content:encoded", "holds <iframe>"),
    ("<dc:creator>", "<dc:creator>A</dc:creator><dc:creator>", 17, "item 1: dc:creator", "join"),
    ("<category>B", "<category> ", 19, "item 1: category 2", "empty"),
    ("domain=", "scheme=", 18, "item 1: category 1/@scheme", "no such attribute"),
    (GUID, "", 12, "item 1: guid", "missing; give every item an id"),
    (GUID, GUID * 2, 20, "item 1: guid", "given twice"),
    ('isPermaLink="false"', "", 20, "item 1: guid", 'say isPermaLink="false"'),
    ('isPermaLink="false"', 'isPermaLink="no"', 20, "item 1: guid/@isPermaLink", "must be true"),
    (">tag:x", "> tag:x", 20, "item 1: guid", "white space around it"),
    (",2025:", ",25:", 20, "item 1: guid", "RFC 4151"),
    (
        "<guid>https://x.example/papers/a/",
        "<guid>a",
        28,
        "item 2: guid",
        "as a permalink: relative",
    ),
    (
        "<guid>https://x.example/papers/a/</guid>",
        GUID,
        28,
        "item 2: guid",
        "the same as of item 1; readers show only one",
    ),
    ("29 Oct 2025 00:00 GMT", "31 Oct 2025 00:00 GMT", 29, "item 2: pubDate", "newest come first"),
    (
        "<description>Without a title</description>",
        "",
        23,
        "item 2",
        "neither title nor description",
    ),
    ("ada@x.example (Ada)", "Ada", 25, "item 2: author", "dc:creator"),
    ('length="12"', "", 27, "item 2: enclosure/@length", "missing"),
    ('type="audio/mpeg"', 'type="mp3"', 27, "item 2: enclosure/@type", "no media type"),
    (
        "</guid>",
        '</guid><atom:link rel="next" href="https://x.example/"/>',
        20,
        "item 1: atom:link 1",
        "of feeds, not of entries",
    ),
]
OF_ATOM = [
    ("<id>tag:x.example,2025:feed/all</id>", "", 2, "id", "missing"),
    ("tag:x.example,2025:feed/all", "all", 3, "id", "relative"),
    ("tag:x.example,2025:", "tag:X.example,2025:", 3, "id", "RFC 4151"),
    ("tag:x.example,2025:", "tag:x.example,25:", 3, "id", "RFC 4151"),
    ("tag:x.example,2025:", "tag:x.example:", 3, "id", "RFC 4151"),
    ("tag:x.example,2025-10:", "tag:x.example,2025-13:", 10, "entry 1: id", "RFC 4151"),
    ("1225c695-cfb8", "1225c695", 21, "entry 2: id", "no UUID"),
    ("<title>Papers</title>", "", 2, "title", "missing"),
    ("<updated>2025-10-30T00:00:00Z</updated>", "", 2, "updated", "missing"),
    ("2025-10-30T00:00:00Z", "2025-10-30t00:00:00z", 5, "updated", "no RFC 3339 date"),
    ("2025-10-30T00:00:00Z", "2025-10-30", 5, "updated", "no RFC 3339 date"),
    ("2025-10-30T00:00:00Z", "2025-10-30T00:00:00", 5, "updated", "no RFC 3339 date"),
    ("2025-10-30T00:00:00Z", "2025-10-30T24:01:00Z", 5, "updated", "no such date"),
    ("2025-10-30T00:00:00Z<", "2025-10-30T00:00:00Z\n<", 5, "updated", "no RFC 3339 date"),
    ('rel="self"', 'rel="via"', 2, "link", 'no rel="self"'),
    ("https://x.example/all.atom.xml", "/all.atom.xml", 6, "link 1/@href", "relative"),
    ('<link rel="alternate"', '<link rel="A b"', 8, "link 3/@rel", "no link relation"),
    ('<title type="html">', '<title type="text/html">', 11, "entry 1: title/@type", "must be text"),
    ("&amp;lt;EOS&amp;gt;", "&amp;amp;lt;", 11, "entry 1: title", "three times"),
    ("<title>A</title>", "<title>&lt;i>A&lt;/i></title>", 22, "entry 2: title", 'markup, "<i>"'),
    ("<published>2025-10-29", "<published>2025-10-31", 9, "entry 1: updated", "before it was"),
    ("<author><name>Ada</name></author>", "", 20, "entry 2: author", "missing, as is the feed's"),
    ("<name>Ada</name><email>", "<email>", 14, "entry 1: author 1: name", "missing"),
    ("<email>ada@x.example", "<email>Ada", 14, "entry 1: author 1: email", "no e-mail address"),
    (
        '<link rel="related" type="application/pdf"',
        '<link type="text/html"',
        16,
        "entry 1: link 2",
        "a second alternate",
    ),
    ('rel="related"', 'rel="prev-archive"', 16, "entry 1: link 2", "of feeds, not of entries"),
    ('term="a" ', "", 17, "entry 1: category 1/@term", "missing"),
    (
        'scheme="https://x.example/topics/"',
        'scheme="topics"',
        17,
        "entry 1: category 1/@scheme",
        "relative",
    ),
    ("&lt;p>B", '&lt;p>&lt;a href="b">', 18, "entry 1: content", "relative"),
    (
        '<content type="html">&lt;p>B&lt;/p>',
        '<content src="https://x.example/b.pdf">',
        18,
        "entry 1: content",
        "say its media type",
    ),
    ('<content type="html">', '<content type="application/pdf">', 18, "entry 1: content", "base64"),
    (
        '<content type="html">&lt;p>B&lt;/p>',
        '<content type="application/pdf">QUJD',
        9,
        "entry 1: summary",
        "missing, and not all readers",
    ),
    ('<content type="html">', '<content type="markdown">', 18, "entry 1: content", "of the type"),
    ('<link href="https://x.example/a/"/>', "", 20, "entry 2", "neither content nor a link"),
    ("<p>A</p></div>", "<p>A</p></div>B", 26, "entry 2: summary", "one <div> of XHTML"),
    ("<p>A</p>", "<script/>", 26, "entry 2: summary", "holds <script>"),
    (
        "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a",
        "tag:x.example,2025-10:paper/b",
        21,
        "entry 2: id",
        "the same as of entry 1",
    ),
    ("<entry>", "<pubDate/><entry>", 9, "pubDate", "no such element in <feed>"),
    ("<entry>", '<author xmlns=""/><entry>', 9, "author", "in no namespace"),
]
OF_ARCHIVE = [
    ("</language>", "</language><fh:complete/>", 10, "fh:complete", "a part"),
    (
        'rel="current" href="https://x.example/current.xml"',
        'rel="via" href="https://x.example/"',
        4,
        "atom:link",
        'no rel="current"',
    ),
    (
        "https://x.example/current.xml",
        "https://x.example/all.xml",
        10,
        "atom:link 3",
        'rel="current" leads back',
    ),
    ("29 Oct 2025 00:00", "27 Oct 2025 00:00", 29, "item 2: pubDate", "the oldest come first"),
]
OF_JSON = [
    ("version/1.1", "version/1", 2, "version", "must be https://jsonfeed.org/version/1.1"),
    ('  "title": "Papers",\n', "", 1, "title", "missing"),
    ('"title": "Papers"', '"title": null', 3, "title", "null, but must be a string"),
    ('"Papers",', '"Papers"', 4, "file", "not JSON: Expecting ',' delimiter"),
    ('"language": "en"', '"language": "en", "title": "P"', 7, "title", "given twice, as on line 3"),
    ('"language": "en"', '"langauge": "en"', 7, "langauge", 'did you mean "language"?'),
    ('"language": "en"', '"language": NaN', 7, "file", "NaN is no number"),
    ('"language": "en"', '"expired": "no"', 7, "expired", "a string, but must be true or false"),
    ('"language": "en"', '"hubs": [{"type": "WebSub"}]', 7, "hub 1: url", "missing"),
    ('"language": "en"', '"author": {"name": "A"}', 7, "author", "of JSON Feed 1.0"),
    ("https://x.example/2.json", "https://x.example/all.json", 6, "next_url", "round for ever"),
    ("https://x.example/all.json", "all.json", 5, "feed_url", "relative"),
    ('"id": "tag:x.example,2025:paper/b",\n', "\n", 10, "item 1: id", "missing"),
    ('"id": "tag:x.example,2025:paper/b"', '"id": 7', 11, "item 1: id", "a number, but must be"),
    ('"id": "a"', '"id": "tag:x.example,2025:paper/b"', 21, "item 2: id", "the same as of item 1"),
    ("https://x.example/b/", "b/", 12, "item 1: url", "relative"),
    ("From <EOS>", "From <b>EOS</b>", 13, "item 1: title", 'markup, "<b>"'),
    ("From <EOS>", "From \\u0007", 13, "item 1: title", "U+0007"),
    ("From <EOS>", "From \\ud800", 13, "item 1: title", "U+D800"),
    ('"content_html": "<p>B</p>",\n', "\n", 10, "item 1", "neither content_html nor content_text"),
    ("<p>B</p>", "<a href='b'>B</a>", 14, "item 1: content_html", "relative"),
    ("2025-10-30T00:00:00Z", "2025-10-30", 15, "item 1: date_published", "no RFC 3339 date"),
    ("2025-10-29T00", "2025-10-31T00", 21, "item 2: date_published", "newest come first"),
    ('{"name": "Bob"}', "{}", 17, "item 1: author 2", "unknown author"),
    ('{"name": "Bob"}', '"Bob"', 17, "item 1: author 2", "a string, but must be an object"),
    ('["a", "b"]', '"a"', 18, "item 1: tags", "a string, but must be an array"),
    ('["a", "b"]', '["a", 1]', 18, "item 1: tag 2", "a number, but must be a string"),
    ('"mime_type": "application/pdf", ', "", 19, "item 1: attachment 1: mime_type", "missing"),
    (
        '"size_in_bytes": 9',
        '"size_in_bytes": "9"',
        19,
        "item 1: attachment 1: size_in_bytes",
        "must be a number",
    ),
]
OF_OPML = [
    ('<opml version="2.0"', "<opml", 2, "opml/@version", "missing"),
    ("<title>Feeds</title>", "", 3, "title", "missing"),
    ('text="Topics"', "", 5, "outline 1/@text", "missing"),
    (
        'xmlUrl="https://x.example/a.xml"',
        "",
        6,
        "outline 1: outline 1/@xmlUrl",
        "needs its address",
    ),
    ("https://x.example/a.xml", "a.xml", 6, "outline 1: outline 1/@xmlUrl", "relative"),
    (
        "https://x.example/b.xml",
        "https://x.example/a.xml",
        7,
        "outline 1: outline 2: xmlUrl",
        "the same as of outline 1: outline 1",
    ),
    (
        'type="rss" xmlUrl="https://x.example/b',
        'xmlUrl="https://x.example/b',
        7,
        "outline 1: outline 2/@type",
        'say type="rss"',
    ),
]
FAULTS = [
    pytest.param(right, *fault, id=f"{name}: {fault[1][:40]} for {fault[0][:40]}")
    for name, right, faults in (
        ("RSS", RSS, OF_RSS),
        ("archive", RSS_ARCHIVE, OF_ARCHIVE),
        ("Atom", ATOM, OF_ATOM),
        ("JSON", JSON, OF_JSON),
        ("OPML", OPML, OF_OPML),
    )
    for fault in faults
]


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_has_no_problem(name: str):
    assert feed_lint.problems(RIGHT[name].encode()) == []


@pytest.mark.parametrize(("right", "this", "becomes", "line", "field", "part"), FAULTS)
def test_a_fault_is_named_with_its_place(right, this, becomes, line, field, part):
    assert this in right
    found = feed_lint.problems(right.replace(this, becomes, 1).encode())
    places = [(problem.line, problem.field) for problem in found if part in problem.message]
    assert places.count((line, field)) == 1, found
    assert all("; " in problem.message for problem in found), "each says what to do"


def test_most_faults_are_not_noticed_by_feedparser():
    """Its ``bozo`` tells of what isn't well-formed, but not of what is wrong otherwise."""
    mutations = [
        (this, right.replace(this, becomes, 1))
        for right, faults in ((RSS, OF_RSS), (ATOM, OF_ATOM))
        for this, becomes, *_ in faults
    ]
    unnoticed = [this for this, data in mutations if not feedparser.parse(data.encode()).bozo]
    assert len(mutations) > 90
    assert len(unnoticed) > len(mutations) - 3


def test_all_faults_of_a_document_are_named_at_once():
    wrong = RSS
    for this, becomes, *_ in (OF_RSS[0], OF_RSS[4], OF_RSS[6], OF_RSS[11]):
        wrong = wrong.replace(this, becomes, 1)
    fields = [problem.field for problem in feed_lint.problems(wrong.encode())]
    assert fields == ["rss/@version", "title", "link", "language"]


LAUGHS = '<!DOCTYPE rss [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghijk", "bcdefghijkl", strict=True)
)
FILES = [
    (b"", None, "empty"),
    (b" \n", None, "empty"),
    (RSS.encode("utf-16"), 1, "not UTF-8"),
    (RSS.replace("Papers", "Caf\xe9").encode("latin-1"), 5, "not UTF-8"),
    (b"\xef\xbb\xbf" + RSS.encode(), 1, "byte order mark"),
    (RSS.replace("UTF-8", "iso-8859-1").encode(), 1, 'says "iso-8859-1"; say UTF-8'),
    (b"\n" + RSS.encode(), 2, "XML declaration allowed only at the start"),
    (b"<!DOCTYPE html><title>404</title>", 1, "a web page, not a feed"),
    (b"\n <HTML lang='en'>", 1, "a web page, not a feed"),
    (b"Not found", 1, "neither XML nor JSON"),
    (b'<?xml version="1.0"?>\n<!DOCTYPE rss SYSTEM "file:///etc/passwd">\n<rss/>', 2, "remove it"),
    ((LAUGHS + "]><rss>&l;</rss>").encode(), 1, "readers refuse it"),
    (b"<a>" * 300 + b"</a>" * 300, 1, "Excessive depth"),
    (b'<sitemap xmlns="https://x.example/"/>', 1, "begins with <sitemap>"),
    (b"<feed><title>Of no namespace</title></feed>", 1, "begins with <feed>, namespace none"),
    (RSS.replace("</item>", "", 1).encode(), 31, "Opening and ending tag mismatch"),
    (RSS.replace("&amp;", "&", 1).encode(), 13, "not well-formed XML"),
    (RSS.replace("Papers", "\x08").encode(), 5, "not well-formed XML"),
    (
        RSS.replace('xmlns:dc="http://purl.org/dc/elements/1.1/"', "").encode(),
        17,
        'the prefix "dc" is not declared; add xmlns:dc="http://purl.org/dc/elements/1.1/"',
    ),
    (b"[]", 1, "a JSON feed is an object"),
    (b"[" * 100_000, None, "nested too deeply"),
    (b'{"a":' * 100_000, None, "nested too deeply"),
    (b'{"version": ' + b"9" * 10_000 + b"}", 1, "a number, but must be a string"),
]


@pytest.mark.parametrize(("data", "line", "part"), FILES, ids=[file[2][:40] for file in FILES])
def test_what_is_no_feed_is_said_plainly(data: bytes, line: int | None, part: str):
    found = feed_lint.problems(data)
    assert [problem.line for problem in found if part in problem.message] == [line]


@pytest.mark.parametrize(
    "title", ["a < b > c", "<EOS>", "<image> to <text>", "Q&A", "x &y; z", "<3", "i<j"]
)
def test_text_is_not_taken_for_markup(title: str):
    escaped = title.replace("&", "&amp;").replace("<", "&lt;")
    for right in (
        RSS.replace(TITLE, f"<title>{escaped}</title>"),
        ATOM.replace("<title>A<", f"<title>{escaped}<"),
    ):
        assert feed_lint.problems(right.encode()) == []
    assert feed_lint.problems(JSON.replace("From <EOS> to b", title).encode()) == []


def test_entries_in_the_order_of_their_changes_are_in_order():
    """As feeds of what has changed are; Atom has a date for each."""
    changed = ATOM.replace("2025-10-29T23:00:00Z", "2025-10-01T00:00:00Z").replace(
        "<updated>2025-10-29T00:00:00Z</updated>",
        "<updated>2025-10-29T00:00:00Z</updated><published>2025-10-05T00:00:00Z</published>",
    )
    assert feed_lint.problems(changed.encode()) == []


def test_a_feed_without_publication_dates_is_in_the_order_of_its_changes():
    wrong = re.sub("<published>.*</published>", "", ATOM).replace(
        "10-29T00:00:00Z", "10-31T00:00:00Z"
    )
    (problem,) = feed_lint.problems(wrong.encode())
    assert (problem.line, problem.field) == (23, "entry 2: updated")


def test_what_may_be_an_archive_in_json_may_be_in_either_order():
    """Ours begin with the oldest entry; a stranger's that has such an address is a feed like others."""
    archive = JSON.replace("/all.json", "/archive/all-0001.json")
    assert feed_lint.problems(archive.encode()) == []
    ascending = archive.replace("2025-10-29T", "2025-10-31T")
    assert feed_lint.problems(ascending.encode()) == []
    third = '{"id": "c", "content_text": "C", "date_published": "2025-10-30T12:00:00Z"}'
    neither = ascending.replace('T00:00:00Z"}\n', f'T00:00:00Z"}}, {third}\n')
    (problem,) = feed_lint.problems(neither.encode())
    assert (problem.line, problem.field) == (21, "item 3: date_published")


def test_a_feed_is_told_from_other_files():
    assert all(feed_lint.looks_like_feed(right.encode()) for right in RIGHT.values())
    assert not feed_lint.looks_like_feed(b'<?xml version="1.0"?><urlset/>')
    assert not feed_lint.looks_like_feed(b'{"config": {"lang": ["en"]}}')


CATALOG, _ = content.load(golden.CONTENT)


@pytest.mark.parametrize("path", feeds.render(CATALOG, golden.PUBLICATION))
def test_our_own_feeds_have_no_problem(path: str):
    found = feed_lint.problems(feeds.render(CATALOG, golden.PUBLICATION)[path]())
    assert found == []


@given(st.binary(max_size=200))
def test_bytes_are_at_most_wrong(data: bytes):
    assert all(isinstance(problem, Problem) for problem in feed_lint.problems(data))


@given(
    st.sampled_from(sorted(RIGHT.values())),
    st.lists(
        st.tuples(
            st.integers(0, 3000),
            st.integers(0, 40),
            st.one_of(
                st.text(max_size=8),
                st.sampled_from(
                    ["<b>", "&lt;", "<![", "<!--", "</a>", '"', "\\ud800", "[{", "}", "null"]
                ),
                st.sampled_from(
                    re.findall(r"<[\w:]+|\w+=\S+|&\w+;|\"\w+\":|\d+", "".join(RIGHT.values()))
                ),
            ),
        ),
        max_size=4,
    ),
)
def test_what_is_nearly_right_is_at_most_wrong(text: str, changes: list[tuple[int, int, str]]):
    for begin, length, new in changes:
        text = text[:begin] + new + text[begin + length :]
    for problem in feed_lint.problems(text.encode("utf-8", "replace")):
        assert problem.field
        assert "; " in problem.message
        assert problem.line is None or 1 <= problem.line <= text.count("\n") + text.count("\r") + 1


@given(st.text(max_size=60))
def test_html_of_any_kind_is_at_most_wrong(html: str):
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "A", "items": []}
    feed["items"] = [
        {"id": "a", "content_html": f"<p {html}>{html}<{html}", "url": html, "title": html}
    ]
    feed_lint.problems(json.dumps(feed).encode())
