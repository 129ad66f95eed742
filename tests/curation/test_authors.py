"""What is said of lists of authors that hardly say who they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.test_content import write

LISTED = {
    "listings/2025-10-29-a.jsonl": '{"title": "A paper", "authors": ["Doe, Jane and others"]}\n'
}


def told(run: Run, folder: Path, overlay: str) -> str:
    write(folder, {**LISTED, "papers/a-paper.yml": overlay})
    return run("check", "--content", folder, cwd=folder).stderr.replace(f"{folder}/", "")


@pytest.mark.parametrize(
    "overlay",
    [
        "authors: [Jane Doe, The Coffee and Tea Consortium, 'Martin King, Jr.', 'X, Inc.', Al Anders]\n",
        "authors: [Jane Doe, John Roe]\nauthor_count: null\n",
        "authors: [Jane Doe]\nauthor_count: 5\n",
        "note: What the listing says is as it came.\n",
    ],
)
def test_authors_as_they_should_be_are_good(broadsheet_here: Run, tmp_path: Path, overlay: str):
    assert told(broadsheet_here, tmp_path, overlay) == ""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Doe, Jane", "may be several, or has the family name first; write each apart, as"),
        ("Jane Doe, John Roe, Mary Major, Ann Lee", "may be several, or has the family name first"),
        ("Jane Doe and John Roe", "may be several; write each apart, as [Jane Doe, John Roe]"),
        ("Doe, Jane; Roe, John", "may be several; write each apart, as [Jane Doe, John Roe]"),
        ("Jane Doe et al.", "is nobody's name; name them all, or say in author_count how many"),
        ("others", "is nobody's name; name them all, or say in author_count how many"),
    ],
)
def test_who_is_hardly_one_author_is_named(
    broadsheet_here: Run, tmp_path: Path, name: str, said: str
):
    found = told(broadsheet_here, tmp_path, f'note: Good.\nauthors: [Ann Lee, "{name}"]\n')
    assert found.startswith(f'remark: papers/a-paper.yml:2: authors: "{name}" {said}')
    assert len(found.splitlines()) == 1


def test_fewer_authors_than_are_named_are_told(broadsheet_here: Run, tmp_path: Path):
    found = told(broadsheet_here, tmp_path, "authors: [Ann Lee, Jane Doe]\nauthor_count: 1\n")
    assert found.startswith(
        "remark: papers/a-paper.yml:2: author_count: 1, and 2 are named; write how many there are in all"
    )
