"""Tasks and answers as files, for teams whose server is out of reach.

The same borders as `push` and `pull`: what Label Studio would break on does not leave, and
what an answer holds beside the contract is a finding.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from curation.errors import Problem, ServiceError, UsageError
from curation.labelstudio.changes import Change, first
from curation.labelstudio.client import EXPORT, Project, chunks
from curation.labelstudio.migrated import Passage
from curation.labelstudio.people import Pseudonyms
from curation.labelstudio.places import Places
from curation.labelstudio.pull import PullReport, Reader
from curation.labelstudio.push import author, faults, is_blind, known_projects
from curation.labelstudio.store import Store
from curation.labelstudio.tasks import task
from curation.migration import read_line
from curation.ontology import Ontology
from curation.records import Annotation, Article
from curation.workspace import Workspace, write_text


class FileReport(msgspec.Struct, frozen=True):
    """What was written where: `written + refused = articles`.

    `interface` and `instructions` are to be pasted into the project's settings. `contract`
    tells what is changed in the interface handed out before.
    """

    tasks: str
    interface: str
    instructions: str
    articles: int
    written: int
    refused: int
    blind: int
    problems: tuple[Problem, ...]
    contract: tuple[str, ...] = ()


def push_file(  # noqa: PLR0913
    path: Path,
    articles: Sequence[Article],
    candidates: Mapping[str, Annotation],
    ontology: Ontology,
    instructions: str,
    *,
    blind: float | Collection[str] = 0.0,
    change: Change | None = None,
) -> FileReport:
    """Write the tasks of the articles to a file that Label Studio's Import button takes.

    `change` is the interface of a project that has answers; see `changes.settle_file`.
    """
    change = change or first(ontology)
    problems = {one.id: list(faults(one, candidates.get(one.id), ontology)) for one in articles}
    good = [one for one in articles if not problems[one.id]]
    author(candidates[one.id] for one in good if one.id in candidates)
    made = [task(one, candidates.get(one.id), blind=is_blind(one.id, blind)) for one in good]
    beside = {".xml": change.interface, ".html": instructions}
    write_text(path, msgspec.json.encode(made).decode())
    for suffix, text in beside.items():
        write_text(path.with_suffix(suffix), text)
    return FileReport(
        tasks=str(path),
        interface=str(path.with_suffix(".xml")),
        instructions=str(path.with_suffix(".html")),
        articles=len(articles),
        written=len(good),
        refused=len(articles) - len(good),
        blind=sum(is_blind(one.id, blind) for one in good),
        problems=tuple(one for found in problems.values() for one in found),
        contract=change.notes,
    )


def pull_file(
    workspace: Workspace, paths: Sequence[Path], articles: Iterable[Article], ontology: Ontology
) -> PullReport:
    """Write `answers.jsonl` and `findings.jsonl` anew from JSON exports of Label Studio.

    There is one file a project, all of one server. The annotators' ids are taken for those of
    the server of the workspace's projects. Tasks that are not in the files count as unanswered:
    the Export button leaves out unfinished ones.
    """
    by_id = {one.id: one for one in articles}
    files = [(path, _rows(path)) for path in paths]
    emails: dict[int, str] = {}
    for path, rows in files:
        emails |= _emails(path, rows)
    names = Pseudonyms(workspace, _server(workspace), emails)
    store = Store(None, "file")
    passage = Passage(ontology, read_line(workspace.migrations, ontology))
    passages = dict.fromkeys(range(len(files)), passage)
    reader = Reader(by_id, ontology, names, store, lambda project, _: paths[project].name, passages)
    for number, (path, rows) in enumerate(files):
        for part in chunks(rows, EXPORT):
            reader.take([_task(path, row) for row in part], {}, number)
    expected = len(workspace.read_assignments()) or len(by_id)
    now = Project(0, "", "", "", "", 0, expected, 0, 0)
    return reader.write(workspace, ", ".join(map(str, paths)), [now], {}, Places())


def _server(workspace: Workspace) -> str:
    return next((one.server for one in known_projects(workspace)), "file")


def _rows(path: Path) -> list[msgspec.Raw]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[msgspec.Raw])
    except OSError as error:
        raise ServiceError(f"{path}: cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise _no_export(path, str(error)) from error


class _Annotation(msgspec.Struct):
    """The parts of an exported annotation that are relied on."""

    id: int
    completed_by: int | dict[str, Any] | None
    result: list[dict[str, Any]]
    was_cancelled: bool


class _Task(msgspec.Struct):
    """The parts of an exported task that are relied on."""

    id: int
    data: dict[str, Any]
    annotations: list[_Annotation]


def _task(path: Path, row: msgspec.Raw) -> dict[str, Any]:
    try:
        msgspec.json.decode(row, type=_Task)
        return msgspec.json.decode(row, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise _no_export(path, str(error)) from error


def _emails(path: Path, rows: Iterable[msgspec.Raw]) -> dict[int, str]:
    """Return the addresses that the file tells: snapshots may, the Export button's do not."""
    found: dict[int, str] = {}
    for row in rows:
        for one in _task(path, row)["annotations"]:
            who = one["completed_by"]
            if isinstance(who, dict) and who.get("email"):
                found[int(who["id"])] = str(who["email"])
    return found


def _no_export(path: Path, reason: str) -> UsageError:
    return UsageError(
        f"{path}: is no export of Label Studio in the format JSON ({reason}). Export again and "
        "choose JSON: the other formats leave out relations, ids or overlapping marks."
    )
