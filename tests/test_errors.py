"""An error is one line that says where, which field, what is wrong and what to do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import errors


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ({}, "wrong; mend it"),
        ({"file": "a/b.yml"}, "a/b.yml: wrong; mend it"),
        ({"file": "a/b.yml", "line": 7}, "a/b.yml:7: wrong; mend it"),
        ({"file": "a/b.yml", "line": 7, "field": "topics"}, "a/b.yml:7: topics: wrong; mend it"),
        ({"file": "a/b.yml", "field": "topics"}, "a/b.yml: topics: wrong; mend it"),
        ({"field": "topics"}, "topics: wrong; mend it"),
        # A line without a file would point nowhere.
        ({"line": 7}, "wrong; mend it"),
    ],
)
def test_an_error_says_where_and_what(where, shown):
    assert str(errors.ContentError("wrong; mend it", **where)) == shown


def test_all_errors_have_one_base():
    for kind in (errors.ContentError, errors.Omission, errors.ConfigurationError):
        assert issubclass(kind, errors.BroadsheetError)
    assert issubclass(errors.UsageError, errors.BroadsheetError)
    assert issubclass(errors.ContentErrors, errors.BroadsheetError)


@given(
    st.permutations(
        [
            errors.ContentError("1", file="a.yml"),
            errors.ContentError("2", file="a.yml", line=2, field="doi"),
            errors.ContentError("3", file="a.yml", line=2, field="title"),
            errors.ContentError("4", file="a.yml", line=10),
            errors.ContentError("5", file="b.yml", line=1),
        ]
    )
)
def test_many_errors_stand_in_the_order_of_file_and_line(shuffled):
    together = errors.ContentErrors(shuffled, reversed([errors.Omission("x", file="z")]))
    assert [error.message for error in together.errors] == ["1", "2", "3", "4", "5"]
    assert str(together).splitlines() == [str(error) for error in together.errors]
    assert [str(omission) for omission in together.omissions] == ["z: x"]


@pytest.mark.parametrize(
    ("word", "known", "said"),
    [
        ("embedings", ["surveys", "embeddings"], 'did you mean "embeddings"?'),
        ("zebra", ["surveys", "embeddings"], "there are: embeddings, surveys"),
        ("zebra", [], "there are none"),
    ],
)
def test_a_suggestion_is_the_nearest_word_or_all_there_are(word, known, said):
    assert errors.did_you_mean(word, known) == said


def test_a_suggestion_stays_readable_however_many_words_there_are():
    said = errors.did_you_mean("zebra", (f"topic-{number:04}" for number in range(5_000)))
    assert said.endswith(", …")
    assert len(said) < 1_000


@given(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=10))
def test_a_word_that_is_known_suggests_itself(known):
    assert errors.did_you_mean(known[0], known) == f'did you mean "{known[0]}"?'
