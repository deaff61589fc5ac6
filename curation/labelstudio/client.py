"""The thin edge to a Label Studio server; every failure is a `ServiceError` with a remedy.

Nothing is retried here: the SDK would send a failed import again, and tasks twice.
"""

import json
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from curation.errors import ServiceError, UsageError
from curation.labelstudio import server
from curation.workspace import Workspace

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
Progress = Callable[[Sequence[Any], str], Iterable[Any]]

OWN = "studio"  # how a workspace's own server is named: its port changes
_IDS = 100  # article ids in one query; keeps the address below the 8 KB of common proxies
EXPORT = 200  # tasks in one export; bounds the memory on both sides
_PAGE = 1000
_TASKS = 500  # tasks in one page with all that push looks at, about 7 MB
_WHOLE = "id,data,predictions,model_version,result,score,annotations"
_JSON = "application/json"
_DOWN = ("DI", "ER")  # states of an ML backend: disconnected, error
TIME = "%Y-%m-%dT%H:%M:%S.%fZ"  # how the server wants a time in a filter


class Project(msgspec.Struct, frozen=True):
    """What the server says of a project."""

    id: int
    title: str
    interface: str
    instructions: str
    model_version: str
    answers_per_task: int
    tasks: int
    answers: int
    skipped: int


class Prediction(msgspec.Struct, frozen=True):
    """A prediction that the server holds."""

    id: int
    model_version: str
    score: float | None
    result: list[dict[str, Any]]


class Task(msgspec.Struct, frozen=True):
    """A task that the server holds for an article; `answers` counts skipped ones too.

    `data` is what the interface shows of it.
    """

    id: int
    article: str
    text_sha256: str
    data: Mapping[str, Any]
    answers: int
    predictions: tuple[Prediction, ...]


class Answered(msgspec.Struct, frozen=True):
    """When a task last changed, and how many answers it has, skipped ones too."""

    updated: str
    answers: int


class _Prediction(msgspec.Struct):
    id: int = 0
    model_version: str | None = None
    score: float | None = None
    result: msgspec.Raw = msgspec.Raw(b"[]")  # a page of them decoded would keep the GC busy


class _Annotation(msgspec.Struct):
    id: int


class _Row(msgspec.Struct):
    """A task as the server lists it; what was not asked for is empty.

    Its `annotations` are counted, never its `total_annotations`: that counter is read, raised
    and written back by the server, and comes out too low for good, even at zero, where two
    requests do so at once.
    """

    id: int
    updated_at: datetime | None = None
    data: dict[str, Any] = {}
    predictions: tuple[_Prediction, ...] = ()
    annotations: tuple[_Annotation, ...] = ()


class _Page(msgspec.Struct):
    total: int
    tasks: list[_Row]


class Backend(msgspec.Struct, frozen=True):
    """An ML backend of a project; `error` is what it said last, if it is not connected."""

    id: int
    title: str
    url: str
    connected: bool
    error: str


