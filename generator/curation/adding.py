"""What somebody wants to add or to correct → a file in the content folder, checked.

``paper``, ``correction`` and ``topic`` say which file it is and what is to stand in it, or refuse;
``write`` writes it, and takes it back if the content isn't right with it. What comes in has been
checked field by field: values are as ``curated.Field.parse`` gives them, and None where people say
that something is unknown.

Errors know the field, by its name, but neither file nor line: these are known to who asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from generator import content, merge, output, repository, text, topics, yamlfile
from generator.curation import schemas, tidy
from generator.errors import ContentError, ContentErrors
from generator.model import Catalog, Paper, Publication

_FOLDERS = {"overlay": ("papers", ".yml"), "topic": ("topics", ".md")}
_IDS = ("arxiv_id", "doi")
_NOTHING = (None, (), {})


@dataclass(frozen=True, slots=True)
class Proposal:
    """A file of people's as somebody wants it to be."""

    kind: str  # "overlay" or "topic", as in curated.KINDS
    slug: str  # of the paper or the topic, and so the file's name
    title: str  # of the paper or the topic, as it is listed or to be listed
    said: Mapping[str, object]  # field → what is to stand there; "introduction" is a topic's body
    is_new: bool  # or is it about a paper that is listed?

    @property
    def file(self) -> str:
        """Relative to the content folder."""
        return _file(self.kind, self.slug)

    @property
    def page(self) -> str:
        """Relative to the site, with slashes around it."""
        return f"/{_FOLDERS[self.kind][0]}/{self.slug}/"


def _file(kind: str, slug: str) -> str:
    folder, extension = _FOLDERS[kind]
    return f"{folder}/{slug}{extension}"


# --- what is to be written ----------------------------------------------------------------


def paper(catalog: Catalog, said: Mapping[str, object]) -> Proposal:
    """A paper to be added by hand; raises ContentErrors, also if it is listed already."""
    said = {name: value for name, value in said.items() if value not in _NOTHING}
    errors = listed_already(catalog, said)
    if "title" not in said:
        errors.append(ContentError("a paper needs a title; write it", field="title"))
    if not (day := said.get("listed", catalog.day)):
        errors.append(
            ContentError(
                "nothing is listed here, so there is no newest day to list it on; give one, as "
                "2025-10-29",
                field="listed",
            )
        )
    if errors:
        raise ContentErrors(errors)
    # A paper that was listed once keeps its name.
    slug = next((slug for _, slug in _known_as(catalog, said)), None)
    if slug is None:
        taken = {*catalog.by_slug, *catalog.aliases, *catalog.debut, *catalog.ids}
        slug = text.distinct_names(taken)(text.slug(said["title"], fallback="paper"))
    return Proposal("overlay", slug, said["title"], {**said, "listed": day}, is_new=True)


def listed_already(catalog: Catalog, said: Mapping[str, object]) -> list[ContentError]:
    """An error for everything by which the paper is known here."""
    return [
        ContentError(
            f'"{catalog.by_slug[slug].title}" is listed already, at /papers/{slug}/; correct it in '
            f"content/{_file('overlay', slug)}",
            field=field,
        )
        for field, slug in _known_as(catalog, said)
        if slug in catalog.by_slug
    ]


