"""What was computed before is used again, and nothing else is."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest

from generator import cache, text

KEY = cache.key(["one"])
OTHER = cache.key(["two"])


def made() -> bytes:
    return b"made"


def never() -> bytes:
    raise AssertionError("it was there")


def only_file(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_what_was_made_once_is_not_made_again(tmp_path: Path):
    folder = tmp_path / "a" / "b"
    assert cache.remember(folder, "x", KEY, made) == b"made"
    assert cache.remember(folder, "x", KEY, never) == b"made"


def test_another_key_takes_the_place_of_the_one_before(tmp_path: Path):
    cache.keep(tmp_path, "x", KEY, b"old")
    cache.keep(tmp_path, "xy", KEY, b"of another name")
    assert cache.remember(tmp_path, "x", OTHER, made) == b"made"
    assert cache.recall(tmp_path, "x", KEY) is None
    assert cache.recall(tmp_path, "xy", KEY) == b"of another name"
    assert len(list(tmp_path.iterdir())) == 2


def test_files_that_are_not_ours_stay(tmp_path: Path):
    (tmp_path / "x.txt").write_text("somebody's")
    cache.keep(tmp_path, "x", KEY, b"ours")
    assert (tmp_path / "x.txt").read_text() == "somebody's"


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data + b"!",
        lambda data: data[:31],
        lambda data: data[:32] + b"ours!",
        lambda data: b"\0" * 40,
    ],
)
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, damage):
    cache.keep(tmp_path, "x", KEY, b"ours.")
    file = only_file(tmp_path)
    file.write_bytes(damage(file.read_bytes()))
    assert cache.recall(tmp_path, "x", KEY) is None
    assert cache.remember(tmp_path, "x", KEY, made) == b"made"
    assert cache.recall(tmp_path, "x", KEY) == b"made"


@pytest.mark.parametrize(("name", "key"), [("y", KEY), ("x", OTHER)])
def test_a_file_under_anothers_name_is_as_good_as_none(tmp_path: Path, name: str, key: str):
    cache.keep(tmp_path, "x", KEY, b"ours")
    only_file(tmp_path).rename(tmp_path / f"{name}.{key}")
    assert cache.recall(tmp_path, name, key) is None
    assert cache.opened(tmp_path, name, key) is None


def test_a_folder_in_a_files_place_and_a_file_in_the_folders_are_no_crash(tmp_path: Path):
    cache.keep(tmp_path, "x", KEY, b"ours")
    file = only_file(tmp_path)
    file.unlink()
    file.mkdir()
    assert cache.remember(tmp_path, "x", KEY, made) == b"made"
    (tmp_path / "file").touch()
    assert cache.remember(tmp_path / "file", "x", KEY, made) == b"made"
    assert sorted(tmp_path.iterdir()) == sorted([file, tmp_path / "file"])


def test_without_a_folder_it_is_just_made():
    assert cache.remember(None, "x", KEY, made) == b"made"
    assert cache.recall(None, "x", KEY) is None


def test_a_key_tells_parts_and_code_apart():
    keys = [
        cache.key(parts, code)
        for parts, code in [
            ([], []),
            ([""], []),
            (["ab", "c"], []),
            (["a", "bc"], []),
            (["a", "bc"], [text]),
            (["a", "bc"], [cache]),
            (["a", "bc"], [text, cache]),
        ]
    ]
    assert len(set(keys)) == len(keys)
    assert cache.key([b"ab", "c"]) == keys[2]


def test_a_file_is_kept_and_read_as_its_bytes_are(tmp_path: Path):
    cache.keep(tmp_path, "x", OTHER, b"old")
    with (tmp_path / "given").open("w+b") as given:
        given.write(b"made")
        cache.keep(tmp_path, "x", KEY, given)
    assert cache.recall(tmp_path, "x", KEY) == b"made"
    assert cache.opened(tmp_path, "x", OTHER) is None
    with cache.opened(tmp_path, "x", KEY) as kept:
        assert kept.read() == b"made"
    (file,) = tmp_path.glob("x.*")
    file.write_bytes(file.read_bytes() + b"!")
    assert cache.opened(tmp_path, "x", KEY) is None
    assert cache.opened(None, "x", KEY) is None


@pytest.mark.parametrize("data", [b"made", io.BytesIO(b"made")])
def test_what_was_left_by_one_who_was_killed_goes_and_what_another_writes_stays(
    tmp_path: Path, data
):
    for name, age in [("old", 3 * 86_400), ("young", 3_600)]:
        left = tmp_path / f".new-{name}.{OTHER}"
        left.write_bytes(b"half")
        os.utime(left, (time.time() - age,) * 2)
    cache.keep(tmp_path, "x", KEY, data)
    assert cache.recall(tmp_path, "x", KEY) == b"made"
    assert sorted(path.name for path in tmp_path.iterdir()) == [f".new-young.{OTHER}", f"x.{KEY}"]
