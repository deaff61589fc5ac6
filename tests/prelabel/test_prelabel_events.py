"""Triggers with type and modality, their arguments, and the relations, in own sentences."""

import pytest

from curation.prelabel import prelabel
from tests.prelabel.made_articles import RULES_ALONE, article

Told = tuple[str, str, str, set[str]]


def _events(text: str, lang: str, title: tuple[int, int] | None = None) -> list[Told]:
    annotation = RULES_ALONE(article(text, lang, title=title))
    words = {span.id: span.text for span in annotation.spans}
    return [
        (e.type, e.text, e.modality, {f"{a.role} {words[a.span]}" for a in e.arguments})
        for e in annotation.events
    ]


VIETNAMESE = [
    (
        "Chiều 5/9, Thủ tướng Trần Văn Ba tiếp Đại sứ Ấn Độ Ravi Pillai tại Huế.",
        ("RECEPTION", "tiếp", "actual",
         {"HOST Trần Văn Ba", "GUEST Ravi Pillai", "TIME Chiều 5/9", "PLACE Huế"}),
    ),
    (
        "Đoàn Đảng Cộng sản Cuba do Bí thư Trung ương Đảng Ana Ruiz dẫn đầu thăm Lào.",
        ("VISIT", "thăm", "actual", {"GUEST Ana Ruiz", "GUEST Đảng Cộng sản Cuba", "PLACE Lào"}),
    ),
    (
        "Tổng thống Chile Luis Soto sẽ thăm Việt Nam theo lời mời của Chủ tịch nước Lê Văn Tư.",
        ("VISIT", "thăm", "planned", {"GUEST Luis Soto", "PLACE Việt Nam", "HOST Lê Văn Tư"}),
    ),
    (
        "Peru trục xuất Đại sứ Chile.",
        ("SANCTION", "trục xuất", "actual", {"ACTOR Peru", "TARGET Chile"}),
    ),
    (
        "Na Uy cam kết hỗ trợ Nepal.",
        ("PLEDGE", "cam kết", "actual", {"ACTOR Na Uy", "TARGET Nepal"}),
    ),
    (
        "Bộ trưởng Lê Văn Ba đề nghị Hungary mở thêm học bổng.",
        ("PROPOSAL", "đề nghị", "actual", {"ACTOR Lê Văn Ba", "TARGET Hungary"}),
    ),
    (
        "Ngoại trưởng Đức hủy chuyến thăm Ai Cập.",
        ("VISIT", "thăm", "cancelled", {"GUEST Đức", "PLACE Ai Cập"}),
    ),
    (
        "Các nhà ngoại giao Lào bị Peru trục xuất hôm 3/5.",
        ("SANCTION", "trục xuất", "actual", {"ACTOR Peru", "TARGET Lào", "TIME 3/5"}),
    ),
    (
        "Sau khi đến Peru, Tổng thống Luis Soto nghỉ ngơi.",
        ("VISIT", "đến", "actual", {"GUEST Luis Soto", "PLACE Peru"}),
    ),
    (
        "Trong chuyến thăm Lào, Thủ tướng Trần Văn Ba trồng cây.",
        ("VISIT", "thăm", "actual", {"GUEST Trần Văn Ba", "PLACE Lào"}),
    ),
    (
        "Tổng thống Luis Soto cùng Phu nhân và Đoàn đại biểu cấp cao Peru thăm Lào và Nhật Bản.",
        ("VISIT", "thăm", "actual",
         {"GUEST Luis Soto", "GUEST Peru", "PLACE Lào", "PLACE Nhật Bản"}),
    ),
    (
        "Peru khẳng định nước này sẽ hỗ trợ Lào.",
        ("PLEDGE", "sẽ hỗ trợ", "actual", {"ACTOR Peru", "TARGET Lào"}),
    ),
    (
        "Quốc vương Otto gửi lời chúc mừng tới Chính phủ và nhân dân Việt Nam.",
        ("MESSAGE", "gửi lời chúc mừng", "actual", {"ACTOR Otto", "TARGET Việt Nam"}),
    ),
    (
        "Ngoại trưởng Luis Soto gửi điện mừng nhân dịp bà Ana Ruiz đắc cử.",
        ("MESSAGE", "gửi điện mừng", "actual", {"ACTOR Luis Soto", "TARGET Ana Ruiz"}),
    ),
    (
        "Tàu tuần tra được bàn giao cho Lào nhờ vốn của Nhật Bản.",
        ("AID", "bàn giao", "actual", {"TARGET Lào"}),
    ),
]  # fmt: skip
ENGLISH = [
    (
        "President Luis Soto of Chile was received by King Otto in Oslo on Friday.",
        ("RECEPTION", "received", "actual",
         {"HOST Otto", "GUEST Luis Soto", "PLACE Oslo", "TIME Friday"}),
    ),
    (
        "Foreign Minister Anna Berg will visit Peru next month.",
        ("VISIT", "visit", "planned", {"GUEST Anna Berg", "PLACE Peru", "TIME next month"}),
    ),
    (
        "Iceland condemned Norway over the boat.",
        ("PROTEST", "condemned", "actual", {"ACTOR Iceland", "TARGET Norway"}),
    ),
    (
        "Talks between Prime Minister Jan Novak and Premier Li Wei opened in Geneva.",
        ("TALKS", "Talks", "actual",
         {"PARTICIPANT Jan Novak", "PARTICIPANT Li Wei", "PLACE Geneva"}),
    ),
    (
        "Kenya and Ghana signed the Treaty of Amity in Accra.",
        ("SIGNING", "signed", "actual",
         {"PARTICIPANT Kenya", "PARTICIPANT Ghana", "OUTCOME Treaty of Amity", "PLACE Accra"}),
    ),
    (
        "President Luis Soto and Premier Li Wei spoke today about Peru by telephone.",
        ("CALL", "spoke", "actual", {"PARTICIPANT Luis Soto", "PARTICIPANT Li Wei", "TIME today"}),
    ),
    (
        "Kenya thanked Peru for inviting Premier Li Wei.",
        ("PROPOSAL", "inviting", "actual", {"ACTOR Peru", "TARGET Li Wei"}),
    ),
    (
        "Ambassador Ana Ruiz reaffirmed Kenya's unwavering commitment to Ghana.",
        ("PLEDGE", "commitment", "actual", {"ACTOR Kenya", "TARGET Ghana"}),
    ),
    (
        "Chairman Kofi Mensah chaired talks with a delegation from Togo.",
        ("TALKS", "talks", "actual", {"CHAIR Kofi Mensah", "PARTICIPANT Togo"}),
    ),
    (
        "Premier Li Wei arrived in Lima on Monday for a three-day visit to Peru.",
        ("VISIT", "visit", "actual",
         {"GUEST Li Wei", "PLACE Lima", "PLACE Peru", "TIME Monday"}),
    ),
    (
        "The proposal of Ghana was rejected by Kenya.",
        ("PROTEST", "rejected", "actual", {"ACTOR Kenya", "TARGET Ghana"}),
    ),
    (
        "Norway strongly condemned the attack on Chile.",
        ("PROTEST", "condemned", "actual", {"ACTOR Norway"}),
    ),
    (
        "Two envoys of Togo were expelled by Ghana in May 2020.",
        ("SANCTION", "expelled", "actual", {"ACTOR Ghana", "TARGET Togo", "TIME May 2020"}),
    ),
    (
        "Foreign Minister Anna Berg called on President Luis Soto in Lima.",
        ("RECEPTION", "called on", "actual", {"GUEST Anna Berg", "HOST Luis Soto", "PLACE Lima"}),
    ),
    (
        "Kenya and Ghana will continue to support Togo.",
        ("PLEDGE", "will", "actual", {"ACTOR Kenya", "ACTOR Ghana", "TARGET Togo"}),
    ),
    (
        "Norway wants Peru to reopen the border.",
        ("PROPOSAL", "wants", "actual", {"ACTOR Norway", "TARGET Peru"}),
    ),
    (
        "Premier Li Wei met President Luis Soto on the sidelines of the 3rd Lakes Summit.",
        ("TALKS", "met", "actual",
         {"PARTICIPANT Li Wei", "PARTICIPANT Luis Soto", "OCCASION 3rd Lakes Summit"}),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "event"), VIETNAMESE)
