"""Folding never moves an offset; sentences end where they end."""

from hypothesis import given
from hypothesis import strategies as st

from curation.prelabel.text import Document, fold, lower
from tests.prelabel.made_articles import article


@given(st.text())
def test_folding_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert len(lower(text)) == len(text)


def test_both_placements_of_a_tone_mark_are_one() -> None:
    assert fold("Hoà Uỷ thuỷ khoẻ") == fold("Hòa Ủy thủy khỏe")
    assert fold("quý quỷ") == "quý quỷ"


def test_typographic_signs_become_plain() -> None:
    assert fold("“Lâm’s” – a\u00a0b") == '"Lâm\'s" - a b'


def test_abbreviations_and_initials_end_no_sentence() -> None:
    text = "Mr. Otto K. Berg met Dr. Rey. They left.\nU.S. envoys stayed."
    document = Document(article(text, "en"))
    cut = [text[s.start : s.end] for s in document.sentences]
    assert cut == ["Mr. Otto K. Berg met Dr. Rey.", "They left.", "U.S. envoys stayed."]


def test_a_line_without_an_end_is_cut_at_blanks() -> None:
    document = Document(article("từ " * 3000))
    assert max(s.end - s.start for s in document.sentences) <= 1500
