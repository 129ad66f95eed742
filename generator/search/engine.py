"""Questions → papers, from the files that ``index`` makes, as the browser does it (``search/engine.js`` of the
theme): the same files, the same steps, whole numbers, and so the same order.

1. Every bare word, and every word of a phrase, counts: its rarity times its impact in each paper.
2. Abbreviations: who wrote only the short form, or only the long one, gets nearly as much for it.
3. Phrases, names, topics, years, and what is excluded, say which papers may be there at all.
4. The best come first, of equals the newer; but before them a paper whose title was asked for.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import reduce
from itertools import islice

import numpy

from generator import text
from generator.search import analysis, columns, postings, query
from generator.search.files import Index
from generator.search.function_words import FUNCTION_WORDS, telling, without_function_words
from generator.search.holding import alternatives
from generator.search.query import Clause, Phrase, Query, Word
from generator.search.spelling import nearest, nearest_topic
from generator.search.tier_tables import EXPANSIONS, simple_terms

PAGE = 10  # papers of an answer
MOST_TERMS = 128  # of a question; what comes behind them isn't looked for
COMPLETIONS = 6  # words for one that isn't ended
_SHORTEST = 3  # letters of such a word
_MOST_TIMES = 8  # that a word counts which is asked for again and again
_RARITY = 64  # a rarity of 1 in whole numbers
# Quarters of an impact: of a word, of one that begins with it, and of one that is a compound and so counts
# besides its parts.
_AS_ASKED, _COMPLETED, _COMPOUND = 4, 3, 2
_BEGUN = 1  # quarter, of what is too short to be completed: it may be the beginning of anything
_OTHER_FORM = 19, 20  # what the form of an abbreviation that wasn't asked for is worth
_AS_A_WHOLE = 12  # added to its impact
_FORMS = 2  # other forms that are looked for: the usual ones,
_RARE = 5  # each of them defined at least a fifth as often as the most usual
_MENDED = 3  # unknown words of a question for which others are suggested
_NAMED_TOPICS = 3
MOST_FACETS = 200  # values of a filter


@dataclass(frozen=True, slots=True)
class Hit:
    number: int  # of the paper
    score: int
    card: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Answer:
    question: str
    total: int  # papers that match
    holds: int  # of them, those which every part of the question holds for
    hits: tuple[Hit, ...] = ()
    straight: Mapping[str, object] | None = None  # the card of the paper whose id was asked for
    suggestion: str | None = None  # the question with its unknown words mended
    topics: tuple[tuple[str, str, int], ...] = ()  # slug, title, papers: topics that it names
    abbreviations: tuple[tuple[str, str], ...] = ()  # short and long forms, one of them asked for
    missing: tuple[str, ...] = ()  # words that no paper has
    # "year", "topic", "organization" → key, label, papers that match and have it
    facets: Mapping[str, Sequence[tuple[str, str, int]]] | None = None


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a word stands, in any form; an element a paper."""

    impact: numpy.ndarray  # in quarters; 0 where it isn't
    literal: numpy.ndarray  # is it in more than a topic's title?
    rarity: int  # BM25's inverse document frequency, as Lucene has it, in 64ths


