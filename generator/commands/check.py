"""``broadsheet check``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from generator import content as content_folder
from generator import curated, dates, feeds, output, text
from generator.commands import configuration
from generator.commands.reporting import report
from generator.curation import schemas, tidy
from generator.errors import ContentError, Omission, Remark, Surplus, UsageError
from generator.model import Publication


@click.command(short_help="List everything that is wrong with the content, or with feeds.")
@click.argument("files", nargs=-1, metavar="[FILE]…", type=click.Path(exists=True, path_type=Path))
@configuration.option
@configuration.content_option
@click.option(
    "--fix",
    is_flag=True,
    help="First put right what has one right answer: the order of fields, white space, quotes.",
)
@click.option(
    "--published",
    metavar="[URL-OR-DIR]",
    is_flag=False,
    flag_value=configuration.SITE_URL,
    help="Compare with the feeds of this site (an address or a folder; if none is given, the one at "
    "site_url): would a subscriber lose an entry, or get one twice?",
)
def check(
    files: tuple[Path, ...],
    config_file: Path | None,
    content: Path | None,
    fix: bool,
    published: str | None,
) -> None:
    """Check the content, or feeds, and list everything that is wrong with it.

    A "remark" is what looks odd, and for people to judge.

    FILE is a feed (RSS, Atom, JSON Feed, OPML), or a folder with feeds, such as a built site.
    """
    if files and (content or published or config_file or fix):
        raise UsageError("the content and feeds are checked apart; give one of them")
    if fix and published:
        raise UsageError("--fix is about the files of the content; give it without --published")
    if files:
        _check_feeds(files)
    elif published:
        _check_published(published, config_file, content)
    else:
        _check_content(config_file, content, fix)


def _check_content(config_file: Path | None, content: Path | None, fix: bool) -> None:
    from generator.curation import remarks

    publication, folder, docs = configuration.if_any(config_file, content)
    if publication and not content:
        configuration.sources(config_file, None)  # of which something may be wrong as well
    untidy = list(_untidy(folder, publication))
    for name, tidied in untidy if fix else ():
        shown = content_folder.shown(folder, name)
        try:
            output.put(folder / name, tidied)
        except OSError as error:
            message = f"can't be written: {error.strerror}; see to that folder"
            raise ContentError(message, file=shown) from error
        click.echo(f"fixed: {shown}")
    catalog, omissions = content_folder.load(folder)
    found = [*omissions, *remarks.problems(catalog, folder, publication, docs, dates.today())]
    report(found)
    counts = (
        f"{text.counted(len(catalog.papers), 'paper')}, {text.counted(len(catalog.topics), 'topic')}, "
        f"{text.counted(len(catalog.listings), 'listing')}"
    )
    wrong = sum(not isinstance(one, Remark | Omission) for one in found)
    said = [text.counted(wrong, "error")] if wrong else []
    said += [f"left out: {len(omissions)}"] if omissions else []
    if wrong or not all(isinstance(one, Surplus) for one in omissions):
        click.echo(f"{counts}; {', '.join(said)}.", err=True)
        raise click.exceptions.Exit(1)
    click.echo(f"{counts}: nothing is wrong{''.join(f'; {one}' for one in said)}.")
    if untidy and not fix:
        files = text.counted(len(untidy), "file")
        click.echo(f"{files} could be tidier; broadsheet check --fix sees to it.")


_OF_PEOPLE = {"papers/*.yml": "overlay", "topics/*.md": "topic", "listings/**/*.yml": "sidecar"}
_SCHEMA_LINE = re.compile(r"^# yaml-language-server: \$schema=\S+/schemas/\w+\.json$", re.MULTILINE)
_LARGEST = 10**6  # bytes; what is larger was hardly written by people


def _untidy(folder: Path, publication: Publication | None) -> Iterator[tuple[str, bytes]]:
    """The people's files that aren't in their one right form, and how they are in it."""
    lines = {kind: schemas.line(publication, kind) for kind in curated.KINDS} if publication else {}
    for pattern, kind in _OF_PEOPLE.items():
        for path in sorted(folder.glob(pattern)):
            if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
                continue
            if path.name == "README.md" or not path.resolve().is_relative_to(folder.resolve()):
                continue
            data = path.read_bytes()
            try:
                tidied = tidy.tidied(data.decode("utf-8"), kind)
            except UnicodeError:
                continue  # as the check will say
            # A publication that has moved, or was begun as another's, has its schemas elsewhere.
            tidied = _SCHEMA_LINE.sub(lambda old, kind=kind: lines.get(kind, old[0]), tidied, 1)
            tidied = tidied.encode()
            if tidied != data:
                yield path.relative_to(folder).as_posix(), tidied


def _check_published(where: str, config_file: Path | None, content: Path | None) -> None:
    from generator import published
    from generator.sources import site

    publication, folder = configuration.publication(config_file, content)
    catalog, omissions = content_folder.load(folder)
    report(omissions)
    made = feeds.render(catalog, publication)
    where = publication.url if where == configuration.SITE_URL else where
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
