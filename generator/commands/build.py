"""``broadsheet build``."""

from __future__ import annotations

import logging
import os
import shlex
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from functools import cache
from pathlib import Path

import click

from generator import output, stages, stamps, unchanged
from generator.commands import configuration
from generator.commands.reporting import Building, report
from generator.errors import BroadsheetError, UsageError


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
@click.option("--profile", is_flag=True, help="Tell in the end what took the time.")
def build(
    config_file: Path | None,
    content: Path | None,
    site_dir: Path | None,
    render: str,
    jobs: int | None,
    profile: bool,
) -> None:
    """Build the site: pages, feeds, data and search."""
    config_file = config_file or configuration.find()
    is_fast, is_kept, is_elsewhere = render == "fast", content is None, bool(content or site_dir)
    asked_for = str(site_dir and site_dir.absolute())
    if is_fast and is_kept and (last := unchanged.last(config_file, asked_for)):
        site, numbers, omissions = last
        report(omissions)
        click.echo(_table(numbers, site, is_elsewhere=is_elsewhere))
        return
    said = config_file.read_bytes()
    with _site(config_file, content, site_dir) as config:
        plugin = config.plugins["broadsheet"]
        plugin.is_fast = is_fast
        plugin.is_apart = True
        plugin.jobs = jobs or plugin.jobs
        reading = unchanged.reading(config_file, said, *_read(config, plugin))
        with _told(plugin, is_profiled=profile) as told:
            has_warned, names = make(config, plugin)
        report(plugin.omissions)
        click.echo(_table(numbers := _numbers(plugin), plugin.site, is_elsewhere=is_elsewhere))
        if profile:
            click.echo("\n" + told())
        # What MkDocs had to say, and what another way of building does, isn't known before it builds.
        if is_fast and is_kept and plugin.is_repeatable and not has_warned:
            generated = {page.path for page in plugin.making.pages}
            numbers |= {"changed": 0, "removed": 0, "as they were": numbers["pages"]}
            numbers["by MkDocs alone"] = 0
            unchanged.keep(
                reading,
                asked_for,
                generated,
                plugin.site,
                names,
                plugin.stamped.seen,
                plugin.states(),
                numbers,
                plugin.omissions,
            )


@contextmanager
def _site(config_file: Path, content: Path | None, site_dir: Path | None) -> Iterator:
    """MkDocs' configuration, for this content and this site folder if they are given."""
    configuration.log(logging.WARNING).addFilter(is_news)
    kept = [config_file.absolute().parent, Path.cwd(), *([content] if content else [])]
    with suppress(RuntimeError):  # not everybody has one
        kept.append(Path.home())
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
    """What people wrote in ``site_src/``, without what builds put there, and without links of editors."""
    generated = {str(path) for path in output.generated(docs_dir)}

    def is_passed_over(path: str) -> bool:
        is_hidden = os.path.basename(path).startswith(".")
        return path in generated or (is_hidden and not os.path.exists(path))

    shutil.copytree(
        docs_dir,
        target,
        ignore=lambda folder, names: [
            name for name in names if is_passed_over(os.path.join(folder, name))
        ],
    )


def _read(config, plugin) -> tuple[list[Path], Path]:
    """The folders of which a build reads all, and that of the pages."""
    from generator.rendering import shares
    from generator.settings import content_folder

    # What is installed may be in development: no version tells then what it is.
    of_software = shares.released()
    themes = [Path(folder) for folder in config.theme.dirs if folder not in of_software]
    return [content_folder(config, plugin.config), *themes], Path(config.docs_dir)


@contextmanager
def _told(plugin, *, is_profiled: bool) -> Iterator[Callable[[], str]]:
    """Tell how far the build is; gives what makes the profile of it when it is over."""
    from generator import memory

    starting = time.process_time()
    progress = Building()
    plugin.progress = progress.count
    with (
        memory.watched() if is_profiled else nullcontext([]) as highest,
        stages.followed(progress.begin, is_profiled=is_profiled) as spent,
    ):
        try:
            yield lambda: stages.table(spent, starting, *highest)
        finally:
            progress.end()


