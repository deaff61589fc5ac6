"""What is marked in own sentences of both languages, part by part."""

import re

import pytest

from tests.prelabel.made_articles import PRELABEL, article, marked

VIETNAMESE = [
    # an office, its body and a person never seen before
    "[Đại sứ|ROLE] [Kenya|COUNTRY] tại [Việt Nam|COUNTRY] [Moses Otieno|PERSON] cảm ơn.",
    "[Bí thư|ROLE] [Thành ủy Hà Nội|ORG] [Lý Văn Tám|PERSON] dự.",
    "[Trưởng|ROLE] [Ban Đối ngoại Trung ương|ORG] [Đảng Cộng sản Cuba|PARTY] phát biểu.",
    "[Bộ trưởng Quốc phòng|ROLE] và [Thứ trưởng|ROLE] [Bộ Y tế|ORG] cùng đi.",
    "[Người phát ngôn|ROLE] [Bộ Ngoại giao Peru|ORG] trả lời.",
    "Nguyên [Tổng thống|ROLE] [Phần Lan|COUNTRY] kể lại.",
    "Các Bộ trưởng và hai Thủ tướng chụp ảnh.",
    "Trưởng đoàn và đại biểu rời [Huế|PLACE].",
    # persons
    "Ông [Trần Văn Ba|PERSON] nói. Ông [Ba|PERSON] cười.",
    "Bà [Nga|PERSON] và anh [Đức|PERSON] là hàng xóm.",
    # countries, compounds, homographs, capitals
    "Quan hệ [Việt|COUNTRY] - [Pháp|COUNTRY], [Mỹ|COUNTRY] - [Nhật|COUNTRY] - [Hàn|COUNTRY].",
    "Pháp luật, pháp lệnh, ý kiến, áo dài và người anh.",
    "[Bắc Kinh|COUNTRY] phản đối; tàu rời [Bắc Kinh|PLACE].",
    "[Cộng hoà Séc|COUNTRY] và [Cộng hòa Séc|COUNTRY] là một.",
    # a capital acts for its government unless something puts it on the map
    "Tàu từ [Moscow|PLACE] tới; sau khi [Moscow|COUNTRY] im lặng, [Peru|COUNTRY] rút.",
    "Khách ở [sân bay Lima|PLACE]; [điện Kremlin|ORG] đáp, đoàn vào [điện Kremlin|PLACE].",
    # names that nobody listed
    "Nhà báo người [Chile|COUNTRY] [Pablo Rojas|PERSON] viết; [TT|ROLE] [Trump|PERSON] đọc.",
    "Bà [Mina Rojas|PERSON] ([Mã Lan Anh|PERSON]) về nước.",
    # parties
    "[Đảng Lao động Na Uy|PARTY] và [Đảng Bảo thủ|PARTY] tranh cử; Đảng ta và Nhà nước lo.",
    # occasions, agreements, honours, topics
    "[Hội nghị Cấp cao ASEAN lần thứ 37|OCCASION] bàn [Hiệp định Thương mại tự do|AGREEMENT].",
    "Ông nhận [Huân chương Độc lập hạng Nhất|HONOUR].",
    "Ông dự [Tuần lễ Cấp cao APEC 2024|OCCASION], [Hội nghị Thượng đỉnh Tương lai|OCCASION].",
    "Bà dự [khóa họp thứ 79 Đại hội đồng Liên hợp quốc|OCCASION].",
    # bodies by their compounds, between two states, and before a name; names that are places too
    "[Chủ nhiệm|ROLE] [Ủy ban Cải cách và Phát triển Lào|ORG] cười.",
    "[Ủy ban hỗn hợp Việt Nam - Peru|ORG] nghỉ.",
    "[Chánh|ROLE] [Văn phòng Thủ tướng|ORG] [Khang Húc Bình|PERSON] về.",
    "Ông [Phạm Hải Nam|PERSON] tới [Hải Nam|PLACE].",
    "Quan hệ lên [Đối tác chiến lược toàn diện|AGREEMENT].",
    "Hai bên hợp tác về [nông nghiệp|TOPIC], [du lịch|TOPIC] và [giao lưu nhân dân|TOPIC].",
    # a field by itself within a clause; what is built at home and persons are no fields
    "Hai bên nhất trí tăng cường hợp tác [năng lượng|TOPIC] với [Peru|COUNTRY].",
    "[Peru|COUNTRY] đề nghị hỗ trợ trong các lĩnh vực mới như [hải quan|TOPIC], [dệt may|TOPIC].",
    "Họ thúc đẩy công cuộc xây dựng và phát triển; quan chức quốc phòng và nhà ngoại giao dự.",
    # occasions end where the sentence goes on; forums, years and weeks with a name
    "Bà dự [Hội nghị Cấp cao BRICS|OCCASION] chụp ảnh, rồi [hội nghị G 20|OCCASION].",
    "Ông tới [Diễn đàn Vành đai và Con đường lần thứ hai|OCCASION].",
    "Cụ xem [Năm Hữu nghị Peru - Chile 2031|OCCASION] ở [Lima|PLACE].",
    "Ông dự [Diễn đàn Doanh nghiệp Peru - Cộng hòa Séc|OCCASION] và [Cấp cao Đông Á|OCCASION].",
    "Họ mừng [kỷ niệm 9 năm ký Hiệp ước về các nguyên tắc cơ bản của quan hệ hữu nghị|OCCASION].",
    # agreements with a year and of the parties, and a body called after one
    "Theo [Công ước Liên hợp quốc về Luật biển năm 1982|AGREEMENT], họ họp.",
    "Họ giữ [Tuyên bố Ứng xử của các bên tại Biển Đông|AGREEMENT] và [hiệp định Oslo|AGREEMENT].",
    "[Tổ chức Hiệp ước Bắc Đại Tây Dương|ORG] họp.",
    # a resort with a joined name, a pagoda
    "Họ nghỉ ở [khu nghỉ dưỡng Sol - a - Mar|PLACE], rồi thăm [chùa Trấn Vũ|PLACE].",
    # what follows a body and is none of its name
    "[Sở Ngoại vụ|ORG] gửi [Bộ Y tế|ORG], Đại tá và 9 người cười.",
    # Korean and Arab names with blanks around the dash, and their bearers again
    "[Han Myong - gil|PERSON] đã về; hôm đó [Han|PERSON] ốm. Bà [Choi Yun - hui|PERSON] vui.",
    "[Ngoại trưởng|ROLE] [Oman|COUNTRY] [Salim bin Said al - Harthy|PERSON] tới.",
    "[Tổng thống|ROLE] [Hàn|COUNTRY] [Yun Bo - seon|PERSON] nghỉ.",
    # a name behind a nation, behind a body, and behind a word that opens the sentence
    "Phi công [Na Uy|COUNTRY] [Odd Bakke|PERSON] và cây bút [Mari Holt|PERSON] đến.",
    "[Chủ tịch|ROLE] [Hạ viện|ORG] [Odd Bakke|PERSON] nói. Khi [Bakke|PERSON] về, trời mưa.",
    "Bà [Lê Anh Thơ|PERSON] cười; tàu USS Martin Ray cập cảng.",
    # what begins like a body or a country and is none
    "Tàu tới [Trường Sa|PLACE], rồi [Đài Loan|PLACE]; tàu sân bay [Mỹ|COUNTRY] rời cảng.",
    "Cô nói tiếng Đức và tiếng Pháp ở huyện [Đông Anh|PLACE].",
    "Anh kể rằng mẹ vui.",
    # bodies end before a comma, a preposition or another body
    "[Chủ tịch|ROLE] [Hội đồng Bảo an|ORG], [Pháp|COUNTRY] lo; [Viện Văn hóa|ORG] ở [Oslo|PLACE].",
    "[Bộ Quốc phòng|ORG], Đại tướng [Lê Ba|PERSON] dự; bà dạy ở [đại học Uppsala|ORG].",
    # a capital acts from afar
    "Đó là cam kết từ [Oslo|COUNTRY]. [Oslo|COUNTRY] [ngày 3/10|DATE] phản đối.",
    "Họ bàn [Hiệp định thương mại tự do Peru - Chile|AGREEMENT].",
    "Bà dự [hội nghị thượng đỉnh liên Triều lần ba|OCCASION].",
    "Họ mở [kỳ họp thứ 9 Ủy ban liên chính phủ Peru - Chile|OCCASION].",
    "Bà rời [phiên họp khóa 72 Đại hội đồng Liên hợp quốc|OCCASION].",
    "Cụ nhận [Huy hiệu 60 năm tuổi Đảng|HONOUR] và [Huân chương Dũng cảm|HONOUR].",
]
ENGLISH = [
    "[Ambassador|ROLE] of [Kenya|COUNTRY] [Moses Otieno|PERSON] thanked them.",
    "Norwegian [Foreign Minister|ROLE] [Espen Dahl|PERSON] spoke; [Dahl|PERSON] left.",
    "[Deputy Prime Minister|ROLE] and [Minister of Finance|ROLE] [Anna Berg|PERSON] came.",
    "[Secretary|ROLE] of the [Communist Party of Cuba|PARTY] ([PCC|PARTY])"
    " [Central Committee|ORG] [Ana Ruiz|PERSON] came.",
    "The [Ministry of Health of Cuba|ORG] wrote to the [Ministry of Industry and Trade|ORG].",
    "The [Cuban Foreign Ministry|ORG] answered the [US State Department|ORG].",
    "The ministers and two presidents posed.",
    "Mr [Kofi Mensah|PERSON] flew home; [Mensah|PERSON] took no questions.",
    "[OSLO|PLACE] - The [World Trade Forum|OCCASION] ([WTF|OCCASION]) opened.",
    "[Moscow|COUNTRY] condemned it, while people slept in [Moscow|PLACE].",
    "[Peru|COUNTRY] avoids upsetting [Beijing|COUNTRY]; she flew to [Beijing|PLACE] for tea.",
    "[Bjorn Dahlen|PERSON], an analyst, agreed; [Pita Vula|PERSON] said nothing.",
    "The [foreign ministry|ORG] and [NSC|ORG] [Spokesperson|ROLE] [Ann Lee|PERSON] spoke.",
    "French wine and Spanish oil are dear.",
    "The [12th Asia-Europe Meeting|OCCASION] took note of the [Treaty of Amity|AGREEMENT].",
    "They will cooperate in [fisheries|TOPIC], [space research|TOPIC] and [tourism|TOPIC].",
    "Ties rose to a [comprehensive strategic partnership|AGREEMENT].",
    "She holds the [Order of Merit|HONOUR].",
    # what stands before a name is no part of it
    "While [Trump|PERSON] slept, [Chad|COUNTRY]'s [Assad|PERSON] wrote; later [Xi|PERSON] did.",
    # Chinese names by their sound, also where a city's name lies in them
    "Tea was served. [Zhong Liangting|PERSON] left with [Li Changchun|PERSON].",
    # two names behind a plural, an age, a quotation, a noun between commas
    "Presidents [Odda Vik|PERSON] and [von der Alm|PERSON] met.",
    '[Mbeya Tolo|PERSON], 51, sings to [President|ROLE] [Odda "Oddy" Vik|PERSON].',
    '"We wait," said [Snorri Bakkason|PERSON]. "It rains," added club sources.',
    "He rang his counterpart, [Ulmo Ben-Ard|PERSON], at dawn.",
    # a name behind office, body and article; behind a field of an office; a loose dash
    "[Ambassador|ROLE] to the [UN|ORG] [Odda Vik|PERSON] left.",
    "[Special Representative for International Cooperation|ROLE] [Odda Vik|PERSON] came.",
    "[Premier|ROLE] [Odda al- Vikri|PERSON] and [Foreign Minister|ROLE] [Bo Alm|PERSON] spoke.",
    # offices with their whole field
    "[Minister of Foreign Affairs and Expatriates|ROLE] [Odda Vik|PERSON] met a"
    " [principal deputy national security adviser|ROLE].",
    # bodies end at "and", at a person, at a month and at what something is based on
    "The [Department of Energy|ORG] and [Ministry of Health|ORG] of one mind.",
    "The [Oslo|PLACE]-based [Fjord Institute|ORG] met the [Board of Trade|ORG] on [Nov. 3|DATE].",
    "The [Chinese foreign affairs ministry|ORG] rang the [Kenyan embassy|ORG].",
    "The [U.S.-Peru Energy Council|ORG] met the [New People's Army|ORG].",
    "He left the [West Bank|PLACE] and the [National People's Congress|ORG].",
    # agreements and occasions with states, fields and numbers
    "The [U.S.-Peru Trade Treaty|AGREEMENT] and [UN resolution 1701|AGREEMENT] hold.",
    "At [COP29|OCCASION] and on [World Bread Day|OCCASION] they praised the"
    " [Fjord Partnership for Clean Water|AGREEMENT].",
    "The [13th summit of the Fjord Association for Regional Cooperation|OCCASION] (FARC) began.",
    # places by their kind, not nations
    "They flew over the [Kansai|PLACE] region to an Afghan province and [Fjord Tower|PLACE].",
    "ATTENTION - ADDS quotes",
    "They will cooperate in [fisheries|TOPIC], [trade|TOPIC] and especially [tourism|TOPIC].",
    # single fields behind a cue, in the midst of a clause or behind one other word
    "They held talks on [border management|TOPIC] with rangers.",
    "Both will discuss lunar and [regional security|TOPIC] issues at dawn.",
    "Shared goals, including combating [climate change|TOPIC], bind them.",
    "His diplomacy, such as [water management|TOPIC] and [tourism|TOPIC], pleased all.",
    # meetings of leaders and donors, dialogues, summits by number; conferences that are bodies
    "The [Fjord-Alpine Leaders Meeting|OCCASION] chose the [Bergen Donors' Conference|OCCASION].",
    "At [COP-31|OCCASION] they launched the [Fjord-Alpine Cyber Dialogue|OCCASION].",
    "They marked the [70th anniversary of the Fjord-Alpine alliance|OCCASION].",
    # treaties with a list in their name, resolutions by acronym
    "They signed the [Agreement on Open, Fair, and Honest Trade|AGREEMENT] and cited"
    " [UNSCR 9901|AGREEMENT].",
    # a capital that acts after something; a city that is left, or has a landmark
    "It came after [Lima|COUNTRY] barred trawlers; she left [Oslo|PLACE] for [Lima|PLACE].",
    "They rode [London|PLACE]'s iconic trams and had no trust in [Lima|COUNTRY].",
    # titles before a name, letters of honour behind it
    "Gov [Bakkason|PERSON] met the Hon [Ulmo Dahlen|PERSON] MP, and DPM [Odda Vik|PERSON] slept.",
]


