"""What a command does and finds, told to people, and to GitHub Actions."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from generator import output
from generator.errors import BroadsheetError, Omission, Remark, UsageError


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


@contextmanager
def progress(label: str, steps: int) -> Iterator[Callable[[], None]]:
    """What to call after each step: on a terminal it shows how much is done."""
    if not (sys.stderr and sys.stderr.isatty()):
        yield lambda: None
        return
    with click.progressbar(length=steps, label=label, file=sys.stderr) as bar:
        yield lambda: bar.update(1)


def write(file: Path, markdown: str, *, adding: bool = False) -> None:
    """Put a report into a file, or at its end. Raises UsageError if it can't be written."""
    try:
        (output.append if adding else output.put)(file.absolute(), markdown.encode())
    except OSError as error:
        raise UsageError(f"can't write {file}: {error.strerror}; name another file") from error
