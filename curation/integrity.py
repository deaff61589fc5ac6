"""What one annotation must satisfy beside its article, checked at every border."""

import re
from collections import Counter
from collections.abc import Iterator

from curation.errors import Problem
from curation.ontology import Ontology
from curation.records import Annotation, Article, Event, Span


def problems(annotation: Annotation, article: Article, ontology: Ontology) -> list[Problem]:
    """Return everything that is wrong with an annotation of this article, in its order."""
    return list(_problems(annotation, article, ontology))


def _problems(annotation: Annotation, article: Article, ontology: Ontology) -> Iterator[Problem]:
    where = f"{annotation.article} by {annotation.author.name}"
    if (annotation.article, annotation.text_sha256) != (article.id, article.sha256):
        yield Problem(
            record=where,
            value=annotation.text_sha256,
            rule=f"is not the text of article {article.id} ({article.sha256})",
            remedy="Annotate the present text, or ingest the old one again.",
        )
        return
    yield from _bad_ids(annotation, where)
    items: list[Span | Event] = [*annotation.spans, *annotation.events]
    for item in items:
        yield from _bad_range(item, article, where)
    for span in annotation.spans:
        yield from _bad_span(span, ontology, where)
    yield from _overlaps(annotation, where)
    spans = {span.id: span for span in annotation.spans}
    for event in annotation.events:
        yield from _bad_event(event, spans, ontology, where)
    yield from _bad_relations(annotation, spans, ontology, where)


def _bad_ids(annotation: Annotation, where: str) -> Iterator[Problem]:
    counts = Counter([s.id for s in annotation.spans] + [e.id for e in annotation.events])
    for name, count in counts.items():
        if count > 1:
            yield Problem(
                record=where,
                value=name,
                rule=f"the id is used {count} times",
                remedy="Give each span and event an id of its own.",
            )


def _bad_range(item: Span | Event, article: Article, where: str) -> Iterator[Problem]:
    length = len(article.text)
    if not 0 <= item.start < item.end <= length:
        yield Problem(
            record=f"{where}, {item.id}",
            value=f"[{item.start}, {item.end})",
            rule=f"is no range within the text of {length} code points",
            remedy="Mark the words again.",
        )
    elif article.text[item.start : item.end] != item.text:
        yield Problem(
            record=f"{where}, {item.id}",
            value=repr(item.text),
            rule=f"the text at [{item.start}, {item.end}) is "
            f"{article.text[item.start : item.end]!r}",
            remedy="Cut the text from the article by the offsets.",
        )


def _bad_span(span: Span, ontology: Ontology, where: str) -> Iterator[Problem]:
    label = ontology.labels.get(span.label)
    if label is None:
        yield Problem(
            record=f"{where}, {span.id}",
            value=span.label,
            rule="is no label of the ontology",
            remedy=f"Use one of {', '.join(ontology.labels)}.",
        )
        return
    for name, value in (("value", span.value), ("kb", span.kb)):
        if value is None:
            continue
        if name not in label.attributes:
            rule = f"{span.label} has no attribute {name}"
        elif not re.fullmatch(ontology.attributes[name].pattern, value):
            rule = f"is no valid {name}: {ontology.attributes[name].definition.en.rstrip('.')}"
        else:
            continue
        yield Problem(f"{where}, {span.id} {span.text!r}", value, rule, "Mend or empty it.")


def _overlaps(annotation: Annotation, where: str) -> Iterator[Problem]:
    widest: Span | None = None
    for span in sorted(annotation.spans, key=lambda s: (s.start, s.end)):
        if widest is not None and span.start < widest.end:
            yield Problem(
                record=f"{where}, {widest.id} and {span.id}",
                value=f"{widest.label} {widest.text!r} and {span.label} {span.text!r}",
                rule="two entity spans overlap",
                remedy="Keep the one that the guidelines ask for.",
            )
        if widest is None or span.end > widest.end:
            widest = span


def _bad_event(
    event: Event, spans: dict[str, Span], ontology: Ontology, where: str
) -> Iterator[Problem]:
    place = f"{where}, {event.id} {event.text!r}"
    if event.type not in ontology.event_types:
        known = ", ".join(ontology.event_types)
        yield Problem(place, event.type, "is no event type", f"Use one of {known}.")
        return
    if event.modality not in ontology.modalities:
        known = ", ".join(ontology.modalities)
        yield Problem(place, event.modality, "is no modality", f"Use one of {known}.")
    for argument in event.arguments:
        filler = spans.get(argument.span)
        if filler is None:
            yield _dangling(place, argument.role, argument.span)
        elif not ontology.allows_argument(event.type, argument.role, filler.label):
            yield Problem(
                record=place,
                value=f"{argument.role} -> {filler.label} {filler.text!r}",
                rule=f"{event.type} has no such argument",
                remedy=_allowed(event.type, argument.role, ontology),
            )
    counts = Counter((a.role, a.span) for a in event.arguments)
    for (role, span), count in counts.items():
        if count > 1:
            yield Problem(place, f"{role} -> {span}", f"stands {count} times", "Keep one of them.")


def _dangling(place: str, name: str, target: str) -> Problem:
    return Problem(
        record=place,
        value=f"{name} -> {target}",
        rule="no span has this id",
        remedy="Draw it to a span that is there.",
    )


def _allowed(event_type: str, role: str, ontology: Ontology) -> str:
    roles = [known.name for known in ontology.roles_of(event_type)]
    if role in roles:
        return f"{role} takes {', '.join(ontology.roles[role].fillers)}."
    return f"{event_type} takes {', '.join(roles)}."


def _bad_relations(
    annotation: Annotation, spans: dict[str, Span], ontology: Ontology, where: str
) -> Iterator[Problem]:
    for relation in annotation.relations:
        name = f"{relation.type} {relation.from_} -> {relation.to}"
        start, end = spans.get(relation.from_), spans.get(relation.to)
        if relation.type not in ontology.relations:
            known = ", ".join(ontology.relations)
            yield Problem(where, name, "is no relation", f"Use one of {known}.")
        elif start is None or end is None:
            missing = relation.from_ if start is None else relation.to
            yield _dangling(where, relation.type, missing)
        elif not ontology.allows_relation(relation.type, start.label, end.label):
            kind = ontology.relations[relation.type]
            yield Problem(
                record=f"{where}, {name}",
                value=f"{start.label} {start.text!r} -> {end.label} {end.text!r}",
                rule=f"{relation.type} cannot join these",
                remedy=f"It runs from {', '.join(kind.from_)} to {', '.join(kind.to)}.",
            )
