"""The generated files of the checkout are those that the ontology gives."""

import shutil
from pathlib import Path

import pytest

from curation import contract
from curation.errors import DataError, UsageError
from curation.handbook import TABLES, fill
from curation.ontology import load_ontology

ROOT = Path(__file__).parent.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the contract that a test may break."""
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    shutil.copy(ROOT / "guidelines.md", tmp_path)
    return tmp_path


def _edit(checkout: Path, old: str, new: str) -> None:
    path = checkout / contract.ONTOLOGY
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_no_generated_file_of_the_checkout_has_drifted() -> None:
    assert contract.check(ROOT) == len(contract.generated(ROOT))


def test_every_file_in_schemas_is_authored_or_generated() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "schemas").rglob("*")
        if path.is_file()
    }
    made = {name for name in contract.generated(ROOT) if name.startswith("schemas/")}
    assert found == made | {contract.ONTOLOGY, contract.SCHEMA}


def test_a_changed_definition_is_drift_until_it_is_written(checkout: Path) -> None:
    _edit(checkout, "en: A host receives a guest", "en: Someone receives a guest")
    with pytest.raises(DataError) as caught:
        contract.check(checkout)
    assert "guidelines.md: out of date: is generated from schemas/ontology.yaml. Run" in str(
        caught.value
    )
    assert contract.HANDBOOK in contract.write(checkout)
    assert contract.check(checkout)
    assert contract.write(checkout) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('hotkey: "1"', 'hotkey: "2"', "hotkey 2: PERSON, ROLE: is used more than once."),
        ('hotkey: "1"', "hotkey: u", "$.labels[0].hotkey: 'u': 'u' does not match"),
        ("fillers: [DATE]", "fillers: [DAY]", "roles TIME: DAY: is not defined. Use one of"),
        ("event_types: [RECEPTION, VISIT", "event_types: [PARTY, VISIT", "PARTY: is not defined"),
        ("- name: HOLDS", "- name: HOST", "roles HOST: HOST: is also a relation."),
        ("plover: AID", "plover: GIFT", "'GIFT': 'GIFT' is not one of"),
    ],
)
def test_an_ontology_that_is_wrong_is_refused(
    checkout: Path, old: str, new: str, message: str
) -> None:
    _edit(checkout, old, new)
    with pytest.raises(DataError) as caught:
        contract.check(checkout)
    assert message in str(caught.value)


def test_a_folder_without_a_contract_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="give --root the folder that holds schemas/"):
        contract.check(tmp_path)


def test_the_handbook_has_each_table_once_with_every_name() -> None:
    ontology = load_ontology()
    text = (ROOT / "guidelines.md").read_text(encoding="utf-8")
    for name in TABLES:
        assert text.count(f"<!-- generated: {name} -->") == 1
    assert fill(text, ontology) == text
    for name in (*ontology.labels, *ontology.event_types, *ontology.roles, *ontology.relations):
        assert f"| **{name}** |" in text


def test_an_unknown_table_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("<!-- generated: nonsense -->\n<!-- end -->", load_ontology())
