"""What a topic's introduction may hold: Markdown that is text, and nothing that runs or loads.

Introductions come in pull requests. They are converted as the site's Markdown is, without and with
the extensions that could let something through, and what comes out may hold only the tags and
addresses of prose, written as Markdown writes them: what a browser reads differently than this
module does can then not hide in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import markdown

_TAGS = frozenset(
    "p a em strong code pre ul ol li blockquote h2 h3 h4 hr br table thead tbody tr th td".split()
)
_ATTRIBUTES = frozenset({"href", "title", "id", "start"})
_LOOKS = {"class": re.compile(r"language-[\w+#-]+"), "style": re.compile(r"text-align: [a-z]+;")}
_EXTENSIONS = (
    ("fenced_code", "tables", "toc"),  # MkDocs' own
    ("attr_list", "fenced_code", "md_in_html", "tables"),
)
_STARTTAG = re.compile(r'<[a-z0-9]+(?: [a-z]+="[^"<>]*")*(?: /)?>')


def problems(source: str) -> Iterator[tuple[int, str]]:
    """What an introduction may not hold: lines, counted from 0, and messages."""
    if not source.strip():
        return
    found: dict[tuple[str, str], None] = {}
    for extensions in _EXTENSIONS:
        parser = _Parser()
        html = markdown.markdown(source, extensions=list(extensions))
        parser.feed(html)
        parser.close()
        if not parser.found and parser.brackets != html.count("<"):
            parser.found.append(("<", _HTML))
        found |= dict.fromkeys(parser.found)
    for hint, message in found:
        at = f"\n{source.lower()}".find(hint.lower())
        yield (source.count("\n", 0, at + len(hint) - 1) if at >= 0 else 0), message


_HTML = "HTML; write Markdown, or &lt; for a plain <"


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []  # a piece of the source to look for, a message
        self.brackets = 0  # of tags that were looked at

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.brackets += 1
        if tag == "img":
            self.found.append(("![", "an image; an introduction is text, so link to it instead"))
            return
        if tag in ("h1", "h5", "h6"):
            level = "#" * int(tag[1])
            self.found.append((f"\n{level} ", f'a heading "{level}"; write "##", "###" or "####"'))
            return
        if tag not in _TAGS:
            self.found.append((f"<{tag}", f"HTML (<{tag}>); write Markdown, or &lt; for a plain <"))
            return
        if not _STARTTAG.fullmatch(self.get_starttag_text() or ""):
            self.found.append((f"<{tag}", _HTML))
        for name, value in attributes:
            if name in _LOOKS and _LOOKS[name].fullmatch(value or ""):
                continue  # a code block's language, a column's side
            if name not in _ATTRIBUTES:
                self.found.append((name, f"an attribute ({name}); an introduction is text"))
            elif name == "href" and not _is_harmless(value or ""):
                self.found.append((value or "", f'a link to "{value}"; write https://…'))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        self.brackets += 1
        if tag not in _TAGS and not self.found:
            self.found.append((f"</{tag}", f"HTML (</{tag}>); write Markdown"))

    def handle_comment(self, data: str) -> None:
        self.found.append(("<!--", "an HTML comment; remove it"))

    def handle_decl(self, declaration: str) -> None:
        self.found.append(("<!", _HTML))

    def handle_pi(self, data: str) -> None:
        self.found.append(("<?", _HTML))

    def unknown_decl(self, data: str) -> None:  # <![CDATA[, which ends elsewhere for a browser
        self.found.append(("<![", _HTML))


def _is_harmless(address: str) -> bool:
    """http(s), mail, or within the site."""
    try:
        scheme = urlsplit(address.strip()).scheme
    except ValueError:
        return False
    return scheme in ("", "http", "https", "mailto") and not any(c <= " " for c in address)
