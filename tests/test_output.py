"""Only what changed is written, only what is stale is removed, and what people wrote stays."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from generator import output
from generator.errors import ConfigurationError, UsageError
from tests.conftest import REPOSITORY, Run, patience
from tests.tree import differences
from tests.tree import state as contents

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


def put(folder: Path, **files: str) -> None:
    for name, said in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(said)


def tree(folder: Path) -> dict[str, str]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def rebuilt(site: Path, names: Collection[str] = (), **files: str) -> None:
    seen = output.seen(site.parent / "none", site)
    output.begin(site)
    put(output.made_for(site), **files)
    assert output.publish(site, names, seen) == {path.replace("__", "/") for path in files}.union(
        names
    )
    output.end(site)


def test_a_page_that_is_empty_was_begun_by_a_build_that_was_killed(tmp_path: Path):
    (tmp_path / "a.md").touch()
    (tmp_path / "own.md").touch()
    assert output.make_room(tmp_path, {"a.md"}, lambda _: False) == 0
    assert output.sync(tmp_path, [("a.md", PAGE)]) == output.Written(1, 0, 0)
    assert (tmp_path / "a.md").read_bytes() == PAGE
    assert (tmp_path / "own.md").exists()  # of which nobody knows whose it is


def test_a_site_becomes_what_was_made_and_keeps_what_is_the_same(tmp_path: Path):
    rebuilt(tmp_path, a="1", b__c="2", d__e__f="3")
    times = {name: (tmp_path / name).stat().st_mtime_ns for name in ("a", "b/c", "d/e/f")}
    put(tmp_path, direct="4", foreign="5", **{".git__config": "6", "b__.hidden": "7"})
    os.mkdir(tmp_path / "empty")
    rebuilt(tmp_path, ["direct"], a="1", b__c="8")
    assert tree(tmp_path) == {"a": "1", "b/c": "8", "direct": "4", ".git/config": "6"}
    assert (tmp_path / "a").stat().st_mtime_ns == times["a"]
    assert sorted(os.listdir(tmp_path)) == [".git", "a", "b", "direct"]


def test_a_file_may_become_a_folder_and_a_folder_a_file(tmp_path: Path):
    rebuilt(tmp_path, a="1", b__c="2")
    rebuilt(tmp_path, a__c="1", b="2")
    assert tree(tmp_path) == {"a/c": "1", "b": "2"}


def test_nothing_is_written_where_links_of_a_site_lead(tmp_path: Path):
    site, elsewhere = tmp_path / "site", tmp_path / "elsewhere"
    put(elsewhere, file="theirs")
    rebuilt(site, a="1")
    os.symlink(elsewhere, site / "papers")
    put(site, b__c="2")
    os.symlink(elsewhere, site / "b/papers")
    seen = output.seen(tmp_path / "none", site)
    output.begin(site)
    output.write(site, [("papers/x.md", b"ours")])
    output.publish(site, ["papers/x.md"], seen)
    output.end(site)
    assert tree(elsewhere) == {"file": "theirs"}
    assert tree(site) == {"papers/x.md": "ours"}


def test_links_in_a_site_give_way_to_what_a_build_makes(broadsheet_here: Run, tmp_path: Path):
    folder, theirs = tmp_path / "begun", tmp_path / "theirs"
    site = folder / "site"
    broadsheet_here("new", folder, "--url", "https://sand.example/")
    broadsheet_here("build", cwd=folder)
    before, (paper, *_) = contents(site), site.glob("papers/*/")
    put(theirs, **{"index.html": "mine"})
    shutil.rmtree(paper)
    paper.symlink_to(theirs)
    os.replace(site / "feeds/all.xml", theirs / "all.xml")
    (site / "feeds/all.xml").symlink_to(theirs / "all.xml")
    (site / ".hidden").symlink_to(theirs)
    broadsheet_here("build", cwd=folder)
    assert (theirs / "index.html").read_text() == "mine"
    assert [path.name for path in site.rglob("*") if path.is_symlink()] == [".hidden"]
    assert differences(before, contents(site)) == []


def test_a_site_is_told_for_one_from_the_first_moment_and_after_what_was_broken_off(tmp_path: Path):
    site = tmp_path / "site"
    output.begin(site)
    assert set(os.listdir(site)).intersection(output.OF_A_SITE)
    put(output.made_for(site), a="1")  # and then it is killed
    rebuilt(site, b="2")
    assert tree(site) == {"b": "2"}
    assert os.listdir(site) == ["b"]


@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_a_file_is_written_and_not_what_is_linked_to_it(tmp_path: Path, link: Callable):
    put(tmp_path, theirs="1", site__theirs="1")
    link(tmp_path / "theirs", tmp_path / "site/a")
    output.write(tmp_path / "site", [("a", b"2")])
    assert tree(tmp_path) == {"theirs": "1", "site/theirs": "1", "site/a": "2"}


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


def test_who_holds_a_folder_is_waited_for(tmp_path: Path):
    ours, other, none = tmp_path / "ours", tmp_path / "other", tmp_path / "none"
    ours.mkdir()
    other.mkdir()
    waits, told, done = threading.Event(), [], []

    def tell(folder: Path) -> None:
        told.append(folder)
        waits.set()

    def hold(*folders: Path) -> None:
        with output.by_turns(*folders, tell=tell):
            done.append(folders)

    with output.by_turns(none, ours, tell=tell):
        hold(none, other)
        assert not told
        thread = threading.Thread(target=hold, args=[other, ours])
        thread.start()
        waits.wait()
        time.sleep(0.1)
        assert len(done) == 1
    thread.join()
    assert len(done) == 2
    assert told == [ours]
    with output.alone(ours), pytest.raises(UsageError, match="another command"), output.alone(ours):
        pass


def test_a_build_tells_once_that_it_waits_for_another(broadsheet_here: Run, tmp_path: Path):
    folder = tmp_path / "begun"
    broadsheet_here("new", folder, "--url", "https://sand.example/")
    with output.by_turns(folder / "site_src", tell=print), patience():
        build = subprocess.Popen(
            [sys.executable, "-m", "generator", "build"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        told = build.stderr.readline()
        assert told == f"another build is writing to {folder / 'site_src'}; this one waits for it\n"
    assert "another build" not in build.communicate()[1]
    assert build.returncode == 0


def test_builds_of_other_pages_into_the_same_new_site_take_turns(
    broadsheet_here: Run, tmp_path: Path
):
    folder, site = tmp_path / "begun", tmp_path / "new/site"
    broadsheet_here("new", folder, "--url", "https://sand.example/")
    command = [sys.executable, "-m", "generator", "build"]
    command += ["--content", "content", "--site-dir", str(site)]
    builds = [
        subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    told = [build.communicate()[1] for build in builds]
    assert [build.returncode for build in builds] == [0, 0], told
    waited = f"another build is writing to {site}; this one waits for it\n"
    assert "".join(told) in ("", waited)  # one may have been quick
    broadsheet_here("build", cwd=folder)
    assert differences(contents(folder / "site"), contents(site)) == []


def test_what_stands_where_files_of_the_site_belong_makes_way(broadsheet_here: Run, tmp_path: Path):
    folder = tmp_path / "begun"
    site = folder / "site"
    broadsheet_here("new", folder, "--url", "https://sand.example/")
    broadsheet_here("build", cwd=folder)
    before, (paper, *_) = contents(site), site.glob("papers/*/")
    for name in (
        "robots.txt",
        "index.html",
        "feeds/all.xml",
        "data/papers.jsonl",
        "search/index.json",
    ):
        (site / name).unlink()
        put(site, **{f"{name}__x__y".replace("/", "__"): "mine"})
    (site / "feeds/all.json").unlink()
    (site / "feeds/all.json").mkdir()
    for above in (site / "assets", site / "topics", paper):
        shutil.rmtree(above)
        above.write_text("mine")
    broadsheet_here("build", cwd=folder)
    assert differences(before, contents(site)) == []
    assert not [*site.rglob(".new-*")]
