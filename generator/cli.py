"""The commands: ``broadsheet build | serve | check | freeze``.

Exit codes: 0 good; 1 the content is wrong, and every error is listed; 2 the command line is wrong.
"""

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

from generator import content as content_folder
from generator import feeds, output, text
from generator.errors import (
    BroadsheetError,
    ConfigurationError,
    ContentError,
    ContentErrors,
    Omission,
    Remark,
    UsageError,
)
from generator.model import Publication

CONFIGURATION = "mkdocs.yml"


class _Commands(click.Group):
    """Turns what users did wrong into a line and an exit code; a traceback is only for our faults."""

    def invoke(self, context: click.Context):
        try:
            return super().invoke(context)
        except UsageError as error:
            raise click.UsageError(str(error)) from error
        except ContentErrors as error:
            report([*error.errors, *error.omissions])
            click.echo(f"{text.counted(len(error.errors), 'error')}; nothing was done.", err=True)
            raise click.exceptions.Exit(1) from error
        except BroadsheetError as error:
            report([error])
            raise click.exceptions.Exit(1) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="broadsheet", message="%(prog)s %(version)s")
def main() -> None:
    """Turn listings of research papers into a publication."""


_configuration = click.option(
    "--config-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"The configuration.  [default: {CONFIGURATION} here, or in a folder above]",
)
_content = click.option(
    "--content",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Another content folder than the configuration's.",
)


@main.command()
@_configuration
@_content
@click.option(
    "--site-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to put the site.  [default: as the configuration says]",
)
def build(config_file: Path | None, content: Path | None, site_dir: Path | None) -> None:
    """Build the site: pages, feeds, data and search."""
    with _site(config_file or _find_configuration(), content, site_dir) as config:
        plugin = config.plugins["broadsheet"]
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


@main.command(short_help="Show the site at a local address, and rebuild it on changes.")
@_configuration
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

    _log(logging.INFO)
    options = {"dev_addr": address} if address else {}
    try:
        mkdocs_serve(str(config_file or _find_configuration()), livereload=True, **options)
    except Abort:
        raise click.exceptions.Exit(1) from None  # MkDocs has said what is wrong
    except MkDocsConfigurationError as error:
        raise ConfigurationError(str(error)) from error
    except OSError as error:
        raise UsageError(
            f"can't serve at {address or '127.0.0.1:8000'}: {error.strerror}; give another --address"
        ) from error


@main.command(short_help="List everything that is wrong with the content, or with feeds.")
@click.argument("files", nargs=-1, metavar="[FILE]…", type=click.Path(exists=True, path_type=Path))
@_configuration
@_content
@click.option(
    "--published",
    metavar="URL-OR-DIR",
    help="Compare with the feeds of this site (an address or a folder): would a subscriber lose an "
    "entry, or get one twice?",
)
def check(
    files: tuple[Path, ...],
    config_file: Path | None,
    content: Path | None,
    published: str | None,
) -> None:
    """Check the content, or feeds, and list everything that is wrong with it.

    FILE is a feed (RSS, Atom, JSON Feed, OPML), or a folder with feeds, such as a built site.
    """
    if files and (content or published or config_file):
        raise UsageError("the content and feeds are checked apart; give one of them")
    if files:
        _check_feeds(files)
    elif published:
        _check_published(published, config_file, content)
    else:
        _check_content(content or _configured_content(config_file))


def _configured_content(config_file: Path | None) -> Path:
    """The content folder that the configuration names; the one here if there is no configuration."""
    if (
        config_file is None
        and not (Path.cwd() / CONFIGURATION).is_file()
        and Path("content").is_dir()
    ):
        return Path("content")
    return _publication(config_file, None)[1]


def _check_content(content: Path) -> None:
    catalog, omissions = content_folder.load(content)
    report(omissions)
    found = (
        f"{text.counted(len(catalog.papers), 'paper')}, {text.counted(len(catalog.topics), 'topic')}, "
        f"{text.counted(len(catalog.listings), 'listing')}"
    )
    if omissions:
        click.echo(f"{found}; left out: {len(omissions)}.", err=True)
        raise click.exceptions.Exit(1)
    click.echo(f"{found}: nothing is wrong.")


