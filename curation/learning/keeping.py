"""What learning leaves in the workspace."""

from typing import Any

import msgspec

from curation.learning.counting import ALL
from curation.learning.report import report
from curation.ontology import Ontology
from curation.prelabel import names
from curation.prelabel.learned import JOINED, Kind, ModelCard, files_of
from curation.prelabel.names import Name
from curation.workspace import Workspace, replacing, write_text


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """What was learned and what it brings; `models` is empty where the tagger does not join.

    `names` are None where they would lower the figures. `figures` is the report: the verdict on
    each tagger in each language, gains of the names and of all that joins, the learning curve.
    """

    card: ModelCard
    models: dict[Kind, bytes]
    names: tuple[Name, ...] | None
    figures: dict[str, Any]


def store(workspace: Workspace, lesson: Lesson, ontology: Ontology) -> dict[str, Any]:
    """Write the report, and the tagger and the names where they join; return a summary.

    A tagger that joined before stays where this one does not.
    """
    folder = workspace.models
    told: dict[str, Any] = {
        "articles": lesson.card.counts["articles"],
        "tagger": lesson.card.name,
        "joins": msgspec.to_builtins(lesson.card.modes),
        "names": _store_names(workspace, lesson, ontology),
        **lesson.figures,
    }
    if lesson.models:
        for kind, path in files_of(folder, lesson.card.name).items():
            with replacing(path) as out:
                out.write(lesson.models[kind])
        card = msgspec.json.format(msgspec.json.encode(lesson.card), indent=1)
        write_text(folder / f"{lesson.card.name}.json", card.decode() + "\n")
        write_text(folder / JOINED, lesson.card.name + "\n")
    content = msgspec.json.format(msgspec.json.encode(told), indent=1).decode()
    write_text(folder / "report.json", content + "\n")
    return told


def _store_names(workspace: Workspace, lesson: Lesson, ontology: Ontology) -> dict[str, int]:
    present = names.read(workspace.names, ontology)
    if lesson.names is None or not (lesson.names or present):
        return {"learned": 0, "in the file": len(present)}
    ledger = workspace.models / "names-written.tsv"
    written = names.read(ledger, ontology)
    rows = names.merge(lesson.names, present, written)
    write_text(workspace.names, names.text(rows))
    write_text(ledger, names.text(names.remember(lesson.names, present, written)))
    return {
        "learned": len(lesson.names),
        "suppressed": sum(name.status == "suppressed" for name in lesson.names),
        "in the file": len(rows),
    }


def short(told: dict[str, Any]) -> dict[str, Any]:
    """Return the summary without its tables, with the change of each figure in all."""
    gained = {
        one["figure"]: f"{one['before']:.3f} -> {one['after']:.3f}"
        for one in told["gains"]
        if one["lang"] == ALL
    }
    left_out = ("verdicts", "gains", "names alone", "curve")
    judged = {
        f"{one['kind']}, {one['lang']}": f"{'joins' if one['joins'] else 'no'}: {one['why']}"
        for one in told["verdicts"]
    }
    return {key: value for key, value in told.items() if key not in left_out} | judged | gained


def tables(told: dict[str, Any]) -> str:
    """Return the tables of the summary for reading."""
    return report(told)
