"""Who answers what: every article its answers, even loads, and nothing that is given is moved."""

from collections import Counter
from collections.abc import Sequence
from itertools import product

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.assignment import (
    Assignment,
    Terms,
    faults,
    missing,
    plan,
    reads,
    summary,
)
from curation.records import Article
from tests import builders

PEOPLE = [f"annotator-{number:02}" for number in range(1, 7)]
READS = st.dictionaries(
    st.sampled_from(PEOPLE), st.sampled_from([("vi",), ("en",), ("vi", "en")]), max_size=4
)


@st.composite
def corpora(draw: st.DrawFn, most: int = 25) -> list[Article]:
    """Articles of different lengths in two languages, all different."""
    sizes = draw(st.lists(st.integers(0, 400), min_size=1, max_size=most))
    return [
        builders.article(f"{number}{'x' * size}", lang=draw(st.sampled_from(["vi", "en"])))
        for number, size in enumerate(sizes)
    ]


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    return Terms(
        answers=draw(st.integers(1, 4)),
        blind=draw(st.sampled_from([0.0, 0.3, 1.0])),
        common=draw(st.sampled_from([0.0, 0.2])),
        seed=draw(st.integers(0, 3)),
        reads=draw(READS),
    )


teams = st.integers(1, len(PEOPLE)).map(lambda count: PEOPLE[:count])


def readers(article: Article, team: Sequence[str], asked: Terms) -> set[str]:
    return {name for name in team if reads(name, article.lang, asked)}


def have(made: Sequence[Assignment], article: Article) -> set[str]:
    return {one.annotator for one in made if one.article == article.id}


def loads(made: Sequence[Assignment], team: Sequence[str]) -> dict[str, int]:
    return {name: sum(one.annotator == name for one in made) for name in team}


@given(corpora(), teams, terms())
def test_every_article_has_its_answers_by_different_readers(
    articles: list[Article], team: list[str], asked: Terms
) -> None:
    made = plan(articles, team, [], asked)
    assert len({(one.article, one.annotator) for one in made}) == len(made)
    for article in articles:
        ready, got = readers(article, team, asked), have(made, article)
        assert got <= ready
        everybody = any(one.common for one in made if one.article == article.id)
        assert len(got) == (len(ready) if everybody else min(asked.answers, len(ready)))


@given(corpora(), teams, terms())
def test_loads_differ_by_one_at_most_where_all_read_all(
    articles: list[Article], team: list[str], asked: Terms
) -> None:
    asked = msgspec.structs.replace(asked, reads={})
    counts = loads(plan(articles, team, [], asked), team)
    assert max(counts.values()) - min(counts.values()) <= 1


@given(corpora(), st.integers(2, 6), st.integers(0, 3))
def test_with_one_answer_an_article_characters_differ_by_less_than_the_longest_article(
    articles: list[Article], count: int, seed: int
) -> None:
    made = plan(articles, PEOPLE[:count], [], Terms(answers=1, seed=seed))
    sizes = {one.id: len(one.text) for one in articles}
    spread = Counter(dict.fromkeys(PEOPLE[:count], 0))
    for one in made:
        spread[one.annotator] += sizes[one.article]
    assert max(spread.values()) - min(spread.values()) <= max(sizes.values())


@settings(max_examples=40, deadline=None)
@given(corpora(most=6), st.integers(1, 3), READS, st.integers(1, 2))
def test_no_other_plan_has_loads_that_are_closer(
    articles: list[Article], count: int, known: dict[str, tuple[str, ...]], answers: int
) -> None:
    asked, team = Terms(answers=answers, reads=known), PEOPLE[:count]
    made = loads(plan(articles, team, [], asked), team)
    choices = [
        [some for some in product([0, 1], repeat=count) if _fits(some, one, asked)]
        for one in articles
    ]
    best = min(
        sum(sum(column) ** 2 for column in zip(*chosen, strict=True))
        for chosen in product(*choices)
    )
    assert sum(load**2 for load in made.values()) == best


def _fits(some: Sequence[int], article: Article, asked: Terms) -> bool:
    ready = readers(article, PEOPLE[: len(some)], asked)
    chosen = {name for name, yes in zip(PEOPLE, some, strict=False) if yes}
    return chosen <= ready and len(chosen) == min(asked.answers, len(ready))