def make(config, plugin, serve_url: str | None = None) -> tuple[bool, Collection[str]]:
    """Build the site, where the configuration says; gives whether MkDocs had something to say, and the paths of
    all files that are in the site's folder then.

    ``serve_url`` is the address at which it is served, if it is but to be looked at.
    """
    from mkdocs.commands.build import build as mkdocs_build
    from mkdocs.exceptions import Abort
    from mkdocs.utils import CountHandler

    from generator import processes
    from generator.rendering import shares
    from generator.rendering.faults import fault

    warnings = CountHandler()
    warnings.setLevel(logging.WARNING)
    logging.getLogger("mkdocs").addHandler(warnings)
    site = plugin.site = Path(config.site_dir)
    docs = Path(config.docs_dir)
    is_new = not site.exists()
    with suppress(OSError):  # which is told where something is written
        site.mkdir(parents=True, exist_ok=True)  # what isn't there nobody can hold
    with output.by_turns(docs, site, tell=_tell_of_waiting):
        looking = processes.Running(lambda *_: output.seen(docs, site), plugin.jobs)
        seen = cache(looking.wait)  # content is read meanwhile
        try:
            config.site_dir = str(output.made_for(site))
            folder, name = plugin.cache(config), f"{plugin.record}-pages"
            with stamps.kept(folder, name, site, shares.SOFTWARE, seen) as plugin.stamped:
                mkdocs_build(config, serve_url=serve_url)
                names = output.publish(site, plugin.names, seen())
        except Abort as abort:
            _raise_cause(abort)
        except Exception as error:
            if (ours := fault(error)) is None:
                raise
            raise ours from error
        finally:
            looking.stop()
            output.end(site)
            if is_new:
                with suppress(OSError):  # there is something in it
                    site.rmdir()
    return bool(warnings.get_counts()), names


def _tell_of_waiting(folder: Path) -> None:
    click.echo(f"another build is writing to {folder}; this one waits for it", err=True)


def _raise_cause(abort: BaseException) -> None:
    """MkDocs turns a plugin's errors into an exit; this finds ours again, and raises it."""
    error: BaseException | None = abort
    while error is not None:
        if isinstance(error, BroadsheetError):
            raise error
        error = error.__cause__ or error.__context__
    raise BroadsheetError(str(abort) or "the build was aborted") from abort


def is_news(record: logging.LogRecord) -> bool:
    """Is it anything but MkDocs' message of an error of ours, which is told anyway?"""
    cause = getattr(sys.exception(), "__cause__", None)
    return record.levelno < logging.ERROR or not isinstance(cause, BroadsheetError)


def _numbers(plugin) -> dict[str, int]:
    """What a build made, and what it left out."""
    from generator import feeds

    catalog, written, built = plugin.catalog, plugin.written, plugin.built
    pages = written.changed + written.unchanged + built.built + built.left
    converted = built.converted + sum(page.is_converted for page in plugin.converted)
    return {
        "papers": len(catalog.papers),
        "topics": len(catalog.topics),
        "organizations": len(catalog.organizations),
        "days": len(catalog.by_day),
        "feeds": len(feeds.to_follow(catalog, plugin.publication)),
        "left out": len(plugin.omissions),
        "pages": pages,
        "changed": written.changed + built.changed,
        "removed": written.removed,
        "as they were": built.left,
        "by MkDocs alone": pages - built.left - converted,
    }


def _table(numbers: Mapping[str, int], site: Path, *, is_elsewhere: bool) -> str:
    pages = f"{numbers['changed']:,} changed, {numbers['removed']:,} removed"
    notes = {"pages": pages, "as they were": "of these", "by MkDocs alone": "of these"}
    lines = [
        f"{name:<15}{number:>7,}  {notes.get(name, '')}".rstrip()
        for name, number in numbers.items()
        if name not in ("changed", "removed")
    ]
    if site.is_relative_to(Path.cwd()):
        site = site.relative_to(Path.cwd())
    # What is served is what the configuration says.
    serving = f"python3 -m http.server -d {shlex.quote(str(site))}"
    look = serving if is_elsewhere else "make serve, or broadsheet serve."
    return "\n".join([*lines, f"The site is in {site}{os.sep}. To look at it: {look}"])
