"""What a topic's introduction may hold: Markdown that is text, and nothing that runs or loads.

Introductions come in pull requests, and stand in a page before other people's texts. So they may hold
no "<" but those of plain links (``<https://…>``): where there is none, there is no HTML, whatever
follows. What Markdown itself makes of them is then converted, with the extensions that could let
something through, and may hold only the tags and addresses of prose.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import markdown

from generator import text

_LENGTH = 10_000  # characters; the longest good one has some 2,000
_BRACKETS = 200  # Python-Markdown's time grows with their square, and worse
_TAGS = frozenset(
    "p a em strong code pre ul ol li blockquote h2 h3 h4 hr br table thead tbody tr th td".split()
)
_ATTRIBUTES = frozenset({"href", "title", "id", "start"})
_LOOKS = {"class": re.compile(r"language-[\w+#-]+"), "style": re.compile(r"text-align: [a-z]+;")}
_EXTENSIONS = (
    ("fenced_code", "tables", "toc"),  # MkDocs' own
    ("attr_list", "fenced_code", "tables"),
)
# Where a tag, a comment or a declaration could begin (HTML §13.2.5.6), but for plain links.
_ANGLE = re.compile(r'<(?!https?://[^\s<>"]+>|[\w.+-]+@[\w.-]+>)(?=[A-Za-z/!?])(/?\w+)?')
# What is left of Markdown that means nothing as it is, and what to do.
_LEFT = {
    "][": 'a link to what is given nowhere; write "[text](https://…)"',
    "](": 'a link that isn\'t closed; write "[text](https://…)"',
    "[^": "a footnote; write what it says into the text",
    "[[": 'a link as in a wiki; write "[text](https://…)"',
    "] (": 'a space within a link; write "[text](https://…)"',
    ")[": 'a link the other way round; write "[text](https://…)"',
    "{:": "an attribute in braces; take it away",
}
_LEFTOVER = re.compile(r"(\]\[|\]\(|\[\^|\{:|\[\[|\] \((?=http)|\)\[(?=http))[^\s\]]*")
_UNDERLINED = re.compile(r"\n=+[ \t]*(?=\n|\Z)")


def problems(source: str) -> Iterator[tuple[int, str]]:
    """What an introduction may not hold: lines, counted from 0, and messages."""
    if len(source) > _LENGTH:
        yield 0, f"{len(source):,} characters; at most {_LENGTH:,} are taken, so shorten it"
        return
    if source.count("[") > _BRACKETS:
        yield 0, f"more than {_BRACKETS} brackets; an introduction is text, so use fewer"
        return
    yield from _unseen(source)
    angles = _angles(source)
    for line, match in sorted(angles.items()):
        what = f"HTML (<{match[1].lower()}>)" if match[1] else "HTML"
        yield line, f"{what}; write Markdown, or &lt; for a plain <"
    found: dict[tuple[str, str], None] = {}
    for extensions in _EXTENSIONS:
        parser = _Parser({(match[1] or "").lower() for match in angles.values()})
        try:
            parser.feed(markdown.markdown(source, extensions=list(extensions)))
        except RecursionError:
            yield 0, "nested too deeply; an introduction is text, so use fewer levels"
            return
        parser.close()
        found |= dict.fromkeys(parser.found)
    if any(message.startswith("an attribute (") for _, message in found):
        found = {one: None for one in found if one[1] != _LEFT["{:"]}  # without the extension
    for hint, message in found:
        if message.startswith("an attribute (") and hint not in source:
            hint = "{:"
        at = f"\n{source.lower()}".find(hint.lower())
        if message in _LEFT.values() and (at < 0 or _is_escaped(source, at)):
            continue  # it is meant so
        if at < 0 and hint == "\n# " and (underlined := _UNDERLINED.search(source)):
            hint, at = "", source.rfind("\n", 0, underlined.start()) + 2
        line = source.count("\n", 0, at + len(hint) - 1) if at >= 0 else 0
        if line not in angles:  # where what is wrong has been said
            yield line, message


def _is_escaped(source: str, end: int) -> bool:
    """Does the bracket that opens before have a backslash?"""
    opening = source.rfind("[", 0, end)
    return opening > 0 and source[opening - 1] == "\\"


def _unseen(source: str) -> Iterator[tuple[int, str]]:
    """What no text has a use for: controls, and what turns the direction of the text around."""
    for character in sorted(set(source) - set("\t\n\r")):
        is_space = character.isspace() and unicodedata.category(character) != "Cc"
        if not is_space and text.plain(character) != character:
            said = f"a character that can't be seen (U+{ord(character):04X}); remove it"
            yield source.count("\n", 0, source.index(character)), said


def _angles(source: str) -> dict[int, re.Match[str]]:
    """Where HTML is, by line: the first of each says enough, and the end of what was named nothing."""
    found: dict[int, re.Match[str]] = {}
    named: set[str] = set()
    for match in _ANGLE.finditer(source):
        tag = (match[1] or "").lower()
        if not (tag.startswith("/") and tag[1:] in named):
            found.setdefault(source.count("\n", 0, match.start()), match)
        named.add(tag)
    return found


class _Parser(HTMLParser):
    def __init__(self, told: set[str]) -> None:
        super().__init__()
        self.told = told  # tags of HTML of which it has been said already that there are such
        self.found: list[tuple[str, str]] = []  # a piece of the source to look for, a message
        self.code = 0  # how deep in code
        self.is_link = False  # does it begin right before?

    def handle_data(self, data: str) -> None:
        if self.is_link and data.startswith("^"):
            self.found.append((f"[{data}]", _LEFT["[^"]))
        self.is_link = False
        if not self.code:
            self.found += [(match[0], _LEFT[match[1]]) for match in _LEFTOVER.finditer(data)]

    def handle_endtag(self, tag: str) -> None:
        self.code -= tag in ("code", "pre")

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.code += tag in ("code", "pre")
        self.is_link = tag == "a"
        if tag == "img":
            if tag not in self.told:
                said = "an image; an introduction is text, so link to it instead"
                self.found.append(("![", said))
            return
        if tag == "div" and ("class", "toc") in attributes:
            self.found.append(("[toc]", "a table of contents; take it out"))
            return
        if tag in ("h1", "h5", "h6"):
            level = "#" * int(tag[1])
            self.found.append((f"\n{level} ", f'a heading "{level}"; write "##", "###" or "####"'))
            return
        if tag not in _TAGS:
            if not self.told:
                self.found.append((tag, f"a <{tag}>; an introduction is text"))
            return
        for name, value in attributes:
            if name in _LOOKS and _LOOKS[name].fullmatch(value or ""):
                continue  # a code block's language, a column's side
            if name not in _ATTRIBUTES:
                self.found.append((name, f"an attribute ({name}); an introduction is text"))
            elif name == "href" and not _is_harmless(value or ""):
                self.found.append((value or "", f'a link to "{value}"; write https://…'))


def _is_harmless(address: str) -> bool:
    """http(s), mail, or within the site."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    if any(c <= " " for c in address) or (parts.netloc and not parts.scheme):
        return False
    if parts.scheme in ("http", "https"):
        return bool(parts.netloc)
    return parts.scheme in ("", "mailto")
