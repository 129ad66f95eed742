"""Hugging Face's Daily Papers: what was listed on a day, also long afterwards, when it has filled up.

https://huggingface.co/docs/hub/api#get-apidailypapers
"""

from __future__ import annotations

import datetime
from urllib.parse import urlencode

from generator.readers import Unreadable, huggingface
from generator.sources import Found, Source
from generator.sources.web import Visit

ADDRESS = "https://huggingface.co/api/daily_papers"
BY_DAY = True
PAGE = 100  # papers in one answer, at most; it takes no larger number, and gives 50 without one
_MOST_PAGES = 20  # of a day


def found(source: Source, day: datetime.date, visit: Visit) -> list[Found]:
    """What was listed on that day; raises Unreachable."""
    listed: list[Found] = []
    before: list | None = None
    for page in range(_MOST_PAGES):
        asked = {"date": day.isoformat(), "limit": PAGE} | ({"p": page} if page else {})
        records = visit.read(
            f"{source.address}?{urlencode(asked)}", lambda data: _records(data, day)
        )
        if records == before:  # a host that doesn't know of pages gives the same again
            break
        listed += [(day, record) for record in records]
        if len(records) < PAGE:
            break
        before = records
    return listed


def _records(data: bytes, day: datetime.date) -> list:
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("it isn't in UTF-8") from error
    if not huggingface.recognizes(source):
        raise Unreadable("it is no list of papers")
    return [*huggingface.read(source, day)]
