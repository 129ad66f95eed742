"""Papers, corrections and topics through each door, as somebody new would: what is written, shown, told."""

from __future__ import annotations

import datetime
import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import content, curated
from generator.curation import adding, forms
from generator.errors import ContentErrors
from generator.model import Publication
from tests.conftest import REPOSITORY, Run, copy
from tests.curation.test_forms import as_github_gives, filled_in
from tests.test_content import WRONG, good, write
from tests.tree import state

PUBLICATION = Publication("Broadsheet", "https://broadsheet.example/")
LINE = "# yaml-language-server: $schema=https://broadsheet.example/schemas/"


def clone(folder: Path, files: dict[str, str | bytes] | None = None) -> Path:
    """A publication of one's own, with this content or else the awkward edition."""
    for name in ("site_src", "mkdocs.yml"):
        copy(REPOSITORY / name, folder / name)
    (folder / "generator").mkdir()
    copy(REPOSITORY / "generator" / "theme", folder / "generator" / "theme")
    if files is None:
        copy(REPOSITORY / "tests" / "content", folder / "content")
    else:
        write(folder / "content", files)
    return folder


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return clone(tmp_path / "here", good())


def form(folder: Path, name: str, **answers: str) -> Path:
    path = folder / "form.md"
    path.write_text(as_github_gives(name, **answers), "utf-8", newline="")
    return path


# --- the third door: the command ----------------------------------------------------------


def test_a_paper_is_added_with_a_title_alone(broadsheet: Run, here: Path):
    ran = broadsheet("add", "A Paper: Found", cwd=here)
    file, page, topics, following = ran.stdout.splitlines()
    assert file == "content/papers/a-paper-found.yml"
    assert page == "Its page will be /papers/a-paper-found/."
    assert topics == "No topic has it."
    assert "broadsheet check" in following
    assert "make serve" in following
    assert (here / file).read_text() == (
        f'{LINE}overlay.json\ntitle: "A Paper: Found"\nlisted: 2025-10-29\n'
    )
    assert "nothing is wrong" in broadsheet("check", cwd=here).stdout


def test_every_field_has_an_option(broadsheet: Run, here: Path):
    given = {
        "listed": ["--listed", "2025-10-30"],
        "arxiv_id": ["--arxiv-id", "https://arxiv.org/abs/1706.03760v2"],
        "doi": ["--doi", "doi:10.1000/ABC"],
        "authors": ["--author", "Lovelace, Ada", "--author", "Emmy Noether"],
        "author_count": ["--author-count", "8"],
        "organization": ["--organization", "Google Research"],
        "published": ["--published", "2017-06-12"],
        "links": ["--link", "code=https://a.example/?b=c", "--link", "pdf=https://a.example/x.pdf"],
        "topics": ["--topic", "Embeddings"],
        "summary": ["--summary", "What was: done. " + "And it is long enough to be wrapped. " * 4],
        "abstract": ["--abstract", "- no list"],
        "note": ["--note", "true"],
    }
    assert ["title", *given] == [field.name for field in curated.OVERLAY]
    ran = broadsheet("add", "1984", *(word for words in given.values() for word in words), cwd=here)
    file, _, topics, _ = ran.stdout.splitlines()
    assert topics == "It will be in these topics: Embeddings."
    catalog, _ = content.load(here / "content")
    paper = catalog.by_slug[Path(file).stem]
    assert (paper.slug, paper.title, paper.listed) == ("1984", "1984", datetime.date(2025, 10, 30))
    assert (paper.arxiv_id, paper.doi, paper.author_count) == ("1706.03760", "10.1000/abc", 8)
    assert paper.authors == ("Lovelace, Ada", "Emmy Noether")
    assert paper.links == {"code": "https://a.example/?b=c", "pdf": "https://a.example/x.pdf"}
    assert paper.topics == ("embeddings",)
    assert paper.summary.startswith("What was: done. And")
    assert (paper.abstract, paper.note) == ("- no list", "true")
    names = re.findall(r"^(\w+):", (here / file).read_text(), re.MULTILINE)
    assert names == [field.name for field in curated.OVERLAY], "in the table's order"


def test_the_help_tells_what_each_field_is(broadsheet: Run):
    shown = " ".join(broadsheet("add", "--help").stdout.split())
    for field in curated.OVERLAY:
        if field.name != "title":
            assert field.hint in shown.replace("- ", "-"), field.name


