"""What stands in texts, as arrays: the same as text by text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from generator import text
from generator.search import analysis
from generator.search.occurrences import occurrences, pieces

WORDS = st.sampled_from(
    [
        "Pre-training",
        "C++",
        "the",
        "GPT-4o",
        "naïve",
        "模型模型",
        "대규모 BERT모델",
        "it's",
        "Gauß’s",
        "(a)",
        "…",
        "",
    ]
)
TEXTS = st.one_of(
    st.lists(WORDS, max_size=8).map(" ".join),
    st.text(max_size=30).map(text.plain),
    st.just("a \n b"),
)


@given(st.lists(TEXTS, max_size=6))
def test_nothing_reaches_across_a_space(texts):
    for cut in (text.words, analysis.terms):
        found = occurrences(pieces(texts), cut)
        assert found.names == sorted({one for each in texts for one in cut(each)})
        here = [[] for _ in texts]
        for which, number in zip(found.which.tolist(), found.text.tolist(), strict=True):
            here[number].append(found.names[which])
        assert here == [cut(each) for each in texts]
