"""What a change of the contract does to annotations, and how they follow it."""

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation import integrity, migration
from curation.errors import DataError
from curation.migration import Changes, Migration, Rule, migrate, read_migrations
from curation.ontology import Ontology
from curation.records import Annotation, Article
from tests import builders, changed
from tests.labelstudio import stories
from tests.labelstudio.annotation_strategy import annotated

OLD, NEW, STEP = changed.OLD, changed.next_contract(), changed.step()
SAME = Migration(from_="1.0.0", to="1.1.0")


def renumbered(ontology: Ontology, version: str = "1.1.0") -> Ontology:
    return msgspec.structs.replace(ontology, version=version)


def with_contract(annotation: Annotation, version: str) -> Annotation:
    return msgspec.structs.replace(annotation, contract=version)


# --- properties ------------------------------------------------------------------------------


@given(annotated())
def test_what_is_migrated_keeps_the_new_contract_and_every_mark(
    made: tuple[Article, Annotation],
) -> None:
    article, annotation = made
    done = migrate(annotation, STEP, NEW)
    assert done.orphans == () or {o.table for o in done.orphans} == {"event_types"}
    assert integrity.problems(done.annotation, article, NEW) == []
    places = [(s.id, s.start, s.end, s.text) for s in annotation.spans]
    assert [(s.id, s.start, s.end, s.text) for s in done.annotation.spans] == places
    assert {(e.start, e.end) for e in done.annotation.events} == {
        (e.start, e.end) for e in annotation.events
    }
    assert done.annotation.contract == "1.1.0"


@given(annotated())
def test_a_migration_that_says_nothing_changes_nothing(made: tuple[Article, Annotation]) -> None:
    _, annotation = made
    done = migrate(annotation, SAME, renumbered(OLD))
    assert (done.orphans, done.touched) == ((), {})
    assert with_contract(done.annotation, "1.0.0") == annotation


@given(annotated())
def test_a_rename_there_and_back_is_the_identity(made: tuple[Article, Annotation]) -> None:
    _, annotation = made
    names = {
        "labels": {"PERSON": "HUMAN"},
        "event_types": {"TALKS": "MEETING"},
        "roles": {"HOST": "RECEIVER", "PLACE": "WHERE"},
        "relations": {"OF": "BELONGS"},
        "modalities": {"planned": "foreseen"},
    }
    there = {table: Changes(rename=of) for table, of in names.items()}
    back = {t: Changes(rename={new: old for old, new in of.items()}) for t, of in names.items()}
    moved = migrate(annotation, Migration("1.0.0", "1.1.0", **there)).annotation
    assert not {span.label for span in moved.spans} & {"PERSON"}
    again = migrate(moved, Migration("1.1.0", "1.0.0", **back), OLD)
    assert (again.annotation, again.orphans) == (annotation, ())


@given(annotated())
def test_two_names_can_be_exchanged(made: tuple[Article, Annotation]) -> None:
    _, annotation = made
    swap = {"ORG": "PARTY", "PARTY": "ORG"}
    both = Migration("1.0.0", "1.1.0", labels=Changes(rename=swap))
    moved = migrate(annotation, both).annotation
    assert [s.label for s in moved.spans] == [swap.get(s.label, s.label) for s in annotation.spans]


@given(annotated(), st.sampled_from(list(OLD.labels)))
def test_without_a_migration_every_mark_of_a_removed_label_is_an_orphan(
    made: tuple[Article, Annotation], label: str
) -> None:
    article, annotation = made
    new = changed.without("labels", label)
    done = migrate(annotation, SAME, new)
    lost = [span.id for span in annotation.spans if span.label == label]
    assert len(done.annotation.spans) == len(annotation.spans) - len(lost)
    orphans = [one for one in done.orphans if one.table == "labels"]
    assert [one.problem.value for one in orphans] == [label] * len(lost)
    arrows = sum(len(event.arguments) for event in annotation.events)
    kept = sum(len(event.arguments) for event in done.annotation.events)
    assert arrows - kept == sum(one.table == "roles" for one in done.orphans)
    assert integrity.problems(done.annotation, article, new) == []


