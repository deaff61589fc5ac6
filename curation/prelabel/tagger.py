"""A conditional random field over tokens, and how its proposals join those of the rules.

The tagger was trained on gold with the rules' own proposals among its features, so that it
learns where they are to be believed. It joins them by one of two modes:

- `add`: a span that it holds more likely than not (`ADD`) is added where no candidate of the
  rules stands; the rules' candidates all stay.
- `revise`: besides, a candidate of the rules that it holds next to impossible (`VETO`) is
  refused first.

The score of an addition is the share of such additions that were right on articles which the
tagger had not seen (`Bin`), not the probability that it gives itself.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from curation.prelabel.candidates import Cover
from curation.prelabel.features import OUTSIDE, Line, Mark, Place

Mode = Literal["off", "add", "revise"]
ADD = 0.5
VETO = 0.05
_CONTINUE = 0.5
"""How likely a token must go on with the span before it to be taken in."""
_SEEN = 0.01
"""Tags less likely than this are not looked at."""

PARAMETERS: dict[str, str] = {
    "c1": "0.2",
    "c2": "0.05",
    "max_iterations": "50",
    "feature.minfreq": "2",
}
"""Of the trainer (L-BFGS with L1 and L2 penalty), chosen on the development gold."""


class Bin(msgspec.Struct, frozen=True):
    """Additions of a probability of at least `low`: how many were made and right, unseen."""

    low: float
    right: int
    made: int

    @property
    def score(self) -> float:
        """The share that was right, smoothed by one right and one wrong."""
        return round((self.right + 1) / (self.made + 2), 3)


EDGES = (ADD, 0.7, 0.9)


def bins(judged: Sequence[tuple[float, bool]]) -> tuple[Bin, ...]:
    """Count additions by probability, from pairs of probability and whether it was right."""
    tops = (*EDGES[1:], 1.01)
    found = []
    for low, top in zip(EDGES, tops, strict=True):
        inside = [right for probability, right in judged if low <= probability < top]
        found.append(Bin(low, sum(inside), len(inside)))
    return tuple(found)


def score(probability: float, measured: Sequence[Bin]) -> float:
    """Return the score of an addition; its probability where nothing was measured."""
    fits = [one for one in measured if one.low <= probability and one.made]
    return fits[-1].score if fits else round(probability, 3)


def train(rows: Iterable[tuple[Line, Sequence[str]]], path: Path) -> None:
    """Train a tagger on lines with their tags and write it to `path`; the order matters."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(PARAMETERS)
    for line, tags in rows:
        if line.tokens:
            trainer.append(list(line.features), list(tags))
    trainer.train(str(path))


class Proposal(NamedTuple):
    """A span that the tagger proposes, or a rule's that it judges, with its probability."""

    mark: Mark
    probability: float


class Odds(NamedTuple):
    """The tokens of a line, and for each the tags that are not next to impossible."""

    tokens: Sequence[Place]
    chances: Sequence[Mapping[str, float]]


class Tagger:
    """A trained model; `content` is the file that `train` wrote."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    @cached_property
    def _model(self):  # type: ignore[no-untyped-def]  # the package has no types
        import pycrfsuite

        model = pycrfsuite.Tagger()
        model.open_inmemory(self._content)
        return model

    def odds(self, line: Line) -> Odds:
        """Return how likely each tag is at each token."""
        if not line.tokens:
            return Odds((), ())
        model = self._model
        tags = [tag for tag in model.labels() if tag != OUTSIDE]
        known = OUTSIDE in model.labels()
        model.set(list(line.features))
        found = []
        for at in range(len(line.tokens)):
            empty = known and model.marginal(OUTSIDE, at) > 1 - _SEEN
            likely = () if empty else ((tag, model.marginal(tag, at)) for tag in tags)
            found.append({tag: chance for tag, chance in likely if chance >= _SEEN})
        return Odds(line.tokens, found)


def proposals(odds: Odds) -> Iterator[Proposal]:
    """Yield the spans that begin at tokens where one label is likely to begin, flat."""
    at, tokens, chances = 0, odds.tokens, odds.chances
    while at < len(tokens):
        chance, tag = max(
            ((p, tag) for tag, p in chances[at].items() if tag.startswith("B-")), default=(0.0, "")
        )
        end = at + 1
        if chance >= ADD:
            while end < len(tokens) and chances[end].get(f"I-{tag[2:]}", 0) >= _CONTINUE:
                end += 1
            yield Proposal(Mark(tokens[at][0], tokens[end - 1][1], tag[2:]), chance)
        at = end


def exact_chance(odds: Odds, mark: Mark) -> float:
    """Return how likely the mark is with these ends: that of its least likely token."""
    inside, chances = _inside(odds, mark), odds.chances
    if not inside:
        return 0.0
    within = [chances[at].get(f"I-{mark.name}", 0.0) for at in inside[1:]]
    after = inside[-1] + 1
    ends = 1 - chances[after].get(f"I-{mark.name}", 0.0) if after < len(chances) else 1.0
    return min([chances[inside[0]].get(f"B-{mark.name}", 0.0), ends, *within])


def some_chance(odds: Odds, mark: Mark) -> float:
    """Return how likely a mark of this name is that shares a token: that of its best token."""
    both = [
        odds.chances[at].get(f"B-{mark.name}", 0.0) + odds.chances[at].get(f"I-{mark.name}", 0.0)
        for at in _inside(odds, mark)
    ]
    return max(both, default=0.0)


def _inside(odds: Odds, mark: Mark) -> list[int]:
    return [
        at for at, (start, end) in enumerate(odds.tokens) if mark.start <= start and end <= mark.end
    ]


def additions(proposed: Iterable[Proposal], standing: Cover) -> list[Proposal]:
    """Return the proposals that overlap nothing that stands."""
    return [one for one in proposed if not standing.within(one.mark.start, one.mark.end)]
