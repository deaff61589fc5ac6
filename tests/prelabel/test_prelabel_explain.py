"""`explain` tells of every proposal whether it won, to whom it lost, or which rule refused it."""

import msgspec
import pytest

from curation.ontology import load_ontology
from curation.prelabel import Prelabeller, Rules, prelabel
from curation.prelabel.candidates import Candidate, losses, resolve
from curation.prelabel.explain import Explained, ShownArgument, ShownProposal, explain
from curation.prelabel.models.combination import Combined
from curation.prelabel.registry import Registry
from curation.prelabel.weighed.tables import Models, Weights
from curation.records import Annotation, Article, Author, Span
from tests.prelabel.made_articles import PRELABEL, RULES_ALONE, article

VISIT = "Bộ trưởng Y tế Cuba Ana Ruiz sẽ thăm Huế ngày 3/5/2019."


def _explained(text: str, lang: str = "vi", model: Prelabeller = PRELABEL) -> Explained:
    return explain(article(text, lang), model, load_ontology())


def _fate(one: ShownProposal) -> tuple[str, str, str, str, str]:
    return one.text, one.by, one.outcome, one.why, one.winner


def test_every_part_reports_its_proposals_with_their_fate() -> None:
    assert [(one.part, *_fate(one)) for one in _explained(VISIT).entities] == [
        ("countries and places", "Cuba", "registry:countries", "won", "", ""),
        ("countries and places", "Huế", "registry:places", "won", "", ""),
        ("dates", "ngày 3/5/2019", "rule:date-day", "won", "", ""),
        ("offices", "Bộ trưởng Y tế", "rule:role", "won", "", ""),
        ("persons", "Ana Ruiz", "rule:person-after-office", "won", "", ""),
        ("persons", "Ana Ruiz", "rule:person-given-name", "lost", "rank",
         "[Ana Ruiz|PERSON] by rule:person-after-office"),
    ]  # fmt: skip


def test_an_event_tells_the_rule_of_its_modality_and_of_each_argument() -> None:
    (event,) = _explained(VISIT).events
    assert _fate(event.trigger) == ("thăm", "trigger:visit", "won", "", "")
    assert (event.modality, event.modality_by) == ("planned", "modality:planned-before")
    assert event.arguments == (
        ShownArgument("GUEST", "Ana Ruiz", "PERSON", "side:subject"),
        ShownArgument("PLACE", "Huế", "PLACE", "place:destination"),
        ShownArgument("TIME", "ngày 3/5/2019", "DATE", "time:nearest"),
    )


def test_relations_tell_their_rule() -> None:
    assert [(one.type, one.source, one.target, one.by) for one in _explained(VISIT).relations] == [
        ("HOLDS", "Ana Ruiz", "Bộ trưởng Y tế", "holds:name-behind"),
        ("OF", "Bộ trưởng Y tế", "Cuba", "of:body-behind"),
    ]


@pytest.mark.parametrize(
    ("text", "lang", "words", "rule"),
    [
        ("Ông Ba nêu Pháp lệnh dân số.", "vi", "Pháp", "false-friend:word-behind"),
        ("CPP im lặng.", "vi", "CPP", "acronym:party-not-named"),
        ("Họp ngày 31/2/2020.", "vi", "ngày 31/2/2020", "date:no-such-day"),
        ("Các Bộ trưởng chụp ảnh.", "vi", "Bộ trưởng", "office:word-before"),
        ("Former president Ann Lee.", "en", "president", "office:word-before"),
        ("Hợp tác về du lịch, năng lượng và giáo dục Cuba.", "vi", "giáo dục Cuba",
         "topic:holds-a-name"),
    ],
)  # fmt: skip
def test_what_a_rule_refuses_is_shown_with_that_rule(
    text: str, lang: str, words: str, rule: str
) -> None:
    refused = [one for one in _explained(text, lang).entities if one.outcome == "refused"]
    assert (words, rule) in [(one.text, one.why) for one in refused]
    assert words not in [span.text for span in PRELABEL(article(text, lang)).spans]


@pytest.mark.parametrize(
    ("text", "lang", "words", "rule"),
    [
        ("Cuba và Lào tiếp tục hợp tác.", "vi", "tiếp", "false-friend:word-behind"),
        ("Cuba không thăm Lào.", "vi", "thăm", "trigger:negated"),
        ("Cuba và Lào: các chuyến thăm.", "vi", "thăm", "trigger:generic"),
        ("Ann Lee will visit Peru.", "en", "visit", "trigger-test:visit"),
    ],
)
def test_a_word_that_names_no_event_here_is_shown_with_the_test_it_fails(
    text: str, lang: str, words: str, rule: str
) -> None:
    shown = _explained(text, lang, RULES_ALONE).triggers
    refused = [one for one in shown if one.outcome == "refused"]
    assert (words, rule) in [(one.text, one.why) for one in refused]


def test_the_longer_form_of_a_trigger_wins() -> None:
    shown = _explained("Cuba gửi điện mừng Lào.", model=RULES_ALONE)
    assert [_fate(one) for one in shown.triggers] == [
        ("gửi điện", "trigger:message", "refused", "trigger:another-wins", ""),
        ("gửi điện mừng", "trigger:message", "won", "", ""),
        ("điện mừng", "trigger:message", "refused", "trigger:another-wins", ""),
        ("mừng", "trigger:message", "refused", "false-friend:word-before", ""),
    ]


def test_a_word_that_the_model_holds_for_unlikely_is_shown_with_its_chance() -> None:
    never = Models((), Weights(0.5, -3000, {}), Weights(0.5, 0, {}))
    model = Rules(load_ontology(), Registry(), models={"vi": never})
    (shown,) = _explained("Cuba thăm Lào.", model=model).triggers
    assert (_fate(shown)[2:4], shown.score) == (("refused", "trigger:unlikely"), 0.047)