class Client:
    """A user's access to one server; `name` tells the server from others, over restarts."""

    def __init__(self, url: str, key: str, name: str, seconds: int = 300) -> None:
        import httpx
        from label_studio_sdk import LabelStudio

        self.url = url.rstrip("/")
        self.name = name
        self.key = key
        self._seconds = seconds
        self._http = httpx.Client(trust_env=name != OWN, timeout=seconds, follow_redirects=True)
        self._sdk = LabelStudio(base_url=self.url, api_key=key, httpx_client=self._http)

    def as_user(self, key: str) -> "Client":
        """Return the same server's client of another user."""
        return Client(self.url, key, self.name, self._seconds)

    def whoami(self) -> str:
        """Return the e-mail address of the user; raises `ServiceError` for a bad key."""
        with self._edge("ask who I am"):
            return str(self._sdk.users.whoami(request_options=self._once()).email)

    def now(self) -> str:
        """Return the server's time, as `answered` takes it; empty where it does not tell.

        It is of the front the server has, whose clock may be ahead: never later than our own.
        """
        with self._edge("ask the time"):
            told = self._http.get(f"{self.url}/health").headers.get("Date", "")
        try:
            return min(parsedate_to_datetime(told), datetime.now(UTC)).strftime(TIME)
        except (TypeError, ValueError):  # no time, or one without a zone
            return ""

    def rights(self) -> frozenset[str]:
        """Return the names of what the user may do; none where the server does not tell."""
        with self._edge("ask what I may do"):
            told = self._sdk.users.whoami(request_options=self._once())
            extra = told.model_dump() if hasattr(told, "model_dump") else told.dict()
        return frozenset(map(str, extra.get("permissions") or ()))

    def task_page(self, project: int, task: int) -> str:
        """Return the address that shows a task."""
        return f"{self.url}/projects/{project}/data?task={task}"

    # projects

    def create_project(self, title: str, settings: Mapping[str, Any]) -> int:
        """Make a project and return its id."""
        with self._edge(f"make the project {title!r}"):
            made = self._sdk.projects.create(title=title, request_options=self._once(), **settings)
        return int(made.id)

    def find_project(self, description: str) -> int | None:
        """Return the oldest project with this description."""
        with self._edge("list the projects"):
            pager = self._sdk.projects.list(
                include="id,description", page_size=_PAGE, request_options=self._once()
            )
            found = [one.id for one in pager if one.description == description]
        return min(found, default=None)

    def update_project(self, project: int, settings: Mapping[str, Any]) -> None:
        """Change a project's settings."""
        with self._edge(f"change project {project}"):
            self._sdk.projects.update(project, request_options=self._once(), **settings)

    def project(self, project: int) -> Project:
        """Return what the server says of a project; raises `UsageError` where it is gone."""
        with self._edge(f"read project {project}", gone=_GONE):
            found = self._sdk.projects.get(project, request_options=self._once())
        return Project(
            id=found.id,
            title=found.title or "",
            interface=found.label_config or "",
            instructions=found.expert_instruction or "",
            model_version=found.model_version or "",
            answers_per_task=found.maximum_annotations or 1,
            tasks=found.task_number or 0,
            answers=found.total_annotations_number or 0,
            skipped=found.skipped_annotations_number or 0,
        )

    # tasks

    def import_tasks(self, project: int, tasks: Sequence[Mapping[str, Any] | msgspec.Raw]) -> int:
        """Import tasks, all or none, never sent twice; return how many predictions came along.

        A task may be JSON already. Where its database is locked Label Studio keeps the tasks,
        drops the predictions, and calls it a success.
        """
        with self._edge(f"import {len(tasks)} tasks into project {project}"):
            # the SDK's own import_tasks spends as long on making the JSON as the server on it
            made = self._http.post(
                f"{self.url}/api/projects/{project}/import",
                content=msgspec.json.encode(tasks),
                headers={**self._sdk._client_wrapper.get_headers(), "Content-Type": _JSON},
            ).raise_for_status()
            return int(made.json().get("prediction_count") or 0)

    def find_tasks(self, project: int, articles: Iterable[str]) -> dict[str, list[Task]]:
        """Return the tasks of each of these articles that has any, oldest first."""
        found: defaultdict[str, list[Task]] = defaultdict(list)
        for ids in chunks(articles, _IDS):
            query = _filter("and", ("data.article_id", "in_list", "String", ids))
            for row in self._list(project, query, _WHOLE):
                made = _task(row)
                found[made.article].append(made)
        return {name: sorted(tasks, key=lambda task: task.id) for name, tasks in found.items()}

    def tasks(self, project: int, progress: Progress) -> Iterator[Task]:
        """Yield all tasks of a project, oldest first; a page of them is in memory at a time."""
        for row in self._list(project, "", _WHOLE, _TASKS, progress):
            yield _task(row)

    def answered(self, project: int, since: str | None = None) -> dict[int, Answered]:
        """Return the tasks that somebody answered or skipped, with what is known of each.

        With `since` only those that changed later than that (a time of this server).
        """
        later = [("updated_at", "greater", "Datetime", since)] if since else []
        query = _filter("and", ("annotations_ids", "empty", "String", False), *later)
        return {
            row.id: Answered(_time(row.updated_at), len(row.annotations))
            for row in self._list(project, query, "id,updated_at,annotations")
            if row.annotations  # PostgreSQL takes no list for empty
        }

    def drafts(self, project: int) -> int:
        """Return how many tasks hold work that somebody began and has not handed in."""
        query = _filter("and", ("draft_exists", "equal", "Boolean", True))
        asked = {"project": project, "query": query, "include": "id", "page": 1, "page_size": 1}
        return self._page(asked).total

    def tasks_with(self, project: int, field: str, words: str) -> list[int]:
        """Return the tasks that have these words in this field."""
        query = _filter("and", (field, "contains", "String", words))
        return [row.id for row in self._list(project, query, "id")]

    def tab(self, project: int, title: str, field: str, words: str) -> int:
        """Have a tab of the project list the tasks that have these words in this field."""
        with self._edge(f"make a tab of project {project}"):
            there = self._sdk.views.list(project=project, request_options=self._once())
            for view in there:
                if (view.data or {}).get("title") == title:
                    return int(view.id)
            data: Any = {
                "title": title,
                **json.loads(_filter("and", (field, "contains", "String", words))),
            }
            made = self._sdk.views.create(project=project, data=data, request_options=self._once())
        return int(made.id)

    def _list(
        self,
        project: int,
        query: str,
        include: str,
        size: int = _PAGE,
        progress: Progress = lambda items, _: items,
    ) -> Iterator[_Row]:
        """Yield the tasks that the query lists, by their ids; `include` names what of them."""
        asked = {"project": project, "query": query, "include": include, "page_size": size}
        page = self._page({**asked, "page": 1})
        total, came = page.total, len(page.tasks)
        yield from page.tasks
        pages = ceil(total / came) if came else 0  # a server may give less than was asked for
        for number in progress(range(2, pages + 1), "list"):
            page = self._page({**asked, "page": number})
            came += len(page.tasks)
            yield from page.tasks
        if came != total:
            raise ServiceError(
                f"{self.url}: project {project} listed {came} of {total} tasks: it changed "
                "meanwhile. Run the command again."
            )

    def _page(self, asked: Mapping[str, Any]) -> _Page:
        with self._edge(f"list tasks of project {asked['project']}"):
            got = self._http.get(
                f"{self.url}/api/tasks/",
                params={"fields": "all", **{name: value for name, value in asked.items() if value}},
                headers=self._sdk._client_wrapper.get_headers(),
            )
            if got.status_code == 404 and asked["page"] > 1:  # there are no longer so many
                return _Page(0, [])
            return msgspec.json.decode(got.raise_for_status().content, type=_Page)

    def export(self, project: int, tasks: Sequence[int]) -> list[dict[str, Any]]:
        """Return tasks in full, with their annotations; at most `EXPORT` of them at once."""
        with self._edge(f"export {len(tasks)} tasks of project {project}"):
            parts = self._sdk.projects.exports.download_sync(
                project,
                export_type="JSON",
                download_all_tasks=True,
                # the SDK's own parameter `ids` is not the one that the server reads
                request_options={**self._once(), "additional_query_parameters": {"ids[]": tasks}},
            )
            exported: list[dict[str, Any]] = json.loads(b"".join(parts))
        missing = set(tasks) - {task["id"] for task in exported}
        if missing or len(exported) != len(tasks):
            raise ServiceError(
                f"{self.url}: project {project} exported {len(exported)} of {len(tasks)} tasks, "
                f"without {sorted(missing)}: it changed meanwhile. Run the command again."
            )
        return exported

    # predictions and answers

    def add_predictions(self, project: int, predictions: Mapping[int, Mapping[str, Any]]) -> None:
        """Add a prediction to each of these tasks; raises `ServiceError` unless all came in."""
        rows = [{"task": task, **prediction} for task, prediction in predictions.items()]
        with self._edge(f"add {len(rows)} predictions to project {project}"):
            made = self._sdk.projects.import_predictions(
                project, request=rows, request_options=self._once()
            )
        if made.created != len(rows):
            raise ServiceError(
                f"{self.url}: project {project} took {made.created} of {len(rows)} predictions. "
                "Run `curation push` again."
            )

    def delete_predictions(self, project: int, tasks: Sequence[int]) -> None:
        """Delete every prediction of these tasks."""
        with self._edge(f"delete the predictions of {len(tasks)} tasks of project {project}"):
            self._sdk.actions.create(
                id="delete_tasks_predictions",
                project=project,
                selected_items={"all": False, "included": list(tasks)},
                request_options=self._once(),
            )

    def replace_prediction(self, prediction: int, content: Mapping[str, Any]) -> None:
        """Give a prediction another content; answers that began with it keep pointing at it."""
        with self._edge(f"change prediction {prediction}"):
            self._sdk.predictions.update(
                prediction,
                result=content["result"],
                score=content.get("score"),
                request_options=self._once(),
            )

    def change_data(self, task: int, data: Mapping[str, Any]) -> None:
        """Give a task other data; its answers stay."""
        with self._edge(f"change task {task}"):
            self._sdk.tasks.update(str(task), data=dict(data), request_options=self._once())

    def delete_tasks(self, project: int, tasks: Sequence[int]) -> None:
        """Delete tasks with all that belongs to them."""
        with self._edge(f"delete {len(tasks)} tasks of project {project}"):
            self._sdk.actions.create(
                id="delete_tasks",
                project=project,
                selected_items={"all": False, "included": list(tasks)},
                request_options=self._once(),
            )

    def submit(
        self, task: int, result: Sequence[Mapping[str, Any]], *, skipped: bool = False
    ) -> int:
        """Hand in an answer as this client's user and return its id."""
        with self._edge(f"answer task {task}"):
            made = self._sdk.annotations.create(
                task, result=result, was_cancelled=skipped, request_options=self._once()
            )
        return int(made.id)

    # live pre-labels

    def backends(self, project: int) -> list[Backend]:
        """Return the ML backends of a project, oldest first; the server asks each how it is."""
        with self._edge(f"list the ML backends of project {project}"):
            found = self._sdk.ml.list(project=project, request_options=self._once())
        made = (
            Backend(
                one.id, one.title or "", one.url, one.state not in _DOWN, one.error_message or ""
            )
            for one in found
        )
        return sorted(made, key=lambda one: one.id)

    def add_backend(self, project: int, settings: Mapping[str, Any]) -> None:
        """Have a project ask an ML backend; the server first tries it."""
        with self._edge(f"add the ML backend {settings['url']}"):
            self._sdk.ml.create(project=project, request_options=self._once(), **settings)

    def change_backend(self, backend: int, project: int, settings: Mapping[str, Any]) -> None:
        """Change an ML backend; the server first tries it."""
        with self._edge(f"change the ML backend {settings['url']}"):
            self._sdk.ml.update(backend, project=project, request_options=self._once(), **settings)

    def without_predictions(self, project: int, after: int) -> list[int]:
        """Return the tasks with a higher id than this that have no prediction."""
        query = _filter(
            "and",
            ("total_predictions", "equal", "Number", 0),
            ("id", "greater", "Number", after),
        )
        return [row.id for row in self._list(project, query, "id")]

    def ask_backend(self, project: int, tasks: Sequence[int]) -> None:
        """Have the server ask the project's ML backend for predictions of these tasks."""
        with self._edge(f"ask for the predictions of {len(tasks)} tasks of project {project}"):
            self._sdk.actions.create(
                id="retrieve_tasks_predictions",
                project=project,
                selected_items={"all": False, "included": list(tasks)},
                request_options=self._once(),
            )

    def delete_webhooks(self, project: int, url: str) -> None:
        """Have a project no longer tell this address what happens in it."""
        with self._edge(f"delete the webhooks of project {project}"):
            there = self._sdk.webhooks.list(project=str(project), request_options=self._once())
            for hook in there:
                if hook.url == url:
                    self._sdk.webhooks.delete(hook.id, request_options=self._once())

    # users

    def emails(self) -> dict[int, str]:
        """Return the e-mail address of every user, by id."""
        with self._edge("list the users"):
            users = self._sdk.users.list(request_options=self._once())
        return {user.id: user.email for user in users}

    def sign_up(self, email: str, password: str) -> str:
        """Make an annotator's account by the invitation link and return its token."""
        with self._edge("get the invitation link"):
            invite = self._sdk.organizations.invites.get_invite_link(request_options=self._once())
        session = type(self._http)(
            base_url=self.url, trust_env=self.name != OWN, timeout=60, follow_redirects=True
        )
        with session, self._edge(f"make the account {email}"):
            page = f"/user/signup/?token={invite.token}"
            session.get(page).raise_for_status()
            guard = session.cookies.get("csrftoken", "")
            form = {"email": email, "password": password, "csrfmiddlewaretoken": guard}
            sent = session.post(page, data=form, headers={"Referer": self.url})
            if sent.is_error or "/user/signup" in str(sent.url):
                raise UsageError(_refused(self.url, email, sent.text))
            token = session.get("/api/current-user/token").raise_for_status().json()
        return str(token["token"])

    def _once(self) -> dict[str, Any]:
        return {"max_retries": 0, "timeout_in_seconds": self._seconds}

    @contextmanager
    def _edge(self, what: str, gone: str = "") -> Iterator[None]:
        """Turn what the SDK and the network raise into our errors; no key is ever shown."""
        import httpx
        from label_studio_sdk.core.api_error import ApiError

        try:
            yield
        except ApiError as error:
            if gone and error.status_code == 404:
                raise UsageError(f"{self.url}: cannot {what}: {gone}") from None
            raise self._failure(what, error.status_code or 0, _detail(error.body)) from None
        except httpx.HTTPStatusError as error:
            raise self._failure(what, error.response.status_code, _told(error.response)) from None
        except httpx.TimeoutException:
            raise ServiceError(
                f"{self.url}: cannot {what}: no answer in time. It may still be at work: wait a "
                "minute, then run the command again; nothing is sent twice."
            ) from None
        except httpx.HTTPError as error:
            raise ServiceError(
                f"{self.url}: cannot {what}: {str(error).rstrip('.')}. Check that Label Studio "
                "runs there (`curation studio status`, or LABEL_STUDIO_URL)."
            ) from None
        except (ValueError, msgspec.DecodeError) as error:  # no JSON, or not the JSON expected
            raise ServiceError(
                f"{self.url}: cannot {what}: the answer is not one of Label Studio's "
                f"({type(error).__name__}). {_REMEDIES[404]}"
            ) from None

    def _failure(self, what: str, status: int, detail: str) -> ServiceError:
        shown = detail.replace(self.key, "***").rstrip(".")
        remedy = _REMEDIES.get(status) or "Look into the server's log, then run the command again."
        return ServiceError(
            f"{self.url}: cannot {what}: HTTP {status} {shown}".rstrip() + f". {remedy}"
        )


