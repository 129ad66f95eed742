"""Texts of many papers stay on the disk, and read as if they were in memory."""

from __future__ import annotations

import multiprocessing
import shutil
from dataclasses import fields, replace
from pathlib import Path

import pytest

from generator import content, model, stored
from generator.model import Alike, Catalog, Few, Paper
from tests import golden

TEXT = "Ünï code, a\ud800 surrogate, and 𝒜 text of more than a few characters. " * 20


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if there were so many papers that every text is put on the disk."""
    monkeypatch.setattr(stored, "_IN_MEMORY", 0)
    monkeypatch.setattr(stored, "_SHORT", 0)


@pytest.fixture
def catalog(tmp_path: Path, at_once: None) -> Catalog:
    (tmp_path / "kept").mkdir()
    return content.load(golden.CONTENT, tmp_path / "kept")[0]


def test_a_catalog_is_the_same_wherever_its_texts_are(catalog: Catalog, tmp_path: Path):
    in_memory, _ = content.load(golden.CONTENT)
    assert catalog == in_memory
    listed = [paper for paper in catalog.papers if paper.abstract and paper.listings]
    assert listed
    assert any(isinstance(paper._abstract, stored.Stored) for paper in listed)
    assert not any(isinstance(paper._abstract, stored.Stored) for paper in in_memory.papers)
    shutil.rmtree(tmp_path / "kept")
    assert catalog == in_memory


def test_of_more_papers_than_stay_in_memory_all_texts_are_put_on_the_disk(
    tmp_path: Path, at_once: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(stored, "_IN_MEMORY", 1_000)
    (tmp_path / "kept").mkdir()
    catalog, _ = content.load(golden.CONTENT, tmp_path / "kept")
    listed = [paper for paper in catalog.papers if paper.abstract and paper.listings]
    assert listed
    assert all(
        isinstance(paper._abstract, stored.Stored)
        for paper in listed
        if paper.origins["abstract"].file.startswith("listings/")
    )
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
    texts = [TEXT, "", "a", TEXT[::-1]]
    put = [store.put(text) for text in texts]
    assert [str(one) for one in put] == texts
    assert put == texts
    assert put[0] == store.put(TEXT)
    assert put[0] != put[3]
    assert list(tmp_path.iterdir()) == []  # the file has no name, and so is never left behind


@pytest.mark.parametrize("folder", [None, Path("not-there")])
def test_where_nothing_can_be_kept_texts_stay_in_memory(folder: Path | None, at_once: None):
    assert stored.Store(folder).put(TEXT) is TEXT


def test_few_texts_stay_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(stored, "_IN_MEMORY", 2 * len(TEXT))
    store = stored.Store(tmp_path)
    assert [isinstance(store.put(TEXT), str) for _ in range(4)] == [True, True, False, False]


def test_papers_are_made_and_changed_as_data_classes_are(tmp_path: Path, at_once: None):
    said = {field.name: field.name for field in fields(Paper)}
    paper = Paper(**said)
    assert model.paper(**said) == paper == model.paper(*said.values())
    few = {"slug": "a", "title": "A", "listed": None}
    assert model.paper(**few) == Paper(**few)
    assert model.changed(paper, note="n", abstract="b") == replace(paper, note="n", abstract="b")
    text = stored.Store(tmp_path).put(TEXT)
    assert replace(model.paper(**said | {"summary": text}), note="n").summary == TEXT
    assert model.changed(model.paper(**said | {"summary": text}), note="n").summary == TEXT
    for made in (paper, model.paper(**said)):
        with pytest.raises(AttributeError):
            made.abstract = "another"
        with pytest.raises(AttributeError):
            made.title = "another"


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
