"""Days: as they are written in English, whatever the machine's locale is, and as moments; and which it is."""

from __future__ import annotations

import datetime

_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def today() -> datetime.date:
    """The day that it is, in UTC."""
    return datetime.datetime.now(datetime.UTC).date()


def noon(day: datetime.date) -> datetime.datetime:
    """12:00 UTC, when it is that day nearly everywhere on Earth."""
    return datetime.datetime.combine(day, datetime.time(12), datetime.UTC)


def rfc3339(moment: datetime.datetime) -> str:
    """2025-10-29T12:00:00Z; takes a moment in UTC."""
    return moment.isoformat().replace("+00:00", "Z")


def rfc822(moment: datetime.datetime) -> str:
    """Wed, 29 Oct 2025 12:00:00 +0000; takes a moment in UTC."""
    weekday, month = _WEEKDAYS[moment.weekday()], _MONTHS[moment.month - 1]
    day = f"{weekday[:3]}, {moment.day:02} {month[:3]} {moment.year}"
    return f"{day} {moment.hour:02}:{moment.minute:02}:{moment.second:02} +0000"


def long(day: datetime.date) -> str:
    """29 October 2025"""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def full(day: datetime.date) -> str:
    """Wednesday, 29 October 2025"""
    return f"{_WEEKDAYS[day.weekday()]}, {long(day)}"


def short(day: datetime.date) -> str:
    """29 Oct 2025"""
    return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"


def span(first: datetime.date, last: datetime.date) -> str:
    """3–9 November 2025, 27 October – 2 November 2025, 29 December 2025 – 4 January 2026"""
    if first.year != last.year:
        return f"{long(first)} – {long(last)}"
    if first.month != last.month:
        return f"{first.day} {_MONTHS[first.month - 1]} – {long(last)}"
    return f"{first.day}–{long(last)}"


def month(day: datetime.date) -> str:
    """October 2025"""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def iso_month(day: datetime.date) -> str:
    """2025-10 (ISO 8601)"""
    return day.isoformat()[:7]
