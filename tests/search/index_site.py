"""A site of nothing but a search index and the scripts that read it, for tests in the browser."""

from __future__ import annotations

import shutil
from pathlib import Path

from generator.model import Catalog
from generator.search.files import Index
from generator.search.index import render
from tests.conftest import REPOSITORY

SCRIPTS = Path("assets", "javascripts", "search")


def write(folder: Path, catalog: Catalog) -> Index:
    """Write it; returns the same index as Python reads it."""
    files = dict(render(catalog))
    for path, data in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    shutil.copytree(REPOSITORY / "generator" / "theme" / SCRIPTS, folder / SCRIPTS)
    for page in ("index.html", "404.html"):
        (folder / page).write_text("<!doctype html><link rel=icon href=data:,>")
    return Index(lambda path: files[f"search/{path}"])
