"""Pages that are alike, of a kind and below a folder, have a template made for them.

What is the same for all of them, which is nearly all that the theme does, is done once; see
``specialize``. The pages are those that aren't in the navigation: to the theme, it looks the same from
each of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from types import SimpleNamespace

import jinja2
import mkdocs
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File
from mkdocs.structure.nav import Link, Navigation, Section
from mkdocs.structure.pages import Page
from mkdocs.theme import Theme
from mkdocs.utils import get_relative_url
from mkdocs.utils.templates import script_tag_filter, url_filter

from generator import citations
from generator.mail import subscription
from generator.rendering.specialize import specialize

# The theme's own filters: what they yield depends on nothing but their arguments.
FILTERS = {
    "highwire": citations.highwire,
    "schema_authors": citations.schema_authors,
    "present": citations.present,
    "permitting": subscription.permitted,
    "receiver": subscription.host,
}
# What differs from page to page, or is told by a clock.
_UNKNOWN = frozenset({"page", "card", "extra_css", "extra_javascript", "build_date_utc"})
# What is the same for pages that are alike: their template, the folder at the top, how many folders they are
# in, and their kind.
Group = tuple[str, str, int, str]
# What renders a page in the context that MkDocs made for it, as its template would.
Render = Callable[[Page, Mapping[str, object]], str]
# Making a template takes about as long as rendering this many pages by the one that there is: where so many
# have come, as many more may well come.
_WORTH_IT = 150

# Attributes of MkDocs' objects that stay as they are while pages are rendered.
_DATA: Mapping[type, Collection[str]] = {
    Navigation: ("homepage", "items", "pages"),
    Section: ("active", "children", "is_link", "is_page", "is_section", "title"),
    Link: ("active", "children", "is_link", "is_page", "is_section", "title", "url"),
    Page: ("active", "children", "file", "is_link", "is_page", "is_section", "title", "url"),
    File: ("src_uri", "url"),
}


def renderer(
    environment: jinja2.Environment,
    config: MkDocsConfig,
    nav: Navigation,
    pages: list[File],
    *,
    worth_it: int = _WORTH_IT,
) -> Render:
    """What renders the pages of a site.

    A group of which many pages have come gets a template of its own; those in the navigation are in none.
    """
    known = {"config": config, "nav": nav, "pages": pages, "mkdocs_version": mkdocs.__version__}
    in_nav = set(map(id, nav.pages))
    rendered: Counter[Group] = Counter()
    made: dict[Group, tuple[jinja2.Template, Mapping[str, object]]] = {}
    globals_ = dict(environment.globals)

    def render(page: Page, context: Mapping[str, object]) -> str:
        group = group_of(page.url, page.meta)
        if id(page) not in in_nav and group:
            rendered[group] += 1
        if rendered[group] > worth_it:
            if group not in made:
                made[group] = _made(environment, known, *group)
            template, expected = made[group]
            if _is_as_expected(context, expected) and environment.globals == globals_:
                return template.render(context)
        return environment.get_template(page.meta.get("template", "main.html")).render(context)

    return render


def group_of(url: str, meta: Mapping[str, object]) -> Group | None:
    """The group of the page at this address below the site's, with this front matter."""
    *folders, last = url.removesuffix("/").split("/")
    template, kind = meta.get("template", "main.html"), meta.get("kind")
    if not folders or "." in last or not isinstance(template, str) or not isinstance(kind, str):
        return None
    return template, folders[0], len(folders), kind


def _made(
    environment: jinja2.Environment,
    known: Mapping[str, object],
    template: str,
    folder: str,
    depth: int,
    kind: str,
) -> tuple[jinja2.Template, Mapping[str, object]]:
    """The template for a group's pages, and what it expects of their contexts."""
    page = SimpleNamespace(url=f"{folder}/" + "folder/" * (depth - 1) + "page/")
    of_all = {**known, "base_url": get_relative_url(".", page.url)}
    here = {"page": page, "base_url": of_all["base_url"]}

    def url(value: str) -> str:
        # What lies in the folder may be the page itself, or in a folder with some of them.
        if not get_relative_url(str(value), f"{folder}/").startswith(".."):
            return NotImplemented
        return url_filter(here, value)

    def script_tag(value: object) -> str:
        return NotImplemented if url(value) is NotImplemented else script_tag_filter(here, value)

    pure = {
        name: function
        for name, function in FILTERS.items()
        if environment.filters.get(name) is function
    }
    if environment.filters.get("url") is url_filter:
        pure["url"] = url
        if environment.filters.get("script_tag") is script_tag_filter:
            pure["script_tag"] = script_tag
    special = specialize(
        environment,
        template,
        {**of_all, "page.meta.kind": kind},
        _UNKNOWN,
        pure_filters=pure,
        readable=_is_data,
    )
    return special, of_all


def _is_as_expected(context: Mapping[str, object], expected: Mapping[str, object]) -> bool:
    """Whether no plugin has put something else there."""
    for name, value in context.items():
        if name not in _UNKNOWN and (name not in expected or not _is_same(value, expected[name])):
            return False
    return expected.keys() <= context.keys()


def _is_same(value: object, expected: object) -> bool:
    return value is expected or (type(value) is str and value == expected)


def _is_data(value: object, name: str) -> bool:
    """Whether an attribute of an object of MkDocs' is data, and the same for all pages that are alike."""
    if isinstance(value, Config):
        return name in value or not hasattr(value, name)
    if isinstance(value, Theme):
        return not hasattr(value, name)
    return name in _DATA.get(type(value), ())
