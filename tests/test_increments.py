"""A build after another leaves what a build from nothing would, and makes no more than it must."""

from __future__ import annotations

import datetime
import random
import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from generator import data, feeds, stamps
from generator.model import Catalog, Debut, Organization, Paper, Topic
from tests import golden
from tests.conftest import REPOSITORY, Run, clone

SEED = 8
START = datetime.date(2025, 1, 6)
MAKERS = (feeds.render, data.render)


def edition(papers: int = 260) -> Catalog:
    """A catalog with archives, a feed of an organization and two topics."""
    made, debuts = [], []
    for number in range(papers):
        day = START + datetime.timedelta(days=number)
        slug = f"paper-{number:03}"
        paper = Paper(
            slug,
            f"Paper {number}",
            day,
            abstract=f"What the paper {number} is about.",
            authors=("Ada Lovelace", "Grace Hopper"),
            organization=Organization("acm", "acm", "ACM") if number % 2 else None,
            topics=("even",) if number % 2 == 0 else ("odd",),
            links=MappingProxyType({"code": f"https://example.org/{number}"}),
        )
        time = datetime.datetime.combine(day, datetime.time(12), datetime.UTC)
        made.append(paper)
        debuts.append(Debut(slug, time, replace(paper, topics=())))
    return Catalog(
        papers=tuple(reversed(made)),
        topics=(Topic("even", "Even"), Topic("odd", "Odd")),
        organizations=(Organization("acm", "acm", "ACM"),),
        debuts=tuple(debuts),
    )


def edited(catalog: Catalog, chance: random.Random) -> Catalog:
    """The catalog after one edit of somebody's."""
    papers = list(catalog.papers)
    place = chance.randrange(len(papers))
    paper = papers[place]
    match chance.randrange(6):
        case 0:
            papers[place] = replace(paper, title=f"{paper.title}, corrected")
        case 1:
            papers[place] = replace(paper, note="A remark.", updated=catalog.papers[0].listed)
        case 2:
            papers[place] = replace(paper, topics=("even", "odd"))
        case 3:
            del papers[place]
        case 4:
            topics = [replace(topic, title=f"{topic.title}!") for topic in catalog.topics]
            return replace(catalog, topics=tuple(topics))
        case 5:
            debuts = [
                replace(debut, paper=replace(debut.paper, abstract="Another."))
                if debut.slug == paper.slug
                else debut
                for debut in catalog.debuts
            ]
            return replace(catalog, debuts=tuple(debuts))
    return replace(catalog, papers=tuple(papers))


def build(catalog: Catalog, site: Path, kept: Path | None) -> None:
    with stamps.kept(kept, "beside", site) as stamped:
        for render in MAKERS:
            for path, maker in render(catalog, golden.PUBLICATION).items():
                stamped.write(path, maker)


def files(site: Path) -> dict[str, bytes]:
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in sorted(site.rglob("*"))
        if path.is_file()
    }


def test_after_any_edits_the_site_is_that_of_a_build_from_nothing(tmp_path: Path):
    chance = random.Random(SEED)
    catalog = edition()
    site, kept = tmp_path / "site", tmp_path / "cache"
    build(catalog, site, kept)
    for number in range(12):
        catalog = edited(catalog, chance)
        if number % 3 == 2:  # somebody changes or takes away a file of the site's
            path = chance.choice(sorted(path for path in site.rglob("*") if path.is_file()))
            if chance.random() < 0.5:
                path.unlink()
            else:
                path.write_bytes(path.read_bytes()[:-1] + b"!")
        build(catalog, site, kept)
        build(catalog, tmp_path / str(number), None)
        assert files(site) == files(tmp_path / str(number))


