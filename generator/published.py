"""What is about to be published against what is: whether anybody would lose an entry, or get one twice.

A paper counts once, in however many feeds it is; an archive as its bytes, with the site's address
taken to be what it will be, so that moving a site is none of these faults.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from lxml import etree

from generator.documents import ARCHIVE_ENTRIES, LARGEST, WINDOW_DAYS, WINDOW_ENTRIES
from generator.errors import BroadsheetError
from generator.merge import title_key
from generator.sources import Fetch, feed
from generator.sources.feed import Listed, PublishedFeed, Remark, Unreadable, read
from generator.text import counted

__all__ = [
    "PublishedFeed",
    "Regression",
    "Remark",
    "Unreadable",
    "is_there",
    "names",
    "read",
    "regressions",
]

OPML = "feeds/broadsheet.opml"
FREEZE = 'run "broadsheet freeze --published …" and commit content/ledger/'

_SLUG = "[a-z0-9]+(?:-[a-z0-9]+)*"
_FEED = re.compile(rf"feeds/((?!archive/){_SLUG}(?:/{_SLUG})?)\.xml")
_TAG = re.compile(r"(tag:[^:]*:)(.+)", re.DOTALL)  # RFC 4151: who names, and what is named


class Regression(BroadsheetError):
    """What publishing would do to those who follow a feed."""


def is_there(fetch: Fetch) -> bool:
    """Whether anything is published there, so that there is something to compare with."""
    return any(fetch(path) is not None for path in (OPML, *feed.paths("feeds/all")))


def regressions(
    made: Mapping[str, Callable[[], bytes]], fetch: Fetch, url: str
) -> list[BroadsheetError]:
    """What would be worse for those who follow the feeds; and Remarks, which aren't about that.

    ``made`` are the paths of all feed files that are about to be published, and what makes them;
    ``fetch`` reads what is published; ``url`` is the publication's address. Every line but a Remark
    (a Regression, or a feed that is Unreadable) is a reason against publishing.
    """
    there, was = _fingerprinting(_moved(fetch, url))
    one, would_be = _fingerprinting(lambda path: made[path]() if path in made else None)

    def here(path: str) -> bytes | None:
        # The formats of a document are made together, so this costs what one does.
        return {other: one(other) for other in feed.paths(path.partition(".")[0])}[path]

    found: list[BroadsheetError] = []
    of_papers: dict[tuple[str, str], list[str]] = {}  # what is wrong, what to do → feeds
    retagged: dict[tuple[str, str], set[str]] = {}  # how ids begin, how they would → ids
    for name in names(made, there, found):
        try:
            old = read(there, name)
        except Unreadable as error:
            found.append(error)
            continue
        if old is None:
            continue
        found.extend(old.remarks)
        if (new := read(here, name)) is None:
            said = "this feed would be gone for those who follow it; put back what it is about, or "
            found.append(Regression(said + FREEZE, file=f"feeds/{name}.xml"))
            continue
        is_retagged = False
        for id_, after in _lost(old, new):
            if tags := _tags(id_, after):
                is_retagged = True
                retagged.setdefault(tags, set()).add(id_)
            else:
                of_papers.setdefault(_loss(id_, old.entries[id_], after), []).append(name)
        for line in _repeated(new):
            of_papers.setdefault(line, []).append(name)
        size = max(len(made[path]()) for path in feed.paths(f"feeds/{name}") if path in made)
        found.extend(_out_of_place(old, new, size))
        if not is_retagged:  # else every archive would change, for that reason
            found.extend(_thawed(old, there, was, one, would_be))
    of_all = [
        Regression(
            f"{counted(len(ids), 'entry id')} would begin with {after} instead of {before}, "
            'and the papers be shown as new; put "authority" and "year" back as they were',
            file="mkdocs.yml",
        )
        for (before, after), ids in retagged.items()
    ]
    of_each = [
        Regression(f"{what} (feeds: {_some(names)}); {advice}", file=f"feeds/{names[0]}.xml")
        for (what, advice), names in of_papers.items()
    ]
    return of_all + of_each + found


# --- papers -------------------------------------------------------------------------------


def _lost(old: PublishedFeed, new: PublishedFeed) -> Iterator[tuple[str, str | None]]:
    """Ids that wouldn't be listed any more, and the new id of the same paper, if it has one."""
    lost = [id_ for id_ in old.entries if id_ not in new.entries]
    now: dict[object, str] = {}  # by what a paper is known → an id that wasn't listed before
    if lost:
        for id_ in new.entries:
            if id_ not in old.entries:
                for key in _known_by(id_, new.entries[id_]):
                    now.setdefault(key, id_)
    for id_ in lost:
        keys = _known_by(id_, old.entries[id_])
        yield id_, next((now[key] for key in keys if key in now), None)


