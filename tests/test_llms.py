"""llms.txt in the form of llmstxt.org: links that lead somewhere, and never more than can be read."""

from __future__ import annotations

import datetime
import json
from itertools import pairwise
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from generator import llms
from generator.model import Catalog, Debut, Paper, Publication, Topic

PUBLICATION = Publication("News", "https://news.example/(daily)/", "What is new")
DAY = datetime.date(2025, 10, 29)


def read(text: str) -> dict[str, list[tuple[str, str]]]:
    """Section → names and addresses of its links, as a reader of CommonMark sees them."""
    tokens = MarkdownIt().parse(text)
    assert (tokens[0].type, tokens[0].tag) == ("heading_open", "h1")
    sections: dict[str, list[tuple[str, str]]] = {}
    for before, token in pairwise(tokens):
        if before.type == "heading_open" and before.tag == "h2":
            links = sections.setdefault(token.content, [])
        if token.type == "inline" and before.type == "paragraph_open" and before.level == 2:
            start, *rest = token.children
            assert start.type == "link_open", token.content
            end = next(n for n, child in enumerate(rest) if child.type == "link_close")
            links.append(("".join(child.content for child in rest[:end]), start.attrs["href"]))
    return sections


@pytest.mark.parametrize("site", ["edition_site", "awkward_site"])
def test_every_link_leads_to_a_file_of_the_site(site: str, request: pytest.FixtureRequest):
    folder: Path = request.getfixturevalue(site)
    sections = read((folder / "llms.txt").read_text("utf-8"))
    assert list(sections) == ["Topics", "Newest papers", "Data", "Feeds", "Optional"]
    root = "https://broadsheet.example/"
    for _, address in (link for links in sections.values() for link in links):
        assert address.startswith(root)
        assert (folder / address.removeprefix(root)).is_file(), address


def test_it_names_the_papers_of_the_newest_day(edition_site: Path):
    sections = read((edition_site / "llms.txt").read_text("utf-8"))
    records = map(json.loads, (edition_site / "data/papers.jsonl").read_text("utf-8").splitlines())
    titles = {record["title"] for record in records if record["listed"] == "2025-12-10"}
    named = [name for name, _ in sections["Newest papers"][:-1]]
    assert 0 < len(named) == min(llms.MOST, len(titles))
    assert set(named) <= titles


HOSTILE = [
    "](https://evil.example/)",
    "# [x](javascript:alert(1))",
    "<script>alert(1)</script> <!-- & -->",
    "`code` *b* _i_ \\",
    "- [ ] ## 1. >",
]


def test_names_are_text_whatever_they_look_like():
    topics = tuple(Topic(f"t{n}", title) for n, title in enumerate(HOSTILE))
    papers = tuple(
        Paper(f"p{n}", title, DAY, abstract=title) for n, title in enumerate(reversed(HOSTILE))
    )
    hostile = Publication(HOSTILE[0], "https://news.example/", HOSTILE[1])
    text = llms.llms_txt(Catalog(papers=papers, topics=topics), hostile).decode()
    sections = read(text)
    assert [name for name, _ in sections["Topics"]] == [*HOSTILE, "All topics"]
    assert [name for name, _ in sections["Newest papers"][:-1]] == HOSTILE[::-1]
    addresses = {address for links in sections.values() for _, address in links}
    assert all(address.startswith("https://news.example/") for address in addresses)
    shown = MarkdownIt().render(text)
    assert "<script" not in shown
    assert 'href="javascript' not in shown
    assert 'href="https://evil.example' not in shown


def test_it_stays_small():
    moment = datetime.datetime.combine(DAY, datetime.time(12), datetime.UTC)
    papers = tuple(
        Paper(f"p{n}", "A very long title " * 50, DAY, abstract="Words. " * 900)
        for n in range(3_000)
    )
    of = Catalog(
        papers=papers,
        topics=tuple(Topic(f"t{n}", "A long title of a topic " * 4) for n in range(500)),
        debuts=tuple(Debut(paper.slug, moment, paper) for paper in papers),
    )
    assert len(llms.llms_txt(of, PUBLICATION)) < 50_000


def test_with_nothing_listed_it_says_what_there_is():
    sections = read(llms.llms_txt(Catalog(), PUBLICATION).decode())
    assert list(sections) == ["Topics", "Data", "Feeds", "Optional"]
    assert sections["Optional"][0] == ("Front page", "https://news.example/%28daily%29/index.md")


def test_a_publication_without_description_has_no_empty_quotation():
    text = llms.llms_txt(Catalog(), Publication("News", "https://news.example/")).decode()
    assert text.startswith("# News\n\nThis publication")
    assert ">" not in text.partition("##")[0]
