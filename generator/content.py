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

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from generator import (
    curated,
    debuts,
    fields,
    introduction,
    ledger,
    merge,
    readers,
    slips,
    text,
    topics,
    yamlfile,
)
from generator.errors import BroadsheetError, ContentError, ContentErrors, Omission, did_you_mean
from generator.model import Catalog, Ledger, Listing, Mention, Origin, Rules, Topic

_FOLDERS = ("listings", "papers", "topics", "ledger")
# The largest files that are read, in bytes: of people's some hundred times the longest that they have
# written. A day of papers has some 100,000, a page as copied less; the ledger 2,000 a paper.
_SIZES = {"papers": 2 * 10**6, "topics": 2 * 10**6, "listings": 32 * 10**6, "ledger": 64 * 10**6}
_SIZE_OF_TEXT = 4 * 10**6
# What is read of one listing, so that it costs no more than time to have a coffee.
_RECORDS = 50_000
_OMISSIONS = 1_000
_TOLD = 20  # errors of one kind in a file of people's
_LISTING_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(-[\w.-]+)?", re.ASCII)

_OVERLAY = {field.name: field.parse for field in curated.OVERLAY}
_SIDECAR = {field.name: field.parse for field in curated.SIDECAR}
_TOPIC = {field.name: field.parse for field in curated.TOPIC}
_BLANK_LINES = re.compile(r"\A(?:[ \t]*\r?\n)+")
# What a paper's file may say for the paper to have a name and be found under it.
_IDENTITY = {"title", "listed", "arxiv_id", "doi"}
# Addresses under /feeds/ and /topics/ that aren't a topic's.
_RESERVED_TOPICS = ("all", "archive", "broadsheet", "index", "organizations")


def load(folder: Path) -> tuple[Catalog, tuple[Omission, ...]]:
    """The catalog of a content folder, and what was left out of it.

    Raises ContentErrors with every error if there is one.
    """
    return _Loader(folder).load()


def shown(folder: Path, name: str) -> str:
    """The path of a file of the content as people see it: below the folder they work in, if it is."""
    path = folder / name
    try:
        # Of a link the name counts, not what it leads to.
        return (path.parent.resolve() / path.name).relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


