"""The command that learns from the gold of the workspace."""

import json
from typing import Annotated

import typer

from curation.cli import output
from curation.cli.options import JsonOption, WorkspaceOption, open_workspace


def learn(
    resamples: Annotated[
        int, typer.Option(min=100, help="Resamples of the articles, to tell how sure a gain is.")
    ] = 1000,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Learn a tagger and names from the gold; they join where they improve unseen gold."""
    from curation import pipeline
    from curation.cli import now
    from curation.learning import short, tables

    told = pipeline.run_learn(open_workspace(folder), output.progress, now(), resamples)
    if as_json:
        print(json.dumps(told, ensure_ascii=False))  # noqa: T201
    else:
        print(tables(told), end="")  # noqa: T201
    output.report(short(told), as_json=False)
