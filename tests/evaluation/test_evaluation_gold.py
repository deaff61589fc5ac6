"""The gold of the corpus is what its README says, and fits the pages that it was made on."""

import hashlib
import json
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from curation.ontology import load_ontology
from tests.conftest import ROOT

GOLD = ROOT / "benchmarks" / "gold"
ONTOLOGY = load_ontology()


def _records(lang: str) -> list[dict[str, Any]]:
    lines = (GOLD / f"corpus-{lang}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _names(shared: Path, folder: str) -> list[str]:
    return [f"{folder}/{path.stem}" for path in sorted((shared / "corpus" / folder).glob("*.txt"))]


def test_the_articles_are_those_of_the_draw(shared: Path) -> None:
    random = Random(20261121)
    vietnamese = random.sample(_names(shared, "vi"), 20)
    english = _names(shared, "en-press") + _names(shared, "en-statements")
    assert [record["id"] for record in _records("vi")] == vietnamese
    assert [record["id"] for record in _records("en")] == random.sample(english, 20)


FILES = ["vi", "en", "more-vi", "more-en"]


def test_no_article_is_annotated_in_two_files(shared: Path) -> None:
    ids = [record["id"] for name in FILES for record in _records(name)]
    assert len(ids) == len(set(ids))
    assert len(ids) >= 390


@pytest.mark.parametrize("lang", FILES)
def test_the_readme_counts_what_the_files_hold(lang: str) -> None:
    readme = (GOLD / "README.md").read_text(encoding="utf-8")
    for part in sorted({record["part"] for record in _records(lang)}):
        records = [record for record in _records(lang) if record["part"] == part]
        spans = sum(len(record["spans"]) for record in records)
        events = [event for record in records for event in record["events"]]
        arguments = sum(len(event["arguments"]) for event in events)
        relations = sum(len(record["relations"]) for record in records)
        row = f"| {len(records)} | {spans} | {len(events)} | {arguments} | {relations} |"
        assert f"| `corpus-{lang}.jsonl` | {part} {row}" in readme


@pytest.mark.parametrize("lang", FILES)
def test_the_gold_is_sound_and_holds_no_text(lang: str) -> None:
    for record in _records(lang):
        labels = {span["id"]: span["label"] for span in record["spans"]}
        ordered = sorted(record["spans"], key=lambda span: span["start"])
        assert all(a["end"] <= b["start"] for a, b in pairwise(ordered))
        assert "text" not in {key for item in record["spans"] + record["events"] for key in item}
        for event in record["events"]:
            for argument in event["arguments"]:
                label = labels[argument["span"]]
                assert ONTOLOGY.allows_argument(event["type"], argument["role"], label)
        for relation in record["relations"]:
            ends = labels[relation["from"]], labels[relation["to"]]
            assert ONTOLOGY.allows_relation(relation["type"], *ends)


@pytest.mark.parametrize("lang", FILES)
def test_the_pages_are_those_that_were_annotated(shared: Path, lang: str) -> None:
    for record in _records(lang):
        page = (shared / "corpus" / f"{record['id']}.txt").read_bytes()
        assert hashlib.sha256(page).hexdigest() == record["sha256"]
        text = page.decode()
        marks = record["spans"] + record["events"]
        cut = [text[mark["start"] : mark["end"]] for mark in marks]
        assert all(words and words == words.strip() for words in cut)
