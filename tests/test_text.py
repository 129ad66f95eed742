"""Cleaning loses nothing that can be kept, and what is written shows exactly the text."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser
from urllib.parse import unquote

import markdown
import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from generator import fields, text

ANY = st.text(st.characters(codec=None), max_size=60)  # lone surrogates as well
CHANGING = {"Cc", "Cs", "Zs", "Zl", "Zp"}  # categories which plain() may replace or drop


def _is_noncharacter(character: str) -> bool:
    return 0xFDD0 <= ord(character) <= 0xFDEF or ord(character) & 0xFFFE == 0xFFFE


# --- plain --------------------------------------------------------------------------------


@given(ANY)
def test_plain_text_is_plain_already(source):
    assert text.plain(text.plain(source)) == text.plain(source)


@given(ANY)
@example("\ud83d\ude00")
@example("a\u2028b\u2029c\x85d\x0be")
@example("\u202egpj.exe")
@example("\ufeff \ufffe \U0001ffff \ufdd0")
@example(" \x01 \x02")
def test_plain_text_holds_nothing_that_a_format_forbids(source):
    result = text.plain(source)
    result.encode("utf-8")
    assert len(result.splitlines()) <= 1
    assert result == result.strip()
    assert "  " not in result
    for character in result:
        assert unicodedata.category(character) not in ("Cc", "Cs", "Zl", "Zp")
        assert not _is_noncharacter(character)
        assert character not in "\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(ANY)
def test_plain_text_keeps_every_letter_mark_digit_and_sign(source):
    def visible(text):
        return [c for c in text if unicodedata.category(c)[0] in "LMNPS" and c != "\ufffd"]

    assert visible(text.plain(source)) == visible(source)


@pytest.mark.parametrize("kept", ["e\u0301", "سلام\u200c", "👩\u200d🔬", "日本語", "\u200fעברית"])
def test_plain_text_keeps_what_scripts_and_emoji_are_made_of(kept):
    assert text.plain(kept) == kept


def test_a_lone_surrogate_is_seen_to_be_missing():
    assert text.plain("a\ud800b") == "a\ufffdb"


# --- LaTeX --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        # money and what looks like markup
        ("costs $20", "costs $20"),
        ("from $20 to $30 a month", "from $20 to $30 a month"),
        ("between $5-$10 each", "between $5-$10 each"),
        ("from A$5 = $3 on", "from A$5 = $3 on"),
        ("the <EOS> token", "the <EOS> token"),
        ("costs \\22K to train", "costs $22K to train"),
        ("100\\$ a day", "100$ a day"),
        # escapes
        ("Q\\&A", "Q&A"),
        ("falls by 0.36\\%", "falls by 0.36%"),
        ("snake\\_case and \\#1", "snake_case and #1"),
        # ties, and "about"
        ("Noether~et~al.", "Noether et al."),
        ("5~GB", "5 GB"),
        ("about ~2% of it", "about ~2% of it"),
        ("of 3~5 layers", "of 3~5 layers"),
        # quotes
        ("the ``N:M'' pattern", "the “N:M” pattern"),
        ("a `small' model", "a ‘small’ model"),
        ("don't and it's", "don't and it's"),
        ("a ''perfect'' reward", "a “perfect” reward"),
        ("``N:M'' and ''2:4''", "“N:M” and “2:4”"),
        ("f'' and g'' at x", "f'' and g'' at x"),
        # what is left of Markdown
        ("We call it **The Net (TN)**, and", "We call it The Net (TN), and"),
        ("**One** and **$x^2$**.", "One and x²."),
        ("2**n, a ** b ** c, f(**kwargs) or g(**)", "2**n, a ** b ** c, f(**kwargs) or g(**)"),
        ("an A** node and a B** node", "an A** node and a B** node"),
        # what a page made of its mathematics
        ("80times faster", "80× faster"),
        ("3 times 4", "3×4"),
        ("3%sim20% better", "3%∼20% better"),
        ("sometimes 3 times better", "sometimes 3 times better"),
        ("a simple similarity", "a simple similarity"),
        ("for n geq 5", "for n ≥ 5"),
        # macros
        ("\\textsc{Ofa} wins", "Ofa wins"),
        ("\\ours wins", "ours wins"),
        ("\\emph{new \\textbf{and bold}}", "new and bold"),
        ("{\\em stressed} words", "stressed words"),
        ("\\frac{\\sqrt{2}}{3}", "√(2)/3"),
        ("see \\url{https://example.org/a_b}", "see https://example.org/a_b"),
        # accents
        ('Schr\\"odinger', "Schrödinger"),
        ("Erd\\H{o}s and Poincar\\'{e}", "Erdős and Poincaré"),
        ('na\\"{\\i}ve', "naïve"),
        # mathematics
        ("$\\nabla^2$DFT", "∇²DFT"),
        ("10^{19} operations", "10¹⁹ operations"),
        ("10^19 operations", "10¹⁹ operations"),
        ("$x_1$ and \\(y\\)", "x₁ and y"),
        ("4$\\times$ faster", "4× faster"),
        ("p$<$0.05, $>$90%, 5$-$10", "p<0.05, >90%, 5-10"),
        ("$\\sim$20 of CO$_2$", "∼20 of CO₂"),
        (
            "25$^\\circ$C, $90^{\\circ}$, 360^\\circ~views of $f\\circ g$",
            "25°C, 90°, 360° views of f∘ g",
        ),
        ("$\\alpha$-divergence", "α-divergence"),
        ("A$^*$ search in $O(n \\log n)$", "A* search in O(n log n)"),
        ("for $a \\geq b$", "for a ≥ b"),
        # dashes
        ("pages 3--5", "pages 3–5"),
        ("so --- or not -- it is", "so — or not – it is"),
        ("pre-training", "pre-training"),
    ],
)
def test_what_is_left_of_latex_becomes_unicode(source, shown):
    assert text.from_latex(source) == shown


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("nothing of 80times or sim3", "nothing of 80times or sim3"),
        ("{Double {Braces}} go", "Double Braces go"),
        ("a -- b --- ``c''~d", "a – b — “c” d"),
        ("a-{}-b'{}'c?{}`", "a--b''c?`"),
        (r"50\% \& \$5 \#1 \_ \{x\}", "50% & $5 #1 _ {x}"),
        ("50% & #1 a_b^c", "50% & #1 a_b^c"),
        (r"\'Etienne, Erd\H os, {\v c}, stra\ss e, \L{}ukasz", "Étienne, Erdős, č, straße, Łukasz"),
        (r"\emph{a {B} \textbf{c}} {\em d} \ours{}", "a B c d ours"),
        (r"\textbackslash{}\textbraceleft\textasciitilde{}\~{}x", "\\{~~x"),
        (r"from $20 to $30, $\ell_2$ and \(x^2\)", "from $20 to $30, ℓ₂ and x²"),
        (r"\url{https://x.example/a_b}", "https://x.example/a_b"),
        ("{unclosed \\emph{", "unclosed emph"),
    ],
)
def test_tex_throughout_is_taken_at_its_word(source, shown):
    assert text.from_tex(source) == shown


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/~me/a_b--c%23d",
        "https://example.org/80times/10^19",
        "https://example.org/?q=a~b&c=$d$",
    ],
)
def test_addresses_are_left_alone(address):
    assert text.from_latex(f"code~at {address} now~here") == f"code at {address} now here"


def test_escapes_in_an_address_are_undone():
    assert text.from_latex("https://example.org/a\\_b\\%20c") == "https://example.org/a_b%20c"


DEBRIS = r"""
\ $ $$ { } ^ _ ~ ` `` ' '' " % & # \frac \sqrt \textbf \emph \begin{x} \end{x} \\ \( \) \[ \]
\" \' \c \i -- --- 10 80 times sim geq a word https://example.org/a_b \cite{x} \verb|x| \ref
\def \newcommand \input{/etc/passwd} \item \left( \right) \url{ é 语 \x
"""
LATEX = st.lists(
    st.sampled_from(DEBRIS.split())
    | st.sampled_from([" ", "\n", "\x00", "\ud800", "\u202e"])
    | st.characters(codec=None),
    max_size=25,
).map("".join)


@settings(deadline=None, max_examples=200)
@given(LATEX)
@example("\\" * 50 + "{" * 50)
@example("$" * 101)
@example("{" * 3_000)
@example("\\emph{" * 200)
def test_no_latex_is_too_broken_to_be_read(source):
    assert text.plain(text.from_latex(source)) == text.from_latex(source)


def test_latex_reads_no_file():
    assert "root:" not in text.from_latex("\\input{/etc/passwd} \\include{/etc/passwd}")


@given(st.lists(st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,9}[,.:?!]?", fullmatch=True), max_size=20))
def test_plain_words_are_not_changed(words):
    source = " ".join(words)
    assume(not re.search(r"\d ?times|sim\d|[gl]eq ?\d", source))  # these are named debris
    assert text.from_latex(source) == source


# --- Markdown -----------------------------------------------------------------------------


class _Shown(HTMLParser):
    """The text that HTML shows, its tags and the destinations of its links."""

    def __init__(self, html: str):
        super().__init__()
        self.text, self.tags, self.hrefs = "", [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.hrefs += [value for name, value in attributes if name == "href"]

    def handle_data(self, data):
        self.text += data


EXTENSIONS = [
    *("extra", "admonition", "toc", "attr_list", "md_in_html", "def_list", "footnotes", "tables"),
]


def _python_markdown(extensions):
    converter = markdown.Markdown(extensions=extensions)
    return lambda source: converter.reset().convert(source)


RENDERERS = {
    "Python-Markdown": _python_markdown([]),
    "Python-Markdown with extensions": _python_markdown(EXTENSIONS),
    "CommonMark": MarkdownIt("commonmark").render,
}

# Whatever means something to some Markdown, and what Python-Markdown calls its own placeholders.
SPECIAL = r"""
1. 1) - + * ** _ __ # ## > ` `` ``` ~~~ === --- : :: | || ! !!! ??? ![ [ ] ]( ) ( { } {: ^ ~ \ \\
& &amp; &#60; &lt; &copy &nbsp; < </ <b> <br/> <!-- --> <script> <?php ]]> <![CDATA[ http://a.b
www.a.b [x]: http://e.org [^1]: *[a]: [TOC] [x](y) ![i](u) <http://a.b> a@b.c <a@b.c> STX amp
klzzwxh:0001 wzxhzdk:0 12345. 0. -- ... " ' (c) :smile: $x$ @import {{ }} {% %} /// --8<-- é 语 word
"""
MARKUP = st.sampled_from(SPECIAL.split())
PLAIN = (
    st.lists(
        MARKUP | st.sampled_from([" ", " ", "    ", "\t", "\n"]) | st.characters(), max_size=12
    )
    .map("".join)
    .map(text.plain)
    .filter(bool)
)
AWKWARD = [
    *(
        "1.",
        "1. one",
        "12) twelve",
        "-",
        "- item",
        "+ item",
        "* item",
        "#",
        "# heading",
        "####### x",
    ),
    *(
        "> quote",
        "===",
        "---",
        "***",
        "~~~",
        "```",
        ": definition",
        "|",
        "a | b",
        "| - |",
        "!!! note",
    ),
    *("??? x", "[x]: http://example.org/", "*[a]: b", "[^1]: note", "[TOC]", "[x](y)", "![x](y)"),
    *("<b>bold</b>", "<script>alert(1)</script>", "<!-- x -->", "&amp;", "&#60;", "&copy;", "&"),
    *(
        "\\",
        "\\\\",
        "\\*",
        "a\\",
        "*a*",
        "__a__",
        "`a`",
        "a `",
        "http://example.org/",
        "{: .x }",
        "# x #",
    ),
    *(
        "x {: #id }",
        "<http://example.org/>",
        "klzzwxh:0001",
        "2 * 3 * 4",
        "snake_case_name",
        "C#",
        "~a~",
    ),
]


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("source", AWKWARD)
def test_awkward_texts_are_shown_as_they_are(source, renderer):
    _check_shown(RENDERERS[renderer], source)


