"""Whether a tagger joins the rules in a language, and by how much it changes the figures.

It joins where, on articles that it had not seen, its own figure (entities exact, triggers with
type) rises by at least `LEAST`, does so in at least `SURE` of the resamples of the articles
(both sides of the comparison resampled alike), and the other figure does not fall.

A gain that 95 % of resamples bear out would ask for hundreds of articles; a tagger that joins
wrongly costs an annotator a few strokes, and the next `learn` measures it again.
"""

from collections.abc import Mapping, Sequence
from random import Random

import msgspec

from curation.learning.counting import FIGURE, Counts, by_language, total
from curation.prelabel.learned import Kind
from curation.prelabel.tagger import Mode

LEAST = 0.005
SURE = 0.9


class Gain(msgspec.Struct, frozen=True):
    """A figure without and with what was learned; `low` and `high` hold 90 % of resamples.

    `sure` is the share of resamples in which the figure rises.
    """

    figure: str
    lang: str
    before: float
    after: float
    low: float
    high: float
    sure: float

    @property
    def rise(self) -> float:
        """How much the figure rises."""
        return self.after - self.before

    def __str__(self) -> str:
        change = f"{self.before:.3f} -> {self.after:.3f} ({self.rise:+.3f})"
        return f"{self.figure} {change} in {self.sure:.0%} of resamples"


class Verdict(msgspec.Struct, frozen=True):
    """Whether a tagger joins the rules in a language, in which mode, and why."""

    kind: Kind
    lang: str
    mode: Mode
    joins: bool
    why: str


def gains(  # noqa: PLR0913
    before: Mapping[str, Counts],
    after: Mapping[str, Counts],
    languages: Mapping[str, str],
    figures: Sequence[str],
    resamples: int = 1000,
    seed: int = 0,
) -> list[Gain]:
    """Compare counts by article; each language by itself and all together."""
    return [
        _gain(figure, lang, [before[n] for n in names], [after[n] for n in names], resamples, seed)
        for lang, names in by_language(languages).items()
        for figure in figures
    ]


def _gain(  # noqa: PLR0913
    figure: str,
    lang: str,
    before: Sequence[Counts],
    after: Sequence[Counts],
    resamples: int,
    seed: int,
) -> Gain:
    random = Random(seed)
    rises = []
    for _ in range(resamples):
        draw = random.choices(range(len(before)), k=len(before))
        drawn = ([side[at] for at in draw] for side in (after, before))
        rises.append(total(next(drawn), figure) - total(next(drawn), figure))
    rises.sort()
    low, high = (round(rises[round(share * (resamples - 1))], 4) for share in (0.05, 0.95))
    sure = sum(rise > 0 for rise in rises) / resamples
    whole = round(total(before, figure), 4), round(total(after, figure), 4)
    return Gain(figure, lang, *whole, low, high, round(sure, 3))


def verdict(kind: Kind, mode: Mode, found: Sequence[Gain]) -> Verdict:
    """Judge a tagger in one language by the gains of both figures there."""
    own = next(gain for gain in found if gain.figure == FIGURE[kind])
    other = next(gain for gain in found if gain.figure != FIGURE[kind])
    if mode == "off":
        return Verdict(kind, own.lang, mode, False, f"no mode improves {own.figure}")
    if own.rise < LEAST or own.sure < SURE:
        why = f"{own}: {LEAST} in {SURE:.0%} are asked"
        return Verdict(kind, own.lang, mode, False, why)
    if other.rise < 0:
        return Verdict(kind, own.lang, mode, False, f"{other}: it must not fall")
    return Verdict(kind, own.lang, mode, True, str(own))
