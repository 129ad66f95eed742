"""Changes as JSON (RFC 8259): ``broadsheet diff --json`` writes it, ``broadsheet diff --of`` reads it.

A workflow that may write comments takes it from one that ran a stranger's pull request. So whatever is
read is taken to be hostile: it has exactly the fields that ``changes`` names, of exactly their kinds, or
it is refused as a whole.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from generator.diff.changes import Changes, Many, Number
from generator.errors import BroadsheetError

LARGEST = 2_000_000  # bytes in UTF-8
# What all lists are cut to, one number after the other, until the whole isn't too large. Of every list
# five, of texts that are short themselves, are always few enough.
_MOST = (None, 3_000, 1_000, 300, 100, 30, 10, 5)


def to_json(changes: Changes) -> str:
    """The changes as a JSON object, at most ``LARGEST`` bytes; of long lists their first if need be."""
    for most in _MOST:
        said = json.dumps(_said(changes, most), ensure_ascii=False, indent=1) + "\n"
        if len(said.encode()) <= LARGEST:
            break
    return said


def from_json(said: str) -> Changes:
    """What ``to_json`` gave; raises BroadsheetError for anything else."""
    try:
        if len(said.encode(errors="surrogatepass")) > LARGEST:
            raise ValueError(f"more than {LARGEST // 10**6} MB")
        given = json.loads(said, object_pairs_hook=_object, parse_constant=_no_number)
        return _read(Changes, given)
    except RecursionError:
        problem = "nested too deeply"
    except ValueError as error:
        problem = str(error)[:300]
    raise BroadsheetError(
        f'not what "broadsheet diff --json" writes ({problem}); make it again, with this version'
    )


# --- writing ------------------------------------------------------------------------------


def _said(value: object, most: int | None) -> object:
    """The value as JSON's types, with that many of each list."""
    if isinstance(value, Many):
        return {"items": [_said(one, most) for one in value.items[:most]], "total": value.total}
    if is_dataclass(value):
        return {one.name: _said(getattr(value, one.name), most) for one in fields(value)}
    return value.isoformat() if isinstance(value, datetime.date) else value


# --- reading ------------------------------------------------------------------------------


def _object(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError("a field that is given twice")
        found[name] = value
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number")


@cache
def _kinds(of: type) -> dict[str, Any]:
    """The fields of a dataclass, with their kinds."""
    hints = get_type_hints(of, include_extras=True)
    return {one.name: hints[one.name] for one in fields(of)}


def _read(kind: Any, value: object) -> Any:
    """The value, as of this kind; raises ValueError if it isn't."""
    if get_origin(kind) is Annotated:
        (check,) = kind.__metadata__
        return check(value)
    if get_origin(kind) is Many:
        return _read_many(*get_args(kind), value)
    if is_dataclass(kind):
        found = _fields(value, _kinds(kind))
        return kind(**{name: _read(of, found[name]) for name, of in _kinds(kind).items()})
    (known,) = (one for one in get_args(kind) if one is not type(None))  # "… | None"
    return None if value is None else _read(known, value)


def _read_many(kind: Any, value: object) -> Many:
    found = _fields(value, {"items": list, "total": Number})
    items, total = found["items"], _read(Number, found["total"])
    if not isinstance(items, list) or len(items) > total:
        raise ValueError("no list, or more in it than there are")
    return Many(tuple(_read(kind, one) for one in items), total)


def _fields(value: object, names: Iterable[str]) -> dict[str, object]:
    if not isinstance(value, dict) or value.keys() != set(names):
        raise ValueError(f"other fields than {', '.join(names)}")
    return value