def answer(
    index: Index,
    question: str,
    *,
    typing: bool = False,
    start: int = 0,
    size: int = PAGE,
    sort: str = "relevance",
    every: bool = False,
    filters: Mapping[str, str] | None = None,
    facets: bool = False,
) -> Answer:
    """What the index has for a question: ``size`` papers from place ``start``, in the order of ``sort``
    ("relevance", "date", "discussion").

    ``typing``: the last word may go on. ``every``: only papers that hold every word. ``filters``: of
    "year", "topic", "organization" those which papers must have. ``facets``: count these.
    """
    asked = query.parse(question)
    number = _named(index, asked)
    if number is not None:
        card = index.card(number)
        return Answer(question, 1, 1, (Hit(number, 0, card),)[start : start + size], card)
    last = _going_on(question, asked) if typing else None
    asked = replace(asked, words=telling(asked.words, last is not None))
    wanted = _wanted(index, asked, last)
    standings = {key: _standing(index, terms) for key, (terms, _) in wanted.items()}
    scores = numpy.zeros(index.papers, dtype=numpy.int64)
    for key, standing in standings.items():
        times = min(wanted[key][1], _MOST_TIMES)
        scores += times * standing.rarity * standing.impact.astype(numpy.int64)
    used = _add_abbreviations(index, asked, standings | _unended(asked, last, standings), scores)
    found = _required(index, asked)
    holding = found.copy()
    for word in dict.fromkeys(asked.words):
        here = _held(index, word, word == last, standings)
        holding &= here
        scores[here & (scores == 0)] = 1  # by one of very many completions
    if asked.words:
        found &= scores > 0
    holds = int(holding.sum())
    if every:
        found = holding
    counts = _facets(index, found, filters or {}) if facets else None
    for name, value in (filters or {}).items():
        found = found & _having(index, name, value)
    numbers = numpy.flatnonzero(found)[::-1]  # the newest first
    worth = scores if sort == "relevance" else index.column(_SORTED_BY[sort]).astype(numpy.int64)
    numbers = numbers[numpy.argsort(-worth[numbers], kind="stable")].tolist()
    if sort == "relevance":
        numbers = _asked_for_first(index, question, numbers)
    missing = _missing(index, asked, typing, last, standings)
    return Answer(
        question=question,
        total=len(numbers),
        holds=holds,
        hits=tuple(
            Hit(number, int(scores[number]), index.card(number))
            for number in numbers[start : start + size]
        ),
        suggestion=_mended(index, question, missing),
        topics=_topics(index, asked, last),
        abbreviations=used,
        missing=missing,
        facets=counts,
    )


def _named(index: Index, asked: Query) -> int | None:
    """The paper whose arXiv id or DOI is the question."""
    return next(iter(_papers(index, f":{asked.straight}")), None) if asked.straight else None


def _going_on(question: str, asked: Query) -> Word | None:
    """The bare word at the question's end, which may go on; the same again before it may not."""
    last = asked.words[-1] if asked.words else None
    # Pairs of characters are found as they are typed; of these scripts no more is to be completed.
    if last is None or analysis.ends_spaceless(last.words[-1]):
        return None
    is_end = question == last.text or (
        question.endswith(last.text) and question[-len(last.text) - 1].isspace()
    )
    return last if is_end else None


# --- words that are ranked ----------------------------------------------------------------


def _wanted(index: Index, asked: Query, last: Word | None) -> dict[str, tuple[dict[str, int], int]]:
    """What is looked for, by a key: terms, any of which will do, and what each is worth in quarters; and
    how often it is asked for."""
    wanted: dict[str, tuple[dict[str, int], int]] = {}

    def add(key: str, terms: Mapping[str, int]) -> None:
        before, times = wanted.get(key, (dict(terms), 0))
        wanted[key] = before, times + 1

    def add_each(terms: Iterable[str], compounds: Set[str] = frozenset()) -> None:
        for term in without_function_words(terms):
            add(term, {term: _COMPOUND if term in compounds else _AS_ASKED})

    for word in asked.words:
        if word.is_prefix or word is last:
            add_each(term for whole in word.words[:-1] for term in analysis.terms(whole))
            if _open(word) in wanted:
                continue
            beginning = word.words[-1]
            completed = dict.fromkeys(
                (
                    term
                    for completion in _completions(index, beginning)
                    for term in analysis.terms(completion)
                ),
                _COMPLETED,
            )
            worth = _BEGUN if last and _is_short(beginning) else _AS_ASKED
            add(_open(word), completed | dict.fromkeys(analysis.terms(beginning), worth))
        else:
            compounds = {one for one, _ in analysis.compounds(text.folded(word.text))}
            add_each(analysis.terms(word.text), compounds)
    for phrase in asked.phrases:
        add_each(
            term for word, is_prefix in phrase if not is_prefix for term in analysis.terms(word)
        )
    return dict(islice(wanted.items(), MOST_TERMS))


def _open(word: Word) -> str:
    """The key of a word that isn't ended."""
    return f"{word.words[-1]}*"


def _completions(index: Index, beginning: str) -> list[str]:
    """The words that begin so, in most papers first; none for a letter or two, with which too many do."""
    if _is_short(beginning):
        return []
    papers = index.counts("lexicon", beginning)
    return sorted(papers, key=lambda word: (-papers[word], word))[:COMPLETIONS]


