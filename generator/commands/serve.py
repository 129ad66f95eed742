"""``broadsheet serve``."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import click

from generator.commands import build, configuration
from generator.errors import BroadsheetError, UsageError


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
    """Show the site at a local address, and build it again when something changes."""
    from mkdocs.livereload import LiveReloadServer

    configuration.log(logging.INFO).addFilter(build.is_news)
    config_file = (config_file or configuration.find()).absolute()
    with tempfile.TemporaryDirectory(prefix="broadsheet-") as folder:
        site = Path(folder, "site")
        config, plugin = _configured(config_file, site, address)
        host, port = config.dev_addr
        server = LiveReloadServer(
            lambda: _again(config_file, site, address), host, port, str(site), _below(config)
        )
        server.error_handler = lambda code: _read(site / f"{code}.html")
        try:
            _make(config, plugin)
            server.watch(config.docs_dir)
            server.watch(str(config_file))
            plugin.on_serve(server, config=config)
            server.serve()
        except KeyboardInterrupt:
            click.echo("It is served no more.", err=True)
        except OSError as error:
            raise UsageError(
                f"can't serve at {host}:{port}: {error.strerror}; give another --address"
            ) from error
        finally:
            server.shutdown()


def _configured(config_file: Path, site: Path, address: str | None) -> tuple:
    options = {"dev_addr": address} if address else {}
    config, plugin = configuration.configured(config_file, site_dir=str(site), **options)
    # Its links lead to where it is served, below the path that it will have.
    config.site_url = f"http://{config.dev_addr}/{_below(config)}"
    return config, plugin


def _below(config) -> str:
    """The path of the site at its address."""
    return urlsplit(config.site_url or "").path.lstrip("/")


def _make(config, plugin) -> None:
    plugin.record = "served"  # so that the next build finds what the last one kept
    plugin.is_apart = not config.draft_docs  # MkDocs shows drafts, and marks them
    build.make(config, plugin, serve_url=config.site_url)


def _again(config_file: Path, site: Path, address: str | None) -> None:
    try:
        _make(*_configured(config_file, site, address))
    except BroadsheetError as error:
        raise SystemExit(str(error)) from error  # the server says so, and goes on


def _read(page: Path) -> bytes | None:
    return page.read_bytes() if page.is_file() else None
