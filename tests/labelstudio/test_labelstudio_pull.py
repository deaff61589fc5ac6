"""A second pull asks for what changed, and still loses nothing that was added or deleted."""

import os
import secrets
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from curation.errors import Problem
from curation.labelstudio.client import Answered, Client
from curation.labelstudio.pull import PullReport, pull
from curation.labelstudio.push import PushReport, push
from curation.labelstudio.store import AnswerRow, Store, TaskRow
from curation.labelstudio.tasks import result
from curation.ontology import load_ontology
from curation.records import Annotation, Article
from curation.workspace import Workspace, read_jsonl
from tests import builders
from tests.labelstudio import stories

pytestmark = pytest.mark.studio

ONTOLOGY = load_ontology()
Pairs = Sequence[tuple[Article, Annotation]]


class Watched(Client):
    """Remembers which tasks were listed and exported."""

    def __init__(self, url: str, key: str, name: str) -> None:
        super().__init__(url, key, name)
        self.exported: list[int] = []
        self.listed: list[int] = []

    def export(self, project: int, tasks: Sequence[int]) -> list[dict[str, Any]]:
        self.exported += tasks
        return super().export(project, tasks)

    def answered(self, project: int, since: str | None = None) -> dict[int, Answered]:
        found = super().answered(project, since)
        self.listed += found
        return found


@pytest.fixture
def watched(studio: Client) -> Watched:
    return Watched(studio.url, studio.key, studio.name)


@pytest.fixture(scope="module")
def ann(studio: Client) -> Client:
    """An annotator with an account."""
    email = f"ann-{secrets.token_hex(4)}@localhost"
    return studio.as_user(studio.sign_up(email, secrets.token_hex(12)))


def send(place: Workspace, client: Client, pairs: Pairs) -> PushReport:
    candidates = {article.id: candidate for article, candidate in pairs}
    listed = [article for article, _ in pairs]
    return push(place, client, listed, candidates, ONTOLOGY, "", lambda x, _: x)


def fetch(place: Workspace, client: Client, pairs: Pairs, *, full: bool = False) -> PullReport:
    listed = [article for article, _ in pairs]
    return pull(place, client, listed, ONTOLOGY, lambda x, _: x, full=full)


def tasks_of(client: Client, project: int, pairs: Pairs) -> list[int]:
    found = client.find_tasks(project, [article.id for article, _ in pairs])
    return [found[article.id][0].id for article, _ in pairs]


def delete(client: Client, path: str) -> None:
    key = {"Authorization": f"Token {client.key}"}
    httpx.delete(f"{client.url}{path}", headers=key, trust_env=False).raise_for_status()


def answered(place: Workspace) -> list[str]:
    return [one.article for one in read_jsonl(place.answers, Annotation)]


def test_only_tasks_that_changed_are_asked_for_and_the_files_are_those_of_a_full_pull(
    place: Workspace, watched: Watched, ann: Client
) -> None:
    pairs = [make() for make in stories.ALL]
    project = send(place, watched, pairs).project
    tasks = tasks_of(watched, project, pairs)
    for task, (_, candidate) in zip(tasks[:3], pairs, strict=False):
        ann.submit(task, result(candidate))
    first = fetch(place, watched, pairs)
    assert (first.fetched, first.answers, first.unanswered) == (3, 3, 1)
    watched.exported.clear()
    nothing = fetch(place, watched, pairs)
    assert (nothing.fetched, nothing.answers, watched.exported) == (0, 3, [])
    ann.submit(tasks[3], result(pairs[3][1]))
    ann.submit(tasks[0], [])
    some = fetch(place, watched, pairs)
    assert sorted(watched.exported) == sorted([tasks[0], tasks[3]])
    assert (some.fetched, some.answers, some.superseded, some.unanswered) == (2, 4, 1, 0)
    kept = place.answers.read_text(), place.findings.read_text()
    again = fetch(place, watched, pairs, full=True)
    assert again == msgspec.structs.replace(some, fetched=4)
    assert (place.answers.read_text(), place.findings.read_text()) == kept


