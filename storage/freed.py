"""Times that get free while somebody waits for one of their kind, and whom they may suit.

Whatever turns a time free notes it here, in the same transaction; whoever works the waiting list
(`clinic.waiting.offering`) finds it before that transaction ends, or after a kill.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from storage.states import FreedState, SlotStatus
from storage.types import Tx, epoch, instant

LET_GO, GIVEN_UP, OPENED, WRITTEN = "let_go", "given_up", "opened", "written"
"""Why a time is free: kept no more by somebody who looked, a visit is off, a reserve is opened, it is new."""
CAUSES = {
    SlotStatus.TENTATIVE: LET_GO,
    SlotStatus.BUSY: GIVEN_UP,
    SlotStatus.RESERVED: OPENED,
    SlotStatus.UNAVAILABLE: OPENED,
}
"""By what a time was before."""
PART = 180
"""Minutes of a part of the week, of which there are 56."""


@dataclass(frozen=True, slots=True)
class FreedRow:
    """A time that got free, with what tells whom it may suit."""

    id: int
    slot_id: int
    schedule_id: int
    facility_id: int
    specialty_id: int
    region_code: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    status: SlotStatus
    why: str

    @property
    def is_new(self) -> bool:
        """Tell whether it counts as one that got free."""
        return self.why != LET_GO


_NOTE = """
    INSERT INTO freed_time (slot_id, specialty_id, region_code, why, state)
    SELECT sl.id, sc.specialty_id, sc.region_code, :why, 0
    FROM slot AS sl JOIN schedule AS sc ON sc.id = sl.schedule_id
    WHERE (EXISTS (SELECT 1 FROM waiting AS w WHERE w.specialty_id = sc.specialty_id
                   AND w.region_code = sc.region_code AND w.state < 2)
           OR :why = 'given_up'
           AND EXISTS (SELECT 1 FROM reserve AS r WHERE r.schedule_id = sl.schedule_id AND r.on_cancel))
"""
_ONCE = " ON CONFLICT (slot_id) WHERE state < 2 DO NOTHING"


def note(tx: Tx, slot_id: int, why: str) -> None:
    """Note that a time has got free, where anybody may care; one that the list has in hand is known."""
    tx.execute(f"{_NOTE} AND sl.id = :slot {_ONCE}", {"slot": slot_id, "why": why})


def note_written(tx: Tx, after_id: int) -> int:
    """Note the free times that were written after a row, where somebody waits; returns how many."""
    return tx.execute(
        f"{_NOTE} AND sl.id > :after AND sl.status = 0 {_ONCE}", {"after": after_id, "why": WRITTEN}
    ).rowcount


# --- whom a time may suit

MAY_SUIT = """
    FROM waiting AS w WHERE w.specialty_id = :specialty AND w.region_code = :region
    AND w.state < 2 AND w.state = 0
    AND (w.facility_id IS NULL OR w.facility_id = :facility)
    AND (w.schedule_id IS NULL OR w.schedule_id = :schedule)
    AND (w.before IS NULL OR w.before > :starts)
    AND w.parts & :part AND w.since <= :minute AND w.until > :minute
    AND w.first_day <= :day AND w.last_day >= :day
    AND NOT EXISTS (SELECT 1 FROM waiting_offer AS o WHERE o.waiting_id = w.id AND o.slot_id = :slot)
