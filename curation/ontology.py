"""The typed contract, read from `schemas/ontology.yaml`."""

from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in the two languages of the annotators."""

    en: str
    vi: str


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entity label; in `examples` the marked words stand in square brackets."""

    name: str
    hotkey: str
    color: str
    attributes: tuple[str, ...]
    definition: Words
    excludes: Words
    examples: Words


class EventType(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An event type with its PLOVER type and mode and its CAMEO codes."""

    name: str
    hotkey: str
    color: str
    plover: str
    plover_mode: str | None
    cameo: tuple[str, ...]
    definition: Words
    examples: Words


class Modality(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value of the attribute `modality` of a trigger."""

    name: str
    hotkey: str
    definition: Words


class Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An argument role, the labels that may fill it and the event types that have it."""

    name: str
    fillers: tuple[str, ...]
    event_types: tuple[str, ...]
    definition: Words


class RelationType(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A relation between entities, with the labels allowed at either end."""

    name: str
    from_: tuple[str, ...] = msgspec.field(name="from")
    to: tuple[str, ...]
    definition: Words


class Attribute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An attribute of an entity span and the regular expression of its values."""

    name: str
    pattern: str
    definition: Words


class Ontology(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All names of the contract, each table in the order of the file, keyed by name."""

    version: str
    labels: dict[str, Label]
    event_types: dict[str, EventType]
    modalities: dict[str, Modality]
    roles: dict[str, Role]
    relations: dict[str, RelationType]
    attributes: dict[str, Attribute]

    def roles_of(self, event_type: str) -> tuple[Role, ...]:
        """Return the roles that an event of this type may have."""
        return tuple(role for role in self.roles.values() if event_type in role.event_types)

    def allows_argument(self, event_type: str, role: str, label: str) -> bool:
        """Tell whether an event of this type may have this role filled by this label."""
        known = self.roles.get(role)
        return bool(known and event_type in known.event_types and label in known.fillers)

    def allows_relation(self, relation: str, from_label: str, to_label: str) -> bool:
        """Tell whether this relation may run from one label to the other."""
        known = self.relations.get(relation)
        return bool(known and from_label in known.from_ and to_label in known.to)


def schemas_root() -> Traversable:
    """Return the folder `schemas/`: inside the installed package, else in the checkout."""
    installed = resources.files("curation") / "_schemas"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "schemas"


def read_ontology(source: bytes) -> Ontology:
    """Read an ontology from YAML; raises `msgspec.ValidationError` naming the place."""
    raw = msgspec.yaml.decode(source)
    every_type = [row["name"] for row in raw["event_types"]]
    for role in raw["roles"]:
        if role["event_types"] == "all":
            role["event_types"] = every_type
    tables = ("labels", "event_types", "modalities", "roles", "relations", "attributes")
    keyed = {table: {row["name"]: row for row in raw[table]} for table in tables}
    return msgspec.convert({**raw, **keyed}, Ontology)


@cache
def load_ontology() -> Ontology:
    """Return the ontology that ships with this version of the toolkit."""
    return read_ontology((schemas_root() / "ontology.yaml").read_bytes())


def handbook() -> str:
    """Return the annotators' handbook, `guidelines.md`, as Markdown."""
    installed = resources.files("curation") / "_guidelines.md"
    path = installed if installed.is_file() else Path(__file__).parent.parent / "guidelines.md"
    return path.read_text(encoding="utf-8")
