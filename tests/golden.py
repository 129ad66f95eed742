"""Golden files: what the awkward edition in ``tests/content/`` must become, byte for byte.

To write them anew after a change that is meant: ``python -m tests.golden``, and read the diff.
"""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

from generator import content, data, feeds, pages, repository
from generator.curation import schemas
from generator.mail import issue, message
from generator.model import Catalog, Publication
from generator.weeks import Week

FOLDER = Path(__file__).parent / "golden"
CONTENT = Path(__file__).parent / "content"
PUBLICATION = Publication(
    name="The Awkward <Edition>",
    url="https://awkward.example/papers/",
    description="Papers that are hard to print & harder to feed",
    authority="awkward.example",
    year=2024,
    repository=repository.at(
        "https://github.example/awkward/papers", "edit/main/site_src/", "site_src", "content"
    ),
)


def made(kept: Path | None = None) -> dict[str, bytes]:
    """Every page, feed, data file and digest of the awkward edition, by path. ``kept`` is a cache's folder."""
    catalog, _ = content.load(CONTENT, kept)
    files = {f"site_src/{path}": page for path, page in pages.render(catalog, PUBLICATION)}
    beside = (
        feeds.render(catalog, PUBLICATION)
        | data.render(catalog, PUBLICATION)
        | schemas.render(PUBLICATION)
    )
    return files | {f"site/{path}": make() for path, make in beside.items()} | digests(catalog)


def digests(catalog: Catalog) -> dict[str, bytes]:
    """A digest of a week, of a day, and of a topic."""
    day = datetime.date(2024, 2, 29)
    week = Week.of(day)
    topic = catalog.topic["scripts"]
    issues = (
        issue.of_week(week, catalog, PUBLICATION),
        issue.of_week(week, catalog, PUBLICATION, topic),
        issue.of_day(day, catalog, PUBLICATION),
    )
    sender = message.default_sender(PUBLICATION)
    return {
        f"mail/{one.name}.eml": message.message(one, catalog, PUBLICATION, sender).to(None)
        for one in issues
    }


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name, data_ in made().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data_)


if __name__ == "__main__":
    main()
