"""What sorting and filters need of every paper: an array a file, in the order of the papers' numbers.

Numbers are unsigned and little-endian, as wide as the largest of the file needs; readers tell the width
by the file's length. Nothing of it is loaded for an ordinary question.
"""

from __future__ import annotations

import datetime
import json
import sys
from array import array
from collections.abc import Sequence
from itertools import accumulate

from generator import search
from generator.model import Catalog, Paper

FOLDER = f"{search.FOLDER}columns/"
EPOCH = datetime.date(1600, 1, 1)  # days are counted from it; no paper is older
_MOST = {"B": 2**8 - 1, "H": 2**16 - 1, "I": 2**32 - 1}  # of the arrays' kinds the largest number
UPVOTES = 10  # that weigh as much as a comment, as in lists


def render(catalog: Catalog, papers: Sequence[Paper]) -> dict[str, bytes]:
    """Path below the site → its bytes. The papers stand in the order of their numbers.

    ``date`` has days since 1600-01-01; ``discussion`` ten times the comments, and the upvotes;
    ``organization`` the place in organizations.json, from 1, and 0 for none; ``topics`` the places
    in index.json's topics of one paper after the other, and ``topic-ends`` where each paper's end.
    """
    organizations = sorted(
        {(one.organization.slug, one.organization.name) for one in papers if one.organization}
    )
    place = {slug: number for number, (slug, _) in enumerate(organizations, 1)}
    topic = {one.slug: number for number, one in enumerate(catalog.topics)}
    topics = [sorted(topic[slug] for slug in paper.topics if slug in topic) for paper in papers]
    columns = {
        "date": [max(0, ((one.published or one.listed) - EPOCH).days) for one in papers],
        "discussion": [
            UPVOTES * max(0, one.comments or 0) + max(0, one.upvotes or 0) for one in papers
        ],
        "organization": [place[one.organization.slug] if one.organization else 0 for one in papers],
        "topics": [number for numbers in topics for number in numbers],
        "topic-ends": list(accumulate(map(len, topics))),
    }
    files = {f"{FOLDER}{name}.bin": _array(numbers) for name, numbers in columns.items()}
    files[f"{FOLDER}organizations.json"] = json.dumps(
        organizations, ensure_ascii=False, separators=(",", ":")
    ).encode()
    return files


def _array(numbers: Sequence[int]) -> bytes:
    """The numbers, as wide as the largest needs; what is too large for 32 bits is as large as they can tell."""
    largest = max(numbers, default=0)
    kind = next(kind for kind, most in _MOST.items() if largest <= most or kind == "I")
    made = array(kind, [min(number, _MOST["I"]) for number in numbers])
    if sys.byteorder == "big":
        made.byteswap()
    return made.tobytes()
