"""A changed copy of the contract, with the migration that leads to it, for tests."""

import msgspec

from curation.migration import Changes, Migration, Rule
from curation.ontology import Ontology, load_ontology, read_ontology, schemas_root

OLD = load_ontology()
VERSION = "1.1.0"


def source() -> str:
    return (schemas_root() / "ontology.yaml").read_text(encoding="utf-8")


def changed(*edits: tuple[str, str], version: str = VERSION) -> Ontology:
    """The contract after these replacements in its file, each of which must hit."""
    text = source().replace("version: 1.0.0", f"version: {version}")
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return read_ontology(text.encode())


def without(table: str, *names: str, version: str = VERSION) -> Ontology:
    """The contract without these names of a table, and without what names them elsewhere."""
    raw = msgspec.yaml.decode(source().encode())
    raw["version"] = version
    raw[table] = [row for row in raw[table] if row["name"] not in names]
    field = {"labels": ("fillers", "from", "to"), "event_types": ("event_types",)}
    for rows in (raw["roles"], raw["relations"]):
        for row in rows:
            for key in field.get(table, ()):
                if isinstance(row.get(key), list):
                    row[key] = [name for name in row[key] if name not in names]
    return read_ontology(msgspec.yaml.encode(raw))


def next_contract() -> Ontology:
    """HONOUR is DECORATION, TALKS and CALL are MEETING, who signs is SIGNATORY."""
    text = source().replace("version: 1.0.0", f"version: {VERSION}").replace("HONOUR", "DECORATION")
    raw = msgspec.yaml.decode(text.encode())
    raw["event_types"] = [row for row in raw["event_types"] if row["name"] != "CALL"]
    for row in raw["event_types"]:
        row["name"] = "MEETING" if row["name"] == "TALKS" else row["name"]
    for row in raw["roles"]:
        if row["event_types"] != "all":
            types = ["MEETING" if one in ("TALKS", "CALL") else one for one in row["event_types"]]
            row["event_types"] = list(dict.fromkeys(types))
    participant = next(row for row in raw["roles"] if row["name"] == "PARTICIPANT")
    participant["event_types"].remove("SIGNING")
    raw["roles"].append({**participant, "name": "SIGNATORY", "event_types": ["SIGNING"]})
    return read_ontology(msgspec.yaml.encode(raw))


def step() -> Migration:
    """The migration to `next_contract`."""
    return Migration(
        from_="1.0.0",
        to=VERSION,
        labels=Changes(rename={"HONOUR": "DECORATION"}),
        event_types=Changes(merge={"MEETING": ("TALKS", "CALL")}),
        roles=Changes(
            split={
                "PARTICIPANT": (
                    Rule(to="SIGNATORY", event_types=("SIGNING",)),
                    Rule(to="PARTICIPANT"),
                )
            }
        ),
    )


STEP = """\
from: 1.0.0
to: 1.1.0
labels:
  rename: {HONOUR: DECORATION}
event_types:
  merge: {MEETING: [TALKS, CALL]}
roles:
  split:
    PARTICIPANT:
    - {to: SIGNATORY, event_types: [SIGNING]}
    - {to: PARTICIPANT}
"""
