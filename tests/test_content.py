"""Whatever is wrong with a content folder is said with file, line, field and what to do."""

from __future__ import annotations

import datetime
import os
import shutil
from pathlib import Path

import pytest

from generator import content
from generator.errors import ContentErrors
from generator.model import Origin

CAPTURE = """\
Oct 29

A First Title

{abstract}

  • 2 authors
·
Dec 19, 2024 3
"""
ABSTRACT = (
    "This text stands in for an abstract, and is long enough for a reader of captures to take it "
    "for one, because abstracts are longer than titles are and end in a full stop."
)


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def good(**more: str | bytes) -> dict[str, str | bytes]:
    """A small content folder, with more files; a file's name is spelt with / and . as usual."""
    return {
        "listings/2025-10-29-a.txt": CAPTURE.format(abstract=ABSTRACT),
        "topics/embeddings.md": "---\ntitle: Embeddings\nmatch: [embedding*]\n---\nText.\n",
        **more,
    }


def errors_of(folder: Path) -> list[str]:
    with pytest.raises(ContentErrors) as caught:
        content.load(folder)
    return [str(error).removeprefix(f"{folder.as_posix()}/") for error in caught.value.errors]


# What is wrong; the files; how the error must begin; what to do about it.
WRONG = {
    "YAML error": (
        {"papers/a-first-title.yml": "note: fine\ntitle: a: b\n"},
        "papers/a-first-title.yml:2: title: not valid YAML",
        "quotes",
    ),
    "unknown field": (
        {"papers/a-first-title.yml": "note: fine\ntitel: A\n"},
        "papers/a-first-title.yml:2: titel: no such field",
        'did you mean "title"?',
    ),
    "unknown topic": (
        {"papers/a-first-title.yml": "note: fine\n\ntopics: [embedings]\n"},
        'papers/a-first-title.yml:3: topics: no topic "embedings"',
        'did you mean "embeddings"?',
    ),
    "a slug that leaves its folder": (
        {"papers/a-first-title.yml": "topics: [../../etc/passwd]\n"},
        "papers/a-first-title.yml:1: topics: ",
        "a-z",
    ),
    "a link that runs": (
        {"papers/a-first-title.yml": "links:\n  code: javascript:alert(1)\n"},
        "papers/a-first-title.yml:2: links: ",
        "https://",
    ),
    "a file name that is no address": (
        {"papers/A first title.yml": "note: fine\n"},
        "papers/A first title.yml: its name: ",
        "a-z",
    ),
    "two overlays of one paper": (
        {
            "papers/a-first-title.yml": "arxiv_id: 2412.00001\n",
            "papers/the-same.yml": "title: Else\nlisted: 2025-10-30\narxiv_id: 2412.00001\n",
        },
        "papers/the-same.yml:1: claims the paper that papers/a-first-title.yml is about",
        "keep one",
    ),
    "an overlay of no paper": (
        {"papers/a-first-titel.yml": "note: fine\n"},
        "papers/a-first-titel.yml:1: title: no paper of this name",
        'did you mean "a-first-title"?',
    ),
    "a wrong date": (
        {"papers/a-first-title.yml": "published: 29.10.2025\n"},
        'papers/a-first-title.yml:1: published: "29.10.2025" is not a date',
        "2025-10-29",
    ),
    "a megabyte of note": (
        {"papers/a-first-title.yml": f"note: {'word ' * 200_000}\n"},
        "papers/a-first-title.yml:1: note: ",
        "shorten",
    ),
    "an overlay in a folder": (
        {"papers/sub/a-first-title.yml": "note: fine\n"},
        "papers/sub/a-first-title.yml: ",
        "named <slug>.yml",
    ),
    "an unreadable listing": (
        {"listings/2025-10-30-b.json": '[\n{"paper": {"title": "A"}},\n{"paper": oops}\n]'},
        "listings/2025-10-30-b.json:3: broken JSON",
        "fetch",
    ),
    "a listing that isn't UTF-8": (
        {"listings/2025-10-30-b.txt": b"Oct 30\n\nCaf\xe9\n"},
        "listings/2025-10-30-b.txt:3: not UTF-8",
        "save",
    ),
    "a listing of an unknown format": (
        {"listings/2025-10-30-b.docx": "PK"},
        'listings/2025-10-30-b.docx: no reader for ".docx" files',
        ".jsonl",
    ),
    "a listing that is something else": (
        {"listings/2025-10-30-b.json": '{"error": "try again"}'},
        "listings/2025-10-30-b.json:1: not recognized",
        "Daily Papers",
    ),
    "a listing without a day": (
        {"listings/captured.txt": CAPTURE.format(abstract=ABSTRACT)},
        "listings/captured.txt: no day in its name",
        "2025-10-29",
    ),
    "a day that isn't": (
        {"listings/2025-02-29-a.txt": CAPTURE.format(abstract=ABSTRACT)},
        "listings/2025-02-29-a.txt: no day in its name",
        "name it",
    ),
    "two listings of one name": (
        {"listings/2025/2025-10-29-a.txt": CAPTURE.format(abstract=ABSTRACT)},
        "listings/2025/2025-10-29-a.txt: a second listing of this name",
        "rename one",
    ),
    "a sidecar of no listing": (
        {"listings/2025-10-30-b.yml": "query: q\n"},
        "listings/2025-10-30-b.yml: no listing beside it",
        "rename",
    ),
    "a sidecar with a wrong kind of text": (
        {"listings/2025-10-29-a.yml": "query: q\ntext: summaries\n"},
        "listings/2025-10-29-a.yml:2: text: ",
        "write abstract, or summary",
    ),
    "a sidecar with an unknown topic": (
        {"listings/2025-10-29-a.yml": "topics: [surveys]\n"},
        'listings/2025-10-29-a.yml:1: topics: no topic "surveys"',
        "embeddings",
    ),
    "a topic without front matter": (
        {"topics/surveys.md": "Surveys.\n"},
        "topics/surveys.md:1: no front matter",
        "---",
    ),
    "a topic without a title": (
        {"topics/surveys.md": "---\nmatch: [survey]\n---\n"},
        "topics/surveys.md:2: title: missing",
        "write",
    ),
    "a topic made from nothing": (
        {"topics/surveys.md": "---\ntitle: S\nunion: [surveis]\n---\n"},
        'topics/surveys.md:3: union: no topic "surveis"',
        'did you mean "surveys"?',
    ),
    "topics made from each other": (
        {
            "topics/a.md": "---\ntitle: A\nunion: [b]\n---\n",
            "topics/b.md": "---\ntitle: B\ndifference: [a]\n---\n",
        },
        "topics/a.md:3: union: the topic is made from itself: a → b → a",
        "break the circle",
    ),
    "a rule that is no phrase": (
        {"topics/surveys.md": "---\ntitle: S\nmatch: ['*']\n---\n"},
        "topics/surveys.md:3: match: ",
        "write letters",
    ),
    "a query without a word": (
        {"topics/surveys.md": "---\ntitle: S\nquery: '\"\"'\n---\n"},
        "topics/surveys.md:3: query: asks for nothing",
        "write words",
    ),
    "a query that only excludes": (
        {"topics/surveys.md": "---\ntitle: S\nmatch: [survey]\nquery: -a\n---\n"},
        "topics/surveys.md:4: query: only says what must not be",
        "write what is looked for",
    ),
    "a query for a topic": (
        {"topics/surveys.md": "---\ntitle: S\nquery: survey -topic:embeddings\n---\n"},
        "topics/surveys.md:3: query: a topic can't be asked for others",
        "union or difference",
    ),
    "a query below the front matter": (
        {"topics/surveys.md": "---\ntitle: S\n---\nquery: survey\n"},
        "topics/surveys.md:4: query: a field of the front matter",
        "move it above",
    ),
    "a script in an introduction": (
        {"topics/surveys.md": "---\ntitle: S\n---\n\nText.\n\n<script>alert(1)</script>\n"},
        "topics/surveys.md:7: introduction: HTML (<script>)",
        "write Markdown",
    ),
    "a link that runs in an introduction": (
        {"topics/surveys.md": "---\ntitle: S\n---\nSee [x][y].\n\n[y]: javascript:alert(1)\n"},
        "topics/surveys.md:6: introduction: a link",
        "https://",
    ),
    "an attribute in an introduction": (
        {"topics/surveys.md": "---\ntitle: S\n---\nText.\n{: onclick=alert(1) }\n"},
        "topics/surveys.md:5: introduction: an attribute (onclick)",
        "text",
    ),
    "an image from elsewhere": (
        {"topics/surveys.md": "---\ntitle: S\n---\n![x](https://example.org/x.png)\n"},
        "topics/surveys.md:4: introduction: an image",
        "link",
    ),
    "a topic at a taken address": (
        {"topics/all.md": "---\ntitle: All\n---\n"},
        "topics/all.md: a topic can't be called all",
        "address",
    ),
    "an introduction that is code until it is shown": (
        {"topics/surveys.md": "---\ntitle: S\n---\n\n    <script>alert(1)</script>\n"},
        "topics/surveys.md:5: introduction: HTML (<script>)",
        "write Markdown",
    ),
    "an introduction of brackets": (
        {"topics/surveys.md": f"---\ntitle: S\n---\n{'[' * 3000}\n"},
        "topics/surveys.md:4: introduction: more than",
        "fewer",
    ),
    "an introduction that is nested": (
        {"topics/surveys.md": f"---\ntitle: S\n---\n{'1. ' * 1500}\n"},
        "topics/surveys.md:4: introduction: nested too deeply",
        "fewer",
    ),
    "an introduction that is a book": (
        {"topics/surveys.md": f"---\ntitle: S\n---\n{'word ' * 3000}\n"},
        "topics/surveys.md:4: introduction: 14,999 characters",
        "shorten",
    ),
    "a day of another age": (
        {"papers/a-first-title.yml": "note: fine\nlisted: 2205-10-29\n"},
        'papers/a-first-title.yml:2: listed: "2205-10-29" can\'t be a day of a listing',
        "2099",
    ),
    "a listing of another age": (
        {"listings/9999-12-31.jsonl": '{"title": "A"}\n'},
        "listings/9999-12-31.jsonl: no day in its name",
        "2025-10-29",
    ),
    "a sidecar of another ending": (
        {"listings/2025-10-29-a.yaml": "query: q\n"},
        "listings/2025-10-29-a.yaml: a sidecar's name ends in .yml",
        "rename",
    ),
    "a name that MkDocs takes for itself": (
        {"papers/index.yml": "title: My index\nlisted: 2025-10-29\n"},
        'papers/index.yml: its name: "index" is taken',
        "another name",
    ),
    "a title of which no feed can hold anything": (
        {"papers/x.yml": 'listed: 2025-10-29\ntitle: "\\uFFFD \\u200B"\n'},
        "papers/x.yml:2: title: holds nothing that can be seen",
        "write a title",
    ),
    "a stray folder": (
        {"paper/a-first-title.yml": "note: fine\n"},
        "paper: no such folder",
        'did you mean "papers"?',
    ),
    "a stray file": (
        {"2025-10-30-b.txt": CAPTURE.format(abstract=ABSTRACT)},
        "2025-10-30-b.txt: a stray file",
        "listings/",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_said_with_its_place_and_what_to_do(what: str, tmp_path: Path):
    files, begins, todo = WRONG[what]
    errors = errors_of(write(tmp_path, {**good(), **files}))
    matching = [error for error in errors if error.startswith(begins)]
    assert matching, errors
    assert todo in matching[0]
    assert "\n" not in matching[0]


def test_the_folder_that_those_faults_are_put_into_is_good(tmp_path: Path):
    catalog, omissions = content.load(write(tmp_path, good()))
    assert [paper.slug for paper in catalog.papers] == ["a-first-title"]
    assert not omissions


def test_all_errors_are_listed_in_the_order_of_their_places(tmp_path: Path):
    files = good()
    for name in ("unknown field", "an unreadable listing", "a topic without a title"):
        files.update(WRONG[name][0])
    files["papers/a-first-title.yml"] += "listed: soon\n"
    assert [error.split(": ")[0] for error in errors_of(write(tmp_path, files))] == [
        "listings/2025-10-30-b.json:3",
        "papers/a-first-title.yml:2",
        "papers/a-first-title.yml:3",
        "topics/surveys.md:2",
    ]


def test_a_bad_record_is_left_out_by_name_and_the_others_stay(tmp_path: Path):
    lines = [
        '{"title": "One"}',
        '{"abstract": "No title."}',
        '{"title": "Three", "links": {"code": "javascript:alert(1)", "project": "https://example.org/"}}',
        "not JSON",
        '{"title": "Five", "comments": -3, "published": "2025-13-01"}',
        f'{{"title": "Six", "abstract": "{"word " * 200_000}"}}',
        '{"title": "\ufffd"}',
    ]
    folder = write(tmp_path, good() | {"listings/2025-10-30-b.jsonl": "\n".join(lines)})
    catalog, omissions = content.load(folder)
    assert {"One", "Three", "Five", "Six"} < {paper.title for paper in catalog.papers}
    assert dict(catalog.by_slug["three"].links) == {"project": "https://example.org/"}
    assert [(omission.line, omission.field) for omission in omissions] == [
        (2, "title"),
        (3, "links.code"),
        (4, None),
        (5, "comments"),
        (5, "published"),
        (6, "abstract"),
        (7, "title"),
    ]
    assert all(omission.file.endswith("listings/2025-10-30-b.jsonl") for omission in omissions)


def test_a_folder_of_listings_alone_is_a_content_folder(tmp_path: Path):
    write(tmp_path, {"2025-10-29-a.txt": CAPTURE.format(abstract=ABSTRACT), "2025-10-30.jsonl": ""})
    catalog, omissions = content.load(tmp_path)
    assert [listing.name for listing in catalog.listings] == [
        "2025-10-29-a.txt",
        "2025-10-30.jsonl",
    ]
    assert catalog.day == datetime.date(2025, 10, 30), "now is the newest listing, if it is empty"
    assert not omissions


def test_links_to_folders_are_followed_and_circles_are_not(tmp_path: Path):
    elsewhere = write(
        tmp_path / "elsewhere", {"2025-10-29-a.txt": CAPTURE.format(abstract=ABSTRACT)}
    )
    (elsewhere / "circle").symlink_to(elsewhere)
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "listings").symlink_to(elsewhere)
    assert len(content.load(folder)[0].papers) == 1


@pytest.mark.parametrize("name", ["listings/2025-10-30.jsonl", "papers/x.yml", "topics/x.md"])
@pytest.mark.parametrize("kind", ["link to nothing", "pipe", "device"])
def test_what_is_no_file_is_refused(name: str, kind: str, tmp_path: Path):
    path = write(tmp_path, good()) / name
    path.parent.mkdir(exist_ok=True)
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero" if kind == "device" else "/nowhere/at/all")
    (error,) = errors_of(tmp_path)
    wrong = "can't be read: " if kind == "pipe" else "a link that leads out of this folder; "
    assert error.startswith(f"{name}: {wrong}")


@pytest.mark.parametrize("name", ["papers/x.yml", "papers", "listings/2025", "topics/deep/x.md"])
def test_in_a_repository_no_link_leads_out_of_the_content(name: str, tmp_path: Path):
    """A pull request must not show what lies on the machine that checks it."""
    folder = write(tmp_path / "clone" / "content", good())
    (tmp_path / "clone" / ".git").mkdir()
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "x.yml").write_text("note: secret\n", encoding="utf-8")
    path = folder / name
    if path.is_dir():
        shutil.rmtree(path)
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(secret / "x.yml" if path.suffix else secret)
    found = "\n".join(errors_of(folder))
    assert f"{name}: a link that leads out of this folder; " in found
    assert "secret" not in found


