"""What very many papers say, on the disk, where it is read when somebody asks for it.

A hundred thousand abstracts take more memory than all else that is known of their papers, and most of the
time nobody looks at them. Ten or twenty thousand stay in memory: most publications have no more.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

_IN_MEMORY = 40 * 10**6  # bytes
_SHORT = 200  # characters, of which the note where they are takes as much memory
_BITS = 24  # of a length in bytes


class Store:
    """A file without a name, which is gone when nobody has anything in it any more.

    Processes that are forked read it as well. Where there can be none, all stays in memory.
    """

    def __init__(self, folder: Path | None):
        self._folder = folder
        self._file = None
        self._end = 0
        self.is_open = False

    def begin(self, size: int) -> bool:
        """Open the file, if so many bytes are too many to stay in memory; gives whether it is open. From then
        on a process that is forked may write to it in place of this one."""
        if size > _IN_MEMORY and self._folder and hasattr(os, "pread"):
            with suppress(OSError):
                self._folder.mkdir(parents=True, exist_ok=True)
                self._file = tempfile.TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115
                self.is_open = True
        return self.is_open

    def put(self, text: str) -> str | Stored:
        """The text, or where it is."""
        if not self.is_open or len(text) < _SHORT:
            return text
        at = self.add(text.encode("utf-8", "surrogatepass"))
        return text if at is None else Stored(self, at)

    def add(self, data: bytes) -> int | None:
        """Where these bytes are from now on; None if they stay in memory, as there is no room, or if there are
        more than 16 MB."""
        if not self.is_open or len(data) >> _BITS:
            return None
        try:
            if self._file.write(data) < len(data):
                raise OSError("a full disk")
        except OSError:
            self.is_open = False
            return None
        at = self._end << _BITS | len(data)
        self._end += len(data)
        return at

    def read(self, at: int) -> bytes:
        """What ``add`` was given that gave this."""
        return os.pread(self._file.fileno(), at & (1 << _BITS) - 1, at >> _BITS)

    def text(self, at: int) -> str:
        """The text that is there."""
        return self.read(at).decode("utf-8", "surrogatepass")

    def __del__(self) -> None:
        if self._file:
            self._file.close()


class Stored:
    """Where a text is."""

    __slots__ = ("_store", "at")

    def __init__(self, store: Store, at: int):
        self._store, self.at = store, at

    def __str__(self) -> str:
        return self._store.text(self.at)

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, str | Stored) else NotImplemented

    __hash__ = None
