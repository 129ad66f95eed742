"""Papers made from real ones' words, to stand among these and be as hard to tell from them.

A made abstract follows the words of some thirty real papers that are alike, as a Markov chain of order 2
that falls back to order 1 where two words have but one known successor, so that no sentence is copied. It is
as long as one of these abstracts. A word that hardly any real paper has, such as a method's
name, would tell which paper it is from; in its place stands a name of the made paper's own, the same
throughout, drawn by a Pitman-Yor process: new names and those met before, in the proportion by which
vocabularies grow (Heaps' law) to about 40,000 stems in 10,000 papers and 200,000 in 100,000.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import Stemmer

from generator import text
from generator.model import Paper

_NEAREST = 30
_RARE = 2  # real papers that have a word, at most, for it to be replaced
_DISCOUNT, _CONCENTRATION = 0.75, 800.0  # of the Pitman-Yor process
_CORE = re.compile(r"\w(?:[\w'’.+-]*\w)?")
_SYLLABLES = [
    a + b for a in "b c d f g h k l m n p r s t v z br dr gr pl st tr".split() for b in "aeiou"
]
_ENDINGS = ("", "n", "r", "l", "x", "s", "net", "bench", "former", "-2", "LM", "RL")


def papers(real: Sequence[Paper], count: int, chance: random.Random) -> Iterator[Paper]:
    """So many made papers, as many like each real one; the same for the same papers and chance."""
    having = Counter(
        word for paper in real for word in set(text.words(f"{paper.title} {paper.abstract}"))
    )
    renamed = _Renamed(having, _Names(chance))
    near = _neighbourhoods(real)
    for place, number in enumerate(chance.sample(range(len(real)), min(count, len(real)))):
        like = real[number]
        around = [real[other] for other in near[number]]
        abstracts = _Chain([paper.abstract.split() for paper in around])
        length = len(like.abstract.split())
        titles = _Chain([paper.title.split() for paper in around])
        for _ in range(place, count, len(real)):
            own: dict[str, str] = {}
            words = [renamed(word, own) for word in abstracts.words(length, chance)]
            title = [renamed(word, own) for word in titles.words(len(like.title.split()), chance)]
            yield replace(
                like,
                title=" ".join(title),
                abstract=" ".join(words).rstrip(",;:.") + ".",
                authors=chance.choice(real).authors,
                arxiv_id=None,
            )


def _neighbourhoods(real: Sequence[Paper]) -> list[list[int]]:
    """Of each paper the numbers of those whose abstracts are like its own, itself among them."""
    import bm25s  # which is here for benchmarks, and not for tests

    stemmer = Stemmer.Stemmer("english")
    tokens = bm25s.tokenize(
        [paper.abstract for paper in real], stopwords="en", stemmer=stemmer, show_progress=False
    )
    index = bm25s.BM25()
    index.index(tokens, show_progress=False)
    near, _ = index.retrieve(tokens, k=min(_NEAREST, len(real)), show_progress=False)
    return near.tolist()


class _Chain:
    """What follows a word, and two words where that is more than one, in some texts."""

    def __init__(self, texts: Sequence[list[str]]) -> None:
        self._first = [words[0] for words in texts]
        self._after: dict[str, list[str]] = defaultdict(list)
        self._after_two: dict[tuple[str, str], list[str]] = defaultdict(list)
        for words in texts:
            for one, two in pairwise(words):
                self._after[one].append(two)
            for one, two, three in zip(words, words[1:], words[2:], strict=False):
                self._after_two[one, two].append(three)

    def words(self, length: int, chance: random.Random) -> list[str]:
        out = [chance.choice(self._first)]
        before = ""
        while len(out) < length:
            last = out[-1]
            known = self._after_two.get((before, last), ())
            if len(set(known)) < 2:
                known = self._after.get(last) or self._first
            out.append(chance.choice(known))
            before = last
        return out


class _Renamed:
    """A word, or if hardly any paper has it, what stands for it in the paper that is made."""

    def __init__(self, having: Counter, names: _Names) -> None:
        self._having, self._names = having, names
        self._parts: dict[str, tuple[str, str, str]] = {}  # before, rare word or "", after

    def __call__(self, word: str, own: dict[str, str]) -> str:
        before, rare, after = self._parts.get(word) or self._split(word)
        if not rare:
            return word
        if rare not in own:
            own[rare] = self._names.draw()
        return before + own[rare] + after

    def _split(self, word: str) -> tuple[str, str, str]:
        core = _CORE.search(word)
        if core and any(self._having[part] <= _RARE for part in text.words(core[0])):
            parts = word[: core.start()], core[0], word[core.end() :]
        else:
            parts = word, "", ""
        self._parts[word] = parts
        return parts


class _Names:
    """Names by a Pitman-Yor process: each either new, or one that was drawn before."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._drawn: list[str] = []  # each as often as it was drawn
        self._taken: set[str] = set()

    def draw(self) -> str:
        n, kinds = len(self._drawn), len(self._taken)
        if self._chance.random() * (n + _CONCENTRATION) < _CONCENTRATION + _DISCOUNT * kinds:
            name = self._fresh()
        else:
            name = self._chance.choice(self._drawn)
        self._drawn.append(name)
        return name

    def _fresh(self) -> str:
        while True:
            name = "".join(self._chance.choices(_SYLLABLES, k=self._chance.choice((2, 3, 3, 4))))
            name += self._chance.choice(_ENDINGS)
            if name.lower() not in self._taken:
                self._taken.add(name.lower())
                return name.capitalize() if self._chance.random() < 0.5 else name
