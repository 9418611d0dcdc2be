"""The nearest free times: of a doctor, at a facility, in a region, and in place of one that is gone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from clinic import rules
from clinic.errors import Offer
from storage import places, times
from storage.database import Database
from storage.times import FreeTime
from storage.types import Tx

NOON = time(12)
EVENING = time(17)


def day_start(day: date, timezone: str) -> datetime:
    """Return the instant at which a facility's day begins; in UTC, where sums are of true seconds."""
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)


async def nearest_of_schedule(
    database: Database, schedule_id: int, now: datetime, minutes: int = 0
) -> FreeTime | None:
    """Find a doctor's nearest free time.

    `minutes`, here and below, is how long the service takes: only times from which the doctor is free for so
    long are meant. 0 is for one that takes a single time.
    """
    before = now + rules.LOOK_AHEAD
    found = await database.read(lambda tx: times.free_times(tx, schedule_id, now, before, 1, minutes))
    return found[0] if found else None


async def nearest_at_facility(
    database: Database,
    specialty_id: int,
    facility_id: int,
    now: datetime,
    limit: int = rules.OFFERED_TIMES,
    minutes: int = 0,
) -> list[FreeTime]:
    """Find the nearest free times of a specialty at one facility."""
    return await database.read(
        lambda tx: times.nearest_at_facility(tx, specialty_id, facility_id, now, limit, minutes)
    )


async def nearest_in_region(
    database: Database,
    specialty_id: int,
    region_code: str,
    now: datetime,
    limit: int = rules.OFFERED_TIMES,
    minutes: int = 0,
) -> list[FreeTime]:
    """Find the nearest free times of a specialty in a region."""
    return await database.read(
        lambda tx: times.nearest_in_region(tx, specialty_id, region_code, now, limit, minutes)
    )


def offers_near(
    tx: Tx, schedule_id: int, wished_at: datetime, now: datetime, *, except_id: int = 0, minutes: int = 0
) -> tuple[Offer, ...]:
    """Find what to offer in place of a time that cannot be had.

    The same specialty at the same facility, at the wished moment or after it; where that leaves too few,
    from now on; where the facility has none, anywhere in its region. `except_id`: the wished time itself,
    where it is free and only this patient cannot have it.
    """
    place = places.of_schedule(tx, schedule_id)
    if place is None:
        return ()
    limit = rules.OFFERED_TIMES + bool(except_id)
    specialty, facility = place.specialty_id, place.facility
    from_then = max(now, wished_at - timedelta(seconds=1))  # queries exclude their first instant
    found = times.nearest_at_facility(tx, specialty, facility.id, from_then, limit, minutes)
    if len(found) < limit:
        known = {free.slot_id for free in found}
        earlier = times.nearest_at_facility(tx, specialty, facility.id, now, limit, minutes)
        found += [free for free in earlier if free.slot_id not in known]
    if not found:
        found = times.nearest_in_region(tx, specialty, facility.region_code, now, limit, minutes)
    others = [free for free in found if free.slot_id != except_id][: rules.OFFERED_TIMES]
    return tuple(_offer(tx, free) for free in sorted(others, key=lambda free: free.starts_at))


def _offer(tx: Tx, free: FreeTime) -> Offer:
    place = places.of_schedule(tx, free.schedule_id)
    if place is None:
        raise LookupError(f"schedule {free.schedule_id} points at rows that are gone")
    return Offer(free.slot_id, free.starts_at, place.facility.timezone, place.doctor_short)
