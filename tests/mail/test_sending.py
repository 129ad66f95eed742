"""Sending: whatever the server does and whenever the program ends, each address exactly once."""

from __future__ import annotations

import os
import pickle
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from generator.errors import BroadsheetError, UsageError
from generator.mail import sending
from generator.mail.journal import Journal
from generator.mail.message import Message
from tests.conftest import REPOSITORY
from tests.mail.server import (
    BUSY,
    DROPPED_BEFORE,
    DROPPED_DURING,
    FAILED_DATA,
    LOST_AND_DROPPED,
    REFUSED_DATA,
    REFUSED_FROM,
    REFUSED_TO,
    TAKEN_AND_DROPPED,
    UNKNOWN_TO,
    MailServer,
)

MESSAGE = Message(
    "<1@weekly.paper.example>",
    b"From: digest@paper.example\r\nSubject: One\r\n",
    b"\r\n.a line with a dot\r\n..\r\n" + b"And more of it.\r\n" * 200,
    "mailto:digest@paper.example",
    one_click=False,
)
ANY = (
    BUSY, REFUSED_FROM, REFUSED_TO, UNKNOWN_TO, REFUSED_DATA, FAILED_DATA, DROPPED_BEFORE,
    DROPPED_DURING, TAKEN_AND_DROPPED, LOST_AND_DROPPED,
)  # fmt: skip


