"""Files with one mistake each, as people make them: one error each, at the place of the mistake.

An error names the file, the line and the field, says what is wrong and, behind a semicolon, what to do;
and what one file gets wrong makes no error in another.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from generator import content
from generator.errors import ContentErrors
from tests.conftest import Run
from tests.test_content import write

GOOD = {
    "listings/2025-10-29-a.jsonl": '{"title": "A first title"}\n{"title": "Another paper"}\n',
    "papers/a-first-title.yml": "note: Fine.\n",
    "topics/embeddings.md": "---\ntitle: Embeddings\nmatch:\n  - first\n---\nOn vectors.\n",
    "topics/surveys.md": "---\ntitle: Surveys\nunion: [embeddings]\n---\nOn books.\n",
}
PAPER = "papers/a-first-title.yml"
NEW = "papers/a-paper-of-mine.yml"
TOPIC = "topics/embeddings.md"
SIDECAR = "listings/2025-10-29-a.yml"
WHOLE = "title: A paper of mine\nlisted: 2025-10-30\n"


def overlay(text: str) -> dict[str, str]:
    return {PAPER: text}


def topic(fields: str, body: str = "On vectors.\n") -> dict[str, str]:
    return {TOPIC: f"---\n{fields}---\n{body}"}


# What is wrong: the files, and how the error begins.
BROKEN: dict[str, tuple[dict[str, str | bytes | None], str]] = {
    # YAML that is none
    "no space behind the colon": (overlay("note:Fine.\n"), f"{PAPER}:1: "),
    "no colon": (overlay("doi: 10.1000/182\nnote Fine.\n"), f"{PAPER}:2: "),
    "a colon in a text": (overlay("doi: 10.1000/182\nnote: So: fine.\n"), f"{PAPER}:2: note: "),
    "a quote that isn't closed": (
        overlay('note: "Fine.\ndoi: 10.1000/182\n'),
        f"{PAPER}:1: note: ",
    ),
    "a quote within quotes": (overlay('note: "So "fine"."\n'), f"{PAPER}:1: note: "),
    "a bracket that isn't closed": (
        overlay("authors: [Ann, Bob\ndoi: 10.1000/182\n"),
        f"{PAPER}:1: authors: ",
    ),
    "an indent by a tab": (overlay("links:\n\tcode: https://x.example/\n"), f"{PAPER}:2: links: "),
    "an indent that fits nothing": (
        overlay("note: Fine.\n  doi: 10.1000/182\n"),
        f"{PAPER}:",
    ),
    "an at sign at the beginning": (overlay("note: @somebody says so\n"), f"{PAPER}:1: note: "),
    "a percent sign at the beginning": (overlay("note: %5 better\n"), f"{PAPER}:1: note: "),
    "a list where fields belong": (overlay("- note: Fine.\n"), f"{PAPER}:1: "),
    "a text where fields belong": (overlay("Fine.\n"), f"{PAPER}:1: "),
    "a merge conflict": (
        overlay("<<<<<<< HEAD\nnote: A\n=======\nnote: B\n>>>>>>> b\n"),
        f"{PAPER}:1: ",
    ),
    "a field given twice": (overlay("note: A\ndoi: 10.1000/182\nnote: B\n"), f"{PAPER}:3: "),
    "an alias": (overlay("note: &a x\ntitle: *a\n"), f"{PAPER}:1: "),
    "a tag": (overlay("note: !!str x\n"), f"{PAPER}:1: "),
    "a second document": (overlay("note: A\n---\nnote: B\n"), f"{PAPER}:2: "),
    "a control character": (overlay("doi: 10.1000/182\nnote: a\x01b\n"), f"{PAPER}:2: "),
    "Latin-1": (
        overlay("doi: 10.1000/182\nnote: caf\xe9\n".encode("latin-1")),
        f"{PAPER}:2: ",
    ),
    "UTF-16": (overlay("note: Fine.\n".encode("utf-16")), f"{PAPER}:1: "),
    "nothing": (overlay(""), f"{PAPER}:1: "),
    "only comments": (overlay("# note:\n"), f"{PAPER}:1: "),
    # Fields and values
    "a field's name misspelt": (overlay("doi: 10.1000/182\nnotes: Fine.\n"), f"{PAPER}:2: notes: "),
    "a field's name in capitals": (overlay("DOI: 10.1000/182\n"), f"{PAPER}:1: DOI: "),
    "a field of listings": (overlay("comments: 7\n"), f"{PAPER}:1: comments: "),
    "a German date": (overlay("published: 29.10.2025\n"), f"{PAPER}:1: published: "),
    "an American date": (overlay("published: 10/29/2025\n"), f"{PAPER}:1: published: "),
    "a date in words": (overlay("published: Oct 29, 2025\n"), f"{PAPER}:1: published: "),
    "a thirteenth month": (overlay("published: 2025-13-01\n"), f"{PAPER}:1: published: "),
    "the thirtieth of February": (overlay("published: 2025-02-30\n"), f"{PAPER}:1: published: "),
    "only a year": (overlay("published: 2025\n"), f"{PAPER}:1: published: "),
    "an arXiv id cut short": (overlay("arxiv_id: 2405.2\n"), f"{PAPER}:1: arxiv_id: "),
    "an arXiv id of another site": (
        overlay("arxiv_id: https://example.org/abs/2405.21060\n"),
        f"{PAPER}:1: arxiv_id: ",
    ),
    "a DOI without its slash": (overlay("doi: 10.1000182\n"), f"{PAPER}:1: doi: "),
    "an ISBN as DOI": (overlay("doi: 978-3-031-23190-2\n"), f"{PAPER}:1: doi: "),
    "authors as a text": (overlay("authors: Ann Author, Bob Byline\n"), f"{PAPER}:1: authors: "),
    "an author who is a mapping": (
        overlay("authors:\n  - Ann\n  - name: Bob\n"),
        f"{PAPER}:3: authors: ",
    ),
    "a number in words": (overlay("author_count: seven\n"), f"{PAPER}:1: author_count: "),
    "a number below 0": (overlay("author_count: -1\n"), f"{PAPER}:1: author_count: "),
    "links as a list": (overlay("links:\n  - https://x.example/\n"), f"{PAPER}:1: links: "),
    "a link without https": (overlay("links:\n  code: x.example/y\n"), f"{PAPER}:2: links: "),
    "a link that runs": (
        overlay("links:\n  pdf: https://x.example/\n  code: javascript:alert(1)\n"),
        f"{PAPER}:3: links: ",
    ),
    "a link's name in words": (
        overlay("links:\n  the code: https://x.example/\n"),
        f"{PAPER}:2: links: ",
    ),
    "an organization of unknown fields": (
        overlay("organization:\n  name: X\n  url: https://x.example/\n"),
        f"{PAPER}:3: organization: ",
    ),
    "a topic misspelt": (
        overlay("topics:\n  - surveys\n  - embedings\n"),
        f"{PAPER}:3: topics: ",
    ),
    "a topic by its title": (overlay("topics: [Embeddings]\n"), f"{PAPER}:1: topics: "),
    "topics as a text": (overlay("topics: surveys\n"), f"{PAPER}:1: topics: "),
    "a title that is nothing": (overlay("title:\n"), f"{PAPER}:1: title: "),
    "a title that is a list": (overlay("title: [A, B]\n"), f"{PAPER}:1: title: "),
    "a title that is true": (overlay("title: true\n"), f"{PAPER}:1: title: "),
    "a title that is a book": (overlay(f"title: {'very ' * 300}long\n"), f"{PAPER}:1: title: "),
    "a note that is fields": (overlay("note:\n  de: Gut.\n"), f"{PAPER}:1: note: "),
    "nested too deeply": (overlay("links: [[[[[[x]]]]]]\n"), f"{PAPER}:1: "),
    # Papers added by hand
    "a paper without its day": ({NEW: "title: A paper of mine\n"}, f"{NEW}:1: listed: "),
    "a paper without a title": ({NEW: "listed: 2025-10-30\n"}, f"{NEW}:1: title: "),
    "a day before there were listings": (
        {NEW: "title: A paper of mine\nlisted: 1815-12-10\n"},
        f"{NEW}:2: listed: ",
    ),
    "a correction of no paper": ({"papers/a-frist-title.yml": "note: x\n"}, "papers/a-frist-title"),
    "a paper that another file has": (
        {PAPER: "arxiv_id: 2405.00001\n", NEW: f"{WHOLE}arxiv_id: 2405.00001\n"},
        NEW,
    ),
    "a paper listed under another name": (
        {NEW: "title: Another paper\nlisted: 2025-10-30\n"},
        NEW,
    ),
    # Names of files
    "a file's name in capitals": ({"papers/A-Paper.yml": WHOLE}, "papers/A-Paper.yml"),
    "a file's name with spaces": ({"papers/a paper.yml": WHOLE}, "papers/a paper.yml"),
    "a file ending in .yaml": ({"papers/a-paper.yaml": WHOLE}, "papers/a-paper.yaml"),
    "a file ending in .yml.txt": ({"papers/a-paper.yml.txt": WHOLE}, "papers/a-paper.yml.txt"),
    "a file in a folder": ({"papers/mine/a-paper.yml": WHOLE}, "papers/mine/a-paper.yml"),
    "a file beside the folders": ({"a-paper.yml": WHOLE}, "a-paper.yml"),
    "a folder of another name": ({"paper/a-paper.yml": WHOLE}, "paper"),
    "a topic that is no Markdown": ({"topics/x.yml": "title: X\n"}, "topics/x.yml"),
    "a topic whose address is taken": ({"topics/all.md": "---\ntitle: X\n---\n"}, "topics/all.md"),
    "a topic of weeks": ({"topics/weeks.md": "---\ntitle: X\n---\n"}, "topics/weeks.md"),
    # Topics
    "no front matter": ({TOPIC: "# Embeddings\n"}, f"{TOPIC}:1: "),
    "front matter that isn't closed": ({TOPIC: "---\ntitle: Embeddings\n\nText.\n"}, f"{TOPIC}:"),
    "a topic without a title": (topic("match: [first]\n"), f"{TOPIC}:2: title: "),
    "a topic's field misspelt": (
        topic("title: E\nmatches: [first]\n"),
        f"{TOPIC}:3: matches: ",
    ),
    "phrases as a text": (topic("title: E\nmatch: first\n"), f"{TOPIC}:3: match: "),
    "a phrase without a word": (
        topic('title: E\nmatch:\n  - first\n  - "***"\n'),
        f"{TOPIC}:5: match: ",
    ),
    "a phrase that begins with a star": (
        topic("title: E\nmatch:\n  - first\n  - *mbedding\n"),
        f"{TOPIC}:5: ",
    ),
    "a union with no topic": (
        topic("title: E\nunion:\n  - surveis\n"),
        f"{TOPIC}:4: union: ",
    ),
    "a topic made from itself": (topic("title: E\nunion: [surveys]\n"), f"{TOPIC}:3: union: "),
    "HTML": (topic("title: E\n", "Text.\n\n<b>bold</b>\n"), f"{TOPIC}:6: introduction: "),
    "an image": (
        topic("title: E\n", "Text.\n\n![x](https://x.example/y.png)\n"),
        f"{TOPIC}:6: introduction: ",
    ),
    "a heading that is too large": (topic("title: E\n", "# E\n"), f"{TOPIC}:4: introduction: "),
    "an address that runs": (
        topic("title: E\n", "Text.\n[x](javascript:alert(1))\n"),
        f"{TOPIC}:5: introduction: ",
    ),
    # Sidecars, listings, the ledger
    "a sidecar's field misspelt": (
        {SIDECAR: "sources: https://x.example/\n"},
        f"{SIDECAR}:1: sources: ",
    ),
    "a sidecar's texts of no kind": ({SIDECAR: "text: abstracts\n"}, f"{SIDECAR}:1: text: "),
    "a sidecar's address that is none": (
        {SIDECAR: "source: x.example\n"},
        f"{SIDECAR}:1: source: ",
    ),
    "a sidecar's topic misspelt": (
        {SIDECAR: "query: x\ntopics:\n- embedings\n"},
        f"{SIDECAR}:3: topics: ",
    ),
    "a sidecar without a listing": (
        {"listings/2025-10-28-a.yml": "query: x\n"},
        "listings/2025-10-28-a.yml",
    ),
    "a listing without a day": ({"listings/october.jsonl": ""}, "listings/october.jsonl"),
    "a listing of a day that isn't": (
        {"listings/2025-02-30-a.jsonl": ""},
        "listings/2025-02-30-a.jsonl",
    ),
    "a ledger that isn't JSON": ({"ledger/2025/2025-10-29.jsonl": "{}\nx\n"}, "ledger/2025/"),
}


def errors_of(folder: Path) -> list[str]:
    with pytest.raises(ContentErrors) as raised:
        content.load(folder)
    return [str(error).removeprefix(f"{folder.as_posix()}/") for error in raised.value.errors]


def test_the_files_are_good_but_for_one_mistake(tmp_path: Path):
    catalog, omissions = content.load(write(tmp_path, GOOD))
    assert len(catalog.papers) == 2
    assert not omissions
    assert len(BROKEN) >= 60


@pytest.mark.parametrize("name", BROKEN)
def test_one_mistake_is_one_error_at_its_place(name: str, tmp_path: Path):
    files, where = BROKEN[name]
    found = errors_of(write(tmp_path, {**GOOD, **files}))
    assert len(found) == 1, found
    (error,) = found
    assert error.startswith(where), error
    assert "; " in error, "what to do"
    assert "\n" not in error
    assert not re.search(r"\b(?:NoneType|dict|str|int|Mapping|Traceback|Error)\b", error), error
    assert len(error) < 400


def test_all_mistakes_are_told_at_once(broadsheet: Run, tmp_path: Path):
    """Those of files that don't get into each other's way, through the command."""
    files = dict(GOOD)
    places = []
    for number, (broken, where) in enumerate(BROKEN.values()):
        if list(broken) == [PAPER] and where.startswith(f"{PAPER}:"):
            name = f"papers/paper-number-{number}.yml"
            files["listings/2025-10-29-a.jsonl"] += f'{{"title": "Paper number {number}"}}\n'
            files[name] = broken[PAPER]
            places.append(where.replace(PAPER, name))
    ran = broadsheet("check", "--content", write(tmp_path, files), code=1)
    lines = [line.removeprefix(f"{tmp_path}/") for line in ran.stderr.splitlines()]
    assert len(lines) == len(places) + 1
    for place in places:
        assert sum(line.startswith(place) for line in lines) == 1, place
    assert lines[-1] == f"{len(places)} errors; nothing was done."
