"""A real server whose project has answers gets another contract."""

import json
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from curation import pipeline
from curation.cli import app
from curation.errors import DataError, Problem
from curation.labelstudio.changes import check
from curation.labelstudio.client import Client
from curation.labelstudio.interface import interface
from curation.labelstudio.mend import send_back
from curation.labelstudio.pull import PullReport, pull
from curation.labelstudio.push import PushReport, push
from curation.labelstudio.stamp import plain, read_stamp
from curation.labelstudio.tasks import result
from curation.migration import read_migrations
from curation.ontology import Ontology
from curation.records import Annotation
from curation.workspace import Workspace, read_jsonl, write_jsonl
from tests import changed
from tests.labelstudio import stories

pytestmark = pytest.mark.studio

OLD, NEW = changed.OLD, changed.next_contract()
STORY, TALKS = stories.reception()
OTHER, QUIET = stories.adjacent()
ARTICLES = [STORY, OTHER]


def send(place: Workspace, client: Client, ontology: Ontology) -> PushReport:
    return push(place, client, ARTICLES, {}, ontology, "", lambda x, _: x, grace=0.5)


def fetch(place: Workspace, client: Client, ontology: Ontology) -> PullReport:
    return pull(place, client, ARTICLES, ontology, lambda x, _: x)


def answers(place: Workspace) -> dict[str, Annotation]:
    return {one.article: one for one in read_jsonl(place.answers, Annotation)}


def give(place: Workspace, text: str = changed.STEP) -> None:
    place.migrations.mkdir(exist_ok=True)
    (place.migrations / "1.1.0.yaml").write_text(text)


@pytest.fixture
def task(place: Workspace, studio: Client) -> int:
    """A pushed project in which the first article is answered; its task."""
    report = send(place, studio, OLD)
    (task,) = studio.find_tasks(report.project, [STORY.id])[STORY.id]
    email = f"ann-{secrets.token_hex(4)}@localhost"
    studio.as_user(studio.sign_up(email, secrets.token_hex(12))).submit(task.id, result(TALKS))
    return task.id


def project(place: Workspace) -> int:
    return int(json.loads(place.project.read_bytes())["project"])


def test_what_is_only_added_goes_through_and_is_told(
    place: Workspace, studio: Client, task: int
) -> None:
    fresh = changed.changed(
        ("- name: TIME\n", "- name: WITNESS\n  fillers: [PERSON]\n  event_types: [SIGNING]\n"
         "  definition: {en: Who sees it., vi: Nguoi chung kien.}\n- name: TIME\n"),
    )  # fmt: skip
    report = send(place, studio, fresh)
    assert report.contract == ("contract 1.0.0 -> 1.1.0", "roles added: WITNESS")
    now = studio.project(report.project)
    assert '<Relation value="WITNESS" />' in now.interface
    assert plain(now.interface).strip() == interface(fresh).strip()
    assert send(place, studio, fresh).contract == ()
    assert fetch(place, studio, fresh).findings == 0
    assert answers(place)[STORY.id].contract == "1.1.0"


def test_names_that_no_answer_holds_may_go(place: Workspace, studio: Client, task: int) -> None:
    report = send(place, studio, changed.without("event_types", "SANCTION"))
    assert report.contract == ("contract 1.0.0 -> 1.1.0", "event types removed: SANCTION")
    assert "SANCTION" not in studio.project(report.project).interface


def test_what_would_orphan_answers_is_refused_and_the_server_stays_as_it_was(
    place: Workspace, studio: Client, task: int
) -> None:
    before = studio.project(project(place))
    with pytest.raises(DataError) as caught:
        send(place, studio, NEW)
    assert str(caught.value).splitlines() == [
        f"project {before.id} ({studio.url}/projects/{before.id}), contract 1.0.0 -> 1.1.0: "
        "labels added: DECORATION; event types added: MEETING; roles added: SIGNATORY; "
        "labels removed: HONOUR; event types removed: TALKS, CALL; "
        "no longer: role PARTICIPANT of SIGNING: would orphan 1 mark (1 answer read). "
        "Nothing was changed. Say in migrations/1.1.0.yaml what becomes of them: "
        "docs/migrations.md.",
        f"event type TALKS: 1 in task {task}: has no place in contract 1.1.0. "
        "Rename, merge, split or drop it.",
    ]
    assert caught.value.exit_code == 1
    assert studio.project(project(place)) == before