@settings(deadline=None, max_examples=200)
@given(source=PLAIN)
def test_every_text_is_shown_as_it_is(source):
    for render in RENDERERS.values():
        _check_shown(render, source)


def _check_shown(render, source):
    """As a paragraph, behind another, as a heading, and as the text of a link."""
    escaped = text.markdown(source)
    paragraph = _Shown(render(escaped))
    assert (paragraph.text.rstrip("\n"), paragraph.tags) == (source, ["p"])
    second = _Shown(render(f"one\n\n{escaped}\n\nthree"))
    assert (second.text.split(), second.tags) == (["one", *source.split(), "three"], ["p"] * 3)
    heading = _Shown(render(f"# {escaped}"))
    assert (heading.text.rstrip("\n"), heading.tags) == (source, ["h1"])
    link = _Shown(render(f"[{escaped}](x.md)"))
    assert (link.text.rstrip("\n"), link.tags, link.hrefs) == (source, ["p", "a"], ["x.md"])


ADDRESSES = st.from_regex(
    r"https?://[a-z]{1,5}\.org(:80)?(/[A-Za-z0-9_~+=.,;:'!*()@$&-]{0,8}){0,3}(\?[a-z&=%;]{0,9})?",
    fullmatch=True,
)


@settings(deadline=None, max_examples=200)
@given(st.lists(MARKUP | ADDRESSES | st.just(" ") | st.characters(), max_size=10).map("".join))
@example("see https://example.org/?a=b&c=d_e_f.")
@example("(https://example.org/a_(b))")
@example("https://example.org/*a*")
@example("javascript:alert(1) data:text/html,x //example.org")
@example("https://example.org/&copy;")
def test_prose_shows_the_text_and_links_only_to_the_web(source):
    source = text.plain(source)
    assume(source)
    for name, render in RENDERERS.items():
        shown = _Shown(render(text.prose(source)))
        # markdown-it shows the addresses of automatic links without percent-encoding.
        decode = unquote if name == "CommonMark" else str
        assert decode(shown.text.rstrip("\n")) == decode(source)
        assert set(shown.tags) <= {"p", "a"}
        assert all(re.match("https?://", href) for href in shown.hrefs)


