"""Two states of a publication → what the second changes for readers and subscribers.

What a feed lists is compared entry by entry and archive by archive, as ``documents`` cuts them, and
pages by their addresses, so that nothing has to be rendered. Both states are taken to be at the
newer one's address and under its authority: that these change is told once, not of every entry.
Texts are shortened to where they differ.

What isn't compared: which file said what of a paper, the feed of weeks, which follows from papers, and
what people wrote in ``site_src/``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import zip_longest

from generator import documents, entries, pages, text
from generator.diff.changes import (
    LONG,
    TITLE,
    Changes,
    FeedChanged,
    FeedThere,
    ListingChanged,
    ListingThere,
    Many,
    Members,
    Named,
    OrganizationRenamed,
    PageMoved,
    PaperAdded,
    PaperChanged,
    PaperMoved,
    PaperRemoved,
    Subscribers,
    TopicAdded,
    TopicChanged,
    Value,
    cut,
    many,
)
from generator.documents import Document, Feed
from generator.feeds import all_feeds, former
from generator.model import Catalog, Organization, Paper, Publication, Topic

CONTEXT = 40  # characters that are shown before and behind where long texts differ


def between(before: Catalog, after: Catalog, was: Publication, is_: Publication) -> Changes:
    """What changes from one catalog to another, and from one publication to the other."""
    return Changes(
        **_papers_and_topics(before, after),
        **_listings(before, after),
        days_added=many(sorted(set(after.days) - set(before.days))),
        days_removed=many(sorted(set(before.days) - set(after.days))),
        **_organizations(before, after),
        **_feeds(before, after, is_),
        **_gone_pages(before, after, is_),
        publication=many(_values(_PUBLICATION, was, is_)),
        has_ledger=bool(after.ledger.feeds),
    )


_PUBLICATION = "name url description language authority year".split()


def _values(names: Iterable[str], old: object, new: object) -> Iterator[Value]:
    """The fields of these names that have another value."""
    for name in names:
        was, is_ = getattr(old, name), getattr(new, name)
        if was != is_:
            yield _value(name, _as_text(was), _as_text(is_))


def _value(name: str, old: str | None, new: str | None) -> Value:
    return Value(name, *_where_they_differ(old or None, new or None))


def _as_text(value: object) -> str | None:
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, Organization):
        by_handle = value.handle and value.handle != value.name
        return f"{value.name} ({value.handle})" if by_handle else value.name
    return None if value is None else text.plain(str(value))


def _where_they_differ(old: str | None, new: str | None) -> tuple[str | None, str | None]:
    """Both texts, or of long ones the pieces where they differ."""
    if not old or not new:
        return old and cut(old, LONG), new and cut(new, LONG)
    if max(len(old), len(new)) <= TITLE:
        return old, new
    before = _alike(old, new)
    start = max(0, before - CONTEXT)
    start = (
        old.rfind(" ", max(0, start - CONTEXT), start) + 1 or start
    )  # of a word, if there are any
    behind = max(0, _alike(old[before:][::-1], new[before:][::-1]) - CONTEXT)
    return tuple(_piece(said, start, len(said) - behind) for said in (old, new))


def _alike(one: str, other: str) -> int:
    """With how many of the same characters both begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _piece(said: str, start: int, end: int) -> str:
    if end < len(said):
        end = said.find(" ", end) if " " in said[end:] else len(said)
    piece = cut(said[start:end].strip(), LONG)
    is_cut = end < len(said) and not piece.endswith("…")
    return f"{'…' if start else ''}{piece}{'…' if is_cut else ''}"


def _named(of: Paper | Topic) -> Named:
    return Named(of.slug, cut(of.title, TITLE))


def _members(old: Iterable[str], new: Iterable[str]) -> Members:
    """In the order in which they are given."""
    old, new = dict.fromkeys(old), dict.fromkeys(new)
    added, removed = (one for one in new if one not in old), (one for one in old if one not in new)
    return Members(many(cut(one, TITLE) for one in added), many(cut(one, TITLE) for one in removed))


# --- papers and topics --------------------------------------------------------------------

_FIELDS = (
    "title listed abstract summary summary_by note authors author_count published arxiv_id doi"
).split()
_NUMBERS = "comments upvotes stars".split()  # they change with every listing, which is no news


