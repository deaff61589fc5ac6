"""Articles and their candidates on their way to Label Studio: one task an article, always."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from curation import integrity
from curation.errors import DataError, Problem, ServiceError, UsageError
from curation.labelstudio.client import Client, Task, chunks
from curation.labelstudio.interface import interface
from curation.labelstudio.private import locked, private_folder
from curation.labelstudio.tasks import prediction, task
from curation.ontology import Ontology
from curation.records import Annotation, Article, Event, Span
from curation.workspace import Workspace, write_text

Progress = Callable[[Sequence[list[Article]], str], Iterable[list[Article]]]
Candidates = Mapping[str, Annotation]

BATCH = 250
_TITLE = (3, 50)  # code points that Label Studio allows


class ProjectFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What labelstudio.json says: which project of which server holds the tasks."""

    server: str
    project: int
    title: str


class PushReport(msgspec.Struct, frozen=True):
    """What became of the articles: `created + present + refused = articles`.

    `replaced` of those present got new candidates; `tasks` is how many the project holds;
    `problems` says why an article was refused, and what else is wrong.
    """

    url: str
    project: int
    title: str
    articles: int
    created: int
    present: int
    replaced: int
    refused: int
    tasks: int
    problems: tuple[Problem, ...]


def push(  # noqa: PLR0913
    workspace: Workspace,
    client: Client,
    articles: Iterable[Article],
    candidates: Candidates,
    ontology: Ontology,
    instructions: str,
    progress: Progress,
    answers_per_task: int = 2,
) -> PushReport:
    """Send articles that have no task yet, and candidates that differ from the server's.

    `candidates` is keyed by article id, `instructions` is HTML. May be run again at any
    time: what is there already is left alone. Whatever goes wrong on the way, the next push
    asks the server first, so that no article gets two tasks.
    """
    listed = list(articles)
    faults = {one.id: list(_faults(one, candidates.get(one.id), ontology)) for one in listed}
    good = [article for article in listed if not faults[article.id]]
    problems = [problem for found in faults.values() for problem in found]
    settings = {
        "label_config": interface(ontology),
        "expert_instruction": instructions,
        "show_instruction": bool(instructions),
        "maximum_annotations": answers_per_task,
    }
    version = _version([candidates[one.id] for one in good if one.id in candidates])
    with locked(private_folder(workspace.private) / "push.lock"):
        project = _project(workspace, client, settings)
        created = replaced = 0
        for batch in progress(list(chunks(good, BATCH)), "push"):
            new, changed = _send(client, project.project, batch, candidates, problems)
            created += new
            replaced += changed
        tasks = _finish(client, project.project, version)
    return PushReport(
        url=f"{client.url}/projects/{project.project}",
        project=project.project,
        title=project.title,
        articles=len(listed),
        created=created,
        present=len(good) - created,
        replaced=replaced,
        refused=len(listed) - len(good),
        tasks=tasks,
        problems=tuple(problems),
    )


def read_project(workspace: Workspace, client: Client) -> ProjectFile | None:
    """Return the workspace's project, None before the first push.

    Raises `UsageError` where it is on another server than the client's.
    """
    if not workspace.project.is_file():
        return None
    try:
        known = msgspec.json.decode(workspace.project.read_bytes(), type=ProjectFile)
    except msgspec.DecodeError as error:
        raise DataError([_broken(workspace, str(error))]) from error
    if known.server != client.name:
        raise UsageError(
            f"{workspace.project}: project {known.project} is on the server {known.server}, and "
            f"you are connected to {client.name} ({client.url}). Set LABEL_STUDIO_URL to the "
            "former (unset it for the workspace's own, `studio`), or move labelstudio.json away "
            "to begin a new project here."
        )
    return known


def _broken(workspace: Workspace, reason: str) -> Problem:
    return Problem(
        record=str(workspace.project),
        value=reason,
        rule="is no record of a project",
        remedy="Put the file back as `curation push` wrote it.",
    )


def _project(workspace: Workspace, client: Client, settings: Mapping[str, Any]) -> ProjectFile:
    """Return the project, made or brought up to date."""
    known = read_project(workspace, client)
    if known is None:
        title = _title(workspace.config.project.name)
        made = client.create_project(title, settings)
        known = ProjectFile(server=client.name, project=made, title=title)
        write_text(workspace.project, msgspec.json.encode(known).decode() + "\n")
        return known
    now = client.project(known.project)
    if (now.interface, now.instructions, now.answers_per_task) != (
        settings["label_config"],
        settings["expert_instruction"],
        settings["maximum_annotations"],
    ):
        client.update_project(known.project, settings)
    return known


