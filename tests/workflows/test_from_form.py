"""from-form.yml makes a pull request of a form, or says what is missing; it executes nothing in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from tests.conftest import REPOSITORY
from tests.workflows.runner import Host, Run, git, succeeded

pytestmark = pytest.mark.proof

FORMS = REPOSITORY / ".github" / "ISSUE_TEMPLATE"


def form(name: str, **answers: str) -> str:
    """A form as GitHub gives it once it was filled in."""
    asked = yaml.safe_load((FORMS / f"{name}.yml").read_text("utf-8"))["body"]
    asked = [one for one in asked if "id" in one]
    assert answers.keys() <= {one["id"] for one in asked}
    return "\n\n".join(
        f"### {one['attributes']['label']}\n\n{answers.get(one['id'], '_No response_')}"
        for one in asked
    )


GOOD = {
    "path": "content/papers/some-paper.yml",
    "file": "title: Some Paper\nlisted: 2025-10-29\n",
    "message.md": "Add: Some Paper\n\nText.\n",
}


def proposed(host: Host, given: dict[str, str | bytes | Path | None]) -> Run:
    """What follows when this was read from a form: files by name, a path for a link, None for a folder."""
    folder = host.folder / f"given-{host.runs}"
    folder.mkdir()
    for name, text in given.items():
        if isinstance(text, Path):
            (folder / name).symlink_to(text)
        elif text is None:
            (folder / name).mkdir()
        else:
            (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return host.form(7, "", done={"read": {}}, artifacts={"proposal": folder})


def only_pull(host: Host) -> dict:
    (pull,) = host.state["pulls"]
    return pull


def changed(host: Host, branch: str) -> list[str]:
    return git("diff", "--name-status", "main", branch, cwd=host.origin).split("\n")


def test_a_form_becomes_a_pull_request_and_follows_its_edits(new_host: Host):
    host = new_host
    body = form("suggest-a-paper", title="Attention Is All You Need", arxiv_id="2405.21060")
    succeeded(host.form(7, body))
    pull = only_pull(host)
    assert pull["title"] == "Add: Attention Is All You Need"
    assert (pull["head"]["label"], pull["base"]["ref"]) == ("broadsheet:form/7", "main")
    assert "closes #7" in pull["body"]
    assert "nothing is wrong" in pull["body"]
    assert changed(host, "form/7") == ["A\tcontent/papers/attention-is-all-you-need.yml"]
    assert "2405.21060" in host.text("content/papers/attention-is-all-you-need.yml", "form/7")
    assert git("log", "-1", "--format=%an", "form/7", cwd=host.origin) == "github-actions[bot]"
    (answer,) = host.comments(7)
    assert f"proposed in #{pull['number']}" in answer

    # An edit replaces what was proposed, also under another name; there is one pull request, one answer.
    succeeded(proposed(host, GOOD))
    assert only_pull(host)["title"] == "Add: Some Paper"
    assert changed(host, "form/7") == ["A\tcontent/papers/some-paper.yml"]
    assert len(host.comments(7)) == 1

    # Not after somebody else has worked on it.
    host.push({"content/papers/some-paper.yml": "title: Mended\n"}, "form/7")
    succeeded(proposed(host, GOOD))
    assert host.text("content/papers/some-paper.yml", "form/7") == "title: Mended"
    (answer,) = host.comments(7)
    assert f"Somebody has worked on #{pull['number']} since" in answer


def test_a_correction_and_a_topic(new_host: Host):
    host = new_host
    correction = form(
        "correct-a-paper",
        page="https://x.example/papers/a-paper-on-the-number-1/",
        note="A remark.",
    )
    succeeded(host.form(1, correction, label="correction"))
    assert changed(host, "form/1") == ["M\tcontent/papers/a-paper-on-the-number-1.yml"]
    assert "1706.03762" in host.text("content/papers/a-paper-on-the-number-1.yml", "form/1")
    topic = form("propose-a-topic", title="Such things", match="such as", introduction="Text.")
    succeeded(host.form(2, topic, label="topic"))
    assert changed(host, "form/2") == ["A\tcontent/topics/such-things.md"]


def test_what_is_missing_in_a_form_is_answered(new_host: Host):
    host = new_host
    run = succeeded(host.form(7, form("suggest-a-paper", title="A `Title` ``` @everyone\r```")))
    assert host.state["pulls"] == []
    (answer,) = host.comments(7)
    assert "This can't be proposed yet" in answer
    assert "no arXiv id, no DOI and no link" in answer
    fence, _, rest = answer.partition("```text\n")[2].rpartition("```")
    assert "`" not in fence + rest
    assert "::error" not in run.log
    assert "form/7" not in git("branch", "--list", cwd=host.origin)
    # Once it is there, the same answer says so.
    succeeded(proposed(host, GOOD))
    (answer,) = host.comments(7)
    assert "proposed in #8" in answer


@pytest.mark.parametrize(
    "more",
    [
        {"label": "question"},
        {"state": "closed"},
    ],
)
def test_what_is_no_form_or_closed_is_left_alone(new_host: Host, more: dict):
    run = new_host.form(7, "Some words", **more)
    assert set(run.jobs.values()) == {"skipped"}


HOSTILE = [
    '$(touch PWNED) `touch PWNED` "; touch PWNED; echo "'
    + " ${{ github.token }} '; touch PWNED; echo '",
    "x\n::set-output name=path::.github/x.yml\n::error::boo\n##[set-output name=a]b\n"
    "EOF\ntouch PWNED\n\\n\\x00 %s %n \u202e \x07 \r::error::boo",
    "--body-file=/etc/passwd -F x=@/etc/passwd @/etc/passwd ../../.github/workflows/x "
    "Fixes #1, closes #2, @everyone, %0A::error:: [skip ci] <!-- --> <script>",
]


def test_nothing_of_a_form_is_ever_executed(new_host: Host):
    """All of it in every field, and each where one of them begins."""
    first, second, third = HOSTILE
    title, authors, note = (
        " ".join(order)
        for order in ((first, second, third), (second, third, first), (third, first, second))
    )
    host, title = new_host, f"A {title} paper"
    body = form("suggest-a-paper", title=title, arxiv_id="2405.21060", note=note, authors=authors)
    run = succeeded(host.form(7, body, title=title, user={"login": authors}))
    for line in run.log.splitlines():
        assert not re.match(r"\s*::|.*##\[", line), line
    assert "PWNED" not in run.log
    assert not list(host.folder.rglob("PWNED"))
    pull = only_pull(host)
    assert "a-token" not in json.dumps([pull, host.comments(7)])
    ((_, path),) = (line.split("\t") for line in changed(host, "form/7"))
    assert re.fullmatch(r"content/papers/[a-z0-9-]+\.yml", path)
    assert git("log", "-1", "--format=%B", "form/7", cwd=host.origin) == f"The form #7: {path}"
    assert not re.search(r"\[(skip ci|ci skip)\]", pull["title"] + pull["body"])
    assert not re.search(r"#\d|@\w|\n", pull["title"])
    assert host.main() == git("rev-parse", "form/7~1", cwd=host.origin)


BAD = {
    "outside": {"path": "content/papers/../../.github/workflows/x.yml"},
    "above": {"path": "../x.yml"},
    "absolute": {"path": "/etc/x.yml"},
    "a workflow": {"path": ".github/workflows/x.yml"},
    "the ledger": {"path": "content/ledger/2025/2025-10-29.jsonl"},
    "a listing": {"path": "content/listings/2025-10-29-x.jsonl"},
    "two lines": {"path": "content/papers/x.yml\n.github/x.yml"},
    "another ending": {"path": "content/topics/x.yml"},
    "capitals": {"path": "content/papers/X.yml"},
    "an option": {"path": "--force"},
    "too long": {"file": "x" * 100_001},
    "a long text": {"message.md": "x" * 60_001},
    "control characters": {"file": "a\x00b"},
    "no text": {"file": b"\xff\xfe"},
    "a link": {"file": Path("/etc/passwd")},
    "a linked path": {"path": Path("/etc/hostname")},
    "a folder": {"file": None},
    "nothing": {"message.md": None},
}


@pytest.mark.parametrize("kind", BAD)
def test_what_was_read_from_a_form_is_looked_at_again(new_host: Host, kind: str):
    run = proposed(new_host, {**GOOD, **BAD[kind]})
    assert run.failed == ["Open the pull request, or say what is missing"]
    assert new_host.state["pulls"] == new_host.state["comments"] == []
    assert git("for-each-ref", "refs/heads/form", cwd=new_host.origin) == ""
    if kind == "outside":
        succeeded(proposed(new_host, GOOD))


def test_that_no_pull_request_may_be_opened_is_a_failure(new_host: Host):
    new_host.change(may_open=False)
    run = proposed(new_host, GOOD)
    assert run.failed == ["Open the pull request, or say what is missing"]
    assert "not permitted to create" in run.log
