"""The search index: Catalog → files below search/. Their format is on one page, in FORMAT.md."""

from __future__ import annotations

import json
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import count
from pathlib import Path

import numpy
import Stemmer

from generator import cache, text
from generator.model import Catalog, Paper
from generator.search import abbreviations, analysis, columns, postings, shards, tiers

FOLDER = "search/"
VERSION = 1
CARDS = 4  # papers whose cards are in one file
NAMED = 3  # authors that a card names
TIERS = ("settled", "recent")
TABLES = ("terms", "words", "lexicon", "endings")
EXPANSIONS = "\x01"  # behind a term: the abbreviations that it is part of

# BM25F: a field's weight, and how much its length counts (b); and how fast impacts saturate (k1).
FIELDS = {
    "title": (3.0, 0.3),
    "summary": (1.0, 0.5),
    "abstract": (1.0, 0.5),
    "authors": (1.5, 0.0),
    "organization": (1.0, 0.0),
    "topics": (0.5, 0.0),
}
SATURATION = 3.0
_SCALE = 22  # an impact of 1 in steps; those that occur are from 3 to 17, and written as 1 to 15

Files = dict[str, bytes]
Texts = tuple[str, ...]  # of a paper, as FIELDS
Tables = dict[str, tuple[list[str], list[bytes]]]  # name → its shards' first keys, and the shards

_CODE = (abbreviations, analysis, postings, shards, text, sys.modules[__name__])


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
        made = partial(_tier, papers[start:end], texts[start:end], usual)
        for table, (keys, parts) in (_kept(kept, made) if tier == "settled" else made()).items():
            firsts[table][tier] = keys
            for number, part in enumerate(parts):
                files[f"{FOLDER}{table}/{tier}-{number}.bin"] = part
    for table in TABLES[1:]:
        files[f"{FOLDER}{table}.json"] = _json(firsts[table])
    files[f"{FOLDER}index.json"] = _json(
        {
            "version": VERSION,
            "papers": len(papers),
            "settled": settled,
            "terms": firsts["terms"],
            "topics": [
                [topic.slug, topic.title, len(catalog.by_topic[topic.slug])]
                for topic in catalog.topics
            ],
        }
    )
    for start in range(0, len(papers), CARDS):
        cards = [_card(paper) for paper in papers[start : start + CARDS]]
        files[f"{FOLDER}cards/{start // CARDS}.json"] = _json(cards)
    return files | columns.render(catalog, papers)


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


def _kept(folder: Path | None, make: partial[Tables]) -> Tables:
    """What was made of the same papers by the same code, or else what is made now."""
    papers, texts, usual = make.args
    said = (repr((one, *_looked_up(paper))) for one, paper in zip(texts, papers, strict=True))
    key = cache.key(["".join(said), repr(usual), Stemmer.version()], _CODE) if folder else ""
    data = cache.recall(folder, "search", key)
    if data is not None:
        packed = dict(shards.read(data))
        return {
            table: (keys, [packed[f"{table}-{number}"] for number in range(len(keys))])
            for table, keys in json.loads(packed[""]).items()
        }
    tables = make()
    packed = {
        f"{table}-{number}": part
        for table, (_, parts) in tables.items()
        for number, part in enumerate(parts)
    }
    packed[""] = _json({table: keys for table, (keys, _) in tables.items()})
    cache.keep(folder, "search", key, shards.pack(sorted(packed.items())))
    return tables


def _tier(papers: Sequence[Paper], texts: Sequence[Texts], usual: Sequence[float]) -> Tables:
    """The tables of some papers, whose numbers begin at 0."""
    lexicon = _lexicon(texts)
    return {
        "terms": shards.split(_terms(texts, usual)),
        "words": shards.split(_words(papers, texts)),
        "lexicon": shards.split(sorted(lexicon.items())),
        "endings": shards.split(sorted((word[::-1], papers) for word, papers in lexicon.items())),
    }


# --- what is ranked -----------------------------------------------------------------------


