"""Captures: what is read from the text of a page, however it was torn on the way."""

from __future__ import annotations

import datetime
import textwrap
import time

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


def _omissions(source: str) -> list[tuple[int | None, str | None]]:
    """Line and field of all that is left out; each says what to do about it."""
    omissions = [one for one in _read(source) if isinstance(one, Omission)]
    assert all("; " in omission.message for omission in omissions)
    return [(omission.line, omission.field) for omission in omissions]


def _titles(source: str) -> list[object]:
    return [one.fields["title"] for one in _read(source) if isinstance(one, Record)]


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


# --- blank lines that were lost -----------------------------------------------------------

# As abstracts are on the page: one line, however long.
FIRST, SECOND = f"{LONG} {OTHER}", f"{OTHER} {LONG}"
BYLINE = "  • 3 authors\n·\nOct 28, 2025 9"
SAID = {"author_count": 3, "published": "2025-10-28", "comments": 9}
ORGANIZATION = "nvidia NVIDIA\n·\nSep 30 7"
SAID_BY_NVIDIA = {
    "organization": {"handle": "nvidia", "name": "NVIDIA"},
    "published": "2025-09-30",
    "comments": 7,
}
BLOCKS = ["One", FIRST, BYLINE, "Two", SECOND, ORGANIZATION, "Three", FIRST, "Four", SECOND]
PAPERS = [
    {"title": "One", "abstract": FIRST, **SAID},
    {"title": "Two", "abstract": SECOND, **SAID_BY_NVIDIA},
    {"title": "Three", "abstract": FIRST},
    {"title": "Four", "abstract": SECOND},
]


@pytest.mark.parametrize("lost", range(2 ** (len(BLOCKS) - 1)))
def test_any_blank_lines_may_be_lost(lost):
    source = BLOCKS[0]
    for index, block in enumerate(BLOCKS[1:]):
        source += ("\n" if lost >> index & 1 else "\n\n") + block
    assert _papers(_capture(source)) == PAPERS


def test_all_blank_lines_may_be_lost():
    source = "\n".join(line for line in _capture(*BLOCKS).splitlines() if line)
    assert _papers(source) == PAPERS
    assert _papers(f"{source}\n{source}") == PAPERS * 2


def test_a_glued_record_begins_at_its_title():
    source = _capture("\n".join(BLOCKS))
    assert [record.line for record in _read(source)] == [
        _line(source, title) for title in ("One", "Two", "Three", "Four")
    ]


@pytest.mark.parametrize("title", ["Is It?", "It Is.", "Two\nLines", "More: Of\nIt\nAll"])
def test_a_title_that_is_glued_to_its_abstract_may_look_as_it_likes(title):
    source = _capture("One", FIRST, BYLINE, f"{title}\n{SECOND}\n{BYLINE}")
    assert _papers(source)[1] == {"title": " ".join(title.split()), "abstract": SECOND, **SAID}


def _wrapped(text: str, width: int) -> str:
    return textwrap.fill(text, width, break_on_hyphens=False)


@pytest.mark.parametrize("width", [40, 60, 72, 80, 100, 130, 140, 160, 200])
def test_wrapped_text_stays_together(width):
    abstracts = [_wrapped(f"{FIRST} {SECOND}", width), _wrapped(f"{SECOND} {SECOND}", width)]
    blocks = ["One", abstracts[0], BYLINE, "Two", abstracts[1], "Three", abstracts[0]]
    papers = _papers(_capture(*blocks))
    assert [paper["title"] for paper in papers] == ["One", "Two", "Three"]
    assert papers[0] == {"title": "One", "abstract": f"{FIRST} {SECOND}", **SAID}
    glued = _capture(f"One\n{abstracts[0]}\n{BYLINE}\nTwo\n{abstracts[1]}")
    assert _papers(glued) == papers[:2]


def test_a_title_without_abstract_may_be_glued_to_the_abstract_above():
    source = _capture(f"One\n{FIRST}\nTwo\n{BYLINE}")
    assert _papers(source) == [{"title": "One", "abstract": FIRST}, {"title": "Two", **SAID}]


def test_the_last_line_of_an_abstract_is_no_organization():
    (paper,) = _papers(_capture("One", f"{LONG[:-8]}\n{LONG[-8:]}\n·\nOct 28, 2025"))
    assert paper == {"title": "One", "abstract": LONG, "published": "2025-10-28"}


# --- bylines that say too much or nothing -------------------------------------------------


@pytest.mark.parametrize(
    ("authors", "count"),
    [
        ("• 1,234 authors", 1234),
        ("• 1.234 authors", 1234),
        ("• 1\u202f234 authors", 1234),
        ("• 3 Authors", 3),
        ("•\n3 authors", 3),
        ("• 0 authors", None),
    ],
)
def test_a_number_of_authors_may_be_written_in_many_ways(authors, count):
    (paper,) = _papers(_capture("One", LONG, f"{authors}\n·\nOct 28, 2025 9"))
    assert paper.get("author_count") == count
    assert paper["published"] == "2025-10-28"
    assert "organization" not in paper


