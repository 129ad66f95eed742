"""Catalog → the weeks of ISO 8601, and what is told of each: on its page, and in the feed of weeks."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from generator import dates, sections
from generator.model import Catalog, Paper
from generator.sections import Section
from generator.trending import discussion

LEADS = 5  # papers of a week that are told with their summaries
LEAD = 900  # characters of a summary or abstract of theirs
EMPTIED = "The papers of this week are listed here no more, or have turned out to be others."


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """Monday to Sunday, of the year in which most of its days are (ISO 8601): 2021-01-01 is in 2020-W53."""

    monday: datetime.date

    @classmethod
    def of(cls, day: datetime.date) -> Week:
        return cls(day - datetime.timedelta(days=day.weekday()))

    @property
    def sunday(self) -> datetime.date:
        return self.monday + datetime.timedelta(days=6)

    @property
    def number(self) -> int:
        """1 to 53"""
        return self.monday.isocalendar().week

    @property
    def year(self) -> int:
        return self.monday.isocalendar().year

    @property
    def name(self) -> str:
        """2025-W44, as in ISO 8601; names sort as their weeks do."""
        return f"{self.year:04}-W{self.number:02}"

    @property
    def title(self) -> str:
        """Week 44, 2025"""
        return f"Week {self.number}, {self.year}"

    @property
    def span(self) -> str:
        """27 October – 2 November 2025"""
        return dates.span(self.monday, self.sunday)

    @property
    def short_span(self) -> str:
        """27 Oct – 2 Nov, where the year is told already"""
        return " – ".join(dates.short(day).rpartition(" ")[0] for day in (self.monday, self.sunday))

    @property
    def address(self) -> str:
        """Of its page, below the site's."""
        return f"weeks/{self.name}/"

    @property
    def published(self) -> datetime.datetime:
        """When its digest is dated: noon of the Monday after it, by which it is over everywhere."""
        return dates.noon(self.monday + datetime.timedelta(days=7))

    def is_over(self, catalog: Catalog) -> bool:
        """Whether something was listed in a later week, so that this one is to grow no more.

        It stays over when that is taken back: its digest has been sent.
        """
        return catalog.last is not None and self < Week.of(catalog.last)


@dataclass(frozen=True, slots=True)
class Digest:
    """What is told of a week: each of its papers once."""

    week: Week
    papers: tuple[Paper, ...]  # those first listed in it, Monday's first
    leads: tuple[Paper, ...]  # the most discussed of them; the first, if none was discussed
    is_discussed: bool
    sections: tuple[Section, ...]  # the others

    @property
    def topics(self) -> int:
        """How many topics these papers have."""
        return len({slug for paper in self.papers for slug in paper.topics})

    @property
    def days(self) -> int:
        """On how many days they were listed."""
        return len({paper.listed for paper in self.papers})


def by_week(catalog: Catalog) -> Mapping[Week, tuple[Paper, ...]]:
    """Week → the papers first listed in it, Monday's first; newest week first.

    A week whose papers have all gone, or turned out to be others, is there with none, since people have
    its address; one in which nothing was ever new isn't there.
    """
    days = {debut.published.date() for debut in catalog.debuts}
    found: dict[Week, list[Paper]] = {Week.of(day): [] for day in sorted(days)}
    for day in reversed(catalog.days):
        if papers := catalog.by_day[day]:
            found.setdefault(Week.of(day), []).extend(papers)
    return {week: tuple(found[week]) for week in sorted(found, reverse=True)}


def digest(week: Week, papers: tuple[Paper, ...]) -> Digest:
    """What is told of a week with these papers."""
    discussed = [paper for paper in papers if discussion(paper) > 0]
    leads = sorted(discussed, key=discussion, reverse=True)[:LEADS] or papers[:LEADS]
    told = {paper.slug for paper in leads}
    others = [paper for paper in papers if paper.slug not in told]
    return Digest(week, papers, tuple(leads), bool(discussed), tuple(sections.by_topic(others)))
