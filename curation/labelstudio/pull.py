"""The annotators' answers on their way back: all of them, and a finding for all that is not.

What earlier pulls brought is in a private store (`store`); a pull asks the server for the
tasks that changed since, and compares its counts with the server's. The answers of all projects
are merged; what stands where the plan does not have it is a finding (`places`).
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from curation import __version__
from curation.assignment import Assignment
from curation.errors import Problem, UsageError
from curation.labelstudio.answers import answer
from curation.labelstudio.client import EXPORT, TIME, Answered, Client, Project, chunks
from curation.labelstudio.interface import TEXT
from curation.labelstudio.migrated import Passage
from curation.labelstudio.people import Pseudonyms
from curation.labelstudio.places import Places
from curation.labelstudio.private import locked, private_folder
from curation.labelstudio.push import read_projects
from curation.labelstudio.regions import FOR_THE_CURATOR
from curation.labelstudio.stamp import read_stamp
from curation.labelstudio.store import AnswerRow, Latest, Store, TaskRow
from curation.labelstudio.tasks import BLIND
from curation.migration import Migration, read_line
from curation.ontology import Ontology
from curation.records import Annotation, Article, Author, sha256_text
from curation.workspace import Workspace, write_jsonl

Progress = Callable[[Sequence[list[int]], str], Iterable[list[int]]]

# A change can become visible later than its time says, when its transaction took long.
_OVERLAP = timedelta(minutes=1)


class PullReport(msgspec.Struct, frozen=True):
    """What came back: `answers + superseded + skipped + refused` is what the server holds.

    `project` is None where there are several, or files. `fetched` tasks were asked for, the others
    are known from earlier pulls. `gone` names answers that an earlier pull brought and the server
    no longer has. `superseded` answers were handed in again later by the same person, `refused`
    ones belong to no article as it is now. `unanswered` tasks have no answer; `drafts` tasks hold
    work that somebody began or changed and has not handed in, which is not taken. `blind` answers
    are to articles sent without pre-labels. Of the pre-labels (place and label) `prelabels_kept`
    is the share that stands in the answers of those who saw them, `prelabels_met_blind` that in
    the blind answers: the difference is the pull of pre-labels on people. None where there are
    none. For `turned`, `trimmed` and `hidden` see `Answer`.
    """

    url: str
    project: int | None
    tasks: int
    fetched: int
    unanswered: int
    answers: int
    blind: int
    prelabels_kept: float | None
    prelabels_met_blind: float | None
    annotators: int
    superseded: int
    skipped: int
    refused: int
    drafts: int
    turned: int
    trimmed: int
    hidden: int
    gone: tuple[str, ...]
    findings: int


def pull(  # noqa: PLR0913
    workspace: Workspace,
    client: Client,
    articles: Iterable[Article],
    ontology: Ontology,
    progress: Progress,
    *,
    candidates: Mapping[str, Annotation] | None = None,
    plan: Iterable[Assignment] = (),
    full: bool = False,
) -> PullReport:
    """Write `answers.jsonl` and `findings.jsonl` anew from what the server holds.

    Only tasks that changed since the last pull are asked for; all of them with `full`, under
    another ontology, and where the server's counts say that a task or an answer was deleted.
    Answers stand in the order of the articles, then of the annotators' pseudonyms. With
    `candidates`, keyed by article id, the report says how many of them the answers hold. `plan`
    tells who was to answer what. Answers of an earlier contract are brought into this one by
    the files in `migrations/`. Raises `UsageError` before the first push.
    """
    known = read_projects(workspace, client)
    if not known:
        raise UsageError(
            f"the workspace {workspace.root} has no project: run `curation push` first."
        )
    folder = private_folder(workspace.private)
    with locked(folder / "pull.lock"):
        line = read_line(workspace.migrations, ontology)
        store = Store(folder / "pull.sqlite", store_key(client, ontology, line))
        try:
            store.keep(one.project for one in known)
            by_id = {one.id: one for one in articles}
            names = Pseudonyms(workspace, client.name, client.emails())
            passages = {
                one.project: Passage(
                    ontology, line, read_stamp(client.project(one.project).interface)
                )
                for one in (known if line else ())
            }
            reader = Reader(by_id, ontology, names, store, client.task_page, passages)
            now = [_Live(client, one.project, reader, progress).run(full) for one in known]
            url = f"{client.url}/projects" + (f"/{known[0].project}" if len(known) == 1 else "")
            places = Places(plan, known, client.task_page)
            drafts = sum(client.drafts(one.project) for one in known)
            return reader.write(workspace, url, now, candidates or {}, places, drafts)
        finally:
            store.close()


def store_key(client: Client, ontology: Ontology, line: Sequence[Migration]) -> str:
    """Return what the store depends on: answers are kept in it as they were read."""
    digest = hashlib.sha256(msgspec.json.encode((ontology, line))).hexdigest()
    return f"{client.name} {client.url} {digest} {__version__}"


class _Live:
    """Brings the store up to date with the server."""

    def __init__(self, client: Client, project: int, reader: "Reader", progress: Progress) -> None:
        self.client = client
        self.project = project
        self.reader = reader
        self.store = reader.store
        self.progress = progress

    def run(self, full: bool) -> Project:
        since = None if full else self.store.since(self.project)
        begun = self.client.now()
        listed = self.client.answered(self.project, _earlier(since) if since else None)
        if since is None:
            self._reconcile(listed, again=full)
        else:
            known = self.store.known(self.project)
            changed = [task for task, there in listed.items() if known.get(task) != there]
            self._fetch(sorted({*changed, *self._unread()}), listed)
        now = self.client.project(self.project)
        if self._held() != now.answers + now.skipped:
            listed = self.client.answered(self.project)
            self._reconcile(listed, again=False)
            now = self.client.project(self.project)
        self._count(now.answers + now.skipped)
        latest = max((one.updated for one in listed.values()), default="")
        self.store.complete(self.project, max(latest, since or "", begun))
        return now

    def _reconcile(self, listed: Mapping[int, Answered], *, again: bool) -> None:
        """Fetch what the store has not as the server has it, drop what the server has not."""
        known = self.store.known(self.project)
        self.reader.gone += self.store.remove(known.keys() - listed.keys())
        wanted = {task for task, there in listed.items() if again or known.get(task) != there}
        self._fetch(sorted(wanted | set(self._unread())), listed)

    def _unread(self) -> list[int]:
        return self.store.unread(self.project, self.reader.articles)

    def _fetch(self, tasks: Sequence[int], listed: Mapping[int, Answered]) -> None:
        for part in self.progress(list(chunks(tasks, EXPORT)), "pull"):
            self.reader.take(self.client.export(self.project, part), listed, self.project)

    def _held(self) -> int:
        counts = self.store.counts(self.project)
        return counts["given"] + counts["skipped"]

    def _count(self, expected: int) -> None:
        if self._held() == expected:
            return
        self.reader.problems.append(
            Problem(
                record=f"project {self.project} ({self.client.url})",
                value=f"{self._held()} annotations came",
                rule=f"the server counts {expected}",
                remedy="Somebody worked or deleted meanwhile: run `curation pull` again.",
            )
        )


def _earlier(since: str) -> str:
    return (datetime.strptime(since, TIME) - _OVERLAP).strftime(TIME)


class Reader:
    """Reads exported tasks into a store, and writes from it what the workspace keeps."""

    def __init__(  # noqa: PLR0913
        self,
        articles: Mapping[str, Article],
        ontology: Ontology,
        names: Pseudonyms,
        store: Store,
        page: Callable[[int, int], str],
        passages: Mapping[int, Passage] | None = None,
    ) -> None:
        self.passages = passages or {}
        self.articles = articles
        self.ontology = ontology
        self.names = names
        self.store = store
        self.page = page
        self.problems: list[Problem] = []
        self.gone: list[str] = []
        self.fetched = 0

    def take(
        self, exported: Sequence[dict[str, Any]], listed: Mapping[int, Answered], project: int
    ) -> None:
        """Take in tasks of a project with their annotations; `listed` says when each changed."""
        self.fetched += len(exported)
        users = {_user(one) for task in exported for one in _given(task)}
        names = self.names.of(users) if users else {}
        rows = []
        for task in exported:
            article = self._article(task)
            answers = (
                [self._answer(task, one, article, names, project) for one in _given(task)]
                if article
                else []
            )
            updated = listed[task["id"]].updated if task["id"] in listed else ""
            rows.append((_row(task, project, updated, read=article is not None), answers))
        self.gone += self.store.put(rows)

    def _article(self, task: Mapping[str, Any]) -> Article | None:
        article = self.articles.get(_article_id(task) or "")
        return article if article and article.text == task["data"].get(TEXT) else None

    def _answer(
        self,
        task: Mapping[str, Any],
        given: Mapping[str, Any],
        article: Article,
        names: Mapping[int, str],
        project: int,
    ) -> AnswerRow:
        name = names[_user(given)]
        page = self.page(project, task["id"])
        author = Author(kind="person", name=name)
        passage = self.passages.get(project) or Passage(self.ontology)
        brought, open_ones = passage.bring(given, f"task {task['id']} by {name}", page)
        made = answer(brought, article, self.ontology, author, task["id"], page)
        annotation = passage.fused(made.annotation, given)
        made = msgspec.structs.replace(
            made,
            annotation=msgspec.structs.replace(annotation, blind=_blind(task)),
            findings=(*made.findings, *open_ones),
        )
        to_mend = tuple(one for one in made.findings if one.remedy != FOR_THE_CURATOR)
        if _unseen(given):
            blank = self._blank(task, name, project)
            made = msgspec.structs.replace(made, findings=(*made.findings, blank))
        updated = given.get("updated_at") or ""
        return AnswerRow(given["id"], _user(given), name, updated, made, to_mend)

    def _blank(self, task: Mapping[str, Any], name: str, project: int) -> Problem:
        rule = "holds none of the pre-labels, which Label Studio at times does not load"
        remedy = "Ask whether they were on the screen; a reload of the page shows them."
        where = f"task {task['id']} ({self.page(project, task['id'])})"
        return Problem(where, f"the answer of {name}", rule, remedy)

    # out

    def write(  # noqa: PLR0913
        self,
        workspace: Workspace,
        url: str,
        now: Sequence[Project],
        candidates: Mapping[str, Annotation],
        places: Places,
        drafts: int | None = None,
    ) -> PullReport:
        """Write the answers and findings, and say what was written; `now` are the projects.

        Without `drafts` those of the tasks that were taken in are counted.
        """
        self.store.want((one.id, one.sha256) for one in self.articles.values())
        refused, counts = self._tasks(), self.store.counts()
        tally = _Tally(candidates, places)
        tasks = sum(one.tasks for one in now)
        count = write_jsonl(workspace.answers, tally.over(self.store.latest()))
        found = [*self.problems, *tally.findings]
        write_jsonl(workspace.findings, found)
        return PullReport(
            url=url,
            project=(now[0].id or None) if len(now) == 1 else None,
            tasks=tasks,
            fetched=self.fetched,
            unanswered=tasks - counts["answered"],
            answers=count,
            blind=tally.answers[True],
            prelabels_kept=tally.kept(blind=False),
            prelabels_met_blind=tally.kept(blind=True),
            annotators=len(tally.names),
            superseded=counts["given"] - refused - count,
            skipped=counts["skipped"],
            refused=refused,
            drafts=counts["drafts"] if drafts is None else drafts,
            turned=tally.turned,
            trimmed=tally.trimmed,
            hidden=tally.hidden,
            gone=tuple(self.gone),
            findings=len(found),
        )

    def _tasks(self) -> int:
        """Say which tasks belong to no article as it is now; return how many answers that is."""
        refused = 0
        first: dict[tuple[int, str], int] = {}
        for row in self.store.tasks():
            article = self.articles.get(row.article or "")
            if article is None:
                rule = "is no article of this workspace"
                remedy = "Ingest its file again, or delete the task."
            elif (one := first.setdefault((row.project, article.id), row.task)) != row.task:
                rule = f"is one more task of article {article.id}, beside {one}"
                remedy = "Delete the one that nobody answered."
            elif article.sha256 != row.sha256:
                rule = f"has another text than article {article.id} ({row.length} code points)"
                remedy = "Delete the task in Label Studio and run `curation push` again."
            else:
                continue
            where = f"task {row.task} ({self.page(row.project, row.task)})"
            self.problems.append(Problem(where, str(row.article), rule, remedy))
            if article is None or article.sha256 != row.sha256:
                refused += row.given
        return refused


class _Tally:
    """Counts the answers while they are written."""

    def __init__(self, candidates: Mapping[str, Annotation], places: Places) -> None:
        self.candidates = candidates
        self.places = places
        self.findings: list[Problem] = []
        self.names: set[str] = set()
        self.turned = self.trimmed = self.hidden = 0
        self.answers: Counter[bool] = Counter()  # by whether they were given blind
        self.proposed: Counter[bool] = Counter()
        self.met: Counter[bool] = Counter()

    def over(self, rows: Iterable[Latest]) -> Iterator[msgspec.Raw]:
        for row in rows:
            self.findings += (*row.findings, *self.places.faults(row))
            self.names.add(row.name)
            self.turned += row.turned
            self.trimmed += row.trimmed
            self.hidden += row.hidden
            self.answers[row.blind] += 1
            self._compare(row)
            yield row.annotation

    def _compare(self, row: Latest) -> None:
        if not self.candidates:
            return
        answered = msgspec.json.decode(row.annotation, type=Annotation)
        if candidate := self.candidates.get(answered.article):
            proposed = _marks(candidate)
            self.proposed[row.blind] += len(proposed)
            self.met[row.blind] += len(proposed & _marks(answered))

    def kept(self, *, blind: bool) -> float | None:
        """Return the share of the proposed marks that stand in the answers."""
        all_of_them = self.proposed[blind]
        return round(self.met[blind] / all_of_them, 4) if all_of_them else None


def _marks(annotation: Annotation) -> set[tuple[int, int, str]]:
    spans = {(one.start, one.end, one.label) for one in annotation.spans}
    return spans | {(one.start, one.end, one.type) for one in annotation.events}


def _given(task: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [one for one in task["annotations"] if not one["was_cancelled"]]


def _blind(task: Mapping[str, Any]) -> bool:
    """Tell whether a task was sent without pre-labels, and nobody gave it any since."""
    return bool(task["data"].get(BLIND)) and not task.get("predictions")


def _row(task: Mapping[str, Any], project: int, updated: str, *, read: bool) -> TaskRow:
    text = str(task["data"].get(TEXT)).encode("utf-8", "replace").decode()
    given = len(_given(task))
    return TaskRow(
        task=task["id"],
        project=project,
        article=_article_id(task),
        sha256=sha256_text(text),
        length=len(text),
        updated=updated,
        given=given,
        skipped=len(task["annotations"]) - given,
        drafts=len(task.get("drafts") or ()),
        read=read,
        blind=_blind(task),
    )


def _article_id(task: Mapping[str, Any]) -> str | None:
    name = task["data"].get("article_id")
    return name if isinstance(name, str) else None


def _user(annotation: Mapping[str, Any]) -> int:
    """Return who gave an answer; 0 where the account was deleted."""
    who = annotation["completed_by"]
    return int(who["id"] if isinstance(who, dict) else who or 0)


def _unseen(annotation: Mapping[str, Any]) -> bool:
    """Tell whether an answer given on the screen keeps no region that was proposed there."""
    proposed = (annotation.get("prediction") or {}).get("result")
    origins = {item.get("origin") for item in annotation["result"] if "value" in item}
    by_hand = origins == {"manual"} or (not origins and annotation.get("lead_time") is not None)
    return bool(proposed) and by_hand