@pytest.fixture(autouse=True)
def synced(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What is to reach the disk at once is noted, and doesn't: no machine is switched off here."""
    found: list[int] = []
    monkeypatch.setattr(os, "fsync", found.append)
    return found


def readers(number: int) -> list[str]:
    return [f"reader{n}@example.org" for n in range(number)]


def sent(server: MailServer, to: list[str], journal: Path, **more) -> sending.Report:
    with Journal(journal, MESSAGE.id) as kept:
        return sending.send(
            MESSAGE, to, sending.server(server.environment()), kept, wait=lambda _: None, **more
        )


def test_everybody_gets_a_copy_as_it_was_made(tmp_path: Path):
    with MailServer() as server:
        report = sent(server, readers(120), tmp_path / "journal")
        assert (report.sent, report.unsent, report.unsure) == (readers(120), {}, {})
        again = sent(server, readers(121), tmp_path / "journal")
    assert (again.sent, again.before) == (["reader120@example.org"], readers(120))
    for address in readers(121):
        (copy,) = server.taken[address]
        assert copy == MESSAGE.to(address)
        assert f"\r\nTo: {address}\r\n".encode() in copy


def test_each_of_a_thousand_exactly_once_whatever_the_server_does(tmp_path: Path):
    """People do what they are told: run it again; and of the unknown ones, ask the server."""
    to, journal = readers(1000), tmp_path / "journal"
    with MailServer(dict.fromkeys(ANY, 0.03)) as server:
        for _ in range(10):
            report = sent(server, to, journal, pauses=(1, 1))
            assert max(server.counts().values()) == 1
            told = {*report.sent, *report.before, *report.unsent, *report.unsure}
            assert told == set(to)
            assert not report.unsent.keys() & server.taken.keys(), "what is said not sent is not"
            assert {*report.sent, *report.before} <= server.taken.keys(), "and what is said is"
            if not report.unsent:
                break
        assert not report.unsent
        while lacking := (report.unsure.keys() | report.unsent.keys()) - server.taken.keys():
            report = sent(server, sorted(lacking), journal, again=True)
        assert server.counts() == dict.fromkeys(to, 1)
        assert set(server.failed) == set(ANY)


@pytest.mark.parametrize("failure", [TAKEN_AND_DROPPED, LOST_AND_DROPPED])
def test_what_nobody_can_know_is_told_and_not_done_again(tmp_path: Path, failure: str):
    journal = tmp_path / "journal"
    with MailServer({failure: 1.0}) as server:
        report = sent(server, readers(2), journal)
        assert set(report.unsure) == set(readers(2))
        assert server.failed == {failure: 2}
        server.failures = {}
        report = sent(server, readers(2), journal)
        assert set(report.unsure) == set(readers(2))
        assert "an earlier run ended before the server's answer" in report.unsure[readers(1)[0]]
        report = sent(server, readers(2), journal, again=True)
        assert report.sent == readers(2)


def test_what_the_server_says_is_told_on_one_line(tmp_path: Path):
    with MailServer({UNKNOWN_TO: 1.0}) as server:
        report = sent(server, readers(1), tmp_path / "journal")
        assert server.failed == {UNKNOWN_TO: 1}, "what is for ever is not tried again"
    assert report.unsent == {"reader0@example.org": "550 5.1.1 nobody here"}


def test_what_may_pass_is_tried_again_after_longer_and_longer_pauses(tmp_path: Path):
    waited = []
    with MailServer({REFUSED_TO: 1.0}) as server, Journal(tmp_path / "j", MESSAGE.id) as journal:
        to = sending.server(server.environment())
        report = sending.send(MESSAGE, readers(1), to, journal, wait=waited.append)
        assert server.failed == {REFUSED_TO: 1 + len(sending.PAUSES)}
    assert waited == list(sending.PAUSES) == sorted(waited)
    assert report.unsent == {"reader0@example.org": "450 greylisted"}


def test_no_more_a_minute_than_is_allowed(tmp_path: Path):
    clock, starts = [0.0], []

    def wait(seconds: float) -> None:
        clock[0] += seconds

    with MailServer() as server, Journal(tmp_path / "journal", MESSAGE.id) as journal:
        sending.send(
            MESSAGE,
            readers(5),
            sending.server(server.environment()),
            journal,
            rate=30,
            wait=wait,
            now=lambda: clock[0],
            progress=lambda: starts.append(clock[0]),
        )
    assert starts == [0, 2, 4, 6, 8]


def test_a_server_that_is_not_there_is_an_error_at_once(tmp_path: Path):
    with MailServer() as server:
        environment = server.environment()
    with (
        Journal(tmp_path / "journal", MESSAGE.id) as journal,
        pytest.raises(BroadsheetError, match=r"can't reach 127\.0\.0\.1:"),
    ):
        sending.send(MESSAGE, readers(3), sending.server(environment), journal, wait=lambda _: None)


def test_a_server_without_encryption_gets_no_password(tmp_path: Path):
    with MailServer() as server, Journal(tmp_path / "journal", MESSAGE.id) as journal:
        environment = server.environment() | {"BROADSHEET_SMTP_SECURITY": "starttls"}
        environment |= {"BROADSHEET_SMTP_USER": "me", "BROADSHEET_SMTP_PASSWORD": "secret"}
        with pytest.raises(BroadsheetError, match="STARTTLS"):
            sending.send(MESSAGE, readers(1), sending.server(environment), journal)
    assert not server.taken


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"SMTP_HOST": ""}, "BROADSHEET_SMTP_HOST is not set"),
        ({"SMTP_HOST": "mail..example"}, "mail..example; write the name of a host"),
        ({"SMTP_HOST": f"{'a' * 64}.example"}, "write the name of a host"),
        ({"SMTP_PORT": "smtp"}, "must be a number from 1 to 65535"),
        ({"SMTP_PORT": "65536"}, "must be a number from 1 to 65535"),
        ({"SMTP_SECURITY": "ssl"}, "must be starttls, tls or none"),
        ({"SMTP_USER": "me"}, "set both, or neither"),
        ({"SMTP_USER": "me", "SMTP_PASSWORD": "x"}, "would show the password"),
        (
            {"SMTP_SECURITY": "tls", "SMTP_USER": "me", "SMTP_PASSWORD": "Schlüssel"},
            "may hold ASCII alone",
        ),
        ({"MAIL_FROM": ""}, "BROADSHEET_MAIL_FROM is not set"),
        ({"MAIL_FROM": "The Paper"}, "write it as digest@example.org"),
        ({"MAIL_FROM": "a@b.example\nBcc: c@d.example"}, "write it as digest@example.org"),
    ],
)
def test_a_wrong_environment_is_said(wrong: dict[str, str], said: str):
    right = {"SMTP_HOST": "mail.example", "SMTP_SECURITY": "none", "MAIL_FROM": "a@b.example"}
    environment = {f"BROADSHEET_{name}": value for name, value in (right | wrong).items()}
    with pytest.raises(UsageError, match=said):
        sending.server(environment)


def test_the_usual_ports():
    environment = {"BROADSHEET_SMTP_HOST": "mail.example", "BROADSHEET_MAIL_FROM": "a@b.example"}
    assert sending.server(environment).port == 587
    assert sending.server(environment | {"BROADSHEET_SMTP_SECURITY": "TLS"}).port == 465
    assert "secret" not in repr(
        sending.server(
            environment | {"BROADSHEET_SMTP_USER": "me", "BROADSHEET_SMTP_PASSWORD": "secret"}
        )
    )


