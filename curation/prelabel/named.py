"""Occasions, agreements and honours with a name, and the topics of cooperation."""

import re
from collections.abc import Iterator
from functools import cache

from curation.prelabel.candidates import Candidate
from curation.prelabel.lexicon import UPPER, cell, words
from curation.prelabel.text import Document, pattern

_CAP = rf"(?:[{UPPER}]\w*(?:['./-]\w+)*)"
_ORDINAL_VI = r"lần thứ (?:[IVXLC]+|\d+|nhất|hai|ba|tư|năm|sáu|bảy|tám|chín|mười)|lần [2-9]\b|lần hai"
_ORDINAL_EN = (
    r"(?:\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|"
    r"eleventh|twelfth|thirteenth|fourteenth|fifteenth|First|Second|Third|Fourth|Fifth|Sixth|"
    r"Seventh|Eighth|Ninth|Tenth|[Ii]naugural)"
)


def find_named(document: Document) -> list[Candidate]:
    """Return occasions, agreements and honours."""
    rules = _vietnamese() if document.lang == "vi" else _english()
    found = []
    for label, by, expression, rank in rules:
        for match in expression.finditer(document.folded):
            start, end = match.span("x")
            end = start + len(_trimmed(document.folded[start:end]))
            if end > start and whole(document.folded, start, end):
                found.append(Candidate(start, end, label, by, rank))
    return found


def whole(text: str, start: int, end: int) -> bool:
    """Tell whether the span ends with a word."""
    return not (end < len(text) and text[end].isalnum() and text[end - 1].isalnum())


def _trimmed(name: str) -> str:
    return re.sub(r"(?: và| and| of| the| for| on|'s|,|\s)+$", "", name)


_TITLES_EN = (
    r"(?P<x>Joint (?:Leaders' |Vision |Press |Ministerial )?(?:Statement|Declaration|Communiqué|"
    r"Communique)|Community with a Shared Future|community with a shared future)"
)
Rules = tuple[tuple[str, str, re.Pattern[str], int], ...]


