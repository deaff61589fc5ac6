"""Host and guest, actor and target, participants: read from order and prepositions."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from curation.prelabel.lexicon import cell
from curation.prelabel.phrases import Phrase
from curation.prelabel.scene import Argument, Roles, Scene, fill, roles_of_frame, words
from curation.prelabel.subjects import Subjects
from curation.prelabel.text import pattern
from curation.prelabel.triggers import Trigger

_REACH = 160
"""Code points within which a phrase can be the object of a trigger."""


class Clause(NamedTuple):
    """A trigger with the phrases of its sentence on either side."""

    scene: Scene
    trigger: Trigger
    roles: Roles
    left: list[Phrase]
    right: list[Phrase]
    subjects: Subjects

    def gap(self, phrase: Phrase) -> str:
        """Return the text from the trigger to a phrase behind it."""
        return self.scene.gap(self.trigger.end, phrase.start)

    @property
    def type(self) -> str:
        """The type of the event."""
        return self.trigger.type


def sides_of(
    scene: Scene, trigger: Trigger, subjects: Subjects, earlier: Sequence[Sequence[Argument]]
) -> Iterator[Argument]:
    """Yield the sides of an event; `earlier` are the arguments of the triggers before it."""
    phrases = [p for p in scene.phrases_of(trigger) if not _mere_place(scene, p)]
    if trigger.type == "VISIT":
        yield from _invited(scene, trigger, earlier)
        phrases = [phrase for phrase in phrases if not _invites(scene, phrase)]
    left = [phrase for phrase in phrases if phrase.end <= trigger.start]
    right = [phrase for phrase in phrases if phrase.start >= trigger.end]
    clause = Clause(scene, trigger, roles_of_frame(trigger.frame), left, right, subjects)
    hosted = _hosted(scene, trigger, earlier) or _leaving(scene, trigger, earlier)
    found = list(hosted or _sides(clause))
    yield from found
    if trigger.type == "VISIT":
        yield from _hosts(scene, trigger)
        if not any(argument.role == "GUEST" for argument in found):
            yield from _visitor(clause, earlier)


def _mere_place(scene: Scene, phrase: Phrase) -> bool:
    """Tell whether a phrase is but a place, not the delegation of one."""
    labels = {scene.entities[member].label for member in phrase.members}
    return labels == {"PLACE"} and not phrase.delegation


def _hosted(
    scene: Scene, trigger: Trigger, earlier: Sequence[Sequence[Argument]]
) -> list[Argument]:
    """Return the sides of talks that a host receives a guest for."""
    if not earlier or trigger.type != "TALKS":
        return []
    last = scene.triggers[len(earlier) - 1]
    gap = scene.gap(last.end, trigger.start)
    linked = re.search(r" (?:for|để) (?:(?:a|an|their) )?(?:\w+ ){0,2}$", gap)
    if last.type != "RECEPTION" or last.sentence != trigger.sentence or not linked:
        return []
    return [
        Argument("PARTICIPANT", filler, "side:received-for-talks")
        for role, filler, _ in earlier[-1]
        if role in ("HOST", "GUEST")
    ]


def _leaving(
    scene: Scene, trigger: Trigger, earlier: Sequence[Sequence[Argument]]
) -> list[Argument]:
    """Return the envoy who was received to take leave: "tiếp Đại sứ X đến chào từ biệt"."""
    if not earlier or trigger.type != "ACCREDITATION":
        return []
    last = scene.triggers[len(earlier) - 1]
    called = scene.gap(trigger.start, trigger.end).startswith(("chào", "trình"))
    if last.type != "RECEPTION" or last.sentence != trigger.sentence or not called:
        return []
    guests = [filler for role, filler, _ in earlier[-1] if role == "GUEST"]
    return [Argument("ACTOR", guest, "side:received-envoy") for guest in guests]


def _sides(clause: Clause) -> Iterator[Argument]:
    roles = clause.roles
    act = clause.scene.lang == "en" and clause.trigger.frame == "act"
    between = [] if act else _between(clause)
    if clause.type == "ELEVATION":
        for state in clause.scene.states(clause.trigger):
            yield Argument(roles.subject, state, "side:nearest-states")
    elif between:
        same = roles.object in ("", roles.subject)
        yield from fill(roles.subject if same else "PARTICIPANT", between, "side:between")
    elif clause.trigger.noun and clause.trigger.frame == "joint":
        every = clause.scene.phrases_of(clause.trigger, attributes=True)
        left = [phrase for phrase in every if phrase.end <= clause.trigger.start]
        owner = _owner(clause._replace(left=left))
        yield from fill(roles.subject, owner, "side:owner")
        yield from _addressed(clause, owner, []) if owner else _verb(clause)
    elif clause.trigger.noun and clause.trigger.frame == "act":
        yield from _letter(clause)
    elif clause.trigger.noun:
        yield from _meeting(clause)
    else:
        yield from _verb(clause)


# --- invitations ------------------------------------------------------------------------


def _invites(scene: Scene, phrase: Phrase) -> bool:
    return bool(words(scene.lang, "invitation", after="$").search(scene.before(phrase, 60)))


def _hosts(scene: Scene, trigger: Trigger) -> Iterator[Argument]:
    """Yield the host of a visit that is made at somebody's invitation."""
    phrases = scene.phrases_of(trigger)
    for place, phrase in enumerate(phrases):
        if _invites(scene, phrase):
            yield from fill("HOST", joined(scene, phrases[place:]), "side:inviting")


