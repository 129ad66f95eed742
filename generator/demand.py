"""Files of the site that are made when somebody asks for them, as under ``serve``.

Pages, feeds and data follow from the catalog, each for itself: of a publication that is but looked at, or one
that changes while it is, nothing else needs to be made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from generator import output
from generator.garbage import uncollected
from generator.stamps import Maker

# What writes the file of a path below the site's folder, if it is to be made and hasn't been.
Make = Callable[[str], None]


def on_demand(
    site: Path,
    pages: Mapping[str, Callable[[], None]],
    makers: Mapping[str, Maker],
    together: Mapping[str, Callable[[], Iterable[tuple[str, bytes]]]],
) -> Make:
    """Of files of these paths it is given what writes each of the ``pages``, what makes each of the others, and
    what makes at once all of those whose path begins with something."""
    made: set[str] = set()

    def write(path: str) -> None:
        beginning = next((one for one in together if path.startswith(one)), None)
        if path in pages:
            pages[path]()
        elif path in makers:
            output.write(site, [(path, makers[path]())])
        elif beginning and beginning not in made:
            output.write(site, together[beginning]())
            made.add(beginning)

    def make(path: str) -> None:
        if path not in made:
            with uncollected():
                write(path)
            made.add(path)

    return make
