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

from curation.prelabel.candidates import Candidate, losses, resolve
from curation.prelabel.lexicon import cell
from curation.prelabel.registry import table
from curation.prelabel.search import Finder
from curation.prelabel.text import Document, fold
from curation.prelabel.text import pattern as folded_pattern


class Clock(NamedTuple):
    """What a date is resolved against; `ahead` where its sentence speaks of the future."""

    today: date | None
    ahead: bool


Match = re.Match[str]
Value = Callable[[Match, Clock], str | None]


class Rule(NamedTuple):
    """A pattern whose group `x` is the span, and the value of its match."""

    by: str
    finder: Finder
    value: Value


def find_dates(document: Document) -> list[Candidate]:
    """Return the dates of the article, without overlaps, in the order of the text.

    What is refused follows: what stands within a longer date, or names no day there is.
    """
    found = list(_matches(document))
    kept = resolve(found)
    lost = [loss.candidate._replace(refused=OVERLAP) for loss in losses(found, kept)]
    refused = [candidate for candidate in found if candidate.refused]
    return [*_same_day(document, kept), *lost, *refused]


def _matches(document: Document) -> Iterator[Candidate]:
    today = _published(document)
    rules, text = _rules(document.lang), document.folded
    for rule in rules:
        for match in document.find(rule.finder):
            start, end = match.span("x")
            if start == end or not _stands_free(text, start, end):
                continue
            clock = Clock(today, _ahead(document, start, end))
            value = rule.value(match, clock)
            if value is _REFUSED:
                yield Candidate(start, end, "DATE", rule.by, refused="date:no-such-day")
            else:
                yield Candidate(start, end, "DATE", rule.by, value=value)


_REFUSED = "refused"
OVERLAP = "date:overlap"
"""Why a date is refused that overlaps a longer one."""


def _published(document: Document) -> date | None:
    published = document.article.published
    try:
        return date.fromisoformat(published) if published else None
    except ValueError:
        return None


def _stands_free(text: str, start: int, end: int) -> bool:
    before, after = text[max(start - 2, 0) : start], text[end : end + 2]
    if text[start:end] == "24/7" and not text.endswith(("hôm ", "ngày "), 0, start):
        return False
    if _BARE.fullmatch(text, start, end) and _fraction(text, start, end):
        return False
    held = re.search(r"[\w$€£]\Z|[\d][./,-]\Z", before) or re.match(r"\w|[/.,-]\d|%", after)
    return not held


_BARE = re.compile(r"\d+/\d+")
_PART_OF = re.compile(
    fold(
        r" (?:\d|(?:tổng|số|thành viên|dân số|lá|diện tích|nghị sĩ|thượng nghị sĩ|ghế|phiếu|lượng|"
        r"chặng|sản lượng|kim ngạch|người)\b)"
    )
)
_SHARE = re.compile(fold(r"(?:\d|chiếm|chiếm gần|chiếm tới|chiếm khoảng|ít nhất|hơn|quá) $"))
_DAY_BEFORE = re.compile(fold(r"(?:hôm|ngày|từ|vào|sáng|trưa|chiều|tối|đêm) $"), re.IGNORECASE)


def _fraction(text: str, start: int, end: int) -> bool:
    """Tell whether a bare day and month is a share ("2/3 số phiếu") or a broken number."""
    before = text[max(start - 14, 0) : start]
    if _DAY_BEFORE.search(before):
        return False
    return bool(_PART_OF.match(text, end) or _SHARE.search(before))


@cache
def _future(lang: str) -> re.Pattern[str]:
    return folded_pattern(rf"(?<!\w)(?:{cell(lang, 'future')})(?!\w)", re.IGNORECASE)


def _ahead(document: Document, start: int, end: int) -> bool:
    sentence = document.sentences[document.sentence_at(start)] if document.sentences else None
    left = max(start - 110, sentence.start if sentence else 0)
    right = min(end + 50, sentence.end if sentence else end)
    near = document.folded[left:start] + " " + document.folded[end:right]
    return bool(_future(document.lang).search(near)) or bool(
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
    shift = _shift(match.groupdict().get("rel"))
    told = clock.today.year + shift if clock.today and shift is not None else None
    year = _number(match, "y") or told or _nearest_year(month, day, clock)
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
    if _number(match, "y1") and year - (_number(match, "y1") or 0) > 1:
        return _REFUSED  # two dates, as of birth and death, not a span of days
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
        [
            "giêng|một",
            "hai",
            "ba",
            "tư",
            "năm",
            "sáu",
            "bảy",
            "tám",
            "chín",
            "mười",
            "mười_một",
            "chạp|mười_hai",
        ],
        1,
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


_YEAR_NAMED = re.compile(fold(r" (?:năm \w+|year)$"), re.IGNORECASE)
"""The year is told by its distance ("October last year", "tháng 10 năm ngoái"), not the month."""


def _month(match: Match, clock: Clock) -> str | None:
    month, year = _month_of(match, "m"), _number(match, "y")
    if month is None:
        return _REFUSED
    shift = _shift(match.groupdict().get("rel"))
    if year is None and clock.today:
        if shift is None:
            year = _nearest_year(month, 1, clock)
        elif _YEAR_NAMED.search(match["x"]):
            year = clock.today.year + shift
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
        if word and word.lower().strip().replace(" ", "_") in fold(words).split():
            return shift
    return None


_COUNTED = re.compile(
    fold(r"(?:\d|những|các|vài|nhiều|hai|ba|mấy|một|bốn|sáu|bảy|tám|chín|mười|thứ) $"),
    re.IGNORECASE,
)


def _relative(match: Match, clock: Clock) -> str | None:
    """Value a day, week, month or year named by its distance from publication."""
    before = match.string[max(match.start("x") - 8, 0) : match.start("x")]
    if _COUNTED.search(before):
        return _REFUSED  # a span of years, not one of them
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

VALUES: dict[str, Value] = {
    "range": _range,
    "day": _day,
    "day_of_month": _day_of_month,
    "month": _month,
    "month_range": _month_range,
    "year": _year,
    "years": _years,
    "decade": _decade,
    "half": _half,
    "quarter": _quarter,
    "relative": _relative,
    "today": _offset(0),
    "yesterday": _offset(-1),
    "tomorrow": _offset(1),
    "weekday": _weekday,
    "vi_weekday": _vi_weekday,
    "none": _none,
}
"""What the column `value` of `data/dates.tsv` may name."""


@cache
def _rules(lang: str) -> tuple[Rule, ...]:
    """Compile the rows of a language; a row without a value is a part of those below it."""
    flags = re.IGNORECASE if lang == "vi" else 0
    parts: dict[str, str] = {}
    rules = []
    for row in table("dates"):
        if row["lang"] != lang:
            continue
        source = row["pattern"]
        for name, part in parts.items():
            source = source.replace(f"{{{name}}}", part)
        if source.startswith("(?P<x>"):
            source = rf"\b{source}"  # a date begins a word
        if row["value"]:
            value = VALUES[row["value"]]
            by = f"rule:date-{row['name']}"
            rules.append(Rule(by, Finder(fold(source), flags), value))
        else:
            parts[row["name"]] = source
    return tuple(rules)