def _invited(
    scene: Scene, trigger: Trigger, earlier: Sequence[Sequence[Argument]]
) -> Iterator[Argument]:
    """Yield guest and host of a visit that the trigger before it in the sentence invites to."""
    if not earlier:
        return
    last = scene.triggers[len(earlier) - 1]
    near = last.sentence == trigger.sentence and trigger.start - last.end < 90
    if near and re.match(r"mời|invit", scene.gap(last.start, last.end)):
        turn = {"TARGET": "GUEST", "ACTOR": "HOST"}
        for role, filler, _ in earlier[-1]:
            if role in turn:
                yield Argument(turn[role], filler, "side:invited")


def _visitor(clause: Clause, earlier: Sequence[Sequence[Argument]]) -> Iterator[Argument]:
    """Yield who makes a visit that a Vietnamese clause names by the way ("Trong chuyến thăm, …").

    It is the guest who was just received, else the person who is the subject.
    """
    scene, trigger = clause.scene, clause.trigger
    before = scene.gap(max(trigger.start - 40, 0), trigger.start)
    if scene.lang != "vi" or not trigger.noun or not _by_the_way().search(before):
        return
    if earlier and scene.triggers[len(earlier) - 1].sentence == trigger.sentence:
        guests = [filler for role, filler, _ in earlier[-1] if role == "GUEST"]
        if scene.triggers[len(earlier) - 1].type == "RECEPTION" and guests:
            yield from (Argument("GUEST", guest, "side:received-guest") for guest in guests)
            return
    people = [p for p in clause.left if p.lead == "subject" and _person(scene, p)]
    behind = [p for p in clause.right[:3] if p.lead == "subject" and "," in clause.gap(p)]
    if people:
        yield from fill("GUEST", people[-1:], "side:visiting-subject")
    elif behind and not clause.left and _person(scene, behind[0]):
        yield from fill("GUEST", behind[:1], "side:visiting-subject")


@cache
def _by_the_way() -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:{cell('vi', 'by-the-way')}) (?:các )?chuyến $")


# --- groups of phrases ------------------------------------------------------------------


def joined(scene: Scene, phrases: Sequence[Phrase]) -> list[Phrase]:
    """Return the first phrase with those that "and", or commas up to an "and", join to it."""
    group, pending = list(phrases[:1]), list[Phrase]()
    joint = words(scene.lang, "coordination", before="")
    for phrase in phrases[1:]:
        gap = scene.gap((pending or group)[-1].end, phrase.start)
        if not joint.fullmatch(gap):
            break
        pending.append(phrase)
        listed = scene.document.in_title(phrase.start)
        if (gap.strip() != "," or listed) and re.search(r"\w|&|,", gap):
            group += pending
            pending = []
    return group


def _around(clause: Clause, place: int) -> list[Phrase]:
    """Return the phrase at `place` on the left with the neighbours that are joined to it."""
    left, scene, first = clause.left, clause.scene, place
    joint = words(scene.lang, "coordination", before="")
    while first and joint.fullmatch(scene.gap(left[first - 1].end, left[first].start)):
        first -= 1
    group = joined(scene, left[first:])
    return group if left[place] in group else joined(scene, left[place:])


def _between(clause: Clause) -> list[Phrase]:
    """Return the sides of a meeting that "giữa … và …", "between … and …" name."""
    right = clause.right
    if clause.type == "VISIT" or not right or len(clause.gap(right[0])) > 90:
        return []
    behind = words(clause.scene.lang, "both-sides", after=r"(?!\w)[^.;]*$")
    return joined(clause.scene, right) if behind.search(clause.gap(right[0])) else []


# --- verbs ------------------------------------------------------------------------------


