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
from typing import NamedTuple

from lxml import etree

from generator import published_feed, weekly
from generator.documents import ARCHIVE_ENTRIES, EXTENSIONS, LARGEST, WINDOW_DAYS, WINDOW_ENTRIES
from generator.errors import BroadsheetError, Remark
from generator.merge import title_key
from generator.opml import PATH as OPML
from generator.published_feed import Listed, PublishedFeed, Unreadable, paths, read
from generator.sources import Fetch
from generator.text import counted

MOST_LINES = 20  # that say the same of one paper after the other; the rest of them are counted

_SLUG = "[a-z0-9]+(?:-[a-z0-9]+)*"
_FEED = re.compile(rf"feeds/((?!archive/){_SLUG}(?:/{_SLUG})?)\.xml")
_TAG = re.compile(r"(tag:([^:,]*),?([^:]*):)(.+)", re.DOTALL)  # RFC 4151: who, when; what
_MEANT = "or, if it is meant, publish once without this check"


class Regression(BroadsheetError):
    """What publishing would do to those who follow a feed."""


def is_there(fetch: Fetch) -> bool:
    """Whether anything is published there, so that there is something to compare with."""
    return any(fetch(path) is not None for path in (OPML, *paths("all")))


def regressions(
    made: Mapping[str, Callable[[], bytes]], fetch: Fetch, url: str, where: str
) -> list[BroadsheetError]:
    """What would be worse for those who follow the feeds; and Remarks, which aren't about that.

    ``made`` are the paths of all feed files that are about to be published, and what makes them;
    ``fetch`` reads what is published; ``url`` is the publication's address, ``where`` that of what is
    published, as the user gave it. Every line but a Remark (a Regression, or a feed that is Unreadable)
    is a reason against publishing.
    """
    freeze = f'run "broadsheet freeze --published {where}" and commit content/ledger/'
    there = _Site(_moved(fetch, url))
    here = _Site(lambda path: made[path]() if path in made else None)
    papers = _Papers()
    feeds, remarks = names(made, there.fetch)
    found: list[BroadsheetError] = [*remarks]
    for name in feeds:
        try:
            old = read(there.fetch, name)
        except Unreadable as error:
            found.append(error)
            continue
        if old is None:
            continue
        found += old.remarks
        new = read(here.fetch_all_formats, name)
        if new is None:
            found.append(_gone(name, freeze))
            continue
        lost = list(_lost(old, new))
        papers.add(old, new, lost)
        found += _out_of_place(old, new, here, freeze)
        if not any(_tags(before, after) for before, after in lost):  # or all archives would change
            found += _thawed(old, papers.stay, there, here, freeze)
    return [*papers.regressions(freeze), *found]


# --- papers -------------------------------------------------------------------------------


def _lost(old: PublishedFeed, new: PublishedFeed) -> Iterator[tuple[str, str | None]]:
    """Ids that wouldn't be listed any more, and the new id of the same paper, if it has one."""
    lost = [id_ for id_ in old.entries if id_ not in new.entries]
    if new.name == weekly.NAME:
        lost = [id_ for id_ in lost if not weekly.is_outgrown(id_, list(new.entries))]
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
        yield "id", tag[4]
    if listed.link:
        yield "link", listed.link
    for arxiv_id in listed.arxiv_ids:
        yield "arXiv", arxiv_id
    if listed.title:
        yield "title", title_key(listed.title)


def _tags(before: str, after: str | None) -> tuple[re.Match, re.Match] | None:
    """How the two ids begin, if that alone makes them different."""
    old, new = _TAG.fullmatch(before), _TAG.fullmatch(after or "")
    return (old, new) if old and new and old[4] == new[4] else None


