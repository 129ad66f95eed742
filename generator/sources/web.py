"""What is at an address, asked for as a polite and careful client does.

It says who asks, waits and tries again, and neither waits nor reads for ever.

``get`` is for single things. A ``Visit`` is for many: it leaves hosts a pause between two questions, asks
only for what has changed since the last time, and ends after a time, whatever hosts do.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import requests
import urllib3
from requests import exceptions
from requests.adapters import HTTPAdapter

from generator import cache
from generator.errors import BroadsheetError
from generator.readers import Unreadable

TRIES = 3
BACKOFF = 0.5  # seconds: no wait before the second try, twice this before the third
LONGEST_WAIT = 60  # seconds before the next try, if the host asks for a wait (Retry-After)
CONNECT_SECONDS = 10
SILENT_SECONDS = 30  # without a byte
WHOLE_SECONDS = 120  # for all of an answer's body
LARGEST = 20_000_000  # bytes of it, unpacked
_GONE = (404, 410)
_BUSY = (429, 500, 502, 503, 504)
# Of a visit:
PAUSE = 1.0  # seconds between two questions to a host
# What hosts ask for: https://info.arxiv.org/help/api/tou.html
_PAUSES = {"arxiv.org": 3.0}
VISIT_BACKOFF = 2.0  # seconds before the second try, twice this before the third
LONGEST_PAUSE = 300  # seconds, if the host asks for a wait
_KEPT = "answer-"
_MOMENTARY = (*_BUSY, 408, 425)

clock = time.monotonic
sleep = time.sleep

Answer = TypeVar("Answer")


class Unreachable(BroadsheetError):
    """Something that should be read from elsewhere, and can't be."""


class OutOfTime(Unreachable):
    """A visit has lasted as long as it may."""


class _Refused(Exception):
    """Why what came from a host is of no use."""

    def __init__(self, reason: str, wait: float | None = None):
        super().__init__(reason)
        self.wait = wait  # seconds for which the host asks


def session(publication_url: str = "", tries: int = TRIES) -> requests.Session:
    """A session that tells hosts who asks: Broadsheet, for the publication at that address."""
    opened = requests.Session()
    opened.max_redirects = 5
    version = metadata.version("broadsheet")
    who = f" (+{publication_url})" if publication_url.isascii() and publication_url else ""
    opened.headers["User-Agent"] = f"Broadsheet/{version}{who}"
    again = urllib3.Retry(
        total=tries - 1,
        backoff_factor=BACKOFF,
        status_forcelist=_BUSY,
        retry_after_max=LONGEST_WAIT,
        raise_on_status=False,
    )
    # There is no adapter for anything else, so no redirect leads to a file or another protocol.
    opened.mount("https://", HTTPAdapter(max_retries=again))
    opened.mount("http://", HTTPAdapter(max_retries=again))
    return opened


