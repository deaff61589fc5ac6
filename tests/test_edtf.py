"""Dates in EDTF: what the calendar lacks, and which days a date covers."""

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation import edtf


@pytest.mark.parametrize(
    "value",
    [
        "2024",
        "2024-02-29",
        "2024-10~",
        "2024-10-28?",
        "201X",
        "19XX%",
        "0000-02-29",
        "-0004-02-29",
        "2024-21",
        "2024-10-05/2024-10-07",
        "2024-10-05/2024-10",
        "2024-10/..",
        "2024-10/",
        "201X/2020",
    ],
)
def test_a_date_that_the_calendar_has_is_without_fault(value: str) -> None:
    assert edtf.fault(value) is None


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("2023-02-29", "2023-02 has no day 29"),
        ("2024-04-31", "2024-04 has no day 31"),
        ("2024-04-00", "2024-04 has no day 00"),
        ("1900-02-29", "1900-02 has no day 29"),
        ("2024-13", "there is no month 13"),
        ("2024-00-10", "there is no month 00"),
        ("2024-25", "there is no month 25"),
        ("2024-22-01", "a season takes no day"),
        ("201X-05", "a year with unspecified digits takes no month"),
        ("-0000", "the year before 0001 is 0000, without a sign"),
        ("2024-10-07/2024-10-05", "the interval ends before it starts"),
        ("2024-10-07/2024-09", "the interval ends before it starts"),
        ("2024-10-07/2024-02-30", "2024-02 has no day 30"),
        ("2024-10-07/2024-02-30/2025", "'2024-02-30/2025' is no date"),
        ("soon", "'soon' is no date"),
        ("/2024", "'' is no date"),
        ("", "'' is no date"),
    ],
)
def test_a_date_that_the_calendar_lacks_is_explained(value: str, fault: str) -> None:
    assert edtf.fault(value) == fault


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("2024-10-28", (date(2024, 10, 28), date(2024, 10, 28))),
        ("2024-02?", (date(2024, 2, 1), date(2024, 2, 29))),
        ("2030", (date(2030, 1, 1), date(2030, 12, 31))),
        ("201X", (date(2010, 1, 1), date(2019, 12, 31))),
        ("2024-23", (date(2024, 1, 1), date(2024, 12, 31))),
        ("2024-10-30/2024-11", (date(2024, 10, 30), date(2024, 11, 30))),
        ("2024/..", None),
        ("2024/", None),
        ("0000", None),
        ("-0044-03-15", None),
    ],
)
def test_a_date_covers_its_days(value: str, days: tuple[date, date] | None) -> None:
    assert edtf.days(value) == days


@given(st.dates(), st.integers(0, 60))
def test_every_day_of_the_calendar_is_a_date_and_only_these(day: date, number: int) -> None:
    """Compare with Python's calendar."""
    assert edtf.fault(f"{day:%Y-%m}".rjust(7, "0")) is None
    value = f"{day.year:04}-{day.month:02}-{number:02}"
    exists = 1 <= number <= calendar.monthrange(day.year, day.month)[1]
    assert (edtf.fault(value) is None) == exists


@given(st.dates(), st.dates())
def test_an_interval_covers_both_its_days_or_is_the_wrong_way_round(one: date, two: date) -> None:
    value = f"{one.year:04}-{one:%m-%d}/{two.year:04}-{two:%m-%d}"
    if one <= two:
        assert edtf.fault(value) is None
        assert edtf.days(value) == (one, two)
    else:
        assert edtf.fault(value) == "the interval ends before it starts"
