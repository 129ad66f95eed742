"""Only what changed is written, only what is stale is removed, and what people wrote stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator import output
from generator.errors import ConfigurationError

PAGE = f"---\n{output.MARK}\ntitle: x\n---\n".encode()


def state(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_second_sync_writes_nothing(tmp_path: Path):
    pages = [("a.md", PAGE), ("b/c.md", PAGE + b"c")]
    assert output.sync(tmp_path, pages) == output.Written(2, 0, 0)
    before = state(tmp_path)
    assert output.sync(tmp_path, pages) == output.Written(0, 2, 0)
    assert state(tmp_path) == before


def test_only_what_changed_is_written_and_what_is_stale_goes(tmp_path: Path):
    output.sync(tmp_path, [("a.md", PAGE), ("b/c.md", PAGE), ("d/e/f.md", PAGE)])
    before = state(tmp_path)
    written = output.sync(tmp_path, [("a.md", PAGE), ("b/c.md", PAGE[::-1])])
    assert written == output.Written(1, 1, 1)
    after = state(tmp_path)
    assert after["a.md"] == before["a.md"]
    assert set(after) == {"a.md", "b/c.md"}
    assert not (tmp_path / "d").exists(), "an empty folder is stale as well"


def test_pages_that_people_wrote_are_neither_removed_nor_written_over(tmp_path: Path):
    (tmp_path / "papers").mkdir()
    for name in ("about.md", "papers/essay.md"):
        (tmp_path / name).write_text("# By hand\n")
    output.sync(tmp_path, [("papers/a.md", PAGE)])
    assert (tmp_path / "about.md").read_text() == "# By hand\n"
    with pytest.raises(ConfigurationError, match=r"essay\.md: stands where .*; rename it"):
        output.sync(tmp_path, [("papers/essay.md", PAGE)])
    assert (tmp_path / "papers/essay.md").read_text() == "# By hand\n"


def test_a_site_is_told_for_one_however_far_it_is_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    names = ["404.html", "about/index.html", "assets/a.css", "feeds/all.xml", "index.html", "x.md"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / ".hidden").touch()

    def one_less(function):
        def removing(path: Path, **options: object) -> None:
            function(path, **options)
            raise KeyboardInterrupt

        return removing

    monkeypatch.setattr(output.shutil, "rmtree", one_less(output.shutil.rmtree))
    monkeypatch.setattr(Path, "unlink", one_less(Path.unlink))
    for left in range(len(names) - 1, -1, -1):
        with pytest.raises(KeyboardInterrupt):
            output.clear(tmp_path)
        here = {path.name for path in tmp_path.iterdir()} - {".hidden"}
        assert len(here) == left
        assert not here or here.intersection(output.OF_A_SITE)
    output.clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".hidden"]


def test_a_file_in_pieces_is_put_in_place_whole_and_only_if_it_changes(tmp_path: Path):
    path = tmp_path / "data/a"
    for pieces, changed in (([b"a", b"bc"], 1), ([b"ab", b"c"], 0), ([], 1), ([b"", b"d"], 1)):
        before = path.stat().st_mtime_ns if path.exists() else None
        assert output.write(tmp_path, [("data/a", iter(pieces))]).changed == changed
        assert path.read_bytes() == b"".join(pieces)
        assert changed or path.stat().st_mtime_ns == before
        assert [one.name for one in path.parent.iterdir()] == ["a"]


def test_a_file_whose_pieces_fail_stays_as_it_was(tmp_path: Path):
    def pieces():
        yield b"new"
        yield b"".join([1])

    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(TypeError):
        output.write(tmp_path, [("a", pieces())])
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]