def _known_by(id_: str, listed: Listed) -> Iterator[object]:
    if tag := _TAG.fullmatch(id_):
        yield "id", tag[2]
    if listed.link:
        yield "link", listed.link
    for arxiv_id in listed.arxiv_ids:
        yield "arXiv", arxiv_id
    if listed.title:
        yield "title", title_key(listed.title)


def _tags(before: str, after: str | None) -> tuple[str, str] | None:
    """How the two ids begin, if that alone makes them different."""
    old, new = _TAG.fullmatch(before), _TAG.fullmatch(after or "")
    return (old[1], new[1]) if old and new and old[2] == new[2] else None


def _loss(id_: str, listed: Listed, after: str | None) -> tuple[str, str]:
    if after:
        what = f"{_paper(id_, listed)} would get the id {after[:200]}, and be shown as new"
        return what, f"give it back the name that it had, or {FREEZE}"
    return f"{_paper(id_, listed)} would vanish", f"put the paper back, or {FREEZE}"


def _repeated(new: PublishedFeed) -> Iterator[tuple[str, str]]:
    for id_, times in Counter(new.ids).items():
        if times > 1:
            what = f"{_paper(id_, new.entries[id_])} would be listed {times} times"
            yield what, "see which archives name it in content/ledger/"


# --- the window ---------------------------------------------------------------------------


def _out_of_place(old: PublishedFeed, new: PublishedFeed, size: int) -> Iterator[Regression]:
    """Entries that would leave the current document too soon, or come back to it."""
    current, file = set(new.current), f"feeds/{new.name}.xml"
    gone = set(old.current) - current
    if early := [id_ for id_ in _within_window(new, size) if id_ in gone]:
        yield Regression(
            "this feed would shrink by more than its window explains: of the newest "
            f"{WINDOW_ENTRIES} and the last {WINDOW_DAYS} days, {counted(len(early), 'paper')}, such as "
            f"{_paper(early[-1], new.entries[early[-1]])}, would be in archives alone; see whether "
            "a listing has a wrong day, or content/ledger/ names an archive too early",
            file=file,
        )
    current -= {id_ for archive in new.archives for id_ in archive}  # those are there twice
    if back := [id_ for archive in old.archives for id_ in archive if id_ in current]:
        yield Regression(
            f"{counted(len(back), 'paper')} of its archives, such as "
            f"{_paper(back[0], new.entries[back[0]])}, would be in this feed again, and be shown as "
            f"new; {FREEZE}",
            file=file,
        )


def _within_window(new: PublishedFeed, size: int) -> list[str]:
    """What the current document has to hold, oldest first; ``size`` is that of its largest format."""
    ids = list(new.ids)
    days = {id_: listed.published.date() for id_, listed in new.entries.items() if listed.published}
    least = max(0, len(ids) - WINDOW_ENTRIES)
    # Where an archive's worth more would make it too large, it holds less than its days. An archive
    # is cut by an estimate, hence the half.
    if not days or size * (1 + ARCHIVE_ENTRIES / max(1, len(new.current))) > LARGEST / 2:
        return ids[least:]
    since = max(days.values()) - datetime.timedelta(days=WINDOW_DAYS)
    return [id_ for at, id_ in enumerate(ids) if at >= least or days.get(id_, since) > since]


# --- archives -----------------------------------------------------------------------------


