"""``broadsheet digest``: to write one, to send one, and what it says."""

from __future__ import annotations

import datetime
import email
import os
from email.policy import default
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, Run
from tests.mail.server import LOST_AND_DROPPED, UNKNOWN_TO, MailServer
from tests.test_content import write

AWKWARD = ("--content", REPOSITORY / "tests" / "content")
NO_SERVER = {f"BROADSHEET_{name}": "" for name in ("SMTP_HOST", "SMTP_SECURITY", "MAIL_FROM")}


@pytest.fixture(autouse=True)
def no_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


def test_it_is_written_the_same_each_time(broadsheet_here: Run, tmp_path: Path):
    for name in ("a", "b"):
        out = ("--out", tmp_path / "new" / name)
        ran = broadsheet_here("digest", "--week", "2025-W44", *out, env=NO_SERVER)
        assert "63 papers" in ran.stdout
    assert (tmp_path / "new/a").read_bytes() == (tmp_path / "new/b").read_bytes()
    found = email.message_from_bytes((tmp_path / "new/a").read_bytes(), policy=default)
    assert found["From"] == "Broadsheet <digest@broadsheet.example>"


def test_a_link_is_written_to_and_stays(broadsheet_here: Run, tmp_path: Path):
    link, file = tmp_path / "link", tmp_path / "file"
    link.symlink_to(file)  # as /dev/stdout is one
    for _ in range(2):
        broadsheet_here("digest", "--week", "2025-W44", "--out", link, env=NO_SERVER)
        assert link.is_symlink()
        assert b"Message-ID: " in file.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "either --week or --day"),
        (("--week", "2025-W44", "--day", "2025-10-29"), "either --week or --day"),
        (("--week", "2025-W44"), "either --out or --send"),
        (("--week", "2025-W54", "--out", "x"), "2025-W54 is no week"),
        (("--week", "44", "--out", "x"), "44 is no week"),
        (
            ("--week", "9999-W52", "--out", "x"),
            "9999-W52 is no week",
        ),  # what is behind it is no date
        (("--day", "2025-02-30", "--out", "x"), "2025-02-30 is no day"),
        (("--day", "9999-12-31", "--out", "x"), "9999-12-31 is no day"),
        (("--week", "2025-W44", "--send"), "--send and --to go together"),
        (("--week", "2025-W44", "--out", "x", "--to", "a@b.example"), "go together"),
        (("--week", "2025-W44", "--topic", "survey", "--out", "x"), 'did you mean "surveys"?'),
        (("--week", "2024-W01", "--out", "x"), "Week 1, 2024 brought no new paper; name another"),
        (("--week", "2025-W44", "--send", "--to", "a@b.example"), "SMTP_HOST is not set"),
        (("--week", "2025-W44", "--out", "/"), "is a directory"),
    ],
)
def test_a_wrong_command_line_is_said(broadsheet_here: Run, arguments: tuple[str, ...], said: str):
    ran = broadsheet_here("digest", *arguments, env=NO_SERVER, code=2)
    assert said in ran.stderr


@pytest.mark.parametrize(
    ("to", "said"), [("", "--to is empty"), ("a@b@c", "no address"), ("no such", "No such file")]
)
def test_so_is_a_wrong_receiver(broadsheet_here: Run, to: str, said: str):
    environment = {"BROADSHEET_SMTP_HOST": "x.example", "BROADSHEET_MAIL_FROM": "a@b.example"}
    arguments = ("--week", "2025-W44", "--send", "--to", to)
    code = 1 if to == "no such" else 2
    assert said in broadsheet_here("digest", *arguments, env=environment, code=code).stderr


