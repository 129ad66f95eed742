"""A site is read from an address or a folder; whatever a host does is a line, not a traceback."""

from __future__ import annotations

import gzip
import os
import socket
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from generator.errors import UsageError
from generator.sources import web
from generator.sources.site import opened
from generator.sources.web import Unreachable
from tests.sources.host import Host, answer

FEED = b'<?xml version="1.0"?><rss version="2.0"/>'


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(web, "BACKOFF", 0)
    made = Host()
    yield made
    made.close()


def fetched(host: Host, path: str) -> bytes | None:
    with opened(host.url, "https://papers.example/") as fetch:
        return fetch(path)


def reason(host: Host, path: str = "feeds/all.xml") -> str:
    with pytest.raises(Unreachable) as error:
        fetched(host, path)
    said = str(error.value)
    assert said.startswith(f"{host.url}{path} could not be read: ")
    assert "; see whether " in said
    assert "\n" not in said
    return said


# --- an address ---------------------------------------------------------------------------


@pytest.mark.parametrize("final", ["", "/", "//"])
def test_what_is_at_a_path_of_an_address(host: Host, final: str):
    host.has("feeds/all.xml", answer(200, FEED))
    with opened(host.url.rstrip("/") + final) as fetch:
        assert fetch("feeds/all.xml") == fetch("feeds/all.xml") == FEED


def test_the_host_is_told_who_asks(host: Host):
    fetched(host, "feeds/all.xml")
    (agent,) = host.agents
    assert agent.startswith("Broadsheet/")
    assert agent.endswith(" (+https://papers.example/)")


@pytest.mark.parametrize(
    "nothing",
    [
        answer(404, b"not here"),
        answer(410),
        answer(200, b"<!DOCTYPE html><title>Home</title>"),
        answer(200, b'\xef\xbb\xbf\n<!-- a --><!-- b -->\n<html lang="en">'),
        answer(200, b'<?xml version="1.0"?>\n<!doctype HTML PUBLIC "x">'),
        answer(200, b"Not found"),
    ],
)
def test_what_is_not_there_is_none(host: Host, nothing: Callable):
    host.has("feeds/all.xml", nothing)
    assert fetched(host, "feeds/all.xml") is None


@pytest.mark.parametrize(
    "data", [FEED, b"", b'\xef\xbb\xbf {"a": "<html>"}', b"<!-- <html> --><rss/>"]
)
def test_what_is_there_is_given_as_it_is(host: Host, data: bytes):
    host.has("feeds/all.json", answer(200, data))
    assert fetched(host, "feeds/all.json") == data


def test_comments_without_end_take_no_time(host: Host):
    host.has("feeds/all.xml", answer(200, b"<!---->" * 10_000))
    assert fetched(host, "feeds/all.xml")


@pytest.mark.parametrize(
    "path", ["../x", "a/../../x", "/x", "//else.example/x", "a%2e/x", "a//b", "."]
)
def test_nothing_outside_of_the_site_is_asked_for(host: Host, path: str):
    assert fetched(host, path) is None
    assert host.asked == []


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_host_is_asked_again(host: Host, status: int):
    busy = answer(status, Retry_After="0")
    host.has("feeds/all.xml", busy, busy, answer(200, FEED))
    assert fetched(host, "feeds/all.xml") == FEED
    assert len(host.asked) == 3


@pytest.mark.parametrize(("status", "tries"), [(500, 3), (403, 1), (204, 1)])
def test_a_host_that_gives_nothing_is_an_error(host: Host, status: int, tries: int):
    host.has("feeds/all.xml", answer(status))
    assert f"status {status};" in reason(host)
    assert len(host.asked) == tries


def test_a_redirect_is_followed(host: Host):
    host.has("feeds/all.xml", answer(301, Location="/site/feeds/else.xml"))
    host.has("feeds/else.xml", answer(200, FEED))
    assert fetched(host, "feeds/all.xml") == FEED


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("/site/feeds/all.xml", "it redirects again and again"),
        ("file:///etc/hostname", "it leads to what isn't http or https"),
        ("ftp://127.0.0.1/", "it leads to what isn't http or https"),
        ("http://[", "it leads to what isn't an address"),
    ],
)
def test_a_redirect_that_leads_nowhere_is_an_error(host: Host, location: str, said: str):
    host.has("feeds/all.xml", answer(302, Location=location))
    assert said in reason(host)


