"""The whole catalog as JSON lines, which can be read back."""

from __future__ import annotations

import json
from pathlib import Path

from generator import content, data
from generator.model import Catalog
from tests import golden

FIELDS = (
    "slug title listed abstract summary summary_by note mathematics authors author_count organization "
    "published comments upvotes stars arxiv_id doi links topics updated listings"
).split()


def records(catalog: Catalog) -> list[dict]:
    made = data.render(catalog, golden.PUBLICATION)["data/papers.jsonl"]()
    return [json.loads(line) for line in made.decode().splitlines()]


def test_a_record_has_every_field_and_unknown_is_null():
    found = records(content.load(golden.CONTENT)[0])
    assert all(list(record) == FIELDS for record in found)
    assert not any(value == "" for record in found for value in record.values())
    bare = next(record for record in found if record["slug"] == "added-by-hand")
    assert {name for name, value in bare.items() if value is None} == {
        *("abstract", "summary_by", "note", "author_count", "organization"),
        *("comments", "upvotes", "stars", "arxiv_id", "doi", "updated"),
    }


def test_zero_is_zero_and_not_unknown():
    found = {record["slug"]: record for record in records(content.load(golden.CONTENT)[0])}
    assert found["measuring-schrodingers-cat-the-r2-of-2-boxes"]["comments"] == 0
    assert found["a-paper-without-any-byline"]["comments"] is None


def test_records_are_sorted_by_slug():
    slugs = [record["slug"] for record in records(content.load(golden.CONTENT)[0])]
    assert slugs == sorted(slugs)


def test_an_edition_can_be_read_back_from_its_data(tmp_path: Path):
    catalog, _ = content.load(golden.CONTENT)
    (tmp_path / "topics").symlink_to(golden.CONTENT / "topics")
    by_day: dict[str, list[str]] = {}
    for paper in catalog.papers:
        line = json.dumps(data.record(paper), ensure_ascii=False)
        by_day.setdefault(str(paper.listed), []).append(line)
    (tmp_path / "listings").mkdir()
    for day, lines in by_day.items():
        (tmp_path / "listings" / f"{day}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    again, omissions = content.load(tmp_path)
    assert not omissions
    # What the data can't say: which listings there were, and that an overlay took topics away.
    told = [name for name in FIELDS if name not in ("listings", "slug", "topics", "updated")]
    facts = [[{name: r[name] for name in told} for r in records(c)] for c in (catalog, again)]
    assert sorted(facts[0], key=str) == sorted(facts[1], key=str)
