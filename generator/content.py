"""A content folder → the catalog, or every error in it at once.

    listings/   what sources listed, a file for a source and day, with a .yml beside it if wanted
    papers/     overlays: what people say of one paper, or a whole paper added by hand
    topics/     a Markdown file each: title, rules, introduction
    ledger/     what feeds have told already; only broadsheet freeze writes there

A folder without ``listings/`` may hold listing files itself. Names that begin with a dot, and
README.md, are nobody's content.

Who errs decides what happens. People's files (overlays, topics, sidecars) are read by the people
who mend them: any fault is an error, and nothing is built. Listings come from machines, and a day
of papers shouldn't wait for one bad record: what can't be used is left out, and said so.
"""

from __future__ import annotations

import codecs
import datetime
import hashlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from importlib import metadata
from itertools import islice
from pathlib import Path
from types import ModuleType

from generator import (
    addresses,
    cache,
    curated,
    debuts,
    errors,
    fields,
    formulas,
    handover,
    introduction,
    ledger,
    merge,
    names,
    processes,
    readers,
    records,
    resting,
    slips,
    text,
    topics,
    yamlfile,
)
from generator.errors import (
    BroadsheetError,
    ContentError,
    ContentErrors,
    Omission,
    Surplus,
    did_you_mean,
)
from generator.garbage import uncollected
from generator.model import (
    Catalog,
    Few,
    Ledger,
    Listing,
    Mention,
    Origin,
    Rules,
    Topic,
)
from generator.stages import stage
from generator.stored import Store

_FOLDERS = ("listings", "papers", "topics", "ledger")
# The largest files that are read, in bytes. People's have some 1,000; a paper in a listing or in the
# ledger has 2,000, and a publication of 100,000 papers may have been begun with one file of each.
_SIZES = {"papers": 2 * 10**6, "topics": 2 * 10**6, "listings": 250 * 10**6, "ledger": 300 * 10**6}
_SIZE_OF_CAPTURE = 10 * 10**6  # all of which is looked at before the first paper is known
_CAPTURES = (".txt", ".html", ".bib")
# The most that is read of a listing, so that 50 MB of a stranger's cost a minute and a gigabyte at worst.
_RECORDS = 150_000
_OMISSIONS = 1_000
_TOLD = 20  # errors of one kind in a file of people's
_LISTING_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(-[\w.-]+)?", re.ASCII)


def _title(value: object) -> str | None:
    """A title that people give: it says something."""
    title = fields.title(value)
    if title and not any(map(str.isalnum, title)):
        raise ValueError(f"{fields.shown(title)} has no letter in it; write a title in words")
    return title


def _with_formulas(parse: Callable[[object], str | None]) -> Callable[[object], str | None]:
    """The parser of a text that may have formulas, of which the plain text must do as well."""

    def parsed(value: object) -> str | None:
        marked = parse(value)
        if formulas.has_any(marked):
            formulas.check(marked)
            parse(formulas.flat(marked))
        return marked

    return parsed


_OVERLAY = {field.name: field.parse for field in curated.OVERLAY} | {"title": _title}
_OVERLAY |= {name: _with_formulas(_OVERLAY[name]) for name in formulas.FIELDS}
_SIDECAR = {field.name: field.parse for field in curated.SIDECAR}
_TOPIC = {field.name: field.parse for field in curated.TOPIC} | {"title": _title}
_RULE = re.compile(r"(match|query|exclude|union|difference):(?=\s)")
_BLANK_LINES = re.compile(r"\A(?:[ \t]*\r?\n)+")
# What a paper's file may say for the paper to have a name and be found under it.
_IDENTITY = {"title", "listed", "arxiv_id", "doi"}
_REFERENCES = ("topics", "union", "difference")
_EXTENSIONS = {"papers": ".yml", "topics": ".md"}
_LEFT_BEHIND = (".bak", ".db", ".ini", ".orig", ".rej", ".swp", ".tmp")  # by programs
_BEGINS_WITH_DAY = re.compile(r"\d{4}-\d{2}-\d{2}[^-.]|\d{4}-\d{2}-\d{2}-.*[^\w.-]", re.ASCII)
_SECOND_ENDING = re.compile(r"\.(?:bib|csv|html?|jsonl?|md|ris|txt|xml|ya?ml)\Z", re.IGNORECASE)
# What people may call a field of another name.
_MEANT = {
    "url": ("source", "links"),
    "link": ("source", "links"),
    "date": ("published",),
    "year": ("published",),
    "tags": ("topics",),
    "keywords": ("match",),
    "phrases": ("match",),
    "search": ("query",),
    "name": ("title",),
    "description": ("summary",),
    "comment": ("note",),
}
# Addresses under /feeds/ and /topics/ that aren't a topic's.
RESERVED_TOPICS = ("all", "archive", "broadsheet", "index", "organizations", "weeks")


