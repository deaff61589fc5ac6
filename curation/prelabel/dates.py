"""Date expressions in Vietnamese and English, and their EDTF values (ISO 8601-2, level 1).

A value is resolved against `Article.published`: a day without a year takes the nearest
year, the past before the future; a weekday the last one up to the day of publication, or
the next one where the sentence speaks of the future. What cannot be resolved has no value.
Durations and clock times are no dates.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from curation.prelabel.candidates import Candidate, resolve
from curation.prelabel.text import Document
from curation.prelabel.text import pattern as folded_pattern


class Clock(NamedTuple):
    """What a date is resolved against; `ahead` where its sentence speaks of the future."""

    today: date | None
    ahead: bool


Match = re.Match[str]
Value = Callable[[Match, Clock], str | None]


class Rule(NamedTuple):
    """A pattern whose group `x` is the span, and the value of its match."""

    name: str
    pattern: re.Pattern[str]
    value: Value


def find_dates(document: Document) -> list[Candidate]:
    """Return the dates of the article, without overlaps, in the order of the text."""
    found = list(_matches(document))
    return _same_day(document, resolve(found))


def _matches(document: Document) -> Iterator[Candidate]:
    today = _published(document)
    rules, text = _rules(document.lang), document.folded
    for rule in rules:
        for match in rule.pattern.finditer(text):
            start, end = match.span("x")
            if start == end or not _stands_free(text, start, end):
                continue
            clock = Clock(today, _ahead(document, start, end))
            value = rule.value(match, clock)
            if value is not _REFUSED:
                yield Candidate(start, end, "DATE", f"rule:date-{rule.name}", value=value)


_REFUSED = "refused"


def _published(document: Document) -> date | None:
    published = document.article.published
    try:
        return date.fromisoformat(published) if published else None
    except ValueError:
        return None


def _stands_free(text: str, start: int, end: int) -> bool:
    before, after = text[max(start - 2, 0) : start], text[end : end + 2]
    if text[start:end] == "24/7":
        return False
    if re.search(r"[\w$€£]$|[\d][./,-]$", before) or re.match(r"\w|[/.,-]\d|%", after):
        return False
    return True


_FUTURE = {
    "vi": re.compile(r"\b(sẽ|sắp|tới đây|dự kiến|sắp tới|chuẩn bị)\b"),
    "en": re.compile(
        r"\b(will|is set to|are set to|is to|are to|is due|are due|scheduled|upcoming|plans? to|"
        r"expected to|going to|ahead of|slated|coming)\b",
        re.I,
    ),
}


def _ahead(document: Document, start: int, end: int) -> bool:
    sentence = document.sentences[document.sentence_at(start)] if document.sentences else None
    left = max(start - 110, sentence.start if sentence else 0)
    right = min(end + 50, sentence.end if sentence else end)
    near = document.folded[left:start] + " " + document.folded[end:right]
    return bool(_FUTURE[document.lang].search(near)) or bool(
        re.match(r"\s+(tới|sắp tới|next)\b", document.lower[end : end + 10])
    )


def _same_day(document: Document, dates: list[Candidate]) -> list[Candidate]:
    """Give "cùng ngày" and "the same day" the day named before them."""
    last = document.article.published if _published(document) else None
    result = []
    for item in dates:
        if item.by == "rule:date-same-day":
            item = item._replace(value=last)  # noqa: PLW2901
        elif item.value and re.fullmatch(r"\d{4}-\d\d-\d\d", item.value):
            last = item.value
        result.append(item)
    return result


# --- values -----------------------------------------------------------------------------


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _number(match: Match, name: str) -> int | None:
    groups = match.groupdict()
    text = groups.get(name) or groups.get(f"{name}2")
    return int(text) if text else None


def _nearest_year(month: int, day: int, clock: Clock) -> int | None:
    """Return the year that puts the day nearest to publication, the past before the future."""
    if clock.today is None:
        return None
    best: tuple[float, int] | None = None
    for year in (clock.today.year - 1, clock.today.year, clock.today.year + 1):
        try:
            away = (date(year, month, day) - clock.today).days
        except ValueError:
            continue
        if clock.ahead:
            cost = away if away >= 0 else -away * 2.0
        else:
            cost = -away if away <= 0 else away * 1.5
        best = min(best or (cost, year), (cost, year))
    return best[1] if best else None


def _day(match: Match, clock: Clock) -> str | None:
    month, day = _month_of(match, "m"), _number(match, "d")
    if month is None or day is None:
        return _REFUSED
    year = _number(match, "y") or _nearest_year(month, day, clock)
    if _iso(year or 2000, month, day) is None:
        return _REFUSED
    return _iso(year, month, day) if year else None


def _range(match: Match, clock: Clock) -> str | None:
    """Value a span of days; the first day lends month and year from the second."""
    month, day = _month_of(match, "m"), _number(match, "d")
    first_day = _number(match, "d1")
    first_month = _month_of(match, "m1") or month
    if not (month and day and first_day and first_month):
        return _REFUSED
    year = _number(match, "y") or _nearest_year(month, day, clock)
    if year is None:
        return None
    first_year = _number(match, "y1") or (year - 1 if first_month > month else year)
    start, end = _iso(first_year, first_month, first_day), _iso(year, month, day)
    if start is None or end is None or start > end:
        return _REFUSED
    return f"{start}/{end}"


def _day_of_month(match: Match, clock: Clock) -> str | None:
    day = _number(match, "d")
    if clock.today is None or day is None:
        return None
    months = [(clock.today.year, clock.today.month)]
    year, month = months[0]
    months.append((year - 1, 12) if month == 1 else (year, month - 1))
    months.append((year + 1, 1) if month == 12 else (year, month + 1))
    valid = [date.fromisoformat(iso) for y, m in months if (iso := _iso(y, m, day))]
    past = [item for item in valid if item <= clock.today]
    ahead = [item for item in valid if item >= clock.today]
    chosen = min(ahead, default=None) if clock.ahead else max(past, default=None)
    return chosen.isoformat() if chosen else None


_MONTHS_EN = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun",
            "july jul", "august aug", "september sept sep", "october oct", "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_MONTHS_VI = {
    name: number
    for number, names in enumerate(
        "giêng|một hai ba tư năm sáu bảy tám chín mười mười_một chạp|mười_hai".split(), 1
    )
    for name in names.replace("_", " ").split("|")
}


def _month_of(match: Match, name: str) -> int | None:
    text = match.groupdict().get(name)
    if not text:
        return None
    word = text.lower().rstrip(".")
    if word.isdigit():
        return int(word) if 1 <= int(word) <= 12 else None
    return _MONTHS_EN.get(word) or _MONTHS_VI.get(word)


def _month(match: Match, clock: Clock) -> str | None:
    month, year = _month_of(match, "m"), _number(match, "y")
    if month is None:
        return _REFUSED
    shift = _shift(match.groupdict().get("rel"))
    if year is None and clock.today:
        if shift is None:
            year = _nearest_year(month, 1, clock)
        elif shift < 0:
            year = clock.today.year - (month >= clock.today.month)
        elif shift > 0:
            year = clock.today.year + (month <= clock.today.month)
        else:
            year = clock.today.year
    return f"{year}-{month:02}" if year else None


def _month_range(match: Match, clock: Clock) -> str | None:
    first, last = _month_of(match, "m1"), _month_of(match, "m")
    if first is None or last is None:
        return _REFUSED
    year = _number(match, "y") or _nearest_year(last, 1, clock)
    first_year = _number(match, "y1") or year
    return f"{first_year}-{first:02}/{year}-{last:02}" if year else None


def _year(match: Match, clock: Clock) -> str | None:
    return match["y"]


def _years(match: Match, clock: Clock) -> str | None:
    first, last = match["y1"], match["y"]
    last = first[:2] + last if len(last) == 2 else last
    return f"{first}/{last}" if first < last else _REFUSED


def _decade(match: Match, clock: Clock) -> str | None:
    return match["y"][:3] + "X"


def _quarter(match: Match, clock: Clock) -> str | None:
    names = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "first": 1, "second": 2, "third": 3, "fourth": 4}
    word = match["q"].lower()
    quarter = names.get(word) or int(word)
    year = _number(match, "y") or (clock.today.year if clock.today else None)
    return f"{year}-{quarter * 3 - 2:02}/{year}-{quarter * 3:02}" if year else None


def _half(match: Match, clock: Clock) -> str | None:
    year = _number(match, "y") or (clock.today.year if clock.today else None)
    first = match["h"].lower() in ("first", "đầu")
    return f"{year}-{'01' if first else '07'}/{year}-{'06' if first else '12'}" if year else None


_SHIFTS = {
    -1: "last previous past trước ngoái qua rồi vừa_qua vừa_rồi năm_ngoái năm_trước năm_qua",
    0: "this nay này năm_nay",
    1: "next coming tới sau sang sắp_tới năm_sau năm_tới tới_đây",
}


def _shift(word: str | None) -> int | None:
    for shift, words in _SHIFTS.items():
        if word and word.lower().strip().replace(" ", "_") in words.split():
            return shift
    return None


def _relative(match: Match, clock: Clock) -> str | None:
    """Value a day, week, month or year named by its distance from publication."""
    if clock.today is None:
        return None
    unit, shift = match["unit"].lower(), _shift(match["rel"]) or 0
    if unit in ("year", "năm"):
        return str(clock.today.year + shift)
    if unit in ("month", "tháng"):
        index = clock.today.year * 12 + clock.today.month - 1 + shift
        return f"{index // 12}-{index % 12 + 1:02}"
    monday = clock.today - timedelta(days=clock.today.weekday()) + timedelta(weeks=shift)
    if unit in ("weekend", "cuối tuần"):
        monday += timedelta(days=5)
        return f"{monday.isoformat()}/{(monday + timedelta(days=1)).isoformat()}"
    return f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}"


def _offset(days: int) -> Value:
    def value(match: Match, clock: Clock) -> str | None:
        return (clock.today + timedelta(days=days)).isoformat() if clock.today else None

    return value


_WEEKDAYS = {
    word: number
    for number, words in enumerate(
        (
            "monday mon hai 2", "tuesday tue ba 3", "wednesday wed tư 4", "thursday thu năm 5",
            "friday fri sáu 6", "saturday sat bảy 7", "sunday sun",
        )
    )
    for word in words.split()
}  # fmt: skip


def _weekday(match: Match, clock: Clock) -> str | None:
    """Value a weekday: the last one up to publication, or the next where it lies ahead."""
    if clock.today is None:
        return None
    number = _WEEKDAYS[match["w"].lower()] if match["w"] else 6
    back = (clock.today.weekday() - number) % 7
    shift = _shift(match.groupdict().get("rel"))
    week = match.groupdict().get("week")
    if week:
        monday = clock.today - timedelta(days=clock.today.weekday())
        day = monday + timedelta(weeks=shift or 0, days=number)
    elif (shift is None and clock.ahead and back) or shift == 1:
        day = clock.today + timedelta(days=7 - back)
    elif shift == 0:
        day = clock.today - timedelta(days=clock.today.weekday()) + timedelta(days=number)
    else:
        day = clock.today - timedelta(days=back or (7 if shift == -1 else 0))
    return day.isoformat()


def _vi_weekday(match: Match, clock: Clock) -> str | None:
    """Refuse the ordinal ("lần thứ hai") that is spelt like a weekday."""
    word = match["w"] or "CN"
    free = match["p"] or match["part"] or match["week"] or word[0].isupper()
    return _weekday(match, clock) if free else _REFUSED


def _none(match: Match, clock: Clock) -> str | None:
    return None


# --- patterns ---------------------------------------------------------------------------

_PART_VI = (
    r"(?:rạng sáng|sáng sớm|sáng|trưa|chiều tối|đầu giờ chiều|chiều|tối muộn|tối|đêm|khuya)"
)
_VI = {
    "PART": _PART_VI,
    "D": r"(?:3[01]|[12]\d|0?[1-9])",
    "M": r"(?:1[0-2]|0?[1-9])",
    "Y": r"(?:19|20)\d\d",
    "NOW": rf"(?:(?:{_PART_VI}|hôm|ngày hôm) (?:nay|qua)|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|"
    r"chủ nhật)",
    "REL": r"(?:năm nay|năm ngoái|năm trước|năm sau|năm tới|này|trước|tới|sau|vừa qua|vừa rồi|"
    r"sắp tới|qua)",
    "EDGE": r"(?:(?:đầu|giữa|cuối|trung tuần|thượng tuần|hạ tuần) )",
    "W": r"(?:hai|ba|tư|năm|sáu|bảy|[2-7])",
    "TO": r"(?: ?- ?| đến hết | đến | tới | và |, )",
}
_VI_RULES: tuple[tuple[str, str, Value], ...] = (
    ("range", r"(?P<x>(?:{PART} )?(?:ngày )?(?P<d1>{D})(?:[/.-](?P<m1>{M})(?:[/.-](?P<y1>{Y}))?)?{TO}"
     r"(?:ngày )?(?P<d>{D}) ?[/.-] ?(?P<m>{M})(?: ?[/.-] ?(?P<y>{Y})| năm (?P<y2>{Y}))?)", _range),
    ("range", r"(?P<x>(?:ngày )?(?P<d1>{D})(?: tháng (?P<m1>{M}))?{TO}(?:ngày )?(?P<d>{D}) tháng (?P<m>{M})"
     r"(?: năm (?P<y>{Y})|/(?P<y2>{Y}))?)", _range),
    ("day", r"(?P<x>(?:{NOW},? )?(?:{PART},? )?(?:ngày |mùng )?(?P<d>{D}) ?[/.-] ?(?P<m>{M}) ?[/.-] ?"
     r"(?P<y>{Y}))", _day),
    ("day", r"(?P<x>(?:{NOW},? )?(?:{PART},? )?(?:ngày |mùng )?(?P<d>{D})/(?P<m>{M}))", _day),
    ("day", r"(?P<x>(?:{NOW},? )?(?:{PART} |ngày |{NOW} )+(?P<d>{D}) ?[./-] ?(?P<m>{M}))", _day),
    ("day", r"(?<=hôm )(?P<x>(?P<d>{D}) ?[./-] ?(?P<m>{M}))", _day),
    ("day", r"(?<=[\s(])(?P<x>(?P<d>{D})-(?P<m>{M}))(?=[),;\s]|\.\s)"
     r"(?! ?(?:người|năm|tuần|lần|tỉ|tỷ|triệu|giờ|bàn|USD|%))", _day),
    ("day-words", r"(?P<x>(?:{NOW},? )?(?:{PART} )?(?:ngày |mùng )?(?P<d>{D}) tháng (?P<m>{M})"
     r"(?: năm (?P<y>{Y})|/(?P<y2>{Y}))?)", _day),
    ("month", r"(?P<x>{EDGE}?tháng (?P<m>{M}) ?[/-] ?(?P<y>{Y}))", _month),
    ("month", r"(?P<x>{EDGE}?tháng (?P<m>{M})(?: năm (?P<y>{Y})|,? (?P<rel>{REL})\b)?)", _month),
    ("month", r"(?P<x>(?P<d>\b)(?P<m>{M})/(?P<y>{Y}))", _month),
    ("month", r"(?P<x>{EDGE}?tháng (?P<m>giêng|hai|ba|tư|sáu|bảy|tám|chín|mười một|mười hai|mười|"
     r"chạp)(?: năm (?P<y>{Y})|,? (?P<rel>{REL})\b)?)", _month),
    ("month", r"(?:hồi|vào|trong|từ|kể từ|đầu|cuối|giữa) (?P<x>tháng (?P<m>năm)"
     r"(?: (?P<rel>{REL})\b)?)(?! 20)", _month),
    ("month-range", r"(?P<x>tháng (?P<m1>{M})(?:/(?P<y1>{Y}))?(?: ?- ?| đến | tới )(?:tháng )?(?P<m>{M})"
     r"(?:/(?P<y>{Y})| năm (?P<y2>{Y})))", _month_range),
    ("years", r"(?P<x>(?:năm |các năm )?(?P<y1>{Y})(?: ?- ?| đến (?:năm )?)(?P<y>{Y}))", _years),
    ("year", r"(?P<x>{EDGE}?năm (?P<y>{Y}))", _year),
    ("year", r"(?:\bđến|\btới|\btừ|\btrước|\bsau|vào) (?P<x>(?P<y>{Y}))"
     r"(?! ?(?:người|USD|tỷ|tỉ|triệu|đồng|tấn|m|km|công|doanh|trường|ca)\b)", _year),
    ("decade", r"(?P<x>(?:những năm|thập niên|thập kỷ) (?P<y>(?:19|20)\d0))", _decade),
    ("half", r"(?P<x>(?:nửa|6 tháng|sáu tháng) (?P<h>đầu|cuối) năm(?: (?P<y>{Y})| nay)?)", _half),
    ("quarter", r"(?P<x>quý (?P<q>I{1,3}|IV|[1-4])(?:/| năm | )?(?P<y>{Y})?)", _quarter),
    ("relative", r"(?P<x>{EDGE}?(?P<unit>năm|tháng|tuần) (?P<rel>nay|này|ngoái|trước|tới|sau|"
     r"vừa qua|vừa rồi|sang))(?! ?(?:khi|đó|đây|đó|này))", _relative),
    ("relative", r"(?P<x>(?P<unit>cuối tuần) (?P<rel>này|trước|tới|qua|vừa qua))", _relative),
    ("today", r"(?P<x>(?:ngày )?hôm nay|{PART} nay)", _offset(0)),
    ("yesterday", r"(?P<x>(?:{PART} |ngày )?hôm qua|(?:sáng|trưa|chiều|tối|đêm) qua)", _offset(-1)),
    ("tomorrow", r"(?P<x>ngày mai|(?:sáng|trưa|chiều|tối) mai)", _offset(1)),
    ("same-day", r"(?P<x>(?:{PART} )?cùng ngày)", _none),
    ("weekday", r"(?P<p>(?:hôm |vào |từ )?)(?P<x>(?P<part>(?:{PART} |ngày )?)(?:thứ (?P<w>{W})|"
     r"chủ nhật)(?P<week> tuần (?P<rel>này|trước|tới|sau|qua|vừa qua))?)", _vi_weekday),
    ("day-of-month", r"(?P<x>(?:{PART} )?ngày (?P<d>{D}))(?! ?(?:[/.-] ?\d|tháng|đêm|làm|nghỉ|người|"
     r"sau|trước|nay|qua|liên|thứ|và đêm|đầu))", _day_of_month),
)  # fmt: skip

_EN = {
    "MONTH": r"(?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December|Jan\.?|Feb\.?|Mar\.|Apr\.?|Jun\.?|Jul\.?|Aug\.?|Sept?\.?|Oct\.?|Nov\.?|Dec\.?)",
    "WDAY": r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)",
    "D": r"(?:3[01]|[12]\d|0?[1-9])",
    "Y": r"(?:19|20)\d\d",
    "PART": r"(?:morning|afternoon|evening|night)",
    "EDGE": r"(?:(?:early|mid|late|the end of|the beginning of|the start of)[ -])",
    "IN": r"(?:in|since|until|till|by|from|through|during|for|of|and|to|between|before|after|"
    r"around|on|late|early|mid|end|throughout)",
}
_EN_RULES: tuple[tuple[str, str, Value], ...] = (
    ("range", r"(?P<x>(?P<m1>{MONTH}) (?P<d1>{D})(?:st|nd|rd|th)?(?:, (?P<y1>{Y}))? ?(?:-|to|through|"
     r"until|and) ?(?:(?P<m>{MONTH}) )(?P<d>{D})(?:st|nd|rd|th)?(?:,? (?P<y>{Y}))?)", _range),
    ("range", r"(?P<x>(?P<m>{MONTH}) (?P<d1>{D})(?:st|nd|rd|th)?(?: ?- ?| to | through | and | & )"
     r"(?P<d>{D})(?:st|nd|rd|th)?(?:,? (?P<y>{Y}))?)(?! ?[:/]?\d| {MONTH})", _range),
    ("range", r"(?P<x>(?P<d1>{D})(?:st|nd|rd|th)?(?: (?P<m1>{MONTH}))?(?: ?- ?| to | and )(?P<d>{D})"
     r"(?:st|nd|rd|th)? (?P<m>{MONTH})(?:,? (?P<y>{Y}))?)", _range),
    ("day", r"(?P<x>(?:(?:night|morning|evening|afternoon) of |{WDAY}(?: {PART})?,? (?:the )?)?(?P<m>{MONTH}) (?P<d>{D})(?:st|nd|rd|th)?"
     r"(?:,? (?P<y>{Y}))?)(?!\d|:\d)", _day),
    ("day", r"(?P<x>(?:{WDAY}(?: {PART})?,? )?(?:the )?(?P<d>{D})(?:st|nd|rd|th)?(?: of)? (?P<m>{MONTH})"
     r"(?:,? (?P<y>{Y}))?)", _day),
    ("day", r"(?P<x>(?P<y>{Y})-(?P<m>1[0-2]|0[1-9])-(?P<d>3[01]|[12]\d|0[1-9]))", _day),
    ("month", r"(?P<x>{EDGE}?(?P<m>{MONTH}),?(?: of)? (?P<y>{Y}))(?!-\d)", _month),
    ("month", r"(?P<x>(?:{EDGE}|(?P<rel>last|next|this) )(?P<m>{MONTH}))(?! \d)", _month),
    ("month", r"\b(?:{IN}) (?P<x>(?P<m>{MONTH})(?: (?P<rel>last|next|this) year)?)(?! \d)", _month),
    ("month-range", r"(?P<x>(?P<m1>{MONTH})(?: (?P<y1>{Y}))? ?(?:-|to|and) ?(?P<m>{MONTH})"
     r"(?: (?P<y>{Y}))?)(?! \d)", _month_range),
    ("years", r"(?P<x>(?P<y1>{Y}) ?(?:-|to|/) ?(?P<y>{Y}|\d\d))(?! ?%)", _years),
    ("year", r"\b(?:{IN}|year|years|{EDGE}|over|than|[Tt]he|a|spring|summer|fall|autumn|winter|FY) "
     r"(?P<x>{EDGE}?(?P<y>{Y}))(?! ?(?:people|percent|troops|workers|jobs|miles|km|tons|billion|"
     r"million|pages|students|megawatts|-\w))", _year),
    ("year", r"(?:(?:19|20)\d\d(?:,| and| or) )(?P<x>(?P<y>{Y}))", _year),
    ("year", r"(?<=\()(?P<x>(?P<y>{Y}))(?=\))", _year),
    ("decade", r"(?P<x>(?P<y>(?:19|20)\d0)s)", _decade),
    ("half", r"(?P<x>(?:the )?(?P<h>first|second) half of (?:(?P<y>{Y})|this year))", _half),
    ("quarter", r"(?P<x>(?:the )?(?P<q>first|second|third|fourth) quarter(?: of (?P<y>{Y}))?)",
     _quarter),
    ("quarter", r"(?P<x>Q(?P<q>[1-4])(?: of)? (?P<y>{Y}))", _quarter),
    ("relative", r"\b(?P<x>(?P<rel>last|this|next|[Ll]ast|[Tt]his|[Nn]ext) (?P<unit>weekend|week|"
     r"month|year))\b(?!-)", _relative),
    ("today", r"\b(?P<x>[Tt]oday|[Tt]onight|[Tt]his (?:morning|afternoon|evening))\b(?!'s|-)",
     _offset(0)),
    ("today", r"\b(?P<x>[Tt]oday)'s (?:meeting|call|talks|summit|event|visit|announcement|"
     r"conversation|session|discussion|signing|ceremony|convening)", _offset(0)),
    ("yesterday", r"\b(?P<x>[Yy]esterday(?: (?:morning|afternoon|evening))?|[Ll]ast night|"
     r"[Ll]ast evening)\b", _offset(-1)),
    ("tomorrow", r"\b(?P<x>[Tt]omorrow(?: (?:morning|afternoon|evening|night))?)\b", _offset(1)),
    ("same-day", r"\b(?P<x>(?:the )?same day)\b", _none),
    ("weekday", r"\b(?P<x>(?:(?P<rel>last|next|this) )?(?P<w>{WDAY})(?: {PART})?)\b(?!s\b)", _weekday),
)  # fmt: skip


@cache
def _rules(lang: str) -> tuple[Rule, ...]:
    parts, rules = (_VI, _VI_RULES) if lang == "vi" else (_EN, _EN_RULES)
    flags = re.IGNORECASE if lang == "vi" else 0
    return tuple(Rule(name, _compile(pattern, parts, flags), v) for name, pattern, v in rules)


def _compile(pattern: str, parts: dict[str, str], flags: int) -> re.Pattern[str]:
    """Put the named parts into a pattern in place of their names in braces."""
    for name, part in parts.items():
        pattern = pattern.replace(f"{{{name}}}", part)
    return folded_pattern(pattern, flags)
