"""``broadsheet diff``."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import click

from generator import content, text
from generator.commands import configuration, earlier
from generator.diff import as_json
from generator.diff.as_markdown import markdown
from generator.diff.changes import LONG, TITLE, Changes, cut, many
from generator.diff.comparison import between
from generator.diff.git import Clone
from generator.errors import BroadsheetError, ContentErrors, UsageError
from generator.model import Catalog, Publication


@click.command(short_help="Tell what a change of the content changes for readers and subscribers.")
@click.argument("ref", required=False)
@configuration.option
@configuration.content_option
@click.option("--json", "is_json", is_flag=True, help="Print it as JSON, for --of.")
@click.option(
    "--of",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="Compare nothing: print as Markdown what --json wrote into this file (-: the standard input).",
)
def diff(
    ref: str | None, config_file: Path | None, content: Path | None, is_json: bool, of: Path | None
) -> None:
    """Tell, in Markdown, what the working tree changes for readers and subscribers.

    It is compared with REF, a commit or a branch. Without REF, that is the commit at which this branch
    left the default branch.
    """
    if of and (ref is not None or content):
        raise UsageError("--of compares nothing; leave out REF and --content")
    if of:
        changes, publication = _read(of), configuration.publication(config_file, None)[0]
    else:
        changes, publication = _compare(ref, config_file or configuration.find(), content)
    said = as_json.to_json(changes) if is_json else markdown(changes, publication)
    # In UTF-8, and with the same ends of lines, whatever the terminal's are.
    click.echo(said.encode(), nl=False)


def _read(file: Path) -> Changes:
    most = as_json.LARGEST + 1  # a stranger's file is no reason to run out of memory
    try:
        if str(file) == "-":
            data = sys.stdin.buffer.read(most)
        else:
            with file.open("rb") as stream:
                data = stream.read(most)
        return as_json.from_json(data.decode())
    except OSError as error:
        raise UsageError(f"can't read {file}: {error.strerror}; name another") from error
    except UnicodeDecodeError as error:
        raise BroadsheetError("not UTF-8, and so no JSON; make it again", file=str(file)) from error
    except BroadsheetError as error:
        raise BroadsheetError(error.message, file=str(file)) from error


def _compare(
    ref: str | None, config_file: Path, content_folder: Path | None
) -> tuple[Changes, Publication]:
    """What is different between the commit and the working tree; and the publication of the commit."""
    is_, folder = configuration.publication(config_file, content_folder)
    clone = Clone(config_file.absolute().parent)
    commit = clone.base() if ref is None else clone.commit(ref)
    here = clone.path(folder.absolute())
    after, _ = content.load(folder)
    there, unreadable = here, []
    with tempfile.TemporaryDirectory(prefix="broadsheet-") as temporary:
        into = Path(temporary).resolve()
        try:
            before, was, there = earlier.load(
                clone,
                commit,
                clone.path(config_file.absolute()),
                here if content_folder else None,
                into,
            )
        except BroadsheetError as error:
            # What repairs a broken publication shall be told as well.
            before, was, unreadable = Catalog(), is_, _errors(error, into)
    files = clone.changed(commit)
    inside = {file for file in files if _is_in(file, here) or _is_in(file, there)}
    changes = replace(
        between(before, after, was, is_),
        base=commit,
        unreadable=many(unreadable),
        folder=_name(here),
        files=many(_name(file) for file in files if file not in inside),
        ledger=many(_name(file) for file in files if _is_in(file, f"{here}/ledger")),
    )
    return changes, was


def _is_in(file: str, folder: str) -> bool:
    return folder == "." or file.startswith(f"{folder.removeprefix('./')}/")


def _name(file: str) -> str:
    return cut(text.plain(file), TITLE) or "?"


def _errors(error: BroadsheetError, into: Path) -> list[str]:
    """Each in a line, without the temporary folder's name."""
    every = error.errors if isinstance(error, ContentErrors) else (error,)
    temporary = f"{(into / 'content').as_posix()}/"
    return [cut(str(one).replace(temporary, ""), LONG) for one in every]
