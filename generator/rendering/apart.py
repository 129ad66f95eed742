"""Pages that are set apart: MkDocs knows their files alone, for links that lead there."""

from __future__ import annotations

import logging
import posixpath
import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from urllib.parse import quote

from jinja2 import TemplateError, TemplateNotFound, nodes
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel

from generator import sitemap
from generator.rendering import page as rendering

_MKDOCS = logging.getLogger("mkdocs")
_UNQUOTED = re.compile(
    r"[\w./~-]*", re.ASCII
)  # as nearly all are; to quote them takes several times as long
# What changes with what a page says, by the names that templates have for it: of the page and of its file; and
# what the plugin knows.
_CONTENTS = frozenset(
    "content markdown toc present_anchor_ids links_to_anchors content_bytes content_string"
    " catalog making".split()
)


def are_possible(config: MkDocsConfig) -> bool:
    """Is a page the same whether or not MkDocs goes through it, and whatever the others say?

    Other plugins and hooks may keep what they see, and templates may ask for all pages, or for what those in
    the navigation say; where that isn't written down, all pages are in it, and where it is, MkDocs may have to
    tell which aren't.
    """
    return (
        [*config.plugins] == ["broadsheet"]
        and bool(config.nav)
        and not _MKDOCS.isEnabledFor(config.validation.nav.omitted_files)
        and not config.extra_templates
        and rendering.known(config)
        and not _ask_for_others(config)
    )


def _ask_for_others(config: MkDocsConfig) -> bool:
    """Does a template, be it one that no page is made by, ask for ``pages``, or for what others than its own
    page say, or can't that be told?"""
    environment = config.theme.get_env()
    [material] = find_spec("material").submodule_search_locations  # which asks for titles alone
    static = config.theme.static_templates - {sitemap.PATH}  # which is made without MkDocs
    for name in environment.list_templates():
        is_asset = name.startswith((".icons/", "assets/")) and not name.endswith(".html")
        if name == sitemap.PATH or (is_asset and name not in static):
            continue
        try:
            source, path, _ = environment.loader.get_source(environment, name)
            is_known = path.startswith(material)
            if is_known and "pages" not in source:
                continue
            template = environment.parse(source)
            if any(one.name == "pages" for one in template.find_all(nodes.Name)):
                return True
            if not is_known and _asks_for_contents(template):
                return True
        except (TemplateNotFound, UnicodeError):  # it is no template
            continue
        except TemplateError:  # which MkDocs will tell if it matters
            return True
    return False


_TAKING = nodes.Getattr, nodes.Getitem, nodes.Filter


def _asks_for_contents(template: nodes.Template) -> bool:
    """May it show what other pages than its own say?"""
    if any(one.name == "page" and one.ctx != "load" for one in template.find_all(nodes.Name)):
        return True  # under its own name
    return any(
        not _CONTENTS.isdisjoint(_taken(one)) and not _is_of_page(one)
        for one in template.find_all(_TAKING)
    )


def _taken(one: nodes.Expr) -> list[str]:
    """The names of what it takes of another thing, as far as they are written down."""
    if isinstance(one, nodes.Getattr):
        return [one.attr]
    is_item = isinstance(one, nodes.Getitem)
    said = [one.arg] if is_item else [*one.args, *(more.value for more in one.kwargs)]
    names = (str(name.value) for name in said if isinstance(name, nodes.Const))
    return [part for name in names for part in name.split(".")]


def _is_of_page(one: nodes.Expr) -> bool:
    """Is it taken of ``page``? From one that isn't in the navigation nothing leads to others."""
    while isinstance(one, _TAKING):
        one = one.node
    return isinstance(one, nodes.Name) and one.name == "page"


def in_navigation(items: object, title: str | None = None) -> Iterator[tuple[str, str | None]]:
    """The paths that stand in ``nav:`` of the configuration, as MkDocs looks them up, and how each is called
    there."""
    if isinstance(items, dict):
        for name, item in items.items():
            yield from in_navigation(item, name)
    elif isinstance(items, list):
        for item in items:
            yield from in_navigation(item)
    elif isinstance(items, str):
        yield posixpath.normpath(items.lstrip("/")), title


def dest_uri(path: str) -> str:
    """Where a page's HTML is, below the site's folder."""
    stem = path.removesuffix(".md")
    is_index = stem.rpartition("/")[2] == "index"
    return f"{stem}.html" if is_index else f"{stem}/index.html"


def set_apart(files: Files, names: Iterable[str], config: MkDocsConfig) -> bool:
    """Have the files of these pages be passed over by MkDocs; false, and nothing is done, if another file
    becomes the same page: which of them it is in the end is for MkDocs to say."""
    there = files.src_uris
    apart = {
        name: PageFile(
            name, config, there[name].inclusion if name in there else InclusionLevel.UNDEFINED
        )
        for name in names
    }
    others = {file.dest_uri for file in files if file.src_uri not in apart}
    if any(file.dest_uri in others for file in apart.values()):
        return False
    for name, file in apart.items():
        if name in there:
            files.remove(there[name])
        files.append(file)
    return True


class PageFile(File):
    """The file of a page, which MkDocs neither reads nor builds.

    There are as many as pages: of what MkDocs would keep of each, what follows from the path or is the same for
    all is found out when it is asked for.
    """

    __slots__ = ("_config", "inclusion", "page", "src_uri")

    def __init__(self, path: str, config: MkDocsConfig, inclusion: InclusionLevel):
        self.src_uri, self.inclusion, self.page = path, inclusion, None
        self._config = config

    @property
    def src_dir(self) -> str:
        return self._config.docs_dir

    @property
    def dest_dir(self) -> str:
        return self._config.site_dir

    @property
    def use_directory_urls(self) -> bool:
        return self._config.use_directory_urls

    @property
    def dest_uri(self) -> str:
        return dest_uri(self.src_uri)

    @property
    def url(self) -> str:
        url = self.dest_uri.removesuffix("index.html") or "./"
        return url if _UNQUOTED.fullmatch(url) else quote(url)

    name = property(File.name.func)
    abs_src_path = property(File.abs_src_path.func)
    abs_dest_path = property(File.abs_dest_path.func)

    def is_documentation_page(self) -> bool:
        return False

    def copy_file(self, dirty: bool = False) -> None:
        """Nothing: there is nothing to copy."""
