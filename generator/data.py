"""Catalog → data for machines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import partial
from operator import attrgetter

from generator import citations
from generator.model import Catalog, Paper, Publication
from generator.text import as_json

# All of a paper's; where the files are is of use to those alone who edit them.
_FIELDS = tuple(field.name for field in fields(Paper) if field.name not in ("origins", "said"))
_values = attrgetter(*_FIELDS)


def render(catalog: Catalog, publication: Publication) -> dict[str, Callable[[], bytes]]:
    """Every data file's path below the site's folder, and what makes its bytes."""
    return {
        "data/papers.jsonl": partial(papers_jsonl, catalog),
        "data/papers.bib": partial(papers_bib, catalog, publication),
        "data/papers.ris": partial(papers_ris, catalog, publication),
        "data/papers.csl.json": partial(papers_csl_json, catalog, publication),
    }


def papers_jsonl(catalog: Catalog) -> bytes:
    """The whole catalog, one paper a line, sorted by slug.

    A line is a JSON object with the fields of ``model.Paper`` in their order; dates are ISO 8601,
    unknown is null. It can be read back as a listing.
    """
    return b"".join(as_json(record(paper)).encode() + b"\n" for paper in _by_slug(catalog))


def papers_bib(catalog: Catalog, publication: Publication) -> bytes:
    """The whole catalog as BibTeX, sorted by slug; see ``citations`` for this and those below."""
    entries = (citations.bibtex(paper, publication) for paper in _by_slug(catalog))
    return b"\n".join(entry.encode() for entry in entries)


def papers_ris(catalog: Catalog, publication: Publication) -> bytes:
    """The whole catalog as RIS, sorted by slug."""
    records = (citations.ris(paper, publication) for paper in _by_slug(catalog))
    return b"\r\n".join(record.encode() for record in records)


def papers_csl_json(catalog: Catalog, publication: Publication) -> bytes:
    """The whole catalog as CSL-JSON, one paper a line, sorted by slug."""
    items = (citations.csl(paper, publication) for paper in _by_slug(catalog))
    lines = (as_json(item).encode() for item in items)
    return b"[\n" + b",\n".join(lines) + b"\n]\n"


def _by_slug(catalog: Catalog) -> Iterator[Paper]:
    return iter(sorted(catalog.papers, key=lambda paper: paper.slug))


def record(paper: Paper) -> dict[str, object]:
    """A paper as JSON's types."""
    values = dict(zip(_FIELDS, _values(paper), strict=True))
    for name in ("listed", "published", "updated"):
        values[name] = values[name].isoformat() if values[name] else None
    if paper.organization:
        values["organization"] = {
            "handle": paper.organization.handle,
            "name": paper.organization.name,
        }
    return {**values, "mathematics": dict(paper.mathematics), "links": dict(paper.links)}
