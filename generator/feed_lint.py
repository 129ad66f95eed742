"""Feed files, whoever wrote them: what their formats require, and what readers trip over.

RSS 2.0, Atom (RFC 4287), JSON Feed 1.1 and OPML 2.0, with archives (RFC 5005) and tag: URIs (RFC 4151).
What each element may hold stands in the tables ``_RSS``, ``_ATOM``, ``_OPML`` and ``_JSON``; what
concerns several at once is in the functions of the same names below. No clock and no network: the same
bytes always have the same problems.
"""

from __future__ import annotations

import binascii
import json
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from json.decoder import JSONObject
from json.scanner import py_make_scanner
from textwrap import dedent
from typing import Any

from lxml import etree

from generator import feed_values
from generator.errors import did_you_mean
from generator.yamlfile import Lines


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a feed file."""

    line: int | None  # counted from 1
    field: str  # an element or member: "item 3: guid", "entry 1: link 2/@href"
    message: str  # what is wrong; what to do


# --- what is required ---------------------------------------------------------------------
#
# For each element or object, what it may hold: its name (an attribute's begins with @), how often it
# stands (1 once, ? at most once, + once or more, * as often as you like), and what kind of value that is:
# as ``feed_values`` knows them, or the words that are allowed. "-": what its own line says.


def _table(text: str) -> dict[str, dict[str, str]]:
    blocks = (block.split(None, 1) for block in re.split(r"\n(?=\S)", dedent(text).strip()))
    return {
        name: dict(part.split(None, 1) for part in rest.split(";"))
        for names, rest in blocks
        for name in names.removesuffix(":").split(",")
    }


_RSS = _table("""
    rss: @version 1 2.0; channel 1 -
    channel: title 1 plain; link 1 url; description 1 plain; atom:link * -; language ? language;
        copyright ? text; managingEditor ? email; webMaster ? email; pubDate ? rfc822;
        lastBuildDate ? rfc822; category * plain; generator ? text; docs ? url; cloud ? -;
        ttl ? number; image ? -; rating ? text; textInput ? -; skipHours ? -; skipDays ? -;
        fh:archive ? -; fh:complete ? -; item * -
    item: title ? plain; link ? url; description ? html; content:encoded ? html; author ? email;
        dc:creator ? plain; category * plain; comments ? url; enclosure ? -; guid 1 name;
        pubDate ? rfc822; source ? text; atom:link * -
    atom:link: @href 1 iri; @rel ? rel; @type ? media; @hreflang ? language; @title ? plain;
        @length ? number
    category: @domain ? text
    cloud: @domain 1 text; @port 1 number; @path 1 text; @registerProcedure 1 text;
        @protocol 1 text
    enclosure: @url 1 url; @length 1 number; @type 1 media
    guid: @isPermaLink ? true|false
    image: url 1 url; title 1 text; link 1 url; width ? number; height ? number;
        description ? text
    skipDays: day + Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday
    skipHours: hour + 0|1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18|19|20|21|22|23
    source: @url 1 url
    textInput: title 1 text; description 1 text; name 1 text; link 1 url
""")
_ATOM = _table("""
    feed: id 1 id; title 1 construct; updated 1 rfc3339; author * -; category * -;
        contributor * -; generator ? text; icon ? iri; link * -; logo ? iri; rights ? construct;
        subtitle ? construct; fh:archive ? -; fh:complete ? -; entry * -
    entry: id 1 id; title 1 construct; updated 1 rfc3339; published ? rfc3339; author * -;
        category * -; content ? content; contributor * -; link * -; rights ? construct;
        source ? -; summary ? construct
    source: id ? id; title ? construct; updated ? rfc3339; author * -; category * -;
        contributor * -; generator ? text; icon ? iri; link * -; logo ? iri; rights ? construct;
        subtitle ? construct
    author,contributor: name 1 plain; uri ? iri; email ? email
    category: @term 1 text; @scheme ? id; @label ? plain
    content: @type ? text; @src ? iri
    generator: @uri ? iri; @version ? text
    link: @href 1 iri; @rel ? rel; @type ? media; @hreflang ? language; @title ? plain;
        @length ? number
    rights,subtitle,summary,title: @type ? text|html|xhtml