def _verb(clause: Clause) -> Iterator[Argument]:
    roles, scene = clause.roles, clause.scene
    owner = _noun_owner(clause)
    if owner:
        yield from fill(roles.subject, owner, "side:owner")
        return
    both = clause.subjects.two(clause.trigger)
    if both and scene.lower.startswith("discuss", clause.trigger.start):
        return
    group = joined(scene, clause.left)
    if both and roles.subject and len(group) > 1 and group[0].lead == "subject":
        both = [filler for phrase in group for filler in phrase.fillers]
    if both and roles.subject:
        yield from (Argument(roles.subject, filler, "side:two-sides") for filler in both)
        if clause.trigger.frame == "act":
            yield from fill(roles.object, _objects(clause), "side:object")
        return
    done = _done_to(clause)
    if done:
        yield from fill(roles.subject, done[-1:], "side:agent")
        yield from fill(roles.object, done[:-1], "side:done-to")
        return
    subject, objects = _subject(clause), _objects(clause)
    subject = _asking(clause, subject, objects)
    if _passive(clause):
        agent = [phrase for phrase in clause.right if _agent(scene, phrase)]
        if objects and clause.type == "AID" and _handed_to(clause, objects[0]):
            yield from fill(roles.object, objects, "side:given-to")
            yield from fill(roles.subject, joined(scene, agent), "side:agent")
            return
        yield from fill(roles.object, _given_to(clause), "side:given-to")
        yield from fill(roles.object, subject, "side:done-to")
        yield from fill(roles.subject, joined(scene, agent) or objects, "side:agent")
        return
    behalf = [phrase for phrase in clause.left if _represented(scene, phrase)]
    senders = _senders(clause)
    if senders:
        objects = _receivers(clause)
        subject = subject + [phrase for phrase in senders if phrase not in subject]
    yield from fill(roles.subject, subject, "side:subject")
    yield from fill(roles.subject, behalf, "side:on-behalf")
    yield from fill(roles.object, objects, "side:object")
    if not objects and clause.type == "MESSAGE" and scene.lang == "vi":
        yield from fill(roles.object, _honoured(clause), "side:congratulated")
    if not objects:
        yield from fill(roles.object, _meant(clause, subject), "side:pronoun-object")
    yield from _addressed(clause, subject, objects)


def _senders(clause: Clause) -> list[Phrase]:
    """Return whose greetings are conveyed: "chuyển lời chia buồn của Đảng X tới …"."""
    right = clause.right
    if clause.scene.lang != "vi" or clause.type != "MESSAGE" or not right:
        return []
    gap = clause.gap(right[0])
    whose = len(gap) < 60 and re.search(r"(?<!\w)của (?:[\w-]+,? ){0,5}$", gap)
    return joined(clause.scene, right) if whose else []


def _receivers(clause: Clause) -> list[Phrase]:
    """Return who stands behind "tới" or "đến", past those whose greetings they are."""
    skip = cell("vi", "lead-skip")
    led = pattern(rf"(?<!\w)(?:tới|đến|gửi|cho) (?:đảng, |nhà nước, |quốc hội, |{skip})*$")
    for place, phrase in enumerate(clause.right):
        if place and led.search(clause.scene.before(phrase, 60)):
            return joined(clause.scene, clause.right[place:])
    return []


def _handed_to(clause: Clause, taker: Phrase) -> bool:
    """Tell whether a Vietnamese passive hands something over to this phrase ("bàn giao cho")."""
    gap = clause.gap(taker)
    return clause.scene.lang == "vi" and bool(re.search(r"(?<!\w)(?:cho|tới)(?!\w)", gap))


def _honoured(clause: Clause) -> list[Phrase]:
    """Return whose election or office a message is about ("nhân dịp X được bầu")."""
    scene = clause.scene
    for phrase in clause.right[:3]:
        behind = scene.gap(phrase.end, phrase.end + 40)
        if words("vi", "elected", before=r"(?: đã| vừa| chính thức)* ").match(behind):
            return [phrase] if _person(scene, phrase) else []
    return []


def _given_to(clause: Clause) -> list[Phrase]:
    """Return to whom an honour or aid "was presented", in English."""
    if clause.scene.lang != "en" or clause.type not in ("AWARD", "AID"):
        return []
    to = (" to ", " to the ")
    return [p for p in clause.right if clause.scene.before(p, 8).endswith(to)][:1]


def _asking(clause: Clause, subject: list[Phrase], objects: list[Phrase]) -> list[Phrase]:
    """Return the subject without whom an English proposal is made to."""
    scene = clause.scene
    if clause.type != "PROPOSAL" or scene.lang != "en":
        return subject
    asked = {scene.name(filler) for phrase in objects for filler in phrase.fillers}
    return [p for p in subject if not asked & {scene.name(filler) for filler in p.fillers}]


def _meant(clause: Clause, subject: list[Phrase]) -> list[Phrase]:
    """Return whom a pronoun behind an English verb means: the other side of the sentence."""
    scene, trigger = clause.scene, clause.trigger
    said = re.match(r" (him|her|it|them)(?!\w)", scene.gap(trigger.end, trigger.end + 8))
    if scene.lang != "en" or said is None or trigger.frame != "act":
        return []
    fits = ("PERSON",) if said[1] in ("him", "her") else ("COUNTRY", "ORG", "PARTY")
    acting = {scene.name(filler) for phrase in subject for filler in phrase.fillers}
    every = scene.phrases_of(trigger, attributes=True)
    for phrase in reversed([phrase for phrase in every if phrase.end <= trigger.start]):
        labels = {scene.entities[filler].label for filler in phrase.fillers}
        other = not acting & {scene.name(filler) for filler in phrase.fillers}
        if other and labels & set(fits):
            return [phrase]
    return []