def test_what_changed_before_the_last_pull_is_not_even_listed_again(
    place: Workspace, watched: Watched, ann: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curation.labelstudio.pull._OVERLAP", timedelta())
    pairs = [make() for make in stories.ALL]
    tasks = tasks_of(watched, send(place, watched, pairs).project, pairs)
    for task in tasks[:3]:
        ann.submit(task, [])
    time.sleep(1.1)  # the server tells its time in seconds
    assert fetch(place, watched, pairs).fetched == 3
    watched.listed.clear()
    assert (fetch(place, watched, pairs).answers, watched.listed) == (3, [])
    ann.submit(tasks[3], [])
    assert (fetch(place, watched, pairs).answers, watched.listed) == (4, [tasks[3]])


def test_skips_and_drafts_and_new_answers_of_a_known_task_are_told_apart_in_later_pulls(
    place: Workspace, studio: Client, ann: Client
) -> None:
    pairs = [stories.reception(), stories.adjacent()]
    one, two = tasks_of(studio, send(place, studio, pairs).project, pairs)
    ann.submit(one, [])
    fetch(place, studio, pairs)
    ann.submit(one, result(pairs[0][1]))
    ann.submit(two, result(pairs[1][1]), skipped=True)
    report = fetch(place, studio, pairs)
    assert (report.answers, report.superseded, report.skipped, report.unanswered) == (1, 1, 1, 1)
    (answer,) = read_jsonl(place.answers, Annotation)
    assert len(answer.spans) == 10


def test_a_draft_is_counted_though_its_task_was_never_fetched(
    place: Workspace, studio: Client, ann: Client
) -> None:
    pairs = [stories.reception(), stories.adjacent()]
    begun, other = tasks_of(studio, send(place, studio, pairs).project, pairs)
    assert fetch(place, studio, pairs).drafts == 0
    key = {"Authorization": f"Token {ann.key}"}
    address = f"{studio.url}/api/tasks/{begun}/drafts"
    body = {"result": [], "lead_time": 1.0}
    httpx.post(address, json=body, headers=key, trust_env=False).raise_for_status()
    ann.submit(other, [])
    report = fetch(place, studio, pairs)
    assert (report.drafts, report.answers, report.unanswered) == (1, 1, 1)


def write(database: Path, change: str, *values: object) -> None:
    """Change the server's tasks behind its back."""
    with closing(sqlite3.connect(database, timeout=30)) as link, link:
        assert link.execute(f"UPDATE task SET {change}", values).rowcount == 1


def test_answers_that_the_server_has_miscounted_are_all_brought(
    place: Workspace, studio: Client, ann: Client, database: Path
) -> None:
    """Label Studio loses increments of its counters when a task is changed twice at once."""
    pairs = [stories.reception(), stories.adjacent()]
    tasks = tasks_of(studio, send(place, studio, pairs).project, pairs)
    for task in tasks:
        ann.submit(task, [])
        studio.submit(task, [])
    counters = "total_annotations = ?, cancelled_annotations = 0 WHERE id = ?"
    for task, count in zip(tasks, (0, 1), strict=True):
        write(database, counters, count, task)
    for full in (False, True):
        report = fetch(place, studio, pairs, full=full)
        assert (report.answers, report.fetched, report.findings) == (4, 2, 0)
        assert (report.gone, report.unanswered) == ((), 0)


def test_an_answer_after_which_the_servers_task_was_not_touched_is_brought(
    place: Workspace, studio: Client, ann: Client, database: Path
) -> None:
    """Label Studio writes the answer first, then the task's counter, then its time."""
    pairs = [stories.adjacent()]
    (task,) = tasks_of(studio, send(place, studio, pairs).project, pairs)
    ann.submit(task, [])
    fetch(place, studio, pairs)
    with closing(sqlite3.connect(database, timeout=30)) as link:
        row = "SELECT updated_at, total_annotations FROM task WHERE id = ?"
        then = link.execute(row, (task,)).fetchone()
    studio.submit(task, [])
    write(database, "updated_at = ?, total_annotations = ? WHERE id = ?", *then, task)
    report = fetch(place, studio, pairs)
    assert (report.answers, report.fetched, report.findings) == (2, 1, 0)


def test_an_answer_that_was_deleted_leaves_the_file_and_is_named(
    place: Workspace, studio: Client, ann: Client
) -> None:
    pairs = [stories.reception(), stories.adjacent()]
    tasks = tasks_of(studio, send(place, studio, pairs).project, pairs)
    made = [ann.submit(task, []) for task in tasks]
    fetch(place, studio, pairs)
    delete(studio, f"/api/annotations/{made[0]}/")
    report = fetch(place, studio, pairs)
    assert (report.answers, report.gone) == (1, (f"task {tasks[0]} by annotator-01",))
    assert answered(place) == [pairs[1][0].id]


def test_a_task_that_was_deleted_is_seen_though_it_left_no_trace(
    place: Workspace, studio: Client, ann: Client
) -> None:
    pairs = [stories.reception(), stories.adjacent(), stories.markup()]
    tasks = tasks_of(studio, send(place, studio, pairs).project, pairs)
    for task in tasks[:2]:
        ann.submit(task, [])
    fetch(place, studio, pairs)
    delete(studio, f"/api/tasks/{tasks[0]}/")
    ann.submit(tasks[2], [])  # the number of answers is what it was
    report = fetch(place, studio, pairs)
    assert (report.answers, report.tasks) == (2, 2)
    assert report.gone == (f"task {tasks[0]} by annotator-01",)
    assert answered(place) == [pairs[1][0].id, pairs[2][0].id]


def test_answers_to_an_article_that_comes_back_are_read_though_their_task_did_not_change(
    place: Workspace, studio: Client, ann: Client
) -> None:
    pairs = [stories.reception(), stories.adjacent()]
    tasks = tasks_of(studio, send(place, studio, pairs).project, pairs)
    for task in tasks:
        ann.submit(task, [])
    assert fetch(place, studio, pairs[1:]).refused == 1
    report = fetch(place, studio, pairs)
    assert (report.answers, report.refused, report.findings) == (2, 0, 0)
    assert fetch(place, studio, pairs[:1]).refused == 1


def test_another_contract_reads_everything_again(
    place: Workspace, watched: Watched, ann: Client
) -> None:
    pairs = [stories.adjacent()]
    (task,) = tasks_of(watched, send(place, watched, pairs).project, pairs)
    ann.submit(task, result(pairs[0][1]))
    fetch(place, watched, pairs)
    newer = msgspec.structs.replace(ONTOLOGY, version="9.9.9")
    report = pull(place, watched, [pairs[0][0]], newer, lambda x, _: x)
    assert report.fetched == 1
    (answer,) = read_jsonl(place.answers, Annotation)
    assert answer.contract == "9.9.9"


class HalfwayError(Exception):
    pass


def test_a_pull_that_dies_halfway_is_continued(
    place: Workspace, watched: Watched, ann: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curation.labelstudio.pull.EXPORT", 2)
    pairs = [make() for make in stories.ALL]
    tasks = tasks_of(watched, send(place, watched, pairs).project, pairs)
    for task in tasks:
        ann.submit(task, [])

    def halfway(parts: Sequence[list[int]], _: str) -> Iterable[list[int]]:
        yield parts[0]
        raise HalfwayError

    with pytest.raises(HalfwayError):
        pull(place, watched, [a for a, _ in pairs], ONTOLOGY, halfway)
    assert not place.answers.exists()
    watched.exported.clear()
    report = fetch(place, watched, pairs)
    assert (report.answers, report.fetched, len(watched.exported)) == (4, 2, 2)


def test_what_pulls_remember_is_private(place: Workspace, studio: Client) -> None:
    pairs = [stories.adjacent()]
    send(place, studio, pairs)
    fetch(place, studio, pairs)
    for path in place.private.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_store_of_ten_thousand_answers_is_written_in_little_memory(tmp_path: Path) -> None:
    """Half of their JSON (40 MB) is allowed: a list of them would take several times as much."""
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from tests.labelstudio.test_labelstudio_pull import fill, drain, peak\n"
        "path = Path(sys.argv[1])\n"
        "fill(path, 100); drain(path)\n"
        "before = peak()\n"
        "fill(path, 10_000); count = drain(path)\n"
        "print(count, peak() - before, path.stat().st_size)\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "pull.sqlite")]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    count, grown, size = map(int, done.stdout.split())
    assert (count, size > 40_000_000) == (10_000, True)
    assert grown < 20_000, f"{grown} KB more for 10,000 answers"


def peak() -> int:
    """The program's peak memory in KB; getrusage would count the one that started it, too."""
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])