""")
_OPML = _table("""
    opml: @version 1 2.0; head 1 -; body 1 -
    head: title 1 text; dateCreated ? rfc822; dateModified ? rfc822; ownerName ? text;
        ownerEmail ? email; ownerId ? url; docs ? url; expansionState ? any;
        vertScrollState ? number; windowTop ? number; windowLeft ? number;
        windowBottom ? number; windowRight ? number
    body: outline + -
    outline: @text 1 text; @type ? text; @xmlUrl ? url; @htmlUrl ? url; @url ? url;
        @title ? text; @language ? language; @version ? RSS|RSS1|RSS2|scriptingNews;
        @created ? rfc822; @isComment ? true|false; @isBreakpoint ? true|false; @* ? any;
        outline * -
""")
_JSON = _table("""
    feed: version 1 https://jsonfeed.org/version/1.1; title 1 plain; home_page_url ? url;
        feed_url ? url; description ? plain; user_comment ? text; next_url ? url; icon ? url;
        favicon ? url; author ? {author}; authors ? [{author}]; language ? language;
        expired ? boolean; hubs ? [{hub}]; items 1 [{item}]
    item: id 1 name; url ? url; external_url ? url; title ? plain; content_html ? html;
        content_text ? text; summary ? text; image ? url; banner_image ? url;
        date_published ? rfc3339; date_modified ? rfc3339; author ? {author};
        authors ? [{author}]; tags ? [plain]; language ? language;
        attachments ? [{attachment}]
    author: name ? plain; url ? id; avatar ? url
    hub: type 1 text; url 1 url
    attachment: url 1 url; mime_type 1 media; title ? plain; size_in_bytes ? amount;
        duration_in_seconds ? amount
""")
_ADVICE = {  # what to do if it is missing, or there are too many, where that isn't plain
    "guid": 'give every item an id that never changes, with isPermaLink="false"',
    "id": "give every entry an id that never changes",
    "dc:creator": "readers show only the first or the last; join the names in one",
    "channel": "a document is one channel",
}


def problems(data: bytes) -> list[Problem]:
    """Everything that is wrong with a feed document, in the order of lines. Never raises."""
    return sorted(_problems(data), key=lambda problem: problem.line or 0)


def looks_like_feed(data: bytes) -> bool:
    """Does it say near its beginning that it is a feed, or a list of feeds?"""
    return bool(_BEGINNING.search(data[:4096]))


_BEGINNING = re.compile(rb"<(?:rss|feed|opml|rdf:RDF)[\s>]|\"https?://jsonfeed\.org/version/")


def _problems(data: bytes) -> Iterator[Problem]:
    if not data.strip():
        yield Problem(None, "file", "empty; publish a feed without entries if there are none")
        return
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        yield Problem(line, "file", "not UTF-8; every reader knows UTF-8, so save it as that")
        return
    if text.startswith("\ufeff"):
        yield Problem(1, "file", "begins with a byte order mark; save it as UTF-8 without one")
        text = text[1:]
    if _HTML_PAGE.match(text):
        yield Problem(1, "file", "a web page, not a feed; is it the host's error page?")
    elif text.lstrip().startswith("<"):
        yield from _xml(text)
    elif text.lstrip()[:1] in ("{", "["):
        yield from _json(text)
    else:
        yield Problem(1, "file", "neither XML nor JSON; publish RSS, Atom, JSON Feed or OPML")


_HTML_PAGE = re.compile(r"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)


# --- XML ------------------------------------------------------------------------------------

_ATOM_NAMESPACE = "http://www.w3.org/2005/Atom"
_HISTORY_NAMESPACE = "http://purl.org/syndication/history/1.0"  # RFC 5005
_PREFIXES = {
    _ATOM_NAMESPACE: "atom",
    _HISTORY_NAMESPACE: "fh",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
}
_XHTML_DIV = "{http://www.w3.org/1999/xhtml}div"
_PROLOG = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->)", re.DOTALL)
_ENCODING = re.compile(r"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)")
_UNDECLARED = re.compile(r"Namespace prefix (\S+) .*is not defined")


def _xml(text: str) -> Iterator[Problem]:
    declared = _ENCODING.match(text)
    if declared and declared[1].lower() not in ("utf-8", "us-ascii"):
        yield Problem(1, "file", f'UTF-8, but it says "{declared[1][:40]}"; say UTF-8')
    begin = 0
    while match := _PROLOG.match(text, begin):
        begin = match.end()
    if text[begin:].lstrip()[:9].upper() == "<!DOCTYPE":
        # It can make gigabytes of ten lines, or fetch a file; good readers refuse it.
        line = text.count("\n", 0, text.index("<!", begin)) + 1
        yield Problem(line, "DOCTYPE", "no feed needs one, and readers refuse it; remove it")
        return
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        yield from _not_well_formed(error, parser.error_log)
        return
    for first, (namespace, rules, more) in _FORMATS.items():
        if root.tag == (f"{{{namespace}}}{first}" if namespace else first):
            yield from _element(root, first, first, namespace, rules)
            yield from more(root)
            return
    uri, _, name = root.tag.rpartition("}")
    what = f"begins with <{name}>, namespace {uri[1:] or 'none'}"
    yield Problem(root.sourceline, "file", f"{what}; publish RSS 2.0, Atom (RFC 4287) or OPML 2.0")


def _not_well_formed(error: etree.XMLSyntaxError, log: Iterable) -> Iterator[Problem]:
    uris = {prefix: uri for uri, prefix in _PREFIXES.items()}
    lines: dict[str, int] = {}
    for entry in log:
        if match := _UNDECLARED.match(entry.message):
            lines.setdefault(match[1], entry.line)
    for prefix, line in lines.items():
        declaration = f'xmlns:{prefix}="{uris.get(prefix, "…")}"'
        message = f'the prefix "{prefix}" is not declared; add {declaration} to the first element'
        yield Problem(line, prefix, message)
    if not lines:
        said = re.sub(r"\s*, line \d+, column \d+$", "", error.msg or "")
        yield Problem(error.lineno, "file", f"not well-formed XML: {said}; readers stop at that")


def _name(tag: str, namespace: str) -> str:
    """An element's name as the tables have it; if it lacks a namespace, with a colon before it."""
    uri, _, local = tag.rpartition("}")
    return local if uri[1:] == namespace else f"{_PREFIXES.get(uri[1:], uri[1:])}:{local}"


