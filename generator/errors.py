"""What can be wrong, and where: every error knows its file, line and field.

A message says what is wrong and, after a semicolon, what to do. ``str(error)`` is
the one line that people and editors read: ``file:line: field: message``.
"""

from __future__ import annotations

from collections.abc import Iterable


class BroadsheetError(Exception):
    """The base of all errors that are about the user's files, not about this program."""

    def __init__(
        self,
        message: str,
        *,
        file: str | None = None,
        line: int | None = None,
        field: str | None = None,
    ):
        # This takes longer to import than all else of most commands.
        from generator.text import plain

        super().__init__(message)
        # Names and values may be a stranger's: whatever they hold, an error stays one line.
        self.message = plain(message)
        self.file = plain(file) if file else None
        self.line = line
        self.field = plain(field)[:100] if field else None

    def __str__(self) -> str:
        where = self.file
        if where is not None and self.line is not None:
            where = f"{where}:{self.line}"
        return ": ".join(part for part in (where, self.field, self.message) if part)


class ContentError(BroadsheetError):
    """Something in the content that must be mended before anything is built."""


class Omission(BroadsheetError):
    """Something that a machine's listing got wrong and that a build leaves out, saying so."""


class Surplus(Omission):
    """What a listing says and there is no place for: it is left out as well, and no fault to be mended."""


class Remark(BroadsheetError):
    """Something wrong with what is published, which is no reason against publishing again."""


class ConfigurationError(BroadsheetError):
    """Something in mkdocs.yml that must be mended before anything is built."""


class UsageError(BroadsheetError):
    """The command line asks for what can't be done."""


class ContentErrors(BroadsheetError):
    """Every ``ContentError`` of a content folder, in the order of file and line."""

    def __init__(self, errors: Iterable[ContentError], omissions: Iterable[Omission] = ()):
        self.errors = tuple(sorted(errors, key=_place))
        self.omissions = tuple(sorted(omissions, key=_place))
        super().__init__(f"{len(self.errors)} errors")

    def __str__(self) -> str:
        return "\n".join(map(str, self.errors))

    def __reduce__(self) -> tuple:
        return ContentErrors, (self.errors, self.omissions)


def _place(error: BroadsheetError) -> tuple[str, int, str]:
    return error.file or "", error.line or 0, error.field or ""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A suggestion to put behind "no such …": the nearest known words, or what there is.

    >>> did_you_mean("embedings", ["embeddings", "surveys"])
    'did you mean "embeddings"?'
    >>> did_you_mean("zebra", ["embeddings", "surveys"])
    'there are: embeddings, surveys'
    """
    from difflib import get_close_matches

    known = sorted(known)
    if near := get_close_matches(word, known, n=1, cutoff=0.7):
        return f'did you mean "{near[0]}"?'
    if not known:
        return "there are none"
    return "there are: " + ", ".join(known[:40]) + (", …" if len(known) > 40 else "")
