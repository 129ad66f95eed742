"""Pages become the same bytes by both ways, in one process or two, whatever a publisher has changed."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url, meta

from generator import content, output, pages, text
from generator.rendering import page
from generator.rendering.page import GeneratedPage, links, parted, relative
from tests.conftest import REPOSITORY, Run
from tests.golden import PUBLICATION
from tests.rendering.conftest import configure, slowly, write
from tests.rendering.test_shares import FOOTER
from tests.tree import state


@pytest.mark.parametrize("content", ["content", "tests/content"])
def test_both_ways_give_the_same_bytes(
    broadsheet_here: Run, request: pytest.FixtureRequest, content: str, tmp_path: Path
):
    fast = request.getfixturevalue("edition_site" if content == "content" else "awkward_site")
    slow = slowly(broadsheet_here, tmp_path / "site", "--content", REPOSITORY / content)
    assert state(slow) == state(fast)


_HOOKS = """
def on_page_markdown(markdown, **_):
    return markdown + "\\n\\n*b*\\n\\n_c_" * (len(markdown) % 2)

def on_page_content(html, **_):
    return html.replace("e", "é")
"""
_READING = """
def on_page_read_source(page, **_):
    return "# Other\\n\\n[a](b.md)"
"""


@pytest.mark.parametrize(
    ("extensions", "hooks", "is_known"),
    [
        (["generator.mathematics"], "", True),
        (["generator.mathematics"], _HOOKS, True),
        (["generator.mathematics"], _READING, False),
        (["generator.mathematics", "attr_list", "smarty"], "", False),
        ([{"toc": {"permalink": True}}, "generator.mathematics"], "", False),
    ],
)
def test_so_they_do_with_a_publishers_theme_extensions_and_hooks(
    broadsheet_here: Run,
    begun: Path,
    tmp_path: Path,
    apart: list[str],
    extensions: list,
    hooks: str,
    is_known: bool,
):
    write(begun / "hook.py", hooks)
    write(begun / "theme/partials/footer.html", FOOTER)
    theme = {"name": "broadsheet", "custom_dir": "theme"}
    configure(
        begun, theme=theme, markdown_extensions=extensions, hooks=(hooks and ["hook.py"]) or []
    )
    told = broadsheet_here("build", "--site-dir", tmp_path / "fast", cwd=begun)
    slowly(broadsheet_here, tmp_path / "slow", cwd=begun)
    assert state(tmp_path / "fast") == state(tmp_path / "slow")
    few, pages = (
        int(re.search(rf"{name} +(\d+)", told.stdout)[1]) for name in ("by MkDocs alone", "pages")
    )
    assert (few < pages) == is_known
    assert bool(apart) == (is_known and not hooks)


# --- front matter ---

_TEXT = st.text(max_size=30).map(text.plain) | st.sampled_from(
    [
        "null",
        "---",
        "...",
        "a: b",
        '"',
        "\\",
        "\\u0041",
        "a # b",
        "&a",
        "*a",
        "<<",
        "2025-01-02",
        "1e5",
    ]
)
_VALUE = st.recursive(
    _TEXT | st.integers() | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.from_regex(r"[a-z_]+", fullmatch=True), _VALUE, max_size=4), _TEXT)
def test_front_matter_is_what_mkdocs_reads(fields: dict[str, object], body: str):
    lines = "".join(f"{name}: {text.quoted(value)}\n" for name, value in fields.items())
    source = f"---\n{output.MARK}\n{lines}---\n\n{body}\n"
    read = parted(source)
    assert read in (None, meta.get_data(source))
    if fields and source.isascii() and "\\u" not in lines:
        assert read is not None


@pytest.mark.parametrize("folder", ["content", "tests/content"])
def test_what_pages_are_put_together_of_is_what_mkdocs_reads(folder: str):
    catalog, _ = content.load(REPOSITORY / folder)
    written = pages.writer(catalog, PUBLICATION)
    made = [written(page) for page in pages.pages(catalog, PUBLICATION)]
    known = [one for one in made if one.parts]
    assert len(known) > 0.9 * len(made)
    for one in known:
        assert repr(one.parts) == repr(meta.get_data(one.decode()))


@pytest.mark.parametrize(
    "line",
    [
        "a: b",
        "a: 1.5",
        "a: 1e5",
        'a: "\\ud83d\\ude00"',
        'a: "\x85"',
        "- 1",
        "a:",
        "a: 'b'",
        "a: NaN",
    ],
)
def test_what_yaml_may_read_otherwise_is_left_to_it(line: str):
    assert parted(f"---\n{output.MARK}\n{line}\n---\n\nText\n") is None


# --- addresses ---

_URL = st.lists(st.sampled_from(["papers", "topics", "x", "x.y", "2"]), max_size=3).map(
    lambda folders: "".join(f"{folder}/" for folder in folders) or "./"
)


@given(_URL | st.sampled_from(["robots.txt", "feeds/all.xml", "papers/x.bib"]), _URL)
def test_addresses_are_relative_as_mkdocs_has_them(url: str, here: str):
    assert relative(url, here) == get_relative_url(url, here)


@pytest.mark.parametrize("kept", [0, 3, 10_000])
def test_links_of_many_pages_lead_where_mkdocs_has_them_lead(
    kept: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(page, "_KEPT", kept)
    paths = ["index.md", "topics/index.md", "topics/x.md", "topics/x/2.md", "topics/x/3.md"]
    paths += ["papers/x.md", "papers/y.md", "feeds.md", "topics/y.md", "days/index.md"]
    files = [File(path, "docs", "site", use_directory_urls=True) for path in paths]
    leading = links(Files(files))
    for here in files * 2:
        resolve = leading(here)
        for there in files:
            written = posixpath.relpath(there.src_uri, posixpath.dirname(here.src_uri) or ".")
            assert resolve(written) == get_relative_url(there.url, here.url)


@pytest.mark.parametrize(
    "path", ["index.md", "papers/x.md", "topics/x/2.md", "a b/ü.md", "a.b/c.md"]
)
@pytest.mark.parametrize(
    "site_url", ["", "https://a.example", "https://a.example/b/", "https://a.example/b/../c", "/b/"]
)
def test_a_page_has_the_address_that_mkdocs_gives_it(site_url: str, path: str):
    config = MkDocsConfig()
    config["site_url"] = site_url
    file = File(path, "docs", "site", use_directory_urls=True)
    ours, theirs = GeneratedPage(file, config, links(Files([file]))), Page(None, file, config)
    assert (ours.canonical_url, ours.abs_url) == (theirs.canonical_url, theirs.abs_url)
