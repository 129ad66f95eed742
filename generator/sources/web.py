"""What is at an address, asked for as a polite and careful client does.

It says who asks, waits and tries again, and neither waits nor reads for ever.
"""

from __future__ import annotations

import time
from importlib import metadata

import requests
import urllib3
from requests import exceptions
from requests.adapters import HTTPAdapter

from generator.errors import BroadsheetError

TRIES = 3
BACKOFF = 0.5  # seconds: no wait before the second try, twice this before the third
LONGEST_WAIT = 60  # seconds before the next try, if the host asks for a wait (Retry-After)
CONNECT_SECONDS = 10
SILENT_SECONDS = 30  # without a byte
WHOLE_SECONDS = 120  # for all of an answer's body
LARGEST = 20_000_000  # bytes of it, unpacked
_GONE = (404, 410)
_BUSY = (429, 500, 502, 503, 504)


class Unreachable(BroadsheetError):
    """Something that should be read from elsewhere, and can't be."""


def session(publication_url: str = "") -> requests.Session:
    """A session that tells hosts who asks: Broadsheet, for the publication at that address."""
    opened = requests.Session()
    opened.max_redirects = 5
    version = metadata.version("broadsheet")
    who = f" (+{publication_url})" if publication_url.isascii() and publication_url else ""
    opened.headers["User-Agent"] = f"Broadsheet/{version}{who}"
    again = urllib3.Retry(
        total=TRIES - 1,
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
            return _body(answer, url)
    except (exceptions.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
        raise unreachable(url, _reason(error)) from error


def _body(answer: requests.Response, url: str) -> bytes:
    """The body, as long as it comes soon enough and is not too large.

    The library's own limit is for a single byte: a host that sends one now and then is never too slow.
    """
    until = time.monotonic() + WHOLE_SECONDS
    body = bytearray()
    while some := answer.raw.read1(65_536, decode_content=True):
        body += some
        if len(body) > LARGEST:
            raise unreachable(url, f"it is larger than {LARGEST:,} bytes")
        if time.monotonic() > until:
            raise unreachable(url, f"it takes longer than {WHOLE_SECONDS} seconds")
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
