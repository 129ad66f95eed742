"""What a clone holds: locked dependencies, no foreign hosts, no generated or large files."""

from __future__ import annotations

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY


def tracked() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    return [REPOSITORY / name for name in names.split("\0") if name]


@pytest.mark.parametrize("name", ["run.txt", "test.txt"])
def test_every_dependency_is_locked_with_hashes_and_names_no_index(name: str):
    lock = (REPOSITORY / "requirements" / name).read_text()
    pinned = re.findall(
        r"^([\w.-]+)==\S+(?: ; [^\\\n]+)? \\\n((?: +--hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)",
        lock,
        re.M,
    )
    assert len(pinned) == len(re.findall(r"^\S", lock, re.M)) > 20
    assert "://" not in lock
    assert "index" not in lock


def test_what_is_locked_to_run_is_locked_the_same_to_test():
    locked = [
        set(re.findall(r"^[\w.-]+==\S+", (REPOSITORY / "requirements" / name).read_text(), re.M))
        for name in ("run.txt", "test.txt")
    ]
    assert locked[0] <= locked[1]


def test_the_readme_names_the_two_commands_first_and_shows_a_picture():
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    beginning = readme[:2500]
    assert "make site" in beginning
    assert "make test" in beginning
    (picture, *_) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", beginning)
    assert (REPOSITORY / picture).is_file()
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", readme):
        assert (REPOSITORY / target).exists(), target


def test_every_make_target_of_the_readme_exists():
    makefile = (REPOSITORY / "Makefile").read_text()
    for target in set(
        re.findall(r"(?:`|    )make (\w+)", (REPOSITORY / "README.md").read_text("utf-8"))
    ):
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_nothing_generated_and_nothing_large_is_tracked():
    for path in tracked():
        name = path.relative_to(REPOSITORY).as_posix()
        assert not re.match(r"site/|site_src/(papers|topics|days|months|organizations)/", name), (
            name
        )
        if path.is_file():
            assert path.stat().st_size < 600_000, name


class _Loads(HTMLParser):
    """The addresses that a page loads from by itself; those of plain links are the reader's choice."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts = 0

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag in ("script", "img", "iframe", "source", "video", "audio", "embed", "input"):
            self.found += [given[name] for name in ("src", "srcset") if given.get(name)]
        if tag == "object" and given.get("data"):
            self.found.append(given["data"])
        if tag == "link" and given.get("rel") not in ("canonical", "alternate"):
            self.found.append(given["href"])
        self.scripts += tag == "script"
        for name, value in attributes:
            assert not name.startswith("on"), f"{name}={value}"
            assert not (value or "").strip().lower().startswith("javascript:"), value


@pytest.mark.parametrize("site", ["edition_site", "awkward_site"])
def test_no_page_loads_from_another_host_or_runs_a_strangers_script(site: str, request):
    site = request.getfixturevalue(site)
    scripts = set()
    for page in sorted(site.rglob("*.html")):
        loads = _Loads()
        loads.feed(page.read_text("utf-8"))
        assert [address for address in loads.found if "//" in address] == [], page
        if page.parent.parent.name == "papers":
            scripts.add(loads.scripts)
    assert len(scripts) == 1, "every paper page has the same scripts: the theme's"
    for sheet in sorted(site.rglob("*.css")):
        addresses = re.findall(r"url\(\s*[\"']?([^)\"']+)", sheet.read_text("utf-8"))
        assert [a for a in addresses if "//" in a and not a.startswith("data:")] == [], sheet


@pytest.mark.parametrize("site", ["edition_site", "awkward_site"])
def test_no_page_shows_front_matter_or_a_placeholder(site: str, request):
    for page in sorted(request.getfixturevalue(site).rglob("*.html")):
        html = page.read_text("utf-8")
        assert "Made by Broadsheet from content/" not in html, page
        assert "klzzwxh" not in html, page
        assert "\x02" not in html, page


def test_a_paper_page_is_light(edition_site: Path):
    sizes = [path.stat().st_size for path in edition_site.glob("papers/*/index.html")]
    assert sum(sizes) / len(sizes) <= 12_000
