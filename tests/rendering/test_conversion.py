r"""What is converted here is what Python-Markdown makes of it, to the byte; and pages of papers are."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from generator import charts, content, pages, text
from generator.rendering.conversion import EXTENSIONS, convert
from tests.golden import PUBLICATION


def resolve(destination: str) -> str | None:
    return f"../{destination[:-3]}/" if destination.endswith(".md") else None


class _Links(Treeprocessor):
    """Makes of links what MkDocs does, as far as ``resolve`` knows."""

    def run(self, root: ElementTree.Element) -> None:
        for link in root.iter("a"):
            written = link.get("href")
            link.set("href", resolve(written) or written)


def judged(markdown: str) -> str:
    """What Python-Markdown makes of it."""
    judge = Markdown(extensions=sorted(EXTENSIONS))
    judge.treeprocessors.register(_Links(judge), "links", 0)
    return judge.convert(markdown)


# Pieces of which something could become, alone or together.
_PIECES = [
    *(
        r"\ ` * ** _ __ { } [ ] ( ) > # + - . ! & &amp; &lt; &copy; &#61; &#x3d; < | : = ~ ^"
        r" ' 1. 12 a é 中 x_y C++"
        r" \* \_ \` \[ \] \( \) \# \\ \! \> \- \. [a](b.md) [a](../b.md) [a\]b](c.md)"
        r" [a](https://e.example/?b&c=d_e)"
        r" [a](https://e.example/?b&amp;c) ![a](b.png) [a][b] [TOC] <https://e.example/a_b?c&d=*> <b> <!-- -->"
        r" *a* *a b*"
        r" **a** _a_ \(x_1\) \(a \lt b\) \(\frac12\) \(`\) \\(x\) \(nonsense{\) `a` ``a`b`` wzxhzdk:0 https://e.example"
        r" Abstract a_1 http://[x"
    ).split(),
    *" \u00a0\u200b\u202e\ufeff\u2009",
    " ",
]
_LINE = st.lists(st.sampled_from(_PIECES) | st.text(max_size=3), max_size=8).map("".join)
_BEGINNING = st.sampled_from(
    [
        "",
        "",
        "",
        "# ",
        "## ",
        "### ",
        "- ",
        "- ",
        "> ",
        "*",
        "***",
        "```",
        "~~~",
        "1. ",
        "    ",
        "| a | b",
    ]
)
_BLOCK = st.lists(st.tuples(_BEGINNING, _LINE).map("".join), min_size=1, max_size=3).map("\n".join)
_CODE = st.tuples(st.sampled_from(["", "bibtex", "c++"]), st.lists(_LINE, max_size=3)).map(
    lambda made: "\n".join([f"```{made[0]}", *made[1], "```"])
)
_HTML = [
    *'</svg> <path/> <b> </b> </div> <td/> &amp; &#x27; &lt; & < > " <a> <figure> </figure> <hr>'.split(),
    *r"<script> </script> <textarea> <!-- --> &copy; &amp \( \) * _a_ `".split(),
    *['<svg viewBox="0">', '<b id="a">', "<b a=b>", "<b a>", "\n", "\n# a", "\n- b", " "],
]
_FIGURE = st.lists(st.sampled_from(_HTML), max_size=6).map(
    lambda made: f'<figure class="chart">\n{"".join(made)}\n</figure>'
)
_SEPARATOR = st.sampled_from(["\n\n", "\n\n", "\n\n", "\n", "\n\n\n", "\n \n"])
_MARKDOWN = st.lists(st.tuples(_BLOCK | _CODE | _FIGURE, _SEPARATOR).map("".join), max_size=6).map(
    "".join
)


@given(_MARKDOWN)
@settings(max_examples=600)
@example("- a\n- b\n\n- c\n- d\n\n\n- e\n\na")
@example("# \\(x_1\\)\n\n# x1\n\n# \\(x_1\\) b")
@example("# a\n\n# a&lt;\n\n# a \\>")
@example("# a\n\n# [a](https://e.example/?b&amp;c)\n\n# a&lt;")
@example("# a\n\n# a&lt;\n\n# \\(a\\)")
@example("# Abstract\n\n## Abstract\n\n## Abstract")
@example("- a\n\n***\n\n- b")
@example("> a\n\n> b")
@example("# a\u00a0")
@example("*a [b](c.md) d*")
@example("a *b* c *d*")
@example("```\na\n```\n\n```bibtex\n```\n\nb")
@example("```\na\n \nb\n```")
@example("a\n\n- a\n- \n- b")
@example("a\n \n\n \n\nb ")
@example("- [a](b.md) *c*\n- [a](b.md)\n- [a](b.md) *c*d")
@example('<figure class="chart">\n<b class="c">a</b> &lt;\n</figure>')
@example('<figure class="chart">\na\n \nb\n</figure>')
@example('- a\n\n<figure class="chart">\na\n</figure>\n\n\n- b')
def test_what_is_converted_is_what_python_markdown_gives(markdown: str):
    if (converted := convert(markdown, resolve)) is not None:
        assert converted.html == judged(markdown)
        ids = re.findall(r'<h\d id="([^"]*)">', converted.html)
        assert [heading.id for heading in converted.headings] == ids


@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
@settings(max_examples=400)
def test_any_plain_text_that_we_write_is_converted(texts: list[str]):
    lines = [text.markdown(text.plain(one)) for one in texts]
    lines += [text.prose(text.plain(one)) for one in texts]
    markdown = "\n\n".join(["# Title", *filter(None, lines)])
    converted = convert(markdown, resolve)
    assert converted is not None
    assert converted.html == judged(markdown)


@pytest.mark.parametrize("folder", [Path("content"), Path("tests/content")])
def test_pages_of_papers_are_converted(folder: Path):
    catalog, _ = content.load(folder)
    made = dict(pages.render(catalog, PUBLICATION))
    of_papers = [path for path in made if path.startswith("papers/")]
    assert of_papers
    for path in of_papers:
        body = made[path].decode().split("\n---\n", 1)[1].strip("\n")
        converted = convert(body, resolve)
        assert converted is not None, path
        assert converted.html == judged(body), path


def test_charts_are_converted():
    catalog, _ = content.load(Path("content"))
    made = [
        charts.over_time([paper for paper in catalog.papers if one.slug in paper.topics])
        for one in catalog.topics
    ]
    found = [*filter(None, made), charts.of_catalog(catalog)["numbers"]]
    assert len(found) > 1
    for chart in found:
        markdown = f"Before\n\n{chart}\n\n## Behind"
        converted = convert(markdown, resolve)
        assert converted is not None
        assert converted.html == judged(markdown)
