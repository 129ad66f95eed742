"""The tables of a tier: what is ranked, and what is looked up, of all its papers."""

from __future__ import annotations

import heapq
import json
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, pairwise

import numpy

from generator import text
from generator.model import Paper
from generator.search import abbreviations, analysis, occurrences, postings, shards
from generator.search.function_words import FUNCTION_WORDS, without_function_words
from generator.search.occurrences import Occurrences
from generator.search.searched import (
    ABSTRACT,
    AUTHORS,
    FIELDS,
    ORGANIZATION,
    TOPICS,
    Texts,
    looked_up,
    texts,
)

EXPANSIONS = "\x01"  # behind a term: the abbreviations that it is part of
SATURATION = 4.0
# An impact of 1 in steps; those that occur are from 3 to 17, and written as 1 to 15. Coarser ones for words of
# very many papers would save a fifth of what a question loads, and cost 1.5 points of R@10 at 100,000 papers.
_SCALE = 22

# The term of a short form, those of a long one in order, papers that define it, both as written.
Forms = tuple[str, str, int, str, str]


def of(
    papers: Sequence[Paper],
    titles: Mapping[str, str],
    lengths: array,
    usual: Sequence[float],
) -> Iterator[tuple[str, Iterator[tuple[str, bytes]]]]:
    """The tables of some papers, whose numbers begin at 0: each one's name and its shards. ``lengths`` are as
    ``searched.told`` gives them, ``usual`` those of each field.

    Of very many papers there isn't room for everything at a time: what is done with is forgotten.
    """
    pieces = occurrences.pieces(part for paper in papers for part in texts(paper, titles))
    forms = _abbreviations(texts(paper, titles) for paper in papers)
    words = occurrences.occurrences(pieces, text.words)
    lexicon = list(_lexicon(words))
    yield "lexicon", shards.split(lexicon, 4_096)
    endings = sorted((word[::-1], having) for word, having in lexicon)
    del lexicon
    yield "endings", shards.split(endings, 4_096)
    del endings
    keys = _keys(papers, words)
    words = _said(words)
    long_forms = _long_forms(words, forms)
    words = _paired(words)
    yield "words", shards.split(heapq.merge(_looked_up_by(keys), _words(words)), 8_192)
    del keys, words
    terms = occurrences.occurrences(pieces, analysis.terms)
    del pieces
    terms = _joined(terms, long_forms)
    payloads = list(_terms(_weights(lengths, usual), terms))
    del terms
    known = list(_known(forms))
    size = sum(len(key) + len(payload) for key, payload in known)
    size += sum(sum(map(len, of_some.names)) + len(of_some.joined) for of_some in payloads)
    entries = heapq.merge(chain.from_iterable(payloads), known)
    yield "terms", shards.split(entries, shards.usual_size(size))


# --- what is ranked -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Payloads:
    """Those of some names, which are taken apart when they are wanted."""

    names: Sequence[str]
    joined: bytes  # one after the other
    starts: numpy.ndarray  # where each begins, with the end of the last

    def __iter__(self) -> Iterator[tuple[str, bytes]]:
        for name, (start, end) in zip(self.names, pairwise(self.starts.tolist()), strict=True):
            yield name, self.joined[start:end]


def _weights(lengths: array, usual: Sequence[float]) -> numpy.ndarray:
    """What an occurrence in each of the papers' texts counts."""
    weight, b = numpy.array([*FIELDS.values()]).T
    rows = numpy.array(lengths, dtype=numpy.int32).reshape(-1, len(FIELDS))
    return (weight / (1 - b + b * rows / numpy.array(usual))).ravel()


def _terms(weights: numpy.ndarray, found: Occurrences) -> Iterator[_Payloads]:
    papers = len(weights) // len(FIELDS)
    for names, which, of_text, _ in occurrences.batches(found):
        key = which * papers + of_text // len(FIELDS)
        order = occurrences.order(key)
        key, of_text = key[order], of_text[order]
        first = occurrences.first(key)
        often = numpy.add.reduceat(weights[of_text], first)
        only_topical = numpy.logical_and.reduceat(_field(of_text) == TOPICS, first)
        impact = numpy.rint(_SCALE * often / (SATURATION + often)).astype(numpy.int64)
        step = (impact - postings.OFFSET).clip(1, postings.STEPS)
        term, paper = numpy.divmod(key[first], papers)
        topical = only_topical.astype(numpy.int64)
        yield _Payloads(names, *postings.impacts(term, paper, step, topical, papers))


