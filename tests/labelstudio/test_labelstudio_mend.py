"""What was found goes back to the annotator, is mended, and then the note is gone."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from curation.errors import Problem, UsageError
from curation.labelstudio.client import Client
from curation.labelstudio.mend import send_back
from curation.labelstudio.pull import PullReport, pull
from curation.labelstudio.push import push
from curation.labelstudio.tasks import result
from curation.ontology import load_ontology
from curation.records import Annotation, Article
from curation.workspace import Workspace, read_jsonl
from tests.labelstudio import stories

pytestmark = pytest.mark.studio

ONTOLOGY = load_ontology()
LOOSE = {"type": "relation", "from_id": "e1", "to_id": "s1", "direction": "right"}


def push_all(place: Workspace, client: Client, pairs: Sequence[tuple[Article, Annotation]]) -> int:
    candidates = {article.id: candidate for article, candidate in pairs}
    articles = [article for article, _ in pairs]
    return push(place, client, articles, candidates, ONTOLOGY, "", lambda x, _: x).project


def pull_all(
    place: Workspace, client: Client, pairs: Sequence[tuple[Article, Annotation]]
) -> PullReport:
    return pull(place, client, [article for article, _ in pairs], ONTOLOGY, lambda x, _: x)


def notes(client: Client, project: int, pairs: Sequence[tuple[Article, Annotation]]) -> list[Any]:
    found = client.find_tasks(project, [article.id for article, _ in pairs])
    return [found[article.id][0].data["mend"] for article, _ in pairs]


def update(client: Client, annotation: int, items: list[dict[str, Any]]) -> None:
    """Press Update after a change of an answer."""
    key = {"Authorization": f"Token {client.key}"}
    address = f"{client.url}/api/annotations/{annotation}/"
    httpx.patch(address, json={"result": items}, headers=key, trust_env=False).raise_for_status()


def test_a_finding_goes_to_the_task_it_was_made_in_and_leaves_when_it_is_mended(
    place: Workspace, studio: Client
) -> None:
    pairs = [stories.adjacent(), stories.astral()]
    articles = [article for article, _ in pairs]
    email = f"ann-{secrets.token_hex(4)}@localhost"
    ann = studio.as_user(studio.sign_up(email, secrets.token_hex(12)))
    project = push_all(place, studio, pairs)
    found = studio.find_tasks(project, [article.id for article in articles])
    tasks = [found[article.id][0].id for article in articles]
    wrong = ann.submit(tasks[0], [*result(pairs[0][1]), LOOSE])
    ann.submit(tasks[1], result(pairs[1][1]))
    assert pull_all(place, studio, pairs).findings == 1

    report = send_back(place, studio, articles, ONTOLOGY)
    assert (report.tasks, report.findings, report.changed, report.cleared) == (1, 1, 1, 0)
    assert notes(studio, project, pairs) == [
        f"To mend ({email}):\n• arrow CONFERENCE 'Summit' --> COUNTRY 'Peru': no role: an arrow "
        "has a role or a relation. Give it one in the panel Relations, or delete it.",
        "",
    ]
    assert send_back(place, studio, articles, ONTOLOGY).changed == 0
    key = {"Authorization": f"Token {studio.key}"}
    view = report.urls[0].rpartition("=")[2]
    listed = httpx.get(
        f"{studio.url}/api/tasks/", params={"view": view}, headers=key, trust_env=False
    ).json()
    assert [task["id"] for task in listed["tasks"]] == [tasks[0]]

    update(ann, wrong, result(pairs[0][1]))
    again = pull_all(place, studio, pairs)
    assert (again.findings, again.answers, again.superseded) == (0, 2, 0)
    done = send_back(place, studio, articles, ONTOLOGY)
    assert (done.tasks, done.changed, done.cleared, done.urls) == (0, 1, 1, report.urls)
    assert notes(studio, project, pairs) == ["", ""]
    assert pull_all(place, studio, pairs).answers == 2


def test_a_return_leaves_answers_and_candidates_as_they_are(
    place: Workspace, studio: Client
) -> None:
    pairs = [stories.adjacent()]
    project = push_all(place, studio, pairs)
    (task,) = studio.find_tasks(project, [pairs[0][0].id])[pairs[0][0].id]
    studio.submit(task.id, [*result(pairs[0][1]), LOOSE])
    pull_all(place, studio, pairs)
    before = studio.export(project, [task.id])[0]
    send_back(place, studio, [pairs[0][0]], ONTOLOGY)
    after = studio.export(project, [task.id])[0]
    assert (before["annotations"], before["predictions"]) == (
        after["annotations"],
        after["predictions"],
    )
    assert after["data"] == {**before["data"], "mend": after["data"]["mend"]}
    report = push(
        place, studio, [pairs[0][0]], {pairs[0][0].id: pairs[0][1]}, ONTOLOGY, "",
        lambda x, _: x,
    )  # fmt: skip
    assert (report.replaced, report.problems) == (0, ())
    assert notes(studio, project, pairs) == [after["data"]["mend"]]


def test_what_only_the_curator_can_answer_is_not_sent_back(
    place: Workspace, studio: Client
) -> None:
    pairs = [stories.adjacent()]
    project = push_all(place, studio, pairs)
    (task,) = studio.find_tasks(project, [pairs[0][0].id])[pairs[0][0].id]
    first, *others = result(pairs[0][1])
    studio.submit(task.id, [{**first, "meta": {"text": ["is this a country?"]}}, *others])
    assert pull_all(place, studio, pairs).findings == 1
    (finding,) = read_jsonl(place.findings, Problem)
    assert finding.rule == "is a remark of the annotator, which a record has no place for"
    assert send_back(place, studio, [pairs[0][0]], ONTOLOGY).tasks == 0


def test_before_the_first_pull_there_is_nothing_to_return(place: Workspace, studio: Client) -> None:
    with pytest.raises(UsageError, match=r"run `curation pull` first\.$"):
        send_back(place, studio, [], ONTOLOGY)


def test_the_interface_shows_the_note(tmp_path: Path) -> None:
    from curation.labelstudio.interface import interface

    assert '<Header value="$mend"' in interface(ONTOLOGY)
