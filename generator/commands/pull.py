"""``broadsheet pull``."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import click

from generator import cache, fields, output, pulling, text
from generator.commands import configuration, reporting
from generator.dates import today
from generator.errors import BroadsheetError, ConfigurationError, UsageError, did_you_mean
from generator.pulling import Pulled
from generator.sources import Source, web

DAYS = 7  # listings fill up for some days
_MOST_DAYS = 3_660


class _Day(click.ParamType):
    name = "day"

    def convert(self, value, param, context) -> datetime.date:
        if isinstance(value, datetime.date):
            return value
        try:
            return fields.listed(value)
        except ValueError as error:
            self.fail(str(error), param, context)


@click.command(short_help="Bring in what sources have listed.")
@click.argument("names", nargs=-1, metavar="[SOURCE]…")
@configuration.option
@configuration.content_option
@click.option(
    "--days",
    type=click.IntRange(1, _MOST_DAYS),
    help=f"How many days, up to the last.  [default: {DAYS}]",
)
@click.option("--since", type=_Day(), metavar="DAY", help="Or else the first day, as 2025-10-29.")
@click.option("--until", type=_Day(), metavar="DAY", help="The last day.  [default: today, in UTC]")
@click.option(
    "--patience",
    type=click.FloatRange(min=0, min_open=True),
    default=15,
    show_default=True,
    metavar="MINUTES",
    help="How long to go on in all.",
)
@click.option(
    "--report",
    "report_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what became of it into this file, as Markdown.  [default: add it to "
    "$GITHUB_STEP_SUMMARY, if that is set]",
)
def pull(
    names: tuple[str, ...],
    config_file: Path | None,
    content: Path | None,
    days: int | None,
    since: datetime.date | None,
    until: datetime.date | None,
    patience: float,
    report_file: Path | None,
) -> None:
    """Ask the sources in mkdocs.yml, or those named, for what they have listed, and put it into listings.

    What is there is only updated where it changed, and nothing is lost. A source that fails is reported, the
    others go on.
    """
    now = today()
    first, last = _span(now, days, since, until)
    config_file = config_file or configuration.find()
    publication, folder, sources = configuration.sources(config_file, content)
    sources = _named(sources, names, config_file)
    kept = config_file.parent / cache.FOLDER
    questions = sum(_questions(one, first, last) for one in sources)
    pulled = Pulled()
    with output.alone(folder), web.Visit(publication.url, 60 * patience, kept) as visit:
        with reporting.progress("Pulling", questions) as step:
            for source in sources:
                _pull(source, (first, last), now, folder, visit, pulled, step)
        if not (names or pulled.failures):
            visit.forget_others()
    reporting.report([*pulled.omissions, *pulled.failures])
    for change in pulled.changes:
        if change.new or change.changed or change.unlisted:
            click.echo(f"{change.file}: {_counts(change)}")
    for name, number in pulled.older.items():
        click.echo(f"{name}: {number:,} of other days are passed over; --since DAY takes more in.")
    new = sum(len(change.new) for change in pulled.changes)
    changed = sum(len(change.changed) for change in pulled.changes)
    said = [text.counted(new, "new paper"), f"{changed:,} changed"]
    said += [f"left out: {len(pulled.omissions)}"] if pulled.omissions else []
    said += [f"failed: {len(pulled.failures)}"] if pulled.failures else []
    click.echo(f"{', '.join(said)}.")
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if report_file:
        reporting.write(report_file, pulling.report(pulled, now))
    elif summary:
        reporting.write(Path(summary), pulling.report(pulled, now), adding=True)
    if pulled.failures:
        raise click.exceptions.Exit(1)


def _span(
    now: datetime.date,
    days: int | None,
    since: datetime.date | None,
    until: datetime.date | None,
) -> tuple[datetime.date, datetime.date]:
    last = until or now
    if last > now:
        raise UsageError(f"{last} is still to come, in UTC; give a day up to {now}")
    if since and days:
        raise UsageError("--since and --days both say where to begin; give one of them")
    first = since or last - datetime.timedelta((days or DAYS) - 1)
    if first > last:
        raise UsageError(f"{first} is later than the last day, {last}; give an earlier one")
    if (last - first).days >= _MOST_DAYS:
        raise UsageError(f"more than {_MOST_DAYS:,} days; begin later")
    return first, last


def _named(
    sources: tuple[Source, ...], names: tuple[str, ...], config_file: Path
) -> tuple[Source, ...]:
    if not sources:
        raise ConfigurationError(
            "none, so there is nothing to pull; the README says what may stand there",
            file=str(config_file),
            field="sources",
        )
    known = [source.name for source in sources]
    for name in names:
        if name not in known:
            raise UsageError(f'no source "{name}"; {did_you_mean(name, known)}')
    return tuple(one for one in sources if not names or one.name in names)


def _questions(source: Source, first: datetime.date, last: datetime.date) -> int:
    return (last - first).days + 1 if _module(source).BY_DAY else 1


def _module(source: Source):
    return import_module(f"generator.sources.{source.kind}")


def _pull(
    source: Source,
    asked: tuple[datetime.date, datetime.date],
    now: datetime.date,
    folder: Path,
    visit: web.Visit,
    pulled: Pulled,
    step: Callable[[], None],
) -> None:
    """Ask one source for all days, newest first, and put away what it lists as soon as it is known."""
    module = _module(source)
    first, last = asked
    spans = [asked]
    if module.BY_DAY:
        spans = [(last - datetime.timedelta(back),) * 2 for back in range((last - first).days + 1)]
    for begin, end in spans:
        day = begin if module.BY_DAY else None
        try:
            found = module.found(source, day, visit)
            done = pulling.put(
                folder, source, (begin, end), found, today=now, is_whole=module.BY_DAY
            )
        except BroadsheetError as error:
            where = f"{pulling.place(source.name, day)}: " if error.file else ""
            pulled.failures.append(
                type(error)(
                    error.message,
                    file=f"{where}{error.file}" if where else pulling.place(source.name, day),
                    line=error.line,
                    field=error.field,
                )
            )
            if isinstance(error, web.OutOfTime):  # nor is there any for the days before
                return
        else:
            pulled.changes += done.changes
            pulled.omissions += done.omissions
            for name, number in done.older.items():
                pulled.older[name] = pulled.older.get(name, 0) + number
        step()


def _counts(change: pulling.Change) -> str:
    said = [f"{len(change.new):,} new"] if change.new else []
    said += [f"{len(change.changed):,} changed"] if change.changed else []
    said += [f"{len(change.unlisted):,} no longer listed, but kept"] if change.unlisted else []
    return ", ".join(said)
