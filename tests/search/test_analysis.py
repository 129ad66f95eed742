"""Texts become terms: in any language, with names that look like code, in whichever form a word has."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import text
from generator.search.analysis import LONGEST_COMPOUND, compounds, stem, terms


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        # Forms of a word
        ("Training trained models, the models' training", "train train model the model train"),
        ("Anthropic's evaluations don't evaluate", "anthrop evalu don't evalu"),
        ("Organ and organization, news and skies", "organ and organiz news and sky"),
        # Words like code
        ("wav2vec2.0 and data2vec", "wav2vec2 0 wav2vec20 and data2vec"),
        ("GPT-4o, GPT_4o and GPT4o", "gpt 4o gpt4o gpt 4o gpt4o and gpt4o"),
        ("C++ isn't C#, nor C", "c++ isn't c# nor c"),
        ("[MASK] and <EOS>", "mask and eo"),
        ("The U.S.; U.S. and US", "the u s us u s us and us"),
        # Compounds
        ("Pre-trained, pretrained, pre‑training", "pre train pretrain pretrain pre train pretrain"),
        ("state-of-the-art", "state of the art stateoftheart"),
        ("huggingface.co/papers", "huggingfac co huggingfaceco paper"),
        ("one-two-three-four-five", "one two three four five"),
        ("pre--training, pre–training -pre-", "pre train pre train pre"),
        # Accents, case
        ("Pré-entraînement", "pre entrain preentrain"),
        ("Gauß, GAUSS, Größe", "gauss gauss gross"),
        ("ΣΊΣΥΦΟΣ Σίσυφος", "σισυφοσ σισυφοσ"),
        ("ﬁne ﬂow ＧＰＴ x²", "fine flow gpt x2"),
        ("Обучение языку", "обучение языку"),
        ("हिन्दी पाठ", "हिन्दी पाठ"),
        ("العربية", "العربية"),
        # Scripts without spaces, and Korean
        ("大语言模型", "大语 语言 言模 模型"),
        ("字", "字"),
        ("人々の学習・評価", "人々 々の の学 学習 評価"),
        ("ｶﾞﾝﾀﾞﾑ", "ガン ンダ ダム"),
        ("BERT基盤モデル2.0", "bert 2 0 20 基盤 盤モ モデ デル"),
        ("한국어를 위한 KoBERT모델", "한국 국어 어를 위한 kobert 모델"),
        ("ภาษาไทย", "ภา าษ ษา าไ ไท ทย"),
        ("ลาวและພາສາ", "ลา าว วแ แล ละ ะພ ພາ າສ ສາ"),
        ("𠀀𠀁𠀂", "𠀀𠀁 𠀁𠀂"),
        # Nothing
        ("", ""),
        (" — … ' - _ . 「」", ""),
    ],
)
def test_terms(title: str, expected: str):
    assert terms(title) == expected.split()


def test_what_is_too_long_for_a_compound_is_its_parts():
    part = "a1" * (LONGEST_COMPOUND // 4)
    assert terms(f"{part}-{part}") == [part, part, part + part]
    assert terms(f"{part}-{part}1") == [part, f"{part}1"]


def test_compounds_are_told_with_their_parts():
    assert compounds(text.folded("Pre-training of GPT-4o, x-y-z")) == [
        ("pretrain", ("pre", "train")),
        ("gpt4o", ("gpt", "4o")),
        ("xyz", ("x", "y", "z")),
    ]
    assert compounds("one-two-three-four-five, alone, in–between") == []


WORDS = st.text("abcdefghilmnrstuyz'", max_size=12)
# What a text of any language may be, with what joins words oftener than chance has it.
TEXTS = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]), st.sampled_from("aeisty0'’-‐_. +#モ모ไท\u0301")
    )
)


@given(st.text("aesty05éßжक्ि'’ -‐_.+#、\n", max_size=30))
def test_where_words_stand_apart_terms_are_their_stems_and_compounds(given: str):
    together = Counter(compound for compound, _ in compounds(text.folded(given)))
    assert Counter(terms(given)) - together == Counter(map(stem, text.words(given)))


@given(TEXTS)
def test_terms_are_a_question_of_folded_text(given: str):
    assert all(term and not term.isspace() for term in terms(given))
    for compound, parts in compounds(text.folded(given)):
        assert 2 <= len(parts) <= 4
        assert len(compound) <= LONGEST_COMPOUND
        assert set(terms(given)) >= {compound, *parts}


@given(TEXTS, TEXTS)
def test_terms_of_two_texts_are_those_of_each(one: str, other: str):
    assert terms(f"{one} {other}") == terms(one) + terms(other)
    assert Counter(terms(f"{one}\n{other}")) == Counter(terms(one) + terms(other))


@given(TEXTS)
def test_to_fold_twice_changes_no_word(given: str):
    assert text.words(" ".join(text.words(given))) == text.words(given)


@given(WORDS)
def test_a_stem_is_no_longer_than_its_word(word: str):
    assert len(stem(word)) <= len(word) + 1  # "hoping" is "hope"


def test_plurals_of_initials_and_not_two_letters():
    assert terms("LLMs vs CS") == ["llm", "vs", "cs"]
