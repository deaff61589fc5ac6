"""Gold on raw files is carried over to the clean text."""

import msgspec

from curation.rawgold import RawGold, to_clean
from curation.records import Argument, Author, Event, Relation, Span
from tests.builders import article

# " junk " is cut, then "To\u0302" is composed
RAW = "junk To\u0302 met Ann"
CLEAN = "Tô met Ann"
KEPT = ((0, 5, 1), (1, 6, 1), (2, 8, 8))
ARTICLE = msgspec.structs.replace(article(CLEAN), kept=KEPT)


def _gold(*spans: Span) -> RawGold:
    met = Event("e1", "TALKS", 9, 12, "met", "actual", (Argument("PARTICIPANT", "s1"),))
    return RawGold(
        id="page",
        lang="vi",
        published=None,
        sha256="",
        title=None,
        body=((5, 16),),
        spans=spans,
        events=(met,),
        relations=(Relation("HOLDS", from_="s1", to="s2"),),
    )


def test_offsets_and_texts_become_those_of_the_clean_text() -> None:
    gold = _gold(Span("s1", 5, 8, "PERSON", "To\u0302"), Span("s2", 13, 16, "ROLE", "Ann"))
    moved, lost = to_clean(gold, ARTICLE, Author("person", "hand"), "1.0.0")
    assert lost == []
    assert [(s.start, s.end, s.text) for s in moved.spans] == [(0, 2, "Tô"), (7, 10, "Ann")]
    assert [(e.start, e.end, e.text) for e in moved.events] == [(3, 6, "met")]
    assert moved.relations == gold.relations


def test_what_cleaning_cut_is_left_out_with_its_arrows_and_named() -> None:
    gold = _gold(Span("s1", 0, 4, "PERSON", "junk"), Span("s2", 13, 16, "ROLE", "Ann"))
    moved, lost = to_clean(gold, ARTICLE, Author("person", "hand"), "1.0.0")
    assert [s.id for s in moved.spans] == ["s2"]
    assert moved.events[0].arguments == ()
    assert moved.relations == ()
    assert [str(problem) for problem in lost] == [
        "page s1: 'junk': the raw range [0, 4) was not kept whole by cleaning. "
        "Mend the cleaning rule, or the gold."
    ]


def test_what_cleaning_cut_in_part_is_named() -> None:
    gold = _gold(Span("s1", 3, 8, "PERSON", "k To\u0302"), Span("s2", 13, 16, "ROLE", "Ann"))
    _, lost = to_clean(gold, ARTICLE, Author("person", "hand"), "1.0.0")
    assert [problem.record for problem in lost] == ["page s1"]
