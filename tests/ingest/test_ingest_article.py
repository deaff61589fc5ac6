"""A page becomes an article: text, title, language, date, outlet, author, and its map."""

import time
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.errors import UsageError
from curation.ingest.languages import check_languages, language_of
from curation.offsets import clean_to_raw
from curation.records import article_id, sha256_text
from tests.ingest.pages import (
    LAST,
    LEAD,
    LEAD_EN,
    REST,
    REST_EN,
    TITLE,
    TITLE_EN,
    article,
    problem_of,
)

PAGE = (
    f"{TITLE}\n\nAn Lê-Thứ hai, ngày 06/05/2024 19:43 GMT+7\n\nVTV.vn - {LEAD}\n\n"
    f"{TITLE} - Ảnh 1.\n\n{REST} \n\nCùng chuyên mục\n"
)


def test_an_article_is_title_blank_line_and_body() -> None:
    made = article(PAGE)
    assert made.text == f"{TITLE}\n\n{LEAD}\n\n{REST}"
    assert made.title == (0, len(TITLE))
    assert made.sha256 == sha256_text(made.text)
    assert made.id == article_id(made.sha256)
    assert (made.lang, made.outlet, made.byline) == ("vi", "VTV.vn", "An Lê")
    assert (made.published, made.published_from) == ("2024-05-06", "byline")
    assert (made.url, made.license) == (None, None)


def test_without_a_title_the_text_is_the_body() -> None:
    made = article(f" date 2024-10-28 HÀ NỘI – {LEAD_EN}\n\n{REST_EN} — VNS")
    assert made.text == f"HÀ NỘI – {LEAD_EN}\n\n{REST_EN}"
    assert made.title is None
    assert (made.published, made.published_from) == ("2024-10-28", "prefix")
    assert made.outlet == "Viet Nam News"


@pytest.mark.parametrize(
    ("between", "separator"),
    [
        ("\n", "\n"),
        ("\n\n", "\n\n"),
        ("\n \n\n\n", "\n\n"),
        ("\r\n", "\n"),
        ("\r\n\t\r\n", "\n\n"),
        ("\n(Photo: BCDG)\n", "\n"),
        ("\n\n(Photo: BCDG)\n\nADVERTISEMENT\n\n", "\n\n"),
        ("  \n  ", "\n"),
    ],
)
def test_one_separator_stands_between_paragraphs_as_on_the_page(
    between: str, separator: str
) -> None:
    made = article(f"{TITLE_EN}\n\n{LEAD_EN}{between}{REST_EN}\n")
    assert made.text == f"{TITLE_EN}\n\n{LEAD_EN}{separator}{REST_EN}"


RAW_FORMS: dict[str, Callable[[str], str]] = {
    "plain": lambda page: page,
    "crlf": lambda page: page.replace("\n", "\r\n"),
    "cr": lambda page: page.replace("\n", "\r"),
    "nfd": lambda page: unicodedata.normalize("NFD", page),
    "bom": lambda page: "\ufeff" + page,
    "nfd crlf bom": lambda page: (
        "\ufeff" + unicodedata.normalize("NFD", page).replace("\n", "\r\n")
    ),
    "invisible": lambda page: page.replace("Chủ", "Ch\u200bủ"),
}


@pytest.mark.parametrize("form", RAW_FORMS)
def test_the_article_is_the_same_in_every_raw_form_of_its_page(form: str) -> None:
    raw = RAW_FORMS[form](PAGE)
    made = article(raw)
    assert made.text == article(PAGE).text
    for word in ("Chủ tịch nước", "Đại sứ", "thương mại", "những năm tới"):
        start = made.text.index(word)
        place = clean_to_raw(made.kept, raw, start, start + len(word))
        assert place is not None
        piece = unicodedata.normalize("NFC", raw[place[0] : place[1]])
        assert piece.replace("\u200b", "") == word


def test_odd_spaces_and_emoji_stay_with_their_offsets() -> None:
    raw = f"🇻🇳 {TITLE_EN}\n\n🕊️ {LEAD_EN}\n\nIt cost 5\xa0million. {REST_EN}\n"
    made = article(raw)
    assert made.text == raw.rstrip("\n")
    assert made.kept == ((0, 0, len(made.text)),)


