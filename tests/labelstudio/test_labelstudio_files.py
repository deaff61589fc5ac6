"""A team without a server gets the same tasks, and its exports pass the same border."""

import json
import secrets
from pathlib import Path
from typing import Any

import httpx
import pytest

from curation import workspace
from curation.errors import Problem, ServiceError, UsageError
from curation.labelstudio.client import Client
from curation.labelstudio.files import pull_file, push_file
from curation.labelstudio.interface import interface
from curation.labelstudio.pull import pull
from curation.labelstudio.push import push
from curation.labelstudio.stamp import plain
from curation.labelstudio.tasks import result, task
from curation.ontology import load_ontology
from curation.records import Annotation
from curation.workspace import Workspace, read_jsonl
from tests import builders
from tests.labelstudio import stories

ONTOLOGY = load_ontology()
ARTICLE, CANDIDATE = stories.adjacent()


@pytest.fixture
def bare(tmp_path: Path) -> Workspace:
    """A workspace without a server."""
    return workspace.create(tmp_path / "bare", "Bare")


def annotation(number: int, items: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    base = {"id": number, "completed_by": 3, "result": items, "was_cancelled": False}
    return {**base, "updated_at": f"2026-01-02T03:04:{number:02}Z", **more}


def export(path: Path, *annotations: dict[str, Any]) -> Path:
    one = {"id": 7, "data": task(ARTICLE, None)["data"], "annotations": list(annotations)}
    path.write_text(json.dumps([one]))
    return path


def test_the_file_holds_the_tasks_that_a_push_would_send_and_what_the_project_needs(
    tmp_path: Path,
) -> None:
    nul = builders.article("Nul \0 here")
    candidates = {ARTICLE.id: CANDIDATE}
    report = push_file(tmp_path / "t.json", [ARTICLE, nul], candidates, ONTOLOGY, "<p>Read.</p>")
    assert (report.articles, report.written, report.refused) == (2, 1, 1)
    assert "U+0000" in str(report.problems[0])
    assert json.loads((tmp_path / "t.json").read_text()) == [task(ARTICLE, CANDIDATE)]
    assert plain((tmp_path / "t.xml").read_text()) == interface(ONTOLOGY)
    assert (tmp_path / "t.html").read_text() == "<p>Read.</p>"


def test_answers_in_a_file_become_records_and_findings(bare: Workspace, tmp_path: Path) -> None:
    loose = {"type": "relation", "from_id": "e1", "to_id": "s1", "direction": "right"}
    path = export(
        tmp_path / "export.json",
        annotation(1, []),
        annotation(2, [*result(CANDIDATE), loose]),
        annotation(3, [], was_cancelled=True),
        annotation(4, [], completed_by={"id": 4, "email": "b@example.org"}),
    )
    report = pull_file(bare, [path], [ARTICLE, stories.astral()[0]], ONTOLOGY)
    assert report.project is None
    counts = (report.answers, report.superseded, report.skipped, report.annotators)
    assert counts == (2, 1, 1, 2)
    assert report.unanswered == 1
    first, second = read_jsonl(bare.answers, Annotation)
    assert first.spans == CANDIDATE.spans
    assert first.events == CANDIDATE.events
    assert second.spans == ()
    (finding,) = read_jsonl(bare.findings, Problem)
    assert finding.record == (
        "task 7 by annotator-01, arrow CONFERENCE 'Summit' --> COUNTRY 'Peru' (export.json)"
    )
    known = json.loads((bare.private / "annotators.json").read_text())
    assert known["annotator-02"]["email"] == "b@example.org"


BAD = {
    "no JSON": ("{", "is no export"),
    "one object": ('{"id": 1}', "is no export"),
    "JSON_MIN": ('[{"id": 1, "text": "x", "label": []}]', "missing required field `data`"),
    "no annotations": ('[{"id": 1, "data": {}}]', "missing required field `annotations`"),
}


@pytest.mark.parametrize(("content", "said"), BAD.values(), ids=BAD)
def test_a_file_of_another_format_is_refused_and_nothing_is_written(
    bare: Workspace, tmp_path: Path, content: str, said: str
) -> None:
    path = tmp_path / "export.json"
    path.write_text(content)
    with pytest.raises(UsageError, match=said) as caught:
        pull_file(bare, [path], [ARTICLE], ONTOLOGY)
    assert str(caught.value).startswith(f"{path}: is no export of Label Studio in the format JSON")
    assert not bare.answers.exists()


def test_a_file_that_is_not_there_is_said_so(bare: Workspace, tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match=r"none\.json: cannot be read: No such file"):
        pull_file(bare, [tmp_path / "none.json"], [], ONTOLOGY)


@pytest.mark.studio
def test_the_export_button_gives_the_records_that_a_pull_brings(
    place: Workspace, studio: Client, tmp_path: Path
) -> None:
    email = f"ann-{secrets.token_hex(4)}@localhost"
    ann = studio.as_user(studio.sign_up(email, secrets.token_hex(12)))
    pairs = [make() for make in stories.ALL]
    articles = [article for article, _ in pairs]
    candidates = {article.id: candidate for article, candidate in pairs}
    project = push(place, studio, articles, candidates, ONTOLOGY, "", lambda x, _: x).project
    found = studio.find_tasks(project, candidates)
    for name, candidate in candidates.items():
        ann.submit(found[name][0].id, result(candidate))
        studio.submit(found[name][0].id, [])
    pull(place, studio, articles, ONTOLOGY, lambda x, _: x)
    pulled = place.answers.read_text()
    key = {"Authorization": f"Token {studio.key}"}
    address = f"{studio.url}/api/projects/{project}/export"
    got = httpx.get(
        address, params={"exportType": "JSON"}, headers=key, trust_env=False, timeout=60
    )
    path = tmp_path / "button.json"
    path.write_bytes(got.raise_for_status().content)
    report = pull_file(place, [path], articles, ONTOLOGY)
    assert (report.answers, report.unanswered, report.findings) == (8, 0, 0)
    assert place.answers.read_text() == pulled


@pytest.mark.studio
def test_the_servers_import_takes_the_file_as_it_is(
    place: Workspace, studio: Client, tmp_path: Path
) -> None:
    pairs = [make() for make in stories.ALL]
    articles = [article for article, _ in pairs]
    candidates = {article.id: candidate for article, candidate in pairs}
    push_file(tmp_path / "t.json", articles, candidates, ONTOLOGY, "")
    project = push(place, studio, [], {}, ONTOLOGY, "", lambda x, _: x).project
    key = {"Authorization": f"Token {studio.key}"}
    with (tmp_path / "t.json").open("rb") as file:
        httpx.post(
            f"{studio.url}/api/projects/{project}/import",
            files={"file": ("t.json", file, "application/json")},
            headers=key,
            trust_env=False,
            timeout=60,
        ).raise_for_status()
    report = push(place, studio, articles, candidates, ONTOLOGY, "", lambda x, _: x)
    assert (report.created, report.present, report.replaced) == (0, 4, 0)
