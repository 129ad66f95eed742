"""Names of authors, as one text in reading order → the parts that CSL 1.0.2 knows.

Which word of a name is the family's can't be told for certain from the name alone. It is told here
where western order, in which listings give names, makes it likely; every other name stays whole, as
CSL's ``literal``: "OpenAI Team", "Madonna", "张伟", "Venkatesh E.".
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Words that begin a family name, and so keep it together. In CSL's terms a particle that is not dropped.
_PARTICLES = frozenset(
    "al ap bin binte da das de degli dei del della den der des di do dos du e el ibn la las le los "
    "'t te ten ter van vande vanden vander vom von y zu zum zur".split()
)
# Those which are also written large, and then are part of the family name itself.
_LARGE = frozenset("Da De Degli Dei Del Della Des Di Dos Du La Le St. Ter Van Vom Von".split())
_BEFORE_FAMILY = _PARTICLES | _LARGE
# Before one of these "Van" or "Le" is a second given name.
_VIETNAMESE = frozenset(
    "Bui Cao Dang Dinh Do Doan Duong Ha Ho Hoang Huynh Lam Le Luong Luu Ly Mai Ngo Nguyen Pham Phan "
    "Phung Ta Thai To Tran Trinh Truong Vo Vu Vuong".split()
)
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV")
_COMMA = re.compile(r",(?= (?:Jr|Sr)\b)")  # before a suffix
_SMALL = re.compile(r"[a-z']")
_INITIAL = re.compile(r"\w\.?")
_WORD = re.compile(r"\w+")
_PLAIN = re.compile(r"[A-Za-z.'-]+")  # what most names are made of
_SCRIPTS = ("LATIN ", "GREEK ", "CYRILLIC ")

# Words that stand in the name of a group, and hardly in a person's.
_GROUP = frozenset(
    "agency alliance association authors center centre challenge collaboration collective committee "
    "community company consortium contributors corporation council department developers foundation "
    "gmbh group inc initiative institute institutes laboratories laboratory lab labs llc ltd "
    "maintainers network organization organisation participants project research society task team "
    "teams technologies technology university working".split()
)
_GROUP_SIGNS = frozenset("AI AGI LLM LLMs ML NLP".split())  # "Ai" is a person's name

_KEPT = 10_000  # names: each paper's are asked for by its page and by every format


@lru_cache(_KEPT)
def is_group(name: str) -> bool:
    """Is it plainly the name of a team, a company or the like?

    >>> is_group("Xiaomi LLM-Core Team"), is_group("DeepSeek-AI"), is_group("Qi Ai")
    (True, True, False)
    """
    words = _WORD.findall(name)
    return not _GROUP_SIGNS.isdisjoint(words) or not _GROUP.isdisjoint(map(str.casefold, words))


def split(name: str) -> dict[str, str]:
    """A name as CSL's name variable: ``given``, ``family`` and, if there are such,
    ``non-dropping-particle`` and ``suffix``; or ``literal`` alone where parting it isn't safe.

    >>> split("Mihaela van der Schaar")
    {'given': 'Mihaela', 'non-dropping-particle': 'van der', 'family': 'Schaar'}
    >>> split("OpenAI Team")
    {'literal': 'OpenAI Team'}
    """
    return _split(name).copy()


@lru_cache(_KEPT)
def _split(name: str) -> dict[str, str]:
    words = (_COMMA.sub("", name) if "," in name else name).split()
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else None
    if is_group(name) or not _is_personal(words):
        return {"literal": name}
    first = len(words) - 1  # the first word of the family name
    if words[-1] not in _VIETNAMESE:
        for index in range(1, first):
            if words[index] in _BEFORE_FAMILY:
                first = index
                break
    given, family = words[:first], words[first:]
    particles = 0
    while particles < len(family) - 1 and _SMALL.match(family[particles]):
        particles += 1
    parts = {
        "given": " ".join(given),
        "non-dropping-particle": " ".join(family[:particles]),
        "family": " ".join(family[particles:]),
        "suffix": suffix,
    }
    return {part: value for part, value in parts.items() if value}


def _is_personal(words: list[str]) -> bool:
    return (
        len(words) > 1
        and words[0] not in _PARTICLES
        and not _INITIAL.fullmatch(words[-1])
        and any(map(str.isalpha, words[-1]))
        and "and" not in " ".join(words).casefold().split()
        and all(map(_may_be_in_a_name, _PLAIN.sub("", "".join(words))))
    )


def _may_be_in_a_name(character: str) -> bool:
    kind = unicodedata.category(character)
    if kind in ("Lu", "Ll", "Lo"):
        return unicodedata.name(character, "").startswith(_SCRIPTS)
    return kind in ("Mn", "Lm", "Pd") or character in "‘’"


def whole(parts: dict[str, str]) -> str:
    """The name again, in reading order."""
    order = ("literal", "given", "non-dropping-particle", "family", "suffix")
    return " ".join([parts[part] for part in order if part in parts])


def last_first(parts: dict[str, str], *, suffix_first: bool = False) -> str:
    """The name as bibliographies sort it: "van der Schaar, Mihaela", "King, Martin Luther, Jr.".

    BibTeX has the suffix before the given name: "King, Jr., Martin Luther".
    """
    if "literal" in parts:
        return parts["literal"]
    particle, family = parts.get("non-dropping-particle"), parts["family"]
    order = ("suffix", "given") if suffix_first else ("given", "suffix")
    rest = [parts[part] for part in order if part in parts]
    return ", ".join([f"{particle} {family}" if particle else family, *rest])


def in_order(name: str) -> str:
    """A name in reading order that may be written as bibliographies sort it.

    >>> in_order("van der Schaar, Mihaela"), in_order("King, Martin Luther, Jr."), in_order("X, Inc.")
    ('Mihaela van der Schaar', 'Martin Luther King Jr.', 'X, Inc.')
    """
    family, *rest = (part.strip() for part in name.split(","))
    if not rest or len(rest) > 2 or is_group(name) or _SUFFIX.fullmatch(rest[0]):
        return name
    return " ".join(filter(None, [rest[0], family, *rest[1:]]))
