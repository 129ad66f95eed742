"""MkDocs' door to Broadsheet: a thin adapter, without logic of its own."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
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
    feeds,
    fields,
    llms,
    opensearch,
    output,
    pages,
    processes,
    related,
    repository,
    sitemap,
    stamps,
    text,
)
from generator.curation import adding, schemas
from generator.errors import BroadsheetError, ConfigurationError, Omission
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
            self.catalog, self.omissions = content.load(
                content_folder(config, self.config), self.cache(config)
            )
            if self.site:
                output.begin(self.site)
            # Before there are several processes that ask for it:
            self._made, _ = self._makers(), self.catalog.fingerprint
            self._beside = processes.Running(partial(self._make, self.cache(config)), self.jobs)
            self._write_pages(config)
        except BroadsheetError as error:
            raise PluginError(str(error)) from error
        for omission in self.omissions:
            log.info("left out: %s", omission)

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
        if sitemap.PATH not in files.src_uris:
            found = (
                (file.src_uri, file.url, self._apart.get(file.src_uri) or file.page.meta)
                for file in files
                if file.src_uri in self._apart or file.is_documentation_page()
                if file.inclusion.is_included()
            )
            listed = sitemap.locations(found, self.catalog, self.publication)
            output.write(Path(config.site_dir), sitemap.render(listed, self.publication))

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
        try:
            *built, others = processes.gather([*self._shares, self._beside], self._count)
            self.built = shares.finish(built, [*self._apart], self._files, config)
            self.stamped.add(self.built.stamps)
            self.names.update(others)
        except BroadsheetError as error:
            raise PluginError(str(error)) from error

    def on_build_error(self, **_) -> None:
        for running in (*self._shares, *filter(None, [self._beside])):
            running.stop()

    def _write_pages(self, config: MkDocsConfig) -> None:
        """Write the Markdown of all pages, or, if the others are set apart, of those in the navigation."""
        docs = Path(config.docs_dir)
        self.listed = list(pages.pages(self.catalog, self.publication))
        self._apart, self._shares, self.built = {}, [], shares.Built()
        if not (self.is_fast and self.is_apart and shares.are_possible(config)):
            made = pages.render(self.catalog, self.publication, self.cache(config))
            self.written = output.sync(docs, each("Markdown of pages", made))
            return
        in_nav = shares.in_navigation(config.nav)
        self._apart = {
            page.path: page.front_matter for page in self.listed if page.path not in in_nav
        }
        removed = output.make_room(docs, {page.path for page in self.listed})
        self._near = related.related(self.catalog, self.cache(config))
        made = pages.those(
            self.catalog, self.publication, self._near, lambda path, _: path in in_nav
        )
        written = output.write(docs, each("Markdown of pages", made))
        self.written = output.Written(written.changed, written.unchanged, removed)

    def _rejoin(self, files: Files, config: MkDocsConfig) -> None:
        """Have MkDocs build the pages that were to be set apart."""
        made = pages.those(
            self.catalog, self.publication, self._near, lambda path, _: path in self._apart
        )
        written = output.write(Path(config.docs_dir), made)
        self.written = output.Written(
            self.written.changed + written.changed,
            self.written.unchanged + written.unchanged,
            self.written.removed,
        )
        for name in self._apart.keys() - files.src_uris.keys():
            files.append(File(name, config.docs_dir, config.site_dir, config.use_directory_urls))
        self._apart = {}

    def _begin_shares(self, files: Files, config: MkDocsConfig, env: Environment) -> None:
        if not (names := [*self._apart]):
            return
        for name in names:
            if not (file := files.get_file_from_path(name)).inclusion.is_excluded():
                self.names.update((name, file.dest_uri))
        made = partial(pages.those, self.catalog, self.publication, self._near)
        of_all = shares.surroundings(config, self._nav, self.publication)
        self.is_repeatable = of_all is not None

        def key(path: str) -> str:
            from generator import cards

            card = cards.path_of(path, self.catalog, self._cards)
            return cache.key([of_all, str(self.catalog.day), card, self._cards[card].title])

        def share(number: int, _: processes.Receive, tell: processes.Heard) -> shares.Built:
            return shares.build(
                made,
                set(names[number :: self.jobs]),
                key if of_all else None,
                self.stamped,
                files,
                config,
                self._nav,
                env,
                self._site(config),
                tell,
            )

        self._shares = [
            processes.Running(partial(share, number), self.jobs) for number in range(self.jobs)
        ]

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
        generated = {path.parent for path in output.generated(docs)} | {docs}
        for path in sorted(docs.iterdir()):
            if path not in generated and not (path.suffix == ".md" and output.is_generated(path)):
                server.watch(str(path))
        server.watch(str(content_folder(config, self.config)))
        server.watch(str(pages.TEMPLATES))
        if config.theme.custom_dir:
            server.watch(str(config.theme.custom_dir))

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
