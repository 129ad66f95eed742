"""Which papers a topic finds, and that its rules mean what they say."""

from __future__ import annotations

import datetime
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import topics
from generator.model import Paper, Rules, Topic

DAY = datetime.date(2025, 10, 29)


def _paper(title: str = "A", *, slug: str = "a", given: tuple[str, ...] = (), **fields) -> Paper:
    return Paper(slug, title, DAY, topics=given, **fields)


def _topic(slug: str, *match: str, **rules: tuple[str, ...] | str) -> Topic:
    return Topic(slug, slug, rules=Rules(match=match, **rules))


def _assigned(paper: Paper, *of: Topic, exact: bool = False) -> tuple[str, ...]:
    return topics.assign([paper], of, {paper.slug} if exact else frozenset())[paper.slug]


def _matches(phrase: str, title: str) -> bool:
    return _assigned(_paper(title), _topic("t", phrase)) == ("t",)


# --- phrases ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "title"),
    [
        ("llm", "An LLM, again"),
        ("llm*", "Two LLMs"),
        ("llm*", "One LLM"),
        ("language model", "A Language Model: What?"),
        ("language model", "A language-model zoo"),
        ("pre-training", "Pre Training"),
        ("pre training", "pre-training"),
        ("pre-train*", "Pre-Trained"),
        ("vision-language model*", "Vision Language Models"),
        ("multi* model", "A Multimodal Model"),
        ("self* super* learn*", "self-supervised learning rates"),
        ("transformer", "A Transformer's Memory"),
        ("don't", "We don’t"),
        ("c++", "Kernels in C++"),
        ("c#", "C# as well"),
        ("c", "In C"),
        ("gpt-4", "After GPT 4"),
        ("schrodinger", "Schrödinger’s Bat"),
        ("Schrödinger", "SCHRODINGER"),
        ("strasse", "Straße"),
        ("模型", "大语言模型"),
        ("语言*", "语言模型"),
        ("한국어", "한국어 모델"),
        ("LLM", "中文LLM模型"),
        ("a a b", "a a a b"),
        ("don't", "We don't"),
    ],
)
def test_a_phrase_stands_in_a_text(phrase, title):
    assert _matches(phrase, title)


@pytest.mark.parametrize(
    ("phrase", "title"),
    [
        ("llm", "Two LLMs"),
        ("llm", "A Vllm"),
        ("llm*", "vLLM"),
        ("language model", "Languages model"),
        ("language model", "A model of language"),
        ("language model", "Language and model"),
        ("pre-training", "Pretraining"),
        ("train*", "Pretraining"),
        ("multi* model", "A multimodal big model"),
        ("multi model", "multimodal model"),
        ("c", "In C++"),
        ("c++", "In C"),
        ("gpt-4", "GPT-4o"),
        ("模型", "大语言型模"),
        ("a b", "a"),
        ("x-x*", "xy x"),
    ],
)
def test_a_phrase_that_is_only_like_it_does_not(phrase, title):
    assert not _matches(phrase, title)


@pytest.mark.parametrize("where", ["title", "summary", "abstract"])
def test_a_phrase_is_looked_for_where_a_paper_speaks_of_itself(where):
    paper = _paper(**{"title": "A", where: "of scaling laws"})
    assert _assigned(paper, _topic("t", "scaling law*")) == ("t",)


def test_a_phrase_is_not_looked_for_in_what_others_say():
    said = {"note": "scaling", "authors": ("Scaling",), "summary_by": "scaling"}
    assert _assigned(_paper(**said), _topic("t", "scaling")) == ()


def test_a_phrase_does_not_run_from_one_text_into_the_next():
    paper = _paper("Scaling", summary="Laws of", abstract="Nature")
    assert _assigned(paper, _topic("t", "scaling laws", "of nature")) == ()


@pytest.mark.parametrize("phrase", ["*", "—", "!?", "* *", "-"])
def test_a_phrase_without_a_word_is_refused(phrase):
    with pytest.raises(ValueError, match="; write"):
        topics.phrases(["llm", phrase])


def test_phrases_are_kept_as_written():
    assert topics.phrases(["Pre-Training", " large\nmodel* ", 4]) == (
        "Pre-Training",
        "large model*",
        "4",
    )


# --- rules --------------------------------------------------------------------------------


def test_one_phrase_is_enough_and_one_excluded_is_too_much():
    topic = _topic("t", "image*", "video*", exclude=("medical",))
    assert _assigned(_paper("On videos"), topic) == ("t",)
    assert _assigned(_paper("Images", abstract="and medical ones"), topic) == ()
    assert _assigned(_paper("Medical"), topic) == ()


def test_a_topic_without_rules_finds_nothing():
    assert _assigned(_paper("Anything"), _topic("t")) == ()


