"""What the site's citations say of papers, read back as a listing: the same facts."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from hypothesis import strategies as st

from generator import citations, content, names, text
from generator.model import Organization, Paper, Publication

PUBLICATION = Publication("The Edition", "https://edition.example/")
DAY = datetime.date(2025, 10, 29)
WORDS = st.from_regex(r"[A-Za-zéüßøŁ例ن]{1,8}( [A-Za-zéüßøŁ0-9-]{1,8}){0,4}", fullmatch=True)
NAMES = st.sampled_from(
    "Ada Lovelace|Paul Erdős|Mihaela van der Schaar|Martin Luther King Jr.|Meta AI|张伟|Madonna"
    "|Nguyen Van An|Åsa Öberg|Jean-Luc O'Neill|Research and Development Team".split("|")
)
DOIS = st.from_regex(r"10\.[0-9]{4}/[a-z0-9.()_%&#-]{0,8}[a-z0-9)-]", fullmatch=True)


@st.composite
def papers(draw: st.DrawFn, titles: st.SearchStrategy[str]) -> Paper:
    title = draw(titles.map(text.plain).filter(lambda one: any(map(str.isalnum, one))))
    return Paper(
        slug=text.slug(title, fallback="paper"),
        title=title,
        listed=DAY,
        abstract=draw(st.none() | WORDS),
        authors=tuple(draw(st.lists(NAMES, max_size=4))),
        organization=draw(st.none() | st.just(Organization("acme", "acme", "Acme Research"))),
        published=draw(st.none() | st.dates(datetime.date(1991, 1, 1), datetime.date(2099, 1, 1))),
        arxiv_id=draw(
            st.none()
            | st.from_regex(r"[0-9]{2}(0[1-9]|1[0-2])\.[0-9]{5}", fullmatch=True)
            | st.from_regex(r"(cs|hep-th|math\.GT)/[0-9]{2}0[1-9][0-9]{3}", fullmatch=True)
        ),
        doi=draw(st.none() | DOIS),
    )


def read_back(written: str, ending: str) -> tuple[Paper, ...]:
    """The papers of a listing that holds this; nothing of it is left out."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"{DAY}-own{ending}").write_bytes(written.encode())
        catalog, omissions = content.load(Path(folder))
    assert omissions == ()
    return catalog.papers


def assert_comes_back(
    originals: Iterable[Paper], write: Callable[[Paper, Publication], str], ending: str, facts: str
) -> None:
    """``facts`` are those that the format carries, besides the title, authors and identifiers."""
    originals = list(originals)
    found = {
        (paper.title, paper.arxiv_id, paper.doi): paper
        for paper in read_back("".join(write(one, PUBLICATION) for one in originals), ending)
    }
    for one in originals:
        read = found[one.title, one.arxiv_id, one.doi]
        item = citations.csl(one, PUBLICATION)
        assert list(read.authors) == [names.whole(name) for name in item.get("author", ())]
        assert dict(read.links) == {}
        for fact in facts.split():
            assert getattr(read, fact) == getattr(one, fact)