def test_what_a_cut_leaves_apart_is_no_piece_of_the_map() -> None:
    made = article(f"{TITLE_EN}\nADVERTISEMENT\n{LEAD_EN}\n(Photo: BCDG)\n{REST_EN}\n")
    gap = len(TITLE_EN)
    assert made.text[gap : gap + 2] == "\n\n"
    assert [piece[2] for piece in made.kept] == [len(TITLE_EN), len(LEAD_EN), len(REST_EN)]


PARTS = st.sampled_from(
    [
        TITLE, LEAD, REST, LAST, "", "Tin liên quan", "(Ảnh: BCDG)", "VTV.vn - " + LEAD,
        "Hanoi (VNA) – " + LEAD, REST + " ", "ADVERTISEMENT", "  " + LAST, "e\u0302\u0301n " + LEAD,
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PARTS, min_size=2, max_size=12), st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_piece_of_the_map_is_the_normal_form_of_its_raw_piece(
    parts: list[str], end: str
) -> None:
    raw = end.join([LEAD, *parts, REST])
    made = article(raw)
    assert unicodedata.is_normalized("NFC", made.text)
    assert "\r" not in made.text
    assert made.text == made.text.strip()
    last = raw_last = 0
    for start, raw_start, length in made.kept:
        assert start >= last
        assert raw_start >= raw_last
        last, raw_last = start + length, raw_start + length
        place = clean_to_raw(made.kept, raw, start, last)
        assert place is not None
        piece = unicodedata.normalize("NFC", raw[place[0] : place[1]])
        assert piece == made.text[start:last]
    put_in = set(range(len(made.text))) - {
        at for start, _, length in made.kept for at in range(start, start + length)
    }
    assert {made.text[at] for at in put_in} <= {"\n"}


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (
            f"{TITLE}\n06/05/2024 10:20\nTin liên quan\n",
            "page.txt: whole file: has no article text left after cleaning. "
            "Check that the page holds an article, or take the file out of the input.",
        ),
        (
            "PARIS —\n",
            "page.txt: 5 letters of text: are too few to tell their language (20 are needed). "
            "Check that the page holds an article, or take the file out of the input.",
        ),
        (
            "Le président a reçu hier le ministre des affaires étrangères à Paris, où ils ont "
            "parlé de la coopération entre les deux pays pendant plus d'une heure.\n",
            "page.txt: text in 'fr': is in none of the languages vi, en. Add the language to "
            "[project] languages in curation.toml, or take the file out.",
        ),
    ],
)
def test_a_page_without_an_article_is_refused_with_reason_and_remedy(page: str, said: str) -> None:
    assert problem_of(page) == said


def test_a_page_in_a_language_that_the_project_does_not_have_is_refused() -> None:
    assert "text in 'vi': is in none of the languages en" in problem_of(PAGE, ("en",))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (LEAD, "vi"),
        (LEAD_EN, "en"),
        ("Lâm and Roussel met in Hà Nội with Lê Hoài Trung and Võ Văn Thưởng for the talks.", "en"),
        ("TỔNG BÍ THƯ TIẾP ĐOÀN ĐẠI BIỂU CẤP CAO", "vi"),
        ("El presidente recibió al ministro de Relaciones Exteriores en la capital.", None),
    ],
)
def test_the_language_is_told_among_those_of_the_project(text: str, language: str | None) -> None:
    assert language_of(text, ("vi", "en")) == language


def test_a_language_that_cannot_be_told_is_a_usage_error() -> None:
    with pytest.raises(UsageError) as caught:
        check_languages(("vi", "vietnamese"))
    assert str(caught.value) == (
        "languages: vietnamese: cannot be told from their text. "
        "Give two-letter codes (ISO 639-1) as in `vi` or `en`."
    )


