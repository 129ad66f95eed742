"""A publication of somebody's, and both ways to build it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from unittest import mock

import pytest
import yaml

from generator.rendering import shares, shells
from tests.conftest import REPOSITORY, Run


def configure(folder: Path, **said: object) -> None:
    """Change what a publication's mkdocs.yml says; None takes it away."""
    file = folder / "mkdocs.yml"
    configuration = {**yaml.safe_load(file.read_text("utf-8")), **said}
    file.write_text(
        yaml.safe_dump({name: value for name, value in configuration.items() if value is not None}),
        "utf-8",
    )


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def slowly(run: Run, site: Path, *options: str | Path, cwd: Path = REPOSITORY) -> Path:
    """A site that MkDocs alone has built."""
    told = run("build", "--render", "mkdocs", "--jobs", "1", "--site-dir", site, *options, cwd=cwd)
    pages, by_mkdocs = (
        re.search(rf"^{name} +(\d+)", told.stdout, re.MULTILINE)[1]
        for name in ("pages", "by MkDocs alone")
    )
    assert pages == by_mkdocs
    return site


@pytest.fixture
def begun(broadsheet_here: Run, tmp_path: Path) -> Path:
    """A publication that somebody has begun."""
    folder = tmp_path / "begun"
    broadsheet_here("new", folder, "--url", "https://sand.example/below/")
    return folder


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pages that were built in shares; there, a template is made for each kind."""
    built: list[str] = []
    build: Callable = shares.build

    def seen(todo, *others):
        todo = [*todo]
        built.extend(page.path for page in todo)
        return build(todo, *others)

    monkeypatch.setattr(shares, "build", seen)
    with mock.patch.object(shells, "renderer", partial(shells.renderer, worth_it=0)):
        yield built
