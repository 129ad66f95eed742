"""``broadsheet check`` as a curator's friend: what it says, what it puts right, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from generator.content import shown
from tests.conftest import REPOSITORY, Run
from tests.test_content import write

LISTING = (
    '{"title": "Sentence embeddings from decoders", "abstract": "We ask and we answer."}\n'
    '{"title": "Diffusion of sentences into text"}\n'
)
TOPIC = "---\ntitle: Embeddings\nmatch:\n  - sentence embeddings\n---\nOn vectors.\n"
CONFIGURATION = """\
site_name: X
site_url: https://x.example/papers/
docs_dir: docs
plugins:
- broadsheet: {authority: x.example, year: 2025}
"""
SLUG = "sentence-embeddings-from-decoders"
OVERLAY = f"content/papers/{SLUG}.yml"
UNTIDY = (
    "# yaml-language-server: $schema=https://elsewhere.example/schemas/overlay.json\r\n"
    "note: Read: this first.   \r\n"
    "# found at the publisher's\r\n"
    "doi: https://doi.org/10.1000/182\r\n\r\n\r\n"
)
TIDY = (
    "# yaml-language-server: $schema=https://x.example/papers/schemas/overlay.json\n"
    "# found at the publisher's\n"
    "doi: 10.1000/182\n"
    'note: "Read: this first."\n'
)


@pytest.fixture
def publication(tmp_path: Path) -> Path:
    return write(
        tmp_path,
        {
            "mkdocs.yml": CONFIGURATION,
            "docs/about.md": "# About\n\n[Embeddings](topics/embeddings.md)\n",
            "content/listings/2025-10-29-a.jsonl": LISTING,
            "content/topics/embeddings.md": TOPIC,
        },
    )


def test_what_there_is_no_place_for_is_told_and_no_fault(broadsheet: Run, publication: Path):
    write(
        publication / "content/listings",
        {
            "2025-10-30-a.csv": "Key,Title,ISSN\nK,Decoders of vectors,1234-5678\n",
            "2025-10-30-b.bib": "@misc{b, title={Vectors of decoders}, author={Doe, Jane and others}}",
            "2025-10-30-c.ris": "TY  - JOUR\nTI  - On sums\nAU  - Doe, Jane\nAU  - et al.\nER  - \n",
        },
    )
    for _ in range(2):  # the second time of what was kept
        ran = broadsheet("check", cwd=publication)
        assert ran.stdout == "5 papers, 1 topic, 4 listings: nothing is wrong; left out: 3.\n"
        told = [line for line in ran.stderr.splitlines() if line.startswith("left out: ")]
        assert [line.partition("/2025-10-30-")[2][:1] for line in told] == ["a", "b", "c"]
        assert '"Key", "ISSN"' in told[0]
        assert ': authors: "et al." stands among them' in told[2]
    broadsheet("build", cwd=publication)
    papers = (publication / "site/data/papers.jsonl").read_text("utf-8").splitlines()
    by_title = {paper["title"]: paper["authors"] for paper in map(json.loads, papers)}
    assert by_title["On sums"] == by_title["Vectors of decoders"] == ["Jane Doe"]


def test_remarks_stop_nothing_and_errors_do(broadsheet: Run, publication: Path):
    ran = broadsheet("check", cwd=publication)
    assert ran.stdout == "2 papers, 1 topic, 1 listing: nothing is wrong.\n"
    assert ran.stderr == (
        "remark: content/listings/2025-10-29-a.jsonl:2: topics: 1 paper belongs to no topic: "
        '"Diffusion of sentences into text"; add phrases to topics, or give topics in '
        "content/papers/diffusion-of-sentences-into-text.yml\n"
    )
    write(publication, {OVERLAY: "summary: We ask and we answer.\n"})
    ran = broadsheet("check", cwd=publication, code=1)
    assert f"{OVERLAY}:1: summary: is only the abstract again; " in ran.stderr
    assert "1 error" in ran.stderr


def test_everything_is_told_at_once(broadsheet: Run, publication: Path):
    write(
        publication,
        {
            OVERLAY: "notes: x\ndoi: y\ntopics:\n  - embeddings\n  - embedings\n",
            "content/papers/nothing-of-that-name.yml": "note: x\n",
            "content/topics/b.md": "---\ntitle: B\nunion: [c]\n---\n<b>\n",
        },
    )
    ran = broadsheet("check", cwd=publication, code=1)
    places = [line.partition(" ")[0] for line in ran.stderr.splitlines()]
    assert places == [
        "content/papers/nothing-of-that-name.yml:1:",
        f"{OVERLAY}:1:",
        f"{OVERLAY}:2:",
        f"{OVERLAY}:5:",
        "content/topics/b.md:3:",
        "content/topics/b.md:5:",
        "6",
    ]
    assert 'did you mean "embeddings"?' in ran.stderr
    assert 'did you mean "note"?' in ran.stderr


def test_a_dead_link_of_a_page_is_found(broadsheet: Run, publication: Path):
    write(publication, {"docs/about.md": "# About\n\n[Embeddings](topics/embedings.md)\n"})
    ran = broadsheet("check", cwd=publication, code=1)
    assert "docs/about.md:3: " in ran.stderr
    assert "topics/embeddings" in ran.stderr


def test_fix_puts_right_what_has_one_right_answer(broadsheet: Run, publication: Path):
    write(publication, {OVERLAY: UNTIDY})
    ran = broadsheet("check", cwd=publication, code=1)
    assert f"{OVERLAY}:2: note: not valid YAML" in ran.stderr, "a colon in a text without quotes"
    ran = broadsheet("check", "--fix", cwd=publication)
    assert ran.stdout.splitlines() == [
        f"fixed: {OVERLAY}",
        "2 papers, 1 topic, 1 listing: nothing is wrong.",
    ]
    assert (publication / OVERLAY).read_bytes().decode() == TIDY
    ran = broadsheet("check", "--fix", cwd=publication)
    assert "fixed" not in ran.stdout


def test_what_could_be_tidier_is_said_and_left_alone(broadsheet: Run, publication: Path):
    write(publication, {OVERLAY: "note: x\ndoi: 10.1000/182\n"})
    ran = broadsheet("check", cwd=publication)
    assert "1 file could be tidier; broadsheet check --fix sees to it." in ran.stdout
    assert (publication / OVERLAY).read_text() == "note: x\ndoi: 10.1000/182\n"


def test_a_file_for_which_there_is_no_room_stays_as_it_was(publication: Path):
    resource = pytest.importorskip("resource")
    written = f"summary: {'word ' * 1_000}\ndoi: 10.1000/182\n"
    write(publication, {OVERLAY: written})
    ran = subprocess.run(
        # Nor is there room for what Python compiles, which it would keep in half.
        [sys.executable, "-B", "-m", "generator", "check", "--fix"],
        cwd=publication,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert f"{OVERLAY}: can't be written: " in ran.stderr
    assert (publication / OVERLAY).read_text("utf-8") == written


def test_fix_changes_no_file_that_a_link_leads_to(broadsheet: Run, publication: Path):
    elsewhere = publication / "elsewhere.yml"
    elsewhere.write_text("note: x\ndoi: 10.1000/182\n")
    (publication / OVERLAY).parent.mkdir()
    (publication / OVERLAY).symlink_to(elsewhere)
    broadsheet("check", "--fix", cwd=publication, code=1)
    assert elsewhere.read_text() == "note: x\ndoi: 10.1000/182\n"


def test_under_github_actions_each_line_is_an_annotation(broadsheet: Run, publication: Path):
    write(publication, {OVERLAY: "arxiv_id: 2405\n"})
    env = {"GITHUB_ACTIONS": "true"}
    ran = broadsheet("check", cwd=publication, env=env, code=1)
    assert f"::error file={OVERLAY},line=1,title=arxiv_id::" in ran.stdout
    (publication / OVERLAY).unlink()
    ran = broadsheet("check", cwd=publication, env=env)
    assert "::warning file=content/listings/2025-10-29-a.jsonl,line=2,title=topics::" in ran.stdout


def test_content_without_a_configuration_is_checked_as_well(broadsheet: Run, publication: Path):
    (publication / "mkdocs.yml").unlink()
    for arguments in ((), ("--content", publication / "content")):
        ran = broadsheet("check", *arguments, cwd=publication)
        assert "nothing is wrong" in ran.stdout


@pytest.mark.parametrize("arguments", [("--fix", "--published"), ("--fix", "README.md")])
def test_what_does_not_go_together_is_refused(broadsheet: Run, arguments: tuple[str, ...]):
    broadsheet("check", *arguments, code=2)


def test_this_edition_is_tidy_and_nothing_is_said_of_it(broadsheet: Run):
    ran = broadsheet("check")
    assert ran.stderr == ""
    assert "could be tidier" not in ran.stdout
    for path in sorted((REPOSITORY / "content").rglob("*.yml")):
        first = path.read_text("utf-8").split("\n")[0]
        assert first.startswith("# yaml-language-server: $schema="), shown(REPOSITORY, path)
