"""Feed readers that people use, run without a screen against a server of our own.

    with Site(files) as site:              # a static host on the loopback interface
        reader = Newsboat(folder, site.url + "feeds/all.xml")
        reader.reload()
        reader.entries()                   # what a person sees in it

Each client leaves everything it writes in the folder it is given, and reaches no other host.
"""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

COMMANDS = ("newsboat", "sfeed", "r2e")
_SECONDS = 120  # that a client may take; one that asks a question or hangs would never end


@dataclass(frozen=True, order=True)
class Entry:
    """One entry as a client shows it."""

    id: str
    title: str
    url: str
    author: str  # as the client writes it; "" if it shows none
    published: datetime.datetime | None  # in UTC
    categories: tuple[str, ...] = ()  # () as well for clients that show none
    content: str = ""  # HTML, or whatever the client has made of it


def missing() -> list[str]:
    """The clients that this machine lacks."""
    return [command for command in COMMANDS if not shutil.which(command)]


def run(command: list[str | Path], home: Path, given: bytes = b"") -> str:
    """What a client prints. It knows nothing of the user who runs it, nor of proxies.

    Raises AssertionError if it fails or complains.
    """
    ran = subprocess.run(
        command,
        input=given,
        capture_output=True,
        timeout=_SECONDS,
        check=False,
        cwd=home,
        env={"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "dumb"},
    )
    told = ran.stderr.decode(errors="replace")
    assert ran.returncode == 0, f"{command[0]} ended with {ran.returncode}: {told}"
    assert not told, f"{command[0]}: {told}"
    return ran.stdout.decode()


def utc(seconds: int | str | None) -> datetime.datetime | None:
    """A time in seconds since 1970; clients write 0 or nothing if they know none."""
    return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC) if seconds else None
