"""What git does with people's files: before a commit, and when branches are merged."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import REPOSITORY
from tests.workflows.runner import OVERLAY, Host, git, programs


def test_a_commit_whose_content_is_wrong_is_refused(begun: Host, tmp_path: Path):
    work = tmp_path / "work"
    git("clone", "--quiet", begun.origin.as_uri(), work, cwd=tmp_path)
    programs(work)
    environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "cache"), "GITHUB_ACTIONS": ""}

    def commit(file: str, text: str) -> subprocess.CompletedProcess:
        (work / file).write_text(text)
        git("add", "--all", cwd=work)
        return subprocess.run(
            [Path(sys.executable).with_name("pre-commit"), "run"],
            cwd=work,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    done = commit(OVERLAY, "topics: [numberz]\n")
    assert done.returncode == 1
    assert f"{OVERLAY}:1: topics:" in done.stdout
    done = commit(OVERLAY, "note: Fine.\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Passed" in done.stdout
    # What has nothing to do with content isn't held up.
    git("commit", "--quiet", "--no-verify", "--message", "x", cwd=work)
    assert "Skipped" in commit("README.md", "x").stdout


def test_listings_keep_their_bytes_and_ledgers_the_lines_of_both_branches(tmp_path: Path):
    git("init", "--quiet", "--initial-branch=main", cwd=tmp_path)
    shutil.copy(REPOSITORY / ".gitattributes", tmp_path)
    capture = tmp_path / "content" / "listings" / "2025" / "2025-10-29-x.txt"
    lines = tmp_path / "content" / "ledger" / "2025" / "2025-10-29.jsonl"
    overlay = tmp_path / "content" / "papers" / "x.yml"
    for file in (capture, lines, overlay):
        file.parent.mkdir(parents=True)
    capture.write_bytes(b"Oct 29\r\n\r\nA Title\r\n")
    overlay.write_bytes(b"note: x\r\n")
    lines.write_text("1\n")

    def commit(text: str) -> None:
        lines.write_text(text)
        git("add", "--all", cwd=tmp_path)
        git("commit", "--quiet", "--message", "x", cwd=tmp_path)

    commit("1\n")
    shown = {
        file: subprocess.check_output(
            ["git", "show", f"HEAD:{file.relative_to(tmp_path)}"], cwd=tmp_path
        )
        for file in (capture, overlay)
    }
    assert shown == {capture: capture.read_bytes(), overlay: b"note: x\n"}
    git("checkout", "--quiet", "-b", "other", cwd=tmp_path)
    commit("1\n2\n")
    git("checkout", "--quiet", "main", cwd=tmp_path)
    commit("1\n3\n")
    git("merge", "--quiet", "--no-edit", "other", cwd=tmp_path)
    assert sorted(lines.read_text().split()) == ["1", "2", "3"]
