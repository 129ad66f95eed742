"""Files of papers from anywhere → listings in the content folder, checked, each kept as it came.

``write`` files them with what is said of them beside them, and takes all of it back if the content
isn't right with it. No file that is there is written over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from generator import content, output
from generator.curation import schemas, tidy
from generator.errors import BroadsheetError, ContentError, ContentErrors, Omission
from generator.model import Catalog, Publication


@dataclass(frozen=True, slots=True)
class Filing:
    """A file that is to become a listing."""

    source: str  # the path of the file, as people gave it
    name: str  # of the listing: "2025-10-29-papers.bib"
    data: bytes

    @property
    def file(self) -> str:
        """Relative to the content folder."""
        return f"listings/{self.name[:4]}/{self.name}"

    @property
    def sidecar(self) -> str:
        return str(Path(self.file).with_suffix(".yml"))


def conflicts(folder: Path, filings: Iterable[Filing], catalog: Catalog) -> Iterator[ContentError]:
    """Why files can't be listings of these names."""
    listed = {listing.name: listing.file for listing in catalog.listings}
    from_: dict[str, str] = {}  # the path without ending → the file that is to be there
    for one in filings:
        stem = one.name.rpartition(".")[0]
        there = listed.get(one.name) or (one.file if _exists(folder / one.file) else None)
        problem = None
        if there and _is(folder / there, one.data):
            problem = (
                f"is filed already, as {content.shown(folder, there)}; write what is to be said of it "
                f"into {content.shown(folder, one.sidecar)}"
            )
        elif there:
            problem = f"{content.shown(folder, there)} is there already, and is another; give another --name"
        elif _exists(folder / one.sidecar):
            problem = (
                f"{content.shown(folder, one.sidecar)} is there already, and would be about this as "
                "well; give another --name"
            )
        elif stem in from_:
            problem = (
                f"would be named {stem} as is {from_[stem]}; file them one by one, with --name"
            )
        from_.setdefault(stem, one.source)
        if problem:
            yield ContentError(problem, file=one.source)


def beside(said: Mapping[str, object], publication: Publication) -> bytes | None:
    """The sidecar that says this of a listing; None if nothing is said."""
    first = f"{schemas.line(publication, 'sidecar')}\n"
    return tidy.edited(first, "sidecar", said).encode() if said else None


def is_filed(folder: Path, one: Filing, sidecar: bytes | None) -> bool:
    """Is it there already, to the byte, with what is said of it?"""
    return _is(folder / one.file, one.data) and (
        sidecar is None or _is(folder / one.sidecar, sidecar)
    )


def write(
    folder: Path, filings: list[Filing], sidecar: bytes | None
) -> tuple[Catalog, list[Omission]]:
    """File them; the catalog with them, and what is left out of them.

    ``sidecar`` is what stands in the file beside each, if there is to be one. Raises ContentErrors if
    a file can't be read or has no paper, or the content has errors with it; then nothing has changed.
    """
    # A sidecar comes first: without its listing it is an error, and the other way round is none.
    files = {one.sidecar: sidecar for one in filings} if sidecar else {}
    files |= {one.file: one.data for one in filings}
    with _taken_back(folder, files):
        output.write(folder, files.items())
        places = {content.shown(folder, one.file): one for one in filings}
        try:
            catalog, omissions = content.load(folder)
        except ContentErrors as errors:
            raise ContentErrors(
                _at_source(error, places, ContentError) for error in errors.errors
            ) from errors
        left_out = [error for error in omissions if error.file in places]
        with_papers = {name for paper in catalog.papers for name in paper.listings}
        if empty := [one for one in filings if one.name not in with_papers]:
            names = {one.source for one in empty}
            faults = [_at_source(error, places, Omission) for error in left_out]
            raise ContentErrors(
                [
                    ContentError("no paper in it that can be listed; give another file", file=name)
                    for name in sorted(names)
                ],
                [error for error in faults if error.file in names],
            )
        return catalog, left_out


def _at_source(
    error: BroadsheetError, places: Mapping[str, Filing], kind: type[BroadsheetError]
) -> BroadsheetError:
    """The error at the file that people gave: there is no other any more."""
    file = places[error.file].source if error.file in places else error.file
    return kind(error.message, file=file, line=error.line, field=error.field)


def _is(path: Path, data: bytes) -> bool:
    with suppress(OSError):
        return path.read_bytes() == data
    return False


def _exists(path: Path) -> bool:
    return path.exists() or path.is_symlink()


@contextmanager
def _taken_back(folder: Path, names: Iterable[str]) -> Iterator[None]:
    """Whatever goes wrong within, none of the files is there, nor a folder that was made for them."""
    made = {
        above
        for name in names
        for above in (folder / name).parents
        if above.is_relative_to(folder) and not above.exists()
    }
    try:
        yield
    except BaseException as error:
        with suppress(OSError):  # what went wrong first is what is told
            for name in names:
                (folder / name).unlink(missing_ok=True)
            for above in sorted(made, reverse=True):
                if above.exists():
                    above.rmdir()
        if isinstance(error, OSError):
            raise ContentError(
                f"can't be written: {error.strerror}; see to that folder",
                file=content.shown(folder, "listings"),
            ) from error
        raise
