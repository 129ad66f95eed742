"""Numbers → small charts: a figure of HTML with an inline SVG, and the numbers in a table below it.

A figure is one block of raw HTML without blank lines, well-formed, which CommonMark and
Python-Markdown pass on as it is; so it shows in whatever reads the Markdown page. It has classes
and presentation attributes, no style and no script. Without a style sheet it is drawn in the colour
of the text; broadsheet.css has the rest. Texts are escaped here.

What stretches with the page is drawn in an SVG within the SVG, whose units are steps of time and
papers, so that letters around it keep their size: a bar is ``M``, its place, its foot, ``v``, minus
its papers.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from itertools import combinations

from generator import dates, text
from generator.model import Catalog, Paper, Topic
from generator.trends import (
    ENOUGH,
    Comparison,
    Series,
    by_month,
    comparison,
    first_day,
    largest,
    overlaps,
    series,
)

LEAST = 3  # papers, below which there is nothing to look at
DRAWN = 48  # topics whose time is drawn
BARS = 40  # in each of those charts, unless the years are more
CROSSED = 10  # topics whose overlaps are drawn
PAIRS = 10  # topics that share most, in a list
PEAK = 3  # papers in a month, below which a month is no news

_MONTHS = [dates.month(first_day(month))[:3] for month in range(12, 24)]
_UNIT = {1: "month", 3: "quarter", 12: "year"}
_STEP = 24  # pixels that a bar takes at most
_NARROW, _WIDE = 220, 624  # pixels that a chart takes at least; all that there are, from so many on
_YEAR = 0.095  # of the width of a phone, that the number of a year takes
_CELL = 18  # of a triangle; all of it is as wide as a phone shows it
_TRIANGLE = 328
_LETTER = 6.0  # the width of a letter there, on average


def of_catalog(catalog: Catalog) -> dict[str, object]:
    """What the template of /trends/ is given; its size has a bound, whatever the catalog's is."""
    topics = largest(catalog, DRAWN)
    months = {topic: by_month(catalog.by_topic[topic.slug]) for topic in topics}
    reach = set().union(*months.values())
    length = max(reach) - min(reach) + 1 if reach else 0
    step = next((step for step in (1, 3) if length <= BARS * step), 12)
    cells = [(topic, series(months[topic], step, reach)) for topic in topics]
    most = max((max(found.counts) for _, found in cells), default=0)
    title = f"Papers of topics by {_UNIT[step]}"
    numbers = cells_in_numbers(title, [(topic.title, found) for topic, found in cells])
    shared = overlaps(catalog)
    pairs = [pair for pair in shared if all(slug in catalog.topic for slug in pair)]
    pairs.sort(key=lambda pair: (-shared[pair], pair))
    compared = comparison(catalog)
    return {
        "chart": over_time(catalog.papers, 112),
        "unit": _UNIT[step],
        "topics": sum(map(bool, catalog.by_topic.values())),
        "cells": [(topic, sum(found.counts), cell(found, most)) for topic, found in cells],
        "numbers": numbers if length > 1 else "",
        "compared": compared,
        "enough": ENOUGH,
        "spans": _spans(compared) if compared else None,
        "triangle": triangle(topics[:CROSSED], shared),
        "pairs": [
            (catalog.topic[one], catalog.topic[other], shared[one, other])
            for one, other in pairs[:PAIRS]
        ],
    }


def over_time(papers: Iterable[Paper], height: int = 56) -> str:
    """Papers by month, or by year if there are more than ten; "" if they are few, or of one month.

    ``height``: pixels of the highest bar.
    """
    found = series(by_month(papers))
    if not found or sum(found.counts) < LEAST or len(found.counts) == 1:
        return ""
    title = f"Papers by {_UNIT[found.step]}"
    most = max(found.counts)
    words = f"{_from_to(found)}, at most {most:,}"
    wide = _STEP * len(found.counts)
    width = "100%" if wide > _WIDE else max(_NARROW, wide)
    return _figure(
        f"<figcaption><b>{title}.</b> {_news(found)}</figcaption>",
        _bars(found, most, height, f'width="{width}"', f"{title}: {words}", _years),
        _numbers(title, *_calendar(found)),
    )


def cell(found: Series, most: int) -> str:
    """One of several small charts of the same length and scale, of which ``most`` is the top."""
    words = f"{_from_to(found)}, at most {max(found.counts):,} a {_UNIT[found.step]}"
    return _figure(_bars(found, most, 42, 'width="100%"', words, _ends))


def cells_in_numbers(title: str, rows: Sequence[tuple[str, Series]]) -> str:
    """The numbers of small charts of the same length: names down, time across; "" if there are none.

    Of years, those in which there is nothing at all are left out: dates may be wrong by centuries.
    """
    if not rows:
        return ""
    of_all = rows[0][1]
    shown = [
        index
        for index in range(len(of_all.counts))
        if of_all.step < 12 or any(found.counts[index] for _, found in rows)
    ]
    numbers = [
        [name, sum(found.counts), *(found.counts[index] for index in shown)] for name, found in rows
    ]
    heads = ["Topic", "All", *(_short(of_all, index) for index in shown)]
    return _figure(_numbers(title, heads, numbers))


