"""The query language: one parser and one meaning for the search box, the command line and topics.

    word              the paper holds the word, in any form; ``word*`` any that begins so
    "a phrase"        these words in this order, as they are; one may end in * here as well
    author:name       an author's name; with more words, ``author:"ada lovelace"``
    org:name          the organization that the paper comes from
    topic:slug        a topic, by its slug or its title
    year:2024         the paper's year; ``year:2023..2025``, ``year:2023..``, ``year:..2025``
    -…                not what follows

Parts are separated by white space, “ ” „ count as ", and an unclosed quote ends at the end. No
text is an error: what isn't well formed, as ``year:soon``, is words; what says nothing, as a lone
dash, is passed over. Where the whole question is an arXiv id or a DOI, ``straight`` says so.

A query holds a paper if all its parts do; ``holding`` has the meaning of each. Search ranks by the
bare words, of which any may match; all other parts must.

``theme/assets/javascripts/search/query.js`` does the same, to the character.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from generator import fields, text

Phrase = tuple[tuple[str, bool], ...]  # its words as ``text.words`` gives them, and whether each is
# a prefix

# Of a question; what comes behind them isn't read.
LONGEST = 50_000  # characters
MOST_PARTS = 1_000
_LONGEST_ID = 500  # characters, of an arXiv id or a DOI with all around it
# From this character on are the scripts without spaces. Terms have pairs of their characters: one alone
# is looked for in the words, which are as long as can be, and so as their beginning.
_SPACELESS = "\u0e00"
_QUOTES = str.maketrans(dict.fromkeys("“”„", '"'))
_FIELDS = ("author", "org", "topic", "year")
_YEAR = re.compile("[0-9]{4}")
_IDS = {"arxiv": fields.arxiv_id, "doi": fields.doi}


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word: what stands between white space, which may be several words to ``text.words``."""

    text: str  # as it was written, without "-" before it
    words: tuple[str, ...]  # its exact words, without the star; at least one
    is_prefix: bool = False  # does the last of them stand for all that begin with it?

    @property
    def pairs(self) -> Phrase:
        """Its words as those of a phrase."""
        last = len(self.words) - 1
        return tuple((word, self.is_prefix and at == last) for at, word in enumerate(self.words))


@dataclass(frozen=True, slots=True)
class Clause:
    """A field and what it must be."""

    field: str  # "author", "org", "topic" or "year"
    words: tuple[str, ...] = ()  # exact words; of a year none
    first: int | None = None  # of years; None if open
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it was understood; each kind of part in the order in which it was written."""

    words: tuple[Word, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    clauses: tuple[Clause, ...] = ()
    excluded_words: tuple[Word, ...] = ()
    excluded_phrases: tuple[Phrase, ...] = ()
    excluded_clauses: tuple[Clause, ...] = ()
    # "arxiv:2405.21060" or "doi:10.1000/182" if the whole question is one, which also is words
    straight: str | None = None

    def __str__(self) -> str:
        return canonical(self)

    def __bool__(self) -> bool:
        """Does it say anything?"""
        return self != Query()


# --- reading ------------------------------------------------------------------------------


def parse(question: str) -> Query:
    """The question, understood. Takes time in proportion to its length, and raises nothing."""
    found: dict[tuple[type, bool], list] = {
        (kind, is_excluded): [] for is_excluded in (False, True) for kind in (Word, tuple, Clause)
    }
    for part, is_excluded, _, _ in _parts(text.plain(question[:LONGEST])):
        if part:
            found[type(part), is_excluded].append(part)
    query = Query(*map(tuple, found.values()))
    return replace(query, straight=_straight(query))


def phrase(written: str) -> Phrase:
    """A phrase as it is compared: no case, no accents, a hyphen is a space.

    >>> phrase("Pre-train* models")
    (('pre', False), ('train', True), ('models', False))
    """
    if "*" not in written:
        return tuple((word, False) for word in text.words(written))
    return tuple(pair for piece in written.split() for pair in _read(piece).pairs)


def _read(piece: str) -> Word:
    """What stands between white space, be there any word in it or not."""
    return Word(piece, tuple(text.words(piece.removesuffix("*"))), piece.endswith("*"))


def _parts(written: str) -> Iterator[tuple[Word | Phrase | Clause | None, bool, int, int]]:
    """The parts of a question on one line, None for what says nothing; whether each is excluded; and
    where it begins and ends."""
    question = written.translate(_QUOTES)
    at, most = 0, MOST_PARTS
    while at < len(question) and most:
        if question[at] == " ":
            at += 1
            continue
        # A dash excludes what it stands before; "--seed" is a word, and so is what follows a quote.
        is_excluded = question[at] == "-" and question[at + 1 : at + 2] not in ("", " ", "-")
        if at and question[at - 1] == '"':
            is_excluded = False
            while question[at : at + 1] == "-":
                at += 1
        start = at + is_excluded
        part, at = _part(question, start)
        most -= 1
        yield part, is_excluded, start, at


def _part(question: str, at: int) -> tuple[Word | Phrase | Clause | None, int]:
    """The part that begins at a character, or None if it says nothing; and where it ends."""
    if question[at : at + 1] == '"':
        quoted, end = _quoted(question, at)
        return phrase(quoted) or None, end
    end = _find(question, " ", at)
    name, colon, value = question[at:end].partition(":")
    field = name.lower()
    if colon and field in _FIELDS:
        is_quoted = value.startswith('"')
        if is_quoted:
            value, end = _quoted(question, at + len(name) + 1)
        if clause := _clause(field, value):
            return clause, end
        if is_quoted:  # such that it reads again as the same
            written = f'{name}:"{value}"' if text.words(value) else f"{name}:"
            return _word(written), end
    return _word(question[at:end]), end


def _quoted(question: str, at: int) -> tuple[str, int]:
    """What stands in the quotes that begin at a character, and where the next part may begin."""
    end = _find(question, '"', at + 1)
    return question[at + 1 : end], end + 1


def _find(question: str, character: str, at: int) -> int:
    found = question.find(character, at)
    return len(question) if found < 0 else found


def _word(written: str) -> Word | None:
    word = _read(written)
    if len("".join(word.words)) == 1 and word.words[0] >= _SPACELESS:
        word = replace(word, is_prefix=True)
    return word if word.words else None


def _clause(field: str, value: str) -> Clause | None:
    """The clause of a field, or None if it can't have this value."""
    if field != "year":
        words = tuple(text.words(value))
        return Clause(field, words) if words else None
    first, dots, last = value.partition("..")
    years = [first, last if dots else first]
    if not any(years) or not all(_YEAR.fullmatch(year) for year in filter(None, years)):
        return None
    known = sorted(int(year) for year in years if year)
    return Clause(field, (), known[0] if first else None, known[-1] if years[1] else None)


