"""Splits: groups stay whole, shares are met, nothing depends on chance or order."""

from collections import Counter
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.errors import UsageError
from curation.release.splits import assign

SHARES = {"train": 0.8, "validation": 0.1, "test": 0.1}

strata = st.dictionaries(
    st.integers(0, 60).map("a{}".format), st.sampled_from(["vi", "en"]), min_size=1
)
groupings = st.dictionaries(st.integers(0, 60).map("a{}".format), st.sampled_from("wxyz"))
shares_strategy = st.sampled_from(
    [
        SHARES,
        {"train": 1.0},
        {"train": 0.5, "test": 0.5},
        {"train": 0.7, "dev": 0.0, "test": 0.3},
        {"a": 0.25, "b": 0.25, "c": 0.25, "d": 0.25},
    ]
)


def distance(split_of: dict[str, str], strata: dict[str, str], shares: dict[str, float]) -> float:
    """Return how far the sizes are from the shares: squares by language and in all."""
    languages = Counter(strata.values())
    total = 0.0
    for split, share in shares.items():
        held = Counter(strata[a] for a, s in split_of.items() if s == split)
        total += (held.total() - share * len(strata)) ** 2
        total += sum((held[name] - share * size) ** 2 for name, size in languages.items())
    return total


def members(strata: dict[str, str], groups: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for article in strata:
        found.setdefault(groups.get(article, article), []).append(article)
    return found


@given(strata, groupings, shares_strategy, st.integers(0, 9))
def test_a_group_is_never_in_two_splits(
    strata: dict[str, str], groups: dict[str, str], shares: dict[str, float], seed: int
) -> None:
    split_of = assign(strata, groups, shares, seed)
    assert list(split_of) == sorted(strata)
    for group in members(strata, groups).values():
        assert len({split_of[article] for article in group}) == 1
    assert all(shares[split] > 0 for split in split_of.values())


@given(strata, groupings, shares_strategy, st.integers(0, 9))
def test_no_split_is_empty_where_there_are_groups_enough(
    strata: dict[str, str], groups: dict[str, str], shares: dict[str, float], seed: int
) -> None:
    served = {split for split, share in shares.items() if share > 0}
    used = set(assign(strata, groups, shares, seed).values())
    assert len(used) == min(len(served), len(members(strata, groups)))


@settings(max_examples=50)
@given(strata, groupings, shares_strategy, st.integers(0, 9))
def test_no_group_could_be_moved_or_exchanged_to_come_nearer_to_the_shares(
    strata: dict[str, str], groups: dict[str, str], shares: dict[str, float], seed: int
) -> None:
    """Unless the move would leave a split empty."""
    strata = dict(list(strata.items())[:20])
    together = members(strata, groups)
    served = {split: share for split, share in shares.items() if share > 0}
    if len(together) < len(served):
        return
    split_of = assign(strata, groups, shares, seed)
    before = distance(split_of, strata, served)
    for group, target in product(together.values(), served):
        moved = split_of | dict.fromkeys(group, target)
        if len(set(moved.values())) == len(served):
            assert distance(moved, strata, served) >= before - 1e-6
    for one, other in combinations(together.values(), 2):
        to, back = split_of[other[0]], split_of[one[0]]
        moved = split_of | dict.fromkeys(one, to) | dict.fromkeys(other, back)
        assert distance(moved, strata, served) >= before - 1e-6


@given(strata, groupings, st.randoms(use_true_random=False))
def test_the_order_of_articles_is_of_no_consequence(
    strata: dict[str, str], groups: dict[str, str], random: object
) -> None:
    shuffled = sorted(strata, key=lambda article: article[::-1])
    again = assign({article: strata[article] for article in shuffled}, groups, SHARES, 0)
    assert again == assign(strata, groups, SHARES, 0)


def test_single_articles_meet_the_shares_in_each_language() -> None:
    strata = {f"a{n}": "vi" if n < 700 else "en" for n in range(1000)}
    split_of = assign(strata, {}, SHARES, 0)
    sizes = Counter((split, strata[article]) for article, split in split_of.items())
    assert sizes == {
        ("train", "vi"): 560,
        ("train", "en"): 240,
        ("validation", "vi"): 70,
        ("validation", "en"): 30,
        ("test", "vi"): 70,
        ("test", "en"): 30,
    }


def test_most_articles_stay_in_their_split_when_others_are_added() -> None:
    """So that yesterday's test articles do not become training articles."""
    strata = {f"a{n}": ("vi", "en")[n % 2] for n in range(1100)}
    before = assign(dict(list(strata.items())[:1000]), {}, SHARES, 0)
    after = assign(strata, {}, SHARES, 0)
    moved = sum(before[article] != after[article] for article in before)
    assert moved <= 30


def test_the_seed_decides() -> None:
    strata = {f"a{n}": "vi" for n in range(100)}
    assert assign(strata, {}, SHARES, 1) != assign(strata, {}, SHARES, 2)
    assert assign(strata, {}, SHARES, 1) == assign(strata, {}, SHARES, 1)


def test_few_groups_serve_the_greatest_shares_first() -> None:
    shares = {"test": 0.1, "validation": 0.2, "train": 0.7}
    assert assign({"a": "vi"}, {}, shares, 0) == {"a": "train"}
    assert set(assign({"a": "vi", "b": "vi"}, {}, shares, 0).values()) == {"train", "validation"}
    assert assign({}, {}, shares, 0) == {}


def test_a_group_greater_than_its_share_is_still_whole() -> None:
    strata = {f"a{n}": "vi" for n in range(10)}
    groups = {f"a{n}": "big" for n in range(8)}
    split_of = assign(strata, groups, {"train": 0.4, "validation": 0.3, "test": 0.3}, 3)
    assert sorted(Counter(split_of.values()).values()) == [1, 1, 8]


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        (
            {"train": 0.8, "test": 0.1},
            "release.splits: {train = 0.8, test = 0.1} are not shares of 1: make them add up to 1.",
        ),
        (
            {"train": 1.2, "test": -0.2},
            "release.splits: {train = 1.2, test = -0.2} are not shares of 1: "
            "make them add up to 1.",
        ),
        (
            {"train set": 0.5, "test/1": 0.5},
            "release.splits: 'train set', 'test/1' cannot name a split: "
            "use letters, digits, underscores and single dots.",
        ),
        ({}, "release.splits: {} are not shares of 1: make them add up to 1."),
    ],
)
def test_shares_that_are_none_are_refused(shares: dict[str, float], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        assign({"a": "vi"}, {}, shares, 0)
    assert str(caught.value) == message