def _known(forms: Sequence[Forms]) -> Iterator[tuple[str, bytes]]:
    """With each short form, and with the longest term of each long one, which is likely to be rare, the
    abbreviations that it is part of."""
    known = defaultdict(list)
    for one in forms:
        for term in dict.fromkeys([one[0], max(one[1].split(), key=len)]):
            known[term + EXPANSIONS].append(one)
    yield from sorted((key, _json(some)) for key, some in known.items())


def _field(of_text: numpy.ndarray) -> numpy.ndarray:
    """The number of the field that a text is."""
    return of_text % len(FIELDS)


def _abbreviations(texts: Iterable[Texts]) -> list[Forms]:
    """The abbreviations that the papers define."""
    found: dict[tuple[str, str], Forms] = {}
    for one in abbreviations.dictionary("\n".join(fields[:3]) for fields in texts):
        short = "".join(simple_terms(one.short))
        long = " ".join(without_function_words(simple_terms(one.long)))
        if short and long:
            _, _, papers, *names = found.get((short, long), ("", "", 0, one.short, one.long))
            found[short, long] = (short, long, papers + one.papers, *names)
    return list(found.values())


def simple_terms(written: str) -> list[str]:
    """The terms of a text without its compounds."""
    compounds = {whole for whole, _ in analysis.compounds(text.folded(written))}
    return [term for term in analysis.terms(written) if term not in compounds]


def _long_forms(words: Occurrences, forms: Sequence[Forms]) -> Occurrences:
    """The long forms of abbreviations, where they stand as they are but for function words."""
    long = sorted({long for _, long, *_ in forms if " " in long})
    telling = numpy.array([word not in FUNCTION_WORDS for word in words.names], dtype=bool)
    here = occurrences.elementwise(telling.__getitem__, words.which)
    stems = list(map(analysis.stem, words.names))
    which, at = occurrences.runs(stems, words.which[here], [tuple(one.split()) for one in long])
    # None reaches from one text into the next.
    of_text = words.text[here]
    last = at + numpy.array([one.count(" ") for one in long], dtype=numpy.int64)[which]
    inside = of_text[at] == of_text[last]
    return Occurrences(long, which[inside], of_text[at[inside]])


def _joined(one: Occurrences, other: Occurrences) -> Occurrences:
    """What occurs in both, which have no name in common."""
    names = sorted([*one.names, *(other.names[n] for n in occurrences.distinct(other.which))])
    place = {name: number for number, name in enumerate(names)}
    which = []
    for each in (one, other):
        places = numpy.array([place.get(name, -1) for name in each.names], dtype=numpy.int32)
        which.append(occurrences.elementwise(places.__getitem__, each.which))
    return Occurrences(names, numpy.concatenate(which), numpy.concatenate([one.text, other.text]))


# --- what is looked up --------------------------------------------------------------------