def test_vietnamese_events(text: str, event: Told) -> None:
    assert _events(text, "vi") == [event]


@pytest.mark.parametrize(("text", "event"), ENGLISH)
def test_english_events(text: str, event: Told) -> None:
    assert _events(text, "en") == [event]


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Lào tiếp tục đổi mới và trực tiếp hỗ trợ người dân.", "vi"),
        ("Bà Lê Thị Hoa gặp khó khăn khi ký hiệu.", "vi"),
        ("Thư ký Trần Văn Ba đăng ký học.", "vi"),
        ("Cuba nâng cấp đường sắt.", "vi"),
        ("Lào đề cao yếu tố con người ở Peru.", "vi"),
        ("Người dân Chile biểu tình phản đối Chính phủ.", "vi"),
        ("Số du khách Chile thăm Peru tăng.", "vi"),
        ("Demonstrators in Kenya condemned Ghana.", "en"),
        ("Kenya recalled good memories.", "en"),
        ("Anna Berg received a letter.", "en"),
        ("The shop opened; it rained and prices rose.", "en"),
        ("Reports suggest that Kenya is quiet.", "en"),
        ("Kenya did not reply to requests for comment from Ghana.", "en"),
        ("Peru asked whether Kenya would agree to the plan.", "en"),
        ("Kenya could sign the Treaty of Amity.", "en"),
    ],
)
def test_false_friends_are_no_events(text: str, lang: str) -> None:
    assert _events(text, lang) == []


