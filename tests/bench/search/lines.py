"""A line to a static host that is as fast as told: 10 Mbit/s for all that is asked at once, and 50 ms
before each answer. Text comes compressed, other files as they are, as hosts of static sites do it.
"""

from __future__ import annotations

import gzip
import http.server
import mimetypes
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

RATE = 10e6 / 8  # bytes a second
DELAY = 0.05  # seconds
_PIECE = 8_192  # bytes that are sent at a time
_TEXT = ("text/", "application/json", "application/javascript", "image/svg+xml")


@dataclass
class Line:
    address: str
    sent: list[tuple[str, int]] = field(default_factory=list)  # path, bytes with its header

    def bytes(self, of: Callable[[str], bool] = lambda path: True) -> int:
        return sum(size for path, size in self.sent if of(path))

    def files(self, of: Callable[[str], bool]) -> int:
        return sum(of(path) for path, _ in self.sent)


@contextmanager
def line(*folders: Path) -> Iterator[Line]:
    """A server of the folders' files; of a path that several have, the first folder's."""
    rate = _Rate()

    class Host(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            due = time.monotonic() + DELAY
            path = unquote(urlsplit(self.path).path).lstrip("/")
            found = _body(folders, path)
            kind, data, is_text = found or ("text/plain", b"", False)
            time.sleep(max(0.0, due - time.monotonic()))
            head = [
                f"HTTP/1.1 {200 if found else 404} {'OK' if found else 'Not Found'}",
                f"Content-Type: {kind}{'; charset=utf-8' if is_text else ''}",
                f"Content-Length: {len(data)}",
                "Cache-Control: max-age=600",  # as GitHub Pages
                *(["Content-Encoding: gzip"] if is_text else []),
            ]
            answer = "\r\n".join([*head, "", ""]).encode("ascii") + data
            here.sent.append((path, len(answer)))
            for start in range(0, len(answer), _PIECE):
                piece = answer[start : start + _PIECE]
                rate.wait(len(piece))
                self.wfile.write(piece)

        def log_message(self, *_) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Host)
    server.daemon_threads = True
    here = Line(f"http://127.0.0.1:{server.server_port}/")
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield here
    server.shutdown()
    server.server_close()


@lru_cache(maxsize=4096)
def _body(folders: tuple[Path, ...], path: str) -> tuple[str, bytes, bool] | None:
    """A file's media type, what is sent of it, and whether that is compressed."""
    for folder in folders:
        file = folder / path
        if file.is_dir():
            file /= "index.html"
        if file.is_file():
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            data = file.read_bytes()
            is_text = kind.startswith(_TEXT)
            return kind, gzip.compress(data, 6) if is_text else data, is_text
    return None


class _Rate:
    """Lets bytes pass at the line's rate, whoever sends them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free = 0.0  # when the line is free again

    def wait(self, size: int) -> None:
        with self._lock:
            now = time.monotonic()
            self._free = max(now, self._free) + size / RATE
            wait = self._free - now
        time.sleep(wait)
