"""Texts of many papers stay on the disk, and read as if they were in memory."""

from __future__ import annotations

import datetime
import multiprocessing
import shutil
from dataclasses import fields, replace
from itertools import count
from pathlib import Path

import pytest

from generator import content, freezing, model, output, stored
from generator.errors import ContentErrors
from generator.model import Alike, Catalog, Few, Organization, Origin, Paper
from generator.resting import PaperAtRest, at_rest
from tests import golden

TEXT = "Ünï code, a\ud800 surrogate, and 𝒜 text of more than a few characters. " * 20


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were so many papers that every text is put on the disk."""
    monkeypatch.setattr(stored, "_IN_MEMORY", 0)
    monkeypatch.setattr(stored, "_SHORT", 0)


@pytest.fixture
def catalog(tmp_path: Path, at_once: None) -> Catalog:
    return content.load(golden.CONTENT, tmp_path / "kept")[0]


def test_a_catalog_is_the_same_wherever_its_texts_are(catalog: Catalog, tmp_path: Path):
    in_memory, _ = content.load(golden.CONTENT)
    assert catalog == in_memory
    assert in_memory == catalog
    shutil.rmtree(tmp_path / "kept")
    assert catalog == in_memory
    assert all(isinstance(paper, PaperAtRest) for paper in catalog.papers)
    assert all(isinstance(debut.paper, PaperAtRest) for debut in catalog.debuts)
    assert all(isinstance(paper, Paper) for paper in in_memory.papers)
    assert catalog.fingerprint == in_memory.fingerprint


def test_what_is_made_of_papers_is_the_same_wherever_their_texts_are(tmp_path: Path, at_once: None):
    assert golden.made(tmp_path / "kept") == golden.made()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_catalog_is_the_same_whichever_process_reads_it(tmp_path: Path, at_once: None, jobs: int):
    catalog, omissions = content.load(golden.CONTENT, tmp_path / "kept", jobs)
    assert all(isinstance(paper, PaperAtRest) for paper in catalog.papers)
    expected, left_out = content.load(golden.CONTENT)
    assert (catalog, [*map(str, omissions)]) == (expected, [*map(str, left_out)])


def test_what_another_process_finds_wrong_is_told_by_this_one(tmp_path: Path, at_once: None):
    folder = tmp_path / "content"
    shutil.copytree(golden.CONTENT, folder)
    (folder / "papers/no-such-paper.yml").write_text("nota: A\n", "utf-8")
    (folder / "listings/2024-02-30.jsonl").write_text("{}\n", "utf-8")
    with pytest.raises(ContentErrors) as expected:
        content.load(folder)
    with pytest.raises(ContentErrors) as found:
        content.load(folder, tmp_path / "kept", 2)
    assert str(found.value) == str(expected.value)
    assert [*map(str, found.value.omissions)] == [*map(str, expected.value.omissions)]


def test_papers_for_which_there_is_no_room_are_handed_over_as_well(
    tmp_path: Path, at_once: None, monkeypatch: pytest.MonkeyPatch
):
    calls = count()

    def write(store: stored.Store, data: bytes) -> int | None:
        return add(store, data) if next(calls) % 3 else None

    add = stored.Store.add
    monkeypatch.setattr(stored.Store, "add", write)
    catalog, _ = content.load(golden.CONTENT, tmp_path / "kept", 2)
    assert {type(paper) for paper in catalog.papers} == {Paper, PaperAtRest}
    assert catalog == content.load(golden.CONTENT)[0]


def test_processes_that_are_forked_read_them_at_the_same_time(catalog: Catalog):
    expected = [paper.abstract for paper in catalog.papers]

    def read(connection) -> None:
        connection.send([[paper.abstract for paper in catalog.papers] for _ in range(20)])

    fork = multiprocessing.get_context("fork")
    ends = [fork.Pipe(duplex=False) for _ in range(2)]
    processes = [fork.Process(target=read, args=(end,)) for _, end in ends]
    for process in processes:
        process.start()
    for there, _ in ends:
        assert there.recv() == [expected] * 20
    for process in processes:
        process.join()


def test_a_text_comes_back_as_it_was(tmp_path: Path, at_once: None):
    store = stored.Store(tmp_path)
    assert store.begin(1)
    texts = [TEXT, "", "a", TEXT[::-1]]
    put = [store.put(text) for text in texts]
    assert [str(one) for one in put] == texts
    assert put == texts
    assert put[0] == store.put(TEXT)
    assert put[0] != put[3]
    assert list(tmp_path.iterdir()) == []  # the file has no name, and so is never left behind


@pytest.mark.parametrize("folder", [None, Path(__file__)])
def test_where_nothing_can_be_kept_texts_stay_in_memory(folder: Path | None, at_once: None):
    store = stored.Store(folder)
    assert not store.begin(1)
    assert store.put(TEXT) is TEXT
    assert store.add(b"a") is None


def test_few_texts_stay_in_memory(tmp_path: Path):
    store = stored.Store(tmp_path)
    assert not store.begin(10**6)
    assert store.put(TEXT) is TEXT
    assert list(tmp_path.iterdir()) == []


def test_papers_are_made_and_changed_as_data_classes_are(tmp_path: Path, at_once: None):
    said = {field.name: field.name for field in fields(Paper)}
    paper = Paper(**said)
    assert model.paper(**said) == paper == model.paper(*said.values())
    few = {"slug": "a", "title": "A", "listed": None}
    assert model.paper(**few) == Paper(**few)
    assert paper.changed(note="n", abstract="b") == replace(paper, note="n", abstract="b")
    store = stored.Store(tmp_path)
    store.begin(1)
    text = store.put(TEXT)
    assert replace(model.paper(**said | {"summary": text}), note="n").summary == TEXT
    assert model.paper(**said | {"summary": text}).changed(note="n").summary == TEXT
    for made in (paper, model.paper(**said)):
        with pytest.raises(AttributeError):
            made.abstract = "another"
        with pytest.raises(AttributeError):
            made.title = "another"


@pytest.fixture
def full(tmp_path: Path, at_once: None) -> stored.Store:
    store = stored.Store(tmp_path)
    store.begin(1)
    return store


def a_paper(**more: object) -> Paper:
    day = datetime.date(2025, 10, 29)
    return Paper(
        slug="a-title",
        title="A \ud800 title",
        listed=day,
        abstract=TEXT,
        note="Seen.",
        mathematics={"title": r"A \(b\) title"},
        authors=("Ada", "Bär"),
        author_count=3,
        organization=Organization("a", "a", "A"),
        published=day,
        stars=7,
        doi="10.1000/182",
        links={"code": "https://example.org/"},
        topics=("one", "two"),
        listings=("2025-10-29-a.jsonl",),
        origins={"title": Origin("listings/a", 1), "note": Origin("papers/a-title.yml", 2)},
        said={
            Origin("listings/a", 1): ("title", "abstract"),
            Origin("papers/a-title.yml", 1): ("note",),
        },
        **more,
    )


@pytest.mark.parametrize("more", [{}, {"summary": "Short.", "summary_by": "A program"}])
def test_a_paper_at_rest_is_the_paper(full: stored.Store, more: dict[str, str]):
    paper = a_paper(**more)
    resting = at_rest(paper, full)
    assert isinstance(resting, PaperAtRest)
    assert resting == paper == resting
    assert {field.name: getattr(resting, field.name) for field in fields(Paper)} == {
        field.name: getattr(paper, field.name) for field in fields(Paper)
    }
    assert at_rest(resting, full) is resting
    assert resting != replace(paper, stars=8) != resting
    assert resting != "a-title"
    for change in ({"topics": ()}, {"published": None, "title": "B"}, {"note": "Read."}, {}):
        assert resting.changed(**change) == replace(paper, **change)
    assert resting == paper
    with pytest.raises(AttributeError):
        resting.title = "another"
    with pytest.raises(AttributeError):
        del resting.title
    with pytest.raises(AttributeError):
        resting.abstract = "another"


def test_a_paper_stays_in_memory_where_there_is_no_room(full: stored.Store, tmp_path: Path):
    paper = a_paper()
    assert at_rest(paper, stored.Store(tmp_path)) is paper  # as all of a few papers do
    huge = replace(paper, note="n" * 2**24)
    assert at_rest(huge, full) is huge


def test_papers_of_which_the_ledger_tells_are_put_to_rest_as_well(tmp_path: Path, at_once: None):
    folder = tmp_path / "content"
    shutil.copytree(golden.CONTENT, folder)
    in_memory, _ = content.load(folder)
    lines = freezing.of_content(in_memory, golden.PUBLICATION)
    output.append(folder / freezing.path(in_memory), "".join(lines).encode())
    frozen, _ = content.load(folder, tmp_path / "kept")
    assert frozen.ledger.debuts
    assert all(isinstance(debut.paper, PaperAtRest) for debut in frozen.debuts)
    assert frozen == content.load(folder)[0]


def test_a_mapping_of_few_keys_is_as_any_other():
    given = {"b": 1, "a": 2}
    few = Few.of(given)
    assert few == given
    assert given == few
    assert few != {"b": 1}
    assert (list(few), list(few.values()), list(few.items())) == (
        ["b", "a"],
        [1, 2],
        [*given.items()],
    )
    assert (dict(few), {**few}, len(few), repr(few)) == (given, given, 2, repr(given))
    assert ("a" in few, "c" in few, few.get("c")) == (True, False, None)
    with pytest.raises(KeyError, match="c"):
        few["c"]
    assert not Few.of({})


def test_a_mapping_of_one_value_is_as_any_other():
    given = {"b": 1, "a": 1}
    alike = Alike(("b", "a"), 1)
    assert alike == given
    assert given == alike
    assert alike != {"b": 1}
    assert (list(alike), list(alike.items())) == (["b", "a"], [*given.items()])
    assert ({**alike}, len(alike), repr(alike)) == (given, 2, repr(given))
    assert ("a" in alike, "c" in alike, alike.get("c")) == (True, False, None)
    with pytest.raises(KeyError, match="c"):
        alike["c"]
