"""``broadsheet enrich``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from generator import cache, enriching, output, text
from generator import content as content_folder
from generator.commands import configuration, reporting
from generator.errors import BroadsheetError, UsageError, did_you_mean
from generator.matching import Match, Work
from generator.model import Catalog, Paper
from generator.sources import arxiv, web

_AT_ONCE = 10  # papers that are identified before they are put away


@click.command(short_help="Find the arXiv ids and authors of papers that are known by title alone.")
@click.argument("slugs", nargs=-1, metavar="[PAPER]…")
@configuration.option
@configuration.content_option
@click.option("--limit", type=click.IntRange(1), help="Ask for so many papers at most.")
@click.option(
    "--patience",
    type=click.FloatRange(min=0, min_open=True),
    default=30,
    show_default=True,
    metavar="MINUTES",
    help="How long to go on in all; arXiv wants three seconds between questions.",
)
@click.option("--address", default=arxiv.ADDRESS, show_default=True, help="Where arXiv is asked.")
@click.option(
    "--report",
    "report_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what was found, and what a person should look at, into this file as Markdown.",
)
def enrich(
    slugs: tuple[str, ...],
    config_file: Path | None,
    content: Path | None,
    limit: int | None,
    patience: float,
    address: str,
    report_file: Path | None,
) -> None:
    """Ask arXiv for the papers without an arXiv id or a DOI, by their titles, or for those named.

    What is certain, by title, date and number of authors, goes into listings of its own; all else that may
    be the paper is told, for a person to decide.
    """
    config_file = config_file or configuration.find()
    publication, folder = configuration.publication(config_file, content)
    catalog, _ = content_folder.load(folder)
    papers = _asked(catalog, slugs)[:limit]
    certain: list[tuple[Paper, Work]] = []
    doubts: list[tuple[Paper, Match]] = []
    unknown: list[Paper] = []
    failure = None
    with (
        output.alone(folder),
        web.Visit(publication.url, 60 * patience, config_file.parent / cache.FOLDER) as visit,
    ):
        try:
            with reporting.progress("Asking arXiv", len(papers)) as step:
                for paper in papers:
                    found = arxiv.titled(address, paper.title, visit)
                    match = enriching.identified(catalog, paper, found)
                    if match.certain:
                        certain.append((paper, match.certain))
                        if len(certain) % _AT_ONCE == 0:
                            enriching.put(folder, catalog, certain[-_AT_ONCE:])
                    elif match.doubts:
                        doubts.append((paper, match))
                    else:
                        unknown.append(paper)
                    step()
        except BroadsheetError as error:
            failure = error
        finally:
            enriching.put(folder, catalog, certain[len(certain) // _AT_ONCE * _AT_ONCE :])
    for paper, work in certain:
        click.echo(f"{paper.slug}: arXiv {work.arxiv_id}")
    for paper, match in doubts:
        click.echo(f"{paper.slug}: not certain, so nothing is taken", err=True)
        for line in enriching.doubtful(match):
            click.echo(f"    {line}", err=True)
    said = [f"{text.counted(len(certain), 'paper')} identified", f"{len(doubts)} to be looked at"]
    said += [f"{len(unknown)} not found"]
    click.echo(f"{', '.join(said)}.")
    if doubts:
        click.echo("To say which one a paper is: arxiv_id in its file, content/papers/PAPER.yml")
    if report_file:
        reporting.write(report_file, enriching.report(certain, doubts, unknown))
    if failure:
        reporting.report([failure])
        raise click.exceptions.Exit(1)


def _asked(catalog: Catalog, slugs: Sequence[str]) -> list[Paper]:
    wanting = {paper.slug: paper for paper in enriching.wanting(catalog)}
    for slug in slugs:
        if slug in catalog.by_slug and slug not in wanting:
            raise UsageError(f'"{slug}" has an arXiv id or a DOI; nothing is to be found')
        if slug not in wanting:
            raise UsageError(f'no paper "{slug}"; {did_you_mean(slug, wanting)}')
    return [wanting[slug] for slug in slugs] if slugs else [*wanting.values()]
