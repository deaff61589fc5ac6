"""Which entity plays which role in an event, read from order, prepositions and clauses."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from curation.ontology import Ontology
from curation.prelabel.candidates import Candidate, Cover
from curation.prelabel.lexicon import cell
from curation.prelabel.phrases import Phrase
from curation.prelabel.registry import table
from curation.prelabel.text import Document, pattern
from curation.prelabel.triggers import Trigger

CORE = ("HOST", "GUEST", "PARTICIPANT", "CHAIR", "ACTOR", "TARGET")
REACH = 160


class Roles(NamedTuple):
    """The argument roles of subject, object and possessor in a frame; "" for none."""

    subject: str
    object: str
    of: str


@cache
def roles_of_frame(frame: str) -> Roles:
    """Return the row of `data/roles.tsv`."""
    row = next(row for row in table("roles") if row["frame"] == frame)
    return Roles(row["subject"], row["object"] or "", row["of"])


class Scene(NamedTuple):
    """One article's entities, phrases and triggers."""

    document: Document
    entities: Sequence[Candidate]
    cover: Cover
    phrases: Sequence[Phrase]
    triggers: Sequence[Trigger]
    ontology: Ontology

    def of_sentence(self, trigger: Trigger) -> list[Phrase]:
        """Return the phrases in the sentence of a trigger."""
        sentence = self.document.sentences[trigger.sentence]
        return [p for p in self.phrases if sentence.start <= p.start < sentence.end]


Argument = tuple[str, int]


def find_arguments(scene: Scene) -> list[list[Argument]]:
    """Return, for each trigger, its (role, entity index) pairs; none that is not allowed."""
    subjects = _Subjects(scene)
    found: list[list[Argument]] = [[] for _ in scene.triggers]
    for index, trigger in enumerate(scene.triggers):
        found[index] += _core(scene, trigger, subjects)
    for index, argument in _circumstances(scene):
        found[index].append(argument)
    return [
        _allowed(scene, trigger, list(dict.fromkeys(arguments)))
        for trigger, arguments in zip(scene.triggers, found, strict=True)
    ]


def _allowed(scene: Scene, trigger: Trigger, arguments: list[Argument]) -> list[Argument]:
    """Keep what the ontology allows, and each filler once among the sides of an event."""
    kept: list[Argument] = []
    sides: set[int] = set()
    for role, filler in arguments:
        label = scene.entities[filler].label
        if not scene.ontology.allows_argument(trigger.type, role, label):
            continue
        if role in CORE:
            if filler in sides:
                continue
            sides.add(filler)
        kept.append((role, filler))
    return kept


# --- sides ------------------------------------------------------------------------------


