"""What a folder holds, to see afterwards whether it has changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def state(folder: Path, *, without: str = "") -> dict[str, bytes]:
    """Every file below it, hidden ones as well, by its path from there.

    What is in folders of the name ``without`` is left out.
    """
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and without not in path.relative_to(folder).parts
    }


def differences(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """The paths of files that only one of two folders has, or that aren't the same in both."""
    return sorted(path for path in {*one, *other} if one.get(path) != other.get(path))
