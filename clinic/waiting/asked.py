"""What the columns of an entry say of its wish, so that a query finds the few whom a freed time may suit."""

from datetime import date, time

from clinic.wishes import Window, Wish
from storage import freed
from storage.waiting import Asked

_MINUTES = 24 * 60
_PARTS_A_DAY = _MINUTES // freed.PART


def asked_of(wish: Wish) -> Asked:
    """Say of a wish what the columns of an entry say: never less than the wish lets pass."""
    windows = wish.windows or (Window(),)
    return Asked(
        parts=_parts(windows),
        since=min(_minute(window.since) for window in windows),
        until=max(_MINUTES if window.until is None else _minute(window.until, up=True) for window in windows),
        first_day=min((window.first or date.min).toordinal() for window in windows),
        last_day=max((window.last or date.max).toordinal() for window in windows),
        notice=int(wish.least_notice.total_seconds()),
    )


def _parts(windows: tuple[Window, ...]) -> int:
    parts = 0
    for window in windows:
        first = _minute(window.since) // freed.PART
        last = (
            _PARTS_A_DAY - 1
            if window.until is None
            else max(_minute(window.until, up=True) - 1, 0) // freed.PART
        )
        for weekday in window.weekdays:
            for part in range(first, last + 1):
                parts |= 1 << (weekday * _PARTS_A_DAY + part)
    return parts


def _minute(at: time, *, up: bool = False) -> int:
    is_more = up and bool(at.second or at.microsecond)
    return at.hour * 60 + at.minute + is_more