def _is_short(beginning: str) -> bool:
    return len(beginning) < _SHORTEST and beginning.isascii()


def _standing(index: Index, terms: Mapping[str, int]) -> _Standing:
    impact = numpy.zeros(index.papers, dtype=numpy.uint8)
    literal = numpy.zeros(index.papers, dtype=bool)
    having = 0
    for term, quarters in terms.items():
        for base, payload in index.get("terms", term):
            for group in postings.groups(payload, index.size(base)):
                numbers = group.papers + base
                having += len(numbers)
                worth = quarters * (group.step + postings.OFFSET)
                impact[numbers] = numpy.maximum(impact[numbers], worth)
                literal[numbers] |= not group.is_topical
    having = min(having, index.papers)
    rarity = math.log(1 + (index.papers - having + 0.5) / (having + 0.5))
    return _Standing(impact, literal, math.floor(_RARITY * rarity + 0.5))


def _held(
    index: Index, word: Word, is_open: bool, standings: Mapping[str, _Standing]
) -> numpy.ndarray:
    """Which papers have a bare word; as ``holding`` says of a paper."""
    if word.is_prefix:
        *whole, beginning = word.words
        return reduce(
            numpy.logical_and,
            [_any(index, _anywhere(one)) for one in whole],
            _beginning(index, _anywhere(beginning)),
        )

    def literal(term: str) -> numpy.ndarray:
        standing = standings.get(term) or _standing(index, {term: _AS_ASKED})
        return standing.literal

    if is_open:
        terms = [term for whole in word.words[:-1] for term in analysis.terms(whole)]
        return reduce(numpy.logical_and, map(literal, terms), literal(_open(word)))
    return reduce(
        numpy.logical_and,
        (
            reduce(
                numpy.logical_or,
                (reduce(numpy.logical_and, map(literal, sorted(either))) for either in part),
            )
            for part in alternatives(word)
        ),
        numpy.ones(index.papers, dtype=bool),  # some punctuation is a word without a term
    )


# --- abbreviations ------------------------------------------------------------------------


def _unended(
    asked: Query, last: Word | None, standings: Mapping[str, _Standing]
) -> dict[str, _Standing]:
    """The word that may go on, by its term: it may be a form as it is. A letter or two behind other words
    are rather the beginning of one more."""
    if last is None or _open(last) not in standings:
        return {}
    if _is_short(last.words[-1]) and (len(asked.words) > 1 or len(last.words) > 1):
        return {}
    return {
        term: standings[_open(last)]
        for term in analysis.terms(last.words[-1])
        if term not in standings
    }


