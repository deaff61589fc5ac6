"""The figures as a table of plain text."""

from collections.abc import Iterator, Sequence

from curation.evaluation.figures import ALL, Evaluation
from curation.evaluation.misses import Miss


def text(evaluation: Evaluation, listed: Sequence[Miss] = ()) -> str:
    """Return one table a language, what was not measured, and the misses that are given."""
    return "\n".join([*_tables(evaluation), *_notes(evaluation), *_listed(listed)]) + "\n"


def _tables(evaluation: Evaluation) -> Iterator[str]:
    alone = len(evaluation.figures) == 2
    for name, figures in evaluation.figures.items():
        if alone and name == ALL:
            continue
        yield f"{name}: {evaluation.documents[name]} articles"
        yield f"  {'':34}{'P':>7}{'R':>7}{'F1':>7}  {'95 %':^14}{'right':>7}{'made':>7}{'gold':>7}"
        for figure, one in figures.items():
            interval = f"{one.low:.3f}-{one.high:.3f}"
            yield (
                f"  {figure:34}{one.precision:7.3f}{one.recall:7.3f}{one.f1:7.3f}"
                f"  {interval:^14}{one.right:7}{one.made:7}{one.gold:7}"
            )
        yield ""


def _notes(evaluation: Evaluation) -> Iterator[str]:
    yield (
        f"Intervals: bootstrap over articles, {evaluation.resamples} resamples, "
        f"seed {evaluation.seed}. F1 of an accuracy is the accuracy."
    )
    if evaluation.absent:
        yield f"Not in the workspace, counted as missed: {', '.join(evaluation.absent)}"
    if evaluation.silent:
        yield f"Without candidates, counted as missed: {', '.join(evaluation.silent)}"
    if evaluation.cut or evaluation.clipped:
        yield f"Gold that cleaning cut away: {evaluation.cut} marks; cut into: {evaluation.clipped}"


def _listed(listed: Sequence[Miss]) -> Iterator[str]:
    if listed:
        yield ""
        yield f"{len(listed)} misses"
        yield from (f"  {miss}" for miss in listed)
