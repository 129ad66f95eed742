"""Catalog → Markdown pages that are whole, harmless and real Markdown."""

from __future__ import annotations

import datetime
import json
import posixpath
import re
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mkdocs.utils.meta import get_data

from generator import citations, content, pages, text
from generator.model import Catalog, Listing, Organization, Origin, Paper, Topic
from generator.output import MARK
from tests import golden

GOLDEN = {
    path.relative_to(golden.FOLDER).as_posix(): path
    for path in sorted(golden.FOLDER.rglob("*"))
    if path.is_file()
}
MADE = golden.made()


def test_there_is_a_golden_file_for_everything_that_is_made():
    assert set(MADE) == set(GOLDEN)


@pytest.mark.parametrize("name", GOLDEN)
def test_what_is_made_is_golden(name: str):
    assert MADE[name].decode() == GOLDEN[name].read_bytes().decode()


def rendered(catalog: Catalog) -> dict[str, str]:
    return {path: page.decode() for path, page in pages.render(catalog, golden.PUBLICATION)}


def test_a_pages_kind_and_day_are_those_of_its_front_matter():
    catalog, _ = content.load(golden.CONTENT)
    for page in pages.pages(catalog, golden.PUBLICATION):
        said = page.shown().front_matter
        assert (page.kind, page.day and str(page.day)) == (said["kind"], said["date"])


def test_a_digest_is_another_when_the_page_is_and_only_when_something_changed():
    """Over every edit of one paper, topic or listing: no page changes of which the digest stays."""
    catalog, _ = content.load(golden.CONTENT)

    def of(catalog: Catalog) -> dict[str, tuple[str | None, bytes]]:
        near = pages.near_in(catalog)
        written = pages.writer(catalog, golden.PUBLICATION)
        return {
            page.path: (page.digest and page.digest(), written(page))
            for page in pages.pages(catalog, golden.PUBLICATION, near)
        }

    before = of(catalog)
    assert before == of(catalog)
    assert {path for path, (digest, _) in before.items() if not digest}.isdisjoint(
        path for path in before if re.match(r"(?:papers|days|months|weeks)/\S*\d", path)
    )
    edits = [
        replace(catalog, papers=(*catalog.papers[:place], other, *catalog.papers[place + 1 :]))
        for place, paper in enumerate(catalog.papers)
        for other in (
            replace(paper, title=f"{paper.title}!"),
            replace(paper, comments=1_000, topics=paper.topics[1:]),
            replace(paper, said=MappingProxyType({})),
        )
    ]
    edits += [replace(catalog, papers=catalog.papers[1:])]
    edits += [replace(catalog, topics=(replace(catalog.topics[0], title="Z"), *catalog.topics[1:]))]
    edits += [replace(catalog, listings=catalog.listings[:-1], papers=())]
    changed = 0
    for edited in edits:
        after = of(edited)
        for path in before.keys() & after.keys():
            (had, page), (has, now) = before[path], after[path]
            if had and page != now:
                changed += 1
                assert had != has, path
    assert changed > 100


# Half of the characters are such as mean something to Markdown, YAML or HTML.
CHARACTERS = st.one_of(st.characters(), st.sampled_from("`*_{}[]()<>#+-.!|~=:&\\\"'/1 \n"))
TEXTS = st.text(CHARACTERS, max_size=60).map(text.plain)
TITLES = TEXTS.filter(bool)


