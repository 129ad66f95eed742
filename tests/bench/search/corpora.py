"""Corpora to search in: real papers, and among them others that nobody asks for.

Questions are about real papers alone, from the folder that ``BROADSHEET_CAPTURES`` names: about a
thousand distinct ones. To see what 10,000 or 100,000 papers do to a ranking, others stand among them:

- ``made``: papers made from the real ones' words, see ``made``;
- ``descriptions``: other distinct real texts, what Debian's packages say of themselves, if the
  machine has them (``apt-get -o Acquire::Languages=en update``), and made papers where they end.

Neither is what 100,000 papers of one field would be. Made papers are of the same field as what
is asked for, with its words and phrases in its proportions, but tell nothing; descriptions
mean something, but are shorter and mostly of other things. The truth lies near the former.
"""

from __future__ import annotations

import datetime
import os
import random
import re
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import Stemmer

from generator import content, debuts, text
from generator.merge import First
from generator.model import Catalog, Paper
from tests.bench import corpus
from tests.bench.search import made

SEED = 6
KINDS = ("made", "descriptions")
_LEAST = 25  # words of a description
_DAY = datetime.date(2010, 1, 1)
_PER_DAY = 40
_HELPER = "/usr/lib/apt/apt-helper"


@dataclass(frozen=True)
class Corpus:
    papers: tuple[Paper, ...]  # the real ones first
    real: int  # how many of them are
    made_of: str  # a sentence


def real() -> tuple[list[Paper], str]:
    """Every real paper with an abstract, in order of their slugs, and where they are from.

    They have title, abstract, authors, organization and date; no summary, which few have.
    """
    captures = Path(os.environ.get("BROADSHEET_CAPTURES", "/nowhere"), "huggingface")
    if captures.is_dir():
        with tempfile.TemporaryDirectory(prefix="broadsheet-bench-") as folder:
            Path(folder, "listings").symlink_to(captures.resolve())
            catalog, _ = content.load(Path(folder))
        papers, source = catalog.papers, "real papers with their abstracts"
    else:
        catalog, _ = content.load(corpus.REPOSITORY / "content")
        papers = [replace(paper, abstract=paper.summary) for paper in catalog.papers]
        source = "papers of this edition with their summaries (BROADSHEET_CAPTURES names no others)"
    papers = [replace(paper, summary=None, topics=()) for paper in papers if paper.abstract]
    return sorted(papers, key=lambda paper: paper.slug), source


def padded(papers: Sequence[Paper], source: str, size: int, kind: str) -> Corpus:
    """The papers, and others of the kind up to this size."""
    missing = max(0, size - len(papers))
    others: list[Paper] = []
    parts = [f"{len(papers):,} {source}"]
    if kind == "descriptions":
        others += islice(_described(papers), missing)
        parts += [f"{len(others):,} descriptions of Debian packages"] if others else []
    if rest := missing - len(others):
        others += made.papers(papers, rest, random.Random(SEED))
        parts += [f"{rest:,} papers made from the real ones' words"]
    numbered = (
        replace(paper, slug=f"other-{number}", listed=_DAY + datetime.timedelta(number // _PER_DAY))
        for number, paper in enumerate(others)
    )
    return Corpus((*papers, *numbered), len(papers), ", ".join(parts))


def catalog(papers: Iterable[Paper]) -> Catalog:
    """The papers as a publication's catalog."""
    papers = tuple(papers)
    organizations = {
        paper.organization.slug: paper.organization for paper in papers if paper.organization
    }
    return Catalog(
        papers,
        organizations=tuple(organizations.values()),
        debuts=debuts.debuts([First(paper, False) for paper in papers], Catalog().ledger),
    )


def described(corpus: Corpus) -> str:
    """What the corpus is made of, how many stems it has, and how long its texts are."""
    stem = Stemmer.Stemmer("english").stemWords
    stems: set[str] = set()
    words = 0
    for paper in corpus.papers:
        found = text.words(paper.abstract)
        words += len(found)
        stems.update(stem(found))
        stems.update(stem(text.words(paper.title)))
    return (
        f"{len(corpus.papers):,} papers: {corpus.made_of}; {len(stems):,} different stems, "
        f"{words / len(corpus.papers):.0f} words in an abstract"
    )


def _described(papers: Sequence[Paper]) -> Iterable[Paper]:
    """Descriptions of Debian packages as papers; no paragraph comes twice. The authors are real."""
    lend = random.Random(SEED)
    seen: set[str] = set()
    for entry in _translations().split("\n\n"):
        found = re.search(r"^Description-en: (.*)\n((?: .*\n?)*)", entry, re.MULTILINE)
        if not found:
            continue
        paragraphs = (" ".join(part.split()) for part in re.split(r"\n \.\n", found[2]))
        fresh = [part for part in paragraphs if part and part not in seen]
        seen.update(fresh)
        body = text.plain(" ".join(fresh))
        if len(body.split()) >= _LEAST:
            lender = lend.choice(papers)
            yield replace(lender, title=text.plain(found[1]), abstract=body, arxiv_id=None)


def _translations() -> str:
    """Debian's descriptions of packages in English, as far as this machine has them; else ""."""
    ask = ["apt-get", "-o", "Acquire::Languages=en", "indextargets"]
    try:
        files = subprocess.run(
            [*ask, "--format", "$(FILENAME)", "Created-By: Translations"],
            capture_output=True,
            check=True,
            text=True,
        ).stdout.split()
        if not files:
            return ""
        return subprocess.run(
            [_HELPER, "cat-file", *sorted(files)], capture_output=True, check=True
        ).stdout.decode("utf-8", "replace")
    except (OSError, subprocess.CalledProcessError):
        return ""
