"""What was computed before: a folder of files, of which any may be missing, old, damaged or foreign.

A file is called after what it holds and the key of all that went into it, and begins with the SHA-256
of its name and the rest. What doesn't agree is as good as not there. Nothing in it is ever run.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import pickle
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

from generator import output

FOLDER = ".cache/broadsheet"  # beside mkdocs.yml

_AT_ONCE = 1 << 20  # bytes
_KEY = re.compile(r"[0-9a-f]{64}")


def key(parts: Iterable[bytes | str], code: Iterable[ModuleType] = ()) -> str:
    """The SHA-256, in hexadecimal, of these parts and of the source of these modules."""
    digest = hashlib.sha256()
    for module in code:
        _add(digest, Path(module.__file__).read_bytes())
    for part in parts:
        _add(digest, part.encode() if isinstance(part, str) else part)
    return digest.hexdigest()


def remember(folder: Path | None, name: str, key: str, make: Callable[[], bytes]) -> bytes:
    """What was kept of this name under this key, or else what ``make`` makes, kept for the next time.

    Without a folder nothing is looked up or kept.
    """
    data = recall(folder, name, key)
    if data is None:
        data = make()
        keep(folder, name, key, data)
    return data


def recall(folder: Path | None, name: str, key: str) -> bytes | None:
    """What was kept of this name under this key, whole; None if there is no such thing."""
    if folder is None:
        return None
    path = _path(folder, name, key)
    try:
        kept = path.read_bytes()
    except OSError:
        return None
    checksum, data = kept[:32], kept[32:]
    return data if _checksum(path, data) == checksum else None


def opened(folder: Path | None, name: str, key: str) -> BinaryIO | None:
    """As ``recall``, for what is too large to be in memory: the file, which is to be read from here on."""
    if folder is None:
        return None
    path = _path(folder, name, key)
    try:
        file = path.open("rb")
    except OSError:
        return None
    checksum = file.read(32)
    start = file.tell()
    if _checksum(path, file) != checksum:
        file.close()
        return None
    file.seek(start)
    return file


def keep(folder: Path | None, name: str, key: str, data: bytes | BinaryIO) -> None:
    """Keep it, or all that a file holds, in place of what was kept of this name; where that can't be written,
    don't."""
    if folder is None:
        return
    path = _path(folder, name, key)
    with suppress(OSError):
        if isinstance(data, bytes):
            output.replace(path, _checksum(path, data) + data)
        else:
            output.write(folder, [(path.name, _checked(path, data))])
        for other in sorted(folder.glob(f"{name}.*")):
            if other != path and _KEY.fullmatch(other.name.removeprefix(f"{name}.")):
                other.unlink()
        output.clear_away(folder)


def _checksum(path: Path, data: bytes | BinaryIO) -> bytes:
    """Of what stands under this path, which may be in another folder, or in a file from where that stands."""
    digest = hashlib.sha256(path.name.encode())
    if not isinstance(data, bytes):
        return hashlib.file_digest(data, lambda: digest).digest()
    digest.update(data)
    return digest.digest()


def _checked(path: Path, file: BinaryIO) -> Iterator[bytes]:
    """What is written of a file that is kept under this path."""
    file.seek(0)
    yield _checksum(path, file)
    file.seek(0)
    while piece := file.read(_AT_ONCE):
        yield piece


def packed(value: object) -> bytes:
    """A value as bytes to keep: of Python's own kinds (texts, numbers, tuples, mappings, …), and dates."""
    return pickle.dumps(value, 5)


def unpacked(data: bytes) -> object:
    """The value again, of bytes that ``recall`` gave."""
    return _Unpickler(io.BytesIO(data)).load()


class _Unpickler(pickle.Unpickler):
    """For which nothing has a name but dates, so that there is nothing that it could be made to call."""

    def find_class(self, module: str, name: str) -> type:
        if module != "datetime" or name not in ("date", "datetime", "timedelta", "timezone"):
            raise pickle.UnpicklingError(f"{module}.{name} is nothing that is kept")
        return getattr(datetime, name)


def _path(folder: Path, name: str, key: str) -> Path:
    return folder / f"{name}.{key}"


def _add(digest, data: bytes) -> None:
    digest.update(len(data).to_bytes(8, "little"))  # or two parts could share a border
    digest.update(data)