def fill(path: Path, count: int) -> None:
    """Put answers of 4 KB to one article into a store, each by another person."""
    from curation.labelstudio.answers import Answer

    store = Store(path, "k")
    article = builders.article("x" * 30)
    spans = [builders.span(article.text, "x", "PERSON", f"s{n}") for n in range(64)]
    made = Answer(builders.annotation(article, spans), (), 0, 0, 0)
    for start in range(0, count, 100):
        rows = []
        for task in range(start, start + 100):
            row = TaskRow(task, 1, article.id, article.sha256, 30, "", 1, 0, 0, True, False)
            rows.append((row, [AnswerRow(task, task, f"a{task}", "", made, ())]))
        store.put(rows)
    store.want([(article.id, article.sha256)])
    store.close()


def drain(path: Path) -> int:
    """Read all answers and keep none."""
    store = Store(path, "k")
    article = builders.article("x" * 30)
    store.want([(article.id, article.sha256)])
    count = sum(1 for _ in store.latest())
    store.close()
    return count


def test_findings_of_earlier_pulls_are_kept_as_long_as_their_answer(
    place: Workspace, studio: Client, ann: Client
) -> None:
    pairs = [stories.adjacent()]
    (task,) = tasks_of(studio, send(place, studio, pairs).project, pairs)
    loose = {"type": "relation", "from_id": "e1", "to_id": "s1", "direction": "right"}
    ann.submit(task, [*result(pairs[0][1]), loose])
    assert fetch(place, studio, pairs).findings == 1
    assert fetch(place, studio, pairs).findings == 1
    assert len(list(read_jsonl(place.findings, Problem))) == 1
    ann.submit(task, result(pairs[0][1]))
    assert fetch(place, studio, pairs).findings == 0
