"""A content folder that was read before is read as if it never had been, only faster."""

from __future__ import annotations

import datetime
import hashlib
import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import cache, content, introduction, ledger, merge, records, topics, yamlfile
from generator.errors import ContentErrors


def _listing(*said: dict) -> str:
    return "".join(json.dumps(one) + "\n" for one in said)


ONE = {"title": "One of Them", "abstract": "A text on scripts.", "arxiv_id": "2510.00001"}
TWO = {"title": "Two", "abstract": "Sorting in $O(n)$ steps.", "authors": ["Ada", "Bo"]}
OMITTED = {"title": "Three", "stars": "many", "published": "2025-10-01", "nothing": 1}
OF_TOPICS = {
    "title": "Four",
    "topics": ["scripts", "gone"],
    "links": {"code": "https://a.example/"},
}
ORGANIZED = {"title": "Five", "organization": {"handle": "lab", "name": "The Lab"}, "comments": 3}
LISTINGS = (
    _listing(ONE),
    _listing(ONE, TWO),
    _listing(TWO, ORGANIZED, ONE | {"comments": 2}),
    _listing(OMITTED, OF_TOPICS),
    _listing({"title": "Two", "authors": ["Ada"]}, {"no": "title"}),
    "not JSON\n",
    "",
    "\udcff",
)
LEDGER = _listing(
    {
        "paper": "one-of-them",
        "listed": "2025-10-27T12:00:00Z",
        "said": {
            "title": "One of Them",
            "published": "2025-10-01",
            "organization": {"handle": "lab", "name": "Lab"},
            "links": {"code": "https://a.example/"},
            "doi": None,
        },
        "shown": "0123456789abcdef",
        "feeds": ["all"],
    },
    {"paper": "one-of-them", "shown": "0123456789abcde0", "ids": {"doi": ["10.1000/1"]}},
    {"archive": "all", "papers": ["one-of-them"]},
)
# What files may hold; None: there is none.
FILES: dict[str, tuple[str | None, ...]] = {
    "listings/2025-10-27-a.jsonl": LISTINGS,
    "listings/2025-10-28-a.jsonl": (None, *LISTINGS),
    "listings/2025-10-28-a.yml": (
        None,
        "text: summary\n",
        "topics: [scripts]\n",
        "text: nothing\n",
    ),
    "papers/one-of-them.yml": (
        None,
        "note: Of \\(x^2\\).\n",
        "topics: [scripts]\n",
        "topics: [scripts, gone]\n",
        "stars: none\n",
        "title: [\n",
    ),
    "papers/by-hand.yml": (None, "title: By Hand\nlisted: 2025-10-27\n", "title: By Hand\n"),
    "topics/scripts.md": (
        None,
        "---\ntitle: Scripts\nmatch: [script*]\n---\nText.\n",
        "---\ntitle: Scripts\nquery: sorting OR lab\nexclude: [two]\n---\nOther text.\n",
        "---\ntitle: Scripts\n---\n<b>HTML</b>\n",
    ),
    "topics/gone.md": (None, "---\ntitle: Gone\nunion: [scripts]\nmatch: [four]\n---\n", "none"),
    "ledger/2025/2025-10-28.jsonl": (None, LEDGER, LEDGER + "{}\n", "\udcff"),
}
GOOD = {name: next(text for text in texts if text) for name, texts in FILES.items()}


def write(folder: Path, name: str, text: str | None) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if text is not None:
        path.write_bytes(text.encode("utf-8", "surrogateescape"))


def outcome(folder: Path, kept: Path | None = None, memory: content.Memory | None = None) -> object:
    """The catalog, or every error, and what was left out."""
    catalog, errors = None, ()
    try:
        catalog, omissions = content.load(folder, kept, memory=memory)
    except ContentErrors as found:
        errors, omissions = found.errors, found.omissions
    told = [(one.file, one.line, one.field, one.message) for one in (*errors, *omissions)]
    return catalog, len(errors), told


def kept_files(kept: Path) -> list[Path]:
    return sorted(path for path in kept.rglob("*") if path.is_file())


EDITS = st.sampled_from([(name, text) for name, texts in FILES.items() for text in texts])
DAMAGES = st.sampled_from(
    [lambda data: b"", lambda data: data[:-1], lambda data: data[:40] + b"?" + data[41:]]
)