# They hold all the rest, so that a field's name needn't begin with theirs.
_WRAPPERS = ("rss", "channel", "feed", "opml", "head", "body")


def _element(
    element: etree._Element, name: str, path: str, namespace: str, rules: dict
) -> Iterator[Problem]:
    """What the tables say against an element and against what it holds."""
    yield from _attributes(element, path, rules.get(name, {}))
    allowed = {key: rule for key, rule in rules.get(name, {}).items() if key[0] != "@"}
    texts = (element.text, *(child.tail for child in element))
    if any(text and text.strip() for text in texts):
        yield Problem(element.sourceline, path, "text where only elements may stand; remove it")
    prefix = "" if name in _WRAPPERS else f"{path}: "
    seen: Counter[str] = Counter()
    for child in element.iterchildren("*"):
        called, line = _name(child.tag, namespace), child.sourceline
        seen[called] += 1
        count, kind = allowed.get(called, "* -").split(None, 1)
        number = f" {seen[called]}" if count in "*+" else ""
        if called in allowed:
            field = f"{prefix}{called}{number}"
            if kind == "-":
                yield from _element(child, called, field, namespace, rules)
            else:
                yield from _attributes(child, field, rules.get(called, {}))
                for message in dict.fromkeys(_content(child, kind)):
                    yield Problem(line, field, message)
            if count in "1?" and seen[called] == 2:
                yield Problem(line, field, f"given twice; {_ADVICE.get(called, 'keep one')}")
        elif called[0] == ":":
            message = f"in no namespace; write it in that of <{element.tag.rpartition('}')[2]}>"
            yield Problem(line, f"{prefix}{called[1:]}", message)
        elif ":" not in called and seen[called] == 1:
            message = f"no such element in <{name}>; {did_you_mean(called, allowed)}"
            yield Problem(line, f"{prefix}{called}", message)
    for key, rule in allowed.items():
        if rule[0] in "1+" and not seen[key]:
            message = f"missing; {_ADVICE.get(key, 'add it')}"
            yield Problem(element.sourceline, f"{prefix}{key}", message)


