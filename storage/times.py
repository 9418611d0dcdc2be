"""Reading and taking times (FHIR Slot)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import freed
from storage.states import SlotStatus
from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time that can be taken."""

    slot_id: int
    schedule_id: int
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A time, free or not."""

    id: int
    schedule_id: int
    starts_at: datetime
    minutes: int
    status: SlotStatus

    @property
    def ends_at(self) -> datetime:
        """The instant at which the time is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


def slot(tx: Tx, slot_id: int) -> SlotRow | None:
    """Read one time."""
    row = tx.execute(
        "SELECT id, schedule_id, starts_at, minutes, status FROM slot WHERE id = :id", {"id": slot_id}
    ).fetchone()
    return row and SlotRow(row[0], row[1], instant(row[2]), row[3], SlotStatus(row[4]))


# `+starts_at` below keeps the upper bound out of the choice of an index: with both bounds SQLite takes the
# index of all times, and a doctor who is booked out costs ten times as much as in that of the free ones.


def fits(minutes: int) -> str:
    """Make the condition that a service of so many minutes (:length, in seconds) finds room from a time on.

    Nothing for one that takes a single time, whatever its length.
    """
    if not minutes:
        return ""
    return (
        " AND (SELECT SUM(CASE WHEN n.starts_at + 60 * n.minutes < slot.starts_at + :length"
        " THEN 60 * n.minutes ELSE slot.starts_at + :length - n.starts_at END) FROM slot AS n"
        " WHERE n.schedule_id = slot.schedule_id AND n.status = 0 AND n.starts_at >= slot.starts_at"
        " AND n.starts_at < slot.starts_at + :length) >= :length"
    )


def free_times(
    tx: Tx, schedule_id: int, after: datetime, before: datetime, limit: int = 100, minutes: int = 0
) -> list[FreeTime]:
    """Read the free times of a schedule within (after, before), in order."""
    rows = tx.execute(
        "SELECT id, schedule_id, starts_at FROM slot WHERE schedule_id = :schedule AND status = 0"  # noqa: S608
        f" AND starts_at > :after AND +starts_at < :before{fits(minutes)} ORDER BY starts_at LIMIT :limit",
        {
            "schedule": schedule_id,
            "after": epoch(after),
            "before": epoch(before),
            "limit": limit,
            "length": 60 * minutes,
        },
    ).fetchall()
    return [FreeTime(row[0], row[1], instant(row[2])) for row in rows]


def first_within_hours(
    tx: Tx,
    schedule_id: int,
    after: datetime,
    before: datetime,
    hours: tuple[int, int],
    offset: int,
    minutes: int = 0,
) -> FreeTime | None:
    """Find the first free time within (after, before) that begins in some hours of its day.

    `hours` are seconds after midnight, from and up to and without; `offset` is the zone's, in seconds.
    """
    row = tx.execute(
        "SELECT id, schedule_id, starts_at FROM slot WHERE schedule_id = :schedule AND status = 0"  # noqa: S608
        " AND starts_at > :after AND +starts_at < :before AND (starts_at + :offset) % 86400 >= :since"
        f" AND (starts_at + :offset) % 86400 < :until{fits(minutes)} ORDER BY starts_at LIMIT 1",
        {
            "schedule": schedule_id,
            "after": epoch(after),
            "before": epoch(before),
            "since": hours[0],
            "until": hours[1],
            "offset": offset,
            "length": 60 * minutes,
        },
    ).fetchone()
    return row and FreeTime(row[0], row[1], instant(row[2]))


def _first(minutes: int) -> str:
    return (
        "(SELECT MIN(starts_at) FROM slot WHERE schedule_id = sc.id AND status = 0 AND starts_at > :after"  # noqa: S608
        f"{fits(minutes)})"
    )


def nearest_in_region(
    tx: Tx, specialty_id: int, region_code: str, after: datetime, limit: int, minutes: int = 0
) -> list[FreeTime]:
    """Find the nearest free times of a specialty in a region: one index seek a schedule."""
    rows = tx.execute(
        f"SELECT id, first FROM (SELECT sc.id AS id, {_first(minutes)} AS first FROM schedule AS sc"  # noqa: S608
        " WHERE sc.specialty_id = :specialty AND sc.region_code = :region)"
        " WHERE first IS NOT NULL ORDER BY first LIMIT :limit",
        {"specialty": specialty_id, "region": region_code, "after": epoch(after), "limit": limit}
        | {"length": 60 * minutes},
    ).fetchall()
    return _merge(tx, rows, after, limit, minutes)


def nearest_at_facility(
    tx: Tx, specialty_id: int, facility_id: int, after: datetime, limit: int, minutes: int = 0
) -> list[FreeTime]:
    """Find the nearest free times of a specialty at one facility."""
    rows = tx.execute(
        f"SELECT id, first FROM (SELECT sc.id AS id, {_first(minutes)} AS first FROM schedule AS sc"  # noqa: S608
        " WHERE sc.facility_id = :facility AND sc.specialty_id = :specialty)"
        " WHERE first IS NOT NULL ORDER BY first LIMIT :limit",
        {"specialty": specialty_id, "facility": facility_id, "after": epoch(after), "limit": limit}
        | {"length": 60 * minutes},
    ).fetchall()
    return _merge(tx, rows, after, limit, minutes)


def _merge(
    tx: Tx, firsts: Sequence[tuple[int, int]], after: datetime, limit: int, minutes: int
) -> list[FreeTime]:
    """Take the `limit` earliest of the schedules whose first free times are given in order.

    The last of these firsts bounds the answer when there are `limit` of them.
    """
    if not firsts:
        return []
    bound = firsts[-1][1] + 1 if len(firsts) == limit else 1 << 60
    found: list[tuple[int, int, int]] = []
    for schedule_id, _ in firsts:
        found += tx.execute(
            "SELECT starts_at, id, schedule_id FROM slot WHERE schedule_id = :schedule AND status = 0"  # noqa: S608
            f" AND starts_at > :after AND +starts_at < :bound{fits(minutes)} ORDER BY starts_at LIMIT :limit",
            {"schedule": schedule_id, "after": epoch(after), "bound": bound, "limit": limit}
            | {"length": 60 * minutes},
        ).fetchall()
    found.sort()
    return [FreeTime(slot_id, schedule, instant(at)) for at, slot_id, schedule in found[:limit]]


def take(tx: Tx, slot_id: int, status: SlotStatus, *, from_status: SlotStatus) -> bool:
    """Turn a time from one status into another; False when it was in another one already.

    One that turns free is noted for the waiting list.
    """
    done = tx.execute(
        "UPDATE slot SET status = :status WHERE id = :id AND status = :was",
        {"status": int(status), "id": slot_id, "was": int(from_status)},
    )
    if done.rowcount != 1:
        return False
    if status is SlotStatus.FREE:
        freed.note(tx, slot_id, freed.CAUSES[from_status])
    return True


def count_up_to(tx: Tx, schedule_id: int, day_starts_at: datetime, starts_at: datetime) -> int:
    """Count a schedule's times from the day's start up to and with `starts_at`: the queue number.

    What the clinic has closed is no time of the day.
    """
    row = tx.execute(
        "SELECT COUNT(*) FROM slot WHERE schedule_id = :schedule AND starts_at >= :day AND starts_at <= :at"
        " AND status <> :closed",
        {"schedule": schedule_id, "day": epoch(day_starts_at), "at": epoch(starts_at)}
        | {"closed": int(SlotStatus.UNAVAILABLE)},
    ).fetchone()
    return int(row[0])
