"""A wish: windows of the week joined by OR, the least notice, doctors and facilities taken in or left out.

Pure; the standard library alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

EVERY_DAY = frozenset(range(7))
WORKDAYS = frozenset(range(5))
WEEKEND = frozenset((5, 6))


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of the week, by the facility's clock. All that it names must hold."""

    weekdays: frozenset[int] = EVERY_DAY
    """0 is Monday."""
    since: time = time(0)
    """A visit begins then or later."""
    until: time | None = None
    """A visit begins before it; None: to the end of the day."""
    first: date | None = None
    last: date | None = None
    """The days, both inclusive."""
    without: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Wish:
    """All that somebody wishes for; an empty one lets everything pass."""

    windows: tuple[Window, ...] = ()
    """Joined by OR; none: any time."""
    least_notice: timedelta = timedelta()
    """Not sooner than now and this."""
    schedule_ids: frozenset[int] = frozenset()
    """These doctors only; none: any."""
    facility_ids: frozenset[int] = frozenset()
    without_schedules: frozenset[int] = frozenset()
    without_facilities: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        return self != Wish()


def hours_alone(wish: Wish) -> Wish:
    """Leave doctors and places out of a wish: for somebody who was chosen."""
    return Wish(wish.windows, wish.least_notice)


def fits_window(window: Window, wall: datetime) -> bool:
    """Tell whether a facility's wall-clock time lies in a window."""
    day, at = wall.date(), wall.time()
    return (
        wall.weekday() in window.weekdays
        and window.since <= at
        and (window.until is None or at < window.until)
        and (window.first is None or window.first <= day)
        and (window.last is None or day <= window.last)
        and day not in window.without
    )


def fits(wish: Wish, starts_at: datetime, timezone: str, now: datetime) -> bool:
    """Tell whether a time suits: its hours by the facility's clock, and the notice."""
    if wish.least_notice and starts_at < now + wish.least_notice:
        return False
    if not wish.windows:
        return True
    wall = starts_at.astimezone(ZoneInfo(timezone))
    return any(fits_window(window, wall) for window in wish.windows)


def fits_place(wish: Wish, schedule_id: int, facility_id: int) -> bool:
    """Tell whether a doctor and their facility suit."""
    return (
        (not wish.schedule_ids or schedule_id in wish.schedule_ids)
        and (not wish.facility_ids or facility_id in wish.facility_ids)
        and schedule_id not in wish.without_schedules
        and facility_id not in wish.without_facilities
    )


_ID_SETS = ("schedule_ids", "facility_ids", "without_schedules", "without_facilities")


def to_json(wish: Wish) -> dict[str, Any]:
    """Write a wish as plain data; what it does not name is left out."""
    data: dict[str, Any] = {name: sorted(ids) for name in _ID_SETS if (ids := getattr(wish, name))}
    if wish.windows:
        data["windows"] = [_window_to_json(window) for window in wish.windows]
    if wish.least_notice:
        data["least_notice"] = wish.least_notice.total_seconds()
    return data


def _window_to_json(window: Window) -> dict[str, Any]:
    data: dict[str, Any] = {}
    if window.weekdays != EVERY_DAY:
        data["weekdays"] = sorted(window.weekdays)
    if window.since != time(0):
        data["since"] = window.since.isoformat()
    if window.until is not None:
        data["until"] = window.until.isoformat()
    if window.first is not None:
        data["first"] = window.first.isoformat()
    if window.last is not None:
        data["last"] = window.last.isoformat()
    if window.without:
        data["without"] = sorted(day.isoformat() for day in window.without)
    return data


def from_json(data: Mapping[str, Any]) -> Wish:
    """Read what `to_json` wrote."""
    ids = {name: frozenset(data.get(name, ())) for name in _ID_SETS}
    return Wish(
        windows=tuple(_window_from_json(window) for window in data.get("windows", ())),
        least_notice=timedelta(seconds=data.get("least_notice", 0)),
        **ids,
    )


def _window_from_json(data: Mapping[str, Any]) -> Window:
    return Window(
        weekdays=frozenset(data.get("weekdays", EVERY_DAY)),
        since=time.fromisoformat(data["since"]) if "since" in data else time(0),
        until=time.fromisoformat(data["until"]) if "until" in data else None,
        first=date.fromisoformat(data["first"]) if "first" in data else None,
        last=date.fromisoformat(data["last"]) if "last" in data else None,
        without=_days(data.get("without", ())),
    )


def _days(texts: Iterable[str]) -> frozenset[date]:
    return frozenset(map(date.fromisoformat, texts))
