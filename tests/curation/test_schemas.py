"""An editor that knows our schemas says of what people write what the loader says of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from generator import curated
from generator.curated import Field
from generator.curation import schemas
from generator.model import Publication
from tests.conftest import REPOSITORY
from tests.test_content import errors_of, good, write

PUBLICATION = Publication("Broadsheet", "https://broadsheet.example/papers/")
VALIDATORS = {
    kind: jsonschema.Draft7Validator(schemas.schema(kind, "https://broadsheet.example/"))
    for kind in curated.KINDS
}
FIELDS = [(kind, field) for kind, table in curated.KINDS.items() for field in table]


def faults(kind: str, said: object) -> list[str]:
    return [error.message for error in VALIDATORS[kind].iter_errors(said)]


def faults_of(kind: str, field: Field, value: object) -> list[str]:
    """What an editor says of a file that says only this, and what it must."""
    return faults(kind, ({"title": "T"} if kind == "topic" else {}) | {field.name: value})


# --- the files ----------------------------------------------------------------------------


def test_there_is_a_schema_for_every_kind_of_file_under_the_publications_address():
    made = schemas.render(PUBLICATION)
    assert list(made) == ["schemas/overlay.json", "schemas/sidecar.json", "schemas/topic.json"]
    for path, make in made.items():
        schema = json.loads(make())
        jsonschema.Draft7Validator.check_schema(schema)
        assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
        assert schema["$id"] == PUBLICATION.url + path
        assert make() == make()
        assert make().endswith(b"}\n")


def test_a_files_first_line_names_its_schema():
    assert schemas.line(PUBLICATION, "overlay") == (
        "# yaml-language-server: $schema=https://broadsheet.example/papers/schemas/overlay.json"
    )
    named = {schemas.line(PUBLICATION, kind).partition("=")[2] for kind in curated.KINDS}
    assert named == {json.loads(make())["$id"] for make in schemas.render(PUBLICATION).values()}


@pytest.mark.parametrize("kind", curated.KINDS)
def test_an_editor_is_told_of_every_field_in_the_tables_order(kind: str):
    properties = schemas.schema(kind, "")["properties"]
    assert list(properties) == [field.name for field in curated.KINDS[kind]]
    for field in curated.KINDS[kind]:
        assert properties[field.name]["title"] == field.label
        assert properties[field.name]["description"] == field.hint
        for example in properties[field.name]["examples"]:
            assert faults_of(kind, field, example) == []
            assert field.parse(example) is not None


# --- as an editor reads -------------------------------------------------------------------

_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)")
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")


class _CoreLoader(yaml.SafeLoader):
    """YAML 1.2 with its core schema (§10.3.2), as editors read it."""


_CoreLoader.yaml_implicit_resolvers = {}
for _tag, _pattern in (
    ("null", re.compile(r"(?:null|Null|NULL|~|)\Z")),
    ("bool", re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")),
    ("int", re.compile(rf"(?:{_INTEGER.pattern})\Z")),
    ("float", re.compile(rf"(?:{_FLOAT.pattern})\Z")),
):
    _CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", _pattern, None)


def _integer(loader: yaml.Loader, node: yaml.ScalarNode) -> int:
    return int(node.value, {"0o": 8, "0x": 16}.get(node.value[:2], 10))


_CoreLoader.add_constructor("tag:yaml.org,2002:int", _integer)


def as_an_editor_reads(source: str) -> object:
    return yaml.load(source, _CoreLoader)


def test_an_editor_reads_numbers_where_the_loader_reads_text():
    read = as_an_editor_reads("{a: 1706.03762, b: 1984, c: 2025-10-29, d: No, e: ~, f: 1e3}")
    assert read == {"a": 1706.03762, "b": 1984, "c": "2025-10-29", "d": "No", "e": None, "f": 1000}


def files_of_people() -> Iterator[tuple[str, Path]]:
    for content in (REPOSITORY / "content", REPOSITORY / "tests/content"):
        yield from (("overlay", path) for path in content.glob("papers/*.yml"))
        yield from (("sidecar", path) for path in content.glob("listings/**/*.yml"))
        yield from (("topic", path) for path in content.glob("topics/*.md"))


@pytest.mark.parametrize(
    ("kind", "path"), list(files_of_people()), ids=lambda value: getattr(value, "stem", value)
)
def test_an_editor_has_nothing_against_what_people_wrote(kind: str, path: Path):
    source = path.read_text("utf-8")
    if kind == "topic":
        source = source.split("---\n")[1]
    assert faults(kind, as_an_editor_reads(source)) == []


# --- what the loader takes, an editor takes -----------------------------------------------

NUMBERS = st.from_regex(_FLOAT, fullmatch=True) | st.from_regex(_INTEGER, fullmatch=True)
TEXTS = st.text(max_size=40) | NUMBERS | st.integers(-9, 10**17) | st.sampled_from(["", " ", "\n"])
SLUGS = st.from_regex(r"[a-z0-9]{1,3}(-[a-z0-9]{1,3}){0,2}", fullmatch=True) | st.text(max_size=4)
URLS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", " ", "\n"]),
        st.sampled_from(["https://", "http://", "HTTPS://", "hTTp://", "ftp://", ""]),
        st.sampled_from(["example.org", "bücher.example", "127.0.0.1:80", "a"]),
        st.sampled_from(["", "/", "/a?b=c#d", "/日本", "/a b", "/\x7f"]),
        st.sampled_from(["", " ", "\n"]),
    ),
)
ARXIV_IDS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", " ", "\n"]),
        st.sampled_from(
            (
                *("", "arXiv:", "ARXIV: ", "arxiv:\n", "arxiv.org/abs/", "https://arxiv.org/pdf/"),
                *(
                    "10.48550/arXiv.",
                    "https://doi.org/10.48550/arxiv.",
                    "http://export.arxiv.org/abs/",
                ),
            )
        ),
        st.sampled_from(["2405.21060", "0704.0001", "cs/0112017", "math.GT/0309136", "hep-th/9"])
        | st.from_regex(r"[0-9]{4}\.[0-9]{4,5}", fullmatch=True),
        st.sampled_from(["", "v1", "v12"]),
        st.sampled_from(["", ".pdf", " "]),
    ),
)
DOIS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", " ", "doi:", "DOI: ", "https://doi.org/", "http://dx.doi.org/"]),
        st.sampled_from(["10.1000", "10.123456789", "10.1"]),
        st.text(st.characters(min_codepoint=32, max_codepoint=127), max_size=9).map("/".__add__),
    ),
)
DAYS = st.builds(
    "".join,
    st.tuples(
        st.dates().map(str),
        st.sampled_from(["", "T12:00Z", " 12:00", "T\u2028", "T\r", "x", "\n", " \n"]),
    ),
)
STRANGE = st.none() | st.booleans() | st.lists(TEXTS, max_size=2)
ORGANIZATIONS = TEXTS | st.dictionaries(
    st.sampled_from(["name", "handle", "site"]), TEXTS | st.none(), max_size=3
)
LINKS = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9_-]{0,30}", fullmatch=True) | st.text(max_size=3),
    URLS | st.none(),
    max_size=3,
)
BY_NAME = {
    "arxiv_id": ARXIV_IDS,
    "doi": DOIS,
    "organization": ORGANIZATIONS,
    "source": URLS,
    "author_count": st.integers(-1, 10**10) | NUMBERS,
}
BY_KIND = {
    "line": TEXTS,
    "text": TEXTS,
    "date": DAYS,
    "choice": st.sampled_from(["abstract", "summary", "Summary", "", "both"]),
    "links": LINKS,
}


def values_for(field: Field) -> st.SearchStrategy:
    if field.kind in ("names", "lines"):
        values = st.lists(SLUGS if field.pattern else TEXTS, max_size=3)
    else:
        values = BY_NAME.get(field.name, BY_KIND.get(field.kind))
    return values | STRANGE | TEXTS


def views(value: object, is_name: bool) -> list:
    """What an editor may see where the loader sees this: a text without quotes may be a number.

    Names of topics that look like one are to be quoted: so are some that the loader refuses.
    """
    if isinstance(value, list):
        return [[view for item in value for view in views(item, is_name)]]
    if isinstance(value, dict):
        return [{name: views(part, is_name)[-1] for name, part in value.items()}]
    plain = isinstance(value, str) and not is_name and value == value.strip()
    if plain and (_FLOAT.fullmatch(value) or _INTEGER.fullmatch(value)):
        return [value, as_an_editor_reads(value)]
    return [value]


@pytest.mark.parametrize(("kind", "field"), FIELDS, ids=lambda of: getattr(of, "name", of))
@given(st.data())
def test_an_editor_takes_whatever_the_loader_takes(kind: str, field: Field, data: st.DataObject):
    value = data.draw(values_for(field))
    try:
        parsed = None if value is None else field.parse(value)
    except ValueError:
        return
    if parsed is None and not field.nullable:
        return
    is_name = field.kind in ("names", "lines") and field.pattern is not None
    for view in views(value, is_name):
        assert faults_of(kind, field, view) == []


@pytest.mark.parametrize("kind", curated.KINDS)
def test_the_longest_that_the_loader_takes_is_the_longest_for_an_editor(kind: str):
    for field in curated.KINDS[kind]:
        if not field.limit:
            continue
        for length, is_taken in ((field.limit, True), (field.limit + 1, False)):
            value = ["x" * length] if field.kind in ("names", "lines") else "x" * length
            assert (faults_of(kind, field, value) == []) is is_taken
            if is_taken:
                assert field.parse(value)
            else:
                with pytest.raises(ValueError, match="at most"):
                    field.parse(value)


# --- what both refuse ---------------------------------------------------------------------

OVERLAYS = (
    "titel: A",
    "title:",
    'title: ""',
    "title: true",
    "title: [A]",
    "title: {a: b}",
    "listed: 2025-13",
    "listed: 20251029",
    "published: 29.10.2025",
    "published: true",
    "arxiv_id: 170603762",
    "arxiv_id: 2405.2106x",
    "arxiv_id: [2405.21060]",
    "arxiv_id: see arxiv",
    "doi: 11.1000/182",
    "doi: 10.1000/a b",
    "doi: 10.1000",
    "authors: Ada Lovelace",
    "authors: [[Ada]]",
    "authors: [{name: Ada}]",
    "authors: {first: Ada}",
    "author_count: three",
    'author_count: "3"',
    "author_count: -1",
    "author_count: 1.5",
    "organization: [IBM]",
    'organization: ""',
    "organization: {}",
    "organization: {name: IBM, site: ibm.com}",
    "links: https://example.org",
    "links: [https://example.org]",
    "links: {code: example.org}",
    "links: {code: 'javascript:alert(1)'}",
    "links: {Code: https://example.org}",
    "links: {my code: https://example.org}",
    "topics: embeddings",
    "topics: [Embeddings]",
    "topics: [../a]",
    "topics: [2024]",
    "note: false",
    "summary: [a]",
    f"note: {'x' * 10_001}",
)
SIDECARS = (
    "sauce: https://example.org",
    "source: example.org",
    "source: [https://example.org]",
    "query: [a]",
    "text: both",
    "text: true",
    "topics: embeddings",
)
TOPICS = (
    "title:",
    "titel: A",
    "match: [a]",  # without a title
    "{title: A, match: embedding}",
    "{title: A, match: [[a]]}",
    "{title: A, exclude: {a: b}}",
    "{title: A, union: embeddings}",
    "{title: A, difference: [Embeddings]}",
)
MISTAKES = [
    *(("overlay", "papers/a-first-title.yml", said) for said in OVERLAYS),
    *(("sidecar", "listings/2025-10-29-a.yml", said) for said in SIDECARS),
    *(("topic", "topics/another.md", said) for said in TOPICS),
]


@pytest.mark.parametrize(("kind", "file", "said"), MISTAKES, ids=lambda value: value[:40])
def test_a_mistake_is_one_to_the_loader_and_to_an_editor(
    tmp_path: Path, kind: str, file: str, said: str
):
    source = f"---\n{said}\n---\n" if kind == "topic" else f"{said}\n"
    assert all(
        error.startswith(file) for error in errors_of(write(tmp_path, good() | {file: source}))
    )
    assert faults(kind, as_an_editor_reads(said))
