"""Every rule at its edges: a second before, on the very second, a second after."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic import rules

STARTS = datetime(2025, 6, 10, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

instants = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
spans = st.timedeltas(-timedelta(days=90), timedelta(days=90))
days = st.dates(date(1850, 1, 1), date(2150, 1, 1))


LATE = rules.FREE_CANCEL - rules.GRACE
"""A visit is this near when giving it up becomes late."""


@pytest.mark.parametrize("rule", [rules.is_bookable, rules.can_change])
def test_until_it_begins_a_time_is_booked_and_a_visit_changed(rule) -> None:
    assert rule(STARTS, STARTS - SECOND)
    assert not rule(STARTS, STARTS)
    assert not rule(STARTS, STARTS + SECOND)


def test_coming_is_asked_from_three_days_before_until_it_begins() -> None:
    assert not rules.can_confirm(STARTS, STARTS - 3 * DAY - SECOND)
    assert rules.can_confirm(STARTS, STARTS - 3 * DAY)
    assert rules.can_confirm(STARTS, STARTS - SECOND)
    assert not rules.can_confirm(STARTS, STARTS)


def test_a_reason_is_asked_for_from_two_hours_after_the_reminder_of_the_day_before() -> None:
    assert not rules.needs_reason(STARTS, STARTS - DAY + SECOND)
    assert not rules.needs_reason(STARTS, STARTS - LATE - SECOND)
    assert not rules.needs_reason(STARTS, STARTS - LATE)
    assert rules.needs_reason(STARTS, STARTS - LATE + SECOND)
    assert rules.needs_reason(STARTS, STARTS - SECOND)


@pytest.mark.parametrize(
    ("left", "reason", "is_barred"),
    [
        (LATE, "", False),
        (LATE - SECOND, "", True),
        (LATE - SECOND, "  \n\t", True),
        (LATE - SECOND, "заболела", False),
        (SECOND, "", True),
        (SECOND, ".", False),
        (30 * DAY, "", False),
    ],
)
def test_only_a_late_cancel_without_a_reason_bars(left: timedelta, reason: str, is_barred: bool) -> None:
    assert rules.is_barred_by_cancel(STARTS, STARTS - left, reason) is is_barred


@pytest.mark.parametrize(
    ("offset", "is_allowed"),
    [
        (-30 * DAY - SECOND, False),
        (-30 * DAY, True),
        (timedelta(), True),
        (30 * DAY, True),
        (30 * DAY + SECOND, False),
    ],
)
def test_a_visit_moves_thirty_days_either_way(offset: timedelta, is_allowed: bool) -> None:
    long_before = STARTS - 60 * DAY
    assert rules.can_move_to(STARTS, STARTS + offset, long_before) is is_allowed


def test_a_visit_never_moves_into_the_past() -> None:
    now = STARTS - 5 * DAY
    assert not rules.can_move_to(STARTS, now - SECOND, now)
    assert not rules.can_move_to(STARTS, now, now)
    assert rules.can_move_to(STARTS, now + SECOND, now)
    assert rules.move_window(STARTS, now) == (now, STARTS + 30 * DAY)


@given(first=instants, offset=spans, ago=spans)
def test_the_window_of_moves_and_the_rule_agree(first: datetime, offset: timedelta, ago: timedelta) -> None:
    now, wished = first - ago, first + offset
    earliest, latest = rules.move_window(first, now)
    inside = earliest <= wished <= latest and wished > now
    assert rules.can_move_to(first, wished, now) == inside
    if inside:
        assert abs(wished - first) <= rules.MOVE_WITHIN


@pytest.mark.parametrize(
    ("after", "is_registering", "until"),
    [
        (0, False, 5),
        (0, True, 15),
        (4, False, 9),
        (4, True, 19),
        (5, True, 20),
        (6, True, 20),
        (15, False, 20),
        (16, False, 20),
    ],
)
def test_a_hold_is_renewed_up_to_twenty_minutes_in_all(after: int, is_registering: bool, until: int) -> None:
    made = STARTS
    lives = rules.hold_until(made, made + timedelta(minutes=after), is_registering=is_registering)
    assert lives == made + timedelta(minutes=until)


@given(
    made=instants,
    renewals=st.lists(st.tuples(st.timedeltas(timedelta(), 2 * HOUR), st.booleans()), min_size=1),
)
def test_no_row_of_renewals_outlives_the_limit(
    made: datetime, renewals: list[tuple[timedelta, bool]]
) -> None:
    until = max(rules.hold_until(made, made + after, is_registering=flag) for after, flag in renewals)
    assert made < until <= made + timedelta(minutes=20)


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(2000, 6, 10), date(2025, 6, 9), 24),
        (date(2000, 6, 10), date(2025, 6, 10), 25),
        (date(2004, 2, 29), date(2025, 2, 28), 20),
        (date(2004, 2, 29), date(2025, 3, 1), 21),
        (date(2004, 2, 29), date(2024, 2, 29), 20),
        (date(2025, 6, 10), date(2025, 6, 10), 0),
        (date(2000, 12, 31), date(2001, 1, 1), 0),
    ],
)
def test_age_in_full_years(born_on: date, day: date, age: int) -> None:
    assert rules.age_on(born_on, day) == age


@given(born_on=days, later=st.integers(0, 40_000))
def test_age_grows_by_one_a_year_on_the_birthday_alone(born_on: date, later: int) -> None:
    day = born_on + timedelta(days=later)
    grown = rules.age_on(born_on, day + DAY) - rules.age_on(born_on, day)
    assert rules.age_on(born_on, day) >= 0
    tomorrow = day + DAY
    leap_birthday = (born_on.month, born_on.day) == (2, 29)
    is_birthday = (tomorrow.month, tomorrow.day) == (born_on.month, born_on.day)
    if leap_birthday and not _has_29_february(tomorrow.year):
        is_birthday = (tomorrow.month, tomorrow.day) == (3, 1)
    assert grown == int(is_birthday)


def _has_29_february(year: int) -> bool:
    return (date(year, 3, 1) - DAY).day == 29


def test_someone_born_tomorrow_or_too_long_ago_is_a_mistake() -> None:
    today = date(2025, 6, 10)
    assert rules.is_plausible_birth(today, today)
    assert not rules.is_plausible_birth(today + DAY, today)
    assert rules.is_plausible_birth(date(1904, 6, 11), today)  # still 120
    assert not rules.is_plausible_birth(date(1904, 6, 10), today)  # 121 today


BORN = date(2007, 6, 10)


@pytest.mark.parametrize(
    ("day", "is_of_age"),
    [(date(2025, 6, 9), False), (date(2025, 6, 10), True), (date(2025, 6, 11), True)],
)
def test_of_age_from_the_eighteenth_birthday_on(day: date, is_of_age: bool) -> None:
    assert rules.is_of_age(BORN, day) is is_of_age
    assert rules.has_outgrown(BORN, BORN, day, is_ward=False) is is_of_age
    assert rules.has_outgrown(BORN, BORN, day, is_ward=True) is is_of_age


def test_born_on_the_29th_of_february_one_is_of_age_on_the_first_of_march() -> None:
    born = date(2008, 2, 29)
    assert not rules.is_of_age(born, date(2026, 2, 28))
    assert rules.is_of_age(born, date(2026, 3, 1))


def test_a_ward_stays_who_was_of_age_when_added() -> None:
    assert not rules.has_outgrown(BORN, date(2025, 6, 10), date(2030, 1, 1), is_ward=True)
    assert rules.has_outgrown(BORN, date(2025, 6, 9), date(2030, 1, 1), is_ward=True)
