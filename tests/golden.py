"""Golden files: what the awkward edition in ``tests/content/`` must become, byte for byte.

To write them anew after a change that is meant: ``python -m tests.golden``, and read the diff.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from generator import content, data, feeds, pages, repository
from generator.curation import schemas
from generator.model import Publication

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


def made() -> dict[str, bytes]:
    """Every page, feed and data file of the awkward edition, by path."""
    catalog, _ = content.load(CONTENT)
    files = {f"site_src/{path}": page for path, page in pages.render(catalog, PUBLICATION)}
    beside = (
        feeds.render(catalog, PUBLICATION)
        | data.render(catalog, PUBLICATION)
        | schemas.render(PUBLICATION)
    )
    return files | {f"site/{path}": make() for path, make in beside.items()}


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    for name, data_ in made().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data_)


if __name__ == "__main__":
    main()