def _attributes(element: etree._Element, path: str, rules: dict[str, str]) -> Iterator[Problem]:
    allowed = {key[1:]: rule for key, rule in rules.items() if key[0] == "@"}
    line = element.sourceline
    for key, value in element.attrib.items():
        if rule := allowed.get(key, allowed.get("*")):
            for message in feed_values.faults(rule[2:], value):
                yield Problem(line, f"{path}/@{key}", message)
        elif key[0] != "{":
            message = f"no such attribute; {did_you_mean(key, allowed)}"
            yield Problem(line, f"{path}/@{key}", message)
    for key, rule in allowed.items():
        if rule[0] == "1" and key not in element.attrib:
            yield Problem(line, f"{path}/@{key}", "missing; add it")


def _content(element: etree._Element, kind: str) -> Iterator[str]:
    """What is wrong with what an element holds; in Atom its type says how to read it (RFC 4287 §3.1, 4.1.3)."""
    text, type_ = element.text or "", element.get("type", "text")
    is_typed, is_content = kind in ("construct", "content"), kind == "content"
    if is_content and element.get("src") is not None:
        if "/" not in type_ or len(element) or text.strip():
            yield "elsewhere, by its src; say its media type, and leave it empty"
    elif is_typed and type_ == "xhtml":
        texts = (text, *(child.tail or "" for child in element))
        if [child.tag for child in element] != [_XHTML_DIV] or "".join(texts).strip():
            yield 'must be one <div> of XHTML; put all of it into one, or say type="html"'
        yield from feed_values.faults_of_html_tree(element, element.base)
    elif is_content and type_.endswith(("+xml", "/xml")):
        return
    elif len(element):
        name = element[0].tag.rpartition("}")[2]
        yield f"holds <{name}> that isn't escaped, so that readers lose it; escape it, or leave it out"
    elif is_content and "/" in type_ and not type_.startswith("text/"):
        if type_.startswith(("multipart/", "message/")):
            yield f"{type_} has several parts; publish one of them"
        try:
            binascii.a2b_base64("".join(text.split()).encode(), strict_mode=True)
        except ValueError:
            yield f"not in base64, as {type_} must be; encode it"
    elif is_typed:
        of_type = {"text": "text" if is_content else "plain", "html": "html"}
        yield from feed_values.faults(of_type.get(type_, "any"), text, element.base)
        if type_ == "html" and element.tag.endswith("}title") and _ESCAPED_AGAIN.search(text):
            yield "escaped three times, once for XML and once for HTML are right; escape it less"
        if is_content and type_ not in of_type and "/" not in type_:
            yield f'of the type "{type_[:40]}"; say text, html, xhtml or a media type'
    else:
        yield from feed_values.faults(kind, text)


_ESCAPED_AGAIN = re.compile(r"&amp;(?:#?\w+);")


def _rss(root: etree._Element) -> Iterator[Problem]:
    """What the tables can't say of RSS 2.0."""
    for channel in root.findall("channel")[:1]:
        yield from _links(channel, "", "atom:link")
        items = _numbered("item", channel.findall("item"))
        for path, item in items:
            yield from _links(item, f"{path}: ", "atom:link")
            if item.find("title") is None and item.find("description") is None:
                message = "neither title nor description; an item needs one of them"
                yield Problem(item.sourceline, path, message)
            guid = item.find("guid")
            if guid is not None and guid.get("isPermaLink", "true") == "true":
                for fault in feed_values.faults("url", guid.text or ""):
                    message = f'as a permalink: {fault.partition(";")[0]}; say isPermaLink="false"'
                    yield Problem(guid.sourceline, f"{path}: guid", message)
        yield from _together(items, "guid", {"pubDate": feed_values.rfc822}, _is_archive(channel))


