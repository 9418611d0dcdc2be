"""Entries of the waiting list: who waits for what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from storage.states import WaitingState
from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class Asked:
    """What queries ask of a wish before it is opened; see the columns of `storage.models.Waiting`."""

    parts: int
    since: int
    until: int
    first_day: int
    last_day: int
    notice: int


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """An entry of the waiting list; `wish` is the JSON of clinic.wishes, read."""

    id: int
    turn: int
    precedence: int
    account_id: int
    patient_id: int
    specialty_id: int
    region_code: str
    facility_id: int | None
    schedule_id: int | None
    appointment_id: int | None
    before: datetime | None
    reason: str
    mode: str
    wish: Mapping[str, Any]
    is_any_hour: bool
    joined_at: datetime
    ends_at: datetime
    state: WaitingState
    ended: str | None
    service_id: int | None = None


ENTRY = """
    w.id, w.turn, w.precedence, w.account_id, w.patient_id, w.specialty_id, w.region_code, w.facility_id,
    w.schedule_id, w.appointment_id, w.before, w.reason, w.mode, w.wish, w.is_any_hour, w.joined_at,
    w.ends_at, w.state, w.ended, w.service_id
"""


def row_of(row: tuple[Any, ...]) -> WaitingRow:
    """Make an entry of the columns of ENTRY."""
    values = list(row)
    values[10] = None if values[10] is None else instant(values[10])
    values[13] = orjson.loads(values[13])
    values[14] = bool(values[14])
    values[15], values[16] = instant(values[15]), instant(values[16])
    values[17] = WaitingState(values[17])
    return WaitingRow(*values)


def next_turn(tx: Tx) -> int:
    """Return the place in the order of joining that whoever joins now gets."""
    row = tx.execute("SELECT max(turn) FROM waiting").fetchone()
    return int(row[0] or 0) + 1


def place_key(row: WaitingRow) -> str:
    """Name what is waited for: a patient has one live entry for it."""
    if row.appointment_id is not None:
        return f"visit {row.appointment_id}"
    where = (row.specialty_id, row.service_id, row.region_code, row.facility_id, row.schedule_id)
    return " ".join(str(part or "-") for part in where)


def insert(tx: Tx, row: WaitingRow, asked: Asked) -> None:
    """Write an entry; it is to be compared with what is free already. Its unique key allows one a place."""
    tx.execute(
        "INSERT INTO waiting (id, turn, precedence, account_id, patient_id, specialty_id, region_code,"
        " facility_id, schedule_id, service_id, place, appointment_id, before, reason, mode, wish, parts,"
        " since, until, first_day, last_day, notice, is_any_hour, joined_at, ends_at, state, look_at)"
        " VALUES (:id, :turn, :precedence, :account, :patient, :specialty, :region, :facility, :schedule,"
        " :service, :place, :appointment, :before, :reason, :mode, :wish, :parts, :since, :until, :first,"
        " :last, :notice, :any_hour, :joined, :ends, 0, :joined)",
        {
            "id": row.id,
            "turn": row.turn,
            "precedence": row.precedence,
            "account": row.account_id,
            "patient": row.patient_id,
            "specialty": row.specialty_id,
            "region": row.region_code,
            "facility": row.facility_id,
            "schedule": row.schedule_id,
            "service": row.service_id,
            "place": place_key(row),
            "appointment": row.appointment_id,
            "before": None if row.before is None else epoch(row.before),
            "reason": row.reason,
            "mode": row.mode,
            "any_hour": row.is_any_hour,
            "joined": epoch(row.joined_at),
            "ends": epoch(row.ends_at),
            **_wish_values(row.wish, asked),
        },
    )


def _wish_values(wish: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    return {
        "wish": orjson.dumps(wish).decode(),
        "parts": asked.parts,
        "since": asked.since,
        "until": asked.until,
        "first": asked.first_day,
        "last": asked.last_day,
        "notice": asked.notice,
    }


def set_wish(tx: Tx, waiting_id: int, wish: Mapping[str, Any], asked: Asked, now: datetime) -> None:
    """Keep another wish; the place in the order stays. It is compared with what is free already."""
    tx.execute(
        "UPDATE waiting SET wish = :wish, parts = :parts, since = :since, until = :until, first_day = :first,"
        " last_day = :last, notice = :notice, look_at = :now WHERE id = :id",
        {"id": waiting_id, "now": epoch(now), **_wish_values(wish, asked)},
    )


def set_terms(tx: Tx, waiting_id: int, mode: str, ends_at: datetime, *, is_any_hour: bool) -> None:
    """Keep how and until when somebody waits."""
    tx.execute(
        "UPDATE waiting SET mode = :mode, ends_at = :ends, is_any_hour = :any_hour WHERE id = :id",
        {"id": waiting_id, "mode": mode, "ends": epoch(ends_at), "any_hour": is_any_hour},
    )


def set_precedence(tx: Tx, patient_id: int, precedence: int) -> None:
    """Let a patient's entries come before those without a benefit, or no more."""
    tx.execute(
        "UPDATE waiting SET precedence = :precedence WHERE patient_id = :patient AND state < 2",
        {"precedence": precedence, "patient": patient_id},
    )


def by_id(tx: Tx, waiting_id: int) -> WaitingRow | None:
    """Read an entry; whose it is is the caller's to ask."""
    row = tx.execute(f"SELECT {ENTRY} FROM waiting AS w WHERE w.id = :id", {"id": waiting_id}).fetchone()
    return row and row_of(row)


