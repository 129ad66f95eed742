"""What is about to be published against what is: every way to lose a reader's trust, and no other."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from email.utils import format_datetime
from typing import NamedTuple
from xml.sax.saxutils import escape

import pytest

from generator import content, feeds, published
from generator.published import Regression, Remark, Unreadable, read, regressions
from tests import golden

URL = "https://papers.example/"
FIRST = datetime.datetime(2025, 1, 1, 12, tzinfo=datetime.UTC)


class P(NamedTuple):
    """A paper, and how a feed tells of it."""

    slug: str
    day: int = 0
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


def opml(*names: str, url: str = URL) -> dict[str, bytes]:
    outlines = "".join(f'<outline xmlUrl="{url}feeds/{name}.xml"/>' for name in names)
    body = f'<opml version="2.0"><body><outline text="x">{outlines}</outline></body></opml>'
    return {"feeds/broadsheet.opml": body.encode()}


def compared(old: dict[str, bytes], new: dict[str, bytes], url: str = URL) -> list:
    made = {path: lambda data=data: data for path, data in new.items()}
    return regressions(made, old.get, url)


def line(old: dict[str, bytes], new: dict[str, bytes]) -> str:
    """The one thing that is found, which is a regression."""
    (found,) = compared(old, new)
    assert isinstance(found, Regression)
    return str(found)


ALL = some(220)
OLD = site(ALL[:100], ALL[100:160])

# --- what is no regression ----------------------------------------------------------------


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(site(ALL[:100], ALL[100:160]), id="the same"),
        pytest.param(site(ALL[:100], ALL[100:163]), id="more papers"),
        pytest.param(
            site(ALL[:100], ALL[100:160], [*some(60, 160)]), id="an archive more, the window moved"
        ),
        pytest.param(
            site(ALL[:100], [p._replace(title="Else", said="More") for p in ALL[100:160]]),
            id="titles and texts edited",
        ),
        pytest.param(OLD | site(ALL[:3], name="new"), id="another feed"),
        pytest.param(
            site(ALL[:100], [P("backfilled", -500), *ALL[100:160]]), id="an old paper put in"
        ),
    ],
)
def test_what_nobody_has_to_mind(new):
    assert compared(OLD, new) == []


def test_a_site_may_move():
    for old, new in [
        (URL, "https://elsewhere.example/a/"),
        (URL, f"{URL}papers/"),
        (f"{URL}papers/", URL),
    ]:
        parts = (ALL[:100], ALL[100:160])
        published_at = site(*parts, url=old) | opml("all", url=old)
        assert compared(published_at, site(*parts, url=new), new) == []


def test_feeds_of_an_older_version_are_compared_as_far_as_they_go():
    old = site(ALL[:60], formats=["xml"])
    assert compared(old, site(ALL[:61])) == []
    assert '"On the number 7"' in line(old, site([*ALL[:7], *ALL[8:60]]))


def test_where_nothing_is_published_there_is_nothing_to_compare():
    assert not published.is_there({}.get)
    assert compared({}, OLD) == []
    for path in ("feeds/all.xml", "feeds/all.json", "feeds/broadsheet.opml"):
        assert published.is_there({path: b"<"}.get)


def test_where_the_size_wins_the_window_is_shorter():
    long = [p._replace(day=0, said="x" * 5_000) for p in ALL[:200]]
    old, new = site(long), site(long[:100], long[100:])
    assert "shrink" not in "".join(map(str, compared(old, new)))
    short = [p._replace(said="x") for p in long]
    assert "shrink" in line(site(short), site(short[:100], short[100:]))


def test_what_this_program_publishes_is_no_regression_of_itself():
    catalog, _ = content.load(golden.CONTENT)
    made = feeds.render(catalog, golden.PUBLICATION)
    old = {path: make() for path, make in made.items()}
    assert regressions(made, old.get, golden.PUBLICATION.url) == []
    assert read(old.get, "all").entries


# --- what is ------------------------------------------------------------------------------


def test_an_id_vanished():
    for lacking in (3, 120):
        new = [p for p in ALL[:160] if p.day != lacking]
        old = {path: data for path, data in OLD.items() if "archive" not in path or lacking < 100}
        found = [str(one) for one in compared(old, site(new[: 100 - (lacking < 100)], new[100:]))]
        assert (
            f'"On the number {lacking}" ({ALL[lacking].id}) would vanish (feeds: all); ' in found[0]
        )
        assert found[0].startswith("feeds/all.xml: ")
        assert "broadsheet freeze --published" in found[0]


def test_a_paper_that_vanishes_from_many_feeds_is_one_line():
    old, new = {}, {}
    for name in ("all", "t1", "t2", "organizations/x", "organizations/y"):
        old |= site(ALL[:5], name=name)
        new |= site(ALL[1:5], name=name)
    assert "(feeds: all, t1, t2 and 2 more)" in line(old, new)


@pytest.mark.parametrize(
    "after",
    [
        P("renamed", 2, "ON  the Number 2"),
        P("renamed", 2, "Else", '<a href="https://arxiv.org/abs/2501.00001">arXiv</a>'),
    ],
)
@pytest.mark.parametrize("extension", ["json", "atom.xml", "xml"])
def test_an_id_changed_for_the_same_paper(after, extension):
    before = P("p2", 2, "On the number 2", "<a href='http://arxiv.org/abs/2501.00001'>arXiv</a>")
    old = site([*ALL[:2], before, *ALL[3:5]], formats=[extension])
    new = site([*ALL[:2], after, *ALL[3:5]], formats=[extension, "xml"])
    assert f"({before.id}) would get the id {after.id}, and be shown as new" in line(old, new)


def test_an_id_of_another_scheme_is_known_by_the_link():
    after = ALL[2]._replace(tag="urn:", title="Else")
    said = line(site(ALL[:5]), site([*ALL[:2], after, *ALL[3:5]]))
    assert f"would get the id {after.id}, and be shown as new" in said


def test_authority_and_year_changed_is_one_line():
    def tagged(papers):
        return [p._replace(tag="tag:else.example,2026:") for p in papers]

    new = site(tagged(ALL[:100]), tagged(ALL[100:160]))
    new |= site(tagged(ALL[:5]), name="t")
    said = line(OLD | site(ALL[:5], name="t"), new)
    assert said.startswith("mkdocs.yml: 160 entry ids would begin with tag:else.example,2026: ")
    assert "authority" in said


def test_a_feed_is_gone():
    said = line(OLD | opml("all", "t", "organizations/x") | site(ALL[:2], name="t"), OLD)
    assert said.startswith("feeds/t.xml: this feed would be gone")


@pytest.mark.parametrize("again", [3, 103])
def test_a_paper_is_listed_twice(again):
    said = line(OLD, site(ALL[:100], [*ALL[100:160], ALL[again]]))
    assert f'"On the number {again}" ({ALL[again].id}) would be listed 2 times (feeds: all)' in said


def test_a_feed_shrank_by_more_than_its_window_explains():
    # The newest 50, whatever their age.
    said = line(site(ALL[:60]), site(ALL[:20], ALL[20:61]))
    assert "9 papers, such as" in said
    assert '"On the number 19"' in said
    # All of the last 30 days, however many.
    crowd = [p._replace(day=9) for p in ALL[:200]]
    assert "100 papers, such as" in line(site(crowd), site(crowd[:100], crowd[100:]))
    # What is in an archive already stays there.
    assert compared(site(ALL[:20], ALL[20:61]), site(ALL[:20], ALL[20:62])) == []


def test_a_paper_of_an_archive_is_back():
    found = [str(one) for one in compared(OLD, site(ALL[:160]))]
    assert "100 papers of its archives, such as" in found[0]
    assert "would be in this feed again" in found[0]
    assert "would be gone" in found[1]


@pytest.mark.parametrize(
    ("archive", "said"),
    [
        ([*ALL[:4], *ALL[5:100]], 'would be without "On the number 4"'),
        ([*ALL[:4], P("z", 4, "Z"), *ALL[4:100]], 'would have "Z"'),
        ([ALL[1], ALL[0], *ALL[2:100]], 'would have "On the number 0" '),
        ([ALL[0], ALL[1]._replace(title="Else"), *ALL[2:100]], "say something else of "),
        ([ALL[0], ALL[1]._replace(said="Else"), *ALL[2:100]], "say something else of "),
    ],
)
def test_a_frozen_archive_changed(archive, said):
    found = [str(one) for one in compared(OLD, site(archive, ALL[100:160]))]
    assert found[-1].startswith("feeds/archive/all-0001.json: this archive is frozen, and ")
    assert said in found[-1]
    assert "(2 more files" in found[-1]


@pytest.mark.parametrize("extension", ["json", "atom.xml", "xml"])
def test_every_format_of_an_archive_is_frozen(extension):
    path = f"feeds/archive/all-0001.{extension}"
    edited = OLD[path].replace(b"number 7<", b"Else<").replace(b'number 7"', b'Else"')
    for new, said in [
        ({path: edited}, 'would say something else of "On the number 7"'),
        ({path: OLD[path] + b"\n"}, "would change in nothing but the words around its entries"),
    ]:
        assert line(OLD, OLD | new).startswith(f"{path}: this archive is frozen, and {said}")
    assert "would be gone" in line(OLD, {other: OLD[other] for other in OLD if other != path})


# --- what is published is a stranger's ----------------------------------------------------

BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(12))
BOMB = f'<!DOCTYPE rss [{BOMB}]><rss a="&e11;"><channel><title>&e11;</title></channel></rss>'
SPY = '<!DOCTYPE rss [<!ENTITY e SYSTEM "file:///etc/hostname">]><rss><channel>&e;</channel></rss>'
BROKEN = [
    b"",
    b"<rss><channel>",
    b"<html/>",
    b"<rss/>",
    BOMB.encode(),
    SPY.encode(),
    b"<rss><channel><item><title>No id</title></item></channel></rss>",
    b'\xff\xfe<rss version="2.0"/>',
]
BROKEN_JSON = [
    b"",
    b"[]",
    b"null",
    b"{",
    b"[" * 100_000,
    b'{"version": "https://jsonfeed.org/version/1.1"}',
    b'{"version": "https://jsonfeed.org/version/1.1", "items": 7}',
    b'{"version": "https://jsonfeed.org/version/1.1", "items": [7]}',
    b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 7}]}',
    b'{"version": "2", "items": []}',
    b"\xff",
]


@pytest.mark.parametrize("data", BROKEN)
def test_a_feed_that_cannot_be_read_is_a_line(data):
    (found,) = compared({"feeds/all.xml": data}, OLD)
    assert isinstance(found, Unreadable)
    assert str(found).startswith("feeds/all.xml: this is no feed that can be read (")
    assert "\n" not in str(found)


@pytest.mark.parametrize("data", BROKEN_JSON)
def test_another_format_helps_out(data):
    (found,) = compared(OLD | {"feeds/all.json": data}, OLD)
    assert isinstance(found, Remark)
    (found,) = compared({"feeds/all.json": data}, OLD)
    assert isinstance(found, Unreadable)


def test_an_archive_that_cannot_be_read_may_be_replaced():
    found = compared(OLD | {"feeds/archive/all-0001.json": b"{"}, OLD)
    assert [type(one) for one in found] == [Remark]
    found = compared(OLD | {"feeds/archive/all-0001.xml": b"<"}, OLD)
    assert [type(one) for one in found] == [Remark]


def test_an_archive_that_is_not_there_is_remarked():
    old = {path: data for path, data in OLD.items() if "archive" not in path}
    (found,) = compared(old, OLD)
    assert isinstance(found, Remark)
    assert str(found).startswith("feeds/archive/all-0001.xml: ")


def test_a_list_of_feeds_that_cannot_be_read_is_remarked():
    (found,) = compared(OLD | {"feeds/broadsheet.opml": b"<opml"}, OLD)
    assert isinstance(found, Remark)


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
    assert asked == ["feeds/all.json"]
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


@pytest.mark.parametrize("url", ["https://[", "x", "", "https://a/\ud800/"])
def test_an_address_that_is_none_does_no_harm(url):
    assert isinstance(compared(site(ALL[:3], url=url, formats=["json"]), OLD), list)


# --- reading ------------------------------------------------------------------------------


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
