"""What the configuration says under ``sources`` → the sources that ``pull`` asks.

All that is wrong is found at once, with the line in mkdocs.yml where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from importlib import import_module
from pathlib import Path

import yaml

from generator import fields
from generator.errors import ConfigurationError, ContentErrors, did_you_mean
from generator.sources import Source

_KINDS = ("huggingface", "arxiv", "feed")
_KEYS = {
    "huggingface": ("name", "from", "address", "topics"),
    "arxiv": ("name", "from", "address", "search", "categories", "topics"),
    "feed": ("name", "from", "url", "topics"),
}
_CATEGORY = re.compile(r"[a-z][a-z-]{1,20}(?:\.[A-Za-z][A-Za-z-]{1,20})?", re.ASCII)
_LONGEST = 2_000  # characters of a search


def sources(given: object, file: str | None, topics: Collection[str]) -> tuple[Source, ...]:
    """The sources, in order; ``topics`` are the slugs that there are.

    Raises ContentErrors with all that is wrong.
    """
    if given is None:
        return ()
    errors: list[ConfigurationError] = []
    found: list[Source] = []
    lines = _Lines(file)

    def wrong(message: str, *path: int | str) -> None:
        field = ".".join(str(part) for part in ("sources", *path))
        errors.append(ConfigurationError(message, file=file, line=lines.of(path), field=field))

    if not isinstance(given, list):
        wrong("must be a list; write a line “- name: …” for each source")
        given = []
    for index, entry in enumerate(given):
        if not isinstance(entry, Mapping):
            wrong("no source; give it a name, and from where: huggingface, arxiv or feed", index)
            continue
        faults = [*_faults(entry, topics, [one.name for one in found])]
        for key, message in faults:
            wrong(message, *([index] if key is None else [index, key]))
        if not faults:
            found.append(_source(entry))
    if errors:
        raise ContentErrors(errors)
    return tuple(found)


def _source(entry: Mapping) -> Source:
    search = entry.get("search")
    module = import_module(f"generator.sources.{entry['from']}")
    return Source(
        name=entry["name"],
        kind=entry["from"],
        address=entry.get("url") or entry.get("address") or module.ADDRESS,
        search=search.strip() if search else None,
        categories=tuple(entry.get("categories") or ()),
        topics=fields.slugs(entry.get("topics") or []),
    )


def _faults(
    entry: Mapping, topics: Collection[str], names: list[str]
) -> Iterator[tuple[str | None, str]]:
    """What is wrong with an entry, by key."""
    kind = entry.get("from")
    if kind is None:
        yield None, f'missing from; write "from: ", and one of {", ".join(_KINDS)}'
    elif kind not in _KINDS:
        yield "from", f"no kind of source {fields.shown(kind)}; {did_you_mean(str(kind), _KINDS)}"
    keys = _KEYS.get(kind) if isinstance(kind, str) else None
    for key in entry if keys else ():
        if key not in keys:
            yield str(key), f"no such field for {kind}; {did_you_mean(str(key), keys)}"
    if "name" not in entry:
        yield None, 'missing name; write "name: daily-papers", by which its listings are called'
    elif message := _message(fields.slug, entry["name"]):
        yield "name", message
    elif entry["name"] in names:
        yield "name", f"a second source of this name, {fields.shown(entry['name'])}; rename one"
    for key in ("url", "address"):
        if entry.get(key) is not None and (message := _message(fields.url, entry[key])):
            yield key, message
    if kind == "feed" and not entry.get("url"):
        yield None, 'missing url; write "url: https://…", the address of the feed'
    if kind == "arxiv":
        yield from _arxiv_faults(entry)
    if entry.get("topics") is not None:
        if message := _message(fields.slugs, entry["topics"]):
            yield "topics", message
        else:
            for slug in entry["topics"]:
                if slug not in topics:
                    yield "topics", f'no topic "{slug}"; {did_you_mean(slug, topics)}'


def _arxiv_faults(entry: Mapping) -> Iterator[tuple[str | None, str]]:
    search, categories = entry.get("search"), entry.get("categories")
    search = (search.strip() or None) if isinstance(search, str) else search
    if not search and not categories:
        yield (
            None,
            'missing search, or categories; write "categories: [cs.CL]", or all of arXiv comes',
        )
    if search is not None and not (isinstance(search, str) and 0 < len(search) <= _LONGEST):
        yield "search", "must be text, as arXiv's API takes it; write 'abs:\"language model\"'"
    if categories is not None:
        if not isinstance(categories, list):
            yield "categories", 'must be a list; write "[cs.CL, cs.LG]"'
            return
        for category in categories:
            if not isinstance(category, str) or not _CATEGORY.fullmatch(category):
                yield "categories", f"no category {fields.shown(category)}; write one as cs.CL"


def _message(parse, value: object) -> str | None:
    try:
        parse(value)
    except ValueError as error:
        return str(error)
    return None


class _Lines:
    """Where things stand in mkdocs.yml. Only looked up when something is wrong."""

    def __init__(self, file: str | None):
        self.file = file

    def of(self, path: tuple[int | str, ...]) -> int | None:
        """The line, counted from 1, of what is at this path below ``sources``; or of what is around it."""
        try:
            node = yaml.compose(Path(self.file or "").read_text("utf-8"), yaml.SafeLoader)
        except (OSError, UnicodeError, yaml.YAMLError):
            return None
        line = None
        for part in ("plugins", "broadsheet", "sources", *path):
            node, line = _below(node, part, line)
        return line


def _below(node: yaml.Node | None, part: int | str, line: int | None):
    """What is at a key or an index of this, and its line; nothing, and the line so far, if it isn't there."""
    if isinstance(node, yaml.SequenceNode) and isinstance(
        part, str
    ):  # plugins are a list of mappings
        for item in node.value:
            found, at = (
                _below(item, part, line) if isinstance(item, yaml.MappingNode) else (None, 0)
            )
            if found is not None:
                return found, at
    elif isinstance(node, yaml.SequenceNode) and part < len(node.value):
        return node.value[part], node.value[part].start_mark.line + 1
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return value, key.start_mark.line + 1
    return None, line
