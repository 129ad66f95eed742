"""What is likely wrong with topics' rules: what finds nothing, or nearly everything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from generator import fields, text, topics, yamlfile
from generator.curation.spelling import is_slip
from generator.errors import Remark
from generator.model import Catalog, Topic
from generator.search import query

_FIELDS = ("match", "exclude")
_FINDING = ("match", "query", "union")
_ENOUGH = 10  # papers, before half of them is too many
TELLING = 1_000  # papers, before it tells something that a phrase stands in none of them
_NAMED = 5  # phrases, where many find nothing
_LOOKED_UP = 200  # of them, whose spelling is looked at
_INNER_STAR = re.compile(r"(\w+)\*+\w[\w*]*")

# A topic's field, one of its phrases if it is about one, and what to tell people.
Found = tuple[str, str | None, str]


def problems(catalog: Catalog, folder: Path, shown: Callable[[str], str]) -> Iterator[Remark]:
    """Remarks on the topics of a content folder. ``shown`` is a file of it as people see it."""
    if not catalog.papers:
        return
    phrases = [phrase for topic in catalog.topics for _, phrase in _phrases(topic)]
    of_phrases, of_words = topics.occurrences(catalog.papers, phrases)
    of_queries = topics.held(
        catalog.papers, (topic.rules.query for topic in catalog.topics if topic.rules.query)
    )
    near = _speller(of_words)
    for topic in catalog.topics:
        source = (folder / topic.file).read_text("utf-8-sig")
        given, *_ = yamlfile.front_matter(source, topic.file)
        idle = [one for one in _phrases(topic) if not of_phrases[one[1]]]
        misspelt = dict(_misspelt(topic, idle[:_LOOKED_UP], near)) | dict(_starred(idle))
        for field, phrase, message in (
            *_breadth(topic, catalog, of_phrases, of_queries),
            *_fruitless(topic, catalog, of_queries, near),
            *((*one, message) for one, message in misspelt.items()),
            *_idle(topic, catalog, [one for one in idle if one not in misspelt]),
        ):
            line = yamlfile.line_of(given, field, _index(given, field, phrase))
            yield Remark(message, file=shown(topic.file), line=line, field=field)


def _phrases(topic: Topic) -> list[tuple[str, str]]:
    return [(field, phrase) for field in _FIELDS for phrase in getattr(topic.rules, field)]


def _index(given: Mapping, field: str, phrase: str | None) -> int | None:
    """Where in a field a phrase stands, as it was written."""
    written = () if phrase is None else given.get(field) or ()
    return next((i for i, one in enumerate(written) if fields.one_line(one) == phrase), None)


def _breadth(
    topic: Topic, catalog: Catalog, of_phrases: Mapping[str, int], of_queries: Mapping[str, int]
) -> Iterator[Found]:
    """Is what a topic holds nothing, or over half of everything?"""
    papers, total = len(catalog.by_topic[topic.slug]), len(catalog.papers)
    field = next((one for one in _FINDING if getattr(topic.rules, one)), "match")
    if not papers:
        if field != "query":
            yield field, None, "no paper belongs to this topic; write phrases that papers hold"
        elif of_queries[topic.rules.query]:  # else more is said of it
            yield field, None, "no paper belongs to this topic; leave out what takes all away"
        return
    if total < _ENOUGH:
        return
    wide = [phrase for phrase in topic.rules.match if 2 * of_phrases[phrase] > total]
    for phrase in wide:
        yield (
            "match",
            phrase,
            f'"{phrase}" stands in {of_phrases[phrase]:,} of {text.counted(total, "paper")}; write a '
            "narrower phrase",
        )
    if (asked := topic.rules.query) and 2 * of_queries[asked] > total:
        wide.append(asked)
        yield (
            "query",
            None,
            f"the query holds {of_queries[asked]:,} of {text.counted(total, 'paper')}; write a narrower "
            "query",
        )
    if 2 * papers > total and not wide:
        yield (
            field,
            None,
            f"the topic holds {papers:,} of {text.counted(total, 'paper')}; write narrower rules",
        )


def _fruitless(
    topic: Topic,
    catalog: Catalog,
    of_queries: Mapping[str, int],
    near: Callable[[str, bool], str | None],
) -> Iterator[Found]:
    """Is there a query that finds nothing? It may be there for papers to come, if there is more."""
    asked = topic.rules.query
    if not asked or of_queries[asked]:
        return
    understood = query.parse(asked)
    phrases = [*(word.pairs for word in understood.words), *understood.phrases]
    for word, is_prefix in (pair for phrase in phrases for pair in phrase):
        if better := near(word, is_prefix):
            yield "query", None, _meant(word, better, is_prefix)
            return
    if len(catalog.papers) >= TELLING or not catalog.by_topic[topic.slug]:
        yield "query", None, "the query holds no paper; write fewer words, or see how papers put it"


def _idle(topic: Topic, catalog: Catalog, idle: list[tuple[str, str]]) -> Iterator[Found]:
    """The phrases that find nothing, as one remark: many are there for papers to come."""
    if not idle or len(catalog.papers) < TELLING or not catalog.by_topic[topic.slug]:
        return
    named = ", ".join(f'"{phrase}"' for _, phrase in idle[:_NAMED])
    more = ", …" if len(idle) > _NAMED else ""
    stand = "stands" if len(idle) == 1 else "stand"
    yield (
        *idle[0],
        f"{len(idle)} of {text.counted(len(_phrases(topic)), 'phrase')} {stand} in no paper: "
        f"{named}{more}; see whether papers put it otherwise",
    )


# --- spelling -----------------------------------------------------------------------------


def _misspelt(
    topic: Topic, idle: list[tuple[str, str]], near: Callable[[str, bool], str | None]
) -> Iterator[tuple[tuple[str, str], str]]:
    """Phrases in which a word stands that is in no paper, while one like it is."""
    meant = {field: set(map(query.phrase, getattr(topic.rules, field))) for field in _FIELDS}
    for field, phrase in idle:
        words = query.phrase(phrase)
        for position, (word, is_prefix) in enumerate(words):
            better = near(word, is_prefix)
            mended = (*words[:position], (better, is_prefix), *words[position + 1 :])
            if better and mended not in meant[field]:  # where both stand, both are meant
                yield (field, phrase), _meant(word, better, is_prefix)
                break


def _starred(idle: list[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], str]]:
    """Phrases that find nothing, in which a star stands within a word."""
    for field, phrase in idle:
        if found := _INNER_STAR.search(phrase):
            yield (
                (field, phrase),
                f'"{found[0]}" is two words here, as a star stands for more letters at the end of a word '
                f'alone; write "{found[1]}*", or each of the words that are meant',
            )


def _meant(word: str, better: str, is_prefix: bool) -> str:
    star = "*" if is_prefix else ""
    return f'no paper holds "{word}{star}"; did you mean "{better}{star}"?'


def _speller(counts: Mapping[str, int]) -> Callable[[str, bool], str | None]:
    """What a word, or a beginning of words, should have been if no paper holds it; or None."""
    by_letter: dict[str, list[str]] = {}
    for word in sorted(counts):
        by_letter.setdefault(word[0], []).append(word)

    def near(word: str, is_prefix: bool) -> str | None:
        alike: dict[str, int] = {}
        for other in by_letter.get(word[0], ()):
            if other.startswith(word) if is_prefix else other == word:
                return None
            for length in range(len(word) - 1, len(word) + 2) if is_prefix else (len(other),):
                candidate = other[:length]
                # A last letter tells a plural, a tense, or where people cut a word.
                if candidate[-1:] == word[-1] and is_slip(word, candidate):
                    alike[candidate] = alike.get(candidate, 0) + counts[other]
        return max(sorted(alike), key=lambda one: alike[one], default=None)

    return near
