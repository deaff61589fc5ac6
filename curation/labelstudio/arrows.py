"""The arrows of a result, read as arguments of events and relations of entities."""

from collections.abc import Iterable, Mapping

import msgspec

from curation.labelstudio.regions import Notes, Region, order, texts
from curation.labelstudio.tasks import Item
from curation.ontology import Ontology
from curation.records import Argument, Event, Relation, Span

Mark = Span | Event
Joined = tuple[str, str, str]  # name, id it runs from, id it runs to


class Ends(msgspec.Struct):
    """What arrows can join: the regions that were drawn, and the marks that they became."""

    regions: Mapping[str, Region]
    spans: Mapping[str, Span]
    events: Mapping[str, Event]

    def mark(self, name: str) -> Mark | None:
        """Return the mark with this id."""
        return self.spans.get(name) or self.events.get(name)


class Arrows(msgspec.Struct, frozen=True):
    """What the arrows of an answer say; `turned` of them were read against their direction."""

    joined: frozenset[Joined]
    turned: int

    def arguments(
        self, event: Event, spans: Mapping[str, Span], ontology: Ontology
    ) -> tuple[Argument, ...]:
        """Return an event's arguments, in the ontology's order of roles, then of the text."""
        roles = list(ontology.roles)
        found = [Argument(name, end) for name, start, end in self.joined if start == event.id]
        found.sort(key=lambda one: (roles.index(one.role), order(spans[one.span])))
        return tuple(found)

    def relations(self, spans: Mapping[str, Span]) -> tuple[Relation, ...]:
        """Return the relations, in the order of the text."""
        found = [Relation(name, start, end) for name, start, end in self.joined if start in spans]
        found.sort(key=lambda one: (order(spans[one.from_]), order(spans[one.to]), one.type))
        return tuple(found)


def read_arrows(items: Iterable[Item], ends: Ends, ontology: Ontology, notes: Notes) -> Arrows:
    """Read arrows; one that fits neither way, or lacks a name or an end, is a finding."""
    joined: set[Joined] = set()
    turned = 0
    for item in items:
        drawn = _drawn(item, ends, notes)
        for name, start, end in _named(item, drawn, notes) if drawn else ():
            fit = _fit(name, start, end, ontology)
            if fit is None:
                _refuse(name, start, end, ontology, notes)
            elif fit in joined:
                rule = "is drawn twice; once was taken"
                notes.find(_arrow(name, start, end), name, rule, "Delete one of the two.")
            else:
                joined.add(fit)
                turned += fit[1] != start.id
    return Arrows(frozenset(joined), turned)


def _drawn(item: Item, ends: Ends, notes: Notes) -> tuple[Mark, Mark] | None:
    """Return the marks that an arrow joins, in the direction in which it points."""
    names = [str(item.get(end)) for end in ("from_id", "to_id")]
    start, end = (ends.mark(name) for name in names)
    if start and end:
        return (end, start) if item.get("direction") == "left" else (start, end)
    lost = names[0] if start is None else names[1]
    left_out = lost in ends.regions
    notes.find(
        f"arrow {' and '.join(texts(item.get('labels'))) or 'without a role'}",
        f"{names[0]} -> {names[1]}",
        f"region {lost} {'was left out' if left_out else 'is not there'}",
        "Mend that region." if left_out else "Draw the arrow again.",
    )
    return None


def _named(item: Item, drawn: tuple[Mark, Mark], notes: Notes) -> list[tuple[str, Mark, Mark]]:
    names = texts(item.get("labels"))
    if not names:
        rule = "an arrow has a role or a relation"
        remedy = "Give it one in the panel Relations, or delete it."
        notes.find(_arrow("", *drawn), "no role", rule, remedy)
    return [(name, *drawn) for name in names]


def _fit(name: str, start: Mark, end: Mark, ontology: Ontology) -> Joined | None:
    """Return the arrow as the contract allows it: as drawn if it can be, else turned."""
    for first, second in ((start, end), (end, start)):
        if isinstance(second, Event):
            continue
        if isinstance(first, Event):
            allowed = ontology.allows_argument(first.type, name, second.label)
        else:
            allowed = ontology.allows_relation(name, first.label, second.label)
        if allowed:
            return name, first.id, second.id
    return None


def _refuse(name: str, start: Mark, end: Mark, ontology: Ontology, notes: Notes) -> None:
    """Say why an arrow fits neither way, and what would."""
    roles, relations = ontology.roles, ontology.relations
    events = [mark for mark in (start, end) if isinstance(mark, Event)]
    if name in relations:
        rule = f"{name} cannot join these"
        kind = relations[name]
        remedy = f"It runs from {', '.join(kind.from_)} to {', '.join(kind.to)}."
    elif name not in roles:
        rule = "is no role and no relation"
        remedy = f"Use one of {', '.join((*roles, *relations))}."
    elif len(events) != 1:
        rule = "a role joins a trigger and an entity"
        remedy = "Draw it from the trigger to the entity."
    else:
        rule = f"{events[0].type} has no such argument"
        allowed = [role.name for role in ontology.roles_of(events[0].type)]
        fillers = ", ".join(roles[name].fillers)
        takes = f"{name} takes {fillers}" if name in allowed else f"It takes {', '.join(allowed)}"
        remedy = f"{takes}."
    notes.find(_arrow(name, start, end), name, rule, remedy)


def _arrow(name: str, start: Mark, end: Mark) -> str:
    return f"arrow {_shown(start)} -{name}-> {_shown(end)}"


def _shown(mark: Mark) -> str:
    kind = mark.type if isinstance(mark, Event) else mark.label
    return f"{kind} {mark.text!r}"
