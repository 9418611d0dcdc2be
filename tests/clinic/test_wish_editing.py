"""A wish changed by buttons says what the buttons show, and every press can be taken back."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.wishes import EVERY_DAY, WEEKEND, WORKDAYS, Window, Wish, editing, parse
from clinic.wishes.editing import AFTERNOON, EVENING, MORNING, PARTS
from tests.clinic.test_wishes import wishes

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("parts", "hours"),
    [
        ([MORNING], [(time(0), time(12))]),
        ([EVENING], [(time(17), None)]),
        ([MORNING, AFTERNOON], [(time(0), time(17))]),
        ([MORNING, EVENING], [(time(0), time(12)), (time(17), None)]),
        ([MORNING, AFTERNOON, EVENING], []),
        ([MORNING, MORNING], []),
    ],
)
def test_parts_of_the_day_become_hours(parts: list[str], hours: list[tuple[time, time | None]]) -> None:
    wish = Wish()
    for part in parts:
        wish = editing.toggle_part(wish, 0, part)
    assert wish == Wish(tuple(Window(since=since, until=until) for since, until in hours))
    if hours:
        assert editing.parts_of(wish.windows) == set(parts)


def test_weekdays_are_taken_in_and_out_and_the_hours_stay() -> None:
    wish, _ = parse("после 18", TODAY)
    wish = editing.toggle_days(wish, 0, {1})
    wish = editing.toggle_days(wish, 0, {3})
    assert wish == Wish((Window(frozenset([1, 3]), since=time(18)),))
    wish = editing.toggle_days(editing.toggle_days(wish, 0, {1}), 0, {3})
    assert wish == Wish((Window(EVERY_DAY, since=time(18)),))


def test_a_set_of_weekdays_replaces_the_others_and_is_taken_back() -> None:
    wish = editing.toggle_days(editing.toggle_days(Wish(), 0, {6}), 0, WORKDAYS)
    assert wish == Wish((Window(WORKDAYS),))
    assert editing.toggle_days(wish, 0, WORKDAYS) == Wish()


def test_one_more_window_leaves_the_first_as_it_is() -> None:
    first, _ = parse("будни после 17", TODAY)
    wish = editing.toggle_days(first, 1, WEEKEND)
    wish = editing.toggle_part(wish, 1, MORNING)
    assert wish == Wish((*first.windows, Window(WEEKEND, until=time(12))))
    assert editing.row_start(wish) == 1


def test_a_row_is_what_differs_in_hours_alone() -> None:
    wish, _ = parse("в будни утром или вечером", TODAY)
    assert editing.row_start(wish) == 0
    assert editing.parts_of(wish.windows) == {MORNING, EVENING}
    assert editing.days_of(wish.windows) == WORKDAYS


def test_the_notice_goes_round() -> None:
    wish, seen = Wish(), []
    for _ in editing.NOTICES:
        wish = editing.next_notice(wish)
        seen.append(wish.least_notice)
    assert seen == [*editing.NOTICES[1:], timedelta()]


def test_a_doctor_is_taken_alone_then_left_out_then_neither() -> None:
    once = editing.turn_schedule(Wish(), 7)
    twice = editing.turn_schedule(once, 7)
    assert once == Wish(schedule_ids=frozenset([7]))
    assert twice == Wish(without_schedules=frozenset([7]))
    assert editing.turn_schedule(twice, 7) == Wish()
    assert editing.turn_facility(Wish(), 7) == Wish(facility_ids=frozenset([7]))


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("будни после 17", True), ("не раньше чем через 3 часа", True), ("завтра", False),
        ("либо утром, либо 1 декабря", False), ("утром, кроме 1 декабря", False),
    ],
)  # fmt: skip
def test_what_has_a_date_is_not_for_next_time(words: str, kept: bool) -> None:
    wish, _ = parse(words, TODAY)
    assert editing.lasting(wish) == (wish if kept else Wish())


@given(wishes, st.integers(0, 3), st.sampled_from(PARTS), st.frozensets(st.integers(0, 6), min_size=1))
def test_any_press_leaves_a_wish_that_can_be_met(
    wish: Wish, start: int, part: str, days: frozenset[int]
) -> None:
    start = min(start, len(wish.windows))
    for changed in (editing.toggle_part(wish, start, part), editing.toggle_days(wish, start, days)):
        assert changed.windows[:start] == wish.windows[:start]
        assert all(window.weekdays for window in changed.windows)
        assert Window() not in changed.windows[start:]
