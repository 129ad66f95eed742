"""Links to pages and files of the publication itself that aren't there.

People write them in introductions, in notes, summaries and links of papers, and in the pages that they
write by hand. Relative links are resolved as MkDocs and browsers do, one after the other; what leads to
other sites is nobody's business here.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from urllib.parse import unquote, urlsplit

import markdown

from generator import data, feeds, output, pages, text, yamlfile
from generator.errors import ContentError
from generator.fields import shown as quoted
from generator.model import Catalog, Origin, Publication

_EXTENSIONS = ("fenced_code", "tables", "toc")  # MkDocs' own
_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
# What MkDocs, its theme and other plugins put into a site.
_OTHERS = re.compile(
    r"(?:assets|schemas|search|javascripts|stylesheets|css|js|img|images)(?:/.*)?"
    r"|cards/.*|404\.html|(?:sitemap(?:-\d+)?|opensearch)\.xml|(?:robots|llms)\.txt|CNAME"
)
_MANY = 500  # names in a folder, of which only those that begin alike are compared


def problems(
    catalog: Catalog,
    folder: Path,
    publication: Publication | None,
    docs: Path | None,
    shown: Callable[[str | Path], str],
) -> Iterator[ContentError]:
    """An error for each link that leads nowhere.

    ``folder`` is the content folder, ``docs`` that of the hand-written pages. Without it only links
    to where all pages are generated are judged. ``shown`` is a file as people see it.
    """
    site = _site(catalog, publication, docs)

    def wrong(file: str | Path, line: int, field: str, href: str, page: str | None):
        if (better := _dead(href, page, site)) is not None:
            what_to_do = f'did you mean "{better}"?' if better else "see where it is now"
            message = f"a link to {quoted(href)}, which is not there; {what_to_do}"
            yield ContentError(message, file=shown(file), line=line, field=field)

    for topic in catalog.topics:
        if topic.introduction:
            source = (folder / topic.file).read_text("utf-8-sig")
            for href, line in _links(source):
                yield from wrong(topic.file, line, "introduction", href, f"topics/{topic.slug}.md")
    for origin, field, href in _of_papers(catalog, folder, site):
        yield from wrong(origin.file, origin.line, field, href, None)
    for name in site.by_hand:
        source = (docs / name).read_text("utf-8-sig", errors="replace")
        for href, line in _links(source):
            yield from wrong((docs / name).resolve(), line, "link", href, name)


# --- what links there are -----------------------------------------------------------------


def _of_papers(catalog: Catalog, folder: Path, site: _Site) -> Iterator[tuple[Origin, str, str]]:
    """Where people's files name an address of the publication: the place, the field, the address."""
    if not site.host:
        return
    for paper in catalog.papers:
        file = f"papers/{paper.slug}.yml"
        for name in ("note", "summary"):
            origin, said = paper.origins.get(name), getattr(paper, name)
            if origin and origin.file == file and said and site.host in said.lower():
                for href, _ in _links(text.prose(said)):
                    yield origin, name, href
        origin = paper.origins.get("links")
        own = [name for name, url in paper.links.items() if site.host in url.lower()]
        if own and origin and origin.file == file:
            given = yamlfile.load((folder / file).read_text("utf-8-sig"), file)
            for name in own:
                if name in given["links"]:  # else a listing said so
                    line = yamlfile.line_of(given, "links", name)
                    yield Origin(file, line), "links", paper.links[name]


def _links(source: str) -> Iterator[tuple[str, int]]:
    """The addresses in a Markdown file, each once, and their lines."""
    match = _FRONT_MATTER.match(source)
    start = match.end() if match else 0
    parser = _Parser()
    parser.feed(markdown.markdown(source[start:], extensions=list(_EXTENSIONS)))
    parser.close()
    for href in dict.fromkeys(parser.found):
        match = re.compile(rf"(?<![\w./-]){re.escape(href)}(?![\w/-])").search(source, start)
        yield href, source.count("\n", 0, match.start() if match else start) + 1


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value.strip() for name, value in attributes if name == "href" and value]


# --- where they lead ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Site:
    """What will be there, by address below the site's, without a slash at the end."""

    url: str  # of the site; "" if it isn't known
    host: str
    root: str  # the path of its front page, with slashes around it
    sources: dict[str, str | None]  # address → its page's path below ``docs``, None for other files
    names: dict[str, list[str]]  # folder → what is in it
    by_hand: tuple[str, ...]  # paths of the hand-written pages, below ``docs``
    judges: Callable[[str], bool]  # is it known of an address whether it is there?

    def has(self, address: str) -> bool:
        return _bare(address) in self.sources or not self.judges(_bare(address))

    def written(self, address: str) -> str:
        """An address as it should be written."""
        return f"{address}/" if self.sources[address] and address else address