@pytest.mark.parametrize("glue", ["\n", "\n\n"])
@pytest.mark.parametrize("authors", ["• Seven authors", "• 1,23 authors", "• ibm IBM", "• ,"])
def test_a_bullet_begins_no_organization(authors, glue):
    source = _capture("One", f"{LONG}{glue}{authors}\n·\nOct 28, 2025 9", "Two", OTHER)
    first, _, second = _read(source)
    assert first.fields == {
        "title": "One",
        "abstract": LONG,
        "published": "2025-10-28",
        "comments": 9,
    }
    assert second.fields == {"title": "Two", "abstract": OTHER}
    assert _omissions(source) == [(_line(source, authors), "author_count")]


def test_a_date_that_is_none_is_named():
    source = _capture("One", LONG, "• 2 authors\n·\n3 days ago", "Two", OTHER)
    assert _titles(source) == ["One", "Two"]
    assert _omissions(source) == [(_line(source, "3 days ago"), "published")]


@pytest.mark.parametrize("glue", ["\n", "\n\n"])
@pytest.mark.parametrize("second", ["• 8 authors\n·\nMay 5 4", ORGANIZATION, "·\nMay 5"])
def test_a_second_byline_is_named_and_overwrites_nothing(second, glue):
    source = _capture("One", LONG, f"{BYLINE}{glue}{second}", "Two", OTHER)
    first, _, other = _read(source)
    assert first.fields == {"title": "One", "abstract": LONG, **SAID}
    assert other.fields == {"title": "Two", "abstract": OTHER}
    (line, name) = _omissions(source)[0]
    assert source.splitlines()[line - 1 :][: second.count("\n") + 1] == second.splitlines()
    assert name is None


@pytest.mark.parametrize("byline", ["• 8 authors\n·\nMay 5 4", ORGANIZATION, "·\nMay 5", "May 5 4"])
def test_a_byline_without_a_paper_is_named(byline):
    source = _capture(byline, "Two", OTHER)
    assert _titles(source) == ["Two"]
    assert _omissions(source) == [(_line(source, byline.split("\n")[0]), None)]


# --- headings and furniture in the middle -------------------------------------------------


@pytest.mark.parametrize("glue", ["\n", "\n\n"])
@pytest.mark.parametrize("heading", ["Oct 27", "October 27, 2025"])
def test_a_date_behind_a_byline_is_a_heading(heading, glue):
    source = _capture("One", LONG, f"{BYLINE}{glue}{heading}{glue}Two", OTHER)
    assert _papers(source) == [
        {"title": "One", "abstract": LONG, **SAID},
        {"title": "Two", "abstract": OTHER},
    ]


def test_a_date_below_an_abstract_may_be_either_and_is_named():
    source = _capture("One", LONG, "Oct 27", "Two", OTHER)
    assert [record.fields for record in _read(source) if isinstance(record, Record)] == [
        {"title": "One", "abstract": LONG},
        {"title": "Two", "abstract": OTHER},
    ]
    assert _omissions(source) == [(_line(source, "Oct 27"), "published")]


@pytest.mark.parametrize("date", ["Oct 27, 2025", "Oct 27 4"])
def test_a_date_with_a_year_or_comments_below_an_abstract_is_its_date(date):
    assert _papers(_capture("One", LONG, date, "Two", OTHER))[0]["published"] == "2025-10-27"


@pytest.mark.parametrize("between", ["\n", "\n\n", ""])
@pytest.mark.parametrize("top", [TOP, TOP.replace("Oct 29\n", ""), "Subscribe\n", "daily papers\n"])
def test_captures_may_follow_each_other(top, between):
    blocks = ["One", LONG, BYLINE, "Two", OTHER, BYLINE]
    source = _capture(*blocks) + between + top + "\n" + "\n\n".join(blocks)
    assert _papers(source) == _papers(_capture(*blocks)) * 2


def test_a_word_of_a_text_is_no_furniture():
    abstract = LONG.replace(" about ", "\nnew\n")
    assert _papers(_capture("One", abstract))[0]["abstract"] == abstract.replace("\n", " ")


def test_what_stands_above_the_day_and_is_not_known_is_named():
    source = f"Models\n\n{_capture('One', LONG)}"
    assert _titles(source) == ["One"]
    assert _omissions(source) == [(1, None)]


# --- short paragraphs ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "short",
    ["Code is available.", "We tried.\n\nIt worked (mostly.)", "Code: https://example.org/code"],
)
def test_a_short_sentence_above_a_byline_belongs_to_the_abstract(short):
    (paper,) = _papers(_capture("One", LONG, short, BYLINE))
    assert paper == {"title": "One", "abstract": f"{LONG} {' '.join(short.split())}", **SAID}


@pytest.mark.parametrize("title", ["Two", "Is It?", "Look Here!"])
def test_what_is_no_sentence_above_a_byline_is_a_title(title):
    source = _capture("One", LONG, title, BYLINE)
    assert _papers(source) == [{"title": "One", "abstract": LONG}, {"title": title, **SAID}]


# --- hostile input ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "times"),
    [
        *((line, 5_000_000) for line in ("x", "$", '"')),
        *((line, 50_000) for line in ("a\n\n", "a\n", "• 2 authors\n\n", "Oct 28\n\n")),
        *((line, 20_000) for line in ("a.\n\n", "·\n\n", "• x\n", "x\n·\n", "new\n", "new\nx\n")),
        (f"One\n{FIRST}\n", 5_000),
        (f"{LONG}\n\n", 5_000),
    ],
)
def test_hostile_input_takes_no_longer_than_it_is_long(line, times):
    begin = time.process_time()
    _read(line * times + "\n·\nOct 28")
    assert time.process_time() - begin < 20  # where it takes the square of it: hours


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