def _papers_and_topics(before: Catalog, after: Catalog) -> dict[str, Many]:
    successors = _successors(before, after)
    renamed = {new: old for old, new in successors.items() if new not in before.by_slug}
    pairs = [
        (old, new)
        for new in after.papers
        if (old := before.by_slug.get(renamed.get(new.slug, new.slug)))
    ]
    edited = _edited_topics(before, after)
    changed, relisted, reassigned = [], [], []
    for old, new in pairs:
        values = many(_paper_values(old, new))
        topics = _members(old.topics, new.topics)
        if values or (topics and edited.isdisjoint(set(old.topics) ^ set(new.topics))):
            title = cut(new.title, TITLE)
            changed.append(PaperChanged(new.slug, old.slug, title, values, topics))
        elif topics:
            reassigned.append((old, new))
        elif set(new.listings) - set(old.listings):
            relisted.append(new)
    moved = [
        PaperMoved(_named(before.by_slug[old]), _named(after.by_slug[new]))
        for old, new in successors.items()
    ]
    files = {one.name: one.file for one in after.listings}
    return {
        "papers_added": many(
            PaperAdded(
                paper.slug,
                cut(paper.title, TITLE),
                paper.listed,
                many(paper.topics),
                files[paper.listings[0]] if paper.listings else paper.origins["title"].file,
            )
            for paper in after.papers
            if paper.slug not in before.by_slug and paper.slug not in renamed
        ),
        "papers_changed": many(changed),
        "papers_removed": many(
            PaperRemoved(paper.slug, cut(paper.title, TITLE), paper.listed)
            for paper in before.papers
            if paper.slug not in after.by_slug and paper.slug not in successors
        ),
        "papers_merged": many(one for one in moved if one.new.slug not in renamed),
        "papers_renamed": many(one for one in moved if one.new.slug in renamed),
        "papers_relisted": many(map(_named, relisted)),
        "papers_reassigned": many(_named(new) for _, new in reassigned),
        **_topics(before, after, pairs, reassigned),
    }


def _successors(before: Catalog, after: Catalog) -> dict[str, str]:
    """Slug of a paper that isn't there any more → the slug under which the same paper is.

    It is the same if the content says so, or if an arXiv id, a DOI or, unless these contradict, a title
    by which it was known is now that of another.
    """
    gone = [paper for paper in before.papers if paper.slug not in after.by_slug]
    by_id = {id_: slug for slug, ids in after.ids.items() for id_ in ids} if gone else {}
    found: dict[str, str] = {}
    for paper in gone:
        candidates = [after.aliases.get(paper.slug)]
        for id_ in sorted(before.ids.get(paper.slug, ())):  # titles come last
            new = after.by_slug.get(by_id.get(id_))
            if new and id_[0] != "also" and not (id_[0] == "title" and _contradict(paper, new)):
                candidates.append(new.slug)
        if slug := next((one for one in candidates if one in after.by_slug), None):
            found[paper.slug] = slug
    return found


def _contradict(one: Paper, other: Paper) -> bool:
    pairs = ((one.arxiv_id, other.arxiv_id), (one.doi, other.doi))
    return any(this and that and this != that for this, that in pairs)


def _paper_values(old: Paper, new: Paper) -> Iterator[Value]:
    yield from _values(_FIELDS, old, new)
    was, is_ = old.organization, new.organization
    if (was and was.slug) != (is_ and is_.slug):  # another name is told of the organization
        yield _value("organization", _as_text(was), _as_text(is_))
    for name in sorted({**old.links, **new.links}):
        if old.links.get(name) != new.links.get(name):
            yield _value(f"links.{name}", old.links.get(name), new.links.get(name))
    if old.listings == new.listings:
        yield from _values(_NUMBERS, old, new)


def _edited_topics(before: Catalog, after: Catalog) -> set[str]:
    """Those that people added, removed or changed; what papers they find may follow from it."""
    of = [
        {one.slug: (one.title, one.introduction, one.rules) for one in catalog.topics}
        for catalog in (before, after)
    ]
    return {slug for slug in of[0].keys() | of[1].keys() if of[0].get(slug) != of[1].get(slug)}


