"""What the rules reach on the gold that they were developed against never falls.

The figures are no forecast for unseen articles: the rules were written beside these. They
are what was measured, without any slack; the rules are deterministic.
"""

from pathlib import Path

import pytest

from tests.prelabel.f1_scores import f1_scores
from tests.prelabel.made_articles import PRELABEL, gold_articles

TASKS = ("entity exact", "entity overlap", "trigger+type", "argument", "relation")
SEEDS = {
    "vi": (0.993, 1.0, 0.857, 0.744, 0.985),
    "en": (1.0, 1.0, 0.933, 0.863, 1.0),
}
SAMPLE = {
    "vi": (0.97, 0.972, 0.953, 0.834, 0.979),
    "en": (0.984, 0.984, 0.931, 0.824, 0.98),
}


def _check(files: list[tuple[Path, Path]], lang: str, floors: tuple[float, ...]) -> None:
    pairs = [pair for gold, raw in files for pair in gold_articles(gold, raw)]
    chosen = [(PRELABEL(page), gold) for page, gold in pairs if page.lang == lang]
    reached = f1_scores(chosen)
    fallen = {
        task: (reached[task], floor)
        for task, floor in zip(TASKS, floors, strict=True)
        if reached[task] < floor
    }
    assert fallen == {}, reached


@pytest.mark.parametrize("lang", SEEDS)
def test_seeds(shared: Path, lang: str) -> None:
    _check([(shared / "gold" / "seeds.jsonl", shared / "seeds")], lang, SEEDS[lang])


@pytest.mark.parametrize("lang", SAMPLE)
def test_sample(sample_dir: Path, lang: str) -> None:
    files = [
        (sample_dir / name, sample_dir / "articles") for name in ("gold-a.jsonl", "gold-b.jsonl")
    ]
    _check(files, lang, SAMPLE[lang])
