"""sitemap.xml as search engines read it: every page once, with the day on which it last changed."""

from __future__ import annotations

import datetime
import itertools
import json
from dataclasses import replace
from pathlib import Path
from urllib.robotparser import RobotFileParser

import pytest
from lxml import etree, html

from generator import content, sitemap
from generator.model import Catalog, Debut, Ledger, Organization, Paper, Publication, Topic
from tests import golden

SCHEMA = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PUBLICATION = Publication("News", "https://news.example/daily/")
FIRST, SECOND, THIRD = (datetime.date(2025, 10, day) for day in (1, 15, 29))


def read(data: bytes, element: str = "url") -> dict[str, str | None]:
    """Address → lastmod; what is listed twice fails."""
    root = etree.fromstring(data)
    assert root.tag == f"{SCHEMA}{'urlset' if element == 'url' else 'sitemapindex'}"
    assert {child.tag for child in root} <= {SCHEMA + element}
    found = [(child.findtext(f"{SCHEMA}loc"), child.findtext(f"{SCHEMA}lastmod")) for child in root]
    assert len(dict(found)) == len(found)
    return dict(found)


def catalog() -> Catalog:
    """A paper that has been corrected, and an older one that hasn't."""
    organization = Organization("lab", None, "Lab")
    one = Paper("one", "One", FIRST, topics=("t",), updated=THIRD, organization=organization)
    two = Paper("two", "Two", SECOND, topics=("t", "u"))
    moments = (
        datetime.datetime.combine(day, datetime.time(12), datetime.UTC) for day in (FIRST, SECOND)
    )
    debuts = [
        Debut(paper.slug, moment, paper) for paper, moment in zip((one, two), moments, strict=True)
    ]
    return Catalog(
        papers=(two, one),
        topics=(Topic("t", "T"), Topic("u", "U"), Topic("v", "V")),
        organizations=(organization,),
        debuts=tuple(debuts),
    )


def lastmod(
    path: str, of: Catalog | None = None, kind: object = None, date: object = None
) -> str | None:
    [(_, day)] = sitemap.locations([(path, "x/", kind, date)], of or catalog(), PUBLICATION)
    return day and str(day)


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("papers/one.md", THIRD),  # its correction
        ("papers/two.md", SECOND),
        ("topics/t.md", THIRD),
        ("topics/t/2.md", THIRD),
        ("topics/u.md", SECOND),
        ("organizations/lab.md", THIRD),
        ("days/2025-10-01.md", THIRD),
        ("days/2025-10-15.md", SECOND),
        ("months/2025-10.md", THIRD),
    ],
)
def test_a_page_changes_with_the_papers_that_it_shows(path: str, day: datetime.date):
    assert lastmod(path, kind="list", date="2025-01-01") == str(day)


def test_other_generated_pages_are_of_the_day_that_they_name():
    assert lastmod("index.md", kind="front", date="2025-10-29") == "2025-10-29"
    assert lastmod("topics/index.md", kind="index", date=THIRD) == "2025-10-29"
    assert lastmod("topics/v.md", kind="list") is None  # nothing is in it


def test_a_page_that_people_wrote_has_no_date_but_theirs():
    assert lastmod("about.md") is None
    assert lastmod("about.md", date=datetime.date(2024, 5, 6)) == "2024-05-06"
    assert lastmod("about.md", date=datetime.datetime(2024, 5, 6, 7, 8)) == "2024-05-06"
    assert lastmod("about.md", date="last spring") is None


def test_the_ledger_knows_of_corrections_that_no_listing_made():
    of = content.load(golden.CONTENT)[0]
    paper = of.papers[-1]
    assert lastmod(f"papers/{paper.slug}.md", of) == str(paper.updated or paper.listed)
    debuts = [debut for debut in of.debuts if debut.slug == paper.slug]
    day = of.day + datetime.timedelta(days=9)

    corrected = Catalog(
        papers=(replace(paper, updated=day),),
        debuts=tuple(debuts),
        ledger=Ledger(updated={paper.slug: (day, 1)}),
    )
    assert lastmod(f"papers/{paper.slug}.md", corrected) == str(day)


def test_where_a_paper_was_once_is_not_listed():
    pages = [("papers/old.md", "papers/old/", "moved", "2025-10-01")]
    assert list(sitemap.locations(pages, catalog(), PUBLICATION)) == []