# What tells what is read of a listing, beside what is in it.
_CODE = (addresses, errors, fields, formulas, merge, names, readers, records, slips, text)
_SOFTWARE = ("bibtexparser", "lxml", "pylatexenc", "python-slugify", "text-unidecode")


@stage("reading content")
@uncollected()
def load(
    folder: Path, kept: Path | None = None, jobs: int = 1, memory: Memory | None = None
) -> tuple[Catalog, tuple[Omission, ...]]:
    """The catalog of a content folder, and what was left out of it.

    ``kept`` is the folder of what was computed before; where there is one, and if there may be several
    processes, two read listings, and so many find the papers of topics. With a ``memory``, which is to be the
    same one each time, a process that reads the folder again and again works out anew only what has changed.
    Raises ContentErrors with every error if there is one.
    """
    loader = _Loader(folder, kept, memory, jobs)
    found = loader.find()
    ahead = processes.Running(partial(loader.read_ahead, found["listings"]), jobs)
    try:
        if not loader.store.begin(_size(found["listings"])):
            return loader.load(found)
        loader.memory = None  # which would hold all that is put to rest

        def packed(*_: object) -> tuple[bytes, tuple[Omission, ...]]:
            catalog, omissions = loader.load(found)
            return handover.packed(catalog), omissions

        # Where very many papers were read, what stays of them would lie here and there, and hold nearly all of
        # the memory. Of a process that ends no more is left than what it gives.
        data, omissions = processes.Running(packed, jobs).wait()
        return handover.unpacked(data, loader.store), omissions
    except KeyboardInterrupt:
        ahead.stop()
        raise
    finally:
        ahead.wait()


def shown(folder: Path, name: str) -> str:
    """The path of a file of the content as people see it: below the folder they work in, if it is."""
    path = folder / name
    try:
        # Of a link the name counts, not what it leads to.
        return (path.parent.resolve() / path.name).relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


# What a listing says in one place, checked but for its topics: line; fields, unless it is of no paper; its
# title's key and slug, as in Mention; what was left out: is it surplus, message, line and field.
_Left = tuple[bool, str, int | None, str | None]
_Read = tuple[int, dict[str, object] | None, str | None, str | None, tuple[_Left, ...]]


class Memory:
    """What a process has read of a folder's listings, and made of that."""

    def __init__(self) -> None:
        # Listing's name → all that what it says follows from, and that.
        self.mentions: dict[str, tuple[tuple, tuple[Mention, ...]]] = {}
        self.alone: merge.Alone = {}


