"""Events: triggers with modality and arguments, as the rules propose and the models weigh them."""

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
from curation.prelabel.scene import Argument, Scene
from curation.prelabel.search import Finder
from curation.prelabel.text import Document, fold, pattern
from curation.prelabel.triggers import Trigger, judged, longest
from curation.prelabel.weighed import arguments, triggers
from curation.prelabel.weighed.tables import Models, shipped
from curation.prelabel.weighed.words import Lines


class Found(NamedTuple):
    """An event with the entity indices of its arguments."""

    trigger: Trigger
    modality: str
    modality_by: str
    arguments: tuple[Argument, ...]


class Telling(NamedTuple):
    """The events of an article in the order of the text, and what did not become one.

    `forms` are all words that may name an event. A `domestic` article tells of no event.
    """

    events: list[Found]
    forms: list[Trigger]
    domestic: bool


Revise = Callable[[Document, Sequence[Candidate], list[Trigger]], list[Trigger]]
"""Takes the words that may name an event, and returns them with some added or refused."""


class Taught(NamedTuple):
    """The models that weigh what the rules propose, and a workspace's own tagger if it has one."""

    models: Models | None = None
    revise: Revise | None = None


def find_events(
    document: Document,
    entities: Sequence[Candidate],
    chains: list[Chain],
    ontology: Ontology,
    taught: Taught = Taught(),  # noqa: B008 (immutable)
) -> Telling:
    """Return the events of the article, with the words that were left out.

    The models are those of the package where none are given.
    """
    if not document.sentences or is_domestic(document, entities):
        return Telling([], [], bool(document.sentences))
    models = taught.models or shipped(document.lang)
    phrases = find_phrases(document, entities, chains)
    lines = Lines(document, entities)
    forms = triggers.weigh(lines, list(judged(document, entities, phrases)), models)
    if taught.revise is not None:
        forms = taught.revise(document, entities, forms)
    kept = [t for t in longest(forms) if t.type in ontology.event_types]
    scene = Scene(document, entities, phrases, kept, ontology)
    filled = arguments.weigh(scene, lines, find_arguments(scene), models.arguments)
    found = [
        Found(trigger, *modality(document, trigger), tuple(its))
        for trigger, its in zip(kept, filled, strict=True)
    ]
    return Telling(found, forms, False)


_SHORT = 800
"""Code points up to which an article may name one state alone and still be of diplomacy."""


def is_domestic(document: Document, entities: Sequence[Candidate]) -> bool:
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