class _Papers:
    """What would become of the papers of all feeds; of each it is told once."""

    def __init__(self) -> None:
        self.lost: dict[tuple[str, str | None], list[str]] = {}  # id, new id → feeds
        self.repeated: dict[tuple[str, int], list[str]] = {}  # id, times → feeds
        self.listed: dict[str, Listed] = {}  # what is said of those
        self.archived: set[str] = set()  # those of them that an archive has
        self.stay: set[str] = set()  # the ids that some feed would have

    def add(
        self, old: PublishedFeed, new: PublishedFeed, lost: list[tuple[str, str | None]]
    ) -> None:
        self.stay.update(new.entries)
        archived = {id_ for archive in old.archives for id_ in archive} if lost else set()
        for id_, after in lost:
            self.lost.setdefault((id_, after), []).append(old.name)
            self.listed.setdefault(id_, old.entries[id_])
            if id_ in archived:
                self.archived.add(id_)
        for id_, times in Counter(new.ids).items():
            if times > 1:
                self.repeated.setdefault((id_, times), []).append(new.name)
                self.listed.setdefault(id_, new.entries[id_])

    def regressions(self, freeze: str) -> Iterator[Regression]:
        retagged: Counter[tuple[str, ...]] = Counter()
        # What would happen to a few or many papers, in which feeds, what to do → a line for each
        lines: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
        for (id_, after), feeds in self.lost.items():
            paper = _paper(id_, self.listed[id_])
            if tags := _tags(id_, after):
                retagged[(*tags[0].group(1, 2, 3), tags[1][1])] += 1
            elif after:
                key = ("would get other ids in", _RENAMED, tuple(feeds))
                line = f"{paper} would get the id {_cut(after, 200)}, and be shown as new, in"
                lines.setdefault(key, []).append(line)
            else:
                key = ("would vanish from", self._put_back(id_, feeds, freeze), tuple(feeds))
                lines.setdefault(key, []).append(f"{paper} would vanish from")
        for (id_, times), feeds in self.repeated.items():
            key = ("would be listed again in", _NOT_REPEATED, tuple(feeds))
            line = f"{_paper(id_, self.listed[id_])} would be listed {times} times in"
            lines.setdefault(key, []).append(line)
        for (before, authority, year, after), number in retagged.items():
            yield Regression(
                f"{counted(number, 'entry id')} would begin with {after} instead of {before}, and the "
                f'papers be shown as new; put "authority: {authority}" and "year: {year}" back',
                file="mkdocs.yml",
            )
        for (what, advice, feeds), each in lines.items():
            more = len(each) - MOST_LINES
            rest = [f"{counted(more, 'more paper')} {what}"] if more > 0 else []
            for line in each[:MOST_LINES] + rest:
                yield Regression(f"{line} {_some(feeds)}; {advice}", file=f"feeds/{feeds[0]}.xml")

    def _put_back(self, id_: str, feeds: list[str], freeze: str) -> str:
        if id_ in self.stay and "all" not in feeds:
            kinds = {"organizations" if "/" in name else "topics" for name in feeds}
            undo = " and ".join(said for kind, said in _NOT_THERE.items() if kind in kinds)
            return f"{undo}, or {freeze}"
        advice = f"{_VANISHED}, or {freeze}"
        if id_ in self.archived:  # the content may have forgotten what archives say of it
            advice += ", and, if they would change even so, publish once without this check"
        return advice


_NOT_THERE = {  # what brought a paper to feeds of topics, or of organizations
    "topics": "put back the rule in content/topics/, or the topics of its listing or its file in "
    "content/papers/, that brought it there",
    "organizations": "put back the organization that its listing or its file in content/papers/ gave it",
}
_VANISHED = (
    "put back the listing or the file in content/papers/ that brought it, or take away an older listing "
    "that renamed it"
)
# The ledger would keep the old id, and the new one would come all the same.
_RENAMED = (
    "take away the older listing that renamed it, or put back its title in the listing, or the name of "
    "its file in content/papers/"
)
# No content can do it: the ledger is refused if it says so, and what feeds list are sets.
_NOT_REPEATED = "undo the change of generator/ that did this"


# --- feeds --------------------------------------------------------------------------------


def _gone(name: str, freeze: str) -> Regression:
    kind = "papers of the organization" if "/" in name else "topic in content/topics/"
    return Regression(
        f"this feed would be gone for those who follow it; put back the {kind} that it is about, or, "
        f"so that it stays with what it has listed, {freeze}",
        file=f"feeds/{name}.xml",
    )


def _out_of_place(
    old: PublishedFeed, new: PublishedFeed, here: _Site, freeze: str
) -> Iterator[Regression]:
    """Entries that would leave the current document too soon, or come back to it."""
    current, file = set(new.current), f"feeds/{new.name}.xml"
    gone = set(old.current) - current
    size = max(one.size for path in paths(new.name) if (one := here.fingerprint(path)))
    if early := [id_ for id_ in _within_window(new, size) if id_ in gone]:
        yield Regression(
            f"this feed would shrink by more than its window explains: {_papers(early[::-1], new)} of the "
            f"newest {WINDOW_ENTRIES} or the last {WINDOW_DAYS} days would be in archives alone; take the line "
            f'{{"archive": "{new.name}", …}} that names it out of content/ledger/, as long as that '
            "archive isn't published",
            file=file,
        )
    current -= {id_ for archive in new.archives for id_ in archive}  # those are there twice
    if back := [id_ for archive in old.archives for id_ in archive if id_ in current]:
        yield Regression(
            f"{_papers(back, new)} of its archives would be in this feed again, and be shown as new; "
            f"undo the change of the content that did this, or {freeze}",
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
    old: PublishedFeed, stay: set[str], there: _Site, here: _Site, freeze: str
) -> Iterator[BroadsheetError]:
    """The oldest archive that wouldn't stay as it is, byte for byte, and how many more there are."""
    numbers = range(old.newest - len(old.archives) + 1, old.newest + 1)
    files = [path for number in numbers for path in paths(old.name, number)]
    changed = [
        path for path in files if there.fingerprint(path) not in (None, here.fingerprint(path))
    ]
    for at, path in enumerate(changed):
        try:
            what, advice = _difference(path, there.fetch(path), here.fetch(path), stay, freeze)
        except ValueError as error:  # what nobody can read may change
            if path not in {remark.file for remark in old.remarks}:
                yield Remark(f"{error}; publishing mends it", file=path)
            continue
        number = len(changed) - at - 1
        more = f" ({counted(number, 'more file')} of its archives would change too)"
        yield Regression(
            f"this archive is frozen, and {what}{more if number else ''}; {advice}", file=path
        )
        return