@cache
def _suffers() -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:bị|được) (?:{cell('vi', 'lead-skip')})*$")


@cache
def _whose() -> re.Pattern[str]:
    return pattern(rf" của (?:{cell('vi', 'lead-skip')})*")


@cache
def _helped(lang: str) -> re.Pattern[str]:
    """Return what may stand between a subject and its verb."""
    return pattern(rf"(?:,? (?:who|which))?(?: (?:{cell(lang, 'helping')}))* ")


@cache
def _pronouns(lang: str) -> re.Pattern[str]:
    helping = cell(lang, "helping")
    return pattern(rf"(?:^|[^\w])(?:{cell(lang, 'one')})(?: (?:{helping}))* $")


def _done_to(clause: Clause) -> list[Phrase]:
    """Return whom it is done to and by whom, in "A bị B trục xuất"; else nothing."""
    scene, left = clause.scene, clause.left
    if scene.lang != "vi" or clause.trigger.frame != "act" or not left:
        return []
    every = scene.phrases_of(clause.trigger, attributes=True)
    before = [phrase for phrase in every if phrase.end <= clause.trigger.start]
    if not (_at_hand(clause, before[-1]) and _suffers().search(scene.before(before[-1], 24))):
        return []
    return before[-2:]


def _noun_owner(clause: Clause) -> list[Phrase]:
    """Return whose act it is where "của" follows at once: "cáo buộc của Anh"."""
    right, scene = clause.right, clause.scene
    if clause.trigger.frame != "act" or not right or scene.lang != "vi":
        return []
    whose = _whose().fullmatch(clause.gap(right[0]))
    return joined(scene, right) if whose else []


def _addressed(clause: Clause, subject: list[Phrase], objects: list[Phrase]) -> Iterator[Argument]:
    """Yield whom a pledge helps, and which of "the two sides" a proposal is made to."""
    every = clause.scene.phrases_of(clause.trigger, attributes=True)
    behind = [phrase for phrase in every if phrase.start >= clause.trigger.end]
    if clause.trigger.frame == "joint" and behind:
        gap = clause.gap(behind[0])
        if clause.scene.lang == "vi":
            gap = clause.scene.gap(clause.trigger.start, behind[0].start)
        helped = words(clause.scene.lang, "help", after="(?: the)? $")
        if len(gap) < 70 and helped.search(gap):
            yield from fill("TARGET", behind[:1], "side:helped")
    if clause.type == "PROPOSAL" and not objects:
        actors = [filler for phrase in subject for filler in phrase.fillers]
        others = clause.subjects.other(clause.trigger, actors)
        for other in others:
            yield Argument(clause.roles.object, other, "side:other-of-two")


def _represented(scene: Scene, phrase: Phrase) -> bool:
    return bool(words(scene.lang, "behalf", after=" (?:the )?$").search(scene.before(phrase, 18)))


def _passive(clause: Clause) -> bool:
    scene, trigger = clause.scene, clause.trigger
    if scene.gap(trigger.start, trigger.end).endswith("ing"):
        return False
    before = scene.gap(max(trigger.start - 30, 0), trigger.start)
    return bool(words(scene.lang, "passive", after=r"\s$").search(before))


def _agent(scene: Scene, phrase: Phrase) -> bool:
    return bool(words(scene.lang, "agent", after=r"(?: \w+)? $").search(scene.before(phrase, 14)))


def _subject(clause: Clause) -> list[Phrase]:
    """Return the phrases that act: the nearest in subject position, else one taken over."""
    return _near_subject(clause) or _far_subject(clause)


def _near_subject(clause: Clause) -> list[Phrase]:
    """Return the subject right before the verb, by name or pronoun, or behind its clause."""
    left, scene = clause.left, clause.scene
    if left and _at_hand(clause, left[-1]):
        group = _around(clause, len(left) - 1)
        apart = len(group) > 1 and scene.gap(group[-2].end, group[-1].start).startswith(",")
        return group[-1:] if apart and group[0].lead != "subject" else group
    person = _pronoun(clause) or _that_state(clause)
    return [person] if person else _opening(clause)


def _that_state(clause: Clause) -> Phrase | None:
    """Return the state that "nước này" right before a Vietnamese verb means: the last named."""
    scene, trigger = clause.scene, clause.trigger
    before = scene.gap(max(trigger.start - 34, 0), trigger.start)
    if scene.lang != "vi" or trigger.noun or not _this_state().search(before):
        return None
    place = bisect_left(scene.countries, trigger.start, key=lambda n: scene.entities[n].start)
    if not place:
        return None
    state = scene.countries[place - 1]
    entity = scene.entities[state]
    return Phrase(entity.start, entity.end, (state,), (state,), "subject", False)


