"""Which marks of several annotators speak of the same place in the text."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from curation.records import Annotation, Event, Span


class Mark(NamedTuple):
    """A span or trigger without its id: two persons agree when their marks are equal.

    `name` is the label of an entity or the type of an event. Marks sort in text order.
    """

    start: int
    end: int
    name: str


def mark(item: Span | Event) -> Mark:
    """Return the mark of a span or event."""
    return Mark(item.start, item.end, item.label if isinstance(item, Span) else item.type)


def places(marks: Iterable[Mark]) -> list[list[Mark]]:
    """Join marks that overlap into places, in text order, each without doubles."""
    found: list[list[Mark]] = []
    end = -1
    for one in sorted(set(marks)):
        if found and one.start < end:
            found[-1].append(one)
        else:
            found.append([one])
        end = max(end, one.end) if len(found[-1]) > 1 else one.end
    return found


class Answer:
    """One annotator's answer, looked up by marks."""

    def __init__(self, annotation: Annotation) -> None:
        self.name = annotation.author.name
        self.spans = {mark(span): span for span in annotation.spans}
        self.events = {mark(event): event for event in annotation.events}
        by_id = {span.id: mark(span) for span in annotation.spans}
        self.arguments = {
            mark(event): frozenset(
                (argument.role, by_id[argument.span]) for argument in event.arguments
            )
            for event in annotation.events
        }
        self.relations = frozenset(
            (relation.type, by_id[relation.from_], by_id[relation.to])
            for relation in annotation.relations
        )


def read_answers(annotations: Sequence[Annotation]) -> list[Answer]:
    """Index the answers to one article, in the order of the annotators' names."""
    return sorted((Answer(annotation) for annotation in annotations), key=lambda a: a.name)
