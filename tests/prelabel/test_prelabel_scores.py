"""The scores of candidates are measured, not invented."""

import csv
import os
from importlib import resources
from pathlib import Path

import pytest

from curation.prelabel.scores import measure
from tests.prelabel.made_articles import PRELABEL, gold_articles

COLUMNS = ("by", "precision", "right", "made")


def _pairs(shared: Path, sample: Path):  # type: ignore[no-untyped-def]
    gold = gold_articles(shared / "gold" / "seeds.jsonl", shared / "seeds")
    for name in ("gold-a.jsonl", "gold-b.jsonl"):
        gold += gold_articles(sample / name, sample / "articles")
    for lang in ("vi", "en"):
        corpus = Path(__file__).parents[2] / "benchmarks" / "gold" / f"corpus-{lang}.jsonl"
        if not corpus.is_file() or not (shared / "corpus").is_dir():
            pytest.skip("the corpus or its gold is not here")
        gold += gold_articles(corpus, shared / "corpus", "dev")
    return [(PRELABEL(article), annotation) for article, annotation in gold]


def test_the_table_of_scores_is_what_the_development_gold_yields(
    shared: Path, sample_dir: Path
) -> None:
    measured = measure(_pairs(shared, sample_dir))
    file = Path(str(resources.files("curation.prelabel"))) / "data" / "scores.tsv"
    if os.environ.get("REWRITE_GOLDEN"):
        lines = ["\t".join(COLUMNS), *("\t".join(row[c] for c in COLUMNS) for row in measured)]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with file.open(encoding="utf-8", newline="") as rows:
        assert list(csv.DictReader(rows, delimiter="\t")) == measured


def test_a_score_is_smoothed_by_one_right_and_one_wrong() -> None:
    from tests.prelabel.made_articles import article

    annotation = PRELABEL(article("Cuba và Lào."))
    rows = {row["by"]: row for row in measure([(annotation, annotation)])}
    assert rows["registry:countries"]["precision"] == "0.750"
    assert (rows["registry:countries"]["right"], rows["registry:countries"]["made"]) == ("2", "2")