class _Loader:
    """One reading of one folder, collecting what is wrong as it goes."""

    def __init__(
        self,
        folder: Path,
        kept: Path | None = None,
        memory: Memory | None = None,
        jobs: int = 1,
    ):
        self.folder = folder
        self.kept = kept
        self.memory = memory
        self.jobs = jobs
        self.store = Store(kept)
        self.errors: list[ContentError] = []
        self.omissions: list[Omission] = []
        self.rules: dict[str, yamlfile.Lines] = {}  # a topic's slug → its fields as given
        self.titles: dict[str, str] = {}  # a topic's title, folded, or its slug → its slug
        self.harmless: set[bytes] = set()  # digests of introductions in which nothing is wrong
        # What can't be told because a file is wrong, so that one slip makes no errors elsewhere:
        # slugs of what files may have been meant to be that aren't read,
        self.stray: set[str] = set()
        # whether there are listings among them,
        self.lacks_listings = False
        # and overlays of which it isn't known what paper they are about.
        self.doubtful: set[str] = set()

    def load(self, found: Mapping[str, list[Path]]) -> tuple[Catalog, tuple[Omission, ...]]:
        """The catalog of these files, and what was left out; raises ContentErrors."""
        self.titles = {path.stem: path.stem for path in found["topics"]}
        topic_list = self._topics(found["topics"])
        known = {topic.slug for topic in topic_list}
        self.titles |= {topic.title.casefold(): topic.slug for topic in topic_list}
        self._check_references(topic_list, known)
        published = self._ledger(found["ledger"])
        mentions = list(self._listings(found["listings"], known))
        overlays = self._overlays(found["papers"], known)
        rest = partial(resting.at_rest, store=self.store)
        if self.store.is_open:
            named = published.debuts.items()
            resting_too = {slug: replace(one, paper=rest(one.paper)) for slug, one in named}
            published = replace(published, debuts=resting_too)
        alone = self.memory.alone if self.memory else None
        merged, problems = merge.merge(mentions, overlays, published.debuts.values(), rest, alone)
        listings = [one for one, _ in mentions]
        del mentions  # half of the memory
        self._report_problems(problems, overlays)
        if self.errors:
            raise ContentErrors(self.errors, self.omissions)
        assigned = topics.assign(
            merged.papers, topic_list, merged.exact_topics, self.kept, self.jobs
        )
        papers = (
            paper.changed(
                topics=assigned[paper.slug],
                updated=max(
                    filter(None, (paper.updated, published.updated.get(paper.slug, (None,))[0])),
                    default=None,
                ),
            )
            for paper in merged.papers
        )
        catalog = Catalog(
            papers=tuple(papers),
            topics=tuple(
                sorted(topic_list, key=lambda topic: (topic.title.casefold(), topic.slug))
            ),
            organizations=merged.organizations,
            listings=tuple(sorted(listings, key=lambda one: (one.day, one.name))),
            debuts=debuts.debuts(merged.first, published),
            aliases=merged.aliases,
            ids=merged.ids,
            ledger=published,
        )
        return catalog, ContentErrors((), self.omissions).omissions

    # --- files ---

    def find(self) -> dict[str, list[Path]]:
        """The files of each kind, sorted by path; stray files and folders are errors."""
        found: dict[str, list[Path]] = {name: [] for name in _FOLDERS}
        has_listings = (self.folder / "listings").is_dir()
        roots = _roots(self.folder)
        for path in sorted(_walk(self.folder, roots), key=lambda path: path.as_posix()):
            parts = path.relative_to(self.folder).parts
            if not _is_below(path, roots):
                self._stray(path, "a link that leads out of this folder; put the file itself here")
                continue
            if path.name == "README.md":
                continue
            kind = parts[0] if parts[0] in _FOLDERS else None
            if path.is_dir():
                if len(parts) == 1 and kind is None and has_listings:
                    near = did_you_mean(parts[0].lower(), _FOLDERS)
                    self._stray(path, f"no such folder; {near}")
            elif kind in _EXTENSIONS:
                if problem := _misplaced(path, kind, len(parts) == 2):
                    self._stray(path, problem)
                else:
                    found[kind].append(path)
            elif kind == "ledger":
                found["ledger"].append(path)
            elif kind == "listings" or not has_listings:
                found["listings"].append(path)
            elif len(parts) == 1:
                home = {".yml": "papers", ".md": "topics"}.get(path.suffix, "listings")
                self._stray(path, f"a stray file; move it to {home}/, or remove it")
            else:
                self.stray.add(_meant(path))  # below a folder that is an error
        return found

    def _stray(self, path: Path, message: str) -> None:
        """Say that a file isn't read; it isn't known what others rely on it."""
        self._wrong(path, message)
        self.stray.add(_meant(path))
        if path.suffix.lower() not in (".yml", ".yaml", ".md"):
            self.lacks_listings = True

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _shown(self, name: str) -> str:
        return shown(self.folder, name)

    def _data(self, path: Path) -> bytes:
        """The bytes of a file; raises ContentError if they can't be read."""
        try:
            if not path.is_file():  # but a pipe, a device, a link to nothing
                raise OSError("not a file")
            if path.stat().st_size > (largest := self._largest(path)):
                raise OSError(f"larger than {largest // 10**6} MB")
            return path.read_bytes()
        except OSError as error:
            raise ContentError(
                f"can't be read: {error.strerror or error}; put a plain file here, or remove it",
                file=self._shown(self._name(path)),
            ) from error

    def _source(self, path: Path, data: bytes | None = None) -> str:
        """The text of a file; raises ContentError if there is none, or it isn't UTF-8.

        ``data`` are its bytes, if they have been read.
        """
        data = self._data(path) if data is None else data
        problem, line = "", 1
        if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data[:2]:
            problem = "not UTF-8, but UTF-16; save the file as UTF-8"
        else:
            try:
                source = data.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                problem = f"not UTF-8: byte 0x{data[error.start]:02x}; save the file as UTF-8"
                line = data.count(b"\n", 0, error.start) + 1
            else:
                if (at := slips.conflict(source)) is not None:
                    adds_up = path.suffix == ".jsonl"  # each line stands by itself
                    sides = "the lines of both sides" if adds_up else "one of its two sides"
                    problem, line = slips.CONFLICT.format(sides), at + 1
        if problem:
            raise ContentError(problem, file=self._shown(self._name(path)), line=line)
        return source if "\n" in source else source.replace("\r", "\n")

    def _largest(self, path: Path) -> int:
        kind = path.relative_to(self.folder).parts[0]
        kind = "papers" if path.suffix == ".yml" else kind if kind in _SIZES else "listings"
        is_capture = kind == "listings" and path.suffix in _CAPTURES
        return _SIZE_OF_CAPTURE if is_capture else _SIZES[kind]

    # --- what is wrong ---

    def _wrong(self, path: Path, message: str, line: int | None = None, field: str | None = None):
        self.errors.append(
            ContentError(message, file=self._shown(self._name(path)), line=line, field=field)
        )

    def _report(self, error: BroadsheetError, file: str | None = None) -> None:
        """Collect an error that knows its file relative to the folder, or not at all."""
        shown = self._shown(file or error.file or "")
        kind, into = (
            (type(error), self.omissions)
            if isinstance(error, Omission)
            else (ContentError, self.errors)
        )
        into.append(kind(error.message, file=shown, line=error.line, field=error.field))

    def _report_problems(self, problems: Iterable[ContentError], overlays: Mapping) -> None:
        """Collect what the merge says is wrong with overlays, as far as that can be told."""
        for error in problems:
            if self.lacks_listings or error.file in self.doubtful:
                continue
            lines = overlays[Path(error.file).stem].lines
            error.line = lines.get(error.field, error.line)
            self._report(error)

    def _known_fields(self, path: Path, given: Mapping, allowed: tuple[str, ...]) -> bool:
        """Are all of the fields known? The others are errors."""
        unknown = [name for name in given if name not in allowed]
        for name in unknown[:_TOLD]:
            line = yamlfile.line_of(given, name)
            self._wrong(path, _no_field(name, given[name], allowed), line, name)
        self._more(path, len(unknown))
        return not unknown

    def _known_topics(self, path: Path, given: Mapping, field: str, slugs, known: set[str]) -> None:
        unknown = [slug for slug in slugs or () if slug not in known and slug not in self.stray]
        for slug in unknown[:_TOLD]:
            line = yamlfile.line_of(given, field, given[field].index(slug))
            self._wrong(path, _no_topic(slug, known), line, field)
        self._more(path, len(unknown))

    def _more(self, path: Path, number: int) -> None:
        if number > _TOLD:
            self._wrong(path, f"{number - _TOLD:,} more errors of this kind; mend the others first")

    def _parsed(self, path: Path, given: Mapping, field: str, parser, default=None):
        """A field of a file of people's, checked; a fault is reported and gives the default."""
        value = given.get(field)
        if value is None:
            return default
        try:
            return parser(value)
        except ValueError as error:
            part, message = getattr(error, "part", None), str(error)
            line = yamlfile.line_of(given, field, part)
            if part is None:
                line = yamlfile.value_line(given, field)
            elif field in _REFERENCES and (near := self._topic_meant(value[part])):
                message = f'no topic {fields.shown(value[part])}; did you mean "{near}"?'
            self._wrong(path, message, line, field)
            return default

    def _topic_meant(self, name: object) -> str | None:
        """The topic that is called so, or nearly so."""
        if not isinstance(name, str) or len(name) > fields.NAME_LIMIT:
            return None
        bare = name.strip().removesuffix(".md")
        return self.titles.get(bare.casefold()) or self.titles.get(text.slug(bare, fallback="-"))

    # --- listings ---

    def _listings(
        self, paths: list[Path], known: set[str]
    ) -> Iterator[tuple[Listing, tuple[Mention, ...]]]:
        sidecars = {path.with_suffix(""): path for path in paths if path.suffix == ".yml"}
        names: dict[str, Path] = {}
        stems: set[Path] = set()
        for path in paths:
            if path.suffix.lower() in (".yml", ".yaml"):
                if path.suffix != ".yml":
                    self._stray(
                        path, f"a sidecar's name ends in .yml; rename it to {path.stem}.yml"
                    )
                continue
            stems.add(path.with_suffix(""))
            sidecar = sidecars.get(path.with_suffix(""))
            if path.name in names:
                first = self._shown(self._name(names[path.name]))
                self._stray(path, f"a second listing of this name, beside {first}; rename one")
                continue
            names[path.name] = path
            try:
                listing = Listing(path.name, self._name(path), _day(path))
            except ValueError as error:
                self._stray(path, str(error))
                continue
            if sidecar:
                listing = self._sidecar(sidecar, listing, known)
            try:
                yield listing, self._mentions(path, listing, known)
            except BroadsheetError as error:
                self._report(error, self._name(path))
                self.lacks_listings = True
        for stem, path in sidecars.items():
            if stem in stems or _meant(path) in self.stray:
                continue
            if stem.with_suffix("") in stems:
                message = f"a sidecar's name has no {stem.suffix}; rename it to {stem.stem}.yml"
            elif not _LISTING_NAME.fullmatch(stem.name):
                message = (
                    "no listing beside it; rename it, or move it to papers/ if it is of a paper"
                )
            else:
                message = "no listing beside it; rename it after the listing it is about"
            self._stray(path, message)

    def _mentions(self, path: Path, listing: Listing, known: set[str]) -> tuple[Mention, ...]:
        """What a listing says of papers; raises Unreadable if that is too much, or too much wrong."""
        data = self._data(path)
        if not self.memory:
            return self._mentions_of(path, data, listing, known)
        follows = listing, _digest(data), frozenset(known), frozenset(self.stray)
        before, mentions = self.memory.mentions.get(listing.name, (None, ()))
        if before != follows:
            left_out = len(self.omissions)
            mentions = self._mentions_of(path, data, listing, known)
            if len(self.omissions) == left_out:  # else that is to be told again
                self.memory.mentions[listing.name] = follows, mentions
        return mentions

    def _mentions_of(
        self, path: Path, data: bytes, listing: Listing, known: set[str]
    ) -> tuple[Mention, ...]:
        if not self.kept:
            return tuple(self._those(self._read(path, data, listing), listing, known))
        folder, key = self._kept_as(listing, data)
        before = cache.recall(folder, listing.name, key)
        if before is not None:
            return tuple(self._those(cache.unpacked(before), listing, known))
        read = []
        mentions = tuple(self._those(_noted(self._read(path, data, listing), read), listing, known))
        if read:
            cache.keep(folder, listing.name, key, cache.packed(read))
        return mentions

    def read_ahead(self, paths: list[Path], *_: object) -> None:
        """Read listings for another process that is at it, and keep for it what they say: the last first, until
        one comes that is kept already. What is wrong in them is for the other to tell."""
        for path in reversed(paths if self.kept else []):
            with suppress(BroadsheetError, ValueError):
                listing, data = Listing(path.name, self._name(path), _day(path)), self._data(path)
                folder, key = self._kept_as(listing, data)
                if cache.recall(folder, listing.name, key) is not None:
                    return
                if read := list(self._read(path, data, listing)):
                    cache.keep(folder, listing.name, key, cache.packed(read))

    def _kept_as(self, listing: Listing, data: bytes) -> tuple[Path, str]:
        """Where what a listing of these bytes says is kept, and its key there."""
        folder = self.kept / "listings" / f"{listing.day:%Y-%m}"
        return folder, cache.key([self._key, listing.name, _digest(data)])

    @cached_property
    def _key(self) -> str:
        """Of all that goes into what is read of a listing, but for its name and its bytes."""
        code = (*_CODE, *readers.every(), sys.modules[__name__])
        return cache.key([sys.version, *map(metadata.version, _SOFTWARE)], code)

    def _key_of(self, *code: ModuleType, software: str) -> str:
        """Of this as well; where nothing is kept, none is needed."""
        return cache.key([self._key, metadata.version(software)], code) if self.kept else ""

    def _read(self, path: Path, data: bytes, listing: Listing) -> Iterator[_Read]:
        """What is in a listing, place by place, whatever is beside it and wherever it lies."""
        source = self._source(path, data)
        reader = readers.find(path.suffix, source)
        number = 0
        for number, record in enumerate(reader.read(source, listing.day), 1):
            if number > _RECORDS:
                raise readers.Unreadable(
                    f"more than {_RECORDS:,} papers; make several listings of it"
                )
            if isinstance(record, Omission):
                said, omissions = None, [record]
            else:
                omissions = []
                said = records.checked(record, omissions.append)
            title = said["title"] if said else None
            yield (
                record.line,
                said,
                title and merge.title_key(title),
                title and merge.wanted_slug(title),
                tuple(
                    (isinstance(one, Surplus), one.message, one.line, one.field)
                    for one in omissions
                ),
            )
        if not number and not listing.name.endswith(".jsonl") and source.strip() != "[]":
            missing = "no paper in it; capture it again, or remove it"
            self._report(Omission(missing, line=1), listing.file)

    def _those(self, read: Iterable[_Read], listing: Listing, known: set[str]) -> Iterator[Mention]:
        """What is read of a listing's papers as it counts, with what is said beside it; what can't be used
        is left out and reported."""
        left_out = len(self.omissions)

        def leave_out(omission: Omission) -> None:
            if len(self.omissions) - left_out >= _OMISSIONS:
                raise readers.Unreadable(
                    f"more than {_OMISSIONS:,} things in it are wrong; fetch or capture it again"
                )
            self._report(omission, listing.file)

        try:
            for line, said, key, slug, omissions in read:
                for is_surplus, message, where, field in omissions:
                    kind = Surplus if is_surplus else Omission
                    leave_out(kind(message, line=where, field=field))
                if said is None:
                    continue
                if "topics" in said:
                    unknown = [one for one in said["topics"] if one not in known]
                    said = said | {"topics": tuple(one for one in said["topics"] if one in known)}
                    if unknown and unknown[0] not in self.stray:
                        message = _no_topic(unknown[0], known)
                        leave_out(Omission(message, line=line, field="topics"))
                yield Mention(
                    self._lean(_as_listed(said, listing)), Origin(listing.file, line), key, slug
                )
        except readers.Unreadable:
            del self.omissions[left_out:]
            raise

    def _sidecar(self, path: Path, listing: Listing, known: set[str]) -> Listing:
        given = self._yaml(path, tuple(_SIDECAR))
        if given is None:
            return listing
        self._known_fields(path, given, tuple(_SIDECAR))
        said = {name: self._parsed(path, given, name, parse) for name, parse in _SIDECAR.items()}
        assigned = said["topics"] or ()
        self._known_topics(path, given, "topics", assigned, known)
        return replace(
            listing,
            source=said["source"],
            query=said["query"],
            text=said["text"] or fields.TEXT_KINDS[0],
            topics=assigned,
        )

    def _lean(self, said: dict[str, object]) -> dict[str, object]:
        """What is said, in less memory: names that many papers have once, long texts on the disk."""
        lean = dict(said)
        for name in ("abstract", "summary") if self.store.is_open else ():
            if isinstance(text := said.get(name), str):
                lean[name] = self.store.put(text)
        if "authors" in said:
            lean["authors"] = tuple(map(sys.intern, said["authors"]))
        if "links" in said:
            lean["links"] = Few.of(said["links"])
        return lean

    # --- what was published ---

    def _ledger(self, paths: list[Path]) -> Ledger:
        """The ledger; a fault in it is reported and gives none."""
        errors = len(self.errors)
        found: list[tuple[Path, datetime.date, bytes]] = []
        for path in sorted(paths, key=lambda path: path.name):
            try:
                day = fields.listed(path.stem if path.suffix == ".jsonl" else None)
            except ValueError:
                self._wrong(path, "no file of the ledger; take it away from here")
                continue
            try:
                found.append((path, day, self._data(path)))
            except ContentError as error:
                self.errors.append(error)
        key = ""
        if self.kept and found:
            said = (part for _, day, data in found for part in (str(day), _digest(data)))
            key = cache.key([self._key, *said], [ledger])
            if (before := cache.recall(self.kept, "ledger", key)) is not None:
                return ledger.unpacked(cache.unpacked(before))
        files = []
        for path, day, data in found:
            try:
                files.append((self._shown(self._name(path)), day, self._source(path, data)))
            except ContentError as error:
                self.errors.append(error)
        try:
            read = ledger.read(files)
        except ContentError as error:
            self.errors.append(error)
            return Ledger()
        if key and len(self.errors) == errors:
            cache.keep(self.kept, "ledger", key, cache.packed(ledger.packed(read)))
        return read

    # --- people's files ---

    def _overlays(self, paths: list[Path], known: set[str]) -> dict[str, merge.Overlay]:
        """What people say of papers, by slug. What was faultless once isn't parsed again."""
        key = self._key_of(curated, yamlfile, software="PyYAML")
        kept = cache.recall(self.kept, "overlays", key)
        before = cache.unpacked(kept) if kept else {}
        now = {}
        overlays: dict[str, merge.Overlay] = {}
        for path in paths:
            name, errors = self._name(path), len(self.errors)
            try:
                digest = _digest(self._data(path))
            except ContentError as error:
                self.errors.append(error)
                continue
            was, *said = before.get(name, (None,))
            if was == digest and known.issuperset(said[0].get("topics") or ()):
                overlay = merge.Overlay(*said, name)
            elif not (overlay := self._overlay(path, known)):
                continue
            overlays[path.stem] = overlay
            if len(self.errors) == errors:
                now[name] = digest, overlay.fields, overlay.lines
        if self.kept and now != before:
            cache.keep(self.kept, "overlays", key, cache.packed(now))
        return overlays

    def _yaml(self, path: Path, known: tuple[str, ...]) -> yamlfile.Lines | None:
        """The fields of a file; a fault is reported, also that there are none, and gives None."""
        try:
            given = yamlfile.load(self._source(path), self._shown(self._name(path)), known=known)
        except ContentError as error:
            self.errors.append(error)
            return None
        if not given:
            self._wrong(path, "says nothing; write a field, or remove the file", 1)
        return given or None

    def _slug(self, path: Path) -> bool:
        try:
            if fields.slug(path.stem) in text.RESERVED:
                raise ValueError(f'"{path.stem}" is taken; choose another name')
        except ValueError as error:
            bare = _SECOND_ENDING.sub("", path.stem)
            better = (
                "" if "." in bare or bare in text.RESERVED else f": {_meant(path)}{path.suffix}"
            )
            self._stray(path, f"its name: {error}{better}")
            return False
        return True

    def _overlay(self, path: Path, known: set[str]) -> merge.Overlay | None:
        given = self._yaml(path, tuple(_OVERLAY))
        if given is None or not self._slug(path):
            return None
        if not given.keys() - _SIDECAR.keys() and given.keys() - _OVERLAY.keys():
            self._wrong(path, "a sidecar of a listing; move it beside that, to listings/")
            return None
        errors = len(self.errors)
        if not self._known_fields(path, given, tuple(_OVERLAY)):
            self.doubtful.add(self._name(path))
        said: dict[str, object] = {}
        for name in given:
            if name in _OVERLAY:
                before = len(self.errors)
                value = self._parsed(path, given, name, _OVERLAY[name])
                if len(self.errors) == before:
                    said[name] = value  # None as well: people may say that it is unknown
        marked = {name: said[name] for name in formulas.FIELDS if formulas.has_any(said.get(name))}
        if marked:
            said |= {name: formulas.flat(value) for name, value in marked.items()}
            said["mathematics"] = marked
        if "title" in said and said["title"] is None:
            message = 'a paper needs a title; write one, in quotes if it begins with "#"'
            self._wrong(path, message, yamlfile.line_of(given, "title"), "title")
        if any(error.field in _IDENTITY for error in self.errors[errors:]):
            self.doubtful.add(self._name(path))
        self._known_topics(path, given, "topics", said.get("topics"), known)
        return merge.Overlay(said, dict(given.of), self._name(path))

    def _topics(self, paths: list[Path]) -> list[Topic]:
        """The topics. An introduction in which nothing was wrong isn't converted again to see that."""
        key = self._key_of(introduction, software="Markdown")
        kept = cache.recall(self.kept, "introductions", key)
        before = set(cache.unpacked(kept)) if kept else set()
        self.harmless |= before
        found = [topic for path in paths if (topic := self._topic(path))]
        if self.kept and self.harmless != before:
            cache.keep(self.kept, "introductions", key, cache.packed(sorted(self.harmless)))
        return found

    def _topic(self, path: Path) -> Topic | None:
        shown = self._shown(self._name(path))
        try:
            source = self._source(path)
            given, body, body_line = yamlfile.front_matter(source, shown, known=tuple(_TOPIC))
        except ContentError as error:
            self.errors.append(error)
            self.stray.add(path.stem)
            return None
        if not self._slug(path):
            return None
        if path.stem in RESERVED_TOPICS:
            self._wrong(path, f"a topic can't be called {path.stem}; that address is taken")
        errors = len(self.errors)
        said = {name: self._parsed(path, given, name, parse) for name, parse in _TOPIC.items()}
        title = said.pop("title")
        is_told = any(error.field == "title" for error in self.errors[errors:])
        if self._known_fields(path, given, tuple(_TOPIC)) and title is None and not is_told:
            line = yamlfile.line_of(given, "title")
            self._wrong(path, 'missing; write "title: …"', line, "title")
        # What is checked is what is shown: without blank lines around it, and else to the letter.
        shown_body = _BLANK_LINES.sub("", body)
        first_line = body_line + body.count("\n", 0, len(body) - len(shown_body))
        shown_body = shown_body.rstrip()
        if match := _RULE.match(shown_body):
            message = 'a field of the front matter; move it above the line "---"'
            self._wrong(path, message, first_line, match[1])
        if (digest := _digest(shown_body.encode())) not in self.harmless:
            problems = list(islice(introduction.problems(shown_body), _TOLD))
            for line, message in problems:
                self._wrong(path, message, first_line + line, "introduction")
            self.harmless |= {digest} if not problems else set()
        self.rules[path.stem] = given
        return Topic(
            path.stem,
            title or path.stem,
            shown_body,
            Rules(**{name: found for name, found in said.items() if found}),
            self._name(path),
        )

    def _check_references(self, topic_list: list[Topic], known: set[str]) -> None:
        for topic in topic_list:
            path, given = self.folder / topic.file, self.rules[topic.slug]
            for field in ("union", "difference"):
                self._known_topics(path, given, field, getattr(topic.rules, field), known)
        if cycle := topics.cycle(topic_list):
            where = next(topic for topic in topic_list if topic.slug == cycle[0])
            field = "union" if cycle[1] in where.rules.union else "difference"
            self._wrong(
                self.folder / where.file,
                f"the topic is made from itself: {' → '.join(cycle)}; break the circle",
                yamlfile.line_of(
                    given := self.rules[where.slug], field, given[field].index(cycle[1])
                ),
                field,
            )


