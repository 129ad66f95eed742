"""A static host on the loopback interface: what is published, and who asked for what.

It answers as the hosts do on which people put static sites: with ETag and Last-Modified, and with
304 to those who have the newest already (RFC 9110). Its clock is its own: each publication comes a
day after the one before, however fast a test is.
"""

from __future__ import annotations

import datetime
import hashlib
import sys
import threading
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

Files = Mapping[str, bytes | Callable[[], bytes]]  # path below the site's address → its bytes

# As GitHub Pages has them, which knows nothing of what is in an .xml.
_TYPES = {
    ".xml": "application/xml",
    ".json": "application/json; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".opml": "text/x-opml",
    ".css": "text/css; charset=utf-8",
}
_FIRST = datetime.datetime(2025, 1, 1, 6, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Request:
    """One request, and how it was answered."""

    path: str  # below the site's address, without query
    status: int
    headers: Mapping[str, str]  # of the request; names in lower case


@dataclass(frozen=True)
class _Version:
    """What has been at a path since a time."""

    etag: str
    modified: datetime.datetime


class Site:
    """A context manager: while it is open, what is published is served at ``url``.

    ``published`` is the address for which the files were made. Links in them lead there, and
    ``fetch`` follows them here.
    """

    def __init__(self, files: Files | Path, published: str = ""):
        self.published = published
        self.when = _FIRST  # the last publication
        self.requests: list[Request] = []
        self._files = files
        self._made: dict[str, bytes] = {}
        self._versions: dict[str, _Version] = {}
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.site = self
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    def __enter__(self) -> Site:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self._server.shutdown()
        self._server.server_close()

    def publish(self, files: Files | Path, when: datetime.datetime | None = None) -> None:
        """Serve these files, and only these, from now on.

        Last-Modified never goes back and is new for what is new: newsboat's HTTP library leaves
        the body of an answer unread if it is no newer than what it has, whatever the ETag says.
        """
        with self._lock:
            when = when or self.when + datetime.timedelta(days=1)
            assert when > self.when, f"published at {when}, after {self.when}"
            self.when, self._files, self._made = when, files, {}

    def take(self) -> list[Request]:
        """The requests since this was last asked."""
        with self._lock:
            taken, self.requests = self.requests, []
        return taken

    def local(self, url: str) -> str:
        """Where that address of the publication is while it is served here."""
        if url.startswith(self.url):
            return url
        assert self.published, f"{url} leads elsewhere"
        assert url.startswith(self.published), f"{url} leads elsewhere"
        return self.url + url.removeprefix(self.published)

    def fetch(self, url: str) -> bytes:
        """Get a document by HTTP, whether it is named by its address here or as published."""
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(self.local(url), timeout=60) as response:
            return response.read()

    def _find(self, path: str) -> tuple[bytes, _Version] | None:
        """What is at a path, and since when. Made only when first asked for."""
        with self._lock:
            if path not in self._made:
                data = self._read(path)
                if data is None:
                    return None
                self._made[path] = data
                etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
                if path not in self._versions or self._versions[path].etag != etag:
                    self._versions[path] = _Version(etag, self.when)
            return self._made[path], self._versions[path]

    def _read(self, path: str) -> bytes | None:
        if isinstance(self._files, Path):
            file = (self._files / path).resolve()
            inside = file.is_relative_to(self._files.resolve())
            return file.read_bytes() if inside and file.is_file() else None
        found = self._files.get(path)
        return found() if callable(found) else found


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site

    def handle_error(self, request, client_address) -> None:
        """Clients may hang up when they please; what goes wrong here is to be seen."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each body waits 40 ms for its headers' acknowledgement
    server: _Server

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path).removeprefix("/")
        if not path or path.endswith("/"):
            path += "index.html"
        found = self.server.site._find(path)
        data, version = found or (b"", None)
        status = 404 if version is None else 304 if self._has(version) else 200
        headers = {name.lower(): value for name, value in self.headers.items()}
        # Written down before it is answered, so that whoever has the answer finds it there.
        with self.server.site._lock:
            self.server.site.requests.append(Request(path, status, headers))
        self.send_response(status)
        if version:
            self.send_header("ETag", version.etag)
            self.send_header("Last-Modified", format_datetime(version.modified, usegmt=True))
            self.send_header("Cache-Control", "max-age=600")
        if status != 304:
            self.send_header("Content-Type", _TYPES.get(Path(path).suffix, "text/plain"))
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if status == 200 and self.command == "GET":
            self.wfile.write(data)

    do_HEAD = do_GET

    def _has(self, version: _Version) -> bool:
        """Whether the client has this version; If-None-Match decides where it is given."""
        if (known := self.headers.get("If-None-Match")) is not None:
            tags = [tag.strip().removeprefix("W/") for tag in known.split(",")]
            return "*" in tags or version.etag in tags
        if since := self.headers.get("If-Modified-Since"):
            try:
                return version.modified <= parsedate_to_datetime(since)
            except (TypeError, ValueError):
                return False
        return False

    def log_message(self, *_) -> None:
        """Say nothing: requests are kept in the site."""
