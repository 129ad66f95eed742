"""People's files in their one right form: what is mended, what is left alone, and that nothing is lost."""

from __future__ import annotations

import datetime
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator import curated, text, yamlfile
from generator.curation import tidy
from generator.errors import ContentError
from tests.conftest import patience

REPOSITORY = Path(__file__).parents[1]
KINDS = sorted(curated.KINDS)


def _read(source: str, kind: str = "overlay") -> dict | None:
    try:
        if kind == "topic":
            return yamlfile.front_matter(source, "")[0]
        return yamlfile.load(source, "")
    except ContentError:
        return None


def _tidied(source: str, kind: str = "overlay") -> str:
    result = tidy.tidied(source, kind)
    assert tidy.tidied(result, kind) == result
    return result


# --- the form of a file -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("title: a", "title: a\n"),
        ("title: a\n", "title: a\n"),
        ("\ufefftitle: a\r\ndoi: 10.1000/182\r\n", "title: a\ndoi: 10.1000/182\n"),
        ("title: a\rnote: b", "title: a\nnote: b\n"),
        ("\n \n\ufeff\ntitle: a  \n\n\n\n\nnote: b\t\n\n \n", "title: a\n\nnote: b\n"),
        ("title: a # why  \n#  and \n", "title: a # why\n#  and\n"),
        ("match:\n\n\n  - a \n  -\n", "match:\n\n  - a\n  -\n"),
        ("", ""),
        (" \n\n", ""),
        ("# later  \n", "# later\n"),
        ("title:\nnote: ~\ndoi: null\n", "title:\ndoi: null\nnote: ~\n"),
        ("note: \u2028\tx\n\n", "note: \u2028\tx\n"),
        ("note: \u2028x\ndoi: 10.1000/182", "doi: 10.1000/182\nnote: \u2028x\n"),
    ],
)
def test_a_file_is_lines_without_white_space_around_them(source, result):
    assert _tidied(source) == result


@pytest.mark.parametrize(
    "source",
    [
        "note: |\n  two  \n\n\n  lines \n",
        "note: >\n  two\n\n\n  paragraphs\n",
        "note: |\n\n\n  x\n     \n   \n",
        "note: |+\n  x\n\n\n",
        'note: "two \n\n\n  lines"\n',
        "note: 'two \n\n\n  lines'\n",
        'note: "two\\  \n  lines"\n',
        "note: two\n\n\n  lines\n",
        "match:\n  - |\n    a  \n    b\n  - c\n",
        'title: "a\u2028  \nb"\n',
    ],
)
def test_white_space_in_a_text_stays(source):
    assert _tidied(source) == source


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("note: |  \n  x\n\n\n\ntitle: a\n", "title: a\n\nnote: |\n  x\n"),
        ("note: |\n  x  \n \n\n", "note: |\n  x  \n"),
        ("note: two  \n  lines\n", "note: two\n  lines\n"),
        # Without an end to its last line, the text has none either.
        ("note: |\n  x", "note: |-\n  x\n"),
        ("note: >2+ # c\n    x", "note: >2- # c\n    x\n"),
        ("title: |\n  a\ndoi: |\n  x", "title: |\n  a\ndoi: |-\n  x\n"),
    ],
)
def test_white_space_beside_a_text_goes(source, result):
    assert _tidied(source) == result


