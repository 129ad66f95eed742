"""What subscribers see: the feeds in newsboat, sfeed and rss2email, and in a client that walks back.

Each client gets every feed of two editions from a static host, and shows what the catalog holds: the
entries, their ids, titles, addresses and days. Nobody is shown anything twice.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import yaml

from generator import content, feeds, opml
from generator.model import Catalog, Publication
from generator.text import unmistakable
from generator.weeks import Week
from tests import clients
from tests.clients import Entry, newsboat, sfeed
from tests.clients.newsboat import Newsboat
from tests.clients.rss2email import Rss2email
from tests.clients.server import Site
from tests.clients.walker import BrokenHistory, Walker, read
from tests.conftest import REPOSITORY, lacking

pytestmark = pytest.mark.proof

READ = ("xml", "atom.xml")  # by all the clients
FORMATS = (*READ, "json")
EDITIONS = {"edition": REPOSITORY / "content", "awkward": REPOSITORY / "tests" / "content"}


def configured() -> Publication:
    """What mkdocs.yml says, read without the code that is tested."""
    configuration = yaml.safe_load((REPOSITORY / "mkdocs.yml").read_text())
    [options] = [
        plugin["broadsheet"] for plugin in configuration["plugins"] if "broadsheet" in plugin
    ]
    return Publication(
        name=configuration["site_name"],
        url=configuration["site_url"],
        description=configuration["site_description"],
        authority=options["authority"],
        year=options["year"],
    )


PUBLICATION = configured()


@pytest.fixture
def readers() -> None:
    """Nothing but the certainty that the clients are here."""
    if missing := clients.missing():
        lacking("clients", f"not installed: {', '.join(missing)}")


def an_id(slug: str) -> str:
    """As RFC 4151 and the configuration have it."""
    return f"tag:{PUBLICATION.authority},{PUBLICATION.year}:paper/{slug}"


def a_week(week: Week) -> str:
    return f"tag:{PUBLICATION.authority},{PUBLICATION.year}:week/{week.name}"


@dataclass(frozen=True)
class Served:
    """An edition, and the site that was built of it, on a host."""

    site: Site
    catalog: Catalog

    @property
    def feeds(self) -> tuple[feeds.Feed, ...]:
        return feeds.to_follow(self.catalog, PUBLICATION)

    def paths(self, formats: tuple[str, ...] = READ) -> list[str]:
        """The current document of every feed in these formats."""
        return [f"feeds/{feed.name}.{extension}" for feed in self.feeds for extension in formats]

    def held(self, path: str) -> tuple[str, ...]:
        """The ids in a document, in its order."""
        return read(self.site.fetch(self.site.url + path), path).ids

    @property
    def weeks(self) -> list[Week]:
        newest = Week.of(self.catalog.day)
        return [
            week
            for week in {Week.of(paper.listed) for paper in self.catalog.papers}
            if week < newest
        ]

    @cached_property
    def wanted(self) -> dict[str, tuple[str, str, datetime.date]]:
        """Title, address and day of all that was ever listed, by id; and of weeks that are over."""
        found = {}
        for week in self.weeks:
            title = f"{week.title}: {week.span}"
            address = PUBLICATION.url + week.address
            found[a_week(week)] = (title, address, week.sunday + datetime.timedelta(days=1))
        for debut in self.catalog.debuts:
            paper = self.catalog.by_slug[self.catalog.aliases.get(debut.slug, debut.slug)]
            day = paper.listed if paper.slug == debut.slug else debut.published.date()
            address = f"{PUBLICATION.url}papers/{debut.slug}/"
            found[an_id(debut.slug)] = (unmistakable(paper.title), address, day)
        return found

    def shown_right(self, path: str, entries: list[Entry]) -> None:
        """The entries are those of the document, each once, and all in them is right."""
        shown = {entry.id: (entry.title, entry.url, entry.published.date()) for entry in entries}
        assert len(shown) == len(entries), f"{path}: an entry twice"
        assert shown == {id_: self.wanted[id_] for id_ in self.held(path)}, path


@pytest.fixture(scope="module", params=EDITIONS)
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    folder: Path = request.getfixturevalue(f"{request.param}_site")
    catalog, _ = content.load(EDITIONS[request.param])
    with Site(folder, PUBLICATION.url) as site:
        yield Served(site, catalog)


# --- Every feed in every client


@pytest.mark.usefixtures("readers")
def test_newsboat_shows_what_the_catalog_holds_and_the_third_time_fetches_nothing(
    served: Served, tmp_path: Path
):
    subscribers = {
        path: Newsboat(tmp_path / str(number), served.site.url + path)
        for number, path in enumerate(served.paths())
    }
    for path, subscriber in subscribers.items():
        subscriber.reload()
        served.shown_right(path, subscriber.fresh())
    for _ in range(2):
        served.site.take()
        for subscriber in subscribers.values():
            subscriber.reload()
    answers = {request.path: request.status for request in served.site.take()}
    assert answers == dict.fromkeys(subscribers, 304)
    for path, subscriber in subscribers.items():
        assert subscriber.fresh() == [], path
        served.shown_right(path, subscriber.entries())


@pytest.mark.usefixtures("readers")
def test_sfeed_shows_what_the_catalog_holds(served: Served, tmp_path: Path):
    for path in served.paths():
        entries = sfeed.read(served.site.fetch(served.site.url + path), tmp_path)
        served.shown_right(path, entries)
        assert tuple(entry.id for entry in entries) == served.held(path), "in another order"


@pytest.mark.usefixtures("readers")
def test_rss2email_sends_a_mail_for_each_entry_and_none_the_second_time(
    served: Served, tmp_path: Path
):
    subscriber = Rss2email(tmp_path, [served.site.url + path for path in served.paths()])
    sent = subscriber.run()
    for path in served.paths():
        mails = sent.pop(served.site.url + path, [])
        served.shown_right(path, mails)
        assert tuple(mail.id for mail in reversed(mails)) == served.held(path), "in another order"
    assert not sent
    assert subscriber.run() == {}


@pytest.mark.usefixtures("readers")
def test_newsboat_subscribes_to_all_feeds_of_the_list(served: Served, tmp_path: Path):
    opml_ = served.site.fetch(served.site.url + opml.PATH)
    assert sorted(newsboat.import_opml(tmp_path, opml_)) == sorted(
        f"{PUBLICATION.url}feeds/{feed.name}.xml" for feed in served.feeds
    )


@pytest.mark.parametrize("extension", FORMATS)
def test_who_walks_back_finds_each_entry_once(served: Served, extension: str):
    walker = Walker(served.site.fetch)
    for feed in served.feeds:
        current, *archives = walker.documents(f"{PUBLICATION.url}feeds/{feed.name}.{extension}")
        ids = [id_ for document in (current, *archives) for id_ in document.ids]
        slugs = {paper.slug for paper in feed.papers}
        slugs |= {alias for alias, slug in served.catalog.aliases.items() if slug in slugs}
        wanted = [*map(an_id, slugs), *(map(a_week, served.weeks) if feed.name == "weeks" else ())]
        assert sorted(ids) == sorted(wanted), feed.name
        days = [served.wanted[id_][2] for id_ in current.ids]
        assert days == sorted(days, reverse=True), f"{feed.name} isn't newest first"


# --- Titles that are hard to show, authors, changes

TITLES = (
    "<EOS> Tokens Matter",
    "What <EOS> and <image> Do",
    "A < B and C > D, but A << C",
    "Q&A for R&D",
    "$20 Is Money, 100% of It",
    "1. A List, *Stars*, _Lines_, `Ticks` and [Links](x)",
    "# Not a Heading",
    "]]> and <![CDATA[ and <!-- and <?php",
    "“Größe” — 数 𝔸 é 🤖",
    " ".join(["Long"] * 60),
)
# What looks like HTML is HTML to rss2email in RSS, which has no word for which it is. So it is written
# in a way in which nobody takes it for that.
LIKE_HTML = {
    "The Entities &lt; and &amp;lt;": "The Entities ＆lt; and ＆amp;lt;",
    "A <b>Bold</b> Title": "A ‹b›Bold‹/b› Title",
    "After </s> Comes <s>": "After ‹/s› Comes ‹s›",
}


def listed(folder: Path, *days: list[dict], apart: int = 1) -> Catalog:
    """The catalog of listings, the first on 2025-03-01, the next so many days later each."""
    for number, papers in enumerate(days):
        day = datetime.date(2025, 3, 1) + datetime.timedelta(days=number * apart)
        file = folder / "listings" / f"{day}-day.jsonl"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(json.dumps(paper) + "\n" for paper in papers))
    return content.load(folder)[0]


def everything(extension: str) -> str:
    return f"feeds/all.{extension}"


@pytest.mark.usefixtures("readers")
@pytest.mark.parametrize("extension", READ)
def test_titles_are_shown_as_they_are(tmp_path: Path, extension: str):
    catalog = listed(tmp_path / "content", [{"title": title} for title in (*TITLES, *LIKE_HTML)])
    titles = {paper.title for paper in catalog.papers}
    assert titles >= {"<EOS> Tokens Matter", "Q&A for R&D", *LIKE_HTML}
    with Site(feeds.render(catalog, PUBLICATION)) as site:
        url = site.url + everything(extension)
        subscriber = Newsboat(tmp_path / "newsboat", url)
        subscriber.reload()
        [mails] = Rss2email(tmp_path / "mail", [url]).run().values()
        lines = sfeed.read(site.fetch(url), tmp_path)
    shown = sorted(LIKE_HTML.get(title, title) for title in titles)
    for entries in (subscriber.entries(), lines, mails):
        assert sorted(entry.title for entry in entries) == shown


@pytest.mark.usefixtures("readers")
def test_authors_are_shown_as_well_as_each_client_can(tmp_path: Path):
    catalog = listed(
        tmp_path / "content", [{"title": "By Three", "authors": ["Ann Ähn", "Bo Bee", "C & D"]}]
    )
    with Site(feeds.render(catalog, PUBLICATION)) as site:
        shown = {}
        for extension in READ:
            url = site.url + everything(extension)
            subscriber = Newsboat(tmp_path / extension, url)
            subscriber.reload()
            [mails] = Rss2email(tmp_path / f"mail.{extension}", [url]).run().values()
            lines = sfeed.read(site.fetch(url), tmp_path)
            shown[extension] = [entry.author for [entry] in (subscriber.entries(), lines, mails)]
    name = PUBLICATION.name
    assert shown == {
        "xml": ["Ann Ähn, Bo Bee, C & D"] * 2 + [f"{name}: Ann Ähn, Bo Bee, C & D"],
        # Of structured authors sfeed shows the first, and rss2email the last.
        "atom.xml": ["Ann Ähn, Bo Bee, C & D", "Ann Ähn", f"{name}: C & D"],
    }


@pytest.mark.usefixtures("readers")
@pytest.mark.parametrize("extension", READ)
def test_a_new_paper_is_shown_once_and_a_corrected_one_not_again(tmp_path: Path, extension: str):
    first = listed(tmp_path / "content", [{"title": "One"}, {"title": "Two"}])
    overlay = tmp_path / "content" / "papers" / "one.yml"
    with Site(feeds.render(first, PUBLICATION)) as site:
        url = site.url + everything(extension)
        reader, mailed = Newsboat(tmp_path / "newsboat", url), Rss2email(tmp_path / "mail", [url])
        reader.reload()
        assert sorted(entry.title for entry in reader.fresh()) == ["One", "Two"]
        assert sorted(mail.title for mail in mailed.run()[url]) == ["One", "Two"]
        overlay.parent.mkdir()
        overlay.write_text("title: One, Corrected\nnote: New words.\n")
        then = listed(
            tmp_path / "content", [{"title": "One"}, {"title": "Two"}], [{"title": "Three"}]
        )
        site.publish(feeds.render(then, PUBLICATION))
        reader.reload()
        assert [entry.title for entry in reader.fresh()] == ["Three"]
        assert [mail.title for mail in mailed.run()[url]] == ["Three"]
        assert sorted(entry.title for entry in reader.entries()) == [
            "One, Corrected",
            "Three",
            "Two",
        ]


@pytest.mark.parametrize("extension", FORMATS)
def test_who_comes_again_gets_the_new_and_only_the_new_archives(tmp_path: Path, extension: str):
    days = [[{"title": f"Paper {day} {number}"} for number in range(70)] for day in range(7)]
    url = PUBLICATION.url + everything(extension)
    frozen: dict[str, bytes] = {}
    with Site({}, PUBLICATION.url) as site:
        walker = Walker(site.fetch)
        for end, full in ((5, 2), (7, 3)):  # days listed; archives that are full by then
            catalog = listed(tmp_path / "content", *days[:end], apart=20)
            site.publish(feeds.render(catalog, PUBLICATION))
            site.take()
            current, *archives = walker.documents(url)
            assert [len(document.ids) for document in archives] == [100] * full
            assert len(site.take()) == 1 + full - len(frozen), "asked for what it had"
            if extension != "json":  # which has no words for these
                assert not current.archive
                assert all(document.archive for document in archives)
                assert {document.current for document in archives} == {url}
            told = [id_ for document in (*archives[::-1], current) for id_ in document.ids]
            day = {an_id(paper.slug): paper.listed for paper in catalog.papers}
            assert len(day) == 70 * end
            assert sorted(told) == sorted(day)
            # Oldest first: no archive begins before the one before it ends.
            days_told = [day[id_] for id_ in told[: 100 * full]]
            assert days_told == sorted(days_told)
            now = {document.url: site.fetch(document.url) for document in archives}
            assert now.items() >= frozen.items(), "what was frozen has changed"
            frozen = now


# --- The harness itself: what it must notice


def asked(url: str, **headers: str) -> tuple[int, dict[str, str]]:
    """Status and headers of an answer; headers of the request with _ for -."""
    request = Request(url, headers={name.replace("_", "-"): of for name, of in headers.items()})
    try:
        with urlopen(request, timeout=20) as response:
            return response.status, dict(response.headers)
    except HTTPError as error:
        with error:
            return error.code, dict(error.headers)


def test_the_host_tells_those_who_have_the_newest():
    with Site({"a.xml": b"one", "b.json": lambda: b"{}"}) as site:
        status, first = asked(site.url + "a.xml")
        assert (status, first["Content-Type"], first["Content-Length"]) == (
            200,
            "application/xml",
            "3",
        )
        has, since = {"If_None_Match": first["ETag"]}, {"If_Modified_Since": first["Last-Modified"]}
        assert asked(site.url + "a.xml", **has)[0] == 304
        assert asked(site.url + "a.xml", **since)[0] == 304
        # The tag decides if there is one (RFC 9110, 13.1.3).
        assert asked(site.url + "a.xml", If_None_Match='"other"', **since)[0] == 200
        assert asked(site.url + "a.xml", If_Modified_Since="never")[0] == 200
        assert asked(site.url + "b.json")[1]["Content-Type"].startswith("application/json")
        assert asked(site.url + "none.xml")[0] == 404
        assert [(request.path, request.status) for request in site.take()][-2:] == [
            ("b.json", 200),
            ("none.xml", 404),
        ]
        site.publish({"a.xml": b"one", "b.json": b"[]"})
        assert asked(site.url + "a.xml", **has, **since)[0] == 304, "the same bytes"
        site.publish({"a.xml": b"two"})
        status, second = asked(site.url + "a.xml", **has, **since)
        assert (status, second["ETag"] != first["ETag"]) == (200, True)
        assert second["Last-Modified"] != first["Last-Modified"]
        assert asked(site.url + "b.json")[0] == 404
        assert site.take()[0].headers["if-none-match"] == first["ETag"]


def test_a_folder_on_the_host_gives_nothing_of_what_is_beside_it(tmp_path: Path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("front")
    (tmp_path / "secret").write_text("no")
    with Site(tmp_path / "site", "https://a.example/b/") as site:
        assert site.fetch("https://a.example/b/") == b"front"
        assert asked(site.url + "%2e%2e/secret")[0] == 404


def chain(*previous: str | None) -> Callable[[str], bytes]:
    """Documents 0, 1, … as JSON Feed, each with one entry and the name of the one before it."""
    pages = {
        f"http://a.example/{number}": {
            "version": "https://jsonfeed.org/version/1.1",
            "items": [{"id": f"entry {number}"}],
            **({"next_url": name} if name else {}),
        }
        for number, name in enumerate(previous)
    }
    return lambda url: json.dumps(pages[url]).encode()


def test_the_walker_asks_once_for_an_archive():
    walker = Walker(chain("1", "/2", None))
    for _ in range(2):
        assert walker.ids("http://a.example/0") == ["entry 0", "entry 1", "entry 2"]
    assert [url[-1] for url in walker.fetched] == ["0", "1", "2", "0"]


@pytest.mark.parametrize("previous", [["0"], ["1", "1"], ["1", "2", "0"], ["1", "2", "1"]])
def test_the_walker_notices_a_loop(previous: list[str]):
    with pytest.raises(BrokenHistory, match="met before"):
        Walker(chain(*previous)).documents("http://a.example/0")


XML = {
    "rss": """<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"
        xmlns:fh="http://purl.org/syndication/history/1.0"><channel><fh:archive/>
        <a:link rel="self" href="x.xml"/><a:link rel="prev-archive" href="{0}"/>
        <a:link rel="current" href="/all.xml"/><item><guid>{1}</guid></item></channel></rss>""",
    "atom": """<feed xmlns="http://www.w3.org/2005/Atom"
        xmlns:fh="http://purl.org/syndication/history/1.0"><fh:archive/>
        <link rel="self" href="x.xml"/><link rel="prev-archive" href="{0}"/>
        <link rel="current" href="/all.xml"/><entry><id>{1}</id></entry></feed>""",
}


@pytest.mark.parametrize("kind", XML)
def test_the_walker_reads_both_kinds_of_xml(kind: str):
    document = read(XML[kind].format("1.xml", "e").encode(), "http://a.example/f/2.xml")
    assert document.ids == ("e",)
    assert document.previous == "http://a.example/f/1.xml"
    assert document.archive
    assert document.current == "http://a.example/all.xml"


@pytest.mark.parametrize(
    "data", ["<rss", "<opml/>", "{}", "[", *(x.format("1", "") for x in XML.values())]
)
def test_the_walker_notices_what_is_no_feed(data: str):
    with pytest.raises(BrokenHistory):
        read(data.encode(), "http://a.example/")


@pytest.mark.usefixtures("readers")
def test_a_feed_that_newsboat_cannot_read_is_noticed(tmp_path: Path):
    with Site({"broken.xml": b"<rss"}) as site:
        for number, name in enumerate(("broken.xml", "none.xml")):
            with pytest.raises(AssertionError, match=name):
                Newsboat(tmp_path / str(number), site.url + name).reload()
            with pytest.raises(AssertionError):
                Rss2email(tmp_path / f"mail{number}", [site.url + name]).run()
