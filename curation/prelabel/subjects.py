"""Who acts where a clause does not say: pronouns, "the two sides", clauses without a subject."""

import re
from collections.abc import Sequence

from curation.prelabel.phrases import Phrase
from curation.prelabel.scene import Argument, Scene, side_roles, words
from curation.prelabel.triggers import Trigger

_MEETING = ("TALKS", "CALL", "RECEPTION", "ELEVATION", "SIGNING")
_BACK = 3
"""How many sentences a subject is taken over."""


class Subjects:
    """The subject of each sentence, and the sides of the last meeting that was told."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._by_sentence: dict[int, Phrase] = {}
        self._sides: list[int] = []
        for phrase in scene.phrases:
            labels = {scene.entities[filler].label for filler in phrase.fillers}
            if phrase.lead == "subject" and labels != {"PLACE"}:
                index = scene.document.sentence_at(phrase.start)
                self._by_sentence.setdefault(index, phrase)

    def remember(self, trigger: Trigger, arguments: Sequence[Argument]) -> None:
        """Note the sides of a meeting, for "the two sides" later on."""
        chairs = side_roles() - {"CHAIR"}
        sides = [filler for role, filler, _ in arguments if role in chairs]
        joint = self._scene.lang == "en" and trigger.type in ("VISIT", "PLEDGE") and len(sides) == 2
        met = len(sides) >= 2 and trigger.type in _MEETING
        if joint or met:
            self._sides = sides

    def two(self, trigger: Trigger) -> list[int]:
        """Return the nearest mentions of both sides where the clause says "the two sides"."""
        scene = self._scene
        sentence = scene.document.sentences[trigger.sentence]
        before = scene.gap(max(trigger.start - 70, sentence.start), trigger.start)
        said = words(scene.lang, "two", after=r"(?: [\w-]+){0,3} ?$").search(before)
        if said is None:
            return []
        if words(scene.lang, "states").search(said[0]):
            return scene.states(trigger)
        return [scene.latest(filler, trigger.start) for filler in self._sides[:2]]

    def last(self, trigger: Trigger) -> list[int]:
        """Return the nearest mentions of both sides of the last meeting that was told."""
        return [self._scene.latest(filler, trigger.start) for filler in self._sides[:2]]

    def other(self, trigger: Trigger, actors: Sequence[int]) -> list[int]:
        """Return the side that is asked where the clause asks "the two sides"."""
        scene = self._scene
        after = scene.gap(trigger.end, trigger.end + 40)
        said = words(scene.lang, "two", before="(?: that)? ", after=r"(?!\w)").match(after)
        if said is None:
            return []
        names = {scene.name(actor) for actor in actors}
        rest = [filler for filler in self._sides if scene.name(filler) not in names]
        wanted = "PARTY" if re.search(r"đảng|part", said[0]) else "PERSON"
        fits = [f for f in rest if scene.entities[f].label == wanted] or rest
        return [scene.latest(fits[0], trigger.start)] if fits else []

    def person_before(self, sentence: int) -> Phrase | None:
        """Return the nearest subject before this sentence that is a person."""
        for back in range(1, _BACK + 1):
            phrase = self._by_sentence.get(sentence - back)
            if phrase and any(self._scene.entities[f].label == "PERSON" for f in phrase.fillers):
                return phrase
        return None

    def before(self, sentence: int) -> Phrase | None:
        """Return the subject of the nearest sentence before this one."""
        near = (self._by_sentence.get(sentence - back) for back in range(1, _BACK + 1))
        return next((phrase for phrase in near if phrase), None)
