"""The date lines of pages in the shapes that outlets print."""

import pytest

from curation.ingest.cleaning.dates import iso_date, read_date_line
from curation.ingest.cleaning.rules import load_rules

DATES = load_rules().dates


@pytest.mark.parametrize(
    ("text", "iso", "rest"),
    [
        ("date 2024-10-28", "2024-10-28", ""),
        ("Minh Anh-Thứ hai, ngày 28/10/2024 19:43 GMT+7", "2024-10-28", "Minh Anh"),
        ("October 05, 2024 - 01:05", "2024-10-05", ""),
        ("PUBLISHED : 30 Jan 2024 at 05:30", "2024-01-30", ""),
        ("THURSDAY, APRIL 18, 2024", "2024-04-18", ""),
        ("Wednesday, 2023-12-13 21:15:00", "2023-12-13", ""),
        ("By An Le   February 24, 2023 | 09:10 am GMT+7", "2023-02-24", "By An Le"),
        ("20:15 | 23/02/2023 GMT+7", "2023-02-23", ""),
        ("Thứ Bảy, 24/08/2019\xa009:12 (GMT+7)", "2019-08-24", ""),
        ("June 08, 2017 - 10:25   Font Size: - + | Print", "2017-06-08", "Font Size: - + | Print"),
        ("Ngày 5 tháng 9 năm 2024", "2024-09-05", ""),
        ("5 Sept. 2024", "2024-09-05", ""),
        ("28.10.2024", "2024-10-28", ""),
        ("28-10-2024, 7h30", "2024-10-28", ""),
        ("May 2nd, 2024", "2024-05-02", ""),
    ],
)
def test_the_date_is_found_and_what_belongs_to_it_put_aside(text: str, iso: str, rest: str) -> None:
    found = read_date_line(text, DATES)
    assert found is not None
    assert iso_date(found, "vi") == iso
    assert found.rest == rest


@pytest.mark.parametrize(
    ("text", "language", "iso"),
    [
        ("05/06/2024 17:30", "vi", "2024-06-05"),
        ("05/06/2024 17:30", "en", None),
        ("05/06/2024 17:30 GMT+7", "en", "2024-06-05"),
        ("5/6/2024, 05:30 PM", "en", "2024-05-06"),
        ("25/06/2024", "en", "2024-06-25"),
        ("06/25/2024", "en", "2024-06-25"),
        ("06/06/2024", "en", "2024-06-06"),
        ("31/02/2024", "vi", None),
        ("13/13/2024", "vi", None),
        ("28/10/1024", "vi", None),
    ],
)
def test_day_and_month_are_never_guessed(text: str, language: str, iso: str | None) -> None:
    found = read_date_line(text, DATES)
    assert found is not None
    assert iso_date(found, language) == iso


@pytest.mark.parametrize("text", ["no date", "28/10", "2024", "12024-10-281", "Room 10/2024/5"])
def test_other_numbers_are_no_date(text: str) -> None:
    assert read_date_line(text, DATES) is None
