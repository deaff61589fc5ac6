"""Whether articles and annotations keep the contract."""

from collections.abc import Iterable

from curation.ontology import Ontology
from curation.records import Annotation, Article
from curation.validation.report import Finding, Report, Rule

__all__ = ["Finding", "Report", "Rule", "validate"]


def validate(
    articles: Iterable[Article], annotations: Iterable[Annotation], ontology: Ontology
) -> Report:
    """Lay the records out as tables and try every rule of the contract on every row."""
    from curation.validation.tables import tables
    from curation.validation.validator import validate_tables

    return validate_tables(tables(articles, annotations), ontology)
