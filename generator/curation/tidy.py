"""People's YAML files in their one right form, with the smallest change.

``tidied`` is what ``check --fix`` does to a file, ``edited`` what ``add`` does, and ``yaml_field`` is how both
write. A file is cut by the marks of PyYAML's events into the lines of its fields, and worked on by the
line, so that comments stay and a diff shows nothing else. What comes out is read again before it
counts: a step that would change what the file says is not taken.
"""

from __future__ import annotations

import datetime
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import yaml

from generator import curated, text, yamlfile
from generator.errors import ContentError

_WIDTH = 88  # columns of a wrapped text
_LIST_WIDTH = 100  # columns of a list on one line

# As ``yamlfile`` has it, but without regard to whether the front matter is right.
_FRONT_MATTER = re.compile(r"(---[ \t]*\r?\n)(.*?)(?<=\n)(---[ \t]*(?:\r?\n|\Z))", re.DOTALL)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_NEWLINE = re.compile(r"\r\n?")
_SPACE = re.compile(r"[ \t]\n|\n\n\n|\n\n\Z|\A\n")  # that may say nothing
_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#[^\n\r\x85\u2028\u2029]*", re.MULTILINE)
_HEADER = re.compile(r"([|>]\d?)\+?")  # of a block of text, which keeps blank lines below it if "+"

# What JSON allows in a text and YAML doesn't, or takes for the end of a line; and all of that kind.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")

# Where a file isn't YAML: what looks like a field's name, an item, the beginning of a block of text.
_NAME = re.compile(r"""(?P<quote>["']?)(?P<name>[^\W\d_][\w .-]{0,99})(?P=quote)[ \t]*:""")
_ITEM = re.compile(r"[ \t]*-[ \t]+")
_INDENT = re.compile(r"([ \t]*)(-[ \t]+)?")
_BLOCK_TEXT = re.compile(r"[|>](?:[-+]|[ \t]|\Z)")
_PAIRS = {'"': '"', "'": "'", "[": "]", "{": "}"}

_NODES = (yaml.ScalarEvent, yaml.CollectionStartEvent, yaml.CollectionEndEvent)
_FIELDS = {field.name: field for table in curated.KINDS.values() for field in table}
_ONE_FORM = {"arxiv_id", "doi"} | {name for name, field in _FIELDS.items() if field.kind == "date"}


def tidied(source: str, kind: str) -> str:
    """A file of people's with everything mended that can be mended in one way only.

    ``kind`` is one of ``curated.KINDS``. The file says what it said before, but for identifiers and
    dates, which get their one form; what isn't YAML, and can't be made so, is left to the letter.
    Never raises; ``tidied(tidied(x)) == tidied(x)``.
    """
    table = curated.KINDS[kind]
    source = _NEWLINE.sub("\n", source)
    blank = source[: -len(source.lstrip(" \t\n\ufeff")) or None]
    source = source[blank.rfind("\ufeff") + 1 :]
    if kind != "topic":
        return _tidied_fields(source, table)
    match = _FRONT_MATTER.match(source) or _FRONT_MATTER.match(_without_blank_ends(source))
    if not match:
        return _with_newline(source)
    body = match.string[match.end() :]
    return f"---\n{_tidied_fields(match[2], table)}---\n{_with_newline(body)}"


def edited(source: str, kind: str, changes: Mapping[str, object]) -> str:
    """A file of people's with these fields set, and every other line and every comment as it was.

    ``source`` may be empty. Values are as in JSON, or dates, or tuples for lists; None is written
    as ``null``. A field that the file has is replaced where it is, if its value is another; a
    new one is put where its table has it. A topic's ``introduction`` is what follows its front matter.
    Raises ContentError if the source is not what ``yamlfile`` reads.
    """
    table = curated.KINDS[kind]
    mark = "\ufeff" if source.startswith("\ufeff") else ""
    source = source.removeprefix(mark)
    if kind != "topic":
        return mark + _edited_fields(source, table, changes)
    source = source or "---\n---\n"
    yamlfile.front_matter(source, "")  # is it right?
    match = _FRONT_MATTER.match(source)
    opening, front, closing = match.groups()
    newline = "\r\n" if opening.endswith("\r\n") else "\n"
    body = source[match.end() :]
    front_changes = {name: value for name, value in changes.items() if name != "introduction"}
    # What ends with a line "---" has no last line without an end.
    front = _edited_fields(front, table, front_changes, newline)
    if "introduction" in changes:
        body = _with_newline(str(changes["introduction"] or "")).replace("\n", newline)
        closing = closing.rstrip("\r\n") + newline
    return f"{mark}{opening}{front}{closing}{body}"


