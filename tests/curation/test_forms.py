"""Issue forms: the templates as GitHub shows them, and what is read from what people wrote into them."""

from __future__ import annotations

import datetime
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator import content, curated
from generator.curation import forms
from generator.errors import ContentErrors
from generator.model import Catalog
from tests.conftest import REPOSITORY, patience
from tests.test_content import good, write

TEMPLATES = REPOSITORY / ".github" / "ISSUE_TEMPLATE"
LINE_KINDS = ("line", "date", "count", "choice")


def template(name: str) -> dict:
    return yaml.safe_load((TEMPLATES / f"{name}.yml").read_text("utf-8"))


def inputs(name: str) -> list[dict]:
    return [part for part in template(name)["body"] if part["type"] != "markdown"]


def as_github_gives(name: str, **answers: str) -> str:
    """The text of an issue that was made with a form, answers by id."""
    parts = []
    for part in inputs(name):
        answer = answers.pop(part["id"], "")
        language = part["attributes"].get("render")
        if answer and language:
            answer = f"```{language}\n{answer}\n```"
        parts.append(f"### {part['attributes']['label']}\n\n{answer or '_No response_'}")
    assert not answers
    return "\n\n".join(parts)


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    files = {
        "papers/by-hand.yml": "title: By Hand\nlisted: 2025-10-01\narxiv_id: 2405.21060\n",
        "papers/a-first-title.yml": (
            "doi: 10.1000/182\norganization: {handle: ibm, name: IBM Research}\n"
            "links: {code: https://example.org/code, project: https://example.org/}\n"
            "authors: [Ada Lovelace]\ntopics: [embeddings]\n"
        ),
        "topics/more.md": "---\ntitle: Efficiency, scale and more\nmatch: [scale]\n---\n",
    }
    return content.load(write(tmp_path_factory.mktemp("forms"), good() | files))[0]


def said(catalog: Catalog, name: str, **answers: str) -> dict[str, object]:
    return dict(
        forms.proposal(as_github_gives(name, **answers).encode(), "form.md", catalog)[0].said
    )


def paper(catalog: Catalog, **answers: str) -> dict[str, object]:
    """What is read from the form for a paper, without what it says of every paper."""
    always = {"title": "New", "doi": "10.1000/x"}
    given = said(catalog, "suggest-a-paper", **(always | answers))
    assert given.pop("listed") == datetime.date(2025, 10, 29)
    for name in always.keys() - answers.keys():
        assert given.pop(name) == always[name]
    return given


def errors_of(catalog: Catalog, source: str | bytes) -> list[str]:
    source = source if isinstance(source, bytes) else source.encode()
    with pytest.raises(ContentErrors) as caught:
        forms.proposal(source, "form.md", catalog)
    for error in caught.value.errors:
        assert error.file == "form.md"
        assert error.line >= 1
        assert "; " in error.message, f"does not say what to do: {error}"
        assert "\n" not in str(error)
        assert len(str(error)) < 500
    return [str(error) for error in caught.value.errors]


# --- the templates ------------------------------------------------------------------------


@pytest.mark.parametrize("form", forms.FORMS, ids=lambda form: form.name)
def test_a_template_asks_what_is_read(form: forms.Form):
    made = template(form.name)
    assert made["labels"] == [form.label]
    assert made["title"].strip()
    assert len(made["description"]) < 100
    asked = [
        (
            part["id"],
            part["attributes"]["label"],
            part.get("validations", {}).get("required", False),
        )
        for part in inputs(form.name)
    ]
    assert asked == [(one.name, one.label, one.required) for one in form.questions]


@pytest.mark.parametrize("form", forms.FORMS, ids=lambda form: form.name)
def test_a_template_has_room_for_each_answer_and_says_what_it_is(form: forms.Form):
    for part, question in zip(inputs(form.name), form.questions, strict=True):
        field = question.field
        is_line = field.kind in LINE_KINDS if field else not question.is_markdown
        assert part["type"] == ("input" if is_line else "textarea"), question.name
        assert part["attributes"]["description"].endswith(".")
        if field and field.kind in ("line", "text"):
            assert part["attributes"]["description"] == field.hint


