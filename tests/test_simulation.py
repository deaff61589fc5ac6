"""A simulated annotator gives sound answers that keep the ids of what was proposed."""

from random import Random

import msgspec

from curation.integrity import problems
from curation.ontology import load_ontology
from curation.simulation import Slips, answer
from tests.builders import annotation, article, event, span

TEXT = "King Harald received Ann Lee of Fiji in Oslo on Monday."
ARTICLE = article(TEXT)
GOLD = annotation(
    ARTICLE,
    [
        span(TEXT, "King", "ROLE", "g1"),
        span(TEXT, "Harald", "PERSON", "g2"),
        span(TEXT, "Ann Lee", "PERSON", "g3"),
        span(TEXT, "Oslo", "PLACE", "g4"),
    ],
    [event(TEXT, "received", "RECEPTION", "g5", [("HOST", "g2"), ("PLACE", "g4")])],
    [("HOLDS", "g2", "g1")],
)
CANDIDATE = annotation(
    ARTICLE,
    [span(TEXT, "King Harald", "PERSON", "s1"), span(TEXT, "Oslo", "PLACE", "s2")],
    [event(TEXT, "received", "RECEPTION", "e1")],
    kind="model",
)
NEVER = Slips(span=0, event=0, argument=0, modality=0)


def test_without_slips_the_answer_is_the_gold_under_the_ids_of_the_proposals() -> None:
    made = answer(GOLD, CANDIDATE, "ann", load_ontology(), Random(0), NEVER)
    assert [(s.id, s.text) for s in made.spans] == [
        ("s1", "King"),
        ("n2", "Harald"),
        ("n3", "Ann Lee"),
        ("s2", "Oslo"),
    ]
    (received,) = made.events
    assert received.id == "e1"
    assert [(a.role, a.span) for a in received.arguments] == [("HOST", "n2"), ("PLACE", "s2")]
    assert [(r.from_, r.to) for r in made.relations] == [("n2", "s1")]
    assert made.author.kind == "person"


def test_with_slips_every_answer_is_still_sound_and_the_seed_decides() -> None:
    slips = Slips(span=0.4, event=0.2, argument=0.5, modality=0.5)
    made = [answer(GOLD, CANDIDATE, "a", load_ontology(), Random(n), slips) for n in range(200)]
    again = [answer(GOLD, CANDIDATE, "a", load_ontology(), Random(n), slips) for n in range(200)]
    assert made == again
    assert len({msgspec.json.encode(one) for one in made}) > 20
    assert all(problems(one, ARTICLE, load_ontology()) == [] for one in made)
