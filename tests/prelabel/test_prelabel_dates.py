"""Date expressions in both languages: what is marked, and its EDTF value."""

import pytest

from curation.prelabel.dates import find_dates
from curation.prelabel.text import Document
from tests.prelabel.made_articles import article

PUBLISHED = "2024-10-28"  # a Monday

VIETNAMESE = [
    ("Chiều 28/10, đoàn tới Huế.", "Chiều 28/10", "2024-10-28"),
    ("Lễ ký diễn ra ngày 5-11.", "ngày 5-11", "2024-11-05"),
    ("Ông sang hôm 3/10.", "3/10", "2024-10-03"),
    ("Hội thảo kéo dài 26-29/10.", "26-29/10", "2024-10-26/2024-10-29"),
    ("Đoàn ở lại từ 30/12 đến 2/1/2024.", "30/12 đến 2/1/2024", "2023-12-30/2024-01-02"),
    ("Ông sinh ngày 19 tháng 5 năm 1960.", "ngày 19 tháng 5 năm 1960", "1960-05-19"),
    ("Bà thăm Lào vào tháng 9/2019.", "tháng 9/2019", "2019-09"),
    ("Hai nước gặp nhau tháng trước.", "tháng trước", "2024-09"),
    ("Mục tiêu đến năm 2030.", "năm 2030", "2030"),
    ("Kế hoạch giai đoạn 2021-2025.", "2021-2025", "2021/2025"),
    ("Kim ngạch quý III/2024 tăng.", "quý III/2024", "2024-07/2024-09"),
    ("Họ gặp nhau cuối tuần trước.", "cuối tuần trước", "2024-10-26/2024-10-27"),
    ("Nửa cuối năm 2018 có lụt.", "Nửa cuối năm 2018", "2018-07/2018-12"),
    ("Hôm qua, tàu cập cảng.", "Hôm qua", "2024-10-27"),
    ("Sáng nay, bà phát biểu.", "Sáng nay", "2024-10-28"),
    ("Hai ông gặp nhau hôm thứ Sáu.", "thứ Sáu", "2024-10-25"),
    ("Tuần trước, đoàn về nước.", "Tuần trước", "2024-10-21/2024-10-27"),
    ("Lễ khai mạc sẽ diễn ra ngày 3/1.", "ngày 3/1", "2025-01-03"),
    ("Ông mất năm 1990.", "năm 1990", "1990"),
    ("Ảnh: Lê An\nSáng 10-10, đoàn rời Lima.", "Sáng 10-10", "2024-10-10"),
    ("Tháng Năm vừa qua, bà nghỉ.", "Tháng Năm vừa qua", "2024-05"),
    ("Bà về nước hồi 2012.", "2012", "2012"),
    ("Bà thăm Lào vào tháng 5 năm ngoái.", "tháng 5 năm ngoái", "2023-05"),
    ("Lễ khai mạc vào tháng 11 năm sau.", "tháng 11 năm sau", "2025-11"),
    ("Tòa nhà có từ năm 1852.", "năm 1852", "1852"),
    ("Ông tới cùng ngày 28/10.", "cùng ngày 28/10", "2024-10-28"),
    ("Họ họp hôm 24/7.", "24/7", "2024-07-24"),
]
ENGLISH = [
    ("He arrived on Monday.", "Monday", "2024-10-28"),
    ("They met in May last year.", "May last year", "2023-05"),
    ("They met on Friday afternoon.", "Friday afternoon", "2024-10-25"),
    ("She will travel on Wednesday.", "Wednesday", "2024-10-30"),
    ("The visit lasted October 5-7.", "October 5-7", "2024-10-05/2024-10-07"),
    ("It opens on November 2, 2025.", "November 2, 2025", "2025-11-02"),
    ("It was signed on 3 May 2019.", "3 May 2019", "2019-05-03"),
    ("They left on September 30 to October 2, 2024.", "September 30 to October 2, 2024",
     "2024-09-30/2024-10-02"),
    ("Ties began in June 1995.", "June 1995", "1995-06"),
    ("They spoke last month.", "last month", "2024-09"),
    ("They spoke yesterday.", "yesterday", "2024-10-27"),
    ("Goals until 2030 were set.", "2030", "2030"),
    ("Trade fell in the first quarter of 2023.", "the first quarter of 2023", "2023-01/2023-03"),
    ("The plan covers 2021-2025.", "2021-2025", "2021/2025"),
    ("Ties cooled in the 1990s.", "1990s", "199X"),
    ("They met last year.", "last year", "2023"),
]  # fmt: skip


def _dates(text: str, lang: str, published: str | None = PUBLISHED) -> list[tuple[str, str | None]]:
    document = Document(article(text, lang, published))
    found = (d for d in find_dates(document) if not d.refused)
    return [(text[d.start : d.end], d.value) for d in found]


@pytest.mark.parametrize(("text", "words", "value"), VIETNAMESE)
def test_vietnamese_dates(text: str, words: str, value: str) -> None:
    assert _dates(text, "vi") == [(words, value)]


@pytest.mark.parametrize(("text", "words", "value"), ENGLISH)
def test_english_dates(text: str, words: str, value: str) -> None:
    assert _dates(text, "en") == [(words, value)]


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Gần 40 năm đổi mới.", "vi"),
        ("Lúc 15h30, lễ bắt đầu.", "vi"),
        ("Đây là hội thảo lần thứ ba.", "vi"),
        ("Tỷ số là 2-1 sau trận đấu.", "vi"),
        ("Cần ít nhất 2/3 số phiếu thuận.", "vi"),
        ("Xuất khẩu chiếm 1/4 tổng lượng.", "vi"),
        ("Ba năm sau, bà về. Chỉ một tuần sau cuộc gặp.", "vi"),
        ("For nearly 40 years they traded.", "en"),
        ("It began at 10:30.", "en"),
        ("They may march again.", "en"),
        ("It cost $2000 a ton.", "en"),
    ],
)
def test_durations_times_and_scores_are_no_dates(text: str, lang: str) -> None:
    assert _dates(text, lang) == []


def test_the_same_day_is_the_day_named_before() -> None:
    text = "Ngày 20/10, ông tới Huế. Cùng ngày, ông dự lễ."
    assert _dates(text, "vi") == [("Ngày 20/10", "2024-10-20"), ("Cùng ngày", "2024-10-20")]


def test_a_day_in_january_news_lies_in_the_old_year() -> None:
    assert _dates("Ngày 28/12, đoàn về.", "vi", "2024-01-03") == [("Ngày 28/12", "2023-12-28")]


def test_without_a_day_of_publication_only_full_dates_have_a_value() -> None:
    assert _dates("On Monday and on 3 May 2019.", "en", None) == [
        ("Monday", None),
        ("3 May 2019", "2019-05-03"),
    ]