def _size(paths: Iterable[Path]) -> int:
    """Of these files together, in bytes."""
    return sum(path.stat().st_size for path in paths if path.is_file())


def _noted(read: Iterable[_Read], into: list[_Read]) -> Iterator[_Read]:
    for one in read:
        into.append(one)
        yield one


def _as_listed(said: dict[str, object], listing: Listing) -> dict[str, object]:
    """What a listing says of a paper, with what people say of the listing."""
    if listing.text == "summary" and "abstract" in said:
        said = dict(said)
        marked = dict(said.get("mathematics", {}))
        said["summary"] = said.pop("abstract")
        marked.pop("summary", None)
        if "abstract" in marked:
            marked["summary"] = marked.pop("abstract")
        if "mathematics" in said:
            said["mathematics"] = marked
    if listing.topics:
        said = said | {"topics": tuple(sorted({*said.get("topics", ()), *listing.topics}))}
    return said


def _digest(data: bytes) -> bytes:
    """By which bytes are known that were read before: BLAKE2b, in half the time of SHA-256."""
    return hashlib.blake2b(data).digest()


def _misplaced(path: Path, kind: str, is_beside: bool) -> str | None:
    """Why a file of papers/ or topics/ isn't where it belongs, or not called as it must be."""
    extension = _EXTENSIONS[kind]
    if path.suffix == extension:
        where = f"named <slug>{extension}; move it to {kind}/{path.name}"
        return None if is_beside else f"{kind} lie side by side in {kind}/, {where}"
    is_none = path.stem.lower() in text.RESERVED
    if is_none or path.suffix.lower() in _LEFT_BEHIND or path.name.endswith(("~", "#")):
        todo = "remove it"
    else:
        todo = f"rename it to {_meant(path)}{extension}"
        other = next((one for one in _EXTENSIONS if _EXTENSIONS[one] == path.suffix), None)
        todo += f", or move it to {other}/ if it is one of those" if other else ""
    return f"{kind} are named <slug>{extension}; {todo}"


