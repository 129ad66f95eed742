"""Seven weeks of a small publication; ``make bench`` has the year of a large one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import lacking
from tests.simulation import simulate

pytestmark = pytest.mark.proof


def test_nobody_loses_an_item_or_is_shown_one_twice(tmp_path: Path):
    if not shutil.which("newsboat"):
        lacking("clients", "newsboat is not installed")
    outcome = simulate(
        tmp_path,
        days=48,
        per_day=9,
        intervals={"all": (2, 7, 14), "fish": (5, 14), "organizations/lab": (14,)},
    )
    assert outcome.examples == []
    assert (outcome.lost, outcome.shown_twice, outcome.changed_archives) == (0, 0, 0)
    assert outcome.deploys == 48
    assert outcome.archives >= 3 * 4
    assert outcome.entries > 500
