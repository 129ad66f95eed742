"""Take the one file out of a zip that a stranger may have made, or refuse it.

Usage: take_one_file.py ZIP NAME TARGET

The zip must hold exactly one entry: a plain file of this name, which is not longer than LONGEST bytes once it
is unpacked, whatever the zip says of it. Needs nothing but Python, and changes nothing but TARGET.
"""

from __future__ import annotations

import io
import stat
import struct
import sys
import zipfile
import zlib
from pathlib import Path

LONGEST_ZIP = 1_000_000
LONGEST = 2_000_000

_ENCRYPTED = 0x1
_DOS_FOLDER = 0x10
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What zipfile raises for what is not as it should be.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class Refused(Exception):
    """Why the zip is not taken; says nothing of what is in it, which may be anything."""


def one_file(data: bytes, name: str) -> bytes:
    """What is in the zip's only entry, which must have this name."""
    if len(data) > LONGEST_ZIP:
        raise Refused(f"the zip has more than {LONGEST_ZIP:,} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) != 1:
                raise Refused(f"{len(entries):,} entries, where there should be one")
            entry = entries[0]
            # As it stands there; "filename" is without what follows a NUL, and with slashes put right.
            if entry.orig_filename != name or entry.filename != name:
                raise Refused(f"the entry has another name than {name}")
            if entry.is_dir() or entry.external_attr & _DOS_FOLDER:
                raise Refused("the entry is a folder")
            if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
                raise Refused("the entry is no plain file")
            if entry.flag_bits & _ENCRYPTED:
                raise Refused("the entry is encrypted")
            if entry.compress_type not in _METHODS:
                raise Refused("the entry is packed in a way that is not in use here")
            if entry.header_offset:
                raise Refused("something stands before the entry")
            if entry.file_size > LONGEST:
                raise Refused(f"the entry has more than {LONGEST:,} bytes")
            with archive.open(entry) as file:
                taken = file.read(LONGEST + 1)
    except _BROKEN as error:
        raise Refused("this is no zip, or a broken one") from error
    if len(taken) > LONGEST or len(taken) != entry.file_size:
        raise Refused("the entry is longer or shorter than it says")
    return taken


def main(source: str, name: str, target: str) -> None:
    try:
        with Path(source).open("rb") as file:
            Path(target).write_bytes(one_file(file.read(LONGEST_ZIP + 1), name))
    except Refused as refused:
        sys.exit(f"Refused: {refused}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
