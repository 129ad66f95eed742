"""Memory that nobody needs, where Python's garbage collector and the C library are in the way."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector, which would look through all that is made here, again and again, for
    cycles that aren't there. What was needed only here goes back to the system: else all processes that come of
    this one would hold it."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
        with suppress(
            OSError, AttributeError, TypeError
        ):  # where the library is another than glibc
            ctypes.CDLL(None).malloc_trim(0)