def test_an_address_is_escaped():
    pages = [("a&b.md", "a&amp;b/'<x>/", None, None)]
    found = sitemap.locations(pages, catalog(), PUBLICATION)
    [(path, data)] = sitemap.render(found, PUBLICATION)
    assert path == "sitemap.xml"
    assert list(read(data)) == ["https://news.example/daily/a&amp;b/'<x>/"]


def many(number: int) -> list[sitemap.Location]:
    return [
        (f"https://news.example/daily/{n}/", FIRST + datetime.timedelta(n) if n % 2 else None)
        for n in range(number)
    ]


@pytest.mark.parametrize("number", [0, 1, 9, 10])
def test_up_to_the_limit_there_is_one_file(monkeypatch: pytest.MonkeyPatch, number: int):
    monkeypatch.setattr(sitemap, "MOST", 10)
    [(path, data)] = sitemap.render(many(number), PUBLICATION)
    assert path == "sitemap.xml"
    assert len(read(data)) == number


@pytest.mark.parametrize("number", [11, 20, 21, 95])
def test_beyond_a_number_of_addresses_there_are_parts(monkeypatch: pytest.MonkeyPatch, number: int):
    monkeypatch.setattr(sitemap, "MOST", 10)
    check_parts(dict(sitemap.render(many(number), PUBLICATION)), number, parts=-(-number // 10))


def test_beyond_a_size_there_are_parts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sitemap, "LARGEST", 1_000)
    files = dict(sitemap.render(many(95), PUBLICATION))
    check_parts(files, 95, parts=len(files) - 1)
    parts = [data for path, data in files.items() if path != "sitemap.xml"]
    assert all(len(data) <= 1_000 for data in parts)
    assert all(len(data) > 850 for data in parts[:-1])


def check_parts(files: dict[str, bytes], number: int, parts: int) -> None:
    index = read(files.pop("sitemap.xml"), "sitemap")
    assert list(index) == [f"https://news.example/daily/{path}" for path in files]
    assert len(files) == parts > 1
    found = [read(data) for data in files.values()]
    assert list(itertools.chain(*found)) == [address for address, _ in many(number)]
    newest = [max(filter(None, part.values()), default=None) for part in found]
    assert list(index.values()) == newest


def test_limits_are_those_of_the_protocol():
    assert sitemap.MOST <= 50_000
    assert sitemap.LARGEST <= 50 * 2**20


@pytest.mark.parametrize("site", ["edition_site", "awkward_site"])
def test_a_site_lists_each_of_its_pages_by_its_canonical_address(
    site: str, request: pytest.FixtureRequest
):
    folder: Path = request.getfixturevalue(site)
    listed = read((folder / "sitemap.xml").read_bytes())
    assert not (folder / "sitemap.xml.gz").exists()
    canonical, left_out = {}, set()
    for path in sorted(folder.rglob("*.html")):
        page = html.parse(path).getroot()
        found = page.xpath("//head/link[@rel='canonical']/@href")
        if path.name == "404.html":
            assert found == []
            continue
        [address] = found
        where = path.parent.relative_to(folder).as_posix()
        canonical[address] = where
        assert address == "https://broadsheet.example/" + ("" if where == "." else f"{where}/")
        if page.xpath("//article[@class='page']") and where.startswith("papers/"):
            left_out.add(address)  # where a paper was once
        if page.xpath("//meta[@name='robots' and @content='noindex']"):
            left_out.add(address)  # the reader's own list
    assert listed.keys() == canonical.keys() - left_out
    records = map(json.loads, (folder / "data/papers.jsonl").read_text("utf-8").splitlines())
    days = {
        f"https://broadsheet.example/papers/{record['slug']}/": max(
            record["listed"], record["updated"] or ""
        )
        for record in records
    }
    assert {address: listed[address] for address in days} == days
    for path in ("about", "contributing"):
        assert listed[f"https://broadsheet.example/{path}/"] is None


def test_robots_may_read_everything_and_are_told_of_the_sitemap(edition_site: Path):
    said = (edition_site / "robots.txt").read_text()
    parser = RobotFileParser()
    parser.parse(said.splitlines())
    assert parser.can_fetch("AnyBot", "https://broadsheet.example/papers/x/")
    assert parser.site_maps() == ["https://broadsheet.example/sitemap.xml"]