def _topics(
    before: Catalog,
    after: Catalog,
    pairs: Iterable[tuple[Paper, Paper]],
    reassigned: Iterable[tuple[Paper, Paper]],
) -> dict[str, Many]:
    entering: dict[str, list[Named]] = {}
    leaving: dict[str, list[Named]] = {}
    for old, new in pairs:
        for into, slugs in (
            (entering, set(new.topics).difference(old.topics)),
            (leaving, set(old.topics).difference(new.topics)),
        ):
            for slug in slugs:
                into.setdefault(slug, []).append(_named(new))
    told = _edited_topics(before, after)
    for old, new in reassigned:
        told |= set(old.topics) ^ set(new.topics)
    return {
        "topics_added": many(
            TopicAdded(
                topic.slug,
                cut(topic.title, TITLE),
                many(map(_named, after.by_topic[topic.slug])),
            )
            for topic in after.topics
            if topic.slug not in before.topic
        ),
        "topics_changed": many(
            TopicChanged(
                topic.slug,
                cut(topic.title, TITLE),
                many(
                    [
                        *_values(("title", "introduction"), old, topic),
                        *_values(("query",), old.rules, topic.rules),
                    ]
                ),
                *(
                    _members(getattr(old.rules, rule), getattr(topic.rules, rule))
                    for rule in ("match", "exclude", "union", "difference")
                ),
                many(entering.get(topic.slug, ())),
                many(leaving.get(topic.slug, ())),
            )
            for topic in after.topics
            if topic.slug in told and (old := before.topic.get(topic.slug))
        ),
        "topics_removed": many(
            _named(topic) for topic in before.topics if topic.slug not in after.topic
        ),
    }


# --- listings and organizations -----------------------------------------------------------


def _listings(before: Catalog, after: Catalog) -> dict[str, Many]:
    both = [(old, one) for one in after.listings if (old := before.listing.get(one.name))]
    of_listing = ("source", "query", "text", "topics")
    changed = [(new.name, many(_values(of_listing, old, new))) for old, new in both]
    return {
        "listings_added": many(_there(after, before)),
        "listings_changed": many(
            ListingChanged(cut(name, TITLE), values) for name, values in changed if values
        ),
        "listings_removed": many(_there(before, after)),
    }


def _there(here: Catalog, there: Catalog) -> Iterator[ListingThere]:
    """The listings that are here and not there."""
    papers = Counter(name for paper in here.papers for name in paper.listings)
    for one in here.listings:
        if one.name not in there.listing:
            yield ListingThere(cut(one.name, TITLE), one.day, papers[one.name])


def _organizations(before: Catalog, after: Catalog) -> dict[str, Many]:
    old, new = (
        {one.slug: cut(one.name, TITLE) for one in of.organizations} for of in (before, after)
    )
    return {
        "organizations_added": many(name for slug, name in new.items() if slug not in old),
        "organizations_renamed": many(
            OrganizationRenamed(old[slug], name)
            for slug, name in new.items()
            if old.get(slug, name) != name
        ),
        "organizations_removed": many(name for slug, name in old.items() if slug not in new),
    }


# --- feeds --------------------------------------------------------------------------------


def _feeds(before: Catalog, after: Catalog, publication: Publication) -> dict[str, object]:
    old, new = (
        {one.name: one for one in (*all_feeds(of, publication), *former(of, publication))}
        for of in (before, after)
    )
    entry = _Entries(before, after, publication)
    both = [(old[name], feed) for name, feed in new.items() if name in old]
    changed = [one for was, is_ in both if (one := _feed(was, before, is_, after, entry))]
    ended = [is_ for was, is_ in both if is_.kind == "former" and was.kind != "former"]
    added = [feed for name, feed in new.items() if name not in old]
    vanished = [feed for name, feed in old.items() if name not in new]
    return {
        "feeds_added": many(_feed_there(feed, after) for feed in added),
        "feeds_changed": many(changed),
        "feeds_ended": many(_feed_there(feed, after, old[feed.name].label) for feed in ended),
        "feeds_vanished": many(_feed_there(feed, before) for feed in vanished),
        "subscribers": _subscribers(changed),
    }


def _feed_there(feed: Feed, catalog: Catalog, label: str | None = None) -> FeedThere:
    number = len(documents.listed(feed, catalog))
    return FeedThere(feed.name, cut(label or feed.label, TITLE), number)


