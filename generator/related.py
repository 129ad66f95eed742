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
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from itertools import chain, count
from pathlib import Path

import Stemmer

from generator import cache, text
from generator.garbage import uncollected
from generator.model import Catalog, Paper
from generator.search import tiers
from generator.stages import stage

MOST = 10  # neighbours of a paper
_COMMON = (0.4, 2_000)  # of papers, in parts of all or in number, that may have a word which counts
_TERMS = 40  # of a text that are compared: those which tell most of it
_UNIT = 4096  # the length of a text's weights
_BITS = _UNIT.bit_length()  # of a weight
_WEIGHT = (1 << _BITS) - 1
_FUNCTION_WORDS = frozenset(
    "about across after all also an and any are as at be been being between both but by can could did do "
    "does each either for from had has have having how however if in into is it its itself may might more "
    "most much must no nor not of often on one only onto or other our out over own per rather same should "
    "since so some such than that the their them then there these they this those through thus to too two "
    "under until up upon us very via was we well were what when where whether which while who whose will "
    "with within without would yet you your".split()
)
_AT_ONCE = 1024  # papers whose words are counted together
_BLOCK = 64
_CELLS = 1 << 16  # products computed together, or those of one paper if these are more
_NAME, _FOUND = "related", "near"  # of what is kept
_DIGEST = 16  # bytes
_NOBODY = -1  # in place of a neighbour
_NOTHING = -1  # in place of a word


@stage("related papers")
@uncollected()
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
    digests = tuple(map(_digest, papers))
    # Mostly nothing of all that has changed, and there is no need to read what would tell what a change does.
    key = _key([*digests, *(paper.slug for paper in papers)])
    found = array("i", cache.remember(folder, _FOUND, key, lambda: _found(papers, digests, folder)))
    rows = (found[at : at + MOST] for at in range(0, len(found), MOST))
    return {
        paper.slug: tuple(papers[other] for other in row if other != _NOBODY)
        for paper, row in zip(papers, rows, strict=True)
    }


def _found(papers: Sequence[Paper], digests: tuple[bytes, ...], folder: Path | None) -> bytes:
    """For each of the papers, of these digests, the numbers of those near to it, and then _NOBODY's: as the
    machine has whole numbers of type ``i``."""
    import numpy

    settled = tiers.settled(len(papers)) or len(papers)
    key = _key(digests[:settled])
    kept = cache.recall(folder, _NAME, key)
    before = _read(kept) if kept else _nothing_yet(settled)
    now = _updated(before, papers, digests)
    if folder and (data := _written(now)) != kept:
        cache.keep(folder, _NAME, key, data)
    return _nobody_left_out(now.near).astype(numpy.intc).tobytes()


@dataclass(frozen=True, slots=True)
class _State:
    """What is known of some papers. Arrays are NumPy's; a paper is its place in ``slugs``."""

    base: int  # how many papers tell how common a word is: the first
    words: Mapping[str, int]  # word → its number, from 0 on in this order
    found_in: object  # for each word how many of the base have it
    slugs: tuple[str, ...]
    digests: tuple[bytes, ...]  # of the papers' texts
    rows: tuple  # for each paper its words' numbers and their weights: an array 2 × words, int32
    near: object  # a row a paper: its nearest, then _NOBODY
    cosines: object  # of these, times _UNIT², then 0


def _nothing_yet(base: int) -> _State:
    import numpy  # where it is needed: most commands can start without it

    none = numpy.zeros((0, MOST), dtype=numpy.int64)
    return _State(base, {}, none[:, 0], (), (), (), none, none)


