"""The same content gives the same bytes, whoever builds it, when, where and by which command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, Run, copy

# A build whose clock is years ahead: MkDocs and feedgen ask the time in these ways.
LATER = """
import datetime, time
_real = time.time
time.time = lambda: _real() + 10**8
class datetime_(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) + datetime.timedelta(days=1157)
    @classmethod
    def utcnow(cls):
        return cls.now(datetime.timezone.utc).replace(tzinfo=None)
datetime.datetime = datetime_
"""


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def differences(one: Path, other: Path) -> list[str]:
    first, second = contents(one), contents(other)
    return sorted(name for name in {*first, *second} if first.get(name) != second.get(name))


@pytest.mark.parametrize("content", ["content", "tests/content"])
def test_clock_zone_locale_and_hash_seed_leave_no_trace(
    broadsheet: Run, request: pytest.FixtureRequest, content: str, tmp_path: Path
):
    (tmp_path / "sitecustomize.py").write_text(LATER)
    other = {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "tr_TR.UTF-8",
        "LANG": "tr_TR.UTF-8",
        "PYTHONHASHSEED": "12345",
        "PYTHONPATH": f"{tmp_path}{os.pathsep}{REPOSITORY}",
        "PYTHONUTF8": "0",
    }
    site = tmp_path / "site"
    broadsheet("build", "--content", REPOSITORY / content, "--site-dir", site, env=other)
    first = request.getfixturevalue("edition_site" if content == "content" else "awkward_site")
    assert {"sitemap.xml", "cards/index.png"} <= contents(site).keys()
    assert differences(first, site) == []


def test_the_clock_of_that_build_is_really_another(tmp_path: Path):
    (tmp_path / "sitecustomize.py").write_text(LATER)
    ask = [sys.executable, "-c", "from mkdocs.utils import get_build_date; print(get_build_date())"]
    days = [
        subprocess.run(
            ask, env={**os.environ, **env}, capture_output=True, text=True, check=True
        ).stdout
        for env in ({}, {"PYTHONPATH": str(tmp_path)})
    ]
    assert int(days[1][:4]) > int(days[0][:4]) + 1


def test_the_order_of_files_on_the_disk_leaves_no_trace(
    broadsheet_here: Run, edition_site: Path, tmp_path: Path
):
    """A content folder written in the opposite order, and so listed in another by the file system."""
    files = sorted(
        (path for path in (REPOSITORY / "content").rglob("*") if path.is_file()), reverse=True
    )
    for path in files:
        target = tmp_path / "content" / path.relative_to(REPOSITORY / "content")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    broadsheet_here("build", "--content", tmp_path / "content", "--site-dir", tmp_path / "site")
    assert differences(edition_site, tmp_path / "site") == []


def mkdocs(folder: Path, *arguments: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", *arguments],
        cwd=folder,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr


def test_plain_mkdocs_builds_the_same_bytes(edition_site: Path, publication: Path, tmp_path: Path):
    mkdocs(publication, "--site-dir", str(tmp_path / "site"))
    assert differences(edition_site, tmp_path / "site") == []


def test_a_build_after_no_change_writes_no_page_and_a_paper_that_went_leaves_none(
    broadsheet_here: Run, broadsheet: Run, tmp_path: Path
):
    for name in ("site_src", "mkdocs.yml"):
        copy(REPOSITORY / name, tmp_path / name)
    copy(REPOSITORY / "tests" / "content", tmp_path / "content")
    (tmp_path / "generator").mkdir()
    copy(REPOSITORY / "generator" / "theme", tmp_path / "generator" / "theme")

    def state() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in (tmp_path / "site_src").rglob("*")}

    broadsheet_here("build", cwd=tmp_path)
    before = state()
    page = tmp_path / "site_src/papers/added-by-hand.md"
    assert page in before
    ran = broadsheet_here("build", cwd=tmp_path)
    assert "0 changed, 0 removed" in ran.stdout
    assert state() == before
    (tmp_path / "content/papers/added-by-hand.yml").unlink()
    broadsheet("build", cwd=tmp_path)
    assert not page.exists()
    assert not (tmp_path / "site/papers/added-by-hand").exists()
    assert (tmp_path / "site_src/about.md").is_file()
