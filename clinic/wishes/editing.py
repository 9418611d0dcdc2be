"""Changing a wish by buttons: parts of the day, weekdays, further windows joined by OR, who and where.

A row is what one set of buttons shows: neighbouring windows that differ in their hours alone.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import time, timedelta
from itertools import combinations

from clinic.wishes.wish import EVERY_DAY, Window, Wish

MORNING, AFTERNOON, EVENING = "morning", "afternoon", "evening"
_BOUNDS = {MORNING: (time(0), time(12)), AFTERNOON: (time(12), time(17)), EVENING: (time(17), None)}
PARTS = tuple(_BOUNDS)
NOTICES = (timedelta(), timedelta(hours=3), timedelta(days=1), timedelta(days=3), timedelta(days=7))
"""What the button of the least notice goes through."""

_Hours = tuple[time, time | None]


def _key(window: Window) -> tuple[object, ...]:
    return window.weekdays, window.first, window.last, window.without


def row_start(wish: Wish) -> int:
    """Find where the last row begins."""
    windows = wish.windows
    start = max(0, len(windows) - 1)
    while start and _key(windows[start - 1]) == _key(windows[-1]):
        start -= 1
    return start


def _set_row(wish: Wish, start: int, row: Sequence[Window]) -> Wish:
    meant = [window for window in row if window != Window()]
    return replace(wish, windows=(*wish.windows[:start], *meant))


def _hours_of(parts: Collection[str]) -> list[_Hours]:
    """Turn parts of the day into stretches; neighbours become one."""
    if len(parts) in (0, len(PARTS)):
        return [(time(0), None)]
    found: list[_Hours] = []
    for part in PARTS:
        if part in parts:
            since, until = _BOUNDS[part]
            if found and found[-1][1] == since:
                found[-1] = (found[-1][0], until)
            else:
                found.append((since, until))
    return found


def parts_of(row: Sequence[Window]) -> frozenset[str]:
    """Tell which parts of the day a row's hours are; none where they are others, or the whole day."""
    hours = sorted(((window.since, window.until) for window in row), key=lambda pair: pair[0])
    for number in (1, 2):
        for parts in combinations(PARTS, number):
            if _hours_of(parts) == hours:
                return frozenset(parts)
    return frozenset()


def toggle_part(wish: Wish, start: int, part: str) -> Wish:
    """Take a part of the day into a row, or out of it; other hours than whole parts are replaced."""
    row = wish.windows[start:]
    base = row[0] if row else Window()
    hours = _hours_of(parts_of(row) ^ {part})
    return _set_row(wish, start, [replace(base, since=since, until=until) for since, until in hours])


def days_of(row: Sequence[Window]) -> frozenset[int]:
    """Tell which weekdays a row names; none where it is every day."""
    return frozenset() if not row or row[0].weekdays == EVERY_DAY else row[0].weekdays


def toggle_days(wish: Wish, start: int, days: Collection[int]) -> Wish:
    """Take weekdays into a row, or out of it where all of them are in; a set replaces what was there."""
    row = wish.windows[start:] or (Window(),)
    known = days_of(row)
    if len(days) == 1:
        chosen = known ^ frozenset(days)
    else:
        chosen = frozenset() if known == frozenset(days) else frozenset(days)
    return _set_row(wish, start, [replace(window, weekdays=chosen or EVERY_DAY) for window in row])


def joined(one: Wish, other: Wish) -> Wish:
    """Join the windows of two wishes by OR; the rest is the other's."""
    return replace(other, windows=one.windows + tuple(new for new in other.windows if new not in one.windows))


def next_notice(wish: Wish) -> Wish:
    """Go on to the next least notice; after the longest there is none."""
    later = [notice for notice in NOTICES if notice > wish.least_notice]
    return replace(wish, least_notice=later[0] if later else timedelta())


def turn_schedule(wish: Wish, schedule_id: int) -> Wish:
    """Take a doctor in alone, then leave them out, then neither."""
    taken, left_out = _turn(wish.schedule_ids, wish.without_schedules, schedule_id)
    return replace(wish, schedule_ids=taken, without_schedules=left_out)


def turn_facility(wish: Wish, facility_id: int) -> Wish:
    """Take a facility in alone, then leave it out, then neither."""
    taken, left_out = _turn(wish.facility_ids, wish.without_facilities, facility_id)
    return replace(wish, facility_ids=taken, without_facilities=left_out)


def _turn(
    taken: frozenset[int], left_out: frozenset[int], number: int
) -> tuple[frozenset[int], frozenset[int]]:
    if number in taken:
        return taken - {number}, left_out | {number}
    if number in left_out:
        return taken, left_out - {number}
    return taken | {number}, left_out


def lasting(wish: Wish) -> Wish:
    """Keep of a wish what may hold next time as well: no dates, and nobody who alone was meant this time."""
    windows = tuple(
        window
        for window in wish.windows
        if window.first is None and window.last is None and not window.without
    )
    if len(windows) < len(wish.windows):
        windows = ()  # half of an OR would wish for something else
    return replace(wish, windows=windows, schedule_ids=frozenset(), facility_ids=frozenset())
