"""Whatever breaks the contract is named with its record, value, rule and remedy."""

import msgspec
import pytest

from curation.integrity import problems
from curation.ontology import load_ontology
from curation.records import Annotation, Argument, Relation, Span
from tests.builders import annotation, article, event, span

TEXT = "King Harald received Ann Lee of Fiji in Oslo on Monday."
ARTICLE = article(TEXT)


def _good() -> Annotation:
    spans = [
        span(TEXT, "King", "ROLE", "s1"),
        span(TEXT, "Harald", "PERSON", "s2"),
        span(TEXT, "Ann Lee", "PERSON", "s3"),
        span(TEXT, "Fiji", "COUNTRY", "s4", kb="iso3166:FJ"),
        span(TEXT, "Oslo", "PLACE", "s5"),
        span(TEXT, "Monday", "DATE", "s6", value="2024-10-28"),
    ]
    roles = [("HOST", "s2"), ("GUEST", "s3"), ("PLACE", "s5"), ("TIME", "s6")]
    received = event(TEXT, "received", "RECEPTION", "e1", roles)
    return annotation(ARTICLE, spans, [received], [("HOLDS", "s2", "s1")])


def _with_span(name: str, **changes: object) -> Annotation:
    spans = tuple(
        msgspec.structs.replace(s, **changes) if s.id == name else s for s in _good().spans
    )
    return msgspec.structs.replace(_good(), spans=spans)


def _with_event(**changes: object) -> Annotation:
    events = tuple(msgspec.structs.replace(e, **changes) for e in _good().events)
    return msgspec.structs.replace(_good(), events=events)


def test_a_sound_annotation_has_no_problems() -> None:
    assert problems(_good(), ARTICLE, load_ontology()) == []


WHERE = f"{ARTICLE.id} by annotator-01"
E1 = f"{WHERE}, e1 'received'"


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (
            _with_span("s6", end=900),
            f"{WHERE}, s6: [48, 900): is no range within the text of 55 code points. "
            "Mark the words again.",
        ),
        (
            _with_span("s5", start=44, end=40),
            f"{WHERE}, s5: [44, 40): is no range within the text of 55 code points. "
            "Mark the words again.",
        ),
        (
            _with_span("s5", text="Rome"),
            f"{WHERE}, s5: 'Rome': the text at [40, 44) is 'Oslo'. "
            "Cut the text from the article by the offsets.",
        ),
        (
            _with_span("s4", kb="FJ"),
            f"{WHERE}, s4 'Fiji': FJ: is no valid kb: A CURIE of the thing named: "
            "iso3166:VN, wikidata:Q1, registry:vn-cpv. Mend or empty it.",
        ),
        (
            _with_span("s6", value="28/10/2024"),
            f"{WHERE}, s6 'Monday': 28/10/2024: is no valid value: The date in EDTF level 1: "
            "2024-10-28, 2019-09, 2024-10-05/2024-10-07. Mend or empty it.",
        ),
        (
            _with_span("s1", kb="registry:king"),
            f"{WHERE}, s1 'King': registry:king: ROLE has no attribute kb. Mend or empty it.",
        ),
        (
            _with_event(modality="maybe"),
            f"{E1}: maybe: is no modality. Use one of actual, planned, cancelled.",
        ),
        (
            _with_event(arguments=(Argument("TIME", "s5"),)),
            f"{E1}: TIME -> PLACE 'Oslo': RECEPTION has no such argument. TIME takes DATE.",
        ),
        (
            _with_event(arguments=(Argument("CHAIR", "s2"),)),
            f"{E1}: CHAIR -> PERSON 'Harald': RECEPTION has no such argument. "
            "RECEPTION takes HOST, GUEST, TOPIC, OCCASION, PLACE, TIME.",
        ),
        (
            _with_event(arguments=(Argument("HOST", "s9"),)),
            f"{E1}: HOST -> s9: no span has this id. Draw it to a span that is there.",
        ),
        (
            _with_event(arguments=(Argument("HOST", "s2"),) * 2),
            f"{E1}: HOST -> s2: stands 2 times. Keep one of them.",
        ),
        (
            msgspec.structs.replace(_good(), relations=(Relation("HOLDS", from_="s1", to="s2"),)),
            f"{WHERE}, HOLDS s1 -> s2: ROLE 'King' -> PERSON 'Harald': HOLDS cannot join these. "
            "It runs from PERSON to ROLE.",
        ),
        (
            msgspec.structs.replace(_good(), relations=(Relation("OF", from_="s1", to="s9"),)),
            f"{WHERE}: OF -> s9: no span has this id. Draw it to a span that is there.",
        ),
        (
            msgspec.structs.replace(_good(), text_sha256="0"),
            f"{WHERE}: 0: is not the text of article {ARTICLE.id} ({ARTICLE.sha256}). "
            "Annotate the present text, or ingest the old one again.",
        ),
    ],
)
def test_each_fault_has_its_message(broken: Annotation, message: str) -> None:
    assert [str(problem) for problem in problems(broken, ARTICLE, load_ontology())] == [message]


def test_an_unknown_label_names_the_known_ones() -> None:
    broken = _with_span("s5", label="CITY")
    first = problems(broken, ARTICLE, load_ontology())[0]
    assert str(first).startswith(
        f"{WHERE}, s5: CITY: is no label of the ontology. Use one of PERSON, ROLE, PARTY"
    )


def test_overlapping_entities_and_double_ids_are_found() -> None:
    good = _good()
    double = Span(id="s5", start=5, end=20, label="PERSON", text=TEXT[5:20])
    broken = msgspec.structs.replace(good, spans=(*good.spans, double))
    rules = [problem.rule for problem in problems(broken, ARTICLE, load_ontology())]
    assert "the id is used 2 times" in rules
    assert "two entity spans overlap" in rules


def test_a_trigger_may_overlap_an_entity() -> None:
    text = "The Oslo Summit opened."
    of = article(text)
    spans = [span(text, "Oslo Summit", "OCCASION", "s1")]
    events = [event(text, "Summit", "CONFERENCE", "e1", [("OCCASION", "s1")])]
    assert problems(annotation(of, spans, events), of, load_ontology()) == []
