"""``broadsheet import``: files become listings, as they came, or nothing changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from generator import content
from tests.conftest import Run
from tests.readers.test_daily_papers_html import DATA, page
from tests.tree import state

BIB = "@misc{a,\n title = {Paper One},\n doi = {10.1000/one}\n}\n@misc{b, title = {Paper Two}}\n"
RIS = "TY  - GEN\r\nTI  - Paper Three\r\nER  - \r\n"
TOPIC = "---\ntitle: Surveys\nmatch: [survey]\n---\n"


@pytest.fixture(scope="module")
def broadsheet(broadsheet_here: Run) -> Run:
    return broadsheet_here


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A publication, with one paper and one topic."""
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: Small\nsite_url: https://small.example/\ndocs_dir: site_src\n"
        "plugins:\n  - broadsheet:\n      content: content\n      authority: small.example\n      year: 2025\n"
    )
    (tmp_path / "site_src").mkdir()
    listings = tmp_path / "content/listings/2025"
    listings.mkdir(parents=True)
    (listings / "2025-10-01-own.jsonl").write_text('{"title": "Paper Two"}\n')
    (tmp_path / "content/topics").mkdir()
    (tmp_path / "content/topics/surveys.md").write_text(TOPIC)
    return tmp_path


def files(folder: Path) -> tuple[dict[str, bytes], set[Path]]:
    """The files of the content, and its folders, even those that are empty."""
    within = folder / "content"
    return state(within), {path for path in within.rglob("*") if path.is_dir()}


def test_files_become_listings_with_what_is_said_of_them(broadsheet: Run, folder: Path):
    (folder / "My Export.BIB").write_text(BIB)
    (folder / "2025-11-03_other.ris").write_text(RIS)
    ran = broadsheet(
        "import",
        "My Export.BIB",
        "2025-11-03_other.ris",
        *("--date", "2025-11-02", "--topic", "surveys", "--source", "https://x.example/"),
        cwd=folder,
    )
    assert ran.stdout.splitlines()[:2] == [
        "content/listings/2025/2025-11-02-my-export.bib: 2 papers, 1 of them new.",
        "content/listings/2025/2025-11-02-other.ris: 1 paper.",
    ]
    place = folder / "content/listings/2025"
    assert (place / "2025-11-02-my-export.bib").read_text() == BIB
    filed, given = place / "2025-11-02-other.ris", folder / "2025-11-03_other.ris"
    assert filed.read_bytes() == RIS.encode()
    assert filed.stat().st_mode == given.stat().st_mode
    catalog, omissions = content.load(folder / "content")
    assert omissions == ()
    assert {paper.title: paper.topics for paper in catalog.papers} == {
        "Paper One": ("surveys",),
        "Paper Two": ("surveys",),
        "Paper Three": ("surveys",),
    }
    assert {listing.source for listing in catalog.listings} == {None, "https://x.example/"}
    broadsheet("check", cwd=folder)


def test_a_file_may_say_its_day_itself(broadsheet: Run, folder: Path):
    (folder / "2025-11-03 - Some Papers.ris").write_text(RIS)
    (folder / "Daily Papers.htm").write_text(page(DATA))
    broadsheet("import", "2025-11-03 - Some Papers.ris", "Daily Papers.htm", cwd=folder)
    names = {path.name for path in (folder / "content/listings/2025").iterdir()}
    assert {"2025-11-03-some-papers.ris", "2025-10-28-daily-papers.html"} < names
    assert not any(name.endswith(".yml") for name in names)


def test_what_is_left_out_is_told_with_the_place_of_the_listing(broadsheet: Run, folder: Path):
    (folder / "a.csv").write_text("title,doi\nA,10.1000/a\nB,none\n")
    ran = broadsheet("import", "a.csv", "--date", "2025-11-02", "--name", "mine", cwd=folder)
    assert ran.stderr == (
        'left out: content/listings/2025/2025-11-02-mine.csv:3: doi: "none" is not a DOI; write it as '
        "10.1000/182\n"
    )
    assert "2025-11-02-mine.csv: 2 papers, left out: 1." in ran.stdout


