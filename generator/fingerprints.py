"""Fingerprints: the same as long as all is the same that they are made of."""

from __future__ import annotations

import hashlib
import marshal
from dataclasses import fields
from operator import attrgetter

from generator.model import Paper

# All of a paper's; where the files are is of use to those alone who edit them.
TOLD = tuple(field.name for field in fields(Paper) if field.name not in ("origins", "said"))
told = attrgetter(*TOLD)

# Of these, those that marshal can't write as they are, and the others. It is five times as fast as ``repr``.
_DAYS = ("listed", "published", "updated")
_MAPPINGS = ("mathematics", "links")
_days, _mappings = attrgetter(*_DAYS), attrgetter(*_MAPPINGS)
_plain = attrgetter(*(name for name in TOLD if name not in (*_DAYS, *_MAPPINGS, "organization")))
_BY_VALUE = 2  # the version of marshal's format that doesn't tell what is the same object


def of(*said: object) -> str:
    """Of texts, numbers, dates, records of them, and what holds these in an order of its own: no sets."""
    try:
        return _digest(marshal.dumps(said, _BY_VALUE))
    except ValueError:  # for dates and records
        return _digest(repr(said).encode("utf-8", "surrogatepass"))


def of_paper(paper: Paper) -> str:
    """Of all that is told of a paper, but for the places where it was said."""
    organization = paper.organization
    said = (
        _plain(paper),
        [day and day.toordinal() for day in _days(paper)],
        [[*one.items()] for one in _mappings(paper)],
        organization and (organization.slug, organization.handle, organization.name),
    )
    return _digest(marshal.dumps(said, _BY_VALUE))


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
