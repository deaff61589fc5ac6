"""Articles and their candidates on their way to Label Studio: one task an article, always."""

import re
import time
from collections import defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from curation import integrity
from curation.assignment import drawn
from curation.errors import DataError, Problem, ServiceError, UsageError
from curation.labelstudio.changes import first, settle
from curation.labelstudio.client import EXPORT, Client, Progress, Task, chunks
from curation.labelstudio.private import FILE_MODE, locked, private_folder, secret
from curation.labelstudio.tasks import BLIND, prediction, task
from curation.migration import read_migrations
from curation.ontology import Ontology
from curation.records import Annotation, Article, Event, Span
from curation.workspace import Workspace, write_text

T = TypeVar("T")
U = TypeVar("U")
Candidates = Mapping[str, Annotation]

BATCH = 250
GRACE = 30.0  # seconds in which an import whose answer was lost is taken to have ended
_TITLE = (3, 50)  # code points that Label Studio allows
_NOT_KEPT = re.compile("[\0\ud800-\udfff]")


class ProjectFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What labelstudio.json says: which project of which server holds the tasks.

    `annotator` is the one whose project it is; None where it is everybody's. The file holds
    one record, or a list of them.
    """

    server: str
    project: int
    title: str
    annotator: str | None = None


class PushReport(msgspec.Struct, frozen=True):
    """What became of the articles: `created + present + refused = articles`.

    `replaced` of those present got new candidates; `tasks` is how many the project holds;
    `problems` says why an article was refused, and what else is wrong. `contract` tells what
    the push changed in the interface, and what that does to the answers there are.
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
    contract: tuple[str, ...] = ()


def push(  # noqa: PLR0913
    workspace: Workspace,
    client: Client,
    articles: Iterable[Article],
    candidates: Candidates,
    ontology: Ontology,
    instructions: str,
    progress: Progress,
    answers_per_task: int = 2,
    *,
    blind: float | Collection[str] = 0.0,
    annotator: str | None = None,
    grace: float = GRACE,
) -> PushReport:
    """Send articles that have no task yet, and candidates that differ from the server's.

    `candidates` is keyed by article id, `instructions` is HTML. Of the new articles the share
    `blind`, or those named in it, goes out without candidates, and stays so. With `annotator`
    the project is that person's own. May be run again at any time: what is there already is
    left alone. Whatever goes wrong on the way, the next push asks the server
    first, so that no article gets two tasks; an import whose end is unknown is waited for
    `grace` seconds, and of tasks that came twice those that nobody touched are deleted.

    Raises `DataError`, before anything is changed, where the project's answers hold what this
    contract has no place for and no file in `migrations/` says what becomes of it.
    """
    listed = list({one.id: one for one in articles}.values())
    batches = list(chunks(listed, BATCH))
    settings = {
        "expert_instruction": instructions,
        "show_instruction": bool(instructions),
        "maximum_annotations": answers_per_task,
    }
    version = author(candidates[one.id] for one in listed if one.id in candidates)
    with locked(private_folder(workspace.private) / "push.lock"):
        project, notes = _project(workspace, client, settings, annotator, ontology)
        journal = Journal(workspace.private / _named("import", annotator, ".json"))
        line = _Line(client, project.project, journal, grace, candidates)
        line.settle()
        there = {} if line.empty else line.all(progress)
        packed = _ahead(lambda part: _pack(part, candidates, ontology, blind, there), batches)
        sent = [
            _send(line, parcel, there)
            for _, parcel in zip(progress(batches, "push"), packed, strict=True)
        ]
        tasks = _finish(
            client, project.project, version if any(one.shown for one in sent) else None
        )
    return PushReport(
        url=f"{client.url}/projects/{project.project}",
        project=project.project,
        title=project.title,
        articles=len(listed),
        created=sum(one.created for one in sent),
        present=sum(one.present for one in sent),
        replaced=sum(one.replaced for one in sent),
        refused=sum(one.refused for one in sent),
        tasks=tasks,
        problems=tuple(problem for one in sent for problem in one.problems),
        contract=notes,
    )


def read_project(
    workspace: Workspace, client: Client, annotator: str | None = None
) -> ProjectFile | None:
    """Return the annotator's project, or the one that is everybody's; None before its first push.

    Raises `UsageError` where a project is on another server than the client's.
    """
    known = read_projects(workspace, client)
    return next((one for one in known if one.annotator == annotator), None)