def _atom(feed: etree._Element) -> Iterator[Problem]:
    """What the tables can't say of Atom (RFC 4287)."""
    content, link, summary, published, updated, id_, author, source = (
        f"{{{_ATOM_NAMESPACE}}}{name}"
        for name in "content link summary published updated id author source".split()
    )
    yield from _links(feed, "", "link")
    entries = _numbered("entry", feed.findall(f"{{{_ATOM_NAMESPACE}}}entry"))
    for path, entry in entries:
        line = entry.sourceline
        yield from _links(entry, f"{path}: ", "link")
        if not (
            feed.findall(author) or entry.findall(author) or entry.findall(f"{source}/{author}")
        ):
            message = "missing, as is the feed's; name one here or there"
            yield Problem(line, f"{path}: author", message)
        shown = entry.find(content)
        if shown is None:
            if "alternate" not in [one.get("rel", "alternate") for one in entry.findall(link)]:
                message = 'neither content nor a link rel="alternate"; add one of them'
                yield Problem(line, path, message)
        elif entry.find(summary) is None and (
            shown.get("src") or not re.match(r"(?!.*/)|text/|.*[+/]xml$", shown.get("type", ""))
        ):
            message = "missing, and not all readers can show the content; add one"
            yield Problem(line, f"{path}: summary", message)
        dates = [_when(feed_values.rfc3339, entry.findtext(of)) for of in (published, updated)]
        if all(dates) and dates[0] > dates[1]:
            message = "before it was published; correct one of the dates"
            yield Problem(line, f"{path}: updated", message)
    # Feeds of what changes are in the order of the changes, which is as good.
    by = {published: feed_values.rfc3339, updated: feed_values.rfc3339}
    yield from _together(entries, id_, by, _is_archive(feed))


def _is_archive(head: etree._Element) -> bool:
    return head.find(f"{{{_HISTORY_NAMESPACE}}}archive") is not None


_PAGING = "current first last next next-archive prev-archive previous".split()  # RFC 5005


def _links(head: etree._Element, prefix: str, name: str) -> Iterator[Problem]:
    """Atom's links of a feed, channel or entry, with what RFC 5005 says of those to other documents."""
    links: dict[str, list[tuple[int | None, str, str]]] = {}
    alternates: set[tuple[str | None, str | None]] = set()
    for number, link in enumerate(head.findall(f"{{{_ATOM_NAMESPACE}}}link"), 1):
        line, field, rel = link.sourceline, f"{prefix}{name} {number}", link.get("rel", "alternate")
        kind = (link.get("type"), link.get("hreflang"))
        if prefix and rel in _PAGING:
            yield Problem(line, field, f'rel="{rel}" is of feeds, not of entries; move it up')
        elif links.get(rel) and rel in ("self", *_PAGING):
            yield Problem(line, field, f'a second rel="{rel}"; keep one')
        elif rel == "alternate" and kind in alternates:
            message = "a second alternate of the same type and language; keep one"
            yield Problem(line, field, message)
        if rel == "alternate":
            alternates.add(kind)
        links.setdefault(rel, []).append((line, field, link.get("href", "")))
    if prefix:
        return
    is_archive, complete = _is_archive(head), head.find(f"{{{_HISTORY_NAMESPACE}}}complete")
    if "self" not in links:
        message = 'no rel="self", by which readers know the feed; add its own address'
        yield Problem(head.sourceline, name, message)
    if is_archive and "current" not in links:
        message = 'no rel="current", though it is an archive; add the address to subscribe to'
        yield Problem(head.sourceline, name, message)
    if is_archive and complete is not None:
        message = "an archive as well, which is but a part; keep one"
        yield Problem(complete.sourceline, "fh:complete", message)
    own = links["self"][0][2] if "self" in links else None
    for rel in _PAGING:
        for line, field, href in links.get(rel, ()):
            if complete is not None and rel != "current":
                yield Problem(line, field, f'rel="{rel}", though the feed is complete; remove one')
            if rel == "next-archive" and not is_archive:
                message = "nothing follows what one subscribes to; remove it, or add fh:archive"
                yield Problem(line, field, message)
            leads_on = rel not in ("current", "first", "last") or (rel == "current" and is_archive)
            if href == own and leads_on:
                yield Problem(line, field, f'rel="{rel}" leads back to this document; correct it')


def _numbered(name: str, every: Iterable) -> list[tuple[str, Any]]:
    """Each with what it is called here."""
    return [(f"{name} {number}", one) for number, one in enumerate(every, 1)]


# --- several entries together ---------------------------------------------------------------


