"""Which papers are talked about now.

A paper's score is its comments, and a tenth of its upvotes, halved for every week since it was
first listed, counted back from the newest listing. Papers that nobody spoke of have none.
"""

from __future__ import annotations

import datetime
import heapq

from generator.model import Catalog, Paper

HALF_LIFE = 7.0  # days
UPVOTE = 0.1  # of a comment


def discussion(paper: Paper) -> float:
    """How much a paper was discussed, in comments."""
    return (paper.comments or 0) + UPVOTE * (paper.upvotes or 0)


def score(catalog: Catalog, paper: Paper) -> float:
    """The discussion, halved for every week of age."""
    return discussion(paper) * 0.5 ** ((catalog.day - paper.listed).days / HALF_LIFE)


def trending(catalog: Catalog, most: int) -> list[Paper]:
    """At most so many papers, highest score first; equals stand in the catalog's order."""
    scored = ((score(catalog, paper), -index) for index, paper in enumerate(catalog.papers))
    best = heapq.nlargest(most, (item for item in scored if item[0] > 0))
    return [catalog.papers[-index] for _, index in best]


def of_the_week(catalog: Catalog, most: int) -> list[Paper]:
    """At most so many papers of the seven days that end with the newest listing, by discussion."""
    if not catalog.day:
        return []
    since = catalog.day - datetime.timedelta(days=6)
    papers = [
        paper
        for day, listed in catalog.by_day.items()
        if day >= since
        for paper in listed
        if discussion(paper) > 0
    ]
    return sorted(papers, key=discussion, reverse=True)[:most]