def _terms(texts: Sequence[Texts], usual: Sequence[float]) -> Iterator[tuple[str, bytes]]:
    numbers: dict[str, int] = defaultdict(count().__next__)
    occurrences, lengths, weights = array("i"), array("i"), array("d")
    for fields in texts:
        for part, mean, (weight, b) in zip(fields, usual, FIELDS.values(), strict=True):
            found = analysis.terms(part)
            occurrences.extend(map(numbers.__getitem__, found))
            lengths.append(len(found))
            weights.append(weight / (1 - b + b * len(part) / mean))
    if not numbers:
        return
    names = sorted(numbers)
    rank = numpy.empty(len(names), dtype=numpy.int32)
    rank[[numbers[name] for name in names]] = numpy.arange(len(names), dtype=numpy.int32)
    each = numpy.frombuffer(lengths, dtype=numpy.int32)
    fields_of_all = numpy.tile(numpy.arange(len(FIELDS), dtype=numpy.int8), len(texts))
    paper = numpy.repeat(numpy.arange(len(texts)).repeat(len(FIELDS)), each)
    key = rank[numpy.frombuffer(occurrences, dtype=numpy.int32)].astype(numpy.int64)
    key = key * len(texts) + paper
    order = numpy.argsort(key, kind="stable")
    key = key[order]
    first = numpy.flatnonzero(numpy.concatenate(([True], key[1:] != key[:-1])))
    weight = numpy.repeat(numpy.frombuffer(weights), each)[order]
    often = numpy.add.reduceat(weight, first)
    topical = numpy.repeat(fields_of_all, each)[order] == len(FIELDS) - 1
    only_topical = numpy.logical_and.reduceat(topical, first)
    impact = numpy.rint(_SCALE * often / (SATURATION + often)).astype(numpy.int64)
    lowest = postings.OFFSET + 1
    impact = impact.clip(lowest, lowest + postings.STEPS - 1) - postings.OFFSET
    key = key[first]
    payloads, starts = postings.impacts(
        key // len(texts), key % len(texts), impact, only_topical.astype(numpy.int64)
    )
    expansions = _expansions(texts)
    for number, name in enumerate(names):
        yield name, payloads[starts[number] : starts[number + 1]]
        if name in expansions:
            yield name + EXPANSIONS, _json(expansions[name])


def _expansions(texts: Sequence[Texts]) -> dict[str, list]:
    """Term → the abbreviations that it is part of: short term, long terms, papers, both as written.

    Each stands with its short form, and with the longest term of its long form, which is likely to be rare.
    """
    found: dict[str, list] = {}
    for one in abbreviations.dictionary("\n".join(fields[:3]) for fields in texts):
        short, long = simple_terms(one.short), simple_terms(one.long)
        if not short or not long:
            continue
        row = ["".join(short), " ".join(long), one.papers, one.short, one.long]
        for term in dict.fromkeys([row[0], max(long, key=len)]):
            found.setdefault(term, []).append(row)
    return found


def simple_terms(written: str) -> list[str]:
    """The terms of a text without its compounds."""
    compounds = {whole for whole, _ in analysis.compounds(text.folded(written))}
    return [term for term in analysis.terms(written) if term not in compounds]


# --- what is looked up --------------------------------------------------------------------


def _words(papers: Sequence[Paper], texts: Sequence[Texts]) -> Iterator[tuple[str, bytes]]:
    numbers: dict[str, int] = defaultdict(count().__next__)
    words, places, of_paper = array("i"), array("i"), array("i")
    for paper, (title, summary, abstract, authors, organization, _) in zip(
        papers, texts, strict=True
    ):
        begin = len(words)
        place = 0
        for part in (title, summary, abstract):
            found = text.words(part)
            words.extend(map(numbers.__getitem__, found))
            places.extend(range(place, place + len(found)))
            place += len(found) + 1  # no phrase runs from one text into the next
        keys = {f"author:{word}" for word in text.words(authors)}
        keys |= {f"org:{word}" for word in text.words(organization)}
        keys.update(_looked_up(paper))
        words.extend(numbers[key] for key in sorted(keys))
        places.extend([-1] * len(keys))
        of_paper.append(len(words) - begin)
    if not numbers:
        return
    names = sorted(numbers)
    rank = numpy.empty(len(names), dtype=numpy.int32)
    rank[[numbers[name] for name in names]] = numpy.arange(len(names), dtype=numpy.int32)
    word = rank[numpy.frombuffer(words, dtype=numpy.int32)]
    order = numpy.argsort(word, kind="stable")
    each = numpy.frombuffer(of_paper, dtype=numpy.int32)
    payloads, starts = postings.positions(
        word[order].astype(numpy.int64),
        numpy.repeat(numpy.arange(len(papers)), each)[order],
        numpy.frombuffer(places, dtype=numpy.int32)[order].astype(numpy.int64),
    )
    for number, name in enumerate(names):
        yield name, payloads[starts[number] : starts[number + 1]]


def _looked_up(paper: Paper) -> list[str]:
    """What a paper is found by that is no word of it."""
    keys = [f"topic:{slug}" for slug in paper.topics]
    keys.append(f"year:{(paper.published or paper.listed).year}")
    keys += [f"arxiv:{paper.arxiv_id}"] if paper.arxiv_id else []
    keys += [f"doi:{paper.doi}"] if paper.doi else []
    return keys


def _lexicon(texts: Sequence[Texts]) -> dict[str, bytes]:
    papers: Counter[str] = Counter()
    for fields in texts:
        papers.update(set(text.words(" \n ".join(fields[:5]))))
    return {word: shards.varint(number) for word, number in papers.items()}


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
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
