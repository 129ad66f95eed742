"""Broadsheet's own JSON lines: one paper a line, under the names of ``model.Paper``'s fields.

What ``pull`` writes, and what a build leaves in ``/data/papers.jsonl``: an edition can be read
back from its data. Fields that the catalog derives (slug, listed, listings) are passed over.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from sys import intern

from generator import fields
from generator.errors import Omission
from generator.readers import Record

EXTENSIONS = (".jsonl",)


def recognizes(source: str) -> bool:
    return True


def read(source: str, day: datetime.date) -> Iterator[Record | Omission]:
    for number, line in enumerate(source.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply"
            yield Omission(f"not a line of JSON ({reason}); mend or remove it", line=number)
            continue
        if not isinstance(record, dict):
            yield Omission('not a record; write {"title": …}', line=number)
            continue
        yield Record(
            number,
            {intern(name): value for name, value in record.items() if name not in fields.DERIVED},
        )