@pytest.mark.parametrize("sentence", VIETNAMESE)
def test_vietnamese_entities(sentence: str) -> None:
    assert marked(_plain(sentence), "vi") == sentence


@pytest.mark.parametrize("sentence", ENGLISH)
def test_english_entities(sentence: str) -> None:
    assert marked(_plain(sentence), "en") == sentence


def _plain(sentence: str) -> str:
    return re.sub(r"\[([^|\]]*)\|[A-Z]+\]", r"\1", sentence)


def test_countries_carry_their_code_and_candidates_their_rule() -> None:
    annotation = PRELABEL(article("Kosovo và Ý mời ông Lê Văn Ba."))
    assert [(s.text, s.kb, s.by) for s in annotation.spans] == [
        ("Kosovo", "iso3166:XK", "registry:countries"),
        ("Ý", "iso3166:IT", "registry:countries"),
        ("Lê Văn Ba", None, "rule:person-after-title"),
    ]
    assert all(s.score is not None and 0 < s.score < 1 for s in annotation.spans)


def test_ids_follow_the_order_of_the_text() -> None:
    annotation = PRELABEL(article("Lào, Cuba, Chile: Lào ký hiệp định với Cuba."))
    assert [s.id for s in annotation.spans] == [f"s{n}" for n in range(1, 6)]
    assert [s.start for s in annotation.spans] == sorted(s.start for s in annotation.spans)
