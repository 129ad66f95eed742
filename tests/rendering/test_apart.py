"""Which pages are set apart, and what MkDocs knows of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from mkdocs.structure.files import File, Files, InclusionLevel

from generator.commands import configuration
from generator.rendering import apart
from tests.conftest import Run
from tests.rendering.conftest import configure, slowly, write
from tests.tree import differences, state

PAPER = "papers/attention-is-all-you-need.md"
# What MkDocs' file of a page says of it.
_FILE = (
    *(
        "src_uri",
        "src_path",
        "src_dir",
        "dest_uri",
        "dest_path",
        "dest_dir",
        "url",
        "name",
        "inclusion",
        "page",
    ),
    *("abs_src_path", "abs_dest_path", "use_directory_urls", "edit_uri", "generated_by"),
)


@pytest.mark.parametrize(
    "path", ["index.md", "trends.md", "days/index.md", "papers/a-1.0-café.md", "topics/nlp/2.md"]
)
def test_the_file_of_a_page_says_what_that_of_mkdocs_would(begun: Path, path: str):
    config, _ = configuration.configured(begun / "mkdocs.yml")
    theirs = File(path, config.docs_dir, config.site_dir, config.use_directory_urls)
    files = Files([])
    assert apart.set_apart(files, [path], config)
    [ours] = files
    for name in _FILE:
        assert getattr(ours, name) == getattr(theirs, name), name
    assert ours.url_relative_to("papers/x/") == theirs.url_relative_to("papers/x/")
    assert not ours.is_documentation_page()


def test_a_file_that_is_there_keeps_what_mkdocs_has_found_out_of_it(begun: Path):
    config, _ = configuration.configured(begun / "mkdocs.yml")
    there = File(PAPER, config.docs_dir, config.site_dir, config.use_directory_urls)
    there.inclusion = InclusionLevel.DRAFT
    files = Files([there])
    assert apart.set_apart(files, [PAPER], config)
    assert [(file.src_uri, file.inclusion) for file in files] == [(PAPER, InclusionLevel.DRAFT)]


def _are_possible(folder: Path) -> bool:
    config, _ = configuration.configured(folder / "mkdocs.yml")
    return apart.are_possible(config)


_OTHERS = [{"broadsheet": {"authority": "sand.example", "year": 2025}}, "search"]


@pytest.mark.parametrize(
    ("is_possible", "said"),
    [
        (True, {}),
        (True, {"strict": True, "exclude_docs": "papers/"}),
        (False, {"nav": None}),
        (False, {"hooks": ["hook.py"]}),
        (False, {"plugins": _OTHERS}),
        (False, {"extra_templates": ["all.txt"]}),
        (False, {"markdown_extensions": ["generator.mathematics", "smarty"]}),
        (False, {"markdown_extensions": ["generator.mathematics", {"toc": {"permalink": True}}]}),
        (False, {"validation": {"nav": {"omitted_files": "warn"}}}),
    ],
)
def test_when_pages_may_be_set_apart(begun: Path, is_possible: bool, said: dict):
    write(begun / "hook.py", "")
    configure(begun, **said)
    assert _are_possible(begun) == is_possible


@pytest.mark.parametrize("name", ["partials/own.html", "own.txt", "assets/own.json"])
def test_they_may_where_no_template_asks_for_all_pages(begun: Path, name: str):
    theme = {"name": "broadsheet", "custom_dir": "theme", "static_templates": ["assets/own.json"]}
    configure(begun, theme=theme)
    for is_possible, template in (
        (True, "{{ data.pages }} {{ nav.pages|length }} pages"),
        (False, "{% for page in pages %}{{ page.url }}{% endfor %}"),
        (False, "{% if pages %}"),
    ):
        write(begun / "theme" / name, template)
        assert _are_possible(begun) == is_possible


_OF_OTHERS = (
    "{{ nav.homepage.content }}",
    "{{ nav.pages[0]['toc'] }}",
    "{{ nav.pages|map(attribute='file.content_string')|join }}",
    "{{ nav.homepage|attr('content') }}",
    "{% macro said(one) %}{{ one.markdown }}{% endmacro %}{{ said(nav.homepage) }}",
    "{% for page in nav.pages %}{% include 'partials/content.html' %}{% endfor %}",
    "{% set page = nav.homepage %}{{ page.content }}",
    "{{ config.plugins.broadsheet.catalog.days|length }}",
)
_OF_ITSELF = """{{ page.content }} {{ page['toc'] }} {{ page.content|replace('content', 'toc') }}
{{ nav.homepage.meta.title }} {% for item in nav.pages %}{{ item.title }} {{ item.meta.icon }}{% endfor %}"""


@pytest.mark.parametrize("template", _OF_OTHERS)
def test_they_may_where_no_template_shows_what_others_say(begun: Path, template: str):
    configure(begun, theme={"name": "broadsheet", "custom_dir": "theme"})
    write(begun / "theme/partials/own.html", _OF_ITSELF)
    assert _are_possible(begun)
    write(begun / "theme/partials/own.html", template)
    assert not _are_possible(begun)


def test_what_a_theme_shows_of_others_is_what_they_say_now(
    broadsheet_here: Run, begun: Path, tmp_path: Path
):
    configure(begun, theme={"name": "broadsheet", "custom_dir": "theme"})
    shown = "{% for one in nav.pages %}{{ one.content|length }} {{ one.toc }}{% endfor %}"
    write(begun / "theme/partials/footer.html", shown)
    broadsheet_here("build", cwd=begun)
    write(begun / f"content/{PAPER.removesuffix('.md')}.yml", "title: Of Another Title\n")
    with (begun / "site_src/about.md").open("a", encoding="utf-8") as about:
        about.write("\n## More\n")
    broadsheet_here("build", cwd=begun)
    slowly(broadsheet_here, tmp_path / "anew", cwd=begun)
    assert differences(state(tmp_path / "anew"), state(begun / "site")) == []


def test_what_is_no_template_asks_for_nothing(begun: Path):
    (begun / "theme/assets").mkdir(parents=True)
    (begun / "theme/own.html").write_bytes(b"\xe9 pages")
    (begun / "theme/assets/own.js").write_text("{{ pages }}")
    configure(begun, theme={"name": "broadsheet", "custom_dir": "theme"})
    assert _are_possible(begun)


def test_paths_of_the_navigation_are_found_as_mkdocs_finds_them():
    nav = ["index.md", {"A": "./a.md"}, {"B": [{"C": "/b//c.md"}, {"D": "https://d.example/"}]}]
    found = [*apart.in_navigation(nav)]
    assert found[:3] == [("index.md", None), ("a.md", "A"), ("b/c.md", "C")]
