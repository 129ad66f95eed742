"""What a command does and finds, told to people, and to GitHub Actions."""

from __future__ import annotations

import os
import sys
import time
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


class Building:
    """How far a build is: on a terminal a line that changes, elsewhere one every ten seconds."""

    def __init__(self) -> None:
        self._is_terminal = bool(sys.stderr and sys.stderr.isatty())
        self._stage, self._done, self._total = "starting", 0, 0
        self._start = 0.0  # of what is counted
        self._next = time.monotonic() + (0 if self._is_terminal else _PAUSE)
        self._width = 0  # of what stands on the terminal

    def begin(self, stage: str) -> None:
        self._stage = stage or "pages"
        self._show(is_new=True)

    def count(self, done: int, total: int) -> None:
        """So much of the work is done that is left once the content is read."""
        if not self._total:
            self._start, self._stage = time.monotonic(), "pages"
        self._done, self._total = done, total
        self._show()

    def end(self) -> None:
        if self._is_terminal:
            click.echo("\r" + " " * self._width + "\r", nl=False, err=True)

    def _show(self, *, is_new: bool = False) -> None:
        now = time.monotonic()
        if now < self._next and not (is_new and self._is_terminal):
            return
        said = f"Building: {self._stage}"
        if self._done:
            said += f", {100 * self._done // self._total} %"
        if self._done >= _KNOWN * self._total > 0:
            left = (now - self._start) * (self._total - self._done) / self._done
            said += f", {_in_words(left)} left"
        if self._is_terminal:
            filled = _BAR * self._done // max(1, self._total)
            said = f"[{'#' * filled:-<{_BAR}}] {said}"
            click.echo(f"\r{said:<{self._width}}", nl=False, err=True)
            self._width = len(said)
        else:
            click.echo(said, err=True)
        self._next = now + (_BLINK if self._is_terminal else _PAUSE)


_BAR = 20  # characters
_KNOWN = 0.05  # of the work; before so much is done, what it will take can't be told
_BLINK, _PAUSE = 0.1, 10  # seconds from line to line


def _in_words(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def write(file: Path, markdown: str, *, adding: bool = False) -> None:
    """Put a report into a file, or at its end. Raises UsageError if it can't be written."""
    try:
        (output.append if adding else output.hand_out)(file.absolute(), markdown.encode())
    except OSError as error:
        raise UsageError(f"can't write {file}: {error.strerror}; name another file") from error