def test_after_a_build_that_was_killed_the_next_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    chance = random.Random(SEED)
    catalog = edition()
    site, kept = tmp_path / "site", tmp_path / "cache"
    build(catalog, site, kept)
    whole = stamps.output.write
    for number in range(8):
        before, catalog = catalog, edited(catalog, chance)
        left = chance.randrange(6)

        def write(folder: Path, given):
            nonlocal left
            for path, data_ in given:
                if left == 0 and isinstance(data_, bytes):
                    (folder / path).write_bytes(data_[: len(data_) // 2])
                if left == 0:
                    whole(folder, [(path, killed_in(data_))])
                left -= 1
                return whole(folder, [(path, data_)])

        with monkeypatch.context() as patched:
            patched.setattr(stamps.output, "write", write)
            with pytest.raises(KeyboardInterrupt):
                build(catalog, site, kept)
        if number % 2:  # and what is built next is what was there
            catalog = before
        build(catalog, site, kept)
        build(catalog, tmp_path / str(number), None)
        assert files(site) == files(tmp_path / str(number))


def killed_in(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for number, piece in enumerate(pieces):
        if number == 5:
            raise KeyboardInterrupt
        yield piece if isinstance(piece, bytes) else b"x"


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are made, whether or not they come out as they were."""
    made: list[str] = []
    write = stamps.output.write

    def note(folder: Path, given):
        given = list(given)
        made.extend(path for path, _ in given)
        return write(folder, given)

    monkeypatch.setattr(stamps.output, "write", note)
    return made


def test_archives_are_made_once_and_current_documents_when_they_change(
    tmp_path: Path, writes: list[str]
):
    catalog = edition()
    build(catalog, tmp_path, tmp_path / ".cache")
    assert "feeds/archive/all-0001.xml" in writes
    always = {"feeds/broadsheet.opml"}
    writes.clear()
    build(catalog, tmp_path, tmp_path / ".cache")
    assert set(writes) == always
    newest = catalog.papers[0]  # an odd one, of the organization
    papers = (replace(newest, title="A Corrected Title"), *catalog.papers[1:])
    writes.clear()
    build(replace(catalog, papers=papers), tmp_path, tmp_path / ".cache")
    current = {
        f"feeds/{name}.{of}"
        for name in ("all", "odd", "organizations/acm")
        for of in ("xml", "atom.xml", "json")
    }
    assert set(writes) == always | current | {
        f"data/papers.{of}" for of in ("jsonl", "bib", "ris", "csl.json")
    }


def test_a_paper_that_has_not_changed_is_not_written_again_as_data(tmp_path: Path, monkeypatch):
    catalog = edition()
    build(catalog, tmp_path, tmp_path / ".cache")
    asked = []
    record = data.record
    monkeypatch.setattr(data, "record", lambda paper: asked.append(paper.slug) or record(paper))
    papers = [paper for paper in catalog.papers if paper.slug != "paper-007"]
    papers[3] = replace(papers[3], comments=12)
    build(replace(catalog, papers=tuple(papers)), tmp_path, tmp_path / ".cache")
    assert asked == [papers[3].slug]


def test_a_publication_is_built_again_after_edits_by_hand(
    broadsheet_here: Run, tmp_path: Path, edition_site: Path
):
    """Through the command: what somebody did to the site's folder is undone, whatever the cache says."""
    clone(tmp_path, REPOSITORY / "content")
    site = tmp_path / "site"
    broadsheet_here("build", cwd=tmp_path)
    (site / "data/papers.bib").write_text("nothing")
    (site / "feeds/all.json").unlink()
    (site / "cards/index.png").write_bytes(b"")
    broadsheet_here("build", cwd=tmp_path)
    beside = ("data", "feeds", "cards", "search")
    assert {name: files(site / name) for name in beside} == {
        name: files(edition_site / name) for name in beside
    }


def test_what_feeds_hold_in_memory_does_not_grow_with_the_texts():
    long = "Words of an abstract. " * 2_000
    catalog = edition(600)
    debuts = [
        replace(debut, paper=replace(debut.paper, abstract=f"{debut.slug} {long}"))
        for debut in catalog.debuts
    ]
    made = feeds.render(replace(catalog, debuts=tuple(debuts)), golden.PUBLICATION)
    archives = [maker for path, maker in made.items() if path.startswith("feeds/archive/")]
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        written = sum(len(maker()) for maker in archives)
        peak = tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
    assert written > 10_000_000
    assert peak < 60_000_000
