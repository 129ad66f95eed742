"""What a reader makes of a text: the one record in it, and of whatever text, lines that there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from hypothesis import strategies as st

from generator.errors import Omission
from generator.readers import Record, Unreadable

Found = Sequence[Record | Omission]


def fields(found: Found) -> dict[str, object]:
    """All that the one record says."""
    (record,) = found
    return {name: value for name, value in record.fields.items() if value is not None}


def texts(pieces: Iterable[str], most: int = 20) -> st.SearchStrategy[str]:
    """Texts that are made of so many pieces of a format, and of any characters."""
    piece = st.sampled_from([*pieces]) | st.characters(codec=None)
    return st.lists(piece, max_size=most).map("".join)


def assert_read_or_named(read: Callable[[str], Found], source: str, lines: int) -> None:
    """Whatever is found, or why nothing is, stands on one of so many lines."""
    try:
        found = read(source)
    except Unreadable as error:
        found = [error]
    for one in found:
        assert 1 <= one.line <= lines
