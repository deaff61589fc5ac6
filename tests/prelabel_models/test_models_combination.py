"""Windows cover the text, several models combine by the stated rule, names are refused."""

import string
from importlib.metadata import EntryPoint
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from curation import workspace
from curation.cli import app
from curation.errors import UsageError
from curation.integrity import problems
from curation.ontology import load_ontology
from curation.prelabel import models as plugged
from curation.prelabel.models import load
from curation.prelabel.models.combination import Combined, Kept, fill
from curation.prelabel.models.reader import Draft, WindowedModel, label_of, trimmed
from curation.prelabel.models.windows import Limit, windows
from curation.records import Annotation, Argument, Event, Relation, Span
from curation.workspace import write_jsonl
from tests.builders import annotation, article, event, span

ONTOLOGY = load_ontology()
TEXT = "President Ann Lee met Bo Ray in Paris on Tuesday."
ARTICLE = article(TEXT)


def _model(made: Annotation) -> Any:
    return lambda _: made


def _base() -> Annotation:
    spans = [
        span(TEXT, "President", "ROLE", "s1", by="r"),
        span(TEXT, "Ann Lee", "PERSON", "s2", by="r"),
    ]
    met = event(TEXT, "met", "TALKS", "e1", [("PARTICIPANT", "s2")])
    return annotation(ARTICLE, spans, [met], [("HOLDS", "s2", "s1")], "rules", "model")


def _more() -> Annotation:
    spans = [
        span(TEXT, "Lee", "ORG", "s1", by="m"),
        span(TEXT, "Bo Ray", "PERSON", "s2", by="m"),
        span(TEXT, "Paris", "PLACE", "s3", by="m"),
    ]
    met = event(TEXT, "met", "VISIT", "e1", [("VISITOR", "s2")])
    on = event(TEXT, "on", "TALKS", "e2", [("PARTICIPANT", "s1"), ("PLACE", "s3"), ("PLACE", "s2")])
    return annotation(ARTICLE, spans, [met, on], [("HOLDS", "s2", "s3")], "other", "model")


def test_what_came_first_stays_and_the_next_fill_the_gaps() -> None:
    made = Combined([_model(_base()), _model(_more())])(ARTICLE)
    assert [(s.id, s.text, s.label, s.by) for s in made.spans] == [
        ("s1", "President", "ROLE", "r"),
        ("s2", "Ann Lee", "PERSON", "r"),
        ("s3", "Bo Ray", "PERSON", "m"),
        ("s4", "Paris", "PLACE", "m"),
    ]
    assert [(e.id, e.text, e.type) for e in made.events] == [
        ("e1", "met", "TALKS"),
        ("e2", "on", "TALKS"),
    ]
    assert made.author.name == "rules+other"
    assert problems(made, ARTICLE, ONTOLOGY) == []


def test_arrows_move_on_to_the_span_in_the_way_and_wrong_ones_are_left_out() -> None:
    made = Combined([_model(_base()), _model(_more())])(ARTICLE)
    assert made.events[1].arguments == (Argument("PARTICIPANT", "s2"), Argument("PLACE", "s4"))
    assert made.relations == (Relation("HOLDS", "s2", "s1"),)


