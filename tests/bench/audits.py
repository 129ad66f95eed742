"""What Lighthouse says of the edition on its mobile profile, and what a paper's page weighs.

Needs Node.js and npm, which install Lighthouse as locked in ``lighthouse/``, and Chromium. The site is
served as static hosts serve it: compressed, with types and lengths, over HTTP/1.1 on loopback.
"""

from __future__ import annotations

import gzip
import http.server
import json
import mimetypes
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.bench import corpus
from tests.browser import FLAGS, KINDS

LEAST = 98  # of 100, in every category
HEAVIEST = 150_000  # bytes of a paper's page with all that it loads, compressed
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PAGES = ("front", "topic", "paper", "search")
_LIGHTHOUSE = Path(__file__).with_name("lighthouse")


def audits() -> None:
    """Print a line a page; exit with 1 if a score is too low or a page too heavy."""
    if not (shutil.which("npm") and shutil.which("chromium")):
        sys.exit("Lighthouse needs npm and Chromium; install them.")
    if not (_LIGHTHOUSE / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--silent"], cwd=_LIGHTHOUSE, check=True)
    good = True
    print(f"{'':<10}{''.join(f'{name:>16}' for name in CATEGORIES)}{'KB':>8}{'requests':>10}")
    with tempfile.TemporaryDirectory(prefix="broadsheet-audits-") as temporary:
        site = Path(temporary, "site")
        subprocess.run(
            [sys.executable, "-m", "generator", "build", "--site-dir", str(site)],
            cwd=corpus.REPOSITORY,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        with _hosted(site) as address:
            for kind in PAGES:
                report = _audited(address + KINDS[kind], Path(temporary))
                scores = [round(report["categories"][name]["score"] * 100) for name in CATEGORIES]
                requests = report["audits"]["network-requests"]["details"]["items"]
                weight = sum(request["transferSize"] for request in requests)
                print(
                    f"{kind:<10}{''.join(f'{score:>16}' for score in scores)}"
                    f"{weight / 1000:>8.0f}{len(requests):>10}"
                )
                good &= min(scores) >= LEAST and (kind != "paper" or weight <= HEAVIEST)
                for audit in _lacking(report):
                    print(f"          - {audit}")
    sys.exit(not good)


def _audited(url: str, folder: Path) -> dict:
    out = folder / "report.json"
    subprocess.run(
        [
            _LIGHTHOUSE / "node_modules" / ".bin" / "lighthouse",
            url,
            "--quiet",
            "--output=json",
            f"--output-path={out}",
            f"--only-categories={','.join(CATEGORIES)}",
            f"--chrome-flags=--headless=new {' '.join(FLAGS)}",
        ],
        env={**os.environ, "CHROME_PATH": shutil.which("chromium")},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return json.loads(out.read_text("utf-8"))


def _lacking(report: dict) -> Iterator[str]:
    """The audits that cost a category some of its score."""
    for name in CATEGORIES:
        for reference in report["categories"][name]["auditRefs"]:
            audit = report["audits"][reference["id"]]
            if reference["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                yield f"{name}: {audit['title']} {audit.get('displayValue', '')}"


class _Host(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.directory, unquote(urlsplit(self.path).path).lstrip("/"))
        if path.is_dir():
            path /= "index.html"
        found = path.is_file()
        if not found:
            path = Path(self.directory, "404.html")
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        body = path.read_bytes()
        self.send_response(200 if found else 404)
        if kind.startswith(("text/", "application/")) or kind.endswith("+xml"):
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")  # as GitHub Pages
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


@contextmanager
def _hosted(site: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), lambda *args: _Host(*args, directory=str(site))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
