"""The text of a Daily Papers page, as copied from a browser.

Blocks stand between blank lines: page furniture, the day, then for each paper its title, its
abstract, and a byline. A byline is a number of authors (``• 7 authors``) or an organization
(``nvidia NVIDIA``: handle, then name), a ``·``, and the paper's date with or without a number of
comments (``Aug 5, 2024 2``); it may be missing altogether. A date without a year lies in the year
of the capture.

Blank lines may have been lost or added on the way, so bylines and furniture are known by their
lines, and a title is cut from the abstract below it where the break can't be one of wrapped text.
What can't be told for sure is named by an Omission, never guessed.

A date that isn't part of a byline is a day heading, which says nothing that the file's name
doesn't say, where nothing or a byline is above it. Below a text it is the byline of that paper if
it has a year or comments, which headings don't have; else it may be either and is named.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from generator import formulas, text
from generator.errors import Omission
from generator.readers import Record

EXTENSIONS = (".txt",)

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_AUTHORS = re.compile(r"[•·*-]?\s*(\d{1,5}|\d{1,3}(?:[,. ]\d{3}){1,2}) authors?", re.IGNORECASE)
_LIKE_AUTHORS = re.compile(r"•(?=.{0,60}$).*\bauthors?\b", re.IGNORECASE)
_DATE = re.compile(
    rf"({'|'.join(_MONTHS)})[a-z]{{0,6}}\.? (\d{{1,2}})(?:, (\d{{4}}))?(?: (\d[\d,]{{0,8}}))?"
)
_LIKE_DATE = re.compile(r"(?=.{0,40}$).*\d")
_NUMBER = re.compile(r"\d[\d,]{0,8}")
_DOTS = ("·", "•")

# Characters, at most.
_TITLE = 300
_ORGANIZATION = 100
_ABSTRACT = 100_000  # what is longer is refused later on, so nobody needs to clean it

# What stands on the page and isn't a paper.
_FURNITURE = re.compile(
    r"new|subscribe|daily papers|trending papers|(?:get )?trending papers in your email inbox!?"
    r"|by ?ak and the research community|new get trending papers in your email inbox!?",
    re.IGNORECASE,
)


class _Line(NamedTuple):
    number: int
    text: str
    is_first: bool  # in its block


class Heading(NamedTuple):
    """The day of the page, as it says itself."""

    line: int
    text: str  # "Oct 29"
    month: int
    day: int


@dataclass(slots=True)
class _Text:
    """A title or an abstract."""

    line: int
    text: str
    is_abstract: bool


@dataclass(slots=True)
class _Byline:
    line: int
    said: dict[str, object] = field(default_factory=dict)
    omissions: list[Omission] = field(default_factory=list)


def recognizes(source: str) -> bool:
    return True


def heading(source: str) -> Heading | None:
    """The heading above all papers that gives the page's day, if there is one."""
    blocks = list(_blocks(source))
    if (index := _heading(blocks)) is None:
        return None
    line = blocks[index][0]
    date = _DATE.fullmatch(line.text)
    return Heading(line.number, line.text, _MONTHS.index(date[1]) + 1, int(date[2]))


def read(source: str, day: datetime.date) -> Iterator[Record | Omission]:
    top, lines = _papers_part(list(_blocks(source)))
    if unknown := [line for line in top if not _FURNITURE.fullmatch(line.text)]:
        yield Omission(
            f"“{unknown[0].text[:60]}” stands above the day of the page, so it isn't taken for a "
            "paper; remove it, or put a paper below the day",
            line=unknown[0].number,
        )
    run: list[_Text] = []  # titles and abstracts since the last byline, heading or furniture
    start = behind = 0  # where we are; where the last byline or furniture ended
    while start < len(lines):
        begins = lines[start].is_first or start == behind
        if (end := _furniture_end(lines, start, begins=begins)) > start:
            yield from _records(run, None)
            run, behind = [], end
        elif begins and _DATE.fullmatch(lines[start].text):
            end = start + 1
            yield from _lone_date(lines[start], run, day)
            run, behind = [], end
        elif _begins_byline(lines, start, run):
            byline, end = _byline(lines, start, day)
            if run:
                yield from _records(run, byline)
            else:
                yield _without_paper(byline.line)
            run, behind = [], end
        else:
            end = start + 1
            while end < len(lines) and not (
                lines[end].is_first
                or _begins_byline(lines, end, run)
                or _furniture_end(lines, end, begins=False) > end
            ):
                end += 1
            run += _texts(lines[start:end], run)
        start = end
    yield from _records(run, None)


