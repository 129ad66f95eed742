"""What is served is what a build would make, whenever and in whichever order it is asked for."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generator.commands import serve
from tests.conftest import Run, clone
from tests.rendering.conftest import write
from tests.tree import differences, state

ADDRESS = "127.0.0.1:8000"
PAPER = "papers/measuring-schrodingers-cat-the-r2-of-2-boxes"
SEED = 17


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A publication that is served where its configuration says it will be."""
    folder = tmp_path / "begun"
    folder.mkdir()
    configuration = clone(folder) / "mkdocs.yml"
    said = configuration.read_text("utf-8")
    configuration.write_text(said.replace("https://broadsheet.example/", f"http://{ADDRESS}/"))
    return folder


@pytest.fixture
def site(begun: Path, tmp_path: Path) -> Iterator[serve._Site]:
    served = serve._Site(begun / "mkdocs.yml", tmp_path / "served", ADDRESS)
    served.begin()
    return served


def ask(site: serve._Site, path: str) -> str:
    """What is answered: the file's text, or what is said in its place."""
    answered: list[str] = []

    def from_disk(environ: dict[str, str], start: Callable) -> list[bytes]:
        start("200 OK", [])
        file = site.folder / environ["PATH_INFO"].lstrip("/")
        return [(file / "index.html" if file.is_dir() else file).read_bytes()]

    environ = {"PATH_INFO": f"/{path}"}
    body = site.asked(from_disk)(environ, lambda status, _: answered.append(status))
    return f"{answered[0]}\n{b''.join(body).decode(errors='replace')}"


def built(run: Run, begun: Path) -> dict[str, bytes]:
    """The site that a build makes of what there is now."""
    run("build", cwd=begun)
    found = state(begun / "site")
    shutil.rmtree(begun / "site")
    return found


def edits(begun: Path) -> Iterator[tuple[str, bool]]:
    """Edits of somebody's, and whether MkDocs has to build after them."""
    overlay = begun / f"content/{PAPER}.yml"
    overlay.write_text("title: Another Title\ntopics: [awkward]\n", "utf-8")
    topic = begun / "content/topics/awkward.md"
    topic.write_text(topic.read_text("utf-8") + "\nMore of it, see the [feeds](../feeds.md).\n")
    yield "a title, a topic and an introduction", False
    overlay.unlink()
    (begun / "content/papers/one-more.yml").write_text(
        "title: One More\nlisted: 2024-02-29\nauthors: [Ada Lovelace]\narxiv_id: 2402.99999\n"
        "abstract: Of a paper that nobody else lists.\n",
        "utf-8",
    )
    yield "a paper", True
    (begun / "site_src/about.md").write_text("# About\n\nIt is ours.\n", "utf-8")
    said = (begun / "mkdocs.yml").read_text("utf-8")
    (begun / "mkdocs.yml").write_text(said.replace("site_name: Broadsheet", "site_name: Mine"))
    yield "a page of people's, and the publication's name", True


def test_whatever_is_asked_for_is_what_a_build_makes(
    site: serve._Site, begun: Path, broadsheet_here: Run
):
    chance = random.Random(SEED)
    _compare(site, built(broadsheet_here, begun), chance, "nothing yet")
    for edit, is_for_mkdocs in edits(begun):
        before = site.plugin
        site.again()
        assert (site.plugin is not before) == is_for_mkdocs, edit
        _compare(site, built(broadsheet_here, begun), chance, edit)


def _compare(site: serve._Site, made: dict[str, bytes], chance: random.Random, edit: str) -> None:
    paths = [*made]
    chance.shuffle(paths)
    for path in paths:
        assert ask(site, path).startswith("200 OK"), (edit, path)
    assert differences(made, state(site.folder)) == [], edit


def test_nothing_is_made_that_nobody_asks_for(site: serve._Site):
    there = {path.relative_to(site.folder).as_posix() for path in site.folder.rglob("*")}
    assert not {"feeds/all.xml", "data", "search", PAPER} & there
    assert "Measuring" in ask(site, f"{PAPER}/")
    assert [path.name for path in (site.folder / "papers").iterdir() if path.is_dir()] == [
        PAPER.removeprefix("papers/")
    ]


def test_the_page_of_the_search_is_made_also_if_its_index_was_asked_for_before(site: serve._Site):
    assert ask(site, "search/endings.json").startswith("200 OK")
    assert "Search" in ask(site, "search/")


def test_what_is_wrong_is_told_and_what_was_there_is_shown(
    site: serve._Site, begun: Path, capsys: pytest.CaptureFixture
):
    overlay = begun / f"content/{PAPER}.yml"
    overlay.write_text("notes: Misspelt.\n", "utf-8")
    site.again()
    assert "notes: no such field" in capsys.readouterr().err
    assert "Measuring" in ask(site, f"{PAPER}/")
    overlay.write_text("note: Mended.\n", "utf-8")
    site.again()
    assert "Mended." in ask(site, f"{PAPER}/")


def test_a_wrong_template_is_told_where_the_page_would_be(site: serve._Site, begun: Path, capsys):
    template = begun / "generator/theme/partials/paper_meta.html"
    was = template.read_text("utf-8")
    template.write_text("<p>\n{{ nothing.here }}", "utf-8")
    site.again()
    told = ask(site, f"{PAPER}/")
    assert told.startswith("500 ")
    assert "partials/paper_meta.html:2: 'nothing' is undefined" in told
    assert "'nothing' is undefined" in capsys.readouterr().err
    template.write_text(was, "utf-8")
    site.again()
    assert "Measuring" in ask(site, f"{PAPER}/")


