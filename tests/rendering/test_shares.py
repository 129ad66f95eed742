"""Pages set apart: whatever MkDocs would make and say of them is made and said, by any number of processes."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from mkdocs import utils

from generator.errors import ConfigurationError
from generator.processes import Running
from generator.rendering import shares
from tests.conftest import Run, clone
from tests.rendering.conftest import configure, slowly, write
from tests.tree import state

PAPER = "papers/attention-is-all-you-need.md"
OTHER = "papers/an-image-is-worth-16x16-words-transformers-for-image-recognition-at-scale.md"

# What a publisher's template may ask of a page, and of those in the navigation.
FOOTER = """<footer>
{%- macro told(items) %}{% for item in items %}[{{ item.level }} {{ item.title }} {{ item.url }}
{{- told(item.children) }}]{% endfor %}{% endmacro %}
{%- if page %}{{ told(page.toc) }}
{%- for said in (page, page.title, page.url, page.abs_url, page.canonical_url, page.edit_url,
page.previous_page, page.next_page, page.parent, page.ancestors, page.is_homepage, page.is_index,
page.is_top_level, page.active, page.update_date, page.markdown, page.content|length, page.meta|tojson,
page.file.dest_uri, page.file.page == page, page == nav.homepage, page in nav.pages, base_url, extra_css,
page.present_anchor_ids|sort, 'papers/x/'|url, 'a.css'|url, '/b'|url, '#c'|url, card) %}
{{ said }}{% endfor %}
{%- for item in nav.pages %}
{{ item.title }} {{ item.active }} {{ item.update_date }} {{ item.meta.kind }} {{ item.meta.feeds }}
{%- endfor %}{% endif %}
</footer>
"""
QUIET = {"nav": {"omitted_files": "ignore"}}
LINKS = {"anchors": "warn", "absolute_links": "warn", "unrecognized_links": "warn"}


@pytest.fixture
def demanding(begun: Path) -> Path:
    """A publication that has changed what can be changed, and has links that lead nowhere."""
    configure(
        begun,
        theme={"name": "broadsheet", "custom_dir": "theme"},
        repo_url="https://forge.example/o/r",
        edit_uri="edit/main/site_src/",
        nav=[
            {"Today": "index.md"},
            {"Among others": ["./trending.md", {"A paper": OTHER}, {"Topics": "topics//index.md"}]},
            {"A folder": "papers/"},
            {"Twice": ["organizations/index.md", {"Again": "organizations/index.md"}]},
            {"Elsewhere": "https://other.example/"},
            "own.md",
        ],
        exclude_docs="trends.md",
        draft_docs="weeks/",
        not_in_nav="days/",
        validation={**QUIET, "links": LINKS},
        extra_css=["own.css", "papers/own.css", "https://other.example/a.css"],
        extra_javascript=["own.js", {"path": "own.mjs", "type": "module", "async": True}],
    )
    write(begun / "theme/partials/footer.html", FOOTER)
    write(
        begun / "site_src/own.md",
        f"# Own\n\n[a]({PAPER}#none) [b]({PAPER}#links) [c]({PAPER}) [d](topics/index.md#none)"
        " [e](trends.md#none) [f](papers/none.md#a) [g](#none)\n",
    )
    topic = begun / "content/topics/transformers.md"
    topic.write_text(
        topic.read_text("utf-8")
        + f"\n[a](../{PAPER}#none) [b](#none) [c](../own.md#own) [d](../own.md#none)"
        " [e](nothing) [f](/absolute) [g](none.md)\n",
        "utf-8",
    )
    return begun


def said(told: str) -> list[str]:
    """What is told, in any order: of what is set apart it comes last."""
    return sorted(told.splitlines())


def test_the_addresses_of_pages_are_forgotten_once_they_are_built(
    broadsheet_here: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """MkDocs would keep them for ever."""
    (tmp_path / "clone").mkdir()
    folder = clone(tmp_path / "clone")
    kept = []
    for pages in (10_000, 20):
        monkeypatch.setattr(shares, "_IN_MIND", pages)
        broadsheet_here("build", "--site-dir", tmp_path / str(pages), cwd=folder)
        kept.append(utils._norm_parts.cache_info().currsize)
    assert kept[1] < kept[0] - 20


def test_a_demanding_publication_is_the_same_in_any_way(
    broadsheet_here: Run, broadsheet: Run, demanding: Path, tmp_path: Path, apart: list[str]
):
    by_mkdocs = broadsheet_here(
        *("build", "--render", "mkdocs", "--site-dir", tmp_path / "slow"), cwd=demanding
    )
    assert apart == []
    fast = broadsheet_here("build", "--site-dir", tmp_path / "fast", cwd=demanding)
    assert {PAPER, "topics/transformers.md", "days/index.md", "weeks/index.md"} <= {*apart}
    assert not {OTHER, "trending.md", "topics/index.md", "index.md"} & {*apart}
    two = broadsheet("build", "--jobs", "2", "--site-dir", tmp_path / "two", cwd=demanding)
    assert state(tmp_path / "slow") == state(tmp_path / "fast") == state(tmp_path / "two")
    assert said(by_mkdocs.stderr) == said(fast.stderr)
    assert fast.stderr == two.stderr
    for page, anchor in (
        ("own.md", f"{PAPER}#none"),
        ("topics/transformers.md", "#none"),
        ("topics/transformers.md", "../own.md#none"),
        ("topics/transformers.md", f"../{PAPER}#none"),
    ):
        assert f"Doc file '{page}' contains a link '{anchor}', but" in two.stderr
    assert "contains a link '../own.md#own'" not in two.stderr


def test_a_strict_build_counts_what_is_said_in_shares(broadsheet: Run, begun: Path):
    configure(begun, strict=True)
    topic = begun / "content/topics/transformers.md"
    topic.write_text(topic.read_text("utf-8") + "\n[a](none.md)\n", "utf-8")
    told = broadsheet("build", "--jobs", "2", cwd=begun, code=1)
    assert "topics/transformers.md" in told.stderr
    assert "1 warnings in strict mode" in told.stderr


@pytest.mark.parametrize("name", ["README.md", "index.html"])
def test_a_page_at_the_address_of_another_file_is_for_mkdocs(
    broadsheet_here: Run, begun: Path, tmp_path: Path, apart: list[str], name: str
):
    write(begun / "site_src" / PAPER.removesuffix(".md") / name, "# Mine\n")
    told = broadsheet_here("build", "--site-dir", tmp_path / "fast", cwd=begun)
    assert apart == []
    assert state(slowly(broadsheet_here, tmp_path / "slow", cwd=begun)) == state(tmp_path / "fast")
    assert re.search(r"^pages +17 ", told.stdout, re.MULTILINE)


@pytest.mark.parametrize("jobs", ["2", "4"])
def test_many_pages_are_the_same_by_however_many_processes(
    broadsheet: Run, begun: Path, tmp_path: Path, jobs: str
):
    papers = (json.dumps({"title": f"Of {number}"}) for number in range(400))
    write(begun / "content/listings/2025-11-01-many.jsonl", "\n".join(papers))
    sites = tmp_path / "one", tmp_path / "several"
    for site, number in zip(sites, ("1", jobs), strict=True):
        told = broadsheet("build", "--jobs", number, "--profile", "--site-dir", site, cwd=begun)
    assert state(sites[0]) == state(sites[1])
    if sys.platform == "linux" and jobs == "4":  # of two, the other may be about feeds all the time
        makers = re.search(r"^Markdown of pages .*?  ([\d, ]+)$", told.stdout, re.MULTILINE)[1]
        assert len(makers.split(",")) > 1


@pytest.mark.parametrize("pages", [0, 1, 100, 101, 1_000, 250_007])
def test_all_pages_are_taken_once_in_their_order(pages: int):
    take = shares.by_turns(range(pages))
    taken = [*iter(take, ())]
    assert [page for block in taken for page in block] == [*range(pages)]
    assert all(taken)
    assert not take()


def test_what_another_process_has_taken_is_gone():
    take = shares.by_turns(range(1_000))
    theirs = Running(lambda *_: [*take()], 2).wait()
    mine = [page for block in iter(take, ()) for page in block]
    assert theirs
    assert theirs + mine == [*range(1_000)]


# --- what is wrong ---

_WRONG = {
    "{{ page. }}": "expected name or number",
    "{{ nothing.here }}": "'nothing' is undefined",
    "{{ 1 + 'a' }}": "unsupported operand type(s) for +: 'int' and 'str'",
    "{% include 'none.html' %}": 'no template "none.html"',
}


def _with_wrong_papers(folder: Path, template: str) -> None:
    configure(folder, theme={"name": "broadsheet", "custom_dir": "theme"})
    write(folder / "theme/partials/paper_meta.html", f"<p>\n\n{template}")


@pytest.mark.parametrize("template", _WRONG)
def test_a_wrong_template_is_told_with_its_line(
    broadsheet_here: Run, begun: Path, apart: list[str], template: str
):
    _with_wrong_papers(begun, template)
    told = broadsheet_here("build", cwd=begun, code=1)
    # What can't be read may ask for anything: then MkDocs builds all.
    assert bool(apart) == (template != "{{ page. }}")
    page, error = told.stderr.splitlines()
    assert re.fullmatch(r"Error building page 'papers/.*\.md': .*", page)
    assert f"theme/partials/paper_meta.html:3: {_WRONG[template]}; mend it" in error
    by_mkdocs = broadsheet_here("build", "--render", "mkdocs", cwd=begun, code=1)
    assert by_mkdocs.stderr.splitlines()[-1] == error


def test_so_it_is_by_shares_in_processes_of_their_own(
    broadsheet_here: Run, broadsheet: Run, begun: Path
):
    _with_wrong_papers(begun, "{{ 1 + 'a' }}")
    one = broadsheet_here("build", cwd=begun, code=1).stderr
    two = broadsheet("build", "--jobs", "2", cwd=begun, code=1).stderr
    assert "paper_meta.html:3: unsupported operand type(s)" in two
    assert one == two


@pytest.mark.parametrize("meta", ["csl: 5", "csl: {author: [5]}", "csl: a", "feeds: 5"])
def test_front_matter_of_hand_that_a_template_fails_for_is_told(
    broadsheet_here: Run, begun: Path, meta: str
):
    write(begun / "site_src/own.md", f"---\nkind: paper\n{meta}\n---\n\n# Own\n")
    told = broadsheet_here("build", cwd=begun, code=1)
    assert "Error building page 'own.md': " in told.stderr
    assert re.search(r"\.html:\d+: .*; mend it", told.stderr)


def test_the_error_of_the_first_page_is_raised_whichever_share_ends_first():
    built = [shares.Built(failed=(name, ConfigurationError(name))) for name in "ab"]
    for names in ("ab", "ba"):
        with pytest.raises(ConfigurationError, match=f"^{names[0]}$"):
            shares.finish(built, names, None, None)