def _updated(before: _State, papers: Sequence[Paper], digests: tuple[bytes, ...]) -> _State:
    """The state for these papers: the same neighbours as if nothing had been known before."""
    import numpy

    slugs = tuple(paper.slug for paper in papers)
    place = {
        known: number for number, known in enumerate(zip(before.slugs, before.digests, strict=True))
    }
    old = numpy.array(
        [place.get(known, _NOBODY) for known in zip(slugs, digests, strict=True)], dtype=numpy.int64
    )
    is_new = old == _NOBODY
    words = dict(before.words)
    fresh, found_in = _rows([papers[number] for number in numpy.flatnonzero(is_new)], before, words)
    rows = tuple(
        next(fresh) if number == _NOBODY else before.rows[number] for number in old.tolist()
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

    rank = _ranks(slugs)
    near[again], cosines[again] = _NOBODY, 0
    rest = numpy.flatnonzero(~again)
    products_of = _product(rows)
    todo = numpy.flatnonzero(again)
    step = max(1, _CELLS // len(papers))
    for numbers in (todo[start : start + step] for start in range(0, len(todo), step)):
        products = products_of(numbers)
        products[numpy.arange(len(numbers)), numbers] = 0
        lines, others = _highest(products)
        scores = products[lines, others]
        order, places = _first(MOST, lines, -scores, rank[others])
        at = numbers[lines[order]], places
        near[at], cosines[at] = others[order], scores[order]
        if not len(rest):
            continue
        for number, line in zip(numbers.tolist(), products, strict=True):
            if not is_new[number]:
                continue
            for other in rest[line[rest] >= numpy.maximum(cosines[rest, -1], 1)].tolist():
                candidates = numpy.append(near[other], number)
                scores = numpy.append(cosines[other], line[other])
                best = numpy.lexsort((rank[candidates], -scores))[:MOST]
                near[other], cosines[other] = candidates[best], scores[best]
    return _State(before.base, words, found_in, slugs, digests, rows, near, cosines)


def _product(rows: Sequence) -> Callable[[object], object]:
    """A function from some papers' numbers to a line each of its products with all papers.

    Of words that no other paper has nothing is said, so that with itself it is no measure. There are
    some more columns than papers, all 0, up to whole blocks.
    """
    import numpy

    words, weights = numpy.concatenate([*rows, numpy.zeros((2, 0), numpy.int32)], axis=1)
    holders = numpy.repeat(numpy.arange(len(rows)), [row.shape[1] for row in rows])
    times = numpy.bincount(words)
    times[times == 1] = 0
    ends = numpy.cumsum(times)
    order = numpy.argsort(words, kind="stable")
    order = order[times[words[order]] > 0]
    held = holders[order] << _BITS | weights[order]  # of each word who has it, and its weight there
    size = -(-len(rows) // _BLOCK) * _BLOCK

    def product(numbers):
        some = [rows[number] for number in numbers.tolist()]
        words, own = numpy.concatenate(some, axis=1)
        lines = numpy.repeat(numpy.arange(len(some)) * size, [row.shape[1] for row in some])
        lengths = times[words]
        until = numpy.cumsum(lengths)
        found = held[numpy.repeat(ends[words] - until, lengths) + numpy.arange(lengths.sum())]
        places = numpy.repeat(lines, lengths)
        places += found >> _BITS
        found &= _WEIGHT
        found *= numpy.repeat(own, lengths)
        # The sums are floats, but of whole numbers: exact, up to 2⁵³.
        sums = numpy.bincount(places, found, minlength=len(some) * size)
        return sums.reshape(len(some), size)

    return product


def _highest(products) -> tuple:
    """Lines and columns of the highest products above 0: of MOST in a line, and of some more, all equals
    among them."""
    import numpy

    # The highest of each column of blocks are a bound from below, for much less than sorting all.
    products = products.reshape(len(products), _BLOCK, -1)
    highest = products.max(axis=1)
    width = highest.shape[1]
    bounds = numpy.ones((len(products), 1))
    if width > MOST:
        bounds = numpy.maximum(numpy.partition(highest, -MOST, axis=1)[:, [-MOST]], 1)
    lines, columns = numpy.nonzero(highest >= bounds)
    some, blocks = numpy.nonzero(products[lines, :, columns] >= bounds[lines])
    return lines[some], blocks * width + columns[some]


def _first(most: int, owners, *keys) -> tuple:
    """The order of each owner's things by these keys, but only of the first so many; and their places."""
    import numpy

    order = numpy.lexsort((*reversed(keys), owners))
    lengths = numpy.bincount(owners)
    places = numpy.arange(len(order)) - numpy.repeat(numpy.cumsum(lengths) - lengths, lengths)
    return order[places < most], places[places < most]


def _nobody_left_out(near):
    """The rows, such that whoever is near to anybody stands in a row, where one can spare a place."""
    import numpy

    rows = near.copy()
    listed = numpy.bincount(near[near != _NOBODY], minlength=len(near) + 1)  # the last: _NOBODY's
    adopting: set[int] = set()
    for number in numpy.flatnonzero(listed[:-1] == 0).tolist():
        for other in near[number].tolist():
            if other == _NOBODY:
                break
            last = rows[other, -1]
            if other not in adopting and listed[last] > 1:
                rows[other, -1] = number
                listed[last] -= 1
                listed[number] = 1
                adopting.add(other)
                break
    return rows


# --- weights ------------------------------------------------------------------------------


def _rows(
    papers: Sequence[Paper], before: _State, words: dict[str, int]
) -> tuple[Iterator, object]:
    """For each of these new papers its words' numbers and weights; and how many of the base have a word.

    New words get new numbers. Where nothing is known before, these papers begin with the base.
    """
    import numpy

    number = _numbering(words)
    counted = [
        _counted(papers[start : start + _AT_ONCE], number)
        for start in range(0, len(papers), _AT_ONCE)
    ]
    found_in = numpy.zeros(len(words), dtype=numpy.int64)
    found_in[: len(before.found_in)] = before.found_in
    if not before.slugs:
        for start, (owners, numbers, _) in zip(
            range(0, before.base, _AT_ONCE), counted, strict=False
        ):
            found_in += numpy.bincount(
                numbers[owners < before.base - start], minlength=len(found_in)
            )
    rank = _ranks(words)
    rows = (
        row
        for start, part in zip(range(0, len(papers), _AT_ONCE), counted, strict=True)
        for row in _weighed(*part, min(_AT_ONCE, len(papers) - start), found_in, before.base, rank)
    )
    return rows, found_in


def _counted(papers: Sequence[Paper], number: Callable[[str], int]) -> tuple:
    """Who says what how often: papers' places, words' numbers, and times; in order of the first two.

    What a paper is called says more than any sentence.
    """
    import numpy

    said = [
        text.words(f"{paper.title} {paper.title} {paper.summary or ''} {paper.abstract or ''}")
        for paper in papers
    ]
    owners = numpy.repeat(numpy.arange(len(papers)), [len(one) for one in said])
    kinds = defaultdict(count().__next__)  # word → its number among these papers' words
    numbers = numpy.fromiter(map(kinds.__getitem__, chain.from_iterable(said)), dtype=numpy.int64)
    numbers = numpy.fromiter(map(number, kinds), dtype=numpy.int64)[numbers]
    tell = numbers != _NOTHING
    pairs, times = numpy.unique(owners[tell] << 32 | numbers[tell], return_counts=True)
    return (
        (pairs >> 32).astype(numpy.uint16),
        (pairs & 0xFFFFFFFF).astype(numpy.int32),
        times.astype(numpy.min_scalar_type(times.max(initial=0))),
    )


def _weighed(owners, words, times, papers: int, found_in, base: int, rank) -> Iterable:
    """The rows of some papers, of what ``_counted`` has of them: each of a length of about _UNIT in all.

    A word weighs 1 + ln(how often the text has it), times 1 + ln((1 + papers) / (1 + papers with it)).
    """
    import numpy

    most = int(min(_COMMON[0] * base, _COMMON[1]))
    tell = found_in[words] <= most
    owners, words, times = owners[tell], words[tell], times[tell]
    often = numpy.array([0, *(1 + math.log(n) for n in range(1, int(times.max(initial=0)) + 1))])
    rare = numpy.array([1 + math.log((1 + base) / (1 + n)) for n in range(most + 1)])
    weights = often[times] * rare[found_in[words]]
    # The heaviest of each, equals in order of the alphabet.
    order, _ = _first(_TERMS, owners, -weights, rank[words])
    words, weights = words[order], weights[order]
    lengths = numpy.bincount(owners[order], minlength=papers)
    ends = numpy.cumsum(lengths)
    squares = (weights * weights).tolist()
    norms = [
        math.sqrt(math.fsum(squares[start:end]))
        for start, end in zip((ends - lengths).tolist(), ends.tolist(), strict=True)
    ]
    weights = numpy.rint(weights / numpy.repeat(norms, lengths) * _UNIT)
    return numpy.split(numpy.stack([words, weights.astype(numpy.int32)]), ends[:-1], axis=1)


def _numbering(words: dict[str, int]) -> Callable[[str], int]:
    """A function from a word to its stem's number, a new one if need be; _NOTHING if it tells nothing."""

    @lru_cache(maxsize=1 << 17)
    def number(word: str) -> int:
        if len(word) < 2 or word in _FUNCTION_WORDS:
            return _NOTHING
        return words.setdefault(_stem(word), len(words))

    return number


def _ranks(texts: Iterable[str]):
    """The place of each text if they were sorted."""
    import numpy

    texts = list(texts)
    ranks = numpy.empty(len(texts), dtype=numpy.int64)
    ranks[sorted(range(len(texts)), key=texts.__getitem__)] = numpy.arange(len(texts))
    return ranks


_stem = Stemmer.Stemmer("english", 0).stemWord  # 0: without a cache of its own


# --- what is kept -------------------------------------------------------------------------


def _key(base: Sequence[bytes]) -> str:
    """Of all that goes into weights, but for the papers' own texts: given the digests of the base's."""
    versions = (metadata.version("PyStemmer"), unicodedata.unidata_version)
    return cache.key([*versions, *base], code=[sys.modules[__name__], text, tiers])


def _digest(paper: Paper) -> bytes:
    said = "\0".join((paper.title, paper.summary or "", paper.abstract or ""))
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()


def _written(state: _State) -> bytes:
    import numpy

    words = {
        "base": state.base,
        "words": list(state.words),
        "slugs": state.slugs,
    }
    out = io.BytesIO()
    numpy.savez(
        out,
        words=numpy.frombuffer(json.dumps(words).encode(), dtype=numpy.uint8),
        found_in=state.found_in.astype(numpy.int32),
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
            {word: number for number, word in enumerate(words["words"])},
            kept["found_in"],
            tuple(words["slugs"]),
            tuple(digests[at : at + _DIGEST] for at in range(0, len(digests), _DIGEST)),
            tuple(rows),
            kept["near"],
            kept["cosines"],
        )
