"""What feeds cost to make, and a year of a publication's feeds with readers that come when they come."""

from __future__ import annotations

import datetime
import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from feedgen.feed import FeedGenerator

from generator import content, debuts, feeds
from generator.documents import documents
from generator.entries import Entry, current
from generator.merge import First
from generator.model import Catalog, Paper, Publication, Topic
from tests.bench import corpus

PUBLICATION = Publication(
    "Bench", "https://bench.example/", "A bench", authority="bench.example", year=2025
)
TOPICS, ENTRIES = 50, 200


def cost() -> None:
    """CPU of writing 50 topics' feeds of 200 entries in three formats, each entry another paper's."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-bench-") as temporary:
        made_of = corpus.make(Path(temporary), TOPICS * ENTRIES)
        found, _ = content.load(Path(temporary))
    day = datetime.date(2025, 1, 1)
    papers = tuple(
        _as_of(paper, f"topic-{number % TOPICS}", day) for number, paper in enumerate(found.papers)
    )
    catalog = Catalog(
        papers,
        tuple(Topic(f"topic-{number}", f"Topic {number}") for number in range(TOPICS)),
        debuts=debuts.debuts([First(paper, False) for paper in papers], Catalog().ledger),
    )
    start = time.process_time()
    files = feeds.render(catalog, PUBLICATION)
    of_topics = [path for path in sorted(files) if path.startswith("feeds/topic-")]
    size = sum(len(files[path]()) for path in of_topics)
    ours = time.process_time() - start
    assert len(of_topics) == 3 * TOPICS
    print(
        f"\n{TOPICS} topics of {ENTRIES} entries ({made_of}), RSS, Atom and JSON Feed, {size / 1e6:.0f} MB:"
        f" {ours:.1f} s of CPU"
    )
    entries = [
        [
            current(debut, catalog, PUBLICATION)
            for debut in next(iter(documents(feed, catalog))).debuts
        ]
        for feed in feeds.of_topics(catalog, PUBLICATION)
    ]
    for name, peer in (("feedgen alone, RSS and Atom", _feedgen), ("json alone", _json)):
        start = time.process_time()
        for of_topic in entries:
            peer(of_topic)
        spent = time.process_time() - start
        print(f"  beside it, of ready entries: {name} {spent:.1f} s, a ratio of {ours / spent:.1f}")


def _as_of(paper: Paper, topic: str, day: datetime.date) -> Paper:
    return replace(paper, topics=(topic,), listed=day)


def _feedgen(entries: list[Entry]) -> None:
    out = FeedGenerator()
    out.id("tag:bench.example,2025:x")
    out.title("X")
    out.description("X")
    out.link(href="https://bench.example/")
    for one in entries:
        entry = out.add_entry()
        entry.id(one.id)
        entry.title(one.title)
        entry.link(href=one.url)
        entry.content(one.html, type="html")
        entry.author([{"name": name} for name in one.authors])
        entry.published(one.published)
        entry.updated(one.updated)
    out.rss_str(pretty=True)
    out.atom_str(pretty=True)


def _json(entries: list[Entry]) -> None:
    json.dumps([{"id": one.id, "title": one.title, "content_html": one.html} for one in entries])


def year(days: int = 365, per_day: int = 40) -> None:
    """Count what readers lose in a year, and say what they lose at a feed with a short window."""
    from tests.simulation import simulate

    start = time.perf_counter()

    def progress(day: int) -> None:
        if sys.stderr.isatty():
            print(f"\r  day {day} of {days}", end="", file=sys.stderr)
        elif day % 30 == 0:
            print(f"  day {day}, {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory(prefix="broadsheet-year-") as temporary:
        outcome = simulate(
            Path(temporary),
            days,
            per_day,
            intervals={"all": range(1, 15), "fish": (2, 7, 14), "organizations/lab": (14,)},
            compare_every=30,
            progress=progress,
        )
    print(
        f"\n{days} days of {per_day} papers and what happens to them, {outcome.deploys} deploys, "
        f"{outcome.polls} visits by newsboat every 1 to 14 days and by walkers of the archives:\n"
        f"  lost {outcome.lost}, shown twice {outcome.shown_twice}, changed archives "
        f"{outcome.changed_archives} of {outcome.archives}; {outcome.entries:,} entries, "
        f"{time.perf_counter() - start:.0f} s"
    )
    for example in outcome.examples[:20]:
        print(f"  {example}")
    for every in (1, 3, 7, 14):
        kept = min(per_day * every, 50) / (per_day * every)
        print(f"  a feed of the newest 50, read every {every} days, would have shown {kept:.0%}")
    if outcome.examples:
        sys.exit("The promise is broken.")
