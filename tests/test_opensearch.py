"""opensearch.xml, as OpenSearch 1.1 has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree, html

from generator import opensearch
from generator.model import Publication

NAMESPACE = "{http://a9.com/-/spec/opensearch/1.1/}"


def read(data: bytes) -> dict[str, str | None]:
    root = etree.fromstring(data)
    assert root.tag == f"{NAMESPACE}OpenSearchDescription"
    return {child.tag.removeprefix(NAMESPACE): child.text for child in root}


@pytest.mark.parametrize("name", ["News", "A <b>name</b> & more of it " * 9, "日々の論文" * 20])
def test_names_are_as_long_as_they_may_be(name: str):
    said = read(opensearch.description(Publication(name, "https://news.example/daily/")))
    assert 0 < len(said["ShortName"]) <= 16
    assert len(said["LongName"]) <= 48
    assert 0 < len(said["Description"]) <= 1024


def test_browsers_find_it_on_the_front_page_and_ask_the_search_page(edition_site: Path):
    page = html.parse(edition_site / "index.html").getroot()
    [link] = page.xpath("//link[@rel='search']")
    assert link.get("type") == "application/opensearchdescription+xml"
    root = etree.parse(edition_site / link.get("href")).getroot()
    url = root.find(f"{NAMESPACE}Url").attrib
    assert url["type"] == "text/html"
    assert url["template"] == "https://broadsheet.example/search/?q={searchTerms}"
