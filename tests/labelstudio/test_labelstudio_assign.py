"""A plan on a real server: a project each, answers merged, and what stands elsewhere found."""

import json
import os
import secrets
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from curation.assignment import Assignment
from curation.cli import app
from curation.labelstudio.client import Client
from curation.labelstudio.people import known_people
from curation.labelstudio.push import known_projects
from curation.labelstudio.tasks import result
from curation.records import Annotation, Article
from curation.workspace import Workspace, create, read_jsonl, write_jsonl
from tests.labelstudio import stories

pytestmark = [pytest.mark.studio, pytest.mark.usefixtures("studio_environment")]

PAIRS = [make() for make in stories.ALL]
CANDIDATES = {article.id: candidate for article, candidate in PAIRS}
LOOSE = {"type": "relation", "from_id": "e1", "to_id": "s1", "direction": "right"}
SHARE = 0.5


@pytest.fixture
def work(tmp_path: Path, studio: Client) -> Iterator[Workspace]:
    """A workspace with four articles; its projects are deleted at the end."""
    made = create(tmp_path / "w", "News of the world and of all that is around it")
    fill(made, [article for article, _ in PAIRS])
    write_jsonl(made.candidates, CANDIDATES.values())
    yield made
    for one in known_projects(made):
        address = f"{studio.url}/api/projects/{one.project}/"
        httpx.delete(address, headers=key(studio), trust_env=False).raise_for_status()


@pytest.fixture(scope="module")
def team(studio: Client) -> dict[str, Client]:
    """Three annotators with accounts of their own, by address."""
    emails = [f"{name}-{secrets.token_hex(4)}@localhost" for name in ("ann", "bea", "cas")]
    return {email: studio.as_user(studio.sign_up(email, secrets.token_hex(12))) for email in emails}


def key(client: Client) -> dict[str, str]:
    return {"Authorization": f"Token {client.key}"}


def fill(work: Workspace, articles: list[Article]) -> None:
    write_jsonl(work.articles, articles)


def run(work: Workspace, *arguments: str, code: int = 0) -> dict[str, Any]:
    done = CliRunner().invoke(app, [*arguments, "--workspace", str(work.root), "--json"])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout) if done.stdout else {}


def assign(work: Workspace, team: dict[str, Client], *more: str) -> dict[str, Any]:
    named = [part for email in team for part in ("--to", email)]
    return run(work, "assign", *named, "--blind", str(SHARE), *more)


def plan(work: Workspace) -> list[Assignment]:
    return list(read_jsonl(work.assignments, Assignment))


def answers(work: Workspace) -> list[Annotation]:
    return list(read_jsonl(work.answers, Annotation))


def findings(work: Workspace) -> list[dict[str, str]]:
    return list(read_jsonl(work.findings, dict))


def tasks(client: Client, work: Workspace) -> dict[tuple[str, str], int]:
    """The task of each article in the project of each annotator."""
    found = {}
    for one in known_projects(work):
        assert one.annotator is not None
        for article, held in client.find_tasks(one.project, CANDIDATES).items():
            (task,) = held
            found[article, one.annotator] = task.id
    return found


def by_name(work: Workspace, team: dict[str, Client]) -> dict[str, Client]:
    people = known_people(work)
    return {name: team[str(one.email)] for name, one in people.items() if one.email in team}


def answer_all(work: Workspace, studio: Client, team: dict[str, Client]) -> dict[Any, int]:
    people, found = by_name(work, team), tasks(studio, work)
    for (article, name), task in found.items():
        people[name].submit(task, result(CANDIDATES[article]))
    return found


