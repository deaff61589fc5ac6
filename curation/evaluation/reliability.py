"""Whether scores mean what they say: of the candidates at 0.9, nine in ten should be right."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import msgspec

from curation.evaluation.figures import pair
from curation.evaluation.marks import Mark, Marks
from curation.evaluation.matching import match, meet_alike, same_span

EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


class Bin(msgspec.Struct, frozen=True):
    """The candidates whose score is at least `low` and below `high` (the last: up to 1)."""

    low: float
    high: float
    made: int
    score: float
    right: float


def reliability(
    gold: Sequence[Marks], made: Sequence[Marks], edges: Sequence[float] = EDGES
) -> dict[str, tuple[Bin, ...]]:
    """Set the mean score of entities and of triggers beside the share that is right, by bin.

    Right is an entity of exact range and label, a trigger that meets one of its type.
    Candidates without a score, and bins without candidates, are left out.
    """
    entities: list[tuple[float, bool]] = []
    triggers: list[tuple[float, bool]] = []
    for wanted, found in pair(gold, made):
        spans = {at for _, at in match(wanted.spans, found.spans, same_span)}
        events = {at for _, at in match(wanted.events, found.events, meet_alike)}
        entities += _scored(found.spans, spans)
        triggers += _scored(found.events, events)
    return {"entities": _bins(entities, edges), "triggers": _bins(triggers, edges)}


def calibration_error(bins: Iterable[Bin]) -> float:
    """Return the mean distance of score and share right, each bin by its size (ECE)."""
    listed = list(bins)
    total = sum(one.made for one in listed)
    return sum(one.made * abs(one.score - one.right) for one in listed) / total if total else 0.0


def _scored(marks: Sequence[Mark], right: set[int]) -> list[tuple[float, bool]]:
    return [(mark.score, at in right) for at, mark in enumerate(marks) if mark.score is not None]


def _bins(scored: Sequence[tuple[float, bool]], edges: Sequence[float]) -> tuple[Bin, ...]:
    found = []
    for low, high in pairwise(edges):
        last = high == edges[-1]
        inside = [one for one in scored if low <= one[0] and (one[0] < high or last)]
        if inside:
            mean = sum(score for score, _ in inside) / len(inside)
            right = sum(good for _, good in inside) / len(inside)
            found.append(Bin(low, high, len(inside), round(mean, 3), round(right, 3)))
    return tuple(found)
