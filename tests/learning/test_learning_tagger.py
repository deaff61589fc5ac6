"""Learning a tagger: what joins, what it leaves, and that it is used."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from curation import pipeline
from curation.cli import app
from curation.errors import DataError, ServiceError, UsageError
from curation.integrity import problems
from curation.learning import learn
from curation.learning.examples import example, train_models
from curation.ontology import load_ontology
from curation.prelabel import rules
from curation.prelabel.explain import explain
from curation.prelabel.features import Line, Mark, bio, tokens_of
from curation.prelabel.learned import Learned, Lessons, load, read_card
from curation.prelabel.tagger import Bin, Tagger, bins, score
from curation.prelabel.text import Document
from curation.records import Annotation
from curation.workspace import Workspace, read_jsonl, write_jsonl
from tests.learning.made_gold import WORD, made, workspace_of
from tests.prelabel.made_articles import PRELABEL, article, gold_articles

NOW = "2026-11-21T08:00:00Z"


def _quietly(items: Any, _: str) -> Any:
    return items


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace that has learned a word for talks that the rules lack."""
    made_in = workspace_of(tmp_path_factory.mktemp("learned") / "w", list(made()))
    pipeline.run_learn(made_in, _quietly, NOW, 100)
    return made_in


@pytest.fixture
def learned(space: Workspace) -> Learned:
    found = load(space.models)
    assert found is not None
    return found


def _told(space: Workspace) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((space.models / "report.json").read_text(encoding="utf-8"))
    return told


def test_what_improves_unseen_gold_joins_and_says_by_how_much(space: Workspace) -> None:
    told = _told(space)
    assert told["joins"] == {"en": {"entities": "add", "triggers": "add"}}
    why = {one["kind"]: one["why"] for one in told["verdicts"]}
    assert why["triggers"] == "trigger+type 0.000 -> 1.000 (+1.000) in 100% of resamples"
    in_all = {one["figure"]: one for one in told["gains"] if one["lang"] == "all"}
    assert in_all["trigger+type"]["before"] == 0
    assert in_all["entity exact"]["after"] > in_all["entity exact"]["before"]
    assert [row["articles"] for row in told["curve"]] == [0, 10]


def test_the_next_prelabel_uses_it_and_says_so(space: Workspace) -> None:
    summary = pipeline.run_prelabel(space, _quietly)
    name = _told(space)["tagger"]
    assert summary["by"] == [f"rules-0.1.0+tagger:{name[:8]}"]
    candidates = list(read_jsonl(space.candidates, Annotation))
    events = [event for one in candidates for event in one.events]
    assert {(event.text, event.by) for event in events} == {(WORD, f"tagger:{name[:8]}")}
    assert all(len(event.arguments) == 3 for event in events), "arguments come by the rules"
    topics = [s for one in candidates for s in one.spans if s.label == "TOPIC"]
    assert {span.by for span in topics} == {f"tagger:{name[:8]}"}


def test_the_score_is_the_share_that_was_right_unseen(space: Workspace, learned: Learned) -> None:
    card = read_card(space.models / f"{learned.name}.json")
    (event,) = rules(learned=learned)(next(made())[0]).events
    right = card.bins["triggers"][-1]
    assert event.score == round((right.right + 1) / (right.made + 2), 3)


def test_shipped_rules_work_without_it(space: Workspace) -> None:
    summary = pipeline.run_prelabel(space, _quietly, ["rules:shipped"])
    assert summary["by"] == ["rules-0.1.0"]
    assert summary["events"] == 0


def test_without_the_file_joined_the_rules_work_alone(tmp_path: Path) -> None:
    assert load(tmp_path / "models") is None


def test_what_improves_nothing_leaves_only_a_report(tmp_path: Path) -> None:
    pairs = [(page, PRELABEL(page)) for page, _ in made()]
    space = workspace_of(tmp_path / "w", pairs)
    told = pipeline.run_learn(space, _quietly, NOW, 100)
    assert told["joins"] == {}
    assert [(one["joins"], one["why"]) for one in told["verdicts"]] == [
        (False, "no mode improves entity exact"),
        (False, "no mode improves trigger+type"),
    ]
    assert [path.name for path in space.models.iterdir()] == ["report.json"]
    assert not space.names.exists()


