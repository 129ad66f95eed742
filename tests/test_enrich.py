"""Papers that are known by title alone, and an index of titles with many that are nearly the same."""

from __future__ import annotations

import datetime
import json
import random
import shutil
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

import pytest

from generator import content, text
from generator.matching import Work
from generator.model import Catalog
from tests.conftest import REPOSITORY, Run
from tests.sources.host import Host, visited_at_once
from tests.sources.papers_host import atom, give


def entry(work: Work) -> str:
    names = "".join(f"<author><name>{escape(name)}</name></author>" for name in work.authors)
    return (
        f"<entry><id>http://arxiv.org/abs/{work.arxiv_id}v2</id><title>{escape(work.title)}</title>"
        f"<published>{work.published}T17:59:59Z</published><summary>Text.</summary>{names}</entry>"
    )


class Arxiv(Host):
    """Answers searches for titles from works that are recorded, as arXiv's API does."""

    def __init__(self, works: list[Work]):
        super().__init__()
        self.works = [(text.words(work.title), work) for work in works]
        self.failing_from: int | None = None
        self.address = f"{self.root}/api/query"
        self.answer_all = self.search

    def search(self, handler: BaseHTTPRequestHandler) -> None:
        asked = parse_qs(urlsplit(handler.path).query)
        fails = self.failing_from is not None and len(self.asked) > self.failing_from
        found = self.found(asked["search_query"][0])[: int(asked["max_results"][0])]
        give(handler, 400 if fails else 200, atom([*map(entry, found)], len(found)))

    def found(self, search: str) -> list[Work]:
        if search.startswith('ti:"'):
            phrase = f" {search[4:-1]} "
            return [work for words, work in self.works if phrase in f" {' '.join(words)} "]
        wanted = {part.removeprefix("ti:") for part in search.split(" AND ")}
        return [work for words, work in self.works if wanted <= set(words)]


@pytest.fixture
def arxiv(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Arxiv]:
    visited_at_once(monkeypatch)
    host = Arxiv(request.param)
    yield host
    host.close()


GLASS = Work("Glass: A Study of Sand", datetime.date(2025, 3, 8), ("Ada", "Ben"), "2503.00001")
LISTED = {"title": GLASS.title, "published": "2025-03-08", "author_count": 2}


def publication(folder: Path, *records: dict) -> Path:
    """A publication whose listing of a day has these records."""
    listing = folder / "content/listings/2025/2025-03-10-papers.jsonl"
    listing.parent.mkdir(parents=True)
    listing.write_text("".join(json.dumps(one) + "\n" for one in records), "utf-8")
    (folder / "pages").mkdir()
    (folder / "mkdocs.yml").write_text(
        "site_name: A Publication\nsite_url: https://papers.example/\ndocs_dir: pages\ntheme: mkdocs\n"
        "plugins: [broadsheet: {authority: papers.example, year: 2025}]\n",
        "utf-8",
    )
    return folder


def loaded(folder: Path) -> Catalog:
    return content.load(folder / "content")[0]


def enriched(run: Run, folder: Path, arxiv: Arxiv, *more: str, code: int = 0):
    return run("enrich", "--address", arxiv.address, *more, cwd=folder, code=code)


@pytest.mark.parametrize("arxiv", [[GLASS]], indirect=True)
def test_what_is_certain_goes_into_a_listing_of_its_own(
    broadsheet_here: Run, arxiv: Arxiv, tmp_path: Path
):
    folder = publication(tmp_path, LISTED, {"title": "Known", "arxiv_id": "2503.00009"})
    overlay = folder / "content/papers/glass-a-study-of-sand.yml"
    overlay.parent.mkdir()
    overlay.write_text("authors: [A. Ada, B. Ben]\n", "utf-8")
    ran = enriched(broadsheet_here, folder, arxiv)
    assert "1 paper identified, 0 to be looked at, 0 not found." in ran.stdout
    catalog = loaded(folder)
    paper = catalog.by_slug["glass-a-study-of-sand"]
    assert (paper.arxiv_id, paper.listed) == ("2503.00001", datetime.date(2025, 3, 10))
    assert paper.authors == ("A. Ada", "B. Ben")  # people's word wins
    file = "listings/2025/2025-03-10-zz-by-title.jsonl"
    assert paper.origins["arxiv_id"].file == file
    assert catalog.listing["2025-03-10-zz-by-title.jsonl"].source == "https://arxiv.org/"
    assert len(catalog.papers) == 2
    before = (folder / "content" / file).read_bytes()
    arxiv.asked.clear()
    enriched(broadsheet_here, folder, arxiv)  # nothing is left to ask for
    assert arxiv.asked == []
    assert (folder / "content" / file).read_bytes() == before


@pytest.mark.parametrize(
    "arxiv", [[Work(GLASS.title, GLASS.published, ("Ada",), "2503.00002")]], indirect=True
)
def test_what_is_not_certain_is_told_and_not_taken(
    broadsheet_here: Run, arxiv: Arxiv, tmp_path: Path
):
    folder = publication(tmp_path, LISTED, {"title": "Nowhere to be found"})
    report = tmp_path / "report.md"
    ran = enriched(broadsheet_here, folder, arxiv, "--report", str(report))
    assert "0 papers identified, 1 to be looked at, 1 not found." in ran.stdout
    assert "arXiv 2503.00002: it has 1 author, not 2" in ran.stderr
    assert "content/papers/glass-a-study-of-sand.yml" in report.read_text("utf-8")
    assert all(paper.arxiv_id is None for paper in loaded(folder).papers)
    assert [path.name for path in (folder / "content/listings/2025").iterdir()] == [
        "2025-03-10-papers.jsonl"
    ]


