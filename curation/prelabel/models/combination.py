"""One set of candidates out of several: what came first stays, the next fill the gaps."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from curation.ontology import Ontology, load_ontology
from curation.prelabel import Prelabeller
from curation.records import Annotation, Argument, Article, Author, Event, Relation, Span


class Combined:
    """Several pre-labellers as one; each keeps what it made under its own `by`."""

    def __init__(self, models: Sequence[Prelabeller], ontology: Ontology | None = None) -> None:
        self.models = tuple(models)
        self.ontology = ontology or load_ontology()

    def __call__(self, article: Article) -> Annotation:
        """Return what the first model proposes and what the others add to it."""
        return combine([model(article) for model in self.models], self.ontology)


def combine(made: Sequence[Annotation], ontology: Ontology) -> Annotation:
    """Return what the first model proposes and what the others add to it, in their order."""
    combined = made[0]
    for more in made[1:]:
        combined = fill(combined, more, ontology)
    name = "+".join(dict.fromkeys(one.author.name for one in made))
    return msgspec.structs.replace(combined, author=Author("model", name))


class Kept:
    """A pre-labeller that is kept to articles of some languages and entities of some labels.

    None keeps to nothing; `skipped` counts the articles of other languages.
    """

    def __init__(
        self,
        model: Prelabeller,
        name: str,
        languages: Sequence[str] | None,
        labels: Sequence[str] | None,
    ) -> None:
        self.model, self.name = model, name
        self.languages, self.labels = languages, labels
        self.skipped = 0

    def __call__(self, article: Article) -> Annotation:
        """Return the model's candidates of these labels, with the arrows between them."""
        if self.languages is not None and article.lang not in self.languages:
            self.skipped += 1
            return nothing(article, self.name, load_ontology())
        made = self.model(article)
        return made if self.labels is None else _only(made, self.labels)


def _only(made: Annotation, labels: Sequence[str]) -> Annotation:
    spans = tuple(span for span in made.spans if span.label in labels)
    names = {span.id: span.id for span in spans}
    relations = (_moved(relation, names) for relation in made.relations)
    return msgspec.structs.replace(
        made,
        spans=spans,
        events=tuple(
            msgspec.structs.replace(
                event, arguments=tuple(a for a in event.arguments if a.span in names)
            )
            for event in made.events
        ),
        relations=tuple(relation for relation in relations if relation is not None),
    )


def members(model: Prelabeller) -> list[Prelabeller]:
    """Return the models that a pre-labeller is made of."""
    if isinstance(model, Combined):
        return [inner for one in model.models for inner in members(one)]
    return [model.model] if isinstance(model, Kept) else [model]


def nothing(article: Article, name: str, ontology: Ontology) -> Annotation:
    """Return the annotation of a model that proposes nothing."""
    author = Author("model", name)
    return Annotation(article.id, article.sha256, author, None, ontology.version, (), (), ())


def fill(base: Annotation, more: Annotation, ontology: Ontology) -> Annotation:
    """Add to `base` what `more` has where `base` is silent; ids are given anew, in text order.

    Spans stay flat also where those of `more` overlap among themselves (the one that starts
    first stays, of two that start together the longer). Arguments and relations that the
    ontology does not allow between the spans that stand are left out.
    """
    spans, names = _spans(base, more)
    labels = {span.id: span.label for span in spans}
    events = [*base.events, *_new_events(base.events, more.events, names)]
    relations = [*base.relations, *(_moved(r, names) for r in more.relations)]
    return _numbered(
        msgspec.structs.replace(
            base,
            spans=tuple(spans),
            events=tuple(_sound(event, labels, ontology) for event in events),
            relations=tuple(
                r
                for r in dict.fromkeys(r for r in relations if r is not None)
                if ontology.allows_relation(r.type, labels[r.from_], labels[r.to])
                and r.from_ != r.to
            ),
        )
    )


def _spans(base: Annotation, more: Annotation) -> tuple[list[Span], dict[str, str]]:
    """Return the spans that stand and, for each id of `more`, the id that stands for it."""
    taken = sorted((span.start, span.end, span.id) for span in base.spans)
    spans, names = list(base.spans), {}
    for span in sorted(more.spans, key=lambda s: (s.start, -s.end)):
        rivals = _rivals(taken, span)
        if rivals:
            names[span.id] = _nearest(rivals, span)
            continue
        names[span.id] = f"+{span.id}"
        insort(taken, (span.start, span.end, names[span.id]))
        spans.append(msgspec.structs.replace(span, id=names[span.id]))
    return spans, names


def _rivals(taken: Sequence[tuple[int, int, str]], span: Span) -> Sequence[tuple[int, int, str]]:
    """Return the accepted ranges that overlap the span; they are flat and in order."""
    first = bisect_right(taken, span.start, key=lambda one: one[1])
    last = bisect_left(taken, span.end, key=lambda one: one[0])
    return taken[first:last]


def _nearest(rivals: Sequence[tuple[int, int, str]], span: Span) -> str:
    shared = [(min(end, span.end) - max(start, span.start), name) for start, end, name in rivals]
    return max(shared, key=lambda one: one[0])[1]


def _new_events(
    known: Sequence[Event], events: Iterable[Event], names: Mapping[str, str]
) -> Iterable[Event]:
    for event in events:
        if any(event.start < one.end and one.start < event.end for one in known):
            continue
        filled = [Argument(a.role, names[a.span]) for a in event.arguments if a.span in names]
        unique = tuple(dict.fromkeys(filled))
        yield msgspec.structs.replace(event, id=f"+{event.id}", arguments=unique)


def _moved(relation: Relation, names: Mapping[str, str]) -> Relation | None:
    if relation.from_ in names and relation.to in names:
        return Relation(relation.type, names[relation.from_], names[relation.to])
    return None


def _sound(event: Event, labels: Mapping[str, str], ontology: Ontology) -> Event:
    kept = tuple(
        argument
        for argument in event.arguments
        if ontology.allows_argument(event.type, argument.role, labels[argument.span])
    )
    return msgspec.structs.replace(event, arguments=kept)


def _numbered(annotation: Annotation) -> Annotation:
    replace = msgspec.structs.replace
    spans = sorted(annotation.spans, key=lambda s: s.start)
    events = sorted(annotation.events, key=lambda e: (e.start, e.end))
    ids = {span.id: f"s{number}" for number, span in enumerate(spans, 1)}
    return replace(
        annotation,
        spans=tuple(replace(span, id=ids[span.id]) for span in spans),
        events=tuple(
            replace(
                event,
                id=f"e{number}",
                arguments=tuple(Argument(a.role, ids[a.span]) for a in event.arguments),
            )
            for number, event in enumerate(events, 1)
        ),
        relations=tuple(Relation(r.type, ids[r.from_], ids[r.to]) for r in annotation.relations),
    )