def _check_published(where: str, config_file: Path | None, content: Path | None) -> None:
    from generator import published
    from generator.sources import site

    publication, folder = _publication(config_file, content)
    catalog, omissions = content_folder.load(folder)
    report(omissions)
    made = feeds.render(catalog, publication)
    with site.opened(where, publication.url) as fetch:
        is_there = published.is_there(fetch)
        found = published.regressions(made, fetch, publication.url, where) if is_there else []
    if not is_there:
        if catalog.ledger.feeds:
            raise UsageError(
                f"nothing is published at {where}, though the ledger says that something was; see "
                "whether the address is right"
            )
        click.echo(
            f"Nothing is published at {where}, so nothing was compared. That is right for the first "
            "publication; else see whether the address is right."
        )
        return
    report(found)
    wrong = sum(not isinstance(error, Remark) for error in found)
    if wrong:
        click.echo(f"{text.counted(wrong, 'reason')} not to publish this.", err=True)
        raise click.exceptions.Exit(1)
    number = len({path.partition(".")[0] for path in made if not path.startswith("feeds/archive/")})
    click.echo(
        f"{text.counted(number - 1, 'feed')}, compared with {where}: nobody would lose an entry, or get "
        "one twice."
    )


def _check_feeds(paths: Iterable[Path]) -> None:
    from generator import feed_lint

    files = list(dict.fromkeys(file for path in paths for file in _feeds_at(path)))
    errors = [
        ContentError(problem.message, file=str(file), line=problem.line, field=problem.field)
        for file in files
        for problem in feed_lint.problems(_bytes(file))
    ]
    report(errors)
    found = text.counted(len(files), "feed")
    if errors:
        click.echo(f"{text.counted(len(errors), 'error')} in {found}.", err=True)
        raise click.exceptions.Exit(1)
    click.echo(f"{found}: nothing is wrong.")


def _feeds_at(path: Path) -> Iterator[Path]:
    """A file is one, whatever it holds; in a folder, what looks like one or stands in ``feeds/``."""
    from generator import feed_lint

    if not path.is_dir():
        yield path
        return
    found = False
    for file in sorted(path.rglob("*")):
        if file.suffix in (".xml", ".json", ".opml") and file.is_file():
            folders = (path.resolve().name, *file.relative_to(path).parts[:-1])
            if "feeds" in folders or feed_lint.looks_like_feed(_bytes(file)):
                found = True
                yield file
    if not found:
        raise UsageError(f"no feeds in {path}; build first, or name another")


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"can't read {file}: {error.strerror}; name another") from error


@main.command(short_help="Write down what the feeds have listed, before it is published.")
@_configuration
@_content
@click.option(
    "--published",
    metavar="URL-OR-DIR",
    help="First write down what the feeds of this site (an address or a folder) have listed.",
)
def freeze(config_file: Path | None, content: Path | None, published: str | None) -> None:
    """Write down what the feeds have listed, so that no later change of the content takes it back.

    Adds to content/ledger/ which papers each feed has listed, what was said of them then, and which
    archives are full. Run it before each publication, and commit what it wrote.
    """
    from generator import freezing
    from generator.sources import site

    publication, folder = _publication(config_file, content)
    catalog, omissions = content_folder.load(folder)
    report(omissions)
    if published:
        with site.opened(published, publication.url) as fetch:
            lines = freezing.of_published(catalog, publication, fetch)
        _add_to_ledger(folder / freezing.path(catalog), lines, f"Of {published}")
        catalog, _ = content_folder.load(folder)
    lines = freezing.of_content(catalog, publication)
    _add_to_ledger(folder / freezing.path(catalog), lines, "Of the content")


def _add_to_ledger(file: Path, lines: list[str], of: str) -> None:
    if not lines:
        click.echo(f"{of}: the ledger has it all.")
        return
    try:
        output.append(file, "".join(lines).encode())
    except OSError as error:
        raise ConfigurationError(f"{error.strerror}; see to that folder", file=str(file)) from error
    shown = file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
    click.echo(f"{of}: {text.counted(len(lines), 'line')} added to {shown}.")


# --- what is wrong ------------------------------------------------------------------------


def report(errors: Iterable[BroadsheetError]) -> None:
    """A line for each; under GitHub Actions also an annotation of the file."""
    for error in errors:
        kind = next((said for of, said in _LESSER.items() if isinstance(error, of)), "")
        click.echo(f"{kind}{error}", err=True)
        if os.environ.get("GITHUB_ACTIONS") == "true":
            click.echo(_annotation(error, "warning" if kind else "error"))


_LESSER = {Omission: "left out: ", Remark: "remark: "}  # what stops nothing


def _annotation(error: BroadsheetError, level: str) -> str:
    """A workflow command of GitHub Actions, escaped as its toolkit does."""

    def data(value: object) -> str:
        return str(value).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")

    def property_(value: object) -> str:
        return data(value).replace(":", "%3A").replace(",", "%2C")

    where = {"file": error.file, "line": error.line, "title": error.field}
    properties = ",".join(f"{key}={property_(value)}" for key, value in where.items() if value)
    return f"::{level} {properties}::{data(error.message)}"


