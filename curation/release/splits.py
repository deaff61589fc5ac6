"""Which article goes to which split.

Groups of articles are never parted. A hash of the seed and the group's name puts each group
into a split; then groups are moved, or exchanged with one of another split, as long as that
brings the sizes (of each language and in all) nearer to the shares. So an article mostly stays
where it is when others are added, and the shares are met as nearly as such steps bring them.
"""

import hashlib
import re
from bisect import insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import NamedTuple

from curation.errors import UsageError

_NAME = re.compile(r"\w+(\.\w+)*")
_EPSILON = 1e-9

_Kind = frozenset[tuple[str, int]]
"""How many articles of each stratum a group has: groups alike to the shares."""


def assign(
    strata: Mapping[str, str],
    groups: Mapping[str, str],
    shares: Mapping[str, float],
    seed: int,
) -> dict[str, str]:
    """Map each article, in order of its id, to a split.

    `strata` maps the articles to what should be spread evenly (their language), `groups` to
    the name of their group; an article without one is a group of its own. Where there are at
    least as many groups as splits with a share, none of these is empty; where there are fewer,
    the greatest shares are served first. Raises `UsageError` for shares that are none.
    """
    check_shares(shares)
    members: dict[str, list[str]] = defaultdict(list)
    for article in sorted(strata):
        members[groups.get(article, article)].append(article)
    sizes = {group: Counter(strata[one] for one in found) for group, found in members.items()}
    split_of = _Allotment(sizes, _served(shares, len(members)), seed).settle()
    return {article: split_of[groups.get(article, article)] for article in sorted(strata)}


def check_shares(shares: Mapping[str, float]) -> None:
    """Raise `UsageError` unless the shares are of 1 and their names can name splits."""
    wrong = [name for name in shares if not _NAME.fullmatch(name)]
    if wrong:
        raise UsageError(
            f"release.splits: {', '.join(map(repr, wrong))} cannot name a split: "
            "use letters, digits, underscores and single dots."
        )
    if any(share < 0 for share in shares.values()) or abs(sum(shares.values()) - 1) > 1e-9:
        listed = ", ".join(f"{name} = {share}" for name, share in shares.items())
        raise UsageError(
            f"release.splits: {{{listed}}} are not shares of 1: make them add up to 1."
        )


def _served(shares: Mapping[str, float], groups: int) -> dict[str, float]:
    """Return the splits that can be filled with so many groups, their shares again of 1."""
    greatest = sorted((split for split in shares if shares[split] > 0), key=lambda s: -shares[s])
    served = [split for split in shares if split in greatest[:groups]]
    whole = sum(shares[split] for split in served)
    return {split: shares[split] / whole for split in served}


def _place(group: str, seed: int) -> float:
    """Return the group's place in [0, 1), which nothing but its name and the seed decide."""
    digest = hashlib.sha256(f"{seed}:{group}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


class _Move(NamedTuple):
    """A group of this kind goes from one split to another, for one of the kind `back` or none."""

    kind: _Kind
    source: str
    target: str
    back: _Kind | None = None


class _Allotment:
    """Groups in splits, and how far their sizes are from the shares."""

    def __init__(
        self, sizes: Mapping[str, Counter[str]], shares: Mapping[str, float], seed: int
    ) -> None:
        self._shares = shares
        self._totals: Counter[str] = sum(sizes.values(), Counter())
        self._held = {split: Counter[str]() for split in shares}
        # The groups of a kind in a split, each with its place; the least place moves first.
        self._groups: dict[tuple[_Kind, str], list[tuple[float, str]]] = defaultdict(list)
        for group, size in sizes.items():
            kind, place = frozenset(size.items()), _place(group, seed)
            self._put((place, group), kind, self._by_place(place))

    def settle(self) -> dict[str, str]:
        """Fill the empty splits, then move groups while that helps; return who is where."""
        for split in self._shares:
            if not self._count(split):
                self._carry_out(min(self._moves([split]), key=self._gain))
        while (step := self._best()) is not None:
            self._carry_out(step)
        return {group: split for (_, split), groups in self._groups.items() for _, group in groups}

    def _by_place(self, place: float) -> str:
        reached = 0.0
        for split, share in self._shares.items():
            reached += share
            if place < reached:
                return split
        return list(self._shares)[-1]

    def _put(self, group: tuple[float, str], kind: _Kind, split: str) -> None:
        insort(self._groups[kind, split], group)
        self._held[split].update(dict(kind))

    def _carry_out(self, move: _Move) -> None:
        group = self._take(move.kind, move.source)
        if move.back is not None:
            self._put(self._take(move.back, move.target), move.back, move.source)
        self._put(group, move.kind, move.target)

    def _take(self, kind: _Kind, split: str) -> tuple[float, str]:
        self._held[split].subtract(dict(kind))
        return self._groups[kind, split].pop(0)

    def _count(self, split: str) -> int:
        return sum(len(groups) for (_, at), groups in self._groups.items() if at == split)

    def _filled(self) -> list[tuple[_Kind, str]]:
        """Return which kinds are in which split, in a fixed order."""
        filled = (key for key, groups in self._groups.items() if groups)
        return sorted(filled, key=lambda key: (sorted(key[0]), key[1]))

    def _moves(self, targets: Iterable[str]) -> list[_Move]:
        """Return the moves into these splits that leave no split empty."""
        sources = {split for split in self._shares if self._count(split) > 1}
        filled = [(kind, at) for kind, at in self._filled() if at in sources]
        return [_Move(kind, at, to) for kind, at in filled for to in targets if to != at]

    def _exchanges(self) -> list[_Move]:
        pairs = combinations(self._filled(), 2)
        return [_Move(a, at, to, b) for (a, at), (b, to) in pairs if a != b and at != to]

    def _best(self) -> _Move | None:
        """Return the best move that helps, or else the best exchange."""
        for steps in (self._moves(self._shares), self._exchanges()):
            best = min(steps, key=self._gain, default=None)
            if best is not None and self._gain(best) < -_EPSILON:
                return best
        return None

    def _gain(self, move: _Move) -> float:
        """Return by how much a move would change the distance from the shares."""
        moved = Counter(dict(move.kind))
        moved.subtract(dict(move.back or ()))
        source, target = self._held[move.source], self._held[move.target]
        without, added = source.copy(), target.copy()
        without.subtract(moved)
        added.update(moved)
        after = self._distance(move.source, without) + self._distance(move.target, added)
        return after - self._distance(move.source, source) - self._distance(move.target, target)

    def _distance(self, split: str, held: Counter[str]) -> float:
        """Return the sum of squares of what is too much or too little, by stratum and in all."""
        share = self._shares[split]
        by_stratum = sum((held[name] - share * size) ** 2 for name, size in self._totals.items())
        return float(by_stratum + (held.total() - share * self._totals.total()) ** 2)
