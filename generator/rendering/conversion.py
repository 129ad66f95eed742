r"""Markdown → HTML where that is plain: the bytes that Python-Markdown would give, or nothing.

``convert`` knows the part of Markdown in which pages of papers and lists of them are written: headings, lines
of text, flat lists, quotes, rules, fenced code and charts, with blank lines between; and in them escapes,
character references, links, addresses, emphasis and formulas. Whatever else stands there, or could be taken for
something else, makes it give up, and Python-Markdown has the page. So what is added here must be as certain:
``tests/rendering/test_conversion.py`` compares both over texts of all kinds.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from markdown.extensions.toc import slugify, strip_tags, unique

from generator import mathematics

# With these, MkDocs' own and ours, and no others, this module knows what becomes of a text.
EXTENSIONS = frozenset({"toc", "tables", "fenced_code", "generator.mathematics"})

# The address for the destination of a link, as it is written; None if that is for MkDocs to tell.
Resolve = Callable[[str], str | None]


class Heading(NamedTuple):
    level: int  # 1 to 6
    id: str  # its name in addresses
    html: str  # what it says
    label: str  # the same in plain text, but for character references


@dataclass(frozen=True, slots=True)
class Converted:
    html: str
    headings: tuple[Heading, ...]


class _UnsureError(Exception):
    """This is for Python-Markdown."""


_PLACE = "\x02"  # of a formula, or of fenced code
# Controls but for "\n", and what Python takes for ends of lines.
_CONTROLS = [
    chr(code) for code in (*range(0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)
]
_FENCE = "```"
_LANGUAGE = re.compile(r"[A-Za-z0-9_]*")
_HEADING = re.compile(r"(#{1,6}) (.+)")
# What may begin something else than text.
_BEGINS_BLOCK = re.compile(r"[#>+=~|:-]|\d+\.|\*[\s*]|\s")
# A figure of HTML that stays as it is: nothing in it is an anchor, or could be the beginning of something else.
_FIGURE = re.compile(
    r'<figure class="chart">(?:[^<>&]++|&(?:amp|lt|gt|quot|#x27);'
    r"|</?(?:b|caption|details|div|figcaption|path|summary|svg|table|tbody|td|text|th|thead|tr)"
    r'(?: (?!id=|name=)[A-Za-z-]+="[^"<>]*")*/?>)++</figure>'
)

_FORMULA = re.compile(mathematics.IN_MARKDOWN, re.DOTALL)
# Every part begins with a character, so that the others are passed over at once.
_TOKEN = re.compile(
    r"\\([\\`*_{}\[\]()>#+.!-])"
    r"|&((?:[a-zA-Z]{2,8}|#[0-9]{1,7});)"
    r"|\[(?<!!\[)((?:[^\[\]\\*_<>`]++|\\[^\s()])++)\]\(([^\s()<>\"'\\*\[\]`\x02]++)\)"
    r"|<(https?://[A-Za-z0-9/:.%~_+,=?#@&-]+)>"
    r"|\*(?<!\S\*)(?=[^\s*])()"
    r"|\*(?<=[^\s*]\*)(?!\S)()"
    r"|\\|`|\*|_|<|>|&|\[|\]"
)
_ESCAPED, _REFERENCE, _LABEL, _DESTINATION, _ADDRESS, _OPENING = range(1, 7)  # its groups
_SIGN = re.compile(r"[\\`*_<>&\[\]]")  # with one of which each of these begins
# What many lines of lists are, without anything in it that is more than text: a link, and a word in emphasis.
_LINK = re.compile(
    r"\[([^\\`*_<>&\[\]]++)\]\(([^\s()<>\"'\\*\[\]`\x02]++)\)(?: \*([^\s\\`*_<>&\[\]]++)\*)?"
)
_BARE_AMPERSAND = re.compile(r"&(?!(?:#[0-9]+|#x[0-9a-f]+|[0-9a-z]+);)", re.IGNORECASE)
_EXTERNAL = re.compile(r"https?://[^/?#]")


def convert(markdown: str, resolve: Resolve) -> Converted | None:
    """The HTML of a page's Markdown; None if Python-Markdown has to convert it."""
    # To look for one after the other takes a third of the time that one pattern for all would need.
    if any(map(markdown.__contains__, _CONTROLS)) or not markdown.strip():
        return None
    try:
        markdown, codes = _without_code(markdown.strip("\n"))
        blocks = [block.lstrip("\n") for block in markdown.split("\n\n")]
        return _page([*filter(None, blocks)], codes, resolve)
    except _UnsureError:
        return None


