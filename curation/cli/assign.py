"""The command that plans who answers what."""

import json
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from curation.cli import output
from curation.cli.options import JsonOption, WorkspaceOption, open_workspace


def assign(  # noqa: PLR0913
    to: Annotated[
        list[str] | None,
        typer.Option(
            help="An annotator who gets articles, by pseudonym or address; repeat for more "
            "(default: all whose accounts `annotators add` made, and all in the plan)."
        ),
    ] = None,
    answers: Annotated[
        int | None, typer.Option(min=1, help="Answers an article (default: 2).")
    ] = None,
    blind: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Share of new articles that get no pre-labels."),
    ] = None,
    common: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="Share of new articles that everybody gets."),
    ] = None,
    reads: Annotated[
        list[str] | None,
        typer.Option(
            help="ANNOTATOR=LANGUAGE[,LANGUAGE]: who does not read all languages. Repeat for more."
        ),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(
            help="An annotator who leaves: gets nothing more, and what is not yet answered goes "
            "to others. Repeat for more."
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Decides between equals (default: 0).")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the plan, write nothing.")
    ] = False,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Plan who answers which article; what was given to somebody stays theirs.

    The table `assign` of curation.toml has the defaults of these options.
    """
    from curation import pipeline

    given = {"answers": answers, "blind": blind, "common": common, "seed": seed}
    summary = pipeline.run_assign(
        open_workspace(folder),
        to or [],
        {name: value for name, value in given.items() if value is not None},
        reads=_reads(reads or []),
        without=without or [],
        dry_run=dry_run,
    )
    if as_json:
        print(json.dumps(summary, ensure_ascii=False))  # noqa: T201
    for line in _lines(summary):
        output.say(line)
    once = [name for name, value in {**given, "reads": reads, "without": without}.items() if value]
    if once and not dry_run:
        output.say(f"  {', '.join(once)}: for this run; [assign] in curation.toml keeps them")
    if summary["problems"]:
        raise typer.Exit(1)


def _reads(given: list[str]) -> dict[str, tuple[str, ...]]:
    for one in given:
        if "=" not in one:
            raise typer.BadParameter(f"{one!r} is not ANNOTATOR=LANGUAGE, as in annotator-01=vi")
    pairs = (one.partition("=") for one in given)
    return {name.strip(): tuple(map(str.strip, langs.split(","))) for name, _, langs in pairs}


_COLUMNS = ("articles", "new", "answered", "blind", "common", "characters")


def _lines(summary: dict[str, Any]) -> Iterator[str]:
    width = max((len(name) for name in summary["annotators"]), default=0)
    yield "  ".join([f"  {'':<{width}}", *(f"{name:>10}" for name in _COLUMNS)])
    for name, load in summary["annotators"].items():
        yield "  ".join([f"  {name:<{width}}", *(f"{load[one]:>10,}" for one in _COLUMNS)])
    if pairs := summary["pairs"]:
        yield "  pairs: " + ", ".join(f"{name} {n}" for name, n in pairs.items())
    counts = ("articles", "assignments", "new", "removed", "blind", "common")
    yield "  " + ", ".join(f"{summary[name]} {name}" for name in counts)
    yield from summary["problems"]
    yield f"  {'not written' if summary['dry_run'] else summary['file']}"
