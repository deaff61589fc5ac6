"""What a rule or a list proposes, and the one step that makes flat spans of all proposals."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Candidate(NamedTuple):
    """A proposed entity [start, end); `by` is the rule or table, `rank` breaks overlaps.

    Among overlapping candidates the higher rank wins, then the longer, then the earlier.
    `key` is the identity within the article (a registry slug or the folded text). `refused`
    says why a rule found it and does not propose it after all; it never wins. `score` is
    that of this one candidate, where it has one of its own (a tagger's), not its rule's.
    """

    start: int
    end: int
    label: str
    by: str
    rank: int = 0
    kb: str | None = None
    value: str | None = None
    key: str = ""
    refused: str = ""
    score: float | None = None


class Loss(NamedTuple):
    """A candidate with the one that won its place, and why.

    "rank", "longer" and "earlier" speak of the winner; "label" and "rule" say that nothing
    but the order of their names parts them, "listed-first" that only the identity differs.
    """

    candidate: Candidate
    winner: Candidate
    why: str


def resolve(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Keep the winners of every overlap, in the order of the text."""
    order = sorted((one for one in candidates if not one.refused), key=_strength)
    taken = bytearray(max((candidate.end for candidate in order), default=0))
    kept = []
    for candidate in order:
        start, end = candidate[:2]
        if taken.find(1, start, end) < 0:
            taken[start:end] = b"\1" * (end - start)
            kept.append(candidate)
    return sorted(kept)


def losses(candidates: Iterable[Candidate], winners: Sequence[Candidate]) -> list[Loss]:
    """Return who lost to whom in `resolve`, the strongest winner where several stood there."""
    cover, won = Cover(winners), set(winners)
    lost = []
    for candidate in dict.fromkeys(candidates):
        if candidate in won or candidate.refused:
            continue
        rivals = cover.within(candidate.start, candidate.end)
        winner = min(rivals, key=_strength)
        lost.append(Loss(candidate, winner, _why(candidate, winner)))
    return lost


def _why(loser: Candidate, winner: Candidate) -> str:
    reasons = ("rank", "longer", "earlier", "label", "rule")
    pairs = zip(reasons, _strength(winner), _strength(loser), strict=True)
    return next((reason for reason, ours, theirs in pairs if ours != theirs), "listed-first")


def _strength(candidate: Candidate) -> tuple[int, int, int, str, str]:
    start, end, label, by, rank = candidate[:5]
    return -rank, start - end, start, label, by


class Cover:
    """Answers which of some flat, sorted candidates lie at an offset."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates = sorted(candidates)
        self._starts = [candidate.start for candidate in self.candidates]

    def within(self, start: int, end: int) -> list[Candidate]:
        """Return the candidates that overlap [start, end), in the order of the text."""
        first = bisect_left(self._starts, start)
        if first and self.candidates[first - 1].end > start:
            first -= 1
        last = bisect_left(self._starts, end)
        return [item for item in self.candidates[first:last] if item.end > start]

    def at(self, offset: int) -> Candidate | None:
        """Return the candidate that covers the offset."""
        found = self.within(offset, offset + 1)
        return found[0] if found else None

    def starting(self, offset: int) -> Candidate | None:
        """Return the candidate that starts at the offset."""
        place = bisect_left(self._starts, offset)
        hit = place < len(self._starts) and self._starts[place] == offset
        return self.candidates[place] if hit else None
