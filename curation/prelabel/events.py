"""Events: triggers with modality and arguments, each real-world event where it is told.

One event named again gets a trigger in the title, at its first mention in the body, and in
each later sentence that adds an argument.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from curation.ontology import Ontology
from curation.prelabel.arguments import find_arguments
from curation.prelabel.candidates import Candidate
from curation.prelabel.lexicon import cell
from curation.prelabel.phrases import Chain, find_phrases
from curation.prelabel.registry import demonyms, table
from curation.prelabel.scene import Argument, Scene, side_roles, words
from curation.prelabel.search import Finder
from curation.prelabel.text import Document, fold, pattern
from curation.prelabel.triggers import Trigger, judged, longest


class Found(NamedTuple):
    """An event with the entity indices of its arguments."""

    trigger: Trigger
    modality: str
    modality_by: str
    arguments: tuple[Argument, ...]


class Telling(NamedTuple):
    """The events of an article in the order of the text, and what did not become one.

    `forms` are all words that may name an event; `idle` are events in which nobody takes
    part, `retold` mentions that add nothing. A `domestic` article tells of no event.
    """

    events: list[Found]
    forms: list[Trigger]
    idle: list[Found]
    retold: list[Found]
    domestic: bool


Revise = Callable[[Document, Sequence[Candidate], list[Trigger]], list[Trigger]]
"""Takes the words that may name an event, and returns them with some added or refused."""


def find_events(
    document: Document,
    entities: Sequence[Candidate],
    chains: list[Chain],
    ontology: Ontology,
    revise: Revise | None = None,
) -> Telling:
    """Return the events of the article, with the words and mentions that were left out."""
    if not document.sentences or _domestic(document, entities):
        return Telling([], [], [], [], bool(document.sentences))
    phrases = find_phrases(document, entities, chains)
    forms = list(judged(document, entities, phrases))
    if revise is not None:
        forms = revise(document, entities, forms)
    triggers = [t for t in longest(forms) if t.type in ontology.event_types]
    scene = Scene(document, entities, phrases, triggers, ontology)
    found = [
        Found(trigger, *modality(document, trigger), tuple(arguments))
        for trigger, arguments in zip(triggers, find_arguments(scene), strict=True)
    ]
    borne, idle = _parted(found, [_borne_out(scene, event) for event in found])
    told, retold = _parted(borne, _first_told(scene, borne))
    return Telling(told, forms, idle, retold, False)


def _parted(events: list[Found], chosen: list[bool]) -> tuple[list[Found], list[Found]]:
    kept = [event for event, keep in zip(events, chosen, strict=True) if keep]
    return kept, [event for event, keep in zip(events, chosen, strict=True) if not keep]


_SHORT = 800
"""Code points up to which an article may name one state alone and still be of diplomacy."""


def _domestic(document: Document, entities: Sequence[Candidate]) -> bool:
    """Tell whether a longer article names one state at most, and no body of several."""
    if len(document.text) < _SHORT:
        return False
    states = {entity.kb for entity in entities if entity.label == "COUNTRY"}
    if document.lang == "vi" and not _of_state(document):
        return True
    if len(states) > 1 or any(entity.label == "PARTY" for entity in entities):
        return False
    homes = homes_by_slug()
    known = [homes[entity.key] for entity in entities if entity.key in homes]
    if "" in known:
        return False
    states |= {f"iso3166:{iso2}" for iso2 in known}
    if document.lang == "en":
        names = demonyms()
        seen = set(re.findall(r"[A-Z]\w+", document.folded))
        states |= {f"iso3166:{names[word]}" for word in seen if names.get(word)}
    return len(states) < 2


def _of_state(document: Document) -> bool:
    """Tell whether a Vietnamese article speaks of states at all, not of sport or of stars."""
    return any(True for _ in document.find_lower(_state_cue()))


@cache
def _state_cue() -> Finder:
    return Finder(fold(rf"(?<!\w)(?:{cell('vi', 'state-cue')})(?!\w)"))


@cache
def homes_by_slug() -> dict[str, str]:
    """Return the state of each person and body of the registry, "" for international ones."""
    return {
        row["slug"]: row["iso2"]
        for name in ("persons", "orgs")
        for row in table(name)
        if row.get("type") not in ("media", "company")
    }


_STANCES = ("PLEDGE", "PROPOSAL", "PROTEST")


def _watched(scene: Scene, event: Found) -> bool:
    """Tell whether only those speak who watch events, such as analysts, in English."""
    if scene.lang != "en" or event.trigger.type not in _STANCES:
        return False
    actors = [argument.filler for argument in event.arguments if argument.role == "ACTOR"]
    watchers = scene.watchers
    return bool(actors) and all(scene.surname(actor) in watchers for actor in actors)


def _borne_out(scene: Scene, event: Found) -> bool:
    """Tell whether anybody takes part; a nominal second mention may do without."""
    if _watched(scene, event):
        return False
    if any(argument.role in side_roles() for argument in event.arguments):
        return True
    return bool(event.arguments) and event.trigger.type in _NOMINAL


_NOMINAL = ("RECEPTION", "TALKS", "VISIT", "CONFERENCE", "CALL")


# --- modality ---------------------------------------------------------------------------


def modality(document: Document, trigger: Trigger) -> tuple[str, str]:
    """Return actual, planned or cancelled, and the rule that says so by the words of the clause."""
    sentence = document.sentences[trigger.sentence]
    left = document.lower[max(trigger.start - 80, sentence.start) : trigger.start]
    right = document.lower[trigger.end : min(trigger.end + 60, sentence.end)]
    clause = re.split(r"[;:]", left)[-1]
    if _called_off(document.lang).search(clause[-45:]):
        return "cancelled", "modality:cancelled-before"
    if _put_off(document.lang).match(right):
        return "cancelled", "modality:cancelled-after"
    if _planned(document.lang).search(clause):
        return "planned", "modality:planned-before"
    if _planned_after(document.lang).match(right):
        return "planned", "modality:planned-after"
    return "actual", "modality:unmarked"


@cache
def _planned(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:{cell(lang, 'planned')})(?!\w)[^,]*$")


@cache
def _planned_after(lang: str) -> re.Pattern[str]:
    return pattern(cell(lang, "planned-after"))


@cache
def _called_off(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:{cell(lang, 'cancelled')})(?!\w)[^,.]*$")


@cache
def _put_off(lang: str) -> re.Pattern[str]:
    return pattern(cell(lang, "cancelled-after"))


# --- one event, several mentions --------------------------------------------------------

_MEETING = ("RECEPTION", "TALKS", "CALL", "VISIT", "CONFERENCE", "SIGNING", "ELEVATION")


def _first_told(scene: Scene, events: list[Found]) -> list[bool]:
    """Tell of each mention whether it tells something new of an event that was told before."""
    told: dict[str, list[set[str]]] = {}
    return [
        event.trigger.type not in _MEETING
        or scene.document.in_title(event.trigger.start)
        or _new(scene, event, told)
        for event in events
    ]


_OPENING = 14
"""Code points before a noun that opens its sentence ("Tại cuộc gặp", "At the meeting")."""


def _fronted(scene: Scene, trigger: Trigger) -> bool:
    """Tell whether a noun only takes up a meeting told before, at the head of a sentence."""
    start = scene.document.sentences[trigger.sentence].start
    before = scene.gap(start, trigger.start)
    return (
        trigger.noun
        and len(before) < _OPENING
        and bool(words(scene.lang, "takes-up", before="").match(before))
    )


_PARTNERED = ("side:partner", "side:between", "side:pair", "side:direct-partner")
"""Rules that find the sides of a noun in its own phrase ("cuộc gặp với …")."""
_TOGETHER = ("RECEPTION", "TALKS", "CALL")


def _new(scene: Scene, event: Found, told: dict[str, list[set[str]]]) -> bool:
    """Tell whether a mention is the first of its event or adds an argument to it."""
    trigger, roles = event.trigger, side_roles()
    own = told.setdefault(trigger.type, [])
    before = own
    mine = {f"{role} {scene.name(filler)}" for role, filler, _ in event.arguments}
    sides = {scene.name(filler) for role, filler, _ in event.arguments if role in roles}
    if _fronted(scene, trigger):
        if scene.lang == "vi" and trigger.type in _TOGETHER:
            before = own + [known for kind in _TOGETHER for known in told.get(kind, ())]
        named = {
            f"{role} {scene.name(filler)}"
            for role, filler, by in event.arguments
            if by in _PARTNERED
        }
        if before:
            partners = named if scene.lang == "vi" else set[str]()
            mine = {item for item in mine if item.split(" ", 1)[0] not in roles} | partners
        if before and not mine and scene.lang == "vi":
            return False
    for known in before:
        theirs = {item.split(" ", 1)[1] for item in known}
        if not sides or sides & theirs:
            fresh = {item for item in mine - known if item.split(" ", 1)[1] not in theirs}
            fresh = fresh if before is not own else mine - known
            known.update(mine)
            return bool(fresh)
    own.append(mine)
    return True
