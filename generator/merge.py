"""What listings and people say of papers → the papers, each once.

Two records are one paper if their arXiv id or their DOI is the same or, unless these contradict,
if their normalized titles are. The earliest record gives the slug and the day; of what they say, the
newest wins; listings add up topics and links; an overlay beats them all, also with "unknown".
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from generator import text
from generator.errors import ContentError, did_you_mean
from generator.model import Listing, Mention, Organization, Origin, Paper

_IDS = ("arxiv_id", "doi")


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


@dataclass(frozen=True, slots=True)
class Merged:
    papers: tuple[Paper, ...]  # newest first, then as listed
    organizations: tuple[Organization, ...]
    exact_topics: frozenset[str]  # slugs of papers of which an overlay names the topics


@dataclass(slots=True)
class _Work:
    """A paper in the making: all that was said of it."""

    mentions: list[tuple[Listing, Mention]] = field(default_factory=list)  # oldest first
    overlays: dict[str, Overlay] = field(default_factory=dict)  # by slug; a valid paper has one
    slug: str = ""

    def all_fields(self) -> Iterator[Mapping[str, object]]:
        yield from (mention.fields for _, mention in self.mentions)
        yield from (overlay.fields for overlay in self.overlays.values())

    def ids(self) -> set[tuple[str, object]]:
        return {
            (name, said[name])
            for said in self.all_fields()
            for name in _IDS
            if said.get(name) is not None
        }

    def titles(self) -> set[str]:
        return {title_key(said["title"]) for said in self.all_fields() if said.get("title")}

    def day(self) -> datetime.date:
        for overlay in self.overlays.values():
            if overlay.fields.get("listed"):
                return overlay.fields["listed"]
        return self.mentions[0][0].day

    def place(self) -> tuple[str, int]:
        """Where on its day it stands."""
        if self.mentions:
            listing, mention = self.mentions[0]
            return listing.name, mention.origin.line
        return "~", 0  # added by hand: behind what sources listed


def title_key(title: str) -> str:
    """A title normalized for comparison: its words, folded; or itself if it has none."""
    return " ".join(text.words(title)) or title


def merge(
    listings: Iterable[tuple[Listing, Sequence[Mention]]], overlays: Mapping[str, Overlay]
) -> tuple[Merged, list[ContentError]]:
    """All papers, and what is wrong with the overlays (paths relative to the content folder)."""
    errors: list[ContentError] = []
    said = sorted(listings, key=lambda pair: (pair[0].day, pair[0].name))
    works = _join(
        [_Work([(listing, mention)]) for listing, mentions in said for mention in mentions]
    )
    _name(works)
    works = _attach(works, overlays, errors)
    works = _join(works)
    for work in works:
        _check(work, errors)
    organizations = _organizations(works)
    papers = [_paper(work, organizations) for work in works if work.slug]
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
    )
    return merged, errors


# --- identity -----------------------------------------------------------------------------


def _join(works: Sequence[_Work]) -> list[_Work]:
    """The works, those of one paper made one; earliest first.

    They are taken as they were listed, so that what comes later can show two papers to be one,
    but never parts what was together or renames it.
    """
    groups: list[list[_Work]] = []  # empty where it went into an earlier one
    ids: list[set[tuple[str, object]]] = []  # of each group
    titles: list[set[str]] = []
    by_id: dict[tuple[str, object], int] = {}
    by_title: dict[str, set[int]] = {}
    for work in sorted(works, key=lambda work: (work.day(), *work.place(), work.slug)):
        own_ids, own_titles = work.ids(), work.titles()
        homes = {by_id[one] for one in own_ids if one in by_id}
        own_ids = own_ids.union(*(ids[home] for home in homes))
        for home in sorted({home for title in own_titles for home in by_title.get(title, ())}):
            if not _contradict(own_ids, ids[home]):
                homes.add(home)
                own_ids |= ids[home]
        if not homes:
            homes.add(len(groups))
            groups.append([])
            ids.append(set())
            titles.append(set())
        first, *others = sorted(homes)
        for other in others:
            groups[first] += groups[other]
            groups[other] = []
            own_titles |= titles[other]
            for title in titles[other]:
                by_title[title].discard(other)
        groups[first].append(work)
        ids[first] |= own_ids
        titles[first] |= own_titles
        by_id.update(dict.fromkeys(own_ids, first))
        for title in own_titles:
            by_title.setdefault(title, set()).add(first)
    return [_together(group) for group in groups if group]


def _contradict(one: set[tuple[str, object]], other: set[tuple[str, object]]) -> bool:
    """Do both have an id of some kind, and none of that kind in common?"""
    for name in _IDS:
        mine = {value for kind, value in one if kind == name}
        theirs = {value for kind, value in other if kind == name}
        if mine and theirs and not mine & theirs:
            return True
    return False


def _together(works: Sequence[_Work]) -> _Work:
    if len(works) == 1:
        return works[0]
    mentions = [pair for work in works for pair in work.mentions]
    mentions.sort(key=lambda pair: (pair[0].day, pair[0].name, pair[1].origin.line))
    overlays = {slug: overlay for work in works for slug, overlay in work.overlays.items()}
    return _Work(mentions, overlays, works[0].slug)


def _name(works: Sequence[_Work]) -> None:
    """Give each work a slug of its own, from the title under which it was first listed."""
    name = text.distinct_names()
    for work in works:
        title = work.mentions[0][1].fields["title"]
        work.slug = name(text.slug(title, fallback="paper"))


def _attach(
    works: list[_Work], overlays: Mapping[str, Overlay], errors: list[ContentError]
) -> list[_Work]:
    """The works with their overlays, and with the papers that people added."""
    by_slug = {work.slug: work for work in works}
    name = text.distinct_names({*by_slug, *overlays})
    added = []
    for slug, overlay in overlays.items():
        work = by_slug.get(slug)
        own = _Work([], {slug: overlay}, slug)
        if work and overlay.is_whole() and _contradict(own.ids(), work.ids()):
            # A namesake came in a listing after people had added this paper: it keeps its name.
            work.slug = name(slug)
            by_slug[work.slug] = work
            added.append(own)
        elif work:
            work.overlays[slug] = overlay
        elif overlay.is_whole():
            added.append(own)
        else:
            near = (
                did_you_mean(slug, by_slug)
                if len(by_slug) < 5_000
                else "look at the page's address"
            )
            missing = "title" if overlay.fields.get("title") is None else "listed"
            errors.append(
                ContentError(
                    f"no paper of this name is listed; {near if near.startswith('did') else 'rename the file'}"
                    f", or give title and listed (the day, as 2025-10-29) to add the paper by hand",
                    file=overlay.file,
                    line=1,
                    field=missing,
                )
            )
    return works + added


def _check(work: _Work, errors: list[ContentError]) -> None:
    """An overlay must be called what its paper is called, and be the only one."""
    if len(work.overlays) > 1:
        first, *others = sorted(overlay.file for overlay in work.overlays.values())
        for file in others:
            errors.append(
                ContentError(
                    f"claims the paper that {first} is about (same arXiv id, DOI or title); keep one",
                    file=file,
                    line=1,
                )
            )
    for slug, overlay in work.overlays.items():
        if slug != work.slug and len(work.overlays) == 1:
            errors.append(
                ContentError(
                    f'the paper is listed as "{work.slug}" since {work.mentions[0][0].day} '
                    f"(same arXiv id, DOI or title); rename the file to {work.slug}.yml",
                    file=overlay.file,
                    line=1,
                )
            )


# --- fields -------------------------------------------------------------------------------


def _paper(work: _Work, organizations: Mapping[str, Organization]) -> Paper:
    said: dict[str, object] = {}
    origins: dict[str, Origin] = {}
    topics: set[str] = set()
    links: dict[str, str] = {}
    for _, mention in work.mentions:
        for name, value in mention.fields.items():
            if name == "topics":
                topics.update(value)
            elif name == "links":
                links.update(value)
            elif name == "summary_by" or (name == "summary" and _is_lesser(mention, said)):
                continue
            else:
                said[name] = value
            origins[name] = mention.origin
            if name == "summary":
                said["summary_by"] = mention.fields.get("summary_by")
    said["topics"], said["links"] = tuple(sorted(topics)), links
    authors_counted = False
    for overlay in work.overlays.values():
        for name, value in overlay.fields.items():
            if name == "links":
                both = {**links, **value} if value else {}
                value = {name: address for name, address in both.items() if address is not None}
            elif name == "topics":
                value = value or ()
            said[name] = value
            origins[name] = overlay.origin(name)
            if name == "summary":
                said["summary_by"] = None
            authors_counted |= name == "author_count"
    said["authors"] = said.get("authors") or ()
    if said["authors"] and not authors_counted:
        said["author_count"] = len(said["authors"])
    said["links"] = MappingProxyType(dict(sorted(said["links"].items())))
    if organization := said.get("organization"):
        said["organization"] = organizations[_organization_key(organization)]
    said["listed"] = said.get("listed") or work.day()
    listings = tuple(dict.fromkeys(listing.name for listing, _ in work.mentions))
    return Paper(slug=work.slug, listings=listings, origins=MappingProxyType(origins), **said)


def _is_lesser(mention: Mention, said: Mapping[str, object]) -> bool:
    """A machine's summary doesn't replace one that people wrote."""
    return bool(
        mention.fields.get("summary_by") and said.get("summary") and not said.get("summary_by")
    )


def _organization_key(organization: Mapping[str, str | None]) -> str:
    if organization["handle"]:
        return organization["handle"].casefold()
    return f"name:{title_key(organization['name'])}"


def _organizations(works: Sequence[_Work]) -> Mapping[str, Organization]:
    """Key → organization, under the name that was given last. A name alone means the handle's."""
    newest: dict[str, Mapping[str, str | None]] = {}
    said = sorted(
        (
            (listing.day, listing.name, mention.origin.line, mention.fields)
            for work in works
            for listing, mention in work.mentions
            if mention.fields.get("organization")
        ),
        key=lambda item: item[:3],
    )
    for *_, given in said:
        newest[_organization_key(given["organization"])] = given["organization"]
    for work in works:
        for overlay in work.overlays.values():
            if given := overlay.fields.get("organization"):
                newest.setdefault(_organization_key(given), given)
    handles = {
        f"name:{title_key(given['name'])}": key
        for key, given in sorted(newest.items())
        if given["handle"]
    }
    organizations: dict[str, Organization] = {}
    distinct = text.distinct_names()
    for key, given in sorted(newest.items(), key=lambda item: (item[1]["handle"] is None, item[0])):
        if key in handles:
            organizations[key] = organizations[handles[key]]
            continue
        name = given["name"] or given["handle"]
        slug = distinct(text.slug(given["handle"] or name, fallback="organization"))
        organizations[key] = Organization(slug, given["handle"], name)
    return organizations
