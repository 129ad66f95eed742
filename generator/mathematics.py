r"""LaTeX → MathML, and the extension of Python-Markdown that puts it into pages.

In a page's Markdown a formula stands between ``\(`` and ``\)``, as other generators know it (MathJax,
KaTeX, ``pymdownx.arithmatex``) and people can read it; in HTML it is MathML Core, which browsers print
and screen readers read by themselves. What can't be shown so is shown as plain Unicode.

Formulas come from strangers. They are short, shallow and define nothing, which keeps the converter
within its stack; and what it makes of them is taken apart and written anew, element by element, of what
MathML needs and nothing else: no style, no link, no HTML, nothing that is larger than a line.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from html.entities import html5
from itertools import accumulate
from xml.etree import ElementTree

import math_core
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.toc import render_inner_html, strip_tags, unique
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor

from generator import formulas, text
from generator.model import Paper

DEPTH = 20  # groups within groups; the converter's stack would hold eight times as many in 256 KB
LARGEST = 8_000  # characters of MathML
SHORT = 20  # characters shown, which fit on a line of a phone even in a title

_convert = math_core.LatexToMathML(fancy_error=False, max_expansions=1).convert_with_local_state
# Definitions, and what refers to other formulas or leaves the line.
_REFUSED = re.compile(
    r"\\(?:def|let|(?:re)?newcommand|providecommand|DeclareMathOperator|label|tag|notag|(?:eq)?ref"
    r"|begin\s*\{(?:align|equation|gather|multline|split)|[hvx]?phantom|raisebox)"
)
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;|quot;)(\w+;)")

_ELEMENTS = set(
    "math mrow mi mn mo mtext mspace mpadded mstyle msub msup msubsup munder mover munderover "
    "mmultiscripts mprescripts mfrac msqrt mroot mtable mtr mtd".split()
)
_DROPPED = {"style", "class"}  # colours, and finer spacing than anybody misses
_KEYWORDS = {
    name: re.compile("true|false")
    for name in (
        "accent accentunder displaystyle fence largeop movablelimits separator stretchy symmetric"
    ).split()
} | {
    "form": re.compile("prefix|infix|postfix"),
    "linethickness": re.compile("0"),
    "mathvariant": re.compile("normal"),
    "scriptlevel": re.compile("[0-2]"),
}
_LENGTHS = {"lspace": 2, "rspace": 2, "width": 4, "minsize": 4, "maxsize": 4}  # at most, in em
_LENGTH = re.compile(r"(\d{0,2}(?:\.\d{1,8})?)(?:em)?")


@lru_cache(maxsize=10_000)
def mathml(formula: str) -> str | None:
    """A formula in LaTeX as an inline element of MathML Core, or None if it can't be one."""
    depth = max(accumulate({"{": 1, "}": -1}.get(sign, 0) for sign in formula), default=0)
    if len(formula) > formulas.LONGEST or depth > DEPTH or _REFUSED.search(formula):
        return None
    try:
        converted = _convert(formula, displaystyle=False)
        # HTML's names of characters, as the converter writes ApplyFunction, are none of XML's.
        root = ElementTree.fromstring(_ENTITY.sub(lambda name: html5[name[1]], converted))
        _clean(root)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a panic of the converter's isn't an Exception
        return None
    words = "".join(root.itertext()).strip()
    if root.tag != "math" or not words:
        return None
    if len(words) > SHORT:
        root.set("tabindex", "0")  # keys move what has to be moved sideways to be read
    cleaned = ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")
    return cleaned if len(cleaned) <= LARGEST else None


def _clean(element: ElementTree.Element) -> None:
    """Leave only harmless attributes; raise ValueError for anything else that may do harm."""
    if element.tag not in _ELEMENTS:
        raise ValueError(element.tag)
    if element.tag == "mtext":  # the converter sets fonts in it by HTML
        words = "".join(element.itertext())
        element[:] = []
        element.text = words
    for name, value in list(element.attrib.items()):
        if name in _DROPPED:
            del element.attrib[name]
        elif not _is_harmless(name, value):
            raise ValueError(name)
    for child in element:
        _clean(child)


