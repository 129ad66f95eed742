"""What mkdocs.yml says of the publication."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from mkdocs.config import config_options as options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig

from generator import fields, repository, text
from generator.errors import ConfigurationError
from generator.mail import subscription
from generator.model import Publication, Repository, Subscription


class Options(Config):
    """What ``plugins: - broadsheet:`` in mkdocs.yml may say."""

    content = options.Type(str, default="content")  # the content folder, from mkdocs.yml's
    authority = options.Type(str)  # RFC 4151: a domain of the publisher's; never change it
    year = options.Type(int)  # RFC 4151: a year in which it was theirs; never change it
    # Which have social cards of their own: topics, or papers as well.
    cards = options.Choice(("topics", "papers"), default="topics")
    # What broadsheet pull asks; sources/declared.py says what may stand here, and what is wrong with it.
    sources = options.Optional(options.Type(object))


def content_folder(config: MkDocsConfig, plugin: Options) -> Path:
    here = Path(os.path.dirname(config.config_file_path or ""))
    folder = here / plugin.content
    if not folder.is_dir() or folder.resolve() == here.resolve():
        raise _wrong(config, "content", f'no folder "{plugin.content}"; make it, or name another')
    return folder


# RFC 4151, but in lower case: ids are compared as they are.
AUTHORITY = re.compile(
    r"(?:[a-z0-9._-]+@)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+",
    re.ASCII,
)


def publication(config: MkDocsConfig, plugin: Options) -> Publication:
    """What the configuration says of the publication; raises ConfigurationError."""
    try:
        address = urlsplit(fields.url(config.site_url))
    except ValueError:
        address = None
    if not address or address.query or address.fragment:
        raise _wrong(
            config,
            "site_url",
            "missing or no plain address, and feeds need one; write where the site will be, as https://…",
        )
    if not text.plain(config.site_name):
        raise _wrong(config, "site_name", "missing; write the publication's name")
    if not AUTHORITY.fullmatch(plugin.authority):
        raise _wrong(
            config, "authority", "no domain in lower case; write one that is yours, as example.org"
        )
    if isinstance(plugin.year, bool) or not 1990 <= plugin.year <= 2100:
        raise _wrong(config, "year", "no year; write one in which the authority was yours, as 2025")
    if not config.use_directory_urls:
        raise _wrong(
            config, "use_directory_urls", "must be true; feeds name pages by their folders"
        )
    return Publication(
        repository=_repository(config, plugin),
        subscription=_subscription(config),
        name=text.plain(config.site_name),
        url=text.ascii_address(address.geturl().rstrip("/") + "/"),
        description=text.plain(config.site_description or ""),
        language=str(config.theme.get("language") or "en").replace("_", "-"),
        authority=plugin.authority,
        year=plugin.year,
    )


def _repository(config: MkDocsConfig, plugin: Options) -> Repository | None:
    if not config.repo_url or not config.edit_uri:
        return None
    here = Path(config.config_file_path or "").parent.resolve()
    docs = Path(config.docs_dir).resolve()
    folder = Path(here, plugin.content).resolve()
    try:
        return repository.at(
            fields.url(config.repo_url),
            config.edit_uri,
            docs.relative_to(here).as_posix() if docs.is_relative_to(here) else docs.name,
            # Under build --content it may be anywhere.
            folder.relative_to(here).as_posix() if folder.is_relative_to(here) else "content",
        )
    except ValueError as error:
        field = "edit_uri" if str(error).startswith("is not made") else "repo_url"
        raise _wrong(config, field, str(error)) from error


def _subscription(config: MkDocsConfig) -> Subscription | None:
    if (said := config.extra.get("subscribe")) is None:
        return None
    try:
        return subscription.parse(said)
    except ValueError as error:
        raise _wrong(config, "extra: subscribe", str(error)) from error


def _wrong(config: MkDocsConfig, field: str, message: str) -> ConfigurationError:
    return ConfigurationError(message, file=config.config_file_path, field=field)
