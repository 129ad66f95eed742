"""Abbreviations are found where they are defined, and nowhere else. All sentences are made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.search.abbreviations import Abbreviation, dictionary, folded, mined


@pytest.mark.parametrize(
    ("sentence", "pair"),
    [
        ("We bake with slow oven heating (SOH) daily.", ("SOH", "slow oven heating")),
        ("We bake by SOH (slow oven heating) daily.", ("SOH", "slow oven heating")),
        ("Many Small Ovens (SOs) bake.", ("SOs", "Small Ovens")),
        ("Art-of-Baking (AoB) is old.", ("AoB", "Art-of-Baking")),
        ("Bread by on-demand heating (ODH) is warm.", ("ODH", "on-demand heating")),
        ("An oven with hydrothermal stone (HTS) inside.", ("HTS", "hydrothermal stone")),
        ("We use the crust and crumb index (CCI; see below).", ("CCI", "crust and crumb index")),
        ("We use **slow heating** (**SH**).", ("SH", "slow heating")),
        ("We use 3D bread printing (3DBP).", ("3DBP", "3D bread printing")),
        ("It is (once more) slow heating (SH).", ("SH", "slow heating")),
        # Letters alone would find "Pastry Oven" for the first two.
        ("A Proven Pastry Oven (PPO) is proven.", ("PPO", "Proven Pastry Oven")),
    ],
)
def test_a_definition_is_found(sentence: str, pair: tuple[str, str]):
    assert list(mined([sentence])) == [pair]


@pytest.mark.parametrize(
    "sentence",
    [
        "Some grains (e.g., rye) are dark.",
        "Grain costs rose in recent years (2024).",
        "As Baker et al. wrote (Baker et al., 2020), rye is dark.",
        "Rye breads always rise (right).",
        "The left figure (Left) shows rye.",
        "We bake slowly. Heating (SH) comes later.",  # in another sentence
        "Slow ovens\nHeating (SH) comes later.",
        "(SH)",
        "Bread (a very slow heating of dough) is good.",
        "The hot SH oven (SH) is hot.",  # nothing is said of what it stands for
        "Check (CC) it.",
        "An unrelated long form (XYZ) of words.",
        "seven harmless long words before heating (SH)",
        "the heating (TH)",
        "Some hens (S) lay.",
        "Some hens in one big yard lay (SHIOBYLANDMORE).",
        "slow heating (SH",
        "slow heating )SH(",
        "",
    ],
)
def test_what_defines_nothing_is_left_out(sentence: str):
    assert list(mined([sentence])) == []


def test_spellings_of_one_abbreviation_are_one():
    papers = [
        "Slow-Oven Heatings (SOHs) are warm. Again: slow oven heatings (SOHs).",
        "We like slow oven heating (SOH).\nSlow oven heating (SOH) is what we like.",
        "A slow oven heating (SOH) and a short-order hen (SOH).",
    ]
    assert dictionary(papers) == [
        Abbreviation("SOH", "slow oven heating", 3),
        Abbreviation("SOH", "short-order hen", 1),
    ]
    assert dictionary(reversed(papers)) == dictionary(papers)


def test_folding_leaves_words_that_only_end_in_s():
    assert folded("gas") == "gas"
    assert folded("corpus analysis glass") == "corpusanalysisglass"
    assert folded("Pré-Trained Ovens") == folded("pretrained oven")


@pytest.mark.parametrize("piece", ["(", "A (", "(AB)", "a b (AB)", "a (B", ". ", "- ", "AB (a"])
def test_a_hostile_text_is_read_like_any_other(piece: str):
    found = list(mined([piece * 20_000 + " all bread (AB)."]))
    assert found[-1:] == [("AB", "all bread")]


@given(st.text(alphabet="AaBbİßé1 .-'()\n", max_size=80))
def test_what_is_found_keeps_the_rules(text: str):
    for short, long in mined([text]):
        assert 2 <= len(short) <= 10
        assert len(short.split()) <= 2
        assert any(letter.isupper() for letter in short)
        assert len(short) < len(long)
        assert len(long.split()) <= min(len(short) + 5, 2 * len(short))
        assert long[0].casefold() == short[0].casefold()
        assert short in text
        assert long in text


@given(st.lists(st.text(alphabet="ABab ()-s", max_size=60), max_size=4))
def test_a_dictionary_counts_papers_and_has_each_pair_once(texts: list[str]):
    found = dictionary(texts)
    assert all(1 <= one.papers <= len(texts) for one in found)
    assert len({(folded(one.short), folded(one.long)) for one in found}) == len(found)