def _thawed(
    old: PublishedFeed, there: Fetch, was: Fetch, here: Fetch, would_be: Fetch
) -> Iterator[BroadsheetError]:
    """The oldest archive that wouldn't stay as it is, byte for byte, and how many more there are."""
    numbers = range(old.newest - len(old.archives) + 1, old.newest + 1)
    files = [path for number in numbers for path in feed.paths(feed.archive_stem(old.name, number))]
    changed = [path for path in files if was(path) not in (None, would_be(path))]
    for at, path in enumerate(changed):
        try:
            difference = _difference(path, there(path), here(path))
        except ValueError as error:  # what nobody can read may change
            if path not in {remark.file for remark in old.remarks}:
                yield Remark(str(error), file=path)
            continue
        more = len(changed) - at - 1
        yield Regression(
            f"this archive is frozen, and {difference}{_and_more(more)}; put back what was there, "
            f"or {FREEZE}",
            file=path,
        )
        return


def _and_more(number: int) -> str:
    return f" ({counted(number, 'more file')} of its archives would change too)" if number else ""


def _difference(path: str, before: bytes, after: bytes | None) -> str:
    """What would become of the document, in words. Raises ValueError if there is none to be read."""
    old = feed.parse(path, before).items
    if after is None:
        return "would be gone"
    new = feed.parse(path, after).items
    old_ids, new_ids = {item[0] for item in old}, {item[0] for item in new}
    for id_, listed, _ in old:
        if id_ not in new_ids:
            return f"would be without {_paper(id_, listed)}"
    for id_, listed, _ in new:
        if id_ not in old_ids:
            return f"would have {_paper(id_, listed)} as well"
    for (id_, listed, item), (other, _, new_item) in zip(old, new, strict=False):
        if id_ != other:
            return f"would have {_paper(id_, listed)} in another place"
        if _plainly(item) != _plainly(new_item):
            return f"would say something else of {_paper(id_, listed)}"
    return "would change in nothing but the words around its entries"


def _plainly(item: object) -> object:
    return etree.tostring(item) if isinstance(item, etree._Element) else item


# --- what is there ------------------------------------------------------------------------


def names(made: Iterable[str], fetch: Fetch, found: list[BroadsheetError]) -> list[str]:
    """The feeds that are made, then those that are published besides."""
    found_paths = list(made)
    if (data := fetch(OPML)) is not None:
        try:
            outlines = feed.parse_xml(data).iter("outline")
            addresses = [outline.get("xmlUrl", "") for outline in outlines]
        except (etree.XMLSyntaxError, ValueError) as error:
            found.append(Remark(f"this can't be read ({str(error)[:200]})", file=OPML))
        else:
            found_paths += [f"feeds/{url.rpartition('/feeds/')[2]}" for url in addresses]
    matches = map(_FEED.fullmatch, found_paths)
    return list(dict.fromkeys(match[1] for match in matches if match))


def _moved(fetch: Fetch, url: str) -> Fetch:
    """What is published, as if it were at this address already."""
    document = feed.read_document(fetch, "feeds/all", [])
    match = re.fullmatch(
        r"(https?://[^/].*/)feeds/all\.[a-z.]+", document.address if document else ""
    )
    if not match or match[1] == url:
        return fetch
    before, after = match[1].encode(errors="replace"), url.encode()
    return lambda path: (data := fetch(path)) and data.replace(before, after)


def _fingerprinting(fetch: Fetch) -> tuple[Fetch, Fetch]:
    """The same, and what gives fingerprints of files, without fetching them once more."""
    seen: dict[str, bytes | None] = {}

    def fetched(path: str) -> bytes | None:
        data = fetch(path)
        seen[path] = None if data is None else hashlib.sha256(data).digest()
        return data

    def fingerprint(path: str) -> bytes | None:
        if path not in seen:
            fetched(path)
        return seen[path]

    return fetched, fingerprint


def _paper(id_: str, listed: Listed) -> str:
    return f'"{listed.title[:100]}" ({id_[:200]})'


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 3:,} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
