"""YAML as people write it by hand, with the line of every key.

A small, safe part of YAML 1.2: mappings, lists and scalars. Plain scalars are text unless
they are ``null``, ``true``, ``false`` or a decimal integer, so that ``arxiv_id: 2405.21060`` keeps
its last 0 and ``title: No`` is a title. Anchors, aliases and tags are refused, since nothing here needs
them, and an alias can blow up a file of ten lines to gigabytes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import yaml

from generator import errors, slips

_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)(?<=\n)---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}
_NAME = re.compile(r"[\w .-]{0,100}")  # so that an error can name it on one line
_NO_TAGS = "tags (!) are not used here; put text that begins with one in quotes"
_NO_ANCHORS = (
    "anchors (&) and aliases (*) are not used here; put text that begins with one in quotes"
)
_DEPTH = 5  # no file of ours nests deeper than three
# What YAML doesn't take (1.2 §5.1); CR, NEL and the separators aside.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# Ends of lines to YAML 1.1 alone, and so to libyaml; neither to 1.2 nor to editors, who count lines.
NO_LINE_ENDS = str.maketrans(dict.fromkeys("\x85\u2028\u2029", " "))
_NEARLY = re.compile(r"[ \t]*(?:-{2,}|[\u2010-\u2015\u2212]{1,3}|\+{3}|\.{3})")
_FALSE_ITEM = re.compile(r"\n[ \t]*- ")


class Lines(dict):
    """A mapping read from YAML that knows the line, counted from 1, of each of its keys."""

    def __init__(self, line: int):
        super().__init__()
        self.line = line
        self.of: dict[str, int] = {}
        self.at: dict[str, int] = {}  # where their values begin, if they are plain or quoted


class Items(list):
    """A list read from YAML that knows the line, counted from 1, of each of its items."""

    def __init__(self) -> None:
        super().__init__()
        self.of: list[int] = []


def load(text: str, file: str, *, first_line: int = 1, known: Collection[str] = ()) -> Lines:
    """A YAML document that must be a mapping (or empty).

    Raises ContentError, with file, line and field, for anything else; ``first_line`` is where in the
    file the text begins, and ``known`` the names of the fields that may be in it, by which slips are
    told better.
    """
    text = text.removeprefix("\ufeff").translate(NO_LINE_ENDS)

    def wrong(slip: slips.Slip) -> errors.ContentError:
        return errors.ContentError(
            slip.message, file=file, line=first_line + slip.line, field=slip.field
        )

    try:
        value = _build(text, file, first_line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # What is open to the end of the file is wrong where it was opened.
        if error.context and re.search("quoted scalar|simple key|flow", error.context):
            is_whole = text.lstrip().startswith(("{", "["))
            mark = mark if is_whole else error.context_mark or mark
        problem = error.problem or error.context or ""
        slip = slips.find(text, known, mark.line if mark else 0, problem)
        raise wrong(slip._replace(message=f"not valid YAML: {slip.message}")) from error
    except (yaml.YAMLError, UnicodeEncodeError) as error:  # a character that YAML does not allow
        raise wrong(_control_character(text)) from error
    if value is None:
        return Lines(first_line)
    if not isinstance(value, Lines):
        raise wrong(_no_fields(text, known))
    return value


def _control_character(text: str) -> slips.Slip:
    match = _CONTROL.search(text)
    line = text.count("\n", 0, match.start()) if match else 0
    what = f"a control character (U+{ord(match[0]):04X})" if match else "a control character"
    field = slips.field_at(text.split("\n", line + 1)[: line + 1], line)
    return slips.Slip(line, field, f"not valid YAML: {what}; remove it")


def _no_fields(text: str, known: Collection[str]) -> slips.Slip:
    """Why something is YAML, but no mapping."""
    start = len(text) - len(text.lstrip())
    if text.startswith("[", start):
        said = 'a list where fields belong; write "name: value", without brackets'
        return slips.Slip(text.count("\n", 0, start), None, said)
    return slips.find(text, known, 0, "no fields")


def front_matter(text: str, file: str, *, known: Collection[str] = ()) -> tuple[Lines, str, int]:
    """The front matter and the body of a Markdown file, and the line on which the body begins.

    Raises ContentError if there is no front matter, or it is wrong.
    """
    match = _FRONT_MATTER.match(text)
    if not match:
        raise errors.ContentError(_no_front_matter(text), file=file, line=1)
    body_line = text.count("\n", 0, match.end()) + 1
    fields = load(match[1], file, first_line=2, known=known)
    return fields, text[match.end() :], body_line


def _no_front_matter(text: str) -> str:
    """Why a Markdown file has none."""
    lines = [line.rstrip() for line in text.removeprefix("\ufeff").split("\n")]
    if lines[0] == "---":
        nearly = next((line for line in lines[1:] if _NEARLY.fullmatch(line)), None)
        close = f'is closed by "{nearly}"' if nearly else "isn't closed"
        return f'the front matter {close}; write a line "---", three hyphens, below its fields'
    if _NEARLY.fullmatch(lines[0]):
        return f'the first line is "{lines[0]}"; write "---", three hyphens at its beginning'
    if "---" in lines and not any(lines[: lines.index("---")]):
        return 'an empty line above the front matter; begin the file with its first line, "---"'
    if "---" in lines and ":" in lines[0]:
        return 'no line "---" above the front matter; put one there'
    if lines[0].startswith("---"):
        return 'the front matter begins behind its "---"; put that on a line of its own'
    return 'no front matter; begin the file with a line "---", the fields, and a line "---"'


def _build(text: str, file: str, first_line: int) -> object:
    def refuse(message: str, event, field: str | None = None, below: int = 0):
        line = first_line + event.start_mark.line + below
        field = field or open_field()
        return errors.ContentError(message, file=file, line=line, field=field)

    def open_field() -> str | None:
        if len(stack) < 2 or not isinstance(stack[1], Lines):
            return None
        return keys[0] if len(stack) == 2 else next(reversed(stack[1].of))

    root: list = []
    stack: list = [root]  # of the lists and mappings that are open
    flows: list[bool] = []  # are they in brackets?
    keys: list = []  # for each open mapping, the key that waits for its value
    documents = 0

    def add(value: object, event) -> None:
        parent = stack[-1]
        line = first_line + event.start_mark.line
        if not isinstance(parent, Lines):
            parent.append(value)
            if isinstance(parent, Items):
                parent.of.append(line)
        elif keys[-1] is None:
            if not isinstance(value, str):
                value = getattr(event, "value", None)
            if not isinstance(value, str) or not _NAME.fullmatch(value):
                raise refuse(_no_name(value), event)
            if value in parent:
                said = f"given twice, first on line {parent.of[value]}; keep one"
                if len(keys) > 1:
                    raise refuse(f"{value}: {said}", event)
                raise refuse(said, event, value)
            keys[-1] = value
            parent.of[value] = line
        else:
            parent[keys[-1]] = value
            if isinstance(event, yaml.ScalarEvent) and event.style not in ("|", ">"):
                parent.at[keys[-1]] = line
            keys[-1] = None

    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise refuse(_NO_ANCHORS, event)
        if isinstance(event, yaml.ScalarEvent):
            if event.tag not in (None, "!"):
                raise refuse(_NO_TAGS, event)
            written = text[event.start_mark.index : event.end_mark.index]
            if event.style == '"' and slips.LATEX.search(written):
                raise refuse(slips.BACKSLASH, event)
            is_in_list = stack[-1] is not root and not flows[-1]
            if is_in_list and not event.style and (match := _FALSE_ITEM.search(written)):
                said = 'a "-" within a text; begin its line as the one above, or put the text in quotes'
                raise refuse(said, event, below=written.count("\n", 0, match.start()) + 1)
            add(_scalar(event), event)
        elif isinstance(event, yaml.CollectionStartEvent):
            if len(stack) > _DEPTH:
                raise refuse("nested too deeply; no field needs so many brackets or indents", event)
            if event.tag is not None:
                raise refuse(_NO_TAGS, event)
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            value = Lines(first_line + event.start_mark.line) if is_mapping else Items()
            add(value, event)
            stack.append(value)
            flows.append(event.flow_style)
            if is_mapping:
                keys.append(None)
        elif isinstance(event, yaml.CollectionEndEvent):
            flows.pop()
            if isinstance(stack.pop(), Lines):
                keys.pop()
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise refuse(
                    'a second document; take the line "---" out, as a file holds one', event
                )
    return root[0] if root else None


def _no_name(name: object) -> str:
    """What is wrong with the name of a field."""
    strange = next((c for c in str(name or "") if not (c.isprintable() or c == "\n")), None)
    if strange:
        return (
            f"a field's name holds a character that can't be seen (U+{ord(strange):04X}); write the line "
            "anew"
        )
    if ":" in str(name or ""):
        return "a colon in a field's name; write one colon, and a space behind it"
    return "a field's name must be a word; put it before a colon"


def _scalar(event) -> str | int | bool | None:
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


def value_line(fields: Mapping, field: str) -> int | None:
    """The line on which the value of a field begins, if the mapping came from a file."""
    return getattr(fields, "at", {}).get(field) or line_of(fields, field)
