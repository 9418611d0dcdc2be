"""When and where a patient would like to be seen, as one object; from buttons or from plain words."""

from clinic.wishes.reading import parse
from clinic.wishes.wish import (
    EVERY_DAY,
    WEEKEND,
    WORKDAYS,
    Window,
    Wish,
    fits,
    fits_place,
    fits_window,
    from_json,
    hours_alone,
    to_json,
)

__all__ = [
    "EVERY_DAY",
    "WEEKEND",
    "WORKDAYS",
    "Window",
    "Wish",
    "fits",
    "fits_place",
    "fits_window",
    "from_json",
    "hours_alone",
    "parse",
    "to_json",
]
