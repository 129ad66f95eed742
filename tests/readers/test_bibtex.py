"""BibTeX: what the site writes comes back, what others write is understood, a fault is named."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator import citations, content
from generator.errors import Omission
from generator.readers import Record, Unreadable, bibtex
from tests.conftest import REPOSITORY, patience
from tests.golden import CONTENT
from tests.readers.reading import fields, texts
from tests.readers.round_trip import assert_comes_back, papers

DAY = datetime.date(2025, 10, 29)
TITLES = st.text(
    st.one_of(
        st.sampled_from("{}\\$%&#_^~\"'`-?!@,=<>| aAbB12éÉ例ن"), st.characters(codec="utf-8")
    ),
    max_size=30,
)


def _read(source: str) -> list[Record | Omission]:
    return list(bibtex.read(source, DAY))


def _fields(source: str) -> dict[str, object]:
    return fields(_read(f"@article{{key,\n{source}\n}}"))


# --- there and back -----------------------------------------------------------------------


@settings(max_examples=60)
@given(papers(TITLES))
def test_what_a_citation_says_is_read_back(paper):
    assert_comes_back([paper], citations.bibtex, ".bib", "")


@pytest.mark.parametrize("folder", [REPOSITORY / "content", CONTENT])
def test_editions_are_read_back(folder):
    catalog, _ = content.load(folder)
    # BibTeX's "others" is told as what is left out.
    whole = [one for one in catalog.papers if (one.author_count or 0) <= len(one.authors or "?")]
    assert whole
    assert_comes_back(whole, citations.bibtex, ".bib", "")


# --- what others write --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("title = {A {BERT} of {{Many} Words}}", {"title": "A BERT of Many Words"}),
        ('TITLE = "50\\% of \\$20 \\& Co"', {"title": "50% of $20 & Co"}),
        ("title = {A -- B --- ``C''~D}", {"title": "A – B — “C” D"}),
        (r"title = {Erd\H{o}s, {\v c}, S\o ren, na{\"\i}ve}", {"title": "Erdős, č, Søren, naïve"}),
        (r"title = {\emph{Very {Nice}} and {\bf bold}}", {"title": "Very Nice and bold"}),
        (r"title = {100% & more_so #1}", {"title": "100% & more_so #1"}),
        (
            r"title = {Sorting in $O(n \log n)$}",
            {
                "title": "Sorting in O(n log n)",
                "mathematics.title": r"Sorting in \(O(n \log n)\)",
            },
        ),
        (
            "author = {van der Berg, Jr., Ada and {Meta AI, Inc.} and Erd{\\H o}s, P{\\'a}l}",
            {"authors": ["Ada van der Berg Jr.", "Meta AI, Inc.", "Pál Erdős"]},
        ),
        ("year = 2024, month = jan, day = 3", {"published": "2024-01-03"}),
        ("year = {2024}, month = {September}, day = {30}", {"published": "2024-09-30"}),
        ("date = {2024-05-31}", {"published": "2024-05-31"}),
        ("year = 2024, month = jan", {}),
        ("date = {2024/2025}", {}),
        ("eprint = {2405.21060v2}, archivePrefix = {arXiv}", {"arxiv_id": "2405.21060"}),
        ("eprint = {2405.21060}, eprinttype = {arxiv}", {"arxiv_id": "2405.21060"}),
        ("journal = {arXiv preprint arXiv:2405.21060}", {"arxiv_id": "2405.21060"}),
        ("journal = {CoRR}, volume = {abs/2405.21060}", {"arxiv_id": "2405.21060"}),
        ("doi = {10.48550/arXiv.2405.21060}", {"arxiv_id": "2405.21060"}),
        ("url = {http://arxiv.org/abs/cs/0112017v1}", {"arxiv_id": "cs/0112017"}),
        ("doi = {https://doi.org/10.1000/X\\_1}", {"doi": "https://doi.org/10.1000/X_1"}),
        ("url = {https://doi.org/10.1000/x}", {"doi": "https://doi.org/10.1000/x"}),
        ("url = {https://github.com/a/b}", {"links.code": "https://github.com/a/b"}),
        ("url = {https://j.example/1}", {"links.project": "https://j.example/1"}),
        ("keywords = {a, b}, note = {Best paper}, pages = {1--9}", {}),
    ],
)
def test_a_field(source: str, expected: dict):
    assert _fields(source) == expected


def test_entries_know_their_lines_and_strings_are_put_in():
    found = _read(
        '\ufeff% a comment\n@string{t = "Macro"}\n@comment{@misc{no, title={No}}}\n\n'
        "@Article{a, title = T}\n@book(b,\n title = {Two})\n@misc{a, title={Three}}\n"
    )
    assert [(one.line, one.fields["title"]) for one in found] == [
        (5, "Macro"),
        (6, "Two"),
        (8, "Three"),
    ]


# --- faults -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "line", "field", "said", "others"),
    [
        ("@misc{x, title = {One\n\n@misc{y, title = {Two}}", 1, None, "broken BibTeX", ["Two"]),
        ("\n@misc{x, title = {One}", 2, None, "end of file", []),
        ("@misc{x, title {One}}", 1, None, "broken BibTeX", []),
        ("@misc{x,\n title={A},\n title={B}}", 3, "title", "given twice", ["A"]),
        ("@misc{x, title={A},\n author = who # who}", 2, "author", "is no text", ["A"]),
        ("@misc{x, title={A}, author={B and others}}", 1, "author", "are not named", ["A"]),
    ],
)
def test_a_fault_is_named_with_its_line(source, line, field, said, others):
    found = _read(source)
    (fault,) = [one for one in found if isinstance(one, Omission)]
    assert (fault.line, fault.field) == (line, field)
    assert said in fault.message
    assert ";" in fault.message
    assert [one.fields["title"] for one in found if isinstance(one, Record)] == others


@given(texts([*'@{}(),="#\\\n $', "@misc{k,", "title", "author", "@string{", " and "], 30))
@example("@misc{k, author={,,,,}, title={\\}}")
@example("@misc{k, author={{}, and and others}}")
@example("\x00@misc{k\x00, title={\x00}}")
def test_whatever_it_holds_is_read_or_named(source):
    for one in _read(source):
        assert 1 <= one.line <= source.count("\n") + 1


@pytest.mark.parametrize(
    "value",
    [
        "{" * 20_000 + "}" * 20_000,
        r"\a{" * 9_000 + "}" * 9_000,
        "$a" * 40_000,
        "\\'" * 30_000,
        "a and " * 30_000,
        ", " * 30_000,
    ],
    ids=["groups", "macros", "formulas", "accents", "names", "commas"],
)
def test_hostile_values_take_no_time(value):
    with patience():
        assert len(_read(f"@misc{{k, title = {{{value}}}, author = {{{value}}}}}")) == 1


def test_too_many_entries_are_refused():
    with patience(), pytest.raises(Unreadable, match="200,000 entries; make several"):
        _read("@misc{a,}" * 200_000)
