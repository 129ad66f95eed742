"""The search index: Catalog → files below search/. Their format is on one page, in FORMAT.md."""

from __future__ import annotations

import hashlib
import heapq
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy
import Stemmer

from generator import cache, fingerprints, text
from generator.garbage import uncollected
from generator.model import Catalog, Paper
from generator.search import (
    abbreviations,
    analysis,
    columns,
    function_words,
    occurrences,
    postings,
    shards,
    tiers,
)
from generator.search.function_words import FUNCTION_WORDS, without_function_words
from generator.search.occurrences import Occurrences
from generator.stages import stage

FOLDER = "search/"
FORMAT = 1  # the number of this format; see FORMAT.md
CARDS = 2  # papers whose cards are in one file
NAMED = 3  # authors that a card names
TIERS = ("settled", "recent")
TABLES = {"terms", "words", "lexicon", "endings"}
AT_ONCE = {
    "terms",
    "lexicon",
}  # tables whose first keys are in index.json, as most questions need them
EXPANSIONS = "\x01"  # behind a term: the abbreviations that it is part of

# BM25F: a field's weight, and how much its length counts (b); and how fast impacts saturate (k1).
FIELDS = {
    "title": (3.0, 0.3),
    "summary": (1.0, 0.9),
    "abstract": (1.0, 0.9),
    "authors": (1.5, 0.0),
    "organization": (1.0, 0.0),
    "topics": (0.5, 0.0),
}
ABSTRACT, AUTHORS, ORGANIZATION, TOPICS = range(2, len(FIELDS))  # their places
SATURATION = 4.0
# An impact of 1 in steps; those that occur are from 3 to 17, and written as 1 to 15. Coarser ones for words of
# very many papers would save a fifth of what a question loads, and cost 1.5 points of R@10 at 100,000 papers.
_SCALE = 22

Files = dict[str, bytes]
Texts = tuple[str, ...]  # of a paper, as FIELDS
# The term of a short form, those of a long one in order, papers that define it, both as written.
Forms = tuple[str, str, int, str, str]
Tables = dict[str, tuple[list[str], list[bytes]]]  # name → its shards' first keys, and the shards

_CODE = (
    abbreviations,
    analysis,
    function_words,
    occurrences,
    postings,
    shards,
    text,
    sys.modules[__name__],
)


@stage("search index")
@uncollected()
def render(catalog: Catalog, kept: Path | None = None) -> Files:
    """Path below the site → its bytes. ``kept`` is the folder of what was computed before."""
    papers = tiers.order(catalog)
    settled = tiers.settled(len(papers))
    titles = {topic.slug: topic.title for topic in catalog.topics}
    texts = [_texts(paper, titles) for paper in papers]
    usual = _usual_lengths(texts[:settled] or texts)
    files: Files = {}
    firsts: dict[str, dict[str, list[str]]] = {table: {} for table in TABLES}
    for tier, start, end in (("settled", 0, settled), ("recent", settled, len(papers))):
        # What is settled is mostly the same at the next time, and sometimes what is recent.
        tables = _kept(kept, f"search-{tier}", papers[start:end], texts[start:end], usual)
        for table, (keys, parts) in tables.items():
            firsts[table][tier] = keys
            for number, part in enumerate(parts):
                files[f"{FOLDER}{table}/{tier}-{number}.bin"] = part
    for start in range(0, len(papers), CARDS):
        cards = [_card(paper) for paper in papers[start : start + CARDS]]
        files[f"{FOLDER}cards/{start // CARDS}.json"] = _json(cards)
    files |= columns.render(catalog, papers)
    for table in TABLES - AT_ONCE:
        files[f"{FOLDER}{table}.json"] = _json(firsts[table])
    files[f"{FOLDER}index.json"] = _json(
        {
            "format": FORMAT,
            "papers": len(papers),
            "settled": settled,
            "tables": {table: firsts[table] for table in sorted(AT_ONCE)},
            "versions": _versions(files),
            "topics": [
                [topic.slug, topic.title, len(catalog.by_topic[topic.slug])]
                for topic in catalog.topics
            ],
        }
    )
    return files


def _versions(files: Files) -> dict[str, str]:
    """For each tier, and for what isn't of a tier, what changes when any of its files does.

    Readers ask for files by it, so that none comes from a cache that is older or newer than index.json.
    """
    digests = {tier: hashlib.sha256() for tier in (*TIERS, "")}
    for path, data in sorted(files.items()):
        tier = next((tier for tier in TIERS if f"/{tier}-" in path), "")
        digests[tier].update(data)
    return {tier or "papers": digest.hexdigest()[:8] for tier, digest in digests.items()}


def _texts(paper: Paper, titles: Mapping[str, str]) -> Texts:
    organization = paper.organization
    return (
        paper.title,
        paper.summary or "",
        paper.abstract or "",
        " \n ".join(paper.authors),
        f"{organization.name} \n {organization.handle or ''}" if organization else "",
        " \n ".join(titles[slug] for slug in paper.topics if slug in titles),
    )