@settings(max_examples=30)
@given(st.lists(st.one_of(EDITS, st.tuples(st.integers(0, 20), DAMAGES)), max_size=6))
def test_whatever_is_edited_and_damaged_nothing_else_is_read(steps):
    with tempfile.TemporaryDirectory() as temporary:
        folder, kept = Path(temporary, "content"), Path(temporary, "kept")
        memory = content.Memory()
        for name, text in GOOD.items():
            write(folder, name, text)
        for where, what in [("papers/one-of-them.yml", None), *steps]:
            if isinstance(where, str):
                write(folder, where, what)
            elif files := kept_files(kept):
                path = files[where % len(files)]
                path.write_bytes(what(path.read_bytes()))
            afresh = outcome(folder)
            assert outcome(folder, kept) == afresh
            assert outcome(folder, kept) == afresh
            assert outcome(folder, kept, memory) == afresh


@pytest.mark.parametrize("name", FILES)
def test_every_edit_is_seen_and_taken_back(folder: Path, name: str):
    kept, memory = folder.parent / "kept", content.Memory()
    write(folder, "papers/one-of-them.yml", "topics: [scripts]\n")
    write(folder, "listings/2025-10-28-a.jsonl", _listing(OF_TOPICS))
    before = outcome(folder, kept, memory)
    was = (folder / name).read_text()
    for text in FILES[name]:
        write(folder, name, text)
        afresh = outcome(folder)
        for _ in range(2):
            assert outcome(folder, kept) == afresh
            assert outcome(folder, kept, memory) == afresh
            assert outcome(folder, None, memory) == afresh
        write(folder, name, was)
        assert outcome(folder, kept, memory) == before


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in GOOD.items():
        write(tmp_path / "content", name, text)
    return tmp_path / "content"


def never(*_: object, **__: object) -> None:
    raise AssertionError("it was there")


def test_what_was_read_once_is_not_read_again(folder: Path, monkeypatch: pytest.MonkeyPatch):
    kept = folder.parent / "kept"
    before = outcome(folder, kept)
    for module, name in (
        (records, "checked"),
        (ledger, "read"),
        (introduction, "problems"),
        (topics, "words_of"),
    ):
        monkeypatch.setattr(module, name, never)
    parsed = []
    load = yamlfile.load
    monkeypatch.setattr(
        yamlfile,
        "load",
        lambda text, file, **more: parsed.append(Path(file).name) or load(text, file, **more),
    )
    assert outcome(folder, kept) == before
    # These are few: topics and sidecars.
    assert parsed == ["gone.md", "scripts.md", "2025-10-28-a.yml"]
    parsed.clear()
    write(folder, "papers/one-of-them.yml", "note: Another.\n")
    catalog, *_ = outcome(folder, kept)
    assert parsed[3:] == ["one-of-them.yml"]
    assert catalog.by_slug["one-of-them"].note == "Another."


def test_what_a_process_has_in_mind_is_not_made_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    memory = content.Memory()
    write(folder, "listings/2025-10-27-a.jsonl", _listing(ONE, TWO))
    before = outcome(folder, None, memory)
    monkeypatch.setattr(records, "checked", never)
    made = []
    make = merge._paper
    monkeypatch.setattr(merge, "_paper", lambda work: made.append(work.slug) or make(work))
    assert outcome(folder, None, memory) == before
    assert set(made) == {"by-hand", "one-of-them"}  # of which not only one listing tells
    write(folder, "papers/two.yml", "note: Another.\n")
    assert outcome(folder, None, memory)[0].by_slug["two"].note == "Another."
    assert set(made) == {"by-hand", "one-of-them", "two"}


def test_only_topics_that_ask_anew_are_looked_for(folder: Path, monkeypatch: pytest.MonkeyPatch):
    kept = folder.parent / "kept"
    write(folder, "listings/2025-10-27-a.jsonl", _listing(ONE, TWO))
    write(folder, "topics/gone.md", "---\ntitle: Gone\nquery: two\n---\n")
    outcome(folder, kept)
    write(folder, "topics/scripts.md", "---\ntitle: Scripts\nquery: one\n---\nText.\n")
    asked: list[set[str]] = []
    find = topics.Holders.find

    def noted(self: topics.Holders, reading: topics.Reading) -> set[str]:
        asked.append(find(self, reading))
        return asked[-1]

    monkeypatch.setattr(topics.Holders, "find", noted)
    catalog, *_ = outcome(folder, kept)
    assert len(asked) == len(catalog.papers)
    assert set().union(*asked) == {"scripts"}
    assert [paper.slug for paper in catalog.by_topic["scripts"]] == ["one-of-them"]
    assert [paper.slug for paper in catalog.by_topic["gone"]] == ["two"]