@pytest.mark.parametrize("arxiv", [[GLASS]], indirect=True)
def test_a_title_that_people_mended_is_looked_for_and_makes_no_second_paper(
    broadsheet_here: Run, arxiv: Arxiv, tmp_path: Path
):
    folder = publication(tmp_path, {**LISTED, "title": "Glas: A Studdy of Sand"})
    overlay = folder / "content/papers/glas-a-studdy-of-sand.yml"
    overlay.parent.mkdir()
    overlay.write_text(f'title: "{GLASS.title}"\n', "utf-8")
    enriched(broadsheet_here, folder, arxiv)
    (paper,) = loaded(folder).papers
    assert (paper.slug, paper.title) == ("glas-a-studdy-of-sand", GLASS.title)
    assert paper.arxiv_id == GLASS.arxiv_id


@pytest.mark.parametrize("arxiv", [[GLASS]], indirect=True)
def test_a_work_that_is_here_under_another_title_is_left_to_people(
    broadsheet_here: Run, arxiv: Arxiv, tmp_path: Path
):
    folder = publication(tmp_path, LISTED, {"title": "Another", "arxiv_id": "2503.00001"})
    assert "that is another here" in enriched(broadsheet_here, folder, arxiv).stderr
    assert len(loaded(folder).papers) == 2


@pytest.mark.parametrize("arxiv", [[GLASS]], indirect=True)
def test_when_arxiv_fails_what_was_found_stays_and_it_is_said(
    broadsheet_here: Run, arxiv: Arxiv, tmp_path: Path
):
    folder = publication(tmp_path, LISTED, {"title": "Zebras"})
    arxiv.failing_from = 1
    ran = enriched(broadsheet_here, folder, arxiv, code=1)
    assert "status 400" in ran.stderr
    assert loaded(folder).by_slug["glass-a-study-of-sand"].arxiv_id == "2503.00001"


@pytest.mark.parametrize("arxiv", [[]], indirect=True)
def test_slugs_that_are_wrong_are_said(broadsheet_here: Run, arxiv: Arxiv, tmp_path: Path):
    folder = publication(tmp_path, LISTED, {"title": "Known", "arxiv_id": "2503.00009"})
    ran = enriched(broadsheet_here, folder, arxiv, "glass-a-study-of-sandd", code=2)
    assert 'did you mean "glass-a-study-of-sand"?' in ran.stderr
    assert "has an arXiv id" in enriched(broadsheet_here, folder, arxiv, "known", code=2).stderr


def confusable(works: list[Work], number: int) -> list[Work]:
    """So many works that aren't any of these, and each is nearly one of them."""
    choose = random.Random(105)
    made = []
    for place in range(number):
        work = choose.choice(works)
        words = work.title.split()
        year = datetime.timedelta(days=choose.choice([-800, -366, 30, 365]))
        title, published, authors = choose.choice(
            [
                (f"{work.title} Revisited", work.published, work.authors),
                (f"On {work.title}", work.published, work.authors),
                (" ".join([*words[:-1], "Things"]), work.published, work.authors),
                (work.title, work.published + year, work.authors),
                (work.title, work.published, (*work.authors, "One More")),
                (work.title, work.published, work.authors[:-1]),
                (work.title.upper(), work.published + year, work.authors),
            ]
        )
        made.append(Work(title, published, authors, f"2601.{place:05}"))
    return made


def recorded() -> tuple[dict[str, Work], list[Work]]:
    """What this edition's papers are in an index of ours, and other works in it. The ids are made up."""
    papers = [
        paper for paper in content.load(REPOSITORY / "content")[0].papers if not paper.arxiv_id
    ]
    right = {}
    for number, paper in enumerate(papers):
        names = paper.authors or tuple(f"Author {n}" for n in range(paper.author_count or 3))
        published = paper.published or paper.listed
        right[paper.slug] = Work(paper.title, published, names, f"2501.{number:05}")
    return right, confusable([*right.values()], 200)


RIGHT, OTHERS = recorded()


@pytest.mark.parametrize("arxiv", [[*RIGHT.values(), *OTHERS]], indirect=True)
def test_every_match_that_is_taken_is_right(broadsheet_here: Run, arxiv: Arxiv, tmp_path: Path):
    """The papers of this edition, and 200 works with nearly their titles, dates and authors."""
    folder = publication(tmp_path)
    shutil.rmtree(folder / "content")
    shutil.copytree(REPOSITORY / "content", folder / "content")
    before = loaded(folder)
    enriched(broadsheet_here, folder, arxiv)
    after = loaded(folder)
    taken = {slug: after.by_slug[slug].arxiv_id for slug in RIGHT if after.by_slug[slug].arxiv_id}
    assert taken == {slug: RIGHT[slug].arxiv_id for slug in taken}
    # Only where the date is known, and nothing else fits as well, can it be certain.
    known = {slug for slug in RIGHT if before.by_slug[slug].published}
    assert taken.keys() <= known
    assert len(taken) > 0.9 * len(known)
    assert [paper.slug for paper in after.papers] == [paper.slug for paper in before.papers]