def _blocks(source: str) -> Iterator[list[_Line]]:
    block: list[_Line] = []
    for number, line in enumerate(source.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if line := text.plain(line):
            block.append(_Line(number, line, not block))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _heading(blocks: list[list[_Line]]) -> int | None:
    """Which of the blocks begins with the page's day, if one above all papers does."""
    for index, block in enumerate(blocks[:20]):
        if (date := _DATE.fullmatch(block[0].text)) and not date[4]:
            return index
        if _is_abstract(_joined(block)) or any(
            line.text in _DOTS or _is_authors(line.text) for line in block
        ):
            break  # there are papers already
    return None


def _papers_part(blocks: list[list[_Line]]) -> tuple[list[_Line], list[_Line]]:
    """What stands above the page's day, if it has one, and what stands below it."""
    if (index := _heading(blocks)) is None:
        return [], [line for block in blocks for line in block]
    above = [line for block in blocks[:index] for line in block]
    return above, [line for below in [blocks[index][1:], *blocks[index + 1 :]] for line in below]


def _furniture_end(lines: list[_Line], start: int, *, begins: bool) -> int:
    """Where the furniture that begins here ends: at ``start`` if this is none.

    One such line may be a word of a text, unless it ``begins`` behind a blank line or a byline.
    """
    end = start
    while (
        end < len(lines)
        and (end == start or not lines[end].is_first)
        and _FURNITURE.fullmatch(lines[end].text)
    ):
        end += 1
    is_whole = end == len(lines) or lines[end].is_first or _is_bare_date(lines[end].text)
    return end if end - start > 1 or (begins and is_whole) else start


# --- bylines ------------------------------------------------------------------------------


def _is_authors(line: str) -> bool:
    return bool(_AUTHORS.fullmatch(line) or _LIKE_AUTHORS.match(line))


def _is_bare_date(line: str) -> bool:
    date = _DATE.fullmatch(line)
    return bool(date and not date[3] and not date[4])


def _begins_byline(lines: list[_Line], start: int, run: list[_Text]) -> bool:
    line = lines[start]
    if line.text in _DOTS or _is_authors(line.text):
        return True
    below = lines[start + 1] if start + 1 < len(lines) else None
    if not below or below.text != "·" or len(line.text) > _ORGANIZATION:
        return False
    # Is it an organization, or the end of a text?
    if line.text.startswith("•"):
        return True
    if below.is_first:
        return line.is_first and bool(run) and run[-1].is_abstract and _may_be_title(line.text)
    return line.is_first or _may_be_title(line.text) or _ends_sentence(lines[start - 1].text)


def _byline(lines: list[_Line], start: int, day: datetime.date) -> tuple[_Byline, int]:
    """The byline that begins here, and where it ends. Blank lines may have torn it."""
    byline = _Byline(lines[start].number)
    end = _behind_dots(lines, start)
    if end == len(lines):
        return byline, end
    line = lines[end]
    if authors := _AUTHORS.fullmatch(line.text):
        if count := int(re.sub(r"\D", "", authors[1])):  # none at all means that it isn't known
            byline.said["author_count"] = count
        end += 1
    elif line.text.startswith("•"):
        message = f"“{line.text}” is no number of authors; write it as “• 7 authors”"
        byline.omissions.append(Omission(message, line=line.number, field="author_count"))
        end += 1
    elif end == start:
        handle, _, name = line.text.partition(" ")
        byline.said["organization"] = {"handle": handle, "name": name or handle}
        end += 1
    has_dot = lines[end - 1].text in _DOTS
    if end < (behind := _behind_dots(lines, end)):
        has_dot, end = True, behind
    if end == len(lines):
        return byline, end
    line = lines[end]
    if date := _DATE.fullmatch(line.text):
        byline.said.update(_date(date, day))
        end += 1
        if end < len(lines) and not lines[end].is_first and _NUMBER.fullmatch(lines[end].text):
            is_title = end + 1 < len(lines) and _is_abstract(lines[end + 1].text)
            if not is_title:
                byline.said["comments"] = int(lines[end].text.replace(",", ""))
                end += 1
    elif has_dot and not line.is_first and _LIKE_DATE.match(line.text):
        message = (
            f"“{line.text}” is no date; write it as “Aug 5, 2024”, with comments “Aug 5, 2024 2”"
        )
        byline.omissions.append(Omission(message, line=line.number, field="published"))
        end += 1
    return byline, end


def _behind_dots(lines: list[_Line], start: int) -> int:
    while start < len(lines) and lines[start].text in _DOTS:
        start += 1
    return start


def _date(date: re.Match[str], day: datetime.date) -> dict[str, object]:
    month, number, year, comments = date.groups()
    said: dict[str, object] = {
        "published": f"{int(year or day.year):04}-{_MONTHS.index(month) + 1:02}-{int(number):02}"
    }
    if comments:
        said["comments"] = int(comments.replace(",", ""))
    return said


def _lone_date(line: _Line, run: list[_Text], day: datetime.date) -> Iterator[Record | Omission]:
    """The papers above a date that isn't part of a byline."""
    date = _DATE.fullmatch(line.text)
    if run and not _is_bare_date(line.text):
        yield from _records(run, _Byline(line.number, _date(date, day)))
        return
    yield from _records(run, None)
    if run:
        yield Omission(
            f"“{line.text}” may be the day of the page or the date of the paper above, so it is left "
            "out; put a line with “·” above it if it is the paper's, or else remove it",
            line=line.number,
            field="published",
        )
    elif date[4]:
        yield _without_paper(line.number)


def _without_paper(line: int) -> Omission:
    return Omission(
        "a byline without a paper, so it is left out; put the paper's title above it, or remove it",
        line=line,
    )


# --- titles and abstracts -----------------------------------------------------------------


def _joined(lines: list[_Line]) -> str:
    return " ".join(line.text for line in lines)


def _ends_sentence(text: str, marks: str = ".!?…") -> bool:
    return text.rstrip("\"')”’")[-1:] in tuple(marks)


def _is_abstract(text: str) -> bool:
    """Is it running text rather than a title? Titles are short and end without a full stop."""
    return len(text) > _TITLE or (len(text) > 120 and _ends_sentence(text))


def _may_be_title(text: str) -> bool:
    """Might it be a title where one is possible, but the end of an abstract is likelier?"""
    return len(text) <= _TITLE and not _ends_sentence(text, ".,;:") and "://" not in text


def _texts(lines: list[_Line], run: list[_Text]) -> Iterator[_Text]:
    """The titles and abstracts in lines between which no blank line stands."""
    cuts = _cuts(lines, run)
    for start, end in zip([0, *cuts], [*cuts, len(lines)], strict=True):
        if start < end:
            joined = _joined(lines[start:end])
            is_abstract = _is_abstract(joined) or (bool(cuts) and _is_abstract(lines[start].text))
            yield _Text(lines[start].number, joined, is_abstract)


def _cuts(lines: list[_Line], run: list[_Text]) -> list[int]:
    """Where a title or an abstract begins, other than at the first line."""
    cuts: list[int] = []
    begin = 0  # where a title that ends in this line would begin
    for index, line in enumerate(lines[:-1]):
        above, below = lines[index - 1].text if index else "", lines[index + 1].text
        if _is_abstract(below) and _would_fit(line.text, below):
            is_title = _may_be_title(line.text)
            if index == 0:  # behind a byline is a title, whatever it looks like
                is_title = not run or (is_title and not _ends_sentence(line.text))
            elif _ends_sentence(line.text):
                is_title = is_title and len(above) > _TITLE
            if begin == 0 and run and not run[-1].is_abstract:
                # There is a title already: this is its abstract if it goes on in mid-sentence.
                is_title = is_title and not below[0].islower()
            if is_title and len(_joined(lines[begin : index + 1])) <= _TITLE:
                cuts += [begin, index + 1] if begin else [index + 1]
                begin = index + 1
                continue
        if _is_abstract(line.text) or _ends_sentence(line.text):
            begin = index + 1
    # A title behind an abstract of one line.
    if begin and len(lines[begin - 1].text) > _TITLE and _may_be_title(_joined(lines[begin:])):
        cuts.append(begin)
    if not cuts and (not run or run[-1].is_abstract):
        cuts = _cut_above_wrapped(lines, is_behind_byline=not run)
    return cuts


def _cut_above_wrapped(lines: list[_Line], *, is_behind_byline: bool) -> list[int]:
    """Where the abstract begins, if its lines are wrapped and the title stands on its first."""
    for index, line in enumerate(lines[:-1]):
        if len(line.text) > _TITLE:
            break
        below = lines[index + 1].text
        if _would_fit(line.text, below):
            is_title = is_behind_byline or (_may_be_title(line.text) and not below[0].islower())
            title, rest = _joined(lines[: index + 1]), _joined(lines[index + 1 :])
            return [index + 1] if is_title and len(title) <= _TITLE and _is_abstract(rest) else []
    return []


def _would_fit(line: str, below: str) -> bool:
    """Would the next line's first word have fitted on this one, so that it isn't wrapped text?"""
    return len(line) + 1 + len(below[:_TITLE].partition(" ")[0]) <= len(below)


def _records(run: list[_Text], byline: _Byline | None) -> Iterator[Record | Omission]:
    """The papers in a run of titles and abstracts, of which the last has the byline, if any."""
    # Short sentences above a byline (“Code is available.”) belong to the abstract above them.
    end = len(run)
    while byline and end and not run[end - 1].is_abstract and not _may_be_title(run[end - 1].text):
        end -= 1
    index = 0
    while index < len(run):
        title = run[index]
        index += 1
        # Behind a byline comes a title, be it as long as an abstract that lost its title.
        is_first = index == 1 and len(title.text) <= _TITLE and len(run) > 1 and run[1].is_abstract
        if title.is_abstract and not is_first:
            yield Omission(
                f"a text without a title: “{title.text[:60]}…”; put the title above it",
                line=title.line,
                field="title",
            )
            continue
        abstract = []
        # The last text before a byline belongs to the title above it, however short it is.
        while index < len(run) and (
            run[index].is_abstract
            or (abstract and index >= end)
            or (byline and not abstract and index == len(run) - 1)
        ):
            abstract.append(run[index].text)
            index += 1
        own_byline = byline if index == len(run) else None
        if not abstract and not own_byline:
            yield Omission(
                f"“{title.text[:60]}” has neither abstract nor byline, so it isn't taken for a paper; "
                "add one of them, or remove the line",
                line=title.line,
            )
            continue
        said: dict[str, object] = dict(formulas.given("title", title.text))
        if abstract:
            whole = " ".join(abstract)
            is_one = len(whole) <= _ABSTRACT
            said |= formulas.given("abstract", whole) if is_one else {"abstract": whole}
        yield Record(title.line, said | (own_byline.said if own_byline else {}))
    if byline:
        yield from byline.omissions
