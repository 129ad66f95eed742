"""Which papers are near to which: TF-IDF and the cosine, over titles, summaries and abstracts.

As in arxiv-sanity-lite, and with scikit-learn's weights (``sublinear_tf``, ``smooth_idf``), but on NumPy
alone: to import scikit-learn takes longer than all the rest for a thousand papers. Nothing but the
papers' own words is looked at, so the same catalog always gives the same neighbours.

How common a word is, the settled papers tell (see ``search.tiers``). So a few new papers change no
weight of an old one, and only who comes near to whom is computed again: the new papers' neighbours, and
whether they are nearer to an old paper than those it had. Weights are whole numbers, so that sums come out
the same in whichever order they are made.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path

import Stemmer

from generator import cache, text
from generator.model import Catalog, Paper
from generator.search import tiers

MOST = 10  # neighbours of a paper
_COMMON = (0.4, 2_000)  # of papers, in parts of all or in number, that may have a word which counts
_TERMS = 40  # of a text that are compared: those which tell most of it
_UNIT = 4096  # the length of a text's weights
_FUNCTION_WORDS = frozenset(
    "about across after all also an and any are as at be been being between both but by can could did do "
    "does each either for from had has have having how however if in into is it its itself may might more "
    "most much must no nor not of often on one only onto or other our out over own per rather same should "
    "since so some such than that the their them then there these they this those through thus to too two "
    "under until up upon us very via was we well were what when where whether which while who whose will "
    "with within without would yet you your".split()
)
_BLOCK = 64
_NAME = "related"  # of what is kept
_DIGEST = 16  # bytes
_NOBODY = -1  # in place of a neighbour


def related(catalog: Catalog, folder: Path | None = None) -> Mapping[str, tuple[Paper, ...]]:
    """Slug → its ten nearest papers, the nearest first; equals stand in order of their slugs.

    A paper that is among nobody's ten takes the last place of the nearest to it that can spare one. Fewer
    than ten are near to a paper if no more share a word with it that isn't everybody's.

    With a cache's folder, what an earlier build found is used as far as it holds. Time grows with the
    number of papers and how many of them share a word; 10,000 take seconds.
    """
    papers = tiers.order(catalog)
    if len(papers) < 3:  # too few to tell which words are common
        return {}
    settled = papers[: tiers.settled(len(papers)) or len(papers)]
    key = _key(settled)
    kept = cache.recall(folder, _NAME, key)
    before = _read(kept) if kept else None
    now = _updated(before or _nothing_yet(settled), papers)
    if folder and (data := _written(now)) != kept:
        cache.keep(folder, _NAME, key, data)
    near = _nobody_left_out(now.near)
    return {
        paper.slug: tuple(papers[other] for other in row if other != _NOBODY)
        for paper, row in zip(papers, near, strict=True)
    }


@dataclass(frozen=True, slots=True)
class _State:
    """What is known of some papers. Arrays are NumPy's; a paper is its place in ``slugs``."""

    base: int  # how many papers tell how common a word is
    found_in: Mapping[str, int]  # word → how many of these have it
    column: Mapping[str, int]  # word → its number, of all words that any paper is compared by
    slugs: tuple[str, ...]
    digests: tuple[bytes, ...]  # of the papers' texts
    rows: tuple[
        object, ...
    ]  # for each paper its words' numbers and their weights: 2 × words, int32
    near: object  # a row a paper: its nearest, then _NOBODY
    cosines: object  # of these, times _UNIT², then 0


