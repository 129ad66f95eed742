"""A publication as ``broadsheet new`` begins it, of a corpus."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from generator import output, starting
from generator.model import Publication
from tests.bench import corpus

SITE = "site"  # where mkdocs.yml has it
BUILD = (sys.executable, "-m", "generator", "build")
PUBLICATION = Publication(
    "Bench",
    "https://bench.example/",
    "Research papers worth reading",
    authority="bench.example",
    year=2025,
)


def begin(folder: Path, content: Path) -> None:
    """Make the publication's folder, with a copy of the content."""
    files = {name: data for name, data in _files().items() if not name.startswith("content/")}
    output.write(folder, sorted(files.items()))
    shutil.copytree(content, folder / "content", symlinks=True)
    (folder / "content" / "papers").mkdir(exist_ok=True)


def pages_by_hand() -> Iterator[tuple[str, bytes]]:
    """What lies in ``site_src`` before anything is built."""
    for name, data in sorted(_files().items()):
        if name.startswith("site_src/"):
            yield name.removeprefix("site_src/"), data


def nav() -> list[dict[str, str]]:
    return yaml.safe_load(_files()["mkdocs.yml"])["nav"]


def environment() -> Mapping[str, str]:
    """For what runs in the publication's folder: this Broadsheet, not one that is installed, but compiled once,
    as that would be."""
    own = {
        "PYTHONPATH": str(corpus.REPOSITORY),
        "GITHUB_ACTIONS": "",
        "PYTHONDONTWRITEBYTECODE": "",
    }
    return {**os.environ, **own}


def _files() -> Mapping[str, bytes]:
    return starting.files(
        PUBLICATION.name, PUBLICATION.url, PUBLICATION.year, "broadsheet @ file:///nowhere"
    )
