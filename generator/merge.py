"""What listings and people say of papers → the papers, each once.

Two records are one paper if their arXiv id or their DOI is the same or, unless these contradict,
if their normalized titles are. The earliest record gives the slug and the day; of what they say, the
newest wins; listings add up topics and links; an overlay beats them all, also with "unknown".

A slug is given when a paper is first listed, and never again: not to another paper, and not after
what comes later has shown two papers to be one, which keeps the earlier one's. A paper that people
added by hand has its file's name from the day that it gives as ``listed`` on: a listing of that day
or later joins it under that name, while a paper that was listed before keeps its own, and the file
has to be called after it. Else an overlay's ``listed`` is shown, and says nothing about identity.

What the ledger names was published under that name, and comes before everything: a listing that is
put in later, but is of an earlier day, renames nothing.
"""

from __future__ import annotations

import datetime
import heapq
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType

from generator import formulas, model, text
from generator.errors import ContentError, did_you_mean
from generator.fields import PARSERS
from generator.model import Alike, Debut, Few, Listing, Mention, Organization, Origin, Paper

_IDS = ("arxiv_id", "doi")
_NOWHERE = -1  # in place of a group
_KINDS = {kind: 1 << number for number, kind in enumerate(_IDS)}  # a bit each
_ALL_KINDS = sum(_KINDS.values())


@dataclass(frozen=True, slots=True)
class Overlay:
    """What people say of one paper."""

    fields: Mapping[str, object]  # as in Mention, and None where people say that it is unknown
    lines: Mapping[str, int]
    file: str  # relative to the content folder

    def origin(self, name: str) -> Origin:
        return Origin(self.file, self.lines.get(name, 1))

    def is_whole(self) -> bool:
        """Does it say enough to be a paper that no listing mentions?"""
        return self.fields.get("title") is not None and self.fields.get("listed") is not None


# What is said, with the listing or the slug that it is said in.
Entry = tuple[Listing | str, Mention | Overlay]


# By its id, a mention beside which nothing was said of its paper, and that paper.
Alone = dict[int, tuple[Mention, Paper]]


@dataclass(frozen=True, slots=True)
class Merged:
    papers: tuple[Paper, ...]  # newest first, then as listed
    organizations: tuple[Organization, ...]
    exact_topics: frozenset[str]  # slugs of papers of which an overlay names the topics
    first: tuple[First, ...]  # every slug that was given, in the order of the papers' listing
    aliases: Mapping[str, str]  # slug given to what turned out to be another paper → that one's
    ids: Mapping[str, frozenset[tuple[str, str]]]  # slug → all by which the paper is known


@dataclass(frozen=True, slots=True)
class First:
    """A paper as it was first listed, under the slug that it was given then."""

    paper: Paper
    by_hand: bool


@dataclass(slots=True)
class _Work:
    """A paper in the making: all that was said of it."""

    slug: str
    mentions: list[tuple[Listing, Mention]] = field(default_factory=list)  # oldest first
    # By slug; a valid paper has one, and most have none.
    overlays: Mapping[str, Overlay] = field(default_factory=lambda: _NOTHING)

    def day(self) -> datetime.date:
        """The day of the first listing, or that which people gave for a paper that they added."""
        if self.mentions:
            return self.mentions[0][0].day
        return next(one.fields["listed"] for one in self.overlays.values() if one.is_whole())

    def key(self) -> str | None:
        """The key of the title under which it was first listed, if that is known."""
        return self.mentions[0][1].key if self.mentions else None

    def add(self, entry: Entry) -> None:
        source, said = entry
        if isinstance(said, Overlay):
            self.overlays = {**self.overlays, source: said}
        else:
            self.mentions.append(entry)

    def place(self) -> tuple[str, int]:
        """Where on its day it stands."""
        if self.mentions:
            listing, mention = self.mentions[0]
            return listing.name, mention.origin.line
        return "~", 0  # added by hand: behind what sources listed


