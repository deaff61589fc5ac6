"""The command that measures how far annotators agree, and how far pre-labels pull them."""

import json
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from curation.cli.options import (
    JsonOption,
    ResamplesOption,
    SeedOption,
    WorkspaceOption,
    open_workspace,
)


def agree(  # noqa: PLR0913
    candidates: Annotated[
        Path | None,
        typer.Option(help="The pre-labels that annotators were shown (default: candidates.jsonl)."),
    ] = None,
    labels: Annotated[
        bool, typer.Option("--labels", help="Figures of each label and event type too.")
    ] = False,
    resamples: ResamplesOption = 1000,
    seed: SeedOption = 0,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure annotators against each other and the pre-labels, shown and blind."""
    from curation import evaluation, pipeline

    opened = open_workspace(folder)
    found = pipeline.run_agree(opened, candidates, resamples, seed, each=labels)
    if as_json:
        print(json.dumps(msgspec.to_builtins(found), ensure_ascii=False))  # noqa: T201
    else:
        print(evaluation.agreement_text(found), end="")  # noqa: T201
