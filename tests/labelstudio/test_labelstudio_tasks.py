"""Records go to Label Studio's JSON and come back as they were."""

import random
from collections.abc import Sequence
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation import integrity
from curation.labelstudio.answers import Answer, answer
from curation.labelstudio.tasks import prediction, result, task
from curation.ontology import load_ontology
from curation.records import Annotation, Article, Author
from tests import builders
from tests.labelstudio.annotation_strategy import annotated

ONTOLOGY = load_ontology()
PERSON = Author("person", "annotator-01")
WHEN = "2026-03-04T05:06:07.089000Z"


def read(items: Sequence[dict[str, Any]], article: Article) -> Answer:
    exported = {"id": 5, "result": items, "updated_at": WHEN}
    return answer(exported, article, ONTOLOGY, PERSON, 12, "http://studio/12")


def as_answer(annotation: Annotation) -> Annotation:
    return msgspec.structs.replace(annotation, author=PERSON, created=WHEN)


@given(annotated(), st.integers(0, 2**32))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_candidates_that_nobody_changes_come_back_equal(
    drawn: tuple[Article, Annotation], seed: int
) -> None:
    article, annotation = drawn
    items = as_the_screen_would(prediction(annotation)["result"], random.Random(seed))
    got = read(items, article)
    assert got.annotation == as_answer(annotation)
    assert got.findings == ()
    assert (got.trimmed, got.turned, got.hidden) == (0, 0, 0)


def as_the_screen_would(items: list[dict[str, Any]], rng: random.Random) -> list[dict[str, Any]]:
    """Change what Label Studio changes: the order, the texts, `origin`, which end is first."""
    made = []
    for item in items:
        if item["type"] != "relation":
            value = {**item["value"]}
            if item["type"] == "labels":
                value["text"] = value["text"].replace("\n", "\\n")
            made.append({**item, "value": value, "origin": "prediction"})
        elif rng.random() < 0.3:
            ends = {"from_id": item["to_id"], "to_id": item["from_id"], "direction": "left"}
            made.append({**item, **ends})
        else:
            made.append(item)
    rng.shuffle(made)
    return made


JUNK = st.none() | st.integers(-3, 40) | st.floats(allow_nan=False) | st.text(max_size=3)


@st.composite
def broken_results(draw: st.DrawFn) -> tuple[Article, list[dict[str, Any]]]:
    """A valid result in which some values were replaced by anything, or items left out."""
    article, annotation = draw(annotated())
    items: list[dict[str, Any]] = msgspec.json.decode(msgspec.json.encode(result(annotation)))
    names = ["PERSON", "TALKS", "nothing", "HOST", "OF"]
    for item in items:
        if draw(st.integers(0, 3)):
            continue
        value = item.get("value", item)
        field = draw(st.sampled_from(sorted(value)))
        value[field] = draw(JUNK | st.lists(st.sampled_from(names), max_size=2))
    return article, [item for item in items if draw(st.integers(0, 5))]


@given(broken_results())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_comes_the_record_keeps_the_contract_and_nothing_vanishes_in_silence(
    drawn: tuple[Article, list[dict[str, Any]]],
) -> None:
    article, items = drawn
    got = read(items, article)
    assert integrity.problems(got.annotation, article, ONTOLOGY) == []
    taken = len(got.annotation.spans) + len(got.annotation.events)
    regions = {str(item.get("id")) for item in items if item["type"] == "labels"}
    joined = sum(len(e.arguments) for e in got.annotation.events) + len(got.annotation.relations)
    arrows = sum(item["type"] == "relation" for item in items)
    assert len(regions) - taken + arrows - joined <= len(got.findings)


def test_a_task_holds_the_text_what_is_needed_to_read_it_and_the_way_back() -> None:
    text = "Lâm meets Nam\n\nThey met."
    article = builders.article(text, title=(0, 13), lang="en")
    assert task(article, None) == {
        "data": {
            "text": text,
            "title": "Lâm meets Nam",
            "published": "2024-10-28",
            "outlet": "–",
            "lang": "en",
            "article_id": article.id,
            "text_sha256": article.sha256,
            "blind": False,
            "mend": "",
        },
        "predictions": [],
    }


def test_a_prediction_names_its_author_and_the_mean_score_and_says_what_made_each_mark() -> None:
    text = "Lâm meets Nam"
    article = builders.article(text)
    lam = builders.span(text, "Lâm", "PERSON", "s1", kb="registry:lam", by="list")
    nam = builders.span(text, "Nam", "PERSON", "s2")
    lam = msgspec.structs.replace(lam, score=0.5)
    met = builders.event(text, "meets", "TALKS", "e1", [("PARTICIPANT", "s1")])
    met = msgspec.structs.replace(met, score=1.0)
    made = builders.annotation(article, [lam, nam], [met], author="rules", kind="model")
    place = {"start": 0, "end": 3}
    meta = {"text": ["by: list"]}
    assert prediction(made) == {
        "model_version": "rules",
        "score": 0.75,
        "result": [
            {
                "id": "s1",
                "from_name": "label",
                "to_name": "text",
                "type": "labels",
                "value": {**place, "text": "Lâm", "labels": ["PERSON"]},
                "meta": meta,
                "score": 0.5,
            },
            {
                "id": "s1",
                "from_name": "kb",
                "to_name": "text",
                "type": "textarea",
                "value": {**place, "text": ["registry:lam"]},
                "meta": meta,
            },
            {
                "id": "s2",
                "from_name": "label",
                "to_name": "text",
                "type": "labels",
                "value": {"start": 10, "end": 13, "text": "Nam", "labels": ["PERSON"]},
            },
            {
                "id": "e1",
                "from_name": "label",
                "to_name": "text",
                "type": "labels",
                "value": {"start": 4, "end": 9, "text": "meets", "labels": ["TALKS"]},
                "score": 1.0,
            },
            {
                "id": "e1",
                "from_name": "modality",
                "to_name": "text",
                "type": "choices",
                "value": {"start": 4, "end": 9, "choices": ["actual"]},
            },
            {
                "type": "relation",
                "from_id": "e1",
                "to_id": "s1",
                "direction": "right",
                "labels": ["PARTICIPANT"],
            },
        ],
    }


def test_two_roles_of_one_argument_share_an_arrow_since_the_screen_shows_no_second_one() -> None:
    text = "Hà Nội hosted the summit"
    article = builders.article(text)
    place = builders.span(text, "Hà Nội", "PLACE", "s1")
    held = builders.event(text, "summit", "CONFERENCE", "e1", [("HOST", "s1"), ("PLACE", "s1")])
    made = builders.annotation(article, [place], [held])
    arrows = [item["labels"] for item in result(made) if item["type"] == "relation"]
    assert arrows == [["HOST", "PLACE"]]
    assert read(result(made), article).annotation == as_answer(made)
