"""A site that is built again after changes is, to the byte, the one that a build from nothing gives."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, Run, copy
from tests.rendering.conftest import configure, write
from tests.tree import state

pytestmark = pytest.mark.proof

OVERLAY = "content/papers/{}.yml"
FOOTER = '<footer class="own">{{ config.site_name }} {{ page.title }}</footer>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "publication"
    folder.mkdir()
    for name in ("site_src", "mkdocs.yml", "content"):
        copy(REPOSITORY / name, folder / name)
    configure(folder, theme={"name": "broadsheet", "custom_dir": "theme"})
    (folder / "theme").mkdir()
    return folder


def papers(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "site/papers").iterdir() if path.is_dir())


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def note(folder: Path) -> None:
    write(folder / OVERLAY.format(papers(folder)[3]), "note: A remark.\n")


def title(folder: Path) -> None:
    write(folder / OVERLAY.format(papers(folder)[5]), "title: Another Title of It\n")


def new_paper(folder: Path) -> None:
    write(folder / "content/papers/quite-new.yml", "title: Quite New\nlisted: 2025-10-30\n")


def no_paper(folder: Path) -> None:
    (folder / "content/papers/quite-new.yml").unlink()


def topic(folder: Path) -> None:
    replaced(sorted(folder.glob("content/topics/*.md"))[0], "title: ", "title: Newly ")


def no_topic(folder: Path) -> None:
    sorted(folder.glob("content/topics/*.md"))[1].unlink()


def theme(folder: Path) -> None:
    write(folder / "theme/partials/footer.html", FOOTER)


def configuration(folder: Path) -> None:
    configure(folder, site_name="Of Another Name")


def by_hand(folder: Path) -> None:
    replaced(folder / "site_src/about.md", "# ", "# Newly ")


def hands_on(folder: Path) -> None:
    """What nobody should do to a site."""
    first, second, *_ = papers(folder)
    write(folder / "site/papers" / first / "index.html", "mine")
    shutil.rmtree(folder / "site/papers" / second)
    (folder / "site/data/papers.bib").unlink()
    write(folder / "site/feeds/all.xml", "mine")
    write(folder / "site/search/more.bin", "mine")
    write(folder / "site_src/papers" / f"{first}.md", "")
    (folder / "site_src/papers" / f"{first}.md").unlink()


def damage(folder: Path) -> None:
    for number, path in enumerate(sorted(folder.glob(".cache/broadsheet/**/*.*"))):
        if path.is_file() and number % 3 != 1:
            path.write_bytes(path.read_bytes()[:-1] if number % 3 else b"")


# What somebody does, and whether most pages stay as they are.
STEPS: list[tuple[Callable[[Path], None], bool]] = [
    (note, True),
    (title, True),
    (new_paper, True),
    (no_paper, True),
    (topic, True),
    (no_topic, True),
    (by_hand, True),
    (hands_on, True),
    (theme, False),
    (damage, False),
    (configuration, False),
]


def test_a_site_is_as_if_it_were_built_from_nothing_after_each_step(
    broadsheet_here: Run, folder: Path, tmp_path: Path
):
    broadsheet_here("build", cwd=folder)
    for step, is_small in STEPS:
        before = {path: path.stat().st_mtime_ns for path in folder.glob("site/**/*.*")}
        contents = {path: path.read_bytes() for path in before if path.is_file()}
        step(folder)
        told = broadsheet_here("build", cwd=folder)
        left, pages = (
            int(re.search(rf"^{name} +(\d+)", told.stdout, re.MULTILINE)[1])
            for name in ("as they were", "pages")
        )
        assert (left > pages / 3) == is_small, step.__name__
        clean = tmp_path / step.__name__
        shutil.copytree(folder, clean, ignore=shutil.ignore_patterns(".cache", "site"))
        for path in clean.glob("site_src/*/"):
            shutil.rmtree(path)
        broadsheet_here("build", cwd=clean)
        assert state(folder / "site") == state(clean / "site"), step.__name__
        assert state(folder / "site_src") == state(clean / "site_src"), step.__name__
        # What is the same wasn't written.
        for path, data in contents.items():
            if step is not hands_on and path.is_file() and path.read_bytes() == data:
                assert path.stat().st_mtime_ns == before[path], (step.__name__, path)
        shutil.rmtree(clean)


def test_a_build_that_fails_leaves_a_site_that_the_next_completes(
    broadsheet_here: Run, folder: Path, tmp_path: Path
):
    broadsheet_here("build", cwd=folder)
    good = state(folder / "site")
    write(folder / "theme/partials/paper_meta.html", "{{ 1 + 'a' }}")
    broadsheet_here("build", cwd=folder, code=1)
    assert not (folder / "site/.made").exists()
    os.unlink(folder / "theme/partials/paper_meta.html")
    broadsheet_here("build", cwd=folder)
    assert state(folder / "site") == good