def _without_code(markdown: str) -> tuple[str, Iterator[str]]:
    """The Markdown with a character for each piece of fenced code, and these as HTML."""
    codes: list[str] = []
    rest: list[str] = []
    at = 0
    while (start := markdown.find(_FENCE, at)) >= 0:
        end_of_line = markdown.find("\n", start)
        end = markdown.find(f"\n{_FENCE}", end_of_line)
        language = markdown[start + 3 : end_of_line]
        is_between = start == 0 or markdown.endswith("\n\n", 0, start)
        is_between &= markdown[end + 4 : end + 6] in ("", "\n\n")
        if not (0 < end_of_line < end and is_between and _LANGUAGE.fullmatch(language)):
            raise _UnsureError
        lines = markdown[end_of_line + 1 : end + 1]
        if " \n" in lines:  # of lines of spaces none are left
            raise _UnsureError
        rest += [markdown[at:start], _PLACE]
        codes.append(_code(language, lines))
        at = end + 4
    rest.append(markdown[at:])
    return "".join(rest), iter(codes)


def _page(blocks: list[str], codes: Iterator[str], resolve: Resolve) -> Converted:
    out: list[str] = []
    places: list[int] = []  # in out, of headings
    found: list[tuple[str, str]] = []  # their marks, and what they say
    items: list[str] = []  # of the list that isn't ended
    was_quote = False
    for block in blocks:
        is_item, was_quote_before = block.startswith("- "), was_quote
        was_quote = block.startswith("> ")
        if is_item:
            more = [_line(item, resolve) for item in _items(block)]
            if items:  # items with a blank line between them are paragraphs
                items[-1], more[0] = _paragraph(items[-1]), f"\n<p>{more[0]}</p>\n"
            items += more
            continue
        if items:
            out.append(_list(items))
            items = []
        if block.startswith("<figure") and _FIGURE.fullmatch(block):
            if " \n" in block:  # of lines of spaces none are left
                raise _UnsureError
            out.append(f"{block}\n")
            continue
        if "\n" in block or (was_quote and was_quote_before):
            raise _UnsureError
        if block == _PLACE:
            out.append(next(codes))
        elif heading := _HEADING.fullmatch(block):
            if block.endswith("#"):  # which may belong to the heading's mark
                raise _UnsureError
            places.append(len(out))
            found.append(heading.groups())
            out.append("")
        elif block == "***":
            out.append("<hr />")
        elif was_quote:
            out.append(f"<blockquote>\n<p>{_line(block[2:], resolve)}</p>\n</blockquote>")
        else:
            out.append(f"<p>{_line(block, resolve)}</p>")
    if items:
        out.append(_list(items))
    headings = _headings(found, resolve)
    for place, (level, name, shown, _) in zip(places, headings, strict=True):
        out[place] = f'<h{level} id="{name}">{shown}</h{level}>'
    return Converted("\n".join(out).removesuffix("\n"), headings)


def _paragraph(item: str) -> str:
    return item if item.startswith("\n<p>") else f"\n<p>{item}</p>\n"


def _items(block: str) -> list[str]:
    items = block[2:].split("\n- ")
    if block.count("\n") >= len(items):  # a line doesn't begin so
        raise _UnsureError
    return items


def _list(items: list[str]) -> str:
    return "<ul>\n<li>" + "</li>\n<li>".join(items) + "</li>\n</ul>"


def _headings(found: list[tuple[str, str]], resolve: Resolve) -> tuple[Heading, ...]:
    """The headings, in their order; those of which something is held are the first to get their ids."""
    said = [_said(source, resolve) for _, source in found]
    taken: set[str] = set()
    made: dict[int, Heading] = {}
    for place in sorted(range(len(said)), key=lambda place: not said[place].is_held):
        _, shown, label = said[place]
        made[place] = Heading(len(found[place][0]), unique(_name(label), taken), shown, label)
    return tuple(made[place] for place in range(len(found)))


