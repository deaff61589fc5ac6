"""Pre-labels by rules: entities, dates, events with their arguments, and relations.

A pre-labeller is any callable from an article to its annotation; `rules()` makes the one
that ships. Every candidate says what made it (`by`). The score of an entity is the measured
precision of its rule on the articles named in `data/README.md`, that of an event the chance
that the models of `weighed` give it.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, Protocol

from curation import __version__
from curation.ontology import Ontology, load_ontology
from curation.prelabel.candidates import Candidate
from curation.prelabel.entities import Proposed, propose
from curation.prelabel.events import Found, Taught, Telling, find_events
from curation.prelabel.phrases import find_chains
from curation.prelabel.registry import Registry
from curation.prelabel.relations import Link, find_relations
from curation.prelabel.scores import scores
from curation.prelabel.text import Document
from curation.prelabel.weighed.tables import Models
from curation.records import Annotation, Argument, Article, Author, Event, Relation, Span

if TYPE_CHECKING:
    from curation.prelabel.learned import Learned

__all__ = ["Prelabeller", "Reading", "Rules", "prelabel", "rules"]


class Prelabeller(Protocol):
    """What makes candidates: the shipped rules, or a model that somebody plugs in."""

    def __call__(self, article: Article) -> Annotation:
        """Return candidates for the article."""
        ...


def prelabel(
    article: Article, model: Prelabeller | None = None, created: str | None = None
) -> Annotation:
    """Return candidates for an article, by the rules unless another model is given.

    `created` is the ISO 8601 time to be written into the record; the model's own is kept
    where it is not given.
    """
    annotation = (model or _shipped())(article)
    return annotation if created is None else _dated(annotation, created)


def _dated(annotation: Annotation, created: str) -> Annotation:
    return Annotation(
        annotation.article,
        annotation.text_sha256,
        annotation.author,
        created,
        annotation.contract,
        annotation.spans,
        annotation.events,
        annotation.relations,
    )


@cache
def _shipped() -> Prelabeller:
    return rules()


def rules(
    ontology: Ontology | None = None,
    registry: Registry | None = None,
    learned: "Learned | None" = None,
) -> "Rules":
    """Return the pre-labeller of the package; tables and expressions load on first use.

    `learned` is the tagger of a workspace, which adds to what the rules propose.
    """
    return Rules(ontology or load_ontology(), registry or Registry(), learned)


class Reading(NamedTuple):
    """What the rules made of an article, with all that lost or was refused on the way.

    `entities` are the winners whose label is in the ontology; events and links point at them.
    """

    document: Document
    proposed: Proposed
    entities: list[Candidate]
    telling: Telling
    links: list[Link]


class Rules:
    """The pre-labeller of the package; `models` by language stand in for the shipped ones."""

    def __init__(
        self,
        ontology: Ontology,
        registry: Registry,
        learned: "Learned | None" = None,
        models: Mapping[str, Models] = MappingProxyType({}),
    ) -> None:
        self.ontology, self.registry, self.learned = ontology, registry, learned
        self.models = models
        self.scores = {**scores(), **registry.scores}

    def name(self, document: Document) -> str:
        """Return what the annotation names as its author."""
        own = f"rules-{__version__}"
        if self.learned is None or document.lang not in self.learned.modes:
            return own
        return f"{own}+{self.learned.by}"

    def read(self, article: Article) -> Reading:
        """Return what the rules make of the article, step by step."""
        document = Document(article)
        proposed, revise = propose(document, self.registry), None
        if self.learned:
            proposed = self.learned.entities(document, self.registry, proposed)
            revise = self.learned.triggers
        entities = [e for e in proposed.winners if e.label in self.ontology.labels]
        chains = find_chains(document, entities)
        taught = Taught(self.models.get(document.lang), revise)
        telling = find_events(document, entities, chains, self.ontology, taught)
        links = find_relations(document, entities, chains, self.ontology)
        return Reading(document, proposed, entities, telling, links)

    def __call__(self, article: Article) -> Annotation:
        """Return candidates for the article."""
        reading = self.read(article)
        return Annotation(
            article=article.id,
            text_sha256=article.sha256,
            author=Author("model", self.name(reading.document)),
            created=None,
            contract=self.ontology.version,
            spans=tuple(
                _span(article, i, e, self.scores) for i, e in enumerate(reading.entities, 1)
            ),
            events=tuple(_event(article, i, e) for i, e in enumerate(reading.telling.events, 1)),
            relations=tuple(
                Relation(link.type, f"s{link.source + 1}", f"s{link.target + 1}")
                for link in reading.links
            ),
        )


def _span(article: Article, number: int, entity: Candidate, measured: Mapping[str, float]) -> Span:
    return Span(
        id=f"s{number}",
        start=entity.start,
        end=entity.end,
        label=entity.label,
        text=article.text[entity.start : entity.end],
        value=entity.value,
        kb=entity.kb,
        score=measured.get(entity.by) if entity.score is None else entity.score,
        by=entity.by,
    )


def _event(article: Article, number: int, event: Found) -> Event:
    trigger = event.trigger
    return Event(
        id=f"e{number}",
        type=trigger.type,
        start=trigger.start,
        end=trigger.end,
        text=article.text[trigger.start : trigger.end],
        modality=event.modality,
        arguments=tuple(Argument(role, f"s{filler + 1}") for role, filler, _ in event.arguments),
        score=trigger.score,
        by=trigger.by,
    )
