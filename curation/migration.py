"""Changes of the contract: what differs, what it does to annotations, and how they follow it.

A migration file says what becomes of each name of the old contract that the new one does not
have as it was: it is renamed, merged with others, split by a rule, or dropped. All rules are
read against the annotation as it was, so that two names can be exchanged. docs/migrations.md
tells how a file is written.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from curation.errors import DataError, Problem, ServiceError
from curation.ontology import Ontology
from curation.records import Annotation, Argument, Event, Relation, Span

FOLDER = "migrations"
DOCS = "docs/migrations.md"
TABLES = {
    "labels": "label",
    "event_types": "event type",
    "modalities": "modality",
    "roles": "role",
    "relations": "relation",
    "attributes": "attribute",
}
# what the rules of a split may look at; the names are those of the old contract
CONDITIONS = {
    "labels": ("kb", "value"),
    "event_types": ("modalities", "roles"),
    "modalities": ("event_types",),
    "roles": ("event_types", "labels", "kb"),
    "relations": ("from_labels", "to_labels"),
    "attributes": ("labels",),
}
_FIELDS = ("value", "kb")  # the fields of `Span` that attributes of the ontology fill

Facts = Mapping[str, Iterable[str | None]]
Key = tuple[str, str]  # table, name in the old contract


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of a name where all conditions hold; without conditions: always.

    `to` is the new name, None where a person must say it; `drop` takes the thing out. A
    condition lists values of which one must be there.
    """

    to: str | UnsetType | None = UNSET
    drop: bool = False
    kb: tuple[str, ...] = ()
    value: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    event_types: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    from_labels: tuple[str, ...] = ()
    to_labels: tuple[str, ...] = ()

    @property
    def conditions(self) -> dict[str, tuple[str, ...]]:
        """The conditions that are set, by name."""
        names = sorted({name for allowed in CONDITIONS.values() for name in allowed})
        return {name: getattr(self, name) for name in names if getattr(self, name)}

    @property
    def target(self) -> str | None:
        """The new name; None where a person must say it, or where nothing stays."""
        return None if self.drop or self.to is UNSET else self.to

    def fits(self, facts: Facts) -> bool:
        """Tell whether every condition holds."""
        return all(set(wanted) & set(facts[name]) for name, wanted in self.conditions.items())


class Changes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The operations on one table; `merge` is keyed by the new name, the others by the old."""

    rename: dict[str, str] = {}
    merge: dict[str, tuple[str, ...]] = {}
    split: dict[str, tuple[Rule, ...]] = {}
    drop: tuple[str, ...] = ()

    def sources(self) -> list[str]:
        """Return every old name, as often as it is named."""
        merged = [name for names in self.merge.values() for name in names]
        return [*self.rename, *merged, *self.split, *self.drop]

    def rules(self) -> dict[str, tuple[Rule, ...]]:
        """Return the rules of each old name."""
        made = {old: (Rule(to=new),) for old, new in self.rename.items()}
        made |= {old: (Rule(to=new),) for new, names in self.merge.items() for old in names}
        return made | self.split | {old: (Rule(drop=True),) for old in self.drop}


class Migration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How annotations of contract `from` become annotations of contract `to`."""

    from_: str = msgspec.field(name="from")
    to: str
    labels: Changes = Changes()
    event_types: Changes = Changes()
    modalities: Changes = Changes()
    roles: Changes = Changes()
    relations: Changes = Changes()
    attributes: Changes = Changes()

    def rules(self, table: str) -> dict[str, tuple[Rule, ...]]:
        """Return the rules of each old name of a table."""
        changes: Changes = getattr(self, table)
        return changes.rules()

    def decide(self, table: str, name: str, facts: Facts) -> Rule:
        """Return what becomes of a name; one that no rule names stays as it is."""
        rules = self.rules(table)
        if name not in rules:
            return Rule(to=name)
        return next((rule for rule in rules[name] if rule.fits(facts)), Rule(to=None))


# --- the files ------------------------------------------------------------------------------


