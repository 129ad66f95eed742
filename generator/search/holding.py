"""Which papers a query holds: those that all its parts do, bare words as well.

A bare word is looked for in title, summary, abstract, authors' names and organization, in any of its
forms (as ``analysis.terms``); a compound is there if it is written together, or if all its parts are
there. A word with a star is looked for as it is. A phrase stands within one of title, summary, abstract.
``author:`` and ``org:`` want all their words, as they are, in the names; ``topic:`` is a topic's slug or title;
``year:`` is of the paper's own date, or else of the day on which it was listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property

from generator import text
from generator.model import Paper
from generator.search import analysis
from generator.search.function_words import telling, without_function_words
from generator.search.query import Clause, Phrase, Query, Word

_BETWEEN = "\n"  # texts, where no phrase runs across; it is no word


def words_of(paper: Paper) -> list[str]:
    """The exact words of title, summary and abstract."""
    words: list[str] = []
    for part in (paper.title, paper.summary, paper.abstract):
        if part:
            words += text.words(part)
            words.append(_BETWEEN)
    return words


def follows(rest: Phrase, words: Sequence[str], position: int) -> bool:
    """Does the phrase, or the rest of one, stand at this position?"""
    if len(words) - position < len(rest):
        return False
    for place, (word, is_prefix) in enumerate(rest, position):  # all() takes three times as long
        if not (words[place].startswith(word) if is_prefix else words[place] == word):
            return False
    return True


class Reading:
    """A paper as queries look at it; what none of them asks for isn't computed."""

    def __init__(
        self, paper: Paper, titles: Mapping[str, str] | None = None, words: list[str] | None = None
    ):
        """``titles`` are those of topics, by slug; ``words`` as ``words_of`` gives them, if known."""
        self._paper = paper
        self._titles = titles or {}
        self.in_order = words_of(paper) if words is None else words

    @cached_property
    def year(self) -> int:
        return (self._paper.published or self._paper.listed).year

    @cached_property
    def words(self) -> Set[str]:
        return set(self.in_order) - {_BETWEEN}

    @cached_property
    def author(self) -> Set[str]:
        return {word for name in self._paper.authors for word in text.words(name)}

    @cached_property
    def org(self) -> Set[str]:
        return {word for name in self._organization for word in text.words(name)}

    @cached_property
    def topic(self) -> Set[tuple[str, ...]]:
        names = (
            name for slug in self._paper.topics for name in (slug, self._titles.get(slug, slug))
        )
        return {tuple(text.words(name)) for name in names}

    @cached_property
    def terms(self) -> Set[str]:
        paper = self._paper
        texts = (paper.title, paper.summary, paper.abstract, *paper.authors, *self._organization)
        return {term for part in texts if part for term in analysis.terms(part)}

    @property
    def _organization(self) -> Iterator[str]:
        organization = self._paper.organization
        if organization:
            yield from filter(None, (organization.handle, organization.name))

    def begins(self, prefix: str) -> bool:
        """Does any word of its texts and names begin so?"""
        return any(
            word.startswith(prefix)
            for words in (self.words, self.author, self.org)
            for word in words
        )

    def has(self, word: str) -> bool:
        return word in self.words or word in self.author or word in self.org


Holds = Callable[[Reading], bool]


def holds(query: Query, paper: Paper, titles: Mapping[str, str] | None = None) -> bool:
    """Does the query hold the paper? ``titles`` are those of topics, by slug, for ``topic:``."""
    return holder(query)(Reading(paper, titles))


def holder(query: Query) -> Holds:
    """What tells whether the query holds a paper."""
    wanted = [
        *map(_clause, query.clauses),
        *map(_phrase, query.phrases),
        *map(_word, telling(query.words)),
    ]
    unwanted = [
        *map(_clause, query.excluded_clauses),
        *map(_phrase, query.excluded_phrases),
        *map(_word, query.excluded_words),
    ]
    return lambda reading: (
        all(part(reading) for part in wanted) and not any(part(reading) for part in unwanted)
    )


def _clause(clause: Clause) -> Holds:
    if clause.field == "year":
        first, last = clause.first or 0, 9999 if clause.last is None else clause.last
        return lambda reading: first <= reading.year <= last
    if clause.field == "topic":
        return lambda reading: clause.words in reading.topic
    names = frozenset(clause.words)
    return lambda reading: names <= getattr(reading, clause.field)


def _phrase(phrase: Phrase) -> Holds:
    (first, is_prefix), rest = phrase[0], phrase[1:]

    def stands(reading: Reading) -> bool:
        words = reading.in_order
        return any(
            (word.startswith(first) if is_prefix else word == first) and follows(rest, words, at)
            for at, word in enumerate(words, 1)
        )

    return stands


def _word(word: Word) -> Holds:
    if word.is_prefix:
        *whole, beginning = word.words
        return lambda reading: all(map(reading.has, whole)) and reading.begins(beginning)
    parts = alternatives(word)
    return lambda reading: all(any(either <= reading.terms for either in part) for part in parts)


def alternatives(word: Word) -> list[tuple[frozenset[str], ...]]:
    """What must be there of a bare word without star: of each of these, all terms of one set.

    >>> from generator.search.query import parse
    >>> [[sorted(one) for one in part] for part in alternatives(parse("(pre-training)").words[0])]
    [[['pretrain'], ['pre', 'train']]]
    """
    compounds = analysis.compounds(text.folded(word.text))
    told = {term for whole, parts in compounds for term in (whole, *parts)}
    return [
        *(
            (frozenset({whole}), frozenset(without_function_words(parts)))
            for whole, parts in compounds
        ),
        *(
            (frozenset({term}),)
            for term in without_function_words(analysis.terms(word.text))
            if term not in told
        ),
    ]


# --- many queries at once -----------------------------------------------------------------


class Holders:
    """Many queries by something that must be in a paper, so that few of them have to be asked."""

    def __init__(self, queries: Iterable[tuple[str, Query]]) -> None:
        # "terms", "words", "author", "org" → what must be there → names and queries
        self._by: dict[str, dict[str, list[tuple[str, Holds]]]] = {}
        self._always: list[tuple[str, Holds]] = []
        for name, query in queries:
            one = (name, holder(query))
            if not (needles := _needles(query)):
                self._always.append(one)
            for kind, needle in needles:
                self._by.setdefault(kind, defaultdict(list))[needle].append(one)

    def __bool__(self) -> bool:
        return bool(self._always or self._by)

    def find(self, reading: Reading) -> set[str]:
        """The names of the queries that hold the paper."""
        asked = dict(self._always)
        for kind, by in self._by.items():
            for needle in by.keys() & getattr(reading, kind):
                asked.update(by[needle])
        return {name for name, holds in asked.items() if holds(reading)}


def _needles(query: Query) -> list[tuple[str, str]]:
    """What a paper must have one of for the query to hold it: kinds and words; [] if it isn't known.

    Of all that it must have it is the longest, which is likely to be rare.
    """
    found = [
        [("terms", max(either, key=len)) for either in part]
        for word in telling(query.words)
        if not word.is_prefix
        for part in alternatives(word)
    ]
    found += [
        [("words", word)] for phrase in query.phrases for word, is_prefix in phrase if not is_prefix
    ]
    found += [
        [(clause.field, word)]
        for clause in query.clauses
        if clause.field in ("author", "org")
        for word in clause.words
    ]
    return max(found, key=lambda needles: min(len(word) for _, word in needles), default=[])