def _title(name: str) -> str:
    least, most = _TITLE
    return (name if len(name) >= least else f"{name} articles")[:most]


def _version(candidates: Iterable[Annotation]) -> str | None:
    """Return the author of the candidates; Label Studio shows those of one author."""
    names = sorted({annotation.author.name for annotation in candidates})
    if len(names) > 1:
        raise UsageError(
            f"the candidates are by {', '.join(names)}, and annotators are shown those of one "
            "author only: run `curation prelabel` again for all articles."
        )
    return names[0] if names else None


def _send(
    client: Client,
    project: int,
    batch: Sequence[Article],
    candidates: Candidates,
    problems: list[Problem],
) -> tuple[int, int]:
    """Create the tasks that are missing, renew the others; return how many of either."""
    found = client.find_tasks(project, (article.id for article in batch))
    missing = [article for article in batch if article.id not in found]
    if missing:
        _create(client, project, missing, candidates)
    renew: dict[int, dict[str, Any]] = {}
    for article in batch:
        tasks = found.get(article.id, [])
        problems += _strange(client, project, article, tasks)
        if candidate := candidates.get(article.id):
            wanted = prediction(candidate)
            renew |= {one.id: wanted for one in tasks if not _holds(one, wanted)}
    if renew:
        client.delete_predictions(project, list(renew))
        client.add_predictions(project, renew)
    return len(missing), len(renew)


def _create(
    client: Client, project: int, missing: Sequence[Article], candidates: Candidates
) -> None:
    tasks = [task(article, candidates.get(article.id)) for article in missing]
    try:
        client.import_tasks(project, tasks)
    except ServiceError as error:
        came = client.find_tasks(project, (article.id for article in missing))
        if len(came) < len(missing):
            raise ServiceError(
                f"{error} Of {len(missing)} tasks {len(came)} have come in; run `curation push` "
                "again for the others."
            ) from error


def _strange(
    client: Client, project: int, article: Article, tasks: Sequence[Task]
) -> Iterator[Problem]:
    pages = ", ".join(client.task_page(project, one.id) for one in tasks)
    if len(tasks) > 1:
        yield Problem(
            record=f"article {article.id}",
            value=pages,
            rule="has more than one task",
            remedy="Delete the tasks that nobody answered, in Label Studio.",
        )
    for one in tasks:
        if one.text_sha256 != article.sha256:
            yield Problem(
                record=f"article {article.id}, task {one.id}",
                value=one.text_sha256,
                rule=f"is not the text of the article ({article.sha256})",
                remedy="Delete the task in Label Studio and run `curation push` again.",
            )


def _holds(there: Task, wanted: Mapping[str, Any]) -> bool:
    """Tell whether a task has this prediction and no other."""
    return [(one.model_version, one.score, one.result) for one in there.predictions] == [
        (wanted["model_version"], wanted.get("score"), wanted["result"])
    ]


def _finish(client: Client, project: int, version: str | None) -> int:
    """Have the project show the candidates of this version; return its number of tasks."""
    now = client.project(project)
    if version is not None and now.model_version != version:
        client.update_project(project, {"model_version": version})
    return now.tasks


def _faults(
    article: Article, candidate: Annotation | None, ontology: Ontology
) -> Iterator[Problem]:
    """Find what Label Studio would take without a word and then not show or not give back."""
    where = f"article {article.id}"
    for char in sorted({c for c in article.text if c == "\0" or "\ud800" <= c <= "\udfff"}):
        yield Problem(
            record=f"{where}, code point {article.text.index(char)}",
            value=f"U+{ord(char):04X}",
            rule="cannot be kept by Label Studio's database",
            remedy="Take it out of the raw file and ingest it again.",
        )
    if candidate is None:
        return
    yield from integrity.problems(candidate, article, ontology)
    marks: list[Span | Event] = [*candidate.spans, *candidate.events]
    for mark in marks:
        if not mark.id or "#" in mark.id:
            rule = "Label Studio cuts ids at #, and needs one"
            yield Problem(f"{where}, {mark.text!r}", repr(mark.id), rule, "Name it otherwise.")
        if mark.score is not None and not 0 <= mark.score <= 1:
            rule = "a score is between 0 and 1"
            yield Problem(f"{where}, {mark.id}", str(mark.score), rule, "Mend what made it.")