def read_projects(workspace: Workspace, client: Client) -> list[ProjectFile]:
    """Return all projects of the workspace, in the order of their making.

    Raises `UsageError` where one is on another server than the client's.
    """
    known = known_projects(workspace)
    for one in known:
        if one.server != client.name:
            raise UsageError(
                f"{workspace.project}: project {one.project} is on the server {one.server}, and "
                f"you are connected to {client.name} ({client.url}). Set LABEL_STUDIO_URL to the "
                "former (unset it for the workspace's own, `studio`), or move labelstudio.json "
                "away to begin a new project here."
            )
    return known


def known_projects(workspace: Workspace) -> list[ProjectFile]:
    """Return what labelstudio.json says, of whichever server."""
    if not workspace.project.is_file():
        return []
    try:
        known = msgspec.json.decode(
            workspace.project.read_bytes(), type=ProjectFile | list[ProjectFile]
        )
    except msgspec.DecodeError as error:
        raise DataError([_broken(workspace, str(error))]) from error
    return known if isinstance(known, list) else [known]


def _named(stem: str, annotator: str | None, suffix: str) -> str:
    return stem + (f"-{quote(annotator, safe='')}" if annotator else "") + suffix


def _broken(workspace: Workspace, reason: str) -> Problem:
    return Problem(
        record=str(workspace.project),
        value=reason,
        rule="is no record of a project",
        remedy="Put the file back as `curation push` wrote it.",
    )


def _project(
    workspace: Workspace,
    client: Client,
    settings: Mapping[str, Any],
    annotator: str | None,
    ontology: Ontology,
) -> tuple[ProjectFile, tuple[str, ...]]:
    """Return the project, made or brought up to date, and what became of its interface."""
    known = read_project(workspace, client, annotator)
    if known is None:
        settings = {**settings, "label_config": first(ontology).interface}
        return _new_project(workspace, client, settings, annotator), ()
    now = client.project(known.project)
    change = settle(client, now, ontology, read_migrations(workspace.migrations))
    if (now.interface, now.instructions, now.answers_per_task) != (
        change.interface.strip(),
        settings["expert_instruction"],
        settings["maximum_annotations"],
    ):
        client.update_project(known.project, {**settings, "label_config": change.interface})
    return known, change.notes


def _new_project(
    workspace: Workspace, client: Client, settings: Mapping[str, Any], annotator: str | None
) -> ProjectFile:
    """Make the project, or take the one that an interrupted push has made.

    Its description is a mark that is written down before the project is asked for.
    """
    title = _title(workspace.config.project.name, annotator)
    path = workspace.private / _named("project", annotator, ".key")
    begun = path.exists()
    mark = f"{title} (curation {secret(path)[:16]})"
    made = client.find_project(mark) if begun else None
    if made is None:
        made = client.create_project(title, {**settings, "description": mark})
    known = ProjectFile(client.name, made, title, annotator)
    others = known_projects(workspace)
    content = msgspec.json.encode([*others, known] if others or annotator else known)
    write_text(workspace.project, content.decode() + "\n")
    path.unlink()
    return known


def _title(name: str, annotator: str | None) -> str:
    least, most = _TITLE
    whose = f" — {annotator}" if annotator else ""
    return (name if len(name) >= least else f"{name} articles")[: most - len(whose)] + whose


def author(candidates: Iterable[Annotation]) -> str | None:
    """Return the author of the candidates; Label Studio shows those of one author."""
    names = sorted({annotation.author.name for annotation in candidates})
    if len(names) > 1:
        raise UsageError(
            f"the candidates are by {', '.join(names)}, and annotators are shown those of one "
            "author only: run `curation prelabel` again for all articles."
        )
    return names[0] if names else None


class _Parcel(msgspec.Struct, frozen=True):
    """A batch that was checked: what may go, and the tasks to make of it, as JSON.

    `predictions` is how many of these tasks have one.
    """

    articles: tuple[Article, ...]
    tasks: dict[str, msgspec.Raw]
    predictions: int
    refused: int
    problems: tuple[Problem, ...]


def _pack(
    batch: Sequence[Article],
    candidates: Candidates,
    ontology: Ontology,
    blind: float | Collection[str],
    there: "Held",
) -> _Parcel:
    """Check a batch and make the tasks that are missing."""
    wrong = {one.id: tuple(faults(one, candidates.get(one.id), ontology)) for one in batch}
    good = tuple(one for one in batch if not wrong[one.id])
    tasks, predictions = {}, 0
    for one in good:
        if one.id not in there:
            made = task(one, candidates.get(one.id), blind=is_blind(one.id, blind))
            tasks[one.id] = msgspec.Raw(msgspec.json.encode(made))
            predictions += len(made["predictions"])
    problems = tuple(problem for found in wrong.values() for problem in found)
    return _Parcel(good, tasks, predictions, len(batch) - len(good), problems)


