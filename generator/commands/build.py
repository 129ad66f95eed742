"""``broadsheet build`` and ``broadsheet serve``."""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from generator import feeds, output
from generator.commands import configuration
from generator.commands.reporting import report
from generator.errors import BroadsheetError, ConfigurationError, UsageError


@click.command()
@configuration.option
@configuration.content_option
@click.option(
    "--site-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to put the site.  [default: as the configuration says]",
)
@click.option(
    "--render",
    type=click.Choice(["fast", "mkdocs"]),
    default="fast",
    show_default=True,
    help="What turns pages into HTML: MkDocs alone, or what gives the same in less time, where it surely does.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="How many processes at the same time.  [default: as many as there are processors]",
)
def build(
    config_file: Path | None,
    content: Path | None,
    site_dir: Path | None,
    render: str,
    jobs: int | None,
) -> None:
    """Build the site: pages, feeds, data and search."""
    with _site(config_file or configuration.find(), content, site_dir) as config:
        plugin = config.plugins["broadsheet"]
        plugin.is_fast = render == "fast"
        plugin.is_clearing = plugin.is_apart = True
        plugin.jobs = jobs or plugin.jobs
        _build(config, plugin)
        report(plugin.omissions)
        click.echo(_table(config, plugin))


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
    from mkdocs.commands.serve import serve as mkdocs_serve
    from mkdocs.exceptions import Abort
    from mkdocs.exceptions import ConfigurationError as MkDocsConfigurationError

    configuration.log(logging.INFO)
    options = {"dev_addr": address} if address else {}
    try:
        mkdocs_serve(str(config_file or configuration.find()), livereload=True, **options)
    except Abort:
        raise click.exceptions.Exit(1) from None  # MkDocs has said what is wrong
    except MkDocsConfigurationError as error:
        raise ConfigurationError(str(error)) from error
    except OSError as error:
        raise UsageError(
            f"can't serve at {address or '127.0.0.1:8000'}: {error.strerror}; give another --address"
        ) from error


@contextmanager
def _site(config_file: Path, content: Path | None, site_dir: Path | None) -> Iterator:
    """MkDocs' configuration, for this content and this site folder if they are given."""
    configuration.log(logging.WARNING).addFilter(lambda record: not _is_reported(record))
    kept = [config_file.absolute().parent, Path.cwd(), Path.home(), *([content] if content else [])]
    changes = {}
    if site_dir:
        _refuse_to_empty(site_dir, kept, [content] if content else [])
        changes["site_dir"] = str(site_dir.absolute())
    config, plugin = configuration.configured(config_file, **changes)
    sources = [config_file.parent / plugin.config.content, config.docs_dir, config.theme.custom_dir]
    sources += [Path(__file__).parents[1], config_file.parent / ".git"]
    _refuse_to_empty(Path(config.site_dir), kept, [Path(source) for source in sources if source])
    with tempfile.TemporaryDirectory(prefix="broadsheet-") as temporary:
        if content:
            plugin.config.content = str(content.absolute())
            plugin.is_kept = False
            written_by_people = Path(temporary, Path(config.docs_dir).name)
            _copy_pages(Path(config.docs_dir), written_by_people)
            config.docs_dir = str(written_by_people)
        yield config


def _refuse_to_empty(site_dir: Path, kept: Iterable[Path], sources: Iterable[Path]) -> None:
    """A build empties the site's folder; that must not be a wrong one.

    It may not hold what is kept, nor lie in a source, nor be full of something else.
    """
    site = site_dir.resolve()
    for folder in (*kept, *sources):
        if folder.resolve().is_relative_to(site):
            raise UsageError(
                f"--site-dir {site_dir} would be emptied, and holds {folder}; name another"
            )
    for folder in sources:
        if site.is_relative_to(folder.resolve()):
            raise UsageError(
                f"--site-dir {site_dir} would be emptied, and is in {folder}; name another"
            )
    try:
        names = {name for name in os.listdir(site) if not name.startswith(".")}
    except FileNotFoundError:
        return
    except OSError as error:
        raise UsageError(f"--site-dir {site_dir}: {error.strerror}; name another") from error
    if names and names.isdisjoint(output.OF_A_SITE):
        raise UsageError(
            f"--site-dir {site_dir} would be emptied, and is no site of ours; empty it, or name another"
        )


def _copy_pages(docs_dir: Path, target: Path) -> None:
    """What people wrote in ``site_src/``, without what a build put there."""
    generated = {str(path) for path in output.generated(docs_dir)}
    shutil.copytree(
        docs_dir,
        target,
        ignore=lambda folder, names: [
            name for name in names if os.path.join(folder, name) in generated
        ],
    )


def _build(config, plugin) -> None:
    from mkdocs.commands.build import build as mkdocs_build
    from mkdocs.exceptions import Abort

    from generator.rendering.faults import fault

    try:
        if sys.stderr and sys.stderr.isatty():
            with click.progressbar(length=100, label="Building", file=sys.stderr) as bar:
                plugin.progress = lambda done, total: bar.update(done * 100 // total - bar.pos)
                mkdocs_build(config)
        else:
            mkdocs_build(config)
    except Abort as abort:
        _raise_cause(abort)
    except Exception as error:
        if (ours := fault(error)) is None:
            raise
        raise ours from error


def _raise_cause(abort: BaseException) -> None:
    """MkDocs turns a plugin's errors into an exit; this finds ours again, and raises it."""
    error: BaseException | None = abort
    while error is not None:
        if isinstance(error, BroadsheetError):
            raise error
        error = error.__cause__ or error.__context__
    raise BroadsheetError(str(abort) or "the build was aborted") from abort


def _is_reported(record: logging.LogRecord) -> bool:
    """Is it MkDocs' message of an error of ours?"""
    cause = getattr(sys.exception(), "__cause__", None)
    return record.levelno >= logging.ERROR and isinstance(cause, BroadsheetError)


def _table(config, plugin) -> str:
    """What a build made, and what it left out."""
    catalog, written = plugin.catalog, plugin.written
    rows = {
        "papers": len(catalog.papers),
        "topics": len(catalog.topics),
        "organizations": len(catalog.organizations),
        "days": len(catalog.by_day),
        "feeds": len(feeds.to_follow(catalog, plugin.publication)),
        "left out": len(plugin.omissions),
    }
    lines = [f"{name:<14}{number:>8,}" for name, number in rows.items()]
    built = plugin.built
    changed = written.changed + built.changed
    pages = changed + written.unchanged + built.unchanged
    lines.append(f"{'pages':<14}{pages:>8,}  {changed:,} changed, {written.removed:,} removed")
    by_mkdocs = pages - built.converted - sum(page.is_converted for page in plugin.converted)
    lines.append(f"{'by MkDocs alone':<15}{by_mkdocs:>7,}  of these")
    site = Path(config.site_dir)
    if site.is_relative_to(Path.cwd()):
        site = site.relative_to(Path.cwd())
    return "\n".join(
        [*lines, f"The site is in {site}{os.sep}. To look at it: make serve, or broadsheet serve."]
    )
