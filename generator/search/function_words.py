"""English words that stand in nearly every paper, and tell nothing.

A bare one isn't looked for unless there is nothing else to look for: to load where it stands would
cost a reader more than all that tells. In a phrase it is looked for, together with the word behind it.
``theme/assets/javascripts/search/function-words.js`` has the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from generator.search import analysis
from generator.search.query import Word

FUNCTION_WORDS = frozenset(
    "a an and are as at be by for from in into is it its of on or that the their these this to was we were "
    "which with".split()
)


def without_function_words(terms: Iterable[str]) -> list[str]:
    """The terms that tell something; all of them if none does.

    >>> without_function_words(["state", "of", "the", "art", "stateoftheart"])
    ['state', 'art', 'stateoftheart']
    """
    terms = list(terms)
    return [term for term in terms if term not in FUNCTION_WORDS] or terms


def telling(words: Sequence[Word], is_open: bool = False) -> tuple[Word, ...]:
    """The bare words of a query that are looked for, which have terms or a star; if none of them tells
    anything, all of these.

    ``is_open``: the last may go on, and so tell something.
    """
    last = len(words) - 1
    looked_for = [
        (
            word,
            word.is_prefix or (is_open and at == last) or not FUNCTION_WORDS.issuperset(word.words),
        )
        for at, word in enumerate(words)
        if word.is_prefix or analysis.terms(word.text)
    ]
    told = [word for word, tells in looked_for if tells]
    return tuple(told or [word for word, _ in looked_for])