def test_prose_links_addresses_without_the_full_stop_behind_them():
    shown = _Shown(
        markdown.markdown(text.prose("See https://example.org/a_b?c=d&e=f, or http://a.b."))
    )
    assert shown.hrefs == ["https://example.org/a_b?c=d&e=f", "http://a.b"]


def test_prose_does_not_link_to_a_host_in_disguise():
    for source in ["https://known.example@evil.example/", "https://known.example:80@evil.example"]:
        assert _Shown(markdown.markdown(text.prose(source))).tags == ["p"]
    with_at = "https://example.org/@somebody/post"
    assert _Shown(markdown.markdown(text.prose(with_at))).hrefs == [with_at]


URL_PIECES = st.sampled_from(
    [*list("/?#&=%;:@!$'()*+,-._~[]abAB01é语|"), "%20", "&amp;", "&copy;", "//"]
)


@settings(deadline=None, max_examples=200)
@given(st.lists(URL_PIECES, max_size=20).map("".join))
def test_a_link_leads_to_its_address(rest):
    address = f"https://example.org/{rest}"
    try:
        fields.parse("links", {"code": address})
    except ValueError:
        assume(False)
    for render in RENDERERS.values():
        shown = _Shown(render(f"[code]({text.destination(address)})"))
        assert (shown.tags, shown.text.strip()) == (["p", "a"], "code")
        assert [unquote(href) for href in shown.hrefs] == [unquote(address)]