@pytest.mark.parametrize("seed", range(8))
def test_an_article_is_handed_on_where_a_first_choice_was_not_the_best(seed: int) -> None:
    long_one = builders.article("one" * 9)
    articles = [long_one, *(builders.article(text, lang="vi") for text in ("một", "hai"))]
    known: dict[str, tuple[str, ...]] = {PEOPLE[0]: ("vi",), PEOPLE[2]: ("en",)}
    made = plan(articles, PEOPLE[:3], [], Terms(answers=1, reads=known, seed=seed))
    assert loads(made, PEOPLE[:3]) == dict.fromkeys(PEOPLE[:3], 1)


@pytest.mark.parametrize(("answers", "count"), [(1, 4), (2, 4), (2, 5), (3, 4)])
def test_long_and_short_articles_are_dealt_out_evenly(answers: int, count: int) -> None:
    articles = uneven(120)
    sizes = {one.id: len(one.text) for one in articles}
    team = PEOPLE[:count]
    for seed in range(5):
        made = plan(articles, team, [], Terms(answers=answers, seed=seed))
        total = {
            name: sum(sizes[one.article] for one in made if one.annotator == name) for name in team
        }
        assert max(total.values()) - min(total.values()) <= sum(total.values()) / count / 100


def uneven(count: int) -> list[Article]:
    """Articles of 30 to 3,000 code points, few of them long."""
    return [builders.article(f"{n:04}{'x' * (3000 // (1 + n % 97))}") for n in range(count)]


@given(corpora(), teams, terms(), st.randoms())
def test_the_same_seed_gives_the_same_plan_in_whatever_order_the_input_comes(
    articles: list[Article], team: list[str], asked: Terms, random: object
) -> None:
    mixed, people = list(articles), list(team)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    random.shuffle(people)  # type: ignore[attr-defined]
    assert plan(articles, team, [], asked) == plan(mixed, people, [], asked)


def test_another_seed_gives_another_plan() -> None:
    articles = [builders.article(f"article {number}") for number in range(20)]
    made = {tuple(plan(articles, PEOPLE, [], Terms(seed=seed))) for seed in range(5)}
    assert len(made) == 5


@given(corpora(), st.data(), terms(), terms())
def test_what_was_given_stays_when_articles_annotators_or_terms_are_changed(
    articles: list[Article], data: st.DataObject, first: Terms, later: Terms
) -> None:
    some = data.draw(st.integers(0, len(articles)))
    few = PEOPLE[: data.draw(st.integers(1, 3))]
    held = plan(articles[:some], few, [], first)
    made = plan(articles, PEOPLE[:5], held, later)
    assert made[: len(held)] == held
    for article in articles:
        flags = {(one.blind, one.common) for one in made if one.article == article.id}
        assert len(flags) <= 1
        assert len(have(made, article)) >= min(
            later.answers, len(readers(article, PEOPLE[:5], later))
        )


@given(corpora(), corpora(), teams)
def test_who_comes_later_gets_new_articles_only_and_no_more_than_evens_the_loads(
    articles: list[Article], more: list[Article], team: list[str]
) -> None:
    more = [builders.article(f"new {one.text}", lang=one.lang) for one in more]
    asked = Terms(answers=min(2, len(team)))
    held = plan(articles, team, [], asked)
    made = plan([*articles, *more], [*team, "newcomer"], held, asked)
    new = made[len(held) :]
    assert {one.article for one in new} == {one.id for one in more}
    counts = loads(made, [*team, "newcomer"])
    given = {name: {o.article for o in new if o.annotator == name} for name in counts}
    for giver, taker in product(counts, counts):
        if counts[giver] - counts[taker] >= 2:
            assert given[giver] <= given[taker]


@given(corpora(), teams, terms())
def test_planning_again_changes_nothing(
    articles: list[Article], team: list[str], asked: Terms
) -> None:
    made = plan(articles, team, [], asked)
    assert plan(articles, team, made, asked) == made