def read_migrations(folder: Path) -> tuple[Migration, ...]:
    """Read the migration files of a folder, YAML or TOML; none where there is no folder.

    Raises `DataError` for a file that is no migration, contradicts itself, or begins or ends
    at the same contract as another.
    """
    found: dict[Path, Migration] = {}
    for path in sorted(folder.glob("*")):
        if path.suffix in _DECODERS:
            found[path] = _read(path)
    problems = [one for path, made in found.items() for one in _faults(path.name, made)]
    for end in ("from_", "to"):
        versions = Counter(getattr(made, end) for made in found.values())
        for path, made in found.items():
            version = getattr(made, end)
            if versions[version] > 1:
                shown = f"{end.rstrip('_')}: {version}"
                rule = "another migration has the same; there is one way from each contract"
                problems.append(Problem(path.name, shown, rule, "Put the two into one file."))
    if problems:
        raise DataError(problems)
    return tuple(found.values())


_DECODERS = {
    ".yaml": msgspec.yaml.decode,
    ".yml": msgspec.yaml.decode,
    ".toml": msgspec.toml.decode,
}


def _read(path: Path) -> Migration:
    try:
        return _DECODERS[path.suffix](path.read_bytes(), type=Migration)
    except OSError as error:
        raise ServiceError(f"{path}: cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        reason = " ".join(str(error).split())
        raise DataError([_bad(path.name, reason, "is no migration", f"See {DOCS}.")]) from error


def _bad(record: str, value: str, rule: str, remedy: str) -> Problem:
    return Problem(record=record, value=value, rule=rule, remedy=remedy)


def _faults(where: str, migration: Migration) -> Iterator[Problem]:
    """Find what is wrong with a migration whatever the contracts are."""
    if migration.from_ == migration.to:
        yield _bad(where, migration.to, "from and to are one contract", "Raise the version.")
    for table in TABLES:
        changes: Changes = getattr(migration, table)
        for name, count in Counter(changes.sources()).items():
            if count > 1:
                rule = f"is named {count} times among the operations"
                yield _bad(f"{where}, {table}", name, rule, "Say once what becomes of it.")
        for new, names in changes.merge.items():
            if len(names) < 2:
                shown = f"{new}: {', '.join(names)}"
                yield _bad(f"{where}, {table}.merge", shown, "merges fewer than two", "Rename it.")
        targets = Counter([*changes.rename.values(), *changes.merge])
        for new, count in targets.items():
            if count > 1:
                rule = f"is the new name of {count} operations"
                yield _bad(f"{where}, {table}", new, rule, "Merge the old names.")
        for name, rules in changes.split.items():
            yield from _bad_split(f"{where}, {table}.split.{name}", table, rules)


def _bad_split(where: str, table: str, rules: Sequence[Rule]) -> Iterator[Problem]:
    for number, rule in enumerate(rules, 1):
        if (rule.to is UNSET) != rule.drop:
            wrong = "says both to and drop" if rule.drop else "says neither to nor drop"
            remedy = "Give one of `to: NAME`, `to: null` (a person decides) and `drop: true`."
            yield _bad(where, f"rule {number}", wrong, remedy)
        for name in rule.conditions.keys() - set(CONDITIONS[table]):
            remedy = f"Use {' or '.join(CONDITIONS[table])}."
            yield _bad(where, f"rule {number}: {name}", f"is no condition of {table}", remedy)
        last = number == len(rules)
        if bool(rule.conditions) == last:
            wrong = "the last rule has conditions" if last else "hides the rules after it"
            remedy = "End with one rule without conditions: `to: NAME`, `to: null` or `drop: true`."
            yield _bad(where, f"rule {number}", wrong, remedy)
    if not rules:
        yield _bad(where, "no rule", "a split has rules", "Say what becomes of it.")


def misfits(
    migration: Migration, new: Ontology | None = None, old: Ontology | None = None
) -> list[Problem]:
    """Return every name of a migration that the contracts at its ends do not know."""
    where = f"the migration {migration.from_} -> {migration.to}"
    problems = []
    for table, kind in TABLES.items():
        rules = migration.rules(table)
        there = list(getattr(new, table)) if new else None
        targets = {r.target for of_name in rules.values() for r in of_name if r.target is not None}
        for name in sorted(targets):
            if there is not None and name not in there:
                rule = f"is no {kind} of contract {migration.to}"
                remedy = f"Use one of {', '.join(there)}."
                problems.append(_bad(f"{where}, {table}", name, rule, remedy))
        was = list(getattr(old, table)) if old else None
        for name in rules:
            if was is not None and name not in was:
                rule = f"is no {kind} of contract {migration.from_}"
                remedy = f"Use one of {', '.join(was)}."
                problems.append(_bad(f"{where}, {table}", name, rule, remedy))
        for name, new_name in getattr(migration, table).rename.items():
            if was is not None and new_name in was and new_name not in rules:
                rule = f"{new_name} stands in contract {migration.from_} already"
                remedy = f"Say `merge: {{{new_name}: [{new_name}, {name}]}}`."
                problems.append(
                    _bad(f"{where}, {table}.rename", f"{name}: {new_name}", rule, remedy)
                )
    return problems


def read_line(folder: Path, ontology: Ontology) -> tuple[Migration, ...]:
    """Return the migrations of a folder that lead to this contract, oldest first.

    Raises `DataError` where they do not fit it; see `read_migrations`.
    """
    line = lineage(read_migrations(folder), ontology.version)
    if line and (problems := misfits(line[-1], new=ontology)):
        raise DataError(problems)
    return line


def lineage(migrations: Iterable[Migration], version: str) -> tuple[Migration, ...]:
    """Return the migrations that lead to this contract, one after the other, oldest first."""
    by_end = {one.to: one for one in migrations}
    found: list[Migration] = []
    while version in by_end:
        found.insert(0, by_end.pop(version))
        version = found[0].from_
    return tuple(found)


def path(line: Sequence[Migration], version: str) -> tuple[Migration, ...] | None:
    """Return the part of a lineage that begins at this contract; None where none does."""
    starts = [number for number, one in enumerate(line) if one.from_ == version]
    return tuple(line[starts[0] :]) if starts else None


# --- what differs ---------------------------------------------------------------------------


class Difference(msgspec.Struct, frozen=True):
    """Names that came and went, by table; `less` and `more` say what else is allowed now or not."""

    added: dict[str, tuple[str, ...]]
    removed: dict[str, tuple[str, ...]]
    less: tuple[str, ...]
    more: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.less or self.more)

    def lines(self) -> list[str]:
        """Say it for people, a line for each table and each thing allowed otherwise."""
        found = []
        for word, names in (("added", self.added), ("removed", self.removed)):
            found += [f"{table} {word}: {', '.join(names[table])}" for table in names]
        return [
            *(line.replace("_", " ", 1) if line.startswith("event_") else line for line in found),
            *(f"no longer: {line}" for line in self.less),
            *(f"now also: {line}" for line in self.more),
        ]


