"""How often each rule was right, measured against gold; `data/scores.tsv` holds the result.

A span is right where the gold has the same span with the same label, an event where the
gold has an overlapping trigger of the same type. The precision is smoothed by one right
and one wrong candidate, (right + 1) / (made + 2): a rule that never fired has no row.
"""

from collections import Counter
from collections.abc import Iterable
from functools import cache

from curation.prelabel.registry import table
from curation.records import Annotation, Event, Span


@cache
def scores() -> dict[str, float]:
    """Return the measured precision of each rule, from `data/scores.tsv`."""
    return {row["by"]: float(row["precision"]) for row in table("scores")}


def measure(pairs: Iterable[tuple[Annotation, Annotation]]) -> list[dict[str, str]]:
    """Return the rows of `data/scores.tsv` for pairs of candidates and gold."""
    made: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for candidates, gold in pairs:
        spans = {(span.start, span.end, span.label) for span in gold.spans}
        for span in candidates.spans:
            _count(span, (span.start, span.end, span.label) in spans, made, right)
        for event in candidates.events:
            _count(event, any(_same(event, other) for other in gold.events), made, right)
    return [
        {
            "by": by,
            "precision": f"{(right[by] + 1) / (count + 2):.3f}",
            "right": str(right[by]),
            "made": str(count),
        }
        for by, count in sorted(made.items())
    ]


def _count(item: Span | Event, hit: bool, made: Counter[str], right: Counter[str]) -> None:
    made[item.by or ""] += 1
    right[item.by or ""] += hit


def _same(event: Event, gold: Event) -> bool:
    overlap = min(event.end, gold.end) > max(event.start, gold.start)
    return overlap and event.type == gold.type