def _straight(query: Query) -> str | None:
    asked = " ".join(word.text for word in query.words)
    if query == Query(query.words) and len(asked) <= _LONGEST_ID and asked.isascii():
        for name, read in _IDS.items():
            with suppress(ValueError):
                return f"{name}:{read(asked)}"
    return None


# --- writing ------------------------------------------------------------------------------


def canonical(query: Query) -> str:
    """The query as text, such that ``parse(canonical(query)) == query``: for all that was parsed of
    questions that weren't much too long."""
    return " ".join(
        [
            *_written(query.words, query.phrases, query.clauses),
            *(
                f"-{part}"
                for part in _written(
                    query.excluded_words, query.excluded_phrases, query.excluded_clauses
                )
            ),
        ]
    )


def mended(question: str, better: Mapping[str, str]) -> str | None:
    """The question with better words for some that are looked for; None if none of these is there.

    A bare word is named as ``text.words`` has it, one of a name "author:word" or "org:word", a topic by
    "topic:" and its words with spaces between: what is better than this is a slug.
    """
    plain = text.plain(question[:LONGEST])
    made, done = "", 0
    for part, is_excluded, start, end in _parts(plain):
        if is_excluded or not isinstance(part, (Word, Clause)):
            continue
        if isinstance(part, Clause):
            start = plain.index(":", start) + 1
        written = plain[start:end]
        if isinstance(part, Word):
            written = _mended(written, better)
        elif part.field == "topic":
            written = better.get(f"topic:{' '.join(part.words)}", written)
        else:
            written = _mended(written, better, f"{part.field}:")
        made += plain[done:start] + written
        done = end
    made += plain[done:]
    return made if made != plain else None


def _mended(written: str, better: Mapping[str, str], before: str = "") -> str:
    folded = text.folded(written)
    if len(folded) != len(written):  # it isn't known where the words stand
        return written
    made, done = "", 0
    for word in text.words(written):
        start = folded.index(word, done)
        end = start + len(word)
        made += written[done:start] + better.get(before + word, written[start:end])
        done = end
    return made + written[done:]


def _written(
    words: Iterable[Word], phrases: Iterable[Phrase], clauses: Iterable[Clause]
) -> Iterator[str]:
    yield from (word.text for word in words)
    yield from (f'"{_phrase_written(phrase)}"' for phrase in phrases)
    for clause in clauses:
        yield f"{clause.field}:{_value_written(clause)}"


def _phrase_written(phrase: Phrase) -> str:
    return " ".join(_exactly(word) + "*" * is_prefix for word, is_prefix in phrase)


def _value_written(clause: Clause) -> str:
    if clause.words:
        value = " ".join(map(_exactly, clause.words))
        return f'"{value}"' if len(clause.words) > 1 else value
    first, last = ("" if year is None else f"{year:04}" for year in (clause.first, clause.last))
    return first if first == last else f"{first}..{last}"


def _exactly(word: str) -> str:
    """A word, written such that it is read as the same: at its end 's would be left out."""
    return word if text.words(word) == [word] else f"{word}_"