_GONE = (
    "the server has no such project; it was deleted, or this is another server. Remove "
    "labelstudio.json from the workspace to begin a new project."
)
_REMEDIES = {
    200: "Check that LABEL_STUDIO_URL is the address of a Label Studio server.",
    400: "This is not the fault of your data; report it with this message.",
    401: "Set LABEL_STUDIO_API_KEY to a valid token (in Label Studio: Account & Settings).",
    403: "Use the token of a user who may do this.",
    404: "Check that LABEL_STUDIO_URL is the address of a Label Studio server.",
    413: "Raise the size limit of the proxy before the server.",
}


def connect(workspace: Workspace, environ: Mapping[str, str] = os.environ) -> Client:
    """Return a client of the server that the environment names, else of the workspace's own.

    Raises `UsageError` where there is none, `ServiceError` where it does not answer or does
    not take the key.
    """
    url, key = environ.get("LABEL_STUDIO_URL"), environ.get("LABEL_STUDIO_API_KEY")
    if url:
        if not key:
            raise UsageError(
                "LABEL_STUDIO_URL is set and LABEL_STUDIO_API_KEY is not: set it to a token of "
                "that server, or unset both to use the workspace's own server."
            )
        client = Client(url, key, url.rstrip("/"))
    else:
        client = _own(workspace)
    client.whoami()
    return client


