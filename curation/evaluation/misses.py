"""What was missed, made up, or marked otherwise, one record each."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import msgspec

from curation.evaluation.confusion import align
from curation.evaluation.figures import pair
from curation.evaluation.marks import ArgumentMark, Mark, Marks, RelationMark
from curation.evaluation.matching import MEASURED, match, same_argument, same_relation, same_span

T = TypeVar("T", ArgumentMark, RelationMark)


class Miss(msgspec.Struct, frozen=True, omit_defaults=True):
    """One difference between gold and candidates.

    `what` is entity, event, argument, relation, value or kb; `kind` is missed, spurious,
    boundary (of an entity), label, type or wrong. `by` names the rule or model.
    """

    article: str
    lang: str
    what: str
    kind: str
    gold: str | None = None
    made: str | None = None
    by: str | None = None

    def __str__(self) -> str:
        shown = " -> ".join(side or "nothing" for side in (self.gold, self.made))
        return f"{self.article}: {self.what} {self.kind}: {shown}" + (
            f" (by {self.by})" if self.by else ""
        )


def misses(gold: Sequence[Marks], made: Sequence[Marks]) -> list[Miss]:
    """List every difference, article by article, in the order of the gold."""
    return [miss for one, other in pair(gold, made) for miss in _of_article(one, other)]


def _of_article(gold: Marks, made: Marks) -> Iterator[Miss]:
    place = (gold.name, gold.lang)
    for wanted, found in align(gold.spans, made.spans):
        kind = _kind(wanted, found, "label")
        if kind:
            yield Miss(*place, "entity", kind, _mark(wanted), _mark(found), _by(found))
    yield from _attributes(gold, made)
    for wanted, found in align(gold.events, made.events):
        kind = _kind(wanted, found, "type")
        if kind and kind != "boundary":
            yield Miss(*place, "event", kind, _mark(wanted), _mark(found), _by(found))
    yield from _arrows(place, "argument", gold.arguments, made.arguments, same_argument, _argument)
    yield from _arrows(place, "relation", gold.relations, made.relations, same_relation, _relation)


def _kind(wanted: Mark | None, found: Mark | None, other_name: str) -> str | None:
    if wanted is None:
        return "spurious"
    if found is None:
        return "missed"
    if wanted.name != found.name:
        return other_name
    return None if same_span(wanted, found) else "boundary"


def _attributes(gold: Marks, made: Marks) -> Iterator[Miss]:
    for a, b in match(gold.spans, made.spans, same_span):
        wanted, found = gold.spans[a], made.spans[b]
        name = MEASURED.get(wanted.name)
        right = wanted.attributes.get(name) if name else None
        if name and right and right != found.attributes.get(name):
            given = found.attributes.get(name)
            shown = f"{_mark(wanted)} {right}"
            yield Miss(gold.name, gold.lang, name, "wrong", shown, given, found.by)


def _arrows(  # noqa: PLR0913
    place: tuple[str, str],
    what: str,
    gold: Sequence[T],
    made: Sequence[T],
    same: Callable[[T, T], bool],
    show: Callable[[T], str],
) -> Iterator[Miss]:
    pairs = match(gold, made, same)
    known, right = {a for a, _ in pairs}, {b for _, b in pairs}
    for at, wanted in enumerate(gold):
        if at not in known:
            yield Miss(*place, what, "missed", gold=show(wanted))
    for at, found in enumerate(made):
        if at not in right:
            yield Miss(*place, what, "spurious", made=show(found))


def _by(mark: Mark | None) -> str | None:
    return mark.by if mark else None


def _mark(mark: Mark | None) -> str | None:
    if mark is None:
        return None
    place = f"[{mark.start}, {mark.end})" if mark.start >= 0 else "cut away by cleaning"
    return f"{mark.name} {mark.text!r} {place}"


def _argument(argument: ArgumentMark) -> str:
    trigger = f"{argument.trigger.name} {argument.trigger.text!r}"
    return f"{trigger} {argument.role} {_mark(argument.filler)}"


def _relation(relation: RelationMark) -> str:
    return f"{relation.name} {_mark(relation.start)} {_mark(relation.end)}"
