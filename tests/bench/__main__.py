"""``make bench``: what large publications cost to build, and whether feeds or pulls lose anything.

python -m tests.bench [PAPERS …] [feeds] [year] [pull] (default: 1000 10000 feeds year pull)
python -m tests.bench lighthouse                       (what a browser thinks of the pages)
python -m tests.bench search [PAPERS …] [SYSTEMS …] [LINES …] [KINDS …]
                           (default: 1000 10000 ours BM25 lunr Pagefind A B C D E F G made)
"""

from __future__ import annotations

import cProfile
import os
import pstats
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench import audits, corpus, killed, subscribers

# What the profile's functions are part of, in the words of a reader of the table.
PARTS = (
    ("reading the content", "generator/content.py", "load"),
    ("writing Markdown pages", "generator/output.py", "sync"),
    ("Markdown to HTML", "mkdocs/structure/pages.py", "render"),
    ("the theme's templates", "jinja2/environment.py", "render"),
    ("feeds", "generator/feeds.py", "written"),
    ("data", "generator/data.py", "papers_jsonl"),
)


def main(sizes: list[int]) -> None:
    print("  papers  seconds  ms/paper  MB memory    files  MB site  KB/paper page")
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="broadsheet-bench-") as temporary:
            folder = Path(temporary)
            made_of = corpus.make(folder / "content", size)
            seconds, memory = _measured(_command(folder))
            files = [path for path in (folder / "site").rglob("*") if path.is_file()]
            pages = [path for path in files if path.parts[-3:-2] == ("papers",)]
            size_of_pages = sum(path.stat().st_size for path in pages) / max(1, len(pages))
            print(
                f"{size:>8,} {seconds:>8.1f} {seconds / size * 1000:>9.2f} {memory:>10.0f} {len(files):>8,} "
                f"{sum(path.stat().st_size for path in files) / 1e6:>8.1f} {size_of_pages / 1e3:>14.1f}"
            )
            if size == sizes[-1]:
                print(f"\nMade of {made_of}. What takes the time, of {size:,} papers:\n")
                _profile(folder)
    print(
        "\nOthers, as measured elsewhere on two cores with 10,000 papers: Hugo 4.8 s, Pelican 22 s, "
        "MkDocs with Material 24 to 32 s, Zensical 57 to 63 s."
    )


def _command(folder: Path) -> list[str]:
    return ["build", "--content", str(folder / "content"), "--site-dir", str(folder / "site")]


def _measured(arguments: list[str]) -> tuple[float, float]:
    """Seconds, and the greatest resident size in MB, of one run in a process of its own."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "generator", *arguments],
        cwd=corpus.REPOSITORY,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit("The build failed.")
    unit = 1 if sys.platform == "darwin" else 1024  # ru_maxrss is in bytes there, in KiB here
    return time.perf_counter() - start, usage.ru_maxrss * unit / 1e6


def _profile(folder: Path) -> None:
    from generator.cli import main as broadsheet

    os.chdir(corpus.REPOSITORY)
    profile = cProfile.Profile()
    profile.enable()
    broadsheet(_command(folder), standalone_mode=False)
    profile.disable()
    stats = pstats.Stats(profile)
    print()
    for name, file, function in PARTS:
        spent = sum(
            cumulative
            for (path, _, called), (*_, cumulative, _callers) in stats.stats.items()
            if called == function and Path(path).as_posix().endswith(file)
        )
        print(f"{name:<28}{spent:>8.1f} s  {spent / stats.total_tt:>6.0%}")
    print(f"{'all, under the profiler':<28}{stats.total_tt:>8.1f} s")


if __name__ == "__main__":
    if sys.argv[1:2] == ["search"]:
        # Imported here, since it needs what the others don't: requirements/bench.txt.
        from tests.bench.search import report

        report.main(sys.argv[2:])
        sys.exit()
    asked = sys.argv[1:] or ["1000", "10000", "feeds", "year", "pull"]
    if sizes := [int(size) for size in asked if size.isdigit()]:
        main(sizes)
    if "feeds" in asked:
        subscribers.cost()
    if "year" in asked:
        subscribers.year()
    if "pull" in asked:
        killed.pulls()
    if "lighthouse" in asked:
        audits.audits()
