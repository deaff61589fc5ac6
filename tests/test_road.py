"""The whole road on five real articles, with the real server: pages in, dataset out."""

import json
import secrets
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from curation import simulation, workspace
from curation.cli import app
from curation.labelstudio.client import connect
from curation.labelstudio.push import read_project
from curation.labelstudio.tasks import result
from curation.ontology import load_ontology
from curation.rawgold import read_raw_gold, to_clean
from curation.records import Annotation, Argument, Author
from curation.workspace import Workspace

NO_SLIPS = simulation.Slips(span=0, event=0, argument=0, modality=0)
VI_RECEPTION = "000_ba8428654fc46ef8"


def _run(work: Path, *arguments: str) -> dict[str, Any]:
    command = [*arguments, "--workspace", str(work), "--json"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def _answers(opened: Workspace, shared: Path) -> dict[str, Annotation]:
    """The hand annotation of each seed, carried over to the ingested article."""
    gold = {record.id: record for record in read_raw_gold(shared / "gold" / "seeds.jsonl")}
    made = {}
    for article in opened.read_articles():
        stem = Path(article.source.path).stem
        author = Author(kind="person", name="hand")
        made[article.id], lost = to_clean(gold[stem], article, author, load_ontology().version)
        assert lost == []
        if stem == VI_RECEPTION:
            made[article.id] = _with_place(made[article.id])
    return made


def _with_place(annotation: Annotation) -> Annotation:
    """Add the place of the reception, which stands at the end of its sentence.

    The hand annotation gives that place to the visit alone.
    """
    visit = next(event for event in annotation.events if event.type == "VISIT")
    place = next(argument.span for argument in visit.arguments if argument.role == "PLACE")
    events = tuple(
        msgspec.structs.replace(event, arguments=(*event.arguments, Argument("PLACE", place)))
        if event.type == "RECEPTION" and "TIME" in {a.role for a in event.arguments}
        else event
        for event in annotation.events
    )
    return msgspec.structs.replace(annotation, events=events)


def _annotate(opened: Workspace, gold: dict[str, Annotation]) -> None:
    """Correct the candidates of every task to the gold, as one annotator, through the API."""
    owner = connect(opened)
    project = read_project(opened, owner)
    assert project is not None
    email = f"{secrets.token_hex(4)}@example.org"
    annotator = owner.as_user(owner.sign_up(email, secrets.token_urlsafe(16)))
    candidates = opened.read_annotations(opened.candidates, "prelabel")
    tasks = owner.find_tasks(project.project, gold)
    for candidate in candidates:
        made = simulation.answer(
            gold[candidate.article], candidate, "x", load_ontology(), Random(0), NO_SLIPS
        )
        annotator.submit(tasks[candidate.article][0].id, result(made))


@pytest.mark.studio
def test_five_real_pages_become_a_dataset_that_holds_the_reception_in_both_languages(
    shared: Path, studio_environment: None, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    CliRunner().invoke(app, ["init", str(work), "--name", "seeds"])
    assert _run(work, "ingest", str(shared / "seeds"))["new articles"] == 5
    assert _run(work, "prelabel")["entities"] > 150
    assert _run(work, "push")["created"] == 5
    assert _run(work, "push")["created"] == 0
    opened = workspace.load(work)
    gold = _answers(opened, shared)
    _annotate(opened, gold)
    pulled = _run(work, "pull")
    assert (pulled["answers"], pulled["findings"]) == (5, 0)
    _equal_but_for_ids(opened.read_annotations(opened.answers, "pull"), gold)
    assert _run(work, "adjudicate")["conflicts"] == 0
    assert _run(work, "validate")["ok"]
    published = _run(work, "publish", "--out", str(tmp_path / "dataset"))
    assert published["articles"] == 5
    _reception_in_both_languages(tmp_path / "dataset")


def _equal_but_for_ids(pulled: list[Annotation], gold: dict[str, Annotation]) -> None:
    assert len(pulled) == len(gold)
    for answer in pulled:
        assert _content(answer) == _content(gold[answer.article])


def _content(annotation: Annotation) -> tuple[set[Any], set[Any], set[Any]]:
    place = {span.id: (span.start, span.end, span.label) for span in annotation.spans}
    spans = {(place[span.id], span.text, span.value, span.kb) for span in annotation.spans}
    events = {
        (
            (event.start, event.end, event.type, event.modality),
            frozenset((a.role, place[a.span]) for a in event.arguments),
        )
        for event in annotation.events
    }
    return spans, events, {(r.type, place[r.from_], place[r.to]) for r in annotation.relations}


def _reception_in_both_languages(dataset: Path) -> None:
    """Find the reception of 28 October 2024 with all four roles in either language."""
    import datasets

    rows = [row for part in datasets.load_dataset(str(dataset), "events").values() for row in part]
    columns = datasets.load_dataset(str(dataset), "events")["train"].features
    kinds, roles = columns["type"], columns["arguments"].feature["role"]
    found = {}
    for row in rows:
        filled: dict[str, set[str]] = {}
        for argument in row["arguments"]:
            shown = argument["value"] or argument["text"]
            filled.setdefault(roles.int2str(argument["role"]), set()).add(shown)
        if kinds.int2str(row["type"]) == "RECEPTION" and filled.get("TIME") == {"2024-10-28"}:
            found[row["lang"]] = filled
    assert set(found) == {"vi", "en"}
    for lang, place in (("vi", "Việt Nam"), ("en", "Hà Nội")):
        assert {"HOST", "GUEST", "PLACE", "TIME"} <= set(found[lang])
        assert found[lang]["HOST"] == {"Tô Lâm"}
        assert "Fabien Roussel" in found[lang]["GUEST"]
        assert found[lang]["PLACE"] == {place}