@cache
def _this_state() -> re.Pattern[str]:
    return pattern(rf"(?<!\w)nước (?:này|ông|bà)(?: (?:{cell('vi', 'helping')}))* $")


def _far_subject(clause: Clause) -> list[Phrase]:
    """Return the subject from farther off in the sentence, else from a sentence before."""
    left, scene = clause.left, clause.scene
    if clause.type == "VISIT" or clause.trigger.frame == "conference":
        movers = _movers(scene, left, clause.type == "VISIT")
        if movers:
            return _around(clause, movers[-1])
    acting = [place for place, phrase in enumerate(left) if _acts(clause, phrase)]
    if acting and not _broken(clause, left[acting[-1]]):
        return _around(clause, acting[-1])
    start = scene.document.sentences[clause.trigger.sentence].start
    if left and left[0].start - start < 40:
        return _around(clause, 0)
    taken = clause.subjects.before(clause.trigger.sentence)
    if taken and not acting:
        return [taken]
    led = scene.lang == "en" and left and left[-1].lead == "of"
    return _around(clause, len(left) - 1) if left and not led else []


def _at_hand(clause: Clause, phrase: Phrase) -> bool:
    """Tell whether nothing but helping words stands between a phrase and the verb."""
    gap = clause.scene.gap(phrase.end, clause.trigger.start)
    relative = re.match(r",? (?:who|which)(?! later said| said) [^,;.]{0,30}$", gap)
    if relative and clause.scene.lang == "en" and not clause.trigger.noun:
        return True
    apart = _new_clause(clause.scene, phrase)
    if clause.trigger.noun or (phrase.lead == "of" and not apart):
        return False
    if clause.scene.lang == "en" and clause.scene.before(phrase, 2) == ", ":
        gap = gap.removeprefix(",")
    verb = clause.scene.gap(clause.trigger.start, clause.trigger.end)
    if verb.endswith("ing") and gap == " for ":
        return True  # "thanked Peru for inviting"
    return _helped(clause.scene.lang).fullmatch(gap) is not None


def _new_clause(scene: Scene, phrase: Phrase) -> bool:
    """Tell whether ", and" before the phrase begins a clause, in English."""
    return scene.lang == "en" and bool(re.search(r", and (?:the )?$", scene.before(phrase, 10)))


def _opening(clause: Clause) -> list[Phrase]:
    """Return the subject behind the comma that ends a clause such as "After arriving in X, Y"."""
    scene, right = clause.scene, clause.right
    start = scene.document.sentences[clause.trigger.sentence].start
    opened = words(scene.lang, "opens-clause", before="").match(scene.gap(start, start + 24))
    if clause.left or not opened or clause.trigger.start - start > 50:
        return []
    for place, phrase in enumerate(right[:3]):
        if phrase.lead == "subject" and "," in clause.gap(phrase):
            return joined(scene, right[place:])
    return []


def _pronoun(clause: Clause) -> Phrase | None:
    """Return the person meant by "he", "she", "ông" or "bà" right before the verb."""
    scene, trigger = clause.scene, clause.trigger
    said = _pronouns(scene.lang)
    if trigger.noun or not said.search(scene.gap(max(trigger.start - 40, 0), trigger.start)):
        return None
    inside = [p for p in clause.left if p.lead == "subject" and _person(scene, p)]
    return inside[0] if inside else clause.subjects.person_before(trigger.sentence)


def _person(scene: Scene, phrase: Phrase) -> bool:
    return any(scene.entities[filler].label == "PERSON" for filler in phrase.fillers)


def _movers(scene: Scene, left: Sequence[Phrase], ranked: bool) -> list[int]:
    """Return the places of the phrases that may travel: subjects, else persons, else any."""
    moving = [place for place, phrase in enumerate(left) if _moves(scene, phrase)]
    if not ranked:
        leading = [place for place in moving if left[place].lead == "subject"]
        return leading if scene.lang == "vi" and leading else moving
    subjects = [place for place in moving if left[place].lead == "subject"]
    persons = [place for place in moving if _person(scene, left[place])]
    sent = [place for place in moving if left[place].delegation] if scene.lang == "vi" else []
    return sent or subjects or persons or moving


def _moves(scene: Scene, phrase: Phrase) -> bool:
    """Tell whether the phrase may travel: it is no mere place and not where something is."""
    labels = {scene.entities[filler].label for filler in phrase.fillers}
    inside = words(scene.lang, "location", after=r"\s(?:\w+ )?$")
    return labels != {"PLACE"} and not inside.search(scene.before(phrase, 14))


