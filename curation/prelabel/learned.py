"""What a workspace has learned: its tagger, joined to the rules, and the files it is kept in.

In the folder of models a tagger is three files: two in the format of CRFsuite, which holds
weights and nothing that could be run, and `NAME.json`, which says what it learned from and how
it did. NAME is the hash of what it learned from, and the JSON holds the hash of each model file:
nothing is opened that does not agree. The file `joined` names the tagger that is in use;
without it the rules work alone.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from curation.errors import DataError, Problem, ServiceError
from curation.prelabel.candidates import Candidate, Cover, resolve
from curation.prelabel.entities import Proposed
from curation.prelabel.features import VERSION, Mark, entity_lines, trigger_lines
from curation.prelabel.registry import Registry
from curation.prelabel.tagger import (
    VETO,
    Bin,
    Mode,
    Odds,
    Proposal,
    Tagger,
    additions,
    exact_chance,
    proposals,
    score,
    some_chance,
)
from curation.prelabel.text import Document
from curation.prelabel.triggers import Trigger, default_frame, framed, longest

Kind = Literal["entities", "triggers"]
KINDS: tuple[Kind, ...] = ("entities", "triggers")
JOINED = "joined"


class Lessons(msgspec.Struct, frozen=True, kw_only=True):
    """What a tagger learned from: its name is the hash of this.

    `gold` maps each article to the hash of its gold; `rules` and `contract` are the versions
    of the rules and the ontology, `features` that of the features.
    """

    gold: dict[str, str]
    rules: str
    contract: str
    features: int
    parameters: dict[str, str]

    @property
    def name(self) -> str:
        """The first 16 hex digits of the SHA-256 of the canonical JSON."""
        content = msgspec.json.encode(self, order="sorted")
        return hashlib.sha256(content).hexdigest()[:16]


class ModelCard(msgspec.Struct, frozen=True, kw_only=True):
    """What `NAME.json` says; `files` holds the SHA-256 of each model file, by kind.

    `modes` says by language how each part joins; `figures` is for reading: what the tagger
    reached on gold that it had not seen.
    """

    learned_from: Lessons
    created: str
    counts: dict[str, int]
    modes: dict[str, dict[Kind, Mode]]
    files: dict[Kind, str]
    bins: dict[Kind, tuple[Bin, ...]]
    figures: dict[str, Any]

    @property
    def name(self) -> str:
        """The name of the tagger and of its files."""
        return self.learned_from.name


class Learned:
    """A tagger at the side of the rules; `modes` says by language how each part joins them."""

    def __init__(
        self,
        name: str,
        taggers: Mapping[Kind, Tagger],
        modes: Mapping[str, Mapping[Kind, Mode]],
        measured: Mapping[Kind, Sequence[Bin]],
    ) -> None:
        self.name, self.taggers, self.modes, self.measured = name, taggers, modes, measured
        self.by = f"tagger:{name[:8]}"

    def mode(self, document: Document, kind: Kind) -> Mode:
        """Return how a part joins in the language of the article."""
        return self.modes.get(document.lang, {}).get(kind, "off")

    def entities(self, document: Document, registry: Registry, proposed: Proposed) -> Proposed:
        """Return the proposals of the rules and the tagger's, with those that win."""
        mode = self.mode(document, "entities")
        if mode == "off":
            return proposed
        lines = entity_lines(document, proposed.winners, registry.find(document))
        winners, vetoed, added = list(proposed.winners), set[Candidate](), list[Candidate]()
        odds = [self.taggers["entities"].odds(line) for line in lines]  # features are not kept
        if mode == "revise":
            marks = [Mark(one.start, one.end, one.label) for one in winners]
            chances = _chances(document, odds, marks, exact=True)
            vetoed = {one for one, p in zip(winners, chances, strict=True) if p < VETO}
            winners = [one for one in winners if one not in vetoed]
        for mark, probability in _added(odds, Cover(winners)):
            added.append(self._entity(document, mark, probability, winners))
        final = resolve([*winners, *added])
        refused = self._refused(proposed, vetoed, final)
        return Proposed(refused | {"tagger": added}, final)

    def _refused(
        self, proposed: Proposed, vetoed: Collection[Candidate], final: Sequence[Candidate]
    ) -> dict[str, list[Candidate]]:
        """Return the rules' proposals, refused where vetoed or beaten by such a one alone."""
        gone, standing = Cover(list(vetoed)), Cover(final)

        def judged(one: Candidate) -> Candidate:
            alone = not one.refused and not standing.within(one.start, one.end)
            if one in vetoed or (alone and gone.within(one.start, one.end)):
                return one._replace(refused=self.by)
            return one

        return {name: [judged(one) for one in found] for name, found in proposed.parts.items()}

    def _entity(
        self, document: Document, mark: Mark, probability: float, known: Sequence[Candidate]
    ) -> Candidate:
        """Return an addition, with the identity of what is called the same in the article."""
        words = document.lower[mark.start : mark.end]
        same = next(
            (
                one
                for one in known
                if one.label == mark.name and document.lower[one.start : one.end] == words
            ),
            None,
        )
        return Candidate(
            mark.start,
            mark.end,
            mark.name,
            self.by,
            kb=same.kb if same else None,
            key=same.key if same else "",
            score=score(probability, self.measured.get("entities", ())),
        )

    def triggers(
        self, document: Document, entities: Sequence[Candidate], forms: list[Trigger]
    ) -> list[Trigger]:
        """Return the words that may name an event, with the tagger's own and its refusals."""
        mode = self.mode(document, "triggers")
        if mode == "off":
            return forms
        lines = trigger_lines(document, entities, forms)
        odds = [self.taggers["triggers"].odds(line) for line in lines]
        standing = longest(forms)
        vetoed = set[Trigger]()
        if mode == "revise":
            marks = [Mark(one.start, one.end, one.type) for one in standing]
            chances = _chances(document, odds, marks, exact=False)
            vetoed = {one for one, p in zip(standing, chances, strict=True) if p < VETO}
        kept = [one for one in standing if one not in vetoed]
        cover = Cover([Candidate(t.form_start, t.form_end, t.type, t.by) for t in kept])
        more = [
            self._trigger(document, mark, probability, forms)
            for mark, probability in _added(odds, cover)
            if mark.name in framed()
        ]
        refused = [one._replace(refused=self.by) if one in vetoed else one for one in forms]
        return [*refused, *more]

    def _trigger(
        self, document: Document, mark: Mark, probability: float, forms: Sequence[Trigger]
    ) -> Trigger:
        """Return an addition, which is built as a form of the list that it overlaps."""
        near = (
            form
            for form in forms
            if form.type == mark.name and form.start < mark.end and mark.start < form.end
        )
        form = next(near, None)
        return Trigger(
            mark.start,
            mark.end,
            mark.name,
            form.noun if form else False,
            form.frame if form else default_frame(mark.name),
            self.by,
            document.sentence_at(mark.start),
            mark.start,
            mark.end,
            score=score(probability, self.measured.get("triggers", ())),
        )


