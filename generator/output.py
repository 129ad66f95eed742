"""The only module that writes: changed files, stale files, nothing else."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from generator.errors import ConfigurationError, UsageError

# The second line of every generated page; a file without it was written by somebody.
MARK = "# Made by Broadsheet from content/. Edit that: changes here are lost."


_NEW = ".new-"  # how the names begin of files that aren't whole yet


# Of these every site has one at any time, be it half built or half gone.
OF_A_SITE = ("404.html", "assets", "data", "feeds", "sitemap.xml")


@dataclass(frozen=True, slots=True)
class Written:
    """What a ``sync`` did, in numbers of files."""

    changed: int
    unchanged: int
    removed: int


def write(folder: Path, files: Iterable[tuple[str, bytes]]) -> Written:
    """Write the files below the folder, each only if its bytes change."""
    changed = unchanged = 0
    for name, data in files:
        path = f"{folder}/{name}"  # there are so many that it tells what a Path takes
        if _same(path, data):
            unchanged += 1
            continue
        try:
            _write_bytes(path, data)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            _write_bytes(path, data)
        changed += 1
    return Written(changed, unchanged, 0)


def replace(path: Path, data: bytes) -> None:
    """Put a file in the place of another at once: whoever reads it gets one of them, whole."""
    _replace(path, data, is_lasting=False)


def put(path: Path, data: bytes) -> None:
    """As ``replace``, for what must last: even after the power fails there is one of the two, whole."""
    _replace(path, data, is_lasting=True)
    with suppress(OSError, AttributeError):  # not everywhere can a folder be opened
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _replace(path: Path, data: bytes, *, is_lasting: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=_NEW)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if is_lasting:
                file.flush()
                os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())  # mkstemp lets nobody else read it
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder against others who ask for the same, and clear away what one left that was killed.

    Raises UsageError if another holds it. Where the system can't lock folders, nobody is kept out.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UsageError(f"another command is writing to {folder}; wait for it") from error
        for left in sorted(folder.rglob(f"{_NEW}*")):
            if left.is_file() and not left.is_symlink():
                left.unlink()
        yield
    finally:
        os.close(handle)


def append(path: Path, data: bytes) -> None:
    """Add lines to a file, or begin it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_whole = not path.exists() or path.read_bytes()[-1:] in (b"", b"\n")
    with path.open("ab") as file:
        file.write(data if is_whole else b"\n" + data)


def sync(folder: Path, pages: Iterable[tuple[str, bytes]]) -> Written:
    """Make the generated pages below the folder exactly these; leave what people wrote.

    Raises ConfigurationError, before anything is written over, if a page that people wrote stands
    where a generated one belongs.
    """
    names: set[str] = set()

    def seen() -> Iterable[tuple[str, bytes]]:
        for name, data in pages:
            names.add(name)
            _refuse_to_replace(folder, name)
            yield name, data

    written = write(folder, seen())
    return Written(written.changed, written.unchanged, _remove_others(folder, names))


def make_room(folder: Path, names: Collection[str]) -> int:
    """As ``sync``, but for the generated pages of these names, which are still to be written: gives the number
    of those that are removed."""
    for name in names:
        _refuse_to_replace(folder, name)
    return _remove_others(folder, names)


def _refuse_to_replace(folder: Path, name: str) -> None:
    # Both become the same page of the site.
    for path in (folder / name, (folder / name).with_suffix("") / "index.md"):
        if (path.is_file() and not is_generated(path)) or path.is_dir():
            where = path.relative_to(folder.parent).as_posix()
            raise ConfigurationError("stands where a generated page belongs; rename it", file=where)


def _remove_others(folder: Path, names: Collection[str]) -> int:
    removed = 0
    for path in sorted(folder.rglob("*.md")):
        is_stale = path.relative_to(folder).as_posix() not in names
        if is_stale and path.is_file() and is_generated(path):
            path.unlink()
            removed += 1
            _remove_empty(path.parent, folder)
    return removed


def clear(site: Path) -> None:
    """Empty a site's folder but for what is hidden; it can be told for a site's until nothing is left."""
    names = [name for name in os.listdir(site) if not name.startswith(".")] if site.is_dir() else []
    last = next((name for name in OF_A_SITE if name in names), None)
    for name in sorted(names, key=lambda name: (name == last, name)):
        path = site / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


def generated(folder: Path) -> Iterable[Path]:
    """The generated pages below a folder."""
    return [path for path in sorted(folder.rglob("*.md")) if path.is_file() and is_generated(path)]


def is_generated(path: Path) -> bool:
    with path.open("rb") as file:
        return MARK.encode() in file.read(len(MARK) + 8)


def _same(path: str, data: bytes) -> bool:
    try:
        if os.stat(path).st_size != len(data):
            return False
        with open(path, "rb") as file:
            return file.read() == data
    except OSError:
        return False


def _write_bytes(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        file.write(data)


def _remove_empty(folder: Path, root: Path) -> None:
    while folder != root and not os.listdir(folder):
        folder.rmdir()
        folder = folder.parent