def _together(
    entries: list[tuple[str, etree._Element]],
    id_: str,
    by: dict[str, Callable[[str], datetime]],
    is_archive: bool,
) -> Iterator[Problem]:
    """Each entry once, and in order: by the first date of ``by``, or all of them by another."""
    ids = ((path, entry.find(id_)) for path, entry in entries)
    yield from _twice(
        [(one.sourceline, path, (one.text or "").strip()) for path, one in ids if one is not None],
        id_.rpartition("}")[2],
    )
    wrong = {}
    for date, parse in by.items():
        dates = [(path, _when(parse, entry.findtext(date))) for path, entry in entries]
        if any(when for _, when in dates):
            wrong[date] = _out_of_order(dates, is_archive)
    if wrong and all(wrong.values()):
        date, path = next(iter(wrong.items()))
        line = dict(entries)[path].find(date).sourceline
        yield Problem(line, f"{path}: {date.rpartition('}')[2]}", _ORDER[is_archive])


def _twice(found: Iterable[tuple[int | None, str, str]], name: str) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for line, path, value in found:
        if value and first.setdefault(value, path) != path:
            message = f"the same as of {first[value]}; readers show only one of them, so correct it"
            yield Problem(line, f"{path}: {name}", message)


_ORDER = (
    "newer than the one before it; the newest come first, where readers look",
    "older than the one before it; in an archive the oldest come first",
)


def _out_of_order(dates: Iterable[tuple[str, datetime | None]], is_archive: bool) -> str | None:
    """Which is the first that is out of order; those without a date don't count."""
    for (_, one), (path, two) in pairwise((path, when) for path, when in dates if when):
        if (one > two) if is_archive else (one < two):
            return path
    return None


def _when(parse: Callable[[str], datetime], text: object) -> datetime | None:
    """A date that may be wrong, which has been told elsewhere."""
    try:
        return parse(text) if isinstance(text, str) else None
    except ValueError:
        return None


# --- OPML -----------------------------------------------------------------------------------


def _opml(root: etree._Element) -> Iterator[Problem]:
    """What the tables can't say of OPML 2.0."""
    outlines = [pair for body in root.findall("body") for pair in _outlines(body, "")]
    for path, outline in outlines:
        is_feed, has_address = outline.get("type", "").lower() == "rss", "xmlUrl" in outline.attrib
        if is_feed and not has_address:
            message = "missing; a feed needs its address"
            yield Problem(outline.sourceline, f"{path}/@xmlUrl", message)
        if has_address and not is_feed:
            message = 'no feed to readers, for all its xmlUrl; say type="rss"'
            yield Problem(outline.sourceline, f"{path}/@type", message)
    feeds = ((outline.sourceline, path, outline.get("xmlUrl", "")) for path, outline in outlines)
    yield from _twice(feeds, "xmlUrl")


def _outlines(parent: etree._Element, prefix: str) -> Iterator[tuple[str, etree._Element]]:
    for path, outline in _numbered(f"{prefix}outline", parent.findall("outline")):
        yield path, outline
        yield from _outlines(outline, f"{path}: ")


_FORMATS = {
    "rss": ("", _RSS, _rss),
    "feed": (_ATOM_NAMESPACE, _ATOM, _atom),
    "opml": ("", _OPML, _opml),
}


# --- JSON -----------------------------------------------------------------------------------


def _json(text: str) -> Iterator[Problem]:
    again: list[Problem] = []
    try:
        feed = _decoder(text, again).decode(text)
    except json.JSONDecodeError as error:
        yield Problem(error.lineno, "file", f"not JSON: {error.msg}; readers stop at that")
        return
    except RecursionError:
        yield Problem(None, "file", "nested too deeply; no feed needs so many brackets")
        return
    yield from again
    if not isinstance(feed, Lines):
        yield Problem(1, "file", "a JSON feed is an object; put it into braces")
        return
    yield from _object(feed, "feed", "")
    if "next_url" in feed and feed["next_url"] == feed.get("feed_url"):
        message = "the same as feed_url, so that readers go round for ever; correct it"
        yield Problem(feed.of["next_url"], "next_url", message)
    items = feed["items"] if isinstance(feed.get("items"), list) else []
    found = [(path, one) for path, one in _numbered("item", items) if isinstance(one, Lines)]
    ids = ((one.of["id"], path, one["id"]) for path, one in found if "id" in one)
    yield from _twice((one for one in ids if isinstance(one[2], str)), "id")
    dates = [(path, _when(feed_values.rfc3339, one.get("date_published"))) for path, one in found]
    # No member tells that a page is an archive's. Where its address says so, as ours do, it may be in
    # the order of one, or in that of any feed, as strangers' may be.
    orders = (False, True) if "/archive/" in str(feed.get("feed_url")) else (False,)
    wrong = {is_archive: _out_of_order(dates, is_archive) for is_archive in orders}
    if all(wrong.values()):
        is_archive, path = wrong.popitem()
        line = dict(found)[path].of["date_published"]
        yield Problem(line, f"{path}: date_published", _ORDER[is_archive])