def _added(odds: Iterable[Odds], standing: Cover) -> list[Proposal]:
    return additions((one for chances in odds for one in proposals(chances)), standing)


def _chances(
    document: Document, odds: Sequence[Odds], marks: Sequence[Mark], *, exact: bool
) -> list[float]:
    chance = exact_chance if exact else some_chance
    return [chance(odds[document.sentence_at(mark.start)], mark) for mark in marks]


# --- files ------------------------------------------------------------------------------


def files_of(folder: Path, name: str) -> dict[Kind, Path]:
    """Return where the models of a tagger are."""
    return {kind: folder / f"{name}-{kind}.crfsuite" for kind in KINDS}


def load(folder: Path) -> Learned | None:
    """Return the tagger that is in use; None where none is.

    Raises `DataError` for files that were changed or belong to other features, and
    `ServiceError` for one that cannot be read.
    """
    joined = folder / JOINED
    if not joined.is_file():
        return None
    name = joined.read_text(encoding="utf-8").strip()
    card = read_card(folder / f"{name}.json")
    _agree(folder / f"{name}.json", card, name)
    taggers = {
        kind: Tagger(_content(path, card.files.get(kind)))
        for kind, path in files_of(folder, name).items()
    }
    return Learned(name, taggers, card.modes, card.bins)


def read_card(path: Path) -> ModelCard:
    """Read what is known of a tagger."""
    try:
        return msgspec.json.decode(_bytes(path), type=ModelCard)
    except msgspec.DecodeError as error:
        raise DataError(
            [_problem(path, "unreadable", f"is no card of a tagger ({error})")]
        ) from error


def _agree(path: Path, card: ModelCard, name: str) -> None:
    if card.name != name:
        rule = "is not the hash of what the file says that it learned from"
        raise DataError([_problem(path, name, rule)])
    if card.learned_from.features != VERSION:
        rule = f"is not the version of the features of this package ({VERSION})"
        raise DataError([_problem(path, f"features {card.learned_from.features}", rule)])


def _content(path: Path, digest: str | None) -> bytes:
    content = _bytes(path)
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        rule = f"is not the SHA-256 that the card names ({digest})"
        raise DataError([_problem(path, found, rule)])
    return content


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ServiceError(f"{path}: cannot be read: {error.strerror}. {_REMEDY}") from error


_REMEDY = f"Run `curation learn` again, or delete the file `{JOINED}` beside it to do without."


def _problem(path: Path, value: str, rule: str) -> Problem:
    return Problem(record=str(path), value=value, rule=rule, remedy=_REMEDY)
