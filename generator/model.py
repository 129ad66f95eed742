"""The words of Broadsheet as types: frozen, and documented field by field.

Unknown is ``None``, never 0 or "". Texts are plain Unicode on one line, without markup,
LaTeX or control characters; whoever writes them into a format escapes them for it.
"""

from __future__ import annotations

import datetime
from collections.abc import ItemsView, Iterator, Mapping
from dataclasses import dataclass, field, fields, make_dataclass
from functools import cached_property, lru_cache
from operator import attrgetter
from types import MappingProxyType

from generator.stored import Stored


def nothing() -> Mapping:
    """A mapping without keys."""
    return MappingProxyType({})


class Few(Mapping):
    """A mapping of a few keys that doesn't change, in a third of a dict's memory: all that have the same keys
    have them together."""

    __slots__ = ("_keys", "_values")

    def __init__(self, keys: tuple, values: tuple):
        self._keys, self._values = keys, values

    @classmethod
    def of(cls, given: Mapping) -> Few:
        return cls(once(tuple(given)), tuple(given.values()))

    def __getitem__(self, key: object) -> object:
        try:
            return self._values[self._keys.index(key)]
        except ValueError:
            raise KeyError(key) from None

    def __iter__(self) -> Iterator:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def items(self) -> ItemsView:
        return dict(zip(self._keys, self._values, strict=True)).items()

    def __repr__(self) -> str:
        return repr(dict(self.items()))


class Alike(Mapping):
    """A mapping of a few keys, of which each has the same value."""

    __slots__ = ("_keys", "_value")

    def __init__(self, keys: tuple, value: object):
        self._keys, self._value = keys, value

    def __getitem__(self, key: object) -> object:
        if key in self._keys:
            return self._value
        raise KeyError(key)

    def __iter__(self) -> Iterator:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return repr(dict(self))


@lru_cache(10_000)
def once(value: tuple) -> tuple:
    """Of equal tuples always the same one."""
    return value


@dataclass(frozen=True, slots=True)
class Origin:
    """Who said something: a file of the content folder, and the line where it says so."""

    file: str  # relative to the content folder, with forward slashes
    line: int  # counted from 1


@dataclass(frozen=True, slots=True)
class Mention:
    """What one listing, or one overlay, says of one paper."""

    fields: dict[str, object]  # names and values as in Paper; a field not said isn't there
    origin: Origin
    # What its title comes to, if that is known: as ``merge.title_key`` and ``merge.wanted_slug`` have it.
    key: str | None = None
    slug: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """What one source listed on one day: one file in ``content/listings/``."""

    name: str  # the file's name, which is unique: "2025-10-29-text-pretraining.txt"
    file: str  # relative to the content folder
    day: datetime.date  # the day it was listed, from the file's name
    source: str | None = None  # address of the page or service that listed it, http(s)
    query: str | None = None  # what was asked of the source
    text: str = "abstract"  # what its texts are: "abstract", or "summary" if they were rewritten
    topics: tuple[str, ...] = ()  # slugs of topics to which every paper in it belongs


@dataclass(frozen=True, slots=True)
class Organization:
    """Who a paper comes from, as its source names it."""

    slug: str  # its page is /organizations/<slug>/; made from the handle, or else the name
    handle: str | None  # its short name at the source: "ibm-research"
    name: str  # "IBM Research"


@dataclass(frozen=True, slots=True)
class Paper:
    """One work, however many listings mention it."""

    slug: str  # its page is /papers/<slug>/; from the title under which it was first listed
    title: str
    listed: datetime.date  # the day of the first listing that mentions it
    abstract: str | None = None  # the authors' own words
    summary: str | None = None  # somebody else's words about the paper
    summary_by: str | None = None  # who wrote the summary, if not the editors: "a language model"
    note: str | None = None  # the curators' remark
    mathematics: Mapping[str, str] = field(
        default_factory=nothing
    )  # "title", "abstract", "summary", as far as they have formulas → the same text with these as
    # LaTeX between \( and \); see ``formulas``
    authors: tuple[str, ...] = ()  # in the paper's order; () if only their number is known
    author_count: int | None = None
    organization: Organization | None = None
    published: datetime.date | None = None  # the paper's own date
    comments: int | None = None  # in the source's discussion, as last listed
    upvotes: int | None = None
    stars: int | None = None  # of the code's repository
    arxiv_id: str | None = None  # without version: "2405.21060", "cs/0112017"
    doi: str | None = None  # in lower case, without resolver: "10.1000/182"
    links: Mapping[str, str] = field(
        default_factory=nothing
    )  # "code", "project", … → http(s) address
    topics: tuple[str, ...] = ()  # slugs, sorted
    updated: datetime.date | None = None  # when what is shown last changed; None if it never did
    listings: tuple[str, ...] = ()  # names of the listings that mention it, oldest first
    origins: Mapping[str, Origin] = field(default_factory=nothing)  # field → who said it
    # who said anything, oldest listing first, people last → the fields that they gave
    said: Mapping[Origin, tuple[str, ...]] = field(default_factory=nothing)

    def changed(self, **changes: object) -> Paper:
        """``dataclasses.replace(self, …)``, in a tenth of the time."""
        values = list(_values(self))
        for name, value in changes.items():
            values[_PLACES[name]] = value
        return paper(*values)