@pytest.mark.parametrize("form", forms.FORMS, ids=lambda form: form.name)
def test_a_template_tells_what_will_happen(form: forms.Form):
    (begins,) = (part for part in template(form.name)["body"] if part["type"] == "markdown")
    said = begins["attributes"]["value"]
    assert "A minute or two" in said
    assert "a pull request is opened for you" in said
    assert "what is missing" in said


def test_there_are_three_forms_and_a_way_around_them():
    names = {path.stem for path in TEMPLATES.iterdir()}
    assert names == {form.name for form in forms.FORMS} | {"config"}
    assert yaml.safe_load((TEMPLATES / "config.yml").read_text())["blank_issues_enabled"] is True


@pytest.mark.parametrize("form", forms.FORMS, ids=lambda form: form.name)
def test_a_template_is_as_github_wants_it(form: forms.Form):
    made = template(form.name)
    assert set(made) == {"name", "description", "title", "labels", "body"}
    labels = [part["attributes"]["label"] for part in inputs(form.name)]
    assert len({label.casefold() for label in labels}) == len(labels)
    for part in inputs(form.name):
        assert set(part) <= {"type", "id", "attributes", "validations"}
        assert part["id"].replace("_", "").isalnum()
        assert set(part["attributes"]) <= {"label", "description", "placeholder", "render"}
        assert all(isinstance(value, str) for value in part["attributes"].values())


# --- what is read -------------------------------------------------------------------------

READ = [
    ({"title": "  Attention  Is\tAll You Need "}, {"title": "Attention Is All You Need"}),
    ({"title": "1984"}, {"title": "1984"}),
    ({"title": "unknown"}, {"title": "unknown"}),
    ({"arxiv_id": "1706.03762v5"}, {"arxiv_id": "1706.03762"}),
    ({"arxiv_id": "https://arxiv.org/abs/1706.03762"}, {"arxiv_id": "1706.03762"}),
    ({"doi": "https://doi.org/10.1000/ABC"}, {"doi": "10.1000/abc"}),
    ({"organization": "IBM Research"}, {"organization": {"handle": None, "name": "IBM Research"}}),
    ({"organization": "Unknown"}, {}),
    ({"published": "2017-06-12"}, {"published": datetime.date(2017, 6, 12)}),
    ({"summary": "Two\n\nparagraphs,\nfour lines."}, {"summary": "Two paragraphs, four lines."}),
    ({"note": "A <b>remark</b> {{ x }} & more"}, {"note": "A <b>remark</b> {{ x }} & more"}),
    ({"note": "Seen <!-- not seen\nat all --> again"}, {"note": "Seen again"}),
    ({"note": "#hashtag and ###no heading"}, {"note": "#hashtag and ###no heading"}),
    ({"note": "A\x00 \x1b[31mred\u202e one\x0bhere"}, {"note": "A [31mred one here"}),
    ({"authors": "Ada Lovelace"}, {"authors": ("Ada Lovelace",)}),
    ({"authors": "Ada Lovelace\nEmmy Noether\n"}, {"authors": ("Ada Lovelace", "Emmy Noether")}),
    ({"authors": "- Ada Lovelace\n- Emmy Noether"}, {"authors": ("Ada Lovelace", "Emmy Noether")}),
    ({"authors": "Ada L., Emmy N.,\nLi Wei"}, {"authors": ("Ada L.", "Emmy N.", "Li Wei")}),
    ({"authors": "Ada L., Emmy N., and Li Wei"}, {"authors": ("Ada L.", "Emmy N.", "Li Wei")}),
    ({"authors": "Lovelace, Ada; Noether, E."}, {"authors": ("Lovelace, Ada", "Noether, E.")}),
    ({"authors": "Lovelace, Ada\nde Sá, Li"}, {"authors": ("Lovelace, Ada", "de Sá, Li")}),
    (
        {"authors": "Ada L., Emmy N.\nLi Wei, Bo Xu"},
        {"authors": ("Ada L.", "Emmy N.", "Li Wei", "Bo Xu")},
    ),
    ({"authors": "```text\nAda Lovelace\n```"}, {"authors": ("Ada Lovelace",)}),
    ({"links": "code: https://a.example/x"}, {"links": {"code": "https://a.example/x"}}),
    ({"links": "code https://a.example/x"}, {"links": {"code": "https://a.example/x"}}),
    ({"links": "- Code = <https://a.example/x>"}, {"links": {"code": "https://a.example/x"}}),
    (
        {"links": "project page: https://a.example/"},
        {"links": {"project-page": "https://a.example/"}},
    ),
    (
        {
            "links": "https://github.com/a/b\nhttps://www.huggingface.co/papers/1\n"
            "https://a.example/?q=code:x\nhttps://a.example/a.PDF"
        },
        {
            "links": {
                "code": "https://github.com/a/b",
                "discussion": "https://www.huggingface.co/papers/1",
                "project": "https://a.example/?q=code:x",
                "pdf": "https://a.example/a.PDF",
            }
        },
    ),
    ({"topics": "embeddings"}, {"topics": ("embeddings",)}),
    ({"topics": "EMBEDDINGS"}, {"topics": ("embeddings",)}),
    ({"topics": "Efficiency, scale and more"}, {"topics": ("more",)}),
    (
        {"topics": "Embeddings, efficiency, scale and more; more"},
        {"topics": ("embeddings", "more")},
    ),
    ({"topics": "- Embeddings\n- more"}, {"topics": ("embeddings", "more")}),
]


