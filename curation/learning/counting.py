"""What is counted of an article, and the two figures that decide."""

from collections.abc import Iterable, Mapping, Sequence

from curation.evaluation.marks import marks_of
from curation.evaluation.matching import Count, count
from curation.learning.examples import Example
from curation.ontology import Ontology
from curation.prelabel.learned import Kind
from curation.records import Annotation

ALL = "all"
Counts = Mapping[str, Count]
"""What was right, made and in the gold of one article, by name of the figure."""

FIGURE: dict[Kind, str] = {"entities": "entity exact", "triggers": "trigger+type"}
"""The figure that each tagger is there for."""


def counts(one: Example, made: Annotation, ontology: Ontology) -> Counts:
    """Count what was made of an example's article against its gold."""
    article = one.article
    return count(marks_of(one.gold, article), marks_of(made, article), ontology)


def total(some: Iterable[Counts], figure: str) -> float:
    """Return the F1 of a figure over articles."""
    listed = [one.get(figure, Count()) for one in some]
    right, made, gold = (
        (sum(column) for column in zip(*listed, strict=True)) if listed else (0,) * 3
    )
    return 2 * right / (made + gold) if made + gold else 0.0


def by_language(languages: Mapping[str, str]) -> dict[str, Sequence[str]]:
    """Return the articles of all languages together and of each, by id."""
    groups: dict[str, Sequence[str]] = {ALL: sorted(languages)}
    for lang in sorted(set(languages.values())):
        groups[lang] = [name for name in groups[ALL] if languages[name] == lang]
    return groups
