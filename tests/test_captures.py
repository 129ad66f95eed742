"""Real captures, which are not in the repository: all of them read, with nothing lost.

``BROADSHEET_CAPTURES`` names a folder with ``listings/`` (text copied from Daily Papers pages) and
``huggingface/`` (days of Daily Papers JSON, named YYYY-MM-DD.json).
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from generator import content
from generator.pages import render
from tests.conftest import Run
from tests.golden import PUBLICATION
from tests.test_cli import pages, records

pytestmark = pytest.mark.proof

# What is left of LaTeX in a text that should have none. (``_`` and ``^`` may be meant.)
LATEX = re.compile(r"\\[A-Za-z%&#_{}\"'`~^]|``|\$[^$ ]+\$|\dtimes|%sim")


@pytest.fixture(scope="module")
def texts(captures: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two captures as a content folder that holds nothing else."""
    folder = tmp_path_factory.mktemp("texts")
    names = ("2025-10-29-a.txt", "2025-12-10-b.txt")
    for path, name in zip(sorted((captures / "listings").glob("*.txt")), names, strict=True):
        shutil.copy(path, folder / name)
    return folder


@pytest.fixture(scope="module")
def days(captures: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("days")
    shutil.copytree(captures / "huggingface", folder / "listings")
    return folder


def test_the_captures_hold_105_papers(texts: Path, broadsheet_here: Run, tmp_path: Path):
    broadsheet_here("build", "--content", texts, "--site-dir", tmp_path / "site")
    found = records(tmp_path / "site")
    assert len(found) == 105
    assert pages(tmp_path / "site") == {record["slug"] for record in found}
    assert sum(len(record["listings"]) == 2 for record in found) == 3
    by_listing = [
        sum(name in record["listings"] for record in found)
        for name in ("2025-10-29-a.txt", "2025-12-10-b.txt")
    ]
    assert by_listing == [63, 45]


def test_the_captures_are_read_to_the_last_byline(texts: Path):
    catalog, omissions = content.load(texts)
    assert not omissions
    assert all(paper.abstract and len(paper.abstract) > 200 for paper in catalog.papers)
    assert [p.title.split(":")[0] for p in catalog.papers if p.published is None] == [
        "OpenTSLM",
        "MMTEB",
    ]
    assert {p.organization.name for p in catalog.papers if p.organization} == {
        "NVIDIA",
        "IBM Research",
    }
    assert sum(p.comments is not None for p in catalog.papers) == 19
    assert sum(p.comments or 0 for p in catalog.papers) == 74


def test_the_days_hold_998_papers(days: Path):
    catalog, omissions = content.load(days)
    assert not omissions
    assert len(catalog.papers) == 998
    rendered = {path for path, _ in render(catalog, PUBLICATION)}
    assert {f"papers/{paper.slug}.md" for paper in catalog.papers} <= rendered


def test_a_site_is_built_of_some_of_the_days(days: Path, broadsheet_here: Run, tmp_path: Path):
    """The oldest and the newest that were captured, which differ in what they hold."""
    captured = sorted((days / "listings").glob("*.json"))
    (tmp_path / "content/listings").mkdir(parents=True)
    for path in (*captured[:2], *captured[-2:]):
        shutil.copy(path, tmp_path / "content/listings")
    site = tmp_path / "site"
    broadsheet_here("build", "--content", tmp_path / "content", "--site-dir", site)
    found = records(site)
    assert len(found) > 40
    assert pages(site) == {record["slug"] for record in found}


def test_the_days_are_read_field_by_field(days: Path):
    """Every fact of every record, compared with the JSON itself."""
    catalog, omissions = content.load(days)
    assert not omissions
    by_id = {paper.arxiv_id: paper for paper in catalog.papers}
    newest = {}
    for path in sorted((days / "listings").glob("*.json")):
        for record in json.loads(path.read_text("utf-8")):
            newest[record["paper"]["id"]] = (path.stem, record)
    assert set(by_id) == set(newest)
    for identifier, (day, record) in newest.items():
        paper, given = by_id[identifier], record["paper"]
        assert list(paper.authors) == [author["name"] for author in given["authors"]]
        assert str(paper.published) == given["publishedAt"][:10]
        assert (paper.upvotes, paper.comments) == (given["upvotes"], record["numComments"])
        assert paper.stars == given.get("githubStars")
        assert (paper.summary is None) == (given.get("ai_summary") is None)
        assert paper.links.get("code") == given.get("githubRepo")
        assert paper.links.get("project") == given.get("projectPage")
        organization = given.get("organization")
        assert (paper.organization and paper.organization.handle) == (
            organization and organization["name"]
        )
        assert f"{day}.json" in paper.listings
        for ours, theirs in (
            (paper.abstract, given["summary"]),
            (paper.summary, given.get("ai_summary")),
        ):
            # LaTeX apart, not a letter more or less.
            letters = [
                re.sub(r"\W|_|times|sim|[gl]eq|\\\w+", "", text or "") for text in (ours, theirs)
            ]
            assert abs(len(letters[0]) - len(letters[1])) <= 12, identifier


@pytest.mark.parametrize("which", ["texts", "days"])
def test_no_latex_or_control_character_is_left(which: str, request: pytest.FixtureRequest):
    for paper in content.load(request.getfixturevalue(which))[0].papers:
        for text in (paper.title, paper.abstract):
            assert not LATEX.search(text), (paper.slug, LATEX.search(text))
            assert text.isprintable(), paper.slug
            assert "  " not in text
