"""A host of our own on the loopback interface, which does what the tests say."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from generator.sources import web


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        pass  # of clients that go, or are killed


class Host:
    """A host of our own: what it does when a path is asked for, and what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Callable]] = {}
        self.answer_all: Callable = answer(404, b"<html>no")  # to what else is asked for
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self.closing = threading.Event()
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True  # which would hold every answer back for 40 ms

            def do_GET(self) -> None:
                host.asked.append(self.path)
                host.agents.add(self.headers["User-Agent"])
                answers = host.answers.get(self.path, [host.answer_all])
                try:
                    (answers.pop(0) if len(answers) > 1 else answers[0])(self)
                except OSError:  # the client has had enough
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self.server = _Server(("127.0.0.1", 0), Handler)
        self.root = f"http://127.0.0.1:{self.server.server_port}"
        self.url = f"{self.root}/site/"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def has(self, path: str, *answers: Callable) -> None:
        """One answer after the other; the last is repeated."""
        self.answers[f"/site/{path}"] = list(answers)

    def close(self) -> None:
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()


def visited_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Visits go to hosts of our own directly, and wait between questions no longer than these wish."""
    monkeypatch.setenv("NO_PROXY", "*")
    for name in ("PAUSE", "VISIT_BACKOFF"):
        monkeypatch.setattr(web, name, 0)


def answer(status: int, body: bytes = b"", **headers: str) -> Callable:
    def give(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return give
