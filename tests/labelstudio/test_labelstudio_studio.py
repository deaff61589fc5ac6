"""A real server: what is pushed once is there once, and what people answer comes back."""

import json
import secrets
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from curation import workspace
from curation.errors import Problem, ServiceError, UsageError
from curation.labelstudio import server
from curation.labelstudio.client import Client, connect
from curation.labelstudio.pull import PullReport, pull
from curation.labelstudio.push import PushReport, push
from curation.labelstudio.tasks import result
from curation.ontology import load_ontology
from curation.records import Annotation, Article, Author
from curation.workspace import Workspace, read_jsonl
from tests import builders
from tests.labelstudio import stories

pytestmark = pytest.mark.studio

ONTOLOGY = load_ontology()
PASSWORD = secrets.token_hex(12)


@pytest.fixture(scope="module")
def people(studio: Client) -> tuple[Client, Client]:
    """Two annotators with accounts of their own."""
    names = [f"{name}-{secrets.token_hex(4)}@localhost" for name in "ab"]
    one, two = (studio.as_user(studio.sign_up(name, PASSWORD)) for name in names)
    return one, two


def send(
    place: Workspace,
    client: Client,
    stories: Sequence[tuple[Article, Annotation]],
    instructions: str = "<p>Read.</p>",
) -> PushReport:
    articles = [article for article, _ in stories]
    candidates = {article.id: candidate for article, candidate in stories}
    return push(
        place, client, articles, candidates, ONTOLOGY, instructions, lambda x, _: x, grace=0.5
    )


def fetch(place: Workspace, client: Client, articles: Sequence[Article]) -> PullReport:
    return pull(place, client, articles, ONTOLOGY, lambda x, _: x)


def task_of(client: Client, report: PushReport, article: Article) -> int:
    (task,) = client.find_tasks(report.project, [article.id])[article.id]
    return task.id


def answers(place: Workspace) -> list[Annotation]:
    return list(read_jsonl(place.answers, Annotation))


def by_person(annotation: Annotation, name: str, answer: Annotation) -> Annotation:
    author = Author("person", name)
    return msgspec.structs.replace(annotation, author=author, created=answer.created)


def draft(client: Client, task: int) -> None:
    """Save what is on the screen without handing it in."""
    key = {"Authorization": f"Token {client.key}"}
    address = f"{client.url}/api/tasks/{task}/drafts"
    body = {"result": [], "lead_time": 1.0}
    httpx.post(address, json=body, headers=key, trust_env=False).raise_for_status()


# --- the server itself ---------------------------------------------------------------------


def test_the_server_runs_from_its_own_folder_and_keeps_its_secrets(own_studio: Path) -> None:
    state = server.status(own_studio)
    assert state.running
    media = own_studio / "data" / "media"  # uploads, which the server itself makes 0644
    for path in (own_studio, *own_studio.rglob("*")):
        if media in path.parents and path.is_file():
            continue  # behind folders that nobody else can enter, which are checked here too
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode & 0o077 == 0, f"{path} has mode {mode:o}"
    token = Path(state.token_file).read_text()
    assert token not in Path(state.log_file).read_text()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_server_listens_on_loopback_only(own_studio: Path) -> None:
    port = int((server.status(own_studio).url or "").rpartition(":")[2])
    rows = [
        line.split()[1:4]
        for name in ("tcp", "tcp6")
        for line in Path("/proc/net", name).read_text().splitlines()[1:]
    ]
    listening = [
        local for local, _, state in rows if state == "0A" and local.endswith(f":{port:04X}")
    ]
    assert listening == [f"0100007F:{port:04X}"]


def test_the_workspace_finds_its_own_server(own_studio: Path) -> None:
    made = workspace.create(own_studio.parent, "own")
    assert connect(made, {}).whoami() == server.USERNAME


def test_the_browser_pages_name_no_other_host_for_telemetry(studio: Client) -> None:
    page = httpx.get(f"{studio.url}/user/login/", trust_env=False).text
    assert "sentry.io" not in page


