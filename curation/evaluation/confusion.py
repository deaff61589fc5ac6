"""Which label was given to the entities of each label of the gold."""

from collections import Counter
from collections.abc import Sequence

from curation.evaluation.figures import pair
from curation.evaluation.marks import Mark, Marks
from curation.evaluation.matching import match, meet, meet_alike, same_span

NONE = "none"
"""The row of what the gold does not have, and the column of what was not found."""


def confusion(gold: Sequence[Marks], made: Sequence[Marks]) -> Counter[tuple[str, str]]:
    """Count (label of the gold, label made).

    Spans are paired first where range and label agree, then where they overlap under the
    same label, then where they overlap at all; what stays alone is paired with `NONE`.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for one, other in pair(gold, made):
        for wanted, found in align(one.spans, other.spans):
            counts[wanted.name if wanted else NONE, found.name if found else NONE] += 1
    return counts


def align(gold: Sequence[Mark], made: Sequence[Mark]) -> list[tuple[Mark | None, Mark | None]]:
    """Pair the marks of two authors, the best agreement first; None stands for no mark."""
    left, right = list(gold), list(made)
    paired: list[tuple[Mark | None, Mark | None]] = []
    for same in (same_span, meet_alike, meet):
        found = match(left, right, same)
        paired += [(left[a], right[b]) for a, b in found]
        left = _without(left, {a for a, _ in found})
        right = _without(right, {b for _, b in found})
    return [*paired, *((one, None) for one in left), *((None, one) for one in right)]


def _without(marks: Sequence[Mark], places: set[int]) -> list[Mark]:
    return [mark for at, mark in enumerate(marks) if at not in places]
