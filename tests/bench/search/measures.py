"""How good a ranking is, of whoever made it: each measure asks a ranker and knows what is right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

Ranker = Callable[[str, int], Sequence[str]]  # question, how many → slugs, the best first


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    right: frozenset[str]  # slugs of all papers that answer it; at least one
    ignored: frozenset[str] = frozenset()  # slugs that count neither way


def recall(ranker: Ranker, questions: Sequence[Question], size: int = 10) -> float:
    """R@size: the part of the questions' right papers that are among the first so many."""
    found = [
        len(question.right.intersection(ranker(question.text, size))) / len(question.right)
        for question in questions
    ]
    return _mean(found)


def first(ranker: Ranker, questions: Sequence[Question]) -> float:
    """The part of the questions whose first answer is right."""
    return _mean([any(slug in one.right for slug in ranker(one.text, 1)[:1]) for one in questions])


def precision(ranker: Ranker, questions: Sequence[Question], size: int = 1000) -> float:
    """MAP: the mean of the questions' average precision over the first so many answers.

    A right paper that isn't among them counts 0.
    """
    return _mean([_average_precision(ranker(one.text, size), one) for one in questions])


def _average_precision(answers: Sequence[str], question: Question) -> float:
    hits, total, rank = 0, 0.0, 0
    for slug in answers:
        if slug in question.ignored:
            continue
        rank += 1
        if slug in question.right:
            hits += 1
            total += hits / rank
    return total / len(question.right)


def other_half(neighbours: Mapping[str, Sequence[str]], pairs: Iterable[tuple[str, str]]) -> float:
    """The part of papers, split in two, one half of which is among the other's neighbours."""
    return _mean([two in neighbours.get(one, ()) for one, two in pairs])


def nobodys(neighbours: Mapping[str, Sequence[str]], papers: Sequence[str]) -> float:
    """The part of the papers that are in no list of neighbours."""
    someones = {slug for near in neighbours.values() for slug in near}
    return _mean([slug not in someones for slug in papers])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else float("nan")
