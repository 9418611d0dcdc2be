"""A page of a list, and the free time that lists show beside each row."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from storage.times import fits
from storage.types import instant

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a list and whether another one follows."""

    items: tuple[T, ...]
    number: int
    has_next: bool


_NEAREST = "SELECT MIN(starts_at) FROM slot WHERE schedule_id = sc.id AND status = 0 AND starts_at > :now"
NEAREST_OF_SCHEDULE = f"({_NEAREST})"


def nearest_of_schedule(minutes: int) -> str:
    """Word the nearest time of a schedule at which a service of so many minutes (:length) finds room."""
    return f"({_NEAREST}{fits(minutes)})"


def page_of(rows: list[T], number: int, size: int) -> Page[T]:
    """Make a page of its rows and the one row more that `window` asked for."""
    return Page(tuple(rows[:size]), number, len(rows) > size)


def window(number: int, size: int) -> dict[str, int]:
    """One row more than a page says whether there is a next one, without counting them all."""
    return {"limit": size + 1, "offset": number * size}


def with_nearest(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Turn the last column, a nearest free time or nothing, into an instant."""
    *columns, seconds = row
    return *columns, None if seconds is None else instant(seconds)
