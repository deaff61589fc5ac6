"""JSON Schemas of the records: sound records pass, each kind of flaw is found in its place."""

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from curation.ontology import load_ontology
from curation.validation.record_schemas import record_schemas
from tests.release.corpus import make_corpus

ONTOLOGY = load_ontology()
SCHEMAS = record_schemas(ONTOLOGY)
ARTICLES, ANNOTATIONS = make_corpus(6)

Change = Callable[[dict[str, Any]], object]


def plain(record: Any) -> dict[str, Any]:
    """Return the record as it stands on disk."""
    found: dict[str, Any] = json.loads(msgspec.json.encode(record))
    return found


def faults(kind: str, record: dict[str, Any]) -> list[str]:
    validator = Draft202012Validator(SCHEMAS[f"{kind}.schema.json"])
    return sorted(error.json_path for error in validator.iter_errors(record))


def test_the_schemas_are_schemas_and_survive_json() -> None:
    for schema in SCHEMAS.values():
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        Draft202012Validator.check_schema(schema)
        assert json.loads(json.dumps(schema)) == schema


def test_sound_records_pass() -> None:
    assert [faults("article", plain(article)) for article in ARTICLES] == [[]] * 6
    assert [faults("annotation", plain(annotation)) for annotation in ANNOTATIONS] == [[]] * 6


ARTICLE_FLAWS: list[tuple[str, Change]] = [
    ("$.id", lambda r: r.update(id="1")),
    ("$.sha256", lambda r: r.update(sha256="F" * 64)),
    ("$.text", lambda r: r.update(text="")),
    ("$.title", lambda r: r.update(title=[1])),
    ("$.lang", lambda r: r.update(lang="Tiếng Việt")),
    ("$.published", lambda r: r.update(published="28/10/2024")),
    ("$.url", lambda r: r.update(url="here")),
    ("$.license", lambda r: r.update(license="a, b")),
    ("$.source.sha256", lambda r: r["source"].update(sha256="")),
    ("$.kept[0]", lambda r: r["kept"][0].pop()),
    ("$", lambda r: r.update(colour="red")),
    ("$", lambda r: r.pop("outlet")),
]

ANNOTATION_FLAWS: list[tuple[str, Change]] = [
    ("$.article", lambda r: r.update(article="1")),
    ("$.text_sha256", lambda r: r.update(text_sha256="1")),
    ("$.author.kind", lambda r: r["author"].update(kind="robot")),
    ("$.author.name", lambda r: r["author"].update(name="")),
    ("$.created", lambda r: r.update(created="today")),
    ("$.contract", lambda r: r.update(contract="0.1.0")),
    ("$.spans[0].label", lambda r: r["spans"][0].update(label="FISH")),
    ("$.spans[0].start", lambda r: r["spans"][0].update(start=-1)),
    ("$.spans[0].end", lambda r: r["spans"][0].update(end=0)),
    ("$.spans[0].id", lambda r: r["spans"][0].update(id="")),
    ("$.spans[0].score", lambda r: r["spans"][0].update(score=2)),
    ("$.spans[0].value", lambda r: r["spans"][0].update(value="2024")),
    ("$.spans[6].value", lambda r: r["spans"][6].update(value="3/2024")),
    ("$.spans[6].kb", lambda r: r["spans"][6].update(kb="iso3166:AD")),
    ("$.spans[7].kb", lambda r: r["spans"][7].update(kb="Andorra")),
    ("$.events[0].type", lambda r: r["events"][0].update(type="PICNIC")),
    ("$.events[0].modality", lambda r: r["events"][0].update(modality="feared")),
    ("$.events[0].arguments[0].role", lambda r: r["events"][0]["arguments"][0].update(role="HOST")),
    ("$.relations[0].type", lambda r: r["relations"][0].update(type="LIKES")),
    ("$.relations[0]", lambda r: r["relations"][0].pop("from")),
    ("$.spans[0]", lambda r: r["spans"][0].update(note="")),
]


@pytest.mark.parametrize(("path", "flaw"), ARTICLE_FLAWS)
def test_a_flaw_of_an_article_is_found_in_its_place(path: str, flaw: Change) -> None:
    record = plain(ARTICLES[0])
    flaw(record)
    assert faults("article", record) == [path]


@pytest.mark.parametrize(("path", "flaw"), ANNOTATION_FLAWS)
def test_a_flaw_of_an_annotation_is_found_in_its_place(path: str, flaw: Change) -> None:
    record = plain(ANNOTATIONS[0])
    flaw(record)
    assert faults("annotation", record) == [path]


def test_names_and_definitions_come_from_the_ontology() -> None:
    span = SCHEMAS["annotation.schema.json"]["$defs"]["Span"]["properties"]
    assert span["label"]["enum"] == list(ONTOLOGY.labels)
    assert f"PERSON: {ONTOLOGY.labels['PERSON'].definition.en}" in span["label"]["description"]
    event = SCHEMAS["annotation.schema.json"]["$defs"]["Event"]["properties"]
    assert event["type"]["enum"] == list(ONTOLOGY.event_types)
    assert event["modality"]["enum"] == list(ONTOLOGY.modalities)


def test_the_schemas_ask_for_just_the_fields_that_the_records_need() -> None:
    """A field that msgspec fills by itself is not required."""
    record = plain(ANNOTATIONS[0])
    assert "score" not in record["spans"][0]
    assert SCHEMAS["annotation.schema.json"]["$defs"]["Span"]["required"] == [
        "id",
        "start",
        "end",
        "label",
        "text",
    ]