def test_it_is_sent_to_a_file_of_addresses_and_then_to_nobody(broadsheet_here: Run, tmp_path: Path):
    readers = tmp_path / "readers.txt"
    readers.write_text("ada@example.org\ngrace@example.org # by post\nADA@example.org\n")
    journal = tmp_path / "journal"
    arguments = ("digest", *AWKWARD, "--week", "2024-W09", "--send", "--to", readers)
    arguments += ("--rate", "0", "--journal", journal)
    with MailServer() as server:
        ran = broadsheet_here(*arguments, env=server.environment())
        assert ran.stdout.split()[:2] == ["sent", "2"]
        assert "readers.txt:3: ADA@example.org stands in line 1 already" in ran.stderr
        readers.write_text("grace@example.org\nada@example.org\nalan@example.org\n")
        ran = broadsheet_here(*arguments, env=server.environment())
        assert ran.stdout.split()[:5] == ["sent", "1", "sent", "before", "2"]
    assert set(server.counts().values()) == {1}
    (copy,) = server.taken["ada@example.org"]
    found = email.message_from_bytes(copy, policy=default)
    assert found["From"] == "The Paper <digest@paper.example>"
    assert found["To"] == "ada@example.org"
    assert found["Subject"].startswith("Week 9, 2024: ")


def test_what_was_not_sent_is_told_and_ends_with_one(broadsheet_here: Run, tmp_path: Path):
    arguments = ("digest", *AWKWARD, "--day", "2024-02-29", "--send", "--to", "list@example.org")
    arguments += ("--journal", tmp_path / "journal")
    with MailServer({UNKNOWN_TO: 1.0}) as server:
        ran = broadsheet_here(*arguments, env=server.environment(), code=1)
        assert "list@example.org: not sent: 550 5.1.1 nobody here" in ran.stderr
        assert "Run it again" in ran.stderr
        server.failures = {LOST_AND_DROPPED: 1.0}
        ran = broadsheet_here(*arguments, env=server.environment(), code=1)
        assert "list@example.org: sent or not: " in ran.stderr
        assert "--again" in ran.stderr
        server.failures = {}
        broadsheet_here(*arguments, env=server.environment(), code=1)
        assert not server.taken
        broadsheet_here(*arguments, "--again", env=server.environment())
        broadsheet_here(*arguments, "--again", env=server.environment())
    assert server.counts() == {"list@example.org": 1}


def test_a_journal_of_its_own_for_each_digest_beside_the_configuration(
    broadsheet_here: Run, publication: Path
):
    arguments = ("digest", *AWKWARD, "--week", "2024-W09", "--send", "--to", "list@example.org")
    with MailServer() as server:
        for more in ((), ("--topic", "scripts")):
            broadsheet_here(
                *arguments, *more, cwd=publication / "content", env=server.environment()
            )
    assert server.counts() == {"list@example.org": 2}
    journals = {path.name for path in (publication / ".digests").iterdir()}
    assert journals == {"2024-W09.journal", "2024-W09-scripts.journal"}
    assert "/.digests/" in (REPOSITORY / ".gitignore").read_text("utf-8")


def test_a_week_that_is_not_over_is_written_but_not_sent(broadsheet_here: Run, tmp_path: Path):
    today = datetime.datetime.now(datetime.UTC).date()
    week = today.strftime("%G-W%V")
    listing = f"listings/{today}-a.jsonl"
    content = write(tmp_path / "content", {listing: '{"title": "A paper of today"}\n'})
    arguments = ("digest", "--content", content, "--week", week)
    broadsheet_here(*arguments, "--out", tmp_path / "x.eml")
    with MailServer() as server:
        send = ("--send", "--to", "list@example.org")
        ran = broadsheet_here(*arguments, *send, env=server.environment(), code=2)
    assert "isn't over; send it from" in ran.stderr
    assert not server.taken


def test_of_a_week_without_papers_nothing_is_sent(broadsheet_here: Run):
    with MailServer() as server:
        arguments = ("--week", "2024-W01", "--send", "--to", "list@example.org")
        ran = broadsheet_here("digest", *arguments, env=server.environment())
    assert "nothing is sent" in ran.stdout
    assert not server.taken
