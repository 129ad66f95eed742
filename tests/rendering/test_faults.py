"""What is wrong where a page is made, in words that tell what to see to."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from generator.rendering.faults import fault


def test_of_a_file_that_cannot_be_written_its_path_is_told(tmp_path: Path):
    with pytest.raises(OSError, match="Is a directory") as told:
        tmp_path.open("w")
    assert str(fault(told.value)).endswith(f"'{tmp_path}'; see to that file")


def test_a_full_disk_is_not_taken_for_a_file():
    error = OSError(errno.ENOSPC, "No space left on device")
    assert str(fault(error)) == "[Errno 28] No space left on device; see to the disk"


def test_what_is_for_us_to_mend_is_no_fault():
    assert fault(ValueError("a word")) is None
