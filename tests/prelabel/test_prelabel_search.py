"""A finder finds what `finditer` finds, and the work grows with the article, not faster."""

import re
import sys
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.prelabel import bodies, countries, dates, entities, named, persons, roles
from curation.prelabel.search import Finder, Opening, Words
from curation.prelabel.text import Document
from tests.prelabel.made_articles import PRELABEL, article

SHIPPED = [
    *(rule.finder for lang in ("vi", "en") for rule in dates._rules(lang)),
    *(rule.finder for lang in ("vi", "en") for rule in named._rules(lang)),
    *(part for lang in ("vi", "en") for part in roles._alternatives(lang)),
    *(persons._title(lang) for lang in ("vi", "en")),
    *(persons._speakers(lang) for lang in ("vi", "en")),
    *(countries._classes(lang) for lang in ("vi", "en")),
    *(entities._location(lang) for lang in ("vi", "en")),
    persons._telling_names(),
    persons._NAME_WORD,
    countries._classed_venues(),
    countries._HALLS,
    countries._SEATS_VI,
    bodies._vi_heads(),
    bodies._en_heads(),
    bodies._en_organs(),
    bodies._vi_party(),
    bodies._prefixed(),
    bodies._PARTIES_EN,
    bodies._MINISTRIES,
]
PIECES = [
    "ngày", "28/10", "thứ", "Hai", "hôm", "nay", "tháng", "9/2019", "năm", "2030", "quý", "III",
    "từ", "26-29/10", "(3-4)", "May", "Sept.", "Monday", "morning", "Last", "week", "2021-2025",
    "1990s", "Hội nghị", "Cấp cao", "ASEAN", "lần thứ 37", "Hiệp định", "Thương mại", "tự do",
    "Treaty", "of", "Amity", "World", "Trade", "Forum", "12th", "Order", "Merit", "COP26", "Joint",
    "Statement", "Ông", "ông", "Dr.", "gs. ts", "Tô", "Lâm", "O'Brien", "Al-Sisi", "said", "nói",
    "Bộ", "bộ", "Ngoại giao", "Đảng", "Cộng sản", "công đảng", "Democratic", "Party", "foreign",
    "ministry", "Palace", "Kremlin", "tại", "in", "TP.", "-", ",", ".", "'s", "_", "x", "İ", "ſ",
    "KGB", "ĐCS", "\n", "thành phố", "Deputy", "Prime Minister", "Tổng Bí thư", "và", "the",
]  # fmt: skip


def _spans(found: Any) -> list[tuple[int, int]]:
    return [match.span() for match in found]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=40), st.sampled_from([" ", " ", ""]))
def test_a_finder_finds_what_the_expression_finds(pieces: list[str], glue: str) -> None:
    document = Document(article(glue.join(pieces)))
    for finder in SHIPPED:
        plain = _spans(finder.pattern.finditer(document.folded))
        assert _spans(document.find(finder)) == plain, finder.source[:80]


def test_on_real_articles_too(shared) -> None:  # type: ignore[no-untyped-def]
    for path in sorted((shared / "corpus").glob("*/*.txt"))[::20]:
        document = Document(article(path.read_text(encoding="utf-8")))
        for finder in SHIPPED:
            plain = _spans(finder.pattern.finditer(document.folded))
            assert _spans(document.find(finder)) == plain, (path.name, finder.source[:80])


@pytest.mark.parametrize(
    ("source", "flags", "opening"),
    [
        (r"\bMay (?:\d+)", 0, Opening(frozenset(["may"]), frozenset(), (), False)),
        (r"(?<!\w)(?:Mr|Mrs)\.? ", 0, Opening(frozenset(["mr", "mrs"]), frozenset(), (), False)),
        (r"(?<![\w-])(?:ông|bà)(?!\w)", re.I,
         Opening(frozenset(["ông", "bà"]), frozenset(), (), False)),
        (r"\b[AB]\w+", 0, Opening(frozenset(), frozenset("AB"), (), False)),
        (r"\b(?:the )?\d+", 0, Opening(frozenset(["the"]), frozenset(), (), True)),
        (r"\bministr(?:y|ies)", 0, Opening(frozenset(), frozenset(), ("mini",), False)),
        (r"(?<= )x(?=-)", 0, Opening(frozenset(), frozenset("x"), (), False)),
    ],
)  # fmt: skip
def test_how_an_expression_opens(source: str, flags: int, opening: Opening) -> None:
    assert Finder(source, flags).opening == opening


@pytest.mark.parametrize("source", ["May", r"\b(?:\(|May)", r"\b\w+ed\b", r"\b[^a]b", r"(?!\w)May"])
def test_what_may_begin_anywhere_has_no_opening(source: str) -> None:
    finder = Finder(source)
    text = "(May) Mayed xb dismay, Mayb ed."
    assert finder.opening is None
    assert _spans(finder.finditer(text, Words(text, text.lower()))) == _spans(
        re.finditer(source, text)
    )


def _calls(text: str, lang: str) -> int:
    """Return how many functions the rules call for an article of one line."""
    count = 0

    def note(_: FrameType, event: str, __: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    page = article(text, lang)
    sys.setprofile(note)
    try:
        PRELABEL(page)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    ("lang", "unit"),
    [
        ("vi", "Đối thoại Mỹ - Triều không có cuộc gặp nào; ông Kim dự hội đàm tại Huế. "),
        ("en", "The US-Peru talks opened. "),
        ("vi", "Liên đoàn Cờ vua (LC{n}) họp. "),
        ("vi", "Ông Lê Văn {n} tới sân bay Nội Bài Cuba ngày 3/5. "),
        ("en", "Amina {n} met Jone Vula of Fiji and signed the Treaty of Amity on 3 May 2019. "),
    ],
)
def test_the_work_grows_with_the_article(lang: str, unit: str) -> None:
    names = [f"{a}{b}{c}" for a in "ABCDEGHKLM" for b in "aeiou" for c in "bcdghklm"]
    text = "".join(unit.replace("{n}", name) for name in names)
    _calls(text[:2000], lang)
    small, large = (_calls(text[: len(text) // part], lang) for part in (4, 1))
    assert large < 4.2 * small
