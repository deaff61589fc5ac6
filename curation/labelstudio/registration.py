"""Making the live pre-labels known to the workspace's projects, so that nobody need click.

Label Studio itself asks for the candidates of a task that is opened from the list, and of
those that somebody selects for "Retrieve predictions"; the label stream shows what is there
already. So new tasks are watched for, and the server is made to ask.
"""

from collections.abc import Iterable
from threading import Event
from typing import Any

import msgspec

from curation.errors import CurationError, ServiceError, UsageError
from curation.labelstudio import backend
from curation.labelstudio.client import Backend, Client, chunks
from curation.labelstudio.push import read_projects
from curation.workspace import Workspace

# not the candidates' version: under that name the label stream would hide all candidates, those
# that were pushed too, while the backend is down
TITLE = "curation live"
EVERY = 5.0  # seconds between two looks for new tasks
TOGETHER = 50  # tasks in one request: the server waits 100 seconds for the answer


class Registered(msgspec.Struct, frozen=True):
    """Which projects ask for candidates; `notes` say what a curator should know."""

    projects: tuple[int, ...]
    urls: tuple[str, ...]
    notes: tuple[str, ...]


def register(
    workspace: Workspace, client: Client, address: str, version: str, secret: str
) -> Registered:
    """Have the workspace's projects ask the backend at this address, which must be up.

    May be done again at any time: what a project knows of it is brought up to date. Raises
    `UsageError` before the first push, and where a project shows the candidates of another
    version, beside which those of this one would not be seen.
    """
    projects = [one.project for one in read_projects(workspace, client)]
    if not projects:
        raise UsageError("there is no project yet: run `curation push` first.")
    for project in projects:
        _refuse_others(client, project, version)
    settings = {
        "url": address,
        "title": TITLE,
        "auth_method": "BASIC_AUTH",
        "basic_auth_user": backend.USER,
        "basic_auth_pass": secret,
    }
    notes: list[str] = []
    for project in projects:
        notes += _notes(_ensured(client, project, settings), address)
        # the server tells a new backend of every answer, without the secret
        client.delete_webhooks(project, f"{address}/webhook")
        if client.project(project).model_version != version:
            client.update_project(project, {"model_version": version})
    urls = tuple(f"{client.url}/projects/{project}" for project in projects)
    return Registered(tuple(projects), urls, tuple(notes))


def _refuse_others(client: Client, project: int, version: str) -> None:
    shown = client.project(project).model_version
    if shown not in ("", TITLE, version):
        raise UsageError(
            f"project {project} shows the candidates of {shown}, and this backend makes those of "
            f"{version}: give the same --model as to `curation prelabel`, or run `curation "
            "prelabel` and `curation push` again."
        )


def _ensured(client: Client, project: int, settings: dict[str, Any]) -> list[Backend]:
    """Add or change the backend; return all of the project."""
    address = settings["url"]
    mine = (one for one in client.backends(project) if one.title == TITLE or address == one.url)
    old = next(mine, None)
    refused: ServiceError | None = None
    try:
        if old is None:
            client.add_backend(project, settings)
        else:
            client.change_backend(old.id, project, settings)
    except ServiceError as error:
        refused = error  # also where it made the backend and then not the webhook
    there = client.backends(project)
    made = next((one for one in there if one.url == address), None)
    if made is not None and made.connected:
        return there
    said = refused or f"Label Studio cannot use {address}: {made.error if made else 'it is gone'}."
    raise ServiceError(
        f"{said} Label Studio must reach {address} (--url says by which address), and asks "
        "loopback and private addresses only if it was started with ML_BLOCK_LOCAL_IP=false, as "
        "`curation studio start` does."
    ) from refused


def _notes(there: list[Backend], address: str) -> list[str]:
    if there[0].url == address:
        return []
    return [
        f"Label Studio asks only the first ML backend of a project, here {there[0].url}: remove "
        "that one under Settings, Model."
    ]


class Watch:
    """Has the server ask for the candidates of tasks that come without, each once.

    A task is asked for when two looks in a row have seen it without: an import brings the
    tasks first and their predictions after them.
    """

    def __init__(self, client: Client, projects: Iterable[int]) -> None:
        self._client = client
        self._asked = dict.fromkeys(projects, 0)  # the highest id of each
        self._seen: set[int] = set()

    def look(self) -> int:
        """Look once; return how many tasks were asked for."""
        seen: set[int] = set()
        count = 0
        for project, asked in self._asked.items():
            bare = self._client.without_predictions(project, asked)
            due = [task for task in bare if task in self._seen]
            for part in chunks(due, TOGETHER):
                self._client.ask_backend(project, part)
                self._asked[project] = part[-1]
            count += len(due)
            seen.update(bare)
        self._seen = seen
        return count

    def keep(self, stopped: Event, say: backend.Say, every: float = EVERY) -> None:
        """Look until stopped; a server that is away is said once, and waited for."""
        away = False
        while not stopped.wait(every):
            try:
                self.look()
                away = False
            except CurationError as error:
                if not away:
                    say(str(error))
                away = True