def _meant(path: Path) -> str:
    """What a file was likely meant to be called, without its ending: a slug."""
    return text.slug(path.name.partition(".")[0][: fields.NAME_LIMIT], fallback="name")


def _day(path: Path) -> datetime.date:
    """The day that a listing's name gives; raises ValueError if it isn't named as it must be."""
    match = _LISTING_NAME.fullmatch(path.stem)
    try:
        day = fields.listed(match[1] if match else None)
    except ValueError:
        problem = "no day in its name"
        if _BEGINS_WITH_DAY.match(path.name):
            problem = 'more than a-z, 0-9, ".", "_" and "-" in its name, or no "-" behind the day'
        raise ValueError(f"{problem}; name it like 2025-10-29-source.txt") from None
    if ending := _SECOND_ENDING.search(path.stem):
        bare = path.stem.removesuffix(ending[0])
        raise ValueError(
            f"two endings, {ending[0]} and {path.suffix}; name it {bare} with one of them"
        )
    if path.suffix != path.suffix.lower():
        raise ValueError(f'its name ends in "{path.suffix}"; write {path.suffix.lower()}')
    return day


def _no_field(name: str, value: object, allowed: tuple[str, ...]) -> str:
    """The error of a field that isn't there, with what was likely meant."""
    bare = name.lower().replace("-", "_").replace(" ", "_")
    if meant := next((one for one in _MEANT.get(bare, ()) if one in allowed), None):
        return f'no such field; did you mean "{meant}"?'
    if "links" in allowed and isinstance(value, str) and value.startswith(("http://", "https://")):
        return "no such field; write it below links:, with two spaces before it"
    return f"no such field; {did_you_mean(bare, allowed)}"


