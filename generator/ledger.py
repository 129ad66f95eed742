"""``content/ledger/``: what feeds have told already, and so must go on telling.

What feeds list follows from the content, and so a change of the content can reach back into their past:
a listing of an old day is put in, a topic's rules are mended, a paper is taken out. The ledger is what
subscribers were given, so that no such change takes it back or gives it again. It is written by
``broadsheet freeze`` alone, one file for a day (that of the newest listing), only ever added to. A line
is a JSON object (RFC 8259). A paper's first line says what was said of it when it was first listed:

    {"paper": "some-paper", "listed": "2025-10-29T11:59:58Z", "said": {"title": "Some Paper", …},
     "shown": "89ca301150cf6bdf", "feeds": ["all", "surveys"]}

Later lines of it hold what is new:

    paper     its slug
    listed    when it was first listed; its entries are published then
    said      its fields, as it was first listed; archives show these
    by_hand   true if it was added by people: its file's name is all that it is known by
    ids       arXiv ids, DOIs and titles by which it has become known since; "also" are titles that
              another paper had before it
    is        the slug of the paper that it has turned out to be
    shown     a fingerprint of what is shown of it; another one makes the day that of an update
    feeds     which feeds list it (since this line)

And when an archive of a feed is frozen, its papers, oldest first:

    {"archive": "surveys", "papers": ["some-paper", …]}

Without a ledger all of it is worked out from the content, as if every listing had come on its day.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from generator import dates, fields, model
from generator.debuts import by_name
from generator.errors import ContentError
from generator.merge import SHOWN, ids_of
from generator.model import Catalog, Debut, Ledger, Organization, Paper

# More than freeze will ever write into a file, or of a paper; a stranger's must cost nobody a day.
_LINES, _LENGTH, _IDS = 200_000, 10**6, 1_000
# By what a paper is known → the field whose form that has.
_KINDS = {"arxiv_id": "arxiv_id", "doi": "doi", "title": "title", "also": "title"}


def path(day: datetime.date) -> str:
    """The file of a day, below the content folder."""
    return f"ledger/{day.year}/{day}.jsonl"


# --- reading ------------------------------------------------------------------------------


def read(files: Iterable[tuple[str, datetime.date, str]], before: Ledger | None = None) -> Ledger:
    """The ledger of these files, oldest first, behind what stood ``before`` them.

    ``files``: their names for errors, days and texts. Raises ContentError at the first line that isn't
    as ``broadsheet freeze`` writes it.
    """
    before = before or Ledger()
    said, day = _Said(before), before.day
    for name, day, text in files:
        for number, line in enumerate(_lines(text), 1):
            try:
                if number > _LINES or len(line) > _LENGTH:
                    raise ValueError(
                        f"more than {_LINES:,} lines, or {_LENGTH:,} characters in one"
                    )
                said.line(json.loads(line), day)
            except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
                problem = _problem(error)
                raise ContentError(
                    f"not a line of the ledger ({problem}); nobody but broadsheet freeze writes "
                    'here, so put it back, as with "git checkout content/ledger"',
                    file=name,
                    line=number,
                ) from error
    return said.ledger(day)


def _lines(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.find("\n", start) % (len(text) + 1)
        yield text[start:end]
        start = end + 1


def _problem(error: Exception) -> str:
    """What is wrong with a line, in words that aren't Python's."""
    if isinstance(error, KeyError):
        return f"lacks {error}"
    if isinstance(error, json.JSONDecodeError):
        return error.msg
    if isinstance(error, RecursionError):
        return "too deep a recursion"
    return str(error) if type(error) in (ValueError, fields.Within) else "a value of another kind"


class _Said:
    """What the lines that were read so far say together."""

    def __init__(self, before: Ledger):
        self.debuts = dict(before.debuts)
        self.feeds = {feed: dict.fromkeys(slugs) for feed, slugs in before.feeds.items()}
        self.archives = {feed: list(every) for feed, every in before.archives.items()}
        self.shown = dict(before.shown)
        self.updated = dict(before.updated)
        self.ids: dict[str, set[tuple[str, str]]] = {}  # what papers have become known by since
        self.frozen = {  # feed → slugs in its archives
            feed: {slug for archive in every for slug in archive}
            for feed, every in before.archives.items()
        }

    def ledger(self, day: datetime.date | None) -> Ledger:
        for slug, more in self.ids.items():
            debut = self.debuts[slug]
            self.debuts[slug] = replace(debut, ids=debut.ids | more)
        return Ledger(
            debuts=MappingProxyType(self.debuts),
            feeds=MappingProxyType({feed: tuple(slugs) for feed, slugs in self.feeds.items()}),
            archives=MappingProxyType({feed: tuple(all_) for feed, all_ in self.archives.items()}),
            shown=MappingProxyType(self.shown),
            updated=MappingProxyType(self.updated),
            day=day,
        )

    def line(self, said: object, day: datetime.date) -> None:
        if not isinstance(said, dict):
            raise ValueError("no object")
        if "archive" in said:
            self._archive(
                _feed_name(said["archive"]), tuple(map(fields.slug, _list(said["papers"])))
            )
        else:
            self._paper(fields.slug(said["paper"]), said, day)

    def _archive(self, feed: str, slugs: tuple[str, ...]) -> None:
        for slug in slugs:
            self._known(slug)
        frozen = self.frozen.setdefault(feed, set())
        again = frozen.intersection(slugs)
        if again and slugs in self.archives[feed]:
            return  # said twice, as when two branches were joined
        if again or len(set(slugs)) < len(slugs):
            raise ValueError(f'"{min(again or slugs)}" is in an archive of {feed} already')
        frozen.update(slugs)
        self.archives.setdefault(feed, []).append(slugs)
        self.feeds.setdefault(feed, {}).update(dict.fromkeys(slugs))

    def _paper(self, slug: str, said: Mapping, day: datetime.date) -> None:
        if "said" in said and slug not in self.debuts:
            self.debuts[slug] = _debut(slug, said)
        elif "shown" in said and self.shown.get(slug) not in (None, said["shown"]):
            changed_on, times = self.updated.get(slug, (None, 0))
            self.updated[slug] = day, times + 1 if changed_on == day else 1
        self._known(slug)
        if "shown" in said:
            self.shown[slug] = fields.slug(said["shown"])
        debut = self.debuts[slug]
        if "ids" in said:
            more = {
                (kind, fields.parse(_KINDS[kind], id_))
                for kind, ids in said["ids"].items()
                for id_ in _list(ids)
            }
            self.ids.setdefault(slug, set()).update(more)
            if len(self.ids[slug]) > _IDS:
                raise ValueError(f"more than {_IDS:,} ids of one paper")
        if "is" in said:
            debut = replace(debut, part_of=fields.slug(said["is"]))
        if "by_hand" in said:
            if not isinstance(said["by_hand"], bool):
                raise ValueError("by_hand is neither true nor false")
            debut = replace(debut, by_hand=said["by_hand"])
        self.debuts[slug] = debut
        for feed in _list(said.get("feeds", [])):
            self.feeds.setdefault(_feed_name(feed), {})[slug] = None

    def _known(self, slug: str) -> None:
        if slug not in self.debuts:
            raise ValueError(f'"{slug}" has no first line')


def _debut(slug: str, line: Mapping) -> Debut:
    try:
        published = datetime.datetime.fromisoformat(line["listed"])
    except (TypeError, ValueError):
        raise ValueError(f"{fields.shown(line['listed'])} is no time") from None
    if published.tzinfo is None:
        raise ValueError("its time has no zone")
    for name in line["said"]:
        if name not in SHOWN:
            raise KeyError(name)
    said = {name: fields.parse(name, value) for name, value in line["said"].items()}
    if said.get("title") is None:
        raise KeyError("title")
    paper = _paper(slug, published, said)
    return Debut(slug, published, paper, ids=ids_of(paper))


def _paper(slug: str, published: datetime.datetime, said: Mapping[str, object]) -> Paper:
    """A paper as its first line has it, parsed."""
    said = dict(said)
    if organization := said.get("organization"):
        said["organization"] = Organization("", **organization)
    if "links" in said:
        said["links"] = MappingProxyType(said["links"])
    return model.paper(slug=slug, listed=published.date(), **said)


def _list(value: object) -> list:
    if not isinstance(value, list):
        raise ValueError(f"{fields.shown(value)} is no list")
    return value


def _feed_name(name: object) -> str:
    for part in str(name).split("/"):
        fields.slug(part)
    return name


# --- what is kept of it between builds ---


def packed(ledger: Ledger) -> tuple:
    """The ledger in Python's own kinds."""
    debuts = [
        (one.slug, one.published, one.by_hand, tuple(one.ids), one.part_of, _said_of(one.paper))
        for one in ledger.debuts.values()
    ]
    told = (ledger.feeds, ledger.archives, ledger.shown, ledger.updated)
    return debuts, tuple(map(dict, told)), ledger.day


