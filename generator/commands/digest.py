"""``broadsheet digest``."""

from __future__ import annotations

import datetime
import os
import re
import sys
from pathlib import Path

import click

from generator import content as content_folder
from generator import fields, output, text
from generator.commands import configuration
from generator.commands.reporting import report
from generator.errors import BroadsheetError, UsageError, did_you_mean
from generator.mail import addresses, issue, message, sending
from generator.mail.journal import Journal
from generator.model import Catalog, Publication, Topic
from generator.weeks import Week

JOURNALS = ".digests"  # beside the configuration
_WEEK = re.compile(r"(\d{4})-W(\d\d)", re.ASCII)


def _week(context: click.Context, parameter: click.Parameter, said: str | None) -> Week | None:
    if said is None:
        return None
    try:
        year, number = map(int, _WEEK.fullmatch(said).groups())
        if not 1970 <= year < 2100:  # outside of which nothing can be listed
            raise ValueError
        return Week(datetime.date.fromisocalendar(year, number, 1))
    except (AttributeError, ValueError):
        raise click.BadParameter(f"{said} is no week; write it as 2025-W44") from None


def _day(
    context: click.Context, parameter: click.Parameter, said: str | None
) -> datetime.date | None:
    if said is None:
        return None
    try:
        day = datetime.datetime.strptime(said, "%Y-%m-%d").date()
        return fields.listed(day.isoformat())
    except ValueError:
        raise click.BadParameter(f"{said} is no day; write it as 2025-10-29") from None


@click.command(short_help="Write a digest of a week or a day as an e-mail, or send it.")
@configuration.option
@configuration.content_option
@click.option("--week", metavar="YEAR-WEEK", callback=_week, help="Of a week, as 2025-W44.")
@click.option("--day", metavar="DAY", callback=_day, help="Of a day, as 2025-10-29.")
@click.option("--topic", metavar="SLUG", help="Only papers of this topic.")
@click.option(
    "--out",
    metavar="FILE.eml",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it into a file.",
)
@click.option("--send", "is_sent", is_flag=True, help="Send it, to --to.")
@click.option("--to", metavar="ADDRESS|FILE", help="One address, or a file with one a line.")
@click.option(
    "--rate",
    type=click.FloatRange(0),
    default=60,
    show_default=True,
    help="How many to send a minute, at most; 0 for no limit.",
)
@click.option(
    "--journal",
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"What was sent to whom.  [default: one for each digest, in {JOURNALS}/]",
)
@click.option(
    "--again",
    is_flag=True,
    help="Send it also to those of whom an earlier run couldn't know whether they got it.",
)
def digest(
    config_file: Path | None,
    content: Path | None,
    week: Week | None,
    day: datetime.date | None,
    topic: str | None,
    out: Path | None,
    is_sent: bool,
    to: str | None,
    rate: float,
    journal: Path | None,
    again: bool,
) -> None:
    """Write what a week or a day brought as an e-mail into a file (--out), or send it (--send).

    To send needs a mail server: BROADSHEET_SMTP_HOST, and if they aren't usual _SMTP_PORT, _SMTP_USER,
    _SMTP_PASSWORD, _SMTP_SECURITY (starttls, tls or none) in the environment; BROADSHEET_MAIL_FROM says who
    it is from. Each address gets a copy of its own, and never two: if it breaks off, run it again.
    """
    if (week is None) == (day is None):
        raise UsageError("of what? Give either --week or --day")
    if (out is None) == (not is_sent):
        raise UsageError("what is to become of it? Give either --out or --send")
    if is_sent != (to is not None):
        raise UsageError("--send and --to go together; give both, or neither")
    config_file = config_file or configuration.find()
    publication, folder = configuration.publication(config_file, content)
    catalog, _ = content_folder.load(folder)
    of = _topic(catalog, topic) if topic else None
    told = (
        issue.of_week(week, catalog, publication, of)
        if week
        else issue.of_day(day, catalog, publication, of)
    )
    if not told.papers:
        nothing = f"{told.title} brought no new paper{f' on {of.title}' if of else ''}"
        if is_sent:
            click.echo(f"{nothing}; nothing is sent.")
            return
        raise UsageError(f"{nothing}; name another")
    if out:
        sender = os.environ.get("BROADSHEET_MAIL_FROM")
        sender = sending.checked_sender(sender) if sender else message.default_sender(publication)
        data = message.message(told, catalog, publication, sender).to(None)
        try:
            output.hand_out(out.absolute(), data)
        except OSError as error:
            raise UsageError(f"can't write {out}: {error.strerror}; name another") from error
        click.echo(f"{told.title}, {text.counted(len(told.papers), 'paper')}: {out}")
    else:
        if not journal:
            journal = config_file.absolute().parent / JOURNALS / f"{told.name}.journal"
        _send(told, catalog, publication, to, journal, rate, again)


def _topic(catalog: Catalog, slug: str) -> Topic:
    if slug not in catalog.topic:
        raise UsageError(f'no topic "{text.plain(slug)}"; {did_you_mean(slug, catalog.topic)}')
    return catalog.topic[slug]


def _send(
    told: issue.Issue,
    catalog: Catalog,
    publication: Publication,
    to: str,
    journal: Path,
    rate: float,
    again: bool,
) -> None:
    server = sending.server()
    # What is sent before its time lacks papers for ever.
    if datetime.datetime.now(datetime.UTC) < told.date:
        raise UsageError(f"{told.title} isn't over; send it from {told.date:%Y-%m-%d %H:%M} UTC on")
    recipients = _recipients(to)
    copies = message.message(told, catalog, publication, server.sender)
    with (
        Journal(journal, copies.id) as kept,
        click.progressbar(
            length=len(recipients),
            label="Sending",
            file=sys.stderr,
            hidden=not (sys.stderr and sys.stderr.isatty()),
        ) as bar,
    ):
        found = sending.send(
            copies,
            recipients,
            server,
            kept,
            rate=rate,
            again=again,
            progress=lambda: bar.update(1),
        )
    _tell(found, journal)


def _recipients(to: str) -> tuple[str, ...]:
    if not to.strip():
        raise UsageError("--to is empty; give an address, or a file of addresses")
    if "@" in to and not Path(to).exists():
        try:
            return (addresses.parse(to),)
        except ValueError as error:
            raise UsageError(f"--to: {error}") from error
    found, twice = addresses.read(Path(to))
    report(twice)
    return found


def _tell(found: sending.Report, journal: Path) -> None:
    report(BroadsheetError(f"{address}: not sent: {why}") for address, why in found.unsent.items())
    report(
        BroadsheetError(f"{address}: sent or not: {why}") for address, why in found.unsure.items()
    )
    rows = {
        "sent": len(found.sent),
        "sent before": len(found.before),
        "not sent": len(found.unsent),
        "unknown": len(found.unsure),
    }
    click.echo("\n".join(f"{name:<14}{number:>8,}" for name, number in rows.items()))
    if found.unsent:
        click.echo(
            "Run it again, without those that the server doesn't know: who has theirs gets no other.",
            err=True,
        )
    if found.unsure:
        click.echo(
            "Of the unknown ones nobody but the server can tell; look there. What it didn't get: put "
            f"these addresses into a file, and run it again with --again. ({journal})",
            err=True,
        )
    if found.unsent or found.unsure:
        raise click.exceptions.Exit(1)
