"""Starting and stopping, with a small stand-in for Label Studio that starts at once."""

import http.client
import json
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from curation.errors import ServiceError, UsageError
from curation.labelstudio import server

STAND_IN = """\
#!{python}
import http.server, os, signal, sys
{before}
port = int(sys.argv[sys.argv.index("--port") + 1]) + {moved}
token = os.environ["LABEL_STUDIO_USER_TOKEN"]
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.path == "/health" or self.headers["Authorization"] == "Token " + token
        self.send_response(200 if known else 401)
        self.end_headers()
    def log_message(self, *_):
        pass
listening = http.server.HTTPServer(("127.0.0.1", port), Handler)
print(f"Starting development server at http://127.0.0.1:{{port}}/", flush=True)
listening.serve_forever()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "work" / ".studio"
    yield path
    server.stop(path)


def stand_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str = "", moved: int = 0
) -> None:
    script = tmp_path / "python"
    script.write_text(STAND_IN.format(python=sys.executable, before=before, moved=moved))
    script.chmod(0o755)
    monkeypatch.setattr(server, "install", lambda say: script)


def quiet(_: str) -> None:
    pass


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_start_status_stop(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch)
    assert server.status(folder).running is False
    started = server.start(folder, quiet)
    assert started == server.status(folder)
    assert started.running
    assert started.pid is not None and started.url is not None
    assert Path(started.token_file).read_text() != Path(started.password_file).read_text()
    assert {mode(path) for path in folder.iterdir() if path.is_file()} == {0o600}
    assert {mode(folder), mode(folder / "data")} == {0o700}
    assert server.stop(folder) is True
    assert server.status(folder).running is False
    assert server.stop(folder) is False


def test_starting_what_runs_gives_the_same_process(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch)
    first = server.start(folder, quiet)
    again: list[server.Status] = []
    threads = [
        threading.Thread(target=lambda: again.append(server.start(folder, quiet))) for _ in "ab"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert again == [first, first]
    server.stop(folder)


def test_a_restart_keeps_the_port_and_the_secrets(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch)
    first = server.start(folder, quiet)
    token = Path(first.token_file).read_text()
    server.stop(folder)
    second = server.start(folder, quiet)
    server.stop(folder)
    assert second.url == first.url
    assert Path(second.token_file).read_text() == token


def test_the_address_is_the_one_that_the_server_took(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch, moved=1)
    port = free_port()
    started = server.start(folder, quiet, port=port)
    server.stop(folder)
    assert started.url == f"http://127.0.0.1:{port + 1}"


def test_a_port_in_use_is_refused_when_asked_for(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port} of 127.0.0.1 is in use"):
            server.start(folder, quiet, port=port)


def test_the_token_is_in_no_command_line_and_in_no_log(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch)
    started = server.start(folder, quiet)
    token = Path(started.token_file).read_text()
    ps = ["ps", "-ww", "-o", "args", "-p", str(started.pid)]
    shown = subprocess.run(ps, capture_output=True, check=True, text=True).stdout
    server.stop(folder)
    assert "--internal-host 127.0.0.1" in shown
    assert token not in shown
    assert token not in (folder / "server.log").read_text()
    assert mode(Path(started.token_file)) == 0o600


def test_settings_of_the_callers_shell_do_not_reach_the_server(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOST", "DEBUG", "LABEL_STUDIO_HOST", "DJANGO_DB", "PYTHONPATH", "HTTP_PROXY"):
        monkeypatch.setenv(name, "elsewhere")
    dump = "import json\nprint('ENV', json.dumps(dict(os.environ)), flush=True)"
    stand_in(tmp_path, monkeypatch, before=dump)
    server.start(folder, quiet)
    server.stop(folder)
    line = (folder / "server.log").read_text().splitlines()[0]
    environment = json.loads(line.removeprefix("ENV "))
    assert "elsewhere" not in environment.values()
    assert environment["COLLECT_ANALYTICS"] == environment["LATEST_VERSION_CHECK"] == "false"
    assert environment["SENTRY_DSN"] == environment["FRONTEND_SENTRY_DSN"] == ""


def test_a_server_that_ends_is_an_error_with_the_last_lines_of_its_log(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch, before="sys.exit('the disk is full')")
    with pytest.raises(ServiceError) as caught:
        server.start(folder, quiet)
    assert str(caught.value) == (
        f"Label Studio ended before it answered. The last lines of {folder}/server.log:\n"
        "the disk is full"
    )
    assert server.status(folder).running is False


def test_a_server_that_does_not_answer_in_time_is_an_error_and_is_ended(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = "import time\nprint('pid', os.getpid(), flush=True)\ntime.sleep(60)"
    stand_in(tmp_path, monkeypatch, before=slow)
    with pytest.raises(ServiceError, match=r"did not answer within 1 seconds[^\n]*\npid \d+$"):
        server.start(folder, quiet, seconds=1)
    pid = int((folder / "server.log").read_text().split()[1])
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_database_made_with_another_token_is_said_so(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch, before="os.environ['LABEL_STUDIO_USER_TOKEN'] = 'older'")
    with pytest.raises(ServiceError, match="was made with another token than the one in"):
        server.start(folder, quiet)


def test_a_process_that_will_not_end_is_killed(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(tmp_path, monkeypatch, before="signal.signal(signal.SIGTERM, signal.SIG_IGN)")
    started = server.start(folder, quiet)
    assert server.stop(folder, seconds=0.3) is True
    assert started.url is not None
    with pytest.raises(OSError):
        http.client.HTTPConnection(started.url.removeprefix("http://")).request("GET", "/")


def test_a_later_process_with_the_same_number_is_left_alone(folder: Path) -> None:
    folder.mkdir(parents=True)
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    record = {"pid": other.pid, "born": "an earlier process", "url": "http://127.0.0.1:1"}
    (folder / "server.json").write_text(json.dumps(record))
    assert server.status(folder).running is False
    assert server.stop(folder) is False
    time.sleep(0.1)
    assert other.poll() is None
    other.kill()
    other.wait()


def test_a_failed_installation_leaves_nothing_and_shows_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    fail = "print('no route to https://user:hidden@host/simple'); raise SystemExit(7)"
    monkeypatch.setattr(server, "_installers", lambda *_: [[sys.executable, "-c", fail]])
    said: list[str] = []
    with pytest.raises(ServiceError) as caught:
        server.install(said.append)
    assert "ended with 7): no route to https://***@host/simple\n" in str(caught.value)
    assert said == [f"Installing Label Studio {server.version()} (about 800 MB, once) …"]
    assert [path.suffix for path in (tmp_path / "curation").iterdir()] == [".lock"]


def test_two_installers_at_once_install_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    make = "import pathlib, sys, time; time.sleep(0.3); p = pathlib.Path(sys.argv[1], 'bin')"
    make += "; p.mkdir(); (p / 'python').touch()"
    monkeypatch.setattr(server, "_installers", lambda f, _: [[sys.executable, "-c", make, str(f)]])
    said: list[str] = []
    threads = [threading.Thread(target=server.install, args=(said.append,)) for _ in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 1
    assert (server.environment_dir() / "bin" / "python").exists()


def test_the_lock_pins_everything_by_hash_and_names_no_index() -> None:
    text = (Path(server.__file__).parent / server.LOCK_NAME).read_text()
    pins = text.replace("\\\n", "").splitlines()
    named = [line for line in pins if line and not line.startswith("#")]
    assert all("==" in line and "--hash=sha256:" in line for line in named)
    assert "://" not in text
    assert server.version() == "1.23.2"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
