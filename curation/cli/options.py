"""Options that every command shares."""

from pathlib import Path
from typing import Annotated

import typer

from curation import workspace

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace",
        help="Folder of the workspace (default: the nearest curation.toml upwards).",
        show_default=False,
    ),
]
ResamplesOption = Annotated[
    int, typer.Option(min=0, help="Resamples of the bootstrap over articles.")
]
SeedOption = Annotated[int, typer.Option(help="Seed of the bootstrap.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print a summary as JSON on stdout.")]


def open_workspace(folder: Path | None) -> workspace.Workspace:
    """Open the workspace that was named, else the nearest one upwards."""
    return workspace.load(folder) if folder else workspace.find(Path.cwd())
