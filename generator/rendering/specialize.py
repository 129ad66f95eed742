"""A partial evaluator of Jinja templates.

A template of which most variables are known is made into another, which renders the same text and has
less to do: expressions of known values are computed, branches decided, loops over known values
unrolled, blocks, includes and macros put where they are printed, texts joined. What is left, the
residual, is a syntax tree of Jinja's, which Jinja compiles.

Names are resolved as Jinja's compiler resolves them, by its own tables of symbols: a value is kept for
each of the Python variables that it would have made. Whatever depends on something unknown becomes a
variable of the residual; these have names of their own and are set once, so scopes can't mix them up.

Only what is listed here as pure is computed. What the evaluator doesn't know, it refuses: then the
template is used as it is. If only a branch is refused that isn't always taken, the residual gives up
there; whenever it fails, the template itself renders the page, or says what is wrong with it.
"""

from __future__ import annotations

import math
from collections import ChainMap
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from types import BuiltinMethodType

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, find_undeclared, generate
from jinja2.filters import FILTERS
from jinja2.idtracking import Symbols
from jinja2.runtime import Context, LoopContext
from jinja2.tests import TESTS
from jinja2.utils import Namespace, _PassArg

from generator.rendering.values import (
    CALLED,
    MISSING,
    NAMING,
    OPERATORS,
    PURE_FILTERS,
    PURE_METHODS,
    PURE_NAMES,
    PURE_TESTS,
    SCALARS,
    SPECIAL,
    UNKNOWN,
    BlockOf,
    Frame,
    Loop,
    Macro,
    Module,
    Self,
    Value,
    Variables,
    is_container,
    is_immutable,
    is_iterator,
    is_own,
    is_plain,
    is_same,
)

_MOST_UNROLLED = 1_000  # a longer loop stays one
_MOST_STEPS = 50_000
_DEEPEST = 40  # macros, includes and recursive loops in each other


def specialize(
    environment: jinja2.Environment,
    name: str,
    known: Mapping[str, object],
    unknown: Collection[str],
    *,
    pure_filters: Mapping[str, Callable] | None = None,
    readable: Callable[[object, str], bool] = lambda value, attribute: False,
) -> jinja2.Template:
    """The template of that name for these variables; or as it is, if that can't be made.

    Nothing but the known and unknown variables and the environment's globals may be in the context
    when it is rendered, and what is known may not change meanwhile.

    A known name may have dots: of an unknown ``page``, ``"page.meta.kind"`` says what a part of it
    is on each page that will be rendered; and so, that ``page`` and ``page.meta`` are true.

    ``pure_filters`` compute what filters yield for known arguments, and may be bound to what is the
    same for all pages that will be rendered; where it isn't, they return NotImplemented. Attributes of
    known objects other than plain data (texts, numbers, lists, dictionaries) are read if ``readable``
    says that they are data as well.
    """
    original = environment.get_template(name)
    if not _is_ordinary(environment):
        return original
    try:
        for may_change in (False, True):
            evaluator = _Evaluator(environment, known, unknown, pure_filters or {}, readable)
            evaluator.may_change = may_change
            try:
                body = evaluator.run(name)
                break
            except _MayChangeSomething:
                continue
        source = generate(
            _template(body, environment), environment, original.name, original.filename
        )
        code = compile(source, original.filename or "<template>", "exec")
    except (_Refused, _TooMuch, RecursionError, SyntaxError, MemoryError):
        return original
    variables = {name: value for name, value in known.items() if "." not in name}
    globals_ = {**environment.globals, **variables, **evaluator.constants}
    template = _Specialized.from_code(environment, code, globals_, original._uptodate)
    template.original = original
    template.known = variables
    return template


class _Specialized(jinja2.Template):
    """A residual, and the template that it was made of."""

    original: jinja2.Template
    known: Mapping[str, object]

    def render(self, *args: object, **kwargs: object) -> str:
        variables = dict(*args, **kwargs)
        try:
            return self.environment.concat(self.root_render_func(self.new_context(variables)))
        except Exception:
            return self.original.render({**self.known, **variables})

    def generate(self, *args: object, **kwargs: object) -> Iterator[str]:
        yield self.render(*args, **kwargs)


def _is_ordinary(environment: jinja2.Environment) -> bool:
    """Whether templates mean there what they mean in Jinja as it comes."""
    return (
        type(environment) is jinja2.Environment
        and environment.code_generator_class is CodeGenerator
        and environment.context_class is Context
        and environment.template_class is jinja2.Template
        and environment.undefined is jinja2.Undefined
        and environment.autoescape is False
        and environment.finalize is None
        and not environment.is_async
        and environment.loader is not None
        and environment.loader.has_source_access
    )


def _template(body: list[nodes.Stmt], environment: jinja2.Environment) -> nodes.Template:
    # In a scope of its own, what is set is a variable of Python's and nothing more.
    template = nodes.Template([nodes.Scope(body)])
    return template.set_lineno(1).set_environment(environment)


class _Refused(Exception):
    """There is something here that the evaluator doesn't know."""


class _TooMuch(Exception):
    """The template calls itself, or there would be no end of it."""


class _MayChangeSomething(Exception):
    """The residual calls something that may change a value: lists may not be taken for constants."""


