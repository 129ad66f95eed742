"""Days that can hardly be: one that hasn't come yet, one before the paper was there, one that the page denies.

The newest day is today to a publication, and feeds keep the days that they have told. So a wrong year does
more harm than any other slip.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

from generator.curation.duplicates import given
from generator.errors import Remark
from generator.model import Catalog
from generator.readers import captured_text

_TO_COME = (
    "hasn't come yet, and is today here until a later one is listed; see whether the year is right"
)


def problems(
    catalog: Catalog, folder: Path, today: datetime.date, shown: Callable[[str], str]
) -> Iterator[Remark]:
    """Remarks on the days of listings, and on those that people gave. ``today`` is the day in UTC."""
    latest = today + datetime.timedelta(days=1)  # as it is somewhere, while it is today in UTC
    for listing in catalog.listings:
        if listing.day > latest:
            yield Remark(f"{listing.day} {_TO_COME}", file=shown(listing.file))
        if listing.name.endswith(captured_text.EXTENSIONS):
            found = captured_text.heading((folder / listing.file).read_text("utf-8-sig"))
            if found and not _is_near(found, listing.day):
                yield Remark(
                    f"the page is of “{found.text}”, and its file's name of {listing.day}; see which is right",
                    file=shown(listing.file),
                    line=found.line,
                )
    for paper in catalog.papers:
        for name, day in (("listed", paper.listed), ("published", paper.published)):
            if not (origin := given(paper, name)):
                continue
            if day > latest and name == "listed":
                said = f"{day} {_TO_COME}"
            elif day > paper.listed:
                said = f"{day} is after {paper.listed}, when the paper was listed; see whether it is right"
            else:
                continue
            yield Remark(said, file=shown(origin.file), line=origin.line, field=name)


def _is_near(heading: captured_text.Heading, day: datetime.date) -> bool:
    """Is the page's day, which has no year, that of its file, or next to it? Not every clock shows UTC."""
    near = (day + datetime.timedelta(days=days) for days in (-1, 0, 1))
    return (heading.month, heading.day) in [(one.month, one.day) for one in near]
