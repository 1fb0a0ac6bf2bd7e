"""Dates as pages print them."""

from datetime import UTC, datetime

import pytest

from discourse.readers.dates import day_comes_first, find_dates, is_ambiguous, parse_date


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("World February 12, 2025 15:21", datetime(2025, 2, 12, 15, 21, tzinfo=UTC)),
        ("Published on: 02/12/2025", datetime(2025, 2, 12, tzinfo=UTC)),
        ("31/12/2025", datetime(2025, 12, 31, tzinfo=UTC)),
        ("12.31.2025", datetime(2025, 12, 31, tzinfo=UTC)),
        ("Feb. 12, 2025, 3:21 p.m. EST", datetime(2025, 2, 12, 20, 21, tzinfo=UTC)),
        ("July 4, 2025 12:05 am ET", datetime(2025, 7, 4, 4, 5, tzinfo=UTC)),
        ("October 4, 2025 12:05 am ET", datetime(2025, 10, 4, 4, 5, tzinfo=UTC)),
        ("12 February 2025 at 9:05 pm GMT", datetime(2025, 2, 12, 21, 5, tzinfo=UTC)),
        ("11:47 AM · Feb 12, 2025", datetime(2025, 2, 12, 11, 47, tzinfo=UTC)),
        ("2025-02-12T10:11:12+02:00", datetime(2025, 2, 12, 8, 11, tzinfo=UTC)),
        ("2025-02-12 10:11", datetime(2025, 2, 12, 10, 11, tzinfo=UTC)),
        ("November 5th, 2012", datetime(2012, 11, 5, tzinfo=UTC)),
        ("February 31, 2025", None),
        ("no date, 2025", None),
    ],
)
def test_parse_date(text, expected):
    assert parse_date(text) == expected


def test_day_first_is_followed_where_the_numbers_allow():
    assert parse_date("02/12/2025", day_first=True) == datetime(2025, 12, 2, tzinfo=UTC)
    assert parse_date("02/28/2025", day_first=True) == datetime(2025, 2, 28, tzinfo=UTC)


def test_a_page_shows_its_own_order_of_day_and_month():
    assert day_comes_first(["03/04/2025", "31/12/2025"]) is True
    assert day_comes_first(["12/31/2025"]) is False
    assert day_comes_first(["03/04/2025"]) is None
    assert is_ambiguous("02/12/2025")
    assert not is_ambiguous("02/02/2025")
    assert not is_ambiguous("Feb 12, 2025")


def test_find_dates_keeps_the_clock_with_the_date():
    text = "January 28, 2026 - One Story January 27, 2026 14:30 - Another"
    assert find_dates(text) == ["January 28, 2026", "January 27, 2026 14:30"]