def test_pairs_of_annotators_meet_about_as_often() -> None:
    articles = [builders.article(f"{number}{'x' * (number % 37)}") for number in range(120)]
    made = plan(articles, PEOPLE[:4], [], Terms(answers=2))
    pairs = summary(articles, made, [], {})["pairs"]
    assert len(pairs) == 6
    assert max(pairs.values()) - min(pairs.values()) <= 2


def test_answers_that_nobody_planned_count_and_tell_whether_the_article_is_blind() -> None:
    article = builders.article("An article")
    done = {(article.id, "annotator-09"): True}
    made = plan([article], PEOPLE[:3], [], Terms(answers=2), done)
    assert [one.blind for one in made] == [True]


def test_a_common_article_goes_to_who_comes_later_too() -> None:
    article = builders.article("An article")
    held = plan([article], PEOPLE[:3], [], Terms(answers=2, common=1.0))
    assert [one.annotator for one in held] == PEOPLE[:3]
    made = plan([article], PEOPLE[:4], held, Terms(answers=2))
    assert made == [*held, Assignment(article.id, PEOPLE[3], common=True)]


def test_who_leaves_keeps_what_was_answered_and_the_rest_goes_to_others() -> None:
    articles = [builders.article(f"article {number}") for number in range(12)]
    held = plan(articles, PEOPLE[:3], [], Terms(answers=2))
    own = [one for one in held if one.annotator == PEOPLE[0]]
    done = {(own[0].article, PEOPLE[0]): False}
    made = plan(articles, PEOPLE[:3], held, Terms(answers=2, without=(PEOPLE[0],)), done)
    assert [one for one in made if one.annotator == PEOPLE[0]] == own[:1]
    assert all(len(have(made, article)) == 2 for article in articles)
    assert {one for one in held if one.annotator != PEOPLE[0]} <= set(made)


def test_too_few_readers_are_said_by_language() -> None:
    articles = [builders.article("một", lang="vi"), builders.article("one")]
    asked = Terms(answers=2, reads={PEOPLE[0]: ("en",)})
    made = plan(articles, PEOPLE[:2], [], asked)
    assert [str(one) for one in missing(articles, made, asked)] == [
        "language vi: 1 articles: have fewer annotators than the 2 that are wanted. Add annotators "
        "who read it (`curation annotators add`), or ask for fewer answers (--answers)."
    ]


@pytest.mark.parametrize(
    ("lang", "expected"), [("en", True), ("en-GB", True), ("vi", False), ("eng", False)]
)
def test_a_language_holds_its_regions(lang: str, expected: bool) -> None:
    assert reads("a", lang, Terms(reads={"a": ("en",)})) is expected
    assert reads("b", lang, Terms(reads={"a": ("en",)}))


def test_a_plan_that_contradicts_itself_is_found() -> None:
    one = Assignment("a-1", "annotator-01", blind=True)
    other = Assignment("a-1", "annotator-02")
    assert [str(problem) for problem in faults([one, one, other])] == [
        "assignments.jsonl, article a-1: annotator-01: has the article twice. Remove one of the "
        "two lines.",
        "assignments.jsonl, article a-1: blind and common of annotator-02 and annotator-01: are "
        "not alike. Put them back as `curation assign` wrote them.",
    ]
    assert faults([one]) == []


def test_blind_articles_are_blind_for_all_and_make_up_the_share_of_each_language() -> None:
    articles = [builders.article(f"article {number}") for number in range(40)]
    others = [msgspec.structs.replace(one, lang="vi") for one in articles[:10]]
    made = plan([*others, *articles[10:]], PEOPLE, [], Terms(answers=2, blind=0.2))
    blind = {one.article for one in made if one.blind}
    assert all(one.blind == (one.article in blind) for one in made)
    assert len(blind) == 8
    assert len(blind & {one.id for one in others}) == 2


def test_a_share_stays_full_as_articles_come_and_no_flag_changes() -> None:
    articles = [builders.article(f"article {number}") for number in range(40)]
    terms = Terms(answers=2, blind=0.2, common=0.1)
    first = plan(articles[:13], PEOPLE, [], terms)
    whole = plan(articles, PEOPLE, first, terms)
    assert whole[: len(first)] == first
    assert len({one.article for one in whole if one.blind}) == 8
    assert len({one.article for one in whole if one.common}) == 4
