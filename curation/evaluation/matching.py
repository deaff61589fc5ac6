"""What counts as right: one-to-one matching of made marks with the gold, and the counts."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

from curation.evaluation.marks import ArgumentMark, Mark, Marks, RelationMark
from curation.ontology import Ontology

T = TypeVar("T")


class Count(NamedTuple):
    """How many were found rightly, how many were made, how many the gold has."""

    right: int = 0
    made: int = 0
    gold: int = 0


def meet(a: Mark, b: Mark) -> bool:
    """Tell whether two marks share a code point."""
    return min(a.end, b.end) > max(a.start, b.start)


def same_span(a: Mark, b: Mark) -> bool:
    """Tell whether label and range are the same."""
    ranges = (a.start, a.end) == (b.start, b.end)
    return ranges and a.name == b.name and a.whole and b.whole


def meet_alike(a: Mark, b: Mark) -> bool:
    """Tell whether label or type is the same and the ranges overlap."""
    return a.name == b.name and meet(a, b)


def same_argument(a: ArgumentMark, b: ArgumentMark) -> bool:
    """Tell whether type and role are the same and trigger and filler overlap."""
    return a.role == b.role and meet_alike(a.trigger, b.trigger) and meet(a.filler, b.filler)


def same_relation(a: RelationMark, b: RelationMark) -> bool:
    """Tell whether the type is the same and both ends overlap."""
    return a.name == b.name and meet(a.start, b.start) and meet(a.end, b.end)


def match(
    gold: Sequence[T], made: Sequence[T], same: Callable[[T, T], bool]
) -> list[tuple[int, int]]:
    """Pair each item of the gold with the first free made one that is the same; indices."""
    used: set[int] = set()
    pairs = []
    for place, wanted in enumerate(gold):
        for at, found in enumerate(made):
            if at not in used and same(wanted, found):
                used.add(at)
                pairs.append((place, at))
                break
    return pairs


def count(gold: Marks, made: Marks, ontology: Ontology) -> dict[str, Count]:
    """Count one article; the names are those of the figures."""
    right: Counter[str] = Counter()
    totals: dict[str, list[int]] = {}
    tasks: list[tuple[str, str | None, Sequence[Any], Sequence[Any], Callable[..., bool]]] = [
        ("entity exact", "entity exact", gold.spans, made.spans, same_span),
        ("entity overlap", "entity overlap", gold.spans, made.spans, meet_alike),
        ("trigger", None, gold.events, made.events, meet),
        ("trigger+type", "event", gold.events, made.events, meet_alike),
        ("argument", None, gold.arguments, made.arguments, same_argument),
        ("relation", None, gold.relations, made.relations, same_relation),
    ]
    for name, prefix, wanted, found, same in tasks:
        pairs = match(wanted, found, same)
        right[name] += len(pairs)
        totals[name] = [len(found), len(wanted)]
        if prefix is not None:
            right.update(f"{prefix} {wanted[at].name}" for at, _ in pairs)
            _add_names(totals, prefix, found, 0)
            _add_names(totals, prefix, wanted, 1)
    counts = {name: Count(right[name], *both) for name, both in totals.items()}
    return counts | _attributes(gold.spans, made.spans, ontology)


def _add_names(
    totals: dict[str, list[int]], prefix: str, marks: Iterable[Mark], column: int
) -> None:
    for mark in marks:
        totals.setdefault(f"{prefix} {mark.name}", [0, 0])[column] += 1


MEASURED = {"DATE": "value", "COUNTRY": "kb"}
"""Which attribute of a label has a figure of its own."""


def _attributes(gold: Sequence[Mark], made: Sequence[Mark], ontology: Ontology) -> dict[str, Count]:
    counts = {}
    pairs = match(gold, made, same_span)
    for label, attribute in MEASURED.items():
        if label not in ontology.labels:
            continue
        both = [
            (gold[a].attributes.get(attribute), made[b].attributes.get(attribute))
            for a, b in pairs
            if gold[a].name == label
        ]
        asked = [(a, b) for a, b in both if a]
        if asked:
            good = sum(a == b for a, b in asked)
            counts[f"{label} {attribute} accuracy"] = Count(good, len(asked), len(asked))
    return counts
