"""Publishing again: the commands that see to it that those who follow a feed notice nothing."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from generator import content, feeds, output
from generator.output import write as write_files
from generator.pages import render as render_pages
from tests import golden
from tests.clients.server import Site
from tests.conftest import Run
from tests.test_content import write
from tests.test_feeds import told
from tests.test_ledger import (
    DAYS,
    archives,
    backfill,
    day,
    freeze,
    load,
    mend_the_rules,
    record,
    site,
    start,
    yields,
)


@pytest.fixture(scope="session")
def broadsheet(broadsheet_here: Run) -> Run:
    return broadsheet_here


@pytest.fixture(scope="module")
def published_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    start(folder / "content")
    write_files(folder / "site", site(folder / "content").items())
    return folder


@pytest.fixture
def published(published_once: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A content folder without ledger, and a site as it was published of it."""
    shutil.copytree(published_once, tmp_path, dirs_exist_ok=True)
    return tmp_path / "content", tmp_path / "site"


@pytest.fixture(scope="module")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A configuration of the publication that the golden files are of."""
    folder = tmp_path_factory.mktemp("configuration")
    (folder / "docs").mkdir()
    (folder / "content").mkdir()
    said = golden.PUBLICATION
    file = folder / "mkdocs.yml"
    file.write_text(
        f"site_name: {said.name}\nsite_url: {said.url}\nsite_description: '{said.description}'\n"
        f"theme: {{name: material, language: en}}\nplugins:\n"
        f"- broadsheet: {{authority: {said.authority}, year: {said.year}}}\n"
    )
    return file


def test_what_is_published_is_compared(
    broadsheet: Run, published: tuple[Path, Path], configuration: Path
):
    folder, there = published
    options = ("--config-file", configuration, "--content", folder)
    with Site(there) as host:
        where = host.url
        ran = broadsheet("check", *options, "--published", where)
        assert "nobody would lose an entry" in ran.stdout
        backfill(folder)
        ran = broadsheet("check", *options, "--published", where, code=1)
        assert "feeds/archive/all-0001" in ran.stderr
        assert "this archive is frozen" in ran.stderr
        assert "reasons not to publish this" in ran.stderr
        # As its advice says.
        broadsheet("freeze", *options, "--published", where)
        ran = broadsheet("check", *options, "--published", where)
        assert "nobody would lose an entry" in ran.stdout


def test_a_first_publication_has_nothing_to_be_compared_with(
    broadsheet: Run, published: tuple[Path, Path], configuration: Path, tmp_path: Path
):
    folder, _ = published
    options = ("--config-file", configuration, "--content", folder)
    (tmp_path / "empty").mkdir()
    ran = broadsheet("check", *options, "--published", tmp_path / "empty")
    assert f"Nothing is published at {tmp_path / 'empty'}, so nothing was compared." in ran.stdout
    broadsheet("check", *options, "--published", tmp_path / "nowhere", code=2)
    broadsheet("check", *options, "--published", "http://127.0.0.1:9/", code=1)


def test_the_readmes_order_of_commands_holds_from_the_first_publication_on(
    broadsheet: Run, tmp_path: Path
):
    """Check, freeze, build: the ledger says nothing yet when nothing is published yet."""
    folder = start(tmp_path / "content")
    for number in range(20, DAYS):  # fewer are enough here
        (folder / f"listings/{day(number)}-daily.jsonl").unlink()
    there = tmp_path / "there"
    (tmp_path / "site_src").mkdir()
    with Site(there) as host:
        (tmp_path / "mkdocs.yml").write_text(
            f"site_name: Fish\nsite_url: {host.url}\ntheme: {{name: material, language: en}}\n"
            "docs_dir: site_src\n"
            "plugins:\n- broadsheet: {authority: fish.example, year: 2025}\n"
        )

        def publish() -> str:
            told = broadsheet("check", "--published", cwd=tmp_path).stdout
            broadsheet("freeze", cwd=tmp_path)
            catalog, publication = load(folder), replace(golden.PUBLICATION, url=host.url)
            publication = replace(publication, authority="fish.example", year=2025)
            made = feeds.render(catalog, publication)
            write_files(there, ((path, make()) for path, make in made.items()))
            return told

        there.mkdir()
        assert "That is right for the first publication" in publish()
        assert "nobody would lose an entry" in publish()
        record_file = folder / f"listings/{day(DAYS)}-daily.jsonl"
        record_file.write_text("".join(map(record, range(5000, 5010))), encoding="utf-8")
        assert "nobody would lose an entry" in publish()
        record_file.unlink()
        ran = broadsheet("check", "--published", cwd=tmp_path)
        assert "nobody would lose an entry" in ran.stdout, "the ledger keeps what was told"


def test_a_wrong_address_is_not_taken_for_a_first_publication(
    broadsheet: Run, published: tuple[Path, Path], configuration: Path, tmp_path: Path
):
    folder, _ = published
    options = ("--config-file", configuration, "--content", folder)
    broadsheet("freeze", *options)
    (tmp_path / "empty").mkdir()
    ran = broadsheet("check", *options, "--published", tmp_path / "empty", code=2)
    assert "the ledger says that something was" in ran.stderr


def foreign_ids(there: Path) -> None:
    for file in (there / "feeds").rglob("*.*"):
        file.write_bytes(file.read_bytes().replace(b":paper/", b":entry/"))


def bad_slugs(there: Path) -> None:
    for file in (there / "feeds").rglob("*.*"):
        file.write_bytes(file.read_bytes().replace(b":paper/paper-7<", b":paper/No Slug<"))
        file.write_bytes(file.read_bytes().replace(b':paper/paper-7"', b':paper/No Slug"'))


@pytest.mark.parametrize("spoil", [foreign_ids, bad_slugs])
def test_what_is_no_publication_of_ours_gets_into_no_ledger(
    broadsheet: Run, published: tuple[Path, Path], configuration: Path, spoil
):
    folder, there = published
    spoil(there)
    options = ("--config-file", configuration, "--content", folder)
    ran = broadsheet("freeze", *options, "--published", there, code=1)
    assert "has no id as this publication gives them" in ran.stderr
    assert not (folder / "ledger").exists()
    load(folder)


def test_a_ledger_that_says_otherwise_than_the_site_is_not_added_to(
    broadsheet: Run, published: tuple[Path, Path], configuration: Path
):
    folder, there = published
    options = ("--config-file", configuration, "--content", folder)
    backfill(folder)
    broadsheet("freeze", *options)  # too early
    ran = broadsheet("freeze", *options, "--published", there, code=1)
    assert "put the ledger back from git, or remove it" in ran.stderr
    shutil.rmtree(folder / "ledger")
    broadsheet("freeze", *options, "--published", there)
    broadsheet("check", *options, "--published", there)


@pytest.mark.parametrize("change", [backfill, mend_the_rules])
def test_a_ledger_is_made_of_what_is_published(
    broadsheet: Run, published: tuple[Path, Path], configuration: Path, change
):
    """The content has changed since, and the ledger knows nothing; the site does."""
    folder, there = published
    before = site(folder)
    change(folder)
    options = ("--config-file", configuration, "--content", folder)
    broadsheet("freeze", *options, "--published", there)
    after = site(folder)
    assert {path: after[path] for path in archives(before)} == archives(before)
    for name in ("all", "fish"):
        assert set(yields(before, name)) <= set(yields(after, name))


def test_a_site_of_midnights_gives_a_ledger_of_distinct_times(
    broadsheet: Run, published: tuple[Path, Path], configuration: Path
):
    """As versions published it that knew RSS alone, and days."""
    folder, there = published
    for file in (there / "feeds").rglob("*.*"):
        if file.name in ("all.xml", "fish.xml") and file.parent.name == "feeds":
            old = re.sub(rb"\d\d:\d\d:\d\d \+0000", b"00:00:00 +0000", file.read_bytes())
            file.write_bytes(re.sub(rb"<atom:link [^>]*prev-archive[^>]*>", b"", old))
        else:
            file.unlink()
    options = ("--config-file", configuration, "--content", folder)
    order = [entry["id"] for entry in told((there / "feeds/all.xml").read_bytes())]
    broadsheet("freeze", *options, "--published", there)
    now = told(site(folder)["feeds/all.atom.xml"])
    assert len({entry["day"] for entry in now}) == len(now)
    assert [entry["id"] for entry in now if entry["id"] in order] == order


def test_a_broken_chain_is_not_taken_for_all_there_was(
    broadsheet: Run, published: tuple[Path, Path], configuration: Path
):
    folder, there = published
    for file in (there / "feeds/archive").glob("all-0001.*"):
        file.unlink()
    options = ("--config-file", configuration, "--content", folder)
    ran = broadsheet("freeze", *options, "--published", there, code=1)
    assert "all-0001.xml" in ran.stderr
    assert not (folder / "ledger").exists()


# --- pages of what was published ----------------------------------------------------------


def test_old_addresses_lead_on(tmp_path: Path):
    folder = write(
        tmp_path,
        {
            "listings/2025-01-01-a.jsonl": record(1, arxiv_id="2501.00001") + record(2) + record(3),
            "listings/2025-01-02-b.jsonl": record(2, arxiv_id="2501.00001"),
        },
    )
    pages = dict(render_pages(load(folder), golden.PUBLICATION))
    moved = pages["papers/paper-2.md"].decode()
    assert "[Paper 2](paper-1.md)" in moved
    assert output.MARK in moved
    catalog, _ = content.load(folder)
    assert {paper.slug for paper in catalog.papers} == {"paper-1", "paper-3"}


def test_a_removed_paper_says_so(tmp_path: Path):
    folder = write(tmp_path, {"listings/2025-01-01-a.jsonl": record(1) + record(2)})
    freeze(folder)
    write(folder, {"listings/2025-01-01-a.jsonl": record(1)})
    pages = dict(render_pages(load(folder), golden.PUBLICATION))
    assert "no longer listed" in pages["papers/paper-2.md"].decode()
    assert len(load(folder).papers) == 1
    assert "This paper is no longer listed here." in site(folder)["feeds/all.json"].decode()
    assert "On birds." not in site(folder)["feeds/all.json"].decode()