def _site(catalog: Catalog, publication: Publication | None, docs: Path | None) -> _Site:
    known = publication or Publication("", "")
    made = [page.path for page in pages.pages(catalog, known)]
    files = [*feeds.render(catalog, known), *data.render(catalog, known)]
    generated = {path.partition("/")[0] for path in (*made, *files) if "/" in path}
    by_hand = tuple(_by_hand(docs, set(made))) if docs else ()
    sources: dict[str, str | None] = dict.fromkeys(files)
    for path in by_hand:
        if not path.endswith(".md"):
            sources[path] = None
    for path in (*made, *by_hand):
        if path.endswith(".md"):
            sources[_address(path)] = path
    names: dict[str, dict[str, None]] = {"": {}}
    for address in sorted(sources):
        while address:
            above, _, name = address.rpartition("/")
            names.setdefault(above, {})[name] = None
            address = above
    parts = urlsplit(known.url)
    return _Site(
        url=known.url,
        host=parts.netloc.lower(),
        root=parts.path or "/",
        sources=sources,
        names={folder: list(found) for folder, found in names.items()},
        by_hand=tuple(path for path in by_hand if path.endswith(".md")),
        judges=lambda address: (
            not _OTHERS.fullmatch(address)
            and (docs is not None or address.partition("/")[0] in generated)
        ),
    )


def _by_hand(docs: Path, made: set[str]) -> Iterator[str]:
    """The files of MkDocs' folder that no build put there, sorted."""
    real = docs.resolve()
    for path in sorted(docs.rglob("*"), key=lambda path: path.as_posix()):
        name = path.relative_to(docs).as_posix()
        if name in made or any(part.startswith(".") for part in name.split("/")):
            continue
        # Nothing is shown of what a symbolic link leads to elsewhere.
        if not (path.is_file() and path.resolve().is_relative_to(real)):
            continue
        if path.suffix != ".md" or not output.is_generated(path):
            yield name


def _address(path: str) -> str:
    """The address of a page by its path: "a/b.md" → "a/b", "a/index.md" → "a"."""
    folder, _, name = path.removesuffix(".md").rpartition("/")
    return folder if name in ("index", "README") else f"{folder}/{name}".strip("/")


def _bare(address: str) -> str:
    return address.removesuffix("index.html").strip("/")


def _dead(href: str, page: str | None, site: _Site) -> str | None:
    """What should be written for an address that leads nowhere, "" if that isn't known; None if it
    leads somewhere, or out of the site.

    ``page`` is the path of the page that it stands on, if relative links are good there.
    """
    try:
        parts = urlsplit(href)
        path = unquote(parts.path)
    except ValueError:
        return None
    if parts.scheme or parts.netloc:
        is_own = parts.scheme.lower() in ("http", "https", "") and parts.netloc.lower() == site.host
        return _absolute(path, site.url, site) if is_own and site.url else None
    if path.startswith("/"):
        return _absolute(path, site.root, site) if site.url else None
    return _relative(path, page, site) if path and page else None


def _absolute(path: str, before: str, site: _Site) -> str | None:
    """As ``_dead``, for a path from the root of the host; ``before`` is what is put before an address."""
    if f"{path}/".startswith(site.root):
        below = path[len(site.root) :]
        if site.has(below):
            return None
        guesses = [below]
    else:
        # Something else on the same host, unless the site's root was forgotten.
        if not _bare(path) or _bare(path) not in site.sources:
            return None
        guesses = [path]
    found = _near(guesses, site)
    return before + site.written(found) if found is not None else ""


def _relative(path: str, page: str, site: _Site) -> str | None:
    """As ``_dead``, for a path from a page: to another page's file, or as a browser takes it."""
    folder = posixpath.dirname(page)
    from_file = _joined(folder, path)
    from_page = _joined(_address(page), path)
    if path.endswith(".md"):
        if site.sources.get(_address(from_file)) == from_file:
            return None
    elif site.has(from_page) or site.sources.get(from_file, "") is None:
        return None
    if not site.judges(_address(from_file)):
        return None
    found = _near([from_file, from_page, path], site)
    if found is None:
        return ""
    return posixpath.relpath(site.sources[found] or found, folder or ".")


def _joined(folder: str, path: str) -> str:
    """A path from a folder, which no ".." leads out of the site, as in a browser."""
    return posixpath.normpath(f"/{folder}/{path}").strip("/")


def _near(guesses: Iterable[str], site: _Site) -> str | None:
    """The address that is there and was likely meant: any of these, or the nearest to any."""
    bare = [_address(_bare(guess).removesuffix(".html")) for guess in guesses]
    found = (guess if guess in site.sources else None for guess in bare)
    nearest = (_nearest(guess, site) for guess in bare)
    return next((one for one in chain(found, nearest) if one is not None), None)


def _nearest(address: str, site: _Site) -> str | None:
    """The address most like this one, folder by folder."""
    found = ""
    for name in address.split("/"):
        names = site.names.get(found, [])
        if name not in names:
            if len(names) > _MANY:
                names = [other for other in names if other[:3] == name[:3]]
            name = next(iter(get_close_matches(name, names, n=1, cutoff=0.7)), None)
            if name is None:
                return None
        found = f"{found}/{name}".strip("/")
    return found if found in site.sources else None