def _decoder(text: str, again: list[Problem]) -> json.JSONDecoder:
    """Of JSON with the line of every member; members given twice are added to ``again``."""
    ends = [match.start() for match in re.finditer("\n", text)]

    def an_object(text_and_begin, strict, scan, _hook, _pairs_hook, memo):
        begins = []

        def value(text, begin):
            begins.append(begin)
            return scan(text, begin)

        pairs, end = JSONObject(text_and_begin, strict, value, None, list, memo)
        lines = Lines(bisect_left(ends, text_and_begin[1]) + 1)
        for (name, one), begin in zip(pairs, begins, strict=True):
            line = bisect_left(ends, begin) + 1
            if name in lines:
                again.append(
                    Problem(line, name, f"given twice, as on line {lines.of[name]}; keep one")
                )
            lines[name], lines.of[name] = one, line
        return lines, end

    def constant(name):
        raise json.JSONDecodeError(f"{name} is no number", text, max(0, text.find(name)))

    decoder = json.JSONDecoder(parse_int=float, parse_constant=constant)
    decoder.parse_object = an_object
    decoder.scan_once = py_make_scanner(decoder)
    return decoder


def _object(value: Lines, name: str, prefix: str) -> Iterator[Problem]:
    """What the tables say against an object and against what it holds."""
    rules = _JSON[name]
    for key, one in value.items():
        line, field = value.of[key], f"{prefix}{key}"
        if key in rules:
            yield from _member(one, rules[key][2:], field, line)
        elif not re.fullmatch(r"_[A-Za-z][^.]*", key):
            hint = did_you_mean(key, rules)
            yield Problem(line, field, f'no such member, and extensions begin with "_"; {hint}')
        if key == "author" and "authors" not in value:
            yield Problem(line, field, 'of JSON Feed 1.0; write "authors": [{…}]')
    for key, rule in rules.items():
        if rule[0] == "1" and key not in value:
            yield Problem(value.line, f"{prefix}{key}", f"missing; {_ADVICE.get(key, 'add it')}")
    if name == "item" and not {"content_html", "content_text"} & value.keys():
        message = "neither content_html nor content_text; an item needs one of them"
        yield Problem(value.line, prefix.removesuffix(": "), message)
    if name == "author" and not rules.keys() & value.keys():
        message = "of an unknown author; give a name, url or avatar, or leave it out"
        yield Problem(value.line, prefix.removesuffix(": "), message)


_TYPES = {"[": list, "{": Lines, "boolean": bool, "amount": float}  # all else is str
_CALLED = {list: "an array", Lines: "an object", bool: "true or false", float: "a number"}
_CALLED |= {str: "a string", type(None): "null"}


def _member(value: object, kind: str, field: str, line: int) -> Iterator[Problem]:
    type_ = _TYPES.get(kind, _TYPES.get(kind[0], str))
    if not isinstance(value, type_):
        message = (
            f"{_CALLED[type(value)]}, but must be {_CALLED[type_]}; correct it, or leave it out"
        )
        yield Problem(line, field, message)
    elif kind[0] == "[":
        for number, one in enumerate(value, 1):
            at = one.line if isinstance(one, Lines) else line
            yield from _member(one, kind[1:-1], f"{field.removesuffix('s')} {number}", at)
    elif kind[0] == "{":
        yield from _object(value, kind[1:-1], f"{field}: ")
    elif kind == "amount":
        if not 0 <= value < float("inf"):
            yield Problem(line, field, "less than nothing, or too much; correct it")
    elif type_ is str:
        for message in dict.fromkeys(feed_values.faults(kind, value)):
            yield Problem(line, field, message)
