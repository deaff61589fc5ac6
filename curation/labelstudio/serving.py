"""The HTTP server of the live pre-labels: waitress, with limits, and an end that loses nothing.

Bodies stay in memory: a temporary file would put the tokens that Label Studio sends on disk.
"""

import ipaddress
import logging
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any

from curation.errors import UsageError
from curation.labelstudio.private import private_folder, secret
from curation.workspace import Workspace

HOST = "127.0.0.1"
PORT = 9090
MOST = 64 << 20  # bytes of a request: some 10,000 articles, which come in one
THREADS = 4
CONNECTIONS = 32
DRAIN = 30.0  # seconds that answers under way are given at the end
MIN_SECRET = 20  # characters
FILE = "backend-secret"


def shared_secret(workspace: Workspace, given: Path | None, host: str) -> str:
    """Return the secret of the file that was given, else of the workspace; made on first use.

    Raises `UsageError` for an address that others reach where none was given, and for a
    file that others can read or that holds no good secret.
    """
    if given is None:
        if not is_loopback(host):
            raise UsageError(
                f"{host} can be reached from other machines: give the shared secret yourself with "
                f"--secret-file, or leave --host at {HOST}."
            )
        return secret(private_folder(workspace.private) / FILE)
    try:
        mode, words = given.stat().st_mode, given.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is no UTF-8 text"
        raise UsageError(f"{given}: cannot be read: {reason}.") from error
    if stat.S_IMODE(mode) & 0o077:
        raise UsageError(f"{given}: others can read the secret: run `chmod 600 {given}`.")
    if len(words) < MIN_SECRET or not words.isascii() or not words.isprintable():
        raise UsageError(
            f"{given}: a secret is one line of at least {MIN_SECRET} printable ASCII characters; "
            f"make one with `openssl rand -hex 20`."
        )
    return words


def is_loopback(host: str) -> bool:
    """Tell whether an address can be reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def serving(application: Callable[..., Any], host: str, port: int) -> Iterator[str]:
    """Serve an application while the block lasts, and yield its address.

    At the end no new request is taken, and those under way are answered. Port 0 stands for
    any free one. Raises `UsageError` where the address cannot be had.
    """
    from waitress.server import create_server

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # waiting is no fault
    sockets: dict[int, Any] = {}
    listening = _listen(host, port)
    server: Any = create_server(
        application,
        map=sockets,
        sockets=[listening],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        max_request_body_size=MOST,
        inbuf_overflow=MOST + 1,
        outbuf_overflow=1 << 30,
        channel_request_lookahead=1,  # or a client that has gone would not be noticed
        clear_untrusted_proxy_headers=True,
        ident="curation",
    )
    over = Event()
    loop = Thread(target=_loop, args=(server, sockets, over), name="backend")
    loop.start()
    try:
        yield _address(host, listening.getsockname()[1])
    finally:
        over.set()
        loop.join()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"{host} port {port} cannot be listened on ({reason}): give another --port, or 0 for "
            "any free one."
        ) from error


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _loop(server: Any, sockets: dict[int, Any], over: Event) -> None:
    """Run the server's loop until it is over and every answer under way is sent."""
    while not over.is_set():
        server.asyncore.loop(timeout=0.2, map=sockets, count=1)
    server.accepting = False
    deadline = monotonic() + DRAIN
    while _busy(server) and monotonic() < deadline:
        server.asyncore.loop(timeout=0.1, map=sockets, count=1)
    server.task_dispatcher.shutdown(timeout=1)
    server.asyncore.close_all(sockets)


def _busy(server: Any) -> bool:
    channels = list(server.active_channels.values())
    return any(one.requests or one.total_outbufs_len for one in channels)
