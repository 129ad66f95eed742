"""The partial evaluator of templates: what it makes renders the same text, whatever the template."""

from __future__ import annotations

import copy
import re

import jinja2
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.rendering.specialize import specialize
from tests.rendering.template_grammar import KNOWN, UNKNOWN, VALUES, templates

FACTS = {"u_map.kind": "a kind"}


@jinja2.pass_context
def here(context: jinja2.runtime.Context, value: object) -> str:
    return f"{context['base']}/{value}"


def environment(sources: dict[str, str]) -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.DictLoader(sources), extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"]
    )
    made.filters["shout"] = lambda value: f"{value}!"
    made.filters["here"] = here
    return made


def rendered(template: jinja2.Template, variables: dict[str, object]) -> str:
    """What a template renders, or says; values may be changed by it."""
    try:
        text = template.render(copy.deepcopy(variables))
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
    return re.sub(r"(?i)(?<= at )0x[0-9a-f]+", "", text)


@settings(max_examples=400)
@given(templates(), st.lists(VALUES, min_size=1, max_size=3))
def test_a_template_renders_the_same_whatever_is_unknown(
    sources: dict[str, str], values: list[dict[str, object]]
):
    made = environment(sources)
    known = {**KNOWN, "base": "../.."}
    try:
        template = made.get_template("main")
    except jinja2.TemplateError:
        return
    special = specialize(
        made,
        "main",
        copy.deepcopy(known) | FACTS,
        UNKNOWN,
        pure_filters={"here": lambda value: f"../../{value}"},
    )
    for variables in values:
        variables = {"u_map": {"kind": "a kind"}} | variables
        assert rendered(special, variables) == rendered(template, known | variables)
