"""Offsets go from the raw file to the clean text and back."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.offsets import clean_to_raw, end_of_cluster, is_boundary, raw_to_clean

# "Tô" decomposed (T o ̂), a cut of three code points, "b", an inserted newline, "c"
RAW = "To\u0302xxxbc"
KEPT = ((0, 0, 1), (1, 1, 1), (2, 6, 1), (4, 7, 1))
CLEAN = "Tôb\nc"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ((0, 3), (0, 2)),
        ((1, 2), (1, 2)),
        ((0, 7), (0, 3)),
        ((6, 8), (2, 5)),
        ((3, 6), None),
        ((4, 7), (2, 3)),
    ],
)
def test_a_raw_range_maps_to_what_was_kept_of_it(
    raw: tuple[int, int], clean: tuple[int, int] | None
) -> None:
    assert raw_to_clean(KEPT, *raw) == clean


@pytest.mark.parametrize(
    ("clean", "raw"),
    [((0, 2), (0, 3)), ((1, 2), (1, 3)), ((2, 3), (6, 7)), ((3, 4), None), ((2, 5), (6, 8))],
)
def test_a_clean_range_maps_to_the_raw_code_points_it_was_made_from(
    clean: tuple[int, int], raw: tuple[int, int] | None
) -> None:
    assert clean_to_raw(KEPT, RAW, *clean) == raw
    if raw is not None and clean != (2, 5):
        piece = CLEAN[clean[0] : clean[1]]
        assert unicodedata.normalize("NFC", RAW[raw[0] : raw[1]]) == piece


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.integers(0, 20))
def test_normalizing_either_side_of_a_boundary_is_normalizing_the_whole(text: str, at: int) -> None:
    at = end_of_cluster(text, min(at, len(text)))
    left, right = text[:at], text[at:]
    whole = unicodedata.normalize("NFC", text)
    assert unicodedata.normalize("NFC", left) + unicodedata.normalize("NFC", right) == whole


@pytest.mark.parametrize("char", ["\u0302", "\u1161", "\u11a8", "\u09be", "\u0f73"])
def test_marks_and_second_parts_of_composites_are_no_boundary(char: str) -> None:
    assert not is_boundary(char)
