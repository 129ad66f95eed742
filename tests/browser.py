"""What the tests in a browser share: a site that is served, and a visit to it that must go well."""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

# No sandbox, since CI runs as root; and none of the calls home that Chromium makes by itself.
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

expect.set_options(
    timeout=30_000
)  # as for all else that is waited for; what goes well waits no longer


def executable() -> str | None:
    """Chromium's path: what ``CHROMIUM`` says, or what is on the path. Its headless shell is the same
    engine without windows, and so needs little more than half the time."""
    names = ("chromium-headless-shell", "chromium", "google-chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


# A page of each kind, of the edition in content/.
KINDS = {
    "front": "",
    "paper": "papers/llamafusion-adapting-pretrained-language-models-for-multimodal-generation/",
    "topic": "topics/text-embeddings/",
    "day": "days/2025-12-10/",
    "month": "months/2025-10/",
    "week": "weeks/2025-W44/",
    "weeks": "weeks/",
    "organization": "organizations/nvidia/",
    "topics": "topics/",
    "organizations": "organizations/",
    "archive": "days/",
    "trending": "trending/",
    "trends": "trends/",
    "search": "search/",
    "reading list": "reading-list/",
    "feeds": "feeds/",
    "about": "about/",
    "contributing": "contributing/",
}


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_) -> None:
        pass

    def send_error(self, code, message=None, explain=None):
        """As static hosts do: a missing page is answered with 404.html."""
        body = Path(self.directory, "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def served(site: Path) -> Iterator[str]:
    handler = functools.partial(_Quiet, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@contextmanager
def visit(chromium: Browser, address: str, path: str = "", **options) -> Iterator[Page]:
    """A page of the site in a fresh profile; in the end nothing was said on the console, nothing
    was asked of another host, and no dialog came up."""
    context = chromium.new_context(**options)
    page = context.new_page()
    wrong: list[str] = []
    page.on(
        "console",
        lambda message: (
            wrong.append(message.text) if message.type in ("error", "warning") else None
        ),
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: (wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on(
        "request",
        lambda request: wrong.append(request.url) if _is_foreign(request.url, address) else None,
    )
    page.goto(address + path)
    yield page
    context.close()
    assert wrong == []


def stop_clock(page: Page) -> None:
    """Let no timer of pages that come run out before ``page.clock`` is told to go on, however slow all is."""
    page.clock.install(time="2025-01-01T08:00:00Z")
    page.clock.pause_at("2025-01-01T08:00:01Z")


def _is_foreign(url: str, address: str) -> bool:
    return not url.startswith((address, "data:", "blob:"))
