"""A page copied whole: its core is found, and nothing above or below it is taken for text."""

import pytest

from curation.ingest.cleaning.core import core_of
from curation.ingest.cleaning.layout import Layout
from curation.ingest.cleaning.rules import load_rules
from tests.ingest.pages import LAST, LEAD, LEAD_EN, REST, REST_EN, TITLE, TITLE_EN, article, kind_of

NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
MENU = "\n".join(f"Section {word}" for word in NUMBERS)
TOP = f"{TITLE_EN} | The Harbour Post\n{MENU}\nMarkets\nShips\nTides\nHarbour weather today\n"
THANKS = "He said that he would remember the lamps of the harbour and the people who light them."
BODY = f"{LEAD_EN}\n{REST_EN}\n{THANKS}\n"
LAST_EN = "The ambassador leaves for home at the end of the month, after five years in the city."
OTHERS = "".join(
    f"Ferry number {word} leaves for the outer islands again\n"
    for word in ["one", "two", "three", "four", "five", "six", "seven"]
)


def _body(page: str) -> list[str]:
    made = article(page)
    start = made.title[1] if made.title else 0
    return [line for line in made.text[start:].split("\n") if line]


def test_the_core_is_the_stretch_with_most_running_text() -> None:
    layout = Layout(f"{TOP}{TITLE_EN}\n{BODY}{OTHERS}{LEAD_EN[:60]}.\n", load_rules())
    assert [layout.lines[index].text for index in core_of(layout)] == BODY.splitlines()


def test_a_page_without_running_text_has_no_core() -> None:
    assert not core_of(Layout(MENU, load_rules()))


@pytest.mark.parametrize(
    "under", ["", "By Ann Lee\n", "May 6, 2024 9:05 AM EST\n", "Share this item on all networks\n"]
)
def test_under_a_crowd_of_menus_the_title_is_the_line_that_the_text_is_about(under: str) -> None:
    made = article(f"{TOP}Storm closes the northern road\n{TITLE_EN}\n{under}{BODY}{OTHERS}")
    assert made.title is not None
    assert made.text == f"{TITLE_EN}\n\n{LEAD_EN}\n{REST_EN}\n{THANKS}"


@pytest.mark.parametrize(
    "tail",
    [
        "Stay in the loop\nThe e-mail that you need: sign up for our newsletter here today.\n",
        "Most read\nRowers win\nA road is closed for good because of the storm of last week.\n",
        "".join(f"Boat {n} sails to the far shore again\nIts {n} men wave.\n" for n in "1234"),
        "Ann Lee is a reporter for The Harbour Post. She covers the sea.\n",
        "The Tide Agency contributed to this report.\n",
    ],
)
def test_what_follows_the_last_paragraph_is_cut(tail: str) -> None:
    assert _body(f"{TITLE_EN}\n\n{BODY}{tail}") == BODY.splitlines()


@pytest.mark.parametrize("last", ["It ended late.", "“We shall return,” he said."])
def test_a_short_last_sentence_stays(last: str) -> None:
    assert _body(f"{TITLE_EN}\n\n{BODY}{last}\n{OTHERS}") == [*BODY.splitlines(), last]


def test_a_list_under_a_colon_at_the_end_stays() -> None:
    led = "The two ministers signed these papers on the same day at the harbour house:"
    papers = ["A treaty on lamps", "A plan for the tides", "A note on ferries"]
    page = f"{TITLE_EN}\n\n{BODY}{led}\n" + "\n".join(papers) + "\n"
    assert _body(page)[-4:] == [led, *papers]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Chủ tịch nước Trần Văn An và Đại sứ Lê Bình tại Phủ Chủ tịch sáng thứ Hai", "caption"),
        ("Đại sứ ký sổ lưu niệm. Ảnh BCDG", "caption"),
        ("Đoàn đại biểu thăm cảng. ẢNH: AN LÊ", "caption"),
        ("3 giờ trước", "player"),
        ("Lê An - Thứ hai, 06/05/2024 19:43 (GMT+7)", "dateline"),
    ],
)
def test_what_stands_between_two_paragraphs_and_is_none_is_cut(line: str, kind: str) -> None:
    page = f"{TITLE}\n\n{LEAD}\n\n{line}\n\n{REST}\n\n{LAST}\n"
    assert _body(page) == [LEAD, REST, LAST]
    assert kind_of(page, line) in (kind, "byline")


@pytest.mark.parametrize(
    "line",
    [
        "Mở rộng hợp tác về thương mại và đầu tư trong thời gian tới của hai nước láng giềng",
        "TẦM NHÌN CHUNG VỀ HỢP TÁC LÂU DÀI GIỮA HAI NƯỚC LÁNG GIỀNG",
        "Kính gửi các đồng chí!",
    ],
)
def test_a_subheading_stays(line: str) -> None:
    assert _body(f"{TITLE}\n\n{LEAD}\n\n{line}\n\n{REST}\n\n{LAST}\n") == [LEAD, line, REST, LAST]


