"""What a question is understood as, and that it can be written again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import text
from generator.search.query import Clause, Query, Word, canonical, parse, phrase
from tests.conftest import patience


def _words(*written: str) -> tuple[Word, ...]:
    return tuple(
        Word(one, tuple(text.words(one.removesuffix("*"))), one.endswith("*")) for one in written
    )


def _years(first: int | None, last: int | None) -> Clause:
    return Clause("year", first=first, last=last)


A_B = (("a", False), ("b", False))


@pytest.mark.parametrize(
    ("question", "query"),
    [
        ("", Query()),
        (" \t\n ", Query()),
        ("Sparse attention", Query(_words("Sparse", "attention"))),
        ("Pré-train*", Query((Word("Pré-train*", ("pre", "train"), True),))),
        ("C++ wav2vec2.0 [MASK]", Query(_words("C++", "wav2vec2.0", "[MASK]"))),
        ("语言", Query((Word("语言", ("语", "言")),))),
        ("— & ! “” -", Query()),
        ('"A B"', Query(phrases=(A_B,))),
        ("“a-b”", Query(phrases=(A_B,))),
        ("„a b“", Query(phrases=(A_B,))),
        ('"large language model*"', Query(phrases=(phrase("large language model*"),))),
        ('"a b', Query(phrases=(A_B,))),
        ('"a" b', Query(_words("b"), ((("a", False),),))),
        ('"a""b"', Query(phrases=((("a", False),), (("b", False),)))),
        ('5" disks', Query(_words('5"', "disks"))),
        ('-a -"a b"', Query(excluded_words=_words("a"), excluded_phrases=(A_B,))),
        ("--seed", Query(_words("--seed"))),
        ("a - b", Query(_words("a", "b"))),
        ('"a"-b', Query(_words("b"), ((("a", False),),))),
        ("pre-training", Query(_words("pre-training"))),
        ("author:Gödel", Query(clauses=(Clause("author", ("godel",)),))),
        ('author:"Ada Lovelace"', Query(clauses=(Clause("author", ("ada", "lovelace")),))),
        ("author:ada-b.", Query(clauses=(Clause("author", ("ada", "b")),))),
        (
            "ORG:IBM Topic:llms",
            Query(clauses=(Clause("org", ("ibm",)), Clause("topic", ("llms",)))),
        ),
        ('author:"a b', Query(clauses=(Clause("author", ("a", "b")),))),
        ("-author:a", Query(excluded_clauses=(Clause("author", ("a",)),))),
        ("year:2024", Query(clauses=(_years(2024, 2024),))),
        ("year:2023..2025", Query(clauses=(_years(2023, 2025),))),
        ("year:2025..2023", Query(clauses=(_years(2023, 2025),))),
        ("year:2023..", Query(clauses=(_years(2023, None),))),
        ("year:..2025", Query(clauses=(_years(None, 2025),))),
        ('-year:"2024"', Query(excluded_clauses=(_years(2024, 2024),))),
        ("year:0000", Query(clauses=(_years(0, 0),))),
    ],
)
def test_a_question_is_understood(question: str, query: Query):
    assert parse(question) == query
    assert bool(query) == (query != Query())
    assert parse(str(query)) == query


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("foo:bar", [("foo:bar", ["foo", "bar"])]),
        ("year:soon", [("year:soon", ["year", "soon"])]),
        ("year:24", [("year:24", ["year", "24"])]),
        ("year:..", [("year:..", ["year"])]),
        ("year:2020...2021", [("year:2020...2021", ["year", "2020", "2021"])]),
        ("year:２０２４", [("year:２０２４", ["year", "2024"])]),
        ("author:", [("author:", ["author"])]),
        ("author: knuth", [("author:", ["author"]), ("knuth", ["knuth"])]),
        ('author:"" a', [("author:", ["author"]), ("a", ["a"])]),
        ('year:"the 1990s', [('year:"the 1990s"', ["year", "the", "1990s"])]),
        ("authors:a", [("authors:a", ["authors", "a"])]),
        ("http://a.b/c:d", [("http://a.b/c:d", ["http", "a", "b", "c", "d"])]),
    ],
)
def test_what_is_not_well_formed_is_words(question: str, words: list):
    assert [(word.text, list(word.words)) for word in parse(question).words] == words
    assert parse(question) == Query(parse(question).words)
    if " " not in question:
        assert parse(f"-{question}").excluded_words == parse(question).words


@pytest.mark.parametrize(
    ("question", "straight"),
    [
        ("2405.21060", "arxiv:2405.21060"),
        (" 2405.21060v3 ", "arxiv:2405.21060"),
        ("arXiv:2405.21060", "arxiv:2405.21060"),
        ("arXiv: 2405.21060v1", "arxiv:2405.21060"),
        ("https://arxiv.org/abs/2405.21060v2", "arxiv:2405.21060"),
        ("arxiv.org/pdf/2405.21060.pdf", "arxiv:2405.21060"),
        ("cs/0112017", "arxiv:cs/0112017"),
        ("math.GT/0309136v1", "arxiv:math.GT/0309136"),
        ("https://doi.org/10.48550/arXiv.2405.21060", "arxiv:2405.21060"),
        ("10.1000/182", "doi:10.1000/182"),
        ("doi:10.1000/ABC(1)", "doi:10.1000/abc(1)"),
        ("https://doi.org/10.1000/182", "doi:10.1000/182"),
        ("2405.2106", None),  # of 2015 or later, and so a digit short
        ("0704.0001", "arxiv:0704.0001"),
        ("2405.21060 mamba", None),
        ("-2405.21060", None),
        ('"2405.21060"', None),
        ("10.1000/182.", None),
        ("2405.21060" * 200, None),
    ],
)
def test_an_id_leads_straight_to_its_paper(question: str, straight: str | None):
    query = parse(question)
    assert query.straight == straight
    assert parse(str(query)) == query
    assert query.words or not straight  # if no paper has it, it is looked for like any word


# --- anything -----------------------------------------------------------------------------

PIECES = (
    *"aéß语言か*_-:·…’'\"“”„ \u0903\u0327\u3099\u202e\x00\ud800İſ",
    *("author:", "org:", "topic:", "YEAR:", "year:", "2024", "2023..2025", "..", "'s", "C++"),
    *("10.1000/x", "arxiv:", "2401.00001", "pre-training", "foo:bar", "\u309a", "\ufdfa"),
)
QUESTIONS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=14).map(
    "".join
)


@settings(max_examples=1_000)
@given(QUESTIONS)
def test_a_query_can_be_written_and_read_again(question: str):
    query = parse(question)
    written = canonical(query)
    assert parse(written) == query
    assert canonical(parse(written)) == written
    assert text.plain(written) == written  # so that any file can carry it


@given(QUESTIONS)
def test_only_what_can_be_seen_counts(question: str):
    assert parse(text.plain(question)) == parse(question)


@given(QUESTIONS)
def test_a_phrase_is_the_same_with_a_star_beside_it(question: str):
    written = text.plain(question).replace("*", "")
    assert phrase(f"{written} *") == phrase(written)


LONG = ("a ", "a", '"', '"a" ', "-", "- ", "-a-", 'author:"', "author:", 'year:"', "'s", "*", "a:")


@pytest.mark.parametrize("piece", [*LONG, "语", "é", "\ufdfa", ": ", "\ud800", "1.", "10.1000/"])
@pytest.mark.parametrize("length", [10_000, 1_000_000])
def test_a_long_question_takes_no_longer_than_its_length(piece: str, length: int):
    with patience(20):
        canonical(parse((piece * (length // len(piece) + 1))[:length]))


def test_of_what_is_much_too_long_the_beginning_counts():
    query = parse("a " * 30_000 + '"b"')
    assert query == Query(_words("a") * 1_000)
    assert parse(str(query)) == query
