"""The commands as people run them: what they print, what they leave alone, how they end."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from generator.commands import configuration
from tests.conftest import REPOSITORY, Run, clone
from tests.test_content import WRONG, good, write


@pytest.fixture(scope="session")
def broadsheet(broadsheet_here: Run) -> Run:
    return broadsheet_here


def records(site: Path) -> list[dict]:
    return [
        json.loads(line) for line in (site / "data/papers.jsonl").read_text("utf-8").splitlines()
    ]


def pages(site: Path) -> set[str]:
    return {path.parent.name for path in (site / "papers").glob("*/index.html")}


def test_build_makes_a_page_and_a_record_for_every_paper(awkward_site: Path):
    slugs = [record["slug"] for record in records(awkward_site)]
    assert len(slugs) == 12
    assert pages(awkward_site) == set(slugs)


def test_build_ends_with_a_table_of_what_it_made_and_left_out(broadsheet: Run, tmp_path: Path):
    ran = broadsheet(
        "build", "--content", REPOSITORY / "tests/content", "--site-dir", tmp_path / "site"
    )
    table = dict(re.findall(r"^(\w[\w ]*?) {2,}([\d,]+)", ran.stdout, re.MULTILINE))
    assert table["papers"] == "12"
    assert table["left out"] == "7"
    assert len([line for line in ran.stderr.splitlines() if line.startswith("left out: ")]) == 7
    assert "2024-02-29-days.json:44: title: " in ran.stderr


def test_building_elsewhere_leaves_the_working_tree_alone(
    broadsheet: Run, publication: Path, tmp_path: Path
):
    def state() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in publication.rglob("*")}

    before = state()
    content = write(tmp_path / "content", good())
    broadsheet("build", "--content", content, "--site-dir", tmp_path / "site", cwd=publication)
    assert state() == before
    assert pages(tmp_path / "site") == {"a-first-title"}


def test_a_build_says_how_to_look_at_just_this_site(broadsheet: Run, tmp_path: Path):
    (publication := tmp_path / "publication").mkdir()
    clone(publication, write(tmp_path / "content", good()))
    assert broadsheet("build", cwd=publication).stdout.endswith(
        "make serve, or broadsheet serve.\n"
    )
    site = tmp_path / "a site"
    for _ in range(2):  # the second has nothing to do
        told = broadsheet("build", "--site-dir", site, cwd=publication).stdout
        assert told.endswith(f"To look at it: python3 -m http.server -d '{site}'\n")


def test_the_configuration_is_found_in_the_folders_above(
    broadsheet: Run, publication: Path, tmp_path: Path
):
    content = write(tmp_path / "content", good())
    arguments = ("build", "--content", content, "--site-dir", tmp_path / "site")
    broadsheet(*arguments, cwd=publication / "content" / "topics")
    assert pages(tmp_path / "site") == {"a-first-title"}
    assert "no mkdocs.yml" in broadsheet(*arguments, cwd=tmp_path, code=2).stderr


@pytest.mark.parametrize("command", ["check", "build"])
def test_every_error_is_listed_and_nothing_is_built(broadsheet: Run, command: str, tmp_path: Path):
    files = good()
    for name in ("unknown field", "an unreadable listing", "a script in an introduction"):
        files.update(WRONG[name][0])
    content = write(tmp_path / "content", files)
    site = tmp_path / "site"
    options = ("--site-dir", site) if command == "build" else ()
    ran = broadsheet(command, "--content", content, *options, code=1)
    for name in ("unknown field", "an unreadable listing", "a script in an introduction"):
        assert f"{content.as_posix()}/{WRONG[name][1]}" in ran.stderr
    assert "3 errors" in ran.stderr
    assert not site.exists()


def test_errors_name_files_from_where_one_stands(broadsheet: Run, tmp_path: Path):
    write(tmp_path / "content", {**good(), **WRONG["unknown field"][0]})
    ran = broadsheet("check", cwd=tmp_path, code=1)
    assert ran.stderr.startswith("content/papers/a-first-title.yml:2: titel: ")


def test_under_github_actions_an_error_is_an_annotation_as_well(broadsheet: Run, tmp_path: Path):
    write(tmp_path / "content", {**good(), **WRONG["unknown field"][0]})
    ran = broadsheet("check", cwd=tmp_path, env={"GITHUB_ACTIONS": "true"}, code=1)
    assert ran.stdout.startswith(
        "::error file=content/papers/a-first-title.yml,line=2,title=titel::no such field; did you mean"
    )


def test_what_is_left_out_is_wrong_to_check_but_doesnt_hold_up_a_build(
    broadsheet: Run, tmp_path: Path
):
    content = write(
        tmp_path / "content", good() | {"listings/2025-10-30-b.jsonl": '{"title": null}\n'}
    )
    ran = broadsheet("check", "--content", content, code=1)
    assert "2025-10-30-b.jsonl:1: title: a record without a title" in ran.stderr
    broadsheet("build", "--content", content, "--site-dir", tmp_path / "site")


def test_check_says_that_all_is_well(broadsheet: Run):
    assert "nothing is wrong" in broadsheet("check").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("bulid",),
        ("build", "--content", "/nowhere/at/all"),
        ("build", "--config-file", "nowhere.yml"),
        ("check", "--content"),
        ("build", "--site-dir", "."),
        ("build", "--site-dir", "/"),
        ("serve", "--address", "256.1.1.1:8000"),
        ("serve", "--address", "127.0.0.1:99999"),
    ],
)
def test_a_wrong_command_line_ends_with_two(broadsheet: Run, arguments: tuple[str, ...]):
    assert "Error: " in broadsheet(*arguments, code=2).stderr


@pytest.mark.parametrize(
    "site", [".", "content", "content/listings", "content/site", "else", "file/x"]
)
def test_no_folder_is_emptied_that_is_not_a_site(broadsheet: Run, tmp_path: Path, site: str):
    content = write(tmp_path / "content", good())
    write(tmp_path, {"else/work.txt": "a day's work", "file": ""})
    before = sorted(path for path in tmp_path.rglob("*"))
    ran = broadsheet("build", "--content", content, "--site-dir", tmp_path / site, code=2)
    assert "name another" in ran.stderr
    assert sorted(path for path in tmp_path.rglob("*")) == before


@pytest.mark.parametrize("site", ["content", "content/papers", "generator/theme"])
def test_the_publications_own_folders_are_not_emptied(
    broadsheet: Run, publication: Path, site: str
):
    ran = broadsheet("build", "--site-dir", site, cwd=publication, code=2)
    assert "name another" in ran.stderr
    assert (publication / "content/topics/surveys.md").is_file()


def test_a_site_is_built_where_one_was(broadsheet: Run, tmp_path: Path):
    content = write(tmp_path / "content", good())
    for _ in range(2):
        broadsheet("build", "--content", content, "--site-dir", tmp_path / "site")


CONFIGURED = [
    ("site_url: https://broadsheet.example/", "", "site_url: missing"),
    ("site_url: https://broadsheet.example/", "site_url: ftp://x.example/", "site_url: missing"),
    ("site_url: https://broadsheet.example/", "site_url: https://x.example/?a=b", "site_url: "),
    ("site_name: Broadsheet", 'site_name: ""', "site_name: missing"),
    ("      authority: broadsheet.example", "", "authority"),
    ("      authority: broadsheet.example", '      authority: ""', "authority: no domain"),
    ("      year: 2025", "      year: -5", "year: no year"),
    ("      year: 2025", "      year: true", "year: no year"),
    ("      content: content", '      content: ""', "content: no folder"),
    ("      content: content", "      content: nowhere", "content: no folder"),
    ("  language: en", "  language: xx", 'theme.language: Material has no words of "xx"; write'),
    ("docs_dir: site_src", "docs_dir: site_src\nuse_directory_urls: false", "use_directory_urls: "),
    ("  - broadsheet:", "  - broadshet:", "broadshet"),
    ("docs_dir: site_src", "docs_dir: [", "mkdocs.yml"),
    (
        "site_url: https://broadsheet.example/",
        "site_url: https://[::1/",
        "mkdocs.yml: MkDocs can't",
    ),
    (
        "docs_dir: site_src",
        "docs_dir: site_src\nINHERIT: wrong-mkdocs.yml",
        "INHERIT: inherits from it",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "said"), CONFIGURED)
def test_a_wrong_configuration_is_said(
    broadsheet: Run, publication: Path, tmp_path: Path, right: str, wrong: str, said: str
):
    right_one = (publication / "mkdocs.yml").read_text("utf-8")
    assert right in right_one
    (publication / "wrong-mkdocs.yml").write_text(right_one.replace(right, wrong), "utf-8")
    arguments = ("--config-file", "wrong-mkdocs.yml", "--site-dir", tmp_path / "site")
    assert said in broadsheet("build", *arguments, cwd=publication, code=1).stderr


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("wrong.md", b"---\ntitle: [\n---\n\n# Wrong\n", "wrong.md:1: its front matter"),
        ("wrong.md", b"# Caf\xe9\n", "wrong.md"),
        ("papers/a-first-title.md", b"# By hand\n", "papers/a-first-title.md: stands where"),
        ("papers/a-first-title/index.md", b"# By hand\n", "a-first-title/index.md: stands where"),
    ],
)
def test_a_wrong_page_of_peoples_is_named(
    broadsheet: Run, publication: Path, tmp_path: Path, name: str, text: bytes, said: str
):
    content = write(tmp_path / "content", good())
    page = publication / "site_src" / name
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_bytes(text)
    try:
        arguments = ("build", "--content", content, "--site-dir", tmp_path / "site")
        ran = broadsheet(*arguments, cwd=publication, code=1)
    finally:
        page.unlink()
    assert said in ran.stderr
    assert "/broadsheet-" not in ran.stderr, "no temporary file is named"


def test_a_dead_link_in_a_page_that_people_wrote_is_told(
    broadsheet: Run, publication: Path, tmp_path: Path
):
    page = publication / "site_src" / "dead.md"
    page.write_text("# Dead\n\n[nowhere](papers/nowhere.md)\n")
    try:
        ran = broadsheet(
            "build",
            "--content",
            write(tmp_path / "c", good()),
            "--site-dir",
            tmp_path / "s",
            cwd=publication,
        )
    finally:
        page.unlink()
    assert "papers/nowhere.md" in ran.stderr


def test_every_command_is_documented(broadsheet: Run):
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    commands = re.findall(
        r"^  (\w+)  ", broadsheet("--help").stdout.split("Commands:")[1], re.MULTILINE
    )
    known = "add build check diff digest enrich freeze import new pull search serve"
    assert commands == known.split()
    for command in commands:
        assert f"broadsheet {command}" in readme
        assert "--help" in broadsheet(command, "--help").stdout


def test_the_console_script_is_the_module():
    script = Path(subprocess.sys.executable).with_name("broadsheet")
    ran = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"broadsheet \d+\.\d+\.\d+\n", ran.stdout)


def test_what_the_system_refuses_is_told_in_a_line(
    broadsheet: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for find, said in (
        (lambda: tmp_path / "mkdocs.yml", "No such file"),
        (lambda: bytes(1 << 60), "not enough memory"),
    ):
        monkeypatch.setattr(configuration, "find", find)
        told = broadsheet("build", code=1).stderr
        assert said in told
        assert told.count("\n") == 1


def test_who_builds_may_have_no_home(
    broadsheet: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", home)
    content = write(tmp_path / "content", good())
    broadsheet("build", "--content", content, "--site-dir", tmp_path / "site")
    assert pages(tmp_path / "site") == {"a-first-title"}
