"""Daily Papers JSON: fields that come and go, and JSON that is broken."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator import content
from generator.errors import ContentErrors, Omission
from generator.model import Paper
from generator.readers import Record, Unreadable, huggingface

DAY = datetime.date(2025, 10, 29)
SUMMARY = "We made this up.\nIt says nothing,\nand costs $20."

FULL = {
    "paper": {
        "id": "2405.21060",
        "authors": [
            {"_id": "1", "name": "Ada Lovelace", "hidden": False},
            {"_id": "2", "name": "Paul Erdős"},
        ],
        "publishedAt": "2024-05-31T17:50:01.000Z",
        "submittedOnDailyAt": "2024-06-03T00:47:46.317Z",
        "title": "An Example with N times M\n  Cells",
        "summary": SUMMARY,
        "upvotes": 63,
        "discussionId": "x",
        "githubRepo": "https://github.example/a/b",
        "githubStars": 5,
        "projectPage": "https://project.example/",
        "ai_summary": "A model~wrote this.",
        "ai_summary_model": "small-model-1",
        "ai_keywords": ["x"],
        "organization": {"_id": "3", "name": "ibm-research", "fullname": "IBM Research"},
    },
    "publishedAt": "2024-06-02T21:17:46.339Z",
    "title": "An Example with $N \\times M$\n  Cells",
    "summary": SUMMARY,
    "numComments": 2,
    "submittedBy": {"name": "somebody"},
}


def _without(record: dict, *names: str, **changed) -> dict:
    paper = {name: value for name, value in record["paper"].items() if name not in names}
    return {**record, "paper": {**paper, **changed}}


def _read(value: object) -> list[Record | Omission]:
    source = value if isinstance(value, str) else json.dumps(value, indent=1)
    return list(huggingface.read(source, DAY))


def _load(folder: Path, value: object) -> tuple[tuple[Paper, ...], tuple[Omission, ...]]:
    """The papers of a folder with this listing, and what is left out."""
    source = value if isinstance(value, str) else json.dumps(value, indent=1)
    (folder / "2025-10-29-daily.json").write_text(source, encoding="utf-8")
    catalog, omissions = content.load(folder)
    return catalog.papers, omissions


# --- records ------------------------------------------------------------------------------


def test_a_full_record_says_everything(tmp_path):
    (paper,), omissions = _load(tmp_path, [FULL])
    assert omissions == ()
    assert paper.title == "An Example with N × M Cells"
    assert paper.slug == "an-example-with-n-x-m-cells"
    assert paper.abstract == "We made this up. It says nothing, and costs $20."
    assert (paper.summary, paper.summary_by) == (
        "A model wrote this.",
        "the language model small-model-1",
    )
    assert paper.authors == ("Ada Lovelace", "Paul Erdős")
    assert paper.author_count == 2
    assert (paper.organization.handle, paper.organization.name) == ("ibm-research", "IBM Research")
    assert paper.published == datetime.date(2024, 5, 31)
    assert (paper.comments, paper.upvotes, paper.stars) == (2, 63, 5)
    assert paper.arxiv_id == "2405.21060"
    assert dict(paper.links) == {
        "code": "https://github.example/a/b",
        "discussion": "https://huggingface.co/papers/2405.21060",
        "project": "https://project.example/",
    }


def test_the_day_of_the_listing_is_the_files(tmp_path):
    (paper,), _ = _load(tmp_path, [FULL])
    assert paper.listed == DAY


def test_a_record_may_be_little_more_than_a_title(tmp_path):
    (paper,), omissions = _load(tmp_path, [{"paper": {"title": "Alone"}}])
    assert omissions == ()
    assert paper.title == "Alone"
    assert paper.abstract is paper.organization is paper.published is paper.upvotes is None
    assert (paper.authors, paper.author_count, dict(paper.links)) == ((), None, {})


def test_a_paper_may_lack_what_came_in_later_years(tmp_path):
    later = ("organization", "githubRepo", "githubStars", "projectPage", "ai_summary")
    (paper,), omissions = _load(tmp_path, [_without(FULL, *later, "ai_summary_model")])
    assert omissions == ()
    assert paper.summary is paper.summary_by is paper.stars is paper.organization is None
    assert list(paper.links) == ["discussion"]


def test_null_says_nothing(tmp_path):
    nothing = dict.fromkeys(name for name in FULL["paper"] if name not in ("id", "title"))
    (paper,), omissions = _load(tmp_path, [_without(FULL, **nothing)])
    assert omissions == ()
    assert paper.upvotes is None
    # What the page's record says as well is known from there.
    assert (paper.published, paper.comments) == (datetime.date(2024, 6, 2), 2)


def test_the_version_of_an_arxiv_id_does_not_count(tmp_path):
    (paper,), _ = _load(tmp_path, [_without(FULL, id="2405.21060v3")])
    assert paper.arxiv_id == "2405.21060"


def test_a_paper_need_not_be_on_arxiv(tmp_path):
    (paper,), omissions = _load(tmp_path, [_without(FULL, id="some-report-7")])
    assert omissions == ()
    assert paper.arxiv_id is None
    assert paper.links["discussion"] == "https://huggingface.co/papers/some-report-7"


@pytest.mark.parametrize("model", [None, "", "  ", 7, {"name": "x"}, ["x"]])
def test_a_machines_summary_never_passes_for_the_editors(tmp_path, model):
    (paper,), _ = _load(tmp_path, [_without(FULL, ai_summary_model=model)])
    assert (paper.summary, paper.summary_by) == ("A model wrote this.", "a language model")


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("authors", "Ada Lovelace", "authors"),
        ("authors", {"name": "Ada Lovelace"}, "authors"),
        ("authors", [{"name": ["Ada"]}], "authors"),
        ("upvotes", "12", "upvotes"),
        ("upvotes", 1.5, "upvotes"),
        ("upvotes", True, "upvotes"),
        ("upvotes", -1, "upvotes"),
        ("upvotes", 10**30, "upvotes"),
        ("githubStars", float("nan"), "stars"),
        ("githubStars", float("inf"), "stars"),
        ("publishedAt", "yesterday", "published"),
        ("publishedAt", 1717177801, "published"),
        ("summary", ["x"], "abstract"),
        ("summary", "x" * 60_000, "abstract"),
        ("ai_summary", {"text": "x"}, "summary"),
        ("organization", ["IBM"], "organization"),
        ("organization", {"fullname": {}}, "organization"),
        ("githubRepo", "javascript:alert(1)", "links.code"),
        ("githubRepo", "//github.example/a", "links.code"),
        ("githubRepo", ["https://github.example"], "links.code"),
        ("projectPage", "https://me@project.example/", "links.project"),
        ("projectPage", "data:text/html,<script>alert(1)</script>", "links.project"),
        ("id", "x y", "links.discussion"),
    ],
)
def test_a_field_gone_wrong_is_named_and_the_paper_stays(tmp_path, name, value, field):
    records = [{"paper": {"title": "Before"}}, _without(FULL, **{name: value})]
    papers, omissions = _load(tmp_path, records)
    assert [paper.title for paper in papers] == ["Before", "An Example with N × M Cells"]
    (omission,) = omissions
    assert omission.field == field
    assert omission.file.endswith("2025-10-29-daily.json")
    whole = json.dumps(records, indent=1).splitlines()
    assert omission.line == [n for n, line in enumerate(whole, 1) if line == " {"][1]
    assert str(omission).isprintable()
    assert len(str(omission)) < 300


@pytest.mark.parametrize(
    "record", [7, "x", None, True, [], [FULL], {"paper": None}, {"paper": "x"}]
)
def test_what_is_no_record_is_named_and_the_others_stay(record):
    before, omission, behind = _read([FULL, record, FULL])
    assert before.fields == behind.fields
    assert isinstance(omission, Omission)
    assert omission.line > before.line
    assert ";" in omission.message


@pytest.mark.parametrize("title", [None, "", " \n", [], {}, 1.5, "x" * 2_000])
def test_a_record_without_a_title_is_named(tmp_path, title):
    record = {**_without(FULL, "title"), "title": title}
    papers, omissions = _load(tmp_path, [record, {"paper": {"title": "Behind"}}])
    assert [paper.title for paper in papers] == ["Behind"]
    assert omissions
    assert {omission.field for omission in omissions} == {"title"}


def test_strange_characters_are_cleaned(tmp_path):
    source = '[{"paper": {"title": "\\ud800 A\\u0000 \\u001b[31mtitle\\u202e \\ud83e\\udd99"}}]'
    (paper,), omissions = _load(tmp_path, source)
    assert paper.title == "\ufffd A [31mtitle \U0001f999"
    assert omissions == ()


def test_markup_is_text(tmp_path):
    title = "<script>alert(1)</script> & [x](y)"
    (paper,), _ = _load(tmp_path, [{"paper": {"title": title}}])
    assert paper.title == title


# --- files --------------------------------------------------------------------------------


def test_records_know_their_lines():
    source = '\n[\n{"paper": {"title": "A"}},\n\n\n  {"paper":\n'
    source += '{"title": "B"}}, {"paper": {"title": "C"}}\n]\n'
    assert [(record.line, record.fields["title"]) for record in _read(source)] == [
        (3, "A"),
        (6, "B"),
        (7, "C"),
    ]


def test_an_empty_day_is_a_day(tmp_path):
    assert _load(tmp_path, "[]") == ((), ())


def test_a_byte_order_mark_does_no_harm(tmp_path):
    papers, omissions = _load(tmp_path, "\ufeff" + json.dumps([FULL]))
    assert (len(papers), omissions) == (1, ())


def test_line_ends_do_not_matter():
    source = json.dumps([FULL, FULL], indent=1)
    assert _read(source.replace("\n", "\r\n")) == _read(source)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ('[\n{"paper": {"title": "A"}},\n{"paper": \n', 4),
        ('[\n{"paper": {"title": "A"}}\n', 3),
        ('[\n{"paper": {"title": "A\n"}}]', 2),
        ("[\n{'paper': 1}]", 2),
        ("[\n\n<html>", 3),
        ('[{"paper": {"title": "A"}}]\n[{"paper": {"title": "B"}}]', 1),
        ("[", 1),
        ('[\n{"paper": {"upvotes": ' + "9" * 5_000 + "}}]", 2),
        ("[\n" + "[" * 100_000, 2),
        ("[\n" + '{"paper": ' * 100_000, 2),
    ],
    ids=lambda value: str(value)[:30],
)
def test_broken_json_is_one_error_with_its_line(source, line):
    with pytest.raises(Unreadable) as caught:
        _read(source)
    assert caught.value.line == line
    assert ";" in caught.value.message or ":" in caught.value.message


@pytest.mark.parametrize("source", ['{"error": "no such day"}', "", "<html>", "null", '"["'])
def test_what_is_no_list_is_an_error_and_other_listings_stay(tmp_path, source):
    # A listing that can't be read must not be taken for a day without papers.
    (tmp_path / "2025-10-28-other.jsonl").write_text('{"title": "Kept"}\n', encoding="utf-8")
    (tmp_path / "2025-10-29-daily.json").write_text(source, encoding="utf-8")
    with pytest.raises(ContentErrors) as caught:
        content.load(tmp_path)
    (error,) = caught.value.errors
    assert error.file.endswith("2025-10-29-daily.json")


def test_nesting_up_to_the_limit_is_an_error_or_an_omission(tmp_path):
    # Whatever the parser just takes, the message about it must not fail on.
    for depth in range(850, 1_000, 3):
        nested = "[" * depth + "]" * depth
        source = '[{"paper": {"title": "A", "upvotes": ' + nested + "}}]"
        (tmp_path / "2025-10-29-daily.json").write_text(source, encoding="utf-8")
        try:
            catalog, omissions = content.load(tmp_path)
        except ContentErrors as caught:
            left_out = caught.errors
        else:
            assert len(catalog.papers) == 1
            left_out = omissions
        assert len(left_out) == 1


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None), max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*FULL, *FULL["paper"], "name"]), inner, max_size=6)
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(st.lists(JSON | st.fixed_dictionaries({"paper": JSON, "title": JSON}), max_size=4))
def test_whatever_the_records_are_each_is_read_or_named(value):
    found = _read(value)
    assert len(found) == len(value)
    assert all(isinstance(one, Record | Omission) for one in found)


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*list('[]{},:"\\ \n'), '{"paper": {"title": "A"}}', "null", "NaN", "1e999", "-"]
        )
        | st.characters(),
        max_size=20,
    ).map(lambda pieces: "[" + "".join(pieces))
)
@example("[,,,]")
def test_no_text_does_worse_than_unreadable(source):
    line = 1
    try:
        _read(source)
    except Unreadable as error:
        line = error.line
    assert 1 <= line <= source.count("\n") + 1
