"""The commands as people run them: what they print, what they leave alone, how they end."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, Run
from tests.test_content import WRONG, good, write


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


def test_a_site_folder_that_holds_the_content_is_not_emptied(broadsheet: Run, tmp_path: Path):
    content = write(tmp_path / "content", good())
    ran = broadsheet("build", "--content", content, "--site-dir", tmp_path, code=2)
    assert "would be emptied" in ran.stderr
    assert (content / "listings/2025-10-29-a.txt").is_file()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("site_url: https://broadsheet.example/\n", "site_url: missing"),
        ("      authority: broadsheet.example\n", "authority"),
        ("  - broadsheet:\n      content: content\n", "plugins: missing"),
    ],
)
def test_a_wrong_configuration_is_said(
    broadsheet: Run, publication: Path, tmp_path: Path, wrong, said
):
    configuration = (publication / "mkdocs.yml").read_text("utf-8")
    assert wrong in configuration
    if said.startswith("plugins"):
        start, end = configuration.index("  - broadsheet:"), configuration.index("  - search")
        wrong = configuration[start:end]
    broken = publication / "broken.yml"
    broken.write_text(configuration.replace(wrong, ""), "utf-8")
    ran = broadsheet(
        "build", "--config-file", broken, "--site-dir", tmp_path / "site", cwd=publication, code=1
    )
    assert said in ran.stderr


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
    assert commands == ["build", "check", "serve"]
    for command in commands:
        assert f"broadsheet {command}" in readme
        assert "--help" in broadsheet(command, "--help").stdout


def test_the_console_script_is_the_module():
    script = Path(subprocess.sys.executable).with_name("broadsheet")
    ran = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"broadsheet \d+\.\d+\.\d+\n", ran.stdout)
