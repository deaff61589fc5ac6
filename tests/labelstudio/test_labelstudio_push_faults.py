"""Whatever dies during a push, the next one ends with one task and one prediction an article."""

import multiprocessing
import os
import secrets
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from curation.assignment import drawn
from curation.errors import ServiceError
from curation.labelstudio import client as edge
from curation.labelstudio import push as pushing
from curation.labelstudio.client import Client, Task
from curation.labelstudio.push import PushReport, push
from curation.labelstudio.tasks import result
from curation.ontology import load_ontology
from curation.records import Annotation, Article, Author
from curation.workspace import Workspace, load
from tests import builders
from tests.labelstudio import faulty, stories

pytestmark = pytest.mark.studio

ONTOLOGY = load_ontology()


@pytest.fixture
def proxy(studio: Client) -> Iterator[faulty.Proxy]:
    with faulty.running(studio.url) as made:
        yield made


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six articles are three batches."""
    monkeypatch.setattr(pushing, "BATCH", 2)


def by_way_of(proxy: faulty.Proxy, studio: Client, seconds: int = 60) -> Client:
    """A client that sends to the proxy and knows the server by its own name."""
    return Client(proxy.url, studio.key, studio.name, seconds)


def corpus(author: str = "rules", count: int = 6) -> list[tuple[Article, Annotation]]:
    made = []
    for number in range(count):
        article = builders.article(f"Oslo met Lima, {number}.")
        span = builders.span(article.text, "Oslo", "PLACE", "s1")
        made.append((article, builders.annotation(article, [span], author=author, kind="model")))
    return made


def send(
    place: Workspace,
    client: Client,
    pairs: Sequence[tuple[Article, Annotation]],
    grace: float = 0.0,
) -> PushReport:
    articles = [article for article, _ in pairs]
    candidates = {article.id: candidate for article, candidate in pairs}
    return push(place, client, articles, candidates, ONTOLOGY, "", lambda x, _: x, grace=grace)


def held(studio: Client, project: int, pairs: Sequence[tuple[Article, Annotation]]) -> list[Task]:
    """The tasks of the articles, each of which must have one and no more."""
    found = studio.find_tasks(project, [article.id for article, _ in pairs])
    assert [len(found[article.id]) for article, _ in pairs] == [1] * len(pairs)
    assert studio.project(project).tasks == len(pairs)
    return [found[article.id][0] for article, _ in pairs]


def assert_whole(studio: Client, project: int, pairs: Sequence[tuple[Article, Annotation]]) -> None:
    """Each article has one task, each task one prediction, which is the present one."""
    for task, (_, candidate) in zip(held(studio, project, pairs), pairs, strict=True):
        predictions = [(one.model_version, one.result) for one in task.predictions]
        assert predictions == [(candidate.author.name, result(candidate))]


FAULTS = {
    "the line drops before the server hears": faulty.drop,
    "the line drops after it has committed": faulty.lose,
    "it answers 500 and did nothing": faulty.fail,
    "it answers 500 and committed": faulty.fail_late,
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_import_that_fails_in_any_way_leaves_nothing_twice(
    place: Workspace, studio: Client, proxy: faulty.Proxy, fault: faulty.Act, number: int
) -> None:
    pairs = corpus()
    proxy.fault = faulty.nth(number, fault, "/import")
    try:
        send(place, by_way_of(proxy, studio), pairs)
    except ServiceError as error:
        assert fault in (faulty.drop, faulty.fail)
        assert "Of 2 tasks 0 have come in; run `curation push` again" in str(error)
    report = send(place, studio, pairs)
    assert_whole(studio, report.project, pairs)


@pytest.mark.parametrize("fault", [faulty.drop, faulty.lose, faulty.fail_late])
def test_any_request_that_fails_when_candidates_are_renewed_leaves_one_prediction(
    place: Workspace, studio: Client, proxy: faulty.Proxy, fault: faulty.Act
) -> None:
    pairs, newer = corpus(count=2), corpus("rules+tagger", count=2)
    project = send(place, studio, pairs).project
    send(place, by_way_of(proxy, studio), pairs)
    requests = len(proxy.seen) + 2  # it also deletes and imports predictions
    for number in range(1, requests + 1):
        renewed = newer if number % 2 else pairs
        proxy.fault = faulty.nth(number, fault)
        try:
            send(place, by_way_of(proxy, studio), renewed)
        except ServiceError:
            send(place, studio, renewed)
        assert_whole(studio, project, renewed)


def test_a_time_out_after_which_the_server_commits_all_the_same_is_waited_for(
    place: Workspace, studio: Client, proxy: faulty.Proxy
) -> None:
    pairs = corpus()
    proxy.fault = faulty.nth(2, faulty.late(4.5), "/import")
    report = send(place, by_way_of(proxy, studio, seconds=3), pairs, grace=20)
    assert (report.created, report.tasks) == (6, 6)
    assert_whole(studio, report.project, pairs)


def test_a_look_up_that_fails_while_an_import_is_waited_for_is_made_again(
    place: Workspace, studio: Client, proxy: faulty.Proxy
) -> None:
    pairs = corpus()
    lost = faulty.nth(1, faulty.lose, "/import")
    failing = iter([faulty.fail, faulty.drop])

    def fault(method: str, path: str) -> faulty.Act | None:
        if path.startswith("/api/tasks/"):
            return next(failing, None)
        return lost(method, path)

    proxy.fault = fault
    report = send(place, by_way_of(proxy, studio), pairs, grace=20)
    assert (report.created, next(failing, None)) == (6, None)
    assert_whole(studio, report.project, pairs)


def test_a_look_up_that_never_succeeds_ends_the_push_when_its_time_is_over(
    place: Workspace, studio: Client, proxy: faulty.Proxy
) -> None:
    pairs = corpus()
    lost = faulty.nth(1, faulty.lose, "/import")
    proxy.fault = lambda method, path: faulty.fail if "/api/tasks/" in path else lost(method, path)
    begun = time.monotonic()
    with pytest.raises(ServiceError, match="cannot list tasks of project"):
        send(place, by_way_of(proxy, studio), pairs, grace=2)
    assert 2 <= time.monotonic() - begun < 20
    assert_whole(studio, send(place, studio, pairs).project, pairs)


def test_a_commit_that_comes_later_than_anybody_waited_is_made_good_by_the_next_push(
    place: Workspace, studio: Client, proxy: faulty.Proxy
) -> None:
    pairs = corpus()
    go, done = threading.Event(), threading.Event()

    def act(handler: faulty.Handler) -> None:
        go.wait(60)
        handler.forward()
        done.set()
        handler.close_connection = True

    proxy.fault = faulty.nth(2, act, "/import")
    with pytest.raises(ServiceError, match="no answer in time"):
        send(place, by_way_of(proxy, studio, seconds=3), pairs)
    project = send(place, studio, pairs).project
    go.set()
    assert done.wait(60)
    assert studio.project(project).tasks == 8  # two came twice
    assert send(place, studio, pairs).problems == ()
    assert_whole(studio, project, pairs)


def test_a_project_that_holds_nothing_is_not_asked_what_it_holds(
    place: Workspace, studio: Client, proxy: faulty.Proxy
) -> None:
    send(place, by_way_of(proxy, studio), corpus())
    assert "GET /api/tasks/" not in proxy.seen
    send(place, by_way_of(proxy, studio), corpus())
    assert proxy.seen.count("GET /api/tasks/") == 1  # of all batches at once


def test_a_project_of_several_pages_is_listed_to_its_end(
    place: Workspace, studio: Client, proxy: faulty.Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "_TASKS", 2)
    pairs = corpus(count=5)
    send(place, studio, pairs)
    report = send(place, by_way_of(proxy, studio), pairs)
    assert (report.created, report.present, report.replaced) == (0, 5, 0)
    assert proxy.seen.count("GET /api/tasks/") == 3
    assert_whole(studio, report.project, pairs)


def test_the_next_batch_is_made_while_one_is_sent_and_they_keep_their_order() -> None:
    made: list[int] = []
    second = threading.Event()

    def make(number: int) -> int:
        made.append(number)
        if number == 2:
            second.set()
        return number * 10

    batches = pushing._ahead(make, [1, 2, 3, 4])
    assert next(batches) == 10
    assert second.wait(10)  # nobody asked for it yet
    assert made == [1, 2]
    assert list(batches) == [20, 30, 40]
    assert list(pushing._ahead(make, [])) == []


def test_an_article_that_is_listed_twice_gets_one_task(place: Workspace, studio: Client) -> None:
    pairs = corpus(count=4)
    report = send(place, studio, [*pairs, *pairs])
    assert (report.articles, report.created, report.tasks) == (4, 4, 4)
    assert_whole(studio, report.project, pairs)


class Forgetful(Client):
    """Keeps tasks without their predictions, as Label Studio does when its database is locked."""

    def import_tasks(self, project: int, tasks: Sequence[Mapping[str, Any] | msgspec.Raw]) -> int:
        rows = msgspec.json.decode(msgspec.json.encode(tasks), type=list[dict[str, Any]])
        return super().import_tasks(project, [{**one, "predictions": []} for one in rows])


def test_predictions_that_an_import_dropped_in_silence_are_sent_again(
    place: Workspace, studio: Client
) -> None:
    pairs = corpus()
    report = send(place, Forgetful(studio.url, studio.key, studio.name), pairs)
    assert (report.created, report.problems) == (6, ())
    assert_whole(studio, report.project, pairs)


def test_a_project_that_is_as_it_should_be_is_not_changed(
    place: Workspace, studio: Client, proxy: faulty.Proxy
) -> None:
    pairs = corpus(count=2)
    send(place, studio, pairs)
    send(place, by_way_of(proxy, studio), pairs)
    assert {request.split()[0] for request in proxy.seen} == {"GET"}


def test_of_tasks_that_came_twice_the_one_that_somebody_answered_or_began_stays(
    place: Workspace, studio: Client
) -> None:
    pairs = corpus(count=2)
    project = send(place, studio, pairs).project
    twice = [task for task in held(studio, project, pairs) for _ in "12"]
    rows = [{"data": task.data, "predictions": []} for task in twice]
    studio.import_tasks(project, rows)
    found = studio.find_tasks(project, [article.id for article, _ in pairs])
    answered, begun = (found[article.id][2].id for article, _ in pairs)
    studio.submit(answered, [])
    key = {"Authorization": f"Token {studio.key}"}
    address = f"{studio.url}/api/tasks/{begun}/drafts"
    body = {"result": [], "lead_time": 1.0}
    httpx.post(address, json=body, headers=key, trust_env=False).raise_for_status()
    send(place, studio, pairs)
    assert [task.id for task in held(studio, project, pairs)] == [answered, begun]


# --- killed --------------------------------------------------------------------------------


def in_a_process(work: Callable[[], Any]) -> multiprocessing.Process:
    process = multiprocessing.get_context("fork").Process(target=work, daemon=True)
    process.start()
    return process  # type: ignore[return-value]


def push_in_a_process(root: Path, client: tuple[str, str, str]) -> multiprocessing.Process:
    return in_a_process(lambda: send(load(root), Client(*client), corpus()))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_request_before_or_after_it_was_served_it_is_continued(
    place: Workspace, studio: Client, proxy: faulty.Proxy
) -> None:
    pairs = corpus()
    number, projects = 0, []
    while True:
        number += 1
        place.project.unlink(missing_ok=True)
        proxy.seen.clear()
        reached = threading.Event()

        def kill(handler: faulty.Handler, served: bool, reached: threading.Event) -> None:
            if served:
                handler.forward()
            os.kill(process.pid or 0, signal.SIGKILL)  # noqa: B023  # of this round
            reached.set()
            handler.close_connection = True

        served = number % 2 == 0
        proxy.fault = faulty.nth(number, lambda handler, s=served, r=reached: kill(handler, s, r))  # type: ignore[misc]
        process = push_in_a_process(place.root, (proxy.url, studio.key, studio.name))
        process.join(120)
        if process.exitcode == 0:  # it made fewer requests than this
            break
        assert (process.exitcode, reached.wait(10)) == (-signal.SIGKILL, True)
        proxy.fault = lambda _method, _path: None
        report = send(place, studio, pairs)
        assert_whole(studio, report.project, pairs)
        projects.append(report.project)
    assert number > 6
    assert not (place.private / "import.json").exists()
    for project in projects:
        delete_project(studio, project)


def test_a_project_whose_making_was_not_seen_is_found_again(
    place: Workspace, studio: Client, proxy: faulty.Proxy
) -> None:
    pairs = corpus(count=1)
    proxy.fault = faulty.nth(1, faulty.lose, "/api/projects", "POST")
    with pytest.raises(ServiceError, match="cannot make the project"):
        send(place, by_way_of(proxy, studio), pairs)
    assert not place.project.exists()
    mark = (place.private / "project.key").read_text()
    made = studio.find_project(f"Test (curation {mark[:16]})")
    assert send(place, studio, pairs).project == made
    assert not (place.private / "project.key").exists()


def test_two_pushes_at_once_send_once(place: Workspace, studio: Client) -> None:
    client = (studio.url, studio.key, studio.name)
    both = [push_in_a_process(place.root, client) for _ in range(2)]
    for process in both:
        process.join(120)
    assert [process.exitcode for process in both] == [0, 0]
    report = send(place, studio, corpus())
    assert (report.created, report.tasks) == (0, 6)
    assert_whole(studio, report.project, corpus())


# --- answers stay as they are ------------------------------------------------------------------


def parents(studio: Client, project: int, tasks: Sequence[int]) -> list[int | None]:
    return [
        answer["parent_prediction"]
        for task in studio.export(project, tasks)
        for answer in task["annotations"]
    ]


def test_an_answer_that_the_server_has_not_counted_keeps_what_it_began_with(
    place: Workspace, studio: Client, database: Path
) -> None:
    """Else its prediction would be deleted to make room for the new one."""
    pairs = corpus(count=1)
    project = send(place, studio, pairs).project
    (task,) = held(studio, project, pairs)
    key = {"Authorization": f"Token {studio.key}"}
    body = {"result": [], "parent_prediction": task.predictions[0].id}
    address = f"{studio.url}/api/tasks/{task.id}/annotations/"
    httpx.post(address, json=body, headers=key, trust_env=False).raise_for_status()
    with closing(sqlite3.connect(database, timeout=30)) as link, link:
        link.execute("UPDATE task SET total_annotations = 0 WHERE id = ?", (task.id,))
    assert send(place, studio, corpus("tagger", count=1)).replaced == 1
    assert parents(studio, project, [task.id]) == [task.predictions[0].id]


def test_new_candidates_leave_answers_and_what_they_began_with_alone(
    place: Workspace, studio: Client
) -> None:
    pairs = [stories.reception(), stories.adjacent()]
    project = send(place, studio, pairs).project
    answered, other = held(studio, project, pairs)
    key = {"Authorization": f"Token {studio.key}"}
    body = {
        "result": result(pairs[0][1]),
        "parent_prediction": answered.predictions[0].id,
    }
    address = f"{studio.url}/api/tasks/{answered.id}/annotations/"
    httpx.post(address, json=body, headers=key, trust_env=False).raise_for_status()
    before = studio.export(project, [answered.id])[0]["annotations"]
    assert parents(studio, project, [answered.id]) == [answered.predictions[0].id]

    changed = [(a, stories.scored(c, 0.25)) for a, c in pairs]
    assert send(place, studio, changed).replaced == 2
    now = held(studio, project, pairs)[0]
    assert [one.score for one in now.predictions] == [0.25]
    assert parents(studio, project, [answered.id]) == [answered.predictions[0].id]

    other_author = [
        (a, msgspec.structs.replace(c, author=Author("model", "tagger"))) for a, c in changed
    ]
    send(place, studio, other_author)
    assert send(place, studio, other_author).replaced == 0
    now, untouched = held(studio, project, pairs)
    assert sorted(one.model_version for one in now.predictions) == ["rules", "tagger"]
    assert [one.model_version for one in untouched.predictions] == ["tagger"]
    assert parents(studio, project, [answered.id]) == [answered.predictions[0].id]
    after = studio.export(project, [answered.id])[0]["annotations"]
    assert [one["result"] for one in after] == [one["result"] for one in before]
    assert other.id == untouched.id


# --- blind -------------------------------------------------------------------------------------


def test_the_blind_share_goes_out_without_candidates_and_stays_so(
    place: Workspace, studio: Client
) -> None:
    pairs = corpus(count=8)
    articles = [article for article, _ in pairs]
    candidates = {article.id: candidate for article, candidate in pairs}

    def run(share: float) -> dict[str, int]:
        push(place, studio, articles, candidates, ONTOLOGY, "", lambda x, _: x, blind=share)
        number = msgspec.json.decode(place.project.read_bytes())["project"]
        found = studio.find_tasks(number, candidates)
        return {name: len(tasks[0].predictions) for name, tasks in found.items()}

    first = run(0.5)
    blind = {article.id for article in articles if drawn(article.id, 0.5)}
    assert {name for name, count in first.items() if not count} == blind
    assert 0 < len(blind) < len(articles)
    assert run(0.0) == first


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_the_share_is_drawn_evenly_and_a_larger_one_holds_the_smaller(share: float) -> None:
    names = [f"a-{secrets.token_hex(8)}" for _ in range(4000)]
    some = {name for name in names if drawn(name, share)}
    assert abs(len(some) / 4000 - share) < 0.04
    assert some <= {name for name in names if drawn(name, min(1.0, share + 0.1))}


def delete_project(studio: Client, project: int) -> None:
    key = {"Authorization": f"Token {studio.key}"}
    httpx.delete(f"{studio.url}/api/projects/{project}/", headers=key, trust_env=False)
