"""Answers of an earlier contract are read as the records that they would have become."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given

from curation.labelstudio.answers import answer
from curation.labelstudio.interface import interface
from curation.labelstudio.migrated import Passage
from curation.labelstudio.stamp import (
    Stamp,
    plain,
    read_interface,
    read_stamp,
    stamp,
    stamped,
)
from curation.labelstudio.tasks import result
from curation.migration import Changes, Migration, Rule, difference, migrate
from curation.ontology import Ontology
from curation.records import Annotation, Article
from tests import builders, changed
from tests.labelstudio import stories
from tests.labelstudio.annotation_strategy import annotated

OLD, NEW, STEP = changed.OLD, changed.next_contract(), changed.step()
UNTIL = "2026-11-20T10:00:00.000000Z"
KEPT = {"labels": ("HONOUR",), "event_types": ("TALKS",), "roles": ("FORMER",)}


def passage(migration: Migration = STEP, ontology: Ontology = NEW) -> Passage:
    return Passage(ontology, (migration,), stamp(ontology, [("1.0.0", UNTIL)]))


def read(
    items: Sequence[dict[str, Any]], article: Article, way: Passage, updated: str = UNTIL
) -> tuple[Annotation, list[str]]:
    """The answer as a pull reads it, and its findings."""
    given = {"result": list(items), "updated_at": updated}
    brought, open_ones = way.bring(given, "task 1 by ann", "page")
    author = builders.annotation(article).author
    made = answer(brought, article, way.ontology, author, 1, "page")
    found = [str(one) for one in (*made.findings, *open_ones)]
    return way.fused(made.annotation, given), found


def content(annotation: Annotation) -> tuple[Any, ...]:
    spans = {(s.id, s.start, s.end, s.label, s.value, s.kb) for s in annotation.spans}
    events = {
        (e.id, e.type, e.start, e.end, e.modality, frozenset((a.role, a.span) for a in e.arguments))
        for e in annotation.events
    }
    return annotation.contract, spans, events, frozenset(annotation.relations)


@given(annotated())
def test_an_answer_migrated_on_its_way_in_is_the_record_migrated(
    made: tuple[Article, Annotation],
) -> None:
    article, annotation = made
    got, findings = read(result(annotation), article, passage())
    assert content(got) == content(migrate(annotation, STEP, NEW).annotation)
    assert findings == []


@given(annotated())
def test_an_answer_of_the_present_contract_is_left_alone(made: tuple[Article, Annotation]) -> None:
    _, annotation = made
    moved = migrate(annotation, STEP, NEW).annotation
    given_now = {"result": result(moved), "updated_at": "2026-11-20T10:00:01Z"}
    brought, findings = passage().bring(given_now, "", "")
    assert (brought["result"], findings) == (given_now["result"], ())


def test_a_retired_name_is_migrated_also_in_an_answer_handed_in_after_the_change() -> None:
    article, annotation = stories.reception()
    got, findings = read(result(annotation), article, passage(), "2026-11-21T00:00:00Z")
    assert {event.type for event in got.events} == {"RECEPTION", "MEETING"}
    assert findings == []


RULES = (Rule(to="PARTY", kb=("registry:le-van-nam",)), Rule(to="PERSON"))


def test_a_name_that_stays_is_split_in_answers_of_the_old_contract_only() -> None:
    article, annotation = stories.reception()
    new = changed.changed()
    way = passage(Migration("1.0.0", "1.1.0", labels=Changes(split={"PERSON": RULES})), new)
    old, _ = read(result(annotation), article, way)
    present, _ = read(result(annotation), article, way, "2026-11-20T10:00:00.000001Z")
    assert [s.label for s in old.spans if s.id in ("s2", "s6")] == ["PARTY", "PERSON"]
    assert [s.label for s in present.spans if s.id in ("s2", "s6")] == ["PERSON", "PERSON"]


def test_without_a_stamp_an_answer_that_holds_a_retired_name_is_read_as_old_in_whole() -> None:
    _, annotation = stories.reception()
    roles = Changes(split={"TOPIC": (Rule(to="OCCASION"),)})
    both = msgspec.structs.replace(STEP, roles=roles)
    items = result(annotation)
    way = Passage(NEW, (both,))
    brought, _ = way.bring({"result": items}, "", "")
    named = {name for item in brought["result"] for name in item.get("labels", ())}
    assert "OCCASION" in named
    assert "TOPIC" not in named
    younger = [item for item in items if (item.get("value") or {}).get("labels") != ["TALKS"]]
    assert way.bring({"result": younger}, "", "")[0]["result"] == younger


def test_what_is_left_to_a_person_is_a_finding_that_names_task_and_region() -> None:
    article, annotation = stories.reception()
    asked = Migration("1.0.0", "1.1.0", labels=Changes(split={"PLACE": (Rule(to=None),)}))
    got, findings = read(result(annotation), article, passage(asked, changed.changed()))
    assert "s8" not in {span.id for span in got.spans}
    assert findings == [
        "task 1 by ann, region s8 'Huế' (page): label PLACE of contract 1.0.0: may be one of "
        "several in contract 1.1.0; it was left out, with its arrows. Say which it is of those "
        "that contract 1.1.0 has, then press Update."
    ]


def test_modality_attribute_and_relation_follow_their_rules() -> None:
    article, annotation = stories.reception()
    new = changed.changed(("planned", "foreseen"), ("name: HOLDS", "name: HAS"))
    step = Migration(
        "1.0.0",
        "1.1.0",
        modalities=Changes(rename={"planned": "foreseen"}),
        relations=Changes(
            split={"HOLDS": (Rule(to="HAS", from_labels=("PERSON",)), Rule(drop=True))}
        ),
        attributes=Changes(split={"kb": (Rule(drop=True, labels=("COUNTRY",)), Rule(to="kb"))}),
    )
    got, findings = read(result(annotation), article, passage(step, new))
    assert content(got) == content(migrate(annotation, step, new).annotation)
    assert [event.modality for event in got.events] == ["actual", "actual", "foreseen"]
    assert [relation.type for relation in got.relations] == ["HAS", "OF"]
    assert {span.kb for span in got.spans} == {None, "registry:le-van-nam"}
    assert findings == []


# --- what the server's interface says ---------------------------------------------------------


@pytest.mark.parametrize("ontology", [OLD, NEW])
@pytest.mark.parametrize("kept", [{}, KEPT])
def test_an_interface_says_of_which_contract_it_is(
    ontology: Ontology, kept: dict[str, tuple[str, ...]]
) -> None:
    made = stamp(ontology, [("0.9.0", UNTIL)], kept)
    text = stamped(interface(ontology, kept), made)
    assert plain(text) == interface(ontology, kept)
    assert read_stamp(text) == made
    got = read_interface(text, OLD)
    assert not difference(got, ontology) or (kept and ontology is OLD)
    assert got.version == ontology.version


def test_a_retired_attribute_is_kept_on_the_labels_that_there_are() -> None:
    labels = {
        name: msgspec.structs.replace(one, attributes=tuple(a for a in one.attributes if a == "kb"))
        for name, one in OLD.labels.items()
    }
    attributes = {"kb": OLD.attributes["kb"]}
    new = msgspec.structs.replace(OLD, labels=labels, attributes=attributes)
    kept = {"attributes": ("value",)}
    text = stamped(interface(new, kept), stamp(new, kept=kept))
    assert '<TextArea name="value"' in text
    assert not difference(read_interface(text, OLD), new)


def test_a_stamp_can_hold_anything_that_a_pattern_may_be() -> None:
    made = Stamp("1.0.0", attributes={"kb": "^-->--<!-- \\d-{2}$"})
    assert read_stamp(stamped(interface(OLD), made)) == made


def test_an_interface_changed_by_hand_is_read_as_it_is() -> None:
    text = interface(OLD).replace('<Label value="TOPIC"', '<Label value="FIELD"', 1)
    text = text.replace(
        '<Relation value="CHAIR" />', '<Relation value="CHAIR" /><Relation value="X" />'
    )
    told = difference(OLD, read_interface(text, OLD))
    assert told.added == {"labels": ("FIELD",), "roles": ("X",)}
    assert told.removed == {"labels": ("TOPIC",)}
    assert read_stamp(text) is None


def test_an_answer_is_of_the_contract_that_was_in_force_when_it_was_last_changed() -> None:
    made = Stamp("1.2.0", (("1.0.0", UNTIL), ("1.1.0", "2026-11-21T00:00:00.000000Z")))
    times = [UNTIL, "2026-11-20T10:00:00.000001Z", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"]
    assert [made.contracts_from(t)[0] for t in times] == ["1.0.0", "1.1.0", "1.1.0", "1.2.0"]
    assert made.contracts_from(UNTIL) == ["1.0.0", "1.1.0", "1.2.0"]
    assert made.contracts_from(None) == ["1.2.0"]


def test_a_contract_that_only_added_names_needs_no_file_for_the_next_one_to_hold() -> None:
    article, annotation = stories.reception()
    new = changed.changed(version="1.2.0")
    split = Migration("1.1.0", "1.2.0", labels=Changes(split={"PERSON": RULES}))
    made = stamp(new, [("1.0.0", UNTIL), ("1.1.0", "2026-11-21T00:00:00Z")])
    got, _ = read(result(annotation), article, Passage(new, (split,), made))
    assert [s.label for s in got.spans if s.id in ("s2", "s6")] == ["PARTY", "PERSON"]


def test_kept_names_are_shown_and_cannot_be_chosen() -> None:
    text = interface(OLD, KEPT)
    assert ".c-retired { display: none; }" in text
    assert '<View className="c-retired">' in text
    assert "content: 'HONOUR'" in text
    assert '<Relation value="FORMER" />' in text
    assert "c-retired" not in interface(OLD)