def test_a_file_name_can_not_forge_a_line_of_the_log(tmp_path: Path):
    name = "papers/a\n::error file=x::forged\n.yml"
    (error,) = errors_of(write(tmp_path, good() | {name: "note: fine\n"}))
    assert "\n" not in error


def test_a_capture_without_papers_is_told(tmp_path: Path):
    files = good() | {"listings/2025-10-30.txt": "Daily Papers\n", "listings/2025-10-31.json": "[]"}
    _, omissions = content.load(write(tmp_path, files))
    assert [omission.file.rpartition("/")[2] for omission in omissions] == ["2025-10-30.txt"]
    assert "no paper in it" in str(omissions[0])


def test_hidden_files_and_readmes_are_nobodys_content(tmp_path: Path):
    files = good() | {
        "README.md": "Read me.",
        "listings/README.md": "",
        ".git/config": "",
        "listings/.x": "",
    }
    assert len(content.load(write(tmp_path, files))[0].papers) == 1


def test_an_empty_folder_is_an_empty_catalog(tmp_path: Path):
    catalog, omissions = content.load(tmp_path)
    assert (catalog.papers, catalog.day, omissions) == ((), None, ())


def test_texts_that_were_rewritten_are_summaries(tmp_path: Path):
    files = good() | {"listings/2025-10-29-a.yml": "text: summary\nsource: https://example.org/\n"}
    (paper,) = content.load(write(tmp_path, files))[0].papers
    assert (paper.summary, paper.abstract) == (ABSTRACT, None)


def test_every_field_knows_who_said_it(tmp_path: Path):
    files = good() | {"papers/a-first-title.yml": "note: fine\n\narxiv_id: 2412.00010\n"}
    (paper,) = content.load(write(tmp_path, files))[0].papers
    listing = Origin("listings/2025-10-29-a.txt", 3)
    assert paper.origins == {
        "title": listing,
        "abstract": listing,
        "author_count": listing,
        "published": listing,
        "comments": listing,
        "note": Origin("papers/a-first-title.yml", 1),
        "arxiv_id": Origin("papers/a-first-title.yml", 3),
    }


def test_a_catalog_can_not_be_changed(tmp_path: Path):
    catalog, _ = content.load(write(tmp_path, good()))
    with pytest.raises(AttributeError):
        catalog.papers[0].title = "Else"
    with pytest.raises(TypeError):
        catalog.papers[0].links["code"] = "https://example.org/"
    with pytest.raises(TypeError):
        catalog.by_slug["else"] = catalog.papers[0]