def yaml_field(name: str, value: object) -> str:
    """A field as YAML, one line or more, each with its end; reads back as the same value.

    Lone surrogates, which UTF-8 can't carry, become U+FFFD.
    """
    value = _as_read(name, value)
    *nicer, plainest = _ways(name, value)
    return next((way for way in nicer if _read(way) == {name: value}), plainest)


# --- writing ------------------------------------------------------------------------------


def _ways(name: str, value: object) -> Iterator[str]:
    """The ways in which a field might be written, the nicest first; the last can't go wrong."""
    key = name if _is_plain(name, "{}: x\n", {name: "x"}) else _quoted(name)
    kind = _FIELDS[name].kind if name in _FIELDS else None
    if isinstance(value, dict) and value:
        lines = (f"  {_scalar(part)}: {_scalar(of)}\n" for part, of in value.items())
        yield f"{key}:\n{''.join(lines)}"
    elif isinstance(value, list) and value:
        on_one_line = f"{key}: [{', '.join(_scalar(item, in_list=True) for item in value)}]\n"
        if kind != "lines" and len(on_one_line) <= _LIST_WIDTH + 1:
            yield on_one_line
        lines = (f"  - {_scalar(item)}\n" for item in value)
        yield f"{key}:\n{''.join(lines)}"
    elif isinstance(value, str):
        if kind != "text" or len(f"{key}: {value}") <= _WIDTH:
            yield f"{key}: {_scalar(value)}\n"
        elif value == " ".join(value.split()):  # all other space would be lost, or not be seen
            yield f"{key}: >-\n{''.join(_wrapped(value))}"
    yield f"{key}: {_quoted(value)}\n"


def _wrapped(value: str) -> Iterator[str]:
    line = " "
    for word in value.split():
        if line != " " and len(line) + 1 + len(word) > _WIDTH:
            yield f"{line}\n"
            line = " "
        line += f" {word}"
    yield f"{line}\n"


def _scalar(value: object, *, in_list: bool = False) -> str:
    form, read = ("x: [{0}, {0}]\n", [value] * 2) if in_list else ("x: {}\n", value)
    is_plain = isinstance(value, str) and _is_plain(value, form, {"x": read})
    return value if is_plain else _quoted(value)


def _is_plain(value: str, form: str, read: dict) -> bool:
    return "\t" not in value and _read(form.format(value)) == read


def _quoted(value: object) -> str:
    """As ``text.quoted``, also with what YAML takes for the end of a line, or doesn't take at all."""
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", text.quoted(value))


def _as_read(name: str, value: object) -> object:
    """A value as ``yamlfile`` will read it."""
    if name == "organization" and isinstance(value, Mapping) and set(value) <= {"handle", "name"}:
        value = value if value.get("handle") or not value.get("name") else value["name"]
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(_as_read("", key)): _as_read("", part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_read("", part) for part in value]
    return value


def _read(source: str) -> yamlfile.Lines | None:
    """What the file says, or None if it is wrong."""
    try:
        return yamlfile.load(source, "")
    except ContentError:
        return None


# --- the lines of a file ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Field:
    """Where a field stands: lines and characters are counted from 0, and an end is behind the last."""

    name: str
    start: int  # line of the first comment that belongs to it
    key: int  # line of its name
    value_end: int  # line
    end: int  # line, behind the comments below that belong to it
    name_at: tuple[int, int]  # characters
    value_at: tuple[int, int]  # characters; of a list or mapping, from its first text on


@dataclass(frozen=True, slots=True)
class _Text:
    """Where a scalar stands that isn't empty."""

    at: tuple[int, int]  # characters
    lines: range
    style: str | None  # ", ', | or >


