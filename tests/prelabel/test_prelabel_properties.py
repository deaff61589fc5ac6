"""Whatever the text, the candidates keep the contract."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.integrity import problems
from curation.ontology import load_ontology
from tests.prelabel.made_articles import PRELABEL, article

WORDS = [
    "Thủ tướng", "Đảng Cộng sản", "Việt Nam", "Pháp", "Bộ Ngoại giao", "tiếp", "hội đàm", "thăm",
    "Tô Lâm", "ông", "Huế", "28/10", "ngày", "tháng 9/2019", "và", ",", ".", "(ABC)", "-", "'s",
    "President", "Xi Jinping", "met", "visited", "of", "the", "Ministry of Foreign Affairs",
    "on Monday", "CPV", "Central Committee", "signed", "Treaty of Amity", "trade", "energy",
    "cooperation in", "U.S.", "12th", "Summit", "İstanbul", "中国", "🙂", "\u00a0", "\n",
    "Đại hội XIII",
]  # fmt: skip


def _check(text: str, lang: str, title: int = 0) -> None:
    text = unicodedata.normalize("NFC", text)
    page = article(text, lang, title=(0, min(title, len(text))) if title else None)
    annotation = PRELABEL(page)
    assert problems(annotation, page, load_ontology()) == []
    assert annotation == PRELABEL(page)


@pytest.fixture(scope="module", autouse=True)
def _started() -> None:
    """Let the first article of each language compile what is needed, outside of any example."""
    for lang in ("vi", "en"):
        PRELABEL(article("Cuba.", lang))


@given(st.text(max_size=400), st.sampled_from(["vi", "en", "fr"]))
def test_any_text(text: str, lang: str) -> None:
    _check(text, lang)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), max_size=60), st.sampled_from(["vi", "en"]), st.integers(0, 40)
)
def test_any_run_of_the_words_that_rules_look_for(words: list[str], lang: str, title: int) -> None:
    _check(" ".join(words), lang, title)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("text", ["", "\n", "   ", ".", "\u00a0"])
def test_an_empty_body(text: str, lang: str) -> None:
    _check(text, lang)


def test_a_million_characters_on_one_line() -> None:
    page = article(("lời nói " * 24 + "Cuba và ") * 5_000)
    assert len(page.text) == 1_000_000
    annotation = PRELABEL(page)
    assert [span.text for span in annotation.spans] == ["Cuba"] * 5_000


def test_no_real_article_breaks_the_contract(shared) -> None:  # type: ignore[no-untyped-def]
    pages = sorted((shared / "corpus").glob("*/*.txt"))[::25]
    assert pages
    for path in pages:
        lang = "vi" if path.parent.name == "vi" else "en"
        _check(path.read_text(encoding="utf-8"), lang)
