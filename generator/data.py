"""Catalog → data for machines."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple

from generator import citations, fingerprints
from generator.model import Catalog, Paper, Publication
from generator.pieces import Pieces
from generator.stamps import Maker
from generator.text import as_json


def render(catalog: Catalog, publication: Publication) -> dict[str, Maker]:
    """Every data file's path below the site's folder, and what makes it: a piece a paper, sorted by slug."""
    papers = sorted(catalog.papers, key=lambda paper: paper.slug)

    about = fingerprints.of(publication)

    @cache
    def keys() -> list[str]:
        return [catalog.fingerprint[paper.slug] for paper in papers]

    def pieces(form: Form) -> Pieces:
        def make(number: int) -> bytes:
            return form.piece(papers[number], publication).encode()

        return Pieces(form.start, form.between, form.end, about, keys(), make)

    return {
        f"data/papers.{name}": Maker(partial(pieces, form), lambda: fingerprints.of(about, keys()))
        for name, form in _FORMS.items()
    }


class Form(NamedTuple):
    """A format of data."""

    piece: Callable[[Paper, Publication], str]
    start: bytes = b""
    between: bytes = b""
    end: bytes = b""


def _json_line(paper: Paper, _: Publication) -> str:
    """A JSON object with the fields of ``model.Paper`` in their order; dates are ISO 8601, unknown is null. It
    can be read back as a listing."""
    return as_json(record(paper)) + "\n"


def _csl(paper: Paper, publication: Publication) -> str:
    return as_json(citations.csl(paper, publication))


# See ``citations`` for all but the first.
_FORMS = {
    "jsonl": Form(_json_line),
    "bib": Form(citations.bibtex, between=b"\n"),
    "ris": Form(citations.ris, between=b"\r\n"),
    "csl.json": Form(_csl, start=b"[\n", between=b",\n", end=b"\n]\n"),
}


def record(paper: Paper) -> dict[str, object]:
    """A paper as JSON's types."""
    values = dict(zip(fingerprints.TOLD, fingerprints.told(paper), strict=True))
    for name in ("listed", "published", "updated"):
        values[name] = values[name].isoformat() if values[name] else None
    if paper.organization:
        values["organization"] = {
            "handle": paper.organization.handle,
            "name": paper.organization.name,
        }
    return {**values, "mathematics": dict(paper.mathematics), "links": dict(paper.links)}
