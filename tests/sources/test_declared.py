"""What stands under ``sources`` in mkdocs.yml, and what is wrong with it, at its line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from generator.errors import ContentErrors
from generator.sources import Source
from generator.sources.declared import sources

HEAD = """site_name: x
plugins:
  - search
  - broadsheet:
      authority: x.example
"""
RIGHT = """      sources:
        - name: daily-papers
          from: huggingface
        - name: arxiv-text
          from: arxiv
          search: 'abs:"language model"'
          categories: [cs.CL, hep-th]
        - name: a-journal
          from: feed
          url: https://j.example/rss
          topics: [surveys, numbers]
markdown_extensions:
  - x: !!python/name:x.y
"""


def read(text: str, tmp_path: Path) -> tuple[Source, ...]:
    file = tmp_path / "mkdocs.yml"
    file.write_text(HEAD + text, "utf-8")
    given = yaml.safe_load((HEAD + text).partition("markdown_extensions")[0])["plugins"][1]
    return sources(given["broadsheet"].get("sources"), str(file), ["numbers", "surveys"])


def test_what_is_right(tmp_path: Path):
    assert read(RIGHT, tmp_path) == (
        Source("daily-papers", "huggingface", "https://huggingface.co/api/daily_papers"),
        Source(
            "arxiv-text",
            "arxiv",
            "https://export.arxiv.org/api/query",
            'abs:"language model"',
            ("cs.CL", "hep-th"),
        ),
        Source("a-journal", "feed", "https://j.example/rss", topics=("numbers", "surveys")),
    )


@pytest.mark.parametrize("text", ["      year: 2025\n", "      sources:\n", "      sources: []\n"])
def test_none_is_fine(text: str, tmp_path: Path):
    assert read(text, tmp_path) == ()


@pytest.mark.parametrize(
    ("entry", "where", "said"),
    [
        ("{name: a}", "7: sources.0", "missing from"),
        ("{from: huggingface}", "7: sources.0", "missing name"),
        ("name", "7: sources.0", "no source; give it a name"),
        ("{name: A b, from: huggingface}", "7: sources.0.name", "is not a name for an address"),
        ("{name: a, from: arXiv}", "7: sources.0.from", 'did you mean "arxiv"?'),
        ("{name: a, from: [feed]}", "7: sources.0.from", "no kind of source a list"),
        ("{name: a, from: feed}", "7: sources.0", "missing url"),
        ("{name: a, from: feed, url: 'file:///x'}", "7: sources.0.url", "is not an http or https"),
        (
            "{name: a, from: feed, url: 'https://x.example', serch: x}",
            "7: sources.0.serch",
            "no such",
        ),
        ("{name: a, from: arxiv}", "7: sources.0", "missing search, or categories"),
        ('{name: a, from: arxiv, search: " "}', "7: sources.0", "missing search, or categories"),
        ("{name: a, from: arxiv, categories: cs.CL}", "7: sources.0.categories", "must be a list"),
        ("{name: a, from: arxiv, categories: [CS]}", "7: sources.0.categories", 'no category "CS"'),
        ("{name: a, from: arxiv, search: [x]}", "7: sources.0.search", "must be text"),
        (
            "{name: a, from: huggingface, topics: [number]}",
            "7: sources.0.topics",
            'no topic "number"; did you mean "numbers"?',
        ),
        ("{name: a, from: huggingface, topics: x}", "7: sources.0.topics", "must be a list"),
        (
            "{name: a, from: huggingface}\n        - from: huggingface\n          name: a",
            "9: sources.1.name",
            "a second source of this name",
        ),
    ],
)
def test_what_is_wrong(entry: str, where: str, said: str, tmp_path: Path):
    with pytest.raises(ContentErrors) as error:
        read(f"      sources:\n        - {entry}\n", tmp_path)
    (first, *others) = error.value.errors
    assert not others
    assert str(first).startswith(f"{tmp_path}/mkdocs.yml:{where}: ")
    assert said in str(first)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path):
    with pytest.raises(ContentErrors) as error:
        read("      sources:\n        - {from: x}\n        - {name: A, from: feed}\n", tmp_path)
    assert len(error.value.errors) == 4


def test_sources_that_are_no_list(tmp_path: Path):
    with pytest.raises(ContentErrors, match=r"mkdocs.yml:6: sources: must be a list"):
        read("      sources: huggingface\n", tmp_path)
