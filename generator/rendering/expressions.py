"""What a template's expressions yield: values that are known, or expressions of the residual."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from types import BuiltinMethodType

import jinja2
from jinja2 import nodes
from jinja2.filters import FILTERS
from jinja2.tests import TESTS
from jinja2.utils import Namespace, _PassArg

from generator.rendering.values import (
    CALLED,
    MISSING,
    SCALARS,
    SPECIAL,
    BlockOf,
    Frame,
    Loop,
    Macro,
    Module,
    Refused,
    Self,
    Value,
    Variables,
    is_container,
    is_immutable,
    is_plain,
)

# Filters and tests of Jinja that compute something of their arguments and do nothing else.
_PURE_FILTERS = frozenset(
    "abs batch capitalize center count d default dictsort e escape filesizeformat first float"
    " forceescape format groupby indent int items join last length list lower map max min reject"
    " rejectattr replace reverse round safe select selectattr slice sort string striptags sum title"
    " tojson trim truncate unique upper urlencode wordcount wordwrap xmlattr".split()
)
_PURE_TESTS = frozenset(
    "!= < <= == > >= boolean defined divisibleby eq equalto escaped even false float ge greaterthan gt"
    " in integer iterable le lessthan lower lt mapping ne none number odd sequence string true undefined"
    " upper".split()
)
# Filters that may be given the name of another filter or test, and at which place.
_NAMING = {"map": 0, "select": 0, "reject": 0, "selectattr": 1, "rejectattr": 1}

_PURE_METHODS = {
    str: frozenset(name for name in dir(str) if name[0] != "_"),
    tuple: frozenset({"count", "index"}),
    list: frozenset({"count", "index", "copy"}),
    dict: frozenset({"get", "items", "keys", "values", "copy"}),
    int: frozenset({"bit_length", "bit_count"}),
    float: frozenset({"is_integer"}),
}
_PURE_NAMES = frozenset().union(*_PURE_METHODS.values())

_OPERATORS = {
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

Args = tuple[list[Value], dict[str, Value]]


class Expressions:
    """``yields`` is the door; there is a method for each kind of expression that is known here.

    Each gives a Value: what is known, and beside it, or alone, an expression that computes it.
    """

    def __init__(
        self,
        environment: jinja2.Environment,
        known: Mapping[str, object],
        unknown: Collection[str],
        pure_filters: Mapping[str, Callable],
        readable: Callable[[object, str], bool],
    ):
        self.environment = environment
        self.pure_filters = pure_filters
        self.readable = readable
        self.facts = {name: value for name, value in known.items() if "." in name}
        self.globals = {name: Value(value=value) for name, value in environment.globals.items()}
        self.given = self.globals | {
            name: Value(value=value) for name, value in known.items() if "." not in name
        }
        self.given |= {name: Value(nodes.Name(name, "load"), path=name) for name in unknown}
        self.constants: dict[str, object] = {}  # by their names in the residual
        self.out: list[nodes.Stmt] = []  # the residual
        self.is_conditional = False  # in an expression, where no statement can be put before it
        self._names_of_constants: dict[int, str] = {}
        self._last_name = 0
        self._nowhere = self.new_name("undefined")
        context = environment.from_string("").new_context()
        self._call_with = {"context": context, "eval_ctx": context.eval_ctx}

    def run_called(self, called: Macro | BlockOf | Loop, args: Args) -> None:
        """Print what a macro, a block or a recursive loop yields."""
        raise NotImplementedError

    def yields(self, node: nodes.Expr, frame: Frame) -> Value:
        visitor = getattr(self, f"_yields_{type(node).__name__}", None)
        if visitor is None:
            if isinstance(node, (nodes.BinExpr, nodes.UnaryExpr)):
                return self._computed(node, frame)
            raise Refused(type(node).__name__)
        return visitor(node, frame)

    # --- Literals and operators ---

    def _yields_Const(self, node: nodes.Const, frame: Frame) -> Value:
        return Value(node, node.value)

    def _yields_Name(self, node: nodes.Name, frame: Frame) -> Value:
        value = frame.variables[frame.symbols.ref(node.name)]
        return self.undefined(node.name) if value is MISSING else value

    def _yields_Tuple(self, node: nodes.Tuple | nodes.List, frame: Frame) -> Value:
        parts = [self.yields(item, frame) for item in node.items]
        items = [self.lifted(part) for part in parts]
        is_tuple = isinstance(node, nodes.Tuple)
        written = nodes.Tuple(items, "load") if is_tuple else nodes.List(items)
        if not all(part.is_known for part in parts):
            return Value(written)
        values = [part.value for part in parts]
        return Value(written, tuple(values) if is_tuple else values)

    _yields_List = _yields_Tuple

    def _yields_Dict(self, node: nodes.Dict, frame: Frame) -> Value:
        pairs = [(self.yields(one.key, frame), self.yields(one.value, frame)) for one in node.items]
        written = nodes.Dict([nodes.Pair(self.lifted(k), self.lifted(v)) for k, v in pairs])
        if all(k.is_known and is_immutable(k.value) and v.is_known for k, v in pairs):
            return Value(written, {k.value: v.value for k, v in pairs})
        return Value(written)

    def _yields_CondExpr(self, node: nodes.CondExpr, frame: Frame) -> Value:
        test = self.yields(node.test, frame)
        truth = self.truth(test)
        if truth is None:
            with self.conditionally():
                one = self.lifted(self.yields(node.expr1, frame))
                other = self.lifted(self.yields(node.expr2, frame)) if node.expr2 else None
            return Value(nodes.CondExpr(self.lifted(test), one, other))
        if truth:
            return self.yields(node.expr1, frame)
        return self.yields(node.expr2, frame) if node.expr2 else self.undefined()

    def _yields_And(self, node: nodes.And | nodes.Or, frame: Frame) -> Value:
        left = self.yields(node.left, frame)
        truth = self.truth(left)
        if truth is not None:
            return left if truth is isinstance(node, nodes.Or) else self.yields(node.right, frame)
        with self.conditionally():
            right = self.yields(node.right, frame)
        return Value(type(node)(self.lifted(left), self.lifted(right)))

    _yields_Or = _yields_And

    def _yields_Not(self, node: nodes.Not, frame: Frame) -> Value:
        value = self.yields(node.node, frame)
        truth = self.truth(value)
        return Value(nodes.Not(self.lifted(value))) if truth is None else Value(value=not truth)

    def _computed(self, node: nodes.BinExpr | nodes.UnaryExpr, frame: Frame) -> Value:
        operands = [self.yields(child, frame) for child in node.iter_child_nodes()]
        written = type(node)(*map(self.lifted, operands))
        function = _OPERATORS.get(type(node).__name__)
        return self._result(written, function, operands) if function else Value(written)

    def _result(self, written: nodes.Expr, function: Callable, operands: list[Value]) -> Value:
        """What a pure function yields, if all is plain data that it is given; else as it is written."""
        values = [operand.value for operand in operands]
        if not all(map(is_plain, values)):
            return Value(written)
        try:
            value = function(*values)
        except Exception:
            return Value(failure())
        # An iterator can be asked but once: it is made where it is asked.
        return Value(written) if hasattr(type(value), "__next__") else Value(written, value)

    def _yields_Concat(self, node: nodes.Concat, frame: Frame) -> Value:
        parts = [self.yields(child, frame) for child in node.nodes]
        written = nodes.Concat([self.lifted(part) for part in parts])
        return self._result(written, lambda *values: "".join(map(str, values)), parts)

    def _yields_Compare(self, node: nodes.Compare, frame: Frame) -> Value:
        if len(node.ops) > 1:
            raise Refused("comparisons in a row")
        sign = node.ops[0].op
        left, right = self.yields(node.expr, frame), self.yields(node.ops[0].expr, frame)
        written = nodes.Compare(self.lifted(left), [nodes.Operand(sign, self.lifted(right))])
        return self._result(written, _OPERATORS[sign], [left, right])

    # --- Parts of values ---

    def _yields_Getattr(self, node: nodes.Getattr, frame: Frame) -> Value:
        value = self.yields(node.node, frame)
        if found := self.part(value, node.attr):
            return found
        written = nodes.Getattr(self.lifted(value), node.attr, "load")
        return Value(written, path=_path(value, node.attr))

    def _yields_Getitem(self, node: nodes.Getitem, frame: Frame) -> Value:
        value = self.yields(node.node, frame)
        if isinstance(node.arg, nodes.Slice):
            return self._cut(value, node.arg, frame)
        key = self.yields(node.arg, frame)
        if not key.is_known or not is_immutable(key.value):
            return Value(nodes.Getitem(self.lifted(value), self.lifted(key), "load"))
        if found := self.part(value, key.value, is_item=True):
            return found
        written = nodes.Getitem(self.lifted(value), self.lifted(key), "load")
        return Value(written, path=_path(value, key.value))

    def _cut(self, value: Value, node: nodes.Slice, frame: Frame) -> Value:
        bounds = [
            self.yields(bound or nodes.Const(None), frame)
            for bound in (node.start, node.stop, node.step)
        ]
        lifted = nodes.Slice(*map(self.lifted, bounds))
        written = nodes.Getitem(self.lifted(value), lifted, "load")
        return self._result(written, lambda whole, *places: whole[slice(*places)], [value, *bounds])

    def part(self, value: Value, key: object, is_item: bool = False) -> Value | None:
        """An attribute or item, if it is known."""
        holder = value.value
        if not value.is_known:
            path = _path(value, key)
            return Value(value=self.facts[path]) if path in self.facts else None
        if isinstance(holder, SPECIAL):
            if is_item:
                raise Refused("an item of something special")
            return self._part_of_special(holder, key)
        if type(holder) is jinja2.Undefined:
            return Value(failure())
        is_name = type(key) is str
        if is_name and key[:1] == "_":
            return None
        if not is_container(holder) and not (is_name and self.readable(holder, key)):
            return None
        get = self.environment.getitem if is_item else self.environment.getattr
        try:
            return Value(value=get(holder, key))
        except Exception:
            return Value(failure())

    def _part_of_special(self, holder: object, name: str) -> Value:
        if isinstance(holder, Module) and name[:1] != "_":
            found = holder.variables.get(name) or self.undefined(name)
            if not isinstance(found.value, Module):  # of which another module knows nothing
                return found
        if isinstance(holder, Self) and name in holder.context.blocks:
            return Value(value=BlockOf(holder.context, name, 0))
        if isinstance(holder, BlockOf) and name == "super":
            return self.above(holder)
        if isinstance(holder, Loop) and (found := holder.part(name)) is not None:
            return Value(value=found)
        raise Refused(name)

    def above(self, block: BlockOf) -> Value:
        """``super``: the block that this one stands for."""
        if block.depth + 1 < len(block.context.blocks[block.name]):
            return Value(value=replace(block, depth=block.depth + 1))
        return self.undefined("super")

    # --- Filters, tests and calls ---

    def _yields_Filter(self, node: nodes.Filter, frame: Frame) -> Value:
        name, function = node.name, self.environment.filters.get(node.name)
        pure = self.pure_filters.get(name)
        if function is None or node.node is None:
            raise Refused(name)
        written, args = self._applied(node, frame)
        if pure:
            if _PassArg.from_obj(function) is _PassArg.context:
                self._require_given(frame.context)
            if args is None:
                return Value(written)
            try:
                found = pure(*(arg.value for arg in args))
            except Exception:
                return Value(failure())
            return Value(written) if found is NotImplemented else Value(written, found)
        if function is not FILTERS.get(name) or name not in _PURE_FILTERS:
            raise Refused(name)  # it may change something, or yield what changes
        if len(node.args) > _NAMING.get(name, math.inf) or (name in _NAMING and node.dyn_args):
            raise Refused("a filter that is told another")
        return self._applied_now(self.environment.call_filter, written, name, args)

    def _require_given(self, context: Variables) -> None:
        """Refuse what reads a context in which variables aren't those that were given."""
        for name in self.given.keys() - self.globals.keys():
            if context.find(name) is not self.given[name]:
                raise Refused(name)

    def _yields_Test(self, node: nodes.Test, frame: Frame) -> Value:
        function = self.environment.tests.get(node.name)
        if function is not TESTS.get(node.name) or node.name not in _PURE_TESTS:
            raise Refused(node.name)
        written, args = self._applied(node, frame)
        return self._applied_now(self.environment.call_test, written, node.name, args)

    def _applied(
        self, node: nodes.Filter | nodes.Test, frame: Frame
    ) -> tuple[nodes.Expr, list[Value] | None]:
        """A filter or test as the residual has it; and its arguments, if all are known, and none is named."""
        if node.dyn_kwargs:
            raise Refused("arguments that are unpacked")
        values = [self.yields(arg, frame) for arg in (node.node, *node.args)]
        kwargs = {pair.key: self.yields(pair.value, frame) for pair in node.kwargs}
        more = self.yields(node.dyn_args, frame) if node.dyn_args else None
        subject, *args = map(self.lifted, values)
        written = type(node)(
            subject,
            node.name,
            args,
            [nodes.Keyword(key, self.lifted(value)) for key, value in kwargs.items()],
            more and self.lifted(more),
            None,
        )
        is_whole = not (kwargs or more) and all(value.is_known for value in values)
        return written, values if is_whole else None

    def _applied_now(
        self, apply: Callable, written: nodes.Expr, name: str, args: list[Value] | None
    ) -> Value:
        def applied(subject: object, *others: object) -> object:
            return apply(name, subject, others, {}, **self._call_with)

        return Value(written) if args is None else self._result(written, applied, args)

    def _yields_Call(self, node: nodes.Call, frame: Frame) -> Value:
        called, args = self.called(node, frame)
        if isinstance(called.value, CALLED):
            return self._text_of(called.value, args)
        return self.call(node, called, args)

    def called(self, node: nodes.Call, frame: Frame) -> tuple[Value, Args]:
        if node.dyn_args or node.dyn_kwargs:
            raise Refused("arguments that are unpacked")
        called = self.yields(node.node, frame)
        args = [self.yields(arg, frame) for arg in node.args]
        return called, (args, {pair.key: self.yields(pair.value, frame) for pair in node.kwargs})

    def _text_of(self, called: Macro | BlockOf | Loop, args: Args) -> Value:
        with self.captured() as body:
            self.run_called(called, args)
        if (text := text_of(body)) is not None:
            return Value(value=text)
        if self.is_conditional:
            raise Refused("a macro in an expression")
        name = self.new_name("text")
        self.out.append(nodes.AssignBlock(nodes.Name(name, "store"), None, body))
        return Value(nodes.Name(name, "load"))

    def call(self, node: nodes.Call, called: Value, given: Args) -> Value:
        args, kwargs = given
        function = called.value
        if type(function) is jinja2.Undefined:
            return Value(failure())
        written = nodes.Call(
            self.lifted(called),
            [self.lifted(arg) for arg in args],
            [nodes.Keyword(key, self.lifted(value)) for key, value in kwargs.items()],
            None,
            None,
        )
        if not called.is_known:
            # What isn't data, but has a method of that name, is taken for data here.
            if isinstance(node.node, nodes.Getattr) and node.node.attr in _PURE_NAMES:
                return Value(written)
            raise Refused("a call that may change something")
        if function in (Namespace, range, dict):
            return Value(written)
        holder = getattr(function, "__self__", None)
        is_method = isinstance(function, BuiltinMethodType)
        if not is_method or function.__name__ not in _PURE_METHODS.get(type(holder), ()):
            raise Refused("a call that may change something")
        if kwargs or not is_plain(holder):
            return Value(written)
        return self._result(written, function, args)

    # --- Values ---

    def truth(self, value: Value) -> bool | None:
        if not value.is_known:
            is_whole = value.path and any(fact.startswith(f"{value.path}.") for fact in self.facts)
            return True if is_whole else None
        known = value.value
        if isinstance(known, SPECIAL):
            return True
        if is_container(known) or type(known) is jinja2.Undefined:
            return bool(known)
        has_own = hasattr(type(known), "__bool__") or hasattr(type(known), "__len__")
        return None if has_own else True

    def bound(self, name: str, value: Value) -> Value:
        """What a variable holds that is set to this; if need be, it is one of the residual as well."""
        if value.is_known:
            return Value(value=value.value)
        node = value.node
        if node is None or isinstance(node, nodes.Name):
            return Value(node, path=value.path)
        if self.is_conditional:
            raise Refused("a variable in an expression")
        target = self.new_name(name)
        self.out.append(nodes.Assign(nodes.Name(target, "store"), node))
        return Value(nodes.Name(target, "load"), path=value.path)

    def lifted(self, value: Value) -> nodes.Expr:
        """The value as an expression of the residual."""
        known = value.value
        if not value.is_known:
            if value.node is None:
                raise Refused("a value that can't be written")
            return value.node
        if isinstance(known, SPECIAL):
            raise Refused("a macro, block or module as a value")
        if type(known) is jinja2.Undefined:
            return nodes.Name(self._nowhere, "load")
        if type(known) in SCALARS and not (type(known) is float and not math.isfinite(known)):
            return nodes.Const(known)
        if id(known) not in self._names_of_constants:
            name = self.new_name("known")
            self.constants[name] = known  # and so kept: no other value gets its id
            self._names_of_constants[id(known)] = name
        return nodes.Name(self._names_of_constants[id(known)], "load")

    def undefined(self, name: str | None = None) -> Value:
        return Value(value=jinja2.Undefined(name=name))

    def new_name(self, name: str) -> str:
        while True:
            self._last_name += 1
            if (new := f"{name}_{self._last_name}") not in self.given:
                return new

    @contextmanager
    def captured(self) -> Iterator[list[nodes.Stmt]]:
        """What is printed and set meanwhile, instead of adding it to the residual."""
        before, self.out = self.out, []
        try:
            yield self.out
        finally:
            self.out = before

    @contextmanager
    def conditionally(self) -> Iterator[None]:
        before, self.is_conditional = self.is_conditional, True
        try:
            yield
        finally:
            self.is_conditional = before


def _path(value: Value, key: object) -> str:
    return f"{value.path}.{key}" if value.path and type(key) is str and "." not in key else ""


def failure() -> nodes.Expr:
    """An expression that fails: then the template itself is rendered, and says what is wrong."""
    return nodes.Div(nodes.Const(1), nodes.Const(0))


def text_of(body: list[nodes.Stmt]) -> str | None:
    """What is printed, if it is all known and nothing else is done."""
    if not all(isinstance(node, nodes.Output) for node in body):
        return None
    parts = [part for node in body for part in node.nodes]
    if not all(isinstance(part, nodes.TemplateData) for part in parts):
        return None
    return "".join(part.data for part in parts)