def test_three_headlines_between_two_paragraphs_are_cut_and_a_broken_sentence_stays() -> None:
    links = "Rowers win again\nStorm closes a road\nA lamp is lit\n"
    page = f"{TITLE_EN}\n\n{LEAD_EN}\n{REST_EN}\n{links}{THANKS}\n{LAST_EN}\n"
    assert _body(page) == [*BODY.splitlines(), LAST_EN]
    broken = "The talks in\nHarbour City\nwent on for\ntwo days.\n"
    assert "Harbour City" in _body(f"{TITLE_EN}\n\n{LEAD_EN}\n{broken}{REST_EN}\n{THANKS}\n")


def test_a_section_mark_between_two_parts_of_an_article_ends_nothing() -> None:
    page = f"{TITLE_EN}\n\n{LEAD_EN}\n{REST_EN}\n___\n{THANKS}\n{LEAD_EN[:-1]} again.\n"
    assert THANKS in _body(page)


@pytest.mark.parametrize(
    "line",
    [
        "November 19, 2019 | 4:20am | Updated November 20, 2019 | 9:32pm",
        "17:41 JST, November 19, 2019",
        "Posted: Nov 19, 2019 4:00 AM EDT | Last Updated: November 20",
        "by Harbour PostNovember 19, 2019",
        "19 November 2019 4",
    ],
)
def test_the_day_is_read_from_what_newsrooms_print_under_a_title(line: str) -> None:
    assert article(f"{TOP}{TITLE_EN}\n{line}\n{BODY}").published == "2019-11-19"


@pytest.mark.parametrize(
    "caption",
    [
        "Thứ trưởng Trần Văn An và Thứ trưởng Lê Thị Bình.",
        "Quang cảnh buổi hội đàm.",
        "Quang cảnh buổi tiếp - ẢNh: BCDG",
        "Chủ tịch nước tiếp Đại sứ đến chào từ biệt.",
    ],
)
def test_a_caption_with_a_full_stop_is_known_by_its_names_its_first_words_or_the_title(
    caption: str,
) -> None:
    assert _body(f"{TITLE}\n\n{LEAD}\n\n{caption}\n\n{REST}\n\n{LAST}\n") == [LEAD, REST, LAST]


def test_an_english_sentence_full_of_names_stays() -> None:
    names = "King Ann of North Harbour received Minister Lee at Lamp Palace in South Port."
    assert names in _body(f"{TITLE_EN}\n\n{LEAD_EN}\n{names}\n{REST_EN}\n")


def test_a_table_between_two_paragraphs_stays() -> None:
    table = ["Harbour 14 to 18 degrees", "Islands 12 to 15 degrees", "Hills 5 to 8 degrees"]
    page = f"{TITLE_EN}\n\n{LEAD_EN}\n{REST_EN}\n" + "\n".join(table) + f"\n{THANKS}\n{LAST_EN}\n"
    assert set(table) < set(_body(page))


def test_an_agency_alone_between_two_paragraphs_goes_and_the_article_goes_on() -> None:
    page = f"{TITLE_EN}\n\n{LEAD_EN}\nReuters\n{REST_EN}\n{THANKS}\n{LAST_EN}\n"
    assert _body(page) == [LEAD_EN, REST_EN, THANKS, LAST_EN]


@pytest.mark.parametrize(
    ("page", "day"),
    [
        (f"{MENU}\n07/03/2026 08:01 GMT+7\nTrang chủ\n{TITLE}\n{LEAD}\n{REST}\n", "2026-03-07"),
        (f"Hôm nay: 15/08/2024 - 09:21\n{MENU}\nTin\nBài\n{TITLE}\n{LEAD}\n{REST}\n", None),
    ],
)
def test_a_time_close_above_the_title_is_the_article_s_and_one_far_above_the_site_s(
    page: str, day: str | None
) -> None:
    assert article(page).published == day


@pytest.mark.parametrize("header", ["", "Tin cùng chuyên mục\n\n", "Có thể bạn quan tâm\n\n"])
@pytest.mark.parametrize("day", ["", "07/05/2024 08:00\n\n"])
def test_a_short_article_is_not_lost_among_the_leads_of_others_below_it(
    header: str, day: str
) -> None:
    others = "".join(
        f"Bộ trưởng tiếp đoàn khách quốc tế lần thứ {n} trong tuần này\n\n{day}"
        f"Sáng nay, bộ trưởng tiếp đoàn thứ {n} và trao đổi về hợp tác, giao lưu nhân dân giữa "
        "hai bên trong năm nay và các năm sau.\n\n"
        for n in ("nhất", "hai", "ba", "bốn", "năm", "sáu", "bảy")
    )
    foot = "Liên hệ tòa soạn\nGiấy phép số 12/GP\nTrở về đầu trang\n"
    page = f"Trang chủ\nThời sự\n{TITLE}\n\n{LEAD}\n\n{REST}\n\n{LAST}\n\n{header}{others}{foot}"
    assert _body(page) == [LEAD, REST, LAST]
