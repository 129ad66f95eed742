"""A question becomes a topic: the file that the search page proposes is one that the build takes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser

from generator import content, fields, repository, text
from generator.curation import adding
from generator.model import Publication
from generator.search.query import parse
from tests.browser import served, visit
from tests.conftest import REPOSITORY
from tests.test_content import write

BASE = "https://forge.example/us/papers"
Ask = Callable[..., list[str | None]]


def publication(edit_uri: str = "edit/main/site_src/") -> Publication:
    place = repository.at(BASE, edit_uri, "site_src", "content")
    return Publication("B", "https://b.example/", repository=place)


@pytest.fixture(scope="module")
def ask(chromium: Browser) -> Iterator[Ask]:
    """The addresses that the search page gives for questions."""
    script = """async (json) => {
      const { addressForTopic } = await import(`/assets/javascripts/search/topic.js`)
      return JSON.stringify(JSON.parse(json).map(addressForTopic))
    }"""
    theme = REPOSITORY / "generator" / "theme"
    with served(theme) as address:

        def addresses(questions: list[str], of: Publication) -> list[str | None]:
            editor = json.dumps(adding.editor_of_topics(of))
            with visit(chromium, address, "assets/javascripts/") as page:
                page.route(
                    "**/config.js",
                    lambda route: route.fulfill(
                        body=f"export const topicEditor = {editor}", content_type="text/javascript"
                    ),
                )
                page.reload()  # what is asked for right after a route is made may pass it by
                return json.loads(page.evaluate(script, json.dumps(questions)))

        yield addresses


def _file(address: str) -> tuple[str, str]:
    """The name of the file that is to be made, and its text."""
    asked = parse_qs(urlsplit(address).query, strict_parsing=True)
    (name,), (value,) = asked["filename"], asked["value"]
    return name, value


QUESTIONS = [
    "sparse attention",
    'author:"Ada Lovelace" "chain of thought*" -survey year:2023..',
    "“curly” quotes",
    'an "unclosed quote',
    "C++ & C# 100% [MASK] a=b?c#d/../../e",
    "title: yes",
    "# no comment",
    "- a",
    "--- a",
    "{a: [b, *c, &d], !e |",
    "back\\slash \\n \\u0041 'single'",
    "a\n---\nunion: [x]\n---\n<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "tab\tand\u2028separators\x85\xa0and\ufeff\u202econtrols\x00\x7f",
    "lone \ud800 surrogate",
    "語言模型",
    "Größe café Ωmega",
    "null",
    "2024",
    "year:2024",
    "1e3",
    "0x1F",
    "@user #1",
    "all",
    "Index",
    "con",
    "weeks",
    "\\(x^2\\) $y$ {{ jinja }} {% raw %}",
    "https://example.org/a?b=c&d",
    "🎉 party",
    "a " * 300,
    "w" * 200,
]


def test_the_file_is_a_topic_of_that_query(tmp_path: Path, ask: Ask):
    of = publication()
    addresses = ask(QUESTIONS, of)
    for number, (question, address) in enumerate(zip(QUESTIONS, addresses, strict=True)):
        folder = f"{BASE}/new/main/content/topics?"
        assert address.startswith(folder), question
        assert address.isascii()
        assert fields.url(f"https://b.example/{address.removeprefix(folder)[:1500]}")
        name, source = _file(address)
        here = write(tmp_path / str(number), {"listings/README.md": "", f"topics/{name}": source})
        catalog, omissions = content.load(here)
        assert not omissions
        (topic,) = catalog.topics
        assert topic.title == topic.rules.query == text.plain(question)
        assert topic.introduction == ""
        assert parse(topic.rules.query) == parse(question)
        assert f"{topic.slug}.md" == name
        assert source.startswith("---\n# yaml-language-server: $schema=https://b.example/schemas/")


def test_its_name_tells_what_it_is_about(ask: Ask):
    names = {
        "Sparse  Attention!": "sparse-attention",
        "Café d’été": "cafe-dete",
        'author:"Ada Lovelace"': "author-ada-lovelace",
        "語言": "topic",
        "all": "all-topic",
        "CON": "con-topic",
        "w" * 81: "topic",
        f"short {'w' * 81} more": "short",
    }
    addresses = ask(list(names), publication())
    assert [_file(one)[0].removesuffix(".md") for one in addresses] == list(names.values())


@pytest.mark.parametrize(
    "question",
    [
        "",
        "  ",
        "-",
        "“”",
        "&",
        "-survey",
        '-"a b" -author:c',
        "topic:llms",
        "a -topic:llms",
        "2405.21060",
        "doi:10.1000/182",
        "℡",
        "a" * 1001,
        "語" * 999,
    ],
)
def test_of_some_questions_no_topic_can_be_made(question: str, ask: Ask):
    assert ask([question], publication()) == [None]


def test_without_a_repository_no_topic_can_be_begun(ask: Ask):
    assert ask(["a"], Publication("B", "https://b.example/")) == [None]


@pytest.mark.parametrize(
    ("edit_uri", "begins"),
    [
        ("edit/main/site_src/", "/new/main/content/topics?filename=a-b.md&value="),
        ("-/edit/main/site_src/", "/-/new/main/content/topics?file_name=a-b.md&value="),
        ("_edit/main/site_src/", "/_new/main/content/topics?filename=a-b.md&value="),
    ],
)
def test_the_editor_is_that_of_the_forge(edit_uri: str, begins: str, ask: Ask):
    of = publication(edit_uri)
    (address,) = ask(["a b"], of)
    assert address.startswith(BASE + begins)
    source = parse_qs(urlsplit(address).query)["value"][0]
    assert address == repository.begin(of.repository, "topics/a-b.md", source)
