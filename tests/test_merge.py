"""Listings and overlays become papers: which records are one, and who wins."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import content, debuts, merge
from generator.errors import ContentErrors
from generator.model import Catalog, Debut, Ledger, Listing, Mention, Origin, Paper
from tests.conftest import patience

MONDAY, TUESDAY, WEDNESDAY = (datetime.date(2025, 10, day) for day in (27, 28, 29))


class Folder:
    """A content folder in the making."""

    def __init__(self, path: Path):
        self.path = path

    def listing(self, day: datetime.date, *records: dict, name: str = "a", **sidecar) -> None:
        stem = self.path / "listings" / f"{day}-{name}"
        lines = "".join(json.dumps({"title": "A", **record}) + "\n" for record in records)
        self.write(Path(f"{stem}.jsonl"), lines)
        if sidecar:
            self.write(Path(f"{stem}.yml"), json.dumps(sidecar))

    def overlay(self, slug: str, source: str) -> None:
        self.write(self.path / "papers" / f"{slug}.yml", source)

    def topic(self, slug: str, rules: str = "") -> None:
        self.write(self.path / "topics" / f"{slug}.md", f"---\ntitle: {slug}\n{rules}---\n")

    def write(self, path: Path, source: str) -> None:
        path.parent.mkdir(exist_ok=True)
        path.write_text(source, encoding="utf-8")

    def load(self) -> Catalog:
        catalog, omissions = content.load(self.path)
        assert omissions == ()
        return catalog

    def papers(self) -> dict[str, Paper]:
        return dict(self.load().by_slug)

    def paper(self) -> Paper:
        (paper,) = self.load().papers
        return paper

    def errors(self) -> list[str]:
        with pytest.raises(ContentErrors) as caught:
            content.load(self.path)
        return [str(error) for error in caught.value.errors]


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Folder:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "listings").mkdir()
    return Folder(tmp_path)


# --- which are one ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"title": "Old", "arxiv_id": "2405.21060"}, {"title": "New", "arxiv_id": "2405.21060v2"}),
        (
            {"title": "Old", "doi": "10.1000/A"},
            {"title": "New", "doi": "https://doi.org/10.1000/a"},
        ),
        ({"title": "Same"}, {"title": "Same"}),
        ({"title": "Pre-training: É!"}, {"title": "pre training e"}),
        ({"title": "Same", "arxiv_id": "2405.21060"}, {"title": "Same"}),
        ({"title": "Same"}, {"title": "Same", "doi": "10.1000/a"}),
        ({"title": "Same", "arxiv_id": "2405.21060"}, {"title": "Same", "doi": "10.1000/a"}),
        # The same arXiv id outweighs that the DOIs are a preprint's and a journal's.
        (
            {"title": "Old", "arxiv_id": "2405.21060", "doi": "10.1000/a"},
            {"title": "New", "arxiv_id": "2405.21060", "doi": "10.1000/b"},
        ),
        ({"title": "!?"}, {"title": "!?"}),
        ({"title": "What's New"}, {"title": "What’s New"}),
    ],
)
def test_two_records_are_one_paper(folder, one, other):
    folder.listing(MONDAY, one)
    folder.listing(TUESDAY, other)
    paper = folder.paper()
    assert paper.listings == ("2025-10-27-a.jsonl", "2025-10-28-a.jsonl")
    assert paper.title == other["title"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"title": "One"}, {"title": "Other"}),
        ({"title": "One", "arxiv_id": "2405.21060"}, {"title": "Other", "arxiv_id": "2405.21061"}),
        ({"title": "Same", "arxiv_id": "2405.21060"}, {"title": "Same", "arxiv_id": "2405.21061"}),
        ({"title": "Same", "doi": "10.1000/a"}, {"title": "Same", "doi": "10.1000/b"}),
        ({"title": "C"}, {"title": "C++"}),
        ({"title": "!?"}, {"title": "?!"}),
        ({"title": "कि"}, {"title": "का"}),
    ],
)
def test_two_records_are_two_papers(folder, one, other):
    folder.listing(MONDAY, one)
    folder.listing(TUESDAY, other)
    assert len(folder.papers()) == 2


def test_namesakes_have_names_of_their_own(folder):
    folder.listing(MONDAY, {"title": "Same", "arxiv_id": "2405.00001"})
    folder.listing(TUESDAY, {"title": "Same", "arxiv_id": "2405.00002"}, {"title": "Same 2"})
    slugs = {slug: paper.arxiv_id for slug, paper in folder.papers().items()}
    assert slugs == {"same": "2405.00001", "same-2": "2405.00002", "same-2-2": None}


def test_records_are_one_through_a_third(folder):
    folder.listing(MONDAY, {"title": "By arXiv", "arxiv_id": "2405.21060"})
    folder.listing(TUESDAY, {"title": "By DOI", "doi": "10.1000/a"})
    folder.listing(WEDNESDAY, {"title": "Both", "doi": "10.1000/a", "arxiv_id": "2405.21060"})
    paper = folder.paper()
    assert (paper.slug, paper.title, paper.listed) == ("by-arxiv", "Both", MONDAY)
    # And what was known of either is known of the one.
    folder.listing(WEDNESDAY, {"title": "By DOI"}, {"title": "By arXiv"}, name="b")
    assert len(folder.paper().listings) == 4


def test_a_paper_is_known_by_every_title_that_it_had(folder):
    folder.listing(MONDAY, {"title": "First"})
    folder.listing(TUESDAY, {"title": "First", "doi": "10.1000/a"})
    folder.listing(WEDNESDAY, {"title": "Second", "doi": "10.1000/a"}, {"title": "Second"})
    assert folder.paper().slug == "first"


def test_a_new_title_of_one_paper_takes_nothing_from_its_namesake(folder):
    # The third record is known to be the second's by its id; the first stays with the namesake.
    folder.listing(MONDAY, {"title": "A"}, {"title": "B", "doi": "10.1000/b"})
    folder.listing(TUESDAY, {"title": "A", "doi": "10.1000/a"})
    folder.listing(WEDNESDAY, {"title": "A", "doi": "10.1000/b"})
    papers = {slug: (paper.doi, len(paper.listings)) for slug, paper in folder.papers().items()}
    assert papers == {"a": ("10.1000/a", 2), "b": ("10.1000/b", 2)}


def test_the_name_of_a_paper_that_went_into_another_stays_taken(folder):
    folder.listing(MONDAY, *({"doi": f"10.1000/{letter}"} for letter in "abc"))
    folder.listing(TUESDAY, {"title": "Z", "doi": "10.1000/a", "arxiv_id": "2510.00001"})
    folder.listing(WEDNESDAY, {"title": "Z2", "doi": "10.1000/b", "arxiv_id": "2510.00001"})
    folder.listing(WEDNESDAY, {"doi": "10.1000/d"}, name="b")
    slugs = {slug: paper.doi for slug, paper in folder.papers().items()}
    assert slugs == {"a": "10.1000/b", "a-3": "10.1000/c", "a-4": "10.1000/d"}


def one_listing(day: datetime.date, records: list[dict]) -> tuple[Listing, list[Mention]]:
    listing = Listing(f"{day}-a.jsonl", f"listings/{day}-a.jsonl", day)
    return listing, [Mention(one, Origin(listing.file, n)) for n, one in enumerate(records, 1)]


def test_namesakes_are_not_compared_with_each_other():
    many = 4_000
    by_arxiv = [{"title": "A", "arxiv_id": f"2405.{n:05}"} for n in range(many)]
    by_doi = [{"title": "A", "doi": f"10.1000/{n}"} for n in range(many)]
    both = [one | other for one, other in zip(by_arxiv, by_doi, strict=True)]
    one_paper = [{**one, "arxiv_id": "2405.00000"} for one in by_doi]
    for records, papers in (
        (by_arxiv, many),
        (both, many),
        (by_arxiv + by_doi, many),
        (by_arxiv + [{"title": "A"}] * many, many),
        (one_paper, 1),
    ):
        with patience():  # comparing all takes longer
            merged, _ = merge.merge([one_listing(MONDAY, records)], {})
        assert len(merged.papers) == papers


# --- who wins -----------------------------------------------------------------------------


def test_the_earliest_gives_name_and_day_and_the_newest_the_rest(folder):
    first = {"title": "First", "abstract": "old", "upvotes": 1, "comments": 5, "stars": 7}
    second = {"title": "Second", "abstract": "new", "upvotes": 2, "comments": None}
    folder.listing(TUESDAY, {**second, "arxiv_id": "2405.21060"})
    folder.listing(MONDAY, {**first, "arxiv_id": "2405.21060"})
    paper = folder.paper()
    assert (paper.slug, paper.listed) == ("first", MONDAY)
    assert (paper.title, paper.abstract, paper.upvotes) == ("Second", "new", 2)
    # Where the newest says nothing, what was said stays.
    assert (paper.comments, paper.stars) == (5, 7)


def test_listings_add_topics_and_links(folder):
    for slug in ("one", "two", "three"):
        folder.topic(slug)
    folder.listing(
        MONDAY,
        {
            "topics": ["one"],
            "links": {"code": "https://old.example", "data": "https://data.example"},
        },
        topics=["three"],
    )
    folder.listing(TUESDAY, {"topics": ["two"], "links": {"code": "https://new.example"}})
    paper = folder.paper()
    assert paper.topics == ("one", "three", "two")
    assert dict(paper.links) == {"code": "https://new.example", "data": "https://data.example"}


def test_an_overlay_beats_every_listing(folder):
    folder.topic("one")
    folder.topic("two", "match: [a]\n")
    folder.listing(
        TUESDAY,
        {
            "abstract": "theirs",
            "authors": ["X"],
            "topics": ["two"],
            "links": {"code": "https://a.example"},
        },
    )
    folder.overlay(
        "a",
        "title: The Right Title\nabstract: ours\nauthors: [Y, Z]\ntopics: [one]\n"
        "listed: 2025-01-01\nlinks: {data: 'https://d.example'}\nnote: Read it.\n",
    )
    paper = folder.paper()
    assert (paper.slug, paper.title, paper.abstract) == ("a", "The Right Title", "ours")
    assert (paper.authors, paper.author_count) == (("Y", "Z"), 2)
    assert (paper.topics, paper.note) == (("one",), "Read it.")
    assert paper.listed == datetime.date(2025, 1, 1)
    assert dict(paper.links) == {"code": "https://a.example", "data": "https://d.example"}


def test_null_in_an_overlay_erases(folder):
    folder.topic("one", "match: [a]\n")
    folder.listing(
        MONDAY,
        {
            "abstract": "x",
            "summary": "x",
            "authors": ["X"],
            "doi": "10.1000/a",
            "topics": ["one"],
            "organization": "X",
            "published": "2024-01-01",
            "links": {"code": "https://a.example"},
        },
    )
    erased = [
        "abstract",
        "summary",
        "authors",
        "author_count",
        "organization",
        "published",
        "doi",
        "links",
        "topics",
    ]
    folder.overlay("a", "".join(f"{name}: null\n" for name in erased))
    catalog = folder.load()
    (paper,) = catalog.papers
    for name in erased:
        assert not getattr(paper, name), name
    assert paper.author_count is paper.abstract is None
    assert catalog.organizations == ()


def test_an_overlay_can_say_how_many_authors_there_are_beside_those_it_names(folder):
    folder.listing(MONDAY, {"authors": ["X"]})
    folder.overlay("a", "author_count: 300\n")
    assert (folder.paper().authors, folder.paper().author_count) == (("X",), 300)


def test_a_listing_can_count_more_authors_than_it_names(folder):
    folder.listing(MONDAY, {"authors": ["X"], "author_count": 300})
    assert (folder.paper().authors, folder.paper().author_count) == (("X",), 300)
    folder.listing(TUESDAY, {"author_count": 4})  # of authors that it doesn't name
    assert folder.paper().author_count == 300
    folder.listing(WEDNESDAY, {"authors": ["X", "Y"], "author_count": 1})
    assert folder.paper().author_count == 2
    folder.overlay("a", "authors: [Z]\n")
    assert folder.paper().author_count == 1


def test_every_field_knows_who_said_it(folder):
    folder.listing(MONDAY, {"title": "B"}, {"abstract": "old", "upvotes": 1, "doi": "10.1000/a"})
    folder.listing(TUESDAY, {"upvotes": 2})
    folder.overlay("a", "# about it\n\nnote: Read it.\nabstract:\n  new\n")
    origins = folder.papers()["a"].origins
    assert {name: (origin.file, origin.line) for name, origin in origins.items()} == {
        "title": ("listings/2025-10-28-a.jsonl", 1),
        "doi": ("listings/2025-10-27-a.jsonl", 2),
        "upvotes": ("listings/2025-10-28-a.jsonl", 1),
        "note": ("papers/a.yml", 3),
        "abstract": ("papers/a.yml", 4),
    }


# --- summaries ----------------------------------------------------------------------------


@pytest.mark.parametrize("days", [(MONDAY, TUESDAY), (TUESDAY, MONDAY)])
def test_a_machine_does_not_replace_what_people_wrote(folder, days):
    folder.listing(days[0], {"summary": "by people"})
    folder.listing(days[1], {"summary": "by a machine", "summary_by": "m"}, name="b")
    paper = folder.paper()
    assert (paper.summary, paper.summary_by) == ("by people", None)


def test_a_newer_machine_replaces_an_older_one_by_name(folder):
    folder.listing(MONDAY, {"summary": "old", "summary_by": "m1"})
    folder.listing(TUESDAY, {"summary": "new", "summary_by": "m2"})
    assert (folder.paper().summary, folder.paper().summary_by) == ("new", "m2")


def test_an_overlays_summary_is_the_editors(folder):
    folder.listing(MONDAY, {"summary": "x", "summary_by": "m"})
    folder.overlay("a", "summary: ours\n")
    assert (folder.paper().summary, folder.paper().summary_by) == ("ours", None)


def test_a_machine_named_without_a_summary_wrote_nothing(folder):
    folder.listing(MONDAY, {"summary": "by people"})
    folder.listing(TUESDAY, {"summary_by": "m"})
    assert (folder.paper().summary, folder.paper().summary_by) == ("by people", None)


def test_rewritten_abstracts_are_summaries(folder):
    folder.listing(MONDAY, {"abstract": "rewritten"}, text="summary")
    assert (folder.paper().abstract, folder.paper().summary) == (None, "rewritten")


# --- overlays and their papers --------------------------------------------------------------


def test_people_can_add_a_paper(folder):
    folder.overlay("by-hand", "title: Any Title\nlisted: 2025-10-28\narxiv_id: 2405.21060\n")
    paper = folder.paper()
    assert (paper.slug, paper.title, paper.listed) == ("by-hand", "Any Title", TUESDAY)
    assert (paper.arxiv_id, paper.listings) == ("2405.21060", ())
    assert paper.origins["arxiv_id"] == Origin("papers/by-hand.yml", 3)


def test_a_paper_that_people_added_keeps_its_name_when_it_is_listed(folder):
    folder.overlay("by-hand", "title: Any Title\nlisted: 2025-10-27\narxiv_id: 2405.21060\n")
    folder.listing(TUESDAY, {"title": "Listed Title", "arxiv_id": "2405.21060", "upvotes": 3})
    paper = folder.paper()
    assert (paper.slug, paper.title, paper.upvotes) == ("by-hand", "Any Title", 3)


def test_a_paper_that_people_added_keeps_its_name_when_a_namesake_is_listed(folder):
    folder.overlay("a", "title: A\nlisted: 2025-10-27\narxiv_id: 2405.21060\n")
    folder.listing(TUESDAY, {"title": "A", "arxiv_id": "2405.99999"})
    assert {slug: paper.arxiv_id for slug, paper in folder.papers().items()} == {
        "a": "2405.21060",
        "a-2": "2405.99999",
    }


def test_an_overlay_of_no_paper_is_an_error_with_a_suggestion(folder):
    folder.listing(MONDAY, {"title": "Scaling Laws of Models"})
    folder.overlay("scaling-law-of-models", "note: x\n")
    (error,) = folder.errors()
    assert error.startswith("papers/scaling-law-of-models.yml:1: title: no paper of this name")
    assert 'did you mean "scaling-laws-of-models"?' in error


@pytest.mark.parametrize(
    ("source", "missing"), [("title: X\n", "listed"), ("listed: 2025-10-27\n", "title")]
)
def test_a_paper_by_hand_needs_a_title_and_a_day(folder, source, missing):
    folder.overlay("x", source)
    (error,) = folder.errors()
    assert error.startswith(f"papers/x.yml:1: {missing}: ")


def test_two_overlays_of_one_paper_are_an_error(folder):
    for slug in ("one", "two"):
        folder.overlay(slug, "title: X\nlisted: 2025-10-27\ndoi: 10.1000/a\n")
    (error,) = folder.errors()
    assert error.startswith("papers/two.yml:1: claims the paper that papers/one.yml is about")


def test_of_two_overlays_that_which_has_the_papers_name_is_kept(folder):
    folder.listing("2025-10-27-a.jsonl", {"title": "Seen"})
    folder.overlay("seen", "note: It is kept.\n")
    folder.overlay("another", "title: Seen\nlisted: 2025-10-28\n")
    (error,) = folder.errors()
    assert error.startswith("papers/another.yml:1: claims the paper that papers/seen.yml is about")


def test_an_overlay_of_a_paper_that_is_listed_under_another_name_is_an_error(folder):
    folder.listing(MONDAY, {"title": "Listed Title", "arxiv_id": "2405.21060"})
    folder.overlay("by-hand", "title: X\nlisted: 2025-10-28\narxiv_id: 2405.21060\n")
    (error,) = folder.errors()
    assert error.startswith(
        'papers/by-hand.yml:1: the paper is listed as "listed-title" since 2025-10-27'
    )
    assert "rename the file to listed-title.yml" in error


def test_an_id_in_an_overlay_joins_what_listings_took_for_two(folder):
    folder.listing(MONDAY, {"title": "First"})
    folder.listing(TUESDAY, {"title": "Second", "doi": "10.1000/a"})
    folder.overlay("first", "doi: 10.1000/a\n")
    paper = folder.paper()
    assert (paper.slug, paper.title, len(paper.listings)) == ("first", "Second", 2)


def test_an_overlay_that_joins_two_listed_papers_keeps_the_earlier_ones_name(folder):
    # Whatever day it gives: both were listed, so the listings' days count.
    folder.listing(MONDAY, {"title": "A", "arxiv_id": "2510.00001"})
    folder.listing(TUESDAY, {"title": "B"})
    folder.overlay("b", "listed: 2020-01-01\narxiv_id: 2510.00001\n")
    (error,) = folder.errors()
    assert error.startswith('papers/b.yml:1: the paper is listed as "a" since 2025-10-27')
    assert "rename the file to a.yml" in error


@pytest.mark.parametrize("listed", [MONDAY, TUESDAY])
def test_a_paper_that_people_added_keeps_its_name_from_its_day_on(folder, listed):
    folder.overlay("mine", f"title: A model\nlisted: {listed}\n")
    folder.listing(TUESDAY, {"title": "A model"})
    assert (folder.paper().slug, len(folder.paper().listings)) == ("mine", 1)


def test_a_paper_that_people_added_after_it_was_listed_is_called_as_it_was_listed(folder):
    folder.overlay("mine", f"title: A model\nlisted: {WEDNESDAY}\n")
    folder.listing(TUESDAY, {"title": "A model"})
    (error,) = folder.errors()
    assert "rename the file to a-model.yml" in error


def test_a_paper_that_people_add_does_not_take_a_name_that_was_given(folder):
    folder.listing(MONDAY, {"title": "A", "arxiv_id": "2405.99999"})
    folder.overlay("a", "title: A\nlisted: 2025-10-28\narxiv_id: 2405.21060\n")
    (error,) = folder.errors()
    assert error.startswith("papers/a.yml:1: the name of a paper that was listed before")
    # But a correction of that paper it may be.
    folder.overlay("a", "title: A\narxiv_id: 2405.21060\n")
    assert folder.paper().arxiv_id == "2405.21060"


def test_a_namesake_of_a_paper_that_people_added_keeps_its_name_too(folder):
    folder.overlay("a", "title: A\nlisted: 2025-10-27\narxiv_id: 2405.21060\n")
    folder.listing(TUESDAY, {"title": "A", "arxiv_id": "2405.99999"})
    folder.listing(WEDNESDAY, {"title": "A", "arxiv_id": "2405.88888"})
    assert {slug: paper.arxiv_id for slug, paper in folder.papers().items()} == {
        "a": "2405.21060",
        "a-2": "2405.99999",
        "a-3": "2405.88888",
    }


def test_a_correction_of_a_paper_that_went_into_another_names_it(folder):
    folder.listing(MONDAY, {"title": "A", "doi": "10.1000/a"}, {"title": "B", "doi": "10.1000/b"})
    folder.listing(TUESDAY, {"title": "C", "arxiv_id": "2405.21060", "doi": "10.1000/a"})
    folder.listing(WEDNESDAY, {"title": "C", "arxiv_id": "2405.21060", "doi": "10.1000/b"})
    folder.overlay("b", "note: x\n")
    (error,) = folder.errors()
    assert "rename the file to a.yml" in error


def test_an_overlay_without_a_title_is_an_error(folder):
    folder.listing(MONDAY, {"title": "A"})
    folder.overlay("a", "note: x\ntitle: null\n")
    (error,) = folder.errors()
    assert error.startswith("papers/a.yml:2: title: ")


# --- organizations ------------------------------------------------------------------------


def test_an_organization_is_one_by_its_handle(folder):
    folder.listing(MONDAY, {"title": "A", "organization": {"handle": "ibm", "name": "IBM"}})
    folder.listing(
        TUESDAY, {"title": "B", "organization": {"handle": "IBM", "name": "IBM Research"}}
    )
    catalog = folder.load()
    (one,) = catalog.organizations
    assert (one.slug, one.name) == ("ibm", "IBM Research")
    assert {paper.slug for paper in catalog.by_organization["ibm"]} == {"a", "b"}


def test_an_organization_is_one_by_its_name_alone(folder):
    folder.listing(MONDAY, {"title": "A", "organization": "IBM Research"})
    folder.listing(
        TUESDAY, {"title": "B", "organization": {"handle": "ibm", "name": "Ibm research"}}
    )
    folder.overlay("c", "title: C\nlisted: 2025-10-29\norganization: IBM-Research\n")
    (one,) = folder.load().organizations
    # Its address is what it was called first.
    assert (one.slug, one.handle, one.name) == ("ibm-research", "ibm", "Ibm research")


def test_organizations_that_differ_have_names_of_their_own(folder):
    names = ["IBM", {"handle": "i-b-m", "name": "Other"}, "I.B.M", "语言", "!"]
    folder.listing(
        MONDAY, *({"title": f"T{n}", "organization": name} for n, name in enumerate(names))
    )
    slugs = [one.slug for one in folder.load().organizations]
    assert len(set(slugs)) == len(names)
    assert {"ibm", "i-b-m", "i-b-m-2", "yu-yan", "organization"} == set(slugs)


def test_an_overlay_gives_a_paper_its_organization(folder):
    folder.listing(MONDAY, {"title": "A", "organization": "Wrong"})
    folder.overlay("a", "organization: {handle: right, name: The Right One}\n")
    catalog = folder.load()
    assert [one.name for one in catalog.organizations] == ["The Right One"]
    assert catalog.papers[0].organization == catalog.organizations[0]


# --- order --------------------------------------------------------------------------------


def test_papers_stand_newest_first_and_then_as_listed(folder):
    folder.listing(MONDAY, {"title": "Z"}, {"title": "Y"})
    folder.listing(TUESDAY, {"title": "D"}, {"title": "C"}, name="b")
    folder.listing(TUESDAY, {"title": "F"}, {"title": "Z"})
    folder.overlay("e", "title: E\nlisted: 2025-10-28\n")
    assert [paper.title for paper in folder.load().papers] == ["F", "D", "C", "E", "Z", "Y"]


# --- properties ---------------------------------------------------------------------------

FIELDS = st.fixed_dictionaries(
    {"title": st.sampled_from(["A", "a!", "B", "B-C", "b c", "D", "?"])},
    optional={
        "arxiv_id": st.sampled_from(["2405.00001", "2405.00002", "2405.00003"]),
        "doi": st.sampled_from(["10.1000/a", "10.1000/b"]),
        "upvotes": st.integers(0, 9),
        "abstract": st.sampled_from(["x", "y"]),
        "summary": st.sampled_from(["s", "t"]),
        "summary_by": st.sampled_from(["m", "n"]),
        "topics": st.sampled_from([("t",), ("t", "u"), ("v",)]),
        "links": st.sampled_from(
            [{"code": "https://a.b"}, {"code": "https://c.d", "x": "https://e.f"}]
        ),
        "organization": st.sampled_from(
            [
                {"handle": "ibm", "name": "IBM"},
                {"handle": None, "name": "IBM"},
                {"handle": None, "name": "X"},
            ]
        ),
    },
)


@st.composite
def listings(draw) -> list[tuple[Listing, tuple[Mention, ...]]]:
    made = []
    for day, name in draw(
        st.lists(
            st.tuples(st.sampled_from([MONDAY, TUESDAY, WEDNESDAY]), st.sampled_from("ab")),
            unique=True,
        )
    ):
        listing = Listing(f"{day}-{name}.jsonl", f"listings/{day}-{name}.jsonl", day)
        said = draw(st.lists(FIELDS, max_size=4))
        mentions = (Mention(one, Origin(listing.file, n)) for n, one in enumerate(said, 1))
        made.append((listing, tuple(mentions)))
    return made


@given(st.data(), listings())
def test_the_order_of_the_listings_does_not_matter(data, given_listings):
    shuffled = data.draw(st.permutations(given_listings))
    assert merge.merge(shuffled, {}) == merge.merge(given_listings, {})


@given(listings())
def test_a_record_that_is_listed_twice_is_listed_once(given_listings):
    once, _ = merge.merge(given_listings, {})
    twice, _ = merge.merge(
        [
            (listing, [one for mention in said for one in (mention, mention)])
            for listing, said in given_listings
        ],
        {},
    )
    assert twice == once


@given(listings())
def test_every_record_is_in_one_paper(given_listings):
    merged, errors = merge.merge(given_listings, {})
    assert errors == []
    slugs = [paper.slug for paper in merged.papers]
    assert len(set(slugs)) == len(slugs)
    listed = {listing.name for listing, said in given_listings if said}
    assert {name for paper in merged.papers for name in paper.listings} == listed
    for name in ("arxiv_id", "doi"):
        said = {mention.fields.get(name) for _, mentions in given_listings for mention in mentions}
        shown = [value for paper in merged.papers if (value := getattr(paper, name))]
        assert len(set(shown)) == len(shown), "one id, two papers"
        assert set(shown) <= said
    assert set(merged.organizations) == {p.organization for p in merged.papers if p.organization}


IDENTITIES = st.fixed_dictionaries(
    {"title": st.sampled_from(["A", "A 2", "B"])},
    optional={
        "arxiv_id": st.sampled_from(["1", "2", "3"]),
        "doi": st.sampled_from(["a", "b", "c"]),
    },
)
ADDED_BY_HAND = st.dictionaries(
    st.sampled_from(["a", "a-2", "a-2-2", "b", "mine"]),
    st.builds(
        lambda said, day: {**said, "listed": MONDAY + datetime.timedelta(day)},
        IDENTITIES,
        st.integers(-1, 6),
    ),
    max_size=2,
)


def slugs_by_first(said, overlays) -> dict[Origin | str, str]:
    """Of every paper its first mention, or its file if that was there first → its slug."""

    def first(work):
        if work.slug in work.overlays:
            added = work.overlays[work.slug].fields["listed"]
            if not work.mentions or added <= work.mentions[0][0].day:
                return work.slug
        return work.mentions[0][1].origin

    works, *_ = merge._join(merge._in_order(said, overlays), [], [])
    return {first(work): work.slug for work in works}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(IDENTITIES, max_size=4), max_size=6), st.just({}) | ADDED_BY_HAND)
def test_a_slug_is_given_once_and_for_ever(days, added):
    said = [one_listing(MONDAY + datetime.timedelta(n), day) for n, day in enumerate(days)]
    overlays = {
        slug: merge.Overlay(fields, {}, f"papers/{slug}.yml") for slug, fields in added.items()
    }
    owners: dict[str, Origin | str] = {}
    final = slugs_by_first(said, overlays)
    for end in range(len(said) + 1):
        # What people add is there from its day on.
        last = MONDAY + datetime.timedelta(end - 1)
        there = {
            slug: overlay for slug, overlay in overlays.items() if overlay.fields["listed"] <= last
        }
        now = slugs_by_first(said[:end], there)
        assert len(set(now.values())) == len(now)
        for first, slug in now.items():
            assert owners.setdefault(slug, first) == first
            assert final.get(first, slug) == slug
        if not overlays:
            merged, _ = merge.merge(said[:end], {})
            assert {paper.slug for paper in merged.papers} == set(now.values())


@settings(max_examples=300, deadline=None)
@given(st.lists(st.lists(IDENTITIES, max_size=4), max_size=5).flatmap(st.permutations))
def test_what_is_in_the_ledger_keeps_its_name_in_whatever_order_listings_come(days):
    # Each is of a day, but they are put in in another order, and each time all is published.
    dated = [
        one_listing(MONDAY - datetime.timedelta(7 * (n % 2) + n), day) for n, day in enumerate(days)
    ]
    published: tuple[Debut, ...] = ()
    names: dict[Origin, str] = {}
    for end in range(1, len(dated) + 1):
        merged, _ = merge.merge(dated[:end], {}, published)
        # As freeze does: what is new behind what is there, and the ids that have become known.
        known = {debut.slug: debut for debut in published}
        both = debuts.debuts(merged.first, Ledger(debuts=known))
        known |= {debut.slug: debut for debut in sorted(both, key=debuts.by_name)} | known
        papers = {paper.slug: paper for paper in merged.papers}
        published = tuple(
            replace(debut, ids=debut.ids | merged.ids.get(debut.slug, frozenset()))
            if debut.slug in papers
            else replace(debut, part_of=merged.aliases[debut.slug])
            for debut in known.values()
        )
        slugs = set(papers)
        assert {debut.slug for debut in published} == slugs | set(merged.aliases)
        assert set(merged.aliases.values()) <= slugs
        assert not merged.ids.keys() & merged.aliases.keys()
        works, *_ = merge._join(merge._in_order(dated[:end], {}), published, [])
        for work in works:
            for _, mention in work.mentions:
                before = names.setdefault(mention.origin, work.slug)
                assert work.slug in (before, merged.aliases.get(before))


@given(listings(), FIELDS)
def test_what_is_listed_later_renames_no_paper(given_listings, late):
    # But for papers that it shows to be one.
    before, _ = merge.merge(given_listings, {})
    day = WEDNESDAY + datetime.timedelta(1)
    listing = Listing(f"{day}-a.jsonl", f"listings/{day}-a.jsonl", day)
    after, _ = merge.merge(
        [*given_listings, (listing, [Mention(late, Origin(listing.file, 1))])], {}
    )
    if len(after.papers) >= len(before.papers):
        old = {paper.slug: paper.listed for paper in before.papers}
        new = {paper.slug: paper.listed for paper in after.papers}
        assert old.items() <= new.items()


@settings(deadline=None)
@given(listings())
def test_an_empty_overlay_changes_nothing(given_listings):
    plain, _ = merge.merge(given_listings, {})
    overlays = {
        paper.slug: merge.Overlay({}, {}, f"papers/{paper.slug}.yml") for paper in plain.papers
    }
    merged, errors = merge.merge(given_listings, overlays)
    assert errors == []
    assert merged == replace(plain, papers=merged.papers)
    assert [paper.slug for paper in merged.papers] == [paper.slug for paper in plain.papers]
