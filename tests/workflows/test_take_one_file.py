"""Of a zip that a stranger may have made, the one file is taken that should be in it, or nothing."""

from __future__ import annotations

import contextlib
import importlib.util
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import REPOSITORY

SCRIPT = REPOSITORY / ".github" / "scripts" / "take_one_file.py"
_SPEC = importlib.util.spec_from_file_location("take_one_file", SCRIPT)
take_one_file = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(take_one_file)


def zipped(entries: dict[str, bytes], **of_entry: int) -> bytes:
    """A zip with these entries; ``of_entry`` are attributes of each entry's ZipInfo."""
    with zipfile.ZipFile(file := BytesIO(), "w") as archive:
        for name, data in entries.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            for attribute, value in of_entry.items():
                setattr(entry, attribute, value)
            archive.writestr(entry, data)
    return file.getvalue()


ONE = {"a.json": b"{}"}
PLAIN = zipped(ONE)


def directory(data: bytes, at: int, value: bytes) -> bytes:
    """The zip with other bytes in its central directory's first entry (APPNOTE 4.3.12)."""
    at += data.index(b"PK\x01\x02")
    return data[:at] + value + data[at + len(value) :]


ZIPS = {
    "another name": (zipped({"b.json": b"{}"}), "another name"),
    "above": (zipped({"../a.json": b"{}"}), "another name"),
    "absolute": (zipped({"/a.json": b"{}"}), "another name"),
    "in a folder": (zipped({"x/a.json": b"{}"}), "another name"),
    "a backslash": (zipped({"x\\a.json": b"{}"}), "another name"),
    "a NUL in the name": (PLAIN.replace(b"a.json", b"a.j\x00on"), "another name|broken"),
    "none": (zipped({}), "0 entries"),
    "two": (zipped({"a.json": b"{}", "b": b""}), "2 entries"),
    "many": (zipped({f"{n}": b"" for n in range(5_000)}), "5,000 entries"),
    "a folder": (zipped({"a.json/": b""}), "another name"),
    "a folder by its attribute": (zipped(ONE, external_attr=0x10), "a folder"),
    "a folder by its mode": (zipped(ONE, external_attr=0o040755 << 16), "no plain file"),
    "a link": (zipped({"a.json": b"/etc/passwd"}, external_attr=0o120777 << 16), "no plain file"),
    "a pipe": (zipped(ONE, external_attr=0o010644 << 16), "no plain file"),
    "a device": (zipped(ONE, external_attr=0o060644 << 16), "no plain file"),
    "encrypted": (directory(PLAIN, 8, b"\x01\x00"), "encrypted"),
    "bzip2": (zipped(ONE, compress_type=zipfile.ZIP_BZIP2), "packed in a way"),
    "LZMA": (zipped(ONE, compress_type=zipfile.ZIP_LZMA), "packed in a way"),
    "an unknown method": (directory(PLAIN, 10, b"\x63\x00"), "packed in a way"),
    "a bomb": (zipped({"a.json": b"0" * 20_000_000}), "more than 2,000,000 bytes"),
    "a bomb that lies": (
        directory(zipped({"a.json": b"0" * 9_000_000}), 24, (100).to_bytes(4, "little")),
        "longer or shorter|broken",
    ),
    "shorter than it says": (
        directory(PLAIN, 24, (100).to_bytes(4, "little")),
        "longer or shorter|broken",
    ),
    "a wrong checksum": (directory(PLAIN, 16, b"\x00\x00\x00\x00"), "broken"),
    "something before it": (b"#!/bin/sh\n" + PLAIN, "before"),
    "no zip": (b'{"a": 1}', "no zip"),
    "nothing": (b"", "no zip"),
    "cut off": (PLAIN[:-10], "no zip"),
    "a broken entry": (PLAIN[:45] + b"\xff\xff" + PLAIN[47:], "broken|longer or shorter"),
    "too long": (PLAIN + b"\x00" * 1_000_000, "1,000,000 bytes"),
}


@pytest.fixture
def take(tmp_path: Path) -> Callable[[bytes], subprocess.CompletedProcess]:
    def taken(data: bytes) -> subprocess.CompletedProcess:
        (tmp_path / "given.zip").write_bytes(data)
        return subprocess.run(
            [sys.executable, "-I", SCRIPT, "given.zip", "a.json", "taken"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return taken


@pytest.mark.parametrize("kind", ZIPS)
def test_a_hostile_zip_is_refused(kind: str, take: Callable, tmp_path: Path):
    data, reason = ZIPS[kind]
    done = take(data)
    assert done.returncode == 1
    assert re.fullmatch(rf"Refused: .*(?:{reason}).*\.\n", done.stderr), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["given.zip"]


def test_a_zip_as_the_host_makes_it_is_taken(take: Callable, tmp_path: Path):
    class Stream(BytesIO):
        def seekable(self) -> bool:
            return False

    with zipfile.ZipFile(stream := Stream(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.json", b"[1]" * 300_000)
    for data, expected in ((PLAIN, b"{}"), (stream.getvalue(), b"[1]" * 300_000)):
        done = take(data)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "taken").read_bytes() == expected


@given(st.integers(0, len(PLAIN) - 1), st.binary(min_size=1, max_size=4), st.booleans())
def test_a_spoilt_zip_is_taken_as_it_was_or_refused(at: int, spoilt: bytes, is_cut: bool):
    data = PLAIN[:at] + spoilt + (b"" if is_cut else PLAIN[at + len(spoilt) :])
    with contextlib.suppress(take_one_file.Refused):
        assert take_one_file.one_file(data, "a.json") == b"{}"
