"""arXiv: what was first submitted on a day, as far as a search finds it; and what has a title.

https://info.arxiv.org/help/api/user-manual.html. The days are UTC's, as there. The package arxiv (arxiv.py)
does the same, but lets nobody say who asks, hasn't any limit of time, waits no longer when it is asked to,
and takes an answer that breaks off for all there is.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from urllib.parse import urlencode

from lxml import etree

from generator import text
from generator.errors import Omission
from generator.readers import Record, Unreadable, arxiv_atom
from generator.sources import Found, Source
from generator.sources.web import Unreachable, Visit

ADDRESS = "https://export.arxiv.org/api/query"
BY_DAY = True
PAGE = 200  # papers in one answer; up to 2,000 are allowed, but large answers fail more often
MOST = 30_000  # papers that it shows of one search

_ATOM = "{http://www.w3.org/2005/Atom}"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
_ERRORS = "/api/errors"


def found(source: Source, day: datetime.date, visit: Visit) -> list[Found]:
    """What was submitted on that day, in its first version; raises Unreachable."""
    listed: list[Found] = []
    start, total = 0, 1
    while start < min(total, MOST):
        asked = {
            "search_query": query(source, day),
            "start": start,
            "max_results": PAGE,
            "sortBy": "submittedDate",
            "sortOrder": "ascending",
        }
        url = f"{source.address}?{urlencode(asked)}"
        total, entries, records = visit.read(url, lambda data, at=start: _page(data, day, at))
        listed += ((_day(record, day), record) for record in records)
        start += max(entries, 1)
    return listed


def query(source: Source, day: datetime.date) -> str:
    """What arXiv is asked: the source's search, in its categories, on that day."""
    categories = " OR ".join(f"cat:{category}" for category in source.categories)
    limits = [f"({part})" for part in (source.search, categories) if part]
    return " AND ".join([*limits, f"submittedDate:[{day:%Y%m%d}0000 TO {day:%Y%m%d}2359]"])


def _page(data: bytes, day: datetime.date, start: int) -> tuple[int, int, list]:
    """How many papers there are in all, how many of them are here, and these."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        feed = etree.fromstring(data, parser)
        total = int(feed.findtext(_TOTAL) or "")
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable("it is no answer of arXiv's") from error
    entries = feed.findall(f"{_ATOM}entry")
    if entries and _ERRORS in (entries[0].findtext(f"{_ATOM}id") or ""):
        why = (entries[0].findtext(f"{_ATOM}summary") or "it doesn't say why").strip()
        raise Unreachable(f"arXiv refuses the search: {why}; mend the source in mkdocs.yml")
    if not entries and start < total:  # as happens now and then, to all who ask
        raise Unreadable(f"its host gives none of {total - start:,} papers that it says it has")
    return total, len(entries), [*_read(data, feed, day)]


def _read(data: bytes, feed: etree._Element, day: datetime.date) -> Iterator:
    encoding = feed.getroottree().docinfo.encoding or "utf-8"
    try:
        yield from arxiv_atom.read(data.decode(encoding), day)
    except (UnicodeDecodeError, LookupError) as error:
        raise Unreadable("it isn't in UTF-8") from error


def _day(record, asked: datetime.date) -> datetime.date:
    """The day of its first version, by which it is filed whatever day the host takes it to be of."""
    if isinstance(record, Omission):
        return asked
    try:
        return datetime.date.fromisoformat(str(record.fields.get("published"))[:10])
    except ValueError:
        return asked


# --- by title -----------------------------------------------------------------------------

_LIKELY = 10  # papers of an answer that may have the title
_PHRASE = 20  # words of a title that are looked for as a phrase
_TELLING = 6  # and of these, if none has that, the longest by themselves


def titled(address: str, title: str, visit: Visit) -> list[Record]:
    """The papers whose titles are, or are like, this one; raises Unreachable."""
    words = text.words(title)[:_PHRASE]
    longest = sorted(dict.fromkeys(words), key=len, reverse=True)[:_TELLING]
    for search in (f'ti:"{" ".join(words)}"', " AND ".join(f"ti:{word}" for word in longest)):
        asked = {"search_query": search, "start": 0, "max_results": _LIKELY}
        _, _, records = visit.read(
            f"{address}?{urlencode(asked)}", lambda data: _page(data, datetime.date.min, 0)
        )
        if found := [record for record in records if isinstance(record, Record)]:
            return found
    return []
