"""Pulls that are killed, and hosts that fail: in the end the files are as if nothing had happened."""

from __future__ import annotations

import datetime
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import puller
from tests.conftest import patience
from tests.sources.papers_host import FAILURES, PapersHost

MONTH = [datetime.date(2025, 9, day) for day in range(1, 31)]

pytestmark = [
    pytest.mark.proof,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="processes can't be forked here"),
]


@pytest.fixture
def host() -> Iterator[PapersHost]:
    made = PapersHost(MONTH[0])
    yield made
    made.close()


def test_a_month_of_failures_ends_as_a_month_without(host: PapersHost, tmp_path: Path):
    """Every third call fails in some way, and on every third day a pull is killed at some moment."""
    calm = puller.publication(tmp_path / "calm", host.root)
    with patience(180), puller.Puller(calm) as pulls:
        for host.day in MONTH:
            assert pulls.pull(host.day, "--days", "3") == 0
    stormy = puller.publication(tmp_path / "stormy", host.root)
    chance = random.Random(7)
    failed = 0
    host.fails = lambda number: chance.choice(FAILURES) if number % 3 == 0 else None
    with patience(180), puller.Puller(stormy) as pulls:
        for host.day in MONTH:
            kill = chance.uniform(0, 0.2) if host.day.day % 3 == 0 else None
            while kill is not None:
                code = pulls.pull(host.day, "--days", "3", kill_after=kill)
                assert code in (0, 1, -9)
                kill = kill / 2 if code != -9 else None  # or it had ended before
            for _ in range(30):
                code = pulls.pull(host.day, "--days", "3")
                assert code in (0, 1)
                failed += code == 1
                if code == 0:
                    break
            else:
                pytest.fail(f"no pull of {host.day} ended well")
    assert failed > 3
    assert puller.listings(stormy) == puller.listings(calm)
    assert len(puller.listings(calm)) > 60


def test_no_kill_leaves_half_a_file_or_a_paper_twice(host: PapersHost, tmp_path: Path):
    folder = puller.publication(tmp_path / "publication", host.root)
    with patience(120):
        killed, _ = puller.kills(folder, host, rounds=20)
    assert killed > 5
    found = puller.see_whole(folder)
    assert not [name for name in puller.listings(folder) if Path(name).name.startswith(".")]
    last = host.day
    for back in range(10):
        day = last - datetime.timedelta(back)
        if host.papers(day):
            assert len(found[f"{day.year}/{day}-daily-papers.jsonl"]) == len(host.papers(day))
