"""A publication from nothing, which builds at once; and what it has in common with this one."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
import yaml

from generator import starting
from tests.conftest import REPOSITORY, Run
from tests.tree import state

STARTER = REPOSITORY / "generator" / "starter"
# Of .github/, what is about Broadsheet itself; a publication has no need of it, or has another.
OURS = {"front-page.png", "SECURITY.md", "CODE_OF_CONDUCT.md", "workflows/test.yml"}
THEIRS = {"dependabot.yml", "pull_request_template.md"}


@pytest.fixture(scope="module")
def begun(broadsheet_here: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "sand"
    broadsheet_here("new", folder, "--name", "Sand & Glass", "--url", "https://sand.example/papers")
    return folder


def test_it_builds_at_once_and_its_feeds_are_valid(broadsheet_here: Run, begun: Path):
    checked = broadsheet_here("check", cwd=begun)
    assert "remark" not in checked.stderr
    broadsheet_here("build", cwd=begun)
    site = begun / "site"
    assert "Sand &amp; Glass" in (site / "index.html").read_text("utf-8")
    assert (site / "topics/transformers/index.html").is_file()
    assert (site / "papers/attention-is-all-you-need/index.html").is_file()
    assert "tag:sand.example," in (site / "feeds/all.xml").read_text("utf-8")
    told = broadsheet_here("check", "site", cwd=begun)
    assert "nothing is wrong" in told.stdout


def test_its_theme_by_name_gives_the_bytes_that_the_folder_gives(
    broadsheet_here: Run, publication: Path, edition_site: Path, tmp_path: Path
):
    configuration = (publication / "mkdocs.yml").read_text("utf-8")
    before, behind = configuration.split("theme:\n")
    named = f"{before}theme: broadsheet\n{behind[behind.index('extra:') :]}"
    config_file = publication / "named.yml"
    config_file.write_text(named, "utf-8")
    site = tmp_path / "site"
    content = REPOSITORY / "content"
    options = ("--config-file", config_file, "--content", content, "--site-dir", site)
    broadsheet_here("build", *options, cwd=publication)
    config_file.unlink()
    assert state(site) == state(edition_site)


def test_it_has_the_workflows_forms_and_help_that_are_here():
    folders = (REPOSITORY / ".github", STARTER / ".github")
    here, there = (state(folder, without="__pycache__") for folder in folders)
    shared = here.keys() - OURS - THEIRS
    assert there.keys() == shared | THEIRS
    assert {name for name in shared if here[name] != there[name]} == set()
    page = "site_src/contributing.md"
    assert (STARTER / page).read_bytes() == (REPOSITORY / page).read_bytes()
    help_ = (STARTER / "CONTRIBUTING.md").read_text("utf-8")
    assert (REPOSITORY / "CONTRIBUTING.md").read_text("utf-8").startswith(help_)
    hooks = ".pre-commit-config.yaml"  # of which the help speaks
    assert (STARTER / hooks).read_bytes() == (REPOSITORY / hooks).read_bytes()


def test_its_example_can_be_removed_after_it_was_published(broadsheet_here: Run, tmp_path: Path):
    broadsheet_here("new", tmp_path)
    broadsheet_here("freeze", cwd=tmp_path)
    shutil.rmtree(tmp_path / "content/listings")
    broadsheet_here("build", cwd=tmp_path)
    week = (tmp_path / "site/weeks/2025-W02/index.html").read_text("utf-8")
    assert "The papers of this week are listed here no more" in week
    assert "isn't over yet" not in week


def test_its_readme_names_the_labels_without_which_forms_start_nothing(begun: Path):
    forms = (begun / ".github/ISSUE_TEMPLATE").glob("*-*.yml")
    labels = {
        label for form in forms for label in yaml.safe_load(form.read_text("utf-8"))["labels"]
    }
    said = (begun / "README.md").read_text("utf-8")
    assert len(labels) == 3
    assert all(f"`{label}`" in said for label in labels)


def test_git_ignores_what_a_build_makes_and_nothing_that_people_put_beside_it(
    broadsheet_here: Run, tmp_path: Path
):
    def untracked() -> list[str]:
        ran = subprocess.run(
            ["git", "ls-files", "--others", "--exclude-standard"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        return ran.stdout.splitlines()

    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    broadsheet_here("new", tmp_path)
    begun = untracked()
    broadsheet_here("build", cwd=tmp_path)
    assert untracked() == begun
    theirs = [
        "site_src/colours.css",
        "site_src/mine.md",
        "site_src/pictures/a.png",
        "site_src/robots.txt",
    ]
    for name in theirs:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert untracked() == sorted([*begun, *theirs])


def test_its_configuration_says_what_this_one_does_but_for_what_is_its_own(begun: Path):
    ours, theirs = (
        yaml.safe_load((folder / "mkdocs.yml").read_text("utf-8")) for folder in (REPOSITORY, begun)
    )
    own = {"site_name", "site_description", "site_url", "repo_url", "edit_uri", "plugins", "theme"}
    assert ours.keys() - theirs.keys() <= own
    assert {name: ours[name] for name in theirs.keys() - own} == {
        name: theirs[name] for name in theirs.keys() - own
    }
    said = theirs["plugins"][0]["broadsheet"]
    assert said["authority"] == "sand.example"
    assert said.keys() == ours["plugins"][0]["broadsheet"].keys()


@pytest.mark.parametrize(
    "name", ["A: b", 'Say "papers" {url}', "{name}", "# 1", "Zeitung für alles"]
)
def test_whatever_it_is_called_its_configuration_says_so(name: str):
    made = starting.files(name, "https://sand.example/", 2025, "broadsheet==1")
    assert yaml.safe_load(made["mkdocs.yml"])["site_name"] == name
    assert made["README.md"].decode().startswith(f"# {name}\n")


def test_what_is_there_is_left_alone(broadsheet_here: Run, tmp_path: Path):
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    ran = broadsheet_here("new", tmp_path, code=2)
    assert "isn't empty" in ran.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_domain_in_other_letters_is_written_as_machines_know_it(
    broadsheet_here: Run, tmp_path: Path
):
    folder = tmp_path / "Sand & Glas"
    ran = broadsheet_here("new", folder, "--url", "https://Sänd.example:8443/papers")
    assert f"cd '{folder}'\n" in ran.stdout
    said = yaml.safe_load((folder / "mkdocs.yml").read_text("utf-8"))
    assert said["site_url"] == "https://xn--snd-qla.example:8443/papers/"
    assert said["plugins"][0]["broadsheet"]["authority"] == "xn--snd-qla.example"
    broadsheet_here("check", cwd=folder)


@pytest.mark.parametrize(
    "url",
    [
        "sand.example",
        "ftp://sand.example/",
        "https://",
        "https://sand.example/?b",
        "http://localhost/",
        "https://sand_box.example/",
        "https://sand..example/",
    ],
)
def test_what_is_no_address_is_said(broadsheet_here: Run, url: str, tmp_path: Path):
    assert "--url" in broadsheet_here("new", tmp_path / "x", "--url", url, code=2).stderr


def test_it_takes_what_is_locked_here_and_a_newer_broadsheet_brings_its_own(
    begun: Path, tmp_path: Path
):
    locked = (REPOSITORY / "requirements/run.txt").read_bytes()
    assert (begun / "requirements/run.txt").read_bytes() == locked
    upgraded = tmp_path / "run.txt"
    upgraded.write_text("older==1")
    subprocess.run(
        [sys.executable, "-m", "generator.starting", upgraded], cwd=REPOSITORY, check=True
    )
    assert upgraded.read_bytes() == locked


@pytest.mark.parametrize(
    ("direct", "requirement"),
    [
        (None, "broadsheet==1.2"),
        ({"url": "file:///x", "dir_info": {}}, "broadsheet @ file:///x"),
        (
            {"url": "https://x.example/b.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            "broadsheet @ git+https://x.example/b.git@abc",
        ),
    ],
)
def test_it_takes_broadsheet_from_where_this_one_came(
    direct: dict | None, requirement: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "broadsheet-1.2.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: broadsheet\nVersion: 1.2\n")
    if direct:
        (folder / "direct_url.json").write_text(json.dumps(direct))
    found = metadata.PathDistribution(folder)
    monkeypatch.setattr(metadata, "distribution", lambda name: found)
    assert starting.origin() == requirement
