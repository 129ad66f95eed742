"""MkDocs' door to Broadsheet: a thin adapter, without logic of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from jinja2 import Environment
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
    making,
    output,
    pages,
    processes,
    settings,
    sitemap,
    stamps,
)
from generator.curation import adding
from generator.errors import BroadsheetError, ConfigurationError, Omission
from generator.garbage import uncollected
from generator.making import Making
from generator.model import Catalog
from generator.rendering import apart, demand, shares, shells
from generator.rendering import page as rendering
from generator.search import index

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

log = get_plugin_logger("broadsheet")


class BroadsheetPlugin(BasePlugin[settings.Options]):
    """Makes the pages before MkDocs reads them, and the feeds and data beside what it builds."""

    # What the last build read, left out and wrote, for whoever started it to tell.
    making: Making
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
    # What is kept in mind of the content, for when it is read again.
    memory: content.Memory | None = None
    # The states of the files beside the pages, by their paths below the site's folder.
    written_beside: Mapping[str, output.State] = MappingProxyType({})
    # Whether it is known that another build of the same would change nothing.
    is_repeatable = False
    built: shares.Built
    # Processes at the same time.
    jobs = processes.available()
    _begun: tuple[processes.Running, ...] = ()  # of this build, but for the shares
    _beside: processes.Running | None = None
    _digests: processes.Running | None = None
    _shares: Sequence[processes.Running] = ()
    _share_more: Callable[[], Sequence[processes.Running]]
    # Told how much is done, of how much: a page counts once when it is read and once when written; what is made
    # beside the pages takes about as long as the papers' pages, the search index half of that.
    progress: Callable[[int, int], None] | None = None

    @uncollected()  # until there are other processes: then what there is counts as there to stay
    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        self._begun = ()
        try:
            self.publication = settings.publication(config, self.config)
            config.site_url = self.publication.url  # canonical links are the feeds' and citations'
            may_be_apart = self.is_apart and self.is_fast
            asking = self._begin(lambda *_: may_be_apart and apart.are_possible(config))
            self._take(config)
            if self.site:
                output.begin(self.site)
            self.is_apart = asking.wait()
            self.is_on_demand &= self.is_apart
            if not self.is_on_demand:
                # Before there are several processes that ask for them.
                _ = self.catalog.fingerprint, self.catalog.by_slug, self.catalog.debut
                _ = self.stamped.seen
                self._beside = self._begin(self._write_beside)
            self._write_pages(config)
        except BroadsheetError as error:
            raise PluginError(str(error)) from error

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        made = self.making
        for path, file in [*files.src_uris.items()]:
            if path in made.ours or index.is_part(path):
                files.remove(file)  # or it would be copied over what we make
        for path in made.ours.keys() | (made.theirs.keys() - files.src_uris.keys()):
            files.append(_MadeFile(path, config))
        if not apart.set_apart(files, self._apart, config):
            self._rejoin(files, config)
        self._done, self._total = 0, 2 * len(files.documentation_pages()) + len(self._apart)
        self._total += len(self.catalog.papers)
        files = Files(sorted(files, key=lambda file: file.src_uri))
        if self._apart:
            in_nav = [*apart.in_navigation(config.nav)]
            generated = {page.path for page in made.pages} - self._apart.keys()
            titles = [(name, title) for name, title in in_nav if name in generated]
            self.converted = rendering.take_for_navigation(files, titles, config)
        return files

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> None:
        # MkDocs has emptied the site's folder, and no plugin has more to say of the files.
        self.names = {file.src_uri for file in files if isinstance(file, _MadeFile)}
        self._nav, self._files = nav, files
        if self._beside:
            self._beside.send((self._site(config), {*self.names}))
        if self.is_fast and not self._apart and rendering.known(config):
            generated = {page.path for page in self.making.pages}
            self.converted = rendering.take(files, nav, generated, config)

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
        self._around = shares.Around(files, config, self._nav, env, self._site(config))
        if self.is_on_demand:
            self.make = self._on_demand(self._apart.values())
            return
        if sitemap.PATH not in files.src_uris:
            output.write(Path(config.site_dir), self._sitemap())
        if self._apart:
            self._begin_shares()

    def on_page_context(self, context: dict[str, object], *, page: Page, **_) -> None:
        from generator import cards

        path, card = self.making.card(page.file.src_uri)
        context["card"] = {
            "url": self.publication.url + path,
            "alt": card.title,
            "size": cards.SIZE,
        }

    def on_post_page(self, html: str, *, page: Page, config: MkDocsConfig) -> None:
        # Beside each page its Markdown, at the path that it has here: so its links hold there as well.
        output.write(Path(config.site_dir), [(page.file.src_uri, page.file.content_bytes)])
        self._count()

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        if not self.is_on_demand:
            try:
                running = [self._beside, *self._shares]
                others, *built = processes.gather(running, self._count, self._share_more)
                built = [self.built, *built]  # also what needn't be built
                self.built = shares.finish(built, [*self._apart], self._files, config)
                self.stamped.add(self.built.stamps)
                self.names.update(others)
                self.written_beside = others
            except BroadsheetError as error:
                raise PluginError(str(error)) from error
        # Only now: these are the most by far, and the shares need none of them.
        for name in self._apart:
            if not (file := self._files.src_uris[name]).inclusion.is_excluded():
                self.names.update((name, file.dest_uri))

    def states(self) -> tuple[dict[str, output.State], dict[str, output.State]]:
        """The states in which a build has left files, as far as that is known: pages below ``site_src/``, and
        what is below the site's folder."""
        of_pages, of_site = {}, dict(self.written_beside)
        for name in self._apart:
            if states := self.stamped.states(name):
                of_pages[name], of_site[name], of_site[apart.dest_uri(name)] = states
        return of_pages, of_site

    def on_build_error(self, **_) -> None:
        for running in (*self._begun, *self._shares):
            running.stop()

    @uncollected()
    def refresh(self, config: MkDocsConfig) -> bool:
        """Have what is asked for from now on be of the content and of our templates as they are now.

        False, and nothing is done, if other files are to be there than MkDocs knows, or other titles stand
        in its navigation. Raises ContentErrors.
        """
        if not self.is_on_demand or not self._apart:
            return False
        had = self.making, self.omissions
        self._take(config)
        of_nav = partial(_front_matter, dict(apart.in_navigation(config.nav)))
        if self.making.paths() != had[0].paths() or of_nav(self.making) != of_nav(had[0]):
            self.making, self.omissions = had
            return False
        self._apart = {page.path: page for page in self.making.pages if page.path in self._apart}
        self.make = self._on_demand(self.making.pages)
        return True

    def _take(self, config: MkDocsConfig) -> None:
        """Read the content, and find out what there is to make of it."""
        kept = self.cache(config)
        folder = settings.content_folder(config, self.config)
        catalog, self.omissions = content.load(folder, kept, self.jobs, self.memory)
        of_papers = self.config.cards == "papers"
        self.making = making.of(catalog, self.publication, kept, cards_of_papers=of_papers)
        for omission in self.omissions:
            log.info("left out: %s", omission)

    @property
    def catalog(self) -> Catalog:
        return self.making.catalog

    def _on_demand(self, some: Iterable[pages.Page]) -> demand.Make:
        is_ours = sitemap.PATH not in self._files.src_uris
        locations = self._sitemap if is_ours else None
        return demand.on_demand(self.making, self._around, some, self.names, locations)

    def _sitemap(self) -> Iterator[tuple[str, bytes]]:
        found = (
            (file.src_uri, file.url, *self._kind_and_date(file))
            for file in self._files
            if file.src_uri in self._apart or file.is_documentation_page()
            if file.inclusion.is_included()
        )
        listed = sitemap.locations(found, self.catalog, self.publication)
        return sitemap.render(listed, self.publication)

    def _kind_and_date(self, file: File) -> tuple[object, object]:
        """Of a page, as its front matter has them."""
        if page := self._apart.get(file.src_uri):
            return page.kind, page.day
        return file.page.meta.get("kind"), file.page.meta.get("date")

    def _begin(self, work: processes.Work) -> processes.Running:
        """Have work done by another process, which holds what this one does, and so is to end with it."""
        running = processes.Running(work, self.jobs)
        self._begun += (running,)
        return running

    def _write_pages(self, config: MkDocsConfig) -> None:
        """Write the Markdown of all pages, or, if the others are set apart, of those in the navigation."""
        docs, every = Path(config.docs_dir), self.making.pages
        self._apart, self._digests, self._shares, self.built = {}, None, [], shares.Built()
        self._share_more = tuple
        if not self.is_apart:
            self.written = output.sync(docs, self.making.written(every))
            return
        in_nav = dict(apart.in_navigation(config.nav))
        self._apart = {page.path: page for page in every if page.path not in in_nav}
        if not (self.is_on_demand or self.stamped.is_first):
            self.making.near("")  # of which both will ask
            listed = self._apart.items()
            self._digests = self._begin(lambda *_: {path: page.digest() for path, page in listed})
        removed = output.make_room(
            docs,
            {page.path for page in every},
            lambda path: self.stamped.is_ours(path, f"{docs}/{path}"),
        )
        of_nav = [page for page in every if page.path in in_nav]
        written = output.write(docs, self.making.written(of_nav))
        self.written = output.Written(written.changed, written.unchanged, removed)

    def _rejoin(self, files: Files, config: MkDocsConfig) -> None:
        """Have MkDocs build the pages that were to be set apart."""
        if self._digests:
            self._digests.stop()
        written = output.write(Path(config.docs_dir), self.making.written([*self._apart.values()]))
        self.written = output.Written(
            self.written.changed + written.changed,
            self.written.unchanged + written.unchanged,
            self.written.removed,
        )
        for name in self._apart.keys() - files.src_uris.keys():
            files.append(File(name, config.docs_dir, config.site_dir, config.use_directory_urls))
        self._apart = {}

    def _begin_shares(self) -> None:
        digests = self._digests.wait() if self._digests else dict.fromkeys(self._apart)
        self.making.near("")  # before there are several processes that ask for it
        of_all = shares.surroundings(self._around.config, self._nav, self.publication)
        self.is_repeatable = of_all is not None
        key_of = partial(self.making.key, of_all) if of_all else None
        outdated = shares.outdated(digests, key_of, self.stamped, self._around)
        todo = [page for path, page in self._apart.items() if path in outdated]
        self.built = shares.Built(left=len(self._apart) - len(todo))
        self._count(self.built.left)

        def make(some: Iterable[pages.Page], tell: processes.Heard) -> shares.Built:
            return shares.build(
                some, self.making.markdown, key_of, self.stamped, self._around, tell
            )

        self._shares, self._share_more = shares.share_out(todo, make, self.jobs)

    def _write_beside(
        self, receive: processes.Receive, tell: processes.Heard
    ) -> dict[str, output.State]:
        """Write what stands beside the pages; which that is, and where, is received once it is known."""
        seen = self.stamped.seen
        return self.making.write_beside(f"{self.record}-beside", receive, seen, tell)

    def on_serve(self, server: LiveReloadServer, *, config: MkDocsConfig, **_) -> None:
        # The generated pages change with the content; watching them would build everything twice.
        docs = Path(config.docs_dir)
        server.unwatch(str(docs))
        for path in self.by_hand(config):
            server.watch(str(path))
        server.watch(str(settings.content_folder(config, self.config)))
        server.watch(str(pages.TEMPLATES))
        if config.theme.custom_dir:
            server.watch(str(config.theme.custom_dir))

    def by_hand(self, config: MkDocsConfig) -> list[Path]:
        """Files and folders of the pages' folder in which nothing is generated."""
        generated = self.making.at_the_top  # which is found out once: ``serve`` asks all the time
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


def _front_matter(names: Collection[str], of: Making) -> list[list[tuple[str, object]]]:
    """That of these pages, as far as other pages show it."""
    return [
        shares.shown_elsewhere(page.shown().front_matter) for page in of.pages if page.path in names
    ]


class _MadeFile(File):
    """A file of the site that is made elsewhere; links to it resolve as to any other."""

    def __init__(self, path: str, config: MkDocsConfig):
        super().__init__(path, None, config.site_dir, config.use_directory_urls)

    def copy_file(self, dirty: bool = False) -> None:
        """Nothing: there is nothing to copy."""