def live_of_account(tx: Tx, account_id: int) -> list[WaitingRow]:
    """Read the live entries of all patients for whom an account acts, whoever of the family made them."""
    rows = tx.execute(
        f"SELECT {ENTRY} FROM care AS c JOIN waiting AS w ON w.patient_id = c.patient_id"
        " WHERE c.account_id = :account AND w.state < 2 ORDER BY w.turn",
        {"account": account_id},
    ).fetchall()
    return [row_of(row) for row in rows]


def live_by_account(tx: Tx, account_id: int) -> list[WaitingRow]:
    """Read the live entries that an account made: it is the one that is told."""
    rows = tx.execute(
        f"SELECT {ENTRY} FROM waiting AS w WHERE w.account_id = :account AND w.state < 2 ORDER BY w.turn",
        {"account": account_id},
    ).fetchall()
    return [row_of(row) for row in rows]


def by_account(tx: Tx, account_id: int) -> list[WaitingRow]:
    """Read all entries that an account made, ended ones too."""
    rows = tx.execute(
        f"SELECT {ENTRY} FROM waiting AS w WHERE w.account_id = :account", {"account": account_id}
    ).fetchall()
    return [row_of(row) for row in rows]


def of_patient(tx: Tx, patient_id: int) -> list[WaitingRow]:
    """Read all entries of a patient, ended ones too."""
    rows = tx.execute(
        f"SELECT {ENTRY} FROM waiting AS w WHERE w.patient_id = :patient", {"patient": patient_id}
    ).fetchall()
    return [row_of(row) for row in rows]


def give_to(tx: Tx, patient_id: int, into: int) -> None:
    """Make a patient's entries those of another record of the same person."""
    tx.execute(
        "UPDATE waiting SET patient_id = :new WHERE patient_id = :old", {"new": into, "old": patient_id}
    )


def delete(tx: Tx, waiting_id: int) -> None:
    """Delete an entry; its offers go first."""
    tx.execute("DELETE FROM waiting WHERE id = :id", {"id": waiting_id})


def live_of_patient(tx: Tx, patient_id: int) -> list[WaitingRow]:
    """Read a patient's live entries."""
    rows = tx.execute(
        f"SELECT {ENTRY} FROM waiting AS w WHERE w.patient_id = :patient AND w.state < 2 ORDER BY w.turn",
        {"patient": patient_id},
    ).fetchall()
    return [row_of(row) for row in rows]


def live_at(tx: Tx, patient_id: int, place: str) -> WaitingRow | None:
    """Read a patient's live entry for a place, by `place_key`."""
    row = tx.execute(
        f"SELECT {ENTRY} FROM waiting AS w"
        " WHERE w.patient_id = :patient AND w.place = :place AND w.state < 2",
        {"patient": patient_id, "place": place},
    ).fetchone()
    return row and row_of(row)


def set_state(tx: Tx, waiting_id: int, state: WaitingState) -> None:
    """Note that a time has been offered to an entry, or is no more; an ended one stays ended."""
    tx.execute(
        "UPDATE waiting SET state = :state WHERE id = :id AND state < 2",
        {"state": int(state), "id": waiting_id},
    )


def end(tx: Tx, waiting_id: int, why: str, now: datetime) -> None:
    """End an entry."""
    tx.execute(
        "UPDATE waiting SET state = :ended, ended = :why, ended_at = :now, look_at = NULL"
        " WHERE id = :id AND state < 2",
        {"ended": int(WaitingState.ENDED), "why": why, "now": epoch(now), "id": waiting_id},
    )


def ended_before(tx: Tx, before: datetime, limit: int) -> list[int]:
    """Find entries that ended before then."""
    rows = tx.execute(
        "SELECT id FROM waiting WHERE state = 2 AND ended_at < :before LIMIT :limit",
        {"before": epoch(before), "limit": limit},
    ).fetchall()
    return [row[0] for row in rows]


def over(tx: Tx, now: datetime, limit: int) -> list[WaitingRow]:
    """Read the entries whose time is over; one to whom a time is offered stays until that is answered."""
    rows = tx.execute(
        f"SELECT {ENTRY} FROM waiting AS w WHERE w.state < 2 AND w.state = 0 AND w.ends_at <= :now"
        " ORDER BY w.ends_at LIMIT :limit",
        {"now": epoch(now), "limit": limit},
    ).fetchall()
    return [row_of(row) for row in rows]


def of_visit(tx: Tx, appointment_id: int) -> list[WaitingRow]:
    """Read the live entries that would move a visit."""
    rows = tx.execute(
        f"SELECT {ENTRY} FROM waiting AS w WHERE w.appointment_id = :id AND w.state < 2",
        {"id": appointment_id},
    ).fetchall()
    return [row_of(row) for row in rows]


def follow_visit(tx: Tx, appointment_id: int, starts_at: datetime) -> None:
    """Let the entries that would move a visit know when it begins now: they end with it at the latest."""
    tx.execute(
        "UPDATE waiting SET before = :starts, ends_at ="
        " CASE WHEN ends_at >= before OR ends_at > :starts THEN :starts ELSE ends_at END"
        " WHERE appointment_id = :id AND state < 2",
        {"starts": epoch(starts_at), "id": appointment_id},
    )