@pytest.mark.usefixtures("studio_environment")
def test_the_command_line_refuses_with_1_until_the_file_is_there(
    place: Workspace, task: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_jsonl(place.articles, ARTICLES)
    write_jsonl(place.candidates, [TALKS, QUIET])
    monkeypatch.setattr(pipeline, "load_ontology", lambda: NEW)
    line = ["push", "--workspace", str(place.root), "--json"]
    refused = CliRunner().invoke(app, line)
    assert (refused.exit_code, refused.stdout) == (1, "")
    told = refused.stderr.splitlines()
    assert told[0].startswith(f"Error: project {project(place)} (")
    assert "would orphan 1 mark (1 answer read). Nothing was changed." in told[0]
    assert told[1].startswith(f"event type TALKS: 1 in task {task}: has no place in contract 1.1.0")
    give(place)
    done = CliRunner().invoke(app, line)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["contract"] == [
        "contract 1.0.0 -> 1.1.0",
        "labels added: DECORATION",
        "event types added: MEETING",
        "roles added: SIGNATORY",
        "labels removed: HONOUR",
        "event types removed: TALKS, CALL",
        "no longer: role PARTICIPANT of SIGNING",
        f"event type TALKS: 1 in task {task}",
        "kept in the interface for earlier answers: HONOUR, TALKS, CALL",
    ]
    for command in ("pull", "adjudicate", "validate"):
        ran = CliRunner().invoke(app, [command, "--workspace", str(place.root), "--json"])
        assert ran.exit_code == 0, ran.output
    (gold,) = read_jsonl(place.gold, Annotation)
    assert (gold.contract, {e.type for e in gold.events}) == ("1.1.0", {"RECEPTION", "MEETING"})


def test_with_a_migration_old_and_new_answers_come_back_under_the_new_contract(
    place: Workspace, studio: Client, task: int
) -> None:
    fetch(place, studio, OLD)
    assert {e.type for e in answers(place)[STORY.id].events} == {"RECEPTION", "TALKS"}
    give(place)
    report = send(place, studio, NEW)
    held = studio.project(report.project)
    made = read_stamp(held.interface)
    assert made is not None
    assert (made.version, made.kept) == (
        "1.1.0",
        {"labels": ("HONOUR",), "event_types": ("TALKS", "CALL")},
    )
    assert [version for version, _ in made.before] == ["1.0.0"]
    (later,) = studio.find_tasks(report.project, [OTHER.id])[OTHER.id]
    studio.submit(later.id, result(QUIET))
    pulled = fetch(place, studio, NEW)
    assert list(read_jsonl(place.findings, Problem)) == []
    assert pulled.answers == 2
    got = answers(place)
    assert {one.contract for one in got.values()} == {"1.1.0"}
    assert [(e.id, e.type) for e in got[STORY.id].events] == [
        ("e1", "RECEPTION"),
        ("e2", "RECEPTION"),
        ("e3", "MEETING"),
    ]
    assert got[STORY.id].events[2].arguments == TALKS.events[2].arguments
    assert got[OTHER.id].events == QUIET.events
    # the server's answers are the annotators' own, and a second push has nothing to do
    (exported,) = studio.export(report.project, [task])
    assert [one["result"] for one in exported["annotations"]] == [result(TALKS)]
    assert send(place, studio, NEW).contract == ()
    assert studio.project(report.project).interface == held.interface


def test_of_several_projects_none_is_changed_where_one_would_be_refused(
    place: Workspace, studio: Client, task: int
) -> None:
    with pytest.raises(DataError, match="event type TALKS"):
        check(studio, [project(place)], NEW, ())
    give(place)
    check(studio, [project(place)], NEW, read_migrations(place.migrations))


def test_another_curator_who_has_the_file_pulls_before_the_push(
    place: Workspace, studio: Client, task: int
) -> None:
    before = studio.project(project(place)).interface
    give(place)
    assert fetch(place, studio, NEW).findings == 0
    assert {e.type for e in answers(place)[STORY.id].events} == {"RECEPTION", "MEETING"}
    assert studio.project(project(place)).interface == before


def test_what_is_left_to_a_person_comes_back_as_a_finding_and_is_sent_to_be_mended(
    place: Workspace, studio: Client, task: int
) -> None:
    new = changed.without("labels", "TOPIC")
    give(place, "from: 1.0.0\nto: 1.1.0\nlabels: {split: {TOPIC: [{to: null}]}}\n")
    report = send(place, studio, new)
    assert report.contract[-4:] == (
        f"label TOPIC: 2 in task {task}",
        f"label TOPIC: a person must decide 2 in task {task}",
        f"role TOPIC: a person must decide 2 in task {task}",
        "kept in the interface for earlier answers: TOPIC",
    )
    assert fetch(place, studio, new).findings == 2
    found = [str(one) for one in read_jsonl(place.findings, Problem)]
    assert "region s9 'nghề cá'" in found[0]
    assert "label TOPIC of contract 1.0.0: may be one of several in contract 1.1.0" in found[0]
    assert send_back(place, studio, ARTICLES, new).findings == 2


def test_a_project_whose_interface_has_no_stamp_is_migrated_by_the_file_that_knows_its_names(
    place: Workspace, studio: Client, task: int
) -> None:
    number = project(place)
    studio.update_project(number, {"label_config": interface(OLD)})
    give(place)
    assert fetch(place, studio, NEW).findings == 0
    assert send(place, studio, NEW).contract[0] == "contract 1.0.0 -> 1.1.0"
    assert fetch(place, studio, NEW).findings == 0
    assert {e.type for e in answers(place)[STORY.id].events} == {"RECEPTION", "MEETING"}


def test_an_interface_that_somebody_changed_by_hand_is_not_set_over_its_answers(
    place: Workspace, studio: Client, task: int
) -> None:
    number = project(place)
    held = studio.project(number).interface
    by_hand = held.replace(
        '<Relation value="CHAIR" />', '<Relation value="CHAIR" /><Relation value="AIDE" />'
    )
    studio.update_project(number, {"label_config": by_hand})
    report = send(place, studio, OLD)  # nobody has used it yet
    assert report.contract == ("contract 1.0.0 -> 1.0.0", "roles removed: AIDE")
    assert studio.project(number).interface == held
    studio.update_project(number, {"label_config": by_hand})
    arrow = {"type": "relation", "from_id": "e1", "to_id": "s2", "direction": "right"}
    studio.submit(task, [*result(TALKS), {**arrow, "labels": ["AIDE"]}])
    with pytest.raises(
        DataError, match=r"role AIDE: 1 in task .* has no place in contract 1\.0\.0"
    ):
        send(place, studio, OLD)
    assert studio.project(number).interface == by_hand


def test_a_file_of_tasks_goes_with_the_interface_that_the_answers_so_far_need(
    tmp_path: Path, place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_jsonl(place.articles, ARTICLES)
    write_jsonl(place.candidates, [QUIET])
    file = tmp_path / "tasks.json"
    line = ["push", "--to", str(file), "--workspace", str(place.root), "--json"]
    assert CliRunner().invoke(app, line).exit_code == 0
    first = file.with_suffix(".xml").read_text()
    write_jsonl(place.answers, [TALKS])
    monkeypatch.setattr(pipeline, "load_ontology", lambda: NEW)
    refused = CliRunner().invoke(app, line)
    assert refused.exit_code == 1
    assert f"event type TALKS: 1 in article {STORY.id}: has no place" in refused.stderr
    assert file.with_suffix(".xml").read_text() == first
    give(place)
    done = CliRunner().invoke(app, line)
    assert done.exit_code == 0, done.output
    told: Sequence[Any] = json.loads(done.stdout)["contract"]
    assert told[-1] == "kept in the interface for earlier answers: HONOUR, TALKS, CALL"
    second = file.with_suffix(".xml").read_text()
    assert CliRunner().invoke(app, line).exit_code == 0
    assert file.with_suffix(".xml").read_text() == second
    export = {"id": 7, "data": json.loads(file.read_bytes())[0]["data"]}
    answer = {"id": 1, "completed_by": 1, "result": result(TALKS), "was_cancelled": False}
    file.write_text(json.dumps([{**export, "annotations": [answer]}]))
    line = ["pull", "--from", str(file), "--workspace", str(place.root), "--json"]
    assert CliRunner().invoke(app, line).exit_code == 0
    assert {e.type for e in answers(place)[STORY.id].events} == {"RECEPTION", "MEETING"}