def test_the_same_gold_gives_the_same_bytes_in_any_order(sample_dir: Path) -> None:
    gold = gold_articles(sample_dir / "gold-b.jsonl", sample_dir / "articles")[3:8]
    label = rules()
    examples = [example(page, marked, label) for page, marked in gold]
    assert train_models(examples) == train_models(examples[::-1])


def test_a_model_holds_weights_and_nothing_to_run(space: Workspace) -> None:
    for path in space.models.glob("*.crfsuite"):
        assert path.read_bytes().startswith(b"lCRF")


def test_the_name_is_the_hash_of_what_was_learned_from(space: Workspace, learned: Learned) -> None:
    card = read_card(space.models / f"{learned.name}.json")
    assert card.name == learned.name == card.learned_from.name
    other = msgspec.structs.replace(card.learned_from, features=0)
    assert other.name != card.name
    one = next(iter(card.learned_from.gold))
    changed = msgspec.structs.replace(card.learned_from, gold={one: "0" * 64})
    assert changed.name != card.name


def test_the_name_does_not_depend_on_the_order_of_the_gold() -> None:
    parts = {"rules": "1", "contract": "1", "features": 1, "parameters": {"c1": "1"}}
    forth = Lessons(gold={"a": "1", "b": "2"}, **parts)  # type: ignore[arg-type]
    back = Lessons(gold={"b": "2", "a": "1"}, **parts)  # type: ignore[arg-type]
    assert forth.name == back.name


@pytest.fixture
def copied(space: Workspace, tmp_path: Path) -> Iterator[Path]:
    for path in space.models.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    yield tmp_path


REMEDY = "Run `curation learn` again, or delete the file `joined` beside it to do without."


def test_a_changed_model_is_not_opened(copied: Path) -> None:
    path = next(copied.glob("*-triggers.crfsuite"))
    card = read_card(copied / f"{(copied / 'joined').read_text().strip()}.json")
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DataError) as caught:
        load(copied)
    assert str(caught.value).startswith(f"{path}: ")
    assert str(caught.value).endswith(
        f": is not the SHA-256 that the card names ({card.files['triggers']}). {REMEDY}"
    )


def test_a_missing_model_is_named(copied: Path) -> None:
    path = next(copied.glob("*-entities.crfsuite"))
    path.unlink()
    with pytest.raises(ServiceError) as caught:
        load(copied)
    assert str(caught.value) == f"{path}: cannot be read: No such file or directory. {REMEDY}"


def test_a_card_that_was_changed_is_refused(copied: Path) -> None:
    name = (copied / "joined").read_text().strip()
    path = copied / f"{name}.json"
    path.write_text(path.read_text().replace('"contract": "', '"contract": "9'))
    with pytest.raises(DataError) as caught:
        load(copied)
    assert str(caught.value) == (
        f"{path}: {name}: is not the hash of what the file says that it learned from. {REMEDY}"
    )


def test_a_card_that_is_none_is_refused(copied: Path) -> None:
    name = (copied / "joined").read_text().strip()
    (copied / f"{name}.json").write_text("{}")
    with pytest.raises(DataError, match="is no card of a tagger"):
        load(copied)


def test_near_duplicates_are_not_parted(tmp_path: Path) -> None:
    """Twelve articles of which eight are copies of one leave too few groups to learn from."""
    pairs = list(made())
    space = workspace_of(tmp_path / "w", pairs)
    ids = [page.id for page, _ in pairs]
    links = [{"kind": "near", "file": "x", "article": one, "of": ids[0]} for one in ids[1:9]]
    write_jsonl(space.duplicates, links)
    with pytest.raises(UsageError, match="12 articles of 4 separate events"):
        pipeline.run_learn(space, _quietly, NOW, 100)


def test_gold_of_another_text_is_refused() -> None:
    page, gold = next(made())
    strange = msgspec.structs.replace(gold, text_sha256="0" * 64)
    with pytest.raises(DataError) as caught:
        learn({page.id: page}, [strange], {}, load_ontology(), {}, NOW, _quietly)
    assert str(caught.value) == (
        f"gold.jsonl {page.id}: {'0' * 64}: has another text than its gold was made over. "
        "Run `curation ingest` on its file and `curation adjudicate` again."
    )


