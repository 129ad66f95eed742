"""People's lists of authors that hardly say who wrote the paper: several in one, family names first, too few.

What such a list says is shown as it is, on the paper's page and in every citation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from generator import names
from generator.curation.duplicates import given
from generator.errors import Remark
from generator.fields import shown as quoted
from generator.model import Catalog

_SEVERAL = re.compile(r";|\s(?:and|&)\s", re.IGNORECASE)
_UNNAMED = re.compile(r"\bet al\b|\bothers$", re.IGNORECASE)


def problems(catalog: Catalog, shown: Callable[[str], str]) -> Iterator[Remark]:
    """Remarks on the authors, and on their number, that people gave."""
    for paper in catalog.papers:
        if origin := given(paper, "authors"):
            for name in paper.authors:
                if said := _fault(name):
                    yield Remark(said, file=shown(origin.file), line=origin.line, field="authors")
        origin, count = given(paper, "author_count"), paper.author_count
        if origin and count is not None and count < len(paper.authors):
            yield Remark(
                f"{count}, and {len(paper.authors)} are named; write how many there are in "
                "all, or leave it out",
                file=shown(origin.file),
                line=origin.line,
                field="author_count",
            )


def _fault(name: str) -> str | None:
    """What is likely wrong with the name, and what to do."""
    if _UNNAMED.search(name):
        return f"{quoted(name)} is nobody's name; name them all, or say in author_count how many there are"
    if names.is_group(name):
        return None
    if _SEVERAL.search(name):
        return f"{quoted(name)} may be several; write each apart, as [Jane Doe, John Roe]"
    if names.in_order(name) != name or name.count(",") > 1:
        return (
            f"{quoted(name)} may be several, or has the family name first; write each apart, as "
            "[Jane Doe, John Roe]"
        )
    return None
