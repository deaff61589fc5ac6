"""Live pre-labels: asked as Label Studio asks, they are those of `curation prelabel`."""

import base64
import json
import os
import secrets
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation import workspace
from curation.errors import ServiceError, UsageError
from curation.labelstudio import serving as edge
from curation.labelstudio.backend import USER, Backend, article_of, authorized
from curation.labelstudio.client import Client
from curation.labelstudio.push import push
from curation.labelstudio.registration import TITLE, Watch, register
from curation.labelstudio.serving import FILE, serving, shared_secret
from curation.labelstudio.tasks import prediction, task
from curation.ontology import load_ontology
from curation.prelabel import Prelabeller, rules
from curation.records import Annotation, Article
from curation.workspace import Workspace
from tests import builders
from tests.labelstudio import stories

ONTOLOGY = load_ontology()
RULES = rules(ONTOLOGY)
SECRET = secrets.token_hex(20)
TEXT = (
    "Foreign Minister Anna Berg met Pedro Silva in Lisbon on 5 May 2024.\r\n\r\nHa\u0300 Nội 😀 ok."
)
DATED = (
    "Berg visits Lisbon\n\nForeign Minister Anna Berg met Pedro Silva in Lisbon on 5 May.\n\n"
    "They signed an agreement."
)


def english(_: str) -> str:
    return "en"


def made(model: Prelabeller = RULES, say: Callable[[str], None] = lambda _: None) -> Backend:
    return Backend(model, ONTOLOGY, english, SECRET, say)


@pytest.fixture(scope="module")
def backend() -> Backend:
    return made()


@contextmanager
def caller(backend: Backend, secret: str = SECRET) -> Iterator[httpx.Client]:
    """A client of the application itself, past the network, that gives the secret."""
    transport = httpx.WSGITransport(backend)
    with httpx.Client(
        transport=transport, base_url="http://backend", auth=(USER, secret)
    ) as client:
        yield client


def asked(backend: Backend, *data: dict[str, Any]) -> httpx.Response:
    tasks = [{"id": number, "data": one} for number, one in enumerate(data, 1)]
    with caller(backend) as client:
        return client.post("/predict", json={"tasks": tasks, "project": "1.2", "params": {}})


# --- what comes back -----------------------------------------------------------------------


@pytest.mark.parametrize("story", stories.ALL)
def test_a_task_of_push_gets_the_prediction_that_push_would_send(
    backend: Backend, story: Any
) -> None:
    article, _ = story()
    answer = asked(backend, task(article, None)["data"])
    assert answer.json() == {"results": [prediction(RULES(article))]}


def test_title_language_and_day_reach_the_pre_labeller(backend: Backend) -> None:
    article = builders.article(DATED, title=(0, DATED.index("\n")))
    dated = msgspec.structs.replace(article, published="2021-06-01")
    (result,) = asked(backend, task(dated, None)["data"]).json()["results"]
    assert result == prediction(RULES(dated))
    assert any(
        item["value"].get("text") == ["2021-05-05"]
        for item in result["result"][:-1]
        if "value" in item
    )
    data = task(msgspec.structs.replace(dated, lang="vi"), None)["data"]
    read = article_of(data, english)
    assert (read.id, read.sha256, read.title, read.lang, read.published, read.outlet) == (
        article.id, article.sha256, article.title, "vi", "2021-06-01", None,
    )  # fmt: skip


def test_a_task_with_a_text_alone_gets_marks_at_the_offsets_of_that_text(backend: Backend) -> None:
    (result,) = asked(backend, {"text": TEXT}).json()["results"]
    assert result["model_version"] == backend.version == RULES(stories.adjacent()[0]).author.name
    marks = [item["value"] for item in result["result"] if item["type"] == "labels"]
    assert "Anna Berg" in [mark["text"] for mark in marks]
    assert all(TEXT[mark["start"] : mark["end"]] == mark["text"] for mark in marks)


def test_the_language_is_told_where_the_task_does_not_say_it() -> None:
    seen: list[str] = []

    def noting(article: Article) -> Annotation:
        seen.append(article.lang)
        return RULES(article)

    vietnamese = Backend(noting, ONTOLOGY, lambda _: "vi", SECRET, lambda _: None)
    asked(vietnamese, {"text": TEXT}, {"text": TEXT, "lang": "en"})
    assert seen == ["vi", "vi", "en"]  # the first is the probe that tells the version