# --- operations ------------------------------------------------------------------------------


def story() -> tuple[Article, Annotation]:
    text = "Peru and Chile signed and held talks in Lima."
    article = builders.article(text)
    spans = [
        builders.span(text, "Peru", "COUNTRY", "s1", kb="iso3166:PE"),
        builders.span(text, "Chile", "COUNTRY", "s2", kb="iso3166:CL"),
        builders.span(text, "Lima", "PLACE", "s3"),
    ]
    both = [("PARTICIPANT", "s1"), ("PARTICIPANT", "s2")]
    events = [
        builders.event(text, "signed", "SIGNING", "e1", both),
        builders.event(text, "talks", "TALKS", "e2", [*both, ("PLACE", "s3")]),
        builders.event(text, "talks", "CALL", "e3", [("PARTICIPANT", "s1"), ("TIME", "s3")][:1]),
    ]
    return article, builders.annotation(article, spans, events)


def test_a_split_role_follows_the_type_of_its_event_and_merged_triggers_are_joined() -> None:
    _, annotation = story()
    done = migrate(annotation, STEP, NEW)
    signing, meeting = done.annotation.events
    assert [a.role for a in signing.arguments] == ["SIGNATORY", "SIGNATORY"]
    assert (meeting.id, meeting.type) == ("e2", "MEETING")
    assert [(a.role, a.span) for a in meeting.arguments] == [
        ("PARTICIPANT", "s1"),
        ("PARTICIPANT", "s2"),
        ("PLACE", "s3"),
    ]
    assert done.touched == {
        ("event_types", "TALKS"): 1,
        ("event_types", "CALL"): 1,
        ("roles", "PARTICIPANT"): 2,
    }


def test_merged_triggers_of_two_modalities_both_stay_and_are_told() -> None:
    _, annotation = story()
    *others, call = annotation.events
    planned = msgspec.structs.replace(call, modality="planned")
    done = migrate(msgspec.structs.replace(annotation, events=(*others, planned)), STEP, NEW)
    assert [event.id for event in done.annotation.events] == ["e1", "e2", "e3"]
    (orphan,) = done.orphans
    assert orphan.problem.rule == (
        "became the same trigger as another at these words, of another modality"
    )


def test_a_label_is_split_by_a_list_of_kb_and_the_rest_is_for_a_person() -> None:
    _, annotation = story()
    rules = (Rule(to="NEIGHBOUR", kb=("iso3166:PE",)), Rule(to=None))
    split = Migration("1.0.0", "1.1.0", labels=Changes(split={"COUNTRY": rules}))
    new = changed.changed(("COUNTRY", "NEIGHBOUR"))
    done = migrate(annotation, split, new)
    assert [(s.id, s.label) for s in done.annotation.spans] == [
        ("s1", "NEIGHBOUR"),
        ("s3", "PLACE"),
    ]
    assert all(one.asked for one in done.orphans)
    assert str(done.orphans[0].problem) == (
        f"{annotation.article} by annotator-01, s2 'Chile': COUNTRY: may be one of several in "
        "contract 1.1.0. Let a person decide, or say in migrations/ what becomes of it "
        "(docs/migrations.md)."
    )
    assert [one.key for one in done.orphans[1:]] == [("roles", "PARTICIPANT")] * 2


def test_what_is_dropped_goes_with_its_arrows_and_is_no_orphan() -> None:
    _, annotation = story()
    drop = Migration("1.0.0", "1.1.0", labels=Changes(drop=("PLACE",)))
    done = migrate(annotation, drop, changed.without("labels", "PLACE"))
    assert [span.id for span in done.annotation.spans] == ["s1", "s2"]
    assert {a.role for e in done.annotation.events for a in e.arguments} == {"PARTICIPANT"}
    assert done.orphans == ()
    assert done.touched == {("labels", "PLACE"): 1}


