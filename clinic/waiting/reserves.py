"""Opening reserved times by their rules; like all that gets free they go to the waiting list first."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clinic.times import day_start
from storage import reserve, times
from storage.reserve import ReserveRow
from storage.states import SlotStatus
from storage.types import Tx

SCHEDULES = 10
"""Schedules whose reserve one transaction looks at."""
LOOKED_AT = 200
"""Most reserved times of one schedule that are looked at."""


def has_any(tx: Tx) -> bool:
    """Tell whether any schedule has a reserve; most deployments have none."""
    return bool(reserve.next_rules(tx, 0, 1))


def open_due(tx: Tx, now: datetime, after_id: int) -> tuple[int, int]:
    """Open what the rules open at the next schedules.

    Returns after which one to go on (0: from the start) and how many times were opened.
    """
    found = reserve.next_rules(tx, after_id, SCHEDULES)
    opened = sum(_open_of(tx, row, now) for row in found)
    return found[-1].schedule_id if len(found) == SCHEDULES else 0, opened


def _open_of(tx: Tx, row: ReserveRow, now: datetime) -> int:
    """Open a schedule's reserved times: all that are near, and one of a day whose others are gone.

    One more is a smaller load, so it is asked anew before the next.
    """
    opened = 0
    zone = ZoneInfo(row.timezone)
    near = now + timedelta(days=row.open_days)
    for slot_id, starts_at in reserve.reserved(tx, row.schedule_id, now, LOOKED_AT):
        if starts_at <= near or _is_loaded(tx, row, starts_at.astimezone(zone).date()):
            opened += times.take(tx, slot_id, SlotStatus.FREE, from_status=SlotStatus.RESERVED)
    return opened


def _is_loaded(tx: Tx, row: ReserveRow, day: date) -> bool:
    if not row.open_load:
        return False
    since, until = day_start(day, row.timezone), day_start(day + timedelta(days=1), row.timezone)
    gone, of = reserve.load(tx, row.schedule_id, since, until)
    return 100 * gone >= row.open_load * of


def open_one(tx: Tx, schedule_id: int, now: datetime) -> None:
    """Open the nearest reserved time of a schedule where its rules want that after a visit was given up."""
    row = reserve.of_schedule(tx, schedule_id)
    if row is not None and row.on_cancel:
        for slot_id, _ in reserve.reserved(tx, schedule_id, now, 1):
            times.take(tx, slot_id, SlotStatus.FREE, from_status=SlotStatus.RESERVED)
