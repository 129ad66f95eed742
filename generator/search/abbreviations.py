"""Abbreviations, mined from the papers that define them: "large language models (LLMs)".

After A. S. Schwartz and M. A. Hearst (2003), "A simple algorithm for identifying abbreviation definitions
in biomedical text", Pacific Symposium on Biocomputing 8, 451–462: what stands in parentheses is the short
form of what stands before it, or the other way round; the letters of the short form are looked for in
the long form from right to left, and the first must begin a word. Here the initials of the last words are
tried before: of "Proximal Policy Optimization (PPO)" the letters alone would find "Policy Optimization".
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generator import text


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A short form and one of the long forms that it stands for."""

    short: str  # as it is mostly written, in the singular: "LLM"
    long: str  # as it is mostly written: "large language models"
    papers: int  # that define it so


_MOST_CHARACTERS = 10  # of a short form
_WINDOW = 240  # characters before a parenthesis that are looked at
_BEGINNING = (
    0.6  # of a long form's words, in parts of all, that begin with a letter of the short form
)
_PARENTHESIS = re.compile(r"\(([^()]{2,160})\)")
_SENTENCE_END = re.compile(r"[.?!;:]['\"”’]*\s+")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_EDGE = re.compile(r"^[\W_]+|[\W_]+$")
_PLURAL = re.compile(r"(?<=[A-Z0-9])s$")
# A long form doesn't begin with any of these, and its initials may leave them out.
_FUNCTION_WORDS = frozenset("a an and as at by for from in of on or the to via with".split())


def dictionary(texts: Iterable[str]) -> list[Abbreviation]:
    """The abbreviations of papers, of which each is one text; those that most papers define first.

    Spellings with other cases, hyphens, plurals are one. A line break in a text ends a sentence.
    """
    shorts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    longs: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    papers: Counter[tuple[str, str]] = Counter()
    for one in texts:
        here = set()
        for short, long in mined([one]):
            short = _PLURAL.sub("", short)
            key = folded(short), folded(long)
            shorts[key][short] += 1
            longs[key][long] += 1
            here.add(key)
        papers.update(here)
    found = [
        Abbreviation(_usual(shorts[key]), _usual(longs[key]), number)
        for key, number in papers.items()
    ]
    return sorted(found, key=lambda one: (-one.papers, one.short, one.long))


def mined(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Every definition: its short and its long form, as written.

    >>> list(mined(["Large Language Models (LLMs) use LoRA (low-rank adaptation)."]))
    [('LLMs', 'Large Language Models'), ('LoRA', 'low-rank adaptation')]
    """
    for one in texts:
        for match in _PARENTHESIS.finditer(one):
            pair = _defined(one, match)
            if pair:
                yield pair


def folded(form: str) -> str:
    """A form such that its spellings are the same: without case, accents, hyphens, spaces, plural s.

    >>> folded("Multi-modal LLMs") == folded("multimodal LLM")
    True
    """
    words = text.words(_PLURAL.sub("", form))
    return "".join(
        word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] not in "sui" else word
        for word in words
    )


def _usual(spellings: Counter[str]) -> str:
    return min(spellings, key=lambda spelling: (-spellings[spelling], spelling))


def _defined(whole: str, parenthesis: re.Match) -> tuple[str, str] | None:
    end = parenthesis.start()
    start = max(0, end - _WINDOW)
    start = max(start, *(whole.rfind(bracket, start, end) + 1 for bracket in "()\n"))
    before = _SENTENCE_END.split(whole[start:end])[-1]
    inside = parenthesis[1]
    short = _trimmed(re.split(r"[,;]\s", inside, maxsplit=1)[0])  # "(LLMs; see below)"
    if _is_short(short):
        long = _long_form(short, before.rstrip())
        return (short, long) if long else None
    short = _trimmed(before.rstrip().rpartition(" ")[2])
    if _is_short(short):
        inside = _trimmed(inside)
        long = _long_form(short, inside)
        return (short, long) if long == inside else None
    return None


def _trimmed(form: str) -> str:
    return _EDGE.sub("", form)


def _is_short(form: str) -> bool:
    """May it be a short form: with a capital, but not only one at its beginning, as any word may have?"""
    if not 2 <= len(form) <= _MOST_CHARACTERS or not form[0].isalnum() or form.count(" ") > 1:
        return False
    return any(map(str.isupper, form[1:])) or (
        form[0].isupper() and any(map(str.isdigit, form[1:])) and " " not in form
    )


def _long_form(short: str, words: str) -> str | None:
    """The end of these words that the short form may stand for."""
    start = _by_initials(short, words)
    if start is None:
        start = _by_letters(short, words)
    if start is None:
        return None
    long = _trimmed(words[start:])
    return long if _fits(short, long) else None


def _by_initials(short: str, words: str) -> int | None:
    """Where the last words begin whose initials the short form is."""
    letters = [letter for letter in _PLURAL.sub("", short).casefold() if letter.isalnum()]
    start = None
    for word in reversed(list(_WORD.finditer(words))):
        if not letters:
            break
        if word[0][0].casefold() == letters[-1]:
            letters.pop()
            start = word.start()
        elif word[0].casefold() not in _FUNCTION_WORDS:
            return None
    # The first must begin a word, not the second part of a compound.
    if letters or start is None or (start and not words[start - 1].isspace()):
        return None
    return start


def _by_letters(short: str, words: str) -> int | None:
    """Where the shortest end of the words begins that has the short form's letters in their order."""
    at = len(words)
    lower = words.lower()
    if len(lower) != at:  # some capitals become two letters
        return None
    for place in range(len(short) - 1, -1, -1):
        letter = short[place].lower()
        if not letter.isalnum():
            continue
        at = lower.rfind(letter, 0, at)
        while not place and at > 0 and lower[at - 1].isalnum():
            at = lower.rfind(letter, 0, at)
        if at < 0:
            return None
    return words.rfind(" ", 0, at) + 1


def _fits(short: str, long: str) -> bool:
    if len(long) <= len(short) or len(long.split()) > min(len(short) + 5, 2 * len(short)):
        return False
    words = [word.casefold() for word in _WORD.findall(long)]
    if long.split()[0].casefold() in _FUNCTION_WORDS or folded(short) in map(folded, words):
        return False
    if len(words) == 1:
        return len(long) >= 3 * len(short)
    telling = [word for word in words if word not in _FUNCTION_WORDS]
    begun = sum(word[0] in short.casefold() for word in telling)
    return begun >= _BEGINNING * len(telling)
