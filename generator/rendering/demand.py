"""Files of the site that are made when somebody asks for them, as under ``serve``.

Pages, feeds and data follow from the catalog, each for itself: of a publication that is but looked at, or one
that changes while it is, nothing else needs to be made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from generator import output, pages, search, sitemap, stamps
from generator.garbage import uncollected
from generator.making import Making
from generator.rendering import apart, shares

# What writes the file of a path below the site's folder, if it is to be made and hasn't been.
Make = Callable[[str], None]


def on_demand(
    of: Making,
    around: shares.Around,
    some: Iterable[pages.Page],
    names: Collection[str],
    locations: Callable[[], Iterable[tuple[str, bytes]]] | None,
) -> Make:
    """For these pages, and what stands beside pages under these names; ``locations`` makes the sitemap's files,
    if they are to be made."""
    of_page = {}
    for page in some:
        of_page[page.path] = of_page[around.files.src_uris[page.path].dest_uri] = page
    makers = {path: maker for path, maker in {**of.theirs, **of.ours}.items() if path in names}
    # By how the paths begin of files that are made at once.
    together = {search.FOLDER: of.index}
    if locations:
        together[sitemap.PATH.removesuffix(".xml")] = locations
    made: set[str] = set()

    @uncollected()
    def make(path: str) -> None:
        # The page of the search stands among the files of its index.
        at_once = () if path in of_page else together
        beginning = next((one for one in at_once if path.startswith(one)), path)
        if path in made or beginning in made:
            return
        if path in of_page:
            _build(of_page[path], of, around)
        elif path in makers:
            output.write(around.site, [(path, makers[path]())])
        elif beginning in together:
            output.write(around.site, together[beginning]())
        made.update((path, beginning))

    return make


def _build(page: pages.Page, of: Making, around: shares.Around) -> None:
    file = around.files.src_uris[page.path]
    if not isinstance(file, apart.PageFile):
        shares.build_again(file.page, of.markdown(page), around)
        return
    nothing = stamps.Stamps(around.site)
    built = shares.build([page], of.markdown, None, nothing, around, lambda _: None)
    shares.finish([built], [page.path], around.files, around.config)