def test_a_union_holds_the_papers_of_its_topics():
    parts = (_topic("images", "image*"), _topic("videos", "video*"))
    union = _topic("vision", "camera", union=("images", "videos"))
    assert _assigned(_paper("Images"), union, *parts) == ("images", "vision")
    assert _assigned(_paper("Camera"), union, *parts) == ("vision",)
    assert _assigned(_paper("Sound"), union, *parts) == ()


def test_a_difference_lacks_the_papers_of_its_topics():
    topics_ = (_topic("models", "model*", difference=("surveys",)), _topic("surveys", "survey"))
    assert _assigned(_paper("Models"), *topics_) == ("models",)
    assert _assigned(_paper("Models: A Survey"), *topics_) == ("surveys",)


def test_exclude_keeps_out_what_matches_and_not_what_a_union_brings():
    topics_ = (_topic("all", "model", union=("new",), exclude=("old",)), _topic("new", "new"))
    assert _assigned(_paper("Old model"), *topics_) == ()
    assert _assigned(_paper("Old and new model"), *topics_) == ("all", "new")


def test_difference_comes_after_union():
    topics_ = (
        _topic("rest", union=("all",), difference=("some",)),
        _topic("all", "a"),
        _topic("some", "b"),
    )
    assert _assigned(_paper("a"), *topics_) == ("all", "rest")
    assert _assigned(_paper("a b"), *topics_) == ("all", "some")


@given(st.permutations(["a", "b", "c", "d"]))
def test_topics_made_from_topics_do_not_depend_on_their_order(order):
    by_slug = {
        "a": _topic("a", union=("b",)),
        "b": _topic("b", union=("c",), difference=("d",)),
        "c": _topic("c", "word"),
        "d": _topic("d", "other"),
    }
    shuffled = [by_slug[slug] for slug in order]
    assert _assigned(_paper("word"), *shuffled) == ("a", "b", "c")
    assert _assigned(_paper("word, other"), *shuffled) == ("c", "d")


# --- queries ------------------------------------------------------------------------------


def test_a_query_finds_what_the_search_finds_with_every_word():
    asking = _topic("t", query="author:lovelace training -survey")
    assert _assigned(_paper("Trained engines", authors=("Ada Lovelace",)), asking) == ("t",)
    assert _assigned(_paper("Trained engines"), asking) == ()
    assert _assigned(_paper("Training: a survey", authors=("Ada Lovelace",)), asking) == ()


def test_a_query_finds_papers_besides_those_of_phrases():
    both = _topic("t", "word", query="year:2025 other", exclude=("not this",), difference=("d",))
    topics_ = (both, _topic("d", query='"nor this"'), _topic("u", union=("t",)))
    assert _assigned(_paper("A word"), *topics_) == ("t", "u")
    assert _assigned(_paper("Others"), *topics_) == ("t", "u")
    assert _assigned(_paper("Other, not this"), *topics_) == ()
    assert _assigned(_paper("Other, nor this"), *topics_) == ("d",)


@pytest.mark.parametrize("query", ["", " ", "-", '"" &', "-a", '-"a b" -author:c'])
def test_a_query_asks_for_something(query):
    with pytest.raises(ValueError, match="; "):
        topics.question(query)


@pytest.mark.parametrize("query", ["a topic:b", "a -topic:b", 'topic:"B c"'])
def test_a_query_asks_for_no_other_topics(query):
    with pytest.raises(ValueError, match="union or difference"):
        topics.question(query)


@pytest.mark.parametrize(
    "query", ["2003.10555", "arXiv:2003.10555v2", "https://doi.org/10.1000/182"]
)
def test_a_query_is_no_id(query):
    with pytest.raises(ValueError, match="can't be an arXiv id or DOI; write words"):
        topics.question(query)
    assert topics.question(f"{query} a")


def test_a_query_is_kept_as_it_was_written():
    assert topics.question(" Pré-train*  “a b” -x ") == "Pré-train* “a b” -x"
    assert topics.question(2024) == "2024"
    with pytest.raises(ValueError, match="1,000"):
        topics.question("a" * 1_001)


# --- what people and listings say -----------------------------------------------------------


def test_a_topic_that_was_given_stays_whatever_the_rules_say():
    topics_ = (
        _topic("models", "model", difference=("surveys",), exclude=("survey",)),
        _topic("surveys", "survey"),
        _topic("all", union=("models",)),
    )
    paper = _paper("A survey", given=("models",))
    assert _assigned(paper, *topics_) == ("all", "models", "surveys")


def test_topics_that_an_overlay_names_are_all_there_are():
    topics_ = (_topic("models", "model"), _topic("all", union=("odd",)), _topic("odd"))
    assert _assigned(_paper("A model", given=("odd",)), *topics_, exact=True) == ("odd",)
    assert _assigned(_paper("A model"), *topics_, exact=True) == ()


