"""The tests of the way there and back, run against a Label Studio whose database is PostgreSQL.

Where PostgreSQL's programs are (Debian: `apt-get install postgresql`, nothing to set up) these
tests make a cluster of their own in a temporary folder, on a free port of the loopback, with a
password drawn for it, start the pinned Label Studio on it, run the tests named below in a pytest
of their own, and stop and remove all of it. Elsewhere they are skipped. By themselves:

    pytest tests/labelstudio/test_labelstudio_postgres.py

The server is told of its database by DJANGO_DB=postgresql and POSTGRE_NAME, POSTGRE_USER,
POSTGRE_PASSWORD, POSTGRE_HOST and POSTGRE_PORT (without an S).
"""

import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from curation.labelstudio import server

ROOT = Path(__file__).parent.parent.parent
USER = "postgres"
NOBODY = "nobody"  # whom PostgreSQL runs as where the tests run as root, which it refuses
# the file's tests, which of them, and how many of them there are at least
TESTS = {
    "roundtrip": ("", 20),
    "pull": ("", 10),
    "push_faults": ("import or commit or killed or two_pushes or dropped", 15),
}


def programs() -> Path | None:
    """The folder with PostgreSQL's programs, the newest version's; Debian has it off the path."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    packaged = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(packaged, key=lambda path: int(path.parts[-3].partition(".")[0]), default=None)
    return newest.parent if newest else None


BIN = programs()
pytestmark = [
    pytest.mark.studio,
    pytest.mark.skipif(BIN is None, reason="needs PostgreSQL (apt-get install postgresql)"),
    pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX processes"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster() -> Iterator[dict[str, str]]:
    """Run a cluster of our own; yield what Label Studio has to be told of it."""
    user = NOBODY if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="curation-postgres-"))
    port, password = free_port(), secrets.token_hex(16)
    (folder / "password").write_text(password)
    if user:
        for path in (folder, folder / "password"):
            shutil.chown(path, user)
    data = str(folder / "data")
    make = [f"{BIN}/initdb", "-D", data, "-U", USER, "--pwfile", f"{folder}/password"]
    make += ["--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"]
    run = [f"{BIN}/postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), "-k", "", "-F"]
    try:
        subprocess.run(make, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(run, user=user, cwd=folder, stdout=log, stderr=log)
        try:
            await_port(process, port, folder / "log")
            yield {
                "DJANGO_DB": "postgresql",
                "POSTGRE_NAME": "postgres",
                "POSTGRE_USER": USER,
                "POSTGRE_PASSWORD": password,
                "POSTGRE_HOST": "127.0.0.1",
                "POSTGRE_PORT": str(port),
            }
        finally:
            process.send_signal(signal.SIGINT)  # its fast shutdown
            process.wait(60)
    finally:
        shutil.rmtree(folder)


def await_port(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"PostgreSQL does not answer: {log.read_text()}")


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Status]:
    """A Label Studio of our own whose database is in a cluster of our own."""
    folder = tmp_path_factory.mktemp("on-postgres") / ".studio"
    with cluster() as settings, pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setitem(server._SETTINGS, name, value)
        try:
            yield server.start(folder, lambda _: None)
        finally:
            server.stop(folder)


@pytest.mark.parametrize("name", TESTS)
def test_what_holds_with_sqlite_holds_with_postgresql(
    on_postgres: server.Status, name: str
) -> None:
    data = Path(on_postgres.token_file).parent / "data"
    assert not list(data.glob("*.sqlite*"))
    environment = {
        **os.environ,
        "LABEL_STUDIO_URL": str(on_postgres.url),
        "LABEL_STUDIO_API_KEY": Path(on_postgres.token_file).read_text(),
        "NO_PROXY": "127.0.0.1",
    }
    tests = str(ROOT / "tests" / "labelstudio" / f"test_labelstudio_{name}.py")
    words, least = TESTS[name]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", words, tests]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed and int(passed[1]) >= least, done.stdout
