"""From the records to Label Studio's JSON; `answers` has the way back.

A mark is one region: several items of a result that share an id. Ids go there and back
unchanged, so that a mark is known again whatever was done to it on the screen.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from curation.labelstudio.interface import LABEL, MEND, MODALITY, TEXT
from curation.records import Annotation, Article, Event, Span

Item = dict[str, Any]

BLIND = "blind"  # in a task's data: whether it was sent without candidates
BY = "by: "  # what an annotator sees before the name of the rule that made a candidate
ABSENT = "–"


def task(article: Article, candidates: Annotation | None, *, blind: bool = False) -> dict[str, Any]:
    """Return the task of an article, with its candidates as the prediction unless `blind`."""
    title = article.text[slice(*article.title)] if article.title else ABSENT
    data = {
        TEXT: article.text,
        "title": title,
        "published": article.published or ABSENT,
        "outlet": article.outlet or ABSENT,
        "lang": article.lang,
        "article_id": article.id,
        "text_sha256": article.sha256,
        BLIND: blind,
        MEND: "",
    }
    return {
        "data": data,
        "predictions": [prediction(candidates)] if candidates and not blind else [],
    }


def prediction(candidates: Annotation) -> dict[str, Any]:
    """Return candidates as a prediction; its score is the mean of those that have one."""
    marks: list[Span | Event] = [*candidates.spans, *candidates.events]
    scores = [mark.score for mark in marks if mark.score is not None]
    made: dict[str, Any] = {"model_version": candidates.author.name, "result": result(candidates)}
    return {**made, "score": round(sum(scores) / len(scores), 4)} if scores else made


def result(annotation: Annotation) -> list[Item]:
    """Return an annotation as the result of a prediction or of an answer."""
    items: list[Item] = []
    for span in annotation.spans:
        items += _span_items(span)
    for event in annotation.events:
        items += _event_items(event)
    return items + list(_arrows(annotation))


def _span_items(span: Span) -> Iterator[Item]:
    yield _item(span, LABEL, "labels", [span.label])
    for name, value in (("value", span.value), ("kb", span.kb)):
        if value is not None:
            yield _item(span, name, "textarea", [value])


def _event_items(event: Event) -> Iterator[Item]:
    yield _item(event, LABEL, "labels", [event.type])
    yield _item(event, MODALITY, "choices", [event.modality])


def _item(mark: Span | Event, control: str, kind: str, content: list[str]) -> Item:
    place = {"start": mark.start, "end": mark.end}
    key = "text" if kind == "textarea" else kind
    words = {"text": mark.text} if kind == "labels" else {}
    item: Item = {
        "id": mark.id,
        "from_name": control,
        "to_name": TEXT,
        "type": kind,
        "value": {**place, **words, key: content},
    }
    if mark.by is not None:
        item["meta"] = {"text": [f"{BY}{mark.by}"]}
    if mark.score is not None and kind == "labels":
        item["score"] = mark.score
    return item


def _arrows(annotation: Annotation) -> Iterator[Item]:
    """Yield one arrow a pair of marks: Label Studio shows no second one."""
    names: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for event in annotation.events:
        for argument in event.arguments:
            names[event.id, argument.span].append(argument.role)
    for relation in annotation.relations:
        names[relation.from_, relation.to].append(relation.type)
    for (start, end), labels in names.items():
        yield {
            "type": "relation",
            "from_id": start,
            "to_id": end,
            "direction": "right",
            "labels": labels,
        }
