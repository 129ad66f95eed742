"""Generated pages without MkDocs' loops: in shares, of which a process each makes Markdown and HTML.

MkDocs reads all pages before it writes the first, keeps them all, and does one after the other. A generated
page needs none of that, as no other asks for anything of it but its address. So MkDocs knows their files alone,
and here they are built one by one, by the functions that it would use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, TemplateError, nodes
from mkdocs.commands.build import get_context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation

from generator import output
from generator.rendering import page as rendering
from generator.rendering import shells
from generator.stages import each, stage

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

    changed: int = 0
    unchanged: int = 0
    converted: int = 0  # without Python-Markdown

    def __iadd__(self, other: Built) -> Built:
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.converted += other.converted
        return self


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


def build(
    made: Iterable[tuple[str, bytes]],
    alike: Mapping[shells.Group, int],
    files: Files,
    config: MkDocsConfig,
    nav: Navigation,
    environment: Environment,
    tell: Callable[[int], None],
) -> Built:
    """Write pages below ``site_src/``, and what becomes of them below the site's folder; tell now and then how
    many more are done."""
    documents = files.documentation_pages()
    links = rendering.links(files)
    render = shells.renderer(environment, config, nav, documents, alike)
    events = config.plugins
    docs, site = Path(config.docs_dir), Path(config.site_dir)
    built = Built()
    for number, (name, data) in enumerate(each("Markdown of pages", made), 1):
        if number % _TOLD == 0:
            tell(_TOLD)
        written = output.write(docs, [(name, data)])
        built.changed += written.changed
        built.unchanged += written.unchanged
        page = rendering.GeneratedPage(files.get_file_from_path(name), config, links, data.decode())
        page.read_source(config)
        page.markdown = events.on_page_markdown(
            page.markdown, page=page, config=config, files=files
        )
        with stage("HTML of their Markdown", is_minor=True):
            page.render(config, files)
        page.content = events.on_page_content(page.content, page=page, config=config, files=files)
        built.converted += page.is_converted
        page.active = True
        context = get_context(nav, documents, config, page)
        context = events.on_page_context(context, page=page, config=config, nav=nav)
        with stage("the theme around that", is_minor=True):
            html = render(page, context)
        output.write(
            site,
            [
                (page.file.dest_uri, html.encode("utf-8", errors="xmlcharrefreplace")),
                (name, data),
            ],
        )
    return built
