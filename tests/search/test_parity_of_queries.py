"""Browsers understand a question as the program does, and write it alike."""

from __future__ import annotations

import dataclasses
import json
import random
import sys
import unicodedata

from playwright.sync_api import Browser

from generator.search.query import Query, canonical, parse
from tests.browser import served, visit
from tests.conftest import REPOSITORY
from tests.search.test_query import PIECES

FIELDS = (
    *("author:lovelace", 'author:"Ada Lovelace"', 'org:"IBM', "org:nvidia", "topic:llms"),
    *('topic:"Large models"', "year:2024", "year:2023..", "year:..2025", "year:2025..2023"),
    *("year:0000", "year:soon", "year:..", 'year:"2024"', 'author:""', "author:", "Author:İ"),
)
WORDS = (
    *("attention", "pre-training", "wav2vec2.0", "GPT-4o", "[MASK]", "C++", "don’t", "Gauß’s"),
    *(
        "語言模型",
        "모델",
        "train*",
        "pre-train*",
        "2405.21060",
        "10.1000/182",
        "&",
        "—",
        "it's_",
        "ﬁne",
    ),
)
IDS = """2405.21060 2405.2106 0704.0001 cs/0112017 math.GT/0309136 q-bio/1 10.1000/182 10.1000/A(1)<x>
    10.1000/ 10.12/1 10.1000/a: 10.1000/a"b""".split()
BEFORE_IDS = """arXiv: https://arxiv.org/abs/ www.arxiv.org/pdf/ doi: https://doi.org/ dx.doi.org/
    10.48550/arXiv. https://doi.org/10.48550/arxiv.""".split()
STRAIGHT = [
    before + name + behind
    for before in ("", "arxiv: ", "DOI: ", *BEFORE_IDS)
    for name in IDS
    for behind in ("", "v2", ".pdf", ".", ",", ";", " a")
]


def _questions() -> list[str]:
    """Questions that people may ask, that nobody asks, and that only a fault of a program asks."""
    by_chance = random.Random(6)

    def part() -> str:
        kind = by_chance.random()
        if kind < 0.4:
            return by_chance.choice(WORDS)
        if kind < 0.7:
            return by_chance.choice(FIELDS)
        words = " ".join(by_chance.choices(WORDS, k=by_chance.randrange(4)))
        return by_chance.choice(('"{}"', "“{}”", "„{}“", '"{}')).format(words)

    def sign() -> str:
        return by_chance.choice(("", "", "", "-", "--", "- "))

    asked = [
        by_chance.choice((" ", " ", "  ", "")).join(sign() + part() for _ in range(size))
        for size in range(1, 8)
        for _ in range(300)
    ]
    asked += ["".join(by_chance.choices(PIECES, k=by_chance.randrange(12))) for _ in range(2_000)]
    spaces_and_controls = [chr(code) for code in (*range(0x100), *range(0x1FF0, 0x2070))]
    asked += ["".join(by_chance.choices(spaces_and_controls, k=9)) for _ in range(1_000)]
    # What Python's Unicode doesn't know yet may be letters to a browser.
    known = [
        one for one in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(one) != "Cn"
    ]
    asked += ["".join(by_chance.choices(known, k=6)) for _ in range(1_000)]
    return [*asked, *STRAIGHT, "a " * 30_000, "𝕒" * 60_000, '"' * 3_000 + "a"]


def _as_script(query: Query) -> dict[str, object]:
    """A query as query.js has it."""

    def named(value: object) -> object:
        if dataclasses.is_dataclass(value):
            fields = (
                (field.name, getattr(value, field.name)) for field in dataclasses.fields(value)
            )
            return {_camel(name): named(of) for name, of in fields}
        return [named(one) for one in value] if isinstance(value, tuple) else value

    return named(query)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def test_a_browser_understands_what_the_program_understands(chromium: Browser):
    questions = _questions()
    script = """async (json) => {
      const { parse, canonical } = await import("/assets/javascripts/search/query.js")
      const both = (question) => [parse(question), canonical(parse(question))]
      return JSON.stringify(JSON.parse(json).map(both))
    }"""
    theme = REPOSITORY / "generator" / "theme"
    with served(theme) as address, visit(chromium, address, "assets/javascripts/") as page:
        found = json.loads(page.evaluate(script, json.dumps(questions)))
    for question, (query, written) in zip(questions, found, strict=True):
        understood = parse(question)
        assert query == _as_script(understood), repr(question)
        assert written == canonical(understood), repr(question)
