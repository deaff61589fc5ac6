"""Bytes become a page, or are refused with the place, the reason and a remedy."""

import codecs
import unicodedata

import pytest

from curation.errors import DataError
from curation.ingest.readers import read_page

TEXT = "Tổng thống tới Hà Nội 🇻🇳\r\n"


@pytest.mark.parametrize(
    ("data", "text", "charset"),
    [
        (TEXT.encode(), TEXT, ""),
        (codecs.BOM_UTF8 + TEXT.encode(), "\ufeff" + TEXT, ""),
        (codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "\ufeff" + TEXT, "; charset=utf-16-le"),
        (codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "\ufeff" + TEXT, "; charset=utf-16-be"),
    ],
)
def test_a_byte_order_mark_chooses_the_encoding_and_stays_code_point_0(
    data: bytes, text: str, charset: str
) -> None:
    page = read_page(data, "a.txt")
    assert page.text == text
    assert page.media_type == f"text/plain{charset}"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (
            b"",
            "a.txt: whole file: holds no text. Remove the file, or save it again.",
        ),
        (
            codecs.BOM_UTF8 + b" \r\n\t",
            "a.txt: whole file: holds no text. Remove the file, or save it again.",
        ),
        (
            "Hà Nội".encode("cp1258", "replace") + b"\xff",
            "a.txt: byte 1 (0xe0): is no UTF-8 (invalid continuation byte). "
            "Find out the encoding of the file, and give it with --charset or save it as UTF-8.",
        ),
        (
            codecs.BOM_UTF16_LE + "Hà".encode("utf-16-le") + b"x",
            "a.txt: byte 6 (0x78): is no UTF-16-LE (truncated data). "
            "Find out the encoding of the file, and give it with --charset or save it as UTF-8.",
        ),
        (
            b"abc\0def",
            "a.txt: byte 3: is a NUL byte: the file is binary, or UTF-16 without a byte order "
            "mark. Save its text as a UTF-8 .txt file.",
        ),
        (
            codecs.BOM_UTF32_LE + "ab".encode("utf-32-le"),
            "a.txt: byte 0: is UTF-32. Save the file as UTF-8.",
        ),
        (
            b"%PDF-1.7 ...",
            "a.txt: whole file: is a PDF document. Save its text as a UTF-8 .txt file.",
        ),
        (
            b"PK\x03\x04...",
            "a.txt: whole file: is a ZIP archive or an office document. Unpack it and give the "
            "folder, or save its text as a UTF-8 .txt file.",
        ),
        (
            b"ab\xed\xa0\x80cd",
            "a.txt: byte 2 (0xed): is no UTF-8 (invalid continuation byte). "
            "Find out the encoding of the file, and give it with --charset or save it as UTF-8.",
        ),
        (
            b"ab\x01cd\x02",
            "a.txt: code point 2 (U+0001): is one of 2 control characters in 6: the file is "
            "binary. Save its text as a UTF-8 .txt file.",
        ),
        (
            ("x" + "\u0301" * 31).encode(),
            "a.txt: code point 1 (U+0301): begins a run of more than 30 combining marks: this "
            "is no text. Take the marks out, or take the file out of the input.",
        ),
    ],
)
def test_what_is_no_plain_text_is_refused_with_place_reason_and_remedy(
    data: bytes, said: str
) -> None:
    with pytest.raises(DataError) as caught:
        read_page(data, "a.txt")
    assert str(caught.value) == said


def test_one_stray_control_character_in_a_long_text_does_no_harm() -> None:
    text = "The two sides met. " * 20 + "\x12"
    assert read_page(text.encode(), "a.txt").text == text


VI = "Chiều 28/10, tại Hà Nội, Tổng Bí thư đã tiếp đoàn đại biểu và trao đổi về hợp tác hai nước."
EN = "The minister said that “the two sides” met in Québec on Monday – and agreed to go on with it."


def _as_cp1258(text: str) -> bytes:
    """Write Vietnamese as Windows did: the tone as a mark behind its letter."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    written = []
    for char in text:
        parts = unicodedata.normalize("NFD", char)
        tone = "".join(part for part in parts if part in tones)
        rest = unicodedata.normalize("NFC", "".join(p for p in parts if p not in tones))
        written.append(rest + tone)
    return "".join(written).encode("cp1258")


@pytest.mark.parametrize(
    ("text", "data", "charset"),
    [
        (VI, _as_cp1258(VI), "windows-1258"),
        (EN, EN.encode("cp1252"), "windows-1252"),
        (VI, VI.encode("utf-16-le"), "utf-16-le"),
        (EN, EN.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_an_undeclared_charset_is_detected_where_the_text_shows_its_language(
    text: str, data: bytes, charset: str
) -> None:
    page = read_page(data, "a.txt")
    assert unicodedata.normalize("NFC", page.text) == text
    assert page.media_type == f"text/plain; charset={charset}"


@pytest.mark.parametrize(
    "data",
    [
        "Встреча прошла в Москве в понедельник".encode("cp1251"),
        "会談は月曜日に東京で行われた。".encode("shift_jis"),
        _as_cp1258(VI) + b"\xd2\xd2 \xcc",
        "Xin chào".encode("latin-1"),
    ],
)
def test_a_charset_that_could_be_another_is_not_guessed(data: bytes) -> None:
    with pytest.raises(DataError, match="is no UTF-8"):
        read_page(data, "a.txt")
