"""Times of a schedule that are kept closed until a rule opens them (seed 5.1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.states import SlotStatus
from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class ReserveRow:
    """The rules by which a schedule's reserved times open, and the zone in which its days are days."""

    schedule_id: int
    percent: int
    open_days: int
    open_load: int
    on_cancel: bool
    timezone: str


_RESERVE = """
    r.schedule_id, r.percent, r.open_days, r.open_load, r.on_cancel, f.timezone FROM reserve AS r
    JOIN schedule AS sc ON sc.id = r.schedule_id JOIN facility AS f ON f.id = sc.facility_id
"""


def _row(row: tuple[Any, ...]) -> ReserveRow:
    schedule_id, percent, days, load, on_cancel, timezone = row
    return ReserveRow(schedule_id, percent, days, load, bool(on_cancel), timezone)


def set_rules(tx: Tx, row: ReserveRow) -> None:
    """Write the rules of a schedule, in place of others; which times are reserved is the caller's to say."""
    tx.execute(
        "INSERT INTO reserve (schedule_id, percent, open_days, open_load, on_cancel)"
        " VALUES (:schedule, :percent, :days, :load, :cancel) ON CONFLICT (schedule_id) DO UPDATE SET"
        " percent = excluded.percent, open_days = excluded.open_days, open_load = excluded.open_load,"
        " on_cancel = excluded.on_cancel",
        {
            "schedule": row.schedule_id,
            "percent": row.percent,
            "days": row.open_days,
            "load": row.open_load,
            "cancel": row.on_cancel,
        },
    )


def drop(tx: Tx, schedule_id: int) -> None:
    """Take the rules off a schedule; which times they keep closed is the caller's to open."""
    tx.execute("DELETE FROM reserve WHERE schedule_id = :schedule", {"schedule": schedule_id})


def of_schedule(tx: Tx, schedule_id: int) -> ReserveRow | None:
    """Read the rules of a schedule, where it has a reserve."""
    row = tx.execute(f"SELECT {_RESERVE} WHERE r.schedule_id = :id", {"id": schedule_id}).fetchone()
    return row and _row(row)


def next_rules(tx: Tx, after_id: int, limit: int) -> list[ReserveRow]:
    """Read the rules of the next schedules that have a reserve, by number."""
    rows = tx.execute(
        f"SELECT {_RESERVE} WHERE r.schedule_id > :after ORDER BY r.schedule_id LIMIT :limit",
        {"after": after_id, "limit": limit},
    ).fetchall()
    return [_row(row) for row in rows]


def reserved(tx: Tx, schedule_id: int, after: datetime, limit: int) -> list[tuple[int, datetime]]:
    """Read the reserved times of a schedule, the nearest first: number and beginning."""
    rows = tx.execute(
        "SELECT id, starts_at FROM slot WHERE schedule_id = :schedule AND status = 4 AND starts_at > :after"
        " ORDER BY starts_at LIMIT :limit",
        {"schedule": schedule_id, "after": epoch(after), "limit": limit},
    ).fetchall()
    return [(row[0], instant(row[1])) for row in rows]


def load(tx: Tx, schedule_id: int, since: datetime, until: datetime) -> tuple[int, int]:
    """Count a schedule's times in [since, until) that are gone, and all of them.

    Reserved and closed ones count as neither.
    """
    row = tx.execute(
        "SELECT COALESCE(SUM(status <> 0), 0), COUNT(*) FROM slot WHERE schedule_id = :schedule"
        " AND starts_at >= :since AND starts_at < :until AND status NOT IN (:reserved, :closed)",
        {
            "schedule": schedule_id,
            "since": epoch(since),
            "until": epoch(until),
            "reserved": int(SlotStatus.RESERVED),
            "closed": int(SlotStatus.UNAVAILABLE),
        },
    ).fetchone()
    return int(row[0]), int(row[1])
