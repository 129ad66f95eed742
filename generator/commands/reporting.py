"""What was found wrong, told to people, and to GitHub Actions."""

from __future__ import annotations

import os
from collections.abc import Iterable

import click

from generator.errors import BroadsheetError, Omission, Remark


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
