"""A publication's life, day by day: who reads its feeds loses nothing and is shown nothing twice.

Every day a listing comes. Titles are corrected, papers are listed again under other titles, listings fill up
late, old ones are put in, topics' rules and organizations change, papers turn out to be the same or
are removed. Every day the ledger is written and the site is published. Its readers are newsboat, which
sees the current document alone and comes every so many days, and walkers, which read the archives as
well and take them as they are for ever (RFC 5005).

``tests/test_simulation.py`` runs it small, ``make bench`` for a year.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from generator import content, documents, feeds, freezing
from generator.errors import ContentErrors
from generator.model import Catalog
from generator.output import append
from tests import golden
from tests.clients.newsboat import Newsboat
from tests.clients.server import Site
from tests.clients.walker import Walker

START = datetime.date(2025, 1, 1)
TOPICS = ("fish", "birds", "stones")
FEEDS = ("all", *TOPICS, "organizations/lab")


@dataclass
class Outcome:
    """What was counted; the first three have to be 0."""

    lost: int = 0
    shown_twice: int = 0
    changed_archives: int = 0
    examples: list[str] = field(default_factory=list)  # of these, for people
    deploys: int = 0
    polls: int = 0
    entries: int = 0  # that the feed of everything ever listed
    archives: int = 0  # documents, in three formats


class _Content:
    """The content folder, and what happens to it."""

    def __init__(self, folder: Path, per_day: int, seed: int):
        self.folder, self.per_day = folder, per_day
        self.chance = random.Random(seed)
        self.number = 0  # of papers
        self.records: dict[str, list[dict]] = {}  # file → what it lists
        self.hand_added = 0
        for topic in TOPICS:
            self.rules(topic, [topic])

    def write(self, name: str, what: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(what, encoding="utf-8")

    def rules(self, topic: str, phrases: list[str]) -> None:
        self.write(f"topics/{topic}.md", f"---\ntitle: On {topic}\nmatch: {phrases}\n---\n")

    def paper(self) -> dict:
        self.number += 1
        about = self.chance.sample([*TOPICS, "sand", "rain"], 2)
        record = {
            "title": f"Paper {self.number} on {about[0]}",
            "abstract": f"We look at {about[1]}, & <find> ${self.number}.",
            "authors": [f"Author {self.number}", "Second Author"],
        }
        if self.number % 3:
            record["arxiv_id"] = f"{1000 + self.number // 90000:04}.{self.number:05}"
        if self.number % 7 == 0:
            record["organization"] = {"handle": "lab", "name": "The Lab"}
        return record

    def list_(self, day: datetime.date, source: str, records: list[dict]) -> None:
        name = f"listings/{day.year}/{day}-{source}.jsonl"
        self.records.setdefault(name, []).extend(records)
        self.write(name, "".join(json.dumps(record) + "\n" for record in self.records[name]))

    def some_record(self, newest: int | None = None) -> dict | None:
        files = sorted(self.records)[-newest:] if newest else sorted(self.records)
        records = [record for name in files for record in self.records[name]]
        return self.chance.choice(records) if records else None

    def load(self) -> Catalog:
        """The catalog; what people said of papers that are no longer listed is removed first."""
        try:
            catalog, omissions = content.load(self.folder)
        except ContentErrors as errors:
            for error in errors.errors:
                assert "no longer listed" in error.message
                Path(error.file).unlink()
            catalog, omissions = content.load(self.folder)
        assert not omissions
        return catalog

    # --- what happens ---

    def live(self, day: datetime.date, catalog: Catalog | None) -> None:
        """One day: its listing, and whatever else."""
        papers = [self.paper() for _ in range(self.per_day)]
        for _ in range(2):  # listed again, under another title or with an id that it lacked
            if again := self.some_record():
                id_ = again.get("arxiv_id") or f"0900.{self.chance.randrange(10_000, 99_999)}"
                title = self.chance.choice([again["title"], f"{again['title']}, Revisited"])
                papers.append({**again, "title": title, "arxiv_id": id_})
        self.list_(day, "daily", papers)
        for event, probability in (
            (self.fill_up_late, 0.3),
            (self.backfill, 0.07),
            (self.change_rules, 0.07),
            (self.remove, 0.07),
            (self.add_by_hand, 0.1),
        ):
            if self.chance.random() < probability:
                event(day)
        if catalog:
            for paper in self.chance.sample(catalog.papers, 2):
                self.correct(paper.slug)

    def fill_up_late(self, day: datetime.date) -> None:
        yesterday = day - datetime.timedelta(days=1)
        self.list_(yesterday, "daily", [self.paper() for _ in range(3)])

    def backfill(self, day: datetime.date) -> None:
        """Up to six days' worth of papers of a day in the past, some of them known by now."""
        old = day - datetime.timedelta(days=self.chance.randrange(20, 400))
        papers = [self.paper() for _ in range(self.chance.randrange(1, 6 * self.per_day))]
        if known := self.some_record():
            papers.append({**known, "title": f"{known['title']}, a Draft"})
        self.list_(old, "archive", papers)

    def change_rules(self, _: datetime.date) -> None:
        topic = self.chance.choice(TOPICS)
        self.rules(topic, self.chance.sample([*TOPICS, "sand", "rain", "paper 1*"], 2))

    def remove(self, _: datetime.date) -> None:
        name = self.chance.choice(sorted(self.records))
        if len(self.records[name]) > 1:
            self.records[name].pop(self.chance.randrange(len(self.records[name])))
            self.list_(datetime.date.fromisoformat(Path(name).name[:10]), Path(name).stem[11:], [])

    def add_by_hand(self, day: datetime.date) -> None:
        self.hand_added += 1
        listed = day - datetime.timedelta(days=self.chance.choice([0, 0, 1, 90]))
        said = f"title: By Hand {self.hand_added} on fish\nlisted: {listed}\n"
        self.write(f"papers/by-hand-{self.hand_added}-on-fish.yml", said)

    def correct(self, slug: str) -> None:
        path = self.folder / f"papers/{slug}.yml"
        if not path.exists():
            how = self.chance.choice(
                ["title: Corrected {}", "note: See {}.", "organization: The Lab"]
            )
            self.write(f"papers/{slug}.yml", how.format(slug.replace("-", " ")) + "\n")


