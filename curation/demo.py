"""The whole road on the sample, with a real Label Studio and two simulated annotators."""

import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, TypeVar

from curation import pipeline, sample, simulation, workspace
from curation.corrections import corrections
from curation.errors import DataError, UsageError
from curation.ontology import load_ontology
from curation.rawgold import to_clean
from curation.records import Annotation, Article, Author
from curation.workspace import Workspace

if TYPE_CHECKING:
    from curation.labelstudio.client import Client
    from curation.labelstudio.server import Status

T = TypeVar("T")
Say = Callable[[str], None]
Show = Callable[[str, Mapping[str, object]], None]
NAME = "curation-demo"
DESCRIPTION = (
    "**A demonstration, not data to learn from**: the articles were written for the toolkit, and "
    "the annotators were simulated from the gold that ships with them."
)
ANNOTATORS = ("ann@example.org", "binh@example.org")


def run(  # noqa: PLR0913
    folder: Path, out: Path, *, keep: bool, created: str, say: Say, show: Show
) -> pipeline.Summary:
    """Run every stage on the sample, in a new workspace, and publish into `out`.

    `say` gets lines for people, `show` the name and summary of each stage. The server is
    stopped at the end unless `keep`. Raises `UsageError` where `folder` holds something
    other than a demo's workspace.
    """
    from curation.labelstudio import server

    opened = _new_workspace(folder)
    say(f"Workspace {opened.root}")
    show("ingest", pipeline.run_ingest(opened, [sample.FOLDER / "articles"], sample.LICENSE))
    show("prelabel", pipeline.run_prelabel(opened, _quiet))
    state = server.start(opened.studio, say)
    try:
        show("push", pipeline.run_push(opened, _quiet))
        _annotate(opened, say)
        show("pull", pipeline.run_pull(opened, _quiet))
        summary = _finish(opened, out, created, say, show)
    except BaseException:
        server.stop(opened.studio)
        raise
    if keep:
        say(_address(state, opened))
    else:
        server.stop(opened.studio)
    return summary


def _new_workspace(folder: Path) -> Workspace:
    """Make the demo's workspace, in place of an older one."""
    from curation.labelstudio import server

    if (folder / workspace.CONFIG_NAME).is_file():
        old = workspace.load(folder)
        if old.config.project.name == NAME:
            server.stop(old.studio)
            shutil.rmtree(folder)
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty and no demo's workspace: give --workspace DIR.")
    return workspace.create(folder, NAME, description=DESCRIPTION)


def _annotate(opened: Workspace, say: Say) -> None:
    """Have two simulated annotators answer every task through the server's API."""
    from curation.labelstudio.client import connect
    from curation.labelstudio.push import read_project

    client = connect(opened)
    project = read_project(opened, client)
    if project is None:
        raise UsageError("nothing was pushed")
    slips = simulation.Slips()
    say(
        "Two SIMULATED annotators answer through the server's API: the gold that ships with the "
        f"sample, with {slips.span:.0%} of the entities, {slips.event:.0%} of the events and "
        f"{slips.argument:.0%} of the arguments overlooked and {slips.modality:.0%} of the "
        "modalities wrong."
    )
    gold = gold_annotations(opened.read_articles())
    candidates = {
        one.article: one for one in opened.read_annotations(opened.candidates, "prelabel")
    }
    tasks = client.find_tasks(project.project, gold)
    for number, email in enumerate(ANNOTATORS):
        user = client.as_user(client.sign_up(email, secrets.token_urlsafe(16)))
        rng = Random(number)
        for name, one in gold.items():
            made = simulation.answer(one, candidates[name], email, load_ontology(), rng)
            _submit(user, tasks[name][0].id, made)


def _submit(user: "Client", task: int, answer: Annotation) -> None:
    from curation.labelstudio.tasks import result

    user.submit(task, result(answer))


def gold_annotations(articles: Iterable[Article]) -> dict[str, Annotation]:
    """Return the sample's gold by article id; raises `DataError` where cleaning cut into it."""
    records = sample.gold()
    author = Author(kind="adjudication", name="sample")
    made, problems = {}, []
    for article in articles:
        record = records[Path(article.source.path).stem]
        made[article.id], lost = to_clean(record, article, author, load_ontology().version)
        problems += lost
    if problems:
        raise DataError(problems)
    return made


def _finish(opened: Workspace, out: Path, created: str, say: Say, show: Show) -> pipeline.Summary:
    merged = pipeline.run_adjudicate(opened, created)
    show("adjudicate", merged)
    report = pipeline.run_validate(opened)
    say(f"\nvalidate\n  {report.text().rstrip()}")
    published = pipeline.run_publish(opened, out, created, overwrite=True)
    show("publish", {key: published[key] for key in ("path", "articles", "groups", "files")})
    loaded = _load(out)
    funnel = _funnel(opened, merged, published["rows"])
    _table(funnel)
    say("\nLoad it:\n\n    from datasets import load_dataset")
    for config, rows in loaded.items():
        say(f'    load_dataset("{out}", "{config}")  # {rows} rows, loaded just now')
    return {"funnel": funnel, "loaded": loaded, "dataset": str(out)}


def _funnel(
    opened: Workspace, merged: Mapping[str, int], rows: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, int]]:
    """Count what came in, what people did with it, and what was published."""
    candidates = {
        one.article: one for one in opened.read_annotations(opened.candidates, "prelabel")
    }
    answers = opened.read_annotations(opened.answers, "pull")
    entities, events = corrections(candidates, answers)
    proposed = pipeline.counts(candidates.values())
    steps = {
        "articles in": (len(candidates), len(candidates)),
        "candidates": (proposed["entities"], proposed["events"]),
        "answers": (len(answers), len(answers)),
        "candidates shown": (entities.proposed, events.proposed),
        "accepted unchanged": (entities.unchanged, events.unchanged),
        "edited": (entities.edited, events.edited),
        "deleted": (entities.deleted, events.deleted),
        "added": (entities.added, events.added),
        "gold": (merged["entities"], merged["events"]),
        "published": (sum(rows["entities"].values()), sum(rows["events"].values())),
    }
    table = {step: {"entities": pair[0], "events": pair[1]} for step, pair in steps.items()}
    return table | {"conflicts": {"all": merged["conflicts"], "open": merged["open conflicts"]}}


def _table(funnel: Mapping[str, Mapping[str, int]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("step", title="From candidates to the dataset", title_justify="left")
    table.add_column("entities", justify="right")
    table.add_column("events", justify="right")
    for step, numbers in funnel.items():
        if "events" in numbers:
            table.add_row(step, str(numbers["entities"]), str(numbers["events"]))
    conflicts = funnel["conflicts"]
    table.caption = f"{conflicts['all']} conflicts, {conflicts['open']} of them open"
    Console(stderr=True).print("", table)


def _load(out: Path) -> dict[str, int]:
    """Load every configuration as a reader would, and count its rows."""
    import datasets

    datasets.disable_progress_bars()
    names = datasets.get_dataset_config_names(str(out))
    return {
        name: sum(len(part) for part in datasets.load_dataset(str(out), name).values())
        for name in names
    }


def _address(state: "Status", opened: Workspace) -> str:
    return (
        f"\nLabel Studio runs at {state.url}: user {state.username}, password in "
        f"{state.password_file}.\nStop it: curation studio stop --workspace {opened.root}"
    )


def _quiet(items: Sequence[T], _what: str) -> Iterable[T]:
    return items
