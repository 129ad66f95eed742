"""Which papers a query holds."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.model import Organization, Paper
from generator.search.holding import Holders, Reading, holds
from generator.search.query import parse

PAPER = Paper(
    slug="a",
    title="Pre-training Transformers for C++",
    listed=datetime.date(2025, 10, 29),
    summary="What wav2vec2.0 learned of speech.",
    abstract="Large language models are scaled. 大语言模型",
    authors=("Ada Lovelace", "Kurt Gödel"),
    organization=Organization("ibm-research", "ibm-research", "IBM Zürich"),
    published=datetime.date(2024, 12, 30),
    topics=("llms", "speech-and-sound"),
)
TITLES = {"llms": "Large Language Models", "speech-and-sound": "Speech & sound"}


@pytest.mark.parametrize(
    "question",
    [
        "",
        "transformer",
        "TRANSFORMERS",
        "train pre",
        "pre-training",
        "pretraining",
        "pretrained",
        "wav2vec2.0 wav2vec20",
        "wav2vec2",
        "scaling model learning",
        "c++",
        "lovelace godel zurich ibm",
        "语言 语言模型",
        "transf* lov* zür*",
        "pre-train*",
        "(pre-training), — & models!",
        '"pre-training transformers"',
        '"large lang* models"',
        '"语言模型"',
        "author:lovelace author:kurt",
        'author:"Lovelace, Ada"',
        "author:kurt-lovelace",
        "org:ibm",
        'org:"IBM Research"',
        "org:zurich",
        "topic:llms",
        'topic:"Large language models"',
        "topic:large-language-models",
        "topic:speech-and-sound",
        'topic:"speech & sound"',
        "year:2024",
        "year:2024.. year:..2024 year:2020..2030",
        '-java -"language model" -author:turing -year:2025 -topic:vision',
        "-pre-trains*",
    ],
)
def test_a_paper_is_held(question: str):
    assert holds(parse(question), PAPER, TITLES)


@pytest.mark.parametrize(
    "question",
    [
        "transformer java",
        "form",
        "c",
        "c#",
        "wav2vec3.0",
        "语模",
        "former*",
        '"transformers pre-training"',
        '"transformer"',
        '"c++ what"',  # from one text into the next
        '"ada lovelace"',  # names are no text
        "author:ada author:turing",
        "author:lovelac",
        "author:ibm",
        "org:ada",
        "topic:llm",
        "topic:language",
        "year:2025",
        "year:..2023",
        "year:0000",
        "models -transformer",
        "models -scaled",
        "models -trans*",
        '-"large language models"',
        "-author:lovelace",
        "-org:ibm",
        "-topic:llms",
        "-year:2024",
    ],
)
def test_a_paper_is_not_held(question: str):
    assert not holds(parse(question), PAPER, TITLES)


def test_a_paper_of_which_little_is_known():
    bare = Paper("b", "B", datetime.date(2025, 1, 2))
    assert holds(parse("b year:2025 -author:a -org:a -topic:a"), bare)
    assert not holds(parse("author:b"), bare)


WORDS = st.sampled_from("pre-training transformer scaled java c++ ada 模型 speech".split())
PARTS = st.one_of(
    WORDS,
    WORDS.map("{}*".format),
    st.lists(WORDS, min_size=1, max_size=2).map(lambda words: f'"{" ".join(words)}"'),
    st.sampled_from(["author:ada", "author:java", "org:ibm", "year:2024", "year:2025"]),
)
QUESTIONS = st.lists(st.tuples(st.sampled_from(["", "-"]), PARTS).map("".join), max_size=3).map(
    " ".join
)


@given(st.lists(QUESTIONS, max_size=6))
def test_many_queries_hold_what_each_of_them_holds(questions: list[str]):
    queries = {str(name): parse(question) for name, question in enumerate(questions)}
    held = {name for name, query in queries.items() if holds(query, PAPER)}
    assert Holders(queries.items()).find(Reading(PAPER)) == held