def _is_harmless(name: str, value: str) -> bool:
    if name in _KEYWORDS:
        return bool(_KEYWORDS[name].fullmatch(value))
    length = _LENGTH.fullmatch(value) if name in _LENGTHS else None
    return bool(length and length[1]) and float(length[1]) <= _LENGTHS[name]


# --- Markdown -----------------------------------------------------------------------------


def markdown(paper: Paper, name: str) -> str:
    """A text of a paper's as Markdown, with its formulas if it has any; of others than the title,
    addresses become links."""
    write = text.markdown if name == "title" else text.prose
    marked = paper.mathematics.get(name)
    written, words = "", ""
    for index, part in enumerate(formulas.split(marked) if marked else [getattr(paper, name)]):
        source = _in_markdown(part) if index % 2 else None
        if source and mathml(source):
            written, words = rf"{written}{write(words)}\({source}\)", ""
        else:
            words += formulas.unicode(part) if index % 2 else part
    return written + write(words)


def _in_markdown(formula: str) -> str | None:
    """A formula such that no Markdown takes any of it for HTML, a link or code; None if it can't be."""
    if "`" in formula:
        return None
    return re.sub(r"&(?=\S)", "& ", formula.replace("<", r"\lt ").replace("](", "] ("))


IN_MARKDOWN = r"(?<!\\)((?:\\\\)*)" + formulas.PATTERN  # the backslashes before it, and the LaTeX
_PLACE = re.compile("\x02wzxhzdk:\\d+\x03")  # of an element, in the text of others
# An element knows its plain text until headings have got their names.
_PLAIN = re.compile(r'(?<=<math) data-plain="[^"]*"')
_ELEMENT = re.compile(r'<math data-plain="([^"]*)".*?</math>')


def in_plain_text(source: str) -> str:
    """A formula from Markdown as plain Unicode, in HTML."""
    return html.escape(formulas.unicode(source.replace(r"\lt ", "<")))


class _Formulas(InlineProcessor):
    def handleMatch(self, match: re.Match, data: str):
        source = match[2]
        if "\x02" in source:  # something else already
            return None, None, None
        plain = shown = in_plain_text(source)
        if converted := mathml(source):
            shown = f'<math data-plain="{plain}"{converted.removeprefix("<math")}'
        return self.md.htmlStash.store(shown), match.end(1), match.end()


class _Headings(Treeprocessor):
    """Headings are called in addresses and contents what they are called in plain text."""

    def run(self, root: ElementTree.Element) -> None:
        if "toc" in self.md.treeprocessors:
            self._name(root)
        stash = self.md.htmlStash.rawHtmlBlocks
        stash[:] = [_PLAIN.sub("", one) if isinstance(one, str) else one for one in stash]

    def _name(self, root: ElementTree.Element) -> None:
        toc = self.md.treeprocessors["toc"]
        taken = {element.get("id") for element in root.iter()}
        for element in root.iter():
            if re.fullmatch("h[1-6]", str(element.tag)) and _PLACE.search(
                "".join(element.itertext())
            ):
                inner = render_inner_html(element, self.md)
                label = strip_tags(_ELEMENT.sub(r"\1", inner))
                element.set("data-toc-label", label)
                if "id" not in element.attrib:
                    name = toc.slugify(html.unescape(label), toc.sep)
                    element.set("id", unique(name, taken))


class FormulasExtension(Extension):
    r"""``\(…\)`` in Markdown is MathML in HTML."""

    def extendMarkdown(self, md: Markdown) -> None:
        # Behind code, in which it is shown as it is, and before the escapes, of which "\(" is one.
        md.inlinePatterns.register(_Formulas(IN_MARKDOWN, md), "formulas", 185)
        md.treeprocessors.register(
            _Headings(md), "formulas", 6
        )  # just before the contents are made
        if "math" in md.block_level_elements:  # a formula stands in a line
            md.block_level_elements.remove("math")


def makeExtension(**_: object) -> Extension:
    return FormulasExtension()
