"""What the learned models see of a candidate, and how they choose."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from curation.ontology import load_ontology
from curation.prelabel import Rules
from curation.prelabel.registry import Registry
from curation.prelabel.scene import Scene
from curation.prelabel.text import Document
from curation.prelabel.weighed import arguments, tables, triggers
from curation.prelabel.weighed.tables import Form, Models, Weights
from curation.prelabel.weighed.words import Line, Lines
from tests.prelabel.made_articles import PRELABEL, RULES_ALONE, article

NEVER, ALWAYS = Weights(0.5, -5000, {}), Weights(0.5, 5000, {})
EVEN = Weights(0.3, 0, {})
PLACES = st.tuples(st.integers(0, 20), st.integers(1, 6), st.sampled_from(("VISIT", "TALKS")))


def _line(text: str, lang: str = "vi") -> Line:
    page = article(text, lang)
    return Lines(Document(page), RULES_ALONE.read(page).entities)[0]


def test_a_chance_is_the_logistic_function_of_the_weights_that_are_there() -> None:
    model = Weights(0.5, -1000, {"a": 1000, "b": 2000})
    assert model.chance(["a", "unknown"]) == 0.5
    assert round(model.chance(["a", "b"]), 4) == 0.8808
    assert Weights(0.5, 0, {"x": 10**12}).chance(["x"]) <= 1.0


def test_an_entity_is_seen_as_its_label_and_a_word_by_the_longest_that_is_known() -> None:
    line = _line("Tổng thống Chile hội đàm tại Huế.")
    assert line.seen == [
        "<ROLE>", "<ROLE>", "<COUNTRY>", "hội", "đàm", "tại", "<PLACE>", "."
    ]  # fmt: skip
    assert line.classes[3] == line.classes[4] == tables.classes("vi")["hội đàm"].split()
    assert line.of_class(2) is None
    assert (line.shown(-1), line.shown(8)) == ("<s>", "</s>")


@given(st.dictionaries(PLACES, st.floats(0, 1), max_size=12), st.floats(0, 1))
def test_what_is_kept_never_overlaps_and_is_likelier_than_what_it_beat(
    drawn: dict[tuple[int, int, str], float], cut: float
) -> None:
    chances = {(start, start + size, name): p for (start, size, name), p in drawn.items()}
    kept = triggers.choose(chances, cut)
    assert all(a[1] <= b[0] for a, b in pairwise(kept))
    for key, chance in chances.items():
        near = [one for one in kept if one[0] <= key[1] + 1 and key[0] <= one[1] + 1]
        rivals = [one for one in near if one[2] == key[2] or (one[0] < key[1] and key[0] < one[1])]
        assert key in kept or chance < cut or max(chances[one] for one in rivals) >= chance


def test_of_two_words_side_by_side_one_names_the_event() -> None:
    chances = {(0, 4, "PROPOSAL"): 0.5, (5, 9, "PROPOSAL"): 0.6, (10, 14, "VISIT"): 0.7}
    assert triggers.choose(chances, 0.4) == [(5, 9, "PROPOSAL"), (10, 14, "VISIT")]


def test_words_that_no_list_has_can_name_an_event_once_they_were_learned() -> None:
    page = article("Chile dội nước lạnh vào Peru.")
    learned = Models((Form("dội nước lạnh", "PROTEST"),), ALWAYS, NEVER)
    model = Rules(load_ontology(), Registry(), models={"vi": learned})
    (event,) = model(page).events
    assert (event.type, event.text, event.by) == ("PROTEST", "dội nước lạnh", triggers.LEARNED)
    assert RULES_ALONE(page).events == ()


def test_the_score_of_a_trigger_is_its_chance() -> None:
    page = article("Tổng thống Chile Luis Soto hội đàm với Thủ tướng Nepal Ram Thapa tại Huế.")
    events = PRELABEL(page).events
    assert [event.type for event in events] == ["TALKS"]
    cut = tables.shipped("vi").triggers.cut
    assert all(event.score is not None and cut <= event.score <= 1 for event in events)


def test_an_entity_plays_one_role_and_none_that_the_ontology_forbids() -> None:
    sure = Models((), Weights(0.5, -5000, {"pass=True": 10_000}), ALWAYS)
    model = Rules(load_ontology(), Registry(), models={"vi": sure})
    page = article("Tổng thống Chile Luis Soto thăm Peru ngày 3/5/2019.")
    annotation = model(page)
    labels = {span.id: span.label for span in annotation.spans}
    (event,) = annotation.events
    fillers = [argument.span for argument in event.arguments]
    assert len(fillers) == len(set(fillers)) == 4
    assert all(
        load_ontology().allows_argument(event.type, argument.role, labels[argument.span])
        for argument in event.arguments
    )


def test_a_candidate_sees_the_nearest_on_either_side_that_passed_the_tests() -> None:
    page = article("Chile mời Peru thăm Huế và hội đàm với Nepal.")
    document, reading = Document(page), RULES_ALONE.read(page)
    found = triggers.candidates(document, reading.telling.forms, ())
    rows = triggers.features(Lines(document, reading.entities), found)
    beside = {
        (page.text[start:end], type_): [one for one in row if one.startswith("beside")]
        for (start, end, type_), row in rows
    }
    assert "beside<|PROPOSAL" in beside["mời", "PROPOSAL"]
    assert "beside>=VISIT|mời" in beside["mời", "PROPOSAL"]
    assert "beside<=PROPOSAL|thăm" in beside["thăm", "VISIT"]
    assert "beside>=TALKS|thăm" in beside["thăm", "VISIT"]
    assert "beside>|TALKS" in beside["hội đàm", "TALKS"]


def test_an_argument_is_no_likelier_than_its_event() -> None:
    page = article("Tổng thống Chile Luis Soto thăm Peru ngày 3/5/2019.")

    def arguments_of(chance_of_event: int) -> int:
        weak = Models((), Weights(0.1, -5000, {"pass=True": 5000 + chance_of_event}), EVEN)
        (event,) = Rules(load_ontology(), Registry(), models={"vi": weak})(page).events
        return len(event.arguments)

    assert arguments_of(5000) == 4
    assert arguments_of(0) == 0


def test_every_table_is_there_in_both_languages_and_names_known_types() -> None:
    for lang in ("vi", "en"):
        models = tables.shipped(lang)
        assert {form.type for form in models.forms} <= set(load_ontology().event_types)
        assert len(models.triggers.of) > 1000
        assert len(models.arguments.of) > 1000
        assert all(len(row.split()) == 3 for row in tables.classes(lang).values())


def test_the_candidates_of_a_line_grow_with_its_length_only() -> None:
    def weighed(times: int) -> int:
        words = (
            "Ngoại trưởng Chile hội đàm với Peru tại Huế "
            + "trong một bầu không khí cởi mở và " * 6
        )
        page = article(words * times)
        document = Document(page)
        reading = RULES_ALONE.read(page)
        kept = [event.trigger for event in reading.telling.events]
        assert len(kept) >= times / 2
        scene = Scene(document, reading.entities, (), kept, load_ontology())
        lines = Lines(document, reading.entities)
        return sum(1 for _ in arguments.features(scene, lines, [()] * len(kept)))

    assert weighed(120) < 2.2 * weighed(60)
