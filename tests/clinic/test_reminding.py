"""When reminders come: own lead times, the preferred hour, quiet hours, clocks that change."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic import reminding, rules
from clinic.reminding import CHAT, EMAIL, SMS, Settings, planned

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
HOUR, DAY = 3600, 86_400
ALL = frozenset({EMAIL, SMS})
NOBODY: frozenset[str] = frozenset()
LONG_BEFORE = datetime(2025, 1, 1, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0, zone: ZoneInfo = MOSCOW) -> datetime:
    return datetime(2025, 6, day, hour, minute, tzinfo=zone)


def come(
    starts_at: datetime,
    settings: Settings,
    *,
    reach: frozenset[str] = NOBODY,
    now: datetime = LONG_BEFORE,
    zone: ZoneInfo = MOSCOW,
) -> list[tuple[str, datetime]]:
    """Say by which way and when reminders come, by the clinic's clock."""
    return [
        (one.channel, one.due_at.astimezone(zone)) for one in planned(starts_at, zone, settings, reach, now)
    ]


def test_the_usual_ones_are_a_letter_three_days_before_and_the_chat_a_day_and_three_hours() -> None:
    assert come(at(20, 14), Settings(), reach=ALL) == [
        (EMAIL, at(17, 14)),
        (CHAT, at(19, 14)),
        (CHAT, at(20, 11)),
    ]
    assert come(at(20, 14), Settings()) == [(CHAT, at(19, 14)), (CHAT, at(20, 11))]


@pytest.mark.parametrize(
    ("left", "count"),
    [(3 * DAY + 1, 3), (3 * DAY, 2), (DAY + 1, 2), (DAY, 1), (3 * HOUR + 1, 1), (3 * HOUR, 0)],
)
def test_what_should_have_come_already_is_not_planned(left: int, count: int) -> None:
    starts_at = at(20, 14)
    assert len(planned(starts_at, MOSCOW, Settings(), ALL, starts_at - timedelta(seconds=left))) == count


def test_own_lead_times_take_the_place_of_the_usual_ones() -> None:
    settings = Settings(leads={2 * DAY: SMS, 2 * HOUR: CHAT})
    assert come(at(20, 14), settings, reach=ALL) == [(SMS, at(18, 14)), (CHAT, at(20, 12))]


def test_a_channel_that_is_not_there_gives_way_to_the_chat() -> None:
    settings = Settings(leads={2 * DAY: EMAIL, DAY: SMS})
    assert [way for way, _ in come(at(20, 14), settings)] == [CHAT, CHAT]


# --- quiet hours


@pytest.mark.parametrize(
    ("starts_at", "comes_at"),
    [
        (at(20, 10), at(20, 7)),  # quiet hours have just ended
        (at(20, 9, 59), at(19, 21)),  # 6:59: the evening before
        (at(20, 1, 30), at(19, 21)),  # 22:30 of the day before
        (at(20, 0, 59), at(19, 21, 59)),  # the last minute before they begin
    ],
)
def test_what_would_fall_into_the_night_comes_the_evening_before(
    starts_at: datetime, comes_at: datetime
) -> None:
    assert come(starts_at, Settings(leads={3 * HOUR: CHAT})) == [(CHAT, comes_at)]


def test_where_the_evening_is_over_it_comes_in_the_morning_or_not_at_all() -> None:
    settings = Settings(leads={3 * HOUR: CHAT})
    late = at(19, 21)
    assert come(at(20, 8), settings, now=late) == [(CHAT, at(20, 7))]
    assert come(at(20, 7, 59), settings, now=late) == [], "an hour is to be left"
    assert come(at(20, 8), settings, now=late - timedelta(seconds=1)) == [(CHAT, at(19, 21))]


def test_quiet_hours_need_not_go_over_midnight() -> None:
    settings = Settings(leads={3 * HOUR: CHAT}, quiet=(1, 6))
    assert come(at(20, 8), settings) == [(CHAT, at(20, 0))]
    assert come(at(20, 3, 59), settings) == [(CHAT, at(20, 0, 59))]
    assert come(at(20, 9), settings) == [(CHAT, at(20, 6))]


def test_who_wants_no_quiet_hours_is_woken() -> None:
    assert come(at(20, 5), Settings(leads={3 * HOUR: CHAT}, quiet=None)) == [(CHAT, at(20, 2))]


def test_it_is_night_by_the_clinics_clock() -> None:
    vladivostok = ZoneInfo("Asia/Vladivostok")
    starts_at = at(20, 9, zone=vladivostok)  # 2:00 in Moscow
    assert come(starts_at, Settings(), zone=vladivostok)[0] == (CHAT, at(19, 9, zone=vladivostok))


# --- the preferred hour


def test_the_preferred_hour_counts_for_a_day_and_more_only() -> None:
    settings = Settings(leads={2 * DAY: CHAT, DAY: CHAT, 3 * HOUR: CHAT}, hour=19)
    assert come(at(20, 14), settings) == [(CHAT, at(18, 19)), (CHAT, at(19, 19)), (CHAT, at(20, 11))]


def test_the_preferred_hour_may_be_a_quiet_one_since_it_was_asked_for() -> None:
    assert come(at(20, 14), Settings(leads={DAY: CHAT}, hour=6)) == [(CHAT, at(19, 6))]