def triangle(topics: Sequence[Topic], shared: Mapping[tuple[str, str], int]) -> str:
    """How many papers each two of these topics share, as squares; "" if none.

    ``shared`` is as ``trends.overlaps`` gives it. Names stand on the diagonal, so that each heads
    the column below it and ends the row beside it.
    """
    names = [topic.title for topic in topics]
    found = {}
    for (column, one), (row, other) in combinations(enumerate(topics), 2):
        if number := shared.get(tuple(sorted((one.slug, other.slug)))):
            found[column, row] = number
    if not found:
        return ""
    most = max(found.values())
    end = _CELL * len(names)
    lines = "".join(f"M0 {at}h{at}M{at} {at}V{end}" for at in range(_CELL, end, _CELL))
    squares = []
    for (column, row), number in sorted(found.items()):
        side = (_CELL - 2) * math.sqrt(number / most)
        x, y = (_round(_CELL * (place + 0.5) - side / 2) for place in (column, row))
        side = _round(side)
        squares.append(f"M{x} {y}h{side}v{side}h-{side}z")
    labels = "".join(
        f'<text x="{row * _CELL + 5}" y="{row * _CELL + 13}">{escape(_cut(name, row))}</text>'
        for row, name in enumerate(names)
    )
    first, second = min(found, key=lambda pair: (-found[pair], pair))
    return _figure(
        f"<figcaption><b>Papers that two of these {len(names)} topics share.</b> Go down from one"
        " name and left from the other: the larger the square, the more. Most:"
        f" {escape(names[first])} and {escape(names[second])}, {text.counted(most, 'paper')}"
        "</figcaption>",
        f'<svg viewBox="0 0 {_TRIANGLE} {end}" font-size="12" fill="currentColor" role="img"'
        f' aria-label="Shared papers of {len(names)} topics, at most {most:,}">'
        f'<path class="axis" fill="none" stroke="currentColor" stroke-width=".5" d="{lines}"/>'
        f'<path class="bars" d="{"".join(squares)}"/>{labels}</svg>',
        _numbers(
            "Shared papers",
            ["Topic", "shares with", "Papers"],
            [
                [names[pair[0]], names[pair[1]], number]
                for pair, number in sorted(found.items(), key=lambda item: (-item[1], item[0]))
            ],
        ),
    )


# --- drawing ------------------------------------------------------------------------------

Labels = list[tuple[float, str]]  # where, of the whole width, and what


def _figure(*parts: str) -> str:
    return '<figure class="chart">\n{}\n</figure>'.format("\n".join(parts))


def _bars(
    found: Series, most: int, height: int, width: str, words: str, axis: Callable[[Series], Labels]
) -> str:
    """Bars, ``height`` pixels high for ``most`` papers; the highest says what it stands for."""
    steps, peak, foot = len(found.counts), max(found.counts), 16 + height
    bars = "".join(f"M{index} {most}v-{count}" for index, count in enumerate(found.counts) if count)
    years = [index for index in range(1, steps) if found.step < 12 and not found.start(index) % 12]
    ticks = "".join(f"M{index} 0v1" for index in years)
    labels = [_label(place, foot + 16, name) for place, name in axis(found)]
    if peak:
        place = (found.counts.index(peak) + 0.5) / steps
        labels.append(_label(place, foot - height * peak / most - 4, f"{peak:,}"))
    return (
        f'<svg {width} height="{foot + 20}" font-size="12" fill="currentColor" role="img"'
        f' aria-label="{escape(words)}">'
        f'<svg y="16" height="{height}" viewBox="-.5 0 {steps} {most}" preserveAspectRatio="none">'
        f'<path class="bars" stroke="currentColor" stroke-width=".8" d="{bars}"/></svg>'
        f'<svg y="{foot}" height="5" viewBox="0 0 {steps} 1" preserveAspectRatio="none">'
        f'<path class="axis" stroke="currentColor" vector-effect="non-scaling-stroke"'
        f' d="M0 0H{steps}{ticks}"/></svg>{"".join(labels)}</svg>'
    )


def _label(place: float, top: float, words: str) -> str:
    """Words around a place, but where they would leave the picture beside it."""
    half = _YEAR / 2 if len(words) <= 4 else 0.06  # of their width, at most
    anchor = "start" if place < half else "end" if place > 1 - half else "middle"
    how = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{_round(100 * place)}%" y="{_round(top)}"{how}>{escape(words)}</text>'


def _ends(found: Series) -> Labels:
    return [(0, _short(found, 0)), (1, _short(found, len(found.counts) - 1))]


