"""Git, as far as it is needed to compare the working tree with a commit. It is only ever read from."""

from __future__ import annotations

import os
import posixpath
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from generator.errors import BroadsheetError, UsageError

_BASES = ("origin/HEAD", "origin/main", "main")  # where the default branch may be found
_LONGEST = 4_096  # characters of a path


class GitError(BroadsheetError):
    """Git can't do what it is asked for."""


class _Entry(NamedTuple):
    """What a tree says of one file."""

    path: str  # below the tree's root, with forward slashes
    mode: str  # "100644", "100755"; "120000" is a link, "160000" a submodule
    object: str  # its id


class Clone:
    """The repository that a folder is in, with its working tree."""

    def __init__(self, folder: Path):
        """Raises UsageError if the folder is in none."""
        self._folder = folder
        try:
            self.root = Path(os.fsdecode(self._git("rev-parse", "--show-toplevel")).rstrip("\n"))
        except GitError as error:
            raise UsageError(
                f"{folder} is in no git repository that can be read ({error})"
            ) from error
        self._folder = self.root

    def path(self, of: Path) -> str:
        """Where a file or folder is, below the root, whether it exists or not; "." is the root."""
        folder = of.parent.resolve()
        path = Path(os.path.normpath(folder / of.name))
        if not path.is_relative_to(self.root.resolve()):
            raise UsageError(f"{of} is outside of {self.root}; there is nothing to compare it with")
        return path.relative_to(self.root.resolve()).as_posix()

    def commit(self, ref: str) -> str:
        """The id of the commit that is meant; raises UsageError if there is none here."""
        found = self._find(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"
        )
        if not found:
            hint = " (this is a shallow clone)" if self._is_shallow() else ""
            raise UsageError(f'no commit "{ref}" here{hint}; fetch it, or name another')
        return found

    def base(self) -> str:
        """The commit at which the working tree's branch left the default branch."""
        head = self.commit("HEAD")
        for branch in _BASES:
            other = self._find("rev-parse", "--verify", "--quiet", f"{branch}^{{commit}}")
            if not other:
                continue
            if found := self._find("merge-base", head, other):
                return found
            raise UsageError(
                f"no commit from which both HEAD and {branch} come is here; fetch more of their history, as "
                'with "git fetch --unshallow", or name the commit to compare with'
            )
        return head

    def changed(self, commit: str) -> list[str]:
        """The files that aren't what they are in the commit, also those that git doesn't know yet."""
        tracked = self._git("diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", commit)
        others = self._git("ls-files", "--others", "--exclude-standard", "-z")
        names = (tracked + others).decode(errors="replace").split("\0")
        return sorted({name for name in names if name})

    def read(self, commit: str, path: str) -> bytes | None:
        """What the file of the commit holds; None if there is no such file."""
        found = [one for one in self._files(commit, path) if one.path == path]
        return next(iter(self._contents(one.object for one in found)), None)

    def unpack(self, commit: str, path: str, into: Path) -> None:
        """Write the folder of the commit, with all that is below, into another one.

        As it is in the repository: attributes such as export-ignore leave nothing out. What a link leads
        to is written in its place. Raises GitError for what can't be had: what lies outside of the
        repository, or in another one.
        """
        found = list(self._files(commit, path))
        if not found:
            raise GitError("there is nothing of that name in that commit", file=path)
        for one, data in zip(found, self._contents(one.object for one in found), strict=True):
            parts = posixpath.relpath(one.path, path).split("/")
            if ".." in parts or posixpath.isabs(one.path) or len(one.path) > _LONGEST:
                raise GitError(
                    "a name that leads elsewhere; see what that commit is", file=one.path
                )
            file = into.joinpath(*parts)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)

    # --- trees ---

    def _files(self, commit: str, path: str) -> Iterator[_Entry]:
        """All files below, links followed."""
        for one in self._tree(commit, path):
            if one.mode == "160000":
                raise GitError("a submodule, so what it held can't be told here", file=one.path)
            if one.mode != "120000":
                yield one
                continue
            kind, target = self._target(commit, one.path)
            if kind == "blob":
                yield one._replace(mode="100644", object=target)
                continue
            for below in self._tree(
                target, ""
            ):  # but for links among them, which may lead in circles
                if below.mode.startswith("100"):
                    yield below._replace(path=f"{one.path}/{below.path}")

    def _tree(self, tree: str, path: str) -> Iterator[_Entry]:
        arguments = ["ls-tree", "-r", "-z", "--full-tree", tree]
        if path not in ("", "."):
            arguments += ["--", path]
        # Paths are taken to the letter: they aren't patterns.
        for line in self._git(*arguments, literal=True).split(b"\0"):
            if line:
                facts, _, name = line.partition(b"\t")
                mode, _, object_ = facts.decode().split()
                yield _Entry(name.decode(errors="replace"), mode, object_)

    def _target(self, commit: str, path: str) -> tuple[str, str]:
        """To what a link leads: its kind ("blob", "tree") and id."""
        name = f"{commit}:{path}\n".encode()
        said = self._git("cat-file", "--batch-check", "--follow-symlinks", given=name)
        found = said.decode(errors="replace").split()
        if "\n" in path or len(found) != 3 or found[1] not in ("blob", "tree"):
            raise GitError(
                "a link to nothing in the repository, so it can't be followed", file=path
            )
        return found[1], found[0]

    def _contents(self, objects: Iterable[str]) -> Iterator[bytes]:
        """What the objects hold, in their order."""
        asked = "".join(f"{one}\n" for one in objects).encode()
        said = memoryview(self._git("cat-file", "--batch", given=asked) if asked else b"")
        at = 0
        while at < len(said):
            end = at + bytes(said[at : at + 200]).index(b"\n")
            _, kind, *size = bytes(said[at:end]).decode().split()
            if kind != "blob":
                raise GitError("a file of that commit isn't in this clone; fetch it")
            at = end + 1 + int(size[0])
            yield bytes(said[end + 1 : at])
            at += 1

    # --- running it ---

    def _is_shallow(self) -> bool:
        return self._find("rev-parse", "--is-shallow-repository") == "true"

    def _find(self, *arguments: str) -> str | None:
        """What git says in a word, or None if it finds nothing."""
        try:
            return self._git(*arguments).decode(errors="replace").strip() or None
        except GitError:
            return None

    def _git(self, *arguments: str, given: bytes = b"", literal: bool = False) -> bytes:
        options = ["--literal-pathspecs"] if literal else []
        try:
            ran = subprocess.run(
                ["git", "--no-optional-locks", *options, *arguments],
                cwd=self._folder,
                input=given,
                capture_output=True,
                check=False,
                env={**os.environ, "LC_ALL": "C"},
            )
        except (OSError, ValueError) as error:  # no git; a name with a null character
            raise GitError(
                f"git can't be run: {getattr(error, 'strerror', None) or error}"
            ) from error
        if ran.returncode:
            said = (
                ran.stderr.decode(errors="replace").strip() or f"git {arguments[0]} found nothing"
            )
            raise GitError(said.removeprefix("fatal: "))
        return ran.stdout
