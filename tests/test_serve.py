"""The local server shows the site, and builds it again when content or a template changes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, copy

pytestmark = pytest.mark.proof

PAPER = "papers/measuring-schrodingers-cat-the-r2-of-2-boxes/"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone whose own templates are the ones that are used."""
    for name in ("site_src", "generator", "mkdocs.yml"):
        copy(REPOSITORY / name, tmp_path / name)
    copy(REPOSITORY / "tests" / "content", tmp_path / "content")
    return tmp_path


@pytest.fixture(params=["broadsheet", "mkdocs"])
def address(clone: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    command = {
        "broadsheet": ["generator", "serve", "--address", host],
        "mkdocs": ["mkdocs", "serve", "--dev-addr", host],
    }[request.param]
    server = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=clone,
        env={**os.environ, "PYTHONPATH": str(clone), "NO_MKDOCS_2_WARNING": "1"},
        stderr=subprocess.DEVNULL,
    )
    yield f"http://{host}/"
    server.terminate()
    server.wait(20)


def until(address: str, text: str, is_there: bool = True) -> None:
    """Wait until the page holds the text, or holds it no more."""
    for _ in range(480):
        try:
            with urllib.request.urlopen(address, timeout=20) as response:
                if (text in response.read().decode()) == is_there:
                    return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.25)
    pytest.fail(f"{address} never {'held' if is_there else 'lost'} {text!r}")


def test_a_change_of_content_or_template_shows(address: str, clone: Path):
    until(address + PAPER, "Measuring")
    overlay = clone / "content/papers/measuring-schrodingers-cat-the-r2-of-2-boxes.yml"
    overlay.write_text("note: Seen by the server.\n")
    until(address + PAPER, "Seen by the server.")
    template = clone / "generator/templates/paper.md"
    template.write_text(template.read_text() + "\nFrom the template.\n")
    until(address + PAPER, "From the template.")
    # An error keeps the last good site, and mending it goes on.
    overlay.write_text("notes: Misspelt.\n")
    overlay.write_text("note: Mended.\n")
    until(address + PAPER, "Mended.")
    until(address + PAPER, "Seen by the server.", is_there=False)
