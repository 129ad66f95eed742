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
    # Texts stand behind the rest, which has their lengths, since to write them as Python's takes long.
    texts = [one for one in said if isinstance(one, str)]
    rest = [str(len(one)) if isinstance(one, str) else one for one in said]
    data = "".join([repr(rest), *texts]).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def of_paper(paper: Paper, *more: object) -> str:
    """Of all that is told of a paper, but for the places where it was said; and of more."""
    return of(*told(paper), *more)
