"""What annotators can get wrong on the screen comes back as findings, and the rest as answers."""

from typing import Any

import pytest

from curation.labelstudio.answers import Answer, answer
from curation.labelstudio.tasks import result
from curation.ontology import load_ontology
from curation.records import Argument, Author, Relation
from tests import builders

ONTOLOGY = load_ontology()
TEXT = "President Lâm received Ambassador Nam of Peru on 3 May. They discussed rice."
ARTICLE = builders.article(TEXT)
HERE = "task 12 by annotator-02"
PAGE = "(http://studio/task/12)"


def base() -> list[dict[str, Any]]:
    """A good answer: two persons, an office, a country, a date, a reception."""
    spans = [
        builders.span(TEXT, "President", "ROLE", "s1"),
        builders.span(TEXT, "Lâm", "PERSON", "s2", kb="registry:lam", by="names"),
        builders.span(TEXT, "Nam", "PERSON", "s3"),
        builders.span(TEXT, "Peru", "COUNTRY", "s4"),
        builders.span(TEXT, "3 May", "DATE", "s5", value="2024-05-03"),
    ]
    held = [("HOST", "s2"), ("GUEST", "s3"), ("TIME", "s5")]
    events = [builders.event(TEXT, "received", "RECEPTION", "e1", held)]
    return result(builders.annotation(ARTICLE, spans, events, [("HOLDS", "s2", "s1")]))


def read(items: list[dict[str, Any]]) -> Answer:
    exported = {"result": items, "created_at": "2026-01-02T03:04:05Z"}
    author = Author("person", "annotator-02")
    return answer(exported, ARTICLE, ONTOLOGY, author, 12, "http://studio/task/12")


def region(words: str, label: str, name: str, **more: Any) -> dict[str, Any]:
    start = TEXT.index(words)
    value = {"start": start, "end": start + len(words), "labels": [label]}
    item = {"id": name, "from_name": "label", "to_name": "text", "type": "labels", "value": value}
    return {**item, **more}


def field(words: str, name: str, control: str, kind: str, content: list[str]) -> dict[str, Any]:
    key = "text" if kind == "textarea" else kind
    item = region(words, "", name, from_name=control, type=kind)
    item["value"] = {"start": 0, "end": 1, key: content}
    return item


def arrow(start: str, end: str, *labels: str, direction: str = "right") -> dict[str, Any]:
    item = {"type": "relation", "from_id": start, "to_id": end, "direction": direction}
    return {**item, "labels": list(labels)} if labels else item


def said(got: Answer) -> list[str]:
    return [str(finding) for finding in got.findings]


def test_a_good_answer_has_no_findings() -> None:
    got = read(base())
    assert got.findings == ()
    assert [span.id for span in got.annotation.spans] == ["s1", "s2", "s3", "s4", "s5"]
    assert got.annotation.relations == (Relation("HOLDS", "s2", "s1"),)
    assert got.annotation.created == "2026-01-02T03:04:05Z"


