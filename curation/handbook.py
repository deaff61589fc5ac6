"""The tables of the annotators' handbook, generated from the ontology.

A table stands between `<!-- generated: NAME -->` and `<!-- end -->`, each on a line of its
own; NAME is a key of `TABLES`.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from curation.ontology import Ontology, Words

REGION = re.compile(r"(?ms)^<!-- generated: (\w+) -->\n.*?^<!-- end -->$")


def fill(text: str, ontology: Ontology) -> str:
    """Return the handbook with every generated region made anew.

    Raises `KeyError` for a region whose name is not in `TABLES`.
    """

    def region(match: re.Match[str]) -> str:
        name = match[1]
        return f"<!-- generated: {name} -->\n\n{TABLES[name](ontology)}\n\n<!-- end -->"

    return REGION.sub(region, text)


def _labels(ontology: Ontology) -> str:
    rows = (
        (
            f"**{label.name}**",
            f"`{label.hotkey}`",
            _both(label.definition),
            _both(label.excludes),
            _both(label.examples),
        )
        for label in ontology.labels.values()
    )
    return _table(("Label", "Key", "What is marked", "What is not", "Example"), rows)


def _event_types(ontology: Ontology) -> str:
    rows = (
        (
            f"**{kind.name}**",
            f"`{kind.hotkey}`",
            _both(kind.definition),
            _both(kind.examples),
            ", ".join(role.name for role in ontology.roles_of(kind.name)),
        )
        for kind in ontology.event_types.values()
    )
    return _table(("Type", "Key", "Means", "Example", "Arguments"), rows)


def _modalities(ontology: Ontology) -> str:
    rows = (
        (f"**{modality.name}**", f"`{modality.hotkey}`", _both(modality.definition))
        for modality in ontology.modalities.values()
    )
    return _table(("Modality", "Key", "Means"), rows)


def _roles(ontology: Ontology) -> str:
    every = set(ontology.event_types)
    rows = (
        (
            f"**{role.name}**",
            _both(role.definition),
            ", ".join(role.fillers),
            "all" if set(role.event_types) == every else ", ".join(role.event_types),
        )
        for role in ontology.roles.values()
    )
    return _table(("Role", "Means", "Filled by", "Of which events"), rows)


def _relations(ontology: Ontology) -> str:
    rows = (
        (f"**{kind.name}**", ", ".join(kind.from_), ", ".join(kind.to), _both(kind.definition))
        for kind in ontology.relations.values()
    )
    return _table(("Relation", "From", "To", "Means"), rows)


def _hotkeys(ontology: Ontology) -> str:
    groups = (
        ("Entities", ontology.labels.values()),
        ("Events", ontology.event_types.values()),
        ("Modality of the event that is selected", ontology.modalities.values()),
    )
    rows = (
        (f"**{title}**", " · ".join(f"`{item.hotkey}` {item.name}" for item in items))
        for title, items in groups
    )
    return _table(("Group", "Keys"), rows)


def _both(words: Words) -> str:
    return f"{_escape(words.en)}<br>*{_escape(words.vi)}*"


def _escape(text: str) -> str:
    return text.replace("|", "\\|")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


TABLES: dict[str, Callable[[Ontology], str]] = {
    "labels": _labels,
    "event_types": _event_types,
    "modalities": _modalities,
    "roles": _roles,
    "relations": _relations,
    "hotkeys": _hotkeys,
}
