"""What Broadsheet reads from elsewhere; the rest of it never touches the network.

web          an address → what is there, asked for politely and with patience that ends
site         a site, at its address or in a folder → what is at a path of it
declared     what the configuration says of sources → sources
huggingface  a day → what Hugging Face's Daily Papers listed on it
arxiv        a day → what arXiv got on it, as far as a search finds it
feed         a feed of papers, RSS or Atom → what it has

The last three are what ``pull`` asks. Each has ``ADDRESS``, where it asks if a source doesn't say; ``BY_DAY``,
whether it is asked for one day after the other, or once for all that it has; and ``found``.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from generator.errors import Omission
from generator.readers import Record

# A path below a site → what is there, or None.
Fetch = Callable[[str], bytes | None]

# What a source lists, with the day on which it did; None if it doesn't say that.
Found = tuple[datetime.date | None, Record | Omission]


@dataclass(frozen=True, slots=True)
class Source:
    """Something that ``pull`` asks for papers: one entry of ``sources`` in the configuration."""

    name: str  # its listings are called 2025-10-29-<name>.jsonl
    kind: str  # the module of this package that asks: "huggingface", "arxiv", "feed"
    address: str  # where, http(s)
    search: str | None = None  # of arXiv: what its API calls search_query
    categories: tuple[str, ...] = ()  # of arXiv: "cs.CL", …; a paper has one of them
    topics: tuple[str, ...] = ()  # slugs of topics to which every paper in it belongs
