"""Pull requests that know nothing of each other: whatever is merged first, the publication is the same."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path

import pytest

from generator import content, data, feeds, pages
from tests import golden
from tests.test_content import write

BRANCHES = 30


def git(folder: Path, *arguments: str) -> str:
    ran = subprocess.run(
        ["git", "-c", "user.name=A curator", "-c", "user.email=curator@example.org", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.strip()


def listing(day: int, numbers: range) -> dict[str, str]:
    """A bot's listing: some papers are new, some were listed before, by whichever branch."""
    records = [
        {
            "title": f"A study of fish number {number}",
            "abstract": f"On fish, as seen on day {day}.",
            "comments": day,
            "organization": {"handle": f"lab-{number % 3}", "name": f"Lab {number % 3} in {day}"},
        }
        for number in numbers
    ]
    lines = "".join(json.dumps(record) + "\n" for record in records)
    return {
        f"listings/2025/2025-11-{day:02}-bot.jsonl": lines,
        f"listings/2025/2025-11-{day:02}-bot.yml": "source: https://example.org/bot\n",
    }


def overlay(number: int) -> dict[str, str]:
    """A person's correction of a paper that is there in any case."""
    return {
        f"papers/a-study-of-fish-number-{number}.yml": f"note: Number {number} is the best.\n"
        f"arxiv_id: 2511.{number:05}\ntopics: [fish]\n"
    }


def added(number: int) -> dict[str, str]:
    """A person's paper, which a bot may list as well on another branch."""
    return {
        f"papers/a-study-of-fish-number-{number}.yml": f"title: A study of fish number {number}\n"
        f"listed: 2025-11-03\nauthors: [Ann Author {number}]\n"
    }


def topic(number: int) -> dict[str, str]:
    return {
        f"topics/topic-{number}.md": f"---\ntitle: Topic {number}\nmatch: [number {number}]\n---\n"
    }


CHANGES = [
    *(listing(day, range(day, day + 12)) for day in range(2, 12)),
    *(overlay(number) for number in range(10)),
    *(added(number) for number in range(14, 19)),
    *(topic(number) for number in range(5)),
]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with a branch for each change, none of which has seen another."""
    folder = tmp_path_factory.mktemp("repository")
    git(folder, "init", "--quiet", "--initial-branch=main")
    write(
        folder / "content",
        {**listing(1, range(10)), "topics/fish.md": "---\ntitle: Fish\nmatch: [fish]\n---\n"},
    )
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "The first day")
    for number, files in enumerate(CHANGES):
        git(folder, "checkout", "--quiet", "-b", f"branch-{number}", "main")
        write(folder / "content", files)
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "-m", f"Branch {number}")
        content.load(folder / "content")  # each is good by itself
    return folder


@pytest.mark.parametrize("seed", range(4))
def test_branches_merge_in_any_order_without_conflict_and_give_the_same_bytes(
    repository: Path, tmp_path: Path, seed: int
):
    assert len(CHANGES) == BRANCHES
    order = list(range(BRANCHES))
    random.Random(seed).shuffle(order)
    git(repository, "checkout", "--quiet", "--detach", "main")
    for count, number in enumerate(order):
        git(repository, "merge", "--quiet", "--no-edit", f"branch-{number}")
        if count % 7 == 0:
            content.load(repository / "content")  # what is merged so far can be published
    expected = write(tmp_path, listing(1, range(10)))
    write(tmp_path, {"topics/fish.md": "---\ntitle: Fish\nmatch: [fish]\n---\n"})
    for files in CHANGES:
        write(tmp_path, files)
    assert rendered(repository / "content") == rendered(expected)


def rendered(folder: Path) -> dict[str, bytes]:
    catalog, omissions = content.load(folder)
    assert not omissions
    made = dict(pages.render(catalog, golden.PUBLICATION))
    known = golden.PUBLICATION
    for path, make in (feeds.render(catalog, known) | data.render(catalog, known)).items():
        made[path] = make()
    return made