# --- the order of fields ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "result"),
    [
        pytest.param(
            "note: n\ntitle: t\nauthors:\n  - a\n  - b\narxiv_id: 2405.21060\n",
            "title: t\narxiv_id: 2405.21060\nauthors:\n  - a\n  - b\nnote: n\n",
            id="as in the table",
        ),
        pytest.param(
            "zebra: 1\nnote: n\nape: 2\ntitle: t\n",
            "title: t\nnote: n\nzebra: 1\nape: 2\n",
            id="unknown ones last",
        ),
        pytest.param(
            "# the publisher's\nnote: n\n# first\n# line\ntitle: t # v2\n",
            "# first\n# line\ntitle: t # v2\n# the publisher's\nnote: n\n",
            id="comments go with what they stand above",
        ),
        pytest.param(
            "# About this file.\n\n# n\nnote: n\ntitle: t\n",
            "# About this file.\n\ntitle: t\n# n\nnote: n\n",
            id="a comment on the file stays",
        ),
        pytest.param(
            "# yaml-language-server: $schema=x\nnote: n\ntitle: t\n",
            "# yaml-language-server: $schema=x\ntitle: t\nnote: n\n",
            id="a line for editors stays",
        ),
        pytest.param(
            "---\n# n\nnote: n\ntitle: t\n",
            "---\ntitle: t\n# n\nnote: n\n",
            id="the beginning of a document stays",
        ),
        pytest.param(
            "note: n\ntitle: t\n# to do: authors\n",
            "title: t\nnote: n\n# to do: authors\n",
            id="a comment at the end stays",
        ),
        pytest.param(
            "authors:\n- a\n# - b\n  # - c\n\n# t\ntitle: t\n",
            "# t\ntitle: t\n\nauthors:\n- a\n# - b\n  # - c\n",
            id="what is commented out of a list goes with it",
        ),
        pytest.param(
            "note: n\n# of n\n\ntitle: t\n",
            "title: t\n\nnote: n\n# of n\n",
            id="a comment below a field goes with it",
        ),
        pytest.param(
            "note: n\n\n# On t\n\ntitle: t\n\n\n# end\n",
            "# On t\n\ntitle: t\n\nnote: n\n\n# end\n",
            id="a comment between blank lines goes with what follows",
        ),
        pytest.param(
            "note: |\n  # no comment\n  x\n\nsummary: >-\n  y\ntitle: t\n",
            "title: t\n\nsummary: >-\n  y\nnote: |\n  # no comment\n  x\n",
            id="texts of many lines",
        ),
        pytest.param(
            'note: "n\n\ndoi: x"\nlinks: {code:\n  https://a.b }\ntitle: t\n',
            'title: t\nlinks: {code:\n  https://a.b }\nnote: "n\n\ndoi: x"\n',
            id="quotes and brackets of many lines",
        ),
        pytest.param("note:\ntitle:\n", "title:\nnote:\n", id="nothing said"),
        pytest.param("{note: n, title: t}\n", "{note: n, title: t}\n", id="in braces"),
        pytest.param(
            "? note\n: n\n? title\n: t\n", "? note\n: n\n? title\n: t\n", id="as few know"
        ),
    ],
)
def test_fields_stand_in_the_order_of_their_table(source, result):
    assert _read(source) == _read(result)
    assert _tidied(source) == result


@pytest.mark.parametrize(
    "source",
    [
        "# a\n\n# b\ntitle: t\n# c\n\n# d\nnote: n # e\n# f\n\n# g\n",
        "title: t\n\ndoi: 10.1000/182\nunknown: 1\nUnknown: 2\n",
        "topics: [b, a]\n",
        "title: “Typographic”\nsummary: 'single'\nnote: \"double\"\n",
    ],
)
def test_what_is_right_stays(source):
    assert _tidied(source) == source


# --- names and values ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("Title: a\narXiv-ID: 1 # v2\nAuthor Count: 8\n", "title: a\narxiv_id: 1 # v2\nauthor_count: 8\n"),
        ('"TITLE": a\n', "title: a\n"),
        # Which of two is right isn't known.
        ("title: a\nTitle: b\n", "title: a\nTitle: b\n"),
        ("TITLE: a\nTitle: b\n", "TITLE: a\nTitle: b\n"),
        ("titel: a\n", "titel: a\n"),
        ("arxiv_id: https://arxiv.org/abs/1706.03762v5 # new\n", "arxiv_id: 1706.03762 # new\n"),
        ("arxiv_id: arXiv:cs/0112017\n", "arxiv_id: cs/0112017\n"),
        ("arxiv_id: arXiv: 1706.03762\n", "arxiv_id: 1706.03762\n"),
        ('arxiv_id: "1706.03762"\n', 'arxiv_id: "1706.03762"\n'),
        ("arxiv_id: none yet\n", "arxiv_id: none yet\n"),
        ("doi: https://doi.org/10.18653/v1/N19-1423\n", "doi: 10.18653/v1/n19-1423\n"),
        ("doi: 'doi: 10.1000/182'\n", "doi: 10.1000/182\n"),
        ("doi: 10.18653/v1/N19-1423\n", "doi: 10.18653/v1/N19-1423\n"),
        ("doi: 10.1000/a:\n", 'doi: "10.1000/a:"\n'),
        ("doi: 10.1000/adoi:b\n", "doi: 10.1000/adoi:b\n"),  # who knows
        ("doi: >-\n  doi:10.1000/182\n", "doi: >-\n  doi:10.1000/182\n"),
        ("listed: 2025-10-29T23:59:59Z\n", "listed: 2025-10-29\n"),
        ("published: '2025-10-29 10:00'\n", "published: 2025-10-29\n"),
        ("published: 29.10.2025\n", "published: 29.10.2025\n"),
        ("topics: [surveys, a]\n", "topics: [surveys, a]\n"),
    ],
)  # fmt: skip
def test_names_and_values_with_one_form_get_it(source, result):
    assert _tidied(source) == result


