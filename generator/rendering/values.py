"""What the partial evaluator knows of values, and which it may look at and compute with."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import jinja2
from jinja2 import nodes
from jinja2.idtracking import VAR_LOAD_ALIAS, VAR_LOAD_RESOLVE, VAR_LOAD_UNDEFINED, Symbols
from jinja2.utils import missing
from markupsafe import Markup

SCALARS = (str, int, float, bool, type(None), Markup)
_VIEWS = (type({}.keys()), type({}.values()), type({}.items()))
_PLAIN = (*SCALARS, tuple, list, dict, set, frozenset, range, *_VIEWS)


class Refused(Exception):
    """There is something here that the evaluator doesn't know."""


class TooMuch(Exception):
    """The template calls itself, or there would be no end of it."""


UNKNOWN = object()


@dataclass(eq=False, slots=True)
class Value:
    """What an expression yields: an expression of the residual, or what is known of it."""

    node: nodes.Expr | None = None
    value: object = UNKNOWN
    path: str = ""  # of an unknown variable's part: where known parts of it would be

    @property
    def is_known(self) -> bool:
        return self.value is not UNKNOWN


MISSING = Value(value=missing)


@dataclass(eq=False)
class Variables:
    """Jinja's context: variables that were given, those set at the top, and blocks."""

    parent: Mapping[str, Value]
    vars: dict[str, Value] = field(default_factory=dict)
    blocks: dict[str, list[tuple[nodes.Block, str]]] = field(default_factory=dict)

    def find(self, name: str) -> Value:
        return self.vars.get(name) or self.parent.get(name, MISSING)


@dataclass(eq=False)
class Frame:
    """A scope of a template: its symbols, and what the Python variables hold that they stand for."""

    symbols: Symbols
    variables: ChainMap[str, Value]  # of its function, and of those around it
    context: Variables
    template: str
    is_top: bool = False
    is_mute: bool = False  # at the top of a template that extends another, nothing is printed

    def inner(self) -> Frame:
        return replace(self, symbols=Symbols(parent=self.symbols), is_top=False)

    def enter(self) -> None:
        for target, (action, parameter) in self.symbols.loads.items():
            if action == VAR_LOAD_RESOLVE:
                self.variables[target] = self.context.find(parameter)
            elif action == VAR_LOAD_ALIAS:
                self.variables[target] = self.variables.get(parameter, MISSING)
            elif action == VAR_LOAD_UNDEFINED:
                self.variables[target] = MISSING

    def seen(self) -> dict[str, Value]:
        """What included and imported templates see: the context, and what is set here."""
        stores = self.symbols.dump_stores()
        found = {name: self.variables.get(target, MISSING) for name, target in stores.items()}
        own = {name: value for name, value in found.items() if value is not MISSING}
        return {**self.context.parent, **self.context.vars, **own}

    @contextmanager
    def restored(self) -> Iterator[None]:
        """Forget afterwards what was set in scopes within this one."""
        own = self.variables.maps[0]
        before = dict(own)
        try:
            yield
        finally:
            own.clear()
            own.update(before)


# What only the evaluator can call, or take an attribute of.


@dataclass(eq=False)
class Macro:
    node: nodes.Macro
    frame: Frame


@dataclass(eq=False)
class Module:
    variables: Mapping[str, Value]


@dataclass(eq=False)
class Self:
    context: Variables


@dataclass(eq=False)
class BlockOf:
    context: Variables
    name: str
    depth: int


@dataclass(eq=False)
class Loop:
    node: nodes.For
    frame: Frame
    index0: int
    length: int
    depth0: int

    def part(self, name: str) -> int | bool | None:
        return {
            "index": self.index0 + 1,
            "index0": self.index0,
            "revindex": self.length - self.index0,
            "revindex0": self.length - self.index0 - 1,
            "first": self.index0 == 0,
            "last": self.index0 == self.length - 1,
            "length": self.length,
            "depth": self.depth0 + 1,
            "depth0": self.depth0,
        }.get(name)


CALLED = (Macro, BlockOf, Loop)
SPECIAL = (*CALLED, Module, Self)


def is_plain(value: object, depth: int = 0) -> bool:
    """Whether this is data through and through: no code of others runs when it is looked at."""
    kind = type(value)
    if kind in SCALARS or kind is jinja2.Undefined or kind is range:
        return True
    if kind is dict:
        value = [*value, *value.values()]
    elif not is_container(value):
        return False
    return depth < 10 and all(is_plain(part, depth + 1) for part in value)


def is_container(value: object) -> bool:
    """Whether it may be looked into, whatever its parts are."""
    return type(value) in _PLAIN or (isinstance(value, tuple) and hasattr(value, "_fields"))


def is_immutable(value: object) -> bool:
    if type(value) is tuple:
        return all(map(is_immutable, value))
    return type(value) in (*SCALARS, range, jinja2.Undefined)


def is_same(one: Value, other: Value) -> bool:
    if not (one.is_known and other.is_known):
        return False
    if type(one.value) not in SCALARS or type(one.value) is not type(other.value):
        return one.value is other.value
    return one.value == other.value and repr(one.value) == repr(other.value)
