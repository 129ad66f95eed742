"""``broadsheet pull``: what sources list gets into listings, and whatever they do, nothing is lost."""

from __future__ import annotations

import datetime
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from generator import content
from generator.commands import pull
from generator.sources import huggingface, web
from tests.conftest import Run
from tests.puller import CONFIGURATION, listings, publication
from tests.sources import papers_host as fails
from tests.sources.host import visited_at_once
from tests.sources.papers_host import PapersHost, arxiv_id, title

FRIDAY = datetime.date(2025, 9, 5)
DAILY = "2025/2025-09-05-daily-papers.jsonl"


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[PapersHost]:
    visited_at_once(monkeypatch)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    made = PapersHost(FRIDAY)
    monkeypatch.setattr(pull, "today", lambda: made.day)
    yield made
    made.close()


@pytest.fixture
def folder(host: PapersHost, tmp_path: Path) -> Path:
    return publication(tmp_path / "publication", host.root)


@pytest.fixture
def run(broadsheet_here: Run, folder: Path) -> Callable:
    return lambda *arguments, code=0, **env: broadsheet_here(
        "pull", *arguments, cwd=folder, code=code, env=env
    )


def records(folder: Path, name: str) -> list[dict]:
    lines = (folder / "content/listings" / name).read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def configure(folder: Path, host: PapersHost, sources: str) -> None:
    """Other sources than usual."""
    kept = CONFIGURATION.partition("        - name")[0]
    text = kept.format(root=host.root) + sources.format(root=host.root)
    (folder / "mkdocs.yml").write_text(text, "utf-8")


# --- what is written ----------------------------------------------------------------------


def test_a_file_for_every_source_and_day(folder: Path, run: Callable):
    ran = run("--days", "2")
    assert sorted(listings(folder)) == [
        "2025/2025-09-04-a-journal.jsonl",
        "2025/2025-09-04-arxiv-text.jsonl",
        "2025/2025-09-04-daily-papers.jsonl",
        "2025/2025-09-05-a-journal.jsonl",
        "2025/2025-09-05-arxiv-text.jsonl",
        "2025/2025-09-05-daily-papers.jsonl",
    ]
    assert "content/listings/2025/2025-09-05-daily-papers.jsonl: 2 new\n" in ran.stdout
    catalog, omissions = content.load(folder / "content")
    assert not omissions
    assert {paper.topics for paper in catalog.papers if paper.doi} == {("numbers",)}


def test_the_bytes_of_a_file(folder: Path, run: Callable):
    run("daily-papers", "--days", "1")
    assert listings(folder)[DAILY].decode() == (
        '{"title":"On maple and cedar: a study of amber 40","abstract":"What is known of 40, and more: x² & '
        '<EOS>.","mathematics":{"abstract":"What is known of 40, and more: \\\\(x^2\\\\) & <EOS>."},"authors":'
        '["A. Author 40","B. Author"],"published":"2025-09-03","comments":0,"upvotes":40,"arxiv_id":'
        '"2510.00040","links":{"discussion":"https://huggingface.co/papers/2510.00040"}}\n'
        '{"title":"On north and cedar: a study of amber 41","abstract":"What is known of 41, and more: x² & '
        '<EOS>.","mathematics":{"abstract":"What is known of 41, and more: \\\\(x^2\\\\) & <EOS>."},"authors":'
        '["A. Author 41","B. Author"],"published":"2025-09-03","comments":0,"upvotes":41,"arxiv_id":'
        '"2510.00041","links":{"discussion":"https://huggingface.co/papers/2510.00041"}}\n'
    )
    mode = (folder / "content/listings" / DAILY).stat().st_mode & 0o777
    assert mode == (folder / "mkdocs.yml").stat().st_mode & 0o777


def test_the_same_again_touches_nothing(folder: Path, host: PapersHost, run: Callable):
    run("--days", "3")
    before = {path: path.stat().st_mtime_ns for path in (folder / "content").rglob("*.jsonl")}
    asked = host.calls
    assert run("--days", "3").stdout == "0 new papers, 0 changed.\n"
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert host.conditional == host.calls - asked > 0


