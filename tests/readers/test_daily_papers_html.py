"""A saved Daily Papers page: its data wherever it stands, pages that hold none."""

from __future__ import annotations

import datetime
import html
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import Omission
from generator.readers import Unreadable, daily_papers_html, huggingface
from tests.conftest import patience
from tests.readers.reading import assert_read_or_named
from tests.readers.test_huggingface import FULL, _without

DAY = datetime.date(2025, 10, 29)
DATA = {"periodType": "day", "dateString": "2025-10-28", "dailyPapers": [FULL], "user": {"a": [1]}}
FURNITURE = (
    '<div data-target="Header" data-props="{&quot;papers&quot;:[{&quot;id&quot;:1}]}"></div>'
)


def page(data: object, template: str = "") -> str:
    value = html.escape(data if isinstance(data, str) else json.dumps(data))
    template = template or (
        '<div class="SVELTE_HYDRATER contents" data-target="DailyPapers" data-props="{}"></div>'
    )
    return (
        f'<!doctype html>\n<html class="">\n<head><meta charset="utf-8"></head>\n<body>{FURNITURE}\n'
        f"<main>{template.replace('{}', value)}<p>5 < 6 & 7</main>\n</body></html>\n"
    )


def _read(source: str) -> list:
    return list(daily_papers_html.read(source, DAY))


def test_a_saved_page_says_what_the_api_says():
    wanted = list(huggingface.read(json.dumps([FULL]), DAY))
    assert _read(page(DATA)) == [replace(one, line=5) for one in wanted]
    assert daily_papers_html.day(page(DATA)) == datetime.date(2025, 10, 28)


@pytest.mark.parametrize(
    ("data", "template"),
    [
        ({"props": {"page": {"papers": [FULL]}}}, '<div data-page="{}"></div>'),
        ([FULL], "<section data-x='{}'></section>"),
        (DATA, '<div data-props="{}" data-target="Renamed"><div><div></div></div></div>'),
        ({**DATA, "similar": [FULL, FULL, FULL]}, ""),
        ({"similar": [FULL], "papers": [FULL, FULL]}, ""),
        (DATA, "<div>" * 1_000 + '<p data-props="{}">'),
        (DATA, """<script>var a="{"; b = '[</script><p data-props="{}">"""),
    ],
    ids=["deeper", "bare", "renamed", "by name", "longest", "deep", "broken before"],
)
def test_the_data_is_found_where_pages_move_it(data, template):
    expected = 2 if "papers" in data else 1
    assert len(_read(page(data, template))) == expected


def test_data_may_stand_in_a_script():
    script = f'<script type="application/json">{json.dumps(DATA)}</script>'
    assert len(_read(page("", script))) == 1


def test_a_record_that_is_none_is_named_and_the_others_stay():
    first, second, third = _read(page({**DATA, "dailyPapers": [FULL, 7, _without(FULL, "id")]}))
    assert isinstance(second, Omission)
    assert second.line == 5
    assert ";" in second.message
    assert first.fields["arxiv_id"] == "2405.21060"
    assert third.fields["arxiv_id"] is None


def test_the_page_of_a_week_or_of_nothing_gives_no_day():
    assert daily_papers_html.day(page({**DATA, "dateString": "2025-W44"})) is None
    assert daily_papers_html.day(page({**DATA, "dateString": 7})) is None
    assert daily_papers_html.day("<p>") is None


def test_a_day_without_papers_has_none():
    assert _read(page({**DATA, "dailyPapers": []})) == []


@pytest.mark.parametrize(
    "source",
    [
        "",
        "\x00",
        "Too Many Requests",
        "<html><body><article>One</article></body></html>",
        page("{broken"),
        page({"dailyPapers": 7}),
        page("[" * 100_000),
        page('{"a":' * 100_000),
        "<" * 100_000,
        '<p data-props="{' * 50_000,
        "<p " + "a='[1]' " * 50_000 + ">",
        "<script json>[" * 50_000,
        "<script json>[" * 50_000 + "</script>",
        "<script " * 50_000,
        "= " * 100_000,
    ],
    ids=lambda source: ascii(source[:20]),
)
def test_a_page_without_its_data_says_what_to_do_instead(source):
    with (
        patience(),
        pytest.raises(Unreadable, match=r"papers/date/2025-10-29\) as “HTML only”, or"),
    ):
        _read(source)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=5) | st.just(FULL),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["paper", "title", "dailyPapers", "id"]), inner)
        ),
        max_leaves=8,
    )
)
def test_whatever_shape_it_has_is_read_or_named(data):
    assert_read_or_named(_read, page(data), 5)
