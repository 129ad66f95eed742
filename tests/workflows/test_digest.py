"""digest.yml sends last week's digest to a list, once, and only where it was turned on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mail.server import LOST_AND_DROPPED, MailServer
from tests.workflows.runner import Host, Run, succeeded

pytestmark = pytest.mark.proof

LIST = "list@lists.example"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


def sent(host: Host, mail: MailServer, week: str = "2025-W44", **of_artifact: object) -> Run:
    host.variables = {"SEND_DIGEST": "true"}
    host.secrets = {**mail.environment(), "DIGEST_TO": LIST}
    run = host.run("digest", "workflow_dispatch", {}, inputs={"week": week})
    host.keep(
        run,
        **{
            "expired": False,
            "created_at": f"2025-11-03T07:{run.number % 60:02}:00Z",
            **of_artifact,
        },
    )
    return run  # fmt: skip


OF_MAIN = {"workflow_run": {"head_branch": "main", "repository_id": 1, "head_repository_id": 1}}
OF_STRANGERS = {
    "workflow_run": {"head_branch": "main", "repository_id": 1, "head_repository_id": 2}
}


def test_it_is_off_until_it_is_turned_on(begun: Host):
    run = begun.run("digest", "schedule", {})
    assert run.jobs == {"send": "skipped"}


def test_a_week_is_sent_once_whoever_starts_it_again(new_host: Host, mail: MailServer):
    for _ in range(2):
        succeeded(sent(new_host, mail, **OF_MAIN))
    assert mail.counts() == {LIST: 1}
    assert b"Week 44, 2025" in mail.taken[LIST][0]
    succeeded(sent(new_host, mail, week="", **OF_MAIN))
    assert mail.counts() == {LIST: 1}, "last week brought nothing"


def test_what_is_in_doubt_is_not_sent_again(new_host: Host, mail: MailServer):
    mail.failures = {LOST_AND_DROPPED: 1.0}
    assert sent(new_host, mail, **OF_MAIN).failed == ["Send it"]
    mail.failures = {}
    run = sent(new_host, mail, **OF_MAIN)
    assert run.failed == ["Send it"]
    assert not mail.taken
    assert "an earlier run ended before the server's answer" in run.log


def test_a_strangers_artifact_stops_nothing(new_host: Host, mail: MailServer):
    succeeded(sent(new_host, mail, **OF_STRANGERS))
    succeeded(sent(new_host, mail, **OF_STRANGERS))
    assert mail.counts() == {LIST: 2}, "what isn't main's isn't looked at"


def test_what_is_no_week_is_said(new_host: Host, mail: MailServer):
    run = sent(new_host, mail, week="$(date)")
    assert run.failed == ["Choose the week"]
    assert "::error::This is no week" in run.log
    assert not run.artifacts