def _read_when_asked(name: str) -> None:
    """Let a field be of texts that may be stored."""
    given = getattr(Paper, name)
    setattr(Paper, f"_{name}", given)

    def read(paper: Paper) -> str | None:
        value = given.__get__(paper)
        return str(value) if value.__class__ is Stored else value

    setattr(Paper, name, property(read, given.__set__))


_read_when_asked("abstract")
_read_when_asked("summary")

# What is frozen takes ten times as long to make as what isn't, and papers are made by the ten thousand.
_Draft = make_dataclass(
    "_Draft",
    [
        (one.name, object, field(default=one.default, default_factory=one.default_factory))
        for one in fields(Paper)
    ],
    slots=True,
)
_PLACES = {one.name: place for place, one in enumerate(fields(Paper))}
_values = attrgetter(  # as they are stored
    *(f"_{name}" if name in ("abstract", "summary") else name for name in _PLACES)
)


def paper(*values: object, **said: object) -> Paper:
    """``Paper(…)``, in a tenth of the time."""
    made = _Draft(*values, **said)
    object.__setattr__(made, "__class__", Paper)  # which has the same slots
    return made


@dataclass(frozen=True, slots=True)
class Debut:
    """A paper when it was first listed here: what names and dates it in feeds, for ever."""

    slug: str  # given then; never another's, even if the paper is part of another since
    published: datetime.datetime  # UTC; no two are the same, so that they order all papers
    paper: Paper  # as it was first listed: what frozen archives show
    by_hand: bool = False  # added by people, and so named by its file alone
    # ("arxiv_id", …), ("doi", …), ("title", …): all by which it was known when it was published;
    # ("also", …) is a title that another paper had before it
    ids: frozenset[tuple[str, str]] = frozenset()
    part_of: str | None = None  # slug of the paper that it had turned out to be by then, if another


@dataclass(frozen=True, slots=True)
class Ledger:
    """What feeds have told already, and so must go on telling; see ``ledger`` for its files."""

    debuts: Mapping[str, Debut] = field(
        default_factory=nothing
    )  # by slug, in the order in which they were named
    feeds: Mapping[str, tuple[str, ...]] = field(
        default_factory=nothing
    )  # name of a feed → slugs of all that it ever listed
    archives: Mapping[str, tuple[tuple[str, ...], ...]] = field(
        default_factory=nothing
    )  # name of a feed → its frozen archives, oldest first, each the slugs of its entries
    shown: Mapping[str, str] = field(
        default_factory=nothing
    )  # slug → fingerprint of what was last shown of it
    updated: Mapping[str, tuple[datetime.date, int]] = field(
        default_factory=nothing
    )  # slug → the day on which that last changed, and how often on that day
    day: datetime.date | None = None  # of its newest file


@dataclass(frozen=True, slots=True)
class Rules:
    """Which papers a topic finds by itself; see ``topics`` for what they mean."""

    match: tuple[str, ...] = ()  # phrases: any of these
    query: str | None = None  # what the search would be asked: what it holds as well
    exclude: tuple[str, ...] = ()  # phrases: none of these
    union: tuple[str, ...] = ()  # slugs: the papers of these topics as well
    difference: tuple[str, ...] = ()  # slugs: but not the papers of these


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject with a page and feeds; a saved query that curators maintain."""

    slug: str  # its page is /topics/<slug>/; the name of its file
    title: str
    introduction: str = ""  # Markdown, checked to hold neither HTML nor foreign resources
    rules: Rules = Rules()
    file: str = ""  # relative to the content folder


@dataclass(frozen=True, slots=True)
class Repository:
    """Where people edit the content in the browser; see ``repository`` for the addresses."""

    edit: str  # the address of the editor, up to a file's path
    new: str  # of the editor for a new file, up to its folder
    name: str  # the parameter that gives the new file's name
    view: str  # of a file as it is, up to its path
    history: str  # of a file's changes, up to its path
    forms: str | None  # of issue forms, if there are any
    content: str  # the content folder's path in the repository


@dataclass(frozen=True, slots=True)
class Subscription:
    """What the publisher's list provider takes, for digests by e-mail; see ``mail.subscription``."""

    address: str | None = None  # of its form; None: there is none
    field: str = "email"  # what the form calls the subscriber's address
    # Where one leaves (RFC 2369), an http, https or mailto address. None: by an answer to the sender.
    unsubscribe: str | None = None
    one_click: bool = False  # whether a POST to it is enough (RFC 8058)


