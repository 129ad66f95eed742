"""The publication as a commit has it.

Of its configuration nothing counts but what names the publication and its content. So that is read as
data, and given to MkDocs in a configuration of its own: no hook, plugin or theme of that commit is
needed, and none of its code runs.
"""

from __future__ import annotations

import posixpath
from pathlib import Path, PurePosixPath

import yaml

from generator import content
from generator.commands import configuration
from generator.diff.git import Clone
from generator.errors import ConfigurationError
from generator.model import Catalog, Publication

_DEEPEST = 10  # configurations that inherit, one from another
_SAID = ("site_name", "site_url", "site_description", "use_directory_urls")
_OPTIONS = ("authority", "year")


def load(
    clone: Clone, commit: str, config: str, folder: str | None, into: Path
) -> tuple[Catalog, Publication, str]:
    """The catalog, the publication, and where its content folder was, of the commit.

    ``config`` and ``folder`` (None: as the configuration says) are paths below the repository's root;
    ``into`` is an empty folder for what has to be written. Raises BroadsheetError for what can't be read,
    which names files as the commit does but for those of the content, which it names below ``into``.
    """
    said = _configuration(clone, commit, config)
    options = _options(said)
    publication = _publication(said, options, config, into / "configuration")
    if folder is None:
        named = options.get("content", "content")
        folder = posixpath.normpath(posixpath.join(posixpath.dirname(config), str(named)))
    if PurePosixPath(folder).is_absolute() or folder.split("/")[0] == "..":
        raise ConfigurationError("outside of the repository", file=config, field="content")
    unpacked = into / "content" / folder
    unpacked.mkdir(parents=True)
    clone.unpack(commit, folder, unpacked)
    catalog, _ = content.load(unpacked)
    return catalog, publication, folder


def _configuration(clone: Clone, commit: str, path: str, depth: int = 0) -> dict[str, object]:
    """What the configuration says, and what it inherits, but for what only Python can say."""
    from mkdocs.utils.yaml import get_yaml_loader, mergedeep

    class Loader(get_yaml_loader(yaml.SafeLoader)):  # as MkDocs', with the environment's values
        pass

    Loader.add_multi_constructor("", lambda *_: None)  # names of Python's, and the like
    data = clone.read(commit, path)
    if data is None or depth > _DEEPEST:
        raise ConfigurationError("there is no such file in that commit", file=path)
    try:
        said = yaml.load(data, Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"not valid YAML ({error})", file=path) from error
    if not isinstance(said, dict):
        raise ConfigurationError("holds no settings", file=path)
    if parent := said.get("INHERIT"):
        there = posixpath.normpath(posixpath.join(posixpath.dirname(path), str(parent)))
        above = _configuration(clone, commit, there, depth + 1)
        try:
            said = mergedeep.merge(above, said)
        except RecursionError as error:
            raise ConfigurationError("a value that holds itself", file=path) from error
    return said


def _options(said: dict[str, object]) -> dict[str, object]:
    """What it says to our plugin; plugins may be a list or a mapping."""
    plugins = said.get("plugins")
    for one in plugins if isinstance(plugins, list) else [plugins]:
        if isinstance(one, dict) and isinstance(one.get("broadsheet"), dict):
            return one["broadsheet"]
    return {}


def _publication(
    said: dict[str, object], options: dict[str, object], config: str, folder: Path
) -> Publication:
    """The publication, as MkDocs and our plugin understand a configuration that says no more."""
    from mkdocs.exceptions import Abort

    theme = said.get("theme")
    language = theme.get("language") if isinstance(theme, dict) else None
    reduced = {
        **{name: said[name] for name in _SAID if name in said},
        "theme": {"name": "mkdocs", "language": language},
        "plugins": [{"broadsheet": {name: options[name] for name in _OPTIONS if name in options}}],
        "docs_dir": "docs",
    }
    (folder / "docs").mkdir(parents=True)
    file = folder / configuration.CONFIGURATION
    file.write_text(yaml.safe_dump(reduced), encoding="utf-8")
    try:
        return configuration.publication(file, folder / "docs")[0]
    except ConfigurationError as error:
        raise ConfigurationError(error.message, file=config, field=error.field) from error
    except Abort as error:
        raise ConfigurationError("MkDocs can't take what it says", file=config) from error
