"""The publication that a command works on: its configuration, and the content that it names."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from generator.model import Publication
    from generator.sources import Source

CONFIGURATION = "mkdocs.yml"
SITE_URL = "site_url"  # stands for the address that the configuration has under this name

option = click.option(
    "--config-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"The configuration.  [default: {CONFIGURATION} here, or in a folder above]",
)
content_option = click.option(
    "--content",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Another content folder than the configuration's.",
)


def find() -> Path:
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / CONFIGURATION).is_file():
            return folder / CONFIGURATION
    raise UsageError(
        f"no {CONFIGURATION} in {here} or above; go to the publication's folder, or give --config-file"
    )


def configured(config_file: Path, **changes: str) -> tuple:
    """MkDocs' configuration, and our plugin in it."""
    from mkdocs.config import load_config
    from mkdocs.exceptions import ConfigurationError as MkDocsConfigurationError

    try:
        config = load_config(str(config_file), **changes)
    except MkDocsConfigurationError as error:
        raise ConfigurationError(str(error), file=str(config_file)) from error
    except RecursionError as error:
        raise ConfigurationError(
            "inherits from itself; name another file, or none",
            file=str(config_file),
            field="INHERIT",
        ) from error
    except ValueError as error:  # of an address that is none
        raise ConfigurationError(
            f"MkDocs can't take what it says ({error}); see to its addresses", file=str(config_file)
        ) from error
    if "broadsheet" not in config.plugins:
        raise ConfigurationError(
            'missing; add "- broadsheet"', file=str(config_file), field="plugins"
        )
    return config, config.plugins["broadsheet"]


def publication(config_file: Path | None, content: Path | None) -> tuple[Publication, Path]:
    """What the configuration says of the publication, and the content folder."""
    said, folder, _ = _read(config_file or find(), content)
    return said, folder


def sources(
    config_file: Path | None, content: Path | None
) -> tuple[Publication, Path, tuple[Source, ...]]:
    """What the configuration says of the publication, the content folder, and what to pull."""
    from generator import settings
    from generator.sources import declared

    config_file = config_file or find()
    log(logging.WARNING)
    config, plugin = configured(config_file)
    said = settings.publication(config, plugin.config)
    folder = content or settings.content_folder(config, plugin.config)
    topics = [path.stem for path in folder.glob("topics/*.md") if path.name != "README.md"]
    return said, folder, declared.sources(plugin.config.sources, str(config_file), topics)


def if_any(
    config_file: Path | None, content: Path | None
) -> tuple[Publication | None, Path, Path | None]:
    """The publication, the content folder, and the folder of its hand-written pages.

    Without a configuration, content that is named, or lies here, is all that there is; and
    hand-written pages are about the configuration's content.
    """
    here = Path("content")
    try:
        config_file = config_file or find()
    except UsageError:
        if not content and not here.is_dir():
            raise
        return None, content or here, None
    said, folder, docs = _read(config_file, content)
    return said, folder, None if content else docs


def _read(config_file: Path, content: Path | None) -> tuple[Publication, Path, Path]:
    from generator import settings

    log(logging.WARNING)
    config, plugin = configured(config_file)
    said = settings.publication(config, plugin.config)
    return said, content or settings.content_folder(config, plugin.config), Path(config.docs_dir)


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return record.getMessage()


def log(level: int) -> logging.Handler:
    """MkDocs' messages, plainly."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Plain())
    handler.setLevel(level)
    logger = logging.getLogger("mkdocs")
    logger.setLevel(level)
    logger.handlers[:] = [handler]
    return handler
