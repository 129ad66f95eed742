"""What a listing says of one paper, checked field by field: what can't be used is left out and named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from generator import fields, formulas
from generator.errors import Omission, Surplus, did_you_mean
from generator.readers import SOME_UNNAMED, Record

_UNNAMED = re.compile(r"(?:and |& )?et al\.?|(?:and|&) others", re.IGNORECASE)


def checked(record: Record, leave_out: Callable[[Omission], None]) -> dict[str, object] | None:
    """The fields of a record, as ``model.Mention`` has them; None if it is of no paper.

    ``leave_out`` is told what isn't in them, with line and field. Whether there are such topics isn't looked
    at.
    """
    said: dict[str, object] = {}
    for name, value in _one_by_one(record.fields):
        if value is None:
            continue
        problem = None
        try:
            group, _, part = name.partition(".")
            if part:
                said[group] = {**said.get(group, {}), **fields.parse(group, {part: value})}
                continue
            parsed = fields.parse(name, value)
        except KeyError:
            problem = f"no such field; {did_you_mean(name, fields.PARSERS)}"
        except ValueError as error:
            problem = str(error)
            if name == "title":  # without which there is no paper
                leave_out(Omission(problem, line=record.line, field=name))
                return None
        else:
            if parsed is not None:
                said[name] = parsed
        if problem:
            leave_out(Omission(problem, line=record.line, field=name))
    if "title" not in said:
        message = "a record without a title; the record is left out, so give it one"
        leave_out(Omission(message, line=record.line, field="title"))
        return None
    if unnamed := [*filter(_UNNAMED.fullmatch, said.get("authors", ()))]:
        named = tuple(one for one in said.pop("authors") if one not in unnamed)
        said |= {"authors": named} if named else {}
        message = f"{fields.shown(unnamed[0])} stands among them, {SOME_UNNAMED}"
        leave_out(Surplus(message, line=record.line, field="authors"))
    marked = said.get("mathematics", {})
    for name in list(marked):
        if not formulas.is_faithful(marked[name], said.get(name, "")):
            del marked[name]
            message = f"says something else than {name}, or has no formula; take it from there"
            leave_out(Omission(message, line=record.line, field=f"mathematics.{name}"))
    return said


def _one_by_one(said: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The fields of a record, with every part of a group as a field of its own: one bad one spoils no
    other."""
    for name, value in said.items():
        is_group = name in ("links", "mathematics") and isinstance(value, Mapping)
        if is_group and len(value) <= fields.MOST_LINKS:
            for part, single in value.items():
                yield f"{name}.{part}", single
        else:
            yield name, value
