r"""The formulas of titles, abstracts and summaries, kept beside the plain texts.

A text with formulas is the plain text with LaTeX between ``\(`` and ``\)`` in the place of what
stands for each formula: ``Sorting in \(O(n \log n)\) steps`` beside ``Sorting in O(n log n) steps``.
The plain text is the one that counts, to lists, feeds, search and whoever compares papers: taking
the formulas away with ``flat`` always gives exactly it, and what doesn't is not kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from generator import text

FIELDS = ("title", "abstract", "summary")  # of a paper, which may have formulas
MOST = 500  # formulas in a text; nobody wrote one with more
LONGEST = 400  # characters of LaTeX, as many as text.from_latex takes for mathematics

_LONGEST_TEXT = (
    100_000  # characters; what is longer is refused later on, so nobody needs to clean it
)

# Makes plain text of LaTeX; what it is given besides is asked for what is to stand for a formula.
Converter = Callable[..., str]

PATTERN = rf"\\\((.{{1,{LONGEST}}}?)\\\)"
_FORMULA = re.compile(PATTERN)
_DELIMITER = re.compile(r"\\[()]")
# Private characters, one for each formula, that hold its place while the rest is converted: twice, or
# they would lose braces around them.
_PLACES = range(0xF0000, 0xF0000 + MOST)
_HELD = re.compile(f"[{chr(_PLACES[0])}-{chr(_PLACES[-1])}]")
_PLACE = re.compile(rf"(\{{?)(.)({_HELD.pattern})\3(.)(\}}?)")
_IS_LATEX = re.compile(r"\\[A-Za-z%&$_{(\[]|\$[^$]+\$")
_OPENING = ("$", r"\(", r"\[")

# Macros that print words as words, with the words.
_WORDS = re.compile(
    r"\\(?:text(?:bf|it|md|normal|rm|sc|sf|sl|tt|up)?|math(?:rm|sf|tt|it)|mbox|operatorname|emph)\*?"
    r"\s*\{[^{}]*\}"
)
# What plain Unicode shows as well as any print: signs, and what stands beside numbers.
_SIGNS = re.compile(
    r"\\(?:approx|cdot|circ|degree|geq?|geqslant|gg|infty|ldots|leq?|leqslant|ll|mp|neq?|pm|prime|sim"
    r"|simeq|star|times|to|rightarrow|uparrow|downarrow|nabla|dagger|checkmark|quad)(?![A-Za-z])"
    r"|\\[^A-Za-z]"
)
_FLAT_INDEX = re.compile(r"\^(?:\{[-+=()0-9*]+\}|[0-9*])|_(?:\{[-+=()0-9]+\}|[0-9])")
_INDEX = re.compile(r"[_^]\{[^{}]*\}")
_NAME = re.compile(r"(?<![A-Za-z\\])[A-Za-z]{3,}")
_PROSE = re.compile(r"(?<![A-Za-z\\])[A-Za-z]{2,}[,;.:]?\s+[A-Za-z]{2,}(?![A-Za-z])")
_LETTER = re.compile(r"(?<![^\W\d_])[^\W\d_](?![^\W\d_])")


def split(marked: str) -> list[str]:
    """A text with formulas in parts: plain text and LaTeX by turns, beginning and ending with text."""
    return _FORMULA.split(marked)


def joined(parts: list[str], shown: Callable[[str], str]) -> str:
    """The text of such parts, with every formula as ``shown`` shows it."""
    return "".join(shown(part) if index % 2 else part for index, part in enumerate(parts))


def flat(marked: str) -> str:
    r"""The plain text of a text with formulas.

    >>> flat(r"the \(\ell_2\) norm")
    'the ℓ₂ norm'
    """
    return text.plain(joined(split(marked), unicode))


@lru_cache(maxsize=10_000)
def unicode(formula: str) -> str:
    """A formula as plain Unicode."""
    return text.from_latex(rf"\({formula}\)")


def given(
    name: str, source: str, convert: Converter = text.from_latex
) -> Iterator[tuple[str, str]]:
    """A listing's text as fields of a record: the plain one and, if it has any, with its formulas.

    ``convert`` is what makes plain text of the listing's: ``text.from_latex`` or ``text.from_tex``.
    """
    if len(source) > _LONGEST_TEXT:
        yield name, source
        return
    yield name, convert(source)
    if marked := in_latex(source, convert):
        yield f"mathematics.{name}", marked


def perhaps_given(name: str, source: str) -> Iterator[tuple[str, str]]:
    """As ``given``, of a text that is LaTeX only if a macro, an escape or a formula in it shows that."""
    yield from given(name, source) if _IS_LATEX.search(source) else [(name, source)]


def in_latex(source: str, convert: Converter = text.from_latex) -> str | None:
    """A listing's LaTeX as a text with formulas, for which ``flat`` gives ``convert(source)``.

    None if it has no formula of which print shows more than plain Unicode does.
    """
    if not any(sign in source for sign in _OPENING) or _HELD.search(source):
        return None
    found: list[str] = []

    def hold(formula: str, shown: str) -> str:
        formula = formula.strip()
        if len(found) == MOST or not is_worthwhile(formula) or not (plain := unicode(formula)):
            return shown
        found.append(formula)
        # What comes before and behind it is read as if the formula itself stood there.
        return plain[0] + 2 * chr(_PLACES[len(found) - 1]) + plain[-1]

    def put_back(place: re.Match) -> str:
        opening, first, held, last, closing = place.groups()
        formula = found[ord(held) - _PLACES[0]]
        plain = unicode(formula)
        if len(plain) == 1 and opening and closing:  # from_latex takes them from a lone character
            opening = closing = ""
        is_whole = (first, last) == (plain[0], plain[-1])
        return opening + (rf"\({formula}\)" if is_whole else plain) + closing

    marked = _PLACE.sub(put_back, convert(source, hold))
    return marked if found and is_faithful(marked, convert(source)) else None


def has_any(marked: str | None) -> bool:
    """Does the text have formulas?"""
    return bool(marked and _FORMULA.search(marked))


def check(marked: str) -> None:
    """Raise ValueError for a text with too many formulas, or where it isn't clear which they are."""
    parts = split(marked)
    if len(parts) > 2 * MOST + 1:
        raise ValueError(f"{len(parts) // 2:,} formulas; at most {MOST} are taken, so write fewer")
    if stray := next(filter(None, map(_DELIMITER.search, parts)), None):
        raise ValueError(
            f"a {stray[0]} that is no formula's, or one of more than {LONGEST} characters; "
            r"put each formula between \( and \)"
        )


def is_faithful(marked: str, plain: str) -> bool:
    """Does the text have formulas, is it clear which they are, and is it else the plain text?"""
    try:
        check(marked)
    except ValueError:
        return False
    return has_any(marked) and flat(marked) == plain


def is_worthwhile(formula: str) -> bool:
    r"""Does print show more of it than plain Unicode does?

    Variables are italic in print, even a lone one, and fractions, roots and indices two-dimensional.
    "4\times", "10^{-5}" and "95\%" are the same in either. Names ("Pass@K") would come apart into
    variables, letter by letter, and so would words, as they stand between two prices.

    >>> [is_worthwhile(one) for one in (r"k", r"10^{-5}", r"\frac{1}{2}", r"\textbf{Name}", "GPT")]
    [True, False, True, False, False]
    """
    rest = _SIGNS.sub(" ", _WORDS.sub("#", formula))
    if _NAME.search(_INDEX.sub("", rest)) or _PROSE.search(rest):
        return False
    rest = _FLAT_INDEX.sub("", rest)
    return any(sign in rest for sign in "\\^_") or bool(_LETTER.search(rest))