def test_other_versions_of_the_software_read_anew(folder: Path, monkeypatch: pytest.MonkeyPatch):
    kept = folder.parent / "kept"
    before = outcome(folder, kept)
    names = [path.name for path in kept_files(kept)]
    monkeypatch.setattr(content.metadata, "version", lambda name: "0")
    assert outcome(folder, kept) == before
    others = [path.name for path in kept_files(kept)]
    assert len(others) == len(names)  # in the place of those before
    assert not set(others) & set(names)


def test_a_listing_in_which_too_much_is_wrong_is_an_error_each_time(folder: Path):
    kept = folder.parent / "kept"
    write(folder, "listings/2025-10-27-a.jsonl", _listing(*[OF_TOPICS] * 1001))
    assert content.load(folder, kept)[1] == ()
    write(folder, "topics/gone.md", None)
    for _ in range(2):
        with pytest.raises(ContentErrors, match="more than 1,000 things in it are wrong"):
            content.load(folder, kept)


def test_omissions_name_their_file_from_where_they_are_read(folder: Path, tmp_path: Path):
    write(folder, "listings/2025-10-27-a.jsonl", _listing(OMITTED))
    outcome(folder, tmp_path / "kept")
    moved = folder.rename(tmp_path / "moved")
    assert outcome(moved, tmp_path / "kept") == outcome(moved)


def test_nothing_in_a_kept_file_is_called(folder: Path, tmp_path: Path):
    kept, trace = tmp_path / "kept", tmp_path / "trace"
    outcome(folder, kept)
    code = f"cos\nmkdir\n(V{trace}\ntR.".encode()
    for path in kept_files(kept):
        path.write_bytes(hashlib.sha256(path.name.encode() + code).digest() + code)
        with pytest.raises(Exception, match="nothing that is kept"):
            content.load(folder, kept)
        path.unlink()
    assert not trace.exists()


def test_values_come_back_as_they_were():
    value = {"a": (1, None, "ü\ud800"), "b": [datetime.date(2025, 1, 1)]}
    assert cache.unpacked(cache.packed(value)) == value
    moment = datetime.datetime(2025, 1, 1, tzinfo=datetime.UTC)
    assert cache.unpacked(cache.packed(moment)) == moment
    with pytest.raises(Exception, match="nothing that is kept"):
        cache.unpacked(cache.packed(Path("a")))


# --- another process reads ahead ---


@pytest.mark.parametrize("until", [0, 1, 3, len(LISTINGS)])
def test_what_another_process_has_read_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, until: int
):
    """However far that came, what is wrong is told once, and each listing is read once."""
    folder, kept = tmp_path / "content", tmp_path / "kept"
    days = [datetime.date(2025, 10, 1) + datetime.timedelta(days) for days in range(len(LISTINGS))]
    for day, said in zip(days, LISTINGS, strict=True):
        file = folder / "listings" / f"{day}.jsonl"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(said.encode("utf-8", "surrogateescape"))
    expected = _told(folder, None)
    asked: list[str] = []
    read = content._Loader._read

    def counted(loader, path: Path, *others):
        asked.append(path.name)
        return read(loader, path, *others)

    class Faster:
        """The other process, which has come so far when this one begins."""

        def __init__(self, work, jobs: int):
            listings = sorted((folder / "listings").iterdir())
            work.func(listings[len(listings) - until :])

        def wait(self) -> None:
            pass

    monkeypatch.setattr(content._Loader, "_read", counted)
    monkeypatch.setattr(content.processes, "Running", Faster)
    assert _told(folder, kept) == expected
    whole = [f"{day}.jsonl" for day in days[:5]]
    assert sorted(name for name in asked if name in whole) == whole


def _told(folder: Path, kept: Path | None) -> tuple:
    try:
        return content.load(folder, kept, jobs=2)
    except ContentErrors as error:
        return [str(one) for one in error.errors], [str(one) for one in error.omissions]
