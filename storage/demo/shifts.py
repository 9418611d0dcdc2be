"""When a doctor of the demo sees people, and which of these times are gone already."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from math import exp
from random import Random
from zoneinfo import ZoneInfo

from storage.states import SlotStatus

DAYS = 30
"""How many days there are times for, today among them."""


class Mode(Enum):
    """How it stands with a doctor's times."""

    OPEN = "some are free"
    FULL = "all are gone"
    NONE = "there are none"


MODES = (Mode.OPEN, Mode.FULL, Mode.NONE)


@dataclass(frozen=True, slots=True)
class Shift:
    """From when to when on a day, in minutes after local midnight, with a break in the middle."""

    start: int
    end: int

    def starts(self, minutes: int) -> Iterator[int]:
        """Go through the times of `minutes` each that fit in."""
        middle = (self.start + self.end) // 2 // 5 * 5
        for start, end in ((self.start, middle), (middle + BREAK, self.end)):
            yield from range(start, end - minutes + 1, minutes)


BREAK = 20
SATURDAY = Shift(9 * 60, 13 * 60)
SUNDAY = Shift(10 * 60, 14 * 60)


@dataclass(frozen=True, slots=True)
class Hours:
    """A week of work; where `odd_days` differs from `even_days` the doctor changes shift with the date."""

    even_days: Shift
    odd_days: Shift
    weekdays: frozenset[int]
    """0 is Monday"""
    saturday_turn: int | None
    """0 or 1: the parity of the ISO weeks with work on Saturday; Sundays the same"""
    sunday_turn: int | None

    def on(self, weekdays: frozenset[int]) -> "Hours":
        """Keep the shifts on these weekdays alone, without weekends."""
        return replace(self, weekdays=weekdays, saturday_turn=None, sunday_turn=None)

    def shift(self, day: date) -> Shift | None:
        """Find the day's shift; holidays are the caller's."""
        turn = day.isocalendar().week % 2
        if day.weekday() == 5:
            return SATURDAY if turn == self.saturday_turn else None
        if day.weekday() == 6:
            return SUNDAY if turn == self.sunday_turn else None
        if day.weekday() not in self.weekdays:
            return None
        return self.odd_days if day.day % 2 else self.even_days


def draw_hours(random: Random, *, on_sundays: bool = False) -> Hours:
    """Make up a week: mornings, evenings or the one on even and the other on odd days, as polyclinics do."""
    morning = Shift(start := random.choice((480, 510, 540)), start + random.choice((240, 270, 300)))
    evening = Shift(start := random.choice((840, 870, 900)), start + random.choice((240, 270, 300)))
    even, odd = random.choice(
        ((morning, morning), (evening, evening), (morning, evening), (evening, morning))
    )
    return Hours(
        even_days=even,
        odd_days=odd,
        weekdays=frozenset(range(5)),
        saturday_turn=random.choice((0, 1)) if random.random() < 0.3 else None,
        sunday_turn=random.choice((0, 1)) if on_sundays else None,
    )


def times(
    key: str,
    hours: Hours,
    mode: Mode,
    minutes: int,
    days: tuple[date, date],
    today: date,
    zone: ZoneInfo,
    closed: Container[date],
) -> Iterator[tuple[int, SlotStatus]]:
    """Go through the times from `days[0]` up to and without `days[1]`, as epoch seconds, in order.

    What a day looks like depends on `key`, the day and how far off it is from `today`, on nothing before it.
    """
    if mode is Mode.NONE:
        return
    day, end = days
    demand = Random(key).uniform(0.75, 1.15)
    while day < end:
        shift = hours.shift(day)
        if shift is not None and day not in closed:
            random = Random(f"{key} {day}")
            gone = 1.0 if mode is Mode.FULL else min(0.97, demand * _gone(day - today))
            midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
            for start in shift.starts(minutes):
                # wall-clock arithmetic: right on a day that changes the offset, too
                at = int((midnight + timedelta(minutes=start)).timestamp())
                yield at, SlotStatus.UNAVAILABLE if random.random() < gone else SlotStatus.FREE
        day += timedelta(days=1)


def _gone(ahead: timedelta) -> float:
    """Tell which share of a day is gone: nine tenths of today, a tenth in a month."""
    return 0.07 + 0.85 * exp(-ahead.days / 9)