# --- YAML ---------------------------------------------------------------------------------


@given(ANY.map(text.plain))
@example("No")
@example("a: b # c")
@example('"quoted" \\ back')
@example("\u200b\xad\ue000😀")
def test_quoted_text_is_read_back_the_same(source):
    document = f"title: {text.quoted(source)}\nnext: 1\n"
    assert yaml.load(document, Loader=yaml.CSafeLoader) == {"title": source, "next": 1}


# --- slugs --------------------------------------------------------------------------------

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@settings(deadline=None)
@given(ANY | MARKUP | st.text(alphabet="ab- '’", min_size=70, max_size=200))
@example("../../etc/passwd")
@example("&#99999999999999999999;")
@example("&#x110000;")
def test_a_slug_cannot_leave_its_folder(source):
    name = text.slug(source, fallback="paper")
    assert SLUG.fullmatch(name)
    assert len(name) <= 80
    assert name not in {"index", "readme", "con", "prn", "aux", "nul"}
    assert fields.parse("topics", [name]) == (name,)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Attention Is All You Need", "attention-is-all-you-need"),
        ("What's in a Name? A Study", "whats-in-a-name-a-study"),
        ("What’s in a Name", "whats-in-a-name"),
        ("Schrödinger’s Bat", "schrodingers-bat"),
        ("语言模型", "yu-yan-mo-xing"),
        ("Что нового", "chto-novogo"),
        ("∇: !!!", "paper"),
        ("🦙", "paper"),
        ("", "paper"),
        ("README", "readme-paper"),
        ("Index", "index-paper"),
        ("CON", "con-paper"),
    ],
)
def test_a_slug_says_what_the_title_says(title, name):
    assert text.slug(title, fallback="paper") == name