def test_a_blind_task_gets_none(backend: Backend) -> None:
    article, _ = stories.adjacent()
    answer = asked(backend, task(article, None, blind=True)["data"], {"text": TEXT})
    first, second = answer.json()["results"]
    assert first == []
    assert second["result"]


def test_a_bad_task_is_named_with_the_reason_and_spoils_no_other(backend: Backend) -> None:
    answer = asked(backend, {"text": TEXT}, {"title": "x"}, {"text": " "}, {"text": "a\0b"})
    assert answer.status_code == 200
    results, errors = answer.json()["results"], answer.json()["errors"]
    assert [bool(one) for one in results] == [True, False, False, False]
    need = "its data need the article's words under 'text', which is"
    assert errors[:2] == [f"task 2: {need} NoneType, not a string", f"task 3: {need} empty"]
    assert errors[2].startswith("task 4: article a-")
    assert "U+0000: cannot be kept by Label Studio's database." in errors[2]


def test_where_no_task_is_good_the_status_says_so(backend: Backend) -> None:
    answer = asked(backend, {"text": 5})
    assert (answer.status_code, answer.json()) == (
        422,
        {"error": "task 1: its data need the article's words under 'text', which is int, not a "
         "string"},
    )  # fmt: skip
    with caller(backend) as client:
        answer = client.post("/predict", json={"tasks": [7]})
    assert answer.json()["error"].startswith("task 1 of the request: is no task (Expected `object`")


@pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b'{"tasks": 1}', b'{"tasks": ["\xff"]}'])
def test_what_is_no_request_is_refused(backend: Backend, body: bytes) -> None:
    with caller(backend) as client:
        answer = client.post("/predict", content=body)
    assert answer.status_code in (400, 422)
    assert answer.json()["error"]


def test_a_pre_labeller_that_fails_fails_its_task_only() -> None:
    def failing(article: Article) -> Annotation:
        if article.text == "bad":
            raise ZeroDivisionError("of three")
        return RULES(article)

    answer = asked(made(failing), {"text": "bad"}, {"text": TEXT})
    assert answer.json()["errors"] == [
        "task 1: the pre-labeller failed (ZeroDivisionError: of three)"
    ]
    assert answer.json()["results"][1]["result"]


def test_candidates_that_break_the_contract_do_not_go_out() -> None:
    def beyond(article: Article) -> Annotation:
        good = RULES(article)
        return msgspec.structs.replace(
            good, spans=tuple(msgspec.structs.replace(s, end=10_000) for s in good.spans)
        )

    answer = asked(made(beyond), {"text": TEXT})
    assert answer.status_code == 422
    assert answer.json()["error"].startswith("task 1: ")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
DATA = st.dictionaries(
    st.sampled_from(["text", "title", "lang", "published", "outlet", "article_id", "blind"]), JSON
)


@given(st.lists(DATA, max_size=4))
def test_whatever_a_task_holds_it_has_one_result_or_one_error(data: list[dict[str, Any]]) -> None:
    backend = _SHARED
    answer = asked(backend, *data)
    blind = sum(bool(one.get("blind")) for one in data)
    if answer.status_code == 200:
        results = answer.json()["results"]
        bare = len(results) - sum(bool(one) for one in results)
        assert len(results) == len(data)
        assert bare == blind + len(answer.json().get("errors", []))
    else:
        assert answer.status_code == 422
        assert blind == 0


_SHARED = made()


def test_the_other_pages_say_who_answers_and_that_nothing_is_learnt(backend: Backend) -> None:
    with caller(backend) as client:
        assert client.get("/health").json() == {"status": "UP", "model_version": backend.version}
        assert client.get("/versions").json() == {"versions": [backend.version]}
        assert client.post("/setup", content=b"no JSON").json() == {
            "model_version": backend.version
        }
        for path in ("/train", "/webhook"):
            assert client.post(path, json={"action": "START_TRAINING"}).status_code == 501
        assert client.get("/predict").status_code == 404


# --- the shared secret ---------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/health", "/versions", "/", "/predict"])
def test_without_the_secret_nothing_is_told(backend: Backend, path: str) -> None:
    client = httpx.Client(transport=httpx.WSGITransport(backend), base_url="http://backend")
    for auth in (None, (USER, "wrong"), ("other", SECRET), (USER, SECRET[:-1]), (USER, "ß€")):
        answer = client.get(path, auth=auth)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="curation"'
        assert set(answer.json()) == {"error"}
        assert SECRET not in answer.text