def difference(old: Ontology, new: Ontology) -> Difference:
    """Return what the new contract names or allows otherwise than the old one."""
    names = {table: (list(getattr(old, table)), list(getattr(new, table))) for table in TABLES}
    had, has = (dict.fromkeys(_allowances(one)) for one in (old, new))
    return Difference(
        added={t: tuple(n for n in now if n not in was) for t, (was, now) in names.items()
               if set(now) - set(was)},
        removed={t: tuple(n for n in was if n not in now) for t, (was, now) in names.items()
                 if set(was) - set(now)},
        less=_phrases(had.keys() - has.keys(), had, new),
        more=_phrases(has.keys() - had.keys(), has, old),
    )  # fmt: skip


Allowance = tuple[str, str, str, str]  # table, name, relation to, name of that


def _allowances(ontology: Ontology) -> Iterator[Allowance]:
    for label in ontology.labels.values():
        yield from (("labels", label.name, "with", name) for name in label.attributes)
    for role in ontology.roles.values():
        yield from (("roles", role.name, "filled by", name) for name in role.fillers)
        yield from (("roles", role.name, "of", name) for name in role.event_types)
    for relation in ontology.relations.values():
        yield from (("relations", relation.name, "from", name) for name in relation.from_)
        yield from (("relations", relation.name, "to", name) for name in relation.to)
    for attribute in ontology.attributes.values():
        yield ("attributes", attribute.name, "matching", attribute.pattern)


