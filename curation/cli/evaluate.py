"""The command that measures candidates against gold."""

import json
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from curation.cli import output
from curation.cli.options import (
    JsonOption,
    ResamplesOption,
    SeedOption,
    WorkspaceOption,
    open_workspace,
)


def evaluate(  # noqa: PLR0913
    gold: Annotated[
        Path,
        typer.Argument(help="Gold: the workspace's format, or with offsets into the raw files."),
    ],
    candidates: Annotated[
        Path | None,
        typer.Option(help="What is measured, in either format (default: candidates.jsonl)."),
    ] = None,
    part: Annotated[
        str | None, typer.Option(help="Only the gold of this part, such as dev or held.")
    ] = None,
    misses: Annotated[bool, typer.Option("--misses", help="List what was missed.")] = False,
    picture: Annotated[
        Path | None, typer.Option(help="Write the confusion of labels to this SVG file.")
    ] = None,
    resamples: ResamplesOption = 1000,
    seed: SeedOption = 0,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure candidates against gold: F1 of entities, events, arguments, relations."""
    from curation import evaluation
    from curation.ontology import load_ontology
    from curation.workspace import write_text

    opened = open_workspace(folder)
    articles = opened.read_articles()
    wanted = evaluation.read_marks(gold, articles, part)
    source = candidates or opened.need(opened.candidates, "prelabel")
    made = evaluation.read_marks(source, articles)
    measured = evaluation.evaluate(wanted, made, load_ontology(), resamples, seed)
    listed = evaluation.misses(wanted, made) if misses else []
    if picture:
        counts = evaluation.confusion(wanted, made)
        title = f"Entity labels, {len(wanted)} articles of {gold.name}"
        write_text(picture, evaluation.picture(counts, list(load_ontology().labels), title))
        output.say(f"written: {picture}")
    if as_json:
        found = msgspec.to_builtins(measured)
        more = {"misses": msgspec.to_builtins(listed)} if misses else {}
        print(json.dumps(found | more, ensure_ascii=False))  # noqa: T201
    else:
        print(evaluation.text(measured, listed), end="")  # noqa: T201
