"""Corpora of any size, made from real listings or, where there are none, from this edition.

Real days of Daily Papers JSON are taken from the folder that ``BROADSHEET_CAPTURES`` names. They are
repeated, each time with other ids and titles and with the abstract's sentences in another order,
until there are enough: good for weight and speed, not for judging a search.
"""

from __future__ import annotations

import datetime
import json
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path

from generator import content, data

REPOSITORY = Path(__file__).parents[2]
PER_DAY = 40


def make(folder: Path, papers: int) -> str:
    """Write a content folder of so many papers, and this edition's topics; returns what it is made of."""
    days = sorted(Path(os.environ.get("BROADSHEET_CAPTURES", ""), "huggingface").glob("*.json"))
    if days:
        source, extension = _from_days(days), "json"
        made_of = f"{len(days)} real days of Daily Papers, repeated"
    else:
        source, extension = _from_edition(), "jsonl"
        made_of = "this edition's summaries, repeated"
    listings = folder / "listings"
    listings.mkdir(parents=True)
    day = datetime.date(2000, 1, 1)
    for start in range(0, papers, PER_DAY):
        records = [next(source) for _ in range(min(PER_DAY, papers - start))]
        lines = ",\n".join(records) if extension == "json" else "\n".join(records)
        text = f"[{lines}]\n" if extension == "json" else lines + "\n"
        (listings / f"{day}.{extension}").write_text(text, encoding="utf-8")
        day += datetime.timedelta(days=1)
    (folder / "topics").symlink_to(REPOSITORY / "content" / "topics")
    return made_of


def _from_days(days: list[Path]) -> Iterator[str]:
    records = [record for day in days for record in json.loads(day.read_text(encoding="utf-8"))]
    shuffle = random.Random(1)
    number = 0
    while True:
        for record in records:
            paper = dict(record["paper"])
            title = (
                f"{paper['title']} {number}" if number >= len(records) else f"{paper['title']} 0"
            )
            paper["id"] = f"{number // 100000 + 1000:04}.{number % 100000:05}"
            paper["title"] = title
            paper["summary"] = _reordered(paper["summary"], shuffle)
            number += 1
            yield json.dumps({**record, "paper": paper, "title": title, "summary": None})


def _from_edition() -> Iterator[str]:
    catalog, _ = content.load(REPOSITORY / "content")
    shuffle = random.Random(1)
    number = 0
    while True:
        for paper in catalog.papers:
            record = data.record(paper)
            record["title"] = f"{paper.title} {number}"
            others = shuffle.sample(catalog.papers, 2)
            texts = [part.summary or "" for part in (paper, *others)]
            record["abstract"] = _reordered(" ".join(texts), shuffle)
            record["arxiv_id"] = f"{number // 100000 + 1000:04}.{number % 100000:05}"
            record["doi"] = None
            number += 1
            yield json.dumps(record)


def _reordered(text: str, shuffle: random.Random) -> str:
    sentences = re.split(r"(?<=[.!?])\s+", text)
    shuffle.shuffle(sentences)
    return " ".join(sentences)