EXTRA = {
    "an arrow without a role": (
        [arrow("e1", "s4")],
        f"{HERE}, arrow RECEPTION 'received' --> COUNTRY 'Peru' {PAGE}: no role: an arrow has a "
        "role or a relation. Give it one in the panel Relations, or delete it.",
    ),
    "a role that the event has not": (
        [arrow("e1", "s4", "TARGET")],
        f"{HERE}, arrow RECEPTION 'received' -TARGET-> COUNTRY 'Peru' {PAGE}: TARGET: RECEPTION "
        "has no such argument. It takes HOST, GUEST, TOPIC, OCCASION, PLACE, TIME.",
    ),
    "a filler that the role does not take": (
        [arrow("e1", "s5", "PLACE")],
        f"{HERE}, arrow RECEPTION 'received' -PLACE-> DATE '3 May' {PAGE}: PLACE: RECEPTION has "
        "no such argument. PLACE takes PLACE, COUNTRY.",
    ),
    "a role between entities": (
        [arrow("s2", "s3", "GUEST")],
        f"{HERE}, arrow PERSON 'Lâm' -GUEST-> PERSON 'Nam' {PAGE}: GUEST: a role joins a trigger "
        "and an entity. Draw it from the trigger to the entity.",
    ),
    "a relation of the wrong entities": (
        [arrow("s3", "s4", "HOLDS")],
        f"{HERE}, arrow PERSON 'Nam' -HOLDS-> COUNTRY 'Peru' {PAGE}: HOLDS: HOLDS cannot join "
        "these. It runs from PERSON to ROLE.",
    ),
    "an unknown role": (
        [arrow("e1", "s4", "Agent")],
        f"{HERE}, arrow RECEPTION 'received' -Agent-> COUNTRY 'Peru' {PAGE}: Agent: is no role "
        f"and no relation. Use one of {', '.join((*ONTOLOGY.roles, *ONTOLOGY.relations))}.",
    ),
    "an arrow to nothing": (
        [arrow("e1", "gone", "PLACE")],
        f"{HERE}, arrow PLACE {PAGE}: e1 -> gone: region gone is not there. Draw the arrow again.",
    ),
    "the same arrow from either side": (
        [arrow("s2", "e1", "HOST")],
        f"{HERE}, arrow PERSON 'Lâm' -HOST-> RECEPTION 'received' {PAGE}: HOST: is drawn twice; "
        "once was taken. Delete one of the two.",
    ),
    "an unknown label": (
        [region("rice", "FOOD", "x")],
        f"{HERE}, region x 'rice' {PAGE}: FOOD: is no label of the ontology. Use one of "
        f"{', '.join((*ONTOLOGY.labels, *ONTOLOGY.event_types))}.",
    ),
    "two labels": (
        [region("rice", "TOPIC", "x"), region("rice", "TALKS", "x")],
        f"{HERE}, region x 'rice' {PAGE}: TOPIC and TALKS: a region has one label. Choose the one "
        "that is meant.",
    ),
    "no label": (
        [field("rice", "x", "kb", "textarea", ["wikidata:Q1"])],
        f"{HERE}, region x {PAGE}: no label: has not one label at one place. Delete the region "
        "and mark the words again.",
    ),
    "one id at two places": (
        [region("rice", "TOPIC", "x"), region("discussed", "TOPIC", "x")],
        f"{HERE}, region x TOPIC {PAGE}: [71, 75), [61, 70): has not one label at one place. "
        "Delete the region and mark the words again.",
    ),
    "a range beyond the text": (
        [region("rice", "TOPIC", "x", value={"start": 71, "end": 80, "labels": ["TOPIC"]})],
        f"{HERE}, region x TOPIC {PAGE}: [71, 80): is no range within the text of 76 code points. "
        "Delete the region and mark the words again.",
    ),
    "half a code point": (
        [region("rice", "TOPIC", "x", value={"start": 71.5, "end": 75, "labels": ["TOPIC"]})],
        f"{HERE}, region x TOPIC {PAGE}: [71.5, 75): is no range within the text of 76 code "
        "points. Delete the region and mark the words again.",
    ),
    "a blank": (
        [region(" ", "TOPIC", "x")],
        f"{HERE}, region x TOPIC {PAGE}: ' ': marks nothing but blanks. Delete it.",
    ),
    "an entity within an entity": (
        [region("May", "DATE", "x")],
        f"{HERE}, region x DATE 'May' {PAGE}: overlaps DATE '3 May': entities do not overlap; the "
        "longer one was taken. Delete one of the two.",
    ),
    "a date that is none": (
        [region("rice", "DATE", "x"), field("rice", "x", "value", "textarea", ["next week"])],
        f"{HERE}, region x DATE 'rice' {PAGE}: next week: is no valid value: "
        f"{ONTOLOGY.attributes['value'].definition.en} Mend or empty it.",
    ),
    "two modalities": (
        [
            region("discussed", "TALKS", "x"),
            field("discussed", "x", "modality", "choices", ["planned", "cancelled"]),
        ],
        f"{HERE}, region x TALKS 'discussed' {PAGE}: planned and cancelled: is not one modality; "
        "actual was taken. Choose one of actual, planned, cancelled.",
    ),
    "a remark": (
        [region("rice", "TOPIC", "x", meta={"text": ["not sure"]})],
        f"{HERE}, region x TOPIC 'rice' {PAGE}: 'not sure': is a remark of the annotator, which a "
        "record has no place for. Read it when this article is adjudicated.",
    ),
    "a control that the interface has not": (
        [region("rice", "TOPIC", "x"), field("rice", "x", "mood", "choices", ["good"])],
        f"{HERE}, region x {PAGE}: mood (choices): is no control of the interface. Run `curation "
        "push` to set the project's interface again.",
    ),
    "an item of no region": (
        [{"id": None, "from_name": "mood", "type": "choices", "value": {"choices": ["good"]}}],
        f"{HERE}, an item {PAGE}: {{'id': None, 'from_name': 'mood', 'type': 'choices'}}: belongs "
        "to no region. Mark the words again.",
    ),
}