def test_drafts_are_built_by_mkdocs(begun: Path, tmp_path: Path):
    with (begun / "mkdocs.yml").open("a") as file:
        file.write("draft_docs: trends.md\n")
    site = serve._Site(begun / "mkdocs.yml", tmp_path / "served", ADDRESS)
    site.begin()
    assert (site.folder / "feeds/all.xml").is_file()
    assert ask(site, f"{PAPER}/").startswith("200 OK")
    assert "mkdocs-draft-marker" in (site.folder / "trends/index.html").read_text("utf-8")
    (begun / f"content/{PAPER}.yml").write_text("note: A remark.\n", "utf-8")
    site.again()
    assert "A remark." in (site.folder / PAPER / "index.html").read_text("utf-8")


def test_below_an_address_what_is_asked_for_lies_below_it(begun: Path, tmp_path: Path):
    said = (begun / "mkdocs.yml").read_text("utf-8")
    (begun / "mkdocs.yml").write_text(said.replace(f"http://{ADDRESS}/", f"http://{ADDRESS}/on/"))
    site = serve._Site(begun / "mkdocs.yml", tmp_path / "served", ADDRESS)
    site.begin()
    file = site.folder / PAPER / "index.html"
    for path, is_made in (("/on/nothing", False), ("/../..", False), (f"/on/{PAPER}/", True)):
        site.asked(lambda *_: [])({"PATH_INFO": path}, lambda *_: None)
        assert file.is_file() == is_made


def test_a_page_is_made_also_if_it_is_asked_for_as_a_file(site: serve._Site):
    site.asked(lambda *_: [])({"PATH_INFO": f"/{PAPER}"}, lambda *_: None)
    assert (site.folder / PAPER / "index.html").is_file()


def test_what_comes_is_seen_and_what_was_away_for_a_moment(
    site: serve._Site, begun: Path, capsys: pytest.CaptureFixture
):
    seen = [site.states()]

    def is_new() -> bool:
        seen.append(site.states())
        return seen[-1] != seen[-2]

    assert not is_new()
    (begun / "site_src/new.md").write_text("# New\n")
    assert is_new()
    site.again()
    assert "New" in (site.folder / "new/index.html").read_text("utf-8")
    (begun / "content").rename(begun / "away")
    assert is_new()
    site.again()
    assert "no folder" in capsys.readouterr().err
    assert ask(site, f"{PAPER}/").startswith("200 OK")
    (begun / "away").rename(begun / "content")
    assert is_new()
    site.again()
    (begun / f"content/{PAPER}.yml").write_text("note: A remark.\n")
    assert is_new()
    said = (begun / "mkdocs.yml").read_text("utf-8") + "\n"
    for _ in range(2):
        (begun / "mkdocs.yml").write_text(said)
        assert is_new()
        site.again()
        (begun / "mkdocs.yml").write_text(said.replace("content: content", "content: other"))
        assert is_new()
        site.again()
    assert "no folder" in capsys.readouterr().err
    shutil.copytree(begun / "content", begun / "other")
    assert is_new()
    site.again()
    assert not capsys.readouterr().err
    seen.append(site.states())
    (begun / f"other/{PAPER}.yml").write_text("note: Another remark.\n")
    assert is_new()


def test_what_the_configuration_has_from_elsewhere_is_looked_at(
    site: serve._Site, begun: Path, capsys: pytest.CaptureFixture
):
    seen = [site.states()]

    def shown() -> str:
        seen.append(site.states())
        assert seen[-1] != seen[-2]
        site.again()
        return ask(site, f"{PAPER}/")

    said = (begun / "mkdocs.yml").read_text("utf-8")
    (begun / "mkdocs.yml").write_text(f"INHERIT: of/base.yml\n{said}")
    assert "200 OK" in shown()
    assert "base.yml" in capsys.readouterr().err
    write(begun / "of/base.yml", "INHERIT: ../more.yml\nhooks: [hook.py]\n")
    write(begun / "more.yml", "copyright: One\n")
    assert "200 OK" in shown()
    assert "Aborted with a configuration error" in capsys.readouterr().err
    write(begun / "hook.py", "def on_page_content(")
    assert "200 OK" in shown()
    assert "SyntaxError" in capsys.readouterr().err
    write(begun / "hook.py", "def on_page_content(html, **_):\n    return html + 'Hooked'\n")
    assert "Hooked" in shown()
    write(begun / "hook.py", "def on_page_content(html, **_):\n    return html + 'Otherwise'\n")
    assert "Otherwise" in shown()
    write(begun / "more.yml", "copyright: Another\n")
    assert "Another" in shown()


def test_a_change_is_told_as_long_as_the_process_lasts():
    states, told = iter([1, 1, None, 1, 2]), []
    with pytest.raises(StopIteration):
        serve._watch(lambda: next(states), lambda: told.append(1))
    assert len(told) == 3


def test_what_a_page_of_the_navigation_is_called_changes_on_all_pages(begun: Path, tmp_path: Path):
    said = (begun / "mkdocs.yml").read_text("utf-8")
    (begun / "mkdocs.yml").write_text(said.replace("\nnav:\n", f"\nnav:\n  - {PAPER}.md\n"))
    site = serve._Site(begun / "mkdocs.yml", tmp_path / "served", ADDRESS)
    site.begin()
    write(begun / f"content/{PAPER}.yml", "title: Of Another Title\n")
    site.again()
    assert "Of Another Title" in ask(site, "trends/")
    assert "Of Another Title" in ask(site, "404.html")