# --- what is not YAML ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("title: BERT: Pre-training\n", 'title: "BERT: Pre-training"\n'),
        ("title:   BERT: Pre-training  \n", 'title:   "BERT: Pre-training"\n'),
        ("title: What for:\n", 'title: "What for:"\n'),
        ('title: "Quoted" and more\n', r'title: "\"Quoted\" and more"' + "\n"),
        ('title: "Quoted": more\n', r'title: "\"Quoted\": more"' + "\n"),
        (r'note: C:\temp "is": it' + "\n", r'note: "C:\\temp \"is\": it"' + "\n"),
        ("title: @foo\n", 'title: "@foo"\n'),
        ("title: `foo` bar\n", 'title: "`foo` bar"\n'),
        ("title: %foo\n", 'title: "%foo"\n'),
        ("title: [Not a list] said\n", 'title: "[Not a list] said"\n'),
        ("title: {Braces}: a title\n", 'title: "{Braces}: a title"\n'),
        ("title: * star\n", 'title: "* star"\n'),
        ("note: *Very* good\n", 'note: "*Very* good"\n'),
        ("note: - good\n", 'note: "- good"\n'),
        ("title: >90%: x\n", 'title: ">90%: x"\n'),
        ("title: “Words”: a title\n", 'title: "“Words”: a title"\n'),
        ("title: C#: a language\n", 'title: "C#: a language"\n'),
        ("Title: a: b\nzebra: 1\n", 'title: "a: b"\nzebra: 1\n'),
        ("note: n\n# c\ntitle: a: b\n\n# d\n", '# c\ntitle: "a: b"\nnote: n\n\n# d\n'),
        ("authors:\n  - `A` B\n  - C # c\n", 'authors:\n  - "`A` B"\n  - C # c\n'),
        ("authors:\n- \"A\" B\n- 'C' D\n", "authors:\n- \"\\\"A\\\" B\"\n- \"'C' D\"\n"),
        ("authors:\n  - A: B: C\n", 'authors:\n  - "A: B: C"\n'),
        ("doi:10.1000/182\n", "doi: 10.1000/182\n"),
        ("title: a\ndoi:10.1000/182\nnote: n\n", "title: a\ndoi: 10.1000/182\nnote: n\n"),
        ("title:BERT: x\n", 'title: "BERT: x"\n'),
        ("title:a\nDOI:10.1000/182", "title: a\ndoi: 10.1000/182\n"),
        ("authors:[A, B]\n", "authors: [A, B]\n"),
        ("links:\n\tcode: https://a.b\n\tpdf:\n", "links:\n  code: https://a.b\n  pdf:\n"),
        ("authors:\n    - A\n\t- B\n", "authors:\n    - A\n    - B\n"),
        ("authors:\n\t-\t`A`\n", 'authors:\n  - "`A`"\n'),
        ("title: a\n\t\nnote: b\n", "title: a\n\nnote: b\n"),
        ("note: |\n\ta\n\t\tb\n", "note: |\n  a\n    b\n"),
    ],
)  # fmt: skip
def test_what_only_lacks_quotes_or_a_space_gets_them(source, result):
    assert _read(source) is None
    assert _read(result) is not None
    assert _tidied(source) == result


@pytest.mark.parametrize(
    "source",
    [
        'note: it\'s: "so" # good\n',  # a comment?
        "title: #1: x\nnote: a: # b\n",
        'title: "Where does it end\n',
        "title: 'Tis: so\n",
        'title: BERT: Pre-training"\n',
        'title: "A" and "B"\n',  # one text, or two?
        'title: "The "Lottery" ticket"\n',
        "authors: [A, B: C: D]\n",
        "authors: A: B\n",
        "authors:\n  - `A\n    B`\n",
        "title: A: title\n  of two lines\n",
        "note: > folded: or not\n",
        "note: |- kept: or not\n",
        "title: &anchor x\n",
        "title: !tag x\n",
        "title: *alias\n",
        "title: a\ntitle: b\n",
        "title: \x07: bell\n",
        "titel: a: b\n",
        "links:\n  code: @x\n",
        "just words\n",
        "- a\n- b\n",
        "title: a\n  note: b\n",
        "title: : :\n",
        "title: @\n",
    ],
)
def test_what_may_mean_two_things_is_left_to_the_letter(source):
    assert _read(source) is None
    assert _tidied(source) == source


