"""What counts as a slip of the pen, and what as another word."""

from __future__ import annotations

import pytest

from generator.curation.spelling import is_plural, is_slip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("embedding", "embeding"),  # a letter too few
        ("language", "languagge"),
        ("language", "langauge"),  # two swapped
        ("causal", "casual"),
        ("model", "models"),
        ("optimization", "optimisation"),  # a wrong one
        ("modelling", "modeling"),
        ("colour", "color"),
    ],
)
def test_a_slip_of_the_pen(one, other):
    assert is_slip(one, other)
    assert is_slip(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("model", "model"),
        ("text", "test"),
        ("vision", "fission"),
        ("probed", "proved"),
        ("typical", "atypical"),
        ("trained", "untrained"),
        ("encoder", "decoder"),
        ("supervised", "unsupervised"),
        ("monolingual", "multilingual"),
        ("generative", "generation"),
        ("llama2", "llama3"),
        ("llama2", "llama22"),
        ("embedding", "mebedding"),
        ("abcdef", "acbedf"),  # two slips
        ("", "a"),
    ],
)
def test_another_word(one, other):
    assert not is_slip(one, other)
    assert not is_slip(other, one)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("llm", "llms", True),
        ("approach", "approaches", True),
        ("study", "studies", True),
        ("v2", "v2s", False),
        ("a", "as", False),
        ("model", "model", False),
        ("text", "test", False),
    ],
)
def test_plurals(one, other, expected):
    assert is_plural(one, other) is is_plural(other, one) is expected
