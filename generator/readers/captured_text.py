"""The text of a Daily Papers page, as copied from a browser.

Blocks stand between blank lines: page furniture, the day, then for each paper its title, its
abstract, and a byline. A byline holds the number of authors (``• 7 authors``) or an organization
(``nvidia NVIDIA``: handle, then name), a ``·``, and the paper's date with or without a number of comments
(``Aug 5, 2024 2``); it may be missing altogether. A date without a year lies in the year of the capture.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from generator import text
from generator.errors import Omission
from generator.readers import Record

EXTENSIONS = (".txt",)

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_AUTHORS = re.compile(r"[•·*-]?\s*(\d{1,5}) authors?")
_DATE = re.compile(
    rf"({'|'.join(_MONTHS)})[a-z]{{0,6}}\.? (\d{{1,2}})(?:, (\d{{4}}))?(?: (\d[\d,]{{0,8}}))?"
)
_NUMBER = re.compile(r"\d[\d,]{0,8}")
_DOT = "·"
_TITLE = 300  # characters, at most

# What stands on the page and isn't a paper, where a capture has no day to begin at.
_FURNITURE = re.compile(
    r"new|subscribe|daily papers|trending papers|(?:get )?trending papers in your email inbox!?"
    r"|by ?ak and the research community|new get trending papers in your email inbox!?",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Block:
    line: int
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(self.lines)

    def is_byline(self) -> bool:
        """Does it end as bylines do: in a date behind a dot, or a number of authors?"""
        last = (
            self.lines[-2]
            if len(self.lines) > 2 and _NUMBER.fullmatch(self.lines[-1])
            else self.lines[-1]
        )
        if _AUTHORS.fullmatch(last) or last == _DOT:
            return True
        return bool(_DATE.fullmatch(last)) and (len(self.lines) == 1 or _DOT in self.lines)

    def is_abstract(self) -> bool:
        """Is it running text rather than a title? Titles are short and end without a full stop."""
        length = len(self.text)
        return length > _TITLE or (
            length > 120 and self.text.rstrip("\"')”’")[-1:] in tuple(".!?…")
        )


def recognizes(source: str) -> bool:
    return True


def read(source: str, day: datetime.date) -> Iterator[Record | Omission]:
    blocks = _papers_part(list(_blocks(source)))
    run: list[_Block] = []  # titles and abstracts since the last byline
    byline: list[_Block] = []  # its parts, where blank lines have torn it
    for block in blocks:
        if block.is_byline():
            torn = not byline and block.lines[0] == _DOT and len(run) > 1
            if torn and run[-2].is_abstract() and not run[-1].is_abstract():
                byline.append(run.pop())  # what stands before the dot: an organization
            byline.append(block)
            continue
        if byline:
            yield from _records(run, byline, day)
            run, byline = [], []
        run.append(block)
    yield from _records(run, byline, day)


def _blocks(source: str) -> Iterator[_Block]:
    block = None
    for number, line in enumerate(source.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        line = text.plain(line)
        if line:
            block = block or _Block(number)
            block.lines.append(line)
        elif block:
            yield block
            block = None
    if block:
        yield block


def _papers_part(blocks: list[_Block]) -> list[_Block]:
    """Without what stands above the papers: all up to the day, or else what is known of it."""
    for index, block in enumerate(blocks[:20]):
        if len(block.lines) == 1 and _DATE.fullmatch(block.text):
            furniture = blocks[:index]
            if not any(above.is_abstract() or above.is_byline() for above in furniture):
                return blocks[index + 1 :]
    start = 0
    while start < len(blocks) and _FURNITURE.fullmatch(blocks[start].text):
        start += 1
    return blocks[start:]


def _records(
    run: list[_Block], byline: list[_Block], day: datetime.date
) -> Iterator[Record | Omission]:
    """The papers in a run of titles and abstracts, of which the last has the byline, if any."""
    index = 0
    while index < len(run):
        title = run[index]
        index += 1
        # Behind a byline comes a title, be it as long as an abstract that lost its title.
        is_first = (
            index == 1 and len(title.text) <= _TITLE and len(run) > 1 and run[1].is_abstract()
        )
        if title.is_abstract() and not is_first:
            yield Omission(
                f"a text without a title: “{title.text[:60]}…”; put the title above it",
                line=title.line,
                field="title",
            )
            continue
        abstract = []
        # The last text before a byline belongs to the title above it, however short it is.
        while index < len(run) and (
            run[index].is_abstract() or (byline and not abstract and index == len(run) - 1)
        ):
            abstract.append(run[index].text)
            index += 1
        own_byline = byline if index == len(run) else []
        if not abstract and not own_byline:
            yield Omission(
                f"“{title.text[:60]}” has neither abstract nor byline, so it isn't taken for a paper; "
                "add one of them, or remove the line",
                line=title.line,
            )
            continue
        said: dict[str, object] = {"title": text.from_latex(title.text)}
        if abstract:
            said["abstract"] = text.from_latex(" ".join(abstract))
        said.update(_byline(own_byline, day))
        yield Record(title.line, said)


def _byline(blocks: list[_Block], day: datetime.date) -> dict[str, object]:
    said: dict[str, object] = {}
    for line in (line for block in blocks for line in block.lines if line != _DOT):
        if authors := _AUTHORS.fullmatch(line):
            said["author_count"] = int(authors[1])
        elif date := _DATE.fullmatch(line):
            month, number, year, comments = date.groups()
            said["published"] = (
                f"{int(year or day.year):04}-{_MONTHS.index(month) + 1:02}-{int(number):02}"
            )
            if comments:
                said["comments"] = int(comments.replace(",", ""))
        elif _NUMBER.fullmatch(line) and "published" in said:
            said["comments"] = int(line.replace(",", ""))
        else:
            handle, _, name = line.partition(" ")
            said["organization"] = {"handle": handle, "name": name or handle}
    return said