def test_no_answer_that_was_kept_is_needed(folder: Path, host: PapersHost, run: Callable):
    run("--days", "3")
    first = listings(folder)
    for path in sorted((folder / ".cache/broadsheet").iterdir()):
        path.write_bytes(b"rubbish")
    shutil.rmtree(folder / "content/listings")
    (folder / "content/listings").mkdir()
    run("--days", "3")
    run("--days", "3")
    assert listings(folder) == first
    assert len(list((folder / ".cache/broadsheet").iterdir())) == 7


def test_days_that_fill_up_are_filled_up(folder: Path, host: PapersHost, run: Callable):
    run("daily-papers")
    assert [one["upvotes"] for one in records(folder, DAILY)] == [40, 41]
    host.day += datetime.timedelta(3)
    ran = run("daily-papers")
    assert f"{DAILY}: 4 new, 2 changed\n" in ran.stdout
    found = records(folder, DAILY)
    assert [one["arxiv_id"] for one in found] == [arxiv_id(number) for number in range(40, 46)]
    assert [one["upvotes"] for one in found] == [43, 44, 45, 46, 47, 48]
    assert found[0]["links"].keys() == {"code", "discussion"}


@pytest.mark.parametrize("per_day", [0, 1])
def test_a_day_that_comes_back_smaller_loses_nothing(
    per_day: int, folder: Path, host: PapersHost, run: Callable
):
    run()
    first = listings(folder)
    host.per_day = per_day
    ran = run("--report", folder / "report.md")
    assert listings(folder) == first
    assert f"{DAILY}: {2 - per_day} no longer listed, but kept\n" in ran.stdout
    report = (folder / "report.md").read_text("utf-8")
    assert title(41).replace("-", "\\-") in report.partition("### No longer listed, but kept")[2]


def test_what_is_no_longer_said_stays(folder: Path, host: PapersHost, run: Callable):
    path = folder / "content/listings" / DAILY
    run("daily-papers")
    lines = records(folder, DAILY)
    lines[0] |= {"doi": "10.1000/x", "upvotes": 3, "links": {"code": "https://code.example/x"}}
    lines[0]["mathematics"]["title"] = "Of \\(x\\)"
    lines[0]["remark"] = "of a later version of Broadsheet"
    path.write_text("".join(json.dumps(line) + "\n" for line in reversed(lines)), "utf-8")
    run("daily-papers")
    one, other = records(folder, DAILY)
    assert (one["doi"], one["upvotes"], one["remark"]) == (
        "10.1000/x",
        40,
        "of a later version of Broadsheet",
    )
    assert one["links"].keys() == {"code", "discussion"}
    assert one["mathematics"].keys() == {"abstract"}  # the title came anew, without
    assert other["upvotes"] == 41


def test_records_are_one_as_papers_are(folder: Path, host: PapersHost, run: Callable):
    """One that lacks an id is found by its title; another id is another paper."""
    path = folder / "content/listings" / DAILY
    path.parent.mkdir()
    lines = [{"title": title(40).upper()}, {"title": title(41), "arxiv_id": "2509.99999"}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    run("daily-papers", "--days", "1")
    assert [(one["arxiv_id"], one["title"]) for one in records(folder, DAILY)] == [
        ("2509.99999", title(41)),
        (arxiv_id(40), title(40)),
        (arxiv_id(41), title(41)),
    ]


def test_a_file_is_found_wherever_it_lies(folder: Path, run: Callable):
    name = "2025-09-05-daily-papers.jsonl"
    (folder / "content/listings" / name).write_text('{"title":"One of ours"}\n', "utf-8")
    run("daily-papers", "--days", "1")
    assert sorted(listings(folder)) == [name]
    assert len(records(folder, name)) == 3


def test_a_folder_of_nothing_but_listings_stays_one(
    folder: Path, host: PapersHost, run: Callable, tmp_path: Path
):
    source = (
        "        - {{name: daily-papers, from: huggingface, address: '{root}/api/daily_papers'}}\n"
    )
    configure(folder, host, source)
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "2025-09-01-mine.jsonl").write_text('{"title":"One of ours"}\n', "utf-8")
    run("daily-papers", "--days", "1", "--content", bare)
    assert (bare / DAILY).is_file()
    assert len(content.load(bare)[0].papers) == 3


