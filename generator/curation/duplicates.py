"""Papers that are likely one: their titles are nearly the same, and nothing says that they are two.

Papers with the same arXiv id, DOI or title have been merged before anybody comes here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from generator import text
from generator.curation.spelling import is_plural, is_slip
from generator.errors import Remark
from generator.fields import shown as quoted
from generator.model import Catalog, Origin, Paper

_SUBTITLE = re.compile(r"[:：–—]|\s-\s|(?<=\?)\s")
# How much of a title must be the same before the rest may differ, in words.
_BESIDE_SLIP = 2
_BESIDE_SMALL_WORD = 3
_BESIDE_WORD = 5
_BESIDE_SUBTITLE = 4
_DISTINCTIVE = 12  # characters of it, which many a language needs fewer words for
_LONGEST = 40  # words of a title that is looked at in parts
_SUBTITLES = 2
_NEIGHBOURS = 3  # with which a title is compared where very many are alike

_SMALL = frozenset(
    "a an the of for in on to with and by via from using at as is are its their towards toward".split()
)
# Words which make the title of another paper from that of one.
_TELLING = frozenset(
    "not no non without never one two three four five six seven eight nine ten first second third "
    "fourth fifth part volume edition version survey review overview tutorial comment comments reply "
    "erratum corrigendum correction supplement supplementary appendix".split()
)
_NUMBER = re.compile(r"\d+")
_ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})")


def overlay(paper: Paper) -> str | None:
    """The file, relative to the content folder, in which people say something of this paper."""
    file = f"papers/{paper.slug}.yml"
    return file if any(origin.file == file for origin in paper.origins.values()) else None


def given(paper: Paper, field: str) -> Origin | None:
    """Where people say this of the paper in that file (``overlay``), if they do."""
    origin = paper.origins.get(field)
    return origin if origin and origin.file == f"papers/{paper.slug}.yml" else None


def problems(catalog: Catalog, shown: Callable[[str], str]) -> Iterator[Remark]:
    """A remark on each paper that is likely one that was listed before.

    ``shown`` is a file of the content folder as people see it.
    """
    told = set()
    for pair in _pairs(catalog.papers):
        older, newer = sorted(pair, key=lambda paper: catalog.debut[paper.slug].published)
        if newer.slug not in told:
            told.add(newer.slug)
            yield _remark(older, newer, shown)


def _remark(older: Paper, newer: Paper, shown: Callable[[str], str]) -> Remark:
    # It is for whoever can do something about it: people who wrote a file, or else of the newer.
    here, other = (older, newer) if overlay(older) and not overlay(newer) else (newer, older)
    where, there = _place(here), _place(other)
    return Remark(
        f"nearly that of {quoted(other.title)} ({shown(there.file)}:{there.line}, "
        f"/papers/{other.slug}/); if they are one paper, {_remedy(older, newer, shown)}, else give "
        "both their arxiv_id or doi",
        file=shown(where.file),
        line=where.line,
        field="title",
    )


def _place(paper: Paper) -> Origin:
    origin, file = paper.origins["title"], overlay(paper)
    return Origin(file, 1) if file and origin.file != file else origin


def _remedy(older: Paper, newer: Paper, shown: Callable[[str], str]) -> str:
    """What makes the two one: a paper keeps the name under which it was first listed."""
    home = shown(f"papers/{older.slug}.yml")
    if not newer.listings:  # added by hand
        file = shown(f"papers/{newer.slug}.yml")
        return f"move what {file} says to {home}" if overlay(older) else f"rename {file} to {home}"
    name = next((name for name in ("arxiv_id", "doi") if getattr(newer, name)), "title")
    value = getattr(newer, name)
    return f"write {name}: {text.quoted(value) if name == 'title' else value} in {home}"


def _pairs(papers: tuple[Paper, ...]) -> Iterator[tuple[Paper, Paper]]:
    for one, other in _like(papers):
        if not _are_two(papers[one], papers[other]):
            yield papers[one], papers[other]


def _are_two(one: Paper, other: Paper) -> bool:
    """Do their ids say so, or their authors, of whom they share none?"""
    for name in ("arxiv_id", "doi"):
        ids = {getattr(one, name), getattr(other, name)} - {None}
        if len(ids) == 2:
            return True
    if one.authors and other.authors:
        return _names(one).isdisjoint(_names(other))
    return False


def _names(paper: Paper) -> set[str]:
    return {word for name in paper.authors for word in text.words(name) if len(word) > 1}


# --- titles -------------------------------------------------------------------------------


class _Form(NamedTuple):
    """A title without some of its words."""

    left_out: tuple[str, ...]
    beside: int  # words that are left
    is_subtitle: bool  # is what was left out all that stands on one side of a colon?
    number: int  # of the paper


def _like(papers: Iterable[Paper]) -> Iterator[tuple[int, int]]:
    """Pairs of papers, by number, with titles that are alike.

    Every title is filed under itself and under what is left of it without each of its words and its
    subtitles. So what is alike lies together, and only that is compared; and where thousands lie
    together, each is compared with a few.
    """
    first: dict[int, _Form] = {}
    filed: dict[int, list[_Form]] = {}  # where there is more than one
    for number, paper in enumerate(papers):
        for left, form in _forms(paper.title, number):
            key = hash(left)
            if (before := first.setdefault(key, form)) is not form:
                filed.setdefault(key, [before]).append(form)
    for forms in filed.values():
        forms.sort()
        for position, form in enumerate(forms):
            nearby = forms[max(1, position - _NEIGHBOURS) : position]
            for other in (forms[0], *nearby):
                if form.number != other.number and _is_near(form, other):
                    yield other.number, form.number


def _forms(title: str, number: int) -> Iterator[tuple[str, _Form]]:
    """What is left of a title in each of its forms, without spaces, and the form."""
    words = text.words(title)
    parts = _without_spaces(words)
    whole = "".join(parts)
    if words:
        yield whole, _Form((), len(words), False, number)
    if len(words) > _LONGEST:
        return
    for match in islice(_SUBTITLE.finditer(title), _SUBTITLES):
        sides = text.words(title[: match.start()]), text.words(title[match.end() :])
        for left, left_out in (sides, sides[::-1]):
            compact = "".join(_without_spaces(left))
            if left_out and len(compact) >= _DISTINCTIVE:
                yield compact, _Form(tuple(left_out), len(left), True, number)
    if len(words) <= _BESIDE_SLIP:
        return
    end = 0
    for word, part in zip(words, parts, strict=True):
        start, end = end, end + len(part)
        if len(whole) - len(part) >= _DISTINCTIVE:
            left = whole[:start] + whole[end:]
            yield left, _Form((word,), len(words) - 1, False, number)


def _without_spaces(words: list[str]) -> list[str]:
    """The words, to be joined: only before numbers is there a space, as "2.5" is not "25"."""
    return [word if word.isalpha() else _NUMBER.sub(r" \g<0>", word) for word in words]


def _is_near(one: _Form, other: _Form) -> bool:
    """Are two titles nearly the same, of which the same is left?"""
    if not (one.left_out and other.left_out):
        return _may_lack(one) and _may_lack(other)
    if len(one.left_out) > 1 or len(other.left_out) > 1:
        return False
    words = *one.left_out, *other.left_out
    return (is_plural(*words) or is_slip(*words)) and not any(map(_is_number, words))


def _may_lack(form: _Form) -> bool:
    """May the same paper have this title without these words?"""
    if not form.left_out:
        return True
    if any(map(_tells, form.left_out)):
        return False
    if form.is_subtitle:
        return form.beside >= _BESIDE_SUBTITLE
    least = _BESIDE_SMALL_WORD if _SMALL.issuperset(form.left_out) else _BESIDE_WORD
    return form.beside >= least


def _tells(word: str) -> bool:
    """Does a word more or less mean another paper?"""
    return word in _TELLING or _is_number(word) or (len(word) == 1 and word not in _SMALL)


def _is_number(word: str) -> bool:
    return bool(_ROMAN.fullmatch(word)) or any(character.isdigit() for character in word)
