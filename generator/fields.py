"""What a value of each field must look like, whoever writes it: the only place that says so.

``parse(name, value)`` takes what JSON or YAML gave and returns what ``model.Paper`` holds; it
raises ValueError with a message that says what is wrong and what to do (``Within``, if it knows
where in the value). ``None`` is always "not said" and comes back as None.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from sys import intern
from urllib.parse import urlsplit

from generator import formulas, text


class Within(ValueError):
    """A fault in one part of a value: ``part`` is its index in a list, or its key in a mapping."""

    def __init__(self, message: str, part: int | str):
        super().__init__(message)
        self.part = part


# Longer than any that was ever meant, in characters; what is longer is a broken file.
LIMITS = {"title": 1_000, "abstract": 50_000, "summary": 10_000, "note": 10_000}
NAME_LIMIT = 300
MOST_LINKS = 100
_LIST_LIMIT = 10_000  # authors; the largest collaborations have some 5,000
_COUNT_LIMIT = 10**9
_URL_LIMIT = 2_000

_ARXIV = re.compile(r"(\d{4}\.\d{4,5}|[a-z]+(?:-[a-z]+)*(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?", re.ASCII)
_LACKS_DIGIT = re.compile(r"(?:1[5-9]|[2-8]\d)\d{2}\.\d{4}", re.ASCII)  # of 2015 or later
_ARXIV_PREFIX = re.compile(
    r"^(?:arxiv:\s*|(?:https?://)?(?:www\.|export\.)?arxiv\.org/(?:abs|pdf|html)/"
    r"|(?:https?://doi\.org/)?10\.48550/arxiv\.)",
    re.IGNORECASE,
)
_DOI = re.compile(r"10\.\d{4,9}/[!-;=?-~]+", re.ASCII)
_DOI_PREFIX = re.compile(r"^(?:doi:\s*|(?:https?://)?(?:dx\.)?doi\.org/)", re.IGNORECASE)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?")
_HYPHENS = tuple("-‐‑‒–—−•·*")
_LINK_NAME = re.compile(r"[a-z][a-z0-9_-]{0,30}")
_INVISIBLE = re.compile(
    "[\\s\u00ad\u115f\u1160\u200b-\u200f\u2060-\u2064\u2800\u3164\uffa0\ufffd]+"
)
# What needs no closer look, as most don't: a host with a dot and neither user nor port, and a path.
_USUAL_URL = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:/[\w.~/-]*)?", re.ASCII)
_UNSAFE_IN_URL = re.compile(r"""[\s<>"\\^`{|}\x00-\x1f\x7f]""")


def parse(name: str, value: object) -> object:
    """The field's value as ``model.Paper`` holds it, or None if it says nothing.

    Raises ValueError for a value that the field can't have, KeyError for an unknown field.
    """
    parser = PARSERS[name]
    return None if value is None else parser(value)


def one_line(value: object, limit: int = NAME_LIMIT) -> str | None:
    """Text of at most ``limit`` characters, on one line."""
    if not isinstance(value, str):
        if isinstance(value, Mapping):
            raise ValueError('must be text, but ": " makes it fields; put it in quotes')
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"must be text, not {_kind(value)}; put it in quotes")
        value = str(value)
    if len(value) > limit:
        raise ValueError(f"{len(value):,} characters; at most {limit:,} are taken, so shorten it")
    return text.plain(value) or None


def slug(value: object) -> str:
    """A name as it stands in an address: lower-case letters, digits and hyphens."""
    if not isinstance(value, str) or not _SLUG.fullmatch(value) or len(value) > 100:
        raise ValueError(
            f"{shown(value)} is not a name for an address; use a-z, 0-9 and single hyphens"
        )
    return value


def slugs(value: object) -> tuple[str, ...]:
    """A list of slugs, sorted, each once."""
    return tuple(sorted(set(each(slug, value))))


def texts(value: object) -> tuple[str, ...]:
    """A list of short texts, in the order given; empty ones are passed over."""
    return tuple(line for line in each(one_line, value) if line)


