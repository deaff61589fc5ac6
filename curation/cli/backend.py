"""The command that serves live pre-labels to Label Studio."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Annotated, Any

import typer

from curation.cli import output
from curation.cli.options import JsonOption, WorkspaceOption, open_workspace
from curation.labelstudio.serving import HOST, PORT


def backend(  # noqa: PLR0913
    model: Annotated[
        list[str] | None,
        typer.Option(help="As for `curation prelabel`, whose candidates it continues."),
    ] = None,
    host: Annotated[
        str, typer.Option(help="Address to listen on; other than loopback with --secret-file only.")
    ] = HOST,
    port: Annotated[int, typer.Option(help="Port to listen on; 0 for any free one.")] = PORT,
    secret_file: Annotated[
        Path | None,
        typer.Option(help="File of the shared secret (default: one made in the private folder)."),
    ] = None,
    connect: Annotated[
        bool, typer.Option("--connect", help="Have the workspace's projects ask it.")
    ] = False,
    url: Annotated[
        str | None,
        typer.Option(help="Address by which Label Studio reaches it, where that is another."),
    ] = None,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Pre-label tasks when Label Studio asks for it, until it is stopped (Ctrl-C, SIGTERM)."""
    from curation.labelstudio.backend import USER
    from curation.labelstudio.client import connect as connected
    from curation.labelstudio.registration import Watch, register
    from curation.labelstudio.serving import FILE, is_loopback, serving, shared_secret
    from curation.pipeline import live

    opened = open_workspace(folder)
    secret = shared_secret(opened, secret_file, host)
    if not is_loopback(host):
        output.say(
            f"Warning: {host} can be reached from other machines, and HTTP shows the secret and "
            "the texts to whoever is between. Put a proxy with TLS before it."
        )
    client = connected(opened) if connect else None
    application = live(opened, model or ["rules"], secret, output.say)
    with _until_stopped() as stopped, serving(application, host, port) as address:
        summary: dict[str, Any] = {
            "address": url or address,
            "version": application.version,
            "user": USER,
            "secret": str(secret_file or opened.private / FILE),
        }
        if client is not None:
            made = register(opened, client, url or address, application.version, secret)
            summary["asked by"] = made.urls
            summary["notes"] = made.notes
        output.report(summary, as_json)
        sys.stdout.flush()
        if client is None:
            stopped.wait()
        else:
            Watch(client, made.projects).keep(stopped, output.say)
    output.say("stopped")


@contextmanager
def _until_stopped() -> Iterator[Event]:
    """Yield what SIGTERM and an interrupt set while the block lasts; an interrupt exits with 130.

    They end the block and not what runs in it, so that nothing is cut off.
    """
    stopped, interrupted = Event(), Event()

    def interrupt(*_: object) -> None:
        if interrupted.is_set():
            sys.exit(130)  # the second one does not wait
        interrupted.set()
        stopped.set()

    before = {
        signal.SIGTERM: signal.signal(signal.SIGTERM, lambda *_: stopped.set()),
        signal.SIGINT: signal.signal(signal.SIGINT, interrupt),
    }
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if interrupted.is_set():
        raise typer.Exit(130)
