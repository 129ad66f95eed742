"""Formulas in pages: MathML that is right, harmless and fits, and no formula where there is none."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import markdown
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from playwright.sync_api import Browser

from generator import mathematics, text
from generator.model import Paper
from tests.browser import served, visit
from tests.conftest import Run, patience
from tests.test_accessibility import violations

# --- LaTeX → MathML -----------------------------------------------------------------------


def shape(formula: str) -> str:
    """The elements of a formula and what they hold: ``msup(mi n, mn 2)``; brackets are bare."""

    def of(element: ElementTree.Element) -> str:
        if len(element):
            return f"{element.tag}({', '.join(of(child) for child in element)})"
        return f"{element.tag} {element.text}" if element.text else element.tag

    return of(ElementTree.fromstring(mathematics.mathml(formula)))


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("k", "math(mi k)"),
        (r"\alpha", "math(mi α)"),
        (r"L_2", "math(msub(mi L, mn 2))"),
        (r"n^{3/2}", "math(msup(mi n, mrow(mn 3, mo /, mn 2)))"),
        (r"x_i^2", "math(msubsup(mi x, mi i, mn 2))"),
        (r"\frac{1}{\sqrt{d_k}}", "math(mfrac(mn 1, msqrt(msub(mi d, mi k))))"),
        (r"\mathbf{W} \in \mathbb{R}^d", "math(mi 𝐖, mo ∈, msup(mi ℝ, mi d))"),
        (r"\hat{\theta}_{\text{MLE}}", "math(msub(mover(mi θ, mo ˆ), mtext MLE))"),
        (r"x < y", "math(mi x, mo <, mi y)"),
        (r"\varepsilon\text{-greedy}", "math(mi ε, mtext -greedy)"),
        # fonts within text are HTML to the converter, and go
        (r"x_{\texttt{a b}}", "math(msub(mi x, mtext a\xa0b))"),
        (r"\textcolor{red}{x}", "math(mrow(mi x))"),
    ],
)
def test_a_formula_has_its_shape(formula, shown):
    assert shape(formula) == shown


HOSTILE = [
    *(r"\text{<script>alert(1)</script>}", r"\operatorname{<img src=x onerror=alert(1)>}"),
    *(r"\operatorname*<", r"\text{\"><b>}", r"\href{javascript:alert(1)}{x}", r"\url{x:y}"),
    *(r"\style{color:red}{x}", r"\class{a}{x}", r"\cssId{a}{x}", r"\htmlData{a=b}{x}"),
    *(r"\label{a}x\ref{a}", r"\tag{<b>}x", r"x\\y", r"\unicode{x3C}", r"\color{red;x:y}x"),
    *(r"\includegraphics{/etc/passwd}", r"\input{/etc/passwd}", r"\verb|<b>|", "a & b", "$x$"),
    *(
        r"\def\a{\a\a}\a",
        r"\newcommand{\a}{\a}\a",
        r"\let\a\b \a",
        r"\begin{equation}x\end{equation}",
    ),
    *(
        r"\hspace{9999em}x",
        r"x\raisebox{99em}{y}",
        r"\phantom{x}",
        r"\kern9999em x",
        r"\,",
        "",
        " ",
    ),
    *(r"\begin{array}{c}", r"\begin{array}{" + "c" * 300 + "}x", r"\end{x}", r"\left(", "x^", "_"),
    *("{" * 200 + "}" * 200, "{" * 100_000, "x^{" * 50_000, r"\left(" * 30_000, r"\frac{" * 20_000),
    *(r"\sqrt" * 20_000 + "x", "x+" * 100_000, r"\hat" * 100, r"\sqrt[" * 66, "\x00", "\ud800"),
    *(
        "]]><![CDATA[<b>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>",
        "&lt;b&gt;",
        "%x",
        "#1",
        "x\u202ey",
        "`x`",
    ),
]
MACROS = [
    *r"\frac \sqrt \left( \right) \left. { } ^ _ & \\ \text{ \mathbf \operatorname* \operatorname{ < > "
    r"\hat \overline \sum \int \limits \not \Big( \middle| \binom \stackrel \color{red} \hspace{1em} \! "
    r"\, ' ~ x y 1 2.5 + = | \{ [ ] ( ) α 语 \mathop \substack{ \tag \label \def \over \underbrace \char "
    r"\begin{matrix} \end{matrix} \begin{cases} \end{cases} \rule \mbox{ \kern 1em \rm \boxed \cancel".split()
]


class _Elements(HTMLParser):
    """The elements of some HTML with their attributes, and the text outside of its formulas."""

    def __init__(self, source: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text, self._within = "", 0
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        self._within += tag == "math"

    def handle_endtag(self, tag):
        self._within -= tag == "math"

    def handle_data(self, data):
        self.text += "" if self._within else data

    def tags(self) -> set[str]:
        return {tag for tag, _ in self.found}


MATHML = set(
    "math mrow mi mn mo mtext mspace mpadded mstyle msub msup msubsup munder mover munderover "
    "mmultiscripts mprescripts mfrac msqrt mroot mtable mtr mtd".split()
)
HARMLESS = set(
    "accent accentunder displaystyle fence form largeop linethickness lspace mathvariant maxsize minsize "
    "movablelimits rspace scriptlevel separator stretchy symmetric tabindex width".split()
)


def check_harmless(converted: str | None) -> None:
    if converted is None:
        return
    found = _Elements(converted)
    assert found.tags() <= MATHML
    for _, attributes in found.found:
        assert attributes.keys() <= HARMLESS
        assert all(re.fullmatch(r"[a-z0-9.]{1,16}", value) for value in attributes.values())
        for length in re.findall(r"[\d.]+(?=em)", " ".join(attributes.values())):
            assert float(length) <= 4
    assert found.text == ""
    assert len(converted) < 10_000
    assert converted == ElementTree.tostring(
        ElementTree.fromstring(converted), encoding="unicode"
    ).replace(" />", "/>")


@pytest.mark.parametrize("formula", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_formula_is_harmless_or_none(formula):
    with patience():
        check_harmless(mathematics.mathml(formula))


@settings(max_examples=150)
@given(st.lists(st.sampled_from(MACROS) | st.characters(codec=None), max_size=12).map("".join))
def test_no_formula_does_harm(formula):
    check_harmless(mathematics.mathml(formula))


@pytest.mark.parametrize(
    "made",
    [
        *("<script>alert(1)</script>", "<mi><b>x</b></mi>", "<svg><g>x</g></svg>", "<a>x</a>"),
        *("<maction>x</maction>", "<semantics><mi>x</mi><annotation>x</annotation></semantics>"),
        *('<mi href="x:y">x</mi>', '<mi onclick="x">x</mi>', '<mi xmlns="urn:x">x</mi>'),
        *('<mo lspace="99em">x</mo>', '<mspace width="5em"/>x', '<mi mathvariant="bold">x</mi>'),
        *("<mi>x", "<mi>&unknown;</mi>", "<!-- x -->", "<mtext><img/></mtext>", ""),
    ],
)
def test_nothing_but_mathml_goes_out_whatever_the_converter_makes(monkeypatch, made):
    monkeypatch.setattr(mathematics, "_convert", lambda *_, **__: f"<math>{made}</math>")
    assert mathematics.mathml.__wrapped__("x") is None


def test_a_panic_of_the_converter_stops_no_build(monkeypatch):
    class Panic(BaseException):
        """As Rust's."""

    def panic(*_, **__):
        raise Panic

    monkeypatch.setattr(mathematics, "_convert", panic)
    assert mathematics.mathml.__wrapped__("x") is None


