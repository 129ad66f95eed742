"""The pencil: from every page to its own file in the browser's editor, on every common forge."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from generator import content, pages, repository
from tests import golden
from tests.conftest import Run
from tests.test_content import write

AT = {
    "GitHub": ("https://forge.example/o/r", "edit/main/site_src/"),
    "GitHub, a branch in a folder": ("https://forge.example/o/r/", "edit/next/main/site_src"),
    "GitLab": ("https://forge.example/o/r", "-/edit/main/site_src/"),
    "Forgejo": ("https://forge.example/o/r", "_edit/main/site_src/"),
}
ADDRESSES = {
    "GitHub": ("edit/main", "new/main", "blob/main", "commits/main"),
    "GitHub, a branch in a folder": (
        "edit/next/main",
        "new/next/main",
        "blob/next/main",
        "commits/next/main",
    ),
    "GitLab": ("-/edit/main", "-/new/main", "-/blob/main", "-/commits/main"),
    "Forgejo": ("_edit/main", "_new/main", "src/branch/main", "commits/branch/main"),
}


@pytest.mark.parametrize("forge", AT)
def test_each_forge_has_its_addresses(forge: str):
    place = repository.at(*AT[forge], "site_src", "content")
    base = "https://forge.example/o/r"
    edit, new, view, history = (f"{base}/{part}/content/papers" for part in ADDRESSES[forge])
    name = "file_name" if forge == "GitLab" else "filename"
    assert repository.edit(place, "papers/a.yml") == f"{edit}/a.yml"
    begun = repository.begin(place, "papers/a.yml", "# a b\n")
    assert begun == f"{new}?{name}=a.yml&value=%23%20a%20b%0A"
    assert repository.view(place, "papers/a.yml", 7) == f"{view}/a.yml#L7"
    assert repository.history(place, "papers/a.yml") == f"{history}/a.yml"
    form = repository.form(place, "x.yml", page="a b")
    expected = f"{base}/issues/new?template=x.yml&page=a%20b" if "GitHub" in forge else None
    assert form == expected


def body(path: str) -> str:
    return dict(pages.render(CATALOG, golden.PUBLICATION))[path].decode()


CATALOG, _ = content.load(golden.CONTENT)
LINK = re.compile(r"\[Correct this page\]\(([^)]+)\)")


def test_every_paper_leads_to_its_own_file_or_to_a_new_one_of_the_right_name():
    made = dict(pages.render(CATALOG, golden.PUBLICATION))
    there = 0
    for paper in CATALOG.papers:
        (link,) = LINK.findall(made[f"papers/{paper.slug}.md"].decode())
        parts = urlsplit(link.replace("&amp;", "&"))
        if "/new/" in link:
            assert parts.path == "/awkward/papers/new/main/content/papers"
            assert parse_qs(parts.query)["filename"] == [f"{paper.slug}.yml"]
            assert not (golden.CONTENT / f"papers/{paper.slug}.yml").exists()
        else:
            file = parts.path.removeprefix("/awkward/papers/edit/main/content/")
            assert (golden.CONTENT / file).is_file()
            there += 1
    assert there == len(list((golden.CONTENT / "papers").glob("*.yml")))


def test_every_topic_leads_to_its_own_file():
    made = dict(pages.render(CATALOG, golden.PUBLICATION))
    for topic in CATALOG.topics:
        (link,) = re.findall(
            r"\[Edit this topic\]\(([^)]+)\)", made[f"topics/{topic.slug}.md"].decode()
        )
        file = link.removeprefix("https://github.example/awkward/papers/edit/main/content/")
        assert (golden.CONTENT / file).is_file()


def test_a_new_overlay_as_a_curator_fills_it_in_is_good(broadsheet: Run, tmp_path: Path):
    shutil.copytree(golden.CONTENT, tmp_path / "content")
    (link,) = LINK.findall(body("papers/index-paper-2.md"))
    query = parse_qs(urlsplit(link.replace("&amp;", "&")).query)
    (name,), (begun,) = query["filename"], query["value"]
    assert begun.startswith("# yaml-language-server: $schema=")
    file = f"content/papers/{name}"
    filled_in = re.sub(r"^# note:$", "note: Read this first.", begun, flags=re.M)
    filled_in = re.sub(r"^# author_count:$", "author_count: 9", filled_in, flags=re.M)
    write(tmp_path, {file: filled_in})
    catalog, _ = content.load(tmp_path / "content")
    paper = catalog.by_slug[name.removesuffix(".yml")]
    assert (paper.note, paper.author_count) == ("Read this first.", 9)
    page = dict(pages.render(catalog, golden.PUBLICATION))[f"papers/{paper.slug}.md"].decode()
    assert "By the editors: note, number of authors · [file](" in page
    assert f"/commits/main/content/papers/{name})" in page
    # Who forgets to take a # away is told.
    write(tmp_path, {file: begun})
    ran = broadsheet("check", "--content", tmp_path / "content", code=1)
    assert f"{name}:1: says nothing; write a field" in ran.stderr


def test_without_a_repository_pages_have_no_pencil():
    made = pages.render(CATALOG, replace(golden.PUBLICATION, repository=None))
    for path, page in made:
        assert b"Correct this" not in page, path
        assert b"Edit this" not in page, path
        assert b"github.example" not in page, path


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ("repo_url: https://forge.example/o/r\nedit_uri: blob/main/docs/", "edit_uri"),
        ("repo_url: https://forge.example/o/r\nedit_uri: edit/main/elsewhere/", "edit_uri"),
        ("repo_url: ftp://forge.example/o/r\nedit_uri: edit/main/docs/", "repo_url"),
    ],
)
def test_a_wrong_place_is_refused(broadsheet: Run, tmp_path: Path, said: str, field: str):
    (tmp_path / "docs").mkdir()
    (tmp_path / "content").mkdir()
    (tmp_path / "mkdocs.yml").write_text(
        f"site_name: X\nsite_url: https://x.example/\n{said}\n"
        "plugins:\n- broadsheet: {authority: x.example, year: 2025}\n"
    )
    ran = broadsheet("build", cwd=tmp_path, code=1)
    assert f"mkdocs.yml: {field}: " in ran.stderr