class _Entries:
    """Whether entries are what they were; each is looked at once, in however many feeds it is."""

    def __init__(self, before: Catalog, after: Catalog, publication: Publication):
        self.both = before, after
        self.publication = publication
        self.read_alike = cache(self._read_alike)
        self.are_frozen = cache(self._are_frozen)

    def _read_alike(self, slug: str) -> bool:
        """Does it show the same in current documents? What topics are called doesn't count."""
        old, new = (
            replace(entries.current(of.debut[slug], of, self.publication), categories=())
            for of in self.both
        )
        return old == new

    def _are_frozen(self, slug: str) -> bool:
        """Does it show the same in archives?"""
        old, new = (of.debut[slug] for of in self.both)
        return old == new or (
            entries.frozen(old, self.publication) == entries.frozen(new, self.publication)
        )

    def named(self, slug: str) -> Named:
        before, after = self.both
        paper = after.by_slug.get(slug) or (after.debut.get(slug) or before.debut[slug]).paper
        return Named(slug, cut(paper.title, TITLE))


def _feed(was: Feed, before: Catalog, is_: Feed, after: Catalog, entry: _Entries) -> FeedChanged:
    old, *old_archives = documents.documents(was, before)
    new, *new_archives = documents.documents(is_, after)
    had_current, has_current = _slugs(old), _slugs(new)
    had = had_current.keys() | {slug for archive in old_archives for slug in _slugs(archive)}
    archived = [slug for archive in new_archives for slug in _slugs(archive)]
    has = has_current.keys() | set(archived)
    return FeedChanged(
        is_.name,
        cut(was.label if is_.kind == "former" else is_.label, TITLE),
        new=many(entry.named(slug) for slug in has_current if slug not in had),
        updated=many(
            entry.named(slug)
            for slug in has_current
            if slug in had_current and not entry.read_alike(slug)
        ),
        returned=many(
            entry.named(slug) for slug in has_current if slug in had and slug not in had_current
        ),
        vanished=many(
            entry.named(slug)
            for document in (old, *old_archives[::-1])
            for slug in _slugs(document)
            if slug not in has
        ),
        unseen=sum(slug not in had for slug in archived),
        archives_changed=many(
            number
            for number, (one, other) in enumerate(zip_longest(old_archives, new_archives), 1)
            if one and not (other and _is_frozen(one, other, entry))
        ),
        archives_added=max(0, len(new_archives) - len(old_archives)),
    )


def _slugs(document: Document) -> dict[str, None]:
    """Of its entries, in its order."""
    return dict.fromkeys(debut.slug for debut in document.debuts)


def _is_frozen(old: Document, new: Document, entry: _Entries) -> bool:
    slugs = list(_slugs(old))
    return (
        slugs == list(_slugs(new))
        and (old.prev_archive, old.next_archive) == (new.prev_archive, new.next_archive)
        and all(map(entry.are_frozen, slugs))
    )


def _subscribers(feeds: Iterable[FeedChanged]) -> Subscribers:
    numbers: dict[str, int] = {"archives_changed": 0}
    for kind in ("new", "updated", "returned", "vanished"):
        lists = [of.items for feed in feeds if (of := getattr(feed, kind))]
        numbers[kind] = len({one.slug for items in lists for one in items})
        numbers[f"feeds_with_{kind}"] = len(lists)
    numbers["archives_changed"] = sum(feed.archives_changed.total for feed in feeds)
    return Subscribers(**numbers)


# --- pages --------------------------------------------------------------------------------


def _gone_pages(before: Catalog, after: Catalog, publication: Publication) -> dict[str, Many]:
    here = Publication(
        publication.name, publication.url
    )  # as pages ask for no more to be somewhere
    old, new = (
        {_address(page.path): page for page in pages.pages(of, here)} for of in (before, after)
    )
    moved, ended = [], []
    for address, page in new.items():
        if address in old and page.kind == "moved" != old[address].kind:
            slug = page.path.removeprefix("papers/").removesuffix(".md")
            if paper := pages.now_at(after, slug):
                moved.append(PageMoved(address, f"papers/{paper.slug}/"))
            else:
                ended.append(address)
    return {
        "pages_moved": many(moved),
        "pages_ended": many(ended),
        "pages_vanished": many(address for address in old if address not in new),
    }


def _address(path: str) -> str:
    """Where the page of that file will be, below the site's address; of the front page "./"."""
    stem = path.removesuffix(".md")
    return "./" if stem == "index" else f"{stem.removesuffix('/index')}/"
