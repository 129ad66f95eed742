"""What a template does: the statements of the residual, and what variables hold between them."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from dataclasses import replace

import jinja2
from jinja2 import nodes
from jinja2.compiler import find_undeclared
from jinja2.idtracking import Symbols

from generator.rendering.expressions import Args, Expressions, failure, text_of
from generator.rendering.values import (
    CALLED,
    MISSING,
    BlockOf,
    Frame,
    Loop,
    Macro,
    Module,
    Refused,
    Self,
    TooMuch,
    Value,
    Variables,
    is_container,
    is_plain,
    is_same,
)

_MOST_UNROLLED = 1_000  # a longer loop stays one
_MOST_STEPS = 50_000


class Statements(Expressions):
    """``run`` is the door; there is a method for each kind of statement that is known here.

    A branch of which isn't known whether it is taken is done for both cases (``_fork``), and a loop over
    something unknown once, for any of its values.
    """

    _steps = 0

    def run(self, name: str) -> list[nodes.Stmt]:
        self._templates: dict[str, tuple[nodes.Template, dict]] = {}
        with self.captured() as out:
            self._run_template(name, Variables(self.given))
        return out

    # --- Templates and blocks ---

    def _parsed(self, name: str) -> tuple[nodes.Template, dict]:
        """A template's tree, and its blocks."""
        if name not in self._templates:
            try:
                self.environment.get_template(name)  # it may parse, and yet be wrong
            except jinja2.TemplateError as error:
                raise Refused(name) from error
            source, filename, _ = self.environment.loader.get_source(self.environment, name)
            tree = self.environment.parse(source, name, filename)
            blocks = list(tree.find_all(nodes.Block))
            own = {block.name: (block, name) for block in blocks}
            if len(own) < len(blocks) or any(block.scoped or block.required for block in blocks):
                raise Refused(name)
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
            body, tree = tree.body, None
            for node in body:
                if not isinstance(node, nodes.Extends):
                    self._visit(node, frame)
                    continue
                if frame.is_mute:
                    raise Refused("extends twice")
                frame.is_mute = True
                name = self._name_of(node, frame)
                tree, own = self._parsed(name)
                for block, where in own.items():
                    context.blocks.setdefault(block, []).append(where)

    def _run_block(self, block: BlockOf) -> None:
        context = block.context
        node, template = context.blocks[block.name][block.depth]
        frame = Frame(Symbols(), ChainMap(), context, template)
        self._declare(frame, "self", node.body, Value(value=Self(context)))
        self._declare(frame, "super", node.body, self.above(block))
        frame.symbols.analyze_node(node)
        frame.enter()
        self._visit_all(node.body, frame)

    def _declare(self, frame: Frame, name: str, body: list[nodes.Node], value: Value) -> None:
        if name in find_undeclared(body, (name,)):
            frame.variables[frame.symbols.declare_parameter(name)] = value

    def _name_of(self, node: nodes.Extends | nodes.Include | nodes.Import, frame: Frame) -> str:
        name = self.yields(node.template, frame).value
        if type(name) is not str:
            raise Refused("a template that isn't named")
        return self.environment.join_path(name, frame.template)

    def _visit_all(self, body: list[nodes.Node], frame: Frame) -> None:
        for node in body:
            self._visit(node, frame)

    def _visit(self, node: nodes.Node, frame: Frame) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise TooMuch
        visitor = getattr(self, f"_visit_{type(node).__name__}", None)
        if visitor is None:
            raise Refused(type(node).__name__)
        visitor(node, frame)

    def _visit_Block(self, node: nodes.Block, frame: Frame) -> None:
        if not frame.is_mute:
            self._run_block(BlockOf(frame.context, node.name, 0))
        elif not frame.is_top:
            raise Refused("a block in a loop of a template that extends another")

    def _visit_Include(self, node: nodes.Include, frame: Frame) -> None:
        if frame.is_mute or not node.with_context:
            raise Refused("include")  # Jinja prints it, but not where it stands
        self._run_template(self._name_of(node, frame), Variables(frame.seen()))

    def _visit_Import(self, node: nodes.Import, frame: Frame) -> None:
        context = Variables(frame.seen() if node.with_context else self.globals)
        with self.captured() as out:
            self._run_template(self._name_of(node, frame), context)
        done = [node for node in out if text_of([node]) is None]  # what it prints is nowhere seen
        if not all(isinstance(node, nodes.Assign) for node in done):
            raise Refused("a module that prints something unknown")
        self.out += done
        self._set(node.target, Value(value=Module(context.vars)), frame)

    # --- What is printed ---

    def _visit_Output(self, node: nodes.Output, frame: Frame) -> None:
        if not frame.is_mute:
            for child in node.nodes:
                self._print(child, frame)

    def _print(self, node: nodes.Expr, frame: Frame) -> None:
        if isinstance(node, nodes.TemplateData):
            return self._print_text(node.data)
        if isinstance(node, nodes.Call):
            called, args = self.called(node, frame)
            if isinstance(called.value, CALLED):
                return self.run_called(called.value, args)
            return self._print_value(self.call(node, called, args))
        return self._print_value(self.yields(node, frame))

    def _print_value(self, value: Value) -> None:
        if value.is_known and is_plain(value.value):
            self._print_text(str(value.value))
        else:
            self._output().append(self.lifted(value))

    def _print_text(self, text: str) -> None:
        output = self._output()
        if output and isinstance(output[-1], nodes.TemplateData):
            text = output.pop().data + text
        output.append(nodes.TemplateData(text))

    def _output(self) -> list[nodes.Expr]:
        if not self.out or not isinstance(self.out[-1], nodes.Output):
            self.out.append(nodes.Output([]))
        return self.out[-1].nodes

    # --- Branches ---

    def _visit_If(self, node: nodes.If, frame: Frame) -> None:
        branches = [(node.test, node.body), *((n.test, n.body) for n in node.elif_)]
        self._choose(branches, node.else_, frame)

    def _choose(self, branches: list[tuple], otherwise: list[nodes.Node], frame: Frame) -> None:
        if not branches:
            return self._visit_all(otherwise, frame)
        (test, body), *others = branches
        value = self.yields(test, frame)
        truth = self.truth(value)
        if truth is None:
            return self._fork(
                value,
                lambda: self._visit_all(body, frame),
                lambda: self._choose(others, otherwise, frame),
                frame,
            )
        return self._visit_all(body, frame) if truth else self._choose(others, otherwise, frame)

    def _fork(
        self,
        test: Value,
        then: Callable[[], None],
        otherwise: Callable[[], None],
        frame: Frame,
    ) -> None:
        """Both branches, and what variables are after them."""
        test_node = self.lifted(test)
        context, own = frame.context, frame.variables.maps[0]
        before = dict(own), dict(context.vars)

        def restore() -> None:
            own.clear()
            own.update(before[0])
            context.vars = dict(before[1])

        ends = []
        for branch in (then, otherwise):
            with self.captured() as out:
                try:
                    branch()
                except Refused:
                    # Who comes here has the page rendered by the template itself: once more.
                    out[:] = [nodes.Output([failure()])]
                    restore()
            ends.append((out, dict(own), context.vars))
            restore()
        (out, variables, at_top), (other_out, other_variables, other_at_top) = ends
        merged: dict[tuple[int, int], Value] = {}

        def merge(name: str, one: Value, other: Value) -> Value:
            if one is other or is_same(one, other):
                return one
            if (id(one), id(other)) not in merged:
                is_elsewhere = MISSING in (one, other) and context.find(name) is not MISSING
                merged[id(one), id(other)] = (
                    Value()  # Jinja may look for it in either place
                    if is_elsewhere
                    else self._merged(name, (one, out), (other, other_out))
                )
            return merged[id(one), id(other)]

        for target in sorted(variables.keys() | other_variables.keys()):
            own[target] = merge(
                target.split("_", 2)[2],
                variables.get(target, MISSING),
                other_variables.get(target, MISSING),
            )
        for name in sorted(at_top.keys() | other_at_top.keys()):
            given = context.parent.get(name, MISSING)
            context.vars[name] = merge(name, at_top.get(name, given), other_at_top.get(name, given))
        self.out.append(nodes.If(test_node, out, [], other_out))

    def _merged(self, name: str, *ends: tuple[Value, list[nodes.Stmt]]) -> Value:
        """A variable of the residual that is set at the end of each branch where it has a value."""
        target = self.new_name(name)
        for value, end in ends:
            if value is MISSING:
                continue
            try:
                end.append(nodes.Assign(nodes.Name(target, "store"), self.lifted(value)))
            except Refused:
                return Value()
        return Value(nodes.Name(target, "load"))

    # --- Loops ---

    def _visit_For(self, node: nodes.For, frame: Frame) -> None:
        for name in node.find_all(nodes.Name):
            if name.ctx == "store" and name.name == "loop":
                raise Refused("loop is set")
        iterated = self.yields(node.iter, frame)
        items = self._items(iterated)
        if items is not None and len(items) <= _MOST_UNROLLED:
            items = self._chosen(node, frame, items)
            if items is not None:
                return self._unroll(node, frame, items, 0)
        if node.recursive:
            raise Refused("a recursive loop over something unknown")
        return self._loop(node, frame, iterated)

    def _chosen(self, node: nodes.For, frame: Frame, items: list[Value]) -> list[Value] | None:
        """Those of known values that the loop is for, if that is known."""
        chosen = []
        for item in items if node.test else ():
            with frame.restored():
                inner = frame.inner()
                inner.symbols.analyze_node(node, for_branch="test")
                with self.conditionally():
                    self._set_target(node.target, item, inner)
                    inner.enter()
                    truth = self.truth(self.yields(node.test, inner))
            if truth is None:
                return None
            chosen += [item] * truth
        return chosen if node.test else items

    def _unroll(self, node: nodes.For, frame: Frame, items: list[Value], depth: int) -> None:
        """Do what the loop does with each of known values."""
        for number, item in enumerate(items):
            with frame.restored():
                inner = frame.inner()
                if _is_extended(node):
                    target = inner.symbols.declare_parameter("loop")
                    loop = Loop(node, frame, number, len(items), depth)
                    frame.variables[target] = Value(value=loop)
                inner.symbols.analyze_node(node, for_branch="body")
                self._set_target(node.target, item, inner)
                inner.enter()
                self._visit_all(node.body, inner)
        if not items:
            self._else_of(node, frame)

    def _else_of(self, node: nodes.For, frame: Frame) -> None:
        with frame.restored():
            inner = frame.inner()
            inner.symbols.analyze_node(node, for_branch="else")
            inner.enter()
            self._visit_all(node.else_, inner)

    def _loop(self, node: nodes.For, frame: Frame, iterated: Value) -> None:
        """The loop as one of the residual, with names of its own."""
        iterable = self.lifted(iterated)
        target, values = self._renamed(node.target)
        test = None
        if node.test:
            with frame.restored(), self.conditionally():
                inner = frame.inner()
                inner.symbols.analyze_node(node, for_branch="test")
                self._set_all(values, inner)
                inner.enter()
                tested = self.yields(node.test, inner)
            if (truth := self.truth(tested)) is False:
                return self._else_of(node, frame)
            test = None if truth else self.lifted(tested)
        with frame.restored(), self.captured() as body:
            inner = frame.inner()
            if _is_extended(node):
                # Loops within this one have their own "loop".
                loop = self.new_name("loop")
                body.append(nodes.Assign(nodes.Name(loop, "store"), nodes.Name("loop", "load")))
                ident = inner.symbols.declare_parameter("loop")
                frame.variables[ident] = Value(nodes.Name(loop, "load"))
            inner.symbols.analyze_node(node, for_branch="body")
            self._set_all(values, inner)
            inner.enter()
            self._visit_all(node.body, inner)
        with self.captured() as otherwise:
            self._else_of(node, frame)
        self.out.append(nodes.For(target, iterable, body, otherwise, test, False))

    # --- What is set ---

    def _renamed(self, target: nodes.Expr) -> tuple[nodes.Expr, dict[str, Value]]:
        """A target of an assignment with new names, and what they stand for."""
        if isinstance(target, nodes.Tuple):
            parts = [self._renamed(item) for item in target.items]
            values = {name: value for _, found in parts for name, value in found.items()}
            return nodes.Tuple([part for part, _ in parts], "store"), values
        if not isinstance(target, nodes.Name):
            raise Refused(type(target).__name__)
        name = self.new_name(target.name)
        return nodes.Name(name, "store"), {target.name: Value(nodes.Name(name, "load"))}

    def _set_target(self, target: nodes.Expr, value: Value, frame: Frame) -> None:
        if isinstance(target, nodes.Name):
            return self._set(target.name, self.bound(target.name, value), frame)
        if isinstance(target, nodes.Tuple) and (parts := self._items(value)) is not None:
            if len(parts) != len(target.items):
                raise Refused("too many or too few values")
            for item, part in zip(target.items, parts, strict=True):
                self._set_target(item, part, frame)
            return None
        if self.is_conditional:
            raise Refused("a variable in an expression")
        renamed, values = self._renamed(target)
        self.out.append(nodes.Assign(renamed, self.lifted(value)))
        return self._set_all(values, frame)

    def _set_all(self, values: Mapping[str, Value], frame: Frame) -> None:
        for name, value in values.items():
            self._set(name, value, frame)

    def _items(self, iterated: Value) -> list[Value] | None:
        """What a loop would run over, if that is known."""
        value = iterated.value
        if type(value) is jinja2.Undefined:
            return []
        if not iterated.is_known or not is_container(value):
            return None
        try:
            return [Value(value=item) for item in value]
        except TypeError as error:
            raise Refused("not iterable") from error

    def _visit_Assign(self, node: nodes.Assign, frame: Frame) -> None:
        value = self.yields(node.node, frame)
        if not node.target.find(nodes.NSRef) and not isinstance(node.target, nodes.NSRef):
            return self._set_target(node.target, value, frame)
        self.out.append(nodes.Assign(self._in_namespaces(node.target, frame), self.lifted(value)))

    def _in_namespaces(self, target: nodes.Expr, frame: Frame) -> nodes.Expr:
        if isinstance(target, nodes.Tuple):
            return nodes.Tuple([self._in_namespaces(one, frame) for one in target.items], "store")
        if not isinstance(target, nodes.NSRef):
            raise Refused("names beside attributes of namespaces")
        holder = frame.variables[frame.symbols.ref(target.name)].node
        if not isinstance(holder, nodes.Name):
            raise Refused("a namespace that is known")
        return nodes.NSRef(holder.name, target.attr)

    def _visit_AssignBlock(self, node: nodes.AssignBlock, frame: Frame) -> None:
        if not isinstance(node.target, nodes.Name) or node.filter:
            raise Refused("a block that is set to an attribute, or filtered")
        with frame.restored(), self.captured() as body:
            inner = replace(frame.inner(), is_mute=False)
            inner.symbols.analyze_node(node)
            inner.enter()
            self._visit_all(node.body, inner)
        value = Value(value=text_of(body))
        if value.value is None:
            name = self.new_name(node.target.name)
            self.out.append(nodes.AssignBlock(nodes.Name(name, "store"), None, body))
            value = Value(nodes.Name(name, "load"))
        self._set(node.target.name, value, frame)

    def _set(self, name: str, value: Value, frame: Frame) -> None:
        frame.variables[frame.symbols.ref(name)] = value
        if frame.is_top:
            frame.context.vars[name] = value

    # --- What is called ---

    def _visit_Macro(self, node: nodes.Macro, frame: Frame) -> None:
        self._set(node.name, Value(value=Macro(node, frame)), frame)

    def run_called(self, called: Macro | BlockOf | Loop, args: Args) -> None:
        given, named = args
        if isinstance(called, Macro):
            self._run_macro(called, given, named)
        elif isinstance(called, BlockOf) and not given and not named:
            self._run_block(called)
        elif isinstance(called, Loop) and called.node.recursive and len(given) == 1:
            items = self._items(given[0])
            if items is not None and len(items) <= _MOST_UNROLLED:
                items = self._chosen(called.node, called.frame, items)
            if items is None or named:
                raise Refused("a recursive loop over something unknown")
            with called.frame.restored():
                self._unroll(called.node, called.frame, items, called.depth0 + 1)
        else:
            raise Refused("arguments")

    def _run_macro(self, macro: Macro, args: list[Value], kwargs: Mapping[str, Value]) -> None:
        node = macro.node
        names = [argument.name for argument in node.args]
        special = ("caller", "kwargs", "varargs")
        if find_undeclared(node.body, special) or set(special) & {*names}:
            raise Refused("arguments that aren't named")
        if len(args) > len(names) or not kwargs.keys() <= {*names[len(args) :]}:
            raise Refused("arguments that aren't taken")
        symbols = Symbols(parent=macro.frame.symbols)
        symbols.analyze_node(node)
        variables = macro.frame.variables.new_child()
        frame = replace(
            macro.frame, symbols=symbols, variables=variables, is_top=False, is_mute=False
        )
        given = {**dict(zip(names, args, strict=False)), **kwargs}
        for name in names:
            value = self.bound(name, given[name]) if name in given else MISSING
            variables[symbols.ref(name)] = value
        frame.enter()
        for place, name in enumerate(names, len(node.defaults) - len(names)):
            if name not in given:
                value = self.undefined(name)
                if place >= 0:
                    value = self.bound(name, self.yields(node.defaults[place], frame))
                variables[symbols.ref(name)] = value
        self._visit_all(node.body, frame)


def _is_extended(node: nodes.For) -> bool:
    return node.recursive or "loop" in find_undeclared(node.body, ("loop",))