def test_each_gets_a_project_of_their_own_and_the_answers_are_merged(
    work: Workspace, studio: Client, team: dict[str, Client]
) -> None:
    planned = assign(work, team)
    assert (planned["assignments"], planned["new"], planned["blind"]) == (8, 8, 2)
    assert sorted(load["articles"] for load in planned["annotators"].values()) == [2, 3, 3]
    assert run(work, "status")["left to answer"] == {
        name: load["articles"] for name, load in planned["annotators"].items()
    }
    pushed = run(work, "push")
    assert (pushed["created"], pushed["present"], pushed["unassigned"]) == (8, 0, 0)
    assert {name: own["articles"] for name, own in pushed["projects"].items()} == {
        name: load["articles"] for name, load in planned["annotators"].items()
    }
    for one in known_projects(work):
        held = studio.project(one.project)
        assert held.title == f"News of the world and of all that i — {one.annotator}"
        assert held.answers_per_task == 1
    wanted = {(one.article, one.annotator) for one in plan(work)}
    assert tasks(studio, work).keys() == wanted

    again = run(work, "push")
    assert (again["created"], again["present"], again["replaced"]) == (0, 8, 0)
    answer_all(work, studio, team)

    pulled = run(work, "pull")
    counts = (pulled["answers"], pulled["tasks"], pulled["unanswered"], pulled["annotators"])
    assert counts == (8, 8, 0, 3)
    assert (pulled["project"], pulled["blind"], pulled["findings"]) == (None, 4, 0)
    assert {(one.article, one.author.name) for one in answers(work)} == wanted
    blind = {one.article for one in plan(work) if one.blind}
    assert {one.article for one in answers(work) if one.blind} == blind
    assert {one.article for one in answers(work) if not one.blind} == CANDIDATES.keys() - blind
    assert run(work, "pull")["fetched"] == 0
    assert set(run(work, "status")["left to answer"].values()) == {0}
    assert run(work, "adjudicate")["answered by several"] == 4
    assert all(not one.blind for one in read_jsonl(work.gold, Annotation))

    told = run(work, "agree", "--resamples", "20")["languages"]["all"]
    assert (told["prelabels"]["shown"]["articles"], told["prelabels"]["shown"]["comparisons"]) == (
        2,
        4,
    )
    assert told["people"]["blind"]["comparisons"] == 2
    assert told["prelabels"]["pull"]["entity exact"]["f1"] == 0.0


def test_blind_articles_go_out_without_pre_labels_to_all_who_get_them(
    work: Workspace, studio: Client, team: dict[str, Client]
) -> None:
    assign(work, team)
    run(work, "push")
    blind = {one.article: one.blind for one in plan(work)}
    for one in known_projects(work):
        for article, (task,) in studio.find_tasks(one.project, CANDIDATES).items():
            assert (len(task.predictions), task.data["blind"]) == (
                (0, True) if blind[article] else (1, False)
            )


def test_who_comes_later_gets_new_articles_only(
    work: Workspace, studio: Client, team: dict[str, Client]
) -> None:
    fill(work, [article for article, _ in PAIRS[:2]])
    assign(work, team)
    run(work, "push")
    before, held = tasks(studio, work), plan(work)
    fill(work, [article for article, _ in PAIRS])
    assert run(work, "push")["unassigned"] == 2
    email = f"dee-{secrets.token_hex(4)}@localhost"
    (made,) = run(work, "annotators", "add", email).values()
    shown = run(work, "assign", "--dry-run")
    assert (shown["new"], plan(work)) == (4, held)
    assert run(work, "assign")["new"] == 4
    assert plan(work)[: len(held)] == held
    later = [one for one in plan(work) if one.annotator == made["pseudonym"]]
    assert later
    assert {one.article for one in later} <= {article.id for article, _ in PAIRS[2:]}
    pushed = run(work, "push")
    assert (pushed["created"], pushed["present"]) == (4, 4)
    assert before.items() <= tasks(studio, work).items()
    listed = run(work, "annotators", "list")
    own = next(one for one in known_projects(work) if one.annotator == made["pseudonym"])
    assert listed[email]["url"] == f"{studio.url}/projects/{own.project}"


