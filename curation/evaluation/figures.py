"""Precision, recall and F1 with their intervals over documents."""

from collections.abc import Mapping, Sequence
from random import Random

import msgspec

from curation.evaluation.marks import Marks
from curation.evaluation.matching import Count, count
from curation.ontology import Ontology

ALL = "all"


class Figure(msgspec.Struct, frozen=True):
    """One figure, three places, with the interval that holds 95 % of the resampled F1 values.

    A resample that neither has the thing nor proposes it has no F1 and is left out. Of an
    accuracy, `made` and `gold` are both the number of values asked for.
    """

    precision: float
    recall: float
    f1: float
    low: float
    high: float
    right: int
    made: int
    gold: int


class Evaluation(msgspec.Struct, frozen=True):
    """The figures of each language and of all together, by name.

    `absent` names the gold records whose raw file is not in the workspace, `silent` those
    for which there are no candidates; both count as missed. `cut` counts the marks of the
    gold that cleaning cut away, `clipped` those that it cut into.
    """

    documents: dict[str, int]
    figures: dict[str, dict[str, Figure]]
    absent: tuple[str, ...]
    silent: tuple[str, ...]
    cut: int
    clipped: int
    resamples: int
    seed: int


def pair(gold: Sequence[Marks], made: Sequence[Marks]) -> list[tuple[Marks, Marks]]:
    """Put beside each record of the gold what was made of the same article."""
    by_article = {one.article: one for one in made if one.article is not None}
    return [(g, by_article.get(g.article or "", Marks(g.name, g.lang, g.article))) for g in gold]


def evaluate(
    gold: Sequence[Marks],
    made: Sequence[Marks],
    ontology: Ontology,
    resamples: int = 1000,
    seed: int = 0,
) -> Evaluation:
    """Measure candidates against gold; `seed` fixes the bootstrap over documents."""
    known = {one.article for one in made}
    counted = [(g.lang, count(g, m, ontology)) for g, m in pair(gold, made)]
    languages = sorted({lang for lang, _ in counted})
    groups = {ALL: [found for _, found in counted]}
    groups |= {name: [c for lang, c in counted if lang == name] for name in languages}
    marks = [mark for g in gold if g.article for mark in (*g.spans, *g.events)]
    return Evaluation(
        documents={name: len(group) for name, group in groups.items()},
        figures={name: _figures(group, resamples, seed) for name, group in groups.items()},
        absent=tuple(g.name for g in gold if g.article is None),
        silent=tuple(g.name for g in gold if g.article is not None and g.article not in known),
        cut=sum(mark.start < 0 for mark in marks),
        clipped=sum(mark.start >= 0 and not mark.whole for mark in marks),
        resamples=resamples,
        seed=seed,
    )


def _figures(
    documents: Sequence[Mapping[str, Count]], resamples: int, seed: int
) -> dict[str, Figure]:
    names = sorted({name for counts in documents for name in counts})
    draws = _draws(len(documents), resamples, seed)
    return {
        name: _figure([counts.get(name, Count()) for counts in documents], draws) for name in names
    }


def _draws(size: int, resamples: int, seed: int) -> list[list[int]]:
    random = Random(seed)
    return [random.choices(range(size), k=size) for _ in range(resamples)]


def _figure(counts: Sequence[Count], draws: Sequence[Sequence[int]]) -> Figure:
    right, made, gold = _sum(counts)
    precision = right / made if made else 0.0
    recall = right / gold if gold else 0.0
    f1 = _f1(right, made, gold)
    resampled = [_sum([counts[at] for at in draw]) for draw in draws]
    low, high = _interval([_f1(*sums) for sums in resampled if sums[1] or sums[2]], f1)
    return Figure(
        precision=round(precision, 3),
        recall=round(recall, 3),
        f1=round(f1, 3),
        low=round(low, 3),
        high=round(high, 3),
        right=right,
        made=made,
        gold=gold,
    )


def _sum(counts: Sequence[Count]) -> tuple[int, int, int]:
    right, made, gold = zip(*counts, strict=True)
    return sum(right), sum(made), sum(gold)


def _f1(right: int, made: int, gold: int) -> float:
    """Return 2PR/(P+R), by the same steps as the project's scorer, so that roundings agree."""
    precision, recall = right / made if made else 0.0, right / gold if gold else 0.0
    both = precision + recall
    return 2 * precision * recall / both if both else 0.0


def _interval(values: Sequence[float], f1: float) -> tuple[float, float]:
    """Return the 2.5th and 97.5th percentile (nearest rank) of the resampled values."""
    if not values:
        return f1, f1
    ordered = sorted(values)
    last = len(ordered) - 1
    return ordered[round(0.025 * last)], ordered[round(0.975 * last)]
