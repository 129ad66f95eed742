"""What is said of days that can hardly be."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from generator import content
from generator.curation import days
from tests.test_content import write

TODAY = datetime.date(2025, 10, 30)
LISTED = {"listings/2025-10-29-a.jsonl": '{"title": "A paper", "published": "2025-10-28"}\n'}
PAGE = "Daily Papers\n\n{}\n\nA page's paper\n\n• 7 authors\n·\nSep 30, 2025\n"
TO_COME = (
    "hasn't come yet, and is today here until a later one is listed; see whether the year is right"
)


def found(folder: Path, files: dict[str, str]) -> list[str]:
    write(folder, {**LISTED, **files})
    catalog, omissions = content.load(folder)
    assert not omissions
    return [str(one) for one in days.problems(catalog, folder, TODAY, str)]


def test_days_that_can_be_are_good(tmp_path: Path):
    files = {
        "listings/2025-10-31-a.jsonl": '{"title": "Of tomorrow, as it is somewhere"}\n',
        "listings/2025-10-28-b.jsonl": '{"title": "Said by a listing", "published": "2026-01-01"}\n',
        "papers/a-paper.yml": "published: 2025-10-29\n",
        "papers/by-hand.yml": "title: By hand\nlisted: 2025-10-30\n",
    }
    assert found(tmp_path, files) == []


def test_a_listing_of_a_day_to_come_is_named(tmp_path: Path):
    files = {"listings/2052-10-29-a.jsonl": '{"title": "Another"}\n'}
    assert found(tmp_path, files) == [f"listings/2052-10-29-a.jsonl: 2052-10-29 {TO_COME}"]


def test_a_paper_added_for_a_day_to_come_is_named(tmp_path: Path):
    files = {"papers/by-hand.yml": "title: By hand\nlisted: 2052-10-29\n"}
    assert found(tmp_path, files) == [f"papers/by-hand.yml:2: listed: 2052-10-29 {TO_COME}"]


def test_a_paper_that_is_younger_than_its_listing_is_named(tmp_path: Path):
    files = {"papers/a-paper.yml": "note: Good.\npublished: 2052-10-28\n"}
    assert found(tmp_path, files) == [
        "papers/a-paper.yml:2: published: 2052-10-28 is after 2025-10-29, when the paper was listed; see "
        "whether it is right"
    ]


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("2025-10-29", "Oct 29"),
        ("2025-10-29", "Oct 28"),
        ("2025-01-01", "Dec 31"),
        ("2025-10-29", "New"),
    ],
)
def test_a_page_of_the_day_in_its_files_name_is_good(tmp_path: Path, name: str, heading: str):
    assert found(tmp_path, {f"listings/{name}-page.txt": PAGE.format(heading)}) == []


def test_a_page_of_another_day_than_its_file_is_named(tmp_path: Path):
    assert found(tmp_path, {"listings/2025-10-29-page.txt": PAGE.format("Dec 10")}) == [
        "listings/2025-10-29-page.txt:3: the page is of “Dec 10”, and its file's name of 2025-10-29; see "
        "which is right"
    ]
