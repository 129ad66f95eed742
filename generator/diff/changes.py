"""What a change of the content changes for readers and subscribers, as types.

Each kind of value is annotated with the function that checks it when it comes from a file.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Generic, TypeVar

from generator import fields

TITLE = 150  # characters of a title
LONG = 240  # characters of any other text

T = TypeVar("T")


def _text(value: object) -> str:
    found = fields.one_line(value, 1_000) if isinstance(value, str) else None
    if not found:
        raise ValueError("no text")
    return found


def _feed_name(value: object) -> str:
    kind, slash, rest = value.partition("/") if isinstance(value, str) else ("", "", "")
    return fields.slug(kind) + (slash and slash + fields.slug(rest))


def _commit(value: object) -> str:
    if not isinstance(value, str) or len(value) > 64 or not set(value) <= set("0123456789abcdef"):
        raise ValueError("no commit")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("neither true nor false")
    return value


Text = Annotated[str, _text]  # plain, on one line, not empty
Slug = Annotated[str, fields.slug]
FeedName = Annotated[str, _feed_name]  # "surveys", "organizations/ibm-research"
Commit = Annotated[str, _commit]  # in full, or "" if there is none
Day = Annotated[datetime.date, fields.day]
Number = Annotated[int, fields.count]
Flag = Annotated[bool, _flag]


@dataclass(frozen=True, slots=True)
class Many(Generic[T]):
    """Any number of things: all of them, or the first of them where that is enough."""

    items: tuple[T, ...] = ()
    total: int = 0  # how many there are, also of those that aren't in ``items``

    def __bool__(self) -> bool:
        return self.total > 0


@dataclass(frozen=True, slots=True)
class Value:
    """A field that has another value."""

    field: Text  # as in model.Paper, model.Topic, …; a link is "links.code"
    old: Text | None  # None: unknown
    new: Text | None


@dataclass(frozen=True, slots=True)
class Members:
    """What a set has that it hadn't, and hasn't that it had."""

    added: Many[Text] = Many()
    removed: Many[Text] = Many()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


@dataclass(frozen=True, slots=True)
class Named:
    """A paper or a topic."""

    slug: Slug
    title: Text  # at most TITLE characters


@dataclass(frozen=True, slots=True)
class PaperAdded:
    slug: Slug
    title: Text
    day: Day  # when it is listed
    topics: Many[Slug]
    source: Text  # the first file that names it, below the content folder


@dataclass(frozen=True, slots=True)
class PaperChanged:
    slug: Slug
    was: Slug  # its slug before, nearly always the same
    title: Text  # as it is now
    values: Many[Value]
    topics: Members


@dataclass(frozen=True, slots=True)
class PaperRemoved:
    slug: Slug
    title: Text
    day: Day  # when it was listed


@dataclass(frozen=True, slots=True)
class PaperMoved:
    """A paper that has another slug."""

    old: Named
    new: Named


@dataclass(frozen=True, slots=True)
class TopicAdded:
    slug: Slug
    title: Text
    papers: Many[Named]


@dataclass(frozen=True, slots=True)
class TopicChanged:
    slug: Slug
    title: Text  # as it is now
    values: Many[Value]  # of title, introduction and query
    match: Members  # its other rules
    exclude: Members
    union: Members
    difference: Members
    entering: Many[Named]  # papers that there were before, and are in it now
    leaving: Many[Named]  # papers that there still are, and aren't in it any more


@dataclass(frozen=True, slots=True)
class OrganizationRenamed:
    old: Text
    new: Text


@dataclass(frozen=True, slots=True)
class ListingChanged:
    name: Text  # of its file
    values: Many[Value]  # of what is said of it: source, query, text, topics


@dataclass(frozen=True, slots=True)
class ListingThere:
    """A listing that is added or removed."""

    name: Text
    day: Day
    papers: Number  # that it mentions


@dataclass(frozen=True, slots=True)
class FeedThere:
    """A feed that appears, ends or vanishes."""

    name: FeedName
    label: Text
    entries: Number  # that it has, or had


@dataclass(frozen=True, slots=True)
class FeedChanged:
    """What the subscribers of a feed see."""

    name: FeedName
    label: Text
    new: Many[Named] = Many()  # shown as new: in the current document, and never listed before
    updated: Many[Named] = Many()  # there before and now, with other words, authors, links or times
    returned: Many[Named] = Many()  # were in archives, are current again, and so shown once more
    vanished: Many[Named] = Many()  # listed no more
    unseen: Number = 0  # listed now, but in archives alone, where those who follow don't look
    archives_changed: Many[Number] = Many()  # numbers of those that aren't what they were
    archives_added: Number = 0  # how many

    def __bool__(self) -> bool:
        same = FeedChanged(self.name, self.label)
        return self != same


@dataclass(frozen=True, slots=True)
class Subscribers:
    """What all feeds together show, in numbers; an entry counts once, in however many it is."""

    new: Number = 0  # entries
    feeds_with_new: Number = 0
    updated: Number = 0
    feeds_with_updated: Number = 0
    returned: Number = 0
    feeds_with_returned: Number = 0
    vanished: Number = 0
    feeds_with_vanished: Number = 0
    archives_changed: Number = 0  # documents


@dataclass(frozen=True, slots=True)
class PageMoved:
    """A page that leads on to another from now on. Addresses are below the site's."""

    old: Text  # "papers/some-paper/"
    new: Text


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different between two states of a publication."""

    papers_added: Many[PaperAdded] = Many()
    papers_changed: Many[PaperChanged] = Many()
    papers_removed: Many[PaperRemoved] = Many()
    papers_merged: Many[PaperMoved] = Many()  # into others, that there were before
    papers_renamed: Many[PaperMoved] = Many()
    papers_relisted: Many[Named] = Many()  # listed once more, with nothing new but numbers
    papers_reassigned: Many[Named] = Many()  # in other topics, as those changed; told under these

    topics_added: Many[TopicAdded] = Many()
    topics_changed: Many[TopicChanged] = Many()
    topics_removed: Many[Named] = Many()

    listings_added: Many[ListingThere] = Many()
    listings_changed: Many[ListingChanged] = Many()
    listings_removed: Many[ListingThere] = Many()
    days_added: Many[Day] = Many()  # that have a page
    days_removed: Many[Day] = Many()
    organizations_added: Many[Text] = Many()  # by their names
    organizations_renamed: Many[OrganizationRenamed] = Many()
    organizations_removed: Many[Text] = Many()

    feeds_added: Many[FeedThere] = Many()
    feeds_changed: Many[FeedChanged] = Many()
    feeds_ended: Many[FeedThere] = Many()  # that keep what they listed, and get nothing any more
    feeds_vanished: Many[FeedThere] = Many()
    subscribers: Subscribers = Subscribers()

    pages_moved: Many[PageMoved] = Many()
    pages_ended: Many[Text] = Many()  # that only say, from now on, that the paper isn't listed
    pages_vanished: Many[Text] = Many()

    publication: Many[Value] = Many()  # of name, url, description, language, authority, year
    has_ledger: Flag = False  # does a ledger keep what feeds have told?

    # What the states themselves don't know; whoever got them from git adds it.
    base: Commit = ""  # what is compared with
    unreadable: Many[Text] = Many()  # why that couldn't be read, so that all counts as added
    folder: Text = "content"  # the content folder
    files: Many[Text] = Many()  # changed files outside of it
    ledger: Many[Text] = Many()  # changed files of the ledger

    def are_none(self) -> bool:
        """Does nothing change for readers and subscribers?"""
        beside = {"has_ledger": False, "base": "", "folder": "content"}
        none = Many()
        return replace(self, unreadable=none, files=none, ledger=none, **beside) == Changes()


def many(items: Iterable[T]) -> Many[T]:
    """All of them."""
    items = tuple(items)
    return Many(items, len(items))


def cut(said: str, most: int) -> str:
    """The text, or so much of its beginning."""
    return said if len(said) <= most else said[: most - 1].rstrip() + "…"