def get(opened: requests.Session, url: str) -> bytes | None:
    """What is at the address, unpacked; None if the host says that nothing is.

    Raises Unreachable for whatever else may happen.
    """
    try:
        with opened.get(url, stream=True, timeout=(CONNECT_SECONDS, SILENT_SECONDS)) as answer:
            if answer.status_code in _GONE:
                return None
            if answer.status_code != 200:
                raise unreachable(url, f"its host answers with status {answer.status_code}")
            return _body(answer, clock() + WHOLE_SECONDS)
    except _Refused as refused:
        raise unreachable(url, str(refused)) from refused
    except (exceptions.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
        raise unreachable(url, _reason(error)) from error


class Visit:
    """Many questions to hosts, one at a time, for so many seconds in all.

    ``kept`` is a folder for answers, by which a host can say that nothing has changed; whether it is there,
    or anything in it, makes no difference to what is read.
    """

    def __init__(self, publication_url: str = "", patience: float = 900, kept: Path | None = None):
        self._session = session(publication_url, tries=1)  # further ones are made here
        self._until = clock() + patience
        self._kept = kept
        self._used: set[str] = set()  # names of answers kept
        self._next: dict[str, float] = {}  # host → when it may be asked again

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def forget_others(self) -> None:
        """Remove the answers that this visit had no use for: nobody asks for a day of last year again."""
        for path in sorted(self._kept.glob(f"{_KEPT}*")) if self._kept else ():
            if path.name.partition(".")[0] not in self._used:
                path.unlink(missing_ok=True)

    def read(self, url: str, parse: Callable[[bytes], Answer]) -> Answer:
        """What ``parse`` makes of what is at the address.

        What may be over soon is tried again: a busy host, a connection that breaks off, and an answer for
        which ``parse`` raises Unreadable. Raises Unreachable, OutOfTime if this is how the visit ends.
        """
        host = _host(url)
        pause = _PAUSES.get(host, PAUSE)
        for done in range(TRIES):
            self._wait(url, host)
            try:
                return self._answer(url, parse)
            except _Refused as refused:
                reason = str(refused)
                wait = max(refused.wait or 0, VISIT_BACKOFF * 2**done, pause)
                self._next[host] = clock() + wait
            finally:
                self._next[host] = max(self._next.get(host, 0), clock() + pause)
        raise unreachable(url, reason)

    def _wait(self, url: str, host: str) -> None:
        now = clock()
        wait = max(0.0, self._next.get(host, now) - now)
        if wait > LONGEST_PAUSE:
            raise unreachable(url, f"its host asks to be left alone for {wait:,.0f} seconds")
        if now + wait >= self._until:
            raise OutOfTime(f"{url} was not read: no time is left; allow more, or try later")
        sleep(wait)

    def _answer(self, url: str, parse: Callable[[bytes], Answer]) -> Answer:
        data, marks = self._recalled(url)
        left = max(0.001, self._until - clock())
        timeout = (min(CONNECT_SECONDS, left), min(SILENT_SECONDS, left))
        try:
            with self._session.get(
                url, stream=True, timeout=timeout, headers=_if_new(marks)
            ) as got:
                if got.status_code in _MOMENTARY:
                    raise _Refused(_status(got), _asked_to_wait(got))
                if got.status_code != 304 or data is None:
                    if got.status_code != 200:
                        raise unreachable(url, _status(got))
                    data = _body(got, clock() + min(WHOLE_SECONDS, left))
                    marks = {name: got.headers.get(name) for name in _MARKS}
        except _FOR_GOOD as error:
            raise unreachable(url, _reason(error)) from error
        except (exceptions.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
            raise _Refused(_reason(error)) from error
        try:
            answer = parse(data)
        except Unreadable as error:
            raise _Refused(error.message.partition(";")[0]) from error
        self._keep(url, data, marks)
        return answer

    def _recalled(self, url: str) -> tuple[bytes | None, dict[str, str]]:
        """What was there the last time, and by what its host knows it."""
        kept = cache.recall(self._kept, *_name(url))
        head, _, data = (kept or b"").partition(b"\n")
        return (data, json.loads(head)) if kept else (None, {})

    def _keep(self, url: str, data: bytes, marks: dict[str, str | None]) -> None:
        if any(marks.values()):
            name, key = _name(url)
            self._used.add(name)
            cache.keep(self._kept, name, key, json.dumps(marks).encode() + b"\n" + data)


_MARKS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}  # RFC 9110 §13
# What won't be better in a minute.
_FOR_GOOD = (
    exceptions.TooManyRedirects,
    exceptions.InvalidSchema,
    exceptions.MissingSchema,
    exceptions.InvalidURL,
    exceptions.SSLError,
)


def _host(url: str) -> str:
    """The host of an address; all of a host's that is known by its domain are one."""
    host = urlsplit(url).netloc.lower()
    return next((known for known in _PAUSES if f".{host}".endswith(f".{known}")), host)


def _name(url: str) -> tuple[str, str]:
    key = hashlib.sha256(url.encode()).hexdigest()
    return f"{_KEPT}{key[:16]}", key


def _if_new(marks: dict[str, str]) -> dict[str, str]:
    return {_MARKS[name]: mark for name, mark in marks.items() if mark}


def _status(answer: requests.Response) -> str:
    return f"its host answers with status {answer.status_code}"


def _asked_to_wait(answer: requests.Response) -> float | None:
    """Seconds, from Retry-After (RFC 9110 §10.2.3), which is a number of them or a date."""
    try:
        return urllib3.Retry().get_retry_after(answer.raw)
    except urllib3.exceptions.InvalidHeader:
        return None


def _body(answer: requests.Response, until: float) -> bytes:
    """The body, as long as it comes before ``until`` and is not too large; raises _Refused.

    The library's own limit is for a single byte: a host that sends one now and then is never too slow.
    """
    body = bytearray()
    started = clock()
    while some := answer.raw.read1(65_536, decode_content=True):
        body += some
        if len(body) > LARGEST:
            raise _Refused(f"it is larger than {LARGEST:,} bytes")
        if clock() > until:
            raise _Refused(f"it takes longer than {round(until - started, 1):g} seconds")
    return bytes(body)


def unreachable(where: object, reason: str) -> Unreachable:
    return Unreachable(
        f"{where} could not be read: {reason}; see whether that is the right place, or try later"
    )


# The first that fits says why; libraries' own words name their classes and no cause.
_REASONS = (
    (exceptions.TooManyRedirects, "it redirects again and again"),
    ((exceptions.InvalidSchema, exceptions.MissingSchema), "it leads to what isn't http or https"),
    (exceptions.SSLError, "its host has no certificate that can be trusted"),
    (exceptions.ProxyError, "the proxy doesn't answer"),
    ((exceptions.Timeout, urllib3.exceptions.TimeoutError), "its host is too slow"),
    (exceptions.ConnectionError, "its host doesn't answer"),
    (urllib3.exceptions.DecodeError, "it can't be unpacked"),
    (urllib3.exceptions.ProtocolError, "it breaks off"),
    (exceptions.InvalidHeader, "its host's answer makes no sense"),
    (ValueError, "it leads to what isn't an address"),
)


def _reason(error: Exception) -> str:
    return next((said for kind, said in _REASONS if isinstance(error, kind)), type(error).__name__)
