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
import math
import sys
import tempfile
import unicodedata
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
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
_AT_ONCE = 256  # papers whose words are counted, or whose neighbours are put in order, together
_KNOWN = 1 << 16  # words of which it is kept in mind what number they have
_BLOCK = 64
_CELLS = 1 << 20  # products computed together, or those of one paper if these are more
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
    return _Related(papers, found)


class _Related(Mapping):
    """Slug → the papers near to it, put together when they are asked for: until then numbers tell them, which
    take a third of the memory."""

    def __init__(self, papers: Sequence[Paper], found: Sequence[int]):
        self._papers, self._found = papers, found
        self._number = {paper.slug: number for number, paper in enumerate(papers)}

    def __getitem__(self, slug: str) -> tuple[Paper, ...]:
        at = self._number[slug] * MOST
        return tuple(
            self._papers[other] for other in self._found[at : at + MOST] if other != _NOBODY
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._number)

    def __len__(self) -> int:
        return len(self._number)


def _found(papers: Sequence[Paper], digests: tuple[bytes, ...], folder: Path | None) -> bytes:
    """For each of the papers, of these digests, the numbers of those near to it, and then _NOBODY's: as the
    machine has whole numbers of type ``i``."""
    import numpy

    settled = tiers.settled(len(papers)) or len(papers)
    key = _key(digests[:settled])
    now = _updated(_before(folder, key) or _nothing_yet(settled), papers, digests)
    if folder:
        _keep(folder, key, now)
    return _nobody_left_out(now.near).astype(numpy.intc).tobytes()


@dataclass(frozen=True, slots=True)
class _State:
    """What is known of some papers. Arrays are NumPy's; a paper is its place in ``slugs``, and its row."""

    base: int  # how many papers tell how common a word is: the first
    words: str  # a line each, whose number is the word's, from 0 on
    found_in: object  # for each word how many of the base have it
    slugs: tuple[str, ...]
    digests: tuple[bytes, ...]  # of the papers' texts
    words_of: object  # the numbers of its heaviest words, then _NOTHING: papers × _TERMS, int32
    weights: object  # of these, then 0: int16
    near: object  # its nearest, then _NOBODY: papers × MOST, int32
    cosines: object  # of these, times _UNIT², then 0: int32


