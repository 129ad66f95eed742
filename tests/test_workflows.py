"""What stands in ``.github/`` is sound; what the workflows do is seen in ``tests/workflows/``."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.conftest import REPOSITORY
from tests.workflows.runner import WORKFLOWS, load

GITHUB = REPOSITORY / ".github"
NAMES = sorted(path.stem for path in WORKFLOWS.glob("*.yml"))
JOBS = [(name, job) for name in NAMES for job in load(name)["jobs"]]


def ran(*command: str | Path) -> subprocess.CompletedProcess:
    """A program that was installed along with the Python that runs the tests."""
    name, *arguments = map(str, command)
    return subprocess.run(
        [Path(sys.executable).with_name(name), *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )


FORMS = [path for path in sorted(GITHUB.glob("ISSUE_TEMPLATE/*.yml")) if path.stem != "config"]


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("github-workflows", sorted(WORKFLOWS.iterdir())),
        ("dependabot", [GITHUB / "dependabot.yml"]),
        ("github-issue-forms", FORMS),
        ("github-issue-config", [GITHUB / "ISSUE_TEMPLATE" / "config.yml"]),
    ],
)
def test_the_hosts_schemas_find_nothing(schema: str, files: list[Path]):
    done = ran("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in (done.stdout + done.stderr).lower()


def test_every_form_has_the_label_that_a_workflow_waits_for():
    condition = load("from-form")["jobs"]["read"]["if"]
    labels = set()
    for form in FORMS:
        (label,) = yaml.safe_load(form.read_text("utf-8"))["labels"]
        labels.add(label)
    assert labels == set(re.findall(r"labels\.\*\.name, '(\w+)'", condition))


@pytest.mark.parametrize("name", NAMES)
def test_every_action_is_pinned_and_the_hosts_own(name: str):
    text = (WORKFLOWS / f"{name}.yml").read_text("utf-8")
    uses = re.findall(r"^ *(?:- )?uses: (.*)", text, re.M)
    assert uses
    for one in uses:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one), one
    for image in re.findall(r"^ *image: (.*)", text, re.M):
        assert re.fullmatch(r"[a-z.:\d-]+@sha256:[0-9a-f]{64}", image), image


def test_an_action_is_the_same_everywhere():
    pins: dict[str, set[str]] = {}
    for name in NAMES:
        for action, pin in re.findall(
            r"uses: ([\w/-]+)@(.*)", (WORKFLOWS / f"{name}.yml").read_text("utf-8")
        ):
            pins.setdefault(action, set()).add(pin)
    assert {action: len(found) for action, found in pins.items()} == dict.fromkeys(pins, 1)


@pytest.mark.parametrize("name", NAMES)
def test_no_expression_stands_in_a_command(name: str):
    for job in load(name)["jobs"].values():
        for step in job["steps"]:
            assert "${{" not in step.get("run", ""), step["name"]


@pytest.mark.parametrize(("name", "job"), JOBS)
def test_every_job_may_little_and_not_for_long(name: str, job: str):
    workflow = load(name)
    assert workflow["permissions"] == {}
    assert workflow["concurrency"]["group"]
    said = workflow["jobs"][job]
    assert said["timeout-minutes"] <= 60
    assert said["permissions"]
    rights = {f"{of}: {level}" for of, level in said["permissions"].items() if level != "read"}
    assert rights == MAY_WRITE.get((name, job), set())
    for step in said["steps"]:
        assert step["name"]
        if "checkout@" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False
        # A token is there only for the step that needs it.
        assert ("GH_TOKEN" in step.get("env", {})) == bool(
            re.search(r"\bgh\b|(?:say|propose|record|bring)\.sh", step.get("run", ""))
        )


MAY_WRITE = {
    ("comment", "comment"): {"pull-requests: write"},
    ("from-form", "propose"): {"contents: write", "issues: write", "pull-requests: write"},
    ("publish", "record"): {"contents: write"},
    ("pull", "bring"): {"actions: write", "contents: write", "pull-requests: write"},
    ("publish", "deploy"): {"pages: write", "id-token: write"},
}


def test_the_tests_run_as_they_do_where_they_gate():
    steps = load("test")["jobs"]["test"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == [
        'git config --global --add safe.directory "$GITHUB_WORKSPACE"',
        "bash .ci/run",
    ]
    assert load("test")["on"]["pull_request"] == {"paths-ignore": ["content/**"]}
