"""Catalog → what one digest tells: a week or a day, of one topic or all, in the order of the week's page."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from generator import dates, feeds, weekly, weeks
from generator.documents import Feed
from generator.model import Catalog, Paper, Publication, Topic
from generator.sections import Section
from generator.weeks import Week

_HOUR = datetime.time(6, tzinfo=datetime.UTC)


@dataclass(frozen=True, slots=True)
class Issue:
    """What one message tells: each paper once."""

    series: str  # "weekly" or "daily": whoever gets it gets all of these
    number: str  # "2025-W44" (ISO 8601) or "2025-10-29"
    title: str  # "Week 44, 2025" or "Wednesday, 29 October 2025"
    span: str | None  # of a week: "27 October – 2 November 2025"
    topic: Topic | None  # the one that it is about, if not all
    papers: tuple[Paper, ...]
    leads: tuple[Paper, ...]
    is_discussed: bool  # whether they lead because they were
    sections: tuple[Section, ...]  # the others
    page: str  # where all of it can be read, below the site's address
    feed: Feed  # that tells the same
    date: datetime.datetime  # UTC; when it is over everywhere, and not before the morning

    @property
    def name(self) -> str:
        """2025-W44, or 2025-W44-surveys: of a file or a message, and no other's."""
        return f"{self.number}-{self.topic.slug}" if self.topic else self.number


def of_week(
    week: Week, catalog: Catalog, publication: Publication, topic: Topic | None = None
) -> Issue:
    """What a week brought; it may be nothing."""
    papers = weeks.by_week(catalog).get(week, ())
    feed = weekly.feed(publication)
    return _issue(
        "weekly", week.name, week.title, week.span, week.sunday, week.address, papers, feed,
        catalog, publication, topic,
    )  # fmt: skip


def of_day(
    day: datetime.date, catalog: Catalog, publication: Publication, topic: Topic | None = None
) -> Issue:
    """What a day brought; it may be nothing."""
    papers = catalog.by_day.get(day, ())
    feed = feeds.everything(catalog, publication)
    return _issue(
        "daily", day.isoformat(), dates.full(day), None, day, f"days/{day}/", papers, feed,
        catalog, publication, topic,
    )  # fmt: skip


def _issue(
    series: str,
    number: str,
    title: str,
    span: str | None,
    last: datetime.date,
    page: str,
    papers: tuple[Paper, ...],
    feed: Feed,
    catalog: Catalog,
    publication: Publication,
    topic: Topic | None,
) -> Issue:
    if topic:
        papers = tuple(paper for paper in papers if topic.slug in paper.topics)
        page = f"topics/{topic.slug}/"
        feed = next(one for one in feeds.of_topics(catalog, publication) if one.topic == topic.slug)
    told = weeks.digest(Week.of(last), papers)
    sections = told.sections
    if topic and sections:  # all of them have this topic
        sections = ((None, [paper for _, of in sections for paper in of]),)
    return Issue(
        series=series,
        number=number,
        title=title,
        span=span,
        topic=topic,
        papers=papers,
        leads=told.leads,
        is_discussed=told.is_discussed,
        sections=sections,
        page=page,
        feed=feed,
        date=datetime.datetime.combine(last + datetime.timedelta(days=1), _HOUR),
    )
