"""The labelling interface, generated from the ontology.

One `Labels` control holds entity labels and event types: with two, Label Studio puts both
labels on a region that is drawn or changed while one of each is chosen. Everything that an
annotator types or ticks for a region stands in a bar of fixed height, so that the text
never moves; arrows run above the words, labels below them.
"""

from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from xml.etree import ElementTree as ET

from curation.ontology import EventType, Label, Ontology, Words

TEXT = "text"
LABEL = "label"
MODALITY = "modality"
RETIRED = "c-retired"  # the group of names that only earlier answers hold
MEND = "mend"  # in a task's data: what its annotators are asked to mend

_HOW_TO = (
    "Choose a label, then drag over the words. Click a mark to change it. "
    "Arrow: click the trigger, press Alt+R, click the argument, give the role under Relations."
)
_SMALL = "margin: 0; font-size: 13px; font-weight: 600"
_PLAIN = "margin: 0; font-size: 13px; font-weight: 400"
_NOTE = "margin: 8px 0 0; font-size: 13px; white-space: pre-line"
_FAINT = "var(--color-neutral-content-subtle)"
_GREY = "#868E96"

Kept = Mapping[str, Sequence[str]]


def interface(ontology: Ontology, kept: Kept | None = None) -> str:
    """Return the labelling configuration (XML); the same ontology gives the same text.

    `kept` are retired names, by table, that earlier answers hold: their marks are shown by
    name, and Label Studio leaves the arrows and values that have them as they are.
    """
    kept = kept or {}
    root = ET.Element("View", className="c-screen")
    ET.SubElement(root, "Style").text = _style(ontology, kept)
    labels = ET.SubElement(_view(root, "c-side"), "Labels", name=LABEL, toName=TEXT)
    _group(labels, "Entities", ontology.labels.values())
    _group(labels, "Events", ontology.event_types.values())
    _retired(labels, _old_labels(kept))
    _relations(root, ontology, kept)
    main = _view(root, "c-main")
    bar = _view(main, "c-bar")
    _about(_view(bar, "c-about"))
    _region_inputs(bar, ontology, kept)
    _words(_view(main, "c-mend"), f"${MEND}", _NOTE)
    ET.SubElement(
        _view(main, "c-text"),
        "Text",
        name=TEXT,
        value=f"${TEXT}",
        valueType="text",
        granularity="symbol",
    )
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


def _style(ontology: Ontology, kept: Kept) -> str:
    css = (resources.files(__package__) / "interface.css").read_text(encoding="utf-8")
    named = [
        f"{_marks(name)}::after {{ content: '{name}'; }}"
        for name in (*ontology.labels, *ontology.event_types, *_old_labels(kept))
    ]
    labels = (*ontology.labels, *kept.get("labels", ()))
    event_types = (*ontology.event_types, *kept.get("event_types", ()))
    below = ", ".join(f"{_marks(name)}::after" for name in labels)
    triggers = ", ".join(_marks(name) for name in event_types)
    named.append(
        f"{below} {{ position: absolute; left: 0; top: 20px; padding: 0; color: {_FAINT}; }}"
    )
    named.append(f"{triggers} {{ font-weight: 700; }}")
    if _old_labels(kept):
        named.append(f".{RETIRED} {{ display: none; }}")
    return "\n" + css + "\n".join(named) + "\n"


def _marks(name: str) -> str:
    return f".c-text .htx-highlight[data-label$=':{name}']"


def _view(parent: ET.Element, name: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, "View", {"className": name, **attributes})


def _words(parent: ET.Element, words: str, style: str) -> None:
    ET.SubElement(parent, "Header", value=words, size="5", style=style)


def _group(labels: ET.Element, title: str, items: Iterable[Label | EventType]) -> None:
    group = _view(labels, "c-group")
    _words(group, title, _SMALL)
    for item in items:
        ET.SubElement(
            group,
            "Label",
            value=item.name,
            background=item.color,
            hotkey=item.hotkey,
            hint=_both(item.definition),
        )


def _old_labels(kept: Kept) -> tuple[str, ...]:
    return (*kept.get("labels", ()), *kept.get("event_types", ()))


def _retired(labels: ET.Element, names: Sequence[str]) -> None:
    if names:
        group = _view(labels, RETIRED)
        for number, name in enumerate(names, 1):
            # without a key of its own a label is given one of the plain ones
            key = f"ctrl+alt+shift+{number}"
            ET.SubElement(group, "Label", value=name, background=_GREY, hotkey=key)


def _both(words: Words) -> str:
    return f"{words.en} — {words.vi}"


def _relations(root: ET.Element, ontology: Ontology, kept: Kept) -> None:
    relations = ET.SubElement(root, "Relations")
    old = (*kept.get("roles", ()), *kept.get("relations", ()))
    for name in (*ontology.roles, *ontology.relations, *old):
        ET.SubElement(relations, "Relation", value=name)


def _about(about: ET.Element) -> None:
    _words(about, "$published · $outlet", _SMALL)
    _words(about, "$title", _PLAIN)


def _region_inputs(bar: ET.Element, ontology: Ontology, kept: Kept) -> None:
    _words(_view(bar, "c-region", visibleWhen="no-region-selected"), _HOW_TO, _PLAIN)
    for attribute in ontology.attributes.values():
        bearers = [one.name for one in ontology.labels.values() if attribute.name in one.attributes]
        region = _when(bar, (*bearers, *kept.get("labels", ())))
        _value(region, attribute.name, attribute.definition.en)
    for name in kept.get("attributes", ()):
        _value(_when(bar, (*ontology.labels, *kept.get("labels", ()))), name, "")
    region = _when(bar, (*ontology.event_types, *kept.get("event_types", ())))
    choices = ET.SubElement(
        region,
        "Choices",
        name=MODALITY,
        toName=TEXT,
        perRegion="true",
        choice="single-radio",
        showInline="true",
    )
    for modality in ontology.modalities.values():
        ET.SubElement(
            choices,
            "Choice",
            value=modality.name,
            hotkey=modality.hotkey,
            hint=_both(modality.definition),
        )


def _value(region: ET.Element, name: str, placeholder: str) -> None:
    _words(region, name, _SMALL)
    ET.SubElement(
        region,
        "TextArea",
        name=name,
        toName=TEXT,
        perRegion="true",
        editable="true",
        maxSubmissions="1",
        rows="1",
        placeholder=placeholder,
    )


def _when(bar: ET.Element, labels: Iterable[str]) -> ET.Element:
    """Add what is shown while a region with one of these labels is selected.

    The condition stands on the view and not on the control: there Label Studio would take the
    list of labels for one name and keep the control's value out of what is submitted.
    """
    return _view(
        bar,
        "c-region",
        visibleWhen="region-selected",
        whenTagName=LABEL,
        whenLabelValue=",".join(labels),
    )
