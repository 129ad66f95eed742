"""What a topic's introduction may say, and that nothing in it runs or loads."""

from __future__ import annotations

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator import introduction

HARMLESS = [
    "",
    "A paragraph with *stress*, **more of it** and `code`.",
    "## A heading\n\n### And one below it",
    "- one\n- two\n\n1. first\n2. second",
    "> Somebody said so.",
    "    indented code",
    "```python\nprint('a < b')\n```",
    "| left | right |\n|:-----|------:|\n| 1 | 2 |",
    '[outside](https://example.org/a?b=c&d=e "a > b") and [inside](../agents/index.md)',
    "<https://example.org> and <people@example.org>",
    "[a reference][1]\n\n[1]: https://example.org/",
    "fewer < more, more > fewer, 3 <4, &lt;b&gt;, AT&T",
    "a line  \nand another\n\n---\n\nbehind a rule",
]


@pytest.mark.parametrize("source", HARMLESS)
def test_prose_is_left_alone(source):
    assert list(introduction.problems(source)) == []


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("text <SCRIPT src=//evil.example/x.js></SCRIPT>", "<script>"),
        ("<iframe src='https://evil.example'></iframe>", "<iframe>"),
        ("<div markdown='1'>x</div>", "<div>"),
        ("<svg/onload=alert(1)>", "<svg"),
        ("    indented code with <script>", "<script>"),
        ("Text\n\n<p onpointerover=alert(1) ", "<p>"),  # a page goes on, and may close it
        ("<iframe src=https://evil.example/ ", "<iframe>"),
        ("<p onclick='alert(1)'>x</p>", "<p>"),
        ("<p\nonclick=alert(1)>x</p>", "onclick"),
        ("<a href='https://example.org' style='position:fixed'>x</a>", "<a>"),
        ("## x {: onclick='alert(1)' }", "onclick"),
        ("[x](https://example.org){: onmouseover='alert(1)' }", "onmouseover"),
        ("![x](https://evil.example/x.png)", "an image"),
        ("<!-- hidden -->", "HTML"),
        ("<!doctype html>", "HTML"),
        ("<?php echo 1 ?>", "HTML"),
        ("</div></article>", "</div>"),
        ("<p></p <b>", "HTML"),
        ("# As big as the title", 'a heading "#"'),
        ("[x](javascript:alert(1))", "javascript:"),
        ("[x](JavaScript:alert(1))", "JavaScript:"),
        ("[x](java&#115;cript:alert(1))", "javascript:"),
        ("[x](javascript&colon;alert(1))", "javascript:"),
        ("[x](data:text/html;base64,AAAA)", "data:"),
        ("[x](vbscript:x)", "vbscript:"),
        ("[x][1]\n\n[1]: javascript:alert(1)", "javascript:"),
        ("<a href=' javascript:alert(1)'>x</a>", "<a>"),
        ("<javascript:alert(1)>", "HTML"),
    ],
)
def test_what_runs_loads_or_breaks_the_page_is_named(source, said):
    messages = [message for _, message in introduction.problems(source)]
    assert any(said in message for message in messages), messages


def test_what_a_browser_ends_earlier_than_python_does_hides_nothing():
    # For HTML, <![CDATA[ is a comment up to the next ">"; for Python's parser, up to "]]>".
    assert list(introduction.problems("<![CDATA[><script>alert(1)</script>]]>"))


def test_what_only_some_extensions_take_for_code_hides_nothing():
    # With md_in_html this is a code span; without, as in MkDocs by itself, it is an image.
    assert list(introduction.problems('<p markdown="1">`<img src=x onerror=alert(1)>`</p>'))


@pytest.mark.parametrize("look", ["background:url(https://evil.example/x.png)", "position:fixed"])
def test_attributes_give_no_style_of_their_own(look):
    assert list(introduction.problems(f'`x`{{: style="{look}" }}'))


def test_every_problem_has_its_line_and_says_what_to_do():
    source = "## Fine\n\nfine\n\n# Not fine\n\nan <i>aside</i>\n\n[x](ftp://example.org)"
    found = dict(introduction.problems(source))
    assert sorted(found) == [4, 6, 8]
    assert "<i>" in found[6]
    assert all(";" in message for message in found.values())


TROUBLE = r"""
<script> </script> <p > </p> <![CDATA[ ]]> <!-- --> <!--> --!> <a href=' '> <img src=x> > <
<style> </style> <textarea> </textarea> <title> <p/onclick=x> <svg onload=x> ` ``` * " ' =
markdown=1 <math> &lt; &#60; \ [x]( ) javascript: <p> word
"""
PIECES = st.sampled_from([*TROUBLE.split(), "\n", "\n\n", "<p\x0conclick=x>"])


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_what_passes_leaves_no_tag_that_is_not_prose(source):
    if list(introduction.problems(source)):
        return
    html = markdown.markdown(source, extensions=["tables", "fenced_code", "toc"])
    # As a browser sees it, crudely: behind each bracket one of the tags of prose, and no handler.
    for tag in html.split("<")[1:]:
        name = tag.lstrip("/").split(">")[0].split(" ")[0]
        assert name in [
            "p",
            "a",
            "em",
            "strong",
            "code",
            "pre",
            "ul",
            "ol",
            "li",
            "blockquote",
            "h2",
            "h3",
            "h4",
            "hr",
            "br",
        ]
        assert "on" not in tag.split(">")[0].replace(name, "", 1)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_text_is_too_odd_to_be_judged(source):
    assert all(
        0 <= line <= source.count("\n") and message
        for line, message in introduction.problems(source)
    )
