"""``broadsheet search``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from generator import text
from generator.commands import configuration
from generator.errors import BroadsheetError, UsageError
from generator.search import engine, files, query

_SORTED = ("relevance", "date", "discussion")


@click.command(short_help="Search a built site, as its readers do.")
@click.argument("question", metavar="QUERY")
@configuration.option
@click.option(
    "--site-dir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A built site.  [default: the configuration's]",
)
@click.option(
    "--sort", type=click.Choice(_SORTED), default=_SORTED[0], show_default=True, help="The order."
)
@click.option("--every", is_flag=True, help="Only papers that hold every word of the query.")
@click.option("--typing", is_flag=True, help="As while it is typed: its last word may go on.")
@click.option(
    "--start", type=click.IntRange(0), default=0, help="How many of the papers to leave out first."
)
@click.option(
    "--size",
    type=click.IntRange(1),
    default=engine.PAGE,
    show_default=True,
    help="How many papers to show.",
)
@click.option("--json", "is_json", is_flag=True, help="Print everything that is known, as JSON.")
def search(
    question: str,
    config_file: Path | None,
    site_dir: Path | None,
    sort: str,
    every: bool,
    typing: bool,
    start: int,
    size: int,
    is_json: bool,
) -> None:
    """Print the papers that a built site's search has for QUERY, the best first.

    Any word may match; the rest must: "a phrase", -word, author:name, org:name, topic:slug, year:2023..2025. A
    query that begins with a dash comes behind "--".
    """
    if site_dir is None:
        config, _ = configuration.configured(config_file or configuration.find())
        site_dir = Path(config.site_dir)
    elif config_file:
        raise UsageError("the configuration would only tell where the site is; give one of them")
    try:
        index = files.open_index(site_dir)
        found = engine.answer(
            index,
            question,
            typing=typing,
            start=start,
            size=size,
            sort=sort,
            every=every,
            facets=is_json,
        )
    except FileNotFoundError as error:
        raise BroadsheetError(
            f"{site_dir} has no search index, or not all of it: no file {error.filename}; build the "
            "site first, by broadsheet build"
        ) from error
    except (ValueError, TypeError, LookupError, OSError) as error:
        raise BroadsheetError(
            f"the search index in {site_dir} can't be read; build the site anew, by broadsheet build"
        ) from error
    if question.strip() and not query.parse(question):
        all_papers = (
            "the one paper" if found.total == 1 else f"all {text.counted(found.total, 'paper')}"
        )
        click.echo(f"There is no word to look for: {all_papers}.", err=True)
    if is_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_told(found, start)))


def _told(found: engine.Answer, start: int) -> list[str]:
    lines = []
    for place, hit in enumerate(found.hits, start + 1):
        card = hit.card
        names = [", ".join(card["authors"])]
        if (card["author_count"] or 0) > len(card["authors"]) > 0:
            names[0] += " and others"
        names += [card["organization"][1]] if card["organization"] else []
        lines.append(f"{place:>3}. {card['title']}")
        lines.append(" · ".join(part for part in ("    " + card["listed"], *names) if part))
        lines.append(f"    papers/{card['slug']}/")
    count = text.counted(found.total, "paper")
    if found.total and found.holds < found.total:
        count += f", of which {found.holds:,} {'holds' if found.holds == 1 else 'hold'} every word"
    lines.append(f"{count}.")
    if found.missing:
        lines.append(f"No paper has: {', '.join(found.missing)}")
    if found.suggestion:
        lines.append(f"Did you mean: {found.suggestion}")
    lines += [f"Also looked for: {short} ({long})" for short, long in found.abbreviations]
    return lines
