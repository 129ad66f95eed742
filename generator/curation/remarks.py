"""What is likely wrong with a catalog that is valid: a pass for ``check`` alone, which stops no build.

    duplicates   papers that are likely one
    rules        topics' rules that find nothing, or nearly everything
    links        links to pages of the publication that aren't there
    days         days that can hardly be
    authors      people's lists of authors that hardly say who they are

Here stands what is left: papers without a topic, topics of the same title, papers that a file renames, and
summaries that are only the abstract again.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from generator import content, text, yamlfile
from generator.curation import authors, days, duplicates, links, rules
from generator.errors import ContentError, Remark
from generator.fields import shown as quoted
from generator.merge import wanted_slug
from generator.model import Catalog, Paper, Publication

_NAMED = 3  # papers of a listing
_LISTINGS = 10  # that are looked at one by one
_RUN = 6  # words in a row that hardly come by chance
_LEAST = 12  # words of a summary that can be judged by its runs
_TOO_MUCH = 0.9  # of its runs


def problems(
    catalog: Catalog,
    folder: Path,
    publication: Publication | None,
    docs: Path | None,
    today: datetime.date,
) -> Iterator[Remark | ContentError]:
    """What is likely wrong with a content folder, in the order of file and line.

    A ContentError is wrong for certain and should be mended first; a Remark is for people to judge.
    ``docs`` is the folder of the hand-written pages, ``today`` the day in UTC.
    """

    shown = partial(content.shown, folder)

    found = [
        *duplicates.problems(catalog, shown),
        *_without_topic(catalog, shown),
        *rules.problems(catalog, folder, shown),
        *_namesakes(catalog, folder, shown),
        *_renamed(catalog, shown),
        *links.problems(catalog, folder, publication, docs, shown),
        *days.problems(catalog, folder, today, shown),
        *authors.problems(catalog, shown),
        *_copied(catalog, shown),
    ]
    yield from sorted(
        found, key=lambda one: (one.file or "", one.line or 0, one.field or "", one.message)
    )


# --- papers without a topic ---------------------------------------------------------------


def _without_topic(catalog: Catalog, shown: Callable[[str], str]) -> Iterator[Remark]:
    """A remark for each paper that people wrote of, and for each of the newest listings."""
    if not catalog.topics:
        return
    by_listing: dict[str, list[Paper]] = {}
    for paper in catalog.papers:
        file, topics = duplicates.overlay(paper), paper.origins.get("topics")
        if paper.topics or (file and topics and topics.file == file):
            continue  # who writes "topics: []" means it
        if not file:
            by_listing.setdefault(paper.origins["title"].file, []).append(paper)
            continue
        yield Remark(
            "the paper belongs to no topic; name some, or write [] if none fits",
            file=shown(file),
            line=1,
            field="topics",
        )
    day_of = {listing.file: listing.day for listing in catalog.listings}
    files = sorted(by_listing, key=lambda file: (day_of[file], file), reverse=True)
    for file in files[:_LISTINGS]:
        yield _of_listing(file, by_listing[file], 0, shown)
    if rest := files[_LISTINGS:]:
        papers = [paper for file in rest for paper in by_listing[file]]
        yield _of_listing(rest[0], papers, len(rest) - 1, shown)


def _of_listing(file: str, papers: list[Paper], older: int, shown: Callable[[str], str]) -> Remark:
    """The remark on the papers of a listing, and of so many older ones, that have no topic."""
    papers = sorted(papers, key=lambda paper: (paper.origins["title"].file != file, _line(paper)))
    named = ", ".join(quoted(paper.title) for paper in papers[:_NAMED])
    of_older = f", of this and {text.counted(older, 'older listing')}," if older else ""
    belong = "belongs" if len(papers) == 1 else "belong"
    where = f"{papers[0].slug}.yml" if len(papers) == 1 else ""
    return Remark(
        f"{text.counted(len(papers), 'paper')}{of_older} {belong} to no topic: {named}"
        f"{', …' if len(papers) > _NAMED else ''}; add phrases to topics, or give topics in "
        f"{shown('papers')}/{where}",
        file=shown(file),
        line=_line(papers[0]),
        field="topics",
    )


def _line(paper: Paper) -> int:
    return paper.origins["title"].line


# --- titles of topics ---------------------------------------------------------------------


def _namesakes(catalog: Catalog, folder: Path, shown: Callable[[str], str]) -> Iterator[Remark]:
    """A remark on each topic that is called as one before it is: nobody can tell their feeds apart."""
    first: dict[tuple[str, ...], str] = {}
    for topic in catalog.topics:
        words = tuple(text.words(topic.title))
        if (other := first.setdefault(words, topic.file)) != topic.file:
            source = (folder / topic.file).read_text("utf-8-sig")
            given, *_ = yamlfile.front_matter(source, topic.file)
            yield Remark(
                f"the same as of {shown(other)}; choose another, or make one topic of both",
                file=shown(topic.file),
                line=yamlfile.line_of(given, "title"),
                field="title",
            )


# --- names of papers ----------------------------------------------------------------------


def _renamed(catalog: Catalog, shown: Callable[[str], str]) -> Iterator[Remark]:
    """A remark on each file that gives another name to a paper that is listed as well.

    What has been published keeps its name, so that this can be mended only before.
    """
    for paper in catalog.papers:
        debut = catalog.debut[paper.slug]
        if not (debut.by_hand and paper.listings) or paper.slug in catalog.ledger.debuts:
            continue
        listing, name = catalog.listing[paper.listings[0]], wanted_slug(paper.title)
        if name != paper.slug and (file := duplicates.overlay(paper)):
            yield Remark(
                f"the paper is listed in {shown(listing.file)}, too, and gets its address from this file: "
                f"/papers/{paper.slug}/. To correct what is listed, leave out listed and rename the file "
                f"to {name}.yml",
                file=shown(file),
                line=1,
            )


# --- summaries ----------------------------------------------------------------------------


def _copied(catalog: Catalog, shown: Callable[[str], str]) -> Iterator[ContentError]:
    """An error for each summary of people's that is only the abstract again."""
    for paper in catalog.papers:
        origin = paper.origins.get("summary")
        if not (paper.summary and paper.abstract and origin.file == duplicates.overlay(paper)):
            continue
        if _is_copied(text.words(paper.summary), text.words(paper.abstract)):
            yield ContentError(
                "is only the abstract again; write it in words of your own, or leave it out",
                file=shown(origin.file),
                line=origin.line,
                field="summary",
            )


def _is_copied(summary: list[str], abstract: list[str]) -> bool:
    """Does the summary stand in the abstract, or nearly all of its runs of words?"""
    if summary == abstract:
        return True
    runs, known = _runs(summary), set(_runs(abstract))
    copied = sum(run in known for run in runs)
    least = _TOO_MUCH * len(runs) if len(summary) >= _LEAST else len(runs)
    return bool(runs) and copied >= least


def _runs(words: list[str]) -> list[tuple[str, ...]]:
    return list(zip(*(words[start:] for start in range(_RUN)), strict=False))
