"""``content/ledger/``: what feeds have told already, and so must go on telling.

What feeds list follows from the content, and a change of the content may change it backwards: a
listing of an old day is put in, a topic's rules are mended, a paper is removed. The ledger keeps
what subscribers were given, so that no such change takes it back or gives it again. It is written
by ``broadsheet freeze`` alone, one file for a day (that of the newest listing), only ever added to:
``ledger/2025/2025-10-29.jsonl``. A line is a JSON object (RFC 8259), and says one of

    {"paper": SLUG, "listed": TIME, "said": {…}, "by_hand": true, "shown": …, "feeds": [NAME, …]}
        a paper's first line: its fields as it was first listed, when, and which feeds listed it; of
        two that turn out to be one, the one with the earlier line gives its name
    {"paper": SLUG, "ids": {…}, "is": SLUG, "shown": FINGERPRINT, "feeds": [NAME, …]}
        more ids of it are known, it has turned out to be the other paper, what is shown of it has
        changed on this day, more feeds list it: what of it is new
    {"archive": NAME, "papers": [SLUG, …]}
        an archive of a feed was frozen, the next of that feed; its entries, oldest first

Without a ledger all of it is worked out from the content, as if every listing had come on its day.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from generator import fields
from generator.errors import ContentError
from generator.merge import SHOWN, First, ids_of
from generator.model import Catalog, Debut, Ledger, Organization, Paper

_NOON = datetime.time(12, tzinfo=datetime.UTC)
_PLACES = 43_000  # of a day that are a second apart; as many as fit between midnight and noon


def path(day: datetime.date) -> str:
    """The file of a day, below the content folder."""
    return f"ledger/{day.year}/{day}.jsonl"


# --- reading ------------------------------------------------------------------------------


def read(files: Iterable[tuple[str, datetime.date, str]]) -> Ledger:
    """The ledger of these files, oldest first: their names for errors, days and texts.

    Raises ContentError at the first line that isn't as ``broadsheet freeze`` writes it.
    """
    debuts: dict[str, Debut] = {}
    listed: dict[str, dict[str, None]] = {}  # feed → slugs, in order
    archives: dict[str, list[tuple[str, ...]]] = {}
    shown: dict[str, str] = {}
    updated: dict[str, datetime.date] = {}
    newest = None
    for name, day, text in files:
        newest = day
        for number, line in enumerate(text.splitlines(), 1):
            try:
                said = json.loads(line)
                if not isinstance(said, dict):
                    raise ValueError("no object")
                if "archive" in said:
                    feed, slugs = said["archive"], tuple(map(fields.slug, said["papers"]))
                    frozen = {slug for archive in archives.get(feed, ()) for slug in archive}
                    if again := frozen.intersection(slugs):
                        raise ValueError(f'"{min(again)}" is in an archive of {feed} already')
                    archives.setdefault(feed, []).append(slugs)
                    listed.setdefault(feed, {}).update(dict.fromkeys(slugs))
                    continue
                slug = fields.slug(said["paper"])
                if "said" in said and slug not in debuts:
                    debuts[slug] = _debut(slug, said)
                elif "shown" in said and slug in shown:
                    updated[slug] = day
                if "shown" in said:
                    shown[slug] = said["shown"]
                if "ids" in said:
                    more = {kind: fields.parse(kind, id_) for kind, id_ in said["ids"].items()}
                    debuts[slug] = replace(debuts[slug], ids={**debuts[slug].ids, **more})
                if "is" in said:
                    if said["is"] not in debuts:
                        raise ValueError(f'"{said["is"]}" has no line above')
                    debuts[slug] = replace(debuts[slug], part_of=said["is"])
                for feed in said.get("feeds", ()):
                    listed.setdefault(_feed_name(feed), {})[slug] = None
                if slug not in debuts:
                    raise ValueError(f'"{slug}" has no first line')
            except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
                problem = f"lacks {error}" if isinstance(error, KeyError) else str(error)
                raise ContentError(
                    f"not a line of the ledger ({problem}); nobody but broadsheet freeze writes "
                    "here, so put back what was there",
                    file=name,
                    line=number,
                ) from error
    for slugs in listed.values():
        for slug in slugs.keys() - debuts.keys():
            raise ContentError(f'an archive names "{slug}", which has no line', file=name)
    return Ledger(
        debuts=MappingProxyType(debuts),
        feeds=MappingProxyType({feed: tuple(slugs) for feed, slugs in listed.items()}),
        archives=MappingProxyType({feed: tuple(every) for feed, every in archives.items()}),
        shown=MappingProxyType(shown),
        updated=MappingProxyType(updated),
        day=newest,
    )


def _debut(slug: str, line: Mapping) -> Debut:
    published = datetime.datetime.fromisoformat(line["listed"])
    if published.tzinfo is None:
        raise ValueError("its time has no zone")
    said = {name: fields.parse(name, value) for name, value in line["said"].items()}
    if organization := said.get("organization"):
        said["organization"] = Organization("", **organization)
    if "links" in said:
        said["links"] = MappingProxyType(said["links"])
    paper = Paper(slug=slug, listed=published.date(), **said)
    return Debut(slug, published, paper, bool(line.get("by_hand")), ids_of(paper))


def _feed_name(name: object) -> str:
    for part in str(name).split("/"):
        fields.slug(part)
    return name


# --- what was first listed, and when ------------------------------------------------------


def debuts(first: Iterable[First], ledger: Ledger) -> tuple[Debut, ...]:
    """Everything that was ever listed, oldest first; what the ledger names is as it says.

    Papers of a day are published a second apart, from noon backwards in the order of the listing:
    a reader that sorts by time shows them in that order, on that day nearly everywhere on Earth.
    """
    taken = {debut.published for debut in ledger.debuts.values()}
    place: dict[datetime.date, int] = {}
    new = []
    for one in first:
        slug, day = one.paper.slug, one.paper.listed
        if slug in ledger.debuts:
            continue
        while (published := _time(day, place.get(day, 0))) in taken:
            place[day] = place.get(day, 0) + 1
        place[day] = place.get(day, 0) + 1
        new.append(Debut(slug, published, one.paper, one.by_hand, ids_of(one.paper)))
    return tuple(sorted([*ledger.debuts.values(), *new], key=by_time))


def by_time(debut: Debut) -> tuple[datetime.datetime, str]:
    """To sort by; what an old ledger gives the same time is still in one order."""
    return debut.published, debut.slug


def _time(day: datetime.date, place: int) -> datetime.datetime:
    return datetime.datetime.combine(day, _NOON) - datetime.timedelta(
        seconds=min(place, _PLACES), milliseconds=max(0, place - _PLACES)
    )


# --- writing ------------------------------------------------------------------------------


def additions(
    catalog: Catalog,
    debuts: Iterable[Debut],
    listed: Mapping[str, Iterable[str]],
    archives: Mapping[str, Sequence[Sequence[str]]],
) -> Iterator[str]:
    """The lines that the catalog's ledger lacks.

    ``debuts``: all that was ever listed; ``listed``: name of a feed → slugs of all that it lists;
    ``archives``: name of a feed → all its archives, of which the ledger may know the first few.
    """
    known = catalog.ledger
    before = {feed: set(slugs) for feed, slugs in known.feeds.items()}
    more: dict[str, list[str]] = {}  # slug → feeds that list it now
    for feed, slugs in listed.items():
        for slug in slugs:
            if slug not in before.get(feed, ()):
                more.setdefault(slug, []).append(feed)
    for debut in sorted(debuts, key=as_named):
        line: dict[str, object] = {}
        if debut.slug not in known.debuts:
            line["listed"] = debut.published.isoformat().replace("+00:00", "Z")
            line["said"] = facts(debut.paper)
            if debut.by_hand:
                line["by_hand"] = True
        if paper := catalog.by_slug.get(debut.slug):
            learnt = ids_of(paper).items()
            if more_ids := {kind: id_ for kind, id_ in learnt if kind not in debut.ids}:
                line["ids"] = more_ids
            shown = fingerprint(paper)
            if shown != known.shown.get(debut.slug):
                line["shown"] = shown
        is_now = catalog.aliases.get(debut.slug)
        if is_now and is_now != debut.part_of:
            line["is"] = is_now
        if debut.slug in more:
            line["feeds"] = sorted(more[debut.slug])
        if line:
            yield _line({"paper": debut.slug, **line})
    for feed, every in sorted(archives.items()):
        for archive in every[len(known.archives.get(feed, ())) :]:
            yield _line({"archive": feed, "papers": list(archive)})


def as_named(debut: Debut) -> tuple[datetime.date, float]:
    """To sort by: the order in which papers are named, which is that of their listings."""
    return debut.published.date(), -debut.published.timestamp()


def _line(said: Mapping[str, object]) -> str:
    return json.dumps(said, ensure_ascii=False) + "\n"


def facts(paper: Paper) -> dict[str, object]:
    """What a reader is shown of a paper, as JSON's types, without what is unknown."""
    said = {name: getattr(paper, name) for name in SHOWN}
    if paper.published:
        said["published"] = paper.published.isoformat()
    if paper.organization:
        said["organization"] = {
            "handle": paper.organization.handle,
            "name": paper.organization.name,
        }
    said["links"] = dict(paper.links)
    return {name: value for name, value in said.items() if value}


def fingerprint(paper: Paper) -> str:
    """Another one if what is shown of the paper is another."""
    return hashlib.sha256(_line(facts(paper)).encode()).hexdigest()[:16]
