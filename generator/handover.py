"""A catalog of papers at rest, handed over by the process that made it.

Where very many papers were read, what stays of them lies here and there, and so holds nearly all of the memory
in which they were read. What another process makes of what it receives lies in one piece; if it comes in
columns, for pickled objects would lie between what they were made of.
"""

from __future__ import annotations

import copyreg
import io
import pickle
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType

from generator.merge import Ids
from generator.model import Catalog, Debut, Paper
from generator.resting import PaperAtRest, at_hand
from generator.stored import Store


def packed(catalog: Catalog) -> bytes:
    """The catalog, for ``unpacked`` in another process."""
    numbers: dict[int, int] = {}
    resting: list[tuple] = []
    others: dict[int, Paper] = {}  # for which there was no room, by their numbers

    def number(paper: Paper) -> int:
        if id(paper) not in numbers:
            numbers[id(paper)] = len(resting)
            if isinstance(paper, PaperAtRest):
                resting.append((paper.at, *at_hand(paper)))
            else:
                others[len(resting)] = paper
                resting.append(())
        return numbers[id(paper)]

    def known(ids: object) -> object:
        return number(ids.paper) if isinstance(ids, Ids) else ids

    listed = [number(paper) for paper in catalog.papers]
    debuts = [
        (one.slug, one.published, number(one.paper), one.by_hand, known(one.ids), one.part_of)
        for one in catalog.debuts
    ]
    ids = {slug: known(ids) for slug, ids in catalog.ids.items()}
    places = range(len(PaperAtRest.__slots__) - 1)
    columns = [[row[place] if row else None for row in resting] for place in places]
    ledger = replace(catalog.ledger, debuts=dict.fromkeys(catalog.ledger.debuts))
    rest = replace(catalog, papers=(), debuts=(), ids={}, ledger=ledger)
    into = io.BytesIO()
    _Pickler(into, 5).dump((columns, others, listed, [*zip(*debuts, strict=True)], ids, rest))
    return into.getvalue()


def unpacked(data: bytes, store: Store) -> Catalog:
    """The catalog again, of which the papers rest in this store."""
    columns, others, listed, of_debuts, of_ids, rest = pickle.loads(data)
    papers = [PaperAtRest(store, *row) for row in zip(*columns, strict=True)]
    for number, paper in others.items():
        papers[number] = paper

    @cache  # of a debut, and of its paper as it is now
    def known(ids: object) -> object:
        return Ids(papers[ids]) if isinstance(ids, int) else ids

    debuts = tuple(
        Debut(slug, published, papers[paper], by_hand, known(ids), part_of)
        for slug, published, paper, by_hand, ids, part_of in zip(*of_debuts, strict=True)
    )
    debut = {one.slug: one for one in debuts}
    told = {slug: debut[slug] for slug in rest.ledger.debuts}
    return replace(
        rest,
        papers=tuple(papers[number] for number in listed),
        debuts=debuts,
        ids=MappingProxyType({slug: known(ids) for slug, ids in of_ids.items()}),
        ledger=replace(rest.ledger, debuts=MappingProxyType(told)),
    )


class _Pickler(pickle.Pickler):
    dispatch_table = copyreg.dispatch_table | {
        MappingProxyType: lambda given: (_proxy, (dict(given),))
    }


def _proxy(given: dict) -> Mapping:
    return MappingProxyType(given)
