"""JSON Schemas of the files that people write, for their editors: made from ``curated``'s tables.

An editor may know less than the loader, but never cries wrong about what the loader takes. It
reads YAML 1.2, where ``arxiv_id: 1706.03762`` is a number, as is ``title: 1984``; so a text may be
one. (What it takes for true, false or null, as the author ``Null``, must stand in quotes for its sake.)
Draft 7 is what yaml-language-server understands best, which is in most editors.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial

from generator import curated, yamlfile
from generator.curated import Field
from generator.model import Publication

_ABOUT = {
    "overlay": ("Overlay", "What people say of one paper; it wins over every listing."),
    "sidecar": ("Sidecar", "What a listing is, in a file beside it."),
    "topic": ("Topic", "A subject with a page and feeds: the front matter of its file."),
}
_SOMETHING = r"\S"
# The largest that an arXiv id can be, read as a number.
_LARGEST_ID = 9999.99999


def render(publication: Publication) -> dict[str, Callable[[], bytes]]:
    """Path in the site → what makes the schema's bytes."""
    return {_path(kind): partial(_bytes, kind, publication) for kind in curated.KINDS}


def line(publication: Publication, kind: str) -> str:
    """The first line of a file of this kind, by which editors find the schema."""
    return f"# yaml-language-server: $schema={_address(publication, kind)}"


def _path(kind: str) -> str:
    return f"schemas/{kind}.json"


def _address(publication: Publication, kind: str) -> str:
    return publication.url + _path(kind)


def _bytes(kind: str, publication: Publication) -> bytes:
    made = schema(kind, _address(publication, kind))
    return (json.dumps(made, ensure_ascii=False, indent=2) + "\n").encode()


def schema(kind: str, address: str) -> dict[str, object]:
    """The schema of a kind of file, as in ``curated.KINDS``, to be found at this address."""
    title, description = _ABOUT[kind]
    made: dict[str, object] = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": address,
        "title": title,
        "description": description,
        "type": "object",
        "additionalProperties": False,
        "properties": {field.name: _property(field) for field in curated.KINDS[kind]},
    }
    if kind == "topic":  # a paper may have its title from a listing
        made["required"] = ["title"]
    return made


def _property(field: Field) -> dict[str, object]:
    about = {"title": field.label, "description": field.hint, "examples": [_example(field)]}
    return about | (_MORE.get(field.name) or _KINDS[field.kind])(field)


def _example(field: Field) -> object:
    value = yamlfile.load(f"example: {field.example}", "")["example"]
    return [value] if field.kind in ("names", "lines") and isinstance(value, str) else value


# --- what each kind of field takes --------------------------------------------------------


def _text(field: Field) -> dict[str, object]:
    """A text, or a number where a text may look like one."""
    # No pattern but an arXiv id's, which is apart, fits a number.
    made = _typed(["string"] if field.pattern else ["string", "number"], field)
    if field.limit:
        made["maxLength"] = field.limit
    if pattern := field.pattern or (None if field.nullable else _SOMETHING):
        made["pattern"] = pattern
    return made


def _id(field: Field) -> dict[str, object]:
    return _typed(["string", "number"], field) | {
        "pattern": field.pattern,
        "minimum": 0,
        "maximum": _LARGEST_ID,
    }


def _count(field: Field) -> dict[str, object]:
    return _typed(["integer"], field) | {"minimum": 0}


def _date(field: Field) -> dict[str, object]:
    return _typed(["string"], field) | {"pattern": field.pattern}


def _choice(field: Field) -> dict[str, object]:
    return {"enum": [*field.choices, *([None] if field.nullable else [])]}


def _list(field: Field) -> dict[str, object]:
    item = _text(field)
    item["type"] = [one for one in item["type"] if one != "null"]
    return _typed(["array"], field) | {"items": item}


def _links(field: Field) -> dict[str, object]:
    return _typed(["object"], field) | {
        "propertyNames": {"pattern": curated.LINK_NAME},
        "additionalProperties": {"type": ["string", "null"], "pattern": field.pattern},
    }


def _organization(field: Field) -> dict[str, object]:
    """A name, or the name and the handle that its source has for it."""
    part = {"type": ["string", "number", "null"], "maxLength": field.limit}
    return _typed(["string", "number", "object"], field) | {
        "pattern": _SOMETHING,
        "maxLength": field.limit,
        "additionalProperties": False,
        "minProperties": 1,
        "properties": {"name": part, "handle": part},
    }


def _typed(types: list[str], field: Field) -> dict[str, object]:
    return {"type": [*types, "null"] if field.nullable else types}


_KINDS: Mapping[str, Callable[[Field], dict[str, object]]] = {
    "line": _text,
    "text": _text,
    "count": _count,
    "date": _date,
    "choice": _choice,
    "lines": _list,
    "names": _list,
    "links": _links,
}
_MORE: Mapping[str, Callable[[Field], dict[str, object]]] = {
    "arxiv_id": _id,
    "organization": _organization,
}
