"""check.yml tells a pull request whether it is right, and comment.yml says under it what it changes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.workflows.runner import OVERLAY, Host, Run, succeeded
from tests.workflows.test_take_one_file import zipped

pytestmark = pytest.mark.proof

MARK = "<!-- Broadsheet: what this changes -->"


def test_a_wrong_pull_request_is_told_where(begun: Host, tmp_path: Path):
    host = begun.copied(tmp_path)
    pull = host.pull_request({OVERLAY: "note: Fine.\ntopics: [numberz]\n"})
    run = host.check(pull)
    assert run.failed == ["Check the content"]
    assert f"::error file={OVERLAY},line=2,title=topics::" in run.log
    assert run.artifacts == {}
    succeeded(host.comment(pull, run))
    (comment,) = host.comments(pull["number"])
    assert comment.startswith(MARK)
    assert "The check did not pass" in comment
    assert f"/actions/runs/{run.number})" in comment


@dataclass
class Checked:
    """A host at which a pull request has been checked."""

    host: Host
    pull: dict
    run: Run


@pytest.fixture(scope="module")
def checked_once(begun: Host, tmp_path_factory: pytest.TempPathFactory) -> Checked:
    host = begun.copied(tmp_path_factory.mktemp("checked"))
    pull = host.pull_request(
        {OVERLAY: "note: A remark to readers.\n"}, branch="$(touch${IFS}PWNED)"
    )
    return Checked(host, pull, succeeded(host.check(pull)))


@pytest.fixture
def checked(checked_once: Checked, tmp_path: Path) -> Checked:
    return Checked(checked_once.host.copied(tmp_path), checked_once.pull, checked_once.run)


def test_a_right_pull_request_is_told_what_it_changes(checked: Checked):
    host, pull, run = checked.host, checked.pull, checked.run
    assert "1 paper corrected" in run.summary
    assert [path.name for path in run.artifacts["changes"].iterdir()] == ["changes.json"]
    page = run.artifacts["site"] / "papers" / "a-paper-on-the-number-2" / "index.html"
    assert "A remark to readers." in page.read_text("utf-8")
    # Others may have written what it is known by.
    forged = {"id": 1, "number": 1, "user": {"login": "somebody"}, "body": MARK}
    host.change(comments=[forged])
    succeeded(host.comment(pull, run))
    forged_still, comment = host.comments(pull["number"])
    assert forged_still == MARK
    assert comment == f"{MARK}\n{run.summary}\n" + comment.rpartition("\n\n")[2]
    assert (
        f"from [the check's run](https://github.com/broadsheet/broadsheet/actions/runs/{run.number})"
        in comment
    )
    # Again: in its place.
    succeeded(host.comment(pull, Run(run.number, {"check": "failure"})))
    assert len(host.comments(pull["number"])) == 2
    assert "The check did not pass" in host.comments(pull["number"])[1]
    assert not list(host.folder.rglob("PWNED"))


@pytest.mark.parametrize(
    "now",
    [
        {"head": {"label": "somebody:$(touch${IFS}PWNED)", "sha": "0" * 40}},
        {"head": {"label": "somebody-else:$(touch${IFS}PWNED)"}},
        {"state": "closed"},
        None,
    ],
)
def test_only_the_pull_request_that_was_checked_gets_a_comment(checked: Checked, now: dict | None):
    host, pull = checked.host, checked.pull
    label_and_sha = pull["head"]
    if now is None:  # two of the same commit: it can't be told which
        host.change(pulls=[pull, {**pull, "number": 2}])
    else:
        now = {**now, "head": {**label_and_sha, **now.get("head", {})}}
        host.change(pulls=[{**pull, **now}])
    run = succeeded(host.comment(pull, checked.run))
    assert set(run.steps) == {"Check out main", "Find the pull request"}
    assert host.state["comments"] == []


@pytest.mark.parametrize("conclusion", ["cancelled", "skipped", "action_required", "timed_out"])
def test_a_check_without_result_is_not_commented_on(checked: Checked, conclusion: str):
    run = checked.host.comment(checked.pull, Run(1), conclusion=conclusion)
    assert set(run.jobs.values()) == {"skipped"}
    run = checked.host.comment(checked.pull, Run(1), event="push")
    assert set(run.jobs.values()) == {"skipped"}


def refused(checked: Checked, data: bytes, step: str, size: int | None = None) -> str:
    """What the log says when this is the artifact."""
    file = checked.host.folder / "hostile.zip"
    file.write_bytes(data)
    checked.host.artifact(7, "changes", file, size)
    run = checked.host.comment(checked.pull, Run(7))
    assert run.failed == [step]
    assert checked.host.state["comments"] == []
    return run.log


def test_a_hostile_artifact_is_refused(checked: Checked):
    get = "Get what changes"
    assert "Refused: the entry has another name" in refused(checked, zipped({"../x": b""}), get)
    assert "more of it than" in refused(checked, b"", get, size=1_000_001)
    # More than it was said to be: the download ends there.
    refused(checked, b"x" * 3_000_000, get, size=10)
    checked.host.change(artifacts=[])
    log = checked.host.comment(checked.pull, Run(7)).log
    assert 'left nothing of the name "changes"' in log
    # What else may stand in it is refused in the same way: tests/diff/test_changes.py.
    refused(checked, zipped({"changes.json": b"\xff"}), "Write it for people")