@settings(max_examples=80)
@given(title=TITLES, said=TEXTS, note=TEXTS, author=TITLES, organization=TITLES, topic=TITLES)
def test_no_text_breaks_out_of_a_page(title, said, note, author, organization, topic):
    day = datetime.date(2025, 1, 1)
    paper = Paper(
        slug="a",
        title=title,
        listed=day,
        abstract=said or None,
        summary=note or None,
        summary_by=author,
        note=note or None,
        authors=(author,),
        organization=Organization("o", None, organization),
        topics=("t",),
    )
    catalog = Catalog((paper,), (Topic("t", topic),), (paper.organization,))
    for path, page in rendered(catalog).items():
        body, meta = get_data(page)  # as MkDocs reads it
        assert MARK in page
        assert "---" not in body.split("\n"), path
        assert set(meta) <= FRONT_MATTER, path
        if meta["kind"] == "paper":
            assert meta["title"] == title
        # No HTML of anybody's, no image, no link that we didn't make; CommonMark is the judge.
        for token in walk(MarkdownIt().parse(body)):
            assert token.type not in ("html_block", "html_inline", "image"), path
            if token.type == "fence":
                assert token.content == citations.bibtex(paper, golden.PUBLICATION)
            if token.type == "code_inline":  # a feed's address, to be copied
                assert path == "feeds.md"
                assert re.fullmatch(r"https?://[\w/.-]+", token.content)
            if token.type == "link_open":
                assert re.match(
                    r"https?://|[\w/.-]+\.(md(#[a-z-]+)?|xml|jsonl?|opml)$", token.attrs["href"]
                ), path


FRONT_MATTER = {
    *("title", "description", "date", "kind", "authors", "organization", "published"),
    *("arxiv_id", "doi", "topics", "feeds", "csl", "groups", "pdf", "keywords"),
    *("papers", "pages", "order", "previous", "next"),
}


def walk(tokens):
    for token in tokens:
        yield token
        yield from walk(token.children or ())


def links_of(page: str) -> set[str]:
    tokens = walk(MarkdownIt().parse(get_data(page)[0]))
    return {token.attrs["href"] for token in tokens if token.type == "link_open"}


def test_every_link_within_the_site_leads_to_a_page_or_a_feed():
    there = {name.split("/", 1)[1] for name in MADE}
    for name, page in MADE.items():
        if not name.endswith(".md"):
            continue
        path = name.removeprefix("site_src/")
        for href in links_of(page.decode()):
            href = href.partition("#")[0]
            if not href.startswith("http"):
                assert posixpath.normpath(posixpath.join(posixpath.dirname(path), href)) in there, (
                    path
                )


