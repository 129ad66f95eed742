"""What the plugin puts beside the pages: their Markdown, their cards, and what publishers have put there."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import html

from tests.conftest import Run, clone

SITE = "https://broadsheet.example/"


@pytest.fixture(scope="module")
def own(broadsheet_here: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publication with files of its own where others would be made, and cards of its papers."""
    folder = clone(tmp_path_factory.mktemp("own"))
    configuration = folder / "mkdocs.yml"
    said = configuration.read_text("utf-8")
    assert said.count("cards: topics\n") == 1
    configuration.write_text(said.replace("cards: topics\n", "cards: papers\n"), "utf-8")
    theirs = folder / "site_src"
    for name in ("robots.txt", "llms.txt", "sitemap.xml", "opensearch.xml", "cards/index.png"):
        (theirs / name).parent.mkdir(exist_ok=True)
        (theirs / name).write_text("theirs")
    broadsheet_here("build", cwd=folder)
    return folder


def test_what_a_publisher_wrote_is_kept(own: Path):
    for name in ("robots.txt", "llms.txt", "sitemap.xml", "opensearch.xml", "cards/index.png"):
        assert (own / "site" / name).read_text() == "theirs"


@pytest.mark.parametrize("render", ["fast", "mkdocs"])
def test_what_stands_where_feeds_data_and_the_search_index_belong_gives_way(
    broadsheet_here: Run, tmp_path: Path, render: str
):
    folder = clone(tmp_path)
    ours = ["feeds/all.xml", "data/papers.jsonl", "search/index.json", "search/words.json"]
    ours += ["search/terms/recent-1.bin", "search/cards/1.json"]
    theirs = ["feeds/mine.xml", "data/mine.json", "search/mine.json", "search/terms/mine.png"]
    theirs += ["search/terms.md"]
    for name in [*ours, *theirs]:
        (folder / "site_src" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "site_src" / name).write_text("theirs")
    broadsheet_here("build", "--render", render, cwd=folder)
    said = {name: (folder / "site" / name).read_bytes() for name in [*ours, *theirs]}
    assert [name for name in said if said[name] == b"theirs"] == theirs


def test_each_page_has_its_markdown_beside_it_and_says_where(own: Path):
    site, found = own / "site", set()
    for path in sorted(site.rglob("*.html")):
        links = html.parse(path).xpath("//head/link[@type='text/markdown']")
        if path.name == "404.html":
            assert links == []
            continue
        [link] = links
        assert link.get("rel") == "alternate"
        here = SITE + path.relative_to(site).as_posix().removesuffix("index.html")
        name = urlsplit(urljoin(here, link.get("href"))).path.lstrip("/")
        assert (site / name).read_bytes() == (own / "site_src" / name).read_bytes()
        found.add(name)
    written = {path.relative_to(site).as_posix() for path in site.rglob("*.md")}
    sources = {
        path.relative_to(own / "site_src").as_posix() for path in (own / "site_src").rglob("*.md")
    }
    assert found == written == sources


@pytest.mark.parametrize("site", ["edition_site", "awkward_site", "own"])
def test_each_page_has_a_card_that_is_there(site: str, request: pytest.FixtureRequest):
    folder: Path = request.getfixturevalue(site)
    folder = folder / "site" if site == "own" else folder
    shown = {}
    for path in sorted(folder.rglob("*.html")):
        page = html.parse(path)

        def said(name: str, page=page) -> list[str]:
            return page.xpath(f"//meta[@property='og:image{name}']/@content")

        if path.name == "404.html":
            assert said("") == []
            continue
        [address], [alt] = said(""), said(":alt")
        assert (said(":width"), said(":height")) == (["1200"], ["630"])
        assert page.xpath("//meta[@name='twitter:card']/@content") == ["summary_large_image"]
        assert address.startswith(SITE)
        assert alt
        name = address.removeprefix(SITE)
        assert (folder / name).is_file()
        shown[path.parent.relative_to(folder).as_posix()] = (name, alt)
    assert shown["."] == ("cards/index.png", "Broadsheet")
    assert {name for name, _ in shown.values()} == {
        path.relative_to(folder).as_posix() for path in (folder / "cards").rglob("*.png")
    }
    if site == "own":
        assert shown["papers/added-by-hand"] == (
            "cards/papers/added-by-hand.png",
            "Added by Hand: a Paper That No Listing Mentions",
        )


def test_another_value_of_cards_is_refused_in_words(
    own: Path, broadsheet_here: Run, tmp_path: Path
):
    said = (own / "mkdocs.yml").read_text("utf-8").replace("cards: papers", "cards: all")
    (tmp_path / "mkdocs.yml").write_text(said, "utf-8")
    for name in ("site_src", "content"):
        (tmp_path / name).mkdir()
    (tmp_path / "generator/theme").mkdir(parents=True)
    ran = broadsheet_here("build", cwd=tmp_path, code=1)
    assert "cards" in ran.stderr
    assert "topics" in ran.stderr
