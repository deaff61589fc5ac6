"""JSON Schemas (2020-12) of the records, made from their types and the ontology's names."""

import inspect
from typing import Any

import msgspec

from curation.ontology import Ontology
from curation.records import Annotation, Article
from curation.validation import values

Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SHA256: Schema = {"pattern": values.SHA256}


def record_schemas(ontology: Ontology) -> dict[str, Schema]:
    """Return the schema of each record, by file name; each stands by itself."""
    return {
        "article.schema.json": _schema(Article, ontology, ("Source",)),
        "annotation.schema.json": _schema(
            Annotation, ontology, ("Author", "Span", "Event", "Argument", "Relation")
        ),
    }


def _schema(record: type, ontology: Ontology, parts: tuple[str, ...]) -> Schema:
    _, known = msgspec.json.schema_components([record], ref_template="#/$defs/{name}")
    refined = _refinements(ontology)
    for name, definition in known.items():
        definition["description"] = inspect.cleandoc(definition["description"])
        for field, keywords in refined[name].items():
            _refine(definition["properties"][field], keywords)
    for name, conditions in (("Span", _attributes(ontology)), ("Event", _roles(ontology))):
        if name in known:
            known[name]["allOf"] = conditions
    whole = {"$schema": _DIALECT, **known[record.__name__]}
    return {**whole, "$defs": {part: known[part] for part in parts}}


def _refine(schema: Schema, keywords: Schema) -> None:
    """Add keywords to the schema of a field, or to what it is where it is not null."""
    target = schema["anyOf"][0] if "anyOf" in schema else schema
    target.update({key: found for key, found in keywords.items() if key != "description"})
    if "description" in keywords:
        schema["description"] = keywords["description"]


def _refinements(ontology: Ontology) -> dict[str, dict[str, Schema]]:
    """Return what the types leave open, by record and field."""
    labels = {name: label.definition for name, label in ontology.labels.items()}
    types = {name: each.definition for name, each in ontology.event_types.items()}
    modalities = {name: each.definition for name, each in ontology.modalities.items()}
    roles = {name: role.definition for name, role in ontology.roles.items()}
    relations = {name: kind.definition for name, kind in ontology.relations.items()}
    anchor: dict[str, Schema] = {
        "id": {"minLength": 1},
        "start": {"minimum": 0, "description": "First code point, counted from 0."},
        "end": {"minimum": 1, "description": "Code point after the last one."},
        "text": {"minLength": 1, "description": "The article's text from start to end."},
        "score": {"minimum": 0, "maximum": 1},
    }
    return {
        "Article": _of_article(),
        "Source": {"sha256": _SHA256},
        "Annotation": {
            "article": {"pattern": values.ARTICLE_ID, "description": "Id of the article."},
            "text_sha256": {**_SHA256, "description": "SHA-256 of the annotated text."},
            "created": {"pattern": values.TIME},
            "contract": {"const": ontology.version, "description": "Version of the ontology."},
        },
        "Author": {"name": {"minLength": 1}},
        "Span": {
            **anchor,
            "label": _names(labels),
            **{name: _attribute(name, ontology) for name in ("value", "kb")},
        },
        "Event": {**anchor, "type": _names(types), "modality": _names(modalities)},
        "Argument": {"role": _names(roles), "span": {"minLength": 1}},
        "Relation": {
            "type": _names(relations),
            "from": {"minLength": 1, "description": "Id of the span it starts at."},
            "to": {"minLength": 1, "description": "Id of the span it leads to."},
        },
    }


def _of_article() -> dict[str, Schema]:
    return {
        "id": {"pattern": values.ARTICLE_ID, "description": "a- and 16 hex digits of sha256."},
        "sha256": {**_SHA256, "description": "SHA-256 of the UTF-8 bytes of the text."},
        "text": {"minLength": 1},
        "title": {"description": "Range of the title in code points, or null."},
        "lang": {"pattern": values.LANGUAGE, "description": "Language, BCP 47."},
        "published": {"pattern": values.DAY, "format": "date"},
        "url": {"pattern": values.URL},
        "license": {
            "pattern": values.LICENSE,
            "description": "License of the text, an SPDX expression; null where unknown.",
        },
    }


def _names(names: dict[str, Any]) -> Schema:
    return {"enum": list(names), "description": values.describe(names)}


def _attribute(name: str, ontology: Ontology) -> Schema:
    attribute = ontology.attributes[name]
    return {"pattern": attribute.pattern, "description": attribute.definition.en}


def _attributes(ontology: Ontology) -> list[Schema]:
    """Say which labels have not which attribute."""
    found = []
    for name in ontology.attributes:
        lacking = [each.name for each in ontology.labels.values() if name not in each.attributes]
        found.append(_given("label", {"enum": lacking}, {name: {"type": "null"}}))
    return found


def _roles(ontology: Ontology) -> list[Schema]:
    """Say which roles an event of each type may have."""
    found = []
    for event_type in ontology.event_types:
        roles = {"enum": [role.name for role in ontology.roles_of(event_type)]}
        arguments = {"items": {"properties": {"role": roles}}}
        found.append(_given("type", {"const": event_type}, {"arguments": arguments}))
    return found


def _given(field: str, is_such: Schema, then: Schema) -> Schema:
    condition = {"properties": {field: is_such}, "required": [field]}
    return {"if": condition, "then": {"properties": then}}
