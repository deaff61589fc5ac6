"""What a push does to the interface of a project that has answers, and when it does not.

Label Studio itself takes any interface: it checks only that no control goes that answers use.
Of an answer that is opened and updated under an interface without its names, the editor keeps
labels and choices, and loses roles, relations and attributes (measured, 1.23.2). So a change
that leaves a name of an answer without a place is refused until a migration says what becomes
of it, and the retired names that answers hold stay in the interface.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from curation.errors import DataError, Problem
from curation.labelstudio.answers import answer
from curation.labelstudio.client import EXPORT, Client, Project, chunks
from curation.labelstudio.interface import TEXT, interface
from curation.labelstudio.migrated import Passage, held_names
from curation.labelstudio.stamp import read_interface, read_stamp, stamp, stamped
from curation.migration import (
    DOCS,
    FOLDER,
    TABLES,
    Difference,
    Effect,
    Migrated,
    Migration,
    difference,
    effect,
    follow,
    lineage,
    migrate_along,
    misfits,
    path,
)
from curation.ontology import Ontology
from curation.records import Annotation, Article, Author, Source, sha256_text

Names = dict[str, tuple[str, ...]]
# which tables the editor shows side by side: a name of one stands for that of the other
_SHOWN = (("labels", "event_types"), ("roles", "relations"), ("attributes",))
_SOMEBODY = Author("person", "an annotator")


class Change(msgspec.Struct, frozen=True):
    """The interface to set, and what is to be told of it."""

    interface: str
    notes: tuple[str, ...] = ()


def first(ontology: Ontology) -> Change:
    """Return the interface of a new project."""
    return Change(stamped(interface(ontology), stamp(ontology)))


def settle(
    client: Client, now: Project, ontology: Ontology, migrations: Sequence[Migration]
) -> Change:
    """Return the interface that the project is to have under this contract.

    Where that is another contract than the server's interface shows, every answer is read.
    Raises `DataError` where one would hold something without a place in this contract and no
    migration says what becomes of it; nothing has been changed then.
    """
    there = read_stamp(now.interface)
    old = _old(now.interface, ontology, migrations)
    before, kept = (there.before, there.kept) if there else ((), {})
    differs = difference(old, ontology)
    if not differs and old.version == ontology.version:
        made = stamp(ontology, before, kept)
        return Change(stamped(interface(ontology, kept), made))
    way = _way(migrations, old, ontology)
    listed = client.answered(now.id)
    answers = _Answers(client, now.id, Passage(old, lineage(migrations, old.version), there))
    done = effect(
        (place, follow(one, way, ontology)) for place, one in answers.read(sorted(listed))
    )
    where = f"project {now.id} ({client.url}/projects/{now.id})"
    _refuse(where, old, ontology, differs, done)
    kept = _kept(answers.held, old, kept, ontology, way)
    if listed and old.version != ontology.version:
        before = (*before, (old.version, max(one.updated for one in listed.values())))
    made = stamp(ontology, before, kept)
    notes = _notes(old, ontology, differs, done, kept)
    return Change(stamped(interface(ontology, kept), made), notes)


def check(
    client: Client, projects: Iterable[int], ontology: Ontology, migrations: Sequence[Migration]
) -> None:
    """Raise what `settle` raises for any of several projects, before one of them is changed."""
    for number in projects:
        settle(client, client.project(number), ontology, migrations)


def settle_file(
    was: str | None,
    answers: Iterable[Annotation],
    ontology: Ontology,
    migrations: Sequence[Migration],
) -> Change:
    """Return the interface to paste, as `settle` does for a server out of reach.

    `was` is the interface handed out last, None where there is none; `answers` are those that
    have come back so far.
    """
    there = read_stamp(was) if was else None
    old = _old(was, ontology, migrations) if was else ontology
    kept = there.kept if there else {}
    before = there.before if there else ()
    differs = difference(old, ontology)
    way = _way(migrations, old, ontology)
    line = lineage(migrations, ontology.version)
    read = list(answers)
    done = effect((f"article {one.article}", _moved(one, line, ontology)) for one in read)
    _refuse("answers.jsonl", old, ontology, differs, done)
    held = defaultdict[str, set[str]](set)
    for one in read:
        for table, names in _names(one).items():
            held[table] |= names
    if differs or old.version != ontology.version or not was:
        kept = _kept(held, old, kept, ontology, way)
    made = stamp(ontology, before, kept)
    notes = _notes(old, ontology, differs, done, kept) if differs or done.touched else ()
    return Change(stamped(interface(ontology, kept), made), notes)


def _old(interface: str, new: Ontology, migrations: Sequence[Migration]) -> Ontology:
    """Return the contract of an interface.

    One without a stamp is taken to be of the last contract whose migration knows its names.
    """
    old = read_interface(interface, new)
    if read_stamp(interface) is None and difference(old, new):
        line = lineage(migrations, new.version)
        fitting = (one.from_ for one in reversed(line) if not misfits(one, old=old))
        return msgspec.structs.replace(old, version=next(fitting, new.version))
    return old


def _moved(one: Annotation, line: Sequence[Migration], ontology: Ontology) -> Migrated:
    if one.contract == ontology.version:
        return follow(one, (), ontology)  # names may have changed without a new version
    return migrate_along(one, line, ontology)


def _names(one: Annotation) -> dict[str, set[str]]:
    return {
        "labels": {span.label for span in one.spans},
        "event_types": {event.type for event in one.events},
        "roles": {argument.role for event in one.events for argument in event.arguments},
        "relations": {relation.type for relation in one.relations},
    }


def _way(migrations: Sequence[Migration], old: Ontology, new: Ontology) -> tuple[Migration, ...]:
    """Return the migrations from one contract to the other, after a look at their names."""
    way = path(lineage(migrations, new.version), old.version) or ()
    if way:
        problems = misfits(way[0], old=old) + misfits(way[-1], new=new)
        if problems:
            raise DataError(problems)
    return way


class _Answers:
    """The answers of a project as the old contract reads them; `held` are all names in them."""

    def __init__(self, client: Client, project: int, passage: Passage) -> None:
        self.client = client
        self.project = project
        self.passage = passage
        self.held: defaultdict[str, set[str]] = defaultdict(set)

    def read(self, tasks: Sequence[int]) -> Iterator[tuple[str, Annotation]]:
        """Yield the answers that were not skipped, each with the name of its task."""
        for part in chunks(tasks, EXPORT):
            for task in self.client.export(self.project, part):
                for given in task["annotations"]:
                    self._hold(given)
                    if not given["was_cancelled"]:
                        yield f"task {task['id']}", self._one(task, given)

    def _hold(self, given: Mapping[str, Any]) -> None:
        for table, names in held_names(given["result"]).items():
            self.held[table] |= names

    def _one(self, task: Mapping[str, Any], given: Mapping[str, Any]) -> Annotation:
        old = self.passage.ontology
        brought, _ = self.passage.bring(given, "", "")
        made = answer(brought, _article(task), old, _SOMEBODY, task["id"], "")
        return self.passage.fused(made.annotation, given)


def _article(task: Mapping[str, Any]) -> Article:
    """Return the article of a task as the task itself tells it."""
    text = str(task["data"].get(TEXT))
    digest = sha256_text(text.encode("utf-8", "replace").decode())
    name = str(task["data"].get("article_id"))
    source = Source("", digest, "")
    return Article(name, digest, text, None, "", None, None, None, None, None, None, source, ())


def _kept(
    held: Mapping[str, set[str]],
    old: Ontology,
    before: Mapping[str, Sequence[str]],
    new: Ontology,
    way: Sequence[Migration],
) -> Names:
    """Return the retired names that answers hold, or that drafts may, by table.

    Drafts cannot be seen: so every name that a migration retires stays, used or not.
    """
    kept: Names = {}
    for tables in _SHOWN:
        present = {name for table in tables for name in getattr(new, table)}
        for table in tables:
            wanted = {name for one in way for name in one.rules(table)} | held.get(table, set())
            known = dict.fromkeys((*getattr(old, table), *before.get(table, ())))
            names = tuple(name for name in known if name in wanted - present)
            if names:
                kept[table] = names
    return kept


def _refuse(where: str, old: Ontology, new: Ontology, differs: Difference, done: Effect) -> None:
    if not done.orphaned:
        return
    marks = sum(hit.marks for hit in done.orphaned.values())
    remedy = f"Nothing was changed. Say in {FOLDER}/{new.version}.yaml what becomes of them: {DOCS}"
    if old.version == new.version:
        remedy = f"Nothing was changed. Give the changed contract a new version, and see {DOCS}"
    problems = [
        Problem(
            record=f"{where}, contract {old.version} -> {new.version}",
            value="; ".join(differs.lines()) or "no difference",
            rule=f"would orphan {_many(marks, 'mark')} ({_many(done.answers, 'answer')} read)",
            remedy=f"{remedy}.",
        )
    ]
    problems += [
        Problem(
            record=f"{TABLES[table]} {name}",
            value=str(hit),
            rule=f"has no place in contract {new.version}",
            remedy="Rename, merge, split or drop it.",
        )
        for (table, name), hit in done.orphaned.items()
    ]
    raise DataError(problems)


def _many(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")


def _notes(
    old: Ontology, new: Ontology, differs: Difference, done: Effect, kept: Names
) -> tuple[str, ...]:
    told = [f"contract {old.version} -> {new.version}", *differs.lines(), *done.lines()]
    if kept:
        names = ", ".join(name for of_table in kept.values() for name in of_table)
        told.append(f"kept in the interface for earlier answers: {names}")
    return tuple(told)
