"""This publication's own search, as its command line asks it: index files, and a ranking from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from unittest import mock

from generator import related
from generator.model import Paper
from generator.search import abbreviations, engine, files, index
from tests.bench.search import corpora
from tests.bench.search.measures import Ranker


def written(papers: Iterable[Paper], folder: Path, *, abbreviated: bool = True) -> Path:
    """The index of these papers, in a folder; without abbreviations if they aren't wanted."""
    catalog = corpora.catalog(papers)
    if abbreviated:
        made = dict(index.render(catalog))
    else:
        with mock.patch.object(abbreviations, "dictionary", return_value=[]):
            made = dict(index.render(catalog))
    for path, data in made.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return folder


def ranker(folder: Path) -> Ranker:
    """Whom to ask, of an index that was written to this folder."""
    opened = files.open_index(folder)

    def ranked(question: str, size: int) -> list[str]:
        hits = engine.answer(opened, question, size=size).hits
        return [hit.card["slug"] for hit in hits]

    return ranked


def neighbours(papers: Iterable[Paper]) -> Mapping[str, tuple[str, ...]]:
    """Slug → the slugs of the related papers."""
    found = related.related(corpora.catalog(papers))
    return {slug: tuple(paper.slug for paper in near) for slug, near in found.items()}
