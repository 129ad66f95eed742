"""Generated pages without MkDocs' loops: in shares, of which a process each makes Markdown and HTML.

MkDocs reads all pages before it writes the first, keeps them all, and does one after the other. A generated
page needs none of that, as no other asks for anything of it but its address. So MkDocs knows their files alone,
and here they are built one by one, by the functions that it would use.

What MkDocs would tell of them is told all the same: a share keeps it, and ``finish`` tells it, in an order that
doesn't depend on who built them. It comes behind what is told of other pages; and of the pages that a wrong
template fails for, another may be named than by MkDocs, which takes them by their paths.
"""

from __future__ import annotations

import logging
import os
import struct
import weakref
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib import metadata
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment
from mkdocs import utils
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import BuildError
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.yaml import yaml_load

from generator import cache, fingerprints, output, pages, processes, stamps
from generator.errors import BroadsheetError
from generator.model import Publication
from generator.rendering import page as rendering
from generator.rendering import shells
from generator.rendering.apart import PageFile, dest_uri
from generator.rendering.faults import fault
from generator.stages import stage
from generator.stamps import Stamp

# What pages become HTML by, beside Broadsheet itself.
SOFTWARE = (
    "mkdocs",
    "mkdocs-material",
    "Jinja2",
    "MarkupSafe",
    "Markdown",
    "pymdown-extensions",
    "Pygments",
    "PyYAML",
)
# Pages of which first all are read, then all made HTML, then all written: that takes less than one page after
# the other, since what a processor does again it does faster.
_AT_ONCE = 20
_ICONS = ".icons"  # a folder of Material's, with ten thousand files
_TOGETHER = 100  # pages that a share makes one after the other: they are together in memory as well
_BLOCKS = 1_000  # of them at most, whose numbers any system's pipe can hold
_NUMBER = struct.Struct("<L")
_IN_MIND = 50 * _AT_ONCE  # pages of which MkDocs may remember the addresses
_FEW = 100  # pages for which no process is begun: that takes as long
_MKDOCS = logging.getLogger("mkdocs")
_BUILD = logging.getLogger("mkdocs.commands.build")


# The path of a page, and a digest of what it says → the key of what becomes of it.
Key = Callable[[str, str], str]
# The file that is linked to → the anchor → the link as it is written.
Links = Mapping[str, Mapping[str, str]]


@dataclass(slots=True)
class _One:
    """A page that is being built."""

    page: pages.Page
    key: str = ""  # of what becomes of it, if that can be told
    markdown: bytes = b""
    read: rendering.GeneratedPage | None = None
    html: bytes = b""
    is_said_of: bool = False  # whether MkDocs had something to say

    @property
    def path(self) -> str:
        return self.page.path


class Around(NamedTuple):
    """What MkDocs has made of the configuration, the theme and the files, which pages are built with."""

    files: Files
    config: MkDocsConfig
    nav: Navigation
    environment: Environment
    site: Path  # the folder to build into


@dataclass(slots=True)
class Built:
    """What became of pages."""

    left: int = 0  # as they were
    built: int = 0
    changed: int = 0  # of these, as Markdown
    converted: int = 0  # of these, without Python-Markdown
    stamps: Mapping[str, Stamp] = field(
        default_factory=dict
    )  # of the files that are as they shall be
    # Of pages, by their paths below site_src/: what MkDocs says of them (logger, level, message), the links to
    # anchors that they have, and the first error, behind which no more are built.
    said: list[tuple[str, str, int, str]] = field(default_factory=list)
    links: dict[str, Links] = field(default_factory=dict)
    failed: tuple[str, BroadsheetError] | None = None


def surroundings(config: MkDocsConfig, nav: Navigation, publication: Publication) -> str | None:
    """A digest of all that pages set apart become HTML by, but for themselves and the software; None if
    that can't be told, as of templates that ask for the time.

    Whether what a page links to is there needs no telling: it is generated as well, and if it weren't, the page
    would have no link to it.
    """
    with open(config.config_file_path, "rb") as file:
        settings = yaml_load(file)
    told: list[str | bytes] = [repr(settings), repr(publication), str(nav)]
    told += [repr(shown_elsewhere(page.meta)) for page in nav.pages]
    of_software = released()
    for folder in config.theme.dirs:
        for path in output.files([folder], skipped=_ICONS if folder in of_software else ""):
            if not os.path.exists(path):  # a link, as editors put it beside what is being edited
                continue
            data = Path(path).read_bytes()
            if path.endswith(".html") and b"build_date_utc" in data:
                return None
            told += (path, data)
    return cache.key(told)


