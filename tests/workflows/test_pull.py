"""pull.yml brings in what sources list: as a pull request, onto main, or not at all."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

import pytest

from tests.sources import papers_host as fails
from tests.sources.papers_host import PapersHost, title
from tests.workflows.runner import Host, Run, git, succeeded

pytestmark = pytest.mark.proof

CONFIGURED = """\
      sources:
        - {{name: a-journal, from: feed, url: "{root}/feed.rss"}}
        - {{name: another, from: feed, url: "{root}/feed.atom"}}
"""


@pytest.fixture(scope="module")
def papers() -> Iterator[PapersHost]:
    made = PapersHost(datetime.datetime.now(datetime.UTC).date())
    made.papers = lambda day: [day.toordinal() % 1000] if day == made.day else []
    made.atom = lambda asked: (fails.atom([], 0), "application/atom+xml")
    yield made
    made.close()


@pytest.fixture
def pulling(new_host: Host, papers: PapersHost, monkeypatch: pytest.MonkeyPatch) -> Callable:
    """A publication whose variable PULL says this, and that has a source."""
    monkeypatch.setattr(papers, "fails", lambda number: None)
    before, begins, rest = new_host.text("mkdocs.yml").partition("      sources:\n")
    assert begins
    after = rest.partition("\n\n")[2]
    text = f"{before}{CONFIGURED.format(root=papers.root)}\n{after}\n"
    new_host.push({"mkdocs.yml": text})

    def turned(how: str | None) -> Host:
        new_host.variables = {"PULL": how} if how else {}
        return new_host

    return turned


def pulled(host: Host, ref: str) -> list[str]:
    return [path for path in host.files(ref) if path.endswith("-a-journal.jsonl")]


@pytest.mark.parametrize("how", [None, "", "off"])
def test_it_is_off_until_the_publisher_turns_it_on(how: str | None, pulling: Callable):
    run = pulling(how).pull()
    assert run.jobs == {"pull": "skipped", "bring": "skipped"}


def test_onto_main(pulling: Callable, papers: PapersHost):
    host = pulling("commit")
    run = succeeded(host.pull())
    (path,) = pulled(host, "main")
    assert title(papers.papers(papers.day)[0]) in host.text(path)
    assert "New papers, pulled on" in git("log", "-1", "--format=%s", "main", cwd=host.origin)
    assert host.state["dispatches"] == [{"workflow": "publish.yml", "ref": "main"}]
    assert "1 new paper" in run.summary
    again = host.pull()
    assert again.jobs == {"pull": "success", "bring": "skipped"}


def test_as_a_pull_request_which_later_ones_are_added_to(
    pulling: Callable, papers: PapersHost, monkeypatch: pytest.MonkeyPatch
):
    host = pulling("propose")
    main = host.main()
    succeeded(host.pull())
    (pull,) = host.state["pulls"]
    assert (pull["title"], pull["base"]["ref"]) == ("New papers", "main")
    assert "1 new paper" in pull["body"]
    assert len(pulled(host, "pull")) == 1
    earlier = papers.day - datetime.timedelta(3)
    everyday = papers.papers
    monkeypatch.setattr(papers, "papers", lambda day: [7] if day == earlier else everyday(day))
    succeeded(host.pull())
    assert len(host.state["pulls"]) == 1
    assert len(pulled(host, "pull")) == 2
    assert host.main() == main
    # One that is closed makes room for another.
    host.change(pulls=[{**pull, "state": "closed"}])
    succeeded(host.pull())
    assert [pull["state"] for pull in host.state["pulls"]] == ["closed", "open"]
    assert git("rev-parse", "pull~1", cwd=host.origin) == main


def test_a_source_that_fails_ends_the_run_red_but_what_there_is_comes(
    pulling: Callable, papers: PapersHost
):
    host = pulling("commit")
    papers.fails = lambda number: fails.status(403) if "atom" in papers.asked[-1] else None
    run: Run = host.pull()
    assert run.jobs == {"pull": "failure", "bring": "success"}
    assert run.failed == ["See whether all sources answered"]
    assert "### Failed" in run.summary
    assert len(pulled(host, "main")) == 1


@pytest.mark.parametrize(
    "path", [".github/workflows/pull.yml", "content/papers/x.yml", "content/listings/2025/x.yml"]
)
def test_nothing_but_listings_is_taken_from_the_job_that_reads(
    path: str, pulling: Callable, tmp_path
):
    host = pulling("commit")
    main = host.main()
    handed = tmp_path / "pulled"
    handed.mkdir()
    (handed / "report.md").write_text("Nothing to see.")
    (handed / "patch").write_text(
        f"diff --git a/{path}x b/{path}x\nnew file mode 100644\n--- /dev/null\n+++ b/{path}x\n"
        "@@ -0,0 +1 @@\n+x\n"
    )
    run = host.pull(done={"pull": {"changed": "true"}}, artifacts={"pulled": handed})
    assert run.jobs["bring"] == "failure"
    assert "does something else" in run.log
    assert host.main() == main
