"""Whose times are looked at and through which wish, as spans of instants and counts of free times."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from clinic import rules
from clinic.errors import NotFound
from clinic.times import day_start
from clinic.wishes import Window, Wish, fits_place
from storage import days as stored
from storage.database import Database
from storage.days import Seen
from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose times are looked at: one doctor's, or all of a specialty at a facility or in its region."""

    schedule_id: int = 0
    specialty_id: int = 0
    facility_id: int = 0
    region: str = ""
    is_wide: bool = False
    """the whole region"""


@dataclass(frozen=True, slots=True)
class Look:
    """Whose times, from when, up to when at the latest, and what is wished for.

    A doctor who was chosen is looked at whatever the wish says of doctors and places.
    """

    scope: Scope
    now: datetime
    latest: datetime | None = None
    wish: Wish = field(default_factory=Wish)
    minutes: int = 0
    """how long the service takes: only times with room for it are meant; 0: a single time"""


# --- spans of instants


@lru_cache(maxsize=4096)
def start_of(day: date, timezone: str) -> int:
    """Return the instant at which a day begins, in epoch seconds."""
    return epoch(day_start(day, timezone))


@lru_cache(maxsize=1024)
def _ends(first: date, last: date, timezone: str) -> tuple[tuple[date, int], ...]:
    """List days with the instants at which they end."""
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    return tuple((day, start_of(day + timedelta(days=1), timezone)) for day in days)


@lru_cache(maxsize=4096)
def _stretch(window: Window, day: date, timezone: str) -> tuple[int, int] | None:
    """Turn a window into the span of instants that it lets pass on a day: from, up to and without."""
    if (
        day.weekday() not in window.weekdays
        or day in window.without
        or (window.first is not None and day < window.first)
        or (window.last is not None and day > window.last)
    ):
        return None
    zone = ZoneInfo(timezone)
    start = start_of(day, timezone)
    if window.since > time(0):
        start = epoch(datetime.combine(day, window.since, zone))
    if window.until is None:
        return start, start_of(day + timedelta(days=1), timezone)
    return start, epoch(datetime.combine(day, window.until, zone))


def stretches(look: Look, day: date, timezone: str) -> list[tuple[int, int]]:
    """Collect the spans of instants that fit on a day, apart from each other and in order."""
    least = epoch(look.now + look.wish.least_notice) if look.wish.least_notice else epoch(look.now) + 1
    if not look.wish.windows:
        start, end = max(least, start_of(day, timezone)), start_of(day + timedelta(days=1), timezone)
        return [(start, end)] if start < end else []
    found = sorted(span for window in look.wish.windows if (span := _stretch(window, day, timezone)))
    merged: list[tuple[int, int]] = []
    for start, end in found:
        start = max(start, least, merged[-1][1] if merged else 0)
        if start < end:
            merged.append((start, end))
    return merged


# --- whose times


def _base(tx: Tx, scope: Scope, wish: Wish) -> list[Seen]:
    if scope.schedule_id:
        return stored.seen(tx, scope.schedule_id)
    if scope.is_wide or wish.facility_ids:
        return stored.seen_in_region(tx, scope.specialty_id, scope.region)
    return stored.seen_at_facility(tx, scope.specialty_id, scope.facility_id)


def looked_at(tx: Tx, look: Look) -> tuple[list[Seen], list[Seen]]:
    """Read whose times are looked at, and whose the wish leaves out; raises NotFound."""
    base = _base(tx, look.scope, look.wish)
    if not base:
        raise NotFound
    if look.scope.schedule_id:
        return base, []
    fitting = [one for one in base if fits_place(look.wish, one.schedule_id, one.facility_id)]
    return fitting, [one for one in base if one not in fitting]


def by_zone(seen: Sequence[Seen]) -> dict[str, list[int]]:
    """Put schedules together by the zone of their facility."""
    zones: dict[str, list[int]] = {}
    for one in seen:
        zones.setdefault(one.timezone, []).append(one.schedule_id)
    return zones


class Counts:
    """The free times of some days, to be counted span by span."""

    def __init__(self, tx: Tx, ids: Sequence[int], after: int, before: int, minutes: int) -> None:
        found = stored.free_counts(tx, ids, after, before, minutes) if ids else []
        self.instants = [at for at, _ in found]
        self._sums = [0, *accumulate(count for _, count in found)] if len(ids) > 1 else None

    def within(self, start: int, end: int) -> int:
        """Count from `start` up to and without `end`."""
        first, last = bisect_left(self.instants, start), bisect_left(self.instants, end)
        return last - first if self._sums is None else self._sums[last] - self._sums[first]

    def whole_days(self, first: date, last: date, timezone: str) -> Iterator[tuple[date, int]]:
        """Go through the days up to and with `last` that have any."""
        position = 0
        for day, end in _ends(first, last, timezone):
            after = bisect_left(self.instants, end, position)
            if after > position:
                yield (
                    day,
                    after - position if self._sums is None else self._sums[after] - self._sums[position],
                )
            position = after

    def first(self, spans: Sequence[tuple[int, int]]) -> int | None:
        """Find the first within spans that are in order."""
        for start, end in spans:
            at = bisect_left(self.instants, start)
            if at < len(self.instants) and self.instants[at] < end:
                return self.instants[at]
        return None


def end_of(look: Look) -> int:
    """Return the instant at which the span that is looked at ends, itself outside."""
    return epoch(look.latest) + 1 if look.latest is not None else epoch(look.now + rules.LOOK_AHEAD)


async def seen(database: Database, scope: Scope) -> list[Seen]:
    """Read whose times there are to look at."""
    return await database.read(lambda tx: _base(tx, scope, Wish()))


async def is_seen_elsewhere(database: Database, scope: Scope) -> bool:
    """Tell whether another facility of the region sees patients in this specialty."""
    return await database.read(
        lambda tx: stored.is_seen_elsewhere(tx, scope.specialty_id, scope.region, scope.facility_id)
    )


def local_day(at: int, timezone: str) -> date:
    """Tell on which day an instant lies."""
    return instant(at).astimezone(ZoneInfo(timezone)).date()
