"""What a catalog becomes: pages, and what stands beside them.

Nothing of all that is made before it is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from generator import cards, data, feeds, fingerprints, llms, opensearch, pages, sitemap, stamps
from generator.curation import schemas
from generator.model import Catalog, Publication
from generator.output import State
from generator.search import index
from generator.stages import each, stage

Makers = Mapping[str, stamps.Maker]  # by paths below the site's folder
# Beside Broadsheet itself, what the bytes of the files that are made beside the pages follow from.
SOFTWARE = ("feedgen", "lxml", "numpy", "pillow", "PyStemmer", "typst")


@dataclass(frozen=True)
class Making:
    """What there is to make of a catalog."""

    catalog: Catalog
    publication: Publication
    kept: Path | None  # the folder of what was computed before
    near: pages.Near
    markdown: Callable[[pages.Page], bytes]
    cards: Mapping[str, cards.Card]  # by their paths below the site's folder
    # The files beside the pages: ours, and those which people may have written instead.
    ours: Makers
    theirs: Makers

    @cached_property
    def pages(self) -> Sequence[pages.Page]:
        return [*pages.pages(self.catalog, self.publication, self.near)]

    @cached_property
    def at_the_top(self) -> frozenset[str]:
        """The names in ``site_src/`` itself of the folders that pages are in, and of pages."""
        return frozenset(page.path.partition("/")[0] for page in self.pages)

    def paths(self) -> tuple[list[str], list[str]]:
        """Of pages below ``site_src/``, and of files beside them below the site's folder."""
        return [page.path for page in self.pages], [*self.ours, *self.theirs]

    def written(self, some: Sequence[pages.Page]) -> Iterator[tuple[str, bytes]]:
        """These pages' paths, and their Markdown."""
        return each("Markdown of pages", ((page.path, self.markdown(page)) for page in some))

    def card(self, path: str) -> tuple[str, cards.Card]:
        """The path of the card to show with the page of this path, and the card."""
        best = cards.path_of(path, self.catalog, self.cards)
        return best, self.cards[best]

    def key(self, around: str, path: str, digest: str) -> str:
        """The key of what the page of this path becomes: of digests of what is around it and what it says."""
        best, card = self.card(path)
        return fingerprints.of(around, str(self.catalog.day), best, card.title, digest)

    def index(self) -> Iterator[tuple[str, bytes]]:
        """The files of the search index."""
        return index.render(self.catalog, self.kept)

    def write_beside(
        self,
        name: str,
        receive: Callable[[], tuple[Path, set[str]]],
        seen: Mapping[str, State],
        tell: Callable[[int], None],
    ) -> dict[str, State]:
        """Write what stands beside the pages: the search index, and those files that are wanted. Gives the
        states of those that have keys, among them all of the index, whose paths aren't known before.

        The site's folder, and what is wanted, are received once they are known. ``name`` is what their stamps
        are kept under, ``seen`` the states of files before anything was written; papers count as told in two
        halves, about as long each.
        """
        papers, index = len(self.catalog.papers), self.index()
        with stage("keys of feeds", is_minor=True):  # each of which is found out but once
            for maker in self.ours.values():
                if maker.key:
                    maker.key()
        site, wanted = receive()
        with stamps.kept(self.kept, name, site, SOFTWARE, lambda: seen) as stamped:
            for path, made in each("search index", index):
                stamped.write(path, stamps.of_bytes(made))
            tell(papers // 2)
            # Feeds stay in their order, which suits them, and come last: what they keep in mind finds room
            # where others had things for a moment.
            every = {**self.theirs, **self.ours}
            for path, maker in every.items():
                if path in wanted:
                    folder, _, file = path.partition("/")
                    with stage(folder if file else "robots.txt and the like", is_minor=not file):
                        stamped.write(path, maker)
        tell(papers - papers // 2)
        return {path: state for path in stamped.noted for state in stamped.states(path)}


@stage("what there is to make", is_minor=True)
def of(
    catalog: Catalog, publication: Publication, kept: Path | None, *, cards_of_papers: bool
) -> Making:
    """What there is to make of the catalog."""
    of_all = cards.cards(catalog, publication, of_papers=cards_of_papers)
    ours = {**data.render(catalog, publication), **feeds.render(catalog, publication)}
    for path, make in schemas.render(publication).items():
        ours[path] = stamps.Maker(make)
    theirs = cards.render(of_all) | {
        "robots.txt": stamps.Maker(partial(sitemap.robots, publication)),
        llms.PATH: stamps.Maker(partial(llms.llms_txt, catalog, publication)),
        opensearch.PATH: stamps.Maker(partial(opensearch.description, publication)),
    }
    return Making(
        catalog,
        publication,
        kept,
        pages.near_in(catalog, kept),
        pages.writer(catalog, publication),
        of_all,
        ours,
        theirs,
    )
