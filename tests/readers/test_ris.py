"""RIS: what the site writes comes back, what others write is understood, a fault is named."""

from __future__ import annotations

import datetime

import pytest
import rispy
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator import citations, content
from generator.errors import Omission
from generator.readers import Record, Unreadable, ris
from tests.conftest import REPOSITORY, patience
from tests.golden import CONTENT
from tests.readers.reading import assert_read_or_named, fields, texts
from tests.readers.round_trip import assert_comes_back, papers

DAY = datetime.date(2025, 10, 29)
# But for "$" and "\", of which RIS can't say whether they are LaTeX.
TITLES = st.text(
    st.one_of(
        st.sampled_from("{}%&#_^~\"'`-?!@,=<>| aAbB12éÉ例ن"),
        st.characters(codec="utf-8", exclude_characters="$\\"),
    ),
    max_size=30,
)


def _read(source: str) -> list[Record | Omission]:
    return list(ris.read(source, DAY))


def _fields(*lines: str) -> dict[str, object]:
    return fields(_read("\r\n".join(["TY  - JOUR", *lines, "ER  - ", ""])))


# --- there and back -----------------------------------------------------------------------


@settings(max_examples=60)
@given(papers(TITLES))
def test_what_a_citation_says_is_read_back(paper):
    assert_comes_back([paper], citations.ris, ".ris", "abstract published")


@pytest.mark.parametrize("folder", [REPOSITORY / "content", CONTENT])
def test_editions_are_read_back(folder):
    catalog, _ = content.load(folder)
    # A name with a comma is turned round: RIS knows no way to say that it is one.
    plain = [one for one in catalog.papers if not any(", " in name for name in one.authors)]
    assert_comes_back(plain, citations.ris, ".ris", "abstract published")


def test_it_is_read_as_another_program_reads_it():
    source = (
        "TY  - JOUR\nT1  - One that\ngoes on\nA1  - Lovelace, Ada\nA1  - Erdős, Paul\n"
        "N2  - Words.\nDO  - 10.1000/x\nER  - \n\nTY  - GEN\nTI  - Two\nER  - \n"
    )
    theirs = rispy.loads(source)
    ours = [one.fields for one in _read(source)]
    assert [one["title"] for one in ours] == ["One that goes on", "Two"]
    assert [one["title"] for one in ours] == [
        one.get("primary_title") or one["title"] for one in theirs
    ]
    assert ours[0]["abstract"] == theirs[0]["notes_abstract"]
    assert (ours[0]["doi"], ours[0]["authors"]) == (
        theirs[0]["doi"],
        ["Ada Lovelace", "Paul Erdős"],
    )


# --- what others write --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["TI  - A", "T1  - B"], {"title": "A"}),
        ([r"TI  - A $\sqrt{2}$"], {"title": "A √(2)", "mathematics.title": r"A \(\sqrt{2}\)"}),
        (["AU  - King, Martin Luther, Jr."], {"authors": ["Martin Luther King Jr."]}),
        (["AU  - OpenAI, Inc.", "AU  - "], {"authors": ["OpenAI, Inc."]}),
        (["DA  - 2024/12/19/"], {"published": "2024-12-19"}),
        (["DA  - 2024-12-19"], {"published": "2024-12-19"}),
        (["Y1  - 2024/2/3/other"], {"published": "2024-02-03"}),
        (["PY  - 2024", "DA  - 2024/12//"], {}),
        (["AN  - arXiv:2412.15188"], {"arxiv_id": "2412.15188"}),
        (["DO  - 10.48550/arXiv.2412.15188"], {"arxiv_id": "2412.15188"}),
        (
            ["UR  - https://arxiv.org/abs/2412.15188v1;https://github.com/a/b"],
            {"arxiv_id": "2412.15188", "links.code": "https://github.com/a/b"},
        ),
        (["L1  - http://x.example/a.pdf"], {"links.pdf": "http://x.example/a.pdf"}),
        (["JO  - Nature", "KW  - a", "XX  - y"], {}),
    ],
)
def test_a_record(lines: list[str], expected: dict):
    assert _fields(*lines) == expected


# --- faults -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "line", "said", "titles"),
    [
        ("TY  - GEN\nTI  - A\n\nTY  - GEN\nTI  - B\nER  - ", 1, "above line 4", ["A", "B"]),
        ("TY  - GEN\nTI  - A", 1, "cut off", ["A"]),
        ("TY  - GEN\nTI  - A\nER  - \nTI  - B\nAU  - C\n", 4, "outside of a record", ["A"]),
    ],
)
def test_a_fault_is_named_with_its_line(source, line, said, titles):
    found = _read(source)
    (fault,) = [one for one in found if isinstance(one, Omission)]
    assert fault.line == line
    assert said in fault.message
    assert ";" in fault.message
    assert [one.fields["title"] for one in found if isinstance(one, Record)] == titles


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("\n\nTY - JOUR\nTI - A\nER -", "two spaces"),
        ("<html>\n", "begins with TY"),
        ("TI  - A\nER  - ", "begins with TY"),
    ],
)
def test_what_is_no_ris_is_said_to_be_none(source, said):
    with pytest.raises(Unreadable, match=said) as raised:
        _read(source)
    assert raised.value.line == 1 + len(source) - len(source.lstrip("\n"))


@given(texts(["TY  - GEN\n", "ER  - \n", "TI  - ", "AU  - ", "\r\n", "\r", ",", "  - "]))
@example("TY  - \x00\nTI  - \x00\nAU  - ,\nUR  - https://[\nER  - ")
def test_whatever_it_holds_is_read_or_named(source):
    assert_read_or_named(_read, source, source.count("\n") + source.count("\r") + 1)


def test_a_value_of_very_many_lines_takes_no_time():
    with patience():
        assert len(_read("TY  - GEN\nTI  - A\nAB  - a\n" + "b\n" * 300_000 + "ER  - \n")) == 1