class _Evaluator:
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
        self.constants: dict[str, object] = {}
        self.may_change = False
        self._names_of_constants: dict[int, str] = {}
        self._out: list[nodes.Stmt] = []
        self._is_conditional = (
            False  # within an expression, where no statement can be put before it
        )
        self._templates: dict[str, tuple[nodes.Template, dict]] = {}
        self._last_name = self._steps = self._depth = 0
        self._nowhere = self._new_name("undefined")
        context = environment.from_string("").new_context()
        self._call_with = {"context": context, "eval_ctx": context.eval_ctx}

    def run(self, name: str) -> list[nodes.Stmt]:
        with self._captured() as out:
            self._run_template(name, Variables(self.given))
        return out

    # --- Templates and blocks ---

    def _parsed(self, name: str) -> tuple[nodes.Template, dict]:
        if name not in self._templates:
            try:
                self.environment.get_template(name)  # it may parse, and yet be wrong
            except jinja2.TemplateSyntaxError as error:
                raise _Refused(name) from error
            source, filename, _ = self.environment.loader.get_source(self.environment, name)
            tree = self.environment.parse(source, name, filename)
            blocks = list(tree.find_all(nodes.Block))
            own = {block.name: (block, name) for block in blocks}
            if len(own) < len(blocks):
                raise _Refused(name)
            self._templates[name] = tree, own
        return self._templates[name]

    def _run_template(self, name: str, context: Variables) -> None:
        """What a template's root does in a context; those of its parents follow."""
        tree, own = self._parsed(name)
        context.blocks = {block: [where] for block, where in own.items()}
        while tree:
            frame = Frame(Symbols(), ChainMap(), context, name, is_top=True)
            self._declare(frame, "self", tree.body, Value(value=Self(context)))
            frame.symbols.analyze_node(tree)
            frame.enter()
            tree = None
            for node in self._parsed(name)[0].body:
                if not isinstance(node, nodes.Extends):
                    self._visit(node, frame)
                    continue
                if frame.is_mute:
                    raise _Refused("extends twice")
                frame.is_mute = True
                parent = self._name_of(node, frame)
                if parent is None:
                    raise _Refused("no such template")
                tree, own = self._parsed(parent)
                for block, where in own.items():
                    context.blocks.setdefault(block, []).append(where)
            if tree:
                name = parent

    def _run_block(self, block: BlockOf) -> None:
        context = block.context
        node, template = context.blocks[block.name][block.depth]
        frame = Frame(Symbols(), ChainMap(), context, template)
        self._declare(frame, "self", node.body, Value(value=Self(context)))
        self._declare(frame, "super", node.body, self._super(block))
        frame.symbols.analyze_node(node)
        frame.enter()
        with self._deeper():
            self._visit_all(node.body, frame)

    def _super(self, block: BlockOf) -> Value:
        if block.depth + 1 < len(block.context.blocks[block.name]):
            return Value(value=replace(block, depth=block.depth + 1))
        return self._undefined("super")

    def _declare(self, frame: Frame, name: str, body: list[nodes.Node], value: Value) -> None:
        if name in find_undeclared(body, (name,)):
            frame.variables[frame.symbols.declare_parameter(name)] = value

    def _name_of(self, node: nodes.Extends | nodes.Include, frame: Frame) -> str | None:
        """Of the template that is extended, included or imported: the first that there is."""
        value = self._expr(node.template, frame).value
        names = value if type(value) in (list, tuple) else [value]
        for name in names:
            if type(name) is not str:
                raise _Refused("a template that isn't named")
            name = self.environment.join_path(name, frame.template)
            try:
                self._parsed(name)
            except jinja2.TemplateNotFound:
                continue
            return name
        return None

    # --- Statements ---

    def _visit_all(self, body: list[nodes.Node], frame: Frame) -> None:
        for node in body:
            self._visit(node, frame)

    def _visit(self, node: nodes.Node, frame: Frame) -> None:
        self._steps += 1
        visitor = getattr(self, f"_visit_{type(node).__name__}", None)
        if self._steps > _MOST_STEPS:
            raise _TooMuch
        if visitor is None:
            raise _Refused(type(node).__name__)
        visitor(node, frame)

    def _visit_Output(self, node: nodes.Output, frame: Frame) -> None:
        if not frame.is_mute:
            for child in node.nodes:
                self._print(child, frame)

    def _print(self, node: nodes.Expr, frame: Frame) -> None:
        if isinstance(node, nodes.TemplateData):
            return self._print_text(node.data)
        if isinstance(node, nodes.CondExpr):
            truth = self._truth(test := self._expr(node.test, frame))
            if truth is not None:
                chosen = node.expr1 if truth else node.expr2
                return self._print(chosen, frame) if chosen else None
            return self._print_value(self._either(node, test, frame))
        if isinstance(node, nodes.Call):
            called, args, kwargs = self._called(node, frame)
            if isinstance(called.value, CALLED):
                return self._run_called(called.value, args, kwargs)
            return self._print_value(self._call(node, frame, called, args, kwargs))
        return self._print_value(self._expr(node, frame))

    def _print_value(self, value: Value) -> None:
        if value.is_known and is_plain(value.value):
            self._print_text(str(value.value))
        else:
            self._output().append(self._lifted(value))

    def _print_text(self, text: str) -> None:
        if not text:
            return
        output = self._output()
        if output and isinstance(output[-1], nodes.TemplateData):
            text = output.pop().data + text
        output.append(nodes.TemplateData(text))

    def _output(self) -> list[nodes.Expr]:
        if not self._out or not isinstance(self._out[-1], nodes.Output):
            self._out.append(nodes.Output([]))
        return self._out[-1].nodes

    def _visit_If(self, node: nodes.If, frame: Frame) -> None:
        self._choose([(node.test, node.body), *((n.test, n.body) for n in node.elif_)], node, frame)

    def _choose(self, branches: list, node: nodes.If, frame: Frame) -> None:
        if not branches:
            return self._visit_all(node.else_, frame)
        (test, body), *others = branches
        value = self._expr(test, frame)
        if (truth := self._truth(value)) is not None:
            return self._visit_all(body, frame) if truth else self._choose(others, node, frame)
        self._fork(
            value,
            lambda: self._visit_all(body, frame),
            lambda: self._choose(others, node, frame),
            frame,
        )

    def _fork(
        self,
        test: Value,
        then: Callable[[], None],
        otherwise: Callable[[], None],
        frame: Frame,
        is_scope: bool = False,
    ) -> None:
        """Both branches, and what variables are after them; unless what they set isn't seen there."""
        test_node = self._lifted(test)
        context, own = frame.context, frame.variables.maps[0]
        before = dict(own), dict(context.vars), set(context.exported)
        ends = []
        for branch in (then, otherwise):
            with self._captured() as out:
                try:
                    branch()
                except _Refused:
                    # Who comes here has the page rendered by the template itself: once more.
                    if self.may_change:
                        raise
                    out[:] = [nodes.Output([_failure()])]
                    self._restore(frame, before)
            ends.append((out, dict(own), dict(context.vars), set(context.exported)))
            self._restore(frame, before)
        (out, variables, at_top, exported), (other_out, other_variables, other_at_top, others) = (
            ends
        )
        merged: dict[tuple[int, int], Value] = {}

        def merge(name: str, one: Value, other: Value) -> Value:
            if one is other or is_same(one, other):
                return one
            if (id(one), id(other)) not in merged:
                merged[id(one), id(other)] = self._merged(name, one, other, out, other_out, context)
            return merged[id(one), id(other)]

        for target in [] if is_scope else sorted(variables.keys() | other_variables.keys()):
            own[target] = merge(
                target.split("_", 2)[2],
                variables.get(target, MISSING),
                other_variables.get(target, MISSING),
            )
        for name in sorted(at_top.keys() | other_at_top.keys()):
            given = context.parent.get(name, MISSING)
            context.vars[name] = merge(name, at_top.get(name, given), other_at_top.get(name, given))
        if exported != others:
            context.exported = exported | others | {""}  # a module can't be made of it
        self._out.append(nodes.If(test_node, out, [], other_out))

    def _restore(self, frame: Frame, before: tuple[dict, dict, set]) -> None:
        own = frame.variables.maps[0]
        own.clear()
        own.update(before[0])
        frame.context.vars = dict(before[1])
        frame.context.exported = set(before[2])

    def _merged(
        self,
        name: str,
        one: Value,
        other: Value,
        out: list[nodes.Stmt],
        other_out: list[nodes.Stmt],
        context: Variables,
    ) -> Value:
        if MISSING in (one, other) and context.find(name) is not MISSING:
            return Value()  # Jinja may look for it in either place
        target = self._new_name(name)
        for value, end in ((one, out), (other, other_out)):
            if value is MISSING:
                continue
            try:
                node = self._lifted(value)
            except _Refused:
                return Value()
            end.append(nodes.Assign(nodes.Name(target, "store"), node))
        return Value(nodes.Name(target, "load"))

    def _visit_For(self, node: nodes.For, frame: Frame) -> None:
        for name in node.find_all(nodes.Name):
            if name.ctx == "store" and name.name == "loop":
                raise _Refused("loop is set")
        iterated = self._expr(node.iter, frame)
        if node.recursive:
            return self._run_loop(node, frame, iterated, 0)
        items = self._items(iterated)
        if items is None:
            return self._visit_unknown_For(node, frame, iterated)
        return self._run_loop(node, frame, iterated, 0)

    def _run_loop(self, node: nodes.For, frame: Frame, iterated: Value, depth: int) -> None:
        """Do what the loop does with each of known values."""
        items = self._items(iterated)
        if items is None:
            raise _Refused("a recursive loop over something unknown")
        chosen = []
        for item in map(self._named, items):
            with frame.restored():
                test = self._test_of(node, frame, item) if node.test else None
            truth = self._truth(test) if test else True
            if truth is not False:
                chosen.append((item, None if truth else test))
        is_extended = self._is_extended(node)
        if len(chosen) > _MOST_UNROLLED:
            if node.recursive or is_iterator(iterated.value):
                raise _Refused("a long loop")
            return self._visit_unknown_For(node, frame, iterated)
        if (is_extended or node.else_) and any(test for _, test in chosen):
            raise _Refused("a loop of which isn't known how often it runs")
        state = LoopContext(chosen, jinja2.Undefined, depth0=depth)
        for (item, test), _ in state:
            with frame.restored():
                inner = frame.inner()
                inner.is_buffered = frame.is_buffered or node.recursive
                if is_extended:
                    target = inner.symbols.declare_parameter("loop")
                    frame.variables[target] = Value(value=Loop(state, node, frame))
                inner.symbols.analyze_node(node, for_branch="body")

                def body(inner: Frame = inner, item: Value = item) -> None:
                    self._set_parameters(node.target, item, inner)
                    inner.enter()
                    self._visit_all(node.body, inner)

                if test:
                    self._fork(test, body, lambda: None, inner, is_scope=True)
                else:
                    body()
        if not chosen and node.else_:
            self._else_of(node, frame)

    def _named(self, item: Value) -> Value:
        """The same, with variables for its unknown parts: they will be looked at more than once."""
        if item.parts is None or item.is_known:
            return self._bound("item", item)
        parts = [self._named(part) for part in item.parts]
        items = [self._lifted(part) for part in parts]
        if isinstance(item.node, nodes.Tuple):
            return Value(nodes.Tuple(items, "load"), parts=parts)
        return Value(nodes.List(items), parts=parts)

    def _test_of(self, node: nodes.For, frame: Frame, item: Value) -> Value:
        inner = frame.inner()
        inner.symbols.analyze_node(node, for_branch="test")
        with self._conditionally():
            self._set_parameters(node.target, item, inner)
            inner.enter()
            return self._expr(node.test, inner)

    def _else_of(self, node: nodes.For, frame: Frame) -> None:
        with frame.restored():
            inner = frame.inner()
            inner.is_buffered = frame.is_buffered or node.recursive
            inner.symbols.analyze_node(node, for_branch="else")
            inner.enter()
            self._visit_all(node.else_, inner)

    def _is_extended(self, node: nodes.For) -> bool:
        return (
            node.recursive
            or "loop" in find_undeclared(node.body, ("loop",))
            or any(block.scoped for block in node.find_all(nodes.Block))
        )

    def _visit_unknown_For(self, node: nodes.For, frame: Frame, iterated: Value) -> None:
        iterable = self._lifted(iterated)
        target, values = self._renamed(node.target)
        test = None
        if node.test:
            with frame.restored():
                inner = frame.inner()
                inner.symbols.analyze_node(node, for_branch="test")
                self._set_renamed(values, inner)
                inner.enter()
                with self._conditionally():
                    tested = self._expr(node.test, inner)
                test = None if self._truth(tested) else self._lifted(tested)
        with frame.restored(), self._captured() as body:
            inner = frame.inner()
            if self._is_extended(node):
                # Loops within this one have their own "loop".
                loop = self._new_name("loop")
                body.append(nodes.Assign(nodes.Name(loop, "store"), nodes.Name("loop", "load")))
                ident = inner.symbols.declare_parameter("loop")
                frame.variables[ident] = Value(nodes.Name(loop, "load"))
            inner.symbols.analyze_node(node, for_branch="body")
            self._set_renamed(values, inner)
            inner.enter()
            self._visit_all(node.body, inner)
        with self._captured() as otherwise:
            self._else_of(node, frame)
        self._out.append(nodes.For(target, iterable, body, otherwise, test, False))

    def _renamed(self, target: nodes.Expr) -> tuple[nodes.Expr, dict[str, Value]]:
        """A target of an assignment with new names, and what they stand for."""
        if isinstance(target, nodes.Tuple):
            parts = [self._renamed(item) for item in target.items]
            values = {name: value for _, found in parts for name, value in found.items()}
            return nodes.Tuple([part for part, _ in parts], "store"), values
        if not isinstance(target, nodes.Name):
            raise _Refused(type(target).__name__)
        name = self._new_name(target.name)
        return nodes.Name(name, "store"), {target.name: Value(nodes.Name(name, "load"))}

    def _set_renamed(self, values: Mapping[str, Value], frame: Frame) -> None:
        for name, value in values.items():
            frame.variables[frame.symbols.ref(name)] = value

    def _set_parameters(self, target: nodes.Expr, value: Value, frame: Frame) -> None:
        for name, part in self._unpacked(target, value):
            frame.variables[frame.symbols.ref(name)] = part

    def _unpacked(self, target: nodes.Expr, value: Value) -> list[tuple[str, Value]]:
        """The names of a target, each with what it is set to."""
        if isinstance(target, nodes.Name):
            return [(target.name, self._bound(target.name, value))]
        if not isinstance(target, nodes.Tuple):
            raise _Refused(type(target).__name__)
        parts = self._items(value)
        if parts is None:
            if self._is_conditional:
                raise _Refused("values of a tuple that isn't known, in an expression")
            renamed, values = self._renamed(target)
            self._out.append(nodes.Assign(renamed, self._lifted(value)))
            return list(values.items())
        if len(parts) != len(target.items):
            raise _Refused("too many or too few values")
        return [
            pair
            for item, part in zip(target.items, parts, strict=True)
            for pair in self._unpacked(item, part)
        ]

    def _items(self, iterated: Value) -> list[Value] | None:
        """What a loop would run over, if that is known."""
        if iterated.parts is not None:
            return iterated.parts
        value = iterated.value
        if type(value) is jinja2.Undefined:
            return []
        if iterated.is_known and (is_container(value) or is_iterator(value)):
            try:
                items = [Value(value=item, is_fresh=iterated.is_fresh) for item in value]
            except Exception as error:
                raise _Refused("not iterable") from error
            if is_iterator(value):
                iterated.parts = items  # it can't be asked again
            return items
        return None

    def _visit_Assign(self, node: nodes.Assign, frame: Frame) -> None:
        value = self._expr(node.node, frame)
        if isinstance(node.target, nodes.NSRef) or node.target.find(nodes.NSRef):
            self._out.append(
                nodes.Assign(self._of_namespaces(node.target, frame), self._lifted(value))
            )
            return
        for name, part in self._unpacked(node.target, value):
            self._set(name, part, frame)

    def _of_namespaces(self, target: nodes.Expr, frame: Frame) -> nodes.Expr:
        if isinstance(target, nodes.Tuple):
            return nodes.Tuple([self._of_namespaces(item, frame) for item in target.items], "store")
        if not isinstance(target, nodes.NSRef):
            raise _Refused("names beside attributes of namespaces")
        holder = frame.variables[frame.symbols.ref(target.name)].node
        if not isinstance(holder, nodes.Name):
            raise _Refused("a namespace that is known")
        return nodes.NSRef(holder.name, target.attr)

    def _set(self, name: str, value: Value, frame: Frame, is_exported: bool = True) -> None:
        frame.variables[frame.symbols.ref(name)] = value
        if not frame.is_top:
            return
        frame.context.vars[name] = value
        if name[:1] != "_":
            (frame.context.exported.add if is_exported else frame.context.exported.discard)(name)

    def _visit_AssignBlock(self, node: nodes.AssignBlock, frame: Frame) -> None:
        if not isinstance(node.target, nodes.Name):
            raise _Refused("a block that is set to an attribute")
        with frame.restored(), self._captured() as body:
            inner = replace(frame.inner(), is_mute=False, is_buffered=True)
            inner.symbols.analyze_node(node)
            inner.enter()
            self._visit_all(node.body, inner)
            text = _text(body)
            filtered = self._filtered(node.filter, text, inner) if node.filter else None
        if filtered and filtered.is_known:
            value = self._bound(node.target.name, filtered)
        elif text is not None and not filtered:
            value = Value(value=text)
        else:
            name = self._new_name(node.target.name)
            filter_ = filtered.node if filtered else None
            self._out.append(nodes.AssignBlock(nodes.Name(name, "store"), filter_, body))
            value = Value(nodes.Name(name, "load"))
        self._set(node.target.name, value, frame)

    def _visit_FilterBlock(self, node: nodes.FilterBlock, frame: Frame) -> None:
        if frame.is_mute:
            raise _Refused("filter")
        with frame.restored(), self._captured() as body:
            inner = replace(frame.inner(), is_buffered=True)
            inner.symbols.analyze_node(node)
            inner.enter()
            self._visit_all(node.body, inner)
            filtered = self._filtered(node.filter, _text(body), inner)
        if filtered.is_known and is_plain(filtered.value):
            self._print_value(filtered)
        else:
            self._out.append(nodes.FilterBlock(body, filtered.node))

    def _filtered(self, node: nodes.Filter, text: str | None, frame: Frame) -> Value:
        """A filter of a block; those that stand before it are its innermost ones."""
        with self._conditionally():
            of_block = Value() if text is None else Value(value=text)
            return self._filter(node, frame, of_block)

    def _visit_With(self, node: nodes.With, frame: Frame) -> None:
        values = [self._expr(value, frame) for value in node.values]
        with frame.restored():
            inner = frame.inner()
            inner.symbols.analyze_node(node)
            inner.enter()
            for target, value in zip(node.targets, values, strict=True):
                self._set_parameters(target, value, inner)
            self._visit_all(node.body, inner)

    def _visit_Scope(self, node: nodes.Scope, frame: Frame) -> None:
        with frame.restored():
            inner = frame.inner()
            inner.symbols.analyze_node(node)
            inner.enter()
            self._visit_all(node.body, inner)

    def _visit_ExprStmt(self, node: nodes.ExprStmt, frame: Frame) -> None:
        value = self._expr(node.node, frame)
        if not value.is_known:
            self._out.append(nodes.ExprStmt(self._lifted(value)))

    def _visit_Block(self, node: nodes.Block, frame: Frame) -> None:
        if frame.is_mute:
            if frame.is_top:
                return
            raise _Refused("a block in a loop of a template that extends another")
        context = frame.context
        if node.required and len(context.blocks[node.name]) < 2:
            raise _Refused("a required block")
        if node.scoped:
            context = Variables(context.all() | frame.locals(), blocks=context.blocks)
        self._run_block(BlockOf(context, node.name, 0))

    def _visit_Include(self, node: nodes.Include, frame: Frame) -> None:
        if frame.is_mute or (frame.is_buffered and not node.with_context):
            raise _Refused("include")  # Jinja prints it, but not where it stands
        name = self._name_of(node, frame)
        if name is None and node.ignore_missing:
            return
        if name is None:
            raise _Refused("no such template")
        with self._deeper():
            self._run_template(name, self._seen_from(frame, node.with_context))

    def _seen_from(self, frame: Frame, with_context: bool) -> Variables:
        if not with_context:
            return Variables(self.globals)
        return Variables(frame.context.all() | frame.locals())

    def _module(self, node: nodes.Import | nodes.FromImport, frame: Frame) -> Value:
        name = self._name_of(node, frame)
        if name is None:
            raise _Refused("no such template")
        context = self._seen_from(frame, node.with_context)
        with self._captured() as out, self._deeper():
            self._run_template(name, context)
        done = [node for node in out if _text([node]) is None]  # what it prints is nowhere seen
        if "" in context.exported or not all(isinstance(node, nodes.Assign) for node in done):
            raise _Refused(
                "a module that prints something unknown, or hasn't always the same names"
            )
        self._out += done
        return Value(value=Module({name: context.vars[name] for name in context.exported}))

    def _visit_Import(self, node: nodes.Import, frame: Frame) -> None:
        self._set(node.target, self._module(node, frame), frame, is_exported=False)

    def _visit_FromImport(self, node: nodes.FromImport, frame: Frame) -> None:
        module = self._module(node, frame)
        for name in node.names:
            name, alias = name if isinstance(name, tuple) else (name, name)
            self._set(alias, self._part(module, name), frame, is_exported=False)

    def _visit_Macro(self, node: nodes.Macro, frame: Frame) -> None:
        self._set(node.name, Value(value=Macro(node, frame)), frame)

    def _visit_CallBlock(self, node: nodes.CallBlock, frame: Frame) -> None:
        if frame.is_mute:
            raise _Refused("call")
        called, args, kwargs = self._called(node.call, frame)
        if not isinstance(called.value, Macro) or "caller" in kwargs:
            raise _Refused("a call of no macro")
        kwargs["caller"] = Value(value=Macro(node, frame))
        self._run_called(called.value, args, kwargs)

    # --- What is called ---

    def _called(
        self, node: nodes.Call, frame: Frame
    ) -> tuple[Value, list[Value], dict[str, Value]]:
        called = self._expr(node.node, frame)
        args = [self._expr(arg, frame) for arg in node.args]
        kwargs = {pair.key: self._expr(pair.value, frame) for pair in node.kwargs}
        if isinstance(called.value, CALLED) and (node.dyn_args or node.dyn_kwargs):
            raise _Refused("arguments that are unpacked")
        return called, args, kwargs

    def _run_called(
        self, called: Macro | BlockOf | Loop, args: list[Value], kwargs: dict[str, Value]
    ) -> None:
        """Print what a macro, a block or a recursive loop yields."""
        with self._deeper():
            if isinstance(called, Macro):
                self._run_macro(called, args, kwargs)
            elif isinstance(called, BlockOf) and not args and not kwargs:
                self._run_block(called)
            elif (
                isinstance(called, Loop) and called.node.recursive and len(args) == 1 and not kwargs
            ):
                with called.frame.restored():
                    self._run_loop(called.node, called.frame, args[0], called.state.depth)
            else:
                raise _Refused("arguments")

    def _run_macro(self, macro: Macro, args: list[Value], kwargs: dict[str, Value]) -> None:
        node = macro.node
        names = [argument.name for argument in node.args]
        used = find_undeclared(node.body, ("caller", "kwargs", "varargs"))
        if used & {"kwargs", "varargs"} or {"caller", "kwargs", "varargs"}.intersection(names):
            raise _Refused("arguments that aren't named")
        taken = [*names, "caller"] if "caller" in used else names
        if len(args) > len(names) or not kwargs.keys() <= set(taken[len(args) :]):
            raise _Refused("arguments that aren't taken")
        symbols = Symbols(parent=macro.frame.symbols)
        symbols.analyze_node(node)
        if "caller" in used:
            symbols.declare_parameter("caller")
        symbols.analyze_node(node)
        frame = replace(
            macro.frame,
            symbols=symbols,
            variables=macro.frame.variables.new_child(),
            is_top=False,
            is_mute=False,
            is_buffered=True,
        )
        given = {**dict(zip(names, args, strict=False)), **kwargs}
        for name in taken:
            value = self._bound(name, given[name]) if name in given else MISSING
            frame.variables[symbols.ref(name)] = value
        frame.enter()
        if "caller" in used and "caller" not in given:
            frame.variables[symbols.ref("caller")] = self._undefined("caller")
        for at, name in enumerate(names):
            if name not in given:
                place = at - len(names) + len(node.defaults)
                frame.variables[symbols.ref(name)] = (
                    self._bound(name, self._expr(node.defaults[place], frame))
                    if place >= 0
                    else self._undefined(name)
                )
        self._visit_all(node.body, frame)

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        if self._depth > _DEEPEST:
            raise _TooMuch
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1

    # --- Expressions ---

    def _expr(self, node: nodes.Expr, frame: Frame) -> Value:
        visitor = getattr(self, f"_expr_{type(node).__name__}", None)
        if visitor is None:
            if isinstance(node, (nodes.BinExpr, nodes.UnaryExpr)):
                return self._computed(node, frame)
            raise _Refused(type(node).__name__)
        return visitor(node, frame)

    def _expr_Const(self, node: nodes.Const, frame: Frame) -> Value:
        return Value(node, node.value)

    def _expr_TemplateData(self, node: nodes.TemplateData, frame: Frame) -> Value:
        return Value(value=node.data)

    def _expr_Name(self, node: nodes.Name, frame: Frame) -> Value:
        value = frame.variables[frame.symbols.ref(node.name)]
        return self._undefined(node.name) if value is MISSING else value

    def _expr_Tuple(self, node: nodes.Tuple | nodes.List, frame: Frame) -> Value:
        parts = [self._expr(item, frame) for item in node.items]
        items = [self._lifted(part) for part in parts]
        written = nodes.Tuple(items, "load") if isinstance(node, nodes.Tuple) else nodes.List(items)
        value = UNKNOWN
        if all(part.is_known and not is_iterator(part.value) for part in parts):
            kind = tuple if isinstance(node, nodes.Tuple) else list
            value = kind(part.value for part in parts)
        return Value(written, value, parts=parts, is_fresh=all(map(is_own, parts)))

    _expr_List = _expr_Tuple

    def _expr_Dict(self, node: nodes.Dict, frame: Frame) -> Value:
        pairs = [
            (self._expr(pair.key, frame), self._expr(pair.value, frame)) for pair in node.items
        ]
        written = nodes.Dict(
            [nodes.Pair(self._lifted(key), self._lifted(value)) for key, value in pairs]
        )
        value = UNKNOWN
        if all(
            key.is_known
            and is_immutable(key.value)
            and part.is_known
            and not is_iterator(part.value)
            for key, part in pairs
        ):
            value = {key.value: part.value for key, part in pairs}
        return Value(written, value, is_fresh=all(is_own(part) for _, part in pairs))

    def _expr_CondExpr(self, node: nodes.CondExpr, frame: Frame) -> Value:
        test = self._expr(node.test, frame)
        truth = self._truth(test)
        if truth is None:
            return self._either(node, test, frame)
        if truth:
            return self._expr(node.expr1, frame)
        return self._expr(node.expr2, frame) if node.expr2 else self._undefined()

    def _either(self, node: nodes.CondExpr, test: Value, frame: Frame) -> Value:
        with self._conditionally():
            one = self._lifted(self._expr(node.expr1, frame))
            other = self._lifted(self._expr(node.expr2, frame)) if node.expr2 else None
        return Value(nodes.CondExpr(self._lifted(test), one, other))

    def _expr_And(self, node: nodes.And | nodes.Or, frame: Frame) -> Value:
        left = self._expr(node.left, frame)
        truth = self._truth(left)
        if truth is not None:
            return left if truth is isinstance(node, nodes.Or) else self._expr(node.right, frame)
        with self._conditionally():
            right = self._expr(node.right, frame)
        return Value(type(node)(self._lifted(left), self._lifted(right)))

    _expr_Or = _expr_And

    def _expr_Not(self, node: nodes.Not, frame: Frame) -> Value:
        value = self._expr(node.node, frame)
        truth = self._truth(value)
        return Value(nodes.Not(self._lifted(value))) if truth is None else Value(value=not truth)

    def _computed(self, node: nodes.BinExpr | nodes.UnaryExpr, frame: Frame) -> Value:
        operands = [self._expr(child, frame) for child in node.iter_child_nodes()]
        written = type(node)(*map(self._lifted, operands))
        function = OPERATORS.get(type(node).__name__)
        if function is None:
            return Value(written)
        return self._result(written, function, operands)

    def _result(
        self, written: nodes.Expr, function: Callable, operands: list[Value], **options: object
    ) -> Value:
        """What a pure function yields, if all is plain data that it is given; else as it is written."""
        values = [operand.value for operand in operands]
        if not all(is_plain(value) or is_iterator(value) for value in values):
            return Value(written)
        try:
            value = function(*values, **options)
        except Exception:
            return Value(_failure())
        return Value(written, value, is_fresh=all(map(is_own, operands)))

    def _expr_Concat(self, node: nodes.Concat, frame: Frame) -> Value:
        parts = [self._expr(child, frame) for child in node.nodes]
        written = nodes.Concat([self._lifted(part) for part in parts])
        return self._result(written, lambda *values: "".join(map(str, values)), parts)

    def _expr_Compare(self, node: nodes.Compare, frame: Frame) -> Value:
        left = self._expr(node.expr, frame)
        with self._conditionally():
            others = [self._expr(operand.expr, frame) for operand in node.ops]
        signs = [operand.op for operand in node.ops]
        written = nodes.Compare(
            self._lifted(left),
            [
                nodes.Operand(sign, self._lifted(value))
                for sign, value in zip(signs, others, strict=True)
            ],
        )

        def compare(left: object, *others: object) -> object:
            for sign, other in zip(signs, others, strict=True):
                if not (result := OPERATORS[sign](left, other)):
                    break
                left = other
            return result

        return self._result(written, compare, [left, *others])

    def _expr_Getattr(self, node: nodes.Getattr, frame: Frame) -> Value:
        value = self._expr(node.node, frame)
        found = self._part(value, node.attr)
        return found or Value(
            nodes.Getattr(self._lifted(value), node.attr, "load"), path=self._path(value, node.attr)
        )

    def _expr_Getitem(self, node: nodes.Getitem, frame: Frame) -> Value:
        value = self._expr(node.node, frame)
        if isinstance(node.arg, nodes.Slice):
            bounds = [
                self._expr(bound, frame) if bound else None
                for bound in (node.arg.start, node.arg.stop, node.arg.step)
            ]
            written = nodes.Getitem(
                self._lifted(value),
                nodes.Slice(*(bound and self._lifted(bound) for bound in bounds)),
                "load",
            )
            if is_container(value.value) and not any(b and not b.is_known for b in bounds):
                try:
                    cut = value.value[slice(*(bound and bound.value for bound in bounds))]
                except Exception:
                    return Value(_failure())
                return Value(written, cut, is_fresh=value.is_fresh)
            return Value(written)
        key = self._expr(node.arg, frame)
        written = nodes.Getitem(self._lifted(value), self._lifted(key), "load")
        if not key.is_known or not is_immutable(key.value):
            return Value(written)
        return self._part(value, key.value, is_item=True) or Value(
            written, path=self._path(value, key.value)
        )

    def _path(self, value: Value, key: object) -> str:
        return f"{value.path}.{key}" if value.path and type(key) is str and "." not in key else ""

    def _part(self, value: Value, key: object, is_item: bool = False) -> Value | None:
        """An attribute or item, if it is known."""
        holder = value.value
        if not value.is_known:
            path = self._path(value, key)
            return Value(value=self.facts[path]) if path in self.facts else None
        if isinstance(holder, SPECIAL):
            if is_item:
                raise _Refused("an item of something special")
            return self._part_of_special(holder, key)
        if type(holder) is jinja2.Undefined:
            return Value(_failure())
        is_private = type(key) is str and key[:1] == "_"
        if is_private or not (
            is_container(holder) or (type(key) is str and self.readable(holder, key))
        ):
            return None
        get = self.environment.getitem if is_item else self.environment.getattr
        try:
            found = get(holder, key)
        except Exception:
            return Value(_failure())
        return Value(value=found, is_fresh=value.is_fresh)

    def _part_of_special(self, holder: object, name: str) -> Value:
        if isinstance(holder, Module):
            return holder.exported.get(name) or self._undefined(name)
        if isinstance(holder, Self) and name in holder.context.blocks:
            return Value(value=BlockOf(holder.context, name, 0))
        if isinstance(holder, BlockOf) and name == "super":
            return self._super(holder)
        if isinstance(holder, Loop):
            if name in ("previtem", "nextitem"):
                found = getattr(holder.state, name)
                return found[0] if isinstance(found, tuple) else Value(value=found)
            if name in (
                "index",
                "index0",
                "revindex",
                "revindex0",
                "first",
                "last",
                "length",
                "depth",
                "depth0",
            ):
                return Value(value=getattr(holder.state, name))
        raise _Refused(name)

    def _expr_Filter(self, node: nodes.Filter, frame: Frame) -> Value:
        return self._filter(node, frame)

    def _filter(self, node: nodes.Filter, frame: Frame, of_block: Value | None = None) -> Value:
        if node.node is not None and of_block is not None:
            subject = self._filter(node.node, frame, of_block)
        else:
            subject = self._expr(node.node, frame) if node.node is not None else of_block
        function = self.environment.filters.get(node.name)
        is_ours = function is FILTERS.get(node.name)
        pure = self.pure_filters.get(node.name)
        if function is None or subject is None:
            raise _Refused(node.name)
        is_first = of_block is not None and node.node is None
        written, values = self._applied(node, frame, subject, is_first)
        if pure and _PassArg.from_obj(function) is _PassArg.context:
            self._require_given(frame.context)
        if pure and values:
            try:
                found = pure(*values[0], **values[1])
            except Exception:
                return Value(_failure())
            return Value(written) if found is NotImplemented else Value(written, found)
        is_pure = self._is_pure(node.name, is_ours and PURE_FILTERS, values)
        if values and is_pure:
            return self._applied_now(self.environment.call_filter, written, node.name, values)
        if not is_ours and not pure:
            self._may_change()
        if (
            _PassArg.from_obj(function) is _PassArg.context
            and not pure
            and not (
                is_ours
                and (
                    is_pure or node.name == "random" or self._names_nothing_of_context(node, frame)
                )
            )
        ):
            raise _Refused(node.name)
        return Value(written)

    def _is_pure(self, name: str, pure: Collection[str] | bool, values: tuple | None) -> bool:
        if not pure or name not in pure:
            return False
        if name not in NAMING:
            return True
        if values is None:
            return False
        named = values[0][NAMING[name] + 1 :]
        if not named:
            return True
        table, ours, listed = (
            (self.environment.filters, FILTERS, PURE_FILTERS)
            if name == "map"
            else (self.environment.tests, TESTS, PURE_TESTS)
        )
        inner = named[0]
        if type(inner) is not str or inner not in listed or inner in NAMING:
            return False
        return table.get(inner) is ours.get(inner)

    def _require_given(self, context: Variables) -> None:
        """Refuse what reads a context in which variables aren't those that were given."""
        for name in self.given.keys() - self.globals.keys():
            if context.find(name) is not self.given[name]:
                raise _Refused(name)

    def _names_nothing_of_context(self, node: nodes.Filter, frame: Frame) -> bool:
        """Whether a filter that applies another needs nothing else from the context."""
        if node.name not in NAMING or node.dyn_args:
            return False
        named = node.args[NAMING[node.name] :]
        if not named:
            return True
        if not isinstance(named[0], nodes.Const):
            return False
        name = named[0].value
        if name in self.pure_filters and node.name == "map":
            self._require_given(frame.context)
            return True
        table = self.environment.filters if node.name == "map" else self.environment.tests
        if (function := table.get(name)) is None or name in NAMING:
            return False
        if function is not (FILTERS if node.name == "map" else TESTS).get(name):
            self._may_change()
        return _PassArg.from_obj(function) is not _PassArg.context

    def _expr_Test(self, node: nodes.Test, frame: Frame) -> Value:
        function = self.environment.tests.get(node.name)
        subject = self._expr(node.node, frame)
        if function is None:
            raise _Refused(node.name)
        is_ours = function is TESTS.get(node.name)
        written, values = self._applied(node, frame, subject)
        if values and is_ours and node.name in PURE_TESTS:
            return self._applied_now(self.environment.call_test, written, node.name, values)
        if not is_ours:
            self._may_change()
        if node.name == "sameas" or _PassArg.from_obj(function) is _PassArg.context:
            raise _Refused(node.name)
        return Value(written)

    def _applied(
        self,
        node: nodes.Filter | nodes.Test,
        frame: Frame,
        subject: Value,
        of_block: bool = False,
    ) -> tuple[nodes.Expr, tuple[list, dict] | None]:
        """A filter or test as the residual has it, and its arguments if all are known."""
        args = [self._expr(arg, frame) for arg in node.args]
        kwargs = {pair.key: self._expr(pair.value, frame) for pair in node.kwargs}
        more = self._expr(node.dyn_args, frame) if node.dyn_args else None
        named = self._expr(node.dyn_kwargs, frame) if node.dyn_kwargs else None
        written = type(node)(
            None if of_block else self._lifted(subject),
            node.name,
            [self._lifted(arg) for arg in args],
            [nodes.Keyword(key, self._lifted(value)) for key, value in kwargs.items()],
            more and self._lifted(more),
            named and self._lifted(named),
        )
        if more or named or not all(v.is_known for v in (subject, *args, *kwargs.values())):
            return written, None
        values = [subject.value, *(arg.value for arg in args)]
        return written, (values, {key: value.value for key, value in kwargs.items()})

    def _applied_now(
        self, apply: Callable, written: nodes.Expr, name: str, values: tuple[list, dict]
    ) -> Value:
        (subject, *args), kwargs = values
        if not all(
            is_plain(value) or is_iterator(value) for value in (subject, *args, *kwargs.values())
        ):
            return Value(written)
        try:
            value = apply(name, subject, args, kwargs, **self._call_with)
        except Exception:
            return Value(_failure())
        return Value(written, value)

    def _expr_Call(self, node: nodes.Call, frame: Frame) -> Value:
        called, args, kwargs = self._called(node, frame)
        if isinstance(called.value, CALLED):
            return self._text_of(called.value, args, kwargs)
        return self._call(node, frame, called, args, kwargs)

    def _text_of(
        self, called: Macro | BlockOf | Loop, args: list[Value], kwargs: dict[str, Value]
    ) -> Value:
        with self._captured() as body:
            self._run_called(called, args, kwargs)
        if (text := _text(body)) is not None:
            return Value(value=text)
        if self._is_conditional or self.may_change:
            raise _Refused("a macro in an expression")
        name = self._new_name("text")
        self._out.append(nodes.AssignBlock(nodes.Name(name, "store"), None, body))
        return Value(nodes.Name(name, "load"))

    def _call(
        self,
        node: nodes.Call,
        frame: Frame,
        called: Value,
        args: list[Value],
        kwargs: dict[str, Value],
    ) -> Value:
        more = self._expr(node.dyn_args, frame) if node.dyn_args else None
        named = self._expr(node.dyn_kwargs, frame) if node.dyn_kwargs else None
        function = called.value
        if type(function) is jinja2.Undefined:
            return Value(_failure())
        written = nodes.Call(
            self._lifted(called),
            [self._lifted(arg) for arg in args],
            [nodes.Keyword(key, self._lifted(value)) for key, value in kwargs.items()],
            more and self._lifted(more),
            named and self._lifted(named),
        )
        if not called.is_known:
            is_pure = isinstance(node.node, nodes.Getattr) and node.node.attr in PURE_NAMES
            if not is_pure:
                self._may_change()
            return Value(written)
        is_method = isinstance(function, BuiltinMethodType) and is_container(function.__self__)
        if is_method and function.__name__ not in PURE_METHODS.get(type(function.__self__), ()):
            self._may_change()
            raise _Refused("a known value may be changed")
        if function is Namespace:
            return Value(written)
        if is_method or function is range or function is dict:
            operands = [*args, *kwargs.values()]
            if more is None and named is None and (not is_method or is_plain(function.__self__)):
                keys = list(kwargs)

                def call(*values: object) -> object:
                    own, named = values[: len(args)], values[len(args) :]
                    return function(*own, **dict(zip(keys, named, strict=True)))

                return self._result(written, call, operands)
            return Value(written)
        if _PassArg.context in (
            _PassArg.from_obj(function),
            _PassArg.from_obj(function.__call__),
        ):
            raise _Refused("a function that is given the context")
        self._may_change()
        return Value(written)

    # --- Values ---

    def _truth(self, value: Value) -> bool | None:
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

    def _bound(self, name: str, value: Value) -> Value:
        """What a variable holds that is set to this; if need be, it is one of the residual as well."""
        if isinstance(value.value, SPECIAL):
            return value
        if value.is_known and not is_iterator(value.value):
            if not self.may_change or is_immutable(value.value):
                return Value(value=value.value)
            if value.node is None and not value.is_fresh:
                return value  # where it is changed, that is refused
            if value.node is None or not value.is_fresh:
                raise _Refused("a known value that may be changed")
        node = value.node
        if node is None or isinstance(node, nodes.Name):
            return Value(node, path=value.path)
        if self._is_conditional:
            raise _Refused("a variable in an expression")
        target = self._new_name(name)
        self._out.append(nodes.Assign(nodes.Name(target, "store"), node))
        return Value(nodes.Name(target, "load"), path=value.path)

    def _lifted(self, value: Value) -> nodes.Expr:
        """The value as an expression of the residual."""
        known = value.value
        if not value.is_known or is_iterator(known):
            if value.node is None:
                raise _Refused("a value that can't be written")
            return value.node
        if isinstance(known, SPECIAL):
            raise _Refused("a macro, block or module as a value")
        if type(known) is jinja2.Undefined:
            return nodes.Name(self._nowhere, "load")
        if type(known) in SCALARS and not (type(known) is float and not math.isfinite(known)):
            return nodes.Const(known)
        if self.may_change and not is_immutable(known) and (value.node or value.is_fresh):
            if value.node is None:
                raise _Refused("a part of a list that may be changed")
            return value.node
        if id(known) not in self._names_of_constants:
            name = self._new_name("known")
            self.constants[name] = known  # and so kept: no other value gets its id
            self._names_of_constants[id(known)] = name
        return nodes.Name(self._names_of_constants[id(known)], "load")

    def _undefined(self, name: str | None = None) -> Value:
        return Value(value=jinja2.Undefined(name=name))

    def _may_change(self) -> None:
        if not self.may_change:
            raise _MayChangeSomething

    def _new_name(self, name: str) -> str:
        while True:
            self._last_name += 1
            if (new := f"{name}_{self._last_name}") not in self.given:
                return new

    @contextmanager
    def _captured(self) -> Iterator[list[nodes.Stmt]]:
        """What is printed and set meanwhile, instead of adding it to the residual."""
        before, self._out = self._out, []
        try:
            yield self._out
        finally:
            self._out = before

    @contextmanager
    def _conditionally(self) -> Iterator[None]:
        before, self._is_conditional = self._is_conditional, True
        try:
            yield
        finally:
            self._is_conditional = before


def _failure() -> nodes.Expr:
    """An expression that fails: then the template itself is rendered, and says what is wrong."""
    return nodes.Div(nodes.Const(1), nodes.Const(0))


def _text(body: list[nodes.Stmt]) -> str | None:
    """What is printed, if it is all known and nothing else is done."""
    parts = [part for node in body if isinstance(node, nodes.Output) for part in node.nodes]
    if not all(isinstance(node, nodes.Output) for node in body):
        return None
    if not all(isinstance(part, nodes.TemplateData) for part in parts):
        return None
    return "".join(part.data for part in parts)
