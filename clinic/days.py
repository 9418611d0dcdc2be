"""Days and times of one doctor or of several, through a wish: what fits it, and how much it hides.

Days are each facility's own: its zone decides where one ends, also on the night the clocks change.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum
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
from storage.times import FreeTime
from storage.types import Tx, epoch, instant

TIMES_OF_A_DAY = 600
"""Most times of a day that are read; a doctor has 288 at most, one every five minutes."""
_MOST_DAYS, _FEWEST_DAYS = 35, 7
"""Days that are read at once when the nearest ones are looked for: fewer, the more doctors there are."""


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


@dataclass(frozen=True, slots=True)
class FreeDay:
    """A day with free times that fit."""

    on: date
    count: int


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest days with times that fit, and the first of these times."""

    days: tuple[FreeDay, ...]
    first: FreeTime | None
    hidden: int
    """free times outside of the wish, on the days that were looked through"""
    timezone: str


class State(Enum):
    """How it stands with a day."""

    FREE = "times are free"
    FEW = "one, two or three are free"
    OUTSIDE = "times are free, none of them fits the wish"
    FULL = "all times are taken"
    NOT_OPEN = "not open for booking yet"
    NONE = "nobody is seen, or the day is over"


FEW = 3


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar."""

    on: date
    state: State
    count: int
    hidden: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some days in a row, and how far the calendar goes."""

    days: tuple[Day, ...]
    last: date
    """the last day with times, free or not, or the last one allowed"""


@dataclass(frozen=True, slots=True)
class Time:
    """A free time with whose it is."""

    free: FreeTime
    seen: Seen

    @property
    def wall(self) -> datetime:
        """When it begins by the facility's clock."""
        return self.free.starts_at.astimezone(ZoneInfo(self.seen.timezone))


@dataclass(frozen=True, slots=True)
class TimesOfDay:
    """The free times of a day that fit, in order, and how many do not."""

    times: tuple[Time, ...]
    hidden: int


# --- spans of instants


@lru_cache(maxsize=4096)
def _start(day: date, timezone: str) -> int:
    return epoch(day_start(day, timezone))


@lru_cache(maxsize=1024)
def _ends(first: date, last: date, timezone: str) -> tuple[tuple[date, int], ...]:
    """List days with the instants at which they end."""
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    return tuple((day, _start(day + timedelta(days=1), timezone)) for day in days)


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
    start = (
        epoch(datetime.combine(day, window.since, zone)) if window.since > time(0) else _start(day, timezone)
    )
    if window.until is None:
        return start, _start(day + timedelta(days=1), timezone)
    return start, epoch(datetime.combine(day, window.until, zone))


def _stretches(look: Look, day: date, timezone: str) -> list[tuple[int, int]]:
    """Collect the spans of instants that fit on a day, apart from each other and in order."""
    least = epoch(look.now + look.wish.least_notice) if look.wish.least_notice else epoch(look.now) + 1
    if not look.wish.windows:
        start, end = max(least, _start(day, timezone)), _start(day + timedelta(days=1), timezone)
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


def _looked_at(tx: Tx, look: Look) -> tuple[list[Seen], list[Seen]]:
    """Read whose times are looked at, and whose the wish leaves out; raises NotFound."""
    base = _base(tx, look.scope, look.wish)
    if not base:
        raise NotFound
    if look.scope.schedule_id:
        return base, []
    fitting = [one for one in base if fits_place(look.wish, one.schedule_id, one.facility_id)]
    return fitting, [one for one in base if one not in fitting]


def _by_zone(seen: Sequence[Seen]) -> dict[str, list[int]]:
    zones: dict[str, list[int]] = {}
    for one in seen:
        zones.setdefault(one.timezone, []).append(one.schedule_id)
    return zones


class _Counts:
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


def _end(look: Look) -> int:
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


# --- the nearest days


async def nearest(database: Database, look: Look, most: int = rules.NEAREST_DAYS) -> Nearest:
    """Find the nearest days with times that fit, at most so many; raises NotFound."""
    return await database.read(lambda tx: nearest_in(tx, look, most))