def shown_elsewhere(front_matter: Mapping[str, object]) -> list[tuple[str, object]]:
    """What other pages may show of the front matter of a page in the navigation: in some themes more than its
    title. But what lists have changes with every paper."""
    of_lists = ("papers", "previous", "next")
    return [one for one in front_matter.items() if one[0] not in of_lists]


def released() -> set[str]:
    """The folders of themes that come with the software: their versions tell what is in them."""
    folders = set()
    for entry in metadata.entry_points(group="mkdocs.themes"):
        if entry.dist and entry.dist.name in SOFTWARE and (found := find_spec(entry.value)):
            folders.update(found.submodule_search_locations or ())
    return folders


def outdated(
    digests: Mapping[str, str | None],
    key_of: Key | None,
    stamped: stamps.Stamps,
    around: Around,
) -> set[str]:
    """The paths of those pages of which it isn't known that what becomes of them is there; given are those of
    all, and their digests, as far as they have any."""
    if not key_of:
        return {*digests}
    docs, linked = Path(around.config.docs_dir), _linked(around.files)

    def is_there(path: str, digest: str | None) -> bool:
        if not digest:
            return False
        key, paths = key_of(path, digest), on_disk(path, docs)
        return any(stamped.is_current(path, one, *paths) for one in (key, key + linked))

    return {path for path, digest in digests.items() if not is_there(path, digest)}


def _linked(files: Files) -> str:
    """A digest of what pages may link to. It is part of the keys of those with Markdown of people's, of whose
    links MkDocs may have something to say when there is another page, or one less."""
    return fingerprints.of(sorted(files.src_uris))


def share_out(
    todo: Sequence[pages.Page],
    make: Callable[[Iterable[pages.Page], processes.Heard], Built],
    jobs: int,
) -> tuple[list[processes.Running], Callable[[], Sequence[processes.Running]]]:
    """Have pages made by as many processes as there may be, of which one is at work on something else already.

    Gives those that have begun; the last is this one, which makes what no other does once it is waited for. And
    what begins one more where another is over, and gives that, or nothing if no pages are left.
    """
    take = by_turns(todo)

    def share(first: Sequence[pages.Page], _: object, tell: processes.Heard) -> Built:
        return make(chain(first, chain.from_iterable(iter(take, ()))), tell)

    running: list[processes.Running] = []

    def begin() -> list[processes.Running]:
        if not (first := take()):
            return []
        running.append(processes.Running(partial(share, first), jobs))
        return running[-1:]

    if len(todo) > _FEW:
        for _ in range(2, jobs):
            begin()
    running.append(processes.Running(partial(share, ()), 1))
    return running, begin


