"""The annotators' answers on their way back: all of them, and a finding for all that is not."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from curation.errors import DataError, Problem, UsageError
from curation.labelstudio.answers import Answer, answer
from curation.labelstudio.client import EXPORT, Client, chunks
from curation.labelstudio.interface import TEXT
from curation.labelstudio.private import FILE_MODE, private_folder
from curation.labelstudio.push import read_project
from curation.ontology import Ontology
from curation.records import Article, Author
from curation.workspace import Workspace, write_jsonl, write_text

Progress = Callable[[Sequence[list[int]], str], Iterable[list[int]]]


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who a pseudonym stands for; `server` and `id` where there is no e-mail address."""

    server: str
    id: int
    email: str | None


class PullReport(msgspec.Struct, frozen=True):
    """What came back: `answers + superseded + skipped + refused` is what the server holds.

    `superseded` answers were handed in again later by the same person, `refused` ones belong to
    no article as it is now. `unanswered` tasks have no answer; `drafts` were never handed in
    and are not taken. For `turned`, `trimmed` and `hidden` see `Answer`.
    """

    url: str
    project: int
    tasks: int
    unanswered: int
    answers: int
    annotators: int
    superseded: int
    skipped: int
    refused: int
    drafts: int
    turned: int
    trimmed: int
    hidden: int
    findings: int


class _Found(msgspec.Struct):
    """One annotation of the export, with its task."""

    task: dict[str, Any]
    annotation: dict[str, Any]
    article: Article

    @property
    def when(self) -> tuple[str, int]:
        return self.annotation["updated_at"] or "", self.annotation["id"]


def pull(
    workspace: Workspace,
    client: Client,
    articles: Iterable[Article],
    ontology: Ontology,
    progress: Progress,
) -> PullReport:
    """Write `answers.jsonl` and `findings.jsonl` anew from what the server holds.

    Answers stand in the order of the articles, then of the annotators' pseudonyms. Raises
    `UsageError` before the first push.
    """
    return _Pull(workspace, client, {one.id: one for one in articles}, ontology).run(progress)


