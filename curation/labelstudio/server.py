"""The workspace's own Label Studio: installed once a user, run on loopback, kept private.

The server lives in an environment of its own in the user's cache folder, made from
`server-requirements.lock`. A workspace's `.studio` folder (mode 0700) holds its database,
token, password and log (mode 0600), and says which process serves it.
"""

import hashlib
import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib import resources
from pathlib import Path

import msgspec

from curation.errors import ServiceError, UsageError
from curation.labelstudio.private import FILE_MODE, locked, private_folder, secret
from curation.workspace import write_text

Say = Callable[[str], None]

HOST = "127.0.0.1"
USERNAME = "curator@localhost"
LOCK_NAME = "server-requirements.lock"
START_SECONDS = 240.0
STOP_SECONDS = 15.0

# Taken over from the caller's environment; everything else could change the server's settings,
# which it reads under bare names such as HOST, USERNAME or DEBUG.
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH")
_SETTINGS = {
    "COLLECT_ANALYTICS": "false",
    "LATEST_VERSION_CHECK": "false",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
    "FEATURE_FLAGS_OFFLINE": "true",
    "CONVERTER_DOWNLOAD_RESOURCES": "false",
    "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
    "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
    "ML_BLOCK_LOCAL_IP": "false",  # else it could not ask `curation backend` on this machine
    "LOG_LEVEL": "WARNING",
}
_HEAD = 100_000  # code points of the log within which the server names its address
_ADDRESS = re.compile(rf"server at (http://{re.escape(HOST)}:[0-9]+)/")


class Status(msgspec.Struct, frozen=True):
    """Whether the workspace's server runs, and where its address and secrets are."""

    running: bool
    url: str | None
    pid: int | None
    username: str
    token_file: str
    password_file: str
    log_file: str


class _Run(msgspec.Struct, frozen=True):
    """The process that serves a folder; `born` tells it from a later one with its number."""

    pid: int
    born: str
    url: str


def version() -> str:
    """Return the version of Label Studio that is pinned."""
    found = re.search(r"^label-studio==(\S+)", _lock_text(), re.MULTILINE)
    if found is None:
        raise ServiceError(f"{LOCK_NAME} pins no label-studio: install curation again.")
    return found[1]


def environment_dir() -> Path:
    """Return where the server's environment is or will be; it changes with pins and Python."""
    import platformdirs

    python = f"{sys.implementation.cache_tag}-{sys.platform}"
    digest = hashlib.sha256(f"{python}\n{_lock_text()}".encode()).hexdigest()[:12]
    return Path(platformdirs.user_cache_dir("curation")) / f"label-studio-{version()}-{digest}"


def install(say: Say) -> Path:
    """Install the pinned server unless it is there; return its Python.

    The environment is made beside its final name and moved there when it is complete, so
    that one which is there is whole; two installers wait for each other. Raises
    `ServiceError` with the installer's last lines.
    """
    home = environment_dir()
    python = home / "bin" / "python"
    if python.exists():
        return python
    private_folder(home.parent)
    with locked(home.with_name(f"{home.name}.lock")):
        if python.exists():
            return python
        say(f"Installing Label Studio {version()} (about 800 MB, once) …")
        fresh = Path(tempfile.mkdtemp(dir=home.parent, prefix=f".{home.name}."))
        try:
            _fill(fresh)
            fresh.rename(home)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
    return python


def start(
    folder: Path, say: Say, port: int | None = None, seconds: float = START_SECONDS
) -> Status:
    """Start the server of a `.studio` folder and wait until it answers.

    One that runs already is returned as it is. Without `port` the server gets the port that
    it had last, if that is free, else any free one. Raises `ServiceError` with the log's last
    lines when it ends or does not answer within `seconds`.
    """
    folder = folder.resolve()
    private_folder(folder)
    with locked(folder / "start.lock"):
        run = _running(folder)
        if run is not None:
            _await(folder, run, seconds)
            return status(folder)
        python = install(say)
        say("Starting Label Studio …")
        run = _launch(python, folder, port)
        try:
            _await(folder, run, seconds)
        except BaseException:
            _end(run, STOP_SECONDS)
            (folder / "server.json").unlink(missing_ok=True)
            raise
    return status(folder)