def _ahead(work: Callable[[T], U], items: Sequence[T]) -> Iterator[U]:
    """Yield the work's results in order; the next is made while its forerunner is used."""
    with ThreadPoolExecutor(1) as worker:
        coming = deque(worker.submit(work, one) for one in items[:1])
        for place in range(1, len(items) + 1):
            made = coming.popleft().result()
            coming.extend(worker.submit(work, one) for one in items[place : place + 1])
            yield made


class _Sent(msgspec.Struct, frozen=True):
    """What became of a batch; `shown` tasks have candidates, whose version the server knows."""

    created: int
    present: int
    replaced: int
    refused: int
    shown: int
    problems: tuple[Problem, ...]


def _send(line: "_Line", parcel: _Parcel, there: "Held") -> _Sent:
    """Create the tasks that are missing, renew the others."""
    if parcel.tasks and not line.create(parcel.tasks, parcel.predictions):
        there = line.find(one.id for one in parcel.articles)
    problems = list(parcel.problems)
    wanted: dict[int, tuple[_Held, dict[str, Any]]] = {}
    shown = parcel.predictions
    for article in parcel.articles:
        tasks = there.get(article.id, [])
        problems += _strange(line.client, line.project, article, tasks)
        if candidate := line.candidates.get(article.id):
            open_ones = [one for one in tasks if not one.blind]
            shown += len(open_ones)
            stale = [one for one in open_ones if not one.current]
            wanted |= {one.id: (one, prediction(candidate)) for one in stale}
    _renew(line.client, line.project, wanted)
    return _Sent(
        created=len(parcel.tasks),
        present=len(parcel.articles) - len(parcel.tasks),
        replaced=len(wanted),
        refused=parcel.refused,
        shown=shown,
        problems=tuple(problems),
    )


def is_blind(article: str, blind: float | Collection[str]) -> bool:
    """Tell whether an article belongs to the blind share, or to those named."""
    return article in blind if isinstance(blind, Collection) else drawn(article, blind)


def _renew(
    client: Client, project: int, wanted: Mapping[int, tuple["_Held", dict[str, Any]]]
) -> None:
    """Give tasks these predictions in place of their old ones.

    Where somebody has answered, predictions are kept or changed in place: deleting one would
    make the answers forget which prediction they began with.
    """
    fresh = {name: new for name, (one, new) in wanted.items() if not one.answers}
    kept = [name for name in fresh if wanted[name][0].predictions]
    if kept:
        client.delete_predictions(project, kept)
    for name, (one, new) in wanted.items():
        if not one.answers:
            continue
        old = one.predictions.get(new["model_version"])
        if old is None:
            fresh[name] = new
        else:
            client.replace_prediction(old, new)
    if fresh:
        client.add_predictions(project, fresh)