def _own(workspace: Workspace) -> Client:
    state = server.status(workspace.studio)
    if state.url is None:
        raise UsageError(
            f"no Label Studio runs for the workspace {workspace.root}: run `curation studio "
            "start`, or set LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY."
        )
    token = Path(state.token_file).read_text(encoding="utf-8").strip()
    return Client(state.url, token, OWN)


def _task(row: _Row) -> Task:
    return Task(
        id=row.id,
        article=str(row.data.get("article_id", "")),
        text_sha256=str(row.data.get("text_sha256", "")),
        data=row.data,
        answers=len(row.annotations),
        predictions=tuple(
            Prediction(one.id, one.model_version or "", one.score, msgspec.json.decode(one.result))
            for one in row.predictions
        ),
    )


def _time(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime(TIME) if moment else ""


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield the items in lists of at most `size`."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def _filter(conjunction: str, *items: tuple[str, str, str, Any]) -> str:
    rows = [
        {"filter": f"filter:tasks:{name}", "operator": operator, "type": kind, "value": value}
        for name, operator, kind, value in items
    ]
    return json.dumps({"filters": {"conjunction": conjunction, "items": rows}})


def _told(response: "httpx.Response") -> str:
    """Return what an answer says of an error; nothing of a page in HTML."""
    try:
        return _detail(response.json())
    except ValueError:
        return "" if response.text.lstrip().startswith("<") else _detail(response.text)


def _detail(body: Any) -> str:
    if not isinstance(body, dict):
        return " ".join(str(body or "").split())[:200]
    parts = [str(body.get("detail") or ""), str(body.get("validation_errors") or "")]
    return " ".join(part for part in parts if part)[:500]


def _refused(url: str, email: str, page: str) -> str:
    lists = re.findall(r'<ul class="field_errors">(.*?)</ul>', page, re.DOTALL)
    errors = [error for part in lists for error in re.findall(r"<li>\s*(.*?)\s*</li>", part)]
    return f"{url}: cannot make the account {email}: {' '.join(errors) or 'it was refused.'}"