def test_groups_are_nested_only_so_deep():
    deep = ["{" * depth + "x" + "}" * depth for depth in (20, 21)]
    assert [mathematics.mathml(formula) is None for formula in deep] == [False, True]


# --- in Markdown --------------------------------------------------------------------------

EXTENSIONS = ["toc", "tables", "fenced_code", "generator.mathematics"]
_converter = markdown.Markdown(extensions=EXTENSIONS)


def python_markdown(source: str) -> str:
    return _converter.reset().convert(source)


SPECIAL = r"""
\( \) \ \\ \\( \\) \[ \] $ $$ ( ) x k_1 ^2 ` `` * _ < > & &amp; <b> <script> </p> [x](y) ![x](y) ~~~ # 1.
- | {: } <math> </math> \(x\) \\(x\\) \lt wzxhzdk:0 klzzwxh:0 word https://e.org/\(k\) "
""".split()
PLAIN = (
    st.lists(st.sampled_from(SPECIAL) | st.just(" ") | st.characters(), max_size=12)
    .map("".join)
    .map(text.plain)
    .filter(bool)
)


@settings(max_examples=150)
@given(PLAIN)
@example(r"\(x\)")
@example(r"\\(x\\) \\\(x\\\)")
@example(r"`\(x\)`")
@example(r"# \(x\) #")
def test_no_plain_text_becomes_a_formula(source):
    for escaped, allowed in (
        (text.markdown(source), {"p"}),
        (text.prose(source), {"p", "a"}),
        (f"# {text.markdown(source)}", {"h1"}),
    ):
        shown = _Elements(python_markdown(escaped))
        assert shown.tags() <= allowed
        assert shown.text.strip("\n") == source


