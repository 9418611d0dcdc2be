"""The longest waits that the state allows: which row holds, and when its term ends."""

from datetime import UTC, date, datetime

import pytest

from clinic.limits import ends_at, holidays_near, limit_of
from storage.reference.days_off import holidays_of
from storage.reference.reader import Limit, read_limits

MOSCOW, VLADIVOSTOK = "Europe/Moscow", "Asia/Vladivostok"
SPECIALIST = Limit("s", date(2024, 1, 1), ("*",), 14, "working_days", "rule", "source")
CANCER = Limit("c", date(2024, 1, 1), ("oncologist",), 3, "working_days", "rule", "source")
DISTRICT = Limit("d", date(2024, 1, 1), ("therapist",), 24, "hours", "rule", "source")


def last_day(limit: Limit, asked_at: datetime, timezone: str = MOSCOW) -> date:
    closed = holidays_of(asked_at.year, asked_at.year + 1)
    end = ends_at(limit, asked_at, timezone, closed)
    assert end.second == 59
    return end.date()


@pytest.mark.parametrize(
    ("asked_on", "last"),
    [
        ((2025, 6, 2), (2025, 6, 24)),  # over the long weekend of 12 June, moved to the 13th as well
        ((2026, 11, 24), (2026, 12, 14)),
        ((2026, 10, 22), (2026, 11, 12)),  # over 4 November
        ((2025, 12, 29), (2026, 1, 28)),  # over the days of New Year
        ((2026, 11, 21), (2026, 12, 10)),  # asked on a Saturday
    ],
)
def test_fourteen_working_days_are_counted_from_the_next_day(
    asked_on: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    assert last_day(SPECIALIST, datetime(*asked_on, 9, tzinfo=UTC)) == date(*last)


def test_three_working_days_over_a_weekend() -> None:
    assert last_day(CANCER, datetime(2026, 11, 20, 9, tzinfo=UTC)) == date(2026, 11, 25)


def test_the_last_day_is_the_clinics_and_counts_whole() -> None:
    closed = holidays_of(2026, 2027)
    late = datetime(2026, 11, 24, 16, tzinfo=UTC)  # the 25th already in Vladivostok
    assert ends_at(CANCER, late, MOSCOW, closed) == datetime(2026, 11, 27, 20, 59, 59, tzinfo=UTC)
    assert ends_at(CANCER, late, VLADIVOSTOK, closed) == datetime(2026, 11, 30, 13, 59, 59, tzinfo=UTC)


def test_a_day_for_the_therapist_is_a_day_by_the_clock() -> None:
    asked_at = datetime(2026, 11, 20, 17, 5, tzinfo=UTC)
    assert ends_at(DISTRICT, asked_at, MOSCOW, frozenset()) == datetime(2026, 11, 21, 17, 5, tzinfo=UTC)


def test_the_newest_row_that_is_valid_holds_and_one_that_names_goes_before_all_others() -> None:
    newer = Limit("s2", date(2025, 1, 1), ("*",), 10, "working_days", "rule", "source")
    table = (newer, SPECIALIST, CANCER, DISTRICT)
    assert limit_of(table, "cardiologist", date(2024, 12, 31)) is SPECIALIST
    assert limit_of(table, "cardiologist", date(2025, 1, 1)) is newer
    assert limit_of(table, "oncologist", date(2025, 1, 1)) is CANCER
    assert limit_of(table, "therapist", date(2025, 1, 1)) is DISTRICT
    assert limit_of(table, "therapist", date(2023, 12, 31)) is None
    none = Limit("n", date(2026, 1, 1), ("oncologist",), 0, "none", "rule", "source")
    assert limit_of((*table, none), "oncologist", date(2025, 12, 31)) is CANCER
    assert limit_of((*table, none), "oncologist", date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    ("year", "source"),
    [(2024, "28.12.2023 № 2353"), (2025, "27.12.2024 № 1940"), (2026, "29.12.2025 № 2188"),
     (2027, "29.12.2025 № 2188")],
)  # fmt: skip
def test_the_shipped_table_names_the_programme_of_each_year(year: int, source: str) -> None:
    for code, amount, unit in (
        ("therapist", 24, "hours"),
        ("pediatrician", 24, "hours"),
        ("family_doctor", 24, "hours"),
        ("neurologist", 14, "working_days"),
        ("oncologist", 3, "working_days"),
    ):
        row = limit_of(read_limits(), code, date(year, 6, 1))
        assert row is not None
        assert (row.amount, row.unit) == (amount, unit)
        assert source in row.source
    assert limit_of(read_limits(), "cosmetologist", date(year, 6, 1)) is None


async def test_holidays_are_those_of_two_years() -> None:
    closed = await holidays_near(datetime(2025, 12, 30, tzinfo=UTC))
    assert {date(2025, 12, 31), date(2026, 1, 1), date(2026, 5, 9)} <= closed