def test_an_answer_in_anothers_project_is_kept_and_found(
    work: Workspace, studio: Client, team: dict[str, Client]
) -> None:
    assign(work, team)
    run(work, "push")
    found, people = tasks(studio, work), by_name(work, team)
    owners: dict[str, list[str]] = {}
    for article, name in found:
        owners.setdefault(article, []).append(name)
    article, (owner, _) = next(iter(owners.items()))
    (guest,) = people.keys() - set(owners[article])
    task = found[article, owner]
    people[guest].submit(task, result(CANDIDATES[article]))
    assert run(work, "pull", code=1)["answers"] == 1
    (got,) = answers(work)
    assert (got.article, got.author.name) == (article, guest)
    (finding,) = findings(work)
    number = next(one.project for one in known_projects(work) if one.annotator == owner)
    assert finding == {
        "record": f"task {task} ({studio.url}/projects/{number}/data?task={task})",
        "value": f"the answer of {guest}",
        "rule": f"stands in the project of {owner}; it was kept",
        "remedy": f"Ask {guest} to answer in the own project: who looks into another's sees the "
        "answers there, and Label Studio does not ask the other any more for an article that has "
        "its answer.",
    }
    offered = {offer(people[owner], number) for _ in range(4)}
    assert task not in offered
    assert offered != {None}
    seen = people[guest].export(number, [task])
    assert [len(one["annotations"]) for one in seen] == [1]


def offer(client: Client, project: int) -> int | None:
    """What the label stream shows next."""
    address = f"{client.url}/api/projects/{project}/next"
    answer = httpx.get(address, headers=key(client), trust_env=False)
    return int(answer.json()["id"]) if answer.is_success else None


def test_a_blind_article_that_was_given_pre_labels_does_not_count_as_blind(
    work: Workspace, studio: Client, team: dict[str, Client]
) -> None:
    assign(work, team)
    run(work, "push")
    found = answer_all(work, studio, team)
    one = next(one for one in plan(work) if one.blind)
    task = found[one.article, one.annotator]
    number = next(p.project for p in known_projects(work) if p.annotator == one.annotator)
    given = {"model_version": "other", "result": result(CANDIDATES[one.article])}
    studio.add_predictions(number, {task: given})
    assert run(work, "pull", code=1)["blind"] == 3
    (finding,) = findings(work)
    rule = "is planned blind, and pre-labels were shown; it does not count as blind"
    assert finding["rule"] == rule
    mixed = {(a.author.name, a.blind) for a in answers(work) if a.article == one.article}
    assert (one.annotator, False) in mixed
    assert run(work, "agree", "--resamples", "5")["mixed"] == 1


def test_findings_go_back_to_the_project_that_they_were_made_in(
    work: Workspace, studio: Client, team: dict[str, Client]
) -> None:
    assign(work, team)
    run(work, "push")
    found, people = tasks(studio, work), by_name(work, team)
    article = stories.adjacent()[0].id
    both = {name: task for (one, name), task in found.items() if one == article}
    for name, task in both.items():
        people[name].submit(task, [*result(CANDIDATES[article]), LOOSE])
    assert run(work, "pull", code=1)["findings"] == 2
    sent = run(work, "push", "--return")
    assert (sent["tasks"], sent["findings"], sent["changed"], len(sent["urls"])) == (2, 2, 2, 3)
    for one in known_projects(work):
        notes = [
            task.data["mend"]
            for (task,) in studio.find_tasks(one.project, CANDIDATES).values()
            if task.data["mend"]
        ]
        assert len(notes) == (1 if one.annotator in both else 0)


def test_the_doctor_looks_at_every_project(
    work: Workspace, studio: Client, team: dict[str, Client]
) -> None:
    assign(work, team)
    name = plan(work)[0].annotator
    assert run(work, "doctor")[f"project of {name}"] == "good: none yet: `curation push` makes it"
    run(work, "push")
    told = run(work, "doctor")
    for one in known_projects(work):
        assert told[f"project of {one.annotator}"].startswith(f"good: {one.project} ")
        assert told[f"interface of {one.annotator}"].startswith("good")


