"""Print the quality of the rules on the project's gold, and how far their scores are true.

    python benchmarks/prelabel_quality.py SHARED

SHARED is the folder with the pages (`corpus`, `seeds`) and the gold of the seeds. The rules
run over the pages as ingest cleans them; everything is measured by `curation.evaluation`.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from curation import evaluation
from curation.evaluation import Marks
from curation.ingest import IngestOptions, ingest
from curation.ontology import load_ontology
from curation.prelabel import rules
from curation.workspace import write_jsonl

GOLD = Path(__file__).parent / "gold"
SHOWN = (
    "entity exact",
    "entity overlap",
    "entity exact PERSON",
    "entity exact COUNTRY",
    "entity exact ROLE",
    "entity exact ORG",
    "trigger",
    "trigger+type",
    "argument",
    "relation",
    "DATE value accuracy",
    "COUNTRY kb accuracy",
)


def read(gold: Path, folder: Path, part: str | None) -> tuple[list[Marks], list[Marks]]:
    """Return the gold of a part and what the rules propose for the pages of the folder."""
    articles = ingest([folder], IngestOptions(languages=("vi", "en"))).articles
    wanted = evaluation.read_marks(gold, articles, part)
    asked = {one.article for one in wanted}
    label = rules()
    made = [label(article) for article in articles if article.id in asked]
    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / "candidates.jsonl"
        write_jsonl(path, made)
        return wanted, evaluation.read_marks(path, articles)


def figures(sets: dict[str, tuple[list[Marks], list[Marks]]]) -> list[str]:
    """Return a Markdown table: a row a figure, a column a set, F1 with its interval."""
    measured = {
        name: evaluation.evaluate(gold, made, load_ontology()).figures["all"]
        for name, (gold, made) in sets.items()
    }
    rows = [f"| figure | {' | '.join(measured)} |", "| --- |" + " --- |" * len(measured)]
    for figure in SHOWN:
        cells = []
        for found in measured.values():
            one = found.get(figure)
            cells.append(f"{one.f1:.3f} ({one.low:.2f}-{one.high:.2f})" if one else "-")
        rows.append(f"| {figure} | {' | '.join(cells)} |")
    return rows


def scores(name: str, gold: Sequence[Marks], made: Sequence[Marks]) -> list[str]:
    """Return a Markdown table of the reliability of scores."""
    rows = []
    for what, bins in evaluation.reliability(gold, made).items():
        error = evaluation.calibration_error(bins)
        rows += [
            "",
            f"{name}, {what} (calibration error {error:.3f}):",
            "",
            "| score | candidates | mean score | right |",
            "| --- | --- | --- | --- |",
        ]
        rows += [
            f"| {b.low:.2f} to {b.high:.2f} | {b.made} | {b.score:.3f} | {b.right:.3f} |"
            for b in bins
        ]
    return rows


def main(shared: Path) -> None:
    """Measure the seeds and both parts of the corpus gold."""
    sets = {"seeds": read(shared / "gold" / "seeds.jsonl", shared / "seeds", None)}
    for lang in ("vi", "en"):
        for part in ("dev", "held"):
            gold = GOLD / f"corpus-{lang}.jsonl"
            sets[f"{lang} {part}"] = read(gold, shared / "corpus", part)
    lines = figures(sets)
    for lang in ("vi", "en"):
        lines += scores(f"{lang} held", *sets[f"{lang} held"])
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
