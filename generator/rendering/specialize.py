"""A partial evaluator of Jinja templates.

A template of which most variables are known is made into another, which renders the same text and has
less to do: expressions of known values are computed, branches decided, loops over known values
unrolled, blocks, includes and macros put where they are printed, texts joined. What is left, the
residual, is a syntax tree of Jinja's, which Jinja compiles. ``expressions`` has what is computed,
``statements`` what is done, ``values`` what both know of values.

Why it is right:

- Names are resolved as Jinja's compiler resolves them, by its own tables of symbols: a value is kept for
  each of the Python variables that it would have made. Whatever depends on something unknown becomes a
  variable of the residual; these have names of their own, so scopes can't mix them up.
- Only what is listed in ``expressions`` as pure is computed, of plain data alone. Nothing that could change a
  value is let into the residual, but for namespaces, which are unknown.
- What it doesn't know, and much that templates seldom do (``call``, ``filter``, ``with``, ``from``), it
  refuses: then the template is used as it is. If only a branch is refused that isn't always taken, the
  residual fails there; and whenever it fails, the template itself renders the page, or says what is wrong
  with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

import jinja2
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, generate
from jinja2.runtime import Context

from generator.rendering.statements import Statements
from generator.rendering.values import Refused, TooMuch


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
    evaluator = Statements(environment, known, unknown, pure_filters or {}, readable)
    try:
        # In a scope of its own, what is set is a variable of Python's and nothing more.
        tree = nodes.Template([nodes.Scope(evaluator.run(name))])
        tree.set_lineno(1).set_environment(environment)
        source = generate(tree, environment, original.name, original.filename)
        code = compile(source, original.filename or "<template>", "exec")
    except (Refused, TooMuch, RecursionError, SyntaxError, MemoryError):
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