def nearest_in(tx: Tx, look: Look, most: int = rules.NEAREST_DAYS) -> Nearest:
    """Do the same within a transaction."""
    fitting, left_out = _looked_at(tx, look)
    everybody = [one.schedule_id for one in (*fitting, *left_out)]
    last = stored.last_free(tx, everybody, look.now)
    timezone = (fitting or left_out)[0].timezone
    days: dict[date, int] = {}
    firsts: list[int] = []
    hidden = 0
    if last is not None:
        end = min(_end(look), last + 1)
        zones = _by_zone(fitting)
        others = [one.schedule_id for one in left_out]
        step = timedelta(days=min(_MOST_DAYS, max(_FEWEST_DAYS, 6 * _MOST_DAYS // len(everybody))))
        start = look.now.astimezone(ZoneInfo(timezone)).date() - timedelta(days=1)  # zones lie a day apart
        while len(days) < most and _start(start, timezone) < end:
            stop = start + step
            for zone, ids in zones.items():
                after = max(epoch(look.now), _start(start, zone) - 1)
                counts = _Counts(tx, ids, after, min(end, _start(stop, zone)), look.minutes)
                hidden += _count_days(look, zone, counts, start, stop, days, firsts)
            if others:
                after = max(epoch(look.now), _start(start, timezone) - 1)
                until = min(end, _start(stop, timezone))
                hidden += _Counts(tx, others, after, until, look.minutes).within(0, end)
            start = stop
    first = _first(tx, [one.schedule_id for one in fitting], min(firsts), look.minutes) if firsts else None
    found = tuple(FreeDay(on, days[on]) for on in sorted(days)[:most])
    return Nearest(found, first, hidden, timezone)


def _count_days(
    look: Look, zone: str, counts: _Counts, start: date, stop: date, days: dict[date, int], firsts: list[int]
) -> int:
    """Add up the days of a span that have times which fit; returns how many times do not."""
    total = counts.within(0, 1 << 60)
    if not total:
        return 0
    fit = 0
    day = max(start, _local_day(counts.instants[0], zone))
    last = min(stop - timedelta(days=1), _local_day(counts.instants[-1], zone))
    if not look.wish:  # the way of most looks: whole days, one bisection each
        firsts.append(counts.instants[0])
        for on, number in counts.whole_days(day, last, zone):
            days[on] = days.get(on, 0) + number
        return 0
    while day <= last:
        spans = _stretches(look, day, zone)
        if count := sum(counts.within(*span) for span in spans):
            if not fit and (at := counts.first(spans)) is not None:
                firsts.append(at)
            days[day] = days.get(day, 0) + count
            fit += count
        day += timedelta(days=1)
    return total - fit


def _first(tx: Tx, ids: Sequence[int], at: int, minutes: int) -> FreeTime | None:
    found = stored.free_of(tx, ids, at - 1, at + 1, 1, minutes)
    return found[0] if found else None


# --- a page of the calendar


async def page(database: Database, look: Look, first: date, number: int) -> Page:
    """Tell how it stands with `number` days from `first` on; raises NotFound."""

    def work(tx: Tx) -> Page:
        fitting, left_out = _looked_at(tx, look)
        everybody = [*fitting, *left_out]
        ids = [one.schedule_id for one in everybody]
        last_at, opened_at = stored.reach(tx, ids)
        zone = everybody[0].timezone
        days = [first + timedelta(days=ahead) for ahead in range(number)]
        after, before = _start(days[0], zone) - 1, _start(days[-1] + timedelta(days=1), zone)
        begun = max(after, epoch(look.now))
        end = min(before, _end(look))
        by_zone = {
            name: _Counts(tx, some, begun, end, look.minutes) for name, some in _by_zone(fitting).items()
        }
        others = _Counts(tx, [one.schedule_id for one in left_out], begun, end, look.minutes)
        instants = stored.instants(tx, ids, after, before, opened_at or 0)
        present = {
            day
            for day in days
            if bisect_left(instants, _start(day, zone))
            < bisect_left(instants, _start(day + timedelta(days=1), zone))
        }
        reach = _Reach(
            today=_local_day(epoch(look.now), zone),
            last=_local_day(last_at, zone) if last_at else None,
            opened=_local_day(opened_at, zone) if opened_at else None,
            latest=_local_day(epoch(look.latest), zone) if look.latest else None,
        )
        found = []
        for day in days:
            count = hidden = 0
            for name, counts in by_zone.items():
                fit = sum(counts.within(*span) for span in _stretches(look, day, name))
                count += fit
                start, stop = _start(day, name), _start(day + timedelta(days=1), name)
                hidden += counts.within(start, stop) - fit
            hidden += others.within(_start(day, zone), _start(day + timedelta(days=1), zone))
            found.append(Day(day, reach.state(day, count, hidden, has_times=day in present), count, hidden))
        return Page(tuple(found), min(reach.last or reach.today, reach.latest or date.max))

    return await database.read(work)


def _local_day(at: int, timezone: str) -> date:
    return instant(at).astimezone(ZoneInfo(timezone)).date()


@dataclass(frozen=True, slots=True)
class _Reach:
    """How far a timetable goes: its last day, the last one that is open for booking, the last one allowed."""

    today: date
    last: date | None
    opened: date | None
    latest: date | None

    def state(self, day: date, count: int, hidden: int, *, has_times: bool) -> State:
        if count:
            return State.FREE if count > FEW else State.FEW
        if hidden:
            return State.OUTSIDE
        if day < self.today or (self.latest is not None and day > self.latest) or self.last is None:
            return State.NONE
        if day > self.last or (has_times and self.opened is not None and day > self.opened):
            return State.NOT_OPEN
        return State.FULL if has_times else State.NONE


# --- the times of a day


async def times_of(database: Database, look: Look, day: date) -> TimesOfDay:
    """Read the free times of a day that have not begun; raises NotFound."""

    def work(tx: Tx) -> TimesOfDay:
        fitting, left_out = _looked_at(tx, look)
        known = {one.schedule_id: one for one in fitting}
        found: list[Time] = []
        hidden = 0
        for zone, ids in _by_zone(fitting).items():
            after = max(epoch(look.now), _start(day, zone) - 1)
            before = min(_end(look), _start(day + timedelta(days=1), zone))
            spans = _stretches(look, day, zone)
            for free in stored.free_of(tx, ids, after, before, TIMES_OF_A_DAY, look.minutes):
                at = epoch(free.starts_at)
                if any(start <= at < end for start, end in spans):
                    found.append(Time(free, known[free.schedule_id]))
                else:
                    hidden += 1
        if left_out:
            zone = left_out[0].timezone
            after, before = max(epoch(look.now), _start(day, zone) - 1), _start(day + timedelta(days=1), zone)
            hidden += _Counts(
                tx, [one.schedule_id for one in left_out], after, min(_end(look), before), look.minutes
            ).within(0, before)
        if len({time.seen.timezone for time in found}) > 1:
            found.sort(key=lambda time: (time.wall.time(), time.free.slot_id))
        return TimesOfDay(tuple(found), hidden)

    return await database.read(work)


# --- doctor by doctor


async def by_doctor(database: Database, look: Look, day: date | None = None) -> dict[int, FreeTime]:
    """Find the first time that fits of each doctor of a facility, on one day or on any; raises NotFound."""

    def work(tx: Tx) -> dict[int, FreeTime]:
        found = {}
        for one in _looked_at(tx, look)[0]:
            alone = Look(Scope(one.schedule_id), look.now, look.latest, look.wish, look.minutes)
            first = nearest_in(tx, alone, 1).first if day is None else _first_on(tx, alone, one, day)
            if first is not None:
                found[one.schedule_id] = first
        return found

    return await database.read(work)


def _first_on(tx: Tx, look: Look, one: Seen, day: date) -> FreeTime | None:
    end = _end(look)
    for start, stop in _stretches(look, day, one.timezone):
        if found := stored.free_of(tx, [one.schedule_id], start - 1, min(stop, end), 1, look.minutes):
            return found[0]
    return None
