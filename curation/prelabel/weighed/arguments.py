"""Which entity plays which role in an event: the proposals of the rules, weighed with all others.

A candidate is an event, an entity near it, and a role that the ontology allows between them.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from curation.prelabel.candidates import Candidate
from curation.prelabel.scene import Argument, Scene
from curation.prelabel.text import Document
from curation.prelabel.triggers import Trigger
from curation.prelabel.weighed.tables import Weights
from curation.prelabel.weighed.words import Line, Lines, rough

_BACK = 2
"""Sentences before that of an event in which its arguments are looked for."""
_SIDES = ("PERSON", "COUNTRY", "PARTY", "ORG")
BY = "argument:weighed"
"""`by` of an argument that no rule proposed."""

Key = tuple[int, int, str]
"""Indices of an event and an entity, and the role."""


def weigh(
    scene: Scene, lines: Lines, proposed: Sequence[Sequence[Argument]], model: Weights
) -> list[list[Argument]]:
    """Return the arguments of each trigger of a scene: each entity once, in its likeliest role.

    An argument is right only where its event is: its chance is that of the trigger too.
    """
    if not scene.triggers:
        return []
    rows = features(scene, lines, proposed, model.hopeless)
    scores = [1.0 if trigger.score is None else trigger.score for trigger in scene.triggers]
    chances = {key: scores[key[0]] * model.chance(row) for key, row in rows}
    rules = {
        (event, argument.filler, argument.role): argument
        for event, arguments in enumerate(proposed)
        for argument in arguments
    }
    found: dict[tuple[int, int], Argument] = {}
    for key in sorted(chances, key=lambda key: (-chances[key], key)):
        event, filler, role = key
        if chances[key] >= model.cut and (event, filler) not in found:
            found[event, filler] = rules.get(key, Argument(role, filler, BY))
    kept: list[list[Argument]] = [[] for _ in scene.triggers]
    for (event, _), argument in sorted(found.items()):
        kept[event].append(argument)
    return kept


class _Event(NamedTuple):
    """A trigger in its sentence, with what the rules made of it."""

    trigger: Trigger
    form: str
    line: Line
    roles: tuple[str, ...]
    proposed: dict[int, list[Argument]]
    names: dict[str, str]
    has: frozenset[str]
    titled: bool


class _Near(NamedTuple):
    """The entities that an event may take, in the order of the text, with their sentences.

    `events` are the places of all triggers of the article.
    """

    fillers: list[int]
    numbers: list[int]
    events: list[tuple[int, int]]


class _Spot(NamedTuple):
    """An entity beside an event; `side` is B before, A behind or I in it, with X elsewhere."""

    filler: int
    number: int
    side: str


def features(
    scene: Scene,
    lines: Lines,
    proposed: Sequence[Sequence[Argument]],
    hopeless: Callable[[list[str]], bool] = lambda row: False,
) -> Iterator[tuple[Key, list[str]]]:
    """Yield the features of the candidates.

    One is passed over if it is `hopeless` by its role, label and side and what the rules say.
    """
    document, entities = scene.document, scene.entities
    numbers = [document.sentence_at(entity.start) for entity in entities]
    within: dict[int, list[int]] = defaultdict(list)
    for filler, number in enumerate(numbers):
        within[number].append(filler)
    places = [(trigger.start, trigger.end) for trigger in scene.triggers]
    for index, (trigger, arguments) in enumerate(zip(scene.triggers, proposed, strict=True)):
        event = _event(scene, trigger, arguments, lines)
        reach = range(max(trigger.sentence - _BACK, 0), trigger.sentence + 1)
        fillers = sorted({f for n in reach for f in within[n]} | set(event.proposed))
        near = _Near(fillers, [numbers[filler] for filler in fillers], places)
        rows = _Rows(event, hopeless)
        for filler in fillers:
            label = entities[filler].label
            roles = [
                role
                for role in event.roles
                if scene.ontology.allows_argument(trigger.type, role, label)
            ]
            if roles:
                spot = _spot(entities[filler], filler, numbers[filler], trigger)
                signs: list[str] = []
                for role in roles:
                    row = rows.of(role, label, spot.side, _of_rules(scene, event, filler, role))
                    if row is None:
                        continue
                    signs = signs or _signs(scene, event, near, spot)
                    yield (index, filler, role), row + _seen(event, spot, role, signs)


def _event(scene: Scene, trigger: Trigger, arguments: Sequence[Argument], lines: Lines) -> _Event:
    proposed: dict[int, list[Argument]] = defaultdict(list)
    for argument in arguments:
        proposed[argument.filler].append(argument)
    return _Event(
        trigger,
        " ".join(scene.lower[trigger.start : trigger.end].split()),
        lines[trigger.sentence],
        tuple(role.name for role in scene.ontology.roles_of(trigger.type)),
        proposed,
        {scene.name(argument.filler): argument.role for argument in arguments},
        frozenset(argument.role for argument in arguments),
        scene.document.in_title(trigger.start),
    )


def _spot(entity: Candidate, filler: int, number: int, trigger: Trigger) -> _Spot:
    side = "B" if entity.end <= trigger.start else "A" if entity.start >= trigger.end else "I"
    return _Spot(filler, number, side if number == trigger.sentence else side + "X")


class _Rows:
    """What the candidates of an event are and what the rules say of them, each row made once."""

    def __init__(self, event: _Event, hopeless: Callable[[list[str]], bool]) -> None:
        self._event, self._hopeless = event, hopeless
        self._made: dict[tuple[str, ...], list[str] | None] = {}

    def of(self, role: str, label: str, side: str, rules: tuple[str, ...]) -> list[str] | None:
        """Return the first features of a candidate; None where they make it hopeless."""
        key = (role, label, side, *rules)
        if key not in self._made:
            row = [*self._called(role, label, side), *self._ruled(role, rules)]
            self._made[key] = None if self._hopeless(row) else row
        return self._made[key]

    def _called(self, role: str, label: str, side: str) -> Iterator[str]:
        type_, form = self._event.trigger.type, self._event.form
        yield from (role, f"{role}|{side}", f"{role}|{label}|{side}")
        yield from (f"{role}|{type_}|{side}", f"{role}|{type_}|{label}|{side}")
        yield from (f"{role}|{form}|{side}", f"{role}|{form}|{label}|{side}")

    def _ruled(self, role: str, rules: tuple[str, ...]) -> Iterator[str]:
        by = any(sign.startswith("by=") for sign in rules)
        has = role in self._event.has
        for sign in (f"rule={by}", f"has={has}", f"has={has}{by}", *rules):
            yield from (f"{role}|{sign}", f"{role}|{self._event.trigger.type}|{sign}")


def _seen(event: _Event, spot: _Spot, role: str, signs: Sequence[str]) -> list[str]:
    """Return the signs of a place for a role, most of them also by the event's type and words."""
    here = f"{role}|{spot.side}"
    row = [f"{here}|{sign}" for sign in signs]
    short = [sign for sign in signs if sign[:2] not in _WORDY]
    for name in (event.trigger.type, event.form):
        row += [f"{name}|{here}|{sign}" for sign in short]
    return row