# --- push ----------------------------------------------------------------------------------


def test_pushing_twice_sends_once(place: Workspace, studio: Client) -> None:
    all_of_them = [make() for make in stories.ALL]
    first = send(place, studio, all_of_them)
    counts = (first.articles, first.created, first.present, first.replaced, first.refused)
    assert counts == (4, 4, 0, 0, 0)
    second = send(place, studio, all_of_them)
    assert (second.created, second.present, second.replaced, second.tasks) == (0, 4, 0, 4)
    assert second.project == first.project
    assert second.problems == ()


def test_the_project_has_the_interface_and_the_instructions_and_takes_new_ones(
    place: Workspace, studio: Client
) -> None:
    report = send(place, studio, [stories.reception()])
    made = studio.project(report.project)
    assert made.instructions == "<p>Read.</p>"
    assert (made.title, made.answers_per_task, made.model_version) == ("Test", 2, "rules")
    send(place, studio, [stories.reception()], instructions="<p>Read twice.</p>")
    assert studio.project(report.project).instructions == "<p>Read twice.</p>"


def test_only_candidates_that_differ_are_sent_again_and_take_the_place_of_the_old(
    place: Workspace, studio: Client
) -> None:
    (one, old), (two, kept) = stories.reception(), stories.adjacent()
    send(place, studio, [(one, old), (two, kept)])
    report = send(place, studio, [(one, stories.scored(old, 0.25)), (two, kept)])
    assert report.replaced == 1
    (task,) = studio.find_tasks(report.project, [one.id])[one.id]
    assert [prediction.score for prediction in task.predictions] == [0.25]
    assert task.predictions[0].result == result(stories.scored(old, 0.25))
    (other,) = studio.find_tasks(report.project, [two.id])[two.id]
    assert [prediction.result for prediction in other.predictions] == [result(kept)]


def test_candidates_of_a_new_author_are_the_ones_that_annotators_see(
    place: Workspace, studio: Client
) -> None:
    article, old = stories.adjacent()
    send(place, studio, [(article, old)])
    new = msgspec.structs.replace(old, author=Author("model", "rules+tagger"))
    report = send(place, studio, [(article, new)])
    assert studio.project(report.project).model_version == "rules+tagger"
    (task,) = studio.find_tasks(report.project, [article.id])[article.id]
    assert [prediction.model_version for prediction in task.predictions] == ["rules+tagger"]


def test_candidates_of_two_authors_are_refused(place: Workspace, studio: Client) -> None:
    (one, first), (two, second) = stories.reception(), stories.adjacent()
    other = msgspec.structs.replace(second, author=Author("model", "tagger"))
    with pytest.raises(UsageError, match="the candidates are by rules, tagger"):
        send(place, studio, [(one, first), (two, other)])
    assert not place.project.exists()


def test_what_label_studio_would_break_on_is_refused_with_a_reason(
    place: Workspace, studio: Client
) -> None:
    nul = builders.article("Nul \0 here")
    fine, candidate = stories.adjacent()
    hashed = msgspec.structs.replace(candidate.spans[0], id="s#1", score=1.5)
    wrong = msgspec.structs.replace(candidate, spans=(hashed, *candidate.spans[1:]))
    report = send(place, studio, [(nul, builders.annotation(nul, author="rules")), (fine, wrong)])
    assert (report.created, report.refused, report.tasks) == (0, 2, 0)
    assert [str(problem) for problem in report.problems] == [
        f"article {nul.id}, code point 4: U+0000: cannot be kept by Label Studio's database. Take "
        "it out of the raw file and ingest it again.",
        f"article {fine.id}, 'Peru': 's#1': Label Studio cuts ids at #, and needs one. Name it "
        "otherwise.",
        f"article {fine.id}, s#1: 1.5: a score is between 0 and 1. Mend what made it.",
    ]


