"""The commands of the annotators' accounts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from curation.cli import output
from curation.cli.options import JsonOption, WorkspaceOption, open_workspace

if TYPE_CHECKING:
    from curation.labelstudio.accounts import Account

app = typer.Typer(no_args_is_help=True, help="The annotators' accounts on the server.")


@app.command()
def add(
    emails: Annotated[list[str], typer.Argument(help="Addresses that become accounts.")],
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make accounts by invitation; first passwords go to private/accounts.json alone."""
    from curation.labelstudio.accounts import add as make
    from curation.labelstudio.client import connect

    opened = open_workspace(folder)
    _show(make(opened, connect(opened), emails), as_json)
    output.say(f"  first passwords: {opened.private / 'accounts.json'}")


@app.command("list")
def list_(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Show the server's users and their pseudonyms."""
    from curation.labelstudio.accounts import listed
    from curation.labelstudio.client import connect

    opened = open_workspace(folder)
    _show(listed(opened, connect(opened)), as_json)


def _show(accounts: "Sequence[Account]", as_json: bool) -> None:
    output.report({one.email: msgspec.to_builtins(one) for one in accounts}, as_json)