_WORDY = ("b=", "v=", "p=")


def _of_rules(scene: Scene, event: _Event, filler: int, role: str) -> tuple[str, ...]:
    """Return what the rules say of an entity in a role."""
    mine = event.proposed.get(filler)
    if mine:
        by = tuple(f"by={argument.by}" for argument in mine if argument.role == role)
        return by or (f"other={mine[0].role}",)
    named = event.names.get(scene.name(filler))
    return (f"named={named}",) if named else ()


def _signs(scene: Scene, event: _Event, near: _Near, spot: _Spot) -> list[str]:
    """Return what is to be seen between and beside an event and an entity."""
    title = ["title"] if event.titled else []
    if spot.number != event.trigger.sentence:
        return [*_elsewhere(scene, event, near, spot), *title]
    entity = scene.entities[spot.filler]
    signs = (
        *_between(scene.document, event, entity, spot.side, near.events),
        *_beside(scene.document, event.line, entity),
        *_ranked(scene, event, near, spot),
        *title,
    )
    return list(dict.fromkeys(signs))


def _between(
    document: Document,
    event: _Event,
    entity: Candidate,
    side: str,
    places: Sequence[tuple[int, int]],
) -> Iterator[str]:
    """Yield the distance, the words and the other entities between trigger and entity."""
    trigger, line = event.trigger, event.line
    start, end = (entity.end, trigger.start) if side == "B" else (trigger.end, entity.start)
    if side == "I":
        start = end = trigger.start
    words = line.between(start, end)
    around = [] if side == "I" else line.entities
    inner = [one for one in around if one.start >= start and one.end <= end]
    yield f"d={rough(len(words))}"
    yield f"n={min(len(inner), 5)}"
    yield f"same={min(sum(one.label == entity.label for one in inner), 3)}"
    yield f"l={'-'.join(one.label for one in inner) if len(inner) < 5 else 'many'}"
    yield f"comma={',' in words}"
    first = bisect_left(places, (start, start))
    events = sum(to <= end for _, to in places[first : first + 2]) if side != "I" else 0
    yield f"events={events}"
    yield from (f"b={word}" for word in [word for word in words if word.isalpha()][:12])
    if len(words) <= 4:
        yield f"p={' '.join(words)}"
    if len(inner) <= 3:
        yield from _path(document, start, end, inner)