def _updated(before: _State, papers: Sequence[Paper]) -> _State:
    """The state for these papers: the same neighbours as if nothing had been known before."""
    import numpy

    digests = tuple(map(_digest, papers))
    slugs = tuple(paper.slug for paper in papers)
    place = {
        known: number for number, known in enumerate(zip(before.slugs, before.digests, strict=True))
    }
    old = numpy.array(
        [place.get(known, _NOBODY) for known in zip(slugs, digests, strict=True)], dtype=numpy.int64
    )
    is_new = old == _NOBODY
    column = dict(before.column)
    rows = tuple(
        _row(paper, before, column) if number == _NOBODY else before.rows[number]
        for paper, number in zip(papers, old.tolist(), strict=True)
    )

    # Neighbours by their new places. Where one has gone, another takes its place.
    moved = numpy.full(len(before.slugs) + 1, _NOBODY, dtype=numpy.int64)  # the last: _NOBODY's
    moved[old[~is_new]] = numpy.flatnonzero(~is_new)
    near = numpy.full((len(papers), MOST), _NOBODY, dtype=numpy.int64)
    cosines = numpy.zeros((len(papers), MOST), dtype=numpy.int64)
    had = before.near[old[~is_new]]
    near[~is_new], cosines[~is_new] = moved[had], before.cosines[old[~is_new]]
    again = is_new.copy()
    again[~is_new] = ((had != _NOBODY) & (moved[had] == _NOBODY)).any(axis=1)

    rank = numpy.empty(len(papers), dtype=numpy.int64)
    rank[sorted(range(len(papers)), key=slugs.__getitem__)] = numpy.arange(len(papers))
    cosines_with = _product(rows, len(column))
    for number in numpy.flatnonzero(again).tolist():
        products = cosines_with(number)
        products[number] = 0
        found = _highest(products)
        best = found[numpy.lexsort((rank[found], -products[found]))[:MOST]]
        near[number], cosines[number] = _NOBODY, 0
        near[number, : len(best)], cosines[number, : len(best)] = best, products[best]
        if not is_new[number]:
            continue
        for other in numpy.flatnonzero(
            (products >= numpy.maximum(cosines[:, -1], 1)) & ~again
        ).tolist():
            candidates = numpy.append(near[other], number)
            scores = numpy.append(cosines[other], products[other])
            best = numpy.lexsort((rank[candidates], -scores))[:MOST]
            near[other], cosines[other] = candidates[best], scores[best]
    return _State(before.base, before.found_in, column, slugs, digests, rows, near, cosines)


def _product(rows: Sequence, columns: int) -> Callable[[int], object]:
    """A function from a paper's number to its products with all papers, itself as well."""
    import numpy

    words, weights = numpy.concatenate([*rows, numpy.zeros((2, 0), numpy.int32)], axis=1)
    order = numpy.argsort(words, kind="stable")
    holders = numpy.repeat(numpy.arange(len(rows)), [row.shape[1] for row in rows])[order]
    weights = weights[order].astype(numpy.float64)  # of whole numbers: exact, up to 2⁵³
    ends = numpy.cumsum(numpy.bincount(words, minlength=columns))
    starts = ends - numpy.bincount(words, minlength=columns)

    def product(number: int):
        spans = [
            (slice(starts[word], ends[word]), weight) for word, weight in rows[number].T.tolist()
        ]
        if not spans:
            return numpy.zeros(len(rows), dtype=numpy.int64)
        return numpy.bincount(
            numpy.concatenate([holders[span] for span, _ in spans]),
            numpy.concatenate([weights[span] * weight for span, weight in spans]),
            minlength=len(rows),
        ).astype(numpy.int64)

    return product


def _highest(products):
    """The places of the highest products above 0: of MOST, and of some more, all equals among them."""
    import numpy

    # The highest of each block are a bound from below, for much less than sorting all.
    highest = numpy.maximum.reduceat(products, numpy.arange(0, len(products), _BLOCK))
    bound = numpy.partition(highest, -MOST)[-MOST] if len(highest) > MOST else 0
    return numpy.flatnonzero(products >= max(bound, 1))


def _nobody_left_out(near) -> list[list[int]]:
    """The rows, such that whoever is near to anybody stands in a row, where one can spare a place."""
    rows = near.tolist()
    listed = Counter(other for row in rows for other in row if other != _NOBODY)
    adopting: set[int] = set()
    for number in range(len(rows)):
        if listed[number]:
            continue
        for other in near[number].tolist():
            if other == _NOBODY:
                break
            last = rows[other][-1]
            if other not in adopting and listed[last] > 1:
                rows[other][-1] = number
                listed[last] -= 1
                listed[number] = 1
                adopting.add(other)
                break
    return rows


