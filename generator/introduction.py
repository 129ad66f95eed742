"""What a topic's introduction may hold: Markdown that is text, and nothing that runs or loads.

Introductions come in pull requests, and stand in a page before other people's texts. So they may hold
no "<" but those of plain links (``<https://…>``): where there is none, there is no HTML, whatever
follows. What Markdown itself makes of them is then converted, with the extensions that could let
something through, and may hold only the tags and addresses of prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import markdown

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


def problems(source: str) -> Iterator[tuple[int, str]]:
    """What an introduction may not hold: lines, counted from 0, and messages."""
    if len(source) > _LENGTH:
        yield 0, f"{len(source):,} characters; at most {_LENGTH:,} are taken, so shorten it"
        return
    if source.count("[") > _BRACKETS:
        yield 0, f"more than {_BRACKETS} brackets; an introduction is text, so use fewer"
        return
    # The first of each line says enough.
    angles = {source.count("\n", 0, m.start()): m for m in reversed(list(_ANGLE.finditer(source)))}
    for line, match in sorted(angles.items()):
        what = f"HTML (<{match[1].lower()}>)" if match[1] else "HTML"
        yield line, f"{what}; write Markdown, or &lt; for a plain <"
    found: dict[tuple[str, str], None] = {}
    for extensions in _EXTENSIONS:
        parser = _Parser(knows_html=bool(angles))
        try:
            parser.feed(markdown.markdown(source, extensions=list(extensions)))
        except RecursionError:
            yield 0, "nested too deeply; an introduction is text, so use fewer levels"
            return
        parser.close()
        found |= dict.fromkeys(parser.found)
    for hint, message in found:
        at = f"\n{source.lower()}".find(hint.lower())
        yield (source.count("\n", 0, at + len(hint) - 1) if at >= 0 else 0), message


class _Parser(HTMLParser):
    def __init__(self, knows_html: bool) -> None:
        super().__init__()
        self.knows_html = knows_html  # has it been said already?
        self.found: list[tuple[str, str]] = []  # a piece of the source to look for, a message

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append(("![", "an image; an introduction is text, so link to it instead"))
            return
        if tag in ("h1", "h5", "h6"):
            level = "#" * int(tag[1])
            self.found.append((f"\n{level} ", f'a heading "{level}"; write "##", "###" or "####"'))
            return
        if tag not in _TAGS:
            if not self.knows_html:
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
    return parts.scheme in ("", "http", "https", "mailto")