def test_a_role_that_takes_a_label_no_more_orphans_those_arguments_only() -> None:
    _, annotation = story()
    new = changed.changed(
        ("- name: PLACE\n  fillers: [PLACE, COUNTRY]", "- name: PLACE\n  fillers: [COUNTRY]")
    )
    done = migrate(annotation, SAME, new)
    (orphan,) = done.orphans
    assert orphan.key == ("roles", "PLACE")
    assert orphan.problem.rule == "TALKS takes no PLACE that is a PLACE in contract 1.1.0"


def test_a_value_that_its_label_has_no_more_is_an_orphan_unless_it_is_dropped() -> None:
    _, annotation = story()
    bare = {**OLD.labels, "COUNTRY": msgspec.structs.replace(OLD.labels["COUNTRY"], attributes=())}
    new = msgspec.structs.replace(renumbered(OLD), labels=bare)
    done = migrate(annotation, SAME, new)
    assert [one.key for one in done.orphans] == [("attributes", "kb")] * 2
    rules = (Rule(drop=True, labels=("COUNTRY",)), Rule(to="kb"))
    drop = Migration("1.0.0", "1.1.0", attributes=Changes(split={"kb": rules}))
    done = migrate(annotation, drop, new)
    assert (done.orphans, {span.kb for span in done.annotation.spans}) == ((), {None})


def test_annotations_go_along_a_lineage_from_the_contract_they_were_made_under() -> None:
    _, annotation = story()
    last = changed.changed(("COUNTRY", "REALM"), version="1.2.0")
    line = (
        Migration("1.0.0", "1.1.0", labels=Changes(rename={"COUNTRY": "STATE"})),
        Migration("1.1.0", "1.2.0", labels=Changes(rename={"STATE": "REALM"})),
    )
    assert migration.lineage(reversed(line), "1.2.0") == line
    done = migration.migrate_along(annotation, line, last)
    assert [span.label for span in done.annotation.spans] == ["REALM", "REALM", "PLACE"]
    assert (done.annotation.contract, done.orphans) == ("1.2.0", ())
    assert migration.migrate_along(done.annotation, line, last).annotation == done.annotation


def test_a_difference_is_told_by_table_and_by_what_is_allowed() -> None:
    assert not migration.difference(OLD, OLD)
    assert migration.difference(OLD, NEW).lines() == [
        "labels added: DECORATION",
        "event types added: MEETING",
        "roles added: SIGNATORY",
        "labels removed: HONOUR",
        "event types removed: TALKS, CALL",
        "no longer: role PARTICIPANT of SIGNING",
    ]
    narrow = changed.changed(("fillers: [PLACE, COUNTRY]", "fillers: [PLACE, ORG]"))
    assert migration.difference(OLD, narrow).lines() == [
        "no longer: role PLACE filled by COUNTRY",
        "now also: role PLACE filled by ORG",
    ]


def test_an_effect_counts_by_name_and_names_a_few_places() -> None:
    made = [(f"task {n}", migrate(stories.reception()[1], STEP, NEW)) for n in range(5)]
    told = migration.effect(made)
    assert (told.answers, told.orphaned, told.asked) == (5, {}, {})
    assert told.lines() == ["event type TALKS: 5 in task 0, task 1, task 2 and 2 more"]


# --- files -----------------------------------------------------------------------------------


