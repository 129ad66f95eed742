"""A generated page as MkDocs has it, that becomes HTML by the shorter way where there is one."""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from markdown.extensions.toc import nest_toc_tokens
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import TableOfContents, get_toc
from mkdocs.utils import get_relative_url, meta

from generator import text
from generator.output import MARK
from generator.rendering.conversion import EXTENSIONS, Heading, Resolve, convert

# How generated pages begin; the rest of their front matter is a line of JSON for each field.
_OPENING = f"---\n{MARK}\n"
_CLOSING = "\n---\n"
_NAME = re.compile(r"[a-z_]+")


def _refused(number: str) -> None:
    raise ValueError(number)


_json = json.JSONDecoder(parse_float=_refused, parse_constant=_refused).scan_once
_RELATIVE = re.compile(r"(?!/)[\w./-]+", re.ASCII)
_IN_FOLDERS = re.compile(r"(?:[\w-]+/)+", re.ASCII)
_KEPT = 10_000  # links of which it is kept in mind where they lead: each of them takes half a KB


def known(config: MkDocsConfig) -> bool:
    """Is it known what this configuration makes of Markdown?"""
    extensions = config.markdown_extensions
    return set(extensions) == EXTENSIONS and not any(
        config.mdx_configs.get(name) for name in extensions
    )


def take(
    files: Files, nav: Navigation, names: Collection[str], config: MkDocsConfig
) -> list[GeneratedPage]:
    """Have the files of these names be such pages, unless the navigation holds theirs already."""
    leading = links(files)
    in_nav = {page.file.src_uri for page in nav.pages}
    return [
        GeneratedPage(file, config, leading)
        for file in files.documentation_pages()
        if file.src_uri in names and file.src_uri not in in_nav
    ]


def take_for_navigation(
    files: Files, titles: Sequence[tuple[str, str | None]], config: MkDocsConfig
) -> list[GeneratedPage]:
    """Have the files of these names be such pages, which the navigation is still to hold, under these titles;
    but not those that it is to hold twice, as different pages of the same file."""
    leading, often = links(files), Counter(name for name, _ in titles)
    return [
        GeneratedPage(files.src_uris[name], config, leading, title=title)
        for name, title in titles
        if often[name] == 1
    ]


class GeneratedPage(Page):
    """MkDocs' page; all that is said of it there holds for this one.

    title: that in the navigation, if it is called something else there.
    is_converted: whether it became HTML without Python-Markdown; None before it did.
    """

    is_converted: bool | None = None

    def __init__(
        self,
        file: File,
        config: MkDocsConfig,
        links: Callable[[File], Resolve],
        written: bytes | None = None,
        title: str | None = None,
    ):
        self._links = links
        self._written = written  # what the file holds, if that is at hand
        self._url = None
        if written is not None:  # else other plugins may move it
            self.file = file
            self._url = super().url
        super().__init__(title, file, config)

    def read_source(self, config: MkDocsConfig) -> None:
        source = config.plugins.on_page_read_source(page=self, config=config)
        if source is None and (parts := getattr(self._written, "parts", None)):
            self.markdown, self.meta = parts
            return
        if source is None:
            source = self._written.decode() if self._written else self.file.content_string
        self.markdown, self.meta = parted(source) or meta.get_data(source)

    @property
    def url(self) -> str:
        return super().url if self._url is None else self._url

    def _set_canonical_url(self, base: str | None) -> None:
        # As there, but there each address is taken apart and put together again.
        if base and _IN_FOLDERS.fullmatch(self.url):
            start, path = _beginnings(base)
            self.canonical_url, self.abs_url = start + self.url, path + self.url
        else:
            super()._set_canonical_url(base)

    def __repr__(self) -> str:
        return super().__repr__().replace(type(self).__name__, Page.__name__, 1)

    def render(self, config: MkDocsConfig, files: Files) -> None:
        converted = (
            convert(self.markdown, self._links(self.file)) if self.meta.get("title") else None
        )
        self.is_converted = converted is not None
        if converted is None:
            super().render(config, files)
            return
        self.content = converted.html
        self.present_anchor_ids = {heading.id for heading in converted.headings}
        self.links_to_anchors = {}
        self.toc = converted.headings

    @property
    def toc(self) -> TableOfContents:
        """The headings, nested; few themes ask for them, so they are put together for those which do."""
        if isinstance(self._toc, tuple):
            self._toc = get_toc(nest_toc_tokens([_token(heading) for heading in self._toc]))
        return self._toc

    @toc.setter
    def toc(self, toc: TableOfContents | tuple[Heading, ...]) -> None:
        self._toc = toc


