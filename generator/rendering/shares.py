"""Generated pages without MkDocs' loops: in shares, of which a process each makes Markdown and HTML.

MkDocs reads all pages before it writes the first, keeps them all, and does one after the other. A generated
page needs none of that, as no other asks for anything of it but its address. So MkDocs knows their files alone,
and here they are built one by one, by the functions that it would use.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, TemplateError, nodes
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation

from generator import cache, output, pages, stamps
from generator.model import Publication
from generator.rendering import page as rendering
from generator.rendering import shells

# What pages become HTML by, beside Broadsheet itself.
SOFTWARE = (
    "mkdocs",
    "Jinja2",
    "MarkupSafe",
    "Markdown",
    "pymdown-extensions",
    "Pygments",
    "PyYAML",
)
_TOLD = 50  # pages


class PageFile(File):
    """The file of a page, which MkDocs neither reads nor builds."""

    def __init__(self, path: str, config: MkDocsConfig):
        super().__init__(path, config.docs_dir, config.site_dir, config.use_directory_urls)
        _ = self.url  # which a documentation page has
        self.is_apart = True

    is_apart = False

    def is_documentation_page(self) -> bool:
        return not self.is_apart

    def copy_file(self, dirty: bool = False) -> None:
        """Nothing: there is nothing to copy."""


@dataclass(slots=True)
class Built:
    """What became of pages, in numbers."""

    left: int = 0  # as they were
    built: int = 0
    changed: int = 0  # of these, as Markdown
    converted: int = 0  # of these, without Python-Markdown
    stamps: Mapping[str, str] = field(
        default_factory=dict
    )  # of the files that are as they shall be

    def __add__(self, other: Built) -> Built:
        return Built(
            self.left + other.left,
            self.built + other.built,
            self.changed + other.changed,
            self.converted + other.converted,
            {**self.stamps, **other.stamps},
        )


def are_possible(config: MkDocsConfig) -> bool:
    """Is a page the same whether or not MkDocs goes through it?

    Other plugins and hooks may keep what they see, and templates may ask for all pages; where the navigation
    isn't written down, all pages are in it.
    """
    return (
        [*config.plugins] == ["broadsheet"]
        and bool(config.nav)
        and not config.extra_templates
        and rendering.known(config)
        and not _ask_for_all_pages(config)
    )


def _ask_for_all_pages(config: MkDocsConfig) -> bool:
    """Does a template, be it one that no page is made by, ask for ``pages``, or can't that be told?"""
    environment = config.theme.get_env()
    for name in environment.list_templates(extensions=["html"]):
        source = environment.loader.get_source(environment, name)[0]
        if "pages" not in source:
            continue
        try:
            names = environment.parse(source).find_all(nodes.Name)
        except TemplateError:  # which MkDocs will tell if it matters
            return True
        if any(one.name == "pages" for one in names):
            return True
    return False


def in_navigation(items: object) -> set[str]:
    """The paths that stand in ``nav:`` of the configuration."""
    if isinstance(items, dict):
        return in_navigation([*items.values()])
    if isinstance(items, list):
        return set().union(*map(in_navigation, items)) if items else set()
    return {items} if isinstance(items, str) else set()


def set_apart(files: Files, names: Iterable[str], config: MkDocsConfig) -> None:
    """Have the files of these pages be passed over by MkDocs."""
    for name in names:
        if (there := files.get_file_from_path(name)) is not None:
            files.remove(there)
        files.append(PageFile(name, config))


def surroundings(config: MkDocsConfig, nav: Navigation, publication: Publication) -> str | None:
    """A digest of all that pages set apart become HTML by, but for themselves and the software; None if that can't
    be told, as of templates that ask for the time.

    Whether what a page links to is there needs no telling: it is generated as well, and if it weren't, the page
    would have no link to it.
    """
    told: list[str | bytes] = [repr(config.user_configs), repr(publication), str(nav)]
    for path in output.files(config.theme.dirs):
        data = Path(path).read_bytes()
        if path.endswith(".html") and b"build_date_utc" in data:
            return None
        told += (path, data)
    return cache.key(told)


def build(
    made: Callable[[pages.Wanted], Iterable[tuple[str, bytes]]],
    mine: Collection[str],
    key_of: Callable[[str], str] | None,
    stamped: stamps.Stamps,
    files: Files,
    config: MkDocsConfig,
    nav: Navigation,
    environment: Environment,
    site: Path,
    tell: Callable[[int], None],
) -> Built:
    """Write pages below ``site_src/``, and what becomes of them below ``site``, unless all of it is there.

    made: the pages that are wanted, path and Markdown; mine: the paths of those to build; key_of: a page's path →
    the key of what becomes of it, but for its Markdown, if that can be told; tell: is told now and then how
    many more are done.
    """
    documents = files.documentation_pages()
    links = rendering.links(files)
    render = shells.renderer(environment, config, nav, documents)
    events = config.plugins
    docs = Path(config.docs_dir)
    built = Built()
    keys: dict[str, str] = {}

    def on_disk(path: str) -> tuple[str, ...]:
        """The Markdown of a page, twice, and its HTML."""
        return os.path.join(docs, path), path, files.get_file_from_path(path).dest_uri

    def is_there(path: str, digest: str) -> bool:
        keys[path] = f"{digest}{key_of(path)}"
        return all(stamped.is_current(one, keys[path]) for one in on_disk(path))

    def is_wanted(path: str, digest: Callable[[], str] | None) -> bool:
        if path not in mine:
            return False
        if key_of and digest and is_there(path, digest()):
            count(is_built=False)
            return False
        return True

    def count(*, is_built: bool) -> None:
        built.left += not is_built
        built.built += is_built
        if (built.left + built.built) % _TOLD == 0:
            tell(_TOLD)

    for path, markdown in made(is_wanted):
        if key_of and path not in keys and is_there(path, pages.digest(markdown)):
            count(is_built=False)
            continue
        built.changed += output.write(docs, [(path, markdown)]).changed
        page = rendering.GeneratedPage(
            files.get_file_from_path(path), config, links, markdown.decode()
        )
        page.read_source(config)
        page.markdown = events.on_page_markdown(
            page.markdown, page=page, config=config, files=files
        )
        page.render(config, files)
        page.content = events.on_page_content(page.content, page=page, config=config, files=files)
        page.active = True
        context = get_context(nav, documents, config, page)
        context = events.on_page_context(context, page=page, config=config, nav=nav)
        html = render(page, context).encode("utf-8", errors="xmlcharrefreplace")
        output.write(site, [(page.file.dest_uri, html), (path, markdown)])
        if page.is_converted:
            built.converted += 1
            for one in on_disk(path) if key_of else ():
                stamped.note(one, keys[path])
        # Of the others MkDocs may have something to say, each time.
        count(is_built=True)
    built.stamps = stamped.noted
    return built