# --- weights ------------------------------------------------------------------------------


def _nothing_yet(base: Sequence[Paper]) -> _State:
    """Of no paper, but how common words are in these."""
    import numpy  # where it is needed: most commands can start without it

    found_in = Counter(word for paper in base for word in _words(paper))
    none = numpy.zeros((0, MOST), dtype=numpy.int64)
    return _State(len(base), found_in, {}, (), (), (), none, none)


def _row(paper: Paper, state: _State, column: dict[str, int]):
    """Its words' numbers and weights, of a length of about _UNIT in all. New words get new numbers.

    A word weighs 1 + ln(how often the text has it), times 1 + ln((1 + papers) / (1 + papers with it)).
    """
    import numpy

    most = min(_COMMON[0] * state.base, _COMMON[1])
    weighed = {
        word: (1 + math.log(times)) * (1 + math.log((1 + state.base) / (1 + found_in)))
        for word, times in _words(paper).items()
        if (found_in := state.found_in.get(word, 0)) <= most
    }
    row = sorted(weighed.items(), key=lambda item: (-item[1], item[0]))[:_TERMS]
    length = math.sqrt(math.fsum(weight * weight for _, weight in row))
    numbers = [column.setdefault(word, len(column)) for word, _ in row]
    weights = [round(weight / length * _UNIT) for _, weight in row]
    return numpy.array([numbers, weights], dtype=numpy.int32)


def _words(paper: Paper) -> Counter[str]:
    """The stems of the words that tell anything; what it is called says more than any sentence."""
    said = f"{paper.title} {paper.title} {paper.summary or ''} {paper.abstract or ''}"
    stems: Counter[str] = Counter()
    for word, times in Counter(text.words(said)).items():
        if len(word) > 1 and word not in _FUNCTION_WORDS:
            stems[_stem(word)] += times
    return stems


_stem = lru_cache(maxsize=1 << 17)(Stemmer.Stemmer("english", 0).stemWord)


# --- what is kept -------------------------------------------------------------------------


def _key(base: Sequence[Paper]) -> str:
    """Of all that goes into weights, but for the papers' own texts."""
    versions = (metadata.version("PyStemmer"), unicodedata.unidata_version)
    known = (_digest(paper) for paper in base)
    return cache.key([*versions, *known], code=[sys.modules[__name__], text, tiers])


def _digest(paper: Paper) -> bytes:
    said = json.dumps([paper.title, paper.summary, paper.abstract])
    return hashlib.blake2b(said.encode(), digest_size=_DIGEST).digest()


def _written(state: _State) -> bytes:
    import numpy

    words = {
        "base": state.base,
        "found_in": state.found_in,
        "column": list(state.column),
        "slugs": state.slugs,
    }
    out = io.BytesIO()
    numpy.savez(
        out,
        words=numpy.frombuffer(json.dumps(words).encode(), dtype=numpy.uint8),
        digests=numpy.frombuffer(b"".join(state.digests), dtype=numpy.uint8),
        rows=numpy.concatenate(state.rows, axis=1),
        lengths=numpy.array([row.shape[1] for row in state.rows]),
        near=state.near.astype(numpy.int32),
        cosines=state.cosines.astype(numpy.int32),
    )
    return out.getvalue()


def _read(data: bytes) -> _State:
    import numpy

    with numpy.load(io.BytesIO(data), allow_pickle=False) as kept:
        words = json.loads(kept["words"].tobytes())
        digests = kept["digests"].tobytes()
        rows = numpy.split(kept["rows"], numpy.cumsum(kept["lengths"])[:-1], axis=1)
        return _State(
            words["base"],
            words["found_in"],
            {word: number for number, word in enumerate(words["column"])},
            tuple(words["slugs"]),
            tuple(digests[at : at + _DIGEST] for at in range(0, len(digests), _DIGEST)),
            tuple(rows),
            kept["near"],
            kept["cosines"],
        )
