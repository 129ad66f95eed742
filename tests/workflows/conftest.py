"""A small publication at its host, in the states in which the workflows find it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.server import Site
from tests.conftest import lacking
from tests.workflows.runner import CONTENT, Host, Run, succeeded


@pytest.fixture(scope="session")
def server() -> Iterator[Site]:
    with Site({}) as site:
        yield site


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory, server: Site) -> Host:
    if not shutil.which("jq"):
        lacking("jq", "jq is not installed")
    return Host.made(tmp_path_factory.mktemp("begun"), CONTENT, server.url)


@pytest.fixture(scope="session")
def first_publication(
    begun: Host, tmp_path_factory: pytest.TempPathFactory, server: Site
) -> tuple[Host, Run]:
    host = begun.copied(tmp_path_factory.mktemp("published"))
    server.publish({})
    return host, succeeded(host.publish())


@pytest.fixture
def new_host(begun: Host, tmp_path: Path, server: Site) -> Host:
    """A publication that has published nothing yet."""
    host = begun.copied(tmp_path)
    server.publish(host.site)
    return host


@pytest.fixture
def host(first_publication: tuple[Host, Run], tmp_path: Path, server: Site) -> Host:
    """A publication that is published."""
    host = first_publication[0].copied(tmp_path)
    server.publish(host.site)
    return host
