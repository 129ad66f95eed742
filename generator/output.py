"""The only module that writes: changed files, stale files, nothing else."""

from __future__ import annotations

import filecmp
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from generator.errors import ConfigurationError, UsageError
from generator.stages import stage

# The second line of every generated page; a file without it was written by somebody.
MARK = "# Made by Broadsheet from content/. Edit that: changes here are lost."


_NEW = ".new-"  # how the names begin of files that aren't whole yet
_ABANDONED = 24 * 60 * 60  # seconds after which nobody writes to such a file any more
_MADE = ".made"  # the folder of what is to replace a site's files, in the site's: on the same file system

# Of these every site has one at any time, be it half built.
OF_A_SITE = ("assets", "404.html", "data", "feeds", "sitemap.xml")


State = tuple[int, int]  # of a file: bytes, time of modification in ns
_OF_LINK = -1  # bytes


@dataclass(frozen=True, slots=True)
class Written:
    """What a ``sync`` did, in numbers of files."""

    changed: int
    unchanged: int
    removed: int


@stage("writing files", is_minor=True)
def write(folder: Path, files: Iterable[tuple[str, bytes | Iterable[bytes]]]) -> Written:
    """Write the files below the folder, each only if its bytes change.

    What is given in pieces is never whole in memory. They may be read from the file that is there.
    """
    changed = unchanged = 0
    for name, data in files:
        path = f"{folder}/{name}"  # there are so many that it tells what a Path takes
        if isinstance(data, bytes):
            try:
                is_changed = _write_whole(path, data)
            except OSError:
                if not _make_way(Path(folder), name):
                    raise
                is_changed = _write_whole(path, data)
        else:
            _make_way(Path(folder), name)  # now, as they are given but once
            is_changed = _write_pieces(Path(path), data)
        changed += is_changed
        unchanged += not is_changed
    return Written(changed, unchanged, 0)


def _make_way(folder: Path, name: str) -> bool:
    """Remove what stands where a file belongs, if that is a folder, or a file where its folder belongs; gives
    whether something was there. Nowhere but in a site that is being made, of which all is replaced."""
    path = folder / name
    if not made_for(folder).is_dir():
        return False
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
        return True
    for above in path.parents[: name.count("/")]:
        if above.is_file():
            with suppress(OSError):  # another process has removed it
                above.unlink()
            return True
    return False


def _write_whole(path: str, data: bytes) -> bool:
    """Write the file; False if it is as it was."""
    try:
        _write_bytes(path, data)  # most are new: so nobody need look what is there
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        _write_bytes(path, data)
    except FileExistsError:
        if _same(path, data):
            return False
        os.unlink(path)  # what else is the same file, by a link, isn't to change with it
        _write_bytes(path, data)
    return True


