"""Time, place, topic, occasion and outcome of an event, from the words around them."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

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
            for index, role, by in _roles(scene, number, near, number in members):
                yield index, Argument(role, number, by)


def _roles(scene: Scene, number: int, near: list[int], member: bool) -> Found:
    entity = scene.entities[number]
    if entity.label == "OCCASION":
        yield from _occasion(scene, entity, near)
    elif entity.label == "DATE":
        index = None if _term(scene, entity.start) else _dated(scene, entity, near)
        if index is not None and _gap(entity, scene.triggers[index]) < _TIME_REACH:
            yield index, "TIME", "time:nearest"
            for other in _along(scene, entity, near, index):
                yield other, "TIME", "time:head-of-sentence"
    elif entity.label == "TOPIC":
        index = _nearest(scene, entity, near)
        index = _next_to(scene, entity, near) if scene.lang == "en" and index is not None else index
        if index is not None and not _of_another(scene, entity, scene.triggers[index]):
            yield index, "TOPIC", "topic:nearest"
    elif entity.label in ("AGREEMENT", "HONOUR"):
        yield from _outcome(scene, entity, near)
    elif entity.label in ("PLACE", "COUNTRY") and not member:
        yield from _place(scene, number, near)


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
        if scene.lang == "vi" and trigger.type == "VISIT" and scene.triggers[first].type in _HOURS:
            continue
        held.append(index)
    return held


_HOURS = ("RECEPTION", "TALKS", "CALL", "MESSAGE")
"""Events of an hour: their date is not that of the visit during which they take place."""


def _dated(scene: Scene, entity: Candidate, near: list[int]) -> int | None:
    """Return the trigger that a date belongs to; what is quoted or begins a clause is apart."""
    index = _nearest(scene, entity, near)
    if scene.lang == "en":
        return _fronting(scene, entity, near, index)
    if index is None:
        return index
    trigger = scene.triggers[index]
    if trigger.start >= entity.end:
        spoken = trigger.type in (*_STANCE, "MESSAGE")
        apart = r'[:"]' if spoken else r'[:"]|(?<!\w)(?:cho biết|cho hay|thông báo|đưa tin)(?!\w)'
        return None if re.search(apart, scene.gap(entity.end, trigger.start)) else index
    behind = [other for other in near if scene.triggers[other].start >= entity.end]
    opens = (
        ";" in scene.gap(trigger.end, entity.start) and scene.gap(entity.end, entity.end + 1) == ","
    )
    return behind[0] if opens and behind else index


_FARTHER = re.compile(r"(?<!\w)(?:following|after|since|before|when|amid|despite)(?!\w)")


def _next_to(scene: Scene, entity: Candidate, near: list[int]) -> int | None:
    """Return the trigger that follows at once ("trade talks"), else the nearest."""
    behind = (i for i in near if scene.triggers[i].start == entity.end + 1)
    return next(behind, _nearest(scene, entity, near))


def _fronting(scene: Scene, entity: Candidate, near: list[int], nearest: int | None) -> int | None:
    """Return the trigger right behind an English date, or of the clause that the date opens."""
    behind = next((i for i in near if scene.triggers[i].start >= entity.end), None)
    last = scene.triggers[nearest].end if nearest is not None else entity.start
    if _FARTHER.search(scene.gap(last, entity.start)):
        nearest = None
    if behind is None:
        return nearest
    gap = scene.gap(entity.end, scene.triggers[behind].start)
    before = scene.gap(max(entity.start - 24, 0), entity.start)
    opens = gap.startswith(",") and re.search(r"[,;](?: and| but| while)?(?: in| on)? $", before)
    return behind if gap in (" ", "'s ") or opens else nearest


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
    if index is not None and _on_its_subject(scene, entity, scene.triggers[index]):
        yield index, "TOPIC", "topic:signed-about"
        return
    if index is not None and _gap(entity, scene.triggers[index]) < _RESULT_REACH:
        yield index, "OUTCOME", "outcome:nearest"
        return
    about = [index for index in near if scene.triggers[index].type in _ABOUT]
    before = [index for index in about if scene.triggers[index].end <= entity.start]
    if before:
        yield before[-1], "TOPIC", "topic:spoken-of"


def _on_its_subject(scene: Scene, entity: Candidate, trigger: Trigger) -> bool:
    """Tell whether a document is signed about it: "a joint statement on the partnership"."""
    if scene.lang != "en" or trigger.type != "SIGNING":
        return False
    gap = scene.gap(trigger.end, entity.start)
    about = re.search(r"(?:statement|declaration|agreements?|documents?) on (?:\w+ ){0,3}$", gap)
    return about is not None


def _place(scene: Scene, number: int, near: list[int]) -> Found:
    entity = scene.entities[number]
    for index in near:
        trigger = scene.triggers[index]
        behind = trigger.type == "VISIT" and trigger.end <= entity.start
        if behind and _leads_to(scene, trigger.end, number):
            yield index, "PLACE", "place:destination"
            return
    told = next(_told_place(scene, entity, near), None) if scene.lang == "en" else None
    last = _nearest(scene, entity, near)
    if told is not None:
        yield told
    elif last is not None and _located(scene, entity.start):
        stance = scene.triggers[last].type in _STANCE
        if not stance and _gap(entity, scene.triggers[last]) < _PLACE_REACH:
            yield last, "PLACE", "place:preposition"


def _told_place(scene: Scene, entity: Candidate, near: list[int]) -> Found:
    """Yield what English says by order: "Geneva talks", "arrived in X for a visit"."""
    for index in near:
        trigger = scene.triggers[index]
        if trigger.start == entity.end + 1 and _at_once(scene, entity, trigger):
            yield index, "PLACE", "place:before-noun"
    behind = next((i for i in near if scene.triggers[i].start >= entity.end), None)
    if behind is not None and _arrived(scene, entity, scene.triggers[behind]):
        yield behind, "PLACE", "place:arrived-in"
    last = _nearest(scene, entity, near)
    if last is not None and _brought(scene, entity, scene.triggers[last]):
        yield last, "PLACE", "place:welcomed-to"


def _at_once(scene: Scene, entity: Candidate, trigger: Trigger) -> bool:
    """Tell whether a city stands right before the meeting held there: "Geneva talks"."""
    meeting = trigger.noun and trigger.type in ("TALKS", "CONFERENCE")
    return meeting and entity.label == "PLACE" and trigger.start == entity.end + 1


def _arrived(scene: Scene, entity: Candidate, trigger: Trigger) -> bool:
    """Tell whether somebody goes there for the visit that follows, in English."""
    gap = scene.gap(entity.end, trigger.start)
    before = scene.gap(max(entity.start - 40, 0), entity.start)
    went = words(scene.lang, "went", after="$").search(before)
    stay = re.match(r"(?: \w+){0,4}? (?:for|on|begin|beginning|start|starting) ", gap)
    return trigger.type == "VISIT" and trigger.noun and bool(went and stay) and len(gap) < 80


def _brought(scene: Scene, entity: Candidate, trigger: Trigger) -> bool:
    """Tell whether a guest is welcomed "to" the place, in English."""
    gap = scene.gap(trigger.end, entity.start)
    near = scene.lang == "en" and trigger.type == "RECEPTION" and len(gap) < 80
    return near and bool(re.fullmatch(r"[^,.;]+ to (?:the )?", gap))


def _of_another(scene: Scene, entity: Candidate, trigger: Trigger) -> bool:
    """Tell whether a Vietnamese clause of praise or of another view parts topic and trigger."""
    if scene.lang != "vi" or entity.start < trigger.end:
        return False
    gap = scene.gap(trigger.end, entity.start)
    if trigger.type not in _STANCE and ";" in gap:
        return True
    return bool(words("vi", "other-view", after=r"(?!\w)").search(gap))


def _leads_to(scene: Scene, start: int, number: int) -> bool:
    """Tell whether a place is where a visit goes, by itself or joined to another such place."""
    entity = scene.entities[number]
    gap = scene.gap(start, entity.start)
    if len(gap) >= _PLACE_REACH:
        return False
    if words(scene.lang, "destination", before="").fullmatch(gap):
        return True
    if scene.lang != "vi":
        return False
    if _toward().fullmatch(gap):
        return True
    last = scene.entities[number - 1] if number else entity
    joint = re.fullmatch(r",? và |, ", scene.gap(last.end, entity.start))
    same = last.label in ("COUNTRY", "PLACE") and last.start >= start
    return bool(joint) and same and _leads_to(scene, start, number - 1)


@cache
def _toward() -> re.Pattern[str]:
    """Return what may stand between "thăm" and the place when the visitor stands between."""
    return re.compile(
        r" (?:[^,.;]{0,30})(?<!\w)của (?:(?! (?:diễn ra|sau|khi|để|và|là|có|đã|sẽ|sắp) )[^,.;])"
        r"{3,70} (?:tới|đến|sang|tại)(?: (?:thủ đô|thành phố|nước|tỉnh))? "
    )


def _located(scene: Scene, start: int) -> bool:
    """Tell whether the name stands behind "in" or "at", but not of a state of things there."""
    before = scene.gap(max(start - 50, 0), start)
    kind = words(scene.lang, "location-class", before="(?:", after=")?")
    place = words(scene.lang, "location", after=rf"\s{kind.pattern}$")
    state = words(scene.lang, "no-place", after=r"(?: \w+)? (?:in|at|tại|ở|trong) (?:\w+ ){0,2}$")
    return bool(place.search(before)) and not re.search(state, before)