def _acts(clause: Clause, phrase: Phrase) -> bool:
    """Tell whether the phrase is in the place of a subject, for this trigger."""
    gap = clause.scene.gap(phrase.end, clause.trigger.start)
    inner = len(gap) < 50 and not re.search(r",|(?<!\w)(?:và|and)(?!\w)", gap)
    return phrase.lead == "subject" or (phrase.lead == "clause" and inner)


def _broken(clause: Clause, phrase: Phrase) -> bool:
    """Tell whether another clause stands between a far subject and the trigger."""
    gap = clause.scene.gap(phrase.end, clause.trigger.start)
    return ";" in gap and len(gap) > 200


def _objects(clause: Clause) -> list[Phrase]:
    """Return the phrases acted upon: the first behind the trigger, near and unbroken."""
    right, scene = clause.right, clause.scene
    if clause.type in ("PROTEST", "SANCTION", "AID"):
        every = scene.phrases_of(clause.trigger, attributes=True)
        right = [phrase for phrase in every if phrase.start >= clause.trigger.end]
    if not right:
        return []
    if scene.lang == "vi" and clause.type in ("PROTEST", "PROPOSAL"):
        return _aimed(clause, right)
    gap, reach = clause.gap(right[0]), 60 if clause.trigger.frame == "act" else _REACH
    if words(scene.lang, "location", after=r"\s(?:\w+ )?$").search(gap) or _aside(clause, gap):
        return []
    asked = clause.type == "PROPOSAL" and re.fullmatch(r" that (?:the )?", gap)
    apart = len(gap) > reach or words(scene.lang, "barrier", before="").search(gap)
    return joined(scene, right) if asked or not apart else []


def _aside(clause: Clause, gap: str) -> bool:
    """Tell whether what follows a verb is no object of it: "discussed", "the attack on"."""
    scene = clause.scene
    if scene.lower.startswith("discuss", clause.trigger.start):
        return True
    if clause.trigger.frame == "meet" and re.search(r" about (?:the )?$", gap):
        return True
    if scene.lang != "en" or clause.type != "PROTEST":
        return False
    return bool(words("en", "thing-of-victim", before=r"\w \w.* ", after="$").search(gap))


def _aimed(clause: Clause, right: list[Phrase]) -> list[Phrase]:
    """Return whom a Vietnamese protest or proposal is aimed at: next to the verb, or led to."""
    toward = "aimed-protest" if clause.type == "PROTEST" else "aimed-proposal"
    skip = cell("vi", "lead-skip")
    direct = pattern(rf" (?:{cell('vi', 'aimed-skip')} |{skip})*")
    led = pattern(rf"[^.;:]{{0,70}}(?<!\w)(?:{cell('vi', toward)}) (?:{skip})*")
    for place, phrase in enumerate(right[:3]):
        gap = clause.gap(phrase)
        if (place == 0 and direct.fullmatch(gap)) or led.fullmatch(gap):
            return joined(clause.scene, right[place:])
    return []


# --- nouns ------------------------------------------------------------------------------


def _meeting(clause: Clause) -> Iterator[Argument]:
    """Yield the sides of a noun of meeting: whose it is, with whom, and who holds it."""
    roles, scene, right = clause.roles, clause.scene, clause.right
    pair = _pair(clause)
    if pair:
        yield from (Argument(roles.subject, filler, "side:pair") for filler in pair)
        return
    own = _theirs(clause)
    if own:
        yield from own
        return
    present = _present(clause)
    if present:
        yield from fill("PARTICIPANT", present, "side:present")
        return
    owner = _owner(clause)
    yield from fill(roles.of, owner, "side:owner")
    yield from _holders(clause)
    yield from _received(clause)
    partner = next((place for place, p in enumerate(right[:3]) if _with(clause, p)), None)
    direct = partner is None and _beside(clause)
    if direct:
        yield from fill(roles.object or roles.subject, right[:1], "side:direct-partner")
        yield from fill(roles.subject, _behind(clause), "side:behind-noun")
        return
    if partner is not None:
        partners = joined(scene, right[partner:])
        yield from fill(roles.object or roles.subject, partners, "side:partner")
    if owner:
        return
    if clause.left or partner is not None:
        yield from _held(clause, partner is not None)
    else:
        yield from _fronted(clause)


def _present(clause: Clause) -> list[Phrase]:
    """Return who attends, in Vietnamese: "Cùng dự cuộc hội đàm có …"."""
    scene, trigger, right = clause.scene, clause.trigger, clause.right
    before = scene.gap(max(trigger.start - 20, 0), trigger.start)
    if scene.lang != "vi" or not right or not re.search(r"dự (?:cuộc |buổi )?$", before):
        return []
    there = re.match(r"(?: [^,.;:]{0,30})? (?:còn )?có(?: các đồng chí)?:? ", clause.gap(right[0]))
    return joined(scene, right) if there else []