def _write_pieces(path: Path, pieces: Iterable[bytes]) -> bool:
    """Put the file in place once it is whole; False if that is as it was."""
    # Its name is the same if a build is killed here, and then another goes on.
    new = path.with_name(f"{_NEW}{path.name}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with new.open("wb") as file:
            file.writelines(pieces)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    if path.is_file() and filecmp.cmp(path, new, shallow=False):
        new.unlink()
        return False
    os.replace(new, path)
    return True


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


def hand_out(path: Path, data: bytes) -> None:
    """As ``put``, where people want it: a link, or what is no file, as /dev/stdout, stays and is written to."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        path.write_bytes(data)
    else:
        put(path, data)


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

    Raises UsageError if another holds it.
    """

    def refuse() -> None:
        raise UsageError(f"another command is writing to {folder}; wait for it")

    with _held(folder, refuse):
        for left in sorted(folder.rglob(f"{_NEW}*")):
            if left.is_file() and not left.is_symlink():
                left.unlink()
        yield


def clear_away(folder: Path) -> None:
    """Remove from a folder that nobody holds what one left who was killed while he wrote a file."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(_NEW) and entry.stat().st_mtime < time.time() - _ABANDONED:
                os.unlink(entry)


@contextmanager
def by_turns(*folders: Path, tell: Callable[[Path], None]) -> Iterator[None]:
    """Hold folders, those that are there, after others who hold any of them so; ``tell`` is told of one that is
    waited for."""
    with ExitStack() as held:
        for folder in filter(Path.is_dir, folders):
            held.enter_context(_held(folder, partial(tell, folder)))
        yield


@contextmanager
def _held(folder: Path, told: Callable[[], None]) -> Iterator[None]:
    """Hold a folder, after another who holds it. That is told before; if this raises an error, nobody waits.

    Where the system can't lock folders, nobody holds any.
    """
    with ExitStack() as held:
        with suppress(ImportError, OSError):
            import fcntl

            handle = os.open(folder, os.O_RDONLY)
            held.callback(os.close, handle)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                told()
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def append(path: Path, data: bytes) -> None:
    """Add lines to a file, or begin it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_whole = not path.exists() or path.read_bytes()[-1:] in (b"", b"\n")
    with path.open("ab") as file:
        file.write(data if is_whole else b"\n" + data)


def add(path: Path, data: bytes) -> None:
    """As ``append``, for what must last: whatever fails, all lines are added or none."""
    before = path.read_bytes() if path.exists() else b""
    is_whole = before[-1:] in (b"", b"\n")
    put(path, before + (data if is_whole else b"\n" + data))


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
    removed = _remove_others(folder, _below(folder)[0], names)
    return Written(written.changed, written.unchanged, removed)


def make_room(folder: Path, names: Collection[str], is_known: Callable[[str], bool]) -> int:
    """As ``sync``, but for the generated pages of these names, which are still to be written: gives the number
    of those that are removed. Of which it ``is_known`` that they are generated, none is opened."""
    there, folders = _below(folder)
    for name in names:
        is_strange = name in there and not is_known(name)
        if is_strange or name in folders or name.removesuffix(".md") in folders:
            _refuse_to_replace(folder, name)
    return _remove_others(folder, there, names)


def _below(folder: Path) -> tuple[set[str], set[str]]:
    """The paths of all files and of all folders below one; where links lead isn't looked."""
    there: set[str] = set()
    folders: set[str] = set()
    for path, below, found in os.walk(folder):
        above = "" if path == str(folder) else Path(path).relative_to(folder).as_posix() + "/"
        folders.update(above + name for name in below)
        there.update(above + name for name in found)
    return there, folders


def _refuse_to_replace(folder: Path, name: str) -> None:
    # Both become the same page of the site.
    for path in (folder / name, (folder / name).with_suffix("") / "index.md"):
        # An empty one is what a build left that was killed, and holds nothing that could be lost.
        is_empty = path == folder / name and path.is_file() and not path.stat().st_size
        if (path.is_file() and not is_empty and not is_generated(path)) or path.is_dir():
            where = path.relative_to(folder.parent).as_posix()
            raise ConfigurationError("stands where a generated page belongs; rename it", file=where)


def _remove_others(folder: Path, there: Iterable[str], names: Collection[str]) -> int:
    """Of the files that are there, remove those generated pages that aren't named; gives their number."""
    removed = 0
    for name in sorted(name for name in there if name.endswith(".md") and name not in names):
        path = folder / name
        if path.is_file() and is_generated(path):
            path.unlink()
            removed += 1
            _remove_empty(path.parent, folder)
    return removed


def made_for(site: Path) -> Path:
    """The folder of what ``publish`` makes a site of."""
    return site / _MADE


def begin(site: Path) -> None:
    """Make that folder ready, and empty. The site's can be told for one from now on, whatever happens."""
    first, made = site / OF_A_SITE[0], made_for(site)
    for path in (first, made):
        if path.is_symlink() or path.is_file():
            path.unlink()
    first.mkdir(parents=True, exist_ok=True)
    end(site)  # what was killed has left it
    made.mkdir()


def end(site: Path) -> None:
    """Remove that folder, if there is one."""
    shutil.rmtree(made_for(site), ignore_errors=True)


def publish(site: Path, names: Collection[str], seen: Iterable[str]) -> set[str]:
    """Make the site of what was made for it, and of what stands in it already under these names; gives the
    names of all its files.

    Files that are the same stay as they are, with the time when they were written, which tells deploys
    what to send. Of what was ``seen`` before, whatever else there is goes, but for what is hidden in the site's
    folder itself.
    """
    made = made_for(site)
    new = {Path(path).relative_to(made).as_posix() for path in files([made])}
    wanted = new.union(names)
    below = f"{site}/"
    for path in seen:
        if path.startswith(below) and path.removeprefix(below) not in wanted:
            _take_away(path, site)
    for name in sorted(new):
        target = site / name
        data = (made / name).read_bytes()
        if not _same(target, data):
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(made / name, target)
    return wanted


def _take_away(path: str, site: Path) -> None:
    """Remove a file, if it still is one, or an empty folder, and what is empty without it."""
    with suppress(FileNotFoundError, NotADirectoryError):
        if os.path.islink(path) or not os.path.isdir(path):
            os.unlink(path)
            path = os.path.dirname(path)
        _remove_empty(Path(path), site)


def files(folders: Iterable[str | Path], skipped: str = "") -> Iterator[str]:
    """The paths of all files in these folders and below, also of those which links lead to, but for what is in
    the ``skipped`` folder of each."""
    for folder in folders:
        for path, below, names in os.walk(folder, followlinks=True):
            below[:] = sorted(name for name in below if name not in ("__pycache__", skipped))
            yield from (os.path.join(path, name) for name in sorted(names))


def states(folder: str | Path, *, is_site: bool = False) -> dict[str, State]:
    """Path below the folder → the state of the file, of all files there, also of those which links lead to.

    Of a site's folder all that isn't hidden in itself, links, of another size than files, and empty folders.
    """
    found: dict[str, State] = {}

    def look(folder: str, above: str) -> None:
        is_empty = is_site and bool(above)
        with suppress(OSError), os.scandir(folder) as entries:  # a link may lead nowhere, or round
            for entry in entries:
                is_empty = False
                if is_site and not above and entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=not is_site):
                    if is_site or entry.name != "__pycache__":
                        look(entry.path, f"{above}{entry.name}/")
                    continue
                state = entry.stat(follow_symlinks=False)
                size = _OF_LINK if is_site and entry.is_symlink() else state.st_size
                found[above + entry.name] = size, state.st_mtime_ns
        if is_empty:
            found[above] = 0, 0

    look(str(folder), "")
    return found


