"""The stages read what was made under an earlier contract as what it has become."""

from pathlib import Path

import pytest

from curation import pipeline
from curation.errors import DataError
from curation.records import Annotation
from curation.workspace import Workspace, create, read_jsonl, write_jsonl
from tests import changed
from tests.labelstudio import stories

NEW = changed.next_contract()
ARTICLE, TALKS = stories.reception()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace with an answer of the old contract, and the toolkit with the new one."""
    monkeypatch.setattr(pipeline, "load_ontology", lambda: NEW)
    made = create(tmp_path / "w", "Old")
    write_jsonl(made.articles, [ARTICLE])
    write_jsonl(made.answers, [TALKS])
    return made


def test_answers_of_the_old_contract_become_gold_of_the_new_one(place: Workspace) -> None:
    place.migrations.mkdir()
    (place.migrations / "1.1.0.yaml").write_text(changed.STEP)
    pipeline.run_adjudicate(place, "2026-11-21T00:00:00Z")
    (gold,) = read_jsonl(place.gold, Annotation)
    assert (gold.contract, gold.events[2].type) == ("1.1.0", "MEETING")
    write_jsonl(place.gold, [TALKS])
    assert pipeline.run_validate(place).problems == ()


def test_without_a_migration_what_has_no_place_is_named_and_nothing_is_written(
    place: Workspace,
) -> None:
    with pytest.raises(DataError) as caught:
        pipeline.run_adjudicate(place, "2026-11-21T00:00:00Z")
    assert str(caught.value) == (
        f"{ARTICLE.id} by rules, e3 'trao đổi': TALKS: is no event type of contract 1.1.0. "
        "Run `curation pull` again, or: Let a person decide, or say in migrations/ what becomes "
        "of it (docs/migrations.md)."
    )
    assert not place.gold.exists()


def test_a_migration_that_does_not_fit_the_contract_is_refused(place: Workspace) -> None:
    place.migrations.mkdir()
    text = changed.STEP.replace("MEETING", "GATHERING")
    (place.migrations / "1.1.0.yaml").write_text(text)
    with pytest.raises(DataError, match="GATHERING: is no event type of contract 1"):
        pipeline.run_adjudicate(place, "2026-11-21T00:00:00Z")


def test_of_candidates_what_is_left_to_a_person_is_left_out(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = changed.without("labels", "TOPIC")
    monkeypatch.setattr(pipeline, "load_ontology", lambda: new)
    place.migrations.mkdir()
    text = "from: 1.0.0\nto: 1.1.0\nlabels: {split: {TOPIC: [{to: null}]}}\n"
    (place.migrations / "1.1.0.yaml").write_text(text)
    write_jsonl(place.candidates, [TALKS])
    summary = pipeline.run_push_file(place, place.root / "tasks.json")
    assert (summary["written"], summary["refused"]) == (1, 0)
    assert '"TOPIC"' not in (place.root / "tasks.json").read_text()
