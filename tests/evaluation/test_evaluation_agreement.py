"""Agreement between persons, and how much of it the pre-labels on the screen have made."""

from collections.abc import Sequence

import msgspec
import pytest

from curation.evaluation import Agreement, agree, agreement_text
from curation.ontology import load_ontology
from curation.records import Annotation, Article
from tests import builders

ONTOLOGY = load_ontology()
NAMES = ("Oslo", "Peru", "Lima")


def article(number: int, lang: str = "en") -> Article:
    return builders.article(f"{number}: Oslo met Peru in Lima.", lang=lang)


def marked(of: Article, words: Sequence[str], who: str, *, blind: bool = False) -> Annotation:
    """An annotation of these names as places, with the event of all that has them."""
    spans = [builders.span(of.text, name, "PLACE", name) for name in words]
    events = [builders.event(of.text, "met", "TALKS", "e", [("PLACE", name) for name in words])]
    kind = "model" if who == "rules" else "person"
    made = builders.annotation(of, spans, events, author=who, kind=kind)
    return msgspec.structs.replace(made, blind=blind)


def measured(
    articles: Sequence[Article], answers: Sequence[Annotation], *proposed: str, resamples: int = 50
) -> Agreement:
    by_id = {one.id: one for one in articles}
    candidates = {one.id: marked(one, proposed, "rules") for one in articles} if proposed else {}
    return agree(by_id, answers, candidates, ONTOLOGY, resamples)


def test_the_pull_is_what_shown_answers_agree_more_with_the_pre_labels_than_blind_ones() -> None:
    articles = [article(number) for number in range(8)]
    answers = [marked(one, NAMES[:2], "a") for one in articles[:4]]
    answers += [marked(one, NAMES[1:], "a", blind=True) for one in articles[4:]]
    found = measured(articles, answers, *NAMES[:2]).languages["en"].prelabels
    assert found.shown and found.blind
    assert (found.shown.articles, found.blind.articles) == (4, 4)
    assert found.shown.figures["entity exact"].f1 == 1.0
    assert found.blind.figures["entity exact"].f1 == 0.5
    pull = found.pull["entity exact"]
    assert (pull.f1, pull.low, pull.high) == (0.5, 0.5, 0.5)
    assert found.pull["trigger+type"].f1 == 0.0


def test_without_blind_answers_the_pull_is_not_known_and_that_is_said() -> None:
    articles = [article(number) for number in range(3)]
    answers = [marked(one, NAMES, "a") for one in articles]
    found = measured(articles, answers, *NAMES)
    assert found.languages["en"].prelabels.blind is None
    assert found.languages["en"].prelabels.pull == {}
    text = agreement_text(found)
    assert "The pull of the pre-labels is not known: it needs answers to articles" in text
    assert "annotators among themselves: nothing to compare" in text


def test_persons_are_compared_pair_by_pair_on_shown_and_on_blind_articles() -> None:
    articles = [article(number) for number in range(4)]
    answers = []
    for number, one in enumerate(articles):
        blind = number >= 2
        answers.append(marked(one, NAMES, "b", blind=blind))
        answers.append(marked(one, NAMES[:2] if blind else NAMES, "a", blind=blind))
    answers.append(marked(articles[0], NAMES[:1], "c"))
    found = measured(articles, answers, *NAMES)
    people = found.languages["en"].people
    assert people.shown and people.blind
    assert (people.shown.articles, people.shown.comparisons) == (2, 4)
    assert people.blind.figures["entity exact"].f1 == 0.8
    assert people.blind.figures["argument"].f1 == 0.8
    assert {who: one.articles for who, one in found.pairs.items()} == {"a b": 4, "a c": 1, "b c": 1}
    assert found.pairs["a c"].figures["entity exact"].f1 == 0.5
    assert found.annotators == {"a": 4, "b": 4, "c": 1}


def test_languages_are_apart_and_together() -> None:
    articles = [article(0), article(1), article(2, "vi")]
    answers = [marked(one, NAMES[:2], "a") for one in articles[:2]]
    answers.append(marked(articles[2], NAMES, "a"))
    found = measured(articles, answers, *NAMES).languages
    assert list(found) == ["all", "en", "vi"]
    figures = {
        name: one.prelabels.shown.figures["entity exact"].f1
        for name, one in found.items()
        if one.prelabels.shown
    }
    assert figures == {"all": 0.875, "en": 0.8, "vi": 1.0}


def test_a_pair_of_which_one_was_blind_is_no_measure_of_either() -> None:
    one = article(0)
    answers = [marked(one, NAMES, "a", blind=True), marked(one, NAMES, "b")]
    found = measured([one], answers, *NAMES)
    assert (found.mixed, found.languages["en"].people.shown) == (1, None)
    assert found.languages["en"].people.blind is None
    assert "Pairs of answers of which one was blind: 1; under pairs only." in agreement_text(found)


def test_modality_is_compared_where_both_marked_the_event() -> None:
    one = article(0)
    other = marked(one, NAMES, "b")
    planned = msgspec.structs.replace(other.events[0], modality="planned")
    answers = [marked(one, NAMES, "a"), msgspec.structs.replace(other, events=(planned,))]
    shown = measured([one], answers).languages["en"].people.shown
    assert shown
    assert (shown.figures["modality accuracy"].f1, shown.figures["trigger+type"].f1) == (0.0, 1.0)


def test_pre_labels_of_another_text_are_not_compared() -> None:
    one = article(0)
    old = msgspec.structs.replace(marked(one, NAMES, "rules"), text_sha256="0" * 64)
    found = agree({one.id: one}, [marked(one, NAMES, "a")], {one.id: old}, ONTOLOGY, 5)
    assert (found.by, found.languages["en"].prelabels.shown) == ((), None)


def test_figures_of_labels_are_given_on_request_only() -> None:
    one = article(0)
    by_id, answers = {one.id: one}, [marked(one, NAMES, who) for who in "ab"]
    few = agree(by_id, answers, {}, ONTOLOGY, 5).languages["en"].people.shown
    more = agree(by_id, answers, {}, ONTOLOGY, 5, each=True).languages["en"].people.shown
    assert few and more
    assert "entity exact PLACE" not in few.figures
    assert more.figures["entity exact PLACE"].f1 == 1.0
    assert few.figures.items() <= more.figures.items()


def test_the_interval_of_the_pull_comes_from_the_articles() -> None:
    articles = [article(number) for number in range(20)]
    answers = [
        marked(one, NAMES if number % 2 else NAMES[:1], "a", blind=number >= 10)
        for number, one in enumerate(articles)
    ]
    found = measured(articles, answers, *NAMES, resamples=400).languages["en"].prelabels
    pull = found.pull["entity exact"]
    assert pull.f1 == 0.0
    assert -0.5 < pull.low < -0.1 < 0.1 < pull.high < 0.5


@pytest.mark.parametrize("resamples", [0, 1])
def test_few_resamples_are_no_error(resamples: int) -> None:
    one = article(0)
    answers = [marked(one, NAMES, "a"), marked(one, NAMES, "b")]
    assert measured([one], answers, *NAMES, resamples=resamples).resamples == resamples
