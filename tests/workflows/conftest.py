"""A small publication at its host, in the states in which the workflows find it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.server import Site
from tests.conftest import lacking
from tests.workflows.runner import CONTENT, Host, succeeded


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
def published(begun: Host, tmp_path_factory: pytest.TempPathFactory, server: Site) -> Host:
    host = begun.copied(tmp_path_factory.mktemp("published"))
    server.publish({})
    succeeded(host.publish())
    return host


@pytest.fixture
def new_host(begun: Host, tmp_path: Path, server: Site) -> Host:
    """A publication that has published nothing yet."""
    host = begun.copied(tmp_path)
    server.publish(host.site)
    return host


@pytest.fixture
def host(published: Host, tmp_path: Path, server: Site) -> Host:
    """A publication that is published."""
    host = published.copied(tmp_path)
    server.publish(host.site)
    return host
