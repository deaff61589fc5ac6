"""Dates in EDTF (ISO 8601-2) level 1, as far as the contract uses them.

The contract's pattern fixes the shape: years, months and days, seasons (months 21 to 24),
unspecified digits of a year (201X, 20XX), the marks ~ ? %, intervals with an unknown (empty)
or open (..) end. What a pattern cannot say is here: that the day exists, and the order of an
interval.
"""

import re
from datetime import date
from typing import NamedTuple

_PART = re.compile(r"(-?[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)(?:-([0-9]{2})(?:-([0-9]{2}))?)?[~?%]?")
_SEASONS = range(21, 25)
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Day(NamedTuple):
    """A day of the proleptic Gregorian calendar; the year 0 is 1 BC."""

    year: int
    month: int
    day: int


def fault(value: str) -> str | None:
    """Say why the calendar has no such date; None where it has."""
    start, slash, end = value.partition("/")
    closed = bool(slash) and end not in ("", "..")
    found = _fault_of_part(start) or (_fault_of_part(end) if closed else None)
    if found:
        return found
    if closed and _bounds(start)[0] > _bounds(end)[1]:
        return "the interval ends before it starts"
    return None


def days(value: str) -> tuple[date, date] | None:
    """Return the first and the last day that a faultless date covers.

    None where it has no such days: an open or unknown end, or years outside 1 to 9999. A
    season counts as its whole year, as the standard leaves the hemisphere open.
    """
    start, slash, end = value.partition("/")
    if slash and end in ("", ".."):
        return None
    first, last = _bounds(start)[0], _bounds(end if slash else start)[1]
    if first.year < 1 or last.year > 9999:
        return None
    return date(*first), date(*last)


def _fault_of_part(part: str) -> str | None:
    matched = _PART.fullmatch(part)
    if matched is None:
        return f"{part!r} is no date"
    year, month, day = matched.groups()
    if year == "-0000":
        return "the year before 0001 is 0000, without a sign"
    if month is None:
        return None
    if "X" in year:
        return "a year with unspecified digits takes no month"
    return _fault_of_month(int(year), int(month), day)


def _fault_of_month(year: int, month: int, day: str | None) -> str | None:
    if month in _SEASONS:
        return "a season takes no day" if day else None
    if not 1 <= month <= 12:
        return f"there is no month {month:02}"
    if day and not 1 <= int(day) <= _length(year, month):
        return f"{year:04}-{month:02} has no day {day}"
    return None


def _bounds(part: str) -> tuple[Day, Day]:
    matched = _PART.fullmatch(part)
    if matched is None:
        raise ValueError(f"{part!r} is no date")
    year, month, day = matched.groups()
    low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if month is None or int(month) in _SEASONS:
        return Day(low, 1, 1), Day(high, 12, 31)
    if day is None:
        return Day(low, int(month), 1), Day(low, int(month), _length(low, int(month)))
    return Day(low, int(month), int(day)), Day(low, int(month), int(day))


def _length(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and leap else _DAYS[month - 1]