def test_a_preferred_hour_that_has_passed_brings_nothing() -> None:
    settings = Settings(leads={DAY: CHAT}, hour=9)
    assert come(at(20, 14), settings, now=at(19, 9)) == []
    assert come(at(20, 14), settings, now=at(19, 8, 59)) == [(CHAT, at(19, 9))]


# --- clocks that change (Berlin, 30 March and 26 October 2025)


def test_over_a_change_of_the_clock_the_preferred_hour_stays_by_the_clock() -> None:
    settings = Settings(leads={DAY: CHAT}, hour=9)
    for day in (date(2025, 3, 30), date(2025, 10, 26)):
        starts_at = datetime(day.year, day.month, day.day, 14, tzinfo=BERLIN)
        ((_, comes_at),) = come(starts_at, settings, zone=BERLIN)
        assert (comes_at.hour, comes_at.date()) == (9, day - timedelta(days=1))


def test_over_a_change_of_the_clock_the_evening_before_stays_the_evening() -> None:
    starts_at = datetime(2025, 3, 30, 9, 30, tzinfo=BERLIN)
    ((_, comes_at),) = come(starts_at, Settings(leads={3 * HOUR: CHAT}), zone=BERLIN)
    assert comes_at == datetime(2025, 3, 29, 21, tzinfo=BERLIN)


# --- not two at once


def test_of_two_in_the_same_hour_the_one_nearer_to_the_visit_is_sent() -> None:
    settings = Settings(leads={12 * HOUR: CHAT, 3 * HOUR: CHAT})
    found = planned(at(20, 9), MOSCOW, settings, NOBODY, LONG_BEFORE)
    assert [(one.lead, one.due_at) for one in found] == [(3 * HOUR, at(19, 21))]
    by_two_ways = Settings(leads={12 * HOUR: EMAIL, 3 * HOUR: CHAT})
    assert len(planned(at(20, 9), MOSCOW, by_two_ways, ALL, LONG_BEFORE)) == 2


instants = st.integers(0, 700 * DAY).map(lambda seconds: LONG_BEFORE + timedelta(seconds=seconds))
leads = st.dictionaries(
    st.integers(1800, 30 * DAY), st.sampled_from(reminding.CHANNELS), max_size=rules.MOST_REMINDERS
)
quiets = st.none() | st.tuples(st.integers(0, 23), st.integers(0, 23)).filter(lambda one: one[0] != one[1])
all_settings = st.builds(Settings, leads=st.none() | leads, quiet=quiets, hour=st.none() | st.integers(0, 23))
zones = st.sampled_from([MOSCOW, BERLIN, ZoneInfo("Asia/Kamchatka"), ZoneInfo("America/St_Johns")])


@given(starts_at=instants, ahead=st.integers(60, 40 * DAY), settings=all_settings, zone=zones)
def test_each_comes_after_now_before_the_visit_outside_quiet_hours_and_apart(
    starts_at: datetime, ahead: int, settings: Settings, zone: ZoneInfo
) -> None:
    now = starts_at - timedelta(seconds=ahead)
    found = planned(starts_at, zone, settings, ALL, now)
    assert len({one.lead for one in found}) == len(found) <= rules.MOST_REMINDERS
    for one in found:
        assert now < one.due_at < starts_at
        if settings.quiet is not None and settings.hour is None:
            wall = one.due_at.astimezone(zone)
            # a quiet stretch of 23 hours leaves no evening hour that is not quiet
            if (settings.quiet[1] - settings.quiet[0]) % 24 < 23:
                assert not reminding.is_quiet(wall.hour, settings.quiet)
    for way in reminding.CHANNELS:
        times = sorted(one.due_at for one in found if one.channel == way)
        assert all(later - sooner >= rules.APART for sooner, later in pairwise(times))


# --- as they are written


def test_what_was_never_said_is_as_for_everybody_and_one_patient_goes_before_all() -> None:
    assert reminding.read(None, None) == Settings()
    of_all = reminding.changed(None, hour=9, quiet=None)
    of_one = reminding.changed(None, leads={DAY: SMS}, hour=20)
    assert reminding.read(of_all, of_one) == Settings(leads={DAY: SMS}, hour=20, quiet=None)
    assert reminding.read(reminding.changed(of_all, quiet=[23, 8])) == Settings(hour=9, quiet=(23, 8))


def test_what_another_version_wrote_is_left_out() -> None:
    assert reminding.read('{"leads": {"86400": "pigeon", "3600": "chat"}, "colour": 1}') == Settings(
        leads={HOUR: CHAT}
    )


# --- who takes over


@pytest.mark.parametrize(
    ("failed", "before", "reach", "is_blocked", "way"),
    [
        (SMS, None, ALL, False, CHAT),
        (EMAIL, None, ALL, False, CHAT),
        (SMS, None, ALL, True, EMAIL),
        (CHAT, None, ALL, True, SMS),
        (CHAT, None, frozenset({EMAIL}), True, EMAIL),
        (CHAT, None, NOBODY, True, None),
        (CHAT, SMS, ALL, True, EMAIL),
        (EMAIL, CHAT, ALL, True, SMS),
        (SMS, CHAT, frozenset({SMS}), True, None),
    ],
)
def test_the_next_channel_takes_over(
    failed: str, before: str | None, reach: frozenset[str], is_blocked: bool, way: str | None
) -> None:
    assert reminding.next_way(failed, before, reach, is_blocked=is_blocked) == way