def _known_as(catalog: Catalog, said: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """The fields by which the paper is known, and its slug; as ``merge`` tells papers apart."""
    ids = {kind: said[kind] for kind in _IDS if said.get(kind)}
    title = merge.title_key(said["title"]) if said.get("title") else None
    for slug, known in catalog.ids.items():
        for one in ids.items():
            if one in known:
                yield one[0], slug
        kinds = {kind for kind, _ in known}
        if title and not kinds & ids.keys() and {("title", title), ("also", title)} & known:
            yield "title", slug


def correction(catalog: Catalog, slug: str, said: Mapping[str, object]) -> Proposal:
    """A correction of a paper that is listed; raises ContentErrors if it changes nothing."""
    listed = catalog.by_slug[slug]
    changes = dict(_changes(listed, said))
    if not changes:
        raise ContentErrors(
            [ContentError("the page says all of it already; say what should be different")]
        )
    return Proposal("overlay", slug, listed.title, changes, is_new=False)


def _changes(listed: Paper, said: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """What of it the page doesn't say yet."""
    for name, value in said.items():
        shown = getattr(listed, name)
        if name == "organization" and shown and value:
            is_shown = value["name"] == shown.name and value["handle"] in (None, shown.handle)
        elif name == "links" and value:
            value = {link: url for link, url in value.items() if shown.get(link) != url}
            is_shown = not value
        else:
            is_shown = (value or None) == (shown or None)
        if not is_shown:
            yield name, value


def topic(catalog: Catalog, said: Mapping[str, object]) -> Proposal:
    """A topic to be added; raises ContentErrors if there is one of this name or title."""
    title = said["title"]
    slug = text.slug(title, fallback="topic")
    for known in catalog.topics:
        if known.slug == slug or merge.title_key(known.title) == merge.title_key(title):
            raise ContentErrors(
                [
                    ContentError(
                        f'there is a topic "{known.title}", at /topics/{known.slug}/; mend it in '
                        f"content/{known.file}, or choose another title",
                        field="title",
                    )
                ]
            )
    return Proposal(
        "topic", slug, title, {name: value for name, value in said.items() if value}, is_new=True
    )


# --- writing it ---------------------------------------------------------------------------


def write(folder: Path, proposal: Proposal, publication: Publication) -> Catalog:
    """Write the proposed file into the content folder, and give the catalog with it.

    Raises ContentErrors if the content has errors then; the file is as it was, in that case.
    """
    path = folder / proposal.file
    _refuse(path, proposal)
    before = path.read_bytes() if path.exists() else None
    source = before.decode() if before else _beginning(proposal.kind, publication)
    data = tidy.edited(source, proposal.kind, _with_links(proposal.said, source)).encode()
    if data == before:
        raise ContentErrors([ContentError("the file says all of it already; leave it as it is")])
    with _taken_back(path, before):
        output.put(path, data)
        try:
            return content.load(folder)[0]
        except ContentErrors as error:
            raise ContentErrors([_of_proposal(one, path) for one in error.errors]) from error


def _refuse(path: Path, proposal: Proposal) -> None:
    """Refuse to write where a link leads somewhere else, or over what isn't the paper's file."""
    for place in (path.parent, path):
        if place.is_symlink():
            raise ContentError(
                "a link; put a plain file or folder here",
                file=content.shown(place.parent, place.name),
            )
    if path.exists() and (proposal.is_new or not path.is_file()):
        raise ContentError(
            "is there already; rename one", file=content.shown(path.parent, path.name)
        )


def editor_of_topics(publication: Publication) -> dict[str, object] | None:
    """What a script has to know to lead to the editor with a topic that is made of a question.

    ``address`` of the editor, the parameter that gives the file's ``name``, the ``first`` line of its
    front matter, names that are ``taken``, the ``longest`` query in characters. None without a repository.
    """
    if not (place := publication.repository):
        return None
    return {
        "address": repository.beginning(place, _FOLDERS["topic"][0]),
        "name": place.name,
        "first": schemas.line(publication, "topic"),
        "taken": sorted({*text.RESERVED, *content.RESERVED_TOPICS}),
        "longest": topics.QUERY_LIMIT,
    }


def _beginning(kind: str, publication: Publication) -> str:
    """A file before anything is said in it."""
    line = schemas.line(publication, kind)
    return f"---\n{line}\n---\n" if kind == "topic" else f"{line}\n"


def _with_links(said: Mapping[str, object], source: str) -> dict[str, object]:
    """What is said, and with its links those that the file has already."""
    if not said.get("links"):
        return dict(said)
    links = yamlfile.load(source.removeprefix("\ufeff"), "").get("links")
    return {**said, "links": {**(links if isinstance(links, Mapping) else {}), **said["links"]}}


@contextmanager
def _taken_back(path: Path, before: bytes | None) -> Iterator[None]:
    """Whatever goes wrong within, the file is as it was before."""
    had_folder = path.parent.exists()
    try:
        yield
    except BaseException as error:
        with suppress(OSError):  # what went wrong first is what is told
            if before is not None:
                output.put(path, before)
            else:
                path.unlink(missing_ok=True)
                if not had_folder:
                    path.parent.rmdir()
        if isinstance(error, OSError):
            raise ContentError(
                f"can't be written: {error.strerror}; see to that folder",
                file=content.shown(path.parent, path.name),
            ) from error
        raise


def _of_proposal(error: ContentError, path: Path) -> ContentError:
    """An error in the file that was proposed, without its place: there is no such file any more."""
    if error.file == content.shown(path.parent, path.name):
        return ContentError(error.message, field=error.field)
    return error


# --- what comes of it ---------------------------------------------------------------------


def consequences(proposal: Proposal, before: Catalog, after: Catalog) -> list[str]:
    """What will be seen, a sentence each."""
    if proposal.kind == "topic":
        return [f"Its page will be {proposal.page}.", _number_of_papers(proposal.slug, after)]
    shown = after.by_slug[proposal.slug]
    said = [f"Its page {'will be' if proposal.is_new else 'is'} {proposal.page}."]
    if proposal.is_new or before.by_slug[proposal.slug].topics != shown.topics:
        titles = ", ".join(after.topic[slug].title for slug in shown.topics)
        said.append(f"It will be in these topics: {titles}." if titles else "No topic has it.")
    for slug in sorted(after.aliases.keys() - before.aliases.keys()):
        said.append(
            f"It will be one paper with that of /papers/{slug}/, as both are known by the same."
        )
    return said


def _number_of_papers(slug: str, catalog: Catalog) -> str:
    number, of = len(catalog.by_topic[slug]), len(catalog.papers)
    if not number:
        return "No paper is in it yet; are the phrases as papers have them?"
    if 2 * number > of:
        return f"It will have {number:,} of {of:,} papers; a topic is easier to follow with fewer."
    return f"It will have {text.counted(number, 'paper')}."
