"""Who comes next in the waiting list: the order, who may be offered a time, and what is free already."""

from dataclasses import dataclass
from datetime import datetime

from storage.freed import LET_GO, MAY_SUIT, FreedRow, questions
from storage.states import SlotStatus
from storage.types import Tx, epoch, instant
from storage.waiting import ENTRY, WaitingRow, row_of

_SHARES_TIMES = """
    specialty_id = :specialty AND region_code = :region AND state < 2
    AND (:facility IS NULL OR facility_id IS NULL OR facility_id = :facility)
    AND (:schedule IS NULL OR schedule_id IS NULL OR schedule_id = :schedule)
"""


def standing(tx: Tx, row: WaitingRow) -> tuple[int, int]:
    """Count which one an entry is, from 1, and of how many: those to whom the same times may go."""
    place = {
        "specialty": row.specialty_id,
        "region": row.region_code,
        "facility": row.facility_id,
        "schedule": row.schedule_id,
    }
    ahead = tx.execute(
        f"SELECT COUNT(*) FROM waiting WHERE {_SHARES_TIMES} AND (precedence, turn) < (:precedence, :turn)",
        {**place, "precedence": row.precedence, "turn": row.turn},
    ).fetchone()
    total = tx.execute(f"SELECT COUNT(*) FROM waiting WHERE {_SHARES_TIMES}", place).fetchone()
    return int(ahead[0]) + 1, int(total[0])


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom a time may suit, their chat, and whether they have blocked the bot."""

    row: WaitingRow
    telegram_id: int
    is_blocked: bool


def candidates(tx: Tx, freed: FreedRow, after: tuple[int, int], limit: int) -> list[Candidate]:
    """Read whom a time may suit, in order, after a (precedence, turn); the wish is the caller's to ask."""
    rows = tx.execute(
        f"SELECT {ENTRY}, acc.telegram_id, acc.blocked_at IS NOT NULL"
        f" FROM (SELECT w.id AS wid, w.precedence AS first, w.turn AS second {MAY_SUIT}"
        "  AND (w.precedence, w.turn) > (:precedence, :turn) ORDER BY w.precedence, w.turn LIMIT :limit)"
        " AS found"
        " JOIN waiting AS w ON w.id = found.wid JOIN account AS acc ON acc.id = w.account_id"
        " ORDER BY found.first, found.second",
        {**questions(freed), "precedence": after[0], "turn": after[1], "limit": limit},
    ).fetchall()
    return [Candidate(row_of(row[:-2]), row[-2], bool(row[-1])) for row in rows]


def look(tx: Tx, waiting_id: int, now: datetime) -> None:
    """Let an entry be compared with the times that are free already: meanwhile some may have got free."""
    tx.execute(
        "UPDATE waiting SET look_at = :now WHERE id = :id AND state < 2",
        {"now": epoch(now), "id": waiting_id},
    )


def look_of_patient(tx: Tx, patient_id: int, now: datetime) -> None:
    """Likewise for all that a patient waits for: their own hours have changed."""
    tx.execute(
        "UPDATE waiting SET look_at = :now WHERE patient_id = :patient AND state < 2",
        {"now": epoch(now), "patient": patient_id},
    )


def to_look(tx: Tx, limit: int) -> list[WaitingRow]:
    """Read the entries that are to be compared with what is free; one with an open offer only after it."""
    rows = tx.execute(
        f"SELECT {ENTRY} FROM waiting AS w WHERE w.look_at IS NOT NULL AND w.state = 0"
        " ORDER BY w.look_at, w.precedence, w.turn LIMIT :limit",
        {"limit": limit},
    ).fetchall()
    return [row_of(row) for row in rows]


def has_to_look(tx: Tx) -> bool:
    """Tell whether any entry is to be compared; one index seek where none is."""
    row = tx.execute("SELECT 1 FROM waiting WHERE look_at IS NOT NULL AND state = 0 LIMIT 1").fetchone()
    return row is not None


def looked(tx: Tx, waiting_id: int) -> None:
    """Note that an entry has been compared."""
    tx.execute("UPDATE waiting SET look_at = NULL WHERE id = :id", {"id": waiting_id})


def free_times(tx: Tx, row: WaitingRow, after: datetime, before: datetime) -> list[FreedRow]:
    """Read the free times where an entry waits, the nearest first, without those that it was offered."""
    rows = tx.execute(
        "SELECT slot.id, slot.schedule_id, sc.facility_id, slot.starts_at, slot.minutes, f.timezone"
        " FROM schedule AS sc JOIN slot ON slot.schedule_id = sc.id AND slot.status = 0"
        " AND slot.starts_at > :after AND slot.starts_at < :before"
        " JOIN facility AS f ON f.id = sc.facility_id"
        " WHERE sc.specialty_id = :specialty AND sc.region_code = :region"
        " AND (:facility IS NULL OR sc.facility_id = :facility) AND (:schedule IS NULL OR sc.id = :schedule)"
        " AND NOT EXISTS (SELECT 1 FROM waiting_offer AS o WHERE o.waiting_id = :id AND o.slot_id = slot.id)"
        " ORDER BY slot.starts_at",
        {
            "after": epoch(after),
            "before": epoch(before if row.before is None else min(before, row.before)),
            "specialty": row.specialty_id,
            "region": row.region_code,
            "facility": row.facility_id,
            "schedule": row.schedule_id,
            "id": row.id,
        },
    ).fetchall()
    return [
        FreedRow(
            0, slot_id, schedule_id, facility_id, row.specialty_id, row.region_code, instant(starts),
            instant(starts + 60 * minutes), timezone, SlotStatus.FREE, LET_GO,
        )
        for slot_id, schedule_id, facility_id, starts, minutes, timezone in rows
    ]  # fmt: skip
