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


@settings(max_examples=80)
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
        variables = known | {"u_map": {"kind": "a kind"}} | variables
        assert rendered(special, variables) == rendered(template, variables)


def special(sources: dict[str, str], *unknown: str, **known: object) -> jinja2.Template:
    return specialize(environment(sources), "main", known, unknown)


def test_what_is_known_is_done_once():
    sources = {
        "base": "<{% block title %}{{ name|upper }}{% endblock %}>{% include 'nav' %}"
        "{% import 'words' as words %}{{ words.t('next') }}",
        "main": "{% extends 'base' %}{% block title %}{{ page.title|e }} · {{ super() }}{% endblock %}",
        "nav": "{% for item in items recursive %}{{ loop.index }}{{ item.name }}"
        "{{ loop(item.children) }}{% endfor %}",
        "words": "{% macro t(key) %}{{ {'next': 'Next'}[key] }}{% endmacro %}",
    }
    items = [{"name": "a", "children": [{"name": "b", "children": []}]}]
    template = special(sources, "page", name="Fish", items=items)
    assert template.render(page={"title": "<1>"}) == "<&lt;1&gt; · FISH>1a1bNext"
    context = template.new_context({"page": {"title": "<1>"}})
    assert list(template.root_render_func(context)) == ["<", "&lt;1&gt;", " · FISH>1a1bNext"]


def test_a_known_part_of_something_unknown_decides():
    sources = {
        "main": "{% set meta = page.meta or {} if page else {} %}"
        "{% if meta.kind == 'paper' %}{{ meta.n }}{% else %}{{ page.explode() }}{% endif %}"
    }
    template = special(sources, "page", **{"page.meta.kind": "paper"})
    assert template.render(page={"meta": {"kind": "paper", "n": 7}}) == "7"
    assert "explode" not in repr(template.root_render_func.__code__.co_consts)


def test_where_it_gives_up_the_template_itself_is_rendered():
    sources = {
        "main": "{{ a.b }}{% if page.old %}{{ self.one() }}{% block one %}1{% endblock %}{% endif %}"
    }
    template = special({"main": sources["main"].replace("a.b", "a")}, "page", a=1)
    assert template.render(page={"old": True}) == "111"
    assert template.render(page={}) == "1"
    broken = special(sources, "page")
    plain = environment(sources).get_template("main")
    assert rendered(broken, {"page": {}}) == rendered(plain, {"page": {}})


def test_what_may_read_any_variable_is_refused():
    made = environment({"main": "{% set title = 'x' %}{{ page|spy }}"})
    made.filters["spy"] = jinja2.pass_context(lambda context, value: context["title"])
    assert specialize(made, "main", {}, ["page"]) is made.get_template("main")


def test_a_filter_that_reads_variables_reads_those_that_were_given():
    for source in (
        "{% set base = 'other' %}{{ 'x'|here }}",
        "{% for base in [1] %}{% include 'part' %}{% endfor %}",
        "{% include 'part' without context %}",
    ):
        made = environment({"main": source, "part": "{{ 'x'|here }}"})
        pure = {"here": lambda value: f"../{value}"}
        template = specialize(made, "main", {"base": ".."}, (), pure_filters=pure)
        assert template is made.get_template("main")


def test_a_known_value_isnt_changed():
    sources = {"main": "{% set _ = items.append(page) %}{{ items }}"}
    made = environment(sources)
    items: list[int] = []
    template = specialize(made, "main", {"items": items}, ["page"])
    assert template is made.get_template("main")
    assert items == []


def test_a_template_that_may_change_a_value_is_refused():
    for source in ("{% set l = [] %}{% set _ = l.append(page) %}{{ l }}", "{{ page.pop() }}"):
        made = environment({"main": source})
        assert specialize(made, "main", {}, ["page"]) is made.get_template("main")


def test_environments_that_arent_plain_are_left_alone():
    for options in ({"autoescape": True}, {"undefined": jinja2.StrictUndefined}):
        made = jinja2.Environment(loader=jinja2.DictLoader({"main": "{{ a }}"}), **options)
        assert specialize(made, "main", {"a": "<"}, ()) is made.get_template("main")
