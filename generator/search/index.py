"""The search index: Catalog → files below search/. Their format is on one page, in FORMAT.md."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tempfile
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import Stemmer

from generator import cache
from generator.garbage import uncollected
from generator.model import Catalog, Paper
from generator.search import FOLDER, columns, searched, tables, tiers
from generator.search.searched import FIELDS
from generator.search.tables import Tables
from generator.stages import stage

FORMAT = 1  # the number of this format; see FORMAT.md
CARDS = 2  # papers whose cards are in one file
NAMED = 3  # authors that a card names
TIERS = ("settled", "recent")
TABLES = {"terms", "words", "lexicon", "endings"}
AT_ONCE = {
    "terms",
    "lexicon",
}  # tables whose first keys are in index.json, as most questions need them

_FOLDERS, _FILES = "|".join(TABLES | {"cards", "columns"}), "|".join(TABLES - AT_ONCE | {"index"})
_PART = re.compile(rf"{FOLDER}(?:({_FOLDERS})/[^/]+\.(bin|json)|({_FILES})\.json)")

# Of what makes tables. That is imported only if there are some to make: numpy alone takes a tenth of a second.
_CODE = (
    "../text.py",
    "abbreviations.py",
    "analysis.py",
    "function_words.py",
    "occurrences.py",
    "postings.py",
    "searched.py",
    "shards.py",
    "tables.py",
    "tier_tables.py",
)


@stage("search index")
@uncollected()
def render(catalog: Catalog, kept: Path | None = None) -> Iterator[tuple[str, bytes]]:
    """Each file's path below the site, and its bytes. ``kept`` is the folder of what was computed before.

    Nearly all of the work is done before the first is asked for; all of them together are never in memory.
    """
    papers = tiers.order(catalog)
    settled = tiers.settled(len(papers))
    titles = {topic.slug: topic.title for topic in catalog.topics}
    digests, lengths = searched.told(papers, titles, catalog, kept)
    width = len(FIELDS)
    usual = _usual_lengths(lengths[: width * settled] if settled else lengths)
    of_tiers = {}
    for tier, start, end in (("settled", 0, settled), ("recent", settled, len(papers))):
        # What is settled is mostly the same at the next time, and sometimes what is recent.
        made_of = papers[start:end], titles, lengths[width * start : width * end], usual
        of_tiers[tier] = _kept(kept, f"search-{tier}", digests[start:end], made_of)
    return _files(catalog, papers, settled, of_tiers)


def is_part(path: str) -> bool:
    """May a file of this path below the site be one of an index?"""
    return _PART.fullmatch(path) is not None


def _files(
    catalog: Catalog, papers: Sequence[Paper], settled: int, of_tiers: Mapping[str, Tables]
) -> Iterator[tuple[str, bytes]]:
    firsts = {
        table: {tier: found.firsts[table] for tier, found in of_tiers.items()} for table in TABLES
    }
    # For each tier, and for what isn't of a tier, a digest that changes when any of its files does. Readers ask
    # for files by it, so that none comes from a cache that is older or newer than index.json.
    versions = {}
    for tier, found in of_tiers.items():
        versions[tier] = hashlib.sha256()
        shard_of = {f"{FOLDER}{table}/{tier}-{n}.bin": (table, n) for table, n in found.names()}
        for path, shard in sorted(shard_of.items()):
            data = found.part(*shard)
            versions[tier].update(data)
            yield path, data
    versions["papers"] = hashlib.sha256()
    for path, data in chain(
        _cards(papers),
        sorted(columns.render(catalog, papers).items()),
        [(f"{FOLDER}{table}.json", _json(firsts[table])) for table in sorted(TABLES - AT_ONCE)],
    ):
        versions["papers"].update(data)
        yield path, data
    told = {
        "format": FORMAT,
        "papers": len(papers),
        "settled": settled,
        "tables": {table: firsts[table] for table in sorted(AT_ONCE)},
        "versions": {name: digest.hexdigest()[:8] for name, digest in versions.items()},
        "topics": [
            [topic.slug, topic.title, len(catalog.by_topic[topic.slug])] for topic in catalog.topics
        ],
    }
    yield f"{FOLDER}index.json", _json(told)


def _cards(papers: Sequence[Paper]) -> Iterator[tuple[str, bytes]]:
    """The cards' files, sorted by their paths."""
    for number in sorted(range(-(-len(papers) // CARDS)), key=str):
        cards = [_card(paper) for paper in papers[number * CARDS : (number + 1) * CARDS]]
        yield f"{FOLDER}cards/{number}.json", _json(cards)


def _usual_lengths(lengths: array) -> list[float]:
    """Of each field the mean length, of the papers that have it."""
    usual = []
    for field in range(len(FIELDS)):
        of_field = lengths[field :: len(FIELDS)]
        having = len(of_field) - of_field.count(0)
        usual.append(sum(of_field) / having if having else 1.0)
    return usual


def _kept(
    folder: Path | None,
    name: str,
    digests: Sequence[bytes],
    made_of: tuple[Sequence[Paper], Mapping[str, str], array, Sequence[float]],
) -> Tables:
    """What was made of papers of the same digests by the same code, or else what is made now."""
    *_, usual = made_of
    code = [Path(__file__).parent.joinpath(name).read_bytes() for name in _CODE] if folder else []
    key = cache.key([*digests, repr(usual), Stemmer.version(), *code])
    before = cache.opened(folder, name, key)
    if before:
        return Tables(before, before.tell())
    from generator.search import tier_tables

    file = _room(folder)
    tables.write(file, tier_tables.of(*made_of))
    cache.keep(folder, name, key, file)
    return Tables(file)


def _room(folder: Path | None) -> BinaryIO:
    """A file without a name in the folder, or in memory where there can be none."""
    with suppress(OSError):
        if folder:
            return tempfile.TemporaryFile(dir=folder)
    return io.BytesIO()


# --- what is shown ------------------------------------------------------------------------


def _card(paper: Paper) -> dict[str, object]:
    organization = paper.organization
    return {
        "slug": paper.slug,
        "title": paper.title,
        "authors": paper.authors[:NAMED],
        "author_count": paper.author_count,
        "organization": [organization.slug, organization.name] if organization else None,
        "listed": str(paper.listed),
        "published": str(paper.published) if paper.published else None,
        "comments": paper.comments,
        "upvotes": paper.upvotes,
        "summary": paper.summary,
        "abstract": paper.abstract,
        "topics": paper.topics,
    }


def _json(value: object) -> bytes:
    return _encode(value).encode()


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
