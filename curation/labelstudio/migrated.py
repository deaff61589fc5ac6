"""Answers of an earlier contract on their way in: migrated as Label Studio gives them.

The answers on the server stay as their annotators handed them in. To change them there would
make them the curator's in Label Studio's books, could stop half way, and would be undone by
whoever has the page open. So they are migrated on every pull, and the interface keeps the
retired names that answers hold (see `changes`): else the editor would take the role from
every arrow that has a retired one, when such an answer is opened and updated.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from curation.errors import Problem
from curation.labelstudio.interface import LABEL, MODALITY
from curation.labelstudio.regions import Notes, texts
from curation.labelstudio.stamp import Stamp
from curation.labelstudio.tasks import Item
from curation.migration import TABLES, Migration, Rule, fuse
from curation.ontology import Ontology
from curation.records import Annotation


class Passage(msgspec.Struct, frozen=True):
    """The way of answers into the present contract, by the migrations that lead to it.

    `made` is the stamp of the server's interface, None where it is not known: then an answer
    that holds a retired name is taken for one of the contract that had it.
    """

    ontology: Ontology
    line: tuple[Migration, ...] = ()
    made: Stamp | None = None

    def bring(
        self, given: Mapping[str, Any], where: str, page: str
    ) -> tuple[Mapping[str, Any], tuple[Problem, ...]]:
        """Return an exported answer as one of the present contract, and what a person must say."""
        if not self.line:
            return given, ()
        notes = Notes(where=where, page=page)
        items = [item for item in given.get("result") or [] if isinstance(item, dict)]
        first = self._first(given, items)
        for number, migration in enumerate(self.line):
            if number >= first:
                items = migrate_result(items, migration, notes)
            else:
                items = migrate_result(items, self._retired(migration), notes)
        return {**given, "result": items}, tuple(notes.findings)

    def fused(self, annotation: Annotation, given: Mapping[str, Any]) -> Annotation:
        """Join triggers of the annotation that were of different types when given."""
        if not self.line:
            return annotation
        types = {name: " ".join(one.labels) for name, one in _marks(given["result"]).items()}
        events, _ = fuse(annotation.events, types)
        return msgspec.structs.replace(annotation, events=events)

    def _first(self, given: Mapping[str, Any], items: Sequence[Item]) -> int:
        """Return from which migration on all rules hold, and not only those of retired names."""
        names = [one.from_ for one in self.line]
        if self.made is not None:
            later = self.made.contracts_from(given.get("updated_at"))
            return next((names.index(one) for one in later if one in names), len(names))
        held = held_names(items)
        for number, migration in enumerate(self.line):
            retired = self._retired(migration)
            if any(held[table] & retired.rules(table).keys() for table in TABLES):
                return number
        return len(names)

    def _retired(self, migration: Migration) -> Migration:
        """Return the rules of the names that the present contract has no more."""
        kept = {
            table: type(changes)(split={k: v for k, v in changes.rules().items() if k not in now})
            for table in TABLES
            for changes, now in [(getattr(migration, table), getattr(self.ontology, table))]
        }
        return msgspec.structs.replace(migration, **kept)


def held_names(items: Sequence[Item]) -> dict[str, set[str]]:
    """Return every name that a result holds, by the tables in which it may stand."""
    labels = {name for one in _marks(items).values() for name in one.labels}
    arrows = {name for item in items if item.get("type") == "relation" for name in _labels(item)}
    return {
        "labels": labels,
        "event_types": labels,
        "modalities": {name for one in _marks(items).values() for name in one.modalities},
        "roles": arrows,
        "relations": arrows,
        "attributes": {str(i.get("from_name")) for i in items if i.get("type") == "textarea"},
    }


class _Mark(msgspec.Struct):
    """What a result says of one region."""

    labels: list[str] = []
    modalities: list[str] = []
    values: dict[str, list[str]] = {}
    roles: list[str] = []
    text: str = ""


def migrate_result(items: Sequence[Item], migration: Migration, notes: Notes) -> list[Item]:
    """Return a result with the names of the migration's new contract.

    What is dropped goes, with its arrows. Where a person must say what becomes of something,
    it is left out, and a note says so.
    """
    return _Result(items, migration, notes).run()


class _Result:
    def __init__(self, items: Sequence[Item], migration: Migration, notes: Notes) -> None:
        self.items = items
        self.migration = migration
        self.notes = notes
        self.marks = _marks(items)
        self.gone: set[str] = set()

    def run(self) -> list[Item]:
        marks = {n: self._mark(i) for n, i in enumerate(self.items) if i.get("type") == "labels"}
        made = (marks[n] if n in marks else self._other(item) for n, item in enumerate(self.items))
        return [item for item in made if item is not None]

    def _decide(self, table: str, name: str, what: str, **facts: Sequence[str]) -> Rule:
        rule = self.migration.decide(table, name, facts)
        if not rule.drop and rule.target is None:
            to, was = self.migration.to, self.migration.from_
            self.notes.find(
                what,
                f"{TABLES[table]} {name} of contract {was}",
                f"may be one of several in contract {to}; it was left out, with its arrows",
                f"Say which it is of those that contract {to} has, then press Update.",
            )
        return rule

    def _mark(self, item: Item) -> Item | None:
        mark = self.marks.get(str(item.get("id")), _Mark())
        names = []
        for name in texts((item.get("value") or {}).get("labels")):
            rule = self._label(name, mark, f"region {item.get('id')} {mark.text!r}")
            if rule.target is None:
                self.gone.add(str(item.get("id")))
                return None
            names.append(rule.target)
        return _with(item, "labels", names)

    def _label(self, name: str, mark: _Mark, what: str) -> Rule:
        if self._trigger(name):
            facts = {"modalities": mark.modalities, "roles": mark.roles}
            return self._decide("event_types", name, what, **facts)
        facts = {field: mark.values.get(field, []) for field in ("kb", "value")}
        return self._decide("labels", name, what, **facts)

    def _trigger(self, name: str) -> bool:
        return name in self.migration.rules("event_types")

    def _other(self, item: Item) -> Item | None:
        name = str(item.get("id"))
        if item.get("type") == "relation":
            return self._arrow(item)
        if name in self.gone:
            return None
        mark = self.marks.get(name, _Mark())
        what = f"region {name} {mark.text!r}"
        if (item.get("type"), item.get("from_name")) == ("choices", MODALITY):
            rules = [
                self._decide("modalities", one, what, event_types=mark.labels)
                for one in texts((item.get("value") or {}).get("choices"))
            ]
            found = [rule.target for rule in rules if rule.target is not None]
            return _with(item, "choices", found) if found else None
        if item.get("type") == "textarea":
            field = str(item.get("from_name"))
            to = self._decide("attributes", field, what, labels=mark.labels).target
            return {**item, "from_name": to} if to is not None else None
        return item

    def _arrow(self, item: Item) -> Item | None:
        ends = [str(item.get(end)) for end in ("from_id", "to_id")]
        if self.gone & set(ends):
            return None
        first, second = (self.marks.get(end, _Mark()) for end in ends)
        if item.get("direction") == "left":
            first, second = second, first
        what = f"arrow {first.text!r} -> {second.text!r}"
        was = _labels(item)
        rules = [self._role_or_relation(name, first, second, what) for name in was]
        found = list(dict.fromkeys(rule.target for rule in rules if rule.target is not None))
        return {**item, "labels": found} if found or not was else None

    def _role_or_relation(self, name: str, first: _Mark, second: _Mark, what: str) -> Rule:
        if name in self.migration.rules("relations"):
            labels = {"from_labels": first.labels, "to_labels": second.labels}
            return self._decide("relations", name, what, **labels)
        event, filler = (second, first) if second.modalities else (first, second)
        return self._decide(
            "roles",
            name,
            what,
            event_types=event.labels,
            labels=filler.labels,
            kb=filler.values.get("kb", []),
        )


def _marks(items: Sequence[Item]) -> dict[str, _Mark]:
    marks: dict[str, _Mark] = {}
    for item in items:
        name, value = item.get("id"), item.get("value")
        if not isinstance(name, str) or not isinstance(value, dict):
            continue
        mark = marks.setdefault(name, _Mark())
        mark.labels += texts(value.get("labels")) if item.get("from_name") == LABEL else []
        mark.modalities += texts(value.get("choices"))
        if item.get("type") == "textarea":
            mark.values.setdefault(str(item.get("from_name")), []).extend(texts(value.get("text")))
        else:
            mark.text = mark.text or str(value.get("text") or "")
    for item in items:
        if item.get("type") == "relation":
            for end in ("from_id", "to_id"):
                if found := marks.get(str(item.get(end))):
                    found.roles += _labels(item)
    return marks


def _labels(item: Item) -> list[str]:
    return texts(item.get("labels"))


def _with(item: Item, key: str, names: Sequence[str]) -> Item:
    return {**item, "value": {**item["value"], key: list(dict.fromkeys(names))}}
