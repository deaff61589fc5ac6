"""`assign` and `agree` from the command line, without a server."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner, Result

from curation.assignment import Assignment
from curation.cli import app
from curation.records import Annotation, Author
from curation.workspace import Workspace, create, load, read_jsonl, write_jsonl
from tests import builders

ARTICLES = [
    builders.article(f"{number}: Oslo met Peru. " * (1 + number), lang="vi" if number % 2 else "en")
    for number in range(12)
]
PEOPLE = [f"annotator-{number:02}" for number in range(1, 4)]


@pytest.fixture(autouse=True)
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    """A workspace with articles and three annotators whose accounts were made here."""
    made = create(tmp_path / "w", "Plans")
    write_jsonl(made.articles, ARTICLES)
    made.private.mkdir()
    people = {
        name: {"server": "studio", "id": number, "email": f"{name}@example.org"}
        for number, name in enumerate(PEOPLE, 2)
    }
    (made.private / "annotators.json").write_text(json.dumps(people))
    passwords = {f"{name}@example.org": "secret" for name in PEOPLE}
    (made.private / "accounts.json").write_text(json.dumps(passwords))
    return made


def call(work: Workspace, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--workspace", str(work.root)])


def run(work: Workspace, *arguments: str, code: int = 0) -> dict[str, Any]:
    done = call(work, *arguments, "--json")
    assert done.exit_code == code, done.output
    return dict(json.loads(done.stdout))


def plan(work: Workspace) -> list[Assignment]:
    return list(read_jsonl(work.assignments, Assignment))


def test_a_plan_is_shown_as_a_table_and_written_a_line_an_assignment(work: Workspace) -> None:
    done = call(work, "assign")
    assert done.exit_code == 0
    lines = done.stderr.splitlines()
    assert lines[0].split() == ["articles", "new", "answered", "blind", "common", "characters"]
    assert [line.split()[:4] for line in lines[1:4]] == [[name, "8", "8", "0"] for name in PEOPLE]
    assert "  12 articles, 24 assignments, 24 new, 0 removed, 0 blind, 0 common" in lines
    assert len(plan(work)) == 24
    first = json.loads(work.assignments.read_text().splitlines()[0])
    assert first.keys() == {"article", "annotator", "blind", "common"}


def test_a_dry_run_writes_nothing(work: Workspace) -> None:
    assert run(work, "assign", "--dry-run")["new"] == 24
    assert not work.assignments.exists()


def test_the_table_of_the_settings_is_kept_and_options_go_before_it(work: Workspace) -> None:
    path = work.root / "curation.toml"
    table = '[assign]\nanswers = 1\ncommon = 1.0\nreads = { annotator-01 = ["vi"] }\n'
    path.write_text(path.read_text().replace("[assign]\n", table))
    assert len(load(work.root).config.assign.reads) == 1
    told = run(work, "assign", "--common", "0")
    assert (told["assignments"], told["common"]) == (12, 0)
    vietnamese = {one.id for one in ARTICLES if one.lang == "vi"}
    assert {one.article for one in plan(work) if one.annotator == PEOPLE[0]} <= vietnamese


@pytest.mark.parametrize("line", ["answers = 0", "blind = 1.5", "k = 2"])
def test_settings_that_make_no_sense_are_refused(work: Workspace, line: str) -> None:
    path = work.root / "curation.toml"
    path.write_text(path.read_text().replace("[assign]\n", f"[assign]\n{line}\n"))
    done = call(work, "assign")
    assert done.exit_code == 2
    assert "$.assign" in done.stderr


def test_options_hold_for_one_run_and_that_is_said(work: Workspace) -> None:
    done = call(work, "assign", "--blind", "0.3", "--reads", f"{PEOPLE[0]}=vi,fr")
    assert "  blind, reads: for this run; [assign] in curation.toml keeps them" in done.stderr
    assert any(one.blind for one in plan(work))


def test_languages_that_too_few_read_are_a_problem_and_the_rest_is_planned(
    work: Workspace,
) -> None:
    more = [part for name in PEOPLE[:2] for part in ("--reads", f"{name}@example.org=en")]
    told = run(work, "assign", *more, code=1)
    assert told["problems"] == [
        "language vi: 6 articles: have fewer annotators than the 2 that are wanted. Add annotators "
        "who read it (`curation annotators add`), or ask for fewer answers (--answers)."
    ]
    assert told["assignments"] == 18


def test_who_leaves_hands_on_what_is_not_answered(work: Workspace) -> None:
    run(work, "assign")
    own = [one for one in plan(work) if one.annotator == PEOPLE[0]]
    article = next(one for one in ARTICLES if one.id == own[0].article)
    write_jsonl(work.answers, [builders.annotation(article, author=PEOPLE[0])])
    told = run(work, "assign", "--without", PEOPLE[0])
    assert (told["removed"], told["new"]) == (len(own) - 1, len(own) - 1)
    assert [one for one in plan(work) if one.annotator == PEOPLE[0]] == own[:1]
    left = run(work, "status")["left to answer"]
    assert (left[PEOPLE[0]], sorted(left.values())) == (0, [0, 11, 12])


def test_without_annotators_there_is_no_plan(work: Workspace) -> None:
    (work.private / "accounts.json").unlink()
    done = call(work, "assign")
    assert done.exit_code == 2
    assert "nobody can be given articles: run `curation annotators add ADDRESS…`" in done.stderr


@pytest.mark.parametrize("words", [("--to", "annotator-09"), ("--without", "annotator-09")])
def test_a_name_that_nobody_has_is_refused(work: Workspace, words: tuple[str, str]) -> None:
    done = call(work, "assign", *words)
    assert done.exit_code == 2
    assert (
        "annotator-09 is no annotator of this workspace; known are annotator-01, annotator-02, "
        "annotator-03. Run `curation annotators add` with the address." in done.stderr
    )


def test_reads_needs_a_language(work: Workspace) -> None:
    done = call(work, "assign", "--reads", "vi")
    assert done.exit_code == 2
    assert "is not ANNOTATOR=LANGUAGE" in done.output


def test_a_plan_that_contradicts_itself_is_refused(work: Workspace) -> None:
    run(work, "assign")
    lines = work.assignments.read_text().splitlines(keepends=True)
    work.assignments.write_text("".join([*lines, lines[0]]))
    done = call(work, "assign")
    assert done.exit_code == 1
    assert "has the article twice. Remove one of the two lines." in done.stderr


def test_agreement_is_printed_for_people_and_as_json(work: Workspace) -> None:
    answers, candidates = [], []
    for number, article in enumerate(ARTICLES):
        span = builders.span(article.text, "Oslo", "PLACE", "s1")
        made = builders.annotation(article, [span], author=PEOPLE[0])
        blind = number >= 6
        answers += [
            msgspec.structs.replace(made, author=Author("person", name), blind=blind)
            for name in PEOPLE[:2]
        ]
        shown = [] if blind else [span]
        candidates.append(builders.annotation(article, shown, author="rules", kind="model"))
    write_jsonl(work.answers, answers)
    write_jsonl(work.candidates, candidates)
    found = run(work, "agree", "--resamples", "50")
    pull = found["languages"]["all"]["people"]["pull"]["entity exact"]
    assert (pull["f1"], found["pairs"]["annotator-01 annotator-02"]["articles"]) == (0.0, 12)
    assert found["languages"]["vi"]["prelabels"]["shown"]["figures"]["entity exact"]["f1"] == 1.0
    assert found["languages"]["vi"]["prelabels"]["blind"]["figures"]["entity exact"]["f1"] == 0.0
    text = call(work, "agree", "--resamples", "50").stdout
    assert "annotators among themselves" in text
    line = next(line for line in text.splitlines() if "entity exact " in line)
    cells = "1.000 (1.000-1.000) 0.000 (0.000-0.000) +1.000 (+1.000 to +1.000)"
    assert " ".join(line.split()) == f"entity exact {cells}"


def test_agree_needs_answers(work: Workspace) -> None:
    done = call(work, "agree")
    assert done.exit_code == 2
    assert "answers.jsonl is not in the workspace" in done.stderr


def test_answers_carry_whether_they_were_blind_and_others_are_as_before() -> None:
    made = builders.annotation(ARTICLES[0])
    assert "blind" not in json.loads(msgspec.json.encode(made))
    blind = msgspec.structs.replace(made, blind=True)
    assert msgspec.json.decode(msgspec.json.encode(blind), type=Annotation) == blind