@pytest.mark.parametrize(("answers", "expected"), READ, ids=lambda value: str(value)[:50])
def test_what_a_form_for_a_paper_says(catalog: Catalog, answers: dict, expected: dict):
    assert paper(catalog, **answers) == expected


@pytest.mark.parametrize("answer", [{"arxiv_id": "2405.00001"}, {"links": "https://a.example"}])
def test_a_paper_needs_only_a_title_and_where_it_is(catalog: Catalog, answer: dict):
    given = said(catalog, "suggest-a-paper", title="New", **answer)
    assert set(given) == {"title", "listed", *answer}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way_and_the_file_too(catalog: Catalog, end: str):
    source = as_github_gives("suggest-a-paper", title="New", doi="10.1000/x", authors="Ada\nEmmy")
    for around in ("", end * 3):
        lines = f"{around}{source}{around}".replace("\n", end).encode()
        given, _ = forms.proposal(b"\xef\xbb\xbf" + lines, "form.md", catalog)
        assert given.said["authors"] == ("Ada", "Emmy")


def test_what_is_not_asked_for_by_hand_may_be_left_out(catalog: Catalog):
    given, _ = forms.proposal(b"### Title\n\nNew\n\n### DOI\n10.1000/x", "form.md", catalog)
    assert given.file == "papers/new.yml"
    assert dict(given.said) == {
        "title": "New",
        "doi": "10.1000/x",
        "listed": datetime.date(2025, 10, 29),
    }


# --- a correction -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        "a-first-title",
        "/papers/a-first-title/",
        "https://broadsheet.example/papers/a-first-title/",
        "http://127.0.0.1:8000/papers/a-first-title/?q=x#abstract",
        "content/papers/a-first-title.yml",
        "../../papers/a-first-title",
        " a-first-title\n",
    ],
)
def test_a_page_is_known_by_the_last_part_of_its_address(catalog: Catalog, page: str):
    source = as_github_gives("correct-a-paper", page=page, note="A remark.")
    given, _ = forms.proposal(source.encode(), "form.md", catalog)
    assert given.file == "papers/a-first-title.yml"
    assert dict(given.said) == {"note": "A remark."}


@pytest.mark.parametrize(
    "page",
    [
        "../../x",
        "/etc/passwd",
        "..",
        ".",
        "/",
        "a-first-title/..",
        "a-first-title/../../x",
        "a-first-title.yml.yml",
        "a-first-title\x00.txt/x",
        "https://evil.example/x",
        "https://broadsheet.example/papers/",
        "papers\\a-first-title",
        "a-frst-title",
        "A-First-Title; rm -rf /",
        "$(touch x)",
        "x" * 60_000,
    ],
    ids=lambda page: page[:30],
)
def test_what_is_no_paper_s_page_is_refused(catalog: Catalog, page: str):
    (error,) = errors_of(catalog, as_github_gives("correct-a-paper", page=page, note="x"))
    assert error.startswith("form.md:1: Page: ")