_OF = {"with": "attributes", "filled by": "labels", "of": "event_types", "from": "labels",
       "to": "labels"}  # fmt: skip


def _phrases(
    found: Iterable[Allowance], order: Iterable[Allowance], other: Ontology
) -> tuple[str, ...]:
    """Phrase what is allowed, but for what follows from a name that came or went."""
    wanted, merged = set(found), defaultdict(list)
    for table, name, how, what in order:
        known = how not in _OF or what in getattr(other, _OF[how])
        if (table, name, how, what) in wanted and known and name in getattr(other, table):
            merged[TABLES[table], name, how].append(what)
    return tuple(f"{kind} {name} {how} {', '.join(of)}" for (kind, name, how), of in merged.items())


# --- annotations ----------------------------------------------------------------------------


class Orphan(msgspec.Struct, frozen=True):
    """Something of an annotation for which the new contract has no place.

    `asked` where the migration itself leaves it to a person.
    """

    table: str
    name: str
    problem: Problem
    asked: bool = False

    @property
    def key(self) -> Key:
        """The table and the old name."""
        return self.table, self.name


class Migrated(msgspec.Struct, frozen=True):
    """An annotation under the new contract, and the `orphans` that were left out of it.

    `touched` counts what was renamed, merged, split or dropped, by table and old name.
    """

    annotation: Annotation
    orphans: tuple[Orphan, ...]
    touched: Counter[Key]


def migrate(
    annotation: Annotation, migration: Migration, ontology: Ontology | None = None
) -> Migrated:
    """Return the annotation under the migration's new contract.

    With `ontology`, the new contract, what it does not allow is left out and an orphan. Ids,
    places and texts stay. Triggers that have become one are joined, with all arguments.
    """
    return _Move(annotation, migration, ontology).run()


def migrate_along(
    annotation: Annotation, line: Sequence[Migration], ontology: Ontology
) -> Migrated:
    """Bring an annotation to this contract, by the lineage from the one it was made under.

    Where no migration begins there, every name is taken to mean what it meant.
    """
    if annotation.contract == ontology.version:
        return Migrated(annotation, (), Counter())
    return follow(annotation, path(line, annotation.contract) or (), ontology)


def follow(annotation: Annotation, way: Sequence[Migration], ontology: Ontology) -> Migrated:
    """Bring an annotation to this contract by these migrations, one after the other."""
    orphans: list[Orphan] = []
    touched: Counter[Key] = Counter()
    steps = way or (Migration(from_=annotation.contract, to=ontology.version),)
    for one in steps:
        made = migrate(annotation, one, ontology if one is steps[-1] else None)
        annotation, touched = made.annotation, touched + made.touched
        orphans += made.orphans
    return Migrated(annotation, tuple(orphans), touched)


