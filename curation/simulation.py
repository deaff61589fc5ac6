"""Simulated annotators: they correct the machine's proposals towards the gold, not perfectly.

Used where people cannot be had, in `curation demo` and in tests; always said plainly. What
a simulated annotator does wrong is drawn from a seeded generator: it overlooks spans,
events and arguments and takes a wrong modality, each at the rate in `Slips`.
"""

from collections.abc import Iterable, Sequence
from random import Random
from typing import TypeVar

import msgspec

from curation.ontology import Ontology
from curation.records import Annotation, Argument, Author, Event, Relation, Span

T = TypeVar("T", Span, Event)


class Slips(msgspec.Struct, frozen=True):
    """How often a simulated annotator errs, as shares of 1."""

    span: float = 0.02
    event: float = 0.03
    argument: float = 0.04
    modality: float = 0.03


def answer(  # noqa: PLR0913
    gold: Annotation,
    candidate: Annotation,
    name: str,
    ontology: Ontology,
    rng: Random,
    slips: Slips | None = None,
) -> Annotation:
    """Return what the annotator `name` makes of the candidate of an article.

    Marks that the candidate has at the same place keep its ids, as they do on the screen;
    the others get ids of their own.
    """
    rates = slips or Slips()
    missed = {span.id for span in gold.spans if rng.random() < rates.span}
    spans = tuple(span for span in gold.spans if span.id not in missed)
    events = tuple(
        _slip(event, missed, tuple(ontology.modalities), rng, rates)
        for event in gold.events
        if rng.random() >= rates.event
    )
    relations = tuple(r for r in gold.relations if not {r.from_, r.to} & missed)
    ids = _ids(spans, candidate.spans, "n") | _ids(events, candidate.events, "m")
    return msgspec.structs.replace(
        gold,
        author=Author(kind="person", name=name),
        spans=tuple(msgspec.structs.replace(span, id=ids[span.id]) for span in spans),
        events=tuple(_renamed(event, ids) for event in events),
        relations=tuple(Relation(type=r.type, from_=ids[r.from_], to=ids[r.to]) for r in relations),
    )


def _slip(
    event: Event, missed: set[str], modalities: Sequence[str], rng: Random, rates: Slips
) -> Event:
    modality = event.modality
    if rng.random() < rates.modality:
        modality = rng.choice([other for other in modalities if other != modality])
    arguments = tuple(
        argument
        for argument in event.arguments
        if argument.span not in missed and rng.random() >= rates.argument
    )
    return msgspec.structs.replace(event, modality=modality, arguments=arguments)


def _ids(made: Iterable[T], proposed: Sequence[T], prefix: str) -> dict[str, str]:
    """Give each mark the id of the proposal that overlaps it most, or a new one."""
    free = {item.id: item for item in proposed}
    ids = {}
    for number, item in enumerate(made, 1):
        near = max(free.values(), key=lambda other: _nearness(item, other), default=None)
        if near is not None and _nearness(item, near) > (0, 0):
            ids[item.id] = free.pop(near.id).id
        else:
            ids[item.id] = f"{prefix}{number}"
    return ids


def _nearness(one: Span | Event, other: Span | Event) -> tuple[int, int]:
    shared = min(one.end, other.end) - max(one.start, other.start)
    if shared <= 0:
        return 0, 0
    return int((one.start, one.end) == (other.start, other.end)), shared


def _renamed(event: Event, ids: dict[str, str]) -> Event:
    arguments = tuple(Argument(a.role, ids[a.span]) for a in event.arguments)
    return msgspec.structs.replace(event, id=ids[event.id], arguments=arguments)
