"""What a field may hold, whoever writes it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator import fields, text

NESTED: list = []
for _ in range(20_000):  # deeper than Python's stack
    NESTED = [NESTED]

TEXTS = ("title", "abstract", "summary", "summary_by", "note")
COUNTS = ("author_count", "comments", "upvotes", "stars")
DAYS = ("published", "listed")
NOT_TEXT = (True, False, 1.5, [], ["a"], {}, {"a": "b"}, NESTED, b"a")


def _refused(name: str, value: object) -> str:
    with pytest.raises(ValueError, match=r".; .") as caught:
        fields.parse(name, value)
    message = str(caught.value)
    assert ";" in message, f"does not say what to do: {message}"
    assert "\n" not in message
    assert len(message) < 300
    return message


@pytest.mark.parametrize("name", fields.PARSERS)
def test_null_says_nothing(name):
    assert fields.parse(name, None) is None


def test_an_unknown_field_is_a_key_error():
    with pytest.raises(KeyError):
        fields.parse("tilte", "x")


# --- texts --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TEXTS)
def test_texts_are_taken_on_one_line(name):
    assert fields.parse(name, "  Over\n two\r\nlines\x00 ") == "Over two lines"


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_looks_like_a_number_is_a_text(name):
    assert fields.parse(name, 1984) == "1984"


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("empty", ["", "  ", "\n", "\x00\x1b"])
def test_an_empty_text_says_nothing(name, empty):
    assert fields.parse(name, empty) is None


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("value", NOT_TEXT, ids=lambda value: type(value).__name__)
def test_what_is_no_text_is_refused(name, value):
    _refused(name, value)


@pytest.mark.parametrize(("name", "limit"), [("title", 1_000), ("abstract", 50_000)])
def test_a_text_has_a_longest_length(name, limit):
    assert fields.parse(name, "x" * limit) == "x" * limit
    assert f"{limit:,}" in _refused(name, "x" * (limit + 1))


# --- numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("value", [0, 1, 12_345])
def test_counts_are_whole_numbers(name, value):
    assert fields.parse(name, value) == value


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize(
    "value",
    [-1, 1.0, float("nan"), float("inf"), "12", "", True, False, 10**12, 10**400, [1], {}, NESTED],
    ids=lambda value: str(value)[:9] if not isinstance(value, list) else type(value).__name__,
)
def test_what_is_no_count_is_refused(name, value):
    _refused(name, value)


@pytest.mark.parametrize("name", DAYS)
@pytest.mark.parametrize(
    "value",
    ["2024-02-29", "2024-02-29T23:59:59.000Z", "2024-02-29 12:00", "2024-02-29T00:00+14:00"],
)
def test_a_day_may_have_a_time_behind_it(name, value):
    assert fields.parse(name, value) == datetime.date(2024, 2, 29)


@pytest.mark.parametrize("name", DAYS)
@pytest.mark.parametrize(
    "value",
    [
        "2023-02-29",
        "2024-2-9",
        "29.2.2024",
        "2024-02",
        "20240229",
        "0000-01-01",
        "",
        "٢٠٢٤-٠٢-٢٩",
        "2024-02-29x",
        20240229,
        2024.0,
        True,
        ["2024-02-29"],
        {},
        NESTED,
    ],
    ids=lambda value: str(value) if not isinstance(value, list) else "list",
)
def test_what_is_no_day_is_refused(name, value):
    assert "2025-10-29" in _refused(name, value)


# --- lists --------------------------------------------------------------------------------


def test_authors_keep_their_order_and_may_share_a_name():
    given_names = ["Noether, Emmy", " Ada\nLovelace", "", "Li Wei", "Li Wei"]
    names = ("Noether, Emmy", "Ada Lovelace", "Li Wei", "Li Wei")
    assert fields.parse("authors", given_names) == names


@pytest.mark.parametrize(
    "value",
    [
        "Ada Lovelace",
        {"name": "Ada"},
        3,
        True,
        [["Ada"]],
        [{"name": "Ada"}],
        [None],
        [1.5],
        NESTED,
        ["x"] * 10001,
        ["x" * 301],
    ],
    ids=lambda value: str(type(value).__name__),
)
def test_what_is_no_list_of_names_is_refused(value):
    _refused("authors", value)


def test_topics_are_sorted_and_each_there_once():
    assert fields.parse("topics", ["b", "a-1", "b"]) == ("a-1", "b")


@pytest.mark.parametrize(
    "slug",
    [
        "",
        "A",
        "a_b",
        "a b",
        "-a",
        "a-",
        "a--b",
        "../a",
        "a/b",
        "a.b",
        "é",
        "a\n",
        "a" * 101,
        1,
        None,
    ],
)
def test_what_is_no_slug_is_refused(slug):
    _refused("topics", [slug])


# --- identifiers --------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "arXiv:", "arxiv: ", " "])
@pytest.mark.parametrize("version", ["", "v1", "v12"])
@pytest.mark.parametrize(
    "name", ["2405.21060", "0704.0001", "cs/0112017", "math.GT/0309136", "hep-th/9901001"]
)
def test_an_arxiv_id_is_taken_in_every_style(prefix, name, version):
    assert fields.parse("arxiv_id", prefix + name + version) == name


@pytest.mark.parametrize(
    "address",
    [
        "https://arxiv.org/abs/2405.21060",
        "http://www.arxiv.org/abs/2405.21060v2",
        "arxiv.org/abs/2405.21060",
        "https://export.arxiv.org/abs/2405.21060",
        "https://arxiv.org/pdf/2405.21060v1.pdf",
        "https://arxiv.org/pdf/2405.21060",
        "https://arxiv.org/html/2405.21060v3",
        "10.48550/arXiv.2405.21060",
        "https://doi.org/10.48550/arxiv.2405.21060",
    ],
)
def test_an_arxiv_id_is_found_in_its_addresses(address):
    assert fields.parse("arxiv_id", address) == "2405.21060"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2405",
        "2405.2106x",
        "24051.21060",
        "2405.210600",
        "2405.21060v",
        "cs/01120",
        "x 2405.21060",
        "https://evil.example/abs/2405.21060",
        "https://arxiv.org/abs/",
        "٢٤٠٥.٢١٠٦٠",
        "２４０５.２１０６０",
        "2405.21060\n2405.21061",
        2405.2106,
        2405,
        True,
        ["2405.21060"],
        {},
        "9" * 10000,
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_is_no_arxiv_id_is_refused(value):
    _refused("arxiv_id", value)


@pytest.mark.parametrize(
    "value",
    [
        "10.1000/ABC(1)_x-y.z",
        "doi:10.1000/abc(1)_X-y.z",
        "DOI: 10.1000/abc(1)_x-y.z",
        "https://doi.org/10.1000/abc(1)_x-y.z",
        "http://dx.doi.org/10.1000/abc(1)_x-y.z",
        " doi.org/10.1000/abc(1)_x-y.z ",
    ],
)
def test_a_doi_is_taken_in_every_form(value):
    assert fields.parse("doi", value) == "10.1000/abc(1)_x-y.z"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "10.1000",
        "10.1000/",
        "11.1000/182",
        "10.1/182",
        "10.1000/a b",
        "10.1000/<script>",
        "10.1000/é",
        "https://evil.example/10.1000/182",
        "10.١٠٠٠/182",
        "10.1000/a\x00",
        10.1,
        True,
        ["10.1000/182"],
    ],
    ids=str,
)
def test_what_is_no_doi_is_refused(value):
    _refused("doi", value)


# --- addresses ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org",
        "http://example.org:8080/a/b?c=d&e=%20f#g",
        "https://example.org/@somebody",
        "https://example.org/~me/(a)_b,c;d'e!*",
        "https://bücher.example/straße",
        "HTTPS://EXAMPLE.ORG/",
    ],
)
def test_web_addresses_are_taken_as_they_are(address):
    assert fields.parse("links", {"code": f" {address} "}) == {"code": address}


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//example.org/x",
        "/x",
        "x",
        "",
        "example.org",
        "www.example.org",
        "mailto:a@b.example",
        "ftp://a.b",
        "file:///etc/passwd",
        "https:",
        "https://",
        "https:///x",
        "https://:80/",
        "http:example.org",
        "https://me@example.org",
        "https://me:pw@example.org/",
        "https://@example.org",
        "https://[::1",
        "https://example.org:port/",
        "https://example.org:99999/",
        "https://example.org:0/",
        "https://exam ple.org",
        "https://example.org/a b",
        "https://example.org/a\tb",
        "https://e.org/\x00",
        'https://example.org/"onclick="x',
        "https://example.org/<b>",
        "https://example.org/`a`",
        "https://example.org\\@evil.example",
        "https://e.org/{a}",
        "https://e.org/a|b",
        "https://e.org/^",
        "https://example.org/\u202egpj.exe",
        "https://example.org/\ud800",
        "https://e.org/\u2028a",
        "https://example.org/" + "a" * 2000,
        1,
        1.5,
        True,
        ["https://example.org"],
        {},
        NESTED,
    ],
    ids=lambda value: ascii(value)[:30] if isinstance(value, str) else type(value).__name__,
)
def test_what_is_no_web_address_is_refused(address):
    _refused("links", {"code": address})


@pytest.mark.parametrize(
    "name", ["", "Code", "my code", "a.b", "1", "a" * 32, "code\n", 'x"', 1, None]
)
def test_what_is_no_name_for_a_link_is_refused(name):
    _refused("links", {name: "https://example.org"})


@pytest.mark.parametrize("value", ["https://example.org", ["https://example.org"], 1, True])
def test_links_need_names(value):
    _refused("links", value)


def test_a_link_without_address_says_that_there_is_none():
    assert fields.parse("links", {"code": None, "project": "https://a.b"}) == {
        "code": None,
        "project": "https://a.b",
    }


# --- organizations ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "parsed"),
    [
        ("IBM Research", {"handle": None, "name": "IBM Research"}),
        ({"name": " IBM\nResearch "}, {"handle": None, "name": "IBM Research"}),
        ({"handle": "ibm-research"}, {"handle": "ibm-research", "name": "ibm-research"}),
        ({"handle": "ibm", "name": None}, {"handle": "ibm", "name": "ibm"}),
        ({"handle": None, "name": "IBM"}, {"handle": None, "name": "IBM"}),
    ],
)
def test_an_organization_has_a_name_and_may_have_a_handle(value, parsed):
    assert fields.parse("organization", value) == parsed


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        {},
        {"handle": None, "name": None},
        {"name": ""},
        {"name": "IBM", "site": "https://ibm.com"},
        {"name": ["IBM"]},
        {"handle": {}},
        ["IBM"],
        True,
        1.5,
        "x" * 301,
        {1: 2},
        NESTED,
    ],
    ids=lambda value: str(value)[:40] if not isinstance(value, list) else "list",
)
def test_what_is_no_organization_is_refused(value):
    _refused("organization", value)


# --- anything -----------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@given(st.sampled_from(sorted(fields.PARSERS)), JSON)
def test_whatever_json_holds_is_taken_or_refused_by_name(name, value):
    try:
        parsed = fields.parse(name, value)
    except ValueError as error:
        message = str(error)
    else:
        # What was taken once is taken again: an edition can be read back from its data.
        assert fields.parse(name, _as_json(parsed)) == parsed
        return
    assert ";" in message
    assert text.plain(message) == message


def _as_json(value: object) -> object:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value