@pytest.mark.parametrize("fault", EXTRA)
def test_a_fault_is_one_finding_that_says_where_and_the_rest_of_the_answer_comes_back(
    fault: str,
) -> None:
    extra, message = EXTRA[fault]
    good, got = read(base()), read(base() + extra)
    assert said(got) == [message]
    kept = {"s1", "s2", "s3", "s4", "s5"}
    assert {span for span in got.annotation.spans if span.id in kept} == set(good.annotation.spans)
    assert got.annotation.events[0] == good.annotation.events[0]
    assert got.annotation.relations == good.annotation.relations


def test_arrows_of_a_region_that_was_left_out_are_findings_too() -> None:
    items = [item for item in base() if item.get("id") != "s3"]
    items.append(region("Nam", "NOBODY", "s3"))
    got = read(items)
    assert said(got)[1:] == [
        f"{HERE}, arrow GUEST {PAGE}: e1 -> s3: region s3 was left out. Mend that region."
    ]
    assert got.annotation.events[0].arguments == (Argument("HOST", "s2"), Argument("TIME", "s5"))


def test_an_arrow_that_fits_only_the_other_way_round_is_read_so_and_counted() -> None:
    wanted = read(base()).annotation
    items = [
        {**item, "from_id": item["to_id"], "to_id": item["from_id"]}
        if item["type"] == "relation"
        else item
        for item in base()
    ]
    got = read(items)
    assert got.annotation == wanted
    assert (got.turned, got.findings) == (4, ())


@pytest.mark.parametrize("direction", ["right", "left", "bi"])
def test_the_direction_set_in_the_panel_counts(direction: str) -> None:
    ends = ("s1", "s2") if direction == "left" else ("s2", "s1")
    items = [item for item in base() if item.get("labels") != ["HOLDS"]]
    got = read([*items, arrow(*ends, "HOLDS", direction=direction)])
    assert got.annotation == read(base()).annotation
    assert got.turned == 0


def test_texts_are_cut_from_the_article_whatever_label_studio_says() -> None:
    items = base()
    for item in items:
        if item["type"] == "labels":
            item["value"]["text"] = "something\\nelse"
    assert read(items).annotation == read(base()).annotation


def test_blanks_at_the_ends_of_a_mark_are_cut_off_and_counted() -> None:
    got = read([*base(), region(" rice", "TOPIC", "x")])
    assert got.annotation.spans[-1] == builders.span(TEXT, "rice", "TOPIC", "x")
    assert (got.trimmed, got.findings) == (1, ())


def test_a_trigger_without_a_modality_has_the_first_one() -> None:
    got = read([*base(), region("discussed", "TALKS", "x")])
    assert got.annotation.events[-1] == builders.event(TEXT, "discussed", "TALKS", "x")


def test_a_mark_that_was_changed_no_longer_says_what_proposed_it() -> None:
    kept = read([{**item, "origin": "prediction"} for item in base()])
    changed = read([{**item, "origin": "prediction-changed"} for item in base()])
    assert [span.by for span in kept.annotation.spans] == [None, "names", None, None, None]
    assert {span.by for span in changed.annotation.spans} == {None}


def test_values_that_the_screen_hides_after_a_change_of_label_are_left_out_and_counted() -> None:
    items = base()
    for item in items:
        if item.get("id") == "s2" and item["type"] == "labels":
            item["value"]["labels"] = ["ROLE"]
        if item.get("id") == "e1" and item["type"] == "labels":
            item["value"]["labels"] = ["TOPIC"]
    got = read([item for item in items if item["type"] != "relation"])
    assert got.annotation.spans[1].kb is None
    assert (got.hidden, got.findings) == (2, ())


def test_an_empty_field_is_no_value() -> None:
    items = [*base(), region("rice", "DATE", "x"), field("rice", "x", "value", "textarea", [" "])]
    got = read(items)
    assert got.annotation.spans[-1].value is None
    assert got.findings == ()
