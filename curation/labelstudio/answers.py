"""From Label Studio's JSON back to the records; `tasks` has the way there.

`regions` reads the marks, `arrows` what joins them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from curation.errors import Problem
from curation.labelstudio.arrows import Ends, read_arrows
from curation.labelstudio.regions import Notes, gather, order, read_mark
from curation.ontology import Ontology
from curation.records import Annotation, Article, Author, Event, Span


class Answer(msgspec.Struct, frozen=True):
    """What one annotator made of one task, and what of it could not be taken over.

    The annotation keeps the contract; each thing left out of it is a finding. `turned`
    counts arrows read against the way they were drawn, `trimmed` marks cut free of blanks
    at their ends, `hidden` values that the screen no longer showed because the label had
    been changed.
    """

    annotation: Annotation
    findings: tuple[Problem, ...]
    turned: int
    trimmed: int
    hidden: int


def answer(  # noqa: PLR0913
    exported: Mapping[str, Any],
    article: Article,
    ontology: Ontology,
    author: Author,
    task: int,
    page: str,
) -> Answer:
    """Return an exported annotation of a task of this article as a record.

    - Texts are cut from the article by the offsets; what Label Studio gives as text is not
      used. Blanks at the ends of a mark are cut off.
    - A trigger without a modality has the first one of the ontology.
    - `score` and `by` stay with a candidate that was left as it was.
    - Of overlapping entities the longest stays, the first where they are as long.
    - A role joins a trigger and an entity, a relation two entities; an arrow that fits only
      against the way it was drawn is read that way round.

    `page` is the address to open; each finding names it, the task, the annotator and the
    region or arrow.
    """
    notes = Notes(where=f"task {task} by {author.name}", page=page)
    items = exported.get("result") or []
    regions = gather([item for item in items if item.get("type") != "relation"], ontology, notes)
    marks = [mark for one in regions.values() if (mark := read_mark(one, article, ontology, notes))]
    spans = {span.id: span for span in _flat([m for m in marks if isinstance(m, Span)], notes)}
    events = {mark.id: mark for mark in marks if isinstance(mark, Event)}
    drawn = [item for item in items if item.get("type") == "relation"]
    arrows = read_arrows(drawn, Ends(regions, spans, events), ontology, notes)
    annotation = Annotation(
        article=article.id,
        text_sha256=article.sha256,
        author=author,
        created=exported.get("updated_at") or exported.get("created_at"),
        contract=ontology.version,
        spans=tuple(spans.values()),
        events=tuple(
            msgspec.structs.replace(event, arguments=arrows.arguments(event, spans, ontology))
            for event in sorted(events.values(), key=order)
        ),
        relations=arrows.relations(spans),
    )
    findings = tuple(notes.findings)
    return Answer(annotation, findings, arrows.turned, notes.trimmed, notes.hidden)


def _flat(spans: Sequence[Span], notes: Notes) -> list[Span]:
    """Keep the longest of overlapping entities; return them in the order of the text."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, s.start)):
        over = next((k for k in kept if span.start < k.end and k.start < span.end), None)
        if over is None:
            kept.append(span)
            continue
        notes.find(
            f"region {span.id} {span.label} {span.text!r}",
            f"overlaps {over.label} {over.text!r}",
            "entities do not overlap; the longer one was taken",
            "Delete one of the two.",
        )
    return sorted(kept, key=order)