@cache
def _vietnamese() -> Rules:
    low = r"(?:cấp cao|thượng đỉnh|quốc tế|toàn quốc|trực tuyến|lý luận|hợp tác|kinh tế|khu vực|"
    low += r"đại biểu|nhân dân|an ninh|hạt nhân|quốc gia|đối thoại|bộ trưởng|ngoại trưởng|"
    low += r"ngoại giao|quốc phòng|chính trị|chiến lược|châu Á|châu Âu|thế giới|liên nghị viện|"
    low += r"toàn thể|thường niên|mở rộng|các|nước|đặc biệt|trung ương|và|về|doanh nghiệp|đầu tư|"
    low += r"thương mại|giữa kỳ|hiệp thương|phụ nữ|cộng đồng|thường kỳ)"
    word = rf"(?: - |-| |, )(?:{_CAP}|{low}|\d+\+\d+)(?!\w)"
    meeting = r"(?:Hội nghị|hội nghị|Đại hội|Diễn đàn|diễn đàn|Hội thảo|Đối thoại|Kỳ họp|kỳ họp|"
    meeting += r"Phiên họp|Khóa họp|khóa họp|Tuần lễ|Lễ hội|Triển lãm|Hội chợ|Hội đàm|Cuộc họp|"
    meeting += r"Thượng đỉnh|thượng đỉnh)"
    ordinal = rf"(?: (?:{_ORDINAL_VI}))"
    named = rf"(?P<x>{meeting}(?:{word}){{0,8}}{ordinal})"
    proper = rf"(?P<x>(?:Hội nghị|hội nghị|Diễn đàn|diễn đàn|Đối thoại|thượng đỉnh|Thượng đỉnh)"
    proper += rf"(?: (?:cấp cao|Cấp cao|thượng đỉnh|Thượng đỉnh|bộ trưởng|Bộ trưởng))?"
    proper += rf"(?: (?:{_CAP}|{low}))*?(?: (?:[{UPPER}][{UPPER}]+\d*(?:\+\d)?|G20|G7|{_CAP} - {_CAP}|"
    proper += rf"{_CAP} {_CAP}|Kinh tế Thế giới))(?:(?: - |-| ){_CAP})*(?: 20\d\d| lần thứ \d+)?"
    proper += r"(?: về (?:\w+(?: |, | và (?=\w))){1,8}?\w+(?= tại| ở| do| ngày|[.,;)]|$))?)"
    congress = r"(?P<x>Đại hội (?:Đảng )?(?:lần thứ )?[IVX]+)(?!\w)"
    anniversary = r"(?P<x>(?:[Ll]ễ )?(?:[Kk]ỷ niệm|mừng) (?:lần thứ )?\d+ năm (?:Ngày |ngày )?"
    anniversary += r"(?:thiết lập |xác lập )?(?:quan hệ(?: ngoại giao| đối tác)?|Quốc khánh|"
    anniversary += r"thành lập|Đối tác|khuôn khổ)"
    anniversary += rf"(?: (?:Đối tác|chiến lược|toàn diện|hợp tác)| (?:- )?{_CAP}| quan hệ| và (?={_CAP}))*)"
    pact = r"(?:Hiệp định|Hiệp ước|Công ước|Nghị định thư|Tuyên bố chung|Tuyên bố|Nghị quyết|"
    pact += r"Bản ghi nhớ|Biên bản ghi nhớ|Thỏa thuận|Sáng kiến|Hiến chương|Chương trình hành động|"
    pact += r"Chương trình Hành động|Kế hoạch hành động|Thông cáo chung|Tầm nhìn chung|Hiến pháp|"
    pact += r"Thông báo chung|Quy chế|Bản Ghi nhớ|Ý định thư)"
    plow = r"(?:về|khung|thương mại|tự do|và|hợp tác|đầu tư|tránh|đánh thuế|hai lần|bảo hộ|hòa bình|"
    plow += r"ngừng bắn|hạt nhân|quốc tế|khí hậu|biến đổi|của|miễn|thị thực|song phương|dẫn độ|"
    plow += r"tương trợ|tư pháp|kinh tế|văn hóa|giáo dục|tầm nhìn|số|năm|phòng chống|phòng, chống|"
    plow += r"chống|tội phạm|lãnh sự|giao thông|vận tải|hàng không|hàng hải|biên giới|lãnh thổ|"
    plow += r"du lịch|khoa học|công nghệ|quan hệ|đối tác|chiến lược|toàn diện|tăng cường|phát triển|"
    plow += r"nông nghiệp|năng lượng|lao động|quốc phòng|an ninh|thiết lập|cơ chế|chuyển giao|cấm)"
    named_pact = rf"(?P<x>{pact}(?: (?:Đại hội|{_CAP}|\d+|{plow})(?!\w)(?:/\d+)?| - (?={_CAP})){{0,14}}"
    named_pact += rf"(?: (?:{_CAP}|\d{{2,}})(?:/\d+)?))"
    described = rf"(?P<x>{pact} (?:về |khung |thương mại |miễn |tránh |hợp tác )"
    described += rf"(?:{_CAP}|{plow})(?: (?:{_CAP}|{plow})(?!\w)){{0,9}})"
    status = r"(?P<x>đối tác (?:hợp tác )?(?:chiến lược(?: toàn diện)?(?: sâu rộng| đặc biệt)?|"
    status += r"toàn diện)(?: vì hòa bình và phát triển bền vững| tăng cường)?|đối tác (?:hợp tác )?"
    status += r"chiến lược sâu rộng|cộng đồng chia sẻ tương lai)"
    honour = rf"(?P<x>(?:Huân chương|Huy chương|huân chương|Kỷ niệm chương|Giải thưởng|Danh hiệu|"
    honour += rf"danh hiệu|giải) {_CAP}(?: (?:{_CAP}|vì|sự nghiệp|hòa bình|hữu nghị|giữa|các|"
    honour += r"dân tộc|và|quốc gia|độc lập|danh dự|lao động)(?!\w)){0,9}(?: hạng (?:Nhất|Nhì|Ba|"
    honour += r"nhất|nhì|ba|Đặc biệt))?)"
    return (
        ("OCCASION", "rule:occasion-ordinal", pattern(named), 1),
        ("OCCASION", "rule:occasion-name", pattern(proper), 1),
        ("OCCASION", "rule:occasion-congress", pattern(congress), 1),
        ("OCCASION", "rule:occasion-anniversary", pattern(anniversary), 3),
        ("AGREEMENT", "rule:agreement-title", pattern(r"(?P<x>Tuyên bố chung|Thông cáo chung|Tuyên bố Tầm nhìn chung)"), 1),
        ("AGREEMENT", "rule:agreement", pattern(named_pact), 2),
        ("AGREEMENT", "rule:agreement-about", pattern(described), 2),
        ("AGREEMENT", "rule:partnership", pattern(status, re.IGNORECASE), 2),
        ("HONOUR", "rule:honour", pattern(honour), 2),
    )


