"""The questions after visits among the messages: dropped where none are wanted, read to be planned anew."""

from dataclasses import dataclass
from datetime import datetime

from storage.states import NotificationState
from storage.types import Tx, epoch, instant

QUESTION = "how_was_it"
"""The kind of message."""


@dataclass(frozen=True, slots=True)
class AskedVisit:
    """A visit that may be asked about."""

    appointment_id: int
    sequence: int
    ends_at: datetime


def drop(tx: Tx, account_id: int, begun_since: datetime, why: str) -> int:
    """Drop what an account was still to be asked of visits that begin after an instant; returns how many."""
    return tx.execute(
        "UPDATE notification SET state = :dropped, error = :why WHERE account_id = :account"
        " AND kind = 'how_was_it' AND +state = 1 AND appointment_id IN (SELECT a.id FROM care AS c"
        "  JOIN appointment AS a ON a.patient_id = c.patient_id"
        "  WHERE c.account_id = :account AND a.starts_at > :since)",
        {
            "dropped": int(NotificationState.DROPPED),
            "why": why,
            "account": account_id,
            "since": epoch(begun_since),
        },
    ).rowcount


def of_account(tx: Tx, account_id: int, ended_since: datetime) -> list[AskedVisit]:
    """Read visits that an account booked or moved last, which were not missed and end after an instant."""
    rows = tx.execute(
        "SELECT a.id, a.sequence, a.ends_at FROM care AS c"
        " JOIN appointment AS a ON a.patient_id = c.patient_id"
        " WHERE c.account_id = :account AND a.starts_at > :since - 86400 AND a.ends_at > :since"
        " AND a.status IN (1, 2, 3) AND coalesce(a.changed_by, a.booked_by) = :account",
        {"account": account_id, "since": epoch(ended_since)},
    ).fetchall()
    return [AskedVisit(row[0], row[1], instant(row[2])) for row in rows]