def _years(found: Series) -> Labels:
    """Years, each below the middle of what is shown of it; if they are few months, the ends."""
    steps = len(found.counts)
    if found.step == 12:
        return _round_years(found.first // 12, steps)
    if steps * found.step < 24:
        return _ends(found)
    labels = []
    begin = 0
    while begin < steps:
        year = found.start(begin) // 12
        end = min(steps, ((year + 1) * 12 - found.first) // found.step)
        if (end - begin) / steps > _YEAR:
            labels.append(((begin + end) / 2 / steps, str(year)))
        begin = end
    return labels


def _round_years(first: int, years: int) -> Labels:
    """At most ten round years, those left out that would leave the picture."""
    every = 1
    while years / every > 10:
        every *= 2 if str(every)[0] in "15" else 2.5  # 1, 2, 5, 10, 20, 50, …
        every = int(every)
    places = (((year - first + 0.5) / years, year) for year in range(first, first + years))
    return [
        (place, str(year))
        for place, year in places
        if year % every == 0 and _YEAR / 2 < place < 1 - _YEAR / 2
    ]


def _cut(name: str, row: int) -> str:
    """As much of a name as there is room for in a row of the triangle."""
    room = (_TRIANGLE - row * _CELL - 5) / _LETTER
    for index, letter in enumerate(name):
        room -= 2 if unicodedata.east_asian_width(letter) in "FW" else 1
        if room < 0:
            return name[: index - 1].rstrip() + "…"
    return name


def _round(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


# --- words and numbers --------------------------------------------------------------------

Row = list[str | int | None]


def _name(found: Series, index: int) -> str:
    """October 2025; Q4 2025; 2025"""
    start = first_day(found.start(index))
    if found.step == 1:
        return dates.month(start)
    return _short(found, index)


def _short(found: Series, index: int) -> str:
    """Oct 2025; Q4 2025; 2025"""
    month = found.start(index)
    year = month // 12
    if found.step == 1:
        return f"{_MONTHS[month % 12]} {year}"
    return f"Q{month % 12 // 3 + 1} {year}" if found.step == 3 else str(year)


def _from_to(found: Series) -> str:
    return f"{_name(found, 0)} to {_name(found, len(found.counts) - 1)}"


def _news(found: Series) -> str:
    """What one sees: the month that stands out, or else the year, or else that none does."""
    most = max(found.counts)
    if found.step == 1 and (most < PEAK or found.counts.count(most) > 1):
        years = _by_year(found)
        best = max(years, key=years.get)
        if len(years) > 1 and years[best] >= PEAK and [*years.values()].count(years[best]) == 1:
            return f"Most in {best}: {text.counted(years[best], 'paper')}"
    if found.counts.count(most) == 1:
        best = _name(found, found.counts.index(most))
        return f"Most in {best}: {text.counted(most, 'paper')}"
    return f"Never more than {text.counted(most, 'paper')} a {_UNIT[found.step]}"


def _spans(compared: Comparison) -> tuple[str, str]:
    """The later and the earlier months: July 2025 to September 2025."""
    end, span = compared.end, compared.span
    return _months(end - span, end), _months(end - 2 * span, end - span)


def _months(first: int, end: int) -> str:
    return f"{dates.month(first_day(first))} to {dates.month(first_day(end - 1))}"


def _by_year(found: Series) -> dict[int, int]:
    years: dict[int, int] = {}
    for index, count in enumerate(found.counts):
        year = found.start(index) // 12
        years[year] = years.get(year, 0) + count
    return years


def _calendar(found: Series) -> tuple[list[str], list[Row]]:
    """Heads and rows of a table: years down, and months across if they are counted."""
    if found.step == 12:
        years = [[str(year), count] for year, count in _by_year(found).items() if count]
        return ["Year", "Papers"], years
    rows: dict[int, Row] = {
        year: [str(year), count, *[None] * 12] for year, count in _by_year(found).items()
    }
    for index, count in enumerate(found.counts):
        year, month = divmod(found.start(index), 12)
        rows[year][2 + month] = count
    return ["Year", "All", *_MONTHS], list(rows.values())


def _numbers(title: str, heads: Sequence[str], rows: Iterable[Row]) -> str:
    """A table that opens. Texts name their row; None is a time that isn't drawn."""
    title = escape(title)
    head = "".join(f'<th scope="col">{escape(words)}</th>' for words in heads)
    body = "\n".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return (
        f"<details><summary>{title}, in numbers</summary>\n"
        f'<div role="region" tabindex="0" aria-label="{title}, in numbers"><table>'
        f"<caption>{title}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>\n</details>"
    )


def _cell(value: str | int | None) -> str:
    if isinstance(value, str):
        return f'<th scope="row">{escape(value)}</th>'
    return "<td></td>" if value is None else f"<td>{value:,}</td>"
