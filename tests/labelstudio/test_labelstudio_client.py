"""Whatever a server does, the user reads what to do about it, and nothing is sent twice."""

import http.server
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from curation import workspace
from curation.errors import ServiceError, UsageError
from curation.labelstudio import client as edge
from curation.labelstudio.client import Client, connect

KEY = "0123456789abcdef0123456789abcdef01234567"


class Server(http.server.ThreadingHTTPServer):
    """Answers every request with `status` and `body`, and remembers it."""

    status = 200
    body = "{}"
    date = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def answer(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.seen.append((self.command, self.path))
        self.send_response_only(self.server.status)
        self.send_header("Date", self.server.date or self.date_time_string())
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(self.server.body.encode())

    do_GET = do_POST = do_PATCH = answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def test_a_failed_import_is_sent_once(server: Server) -> None:
    server.status, server.body = 502, "bad gateway"
    with pytest.raises(ServiceError) as caught:
        Client(server.url, KEY, "there").import_tasks(7, [{"data": {"text": "x"}}])
    assert server.seen == [("POST", "/api/projects/7/import")]
    assert str(caught.value) == (
        f"{server.url}: cannot import 1 tasks into project 7: HTTP 502 bad gateway. Look into the "
        "server's log, then run the command again."
    )


def test_an_import_that_the_server_refuses_says_why(server: Server) -> None:
    server.status = 400
    server.body = json.dumps(
        {"detail": "Validation error", "validation_errors": {"text": ["none"]}}
    )
    with pytest.raises(ServiceError) as caught:
        Client(server.url, KEY, "there").import_tasks(7, [{"data": {}}])
    assert str(caught.value) == (
        f"{server.url}: cannot import 1 tasks into project 7: HTTP 400 Validation error {{'text': "
        "['none']}. This is not the fault of your data; report it with this message."
    )


def test_the_servers_time_is_taken_unless_it_is_ahead_of_ours(server: Server) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    for told, taken in (
        (now - timedelta(hours=3), now - timedelta(hours=3)),
        (now + timedelta(hours=3), now),
    ):
        server.date = format_datetime(told, usegmt=True)
        got = datetime.strptime(Client(server.url, KEY, "there").now(), edge.TIME)
        assert abs(got.replace(tzinfo=UTC) - taken) < timedelta(minutes=1)
    server.date = "some day"
    assert Client(server.url, KEY, "there").now() == ""


def test_a_list_that_fits_on_a_page_is_asked_for_once(server: Server) -> None:
    given = [{"id": 5}, {"id": 6}]
    task = {"id": 1, "updated_at": "2024-10-28T07:00:00Z", "annotations": given}
    totals = {"total_annotations": 1, "total_predictions": 0}
    server.body = json.dumps({"tasks": [task], "total": 1, **totals})
    listed = {1: edge.Answered("2024-10-28T07:00:00.000000Z", 2)}
    assert Client(server.url, KEY, "there").answered(7) == listed
    assert len(server.seen) == 1


def test_a_wrong_key_is_named_by_its_variable_and_never_shown(server: Server) -> None:
    server.status, server.body = 401, json.dumps({"detail": f"Invalid token {KEY}."})
    with pytest.raises(ServiceError) as caught:
        Client(server.url, KEY, "there").whoami()
    assert str(caught.value) == (
        f"{server.url}: cannot ask who I am: HTTP 401 Invalid token ***. Set LABEL_STUDIO_API_KEY "
        "to a valid token (in Label Studio: Account & Settings)."
    )


def test_an_address_that_is_no_label_studio_is_said_so(server: Server) -> None:
    server.body = "<html>Welcome</html>"
    with pytest.raises(ServiceError, match="LABEL_STUDIO_URL is the address of a Label Studio"):
        Client(server.url, KEY, "there").whoami()


def test_no_server_at_all_is_said_so() -> None:
    with pytest.raises(
        ServiceError, match=r"^http://127.0.0.1:1: cannot ask who I am: .*runs there"
    ):
        Client("http://127.0.0.1:1", KEY, "there").whoami()


def test_a_deleted_project_says_how_to_begin_anew(server: Server) -> None:
    server.status, server.body = 404, json.dumps({"detail": "No Project matches."})
    with pytest.raises(UsageError, match=r"Remove labelstudio\.json from the workspace to begin"):
        Client(server.url, KEY, "there").project(7)


def test_a_list_that_came_short_is_an_error_and_not_the_end(server: Server) -> None:
    server.body = json.dumps(
        {"tasks": [], "total": 3, "total_annotations": 0, "total_predictions": 0}
    )
    with pytest.raises(ServiceError, match="listed 0 of 3 tasks"):
        Client(server.url, KEY, "there").answered(7)


def test_a_server_that_gives_smaller_pages_is_asked_for_more_of_them(server: Server) -> None:
    rows = [{"id": number, "annotations": [{"id": 1}]} for number in range(2)]
    server.body = json.dumps({"tasks": rows, "total": 5})
    with pytest.raises(ServiceError, match="listed 6 of 5 tasks"):  # each page is the same one
        Client(server.url, KEY, "there").answered(7)
    pages = [path.partition("&page=")[2].partition("&")[0] for _, path in server.seen]
    assert pages == ["1", "2", "3"]


def test_an_export_without_some_tasks_is_an_error(server: Server) -> None:
    server.body = json.dumps([{"id": 1}])
    with pytest.raises(ServiceError, match=r"exported 1 of 2 tasks, without \[2\]"):
        Client(server.url, KEY, "there").export(7, [1, 2])
    assert "ids%5B%5D=1&ids%5B%5D=2" in server.seen[0][1]


def test_predictions_that_the_server_dropped_are_an_error(server: Server) -> None:
    server.body = json.dumps({"created": 1})
    with pytest.raises(ServiceError, match="took 1 of 2 predictions"):
        Client(server.url, KEY, "there").add_predictions(
            7, {1: {"result": [], "model_version": "m"}, 2: {"result": [], "model_version": "m"}}
        )


def test_without_a_server_the_command_that_starts_one_is_named(tmp_path: Path) -> None:
    made = workspace.create(tmp_path / "w", "made")
    with pytest.raises(UsageError) as caught:
        connect(made, {})
    assert str(caught.value) == (
        f"no Label Studio runs for the workspace {made.root}: run `curation studio start`, or set "
        "LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY."
    )


def test_an_address_without_a_key_is_refused(tmp_path: Path) -> None:
    made = workspace.create(tmp_path / "w", "made")
    with pytest.raises(UsageError, match="LABEL_STUDIO_API_KEY is not: set it to a token"):
        connect(made, {"LABEL_STUDIO_URL": "http://127.0.0.1:1"})


def test_the_environment_names_the_server(server: Server, tmp_path: Path) -> None:
    made = workspace.create(tmp_path / "w", "made")
    server.status = 401
    with pytest.raises(ServiceError, match=server.url):
        connect(made, {"LABEL_STUDIO_URL": f"{server.url}/", "LABEL_STUDIO_API_KEY": KEY})


def test_chunks_hold_everything_in_order() -> None:
    assert list(edge.chunks(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(edge.chunks([], 2)) == []
