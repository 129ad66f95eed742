"""``broadsheet search``: a built site, asked on the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import Run


def test_the_best_come_first(broadsheet_here: Run, edition_site: Path):
    said = broadsheet_here("search", "electra discriminators", "--site-dir", edition_site).stdout
    first, second, third, *_ = said.splitlines()
    assert first.startswith("  1. ELECTRA: Pre-training Text Encoders as Discriminators")
    assert second == "    2025-12-10 · Kevin Clark, Minh-Thang Luong, Quoc V. Le and others"
    assert third.startswith("    papers/electra-pre-training")
    assert said.splitlines()[-1] == "2 papers."


def test_what_isnt_there_is_told(broadsheet_here: Run, edition_site: Path):
    said = broadsheet_here("search", "discrimniators", "--site-dir", edition_site).stdout
    assert said.splitlines() == [
        "0 papers.",
        "No paper has: discrimniators",
        "Did you mean: discriminators",
    ]


def test_json_says_everything(broadsheet_here: Run, edition_site: Path):
    arguments = ("search", "language model", "--size", 3, "--start", 2, "--json", "--sort", "date")
    said = json.loads(broadsheet_here(*arguments, "--site-dir", edition_site).stdout)
    assert said["question"] == "language model"
    assert said["total"] >= said["holds"] > len(said["hits"]) == 3
    assert said["hits"][0]["card"].keys() >= {"slug", "title", "authors", "listed", "topics"}
    assert said["facets"]["year"][0][2] > 0
    dates = [hit["card"]["published"] or hit["card"]["listed"] for hit in said["hits"]]
    assert dates == sorted(dates, reverse=True)


@pytest.mark.parametrize("question", ["-", '"🙂"', "", "-year:1066"])
def test_a_question_without_a_word_is_told(broadsheet_here: Run, edition_site: Path, question: str):
    asked = broadsheet_here("search", "--site-dir", edition_site, "--", question)
    told = "There is no word to look for: all 105 papers.\n"
    assert asked.stderr == (told if question in ("-", '"🙂"') else "")
    assert asked.stdout.splitlines()[-1] == "105 papers."


def test_a_question_that_begins_with_a_dash(broadsheet_here: Run, edition_site: Path):
    said = broadsheet_here("search", "--site-dir", edition_site, "--", "-model").stdout
    assert "papers." in said


@pytest.mark.parametrize("broken", ["search", "search/index.json", "search/terms"])
def test_a_site_without_an_index(
    broadsheet_here: Run, edition_site: Path, tmp_path: Path, broken: str
):
    site = tmp_path / "site"
    shutil.copytree(edition_site / "search", site / "search")
    gone = site / broken
    shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
    said = broadsheet_here("search", "model", "--site-dir", site, code=1).stderr
    assert "no search index, or not all of it" in said
    assert "broadsheet build" in said


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"papers": 3}', b"\xff\xfe"])
def test_a_damaged_index(broadsheet_here: Run, edition_site: Path, tmp_path: Path, damage: bytes):
    site = tmp_path / "site"
    shutil.copytree(edition_site / "search", site / "search")
    Path(site, "search", "index.json").write_bytes(damage)
    said = broadsheet_here("search", "model", "--site-dir", site, code=1).stderr
    assert "can't be read; build the site anew" in said
