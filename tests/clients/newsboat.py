"""newsboat: a reader in a terminal, which keeps what it has read in an SQLite database.

What it does that matters here, as found with 2.21:

- It reads RSS and Atom, but not JSON Feed, of which it makes an empty feed without a word.
- An entry is the same if its id is the same; a new title or text replaces the old one, and what
  was read stays read. The date stays that of the first time.
- In one cache an id belongs to one feed: of two feeds with the same entry, the one that is loaded
  last has it. So each feed gets a cache of its own here.
- It asks conditionally from the third time on: with the first it has nowhere to keep the ETag.
"""

from __future__ import annotations

import contextlib
import shlex
import sqlite3
from pathlib import Path

from tests.clients import Entry, run, utc

# Nothing is ever thrown away, hidden, fetched by itself, or tried twice.
_CONFIG = """\
auto-reload no
cleanup-on-quit no
delete-read-articles-on-quit no
keep-articles-days 0
max-items 0
ignore-mode display
reload-threads 1
download-retries 1
download-timeout 60
use-proxy no
error-log "{folder}/errors.log"
"""


class Newsboat:
    """One subscriber to one feed, with a cache of their own in a folder of their own."""

    def __init__(self, folder: Path, url: str):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.url = url
        (folder / "urls").write_text(f"{url}\n")
        (folder / "config").write_text(_CONFIG.format(folder=folder))

    def reload(self) -> None:
        """Fetch the feed, once.

        Raises AssertionError if newsboat says that it couldn't. It ends well even then.
        """
        run([*_command(self.folder), "-x", "reload"], self.folder)
        errors = self.folder / "errors.log"
        assert not errors.exists() or not errors.read_text(), errors.read_text()

    def entries(self) -> list[Entry]:
        """All that it has, in the order in which it came."""
        return self._select("deleted = 0")

    def fresh(self) -> list[Entry]:
        """What it shows as unread; and then a person has read it."""
        entries = self._select("deleted = 0 and unread = 1")
        with contextlib.closing(sqlite3.connect(self.folder / "cache.db")) as cache, cache:
            cache.execute("update rss_item set unread = 0 where unread = 1")
        return entries

    def _select(self, which: str) -> list[Entry]:
        with contextlib.closing(sqlite3.connect(self.folder / "cache.db")) as cache:
            rows = cache.execute(
                "select guid, title, url, author, pubDate, content from rss_item"
                f" where {which} order by id"
            ).fetchall()
        return [
            Entry(guid, title, url, author, utc(date), content=content)
            for guid, title, url, author, date, content in rows
        ]


def import_opml(folder: Path, opml: bytes) -> list[str]:
    """The addresses of the feeds to which newsboat subscribes when it imports the list."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "urls").touch()
    (folder / "config").write_text(_CONFIG.format(folder=folder))
    (folder / "list.opml").write_bytes(opml)
    run([*_command(folder), "-i", folder / "list.opml"], folder)
    return [shlex.split(line)[0] for line in (folder / "urls").read_text().splitlines()]


def _command(folder: Path) -> list[str | Path]:
    files = {"-u": "urls", "-c": "cache.db", "-C": "config"}
    return [
        "newsboat",
        "-q",
        *(part for option, name in files.items() for part in (option, folder / name)),
    ]