# --- circles ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("references", "circle"),
    [
        ({}, ()),
        ({"a": ["b", "c"], "b": ["c"], "c": []}, ()),
        ({"a": ["a"]}, ("a", "a")),
        ({"a": ["b"], "b": ["a"]}, ("a", "b", "a")),
        ({"a": ["b"], "b": ["c"], "c": ["d"], "d": ["b"]}, ("b", "c", "d", "b")),
        ({"a": ["missing"]}, ()),
    ],
)
@pytest.mark.parametrize("kind", ["union", "difference"])
def test_a_circle_is_named(references, circle, kind):
    made = [_topic(slug, **{kind: tuple(others)}) for slug, others in references.items()]
    assert topics.cycle(made) == circle


SLUGS = st.sampled_from("abcde")
REFERENCES = st.dictionaries(SLUGS, st.lists(SLUGS, max_size=3, unique=True))


@given(REFERENCES)
def test_a_circle_is_named_if_and_only_if_there_is_one(references):
    made = [
        _topic(slug, union=tuple(others[::2]), difference=tuple(others[1::2]))
        for slug, others in references.items()
    ]
    circle = topics.cycle(made)
    if circle:
        assert circle[0] == circle[-1]
        assert all(b in references[a] for a, b in itertools.pairwise(circle))
        return
    # Without a circle, topics without references can be taken away until none is left.
    left = {slug: set(others) & set(references) for slug, others in references.items()}
    while left:
        free = {slug for slug, others in left.items() if not others & set(left)}
        assert free
        left = {slug: others for slug, others in left.items() if slug not in free}


# --- properties ---------------------------------------------------------------------------

WORD = st.sampled_from(["llm", "llms", "pre", "training", "pre-training", "model", "x", "模", "型"])
TEXT = st.lists(WORD, max_size=8).map(" ".join)
PHRASE = st.lists(WORD | st.sampled_from(["llm*", "pre*", "m*"]), min_size=1, max_size=3).map(
    " ".join
)
PHRASES = st.lists(PHRASE, max_size=3).map(tuple)


@given(TEXT, PHRASES, PHRASES, PHRASES)
def test_excluding_more_never_finds_more(title, match, exclude, more):
    strict = _assigned(_paper(title), _topic("t", *match, exclude=exclude + more))
    loose = _assigned(_paper(title), _topic("t", *match, exclude=exclude))
    assert set(strict) <= set(loose)


@given(TEXT, PHRASES, PHRASES)
def test_matching_more_never_finds_less(title, match, more):
    assert set(_assigned(_paper(title), _topic("t", *match))) <= set(
        _assigned(_paper(title), _topic("t", *match, *more))
    )


@given(
    TEXT,
    PHRASES,
    PHRASES,
    st.sets(st.sampled_from(["a", "b"])),
    st.sets(st.sampled_from(["a", "b"])),
)
def test_a_union_of_more_never_finds_less(title, a, b, few, others):
    made = (_topic("a", *a), _topic("b", *b))
    small = _assigned(_paper(title), *made, _topic("t", union=tuple(few)))
    large = _assigned(_paper(title), *made, _topic("t", union=tuple(few | others)))
    assert set(small) <= set(large)


@given(TEXT, PHRASE)
def test_a_phrase_matches_as_a_slow_reading_of_the_rules_says(title, phrase):
    # The words of these texts are folded already, but for the hyphen and Chinese characters.
    def split(text):
        return text.replace("-", " ").replace("模", " 模 ").replace("型", " 型 ").split()

    words, wanted = split(title), split(phrase)
    expected = any(
        all(
            word.startswith(want[:-1]) if want.endswith("*") else word == want
            for word, want in zip(words[start:], wanted, strict=False)
        )
        for start in range(len(words) - len(wanted) + 1)
    )
    assert _matches(phrase, title) == expected


def test_how_many_processes_find_them_does_not_matter(tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(topics, "_FEW", 5)
    papers = [_paper(f"Of {n % 3} or {n % 5}", slug=f"a{n}") for n in range(20)]
    of = [
        _topic("one", "1"),
        _topic("two", "2", exclude=("0",)),
        _topic("both", union=("one", "two")),
    ]
    alone = topics.assign(papers, of, {"a7"})
    assert {"both", "one"} in map(set, alone.values())
    for jobs in 2, 3:
        assert topics.assign(papers, of, {"a7"}, tmp_path / str(jobs), jobs) == alone
        # Of these rules all is known then, of others some.
        for some in of, of[:2]:
            assert topics.assign(papers, some, {"a7"}, tmp_path / str(jobs), jobs) == topics.assign(
                papers, some, {"a7"}
            )