def test_a_body_that_is_too_large_is_an_error(host: Host, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(web, "LARGEST", 100_000)
    host.has("feeds/all.xml", answer(200, b"<" + b" " * 99_999))
    assert len(fetched(host, "feeds/all.xml")) == 100_000
    for body, headers in [
        (b"<" + b" " * 100_000, {}),
        (gzip.compress(b" " * 50_000_000), {"Content_Encoding": "gzip"}),
    ]:
        host.has("feeds/all.xml", answer(200, body, **headers))
        assert "it is larger than 100,000 bytes" in reason(host)


def test_a_body_may_be_packed(host: Host):
    host.has("feeds/all.xml", answer(200, gzip.compress(FEED * 9_000), Content_Encoding="gzip"))
    assert fetched(host, "feeds/all.xml") == FEED * 9_000
    host.has("feeds/all.xml", answer(200, FEED, Content_Encoding="gzip"))
    assert "it can't be unpacked" in reason(host)


def test_a_body_may_come_in_chunks(host: Host):
    packed = gzip.compress(FEED * 9_000)
    chunks = b"".join(b"%x\r\n%s\r\n" % (1, packed[n : n + 1]) for n in range(len(packed)))
    headers = {"Transfer_Encoding": "chunked", "Content_Encoding": "gzip"}

    def in_chunks(chunks: bytes) -> Callable:
        def give(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.end_headers()
            handler.wfile.write(chunks)
            handler.close_connection = True

        return give

    host.has("feeds/all.xml", in_chunks(chunks + b"0\r\n\r\n"))
    assert fetched(host, "feeds/all.xml") == FEED * 9_000
    host.has("feeds/all.xml", in_chunks(chunks[:-30]))
    assert "it breaks off" in reason(host)


def test_an_answer_that_contradicts_itself_is_an_error(host: Host):
    host.has("feeds/all.xml", answer(200, FEED, content_length="7"))
    assert "makes no sense" in reason(host)


def test_a_body_that_breaks_off_is_an_error(host: Host):
    host.has("feeds/all.xml", answer(200, FEED, Content_Length="1000", Connection="close"))
    assert "it breaks off" in reason(host)


def test_a_host_that_drips_is_too_slow(host: Host, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(web, "WHOLE_SECONDS", 0.2)

    def drip(handler: BaseHTTPRequestHandler) -> None:
        answer(200, b"<", Content_Length="1000000")(handler)
        while not host.closing.wait(0.01):
            handler.wfile.write(b" ")

    host.has("feeds/all.xml", drip)
    assert "it takes longer than 0.2 seconds" in reason(host)


@pytest.mark.parametrize("begins", [True, False])
def test_a_host_that_falls_silent_is_too_slow(
    host: Host, monkeypatch: pytest.MonkeyPatch, begins: bool
):
    # Whoever begins has this time to do so.
    monkeypatch.setattr(web, "SILENT_SECONDS", 1 if begins else 0.1)

    def fall_silent(handler: BaseHTTPRequestHandler) -> None:
        if begins:
            answer(200, b"<", Content_Length="1000000")(handler)
        host.closing.wait()

    host.has("feeds/all.xml", fall_silent)
    assert ("is too slow" if begins else "doesn't answer") in reason(host)


def test_a_host_that_is_not_there_is_an_error(host: Host):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        opened(f"http://127.0.0.1:{port}/") as fetch,
        pytest.raises(Unreachable, match="its host doesn't answer"),
    ):
        fetch("feeds/all.xml")


def test_a_host_without_a_certificate_is_an_error(host: Host):
    with (
        opened(host.url.replace("http://", "https://")) as fetch,
        pytest.raises(Unreachable, match="no certificate that can be trusted"),
    ):
        fetch("feeds/all.xml")


@pytest.mark.parametrize(
    "where",
    [
        "ftp://papers.example/",
        "https://",
        "https:///feeds/",
        "https://[",
        "https://papers.example:port/",
        "https://papers.example/?a=1",
        "https://papers.example/#a",
        "https://papers.example/feeds/all.xml",
        "https://papers.example/index.html",
        "https://name:word@papers.example/",
    ],
)
def test_an_address_of_no_site_is_refused(where: str):
    with pytest.raises(UsageError) as error, opened(where):
        pass
    assert "word" not in str(error.value)


# --- a folder -----------------------------------------------------------------------------


def test_what_is_at_a_path_of_a_folder(tmp_path: Path):
    (tmp_path / "site" / "feeds").mkdir(parents=True)
    (tmp_path / "site" / "feeds" / "all.xml").write_bytes(FEED)
    (tmp_path / "secret.xml").write_bytes(FEED)
    with opened(str(tmp_path / "site")) as fetch:
        assert fetch("feeds/all.xml") == FEED
        for path in ("feeds/all.json", "feeds", "feeds/all.xml/x", "../secret.xml", "feeds/../x"):
            assert fetch(path) is None
        for path in (f"{tmp_path}/secret.xml", "..\\secret.xml", "a\0"):
            assert fetch(path) is None


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_does_not_lead_out_of_a_folder(tmp_path: Path):
    (tmp_path / "site").mkdir()
    (tmp_path / "secret.xml").write_bytes(FEED)
    (tmp_path / "site" / "all.xml").symlink_to(tmp_path / "secret.xml")
    (tmp_path / "site" / "round.xml").symlink_to(tmp_path / "site" / "round.xml")
    with opened(str(tmp_path / "site")) as fetch:
        assert fetch("all.xml") is None
        assert fetch("round.xml") is None


def test_a_file_that_is_too_large_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(web, "LARGEST", 3)
    (tmp_path / "all.xml").write_bytes(FEED)
    with opened(str(tmp_path)) as fetch, pytest.raises(Unreachable, match="larger than 3 bytes"):
        fetch("all.xml")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path):
    for where in (str(tmp_path / "x"), "papers.example", ""):
        with pytest.raises(UsageError, match="no folder"), opened(where):
            pass
