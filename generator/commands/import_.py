"""``broadsheet import``."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from pathlib import Path

import click

from generator import content as content_folder
from generator import fields, readers, text
from generator.commands import configuration
from generator.commands.reporting import report
from generator.curation import filing
from generator.curation.filing import Filing
from generator.errors import ContentError, ContentErrors, Omission, UsageError, did_you_mean
from generator.model import Catalog

_DATED = re.compile(r"(\d{4}-\d{2}-\d{2})(?!\d)[-_. ]*(.*)")
_ENDINGS = {".htm": ".html", ".atom": ".xml"}  # other endings of the same formats
_LARGEST = 250 * 10**6  # bytes; the content takes none that is larger
_NEXT = "To see whether all is well: broadsheet check. Then commit what is new, and open a pull request."


def _checked(parse: Callable[[object], object]) -> Callable:
    """A callback for an option, one or several, whose values must be right."""

    def callback(context: click.Context, option: click.Parameter, value: object) -> object:
        try:
            return tuple(map(parse, value)) if option.multiple else value and parse(value)
        except ValueError as error:
            raise click.BadParameter(str(error), context, option) from error

    return callback


@click.command("import", short_help="File listings: BibTeX, RIS, CSV, Atom, saved pages, …")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE…",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option(
    "--date",
    "day",
    metavar="DAY",
    callback=_checked(fields.listed),
    help="The day on which the papers are listed, as 2025-10-29.  [default: as the file's name begins, or "
    "as a saved page says]",
)
@click.option(
    "--name",
    metavar="NAME",
    callback=_checked(fields.slug),
    help="What the listing is called behind its day.  [default: as the file]",
)
@click.option(
    "--topic",
    "topics",
    metavar="SLUG",
    multiple=True,
    callback=_checked(fields.slug),
    help="A topic to which every paper belongs; repeat the option for several.",
)
@click.option(
    "--source",
    metavar="URL",
    callback=_checked(fields.url),
    help="The address of the page or service that listed the papers.",
)
@configuration.option
@configuration.content_option
def import_(
    files: tuple[Path, ...],
    day: datetime.date | None,
    name: str | None,
    topics: tuple[str, ...],
    source: str | None,
    config_file: Path | None,
    content: Path | None,
) -> None:
    """File listings in content/listings/, each kept as it came.

    A FILE may be BibTeX (.bib), RIS (.ris), CSV with a line that names its columns (.csv), an Atom feed of
    arXiv (.xml), a saved Daily Papers page (.html) or its text (.txt), Daily Papers JSON (.json),
    or Broadsheet's own JSON lines (.jsonl). Nothing is written if one of them can't be read.
    """
    publication, folder = configuration.publication(config_file, content)
    before, _ = content_folder.load(folder)
    for slug in topics:
        if slug not in before.topic:
            raise UsageError(f'no topic "{slug}"; {did_you_mean(slug, before.topic)}')
    said = {"source": source, "topics": sorted(set(topics))}
    sidecar = filing.beside({name: value for name, value in said.items() if value}, publication)
    filings, errors = [], []
    for path in files:
        try:
            one = _filing(path, day, name)
        except ContentError as error:
            errors.append(error)
            continue
        if filing.is_filed(folder, one, sidecar):
            click.echo(f"{content_folder.shown(folder, one.file)}: filed already.")
        else:
            filings.append(one)
    errors += filing.conflicts(folder, filings, before)
    if errors:
        raise ContentErrors(errors)
    if not filings:
        return
    catalog, left_out = filing.write(folder, filings, sidecar)
    report(left_out)
    for one in filings:
        click.echo(_told(one, folder, catalog, before, left_out))
    click.echo(_NEXT)


def _filing(path: Path, day: datetime.date | None, name: str | None) -> Filing:
    try:
        if path.stat().st_size > _LARGEST:
            raise OSError(f"larger than {_LARGEST // 10**6} MB")
        data = path.read_bytes()
    except OSError as error:
        raise ContentError(
            f"can't be read: {error.strerror or error}; give another", file=str(path)
        ) from error
    ending = path.suffix.lower()
    ending = _ENDINGS.get(ending, ending)
    try:
        reader = readers.find(ending, source := data.decode("utf-8-sig", "replace"))
    except readers.Unreadable as error:
        raise ContentError(error.message, file=str(path), line=error.line) from error
    dated = _DATED.fullmatch(path.stem)
    if not day and dated:
        try:
            day = fields.listed(dated[1])
        except ValueError as error:
            raise ContentError(f"its name: {error}", file=str(path)) from error
    if not day and hasattr(reader, "day"):
        day = reader.day(source)
    if not day:
        raise ContentError(
            "it isn't known on which day its papers are listed; give --date 2025-10-29",
            file=str(path),
        )
    name = name or text.slug(dated[2] if dated else path.stem, fallback="papers")
    return Filing(str(path), f"{day.isoformat()}-{name}{ending}", data)


def _told(
    one: Filing, folder: Path, catalog: Catalog, before: Catalog, left_out: list[Omission]
) -> str:
    place = content_folder.shown(folder, one.file)
    papers = [paper for paper in catalog.papers if one.name in paper.listings]
    new = sum(paper.slug not in before.by_slug for paper in papers)
    said = [text.counted(len(papers), "paper")]
    if new < len(papers):
        said.append(f"{new:,} of them new" if new else "all of them known")
    if number := sum(error.file == place for error in left_out):
        said.append(f"left out: {number:,}")
    return f"{place}: {', '.join(said)}."