def state(path: str, *, follows: bool = False) -> State | None:
    """The state of a file, None if there is none; of a link as what it is, or of what it leads to."""
    try:
        found = os.stat(path, follow_symlinks=follows)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def seen(docs: Path, site: Path) -> dict[str, State]:
    """The states of all files of the pages' folder and of the site's, by their whole paths. The links in the
    site's are removed: nothing is to be written where they lead."""
    found = {f"{docs}/{name}": state for name, state in states(docs).items()}
    for name, state in states(site, is_site=True).items():
        if state[0] == _OF_LINK:
            os.unlink(f"{site}/{name}")
        else:
            found[f"{site}/{name}"] = state
    return found


def generated(folder: Path) -> Iterable[Path]:
    """The generated pages below a folder."""
    return [path for path in sorted(folder.rglob("*.md")) if path.is_file() and is_generated(path)]


def is_generated(path: Path) -> bool:
    with path.open("rb") as file:
        return MARK.encode() in file.read(len(MARK) + 8)


def _same(path: str | Path, data: bytes) -> bool:
    try:
        if os.stat(path).st_size != len(data):
            return False
        with open(path, "rb") as file:
            return file.read() == data
    except OSError:
        return False


def _write_bytes(path: str, data: bytes) -> None:
    """Write a file that must not be there."""
    # A file object would cost a sixth of the time.
    how = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(path, how, 0o666)
    try:
        while data:
            data = data[os.write(handle, data) :]
    finally:
        os.close(handle)


def _remove_empty(folder: Path, root: Path) -> None:
    while folder != root and not os.listdir(folder):
        folder.rmdir()
        folder = folder.parent
