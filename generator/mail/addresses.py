"""Addresses to send to, from a file with one a line."""

from __future__ import annotations

import re
from pathlib import Path

from generator.errors import BroadsheetError, ContentError, ContentErrors, Omission

# RFC 5321 §4.1.2, without quoted local parts and literal hosts, which no list has.
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"({_LOCAL})@{_LABEL}(?:\.{_LABEL})*")


def parse(said: str) -> str:
    """An address alone; raises ValueError."""
    found = _ADDRESS.fullmatch(said)
    if found and len(said) <= 254 and len(found[1]) <= 64:  # RFC 5321 §4.5.3.1
        return said
    shown = f'"{said[:60]}"'
    if "<" in said or " " in said:
        raise ValueError(f"{shown} is more than an address; write it alone, as reader@example.org")
    if not said.isascii():
        raise ValueError(f"{shown} has letters that not every server takes; write a host as xn--…")
    raise ValueError(f"{shown} is no address; write it as reader@example.org")


def read(file: Path) -> tuple[tuple[str, ...], tuple[Omission, ...]]:
    """The addresses of a file, each once, and what stands there twice.

    One a line; empty lines, and what stands behind a # at the start of a line or behind a space, don't
    count. Raises ContentErrors for all lines that are wrong.
    """
    name = file.as_posix()
    try:
        lines = file.read_bytes().decode("utf-8-sig").splitlines()
    except OSError as error:
        raise BroadsheetError(f"{error.strerror}; name another file", file=name) from error
    except UnicodeDecodeError as error:
        raise BroadsheetError("not UTF-8; save it as that", file=name) from error
    found: dict[str, tuple[str, int]] = {}
    errors, twice = [], []
    for number, line in enumerate(lines, 1):
        said = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
        if not said:
            continue
        try:
            address = parse(said)
        except ValueError as error:
            errors.append(ContentError(str(error), file=name, line=number))
            continue
        if before := found.get(key(address)):
            message = f"{address} stands in line {before[1]} already; it is sent to once"
            twice.append(Omission(message, file=name, line=number))
        else:
            found[key(address)] = address, number
    if errors:
        raise ContentErrors(errors)
    if not found:
        raise BroadsheetError("holds no address; write one a line", file=name)
    return tuple(address for address, _ in found.values()), tuple(twice)


def key(address: str) -> str:
    """By which addresses are the same: no server tells capitals from small letters."""
    return address.lower()
