"""A published site, at its address or in a folder: what is at a path of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from generator.errors import UsageError
from generator.sources import Fetch, web

# Paths come out of what was published, by whoever: none leads out of the site.
_PATH = re.compile(r"(?:[\w-][\w.-]*/)*[\w-][\w.-]*", re.ASCII)
_FILE = re.compile(r"\.(?:html?|xml|json|opml)/?$", re.IGNORECASE)
_BEGINS_AS_DATA = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:[<{]|\Z)")
_IS_A_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^>]*+>\s*+|(?><!--.*?-->)\s*+)*+<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)


@contextmanager
def opened(where: str, publication_url: str = "") -> Iterator[Fetch]:
    """What reads the site at this address, or in this folder.

    ``publication_url`` is told to the host, so that it knows who asks. Raises UsageError if there
    can't be a site; that there is none yet shows when something is fetched.
    """
    if "://" in where:
        base = _address(where)
        with web.session(publication_url) as session:
            yield lambda path: _fetched(session, base, path)
    elif where and Path(where).is_dir():
        folder = Path(where).resolve()
        yield lambda path: _read(folder, path)
    else:
        raise UsageError(
            f'no folder "{where}"; give one that holds a site, or an address: https://…'
        )


def _address(where: str) -> str:
    """The site's address with a final slash."""
    try:
        parts = urlsplit(where.strip())
        is_one = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        is_one = False
    if not is_one:
        raise UsageError(f'"{where}" is not an address of a site; write it as https://example.org/')
    if "@" in parts.netloc:
        raise UsageError("the address holds a user's name; leave out what stands before the @")
    if parts.query or parts.fragment or _FILE.search(parts.path):
        raise UsageError(f'"{where}" is more than a site\'s address; give that of its front page')
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/"


def _fetched(session, base: str, path: str) -> bytes | None:
    if not _PATH.fullmatch(path):
        return None
    data = web.get(session, base + path)
    # Hosts of single-page sites have a page, or a word, for whatever isn't there.
    if data is None or not _BEGINS_AS_DATA.match(data) or _IS_A_PAGE.match(data[:2_000]):
        return None
    return data


def _read(folder: Path, path: str) -> bytes | None:
    if not _PATH.fullmatch(path):
        return None
    try:
        # A site's folder may hold symbolic links, which were a stranger's idea.
        file = Path(os.path.realpath(folder / path))
        if not file.is_relative_to(folder) or not file.is_file():
            return None
        if file.stat().st_size > web.LARGEST:
            raise web.unreachable(file, f"it is larger than {web.LARGEST:,} bytes")
        return file.read_bytes()
    except OSError as error:
        raise web.unreachable(folder / path, error.strerror or "it is no file") from error
