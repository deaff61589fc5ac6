"""Each family of cleaning rules on small pages of its own."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.ingest.cleaning.rules import load_rules
from curation.ingest.cleaning.zones import KINDS
from curation.ingest.metadata import city_of
from curation.ingest.normal import normalize
from tests.ingest.pages import (
    LAST,
    LEAD,
    LEAD_EN,
    REST,
    REST_EN,
    TITLE,
    TITLE_EN,
    article,
    cut,
    kind_of,
    raw_zones,
    zones_of,
)


def _body(page: str) -> list[str]:
    return [text for kind, _, text in zones_of(page) if kind == "body"]


def _title(page: str) -> str | None:
    return next((text for kind, _, text in zones_of(page) if kind == "title"), None)


@pytest.mark.parametrize(
    ("prefix", "lead"),
    [
        ("VTV.vn - ", LEAD),
        ("ABCD.COM.VN – ", LEAD),
        ("(Chinhphu.vn) - ", LEAD),
        ("(ABCD) - ", LEAD),
        ("(ABC News) – ", LEAD),
        ("(PLO)- ", LEAD),
        ("NDO - ", LEAD),
        ("QĐND - ", LEAD),
        ("BCDG - ", LEAD),
        ("VietTimes -- ", LEAD),
    ],
)
def test_the_outlet_before_the_lead_is_cut(prefix: str, lead: str) -> None:
    page = f"{TITLE}\n\n{prefix}{lead}\n\n{REST}\n"
    assert _body(page) == [lead, REST]
    assert kind_of(page, prefix.strip(" -–")) == "prefix"


@pytest.mark.parametrize(
    "city", ["PARIS — ", "HÀ NỘI – ", "NEW YORK - ", "QUANZHOU—", "CAPE TOWN, South Africa — "]
)
def test_the_city_of_a_dateline_stays_in_the_body(city: str) -> None:
    page = f"{TITLE_EN}\n\n{city}{LEAD_EN}\n\n{REST_EN}\n"
    assert _body(page) == [city + LEAD_EN, REST_EN]
    assert _title(page) == TITLE_EN


@pytest.mark.parametrize(
    ("head", "city"),
    [
        ("Hanoi (VNA) – ", "Hanoi"),
        ("BEIJING, Oct. 23 (Xinhua) -- ", "BEIJING"),
        ("Hà Nội (BCDG) - ", "Hà Nội"),
        ("CAPE TOWN, South Africa — ", "CAPE TOWN, South Africa"),
        ("HANOI, May 6, 2024 (VNA) — ", "HANOI"),
        ("", None),
    ],
)
def test_the_agency_within_a_dateline_stays_and_the_city_is_told(
    head: str, city: str | None
) -> None:
    page = f"{TITLE_EN}\n{head}{LEAD_EN}\n{REST_EN}\n"
    assert article(page).text.split("\n\n", 1)[1] == f"{head}{LEAD_EN}\n{REST_EN}"
    assert city_of(page, raw_zones(page), load_rules()) == city


def test_what_stays_by_a_rule_of_its_own_is_a_zone_of_its_own() -> None:
    page = f"{TITLE_EN}\nPARIS — {LEAD_EN}\n{REST_EN}/.\n"
    found = [(z.rule, page[z.start : z.end]) for z in raw_zones(page) if z.kind == "body"]
    assert found == [
        ("dateline-capitals", "PARIS — "),
        ("body", LEAD_EN),
        ("body", REST_EN.removesuffix(".")),
        ("signoff-mark", "./."),
    ]


def test_a_country_in_brackets_within_a_dateline_stays() -> None:
    page = f"{TITLE_EN}\nHANGZHOU (CHINA) - {LEAD_EN}\n{REST_EN}\n"
    assert _body(page)[0] == f"HANGZHOU (CHINA) - {LEAD_EN}"


@pytest.mark.parametrize("city", ["ROME -", "Jakarta.", "HANOI/WASHINGTON\n-", "Beijing\n–"])
def test_a_dateline_on_lines_of_its_own_begins_a_page_without_title(city: str) -> None:
    page = f"{city}\n{LEAD_EN}\n{REST_EN}\n"
    assert _body(page) == [*city.split("\n"), LEAD_EN, REST_EN]
    assert _title(page) is None


@pytest.mark.parametrize(
    "signoff",
    [
        " — VNS",
        " – VNA",
        " — VNA/VNS",
        " -VNA",
        " (TTXVN/Vietnam+)",
        " (BCDG).",
        " AFP",
        " Enditem",
    ],
)
def test_the_signoff_is_cut_and_nothing_after_it_is_body(signoff: str) -> None:
    page = f"{TITLE_EN}\n\n{LEAD_EN}\n\n{REST_EN}{signoff}\n\nPolitics\nSchool opens in the hills\n"
    assert _body(page) == [LEAD_EN, REST_EN]
    assert kind_of(page, signoff) == "signoff"
    assert kind_of(page, "School opens") == "related"


@pytest.mark.parametrize(
    "line", ["AFP, REUTERS", "Theo TTXVN", "Nguồn: BCDG\tPV", "npg/jcd", "# # #", "—CONTRIBUTED"]
)
def test_a_signoff_on_a_line_of_its_own_ends_the_body(line: str) -> None:
    page = f"{TITLE}\n{LEAD}\n{REST}\n{line}\nKhai mạc hội chợ sách\n"
    assert _body(page) == [LEAD, REST]
    assert kind_of(page, line) == "signoff"


def test_the_closing_sign_of_a_vietnamese_report_stays_and_ends_the_body() -> None:
    page = f"{TITLE}\n\n{LEAD}\n\n{REST}/.\n\n{LAST}\n"
    assert _body(page) == [LEAD, REST + "/."]


def test_an_agency_in_the_middle_of_a_longer_page_ends_nothing() -> None:
    page = f"{TITLE_EN}\n{LEAD_EN} — VNA\n" + f"{REST_EN}\nHe said so twice on that long day.\n" * 3
    assert REST_EN in _body(page)


@pytest.mark.parametrize(
    "caption",
    [
        "Lễ đón tại Phủ Chủ tịch. (Ảnh: BCDG)",
        "Lễ đón tại Phủ Chủ tịch (Ảnh: An Lê/BCDG) |",
        "Lễ đón tại Phủ Chủ tịch - Ảnh: AN LÊ",
        "Lễ đón tại Phủ Chủ tịch. Ảnh: AN LÊ.",
        "Ảnh minh họa: bcdg.vn",
        "Lễ đón - Ảnh chụp màn hình",
        "Lễ đón tại Phủ Chủ tịch. Đồ họa: BCDG",
        "The two men at the palace. (Photo: BCDG)",
        "The two men at the palace (Photo by An Le/BCDG)",
        "The two men at the palace on Friday. — BCD/BCDG Photo",
        "The two men at the palace. Photo by BCDG",
        "The two men at the palace. REUTERS FILE PHOTO",
        "FILE PHOTO: The two men at the palace last year",
        "This handout from the palace shows the two men at their desks",
        "The two men. (JG Photo/An Le)",
        "The two men meet at the palace. Pool via REUTERS",
        f"{TITLE} - Ảnh 1.",
        "hinh anh 2",
    ],
)
def test_captions_are_cut_wherever_they_stand(caption: str) -> None:
    page = f"{TITLE}\n\n{LEAD}\n\n{caption}\n\n{REST}\n\n{LAST}\n"
    assert _body(page) == [LEAD, REST, LAST]
    assert kind_of(page, caption.rstrip(" |")) == "caption"


@pytest.mark.parametrize(
    "sentence",
    [
        "A photo of the two men was published by the newspaper on the same day in the capital.",
        "The exhibition shows photos by students: it opened on Monday in the old town hall.",
        "Ông xem bức ảnh chụp năm 1973 và kể lại câu chuyện của người lính già hôm ấy.",
        "He spoke for the Communist Party of Vietnam (CPV) and for the Socialist Party (PS).",
        "“The visit (in April) went well”, the ambassador told Reuters in a short interview there.",
    ],
)
def test_prose_that_speaks_of_pictures_or_parties_stays(sentence: str) -> None:
    page = f"{TITLE}\n\n{LEAD}\n\n{sentence}\n\n{REST}\n"
    assert _body(page) == [LEAD, sentence, REST]


def test_a_caption_glued_to_the_lead_is_cut_from_it() -> None:
    page = f"{TITLE_EN}\nDelegates in the hall (Photo: BCDG)Hanoi (BCDG) – {LEAD_EN}\n{REST_EN}\n"
    assert cut(page) == [
        ("caption-credit", "Delegates in the hall (Photo: BCDG)"),
    ]


def test_the_line_under_a_picture_is_its_caption() -> None:
    page = f"{TITLE}\n![]() |\nBí thư tỉnh ủy tiếp đoàn đại biểu tỉnh bạn\n{LEAD}\n{REST}\n"
    assert cut(page) == [
        ("image-link", "![]()"),
        ("front-caption", "Bí thư tỉnh ủy tiếp đoàn đại biểu tỉnh bạn"),
    ]


def test_a_picture_text_before_a_dateline_is_a_caption() -> None:
    page = f"{TITLE_EN}\nSmall\nLarge\n1\n{REST_EN}\nBEIJING - {LEAD_EN}\n{LAST}\n"
    assert _body(page) == [f"BEIJING - {LEAD_EN}", LAST]


@pytest.mark.parametrize(
    "menu",
    [
        "Home Politics & Law",
        "Trang chủ | Đối ngoại | Song phương",
        "World / United Nations",
        "Skip to content",
        "Font Size: - + | Print",
        "📲 Share  👍 128  💬 6",
        "Chia sẻ Facebook Zalo",
        "aa",
        "Politics",
        "25",
    ],
)
def test_menus_over_the_title_are_cut(menu: str) -> None:
    page = f"{menu}\n{TITLE_EN}\n{LEAD_EN}\n{REST_EN}\n"
    assert _title(page) == TITLE_EN
    assert _body(page) == [LEAD_EN, REST_EN]


@pytest.mark.parametrize(
    "line",
    [
        "ADVERTISEMENT",
        "Article continues after this advertisement",
        "Listen to this article",
        "Share   Tweet   Comments (0)",
        "* Mời bạn đọc xem lại các bản tin trên ứng dụng BCDG Go!",
        "📞 Đường dây nóng: gửi ảnh, clip về tòa soạn",
        "Follow BCDG on social networks",
        "0:00 / 4:18",
        "* Video: Lễ đón tại Phủ Chủ tịch",
        ">>> Lễ khai mạc hội chợ sách mùa xuân",
        "tong-bi-thu-tiep-dai-su-nuoc-ban.jpg",
        "-->",
    ],
)
def test_lines_for_readers_players_and_adverts_are_cut(line: str) -> None:
    page = f"{TITLE}\n{LEAD}\n{line}\n{REST}\n{LAST}\n"
    assert _body(page) == [LEAD, REST, LAST]


@pytest.mark.parametrize(
    "box",
    [
        "Tin liên quan\nKhai mạc hội chợ sách\nThủ tướng thăm trường học",
        "Bài liên quan\nKhai mạc hội chợ sách",
        "Đọc thêm: Khai mạc hội chợ sách",
        "READ: School opens in the hills",
        "READ:\nSchool opens in the hills",
        "Xem thêm >> Khai mạc hội chợ sách",
        "RELATED\nsports\nRowers win at home\nbusiness\nMarkets up again",
        "FEATURED STORIES\nNEWSINFO\nLIVE: Results\nNEWSINFO\nMarkets up again",
        "✈️ More on this topic\nHow dogs are trained\nWhat to do in a storm",
        "Khai mạc hội chợ sách xuân Khai mạc hội chợ sách xuân\nHội chợ mở đến hết tuần này.",
    ],
)
def test_a_box_of_other_articles_is_cut_and_the_body_goes_on(box: str) -> None:
    page = f"{TITLE}\n{LEAD}\n{box}\n{REST}\n{LAST}\n"
    assert _body(page) == [LEAD, REST, LAST]
    assert {kind for kind, _, text in zones_of(page) if text in box} == {"related"}


def test_a_box_whose_headlines_have_sections_lets_a_crosshead_follow() -> None:
    page = f"{TITLE_EN}\n{LEAD_EN}\nRELATED\nsports\nRowers win\nA longer road\n{REST_EN}\n"
    assert _body(page) == [LEAD_EN, "A longer road", REST_EN]


@pytest.mark.parametrize(
    "header",
    ["Cùng chuyên mục", "TIN MỚI", "Bình luận (0)", "MOST READ", "Tags:", "BCDG POST POLL"],
)
def test_nothing_after_the_last_header_is_body(header: str) -> None:
    page = f"{TITLE}\n{LEAD}\n{REST}\n{header}\nKhai mạc hội chợ sách\n{LAST}\n"
    assert _body(page) == [LEAD, REST]
    assert kind_of(page, LAST) == "related"


def test_the_header_of_a_list_over_the_article_does_not_end_it() -> None:
    page = f"TIN MỚI\nGiá vàng tăng mạnh trở lại\n{TITLE}\n06/05/2024 10:20\n{LEAD}\n{REST}\n"
    assert _title(page) == TITLE
    assert _body(page) == [LEAD, REST]


def test_leads_in_a_list_at_the_end_are_not_taken_for_the_body() -> None:
    listed = "".join(
        f"\nTin thứ {n} rất hay\n\nĐoạn dẫn số {n} của tin ấy khá ngắn.\n" for n in "123"
    )
    page = f"{TITLE}\n\n{LEAD}\n\n{REST}\n\nTin liên quan\n{listed}"
    assert _body(page) == [LEAD, REST]


def test_headlines_behind_the_last_paragraph_are_cut() -> None:
    page = f"{TITLE}\n{LEAD}\n{REST}\nKhai mạc hội chợ sách mùa xuân\nGiá vàng tăng trở lại\n"
    assert _body(page) == [LEAD, REST]


def test_a_list_of_names_with_bullets_at_the_end_stays() -> None:
    page = f"{TITLE_EN}\n{LEAD_EN}\nThose present at the talks were:\n- An Le\n- Bao Tran\n"
    assert _body(page)[-2:] == ["- An Le", "- Bao Tran"]


def test_what_is_said_again_is_cut_once() -> None:
    page = f"{TITLE}\n\n{LEAD}\n\n{REST}\n\n{TITLE}\n\n{LEAD}\n\n{REST}\n"
    assert [kind for kind, _, _ in zones_of(page)] == ["title"] + ["body"] * 2 + ["repeated"] * 3


def test_the_captions_under_the_body_are_cut_where_they_also_stand_in_it() -> None:
    caption = "Chủ tịch nước và Đại sứ tại Phủ Chủ tịch."
    body = "\n".join([caption, REST, LAST, LEAD[:60] + " hôm nay.", REST[:50] + " tới đây."])
    page = f"{TITLE}\n\n{LEAD}\n\n{body}\nAn Lê\n\n{caption}\nHai nhà lãnh đạo duyệt đội danh dự.\n"
    assert caption not in _body(page)
    assert len(_body(page)) == 5
    assert kind_of(page, "An Lê") == "byline"


def test_short_last_paragraphs_behind_the_one_blank_line_stay() -> None:
    body = "\n".join([LEAD, REST, LAST, LEAD[:60] + " hôm nay."])
    page = f"{TITLE}\n\n{body}\n\nHai bên hẹn gặp lại vào năm tới.\n"
    assert _body(page)[-1] == "Hai bên hẹn gặp lại vào năm tới."


def test_the_author_box_behind_the_body_is_cut() -> None:
    page = (
        f"{TITLE_EN}\nAn Le\nPUBLISHED : 6 Aug 2024\nWRITER:\nAn Le\n{LEAD_EN}\n{REST_EN}\n"
        "An Le\nA columnist for this veteran paper\nAn Le is a veteran columnist.\n"
    )
    assert _body(page) == [LEAD_EN, REST_EN]
    assert {rule for rule, text in cut(page) if "veteran" in text} == {"author-box"}


def test_a_standfirst_is_body_and_stays_before_the_date() -> None:
    deck = "Trade and schools lead the agenda"
    page = f"{TITLE_EN}\n{deck}\nPUBLISHED : 6 Aug 2024\n{LEAD_EN}\n{REST_EN}\n"
    assert _body(page) == [deck, LEAD_EN, REST_EN]


def test_a_sentence_that_links_broke_over_lines_is_body() -> None:
    page = (
        f"{TITLE_EN}\nSmall\nLarge\n1\nSelling the country's\ncoffee\nand buying\n"
        f"new trains\nare on the agenda, the minister said.\n{REST_EN}\n"
    )
    assert _body(page)[:3] == ["Selling the country's", "coffee", "and buying"]


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("He [met](https://example.org/a) her twice on that day.", "He met her twice on that day."),
        (
            "On July 1<sup>st</sup> the two met again at the lake.",
            "On July 1st the two met again at the lake.",
        ),
        (
            "**Those present** were the two ministers and their aides.",
            "Those present were the two ministers and their aides.",
        ),
        (
            "1\\. The two sides will meet again before the summer.",
            "1. The two sides will meet again before the summer.",
        ),
    ],
)
def test_markup_within_a_line_is_cut(line: str, left: str) -> None:
    assert article(f"{TITLE_EN}\n{LEAD_EN}\n{line}\n").text.endswith("\n" + left)


def test_a_newsletter_form_is_cut_with_all_its_lines() -> None:
    form = (
        "Your subscription could not be saved. Please try again.\nSIGN ME UP\n"
        "Give your address and accept our\nTerms\nas laid down in the\nPrivacy Policy\n."
    )
    assert _body(f"{TITLE_EN}\n{LEAD_EN}\n{form}\n{REST_EN}\n") == [LEAD_EN, REST_EN]


LINES = st.sampled_from(
    [
        TITLE, LEAD, REST, LAST, TITLE_EN, LEAD_EN, "", " ", "Tin liên quan", "RELATED", "sports",
        "Cùng chuyên mục", "(Photo: X)" + LEAD_EN, "VTV.vn - " + LEAD, "PARIS — " + LEAD_EN,
        " date 2024-10-28 HÀ NỘI – x", "October 05, 2024 - 01:05", "![]() |", "|", "AFP", "WRITER:",
        "An Lê", "12", "0:00 / 4:18", "Powered By", "Read Article", REST + "/.", LEAD_EN + " — VNS",
        "Your subscription could not be saved", "Privacy Policy", ".", "–", "e\u0302", "😀",
        "READ:",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(LINES, max_size=25), st.sampled_from(["\n", "\n\n", "\r\n"]))
def test_zones_cover_every_page_without_gap_or_overlap(lines: list[str], end: str) -> None:
    page = normalize(end.join(lines)).text
    at = 0
    for zone in raw_zones(page):
        assert zone.start == at < zone.end
        assert zone.kind in KINDS
        at = zone.end
    assert at == len(page)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_zones_cover_any_text(text: str) -> None:
    page = normalize(text).text
    assert "".join(page[z.start : z.end] for z in raw_zones(page)) == page
