"""What sources list → listings: a file of Broadsheet JSON lines for a source and day.

What is there stays. A record that comes again, as ``merge`` tells, replaces what it says anew and takes
nothing back; one that doesn't come any more stays, and is reported. So a day can be asked for as often as
one likes, and in the end its file is the same, whatever failed on the way.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from dataclasses import fields as fields_of
from pathlib import Path

from generator import content, fields, merge, output, records, text
from generator.errors import BroadsheetError, ConfigurationError, ContentError, Omission
from generator.model import Paper
from generator.sources import Found, Source

_ORDER = {one.name: place for place, one in enumerate(fields_of(Paper))}
_IDENTITY = ("arxiv_id", "doi", "title")


@dataclass(frozen=True, slots=True)
class Change:
    """What became of the file of a source and day."""

    source: str
    day: datetime.date
    file: str  # as people see it
    new: tuple[str, ...]  # titles
    changed: tuple[str, ...]
    unlisted: tuple[str, ...]  # that the source doesn't list any more; they stay


@dataclass(slots=True)
class Pulled:
    """What became of a pull."""

    changes: list[Change] = field(default_factory=list)  # of files that were there or are now
    omissions: list[Omission] = field(default_factory=list)
    failures: list[BroadsheetError] = field(default_factory=list)
    older: dict[str, int] = field(default_factory=dict)  # source → entries of days not asked for


def place(source: str, day: datetime.date | None) -> str:
    """How an error names a source and day."""
    return f"{source}, {day}" if day else source


def put(
    folder: Path,
    source: Source,
    asked: tuple[datetime.date, datetime.date],
    found: Iterable[Found],
    *,
    today: datetime.date,
    is_whole: bool,
) -> Pulled:
    """Put what a source lists into its files in this content folder.

    ``asked`` are the first and the last day that were asked for. If ``is_whole``, ``found`` is all that the
    source lists on them; else it is what the source has got by now, of whatever day: what stands in any file
    is updated there, and only what is of these days is added. Raises ContentError if a file that is there
    can't be read.
    """
    pulled = Pulled()
    shelf = _Shelf(folder, source.name)
    coming: dict[datetime.date, list[dict[str, object]]] = {}
    first, last = asked
    for day, record in found:
        said = _said(source, day, record, pulled)
        if said is None:
            continue
        # What has no day is of the day on which it is first seen, and no clock is ahead of ours.
        home = min(day or today, today)
        if not is_whole:
            known = shelf.day_of(said)
            if not known and not first <= home <= last:
                pulled.older[source.name] = pulled.older.get(source.name, 0) + 1
                continue
            home = known or home
        coming.setdefault(home, []).append(said)
    if is_whole and first == last:
        coming.setdefault(first, [])
    for day, said in sorted(coming.items()):
        if change := shelf.update(day, said, is_whole=is_whole and first <= day <= last):
            pulled.changes.append(change)
    return pulled


def _said(
    source: Source, day: datetime.date | None, record: object, pulled: Pulled
) -> dict[str, object] | None:
    """A record as it stands in a file, if it is of a paper; what it lacks is reported."""

    def leave_out(omission: Omission) -> None:
        who = next((str(told[name]) for name in _IDENTITY if told.get(name)), None)
        of = f" (of {fields.shown(who)})" if who else ""
        pulled.omissions.append(
            Omission(
                omission.message + of,
                file=place(source.name, day),
                line=omission.line,
                field=omission.field,
            )
        )

    told: Mapping[str, object] = {}
    if isinstance(record, Omission):
        leave_out(record)
        return None
    told = record.fields
    said = records.checked(record, leave_out)
    if said is None:
        return None
    if source.topics:
        said["topics"] = tuple(sorted({*said.get("topics", ()), *source.topics}))
    return {name: _plain(value) for name, value in said.items() if value not in (None, (), {})}


def _plain(value: object) -> object:
    """A value as JSON's types, without what is unknown."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: value[name] for name in sorted(value) if value[name] is not None}
    return list(value) if isinstance(value, tuple) else value


