"""The normal form of a page maps back to its raw code points."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.ingest.normal import Normal, Part, compose, normalize
from curation.offsets import clean_to_raw, raw_to_clean

ANY = st.text(alphabet=st.characters(exclude_categories=["Cs"]))
# decomposed Vietnamese, Hangul parts, singletons, line ends, invisible signs, odd spaces, emoji
ODD = st.text(
    alphabet="aeoêđươ\u0301\u0323\u0302\u031b\u0308\u1100\u1161\u11a8\u212b\u0958\u0344"
    "\r\n\u2028\x0b\ufeff\u200b\xad\x07\xa0\u3000\u200d😀x ."
)


@given(st.one_of(ANY, ODD))
def test_the_normal_form_is_nfc_with_plain_line_ends_and_stays_as_it_is(raw: str) -> None:
    normal = normalize(raw)
    assert unicodedata.is_normalized("NFC", normal.text)
    assert not {"\r", "\u2028", "\x0b"} & set(normal.text)
    assert normalize(normal.text).text == normal.text


@given(st.one_of(ANY, ODD))
def test_pieces_are_sorted_disjoint_and_long_ones_repeat_the_raw_text(raw: str) -> None:
    normal = normalize(raw)
    end = raw_end = 0
    for start, raw_start, length in normal.pieces:
        assert start >= end
        assert raw_start >= raw_end
        end, raw_end = start + length, raw_start + length
        if length > 1:
            assert raw[raw_start:raw_end] == normal.text[start:end]


@given(ODD)
def test_each_piece_is_the_normal_form_of_its_raw_piece(raw: str) -> None:
    normal = normalize(raw)
    for start, raw_start, length in normal.pieces:
        place = clean_to_raw(normal.pieces, raw, start, start + length)
        assert place is not None
        assert place[0] == raw_start
        again = normalize(raw[place[0] : place[1]]).text
        # a cluster with more than one code point is stood for by its first one
        assert again.startswith(normal.text[start : start + length])
        assert normal.text.startswith(again, start)


@given(ODD, st.data())
def test_a_clean_range_comes_back_from_the_raw_range(raw: str, data: st.DataObject) -> None:
    normal = normalize(raw)
    if not normal.pieces:
        return
    first, last = sorted(
        data.draw(st.integers(0, len(normal.pieces) - 1), label="piece") for _ in range(2)
    )
    start = normal.pieces[first][0]
    end = normal.pieces[last][0] + normal.pieces[last][2]
    place = clean_to_raw(normal.pieces, raw, start, end)
    assert place is not None
    assert raw_to_clean(normal.pieces, *place) == (start, end)


@pytest.mark.parametrize(
    ("raw", "text", "pieces"),
    [
        ("a\r\nb", "a\nb", ((0, 0, 1), (1, 2, 2))),
        ("a\rb", "a\nb", ((0, 0, 1), (2, 2, 1))),
        ("a\nb", "a\nb", ((0, 0, 3),)),
        ("\ufeffab", "ab", ((0, 1, 2),)),
        ("To\u0302 L", "Tô L", ((0, 0, 1), (1, 1, 1), (2, 3, 2))),
        ("a\u200bb", "ab", ((0, 0, 1), (1, 2, 1))),
        ("a\u200b\u0301", "a\u200b\u0301", ((0, 0, 3),)),
        ("x\u0304y", "x\u0304y", ((0, 0, 3),)),
        ("e\u0302\u0323\u0301", "ệ\u0301", ((0, 0, 1),)),
        ("e\u0302\u0301\u0302z", "ế\u0302z", ((0, 0, 1), (2, 4, 1))),
        ("1\xa02\u30003", "1\xa02\u30003", ((0, 0, 5),)),
        ("", "", ()),
    ],
)
def test_the_map_of_each_kind_of_raw_text(
    raw: str, text: str, pieces: tuple[tuple[int, int, int], ...]
) -> None:
    assert normalize(raw) == Normal(text, pieces)


def test_composing_parts_joins_what_touches_and_leaves_text_put_in_unmapped() -> None:
    normal = normalize("\ufeffTitle\r\nmenu\r\nHo\u0302m nay")
    text = normal.text
    body = text.index("H")
    parts: list[Part] = [(0, 3), (3, 5), "\n\n", (body, len(text))]
    composed, pieces = compose(normal, parts)
    assert composed == "Title\n\nHôm nay"
    assert pieces == ((0, 1, 5), (7, 14, 1), (8, 15, 1), (9, 17, 5))


@given(ODD, st.lists(st.integers(0, 30), max_size=8))
def test_composed_parts_keep_the_map_of_the_page(raw: str, cuts: list[int]) -> None:
    normal = normalize(raw)
    places = sorted({min(place, len(normal.text)) for place in cuts})
    parts: list[tuple[int, int]] = list(zip(places[::2], places[1::2], strict=False))
    text, pieces = compose(normal, parts)
    assert text == "".join(normal.text[start:end] for start, end in parts)
    whole = {start + i: raw_start + i for start, raw_start, n in normal.pieces for i in range(n)}
    offsets = [at for start, end in parts for at in range(start, end)]
    mapped = {start + i: raw_start + i for start, raw_start, n in pieces for i in range(n)}
    assert mapped == {new: whole[old] for new, old in enumerate(offsets) if old in whole}
