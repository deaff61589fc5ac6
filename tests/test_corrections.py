"""What became of each proposal is counted by its id."""

import msgspec

from curation.corrections import Corrections, corrections
from tests.builders import annotation, article, event, span

TEXT = "King Harald received Ann Lee of Fiji in Oslo on Monday."
ARTICLE = article(TEXT)
KING = span(TEXT, "King", "ROLE", "s1")
HARALD = span(TEXT, "Harald", "PERSON", "s2")
ANN = span(TEXT, "Ann Lee", "PERSON", "s3")
OSLO = span(TEXT, "Oslo", "PLACE", "x")
RECEIVED = event(TEXT, "received", "RECEPTION", "e1", [("HOST", "s2")])
CANDIDATES = {ARTICLE.id: annotation(ARTICLE, [KING, HARALD, ANN], [RECEIVED])}


def test_unchanged_edited_deleted_and_added_are_told_apart() -> None:
    wider = msgspec.structs.replace(HARALD, start=0, text="King Harald")
    answer = annotation(ARTICLE, [wider, ANN, OSLO], [RECEIVED])
    entities, events = corrections(CANDIDATES, [answer])
    assert entities == Corrections(proposed=3, unchanged=1, edited=1, deleted=1, added=1)
    # its host was moved, so the event is not what was proposed
    assert events == Corrections(proposed=1, edited=1)


def test_an_untouched_answer_is_all_unchanged_whatever_its_scores() -> None:
    scored = tuple(msgspec.structs.replace(s, score=0.5) for s in (KING, HARALD, ANN))
    answer = annotation(ARTICLE, scored, [RECEIVED])
    entities, events = corrections(CANDIDATES, [answer, answer])
    assert entities == Corrections(proposed=6, unchanged=6)
    assert events == Corrections(proposed=2, unchanged=2)


def test_a_blind_answer_adds_everything() -> None:
    entities, events = corrections({}, [annotation(ARTICLE, [KING, HARALD], [RECEIVED])])
    assert entities == Corrections(added=2)
    assert events == Corrections(added=1)