class Unlucky(Client):
    """Loses the answer to an import, or the import itself."""

    arrives = True

    def import_tasks(self, project: int, tasks: Sequence[Any]) -> int:
        if self.arrives:
            super().import_tasks(project, tasks)
        raise ServiceError("the line went dead.")


def test_an_import_whose_answer_was_lost_is_not_sent_again(
    place: Workspace, studio: Client
) -> None:
    unlucky = Unlucky(studio.url, studio.key, studio.name)
    assert send(place, unlucky, [stories.reception(), stories.adjacent()]).tasks == 2
    assert send(place, studio, [stories.reception(), stories.adjacent()]).tasks == 2


def test_an_import_that_was_lost_says_so_and_the_next_push_brings_it(
    place: Workspace, studio: Client
) -> None:
    unlucky = Unlucky(studio.url, studio.key, studio.name)
    unlucky.arrives = False
    with pytest.raises(ServiceError, match=r"Of 2 tasks 0 have come in; run `curation push` again"):
        send(place, unlucky, [stories.reception(), stories.adjacent()])
    report = send(place, studio, [stories.reception(), stories.adjacent()])
    assert (report.created, report.tasks) == (2, 2)


def test_a_project_on_another_server_is_not_mixed_up(place: Workspace, studio: Client) -> None:
    send(place, studio, [stories.adjacent()])
    elsewhere = Client(studio.url, studio.key, "http://elsewhere")
    with pytest.raises(UsageError, match="and you are connected to http://elsewhere"):
        send(place, elsewhere, [stories.adjacent()])


# --- pull ----------------------------------------------------------------------------------


def test_answers_of_two_people_come_back_equal(
    place: Workspace, studio: Client, people: tuple[Client, Client]
) -> None:
    all_of_them = [make() for make in stories.ALL]
    report = send(place, studio, [(a, stories.scored(c, 0.5)) for a, c in all_of_them])
    for article, candidate in all_of_them:
        task = task_of(studio, report, article)
        people[0].submit(task, result(stories.scored(candidate, 0.5)))
        shorter = msgspec.structs.replace(candidate, events=(), relations=())
        people[1].submit(task, result(shorter))
    pulled = fetch(place, studio, [article for article, _ in all_of_them])
    assert (pulled.answers, pulled.annotators, pulled.unanswered, pulled.findings) == (8, 2, 0, 0)
    got = answers(place)
    expected = []
    for (_, candidate), first, second in zip(all_of_them, got[::2], got[1::2], strict=True):
        expected.append(by_person(stories.scored(candidate, 0.5), "annotator-01", first))
        shorter = msgspec.structs.replace(candidate, events=(), relations=())
        expected.append(by_person(shorter, "annotator-02", second))
    assert got == expected


def test_names_of_people_stay_in_the_private_map(
    place: Workspace, studio: Client, people: tuple[Client, Client]
) -> None:
    article, candidate = stories.adjacent()
    report = send(place, studio, [(article, candidate)])
    task = task_of(studio, report, article)
    people[1].submit(task, result(candidate))
    fetch(place, studio, [article])
    assert [answer.author.name for answer in answers(place)] == ["annotator-01"]
    people[0].submit(task, [])
    fetch(place, studio, [article])
    found = {answer.author.name: len(answer.spans) for answer in answers(place)}
    assert found == {"annotator-01": 4, "annotator-02": 0}
    private = place.private / "annotators.json"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    known = json.loads(private.read_text())
    assert [known[name]["email"] for name in sorted(known)] == [
        people[1].whoami(),
        people[0].whoami(),
    ]
    outside = [path for path in place.root.iterdir() if path.is_file()]
    assert not any("localhost" in path.read_text() for path in outside if path != place.project)


