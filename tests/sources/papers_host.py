"""A host that answers as Hugging Face, arXiv and feeds of papers do, and fails as they do.

All that it lists is made up. ``day`` is what it is today there; days fill up, and what is said of papers
changes, in the days after. ``fails`` is asked before each answer whether, and how, it goes wrong.
"""

from __future__ import annotations

import datetime
import email.utils
import gzip
import hashlib
import json
import re
import socket
import struct
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from tests.sources.host import Host, answer

WORDS = (
    "amber birch cedar delta ember fjord grove heath islet jetty knoll larch maple north".split()
)


def title(number: int) -> str:
    a, b, c = (WORDS[number // 14**place % 14] for place in range(3))
    return f"On {a} and {b}: a study of {c} {number}"


def arxiv_id(number: int) -> str:
    return f"2510.{number:05}"


class PapersHost(Host):
    def __init__(self, day: datetime.date):
        self.day = day
        self.fails: Callable[[int], Callable | None] = lambda number: None
        self.calls = 0
        self.conditional = 0  # answers that nothing has changed
        self.times: list[float] = []
        self.per_day = 6
        super().__init__()
        host = self

        def respond(handler: BaseHTTPRequestHandler) -> None:
            host.calls += 1
            host.times.append(time.monotonic())
            parts = urlsplit(handler.path)
            asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
            known = {
                "/api/daily_papers": host.daily_papers,
                "/api/query": host.arxiv,
                "/feed.rss": host.rss,
                "/feed.atom": host.atom,
            }
            if parts.path not in known:
                give(handler, 404, b"<html>no")
                return
            body, kind = known[parts.path](asked)
            if failure := host.fails(host.calls):
                failure(handler, body)
                return
            tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            if handler.headers.get("If-None-Match") == tag:
                host.conditional += 1
                give(handler, 304, b"", ETag=tag)
            else:
                give(handler, 200, body, ETag=tag, Content_Type=kind)

        self.answer_all = respond

    # What is listed. The papers of a day come over three days; their counts grow for five.

    def papers(self, day: datetime.date) -> list[int]:
        age = (self.day - day).days
        if age < 0 or day.weekday() > 4:
            return []
        first = (day - datetime.date(2025, 9, 1)).days * 10
        return [first + place for place in range(self.per_day) if place // 2 <= age]

    def daily_papers(self, asked: dict) -> tuple[bytes, str]:
        day = datetime.date.fromisoformat(asked["date"])
        age = min((self.day - day).days, 5)
        start = int(asked.get("p", 0)) * int(asked.get("limit", 50))
        numbers = self.papers(day)[start : start + int(asked.get("limit", 50))]
        found = [
            {
                "paper": {
                    "id": arxiv_id(number),
                    "title": title(number),
                    "summary": f"What is known of {number},\nand more: $x^2$ & <EOS>.",
                    "authors": [{"name": f"A. Author {number}"}, {"name": "B. Author"}],
                    "publishedAt": f"{day - datetime.timedelta(2)}T17:50:01.000Z",
                    "upvotes": number + age,
                    "githubRepo": f"https://code.example/{number}" if age > 1 else None,
                },
                "publishedAt": f"{day}T03:44:01.558Z",
                "title": title(number),
                "numComments": age,
            }
            for number in sorted(numbers, key=lambda number: -(number * 7 % 11))  # by votes
        ]
        return json.dumps(found).encode(), "application/json; charset=utf-8"

    def arxiv(self, asked: dict) -> tuple[bytes, str]:
        found = re.search(r"submittedDate:\[(\d{8})0000 TO \d{8}2359\]", asked["search_query"])
        day = datetime.datetime.strptime(found[1], "%Y%m%d").date()
        numbers = self.papers(day)
        start = int(asked["start"])
        entries = [
            f"""<entry><id>http://arxiv.org/abs/{arxiv_id(number)}v2</id>
            <updated>{self.day}T01:00:00Z</updated><published>{day}T13:30:00Z</published>
            <title>{title(number)}</title><summary>  What is known of\n {number}.</summary>
            <author><name>A. Author {number}</name></author><author><name>B. Author</name></author>
            <link href="http://arxiv.org/abs/{arxiv_id(number)}v2" rel="alternate"/>
            <category term="cs.CL" scheme="http://arxiv.org/schemas/atom"/></entry>"""
            for number in numbers[start : start + int(asked["max_results"])]
        ]
        return atom(entries, len(numbers)), "application/atom+xml; charset=UTF-8"

    def rss(self, asked: dict) -> tuple[bytes, str]:
        """A journal's: what it had in the last four days, in a time zone of its own."""
        items = []
        for back in range(4):
            day = self.day - datetime.timedelta(back)
            for number in self.papers(day)[:2]:
                local = f"{day:%d %b %Y} 23:30:00 -0900"  # which is the next day in UTC
                items.append(
                    f"<item><title>{title(number)}</title><link>https://j.example/{number}</link>"
                    f"<description>&lt;p&gt;Of {number}.&lt;/p&gt;</description>"
                    f"<dc:creator>A. Author {number}</dc:creator><pubDate>{local}</pubDate>"
                    f"<prism:doi>10.1000/{number}</prism:doi></item>"
                )
        body = (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" '
            'xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"><channel>'
            f"<title>A Journal</title>{''.join(items)}</channel></rss>"
        )
        return body.encode(), "application/rss+xml"

    def atom(self, asked: dict) -> tuple[bytes, str]:
        """One whose entries say nothing of days."""
        entries = [
            f"<entry><id>urn:x:{number}</id><title>{escape(title(number))}</title></entry>"
            for back in range(3)
            for number in self.papers(self.day - datetime.timedelta(back))[:1]
        ]
        return atom(entries, len(entries)), "application/atom+xml"


def atom(entries: list[str], total: int) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">'
        f"<title>A feed</title><opensearch:totalResults>{total}</opensearch:totalResults>"
        f"{''.join(entries)}</feed>"
    ).encode()


def give(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    if "gzip" in handler.headers.get("Accept-Encoding", "") and status == 200:
        body = gzip.compress(body)
        headers["Content_Encoding"] = "gzip"
    answer(status, body, **headers)(handler)


# --- how it fails -------------------------------------------------------------------------


def status(number: int, **headers: str) -> Callable:
    return lambda handler, body: give(handler, number, b"<html>Sorry", **headers)


def page(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """A page for people, as if all were well."""
    give(handler, 200, b"<!DOCTYPE html><html><title>Down for maintenance</title></html>")


def cut(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Half of it, as if that were all."""
    give(handler, 200, body[: len(body) // 2])


def broken_off(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Half of it, and then nothing."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body) + 10))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    handler.close_connection = True


def reset(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """A connection that is torn."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()
    handler.close_connection = True


def other(data: bytes) -> Callable:
    """Something else, in JSON or XML that is whole."""
    return lambda handler, body: give(handler, 200, data)


def dripping(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """A byte now and then."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body) + 1_000))
    handler.end_headers()
    for byte in body:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.02)


def redirected(to: str) -> Callable:
    return lambda handler, body: give(handler, 302, b"", Location=to)


def in_the_past(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    """Busy until a moment that is over, by our clock."""
    give(handler, 503, b"", Retry_After=email.utils.formatdate(0, usegmt=True))


FAILURES = (
    status(429, Retry_After="0"),
    status(500),
    page,
    cut,
    in_the_past,
    broken_off,
    other(b'{"error":"Internal"}'),
    reset,
    status(502),
    other(b"[{]"),
    status(504, Retry_After="soon"),
    other(b""),
    redirected("/loop"),
)
