"""Charts that say what the catalog says, in the picture and in the table, and harm nobody."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import markdown
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt

from generator import charts, content, pages, text, trends
from generator.model import Catalog, Paper, Topic
from tests import golden

Day = datetime.date
SVG = "{http://www.w3.org/2000/svg}"
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def papers(days: Iterable[Day], topics: tuple[str, ...] = ()) -> list[Paper]:
    return [
        Paper(f"{'-'.join(topics) or 'p'}-{index}", "P", day, topics=topics)
        for index, day in enumerate(days)
    ]


def parsed(figure: str) -> etree._Element:
    """A figure, which is well-formed, or None for none."""
    return etree.fromstring(figure) if figure else None


def bars(figure: etree._Element) -> list[tuple[int, int]]:
    """The bars of a chart over time: the step, counted from the first, and the papers."""
    path = figure.find("svg/svg/path")
    assert path.get("class") == "bars"
    height = figure.find("svg/svg").get("viewBox").split()[3]
    found = re.findall(r"M(\d+) (\d+)v-(\d+)", path.get("d"))
    assert "".join(f"M{place} {foot}v-{count}" for place, foot, count in found) == path.get("d")
    assert all(foot == height and int(count) <= int(height) for _, foot, count in found)
    return [(int(place), int(count)) for place, _, count in found]


def table(figure: etree._Element) -> list[list[str]]:
    """The rows of its table, heads first."""
    assert figure.findtext(".//caption")
    assert all(cell.get("scope") == "col" for cell in figure.iterfind(".//thead/tr/th"))
    assert all(cell.get("scope") == "row" for cell in figure.iterfind(".//tbody/tr/th"))
    return [[cell.text or "" for cell in row] for row in figure.iterfind(".//tr")]


def number(cell: str) -> int:
    return int(cell.replace(",", "") or 0)


def by_month(rows: list[list[str]]) -> dict[tuple[int, int], int]:
    heads = rows[0]
    assert heads == ["Year", "All", *MONTHS]
    found = {}
    for year, total, *cells in rows[1:]:
        assert number(total) == sum(map(number, cells))
        found |= {(int(year), index): number(cell) for index, cell in enumerate(cells, 1)}
    return found


def words(figure: etree._Element) -> str:
    return "".join(figure.find("figcaption").itertext())


def test_picture_and_table_say_what_the_catalog_says():
    catalog, _ = content.load(golden.CONTENT)
    drawn = 0
    for slug, of_topic in catalog.by_topic.items():
        figure = parsed(charts.over_time(of_topic))
        if figure is None:
            continue
        drawn += 1
        days = [paper.published or paper.listed for paper in of_topic]
        expected = Counter((day.year, day.month) for day in days)
        assert Counter(by_month(table(figure))) == expected, slug
        first = min(days)
        assert bars(figure) == sorted(
            ((year - first.year) * 12 + month - first.month, count)
            for (year, month), count in expected.items()
        )
    assert drawn > 1


@settings(max_examples=60)
@given(st.lists(st.dates(), max_size=40), st.integers(0, 3))
def test_every_paper_is_in_the_picture_and_in_the_table(days: list[Day], spread: int):
    # Near one another, or else all would be counted by year.
    near = [Day(2020 + day.year % (1 + 4 * spread), day.month, 1) for day in days]
    for some in (days, near):
        figure = parsed(charts.over_time(papers(some)))
        months = {(day.year, day.month) for day in some}
        if figure is None:
            assert len(some) < 3 or len(months) == 1
            continue
        assert sum(count for _, count in bars(figure)) == len(some)
        rows = table(figure)
        if rows[0] == ["Year", "Papers"]:
            assert {int(year): number(count) for year, count in rows[1:]} == Counter(
                day.year for day in some
            )
        else:
            assert sum(by_month(rows).values()) == len(some)


@pytest.mark.parametrize(
    "days", [[], [Day(2025, 1, 1)], [Day(2025, 1, 1), Day(2025, 4, 1)], [Day(2025, 1, 1)] * 9]
)
def test_too_little_to_look_at_is_no_chart(days: list[Day]):
    assert charts.over_time(papers(days)) == ""


def test_over_the_turn_of_a_year():
    days = [Day(2024, 11, 30), *[Day(2025, 1, 1)] * 3, Day(2025, 2, 28)]
    figure = parsed(charts.over_time(papers(days)))
    assert bars(figure) == [(0, 1), (2, 3), (3, 1)]
    assert words(figure) == "Papers by month. Most in January 2025: 3 papers"
    labels = [label.text for label in figure.iterfind("svg/text")]
    assert labels == ["Nov 2024", "Feb 2025", "3"]
    rows = table(figure)
    assert rows[1] == ["2024", "1", *[""] * 10, "1", "0"]
    assert rows[2] == ["2025", "4", "3", "1", *[""] * 10]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([Day(2025, 1, 1)] * 1200 + [Day(2025, 2, 1)], "Most in January 2025: 1,200 papers"),
        # no month stands out, but a year does
        ([Day(2023, 1, 1), *(Day(2024, month, 1) for month in range(1, 13))], "Most in 2024: 12"),
        # nor does a year
        ([Day(2023, 1, 1), Day(2024, 1, 1), Day(2025, 1, 1)], "Never more than 1 paper a month"),
        ([Day(2025, 1, 1)] * 4 + [Day(2025, 2, 1)] * 4, "Never more than 4 papers a month"),
        ([Day(1999, 1, 1)] * 5 + [Day(2025, 1, 1)], "Papers by year. Most in 1999: 5 papers"),
    ],
)
def test_the_caption_says_what_one_sees(days: list[Day], said: str):
    assert said in words(parsed(charts.over_time(papers(days))))


@settings(max_examples=60)
@given(st.lists(st.dates(Day(1990, 1, 1), Day(2030, 1, 1)), min_size=3, max_size=30))
@example([Day(2018, 4, 1), Day(2021, 1, 1), Day(2025, 11, 1)])
def test_labels_of_the_axis_stand_in_order_within_the_picture_and_apart(days: list[Day]):
    figure = charts.over_time(papers(days))
    if not figure:
        return
    svg = parsed(figure).find("svg")
    foot = max(float(label.get("y")) for label in svg.iterfind("text"))
    axis = [label for label in svg.iterfind("text") if float(label.get("y")) == foot]
    share = {"start": (0, 1), "middle": (0.5, 0.5), "end": (1, 0)}
    width = 328 if svg.get("width") == "100%" else min(328, int(svg.get("width")))  # of a phone
    end = -1.0
    for label in axis:
        place = float(label.get("x").removesuffix("%")) / 100 * width
        room = 6.6 * len(label.text)
        before, behind = (room * part for part in share[label.get("text-anchor", "start")])
        assert place - before > end + 3, [label.text for label in axis]
        end = place + behind
    assert end <= width + 1


def test_a_figure_has_a_name_and_neither_style_nor_script():
    made = [
        charts.over_time(papers([Day(2024, 1, 1), Day(2025, 1, 1), Day(2025, 2, 1)])),
        charts.triangle([Topic("a", "A"), Topic("b", "B")], {("a", "b"): 3}),
        charts.cell(trends.Series(3, 2024 * 12, (1, 0, 4)), 9),
    ]
    for figure in map(parsed, made):
        picture = figure.find("svg")
        assert picture.get("role") == "img"
        assert picture.get("aria-label")
        for element in figure.iter():
            assert not {"style", "onload", "href"} & set(element.keys())
            assert element.tag not in ("script", "style", "a")


HOSTILE = [
    "</figure></svg><script>alert(1)</script>",
    '" onload="alert(1)',
    "*bold* _it_ `code` [link](javascript:alert(1)) ![](x)",
    "& &amp; &#42; <b>b</b> <!-- ]]>",
    "مرحبا بالعالم و" * 9,
    "語" * 90,
    "```",
    "~~~",
    "    indented",
]


def sharing(titles: list[str], each: int = 4) -> Catalog:
    """Topics of these titles, of which neighbours share papers."""
    topics = tuple(Topic(f"t{index:03}", title) for index, title in enumerate(titles))
    made = []
    for one, other in pairwise(topics):
        days = [Day(2024 + index % 2, 1 + index % 12, 1) for index in range(each)]
        made += papers(days, (one.slug, other.slug))
    return Catalog(tuple(made), topics)


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_stays_text_in_commonmark_and_python_markdown(title: str):
    title = text.plain(title)
    shown = charts.of_catalog(sharing([title, "B"]))
    for figure in (shown["triangle"], shown["numbers"]):
        names = [cell.text for cell in parsed(figure).iterfind(".//tbody/tr/th")]
        assert title in names
        page = f"# A\n\n{figure}\n\n*b*\n"
        assert figure in markdown.markdown(page, extensions=["tables", "fenced_code", "toc"])
        assert figure in MarkdownIt().render(page)


def test_a_long_name_is_cut_in_the_picture_and_whole_in_the_table():
    long = "A topic of which the name is much too long for any phone or column of a newspaper"
    figure = parsed(charts.of_catalog(sharing([long, "B"]))["triangle"])
    first = figure.find("svg/text").text
    assert first.endswith("…")
    assert long.startswith(first[:-1])
    assert long in [cell.text for cell in figure.iterfind(".//tbody/tr/th")]


def test_squares_are_as_large_as_what_is_shared():
    topics = [Topic(slug, slug.upper()) for slug in "abc"]
    shared = {("a", "b"): 16, ("a", "c"): 4, ("x", "y"): 99}
    figure = parsed(charts.triangle(topics, shared))
    path = figure.findall("svg/path")[1].get("d")
    sides = [float(side) for side in re.findall(r"h([\d.]+)v", path)]
    assert [side**2 / sides[0] ** 2 for side in sides] == [1, 0.25]
    assert table(figure)[1:] == [["A", "B", "16"], ["A", "C", "4"]]
    assert words(figure).endswith("Most: A and B, 16 papers")
    assert charts.triangle(topics, {("x", "y"): 99}) == ""


def test_small_charts_have_one_length_and_one_scale_and_a_table_of_the_same():
    catalog = Catalog(
        (
            *papers([Day(2015, 1, 1), *[Day(2020, 5, 1)] * 7], ("a",)),
            *papers([Day(2019, 12, 1), Day(2020, 2, 1)], ("b",)),
        ),
        (Topic("b", "B"), Topic("a", "A"), Topic("none", "None")),
    )
    shown = charts.of_catalog(catalog)
    assert [(topic.slug, count) for topic, count, _ in shown["cells"]] == [("a", 8), ("b", 2)]
    assert shown["unit"] == "quarter"
    heads, *rows = table(parsed(shown["numbers"]))
    assert (heads[2], heads[-1]) == ("Q1 2015", "Q2 2020")
    for (_, count, figure), row in zip(shown["cells"], rows, strict=True):
        drawn = parsed(figure)
        assert drawn.find("svg/svg").get("viewBox") == "-.5 0 22 7"
        numbers = list(map(number, row[2:]))
        assert dict(bars(drawn)) == {
            place: papers for place, papers in enumerate(numbers) if papers
        }
        assert int(row[1]) == count == sum(numbers)


def rendered(catalog: Catalog) -> dict[str, str]:
    return {path: page.decode() for path, page in pages.render(catalog, golden.PUBLICATION)}


def test_the_page_of_trends_draws_no_topic_without_papers_and_counts_none():
    days = [Day(2025, 1, 1), Day(2025, 2, 1), Day(2025, 3, 1)]
    topics = (Topic("empty", "Empty"), Topic("full", "Full"))
    page = rendered(Catalog(tuple(papers(days, ("full",))), topics))["trends.md"]
    assert re.findall(r"### \[(.*?)\]", page) == ["Full"]
    assert "with most papers" not in page


def test_the_page_of_trends_has_a_bound_and_says_so():
    page = rendered(sharing([f"Topic {index}" for index in range(200)], each=2))["trends.md"]
    assert page.count("### [") == charts.DRAWN
    assert "Of 200 topics these are the 48 with most papers" in page
    assert page.count("\n1. ") == charts.PAIRS
    small, large = (
        charts.of_catalog(sharing([f"Topic {index}" for index in range(topics)], each))
        for topics, each in ((60, 24), (200, 96))
    )
    assert len(str(large)) < 1.2 * len(str(small))


def test_only_the_first_page_of_a_topic_has_the_chart_and_only_if_there_is_one():
    days = [Day(2024 + index % 2, 1, 1) for index in range(70)]
    catalog = Catalog(tuple(papers(days, ("t",))), (Topic("t", "T"), Topic("empty", "Empty")))
    made = rendered(catalog)
    assert made["topics/t.md"].count('<figure class="chart">') == 1
    for path in ("topics/t/2.md", "topics/empty.md"):
        assert "<figure" not in made[path]


def test_without_papers_the_page_of_trends_stands():
    for catalog in (Catalog(), Catalog(tuple(papers([Day(2025, 1, 1)])))):
        page = rendered(catalog)["trends.md"]
        assert "can be drawn as soon as" in page
        assert "<figure" not in page
        assert "too few to tell" not in page


def test_the_page_of_trends_tells_what_grew_and_when_it_can_not_tell():
    now, before = [Day(2025, 3, 1)], [Day(2024, 12, 1)]
    june = [Day(2025, 5, 1)]
    grown = (*papers(now * 30 + before * 6, ("a",)), *papers(now * 20 + before * 34 + june, ("b",)))
    topics = (Topic("a", "A *star*"), Topic("b", "B"))
    page = rendered(Catalog(grown, topics))["trends.md"]
    assert "February 2025 to April 2025 (50 papers)" in page
    assert (
        "- Up: [A \\*star\\*](topics/a.md) *from 15.0% to 60.0% (30 papers after 6)*\n"
        "- Down: [B](topics/b.md) *from 85.0% to 40.0% (20 papers after 34)*" in page
    )
    few = (*papers(now * 3 + before, ("a",)), *papers(june, ("b",)))
    page = rendered(Catalog(few, topics))["trends.md"]
    assert "too few to tell" in page
    assert "Up:" not in page
