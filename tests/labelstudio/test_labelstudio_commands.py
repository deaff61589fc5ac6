"""The options of push and pull reach what they name."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from curation.cli import app
from curation.labelstudio.client import Client
from curation.labelstudio.tasks import result
from curation.records import Annotation
from curation.workspace import Workspace, create, read_jsonl, write_jsonl
from tests.labelstudio import stories

ARTICLE, CANDIDATE = stories.adjacent()
LOOSE = {"type": "relation", "from_id": "e1", "to_id": "s1", "direction": "right"}


def run(place: Workspace, *arguments: str, code: int = 0) -> dict[str, Any]:
    line = [*arguments, "--workspace", str(place.root), "--json"]
    done = CliRunner().invoke(app, line)
    assert done.exit_code == code, done.output
    return json.loads(done.stdout) if done.stdout else {}


def fill(place: Workspace) -> Workspace:
    write_jsonl(place.articles, [ARTICLE])
    write_jsonl(place.candidates, [CANDIDATE])
    return place


def test_tasks_go_to_a_file_and_answers_come_from_one(tmp_path: Path) -> None:
    place = fill(create(tmp_path / "w", "Files"))
    file = tmp_path / "tasks.json"
    assert run(place, "push", "--to", str(file), "--blind", "1")["blind"] == 1
    (task,) = json.loads(file.read_text())
    assert (task["predictions"], task["data"]["blind"]) == ([], True)
    answer = {"id": 1, "completed_by": 1, "result": result(CANDIDATE), "was_cancelled": False}
    file.write_text(json.dumps([{**task, "id": 5, "annotations": [answer]}]))
    summary = run(place, "pull", "--from", str(file))
    assert (summary["answers"], summary["blind"], summary["findings"]) == (1, 1, 0)
    (got,) = read_jsonl(place.answers, Annotation)
    assert got.events == CANDIDATE.events
    assert not place.project.exists()


def test_findings_are_said_to_stand_in_their_file(tmp_path: Path) -> None:
    place = fill(create(tmp_path / "w", "Files"))
    file = tmp_path / "tasks.json"
    run(place, "push", "--to", str(file))
    (task,) = json.loads(file.read_text())
    given = {"id": 1, "completed_by": 1, "result": [*result(CANDIDATE), LOOSE]}
    file.write_text(
        json.dumps([{**task, "id": 5, "annotations": [given | {"was_cancelled": False}]}])
    )
    line = ["pull", "--from", str(file), "--workspace", str(place.root)]
    done = CliRunner().invoke(app, line)
    assert (done.exit_code, done.stderr.splitlines()[-1]) == (
        1,
        f"  {place.findings} says what and where",
    )


@pytest.mark.parametrize("other", [("--blind", "0.5"), ("--to", "x.json")])
def test_a_return_is_nothing_else_at_the_same_time(tmp_path: Path, other: tuple[str, str]) -> None:
    run(create(tmp_path / "w", "Files"), "push", "--return", *other, code=2)


@pytest.mark.studio
@pytest.mark.usefixtures("studio_environment")
def test_push_pull_return_and_full(place: Workspace, studio: Client) -> None:
    fill(place)
    project = run(place, "push")["project"]
    (task,) = studio.find_tasks(project, [ARTICLE.id])[ARTICLE.id]
    studio.submit(task.id, [*result(CANDIDATE), LOOSE])
    pulled = run(place, "pull", code=1)
    assert (pulled["answers"], pulled["findings"], pulled["fetched"]) == (1, 1, 1)
    assert (pulled["prelabels_kept"], pulled["prelabels_met_blind"]) == (1.0, None)
    assert run(place, "push", "--return")["findings"] == 1
    assert run(place, "pull", "--full", code=1)["fetched"] == 1


@pytest.mark.studio
@pytest.mark.usefixtures("studio_environment")
def test_the_pull_of_pre_labels_is_measured_on_those_who_did_not_see_them(
    place: Workspace, studio: Client
) -> None:
    fill(place)
    project = run(place, "push", "--blind", "1")["project"]
    (task,) = studio.find_tasks(project, [ARTICLE.id])[ARTICLE.id]
    studio.submit(task.id, result(CANDIDATE)[:2])
    pulled = run(place, "pull")
    assert (pulled["blind"], pulled["prelabels_kept"]) == (1, None)
    assert pulled["prelabels_met_blind"] == round(2 / 6, 4)
