"""CSV: columns by their names or other programs', rows with their lines, tables that are none."""

from __future__ import annotations

import csv
import datetime
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from generator import content, text
from generator.errors import Omission
from generator.readers import Record, Unreadable, csv_table
from tests.conftest import patience
from tests.readers.reading import assert_read_or_named, texts

DAY = datetime.date(2025, 10, 29)
WHOLE = (
    "title,abstract,authors,author_count,organization,published,comments,upvotes,stars,arxiv_id,doi,"
    "code,project,url,topics,note,slug,listed\r\n"
    '"One, ""Two""","We made\r\nthis up.","Lovelace, Ada; Paul Erdős;",3,Acme,2024-05-31,1,2,3,'
    "arXiv:2405.21060v2,https://doi.org/10.1000/X,https://github.com/a/b,https://p.example/,"
    "https://q.example/a.pdf,,Read it.,x,2020-01-01\r\n"
)


def _read(source: str) -> list[Record | Omission]:
    return list(csv_table.read(source, DAY))


def test_a_whole_row_says_everything(tmp_path):
    (tmp_path / "2025-10-29-own.csv").write_bytes(b"\xef\xbb\xbf" + WHOLE.encode())
    catalog, omissions = content.load(tmp_path)
    assert omissions == ()
    (paper,) = catalog.papers
    assert (paper.title, paper.abstract) == ('One, "Two"', "We made this up.")
    assert (paper.authors, paper.author_count) == (("Ada Lovelace", "Paul Erdős"), 3)
    assert paper.organization.name == "Acme"
    assert (paper.published, paper.listed) == (datetime.date(2024, 5, 31), DAY)
    assert (paper.comments, paper.upvotes, paper.stars) == (1, 2, 3)
    assert (paper.arxiv_id, paper.doi) == ("2405.21060", "10.1000/x")
    assert dict(paper.links) == {
        "code": "https://github.com/a/b",
        "pdf": "https://q.example/a.pdf",
        "project": "https://p.example/",
    }
    assert paper.note == "Read it."


@pytest.mark.parametrize(
    ("header", "cell", "field", "value"),
    [
        ("Paper Title", "A", "title", "A"),
        ("Author(s)", "A B", "authors", ["A B"]),
        ("Publication Date", "2024-05-31", "published", "2024-05-31"),
        ("arXiv ID", "2405.21060", "arxiv_id", "2405.21060"),
        ("links.code", "https://x.example", "links.code", "https://x.example"),
        ("GitHub", "https://github.com/a/b", "links.code", "https://github.com/a/b"),
        ("URL", "https://arxiv.org/abs/2405.21060", "arxiv_id", "2405.21060"),
        ("Abstract Note", r"A $\ell_2$ norm", "mathematics.abstract", r"A \(\ell_2\) norm"),
        ("topics", "one; two", "topics", ["one", "two"]),
    ],
)
def test_columns_may_have_other_names(header, cell, field, value):
    first = "title" if "itle" not in header else "doi"
    (record,) = _read(f"{first},{header}\nx,{cell}\n")
    assert record.fields[field] == value


# But for "$" and "\\", of which a table can't say whether they are LaTeX.
TITLES = st.text(st.characters(codec="utf-8", exclude_characters="$\\"), max_size=20)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@given(title=TITLES.map(text.plain).filter(bool))
@example(title='a,b;c\td "e"')
def test_what_spreadsheets_write_is_read(delimiter, title):
    out = io.StringIO()
    rows = [["Title", "Authors"], [title, "A B; Lovelace, Ada"]]
    csv.writer(out, delimiter=delimiter).writerows(rows)
    (record,) = _read(out.getvalue())
    assert record.fields == {"title": title, "authors": ["A B", "Ada Lovelace"]}


def test_rows_have_the_lines_on_which_they_begin():
    found = _read('title,note\n\n"a\nb",\n,,\nc\n\n"d","e\n\n"\nf,\n')
    assert [(one.line, one.fields["title"]) for one in found] == [
        (3, "a\nb"),
        (6, "c"),
        (8, "d"),
        (11, "f"),
    ]


@pytest.mark.parametrize("cell", ["2024", "2024-05", "2024/5"])
def test_a_date_without_a_day_is_no_date_and_no_fault(tmp_path, cell):
    (tmp_path / "2025-10-29-own.csv").write_text(f"title,date\nA,{cell}\nB,2024-05-31\n")
    catalog, omissions = content.load(tmp_path)
    assert [paper.published for paper in catalog.papers] == [None, datetime.date(2024, 5, 31)]
    assert not omissions


def test_a_row_with_a_bad_value_is_named(tmp_path):
    source = "title,published,stars,topics\nA,31/05/2024,many,no-such\n,,5,\nB,,1,\n"
    (tmp_path / "2025-10-29-own.csv").write_text(source)
    catalog, omissions = content.load(tmp_path)
    assert [paper.title for paper in catalog.papers] == ["A", "B"]
    assert [(one.line, one.field) for one in omissions] == [
        (2, "published"),
        (2, "stars"),
        (2, "topics"),
        (3, "title"),
    ]


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("title,abstarct\nA,x\n", 1, 'did you mean "abstract"?'),
        ("title,Pages,Volume\nA,1,2\n", 1, '"Pages", "Volume"; name it as a field, or remove it'),
        ("title,doi,DOI URL\nA,,\n", 1, "two columns"),
        ("\ntitle,doi\nA\nA, with a comma,10.1000/x\n", 4, "into double quotes"),
    ],
)
def test_a_fault_is_named_with_its_line(source, line, said):
    found = _read(source)
    (fault,) = [one for one in found if isinstance(one, Omission)]
    assert fault.line == line
    assert said in fault.message
    assert [one.fields["title"] for one in found if isinstance(one, Record)] == ["A"]


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("", 1, "no column for the titles"),
        ("\n\nA,B\n1,2\n", 3, "no column for the titles"),
        ('title\nA\n"B\nC\n', 3, "a double quote missing"),
        ('title\n"A"B\n', 2, "not doubled"),
        ("title\n" + "," * 20_000, 2, "columns"),
        ('title\n"' + "a" * 3_000_000 + '"', 2, "field limit"),
    ],
    ids=["empty", "no header", "open quote", "quote", "columns", "cell"],
)
def test_what_is_no_table_is_said_to_be_none(source, line, said):
    with patience(), pytest.raises(Unreadable, match=said) as raised:
        _read(source)
    assert raised.value.line == line
    assert ";" in raised.value.message


@given(texts([*',;"\n\r\t', "title", "url"]).map("title,url\n".__add__))
@example("title,url\n\x00,https://[\n")
def test_whatever_it_holds_is_read_or_named(source):
    assert_read_or_named(_read, source, source.count("\n") + source.count("\r") + 1)
