"""A file of the site is made again when anything about it has changed, and else isn't."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from generator import output, stamps

PATHS = ("feeds/a.xml", "feeds/ä.xml", "b.json")


class Builds:
    """Builds of a site of three files, and which of these were made by the last."""

    def __init__(self, folder: Path, is_seen: bool):
        self.cache, self.site = folder / "cache", folder / "site"
        self.is_seen = is_seen
        self.software = ["lxml"]
        self.made: list[str] = []

    def run(self, key: str = "k", **other: str) -> list[str]:
        self.made = []
        seen = output.seen(self.cache, self.site) if self.is_seen else {}
        given = (self.software, (lambda: seen) if self.is_seen else None)
        with stamps.kept(self.cache, "files", self.site, *given) as stamped:
            for path in PATHS:
                stamped.write(path, self._maker(path, other.get(path[0], key)))
        return self.made

    def _maker(self, path: str, key: str) -> stamps.Maker:
        return stamps.Maker(lambda: self._make(path), lambda: key)

    def _make(self, path: str) -> bytes:
        self.made.append(path)
        return path.encode()


@pytest.fixture(params=[True, False], ids=["seen before", "looked at one by one"])
def builds(tmp_path: Path, request: pytest.FixtureRequest) -> Builds:
    builds = Builds(tmp_path, request.param)
    assert builds.run() == [*PATHS]
    return builds


def test_what_is_current_is_not_made_again(builds: Builds):
    assert builds.run() == []
    assert builds.run(b="another") == ["b.json"]
    assert builds.run(b="another") == []
    assert builds.run() == ["b.json"]


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"FEEDS/A.XML"),
        lambda path: os.utime(path, ns=(1, 1)),
    ],
    ids=["deleted", "emptied", "of the same size", "touched"],
)
def test_what_somebody_changed_by_hand_is_made_again(
    builds: Builds, change: Callable[[Path], None]
):
    change(builds.site / PATHS[0])
    assert builds.run() == [PATHS[0]]
    assert (builds.site / PATHS[0]).read_text() == PATHS[0]
    assert builds.run() == []


def test_what_a_link_leads_to_counts(builds: Builds, tmp_path: Path):
    (builds.site / PATHS[0]).rename(tmp_path / "elsewhere")
    (builds.site / PATHS[0]).symlink_to(tmp_path / "elsewhere")
    builds.run()
    (tmp_path / "elsewhere").write_bytes(b"feeds/b.xml")
    assert builds.run() == ([] if builds.is_seen else [PATHS[0]])  # seen, there is none any more
    assert (builds.site / PATHS[0]).read_text() == PATHS[0]


def test_another_folder_for_the_site_gets_everything(builds: Builds, tmp_path: Path):
    os.rename(builds.site, tmp_path / "other")  # with the same files, of the same time
    builds.site = tmp_path / "other"
    assert builds.run() == [*PATHS]
    assert builds.run() == []


def test_by_other_software_everything_is_made_again(builds: Builds, monkeypatch):
    builds.software = ["lxml", "feedgen"]
    assert builds.run() == [*PATHS]
    monkeypatch.setattr(stamps, "package", lambda: "another Broadsheet")
    assert builds.run() == [*PATHS]
    assert builds.run() == []


def test_a_build_that_fails_keeps_nothing_of_what_it_made(builds: Builds, monkeypatch):
    def make(path: str) -> bytes:
        if path == PATHS[2]:
            raise KeyboardInterrupt
        return b"half of a new edition"

    with monkeypatch.context() as patched:
        patched.setattr(builds, "_make", make)
        with pytest.raises(KeyboardInterrupt):
            builds.run("new")
    assert builds.run("new") == [*PATHS]
    assert [(builds.site / path).read_text() for path in PATHS] == [*PATHS]


def test_a_damaged_record_is_as_good_as_none(builds: Builds):
    (file,) = builds.cache.iterdir()
    file.write_bytes(file.read_bytes()[:-1] + b" ")
    assert builds.run() == [*PATHS]
    file.unlink()
    assert builds.run() == [*PATHS]
    assert builds.run() == []


def test_files_that_are_no_more_are_forgotten(builds: Builds):
    with stamps.kept(builds.cache, "files", builds.site, ["lxml"]) as stamped:
        assert stamped.is_current(PATHS[0], "k")
    assert builds.run() == [*PATHS[1:]]


def test_what_another_process_wrote_is_taken_over(builds: Builds):
    with stamps.kept(builds.cache, "files", builds.site, ["lxml"]) as mine:
        theirs = stamps.Stamps(builds.site)
        theirs.write(PATHS[1], stamps.Maker(b"theirs".upper, "new".lower))
        assert mine.is_current(PATHS[2], "k")
        mine.add(theirs.noted)
    assert builds.run("k", f="new") == [PATHS[0]]


def test_without_a_cache_everything_is_made(builds: Builds):
    builds.cache = None
    assert builds.run() == [*PATHS]
    assert builds.run() == [*PATHS]
