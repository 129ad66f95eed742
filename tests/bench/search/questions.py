"""What is asked of a corpus, and what would be right. Everything by chance follows from a seed."""

from __future__ import annotations

import random
import re
import string
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from generator import text
from generator.model import Paper
from tests.bench.search.measures import Question

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def untitled(papers: Iterable[Paper]) -> Iterator[Paper]:
    """The papers with nothing but their abstracts, and titles that say nothing."""
    for number, paper in enumerate(papers):
        yield replace(paper, title=f"Untitled {number}", authors=(), organization=None)


def titles(papers: Iterable[Paper]) -> list[Question]:
    return [Question(paper.title, frozenset([paper.slug])) for paper in papers]


def mistyped(papers: Iterable[Paper], seed: int = 1) -> list[Question]:
    """Titles with one typing error, in a word of at least four letters."""
    chance = random.Random(seed)
    return [Question(_mistyped(paper.title, chance), frozenset([paper.slug])) for paper in papers]


def _mistyped(title: str, chance: random.Random) -> str:
    words = list(re.finditer(r"[^\W\d_]{4,}", title))
    if not words:
        return title
    word = chance.choice(words)
    wrong = title
    while wrong == title:
        at = chance.randrange(word.start(), word.end())
        letter = chance.choice(string.ascii_lowercase)
        kind = chance.choice(("substitution", "deletion", "insertion", "transposition"))
        if kind == "substitution":
            wrong = title[:at] + letter + title[at + 1 :]
        elif kind == "deletion":
            wrong = title[:at] + title[at + 1 :]
        elif kind == "insertion":
            wrong = title[:at] + letter + title[at:]
        elif at + 1 < word.end():
            wrong = title[:at] + title[at + 1] + title[at] + title[at + 2 :]
    return wrong


def shortened(papers: Iterable[Paper], seed: int = 2) -> list[Question]:
    """Titles without two of their words, of those that have at least four."""
    chance = random.Random(seed)
    questions = []
    for paper in papers:
        words = paper.title.split()
        if len(words) >= 4:
            gone = set(chance.sample(range(len(words)), 2))
            kept = " ".join(word for place, word in enumerate(words) if place not in gone)
            questions.append(Question(kept, frozenset([paper.slug])))
    return questions


def halves(abstract: str) -> tuple[str, str]:
    """The abstract in two, at the end of the sentence that is nearest to its middle."""
    ends = [match.end() for match in _SENTENCE.finditer(abstract)]
    if not ends:
        words = abstract.split()
        return " ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])
    at = min(ends, key=lambda end: abs(end - len(abstract) / 2))
    return abstract[:at].strip(), abstract[at:].strip()


def second_halves(papers: Iterable[Paper]) -> Iterator[Paper]:
    """The papers with only the second halves of their abstracts."""
    for paper in untitled(papers):
        yield replace(paper, abstract=halves(paper.abstract)[1])


def first_halves(papers: Iterable[Paper]) -> list[Question]:
    return [Question(halves(paper.abstract)[0], frozenset([paper.slug])) for paper in papers]


def split(papers: Iterable[Paper]) -> tuple[list[Paper], list[tuple[str, str]]]:
    """Two papers of each, with half an abstract, no title and no name in common; and which belong
    together."""
    out: list[Paper] = []
    pairs = []
    for paper in untitled(papers):
        slugs = f"{paper.slug}-one", f"{paper.slug}-two"
        for slug, half in zip(slugs, halves(paper.abstract), strict=True):
            out.append(replace(paper, slug=slug, title=f"Untitled {len(out)}", abstract=half))
        pairs.append(slugs)
    return out, pairs


# --- abbreviations --------------------------------------------------------------------------


@dataclass(frozen=True)
class Abbreviated:
    papers: tuple[Paper, ...]  # in half of them long forms are written short
    questions: tuple[Question, ...]  # long forms


def abbreviated(papers: Sequence[Paper], seed: int = 3) -> Abbreviated:
    """Long forms are asked; right are papers of one half, which only have the short form.

    In that half every long form that is defined anywhere is written as its short form, without
    its definition; so what a short form means can be learned from the other half alone. Papers
    there that have the long form are rightly found before, and count neither way.
    """
    chance = random.Random(seed)
    learned, asked = [], []
    for paper in papers:
        chance.choice((learned, asked)).append(paper)
    meanings = _defined(learned)
    everywhere = _defined(papers)
    short_of = {
        long: short for short, longs in sorted(everywhere.items()) for long in sorted(longs)
    }
    short_in = {paper.slug: set(_defined([paper])) for paper in asked}
    own = {paper.slug: _defined([paper]) for paper in asked}
    written_short = {paper.slug: _written_short(paper, short_of) for paper in asked}
    questions = []
    for short, longs in sorted(meanings.items()):
        if len(longs) > 1:  # it means several things, and no judge is here who could tell which
            continue
        (long,) = longs
        uses = re.compile(rf"(?<!\w){re.escape(short)}s?(?!\w)")
        right = frozenset(
            slug
            for slug, paper in written_short.items()
            if uses.search(f"{paper.title} {paper.abstract}")
            and (short not in short_in[slug] or long in own[slug][short])
        )
        literal = _spelled(long)
        ignored = frozenset(
            paper.slug for paper in learned if literal.search(f"{paper.title} {paper.abstract}")
        )
        if right:
            questions.append(Question(long, right, ignored))
    return Abbreviated((*learned, *written_short.values()), tuple(questions))


_SHORT = re.compile(r"\(([A-Z]{2,8})s?\)")


def _defined(papers: Iterable[Paper]) -> dict[str, set[str]]:
    """Short form → long forms, folded, as papers define them: just the words whose initials it is.

    Simpler and stricter than what the search mines, on purpose.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for paper in papers:
        for match in _SHORT.finditer(paper.abstract):
            before = re.findall(r"[A-Za-z]+", paper.abstract[: match.start()][-160:])
            long = before[-len(match[1]) :]
            if [word[0].upper() for word in long] == list(match[1]):
                found[match[1]].add(_singular(" ".join(long).lower()))
    return found


def _singular(long: str) -> str:
    return long[:-1] if long.endswith("s") and not long.endswith("ss") else long


def _spelled(long: str) -> re.Pattern:
    words = r"[\s-]+".join(map(re.escape, long.split()))
    return re.compile(rf"(?<!\w){words}s?(?!\w)", re.IGNORECASE)


def _written_short(paper: Paper, short_of: dict[str, str]) -> Paper:
    def written(words: str) -> str:
        folded = " ".join(re.findall(r"[a-z]+", words.lower()))
        for long, short in short_of.items():
            if long in folded:
                spelled = _spelled(long).pattern
                words = re.sub(rf"{spelled}(\s*\({short}s?\))?", short, words, flags=re.IGNORECASE)
        return words

    return replace(paper, title=written(paper.title), abstract=written(paper.abstract))


def names(paper: Paper) -> str:
    """Everybody a paper is by."""
    organization = [paper.organization.name] if paper.organization else []
    return text.plain(", ".join([*paper.authors, *organization]))