def by_turns(todo: Sequence[pages.Page]) -> Callable[[], Sequence[pages.Page]]:
    """What gives some pages that nobody has taken, neither this process nor one that begins as its copy; none
    when there are no more. Those who take again whenever they are done all end at about the same time."""
    step = max(_TOGETHER, -(-len(todo) // _BLOCKS))
    blocks = [todo[start : start + step] for start in range(0, len(todo), step)]
    # Whoever reads a number there has taken that block.
    numbers, writing = os.pipe()
    with os.fdopen(writing, "wb") as file:
        file.writelines(map(_NUMBER.pack, range(len(blocks))))

    def take() -> Sequence[pages.Page]:
        number = os.read(numbers, _NUMBER.size)
        return blocks[_NUMBER.unpack(number)[0]] if number else ()

    weakref.finalize(take, os.close, numbers)
    return take


def on_disk(path: str, docs: Path) -> tuple[str, ...]:
    """A page's Markdown, twice, and its HTML."""
    return f"{docs}/{path}", path, dest_uri(path)


def build(
    todo: Iterable[pages.Page],
    written: Callable[[pages.Page], bytes],
    key_of: Key | None,
    stamped: stamps.Stamps,
    around: Around,
    tell: Callable[[int], None],
) -> Built:
    """Write pages below ``site_src/``, and what becomes of them into the site, unless all of it is there.

    written: makes a page's Markdown; key_of: gives the key of what becomes of a page, if that can be told;
    tell: is told now and then how many more are done. Of a page with an error nothing becomes, nor of those
    behind it.
    """
    files, config, nav, environment, site = around
    documents = files.documentation_pages()
    render = shells.renderer(environment, config, nav, documents)
    linked, links = _linked(files), rendering.links(files)
    docs = Path(config.docs_dir)
    built = Built()

    def is_there(one: _One) -> bool:
        """Of a page that has no digest: whether what becomes of its Markdown is there."""
        if one.page.digest_of or not one.key:
            return False
        paths = on_disk(one.path, docs)
        return any(stamped.is_current(one.path, key, *paths) for key in (one.key, one.key + linked))

    def up_to_error(doing: str, some: list[_One], work: Callable[[_One], None]) -> list[_One]:
        """Work on each, up to the first for which there is an error; gives those that are done."""
        for number, one in enumerate(some):
            with _heard() as said:
                try:
                    work(one)
                except Exception as error:
                    why = "" if isinstance(error, BuildError) else f" {error}"
                    _BUILD.error(f"Error {doing} page '{one.path}':{why}")
                    if (ours := fault(error)) is None:
                        error.add_note(f"while {doing} {one.path}")
                        raise
                    built.failed = one.path, ours
            built.said += [(one.path, *what) for what in said]
            one.is_said_of |= bool(said)
            if built.failed and built.failed[0] == one.path:
                return some[:number]
        return some

    def read(one: _One) -> None:
        file = files.src_uris[one.path]
        one.read = _read(file, config, links, files, one.markdown)

    def make_html(one: _One) -> None:
        html = _html(one.read, config, nav, documents, render)
        one.html = html.encode(errors="xmlcharrefreplace") if html.strip() else b""

    unread, done = iter(todo), []
    while some := [_One(page) for page in islice(unread, _AT_ONCE)]:
        if len(done) % _IN_MIND == 0:
            _forget()
        done += [one.path for one in some]
        with stage("Markdown of pages", is_minor=True):
            for one in some:
                one.markdown = written(one.page)
        for one in some if key_of else ():
            digest = one.page.digest() or fingerprints.of(one.markdown)
            one.key = key_of(one.path, digest)
        fresh = [one for one in some if not is_there(one)]
        built.left += len(some) - len(fresh)
        built.built += len(fresh)
        built.changed += output.write(docs, [(one.path, one.markdown) for one in fresh]).changed
        fresh = [one for one in fresh if not files.src_uris[one.path].inclusion.is_excluded()]
        with stage("HTML of their Markdown", is_minor=True):
            fresh = up_to_error("reading", fresh, read)
        with stage("the theme around that", is_minor=True):
            fresh = up_to_error("building", fresh, make_html)
        for one in fresh:
            file, page = files.src_uris[one.path], one.read
            output.write(
                site, [*([(file.dest_uri, one.html)] if one.html else []), (one.path, one.markdown)]
            )
            built.converted += page.is_converted
            if page.links_to_anchors:
                built.links[one.path] = {
                    to.src_uri: anchors for to, anchors in page.links_to_anchors.items()
                }
            # What MkDocs says of the others, and whether they link to anchors, is to be told each time.
            elif one.key and one.html and not one.is_said_of:
                key = one.key if page.is_converted else one.key + linked
                stamped.note(one.path, key, *on_disk(one.path, docs))
            file.page = None  # else all of them would be kept
        if built.failed:
            break
        tell(len(some))
    built.stamps = {path: stamped.noted[path] for path in done if path in stamped.noted}
    return built


def _forget() -> None:
    """Let MkDocs forget all addresses, which it else keeps, each in several parts."""
    for one in vars(utils).values():
        if hasattr(one, "cache_clear"):
            one.cache_clear()


def build_again(page: Page, markdown: bytes, around: Around) -> None:
    """Write a page of the navigation, as ``build`` does others, which MkDocs had built of other Markdown."""
    files, config, nav, environment, site = around
    documents, file = files.documentation_pages(), page.file
    output.write(Path(config.docs_dir), [(file.src_uri, markdown)])
    _populate(page, config, files)
    html = _html(page, config, nav, documents, shells.renderer(environment, config, nav, documents))
    page.active = False
    output.write(
        site,
        [(file.dest_uri, html.encode(errors="xmlcharrefreplace")), (file.src_uri, markdown)],
    )


def _read(
    file: File,
    config: MkDocsConfig,
    links: Callable[[File], rendering.Resolve],
    files: Files,
    written: bytes | None = None,
) -> rendering.GeneratedPage:
    """The page with its content."""
    page = rendering.GeneratedPage(file, config, links, written)
    _populate(page, config, files)
    return page


def _populate(page: Page, config: MkDocsConfig, files: Files) -> None:
    """Read a page's Markdown, and make its content of that, as MkDocs does."""
    events = config.plugins
    page.read_source(config)
    page.markdown = events.on_page_markdown(page.markdown, page=page, config=config, files=files)
    page.render(config, files)
    page.content = events.on_page_content(page.content, page=page, config=config, files=files)


def _html(
    page: Page,
    config: MkDocsConfig,
    nav: Navigation,
    documents: list[File],
    render: shells.Render,
) -> str:
    page.active = True
    context = get_context(nav, documents, config, page)
    context = config.plugins.on_page_context(context, page=page, config=config, nav=nav)
    return render(page, context)


class _Ear:
    """As much of a handler as loggers ask for: there is one for each page, and the system's take their time."""

    level = logging.NOTSET

    def __init__(self) -> None:
        self.said: list[tuple[str, int, str]] = []

    def handle(self, record: logging.LogRecord) -> None:
        self.said.append((record.name, record.levelno, record.getMessage()))


@contextmanager
def _heard() -> Iterator[list[tuple[str, int, str]]]:
    """What MkDocs says meanwhile, which nobody else hears: its logger, level and message."""
    ear = _Ear()
    before = _MKDOCS.handlers, _MKDOCS.propagate
    _MKDOCS.handlers, _MKDOCS.propagate = [ear], False
    try:
        yield ear.said
    finally:
        _MKDOCS.handlers, _MKDOCS.propagate = before


def finish(
    shares: Sequence[Built], names: Sequence[str], files: Files, config: MkDocsConfig
) -> Built:
    """What became of the pages of these names, in all shares. Tells what there is to tell; raises the error of
    the first page that has one."""
    failed = {page: error for share in shares if share.failed for page, error in [share.failed]}
    first = next((name for name in names if name in failed), None)
    said = sorted((one for share in shares for one in share.said), key=lambda one: one[0])
    for page, logger, level, message in said:
        if first is None or page == first:  # of the others it is by chance how many were built
            logging.getLogger(logger).log(level, "%s", message)
    if first is not None:
        raise failed[first]
    links = {page: links for share in shares for page, links in share.links.items()}
    _check_anchors(links, files, config)
    return Built(
        sum(share.left for share in shares),
        sum(share.built for share in shares),
        sum(share.changed for share in shares),
        sum(share.converted for share in shares),
        dict(ChainMap(*(share.stamps for share in shares))),
    )


def _check_anchors(links: Mapping[str, Links], files: Files, config: MkDocsConfig) -> None:
    """Tell of links to anchors that aren't there, but for those between pages of which MkDocs has told.

    The pages that are linked to are read once more, as few as they are.
    """
    level = config.validation.links.anchors
    if not _MKDOCS.isEnabledFor(level):
        return
    resolve = rendering.links(files)
    for file in files:
        found = links.get(file.src_uri)
        if found is not None:
            linked = {files.src_uris[to]: anchors for to, anchors in found.items()}
            page = file.page or rendering.GeneratedPage(file, config, resolve)
        elif (page := file.page) and not isinstance(file, PageFile):
            linked = {
                to: anchors
                for to, anchors in (page.links_to_anchors or {}).items()
                if isinstance(to, PageFile)
            }
        else:
            continue
        for to in linked:
            if isinstance(to, PageFile) and to.inclusion.is_included() and not _is_read(to):
                with _heard():  # once is enough
                    _read(to, config, resolve, files)
        page.links_to_anchors = linked
        page.validate_anchor_links(files=files, log_level=level)


def _is_read(file: File) -> bool:
    return file.page is not None and file.page.present_anchor_ids is not None