def test_a_page_that_is_nearly_one_is_suggested(catalog: Catalog):
    (error,) = errors_of(catalog, as_github_gives("correct-a-paper", page="a-frst-title", note="x"))
    assert 'did you mean "a-first-title"?' in error


def correct(catalog: Catalog, **answers: str) -> dict[str, object]:
    return said(catalog, "correct-a-paper", page="a-first-title", **answers)


def test_only_what_is_different_is_said(catalog: Catalog):
    assert correct(catalog, doi="10.1000/182", authors="Ada Lovelace", note="New.") == {
        "note": "New."
    }
    links = "code: https://example.org/code\npdf: https://example.org/a.pdf"
    assert correct(catalog, links=links) == {"links": {"pdf": "https://example.org/a.pdf"}}


def test_unknown_is_an_answer_to_a_correction(catalog: Catalog):
    assert correct(
        catalog, doi="unknown", organization=" Unknown ", authors="unknown", topics="unknown"
    ) == {"doi": None, "organization": None, "authors": None, "topics": None}
    assert correct(catalog, links="code: unknown") == {"links": {"code": None}}
    assert correct(catalog, links="unknown") == {"links": None}
    source = as_github_gives("correct-a-paper", page="a-first-title", title="unknown")
    assert errors_of(catalog, source)[0].startswith("form.md:5: Title: can't be unknown")


@pytest.mark.parametrize(
    "answers",
    [
        {"doi": "10.1000/182"},
        {"organization": "IBM Research", "topics": "Embeddings"},
        {"links": "code: https://example.org/code"},
        {"title": "A First Title"},
        {"note": "unknown"},
    ],
    ids=str,
)
def test_a_correction_that_changes_nothing_is_refused(catalog: Catalog, answers: dict):
    source = as_github_gives("correct-a-paper", page="a-first-title", **answers)
    (error,) = errors_of(catalog, source)
    assert "the page says all of it already" in error


def test_what_is_wrong_alone_changes_nothing(catalog: Catalog):
    source = as_github_gives("correct-a-paper", page="a-first-title", wrong="The abstract is odd.")
    (error,) = errors_of(catalog, source)
    assert ": What is wrong: no answer says what is right; " in error


def test_what_is_wrong_is_for_the_pull_request_alone(catalog: Catalog):
    wrong = "I saw it.\n\n### In the paper\n\n```\n<!-- x -->\n```"
    source = as_github_gives("correct-a-paper", page="a-first-title", note="New.", wrong=wrong)
    given, answers = forms.proposal(source.encode(), "form.md", catalog)
    assert dict(given.said) == {"note": "New."}
    assert answers.text("wrong").startswith("I saw it.\n\n### In the paper")


# --- a topic ------------------------------------------------------------------------------


def test_what_a_form_for_a_topic_says(catalog: Catalog):
    introduction = "What it is about.\n\n### History\n\n- one\n    - two"
    assert said(
        catalog,
        "propose-a-topic",
        title="Word vectors",
        match="word vector*\n\n- sentence vector*",
        exclude="support vector machine",
        introduction=introduction,
    ) == {
        "title": "Word vectors",
        "match": ("word vector*", "sentence vector*"),
        "exclude": ("support vector machine",),
        "introduction": introduction,
    }


def test_a_topic_may_be_a_query_alone(catalog: Catalog):
    query = '"word vector*" author:mikolov -survey'
    told = said(catalog, "propose-a-topic", title="Word vectors", query=f" {query} ")
    assert told == {"title": "Word vectors", "query": query}


def test_a_topic_needs_phrases_or_a_query(catalog: Catalog):
    source = as_github_gives("propose-a-topic", title="Word vectors", exclude="x")
    (error,) = errors_of(catalog, source)
    assert error.startswith("form.md:5: Phrases: no phrases and no query; ")
    source = as_github_gives("propose-a-topic", title="Word vectors", query="-x")
    (error,) = errors_of(catalog, source)
    assert error.startswith("form.md:9: Query: only says what must not be; ")