@dataclass(frozen=True, slots=True)
class Publication:
    """What mkdocs.yml says of the whole publication."""

    name: str
    url: str  # where the site will be, with a final slash: "https://example.org/papers/"
    description: str = ""
    language: str = "en"  # BCP 47
    authority: str = ""  # RFC 4151: a domain of the publisher's, frozen for ever
    year: int = 0  # RFC 4151: a year in which that domain was theirs, frozen for ever
    repository: Repository | None = None  # where its content is edited
    subscription: Subscription | None = None  # to its digests by e-mail


@dataclass(frozen=True)
class Catalog:
    """All papers, topics, organizations and listings: loaded, merged, valid, immutable."""

    papers: tuple[Paper, ...] = ()  # newest listing first, then in the listing's own order
    topics: tuple[Topic, ...] = ()  # by title
    organizations: tuple[Organization, ...] = ()  # by name
    listings: tuple[Listing, ...] = ()  # oldest first
    debuts: tuple[Debut, ...] = ()  # of all that was ever listed, oldest first
    aliases: Mapping[str, str] = field(
        default_factory=nothing
    )  # slug given to what turned out to be another paper → that paper's slug
    # slug → all by which the paper is known, as in Debut
    ids: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=nothing)
    ledger: Ledger = Ledger()

    @cached_property
    def day(self) -> datetime.date | None:
        """The day of the newest listing: this publication's "now". None if nothing is listed."""
        return self.days[0] if self.days else None

    @cached_property
    def last(self) -> datetime.date | None:
        """The newest day on which anything was ever listed, be it still here or not."""
        debuts = (debut.published.date() for debut in self.debuts)
        return max([self.day, *debuts] if self.day else debuts, default=None)

    @cached_property
    def by_slug(self) -> Mapping[str, Paper]:
        return MappingProxyType({paper.slug: paper for paper in self.papers})

    @cached_property
    def fingerprint(self) -> Mapping[str, str]:
        """Slug → the paper's fingerprint, as of ``fingerprints.of_paper``."""
        from generator import fingerprints  # which know what a paper is from here

        return {paper.slug: fingerprints.of_paper(paper) for paper in self.papers}

    @cached_property
    def by_arxiv_id(self) -> Mapping[str, Paper]:
        return MappingProxyType({paper.arxiv_id: paper for paper in self.papers if paper.arxiv_id})

    @cached_property
    def by_topic(self) -> Mapping[str, tuple[Paper, ...]]:
        """Topic slug → its papers, in the catalog's order. Every topic is there."""
        return self._group((topic.slug for topic in self.topics), lambda paper: paper.topics)

    @cached_property
    def by_organization(self) -> Mapping[str, tuple[Paper, ...]]:
        """Organization slug → its papers, in the catalog's order."""
        return self._group(
            (organization.slug for organization in self.organizations),
            lambda paper: (paper.organization.slug,) if paper.organization else (),
        )

    @cached_property
    def days(self) -> tuple[datetime.date, ...]:
        """Every day of a listing or a paper, newest first."""
        listed = {listing.day for listing in self.listings}
        return tuple(sorted(listed | {paper.listed for paper in self.papers}, reverse=True))

    @cached_property
    def by_day(self) -> Mapping[datetime.date, tuple[Paper, ...]]:
        """Day → the papers that were first listed on it. Every day is there, newest first."""
        return self._group(self.days, lambda paper: (paper.listed,))

    @cached_property
    def again_by_day(self) -> Mapping[datetime.date, tuple[Paper, ...]]:
        """Day → the papers listed on it that had been listed before. Every day is there."""
        return self._group(
            self.days,
            lambda paper: {self.listing[name].day for name in paper.listings} - {paper.listed},
        )

    @cached_property
    def debut(self) -> Mapping[str, Debut]:
        """Slug, also one given to what turned out to be another paper → its debut."""
        return MappingProxyType({debut.slug: debut for debut in self.debuts})

    @cached_property
    def topic(self) -> Mapping[str, Topic]:
        """Topic slug → topic."""
        return MappingProxyType({topic.slug: topic for topic in self.topics})

    @cached_property
    def listing(self) -> Mapping[str, Listing]:
        """Listing name → listing."""
        return MappingProxyType({listing.name: listing for listing in self.listings})

    def _group(self, first, keys) -> Mapping:
        groups: dict = {key: [] for key in first}
        for paper in self.papers:
            for key in keys(paper):
                groups.setdefault(key, []).append(paper)
        return MappingProxyType({key: tuple(papers) for key, papers in groups.items()})