def test_answers_from_before_the_plan_count_and_stay(
    work: Workspace, studio: Client, team: dict[str, Client]
) -> None:
    shared = run(work, "push")["project"]
    ann = next(iter(team.values()))
    first = PAIRS[0][0].id
    (task,) = studio.find_tasks(shared, [first])[first]
    ann.submit(task.id, result(CANDIDATES[first]))
    run(work, "pull")
    kept = answers(work)
    assign(work, team)
    assert Counter(one.article for one in plan(work)) == {
        article: 1 if article == first else 2 for article in CANDIDATES
    }
    assert not next(one.blind for one in plan(work) if one.article == first)
    pushed = run(work, "push")
    assert (pushed["created"], len(known_projects(work))) == (7, 4)
    pulled = run(work, "pull")
    assert (pulled["answers"], pulled["fetched"], pulled["findings"]) == (1, 0, 0)
    assert answers(work) == kept


def test_a_push_that_dies_between_two_projects_is_continued(
    work: Workspace, studio: Client, team: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    assign(work, team)
    made = Client.import_tasks

    def once(client: Client, project: int, sent: Any) -> int:
        monkeypatch.setattr(Client, "import_tasks", dies)
        return made(client, project, sent)

    def dies(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(Client, "import_tasks", once)
    CliRunner().invoke(app, ["push", "--workspace", str(work.root)])
    assert 0 < len(known_projects(work)) < 3
    monkeypatch.setattr(Client, "import_tasks", made)
    for journal in work.private.glob("import*.json"):
        os.utime(journal, (0, 0))  # so long ago that nobody waits for it
    assert run(work, "push")["refused"] == 0
    assert tasks(studio, work).keys() == {(one.article, one.annotator) for one in plan(work)}
    titles = Counter(one.title for one in known_projects(work))
    assert set(titles.values()) == {1}


def test_files_serve_the_plan_too(work: Workspace, team: dict[str, Client], tmp_path: Path) -> None:
    assign(work, team)
    out = tmp_path / "tasks.json"
    files = run(work, "push", "--to", str(out))["files"]
    exports = []
    for number, (name, told) in enumerate(files.items(), 1):
        path = Path(told["tasks"])
        assert path.name == f"tasks-{name}.json"
        sent = json.loads(path.read_text())
        own = {one.article: one.blind for one in plan(work) if one.annotator == name}
        assert {one["data"]["article_id"]: one["data"]["blind"] for one in sent} == own
        for place, one in enumerate(sent):
            task = 10 * number + place
            given = {"id": task, "completed_by": number, "result": [], "was_cancelled": False}
            one |= {"id": task, "annotations": [given]}
        path.write_text(json.dumps(sent))
        exports += ["--from", str(path)]
    pulled = run(work, "pull", *exports)
    assert (pulled["answers"], pulled["annotators"], pulled["unanswered"]) == (8, 3, 0)
    assert (pulled["blind"], pulled["findings"]) == (4, 0)


def test_a_share_to_be_blind_is_the_plans(work: Workspace, team: dict[str, Client]) -> None:
    assign(work, team)
    for more in ((), ("--to", "x.json")):
        done = CliRunner().invoke(
            app, ["push", "--blind", "0.5", *more, "--workspace", str(work.root)]
        )
        assert done.exit_code == 2
        assert "the plan says which articles are blind: give --blind to `curation" in done.output


def test_an_address_that_nobody_has_is_refused(work: Workspace) -> None:
    done = CliRunner().invoke(
        app, ["assign", "--to", "nobody@localhost", "--workspace", str(work.root)]
    )
    assert done.exit_code == 2
    assert (
        "nobody@localhost is no annotator of this workspace; known are none. Run `curation "
        "annotators add` with the address." in done.output
    )
    assert not work.assignments.exists()
