"""Words that were likely meant, from the lexicon of an index.

A slip leaves the first or the last half of a word as it is. So what begins or ends alike is looked at, and
no more of the lexicon is loaded than that.
"""

from __future__ import annotations

from collections.abc import Iterable

from generator import text
from generator.search.files import Index

_SHORTEST = 4  # letters of a word that is mended; shorter ones are like too many others
_TWO_SLIPS = 8  # letters of a word that may have two


def nearest(index: Index, word: str, field: str = "") -> str | None:
    """The word with the fewest slips between, and of those the one in most papers; None if there is none.

    Of a field, "author" or "org", it is one of the names there.
    """
    if len(word) < _SHORTEST or not word.isalpha():
        return None
    half = (len(word) - 1) // 2
    papers = index.counts("lexicon", word[:half])
    for ending, number in index.counts("endings", word[::-1][:half]).items():
        papers[ending[::-1]] = number
    near = _near(word, ((other, number, other) for other, number in papers.items()))
    if field:
        near = (other for other in near if any(index.get("words", f":{field}:{other}")))
    return next(iter(near), None)


def nearest_topic(index: Index, name: str) -> str | None:
    """The slug of the topic that is called nearly so, by its slug or title; ``name`` is words."""
    names = (
        (" ".join(text.words(one)), papers, slug)
        for slug, title, papers in index.root["topics"]
        for one in (slug, title)
    )
    return next(iter(_near(name, names)), None)


def _near(word: str, known: Iterable[tuple[str, int, str]]) -> list[str]:
    """What was likely meant, the likeliest first. Known are names, how many papers have them, and what
    they mean."""
    most = 2 if len(word) >= _TWO_SLIPS else 1
    near = [
        (slips, -papers, meant)
        for name, papers, meant in known
        if abs(len(name) - len(word)) <= most and (slips := distance(word, name)) <= most
    ]
    return [meant for _, _, meant in sorted(near)]


def distance(one: str, other: str) -> int:
    """How many letters are too many, too few, wrong or swapped with the next (optimal string alignment)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, theirs in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != theirs))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == theirs:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