def _path(document: Document, start: int, end: int, inner: Sequence[Candidate]) -> Iterator[str]:
    """Yield the words between with labels for entities, whole where short, and both ends."""
    pieces, at = [], start
    for one in inner:
        pieces += [document.lower[at : one.start], f" <{one.label}> "]
        at = one.end
    path = "".join((*pieces, document.lower[at:end])).split()
    if len(path) <= 6:
        yield f"path={' '.join(path)}"
    if path:
        yield from (f"opens={path[0]}", f"ends={path[-1]}")


def _beside(document: Document, line: Line, entity: Candidate) -> Iterator[str]:
    """Yield the words and entities next to an entity."""
    i, j = line.at(entity.start), line.last(entity.end)
    left, right = line.word(i - 1), line.word(j + 1)
    yield from (f"<={left}", f">={right}", f"<l={left}|{entity.label}")
    yield f"v={line.word(i - 2)} {left}"
    before = [one for one in line.entities if one.end <= entity.start < one.end + 4]
    if before:
        gap = document.lower[before[-1].end : entity.start]
        yield f"after={before[-1].label}{gap}"
    behind = [one for one in line.entities if entity.end <= one.start < entity.end + 4]
    if behind:
        gap = document.lower[entity.end : behind[0].start]
        yield f"before={behind[0].label}{gap}"
    yield f"first={line.entities[0].start >= entity.start}"


def _ranked(scene: Scene, event: _Event, near: _Near, spot: _Spot) -> Iterator[str]:
    """Yield which one it is of the entities of its label in the sentence."""
    entities, trigger, filler = scene.entities, event.trigger, spot.filler
    entity = entities[filler]
    alike = [
        other
        for other, number in zip(near.fillers, near.numbers, strict=True)
        if number == trigger.sentence and entities[other].label == entity.label
    ]
    yield f"rank={min(alike.index(filler), 4)}/{min(len(alike), 5)}"

    def gap(other: int) -> int:
        one = entities[other]
        return min(abs(one.end - trigger.start), abs(one.start - trigger.end))

    yield f"nearest={min(alike, key=gap) == filler}"
    same_side = [o for o in alike if (entities[o].end <= trigger.start) == (spot.side == "B")]
    closest = min(same_side, key=lambda o: abs(entities[o].start - trigger.start))
    yield f"nearest-there={closest == filler}"


def _elsewhere(scene: Scene, event: _Event, near: _Near, spot: _Spot) -> Iterator[str]:
    """Yield how far back an entity stands, and what stands nearer."""
    sentence, filler, number = event.trigger.sentence, spot.filler, spot.number
    label = scene.entities[filler].label
    yield f"back={sentence - number}"
    others = [
        (other, at, scene.entities[other].label)
        for other, at in zip(near.fillers, near.numbers, strict=True)
    ]
    later = any(
        other > filler and number <= at <= sentence and named == label
        for other, at, named in others
    )
    yield f"latest={not later}"
    yield f"alone={not any(at == sentence and named == label for _, at, named in others)}"
    yield f"sides={any(at == sentence and named in _SIDES for _, at, named in others)}"
