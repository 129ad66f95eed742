"""BibTeX or BibLaTeX, as reference managers, publishers and this site write it.

Every entry with a title is a paper, whatever its kind. Read are title, abstract, authors, DOI, the
arXiv id, wherever it stands, the date if it has year, month and day, and the address. Keywords,
journals, pages and notes are nothing that a paper here has. TeX becomes plain text, and formulas
are kept as formulas.
"""

from __future__ import annotations

import datetime
import logging
import re
from collections.abc import Iterator

import bibtexparser
from bibtexparser import middlewares, model
from bibtexparser.library import Library

from generator import addresses, formulas, text
from generator.errors import Omission, Surplus
from generator.readers import SOME_UNNAMED, Record, Unreadable

EXTENSIONS = (".bib",)

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it warns of is said here

_BLOCK = re.compile(r"@\w*[ \t]*[{(]")
_MOST_BLOCKS = 100_000  # which take half a minute
_MOST_NAMES = 10_001  # one more than a paper may have, which is told
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
# Where entries name a preprint: "arXiv preprint arXiv:2405.21060" (Google Scholar), "abs/2405.21060" (DBLP).
_PREPRINT = re.compile(r"(?:\barXiv:\s*|\babs/)(\S+)", re.IGNORECASE)
_PREPRINT_FIELDS = ("journal", "journaltitle", "volume", "number", "note", "howpublished")
# Fields of which a text is made: a name that no @string defines is none.
_TEXTS = ("title", "author", "abstract")


def recognizes(source: str) -> bool:
    return True


def read(source: str, day: datetime.date) -> Iterator[Record | Omission]:
    if (number := len(_BLOCK.findall(source))) > _MOST_BLOCKS:
        raise Unreadable(f"{number:,} entries; make several listings of it")
    library = bibtexparser.parse_string(source.lstrip("\ufeff"), parse_stack=[])
    entries: list[model.Entry] = []
    faults: list[Omission] = []
    for block in library.blocks:
        line = (block.start_line or 0) + 1
        if isinstance(block, model.DuplicateBlockKeyBlock | model.DuplicateFieldKeyBlock):
            # Two entries of one key are two papers all the same.
            if isinstance(entry := block.ignore_error_block, model.Entry):
                entries.append(entry)
        elif isinstance(block, model.ParsingFailedBlock):
            faults.append(Omission(_broken(block), line=line))
        elif isinstance(block, model.Entry):
            entries.append(block)
    keys = [entry.key for entry in entries]
    for number, entry in enumerate(entries):
        entry.key = str(number)
    library = Library([*library.strings, *entries])
    for step in (
        middlewares.ResolveStringReferencesMiddleware(),
        middlewares.RemoveEnclosingMiddleware(),
    ):
        library = step.transform(library)
    found: list[Record | Omission] = list(faults)
    for key, entry in zip(keys, library.entries, strict=True):
        found += _entry(key, entry)
    yield from sorted(found, key=lambda one: one.line)


def _broken(block: model.ParsingFailedBlock) -> str:
    reason = getattr(block.error, "abort_reason", None) or str(block.error) or "broken"
    reason = reason.strip().rstrip(".").replace("`", '"')
    return f"broken BibTeX: {reason[:1].lower()}{reason[1:200]}; the entry is left out, so mend it"


def _entry(key: str, entry: model.Entry) -> Iterator[Omission | Record]:
    line = (entry.start_line or 0) + 1
    given: dict[str, str] = {}
    for field in entry.fields:
        name, at = field.key.lower(), (field.start_line or 0) + 1
        if name in given:
            yield Omission(
                "given twice; the first is taken, so remove the other", line=at, field=name
            )
        elif field.enclosing == "no-enclosing" and name in _TEXTS:
            message = f'"{field.value[:60]}" is no text; put it in braces, without # and @string'
            yield Omission(message, line=at, field=name)
        else:
            given[name] = str(field.value)
    names = middlewares.names.split_multiple_persons_names(given.get("author", ""))
    if names and names[-1].strip().lower() == "others":
        del names[-1]
        message = f'ends with "others", {SOME_UNNAMED}'
        yield Surplus(message, line=line, field="author")
    yield Record(line, dict(_fields(key, given, names)))


def _fields(key: str, given: dict[str, str], names: list[str]) -> Iterator[tuple[str, object]]:
    for name in ("title", "abstract"):
        if name in given:
            yield from formulas.given(name, given[name], text.from_tex)
    if authors := list(filter(None, map(_name, names[:_MOST_NAMES]))):
        yield "authors", authors
    yield "published", _date(given)
    arxiv_id = _arxiv_id(given)
    yield "arxiv_id", arxiv_id
    doi = _literal(given.get("doi"))
    if doi and not addresses.arxiv_id(doi):  # which may not pass for the journal's
        yield "doi", doi
    address = _literal(given.get("url"))
    if address and not address.endswith(f"/papers/{key}/"):  # which is of the site that wrote this
        name, value = addresses.field(address)
        if name.startswith("links.") or (name == "doi" and not doi):
            yield name, value


def _name(tex: str) -> str:
    """A name of BibTeX's, "von Last, Jr, First", in reading order."""
    parts = middlewares.names.parse_single_name_into_parts(tex, strict=False)
    words = [*parts.first, *parts.von, *parts.last, *parts.jr]
    return text.from_tex(" ".join(words))


def _date(given: dict[str, str]) -> str | None:
    """The day, if there is a whole one: as BibLaTeX's ``date``, or as year, month and day."""
    if match := _DAY.fullmatch(given.get("date", "").strip()):
        year, month, day = match.groups()
    else:
        year, month, day = (given.get(part, "").strip() for part in ("year", "month", "day"))
        if month[:3].lower() in _MONTHS:
            month = str(_MONTHS.index(month[:3].lower()) + 1)
    if not (year.isdecimal() and month.isdecimal() and day.isdecimal()):
        return None
    return f"{year:0>4}-{month:0>2}-{day:0>2}"


def _arxiv_id(given: dict[str, str]) -> str | None:
    archive = given.get("archiveprefix") or given.get("eprinttype") or ""
    if (eprint := given.get("eprint")) and archive.strip().lower() in ("arxiv", ""):
        if found := addresses.arxiv_id(_literal(eprint)):
            return found
        if archive:
            return eprint  # the check says what is wrong with it
    for name in ("doi", "url"):
        if (value := given.get(name)) and (found := addresses.arxiv_id(_literal(value))):
            return found
    for name in _PREPRINT_FIELDS:
        match = _PREPRINT.search(given.get(name, ""))
        if match and (found := addresses.arxiv_id(match[1].rstrip(".,;)}]"))):
            return found
    return None


def _literal(value: str | None) -> str:
    """What BibLaTeX takes as it is: an address or identifier, of which some escape what TeX would not."""
    if not value:
        return ""
    return text.from_tex(value) if "\\" in value or "{" in value else value.strip()
