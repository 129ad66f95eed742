"""Pages that are alike, rendered by templates made for them: the same bytes as by the theme's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import jinja2
import pytest
from mkdocs.commands import build
from mkdocs.structure.pages import Page

from generator import pages
from generator.commands import configuration
from generator.rendering import shells
from generator.rendering.specialize import _Specialized
from tests.conftest import clone

OWN = """{% extends "main.html" %}
{% block extrahead %}{{ super() }}<meta name="own" content="{{ config.site_name|e }}: {{ page.title|e }}">
{%- for path in ["a.css", "papers/b.css"] %}<link href="{{ path|url }}">{% endfor %}{% endblock %}
{% block content %}{% for word in page.meta.keywords %}{{ loop.index }}. {{ word }}
{% endfor %}{{ super() }}{{ self.htmltitle() }}{% endblock %}
"""


def compared(
    monkeypatch: pytest.MonkeyPatch, folder: Path, worth_it: int = 0
) -> Iterator[tuple[Page, str, str, bool]]:
    """Each page of a build with what the theme renders, what we do, and whether a shell did it."""
    found: list[tuple[Page, str, str, bool]] = []
    made: list = []
    shelled: list[bool] = []
    render_shell = _Specialized.render

    def counting(self: _Specialized, *args: object, **kwargs: object) -> str:
        context = self.new_context(dict(*args, **kwargs))
        text = self.environment.concat(self.root_render_func(context))  # and fails if it gives up
        shelled.append(True)
        assert text == render_shell(self, *args, **kwargs)
        return text

    def both(page, config, doc_files, nav, env: jinja2.Environment, *_, **__) -> None:
        if not made:
            made.append(shells.renderer(env, config, nav, doc_files, worth_it=worth_it))
        page.active = True
        context: Mapping = build.get_context(nav, doc_files, config, page)
        context = config.plugins.on_page_context(context, page=page, config=config, nav=nav)
        shelled.clear()
        ours = made[0](page, context)
        plain = env.get_template(page.meta.get("template", "main.html")).render(context)
        page.active = False
        found.append((page, plain, ours, bool(shelled)))

    monkeypatch.setattr(build, "_build_page", both)
    monkeypatch.setattr(_Specialized, "render", counting)
    monkeypatch.chdir(folder)
    config, _ = configuration.configured(folder / "mkdocs.yml", site_dir=str(folder / "site"))
    config.plugins.on_startup(command="build", dirty=False)
    build.build(config)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return clone(tmp_path)


def test_the_theme(folder: Path, monkeypatch: pytest.MonkeyPatch):
    found = compared(monkeypatch, folder)
    assert all(plain == ours for _, plain, ours, _ in found)
    shelled = {page.file.src_uri for page, _, _, by_shell in found if by_shell}
    papers = {page.file.src_uri for page, *_ in found if page.meta.get("kind") == "paper"}
    assert papers
    assert papers <= shelled
    assert not shelled & {"index.md", "feeds.md", "topics/index.md"}  # these are in the navigation


def test_a_theme_of_ones_own(folder: Path, monkeypatch: pytest.MonkeyPatch):
    theme = folder / "generator" / "theme"
    (theme / "own.html").write_text(OWN, "utf-8")
    nav = theme / "partials" / "nav.html"
    nav.write_text("{% set n = namespace(x=0) %}" + nav.read_text("utf-8") + "{{ n.x }}", "utf-8")
    (folder / "hooks.py").write_text(
        "def on_page_markdown(markdown, page, **_):\n"
        "    if page.meta.get('kind') == 'paper':\n        page.meta['template'] = 'own.html'\n"
    )
    with (folder / "mkdocs.yml").open("a") as file:
        file.write("hooks: [hooks.py]\n")
    found = compared(monkeypatch, folder)
    assert all(plain == ours for _, plain, ours, _ in found)
    papers = [found for found in found if found[0].meta.get("kind") == "paper"]
    assert all(by_shell and 'name="own"' in ours for _, _, ours, by_shell in papers)


def test_pages_in_folders_of_their_own_share_a_template(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    """As the later pages of topics' lists: what lies below the same folder at the top is told for each."""
    monkeypatch.setattr(pages, "PAGE_SIZE", 1)
    footer = folder / "generator" / "theme" / "partials" / "footer.html"
    paths = ["topics/", "topics/awkward/", "topics/awkward/2/", "topics.css", "feeds/all.xml"]
    footer.write_text(
        f"{footer.read_text('utf-8')}{{% for path in {paths} %}}{{{{ path|url }}}} {{% endfor %}}"
    )
    found = compared(monkeypatch, folder)
    assert all(plain == ours for _, plain, ours, _ in found)
    later = [page.url.split("/") for page, _, _, by_shell in found if by_shell]
    assert len({parts[1] for parts in later if parts[0] == "topics" and len(parts) == 4}) > 1


def test_what_others_put_into_contexts_is_seen(folder: Path, monkeypatch: pytest.MonkeyPatch):
    (folder / "hooks.py").write_text(
        "def on_page_context(context, page, **_):\n    context['base_url'] = context['more'] = page.url\n"
    )
    with (folder / "mkdocs.yml").open("a") as file:
        file.write("hooks: [hooks.py]\n")
    found = compared(monkeypatch, folder)
    assert all(plain == ours and not by_shell for _, plain, ours, by_shell in found)
