"""A loopback proxy before a real server that loses, delays and breaks what it is told to."""

import http.client
import http.server
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

Act = Callable[["Handler"], None]


class Proxy(http.server.ThreadingHTTPServer):
    """Hands every request on, but those for which `fault` returns what to do instead."""

    daemon_threads = True

    def __init__(self, target: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.target = urlsplit(target).netloc
        self.fault: Callable[[str, str], Act | None] = lambda _method, _path: None
        self.seen: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: object) -> None:
        """Keep still about clients that have gone."""


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Proxy

    def serve(self) -> None:
        self.body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.server.seen.append(f"{self.command} {urlsplit(self.path).path}")
        act = self.server.fault(self.command, self.path)
        (act or hand_on)(self)

    do_GET = do_POST = do_PATCH = do_DELETE = serve  # noqa: N815

    def forward(self) -> tuple[int, list[tuple[str, str]], bytes]:
        """Ask the real server."""
        link = http.client.HTTPConnection(self.server.target, timeout=120)
        headers = {k: v for k, v in self.headers.items() if k.lower() != "connection"}
        link.request(self.command, self.path, self.body, headers)
        answer = link.getresponse()
        content = answer.read()
        link.close()
        return answer.status, answer.getheaders(), content

    def reply(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        skipped = {"content-length", "transfer-encoding", "connection", "keep-alive"}
        for name, value in headers:
            if name.lower() not in skipped:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


def hand_on(handler: Handler) -> None:
    """Do what a proxy does."""
    handler.reply(*handler.forward())


def drop(handler: Handler) -> None:
    """Close the line; the server never hears of it."""
    handler.close_connection = True


def lose(handler: Handler) -> None:
    """Have the server do it, and lose its answer."""
    handler.forward()
    handler.close_connection = True


def fail(handler: Handler) -> None:
    """Answer 500; the server never hears of it."""
    handler.reply(500, [("Content-Type", "application/json")], b'{"detail": "broken"}')


def fail_late(handler: Handler) -> None:
    """Have the server do it, and answer 500."""
    handler.forward()
    fail(handler)


def late(seconds: float) -> Act:
    """Have the server do it after the client has given up waiting."""

    def act(handler: Handler) -> None:
        time.sleep(seconds)
        handler.forward()
        handler.close_connection = True

    return act


def nth(
    number: int, act: Act, part: str = "", method: str = ""
) -> Callable[[str, str], Act | None]:
    """Return a fault for the nth request (from 1) of this method with this in its path."""
    count = 0

    def fault(used: str, path: str) -> Act | None:
        nonlocal count
        if part in path and used.startswith(method):
            count += 1
            return act if count == number else None
        return None

    return fault


@contextmanager
def running(target: str) -> Iterator[Proxy]:
    """Run a proxy before the server at this address."""
    with Proxy(target) as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()