@dataclass(frozen=True, slots=True)
class _Layout:
    source: str
    lines: Sequence[str]  # with their ends
    fields: tuple[_Field, ...]  # none, if they don't stand below each other
    texts: tuple[_Text, ...]


@dataclass(slots=True)
class _Mark:
    """A field as the events tell of it."""

    name_at: tuple[int, int]  # characters
    name: str
    value: int | None = None  # character
    end: int = 0  # character
    last: int = 0  # line


def _layout(source: str) -> _Layout:
    """Where everything stands in a file that ``yamlfile`` reads."""
    lines = _LINE.findall(source)
    starts = list(accumulate(map(len, lines[:-1]), initial=0))

    def line_of(character: int) -> int:
        return bisect_right(starts, max(0, character)) - 1

    texts: list[_Text] = []
    marks: list[_Mark] = []
    depth = 0
    for event in yaml.parse(source.translate(yamlfile.NO_LINE_ENDS), Loader=yaml.CSafeLoader):
        if not isinstance(event, _NODES):
            continue
        is_scalar = isinstance(event, yaml.ScalarEvent)
        is_end = isinstance(event, yaml.CollectionEndEvent)
        start, end = event.start_mark.index, event.end_mark.index
        # What is empty stands right behind its colon or hyphen.
        last = line_of(end - 1)
        depth -= is_end
        if depth == 1 and not is_end:
            if not marks or marks[-1].value is not None:
                marks.append(_Mark((start, end), event.value))
            else:
                marks[-1].value = start
        if is_scalar and start < end:
            first = line_of(start)
            if event.style in ("|", ">") and "+" not in source[start : start + 3]:
                while last > first and not lines[last].strip("\r\n"):
                    last -= 1  # an empty line behind it is none of it
            texts.append(_Text((start, end), range(first, last + 1), event.style))
        if marks and (is_scalar or start < end):  # but the end of a block, which is anywhere
            marks[-1].end = end
            marks[-1].last = max(marks[-1].last, last)
        depth += not (is_scalar or is_end)
    keys = [line_of(mark.name_at[0]) for mark in marks]
    return _Layout(source, lines, _fields(lines, starts, marks, keys), tuple(texts))


def _fields(
    lines: Sequence[str], starts: Sequence[int], marks: Sequence[_Mark], keys: Sequence[int]
) -> tuple[_Field, ...]:
    before = {
        lines[key][: mark.name_at[0] - starts[key]] for mark, key in zip(marks, keys, strict=True)
    }
    if len(before) != 1 or (indent := before.pop()).strip(" "):
        return ()  # "? name", or a line that ends as only YAML knows
    found: list[_Field] = []
    start = _lead(lines, keys[0])
    for mark, key, following in zip(marks, keys, [*keys[1:], None], strict=True):
        stop = len(lines) if following is None else following
        value_end = min(max(mark.last, key) + 1, stop)
        end = _below(lines, value_end, stop, len(indent), following is None)
        value_at = (mark.value, max(mark.value, mark.end))
        found.append(_Field(mark.name, start, key, value_end, end, mark.name_at, value_at))
        start = end
        while start < stop and not lines[start].strip():
            start += 1
    return tuple(found)


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _lead(lines: Sequence[str], first: int) -> int:
    """Where the comments begin that belong to the first field, and not to the file."""
    start = first
    while start and _is_comment(lines[start - 1]):
        if lines[start - 1].lstrip("# \t").startswith("yaml-language-server:"):
            break
        start -= 1
    return start


def _below(lines: Sequence[str], start: int, stop: int, column: int, is_last: bool) -> int:
    """Where the comments end that belong to the field above them: those that are indented as its value
    is, and those right behind it that a blank line parts from the next field."""
    end = start
    for at in range(start, stop):
        if _is_comment(lines[at]) and len(lines[at]) - len(lines[at].lstrip()) > column:
            end = at + 1
    behind = end
    while behind < stop and _is_comment(lines[behind]):
        behind += 1
    return behind if behind < stop and not is_last else end


# --- tidying ------------------------------------------------------------------------------


def _tidied_fields(source: str, table: tuple[curated.Field, ...]) -> str:
    said = _read(source)
    if said is None:
        source = _repaired(_without_blank_ends(source), table)
        said = _read(source)
    if said is None:
        return source
    source = _ended(source, said)
    source, said = _corrected(source, said, table)
    return _spaced(_ordered(source, said, table), said)


