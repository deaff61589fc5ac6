"""The files that are generated from the ontology, and the check that none has drifted.

`root` is a checkout: the folder with `schemas/` and `guidelines.md`.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from curation import handbook
from curation.errors import DataError, Problem, UsageError
from curation.ontology import EventType, Label, Modality, Ontology, read_ontology
from curation.workspace import write_text

ONTOLOGY = "schemas/ontology.yaml"
SCHEMA = "schemas/ontology.schema.json"
HANDBOOK = "guidelines.md"


def generated(root: Path) -> dict[str, str]:
    """Return the text of every generated file, by its path below the root.

    Raises `DataError` where the ontology breaks its schema or contradicts itself.
    """
    from curation.labelstudio.interface import interface
    from curation.validation.record_schemas import record_schemas
    from curation.validation.schemas import table_yaml

    ontology = read_contract(root)
    files = {"schemas/label-studio.xml": interface(ontology)}
    for name, schema in record_schemas(ontology).items():
        files[f"schemas/{name}"] = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
    for name, text in table_yaml(ontology).items():
        files[f"schemas/tables/{name}"] = text
    files[HANDBOOK] = handbook.fill((root / HANDBOOK).read_text(encoding="utf-8"), ontology)
    return files


def read_contract(root: Path) -> Ontology:
    """Read and check the ontology of a checkout; raises `DataError` with all that is wrong."""
    path = root / ONTOLOGY
    if not path.is_file():
        raise UsageError(f"{path} is not there: give --root the folder that holds schemas/.")
    source = path.read_bytes()
    problems = list(_breaks_schema(source, root / SCHEMA))
    if not problems:
        problems = list(_contradictions(read_ontology(source)))
    if problems:
        raise DataError(problems)
    return read_ontology(source)


def write(root: Path) -> list[str]:
    """Write the generated files that have changed; return their paths below the root."""
    files = generated(root)
    changed = [name for name, text in files.items() if _current(root / name) != text]
    for name in changed:
        write_text(root / name, files[name])
    return changed


def check(root: Path) -> int:
    """Raise `DataError` naming each file that has drifted; else return how many there are."""
    files = generated(root)
    drifted = [
        Problem(
            record=name,
            value="missing" if _current(root / name) is None else "out of date",
            rule="is generated from schemas/ontology.yaml",
            remedy="Run `curation contract --write` and commit the result.",
        )
        for name, text in files.items()
        if _current(root / name) != text
    ]
    if drifted:
        raise DataError(drifted)
    return len(files)


def _current(path: Path) -> str | None:
    return path.read_bytes().decode("utf-8") if path.is_file() else None


def _breaks_schema(source: bytes, schema: Path) -> Iterator[Problem]:
    import jsonschema

    validator = jsonschema.Draft202012Validator(json.loads(schema.read_bytes()))
    for error in validator.iter_errors(msgspec.yaml.decode(source)):
        yield Problem(
            record=f"{ONTOLOGY} {error.json_path}",
            value=repr(error.instance)[:80],
            rule=error.message[:200],
            remedy="Mend the ontology; ontology.schema.json says what is allowed.",
        )


def _contradictions(ontology: Ontology) -> Iterator[Problem]:
    """Find what the schema cannot say: names that resolve to nothing, keys used twice."""
    keyed: list[Label | EventType | Modality] = [
        *ontology.labels.values(),
        *ontology.event_types.values(),
        *ontology.modalities.values(),
    ]
    for key, count in Counter(item.hotkey for item in keyed).items():
        if count > 1:
            names = ", ".join(item.name for item in keyed if item.hotkey == key)
            yield _wrong(f"hotkey {key}", names, "is used more than once", "Give each its own.")
    for role in ontology.roles.values():
        yield from _unknown(f"roles {role.name}", role.fillers, ontology.labels)
        yield from _unknown(f"roles {role.name}", role.event_types, ontology.event_types)
    for relation in ontology.relations.values():
        ends = (*relation.from_, *relation.to)
        yield from _unknown(f"relations {relation.name}", ends, ontology.labels)
    for label in ontology.labels.values():
        yield from _unknown(f"labels {label.name}", label.attributes, ontology.attributes)
    for name in set(ontology.roles) & set(ontology.relations):
        yield _wrong(f"roles {name}", name, "is also a relation", "Arrows need one meaning.")
    for name in set(ontology.labels) & set(ontology.event_types):
        yield _wrong(f"labels {name}", name, "is also an event type", "Rename one of them.")


def _unknown(place: str, names: tuple[str, ...], known: Mapping[str, object]) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            yield _wrong(place, name, "is not defined", f"Use one of {', '.join(known)}.")


def _wrong(place: str, value: str, rule: str, remedy: str) -> Problem:
    return Problem(record=f"{ONTOLOGY} {place}", value=value, rule=rule, remedy=remedy)
