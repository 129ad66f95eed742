"""The table that ``python -m tests.bench builds`` prints."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from collections import Counter
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
    "cold": ("s", "× Hugo", "× Mat.", "CPU s", "MB", "ms each", "MB site", "files"),
    "one changed": ("s", "× Hugo", "CPU s"),
    "none changed": ("s", "× Hugo", "CPU s"),
}
_NAME, _WIDTH = 23, 8
_NOTES = """
Each system builds the same papers in the same run, alone and in a folder of its own: first where there is
neither a site nor a cache, then after a remark is added to the newest paper, then once more. Programs and
sources are in the system's memory, since they were just run and written. Seconds are the clock's, "CPU s" those
of all processors; where others work as well, only these hold. MB are the highest that all processes of the cold
build had together; what they share counts once. "ms each" are those of a paper in the cold build, "× Mat." is
the time of MkDocs with Material.

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
- "Slow road" is Broadsheet with all its pages rendered by MkDocs: both sites must be the same, cold or changed.
- Hugo, Material and Pelican build everything anew each time. Zensical and Broadsheet may keep what they know.

Wanted of Broadsheet is at most, at 10,000 papers: cold 1.00 × Hugo without the index and 2.00 × with it, 0.20 ×
Material; one changed 0.20 × Hugo, none changed 0.15 ×. At 100,000: 1.2 times the ms each at 10,000; 600 MB
without the index, 2,000 MB with it."""


_Site = Mapping[str, tuple[int, bytes]]  # path of each file → how many bytes, and their SHA-256


@dataclass(frozen=True)
class _Built:
    """What a system took to build, cold and afterwards, and what its sites are."""

    costs: Sequence[Cost]  # as in ``_BUILDS``
    cold: _Site
    changed: _Site  # after the last build


def main(asked: Sequence[str]) -> None:
    """Build corpora of these sizes with these systems: both are words of the command line."""
    sizes = [int(word) for word in asked if word.isdigit()] or _SIZES
    systems = [SYSTEMS[name] for name in SYSTEMS if name in asked] or list(SYSTEMS.values())
    # Nothing is removed before the end: where many files have just been removed, some file systems take several
    # times as long to make others, and what comes first would be at an advantage.
    with tempfile.TemporaryDirectory(prefix="broadsheet-bench-") as temporary:
        # So that nobody has to compile, or to wait for a disk, while it is measured.
        list(_builds(_WARM_UP, systems, Path(temporary, "warm-up")))
        for number, size in enumerate(sizes):
            _measure(size, systems, Path(temporary, f"run-{number}"))
    print(_NOTES)


def _measure(size: int, systems: Iterable[System], folder: Path) -> None:
    done: dict[System, _Built] = {}
    for system, built in _builds(size, systems, folder):
        done[system] = built
        known = [done.get(SYSTEMS[name]) for name in ("hugo", "material")]
        print(_row(system, built, size, *known), flush=True)
    print(f"(load of the machine, of {os.cpu_count()} processors: {os.getloadavg()[0]:.1f})")
    fast, slow = (done.get(SYSTEMS[name]) for name in ("broadsheet", "slow"))
    if fast:
        print(f"Broadsheet's site holds {_folders(fast.cold)}.")
    if fast and slow:
        for one, other in ((fast.cold, slow.cold), (fast.changed, slow.changed)):
            if others := differences(one, other):
                sys.exit(
                    f"The slow road leads to other bytes of {len(others)} files: {others[:20]}"
                )
        print("The slow road leads to the same bytes, cold and after the change.")


def _builds(size: int, systems: Iterable[System], folder: Path) -> Iterator[tuple[System, _Built]]:
    """Of each system, in a folder of its own in this one."""
    content_folder = folder / "content"
    made_of = corpus.make(content_folder, size)
    catalog, _ = content.load(content_folder)
    if size != _WARM_UP:
        print(_head(catalog.papers, made_of), flush=True)
    for number, system in enumerate(systems):
        if size <= (system.most or size):
            its_own = folder / f"built-{number}"
            system.write(its_own, Edition(content_folder, catalog))
            yield system, _built(system, its_own, catalog.papers[0].slug)


def _built(system: System, folder: Path, slug: str) -> _Built:
    environment = publication.environment()
    cold = costs.of(system.command, folder, environment)
    site = _site(folder)
    system.change(folder, slug)
    again = [costs.of(system.command, folder, environment) for _ in range(2)]
    return _Built([cold, *again], site, _site(folder))


def _site(folder: Path) -> _Site:
    site, files = folder / SITE, {}
    for path in site.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            files[path.relative_to(site).as_posix()] = len(data), hashlib.sha256(data).digest()
    return files


def _folders(site: _Site) -> str:
    """What is in which folder of it."""
    files, sizes = Counter(), Counter()
    for path, (size, _) in site.items():
        folder, _, rest = path.partition("/")
        files[folder if rest else "no folder"] += 1
        sizes[folder if rest else "no folder"] += size
    return ", ".join(
        f"{folder} {size / 1e6:,.1f} MB in {files[folder]:,} files"
        for folder, size in sizes.most_common()
    )


def _head(papers: Sequence[Paper], made_of: str) -> str:
    length = sum(len(paper.abstract or "") for paper in papers) / len(papers)
    lines = [
        f"\n{len(papers):,} papers ({made_of}), abstracts of {length:,.0f} characters\n",
        " " * _NAME + "".join(f"{build:>{_WIDTH * len(of)}}" for build, of in _BUILDS.items()),
        " " * _NAME + "".join(f"{name:>{_WIDTH}}" for of in _BUILDS.values() for name in of),
    ]
    return "\n".join(lines)


def _row(
    system: System, built: _Built, papers: int, hugo: _Built | None, material: _Built | None
) -> str:
    cells = []
    for number, (build, cost) in enumerate(zip(_BUILDS, built.costs, strict=True)):
        cells += [f"{cost.seconds:,.2f}", _ratio(cost, hugo and hugo.costs[number])]
        if build == "cold":
            cells.append(_ratio(cost, material and material.costs[number]))
        cells.append(f"{cost.processor:,.2f}")
        if build == "cold":
            cells += [
                "–" if cost.memory is None else f"{cost.memory:,.0f}",
                f"{cost.seconds / papers * 1000:.2f}",
                f"{sum(size for size, _ in built.cold.values()) / 1e6:,.1f}",
                f"{len(built.cold):,}",
            ]
    return f"{system.name:<{_NAME}}" + "".join(f"{cell:>{_WIDTH}}" for cell in cells)


def _ratio(cost: Cost, other: Cost | None) -> str:
    return f"{cost.seconds / other.seconds:.2f}" if other else "–"