@cache
def _english() -> Rules:
    meeting = (
        r"(?:Summits?|summit|Congress|Conference|Forum|Dialogue|Session|Anniversary|anniversary|"
        r"Games|Festival|Exhibition|Workshop|workshop|Seminar|Meetings?|meeting|session|Dialogues|"
        r"Symposium|Consultations?|Convention|congress|conference|forum|dialogue|seminar|Expo)"
    )
    name = rf"(?:(?!(?:The|In|On|At|This|That|During|After|Before|Since|While|When|His|Her) ){_CAP})"
    link = r"(?:(?: and | & |-| |, | for | of | on )(?:the )?)"
    run = rf"{name}(?:(?: and | & | |-| of ){name}){{0,6}}"
    numbered = rf"(?P<x>{_ORDINAL_EN}[ -](?:\w+[- ]){{0,4}}?(?:{_CAP} )*{meeting}"
    numbered += rf"(?: (?:of|for|on) (?:the )?{run}| and Related Summits)?)"
    numbered += r"(?! of the| of (?:diplomatic|the))"
    named = rf"(?P<x>{run} (?:Summits?|summit|Conference|Forum|Congress|Dialogue|Games|Expo|"
    named += rf"Workshop|Leaders' Meeting|Ministerial(?: Meeting)?|Session|Festival|Exhibition|"
    named += rf"Dialogues|Strategic Dialogue)(?: (?:for|on) {name}(?:{link}{name}){{0,4}})?"
    named += rf"(?: 20\d\d)?)"
    anniversary = rf"(?P<x>{_ORDINAL_EN} anniversary of (?:the )?(?:establishment of (?:the )?)?"
    anniversary += rf"(?:their |its )?(?:diplomatic (?:ties|relations)|{_CAP}(?:[ -]{_CAP}){{0,7}}))"
    acronym = r"(?P<x>(?:G-?20|G-?7|NATO|ASEAN|APEC|BRICS|Brics|Asean|Apec|Quad|EU|SCO|COP\d+|"
    acronym += r"East Asia|UN|U\.N\.|BIMSTEC|Francophonie|CELAC|AUKUS)(?:[- ][A-Z]\w+)*"
    acronym += r"(?: (?:Leaders'|leaders'|foreign ministers'|ministerial))? "
    acronym += r"(?:[Ss]ummits?|Leaders' Meeting|Forum|forum|Ministerial))|(?P<y>COP\d\d)"
    head = (
        r"(?:Agreement|Treaty|Convention|Accords?|Declaration|Protocol|Resolution|Charter|"
        r"Initiative|Memorandum of Understanding|Memorandum|Act|Communique|Communiqué|Pact|"
        r"Joint Statement|Joint Vision Statement|Plan of Action|Action Plan|Code of Conduct|"
        r"Compact|Constitution|Joint Communique|Partnership Agreement)"
    )
    pact = rf"(?P<x>(?:{name}(?:(?: and | |-){name}){{0,6}} )?{head}"
    pact += rf"(?: (?:on|of|for|to|Concerning|concerning|Regarding) (?:the )?(?:\d\w+ )?{name}"
    pact += rf"(?:{link}{name}){{0,9}})(?: \d{{4}})?)"
    short = rf"(?P<x>{name}(?:(?: and | |-){name}){{0,6}} (?:Agreement|Treaty|Convention|Accords?|"
    short += rf"Declaration|Protocol|Charter|Initiative|Pact|Compact|Principles|Consensus|"
    short += rf"Framework|Partnership|Strategy|Act|Corridor|Outlook))"
    number = r"(?P<x>(?:UN Security Council |Security Council |UNSC )?Resolution \d+(?:/\d+)?)"
    status = (
        r"(?P<x>(?:enhanced |extensive |all-weather |all-round |special |global |upgraded )?"
        r"(?:comprehensive(?: and)? strategic (?:cooperative )?partnership|comprehensive "
        r"partnership|strategic(?: cooperative)? partnership|strategic and global partnership|"
        r"global strategic partnership)(?: of coordination| for a new era)?(?! agreement| council))"
    )
    honour = (
        rf"(?P<x>(?:{name} ){{1,4}}(?:Order|Medal|Prize|Award|Insignia)(?: (?:First|Second|Third) "
        rf"Class)?|(?:{name} )?(?:Order|Medal|Insignia) of (?:the )?{name}(?: {name})*"
        rf"(?:,? (?:First|Second|Third) Class)?)"
    )
    return (
        ("OCCASION", "rule:occasion-ordinal", pattern(numbered), 1),
        ("OCCASION", "rule:occasion-name", pattern(named), 1),
        ("OCCASION", "rule:occasion-acronym", pattern(acronym.split("|(?P<y>")[0]), 1),
        ("OCCASION", "rule:occasion-anniversary", pattern(anniversary), 3),
        ("AGREEMENT", "rule:agreement-title", pattern(_TITLES_EN), 1),
        ("AGREEMENT", "rule:agreement", pattern(pact), 2),
        ("AGREEMENT", "rule:agreement-name", pattern(short), 0),
        ("AGREEMENT", "rule:agreement-number", pattern(number), 2),
        ("AGREEMENT", "rule:partnership", pattern(status, re.IGNORECASE), 2),
        ("HONOUR", "rule:honour", pattern(honour), 0),
    )


