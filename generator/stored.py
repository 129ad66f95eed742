"""Texts on the disk, which are read when somebody asks for them.

A hundred thousand abstracts take more memory than all else that is known of their papers, and most of the
time nobody looks at them. Ten or twenty thousand stay in memory: most publications have no more.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_IN_MEMORY = 32 * 10**6  # characters
_SHORT = 200  # characters, of which the note where they are takes as much memory
_BITS = 24  # of a text's length in bytes


class Store:
    """A file without a name, which is gone when nobody has a text in it any more.

    Processes that are forked read it as well. Where there can be none, texts stay in memory.
    """

    def __init__(self, folder: Path | None):
        self._folder = folder
        self._left = _IN_MEMORY
        self._file = None
        self._end = 0

    @property
    def is_full(self) -> bool:
        """Whether there are more texts than stay in memory, and a file for them."""
        return self._file is not None

    def put(self, text: str) -> str | Stored:
        """The text, or where it is."""
        if self._left > 0 or len(text) < _SHORT or not self._folder:
            self._left -= len(text)
            return text
        data = text.encode("utf-8", "surrogatepass")
        try:
            if not self._file:
                self._file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115
            if not hasattr(os, "pread") or self._file.write(data) < len(data):
                raise OSError("no file, or a full disk")
        except OSError:
            self._folder = None
            return text
        at = self._end << _BITS | len(data)
        self._end += len(data)
        return Stored(self, at)

    def __del__(self) -> None:
        if self._file:
            self._file.close()

    def read(self, at: int) -> str:
        length = at & (1 << _BITS) - 1
        data = os.pread(self._file.fileno(), length, at >> _BITS)
        return data.decode("utf-8", "surrogatepass")


class Stored:
    """Where a text is."""

    __slots__ = ("_at", "_store")

    def __init__(self, store: Store, at: int):
        self._store, self._at = store, at

    def __str__(self) -> str:
        return self._store.read(self._at)

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, str | Stored) else NotImplemented

    __hash__ = None