@given(st.text(), st.text(alphabet=st.characters(max_codepoint=255)))
def test_no_other_header_opens(scheme: str, rest: str) -> None:
    assert authorized(f"{scheme} {rest}", SECRET) is False


def test_the_right_header_opens() -> None:
    words = base64.b64encode(f"{USER}:{SECRET}".encode()).decode()
    assert authorized(f"Basic {words}", SECRET) is True
    assert authorized(f"basic {words}", SECRET) is True
    assert authorized(f"Token {words}", SECRET) is False


def test_the_secret_is_made_once_and_its_file_is_private(tmp_path: Path) -> None:
    place = workspace.create(tmp_path / "w", "Live")
    first = shared_secret(place, None, "127.0.0.1")
    assert shared_secret(place, None, "localhost") == shared_secret(place, None, "::1") == first
    assert stat.S_IMODE((place.private / FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE(place.private.stat().st_mode) == 0o700
    assert len(first) == 40


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "annotate.example.org"])
def test_others_are_served_only_with_a_secret_that_was_given(tmp_path: Path, host: str) -> None:
    place = workspace.create(tmp_path / "w", "Live")
    with pytest.raises(UsageError, match="give the shared secret yourself with --secret-file"):
        shared_secret(place, None, host)
    assert not place.private.exists()
    given = tmp_path / "secret"
    given.write_text(f"{SECRET}\n")
    given.chmod(0o600)
    assert shared_secret(place, given, host) == SECRET


def test_a_file_that_holds_no_good_secret_is_refused(tmp_path: Path) -> None:
    place = workspace.create(tmp_path / "w", "Live")
    given = tmp_path / "secret"
    with pytest.raises(UsageError, match=r"secret: cannot be read: No such file or directory\.$"):
        shared_secret(place, given, "127.0.0.1")
    given.write_text(SECRET)
    given.chmod(0o640)
    with pytest.raises(UsageError, match=r"others can read the secret: run `chmod 600 .*`\.$"):
        shared_secret(place, given, "127.0.0.1")
    given.chmod(0o600)
    for bad in ("", "short", "x" * 20 + "\ny", "é" * 30):
        given.write_text(bad)
        with pytest.raises(UsageError, match="at least 20 printable ASCII characters"):
            shared_secret(place, given, "127.0.0.1")


# --- over the network ----------------------------------------------------------------------


def over(address: str, **more: Any) -> httpx.Client:
    return httpx.Client(base_url=address, auth=(USER, SECRET), trust_env=False, **more)


def test_many_at_once_get_their_own_answers_from_a_model_that_serves_one() -> None:
    inside = threading.Semaphore(1)

    def alone(article: Article) -> Annotation:
        assert inside.acquire(blocking=False), "two at once"
        try:
            time.sleep(0.001)
            return RULES(article)
        finally:
            inside.release()

    texts = [f"Minister Anna Berg met Pedro Silva in Lisbon. {'x' * n}" for n in range(40)]
    with serving(made(alone), "127.0.0.1", 0) as address, over(address, timeout=60) as client:

        def ask(text: str) -> Any:
            body = {"tasks": [{"id": 1, "data": {"text": text, "lang": "en"}}]}
            return client.post("/predict", json=body).json()["results"][0]

        with ThreadPoolExecutor(12) as pool:
            answers = list(pool.map(ask, texts))
    assert answers == [prediction(RULES(article_of({"text": t}, english))) for t in texts]


def test_a_request_that_is_too_large_is_refused_and_the_next_one_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(edge, "MOST", 10_000)
    with serving(made(), "127.0.0.1", 0) as address, over(address) as client:
        data = {"tasks": [{"id": 1, "data": {"text": "x" * 20_000}}]}
        assert client.post("/predict", json=data).status_code == 413
        assert client.get("/health").status_code == 200


def test_at_the_end_answers_under_way_are_sent_and_no_new_ones_begun() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(article: Article) -> Annotation:
        if article.text == TEXT:
            begun.set()
            go_on.wait(20)
        return RULES(article)

    body = {"tasks": [{"id": 1, "data": {"text": TEXT}}]}
    with ThreadPoolExecutor(1) as pool:
        with serving(made(slow), "127.0.0.1", 0) as address:
            answer = pool.submit(lambda: over(address, timeout=60).post("/predict", json=body))
            assert begun.wait(20)
            threading.Timer(0.5, go_on.set).start()
        assert answer.result().json() == {
            "results": [prediction(RULES(article_of({"text": TEXT}, english)))]
        }
    with pytest.raises(httpx.ConnectError):
        over(address).get("/health")


