"""``broadsheet freeze``."""

from __future__ import annotations

from pathlib import Path

import click

from generator import content as content_folder
from generator import output, text
from generator.commands import configuration
from generator.commands.reporting import report
from generator.errors import ConfigurationError


@click.command(short_help="Write down what the feeds have listed, before it is published.")
@configuration.option
@configuration.content_option
@click.option(
    "--published",
    metavar="[URL-OR-DIR]",
    is_flag=False,
    flag_value=configuration.SITE_URL,
    help="First write down what the feeds of this site (as for check) have listed.",
)
def freeze(config_file: Path | None, content: Path | None, published: str | None) -> None:
    """Write down what the feeds have listed, so that no later change of the content takes it back.

    Adds to content/ledger/ which papers each feed has listed, what was said of them then, and which
    archives are full. Run it before each publication, and commit what it wrote.
    """
    from generator import freezing
    from generator.sources import site

    publication, folder = configuration.publication(config_file, content)
    catalog, omissions = content_folder.load(folder)
    report(omissions)
    if published:
        published = publication.url if published == configuration.SITE_URL else published
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
        output.add(file, "".join(lines).encode())
    except OSError as error:
        raise ConfigurationError(f"{error.strerror}; see to that folder", file=str(file)) from error
    shown = file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file
    click.echo(f"{of}: {text.counted(len(lines), 'line')} added to {shown}.")
