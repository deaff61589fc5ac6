"""All rules over all tables: pandera finds the rows, this module says what is wrong with them."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.config import ValidationDepth, config_context

from curation.errors import Problem
from curation.ontology import Ontology
from curation.validation.checks import CrossCheck, cross_checks
from curation.validation.report import Finding, Report, Rule
from curation.validation.schemas import table_rules, table_schemas
from curation.validation.tables import KEYS, Tables

Row = dict[str, Any]

_SHOWN = 80


def validate_tables(tables: Tables, ontology: Ontology) -> Report:
    """Try every rule of the contract on every row."""
    schemas, crossing = table_schemas(ontology), cross_checks(tables, ontology)
    built_in = table_rules(ontology)
    rules: list[Rule] = []
    findings: list[Finding] = []
    doubled = _doubled(tables)
    for name, frame in tables.items():
        own = {key: rule for key, rule in built_in.items() if key[0] == name}
        rules += [*own.values(), *(check.rule for check in crossing[name])]
        cases = _failure_cases(_with_checks(schemas[name], crossing[name]), frame)
        found = [*_built_in(cases, frame, own), *_crossing(cases, frame, crossing[name])]
        _refuse_unread(cases, found, name)
        findings += sorted(_judged(found, frame, doubled), key=_place(rules))
    return Report(ontology.version, tables.counts(), tuple(rules), tuple(findings))


def _with_checks(schema: pa.DataFrameSchema, checks: list[CrossCheck]) -> pa.DataFrameSchema:
    added: dict[str, list[pa.Check]] = defaultdict(list)
    for check in checks:
        added[check.column].append(check.as_pandera())
    return schema.update_columns(
        {name: {"checks": [*schema.columns[name].checks, *found]} for name, found in added.items()}
    )


def _failure_cases(schema: pa.DataFrameSchema, frame: pl.DataFrame) -> list[Row]:
    """Let pandera look at all of the data, whatever its environment variables ask for."""
    whole = ValidationDepth.SCHEMA_AND_DATA
    try:
        with config_context(validation_enabled=True, validation_depth=whole):
            schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        return list(errors.failure_cases.iter_rows(named=True))
    return []


def _built_in(
    cases: list[Row], frame: pl.DataFrame, rules: dict[tuple[str, str, str], Rule]
) -> Iterator[Finding]:
    for case in cases:
        table = next(iter(rules))[0]
        rule = rules.get((table, case["column"], case["check"]))
        if rule is None or case["index"] is None:
            continue
        row = frame.row(case["index"], named=True)
        columns = KEYS[table] if rule.name == "key.unique" else (case["column"],)
        value = " ".join(_shown(row[column]) for column in columns)
        problem = Problem(_record(table, row), value, rule.rule, rule.remedy)
        yield Finding(rule, case["index"], problem)


def _crossing(cases: list[Row], frame: pl.DataFrame, checks: list[CrossCheck]) -> Iterator[Finding]:
    indices: dict[str, list[int]] = defaultdict(list)
    for case in cases:
        if case["index"] is not None:
            indices[case["check"]].append(case["index"])
    for check in checks:
        failed = indices.get(check.rule.name, [])
        for index, row in check.failed(frame, failed).items() if failed else ():
            remedy = check.remedy(row) if check.remedy else check.rule.remedy
            record = _record(check.rule.table, row)
            problem = Problem(record, check.value(row), check.rule.rule, remedy)
            yield Finding(check.rule, index, problem)


def _refuse_unread(cases: list[Row], found: list[Finding], table: str) -> None:
    """Stop where pandera reported what no rule stands for: a fault of the toolkit or its user."""
    if len(cases) != len(found):
        whole = [case for case in cases if case["index"] is None] or cases
        told = "; ".join(f"{case['check']}: {case['failure_case']}" for case in whole)
        raise ValueError(f"the table {table} cannot be judged: {told}")


def _doubled(tables: Tables) -> set[tuple[Any, ...]]:
    """Return the authors, by article, of whom there are several annotations of it."""
    owners = tables.annotations.select(KEYS["annotations"])
    return set(owners.filter(owners.is_duplicated()).rows())


def _judged(
    found: list[Finding], frame: pl.DataFrame, doubled: set[tuple[Any, ...]]
) -> Iterator[Finding]:
    """Yield the findings, without the rows that are mixed up from several annotations.

    What is wrong there is said once, at the annotations.
    """
    for each in found:
        row = frame.row(each.row, named=True)
        of_annotation = each.rule.table not in ("articles", "annotations")
        if not (of_annotation and (row["article_id"], row["author"]) in doubled):
            yield each


def _place(rules: list[Rule]) -> Any:
    order = {(rule.table, rule.name): number for number, rule in enumerate(rules)}
    return lambda found: (found.row, order[found.rule.table, found.rule.name])


def _record(table: str, row: Row) -> str:
    if table == "articles":
        return f"articles, {row['id']}"
    place = f"{table}, {row['article_id']} by {row['author']}"
    match table:
        case "entities" | "events":
            return f"{place}, {row['id']}"
        case "arguments":
            return f"{place}, {row['event_id']} {row['role']} -> {row['span_id']}"
        case "relations":
            return f"{place}, {row['type']} {row['from_id']} -> {row['to_id']}"
    return place


def _shown(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
