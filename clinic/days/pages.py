"""Pages of the calendar: how it stands with each day."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from clinic.days.look import Counts, Look, by_zone, end_of, local_day, looked_at, start_of, stretches
from storage import days as stored
from storage.database import Database
from storage.types import Tx, epoch


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


async def page(database: Database, look: Look, first: date, number: int) -> Page:
    """Tell how it stands with `number` days from `first` on; raises NotFound."""

    def work(tx: Tx) -> Page:
        fitting, left_out = looked_at(tx, look)
        everybody = [*fitting, *left_out]
        ids = [one.schedule_id for one in everybody]
        last_at, opened_at = stored.reach(tx, ids)
        zone = everybody[0].timezone
        days = [first + timedelta(days=ahead) for ahead in range(number)]
        after, before = start_of(days[0], zone) - 1, start_of(days[-1] + timedelta(days=1), zone)
        begun = max(after, epoch(look.now))
        end = min(before, end_of(look))
        counted = {
            name: Counts(tx, some, begun, end, look.minutes) for name, some in by_zone(fitting).items()
        }
        others = Counts(tx, [one.schedule_id for one in left_out], begun, end, look.minutes)
        instants = stored.instants(tx, ids, after, before, opened_at or 0)
        present = {
            day
            for day in days
            if bisect_left(instants, start_of(day, zone))
            < bisect_left(instants, start_of(day + timedelta(days=1), zone))
        }
        reach = _Reach(
            today=local_day(epoch(look.now), zone),
            last=local_day(last_at, zone) if last_at else None,
            opened=local_day(opened_at, zone) if opened_at else None,
            latest=local_day(epoch(look.latest), zone) if look.latest else None,
        )
        found = []
        for day in days:
            count = hidden = 0
            for name, counts in counted.items():
                fit = sum(counts.within(*span) for span in stretches(look, day, name))
                count += fit
                start, stop = start_of(day, name), start_of(day + timedelta(days=1), name)
                hidden += counts.within(start, stop) - fit
            hidden += others.within(start_of(day, zone), start_of(day + timedelta(days=1), zone))
            found.append(Day(day, reach.state(day, count, hidden, has_times=day in present), count, hidden))
        return Page(tuple(found), min(reach.last or reach.today, reach.latest or date.max))

    return await database.read(work)


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
