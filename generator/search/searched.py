"""What of a paper is searched: its texts, and what it is looked up by."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path

from generator import cache, fingerprints
from generator.model import Catalog, Paper

# BM25F: a field's weight, and how much its length counts (b); and how fast impacts saturate (k1).
FIELDS = {
    "title": (3.0, 0.3),
    "summary": (1.0, 0.9),
    "abstract": (1.0, 0.9),
    "authors": (1.5, 0.0),
    "organization": (1.0, 0.0),
    "topics": (0.5, 0.0),
}
ABSTRACT, AUTHORS, ORGANIZATION, TOPICS = range(2, len(FIELDS))  # their places

Texts = tuple[str, ...]  # of a paper, as FIELDS

_NAME = "searched"  # of what is kept: of each paper its fingerprint, the digest and the lengths
_DIGEST = 16  # bytes, also of a fingerprint
_RECORD = 2 * _DIGEST + len(FIELDS) * array("I").itemsize


def texts(paper: Paper, titles: Mapping[str, str]) -> Texts:
    organization = paper.organization
    return (
        paper.title,
        paper.summary or "",
        paper.abstract or "",
        " \n ".join(paper.authors),
        f"{organization.name} \n {organization.handle or ''}" if organization else "",
        " \n ".join(titles[slug] for slug in paper.topics if slug in titles),
    )


def looked_up(paper: Paper) -> list[str]:
    """What a paper is found by that is no word of it."""
    keys = [f":topic:{slug}" for slug in paper.topics]
    keys.append(f":year:{(paper.published or paper.listed).year}")
    keys += [f":arxiv:{paper.arxiv_id}"] if paper.arxiv_id else []
    keys += [f":doi:{paper.doi}"] if paper.doi else []
    return keys


def told(
    papers: Sequence[Paper], titles: Mapping[str, str], catalog: Catalog, kept: Path | None
) -> tuple[list[bytes], array]:
    """Of each of the papers a digest of what is searched of it; and the lengths of its texts in characters, one
    paper's after the other's.

    Nothing is asked of a paper that is as it was when that was ``kept``.
    """
    key = cache.key([repr([*titles.items()])], [fingerprints, sys.modules[__name__]])
    before = cache.recall(kept, _NAME, key) or b""
    known = {
        before[at : at + _DIGEST]: before[at + _DIGEST : at + _RECORD]
        for at in range(0, len(before), _RECORD)
    }
    records = []
    for paper in papers:
        fingerprint = bytes.fromhex(catalog.fingerprint[paper.slug])
        records.append(fingerprint + (known.get(fingerprint) or _told(paper, titles)))
    if (now := b"".join(records)) != before:
        cache.keep(kept, _NAME, key, now)
    digests = [record[_DIGEST : 2 * _DIGEST] for record in records]
    return digests, array("I", b"".join(record[2 * _DIGEST :] for record in records))


def _told(paper: Paper, titles: Mapping[str, str]) -> bytes:
    said = texts(paper, titles)
    digest = bytes.fromhex(fingerprints.of(*said, looked_up(paper)))
    return digest + array("I", map(len, said)).tobytes()