def test_work_for_a_client_that_has_gone_is_given_up() -> None:
    labelled: list[str] = []

    def slow(article: Article) -> Annotation:
        labelled.append(article.text)
        time.sleep(0.05)
        return RULES(article)

    said: list[str] = []
    body = {"tasks": [{"id": n, "data": {"text": f"{n} {TEXT}"}} for n in range(100)]}
    with serving(made(slow, said.append), "127.0.0.1", 0) as address:
        with pytest.raises(httpx.ReadTimeout):
            over(address, timeout=0.3).post("/predict", json=body)
        deadline = time.monotonic() + 20
        while not said and time.monotonic() < deadline:
            time.sleep(0.05)
    assert said[0].endswith("100 tasks; nobody waits any more")
    assert len(labelled) < 60


def test_a_port_that_is_taken_is_named() -> None:
    with serving(made(), "127.0.0.1", 0) as address:
        port = int(address.rpartition(":")[2])
        with (
            pytest.raises(UsageError, match=rf"127\.0\.0\.1 port {port} cannot be listened on"),
            serving(made(), "127.0.0.1", port),
        ):
            pass


@contextmanager
def started(place: Workspace, tmp_path: Path, *options: str) -> Iterator[tuple[Any, str]]:
    """`curation backend` as a process of its own; its streams go to files in tmp_path."""
    line = [
        sys.executable,
        "-c",
        "from curation.cli import main; main()",
        "backend",
        "--workspace",
        str(place.root),
    ]
    with (tmp_path / "out").open("w") as out, (tmp_path / "err").open("w") as err:
        process = subprocess.Popen(
            [*line, "--port", "0", "--json", *options],
            stdout=out,
            stderr=err,
            env={**os.environ, "TMPDIR": str(tmp_path)},
        )
    try:
        deadline = time.monotonic() + 60
        while not (tmp_path / "out").read_text().endswith("\n"):
            assert process.poll() is None, (tmp_path / "err").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield process, json.loads((tmp_path / "out").read_text())["address"]
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)


def test_no_token_that_the_server_sends_is_kept_anywhere(tmp_path: Path) -> None:
    place = workspace.create(tmp_path / "w", "Live")
    token, login, extra = (secrets.token_hex(20) for _ in range(3))
    with started(place, tmp_path) as (process, address):
        secret = (place.private / FILE).read_text()
        with httpx.Client(base_url=address, auth=(USER, secret), trust_env=False) as client:
            setup = {"project": "1.1", "schema": "<View/>", "access_token": token}
            client.post("/setup", json={**setup, "extra_params": {"key": extra}})
            client.post("/setup", content=f'{{"access_token": "{token}", '.encode())
            task = {"id": 1, "data": {"text": TEXT}}
            params = {"login": login, "password": token, "context": {"key": extra}}
            for tasks in ([task], [task, {"id": 2}], [{"id": 3}]):
                client.post("/predict", json={"tasks": tasks, "params": params})
            client.post("/predict", json={"tasks": "x", "access_token": token})
            client.post("/predict", content=b"x" * 1_000_000 + token.encode())
            client.post(f"/{token}", params={"token": token}, headers={"X-Token": token})
        httpx.post(f"{address}/webhook", json={"token": token}, trust_env=False)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    log = (tmp_path / "err").read_text()
    assert log.count("POST /predict") == 5
    assert log.endswith("stopped\n")
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert tmp_path / "err" in files
    for path in files:
        content = path.read_bytes()
        assert not any(one.encode() in content for one in (token, login, extra)), path
        assert secret.encode() not in content or path == place.private / FILE


def test_an_interrupt_ends_it_with_130(tmp_path: Path) -> None:
    place = workspace.create(tmp_path / "w", "Live")
    with started(place, tmp_path) as (process, _):
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
    assert "Traceback" not in (tmp_path / "err").read_text()


