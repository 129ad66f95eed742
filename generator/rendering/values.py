"""What the partial evaluator knows of values, and which it may look at, compute with and change."""

from __future__ import annotations

import operator
from collections import ChainMap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import jinja2
from jinja2 import nodes
from jinja2.idtracking import VAR_LOAD_ALIAS, VAR_LOAD_RESOLVE, VAR_LOAD_UNDEFINED, Symbols
from jinja2.runtime import LoopContext
from jinja2.utils import missing
from markupsafe import Markup

# Filters and tests of Jinja that compute something of their arguments and do nothing else.
PURE_FILTERS = frozenset(
    "abs batch capitalize center count d default dictsort e escape filesizeformat first float"
    " forceescape format groupby indent int items join last length list lower map max min reject"
    " rejectattr replace reverse round safe select selectattr slice sort string striptags sum title"
    " tojson trim truncate unique upper urlencode wordcount wordwrap xmlattr".split()
)
PURE_TESTS = frozenset(
    "!= < <= == > >= boolean defined divisibleby eq equalto escaped even false float ge greaterthan gt"
    " in integer iterable le lessthan lower lt mapping ne none number odd sequence string true undefined"
    " upper".split()
)
# Filters that are given the name of another filter or test, and at which place.
NAMING = {"map": 0, "select": 0, "reject": 0, "selectattr": 1, "rejectattr": 1}

SCALARS = (str, int, float, bool, type(None), Markup)
_VIEWS = (type({}.keys()), type({}.values()), type({}.items()))
_PLAIN = (*SCALARS, tuple, list, dict, set, frozenset, range, *_VIEWS)
PURE_METHODS = {
    str: frozenset(name for name in dir(str) if name[0] != "_"),
    tuple: frozenset({"count", "index"}),
    list: frozenset({"count", "index", "copy"}),
    dict: frozenset({"get", "items", "keys", "values", "copy"}),
    int: frozenset({"bit_length", "bit_count"}),
    float: frozenset({"is_integer"}),
}
PURE_NAMES = frozenset().union(*PURE_METHODS.values())

OPERATORS = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mul": operator.mul,
    "Div": operator.truediv,
    "FloorDiv": operator.floordiv,
    "Mod": operator.mod,
    "Neg": operator.neg,
    "Pos": operator.pos,
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gteq": operator.ge,
    "lt": operator.lt,
    "lteq": operator.le,
    "in": lambda part, whole: part in whole,
    "notin": lambda part, whole: part not in whole,
}


UNKNOWN = object()


@dataclass(eq=False, slots=True)
class Value:
    """What an expression yields: an expression of the residual, or what is known of it."""

    node: nodes.Expr | None = None
    value: object = UNKNOWN
    path: str = ""  # of an unknown variable's part: where known parts of it would be
    parts: list[Value] | None = None  # of a tuple or list as it is written
    is_fresh: bool = False  # made by the template, and so for each page anew

    @property
    def is_known(self) -> bool:
        return self.value is not UNKNOWN


MISSING = Value(value=missing)


@dataclass(eq=False)
class Variables:
    """Jinja's context: variables that were given, those set at the top, and blocks."""

    parent: Mapping[str, Value]
    vars: dict[str, Value] = field(default_factory=dict)
    exported: set[str] = field(default_factory=set)
    blocks: dict[str, list[tuple[nodes.Block, str]]] = field(default_factory=dict)

    def all(self) -> dict[str, Value]:
        return {**self.parent, **self.vars}

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
    is_buffered: bool = (
        False  # what is printed is a value first: of a macro, of a block that is set
    )

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

    def locals(self) -> dict[str, Value]:
        """What is set here: included and imported templates, and scoped blocks, see it."""
        stores = self.symbols.dump_stores()
        found = {name: self.variables.get(target, MISSING) for name, target in stores.items()}
        return {name: value for name, value in found.items() if value is not MISSING}

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
    node: nodes.Macro | nodes.CallBlock
    frame: Frame


@dataclass(eq=False)
class Module:
    exported: Mapping[str, Value]


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
    state: LoopContext
    node: nodes.For
    frame: Frame


CALLED = (Macro, BlockOf, Loop)
SPECIAL = (*CALLED, Module, Self)


def is_plain(value: object, depth: int = 0) -> bool:
    """Whether this is data through and through: no code of others runs when it is looked at."""
    kind = type(value)
    if kind in SCALARS or kind is jinja2.Undefined or kind is range:
        return True
    if kind is dict:
        value = [*value, *value.values()]
    elif kind not in _PLAIN and not (isinstance(value, tuple) and hasattr(kind, "_fields")):
        return False
    return depth < 10 and all(is_plain(part, depth + 1) for part in value)


def is_container(value: object) -> bool:
    """Whether it may be looked into, whatever its parts are."""
    return type(value) in _PLAIN or (isinstance(value, tuple) and hasattr(value, "_fields"))


def is_immutable(value: object) -> bool:
    if type(value) is tuple:
        return all(map(is_immutable, value))
    return type(value) in (*SCALARS, range, jinja2.Undefined)


def is_own(value: Value) -> bool:
    """Whether nobody else sees it when it is changed."""
    return value.is_fresh or (value.is_known and is_immutable(value.value))


def is_iterator(value: object) -> bool:
    return hasattr(type(value), "__next__")


def is_same(one: Value, other: Value) -> bool:
    return (
        one.is_known
        and other.is_known
        and (
            one.value is other.value
            or (
                type(one.value) in SCALARS
                and type(one.value) is type(other.value)
                and one.value == other.value
                and repr(one.value) == repr(other.value)
            )
        )
    )