def test_what_is_noted_is_on_the_disk_before_the_dot_and_after_the_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    journal, noted = tmp_path / "journal", []
    with MailServer() as server:
        monkeypatch.setattr(
            os,
            "fsync",
            lambda _: noted.append((journal.read_text().split()[-2], len(server.taken))),
        )
        sent(server, readers(2), journal)
    assert noted[-4:] == [("trying", 0), ("sent", 1), ("trying", 1), ("sent", 2)]


# --- when the program ends in the middle ----------------------------------------------------

# Without the tests' own imports, which take longer than all else that it does.
CHILD = """\
import os, pickle, sys
from generator.mail import sending
from generator.mail.journal import Journal
os.fsync = lambda file: None
message, to, environment, path = pickle.load(sys.stdin.buffer)
server = sending.server(environment)
with Journal(path, message.id) as journal:
    print("begun", flush=True)
    sending.send(message, to, server, journal)
"""


def test_killed_at_any_moment_it_goes_on_where_it_was(tmp_path: Path):
    """At most one address is in doubt after each, and nobody gets two."""
    number, journal, chance = 400, tmp_path / "journal", random.Random(7)
    with MailServer() as server:
        said = pickle.dumps((MESSAGE, readers(number), server.environment(), journal))
        pipe = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        kills = 0
        for _ in range(8):
            child = subprocess.Popen([sys.executable, "-c", CHILD], cwd=REPOSITORY, **pipe)
            child.stdin.write(said)
            child.stdin.flush()
            child.stdout.readline()
            before = len(server.taken)
            until = before + chance.randint(1, number // 10)
            while child.poll() is None and len(server.taken) < until:
                time.sleep(0.0005)
            time.sleep(chance.random() * 0.005)
            child.kill()
            _, errors = child.communicate()
            assert errors == b""
            kills += child.returncode == -signal.SIGKILL
        assert kills == 8
        report = sent(server, readers(number), journal)
        assert not report.unsent
        assert len(report.unsure) <= kills
        lacking = [address for address in report.unsure if address not in server.taken]
        sent(server, lacking, journal, again=True)
        assert server.counts() == dict.fromkeys(readers(number), 1)


def test_two_runs_at_once_are_one_too_many(tmp_path: Path):
    with (
        Journal(tmp_path / "journal", "<1@x>"),
        pytest.raises(BroadsheetError, match="another run is sending this"),
        Journal(tmp_path / "journal", "<1@x>"),
    ):
        pass


def test_a_journal_is_of_one_message(tmp_path: Path):
    with Journal(tmp_path / "journal", "<1@x>"):
        pass
    with (
        pytest.raises(BroadsheetError, match="no journal of this message"),
        Journal(tmp_path / "journal", "<2@x>"),
    ):
        pass


def test_a_journal_cut_off_anywhere_never_forgets_what_was_sent(tmp_path: Path):
    """What is cut off is the newest: an address may come into doubt by it, but for one that was never tried."""
    path = tmp_path / "journal"
    with Journal(path, "<1@x>") as journal:
        for what in (b"trying", b"sent"):
            journal.note("a@b.example", what)
        journal.note("c@d.example", b"trying")
    whole = path.read_bytes()
    states = []
    for length in range(len(whole) + 1):
        path.write_bytes(whole[:length])
        with Journal(path, "<1@x>") as journal:
            states.append((journal.last("A@b.example"), journal.last("c@d.example")))
            journal.note("e@f.example", b"sent")
        with Journal(path, "<1@x>") as journal:
            assert journal.last("e@f.example") == b"sent"
    in_order = [(None, None), (b"trying", None), (b"sent", None), (b"sent", b"trying")]
    assert [state for n, state in enumerate(states) if n == 0 or states[n - 1] != state] == in_order
    assert b"a@b" not in whole


@pytest.mark.skipif(sys.platform == "win32", reason="modes are of POSIX")
def test_a_journal_is_its_owners(tmp_path: Path):
    with Journal(tmp_path / "new" / "journal", "<1@x>") as journal:
        assert journal.path.stat().st_mode & 0o777 == 0o600