def test_an_open_address_is_served_with_a_warning(tmp_path: Path) -> None:
    place = workspace.create(tmp_path / "w", "Live")
    given = tmp_path / "secret"
    given.write_text(SECRET)
    given.chmod(0o600)
    with started(place, tmp_path, "--host", "0.0.0.0", "--secret-file", str(given)) as (_, address):
        port = address.rpartition(":")[2]
        assert over(f"http://127.0.0.1:{port}").get("/health").status_code == 200
    assert "Warning: 0.0.0.0 can be reached from other machines" in (tmp_path / "err").read_text()


# --- a real server -------------------------------------------------------------------------


class Live:
    """A project with a backend, and what an annotator's browser asks of it."""

    def __init__(self, place: Workspace, studio: Client, address: str) -> None:
        self.article, _ = stories.reception()
        self.candidate = RULES(self.article)
        self.place = place
        self.studio = studio
        self.push()
        self.registered = register(place, studio, address, self.candidate.author.name, SECRET)
        (self.project,) = self.registered.projects
        self.address = address

    def push(self) -> Any:
        return push(
            self.place, self.studio, [self.article], {self.article.id: self.candidate}, ONTOLOGY,
            "", lambda x, _: x,
        )  # fmt: skip

    def call(self, method: str, path: str, **more: Any) -> Any:
        key = {"Authorization": f"Token {self.studio.key}"}
        address = f"{self.studio.url}{path}"
        answer = httpx.request(method, address, headers=key, trust_env=False, timeout=60, **more)
        return answer.raise_for_status().json() if answer.content else None

    def add(self, data: dict[str, Any]) -> int:
        body = {"project": self.project, "data": data}
        return int(self.call("POST", "/api/tasks/", json=body)["id"])

    def opened(self, task: int) -> list[dict[str, Any]]:
        """What the screen shows of a task that is opened from the list."""
        return list(self.call("GET", f"/api/tasks/{task}/")["predictions"])

    def kept(self, task: int) -> list[tuple[str, float | None, Any]]:
        query = {"project": self.project, "fields": "all", "page_size": 100}
        tasks = self.call("GET", "/api/tasks/", params=query)["tasks"]
        (found,) = (one["predictions"] for one in tasks if one["id"] == task)
        return [(one["model_version"], one["score"], one["result"]) for one in found]


@pytest.fixture
def log() -> list[str]:
    return []


@pytest.fixture
def live(place: Workspace, studio: Client, log: list[str]) -> Iterator[Live]:
    with serving(made(say=log.append), "127.0.0.1", 0) as address:
        yield Live(place, studio, address)


@pytest.mark.studio
def test_a_new_task_that_is_opened_has_what_push_would_have_sent(
    live: Live, log: list[str]
) -> None:
    article = msgspec.structs.replace(live.article, id="a-other")
    number = live.add(task(article, None)["data"])
    shown = live.opened(number)
    (pushed,) = live.studio.find_tasks(live.project, [live.article.id])[live.article.id]
    (sent,) = pushed.predictions
    assert [(p["model_version"], p["score"], p["result"]) for p in shown] == [
        (sent.model_version, sent.score, sent.result)
    ]
    assert len(live.opened(number)) == 1
    assert sum("POST /predict" in line for line in log) == 1
    assert live.studio.key not in "\n".join(log)
    assert live.opened(live.add({"text": TEXT}))[0]["result"] != []


@pytest.mark.studio
def test_the_project_shows_what_was_pushed_also_while_the_backend_is_away(
    place: Workspace, studio: Client
) -> None:
    with serving(made(), "127.0.0.1", 0) as address:
        live = Live(place, studio, address)
    path = f"/api/dm/actions?id=next_task&project={live.project}"
    task = live.call("POST", path, json={})
    assert len(task["predictions"]) == 1
    bare = live.add({"text": TEXT})
    assert live.opened(bare) == []
    with serving(made(), "127.0.0.1", int(address.rpartition(":")[2])):
        assert len(live.opened(bare)) == 1
    assert live.push().replaced == 0


@pytest.mark.studio
def test_the_watch_has_new_tasks_labelled_once_and_blind_ones_not(
    live: Live, log: list[str]
) -> None:
    watch = Watch(live.studio, [live.project])
    assert watch.look() == watch.look() == 0
    first = live.add({"text": TEXT})
    blind = live.add(task(stories.adjacent()[0], None, blind=True)["data"])
    bad = live.add({"text": " "})
    assert (watch.look(), watch.look()) == (0, 3)
    assert [len(live.kept(one)) for one in (first, blind, bad)] == [1, 0, 0]
    before = len(log)
    assert watch.look() == watch.look() == 0
    assert len(log) == before
    assert any(f"task {bad}: its data need" in line for line in log)
    second = live.add({"text": TEXT})
    assert (watch.look(), watch.look()) == (0, 1)
    assert (len(live.kept(first)), len(live.kept(second))) == (1, 1)


