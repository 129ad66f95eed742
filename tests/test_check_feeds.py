"""``broadsheet check`` on feed files: what it prints, which files it takes for feeds, how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.test_content import good, write
from tests.test_feed_lint import ATOM, JSON, OPML, RSS

WRONG = RSS.replace("en-GB", "en_GB").replace("https://x.example/all.xml", "all.xml")
SITE = {
    "index.html": "<!DOCTYPE html>",
    "sitemap.xml": "<urlset/>",
    "search/index.json": "{}",
    "feeds/all.xml": RSS,
    "feeds/all.atom.xml": ATOM,
    "feeds/archive/all-0001.json": JSON,
    "feeds/index.html": "<!DOCTYPE html>",
    "else/feed.xml": RSS,
    "feeds.opml": OPML,
}


@pytest.fixture(scope="session")
def broadsheet(broadsheet_here: Run) -> Run:
    return broadsheet_here


def test_feeds_that_are_right_are_counted(broadsheet: Run, tmp_path: Path):
    write(tmp_path, SITE)
    ran = broadsheet("check", "feeds/all.xml", "feeds/all.atom.xml", "feeds/all.xml", cwd=tmp_path)
    assert ran.stdout == "2 feeds: nothing is wrong.\n"
    assert ran.stderr == ""


@pytest.mark.parametrize(("folder", "number"), [(".", 5), ("feeds", 3), ("else", 1)])
def test_of_a_folder_the_feeds_are_checked(
    broadsheet: Run, tmp_path: Path, folder: str, number: int
):
    write(tmp_path, SITE)
    counted = f"{number} feeds" if number > 1 else "1 feed"
    assert broadsheet("check", folder, cwd=tmp_path).stdout == f"{counted}: nothing is wrong.\n"


def test_every_problem_of_every_feed_is_a_line(broadsheet: Run, tmp_path: Path):
    write(tmp_path, SITE | {"feeds/all.xml": WRONG, "feeds/topic.json": "<!DOCTYPE html>"})
    ran = broadsheet("check", ".", cwd=tmp_path, code=1)
    assert ran.stderr.splitlines() == [
        "feeds/all.xml:8: atom:link 1/@href: relative, or no address; write the whole address, "
        "from https:// on",
        'feeds/all.xml:10: language: no language tag; like "en"',
        "feeds/topic.json:1: file: a web page, not a feed; is it the host's error page?",
        "3 errors in 6 feeds.",
    ]
    assert ran.stdout == ""


def test_a_file_that_is_named_is_checked_whatever_it_is(broadsheet: Run, tmp_path: Path):
    write(tmp_path, SITE)
    ran = broadsheet("check", "sitemap.xml", cwd=tmp_path, code=1)
    assert ran.stderr.startswith("sitemap.xml:1: file: begins with <urlset>")


def test_under_github_actions_a_problem_is_an_annotation(broadsheet: Run, tmp_path: Path):
    write(tmp_path, {"all.xml": WRONG})
    ran = broadsheet("check", "all.xml", cwd=tmp_path, env={"GITHUB_ACTIONS": "true"}, code=1)
    assert ran.stdout.splitlines()[1] == (
        '::error file=all.xml,line=10,title=language::no language tag; like "en"'
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere.xml",), "does not exist"),
        (("empty",), "no feeds in empty"),
        (("--content", "content", "all.xml"), "give one of them"),
    ],
)
def test_what_can_not_be_checked_is_a_wrong_command_line(
    broadsheet: Run, tmp_path: Path, arguments: tuple[str, ...], said: str
):
    write(tmp_path, {"all.xml": RSS, "empty/page.html": "", "content/topics/x.md": ""})
    assert said in broadsheet("check", *arguments, cwd=tmp_path, code=2).stderr


def test_without_arguments_the_content_is_checked(broadsheet: Run, tmp_path: Path):
    write(tmp_path / "content", good())
    assert "nothing is wrong" in broadsheet("check", cwd=tmp_path).stdout
    assert "no mkdocs.yml in" in broadsheet("check", cwd=tmp_path / "content", code=2).stderr
