"""The slips for which a file of people's is no YAML: where they are, and what to do, in people's words.

A parser of YAML says where it lost its way, which may be lines below the slip, and why in terms of its
grammar. Here the file is cut into its fields, and the first that can't stand by itself is looked at for
what people get wrong: a colon in a title, a quote that isn't closed, a tab. What can't be explained
so is told as the parser tells it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import yaml

# Of a file that is looked at; what is larger was hardly written by people.
_LINES, _SIZE = 2_000, 200_000

# What git leaves where it couldn't merge, at the beginning of a line. Of a rule or a heading in Markdown,
# or a quote, only the first and the last can be told.
_CONFLICT = re.compile(r"^(?:<{7} |>{7} )", re.MULTILINE)
_CONFLICT_IN_FIELDS = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?=[ \r\n]|\Z)", re.MULTILINE)
CONFLICT = (
    'a merge conflict is left; keep {}, and take out the lines that begin with "<<<<<<<", "=======" and '
    '">>>>>>>"'
)

_FIELD = re.compile(r"""(["']?)(?P<name>[^\W\d][\w-]{0,40})\1[ \t]*:(?P<rest>(?!//).*)""")
_WORD = re.compile(r"""["']?([^\W\d][\w-]*)["']?\s*([=\uff1a]?)""")
_LINK = re.compile(r"(\w+):[ \t]+https?://")
_BLOCK = re.compile(r"[|>][-+1-9]{0,2}(?:[ \t]+#.*)?")
_COLON = re.compile(r":(?=[ \t]|\Z)")
_COMMENT = re.compile(r"(?:\A|[ \t])#.*")
_QUOTED = re.compile(r""""(?:[^"\\]|\\.)*+"|'(?:[^']|'')*+'""", re.DOTALL)
_TWO_COMMAS = re.compile(r"[,\[{]\s*,")
_ESCAPE = re.compile(
    r"\\(?:[0abtnvfre \"/\\N_LP\r\n\t]|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8})"
)
# Macros whose first letter is an escape of YAML's, by which they would lose it. (Those of three letters
# and fewer may be what a program has written.)
LATEX = re.compile(
    r"(?<!\\)(?:\\\\)*\\(?:a(?:lpha|pprox|st)|b(?:eta|egin|ullet)|e(?:psilon|mph|ll|xists|ta)"
    r"|f(?:rac|orall)|n(?:abla|eq|eg)|r(?:ho|ight|angle)|t(?:imes|heta|au|ext\w*|ilde)|v(?:ec|ar\w+|ee))"
    r"(?![a-zA-Z])"
)
_CLOSING = {"[": "]", "{": "}"}
_BULLETS = ("•", "·", "–", "—", "*")

BACKSLASH = "a backslash within double quotes; put the text in single quotes ('…')"
_NO_SPACE = 'no space behind the colon; write "{}: …"'
_TAB = "a tab before the text; use spaces"
_COLON_WITHIN = 'a colon within the text; put all of the text in quotes ("…")'
_SPACES = (
    "spaces before the name of a field; take them away, or put what goes on from above in quotes"
)
_HYPHEN = 'no space behind the hyphen; write "- …"'
_UNEVEN = "indented otherwise than the line above; begin both with as many spaces"


class Slip(NamedTuple):
    line: int  # counted from 0
    field: str | None  # in which it is, if in any
    message: str


def conflict(source: str, *, in_fields: bool = False) -> int | None:
    """The line, counted from 0, where a merge conflict was left; None if there is none."""
    if not in_fields and "<<<<<<< " not in source and ">>>>>>> " not in source:
        return None  # as nearly everywhere, and far faster
    match = (_CONFLICT_IN_FIELDS if in_fields else _CONFLICT).search(source)
    return source.count("\n", 0, match.start()) if match else None


def find(source: str, known: Collection[str], line: int, problem: str) -> Slip:
    """Why a source is no mapping in YAML. ``known`` are names of fields.

    ``line``, counted from 0, and ``problem`` are what the parser says.
    """
    if (at := conflict(source, in_fields=True)) is not None:
        return Slip(at, None, CONFLICT.format("one of its two sides"))
    lines = [one.rstrip("\r") for one in source.split("\n")]
    if len(lines) <= _LINES and len(source) <= _SIZE:
        for start, end in _blocks(lines):
            block = lines[start:end]
            if not _stands(block):
                slip = _in_block(block, known) if _FIELD.match(block[0]) else _above(block, known)
                if slip:
                    return slip._replace(line=start + slip.line)
                break
        # Fields that stand by themselves, but not below each other.
        first = next((at for at, one in enumerate(lines) if _is_content(one)), 0)
        if (match := _FIELD.match(lines[first].lstrip(" "))) and lines[first].startswith(" "):
            return Slip(first, match["name"], _SPACES)
        if lines[first].startswith(("{", "[")):
            said = "a comma, a quote or a bracket is missing here or in the line above; put it in"
            return Slip(line, None, said)
    said = f"{problem}; text that holds ': ', ' #' or quotes must stand in quotes"
    return Slip(line, field_at(lines, line), said)


def field_at(lines: Sequence[str], line: int) -> str | None:
    """The field in which a line is, as far as it can be seen."""
    fields = (_FIELD.match(one) for one in lines[line::-1])
    match = next(filter(None, fields), None)
    return match["name"] if match else None


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The lines of each field: from the one that begins like a field to the next. Above may be others."""
    starts = [at for at, line in enumerate(lines) if _FIELD.match(line)]
    if any(map(_is_content, lines[: starts[0] if starts else None])):
        starts.insert(0, 0)
    yield from pairwise([*starts, len(lines)])


def _stands(block: Sequence[str]) -> bool:
    """Is it a mapping in YAML by itself?"""
    try:
        events = list(yaml.parse("\n".join(block), Loader=yaml.CSafeLoader))
    except (yaml.YAMLError, UnicodeEncodeError):
        return False
    return any(isinstance(event, yaml.MappingStartEvent) for event in events[2:3])


def _is_content(line: str) -> bool:
    return line.strip() not in ("", "---") and not line.lstrip().startswith("#")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _above(block: Sequence[str], known: Collection[str]) -> Slip | None:
    """The slip in what stands above the first field."""
    for at, line in enumerate(block):
        if not _is_content(line):
            continue
        if line.lstrip(" ").startswith("\t"):
            return Slip(at, None, _TAB)
        if line.startswith(("{", "[", " ")):
            return None
        return _no_field(at, line, None, known)
    return None


def _no_field(at: int, line: str, field: str | None, known: Collection[str]) -> Slip:
    """The slip of a line that is neither a field nor indented."""
    if line.startswith("```"):
        return Slip(at, field, "a line of Markdown (```); take it away")
    if line.startswith("- ") and not field:
        said = 'a list where fields belong; write "name: value", without the hyphen'
        return Slip(at, None, said)
    if line.startswith(_BULLETS) and not line[1:2].strip():
        return Slip(at, field, f'a list with "{line[0]}"; begin each of its lines with "- "')
    match = _WORD.match(line)
    if match and (match[2] or match[1].lower() in known):
        name = match[1]
        return Slip(at, name, f'no colon behind "{name}"; write "{name}: …"')
    more = ", or two spaces before it if it goes on from above" if field else ""
    return Slip(at, field, f'a line that is no field; write "name: value"{more}')


def _in_block(block: Sequence[str], known: Collection[str]) -> Slip | None:
    """The slip in the lines of a field."""
    match = _FIELD.match(block[0])
    field, rest = match["name"], match["rest"]
    if rest and rest[0] not in " \t":
        return Slip(0, field, _NO_SPACE.format(field))
    value = rest.strip()
    below = [(at, line) for at, line in enumerate(block[1:], 1) if _is_content(line)]
    for at, line in below:
        if line.lstrip(" ").startswith("\t"):
            of = _FIELD.match(line.strip())
            return Slip(at, of["name"] if of and of["name"] in known else field, _TAB)
    if _BLOCK.fullmatch(value):
        least = max(1, min((_indent(line) for _, line in below[:1]), default=0))
        said = f'the text below "{value}" must be indented; begin each of its lines with two spaces'
        return next((Slip(at, field, said) for at, line in below if _indent(line) < least), None)
    if value and not value.startswith("#"):
        if said := _in_value(value, block[1:]):
            return Slip(0, field, said)
        return None if value[0] in "\"'[{" else _in_text_below(below, field, known)
    return _in_parts(block, below, field, known)


def _in_text_below(
    below: Sequence[tuple[int, str]], field: str, known: Collection[str]
) -> Slip | None:
    """The slip in what goes on below a text that stands behind the field's colon."""
    for at, line in below:
        content = line.strip()
        if not _indent(line):
            return _no_field(at, line, field, known)
        match = _FIELD.match(content)
        if match and match["name"].lower() in (known or {match["name"].lower()}):
            return Slip(at, match["name"], _SPACES)
        if _COLON.search(content):
            return Slip(at, field, _COLON_WITHIN)
    return None


def _in_parts(
    block: Sequence[str],
    below: Sequence[tuple[int, str]],
    field: str,
    known: Collection[str],
) -> Slip | None:
    """The slip in the items of a list, or in names and values, below the name of a field."""
    indent = None
    for at, line in below:
        content = line.strip()
        is_item = content.startswith("-")
        if content.startswith(_BULLETS) and not content[1:2].strip():
            return _no_field(at, content, field, known)
        if not (_indent(line) or is_item or content[0] in "]}"):
            return _no_field(at, line, field, known)
        if is_item and content[1:2].strip():
            return Slip(at, field, _HYPHEN)
        value = content[1:].strip() if is_item else content
        part = _FIELD.match(value)
        if (is_item or part) and indent not in (None, _indent(line)):
            return Slip(at, field, _UNEVEN)
        if not (is_item or part) and indent == _indent(line):
            return Slip(at, field, 'neither "- …" nor "name: …"; write one of them')
        indent = _indent(line) if indent is None else indent
        if part:
            if part["rest"][:1].strip():
                return Slip(at, field, _NO_SPACE.format(part["name"]))
            value = part["rest"].strip()
        if value and (said := _in_value(value, block[at + 1 :])):
            return Slip(at, field, said)
    return None


def _in_value(value: str, below: Sequence[str]) -> str | None:
    """The slip in a value that begins on this line."""
    first = value[0]
    source = "\n".join([value, *below])
    if first in "\"'":
        end = _end_of_quoted(source)
        if end is None:
            return f"the quote ({first}) is not closed; put another one at the end of the text"
        if first == '"' and "\\" in _ESCAPE.sub("", source[:end]):
            return BACKSLASH
        behind = source[end:].partition("\n")[0]
        if not _COMMENT.sub("", behind).strip():
            return None
        if first == "'" and source[end - 2].isalnum() and behind[0].isalnum():
            return 'an apostrophe ends the quoted text; put the text in double quotes ("…")'
        other = "'…'" if first == '"' else '"…"'
        return f"text behind the closing quote; put all of it in quotes of the other kind ({other})"
    if first in "[{":
        end, said = _end_of_brackets(source)
        if said or end is None:
            return said or f'the "{first}" is not closed; put "{_CLOSING[first]}" at the end'
        if _COMMENT.sub("", source[end:].partition("\n")[0]).strip():
            last = source[end - 1]
            return f'text behind the "{last}"; take it away, or put all of it in quotes ("…")'
        return "nothing between two commas; take one away" if _TWO_COMMAS.search(source) else None
    if first in "@`%*&!|>,]}" or value.startswith(("- ", "? ")):
        return f'the text begins with "{first}"; put it in quotes ("…")'
    if match := _LINK.match(value):
        return f'a name and an address behind the colon; put "{match[1]}: …" below it, behind two spaces'
    return _COLON_WITHIN if _COLON.search(_COMMENT.sub("", value)) else None


def _end_of_quoted(source: str, start: int = 0) -> int | None:
    """Where the quoted text ends that begins here."""
    match = _QUOTED.match(source, start)
    return match.end() if match else None


def _end_of_brackets(source: str) -> tuple[int | None, str | None]:
    """Where the list or mapping ends with which the source begins, if its brackets are in pairs; or what
    is wrong with a quoted text in it."""
    expected: list[str] = []
    at = 0
    while at < len(source):
        character = source[at]
        if character in _CLOSING:
            expected.append(_CLOSING[character])
        elif character in "\"'" and source[at - 1] in " ,[{:\n":
            end = _end_of_quoted(source, at)
            if end is None:
                return None, f"a quote ({character}) is not closed; put another one behind its text"
            if source[end : end + 20].lstrip(" ")[:1] not in ("", "\n", ",", "]", "}", ":", "#"):
                return None, "no comma behind a quoted text; put one there"
            at = end - 1
        elif character == "#" and source[at - 1] in " \t\n":
            at = source.find("\n", at)
            if at < 0:
                break
        elif expected and character == expected[-1]:
            expected.pop()
            if not expected:
                return at + 1, None
        at += 1
    return None, None
