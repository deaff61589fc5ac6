"""The schemas of the tables as YAML: plain pandera reads them, and they follow the ontology."""

import subprocess
import sys
from pathlib import Path

import msgspec
import polars as pl
import pytest
import yaml
from pandera.io import polars_io

from curation.ontology import load_ontology
from curation.validation.schemas import table_rules, table_schemas, table_yaml
from curation.validation.tables import DTYPES, KEYS, tables
from tests.release.corpus import change, make_corpus, with_span

ONTOLOGY = load_ontology()
FILES = table_yaml(ONTOLOGY)

PLAIN = """\
import sys
from pathlib import Path
import pandera
import polars as pl
from pandera.io.polars_io import from_yaml

for path in sorted(Path(sys.argv[1]).glob("*.yaml")):
    try:
        from_yaml(path.read_text(encoding="utf-8")).validate(
            pl.read_parquet(path.with_suffix(".parquet")), lazy=True
        )
    except pandera.errors.SchemaErrors as errors:
        for case in errors.failure_cases.iter_rows(named=True):
            print(path.stem, case["index"], case["column"], case["failure_case"], case["check"])
assert not [name for name in sys.modules if name.partition(".")[0] == "curation"]
"""


def test_plain_pandera_reads_the_yaml_and_finds_the_bad_rows(tmp_path: Path) -> None:
    """In a process of its own, which never imports this package."""
    articles, annotations = make_corpus(2)
    bad = with_span(annotations[1], "s4", {"label": "FISH", "start": -1})
    bad = with_span(bad, "s6", {"kb": "Andorra"})
    article = change(articles[0], published="1/3/2024")
    for name, frame in tables([article, articles[1]], [annotations[0], bad]).items():
        frame.write_parquet(tmp_path / f"{name}.parquet")
        (tmp_path / f"{name}.yaml").write_text(FILES[f"{name}.yaml"], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", PLAIN, str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    first = len(annotations[0].spans)
    assert done.stdout.splitlines() == [
        "articles 0 published 1/3/2024 is no day. Write YYYY-MM-DD, or leave it empty.",
        f"entities {first + 3} start -1 is less than 0. Mark the words again.",
        f"entities {first + 3} label FISH is no label of the ontology. "
        f"Use one of {', '.join(ONTOLOGY.labels)}.",
        f"entities {first + 5} kb Andorra is no valid kb. "
        f"{ONTOLOGY.attributes['kb'].definition.en}",
    ]


@pytest.mark.parametrize("name", DTYPES)
def test_the_yaml_says_all_that_the_schema_says(name: str) -> None:
    """Read and written again, it is the same text."""
    text = FILES[f"{name}.yaml"]
    schema = polars_io.from_yaml(text)  # type: ignore[no-untyped-call]
    assert polars_io.to_yaml(schema) == text
    written = yaml.safe_load(text)
    assert list(written["columns"]) == list(DTYPES[name])
    assert written["unique"] == list(KEYS[name])
    assert written["strict"] is True
    assert all(column["description"] for column in written["columns"].values())
    told = {rule.rule for (table, *_), rule in table_rules(ONTOLOGY).items() if table == name}
    assert told - {"must be filled"} - {rule for rule in told if rule.startswith("the key")} == {
        found["error"].partition(". ")[0]
        for column in written["columns"].values()
        for found in column.values()
        if isinstance(found, dict)
    }


def test_the_names_of_the_ontology_are_in_the_yaml() -> None:
    def allowed(table: str, column: str) -> list[str]:
        found = yaml.safe_load(FILES[f"{table}.yaml"])["columns"][column]["isin"]["value"]
        return list(found)

    assert allowed("entities", "label") == list(ONTOLOGY.labels)
    assert allowed("events", "type") == list(ONTOLOGY.event_types)
    assert allowed("events", "modality") == list(ONTOLOGY.modalities)
    assert allowed("arguments", "role") == list(ONTOLOGY.roles)
    assert allowed("relations", "type") == list(ONTOLOGY.relations)


def test_the_schemas_follow_a_changed_ontology() -> None:
    """Nothing of the ontology is typed into the code."""
    label = msgspec.structs.replace(ONTOLOGY.labels["HONOUR"], name="SHIP")
    changed = msgspec.structs.replace(
        ONTOLOGY, version="9.0.0", labels={"SHIP": label}, roles={}, relations={}
    )
    files = table_yaml(changed)
    assert yaml.safe_load(files["entities.yaml"])["columns"]["label"]["isin"]["value"] == ["SHIP"]
    contract = yaml.safe_load(files["annotations.yaml"])["columns"]["contract"]
    assert contract["equal_to"]["value"] == "9.0.0"
    assert "PERSON" not in files["entities.yaml"]
    assert "HOST" not in files["arguments.yaml"]


def test_the_schemas_have_the_types_of_the_tables() -> None:
    for name, schema in table_schemas(ONTOLOGY).items():
        empty = pl.DataFrame(schema=DTYPES[name])
        assert schema.validate(empty, lazy=True).schema == empty.schema
