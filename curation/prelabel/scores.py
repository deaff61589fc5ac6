"""How often each rule of entities was right, measured against gold: `data/scores.tsv`.

A span is right where the gold has the same span with the same label. The precision is smoothed
by one right and one wrong candidate, (right + 1) / (made + 2): a rule that never fired has no
row. The scores of triggers are not measured by rule: they are chances of `weighed`.
"""

from collections import Counter
from collections.abc import Iterable
from functools import cache

from curation.prelabel.registry import table
from curation.records import Annotation


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
            made[span.by or ""] += 1
            right[span.by or ""] += (span.start, span.end, span.label) in spans
    return [
        {
            "by": by,
            "precision": f"{(right[by] + 1) / (count + 2):.3f}",
            "right": str(right[by]),
            "made": str(count),
        }
        for by, count in sorted(made.items())
    ]