@pytest.mark.parametrize("title", ["Embeddings", "embeddings!", "EFFICIENCY, scale & and more"])
def test_a_topic_that_is_there_is_named(catalog: Catalog, title: str):
    if "&" in title:
        title = title.replace(" &", "")
    source = as_github_gives("propose-a-topic", title=title, match="x")
    (error,) = errors_of(catalog, source)
    assert error.startswith("form.md:1: Title: there is a topic")
    assert "content/topics/" in error


def test_everything_that_is_wrong_with_an_introduction_is_said(catalog: Catalog):
    introduction = "<script>alert(1)</script>\n\n![x](https://evil.example/x.png)\n\n# Big"
    source = as_github_gives("propose-a-topic", title="A", match="x", introduction=introduction)
    errors = errors_of(catalog, source)
    assert len(errors) == 3
    line = source[: source.index("### Introduction")].count("\n") + 1
    assert all(error.startswith(f"form.md:{line}: Introduction: ") for error in errors)


# --- what is wrong ------------------------------------------------------------------------


def test_everything_that_is_wrong_is_said_at_once_at_its_heading(catalog: Catalog):
    source = as_github_gives(
        "suggest-a-paper",
        arxiv_id="17",
        doi="10.1000/182",
        links="javascript:alert(1)",
        published="June",
        topics="Embedings",
        authors="x" * 301,
    )
    errors = errors_of(catalog, source)
    labels = [field.label for field in curated.OVERLAY]
    at = {
        line[4:]: number for number, line in enumerate(source.split("\n"), 1) if line[:4] == "### "
    }
    found = {}
    for error in errors:
        line, label, message = error.removeprefix("form.md:").split(": ", 2)
        assert label in labels
        assert at[label] == int(line)
        found[label] = message
    assert found["Title"].startswith("missing; ")
    assert found["arXiv id"].startswith('"17" is not an arXiv id; ')
    assert "is listed already, at /papers/a-first-title/" in found["DOI"]
    assert "content/papers/a-first-title.yml" in found["DOI"]
    assert "https://…" in found["Links"]
    assert "write it as 2025-10-29" in found["Published"]
    assert 'did you mean "Embeddings"?' in found["Topics"]
    assert "301 characters" in found["Authors"]


@pytest.mark.parametrize(
    "listed", [{"title": "a first title"}, {"arxiv_id": "2405.21060v2"}, {"doi": "10.1000/182"}]
)
def test_a_paper_that_is_listed_is_named(catalog: Catalog, listed: dict):
    source = as_github_gives(
        "suggest-a-paper", **({"title": "New", "links": "https://a.example"} | listed)
    )
    (error,) = errors_of(catalog, source)
    assert "is listed already" in error


def test_papers_of_one_title_are_two_if_their_ids_say_so(catalog: Catalog):
    source = as_github_gives("suggest-a-paper", title="By Hand", arxiv_id="2405.00001")
    assert forms.proposal(source.encode(), "form.md", catalog)[0].file == "papers/by-hand-2.yml"


@pytest.mark.parametrize("answers", [{"authors": " , ;"}, {"topics": ","}, {"links": "-"}], ids=str)
def test_an_answer_that_says_nothing_takes_nothing_away(catalog: Catalog, answers: dict):
    source = as_github_gives("correct-a-paper", page="a-first-title", **answers)
    (error,) = errors_of(catalog, source)
    assert "says nothing; " in error or "is no link; " in error


def test_a_paper_must_be_somewhere(catalog: Catalog):
    for links in ("", "unknown", "code: unknown"):
        (error,) = errors_of(catalog, as_github_gives("suggest-a-paper", title="New", links=links))
        assert error.startswith("form.md:5: arXiv id: no arXiv id, no DOI and no link; ")


