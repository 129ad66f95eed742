"""Which papers a topic holds.

A topic holds the papers in whose title, summary or abstract any phrase of ``match`` stands, and those
that its ``query`` holds, as far as none of ``exclude`` stands there; and the papers of the topics in
``union``; but not those of the topics in ``difference``. What a listing says belongs to a topic belongs
to it, whatever the rules say; and where an overlay names a paper's topics, those are its topics.

A phrase is words in order, compared as ``text.words`` folds them: case and accents don't count,
a hyphen is a space. A word that ends in ``*`` stands for all words that begin with it. A query is what
could be typed into the search; see ``search.query``.
"""

from __future__ import annotations

import hashlib
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from importlib import metadata
from pathlib import Path

from generator import cache, fields, processes, text
from generator.model import Paper, Topic
from generator.search import analysis, function_words, holding, query
from generator.search.holding import Holders, Reading, follows, words_of
from generator.search.query import Phrase

_CODE = (analysis, function_words, holding, query, text, sys.modules[__name__])
QUERY_LIMIT = 1_000  # characters
_FEW = 1_000  # papers whose topics are found sooner than a process for it is begun


def phrases(value: object) -> tuple[str, ...]:
    """The phrases of a ``match`` or ``exclude`` field; raises ValueError."""
    return tuple(phrase for phrase in fields.each(_phrase, value) if phrase)


def _phrase(value: object) -> str | None:
    phrase = fields.one_line(value)
    if phrase and not query.phrase(phrase):
        raise ValueError(f'"{phrase}" holds no word to look for; write letters or digits')
    return phrase


def question(value: object) -> str | None:
    """The ``query`` field of a topic; raises ValueError."""
    asked = fields.one_line(value, QUERY_LIMIT)
    if not asked or not (understood := query.parse(asked)):
        raise ValueError("asks for nothing; write words to look for, or leave the field out")
    if not (understood.words or understood.phrases or understood.clauses):
        raise ValueError("only says what must not be; write what is looked for as well")
    if understood.straight:
        raise ValueError(
            "a topic's query can't be an arXiv id or DOI; write words to look for, or name the topic in "
            "that paper's topics"
        )
    if any(one.field == "topic" for one in understood.clauses + understood.excluded_clauses):
        raise ValueError(
            "a topic can't be asked for others in its query; name them in union or difference"
        )
    return asked


def assign(
    papers: Iterable[Paper],
    topics: Sequence[Topic],
    exact: Set[str] = frozenset(),
    kept: Path | None = None,
    jobs: int = 1,
) -> Mapping[str, tuple[str, ...]]:
    """Paper slug → slugs of its topics, sorted.

    ``paper.topics`` are the topics that people and listings gave it; for the slugs in ``exact`` they
    are all its topics. The topics' references must be free of circles. ``kept`` is the folder of what
    was computed before; what wasn't, up to ``jobs`` processes find out.
    """
    papers = tuple(papers)
    found = _found([paper for paper in papers if paper.slug not in exact], topics, kept, jobs)
    known = {topic.slug for topic in topics}
    composed = [one for one in _in_order(topics) if one.rules.union or one.rules.difference]

    @lru_cache(1_000)  # one for all papers that have the same
    def all_of(found: tuple[str, ...], given: tuple[str, ...]) -> tuple[str, ...]:
        members = {*found, *known.intersection(given)}
        for topic in composed:
            if topic.slug in given:
                continue
            if not members.isdisjoint(topic.rules.union):
                members.add(topic.slug)
            if not members.isdisjoint(topic.rules.difference):
                members.discard(topic.slug)
        return tuple(sorted(members.union(given)))

    return {
        paper.slug: tuple(sorted(set(paper.topics)))
        if paper.slug in exact
        else all_of(found[paper.slug], paper.topics)
        for paper in papers
    }


def _found(
    papers: Sequence[Paper], topics: Sequence[Topic], folder: Path | None, jobs: int
) -> Mapping[str, tuple[str, ...]]:
    """Paper slug → slugs of the topics that find it by phrases and query, sorted.

    What another build found is used for papers that say what they said then, and topics that ask what they
    asked.
    """
    find = _finder(topics)
    if folder is None:
        return {paper.slug: find(paper) for paper in papers}
    rules = {one.slug: (one.rules.match, one.rules.query, one.rules.exclude) for one in topics}
    key = cache.key([sys.version, metadata.version("PyStemmer")], _CODE)
    kept = cache.recall(folder, "topics", key)
    before: tuple[dict, dict] = cache.unpacked(kept) if kept else ({}, {})
    same = {slug for slug in rules if before[0].get(slug) == rules[slug]}
    are_all_same = rules == before[0]
    find_changed = _finder([topic for topic in topics if topic.slug not in same])

    def find_again(some: Sequence[Paper]) -> list[tuple[bytes, tuple[str, ...]]]:
        found = []
        for paper in some:
            digest = _digest(paper)
            slugs = before[1].get(digest)
            if slugs is None:
                slugs = find(paper)
            elif not are_all_same:
                slugs = tuple(sorted({*same.intersection(slugs), *find_changed(paper)}))
            found.append((digest, slugs))
        return found

    now: dict[bytes, tuple[str, ...]] = {}
    found = {}
    for some, given in processes.shared(find_again, papers, 1 if are_all_same else jobs, _FEW):
        now.update(given)
        for paper, (_, slugs) in zip(some, given, strict=True):
            found[paper.slug] = slugs
    if (rules, now) != before:
        cache.keep(folder, "topics", key, cache.packed((rules, now)))
    return found