"""


def questions(freed: FreedRow) -> dict[str, Any]:
    """Say of a time what MAY_SUIT asks; its hours are the facility's own."""
    wall = freed.starts_at.astimezone(ZoneInfo(freed.timezone))
    minute = wall.hour * 60 + wall.minute
    return {
        "specialty": freed.specialty_id,
        "region": freed.region_code,
        "facility": freed.facility_id,
        "schedule": freed.schedule_id,
        "slot": freed.slot_id,
        "starts": epoch(freed.starts_at),
        "part": 1 << (wall.weekday() * (24 * 60 // PART) + minute // PART),
        "minute": minute,
        "day": wall.toordinal(),
    }


# --- working the list

_FREED = """
    fr.id, sl.id, sl.schedule_id, sc.facility_id, sc.specialty_id, sc.region_code, sl.starts_at, sl.minutes,
    f.timezone, sl.status, fr.why
    FROM freed_time AS fr JOIN slot AS sl ON sl.id = fr.slot_id
    JOIN schedule AS sc ON sc.id = sl.schedule_id JOIN facility AS f ON f.id = sc.facility_id
"""


def _row(row: tuple[Any, ...]) -> FreedRow:
    number, slot, schedule, facility, specialty, region, starts, minutes, timezone, status, why = row
    return FreedRow(
        number,
        slot,
        schedule,
        facility,
        specialty,
        region,
        instant(starts),
        instant(starts + 60 * minutes),
        timezone,
        SlotStatus(status),
        why,
    )


def has_pending(tx: Tx) -> bool:
    """Tell whether anything is to be offered; one index seek where nothing is."""
    return tx.execute("SELECT 1 FROM freed_time WHERE state = 0 LIMIT 1").fetchone() is not None


def next_pending(tx: Tx) -> FreedRow | None:
    """Read the time that is to be offered next: the one that got free first."""
    row = tx.execute(f"SELECT {_FREED} WHERE fr.state = 0 ORDER BY fr.id LIMIT 1").fetchone()
    return row and _row(row)


def pending_of(tx: Tx, slot_id: int) -> FreedRow | None:
    """Read a time if it is to be offered."""
    row = tx.execute(
        f"SELECT {_FREED} WHERE fr.slot_id = :slot AND fr.state < 2 AND fr.state = 0",
        {"slot": slot_id},
    ).fetchone()
    return row and _row(row)


def note_seen(tx: Tx, freed_id: int, now: datetime) -> None:
    """Note when the list came by a time."""
    tx.execute(
        "UPDATE freed_time SET freed_at = coalesce(freed_at, :now) WHERE id = :id",
        {"now": epoch(now), "id": freed_id},
    )


def note_offered(tx: Tx, slot_id: int) -> None:
    """Note that a time has been offered to somebody."""
    _set(tx, slot_id, FreedState.OFFERED)


def offer_on(tx: Tx, slot_id: int) -> None:
    """Let a time that was declined or missed be offered to the next."""
    _set(tx, slot_id, FreedState.PENDING)


def note_done(tx: Tx, slot_id: int) -> None:
    """Note that the list has nothing to do with a time any more; what counts for nothing is forgotten."""
    tx.execute(
        "DELETE FROM freed_time WHERE slot_id = :slot AND state < 2 AND why = 'let_go'", {"slot": slot_id}
    )
    _set(tx, slot_id, FreedState.DONE)


def _set(tx: Tx, slot_id: int, state: FreedState) -> None:
    tx.execute(
        "UPDATE freed_time SET state = :state WHERE slot_id = :slot AND state < 2",
        {"state": int(state), "slot": slot_id},
    )


def lately(tx: Tx, specialty_id: int, region_code: str, since: datetime, limit: int) -> list[FreedRow]:
    """Read the times of a specialty in a region that got free since then, the latest first."""
    rows = tx.execute(
        f"SELECT {_FREED} WHERE fr.specialty_id = :specialty AND fr.region_code = :region"
        " AND fr.freed_at > :since AND fr.why <> 'let_go' ORDER BY fr.freed_at DESC LIMIT :limit",
        {
            "specialty": specialty_id,
            "region": region_code,
            "since": epoch(since),
            "limit": limit,
        },
    ).fetchall()
    return [_row(row) for row in rows]


def purge(tx: Tx, before: datetime, limit: int) -> int:
    """Forget times that were done with and got free before then; returns how many rows that was."""
    return tx.execute(
        "DELETE FROM freed_time WHERE id IN (SELECT id FROM freed_time WHERE freed_at < :before AND state = 2"
        " LIMIT :limit)",
        {"before": epoch(before), "limit": limit},
    ).rowcount
