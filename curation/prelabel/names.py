"""The names of a workspace: what people confirmed, and what they kept striking out.

`names.tsv` is tab-separated, UTF-8, without quoting. A row is a form with its label and
language; `status` is `known` (propose it) or `suppressed` (never propose it). `marked` of
`seen` occurrences bore this out; `articles` and `people` say where and who, `date` when it was
last counted. Rows may be added, changed or deleted by hand.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, get_args

import msgspec

from curation.errors import DataError, Problem, ServiceError
from curation.ontology import Ontology
from curation.prelabel.registry import Entry, Registry
from curation.prelabel.text import fold, lower

BY = "registry:workspace"
Status = Literal["known", "suppressed"]
COLUMNS = ("form", "label", "lang", "status", "kb", "marked", "seen", "articles", "people", "date")
Key = tuple[str, str, str]


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `names.tsv`."""

    form: str
    label: str
    lang: str
    status: Status = "known"
    kb: str = ""
    marked: int = 0
    seen: int = 0
    articles: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    date: str = ""

    @property
    def key(self) -> Key:
        """What a row is known by: the folded form, the label, the language."""
        return lower(fold(self.form)), self.label, self.lang


def registry(names: Sequence[Name]) -> Registry:
    """Return the registry of the package with the names of a workspace."""
    measured = precision(names)
    scores = {} if measured is None else {BY: measured}
    return Registry(entries(names), suppressed(names), scores)


def entries(names: Iterable[Name]) -> list[tuple[str, Entry]]:
    """Return the known names with their language, as entries of the registry."""
    return [
        (
            name.lang,
            Entry(
                name.form,
                name.label,
                BY,
                name.kb or None,
                name.kb.removeprefix("iso3166:") or lower(fold(name.form)),
                "exact" if " " not in name.form else "some" if name.label != "ROLE" else "initial",
                iso2=name.kb.removeprefix("iso3166:") if name.label == "COUNTRY" else "",
            ),
        )
        for name in names
        if name.status == "known"
    ]


def suppressed(names: Iterable[Name]) -> frozenset[Key]:
    """Return the keys of what is not to be proposed."""
    return frozenset(name.key for name in names if name.status == "suppressed")


def precision(names: Iterable[Name]) -> float | None:
    """Return how often the known names were marked where they stood, smoothed."""
    known = [name for name in names if name.status == "known" and name.seen]
    if not known:
        return None
    marked, seen = sum(name.marked for name in known), sum(name.seen for name in known)
    return round((marked + 1) / (seen + 2), 3)


def merge(learned: Sequence[Name], present: Sequence[Name], written: Sequence[Name]) -> list[Name]:
    """Return the rows to be written, so that what was done by hand stays.

    `present` is what the file holds, `written` what was last written to it. A row that was
    added or changed stays as it is, one that was deleted stays out; the others follow what was
    learned.
    """
    ours = {name.key: name for name in written}
    held = {name.key: name for name in present}
    by_hand = {key: name for key, name in held.items() if ours.get(key) != name}
    deleted = ours.keys() - held.keys()
    rows = {n.key: n for n in learned if n.key not in deleted} | by_hand
    return [rows[key] for key in sorted(rows)]


def remember(
    learned: Sequence[Name], present: Sequence[Name], written: Sequence[Name]
) -> list[Name]:
    """Return what `merge` must be told next time: what was learned, and what was deleted."""
    held = {name.key for name in present}
    gone = {name.key: name for name in written if name.key not in held}
    rows = gone | {name.key: name for name in learned}
    return [rows[key] for key in sorted(rows)]


def read(path: Path, ontology: Ontology) -> list[Name]:
    """Read the names, none where there is no file; raises `DataError` naming each wrong row."""
    if not path.is_file():
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ServiceError(f"{path}: cannot be read: {error}.") from error
    rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    problems, names = list[Problem](), list[Name]()
    for number, row in enumerate(rows, 2):
        fault = _fault(row, ontology)
        if fault:
            problems.append(_problem(f"{path}:{number}", *fault))
        else:
            names.append(_name(row))
    if problems:
        raise DataError(problems)
    return names


def _fault(row: dict[str, str], ontology: Ontology) -> tuple[str, str] | None:
    missing = [column for column in COLUMNS[:3] if not row.get(column)]
    if missing:
        return "|".join(str(cell) for cell in row.values()), f"has no {missing[0]}"
    if row["label"] not in ontology.labels:
        return row["label"], "is no label of the ontology"
    if (row.get("status") or "known") not in get_args(Status):
        return str(row["status"]), "is neither known nor suppressed"
    for column in ("marked", "seen"):
        if not (row.get(column) or "0").isdecimal():
            return str(row[column]), f"is no number ({column})"
    return None


def _name(row: dict[str, str]) -> Name:
    return Name(
        form=row["form"],
        label=row["label"],
        lang=row["lang"],
        status="suppressed" if row.get("status") == "suppressed" else "known",
        kb=row.get("kb") or "",
        marked=int(row.get("marked") or 0),
        seen=int(row.get("seen") or 0),
        articles=_several(row.get("articles")),
        people=_several(row.get("people")),
        date=row.get("date") or "",
    )


def _several(cell: str | None) -> tuple[str, ...]:
    return tuple(part for part in (cell or "").split("|") if part)


def _problem(record: str, value: str, rule: str) -> Problem:
    remedy = f"Mend the row (columns: {', '.join(COLUMNS)}) or delete it."
    return Problem(record=record, value=value, rule=rule, remedy=remedy)


def text(names: Iterable[Name]) -> str:
    """Return the file of these names."""
    out = io.StringIO()
    out.write("\t".join(COLUMNS) + "\n")
    for name in names:
        cells = [getattr(name, column) for column in COLUMNS]
        shown = ("|".join(cell) if isinstance(cell, tuple) else str(cell) for cell in cells)
        out.write("\t".join(shown) + "\n")
    return out.getvalue()
