"""Through the real server and back: what was proposed, answered as it was shown, is equal."""

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation import integrity, workspace
from curation.labelstudio.client import Client
from curation.labelstudio.pull import PullReport, pull
from curation.labelstudio.push import push
from curation.ontology import load_ontology
from curation.records import Annotation, Article, Event, Span
from curation.workspace import read_jsonl
from tests.labelstudio import stories
from tests.labelstudio.annotation_strategy import annotated

pytestmark = pytest.mark.studio

ONTOLOGY = load_ontology()
Pair = tuple[Article, Annotation]


def there_and_back(studio: Client, pairs: Sequence[Pair]) -> tuple[list[Annotation], PullReport]:
    """Push, answer each task with the prediction as the server gives it, and pull."""
    candidates = {article.id: candidate for article, candidate in pairs}
    articles = [article for article, _ in pairs]
    with tempfile.TemporaryDirectory() as folder:
        place = workspace.create(Path(folder) / "w", "Round trip")
        report = push(place, studio, articles, candidates, ONTOLOGY, "", lambda x, _: x)
        assert (report.created, report.problems) == (len(pairs), ())
        for tasks in studio.find_tasks(report.project, candidates).values():
            studio.submit(tasks[0].id, tasks[0].predictions[0].result)
        pulled = pull(place, studio, articles, ONTOLOGY, lambda x, _: x, candidates=candidates)
        answers = list(read_jsonl(place.answers, Annotation))
    key = {"Authorization": f"Token {studio.key}"}
    address = f"{studio.url}/api/projects/{report.project}/"
    httpx.delete(address, headers=key, trust_env=False).raise_for_status()
    return answers, pulled


def assert_equal(pairs: Sequence[Pair], answers: Sequence[Annotation]) -> None:
    assert len(pairs) == len(answers)
    for (article, candidate), got in zip(pairs, answers, strict=True):
        wanted = msgspec.structs.replace(candidate, author=got.author, created=got.created)
        assert got == wanted
        marks: list[Span | Event] = [*got.spans, *got.events]
        for mark in marks:
            assert article.text[mark.start : mark.end] == mark.text


@given(st.lists(annotated(), min_size=1, max_size=12, unique_by=lambda pair: pair[0].id))
@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[*HealthCheck],
)
def test_generated_annotations_come_back_equal(studio: Client, pairs: list[Pair]) -> None:
    answers, report = there_and_back(studio, pairs)
    assert_equal(pairs, answers)
    assert (report.findings, report.turned, report.trimmed, report.hidden) == (0, 0, 0, 0)
    assert report.prelabels_kept in (1.0, None)


def test_all_that_the_contract_can_say_comes_back_equal(studio: Client) -> None:
    article, candidate = stories.everything(ONTOLOGY)
    assert integrity.problems(candidate, article, ONTOLOGY) == []
    assert {span.label for span in candidate.spans} == set(ONTOLOGY.labels)
    assert {event.type for event in candidate.events} == set(ONTOLOGY.event_types)
    assert {event.modality for event in candidate.events} == set(ONTOLOGY.modalities)
    assert {relation.type for relation in candidate.relations} == set(ONTOLOGY.relations)
    roles = Counter(one.role for event in candidate.events for one in event.arguments)
    assert set(roles) == set(ONTOLOGY.roles)
    (got,), report = there_and_back(studio, [(article, candidate)])
    assert report.findings == 0
    assert (got.spans, got.events) == (candidate.spans, candidate.events)
    assert set(got.relations) == set(candidate.relations)
    assert len(got.relations) == len(candidate.relations)
