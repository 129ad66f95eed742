"""A build of what hasn't changed ends at once, and a build of what has never does."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generator import stamps, unchanged
from generator.commands import build
from tests.conftest import Run, clone
from tests.rendering.conftest import configure, write
from tests.tree import state

PAPER = "papers/x.yml"


@pytest.fixture(scope="module")
def built(broadsheet_here: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publication, the site of which has been built."""
    folder = clone(tmp_path_factory.mktemp("unchanged"))
    broadsheet_here("build", cwd=folder)
    return folder


def has_changed(folder: Path) -> bool:
    return unchanged.last(folder / "mkdocs.yml", "None") is None


def same_size(path: Path) -> None:
    """Another text of the same length, and with the time that the file had."""
    before = path.stat()
    data = path.read_bytes()
    path.write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


def touched(path: Path) -> None:
    os.utime(path, ns=(1, 1))


def put(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("title: X\n")


CHANGES: dict[str, tuple[str, Callable[[Path], None]]] = {
    "content": ("content/papers/*.yml", same_size),
    "a listing": ("content/listings/**/*.json", same_size),
    "new content": ("content/papers/x.yml", put),
    "a pipe in the content": ("content/papers/y.yml", os.mkfifo),  # nobody ever writes to it
    "content taken away": ("content/papers/*.yml", os.unlink),
    "a page by hand": ("site_src/about.md", same_size),
    "a new page by hand": ("site_src/x.md", put),
    "a generated page": ("site_src/papers/*.md", longer),
    "a generated page taken away": ("site_src/papers/*.md", os.unlink),
    "the theme": ("generator/theme/main.html", same_size),
    "the configuration": ("mkdocs.yml", same_size),
    "a page of the site": ("site/papers/*/index.html", longer),
    "its time": ("site/feeds/all.xml", touched),
    "a file of the site taken away": ("site/data/papers.jsonl", os.unlink),
    "a foreign file in the site": ("site/papers/x/y.html", put),
}


@pytest.fixture
def changing(built: Path) -> Iterator[Callable[[str, Callable[[Path], None]], None]]:
    """To change a file, until the test is over."""
    undo: list[tuple[Path, bytes | None, os.stat_result | None]] = []

    def change(name: str, how: Callable[[Path], None]) -> None:
        path = next(iter(sorted(built.glob(name))), built / name)
        there = path.exists()
        undo.append((path, path.read_bytes() if there else None, path.stat() if there else None))
        how(path)

    yield change
    for path, data, before in reversed(undo):
        if data is None:
            path.unlink()
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
            continue
        path.write_bytes(data)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen(built: Path, changing: Callable, change: str):
    assert not has_changed(built)
    changing(*CHANGES[change])
    assert has_changed(built)


def test_other_software_is_seen(built: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    assert not has_changed(built)
    with monkeypatch.context() as patched:
        patched.setattr(stamps, "package", lambda: "another Broadsheet")
        assert has_changed(built)
    (tmp_path / "mkdocs-99.dist-info").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    assert has_changed(built)


def test_a_damaged_record_is_not_trusted(built: Path, changing: Callable):
    changing(".cache/broadsheet/build.*", same_size)
    assert has_changed(built)


def test_then_nothing_is_built_and_the_same_is_told(
    broadsheet_here: Run, built: Path, monkeypatch: pytest.MonkeyPatch
):
    before = state(built)

    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(build, "make", never)
    told = broadsheet_here("build", cwd=built)
    assert "\npapers  " in f"\n{told.stdout}"
    assert "0 changed, 0 removed" in told.stdout
    assert "The site is in site/" in told.stdout
    assert told.stderr.count("left out: ") == int(told.stdout.split("left out")[1].split()[0])
    assert state(built) == before


def begun(broadsheet_here: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "begun"
    broadsheet_here("new", folder, "--url", "https://sand.example/")
    return folder


def test_the_links_that_editors_put_beside_what_is_edited_hinder_no_build(
    broadsheet_here: Run, tmp_path: Path
):
    folder = begun(broadsheet_here, tmp_path)
    configuration = (folder / "mkdocs.yml").read_text("utf-8")
    themed = configuration.replace("  language: en\n", "  language: en\n  custom_dir: overrides\n")
    (folder / "mkdocs.yml").write_text(themed, "utf-8")
    (folder / "overrides").mkdir()
    for name in ("site_src/.#about.md", "content/topics/.#t.md", "overrides/.#main.html"):
        (folder / name).symlink_to("zaphod@sand.example:42")
    broadsheet_here("build", cwd=folder)
    assert not has_changed(folder)
    site = tmp_path / "site"
    broadsheet_here("build", "--content", folder / "content", "--site-dir", site, cwd=folder)
    assert state(site) == state(folder / "site")


def test_what_mkdocs_has_to_say_it_says_each_time(broadsheet_here: Run, tmp_path: Path):
    folder = begun(broadsheet_here, tmp_path)
    page = next(folder.glob("site_src/*.md"))
    page.write_text(page.read_text("utf-8") + "\n[a](none.md)\n", "utf-8")
    for _ in range(2):
        assert "none.md" in broadsheet_here("build", cwd=folder).stderr


@pytest.mark.parametrize(
    "elsewhere", ["copyright: !ENV [COPYRIGHT, Zaphod]\n", "INHERIT: more.yml\n"]
)
def test_what_the_configuration_has_from_elsewhere_counts(
    broadsheet_here: Run, tmp_path: Path, elsewhere: str
):
    folder = begun(broadsheet_here, tmp_path)
    (folder / "more.yml").write_text("copyright: Zaphod\n")
    with (folder / "mkdocs.yml").open("a") as file:
        file.write(elsewhere)
    for holder in ("Zaphod", "Trillian"):
        (folder / "more.yml").write_text(f"copyright: {holder}\n")
        broadsheet_here("build", cwd=folder, env={"COPYRIGHT": holder})
        pages = [page.read_text("utf-8") for page in folder.glob("site/**/index.html")]
        assert pages
        assert all(holder in page for page in pages)


def test_what_changes_during_a_build_is_seen_by_the_next(
    broadsheet_here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = begun(broadsheet_here, tmp_path)
    making = build.make

    def make(*given: object) -> tuple:
        result = making(*given)
        put(folder / "content" / "papers" / "README.md")
        return result

    with monkeypatch.context() as patched:
        patched.setattr(build, "make", make)
        broadsheet_here("build", cwd=folder)
    assert has_changed(folder)
    broadsheet_here("build", cwd=folder)
    assert not has_changed(folder)


def test_what_somebody_does_to_the_site_during_a_build_is_mended_by_the_next(
    broadsheet_here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = begun(broadsheet_here, tmp_path)
    broadsheet_here("build", cwd=folder)
    pages = [
        next(folder.glob(name)) for name in ("site/papers/*/index.html", "site_src/papers/*.md")
    ]
    before = [page.read_bytes() for page in pages]
    making = build.make

    def make(*given: object) -> tuple:
        result = making(*given)
        for page in pages:
            longer(page)
        put(folder / "site/foreign.html")
        return result

    with monkeypatch.context() as patched:
        patched.setattr(build, "make", make)
        put(folder / "content/papers/x.yml")
        (folder / "content/papers/x.yml").write_text("title: X\nlisted: 2025-10-30\n")
        broadsheet_here("build", cwd=folder)
    assert has_changed(folder)
    broadsheet_here("build", cwd=folder)
    assert [page.read_bytes() for page in pages] == before
    assert not (folder / "site/foreign.html").exists()
    assert not has_changed(folder)


def test_an_empty_folder_in_the_site_goes(broadsheet_here: Run, built: Path):
    assert not has_changed(built)
    (built / "site/papers/none/at/all").mkdir(parents=True)
    assert has_changed(built)
    broadsheet_here("build", cwd=built)
    assert not (built / "site/papers/none").exists()
    assert not has_changed(built)


def test_what_a_killed_build_left_is_cleared_away(broadsheet_here: Run, built: Path):
    """Though all that it was about to put in its place is there already."""
    left = built / "site/.made/assets/x.js"
    left.parent.mkdir(parents=True)
    left.write_text("half")
    assert has_changed(built)
    broadsheet_here("build", cwd=built)
    assert not (built / "site/.made").exists()
    assert not has_changed(built)


def test_what_a_theme_shows_of_the_pages_in_the_navigation_counts(
    broadsheet_here: Run, tmp_path: Path
):
    folder = begun(broadsheet_here, tmp_path)
    shown = "{% for item in nav %}{{ item.meta and item.meta.icon }}{% endfor %}"
    write(folder / "theme/partials/nav.html", shown)
    configure(folder, theme={"name": "broadsheet", "custom_dir": "theme"})
    for icon in ("one-icon", "another-icon"):
        write(folder / "site_src/about.md", f"---\ntitle: About\nicon: {icon}\n---\n\n# About\n")
        broadsheet_here("build", cwd=folder)
        pages = [page.read_text("utf-8") for page in folder.glob("site/**/index.html")]
        assert pages
        assert all(icon in page for page in pages)


def test_a_theme_in_development_counts(
    broadsheet_here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder, theme = begun(broadsheet_here, tmp_path), tmp_path / "installed/theme_of_ours"
    write(theme / "__init__.py", "")
    write(theme / "mkdocs_theme.yml", "extends: broadsheet\n")
    write(theme / "partials/footer.html", "one footer")
    about = theme.parent / "theme_of_ours-1.dist-info"
    write(about / "METADATA", "Metadata-Version: 2.1\nName: theme-of-ours\nVersion: 1\n")
    write(about / "entry_points.txt", "[mkdocs.themes]\ntheme-of-ours = theme_of_ours\n")
    monkeypatch.syspath_prepend(theme.parent)
    configure(folder, theme="theme-of-ours")
    for footer in ("one footer", "another footer"):
        write(theme / "partials/footer.html", footer)
        broadsheet_here("build", cwd=folder)
        pages = [page.read_text("utf-8") for page in folder.glob("site/**/index.html")]
        assert pages
        assert all(footer in page for page in pages)
    assert not has_changed(folder)
