"""What the tests share: Broadsheet run as people run it, and sites built once for many tests."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import pytest
from click.testing import CliRunner
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from generator.cli import main
from tests.browser import FLAGS, executable, served

# The same examples on every run and machine; how long one takes is not for tests to judge.
settings.register_profile("broadsheet", deadline=None, derandomize=True)
settings.load_profile("broadsheet")

REPOSITORY = Path(__file__).parents[1]
# What must be here rather than be skipped if it isn't; CI names all: "browser captures clients".
REQUIRED = os.environ.get("BROADSHEET_REQUIRE", "").split()

# Many tests start the program; each start would compile all of it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

Run = Callable[..., subprocess.CompletedProcess]


def lacking(what: str, reason: str) -> None:
    """Skip a test for which something is missing here, or fail it where that must not be."""
    if what in REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)


@contextlib.contextmanager
def patience(seconds: int = 60) -> Iterator[None]:
    """Fail what hangs: what it holds takes a small part of this time on any machine."""

    def give_up(*_: object) -> None:
        pytest.fail(f"not done after {seconds} seconds")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def broadsheet() -> Run:
    """Run the command in a process of its own: ``broadsheet("check", cwd=…, env={…})``."""

    def run(*arguments: str | Path, cwd: Path = REPOSITORY, env: dict | None = None, code: int = 0):
        ran = subprocess.run(
            [sys.executable, "-m", "generator", *map(str, arguments)],
            cwd=cwd,
            env={**os.environ, "GITHUB_ACTIONS": "", "PYTHONPATH": str(REPOSITORY), **(env or {})},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        assert "Traceback" not in ran.stderr, ran.stderr
        assert ran.returncode == code, ran.stdout + ran.stderr
        return ran

    return run


@pytest.fixture(scope="session")
def broadsheet_here() -> Run:
    """As ``broadsheet``, in this process: for the many tests in which to start one takes the longest."""

    def run(*arguments: str | Path, cwd: Path = REPOSITORY, env: dict | None = None, code: int = 0):
        # In one process: a copy of this one would have a part in the browser that runs here.
        with contextlib.chdir(cwd), mock.patch("generator.plugin.BroadsheetPlugin.jobs", 1):
            ran = CliRunner().invoke(
                main, [*map(str, arguments)], env={"GITHUB_ACTIONS": "", **(env or {})}
            )
        assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exc_info
        assert ran.exit_code == code, ran.output
        return subprocess.CompletedProcess(arguments, code, ran.stdout, ran.stderr)

    return run


@pytest.fixture(scope="session")
def publication(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of this publication to work in: its pages, theme and configuration, its content."""
    return clone(tmp_path_factory.mktemp("publication"), REPOSITORY / "content")


def clone(folder: Path, content: Path = REPOSITORY / "tests" / "content") -> Path:
    """Put this publication's pages, theme and configuration into a folder that is there, and content."""
    for name in ("site_src", "mkdocs.yml"):
        copy(REPOSITORY / name, folder / name)
    copy(content, folder / "content")
    (folder / "generator").mkdir()
    copy(REPOSITORY / "generator" / "theme", folder / "generator" / "theme")
    return folder


def copy(source: Path, target: Path) -> None:
    """Copy a file, or a folder as it is in a fresh clone: without what builds put there."""
    from generator import output

    if source.is_file():
        shutil.copy(source, target)
        return
    made = {str(path) for path in output.generated(source)}
    shutil.copytree(
        source, target, ignore=lambda at, names: [n for n in names if os.path.join(at, n) in made]
    )


@pytest.fixture(scope="session")
def edition_site(broadsheet_here: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The edition in ``content/``, built."""
    return _built(broadsheet_here, REPOSITORY / "content", tmp_path_factory, "edition")


@pytest.fixture(scope="session")
def awkward_site(broadsheet_here: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The awkward edition in ``tests/content/``, built."""
    return _built(broadsheet_here, REPOSITORY / "tests" / "content", tmp_path_factory, "awkward")


def _built(run: Run, content: Path, factory: pytest.TempPathFactory, name: str) -> Path:
    """The site, which the first of pytest-xdist's workers builds for all."""
    folder = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    site, done = folder / f"{name}-site", folder / f"{name}-site-is-built"
    with (folder / f"{name}-site-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            run("build", "--content", content, "--site-dir", site)
            done.touch()
    return site


@pytest.fixture(scope="session")
def captures() -> Path:
    """Real captures, which are other people's texts and so not in the repository."""
    folder = Path(os.environ.get("BROADSHEET_CAPTURES", "/nowhere"))
    if not folder.is_dir():
        lacking("captures", "BROADSHEET_CAPTURES names no folder of real captures")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, started once; what needs it is skipped where there is none."""
    path = executable()
    if not path:
        lacking("browser", "no Chromium here; install it, or say where it is with CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def edition(edition_site: Path) -> Iterator[str]:
    """The address of the edition, served."""
    with served(edition_site) as address:
        yield address


@pytest.fixture(scope="session")
def awkward(awkward_site: Path) -> Iterator[str]:
    """The address of the awkward edition, served."""
    with served(awkward_site) as address:
        yield address
