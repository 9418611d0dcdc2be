"""Wishes: what fits them, how they are written down, and how they are read from plain words."""

import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.wishes import (
    EVERY_DAY,
    WEEKEND,
    WORKDAYS,
    Window,
    Wish,
    fits,
    fits_place,
    from_json,
    parse,
    to_json,
)

TODAY = date(2026, 11, 25)  # a Wednesday
SATURDAY = frozenset([5])
MOSCOW = "Europe/Moscow"
NOW = datetime(2026, 11, 25, 6, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Name an instant of November 2026 by Moscow's clock."""
    return datetime(2026, 11, day, hour - 3, minute, tzinfo=UTC)


def days(*numbers: int) -> Window:
    return Window(frozenset(numbers))


# --- what fits


@pytest.mark.parametrize(
    ("window", "instant", "is_fit"),
    [
        (Window(), at(25, 9), True),
        (Window(since=time(17)), at(25, 16, 59), False),
        (Window(since=time(17)), at(25, 17), True),
        (Window(until=time(12)), at(25, 11, 59), True),
        (Window(until=time(12)), at(25, 12), False),
        (Window(weekdays=WEEKEND), at(27, 9), False),
        (Window(weekdays=WEEKEND), at(28, 9), True),
        (Window(first=date(2026, 11, 26)), at(25, 23), False),
        (Window(first=date(2026, 11, 26)), at(26, 9), True),
        (Window(last=date(2026, 11, 26)), at(26, 23), True),
        (Window(last=date(2026, 11, 26)), at(27, 9), False),
        (Window(without=frozenset([date(2026, 11, 26)])), at(26, 9), False),
    ],
)
def test_a_window_holds_from_its_beginning_to_before_its_end(
    window: Window, instant: datetime, is_fit: bool
) -> None:
    assert fits(Wish((window,)), instant, MOSCOW, NOW) is is_fit


def test_windows_are_joined_by_or() -> None:
    wish = Wish((Window(until=time(12)), Window(WEEKEND)))
    assert fits(wish, at(25, 9), MOSCOW, NOW)
    assert fits(wish, at(28, 18), MOSCOW, NOW)
    assert not fits(wish, at(25, 18), MOSCOW, NOW)


def test_hours_are_the_facilitys_own() -> None:
    wish = Wish((Window(since=time(17)),))
    assert not fits(wish, at(25, 12), MOSCOW, NOW)
    assert fits(wish, at(25, 12), "Asia/Vladivostok", NOW)


@pytest.mark.parametrize(("minutes", "is_fit"), [(179, False), (180, True), (181, True)])
def test_the_least_notice_is_counted_from_now(minutes: int, is_fit: bool) -> None:
    wish = Wish(least_notice=timedelta(hours=3))
    assert fits(wish, NOW + timedelta(minutes=minutes), MOSCOW, NOW) is is_fit


def test_an_empty_wish_lets_all_pass_and_is_false() -> None:
    assert not Wish()
    assert Wish(least_notice=timedelta(hours=1))
    assert fits(Wish(), NOW, MOSCOW, NOW)
    assert fits_place(Wish(), 1, 1)


@pytest.mark.parametrize(
    ("wish", "fitting"),
    [
        (Wish(schedule_ids=frozenset([1])), {(1, 1)}),
        (Wish(facility_ids=frozenset([2])), {(2, 2), (3, 2)}),
        (Wish(without_schedules=frozenset([1])), {(2, 2), (3, 2)}),
        (Wish(without_facilities=frozenset([2])), {(1, 1)}),
        (Wish(facility_ids=frozenset([2]), without_schedules=frozenset([3])), {(2, 2)}),
    ],
)
def test_doctors_and_places_are_taken_in_and_left_out(wish: Wish, fitting: set[tuple[int, int]]) -> None:
    places = {(1, 1), (2, 2), (3, 2)}
    assert {place for place in places if fits_place(wish, *place)} == fitting


# --- written down

ids = st.frozensets(st.integers(1, 10**6), max_size=4)
windows = st.builds(
    Window,
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    since=st.times().map(lambda at: at.replace(microsecond=0)),
    until=st.none() | st.times().map(lambda at: at.replace(microsecond=0)),
    first=st.none() | st.dates(),
    last=st.none() | st.dates(),
    without=st.frozensets(st.dates(), max_size=3),
)
wishes = st.builds(
    Wish,
    windows=st.lists(windows, max_size=4).map(tuple),
    least_notice=st.integers(0, 10**7).map(lambda seconds: timedelta(seconds=seconds)),
    schedule_ids=ids,
    facility_ids=ids,
    without_schedules=ids,
    without_facilities=ids,
)


@given(wishes)
def test_a_wish_is_read_as_it_was_written(wish: Wish) -> None:
    assert from_json(to_json(wish)) == wish


def test_what_a_wish_does_not_name_is_not_written() -> None:
    assert to_json(Wish()) == {}
    assert to_json(Wish((Window(),))) == {"windows": [{}]}


# --- read from plain words


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("после 18:00", [Window(since=time(18))]),
        ("после 6 вечера", [Window(since=time(18))]),
        ("После шести", [Window(since=time(18))]),
        ("после 6", [Window(since=time(18))]),
        ("после 18-30", [Window(since=time(18, 30))]),
        ("после 06:00", [Window(since=time(6))]),
        ("после половины шестого", [Window(since=time(17, 30))]),
        ("до обеда", [Window(until=time(13))]),
        ("после обеда", [Window(since=time(13))]),
        ("после работы", [Window(since=time(18))]),
        ("утром", [Window(until=time(12))]),
        ("днём", [Window(since=time(12), until=time(17))]),
        ("вечером", [Window(since=time(17))]),
        ("с утра", [Window(until=time(12))]),
        ("с 9 до 12", [Window(since=time(9), until=time(12))]),
        ("9:00–12:30", [Window(since=time(9), until=time(12, 30))]),
        ("с 9-30 до 12", [Window(since=time(9, 30), until=time(12))]),
        ("с 9 до 6", [Window(since=time(9), until=time(18))]),
        ("с 7 до 9 вечера", [Window(since=time(19), until=time(21))]),
        ("не раньше 10, не позже 16", [Window(since=time(10), until=time(16))]),
        ("не утром", [Window(since=time(12))]),
        ("около 15", [Window(since=time(14), until=time(16))]),
        ("в 10:30", [Window(since=time(10, 30), until=time(11, 30))]),
        ("по субботам", [days(5)]),
        ("только вторник и четверг", [days(1, 3)]),
        ("пн, ср, пт", [days(0, 2, 4)]),
        ("пн-чт", [days(0, 1, 2, 3)]),
        ("с понедельника по четверг утром", [Window(frozenset(range(4)), until=time(12))]),
        ("в будни", [Window(WORKDAYS)]),
        ("в выходные", [Window(WEEKEND)]),
        ("кроме среды", [Window(EVERY_DAY - {2})]),
        ("кроме среды и пятницы, утром", [Window(EVERY_DAY - {2, 4}, until=time(12))]),
        ("ни в среду, ни в пятницу", [Window(EVERY_DAY - {2, 4})]),
        ("в среду не могу", [Window(EVERY_DAY - {2})]),
        ("будни после 17, кроме четверга", [Window(WORKDAYS - {3}, since=time(17))]),
        ("будни после 17, суббота до 12", [Window(WORKDAYS, time(17)), Window(SATURDAY, until=time(12))]),
        ("либо утром, либо в субботу", [Window(until=time(12)), days(5)]),
        ("в будни либо утром, либо вечером", [Window(WORKDAYS, until=time(12)), Window(WORKDAYS, time(17))]),
        ("по будням утром или вечером", [Window(WORKDAYS, until=time(12)), Window(WORKDAYS, time(17))]),
        ("в среду или пятницу после 17", [Window(frozenset([2, 4]), since=time(17))]),
        ("по будням после 18 или в субботу", [Window(WORKDAYS, since=time(18)), days(5)]),
        ("сегодня", [Window(first=TODAY, last=TODAY)]),
        ("завтра после 15", [Window(since=time(15), first=date(2026, 11, 26), last=date(2026, 11, 26))]),
        ("25.11", [Window(first=TODAY, last=TODAY)]),
        ("24.11", [Window(first=date(2027, 11, 24), last=date(2027, 11, 24))]),
        ("3 декабря", [Window(first=date(2026, 12, 3), last=date(2026, 12, 3))]),
        ("с 1 по 10 декабря", [Window(first=date(2026, 12, 1), last=date(2026, 12, 10))]),
        ("с 28 ноября по 3 декабря", [Window(first=date(2026, 11, 28), last=date(2026, 12, 3))]),
        ("1-10 декабря", [Window(first=date(2026, 12, 1), last=date(2026, 12, 10))]),
        ("до пятницы", [Window(last=date(2026, 11, 27))]),
        ("после 5 декабря", [Window(first=date(2026, 12, 6))]),
        ("через неделю", [Window(first=date(2026, 12, 2))]),
        ("в ближайшие 3 дня", [Window(first=TODAY, last=date(2026, 11, 28))]),
        ("на этой неделе", [Window(first=TODAY, last=date(2026, 11, 29))]),
        ("на следующей неделе", [Window(first=date(2026, 11, 30), last=date(2026, 12, 6))]),
        ("не раньше следующей недели", [Window(first=date(2026, 11, 30))]),
        ("до следующей недели", [Window(last=date(2026, 11, 29))]),
        ("в начале следующей недели", [Window(first=date(2026, 11, 30), last=date(2026, 12, 2))]),
        ("в конце недели", [Window(first=date(2026, 11, 26), last=date(2026, 11, 29))]),
        ("в первых числах декабря", [Window(first=date(2026, 12, 1), last=date(2026, 12, 10))]),
        ("в эту субботу", [Window(first=date(2026, 11, 28), last=date(2026, 11, 28))]),
        ("в конце месяца", [Window(first=TODAY, last=date(2026, 11, 30))]),
        ("в начале декабря", [Window(first=date(2026, 12, 1), last=date(2026, 12, 10))]),
        ("в мае", [Window(first=date(2027, 5, 1), last=date(2027, 5, 31))]),
        ("кроме 1 и 2 декабря", [Window(without=frozenset([date(2026, 12, 1), date(2026, 12, 2)]))]),
        (
            "на следующей неделе вечером или в субботу",
            [
                Window(since=time(17), first=date(2026, 11, 30), last=date(2026, 12, 6)),
                Window(frozenset([5]), first=date(2026, 11, 30), last=date(2026, 12, 6)),
            ],
        ),
        ("weekdays after 6 pm except Thursday", [Window(WORKDAYS - {3}, since=time(18))]),
        ("either in the morning or on Saturday", [Window(until=time(12)), days(5)]),
        ("tomorrow before noon", [Window(until=time(12), first=date(2026, 11, 26), last=date(2026, 11, 26))]),
        ("from 9 to 12 on Mondays", [Window(frozenset([0]), time(9), time(12))]),
        (
            "in the evening next week",
            [Window(since=time(17), first=date(2026, 11, 30), last=date(2026, 12, 6))],
        ),
    ],
)  # fmt: skip
def test_plain_words_are_a_wish(text: str, windows: list[Window]) -> None:
    assert parse(text, TODAY) == (Wish(tuple(windows)), "")


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("не раньше чем через 3 часа", timedelta(hours=3)),
        ("не раньше, чем через три часа", timedelta(hours=3)),
        ("не раньше чем через 2 дня", timedelta(days=2)),
        ("через час", timedelta(hours=1)),
        ("not sooner than in 3 hours", timedelta(hours=3)),
    ],
)
def test_the_least_notice_is_read(text: str, notice: timedelta) -> None:
    assert parse(text, TODAY) == (Wish(least_notice=notice), "")


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("невролог, будни после 17, кроме четверга", "невролог"),
        ("Запишите к кардиологу завтра после обеда", "Запишите к кардиологу"),
        ("можно в субботу к Чехову?", "к Чехову?"),
        ("терапевт завтра утром в 10 поликлинике", "терапевт в 10 поликлинике"),
        ("Чехов", "Чехов"),
    ],
)
def test_what_is_no_wish_is_given_back(text: str, rest: str) -> None:
    assert parse(text, TODAY)[1] == rest


