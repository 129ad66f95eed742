"""Changes → Markdown: what people read of them in a pull request, on GitHub or in a terminal.

First what it comes to, in numbers; then what would hurt readers or subscribers; then everything else.
All texts are a stranger's, and so shown such that GitHub makes nothing of them: see ``inert``. Links lead
to pages of the publication alone, and only to those that are there before the change.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from generator import dates, text
from generator.diff.changes import (
    Changes,
    FeedChanged,
    FeedThere,
    ListingChanged,
    ListingThere,
    Many,
    Members,
    Named,
    PageMoved,
    PaperAdded,
    PaperChanged,
    PaperMoved,
    PaperRemoved,
    TopicAdded,
    TopicChanged,
    Value,
    cut,
)
from generator.documents import path as feed_path
from generator.model import Publication

LIMIT = 60_000  # characters; a comment on GitHub holds 65,536
# How many of a list are shown, one number after the other, until the whole is short enough.
_MOST = (30, 15, 8, 4, 2, 1, 0)
_IN_A_LINE = 10  # of a list within a line
_IN_A_CELL = 3  # entries in a cell of the table
_SHORT = 60  # characters of a title in a cell, or of a value that shares its line with another

_NAMES = {
    "arxiv_id": "arXiv id",
    "doi": "DOI",
    "author_count": "number of authors",
    "listed": "day",
    "url": "address (site_url)",
    "text": "what its texts are",
}


def markdown(changes: Changes, publication: Publication, *, limit: int = LIMIT) -> str:
    """What the changes are, in at most ``limit`` characters (UTF-16 code units; at least 1,000).

    ``publication`` is the one that is published: its pages are linked to.
    """
    for most in _MOST:
        said = _Page(changes, publication, most).whole()
        if len(said.encode("utf-16-le")) <= 2 * limit:
            return said
    return f"{_essence(changes)}\n\nAll else is too much for this page.\n"


# --- in numbers ---------------------------------------------------------------------------


def _essence(changes: Changes) -> str:
    """What it comes to, in one sentence."""
    if changes.are_none():
        return "**Nothing changes for readers or subscribers.**"
    parts = [
        _count(
            "paper",
            {
                "added": changes.papers_added.total,
                "corrected": changes.papers_changed.total,
                "removed": changes.papers_removed.total,
                "merged into others": changes.papers_merged.total,
                "renamed": changes.papers_renamed.total,
                "listed again": changes.papers_relisted.total,
                "in other topics": changes.papers_reassigned.total,
            },
        ),
        _count(
            "topic",
            {
                "added": changes.topics_added.total,
                "changed": changes.topics_changed.total,
                "removed": changes.topics_removed.total,
            },
        ),
        _count(
            "listing",
            {
                "added": changes.listings_added.total,
                "changed": changes.listings_changed.total,
                "removed": changes.listings_removed.total,
            },
        ),
        _count(
            "organization",
            {
                "added": changes.organizations_added.total,
                "renamed": changes.organizations_renamed.total,
                "gone": changes.organizations_removed.total,
            },
        ),
        _count("setting", {"of the publication changed": changes.publication.total}),
        _subscribers(changes),
        _moves(changes),
    ]
    said = "; ".join(part for part in parts if part)
    return f"**{said[0].upper()}{said[1:]}.**"


def _count(what: str, numbers: dict[str, int]) -> str:
    """2 papers added, 1 corrected"""
    said = [f"{number:,} {how}" for how, number in numbers.items() if number]
    if not said:
        return ""
    number, how = said[0].split(" ", 1)
    return ", ".join([f"{number} {what}{'' if number == '1' else 's'} {how}", *said[1:]])


def _subscribers(changes: Changes) -> str:
    """5 feeds get 2 new entries, 1 shows 1 as updated"""
    said = changes.subscribers
    parts = [
        _some(said.feeds_with_new, "gets", "get", f"{_entries(said.new, 'new ')}"),
        _some(said.feeds_with_updated, "shows", "show", f"{_entries(said.updated)} as updated"),
        _some(
            said.feeds_with_returned,
            "shows",
            "show",
            f"{_entries(said.returned)} for a second time",
        ),
        _some(said.feeds_with_vanished, "loses", "lose", _entries(said.vanished)),
        _some(changes.feeds_added.total, "is new", "are new"),
        _some(changes.feeds_ended.total, "ends", "end"),
        _some(changes.feeds_vanished.total, "vanishes", "vanish"),
    ]
    parts = [part for part in parts if part]
    if parts:
        number, rest = parts[0].split(" ", 1)
        parts[0] = f"{number} feed{'' if number == '1' else 's'} {rest}"
    return ", ".join(parts)


def _some(number: int, does: str, do: str, what: str = "") -> str:
    return f"{number:,} {does if number == 1 else do} {what}".rstrip() if number else ""


def _entries(number: int, which: str = "") -> str:
    return f"{number:,} {which}{'entry' if number == 1 else 'entries'}"


def _moves(changes: Changes) -> str:
    parts = [
        _count("page", {"moved": changes.pages_moved.total}),
        _count("page", {"left empty": changes.pages_ended.total}),
        _count("page", {"gone": changes.pages_vanished.total}),
    ]
    return ", ".join(part for part in parts if part) or "no page moves"


# --- the page -----------------------------------------------------------------------------


class _Page:
    """All that is said, with at most so many of each list."""

    def __init__(self, changes: Changes, publication: Publication, most: int):
        self.changes = changes
        self.site = publication.url
        self.most = most

    def whole(self) -> str:
        blocks = [
            self._unreadable(),
            _essence(self.changes),
            self._warnings(),
            *self._section("Papers", self._papers()),
            *self._section("Topics", self._topics()),
            *self._section("Feeds", self._feeds()),
            *self._section("Pages that move", self._pages()),
            *self._section("Listings and organizations", self._listings()),
            *self._section("The publication", self._publication()),
            self._files(),
            f"Compared with `{self.changes.base[:12]}`." if self.changes.base else "",
        ]
        return "\n\n".join(filter(None, blocks)) + "\n"

    def _section(self, title: str, blocks: Iterable[str]) -> list[str]:
        found = list(filter(None, blocks))
        return [f"### {title}", *found] if found else []

    # --- lists ---

    def _list(self, title: str, of: Many, lines: Callable[..., Iterable[str]]) -> str:
        """A list behind what it is a list of; ``lines`` of each: its own, and those below it."""
        if not of:
            return ""
        if not self.most:
            return f"{title}: {of.total:,}"
        said = [f"{title}:", ""]
        for one in of.items[: self.most]:
            first, *below = lines(one)
            said += [f"- {first}", *(f"  {line}" for line in below)]
        return "\n".join(said + [f"- {more}" for more in _more(of, self.most)])

    def _line(
        self, of: Many, shown: Callable[..., str], between: str = ", ", most: int = _IN_A_LINE
    ) -> str:
        """A list within a line."""
        if not self.most:
            return f"{of.total:,}"
        most = min(most, self.most)
        return between.join(map(shown, of.items[:most])) + "".join(
            f" {more}" for more in _more(of, most)
        )

    def _titles(self, of: Many[Named]) -> str:
        return self._line(of, lambda one: inert(cut(one.title, _SHORT)), "; ")

    def _link(self, title: str, path: str) -> str:
        return f"[{inert(title)}]({text.destination(self.site + path)})"

    def _values(self, values: Many[Value]) -> Iterator[str]:
        most = max(self.most, 1)
        for value in values.items[:most]:
            name = value.field.removeprefix("links.")
            name = f"link {_code(name)}" if name != value.field else _name(name)
            old, new = (inert(said) if said else "*none*" for said in (value.old, value.new))
            if len(value.old or "") + len(value.new or "") <= 2 * _SHORT:
                yield f"- {name}: {old} → {new}"
            else:
                yield from (f"- {name}:", f"  - before: {old}", f"  - now: {new}")
        yield from (f"- {more}" for more in _more(values, most))

    def _members(self, what: str, of: Members, shown: Callable[[str], str]) -> Iterator[str]:
        signs = {"+": of.added, "−": of.removed}
        if of:
            said = (f"{sign} {self._line(these, shown)}" for sign, these in signs.items() if these)
            yield f"- {what}: {'; '.join(said)}"

    # --- what hurts ---

    def _unreadable(self) -> str:
        found = self.changes.unreadable
        if not found:
            return ""
        there = f"`{self.changes.base[:12]}`" if self.changes.base else "What there was before"
        return _quoted(
            "NOTE",
            f"{there} can't be read. So this compares with nothing, and everything counts as added:",
            [inert(one) for one in found.items[: self.most]] + _more(found, self.most),
        )

    def _warnings(self) -> str:
        changes = self.changes
        found = list(filter(None, (*self._of_feeds(), *self._of_others())))
        if not found:
            return ""
        if not changes.has_ledger and any(self._of_feeds()):
            found.append(
                "There is no ledger. If this is published already, `broadsheet freeze`, run before the "
                "change, keeps feeds and archives as they were told."
            )
        return _quoted(
            "WARNING", "Readers or subscribers would lose something, or get it twice:", found
        )

    def _of_feeds(self) -> Iterator[str]:
        changes, said = self.changes, self.changes.subscribers
        if changes.feeds_vanished:
            names = self._line(changes.feeds_vanished, lambda one: _code(one.name))
            yield f"Those who follow {_these(changes.feeds_vanished, 'feed')} get nothing but errors: {names}"
        if changes.feeds_ended:
            names = self._line(changes.feeds_ended, lambda one: _code(one.name))
            yield f"Those who follow {_these(changes.feeds_ended, 'feed')} get nothing new any more: {names}"
        if said.vanished:
            yield f"{_entries(said.vanished)} would vanish from {self._with('vanished')}"
        if said.returned:
            number = _entries(said.returned)
            yield f"{number} would come back from archives, and be new again in {self._with('returned')}"
        if said.archives_changed:
            files = [
                feed_path(feed.name, number, "xml")
                for feed in changes.feeds_changed.items
                for number in feed.archives_changed.items
            ]
            names = self._line(Many(tuple(files), said.archives_changed), _code)
            yield f"{text.counted(said.archives_changed, 'archive')} would change, and are frozen: {names}"

    def _with(self, kind: str) -> str:
        """The feeds that have entries of this kind, and these, each once."""
        feeds = [feed for feed in self.changes.feeds_changed.items if getattr(feed, kind)]
        names = Many(tuple(feeds), getattr(self.changes.subscribers, f"feeds_with_{kind}"))
        found = {one: None for feed in feeds for one in getattr(feed, kind).items}
        these = Many(tuple(found), getattr(self.changes.subscribers, kind))
        return f"{self._line(names, lambda feed: _code(feed.name))}: {self._titles(these)}"

    def _of_others(self) -> Iterator[str]:
        changes = self.changes
        for value in changes.publication.items:
            old, new = inert(value.old or ""), inert(value.new or "")
            if value.field in ("authority", "year"):
                yield (
                    f"The {value.field} changes from {old} to {new}, and so the ids of all entries: every "
                    "feed would show everything once more. Put it back in `mkdocs.yml`"
                )
            elif value.field == "url":
                yield f"The site moves from {old} to {new}: the old addresses must lead on, all feeds' as well"
        if changes.pages_vanished:
            names = self._line(changes.pages_vanished, lambda path: _code(f"/{path}"))
            number = _count("page", {"would be gone": changes.pages_vanished.total})
            yield f"{number}, and links to there dead: {names}"
        if changes.ledger:
            names = self._line(changes.ledger, _code)
            yield f"The ledger changes, where nobody but `broadsheet freeze` writes: {names}"

    # --- sections ---

    def _papers(self) -> Iterator[str]:
        changes = self.changes
        added = changes.papers_added
        sources = {(paper.day, paper.source) for paper in added.items}
        if len(sources) == 1 < added.total == len(added.items):  # which is said once
            ((day, source),) = sources
            title = f"Added on {dates.short(day)}, from {_code(source)}"
            yield self._list(title, added, self._added)
        else:
            yield self._list("Added", added, self._added_from)
        yield self._list("Corrected", changes.papers_changed, self._changed)
        yield self._list("Merged", changes.papers_merged, self._merged)
        yield self._list("Renamed", changes.papers_renamed, self._renamed)
        yield self._list("Removed", changes.papers_removed, self._removed)
        if changes.papers_relisted:
            titles = self._titles(changes.papers_relisted)
            yield f"Listed again, with nothing new but numbers: {titles}"

    def _added(self, paper: PaperAdded) -> Iterator[str]:
        topics = f"in {self._line(paper.topics, _code)}" if paper.topics else "in no topic"
        yield f"**{inert(paper.title)}**, {topics}"

    def _added_from(self, paper: PaperAdded) -> Iterator[str]:
        (said,) = self._added(paper)
        yield f"{said}; on {dates.short(paper.day)}, from {_code(paper.source)}"

    def _changed(self, paper: PaperChanged) -> Iterator[str]:
        yield self._link(paper.title, f"papers/{paper.was}/")
        yield from self._values(paper.values)
        yield from self._members("topics", paper.topics, _code)

    def _merged(self, paper: PaperMoved) -> Iterator[str]:
        old = self._link(paper.old.title, f"papers/{paper.old.slug}/")
        yield f"{old} is the same paper as {self._link(paper.new.title, f'papers/{paper.new.slug}/')}"

    def _renamed(self, paper: PaperMoved) -> Iterator[str]:
        title = self._link(paper.new.title, f"papers/{paper.old.slug}/")
        yield f"{title}: {_code(paper.old.slug)} → {_code(paper.new.slug)}, as if it were another paper"

    def _removed(self, paper: PaperRemoved) -> Iterator[str]:
        yield f"{self._link(paper.title, f'papers/{paper.slug}/')}, {dates.short(paper.day)}"

    def _topics(self) -> Iterator[str]:
        changes = self.changes
        yield self._list("Added", changes.topics_added, self._topic_added)
        yield self._list("Changed", changes.topics_changed, self._topic_changed)
        yield self._list(
            "Removed",
            changes.topics_removed,
            lambda topic: [self._link(topic.title, f"topics/{topic.slug}/")],
        )

    def _topic_added(self, topic: TopicAdded) -> Iterator[str]:
        papers = f": {self._titles(topic.papers)}" if topic.papers else ""
        number = text.counted(topic.papers.total, "paper")
        yield f"**{inert(topic.title)}** ({_code(topic.slug)}), {number}{papers}"

    def _topic_changed(self, topic: TopicChanged) -> Iterator[str]:
        yield self._link(topic.title, f"topics/{topic.slug}/")
        yield from self._values(topic.values)
        yield from self._members("match", topic.match, _phrase)
        yield from self._members("exclude", topic.exclude, _phrase)
        yield from self._members("union", topic.union, _code)
        yield from self._members("difference", topic.difference, _code)
        if topic.entering:
            yield f"- papers that enter, {topic.entering.total:,}: {self._titles(topic.entering)}"
        if topic.leaving:
            yield f"- papers that leave, {topic.leaving.total:,}: {self._titles(topic.leaving)}"

    def _feeds(self) -> Iterator[str]:
        changes = self.changes
        if self.most and changes.feeds_changed:
            yield self._table(changes.feeds_changed)
        yield self._list("New", changes.feeds_added, _feed)
        yield self._list("Ended", changes.feeds_ended, _feed)
        yield self._list("Gone", changes.feeds_vanished, _feed)

    def _table(self, feeds: Many[FeedChanged]) -> str:
        cell = partial(
            self._line,
            shown=lambda one: inert(cut(one.title, _SHORT)),
            between="; ",
            most=_IN_A_CELL,
        )

        def entries(of: Many[Named]) -> str:
            return f"{of.total:,}: {cell(of)}" if of else ""

        columns: dict[str, Callable[[FeedChanged], str]] = {
            "Feed": lambda feed: _code(feed.name),
            "New entries": lambda feed: entries(feed.new),
            "Shown as updated": lambda feed: entries(feed.updated),
            "Besides": lambda feed: ", ".join(_besides(feed)),
        }
        rows = feeds.items[: self.most]
        filled = {name: [of(feed) for feed in rows] for name, of in columns.items()}
        filled = {name: cells for name, cells in filled.items() if any(cells)}
        lines = [filled.keys(), ["---"] * len(filled), *zip(*filled.values(), strict=True)]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return table + "".join(f"\n\n{more} feeds" for more in _more(feeds, self.most))

    def _pages(self) -> Iterator[str]:
        changes = self.changes
        yield self._list("Lead on", changes.pages_moved, _page)
        yield self._list(
            "Say only, from now on, that the paper is no longer listed",
            changes.pages_ended,
            lambda path: [_code(f"/{path}")],
        )

    def _listings(self) -> Iterator[str]:
        changes = self.changes
        yield self._list("Listings added", changes.listings_added, _listing)
        yield self._list("Listings changed", changes.listings_changed, self._listing_changed)
        yield self._list("Listings removed", changes.listings_removed, _listing)
        if changes.days_added:
            yield f"New days: {self._line(changes.days_added, dates.short)}"
        if changes.days_removed:
            yield f"Days that are gone: {self._line(changes.days_removed, dates.short)}"
        if changes.organizations_added:
            yield f"New organizations: {self._line(changes.organizations_added, inert)}"
        if renamed := changes.organizations_renamed:
            shown = self._line(renamed, lambda one: f"{inert(one.old)} → {inert(one.new)}", "; ")
            yield f"Organizations with other names: {shown}"
        if changes.organizations_removed:
            yield f"Organizations that are gone: {self._line(changes.organizations_removed, inert)}"

    def _listing_changed(self, listing: ListingChanged) -> Iterator[str]:
        yield _code(listing.name)
        yield from self._values(listing.values)

    def _publication(self) -> Iterator[str]:
        yield "\n".join(self._values(self.changes.publication))

    def _files(self) -> str:
        files = self.changes.files
        if not files:
            return ""
        number = text.counted(files.total, "file")
        folder = _code(f"{self.changes.folder.rstrip('/')}/")
        names = self._line(files, _code)
        return f"This also changes {number} outside of {folder}, to be reviewed as code: {names}"


def _more(of: Many, most: int) -> list[str]:
    more = of.total - len(of.items[:most])
    return [f"and {more:,} more"] if more else []


def _quoted(kind: str, title: str, lines: Iterable[str]) -> str:
    """An alert, as GitHub calls them; elsewhere a quotation."""
    return "\n".join([f"> [!{kind}]", f"> {title}", ">", *(f"> - {line}" for line in lines)])


def _these(of: Many, what: str) -> str:
    return f"this {what}" if of.total == 1 else f"these {of.total:,} {what}s"


def _besides(feed: FeedChanged) -> Iterator[str]:
    if feed.vanished:
        yield f"{feed.vanished.total:,} gone"
    if feed.returned:
        yield f"{feed.returned.total:,} shown once more"
    if feed.unseen:
        yield f"{feed.unseen:,} in archives alone"
    if feed.archives_changed:
        yield f"{text.counted(feed.archives_changed.total, 'archive')} changed"
    if feed.archives_added:
        yield f"{text.counted(feed.archives_added, 'archive')} added"


def _feed(feed: FeedThere) -> Iterator[str]:
    yield f"{_code(feed.name)} ({inert(feed.label)}), {_entries(feed.entries)}"


def _page(page: PageMoved) -> Iterator[str]:
    yield f"{_code(f'/{page.old}')} → {_code(f'/{page.new}')}"


def _listing(listing: ListingThere) -> Iterator[str]:
    yield f"{_code(listing.name)}, {text.counted(listing.papers, 'paper')}"


def _name(field: str) -> str:
    return _NAMES.get(field) or inert(field.replace("_", " "))


def _phrase(phrase: str) -> str:
    return f"“{inert(phrase)}”"


# --- a stranger's text --------------------------------------------------------------------

_JOINER = "\u2060"  # WORD JOINER: no width, no break, and no letter
# Behind these GitHub looks for a user or a team (or a host, in an e-mail address), an issue, an address,
# the name of an emoji; the last may end with our own colon.
_SIGN = re.compile(
    r"[@#]|\b(?:gh|ghsa|cve)-|:(?=//)|\bwww(?=\.)|:(?=[\w+-]+(?::|$))", re.IGNORECASE
)
_HEXADECIMAL = re.compile(r"[0-9a-f]{6}(?=[0-9a-f])", re.IGNORECASE)  # a commit's has at least 7
# What is there and can't be seen. Joiners are part of scripts and emoji, but not beside ASCII; and
# variation selectors (of emoji, and of digits in a box) come one at a time.
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2060-\u206f\u2800"
    "\u3164\ufff9-\ufffb\uffa0\U000e0000-\U000e0fff]"
    "|(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
    "|(?<![^\x00-\x22\x24-\x29\x2b-\x2f\x3a-\x7f\ufe00-\ufe0f])[\ufe00-\ufe0f]"
)


def inert(said: str) -> str:
    """The text as Markdown of which GitHub makes nothing but that text.

    No markup, HTML, picture or formula; no link, neither to an address nor to a user, an issue or a
    commit; no emoji from a word. What can't be seen is shown by its number, and text that runs from
    right to left turns nothing around it. Takes plain text; good within a line, also of a table.
    """
    said = _SIGN.sub(lambda match: match[0] + _JOINER, _seen(said))
    said = _HEXADECIMAL.sub(lambda match: match[0] + _JOINER, said)
    said = text.markdown(said).replace("|", "&#124;").replace("~", "&#126;")
    return said.replace(
        "$", "<span>$</span>"
    )  # as GitHub's documentation has it: no formula begins


def _code(said: str) -> str:
    """A name as code, in which GitHub looks for nothing; not for tables, unless it is a slug."""
    said = _seen(said)
    fence = "`" * (max(map(len, re.findall("`+", said)), default=0) + 1)
    space = " " if said[0] == "`" or said[-1] == "`" else ""
    return f"{fence}{space}{said}{space}{fence}"


def _seen(said: str) -> str:
    said = _HIDDEN.sub(lambda match: f"‹U+{ord(match[0]):04X}›", said)
    if any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in said):
        return f"\u2068{said}\u2069"  # isolated (Unicode Annex 9 §2.4)
    return said
