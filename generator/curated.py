"""The files that people write, field by field: overlays, sidecars of listings, topics.

Each table has the fields of one kind of file, in the order in which they stand in it. What helps people to
write these files is made from here: the loader's checks, ``check --fix``, the JSON Schemas, the
issue forms, ``add`` with its options and its questions, and overlays begun by a page's pencil.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from generator import fields, topics


@dataclass(frozen=True, slots=True)
class Field:
    """What a file may say under one name."""

    name: str
    label: str  # as pages and forms call it
    # What a person writes: "line" or "text" (long), "count", "date", "choice", "lines" (a list
    # of texts), "names" (a list of short ones, which fit on a line), "links" (names and addresses)
    kind: str
    hint: str  # to whoever writes it, in a sentence
    example: str
    parse: Callable[[object], object]  # as in ``fields``; raises ValueError
    limit: int | None = None  # the most characters
    pattern: str | None = None  # of a text, or of each in a list or of links; ECMA 262
    choices: tuple[str, ...] = ()
    nullable: bool = True  # may a file say that it is unknown?


def _paper(name: str, *about: object, **more: object) -> Field:
    return Field(name, *about, fields.PARSERS[name], **more)


_DAY = r"^\d{4}-\d{2}-\d{2}([T ][^\n]*)?$"
_URL = r"^\s*[Hh][Tt][Tt][Pp][Ss]?://\S+\s*$"
LINK_NAME = r"^[a-z][a-z0-9_-]{0,30}$"
_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_TOPIC_NAMES = (
    "Topics by the names of their files, which are the last part of their pages' addresses"
)

OVERLAY = (
    _paper(
        "title",
        "Title",
        "line",
        "The title as the paper has it; a formula between \\( and \\).",
        "Attention Is All You Need",
        limit=fields.LIMITS["title"],
        nullable=False,
    ),
    _paper(
        "listed",
        "Listed",
        "date",
        "The day on which a paper that you add is to appear.",
        "2025-10-29",
        pattern=_DAY,
    ),
    _paper(
        "arxiv_id",
        "arXiv id",
        "line",
        "The arXiv identifier, or the address of its page on arXiv.",
        "1706.03762",
        pattern=r"^\s*(\S*[:/.]\s*)?(\d{4}\.\d{4,5}|[a-z]+(-[a-z]+)*(\.[A-Z]{2})?/\d{7})(v\d+)?(\.pdf)?\s*$",
    ),
    _paper(
        "doi",
        "DOI",
        "line",
        "The DOI, or its address.",
        "10.18653/v1/N19-1423",
        pattern=r"^\s*(\S*[:/]\s*)?10\.\d{4,9}/[!-;=?-~]+\s*$",
    ),
    _paper(
        "authors",
        "Authors",
        "names",
        "All authors in the paper's order, given name first.",
        "[Ashish Vaswani, Noam Shazeer]",
        limit=fields.NAME_LIMIT,
    ),
    _paper(
        "author_count",
        "Number of authors",
        "count",
        "How many authors there are, if not all are named.",
        "8",
    ),
    _paper(
        "organization",
        "Organization",
        "line",
        "Who the paper comes from.",
        "Google Research",
        limit=fields.NAME_LIMIT,
    ),
    _paper(
        "published",
        "Published",
        "date",
        "The paper's own date, of its first version.",
        "2017-06-12",
        pattern=_DAY,
    ),
    _paper(
        "links",
        "Links",
        "links",
        "Addresses by what they lead to: code, project, discussion, pdf, …",
        "{code: https://github.com/tensorflow/tensor2tensor}",
        pattern=_URL,
    ),
    _paper(
        "topics",
        "Topics",
        "names",
        f"{_TOPIC_NAMES}; those given are all that the paper has.",
        "[text-embeddings, surveys]",
        pattern=_SLUG,
    ),
    _paper(
        "summary",
        "Summary",
        "text",
        "What was asked, done and found, in 40 to 90 words of your own.",
        "One or two sentences.",
        limit=fields.LIMITS["summary"],
    ),
    _paper(
        "abstract",
        "Abstract",
        "text",
        "The authors' own words, where a listing has them wrong.",
        "One paragraph.",
        limit=fields.LIMITS["abstract"],
    ),
    _paper(
        "note",
        "Note",
        "text",
        "A remark to the reader, one or two sentences.",
        "A good place to begin.",
        limit=fields.LIMITS["note"],
    ),
)

SIDECAR = (
    Field(
        "source",
        "Source",
        "line",
        "The address of the page or service that listed the papers.",
        "https://huggingface.co/papers",
        fields.url,
        pattern=_URL,
    ),
    Field(
        "query",
        "Query",
        "line",
        "What was asked of the source.",
        "text pretraining",
        fields.one_line,
        limit=fields.NAME_LIMIT,
    ),
    Field(
        "text",
        "Texts",
        "choice",
        "What the listing's texts are: the papers' abstracts, or summaries that somebody wrote.",
        "summary",
        fields.text_kind,
        choices=fields.TEXT_KINDS,
    ),
    Field(
        "topics",
        "Topics",
        "names",
        f"{_TOPIC_NAMES}: every paper of the listing belongs to them.",
        "[surveys]",
        fields.slugs,
        pattern=_SLUG,
    ),
)

TOPIC = (
    Field(
        "title",
        "Title",
        "line",
        "What the topic is called.",
        "Text embeddings",
        fields.title,
        limit=fields.LIMITS["title"],
        nullable=False,
    ),
    Field(
        "match",
        "Phrases",
        "lines",
        "A paper belongs here if one of these stands in its title, summary or abstract; a word that "
        "ends in * stands for all that begin with it.",
        "sentence embedding*",
        topics.phrases,
        limit=fields.NAME_LIMIT,
    ),
    Field(
        "query",
        "Query",
        "line",
        "What the search finds for this with every word belongs here as well.",
        'author:reimers "sentence embedding*" -survey',
        topics.question,
        limit=topics.QUERY_LIMIT,
    ),
    Field(
        "exclude",
        "Phrases that exclude",
        "lines",
        "A paper in which one of these stands doesn't belong here.",
        "word embedding*",
        topics.phrases,
        limit=fields.NAME_LIMIT,
    ),
    Field(
        "union",
        "And the papers of",
        "lines",
        f"{_TOPIC_NAMES}: their papers belong here as well.",
        "surveys",
        fields.slugs,
        pattern=_SLUG,
    ),
    Field(
        "difference",
        "But not the papers of",
        "lines",
        f"{_TOPIC_NAMES}: their papers don't belong here.",
        "surveys",
        fields.slugs,
        pattern=_SLUG,
    ),
)

KINDS: Mapping[str, tuple[Field, ...]] = {"overlay": OVERLAY, "sidecar": SIDECAR, "topic": TOPIC}


def names(table: tuple[Field, ...]) -> tuple[str, ...]:
    """The names of a table's fields, in order."""
    return tuple(field.name for field in table)
