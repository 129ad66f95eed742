"""Files of addresses: each address once, every wrong line named."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.errors import BroadsheetError, ContentErrors
from generator.mail import addresses


def file_of(folder: Path, said: str | bytes) -> Path:
    path = folder / "readers.txt"
    path.write_bytes(said if isinstance(said, bytes) else said.encode())
    return path


def test_one_a_line(tmp_path: Path):
    said = """\
\ufeff# Our readers
ada@example.org
  grace+news@lists.example.org   # since 2024

#was@example.org
o'neil#1@example.org\r
ada@EXAMPLE.org
reader@localhost
"""
    found, twice = addresses.read(file_of(tmp_path, said))
    assert found == (
        "ada@example.org",
        "grace+news@lists.example.org",
        "o'neil#1@example.org",
        "reader@localhost",
    )
    assert [(one.line, one.message) for one in twice] == [
        (7, "ada@EXAMPLE.org stands in line 2 already; it is sent to once")
    ]


def test_every_wrong_line_is_named(tmp_path: Path):
    lines = [
        "ada@example.org",
        "Grace <grace@example.org>",
        "ada@example.org, grace@example.org",
        "ada",
        "ada@",
        "@example.org",
        "ada@example..org",
        ".ada@example.org",
        "ada@-example.org",
        "ada@exa_mple.org",
        "ada@example.org\x00",
        "<ada@example.org>",
        "ädä@example.org",
        f"{'a' * 65}@example.org",
        f"ada@{'a.' * 130}org",
        "ada@[127.0.0.1]",
        '"ada lovelace"@example.org',
    ]
    with pytest.raises(ContentErrors) as caught:
        addresses.read(file_of(tmp_path, "\n".join(lines)))
    assert [error.line for error in caught.value.errors] == list(range(2, len(lines) + 1))
    said = [str(error) for error in caught.value.errors]
    assert all(one.startswith(f"{tmp_path.as_posix()}/readers.txt:") for one in said)
    assert "write it alone" in said[0]
    assert "xn--" in said[11]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (b"", "holds no address"),
        (b"# nobody\n\n", "holds no address"),
        (b"caf\xe9@example.org\n", "not UTF-8"),
    ],
)
def test_a_file_without_addresses_is_an_error(tmp_path: Path, said: bytes, wrong: str):
    with pytest.raises(BroadsheetError, match=wrong):
        addresses.read(file_of(tmp_path, said))


def test_no_file_is_an_error(tmp_path: Path):
    with pytest.raises(BroadsheetError, match="No such file"):
        addresses.read(tmp_path / "nowhere.txt")