def test_a_date_loses_to_the_longer_date() -> None:
    shown = _explained("Họp ngày 30/12 đến 2/1/2024.")
    winner = "[ngày 30/12 đến 2/1/2024|DATE] by rule:date-range"
    assert [_fate(one) for one in shown.entities if one.part == "dates"] == [
        ("ngày 30/12", "rule:date-day", "lost", "longer", winner),
        ("ngày 30/12 đến 2/1/2024", "rule:date-range", "won", "", ""),
        ("2/1/2024", "rule:date-day", "lost", "longer", winner),
    ]


@pytest.mark.parametrize(
    ("loser", "winner", "why"),
    [
        (Candidate(0, 9, "ORG", "b"), Candidate(4, 6, "ORG", "a", 1), "rank"),
        (Candidate(0, 4, "ORG", "b"), Candidate(2, 9, "ORG", "a"), "longer"),
        (Candidate(2, 6, "ORG", "b"), Candidate(0, 4, "ORG", "a"), "earlier"),
        (Candidate(0, 4, "ORG", "a"), Candidate(0, 4, "COUNTRY", "b"), "label"),
        (Candidate(0, 4, "ORG", "b"), Candidate(0, 4, "ORG", "a"), "rule"),
        (Candidate(0, 4, "ORG", "a", key="two"), Candidate(0, 4, "ORG", "a", key="one"),
         "listed-first"),
    ],
)  # fmt: skip
def test_who_wins_an_overlap_and_why(loser: Candidate, winner: Candidate, why: str) -> None:
    proposed = [winner, loser]
    assert resolve(proposed) == [winner]
    assert [tuple(one) for one in losses(proposed, [winner])] == [(loser, winner, why)]


def test_what_is_refused_neither_wins_nor_beats_another() -> None:
    refused = Candidate(0, 9, "ORG", "a", 5, refused="why")
    kept = Candidate(2, 4, "ORG", "b")
    assert resolve([refused, kept]) == [kept]
    assert losses([refused, kept], [kept]) == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_winners_are_what_the_pre_labeller_proposes(sample_dir, lang: str) -> None:  # type: ignore[no-untyped-def]
    for path in sorted((sample_dir / "articles").glob("*.txt"))[:6]:
        page = article(path.read_text(encoding="utf-8"), lang)
        shown, made = explain(page, PRELABEL, load_ontology()), prelabel(page)
        won = [one for one in shown.entities if one.outcome == "won"]
        told = [one for one in shown.events if one.trigger.outcome == "won"]
        assert shown.annotation == made
        assert sorted((one.start, one.end, one.label, one.by) for one in won) == [
            (span.start, span.end, span.label, span.by) for span in made.spans
        ]
        assert [(one.trigger.start, one.modality, len(one.arguments)) for one in told] == [
            (event.start, event.modality, len(event.arguments)) for event in made.events
        ]
        assert len(shown.relations) == len(made.relations)


def _model(article: Article) -> Annotation:
    """A model that marks the first two words of the article as a PERSON and a PLACE."""
    words = article.text.split(" ")
    first, second = len(words[0]), len(words[0]) + 1 + len(words[1])
    spans = (
        Span("s1", 0, first, "PERSON", words[0], score=0.5, by="toy"),
        Span("s2", first + 1, second, "PLACE", words[1], score=0.5, by="toy"),
    )
    author = Author("model", "toy")
    return Annotation(article.id, article.sha256, author, None, "1", spans, (), ())


def test_a_model_beside_the_rules_loses_where_they_have_a_span() -> None:
    shown = _explained("Cuba xa xôi.", model=Combined([PRELABEL, _model]))
    assert [(one.part, *_fate(one)) for one in shown.entities] == [
        ("countries and places", "Cuba", "registry:countries", "won", "", ""),
        ("toy", "Cuba", "toy", "lost", "model", "[Cuba|COUNTRY] by registry:countries"),
        ("toy", "xa", "toy", "won", "", ""),
    ]


def test_the_text_for_reading_marks_the_winners_line_by_line() -> None:
    text = _explained("Ana Ruiz thăm Huế.\n\nÔng Ba dự Đại hội XIII.", model=RULES_ALONE).text()
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines[0].endswith("x.txt (vi, 2024-10-28)")
    assert lines[2:5] == [
        "1 [Ana Ruiz|PERSON] {thăm|VISIT} [Huế|PLACE].",
        "2",
        "3 Ông Ba dự [Đại hội XIII|OCCASION].",
    ]
    assert [one for one in lines if one.istitle()] == [
        "Entities", "Triggers", "Events", "Relations"
    ]  # fmt: skip
    fates = [line.split(" ")[:1] + line.split(" ")[2:3] for line in lines if line[:3] == "won"]
    assert fates == [["won", label] for label in ("PLACE", "OCCASION", "PERSON", "VISIT", "VISIT")]
    assert "GUEST Ana Ruiz PERSON by side:subject" in lines


def test_an_entity_and_a_trigger_of_the_same_words_are_marked_one_in_the_other() -> None:
    shown = _explained("The [x] 3rd Pacific Ocean Summit opened in Suva.", "en")
    assert "[3rd Pacific Ocean {Summit|CONFERENCE}|OCCASION]" in shown.text()
    assert "".join(words for words, _ in shown.fragments({"PLACE": "red"})) == shown.text()
    assert ("[", "red") in list(shown.fragments({"PLACE": "red"}))


def test_the_explanation_can_be_read_as_json() -> None:
    shown = _explained(VISIT)
    assert msgspec.json.decode(msgspec.json.encode(shown), type=Explained) == shown
