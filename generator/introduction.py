"""What a topic's introduction may hold: Markdown that is text, and nothing that runs or loads.

Introductions come in pull requests. They are converted as the site's Markdown is, with the
extensions that could let something through, and what comes out may hold only the tags and
addresses of prose.
"""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import markdown

_TAGS = frozenset(
    "p a em strong code pre ul ol li blockquote h2 h3 h4 hr br table thead tbody tr th td".split()
)
_ATTRIBUTES = frozenset({"href", "title", "id", "start"})
_EXTENSIONS = ("attr_list", "fenced_code", "md_in_html", "tables")


def problems(source: str) -> Iterator[tuple[int, str]]:
    """What an introduction may not hold: lines, counted from 0, and messages."""
    if not source.strip():
        return
    parser = _Parser()
    parser.feed(markdown.markdown(source, extensions=list(_EXTENSIONS)))
    parser.close()
    for hint, message in parser.found:
        at = source.lower().find(hint.lower())
        yield (source.count("\n", 0, at) if at >= 0 else 0), message


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []  # a piece of the source to look for, a message

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "img":
            self.found.append(("![", "an image; an introduction is text, so link to it instead"))
            return
        if tag not in _TAGS:
            self.found.append((f"<{tag}", f"HTML (<{tag}>); write Markdown, or &lt; for a plain <"))
            return
        for name, value in attributes:
            if name not in _ATTRIBUTES and not (tag in ("th", "td", "code") and name in ("style", "class")):
                self.found.append((name, f"an attribute ({name}); an introduction is text"))
            elif name == "href" and not _is_harmless(value or ""):
                self.found.append((value or "", f'a link to "{value}"; write https://…'))

    def handle_comment(self, data: str) -> None:
        self.found.append(("<!--", "an HTML comment; remove it"))

    def handle_decl(self, declaration: str) -> None:
        self.found.append(("<!", "HTML; write Markdown, or &lt; for a plain <"))

    def handle_pi(self, data: str) -> None:
        self.found.append(("<?", "HTML; write Markdown, or &lt; for a plain <"))


def _is_harmless(address: str) -> bool:
    """http(s), mail, or within the site."""
    try:
        scheme = urlsplit(address.strip()).scheme
    except ValueError:
        return False
    return scheme in ("", "http", "https", "mailto") and not any(c <= " " for c in address)