def _words(found: Occurrences) -> Iterator[tuple[str, bytes]]:
    """Where exact words stand: in the title, the summary, the abstract. One place is left out between these."""
    lengths = occurrences.counts(found.text)
    lengths = numpy.append(lengths, numpy.zeros(-len(lengths) % len(FIELDS), dtype=numpy.int64))
    room = (lengths + 1).reshape(-1, len(FIELDS))
    before = (numpy.cumsum(room, axis=1) - room).ravel() - (numpy.cumsum(lengths) - lengths)
    for names, which, of_text, here in occurrences.batches(found):
        order = occurrences.order(which)
        places = before[of_text] + here
        yield from _Payloads(
            names,
            *postings.positions(which[order], of_text[order] // len(FIELDS), places[order]),
        )


def _said(words: Occurrences) -> Occurrences:
    """The words of titles, summaries and abstracts."""
    here = occurrences.elementwise(lambda texts: _field(texts) <= ABSTRACT, words.text)
    return Occurrences(words.names, words.which[here], words.text[here])


def _paired(words: Occurrences) -> Occurrences:
    """The words, but function words with the word behind them: "of thought". At the end of a text that is
    nothing: "of ".

    They stand where the words stood: for others there is no room.
    """
    which, of_text = words.which, words.text
    is_function = numpy.array([name in FUNCTION_WORDS for name in words.names], dtype=bool)
    each = [*words.names, ""]
    codes = occurrences.distinct(
        numpy.concatenate(
            [occurrences.distinct(code) for _, code in _pairs_of_words(which, of_text, is_function)]
        )
    )
    for at, code in _pairs_of_words(which, of_text, is_function):
        which[at] = len(words.names) + numpy.searchsorted(codes, code)
    pairs = [f"{each[n // len(each)]} {each[n % len(each)]}" for n in codes.tolist()]
    keys = [*words.names, *pairs]
    used = [keys[number] for number in numpy.flatnonzero(occurrences.counts(which)).tolist()]
    place = {name: number for number, name in enumerate(sorted(used))}
    places = numpy.array([place.get(key, -1) for key in keys], dtype=numpy.int32)
    for at, some in occurrences.blocks(which):
        which[at : at + len(some)] = places[some]
    return Occurrences(list(place), which, of_text)


def _pairs_of_words(
    which: numpy.ndarray, of_text: numpy.ndarray, is_first: numpy.ndarray
) -> Iterator[tuple[numpy.ndarray, numpy.ndarray]]:
    """The words that are the first of a pair, some at a time: where they stand, and of each the pair's code,
    its number × (words + 1) + that of the word behind it, one more than there are if there is none."""
    for start, some in occurrences.blocks(which):
        at = start + numpy.flatnonzero(is_first[some])
        behind = numpy.full(len(at), len(is_first), dtype=numpy.int64)
        within = at + 1 < len(which)
        within[within] = of_text[at[within] + 1] == of_text[at[within]]
        behind[within] = which[at[within] + 1]
        yield at, which[at].astype(numpy.int64) * (len(is_first) + 1) + behind


def _keys(papers: Sequence[Paper], words: Occurrences) -> dict[str, array]:
    """What papers are found by that is no word of their texts: names, topics, years, ids; and their numbers."""
    keys: dict[str, array] = defaultdict(partial(array, "i"))
    for prefix, field in ((":author:", AUTHORS), (":org:", ORGANIZATION)):
        here = occurrences.elementwise(lambda texts, of=field: _field(texts) == of, words.text)
        for word, paper in _pairs(words.which[here], words.text[here] // len(FIELDS)):
            keys[prefix + words.names[word]].append(paper)
    for number, paper in enumerate(papers):
        for key in looked_up(paper):
            keys[key].append(number)
    return keys


def _looked_up_by(keys: Mapping[str, array]) -> Iterator[tuple[str, bytes]]:
    names = sorted(keys)
    sizes = numpy.array([len(keys[name]) for name in names], dtype=numpy.int64)
    for start, end in occurrences.ranges(numpy.cumsum(sizes)):
        some = names[start:end]
        which = numpy.repeat(numpy.arange(len(some)), sizes[start:end])
        numbers = numpy.fromiter(
            chain.from_iterable(keys[name] for name in some), dtype=numpy.int64
        )
        yield from _Payloads(
            some, *postings.positions(which, numbers, numpy.full_like(numbers, -1))
        )


def _pairs(words: numpy.ndarray, papers: numpy.ndarray) -> Iterator[tuple[int, int]]:
    """Each word and paper that are together once, sorted."""
    size = int(papers.max(initial=0)) + 1
    for pair in occurrences.distinct(words.astype(numpy.int64) * size + papers).tolist():
        yield divmod(pair, size)


def _lexicon(found: Occurrences) -> Iterator[tuple[str, bytes]]:
    """Every exact word of texts and names, and how many papers have it."""
    for names, which, of_text, _ in occurrences.batches(found):
        here = _field(of_text) != TOPICS
        size = int(of_text.max()) + 1
        pairs = occurrences.distinct(which[here] * size + of_text[here] // len(FIELDS))
        having = numpy.bincount(pairs // size, minlength=len(names)).tolist()
        for word, papers in zip(names, having, strict=True):
            if papers:
                yield word, shards.varint(papers)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
