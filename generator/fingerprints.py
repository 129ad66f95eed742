"""Fingerprints: the same as long as all is the same that they are made of."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from operator import attrgetter

from generator.model import Paper

# All of a paper's; where the files are is of use to those alone who edit them.
TOLD = tuple(field.name for field in fields(Paper) if field.name not in ("origins", "said"))
told = attrgetter(*TOLD)


def of(*said: object) -> str:
    """Of texts, numbers, dates, records of them, and what holds these in an order of its own: no sets."""
    return hashlib.blake2b(repr(said).encode(), digest_size=16).hexdigest()


def of_paper(paper: Paper, *more: object) -> str:
    """Of all that is told of a paper, but for the places where it was said; and of more."""
    return of(told(paper), *more)