def _beside(clause: Clause) -> bool:
    """Tell whether the partner stands right behind a Vietnamese noun ("cuộc gặp Thủ tướng X")."""
    scene, right = clause.scene, clause.right
    if scene.lang != "vi" or clause.type not in ("TALKS", "CALL") or not right:
        return False
    return bool(_direct().fullmatch(clause.gap(right[0]))) and _person(scene, right[0])


@cache
def _direct() -> re.Pattern[str]:
    return pattern(rf" (?:{cell('vi', 'lead-skip')})*")


def _behind(clause: Clause) -> list[Phrase]:
    """Return the subject behind the comma that ends "Tại cuộc gặp X, Y …", else the one before."""
    scene, right = clause.scene, clause.right
    if len(right) > 1 and scene.gap(right[0].end, right[1].start).startswith(", "):
        return right[1:2] if right[1].lead == "subject" else []
    return _subject(clause) if clause.left else []


_PAIR_REACH = 24
"""Code points between a noun of meeting and the pair of names that it is of."""


def _pair(clause: Clause) -> list[int]:
    """Return two names with a dash beside a noun of meeting ("hội đàm Mỹ - Triều")."""
    scene, trigger, entities = clause.scene, clause.trigger, clause.scene.entities
    if clause.type not in ("TALKS", "CONFERENCE", "CALL"):
        return []
    place = bisect_left(scene.pairs, trigger.start - _PAIR_REACH, key=lambda p: entities[p[1]].end)
    stop = bisect_left(scene.pairs, trigger.end + _PAIR_REACH, key=lambda p: entities[p[0]].start)
    for first, second in scene.pairs[place:stop]:
        start, end = entities[first].start, entities[second].end
        gap = (
            scene.gap(trigger.end, start) if start >= trigger.end else scene.gap(end, trigger.start)
        )
        after = start >= trigger.end and scene.lang == "vi"
        before = end <= trigger.start and scene.lang == "en"
        if (
            (after or before)
            and len(gap) < _PAIR_REACH
            and not re.search(r"[^\w ]|(?<!\w)(?:về|tại|với|giữa|of|and)(?!\w)", gap)
        ):
            return [first, second]
    return []


def _theirs(clause: Clause) -> list[Argument]:
    """Return whose a meeting or visit is where "their", "his" or "her" stands before it."""
    scene, trigger = clause.scene, clause.trigger
    said = re.search(
        r"(?<!\w)(their|his|her) (?:\w+ ){0,3}$",
        scene.gap(max(trigger.start - 40, 0), trigger.start),
    )
    if said is None or scene.lang != "en":
        return []
    if said[1] == "their":
        both = clause.subjects.last(trigger) if clause.type in ("TALKS", "CALL") else []
        return [Argument(clause.roles.subject, filler, "side:their") for filler in both]
    named = [
        filler
        for phrase in clause.left
        if phrase.lead == "subject"
        for filler in phrase.fillers
        if scene.entities[filler].label == "PERSON"
    ]
    own = clause.type == "VISIT" and named
    return [Argument("GUEST", named[0], "side:his-or-her")] if own else []


def _received(clause: Clause) -> Iterator[Argument]:
    """Yield the guest that stands right behind "lễ đón" and its like."""
    right = clause.right
    if clause.type not in ("RECEPTION", "ACCREDITATION") or not right:
        return
    gap = clause.gap(right[0])
    if gap.startswith((",", ".", ":")):
        return
    if len(gap) < 30 and not words(clause.scene.lang, "no-object", after=r"(?!\w)").search(gap):
        yield from fill(clause.roles.object, joined(clause.scene, right), "side:received")


def _fronted(clause: Clause) -> Iterator[Argument]:
    """Yield the sides from behind a noun that opens the sentence ("At the talks, A and B …")."""
    right, scene, roles = clause.right, clause.scene, clause.roles
    if not right or right[0].lead != "subject":
        return
    if clause.type in ("TALKS", "CALL"):
        yield from fill(roles.subject, joined(scene, right), "side:behind-noun")
    elif clause.type == "RECEPTION" and len(right) > 1:
        gap = scene.gap(right[0].end, right[1].start)
        if words(scene.lang, "welcome").search(gap):
            yield from fill(roles.subject, right[:1], "side:behind-noun")
            yield from fill(roles.object, joined(scene, right[1:]), "side:welcomed")


def _held(clause: Clause, partnered: bool) -> Iterator[Argument]:
    """Yield who holds, leads or attends what the noun names."""
    scene, trigger = clause.scene, clause.trigger
    before = scene.gap(max(trigger.start - 60, 0), trigger.start)
    verb = words(scene.lang, "light-verb", after=r"(?!\w)[^.;]*$").search(before)
    if not (verb or partnered or clause.type in ("TALKS", "CALL")):
        return
    role = clause.roles.subject
    if verb and words(scene.lang, "chair").search(verb[0]) and scene.has_role(trigger, "CHAIR"):
        role = "CHAIR"
    elif verb and clause.type == "CONFERENCE" and words(scene.lang, "hosting").search(verb[0]):
        role = "HOST"
    person = _who_holds(clause)
    holders = [person] if person else _subject(clause)
    yield from fill(role, holders, "side:holds-meeting")