def test_what_can_be_repaired_is_even_if_the_rest_cannot():
    source = "\ufeff\n\nnote: c: # d\r\ntitle: a: b  \r\nauthors: [a\r\nsummary: @b\r\n\r\n"
    # What follows a bracket that is open may stand in it.
    assert _tidied(source) == 'note: c: # d\ntitle: "a: b"\nauthors: [a\nsummary: @b\n'


@settings(max_examples=150)
@given(st.text("aB1é :#-?*&!%@`'\"[]{},|>~.\\", min_size=1, max_size=20).map(str.strip))
@example("a: b")
def test_what_gets_quotes_is_the_text_to_the_letter(value):
    for source in (f"title: {value}\n", f"match:\n  - a\n  - {value}\n"):
        kind = "overlay" if source.startswith("title") else "topic"
        source = f"---\n{source}---\n" if kind == "topic" else source
        result = _tidied(source, kind)
        if _read(source, kind) is None and (said := _read(result, kind)):
            assert said in ({"title": value}, {"match": ["a", value]})


def test_quotes_that_are_open_hide_what_looks_like_a_field():
    source = 'note: "see\ntitle: @b"\ndoi: a: b\n'
    assert _tidied(source) == source


def test_a_bracket_may_hold_what_looks_like_a_field():
    source = "authors: [\nA,\nnote: a: b\n]\n"
    assert _tidied(source) == source


# --- topics -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("---\ntitle: a\n---\nBody  \n\n\n\tx\n\n\n", "---\ntitle: a\n---\nBody  \n\n\n\tx\n\n\n"),
        (
            "\ufeff\n---  \r\nmatch: [b]\r\ntitle: a: b\r\n---\r\n\r\nBody\r\n\r\nend",
            '---\ntitle: "a: b"\nmatch: [b]\n---\n\nBody\n\nend\n',
        ),
        ("---\n\ntitle: a\n\n\n---", "---\ntitle: a\n---\n"),
        ("---\n---\nBody\n---\nmore", "---\n---\nBody\n---\nmore\n"),
        ("---\ntitle: [\n---\nBody", "---\ntitle: [\n---\nBody\n"),
        ("---\nmatch:\n\t- a: b: c\n---\n", '---\nmatch:\n  - "a: b: c"\n---\n'),
        # no front matter
        ("\n\nBody  \r\n\r\n\r\n", "\n\nBody  \n\n\n"),
        ("---\ntitle:  a\nBody", "---\ntitle:  a\nBody\n"),
        ("", ""),
    ],
)
def test_a_topic_has_front_matter_and_keeps_its_body(source, result):
    assert _tidied(source, "topic") == result


def test_a_table_is_known_by_its_kind():
    assert _tidied("topics: [a]\nsource: https://a.b\n", "sidecar") == (
        "source: https://a.b\ntopics: [a]\n"
    )
    with pytest.raises(KeyError):
        tidy.tidied("", "page")


# --- whatever the text --------------------------------------------------------------------

PIECES = """title note doi arxiv_id listed authors links match Title Author\\ Count zz null 0 12 é 😀 a b
https://doi.org/10.1000/182 doi:10.1000/182 arXiv:1706.03762v5 2025-10-29T10:00 --- ... @ ` << ~ [ ] { } : #
" ' ! & *x &x !!str \\x00 |+ | > %YAML""".replace("\\ ", "\xa0").split(" ")
PIECES = [piece.replace("\xa0", " ") for line in PIECES for piece in line.split("\n")] + [
    ": ", ":\n", "- ", "\n- ", "\n  - ", "\n  ", "\n", "\n\n", "\n\n\n", "\t", "\n\t", ", ", "|\n", "|+\n",
    ">-\n  ", "|\n  ", " |", " # ", "\n# ", "\n  # ", "---\n", "\n---\n", "\ufeff", "\x00", "\x85", "\u2028",
    "\r", "\r\n", "  ", " ", "   \n", "? ", "\nnote: ", "\ntitle: ", "\ndoi: ", "\nauthors: ", " x\n",
]  # fmt: skip
SOURCES = st.lists(st.sampled_from(PIECES) | st.characters(codec=None), max_size=25).map("".join)


