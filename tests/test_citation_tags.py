"""What a page tells machines: citation tags, JSON-LD, Open Graph; and its citation, made in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from lxml import html
from playwright.sync_api import Browser, expect

from generator import citations, content, names
from generator.model import Catalog, Paper, Publication
from tests.browser import served, stop_clock, visit
from tests.conftest import REPOSITORY, Run

PUBLICATION = Publication("Broadsheet", "https://broadsheet.example/")
HOSTILE = [
    {"title": "</script><script>alert(1)</script> <!-- \u2028 “q” \"d\" 's' & &amp; ]]>"},
    {"title": r"50\% of \$20 & #1 in {x}_y^2~z \n C:\new {", "authors": ["Ada {Example}", "A B"]},
    {"title": "@misc{x, title = {```", "abstract": "``` ER  - * <b> http://a.example/x_y_z & more"},
    {"title": "Cite", "abstract": "# Cite\nTY  - JOUR", "authors": ["others", "Smith and Jones"]},
    {"title": "Abstract", "abstract": "Not the title.", "summary": "Nor this."},
    {"title": "ER  - 小さな نموذج", "authors": ["例 花子", "ليلى مثال", "Ünal Große-Ost"]},
    {
        "title": "Names: All of Them",
        "authors": [
            *("Mihaela van der Schaar", "Diego de las Casas", "Guy P. Van den Broeck"),
            *("Martin Luther King, Jr.", "OpenAI Team", "Madonna", "O'Neil, Grace", "A--B C''D E"),
            *("Back\\slash {Brace", 'Quote "Q" <b>', "J. von O'Brien III"),
        ],
        "author_count": 40,
        "published": "2024-02-03",
        "arxiv_id": "2402.00001",
        "doi": "10.5555/(a)_b%3c{c}",
        "organization": {"handle": "x", "name": 'X <"&> Labs'},
    },
    {"title": "Only a Month", "arxiv_id": "cs/0112017", "authors": ["Ada Example"]},
    {"title": "Only a DOI?", "doi": "10.5555/a#b", "organization": {"name": "Hugging Face"}},
]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, broadsheet_here: Run) -> tuple[Path, Catalog]:
    """An edition of papers that try to break out of what they are written into: its site, its catalog."""
    folder = tmp_path_factory.mktemp("hostile")
    listing = folder / "content" / "listings" / "2025-10-29-hostile.jsonl"
    listing.parent.mkdir(parents=True)
    listing.write_text("\n".join(map(json.dumps, HOSTILE)), "utf-8")
    (folder / "content" / "topics").mkdir()
    broadsheet_here("build", "--content", folder / "content", "--site-dir", folder / "site")
    catalog, omissions = content.load(folder / "content")
    assert not omissions
    assert len(catalog.papers) == len(HOSTILE)
    return folder / "site", catalog


# --- tags and JSON-LD, read by a parser of HTML ---------------------------------------------------------


def page_of(site: Path, paper: Paper) -> html.HtmlElement:
    source = (site / "papers" / paper.slug / "index.html").read_text("utf-8")
    return html.document_fromstring(source)


def tags(page: html.HtmlElement, attribute: str) -> dict[str, list[str]]:
    """The contents of a page's meta elements, by name or property."""
    found: dict[str, list[str]] = {}
    for element in page.xpath(f"/html/head/meta[@{attribute}]"):
        found.setdefault(element.get(attribute), []).append(element.get("content"))
    return found


def json_ld(page: html.HtmlElement) -> list[dict]:
    scripts = page.xpath('//script[@type="application/ld+json"]')
    return [json.loads(script.text_content()) for script in scripts]


def assert_tells_what_is_known(site: Path, catalog: Catalog) -> None:
    for paper in catalog.papers:
        page = page_of(site, paper)
        assert_tags(page, paper, catalog)
        assert_json_ld(page, paper, catalog)


def assert_tags(page: html.HtmlElement, paper: Paper, catalog: Catalog) -> None:
    found = {k: v for k, v in tags(page, "name").items() if k.startswith("citation_")}
    item = citations.csl(paper, PUBLICATION)
    address = f"{PUBLICATION.url}papers/{paper.slug}/"
    date = item["issued"]["date-parts"][0] if "issued" in item else None
    assert found.pop("citation_title") == [paper.title]
    authors = found.pop("citation_author", [])
    assert [straight(name) for name in authors] == [
        names.whole(name) for name in item.get("author", [])
    ]
    # Zotero takes a comma between several words and several words for two people.
    for name, parts in zip(authors, item.get("author", []), strict=True):
        assert "literal" in parts or not re.fullmatch(r"\S+ .*, \S+ .*", name)
    known = {
        "citation_publication_date": date
        and ("{:04}/{:02}/{:02}".format(*date) if len(date) == 3 else str(date[0])),
        "citation_doi": paper.doi,
        "citation_arxiv_id": paper.arxiv_id,
        "citation_pdf_url": paper.arxiv_id and f"https://arxiv.org/pdf/{paper.arxiv_id}",
        "citation_abstract_html_url": item["URL"] if item["URL"] != address else None,
        "citation_keywords": "; ".join(catalog.topic[slug].title for slug in paper.topics) or None,
    }
    assert found == {name: [value] for name, value in known.items() if value}


