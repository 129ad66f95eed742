"""MkDocs' door to Broadsheet: a thin adapter, without logic of its own."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from jinja2 import Environment
from mkdocs.config import config_options as options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.meta import YAML_RE

from generator import (
    cache,
    content,
    data,
    demand,
    feeds,
    fields,
    fingerprints,
    llms,
    opensearch,
    output,
    pages,
    processes,
    repository,
    sitemap,
    stamps,
    text,
)
from generator.curation import adding, schemas
from generator.errors import BroadsheetError, ConfigurationError, Omission
from generator.garbage import uncollected
from generator.mail import subscription
from generator.model import Catalog, Publication, Repository, Subscription
from generator.rendering import page as rendering
from generator.rendering import shares, shells
from generator.stages import each, stage

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

# Every command reads the configuration, and so imports this module. ``cards`` and ``search.index`` take as
# long to import as all else together: they are imported where they are used, which is in builds alone.

log = get_plugin_logger("broadsheet")

Makers = dict[str, stamps.Maker]  # by paths below the site's folder
# Beside Broadsheet itself, what the bytes of the files that are made beside the pages follow from.
_SOFTWARE = ("feedgen", "lxml", "numpy", "pillow", "PyStemmer", "typst")


class Options(Config):
    """What ``plugins: - broadsheet:`` in mkdocs.yml may say."""

    content = options.Type(str, default="content")  # the content folder, from mkdocs.yml's
    authority = options.Type(str)  # RFC 4151: a domain of the publisher's; never change it
    year = options.Type(int)  # RFC 4151: a year in which it was theirs; never change it
    # Which have social cards of their own: topics, or papers as well.
    cards = options.Choice(("topics", "papers"), default="topics")
    # What broadsheet pull asks; sources/declared.py says what may stand here, and what is wrong with it.
    sources = options.Optional(options.Type(object))


class BroadsheetPlugin(BasePlugin[Options]):
    """Makes the pages before MkDocs reads them, and the feeds and data beside what it builds."""

    # What the last build read, left out and wrote, for whoever started it to tell.
    catalog: Catalog
    omissions: tuple[Omission, ...] = ()
    written: output.Written
    converted: Sequence[rendering.GeneratedPage] = ()
    # Whether the next build may find beside mkdocs.yml what this one computed.
    is_kept = True
    # The site's folder, if MkDocs builds into another whose files are to replace this one's; then ``names`` are
    # those of the files that were put there.
    site: Path | None = None
    names: set[str]
    # Which of the site's files that an earlier build made need not be made again, and what that is kept as.
    record = "built"
    stamped = stamps.Stamps(Path())
    # Whether pages of which it is known what MkDocs would make of them become that without it.
    is_fast = True
    # Whether pages that MkDocs needs not see are built apart from it.
    is_apart = False
    # Whether what MkDocs needs not see is made when it is asked for, by ``make``.
    is_on_demand = False
    make: demand.Make
    # The generated pages; and whether it is known that another build of the same would change nothing.
    listed: Sequence[pages.Page] = ()
    is_repeatable = False
    built: shares.Built
    # Processes at the same time.
    jobs = processes.available()
    _beside: processes.Running | None = None
    _shares: Sequence[processes.Running] = ()
    # Told how much is done, of how much: a page counts once when it is read and once when written; what is made
    # beside the pages takes about as long as the papers' pages, the search index half of that.
    progress: Callable[[int, int], None] | None = None

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        try:
            self.publication = publication(config, self.config)
            config.site_url = self.publication.url  # canonical links are the feeds' and citations'
            self._take(
                *content.load(content_folder(config, self.config), self.cache(config), self.jobs)
            )
            if self.site:
                output.begin(self.site)
            self.is_apart &= self.is_fast and shares.are_possible(config)
            self.is_on_demand &= self.is_apart
            if not self.is_on_demand:
                _ = self.catalog.fingerprint  # before there are several processes that ask for it
                self._beside = processes.Running(partial(self._make, self.cache(config)), self.jobs)
            self._list(config)
            self._write_pages(config)
        except BroadsheetError as error:
            raise PluginError(str(error)) from error

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        ours, may_be_theirs = self._made
        for path in ours.keys() | (may_be_theirs.keys() - files.src_uris.keys()):
            files.append(_MadeFile(path, config))
        if not shares.set_apart(files, self._apart, config):
            self._rejoin(files, config)
        self._done, self._total = 0, 2 * len(files.documentation_pages()) + len(self._apart)
        self._total += len(self.catalog.papers)
        return Files(sorted(files, key=lambda file: file.src_uri))

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        # MkDocs has emptied the site's folder, and no plugin has more to say of the files.
        made = {file.src_uri for file in files if isinstance(file, _MadeFile)}
        if self._beside:
            self._beside.send((self._site(config), made))
        self.names = made
        self._nav, self._files = nav, files
        if self.is_fast and not self._apart and rendering.known(config):
            self.converted = rendering.take(files, nav, {page.path for page in self.listed}, config)

    def on_page_markdown(self, markdown: str, *, page: Page, **_) -> None:
        if YAML_RE.match(markdown):  # MkDocs shows front matter that it can't read as text
            error = ConfigurationError(
                "its front matter is not valid YAML; put texts in quotes",
                file=page.file.src_uri,
                line=1,
            )
            raise PluginError(str(error)) from error
        # MkDocs would say that every page is of the day of the build.
        page.update_date = page.meta.get("date") or str(self.catalog.day or "1970-01-01")
        if page.file.src_uri not in self._apart:  # of those the shares tell
            self._count()

    def on_page_content(self, html: str, *, page: Page, **_) -> None:
        # MkDocs would keep every page's Markdown until all are built; of it, nothing asks for more again than
        # whether there is any: without, a page has no title.
        if "kind" in page.meta:
            page.markdown = ""

    def on_env(self, env: Environment, *, config: MkDocsConfig, files: Files) -> None:
        # JSON stands in every page: without spaces, and letters as they are, it is a tenth shorter.
        env.policies["json.dumps_kwargs"] = {
            "separators": (",", ":"),
            "ensure_ascii": False,
            "sort_keys": True,
        }
        env.globals["topic_editor"] = adding.editor_of_topics(self.publication)
        env.globals["subscription"] = self.publication.subscription
        env.filters.update(shells.FILTERS)
        # Now all pages are read. MkDocs' own sitemap knows no better day than that of the build.
        config.theme.static_templates.discard(sitemap.PATH)
        for name in self._apart:
            if not (file := files.src_uris[name]).inclusion.is_excluded():
                self.names.update((name, file.dest_uri))
        if self.is_on_demand:
            self._env = env
            self.make = self._on_demand(config, set())
            return
        if sitemap.PATH not in files.src_uris:
            output.write(Path(config.site_dir), self._sitemap(files))
        if self._apart:
            self._begin_shares(files, config, env)

    def on_page_context(self, context: dict[str, object], *, page: Page, **_) -> None:
        from generator import cards

        path = cards.path_of(page.file.src_uri, self.catalog, self._cards)
        context["card"] = {
            "url": self.publication.url + path,
            "alt": self._cards[path].title,
            "size": cards.SIZE,
        }

    def on_post_page(self, html: str, *, page: Page, config: MkDocsConfig) -> None:
        # Beside each page its Markdown, at the path that it has here: so its links hold there as well.
        output.write(Path(config.site_dir), [(page.file.src_uri, page.file.content_bytes)])
        self._count()

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        if self.is_on_demand:
            return
        try:
            *built, others = processes.gather([*self._shares, self._beside], self._count)
            built = [self.built, *built]  # also what needn't be built
            self.built = shares.finish(built, [*self._apart], self._files, config)
            self.stamped.add(self.built.stamps)
            self.names.update(others)
        except BroadsheetError as error:
            raise PluginError(str(error)) from error

    def on_build_error(self, **_) -> None:
        for running in (*self._shares, *filter(None, [self._beside])):
            running.stop()

    @uncollected()
    def refresh(self, config: MkDocsConfig) -> bool:
        """Have what is asked for from now on be of the content and of our templates as they are now.

        False, and nothing is done, if other files are to be there than MkDocs knows. Raises ContentErrors.
        """
        if not self.is_on_demand or not self._apart:
            return False
        had = self._there()
        before = self.catalog, self.omissions
        self._take(
            *content.load(content_folder(config, self.config), self.cache(config), self.jobs)
        )
        self._list(config)
        if self._there() != had:
            self._take(*before)
            self._list(config)
            return False
        in_nav = {page.path for page in self.listed} - self._apart.keys()
        self._apart = {page.path: page for page in self.listed if page.path not in in_nav}
        self.make = self._on_demand(config, in_nav)
        return True

    def _take(self, catalog: Catalog, omissions: tuple[Omission, ...]) -> None:
        self.catalog, self.omissions = catalog, omissions
        self._made = self._makers()
        for omission in omissions:
            log.info("left out: %s", omission)

    def _list(self, config: MkDocsConfig) -> None:
        self._near = pages.near_in(self.catalog, self.cache(config))
        self.listed = list(pages.pages(self.catalog, self.publication, self._near))
        self._page_of = pages.writer(self.catalog, self.publication)

    def _there(self) -> tuple[list[str], list[str]]:
        """What pages and other files there are."""
        return [page.path for page in self.listed], [*self._made[0], *self._made[1]]

    def _on_demand(self, config: MkDocsConfig, in_nav: Collection[str]) -> demand.Make:
        """What writes files that are asked for: also those of these pages of the navigation."""
        from generator.search import index

        site, files, nav, env = self._site(config), self._files, self._nav, self._env

        def build(page: pages.Page) -> None:
            nothing = stamps.Stamps(site)
            built = shares.build(
                [page], self._page_of, None, nothing, files, config, nav, env, site, lambda _: None
            )
            shares.finish([built], [page.path], files, config)

        def build_again(page: pages.Page) -> None:
            there = files.src_uris[page.path].page
            shares.build_again(there, self._page_of(page), files, config, nav, env, site)

        asked = {}
        for page in self.listed:
            if page.path in self._apart or page.path in in_nav:
                how = partial(build if page.path in self._apart else build_again, page)
                asked |= dict.fromkeys((page.path, files.src_uris[page.path].dest_uri), how)
        ours, may_be_theirs = self._made
        makers = {
            name: maker for name, maker in (may_be_theirs | ours).items() if name in self.names
        }
        together = {
            "search/": lambda: index.render(self.catalog, self.cache(config)),
            "sitemap": lambda: self._sitemap(files),
        }
        if sitemap.PATH in files.src_uris:
            del together["sitemap"]
        return demand.on_demand(site, asked, makers, together)

    def _sitemap(self, files: Files) -> Iterator[tuple[str, bytes]]:
        found = (
            (file.src_uri, file.url, *self._kind_and_date(file))
            for file in files
            if file.src_uri in self._apart or file.is_documentation_page()
            if file.inclusion.is_included()
        )
        listed = sitemap.locations(found, self.catalog, self.publication)
        return sitemap.render(listed, self.publication)

    def _write_pages(self, config: MkDocsConfig) -> None:
        """Write the Markdown of all pages, or, if the others are set apart, of those in the navigation."""
        docs = Path(config.docs_dir)
        self._apart, self._shares, self.built = {}, [], shares.Built()
        if not self.is_apart:
            self.written = output.sync(docs, self._written(self.listed))
            return
        in_nav = shares.in_navigation(config.nav)
        self._apart = {page.path: page for page in self.listed if page.path not in in_nav}
        removed = output.make_room(
            docs,
            {page.path for page in self.listed},
            lambda path: self.stamped.is_ours(path, f"{docs}/{path}"),
        )
        of_nav = [page for page in self.listed if page.path in in_nav]
        written = output.write(docs, self._written(of_nav))
        self.written = output.Written(written.changed, written.unchanged, removed)

    def _kind_and_date(self, file: File) -> tuple[object, object]:
        """Of a page, as its front matter has them."""
        if page := self._apart.get(file.src_uri):
            return page.kind, page.day
        return file.page.meta.get("kind"), file.page.meta.get("date")

    def _written(self, some: Iterable[pages.Page]) -> Iterator[tuple[str, bytes]]:
        return each("Markdown of pages", ((page.path, self._page_of(page)) for page in some))

    def _rejoin(self, files: Files, config: MkDocsConfig) -> None:
        """Have MkDocs build the pages that were to be set apart."""
        written = output.write(Path(config.docs_dir), self._written(self._apart.values()))
        self.written = output.Written(
            self.written.changed + written.changed,
            self.written.unchanged + written.unchanged,
            self.written.removed,
        )
        for name in self._apart.keys() - files.src_uris.keys():
            files.append(File(name, config.docs_dir, config.site_dir, config.use_directory_urls))
        self._apart = {}

    def _begin_shares(self, files: Files, config: MkDocsConfig, env: Environment) -> None:
        self._near("")  # before there are several processes that ask for it
        of_all = shares.surroundings(config, self._nav, self.publication)
        self.is_repeatable = of_all is not None

        def key(path: str, digest: str) -> str:
            from generator import cards

            card = cards.path_of(path, self.catalog, self._cards)
            return fingerprints.of(digest, of_all, self.catalog.day, card, self._cards[card].title)

        key_of = key if of_all else None

        def share(
            some: Sequence[pages.Page], _: processes.Receive, tell: processes.Heard
        ) -> shares.Built:
            return shares.build(
                some,
                self._page_of,
                key_of,
                self.stamped,
                files,
                config,
                self._nav,
                env,
                self._site(config),
                tell,
            )

        todo = shares.outdated(self._apart.values(), key_of, self.stamped, files, config)
        left = len(self._apart) - len(todo)
        self.built = shares.Built(left=left)
        self._count(left)
        mine, *others = shares.shared(todo, self.jobs)
        self._shares = [processes.Running(partial(share, some), self.jobs) for some in others]
        # This process has nothing to do meanwhile but a share itself, when their end is waited for.
        self._shares.append(processes.Running(partial(share, mine), 1))

    @stage("what feeds and data there are", is_minor=True)
    def _makers(self) -> tuple[Makers, Makers]:
        """What makes the files beside the pages: ours, and those which people may have written instead."""
        from generator import cards

        self._cards = cards.cards(
            self.catalog, self.publication, of_papers=self.config.cards == "papers"
        )
        ours = feeds.render(self.catalog, self.publication)
        ours |= data.render(self.catalog, self.publication)
        ours |= {
            path: stamps.Maker(make) for path, make in schemas.render(self.publication).items()
        }
        theirs = {
            "robots.txt": partial(sitemap.robots, self.publication),
            llms.PATH: partial(llms.llms_txt, self.catalog, self.publication),
            opensearch.PATH: partial(opensearch.description, self.publication),
        }
        return ours, cards.render(self._cards) | {
            path: stamps.Maker(make) for path, make in theirs.items()
        }

    def _make(
        self, kept: Path | None, receive: processes.Receive, tell: processes.Heard
    ) -> list[str]:
        """Write what stands beside the pages; which that is, and where, is received once it is known. Gives the
        names of those which weren't known."""
        from generator.search import index

        found = index.render(self.catalog, kept)
        of_index = []
        papers = len(self.catalog.papers)
        tell(papers // 2)
        site, names = receive()
        ours, may_be_theirs = self._made
        with stamps.kept(kept, f"{self.record}-beside", site, _SOFTWARE) as stamped:
            for name, data_ in each("search index", found):
                stamped.write(name, stamps.of_bytes(data_))
                of_index.append(name)
            for name, maker in (ours | may_be_theirs).items():  # in the order that suits feeds
                if name in names:
                    folder, _, file = name.partition("/")
                    with stage(folder if file else "robots.txt and the like", is_minor=not file):
                        stamped.write(name, maker)
        tell(papers - papers // 2)
        return of_index

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, **_) -> None:
        # The generated pages change with the content; watching them would build everything twice.
        docs = Path(config.docs_dir)
        server.unwatch(str(docs))
        for path in self.by_hand(config):
            server.watch(str(path))
        server.watch(str(content_folder(config, self.config)))
        server.watch(str(pages.TEMPLATES))
        if config.theme.custom_dir:
            server.watch(str(config.theme.custom_dir))

    def by_hand(self, config: MkDocsConfig) -> list[Path]:
        """Files and folders of the pages' folder in which nothing is generated."""
        generated = {page.path.partition("/")[0] for page in self.listed}
        return [
            path for path in sorted(Path(config.docs_dir).iterdir()) if path.name not in generated
        ]

    def _site(self, config: MkDocsConfig) -> Path:
        return self.site if self.site and self._apart else Path(config.site_dir)

    def cache(self, config: MkDocsConfig) -> Path | None:
        if not self.is_kept or not config.config_file_path:
            return None
        return Path(config.config_file_path).parent / cache.FOLDER

    def _count(self, pages: int = 1) -> None:
        self._done += pages
        if self.progress:
            self.progress(self._done, self._total)


class _MadeFile(File):
    """A file of the site that is made elsewhere; links to it resolve as to any other."""

    def __init__(self, path: str, config: MkDocsConfig):
        super().__init__(path, None, config.site_dir, config.use_directory_urls)

    def copy_file(self, dirty: bool = False) -> None:
        """Nothing: there is nothing to copy."""


def content_folder(config: MkDocsConfig, plugin: Options) -> Path:
    here = Path(os.path.dirname(config.config_file_path or ""))
    folder = here / plugin.content
    if not folder.is_dir() or folder.resolve() == here.resolve():
        raise _wrong(config, "content", f'no folder "{plugin.content}"; make it, or name another')
    return folder


# RFC 4151, but in lower case: ids are compared as they are.
_AUTHORITY = re.compile(
    r"(?:[a-z0-9._-]+@)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+",
    re.ASCII,
)


def publication(config: MkDocsConfig, plugin: Options) -> Publication:
    """What the configuration says of the publication; raises ConfigurationError."""
    try:
        address = urlsplit(fields.url(config.site_url))
    except ValueError:
        address = None
    if not address or address.query or address.fragment:
        raise _wrong(
            config,
            "site_url",
            "missing or no plain address, and feeds need one; write where the site will be, as https://…",
        )
    if not text.plain(config.site_name):
        raise _wrong(config, "site_name", "missing; write the publication's name")
    if not _AUTHORITY.fullmatch(plugin.authority):
        raise _wrong(
            config, "authority", "no domain in lower case; write one that is yours, as example.org"
        )
    if isinstance(plugin.year, bool) or not 1990 <= plugin.year <= 2100:
        raise _wrong(config, "year", "no year; write one in which the authority was yours, as 2025")
    if not config.use_directory_urls:
        raise _wrong(
            config, "use_directory_urls", "must be true; feeds name pages by their folders"
        )
    return Publication(
        repository=_repository(config, plugin),
        subscription=_subscription(config),
        name=text.plain(config.site_name),
        url=text.ascii_address(address.geturl().rstrip("/") + "/"),
        description=text.plain(config.site_description or ""),
        language=str(config.theme.get("language") or "en").replace("_", "-"),
        authority=plugin.authority,
        year=plugin.year,
    )


def _repository(config: MkDocsConfig, plugin: Options) -> Repository | None:
    if not config.repo_url or not config.edit_uri:
        return None
    here = Path(config.config_file_path or "").parent.resolve()
    docs = Path(config.docs_dir).resolve()
    folder = Path(here, plugin.content).resolve()
    try:
        return repository.at(
            fields.url(config.repo_url),
            config.edit_uri,
            docs.relative_to(here).as_posix() if docs.is_relative_to(here) else docs.name,
            # Under build --content it may be anywhere.
            folder.relative_to(here).as_posix() if folder.is_relative_to(here) else "content",
        )
    except ValueError as error:
        field = "edit_uri" if str(error).startswith("is not made") else "repo_url"
        raise _wrong(config, field, str(error)) from error


def _subscription(config: MkDocsConfig) -> Subscription | None:
    if (said := config.extra.get("subscribe")) is None:
        return None
    try:
        return subscription.parse(said)
    except ValueError as error:
        raise _wrong(config, "extra: subscribe", str(error)) from error


def _wrong(config: MkDocsConfig, field: str, message: str) -> ConfigurationError:
    return ConfigurationError(message, file=config.config_file_path, field=field)
