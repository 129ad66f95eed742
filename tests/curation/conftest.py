"""The commands that curators use, run here."""

import pytest

from tests.conftest import Run


@pytest.fixture(scope="session")
def broadsheet(broadsheet_here: Run) -> Run:
    return broadsheet_here
