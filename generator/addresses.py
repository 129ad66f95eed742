"""What the address of a paper says of it: its number at arXiv, its DOI, or what it leads to."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import unquote, urlsplit

from generator import fields

_CODE_HOSTS = ("github.com", "gitlab.com", "codeberg.org", "bitbucket.org")
_DOI_HOSTS = ("doi.org", "dx.doi.org")


def field(address: str) -> tuple[str, str]:
    """The field of a record that an address gives, and its value, which isn't checked yet.

    >>> field("https://arxiv.org/abs/2405.21060v2")
    ('arxiv_id', '2405.21060')
    >>> field("https://github.com/a/b")
    ('links.code', 'https://github.com/a/b')
    """
    if identifier := arxiv_id(address):
        return "arxiv_id", identifier
    if _host(address) in _DOI_HOSTS:
        return "doi", unquote(address)
    return f"links.{leads_to(address)}", address


def arxiv_id(said: str) -> str | None:
    """The arXiv id that an address, a DOI or anything else may be, in its one form."""
    with suppress(ValueError):
        return fields.arxiv_id(unquote(said))
    return None


def leads_to(address: str) -> str:
    """The name of a link: code, discussion, pdf, or project for all others."""
    host = _host(address)
    if host in _CODE_HOSTS:
        return "code"
    with suppress(ValueError):  # what is wrong with it is said elsewhere
        path = urlsplit(address).path
        if host == "huggingface.co" and path.startswith("/papers/"):
            return "discussion"
        if path.lower().endswith(".pdf"):
            return "pdf"
    return "project"


def _host(address: str) -> str:
    with suppress(ValueError):
        return (urlsplit(address).hostname or "").removeprefix("www.")
    return ""