class _Pull:
    """One pull; gathers answers, findings and counts."""

    def __init__(
        self,
        workspace: Workspace,
        client: Client,
        articles: Mapping[str, Article],
        ontology: Ontology,
    ) -> None:
        project = read_project(workspace, client)
        if project is None:
            raise UsageError(
                f"the workspace {workspace.root} has no project: run `curation push` first."
            )
        self.workspace = workspace
        self.client = client
        self.project = project.project
        self.articles = articles
        self.ontology = ontology
        self.findings: list[Problem] = []
        self.found: defaultdict[tuple[str, int], list[_Found]] = defaultdict(list)
        self.tasks: dict[str, int] = {}
        self.seen = self.skipped = self.refused = self.drafts = self.answered = 0

    def run(self, progress: Progress) -> PullReport:
        before = self.client.project(self.project)
        ids = self.client.answered(self.project)
        for part in progress(list(chunks(ids, EXPORT)), "pull"):
            for task in self.client.export(self.project, part):
                self._task(task)
        self._count(before.answers + before.skipped)
        names = _pseudonyms(self.workspace, self.client, {user for _, user in self.found})
        latest = {key: max(found, key=lambda one: one.when) for key, found in self.found.items()}
        answers = [self._answer(one, names[user]) for (_, user), one in latest.items()]
        order = {name: place for place, name in enumerate(self.articles)}
        answers.sort(key=lambda a: (order[a.annotation.article], a.annotation.author.name))
        for one in answers:
            self.findings += one.findings
        write_jsonl(self.workspace.answers, (one.annotation for one in answers))
        write_jsonl(self.workspace.findings, self.findings)
        return PullReport(
            url=f"{self.client.url}/projects/{self.project}",
            project=self.project,
            tasks=before.tasks,
            unanswered=before.tasks - self.answered,
            answers=len(answers),
            annotators=len({user for _, user in latest}),
            superseded=sum(map(len, self.found.values())) - len(answers),
            skipped=self.skipped,
            refused=self.refused,
            drafts=self.drafts,
            turned=sum(one.turned for one in answers),
            trimmed=sum(one.trimmed for one in answers),
            hidden=sum(one.hidden for one in answers),
            findings=len(self.findings),
        )

    def _task(self, task: dict[str, Any]) -> None:
        """Take in a task's annotations, or say why its answers belong to no article."""
        annotations = task["annotations"]
        self.seen += len(annotations)
        self.drafts += len(task["drafts"])
        given = [one for one in annotations if not one["was_cancelled"]]
        self.skipped += len(annotations) - len(given)
        self.answered += bool(given)
        article = self._article(task)
        if article is None:
            self.refused += len(given)
            return
        for one in given:
            user = one["completed_by"] or 0  # none where the account was deleted
            self.found[article.id, user].append(_Found(task, one, article))

    def _article(self, task: dict[str, Any]) -> Article | None:
        name, text = task["data"].get("article_id"), task["data"].get(TEXT)
        article = self.articles.get(name)
        if article is None:
            rule = "is no article of this workspace"
            remedy = "Ingest its file again, or delete the task."
            self._find(task, str(name), rule, remedy)
        elif self.tasks.setdefault(article.id, task["id"]) != task["id"]:
            rule = f"is one more task of article {name}, beside task {self.tasks[article.id]}"
            self._find(task, str(name), rule, "Delete the one that nobody answered.")
        elif article.text != text:
            rule = f"has another text than article {name}"
            remedy = "Delete the task in Label Studio and run `curation push` again."
            self._find(task, f"{len(str(text))} code points", rule, remedy)
            return None
        return article

    def _find(self, task: Mapping[str, Any], value: str, rule: str, remedy: str) -> None:
        where = f"task {task['id']} ({self.client.task_page(self.project, task['id'])})"
        self.findings.append(Problem(record=where, value=value, rule=rule, remedy=remedy))

    def _answer(self, found: _Found, name: str) -> Answer:
        task = found.task["id"]
        made = answer(
            found.annotation,
            found.article,
            self.ontology,
            Author(kind="person", name=name),
            task,
            self.client.task_page(self.project, task),
        )
        if _unseen(found.annotation):
            rule = "holds none of the pre-labels, which Label Studio at times does not load"
            remedy = "Ask whether they were on the screen; a reload of the page shows them."
            self._find(found.task, f"the answer of {name}", rule, remedy)
        return made

    def _count(self, expected: int) -> None:
        if self.seen < expected:
            self.findings.append(
                Problem(
                    record=f"project {self.project} ({self.client.url})",
                    value=f"{self.seen} annotations came",
                    rule=f"the server counts {expected}",
                    remedy="Somebody worked or deleted meanwhile: run `curation pull` again.",
                )
            )


def _unseen(annotation: Mapping[str, Any]) -> bool:
    """Tell whether an answer given on the screen keeps no region that was proposed there."""
    proposed = (annotation.get("prediction") or {}).get("result")
    origins = {item.get("origin") for item in annotation["result"] if "value" in item}
    by_hand = origins == {"manual"} or (not origins and annotation["lead_time"] is not None)
    return bool(proposed) and by_hand


def _pseudonyms(workspace: Workspace, client: Client, users: Iterable[int]) -> dict[int, str]:
    """Return a pseudonym for each user, from the private map; new ones are added to it."""
    path = private_folder(workspace.private) / "annotators.json"
    known = _read_people(path)
    emails = client.emails()
    names: dict[int, str] = {}
    for user in sorted(users):
        person = Person(server=client.name, id=user, email=emails.get(user))
        name = next((n for n, other in known.items() if _is_same(person, other)), None)
        names[user] = name or f"annotator-{len(known) + 1:02}"
        known[names[user]] = person
    write_text(path, msgspec.json.format(msgspec.json.encode(known)).decode() + "\n", FILE_MODE)
    return names


def _read_people(path: Path) -> dict[str, Person]:
    if not path.is_file():
        return {}
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Person])
    except msgspec.DecodeError as error:
        problem = Problem(
            record=str(path),
            value=str(error),
            rule="is no map of pseudonyms",
            remedy="Put it back as it was: without it, persons get new pseudonyms.",
        )
        raise DataError([problem]) from error


def _is_same(person: Person, other: Person) -> bool:
    if person.email and other.email:
        return person.email == other.email
    return (person.server, person.id) == (other.server, other.id)