@pytest.mark.parametrize(
    "text",
    [
        "Nếu Tổng thống Luis Soto gặp Thủ tướng Trần Văn Ba thì tốt.",
        "Chuyên gia Lào chỉ trích Peru.",
        "Kế hoạch do Nga đề xuất gồm 8 kiến nghị, kèm đề nghị này.",
        "Lào tin tưởng Việt Nam sẽ tiếp tục đạt được nhiều thành tựu.",
        "Đón Thủ tướng Trần Văn Ba tại sân bay có Đại sứ Lào.",
        "Thủ tướng Trần Văn Ba đến thăm, tặng quà bà con ở Huế, sau khi từ Lào về.",
        "Thủ tướng Trần Văn Ba yêu cầu các bộ báo cáo về Lào.",
    ],
)
def test_what_is_supposed_expected_or_domestic_is_no_event(text: str) -> None:
    assert _events(text, "vi") == []


def test_an_envoy_who_is_received_takes_leave() -> None:
    told = _events("Chủ tịch nước Lê Văn Tư tiếp Đại sứ Peru Ana Ruiz đến chào từ biệt.", "vi")
    assert [(kind, arguments) for kind, _, _, arguments in told] == [
        ("RECEPTION", {"HOST Lê Văn Tư", "GUEST Ana Ruiz"}),
        ("ACCREDITATION", {"ACTOR Ana Ruiz"}),
    ]


def test_a_summit_beside_which_two_meet_is_only_the_occasion() -> None:
    text = "Thủ tướng Trần Văn Ba gặp Tổng thống Luis Soto bên lề Hội nghị thượng đỉnh G20."
    assert [told[0] for told in _events(text, "vi")] == ["TALKS"]


def test_an_office_without_a_name_stands_for_its_holder() -> None:
    text = "Tổng thống Chile Luis Soto tới Lima. Tổng thống Chile cảm ơn và mời Peru hợp tác."
    assert _events(text, "vi")[-1] == (
        "PROPOSAL", "mời", "actual", {"ACTOR Luis Soto", "TARGET Peru"}
    )  # fmt: skip


def test_holds_and_of_stay_within_a_phrase() -> None:
    text = "Secretary of the Party Central Committee and head of its Commission for External"
    text += " Relations Lê Văn Tư met Ambassador of Kenya Moses Otieno."
    annotation = RULES_ALONE(article(text, "en"))
    words = {span.id: span.text for span in annotation.spans}
    assert {(r.type, words[r.from_], words[r.to]) for r in annotation.relations} == {
        ("HOLDS", "Lê Văn Tư", "Secretary"),
        ("OF", "Secretary", "Party Central Committee"),
        ("HOLDS", "Lê Văn Tư", "head"),
        ("OF", "head", "Commission for External Relations"),
        ("HOLDS", "Moses Otieno", "Ambassador"),
        ("OF", "Ambassador", "Kenya"),
    }


def test_the_body_behind_a_name_is_that_of_the_office() -> None:
    annotation = RULES_ALONE(article("Prime Minister Jone Vula of Fiji met nobody.", "en"))
    words = {span.id: span.text for span in annotation.spans}
    assert ("OF", "Prime Minister", "Fiji") in {
        (r.type, words[r.from_], words[r.to]) for r in annotation.relations
    }


def test_the_caller_gives_the_time_and_may_give_a_model() -> None:
    page = article("Lào thăm Cuba.")
    assert prelabel(page).created is None
    assert prelabel(page, created="2026-01-02T03:04:05Z").created == "2026-01-02T03:04:05Z"
    seen = []

    def model(asked):  # type: ignore[no-untyped-def]
        seen.append(asked.id)
        return RULES_ALONE(asked)

    assert prelabel(page, model).author.kind == "model"
    assert seen == [page.id]