def path(folder: Path, source: Source, day: datetime.date) -> Path:
    """The file of a source and day: where it is, or else where it is to be."""
    return _Shelf(folder, source.name).path(day)


class _Shelf:
    """The files of one source in a content folder."""

    def __init__(self, folder: Path, name: str):
        self.folder = folder
        self.name = name
        self.root = _root(folder)
        named = re.compile(rf"(\d{{4}}-\d{{2}}-\d{{2}})-{re.escape(name)}\.jsonl", re.ASCII)
        self.files = {
            match[1]: path
            for path in sorted(self.root.rglob(f"*-{name}.jsonl"))
            if (match := named.fullmatch(path.name)) and path.is_file()
        }
        self._days: dict[tuple[str, str], datetime.date] | None = None

    def path(self, day: datetime.date) -> Path:
        """The file of a day: where it is, or else where it is to be."""
        name = f"{day}-{self.name}.jsonl"
        return self.files.get(day.isoformat()) or self.root / f"{day.year:04}" / name

    def day_of(self, said: Mapping[str, object]) -> datetime.date | None:
        """The day of the file in which a paper stands, the first if there are several."""
        if self._days is None:
            self._days = {}
            for day in sorted(self.files):
                for record in self._read(self.files[day]):
                    for one in _names(record):
                        self._days.setdefault(one, datetime.date.fromisoformat(day))
        return next((self._days[one] for one in _names(said) if one in self._days), None)

    def update(
        self, day: datetime.date, coming: list[dict[str, object]], *, is_whole: bool
    ) -> Change | None:
        """Write the file of a day, if it changes; None if there is none."""
        path = self.path(day)
        there = self._read(path) if path.is_file() else []
        joined: dict[int, dict[str, object]] = {}
        before: dict[int, dict[str, object]] = {}
        came: set[int] = set()
        numbers = merge.same(map(_known, [*there, *coming]))
        for index, (number, said) in enumerate(zip(numbers, [*there, *coming], strict=True)):
            joined[number] = _replaced(joined[number], said) if number in joined else dict(said)
            if index < len(there):
                before[number] = joined[number]
            else:
                came.add(number)
        if not joined:
            return None
        lines = [_line(said) for said in sorted(joined.values(), key=_place_in_file)]
        data = "".join(lines).encode()
        if not there or data != path.read_bytes():
            try:
                output.put(path, data)
            except OSError as error:
                message = f"can't be written: {error.strerror}; see to that folder"
                raise ConfigurationError(message, file=self._shown(path)) from error
        return Change(
            self.name,
            day,
            self._shown(path),
            tuple(_title(joined[one]) for one in sorted(came - before.keys())),
            tuple(
                _title(joined[one])
                for one in sorted(came & before.keys())
                if _line(joined[one]) != _line(before[one])
            ),
            tuple(_title(joined[one]) for one in sorted(before.keys() - came)) if is_whole else (),
        )

    def _read(self, path: Path) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        try:
            lines = path.read_text("utf-8").split("\n")
        except (OSError, UnicodeError) as error:
            message = "can't be read; put a plain file in UTF-8 here, or remove it"
            raise ContentError(message, file=self._shown(path)) from error
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                record = None
            if not isinstance(record, dict):
                message = "not a record, so nothing is written here; mend or remove the line"
                raise ContentError(message, file=self._shown(path), line=number)
            found.append(record)
        return found

    def _shown(self, path: Path) -> str:
        return content.shown(self.folder, path.relative_to(self.folder).as_posix())


_DAY = "[0-9]" * 4 + "-[0-9][0-9]-[0-9][0-9]*"  # how the names of listings begin


def _root(folder: Path) -> Path:
    """Where listings are: a content folder may have nothing else, and be that itself."""
    bare = any(any(folder.glob(where + _DAY)) for where in ("", "[0-9]" * 4 + "/"))
    return folder if bare and not (folder / "listings").is_dir() else folder / "listings"