def _with_newline(source: str) -> str:
    return source if source.endswith("\n") or not source else f"{source}\n"


def _without_blank_ends(source: str) -> str:
    lines = _LINE.findall(source)
    full = [at for at, line in enumerate(lines) if line.strip(" \t\n")]
    return _with_newline("".join(lines[full[0] : full[-1] + 1])) if full else ""


def _ended(source: str, said: Mapping) -> str:
    """With an end to the last line; a block of text that would get it as its own must not keep it."""
    changed = _with_newline(source)
    if changed == source or _read(changed) == said:
        return changed
    for last in _layout(source).texts[-1:]:
        if header := _HEADER.match(source, last.at[0]):
            changed = f"{source[: header.start()]}{header[1]}-{source[header.end() :]}\n"
    return changed if _read(changed) == said else source


def _corrected(source: str, said: Mapping, table: tuple[curated.Field, ...]) -> tuple[str, Mapping]:
    """With names and values in their one form; and what it says now."""
    known = {field.name: field for field in table}
    names = {name: _known_name(name, known) or name for name in said}
    meant = Counter(names.values())
    forms: dict[str, tuple[str, object]] = {}
    for name, value in said.items():
        new = names[name] if meant[names[name]] == 1 else name
        forms[name] = new, _one_form(known.get(new), value)
    if all(form == (name, said[name]) for name, form in forms.items()):
        return source, said
    pieces: list[str] = []
    now: dict[str, object] = {}
    end = 0
    for field in _layout(source).fields:
        name, value = forms[field.name]
        if "\n" in source[slice(*field.value_at)]:
            value = said[field.name]
        if name != field.name:
            pieces += [source[end : field.name_at[0]], name]
            end = field.name_at[1]
        if value != said[field.name]:
            pieces += [source[end : field.value_at[0]], _scalar(value)]
            end = field.value_at[1]
        now[name] = value
    changed = "".join([*pieces, source[end:]])
    return (changed, now) if _read(changed) == now else (source, said)


def _known_name(name: str, known: Mapping[str, object]) -> str | None:
    """The field that a name means, whatever its case, and be it _, - or a space that parts its words."""
    folded = name if name in known else re.sub(r"[ -]", "_", name.strip()).lower()
    return folded if folded in known else None


def _one_form(field: curated.Field | None, value: object) -> object:
    """An identifier without address, prefix and version; a date without a time."""
    if field is None or field.name not in _ONE_FORM or not isinstance(value, str):
        return value
    try:
        better = str(field.parse(value))
        is_stable = str(field.parse(better)) == better
    except ValueError:
        return value
    given = value.lower()
    # Upper case in a DOI is as good, and what was taken out of its middle may have belonged there.
    return better if is_stable and better != given and better.lower() in given else value


def _ordered(source: str, said: Mapping, table: tuple[curated.Field, ...]) -> str:
    """With the fields in the table's order, and those that it hasn't behind them as they were."""
    names = _in_order(said, table)
    if names == list(said):
        return source
    layout = _layout(source)
    lines, here = layout.lines, layout.fields
    if not here:
        return source
    fields = {field.name: field for field in here}
    # Blank lines stay where they are: they part the file, and belong to no field. But a text
    # may keep all that are below it ("|+"); then it's better to have none.
    gaps = [lines[one.end : other.start] for one, other in pairwise(here)] + [lines[here[-1].end :]]
    for between in (gaps, [[line for line in gap if line.strip()] for gap in gaps]):
        moved = list(lines[: here[0].start])
        for name, gap in zip(names, between, strict=True):
            moved += [*lines[fields[name].start : fields[name].end], *gap]
        changed = "".join(moved)
        if _read(changed) == said:
            return changed
    return source


def _in_order(names: Iterable[str], table: tuple[curated.Field, ...]) -> list[str]:
    rank = {name: at for at, name in enumerate(curated.names(table))}
    return sorted(names, key=lambda name: rank.get(name, len(rank)))


