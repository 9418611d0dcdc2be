"""The free times of one day, and whose they are."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clinic.days.look import Counts, Look, by_zone, end_of, looked_at, start_of, stretches
from storage import days as stored
from storage.database import Database
from storage.days import Seen
from storage.times import FreeTime
from storage.types import Tx, epoch

TIMES_OF_A_DAY = 600
"""Most times of a day that are read; a doctor has 288 at most, one every five minutes."""


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


async def times_of(database: Database, look: Look, day: date) -> TimesOfDay:
    """Read the free times of a day that have not begun; raises NotFound."""

    def work(tx: Tx) -> TimesOfDay:
        fitting, left_out = looked_at(tx, look)
        known = {one.schedule_id: one for one in fitting}
        found: list[Time] = []
        hidden = 0
        for zone, ids in by_zone(fitting).items():
            after = max(epoch(look.now), start_of(day, zone) - 1)
            before = min(end_of(look), start_of(day + timedelta(days=1), zone))
            spans = stretches(look, day, zone)
            for free in stored.free_of(tx, ids, after, before, TIMES_OF_A_DAY, look.minutes):
                at = epoch(free.starts_at)
                if any(start <= at < end for start, end in spans):
                    found.append(Time(free, known[free.schedule_id]))
                else:
                    hidden += 1
        if left_out:
            zone = left_out[0].timezone
            after = max(epoch(look.now), start_of(day, zone) - 1)
            before = start_of(day + timedelta(days=1), zone)
            hidden += Counts(
                tx, [one.schedule_id for one in left_out], after, min(end_of(look), before), look.minutes
            ).within(0, before)
        if len({time.seen.timezone for time in found}) > 1:
            found.sort(key=lambda time: (time.wall.time(), time.free.slot_id))
        return TimesOfDay(tuple(found), hidden)

    return await database.read(work)
