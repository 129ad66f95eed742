"""arXiv is asked for a day at a time, page by page, and half of an answer is none."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from generator.errors import BroadsheetError
from generator.sources import Source, arxiv
from generator.sources.web import Visit
from tests.sources import papers_host as fails
from tests.sources.host import visited_at_once
from tests.sources.papers_host import PapersHost, arxiv_id

MONDAY = datetime.date(2025, 9, 1)


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[PapersHost]:
    visited_at_once(monkeypatch)
    made = PapersHost(MONDAY + datetime.timedelta(7))
    yield made
    made.close()


def ids(host: PapersHost, **more: object) -> list[str]:
    source = Source("x", "arxiv", f"{host.root}/api/query", **{"categories": ("cs.CL",), **more})
    with Visit() as visit:
        found = arxiv.found(source, MONDAY, visit)
    assert {day for day, _ in found} <= {MONDAY}
    return [record.fields["arxiv_id"].rpartition("/")[2].partition("v")[0] for _, record in found]


@pytest.mark.parametrize(
    ("search", "categories", "asked"),
    [
        (None, ("cs.CL",), "(cat:cs.CL)"),
        (None, ("cs.CL", "cs.LG"), "(cat:cs.CL OR cat:cs.LG)"),
        ('abs:"a b" OR ti:c', (), '(abs:"a b" OR ti:c)'),
        ("ti:c", ("hep-th",), "(ti:c) AND (cat:hep-th)"),
    ],
)
def test_what_is_asked(search, categories, asked: str, host: PapersHost):
    ids(host, search=search, categories=categories)
    (query,) = parse_qs(urlsplit(host.asked[0]).query)["search_query"]
    assert query == f"{asked} AND submittedDate:[202509010000 TO 202509012359]"


@pytest.mark.parametrize("size", [1, 2, 4, 6, 200])
def test_all_pages_are_read(size: int, host: PapersHost, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(arxiv, "PAGE", size)
    assert ids(host) == [arxiv_id(number) for number in range(6)]
    assert host.calls == -(-6 // size)


def test_a_day_without_papers_has_none(host: PapersHost):
    host.per_day = 0
    assert ids(host) == []


def test_an_empty_page_is_asked_for_again(host: PapersHost, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(arxiv, "PAGE", 4)
    host.fails = lambda number: fails.other(fails.atom([], 6)) if number in (1, 3) else None
    assert len(ids(host)) == 6
    assert host.calls == 4


def test_a_page_that_stays_empty_is_an_error(host: PapersHost):
    host.fails = lambda number: fails.other(fails.atom([], 6))
    with pytest.raises(BroadsheetError, match="gives none of 6 papers that it says it has"):
        ids(host)


def test_a_refusal_is_told_in_its_words(host: PapersHost):
    refusal = (
        "<entry><id>https://arxiv.org/api/errors#incorrect_id_format</id><title>Error</title>"
        "<summary>incorrect\n syntax near x</summary></entry>"
    )
    host.fails = lambda number: fails.other(fails.atom([refusal], 1))
    with pytest.raises(BroadsheetError, match="refuses the search: incorrect syntax near x; mend"):
        ids(host)
    assert host.calls == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Rate exceeded.",
        b"<html><body>",
        b"<feed/>",
        b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/hostname'>]><feed>&a;</feed>",
        fails.atom([], 6)[:-10],
    ],
)
def test_what_is_no_answer_is_an_error(body: bytes, host: PapersHost):
    host.fails = lambda number: fails.other(body)
    with pytest.raises(BroadsheetError, match="it is no answer of arXiv's"):
        ids(host)