def _usual_lengths(texts: Sequence[Texts]) -> list[float]:
    """Of each field the mean length in characters, of the papers that have it."""
    usual = []
    for field in zip(*texts, strict=True):
        lengths = [len(part) for part in field if part]
        usual.append(sum(lengths) / len(lengths) if lengths else 1.0)
    return usual or [1.0] * len(FIELDS)


def _kept(
    folder: Path | None,
    name: str,
    papers: Sequence[Paper],
    texts: Sequence[Texts],
    usual: Sequence[float],
) -> Tables:
    """What was made of the same papers by the same code, or else what is made now."""
    if folder is None:
        return _tier(papers, texts, usual)
    said = (
        fingerprints.of(*one, _looked_up(paper)) for one, paper in zip(texts, papers, strict=True)
    )
    key = cache.key([*said, repr(usual), Stemmer.version()], _CODE)
    data = cache.recall(folder, name, key)
    if data is not None:
        packed = dict(shards.read(data))
        return {
            table: (keys, [packed[f"{table}-{number}"] for number in range(len(keys))])
            for table, keys in json.loads(packed[""]).items()
        }
    tables = _tier(papers, texts, usual)
    packed = {
        f"{table}-{number}": part
        for table, (_, parts) in tables.items()
        for number, part in enumerate(parts)
    }
    packed[""] = _json({table: keys for table, (keys, _) in tables.items()})
    cache.keep(folder, name, key, shards.pack(sorted(packed.items())))
    return tables


def _tier(papers: Sequence[Paper], texts: Sequence[Texts], usual: Sequence[float]) -> Tables:
    """The tables of some papers, whose numbers begin at 0."""
    pieces = occurrences.pieces(part for parts in texts for part in parts)
    forms = _abbreviations(texts)
    words = occurrences.occurrences(pieces, text.words)
    lexicon = list(_lexicon(words))
    tables = {
        "lexicon": shards.split(lexicon, 4_096),
        "endings": shards.split(sorted((word[::-1], having) for word, having in lexicon), 4_096),
    }
    long_forms = _long_forms(words, forms)
    looked_up, paired = _looked_up_by(papers, words), _paired(words)
    del words  # of very many papers there isn't room for everything at a time
    tables["words"] = shards.split(list(heapq.merge(looked_up, _words(paired))), 8_192)
    del paired
    terms = occurrences.occurrences(pieces, analysis.terms)
    del pieces
    entries = list(heapq.merge(_terms(texts, usual, _joined(terms, long_forms)), _known(forms)))
    tables["terms"] = shards.split(entries)
    return tables


# --- what is ranked -----------------------------------------------------------------------


def _terms(
    texts: Sequence[Texts], usual: Sequence[float], found: Occurrences
) -> Iterator[tuple[str, bytes]]:
    weights = numpy.array(
        [
            weight / (1 - b + b * len(part) / mean)
            for parts in texts
            for part, mean, (weight, b) in zip(parts, usual, FIELDS.values(), strict=True)
        ]
    )
    for names, which, of_text in occurrences.batches(found):
        key = which * len(texts) + of_text // len(FIELDS)
        order = occurrences.order(key)
        key, of_text = key[order], of_text[order]
        first = occurrences.first(key)
        often = numpy.add.reduceat(weights[of_text], first)
        only_topical = numpy.logical_and.reduceat(_field(of_text) == TOPICS, first)
        impact = numpy.rint(_SCALE * often / (SATURATION + often)).astype(numpy.int64)
        step = (impact - postings.OFFSET).clip(1, postings.STEPS)
        term, paper = numpy.divmod(key[first], len(texts))
        payloads, starts = postings.impacts(
            term, paper, step, only_topical.astype(numpy.int64), len(texts)
        )
        for number, name in enumerate(names):
            yield name, payloads[starts[number] : starts[number + 1]]


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


def _abbreviations(texts: Sequence[Texts]) -> list[Forms]:
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
    here = telling[words.which] & (_field(words.text) <= ABSTRACT)
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
    which = [
        numpy.array([place.get(name, -1) for name in each.names], dtype=numpy.int32)[each.which]
        for each in (one, other)
    ]
    return Occurrences(names, numpy.concatenate(which), numpy.concatenate([one.text, other.text]))


# --- what is looked up --------------------------------------------------------------------


