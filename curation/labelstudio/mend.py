"""Findings sent back: each annotator is shown, above the text, what to mend in their answer.

The Community edition can assign a task to nobody, and a second task of an article would be
a second answer. So the note goes into the data of the task that was answered, and a tab "To
mend" of its project lists these tasks: the annotator opens one, mends the answer and presses
Update. The next pull sees the answer as it is then, and the next return clears the note.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from curation.errors import Problem, UsageError
from curation.labelstudio.client import EXPORT, Client, chunks
from curation.labelstudio.interface import MEND
from curation.labelstudio.people import Pseudonyms
from curation.labelstudio.private import locked, private_folder
from curation.labelstudio.pull import store_key
from curation.labelstudio.push import read_projects
from curation.labelstudio.store import Store
from curation.migration import read_line
from curation.ontology import Ontology
from curation.records import Article
from curation.workspace import Workspace

TITLE = "To mend"


class MendReport(msgspec.Struct, frozen=True):
    """What was sent back: `findings` in `tasks`, listed at `urls`; `cleared` need no more."""

    urls: tuple[str, ...]
    tasks: int
    findings: int
    changed: int
    cleared: int


def send_back(
    workspace: Workspace, client: Client, articles: Iterable[Article], ontology: Ontology
) -> MendReport:
    """Write what the last pull found into the tasks, and take out what has been mended.

    Raises `UsageError` before the first pull.
    """
    projects = read_projects(workspace, client)
    path = private_folder(workspace.private) / "pull.sqlite"
    if not projects or not path.exists():
        raise UsageError("nothing has been found yet: run `curation pull` first.")
    with locked(workspace.private / "pull.lock"):
        line = read_line(workspace.migrations, ontology)
        store = Store(path, store_key(client, ontology, line))
        try:
            store.want((one.id, one.sha256) for one in articles)
            people = Pseudonyms(workspace, client.name, {}).people
            emails = {name: one.email or name for name, one in people.items()}
            found, notes = _notes(store, emails)
        finally:
            store.close()
        sent = [_send(client, one.project, notes[one.project]) for one in projects]
    return MendReport(
        urls=tuple(one.url for one in sent),
        tasks=sum(map(len, notes.values())),
        findings=found,
        changed=sum(one.changed for one in sent),
        cleared=sum(one.cleared for one in sent),
    )


class _Sent(msgspec.Struct, frozen=True):
    url: str
    changed: int
    cleared: int


def _send(client: Client, project: int, notes: Mapping[int, str]) -> _Sent:
    """Bring the notes of one project up to date, and the tab that lists them."""
    noted = client.tasks_with(project, f"data.{MEND}", TITLE)
    changed = _write(client, project, notes, noted)
    view = client.tab(project, TITLE, f"data.{MEND}", TITLE)
    url = f"{client.url}/projects/{project}/data?tab={view}"
    return _Sent(url, changed, len(set(noted) - notes.keys()))


def _notes(store: Store, emails: Mapping[str, str]) -> tuple[int, defaultdict[int, dict[int, str]]]:
    """Return how many findings there are, and by project the note of each task that has any."""
    parts: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    count = 0
    for row in store.latest():
        if row.to_mend:
            count += len(row.to_mend)
            lines = [f"• {_said(one)}" for one in row.to_mend]
            note = "\n".join((f"{TITLE} ({emails[row.name]}):", *lines))
            parts[row.project, row.task].append(note)
    notes: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for (project, task), texts in parts.items():
        notes[project][task] = "\n".join(texts)
    return count, notes


def _said(finding: Problem) -> str:
    """Return a finding as its annotator needs it: without the task and the page it stands on."""
    what = finding.record.rpartition(" (")[0].partition(", ")[2]
    return f"{what}: {finding.value}: {finding.rule}. {finding.remedy}"


def _write(client: Client, project: int, notes: Mapping[int, str], noted: Iterable[int]) -> int:
    """Give every task its note, an empty one where nothing is left; return how many changed."""
    changed = 0
    for part in chunks(sorted({*notes, *noted}), EXPORT):
        for task in client.export(project, part):
            note = notes.get(task["id"], "")
            if task["data"].get(MEND, "") != note:
                client.change_data(task["id"], {**task["data"], MEND: note})
                changed += 1
    return changed