@lru_cache(1)
def _beginnings(base: str) -> tuple[str, str]:
    """How addresses of pages begin below this one, as a whole and as paths."""
    start = urljoin(base if base.endswith("/") else f"{base}/", "-")[:-1]
    return start, urlsplit(start).path


def _token(heading: Heading) -> dict[str, object]:
    """As Python-Markdown's extension ``toc`` has it."""
    return {
        "level": heading.level,
        "id": heading.id,
        "name": heading.label,
        "html": heading.html,
        "data-toc-label": "",
    }


def parted(source: str) -> tuple[str, dict[str, object]] | None:
    """A page's Markdown and its front matter, if that can be read as JSON and YAML would say the same."""
    end = source.find(_CLOSING, len(_OPENING) - 1)
    if not source.startswith(_OPENING) or end < 0:
        return None
    lines = source[len(_OPENING) : end]
    if not text.is_yaml(lines):
        return None
    said: dict[str, object] = {}
    for line in lines.split("\n"):
        name, colon, value = line.partition(": ")
        try:
            said[name], end_of_value = _json(value, 0)
        except (StopIteration, ValueError):
            return None
        if not (colon and end_of_value == len(value) and _NAME.fullmatch(name)):
            return None
    return source[end + len(_CLOSING) :].lstrip("\n"), said


def _joined(folder: str, link: str) -> str:
    """The path of what is linked to from a folder."""
    while folder and link.startswith("../"):
        folder, link = folder.rpartition("/")[0], link[3:]
    path = f"{folder}/{link}" if folder else link
    return posixpath.normpath(path) if "./" in path or "//" in path else path


def relative(url: str, here: str) -> str:
    """As ``get_relative_url``, which takes its time, and remembers all addresses; nearly all links lead from a
    folder to another one, or to another page of the same."""
    folder, slash, below = url.partition("/")
    if not slash or folder == "." or here.startswith(".") or not here.endswith("/"):
        return get_relative_url(url, here)
    if not here.startswith(f"{folder}/"):
        return "../" * here.count("/") + url
    own = here[len(folder) + 1 :]
    if not own or own.partition("/")[0] == below.partition("/")[0]:
        return get_relative_url(url, here)
    return "../" * own.count("/") + below


def links(files: Files) -> Callable[[File], Resolve]:
    """What gives for a page what its links lead to."""
    # Of pages of one folder nearly all addresses are the same: (folder, depth) → link → (address of the site,
    # relative address). They are kept, but not without end.
    seen: dict[tuple[str, int], dict[str, tuple[str, str]]] = {}

    def of(file: File) -> Resolve:
        if sum(map(len, seen.values())) > _KEPT:
            seen.clear()
        folder, here = posixpath.dirname(file.src_uri), file.url
        of_folder = seen.setdefault((folder, here.removeprefix("./").count("/")), {})

        def resolve(link: str) -> str | None:
            found = of_folder.get(link)
            if found is None:
                if not _RELATIVE.fullmatch(link):
                    return None
                target = files.src_uris.get(_joined(folder, link))
                if target is None or target.inclusion.is_excluded():
                    return None  # MkDocs has something to say of it
                url = target.url
                found = url, relative(url, here)
                if not url.startswith(here):
                    of_folder[link] = found
            url, shown = found
            return get_relative_url(url, here) if url.startswith(here) else shown

        return resolve

    return of
