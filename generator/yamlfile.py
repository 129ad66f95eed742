"""YAML as people write it by hand, with the line of every key.

A small, safe part of YAML 1.2: mappings, lists and scalars. Plain scalars are text unless
they are ``null``, ``true``, ``false`` or a decimal integer, so that ``arxiv_id: 2405.21060`` keeps
its last 0 and ``title: No`` is a title. Anchors, aliases and tags are refused, since nothing here needs
them, and an alias can blow up a file of ten lines to gigabytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import yaml

from generator import errors

_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)(?<=\n)---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}
_NAME = re.compile(r"[\w .-]{0,100}")  # so that an error can name it on one line
_NO_TAGS = "tags (!) are not used here; put it in quotes"
_DEPTH = 5  # no file of ours nests deeper than three


class Lines(dict):
    """A mapping read from YAML that knows the line, counted from 1, of each of its keys."""

    def __init__(self, line: int):
        super().__init__()
        self.line = line
        self.of: dict[str, int] = {}


class Items(list):
    """A list read from YAML that knows the line, counted from 1, of each of its items."""

    def __init__(self) -> None:
        super().__init__()
        self.of: list[int] = []


def load(text: str, file: str, *, first_line: int = 1) -> Lines:
    """A YAML document that must be a mapping (or empty).

    Raises ContentError, with file and line, for anything else; ``first_line`` is where in the
    file the text begins.
    """
    try:
        value = _build(yaml.parse(text, Loader=yaml.CSafeLoader), file, first_line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # What is open to the end of the file is wrong where it was opened.
        if error.context and re.search("quoted scalar|simple key|flow", error.context):
            mark = error.context_mark or mark
        raise errors.ContentError(
            f"not valid YAML: {error.problem or error.context}; "
            "text that holds ': ', ' #' or quotes must stand in quotes",
            file=file,
            line=first_line + (mark.line if mark else 0),
        ) from error
    except (yaml.YAMLError, UnicodeEncodeError) as error:  # a character that YAML does not allow
        position = getattr(error, "position", 0)  # in bytes
        line = text.encode("utf-8", "replace")[:position].count(b"\n")
        raise errors.ContentError(
            "not valid YAML: a control character; remove it", file=file, line=first_line + line
        ) from error
    if value is None:
        return Lines(first_line)
    if not isinstance(value, Lines):
        raise errors.ContentError(
            'must be fields, a line each: "name: value"', file=file, line=first_line
        )
    return value


def front_matter(text: str, file: str) -> tuple[Lines, str, int]:
    """The front matter and the body of a Markdown file, and the line on which the body begins.

    Raises ContentError if there is no front matter, or it is wrong.
    """
    match = _FRONT_MATTER.match(text)
    if not match:
        raise errors.ContentError(
            'no front matter; begin the file with a line "---", the fields, and a line "---"',
            file=file,
            line=1,
        )
    body_line = text.count("\n", 0, match.end()) + 1
    return load(match[1], file, first_line=2), text[match.end() :], body_line


def _build(events, file: str, first_line: int) -> object:
    def refuse(message: str, event) -> errors.ContentError:
        return errors.ContentError(message, file=file, line=first_line + event.start_mark.line)

    root: list = []
    stack: list = [root]  # of the lists and mappings that are open
    keys: list = []  # for each open mapping, the key that waits for its value
    documents = 0

    def add(value: object, event) -> None:
        parent = stack[-1]
        if not isinstance(parent, Lines):
            parent.append(value)
            if isinstance(parent, Items):
                parent.of.append(first_line + event.start_mark.line)
        elif keys[-1] is None:
            if not isinstance(value, str):
                value = getattr(event, "value", None)
            if not isinstance(value, str) or not _NAME.fullmatch(value):
                raise refuse("a field's name must be a word; put it before a colon", event)
            if value in parent:
                raise refuse(
                    f"{value}: given twice, first on line {parent.of[value]}; keep one", event
                )
            keys[-1] = value
            parent.of[value] = first_line + event.start_mark.line
        else:
            parent[keys[-1]] = value
            keys[-1] = None

    for event in events:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise refuse("anchors (&) and aliases (*) are not used here; put it in quotes", event)
        if isinstance(event, yaml.ScalarEvent):
            add(_scalar(event, refuse), event)
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(stack) > _DEPTH:
                raise refuse("nested too deeply; no field needs so many brackets or indents", event)
            if event.tag is not None:
                raise refuse(_NO_TAGS, event)
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            value = Lines(first_line + event.start_mark.line) if is_mapping else Items()
            add(value, event)
            stack.append(value)
            if is_mapping:
                keys.append(None)
        elif isinstance(event, yaml.CollectionEndEvent):
            if isinstance(stack.pop(), Lines):
                keys.pop()
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise refuse("a second document; a file holds one", event)
    return root[0] if root else None


def _scalar(event, refuse) -> str | int | bool | None:
    if event.tag not in (None, "!"):
        raise refuse(_NO_TAGS, event)
    if event.style:  # quoted, or a block
        return event.value
    if event.value in _CONSTANTS:
        return _CONSTANTS[event.value]
    return int(event.value) if _INTEGER.fullmatch(event.value) else event.value


def line_of(fields: Mapping, field: str, part: int | str | None = None) -> int | None:
    """The line of a field, or of a part of its value, if the mapping came from a file."""
    if not isinstance(fields, Lines):
        return None
    line = fields.of.get(field, fields.line)
    value = fields.get(field)
    if isinstance(value, Items) and isinstance(part, int):
        return value.of[part]
    return value.of.get(part, line) if isinstance(value, Lines) else line