class _Move:
    """One annotation on its way."""

    def __init__(
        self, annotation: Annotation, migration: Migration, ontology: Ontology | None
    ) -> None:
        self.was = annotation
        self.migration = migration
        self.ontology = ontology
        self.old = {span.id: span for span in annotation.spans}
        self.new: dict[str, Span] = {}
        self.dropped: set[str] = set()
        self.asked: set[str] = set()  # ids of spans that a person must look at
        self.orphans: list[Orphan] = []
        self.touched: Counter[Key] = Counter()

    def run(self) -> Migrated:
        for span in self.was.spans:
            self._span(span)
        events = [made for event in self.was.events if (made := self._event(event))]
        annotation = msgspec.structs.replace(
            self.was,
            contract=self.migration.to,
            spans=tuple(self.new.values()),
            events=self._fused(events),
            relations=_once(self._relations()),
        )
        return Migrated(annotation, tuple(self.orphans), self.touched)

    def _decide(self, table: str, name: str, what: str, **facts: Iterable[str | None]) -> Rule:
        """Return the rule that holds; where it leaves the name open, note an orphan."""
        rule = self.migration.decide(table, name, facts)
        if rule.drop or rule.target != name:
            self.touched[table, name] += 1
        if not rule.drop and rule.target is None:
            wrong = f"may be one of several in contract {self.migration.to}"
            self._orphan(table, name, what, wrong, asked=True)
        elif self.ontology and rule.target and rule.target not in getattr(self.ontology, table):
            wrong = f"is no {TABLES[table]} of contract {self.migration.to}"
            self._orphan(table, name, what, wrong)
            return Rule(drop=True)
        return rule

    def _orphan(self, table: str, name: str, what: str, rule: str, *, asked: bool = False) -> None:
        where = f"{self.was.article} by {self.was.author.name}, {what}"
        remedy = f"Let a person decide, or say in {FOLDER}/ what becomes of it ({DOCS})."
        self.orphans.append(Orphan(table, name, _bad(where, name, rule, remedy), asked))

    def _span(self, span: Span) -> None:
        what = f"{span.id} {span.text!r}"
        before = len(self.orphans)
        rule = self._decide("labels", span.label, what, kb=[span.kb], value=[span.value])
        if rule.target is not None:
            values = self._values(span, rule.target, what)
            self.new[span.id] = msgspec.structs.replace(span, label=rule.target, **values)
        elif not rule.drop:
            self.asked.add(span.id)
        elif len(self.orphans) == before:
            self.dropped.add(span.id)

    def _values(self, span: Span, label: str, what: str) -> dict[str, str | None]:
        values: dict[str, str | None] = dict.fromkeys(_FIELDS)
        for name in _FIELDS:
            value = getattr(span, name)
            if value is None:
                continue
            target = self._decide("attributes", name, what, labels=[span.label]).target
            if target is None:
                continue
            wrong = self._bad_value(label, target, value)
            if wrong is None and values.get(target) not in (None, value):
                wrong = f"meets another {target} of the same mark"
            if wrong is None:
                values[target] = value
            else:
                self._orphan("attributes", name, f"{what}: {value}", wrong)
        return values

    def _bad_value(self, label: str, name: str, value: str) -> str | None:
        if self.ontology is None:
            return None
        if name not in self.ontology.labels[label].attributes:
            return f"{label} has no {name} in contract {self.migration.to}"
        pattern = self.ontology.attributes[name].pattern
        return None if re.fullmatch(pattern, value) else f"is no valid {name} any more"

    def _event(self, event: Event) -> Event | None:
        what = f"{event.id} {event.text!r}"
        roles = [argument.role for argument in event.arguments]
        kind = self._decide(
            "event_types", event.type, what, modalities=[event.modality], roles=roles
        )
        if kind.target is None:
            return None
        modality = self._decide("modalities", event.modality, what, event_types=[event.type])
        arguments = (self._argument(event, kind.target, one, what) for one in event.arguments)
        return msgspec.structs.replace(
            event,
            type=kind.target,
            modality=modality.target or self._any_modality(event.modality),
            arguments=_once(one for one in arguments if one),
        )

    def _any_modality(self, old: str) -> str:
        return next(iter(self.ontology.modalities)) if self.ontology else old

    def _argument(self, event: Event, kind: str, argument: Argument, what: str) -> Argument | None:
        filler = self.old.get(argument.span)
        if filler is None:
            return argument
        if argument.span in self.dropped:
            return None
        shown = f"{what} -{argument.role}-> {filler.text!r}"
        rule = self._decide(
            "roles",
            argument.role,
            shown,
            event_types=[event.type],
            labels=[filler.label],
            kb=[filler.kb],
        )
        now = self.new.get(argument.span)
        if rule.target is None or now is None:
            if rule.target is not None:
                asked = argument.span in self.asked
                wrong = f"{filler.label} was left out"
                self._orphan("roles", argument.role, shown, wrong, asked=asked)
            return None
        if self.ontology and not self.ontology.allows_argument(kind, rule.target, now.label):
            wrong = f"{kind} takes no {rule.target} that is a {now.label}"
            self._orphan("roles", argument.role, shown, f"{wrong} in contract {self.migration.to}")
            return None
        return Argument(rule.target, argument.span)

    def _fused(self, events: Sequence[Event]) -> tuple[Event, ...]:
        """Join triggers of one type at one place that were of different types."""
        types = {event.id: event.type for event in self.was.events}
        fused, apart = fuse(events, types)
        for event in apart:
            self._orphan("event_types", types[event.id], f"{event.id} {event.text!r}", _APART)
        return fused

    def _relations(self) -> Iterator[Relation]:
        for one in self.was.relations:
            first, second = self.old.get(one.from_), self.old.get(one.to)
            if first is None or second is None:
                yield one
                continue
            if {one.from_, one.to} & self.dropped:
                continue
            shown = f"{first.text!r} -{one.type}-> {second.text!r}"
            labels = {"from_labels": [first.label], "to_labels": [second.label]}
            name = self._decide("relations", one.type, shown, **labels).target
            now = [self.new.get(one.from_), self.new.get(one.to)]
            if name is None:
                continue
            if now[0] is None or now[1] is None:
                asked = bool({one.from_, one.to} & self.asked)
                wrong = "an end of it was left out"
                self._orphan("relations", one.type, shown, wrong, asked=asked)
            elif self.ontology and not self.ontology.allows_relation(
                name, now[0].label, now[1].label
            ):
                wrong = f"{name} cannot join {now[0].label} and {now[1].label}"
                self._orphan(
                    "relations", one.type, shown, f"{wrong} in contract {self.migration.to}"
                )
            else:
                yield Relation(name, one.from_, one.to)