# --- topics -----------------------------------------------------------------------------


def find_topics(document: Document) -> list[Candidate]:
    """Return the items of lists of fields of cooperation, and single fields behind a cue.

    A list is what commas and "and" join; its first item begins behind the last word that
    can open one, its last ends before the first word that closes one.
    """
    found = []
    for sentence in document.sentences:
        text = document.folded[sentence.start : sentence.end]
        if _field(document.lang).search(text):
            found += _lists(document, sentence.start, sentence.end)
    return found


@cache
def _cue(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?:{cell(lang, 'topic-cue')})$", re.IGNORECASE)


@cache
def _field(lang: str) -> re.Pattern[str]:
    listed = sorted(words(lang, "topic"), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, listed))})(?!\w)", re.IGNORECASE)


_SEPARATOR = {
    "vi": re.compile(r"; |,(?: và| cũng như)? | và | cũng như |\.\.\.|, *\.\.\."),
    "en": re.compile(r"; |,(?: and| as well as| or)? | and | as well as | & "),
}


@cache
def _stop(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?<!\w)(?:{cell(lang, 'topic-stop')})(?!\w)|[.:()\"!?\d/]", re.IGNORECASE)


@cache
def _lead(lang: str) -> re.Pattern[str]:
    return pattern(rf"(?:{cell(lang, 'topic-lead')})+", re.IGNORECASE)


def _lists(document: Document, start: int, end: int) -> Iterator[Candidate]:
    """Yield the items of the lists in [start, end)."""
    pieces = _pieces(document, start, end)
    group: list[tuple[int, int]] = []
    for index, (left, right) in enumerate(pieces):
        stops = list(_stop(document.lang).finditer(document.folded, left, right))
        head = (left, stops[0].start()) if stops else (left, right)
        if group:
            group.append(head)
        if not stops and group:
            continue
        yield from _accept(document, group)
        tail = stops[-1].end() if stops else left
        group = [(tail, right)] if index + 1 < len(pieces) or not group else []
    yield from _accept(document, group)


def _pieces(document: Document, start: int, end: int) -> list[tuple[int, int]]:
    pieces, place = [], start
    for separator in _SEPARATOR[document.lang].finditer(document.folded, start, end):
        pieces.append((place, separator.start()))
        place = separator.end()
    return [*pieces, (place, end)]


def _accept(document: Document, group: list[tuple[int, int]]) -> list[Candidate]:
    """Return the items of a group that holds two fields, or one behind a cue."""
    items = [item for place, pair in enumerate(group) if (item := _item(document, pair, place))]
    fields = [i for i in items if _field(document.lang).search(document.folded, i.start, i.end)]
    if not items or not fields:
        return []
    cued = _cue(document.lang).search(document.folded[max(items[0].start - 60, 0) : items[0].start])
    if cued:
        return items if len(fields) > 1 else fields[:1]
    return items if len(fields) > 1 and 2 * len(fields) >= len(items) else []


def _item(document: Document, pair: tuple[int, int], place: int) -> Candidate | None:
    """Return the item without the words that lead it in, or None where it is too long."""
    start, end = pair
    while start < end and document.folded[start] in " ,":
        start += 1
    lead = _lead(document.lang).match(document.folded, start, end)
    if lead and (place == 0 or document.lang == "en"):
        start = lead.end()
    name = document.folded[start:end].rstrip(" ,")
    if not name or len(name.split(" ")) > 6 or _NO_ITEM.match(name) or name[0] in "-'":
        return None
    return Candidate(start, start + len(name), "TOPIC", "rule:topic")


_NO_ITEM = re.compile(
    r"cơ chế|(?!training|banking|engineering|processing|shipping|peacekeeping)[a-z]+ing |"
    r"(?:he|she|it|they|we|i)(?:\s|$)",
    re.IGNORECASE,
)
