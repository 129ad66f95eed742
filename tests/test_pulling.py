"""However a day comes in, in parts, twice, in any order: what was once listed is there, once."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator import content, merge, pulling
from generator.errors import Omission
from generator.readers import Record
from generator.sources import Source
from tests.puller import listings

DAY = datetime.date(2025, 10, 29)
SOURCE = Source("daily", "huggingface", "https://x.example/")

TITLES = ("On amber", "On birch", "On x² and 高")
IDS = tuple(
    {"arxiv_id": f"2510.0000{place}", "doi": f"10.1000/a{place}"} for place in range(len(TITLES))
)
# What a source may say of a paper, by which it knows it now by more, now by less.
RECORDS = st.builds(
    lambda paper, known, said, shouts: {
        "title": TITLES[paper].upper() if shouts else TITLES[paper],
        **{name: value for name, value in IDS[paper].items() if name in known},
        **said,
    },
    st.sampled_from(range(len(TITLES))),
    st.sets(st.sampled_from(["arxiv_id", "doi"])),
    st.fixed_dictionaries(
        {},
        optional={
            "upvotes": st.integers(0, 3),
            "abstract": st.text(max_size=20),
            "authors": st.lists(st.sampled_from(["Ada", "Émilie"]), max_size=2),
            "links.code": st.just("https://code.example/a"),
        },
    ),
    st.booleans(),
)


def put(folder: Path, said: list[dict], *, is_whole: bool = True) -> pulling.Pulled:
    found = [(DAY, Record(line, one)) for line, one in enumerate(said, 1)]
    return pulling.put(folder, SOURCE, (DAY, DAY), found, today=DAY, is_whole=is_whole)


def read(folder: Path) -> list[dict]:
    return [json.loads(line) for data in listings(folder).values() for line in data.splitlines()]


@given(answers=st.lists(st.lists(RECORDS, max_size=4), min_size=1, max_size=4))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_lost_or_doubled(answers: list[list[dict]], tmp_path_factory):
    root = tmp_path_factory.mktemp("put")
    folder = root / "content"
    folder.mkdir()
    seen: dict[str, set[str]] = {}  # title, folded → the ids that were ever given
    for answer in answers:
        put(folder, answer)
        for one in answer:
            ids = {one[name] for name in ("arxiv_id", "doi") if name in one}
            seen.setdefault(merge.title_key(one["title"]), set()).update(ids)
        found = {
            merge.title_key(one["title"]): {
                one[name] for name in ("arxiv_id", "doi") if name in one
            }
            for one in read(root)
        }
        assert found == seen
        assert len(read(root)) == len(seen)
        before = listings(root)
        assert not any(change.new or change.changed for change in put(folder, answer).changes)
        assert listings(root) == before
    catalog, omissions = content.load(folder)
    assert not omissions
    assert len(catalog.papers) == len(read(root))


def test_texts_and_their_formulas_come_and_go_together(tmp_path: Path):
    folder = tmp_path / "content"
    folder.mkdir()
    put(folder, [{"arxiv_id": "2510.00001", "title": "On x²", "mathematics.title": "On \\(x^2\\)"}])
    assert read(tmp_path)[0]["mathematics"] == {"title": "On \\(x^2\\)"}
    put(folder, [{"arxiv_id": "2510.00001", "title": "On amber", "abstract": "A."}])
    assert read(tmp_path) == [{"title": "On amber", "abstract": "A.", "arxiv_id": "2510.00001"}]


def test_a_summary_and_its_author_come_and_go_together(tmp_path: Path):
    folder = tmp_path / "content"
    folder.mkdir()
    put(folder, [{"title": "A", "summary": "Of a model.", "summary_by": "a language model"}])
    put(folder, [{"title": "A", "summary": "Of ours."}])
    assert read(tmp_path) == [{"title": "A", "summary": "Of ours."}]


@pytest.mark.parametrize(
    ("written", "stays"),
    [
        ({"links": "https://a.example/"}, []),
        ({"links": ["https://a.example/"]}, []),
        ({"mathematics": None}, []),
        ({"mathematics": "\\(x\\)"}, []),
        ({"topics": "surveys"}, []),
        ({"topics": [1, "surveys", ["a"]]}, ["surveys"]),
    ],
)
def test_what_people_wrote_of_another_kind_is_replaced(
    written: dict, stays: list[str], tmp_path: Path
):
    folder = tmp_path / "content"
    file = folder / f"listings/2025/{DAY}-daily.jsonl"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"title": "A", **written}) + "\n", "utf-8")
    put(folder, [{"title": "A", "links.code": "https://b.example/", "topics": ["datasets"]}])
    said = {"links": {"code": "https://b.example/"}, "topics": ["datasets", *stays]}
    assert read(tmp_path) == [{"title": "A", **said}]


def test_what_a_reader_leaves_out_is_passed_on(tmp_path: Path):
    folder = tmp_path / "content"
    folder.mkdir()
    found = [(DAY, Omission("no paper; mend it", line=7))]
    pulled = pulling.put(folder, SOURCE, (DAY, DAY), found, today=DAY, is_whole=True)
    assert [str(one) for one in pulled.omissions] == ["daily, 2025-10-29:7: no paper; mend it"]
    assert not listings(tmp_path)


@pytest.mark.parametrize("name", ["a", "b-a"])
def test_files_of_another_source_are_not_taken_for_its_own(name: str, tmp_path: Path):
    folder = tmp_path / "content"
    (folder / "listings").mkdir(parents=True)
    other = folder / "listings" / f"{DAY}-b-a-{name}.jsonl"
    other.write_text('{"title":"A"}\n', "utf-8")
    source = Source(name, "feed", "https://x.example/")
    found = [(None, Record(1, {"title": "A"}))]
    pulling.put(folder, source, (DAY, DAY), found, today=DAY, is_whole=False)
    assert (folder / "listings/2025" / f"{DAY}-{name}.jsonl").is_file()
    assert other.read_text("utf-8") == '{"title":"A"}\n'