def test_a_file_reads_as_the_same_migration_in_yaml_and_in_toml(tmp_path: Path) -> None:
    assert read_migrations(tmp_path / "none") == ()
    (tmp_path / "1.1.0.yaml").write_text(changed.STEP)
    (tmp_path / "notes.txt").write_text("no migration")
    assert read_migrations(tmp_path) == (STEP,)
    (tmp_path / "1.1.0.yaml").unlink()
    (tmp_path / "1.1.0.toml").write_text(
        'from = "1.0.0"\nto = "1.1.0"\n[labels.rename]\nHONOUR = "DECORATION"\n'
        '[event_types.merge]\nMEETING = ["TALKS", "CALL"]\n'
        '[[roles.split.PARTICIPANT]]\nto = "SIGNATORY"\nevent_types = ["SIGNING"]\n'
        '[[roles.split.PARTICIPANT]]\nto = "PARTICIPANT"\n'
    )
    assert read_migrations(tmp_path) == (STEP,)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("from: 1.0.0", "1.1.0.yaml: Object missing required field `to`: is no migration. See"),
        ("labels: {renam: {A: B}}", "unknown field `renam` - at `$.labels`: is no migration."),
        ("labels: {rename: {A: B}, drop: [A]}", "labels: A: is named 2 times among the operations"),
        ("labels: {merge: {B: [A]}}", "labels.merge: B: A: merges fewer than two. Rename it."),
        ("labels: {rename: {A: C, B: C}}", "C: is the new name of 2 operations. Merge the old"),
        (
            "labels: {split: {A: [{to: B, kb: [x]}]}}",
            "labels.split.A: rule 1: the last rule has conditions. End with one rule without",
        ),
        ("labels: {split: {A: [{to: B}, {to: C}]}}", "rule 1: hides the rules after it. End with"),
        ("roles: {split: {A: [{}]}}", "rule 1: says neither to nor drop. Give one of `to: NAME`"),
        ("roles: {split: {A: [{to: B, drop: true}]}}", "rule 1: says both to and drop."),
        (
            "roles: {split: {A: [{to: B, value: [x]}, {to: A}]}}",
            "rule 1: value: is no condition of roles. Use event_types or labels or kb.",
        ),
        ("roles: {split: {A: []}}", "roles.split.A: no rule: a split has rules."),
    ],
)
def test_a_file_that_is_wrong_is_refused(tmp_path: Path, text: str, message: str) -> None:
    head = "" if text.startswith("from") else "from: 1.0.0\nto: 1.1.0\n"
    (tmp_path / "1.1.0.yaml").write_text(head + text)
    with pytest.raises(DataError) as caught:
        read_migrations(tmp_path)
    assert message in str(caught.value)


def test_two_files_that_begin_at_one_contract_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("from: 1.0.0\nto: 1.1.0")
    (tmp_path / "b.yaml").write_text("from: 1.0.0\nto: 1.2.0")
    with pytest.raises(DataError) as caught:
        read_migrations(tmp_path)
    assert str(caught.value).splitlines()[0] == (
        "a.yaml: from: 1.0.0: another migration has the same; there is one way from each "
        "contract. Put the two into one file."
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rename": {"HONOR": "DECORATION"}}, "labels: HONOR: is no label of contract 1.0.0."),
        ({"rename": {"HONOUR": "MEDAL"}}, "labels: MEDAL: is no label of contract 1.1.0. Use one"),
        (
            {"rename": {"HONOUR": "ORG"}},
            "HONOUR: ORG: ORG stands in contract 1.0.0 already. Say `merge: {ORG: [ORG, HONOUR]}`.",
        ),
    ],
)
def test_a_migration_is_checked_against_both_contracts(
    changes: dict[str, Any], message: str
) -> None:
    wrong = Migration("1.0.0", "1.1.0", labels=Changes(**changes))
    (problem,) = migration.misfits(wrong, new=NEW, old=OLD)
    assert message in str(problem)
    assert migration.misfits(STEP, new=NEW, old=OLD) == []


def test_the_examples_of_the_documentation_are_migrations(tmp_path: Path) -> None:
    text = (Path(__file__).parent.parent / migration.DOCS).read_text(encoding="utf-8")
    first, second = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (tmp_path / "1.1.0.yaml").write_text(first)
    (tmp_path / "1.2.0.yaml").write_text(second)
    made = read_migrations(tmp_path)
    assert made[0] == STEP
    assert migration.lineage(made, "1.2.0") == made
    for names in migration.CONDITIONS.values():
        assert all(f"`{name}`" in text for name in names)
