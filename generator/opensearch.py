"""opensearch.xml (OpenSearch 1.1): by it a browser's own search field asks this publication."""

from __future__ import annotations

from lxml import etree

from generator.model import Publication
from generator.text import plain

PATH = "opensearch.xml"
_NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
_NAME = 16  # characters that it allows of a short name
_DESCRIPTION = 1024  # and of a description


def description(publication: Publication) -> bytes:
    """How to search: ``search/?q=`` and the words."""
    root = etree.Element("OpenSearchDescription", nsmap={None: _NAMESPACE})

    def add(name: str, words: str | None = None, **attributes: str) -> None:
        etree.SubElement(root, name, attributes).text = words

    add("ShortName", plain(publication.name[:_NAME]))
    add("LongName", plain(publication.name[:48]))
    add("Description", plain((publication.description or publication.name)[:_DESCRIPTION]))
    add("InputEncoding", "UTF-8")
    template = f"{publication.url}search/?q={{searchTerms}}"
    add("Url", type="text/html", method="get", template=template)
    return etree.tostring(root, pretty_print=True, encoding="UTF-8", xml_declaration=True)