class _Subjects:
    """The subject of each sentence, for pronouns and for clauses without one."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.by_sentence: dict[int, Phrase] = {}
        for phrase in scene.phrases:
            index = scene.document.sentence_at(phrase.start)
            person = any(scene.entities[f].label in ("PERSON", "PARTY", "ORG", "COUNTRY") for f in phrase.fillers)
            if phrase.lead == "subject" and person and index not in self.by_sentence:
                self.by_sentence[index] = phrase

    def before(self, sentence: int) -> Phrase | None:
        """Return the subject of the nearest sentence before this one, at most three back."""
        for back in range(1, 4):
            if sentence - back in self.by_sentence:
                return self.by_sentence[sentence - back]
        return None


def _core(scene: Scene, trigger: Trigger, subjects: _Subjects) -> Iterator[Argument]:
    roles = roles_of_frame(trigger.frame)
    phrases = scene.of_sentence(trigger)
    left = [p for p in phrases if p.end <= trigger.start]
    right = [p for p in phrases if p.start >= trigger.end]
    between = _between(scene, trigger, right)
    if between:
        yield from _fill(_both(trigger, roles), between)
        return
    if trigger.noun:
        yield from _noun_sides(scene, trigger, roles, left, right, subjects)
    else:
        yield from _verb_sides(scene, trigger, roles, left, right, subjects)


def _both(trigger: Trigger, roles: Roles) -> str:
    return roles.subject if roles.object in ("", roles.subject) else "PARTICIPANT"


def _fill(role: str, phrases: Sequence[Phrase]) -> Iterator[Argument]:
    if role:
        for phrase in phrases:
            for filler in phrase.fillers:
                yield role, filler


def _between(scene: Scene, trigger: Trigger, right: list[Phrase]) -> list[Phrase]:
    """Return the sides named by "giữa … và …" or "between … and …" behind the trigger."""
    text, lang = scene.document.lower, scene.document.lang
    if not right or right[0].start - trigger.end > 90:
        return []
    gap = text[trigger.end : right[0].start]
    if not _between_words(lang).search(gap):
        return []
    return _coordinated(scene, right)


@cache
def _between_words(lang: str) -> re.Pattern[str]:
    word = "giữa" if lang == "vi" else "between|of leaders of|among"
    return pattern(rf"(?<!\w)(?:{word})(?!\w)[^.;]*$")


def _coordinated(scene: Scene, phrases: Sequence[Phrase]) -> list[Phrase]:
    """Return the first phrase with those that "and" or a comma joins to it."""
    group = list(phrases[:1])
    joint = _joint(scene.document.lang)
    for phrase in phrases[1:]:
        if not joint.fullmatch(scene.document.lower[group[-1].end : phrase.start]):
            break
        group.append(phrase)
    return group


@cache
def _joint(lang: str) -> re.Pattern[str]:
    return pattern(cell(lang, "coordination"))


def _verb_sides(
    scene: Scene,
    trigger: Trigger,
    roles: Roles,
    left: list[Phrase],
    right: list[Phrase],
    subjects: _Subjects,
) -> Iterator[Argument]:
    subject = _subject(scene, trigger, left, subjects)
    objects = _objects(scene, trigger, right)
    if _passive(scene, trigger):
        agent = [p for p in right if _by(scene, p)]
        yield from _fill(roles.object, subject)
        yield from _fill(roles.subject, _coordinated(scene, agent) or objects)
        return
    yield from _fill(roles.subject, subject)
    if roles.object:
        yield from _fill(roles.object, objects)


def _passive(scene: Scene, trigger: Trigger) -> bool:
    before = scene.document.lower[max(trigger.start - 30, 0) : trigger.start]
    return bool(_passive_words(scene.document.lang).search(before))


@cache
def _passive_words(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:{cell(lang, 'passive')})\s$")


def _by(scene: Scene, phrase: Phrase) -> bool:
    before = scene.document.lower[max(phrase.start - 12, 0) : phrase.start]
    return bool(re.search(r"(?<!\w)(?:by|do|bởi)(?: \w+)? $", before))


def _subject(
    scene: Scene, trigger: Trigger, left: list[Phrase], subjects: _Subjects
) -> list[Phrase]:
    """Return the phrases that act: the nearest in subject position, else one taken over."""
    if trigger.type == "VISIT" and left:
        return _group_left(scene, left, len(left) - 1)
    places = [i for i, phrase in enumerate(left) if phrase.lead == "subject"]
    near = [i for i in places if not _closed(scene, left[i], trigger)]
    if near:
        return _group_left(scene, left, near[-1])
    sentence = scene.document.sentences[trigger.sentence]
    taken = subjects.before(trigger.sentence)
    if left and left[0].start - sentence.start < 40:
        return _group_left(scene, left, 0)
    if taken and not places:
        return [taken]
    return _group_left(scene, left, len(left) - 1) if left else []


def _closed(scene: Scene, phrase: Phrase, trigger: Trigger) -> bool:
    """Tell whether a clause that names somebody by pronoun stands in between."""
    gap = scene.document.lower[phrase.end : trigger.start]
    return ";" in gap and len(gap) > 200


def _group_left(scene: Scene, left: list[Phrase], place: int) -> list[Phrase]:
    """Return the phrase at `place` with the neighbours that are joined to it."""
    joint = _joint(scene.document.lang)
    text = scene.document.lower
    group = [left[place]]
    for phrase in reversed(left[:place]):
        if not joint.fullmatch(text[phrase.end : group[0].start]):
            break
        group.insert(0, phrase)
    for phrase in left[place + 1 :]:
        if not joint.fullmatch(text[group[-1].end : phrase.start]):
            break
        group.append(phrase)
    return group


def _objects(scene: Scene, trigger: Trigger, right: list[Phrase]) -> list[Phrase]:
    """Return the phrases acted upon: the first behind the trigger, near and unbroken."""
    if not right:
        return []
    gap = scene.document.lower[trigger.end : right[0].start]
    reach = 60 if trigger.frame == "act" else REACH
    if len(gap) > reach or _barrier(scene.document.lang).search(gap):
        return []
    return _coordinated(scene, right)


@cache
def _barrier(lang: str) -> re.Pattern[str]:
    return pattern(cell(lang, "barrier"))


def _noun_sides(
    scene: Scene,
    trigger: Trigger,
    roles: Roles,
    left: list[Phrase],
    right: list[Phrase],
    subjects: _Subjects,
) -> Iterator[Argument]:
    """Yield the sides of a noun: whose it is, with whom, and who holds it."""
    text = scene.document.lower
    owner = _owner(scene, trigger, left, right)
    yield from _fill(roles.of, owner)
    partner = [p for p in right[:3] if _with(scene, trigger, p)]
    if partner:
        joined = _coordinated(scene, right[right.index(partner[0]) :])
        yield from _fill(roles.object or roles.subject, joined)
    if owner:
        return
    verb = _light_verb(scene.document.lang).search(text[max(trigger.start - 60, 0) : trigger.start])
    chair = bool(verb and re.search(cell(scene.document.lang, "chair"), verb[0]))
    if verb or partner or trigger.type in ("TALKS", "CALL"):
        actor = _subject(scene, trigger, left, subjects) if left or partner else []
        host = bool(verb and re.search(r"host|đăng cai|tổ chức", verb[0]))
        role = "CHAIR" if chair else "HOST" if host and trigger.type == "CONFERENCE" else roles.subject
        yield from _fill(role, actor)


def _owner(
    scene: Scene, trigger: Trigger, left: list[Phrase], right: list[Phrase]
) -> list[Phrase]:
    text = scene.document.lower
    if left and re.fullmatch(r"'s?(?: [\w-]+){0,4} ", text[left[-1].end : trigger.start]):
        return [left[-1]]
    for phrase in right[:3]:
        gap = text[trigger.end : phrase.start]
        if len(gap) < 70 and re.search(r"(?<!\w)(?:của|by) (?:[\w-]+ ){0,3}$", gap):
            return _coordinated(scene, right[right.index(phrase) :])
    return []


def _with(scene: Scene, trigger: Trigger, phrase: Phrase) -> bool:
    gap = scene.document.lower[trigger.end : phrase.start]
    word = "với|cùng" if scene.document.lang == "vi" else "with|for"
    return len(gap) < 90 and bool(re.match(rf"(?:[^.;]*?(?<!\w))?(?:{word}) ", gap))


@cache
def _light_verb(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:{cell(lang, 'light-verb')})(?!\w)[^.;]*$")


# --- circumstances ----------------------------------------------------------------------

_RESULT = ("SIGNING", "ELEVATION", "AWARD")


def _circumstances(scene: Scene) -> Iterator[tuple[int, Argument]]:
    """Yield the index of a trigger with a time, place, topic, occasion or outcome."""
    by_sentence: dict[int, list[int]] = {}
    for index, trigger in enumerate(scene.triggers):
        by_sentence.setdefault(trigger.sentence, []).append(index)
    members = {m for p in scene.phrases if len(p.members) > 1 for m in p.members}
    for number, entity in enumerate(scene.entities):
        sentence = scene.document.sentence_at(entity.start)
        indices = by_sentence.get(sentence)
        if not indices:
            continue
        for index, role in _circumstance(scene, number, entity, indices, number in members):
            yield index, (role, number)


def _circumstance(
    scene: Scene, number: int, entity: Candidate, indices: list[int], member: bool
) -> Iterator[tuple[int, str]]:
    inside = [i for i in indices if _holds(entity, scene.triggers[i])]
    if entity.label == "OCCASION":
        yield from ((i, "OCCASION") for i in inside)
        others = [i for i in indices if i not in inside]
        near = _nearest(scene, entity, others)
        if near is not None and scene.triggers[near].type in ("VISIT", "RECEPTION", "TALKS", "MESSAGE"):
            yield near, "OCCASION"
    elif entity.label == "DATE":
        near = _nearest(scene, entity, [i for i in indices if i not in inside])
        if near is not None and abs(_gap(entity, scene.triggers[near])) < 150:
            yield near, "TIME"
    elif entity.label == "TOPIC":
        near = _nearest(scene, entity, indices)
        if near is not None:
            yield near, "TOPIC"
    elif entity.label in ("AGREEMENT", "HONOUR"):
        yield from _outcome(scene, entity, indices)
    elif entity.label in ("PLACE", "COUNTRY") and not member:
        yield from _place(scene, entity, indices)


def _holds(entity: Candidate, trigger: Trigger) -> bool:
    return entity.start <= trigger.start and trigger.end <= entity.end


def _gap(entity: Candidate, trigger: Trigger) -> int:
    return entity.start - trigger.end if entity.start >= trigger.end else trigger.start - entity.end


def _nearest(scene: Scene, entity: Candidate, indices: list[int]) -> int | None:
    """Return the last trigger before the entity, else the first behind it."""
    before = [i for i in indices if scene.triggers[i].end <= entity.start]
    behind = [i for i in indices if scene.triggers[i].start >= entity.end]
    return before[-1] if before else behind[0] if behind else None


def _outcome(scene: Scene, entity: Candidate, indices: list[int]) -> Iterator[tuple[int, str]]:
    results = [i for i in indices if scene.triggers[i].type in _RESULT]
    near = _nearest(scene, entity, results)
    if near is not None and _gap(entity, scene.triggers[near]) < REACH:
        yield near, "OUTCOME"
        return
    about = [i for i in indices if scene.triggers[i].type in ("PLEDGE", "PROPOSAL", "TALKS")]
    before = [i for i in about if scene.triggers[i].end <= entity.start]
    if before and entity.label == "AGREEMENT":
        yield before[-1], "TOPIC"


def _place(scene: Scene, entity: Candidate, indices: list[int]) -> Iterator[tuple[int, str]]:
    text = scene.document.lower
    before = text[max(entity.start - 24, 0) : entity.start]
    for i in indices:
        trigger = scene.triggers[i]
        gap = text[trigger.end : entity.start] if trigger.end <= entity.start else None
        if trigger.type == "VISIT" and gap is not None and _destination(scene).fullmatch(gap):
            yield i, "PLACE"
            return
    if _located(scene.document.lang).search(before):
        near = _nearest(scene, entity, indices)
        if near is not None and _gap(entity, scene.triggers[near]) < REACH:
            yield near, "PLACE"


def _destination(scene: Scene) -> re.Pattern[str]:
    return _destinations(scene.document.lang)


@cache
def _destinations(lang: str) -> re.Pattern[str]:
    return pattern(cell(lang, "destination"))


@cache
def _located(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:{cell(lang, 'location')})\s(?:{cell(lang, 'location-class')})?$")
