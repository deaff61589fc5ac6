"""What push writes into a project's interface: the contract it was made of, and what came before.

The server's own interface tells every curator, on whatever machine, under which contract its
answers are given. The stamp is an XML comment, which the editor does not show; what the
annotators can choose is read from the tags beside it, so that an interface that somebody has
changed by hand is read as it is.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from xml.etree import ElementTree as ET

import msgspec

from curation.labelstudio.interface import MODALITY, RETIRED
from curation.ontology import (
    Attribute,
    EventType,
    Label,
    Modality,
    Ontology,
    RelationType,
    Role,
    Words,
)

_COMMENT = re.compile(r"\n?<!--curation (\{.*?\})-->", re.DOTALL)
_NONE = Words("", "")
_ANY = "(?s).*"


class Stamp(msgspec.Struct, frozen=True):
    """The contract of an interface, in as far as the tags do not tell it.

    `before` holds earlier contracts, oldest first, each with the time (of the server) up to
    which answers were given under it. `roles` are (fillers, event types), `relations` (labels
    from, labels to), `attributes` patterns. `kept` are retired names, by table, that answers
    still hold.
    """

    version: str
    before: tuple[tuple[str, str], ...] = ()
    roles: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    relations: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {}
    attributes: dict[str, str] = {}
    kept: dict[str, tuple[str, ...]] = {}

    def contracts_from(self, updated: str | None) -> list[str]:
        """Return the contract of an answer that was last changed then, and those after it."""
        if updated is None:
            return [self.version]
        when = datetime.fromisoformat(updated)
        later = [name for name, until in self.before if when <= datetime.fromisoformat(until)]
        return [*later, self.version]


def stamp(
    ontology: Ontology,
    before: Iterable[tuple[str, str]] = (),
    kept: Mapping[str, tuple[str, ...]] | None = None,
) -> Stamp:
    """Return the stamp of an interface of this contract."""
    return Stamp(
        version=ontology.version,
        before=tuple(before),
        roles={one.name: (one.fillers, one.event_types) for one in ontology.roles.values()},
        relations={one.name: (one.from_, one.to) for one in ontology.relations.values()},
        attributes={one.name: one.pattern for one in ontology.attributes.values()},
        kept=dict(kept or {}),
    )


def stamped(interface: str, made: Stamp) -> str:
    """Return an interface with a stamp as its first line."""
    told = msgspec.json.encode(made).decode().replace("--", "-\\u002d")
    start, tag, rest = interface.partition(">")
    return f"{start}{tag}\n<!--curation {told}-->{rest}"


def plain(interface: str) -> str:
    """Return an interface without its stamp."""
    return _COMMENT.sub("", interface, count=1)


def read_stamp(interface: str) -> Stamp | None:
    """Return the stamp of an interface; None where it has none that can be read."""
    found = _COMMENT.search(interface)
    if found is None:
        return None
    try:
        return msgspec.json.decode(found[1], type=Stamp)
    except msgspec.DecodeError:
        return None


def read_interface(interface: str, present: Ontology) -> Ontology:
    """Return what an interface lets annotators say, as a contract; without words and hotkeys.

    What tags and stamp do not tell is as in the present contract, else everything is allowed.
    Raises `xml.etree.ElementTree.ParseError`.
    """
    made = read_stamp(interface) or stamp(present)
    root = ET.fromstring(plain(interface))  # noqa: S314 - Label Studio has parsed it before
    retired = {*made.kept.get("labels", ()), *made.kept.get("event_types", ())}
    arrows_gone = {*made.kept.get("roles", ()), *made.kept.get("relations", ())}
    shown = [one for one in root.iter("View") if one.get("whenLabelValue")]
    triggers: list[str] = []
    bearers: dict[str, list[str]] = {}
    for view in shown:
        names = str(view.get("whenLabelValue")).split(",")
        if any(one.get("name") == MODALITY for one in view.iter("Choices")):
            triggers += [name for name in names if name not in retired]
        areas = [str(area.get("name")) for area in view.iter("TextArea")]
        for area in areas:
            if area not in made.kept.get("attributes", ()):
                bearers[area] = [name for name in names if name not in retired]
    named = [name for name in _values(root, "Label") if name not in retired]
    labels = [name for name in named if name not in triggers]
    arrows = [name for name in _values(root, "Relation") if name not in arrows_gone]
    return _contract(made, present, labels, triggers, _values(root, "Choice"), arrows, bearers)


def _values(root: ET.Element, tag: str) -> list[str]:
    groups = [one for one in root.iter("View") if one.get("className") == RETIRED]
    hidden = {one for group in groups for one in group.iter(tag)}
    return [str(one.get("value")) for one in root.iter(tag) if one not in hidden]


def _contract(  # noqa: PLR0913
    made: Stamp,
    present: Ontology,
    labels: list[str],
    triggers: list[str],
    modalities: list[str],
    arrows: list[str],
    bearers: Mapping[str, list[str]],
) -> Ontology:
    roles = {one.name: (one.fillers, one.event_types) for one in present.roles.values()}
    relations = {one.name: (one.from_, one.to) for one in present.relations.values()}
    patterns = {one.name: one.pattern for one in present.attributes.values()}
    roles, relations = roles | made.roles, relations | made.relations
    anything = (tuple(labels), tuple(triggers))
    unknown = [name for name in arrows if name not in roles and name not in relations]
    attributes = {**patterns, **made.attributes}
    return Ontology(
        version=made.version,
        labels={
            name: Label(
                name, "", "", tuple(a for a in bearers if name in bearers[a]), _NONE, _NONE, _NONE
            )
            for name in labels
        },
        event_types={
            name: EventType(name, "", "", "", None, (), _NONE, _NONE) for name in triggers
        },
        modalities={name: Modality(name, "", _NONE) for name in modalities},
        roles={
            name: Role(name, *roles.get(name, anything), _NONE)
            for name in arrows
            if name in roles or name in unknown
        },
        relations={
            name: RelationType(name, *relations[name], _NONE)
            for name in arrows
            if name in relations
        },
        attributes={name: Attribute(name, attributes.get(name, _ANY), _NONE) for name in bearers},
    )
