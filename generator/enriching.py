"""Papers of which listings gave little more than a title → what arXiv says of them, where that is certain.

It is a listing of its own, of the day on which the paper was listed: so its origin shows, and what people say
of the paper still wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from generator import output, pulling, records, text
from generator.matching import Doubt, Match, Work, match
from generator.model import Catalog, Paper
from generator.readers import Record
from generator.sources import Source, arxiv

# Its listings are called 2025-10-29-zz-by-title.jsonl: behind what else was listed on the day, as the first
# listing says where on a page a paper stands.
NAME = "zz-by-title"
SITE = "https://arxiv.org/"


def wanting(catalog: Catalog) -> tuple[Paper, ...]:
    """The papers by whose title alone one knows them, as they were listed, the newest last."""
    papers = [paper for paper in catalog.papers if not paper.arxiv_id and not paper.doi]
    return tuple(sorted(papers, key=lambda paper: (paper.listed, paper.slug)))


def identified(catalog: Catalog, paper: Paper, found: Sequence[Record]) -> Match:
    """Which of the records of arXiv is this paper."""
    result = match(paper, [*filter(None, map(_work, found))])
    if result.certain and (other := catalog.by_arxiv_id.get(result.certain.arxiv_id)):
        return Match(doubts=(Doubt(result.certain, (f"that is {other.slug} here",)),))
    return result


def _work(record: Record) -> Work | None:
    said = records.checked(record, lambda omission: None)
    if said is None or not said.get("arxiv_id"):
        return None
    return Work(
        said["title"],
        said.get("published"),
        said.get("authors", ()),
        said["arxiv_id"],
        said.get("doi"),
    )


def put(folder: Path, catalog: Catalog, certain: Iterable[tuple[Paper, Work]]) -> None:
    """Put what is certain into the listings of this content folder. All of it was checked when it was read, so
    nothing is left out."""
    found = [(paper.listed, Record(1, _said(catalog, paper, work))) for paper, work in certain]
    source = Source(NAME, "arxiv", arxiv.ADDRESS)
    for day in sorted({day for day, _ in found}):
        of_day = [one for one in found if one[0] == day]
        pulling.put(folder, source, (day, day), of_day, today=day, is_whole=False)
        path = pulling.path(folder, source, day).with_suffix(".yml")
        if not path.exists():
            output.put(path, f"source: {SITE}\n".encode())


def _said(catalog: Catalog, paper: Paper, work: Work) -> dict[str, object]:
    """Of the work what identifies it; the rest is for listings to say. The title is that which was listed,
    by which the two are one, even if people have mended it."""
    debut = catalog.debut.get(paper.slug)
    return {
        "title": debut.paper.title if debut else paper.title,
        "arxiv_id": work.arxiv_id,
        "doi": work.doi,
        "authors": list(work.authors),
    }


def doubtful(match: Match) -> list[str]:
    """What people should look at: a line for each work, with what speaks against it."""
    return [
        f"arXiv {doubt.work.arxiv_id}: {', and '.join(doubt.reasons)}" for doubt in match.doubts
    ]


def report(
    certain: Sequence[tuple[Paper, Work]],
    doubts: Sequence[tuple[Paper, Match]],
    unknown: Sequence[Paper],
) -> str:
    """What was found, as Markdown for people."""
    lines = [f"## {text.counted(len(certain), 'paper')} identified", ""]
    lines += [f"- {text.markdown(paper.title)}: arXiv {work.arxiv_id}" for paper, work in certain]
    if doubts:
        lines += ["", "### To be looked at by a person", ""]
        lines += ["An `arxiv_id` in the paper's file says which it is.", ""]
        for paper, found in doubts:
            lines += [f"- `content/papers/{paper.slug}.yml`, {text.markdown(paper.title)}"]
            lines += [f"  - {text.markdown(line)}" for line in doubtful(found)]
    if unknown:
        lines += ["", "### Not found", ""]
        lines += [f"- {text.markdown(paper.title)}" for paper in unknown]
    return "\n".join([*lines, ""])