def _spaced(source: str, said: Mapping) -> str:
    """Without white space that says nothing."""
    if not _SPACE.search(source):
        return source
    layout = _layout(source)
    for careful in (False, True):
        changed = _respaced(layout, careful)
        if _read(changed) == said:
            return changed
    return source


def _respaced(layout: _Layout, careful: bool) -> str:
    """As ``_spaced``; carefully, it keeps what stands below a block of text and may belong to it."""
    lines = layout.lines
    kept: set[int] = set()  # lines that stay as they are
    within: set[int] = set()  # texts, where blank lines count
    for found in layout.texts:
        first, last = found.lines[0], found.lines[-1]
        if found.style in ("|", ">"):
            while not careful and last > first and not lines[last].strip():
                last -= 1
            kept.update(range(first + 1, last + 1))
        elif found.style:
            kept.update(range(first, last))
        within.update(range(first + 1, last + 1))
    out: list[str] = []
    for at, line in enumerate(lines):
        if at not in kept:
            line = line.rstrip(" \t\n") + "\n"
        if line != "\n" or at in within or (out and out[-1] != "\n"):
            out.append(line)
    if out and out[-1] == "\n" and len(lines) - 1 not in within:
        out.pop()
    return "".join(out)


# --- repairing what is not YAML -----------------------------------------------------------


def _repaired(source: str, table: tuple[curated.Field, ...]) -> str:
    """With each field made YAML for which that can be done in one way."""
    known = {field.name: field for field in table}
    out: list[str] = []
    blocks = list(_blocks(source))
    for at, block in enumerate(blocks):
        right = next((way for way in _repairs(block, known) if _stands(way)), None)
        out.append(right or block)
        if right is None and any(opening in block for opening in _PAIRS):
            # It may be open, and what follows stand in its quotes or brackets.
            return "".join([*out, *blocks[at + 1 :]])
    return "".join(out)


def _blocks(source: str) -> Iterator[str]:
    """A file cut before each line that begins like a field."""
    block: list[str] = []
    for line in _LINE.findall(source):
        if _NAME.match(line) and block:
            yield "".join(block)
            block = []
        block.append(line)
    if block:
        yield "".join(block)


def _stands(block: str) -> bool:
    """Is it right, and closed?"""
    return _read(f"{block}_:\n") is not None


def _repairs(block: str, known: Mapping[str, curated.Field]) -> Iterator[str]:
    """A block as it is, and in every way in which it may be meant, the likeliest first."""
    for width in (0, 2, 4, 8) if "\t" in block else (0,):
        spaced = _with_spaces(block, width) if width else block
        if width and spaced == block:
            break
        yield spaced
        match = _NAME.match(spaced)
        field = known.get(_known_name(match["name"], known) or "") if match else None
        if not field:
            continue
        name, rest = spaced[: match.end()], spaced[match.end() :]
        if rest[:1].strip():  # no space behind the colon
            rest = f" {rest}"
            yield name + rest
        if field.kind in ("line", "text"):
            yield name + _with_quotes(rest)
        elif field.kind in ("names", "lines"):
            yield name + "".join(map(_with_quotes_in_item, _LINE.findall(rest)))


def _with_spaces(block: str, width: int) -> str:
    """With spaces for the tabs before the text of each line."""

    def spaces(line: str) -> str:
        indent, hyphen = _INDENT.match(line).groups("")
        hyphen_now = "- " if "\t" in hyphen else hyphen
        return indent.replace("\t", " " * width) + hyphen_now + line[len(indent + hyphen) :]

    return "".join(map(spaces, _LINE.findall(block)))


def _with_quotes(rest: str, form: str = "x: {}\n") -> str:
    """What follows a name or a hyphen, with its value in quotes, if that is all that it can mean."""
    first, newline, more = rest.partition("\n")
    value = first.strip(" \t")
    if any(line.strip() and not _is_comment(line) for line in _LINE.findall(more)):
        return rest
    if not value or _is_ambiguous(value) or _is_yaml(form.format(value)):
        return rest
    before = first[: len(first) - len(first.lstrip(" \t"))]
    return f"{before}{_quoted(value)}{newline}{more}"


def _with_quotes_in_item(line: str) -> str:
    match = _ITEM.match(line)
    return match[0] + _with_quotes(line[match.end() :], "- {}\n") if match else line


