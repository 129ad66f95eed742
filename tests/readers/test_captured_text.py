"""Captures: what is read from the text of a page, however it was torn on the way."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import content
from generator.errors import Omission
from generator.readers import Record, captured_text

DAY = datetime.date(2025, 10, 29)
TOP = """\
new

Get trending papers in your email inbox!

Subscribe

Daily Papers

byAK and the research community

Oct 29
"""
LONG = (
    "Nobody wrote this about any paper; it is here because readers of captures tell an abstract "
    "from a title by its length and by the full stop at its end, and both must be there to be seen."
)
OTHER = (
    "Another text that was made up for a test, no shorter than the first, so that the two can "
    "stand next to each other in one capture, and whoever mixes them up is found out at once."
)


def _read(source: str, day: datetime.date = DAY) -> list[Record | Omission]:
    return list(captured_text.read(source, day))


def _papers(source: str, day: datetime.date = DAY) -> list[dict]:
    """The fields of all records, of a capture from which nothing is left out."""
    found = _read(source, day)
    assert [one for one in found if isinstance(one, Omission)] == []
    return [dict(record.fields) for record in found]


def _capture(*blocks: str) -> str:
    return "\n\n".join([TOP.strip(), *blocks]) + "\n"


def _line(source: str, text: str) -> int:
    return source.splitlines().index(text) + 1


# --- bylines ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("byline", "said"),
    [
        ("  • 7 authors\n·\nDec 19, 2024", {"author_count": 7, "published": "2024-12-19"}),
        ("  • 1 authors\n·\nFeb 4", {"author_count": 1, "published": "2025-02-04"}),
        ("• 1 author\n·\nFeb 4", {"author_count": 1, "published": "2025-02-04"}),
        ("• 1234 authors\n·\nMay 5", {"author_count": 1234, "published": "2025-05-05"}),
        (
            "  • 8 authors\n·\nJul 1 9",
            {"author_count": 8, "published": "2025-07-01", "comments": 9},
        ),
        (
            "  • 8 authors\n·\nAug 5, 2024 2",
            {"author_count": 8, "published": "2024-08-05", "comments": 2},
        ),
        (
            "  • 8 authors\n·\nAug 5, 2024 1,234",
            {"author_count": 8, "published": "2024-08-05", "comments": 1234},
        ),
        (
            "  • 8 authors\n·\nAug 5, 2024\n2",
            {"author_count": 8, "published": "2024-08-05", "comments": 2},
        ),
        (
            "nvidia NVIDIA\n·\nDec 3",
            {"organization": {"handle": "nvidia", "name": "NVIDIA"}, "published": "2025-12-03"},
        ),
        (
            "ibm-research IBM Research\n·\nMar 3 4",
            {
                "organization": {"handle": "ibm-research", "name": "IBM Research"},
                "published": "2025-03-03",
                "comments": 4,
            },
        ),
        (
            "Anthropic\n·\nMar 3",
            {
                "organization": {"handle": "Anthropic", "name": "Anthropic"},
                "published": "2025-03-03",
            },
        ),
        ("September 3, 2021", {"published": "2021-09-03"}),
        ("• 3 authors", {"author_count": 3}),
    ],
)
def test_a_byline_says_who_and_when(byline, said):
    source = _capture("A Title", LONG, byline, "Another Title", OTHER)
    first, second = _papers(source)
    assert first == {"title": "A Title", "abstract": LONG, **said}
    assert second == {"title": "Another Title", "abstract": OTHER}


@pytest.mark.parametrize(
    "torn",
    [
        "  • 7 authors\n\n·\n\nDec 19, 2024 3",
        "  • 7 authors\n\n·\nDec 19, 2024 3",
        "  • 7 authors\n·\n\nDec 19, 2024 3",
        "  • 7 authors\n\n\n\nDec 19, 2024 3",
    ],
)
def test_blank_lines_may_tear_a_byline(torn):
    first, second = _papers(_capture("A Title", LONG, torn, "Another Title", OTHER))
    assert first["author_count"] == 7
    assert (first["published"], first["comments"]) == ("2024-12-19", 3)
    assert second == {"title": "Another Title", "abstract": OTHER}


@pytest.mark.parametrize("torn", ["nvidia NVIDIA\n\n·\n\nDec 3", "nvidia NVIDIA\n\n·\nDec 3"])
def test_blank_lines_may_tear_an_organization_from_its_date(torn):
    first, second = _papers(_capture("A Title", LONG, torn, "Another Title", OTHER))
    assert first["organization"] == {"handle": "nvidia", "name": "NVIDIA"}
    assert first["published"] == "2025-12-03"
    assert second["title"] == "Another Title"


def test_a_byline_may_be_missing_in_the_middle_and_at_the_end():
    byline = "  • 2 authors\n·\nMay 6, 2023"
    source = _capture("One", LONG, "Two", OTHER, byline, "Three", LONG)
    assert _papers(source) == [
        {"title": "One", "abstract": LONG},
        {"title": "Two", "abstract": OTHER, "author_count": 2, "published": "2023-05-06"},
        {"title": "Three", "abstract": LONG},
    ]


@pytest.mark.parametrize("comments", [",", ",,,", "2,", ",2"])
def test_a_number_of_comments_that_is_none_breaks_nothing(comments):
    source = _capture("A Title", LONG, f"• 2 authors\n·\nMay 6, 2023 {comments}", "Two", OTHER)
    assert {"A Title", "Two"} <= {
        one.fields["title"] for one in _read(source) if isinstance(one, Record)
    }
    _read(_capture("A Title", LONG, f"• 2 authors\n·\nMay 6, 2023\n{comments}"))


# --- dates --------------------------------------------------------------------------------


def test_a_date_without_a_year_lies_in_the_year_of_the_capture():
    source = _capture("A Title", LONG, "• 2 authors\n·\nDec 31")
    assert _papers(source, datetime.date(2023, 1, 2))[0]["published"] == "2023-12-31"


def test_a_day_that_the_year_lacks_is_left_out_and_the_paper_stays(tmp_path):
    source = _capture("A Title", LONG, "• 2 authors\n·\nFeb 29 5")
    (tmp_path / "2025-10-29-a.txt").write_text(source, encoding="utf-8")
    catalog, omissions = content.load(tmp_path)
    (paper,) = catalog.papers
    assert (paper.title, paper.published, paper.comments) == ("A Title", None, 5)
    (omission,) = omissions
    assert (omission.line, omission.field) == (_line(source, "A Title"), "published")
    assert "2025-02-29" in omission.message


def test_a_leap_day_of_a_leap_year_is_a_day():
    source = _capture("A Title", LONG, "• 2 authors\n·\nFeb 29")
    assert _papers(source, datetime.date(2024, 3, 1))[0]["published"] == "2024-02-29"


# --- titles and abstracts -----------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "Is This a Title?",
        "It Ends with a Full Stop.",
        "Look Here!",
        "May We Ask",
        "10 authors walk into a bar",
        "语言模型",
        "x",
        # Longer than many an abstract.
        "Do Titles That Are Longer Than Any Title Should Be, And Which Are Found In Every "
        "Proceedings, End In A Question Mark, Or Do They Not?",
    ],
)
def test_a_title_may_end_as_it_likes(title):
    byline = "• 2 authors\n·\nMay 6, 2023"
    _, second = _papers(_capture("A", OTHER, byline, title, LONG, byline))
    assert (second["title"], second["abstract"]) == (title, LONG)


def test_an_abstract_may_have_lines_and_blocks():
    lines = LONG.replace(", ", ",\n")
    first, second = _papers(_capture("One", f"{lines}\n\n{OTHER}\n\n{LONG}", "Two", OTHER))
    assert first == {"title": "One", "abstract": f"{LONG} {OTHER} {LONG}"}
    assert second["title"] == "Two"


def test_a_title_may_have_lines():
    (paper,) = _papers(_capture("A Title:\nWith More Below", LONG))
    assert paper["title"] == "A Title: With More Below"


def test_the_text_above_a_byline_is_an_abstract_however_short():
    (paper,) = _papers(_capture("A Title", "We tried.", "• 2 authors\n·\nMay 6, 2023"))
    assert (paper["title"], paper["abstract"]) == ("A Title", "We tried.")


def test_a_paper_may_lack_its_abstract():
    byline = "• 2 authors\n·\nMay 6, 2023"
    first, _ = _papers(_capture("One", byline, "Two", LONG))
    assert first == {"title": "One", "author_count": 2, "published": "2023-05-06"}


def test_latex_is_cleaned():
    source = _capture("Q\\&A for ``N:M'' Sparsity", LONG + " It costs $20, or 80times~less.")
    (paper,) = _papers(source)
    assert paper["title"] == "Q&A for “N:M” Sparsity"
    assert paper["abstract"].endswith("It costs $20, or 80× less.")


def test_a_paper_that_stands_there_twice_is_read_twice(tmp_path):
    source = _capture("One", LONG, "Two", OTHER, "One", LONG)
    assert [paper["title"] for paper in _papers(source)] == ["One", "Two", "One"]
    (tmp_path / "2025-10-29-a.txt").write_text(source, encoding="utf-8")
    assert [paper.slug for paper in content.load(tmp_path)[0].papers] == ["one", "two"]


# --- what isn't a paper -------------------------------------------------------------------


def test_a_capture_may_lack_its_day():
    source = _capture("One", LONG, "Two", OTHER).replace("Oct 29\n", "")
    assert [paper["title"] for paper in _papers(source)] == ["One", "Two"]


def test_a_capture_may_lack_its_top():
    assert [paper["title"] for paper in _papers(f"One\n\n{LONG}\n\nTwo\n\n{OTHER}")] == [
        "One",
        "Two",
    ]


def test_a_text_without_a_title_is_named():
    source = _capture("One", LONG, "• 2 authors\n·\nMay 6, 2023", OTHER)
    record, omission = _read(source)
    assert record.fields["title"] == "One"
    assert isinstance(omission, Omission)
    assert (omission.line, omission.field) == (_line(source, OTHER), "title")
    assert ";" in omission.message


def test_the_bottom_of_the_page_is_named_and_left_out():
    source = _capture("One", LONG, "• 2 authors\n·\nMay 6, 2023", "Previous", "Next")
    record, *omissions = _read(source)
    assert record.fields["title"] == "One"
    assert [omission.line for omission in omissions] == [
        _line(source, w) for w in ("Previous", "Next")
    ]
    assert all("neither abstract nor byline" in omission.message for omission in omissions)


@pytest.mark.parametrize(
    "source", ["", "\n\n \n", "\x00\x01", TOP, TOP.replace("Oct 29\n", ""), "Oct 29"]
)
def test_where_no_paper_is_nothing_is_found(source):
    assert _read(source) == []


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_do_not_matter(end):
    source = _capture("One", LONG, "• 2 authors\n·\nMay 6, 2023", "Two", OTHER)
    assert _read(source.replace("\n", end)) == _read(source)


def test_blank_lines_may_hold_white_space():
    source = _capture("One", LONG, "• 2 authors\n·\nMay 6, 2023", "Two", OTHER)
    assert _read(source.replace("\n\n", "\n \t\u00a0\n")) == _read(source)


def test_a_record_knows_its_line():
    source = _capture("One", LONG, "• 2 authors\n·\nMay 6, 2023", "Two\nLines", OTHER)
    assert [record.line for record in _read(source)] == [_line(source, "One"), _line(source, "Two")]


def test_a_megabyte_in_one_block_is_not_a_paper(tmp_path):
    source = _capture("One", LONG, "Two", "very " * 200_000 + "long.")
    (tmp_path / "2025-10-29-a.txt").write_text(source, encoding="utf-8")
    catalog, omissions = content.load(tmp_path)
    assert [paper.abstract for paper in catalog.papers] == [LONG, None]
    assert [omission.field for omission in omissions] == ["abstract"]


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "\n",
                "\n\n",
                "·",
                "• 2 authors",
                "nvidia NVIDIA",
                "Dec 3",
                "Feb 31, 0000 1,",
                ",",
                "7",
                "One",
                LONG,
                OTHER,
                "Oct 29",
                "•",
                "\ud800",
                "\x00",
                "٣ authors",
                "Dec ٣",
                "Subscribe",
            ]
        )
        | st.text(max_size=10),
        max_size=25,
    ).map("\n".join)
)
def test_every_text_is_read_in_order(source):
    lines = [found.line for found in _read(source)]
    assert lines == sorted(lines)
    assert all(1 <= line <= source.count("\n") + source.count("\r") + 1 for line in lines)


# --- there and back -----------------------------------------------------------------------

VOCABULARY = r"""
model training text image speech of for with in a the large small graph token vision GPT-4 C++
Straße naïve 语言 (see above) 50% $20 <EOS> two-step re:visited
"""
WORDS = st.sampled_from(VOCABULARY.split())
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@st.composite
def papers(draw) -> tuple[dict, str]:
    """What should be read, and how the page shows it."""
    title = "On " + " ".join(draw(st.lists(WORDS, min_size=1, max_size=8)))
    title += draw(st.sampled_from(["", "?", "!", ".", ": A Survey"]))
    abstract = " ".join(draw(st.lists(WORDS, min_size=50, max_size=80))) + "."
    assert len(abstract) >= 150
    said: dict[str, object] = {"title": title, "abstract": abstract}
    blocks = [title, abstract]
    if draw(st.booleans()):
        if draw(st.booleans()):
            said["author_count"] = draw(st.integers(1, 9_999))
            lines = [f"  • {said['author_count']} authors"]
        else:
            handle, name = draw(st.sampled_from([("ibm-research", "IBM Research"), ("nyu", "NYU")]))
            said["organization"] = {"handle": handle, "name": name}
            lines = [f"{handle} {name}"]
        day = draw(st.dates(datetime.date(1991, 1, 1), datetime.date(2025, 12, 31)))
        said["published"] = day.isoformat()
        date = f"{MONTHS[day.month - 1]} {day.day}"
        if day.year != DAY.year or draw(st.booleans()):
            date += f", {day.year}"
        if comments := draw(st.none() | st.integers(1, 99_999)):
            said["comments"] = comments
            date += f" {comments}"
        blocks.append("\n".join([*lines, "·", date]))
    return said, "\n\n".join(blocks)


@settings(deadline=None)
@given(st.lists(papers(), max_size=8))
def test_what_a_page_shows_is_read_back(listed):
    assert _papers(_capture(*(shown for _, shown in listed))) == [said for said, _ in listed]
