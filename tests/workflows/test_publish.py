"""publish.yml publishes main, unless anybody would lose something by it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.workflows.runner import OVERLAY, Host, Run, git, listing, succeeded

pytestmark = pytest.mark.proof

ADDED = "content/ledger/2025/2025-10-30.jsonl"
ADDITION = f"""\
diff --git a/{ADDED} b/{ADDED}
new file mode 100644
--- /dev/null
+++ b/{ADDED}
@@ -0,0 +1 @@
+{{}}
"""


def ledger(host: Host) -> str:
    return "".join(
        host.text(path) + "\n" for path in host.files() if path.startswith("content/ledger/")
    )


def test_the_first_publication(begun: Host, first_publication: tuple[Host, Run]):
    host, run = first_publication
    assert "Nothing is published at" in run.log
    assert host.deployments == 1
    assert (host.site / "papers" / "a-paper-on-the-number-1" / "index.html").is_file()
    # The ledger is on main before the site is anywhere.
    assert host.text("content/ledger/2025/2025-10-29.jsonl").count('"paper"') == 3
    assert git("rev-parse", "main~1", cwd=host.origin) == begun.main()
    assert git("log", "-1", "--format=%an", "main", cwd=host.origin) == "github-actions[bot]"


def test_when_main_has_moved_on_its_own_run_publishes(host: Host):
    built = host.push({"content/listings/2025/2025-10-30-daily.jsonl": listing(3, 4)})
    before = ledger(host)
    later = {"content/listings/2025/2025-10-31-daily.jsonl": listing(5)}
    run = handed_over(host, built, ADDITION, before={"record": lambda: host.push(later)})
    assert run.jobs == {"build": "success", "record": "success", "deploy": "skipped"}
    assert "::notice::main has moved on" in run.log
    assert host.deployments == 1
    assert ledger(host) == before
    run = succeeded(host.publish())
    assert "nobody would lose an entry" in run.log
    assert host.deployments == 2
    assert ledger(host).count('"paper"') == 5
    assert "Number 4" in (host.site / "feeds" / "all.xml").read_text("utf-8")


def test_a_regression_is_not_published(host: Host):
    main = host.push(
        {"content/ledger": None, "content/listings/2025/2025-10-29-daily.jsonl": listing(1, 2)}
    )
    run = host.publish()
    assert run.jobs == {"build": "failure", "record": "skipped", "deploy": "skipped"}
    assert run.failed == ["Compare with what is published"]
    assert "not to publish this" in run.log
    assert (host.main(), host.deployments) == (main, 1)
    # Once, and by somebody who may, it can be done all the same.
    succeeded(host.publish("workflow_dispatch", inputs={"compare": False}))
    assert host.deployments == 2


def test_wrong_content_is_not_published(host: Host):
    host.push({OVERLAY: "titel: A typing error\n"})
    run = host.publish()
    assert run.failed == ["Check the content"]
    assert host.deployments == 1


def test_nothing_is_recorded_where_nothing_can_be_published(new_host: Host):
    for pages in (None, "legacy"):
        new_host.change(pages=pages)
        main = new_host.main()
        run = new_host.publish()
        assert run.failed == ["See that Pages is on"]
        assert "Under Settings, Pages" in run.log
        assert new_host.main() == main


def test_when_the_first_deployment_fails_it_can_be_done_again(host: Host):
    # As if deploying had failed: the ledger says that something is published, and nothing is.
    shutil.rmtree(host.site)
    host.site.mkdir()
    run = host.publish()
    assert run.failed == ["Compare with what is published"]
    # Without comparing, as above, there is nothing new in the ledger, and so nothing is recorded.
    main = host.main()
    succeeded(handed_over(host, main, ""))
    assert (host.main(), host.deployments) == (main, 2)


def test_another_branch_is_not_published(host: Host):
    run = host.run(
        "publish", "workflow_dispatch", {"inputs": {}}, ref="refs/heads/main~0", inputs={}
    )
    assert set(run.jobs.values()) == {"skipped"}


PATCHES = {
    "another file": ("README.md", "x\n"),
    "a workflow": (".github/workflows/publish.yml", "x\n"),
    "a listing": ("content/listings/2025/2025-11-01-x.jsonl", "x\n"),
    "a deeper one": ("content/ledger/2025/x/2025-10-30.jsonl", "x\n"),
    "a line of the ledger": ("content/ledger/2025/2025-10-29.jsonl", ""),
}


@pytest.mark.parametrize("kind", [*PATCHES, "a link", "a program", "outside"])
def test_what_the_build_hands_over_can_only_add_to_the_ledger(
    host: Host, kind: str, tmp_path: Path
):
    work = tmp_path / "work"
    git("clone", "--quiet", host.origin.as_uri(), work, cwd=tmp_path)
    path, text = PATCHES.get(kind, (ADDED, "{}\n"))
    (work / path).parent.mkdir(parents=True, exist_ok=True)
    if kind == "a link":
        (work / path).symlink_to("/etc/passwd")
    else:
        (work / path).write_text(text)
    if kind == "a program":
        (work / path).chmod(0o755)
    patch = patch_of(work)
    assert record(host, patch.replace(ADDED, "../x.jsonl") if kind == "outside" else patch) is None
    # While lines of the ledger alone are recorded.
    (work / ADDED).write_text("{}\n")
    assert record(host, patch_of(work)) == "{}"


def patch_of(work: Path) -> str:
    git("add", "--all", cwd=work)
    patch = git("diff", "--cached", cwd=work)
    git("reset", "--quiet", "--hard", cwd=work)
    return f"{patch}\n"


def record(host: Host, patch: str) -> str | None:
    """What there is on main of the added file after this was handed over; None if that was refused."""
    before = host.main()
    run = handed_over(host, before, patch)
    if run.jobs == {"build": "success", "record": "failure", "deploy": "skipped"}:
        assert host.main() == before
        return None
    succeeded(run)
    return host.text(ADDED)


def handed_over(host: Host, commit: str, patch: str, **more) -> Run:
    """What follows when this commit was built, and this is what is new in its ledger."""
    folder = host.folder / "handed-over"
    folder.mkdir(exist_ok=True)
    (folder / "ledger.patch").write_text(patch)
    (host.folder / "pages").mkdir(exist_ok=True)
    return host.publish(
        done={"build": {"commit": commit}},
        artifacts={"ledger": folder, "github-pages": host.folder / "pages"},
        **more,
    )
