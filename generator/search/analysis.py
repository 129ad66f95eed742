"""Text → terms: what of a text is indexed, ranked and asked for, whichever form a word has.

``theme/assets/javascripts/search/analysis.js`` and ``stem.js`` do the same, to the character.

Exact words, for phrases and names, are ``text.words``. Terms are made of the same folded text:

- Words are as there: ``c++`` and ``4o`` stay whole. Those of nothing but a–z and apostrophes are
  stemmed, by Snowball's English stemmer.
- Words joined by a hyphen, a low line or a full stop are one word besides: "pre-training" is
  "pretraining", "GPT-4o" is "GPT4o" to many who write of them.
- Scripts that put no spaces between words, and Korean, whose words are long compounds, give every
  two neighbouring characters, which finds nearly what words would and needs no dictionary.
"""

from __future__ import annotations

import re
from functools import lru_cache

import Stemmer

from generator.text import MARKS
from generator.text import folded as fold

# Without punctuation, so that no pair reaches across it. Not only letters: \u3005 repeats the
# character before it, and vowel signs are characters too.
_SPACELESS = (
    "\u3005-\u3007\u3041-\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"  # Japanese
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Chinese, Japanese
    "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3"  # Korean
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59"  # Thai
    "\u0e80-\u0eff"  # Lao
    "\u1000-\u1049\u1050-\u109d"  # Burmese
    "\u1780-\u17d3\u17d7\u17dc-\u17ff"  # Khmer
)
_LETTER = rf"[^\W_{_SPACELESS}]"
_MARK = f"[{re.sub(f'[{_SPACELESS}]', '', MARKS)}]"
_WORD = rf"{_LETTER}+(?:{_MARK}+{_LETTER}*)*[+#]*(?:'{_LETTER}+)?"
_JOINT = "[-\u2010_.]"

_spaceless = re.compile(f"[{_SPACELESS}]+")
_joined = re.compile(f"{_WORD}(?:{_JOINT}{_WORD})*")
_joint = re.compile(_JOINT)
_english = re.compile("[a-z']+")
_initials = re.compile("[b-df-hj-np-rtv-xz][b-df-hj-np-tv-xz]+(?<!s)s")
_stem = Stemmer.Stemmer("english", 0).stemWord  # 0: without a cache of its own

MOST_PARTS = 4  # of a compound; what has more is an address, a path or a number
LONGEST_COMPOUND = 40  # characters


def terms(text: str) -> list[str]:
    """The terms of a text, each as often as it occurs.

    Of each piece between two spaces first the words in their order, a compound following its parts,
    then the pairs of characters of scripts without spaces; one such character alone is a term.

    >>> terms("Pre-trained models: 대규모 and GPT-4o")
    ['pre', 'train', 'pretrain', 'model', '대규', '규모', 'and', 'gpt', '4o', 'gpt4o']
    """
    found: list[str] = []
    for piece in text.split(" "):  # of the short ones most were met before
        found += _known(piece) if len(piece) <= LONGEST_COMPOUND else _terms(piece)
    return found


def compounds(folded: str) -> list[tuple[str, tuple[str, ...]]]:
    """The compounds in a folded text, in their order: the term of each and the terms of its parts.

    >>> compounds("a pre-trained gpt-4o")
    [('pretrain', ('pre', 'train')), ('gpt4o', ('gpt', '4o'))]
    """
    analysed = map(_analysed, _joined.findall(folded))
    return [(compound, parts) for parts, compound in analysed if compound]


def ends_spaceless(word: str) -> bool:
    """Does it end with a character of a script of which terms are pairs of characters?"""
    return _spaceless.match(word[-1]) is not None


def runs(text: str) -> list[str]:
    """What stands in a text of scripts of which terms are pairs of characters.

    >>> runs("GPT와 語言・模型")
    ['와', '語言', '模型']
    """
    return _spaceless.findall(fold(text))


def stem(word: str) -> str:
    """What the forms of a folded English word have in common; other words are as they are.

    >>> [stem(word) for word in ("training", "trained", "gpt4", "größe", "llms")]
    ['train', 'train', 'gpt4', 'größe', 'llm']
    """
    if not _english.fullmatch(word):
        return word
    # Snowball takes no s from what has no vowel: but there it is a plural of initials.
    return word[:-1] if _initials.fullmatch(word) else _stem(word)


def _terms(text: str) -> list[str]:
    found: list[str] = []
    for piece in fold(text).split(" "):  # there are more spaces than before: "´" has one
        for joined in _joined.findall(piece):
            parts, compound = _analysed(joined)
            found += parts
            if compound:
                found.append(compound)
        for run in _spaceless.findall(piece):
            found += [run[i : i + 2] for i in range(len(run) - 1)] or [run]
    return found


_known = lru_cache(maxsize=1 << 16)(_terms)


def _analysed(joined: str) -> tuple[tuple[str, ...], str | None]:
    """The terms of words joined to one another, or of one word; and that of their compound."""
    words = _joint.split(joined)
    together = "".join(words)
    is_compound = 1 < len(words) <= MOST_PARTS and len(together) <= LONGEST_COMPOUND
    return tuple(map(stem, words)), stem(together) if is_compound else None