_WORDS = ("Laos", "Cuba", "and", WORD, "Fishing", "sing", "met", "3 May 2024", "Hà Nội", ".\n", "(")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(_WORDS), max_size=40), st.sampled_from(("add", "revise")))
def test_spans_stay_flat_and_records_sound(space: Workspace, words: list[str], mode: Any) -> None:
    joined = load(space.models)
    assert joined is not None
    modes = {"en": {"entities": mode, "triggers": mode}}
    both = Learned(joined.name, joined.taggers, modes, {})  # type: ignore[arg-type]
    page = article(" ".join(words), "en")
    assert problems(rules(learned=both)(page), page, load_ontology()) == []


def test_what_it_does_is_explained(space: Workspace, learned: Learned) -> None:
    """With a tagger that vetoes all that the rules found."""
    modes: Any = {"en": {"entities": "revise", "triggers": "revise"}}
    both = Learned(learned.name, learned.taggers, modes, {})
    page = article(f"Laos and Cuba {WORD} on 3 May 2024 in Vientiane, Hanoi and Rome.", "en")
    told = explain(page, rules(learned=both), load_ontology())
    shown = {(one.by, one.outcome) for one in (*told.entities, *told.triggers)}
    assert (learned.by, "won") in shown
    refused = [one for one in told.entities if one.why == learned.by]
    assert {one.text for one in refused} >= {"Vientiane"}
    won = [one for one in told.triggers if one.by == learned.by]
    assert [one.score for one in won] == [e.score for e in told.annotation.events]


def test_a_language_in_which_it_does_not_join_keeps_the_rules(learned: Learned) -> None:
    text = f"Lào và Cuba {WORD} ngày 3/5/2024."
    made = rules(learned=learned)(article(text, "vi"))
    assert made == PRELABEL(article(text, "vi"))


def test_tags_are_those_of_the_marks() -> None:
    document = Document(article("Tổng Bí thư Tô Lâm tới.", "vi"))
    (tokens,) = tokens_of(document)
    tags = bio(tokens, [Mark(0, 11, "ROLE"), Mark(12, 18, "PERSON")])
    assert tags == ["B-ROLE", "I-ROLE", "I-ROLE", "B-PERSON", "I-PERSON", "O", "O"]


def test_scores_count_additions_by_how_likely_they_were_held() -> None:
    measured = bins([(0.6, True), (0.6, False), (0.95, True)])
    assert measured == (Bin(0.5, 1, 2), Bin(0.7, 0, 0), Bin(0.9, 1, 1))
    assert [score(p, measured) for p in (0.5, 0.8, 1.0)] == [0.5, 0.5, 0.667]
    assert score(0.81234, ()) == 0.812


def test_an_empty_line_has_no_odds() -> None:
    assert Tagger(b"never opened").odds(Line((), ())) == ((), ())


def test_the_command_prints_the_tables_or_json(space: Workspace) -> None:
    runner = CliRunner()
    done = runner.invoke(
        app, ["learn", "--json", "--resamples", "100", "--workspace", str(space.root)]
    )
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["joins"] == {"en": {"entities": "add", "triggers": "add"}}
    assert told["curve"][-1]["trigger+type all"] == 1.0
    assert "trigger+type" in done.stderr


def test_a_language_with_few_articles_is_not_judged(tmp_path: Path) -> None:
    page = article(f"Lào và Cuba {WORD} ngày 3/5/2024.", "vi")
    space = workspace_of(tmp_path / "w", [*made(), (page, PRELABEL(page))])
    told = pipeline.run_learn(space, _quietly, NOW, 100)
    assert list(told["joins"]) == ["en"]
    assert {one["why"] for one in told["verdicts"] if one["lang"] == "vi"} == {
        "too few articles to judge by: 1 of 5"
    }


def test_too_little_gold_exits_with_2(tmp_path: Path) -> None:
    space = workspace_of(tmp_path / "w", list(made())[:3])
    done = CliRunner().invoke(app, ["learn", "--workspace", str(space.root)])
    assert done.exit_code == 2
    assert "gold.jsonl has 3 articles of 3 separate events: learning needs 5" in done.stderr
