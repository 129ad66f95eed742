"""Which words are likely meant to be the same."""

from __future__ import annotations

# Of shorter words too many are like others: "text" and "test"; and by one letter, "probed" and "proved".
_SHORTEST = 5  # letters
_SHORTEST_REPLACED = 7


def is_slip(one: str, other: str) -> bool:
    """Does one slip of the pen make one word from the other?

    A letter too many or too few, a wrong one, or two that are swapped, but not the first, which people
    get right, and which makes "atypical" from "typical". What holds digits is never misspelt here.

    >>> [is_slip("embeddings", word) for word in ("embedings", "embeddigns", "embeddings", "bindings")]
    [True, True, False, False]
    """
    if (
        one == other
        or abs(len(one) - len(other)) > 1
        or min(len(one), len(other)) < _SHORTEST
        or one[0] != other[0]
        or not (one.isalpha() and other.isalpha())
    ):
        return False
    length = len(one)
    start = _alike(one, other)
    one, other = one[start:], other[start:]
    end = _alike(one[::-1], other[::-1])
    one, other = one[: len(one) - end], other[: len(other) - end]
    if len(one) == len(other) == 1:
        return length >= _SHORTEST_REPLACED
    return len(one) + len(other) == 1 or (len(one) == 2 and one == other[::-1])


def _alike(one: str, other: str) -> int:
    """How many letters both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def is_plural(one: str, other: str) -> bool:
    """Is one of the words the other's regular English plural?"""
    singular, plural = sorted((one, other), key=len)
    if len(singular) < 2 or not singular.isalpha():
        return False
    return plural in (f"{singular}s", f"{singular}es", f"{singular[:-1]}ies")
