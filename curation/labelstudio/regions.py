"""The regions of a result: the items that share an id, read as one mark."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from curation.errors import Problem
from curation.labelstudio.interface import LABEL, MODALITY
from curation.labelstudio.tasks import BY, Item
from curation.ontology import Ontology
from curation.records import Article, Event, Span

_AGAIN = "Delete the region and mark the words again."
FOR_THE_CURATOR = "Read it when this article is adjudicated."  # nothing for an annotator to mend


class Notes(msgspec.Struct):
    """What is noted while one answer is read: findings, and counts of what was set right."""

    where: str
    page: str
    findings: list[Problem] = []
    trimmed: int = 0
    hidden: int = 0

    def find(self, what: str, value: str, rule: str, remedy: str) -> None:
        """Add a finding about a region or an arrow."""
        record = f"{self.where}, {what} ({self.page})"
        self.findings.append(Problem(record=record, value=value, rule=rule, remedy=remedy))


class Region(msgspec.Struct):
    """The items of one region, gathered; `remarks` are what its panel shows as meta."""

    id: str
    places: list[tuple[Any, Any]] = []
    labels: list[str] = []
    modalities: list[str] = []
    values: dict[str, list[str]] = {}
    remarks: list[str] = []
    score: float | None = None
    changed: bool = False


def order(mark: Span | Event) -> tuple[int, int, str]:
    """Return the key that sorts marks as they stand in the text."""
    return mark.start, mark.end, mark.id


def texts(value: Any) -> list[str]:
    """Return the strings of a JSON list; a lone string counts as a list of one."""
    if isinstance(value, str):
        return [value]
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def gather(items: Iterable[Item], ontology: Ontology, notes: Notes) -> dict[str, Region]:
    """Put the items of each region together, by its id, in the order in which they come."""
    regions: dict[str, Region] = {}
    for item in items:
        name, value = item.get("id"), item.get("value")
        if isinstance(name, str) and isinstance(value, dict):
            _add(regions.setdefault(name, Region(name)), item, value, ontology, notes)
        else:
            shown = repr({key: item.get(key) for key in ("id", "from_name", "type")})
            notes.find("an item", shown, "belongs to no region", "Mark the words again.")
    return regions


def _add(
    region: Region, item: Item, value: dict[str, Any], ontology: Ontology, notes: Notes
) -> None:
    kind, control = item.get("type"), item.get("from_name")
    if (kind, control) == ("labels", LABEL):
        region.labels += [one for one in texts(value.get("labels")) if one not in region.labels]
        region.places.append((value.get("start"), value.get("end")))
        region.score = item.get("score")
    elif (kind, control) == ("choices", MODALITY):
        region.modalities += texts(value.get("choices"))
    elif kind == "textarea" and control in ontology.attributes:
        region.values.setdefault(str(control), []).extend(texts(value.get("text")))
    else:
        rule = "is no control of the interface"
        remedy = "Run `curation push` to set the project's interface again."
        notes.find(f"region {region.id}", f"{control} ({kind})", rule, remedy)
    meta = item.get("meta")
    remarks = texts(meta.get("text")) if isinstance(meta, dict) else []
    region.remarks += [remark for remark in remarks if remark not in region.remarks]
    region.changed |= item.get("origin") not in (None, "prediction")


def read_mark(
    region: Region, article: Article, ontology: Ontology, notes: Notes
) -> Span | Event | None:
    """Return a region as an entity or as a trigger without arguments; None where it is neither."""
    place = _place(region, article, notes)
    label = _label(region, article, ontology, notes)
    if place is None or label is None:
        return None
    start, end = place
    words = article.text[start:end]
    what = f"region {region.id} {label} {words!r}"
    by, score = _origin(region, what, notes)
    if label in ontology.labels:
        notes.hidden += bool(region.modalities)
        values = {name: _value(region, label, name, ontology, what, notes) for name in _VALUES}
        return Span(region.id, start, end, label, words, score=score, by=by, **values)
    notes.hidden += len(region.values)
    modality = _modality(region, ontology, what, notes)
    return Event(region.id, label, start, end, words, modality, (), score=score, by=by)


_VALUES = ("value", "kb")  # the fields of `Span` that attributes of the ontology fill


def _place(region: Region, article: Article, notes: Notes) -> tuple[int, int] | None:
    what = f"region {region.id} {' and '.join(region.labels)}".rstrip()
    if not region.places or any(place != region.places[0] for place in region.places):
        shown = ", ".join(f"[{start}, {end})" for start, end in region.places)
        notes.find(what, shown or "no label", "has not one label at one place", _AGAIN)
        return None
    start, end = region.places[0]
    length = len(article.text)
    if not (type(start) is int and type(end) is int and 0 <= start < end <= length):
        rule = f"is no range within the text of {length} code points"
        notes.find(what, f"[{start}, {end})", rule, _AGAIN)
        return None
    words = article.text[start:end]
    bare = words.strip()
    if not bare:
        notes.find(what, repr(words), "marks nothing but blanks", "Delete it.")
        return None
    notes.trimmed += bare != words
    start += len(words) - len(words.lstrip())
    return start, start + len(bare)


def _label(region: Region, article: Article, ontology: Ontology, notes: Notes) -> str | None:
    if not region.places:  # `_place` has said so
        return None
    start, end = region.places[0]
    known = isinstance(start, int) and isinstance(end, int)
    what = f"region {region.id} {article.text[start:end]!r}" if known else f"region {region.id}"
    if len(region.labels) != 1:
        shown = " and ".join(region.labels) or "no label"
        notes.find(what, shown, "a region has one label", "Choose the one that is meant.")
        return None
    label = region.labels[0]
    if label in ontology.labels or label in ontology.event_types:
        return label
    names = ", ".join((*ontology.labels, *ontology.event_types))
    notes.find(what, label, "is no label of the ontology", f"Use one of {names}.")
    return None


def _origin(region: Region, what: str, notes: Notes) -> tuple[str | None, float | None]:
    """Return what made the mark and its score, where it was left as it was proposed."""
    for remark in region.remarks:
        if not remark.startswith(BY):
            rule = "is a remark of the annotator, which a record has no place for"
            notes.find(what, repr(remark), rule, FOR_THE_CURATOR)
    if region.changed:
        return None, None
    by = (remark.removeprefix(BY) for remark in region.remarks if remark.startswith(BY))
    return next(by, None), region.score


def _value(  # noqa: PLR0913
    region: Region, label: str, name: str, ontology: Ontology, what: str, notes: Notes
) -> str | None:
    values = {text.strip() for text in region.values.get(name, ())} - {""}
    if not values:
        return None
    if name not in ontology.labels[label].attributes:
        notes.hidden += 1
        return None
    attribute = ontology.attributes[name]
    if len(values) > 1:
        rule = f"a region has one {name}"
        notes.find(what, " and ".join(sorted(values)), rule, "Delete the others.")
        return None
    value = values.pop()
    if re.fullmatch(attribute.pattern, value):
        return value
    rule = f"is no valid {name}: {attribute.definition.en}".rstrip(".")
    notes.find(what, value, rule, "Mend or empty it.")
    return None


def _modality(region: Region, ontology: Ontology, what: str, notes: Notes) -> str:
    known = list(ontology.modalities)
    given = set(region.modalities)
    if len(given) == 1 and given <= set(known):
        return region.modalities[0]
    if given:
        rule = f"is not one modality; {known[0]} was taken"
        remedy = f"Choose one of {', '.join(known)}."
        notes.find(what, " and ".join(region.modalities), rule, remedy)
    return known[0]