def _known(said: Mapping[str, object]) -> dict[str, object]:
    """By what a record is known; people may have written anything into a file."""
    found: dict[str, object] = {}
    for name in _IDENTITY:
        try:
            found[name] = fields.parse(name, said.get(name))
        except ValueError:
            continue
    return found


def _names(said: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in _known(said).items():
        if value:
            yield name, merge.title_key(value) if name == "title" else value


def _replaced(old: Mapping[str, object], new: Mapping[str, object]) -> dict[str, object]:
    """What a record says, after it has come again."""
    said = {**old, **new}
    # What is there may be a person's, and of another kind; then it is worth nothing, here as in a build.
    if new.get("links"):
        said["links"] = _plain({**_mapping(old, "links"), **new["links"]})
    if new.get("topics"):
        had = old.get("topics")
        had = [one for one in had if isinstance(one, str)] if isinstance(had, list) else []
        said["topics"] = sorted({*had, *new["topics"]})
    # A text and its formulas, a summary and who wrote it, come and go together.
    marked = {
        **{name: value for name, value in _mapping(old, "mathematics").items() if name not in new},
        **_mapping(new, "mathematics"),
    }
    said["mathematics"] = _plain(marked)
    if not marked:
        del said["mathematics"]
    if "summary" in new and "summary_by" not in new:
        said.pop("summary_by", None)
    return said


def _mapping(said: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = said.get(name)
    return value if isinstance(value, Mapping) else {}


def _line(said: Mapping[str, object]) -> str:
    ordered = sorted(said, key=lambda name: (_ORDER.get(name, len(_ORDER)), name))
    record = {name: said[name] for name in ordered}
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"


def _place_in_file(said: Mapping[str, object]) -> tuple[int, str, str]:
    known = _known(said)
    for place, name in enumerate(_IDENTITY):
        if value := known.get(name):
            return place, merge.title_key(value) if name == "title" else value, _line(said)
    return len(_IDENTITY), "", _line(said)


def _title(said: Mapping[str, object]) -> str:
    return text.plain(str(said.get("title") or "a paper without a title"))


# --- telling of it ------------------------------------------------------------------------

_TOLD = 300  # titles, in all; of what is left out every one is told


def report(pulled: Pulled, today: datetime.date) -> str:
    """What became of a pull, as Markdown for people: for a job's summary, and a pull request."""
    changes = [one for one in pulled.changes if one.new or one.changed or one.unlisted]
    new = sum(len(one.new) for one in changes)
    lines = [f"## Pulled on {today}: {text.counted(new, 'new paper')}", ""]
    if pulled.failures:
        lines += ["### Failed: what was there stays as it is", ""]
        lines += [*(f"- {_shown(str(one))}" for one in pulled.failures), ""]
    if changes:
        lines += ["| source | day | new | changed | no longer listed, but kept |"]
        lines += ["|---|---|---:|---:|---:|"]
        lines += [
            f"| {one.source} | {one.day} | {len(one.new)} | {len(one.changed)} | {len(one.unlisted)} |"
            for one in changes
        ]
        lines += [""]
    for heading, of in (("New", "new"), ("No longer listed, but kept", "unlisted")):
        titles = [(one, title) for one in changes for title in getattr(one, of)]
        if titles:
            lines += [f"### {heading}", ""]
            lines += [
                f"- {_shown(title)} ({place(one.source, one.day)})" for one, title in titles[:_TOLD]
            ]
            more = len(titles) - _TOLD
            lines += [f"- and {more:,} more", ""] if more > 0 else [""]
    if pulled.omissions:
        lines += ["### Left out", ""]
        lines += [*(f"- {_shown(str(one))}" for one in pulled.omissions), ""]
    for source, number in sorted(pulled.older.items()):
        lines += [f"{source}: {number:,} entries are of other days than those asked for.", ""]
    if not (changes or pulled.failures):
        lines += ["Nothing has changed.", ""]
    return "\n".join(lines)


def _shown(words: str) -> str:
    """A stranger's words in GitHub's Markdown, where "@somebody" would call somebody."""
    return text.markdown(words).replace("@", "@\N{WORD JOINER}")