@pytest.mark.parametrize(
    ("name", "where"),
    [("suggest-a-paper", "summary"), ("suggest-a-paper", "authors"), ("correct-a-paper", "wrong")],
)
@pytest.mark.parametrize("label", ["Title", "DOI", "Note"])
def test_nobody_slips_an_answer_into_anothers_place(
    catalog: Catalog, name: str, where: str, label: str
):
    more = {"page": "a-first-title"} if name == "correct-a-paper" else {"title": "New"}
    injected = f"Words.\n\n### {label}\n\n10.1000/evil"
    errors = errors_of(catalog, as_github_gives(name, **more, **{where: injected}))
    assert any(f": {label}: given twice, first on line " in error for error in errors)


def test_a_heading_breaks_out_of_no_fence(catalog: Catalog):
    injected = "x\n```\n\n### Title\n\nEvil\n\n```text"
    source = as_github_gives("propose-a-topic", title="New", match=injected)
    assert any(": Title: given twice" in error for error in errors_of(catalog, source))


def test_a_heading_that_no_form_has_is_no_answer(catalog: Catalog):
    source = as_github_gives(
        "suggest-a-paper", title="New", doi="10.1000/x", summary="A\n### Titel\nB"
    )
    (error,) = errors_of(catalog, source)
    assert ": Titel: no such question, " in error
    assert 'did you mean "Title"?' in error


def test_a_form_stays_what_it_is_whatever_headings_are_slipped_in(catalog: Catalog):
    page = "### Page\n\na-first-title\n\n### What is wrong\n\nx\n\n### Phrases\n\nx"
    errors = errors_of(
        catalog, as_github_gives("suggest-a-paper", title="N", doi="10.1000/x", note=page)
    )
    assert [error.split(": ")[1] for error in errors] == ["Page", "What is wrong", "Phrases"]


@pytest.mark.parametrize(
    ("source", "error"),
    [
        (b"", "form.md:1: holds no answers; "),
        (b"Please add a paper.\n\n## Title\n\nX", "form.md:1: holds no answers; "),
        (b"### Title\n\n\xff", "form.md:3: not UTF-8: byte 0xff; "),
        (b"### Title\n\n" + b"x" * 70_001, "form.md:1: more than 70,000 characters; "),
        (b"\xff" * 10**6, "form.md:1: more than 70,000 characters; "),
        (
            b"### Title\n\nNew\n\n### DOI\n\n10.1000/x\n\n### Note\n\nA <!-- b",
            "form.md:9: Note: a comment",
        ),
    ],
    ids=str,
)
def test_what_is_no_form_is_refused(catalog: Catalog, source: bytes, error: str):
    (found,) = errors_of(catalog, source)
    assert found.startswith(error)


SLOW = {
    "comments": "<!--" * 15_000,
    "fences": "`" * 30_000 + "\n" + "`" * 29_999,
    "headings": "### x\n" * 10_000,
    "commas": "Embeddings," * 6_000,
    "unknown topics": ",".join(f"x{n}" for n in range(8_000)),
    "spaces": "a" + " " * 60_000 + "b",
    "words": "a " * 30_000,
    "colons": "a:" * 30_000,
    "brackets": "[" * 60_000,
    "hyphens": "- " * 30_000,
    "one word": "a" * 60_000,
    "controls": "\x00\x01\u202e" * 20_000,
}


@pytest.mark.parametrize("kind", SLOW)
@pytest.mark.parametrize(
    ("name", "where"),
    [
        *(("suggest-a-paper", where) for where in ("title", "links", "authors", "topics", "note")),
        *(("correct-a-paper", where) for where in ("page", "wrong")),
        *(("propose-a-topic", where) for where in ("match", "introduction")),
    ],
)
def test_no_text_takes_long(catalog: Catalog, name: str, where: str, kind: str):
    source = as_github_gives(name, **{where: SLOW[kind]})
    with patience(), suppress(ContentErrors):
        forms.proposal(source.encode(), "form.md", catalog)


# --- for the pull request -----------------------------------------------------------------


def message(catalog: Catalog, name: str, **answers: str) -> tuple[str, str]:
    given, answers = forms.proposal(as_github_gives(name, **answers).encode(), "form.md", catalog)
    title, _, body = forms.pull_request(
        given, f"content/{given.file}", ["One.", "Two."], answers
    ).partition("\n\n")
    return title, body


