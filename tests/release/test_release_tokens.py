"""BIO tags over syllable tokens: what is tagged can be read back exactly."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.ontology import load_ontology
from curation.release.tokens import Labelled, Paragraph, paragraphs, spans_of, tag_names

LABELS = list(load_ontology().labels)


def only(text: str, *spans: Labelled) -> Paragraph:
    (paragraph,) = paragraphs(text, spans)
    return paragraph


def test_a_vietnamese_syllable_and_a_sign_are_a_token_each() -> None:
    text = "Nguyễn Phú Trọng (sinh 1944), T.Ư. & a_b"
    assert " ".join(only(text).tokens) == "Nguyễn Phú Trọng ( sinh 1944 ) , T . Ư . & a _ b"


def test_the_first_token_of_a_span_begins_it_and_the_others_are_inside() -> None:
    found = only("Lê Hoài Trung gặp PCF", (0, 13, "PERSON"), (18, 21, "PARTY"))
    assert found.tags == ("B-PERSON", "I-PERSON", "I-PERSON", "O", "B-PARTY")
    assert (found.starts, found.ends) == ((0, 3, 8, 14, 18), (2, 7, 13, 17, 21))


def test_neighbours_of_one_label_stay_two() -> None:
    spans = [(0, 2, "COUNTRY"), (2, 4, "COUNTRY")]
    found = only("ViLa", *spans)
    assert found.tokens == ("Vi", "La")
    assert found.tags == ("B-COUNTRY", "B-COUNTRY")
    assert spans_of(found) == spans


def test_a_border_within_a_token_cuts_it_and_is_counted() -> None:
    found = only("preCOPpost", (3, 6, "ORG"))
    assert found.tokens == ("pre", "COP", "post")
    assert found.tags == ("O", "B-ORG", "O")
    assert found.cuts == 2


def test_lines_are_paragraphs_and_empty_ones_are_left_out() -> None:
    found = paragraphs("Tin\n\nLào và Cuba\n \nHết\n", [(5, 8, "COUNTRY")])
    assert [paragraph.tokens for paragraph in found] == [("Tin",), ("Lào", "và", "Cuba"), ("Hết",)]
    assert [spans_of(paragraph) for paragraph in found] == [[], [(5, 8, "COUNTRY")], []]


def test_a_span_over_the_end_of_a_line_joins_the_lines() -> None:
    text = "The Treaty of\nNarvik was\nsigned"
    found = paragraphs(text, [(4, 20, "AGREEMENT")])
    assert [len(paragraph.tokens) for paragraph in found] == [5, 1]
    assert spans_of(found[0]) == [(4, 20, "AGREEMENT")]


def test_an_inside_tag_after_another_label_begins_a_span() -> None:
    """As other taggers' output may have it."""
    tags = ("I-ORG", "I-ORG", "I-PARTY", "O", "I-PARTY")
    found = Paragraph(tuple("abcde"), (0, 1, 2, 3, 4), (1, 2, 3, 4, 5), tags, 0)
    assert spans_of(found) == [(0, 2, "ORG"), (2, 3, "PARTY"), (4, 5, "PARTY")]


def test_tags_are_numbered_in_the_order_of_the_labels() -> None:
    assert tag_names(["A", "B"]) == ["O", "B-A", "I-A", "B-B", "I-B"]
    assert len(tag_names(LABELS)) == 1 + 2 * len(LABELS)


texts = st.text(st.sampled_from("aBộđ1_.-(\n \t\u00a0\u0301é中🇻") | st.characters(), max_size=60)


@st.composite
def labelled(draw: st.DrawFn) -> tuple[str, list[Labelled]]:
    """A text and flat spans without white space at their ends, as validation has them."""
    text = draw(texts)
    borders = sorted(draw(st.sets(st.integers(0, len(text)), max_size=10)))
    spans = []
    for start, end in pairwise(borders):
        words = text[start:end]
        if words.strip() and draw(st.booleans()):
            first = start + len(words) - len(words.lstrip())
            spans.append((first, first + len(words.strip()), draw(st.sampled_from(LABELS))))
    return text, spans


@given(labelled())
def test_spans_read_back_from_the_tags_are_the_same(made: tuple[str, list[Labelled]]) -> None:
    text, spans = made
    assert [span for found in paragraphs(text, spans) for span in spans_of(found)] == spans


@given(labelled())
def test_tokens_cover_the_text_but_its_white_space(made: tuple[str, list[Labelled]]) -> None:
    """Each token is the slice at its offsets; together they are the text without blanks."""
    text, spans = made
    found = paragraphs(text, spans)
    for paragraph in found:
        places = zip(paragraph.starts, paragraph.ends, strict=True)
        assert paragraph.tokens == tuple(text[start:end] for start, end in places)
    words = "".join(token for paragraph in found for token in paragraph.tokens)
    assert words == "".join(text.split())
    starts = [start for paragraph in found for start in paragraph.starts]
    assert starts == sorted(set(starts))


@given(labelled())
def test_without_spans_no_token_is_cut(made: tuple[str, list[Labelled]]) -> None:
    text, spans = made
    assert sum(paragraph.cuts for paragraph in paragraphs(text, [])) == 0
    uncut = sum(len(paragraph.tokens) for paragraph in paragraphs(text, []))
    cut = paragraphs(text, spans)
    assert sum(len(found.tokens) - found.cuts for found in cut) == uncut


@pytest.mark.parametrize("name", ["seeds.jsonl"])
def test_hand_annotations_of_real_articles_cut_no_token(shared: Path, name: str) -> None:
    """Annotators mark whole syllables."""
    from curation.rawgold import read_raw_gold

    for gold in read_raw_gold(shared / "gold" / name):
        path = next((shared / "seeds").glob(f"{gold.id}*"))
        text = path.read_bytes().decode("utf-8")
        spans = sorted((span.start, span.end, span.label) for span in gold.spans)
        found = paragraphs(text, spans)
        assert sum(paragraph.cuts for paragraph in found) == 0
        assert [span for paragraph in found for span in spans_of(paragraph)] == spans
