"""What of one message has been sent to whom: a file that outlives whatever ends the program.

A line is written, and has reached the disk, before a copy is handed over for good ("trying") and after the
server has answered ("sent", or "refused"). So after a crash

- an address without a line, or with "refused" at last, got no copy, and gets one in the next run;
- one with "sent" got it;
- and for one with "trying" at last nobody knows.

A line that was cut off while it was written doesn't count: what it announced had not begun.

Addresses stand in it as SHA-256 of the message's id and the address. That hides them from a glance, and
from nobody who guesses them.
"""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from generator.errors import BroadsheetError
from generator.mail.addresses import key

with suppress(ImportError):  # Windows has no such locks
    import fcntl

TRYING, SENT, REFUSED = b"trying", b"sent", b"refused"
_LINE = re.compile(rb"(trying|sent|refused) ([0-9a-f]{64})\n")


class Journal:
    """The journal of one message; a context manager, which keeps other runs out meanwhile."""

    def __init__(self, path: Path, message_id: str):
        self.path = path
        self._head = f"# broadsheet digest {message_id}\n".encode()
        self._salt = message_id.encode() + b"\0"
        self._last: dict[bytes, bytes] = {}

    def __enter__(self) -> Journal:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file: BinaryIO = os.fdopen(
                os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b", buffering=0
            )
        except OSError as error:
            raise self._wrong(f"{error.strerror}; name another with --journal") from error
        try:
            self._lock()
            self._read()
        except BaseException:
            self._file.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _wrong(self, message: str) -> BroadsheetError:
        return BroadsheetError(message, file=self.path.as_posix())

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except NameError:
            pass
        except OSError as error:
            raise self._wrong("another run is sending this; wait until it ends") from error

    def _read(self) -> None:
        data = self._file.read()
        lines = data.splitlines(keepends=True)
        if len(data) < len(self._head) and self._head.startswith(data):
            self._file.truncate(0)  # new, or cut off in its first line
            self._write(self._head)
            self._write_folder()
            return
        if lines[0] != self._head:
            raise self._wrong("is no journal of this message; name another with --journal")
        if not data.endswith(b"\n"):
            self._file.truncate(len(data) - len(lines[-1]))
        for line in lines[1:]:
            if found := _LINE.fullmatch(line):
                self._last[found[2]] = found[1]

    def _write(self, line: bytes) -> None:
        try:
            is_whole = self._file.write(line) == len(line)
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._wrong(f"{error.strerror}; see to the disk, and run this again") from error
        if not is_whole:
            raise self._wrong("the disk is full; make room, and run this again")

    def _write_folder(self) -> None:
        """A new file is lost with the power as long as its folder isn't on the disk."""
        with suppress(OSError):  # Windows opens no folders
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)

    def _name(self, address: str) -> bytes:
        return hashlib.sha256(self._salt + key(address).encode()).hexdigest().encode()

    def last(self, address: str) -> bytes | None:
        """What was last noted of an address: ``TRYING``, ``SENT`` or ``REFUSED``."""
        return self._last.get(self._name(address))

    def note(self, address: str, what: bytes) -> None:
        """Returns when the line is on the disk."""
        name = self._name(address)
        self._write(b"%s %s\n" % (what, name))
        self._last[name] = what
