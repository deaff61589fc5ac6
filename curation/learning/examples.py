"""Gold as a tagger learns from it: each token with its features and its tag."""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from curation.prelabel import Reading, Rules
from curation.prelabel.features import Line, Mark, bio, by_sentence, entity_lines, trigger_lines
from curation.prelabel.learned import KINDS, Kind
from curation.prelabel.tagger import train
from curation.records import Annotation, Article

Rows = list[tuple[Line, list[str]]]


class Example(NamedTuple):
    """An article with its gold, what the rules alone read in it, and the rows of each tagger."""

    article: Article
    gold: Annotation
    reading: Reading
    rows: dict[Kind, Rows]

    @property
    def lang(self) -> str:
        """The language whose rules fit the article."""
        return self.reading.document.lang


def example(article: Article, gold: Annotation, rules: Rules) -> Example:
    """Return the article as the taggers learn from it; `rules` are those of the package.

    Where the rules look for no event (an article of one state), nothing is learned of events.
    """
    reading = rules.read(article)
    document = reading.document
    hits = rules.registry.find(document)
    entities = entity_lines(document, reading.proposed.winners, hits)
    spans = by_sentence(document, [Mark(s.start, s.end, s.label) for s in gold.spans])
    telling = reading.telling
    triggers = trigger_lines(document, reading.entities, telling.forms)
    events = by_sentence(document, [Mark(e.start, e.end, e.type) for e in gold.events])
    rows: dict[Kind, Rows] = {
        "entities": [(line, bio(line.tokens, spans[n])) for n, line in enumerate(entities)],
        "triggers": []
        if telling.domestic
        else [(line, bio(line.tokens, events[n])) for n, line in enumerate(triggers)],
    }
    return Example(article, gold, reading, rows)


def train_models(examples: Iterable[Example]) -> dict[Kind, bytes]:
    """Train both taggers; the order of the examples is of no consequence."""
    ordered: Sequence[Example] = sorted(examples, key=lambda one: one.article.id)
    models: dict[Kind, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            path = Path(folder) / kind
            train((row for one in ordered for row in one.rows[kind]), path)
            models[kind] = path.read_bytes()
    return models
