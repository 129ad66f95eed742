"""Broadsheet's own lines: what a build writes is read back, and a bad line spoils no other."""

from __future__ import annotations

import datetime
import json
import tempfile
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator import content, data, text
from generator.errors import Omission
from generator.model import Catalog, Organization, Paper
from generator.readers import Record, jsonlines
from tests import golden
from tests.readers.reading import texts

DAY = datetime.date(2025, 10, 29)
NAME = "2025-10-29-own.jsonl"


def _read(source: str) -> list[Record | Omission]:
    return list(jsonlines.read(source, DAY))


def _load(folder: Path, source: str | bytes) -> tuple[Catalog, tuple[Omission, ...]]:
    (folder / NAME).write_bytes(source if isinstance(source, bytes) else source.encode())
    return content.load(folder)


# --- there and back -----------------------------------------------------------------------

TEXT = st.text(max_size=30).map(text.plain)
WORDY = TEXT.filter(text.words)
UNKNOWN = st.none()
COUNT = UNKNOWN | st.integers(0, 10**6)
HOSTS = st.from_regex(r"https://[a-z]{1,8}\.example/[a-z0-9~_?&=;,()'-]{0,9}", fullmatch=True)


@st.composite
def papers(draw) -> Paper:
    authors = tuple(draw(st.lists(WORDY, max_size=3)))
    name = draw(UNKNOWN | WORDY)
    title = draw(WORDY)
    summary = draw(UNKNOWN | WORDY)
    return Paper(
        slug=text.slug(title, fallback="paper"),
        title=title,
        listed=DAY,
        abstract=draw(UNKNOWN | WORDY),
        summary=summary,
        summary_by=draw(UNKNOWN | WORDY) if summary else None,
        note=draw(UNKNOWN | WORDY),
        authors=authors,
        author_count=len(authors) if authors else draw(COUNT),
        organization=Organization(text.slug(name, fallback="organization"), None, name)
        if name
        else None,
        published=draw(UNKNOWN | st.dates(datetime.date(1991, 1, 1))),
        comments=draw(COUNT),
        upvotes=draw(COUNT),
        stars=draw(COUNT),
        arxiv_id=draw(UNKNOWN | st.from_regex(r"[0-9]{4}\.[0-9]{5}", fullmatch=True)),
        doi=draw(
            UNKNOWN | st.from_regex(r"10\.[0-9]{4}/[a-z0-9.()_-]{0,8}[a-z0-9)_-]", fullmatch=True)
        ),
        links=draw(st.dictionaries(st.sampled_from(["code", "data", "x_1"]), HOSTS, max_size=3)),
    )


def _written(paper: Paper) -> bytes:
    return data.render(Catalog(papers=(paper,)), golden.PUBLICATION)["data/papers.jsonl"]()


@settings(deadline=None)
@given(papers())
def test_what_a_build_writes_is_read_back(paper):
    with tempfile.TemporaryDirectory() as folder:
        catalog, omissions = _load(Path(folder), _written(paper))
    assert omissions == ()
    (read,) = catalog.papers
    expected = data.record(replace(paper, listings=(NAME,)))
    assert data.record(read) == expected


def test_topics_are_read_back(tmp_path):
    (tmp_path / "topics").mkdir()
    (tmp_path / "topics/one.md").write_text("---\ntitle: One\n---\n")
    (tmp_path / "listings").mkdir()
    paper = Paper("a", "A", DAY, topics=("one",), links=MappingProxyType({}))
    source = _written(paper)
    (tmp_path / "listings" / NAME).write_bytes(source)
    catalog, omissions = content.load(tmp_path)
    assert omissions == ()
    assert catalog.papers[0].topics == ("one",)


def test_what_the_catalog_derives_is_passed_over(tmp_path):
    line = '{"title": "A", "slug": "../x", "listed": "1999-01-01", "listings": 7, "origins": 8}'
    catalog, omissions = _load(tmp_path, line)
    assert omissions == ()
    assert (catalog.papers[0].slug, catalog.papers[0].listed) == ("a", DAY)


# --- faults -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "title: A",
        '{"title": "A"} {"title": "B"}',
        "[]",
        '"A"',
        "7",
        "null",
        "\x00",
        "{'title': 'A'}",
        "[" * 100000,
        '{"a":' * 100000,
        '{"comments": ' + "9" * 5000 + "}",
    ],
    ids=lambda line: ascii(line)[:30],
)
def test_a_bad_line_is_named_and_the_others_stay(tmp_path, bad):
    catalog, (omission,) = _load(tmp_path, f'{{"title": "One"}}\n\n{bad}\n{{"title": "Two"}}\n')
    assert [paper.title for paper in catalog.papers] == ["One", "Two"]
    assert (omission.line, omission.file.endswith(NAME)) == (3, True)
    assert ";" in omission.message


def test_an_unknown_field_is_named_and_the_others_stay(tmp_path):
    catalog, (omission,) = _load(tmp_path, '\n{"title": "One", "abstrct": "x", "upvotes": 3}')
    assert (omission.line, omission.field) == (2, "abstrct")
    assert 'did you mean "abstract"?' in omission.message
    assert (catalog.papers[0].title, catalog.papers[0].upvotes) == ("One", 3)


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("upvotes", "12", "upvotes"),
        ("authors", "Ada Lovelace", "authors"),
        ("published", "yesterday", "published"),
        ("links", ["https://a.example"], "links"),
        ("links", {"code": "javascript:alert(1)"}, "links.code"),
        ("topics", ["no-such"], "topics"),
        ("organization", {"slug": "x"}, "organization"),
    ],
)
def test_a_field_gone_wrong_is_named_and_the_paper_stays(tmp_path, field, value, shown):
    catalog, (omission,) = _load(tmp_path, json.dumps({"title": "One", field: value}))
    assert [paper.title for paper in catalog.papers] == ["One"]
    assert (omission.line, omission.field) == (1, shown)


def test_one_bad_link_spoils_no_other(tmp_path):
    links = {"code": "https://a.example/", "project": "//b.example", "data": None}
    catalog, (omission,) = _load(tmp_path, json.dumps({"title": "One", "links": links}))
    assert dict(catalog.papers[0].links) == {"code": "https://a.example/"}
    assert omission.field == "links.project"


def test_a_line_without_a_title_is_named(tmp_path):
    catalog, (omission,) = _load(tmp_path, '{"abstract": "x"}\n{"title": "Two"}')
    assert [paper.title for paper in catalog.papers] == ["Two"]
    assert (omission.line, omission.field) == (1, "title")


def test_line_ends_and_marks_do_no_harm(tmp_path):
    catalog, omissions = _load(tmp_path, '\ufeff{"title": "One"}\r\n\r\n{"title": "Two"}\r\n')
    assert ([paper.title for paper in catalog.papers], omissions) == (["One", "Two"], ())


def test_a_line_separator_within_a_text_ends_no_line():
    (record,) = _read('{"title": "One\u2028Two\u0085Three"}')
    assert record.fields["title"] == "One\u2028Two\u0085Three"


@given(texts([*'{}[]:,"\n', '{"title": "A"}\n', "null", "NaN", "1e999", "-"]))
@example("\n" * 9 + "x")
def test_every_line_is_read_or_named(source):
    found = _read(source)
    filled = [number for number, line in enumerate(source.split("\n"), 1) if line.strip()]
    assert [one.line for one in found] == filled
