"""Feeds: the same in three formats, each paper once, named and dated for ever."""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import replace
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path

import feedparser
import pytest
from feedgen.feed import FeedGenerator
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from lxml import etree

from generator import content, debuts, entries, feeds, rss_atom, text
from generator.documents import ARCHIVE_ENTRIES, LARGEST
from generator.merge import First
from generator.model import Catalog, Organization, Paper, Topic
from tests import golden

CATALOG, _ = content.load(golden.CONTENT)
ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
URL = golden.PUBLICATION.url
DAY = datetime.date(2025, 1, 1)


def made(catalog: Catalog = CATALOG, publication=golden.PUBLICATION) -> dict[str, bytes]:
    return {path: make() for path, make in feeds.render(catalog, publication).items()}


def catalog_of(papers: list[Paper], **more) -> Catalog:
    """The catalog of papers that are given as they were listed, oldest first."""
    first = [First(paper, by_hand=False) for paper in papers]
    newest_first = sorted(papers, key=lambda paper: -paper.listed.toordinal())
    found = debuts.debuts(first, more.get("ledger", Catalog().ledger))
    return Catalog(tuple(newest_first), debuts=found, **more)


def numbered(number: int, per_day: int, **more) -> list[Paper]:
    return [
        Paper(f"p{n}", f"Paper {n}", DAY + datetime.timedelta(days=n // per_day), **more)
        for n in range(number)
    ]


def items(feed: bytes) -> list[etree._Element]:
    return etree.fromstring(feed).findall("channel/item")


def told(feed: bytes) -> list[dict]:
    """What a document tells of each entry, in whichever format: the same names for the same things."""
    if feed.startswith(b"{"):
        return [
            {
                "id": item["id"],
                "url": item["url"],
                "title": item["title"],
                "html": item["content_html"],
                "day": datetime.datetime.fromisoformat(item["date_published"]),
                "authors": ", ".join(author["name"] for author in item.get("authors", ())),
                "topics": item.get("tags", []),
            }
            for item in json.loads(feed)["items"]
        ]
    root = etree.fromstring(feed)
    if root.tag == "rss":
        return [
            {
                "id": item.findtext("guid"),
                "url": item.findtext("link"),
                "title": item.findtext("title"),
                "html": item.findtext("description"),
                "day": parsedate_to_datetime(item.findtext("pubDate")),
                "authors": item.findtext(DC + "creator") or "",
                "topics": [category.text for category in item.findall("category")],
            }
            for item in root.iter("item")
        ]
    return [
        {
            "id": entry.findtext(ATOM + "id"),
            "url": next(
                link.get("href")
                for link in entry.findall(ATOM + "link")
                if link.get("rel") == "alternate"
            ),
            "title": entry.findtext(ATOM + "title"),
            "html": entry.findtext(ATOM + "content"),
            "day": datetime.datetime.fromisoformat(entry.findtext(ATOM + "published")),
            "authors": ", ".join(
                author.findtext(ATOM + "name") for author in entry.findall(ATOM + "author")
            ),
            "topics": [category.get("label") for category in entry.findall(ATOM + "category")],
        }
        for entry in root.iter(ATOM + "entry")
    ]


def previous(feed: bytes) -> str | None:
    """The path of the archive before a document."""
    if feed.startswith(b"{"):
        url = json.loads(feed).get("next_url")
    else:
        links = etree.fromstring(feed).iter(ATOM + "link")
        url = next((link.get("href") for link in links if link.get("rel") == "prev-archive"), None)
    return url and url.removeprefix(URL)


def chain(files: dict[str, bytes], name: str, extension: str) -> list[str]:
    """Paths of a feed's documents, from the current one to the oldest archive."""
    paths, path = [], f"feeds/{name}.{extension}"
    while path:
        assert path not in paths
        paths.append(path)
        path = previous(files[path])
    return paths


NAMES = ["all", "awkward", "scripts", "everything-but-scripts", "organizations/ibm-research"]
AWKWARD = made()


def test_everything_each_topic_and_each_larger_organization_has_a_feed_in_three_formats():
    files = {
        f"feeds/{name}.{extension}" for name in (*NAMES, "weeks") for extension in feeds.EXTENSIONS
    }
    assert set(AWKWARD) == files | {"feeds/broadsheet.opml"}


@pytest.mark.parametrize("number", [2, 3])
def test_an_organization_has_a_feed_from_three_papers_on(number: int):
    organization = Organization("lab", "lab", "Lab")
    papers = numbered(number, 1, organization=organization)
    catalog = catalog_of(papers, organizations=(organization,))
    assert ("feeds/organizations/lab.xml" in made(catalog)) == (number >= 3)


@pytest.mark.parametrize("name", NAMES)
def test_a_feed_tells_the_same_in_every_format(name: str):
    rss, atom, json_ = (told(AWKWARD[f"feeds/{name}.{kind}"]) for kind in feeds.EXTENSIONS)
    assert rss == atom == json_
    assert rss


def test_a_feed_holds_its_papers_once_newest_first():
    ids = [entry["id"] for entry in told(AWKWARD["feeds/all.xml"])]
    assert ids == [f"tag:awkward.example,2024:paper/{paper.slug}" for paper in CATALOG.papers]


def test_entries_are_dated_by_the_day_they_were_listed_and_no_two_the_same():
    entries = told(AWKWARD["feeds/all.json"])
    days = [entry["day"] for entry in entries]
    assert [day.date() for day in days] == [paper.listed for paper in CATALOG.papers]
    assert days == sorted(set(days), reverse=True)


def test_an_id_changes_with_nothing_but_the_slug():
    moved = replace(
        golden.PUBLICATION, url="https://elsewhere.example/", name="Else", language="de"
    )
    renamed = replace(CATALOG, papers=tuple(replace(p, title="Else") for p in CATALOG.papers))
    ids = [
        [entry["id"] for entry in told(feed["feeds/all.atom.xml"])]
        for feed in (AWKWARD, made(publication=moved), made(renamed))
    ]
    assert ids[0] == ids[1] == ids[2]


@pytest.mark.parametrize("path", [path for path in AWKWARD if path.endswith(".xml")])
def test_another_parser_reads_the_same(path: str):
    feed = feedparser.parse(AWKWARD[path])
    assert not feed.bozo, feed.get("bozo_exception")
    assert [entry.id for entry in feed.entries] == [entry["id"] for entry in told(AWKWARD[path])]
    assert feed.feed.link.startswith(URL)
    assert not feed.feed.link.endswith(".xml")


@pytest.mark.parametrize("name", NAMES)
def test_rss_names_authors_in_one_element_and_says_that_guids_are_no_addresses(name: str):
    for item in items(AWKWARD[f"feeds/{name}.xml"]):
        assert item.find("guid").get("isPermaLink") == "false"
        assert len(item.findall(DC + "creator")) <= 1


@pytest.mark.parametrize("name", NAMES)
def test_atom_links_say_what_they_are(name: str):
    for entry in etree.fromstring(AWKWARD[f"feeds/{name}.atom.xml"]).iter(ATOM + "entry"):
        links = entry.findall(ATOM + "link")
        assert [link.get("rel") for link in links].count("alternate") == 1
        assert {link.get("rel") for link in links} <= {"alternate", "related"}
        assert all(link.get("type") in ("text/html", "application/pdf") for link in links)
        assert all(link.get("href").startswith("http") for link in links)


def test_what_a_text_says_is_shown_and_not_run():
    entry = next(e for e in told(AWKWARD["feeds/all.xml"]) if "not-a-heading" in e["id"])
    assert "&lt;script&gt;" in entry["html"]
    tags = set(re.findall(r"<(/?\w+)", entry["html"]))
    assert tags <= {"p", "/p", "a", "/a", "em", "/em", "small", "/small"}


PAPER = Paper(
    "a",
    "A <EOS> token & more",
    datetime.date(2025, 1, 2),
    summary="What it says.",
    authors=("Ada Example", "Grace Example"),
    organization=Organization("lab", None, "Lab & Co"),
    published=datetime.date(2024, 12, 30),
    arxiv_id="2412.00001",
    links={"code": "https://example.org/?a=1&b=2"},
    topics=("t",),
)


T = (Topic("t", "T & T"),)

ANY_TEXT = st.text(
    st.one_of(
        st.sampled_from("&<>;\"'{}%\\]! aéß漢ن\ufffd\xa0\u2028🦊"), st.characters(codec="utf-8")
    )
).map(text.plain)
SOME_TEXT = ANY_TEXT.filter(lambda words: words.replace("\ufffd", "").strip())


@settings(max_examples=50)
@given(SOME_TEXT, ANY_TEXT, st.lists(ANY_TEXT.filter(bool), max_size=3), SOME_TEXT, st.booleans())
def test_an_entry_of_any_texts_is_what_feedgen_makes_of_them(
    title: str, said: str, authors: list[str], topic: str, is_linked: bool
):
    paper = replace(
        PAPER,
        title=title,
        summary=said,
        authors=tuple(authors),
        organization=None,
        links=PAPER.links if is_linked else {},
    )
    catalog = catalog_of([paper], topics=(Topic("t", topic),))
    entry = entries.current(catalog.debuts[0], catalog, golden.PUBLICATION)
    whole = FeedGenerator()
    for say in (whole.id, whole.title, whole.description):
        say("feedgen wants one")
    whole.link(href="https://feedgen.example/")
    whole.add_entry(rss_atom.feed_entry(entry))
    files = made(catalog)
    for extension, expected in (("xml", whole.rss_str()), ("atom.xml", whole.atom_str())):
        found = etree.fromstring(files[f"feeds/t.{extension}"])
        assert elements(found) == elements(etree.fromstring(expected))


def test_every_character_is_escaped_as_lxml_does():
    every = "\t\n\r" + "".join(map(chr, [*range(0x20, 0xD800), *range(0xE000, 0xFFFE)]))
    category = etree.Element("category", domain=every)
    category.text = every
    [written, _] = rss_atom.categories([entries.Category(every, None, every)])
    assert written.decode().strip(" ") == etree.tostring(category, encoding="unicode") + "\n"


def elements(feed: etree._Element) -> list[tuple]:
    """What is in an entry, one after the other."""
    [entry] = [one for one in feed.iter() if etree.QName(one).localname in ("item", "entry")]
    return [(one.tag, dict(one.attrib), "" if len(one) else one.text or "") for one in entry.iter()]


@pytest.mark.parametrize("extension", feeds.EXTENSIONS)
def test_an_entry_says_who_when_and_where(extension: str):
    catalog = catalog_of([PAPER], topics=T)
    (entry,) = told(made(catalog)[f"feeds/t.{extension}"])
    assert entry["title"] == "A <EOS> token & more"
    assert entry["authors"] == "Ada Example, Grace Example"
    assert entry["topics"] == ["T & T"]
    assert entry["url"] == f"{URL}papers/a/"
    text = unescape(re.sub(r"<[^>]*>", "", entry["html"]))
    assert "What it says." in text
    assert "Ada Example, Grace Example · Lab & Co · 30 December 2024" in text
    addresses = [unescape(url) for url in re.findall(r'href="([^"]*)"', entry["html"])]
    assert addresses == [
        f"{URL}papers/a/",
        "https://arxiv.org/abs/2412.00001",
        "https://arxiv.org/pdf/2412.00001",
        "https://example.org/?a=1&b=2",
    ]


@pytest.mark.parametrize("extension", feeds.EXTENSIONS)
def test_a_thousand_authors_fill_no_line(extension: str):
    authors = tuple(f"Person {n}" for n in range(1_000))
    feed = made(catalog_of([replace(PAPER, authors=authors)], topics=T))[f"feeds/all.{extension}"]
    (entry,) = told(feed)
    assert "Person 99 and 900 others" in entry["html"]
    if extension != "xml":
        assert entry["authors"] == ", ".join(authors)


def test_an_organization_stands_in_for_authors_that_are_not_known():
    (entry,) = told(made(catalog_of([replace(PAPER, authors=())], topics=T))["feeds/all.json"])
    assert entry["authors"] == "Lab & Co"


SCHEMA = json.loads(Path(__file__).with_name("json_feed_1.1.schema.json").read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_json_feeds_are_as_their_schema_says(name: str):
    validator = Draft202012Validator(SCHEMA, format_checker=FormatChecker())
    files = AWKWARD if name != "all" else AWKWARD | made(catalog_of(numbered(400, 1)))
    for path in chain(files, name, "json"):
        assert [error.message for error in validator.iter_errors(json.loads(files[path]))] == []


# --- updated ------------------------------------------------------------------------------


def updated(feed: bytes) -> list[datetime.datetime]:
    return [
        datetime.datetime.fromisoformat(entry.findtext(ATOM + "updated"))
        for entry in etree.fromstring(feed).iter(ATOM + "entry")
    ]


def test_a_paper_is_updated_when_what_is_shown_of_it_changed():
    papers = numbered(3, 1)
    changed = replace(papers[0], updated=DAY + datetime.timedelta(days=40))
    catalog = replace(catalog_of(papers), papers=(papers[2], papers[1], changed))
    files = made(catalog)
    assert [moment.date().isoformat() for moment in updated(files["feeds/all.atom.xml"])] == [
        "2025-01-03",
        "2025-01-02",
        "2025-02-10",
    ]
    root = etree.fromstring(files["feeds/all.atom.xml"])
    assert root.findtext(ATOM + "updated").startswith("2025-02-10")
    assert [entry["day"].day for entry in told(files["feeds/all.atom.xml"])] == [3, 2, 1]
    assert json.loads(files["feeds/all.json"])["items"][2]["date_modified"].startswith("2025-02-10")


def test_no_two_entries_were_updated_at_the_same_moment():
    papers = [
        replace(paper, updated=DAY + datetime.timedelta(days=9)) if n % 2 else paper
        for n, paper in enumerate(numbered(300, 30))
    ]
    catalog = catalog_of(papers)
    moments = updated(made(catalog)["feeds/all.atom.xml"])
    assert len(set(moments)) == len(moments) == 300


# --- the window and the archives ----------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "per_day", "held"),
    [
        (0, 1, 0),
        (10, 1, 10),
        (60, 1, 60),
        (249, 1, 249),  # archives are full, and at least two
        (250, 1, 50),
        (258, 2, 258),
        (400, 2, 100),
        (400, 40, 400),
        (1359, 40, 1359),
        (1400, 40, 1200),
        (2000, 40, 1200),
        (1200, 1200, 1200),
    ],
)
def test_a_feed_holds_thirty_days_and_at_least_fifty_entries(number: int, per_day: int, held: int):
    files = made(catalog_of(numbered(number, per_day)))
    for extension in feeds.EXTENSIONS:
        assert len(told(files[f"feeds/all.{extension}"])) == held


def test_a_listing_with_a_wrong_year_pushes_nothing_out():
    papers = numbered(600, 10)
    phantom = Paper("phantom", "Phantom", DAY + datetime.timedelta(days=365))
    before, after = (
        told(made(catalog_of(some))["feeds/all.xml"]) for some in (papers, [*papers, phantom])
    )
    assert [entry["id"] for entry in after[1:]] == [entry["id"] for entry in before]


@pytest.mark.parametrize("extension", feeds.EXTENSIONS)
def test_the_chain_of_archives_yields_everything_once_in_the_order_of_listing(extension: str):
    files = made(catalog_of(numbered(1234, 7)))
    documents = [files[path] for path in chain(files, "all", extension)]
    newest, *archives = ([entry["id"] for entry in told(document)] for document in documents)
    assert {len(archive) for archive in archives} == {ARCHIVE_ENTRIES}
    everything = [id_ for archive in reversed(archives) for id_ in archive] + newest[::-1]
    assert len(everything) == len(set(everything)) == 1234
    days = [entry["day"] for document in documents[1:] for entry in told(document)[::-1]]
    assert days == sorted(days, reverse=True)
    of_weeks = {f"feeds/weeks.{each}" for each in feeds.EXTENSIONS}
    assert len(files.keys() - of_weeks) == 3 * len(documents) + 1


@pytest.mark.parametrize("extension", ["xml", "atom.xml"])
def test_archives_say_that_they_are(extension: str):
    files = made(catalog_of(numbered(300, 1)))
    current, *archives = chain(files, "all", extension)
    assert len(archives) == 2
    assert etree.fromstring(files[current]).find(f".//{HISTORY}archive") is None
    for path in archives:
        root = etree.fromstring(files[path])
        assert root.find(f".//{HISTORY}archive") is not None
        links = {
            link.get("rel"): link.get("href")
            for link in root.iter(ATOM + "link")
            if link.getparent().tag != ATOM + "entry"
        }
        assert links["self"] == URL + path
        assert links["current"] == URL + current


def test_growth_leaves_archives_as_they_were():
    before = made(catalog_of(numbered(600, 5)))
    after = made(catalog_of(numbered(1200, 5)))
    archives = [path for path in before if "/archive/" in path]
    assert len(archives) == 3 * 4
    assert [path for path in archives if before[path] != after[path]] == []


def test_corrections_leave_archives_as_they_were():
    topic = Topic("t", "T")
    papers = numbered(300, 1, topics=("t",))
    before = made(catalog_of(papers, topics=(topic,)))
    corrected = replace(
        catalog_of(papers, topics=(replace(topic, title="Else"),)),
        papers=tuple(
            replace(paper, title="Better", summary="New.", updated=paper.listed)
            for paper in reversed(papers)
        ),
    )
    publication = replace(golden.PUBLICATION, name="Else", description="Else", language="de")
    after = made(corrected, publication)
    archives = [path for path in before if "/archive/" in path]
    assert [path for path in archives if before[path] != after[path]] == []
    assert before["feeds/t.xml"] != after["feeds/t.xml"]


def test_the_size_wins_over_the_window():
    long = "So many words. " * 300
    files = made(catalog_of(numbered(1000, 100, abstract=long)))
    assert max(map(len, files.values())) <= LARGEST
    current, *archives = chain(files, "all", "json")
    assert len(told(files[current])) < 1000
    assert len(told(files[current])) + 100 * len(archives) == 1000
    assert all("So many words." in entry["html"] for entry in told(files[current]))


def test_entries_are_shortened_where_fifty_are_too_large():
    files = made(catalog_of(numbered(120, 1, abstract="<&>" * 16_000)))
    assert max(map(len, files.values())) <= LARGEST
    for extension in feeds.EXTENSIONS:
        assert len(told(files[f"feeds/all.{extension}"])) == 120


def test_changing_a_paper_changes_only_the_feeds_that_hold_it():
    topics = (Topic("a", "A"), Topic("b", "B"))
    papers = [
        replace(paper, topics=("a",) if n % 2 else ("b",))
        for n, paper in enumerate(numbered(40, 4))
    ]
    catalog = catalog_of(papers, topics=topics)
    changed = tuple(
        replace(paper, title="Else") if paper.slug == "p39" else paper for paper in catalog.papers
    )
    before, after = made(catalog), made(replace(catalog, papers=changed))
    assert {path.split(".")[0] for path in before if before[path] != after[path]} == {
        "feeds/all",
        "feeds/a",
    }


@pytest.mark.parametrize("extension", feeds.EXTENSIONS)
def test_a_feed_without_papers_is_a_feed(extension: str):
    feed = made(Catalog(topics=(Topic("t", "T"),)))[f"feeds/t.{extension}"]
    assert told(feed) == []
    if extension != "json":
        assert not feedparser.parse(feed).bozo


# --- the list of all ----------------------------------------------------------------------


def test_the_list_of_all_feeds_names_each_with_its_page():
    outlines = etree.fromstring(AWKWARD["feeds/broadsheet.opml"]).iter("outline")
    feeds_ = {one.get("xmlUrl"): one.get("htmlUrl") for one in outlines if one.get("type") == "rss"}
    assert set(feeds_) == {f"{URL}feeds/{name}.xml" for name in (*NAMES, "weeks")}
    assert feeds_[f"{URL}feeds/awkward.xml"] == f"{URL}topics/awkward/"


def test_real_days_leave_no_latex_in_feeds(captures: Path, tmp_path: Path):
    (tmp_path / "listings").symlink_to(captures / "huggingface")
    catalog, _ = content.load(tmp_path)
    seen = 0
    for entry in told(made(catalog)["feeds/all.json"]):
        text = unescape(re.sub(r"<[^>]*>", "", entry["html"])) + entry["title"]
        found = re.search(r"\$[^$]*\$|\\(?:text|math|emph|url|cite)\w*\{", text)
        assert not found, (entry["id"], found)
        seen += 1
    assert seen > 300
