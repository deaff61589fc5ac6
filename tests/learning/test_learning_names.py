"""Which names the gold teaches, and how they live with what was written by hand."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation import pipeline
from curation.errors import DataError
from curation.learning.examples import Example, example
from curation.learning.names import confirmed, learn_names, struck
from curation.ontology import load_ontology
from curation.prelabel import rules
from curation.prelabel.names import BY, Name, merge, read, registry, remember, text
from curation.records import Annotation, Author
from curation.workspace import write_jsonl
from tests.builders import annotation, span
from tests.learning.made_gold import workspace_of
from tests.prelabel.made_articles import article

DATE = "2026-11-21"


def _examples(*marked: tuple[str, list[tuple[str, str]]]) -> list[Example]:
    """Return English articles whose gold has the words with their labels, each once."""
    label, found = rules(), []
    for words, spans in marked:
        page = article(words, "en")
        gold = [span(words, form, name, f"s{at}") for at, (form, name) in enumerate(spans)]
        found.append(example(page, annotation(page, gold, kind="adjudication"), label))
    return found


def _forms(names: list[Name]) -> list[tuple[str, str]]:
    return [(name.form, name.label) for name in names]


def test_a_name_of_several_words_is_taken_at_once_with_its_provenance() -> None:
    (one,) = _examples(("We saw the Brine Council again.", [("Brine Council", "ORG")]))
    answer = msgspec.structs.replace(one.gold, author=Author("person", "annotator-07"))
    (name,) = confirmed([one], {one.article.id: [answer]}, DATE)
    assert (name.form, name.label, name.lang, name.status) == (
        "Brine Council",
        "ORG",
        "en",
        "known",
    )
    assert (name.marked, name.seen, name.date) == (1, 1, DATE)
    assert name.articles == (one.article.id,)
    assert name.people == ("annotator-07",)


def test_a_single_word_waits_for_a_second_article() -> None:
    first = ("The BRC met.", [("BRC", "ORG")])
    assert confirmed(_examples(first), {}, DATE) == []
    twice = _examples(first, ("Later the BRC rested.", [("BRC", "ORG")]))
    assert _forms(confirmed(twice, {}, DATE)) == [("BRC", "ORG")]


def test_a_single_word_is_never_a_person() -> None:
    two = [(f"{verb} Quarlow.", [("Quarlow", "PERSON")]) for verb in ("Thank", "Greet")]
    assert confirmed(_examples(*two), {}, DATE) == []


def test_a_form_that_is_often_not_marked_stays_out() -> None:
    examples = _examples(
        ("The Brine Council met. The Brine Council left.", [("Brine Council", "ORG")])
    )
    assert confirmed(examples, {}, DATE) == []


def test_a_form_within_a_longer_name_does_not_count_against_it() -> None:
    examples = _examples(
        (
            "The Brine Council met. The Brine Council Choir left.",
            [("Brine Council", "ORG"), ("Brine Council Choir", "ORG")],
        )
    )
    assert ("Brine Council", "ORG") in _forms(confirmed(examples, {}, DATE))


def test_a_name_over_two_lines_stays_out() -> None:
    examples = _examples(("The Brine\nCouncil sat.", [("Brine\nCouncil", "ORG")]))
    assert confirmed(examples, {}, DATE) == []


def test_forms_of_the_shipped_tables_and_names_without_a_capital_stay_out() -> None:
    examples = _examples(
        ("Moscow replied.", [("Moscow", "COUNTRY")]),
        ("The grain board spoke.", [("grain board", "ORG")]),
    )
    assert confirmed(examples, {}, DATE) == []


def _struck_examples(kept: int) -> list[Example]:
    """Return four articles in which the rules find Cuba, and gold keeps it in some."""
    pages = [f"Cuba {verb} the tide." for verb in ("saw", "met", "heard", "felt")]
    return _examples(
        *((page, [("Cuba", "COUNTRY")] if at < kept else []) for at, page in enumerate(pages))
    )


def test_what_people_strike_out_in_most_cases_is_suppressed() -> None:
    (name,) = struck(_struck_examples(kept=1), DATE)
    assert (name.form, name.label, name.status) == ("Cuba", "COUNTRY", "suppressed")
    assert (name.marked, name.seen, len(name.articles)) == (1, 4, 3)
    assert struck(_struck_examples(kept=2), DATE) == []


def test_known_names_are_proposed_and_suppressed_ones_are_not() -> None:
    names = [
        Name(form="Brine Council", label="ORG", lang="en", marked=3, seen=3),
        Name(form="Port Warden", label="ROLE", lang="en", marked=1, seen=1),
        Name(form="Ada Quarlow", label="PERSON", lang="en", marked=1, seen=1),
        Name(form="Cuba", label="COUNTRY", lang="en", status="suppressed"),
    ]
    page = article("Cuba and Laos saw the Brine Council, Port Warden and Ada Quarlow.", "en")
    made = rules(registry=registry(names))(page)
    assert [(s.text, s.label) for s in made.spans] == [
        ("Laos", "COUNTRY"),
        ("Brine Council", "ORG"),
        ("Port Warden", "ROLE"),
        ("Ada Quarlow", "PERSON"),
    ]
    assert {s.by for s in made.spans[1:]} == {BY}
    assert {s.score for s in made.spans[1:]} == {round(6 / 7, 3)}
    other = article("Cuba nhắc tới Brine Council.", "vi")
    assert BY not in {s.by for s in rules(registry=registry(names))(other).spans}


# --- the file ---------------------------------------------------------------------------


def _named(form: str, **more: str) -> Name:
    return Name(form=form, label="ORG", lang="en", **more)  # type: ignore[arg-type]


def test_a_row_that_was_changed_by_hand_stays() -> None:
    ours, changed = _named("Brine Council", date="1"), _named("Brine Council", kb="wikidata:Q1")
    assert merge([_named("Brine Council", date="2")], [changed], [ours]) == [changed]
    assert merge([_named("Brine Council", date="2")], [ours], [ours])[0].date == "2"


def test_a_row_that_was_deleted_by_hand_stays_away() -> None:
    learned = [_named("Brine Council")]
    assert merge(learned, [], learned) == []
    ledger = remember(learned, [], learned)
    assert merge(learned, [], ledger) == []


def test_a_row_that_was_added_by_hand_stays() -> None:
    added = _named("Salt Board")
    assert merge([], [added], []) == [added]
    assert merge([], [added], remember([], [added], [])) == [added]


_rows = st.lists(
    st.builds(
        Name,
        form=st.sampled_from(["Brine Council", "Salt Board", "Ủy ban Muối"]),
        label=st.sampled_from(["ORG", "PARTY"]),
        lang=st.just("vi"),
        status=st.sampled_from(["known", "suppressed"]),
        kb=st.sampled_from(["", "wikidata:Q1"]),
        marked=st.integers(0, 9),
        articles=st.lists(st.sampled_from(["a-1", "a-2"]), unique=True).map(tuple),
    ),
    unique_by=lambda name: name.key,
)


@given(_rows, _rows)
def test_learning_twice_changes_nothing_more(learned: list[Name], present: list[Name]) -> None:
    once = merge(learned, present, [])
    again = merge(learned, once, remember(learned, present, []))
    assert again == once


@given(_rows)
def test_names_are_read_as_they_were_written(
    tmp_path_factory: pytest.TempPathFactory, names: list[Name]
) -> None:
    path = tmp_path_factory.mktemp("names") / "names.tsv"
    path.write_text(text(names), encoding="utf-8")
    assert read(path, load_ontology()) == names


def test_wrong_rows_are_named_each(tmp_path: Path) -> None:
    path = tmp_path / "names.tsv"
    path.write_text(
        "form\tlabel\tlang\tstatus\tmarked\nX\tNAME\ten\tknown\t1\nY\tORG\ten\tmaybe\t1\n"
        "\tORG\ten\tknown\t1\nZ\tORG\ten\tknown\tmany\nFine Board\tORG\ten\t\t\n",
        encoding="utf-8",
    )
    with pytest.raises(DataError) as caught:
        read(path, load_ontology())
    columns = "form, label, lang, status, kb, marked, seen, articles, people, date"
    remedy = f"Mend the row (columns: {columns}) or delete it."
    assert str(caught.value).splitlines() == [
        f"{path}:2: NAME: is no label of the ontology. {remedy}",
        f"{path}:3: maybe: is neither known nor suppressed. {remedy}",
        f"{path}:4: |ORG|en|known|1: has no form. {remedy}",
        f"{path}:5: many: is no number (marked). {remedy}",
    ]


def test_learning_writes_names_that_the_next_prelabel_uses(tmp_path: Path) -> None:
    """Five articles, two of which name a body that the rules do not know."""
    label = rules()
    texts = [
        "Yesterday Vexalor rose in Laos.",
        "Then Vexalor fell in Peru.",
        "Rain fell in Cuba.",
        "Snow fell in Chile.",
        "Wind blew in Egypt.",
        "Dust flew in Nepal.",
    ]
    pairs = []
    for words in texts:
        page = article(words, "en")
        made: Annotation = msgspec.structs.replace(label(page), author=Author("person", "a-01"))
        if "Vexalor" in words:
            more = span(words, "Vexalor", "ORG", "s9")
            made = msgspec.structs.replace(made, spans=(*made.spans, more))
        pairs.append((page, made))
    space = workspace_of(tmp_path / "w", pairs)
    write_jsonl(space.answers, (gold for _, gold in pairs))
    told = pipeline.run_learn(space, lambda items, _: items, f"{DATE}T00:00:00Z", 100)
    assert told["names"] == {"learned": 1, "suppressed": 0, "in the file": 1}
    (name,) = read(space.names, load_ontology())
    assert (name.form, name.people, name.date) == ("Vexalor", ("a-01",), DATE)
    pipeline.run_prelabel(space, lambda items, _: items)
    assert space.candidates.read_text(encoding="utf-8").count(f'"by":"{BY}"') == 2


def test_names_of_nothing_are_none() -> None:
    assert learn_names([], {}, DATE) == []
