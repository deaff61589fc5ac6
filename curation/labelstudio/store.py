"""What pulls have brought so far: a private SQLite file, so that the next one asks for less.

A task is put in whole or not at all, and what it held before is replaced; a killed pull leaves
a store that the next one continues. It stands for the projects of one workspace as one contract
reads them: under another key it begins empty.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from curation.errors import Problem
from curation.labelstudio.answers import Answer
from curation.labelstudio.client import Answered
from curation.labelstudio.private import FILE_MODE

_FORMAT = "2"  # to be raised when `answers` reads the same JSON otherwise, or the tables change
_META = "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)"
_DROP = "DELETE FROM meta; DROP TABLE IF EXISTS answers; DROP TABLE IF EXISTS tasks"
_TABLES = """
CREATE TABLE IF NOT EXISTS tasks (
    task INTEGER PRIMARY KEY, project INTEGER, article TEXT, sha256 TEXT, length INTEGER,
    updated TEXT, given INTEGER, skipped INTEGER, drafts INTEGER, read INTEGER, blind INTEGER);
CREATE TABLE IF NOT EXISTS answers (
    id INTEGER PRIMARY KEY, task INTEGER, article TEXT, user INTEGER, name TEXT, updated TEXT,
    turned INTEGER, trimmed INTEGER, hidden INTEGER, annotation BLOB, findings BLOB,
    to_mend BLOB);
CREATE INDEX IF NOT EXISTS answers_task ON answers (task);
CREATE TEMP TABLE wanted (article TEXT PRIMARY KEY, sha256 TEXT, place INTEGER);
"""
_PUT_TASK = "INSERT INTO tasks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PUT_ANSWER = "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
# the last answer of each person to each article whose text is the task's
_LATEST = """
SELECT * FROM (
    SELECT answers.*, project, place, blind, ROW_NUMBER() OVER (
        PARTITION BY answers.article, user ORDER BY answers.updated DESC, id DESC) AS rank
    FROM answers JOIN tasks USING (task) JOIN wanted ON wanted.article = answers.article
    WHERE tasks.sha256 = wanted.sha256)