def test_a_second_paper_of_a_name_gets_another(broadsheet: Run, here: Path):
    arguments = [("--arxiv-id", "2405.00001"), ("--arxiv-id", "2405.00002")]
    files = [broadsheet("add", "Same", *one, cwd=here).stdout.split()[0] for one in arguments]
    assert files == ["content/papers/same.yml", "content/papers/same-2.yml"]
    assert "nothing is wrong" in broadsheet("check", cwd=here).stdout


@pytest.mark.parametrize("title", ["A First Title", "a  FIRST title!"])
def test_a_paper_that_is_listed_is_to_be_corrected(broadsheet: Run, here: Path, title: str):
    before = state(here)
    ran = broadsheet("add", title, cwd=here, code=1)
    assert '"A First Title" is listed already, at /papers/a-first-title/' in ran.stderr
    assert "correct it in content/papers/a-first-title.yml" in ran.stderr
    assert ran.stdout == ""
    assert state(here) == before


def test_all_that_is_wrong_with_the_options_is_said(broadsheet: Run, here: Path):
    before = state(here)
    wrong = (
        "--arxiv-id",
        "x",
        "--published",
        "June",
        "--link",
        "a.example",
        "--topic",
        "embedings",
    )
    more = ("--author-count", "many", "--author", "x" * 301)
    ran = broadsheet("add", "a first title", *wrong, *more, cwd=here, code=1)
    for option in (*wrong[::2], *more[::2], "TITLE"):
        assert re.search(rf"^{option}: .*[;,] ", ran.stderr, re.MULTILINE), option
    assert "7 errors" in ran.stderr
    assert state(here) == before


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--note", "x"),
        ("A Title", "--form", "form.md"),
        ("--form", "form.md", "--note", "x"),
        ("--form", "nowhere.md"),
        ("--form", "content"),
        ("A Title", "Another"),
        ("A Title", "--unknown", "x"),
        ("A Title", "--message", "nowhere/message.md"),
        ("A Title", "--content", "nowhere"),
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_writes_nothing(broadsheet: Run, here: Path, arguments: tuple):
    form(here, "suggest-a-paper", title="New", doi="10.1000/x")
    before = state(here)
    assert "Error: " in broadsheet("add", *arguments, cwd=here, code=2).stderr
    assert state(here) == before


def test_without_listings_a_day_is_needed(broadsheet: Run, tmp_path: Path):
    here = clone(tmp_path / "here", {"listings/README.md": "None yet."})
    assert "--listed: nothing is listed here" in broadsheet("add", "New", cwd=here, code=1).stderr
    broadsheet("add", "New", "--listed", "2025-10-29", cwd=here)


def test_content_that_is_wrong_is_put_right_first(broadsheet: Run, tmp_path: Path):
    here = clone(tmp_path / "here", good() | WRONG["unknown field"][0])
    before = state(here)
    ran = broadsheet("add", "New", cwd=here, code=1)
    assert ran.stderr.startswith("content/papers/a-first-title.yml:2: titel: no such field")
    assert state(here) == before


def test_another_content_folder_can_be_named(broadsheet: Run, here: Path, tmp_path: Path):
    other = write(tmp_path / "other", good())
    before = state(here)
    ran = broadsheet("add", "New", "--content", other, cwd=here)
    assert ran.stdout.splitlines()[0] == (other / "papers/new.yml").as_posix()
    assert state(here) == before


# --- the same, asked ----------------------------------------------------------------------