@pytest.mark.studio
def test_a_server_that_is_away_is_said_once_and_waited_for(place: Workspace) -> None:
    nobody = Client("http://127.0.0.1:9", "x" * 40, "nobody")
    said: list[str] = []
    stopped = threading.Event()
    threading.Timer(1.0, stopped.set).start()
    Watch(nobody, [1]).keep(stopped, said.append, every=0.05)
    assert len(said) == 1
    assert said[0].startswith("http://127.0.0.1:9: cannot list tasks of project 1")


@pytest.mark.studio
def test_the_backend_is_registered_once_whatever_its_address_is(live: Live) -> None:
    version = live.candidate.author.name
    with serving(made(), "127.0.0.1", 0) as address:
        again = register(live.place, live.studio, address, version, SECRET)
        (known,) = live.studio.backends(live.project)
        assert (known.title, known.url, known.connected) == (TITLE, address, True)
        assert again.notes == ()
    assert live.studio.project(live.project).model_version == version
    hooks = live.call("GET", "/api/webhooks/", params={"project": live.project})
    assert hooks == []


@pytest.mark.studio
def test_where_annotators_have_projects_of_their_own_each_asks_the_backend(
    place: Workspace, studio: Client
) -> None:
    article, _ = stories.reception()
    made_by_rules = {article.id: RULES(article)}
    for name in ("annotator-01", "annotator-02"):
        push(
            place, studio, [article], made_by_rules, ONTOLOGY, "", lambda x, _: x, annotator=name
        )  # fmt: skip
    with serving(made(), "127.0.0.1", 0) as address:
        projects = register(place, studio, address, _SHARED.version, SECRET).projects
        try:
            new = {one: studio.import_tasks(one, [{"data": {"text": TEXT}}]) for one in projects}
            assert list(new.values()) == [0, 0]
            watch = Watch(studio, projects)
            assert (watch.look(), watch.look(), watch.look()) == (0, 2, 0)
            assert [studio.without_predictions(one, 0) for one in projects] == [[], []]
        finally:
            key = {"Authorization": f"Token {studio.key}"}
            for one in projects:
                page = f"{studio.url}/api/projects/{one}/"
                httpx.delete(page, headers=key, trust_env=False).raise_for_status()
            place.project.unlink()
    assert len(projects) == 2


@pytest.mark.studio
def test_a_backend_of_other_candidates_is_refused(live: Live) -> None:
    message = rf"shows the candidates of {live.candidate.author.name}, and this backend makes "
    with pytest.raises(UsageError, match=message + r"those of other: give the same --model"):
        register(live.place, live.studio, live.address, "other", SECRET)


@pytest.mark.studio
def test_a_backend_that_does_not_take_the_secret_is_not_registered(live: Live) -> None:
    with serving(made(), "127.0.0.1", 0) as address:
        version = live.candidate.author.name
        with pytest.raises(ServiceError, match=r"authentication parameters") as caught:
            register(live.place, live.studio, address, version, "wrong" * 5)
    assert "wrongwrong" not in str(caught.value)


@pytest.mark.studio
def test_before_the_first_push_there_is_nothing_to_register_in(
    place: Workspace, studio: Client
) -> None:
    with pytest.raises(UsageError, match=r"^there is no project yet: run `curation push` first\.$"):
        register(place, studio, "http://127.0.0.1:1", "v", SECRET)


@pytest.mark.studio
@pytest.mark.usefixtures("studio_environment")
def test_the_command_registers_itself_and_labels_new_tasks(
    live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with started(live.place, tmp_path, "--connect") as (process, address):
        number = live.add({"text": TEXT})
        deadline = time.monotonic() + 40
        while not live.kept(number) and time.monotonic() < deadline:
            time.sleep(0.5)
        assert len(live.kept(number)) == 1
        (known,) = live.studio.backends(live.project)
        assert (known.url, known.connected) == (address, True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    assert live.studio.key not in (tmp_path / "err").read_text()
