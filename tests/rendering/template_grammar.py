"""Templates at random: everything that Jinja's language has, in any order, right or wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

KNOWN = {
    "k_text": "Kay <&> k",
    "k_number": 3,
    "k_none": None,
    "k_items": ["b", "a", "c d"],
    "k_map": {"one": 1, "two": [1, 2], "items": "own", "k": {"deep": "est"}},
    "k_rows": [{"v": "x", "n": 1}, {"v": "y", "n": 0}],
    "k_tree": [{"v": "r", "kids": [{"v": "s", "kids": []}, {"v": "t", "kids": []}]}],
}
UNKNOWN = ("u_text", "u_items", "u_map", "u_rows")
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "u_text": st.sampled_from(["", "you", "<u> & U", "one"]),
        "u_items": st.lists(st.sampled_from(["p", "Q<", "", "a"]), max_size=3),
        "u_map": st.fixed_dictionaries(
            {"kind": st.just("a kind")},
            optional={"one": st.integers(0, 2), "two": st.lists(st.integers(0, 9), max_size=2)},
        ),
        "u_rows": st.lists(
            st.fixed_dictionaries({"v": st.sampled_from(["", "z"])}, optional={"n": st.just(5)}),
            max_size=2,
        ),
    },
)
# Variables that templates set, and one that nobody does.
OWN = ("a", "b", "c", "nobody")

_NAMES = [*KNOWN, *UNKNOWN, *OWN, *OWN, *UNKNOWN]
_CONSTANTS = ["'s'", "''", "'<b>'", "0", "1", "2", "true", "false", "none", "1.5"]
# Most suit any value: a template that fails at once says little. Some don't, for errors are the same too.
_FILTERS = (
    "upper default('d') d('e',true) e string trim string|trim list|length tojson here here"
    " title replace('a','b')|upper default([]) d('')|list|first length|e"
).split()
_OF_LISTS = (
    "join(',') first last list length unique|list select|list"
    " map(attribute='v')|join reverse|list batch(2)|list e sort"
).split()
_TESTS = (
    "defined undefined none string mapping sequence iterable number eq(1) in(['s','you']) true"
).split()
_METHODS = "get('one') get('two',[]) items()|list keys()|list values()|join".split()
_ATTRIBUTES = "one one two two kind kind items missing".split()
_OPERATORS = "~ ~ and and or or == != in +".split()
_LISTS = [
    *["k_items", "u_items", "u_items", "k_rows", "u_rows", "range(2)", "range(u_map.one or 1)"],
    *["[{part}, {part}]", "({part}, u_text)", "(u_items or k_items)", "k_map.two", "u_map.two"],
    *["k_items|reverse", "u_items|list", "k_rows|map(attribute='v')", "a"],
]
_EXPRESSIONS = [
    *["{part}", "{part}", "{map}.{attribute}", "{map}['{attribute}']", "{map}[{part}]"],
    *["k_items[0]", "k_items[-1]", "k_items[1:]", "u_text[1:]", "k_text[:k_number]", "u_items[0]"],
    *["({part}|{filter})", "({part}|{filter})", "({list}|{oflist})", "({list}|{oflist})"],
    *["({part} is {test})", "{map}.{method}", "k_text.split()", "(u_text or '').upper()"],
    *["({part} {operator} {part})", "({part} if {part} else {part})", "({part} if {part})"],
    *["(not {part})", "[{part}, {part}]", "({part}, {part})", "{'one': {part}, 'two': {part}}"],
    *["range(2)|list", "dict(one={part})", "{list}", "u_map.kind", "k_map.k.deep", "k_number * 2"],
]
_WORDS = {
    "{name}": _NAMES,
    "{filter}": _FILTERS,
    "{test}": _TESTS,
    "{method}": _METHODS,
    "{attribute}": _ATTRIBUTES,
    "{operator}": _OPERATORS,
    "{oflist}": _OF_LISTS,
    "{map}": ["k_map", "u_map"],
}
_HOLE = re.compile(r"(\{(?:part|name|filter|test|method|attribute|operator|oflist|map|list)\})")
_PART = re.compile(r"\{part\}")

Choose = Callable[[Sequence], Any]


class Writer:
    """Writes a template, and keeps its blocks apart, of which none may be there twice."""

    def __init__(self, choose: Choose, name: str, blocks: tuple[str, ...] = ()):
        self.choose = choose
        self.name = name
        self.blocks = list(blocks)
        self.in_block = self.in_loop = self.in_macro = self.is_child = False
        self.macros = 0

    def expression(self, depth: int = 2) -> str:
        if not depth:
            return self.choose(self.choose([_NAMES, _NAMES, _CONSTANTS]))
        made = ""
        for piece in _HOLE.split(self.choose(_EXPRESSIONS)):
            made += self.expression(depth - 1) if piece == "{part}" else self._word(piece)
        return made

    def list(self) -> str:
        return _PART.sub(lambda _: self.expression(0), self.choose(_LISTS))

    def _word(self, piece: str) -> str:
        if piece == "{list}":
            return "(" + self.list() + ")"
        return self.choose(_WORDS[piece]) if piece in _WORDS else piece

    def body(self, depth: int) -> str:
        return "".join(self.statement(depth) for _ in range(self.choose([1, 2, 2, 3])))

    def statement(self, depth: int) -> str:
        simple = ["text", "print", "print", "set", "pair", "namespace", "more"]
        nested = ["choice", "choice", "loop", "loop", "rows", "tree", "capture", "macro", "module"]
        nested += ["part", "block", "called", "unrolled"]
        seldom = ["with", "filtered", "cycle", "from", "change", "do"]  # what isn't made shorter
        if depth and self.choose(range(40)) == 0:
            return getattr(self, self.choose(seldom))(depth)
        return getattr(self, self.choose(simple + nested if depth else simple))(depth)

    def own(self) -> str:
        return self.choose(OWN[:3])

    def text(self, depth: int) -> str:
        return self.choose(["text ", "<p>", "\n"])

    def print(self, depth: int) -> str:
        return "{{ " + self.expression() + " }},"

    def set(self, depth: int) -> str:
        return "{% set " + self.own() + " = " + self.expression() + " %}"

    def pair(self, depth: int) -> str:
        return "{% set a, b = " + self.expression() + ", " + self.expression() + " %}"

    def namespace(self, depth: int) -> str:
        return (
            "{% set ns = namespace(x="
            + self.expression()
            + ") %}{% set ns.x = "
            + self.expression()
            + " %}{{ ns.x }}"
        )

    def change(self, depth: int) -> str:
        changed = "{% set a = [] %}{% set _ = a.append(" + self.expression() + ") %}{{ a }}"
        return self.choose([changed, changed, "{% set _ = u_items.reverse() %}{{ u_items }}"])

    def more(self, depth: int) -> str:
        if self.in_loop:
            return self.choose(
                [
                    "{{ loop.index }}",
                    "{{ loop.last }}",
                    "{{ loop.length }}",
                    "{{ loop.revindex0 }}",
                    "{% if loop.first %}1st{% endif %}",
                ]
            )
        if self.in_block:
            return self.choose(["{{ super() }}", "{{ super()|upper }}"])
        return "" if self.in_macro else "{{ self.one() }}"

    def do(self, depth: int) -> str:
        return self.choose(["{% do a %}", "{{ joiner('-')() }}", "{{ u_text|shout }}"])

    def choice(self, depth: int) -> str:
        made = "{% if " + self.expression() + " %}" + self.body(depth - 1)
        if self.choose([True, False]):
            made += "{% elif " + self.expression() + " %}" + self.body(depth - 1)
        if self.choose([True, False]):
            made += "{% else %}" + self.body(depth - 1)
        return made + "{% endif %}"

    def loop(self, depth: int, over: str = "", target: str = "") -> str:
        target = target or self.choose([*OWN[:3], "x"])
        test = " if " + self.expression() if self.choose(range(4)) == 0 else ""
        before, self.in_loop = self.in_loop, self.choose([True, False])
        made = "{% for " + target + " in " + (over or self.list()) + test + " %}"
        made += "{{ x }}" + self.body(depth - 1)
        self.in_loop = before
        if self.choose(range(4)) == 0:
            made += "{% else %}" + self.body(depth - 1)
        return made + "{% endfor %}"

    def rows(self, depth: int) -> str:
        over = self.choose(["k_map.items()", "u_map.items()", "u_map|dictsort"])
        return self.loop(depth, over, "x, b")

    def unrolled(self, depth: int) -> str:
        over = f"(('r', {self.expression()}), ({self.expression()}, 'n'))"
        return self.loop(depth, over, "x, b")

    def tree(self, depth: int) -> str:
        return (
            "{% for n in k_tree recursive %}{{ n.v }}"
            + self.body(depth - 1)
            + "{{ loop(n.kids) }}{{ loop.depth }}{% endfor %}"
        )

    def with_(self, depth: int) -> str:
        return "{% with a = " + self.expression() + " %}" + self.body(depth - 1) + "{% endwith %}"

    def capture(self, depth: int) -> str:
        how = self.choose(["", "", "", "|upper"])
        return "{% set " + self.own() + how + " %}" + self.body(depth - 1) + "{% endset %}"

    def filtered(self, depth: int) -> str:
        how = self.choose(["upper", "trim|shout", "e", "replace('<', u_text|d('u'))"])
        return "{% filter " + how + " %}" + self.body(depth - 1) + "{% endfilter %}"

    def macro(self, depth: int) -> str:
        before, self.in_macro = (self.in_loop, self.in_block, self.in_macro), True
        self.in_loop = self.in_block = False
        default = self.expression()
        self.macros += 1
        made = (
            "{% macro m(p, a=" + default + ") %}{{ p }}" + self.body(depth - 1) + "{% endmacro %}"
        )
        self.in_loop, self.in_block, self.in_macro = before
        return made + self.body(depth - 1) + self.called(depth)

    def called(self, depth: int) -> str:
        if not self.macros or self.in_macro:
            return ""
        args = self.choose(["1", "a=1", self.expression(), self.expression() + ", 2"])
        how = self.choose(["{{{{ m({}) }}}}", "{{{{ m({})|upper }}}}", "{{{{ a and m({}) }}}}"])
        if depth and self.choose(range(20)) == 0:
            return "{% call m(" + args + ") %}" + self.body(depth - 1) + "{% endcall %}"
        return how.format(args)

    def module(self, depth: int) -> str:
        how = self.choose(["", " with context"])
        return (
            "{% import 'lib' as lib" + how + " %}{{ lib.t(" + self.expression() + ") }}{{ lib.v }}"
        )

    def from_(self, depth: int) -> str:
        how = self.choose(["", " with context"])
        return (
            "{% from 'lib' import t, v as a" + how + " %}{{ t(" + self.expression() + ") }}{{ a }}"
        )

    def part(self, depth: int) -> str:
        how = self.choose(
            [
                *["'part'"] * 20,
                "'part' without context",
                "['none', 'part']",
                "'no' ignore missing",
            ]
        )
        return (
            "{% include " + how + " %}"
            if self.name in ("main", "base") and not self.is_child
            else ""
        )

    def cycle(self, depth: int) -> str:
        return "{% set cy = cycler('o', 'e') %}{% for i in u_items %}{{ cy.next() }}{% endfor %}"

    def block(self, depth: int) -> str:
        if not self.blocks or self.in_macro:
            return ""
        name = self.blocks.pop()
        before, self.in_block, self.in_loop = (self.in_block, self.in_loop), True, False
        scoped = self.choose([""] * 20 + [" scoped"])
        made = "{% block " + name + scoped + " %}" + self.body(depth - 1) + "{% endblock %}"
        self.in_block, self.in_loop = before
        return made


setattr(Writer, "with", Writer.with_)
setattr(Writer, "from", Writer.from_)


def written(choose: Choose) -> dict[str, str]:
    """A template, "main", and others that it extends, includes and imports."""

    def write(name: str, depth: int, blocks: tuple[str, ...] = ()) -> str:
        return Writer(choose, name, blocks).body(depth)

    made = {
        "main": write("main", 2, ("one", "two", "three")),
        "part": write("part", 1, ("one",)),
        "lib": "{% macro t(key) %}"
        + write("lib", 1)
        + "{{ key }}{% endmacro %}{% set v = "
        + Writer(choose, "lib").expression()
        + " %}",
    }
    if choose([True, False]):
        made["base"] = write("base", 2, ("two", "one"))
        made["main"] = choose(["", "\n", "{% set c = u_text %}"]) + (
            "{% extends 'base' %}" + made["main"]
        )
    return made


@st.composite
def templates(draw) -> dict[str, str]:
    return written(lambda options: draw(st.sampled_from(options)))