class Journal:
    """The articles of an import that was begun, until its end is known; survives the process."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def begin(self, articles: Sequence[str]) -> None:
        """Note an import before it is sent."""
        write_text(self._path, msgspec.json.encode(articles).decode(), FILE_MODE)

    def end(self) -> None:
        """Forget the import: all of it has come in, or was refused, or was waited for."""
        self._path.unlink(missing_ok=True)

    def begun(self) -> tuple[list[str], float]:
        """Return the articles of an import whose end is unknown, and when it was sent."""
        try:
            articles = msgspec.json.decode(self._path.read_bytes(), type=list[str])
            return articles, self._path.stat().st_mtime
        except (FileNotFoundError, msgspec.DecodeError):
            return [], 0.0


class _Held(msgspec.Struct, frozen=True):
    """A task that the server holds: what push must know of it, and not its text.

    `answers` counts skipped ones too; `predictions` are ids by version; `current` tells that it
    has the candidates of its article, and none beside them unless it was answered.
    """

    id: int
    text_sha256: str
    blind: bool
    answers: int
    predictions: dict[str, int]
    current: bool


Held = dict[str, list[_Held]]  # by article


class _Line:
    """Imports into one project, in such a way that no article gets a second task."""

    def __init__(
        self,
        client: Client,
        project: int,
        journal: Journal,
        grace: float,
        candidates: Candidates,
    ) -> None:
        self.client = client
        self.project = project
        self.journal = journal
        self.grace = grace
        self.candidates = candidates
        self.empty = False  # whether the project held nothing when this push began

    def settle(self) -> None:
        """Wait for an import that an earlier push began and whose end nobody saw."""
        articles, sent = self.journal.begun()
        self._await(articles, max(0.0, self.grace - max(0.0, time.time() - sent)))
        self.journal.end()
        self.empty = not articles and not self.client.project(self.project).tasks

    def create(self, tasks: Mapping[str, msgspec.Raw], predictions: int) -> bool:
        """Import the tasks of these articles; where the answer is lost, see what came in.

        Tell whether all of the predictions are known to have come along.
        """
        self.journal.begin(list(tasks))
        came_along: int | None = None
        try:
            came_along = self.client.import_tasks(self.project, list(tasks.values()))
        except ServiceError as error:
            came = self._await(list(tasks), self.grace)
            if came < len(tasks):
                raise ServiceError(
                    f"{error} Of {len(tasks)} tasks {came} have come in; run `curation push` "
                    "again for the others."
                ) from error
        self.journal.end()
        return came_along == predictions

    def _await(self, articles: Sequence[str], seconds: float) -> int:
        """Return how many of the articles have a task as soon as all have, or after `seconds`.

        A look-up that fails is made again until then.
        """
        deadline = time.monotonic() + seconds
        while True:
            last = time.monotonic() >= deadline
            try:
                came = len(self.client.find_tasks(self.project, articles)) if articles else 0
                if came == len(articles) or last:
                    return came
            except ServiceError:
                if last:
                    raise
            time.sleep(min(1.0, max(0.05, deadline - time.monotonic())))

    def all(self, progress: Progress) -> Held:
        """Return all tasks of the project that have an article, as `find` does."""
        return self._known(self.client.tasks(self.project, progress))

    def find(self, articles: Iterable[str]) -> Held:
        """Return the tasks of the articles, after deleting what came twice and nobody touched."""
        found = self.client.find_tasks(self.project, articles)
        return self._known(one for tasks in found.values() for one in tasks)

    def _known(self, tasks: Iterable[Task]) -> Held:
        found: Held = defaultdict(list)
        for there in tasks:
            if there.article:
                found[there.article].append(_held(there, self.candidates.get(there.article)))
        twice = [one.id for same in found.values() if len(same) > 1 for one in same]
        touched: set[int] = set()
        for part in chunks(twice, EXPORT):
            for exported in self.client.export(self.project, part):
                if exported["annotations"] or exported["drafts"]:
                    touched.add(exported["id"])
        spare = {one.id for same in found.values() for one in _spare(same, touched)}
        if spare:
            self.client.delete_tasks(self.project, sorted(spare))
        return {name: [one for one in held if one.id not in spare] for name, held in found.items()}


def _held(there: Task, candidate: Annotation | None) -> _Held:
    return _Held(
        id=there.id,
        text_sha256=there.text_sha256,
        blind=bool(there.data.get(BLIND)),
        answers=there.answers,
        predictions={one.model_version: one.id for one in reversed(there.predictions)},
        current=candidate is not None and _holds(there, prediction(candidate)),
    )


def _spare(tasks: Sequence[_Held], touched: set[int]) -> list[_Held]:
    """Return the tasks of an article that it can do without: one stays, and all with answers."""
    kept = [one for one in tasks if one.id in touched] or tasks[:1]
    same = {one.text_sha256 for one in kept}
    return [one for one in tasks if one not in kept and one.text_sha256 in same]


def _strange(
    client: Client, project: int, article: Article, tasks: Sequence[_Held]
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
    """Tell whether a task has this prediction, and none beside it unless it was answered."""
    contents = [
        (one.model_version, one.score, one.result)
        for one in there.predictions
        if not there.answers or one.model_version == wanted["model_version"]
    ]
    return contents == [(wanted["model_version"], wanted.get("score"), wanted["result"])]


def _finish(client: Client, project: int, version: str | None) -> int:
    """Have the project show the candidates of this version; return its number of tasks."""
    now = client.project(project)
    if version is not None and now.model_version != version:
        client.update_project(project, {"model_version": version})
    return now.tasks


def faults(article: Article, candidate: Annotation | None, ontology: Ontology) -> Iterator[Problem]:
    """Find what Label Studio would take without a word and then not show or not give back."""
    where = f"article {article.id}"
    for char in sorted(set(_NOT_KEPT.findall(article.text))):
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