def _finder(topics: Sequence[Topic]) -> Callable[[Paper], tuple[str, ...]]:
    """A function that tells which of the topics find a paper by phrases and query: their slugs, sorted."""
    match, exclude = _Index(), _Index()
    for topic in topics:
        match.add(topic.slug, topic.rules.match)
        exclude.add(topic.slug, topic.rules.exclude)
    queries = Holders(
        (topic.slug, query.parse(topic.rules.query)) for topic in topics if topic.rules.query
    )
    excluding = {topic.slug for topic in topics if topic.rules.exclude}

    def find(paper: Paper) -> tuple[str, ...]:
        words = words_of(paper)
        members = match.find(words)
        if queries:
            members |= queries.find(Reading(paper, words=words))
        if not members.isdisjoint(excluding):
            members -= exclude.find(words)
        return tuple(sorted(members))

    return find if topics else lambda paper: ()


def _digest(paper: Paper) -> bytes:
    """Of all by which topics find a paper."""
    organization = paper.organization
    said = (
        paper.title,
        paper.summary or "",
        paper.abstract or "",
        organization.handle or "" if organization else "",
        organization.name if organization else "",
        *paper.authors,
        str((paper.published or paper.listed).year),
    )
    return hashlib.blake2b(
        "\0".join(said).encode("utf-8", "surrogatepass"), digest_size=16
    ).digest()


def held(papers: Iterable[Paper], queries: Iterable[str]) -> Counter[str]:
    """How many of the papers each query holds."""
    holders = Holders((one, query.parse(one)) for one in dict.fromkeys(queries))
    return Counter(name for paper in papers for name in holders.find(Reading(paper)))


def occurrences(
    papers: Iterable[Paper], phrases: Iterable[str]
) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """In how many of the papers each phrase stands, and each word. What stands in none isn't there."""
    index = _Index()
    for phrase in dict.fromkeys(phrases):
        index.add(phrase, [phrase])
    of_phrases: Counter[str] = Counter()
    of_words: Counter[str] = Counter()
    for paper in papers:
        words = words_of(paper)
        of_phrases.update(index.find(words))
        of_words.update(set(words))
    del of_words["\n"]
    return of_phrases, of_words


def cycle(topics: Sequence[Topic]) -> tuple[str, ...]:
    """A circle in the topics' references, "a", "b", "a", from its first in the alphabet; or ()."""
    try:
        _sorter(topics).prepare()
    except CycleError as error:
        circle = error.args[1][:0:-1]  # it names them the other way round, the first one twice
        start = circle.index(min(circle))
        return (*circle[start:], *circle[: start + 1])
    return ()


def _in_order(topics: Sequence[Topic]) -> list[Topic]:
    """The topics, each behind those that it is made from."""
    by_slug = {topic.slug: topic for topic in topics}
    return [by_slug[slug] for slug in _sorter(topics).static_order() if slug in by_slug]


def _sorter(topics: Sequence[Topic]) -> TopologicalSorter:
    return TopologicalSorter(
        {topic.slug: topic.rules.union + topic.rules.difference for topic in topics}
    )


class _Index:
    """Phrases by one of their words, so that few are looked for in a text however many topics there are."""

    def __init__(self) -> None:
        self.words: dict[str, list[_Needle]] = defaultdict(list)
        self.prefixes: dict[str, list[_Needle]] = defaultdict(list)
        # All words that any text had, and the phrases that may stand where one of these does.
        self.known: set[str] = set()
        self.needles: dict[str, list[_Needle]] = {}

    def add(self, topic: str, phrases: Iterable[str]) -> None:
        for phrase in map(query.phrase, phrases):
            # The longest of its words is likely to be rare.
            word, is_prefix = max(phrase, key=lambda pair: len(pair[0]))
            (self.prefixes if is_prefix else self.words)[word].append(_Needle(topic, phrase))

    def find(self, words: Sequence[str]) -> set[str]:
        """The topics of which any phrase stands in the words. Nothing is added afterwards."""
        distinct = set(words)
        new = distinct - self.known
        for word in new:
            if needles := self._needles(word):
                self.needles[word] = needles
        self.known |= new
        found: set[str] = set()
        spaced = ""
        for word in self.needles.keys() & distinct:
            for needle in self.needles[word]:
                if needle.topic in found or not needle.words <= distinct:
                    continue
                spaced = spaced or f" {' '.join(words)} "
                if needle.beginning in spaced and (needle.is_whole or needle.stands(words)):
                    found.add(needle.topic)
        return found

    def _needles(self, word: str) -> list[_Needle]:
        found = list(self.words.get(word, ()))
        for length in range(1, len(word) + 1):
            found += self.prefixes.get(word[:length], ())
        return found


class _Needle:
    """A phrase of a topic, and what tells most texts apart from those in which it stands."""

    __slots__ = ("beginning", "is_whole", "phrase", "topic", "words")

    def __init__(self, topic: str, phrase: Phrase) -> None:
        self.topic, self.phrase = topic, phrase
        self.words = frozenset(word for word, is_prefix in phrase if not is_prefix)
        # How it begins where there is a blank before and behind every word.
        stars = [at for at, (_, is_prefix) in enumerate(phrase, 1) if is_prefix]
        end = stars[0] if stars else len(phrase)
        self.beginning = f" {' '.join(word for word, _ in phrase[:end])}{'' if stars else ' '}"
        self.is_whole = end == len(phrase)  # else there is more behind a word with a star

    def stands(self, words: Sequence[str]) -> bool:
        return any(follows(self.phrase, words, at) for at in range(len(words)))
