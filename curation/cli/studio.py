"""The commands of the workspace's own Label Studio server."""

import msgspec
import typer

from curation.cli import output
from curation.cli.options import JsonOption, WorkspaceOption, open_workspace
from curation.labelstudio import server

app = typer.Typer(no_args_is_help=True, help="The workspace's own Label Studio server.")


@app.command()
def start(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Start the server on this machine; the first time it is installed (about 800 MB)."""
    _show(server.start(open_workspace(folder).studio, output.say), as_json)


@app.command()
def stop(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Stop the server."""
    stopped = server.stop(open_workspace(folder).studio)
    output.report({"stopped": stopped}, as_json)


@app.command()
def status(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Show whether the server runs, its address, and where its secrets are."""
    _show(server.status(open_workspace(folder).studio), as_json)


def _show(state: server.Status, as_json: bool) -> None:
    output.report(msgspec.to_builtins(state), as_json)
