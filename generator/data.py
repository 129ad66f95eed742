"""Catalog → data for machines."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from functools import partial

from generator.model import Catalog, Paper

_LEFT_OUT = ("origins", "said")  # where the files are is of use to those alone who edit them


def render(catalog: Catalog) -> dict[str, Callable[[], bytes]]:
    """Every data file's path below the site's folder, and what makes its bytes."""
    return {"data/papers.jsonl": partial(papers_jsonl, catalog)}


def papers_jsonl(catalog: Catalog) -> bytes:
    """The whole catalog, one paper a line, sorted by slug.

    A line is a JSON object with the fields of ``model.Paper`` in their order; dates are ISO 8601,
    unknown is null. It can be read back as a listing.
    """
    lines = (
        json.dumps(record(paper), ensure_ascii=False) + "\n"
        for paper in sorted(catalog.papers, key=lambda paper: paper.slug)
    )
    return "".join(lines).encode()


def record(paper: Paper) -> dict[str, object]:
    """A paper as JSON's types."""
    values = {
        field.name: getattr(paper, field.name)
        for field in fields(paper)
        if field.name not in _LEFT_OUT
    }
    for name in ("listed", "published", "updated"):
        values[name] = values[name].isoformat() if values[name] else None
    if paper.organization:
        values["organization"] = {
            "handle": paper.organization.handle,
            "name": paper.organization.name,
        }
    return {**values, "mathematics": dict(paper.mathematics), "links": dict(paper.links)}