def _with_one_form(said: dict, kind: str) -> dict:
    """What a file says, with identifiers and dates as their fields read them."""
    table = {field.name: field for field in curated.KINDS[kind]}
    found = {}
    for name, value in said.items():
        folded = name.lower().replace("-", "_").replace(" ", "_")
        name = folded if folded in table and name not in table and folded not in said else name
        if name in ("arxiv_id", "doi", "listed", "published") and isinstance(value, str):
            with suppress(KeyError, ValueError):
                value = str(table[name].parse(value))
        found[name] = value
    return found


@settings(max_examples=200)
@given(SOURCES, st.sampled_from(KINDS), st.booleans())
@example("\ud800", "overlay", False)
@example("%YAML 9.9\n---\na: b", "overlay", False)
@example("note: |+\n  a\n\n\ntitle: b", "overlay", False)
@example("a: 1\n \n\ufeff", "overlay", False)
def test_no_text_is_harmed(source, kind, is_title):
    source = f"title: {source}" if is_title else source
    source = f"---\n{source}\n---\nBody\r\n" if kind == "topic" else source
    result = _tidied(source, kind)
    assert "\r" not in result
    assert not result or result.endswith("\n")
    if (said := _read(source, kind)) is not None:
        assert len(_read(result, kind)) == len(said)
        assert _with_one_form(_read(result, kind), kind) == _with_one_form(said, kind)
        assert result.count("#") == source.count("#")