def test_a_long_slug_ends_with_a_whole_word():
    title = "word" + " another" * 20
    assert text.slug(title, fallback="paper").split("-")[-1] == "another"
    assert text.slug("a" * 500, fallback="paper") == "a" * 80


NAMES = st.sampled_from(["a", "a-2", "a-3", "a-4", "b"])


@given(st.sets(NAMES), st.lists(NAMES))
def test_a_distinct_name_is_not_taken_and_given_once(taken, asked):
    distinct = text.distinct_names(taken)
    given_names = [distinct(name) for name in asked]
    assert len({*taken, *given_names}) == len(taken) + len(asked)
    if asked and asked[0] not in taken:
        assert given_names[0] == asked[0]


# --- words --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Pré-training OF Models", ["pre", "training", "of", "models"]),
        ("C++ and C# in GPT-4o", ["c++", "and", "c#", "in", "gpt", "4o"]),
        ("don't, won’t; o'clock 'x'", ["don't", "won't", "o'clock", "x"]),
        (
            "the model's and BERT’s, James' and 's",
            ["the", "model", "and", "bert", "james", "and", "s"],
        ),
        ("语言模型 LLM入门", ["语", "言", "模", "型", "llm", "入", "门"]),
        ("がくしゅう", ["が", "く", "し", "ゅ", "う"]),
        ("한국어 모델", ["한국어", "모델"]),
        ("Straße ÆON ﬁne", ["strasse", "æon", "fine"]),
        ("snake_case — a/b…c", ["snake", "case", "a", "b", "c"]),
        ("!? —", []),
    ],
)
def test_words_are_folded_for_comparison(source, words):
    assert text.words(source) == words


@given(st.text())
def test_words_do_not_depend_on_how_accents_are_encoded(source):
    composed, decomposed = (unicodedata.normalize(form, source) for form in ("NFC", "NFD"))
    assert text.words(composed) == text.words(decomposed)


@given(st.text(st.sampled_from("ab1_+#'sS -.\t\n\x1f")))
def test_words_do_not_depend_on_what_stands_elsewhere(source):
    assert text.words(f"{source} é 語") == [*text.words(source), "e", "語"]


@pytest.mark.parametrize(("one", "other"), [("किताब", "कताब"), ("ภาษา", "ภูษา")])
def test_vowel_signs_tell_words_apart(one, other):
    assert text.words(one) != text.words(other)