def straight(name: str) -> str:
    """A name in reading order, of one that may have the family's first."""
    family, comma, given = name.partition(", ")
    is_whole = any(name in known.get("authors", ()) for known in HOSTILE)
    return name if is_whole or not comma else f"{given} {family}"


def assert_json_ld(page: html.HtmlElement, paper: Paper, catalog: Catalog) -> None:
    [found] = json_ld(page)
    item = citations.csl(paper, PUBLICATION)
    address = f"{PUBLICATION.url}papers/{paper.slug}/"
    groups = citations.groups(paper)
    assert (found.pop("@context"), found.pop("@type")) == ("https://schema.org", "ScholarlyArticle")
    assert found.pop("mainEntityOfPage") == {
        "@type": "WebPage",
        "@id": address,
        "isPartOf": {"@type": "WebSite", "name": PUBLICATION.name, "url": PUBLICATION.url},
    }
    assert found.pop("url", address) == item["URL"]
    assert found.pop("headline") == paper.title
    people = found.pop("author", [])
    assert [one["name"] for one in people] == [names.whole(name) for name in item.get("author", [])]
    for one, parts in zip(people, item.get("author", []), strict=True):
        kind = "Organization" if one["name"] in groups else "Person" if "family" in parts else None
        assert one.get("@type") == kind
    ids = {one["propertyID"]: one["value"] for one in found.pop("identifier", [])}
    assert ids == {n: v for n, v in (("DOI", paper.doi), ("arXiv", paper.arxiv_id)) if v}
    date = item["issued"]["date-parts"][0] if "issued" in item else []
    assert found.pop("datePublished", "") == "-".join(f"{part:02}" for part in date)
    titles = [catalog.topic[slug].title for slug in paper.topics]
    assert found.pop("keywords", []) == titles
    assert ("encoding" in found) == (paper.arxiv_id is not None)
    if pdf := found.pop("encoding", None):
        assert pdf["contentUrl"] == f"https://arxiv.org/pdf/{paper.arxiv_id}"
        assert pdf["encodingFormat"] == "application/pdf"
    if paper.organization and paper.authors:
        assert found.pop("sourceOrganization")["name"] == paper.organization.name
    assert found == {}


def test_every_paper_of_the_edition_tells_what_is_known_and_nothing_else(edition_site: Path):
    catalog, _ = content.load(REPOSITORY / "content")
    assert_tells_what_is_known(edition_site, catalog)


def test_hostile_papers_tell_what_is_known_and_nothing_else(hostile: tuple[Path, Catalog]):
    assert_tells_what_is_known(*hostile)


def test_bibtex_stands_in_the_page_as_it_is(hostile: tuple[Path, Catalog]):
    site, catalog = hostile
    for paper in catalog.papers:
        [block] = page_of(site, paper).xpath("//article//pre/code")
        assert block.text_content() == citations.bibtex(paper, PUBLICATION)
        assert block.getparent().getprevious().text_content() == citations.text(paper, PUBLICATION)


def test_every_page_says_what_it_is_to_who_links_to_it(edition_site: Path):
    for path in sorted(edition_site.rglob("index.html")):
        page = html.document_fromstring(path.read_text("utf-8"))
        found = {name: values[0] for name, values in tags(page, "property").items()}
        is_paper = "papers/" in path.relative_to(edition_site).as_posix()
        place = path.parent.relative_to(edition_site).as_posix()
        assert found["og:url"] == urljoin(PUBLICATION.url, "" if place == "." else f"{place}/")
        assert found["og:url"] == page.xpath('string(//link[@rel="canonical"]/@href)')
        assert found["og:type"] == ("article" if is_paper else "website")
        assert found["og:site_name"] == "Broadsheet"
        assert found["og:title"]
        assert found["og:description"] == page.xpath('string(//meta[@name="description"]/@content)')
        assert page.xpath('//meta[@name="twitter:card"]')


def test_a_paper_was_published_when_it_was_and_not_when_it_was_listed(
    hostile: tuple[Path, Catalog],
):
    site, catalog = hostile
    for paper in catalog.papers:
        told = tags(page_of(site, paper), "property").get("article:published_time")
        assert told == ([paper.published.isoformat()] if paper.published else None)