def stop(folder: Path, seconds: float = STOP_SECONDS) -> bool:
    """Stop the server of a `.studio` folder; tell whether one ran.

    It is asked to end (SIGTERM) and, after `seconds`, made to (SIGKILL), with the processes
    that it started.
    """
    folder = folder.resolve()
    if not folder.is_dir():
        return False
    with locked(folder / "start.lock"):
        run = _running(folder)
        if run is not None:
            _end(run, seconds)
        (folder / "server.json").unlink(missing_ok=True)
    return run is not None


def status(folder: Path) -> Status:
    """Say whether the server of a `.studio` folder runs; never starts or waits for it."""
    folder = folder.resolve()
    run = _running(folder)
    return Status(
        running=run is not None,
        url=run.url if run else None,
        pid=run.pid if run else None,
        username=USERNAME,
        token_file=str(folder / "token"),
        password_file=str(folder / "password"),
        log_file=str(folder / "server.log"),
    )


# --- installing ---------------------------------------------------------------------------


def _lock_text() -> str:
    return (resources.files(__package__) / LOCK_NAME).read_text(encoding="utf-8")


def _fill(fresh: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        pins = Path(scratch) / LOCK_NAME
        pins.write_text(_lock_text(), encoding="utf-8")
        for command in _installers(fresh, pins):
            _call(command)


def _installers(fresh: Path, pins: Path) -> list[list[str]]:
    python = str(fresh / "bin" / "python")
    uv = shutil.which("uv")
    if uv:
        options = ["--quiet", "--compile-bytecode", "--require-hashes", "--python", python]
        return [
            [uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(fresh)],
            [uv, "pip", "install", *options, "-r", str(pins)],
        ]
    return [
        [sys.executable, "-m", "venv", str(fresh)],
        [python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(pins)],
    ]


def _call(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ServiceError(f"{command[0]} cannot be run: {error.strerror}.") from error
    if done.returncode:
        shown = re.sub(r"://[^/@\s]+@", "://***@", f"{done.stdout}{done.stderr}")
        raise ServiceError(
            f"Label Studio {version()} could not be installed ({Path(command[0]).name} ended with "
            f"{done.returncode}): {_last(shown)}\nCheck the network and the free disk space (800 "
            "MB), then run `curation studio start` again; or set LABEL_STUDIO_URL and "
            "LABEL_STUDIO_API_KEY to use another server."
        )


# --- running ------------------------------------------------------------------------------


def _launch(python: Path, folder: Path, port: int | None) -> _Run:
    token, password = secret(folder / "token"), secret(folder / "password")
    url = f"http://{HOST}:{_free_port(port, _last_port(folder))}"
    private_folder(folder / "data")
    log = os.open(folder / "server.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
    arguments = ["start", "--no-browser", "--internal-host", HOST, "--port", _port(url)]
    try:
        process = subprocess.Popen(
            [str(python), "-I", "-u", "-m", "label_studio.server", *arguments],
            env=_environment(os.environ, folder, token, password),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
        )
    finally:
        os.close(log)
    process.returncode = 0  # it outlives this object; whether it runs is asked of the system
    return _note(folder, _Run(pid=process.pid, born=_born(process.pid) or "", url=url))


def _environment(
    outer: Mapping[str, str], folder: Path, token: str, password: str
) -> dict[str, str]:
    kept = {name: outer[name] for name in _KEPT if name in outer}
    own = {
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder / "data"),
        "LABEL_STUDIO_USERNAME": USERNAME,
        "LABEL_STUDIO_PASSWORD": password,
        "LABEL_STUDIO_USER_TOKEN": token,
    }
    return {**kept, **_SETTINGS, **own}


def _await(folder: Path, run: _Run, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not _answers(folder, run):
        if _born(run.pid) != run.born:
            raise _failed(folder, "ended before it answered")
        if time.monotonic() > deadline:
            raise _failed(folder, f"did not answer within {seconds:g} seconds")
        time.sleep(0.2)
    _check_token(folder)


def _answers(folder: Path, run: _Run) -> bool:
    """Tell whether the server is up; the log says where, as it may have moved to another port."""
    found = _ADDRESS.search(_log(folder)[:_HEAD])
    if found is None:
        return False
    if found[1] != run.url:
        _note(folder, msgspec.structs.replace(run, url=found[1]))
    return _get(found[1], "/health") == 200


def _check_token(folder: Path) -> None:
    token = (folder / "token").read_text(encoding="utf-8")
    url = status(folder).url or ""
    if _get(url, "/api/current-user/whoami", {"Authorization": f"Token {token}"}) == 200:
        return
    raise ServiceError(
        f"the database in {folder / 'data'} was made with another token than the one in "
        f"{folder / 'token'}: put the old token file back, or move {folder} away to begin anew."
    )


def _get(url: str, path: str, headers: Mapping[str, str] | None = None) -> int | None:
    """Return the status of a GET, past any proxy; None where nothing answers."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def _failed(folder: Path, what: str) -> ServiceError:
    return ServiceError(
        f"Label Studio {what}. The last lines of {folder / 'server.log'}:\n{_last(_log(folder))}"
    )


def _log(folder: Path) -> str:
    try:
        return (folder / "server.log").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


def _last(text: str, lines: int = 12) -> str:
    return "\n".join(text.strip().splitlines()[-lines:])


def _free_port(asked: int | None, last: int | None) -> int:
    if asked is not None:
        if not _bindable(asked):
            raise UsageError(f"port {asked} of {HOST} is in use: give another one, or none.")
        return asked
    if last is not None and _bindable(last):
        return last
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _bindable(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


# --- what runs ----------------------------------------------------------------------------


def _note(folder: Path, run: _Run) -> _Run:
    write_text(folder / "server.json", msgspec.json.encode(run).decode(), FILE_MODE)
    write_text(folder / "port", _port(run.url), FILE_MODE)
    return run


def _port(url: str) -> str:
    return url.rpartition(":")[2]


def _last_port(folder: Path) -> int | None:
    try:
        return int((folder / "port").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _running(folder: Path) -> _Run | None:
    try:
        run = msgspec.json.decode((folder / "server.json").read_bytes(), type=_Run)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return run if _born(run.pid) == run.born else None


def _born(pid: int) -> str | None:
    """Return what tells a living process from a later one of the same number; None for a dead one.

    On Linux the boot and the clock tick of its start (proc(5): state is field 3, threads 20,
    start 22), else what ps says.
    """
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    except OSError:
        return None if Path("/proc/self/stat").exists() else _born_by_ps(pid)
    ended = fields[0] in "ZX" and int(fields[17]) <= 1  # else its threads still hold the port
    return None if ended else f"{boot} {fields[19]}"


def _born_by_ps(pid: int) -> str | None:
    command = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    state, _, started = done.stdout.strip().partition(" ")
    return None if not started or state.startswith("Z") else started.strip()


def _end(run: _Run, seconds: float) -> None:
    for number, wait in ((signal.SIGTERM, seconds), (signal.SIGKILL, STOP_SECONDS)):
        if _born(run.pid) != run.born:
            return
        with suppress(ProcessLookupError):
            os.killpg(run.pid, number)
        deadline = time.monotonic() + wait
        while _born(run.pid) == run.born and time.monotonic() < deadline:
            time.sleep(0.05)
    if _born(run.pid) == run.born:
        raise ServiceError(f"process {run.pid} does not end: stop it by hand.")