def test_a_pull_request_says_what_it_is(catalog: Catalog):
    title, body = message(catalog, "suggest-a-paper", title="New", doi="10.1000/x", note="A\nB")
    assert title == "Add: New"
    assert body == (
        "`content/papers/new.yml`: One. Two.\n\nWhat was written in the form:\n\n"
        "```text\nTitle: New\nDOI: 10.1000/x\nNote: A\n  B\n```\n"
    )
    assert message(catalog, "correct-a-paper", page="by-hand", note="x")[0] == "Correct: By Hand"
    assert message(catalog, "propose-a-topic", title="New", match="x")[0] == "Topic: New"


def test_a_stranger_s_words_are_text_in_a_pull_request(catalog: Catalog):
    wrong = (
        "@everyone fixes #1, closes GH-2\n```\n</details><script>alert(1)</script>\n````\n"
        "![x](https://evil.example/x.png)\n~~~\n<!-- x --> "
    )
    _, body = message(catalog, "correct-a-paper", page="a-first-title", note="x", wrong=wrong)
    before, fence, quoted = body.partition("`````text\n")
    assert fence
    assert "@" not in before
    assert quoted.count("`````") == 1
    assert quoted.endswith("\n`````\n")
    assert "@everyone fixes #1" in quoted


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Fixes #1 and GH-2, @all", "Add: Fixes ＃1 and GH‑2, ＠all"),
        ("See https://evil.example/x", "Add: See https：//evil.example/x"),
        ("C# at 5 @ home: a survey", "Add: C# at 5 @ home: a survey"),
        ("x" * 900, f"Add: {'x' * 149}…"),
    ],
)
def test_a_title_does_nothing_on_github(catalog: Catalog, title: str, shown: str):
    assert message(catalog, "suggest-a-paper", title=title, doi="10.1000/x")[0] == shown


def test_a_pull_requests_text_is_never_too_long(catalog: Catalog):
    wrong = ("`" * 20_000 + "\n字") * 3
    _, body = message(
        catalog, "correct-a-paper", page="a-first-title", note="字" * 9_000, wrong=wrong
    )
    assert len(body.encode()) < 30_000
    assert body.endswith("\n" + "`" * (len(body) - len(body.rstrip("`\n")) - 2) + "\n")


# --- anything -----------------------------------------------------------------------------

PIECES = [
    *(
        "### Title",
        "### Page",
        "```",
        "~~~",
        "<!--",
        "-->",
        "\r",
        "\n",
        "\n\n",
        "unknown",
        "- ",
        "# ",
    ),
    *("_No response_", "https://a.example", "code: ", "10.1000/1", "2405.00001", "a-first-title"),
    *("Embeddings", ", ", ";", "\x00", "\u202e", "---", "../", "{{ x }}", "${x}", "'", '"'),
]
ANSWERS = st.text(max_size=30) | st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


RIGHT = {
    forms.PAPER: {"title": "New", "doi": "10.1000/x"},
    forms.CORRECTION: {"page": "a-first-title", "note": "New."},
    forms.TOPIC: {"title": "New", "match": "new"},
}


@st.composite
def filled_in(draw: st.DrawFn) -> tuple[forms.Form, str]:
    """A form, and the text of an issue made with it, of which some answers may be anything."""
    form = draw(st.sampled_from(forms.FORMS))
    names = st.sampled_from([question.name for question in form.questions])
    answers = RIGHT[form] | draw(st.dictionaries(names, ANSWERS, max_size=3))
    return form, as_github_gives(form.name, **answers)


@given(filled_in())
def test_whatever_is_written_is_a_file_of_ours_or_refused(
    catalog: Catalog, filled: tuple[forms.Form, str]
):
    form, source = filled
    try:
        given, read = forms.proposal(source.encode(), "form.md", catalog)
    except ContentErrors:
        errors_of(catalog, source)
        return
    assert read.form is form
    folder, _, name = given.file.partition("/")
    assert folder == ("topics" if form is forms.TOPIC else "papers")
    assert Path(name).stem.replace("-", "").isalnum()
    assert name.isascii()