def test_large_days_come_in_pages(
    folder: Path, host: PapersHost, run: Callable, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(huggingface, "PAGE", 2)
    host.day += datetime.timedelta(3)
    run("daily-papers", "--since", FRIDAY, "--until", FRIDAY)
    assert len(records(folder, DAILY)) == 6
    assert [path.rpartition("limit=2")[2] for path in host.asked] == ["", "&p=1", "&p=2", "&p=3"]


def test_a_host_that_knows_no_pages_is_not_asked_for_ever(
    folder: Path, host: PapersHost, run: Callable, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(huggingface, "PAGE", 2)
    body, _ = host.daily_papers({"date": str(FRIDAY), "limit": "2"})
    host.fails = lambda number: fails.other(body)
    run("daily-papers", "--days", "1")
    assert host.calls == 2
    assert len(records(folder, DAILY)) == 2


# --- what fails ---------------------------------------------------------------------------


@pytest.mark.parametrize("failure", [*fails.FAILURES[:-1], fails.dripping])
def test_what_is_soon_over_is_not_noticed(
    failure, folder: Path, host: PapersHost, run: Callable, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(web, "WHOLE_SECONDS", 1)  # which who drips needs, and nobody else
    host.fails = lambda number: failure if number == 1 else None
    ran = run("daily-papers", "--days", "1")
    assert ran.stderr == ""
    assert len(records(folder, DAILY)) == 2
    assert host.calls == 2


@pytest.mark.parametrize("failure", [*fails.FAILURES, fails.dripping, fails.status(403)])
@pytest.mark.parametrize("source", ["daily-papers", "arxiv-text", "a-journal"])
def test_what_lasts_is_a_line_and_leaves_what_is_there(
    source: str,
    failure,
    folder: Path,
    host: PapersHost,
    run: Callable,
    monkeypatch: pytest.MonkeyPatch,
):
    run(source, "--days", "1")
    before = listings(folder)
    monkeypatch.setattr(web, "WHOLE_SECONDS", 0.3)
    host.fails = lambda number: failure
    ran = run(source, "--days", "1", code=1)
    assert listings(folder) == before
    (line,) = ran.stderr.splitlines()
    place = "a-journal" if source == "a-journal" else f"{source}, 2025-09-05"
    assert line.startswith(f"{place}: {host.root}/")
    assert "; see whether that is the right place, or try later" in line
    assert ran.stdout.endswith("0 new papers, 0 changed, failed: 1.\n")


def test_the_others_go_on(folder: Path, host: PapersHost, run: Callable):
    host.fails = lambda number: (
        fails.status(503) if "2025-09-04" in host.asked[-1] or "query" in host.asked[-1] else None
    )
    summary = folder / "summary.md"
    summary.write_text("Before.\n", "utf-8")
    ran = run("--days", "2", code=1, GITHUB_STEP_SUMMARY=str(summary))
    assert [line.partition(": ")[0] for line in ran.stderr.splitlines()] == [
        "daily-papers, 2025-09-04",
        "arxiv-text, 2025-09-05",
        "arxiv-text, 2025-09-04",
    ]
    assert sorted(listings(folder)) == [
        "2025/2025-09-04-a-journal.jsonl",
        "2025/2025-09-05-a-journal.jsonl",
        DAILY,
    ]
    said = summary.read_text("utf-8")
    assert said.startswith("Before.\n## Pulled on 2025-09-05: ")
    assert said.count("status 503") == 3
    assert "| daily-papers | 2025-09-05 | 2 | 0 | 0 |" in said


def test_a_record_with_a_missing_field_is_named(folder: Path, host: PapersHost, run: Callable):
    found = json.loads(host.daily_papers({"date": str(FRIDAY)})[0])
    found[0]["paper"].pop("title")
    found[0].pop("title")
    found[1]["paper"]["upvotes"] = "many"
    found.append({"paper": {"title": "<b>Bold</b> [x](y) @everybody", "id": "2510.77777"}})
    found.append("not a record")
    host.fails = lambda number: fails.other(json.dumps(found, indent=1).encode())
    ran = run("daily-papers", "--days", "1", "--report", folder / "report.md")
    assert [line.partition(";")[0] for line in ran.stderr.splitlines()] == [
        "left out: daily-papers, 2025-09-05:2: title: a record without a title",
        'left out: daily-papers, 2025-09-05:21: upvotes: "many" is not a count',
        "left out: daily-papers, 2025-09-05:48: not a record of Daily Papers",
    ]
    assert f'(of "{found[0]["paper"]["id"]}")' in ran.stderr
    assert 'not a record of Daily Papers; it has no "paper"' in ran.stderr
    assert len(records(folder, DAILY)) == 2
    report = (folder / "report.md").read_text("utf-8")
    assert report.count("\n- ") == 2 + 3
    assert "<b>" not in report
    assert "[x](" not in report
    assert "@everybody" not in report  # whom GitHub would tell


def test_a_file_that_cannot_be_read_is_left_alone(folder: Path, run: Callable):
    path = folder / "content/listings" / DAILY
    path.parent.mkdir()
    path.write_text('{"title":"One"}\n<<<<<<< HEAD\n', "utf-8")
    ran = run("daily-papers", "--days", "2", code=1)
    assert path.read_text("utf-8").endswith("<<<<<<< HEAD\n")
    assert ran.stderr == (
        f"daily-papers, 2025-09-05: content/listings/{DAILY}:2: not a record, so nothing is written here; "
        "mend or remove the line\n"
    )
    assert "2025/2025-09-04-daily-papers.jsonl" in listings(folder)


def test_what_a_kill_left_is_never_read_and_is_removed(folder: Path, run: Callable):
    (folder / "content/listings/2025").mkdir()
    left = folder / "content/listings/2025/.new-abc"
    left.write_text('{"title":"Half of a', "utf-8")
    assert content.load(folder / "content")[1] == ()
    run("daily-papers", "--days", "1")
    assert not left.exists()


def test_only_one_pulls_at_a_time(folder: Path, run: Callable):
    fcntl = pytest.importorskip("fcntl")
    handle = os.open(folder / "content", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    assert "another command is writing to" in run(code=2).stderr
    os.close(handle)
    run("--days", "1")


# --- time ---------------------------------------------------------------------------------


def test_an_entry_is_of_its_day_in_utc_and_never_of_tomorrow(
    folder: Path, host: PapersHost, run: Callable
):
    run("a-journal")
    # 23:30 at nine hours behind UTC is the next day. That of Friday has not come yet.
    assert [one["doi"] for one in records(folder, "2025/2025-09-05-a-journal.jsonl")] == [
        f"10.1000/{number}" for number in (30, 31, 40, 41)
    ]
    first = listings(folder)
    host.day += datetime.timedelta(1)
    assert run("a-journal").stdout == "0 new papers, 0 changed.\n"
    assert listings(folder) == first


def test_entries_without_a_day_are_of_the_day_on_which_they_are_first_seen(
    folder: Path, host: PapersHost, run: Callable
):
    configure(folder, host, "        - {{name: odd, from: feed, url: '{root}/feed.atom'}}\n")
    run()
    assert sorted(listings(folder)) == ["2025/2025-09-05-odd.jsonl"]
    assert len(records(folder, "2025/2025-09-05-odd.jsonl")) == 3
    host.day = datetime.date(2025, 9, 8)
    run()
    assert sorted(listings(folder)) == ["2025/2025-09-05-odd.jsonl", "2025/2025-09-08-odd.jsonl"]
    assert [one["title"] for one in records(folder, "2025/2025-09-08-odd.jsonl")] == [title(70)]


def test_what_a_feed_has_of_older_days_is_passed_over(folder: Path, run: Callable):
    ran = run("a-journal", "--days", "1")
    assert sorted(listings(folder)) == ["2025/2025-09-05-a-journal.jsonl"]
    assert "a-journal: 4 of other days are passed over; --since DAY takes more in.\n" in ran.stdout


def test_a_paper_of_arxiv_is_of_the_day_of_its_first_version(
    folder: Path, host: PapersHost, run: Callable
):
    """Whatever day the host takes it to be of, by a clock of its own."""
    usual = host.arxiv
    host.arxiv = lambda asked: (usual(asked)[0].replace(b"-05T13:30", b"-04T23:59"), "text/xml")
    run("arxiv-text", "--days", "1")
    assert sorted(listings(folder)) == ["2025/2025-09-04-arxiv-text.jsonl"]


def test_no_more_time_is_taken_than_allowed(folder: Path, host: PapersHost, run: Callable):
    host.fails = lambda number: fails.dripping
    ran = run("daily-papers", "--patience", "0.005", code=1)
    assert "no time is left; allow more, or try later" in ran.stderr
    assert host.calls <= 3


# --- the command line, the configuration --------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["daily-paper"], 'no source "daily-paper"; did you mean "daily-papers"?'),
        (["--since", "yesterday"], "is not a date"),
        (
            ["--until", "2025-09-06"],
            "2025-09-06 is still to come, in UTC; give a day up to 2025-09-05",
        ),
        (["--since", "2025-09-01", "--days", "2"], "give one of them"),
        (["--since", "2025-09-04", "--until", "2025-09-03"], "give an earlier one"),
        (["--since", "1990-09-04"], "begin later"),
        (["--days", "0"], "is not in the range"),
        (["--patience", "0"], "is not in the range"),
        (["--report", "no/such/folder/x"], None),
    ],
)
def test_a_wrong_command_line(
    arguments: list[str], said: str | None, folder: Path, host: PapersHost, run: Callable
):
    if said is None:
        run("daily-papers", *arguments)
        assert (folder / "no/such/folder/x").is_file()
    else:
        assert said in run(*arguments, code=2).stderr
        assert host.calls == 0


def test_without_sources_there_is_nothing_to_pull(folder: Path, host: PapersHost, run: Callable):
    text = (folder / "mkdocs.yml").read_text("utf-8").partition("      sources:")[0]
    (folder / "mkdocs.yml").write_text(text, "utf-8")
    assert "sources: none, so there is nothing to pull" in run(code=1).stderr


def test_what_is_wrong_with_sources_is_told_by_both_commands(
    folder: Path, host: PapersHost, run: Callable, broadsheet_here: Run
):
    configure(folder, host, "        - {{name: x, from: huggingfase, topics: [numers]}}\n")
    line = f"{folder}/mkdocs.yml:10: sources.0.from: no kind of source"
    assert line in run(code=1).stderr
    assert line in broadsheet_here("check", cwd=folder, code=1).stderr
    assert host.calls == 0


# --- real days ----------------------------------------------------------------------------


def test_real_days_come_through_as_they_are(
    captures: Path, folder: Path, host: PapersHost, run: Callable, tmp_path: Path
):
    """What was captured, answered by the host: the catalog is the one of the captures themselves."""
    days = sorted((captures / "huggingface").glob("2025-06-*.json"))
    bodies = {path.stem: path.read_bytes() for path in days}
    host.daily_papers = lambda asked: (bodies.get(asked["date"], b"[]"), "application/json")
    host.day = datetime.date(2025, 6, 30)
    ran = run("daily-papers", "--since", "2025-06-01")
    assert ran.stderr == ""
    raw = tmp_path / "raw"
    raw.mkdir()
    for path in days:
        shutil.copy(path, raw)
    expected = {paper.slug: paper for paper in content.load(raw)[0].papers}
    catalog, omissions = content.load(folder / "content")
    assert not omissions
    assert catalog.by_slug.keys() == expected.keys()
    for slug, paper in catalog.by_slug.items():
        for name in "title abstract mathematics authors organization links upvotes listed".split():
            assert getattr(paper, name) == getattr(expected[slug], name), (slug, name)