def test_the_latest_answer_counts_and_skipped_ones_are_counted_apart(
    place: Workspace, studio: Client, people: tuple[Client, Client]
) -> None:
    (one, first), (two, second) = stories.reception(), stories.adjacent()
    report = send(place, studio, [(one, first), (two, second)])
    task = task_of(studio, report, one)
    people[0].submit(task, [])
    people[0].submit(task, result(first))
    people[1].submit(task, result(first), skipped=True)
    draft(people[1], task)
    pulled = fetch(place, studio, [one, two])
    assert (pulled.answers, pulled.superseded, pulled.skipped, pulled.drafts) == (1, 1, 1, 1)
    assert (pulled.unanswered, pulled.tasks) == (1, 2)
    assert len(answers(place)[0].spans) == 10


def test_what_is_wrong_with_an_answer_is_written_down_with_the_page_to_open(
    place: Workspace, studio: Client, people: tuple[Client, Client]
) -> None:
    article, candidate = stories.adjacent()
    report = send(place, studio, [(article, candidate)])
    task = task_of(studio, report, article)
    loose = {"type": "relation", "from_id": "e1", "to_id": "s1", "direction": "right"}
    people[0].submit(task, [*result(candidate), loose])
    pulled = fetch(place, studio, [article])
    assert (pulled.answers, pulled.findings) == (1, 1)
    (finding,) = read_jsonl(place.findings, Problem)
    page = f"{studio.url}/projects/{report.project}/data?task={task}"
    assert finding.record == (
        f"task {task} by annotator-01, arrow CONFERENCE 'Summit' --> COUNTRY 'Peru' ({page})"
    )
    assert httpx.get(page, trust_env=False, follow_redirects=True).status_code == 200


def test_an_answer_without_any_of_the_candidates_is_pointed_out(
    place: Workspace, studio: Client, people: tuple[Client, Client]
) -> None:
    article, candidate = stories.adjacent()
    report = send(place, studio, [(article, candidate)])
    blind = [{**item, "id": f"x{item['id']}", "origin": "manual"} for item in result(candidate)[:2]]
    people[0].submit(task_of(studio, report, article), blind)
    fetch(place, studio, [article])
    (finding,) = read_jsonl(place.findings, Problem)
    assert finding.rule.startswith("holds none of the pre-labels")


def test_answers_of_articles_that_are_not_here_any_more_are_findings(
    place: Workspace, studio: Client, people: tuple[Client, Client]
) -> None:
    (one, first), (two, second) = stories.reception(), stories.adjacent()
    report = send(place, studio, [(one, first), (two, second)])
    for article, candidate in ((one, first), (two, second)):
        people[0].submit(task_of(studio, report, article), result(candidate))
    pulled = fetch(place, studio, [two])
    assert (pulled.answers, pulled.refused) == (1, 1)
    (finding,) = read_jsonl(place.findings, Problem)
    assert (finding.value, finding.rule) == (one.id, "is no article of this workspace")


def test_pulling_before_pushing_names_the_command(place: Workspace, studio: Client) -> None:
    with pytest.raises(UsageError, match=r"has no project: run `curation push` first\.$"):
        fetch(place, studio, [])


def test_pulling_an_unanswered_project_gives_an_empty_file(
    place: Workspace, studio: Client
) -> None:
    article, candidate = stories.adjacent()
    send(place, studio, [(article, candidate)])
    pulled = fetch(place, studio, [article])
    assert (pulled.answers, pulled.unanswered) == (0, 1)
    assert place.answers.read_text() == place.findings.read_text() == ""


# --- last: the server is stopped and started again -------------------------------------------


def test_a_stopped_server_starts_again_at_its_address_with_all_that_it_held(
    own_studio: Path,
) -> None:
    before = server.status(own_studio)
    assert before.url is not None
    token = Path(before.token_file).read_text()
    made = Client(before.url, token, "studio").create_project("Kept", {})
    assert server.stop(own_studio) is True
    assert server.status(own_studio).running is False
    after = server.start(own_studio, lambda _: None)
    assert (after.url, after.pid == before.pid) == (before.url, False)
    assert Client(before.url, token, "studio").project(made).title == "Kept"