def day(value: object) -> datetime.date:
    """A date as in ISO 8601, ``2025-10-29``; a time behind it is taken to be UTC and dropped."""
    match = _DAY.fullmatch(value) if isinstance(value, str) else None
    try:
        return _date(match[1])
    except TypeError:
        raise ValueError(f"{shown(value)} is not a date; write it as 2025-10-29") from None
    except ValueError:
        raise ValueError(
            f"{shown(value)} is not a date, as there is no such day; write year, month and day as in "
            "2025-10-29"
        ) from None


# Many papers are of one day.
_date = lru_cache(maxsize=10_000)(datetime.date.fromisoformat)


def listed(value: object) -> datetime.date:
    """A date on which something can have been listed: in the years 1971 to 2099."""
    found = day(value)
    if not 1970 < found.year < 2100:
        raise ValueError(f"{shown(value)} can't be a day of a listing; write one from 1971 to 2099")
    return found


def count(value: object) -> int:
    """A whole number from 0."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _COUNT_LIMIT:
        bare = ", without quotes" if isinstance(value, str) and value.strip().isdecimal() else ""
        raise ValueError(f"{shown(value)} is not a count; write a whole number from 0{bare}")
    return value


def url(value: object) -> str:
    """An absolute http or https address (RFC 3986)."""
    problem = None
    if not isinstance(value, str):
        problem = "is not an address"
    elif len(value) > _URL_LIMIT:
        problem = f"is longer than {_URL_LIMIT:,} characters"
    else:
        value = value.strip()
        if _USUAL_URL.fullmatch(value):
            return value
        try:
            parts = urlsplit(value)
            if parts.scheme not in ("http", "https"):
                problem = "is not an http or https address"
            elif (
                parts.hostname in (None, "", "http", "https")
                or "[" in parts.netloc
                or parts.username is not None
                or parts.port == 0
            ):
                problem = "names no host, or a user"
            elif _UNSAFE_IN_URL.search(value) or text.plain(value) != value:
                problem = "holds a character that addresses can't have"
        except ValueError:
            problem = "is not an address"
    if problem:
        raise ValueError(f"{shown(value)} {problem}; write https://…")
    return value


def links(value: object) -> Mapping[str, str | None]:
    """Addresses by what they lead to: code, project, discussion, …; None where there is none."""
    if not isinstance(value, Mapping):
        raise ValueError('must be names and addresses; write a line for each: "code: https://…"')
    if len(value) > MOST_LINKS:
        raise ValueError(f"{len(value):,} links; at most {MOST_LINKS} are taken, so shorten it")
    found: dict[str, str | None] = {}
    for name, address in value.items():
        if not isinstance(name, str) or not _LINK_NAME.fullmatch(name):
            raise Within(
                f"{shown(name)} is not a name for a link; use a word in lower case, like code", name
            )
        found[intern(name)] = None if address is None else _part(name, url, address)
    return found


def arxiv_id(value: object) -> str:
    """An arXiv identifier, new or old style, without version: ``2405.21060``, ``cs/0112017``."""
    bare = _ARXIV_PREFIX.sub("", value.strip(), count=1) if isinstance(value, str) else ""
    match = _ARXIV.fullmatch(bare.removesuffix(".pdf"))
    if not match:
        raise ValueError(f"{shown(value)} is not an arXiv id; write it as 2405.21060")
    if _LACKS_DIGIT.fullmatch(match[1]):
        raise ValueError(
            f"{shown(value)} is not an arXiv id, which since 2015 has five digits behind the dot; write it "
            "as 2405.21060"
        )
    return match[1]


def doi(value: object) -> str:
    """A DOI in lower case (they are case-insensitive) and without resolver: ``10.1000/182``."""
    bare = _DOI_PREFIX.sub("", value.strip(), count=1) if isinstance(value, str) else ""
    if not _DOI.fullmatch(bare) or bare.endswith((".", ",", ";", ":")):
        raise ValueError(f"{shown(value)} is not a DOI; write it as 10.1000/182")
    return bare.lower()


def organization(value: object) -> dict[str, str | None]:
    """``{"handle", "name"}``, or a name alone."""
    if isinstance(value, Mapping):
        if unknown := sorted(str(key) for key in value if key not in ("handle", "name")):
            raise Within(
                f"no field {shown(unknown[0])} in an organization; it has handle and name",
                unknown[0],
            )
        handle, name = (
            None if value.get(part) is None else _part(part, one_line, value[part])
            for part in ("handle", "name")
        )
    else:
        handle, name = None, one_line(value)
    if not (name or handle):
        raise ValueError("an organization needs a name; write it, or leave the field out")
    return {"handle": handle, "name": name or handle}


def title(value: object) -> str | None:
    """A title, in which something can be seen."""
    found = one_line(value, LIMITS["title"])
    if found and not _INVISIBLE.sub("", found):
        raise ValueError("holds nothing that can be seen; write a title")
    return found


def mathematics(value: object) -> Mapping[str, str]:
    """Texts with formulas (see ``formulas``) by the names of the fields that they belong to."""
    if not isinstance(value, Mapping):
        raise ValueError('must be names of fields and texts; write {"title": "…"}')
    found: dict[str, str] = {}
    for name, marked in value.items():
        if name not in formulas.FIELDS:
            raise Within(
                f"{shown(name)} has no formulas; write one of {', '.join(formulas.FIELDS)}", name
            )
        if marked is not None:
            # LaTeX is longer than what it shows.
            marked = _part(name, one_line, marked, 4 * LIMITS[name])
        if marked:
            found[intern(name)] = marked
    return found


def _text_field(name: str) -> Callable[[object], str | None]:
    return lambda value: one_line(value, LIMITS[name])


PARSERS: Mapping[str, Callable[[object], object]] = {
    "title": title,
    "abstract": _text_field("abstract"),
    "summary": _text_field("summary"),
    "summary_by": one_line,
    "note": _text_field("note"),
    "mathematics": mathematics,
    "authors": texts,
    "author_count": count,
    "organization": organization,
    "published": day,
    "listed": listed,
    "comments": count,
    "upvotes": count,
    "stars": count,
    "arxiv_id": arxiv_id,
    "doi": doi,
    "links": links,
    "topics": slugs,
}

# What a catalog says of a paper by itself; in a record of Broadsheet's own they are passed over.
DERIVED = frozenset({"slug", "listed", "updated", "listings", "origins", "said"})


TEXT_KINDS = ("abstract", "summary")


def text_kind(value: object) -> str:
    """What the texts of a listing are: one of ``TEXT_KINDS``."""
    if value not in TEXT_KINDS:
        raise ValueError(f"{shown(value)} is no kind; write abstract, or summary if rewritten")
    return value


def each(parser: Callable[[object], object], value: object) -> list:
    """What the parser makes of each of a list."""
    found = []
    for index, item in enumerate(_list(value)):
        if item is None:
            raise Within("holds an empty entry; fill it, or take it out", index)
        found.append(_part(index, parser, item))
    return found


def _part(part: int | str, parser: Callable[..., object], *value: object) -> object:
    """What the parser makes of a part of a value; raises Within."""
    try:
        return parser(*value)
    except ValueError as error:
        raise Within(str(error), part) from None


def _list(value: object) -> list:
    if isinstance(value, str) and value.startswith(_HYPHENS):
        raise ValueError(f'must be a list; write "- ", with a space, for "{value[0]}" in each line')
    if not isinstance(value, list):
        raise ValueError('must be a list; write "[one, two]", or a line "- one" for each')
    if len(value) > _LIST_LIMIT:
        raise ValueError(
            f"{len(value):,} entries; at most {_LIST_LIMIT:,} are taken, so shorten it"
        )
    return value


def _kind(value: object) -> str:
    kinds = {bool: "true or false", dict: "a group of fields", list: "a list", float: "a fraction"}
    return next((said for kind, said in kinds.items() if isinstance(value, kind)), "this")


def shown(value: object) -> str:
    """A value as an error message quotes it: on one line, and not too long."""
    if isinstance(value, (list, dict)):  # of any depth and size
        return _kind(value)
    if isinstance(value, bool) or value is None:
        value = {True: "true", False: "false", None: "null"}[value]
    shown = text.plain(str(value))
    return f'"{shown[:77]}…"' if len(shown) > 80 else f'"{shown}"'