def _add_abbreviations(
    index: Index, asked: Query, standings: Mapping[str, _Standing], scores: numpy.ndarray
) -> tuple[tuple[str, str], ...]:
    """Add to the scores what other forms of the question's abbreviations are worth; tell which.

    A form says as a whole what the words of a long one, apart from one another, may not say. So a paper
    that has only the form which wasn't asked for is worth more than one with some of the words; but
    those with the form that was asked for, word by word, stand above all of these. Where a question says
    as much besides as the form, or more, or the form is part of another, that tells more: then the other
    form is worth nearly as much as the one that was asked for, and never more.
    """
    terms = without_function_words(
        term for word in asked.words if not word.is_prefix for term in simple_terms(word.text)
    )[:MOST_TERMS]
    used: dict[Names, None] = {}
    forms = _forms(index, terms)
    for form, others in forms.items():
        asked_for = [standings[term] for term in form.split() if term in standings]
        if len(asked_for) < len(form.split()):
            continue
        has_form = (
            asked_for[0] if len(asked_for) == 1 else _standing(index, {form: _AS_ASKED})
        ).literal
        is_part = any(form != whole and f" {form} " in f" {whole} " for whole in forms)
        is_most = 2 * len(asked_for) > len(set(terms)) and not is_part
        other = numpy.zeros(index.papers, dtype=numpy.int64)
        for names, form_of_theirs in others:
            standing = _standing(index, {form_of_theirs: _AS_ASKED})
            whole = standing.impact + numpy.int64(_AS_ASKED * _AS_A_WHOLE if is_most else 0)
            numpy.maximum(other, numpy.where(standing.literal, whole, 0), out=other)
            used[names] = None
        words = sum(one.rarity * one.impact.astype(numpy.int64) for one in asked_for)
        worth = other * (sum(one.rarity for one in asked_for) * _OTHER_FORM[0] // _OTHER_FORM[1])
        if not is_most and has_form.any():
            worth = worth.clip(max=int(words[has_form].min()) - 1)
        more = numpy.where(has_form, 0, worth - words).clip(0)
        scores += more
        if is_most and more.any() and has_form.any():
            lift = int((words + more)[more > 0].max()) + 1 - int(words[has_form].min())
            scores[has_form] += max(0, lift)
    return tuple(used)


Names = tuple[str, str]  # a short form and its long one, as people write them


def _forms(index: Index, terms: Sequence[str]) -> dict[str, list[tuple[Names, str]]]:
    """The short and long forms among the terms, each with the others that the papers define for it.

    A form is a term, or the terms of a long one with spaces between, which are a key as well.
    """
    said = f" {' '.join(terms)} "
    known: dict[tuple[str, str], tuple[int, Names]] = {}  # short, long → papers, names
    for term in dict.fromkeys(terms):
        here: dict[tuple[str, str], tuple[int, Names]] = {}
        for _, payload in index.get("terms", term + EXPANSIONS):
            for short, long, papers, *names in json.loads(payload):
                before, shown = here.get((short, long), (0, tuple(names)))
                here[short, long] = before + papers, shown
        known |= here
    forms: dict[str, list[tuple[int, Names, str]]] = {}
    for (short, long), (papers, names) in sorted(
        known.items(), key=lambda one: (-one[1][0], one[0])
    ):
        for form, other in ((short, long), (long, short)):
            if f" {form} " in said:
                forms.setdefault(form, []).append((papers, names, other))
    return {
        form: [
            (names, other)
            for papers, names, other in others[:_FORMS]
            if papers * _RARE >= others[0][0]
        ]
        for form, others in forms.items()
    }


# --- what must be, and must not -----------------------------------------------------------


def _required(index: Index, asked: Query) -> numpy.ndarray:
    """The papers for which all holds but the bare words."""
    found = numpy.ones(index.papers, dtype=bool)
    for clause in asked.clauses:
        found &= _clause(index, clause)
    for phrase in asked.phrases:
        found &= _phrase(index, phrase)
    for clause in asked.excluded_clauses:
        found &= ~_clause(index, clause)
    for phrase in asked.excluded_phrases:
        found &= ~_phrase(index, phrase)
    for word in asked.excluded_words:
        found &= ~_held(index, word, False, {})
    return found


def _clause(index: Index, clause: Clause) -> numpy.ndarray:
    if clause.field == "year":
        years = {key: int(key[6:]) for _, key, _ in index.beginning("words", ":year:")}
        first, last = clause.first or 0, 9999 if clause.last is None else clause.last
        return _any(index, [key for key, year in years.items() if first <= year <= last])
    if clause.field == "topic":
        wanted = list(clause.words)
        return _any(
            index,
            [
                f":topic:{slug}"
                for slug, title, _ in index.root["topics"]
                if wanted in (text.words(slug), text.words(title))
            ],
        )
    names = [_any(index, [f":{clause.field}:{word}"]) for word in clause.words]
    return reduce(numpy.logical_and, names)


def _any(index: Index, keys: Iterable[str]) -> numpy.ndarray:
    """The papers which have any of these keys of the table of words."""
    return _mask(index, (paper for key in keys for paper in _papers(index, key)))


def _beginning(index: Index, starts: Iterable[str]) -> numpy.ndarray:
    """The papers which have any key that begins so."""
    return _mask(
        index,
        (
            base + paper
            for start in starts
            for base, _, payload in index.beginning("words", start)
            for paper in postings.places(payload)
        ),
    )


def _anywhere(word: str) -> list[str]:
    """The keys of an exact word, in texts and in names."""
    return [word, f":author:{word}", f":org:{word}"]


def _papers(index: Index, key: str) -> Iterator[int]:
    for base, payload in _exact(index, key, False):
        for paper in postings.places(payload):
            yield base + paper


def _mask(index: Index, papers: Iterable[int]) -> numpy.ndarray:
    mask = numpy.zeros(index.papers, dtype=bool)
    mask[list(papers)] = True
    return mask


def _phrase(index: Index, phrase: Phrase) -> numpy.ndarray:
    """The papers in one of whose texts these words stand in this order."""
    starts: dict[int, set[int]] | None = None  # paper → places where the words so far begin
    is_told = False  # by the word before, that this one follows?
    for at, (word, is_prefix) in enumerate(phrase):
        is_paired = word in FUNCTION_WORDS and not is_prefix
        is_last = at == len(phrase) - 1
        if not is_told or (is_paired and not is_last):
            here: dict[int, set[int]] = {}
            behind = _ANYTHING if is_last else phrase[at + 1]
            for base, payload in _exact(index, word, is_prefix, behind):
                for paper, places in postings.places(payload).items():
                    here.setdefault(base + paper, set()).update(place - at for place in places)
            if starts is not None:
                here = {
                    paper: places & starts[paper]
                    for paper, places in here.items()
                    if paper in starts
                }
            starts = {paper: places for paper, places in here.items() if places}
        is_told = is_paired
    return _mask(index, starts or ())


_ANYTHING = ("", True)  # what begins with nothing


def _exact(
    index: Index, word: str, is_prefix: bool, behind: tuple[str, bool] = _ANYTHING
) -> Iterator[tuple[int, bytes]]:
    """Where a word of a phrase stands before what is behind it: of every tier and key."""
    key, is_beginning = word, is_prefix
    if word in FUNCTION_WORDS and not is_prefix:
        # Where it stands is said together with the next word: alone it would be too much to load.
        key, is_beginning = f"{word} {behind[0]}", behind[1]
    if is_beginning:
        for base, _, payload in index.beginning("words", key):
            yield base, payload
    else:
        yield from index.get("words", key)


# --- order, filters, what else is told -----------------------------------------------------

_SORTED_BY = {"date": "date", "discussion": "discussion"}


def _asked_for_first(index: Index, question: str, numbers: list[int]) -> list[int]:
    """The same papers; of the first page, before the others, that whose title is the question, then
    those whose titles begin with it, then those whose titles have it."""
    asked = text.words(question)
    titles = {number: text.words(index.card(number)["title"]) for number in numbers[:PAGE]}

    def rank(number: int) -> int:
        title = titles[number]
        if title == asked:
            return 0
        last = len(title) - len(asked) if len(asked) > 1 else -1
        places = (at for at in range(last + 1) if title[at : at + len(asked)] == asked)
        first = next(places, None)
        return 3 if first is None else 2 if first else 1

    return sorted(numbers[:PAGE], key=rank) + numbers[PAGE:]


def _having(index: Index, name: str, value: str) -> numpy.ndarray:
    """The papers with this value of a filter."""
    if name == "year":
        return _years(index) == (int(value) if value.isascii() and value.isdigit() else 0)
    names = _names(index, name)
    if value not in names:
        return numpy.zeros(index.papers, dtype=bool)
    place = list(names).index(value)
    if name == "organization":
        return index.column("organization") == place + 1
    ends, topics = _topics_of_papers(index)
    return _mask(index, numpy.searchsorted(ends, numpy.flatnonzero(topics == place), "right"))


def _topics_of_papers(index: Index) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Where each paper's topics end in the array of all, and this array: their places."""
    ends = index.column("topic-ends").astype(numpy.int64)
    return ends, index.column("topics", int(ends[-1]) if len(ends) else 0)


def _names(index: Index, name: str) -> dict[str, str]:
    """Slug → name, of organizations or topics, in the order of their places."""
    rows = index.names("organizations") if name == "organization" else index.root["topics"]
    return {slug: title for slug, title, *_ in rows}


def _years(index: Index) -> numpy.ndarray:
    days = index.column("date").astype("timedelta64[D]")
    return (numpy.datetime64(columns.EPOCH) + days).astype("datetime64[Y]").astype(int) + 1970


def _facets(
    index: Index, found: numpy.ndarray, filters: Mapping[str, str]
) -> dict[str, list[tuple[str, str, int]]]:
    """What each filter may be set to: of the papers that the others leave, how many have it."""
    having = {name: _having(index, name, value) for name, value in filters.items()}

    def left(name: str) -> numpy.ndarray:
        return reduce(
            numpy.logical_and, (mask for other, mask in having.items() if other != name), found
        )

    years = numpy.unique(_years(index)[left("year")], return_counts=True)
    by_year = [(str(year), str(year), int(count)) for year, count in zip(*years, strict=True)]
    counted = {"year": by_year[::-1][:MOST_FACETS]}
    for name in ("topic", "organization"):
        here = left(name)
        if name == "topic":
            ends, topics = _topics_of_papers(index)
            of_paper = numpy.diff(ends, prepend=0)
            places = topics[numpy.repeat(here, of_paper)].astype(numpy.int64)
        else:
            organizations = index.column("organization")[here].astype(numpy.int64)
            places = organizations[organizations > 0] - 1
        names = list(_names(index, name).items())
        counts = numpy.bincount(places, minlength=len(names)).tolist()
        rows = [(*names[place], count) for place, count in enumerate(counts) if count]
        counted[name] = sorted(rows, key=lambda row: (-row[2], row[0]))[:MOST_FACETS]
    return counted


def _missing(
    index: Index, asked: Query, typing: bool, last: Word | None, standings: Mapping[str, _Standing]
) -> tuple[str, ...]:
    """The words that were looked for, and stand nowhere; one that may go on, if none begins so. Those of
    names and topics with their field before them; characters without spaces between as one word."""

    def is_nowhere(key: str) -> bool:
        return key in standings and not standings[key].impact.any()

    missing = {}
    for word in asked.words:
        *before, end = word.words
        for one in before if word.is_prefix or word is last else word.words:
            terms = [] if analysis.ends_spaceless(one) else analysis.terms(one)
            if terms and all(map(is_nowhere, terms)):
                missing[one] = None
        for run in analysis.runs(word.text):
            if any(is_nowhere(run[at : at + 2]) for at in range(len(run) - 1)):
                missing[run] = None
        if word.is_prefix and not word.text.endswith("*"):  # a character alone
            is_missing = not any(any(index.beginning("words", key)) for key in _anywhere(end))
        else:
            is_missing = word is last and not _is_short(end) and is_nowhere(_open(word))
        if is_missing:
            missing[end] = None
    for clause in asked.clauses:
        missing |= dict.fromkeys(_unknown(index, clause, typing))
    return tuple(missing)


def _unknown(index: Index, clause: Clause, typing: bool) -> list[str]:
    """The words of a clause by which no name goes, or its topic if there is none."""
    if clause.field == "year":
        return []
    if clause.field == "topic":
        name = " ".join(clause.words)
        names = (" ".join(text.words(one)) for row in index.root["topics"] for one in row[:2])
        is_known = any(one.startswith(name) if typing else one == name for one in names)
        return [] if is_known else [f"topic:{name}"]

    def is_known(word: str) -> bool:
        key = f":{clause.field}:{word}"
        may_go_on = typing and (_is_short(word) or any(index.beginning("words", key)))
        return may_go_on or any(index.get("words", key))

    return [f"{clause.field}:{word}" for word in clause.words if not is_known(word)]


def _mended(index: Index, question: str, missing: Sequence[str]) -> str | None:
    """The question with words that are known for those that aren't; None if there is nothing to mend."""
    better = {}
    for one in missing[:_MENDED]:
        field, _, word = one.rpartition(":")
        near = nearest_topic(index, word) if field == "topic" else nearest(index, word, field)
        if near:
            better[one] = near
    return query.mended(question, better)


def _topics(index: Index, asked: Query, last: Word | None) -> tuple[tuple[str, str, int], ...]:
    """The topics whose titles have every bare word of the question."""
    if not asked.words:
        return ()
    found = []
    for slug, title, papers in index.root["topics"]:
        terms, words = set(analysis.terms(title)), text.words(title)
        if all(
            set(analysis.terms(word.text)) <= terms
            or (
                (word.is_prefix or word is last)
                and any(one.startswith(word.words[-1]) for one in words)
            )
            for word in asked.words
        ):
            found.append((slug, title, papers))
    return tuple(found[:_NAMED_TOPICS])