FORMULAS = st.lists(
    st.sampled_from(MACROS + SPECIAL) | st.characters(), min_size=1, max_size=6
).map("".join) | st.sampled_from(
    ["k", "L_2", r"x^*y^*", r"\{a < b\}", r"f[i](x)", r"\begin{matrix}a&b\end{matrix}"]
)


@settings(max_examples=150)
@given(PLAIN, FORMULAS, PLAIN)
@example("a\\", "k", "b")
@example("see", r"[x](javascript:alert\(1\))", "!")
@example("see", "a<b>c", "(x)")
@example("see", "a`b", "`c`")
@example("see", "x\\", "y")
@example("see https://e.org/", "k", "?")
def test_every_text_with_formulas_is_shown_and_harmless(before, formula, behind):
    formula = text.plain(formula)
    assume(r"\)" not in formula and formula)
    assume(not re.search(r"\\[()]|\\$", before + " " + behind) and not before.endswith("\\("))
    marked = rf"{before} \({formula}\) {behind}"
    for name in ("title", "abstract"):
        paper = Paper("x", "x", None, abstract="x", mathematics={name: marked})
        written = mathematics.markdown(paper, name)
        shown = _Elements(python_markdown(f"# {written}" if name == "title" else written))
        assert shown.tags() <= MATHML | {"p", "h1", "a"}
        assert all(attributes.keys() <= HARMLESS | {"href", "id"} for _, attributes in shown.found)
        assert ("math" in shown.tags()) == (r"\(" in written.replace("\\\\", ""))
        words = f"{before} {behind}".split()
        rest = iter(shown.text.split())
        assert all(any(word in one for one in rest) for word in words) or name == "abstract"
        others = _Elements(MarkdownIt("commonmark").render(written))
        assert others.tags() <= {"p", "em", "strong", "a"}
        assert {a["href"] for tag, a in others.found if tag == "a"} <= {
            a["href"] for tag, a in shown.found if tag == "a"
        } or name == "abstract"


def test_what_a_plain_text_has_between_these_signs_is_no_formula():
    paper = Paper("x", r"So \(k\) is", None, abstract=r"\(k\)")
    assert python_markdown(mathematics.markdown(paper, "title")) == r"<p>So \(k\) is</p>"
    assert python_markdown(mathematics.markdown(paper, "abstract")) == r"<p>\(k\)</p>"


def test_a_formula_is_shown_where_it_stands():
    paper = Paper("x", "x", None, mathematics={"title": r"The \(L_2\) of \(\ours\) and C:\\(k\)"})
    assert mathematics.markdown(paper, "title").startswith(r"The \(L_2\) of ")
    page = python_markdown("Let \\(k\\)\\(m\\) be, as `\\(k\\)` says,\n\\(x <\ny\\).")
    assert re.sub("<math.*?</math>", "∑", page, flags=re.DOTALL) == (
        "<p>Let ∑∑ be, as <code>\\(k\\)</code> says,\n∑.</p>"
    )
    assert python_markdown(r"\(k\)").startswith("<p><math")


