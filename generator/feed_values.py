"""The values in feeds: what is wrong with an address, a date, a title, a piece of HTML.

Each function tells what is wrong and, after a semicolon, what to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from lxml import etree

from generator.text import MARKUP, REFERENCE

# Controls and noncharacters, which some format forbids; what wrong decoding leaves; what turns the
# direction of the text around it (Unicode TR 36 §2.10).
_BAD_CHARACTER = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffd-\uffff\ud800-\udfff]"
)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_HOST = re.compile(
    r"https?://(?:[^/?#@]*@)?(?:\[[\da-f:.]+\]|[^/?#@:\[\]\s]+)(?::\d+)?(?=[/?#]|$)", re.IGNORECASE
)
_NOT_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f<>\"{}|\\^`]|%(?![\da-f]{2})", re.IGNORECASE)
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"  # of a domain, in lower case since ids are compared as they are
_TAG_URI = re.compile(
    rf"tag:(?:[a-z0-9._-]+@)?{_LABEL}(?:\.{_LABEL})*,\d{{4}}(?:-(?:0[1-9]|1[0-2])(?:-[0-3]\d)?)?"
    r":[\w\-.~%!$&'()*+,;=:@/?]*(?:#[\w\-.~%!$&'()*+,;=:@/?]*)?",
    re.ASCII,
)
_UUID = re.compile(r"urn:uuid:[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}", re.IGNORECASE)
_FORMS = {
    "email": (
        re.compile(r"[^@\s<>()]+@[^@\s<>()]+\.[^@\s<>()]+(?: \([^()]*\))?"),
        "no e-mail address; write name@host, and in RSS a mere name in dc:creator",
    ),
    "language": (re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*"), 'no language tag; like "en"'),
    "media": (re.compile(r"[\w.+-]+/[\w.+-]+(?:\s*;.*)?"), 'no media type; like "text/html"'),
    "number": (re.compile(r"\d+", re.ASCII), "no whole number; write digits only"),
    "rel": (re.compile(r"[a-z][a-z0-9.-]*|[a-z]+:\S+"), 'no link relation; like "alternate"'),
}


def _faults_of_text(text: str) -> Iterator[str]:
    if not text.strip():
        yield "empty; say something, or leave it out"


def _faults_of_name(text: str) -> Iterator[str]:
    """A text that identifies, and so is compared as it is."""
    yield from _faults_of_text(text)
    if text != text.strip():
        yield "white space around it, which is part of it to some readers; remove it"
    yield from _faults_of_scheme(text.strip())


def _faults_of_plain(text: str) -> Iterator[str]:
    """A title or a name, which some readers show as it is and others take for HTML."""
    yield from _faults_of_text(text)
    if match := MARKUP.search(text):
        yield f'holds markup, "{match[0][:40]}", that readers show or drop; write plain text'
    if match := REFERENCE.search(text):
        yield f'escaped twice: readers show "{match[0]}"; escape it once'


def _faults_of_url(text: str, is_web: bool = True, is_ascii: bool = True) -> Iterator[str]:
    if text != text.strip():
        yield "white space around it; remove it"
    text = text.strip()
    scheme = _SCHEME.match(text)
    is_http = scheme and scheme[1].lower() in ("http", "https")
    if not scheme:
        yield "relative, or no address; write the whole address, from https:// on"
    elif is_web and not is_http:
        yield f'"{scheme[1][:20]}:" is not of the web; only http and https are'
    elif is_http and not _HOST.match(text):
        yield "without a host, or with a wrong port; write https://host/…"
    elif match := _NOT_IN_ADDRESS.search(text):
        yield f"{match[0]!r} can't stand in an address; percent-encode it"
    elif is_ascii and not text.isascii():
        yield "not ASCII, as an address must be here; percent-encode it"


def _faults_of_iri(text: str) -> Iterator[str]:
    yield from _faults_of_url(text, is_ascii=False)


def _faults_of_id(text: str) -> Iterator[str]:
    """An absolute IRI."""
    yield from _faults_of_url(text, is_web=False, is_ascii=False)
    yield from _faults_of_scheme(text.strip())


def _faults_of_scheme(text: str) -> Iterator[str]:
    if text.startswith("tag:") and not _TAG_URI.fullmatch(text):
        yield "no tag: URI (RFC 4151); write tag:authority,2025:what, the authority in lower case"
    if text.lower().startswith("urn:uuid:") and not _UUID.fullmatch(text):
        yield "no UUID; write urn:uuid: and 32 hexadecimal digits in five groups"


# --- dates ----------------------------------------------------------------------------------

_DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
_RFC822 = re.compile(
    rf"(?:({'|'.join(_DAYS)}), )?\d\d? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{{4}}"
    r" \d\d:\d\d(?::\d\d)? (?:GMT|UT|Z|[ECMP][SD]T|[+-]\d{4})",
    re.ASCII,
)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_LEAP_SECOND = re.compile(r"(?<=:\d\d):60")  # is right, but not to Python


def rfc822(text: str) -> datetime:
    """An RFC 822 date as RSS wants it: in English, with four digits of the year. Raises ValueError."""
    match = _RFC822.fullmatch(text)
    if not match:
        raise ValueError('no RFC 822 date; write it like "Wed, 29 Oct 2025 00:00:00 +0000"')
    when = _moment(parsedate_to_datetime, text)
    if match[1] and match[1] != _DAYS[when.weekday()]:
        raise ValueError(f'on the wrong weekday; write "{_DAYS[when.weekday()]}"')
    return when


def rfc3339(text: str) -> datetime:
    """An RFC 3339 date as Atom wants it: in capitals, with seconds and zone. Raises ValueError."""
    if not _RFC3339.fullmatch(text):
        raise ValueError('no RFC 3339 date; write it like "2025-10-29T00:00:00Z"')
    return _moment(datetime.fromisoformat, text)


def _moment(parse: Callable[[str], datetime], text: str) -> datetime:
    try:
        when = parse(_LEAP_SECOND.sub(":59", text))
    except ValueError as error:
        raise ValueError(f"no such date, {error}; correct it") from error
    if not 1990 <= when.year < 9999:  # the last year, too, which not all zones can say
        raise ValueError("not of the time of feeds, as if a clock was never set; leave it out")
    return when if when.tzinfo else when.replace(tzinfo=UTC)  # "-0000" is a zone that isn't known


# --- HTML -----------------------------------------------------------------------------------

# What acts rather than is read: readers take it out, and a few of them what stands around it.
_ACTIVE = frozenset(
    "applet base embed form frame frameset iframe link meta object script style".split()
)
_LINKING = frozenset("action background cite data formaction href longdesc poster src".split())
_HARMFUL = ("javascript", "vbscript", "data", "file")


def _faults_of_html(text: str, base: str | None) -> Iterator[str]:
    yield from _faults_of_text(text)
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:  # nothing that a browser would show
        return
    if root is not None:
        yield from faults_of_html_tree(root, base)


def faults_of_html_tree(root: etree._Element, base: str | None) -> Iterator[str]:
    """HTML as readers show it, away from its page: nothing that acts, nothing relative."""
    for element in root.iter("*"):
        name = element.tag.rpartition("}")[2].lower()
        if name in _ACTIVE:
            yield f"holds <{name}>, which readers take out; leave it out"
        for key, value in element.attrib.items():
            attribute = key.rpartition("}")[2].lower()
            scheme = _SCHEME.match(re.sub(r"[\x00-\x20]", "", value))
            if attribute.startswith("on"):
                yield f"holds {attribute}=, which readers take out; leave it out"
            elif attribute in _LINKING and scheme and scheme[1].lower() in _HARMFUL:
                yield f'{attribute}="{scheme[0]}…" is nothing that readers follow; leave it out'
            elif attribute in _LINKING and not scheme and not base:
                yield f'{attribute}="{value[:80]}" is relative to nothing; write the whole address'


# --- kinds ----------------------------------------------------------------------------------

_DATES = {"rfc822": rfc822, "rfc3339": rfc3339}
_KINDS = {
    "any": lambda text: iter(()),
    "text": _faults_of_text,
    "name": _faults_of_name,
    "plain": _faults_of_plain,
    "url": _faults_of_url,
    "iri": _faults_of_iri,
    "id": _faults_of_id,
}


def faults(kind: str, text: str, base: str | None = None) -> Iterator[str]:
    """What is wrong with a value of this kind; ``base`` is what addresses in HTML are relative to."""
    if match := _BAD_CHARACTER.search(text):
        yield f"holds U+{ord(match[0]):04X}, which nobody can read; remove it"
    if kind in _FORMS:
        form, message = _FORMS[kind]
        if len(text) > 500 or not form.fullmatch(text):  # some forms take long with long texts
            yield message
    elif kind in _DATES:
        try:
            _DATES[kind](text)
        except ValueError as error:
            yield str(error)
    elif kind == "html":
        yield from _faults_of_html(text, base)
    elif kind in _KINDS:
        yield from _KINDS[kind](text)
    elif text not in kind.split("|"):
        yield f'"{text[:40]}" is not known here; must be {", ".join(kind.split("|"))}'
