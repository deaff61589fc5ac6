"""What people did with the machine's proposals.

A region keeps its id on the way to the annotator and back, so an answer is compared with
its candidates by id.
"""

from collections.abc import Iterable, Mapping

import msgspec

from curation.records import Annotation, Event, Span


class Corrections(msgspec.Struct, frozen=True):
    """Counts of proposals and what became of them; `unchanged + edited + deleted = proposed`."""

    proposed: int = 0
    unchanged: int = 0
    edited: int = 0
    deleted: int = 0
    added: int = 0

    def __add__(self, other: "Corrections") -> "Corrections":
        return Corrections(
            *(
                getattr(self, field) + getattr(other, field)
                for field in Corrections.__struct_fields__
            )
        )


def corrections(
    candidates: Mapping[str, Annotation], answers: Iterable[Annotation]
) -> tuple[Corrections, Corrections]:
    """Add up the corrections of all answers: of the entities and of the events.

    `candidates` is keyed by article id; an article without them was answered blind, and all
    its marks are `added`. An event counts as edited when its trigger, type, modality or an
    argument was changed.
    """
    entities, events = Corrections(), Corrections()
    for answer in answers:
        proposed = candidates.get(answer.article)
        entities += _compare(
            {span.id: _entity(span) for span in proposed.spans} if proposed else {},
            {span.id: _entity(span) for span in answer.spans},
        )
        events += _compare(
            {event.id: _event(event, proposed) for event in proposed.events} if proposed else {},
            {event.id: _event(event, answer) for event in answer.events},
        )
    return entities, events


def _entity(span: Span) -> tuple[object, ...]:
    return span.start, span.end, span.label, span.value, span.kb


def _event(event: Event, within: Annotation) -> tuple[object, ...]:
    places = {span.id: (span.start, span.end) for span in within.spans}
    roles = frozenset((argument.role, places[argument.span]) for argument in event.arguments)
    return event.start, event.end, event.type, event.modality, roles


def _compare(
    proposed: Mapping[str, tuple[object, ...]], answered: Mapping[str, tuple[object, ...]]
) -> Corrections:
    both = proposed.keys() & answered.keys()
    unchanged = sum(proposed[name] == answered[name] for name in both)
    return Corrections(
        proposed=len(proposed),
        unchanged=unchanged,
        edited=len(both) - unchanged,
        deleted=len(proposed) - len(both),
        added=len(answered) - len(both),
    )