def _hostile(size: int) -> dict[str, str]:
    return {
        "a long line": "title: " + "x: " * size,
        "quotes": "title: " + '"a" ' * size,
        "open quotes": "title: " + '"' * size,
        "spaces": "title: x: y" + " " * size + "#" + " " * size,
        "tabs": "match:\n" + "\t" * size + "- a",
        "brackets": "match: " + "[{" * size + "\ntitle: @x",
        "hyphens": "match:\n" + "- " * size,
        "items": "match:\n" + "  - a\n" * size,
        "items to mend": "match:\n" + "\t- a: b: c\n" * (size // 10),
        "fields": "".join(f"f{n}: x\n" for n in range(size // 4)),
        "fields to mend": "title: a: b\n" * (size // 10),
        "fields in vain": "note: c: # d\n" * (size // 10),
        "blank lines": "\n" * size + "title: |\n" + "\n" * size + "  x\n" + " \n" * size,
        "comments": "note: x\n" + "# c\n" * size + "\n" + "  # d\n" * size + "title: y\n",
        "names": "A-" * size + ": x",
        "prefixes": "doi: " + "doi:" * size,
        "front matter": "---\n" + "--- x\n" * size,
        "marks": "\ufeff" * size,
    }


@pytest.mark.parametrize("shape", _hostile(0))
def test_no_text_takes_for_ever(shape):
    source = _hostile(30_000)[shape]
    with patience():
        tidy.tidied(source, "overlay")
        tidy.tidied(f"---\n{source}\n---\n", "topic")


# --- writing a field ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("title", "A title", "title: A title\n"),
        ("title", "A title: more", 'title: "A title: more"\n'),
        ("title", "null", 'title: "null"\n'),
        ("title", "2024", 'title: "2024"\n'),
        ("title", "", 'title: ""\n'),
        ("title", None, "title: null\n"),
        ("title", 'Say "no"', 'title: Say "no"\n'),
        ("title", "a\u2028b\x85c\ufeff", 'title: "a\\u2028b\\u0085c\\ufeff"\n'),
        ("arxiv_id", "2405.21060", "arxiv_id: 2405.21060\n"),
        ("listed", datetime.date(2025, 10, 29), "listed: 2025-10-29\n"),
        ("author_count", 8, "author_count: 8\n"),
        ("authors", ["A B", "O'Neil, Grace", "12"], 'authors: [A B, "O\'Neil, Grace", "12"]\n'),
        ("authors", (), "authors: []\n"),
        ("authors", ["A" * 40, "B" * 40, "C" * 5], f"authors: [{'A' * 40}, {'B' * 40}, CCCCC]\n"),
        ("authors", ["A" * 40, "B" * 50], f"authors:\n  - {'A' * 40}\n  - {'B' * 50}\n"),
        ("match", ["a", "b, c", "d: e"], 'match:\n  - a\n  - b, c\n  - "d: e"\n'),
        ("links", {"code": "https://a.b", "pdf": None}, "links:\n  code: https://a.b\n  pdf: null\n"),
        ("links", {}, "links: {}\n"),
        ("organization", {"handle": "nv", "name": "N"}, "organization:\n  handle: nv\n  name: N\n"),
        ("organization", {"handle": None, "name": "N"}, "organization: N\n"),
        ("title", "word " * 40 + "end", f"title: {'word ' * 40}end\n"),
        ("note", "- # words " * 9 + "end", f"note: >-\n  {'- # words ' * 8}- #\n  words end\n"),
        ("note", "x" * 200, f"note: >-\n  {'x' * 200}\n"),
        ("note", "two  spaces " * 20, f'note: "{"two  spaces " * 20}"\n'),
    ],
)  # fmt: skip
def test_a_field_is_written_as_people_would(name, value, written):
    assert tidy.yaml_field(name, value) == written


FIELDS = {field.name: field for table in curated.KINDS.values() for field in table}
TEXTS = (
    st.text(st.characters(codec=None), max_size=40)
    | st.text("aB1 :#-?*&!%@`'\"[]{},|>~.\\\n\t=<é", max_size=20)
    | st.sampled_from("null true false ~ 12 -3 1e3 --- ... - ? : # [a] {a} a, 'a' <<".split())
    | st.lists(st.sampled_from(["word", "#", "-", "a:", "'b", "---", '"c"']), min_size=20).map(
        " ".join
    )
)
LINK_NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,30}", fullmatch=True)


def _clean(value):
    """A value without lone surrogates, which no file can hold."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return {key: _clean(item) for key, item in value.items()}


WRITABLE = st.one_of(
    st.tuples(st.sampled_from(sorted(FIELDS)), TEXTS),
    st.tuples(st.sampled_from(sorted(FIELDS)), st.lists(TEXTS, max_size=8)),
    st.tuples(st.just("links"), st.dictionaries(LINK_NAMES, TEXTS, max_size=4)),
)


@settings(max_examples=200)
@given(WRITABLE)
def test_what_is_written_reads_back_as_the_same(field):
    name, value = field
    written = tidy.yaml_field(name, value)
    assert written.endswith("\n")
    assert min(written.replace("\n", " ")) >= " "
    read = _read(f"---\nx: 1\n{written}y: 2\n---\n", "topic")
    assert list(read) == ["x", name, "y"]
    # The reader of JSON's escapes knows no pairs of surrogates; a lone one is lost.
    assert str(read[name]).replace("\ufffd", "") == str(_clean(value)).replace("\ufffd", "")


@given(st.lists(st.text(max_size=12), max_size=12))
def test_what_is_written_means_the_same_to_its_field(texts):
    for name in ("authors", "match"):
        parse = FIELDS[name].parse
        texts = [line for line in texts if text.words(line)]
        assert parse(_read(tidy.yaml_field(name, texts))[name]) == parse(texts)


@given(st.lists(st.from_regex(r"[!-~é]{1,30}", fullmatch=True), min_size=1, max_size=60))
def test_a_long_text_is_wrapped(words):
    value = " ".join(words)
    written = tidy.yaml_field("summary", value)
    assert _read(written) == {"summary": value}
    assert max(map(len, written.split("\n"))) <= 88


# --- editing ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "changes", "result"),
    [
        pytest.param(
            "",
            {"note": "n", "title": "A: b", "zebra": ["1"], "doi": None},
            'title: "A: b"\ndoi: null\nnote: n\nzebra: ["1"]\n',
            id="a new file",
        ),
        pytest.param(
            "# about it\n",
            {"title": "a"},
            "# about it\ntitle: a\n",
            id="a file of comments",
        ),
        pytest.param(
            "title: a\n\n# n\nnote: n # m\n\n# end\n",
            {"doi": "10.1000/182", "arxiv_id": "1706.03762"},
            "title: a\narxiv_id: 1706.03762\ndoi: 10.1000/182\n\n# n\nnote: n # m\n\n# end\n",
            id="new ones behind those that the table has before them",
        ),
        pytest.param(
            "# yaml-language-server: $schema=x\n# n\nnote: n\n",
            {"title": "a"},
            "# yaml-language-server: $schema=x\ntitle: a\n# n\nnote: n\n",
            id="a new first one",
        ),
        pytest.param(
            "note: n\ntitle: a\n",
            {"links": {"code": "https://a.b"}, "zebra": 1},
            "note: n\ntitle: a\nlinks:\n  code: https://a.b\nzebra: 1\n",
            id="the order of others stays",
        ),
        pytest.param(
            "# t\ntitle:   a   # from v2\n# d\ndoi: 10.1000/182\n",
            {"title": "b: c"},
            '# t\ntitle: "b: c"   # from v2\n# d\ndoi: 10.1000/182\n',
            id="a comment stays on its line",
        ),
        pytest.param(
            "title: # none\nnote: n",
            {"title": "t", "note": None},
            "title: t # none\nnote: null\n",
            id="nothing said before",
        ),
        pytest.param(
            "authors:  # all\n  - A\n  # not B\n  - C # who?\n\n# n\nnote: >- # m\n  x\n  # y\n\n# end\n",
            {"authors": ["D"], "note": "z" * 90},
            f"# all\n# not B\n# who?\nauthors: [D]\n\n# n\n# m\nnote: >-\n  {'z' * 90}\n\n# end\n",
            id="comments within go above",
        ),
        pytest.param(
            "links: {code: https://a.b, # c\n  pdf: https://c.d}\ntitle: 'a\n\n  b'\n",
            {"links": {"pdf": None}, "title": "a"},
            "# c\nlinks:\n  pdf: null\ntitle: a\n",
            id="many lines become few",
        ),
        pytest.param(
            "authors: [ A,B ]\ntitle:  'a'\nlisted: 2025-10-29 # so\n",
            {"authors": ("A", "B"), "title": "a", "listed": datetime.date(2025, 10, 29)},
            "authors: [ A,B ]\ntitle:  'a'\nlisted: 2025-10-29 # so\n",
            id="what is said already stays as it is written",
        ),
        pytest.param(
            "note: |\n  x",
            {"title": "a", "zebra": "b"},
            "title: a\nnote: |-\n  x\nzebra: b\n",
            id="a last line without an end",
        ),
        pytest.param(
            "\ufefftitle: a  \r\nnote: |\r\n  n\r\n",
            {"authors": ["A" * 90, "B" * 9]},
            f"\ufefftitle: a  \r\nauthors:\r\n  - {'A' * 90}\r\n  - {'B' * 9}\r\nnote: |\r\n  n\r\n",
            id="line ends stay",
        ),
        pytest.param(
            "---\nnote: n\n...\n",
            {"title": "t", "zebra": 2},
            "---\ntitle: t\nnote: n\nzebra: 2\n...\n",
            id="the marks of a document stay",
        ),
        pytest.param(
            "# c\n{note: n, title: t, # d\n  list: [{a: 1}]}\n",
            {"title": "u"},
            '# c\n# d\ntitle: u\nnote: n\nlist: [{"a": 1}]\n',
            id="in braces",
        ),
        pytest.param(
            "  note: n # m\n  title: t\n",
            {"doi": "10.1000/182"},
            "# m\ntitle: t\ndoi: 10.1000/182\nnote: n\n",
            id="indented",
        ),
        pytest.param(
            "note: \u2028x\n", {"title": "t"}, "title: t\nnote: \u2028x\n", id="a line separator"
        ),
        pytest.param("\n?", {"title": "t"}, "\n?\ntitle: t\n", id="an empty name"),
    ],
)
def test_fields_are_set_and_all_else_stays(source, changes, result):
    assert tidy.edited(source, "overlay", changes) == result


@pytest.mark.parametrize(
    ("source", "changes", "result"),
    [
        ("", {}, "---\n---\n"),
        (
            "",
            {"introduction": "Text.", "match": ["a"], "title": "A"},
            "---\ntitle: A\nmatch:\n  - a\n---\nText.\n",
        ),
        (
            "---\ntitle: a # b\n---\n\n Old \n",
            {"match": ["a"]},
            "---\ntitle: a # b\nmatch:\n  - a\n---\n\n Old \n",
        ),
        (
            "---\ntitle: a\n---",
            {"introduction": "New\n\nText"},
            "---\ntitle: a\n---\nNew\n\nText\n",
        ),
        ("---\ntitle: a\n---\nOld\n", {"introduction": None}, "---\ntitle: a\n---\n"),
        (
            "\ufeff--- \r\ntitle: a\r\n---\r\nOld\r\n",
            {"title": "b", "introduction": "New\nText\n"},
            "\ufeff--- \r\ntitle: b\r\n---\r\nNew\r\nText\r\n",
        ),
    ],
)
def test_a_topic_is_set_as_well(source, changes, result):
    assert tidy.edited(source, "topic", changes) == result


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("title: a: b", "overlay"),
        ("- a", "sidecar"),
        ("title: a", "topic"),
        ("---\n[\n---\n", "topic"),
    ],
)
def test_a_file_that_is_wrong_is_not_edited(source, kind):
    with pytest.raises(ContentError):
        tidy.edited(source, kind, {"title": "a"})


CHANGES = st.dictionaries(
    st.sampled_from(["title", "doi", "authors", "links", "note", "summary", "zz"]),
    st.none()
    | st.text("ab:#\n \"'[é", max_size=9)
    | st.lists(st.text("ab:#, ", max_size=5), max_size=3)
    | st.dictionaries(LINK_NAMES, st.none() | st.text("ab:# ", max_size=5), max_size=2)
    | st.just("word # " * 20 + "end"),
    max_size=4,
)
STYLES = st.sampled_from(
    [
        "{}: a # c\n",
        "# c\n{}: 'a\n\n  b'\n",
        "{}: # c\n  - a\n  # c\n  - b\n",
        "{}: [a, # c\n b]\n\n",
        "{}: |\n  # a\n\n  b\n\n# c\n\n",
        "{}: |+\n  a\n\n",
        "{}:\n",
        "{}: {{code: b}}  # c\n",
        "{}:\n    code: a # c\n\n\n",
        "# c\n\n{}: >-\n  a\n",
        "{}: a\n   b  \n# c\n",
    ]
)
FILES = st.dictionaries(st.sampled_from(["title", "note", "doi", "authors", "links", "a", "b"]), STYLES).map(
    lambda fields: "".join(style.format(name) for name, style in fields.items())
)  # fmt: skip


def _comments(source: str) -> int:
    return source.count("# c")


@settings(max_examples=200)
@given(FILES, CHANGES, st.sampled_from(["\n", "\r\n"]))
def test_an_edited_file_says_what_it_said_and_what_was_set(source, changes, newline):
    said = _read(source)
    assert said is not None
    source = source.replace("\n", newline)
    result = tidy.edited(source, "overlay", changes)
    assert _read(result) == {**said, **changes}
    assert tidy.edited(result, "overlay", changes) == result
    assert _comments(result) >= _comments(source)
    assert not source or result.count("\n") == result.count(newline)
    fresh = tidy.edited("", "overlay", changes)
    assert _read(fresh) == changes
    assert tidy.tidied(fresh, "overlay") == fresh or "doi" in changes


@settings(max_examples=200)
@given(FILES)
def test_a_tidied_file_says_what_it_said(source):
    result = _tidied(source)
    assert _read(result) == _read(source)
    assert _comments(result) == _comments(source)
    known = curated.names(curated.OVERLAY)
    order = [known.index(name) if name in known else len(known) for name in _read(result)]
    assert order == sorted(order)


@given(SOURCES, CHANGES, st.sampled_from(KINDS))
def test_whatever_can_be_read_can_be_edited(source, changes, kind):
    source = f"---\n{source}\n---\nBody" if kind == "topic" else source
    if (said := _read(source, kind)) is not None:
        assert _read(tidy.edited(source, kind, changes), kind) == {**said, **changes}


# --- this edition -------------------------------------------------------------------------

CONTENT = sorted(
    path.relative_to(REPOSITORY)
    for path in (REPOSITORY / "content").rglob("*")
    if path.suffix in (".yml", ".md") and path.name != "README.md"
)


@pytest.mark.parametrize("path", CONTENT, ids=str)
def test_the_files_of_this_edition_are_tidy_but_for_their_order(path):
    source = (REPOSITORY / path).read_bytes().decode()
    kind = {"papers": "overlay", "topics": "topic"}.get(path.parts[1], "sidecar")
    result = _tidied(source, kind)
    assert sorted(result.split("\n")) == sorted(source.split("\n"))
    assert _read(result, kind) == _read(source, kind)