_APART = "became the same trigger as another at these words, of another modality"


def fuse(
    events: Iterable[Event], types: Mapping[str, str]
) -> tuple[tuple[Event, ...], list[Event]]:
    """Join events of one type, place and modality that had different types, given by their ids.

    Also return those that could not be joined, for their modalities differ; they stay.
    """
    kept: dict[tuple[Any, ...], Event] = {}
    fused: list[Event] = []
    apart: list[Event] = []
    for event in events:
        place = (event.start, event.end, event.type)
        other = kept.setdefault(place, event)
        if other is event or types.get(other.id) == types.get(event.id):
            fused.append(event)
        elif other.modality != event.modality:
            fused.append(event)
            apart.append(event)
        else:
            joined = msgspec.structs.replace(
                other, arguments=_once((*other.arguments, *event.arguments))
            )
            fused[fused.index(other)] = kept[place] = joined
    return tuple(fused), apart


def _once(items: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(items))


# --- what it does to many --------------------------------------------------------------------


class Hit(msgspec.Struct):
    """How often something happens to a name, and where."""

    marks: int = 0
    places: list[str] = []

    def add(self, place: str, marks: int) -> None:
        """Count it once more, in this place."""
        self.marks += marks
        if place not in self.places[-1:]:
            self.places.append(place)

    def __str__(self) -> str:
        shown = ", ".join(self.places[:3])
        more = len(self.places) - 3
        return f"{self.marks} in {shown}" + (f" and {more} more" if more > 0 else "")


class Effect(msgspec.Struct, frozen=True):
    """What a change does to `answers` annotations, by table and old name.

    `asked` is what the migration leaves to a person, `orphaned` what nothing provides for.
    """

    answers: int
    touched: dict[Key, Hit]
    asked: dict[Key, Hit]
    orphaned: dict[Key, Hit]

    def lines(self) -> list[str]:
        """Say what is touched, for people."""
        told = [f"{TABLES[table]} {name}: {hit}" for (table, name), hit in self.touched.items()]
        return told + [
            f"{TABLES[table]} {name}: a person must decide {hit}"
            for (table, name), hit in self.asked.items()
        ]


def effect(made: Iterable[tuple[str, Migrated]]) -> Effect:
    """Count what becomes of annotations, each given with the words that name its place."""
    answers = 0
    hits: dict[str, defaultdict[Key, Hit]] = defaultdict(lambda: defaultdict(Hit))
    for place, one in made:
        answers += 1
        for key, count in one.touched.items():
            hits["touched"][key].add(place, count)
        for asked, name in ((True, "asked"), (False, "orphaned")):
            keys = Counter(orphan.key for orphan in one.orphans if orphan.asked == asked)
            for key, count in keys.items():
                hits[name][key].add(place, count)
    return Effect(answers, *(dict(hits[name]) for name in ("touched", "asked", "orphaned")))