def ids_of(paper: Paper, key: str | None = None) -> frozenset[tuple[str, str]]:
    """By what a paper is known: its arXiv id and its DOI, as far as it has them, and its title's key
    (which need not be computed if it is given)."""
    ids = [(kind, value) for kind in _IDS if (value := getattr(paper, kind))]
    return frozenset([*ids, ("title", key or title_key(paper.title))])


class Ids(Set):
    """``ids_of`` a paper, worked out when somebody asks for them: few do, and there are many papers."""

    __slots__ = ("paper",)

    def __init__(self, paper: Paper):
        self.paper = paper

    @classmethod
    def _from_iterable(cls, ids: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        return frozenset(ids)  # what comes of | and -

    def __contains__(self, one: object) -> bool:
        return one in ids_of(self.paper)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(ids_of(self.paper))

    def __len__(self) -> int:
        return len(ids_of(self.paper))

    def __repr__(self) -> str:
        return repr(ids_of(self.paper))


def title_key(title: str) -> str:
    """A title normalized for comparison: its words, folded; or itself if it has none."""
    return " ".join(text.words(title)) or title


def wanted_slug(title: str) -> str:
    """The slug of a paper of this title, unless that is another's."""
    return text.slug(title, fallback="paper")


def same(entries: Iterable[Mapping[str, object]]) -> list[int]:
    """Which of what is said, as fields, is of one paper: for each a number that these have in common."""
    groups = _Groups()
    found: list[int] = []
    for said in entries:
        ids = {kind: said[kind] for kind in _IDS if said.get(kind) is not None}
        title = title_key(said["title"]) if said.get("title") else None
        homes = groups.with_ids(ids)
        kinds = groups.kinds_of(ids, homes)
        while title and (home := groups.namesake(title, kinds)) is not None and home not in homes:
            homes.add(home)
            kinds |= groups.kinds[home]
        found.append(groups.add(homes, ids, title, listed=True))
    return [groups.root(group) for group in found]


def merge(
    listings: Iterable[tuple[Listing, Sequence[Mention]]],
    overlays: Mapping[str, Overlay],
    published: Iterable[Debut] = (),
    rest: Callable[[Paper], Paper] = lambda paper: paper,
    alone: Alone | None = None,
) -> tuple[Merged, list[ContentError]]:
    """All papers, and what is wrong with the overlays (paths relative to the content folder).

    ``published`` are the papers that the ledger names, in its order; papers are put to ``rest`` one by one.
    Those which are known already may come from the last merge as ``alone``, which gets those of this one.
    """
    errors: list[ContentError] = []
    works, given, aliases, ids = _join(_in_order(listings, overlays), tuple(published), errors)
    for work in works:
        _check(work, errors)
    given.sort(key=lambda work: (work.day(), *work.place()))
    now: Alone = {}

    def made(work: _Work) -> Paper:
        if alone is None or work.overlays or len(work.mentions) > 1:
            return rest(_paper(work))
        mention = work.mentions[0][1]
        before, paper = alone.get(id(mention), (None, None))
        if before is not mention or paper.slug != work.slug:
            paper = rest(_paper(work))
        now[id(mention)] = mention, paper
        return paper

    first = tuple(First(made(work), bool(work.overlays)) for work in given)
    for work, one in zip(given, first, strict=True):
        known = ids.get(work.slug)
        is_plain = known is None and work.slug not in aliases
        if is_plain or known == ids_of(one.paper, work.key()):
            ids[work.slug] = Ids(one.paper)
    organizations = _organizations(works)
    papers = [
        paper.changed(organization=organizations[_organization_key(paper.organization)])
        if paper.organization
        else paper
        for paper in _papers(works, given, first, made)
    ]
    if alone is not None:
        alone.clear()
        alone.update(now)
    order = {work.slug: work.place() for work in works}
    papers.sort(key=lambda paper: (-paper.listed.toordinal(), *order[paper.slug], paper.slug))
    used = {paper.organization.slug: paper.organization for paper in papers if paper.organization}
    merged = Merged(
        papers=tuple(papers),
        organizations=tuple(sorted(used.values(), key=lambda one: (one.name.casefold(), one.slug))),
        exact_topics=frozenset(
            work.slug
            for work in works
            for overlay in work.overlays.values()
            if "topics" in overlay.fields
        ),
        first=first,
        aliases=MappingProxyType(aliases),
        ids=MappingProxyType(ids),
    )
    return merged, errors


# --- identity -----------------------------------------------------------------------------


def _in_order(
    listings: Iterable[tuple[Listing, Sequence[Mention]]], overlays: Mapping[str, Overlay]
) -> list[Entry]:
    """All that is said, oldest first.

    Papers that people added come before the listings of their day, and corrections last.
    """
    dated = [(listing.day, listing.name, listing, mentions) for listing, mentions in listings]
    dated += [
        (overlay.fields["listed"], "", slug, (overlay,))
        for slug, overlay in sorted(overlays.items())
        if overlay.is_whole()
    ]
    dated.sort(key=lambda item: item[:2])
    corrections = [item for item in sorted(overlays.items()) if not item[1].is_whole()]
    return [
        (source, one)
        for _, name, source, said in dated
        for one in (sorted(said, key=lambda mention: mention.origin.line) if name else said)
    ] + corrections


class _Groups:
    """What is one paper, as far as is known by now: groups, numbered as they were first listed.

    Two groups with the same title contradict each other, or they would be one: both have an arXiv
    id, or both a DOI. So of a title's groups that lack one of these all lack the same one, and a
    glance at the first of them tells whether a record can be of any.
    """

    def __init__(self):
        self.kinds = bytearray()  # of the ids of each group, as bits
        self.plain = (
            bytearray()
        )  # whether a group is of one record, which nobody had the title of before
        self.listed: list[bool] = []  # or only added by hand?
        self._parent: list[int] = []  # the earlier group that it went into, or itself
        self._by_id: dict[tuple[str, object], int] = {}
        self._first: dict[str, int] = {}  # title → the group that had it first
        self._others: dict[str, list[int]] = {}  # title → a heap of groups

    def root(self, group: int) -> int:
        """The group that this one is in by now."""
        parent = self._parent
        while parent[group] != group:
            parent[group] = group = parent[parent[group]]
        return group

    def kinds_of(self, ids: Iterable[str], groups: Iterable[int] = ()) -> int:
        kinds = 0
        for kind in ids:
            kinds |= _KINDS[kind]
        for group in groups:
            kinds |= self.kinds[group]
        return kinds

    def with_ids(self, ids: Mapping[str, object]) -> set[int]:
        return {self.root(self._by_id[one]) for one in ids.items() if one in self._by_id}

    def ids(self) -> dict[int, frozenset[tuple[str, object]]]:
        """By what each group is known, but for the plain ones: by what their record says."""
        found: dict[int, set[tuple[str, object]]] = {}
        for one, group in self._by_id.items():
            if not self.plain[home := self.root(group)]:
                found.setdefault(home, set()).add(one)
        for title, group in self._first.items():
            if not self.plain[home := self.root(group)]:
                found.setdefault(home, set()).add(("title", title))
            for other in map(self.root, self._others.get(title, ())):
                if other != home and self.kinds[other] != _ALL_KINDS:
                    found.setdefault(other, set()).add(("also", title))
        return {group: frozenset(ids) for group, ids in found.items()}

    def namesake(self, title: str, kinds: int) -> int | None:
        """The group that had this title first, of those without an id of these kinds."""
        if title not in self._first:
            return None
        group = self.root(self._first[title])
        if not kinds & self.kinds[group]:
            return group
        others = self._others.get(title, [])
        while others and self.kinds[self.root(others[0])] == _ALL_KINDS:
            heapq.heappop(others)  # from now on known by its ids alone
        if others and not kinds & self.kinds[self.root(others[0])]:
            return self.root(others[0])
        return None

    def add(
        self, homes: set[int], ids: Mapping[str, object], title: str | None, listed: bool
    ) -> int:
        """Put what was said into these groups, which are one from now on, or into a new one."""
        is_new = not homes
        if is_new:
            homes = {len(self._parent)}
            self._parent.append(len(self._parent))
            self.kinds.append(0)
            self.plain.append(False)
            self.listed.append(False)
        first = min(homes)
        for home in homes:
            self._parent[home] = first
            self.kinds[first] |= self.kinds[home]
            self.listed[first] |= self.listed[home]
        self.kinds[first] |= self.kinds_of(ids)
        self.listed[first] |= listed
        self.plain[first] = is_new
        self._by_id.update(dict.fromkeys(ids.items(), first))
        if title and self.root(self._first.setdefault(title, first)) != first:
            self.plain[first] = False
            heapq.heappush(self._others.setdefault(title, []), first)
        return first


def _join(
    entries: Sequence[Entry],
    published: Sequence[Debut],
    errors: list[ContentError],
) -> tuple[list[_Work], list[_Work], dict[str, str], dict[str, frozenset[tuple[str, str]]]]:
    """The papers, earliest first, with slugs; each as it was first listed, which is the same object if no more
    was said of it; the slugs of what turned out to be another paper, with that one's; and by what each paper is
    known that isn't known by that alone which was said of it first.

    What is said is taken in order, and slugs are given on the way, so that what comes later can
    show two papers to be one, but never parts what was together or renames it.
    """
    groups = _Groups()
    name = text.distinct_names()
    slugs: list[str] = []  # of each group
    by_slug: dict[str, int] = {}
    given: list[_Work] = []
    for debut in published:
        by_slug[debut.slug] = len(slugs)
        slugs.append(debut.slug)
        if not debut.by_hand:  # else a listing of that name may still join it
            name(debut.slug)
    _join_published(published, slugs, by_slug, groups)
    placed = array("q")  # the groups of the entries
    for entry in entries:
        source, said = entry
        is_overlay = isinstance(said, Overlay)
        ids = {kind: said.fields[kind] for kind in _IDS if said.fields.get(kind) is not None}
        title = _key(said)
        homes = groups.with_ids(ids)
        kinds = groups.kinds_of(ids, homes)
        if is_overlay and source in by_slug:
            named = groups.root(by_slug[source])
            # A correction may contradict what it corrects; a paper is another one if it does.
            if not said.is_whole() or not kinds & groups.kinds[named]:
                homes.add(named)
                kinds |= groups.kinds[named]
        while title and (home := groups.namesake(title, kinds)) is not None and home not in homes:
            homes.add(home)
            kinds |= groups.kinds[home]
        slug = source
        if not homes and is_overlay and (source in by_slug or not said.is_whole()):
            errors.append(_homeless(source, said, by_slug))
            placed.append(_NOWHERE)
            continue
        if not homes and not is_overlay:
            wanted = said.slug or wanted_slug(said.fields["title"])
            while (slug := name(wanted)) in by_slug:  # as people called a paper that they added
                named = groups.root(by_slug[slug])
                if not groups.listed[named] and not kinds & groups.kinds[named]:
                    homes.add(named)
                    break
        group = groups.add(homes, ids, title, listed=not is_overlay)
        if group == len(slugs):
            slugs.append(slug)
            by_slug[slug] = group
            given.append(_Work(slug))
            given[-1].add(entry)
        placed.append(group)
    works: dict[int, _Work] = {}
    for group, entry in zip(placed, entries, strict=True):
        if group == _NOWHERE:
            continue
        root = groups.root(group)
        if root in works:
            works[root].add(entry)
        elif groups.plain[root]:
            works[root] = given[root - len(published)]
        else:
            works[root] = _Work(slugs[root])
            works[root].add(entry)
    for root, work in list(works.items()):
        if not work.mentions and not any(one.is_whole() for one in work.overlays.values()):
            for overlay in works.pop(root).overlays.values():
                errors.append(_of_nothing(overlay))
    aliases = {
        slug: slugs[groups.root(group)]
        for group, slug in enumerate(slugs)
        if groups.root(group) != group and groups.root(group) in works
    }
    ids_by_slug = {slugs[root]: ids for root, ids in groups.ids().items()}
    return list(works.values()), given, aliases, ids_by_slug


def _key(said: Mention | Overlay) -> str | None:
    """The key of its title, if it gives one."""
    if isinstance(said, Mention) and said.key is not None:
        return said.key
    return title_key(said.fields["title"]) if said.fields.get("title") else None


def _join_published(
    published: Iterable[Debut], slugs: list[str], by_slug: dict[str, int], groups: _Groups
) -> None:
    """Put what the ledger names into groups, as it was when that was written."""
    for debut in published:
        groups.add(set(), {}, None, listed=not debut.by_hand)
    for debut in published:
        if debut.part_of in by_slug:
            home = {groups.root(by_slug[slug]) for slug in (debut.slug, debut.part_of)}
            root, other = groups.add(home, {}, None, listed=False), by_slug[debut.part_of]
            # The name stays, whichever stands first in the ledger.
            slugs[root], slugs[other] = slugs[other], slugs[root]
            by_slug[slugs[root]], by_slug[slugs[other]] = root, other
    for kinds in (_IDS, ("title",), ("also",)):
        for debut in published:
            # What a file says that people added may be corrected: its name is all that counts.
            known = sorted(debut.ids) if not debut.by_hand else ()
            for kind, id_ in known:
                home = {groups.root(by_slug[debut.slug])}
                if kind in kinds and kind in _IDS:
                    groups.add(home, {kind: id_}, None, listed=True)
                elif kind in kinds and not (kind == "title" and ("also", id_) in known):
                    groups.add(home, {}, id_, listed=True)


def _homeless(slug: str, overlay: Overlay, slugs: Collection[str]) -> ContentError:
    """The error of an overlay that is about no paper."""
    if overlay.is_whole():
        return ContentError(
            "the name of a paper that was listed before, with another arXiv id or DOI; rename the "
            "file, or leave out listed to correct that paper",
            file=overlay.file,
            line=1,
        )
    near = did_you_mean(slug, slugs) if len(slugs) < 5_000 else "look at the page's address"
    do = f"{near} If not, " if near.startswith("did") else "rename the file, or "
    return ContentError(
        f"no paper of this name is listed; {do}give title and listed (the day, as 2025-10-29) to add "
        "the paper by hand",
        file=overlay.file,
        line=1,
        field="title" if overlay.fields.get("title") is None else "listed",
    )


def _of_nothing(overlay: Overlay) -> ContentError:
    """The error of an overlay of which only the ledger knows the paper."""
    return ContentError(
        "the paper is no longer listed; remove the file as well, or give title and listed (the day, "
        "as 2025-10-29) to keep the paper",
        file=overlay.file,
        line=1,
    )


def _check(work: _Work, errors: list[ContentError]) -> None:
    """An overlay must be called what its paper is called, and be the only one."""
    if len(work.overlays) > 1:
        first, *others = sorted(
            work.overlays.items(), key=lambda one: (one[0] != work.slug, one[0])
        )
        for _, overlay in others:
            errors.append(
                ContentError(
                    f"claims the paper that {first[1].file} is about (same arXiv id, DOI or title); keep one",
                    file=overlay.file,
                    line=1,
                )
            )
    for slug, overlay in work.overlays.items():
        if slug != work.slug and len(work.overlays) == 1:
            errors.append(
                ContentError(
                    f'the paper is listed as "{work.slug}" since {work.day()} '
                    f"(same arXiv id, DOI or title); rename the file to {work.slug}.yml",
                    file=overlay.file,
                    line=1,
                )
            )


# --- fields -------------------------------------------------------------------------------


# What a reader is shown of a paper, and by whose change it becomes an updated one. Numbers of
# comments change daily and are no news.
SHOWN = (
    "title abstract summary summary_by note authors author_count organization published arxiv_id "
    "doi links"
).split()


def _papers(
    works: Iterable[_Work],
    given: Iterable[_Work],
    first: Iterable[First],
    made: Callable[[_Work], Paper],
) -> Iterator[Paper]:
    """The papers, as far as possible those of which it is known already what they were at first."""
    known = {id(work): one.paper for work, one in zip(given, first, strict=True)}
    for work in works:
        # Most were listed once, and nobody corrected them.
        yield known.get(id(work)) or made(work)


def _paper(work: _Work) -> Paper:
    """The paper, with its organization as who gave it names it, whatever others call that."""
    said: dict[str, object] = {}
    origins: dict[str, Origin] = {}
    topics: set[str] = set()
    links: Mapping[str, str] = _NOTHING
    marked: dict[str, str | None] = {}  # with formulas, of who has the last word on each text
    beside_authors = None  # how many authors there are, as said by who named them
    for _, mention in work.mentions:
        given = mention.fields
        if given.get("authors"):
            beside_authors = given.get("author_count")
        names = _that_count(tuple(given), _is_lesser(mention, said))
        for name in names:
            said[name] = given[name]
        if marked or "mathematics" in given:
            marked |= {name: _marked(mention, name) for name in formulas.FIELDS if name in names}
        if "summary" in names:
            said["summary_by"] = given.get("summary_by")
        if "topics" in given:
            topics.update(given["topics"])
        if "links" in given:
            links = {**links, **given["links"]} if links else given["links"]
        origins.update(dict.fromkeys(names, mention.origin))
    said["topics"], said["links"] = tuple(sorted(topics)), links
    authors_counted = False
    for overlay in work.overlays.values():
        for name, value in overlay.fields.items():
            if name == "mathematics":
                continue
            if name == "links":
                both = {**links, **value} if value else {}
                value = {name: address for name, address in both.items() if address is not None}
            elif name == "topics":
                value = value or ()
            said[name] = value
            origins[name] = overlay.origin(name)
            if name in formulas.FIELDS:
                marked[name] = _marked(overlay, name)
            if name == "summary":
                said["summary_by"] = None
            authors_counted |= name == "author_count"
            if name == "authors":
                beside_authors = None
    said["authors"] = said.get("authors") or ()
    if said["authors"] and not authors_counted:
        said["author_count"] = max(beside_authors or 0, len(said["authors"]))
    said["links"] = _sorted(said["links"])
    said["mathematics"] = _mapping(
        {name: marked[name] for name in formulas.FIELDS if marked.get(name)} if marked else marked
    )
    if organization := said.get("organization"):
        said["organization"] = _as_named(**organization)
    said["listed"] = said.get("listed") or work.day()
    said["updated"] = _updated(work)
    listings = model.once(tuple(dict.fromkeys(listing.name for listing, _ in work.mentions)))
    return model.paper(
        slug=work.slug,
        listings=listings,
        origins=_origins(origins),
        said=_said(work),
        **said,
    )


@lru_cache(maxsize=1_000)
def _that_count(given: tuple[str, ...], is_lesser: bool) -> tuple[str, ...]:
    """Which of a mention's fields are a paper's by themselves."""
    passed_over = {"mathematics", "summary_by", *(("summary",) if is_lesser else ())}
    return tuple(name for name in given if name not in passed_over)


def _marked(said: Mention | Overlay, name: str) -> str | None:
    """A text with its formulas, if who gave it gave those as well."""
    return said.fields.get("mathematics", {}).get(name)


def _mapping(found: dict[str, str]) -> Mapping[str, str]:
    return Few.of(found) if found else _NOTHING


def _sorted(links: Mapping[str, str]) -> Mapping[str, str]:
    if isinstance(links, Few) and [*links] == sorted(links):
        return links
    return _mapping(dict(sorted(links.items())))


_NOTHING: Mapping[str, str] = MappingProxyType({})  # one for all papers


def _origins(found: dict[str, Origin]) -> Mapping[str, Origin]:
    origin = next(iter(found.values()))
    if all(one is origin for one in found.values()):  # as of most
        return Alike(model.once(tuple(found)), origin)
    return Few.of(found)


def _said(work: _Work) -> Mapping[Origin, tuple[str, ...]]:
    """Who said anything of the paper, and which fields they gave."""
    by_origin = [(mention.origin, mention.fields) for _, mention in work.mentions]
    by_origin += [(Origin(one.file, 1), one.fields) for one in work.overlays.values()]
    said = {origin: _in_their_order(tuple(given)) for origin, given in by_origin}
    return Few(tuple(said), model.once(tuple(said.values())))


@lru_cache(maxsize=1_000)  # one list of a source's fields for all of its papers
def _in_their_order(given: tuple[str, ...]) -> tuple[str, ...]:
    # What has formulas comes with its text.
    return tuple(name for name in PARSERS if name in given and name != "mathematics")


def _updated(work: _Work) -> datetime.date | None:
    """The day of the last listing that changed what a reader is shown."""
    if len(work.mentions) < 2:
        return None
    corrected = {name for overlay in work.overlays.values() for name in overlay.fields}
    shown: dict[str, object] = {}
    updated = None
    for listing, mention in work.mentions:
        said = {name: value for name, value in mention.fields.items() if name in SHOWN}
        if _is_lesser(mention, shown):
            said = {name: said[name] for name in said if not name.startswith("summary")}
        for name, address in said.pop("links", {}).items():
            said[f"links.{name}"] = address
        changed = {name for name in said if shown.get(name) != said[name]} - corrected
        if changed and listing.day > work.day():
            updated = listing.day
        shown.update(said)
    return updated


@lru_cache(maxsize=10_000)  # one for all of its papers
def _as_named(handle: str | None, name: str | None) -> Organization:
    """An organization as one listing names it, whatever others call it."""
    return Organization("", handle, name or handle)


def _is_lesser(mention: Mention, said: Mapping[str, object]) -> bool:
    """A machine's summary doesn't replace one that people wrote."""
    return bool(
        mention.fields.get("summary_by") and said.get("summary") and not said.get("summary_by")
    )


def _organization_key(organization: Organization) -> str:
    if organization.handle:
        return organization.handle.casefold()
    return f"name:{title_key(organization.name)}"


def _organizations(works: Sequence[_Work]) -> Mapping[str, Organization]:
    """Key → organization, under the name that was given last. A name alone means the handle's."""
    newest: dict[str, Organization] = {}
    said = sorted(
        (
            (listing.day, listing.name, mention.origin.line, _as_named(**organization))
            for work in works
            for listing, mention in work.mentions
            if (organization := mention.fields.get("organization"))
        ),
        key=lambda item: item[:3],
    )
    for *_, given in said:
        newest[_organization_key(given)] = given
    for work in works:
        for overlay in work.overlays.values():
            if organization := overlay.fields.get("organization"):
                given = _as_named(**organization)
                newest.setdefault(_organization_key(given), given)
    handles = {
        f"name:{title_key(given.name)}": key
        for key, given in sorted(newest.items())
        if given.handle
    }
    # Named when they first appear, under what they are called then: later names change no address.
    first: dict[str, str] = {}
    for given in (*(item[-1] for item in said), *newest.values()):
        key = _organization_key(given)
        first.setdefault(handles.get(key, key), given.handle or given.name)
    distinct = text.distinct_names()
    slugs = {key: distinct(text.slug(name, fallback="organization")) for key, name in first.items()}
    return {
        key: replace(newest[home], slug=slugs[home])
        for key in newest
        if (home := handles.get(key, key))
    }