def test_what_cannot_be_mathml_is_plain_in_the_markdown_already():
    paper = Paper("x", "x", None, abstract="x", mathematics={"abstract": r"of \(\ours_{a}\), *so*"})
    assert mathematics.markdown(paper, "abstract") == r"of \_a, \*so\*"
    assert python_markdown(r"a \(\ours_{a} < b\) c") == "<p>a _a &lt; b c</p>"


def test_a_heading_is_called_what_its_plain_text_is_called():
    with_formula = _converter.reset().convert("# In \\(O(n^2)\\) Steps\n\n## In O(n²) Steps")
    assert re.findall('id="([^"]*)"', with_formula) == ["in-on2-steps", "in-on2-steps_1"]
    (top,) = _converter.toc_tokens
    assert (top["name"], top["children"][0]["name"]) == ("In O(n²) Steps", "In O(n²) Steps")
    assert "math" not in _converter.toc


def test_without_contents_headings_have_no_names():
    page = markdown.markdown("# \\(k\\) Cats", extensions=["generator.mathematics"])
    assert page.startswith("<h1><math")


# --- a page -------------------------------------------------------------------------------

LONG = "+".join(rf"\alpha_{{{n}}} \beta_{{{n}}}" for n in range(14))
TITLE = r"Sorting in $O(n \log n)$ Steps"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, broadsheet_here: Run) -> Path:
    """The built site of one paper with formulas."""
    folder = tmp_path_factory.mktemp("mathematics")
    (folder / "content" / "listings").mkdir(parents=True)
    listed = [
        {
            "title": TITLE,
            "paper": {
                "id": "2501.00001",
                "summary": rf"Let $\frac{{x_1}}{{d_k}}$ be, & ${LONG}$, and $\text{{<b>}}_i$.",
                "ai_summary": r"Costs $k$ <EOS>.",
            },
        }
    ]
    (folder / "content" / "listings" / "2025-01-01-a.json").write_text(json.dumps(listed))
    broadsheet_here("build", "--content", folder / "content", "--site-dir", folder / "site")
    return folder / "site"


PATH = "papers/sorting-in-o-n-log-n-steps"


def test_a_page_shows_mathml_and_everything_else_plain_text(page: Path):
    shown = (page / PATH / "index.html").read_text()
    assert re.search(r'<h1 id="sorting-in-on-log-n-steps">Sorting in <math><mi>O</mi>', shown)
    assert (shown.count("<math>"), shown.count('<math tabindex="0">')) == (3, 1)
    assert "data-plain" not in shown
    assert "<title>Sorting in O(n log n) Steps" in shown
    head = shown[: shown.index("<h1")]
    assert "math" not in head
    assert "\\(" not in shown
    for path in ("index.html", "days/2025-01-01/index.html", "feeds/all.xml", "feeds/all.json"):
        made = (page / path).read_text()
        assert "O(n log n)" in made
        assert "<math" not in made
        assert "\\(" not in made


def test_formulas_are_seen_and_fit_on_a_phone(chromium: Browser, page: Path):
    window = {"width": 360, "height": 800}
    with (
        served(page) as address,
        visit(chromium, address, PATH + "/", viewport=window, java_script_enabled=False) as shown,
    ):
        boxes = [one.bounding_box() for one in shown.locator("math").all()]
        assert len(boxes) == 4
        assert all(box["height"] > 8 and box["x"] + box["width"] <= 360 for box in boxes)
        assert max(box["width"] for box in boxes) > 300  # which would be wider
    with served(page) as address, visit(chromium, address, PATH + "/", viewport=window) as shown:
        assert shown.evaluate("document.documentElement.scrollWidth") <= 360
        assert violations(shown) == []
