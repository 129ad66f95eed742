"""YAML as people write it: what it means, and that every fault has its file and line."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from generator import text, yamlfile
from generator.errors import ContentError

FILE = "papers/a.yml"


def _wrong(source: str, **kwargs) -> ContentError:
    with pytest.raises(ContentError) as caught:
        yamlfile.load(source, FILE, **kwargs)
    error = caught.value
    assert error.file == FILE
    assert ";" in error.message or "name: value" in error.message
    assert text.plain(str(error)) == str(error)
    return error


# --- values -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2405.21060", "2405.21060"),
        ("2405.2106", "2405.2106"),
        ("1e3", "1e3"),
        ("0x10", "0x10"),
        ("0112017", "0112017"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2025-10-29", "2025-10-29"),
        ("No", "No"),
        ("yes", "yes"),
        ("Off", "Off"),
        ("True", "True"),
        (".nan", ".nan"),
        ("=", "="),
        ("C++: the language", None),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("9" * 18, 10**18 - 1),
        ("9" * 40, "9" * 40),
        ('"12"', "12"),
        ("'null'", "null"),
        ('""', ""),
        ("a # comment", "a"),
        ("a#b", "a#b"),
        ("[a, 1, null]", ["a", 1, None]),
        ("{a: 1}", {"a": 1}),
        ("[]", []),
        ("|\n  two\n  lines", "two\nlines"),
        (">\n  one\n  line", "one line"),
    ],
)
def test_a_plain_value_is_what_its_writer_meant(written, meant):
    if ": " in written and meant is None:
        assert _wrong(f"title: {written}").line == 1
    else:
        assert yamlfile.load(f"title: {written}", FILE) == {"title": meant}


@pytest.mark.parametrize(
    "source", ["", "\n\n", "# only a comment\n", "---\n", "null", "---\n...\n"]
)
def test_an_empty_file_has_no_fields(source):
    assert yamlfile.load(source, FILE) == {}


@pytest.mark.parametrize("name", ["null", "true", "12", "2024-01-01"])
def test_a_name_is_always_a_word(name):
    assert list(yamlfile.load(f"{name}: x", FILE)) == [name]


def test_line_ends_do_not_matter():
    unix = "title: a\nmatch:\n  - b\n  - c d\n"
    for source in (unix.replace("\n", "\r\n"), "\ufeff" + unix):
        fields = yamlfile.load(source, FILE)
        assert fields == {"title": "a", "match": ["b", "c d"]}
        assert yamlfile.line_of(fields, "match") == 2


def test_every_name_knows_its_line():
    source = "# about it\ntitle: a\n\nlinks:\n  code: https://a.b\n  project: https://c.d\ndoi: x\n"
    fields = yamlfile.load(source, FILE, first_line=10)
    assert fields.of == {"title": 11, "links": 13, "doi": 16}
    assert fields["links"].of == {"code": 14, "project": 15}
    assert yamlfile.line_of(fields, "title") == 11
    # A field that is missing is missed where the fields begin.
    assert yamlfile.line_of(fields, "note") == fields.line
    assert yamlfile.line_of({"title": "a"}, "title") is None


# --- faults -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("title: a\nnote: b\ntitle: c", 3, "first on line 1"),
        ("links:\n  code: a\n  code: b", 3, "first on line 2"),
        ("title: a\n\tnote: b", 2, "not valid YAML"),
        ("title: a: b", 1, "not valid YAML"),
        ('title: "a\nnote: b\n\n\n', 1, "not valid YAML"),
        ("title: 'a\nnote: b\n\n\n", 1, "not valid YAML"),
        ("title: x\nmatch: [a,\nnote: b\n", 2, "not valid YAML"),
        ('title: "a" b', 1, "not valid YAML"),
        ('title: "\\q"', 1, "not valid YAML"),
        ('title: "\\ud800"', 1, "not valid YAML"),
        ("title: @a", 1, "not valid YAML"),
        ("a: 1\n b: 2", 2, "not valid YAML"),
        ("a: 1\nb", 2, "not valid YAML"),
        ("}", 1, "not valid YAML"),
        ("ok: 1\nbad: \x07\n", 2, "control character"),
        ("note: " + "ä" * 500 + "\nok: 1\nbad: \x1b[31m\nok2: 1\nok3: 1\n", 3, "control character"),
        ("a: &x 1", 1, "anchors"),
        ("a: 1\nb: *x", 2, "anchors"),
        ("a: 1\nb: &x [1]", 2, "anchors"),
        ("<<: *x", 1, "a field's name"),
        ("a: !!str 1", 1, "tags"),
        ("a: 1\nb: !!python/object/apply:os.system [ls]", 2, "tags"),
        ("!!python/object:os.system\na: b", 1, "tags"),
        ("a: !!python/name:os.system x", 1, "tags"),
        ("a: !local {b: c}", 1, "tags"),
        ("a: !!set {b, c}", 1, "tags"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("- a\n- b", 1, "name: value"),
        ("just words", 1, "name: value"),
        ("12", 1, "name: value"),
        ("? [a, b]\n: c", 1, "a field's name"),
        ("? {a: b}\n: c", 1, "a field's name"),
        ('"two\\nlines": x', 1, "a field's name"),
        ('"\\e[31m": x', 1, "a field's name"),
        ("a: [[[[[[[1]]]]]]]", 1, "nested"),
    ],
)
def test_a_fault_is_named_with_its_line(source, line, said):
    error = _wrong(source)
    assert (error.line, said in str(error)) == (line, True), error
    assert _wrong(source, first_line=5).line == line + 4


@pytest.mark.parametrize("bracket", ["[", "{", "{a: ", "- ", "? ", "a: [", "[{a: "])
def test_a_bomb_of_brackets_is_refused(bracket):
    _wrong("a: 1\nb: " + bracket * 100_000)
    _wrong(bracket * 100_000)


def test_a_billion_laughs_are_refused():
    lines = ['a0: &a0 "ha"']
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    assert _wrong("\n".join(lines)).line == 1


YAML = st.lists(
    st.sampled_from(
        [
            "a",
            "b",
            ": ",
            ":",
            "- ",
            "? ",
            "\n",
            "\n  ",
            "\t",
            "[",
            "]",
            "{",
            "}",
            ", ",
            "&x ",
            "*x",
            "!!str ",
            "!",
            '"',
            "'",
            "|\n",
            ">-\n",
            "#",
            " # ",
            "---",
            "...",
            "%YAML 1.1\n",
            "%",
            "@",
            "`",
            "<<",
            "~",
            "\ufeff",
            "\x00",
            "\x85",
            "\u2028",
            "\\x00",
            "\\ud800",
            "\r",
            "0",
            "12",
            "null",
            "é",
            "😀",
        ]
    )
    | st.characters(),
    max_size=20,
).map("".join)


@settings(deadline=None, max_examples=500)
@given(YAML)
@example("\ud800")
@example("%YAML 9.9\n---\na: b")
def test_no_text_does_worse_than_a_content_error(source):
    try:
        fields = yamlfile.load(source, FILE)
    except ContentError as error:
        wrong = error
    else:
        assert set(fields.of) == set(fields)
        return
    assert wrong.file == FILE
    # YAML has more kinds of line ends than editors do.
    assert 1 <= wrong.line <= len(source.splitlines()) + 1
    assert text.plain(str(wrong)) == str(wrong)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.text(max_size=20).map(text.plain),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
NAMES = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)


@given(st.dictionaries(NAMES, VALUES | st.dictionaries(NAMES, VALUES, max_size=3), max_size=5))
def test_json_means_in_yaml_what_it_means_in_json(fields):
    assert yamlfile.load(json.dumps(fields, ensure_ascii=False, indent=1), FILE) == fields


# --- front matter -------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_front_matter_stands_between_two_lines(end, mark):
    source = mark + end.join(
        ["---", "title: a", "match: [b]", "--- ", "", "The body", "---", "more"]
    )
    fields, body, line = yamlfile.front_matter(source, FILE)
    assert fields == {"title": "a", "match": ["b"]}
    assert fields.of == {"title": 2, "match": 3}
    assert body == end.join(["", "The body", "---", "more"])
    assert line == 5


@pytest.mark.parametrize(
    ("source", "fields", "body"),
    [
        ("---\n---\nbody", {}, "body"),
        ("---\n---\nbody\n---\nmore", {}, "body\n---\nmore"),
        ("---\n\n---", {}, ""),
        ("---\ntitle: a\n---", {"title": "a"}, ""),
        ("---\ntitle: a ---\n---\nbody", {"title": "a ---"}, "body"),
    ],
)
def test_front_matter_or_body_may_be_empty(source, fields, body):
    assert yamlfile.front_matter(source, FILE)[:2] == (fields, body)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "just a body",
        "title: a\n---\nbody",
        "\n---\ntitle: a\n---\n",
        "---\ntitle: a\nnever closed",
        "--- title: a\n---\n",
        "---\ntitle: a\n----\n",
        "---\ntitle: a\n ---\nbody",
        "---",
    ],
)
def test_front_matter_that_is_missing_or_open_is_an_error(source):
    with pytest.raises(ContentError) as caught:
        yamlfile.front_matter(source, FILE)
    assert (caught.value.file, caught.value.line) == (FILE, 1)
    assert "---" in caught.value.message


def test_a_fault_in_front_matter_has_its_line_in_the_file():
    with pytest.raises(ContentError) as caught:
        yamlfile.front_matter("---\ntitle: a\nmatch: b: c\n---\nbody", FILE)
    assert caught.value.line == 3


@given(st.text(alphabet="-a: \n\r\ufeff"))
def test_front_matter_and_body_are_the_whole_file(source):
    try:
        _, body, line = yamlfile.front_matter(source, FILE)
    except ContentError:
        return
    assert source.endswith(body)
    assert source.split("\n", line - 1)[-1] == body