def unpacked(kept: tuple) -> Ledger:
    """The ledger of which ``packed`` made this."""
    debuts, told, day = kept
    found = {
        slug: Debut(slug, time, _paper(slug, time, said), by_hand, frozenset(ids), part_of)
        for slug, time, by_hand, ids, part_of, said in debuts
    }
    return Ledger(*map(MappingProxyType, (found, *told)), day)


def _said_of(paper: Paper) -> dict[str, object]:
    """What its first line says of a paper, parsed."""
    said = {name: getattr(paper, name) for name in SHOWN}
    if organization := paper.organization:
        said["organization"] = {"handle": organization.handle, "name": organization.name}
    said["links"] = dict(paper.links)
    return said


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
    for feed, frozen in known.archives.items():
        if feed in archives and list(map(list, frozen)) != list(
            map(list, archives[feed][: len(frozen)])
        ):
            raise ContentError(
                f'other papers are in the archives of "{feed}" than the site says; put the ledger back '
                'from git, or remove it and run "broadsheet freeze --published …" before any other',
                file="ledger/",
            )
    before = {feed: set(slugs) for feed, slugs in known.feeds.items()}
    more: dict[str, list[str]] = {}  # slug → feeds that list it now
    for feed, slugs in listed.items():
        for slug in slugs:
            if slug not in before.get(feed, ()):
                more.setdefault(slug, []).append(feed)
    for debut in sorted(debuts, key=by_name):
        line: dict[str, object] = {}
        paper = catalog.by_slug.get(debut.slug)
        # What a listing has joined would have another name but for the file.
        is_by_hand = debut.by_hand and not (paper and paper.listings)
        if debut.slug not in known.debuts:
            line["listed"] = dates.rfc3339(debut.published)
            line["said"] = facts(debut.paper)
            if is_by_hand:
                line["by_hand"] = True
        elif is_by_hand != debut.by_hand:
            line["by_hand"] = False
        if paper:
            if more_ids := catalog.ids.get(debut.slug, frozenset()) - debut.ids:
                line["ids"] = {
                    kind: sorted(id_ for of, id_ in more_ids if of == kind)
                    for kind in sorted({kind for kind, _ in more_ids})
                }
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