@pytest.mark.parametrize(
    ("head", "published", "source"),
    [
        ("{t}\nOctober 05, 2024 - 01:05\n{l}", "2024-10-05", "line"),
        ("{t}\nAn Le | 14/10/2024 07:30 GMT+7\n{l}", "2024-10-14", "byline"),
        (" date 2024-10-28 {l}", "2024-10-28", "prefix"),
        (" date 2024-10-28\n{t}\nOctober 27, 2024\n{l}", "2024-10-27", "line"),
        ("{t}\nPUBLISHED : 29 Jan 2024\nUPDATED : 30 Jan 2024\n{l}", "2024-01-29", "line"),
        ("{t}\nUPDATED : 30 Jan 2024\n{l}", "2024-01-30", "line"),
        ("HANOI, May 6, 2024 (VNA) — {l}", "2024-05-06", "dateline"),
        ("{t} 06/05/2024 10:20 GMT+7\n{l}", "2024-05-06", "line"),
        ("{t}\n{l}\nOn October 5, 2024 they met again and agreed to go on.", None, None),
        ("{t}\n05/06/2024 17:30\n{l}", None, None),
    ],
)
def test_the_date_is_the_one_that_the_page_prints_for_itself(
    head: str, published: str | None, source: str | None
) -> None:
    made = article(head.format(t=TITLE_EN, l=LEAD_EN) + f"\n{REST_EN}\n")
    assert (made.published, made.published_from) == (published, source)


@pytest.mark.parametrize(
    ("page", "outlet"),
    [
        (f"{TITLE}\nVOV.VN - {LEAD}\n{REST}", "VOV.VN"),
        (f"{TITLE}\nBCDG.VN - {LEAD}\n{REST}", "BCDG.VN"),
        (f"{TITLE}\n(BCDG) - {LEAD}\n{REST}", None),
        (f"{TITLE}\n(Dân trí) - {LEAD}\n{REST}", "Dân trí"),
        (f"{TITLE_EN}\nHanoi (VNA) – {LEAD_EN}\n{REST_EN}", "VietnamPlus"),
        (f"{TITLE_EN}\n{LEAD_EN}\n{REST_EN} — VNS", "Viet Nam News"),
        (f"{TITLE_EN}\n{LEAD_EN}\n{REST_EN} — BCDG", None),
        (f"{TITLE}\n{LEAD}\n{REST}\nTheo TTXVN", None),
        (f"{TITLE_EN}\n{LEAD_EN}\n{REST_EN}", None),
    ],
)
def test_the_outlet_is_known_by_its_mark_and_null_otherwise(page: str, outlet: str | None) -> None:
    assert article(page).outlet == outlet


@pytest.mark.parametrize(
    ("page", "byline"),
    [
        (f"{TITLE_EN}\nWRITER:\nAn Le\n{LEAD_EN}\n{REST_EN}", "An Le"),
        (f"{TITLE_EN}\nAn Le\n{LEAD_EN}\n{REST_EN}", "An Le"),
        (f"{TITLE_EN}\nBy An Le   May 6, 2024\n{LEAD_EN}\n{REST_EN}", "An Le"),
        (f"{TITLE}\n{LEAD}\n{REST}\nAn Lê (Theo AFP)", "An Lê"),
        (f"{TITLE}\n{LEAD}\n{REST}\nMINH ANH", "MINH ANH"),
        (f"{TITLE}\n{LEAD}\n{REST}\nAn Lê - Bảo Trần", "An Lê - Bảo Trần"),
        (f"{TITLE}\n{LEAD}\n{REST}\nPV", "PV"),
        (f"{TITLE}\n{LEAD}\n{REST}", None),
    ],
)
def test_the_byline_is_the_author_as_printed(page: str, byline: str | None) -> None:
    assert article(page).byline == byline


@pytest.mark.parametrize("unit", [f"{LEAD} ", f"{LEAD[:-1]}, ", "Hà Nội (VNA) – ", "- Ảnh 1. "])
def test_a_line_of_a_million_code_points_takes_linear_time(unit: str) -> None:
    size = 1_000_000 // len(unit)
    begin = time.process_time()
    made = article(f"{TITLE}\n\n{LEAD} " + unit * size + f"\n\n{REST}\n")
    assert len(made.text) > 900_000
    # measured: under half a second; what grows with the square would take minutes
    assert time.process_time() - begin < 30
