"""The table that ``python -m tests.bench builds`` prints."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator import content
from generator.model import Paper
from tests.bench import corpus
from tests.bench.builds import costs, publication
from tests.bench.builds.costs import Cost
from tests.bench.builds.publication import SITE
from tests.bench.builds.systems import SYSTEMS, Edition, System
from tests.tree import differences

_SIZES = (1_000, 10_000, 100_000)
_WARM_UP = 40  # papers
_BUILDS = {  # of each system, one after the other → what is told of it
    "cold": ("s", "× Hugo", "CPU s", "MB", "ms each", "MB site", "files"),
    "one changed": ("s", "× Hugo", "CPU s"),
    "none changed": ("s", "× Hugo", "CPU s"),
}
_NAME, _WIDTH = 23, 8
_NOTES = """
Each system builds the same papers in the same run, alone and in a folder of its own: first where there is
neither a site nor a cache, then after a remark is added to the newest paper, then once more. Programs and
sources are in the system's memory, since they were just run and written. Seconds are the clock's, "CPU s" those
of all processors; where others work as well, only these hold. MB are the highest that all processes of the cold
build had together; what they share counts once. "ms each" are those of a paper in the cold build.

What isn't like for like:
- Hugo, Pelican and Zensical have a page of Markdown for each paper: title, authors, day, topics and abstract.
  Ours has citations, related papers, links, and where everything comes from; and there are pages of days,
  weeks, months, organizations and trends. Material builds the very pages that Broadsheet makes, but doesn't
  make them.
- Hugo's templates are as bare as can be, Pelican's are its theme "simple". Ours, Material's and Zensical's are
  whole themes.
- Hugo and Pelican make lists of all papers and of each topic, 50 to a page. Those of Zensical are written
  for it beforehand.
- Only Broadsheet makes feeds (in three formats, with archives), data, citations to download, and pictures.
  Feeds of Hugo and Pelican, and Pelican's pages of authors, are turned off.
- Hugo and Pelican make no search index. Material and Zensical write texts down, of which the browser makes
  one. "No index" is Broadsheet without its own.
- "Slow road" is Broadsheet with all its pages rendered by MkDocs; both sites must be the same.
- Hugo, Material and Pelican build everything anew each time. Zensical and Broadsheet may keep what they know.

Wanted of Broadsheet is at most, at 10,000 papers: cold 1.00 × Hugo without the index and 2.00 × with it, 0.20 ×
Material; one changed 0.20 × Hugo, none changed 0.15 ×. At 100,000: 1.2 times the ms each at 10,000; 600 MB
without the index, 2,000 MB with it."""


@dataclass(frozen=True)
class _Built:
    """What a system took to build, cold and afterwards, and what the site is."""

    costs: Sequence[Cost]  # as in ``_BUILDS``
    size: int  # bytes of the site after the cold build
    files: Mapping[str, bytes]  # of that site, and the SHA-256 of each


def main(asked: Sequence[str]) -> None:
    """Build corpora of these sizes with these systems: both are words of the command line."""
    sizes = [int(word) for word in asked if word.isdigit()] or _SIZES
    systems = [SYSTEMS[name] for name in SYSTEMS if name in asked] or list(SYSTEMS.values())
    # So that nobody has to compile, or to wait for a disk, while it is measured.
    list(_builds(_WARM_UP, systems))
    for size in sizes:
        done: dict[System, _Built] = {}
        for system, built in _builds(size, systems):
            done[system] = built
            print(_row(system, built, size, done.get(SYSTEMS["hugo"])), flush=True)
        print(f"(load of the machine, of {os.cpu_count()} processors: {os.getloadavg()[0]:.1f})")
        fast, slow = (done.get(SYSTEMS[name]) for name in ("broadsheet", "slow"))
        if fast and slow:
            if other := differences(fast.files, slow.files):
                sys.exit(f"The slow road leads to other bytes of {len(other)} files: {other[:20]}")
            print("The slow road leads to the same bytes.")
    print(_NOTES)


def _builds(size: int, systems: Iterable[System]) -> Iterator[tuple[System, _Built]]:
    with tempfile.TemporaryDirectory(prefix="broadsheet-bench-") as temporary:
        content_folder, folder = Path(temporary, "content"), Path(temporary, "built")
        made_of = corpus.make(content_folder, size)
        catalog, _ = content.load(content_folder)
        if size != _WARM_UP:
            print(_head(catalog.papers, made_of), flush=True)
        for system in systems:
            if size <= (system.most or size):
                system.write(folder, Edition(content_folder, catalog))
                yield system, _built(system, folder, catalog.papers[0].slug)
                shutil.rmtree(folder)


def _built(system: System, folder: Path, slug: str) -> _Built:
    environment = publication.environment()
    cold = costs.of(system.command, folder, environment)
    size, files = 0, {}
    for path in (folder / SITE).rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            size += len(data)
            files[path.relative_to(folder).as_posix()] = hashlib.sha256(data).digest()
    system.change(folder, slug)
    again = [costs.of(system.command, folder, environment) for _ in range(2)]
    return _Built([cold, *again], size, files)


def _head(papers: Sequence[Paper], made_of: str) -> str:
    length = sum(len(paper.abstract or "") for paper in papers) / len(papers)
    lines = [
        f"\n{len(papers):,} papers ({made_of}), abstracts of {length:,.0f} characters\n",
        " " * _NAME + "".join(f"{build:>{_WIDTH * len(of)}}" for build, of in _BUILDS.items()),
        " " * _NAME + "".join(f"{name:>{_WIDTH}}" for of in _BUILDS.values() for name in of),
    ]
    return "\n".join(lines)


def _row(system: System, built: _Built, papers: int, hugo: _Built | None) -> str:
    cells = []
    for number, (build, cost) in enumerate(zip(_BUILDS, built.costs, strict=True)):
        ratio = f"{cost.seconds / hugo.costs[number].seconds:.2f}" if hugo else "–"
        cells += [f"{cost.seconds:,.2f}", ratio, f"{cost.processor:,.2f}"]
        if build == "cold":
            cells += [
                "–" if cost.memory is None else f"{cost.memory:,.0f}",
                f"{cost.seconds / papers * 1000:.2f}",
                f"{built.size / 1e6:,.1f}",
                f"{len(built.files):,}",
            ]
    return f"{system.name:<{_NAME}}" + "".join(f"{cell:>{_WIDTH}}" for cell in cells)
