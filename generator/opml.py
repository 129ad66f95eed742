"""All feeds as one list (OPML 2.0), which a feed reader imports in one go."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from generator.documents import Feed
from generator.model import Publication
from generator.text import unmistakable

PATH = "feeds/broadsheet.opml"
_FOLDERS = {"topic": "Topics", "organization": "Organizations"}


def opml(feeds: Iterable[Feed], publication: Publication) -> bytes:
    """The feeds, those of topics and of organizations in a folder of their own."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = _plain(publication.name)
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for feed in feeds:
        parent = body
        if name := _FOLDERS.get(feed.kind):
            if name not in folders:
                folders[name] = etree.SubElement(body, "outline", text=name, title=name)
            parent = folders[name]
        etree.SubElement(
            parent,
            "outline",
            type="rss",
            text=_plain(feed.title),
            title=_plain(feed.title),
            description=_plain(feed.description),
            xmlUrl=publication.url + feed.path,
            htmlUrl=publication.url + feed.page,
        )
    return etree.tostring(root, pretty_print=True, encoding="UTF-8", xml_declaration=True)


def _plain(name: str) -> str:
    """A name that reads the same as text and as HTML: OPML doesn't say which of them it holds."""
    return re.sub(r" ?& ?", " & ", unmistakable(name)).replace("<", "‹").replace(">", "›")
