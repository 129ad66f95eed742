"""Which papers are near to which: TF-IDF and the cosine, over titles, summaries and abstracts.

As in arxiv-sanity-lite, and with scikit-learn's weights (``sublinear_tf``, ``smooth_idf``), but on SciPy
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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import Stemmer

from generator import cache, text
from generator.model import Catalog, Paper
from generator.search import tiers

MOST = 10  # neighbours of a paper
_COMMON = (0.4, 2_000)  # of papers, in parts of all or in number, that may have a word which counts
_TERMS = 60  # of a text that are compared: those which tell most of it
_UNIT = 4096  # the length of a text's weights
_FUNCTION_WORDS = frozenset(
    "about across after all also an and any are as at be been being between both but by can could did do "
    "does each either for from had has have having how however if in into is it its itself may might more "
    "most much must no nor not of often on one only onto or other our out over own per rather same should "
    "since so some such than that the their them then there these they this those through thus to too two "
    "under until up upon us very via was we well were what when where whether which while who whose will "
    "with within without would yet you your".split()
)
_ROWS = 500  # papers that are compared with all others at a time, to bound the memory
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
    column: Mapping[str, int]  # word → its column, of all words that any paper is compared by
    slugs: tuple[str, ...]
    digests: tuple[bytes, ...]  # of the papers' texts
    weights: object  # a row a paper, a column a word: a SciPy matrix in compressed rows, of int32
    near: object  # a row a paper: its nearest, then _NOBODY
    cosines: object  # of these, int32, times _UNIT²


def _updated(before: _State, papers: Sequence[Paper]) -> _State:
    """The state for these papers: the same as if nothing had been known before."""
    import numpy
    from scipy.sparse import csr_matrix, vstack

    digests = tuple(map(_digest, papers))
    place = {
        known: number for number, known in enumerate(zip(before.slugs, before.digests, strict=True))
    }
    old = [
        place.get(known, _NOBODY)
        for known in zip((paper.slug for paper in papers), digests, strict=True)
    ]
    here = numpy.array(old, dtype=numpy.int64)
    is_new = here == _NOBODY
    column = dict(before.column)
    rows = [
        _row(paper, before, column)
        for paper, new in zip(papers, is_new.tolist(), strict=True)
        if new
    ]
    width = max(len(column), 1)
    known = before.weights[here[~is_new]]
    known = csr_matrix((known.data, known.indices, known.indptr), shape=(known.shape[0], width))
    stacked = vstack([known, _matrix(rows, width)], format="csr", dtype=numpy.int32)
    at = numpy.empty(len(papers), dtype=numpy.int64)
    at[~is_new] = numpy.arange(known.shape[0])
    at[is_new] = numpy.arange(known.shape[0], len(papers))
    weights = stacked[at]

    # Neighbours by their new places; those that have gone leave a gap.
    moved = numpy.full(len(before.slugs) + 1, _NOBODY, dtype=numpy.int64)
    moved[here[~is_new]] = numpy.flatnonzero(~is_new)
    near = numpy.full((len(papers), MOST), _NOBODY, dtype=numpy.int64)
    cosines = numpy.zeros((len(papers), MOST), dtype=numpy.int64)
    kept = before.near[here[~is_new]]
    near[~is_new] = moved[kept]
    cosines[~is_new] = before.cosines[here[~is_new]]
    has_gap = numpy.zeros(len(papers), dtype=bool)
    has_gap[~is_new] = ((kept != _NOBODY) & (moved[kept] == _NOBODY)).any(axis=1)

    rank = numpy.empty(len(papers), dtype=numpy.int64)
    rank[sorted(range(len(papers)), key=lambda number: papers[number].slug)] = numpy.arange(
        len(papers)
    )
    again = is_new | has_gap
    near[again], cosines[again] = _NOBODY, 0
    everybody = numpy.arange(len(papers))
    _compare(everybody[again], everybody, weights, rank, near, cosines)
    _compare(everybody[~again], everybody[is_new], weights, rank, near, cosines)
    return _State(
        before.base,
        before.found_in,
        column,
        tuple(paper.slug for paper in papers),
        digests,
        weights,
        near,
        cosines,
    )


def _compare(those, others, weights, rank, near, cosines) -> None:
    """See which of the others are nearer to those than what they have; all are numbers of papers."""
    import numpy

    if not len(those) or not len(others):
        return
    transposed = weights[others].T.tocsr()
    for start in range(0, len(those), _ROWS):
        some = those[start : start + _ROWS]
        products = weights[some] @ transposed
        highest = products.max(axis=1).toarray().ravel()
        for row in numpy.flatnonzero((highest > 0) & (highest >= cosines[some, -1])).tolist():
            number = some[row]
            span = slice(products.indptr[row], products.indptr[row + 1])
            found, scores = others[products.indices[span]], products.data[span]
            enough = (scores >= max(cosines[number, -1], 1)) & (found != number)
            had = near[number] != _NOBODY
            found = numpy.concatenate([near[number, had], found[enough]])
            scores = numpy.concatenate([cosines[number, had], scores[enough]])
            # The nearest first, and equals in order of their slugs.
            best = numpy.lexsort((rank[found], -scores))[:MOST]
            near[number, : len(best)], cosines[number, : len(best)] = found[best], scores[best]


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
    import numpy
    from scipy.sparse import csr_matrix

    found_in = Counter(word for paper in base for word in set(_words(paper)))
    none = numpy.zeros((0, MOST), dtype=numpy.int64)
    weights = csr_matrix((0, 1), dtype=numpy.int32)
    return _State(len(base), found_in, {}, (), (), weights, none, none)


def _row(paper: Paper, state: _State, column: dict[str, int]) -> dict[int, int]:
    """Column → weight, at most so many; of a length of about _UNIT. New words get new columns.

    A word weighs 1 + ln(how often the text has it), times 1 + ln((1 + papers) / (1 + papers with it)).
    """
    most = min(_COMMON[0] * state.base, _COMMON[1])
    weighed = {
        word: (1 + math.log(times)) * (1 + math.log((1 + state.base) / (1 + found_in)))
        for word, times in Counter(_words(paper)).items()
        if (found_in := state.found_in.get(word, 0)) <= most
    }
    row = sorted(weighed.items(), key=lambda item: (-item[1], item[0]))[:_TERMS]
    length = math.sqrt(math.fsum(weight * weight for _, weight in row))
    return {
        column.setdefault(word, len(column)): round(weight / length * _UNIT) for word, weight in row
    }


def _matrix(rows: Sequence[Mapping[int, int]], width: int):
    import numpy
    from scipy.sparse import csr_matrix

    starts = numpy.cumsum([0, *map(len, rows)])
    data = numpy.fromiter((weight for row in rows for weight in row.values()), numpy.int32)
    indices = numpy.fromiter((number for row in rows for number in row), numpy.int32)
    return csr_matrix((data, indices, starts), shape=(len(rows), width))


def _words(paper: Paper) -> list[str]:
    """The stems of the words that tell anything; what it is called says more than any sentence."""
    title = text.words(paper.title)
    said = text.words(f"{paper.summary or ''} {paper.abstract or ''}")
    kept = [word for word in title + title + said if len(word) > 1 and word not in _FUNCTION_WORDS]
    return Stemmer.Stemmer("english").stemWords(kept)


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
        data=state.weights.data.astype(numpy.int16),
        indices=state.weights.indices.astype(numpy.int32),
        starts=state.weights.indptr.astype(numpy.int64),
        near=state.near.astype(numpy.int32),
        cosines=state.cosines.astype(numpy.int32),
    )
    return out.getvalue()


def _read(data: bytes) -> _State:
    import numpy
    from scipy.sparse import csr_matrix

    with numpy.load(io.BytesIO(data), allow_pickle=False) as kept:
        words = json.loads(kept["words"].tobytes())
        digests = kept["digests"].tobytes()
        weights = csr_matrix(
            (kept["data"].astype(numpy.int32), kept["indices"], kept["starts"]),
            shape=(len(words["slugs"]), max(len(words["column"]), 1)),
        )
        return _State(
            words["base"],
            words["found_in"],
            {word: number for number, word in enumerate(words["column"])},
            tuple(words["slugs"]),
            tuple(digests[at : at + _DIGEST] for at in range(0, len(digests), _DIGEST)),
            weights,
            kept["near"],
            kept["cosines"],
        )
