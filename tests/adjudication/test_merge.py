"""What most annotators marked is the gold; every difference is listed."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from curation.adjudication import adjudicate
from curation.adjudication.alignment import Mark, places
from curation.integrity import problems
from curation.ontology import load_ontology
from curation.records import Annotation, Article, Event, Span
from tests.builders import annotation, article, event, span

TEXT = "King Harald received Ann Lee of Fiji in Oslo on Monday."
ARTICLE = article(TEXT)
HARALD = span(TEXT, "Harald", "PERSON", "a1")
ANN = span(TEXT, "Ann Lee", "PERSON", "a2")
KING = span(TEXT, "King", "ROLE", "a3")
FIJI = span(TEXT, "Fiji", "COUNTRY", "a4", kb="iso3166:FJ")
OSLO = span(TEXT, "Oslo", "PLACE", "a5")


def _received(*arguments: tuple[str, str], modality: str = "actual") -> Event:
    return event(TEXT, "received", "RECEPTION", "t1", arguments, modality=modality)


def _answer(name: str, spans: list[Span], events: list[Event] | None = None) -> Annotation:
    return annotation(ARTICLE, spans, events or [], author=name)


def test_one_answer_is_the_gold_without_the_marks_of_the_machine() -> None:
    scored = msgspec.structs.replace(HARALD, score=0.9, by="registry:persons")
    answer = _answer("ann", [scored], [_received(("HOST", "a1"))])
    result = adjudicate(ARTICLE, [answer], "2026-11-21T00:00:00Z")
    assert result.conflicts == ()
    assert result.gold.spans == (HARALD,)
    assert result.gold.events == answer.events
    assert result.gold.author.kind == "adjudication"
    assert result.gold.author.name == "single"


def test_equal_answers_agree_whatever_their_ids() -> None:
    first = _answer("ann", [HARALD, ANN], [_received(("HOST", "a1"), ("GUEST", "a2"))])
    other = [
        msgspec.structs.replace(ANN, id="x"),
        msgspec.structs.replace(HARALD, id="y"),
    ]
    second = _answer("bob", other, [_received(("GUEST", "x"), ("HOST", "y"))])
    result = adjudicate(ARTICLE, [second, first])
    assert result.conflicts == ()
    assert [s.text for s in result.gold.spans] == ["Harald", "Ann Lee"]
    assert [(a.role, a.span) for a in result.gold.events[0].arguments] == [
        ("GUEST", "s2"),
        ("HOST", "s1"),
    ]


def test_two_of_three_carry_a_mark_and_the_difference_is_listed() -> None:
    answers = [
        _answer("ann", [HARALD, ANN]),
        _answer("bob", [HARALD, ANN]),
        _answer("cam", [HARALD]),
    ]
    result = adjudicate(ARTICLE, answers)
    assert [s.text for s in result.gold.spans] == ["Harald", "Ann Lee"]
    (conflict,) = result.conflicts
    assert conflict.gold == "PERSON 'Ann Lee'"
    assert [(v.annotator, v.answer) for v in conflict.votes] == [
        ("ann", "PERSON 'Ann Lee'"),
        ("bob", "PERSON 'Ann Lee'"),
        ("cam", None),
    ]


def test_what_no_majority_carries_is_left_out_and_open() -> None:
    wide = span(TEXT, "King Harald", "PERSON", "w")
    result = adjudicate(ARTICLE, [_answer("ann", [KING, HARALD]), _answer("bob", [wide])])
    assert result.gold.spans == ()
    (conflict,) = result.conflicts
    assert (conflict.kind, conflict.text, conflict.gold) == ("span", "King Harald", None)
    assert [v.answer for v in conflict.votes] == [
        "ROLE 'King' + PERSON 'Harald'",
        "PERSON 'King Harald'",
    ]


def test_an_attribute_without_a_majority_is_left_empty_and_open() -> None:
    other = msgspec.structs.replace(FIJI, kb="iso3166:FI")
    result = adjudicate(ARTICLE, [_answer("ann", [FIJI]), _answer("bob", [other])])
    assert [s.kb for s in result.gold.spans] == [None]
    (conflict,) = result.conflicts
    assert conflict.kind == "attribute"
    assert [v.answer for v in conflict.votes] == ["iso3166:FJ", "iso3166:FI"]


def test_an_argument_needs_most_of_those_who_marked_the_event() -> None:
    answers = [
        _answer("ann", [HARALD, ANN], [_received(("HOST", "a1"), ("GUEST", "a2"))]),
        _answer("bob", [HARALD, ANN], [_received(("HOST", "a1"))]),
        _answer("cam", [HARALD, ANN]),
    ]
    result = adjudicate(ARTICLE, answers)
    (merged,) = result.gold.events
    assert [(a.role, a.span) for a in merged.arguments] == [("HOST", "s1")]
    assert [(c.kind, c.gold) for c in result.conflicts] == [
        ("event", "RECEPTION 'received'"),
        ("argument", None),
    ]


def test_an_argument_whose_filler_lost_is_listed_not_kept() -> None:
    answers = [
        _answer("ann", [OSLO], [_received(("PLACE", "a5"))]),
        _answer("bob", [], [_received()]),
        _answer("cam", [], [_received()]),
    ]
    result = adjudicate(ARTICLE, answers)
    assert result.gold.events[0].arguments == ()
    assert {c.kind for c in result.conflicts} == {"span", "argument"}


def test_a_relation_needs_most_annotators_and_both_ends() -> None:
    held = [("HOLDS", "a1", "a3")]
    one = annotation(ARTICLE, [KING, HARALD], relations=held, author="ann")
    two = annotation(ARTICLE, [KING, HARALD], relations=held, author="bob")
    three = annotation(ARTICLE, [KING, HARALD], author="cam")
    result = adjudicate(ARTICLE, [one, two, three])
    (relation,) = result.gold.relations
    assert (relation.type, relation.from_, relation.to) == ("HOLDS", "s2", "s1")
    assert [c.gold for c in result.conflicts] == ["HOLDS 'Harald' -> 'King'"]


def test_marks_that_overlap_in_a_chain_are_one_place() -> None:
    chain = [Mark(0, 4, "A"), Mark(3, 8, "B"), Mark(7, 9, "C"), Mark(9, 10, "D")]
    assert places(reversed(chain)) == [chain[:3], chain[3:]]


@st.composite
def _answers(draw: st.DrawFn) -> tuple[Article, list[Annotation]]:
    """Between two and four flat answers over one text, with arguments and relations."""
    names = [f"annotator-{n}" for n in range(draw(st.integers(2, 4)))]
    pool = [KING, HARALD, ANN, FIJI, OSLO, span(TEXT, "King Harald", "PERSON", "a6")]
    made = []
    for name in names:
        spans: list[Span] = []
        for one in draw(st.lists(st.sampled_from(pool), unique_by=lambda s: s.id)):
            if all(one.end <= s.start or s.end <= one.start for s in spans):
                spans.append(one)
        persons = [s.id for s in spans if s.label == "PERSON"]
        roles = st.tuples(st.sampled_from(["HOST", "GUEST"]), st.sampled_from(persons))
        arguments = draw(st.lists(roles, unique=True, max_size=3)) if persons else []
        modality = draw(st.sampled_from(["actual", "planned"]))
        events = draw(st.sampled_from([[], [_received(*arguments, modality=modality)]]))
        made.append(_answer(name, spans, events))
    return ARTICLE, made


@given(_answers())
def test_the_gold_of_sound_answers_is_sound_and_nobodys_order_matters(
    case: tuple[Article, list[Annotation]],
) -> None:
    of, answers = case
    result = adjudicate(of, answers)
    assert problems(result.gold, of, load_ontology()) == []
    assert adjudicate(of, answers[::-1]) == result
    said = {(s.start, s.end, s.label) for a in answers for s in a.spans}
    kept = {(s.start, s.end, s.label) for s in result.gold.spans}
    assert kept <= said
    if kept != said:
        assert any(c.kind == "span" for c in result.conflicts)