class _Said(NamedTuple):
    """What a heading says: whether Python-Markdown holds a place in it for a formula or a character reference,
    its HTML, and the same in plain text."""

    is_held: bool
    html: str
    label: str


def _said(heading: str, resolve: Resolve) -> _Said:
    if r"\(" in heading and _FORMULA.search(heading):
        plain = _line(heading, resolve, mathematics.in_plain_text)
        return _Said(True, _line(heading, resolve), _label(plain))
    if "[" not in heading:
        return _without_link(heading)
    if (link := _LINK.fullmatch(heading)) and not link[3]:
        return _Said(False, _anchor(link[2], link[1], resolve), _label(link[1]))
    return _with_references(heading, resolve)


@lru_cache(maxsize=100)  # a few stand on every page
def _without_link(heading: str) -> _Said:
    return _with_references(heading, lambda _: None)


def _with_references(heading: str, resolve: Resolve) -> _Said:
    if "&" in heading and "://" in heading:  # in an address it is none
        raise _UnsureError
    shown = _line(heading, resolve)
    return _Said("&" in heading, shown, _label(shown))


def _label(shown: str) -> str:
    return strip_tags(shown) if "<" in shown else " ".join(shown.split())


@lru_cache(maxsize=10_000)  # titles of papers stand on several pages
def _name(label: str) -> str:
    """The id of a heading, if no other has the same."""
    return slugify(html.unescape(label), "-")


def _code(language: str, lines: str) -> str:
    kind = f' class="language-{language}"' if language else ""
    return f"<pre><code{kind}>{html.escape(lines, quote=False).replace(chr(34), '&quot;')}</code></pre>"


# --- lines --------------------------------------------------------------------------------


def _formula(source: str) -> str:
    return mathematics.mathml(source) or mathematics.in_plain_text(source)


def _line(source: str, resolve: Resolve, formula: Callable[[str], str] = _formula) -> str:
    """A line of text as HTML, with this for its formulas."""
    if source.startswith("[") and (link := _LINK.fullmatch(source)):
        label, destination, word = link.groups()
        anchor = _anchor(destination, label, resolve)
        return f"{anchor} <em>{word}</em>" if word else anchor
    if not source or _BEGINS_BLOCK.match(source) or source[-1].isspace():
        raise _UnsureError
    if r"\(" not in source:
        return _inline(source, resolve)
    formulas: list[str] = []

    def hold(match: re.Match[str]) -> str:
        if "`" in match[2]:
            raise _UnsureError
        formulas.append(formula(match[2]))
        return match[1] + _PLACE

    shown = _inline(_FORMULA.sub(hold, source), resolve)
    parts = iter(formulas)
    return re.sub(_PLACE, lambda _: next(parts), shown)


def _inline(source: str, resolve: Resolve) -> str:
    if not _SIGN.search(source):
        return source
    is_open = False

    def token(match: re.Match[str]) -> str:
        nonlocal is_open
        group = match.lastindex
        if group == _DESTINATION:
            label = match[_LABEL]
            if "\\" in label or "&" in label:  # as it stands it is text, but for these
                label = _inline(label, resolve)
            return _anchor(match[group], label, resolve)
        if group == _ESCAPED:
            return "&gt;" if match[group] == ">" else match[group]
        if group == _REFERENCE:
            return match[0]
        if group == _ADDRESS:
            shown = _BARE_AMPERSAND.sub("&amp;", match[group])
            return f'<a href="{shown}">{shown}</a>'
        if group is None or is_open == (group == _OPENING):
            raise _UnsureError
        is_open = not is_open
        return "<em>" if is_open else "</em>"

    shown = _TOKEN.sub(token, source)
    if is_open:
        raise _UnsureError
    return shown


def _anchor(destination: str, shown: str, resolve: Resolve) -> str:
    if not (destination.startswith("http") and _EXTERNAL.match(destination)):
        resolved = resolve(destination)
        if resolved is None:
            raise _UnsureError
        destination = resolved
    href = _BARE_AMPERSAND.sub("&amp;", destination) if "&" in destination else destination
    return f'<a href="{href}">{shown}</a>'