# --- building -----------------------------------------------------------------------------


def _find_configuration() -> Path:
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / CONFIGURATION).is_file():
            return folder / CONFIGURATION
    raise UsageError(
        f"no {CONFIGURATION} in {here} or above; go to the publication's folder, or give --config-file"
    )


def _configured(config_file: Path, **changes: str) -> tuple:
    """MkDocs' configuration, and our plugin in it."""
    from mkdocs.config import load_config
    from mkdocs.exceptions import ConfigurationError as MkDocsConfigurationError

    try:
        config = load_config(str(config_file), **changes)
    except MkDocsConfigurationError as error:
        raise ConfigurationError(str(error), file=str(config_file)) from error
    if "broadsheet" not in config.plugins:
        raise ConfigurationError(
            'missing; add "- broadsheet"', file=str(config_file), field="plugins"
        )
    return config, config.plugins["broadsheet"]


def _publication(config_file: Path | None, content: Path | None) -> tuple[Publication, Path]:
    """What the configuration says of the publication, and the content folder."""
    from generator import plugin as adapter

    _log(logging.WARNING)
    config, plugin = _configured(config_file or _find_configuration())
    publication = adapter.publication(config, plugin.config)
    return publication, content or adapter.content_folder(config, plugin.config)


@contextmanager
def _site(config_file: Path, content: Path | None, site_dir: Path | None) -> Iterator:
    """MkDocs' configuration, for this content and this site folder if they are given."""
    _log(logging.WARNING).addFilter(lambda record: not _is_reported(record))
    kept = [config_file.absolute().parent, Path.cwd(), Path.home(), *([content] if content else [])]
    changes = {}
    if site_dir:
        _refuse_to_empty(site_dir, kept, [content] if content else [])
        changes["site_dir"] = str(site_dir.absolute())
    config, plugin = _configured(config_file, **changes)
    sources = [config_file.parent / plugin.config.content, config.docs_dir, config.theme.custom_dir]
    sources += [Path(__file__).parent, config_file.parent / ".git"]
    _refuse_to_empty(Path(config.site_dir), kept, [Path(source) for source in sources if source])
    with tempfile.TemporaryDirectory(prefix="broadsheet-") as temporary:
        if content:
            plugin.config.content = str(content.absolute())
            written_by_people = Path(temporary, Path(config.docs_dir).name)
            _copy_pages(Path(config.docs_dir), written_by_people)
            config.docs_dir = str(written_by_people)
        yield config


# Some of which every site of ours has, were its build broken off.
_OF_A_SITE = ("assets", "data", "feeds", "404.html")


def _refuse_to_empty(site_dir: Path, kept: Iterable[Path], sources: Iterable[Path]) -> None:
    """MkDocs empties the site's folder before it builds; that must not be a wrong one.

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
    if names and names.isdisjoint(_OF_A_SITE):
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

    try:
        if sys.stderr and sys.stderr.isatty():
            with click.progressbar(length=100, label="Building", file=sys.stderr) as bar:
                plugin.progress = lambda done, total: bar.update(done * 100 // total - bar.pos)
                mkdocs_build(config)
        else:
            mkdocs_build(config)
    except Abort as abort:
        _raise_cause(abort)
    except (OSError, UnicodeError) as error:  # a folder that can't be written, a page not in UTF-8
        raise ConfigurationError(f"{error}; see to that file") from error


def _raise_cause(abort: BaseException) -> None:
    """MkDocs turns a plugin's errors into an exit; this finds ours again, and raises it."""
    error: BaseException | None = abort
    while error is not None:
        if isinstance(error, BroadsheetError):
            raise error
        error = error.__cause__ or error.__context__
    raise BroadsheetError(str(abort) or "the build was aborted") from abort


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return record.getMessage()


def _log(level: int) -> logging.Handler:
    """MkDocs' messages, plainly."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Plain())
    handler.setLevel(level)
    logger = logging.getLogger("mkdocs")
    logger.setLevel(level)
    logger.handlers[:] = [handler]
    return handler


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
        "feeds": len(feeds.all_feeds(catalog, plugin.publication)),
        "left out": len(plugin.omissions),
    }
    lines = [f"{name:<14}{number:>8,}" for name, number in rows.items()]
    pages = written.changed + written.unchanged
    lines.append(
        f"{'pages':<14}{pages:>8,}  {written.changed:,} changed, {written.removed:,} removed"
    )
    site = Path(config.site_dir)
    if site.is_relative_to(Path.cwd()):
        site = site.relative_to(Path.cwd())
    return "\n".join(
        [*lines, f"The site is in {site}{os.sep}. To look at it: make serve, or broadsheet serve."]
    )
