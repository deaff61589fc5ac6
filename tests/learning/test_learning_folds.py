"""Which gold is learned from, and when what was learned joins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.errors import UsageError
from curation.evaluation.matching import Count
from curation.learning.folds import FOLDS, first, folds
from curation.learning.verdict import Gain, gains, verdict

_articles = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=4), st.sampled_from(("vi", "en")), min_size=12
)


@given(_articles, st.integers(1, 3))
def test_each_article_is_in_one_part_and_groups_are_whole(
    languages: dict[str, str], size: int
) -> None:
    names = sorted(languages)
    groups = {name: f"g{at // size}" for at, name in enumerate(names)}
    if len(set(groups.values())) < FOLDS:
        return
    parts = folds(languages, groups)
    assert sorted(name for part in parts for name in part) == names
    homes = {name: n for n, part in enumerate(parts) for name in part}
    for group in set(groups.values()):
        assert len({homes[name] for name in names if groups[name] == group}) == 1
    assert max(map(len, parts)) - min(map(len, parts)) <= 2 * size


def test_languages_are_spread_evenly() -> None:
    languages = {f"v{n}": "vi" for n in range(10)} | {f"e{n}": "en" for n in range(10)}
    parts = folds(languages, {})
    assert [sum(languages[name] == "vi" for name in part) for part in parts] == [2] * FOLDS


def test_too_few_groups_are_refused() -> None:
    languages = dict.fromkeys("abcdef", "en")
    with pytest.raises(UsageError) as caught:
        folds(languages, dict.fromkeys("abc", "g"))
    assert str(caught.value) == (
        "gold.jsonl has 6 articles of 4 separate events: learning needs 5 to measure what it "
        "learned. Adjudicate more articles first."
    )


@given(_articles, st.integers(0, 12))
def test_a_longer_lesson_holds_the_shorter(languages: dict[str, str], size: int) -> None:
    names = sorted(languages)
    assert first(names, languages, size) == first(names, languages, size + 1)[:size]
    assert set(first(names, languages, len(names))) == set(names)


def _gain(figure: str, before: float, after: float, sure: float = 1.0) -> Gain:
    return Gain(figure, "vi", before, after, 0.0, 0.0, sure)


SAME = _gain("entity exact", 0.9, 0.9, sure=0.0)


def test_a_sure_rise_joins() -> None:
    found = verdict("triggers", "add", [SAME, _gain("trigger+type", 0.5, 0.52, sure=0.93)])
    assert (found.joins, found.mode, found.lang) == (True, "add", "vi")
    assert found.why == "trigger+type 0.500 -> 0.520 (+0.020) in 93% of resamples"


def test_a_doubtful_or_small_rise_does_not_join() -> None:
    found = verdict("triggers", "revise", [SAME, _gain("trigger+type", 0.5, 0.52, sure=0.8)])
    assert not found.joins
    assert found.why == (
        "trigger+type 0.500 -> 0.520 (+0.020) in 80% of resamples: 0.005 in 90% are asked"
    )
    assert not verdict("triggers", "add", [SAME, _gain("trigger+type", 0.5, 0.504)]).joins


def test_what_lowers_the_other_figure_does_not_join() -> None:
    found = verdict(
        "entities",
        "add",
        [_gain("entity exact", 0.9, 0.92), _gain("trigger+type", 0.5, 0.49, sure=0.1)],
    )
    assert not found.joins
    assert found.why == (
        "trigger+type 0.500 -> 0.490 (-0.010) in 10% of resamples: it must not fall"
    )


def test_where_no_mode_is_better_nothing_joins() -> None:
    found = verdict("entities", "off", [SAME, _gain("trigger+type", 0.5, 0.5)])
    assert (found.joins, found.why) == (False, "no mode improves entity exact")


def test_gains_resample_both_sides_alike() -> None:
    before = {name: {"f": Count(1, 2, 2)} for name in "abcd"}
    after = {name: {"f": Count(2, 2, 2)} for name in "abcd"}
    whole, part = gains(before, after, dict.fromkeys("abcd", "en"), ["f"], 50)
    assert (whole.lang, part.lang) == ("all", "en")
    assert (whole.before, whole.after, whole.low, whole.high, whole.sure) == (0.5, 1, 0.5, 0.5, 1)