def _roots(folder: Path) -> list[str]:
    """The real folders in which everything must lie that is read.

    In a git repository a link may have come in a pull request, and would let a stranger show files of
    the machine that builds; so none may lead out of the content folder. Elsewhere it is the
    owner who may have linked to where the listings are.
    """
    roots = [os.path.realpath(folder)]
    if not any(os.path.lexists(os.path.join(above, ".git")) for above in _upwards(roots[0])):
        roots += [os.path.realpath(folder / name) for name in _FOLDERS if (folder / name).is_dir()]
    return roots


def _upwards(folder: str) -> list[Path]:
    return [Path(folder), *Path(folder).parents]


def _is_below(path: str | Path, roots: Iterable[str]) -> bool:
    real = Path(os.path.realpath(path))
    return any(real.is_relative_to(root) for root in roots)


def _walk(folder: Path, roots: Iterable[str]) -> Iterator[Path]:
    """All files and folders below, but for hidden ones.

    Links are followed as long as they stay within the roots; circles are not.
    """
    seen = {os.path.realpath(folder)}
    for here, folders, files in os.walk(folder, followlinks=True):
        folders.sort()
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".")
            and (real := os.path.realpath(os.path.join(here, name))) not in seen
            and not seen.add(real)
        ]
        yield from (Path(here, name) for name in folders + files if not name.startswith("."))
        folders[:] = [name for name in folders if _is_below(os.path.join(here, name), roots)]


def _no_topic(slug: str, known: set[str]) -> str:
    return f'no topic "{slug}"; {did_you_mean(slug, known)}'