PLACES = st.integers(0, len(TEXT) - 1).flatmap(
    lambda start: st.tuples(st.just(start), st.integers(start + 1, len(TEXT)))
)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Anything that a model could claim to have found."""
    spans = [
        Span(f"x{n}", start, end, label, "?", value, kb)
        for n, ((start, end), label, value, kb) in enumerate(
            draw(
                st.lists(st.tuples(PLACES, st.sampled_from([*ONTOLOGY.labels, "?"]), WORDS, WORDS))
            )
        )
    ]
    names = st.sampled_from([s.id for s in spans] + ["nobody"])
    arguments = st.lists(st.builds(Argument, st.sampled_from([*ONTOLOGY.roles]), names), max_size=4)
    events = [
        Event(f"y{n}", kind, start, end, "?", modality, tuple(filled))
        for n, ((start, end), kind, modality, filled) in enumerate(
            draw(
                st.lists(
                    st.tuples(
                        PLACES,
                        st.sampled_from([*ONTOLOGY.event_types, "?"]),
                        st.sampled_from([*ONTOLOGY.modalities, "?"]),
                        arguments,
                    )
                )
            )
        )
    ]
    kinds = st.sampled_from([*ONTOLOGY.relations, "?"])
    relations = draw(st.lists(st.builds(Relation, kinds, names, names), max_size=4))
    return Draft(tuple(spans), tuple(events), tuple(relations))


WORDS = st.sampled_from([None, "2024-10-22", "iso3166:VN", "nonsense"])


def _claiming(by: str, draft: Draft) -> WindowedModel:
    return WindowedModel(by, lambda _: (draft, 0), Limit(1000))


@given(first=drafts(), second=drafts())
def test_whatever_models_claim_the_candidates_keep_the_contract(
    first: Draft, second: Draft
) -> None:
    both = [_claiming("a", first), _claiming("b", second)]
    made = Combined(both)(ARTICLE)
    assert problems(made, ARTICLE, ONTOLOGY) == []
    assert fill(made, made, ONTOLOGY).spans == made.spans


@given(
    text=st.text(string.ascii_letters + " .\n!", max_size=300),
    size=st.integers(1, 40),
)
def test_windows_join_up_to_the_text_and_keep_the_limit(text: str, size: int) -> None:
    found = list(windows(text, Limit(size)))
    assert "".join(text[start:end] for start, end in found) == text
    assert all(0 < end - start <= size for start, end in found)


def test_windows_end_with_sentences_where_they_can() -> None:
    text = "One two. Three four. Five six."
    assert [text[a:b] for a, b in windows(text, Limit(22))] == [
        "One two. Three four. ",
        "Five six.",
    ]
    by_words = Limit(4, lambda part: len(part.split()))
    assert [text[a:b] for a, b in windows(text, by_words)] == ["One two. Three four. ", "Five six."]


def test_a_long_article_is_read_to_its_end_and_says_so() -> None:
    text = "Ann met Bo. " * 500

    def read(part: str) -> tuple[Draft, int]:
        at = [i for i in range(len(part)) if part.startswith("Bo", i)]
        return Draft(tuple(Span(f"s{i}", i, i + 2, "PERSON", "Bo") for i in at)), 0

    model = WindowedModel("finder", read, Limit(100))
    made = model(article(text))
    assert len(made.spans) == 500
    assert {s.text for s in made.spans} == {"Bo"}
    assert str(model.coverage) == "100.0% of 6000 characters, 63 windows"


def test_a_window_that_was_not_read_lowers_the_coverage() -> None:
    model = WindowedModel("half", lambda part: None if "x" in part else (Draft(), 0), Limit(4))
    model(article("xxx.\nyyy"))
    assert str(model.coverage) == "37.5% of 8 characters, 3 windows"


def test_articles_of_another_language_are_left_out_and_counted() -> None:
    model = WindowedModel("vi", lambda _: (Draft(), 0), Limit(9), languages={"vi"})
    assert model(ARTICLE).spans == ()
    assert str(model.coverage).endswith("1 articles of another language left out")


def test_a_model_can_be_kept_to_labels_and_languages() -> None:
    only = Kept(_model(_more()), "m?labels=ORG,PERSON", None, ("ORG", "PERSON"))(ARTICLE)
    assert {s.label for s in only.spans} == {"ORG", "PERSON"}
    assert [a.span for a in only.events[1].arguments] == ["s1", "s2"]
    assert only.relations == ()
    other = Kept(_model(_more()), "m?lang=vi", ("vi",), None)
    assert other(ARTICLE).spans == ()
    assert other.skipped == 1


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("the Senate", "Senate"),
        ("France's", "France"),
        (" Oslo ", "Oslo"),
        ("Theo", "Theo"),
        ("the ", "the"),
        ("  ", None),
    ],
)
def test_spans_lose_what_the_guidelines_leave_out(words: str, kept: str | None) -> None:
    text = f"- {words} -"
    place = trimmed(text, 2, 2 + len(words))
    assert (text[place[0] : place[1]] if place else None) == kept


def test_spans_that_end_within_a_word_take_the_word() -> None:
    assert trimmed("met Lee today", 5, 6) == (4, 7)


def test_labels_of_other_schemes_become_the_ontologys() -> None:
    assert label_of("PER", "Ann") == "PERSON"
    assert label_of("B-LOC", "Oslo") == "PLACE"
    assert label_of("GPE", "the Netherlands") == "COUNTRY"
    assert label_of("GPE", "Pháp") == "COUNTRY"
    assert label_of("CARDINAL", "two") is None


def test_rules_come_first_whatever_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("mine", "tests.prelabel_models.plugged:make", plugged.GROUP)
    monkeypatch.setattr(plugged, "entry_points", lambda group: [point])
    made = load(["mine:Tuesday?lang=en", "rules"])(ARTICLE)
    assert made.author.name.startswith("rules-")
    assert made.author.name.endswith("+mine:Tuesday")
    assert "mine:Tuesday" not in {s.by for s in made.spans if s.text != "Tuesday"}


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["nope"], "there is no pre-labeller 'nope': name one of gliner, openai, rules, "),
        (["rules:x"], "'x' is no setting of the pre-labeller 'rules': write rules:shipped"),
        (["rules?x=1"], "'rules?x=1': 'x' keeps to nothing: write ?lang= or ?labels=."),
        (["rules?labels=X"], "'rules?labels=X': 'X' is no label: use some of PERSON, ROLE"),
        (["openai"], "name the endpoint's model, as in `--model openai:gpt-4.1-mini`."),
    ],
)
def test_a_wrong_name_is_refused_with_what_to_write(names: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(names)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("extra", ["spacy", "gliner", "transformers"])
def test_a_missing_extra_is_named_with_the_command(
    monkeypatch: pytest.MonkeyPatch, extra: str
) -> None:
    monkeypatch.setitem(__import__("sys").modules, extra, None)
    with pytest.raises(UsageError) as caught:
        load([f"{extra}:model"])
    assert str(caught.value) == (
        f"the pre-labeller '{extra}' needs the package {extra}: "
        f"install it with `pip install 'curation[{extra}]'`."
    )


def test_the_command_takes_several_models_and_reports_coverage(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = EntryPoint("mine", "tests.prelabel_models.plugged:make", plugged.GROUP)
    monkeypatch.setattr(plugged, "entry_points", lambda group: [point])
    opened = workspace.create(tmp_path / "work", "work")
    write_jsonl(opened.articles, [ARTICLE])
    command = ["prelabel", "--model", "rules", "--model", "mine:on Tuesday"]
    done = CliRunner().invoke(app, [*command, "--workspace", str(opened.root), "--json"])
    assert done.exit_code == 0, done.output
    told = msgspec.json.decode(done.stdout)
    assert told["read by mine:on Tuesday"] == f"100.0% of {len(TEXT)} characters, 1 windows"
    made = opened.read_annotations(opened.candidates, "prelabel")[0]
    assert problems(made, ARTICLE, ONTOLOGY) == []


def test_a_plain_prelabel_is_that_of_the_rules(tmp_path: Any) -> None:
    opened = workspace.create(tmp_path / "work", "work")
    write_jsonl(opened.articles, [ARTICLE])
    done = CliRunner().invoke(app, ["prelabel", "--workspace", str(opened.root), "--json"])
    assert msgspec.json.decode(done.stdout)["by"][0].startswith("rules-")
