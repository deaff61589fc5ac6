"""What the rules of arguments share: one article's entities, phrases and triggers."""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from typing import NamedTuple

from curation.ontology import Ontology
from curation.prelabel.candidates import Candidate
from curation.prelabel.lexicon import cell
from curation.prelabel.phrases import Phrase
from curation.prelabel.registry import table
from curation.prelabel.text import Document, pattern
from curation.prelabel.triggers import Trigger


class Argument(NamedTuple):
    """A role, the index of the entity that fills it, and the rule that says so."""

    role: str
    filler: int
    by: str


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


@cache
def side_roles() -> frozenset[str]:
    """Return the roles that sides of an event play, as against its circumstances."""
    return frozenset(
        value for row in table("roles") for value in row.values() if value.isupper()
    ) | {"CHAIR"}


@cache
def words(lang: str, kind: str, before: str = r"(?<!\w)", after: str = "") -> re.Pattern[str]:
    """Compile a list of the lexicon between two ends."""
    return pattern(rf"{before}(?:{cell(lang, kind)}){after}")


class Scene:
    """One article's entities, phrases and triggers, indexed by sentence and by identity."""

    def __init__(
        self,
        document: Document,
        entities: Sequence[Candidate],
        phrases: Sequence[Phrase],
        triggers: Sequence[Trigger],
        ontology: Ontology,
    ) -> None:
        self.document, self.entities, self.phrases = document, entities, phrases
        self.triggers, self.ontology = triggers, ontology
        self.lang, self.lower = document.lang, document.lower

    @cached_property
    def _phrases(self) -> dict[int, list[Phrase]]:
        index: dict[int, list[Phrase]] = defaultdict(list)
        for phrase in self.phrases:
            index[self.document.sentence_at(phrase.start)].append(phrase)
        return index

    @cached_property
    def _mentions(self) -> dict[tuple[str, str], list[int]]:
        index: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, entity in enumerate(self.entities):
            index[entity.label, self.name(number)].append(number)
        return index

    @cached_property
    def countries(self) -> list[int]:
        """The indices of the COUNTRY entities, in the order of the text."""
        return [n for n, entity in enumerate(self.entities) if entity.label == "COUNTRY"]

    def dated(self, start: int, end: int) -> bool:
        """Tell whether a date stands in [start, end)."""
        place = bisect_left(self._dates, start)
        return place < len(self._dates) and self._dates[place] < end

    @cached_property
    def _dates(self) -> list[int]:
        return [entity.start for entity in self.entities if entity.label == "DATE"]

    @cached_property
    def pairs(self) -> list[tuple[int, int]]:
        """The indices of two states, bodies or persons that a dash joins."""
        kinds = ("COUNTRY", "ORG", "PERSON", "PARTY")
        return [
            (number - 1, number)
            for number in range(1, len(self.entities))
            if self.entities[number].label in kinds
            and self.entities[number - 1].label in kinds
            and re.fullmatch(
                r" ?- ?", self.lower[self.entities[number - 1].end : self.entities[number].start]
            )
        ]

    def phrases_of(self, trigger: Trigger, attributes: bool = False) -> list[Phrase]:
        """Return the phrases in the sentence of a trigger, mere attributes only on demand."""
        inside = self._phrases.get(trigger.sentence, [])
        return [p for p in inside if attributes or p.lead != "attribute"]

    def name(self, number: int) -> str:
        """Return what an entity is known by within the article."""
        entity = self.entities[number]
        return entity.key or self.lower[entity.start : entity.end]

    def latest(self, number: int, place: int) -> int:
        """Return the last mention before `place` of what an entity names, else the entity."""
        mentions = self._mentions[self.entities[number].label, self.name(number)]
        last = bisect_right(mentions, place, key=lambda mention: self.entities[mention].end)
        return mentions[last - 1] if last else number

    def states(self, trigger: Trigger) -> list[int]:
        """Return the two states whose relations are meant: in the sentence, else near it."""
        sentence = self.document.sentences[trigger.sentence]

        def distance(number: int) -> tuple[int, int]:
            start = self.entities[number].start
            where = 1 if start < sentence.start else 0 if start < sentence.end else 2
            return where, abs(start - trigger.start)

        place = bisect_left(self.countries, trigger.start, key=lambda n: self.entities[n].start)
        states: dict[str, int] = {}
        for number in sorted(self.countries[max(place - 60, 0) : place + 60], key=distance):
            if len(states) < 2:
                states.setdefault(self.name(number), number)
        return sorted(states.values())

    def has_role(self, trigger: Trigger, role: str) -> bool:
        """Tell whether events of the trigger's type may have this role."""
        return role in {known.name for known in self.ontology.roles_of(trigger.type)}

    def gap(self, start: int, end: int) -> str:
        """Return the lower-cased text between two offsets."""
        return self.lower[start:end]

    def before(self, phrase: Phrase, reach: int) -> str:
        """Return the lower-cased text before a phrase."""
        return self.lower[max(phrase.start - reach, 0) : phrase.start]


def fill(role: str, phrases: Sequence[Phrase], by: str) -> Iterator[Argument]:
    """Yield the role once for each filler of the phrases; nothing where the role is empty."""
    for phrase in phrases if role else ():
        for filler in phrase.fillers:
            yield Argument(role, filler, by)
