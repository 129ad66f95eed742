"""``broadsheet serve``."""

from __future__ import annotations

import logging
import os
import posixpath
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
import yaml

from generator import content, output
from generator.commands import build, configuration
from generator.errors import BroadsheetError, UsageError

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

_EVERY = 0.1  # seconds: how often it is looked for changes
_FAILED = "500 Internal Server Error"


def _address(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Check an address as MkDocs will, but as a part of the command line."""
    from mkdocs.config.base import ValidationError
    from mkdocs.config.config_options import IpAddress

    try:
        if value and not 0 < IpAddress().validate(value).port < 65536:
            raise ValidationError("a port is a number from 1 to 65535")
    except ValidationError as error:
        raise click.BadParameter(f"{error}; write it as 127.0.0.1:8000") from error
    return value


@click.command(short_help="Show the site at a local address, and rebuild it on changes.")
@configuration.option
@click.option(
    "--address",
    metavar="HOST:PORT",
    callback=_address,
    help="Where to serve.  [default: 127.0.0.1:8000]",
)
def serve(config_file: Path | None, address: str | None) -> None:
    """Show the site at a local address, as it is after each change. Pages are made when they are asked for."""
    configuration.log(logging.INFO).addFilter(build.is_news)
    config_file = (config_file or configuration.find()).absolute()
    with tempfile.TemporaryDirectory(prefix="broadsheet-") as folder:
        site = _Site(config_file, Path(folder, "site"), address)
        config = site.config
        host, port = config.dev_addr
        server, want = _server(site.again, host, port, str(site.folder), _below(config))
        server.error_handler = lambda code: _read(site.folder / f"{code}.html")
        server.set_app(site.asked(server.serve_request))
        try:
            site.begin()
            threading.Thread(target=_watch, args=(site.states, want), daemon=True).start()
            server.serve()
        except KeyboardInterrupt:
            click.echo("It is served no more.", err=True)
        except OSError as error:
            raise UsageError(
                f"can't serve at {host}:{port}: {error.strerror}; give another --address"
            ) from error
        finally:
            server.shutdown()


def _server(*arguments: object) -> tuple[LiveReloadServer, Callable[[], None]]:
    """MkDocs' server, and what makes it build again.

    It would watch files and folders that are there, each for itself: not those that come, and none that was
    away for a moment.
    """
    from mkdocs.livereload import LiveReloadServer

    class Server(LiveReloadServer):
        def want(self) -> None:
            with self._rebuild_cond:
                self._want_rebuild = True
                self._rebuild_cond.notify_all()

    server = Server(*arguments)
    return server, server.want


def _watch(states: Callable[[], object], changed: Callable[[], None]) -> None:
    """Tell of every change of these states, as long as this process lasts."""
    before = states()
    while True:
        time.sleep(_EVERY)
        if (now := states()) != before:
            before = now
            changed()


class _Site:
    """The site that is shown: as it was when nothing was wrong the last time."""

    def __init__(self, config_file: Path, folder: Path, address: str | None):
        self.folder = folder
        self._config_file, self._address = config_file, address
        self._one_at_a_time = threading.Lock()
        self._memory = content.Memory()
        self.config, self.plugin = self._configured()

    def begin(self) -> None:
        """Have MkDocs build what it must; the rest is made when it is asked for, where it can be."""
        build.make(self.config, self.plugin, serve_url=self.config.site_url)
        self._around = self._states_around()

    def again(self) -> None:
        """After a change: where that is one of the content, there is mostly nothing to build. An error is told,
        and the site stays as it was."""
        with self._one_at_a_time:
            try:
                around = self._states_around()
                if around != self._around or not self.plugin.refresh(self.config):
                    config, plugin = self._configured()
                    build.make(config, plugin, serve_url=config.site_url)
                    self.config, self.plugin, self._around = config, plugin, around
            except Exception as error:
                # Raised, it would have the server answer nobody until it is mended.
                click.echo(_in_words(error), err=True)

    def asked(self, serve: Callable) -> Callable:
        """The application (PEP 3333) that has a file made, if need be, before it serves it."""

        def application(environ: Mapping[str, str], start_response: Callable) -> Iterable[bytes]:
            # WSGI's texts hold bytes.
            path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
            path = posixpath.normpath(path + "index.html" if path.endswith("/") else path)
            with self._one_at_a_time:
                try:
                    if self.plugin.is_on_demand:
                        path = path.lstrip("/").removeprefix(_below(self.config))
                        self.plugin.make(path)
                        self.plugin.make(f"{path}/index.html")  # to which the server leads
                except Exception as error:
                    if (ours := _ours(error)) is None:
                        raise
                    click.echo(str(ours), err=True)
                    start_response(_FAILED, [("Content-Type", "text/plain; charset=utf-8")])
                    return [str(ours).encode()]
            return serve(environ, start_response)

        return application

    def _configured(self) -> tuple:
        from mkdocs.config.config_options import Hooks

        Hooks._load_hook.cache_clear()  # else they would stay as they were
        options = {"dev_addr": self._address} if self._address else {}
        config, plugin = configuration.configured(
            self._config_file, site_dir=str(self.folder), **options
        )
        # Its links lead to where it is served, below the path that it will have.
        config.site_url = f"http://{config.dev_addr}/{_below(config)}"
        plugin.record = "served"  # so that the next build finds what the last one kept
        plugin.is_apart = not config.draft_docs  # MkDocs shows drafts, and marks them
        plugin.is_on_demand = True
        plugin.memory = self._memory
        self._said_last = config, plugin.config  # though nothing could be built of it
        return config, plugin

    def states(self) -> list[object] | None:
        """The states of all that the site follows from; None while something isn't there."""
        from generator import pages, settings

        folders = [pages.TEMPLATES]
        with suppress(BroadsheetError):  # there is none
            folders.append(settings.content_folder(*self._said_last))
        with suppress(OSError):
            return [*self._states_around(), *((one, output.states(one)) for one in folders)]
        return None

    def _states_around(self) -> list[object]:
        """The states of all that the site follows from, but for content and our own templates."""
        paths = [*_configuring(self._config_file), *self.plugin.by_hand(self.config)]
        folders = [path for path in paths if path.is_dir()]
        files = [path for path in paths if path.is_file()]
        return [
            *((path, path.stat().st_size, path.stat().st_mtime_ns) for path in files),
            *((folder, output.states(folder)) for folder in folders),
        ]


def _configuring(config_file: Path) -> list[Path]:
    """The files and folders in which more of the configuration stands, as it names them now, and its own file;
    whether they are there or not: what is wrong may be mended in any of them."""
    files, named = [config_file], []
    for file in files:  # which become more
        said = _said(file, output.state(str(file), follows=True))
        parent, theme = said.get("INHERIT"), said.get("theme")
        if isinstance(parent, str):
            above = Path(os.path.normpath(file.parent / parent))
            files += [above] if above not in files else []
        for name in ("hooks", "watch"):
            named += said[name] if isinstance(said.get(name), list) else []
        named += [theme.get("custom_dir")] if isinstance(theme, dict) else []
    return [*files, *(config_file.parent / name for name in named if isinstance(name, str))]


@lru_cache(16)
def _said(file: Path, _: output.State | None) -> dict[str, object]:
    """What a file of the configuration says that is in this state, all values as texts; nothing if it can't be
    read."""
    with suppress(OSError, yaml.YAMLError):
        said = yaml.load(file.read_bytes(), yaml.BaseLoader)
        return said if isinstance(said, dict) else {}
    return {}


def _ours(error: Exception) -> BroadsheetError | None:
    from generator.rendering.faults import fault

    return error if isinstance(error, BroadsheetError) else fault(error)


def _in_words(error: Exception) -> str:
    """What is wrong; in code, be it a hook's or ours, with all that tells where."""
    from mkdocs.exceptions import Abort

    known = error if isinstance(error, Abort) else _ours(error)
    return str(known) if known else "".join(traceback.format_exception(error))


def _below(config) -> str:
    """The path of the site at its address."""
    return urlsplit(config.site_url or "").path.lstrip("/")


def _read(page: Path) -> bytes | None:
    return page.read_bytes() if page.is_file() else None