def _difference(
    path: str, before: bytes, after: bytes | None, stay: set[str], freeze: str
) -> tuple[str, str]:
    """What would become of the document, and what to do. Raises ValueError if it can't be read."""
    old_items = published_feed.parse(path, before).items
    keep = f"undo the change of the content that did this, or {freeze}"
    if after is None:
        return "would be gone", keep
    new_items = published_feed.parse(path, after).items
    old_ids, new_ids = {item[0] for item in old_items}, {item[0] for item in new_items}
    for id_, listed, _ in old_items:
        if id_ not in new_ids:
            what = f"would be without {_paper(id_, listed)}"
            return what, keep if id_ in stay else "see the line about that paper"
    for id_, listed, _ in new_items:
        if id_ not in old_ids:
            return f"would have {_paper(id_, listed)} as well", keep
    for (id_, listed, item), (other, now, new_item) in zip(old_items, new_items, strict=False):
        if id_ != other:
            return f"would have {_paper(id_, listed)} in another place", keep
        if listed.published != now.published:
            return f"would give {_paper(id_, listed)} another time", keep
        if _plainly(item) != _plainly(new_item):
            return (
                f"would say something else of {_paper(id_, listed)}",
                "undo the change of generator/, of a listing or of the paper's line in content/ledger/ "
                f"that did this, {_MEANT}",
            )
    return (
        "would change in nothing but the words around its entries",
        f"undo the change of generator/ that did this, {_MEANT}",
    )


def _plainly(item: object) -> object:
    return etree.tostring(item) if isinstance(item, etree._Element) else item


# --- what is there ------------------------------------------------------------------------


def names(made: Iterable[str], fetch: Fetch) -> tuple[list[str], list[Remark]]:
    """The feeds that are made, then those that are published besides; and what may hide some."""
    found, remarks = list(made), []
    if (data := fetch(OPML)) is not None:
        try:
            outlines = published_feed.parse_xml(data).iter("outline")
            addresses = [outline.get("xmlUrl", "") for outline in outlines]
        except (etree.XMLSyntaxError, ValueError) as error:
            said = f"this can't be read ({str(error)[:200]}), so feeds that went may go unnoticed"
            remarks.append(Remark(f"{said}; see what is published there", file=OPML))
        else:
            found += [f"feeds/{url.rpartition('/feeds/')[2]}" for url in addresses]
    matches = map(_FEED.fullmatch, found)
    return list(dict.fromkeys(match[1] for match in matches if match)), remarks


def _moved(fetch: Fetch, url: str) -> Fetch:
    """What is published, as if it were at this address already."""
    document, _ = published_feed.read_document(fetch, "all")
    match = re.fullmatch(
        r"(https?://[^/].*/)feeds/all\.[a-z.]+", document.address if document else ""
    )
    if not match or match[1] == url:
        return fetch
    before, after = match[1].encode(errors="replace"), url.encode()
    return lambda path: (data := fetch(path)) and data.replace(before, after)


class _Fingerprint(NamedTuple):
    size: int
    sha256: bytes


class _Site:
    """Files, and their fingerprints, for which none is fetched once more."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._seen: dict[str, _Fingerprint | None] = {}

    def fetch(self, path: str) -> bytes | None:
        data = self._fetch(path)
        sha256 = hashlib.sha256(data or b"").digest()
        self._seen[path] = None if data is None else _Fingerprint(len(data), sha256)
        return data

    def fetch_all_formats(self, path: str) -> bytes | None:
        """The same. Those of a document are made together and soon forgotten, so all are looked at."""
        stem = path.partition(".")[0]
        return {one: self.fetch(one) for one in (f"{stem}.{of}" for of in EXTENSIONS)}[path]

    def fingerprint(self, path: str) -> _Fingerprint | None:
        if path not in self._seen:
            self.fetch(path)
        return self._seen[path]


def _paper(id_: str, listed: Listed) -> str:
    return f'"{_cut(listed.title, 100)}" ({_cut(id_, 200)})' if listed.title else _cut(id_, 200)


def _papers(ids: list[str], of: PublishedFeed) -> str:
    """The first by name, and how many more there are."""
    first = _paper(ids[0], of.entries[ids[0]])
    return f"{first} and {counted(len(ids) - 1, 'more paper')}" if len(ids) > 1 else first


def _cut(said: str, most: int) -> str:
    return said if len(said) <= most else said[: most - 1].rstrip() + "…"


def _some(names: Iterable[str]) -> str:
    feeds = [f"feeds/{name}" for name in names]
    return ", ".join(feeds[:3]) + (f" and {len(feeds) - 3:,} more" if len(feeds) > 3 else "")
