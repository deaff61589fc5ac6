"""The command line: a command parses, calls one function and prints."""

import os
import signal
import sys
from collections.abc import Sized
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from curation import __version__, pipeline, workspace
from curation.cli import agree, annotators, assign, backend, evaluate, learn, output, studio
from curation.cli.options import JsonOption, WorkspaceOption, open_workspace
from curation.errors import CurationError, UsageError


class Commands(TyperGroup):
    """A group that prints our errors without a traceback and exits with their code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except CurationError as error:
            output.say(f"Error: {error}")
            raise typer.Exit(error.exit_code) from error


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="From raw news to a published dataset of diplomatic events, by way of Label Studio.",
)
app.add_typer(studio.app, name="studio")
app.add_typer(annotators.app, name="annotators")


def main() -> None:
    """Run the command line; an interrupt exits with 130."""
    signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
    app()


def now() -> str:
    """Return the present time, ISO 8601 in UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _exit_for(problems: Sized | int) -> None:
    """Exit with 1 where the data had problems; what was sound is done all the same."""
    if problems if isinstance(problems, int) else len(problems):
        raise typer.Exit(1)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"curation {__version__}")  # noqa: T201
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Where the workspace is made.")] = Path(),
    name: Annotated[
        str | None, typer.Option(help="Name of the dataset (default: the folder's).")
    ] = None,
    language: Annotated[
        list[str] | None, typer.Option(help="A language of the articles; repeat for more.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a workspace: a folder with a curation.toml."""
    made = workspace.create(folder, name or folder.resolve().name, tuple(language or ("vi", "en")))
    output.report({"workspace": str(made.root), "settings": workspace.CONFIG_NAME}, as_json)


class Kind(StrEnum):
    """What files without a telling name hold."""

    TEXT = "text"
    HTML = "html"
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    WARC = "warc"


@app.command()
def ingest(  # noqa: PLR0913
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="Raw pages: files, folders or globs of plain text, HTML, JSON Lines, CSV, Parquet "
            "or WARC, packed by gzip or zstd or not; - for the standard input."
        ),
    ],
    license: Annotated[  # noqa: A002
        str | None, typer.Option(help="SPDX id (or LicenseRef-…) of these texts; never guessed.")
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(
            help="FIELD=COLUMN: which column of records holds text, html, title, published, "
            "outlet, byline, url or license. Repeat for more."
        ),
    ] = None,
    kind: Annotated[
        Kind | None, typer.Option(help="What files without a telling suffix hold.")
    ] = None,
    charset: Annotated[
        str | None,
        typer.Option(help="Encoding of pages that declare none (default: UTF-8, else detected)."),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show each page with its zones; write nothing.")
    ] = False,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read raw pages into articles.jsonl; what is refused goes to quarantine.jsonl."""
    given = pipeline.HowToRead(
        fields=_fields(field or []), kind=kind.value if kind else None, charset=charset
    )
    if explain:
        pages = pipeline.run_explain(_settings(folder), paths, license, given)
        output.show_pages(pages, as_json)
        return
    summary = pipeline.run_ingest(open_workspace(folder), paths, license, given)
    output.report(summary, as_json)
    _exit_for(summary["refused"])


def _fields(given: list[str]) -> dict[str, str]:
    for one in given:
        if "=" not in one:
            raise typer.BadParameter(f"{one!r} is not FIELD=COLUMN, as in text=content")
    return {
        name.strip(): column.strip() for name, _, column in (one.partition("=") for one in given)
    }


def _settings(folder: Path | None) -> workspace.Config:
    """Return the settings of the workspace; the default ones where there is none."""
    try:
        return open_workspace(folder).config
    except UsageError:
        if folder:
            raise
        return workspace.Config(project=workspace.ProjectConfig(name="none"))


@app.command()
def prelabel(
    model: Annotated[
        list[str] | None,
        typer.Option(
            help="NAME[:SETTING][?lang=en&labels=PERSON,ORG]: rules (default), spacy, gliner, "
            "transformers, openai or one that a package adds. Repeat for more: each fills what "
            "those before it leave open, rules first."
        ),
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option(
            "--explain",
            metavar="ID",
            help="Show for one article what each part proposed, what won, and what lost to whom or "
            "was refused by which rule; write nothing. ID is the article's id, a beginning of it, "
            "or the path of its file.",
        ),
    ] = None,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose entities, events and relations for every article."""
    opened = open_workspace(folder)
    if explain is not None:
        page = pipeline.run_prelabel_explain(opened, explain, model or ["rules"])
        output.show_labels(page, as_json)
        return
    output.report(pipeline.run_prelabel(opened, output.progress, model or ["rules"]), as_json)


app.command()(evaluate.evaluate)
app.command()(learn.learn)
app.command()(assign.assign)
app.command()(agree.agree)
app.command()(backend.backend)


@app.command()
def push(
    to: Annotated[
        Path | None, typer.Option(help="Write a file for the Import button, ask no server.")
    ] = None,
    blind: Annotated[
        float,
        typer.Option(
            min=0,
            max=1,
            help="Share of new articles sent without pre-labels; with a plan, `assign` draws it.",
        ),
    ] = 0.0,
    back: Annotated[
        bool, typer.Option("--return", help="Send findings back to their annotators instead.")
    ] = False,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send the articles with their pre-labels to Label Studio."""
    opened = open_workspace(folder)
    if back:
        if to or blind:
            raise typer.BadParameter("--return goes with neither --to nor --blind")
        output.report(pipeline.run_return(opened), as_json)
        return
    if to:
        summary = pipeline.run_push_file(opened, to, blind=blind)
    else:
        summary = pipeline.run_push(opened, output.progress, blind=blind)
    output.report(summary, as_json)
    _exit_for(summary["problems"])


@app.command()
def pull(
    from_: Annotated[
        list[Path] | None,
        typer.Option(
            "--from", help="Read a JSON export, ask no server; repeat for several projects."
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Fetch every answer again, not only what changed.")
    ] = False,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring the annotators' answers back into answers.jsonl."""
    opened = open_workspace(folder)
    if from_:
        summary = pipeline.run_pull_file(opened, from_)
    else:
        summary = pipeline.run_pull(opened, output.progress, full=full)
    output.report(summary, as_json)
    if summary["findings"]:
        back = "" if from_ else "; `curation push --return` sends them back to the annotators"
        output.say(f"  {opened.findings} says what and where{back}")
    _exit_for(summary["findings"])


@app.command()
def doctor(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Say what stands between this workspace and Label Studio, and how to mend it."""
    from curation.labelstudio.doctor import examine
    from curation.ontology import load_ontology

    checks = examine(open_workspace(folder), os.environ, load_ontology(), datetime.now(UTC))
    output.report({check.name: str(check) for check in checks}, as_json)
    if any(check.state == "wrong" for check in checks):
        raise typer.Exit(3)


@app.command()
def adjudicate(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Merge the answers into gold.jsonl; list the differences in conflicts.jsonl."""
    output.report(pipeline.run_adjudicate(open_workspace(folder), now()), as_json)


class ReportFormat(StrEnum):
    """How the report of `validate` is written."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


@app.command()
def validate(
    format: Annotated[  # noqa: A002
        ReportFormat, typer.Option(help="How the report is written on stdout.")
    ] = ReportFormat.TEXT,
    folder: WorkspaceOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Check the gold against the contract; exit 1 where it is broken."""
    report = pipeline.run_validate(open_workspace(folder))
    written = ReportFormat.JSON if as_json else format
    print(getattr(report, written.value)(), end="")  # noqa: T201
    _exit_for(report.problems)


@app.command()
def publish(
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the release (default: exports/VERSION in the workspace)."),
    ] = None,
    overwrite: Annotated[bool, typer.Option(help="Replace a release of this version.")] = False,
    folder: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write the dataset: Parquet, splits, card, manifest."""
    opened = open_workspace(folder)
    output.report(pipeline.run_publish(opened, out, now(), overwrite=overwrite), as_json)


@app.command()
def status(folder: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Show what the workspace holds and what comes next."""
    output.report(pipeline.status(open_workspace(folder)), as_json)


@app.command()
def contract(
    write: Annotated[bool, typer.Option("--write", help="Write the generated files.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit 1 if one has drifted.")] = False,
    root: Annotated[Path, typer.Option(help="The checkout.")] = Path(),
) -> None:
    """Make the files that are generated from schemas/ontology.yaml, or check them."""
    from curation import contract as files

    if write == check:
        raise typer.BadParameter("give either --write or --check")
    if write:
        changed = files.write(root)
        output.say(f"written: {', '.join(changed)}" if changed else "nothing to write")
    else:
        output.say(f"{files.check(root)} generated files are up to date")


@app.command()
def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave Label Studio running and show its address.")
    ] = False,
    out: Annotated[Path, typer.Option(help="Folder of the dataset.")] = Path("exports/demo"),
    folder: Annotated[
        Path, typer.Option("--workspace", help="Folder of the demo's workspace; made anew.")
    ] = Path(".demo"),
    as_json: JsonOption = False,
) -> None:
    """Run the whole road on the sample, with a real Label Studio and simulated annotators."""
    from curation.demo import run

    made = run(folder, out, keep=keep, created=now(), say=output.say, show=output.show_stage)
    if as_json:
        output.report(made, as_json)
