"""Precision, recall and F1 with their intervals over documents."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
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
        figures={name: measure(group, resamples, seed) for name, group in groups.items()},
        absent=tuple(g.name for g in gold if g.article is None),
        silent=tuple(g.name for g in gold if g.article is not None and g.article not in known),
        cut=sum(mark.start < 0 for mark in marks),
        clipped=sum(mark.start >= 0 and not mark.whole for mark in marks),
        resamples=resamples,
        seed=seed,
    )


def measure(
    documents: Sequence[Mapping[str, Count]], resamples: int, seed: int
) -> dict[str, Figure]:
    """Return the figures of the documents' counts together."""
    names = sorted({name for counts in documents for name in counts})
    return {name: _figure(_column(documents, name), resamples, seed) for name in names}


def _column(documents: Sequence[Mapping[str, Count]], name: str) -> tuple[Count, ...]:
    return tuple(counts.get(name, Count()) for counts in documents)


@lru_cache(maxsize=4)
def _draws(size: int, resamples: int, seed: int) -> list[list[int]]:
    random = Random(seed)
    return [random.choices(range(size), k=size) for _ in range(resamples)]


def _figure(counts: tuple[Count, ...], resamples: int, seed: int) -> Figure:
    right, made, gold = _sum(counts)
    precision = right / made if made else 0.0
    recall = right / gold if gold else 0.0
    f1 = _f1(right, made, gold)
    drawn = _resampled(counts, resamples, seed)
    low, high = _interval([one for one in drawn if one is not None], f1)
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


class Difference(msgspec.Struct, frozen=True):
    """F1 of some documents less that of others, with the interval of 95 % of the resamples."""

    f1: float
    low: float
    high: float


def differences(
    some: Sequence[Mapping[str, Count]],
    others: Sequence[Mapping[str, Count]],
    resamples: int,
    seed: int,
) -> dict[str, Difference]:
    """Compare two groups of documents, each resampled by itself, the others by the next seed.

    A figure that one of the groups does not have is left out.
    """
    names = sorted({n for counts in some for n in counts} & {n for c in others for n in c})
    found = {}
    for name in names:
        pair = _column(some, name), _column(others, name)
        left, right = (_sum(counts) for counts in pair)
        if not (any(left[1:]) and any(right[1:])):
            continue
        whole = _f1(*left) - _f1(*right)
        drawn = (_resampled(counts, resamples, seed + at) for at, counts in enumerate(pair))
        values = zip(*drawn, strict=True)
        low, high = _interval([a - b for a, b in values if a is not None and b is not None], whole)
        found[name] = Difference(round(whole, 3), round(low, 3), round(high, 3))
    return found


@lru_cache(maxsize=64)
def _resampled(counts: tuple[Count, ...], resamples: int, seed: int) -> list[float | None]:
    """Return the F1 of each resample, None of one that has nothing and proposes nothing."""
    draws = _draws(len(counts), resamples, seed)
    right, made, gold = (column.__getitem__ for column in zip(*counts, strict=True))
    sums = ((sum(map(right, d)), sum(map(made, d)), sum(map(gold, d))) for d in draws)
    return [_f1(*one) if one[1] or one[2] else None for one in sums]


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
