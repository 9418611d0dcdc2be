"""Periods as people write them; without a year the last ones are meant."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.periods import ALWAYS, Period, named, parse, parse_name

TODAY = date(2026, 11, 25)


def span(since: str, until: str) -> Period:
    return Period(date.fromisoformat(since), date.fromisoformat(until))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("с 1.10 по 15.11", span("2026-10-01", "2026-11-15")),
        ("С 1.10 по 15.11.", span("2026-10-01", "2026-11-15")),
        ("1.10-15.11", span("2026-10-01", "2026-11-15")),
        ("1.10 – 15.11", span("2026-10-01", "2026-11-15")),
        ("с 1 октября по 15 ноября", span("2026-10-01", "2026-11-15")),
        ("с 01.12.2025 по 15.01.2026", span("2025-12-01", "2026-01-15")),
        ("с 1.12 по 15.01", span("2025-12-01", "2026-01-15")),
        ("с 1.12.25 до 5.1.26", span("2025-12-01", "2026-01-05")),
        ("from 1.10 to 15.11", span("2026-10-01", "2026-11-15")),
        ("2026-10-01 - 2026-11-15", span("2026-10-01", "2026-11-15")),
        ("октябрь", span("2026-10-01", "2026-10-31")),
        ("в октябре", span("2026-10-01", "2026-10-31")),
        ("за октябрь 2025 года", span("2025-10-01", "2025-10-31")),
        ("ноябрь", span("2026-11-01", "2026-11-30")),
        ("декабрь", span("2025-12-01", "2025-12-31")),
        ("февраль 2024", span("2024-02-01", "2024-02-29")),
        ("October", span("2026-10-01", "2026-10-31")),
        ("с марта по май", span("2026-03-01", "2026-05-31")),
        ("ноябрь-январь", span("2025-11-01", "2026-01-31")),
        ("2025", span("2025-01-01", "2025-12-31")),
        ("за 2025 год", span("2025-01-01", "2025-12-31")),
        ("25.11", span("2026-11-25", "2026-11-25")),
        ("26.11", span("2025-11-26", "2025-11-26")),
        ("29.02", span("2024-02-29", "2024-02-29")),
        ("с 1.10", Period(since=date(2026, 10, 1))),
        ("до 15 ноября", Period(until=date(2026, 11, 15))),
    ],
)
def test_a_period_is_read(typed: str, found: Period) -> None:
    assert parse(typed, TODAY) == found


@pytest.mark.parametrize(
    "typed",
    ["", "Чехов", "Майский", "Мартов А. П.", "31.02", "с 31.02 по 1.03", "45.10", "с 5.11.2026 по 1.11.2026",
     "0", "с", "по", "20", "привет", "1.13"],
)  # fmt: skip
def test_what_is_no_period_is_none(typed: str) -> None:
    assert parse(typed, TODAY) is None


@pytest.mark.parametrize(
    ("typed", "kind"),
    [("месяц", "month"), ("за месяц", "month"), ("Полгода", "half"), ("год", "year"),
     ("за последний год", "year"),
     ("всё", ""), ("за всё время", ""), ("all time", ""), ("the last month", "month"), ("октябрь", None)],
)  # fmt: skip
def test_names_of_periods_are_read(typed: str, kind: str | None) -> None:
    assert parse_name(typed) == kind


def test_named_periods_end_today() -> None:
    assert named("month", TODAY) == span("2026-10-25", "2026-11-25")
    assert named("half", date(2026, 8, 31)) == span("2026-02-28", "2026-08-31")
    assert named("year", TODAY) == span("2025-11-25", "2026-11-25")
    assert named("", TODAY) == ALWAYS


@given(st.text(max_size=60))
def test_nothing_typed_breaks_it(typed: str) -> None:
    found = parse(typed, TODAY)
    assert found is None or found.since is None or found.until is None or found.since <= found.until
    parse_name(typed)
