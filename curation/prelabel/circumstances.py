"""Time, place, topic, occasion and outcome of an event, from the words around them."""

import re
from collections import defaultdict
from collections.abc import Iterator

from curation.prelabel.candidates import Candidate
from curation.prelabel.scene import Argument, Scene, words
from curation.prelabel.triggers import Trigger

_ON_OCCASION = ("VISIT", "RECEPTION", "TALKS", "CALL", "MESSAGE")
_RESULT = ("SIGNING", "ELEVATION", "AWARD")
_ABOUT = ("PLEDGE", "PROPOSAL", "TALKS")
_STANCE = ("PLEDGE", "PROPOSAL", "PROTEST")
_HEAD_REACH = 40
"""Code points from the head of a sentence within which a date holds for all that follows."""
_TIME_REACH, _PLACE_REACH, _RESULT_REACH = 150, 110, 160
"""Code points within which a date, a place, a document belongs to a trigger."""

Found = Iterator[tuple[int, str, str]]
"""Indices of triggers, with the role that an entity plays for each, and the rule."""


def circumstances(scene: Scene) -> Iterator[tuple[int, Argument]]:
    """Yield the index of a trigger with a circumstance of it."""
    triggers: dict[int, list[int]] = defaultdict(list)
    for index, trigger in enumerate(scene.triggers):
        triggers[trigger.sentence].append(index)
    members = {m for p in scene.phrases if len(p.members) > 1 for m in p.members}
    for number, entity in enumerate(scene.entities):
        near = triggers.get(scene.document.sentence_at(entity.start))
        if near:
            for index, role, by in _roles(scene, entity, near, number in members):
                yield index, Argument(role, number, by)


def _roles(scene: Scene, entity: Candidate, near: list[int], member: bool) -> Found:
    if entity.label == "OCCASION":
        yield from _occasion(scene, entity, near)
    elif entity.label == "DATE":
        index = None if _term(scene, entity.start) else _nearest(scene, entity, near)
        if index is not None and _gap(entity, scene.triggers[index]) < _TIME_REACH:
            yield index, "TIME", "time:nearest"
            for other in _along(scene, entity, near, index):
                yield other, "TIME", "time:head-of-sentence"
    elif entity.label == "TOPIC":
        index = _nearest(scene, entity, near)
        if index is not None:
            yield index, "TOPIC", "topic:nearest"
    elif entity.label in ("AGREEMENT", "HONOUR"):
        yield from _outcome(scene, entity, near)
    elif entity.label in ("PLACE", "COUNTRY") and not member:
        yield from _place(scene, entity, near)


def _along(scene: Scene, entity: Candidate, near: list[int], first: int) -> list[int]:
    """Return the further triggers that a date at the head of the sentence holds for."""
    sentence = scene.document.sentences[scene.triggers[first].sentence]
    if entity.start - sentence.start > _HEAD_REACH or scene.triggers[first].start < entity.end:
        return []
    breaks = words(scene.lang, "time-breaks", after=r"(?!\w)")
    held = []
    for index in near:
        trigger = scene.triggers[index]
        if trigger.start <= scene.triggers[first].start:
            continue
        between = scene.gap(scene.triggers[first].end, trigger.start)
        if breaks.search(between) or scene.dated(scene.triggers[first].end, trigger.end + 30):
            break
        held.append(index)
    return held


def _term(scene: Scene, start: int) -> bool:
    """Tell whether a date is a term or a beginning ("until", "kể từ"), not the day of an event."""
    before = scene.gap(max(start - 16, 0), start)
    return bool(words(scene.lang, "term", after=r" $").search(before))


def _occasion(scene: Scene, entity: Candidate, near: list[int]) -> Found:
    inside = [index for index in near if _holds(entity, scene.triggers[index])]
    yield from ((index, "OCCASION", "occasion:holds-trigger") for index in inside)
    index = _nearest(scene, entity, [other for other in near if other not in inside])
    if index is not None and scene.lower.startswith("discuss", scene.triggers[index].start):
        yield index, "TOPIC", "topic:discussed"
        return
    if index is not None and scene.triggers[index].type in _ON_OCCASION:
        yield index, "OCCASION", "occasion:nearest"


def _holds(entity: Candidate, trigger: Trigger) -> bool:
    return entity.start <= trigger.start and trigger.end <= entity.end


def _gap(entity: Candidate, trigger: Trigger) -> int:
    return max(entity.start - trigger.end, trigger.start - entity.end)


def _nearest(scene: Scene, entity: Candidate, near: list[int]) -> int | None:
    """Return the last trigger before the entity, else the first behind it."""
    before = [index for index in near if scene.triggers[index].end <= entity.start]
    behind = [index for index in near if scene.triggers[index].start >= entity.end]
    return before[-1] if before else behind[0] if behind else None


def _outcome(scene: Scene, entity: Candidate, near: list[int]) -> Found:
    results = [index for index in near if scene.triggers[index].type in _RESULT]
    index = _nearest(scene, entity, results)
    if index is not None and _gap(entity, scene.triggers[index]) < _RESULT_REACH:
        yield index, "OUTCOME", "outcome:nearest"
        return
    about = [index for index in near if scene.triggers[index].type in _ABOUT]
    before = [index for index in about if scene.triggers[index].end <= entity.start]
    if before:
        yield before[-1], "TOPIC", "topic:spoken-of"


def _place(scene: Scene, entity: Candidate, near: list[int]) -> Found:
    for index in near:
        trigger = scene.triggers[index]
        if trigger.type == "VISIT" and trigger.end <= entity.start:
            gap = scene.gap(trigger.end, entity.start)
            if len(gap) < _PLACE_REACH and words(scene.lang, "destination", before="").fullmatch(
                gap
            ):
                yield index, "PLACE", "place:destination"
                return
    last = _nearest(scene, entity, near)
    if last is None or not _located(scene, entity.start):
        return
    if scene.triggers[last].type in _STANCE:
        return
    if _gap(entity, scene.triggers[last]) < _PLACE_REACH:
        yield last, "PLACE", "place:preposition"


def _located(scene: Scene, start: int) -> bool:
    """Tell whether the name stands behind "in" or "at", but not of a state of things there."""
    before = scene.gap(max(start - 50, 0), start)
    kind = words(scene.lang, "location-class", before="(?:", after=")?")
    place = words(scene.lang, "location", after=rf"\s{kind.pattern}$")
    state = words(scene.lang, "no-place", after=r"(?: \w+)? (?:in|at|tại|ở|trong) (?:\w+ ){0,2}$")
    return bool(place.search(before)) and not re.search(state, before)