@pytest.mark.parametrize(
    "text",
    ["не могу дышать", "боль в груди", "голова болит по утрам", "болит горло после еды", "кашель по ночам",
     "к лору", "и", "кроме", "",
     "или или", "детский врач от 5 лет", "давление 140 на 90", "окулист 2 раза", "день рождения 15.04.1986",
     "в 10 поликлинику", "8 800 555 35 35", "112-233-445 95"],
)  # fmt: skip
def test_what_is_no_wish_is_taken_for_none(text: str) -> None:
    assert parse(text, TODAY) == (Wish(), text)


_PIECES = (
    "после 18", "до обеда", "утром", "вечером", "с 9 до 12", "по субботам", "будни", "кроме", "четверга",
    "не", "завтра", "25.11", "на следующей неделе", "до", "пятницы", "через", "3", "часа", "неделю", "или",
    "либо", "и", ",", "не могу", "29 февраля", "31 апреля", "до 31.12.9999", "с 1.1 по 31.12.9999",
    "31.12.9999", "через 999 месяцев", "24", "с 22 до 3", "невролог", "с 10 по 3 декабря", "декабря",
    "в конце", "месяца", "после 9999", "-", "полшестого", "а", "an",
)  # fmt: skip


@given(st.text(max_size=300) | st.lists(st.sampled_from(_PIECES), max_size=14).map(" ".join), st.dates())
def test_whatever_is_typed_is_read_or_given_back_but_breaks_nothing(text: str, today: date) -> None:
    wish, rest = parse(text, today)
    assert len(rest) <= len(text)
    assert from_json(to_json(wish)) == wish
    for window in wish.windows:
        assert window.weekdays
        assert window.until is None or window.since < window.until


@given(st.integers(0, 23), st.sampled_from([0, 5, 30, 59]))
def test_an_hour_written_with_its_zero_is_that_hour(hour: int, minute: int) -> None:
    wish, _ = parse(f"после {hour:02}:{minute:02}", TODAY)
    assert wish.windows == (Window(since=time(hour, minute)),)


def test_a_long_text_is_read_in_no_time() -> None:
    begun = stopwatch.perf_counter()
    parse("с 9 до 12 или не раньше чем " * 400, TODAY)
    parse("1" * 4000, TODAY)
    parse("не " * 1500, TODAY)
    assert stopwatch.perf_counter() - begun < 1


def test_of_many_windows_some_are_kept() -> None:
    text = " или ".join(f"{hour} утра {day}.12" for day, hour in enumerate(range(1, 12), 1))
    wish, _ = parse(text * 3, TODAY)
    assert len(wish.windows) <= 12
    assert all(one != other for one, other in pairwise(wish.windows))
