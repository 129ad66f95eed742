"""Papers of which most is on the disk: of a hundred thousand there isn't room for all that is known.

What is asked of all papers again and again stays at hand: what they are named, sorted and counted by. To look
at the rest of one takes some microseconds. It isn't one process's memory alone that is saved: those that are
forked share what none of them touches, and to look at a thing touches it.
"""

from __future__ import annotations

import marshal
from collections.abc import Callable
from dataclasses import FrozenInstanceError, fields
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from generator import model
from generator.model import Few, Origin, Paper
from generator.stored import Store, Stored

_NAMES = tuple(one.name for one in fields(Paper))
_AT_HAND = (
    "slug title listed topics listings organization published updated comments upvotes".split()
)
_AWAY = tuple(name for name in _NAMES if name not in _AT_HAND)
_AT_ONCE = 256  # papers that somebody looks at by turns


def at_rest(paper: Paper, store: Store) -> Paper:
    """The paper, at rest if the store is open, and has room."""
    if not store.is_open or isinstance(paper, PaperAtRest):
        return paper
    told = [
        _FORMS[name].packed(value, store) if name in _FORMS else value
        for name, value in zip(_AWAY, _stored(paper), strict=True)
    ]
    at = store.add(marshal.dumps(told))
    return paper if at is None else PaperAtRest(store, at, *at_hand(paper))


class PaperAtRest:
    """A paper like any other to whoever asks it."""

    __slots__ = ("_store", "at", *_AT_HAND)

    def __init__(self, *values: object):  # of the store, the place there, and what is at hand
        for name, value in zip(self.__slots__, values, strict=True):
            object.__setattr__(self, name, value)

    def changed(self, **changes: object) -> Paper:
        """As ``Paper.changed``."""
        if changes.keys() <= set(_AT_HAND):
            values = (changes.get(name, getattr(self, name)) for name in _AT_HAND)
            return PaperAtRest(self._store, self.at, *values)
        return _whole(self).changed(**changes)

    def __setattr__(self, name: str, value: object) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(f"cannot delete field {name!r}")

    def __eq__(self, other: object) -> bool:
        return (
            _all(self) == _all(other) if isinstance(other, Paper | PaperAtRest) else NotImplemented
        )

    __hash__ = None

    def __repr__(self) -> str:
        return repr(_whole(self))


class _Form(NamedTuple):
    """How a field is written that isn't of marshal's kinds, and read again."""

    packed: Callable[[object, Store], object]
    unpacked: Callable[[object, Store], object]


def _text(text: str | Stored | None, store: Store) -> str | int | None:
    where = store.put(text) if isinstance(text, str) else text
    return where.at if isinstance(where, Stored) else where


_TEXT = _Form(_text, lambda text, store: store.text(text) if isinstance(text, int) else text)
_MAPPING = _Form(
    lambda given, _: dict(given), lambda given, _: Few.of(given) if given else model.nothing()
)
_FORMS = {
    "abstract": _TEXT,
    "summary": _TEXT,
    "mathematics": _MAPPING,
    "links": _MAPPING,
    # These are long, and nobody asks for them who looks at very many papers: they are unpacked by themselves.
    "origins": _Form(
        lambda given, _: marshal.dumps([(name, one.file, one.line) for name, one in given.items()]),
        lambda told, _: Few.of(
            {name: Origin(file, line) for name, file, line in marshal.loads(told)}
        ),
    ),
    "said": _Form(
        lambda given, _: marshal.dumps(
            [(one.file, one.line, names) for one, names in given.items()]
        ),
        lambda told, _: Few.of(
            {Origin(file, line): names for file, line, names in marshal.loads(told)}
        ),
    ),
}
_all = attrgetter(*_NAMES)
at_hand = attrgetter(*_AT_HAND)
_stored = attrgetter(*(f"_{name}" if _FORMS.get(name) is _TEXT else name for name in _AWAY))


def _whole(paper: PaperAtRest) -> Paper:
    return model.paper(*_all(paper))


@lru_cache(_AT_ONCE)
def _told(store: Store, at: int) -> list:
    return marshal.loads(store.read(at))


def _reader(name: str) -> property:
    """What reads a field when it is asked for."""
    place = _AWAY.index(name)
    if name not in _FORMS:
        return property(lambda paper: _told(paper._store, paper.at)[place])

    @lru_cache(_AT_ONCE)
    def read(store: Store, at: int) -> object:
        return _FORMS[name].unpacked(_told(store, at)[place], store)

    return property(lambda paper: read(paper._store, paper.at))


for _name in _AWAY:
    setattr(PaperAtRest, _name, _reader(_name))