def _words(found: Occurrences) -> Iterator[tuple[str, bytes]]:
    """Where exact words stand: in the title, the summary, the abstract. One place is left out between these."""
    lengths = numpy.bincount(found.text)
    lengths = numpy.append(lengths, numpy.zeros(-len(lengths) % len(FIELDS), dtype=numpy.int64))
    room = (lengths + 1).reshape(-1, len(FIELDS))
    before = (numpy.cumsum(room, axis=1) - room).ravel() - (numpy.cumsum(lengths) - lengths)
    place = before.astype(numpy.int32)[found.text]
    place += numpy.arange(len(place), dtype=numpy.int32)
    for names, which, of_text, places in occurrences.batches(found, place):
        order = occurrences.order(which)
        payloads, starts = postings.positions(
            which[order], of_text[order] // len(FIELDS), places[order].astype(numpy.int64)
        )
        for number, name in enumerate(names):
            yield name, payloads[starts[number] : starts[number + 1]]


def _paired(words: Occurrences) -> Occurrences:
    """The words of titles, summaries and abstracts, function words with the word behind them: "of thought".

    At the end of a text that is nothing: "of ".
    """
    here = _field(words.text) <= ABSTRACT
    which, of_text = words.which[here], words.text[here]
    is_function = numpy.array([name in FUNCTION_WORDS for name in words.names], dtype=bool)
    at = numpy.flatnonzero(is_function[which])
    behind = numpy.full(len(at), len(words.names), dtype=numpy.int64)
    within = at + 1 < len(which)
    within[within] = of_text[at[within] + 1] == of_text[at[within]]
    behind[within] = which[at[within] + 1]
    code = which[at].astype(numpy.int64) * (len(words.names) + 1) + behind
    codes = occurrences.distinct(code)
    which[at] = len(words.names) + numpy.searchsorted(codes, code)
    each = [*words.names, ""]
    pairs = [f"{each[n // len(each)]} {each[n % len(each)]}" for n in codes.tolist()]
    keys = [*words.names, *pairs]
    used = [keys[number] for number in occurrences.distinct(which).tolist()]
    place = {name: number for number, name in enumerate(sorted(used))}
    places = numpy.array([place.get(key, -1) for key in keys], dtype=numpy.int32)
    return Occurrences(list(place), places[which], of_text)


def _looked_up_by(papers: Sequence[Paper], words: Occurrences) -> list[tuple[str, bytes]]:
    """What papers are found by that is no word of their texts: names, topics, years, ids."""
    keys: dict[str, list[int]] = defaultdict(list)
    for prefix, field in ((":author:", AUTHORS), (":org:", ORGANIZATION)):
        here = _field(words.text) == field
        for word, paper in _pairs(words.which[here], words.text[here] // len(FIELDS)):
            keys[prefix + words.names[word]].append(paper)
    for number, paper in enumerate(papers):
        for key in _looked_up(paper):
            keys[key].append(number)
    names = sorted(keys)
    having = [keys[name] for name in names]
    which = numpy.repeat(numpy.arange(len(names)), list(map(len, having)))
    numbers = numpy.fromiter(chain.from_iterable(having), dtype=numpy.int64)
    payloads, starts = postings.positions(which, numbers, numpy.full_like(numbers, -1))
    return [(name, payloads[starts[n] : starts[n + 1]]) for n, name in enumerate(names)]


def _pairs(words: numpy.ndarray, papers: numpy.ndarray) -> Iterator[tuple[int, int]]:
    """Each word and paper that are together once, sorted."""
    size = int(papers.max(initial=0)) + 1
    for pair in occurrences.distinct(words.astype(numpy.int64) * size + papers).tolist():
        yield divmod(pair, size)


def _looked_up(paper: Paper) -> list[str]:
    """What a paper is found by that is no word of it."""
    keys = [f":topic:{slug}" for slug in paper.topics]
    keys.append(f":year:{(paper.published or paper.listed).year}")
    keys += [f":arxiv:{paper.arxiv_id}"] if paper.arxiv_id else []
    keys += [f":doi:{paper.doi}"] if paper.doi else []
    return keys


def _lexicon(found: Occurrences) -> Iterator[tuple[str, bytes]]:
    """Every exact word of texts and names, and how many papers have it."""
    for names, which, of_text in occurrences.batches(found):
        here = _field(of_text) != TOPICS
        size = int(of_text.max()) + 1
        pairs = occurrences.distinct(which[here] * size + of_text[here] // len(FIELDS))
        having = numpy.bincount(pairs // size, minlength=len(names)).tolist()
        for word, papers in zip(names, having, strict=True):
            if papers:
                yield word, shards.varint(papers)


# --- what is shown ------------------------------------------------------------------------


def _card(paper: Paper) -> dict[str, object]:
    organization = paper.organization
    return {
        "slug": paper.slug,
        "title": paper.title,
        "authors": paper.authors[:NAMED],
        "author_count": paper.author_count,
        "organization": [organization.slug, organization.name] if organization else None,
        "listed": str(paper.listed),
        "published": str(paper.published) if paper.published else None,
        "comments": paper.comments,
        "upvotes": paper.upvotes,
        "summary": paper.summary,
        "abstract": paper.abstract,
        "topics": paper.topics,
    }


def _json(value: object) -> bytes:
    return _encode(value).encode()


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
