"""A visit asks hosts politely: it waits as long as they wish, and ends when it should."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.readers import Unreadable
from generator.sources import web
from generator.sources.web import OutOfTime, Unreachable, Visit
from tests.sources.host import Host, answer

OK = answer(200, b"[]")


class Clock:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(web, "clock", made)
    monkeypatch.setattr(web, "sleep", made.sleep)
    return made


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    monkeypatch.setenv("NO_PROXY", "*")
    made = Host()
    yield made
    made.close()


def whole(data: bytes) -> bytes:
    if not data.endswith(b"]"):
        raise Unreadable("it is cut; fetch it again")
    return data


def waits(clock: Clock) -> list[float]:
    """Those that were any, in seconds."""
    return [round(seconds, 1) for seconds in clock.slept if seconds > 0]


def test_hosts_are_left_a_pause(host: Host, clock: Clock):
    host.has("a", OK)
    host.has("b", OK)
    with Visit() as visit:
        for path in "aba":
            visit.read(host.url + path, whole)
    assert waits(clock) == [web.PAUSE] * 2


def test_arxiv_is_left_its_three_seconds_whichever_of_its_hosts_is_asked(
    host: Host, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Visit, "_answer", lambda *_: b"")
    with Visit() as visit:
        for address in (
            "https://export.arxiv.org/api/query",
            "https://rss.arxiv.org/rss/cs.CL",
            "https://arxiv.org/a",
            "https://other.example/arxiv.org",
        ):
            visit.read(address, whole)
    assert waits(clock) == [3.0, 3.0]


def test_what_fails_is_tried_again_after_longer_and_longer(host: Host, clock: Clock):
    host.has("a", answer(500), answer(200, b"[,"), OK)
    with Visit() as visit:
        assert visit.read(f"{host.url}a", whole) == b"[]"
    assert waits(clock) == [web.VISIT_BACKOFF, 2 * web.VISIT_BACKOFF]


def test_who_fails_three_times_is_given_up(host: Host, clock: Clock):
    host.has("a", answer(500), answer(500), answer(200, b"[,"), OK)
    with Visit() as visit, pytest.raises(Unreachable) as error:
        visit.read(f"{host.url}a", whole)
    assert str(error.value).startswith(f"{host.url}a could not be read: it is cut; see whether")
    assert len(host.asked) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 501])
def test_what_will_not_be_better_in_a_minute_is_not_tried_again(
    status: int, host: Host, clock: Clock
):
    host.has("a", answer(status), OK)
    with Visit() as visit, pytest.raises(Unreachable, match=f"answers with status {status}"):
        visit.read(f"{host.url}a", whole)
    assert len(host.asked) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_is_waited_for_as_long_as_it_asks(status: int, host: Host, clock: Clock):
    host.has("a", answer(status, Retry_After="77"), OK)
    with Visit() as visit:
        visit.read(f"{host.url}a", whole)
    assert waits(clock) == [77]


def test_a_host_may_ask_for_a_moment_of_its_clock(host: Host, clock: Clock):
    moment = email.utils.formatdate(time.time() + 50, usegmt=True)
    host.has("a", answer(503, Retry_After=moment), OK)
    with Visit() as visit:
        visit.read(f"{host.url}a", whole)
    (wait,) = waits(clock)
    assert 20 < wait <= 50


@pytest.mark.parametrize("after", ["-5", "soon", "Thu, 01 Jan 1970 00:00:00 GMT", ""])
def test_nonsense_is_no_reason_to_wait(after: str, host: Host, clock: Clock):
    host.has("a", answer(503, Retry_After=after), OK)
    with Visit() as visit:
        visit.read(f"{host.url}a", whole)
    assert waits(clock) == [web.VISIT_BACKOFF]


def test_a_host_that_wants_to_be_left_alone_is(host: Host, clock: Clock):
    host.has("a", answer(429, Retry_After="3600"), OK)
    host.has("b", OK)
    with Visit(patience=10_000) as visit:
        for path in "ab":
            with pytest.raises(Unreachable, match="asks to be left alone for 3,600 seconds"):
                visit.read(host.url + path, whole)
    assert len(host.asked) == 1
    assert waits(clock) == []


def test_a_visit_ends(host: Host, clock: Clock):
    host.has("a", answer(503, Retry_After="60"))
    with Visit(patience=100) as visit, pytest.raises(OutOfTime):
        visit.read(f"{host.url}a", whole)
    assert waits(clock) == [60]
    assert len(host.asked) == 2


def test_a_redirect_is_followed(host: Host, clock: Clock):
    host.has("a", answer(301, Location="/site/b"))
    host.has("b", answer(307, Location=f"{host.url}c"))
    host.has("c", OK)
    with Visit() as visit:
        assert visit.read(f"{host.url}a", whole) == b"[]"


@pytest.mark.parametrize("to", ["/site/a", "file:///etc/passwd", "ftp://x.example/", "http://["])
def test_a_redirect_that_leads_nowhere_is_not(to: str, host: Host, clock: Clock):
    host.has("a", answer(302, Location=to))
    with Visit() as visit, pytest.raises(Unreachable):
        visit.read(f"{host.url}a", whole)


def test_what_has_not_changed_is_not_sent_again(host: Host, clock: Clock, tmp_path: Path):
    seen: list[tuple] = []

    def marked(handler) -> None:
        headers = handler.headers
        seen.append((headers["If-None-Match"], headers["If-Modified-Since"]))
        status = 304 if headers["If-None-Match"] == '"x"' else 200
        marks = {"ETag": '"x"', "Last_Modified": "Wed, 29 Oct 2025 03:00:00 GMT"}
        answer(status, b"" if status == 304 else b"[1]", **marks)(handler)

    host.has("a", marked)
    for _ in range(2):
        with Visit(kept=tmp_path / "kept") as visit:
            assert visit.read(f"{host.url}a", whole) == b"[1]"
    assert seen == [(None, None), ('"x"', "Wed, 29 Oct 2025 03:00:00 GMT")]


def test_what_was_not_understood_is_not_kept(host: Host, clock: Clock, tmp_path: Path):
    host.has("a", answer(200, b"[", ETag='"x"'))
    with Visit(kept=tmp_path) as visit, pytest.raises(Unreachable):
        visit.read(f"{host.url}a", whole)
    assert not list(tmp_path.iterdir())


def test_that_nothing_changed_is_no_answer_to_who_knows_nothing(host: Host, clock: Clock):
    host.has("a", answer(304))
    with Visit() as visit, pytest.raises(Unreachable, match="status 304"):
        visit.read(f"{host.url}a", whole)


def test_the_host_is_told_who_asks(host: Host, clock: Clock):
    host.has("a", OK)
    with Visit("https://papers.example/") as visit:
        visit.read(f"{host.url}a", whole)
    (agent,) = host.agents
    assert agent.endswith(" (+https://papers.example/)")


def test_too_much_is_refused(host: Host, clock: Clock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(web, "LARGEST", 10)
    host.has("a", answer(200, b"[" + b" " * 10 + b"]"))
    with Visit() as visit, pytest.raises(Unreachable, match="larger than 10 bytes"):
        visit.read(f"{host.url}a", whole)