def _nothing_yet(base: int) -> _State:
    import numpy  # where it is needed: most commands can start without it

    no_words, nobody = (numpy.zeros((0, width), dtype=numpy.int32) for width in (_TERMS, MOST))
    no_weights = no_words.astype(numpy.int16)
    return _State(base, "", no_words[:, 0], (), (), no_words, no_weights, nobody, nobody)


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
    words, found_in, words_of, weights = _rows(papers, old, before)

    # Neighbours by their new places. Where one has gone, another takes its place.
    moved = numpy.full(len(before.slugs) + 1, _NOBODY, dtype=numpy.int64)  # the last: _NOBODY's
    moved[old[~is_new]] = numpy.flatnonzero(~is_new)
    near = numpy.full((len(papers), MOST), _NOBODY, dtype=numpy.int32)
    cosines = numpy.zeros((len(papers), MOST), dtype=numpy.int32)
    had = before.near[old[~is_new]]
    near[~is_new], cosines[~is_new] = moved[had], before.cosines[old[~is_new]]
    again = is_new.copy()
    again[~is_new] = ((had != _NOBODY) & (moved[had] == _NOBODY)).any(axis=1)

    rank = _ranks(slugs)
    near[again], cosines[again] = _NOBODY, 0
    rest = numpy.flatnonzero(~again)
    todo = numpy.flatnonzero(again)
    step = max(1, _CELLS // len(papers))
    products_of = _product(words_of, weights, step)
    for some in _parts(todo, _AT_ONCE):
        found: list[tuple] = []  # papers' numbers, others' numbers, products
        for numbers in _parts(some, step):
            products = products_of(numbers)
            products[numpy.arange(len(numbers)), numbers] = 0
            lines, others = _highest(products)
            found.append((numbers[lines], others, products[lines, others]))
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
        owners, others, scores = map(numpy.concatenate, zip(*found, strict=True))
        order, places = _first(MOST, owners, -scores, rank[others])
        at = owners[order], places
        near[at], cosines[at] = others[order], scores[order]
    return _State(before.base, words, found_in, slugs, digests, words_of, weights, near, cosines)


def _parts(numbers, step: int) -> Iterator:
    """An array in parts of so many, the last of less."""
    return (numbers[start : start + step] for start in range(0, len(numbers), step))


def _product(words_of, weights, most: int) -> Callable[[object], object]:
    """A function from some papers' numbers, at most so many, to a line each of its products with all papers.
    They are there until others are asked for.

    Of words that no other paper has nothing is said, so that with itself it is no measure. There are
    some more columns than papers, all 0, up to whole blocks.
    """
    import numpy

    papers = len(words_of)
    # Of each word who has it, and its weight there, one word behind the other: all in one number, which needs
    # no room but its own to be put in order.
    high = _BITS + papers.bit_length()
    held = words_of.astype(numpy.int64)
    held <<= high
    held |= numpy.arange(papers)[:, None] << _BITS
    held |= weights
    held = held.ravel()
    held.sort()
    starts = numpy.searchsorted(held, numpy.arange(words_of.max(initial=_NOTHING) + 2) << high)
    held &= (1 << high) - 1
    held = held.astype(numpy.min_scalar_type(-1 << high))  # for fewer than 2^18 papers half as wide
    times = numpy.diff(starts, append=starts[-1])  # the last: _NOTHING's
    times[times == 1] = 0
    size = -(-papers // _BLOCK) * _BLOCK
    # To have the system make room anew each time takes longer than the sums, which are at most about _UNIT².
    room = numpy.empty((most, size), dtype=numpy.int32)

    def product(numbers):
        sums = room[: len(numbers)]
        sums.fill(0)
        for line, number in zip(sums, numbers.tolist(), strict=True):
            begin, lengths = starts[words_of[number]], times[words_of[number]]
            ends = (begin + lengths).tolist()
            found = [held[a:b] for a, b in zip(begin.tolist(), ends, strict=True)]
            found = numpy.concatenate(found)
            own = numpy.repeat(weights[number].astype(line.dtype), lengths)
            own *= found & _WEIGHT
            numpy.add.at(line, (found >> _BITS).astype(numpy.intp), own)
        return sums

    return product


def _highest(products) -> tuple:
    """Lines and columns of the highest products above 0: of MOST in a line, and of some more, all equals
    among them."""
    import numpy

    # The highest of each column of blocks are a bound from below, for much less than sorting all.
    highest = products.reshape(len(products), _BLOCK, -1).max(axis=1)
    bounds = numpy.ones((len(products), 1), dtype=products.dtype)
    if highest.shape[1] > MOST:
        bounds = numpy.maximum(numpy.partition(highest, -MOST, axis=1)[:, [-MOST]], 1)
    return numpy.divmod(numpy.flatnonzero(products >= bounds), products.shape[1])


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


@uncollected()
def _rows(papers: Sequence[Paper], old, before: _State) -> tuple:
    """Words, how many of the base have them, and the papers' rows of words and weights, as in a ``_State``.

    ``old`` are the papers' places in the one before, or _NOBODY. New words get new numbers.
    """
    import numpy

    words_of = numpy.empty((len(papers), _TERMS), dtype=numpy.int32)
    weights = numpy.empty((len(papers), _TERMS), dtype=numpy.int16)
    was, new = numpy.flatnonzero(old != _NOBODY), numpy.flatnonzero(old == _NOBODY)
    words_of[was], weights[was] = before.words_of[old[was]], before.weights[old[was]]
    words = {word: number for number, word in enumerate(before.words.splitlines())}
    counted, found_in = _counted([papers[number] for number in new], before, words)
    rank = _ranks(words)
    while counted:  # from behind: it becomes less as the rows become more
        here = new[(len(counted) - 1) * _AT_ONCE :][:_AT_ONCE]
        words_of[here], weights[here] = _weighed(
            *counted.pop(), len(here), found_in, before.base, rank
        )
    return "\n".join(words), found_in, words_of, weights


def _counted(
    papers: Sequence[Paper], before: _State, words: dict[str, int]
) -> tuple[list[tuple], object]:
    """Of each _AT_ONCE of these new papers what ``_said`` tells; and how many of the base have a word.

    Where nothing is known before, these papers begin with the base.
    """
    import numpy

    number, most = _Numbers(words).__getitem__, _most(before.base)
    counted, found_in = [], before.found_in
    for start in range(0, len(papers), _AT_ONCE):
        owners, numbers, times = _said(papers[start : start + _AT_ONCE], number)
        found_in = numpy.append(found_in, numpy.zeros(len(words) - len(found_in), numpy.int32))
        if not before.slugs:
            found_in += numpy.bincount(
                numbers[owners < before.base - start], minlength=len(found_in)
            )
        # Most of what is said are common words, and of many that is known after some papers.
        tell = found_in[numbers] <= most
        counted.append((owners[tell], numbers[tell], times[tell]))
    return counted, found_in


def _most(base: int) -> int:
    """How many of the base may have a word that counts."""
    return int(min(_COMMON[0] * base, _COMMON[1]))


def _said(papers: Sequence[Paper], number: Callable[[str], int]) -> tuple:
    """Who says what how often: papers' places, words' numbers, and times; in order of the first two.

    What a paper is called says more than any sentence.
    """
    import numpy

    def said(paper: Paper):
        words = text.words(
            f"{paper.title} {paper.title} {paper.summary or ''} {paper.abstract or ''}"
        )
        return numpy.fromiter(map(number, words), dtype=numpy.int64)

    of_each = [*map(said, papers)]
    owners = numpy.repeat(numpy.arange(len(papers)), [len(one) for one in of_each])
    numbers = numpy.concatenate(of_each)
    tell = numbers != _NOTHING
    pairs, times = numpy.unique(owners[tell] << 32 | numbers[tell], return_counts=True)
    return (
        (pairs >> 32).astype(numpy.uint16),
        (pairs & 0xFFFFFFFF).astype(numpy.int32),
        times.astype(numpy.min_scalar_type(times.max(initial=0))),
    )


def _weighed(owners, words, times, papers: int, found_in, base: int, rank) -> tuple:
    """Some papers' rows of words and weights, of what ``_said`` tells of them: each of a length of about _UNIT.

    A word weighs 1 + ln(how often the text has it), times 1 + ln((1 + papers) / (1 + papers with it)).
    """
    import numpy

    most = _most(base)
    tell = found_in[words] <= most
    owners, words, times = owners[tell], words[tell], times[tell]
    often = numpy.array([0, *(1 + math.log(n) for n in range(1, int(times.max(initial=0)) + 1))])
    rare = numpy.array([1 + math.log((1 + base) / (1 + n)) for n in range(most + 1)])
    weights = often[times] * rare[found_in[words]]
    # The heaviest of each, equals in order of the alphabet.
    order, places = _first(_TERMS, owners, -weights, rank[words])
    at = owners[order], places
    words_of = numpy.full((papers, _TERMS), _NOTHING)
    lengths = numpy.zeros((papers, _TERMS))
    words_of[at], lengths[at] = words[order], weights[order]
    norms = [math.sqrt(math.fsum(row)) or 1 for row in (lengths * lengths).tolist()]
    return words_of, numpy.rint(lengths / numpy.array(norms)[:, None] * _UNIT)


class _Numbers(dict):
    """Word → its stem's number among those of ``words``, a new one if need be; _NOTHING if it tells nothing.

    There are a hundred times as many words in texts as different ones: what is known is looked up at once.
    """

    def __init__(self, words: dict[str, int]):
        self._words = words

    def __missing__(self, word: str) -> int:
        if len(self) == _KNOWN:
            self.clear()
        words = self._words
        tells = len(word) > 1 and word not in _FUNCTION_WORDS
        self[word] = words.setdefault(_stem(word), len(words)) if tells else _NOTHING
        return self[word]


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


def _keep(folder: Path, key: str, state: _State) -> None:
    import numpy

    def array(data: bytes):
        return numpy.frombuffer(data, dtype=numpy.uint8)

    with suppress(OSError):  # where nothing can be written, nothing is kept
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            numpy.savez(
                file,
                base=state.base,
                words=array(state.words.encode()),
                found_in=state.found_in,
                slugs=array("\n".join(state.slugs).encode()),
                digests=array(b"".join(state.digests)),
                words_of=state.words_of,
                weights=state.weights,
                near=state.near,
                cosines=state.cosines,
            )
            cache.keep(folder, _NAME, key, file)


def _before(folder: Path | None, key: str) -> _State | None:
    """What an earlier build kept under this key, if it did."""
    import numpy

    if not (file := cache.opened(folder, _NAME, key)):
        return None
    with file, numpy.load(file, allow_pickle=False) as kept:
        digests = kept["digests"].tobytes()
        return _State(
            int(kept["base"]),
            kept["words"].tobytes().decode(),
            kept["found_in"],
            tuple(kept["slugs"].tobytes().decode().splitlines()),
            tuple(digests[at : at + _DIGEST] for at in range(0, len(digests), _DIGEST)),
            kept["words_of"],
            kept["weights"],
            kept["near"],
            kept["cosines"],
        )