def _who_holds(clause: Clause) -> Phrase | None:
    """Return the person meant by "ông" or "bà" before the verb that holds a Vietnamese noun."""
    scene, trigger = clause.scene, clause.trigger
    before = scene.gap(max(trigger.start - 46, 0), trigger.start)
    if scene.lang != "vi" or not _pronoun_holds().search(before):
        return None
    inside = [p for p in clause.left if p.lead == "subject" and _person(scene, p)]
    return inside[0] if inside else clause.subjects.person_before(trigger.sentence)


@cache
def _pronoun_holds() -> re.Pattern[str]:
    helping, verbs = cell("vi", "helping"), cell("vi", "light-verb")
    return pattern(
        rf"(?<!\w)(?:{cell('vi', 'one')})(?: (?:{helping}))* (?:{verbs}) (?:chuyến |cuộc |buổi )?$"
    )


def _letter(clause: Clause) -> Iterator[Argument]:
    """Yield who sends what a noun names ("from", else the subject), and to whom ("to", "gửi")."""
    scene, roles = clause.scene, clause.roles
    every = scene.phrases_of(clause.trigger, attributes=True)
    whole = clause._replace(left=[p for p in every if p.end <= clause.trigger.start])
    owner = _owner(whole if scene.lang == "en" else clause)
    sender = list(owner)
    for place, phrase in enumerate(clause.right[:4]):
        before = scene.gap(max(phrase.start - 26, clause.trigger.end), phrase.start)
        if words(scene.lang, "from", after="(?: the)? (?:\\w+ )?$").search(before):
            sender = sender or [phrase]
        elif words(scene.lang, "toward", after="(?: the)? (?:\\w+ ){0,2}$").search(before):
            yield from fill(roles.object, joined(scene, clause.right[place:]), "side:sent-to")
        elif clause.type == "SANCTION" and re.search(r" (?:on|against) (?:the )?$", before):
            yield from fill(roles.object, [phrase], "side:sanction-on")
    if sender:
        yield from fill(roles.subject, sender, "side:owner" if owner else "side:sent-from")
    else:
        yield from fill(roles.subject, _subject(clause), "side:subject")


def _holders(clause: Clause) -> Iterator[Argument]:
    """Yield who holds or leads what a noun names, behind "do" or "hosted by"."""
    scene, trigger = clause.scene, clause.trigger
    for phrase in clause.right[:3]:
        gap, after = clause.gap(phrase), scene.gap(phrase.end, phrase.end + 30)
        made = words(scene.lang, "made-by", after="$").search(gap)
        if len(gap) > 90 or not made or not words(scene.lang, "made", before="").match(after):
            continue
        if scene.lang == "en" and re.match(r"attended|joined", made[0]):
            guests = joined(scene, clause.right[clause.right.index(phrase) :])
            yield from fill(clause.roles.subject, guests, "side:held-by")
            return
        leads = words(scene.lang, "chair").search(gap + after)
        states = any(scene.entities[filler].label == "COUNTRY" for filler in phrase.fillers)
        role = "CHAIR" if leads and not states and scene.has_role(trigger, "CHAIR") else "HOST"
        role = role if scene.has_role(trigger, role) else clause.roles.subject
        yield from fill(role, [phrase], "side:held-by")


def _owner(clause: Clause) -> list[Phrase]:
    """Return whose the thing is that a noun names: "Lâm's visit", "chuyến thăm của …"."""
    scene, left = clause.scene, clause.left
    if left:
        gap = scene.gap(left[-1].end, clause.trigger.start)
        if re.fullmatch(r"'s?(?: [\w-]+){0,4} ", gap):
            return [left[-1]]
    for place, phrase in enumerate(clause.right[:3]):
        gap = clause.gap(phrase)
        if clause.trigger.frame == "joint" and re.fullmatch(r" of (?:the |both )?", gap):
            return joined(scene, clause.right[place:])
        whose = re.search(r"(?<!\w)(?:của (?:[\w-]+ ){0,5}|by (?:[\w-]+ ){0,3})$", gap)
        if len(gap) < 70 and whose:
            return joined(scene, clause.right[place:])
    return []


def _with(clause: Clause, phrase: Phrase) -> bool:
    gap = clause.gap(phrase)
    if clause.scene.lang == "vi" and gap.startswith(","):
        return False
    partner = words(clause.scene.lang, "partner", before=r"(?:[^.;]*?(?<!\w))?", after=" ")
    return clause.type != "VISIT" and len(gap) < 90 and bool(partner.match(gap))
