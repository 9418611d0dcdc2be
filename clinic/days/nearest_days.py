"""The nearest days with times that fit, of all that are looked at or doctor by doctor."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from clinic import rules
from clinic.days.look import Counts, Look, Scope, by_zone, end_of, local_day, looked_at, start_of, stretches
from storage import days as stored
from storage import places
from storage.database import Database
from storage.days import Seen
from storage.places import Place
from storage.times import FreeTime
from storage.types import Tx, epoch

_MOST_DAYS, _FEWEST_DAYS = 35, 7
"""Days that are read at once when the nearest ones are looked for: fewer, the more doctors there are."""


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
    place: Place | None = None
    """of the one doctor who is looked at, else of the first time; only `nearest` reads it"""


async def nearest(database: Database, look: Look, most: int = rules.NEAREST_DAYS) -> Nearest:
    """Find the nearest days with times that fit, at most so many; raises NotFound."""

    def work(tx: Tx) -> Nearest:
        found = nearest_in(tx, look, most)
        schedule_id = look.scope.schedule_id or (found.first.schedule_id if found.first else 0)
        return replace(found, place=places.of_schedule(tx, schedule_id)) if schedule_id else found

    return await database.read(work)


def nearest_in(tx: Tx, look: Look, most: int = rules.NEAREST_DAYS) -> Nearest:
    """Do the same within a transaction."""
    fitting, left_out = looked_at(tx, look)
    everybody = [one.schedule_id for one in (*fitting, *left_out)]
    last = stored.last_free(tx, everybody, look.now)
    timezone = (fitting or left_out)[0].timezone
    days: dict[date, int] = {}
    firsts: list[int] = []
    hidden = 0
    if last is not None:
        end = min(end_of(look), last + 1)
        zones = by_zone(fitting)
        others = [one.schedule_id for one in left_out]
        step = timedelta(days=min(_MOST_DAYS, max(_FEWEST_DAYS, 6 * _MOST_DAYS // len(everybody))))
        start = look.now.astimezone(ZoneInfo(timezone)).date() - timedelta(days=1)  # zones lie a day apart
        while len(days) < most and start_of(start, timezone) < end:
            stop = start + step
            for zone, ids in zones.items():
                after = max(epoch(look.now), start_of(start, zone) - 1)
                counts = Counts(tx, ids, after, min(end, start_of(stop, zone)), look.minutes)
                hidden += _count_days(look, zone, counts, start, stop, days, firsts)
            if others:
                after = max(epoch(look.now), start_of(start, timezone) - 1)
                until = min(end, start_of(stop, timezone))
                hidden += Counts(tx, others, after, until, look.minutes).within(0, end)
            start = stop
    first = _first(tx, [one.schedule_id for one in fitting], min(firsts), look.minutes) if firsts else None
    found = tuple(FreeDay(on, days[on]) for on in sorted(days)[:most])
    return Nearest(found, first, hidden, timezone)


def _count_days(
    look: Look, zone: str, counts: Counts, start: date, stop: date, days: dict[date, int], firsts: list[int]
) -> int:
    """Add up the days of a span that have times which fit; returns how many times do not."""
    total = counts.within(0, 1 << 60)
    if not total:
        return 0
    fit = 0
    day = max(start, local_day(counts.instants[0], zone))
    last = min(stop - timedelta(days=1), local_day(counts.instants[-1], zone))
    if not look.wish:  # the way of most looks: whole days, one bisection each
        firsts.append(counts.instants[0])
        for on, number in counts.whole_days(day, last, zone):
            days[on] = days.get(on, 0) + number
        return 0
    while day <= last:
        spans = stretches(look, day, zone)
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


# --- doctor by doctor


async def by_doctor(database: Database, look: Look, day: date | None = None) -> dict[int, FreeTime]:
    """Find the first time that fits of each doctor of a facility, on one day or on any; raises NotFound."""

    def work(tx: Tx) -> dict[int, FreeTime]:
        found = {}
        for one in looked_at(tx, look)[0]:
            alone = Look(Scope(one.schedule_id), look.now, look.latest, look.wish, look.minutes)
            first = nearest_in(tx, alone, 1).first if day is None else _first_on(tx, alone, one, day)
            if first is not None:
                found[one.schedule_id] = first
        return found

    return await database.read(work)


def _first_on(tx: Tx, look: Look, one: Seen, day: date) -> FreeTime | None:
    end = end_of(look)
    for start, stop in stretches(look, day, one.timezone):
        if found := stored.free_of(tx, [one.schedule_id], start - 1, min(stop, end), 1, look.minutes):
            return found[0]
    return None
