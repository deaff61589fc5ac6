"""The date that a page prints over or under its article."""

import re
from datetime import date
from functools import cache
from typing import NamedTuple

from curation.ingest.cleaning.rules import Dates, letters_of

FIRST_YEAR, LAST_YEAR = 1945, 2100
_ISO = r"(?P<iy>\d{4})-(?P<im>\d{1,2})-(?P<id>\d{1,2})"
_NUMERIC = r"(?P<na>\d{1,2})(?P<sep>[/.-])(?P<nb>\d{1,2})(?P=sep)(?P<ny>\d{4})"
_VIETNAMESE = r"(?P<vd>\d{1,2})\s+tháng\s+(?P<vm>\d{1,2})(?:\s+năm|,)?\s+(?P<vy>\d{4})"
_TIME = re.compile(
    r"\d{1,2}\s?[:hg.]\s?\d{2}(?::\d{2})?(?=\s?[ap]\.?m\b)|\b\d{1,2}\s?[:hg]\s?\d{2}(?::\d{2})?\b"
    r"|\(?\b(?:GMT|UTC|ICT)\s*[+-]?\s*\d{0,2}(?::\d{2})?\)?|\b(?:\d{1,2}\s?)?[ap]\.?m\b\.?"
    r"|\b(?:[ECMP][SD]?T|[IJKP]ST|MYT|SGT|PHT|PKT|WIB|BST|CES?T|AE[SD]T|AMT|EAT|WAT|CAT|SAST|MSK|HKT)\b",
    re.I,
)
_CLOCK = re.compile(
    r"\b\d{1,2}\.\d{2}\s(?:GMT|BST|UTC)|\b\d{1,2}\s?[:hg]\s?\d{2}(?:\b|\s?[ap]\.?m\b)"
    r"|\b\d{1,2}\s?[ap]\.?m\b",
    re.I,
)
_DAY_FIRST = re.compile(r"GMT\s*\+\s*0?7\b|\bngày\b|\bthứ\s|\bchủ nhật\b", re.I)
_HALF_DAY = re.compile(r"\b[AP]\.?M\b", re.I)
_START = r"(?:\b|(?-i:(?<=[a-z])(?=[A-Z])))"
"""A month may stand right behind an author's name."""
_END = r"(?:\b|(?=\d{1,2}:\d{2}))"
"""A time may stand right behind a year."""
_EDGE = " \t\n|,;:.()[]-–—•·*/\u00a0\u3000"


class Written(NamedTuple):
    """A date as written: the numbers, and whether their order is known."""

    year: int
    month: int
    day: int
    sure: bool = True


class DateLine(NamedTuple):
    """A line that holds a date.

    `start` is where date, time, weekday and label begin; `rest` what else there is on the
    line; `timed`: a clock time stands beside the date; `updated`: it is of a later change.
    """

    written: Written
    start: int
    rest: str
    timed: bool
    updated: bool
    half_day: bool


def read_date_line(text: str, dates: Dates) -> DateLine | None:
    """Find the date of a line; None where there is none."""
    pattern = _pattern(dates.names)
    found = pattern.search(text)
    written = _written(found, dates) if found else None
    if found is None or written is None:
        return None
    before, after = text[: found.start()], text[found.end() :]
    head, tail = (_bare(pattern.sub(" ", side), dates) for side in (before, after))
    if _DAY_FIRST.search(before + after):
        written = written._replace(sure=True)
    return DateLine(
        written=written,
        start=_start_of(before, head),
        rest=" ".join(filter(None, (head, tail))),
        timed=bool(_CLOCK.search(before) or _CLOCK.search(after)),
        updated=_is_update(before, dates),
        half_day=bool(_HALF_DAY.search(after)),
    )


def iso_date(line: DateLine, language: str) -> str | None:
    """Return the date in ISO form; None where day and month cannot be told apart.

    Numbers with slashes are day and month in Vietnamese; in English only where the numbers
    or a 12-hour clock (month first) decide.
    """
    year, month, day, sure = line.written
    if not sure and line.half_day and language != "vi":
        month, day, sure = day, month, True
    if not sure and language != "vi" and day <= 12 and month <= 12 and day != month:
        return None
    if month > 12 >= day:
        month, day = day, month
    try:
        return date(year, month, day).isoformat() if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None


def _written(found: re.Match[str], dates: Dates) -> Written | None:
    part = found.groupdict()
    if part["iy"]:
        return Written(int(part["iy"]), int(part["im"]), int(part["id"]))
    if part["ny"]:
        return Written(int(part["ny"]), int(part["nb"]), int(part["na"]), part["sep"] != "/")
    if part["vy"]:
        return Written(int(part["vy"]), int(part["vm"]), int(part["vd"]))
    month, day, year = (
        (part["em1"], part["ed1"], part["ey1"])
        if part["ey1"]
        else (part["em2"], part["ed2"], part["ey2"])
    )
    return Written(int(year), dates.months[month.casefold().rstrip(".")], int(day))


@cache
def _pattern(months: tuple[str, ...]) -> re.Pattern[str]:
    month = "|".join(months)
    english = (
        rf"{_START}(?P<em1>(?:{month}))\b\.?\s+(?P<ed1>\d{{1,2}})(?:st|nd|rd|th)?,?\s+"
        rf"(?P<ey1>\d{{4}}){_END}"
        rf"|\b(?P<ed2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<em2>(?:{month}))\b\.?,?\s+"
        rf"(?P<ey2>\d{{4}}){_END}"
    )
    return re.compile(rf"(?<!\d)(?:{_ISO}|{_NUMERIC}|{_VIETNAMESE})(?!\d)|{english}", re.IGNORECASE)


def _bare(text: str, dates: Dates) -> str:
    """Take clock times, weekdays and labels from the side of a date."""
    text = _TIME.sub(" ", text).strip(_EDGE)
    changed = True
    while changed and text:
        changed = False
        for word in dates.furniture:
            if (cut := _without(text, word)) != text:
                text, changed = cut.strip(_EDGE), True
    return text


def _without(text: str, word: str) -> str:
    """Take a word from the end or the start of a text."""
    low = text.casefold().replace("\u00a0", " ")
    if len(low) != len(text):
        return text
    if low.endswith(word) and not low[: -len(word)][-1:].isalnum():
        return text[: -len(word)]
    if low.startswith(word) and not low[len(word) :][:1].isalnum():
        return text[len(word) :]
    return text


def _start_of(before: str, head: str) -> int:
    at = before.find(head) if head else -1
    return at + len(head) if at >= 0 else 0


def _is_update(before: str, dates: Dates) -> bool:
    words = " ".join(letters_of(before))
    return any(words.startswith(label) or words.endswith(label) for label in dates.updated)