def many(number: int, per_day: int = 40) -> Catalog:
    first = datetime.date(2025, 1, 1)
    papers = [
        Paper(
            slug=f"p{index}",
            title=f"Paper {index}",
            listed=first + datetime.timedelta(days=index // per_day),
            topics=("t",),
        )
        for index in range(number)
    ]
    return Catalog(tuple(reversed(papers)), (Topic("t", "T"),))


@pytest.mark.parametrize(("number", "last"), [(0, 1), (1, 1), (50, 1), (51, 2), (170, 4)])
def test_a_topic_has_fifty_papers_to_a_page_newest_first_each_once(number: int, last: int):
    made = rendered(many(number))
    of_topic = ["topics/t.md", *(f"topics/t/{page}.md" for page in range(2, last + 1))]
    assert [path for path in made if path.startswith("topics/t")] == of_topic
    listed = [re.findall(r"papers/(p\d+)\.md", made[path]) for path in of_topic]
    assert all(len(page) == 50 for page in listed[:-1])
    assert [slug for page in listed for slug in page] == [f"p{i}" for i in reversed(range(number))]
    assert ("No paper belongs to this topic yet." in made["topics/t.md"]) == (not number)


def test_the_pages_of_a_topic_lead_to_each_other():
    made = rendered(many(170))
    assert {href for href in links_of(made["topics/t.md"]) if "/t/" in href} == {"../topics/t/2.md"}
    assert {"../../topics/t.md", "../../topics/t/3.md"} <= links_of(made["topics/t/2.md"])
    assert {"../../topics/t/3.md"} <= links_of(made["topics/t/4.md"])


def test_days_and_months_lead_to_their_neighbours_and_hold_every_paper():
    made = rendered(many(1400))
    days = [path for path in made if path.startswith("days/2")]
    assert len(days) == 35
    assert {"2025-01-31.md", "2025-02-02.md"} <= links_of(made["days/2025-02-01.md"])
    for folder in ("days", "months"):
        found = set(
            re.findall(r"papers/(p\d+)\.md", "".join(made[p] for p in made if p.startswith(folder)))
        )
        assert len(found) == 1400
    assert {"../months/2025-02.md"} <= links_of(made["months/2025-01.md"])


@pytest.mark.parametrize(("number", "is_folded"), [(100, False), (101, True)])
def test_of_many_authors_the_first_stand_above_and_all_below(
    number: int, is_folded: bool, tmp_path: Path
):
    names = [f"Jane Doe-{one}" for one in range(number)]
    (tmp_path / "listings").mkdir()
    listing = tmp_path / "listings/2025-10-29-a.jsonl"
    listing.write_text(json.dumps({"title": "Of many", "abstract": "We look.", "authors": names}))
    catalog, _ = content.load(tmp_path)
    above, _, below = rendered(catalog)["papers/of-many.md"].partition("## Abstract")
    byline = above.partition("# Of many\n\n")[2].partition("\n")[0]
    section = below.partition("## Authors\n\n")[2].partition("\n")[0]
    if is_folded:
        assert byline == f"{', '.join(names[:25])} [and 76 others](#authors)"
        assert section == ", ".join(names)
    else:
        assert byline == ", ".join(names)
        assert not section


def test_without_anything_listed_every_page_still_stands():
    made = rendered(Catalog())
    assert "Nothing is listed yet" in made["index.md"]
    assert {"index.md", "topics/index.md", "organizations/index.md", "days/index.md"} < set(made)


def test_a_page_does_not_change_because_another_paper_came(tmp_path: Path):
    """Only so can a build leave most of a hundred thousand pages alone. Neighbours may come and go."""

    def but_for_neighbours(page: str) -> str:
        return re.sub(r"## Related papers\n.*?(?=## )", "", page, flags=re.DOTALL)

    catalog, _ = content.load(golden.CONTENT)
    fewer = Catalog(catalog.papers[1:], catalog.topics, catalog.organizations, catalog.listings)
    before, after = rendered(fewer), rendered(catalog)
    for paper in fewer.papers:
        path = f"papers/{paper.slug}.md"
        assert but_for_neighbours(before[path]) == but_for_neighbours(after[path])


def test_front_matter_is_yaml_that_any_reader_takes():
    for name, page in MADE.items():
        if name.endswith(".md"):
            meta = yaml.safe_load(page.decode().split("---\n")[1])
            assert meta["title"], name
            assert meta.get("date") is None or re.fullmatch(r"\d{4}-\d\d-\d\d", meta["date"]), name


@pytest.mark.parametrize(
    ("words", "short"),
    [
        ("Short.", "Short."),
        ("One two three. Four five six seven eight.", "One two three."),
        ("A. Then a long sentence follows here, and it goes on", "A. Then a long…"),
        ("unbreakableunbreakableunbreakable", "unbreakableunbreakab…"),
    ],
)
def test_a_teaser_ends_with_a_sentence_or_else_with_a_word(words: str, short: str):
    assert pages.teaser(words, 20) == short


def listed_twice() -> Catalog:
    days = [datetime.date(2025, 1, day) for day in (1, 2, 3)]
    listings = tuple(Listing(f"{day}.jsonl", f"listings/{day}.jsonl", day) for day in days)
    paper = Paper(
        "p",
        "P",
        days[0],
        listings=(listings[0].name, listings[1].name),
        said={Origin(one.file, 1): ("title",) for one in listings[:2]},
    )
    return Catalog((paper,), listings=listings)


def test_a_day_shows_what_was_listed_again_and_exists_for_every_listing():
    made = rendered(listed_twice())
    assert "Listed again" not in made["days/2025-01-01.md"]
    assert "## Listed again" in made["days/2025-01-02.md"]
    assert "../papers/p.md" in links_of(made["days/2025-01-02.md"])
    assert "0 new papers" in made["days/2025-01-03.md"]
    assert {"../days/2025-01-01.md", "../days/2025-01-02.md"} <= links_of(made["papers/p.md"])


def test_on_a_quiet_day_the_front_page_says_so_and_shows_the_latest():
    front = rendered(listed_twice())["index.md"]
    assert "# Wednesday, 1 January 2025" in front
    assert "Nothing new on 3 January 2025" in front
    assert {"papers/p.md", "days/2025-01-03.md"} <= links_of(front)
