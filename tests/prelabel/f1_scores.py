"""F1 of candidates against gold, by the definitions of the project's scorer."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from curation.records import Annotation


def f1_scores(pairs: Iterable[tuple[Annotation, Annotation]]) -> dict[str, float]:
    """Return entity (exact, overlap), trigger+type, argument and relation F1, three places."""
    sums: dict[str, list[int]] = {}
    for made, gold in pairs:
        for name, found, wanted, same in _tasks(made, gold):
            counts = sums.setdefault(name, [0, 0, 0])
            counts[0] += _matched(wanted, found, same)
            counts[1] += len(found)
            counts[2] += len(wanted)
    return {name: round(2 * right / (p + g), 3) for name, (right, p, g) in sums.items()}


Same = Callable[[Any, Any], bool]


def _tasks(
    made: Annotation, gold: Annotation
) -> list[tuple[str, Sequence[Any], Sequence[Any], Same]]:
    spans = (made.spans, gold.spans)
    return [
        ("entity exact", *spans, lambda a, b: a.label == b.label and _range(a) == _range(b)),
        ("entity overlap", *spans, lambda a, b: a.label == b.label and _meet(a, b)),
        ("trigger+type", made.events, gold.events, lambda a, b: a.type == b.type and _meet(a, b)),
        ("argument", _arguments(made), _arguments(gold), _same_argument),
        ("relation", _relations(made), _relations(gold), _same_relation),
    ]


def _range(item: Any) -> tuple[int, int]:
    return item.start, item.end


def _meet(a: Any, b: Any) -> bool:
    return bool(min(a.end, b.end) > max(a.start, b.start))


def _arguments(annotation: Annotation) -> list[Any]:
    spans = {span.id: span for span in annotation.spans}
    return [(e, a.role, spans[a.span]) for e in annotation.events for a in e.arguments]


def _same_argument(a: Any, b: Any) -> bool:
    return bool(a[1] == b[1] and a[0].type == b[0].type and _meet(a[0], b[0]) and _meet(a[2], b[2]))


def _relations(annotation: Annotation) -> list[Any]:
    spans = {span.id: span for span in annotation.spans}
    return [(r.type, spans[r.from_], spans[r.to]) for r in annotation.relations]


def _same_relation(a: Any, b: Any) -> bool:
    return bool(a[0] == b[0] and _meet(a[1], b[1]) and _meet(a[2], b[2]))


def _matched(wanted: Sequence[Any], found: Sequence[Any], same: Same) -> int:
    used: set[int] = set()
    for gold in wanted:
        for place, candidate in enumerate(found):
            if place not in used and same(gold, candidate):
                used.add(place)
                break
    return len(used)
