"""When a clinic is open: by its hours of the week and its own clock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

Hours = Sequence[tuple[int, int] | None]
"""From Monday on: opens and closes in minutes after midnight, above 24 * 60 on the next day; None: shut."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a clinic is open, and when that ends by its clock: None where it never does."""

    is_open: bool
    changes_at: datetime | None


def at(hours: Hours, wall: datetime) -> Opening | None:
    """Tell whether a clinic is open at its wall clock; None where its hours are not known."""
    if len(hours) != 7 or not any(hours):
        return None
    spans = list(_joined(_spans(hours, wall)))
    for opens, closes in spans:
        if opens <= wall < closes:
            return Opening(True, None if closes - opens >= timedelta(days=7) else closes)
    return Opening(False, next(opens for opens, _ in spans if opens > wall))


def _spans(hours: Hours, wall: datetime) -> Iterator[tuple[datetime, datetime]]:
    midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    for ahead in range(-1, 9):
        day = midnight + timedelta(days=ahead)
        if (shift := hours[day.weekday()]) is not None:
            yield day + timedelta(minutes=shift[0]), day + timedelta(minutes=shift[1])


def _joined(spans: Iterator[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    """Take what ends when the next begins for one: around the clock there is no midnight."""
    held: tuple[datetime, datetime] | None = None
    for opens, closes in spans:
        if held is not None and opens <= held[1]:
            held = held[0], max(held[1], closes)
            continue
        if held is not None:
            yield held
        held = opens, closes
    if held is not None:
        yield held


def runs(hours: Hours) -> Iterator[tuple[int, int, tuple[int, int] | None]]:
    """Put days in a row with the same hours together: first and last weekday (0 is Monday), and the hours."""
    first = 0
    for day in range(1, len(hours) + 1):
        if day == len(hours) or hours[day] != hours[first]:
            yield first, day - 1, hours[first]
            first = day