def test_what_is_filed_already_is_left_alone(broadsheet: Run, folder: Path):
    (folder / "a.bib").write_text(BIB)
    broadsheet("import", "a.bib", "--date", "2025-11-02", cwd=folder)
    before = files(folder)
    ran = broadsheet("import", "a.bib", "--date", "2025-11-02", cwd=folder)
    assert ran.stdout == "content/listings/2025/2025-11-02-a.bib: filed already.\n"
    again = ("import", "a.bib", "--date", "2025-11-02", "--topic", "surveys")
    ran = broadsheet(*again, cwd=folder, code=1)
    assert (
        "write what is to be said of it into content/listings/2025/2025-11-02-a.yml" in ran.stderr
    )
    assert files(folder) == before


LATIN = "@misc{a, title={Gr\xf6\xdfe}}".encode("latin-1")


@pytest.mark.parametrize(
    ("given", "arguments", "said"),
    [
        ({"a.bib": BIB}, (), "a.bib: it isn't known on which day"),
        ({"2025-13-01.bib": BIB}, (), "2025-13-01.bib: its name: "),
        ({"a.pdf": "%PDF"}, ("--date", "2025-11-02"), 'a.pdf: no reader for ".pdf" files'),
        ({"a.yml": "a: b"}, ("--date", "2025-11-02"), "a.yml: no reader"),
        ({"a.bib": ""}, ("--date", "2025-11-02"), "a.bib: no paper in it"),
        ({"a.bib": "\n@misc{x, title={"}, ("--date", "2025-11-02"), "left out: a.bib:2: broken"),
        ({"a.bib": LATIN}, ("--date", "2025-11-02"), "a.bib:1: not UTF-8"),
        ({"a.ris": "\nnothing"}, ("--date", "2025-11-02"), "a.ris:2: not RIS"),
        ({"a.html": "<p>"}, ("--date", "2025-11-02"), "papers/date/2025-11-02"),
        ({"a.xml": "<rss/>"}, ("--date", "2025-11-02"), "a.xml:1: not an Atom feed"),
        ({"a.bib": BIB, "b.csv": "x\n"}, ("--date", "2025-11-02"), "b.csv:1: no column"),
        ({"a.bib": BIB, "b.ris": RIS}, ("--date", "2025-11-02", "--name", "c"), "as is a.bib"),
        (
            {"a.jsonl": '{"title": "Other"}'},
            ("--date", "2025-10-01", "--name", "own"),
            "2025-10-01-own.jsonl is there already, and is another; give another --name",
        ),
    ],
    ids=lambda value: None if isinstance(value, dict) else str(value)[-30:],
)
def test_nothing_is_written_if_anything_is_wrong(
    broadsheet: Run, folder: Path, given: dict, arguments: tuple, said: str
):
    for name, source in given.items():
        data = source if isinstance(source, bytes) else source.encode()
        (folder / name).write_bytes(data)
    before = files(folder)
    ran = broadsheet("import", *given, *arguments, cwd=folder, code=1)
    assert said in ran.stderr
    assert all(";" in line for line in ran.stderr.splitlines())
    assert "nothing was done." in ran.stderr
    assert files(folder) == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("--date", "2025-02-30"),
        ("--date", "yesterday"),
        ("--name", "../x"),
        ("--topic", "survey"),
        ("--source", "x.example"),
    ],
)
def test_a_wrong_option_ends_with_two(broadsheet: Run, folder: Path, arguments: tuple):
    (folder / "2025-11-02-a.bib").write_text(BIB)
    before = files(folder)
    broadsheet("import", "2025-11-02-a.bib", *arguments, cwd=folder, code=2)
    broadsheet("import", *arguments, cwd=folder, code=2)
    assert files(folder) == before


def test_a_link_is_not_followed(broadsheet: Run, folder: Path):
    (folder / "a.bib").write_text(BIB)
    elsewhere = folder / "elsewhere.bib"
    (folder / "content/listings/2025/2025-11-02-a.bib").symlink_to(elsewhere)
    broadsheet("import", "a.bib", "--date", "2025-11-02", cwd=folder, code=1)
    assert not elsewhere.exists()


def test_json_of_daily_papers_is_filed_as_well(broadsheet: Run, folder: Path):
    (folder / "2025-11-02.json").write_text(json.dumps(DATA["dailyPapers"]))
    broadsheet("import", "2025-11-02.json", cwd=folder)
    assert (folder / "content/listings/2025/2025-11-02-papers.json").is_file()
