"""What check finds in a catalog that is valid: papers without a topic, copied summaries, all in order."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from generator import content
from generator.curation import remarks, rules
from generator.errors import ContentError, Remark
from generator.model import Publication
from tests.conftest import REPOSITORY
from tests.test_content import write

PUBLICATION = Publication("News", "https://news.example/", authority="news.example", year=2025)
TODAY = datetime.date(2025, 12, 31)
TOPIC = {"topics/agents.md": "---\ntitle: Agents\nmatch: [agent*]\n---\n"}


def listing(*titles: str, **more: str) -> str:
    return "".join(json.dumps({"title": title, **more}) + "\n" for title in titles)


def problems(folder: Path) -> list:
    catalog, _ = content.load(folder)
    return list(remarks.problems(catalog, folder, PUBLICATION, None, TODAY))


def found(folder: Path, files: dict[str, str]) -> list[str]:
    write(folder, files)
    return [str(one).replace(f"{folder.as_posix()}/", "") for one in problems(folder)]


# --- papers without a topic ---------------------------------------------------------------


def test_papers_without_a_topic_are_told_of_listing_by_listing(tmp_path: Path):
    files = {
        **TOPIC,
        "listings/2025-10-29-a.jsonl": listing("Agents", "One", "Two", "Three", "Four"),
        "listings/2025-10-30-a.jsonl": listing("Five", "More agents"),
        "listings/2025-10-31-a.jsonl": listing("Even more agents"),
    }
    assert found(tmp_path, files) == [
        'listings/2025-10-29-a.jsonl:2: topics: 4 papers belong to no topic: "One", "Two", "Three", …; '
        "add phrases to topics, or give topics in papers/",
        'listings/2025-10-30-a.jsonl:1: topics: 1 paper belongs to no topic: "Five"; add phrases to '
        "topics, or give topics in papers/five.yml",
    ]


def test_many_listings_are_told_of_in_one_line(tmp_path: Path):
    files = {
        f"listings/2025-10-{day:02}-a.jsonl": listing(f"One of {day}", f"Two of {day}")
        for day in range(1, 32)
    }
    told = found(tmp_path, {**TOPIC, **files, "listings/2025-11-01-a.jsonl": listing("Agents")})
    assert [line.partition(":")[0] for line in told] == [
        f"listings/2025-10-{day}-a.jsonl" for day in range(21, 32)
    ]
    assert told[0].startswith(
        "listings/2025-10-21-a.jsonl:1: topics: 42 papers, of this and 20 older listings, belong to no "
        'topic: "One of 21", "Two of 21", "One of 20", …; '
    )


def test_who_wrote_of_a_paper_without_a_topic_is_told_so_in_that_file(tmp_path: Path):
    files = {
        **TOPIC,
        "listings/2025-10-29-a.jsonl": listing("Agents", "One", "Two"),
        "papers/two.yml": "arxiv_id: 2401.00001\nnote: Good.\n",
        "papers/three.yml": "title: Three\nlisted: 2025-10-29\n",
    }
    assert found(tmp_path, files)[1:] == [
        f"papers/{name}.yml:1: topics: the paper belongs to no topic; name some, or write [] if none fits"
        for name in ("three", "two")
    ]


@pytest.mark.parametrize("topics", ["[]", "null", "[agents]"])
def test_who_says_which_topics_means_it(topics, tmp_path: Path):
    files = {
        **TOPIC,
        "listings/2025-10-29-a.jsonl": listing("Agents", "One"),
        "papers/one.yml": f"topics: {topics}\n",
    }
    assert found(tmp_path, files) == []


def test_where_there_are_no_topics_no_paper_lacks_one(tmp_path: Path):
    assert found(tmp_path, {"listings/2025-10-29-a.jsonl": listing("One", "Two")}) == []


# --- titles of topics ---------------------------------------------------------------------


def test_topics_of_the_same_title_are_told_of(tmp_path: Path):
    topics = {
        f"topics/{name}.md": f"---\ntitle: {title}\nmatch: [agent*]\n---\n"
        for name, title in (("a", "Agents at work"), ("b", "Agents"), ("c", "agents at  Work!"))
    }
    assert found(tmp_path, {**topics, "listings/2025-10-29-a.jsonl": listing("Agents")}) == [
        "topics/c.md:2: title: the same as of topics/a.md; choose another, or make one topic of both"
    ]


# --- names of papers ----------------------------------------------------------------------


def test_a_file_that_renames_what_is_listed_is_told_of(tmp_path: Path):
    files = {
        "listings/2025-10-29-a.jsonl": listing("Agents at work", "Agents at rest"),
        "papers/foo-bar.yml": "title: Agents at work\nlisted: 2025-10-29\n",
        "papers/agents-at-rest.yml": "title: Agents at rest\nlisted: 2025-10-28\n",
        "papers/alone.yml": "title: Nobody lists this\nlisted: 2025-10-28\n",
    }
    assert found(tmp_path, files) == [
        "papers/foo-bar.yml:1: the paper is listed in listings/2025-10-29-a.jsonl, too, and gets its "
        "address from this file: /papers/foo-bar/. To correct what is listed, leave out listed and "
        "rename the file to agents-at-work.yml"
    ]


# --- summaries ----------------------------------------------------------------------------

ABSTRACT = (
    "We study how agents plan. Our method, which we call Méthode, asks a model for twelve plans, keeps "
    "the best of them, and repeats; on three benchmarks it needs half the steps of a search. "
    "Code is available."
)
SUMMARY = (
    "How should agents plan? Asking a model for a dozen plans and keeping the best, again and again, "
    "takes half as many steps as searching does on three benchmarks."
)


@pytest.mark.parametrize(
    "summary",
    [
        ABSTRACT,
        ABSTRACT.upper(),
        ABSTRACT.replace("é", "e").replace(",", " –"),
        ABSTRACT.partition(". ")[2],
        "Asks a model for twelve plans, keeps the best of them, and repeats.",
        "Our method, which we call Méthode",
        ABSTRACT.replace("We study", "The authors study"),  # nearly all of it
    ],
)
def test_a_summary_that_is_the_abstract_again_is_an_error(summary, tmp_path: Path):
    write(
        tmp_path,
        {
            "listings/2025-10-29-a.jsonl": listing("Planning", abstract=ABSTRACT),
            "papers/planning.yml": f"note: Good.\nsummary: {json.dumps(summary, ensure_ascii=False)}\n",
        },
    )
    (error,) = problems(tmp_path)
    assert isinstance(error, ContentError)
    assert str(error).removeprefix(f"{tmp_path.as_posix()}/") == (
        "papers/planning.yml:2: summary: is only the abstract again; write it in words of your own, or "
        "leave it out"
    )


@pytest.mark.parametrize(
    ("summary", "abstract"),
    [
        (SUMMARY, ABSTRACT),
        ("Agents plan.", ABSTRACT),  # few words may stand anywhere
        (f"{SUMMARY} Our method, which we call Méthode, asks a model for twelve plans.", ABSTRACT),
        (SUMMARY, None),
        ("!", ABSTRACT),
    ],
)
def test_a_summary_in_words_of_ones_own_is_good(summary, abstract, tmp_path: Path):
    given = {"abstract": abstract} if abstract else {}
    files = {
        "listings/2025-10-29-a.jsonl": listing("Planning", **given),
        "papers/planning.yml": f"summary: {json.dumps(summary)}\n",
    }
    assert found(tmp_path, files) == []


def test_a_listing_may_repeat_itself(tmp_path: Path):
    said = {"abstract": ABSTRACT, "summary": ABSTRACT}
    files = {
        "listings/2025-10-29-a.jsonl": listing("Planning", **said),
        "papers/planning.yml": "note: Good.\n",
    }
    assert found(tmp_path, files) == []


# --- all of it ----------------------------------------------------------------------------


def test_all_is_told_in_the_order_of_files_and_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rules, "TELLING", 0)
    write(
        tmp_path,
        {
            "listings/2025-10-29-a.jsonl": listing(
                "Agents", "A Tale of Two Cities", abstract=ABSTRACT
            ),
            "listings/2025-10-30-a.jsonl": listing("Tale of Two Cities"),
            "topics/agents.md": "---\ntitle: Agents\nmatch: [agents, zebra]\n---\n[x](y.md)\n",
            "papers/agents.yml": f"note: See https://news.example/papers/x/.\nsummary: {ABSTRACT}\n",
        },
    )
    found = problems(tmp_path)
    places = [
        (Path(one.file).relative_to(tmp_path).as_posix(), one.line, one.field) for one in found
    ]
    assert places == sorted(places)
    assert [(*place, type(one)) for place, one in zip(places, found, strict=True)] == [
        ("listings/2025-10-30-a.jsonl", 1, "title", Remark),
        ("listings/2025-10-30-a.jsonl", 1, "topics", Remark),
        ("papers/agents.yml", 1, "note", ContentError),
        ("papers/agents.yml", 2, "summary", ContentError),
        ("topics/agents.md", 3, "match", Remark),
        ("topics/agents.md", 5, "introduction", ContentError),
    ]
    assert all("; " in one.message and "\n" not in str(one) for one in found)


def test_files_are_shown_as_seen_from_where_people_work(tmp_path: Path, monkeypatch):
    write(
        tmp_path / "content",
        {**TOPIC, "listings/2025-10-29-a.jsonl": listing("Agents", "One")},
    )
    monkeypatch.chdir(tmp_path)
    (remark,) = problems(Path("content"))
    assert remark.file == "content/listings/2025-10-29-a.jsonl"
    assert remark.message.endswith(" in content/papers/one.yml")


def test_there_is_nothing_to_say_of_this_edition():
    folder = REPOSITORY / "content"
    catalog, _ = content.load(folder)
    found = remarks.problems(catalog, folder, PUBLICATION, REPOSITORY / "site_src", TODAY)
    assert list(map(str, found)) == []