WHERE rank = 1 ORDER BY place, name
"""


class TaskRow(msgspec.Struct, frozen=True):
    """A task; `given` answers, of which `read` tells whether they were read as records.

    `sha256` and `length` are of the task's text, `updated` is the server's time of its last
    change, `blind` tells that it was sent without pre-labels.
    """

    task: int
    project: int
    article: str | None
    sha256: str
    length: int
    updated: str
    given: int
    skipped: int
    drafts: int
    read: bool
    blind: bool


class AnswerRow(msgspec.Struct, frozen=True):
    """One answer of a task; `to_mend` are those findings that the annotator can mend."""

    id: int
    user: int
    name: str
    updated: str
    answer: Answer
    to_mend: tuple[Problem, ...]


class Latest(msgspec.Struct, frozen=True):
    """The answer of a person to an article that counts; `annotation` is its JSON."""

    task: int
    project: int
    article: str
    name: str
    blind: bool
    turned: int
    trimmed: int
    hidden: int
    annotation: msgspec.Raw
    findings: tuple[Problem, ...]
    to_mend: tuple[Problem, ...]


class Store:
    """The store; `key` says which workspace's projects, read by which contract, it is about."""

    def __init__(self, path: Path | None, key: str) -> None:
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None)
        if path is not None:
            path.chmod(FILE_MODE)
        self._db.row_factory = sqlite3.Row
        self._db.execute(_META)
        full_key = f"{_FORMAT} {key}"
        if self._meta("key") != full_key:
            self._db.executescript(_DROP)
        self._db.executescript(_TABLES)
        self._set_meta("key", full_key)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    # what is asked of the server next

    def since(self, project: int) -> str | None:
        """Return the time up to which a complete pull has seen the changes of a project.

        None before the first.
        """
        return self._meta(f"since {project}")

    def complete(self, project: int, since: str | None) -> None:
        """Note that everything of a project up to this time is in the store."""
        self._set_meta(f"since {project}", since or "")

    def known(self, project: int) -> dict[int, Answered]:
        """Return what is known of each task of a project."""
        query = "SELECT task, updated, given + skipped FROM tasks WHERE project = ?"
        rows = self._db.execute(query, (project,))
        return {task: Answered(updated, answers) for task, updated, answers in rows}

    def unread(self, project: int, articles: Iterable[str]) -> list[int]:
        """Return the project's tasks of these articles whose answers could not be read."""
        names = set(articles)
        query = "SELECT task, article FROM tasks WHERE given AND NOT read AND project = ?"
        rows = self._db.execute(query, (project,))
        return [task for task, article in rows if article in names]

    def keep(self, projects: Iterable[int]) -> None:
        """Forget the projects that are not among these."""
        rows = self._db.execute("SELECT DISTINCT project FROM tasks").fetchall()
        for project in {row["project"] for row in rows} - set(projects):
            tasks = "(SELECT task FROM tasks WHERE project = ?)"
            with self._whole():
                self._db.execute("DELETE FROM meta WHERE key = ?", (f"since {project}",))
                self._db.execute(f"DELETE FROM answers WHERE task IN {tasks}", (project,))  # noqa: S608
                self._db.execute("DELETE FROM tasks WHERE project = ?", (project,))

    # what comes in

    def put(self, rows: Sequence[tuple[TaskRow, Sequence[AnswerRow]]]) -> list[str]:
        """Put in tasks with all their answers; name the answers that are gone from them."""
        gone: list[str] = []
        with self._whole():
            for task, answers in rows:
                gone += self._drop(task.task, {one.id for one in answers})
                values = msgspec.structs.astuple(task)
                self._db.execute(_PUT_TASK, values)
                self._db.executemany(_PUT_ANSWER, [_columns(task.task, one) for one in answers])
        return gone

    def remove(self, tasks: Iterable[int]) -> list[str]:
        """Take out tasks that the server no longer has; name their answers."""
        with self._whole():
            return [name for task in sorted(tasks) for name in self._drop(task, set())]

    def _drop(self, task: int, kept: set[int]) -> list[str]:
        rows = self._db.execute("SELECT id, name FROM answers WHERE task = ?", (task,)).fetchall()
        self._db.execute("DELETE FROM answers WHERE task = ?", (task,))
        self._db.execute("DELETE FROM tasks WHERE task = ?", (task,))
        return [f"task {task} by {row['name']}" for row in rows if row["id"] not in kept]

    # what goes out

    def counts(self, project: int | None = None) -> Mapping[str, int]:
        """Add up the tasks, of a project or all: with an answer, answers given, skipped, drafts."""
        row = self._db.execute(
            "SELECT COUNT(*) FILTER (WHERE given) AS answered, TOTAL(given) AS given,"
            " TOTAL(skipped) AS skipped, TOTAL(drafts) AS drafts FROM tasks"
            " WHERE project = ?1 OR ?1 IS NULL",
            (project,),
        ).fetchone()
        return {name: int(row[name]) for name in row.keys()}  # noqa: SIM118

    def want(self, articles: Iterable[tuple[str, str]]) -> None:
        """Say of which articles (id, digest of the text) answers are wanted, in which order."""
        with self._whole():
            self._db.execute("DELETE FROM wanted")
            self._db.executemany(
                "INSERT INTO wanted VALUES (?, ?, ?)",
                ((name, digest, place) for place, (name, digest) in enumerate(articles)),
            )

    def latest(self) -> Iterator[Latest]:
        """Yield the last answer of each person to each wanted article, in their order."""
        with closing(self._db.execute(_LATEST)) as rows:
            for row in rows:
                yield Latest(
                    task=row["task"],
                    project=row["project"],
                    article=row["article"],
                    name=row["name"],
                    blind=bool(row["blind"]),
                    turned=row["turned"],
                    trimmed=row["trimmed"],
                    hidden=row["hidden"],
                    annotation=msgspec.Raw(row["annotation"]),
                    findings=_problems(row["findings"]),
                    to_mend=_problems(row["to_mend"]),
                )

    def tasks(self) -> Iterator[TaskRow]:
        """Yield the tasks, oldest first."""
        with closing(self._db.execute("SELECT * FROM tasks ORDER BY task")) as rows:
            for row in rows:
                fields = dict(row)
                flags = {name: bool(fields[name]) for name in ("read", "blind")}
                yield TaskRow(**{**fields, **flags})

    def _meta(self, key: str) -> str | None:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return row["value"] or None if row else None

    def _set_meta(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @contextmanager
    def _whole(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


def _columns(task: int, one: AnswerRow) -> tuple[object, ...]:
    made = one.answer
    return (
        one.id,
        task,
        made.annotation.article,
        one.user,
        one.name,
        one.updated,
        made.turned,
        made.trimmed,
        made.hidden,
        msgspec.json.encode(made.annotation),
        msgspec.json.encode(made.findings),
        msgspec.json.encode(one.to_mend),
    )


def _problems(blob: bytes) -> tuple[Problem, ...]:
    return msgspec.json.decode(blob, type=tuple[Problem, ...])
