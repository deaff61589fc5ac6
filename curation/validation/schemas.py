"""The pandera schemas of the tables, generated from the ontology.

Only checks that pandera itself has are used, so that the YAML written from these schemas is
read by plain pandera (`pandera.io.polars_io.from_yaml`) without this package. What needs
two tables, or Python, is in `curation.validation.checks`.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pandera.polars as pa
from pandera.io import polars_io

from curation.ontology import Ontology
from curation.validation import values
from curation.validation.report import Rule
from curation.validation.tables import DTYPES, KEYS

AUTHOR = f"^({'|'.join(values.KINDS)}):.+$"


class Constraint(NamedTuple):
    """A check that pandera has, and the words for a value that fails it."""

    check: pa.Check
    rule: str
    remedy: str


class ColumnSpec(NamedTuple):
    """What a column holds; a column that is not nullable must be filled."""

    description: str
    constraints: tuple[Constraint, ...]
    nullable: bool


class TableSpec(NamedTuple):
    """What a table holds, column by column in the order of `DTYPES`."""

    title: str
    description: str
    columns: dict[str, ColumnSpec]


def table_schemas(ontology: Ontology) -> dict[str, pa.DataFrameSchema]:
    """Return the schema of each table."""
    return {name: _schema(name, spec) for name, spec in table_specs(ontology).items()}


def table_yaml(ontology: Ontology) -> dict[str, str]:
    """Return the text of the YAML file of each table, by file name."""
    return {
        f"{name}.yaml": polars_io.to_yaml(schema)
        for name, schema in table_schemas(ontology).items()
    }


def table_rules(ontology: Ontology) -> dict[tuple[str, str, str], Rule]:
    """Return every rule of the schemas by table, column and what pandera reports as check."""
    found: dict[tuple[str, str, str], Rule] = {}
    for table, spec in table_specs(ontology).items():
        rule = f"the key ({', '.join(KEYS[table])}) stands more than once"
        found[table, table, "multiple_fields_uniqueness"] = Rule(
            table, "key.unique", rule, "Keep one of them."
        )
        for column, each in spec.columns.items():
            for name, reported, rule, remedy in _column_rules(each):
                found[table, column, reported] = Rule(table, f"{column}.{name}", rule, remedy)
    return found


def table_specs(ontology: Ontology) -> dict[str, TableSpec]:
    """Return what each table holds, in the order of the tables."""
    return {
        "articles": _articles(),
        "annotations": _annotations(ontology),
        "entities": _entities(ontology),
        "events": _events(ontology),
        "arguments": _arguments(ontology),
        "relations": _relations(ontology),
    }


def _schema(name: str, spec: TableSpec) -> pa.DataFrameSchema:
    columns = {
        column: pa.Column(
            DTYPES[name][column],
            [constraint.check for constraint in each.constraints],
            nullable=each.nullable,
            description=each.description,
        )
        for column, each in spec.columns.items()
    }
    return pa.DataFrameSchema(
        columns,
        strict=True,
        unique=list(KEYS[name]),
        name=name,
        title=spec.title,
        description=spec.description,
    )


def _column_rules(spec: ColumnSpec) -> Iterator[tuple[str, str, str, str]]:
    if not spec.nullable:
        yield "not_nullable", "not_nullable", "must be filled", "Fill it."
    for constraint in spec.constraints:
        check = constraint.check
        yield str(check.name), str(check.error), constraint.rule, constraint.remedy


def _column(description: str, *constraints: Constraint, nullable: bool = False) -> ColumnSpec:
    return ColumnSpec(description, constraints, nullable)


def _error(rule: str, remedy: str) -> str:
    return f"{rule}. {remedy}"


def _matches(pattern: str, rule: str, remedy: str) -> Constraint:
    return Constraint(pa.Check.str_matches(pattern, error=_error(rule, remedy)), rule, remedy)


def _one_of(names: Iterable[str], kind: str) -> Constraint:
    allowed = list(names)
    rule, remedy = f"is no {kind} of the ontology", f"Use one of {', '.join(allowed)}."
    return Constraint(pa.Check.isin(allowed, error=_error(rule, remedy)), rule, remedy)


def _least(value: int, remedy: str = "Mark the words again.") -> Constraint:
    rule = f"is less than {value}"
    return Constraint(pa.Check.ge(value, error=_error(rule, remedy)), rule, remedy)


def _filled() -> Constraint:
    rule, remedy = "is empty", "Fill it."
    return Constraint(pa.Check.str_length(min_value=1, error=_error(rule, remedy)), rule, remedy)


def _sha256(what: str) -> ColumnSpec:
    return _column(
        f"SHA-256 of {what}, 64 hex digits.",
        _matches(values.SHA256, "is no SHA-256 in hex", "Let the toolkit compute it."),
    )


def _article_id() -> Constraint:
    return _matches(
        values.ARTICLE_ID, "is no article id", "It is a- and 16 hex digits of the SHA-256."
    )


def _of_annotation() -> dict[str, ColumnSpec]:
    return {
        "article_id": _column("The article: `id` of the table articles.", _article_id()),
        "author": _column(
            f"Who annotated, as kind:name; the kinds are {', '.join(values.KINDS)}.",
            _matches(AUTHOR, "is no author", "Write the kind, a colon and a name."),
        ),
    }


def _anchor() -> dict[str, ColumnSpec]:
    return {
        "start": _column("First code point, counted in the article's text from 0.", _least(0)),
        "end": _column("Code point after the last one.", _least(1)),
    }


def _origin() -> dict[str, ColumnSpec]:
    rule, remedy = "is not between 0 and 1", "Give a probability or nothing."
    check = pa.Check.in_range(0, 1, error=_error(rule, remedy))
    return {
        "score": _column(
            "How sure the model was, 0 to 1.", Constraint(check, rule, remedy), nullable=True
        ),
        "by": _column("The rule, list or model that made the candidate.", nullable=True),
    }


def _surface() -> ColumnSpec:
    return _column("The words: the article's text from start to end.", _filled())


def _articles() -> TableSpec:
    mend = "Mend it, or leave it empty."
    columns = {
        "id": _column("a- and the first 16 hex digits of sha256.", _article_id()),
        "sha256": _sha256("the UTF-8 bytes of the text"),
        "text": _column(
            "Title, a blank line and body (only the body where there is no title), Unicode NFC, "
            "newlines as LF.",
            _filled(),
        ),
        "title_start": _column("First code point of the title.", _least(0, mend), nullable=True),
        "title_end": _column("Code point after the title.", _least(1, mend), nullable=True),
        "lang": _column(
            "Language, BCP 47.",
            _matches(values.LANGUAGE, "is no language tag", "Use BCP 47: vi, en."),
        ),
        "published": _column(
            "Day of publication.",
            _matches(values.DAY, "is no day", "Write YYYY-MM-DD, or leave it empty."),
            nullable=True,
        ),
        "published_from": _column("Where the day was found.", nullable=True),
        "outlet": _column("The newspaper, agency or site.", nullable=True),
        "byline": _column("The authors' line.", nullable=True),
        "dateline": _column("The place printed before the lead.", nullable=True),
        "url": _column(
            "Address of the article.", _matches(values.URL, "is no address", mend), nullable=True
        ),
        "license": _column(
            "License of the text, an SPDX expression; empty where unknown.",
            _matches(
                values.LICENSE, "is no SPDX expression", "Use SPDX or LicenseRef-…, or nothing."
            ),
            nullable=True,
        ),
        "source_path": _column("The raw file."),
        "source_sha256": _sha256("the raw file's bytes"),
        "source_media_type": _column("Media type of the raw file."),
        "kept": _column(
            "Pieces that lead from the text back to the decoded raw file: code points "
            "[start, start + length) stem from the raw code points that begin at raw_start."
        ),
    }
    return TableSpec("Articles", "One row for each article, pinned by its hash.", columns)


def _annotations(ontology: Ontology) -> TableSpec:
    version = ontology.version
    rule, remedy = f"is not the contract {version}", "Migrate the annotation, or annotate again."
    contract = Constraint(
        pa.Check.equal_to(version, error=_error(rule, remedy)),
        rule,
        remedy,
    )
    columns = {
        **_of_annotation(),
        "text_sha256": _sha256("the text that was annotated"),
        "created": _column(
            "When, ISO 8601 in UTC.",
            _matches(values.TIME, "is no time in UTC", "Write 2024-10-28T09:30:00Z, or nothing."),
            nullable=True,
        ),
        "contract": _column("Version of the ontology.", contract),
    }
    return TableSpec("Annotations", "One row for each author and article.", columns)


def _entities(ontology: Ontology) -> TableSpec:
    labels = {name: label.definition for name, label in ontology.labels.items()}
    columns = {
        **_of_annotation(),
        "id": _column("Id of the span, unique among spans and events of its author.", _filled()),
        **_anchor(),
        "label": _column(values.describe(labels), _one_of(labels, "label")),
        "text": _surface(),
        **{name: _attribute(name, ontology) for name in ("value", "kb")},
        **_origin(),
    }
    description = "One row for each entity span; two spans of an author never overlap."
    return TableSpec("Entities", description, columns)


def _attribute(name: str, ontology: Ontology) -> ColumnSpec:
    attribute = ontology.attributes[name]
    constraint = _matches(attribute.pattern, f"is no valid {name}", attribute.definition.en)
    return _column(attribute.definition.en, constraint, nullable=True)


def _events(ontology: Ontology) -> TableSpec:
    types = {name: each.definition for name, each in ontology.event_types.items()}
    modalities = {name: each.definition for name, each in ontology.modalities.items()}
    columns = {
        **_of_annotation(),
        "id": _column("Id of the event, unique among spans and events of its author.", _filled()),
        "type": _column(values.describe(types), _one_of(types, "event type")),
        **_anchor(),
        "text": _surface(),
        "modality": _column(values.describe(modalities), _one_of(modalities, "modality")),
        **_origin(),
    }
    description = "One row for each trigger; a trigger may overlap an entity."
    return TableSpec("Events", description, columns)


def _arguments(ontology: Ontology) -> TableSpec:
    roles = {name: role.definition for name, role in ontology.roles.items()}
    columns = {
        **_of_annotation(),
        "event_id": _column("The event: `id` of the table events.", _filled()),
        "role": _column(values.describe(roles), _one_of(roles, "role")),
        "span_id": _column("The filler: `id` of the table entities.", _filled()),
    }
    return TableSpec("Arguments", "One row for each argument of an event.", columns)


def _relations(ontology: Ontology) -> TableSpec:
    kinds = {name: kind.definition for name, kind in ontology.relations.items()}
    columns = {
        **_of_annotation(),
        "type": _column(values.describe(kinds), _one_of(kinds, "relation")),
        "from_id": _column("The span it starts at: `id` of the table entities.", _filled()),
        "to_id": _column("The span it leads to: `id` of the table entities.", _filled()),
    }
    return TableSpec("Relations", "One row for each relation between two spans.", columns)