def simulate(
    folder: Path,
    days: int,
    per_day: int,
    intervals: Mapping[str, Sequence[int]],
    seed: int = 1,
    compare_every: int = 1,
    progress: Callable[[int], None] = lambda day: None,
) -> Outcome:
    """Live through so many days.

    ``intervals``: name of a feed → every how many days its subscribers come with newsboat;
    ``compare_every``: every how many days all archives are compared with what they were. Those that
    are new are always looked at.
    """
    outcome = Outcome()
    life = _Content(folder / "content", per_day, seed)
    frozen: dict[str, str] = {}  # path of an archive → hash of its first bytes
    shown: dict[str, set[str]] = {name: set() for name in FEEDS}  # what current documents showed
    catalog = None
    with Site({}, golden.PUBLICATION.url) as site:
        readers = [
            (
                every,
                name,
                Newsboat(folder / f"newsboat-{number}", f"{site.url}feeds/{name}.xml"),
                [],
            )
            for number, (name, every) in enumerate(
                (name, every) for name, all_ in intervals.items() for every in all_
            )
        ]
        walkers = [  # the feeds' every 1, 4, 7, 10, 13 and 16 days
            (1 + 3 * number, name, extension, Walker(site.fetch), set())
            for number, name in enumerate((*FEEDS, "weeks"))
            for extension in feeds.EXTENSIONS
        ]
        for number in range(days):
            progress(number)
            day = START + datetime.timedelta(days=number)
            life.live(day, catalog)
            catalog = life.load()
            lines = freezing.of_content(catalog, golden.PUBLICATION)
            append(life.folder / freezing.path(catalog), "".join(lines).encode())
            made = feeds.render(catalog, golden.PUBLICATION)
            site.publish(made)
            outcome.deploys += 1
            is_last = number == days - 1
            _compare(frozen, made, outcome, day, is_last or number % compare_every == 0)
            for name, ids in _current(catalog, day):
                shown[name] |= ids
            for every, name, reader, seen in readers:
                if (number % every == 0 or is_last) and f"feeds/{name}.xml" in made:
                    reader.reload()
                    seen.append({entry.id for entry in reader.fresh()})
                    outcome.polls += 1
            for every, name, extension, walker, seen in walkers:
                path = f"feeds/{name}.{extension}"
                if (number % every == 0 or is_last) and path in made:
                    ids = walker.ids(golden.PUBLICATION.url + path)
                    outcome.polls += 1
                    _count(outcome, "shown_twice", len(ids) - len(set(ids)), f"{path} on {day}")
                    gone = seen - set(ids)
                    _count(outcome, "lost", len(gone), f"{path} on {day}: {sorted(gone)[:2]}")
                    seen |= set(ids)
    for every, name, _, seen in readers:
        lost = shown[name] - set().union(*seen)
        twice = sum(map(len, seen)) - len(set().union(*seen))
        _count(outcome, "lost", len(lost), f"{name} every {every} days: {sorted(lost)[:2]}")
        _count(outcome, "shown_twice", twice, f"{name} every {every} days")
    for feed in feeds.all_feeds(catalog, golden.PUBLICATION):
        listed = {_id(debut.slug) for debut in documents.listed(feed, catalog)}
        for _, name, extension, _, seen in walkers:
            if name == feed.name:
                lost = listed - seen
                _count(outcome, "lost", len(lost), f"{name}.{extension}: {sorted(lost)[:2]}")
        if feed.name == "all":
            outcome.entries = len(listed)
    outcome.archives = len(frozen)
    return outcome


def _id(slug: str) -> str:
    return f"tag:{golden.PUBLICATION.authority},{golden.PUBLICATION.year}:paper/{slug}"


def _compare(
    frozen: dict[str, str],
    made: Mapping[str, Callable[[], bytes]],
    outcome: Outcome,
    day: datetime.date,
    all_: bool,
) -> None:
    """Every archive that was ever published, in each format, with what it was first."""
    for path in frozen.keys() - made.keys():
        _count(outcome, "changed_archives", 1, f"{path} is gone on {day}")
    for path, make in made.items():
        if "/archive/" in path and (all_ or path not in frozen):
            now = hashlib.sha256(make()).hexdigest()
            if frozen.setdefault(path, now) != now:
                _count(outcome, "changed_archives", 1, f"{path} changed on {day}")
                frozen[path] = now


def _current(catalog: Catalog, day: datetime.date) -> Iterator[tuple[str, set[str]]]:
    """The newly listed that the current documents show: what is no older than their window."""
    since = day - datetime.timedelta(days=documents.WINDOW_DAYS - 14)
    for feed in feeds.all_feeds(catalog, golden.PUBLICATION):
        if feed.name in FEEDS:
            current = next(iter(documents.documents(feed, catalog))).debuts
            yield feed.name, {_id(d.slug) for d in current if d.published.date() > since}


def _count(outcome: Outcome, what: str, number: int, where: str) -> None:
    if number:
        setattr(outcome, what, getattr(outcome, what) + number)
        outcome.examples.append(f"{what}: {number}: {where}")