def asked(here: Path, *arguments: str, answers: list[str], code: int = 0) -> tuple[str, str]:
    """What the command prints when somebody at a terminal gives these answers."""
    ours, theirs = pty.openpty()
    ran = subprocess.Popen(
        [sys.executable, "-m", "generator", "add", *arguments],
        cwd=here,
        env={**os.environ, "GITHUB_ACTIONS": "", "PYTHONPATH": str(REPOSITORY)},
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    os.close(theirs)
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    try:
        out, err = ran.communicate(timeout=120)
    finally:
        os.close(ours)
    assert "Traceback" not in err
    assert ran.returncode == code, out + err
    return out, err


def test_without_a_title_it_asks_and_asks_again(here: Path):
    out, err = asked(
        here,
        answers=[
            *("A First Title", "", "Asked For"),
            *("17", "1706.03762v5"),
            "Ada Lovelace, Emmy Noether",
            "",
            *("June", "2017-06-12"),
            "",
            *("embedings", "Embeddings"),
        ],
    )
    assert out.splitlines()[0] == "content/papers/asked-for.yml"
    assert (here / "content/papers/asked-for.yml").read_text() == (
        f"{LINE}overlay.json\ntitle: Asked For\nlisted: 2025-10-29\narxiv_id: 1706.03762\n"
        "authors: [Ada Lovelace, Emmy Noether]\npublished: 2017-06-12\ntopics: [embeddings]\n"
    )
    assert "is listed already, at /papers/a-first-title/" in err
    assert '"17" is not an arXiv id; write it as 2405.21060' in err
    assert 'did you mean "Embeddings"?' in err
    assert "Press Enter" in err


def test_it_asks_for_what_no_option_has_given(here: Path):
    options = ("--arxiv-id", "1706.03762", "--organization", "IBM", "--note", "x")
    out, err = asked(here, *options, answers=["New", "", "", "", ""])
    assert out.splitlines()[0] == "content/papers/new.yml"
    assert "arXiv" not in err


# --- the first door: forms ----------------------------------------------------------------


def test_a_form_for_a_paper_becomes_a_page_and_an_entry(broadsheet: Run, tmp_path: Path):
    here = clone(tmp_path / "here")
    title = "Formed: <b>a paper</b> of #1 & {{ everyone }}"
    filled = form(
        here,
        "suggest-a-paper",
        title=title,
        arxiv_id="https://arxiv.org/abs/2403.99999",
        authors="Ada Lovelace\nEmmy Noether",
        links="https://github.com/a/b",
        summary="A summary *of* my own,\non two lines: <script>alert(1)</script>.",
        topics="Scripts",
    )
    ran = broadsheet("add", "--form", filled, "--message", here / "message.md", cwd=here)
    file, page, topics, _ = ran.stdout.splitlines()
    assert (here / file).read_text("utf-8") == (
        f"{LINE}overlay.json\n"
        'title: "Formed: <b>a paper</b> of #1 & {{ everyone }}"\n'
        "listed: 2024-03-01\n"
        "arxiv_id: 2403.99999\n"
        "authors: [Ada Lovelace, Emmy Noether]\n"
        "links:\n  code: https://github.com/a/b\n"
        "topics: [scripts]\n"
        'summary: "A summary *of* my own, on two lines: <script>alert(1)</script>."\n'
    )
    assert topics == "It will be in these topics: Scripts."
    said = (here / "message.md").read_text("utf-8")
    assert said.startswith(
        "Add: Formed: <b>a paper</b> of ＃1 & {{ everyone }}\n\n`content/papers/"
    )
    assert page in said
    broadsheet("build", cwd=here)
    slug = Path(file).stem
    html = (here / f"site/papers/{slug}/index.html").read_text("utf-8")
    assert "Formed: &lt;b&gt;a paper&lt;/b&gt; of #1 &amp; {{ everyone }}" in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert" not in html
    assert f"papers/{slug}/" in (here / "site/topics/scripts/index.html").read_text("utf-8")
    for feed in ("all", "scripts"):
        entries = json.loads((here / f"site/feeds/{feed}.json").read_text("utf-8"))["items"]
        (entry,) = [entry for entry in entries if entry["url"].endswith(f"/papers/{slug}/")]
        assert entry["id"] == f"tag:broadsheet.example,2025:paper/{slug}"
    broadsheet("check", "site", cwd=here)


def test_a_form_for_a_topic_becomes_a_page_and_a_feed(broadsheet: Run, tmp_path: Path):
    here = clone(tmp_path / "here")
    filled = form(
        here,
        "propose-a-topic",
        title="Bylines & more",
        match="byline\n* 言語モデル",
        exclude="no: thing",
        introduction="What it is **about**.\n\n### History\n\nShort.",
    )
    ran = broadsheet("add", "--form", filled, "--message", here / "message.md", cwd=here)
    file, page, papers, _ = ran.stdout.splitlines()
    assert file == "content/topics/bylines-more.md"
    assert page == "Its page will be /topics/bylines-more/."
    assert re.fullmatch(r"It will have \d papers?\.", papers)
    assert (here / file).read_text("utf-8") == (
        f"---\n{LINE}topic.json\ntitle: Bylines & more\nmatch:\n  - byline\n  - 言語モデル\n"
        'exclude:\n  - "no: thing"\n---\nWhat it is **about**.\n\n### History\n\nShort.\n'
    )
    assert (here / "message.md").read_text("utf-8").startswith("Topic: Bylines & more\n\n")
    broadsheet("build", cwd=here)
    html = (here / "site/topics/bylines-more/index.html").read_text("utf-8")
    assert "<strong>about</strong>" in html
    assert "a-paper-without-any-byline" in html
    entries = json.loads((here / "site/feeds/bylines-more.json").read_text("utf-8"))["items"]
    assert any(entry["url"].endswith("/papers/a-paper-without-any-byline/") for entry in entries)


def test_a_correction_leaves_the_rest_of_a_file_alone(broadsheet: Run, tmp_path: Path):
    here = clone(tmp_path / "here")
    file = here / "content/papers/a-paper-without-any-byline.yml"
    before = file.read_text("utf-8")
    filled = form(
        here,
        "correct-a-paper",
        page="https://broadsheet.example/papers/a-paper-without-any-byline/",
        organization="unknown",
        links="project: https://example.org/",
        wrong="@somebody: it has no organization. Fixes #1.\n```\n<!-- x",
    ).read_text("utf-8")
    (here / "form.md").write_text(filled.replace("<!-- x", "x"), "utf-8")
    ran = broadsheet("add", "--form", "form.md", "--message", "message.md", cwd=here)
    assert ran.stdout.splitlines()[:2] == [
        "content/papers/a-paper-without-any-byline.yml",
        "Its page is /papers/a-paper-without-any-byline/.",
    ]
    assert file.read_text("utf-8") == before.replace(
        "organization: IBM Research", "organization: null"
    ).replace(
        "  code: https://example.org/byline\n",
        "  code: https://example.org/byline\n  project: https://example.org/\n",
    )
    said = (here / "message.md").read_text("utf-8")
    assert said.startswith("Correct: A Paper Without Any Byline, Corrected\n\n")
    assert "````text\n" in said
    assert "@" not in said.partition("````text")[0]
    assert "is wrong" not in broadsheet("check", cwd=here, code=1).stderr  # but what was left out


def test_a_correction_begins_a_file(broadsheet: Run, here: Path):
    filled = form(here, "correct-a-paper", page="a-first-title", arxiv_id="2405.00001")
    broadsheet("add", "--form", filled, cwd=here)
    written = (here / "content/papers/a-first-title.yml").read_text()
    assert written == f"{LINE}overlay.json\narxiv_id: 2405.00001\n"
    ran = broadsheet("add", "--form", filled, cwd=here, code=1)
    assert "the page says all of it already" in ran.stderr


def test_a_form_may_come_from_standard_input(here: Path):
    ran = subprocess.run(
        [sys.executable, "-m", "generator", "add", "--form", "-"],
        cwd=here,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        input=as_github_gives("suggest-a-paper", title="New"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert ran.stderr.startswith("form:5: arXiv id: no arXiv id")


def test_what_is_missing_in_a_form_is_said_a_line_each(broadsheet: Run, here: Path):
    filled = form(here, "suggest-a-paper", doi="x", published="June", topics="nothing")
    before = state(here)
    ran = broadsheet("add", "--form", "form.md", "--message", "m.md", cwd=here, code=1)
    lines = ran.stderr.splitlines()
    assert [line.split(": ")[1] for line in lines[:-1]] == ["Title", "DOI", "Published", "Topics"]
    assert all(re.match(r"form\.md:\d+: ", line) for line in lines[:-1])
    assert lines[-1] == "4 errors; nothing was done."
    assert ran.stdout == ""
    assert state(here) == before
    assert filled.is_file()


def test_an_introduction_that_cant_be_shown_is_refused_at_its_heading(broadsheet: Run, here: Path):
    form(here, "propose-a-topic", title="New", match="x", introduction="<iframe src=x></iframe>")
    ran = broadsheet("add", "--form", "form.md", cwd=here, code=1)
    assert "form.md:19: Introduction: HTML (<iframe>); " in ran.stderr


def test_what_only_the_whole_content_shows_takes_the_file_back(broadsheet: Run, here: Path):
    form(here, "propose-a-topic", title="All", match="x")
    before = state(here)
    ran = broadsheet("add", "--form", "form.md", cwd=here, code=1)
    assert ran.stderr.startswith("form.md:1: a topic can't be called all; ")
    assert state(here) == before


# --- what may not happen ------------------------------------------------------------------


def test_a_link_is_refused_by_its_own_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = write(tmp_path / "content", good() | {"papers/README.md": "Papers."})
    catalog, _ = content.load(folder)
    (folder / "papers/new.yml").symlink_to(tmp_path / "outside.yml")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(adding.ContentError, match=r"^content/papers/new\.yml: a link; "):
        adding.write(folder, adding.paper(catalog, {"title": "New"}), PUBLICATION)
    assert not (tmp_path / "outside.yml").exists()


@pytest.mark.parametrize("what", ["folder", "file", "dangling"])
def test_no_link_is_followed(broadsheet: Run, here: Path, tmp_path: Path, what: str):
    outside = write(tmp_path / "outside", {"a-first-title.yml": "note: mine\n"})
    papers = here / "content/papers"
    if what == "folder":
        papers.symlink_to(outside)
    else:
        papers.mkdir()
        target = outside / ("a-first-title.yml" if what == "file" else "none.yml")
        (papers / "a-first-title.yml").symlink_to(target)
    before = state(outside)
    form(here, "correct-a-paper", page="a-first-title", note="New.")
    ran = broadsheet("add", "--form", "form.md", cwd=here, code=1)
    assert "content/papers" in ran.stderr
    assert state(outside) == before
    assert not (outside / "none.yml").exists()


@pytest.mark.parametrize("is_there", [False, True])
def test_a_folder_that_cant_be_written_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_there: bool
):
    mine = {"papers/a-first-title.yml": "note: Mine.\n"} if is_there else {"papers/README.md": "a"}
    folder = write(tmp_path, good() | mine)
    before = state(folder)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    catalog, _ = content.load(folder)
    proposal = (
        adding.correction(catalog, "a-first-title", {"note": "New."})
        if is_there
        else adding.paper(catalog, {"title": "New"})
    )
    monkeypatch.setattr(os, "write", full)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(adding.ContentError, match="No space left on device; see to that folder"):
        adding.write(folder, proposal, PUBLICATION)
    assert state(folder) == before


def test_a_paper_with_a_file_of_its_own_is_not_claimed(broadsheet: Run, tmp_path: Path):
    files = good() | {
        "papers/other.yml": "title: Other\nlisted: 2025-10-30\narxiv_id: 2405.00001\n"
    }
    here = clone(tmp_path / "here", files)
    form(here, "correct-a-paper", page="a-first-title", arxiv_id="2405.00001")
    before = state(here)
    ran = broadsheet("add", "--form", "form.md", cwd=here, code=1)
    assert "claims the paper that papers/a-first-title.yml is about" in ran.stderr
    assert state(here) == before


def test_papers_that_become_one_are_told(broadsheet: Run, tmp_path: Path):
    other = '{"title": "Other", "arxiv_id": "2405.00001"}\n'
    here = clone(tmp_path / "here", good() | {"listings/2025-10-30-b.jsonl": other})
    form(here, "correct-a-paper", page="a-first-title", arxiv_id="2405.00001")
    ran = broadsheet("add", "--form", "form.md", "--message", "m.md", cwd=here)
    for told in (ran.stdout, (here / "m.md").read_text()):
        assert "It will be one paper with that of /papers/other/" in told


@settings(max_examples=60)
@given(filled_in(), st.booleans())
def test_what_is_written_is_what_was_said(tmp_path_factory, filled, has_overlay: bool):
    """And the content is right with it, or as it was."""
    overlay = {"papers/a-first-title.yml": "# A comment.\nnote: Old.  # Another.\n"}
    folder = write(tmp_path_factory.mktemp("any"), good() | (overlay if has_overlay else {}))
    before = state(folder)
    catalog, _ = content.load(folder)
    try:
        proposal, _ = forms.proposal(filled[1].encode(), "form.md", catalog)
        after = adding.write(folder, proposal, PUBLICATION)
    except ContentErrors:
        assert state(folder) == before
        return
    assert {name for name, data in state(folder).items() if before.get(name) != data} == {
        proposal.file
    }
    assert adding.consequences(proposal, catalog, after)
    if proposal.kind == "topic":
        topic = after.topic[proposal.slug]
        assert topic.title == proposal.said["title"]
        assert topic.rules.match == proposal.said["match"]
        assert topic.introduction == proposal.said.get("introduction", "")
        return
    paper = after.by_slug[proposal.slug]
    for name, value in proposal.said.items():
        shown = getattr(paper, name)
        if name == "organization" and value:
            assert shown.name == value["name"]
        elif name == "links" and value:
            assert {link: shown.get(link) for link in value} == value
        else:
            assert shown == (
                value if value or name not in ("authors", "topics", "links") else type(shown)()
            )