def _is_ambiguous(value: str) -> bool:
    """May it be anything else than a text that lacks its quotes?"""
    closing = _PAIRS.get(value[0])
    return bool(
        re.search("(?:^|[ \t])#", value)  # a comment?
        or (closing and (closing not in value[1:] or value.endswith(closing)))  # a list, or quoted?
        or value.count('"') % 2  # which lacks one quote alone?
        or _BLOCK_TEXT.match(value)
        or _CONTROL.search(value)
        or not any(map(str.isalnum, value))
    )


def _is_yaml(source: str) -> bool:
    """Is it YAML, though ours may have no use for it? Then somebody may mean it so."""
    try:
        for _ in yaml.parse(source, Loader=yaml.CSafeLoader):
            pass
    except (yaml.YAMLError, UnicodeEncodeError):
        return False
    return True


# --- editing ------------------------------------------------------------------------------


def _edited_fields(
    source: str,
    table: tuple[curated.Field, ...],
    changes: Mapping[str, object],
    newline: str | None = None,
) -> str:
    said = yamlfile.load(source, "")
    newline = newline or ("\r\n" if source.partition("\n")[0].endswith("\r") else "\n")
    read = {name: _as_read(name, changes[name]) for name in _in_order(changes, table)}
    changes = {
        name: value for name, value in read.items() if name not in said or said[name] != value
    }
    if not changes:
        return source
    now = {**said, **changes}
    patched = _patched(_layout(_ended(source, said)), table, changes, newline)
    if _read(patched) == now:
        return patched
    # Fields that don't stand below each other are written anew.
    comments = (f"{comment}\n" for comment in _comments(_layout(source), 0, len(source)))
    written = (yaml_field(name, now[name]) for name in _in_order(now, table))
    return "".join([*comments, *written]).replace("\n", newline)


def _patched(
    layout: _Layout,
    table: tuple[curated.Field, ...],
    changes: Mapping[str, object],
    newline: str,
) -> str:
    lines, fields = layout.lines, layout.fields
    here = [field.name for field in fields]
    new: dict[str | None, list[str]] = defaultdict(list)  # by the field above it; None: above all
    for name, value in changes.items():
        if name not in here:
            new[_above(name, here, table)].append(yaml_field(name, value).replace("\n", newline))
    end = fields[0].start if fields else len(lines)
    out = [*lines[:end], *new[None]]
    for field in fields:
        out += lines[end : field.key]
        if field.name in changes:
            out.append(_replaced(layout, field, changes[field.name], newline))
        else:
            out += lines[field.key : field.value_end]
        out += [*lines[field.value_end : field.end], *new[field.name]]
        end = field.end
    return "".join([*out, *lines[end:]])


def _above(name: str, here: Sequence[str], table: tuple[curated.Field, ...]) -> str | None:
    """The field of a file below which a new one has its place."""
    known = curated.names(table)
    if name not in known:
        return here[-1] if here else None
    return next((other for other in known[known.index(name) :: -1] if other in here), None)


def _replaced(layout: _Layout, field: _Field, value: object, newline: str) -> str:
    """A field with another value: a comment stays on its line, or above it if there are more lines."""
    written = yaml_field(field.name, value)
    if field.value_end == field.key + 1 and written.count("\n") == 1:
        behind = layout.source[field.value_at[1] :].partition("\n")[0]
        return written[:-1] + behind.rstrip() + newline
    start = sum(map(len, layout.lines[: field.key]))
    size = sum(map(len, layout.lines[field.key : field.value_end]))
    comments = (f"{comment}\n" for comment in _comments(layout, start, start + size))
    return "".join([*comments, written]).replace("\n", newline)


def _comments(layout: _Layout, start: int, end: int) -> list[str]:
    """The comments between two characters: what begins with # and stands in no text."""
    between = []
    for found in layout.texts:
        first, behind = found.at
        if start <= first < end:
            between.append(layout.source[start:first])
            if found.style in ("|", ">"):  # beside which one may stand
                between.append(layout.source[first:behind].partition("\n")[0])
            start = behind
    rest = "\n".join([*between, layout.source[start:end]])
    return [comment.rstrip() for comment in _COMMENT.findall(rest)]