class _Loader:
    """One reading of one folder, collecting what is wrong as it goes."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.errors: list[ContentError] = []
        self.omissions: list[Omission] = []
        self.rules: dict[str, yamlfile.Lines] = {}  # a topic's slug → its fields as given
        # What isn't known because a file is wrong, so that one slip doesn't make errors elsewhere:
        self.stray: set[str] = set()  # names, without ending, of files that aren't where they belong
        self.lacks_listings = False
        self.titles: dict[str, str] = {}  # a topic's title, folded → its slug

    def load(self) -> tuple[Catalog, tuple[Omission, ...]]:
        found = self._find()
        topic_list = [topic for path in found["topics"] if (topic := self._topic(path))]
        known = {topic.slug for topic in topic_list}
        self.titles = {topic.title.casefold(): topic.slug for topic in topic_list}
        self._check_references(topic_list, known)
        published = self._ledger(found["ledger"])
        listings = list(self._listings(found["listings"], known))
        overlays = dict(filter(None, (self._overlay(path, known) for path in found["papers"])))
        merged, problems = merge.merge(listings, overlays, published.debuts.values())
        self._report_problems(problems, overlays)
        if self.errors:
            raise ContentErrors(self.errors, self.omissions)
        assigned = topics.assign(merged.papers, topic_list, merged.exact_topics)
        papers = (
            replace(
                paper,
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
            listings=tuple(
                sorted((one for one, _ in listings), key=lambda one: (one.day, one.name))
            ),
            debuts=debuts.debuts(merged.first, published),
            aliases=merged.aliases,
            ids=merged.ids,
            ledger=published,
        )
        return catalog, ContentErrors((), self.omissions).omissions

    # --- files ---

    def _find(self) -> dict[str, list[Path]]:
        """The files of each kind, sorted by path; stray files and folders are errors."""
        found: dict[str, list[Path]] = {name: [] for name in _FOLDERS}
        has_listings = (self.folder / "listings").is_dir()
        roots = _roots(self.folder)
        for path in sorted(_walk(self.folder, roots), key=lambda path: path.as_posix()):
            parts = path.relative_to(self.folder).parts
            if not _is_below(path, roots):
                self._wrong(path, "a link that leads out of this folder; put the file itself here")
                continue
            if path.name == "README.md":
                continue
            kind = parts[0] if parts[0] in _FOLDERS else None
            if path.is_dir():
                if len(parts) == 1 and kind is None and has_listings:
                    self._wrong(path, f"no such folder; {did_you_mean(parts[0], _FOLDERS)}")
            elif kind == "papers" or kind == "topics":
                extension = ".yml" if kind == "papers" else ".md"
                if len(parts) != 2 or path.suffix != extension:
                    self._wrong(
                        path, f"{kind} lie side by side in {kind}/, named <slug>{extension}"
                    )
                else:
                    found[kind].append(path)
            elif kind == "ledger":
                found["ledger"].append(path)
            elif kind == "listings" or not has_listings:
                found["listings"].append(path)
            elif len(parts) == 1:
                self._wrong(path, "a stray file; listings lie in listings/")
        return found

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    def _shown(self, name: str) -> str:
        return shown(self.folder, name)

    def _source(self, path: Path) -> str:
        """The text of a file; raises ContentError if there is none, or it isn't UTF-8."""
        try:
            if not path.is_file():  # but a pipe, a device, a link to nothing
                raise OSError("not a file")
            if path.stat().st_size > (largest := self._largest(path)):
                raise OSError(f"larger than {largest // 10**6} MB")
            data = path.read_bytes()
        except OSError as error:
            raise ContentError(
                f"can't be read: {error.strerror or error}; put a plain file here, or remove it",
                file=self._shown(self._name(path)),
            ) from error
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ContentError(
                f"not UTF-8: byte 0x{data[error.start]:02x}; save the file as UTF-8",
                file=self._shown(self._name(path)),
                line=data.count(b"\n", 0, error.start) + 1,
            ) from error

    def _largest(self, path: Path) -> int:
        if path.suffix == ".yml":
            return _SIZES["papers"]
        return _SIZES.get(path.relative_to(self.folder).parts[0], _SIZES["listings"])

    # --- what is wrong ---

    def _wrong(self, path: Path, message: str, line: int | None = None, field: str | None = None):
        self.errors.append(
            ContentError(message, file=self._shown(self._name(path)), line=line, field=field)
        )

    def _report(self, error: BroadsheetError, file: str | None = None) -> None:
        """Collect an error that knows its file relative to the folder, or not at all."""
        shown = self._shown(file or error.file or "")
        kind, into = (
            (Omission, self.omissions)
            if isinstance(error, Omission)
            else (ContentError, self.errors)
        )
        into.append(kind(error.message, file=shown, line=error.line, field=error.field))

    def _known_fields(self, path: Path, given: Mapping, allowed: tuple[str, ...]) -> None:
        for name in given:
            if name not in allowed:
                line = yamlfile.line_of(given, name)
                self._wrong(path, f"no such field; {did_you_mean(name, allowed)}", line, name)

    def _known_topics(self, path: Path, given: Mapping, field: str, slugs, known: set[str]) -> None:
        for slug in slugs or ():
            if slug not in known:
                line = yamlfile.line_of(given, field, given[field].index(slug))
                self._wrong(path, _no_topic(slug, known), line, field)

    def _parsed(self, path: Path, given: Mapping, field: str, parser, default=None):
        """A field of a file of people's, checked; a fault is reported and gives the default."""
        value = given.get(field)
        if value is None:
            return default
        try:
            return parser(value)
        except ValueError as error:
            line = yamlfile.line_of(given, field, getattr(error, "part", None))
            self._wrong(path, str(error), line, field)
            return default

    # --- listings ---

    def _listings(
        self, paths: list[Path], known: set[str]
    ) -> Iterator[tuple[Listing, tuple[Mention, ...]]]:
        sidecars = {path.with_suffix(""): path for path in paths if path.suffix == ".yml"}
        names: dict[str, Path] = {}
        for path in paths:
            if path.suffix == ".yaml":
                self._wrong(path, "a sidecar's name ends in .yml; rename it")
            if path.suffix in (".yml", ".yaml"):
                continue
            sidecar = sidecars.get(path.with_suffix(""))
            if path.name in names:
                first = self._shown(self._name(names[path.name]))
                self._wrong(path, f"a second listing of this name, beside {first}; rename one")
                continue
            names[path.name] = path
            match = _LISTING_NAME.fullmatch(path.stem)
            try:
                day = fields.listed(match[1])
            except (TypeError, ValueError):
                self._wrong(path, "no day in its name; name it like 2025-10-29-source.txt")
                continue
            listing = Listing(path.name, self._name(path), day)
            if sidecar:
                listing = self._sidecar(sidecar, listing, known)
            try:
                source = self._source(path)
                reader = readers.find(path.suffix, source)
                records = list(reader.read(source, day))
                if not records and path.suffix != ".jsonl" and source.strip() != "[]":
                    records = [Omission("no paper in it; capture it again, or remove it", line=1)]
            except BroadsheetError as error:
                self._report(error, self._name(path))
                continue
            yield listing, tuple(self._mentions(records, listing, known))
        stems = {path.with_suffix("") for path in names.values()}
        for stem, path in sidecars.items():
            if stem not in stems:
                self._wrong(path, "no listing beside it; rename it after the listing it is about")

    def _sidecar(self, path: Path, listing: Listing, known: set[str]) -> Listing:
        given = self._yaml(path)
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

    def _mentions(self, records, listing: Listing, known: set[str]) -> Iterator[Mention]:
        """The records of a listing, checked; what can't be used is left out and reported."""
        for record in records:
            if isinstance(record, Omission):
                self._report(record, listing.file)
                continue
            said: dict[str, object] = {}
            for name, value in _with_single_links(record.fields):
                if value is None:
                    continue
                problem = None
                try:
                    if name.startswith("links."):
                        link = fields.parse("links", {name.removeprefix("links."): value})
                        said["links"] = {**said.get("links", {}), **link}
                        continue
                    parsed = fields.parse(name, value)
                except KeyError:
                    problem = f"no such field; {did_you_mean(name, fields.PARSERS)}"
                except ValueError as error:
                    problem = str(error)
                else:
                    if name == "topics" and parsed is not None:
                        unknown = [slug for slug in parsed if slug not in known]
                        if unknown:
                            problem = _no_topic(unknown[0], known)
                            parsed = tuple(slug for slug in parsed if slug in known)
                    if parsed is not None:
                        said[name] = parsed
                if problem:
                    left_out = Omission(problem, line=record.line, field=name)
                    self._report(left_out, listing.file)
            if "title" not in said:
                self._report(
                    Omission(
                        "a record without a title; the record is left out, so give it one",
                        line=record.line,
                        field="title",
                    ),
                    listing.file,
                )
                continue
            if listing.text == "summary" and "abstract" in said:
                said["summary"] = said.pop("abstract")
            if listing.topics:
                said["topics"] = tuple(sorted({*said.get("topics", ()), *listing.topics}))
            yield Mention(said, Origin(listing.file, record.line))

    # --- what was published ---

    def _ledger(self, paths: list[Path]) -> Ledger:
        """The ledger; a fault in it is reported and gives none."""
        files = []
        for path in sorted(paths, key=lambda path: path.name):
            try:
                day = fields.listed(path.stem if path.suffix == ".jsonl" else None)
            except ValueError:
                self._wrong(path, "no file of the ledger; take it away from here")
                continue
            try:
                files.append((self._shown(self._name(path)), day, self._source(path)))
            except ContentError as error:
                self.errors.append(error)
        try:
            return ledger.read(files)
        except ContentError as error:
            self.errors.append(error)
            return Ledger()

    # --- people's files ---

    def _yaml(self, path: Path) -> yamlfile.Lines | None:
        try:
            return yamlfile.load(self._source(path), self._shown(self._name(path)))
        except ContentError as error:
            self.errors.append(error)
            return None

    def _slug(self, path: Path) -> bool:
        try:
            if fields.slug(path.stem) in text.RESERVED:
                raise ValueError(f'"{path.stem}" is taken; choose another name')
        except ValueError as error:
            self._wrong(path, f"its name: {error}")
            return False
        return True

    def _overlay(self, path: Path, known: set[str]) -> tuple[str, merge.Overlay] | None:
        given = self._yaml(path)
        if given is None or not self._slug(path):
            return None
        if not given:
            self._wrong(path, "says nothing; write a field, or remove the file", 1)
            return None
        self._known_fields(path, given, tuple(_OVERLAY))
        said: dict[str, object] = {}
        for name in given:
            if name in _OVERLAY:
                before = len(self.errors)
                value = self._parsed(path, given, name, _OVERLAY[name])
                if len(self.errors) == before:
                    said[name] = value  # None as well: people may say that it is unknown
        if "title" in said and said["title"] is None:
            self._wrong(path, "a paper needs a title", yamlfile.line_of(given, "title"), "title")
        self._known_topics(path, given, "topics", said.get("topics"), known)
        return path.stem, merge.Overlay(said, dict(given.of), self._name(path))

    def _topic(self, path: Path) -> Topic | None:
        shown = self._shown(self._name(path))
        try:
            given, body, body_line = yamlfile.front_matter(self._source(path), shown)
        except ContentError as error:
            self.errors.append(error)
            return None
        if not self._slug(path):
            return None
        if path.stem in _RESERVED_TOPICS:
            self._wrong(path, f"a topic can't be called {path.stem}; that address is taken")
        self._known_fields(path, given, tuple(_TOPIC))
        said = {name: self._parsed(path, given, name, parse) for name, parse in _TOPIC.items()}
        title = said.pop("title")
        if title is None and not any(error.file == shown for error in self.errors):
            self._wrong(path, 'missing; write "title: …"', given.line, "title")
        # What is checked is what is shown: without blank lines around it, and else to the letter.
        shown_body = _BLANK_LINES.sub("", body)
        first_line = body_line + body.count("\n", 0, len(body) - len(shown_body))
        shown_body = shown_body.rstrip()
        for line, message in introduction.problems(shown_body):
            self._wrong(path, message, first_line + line, "introduction")
        self.rules[path.stem] = given
        return Topic(
            path.stem,
            title or path.stem,
            shown_body,
            Rules(**{name: found or () for name, found in said.items()}),
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


def _with_single_links(said: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """The fields of a record, with every link as a field of its own: one bad one spoils no other."""
    for name, value in said.items():
        if name == "links" and isinstance(value, Mapping):
            for link, address in value.items():
                yield f"links.{link}", address
        else:
            yield name, value


def _no_topic(slug: str, known: set[str]) -> str:
    return f'no topic "{slug}"; {did_you_mean(slug, known)}'