def test_the_front_page_says_how_to_search(edition_site: Path):
    page = html.document_fromstring((edition_site / "index.html").read_text("utf-8"))
    [site] = json_ld(page)
    assert (site["@type"], site["name"], site["url"]) == ("WebSite", "Broadsheet", PUBLICATION.url)
    target = site["potentialAction"]["target"]["urlTemplate"]
    assert target == f"{PUBLICATION.url}search/?q={{search_term_string}}"


# --- in a browser -------------------------------------------------------------------------------------------

# As a reading list would: fetch papers' pages, parse them, and take their citations.
CITE = """async (slugs) => {
  const { recordOf, citation, FORMATS } = await import("../../assets/javascripts/record.js")
  const cite = async (slug) => {
    const answer = await fetch(`../${slug}/`)
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    const record = recordOf(page)
    return Object.fromEntries(Object.keys(FORMATS).map((format) => [format, citation(record, format)]))
  }
  return Promise.all(slugs.map(cite))
}"""


def made(paper: Paper) -> dict[str, str]:
    return {
        "bibtex": citations.bibtex(paper, PUBLICATION),
        "ris": citations.ris(paper, PUBLICATION),
        "csl": json.dumps([citations.csl(paper, PUBLICATION)], ensure_ascii=False, indent=2) + "\n",
        "text": citations.text(paper, PUBLICATION),
    }


def assert_same_in_the_browser(chromium: Browser, site: Path, catalog: Catalog) -> None:
    slugs = [paper.slug for paper in catalog.papers]
    with served(site) as address, visit(chromium, address, f"papers/{slugs[0]}/") as page:
        found = dict(zip(slugs, page.evaluate(CITE, slugs), strict=True))
    for paper in catalog.papers:
        assert found[paper.slug] == made(paper)


def test_hostile_papers_are_cited_in_the_browser_as_anywhere(
    chromium: Browser, hostile: tuple[Path, Catalog]
):
    assert_same_in_the_browser(chromium, *hostile)


def test_awkward_papers_are_cited_in_the_browser_as_anywhere(chromium: Browser, awkward_site: Path):
    catalog, _ = content.load(REPOSITORY / "tests" / "content")
    assert_same_in_the_browser(chromium, awkward_site, catalog)


def test_the_edition_is_cited_in_the_browser_as_anywhere(chromium: Browser, edition_site: Path):
    catalog, _ = content.load(REPOSITORY / "content")
    assert_same_in_the_browser(chromium, edition_site, catalog)


@pytest.fixture
def electra(edition_site: Path) -> Iterator[tuple[str, str, Paper]]:
    """Where the edition is served, a paper's path in it, and the paper."""
    catalog, _ = content.load(REPOSITORY / "content")
    paper = next(paper for paper in catalog.papers if paper.slug.startswith("electra"))
    with served(edition_site) as address:
        yield address, f"papers/{paper.slug}/", paper


def test_a_citation_is_saved_as_a_file(chromium: Browser, electra: tuple[str, str, Paper]):
    address, path, paper = electra
    with visit(chromium, address) as page:
        stop_clock(page)
        page.goto(address + path)
        for label, format_, extension in (
            ("BibTeX", "bibtex", "bib"),
            ("RIS", "ris", "ris"),
            ("CSL-JSON", "csl", "json"),
        ):
            with page.expect_download() as saved:
                page.get_by_role("button", name=f"Save {label}").click()
            assert saved.value.suggested_filename == f"{paper.slug}.{extension}"
            assert saved.value.path().read_bytes() == made(paper)[format_].encode()
            expect(page.get_by_role("status").filter(has_text=f".{extension}")).to_be_visible()


def test_a_citation_is_copied(chromium: Browser, electra: tuple[str, str, Paper]):
    address, path, paper = electra
    allowed = ["clipboard-read", "clipboard-write"]
    with visit(chromium, address, permissions=allowed) as page:
        stop_clock(page)
        page.goto(address + path)
        for label, format_ in (("text", "text"), ("BibTeX", "bibtex")):
            page.get_by_role("button", name=f"Copy {label}").press("Enter")
            told = page.get_by_role("status").filter(has_text=re.compile(f"Copied.*{label}", re.I))
            expect(told).to_be_visible()
            assert page.evaluate("navigator.clipboard.readText()") == made(paper)[format_]


def test_without_scripts_the_citation_is_there_to_be_read(
    chromium: Browser, electra: tuple[str, str, Paper]
):
    address, path, paper = electra
    with visit(chromium, address, path, java_script_enabled=False) as page:
        expect(page.locator("pre code")).to_have_text(citations.bibtex(paper, PUBLICATION))
        expect(page.get_by_text(citations.text(paper, PUBLICATION))).to_be_visible()
        expect(page.get_by_role("button", name="Save RIS")).to_have_count(0)
