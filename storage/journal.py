"""The journal of accesses to personal data: who, what, which record, when; each entry seals the one before.

Nothing personal is in it: ids are random numbers. What is erased stays in it as a fact.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.types import Tx, epoch, instant

CREATED, VIEWED, CHANGED, DELETED = "created", "viewed", "changed", "deleted"
BOOKED, MOVED, CANCELLED = "booked", "moved", "cancelled"
SHARED, UNSHARED, EXPORTED, ERASED = "shared", "unshared", "exported", "erased"
CONFIRMED, LOCKED = "confirmed", "locked"
PATIENT, ACCOUNT, DOCUMENT, VISIT, PIN = "patient", "account", "document", "visit", "pin"
WAITING, LETTER = "waiting", "letter"
AGREEMENT = "agreement"
CONSENT = "consent"
FEEDBACK = "feedback"
SUPPORT = "support"
RESULT = "result"
"""what the clinic wrote of a visit, with its files; where one of those is opened, its number"""
ATTENDANCE = "attendance"
"""whether the patient came"""
SERVICE = 0
"""The account id of the service itself."""
CLINIC = -1
"""The account id of the clinic, whose own system says what became of visits."""
VIEW_AGAIN = timedelta(hours=1)
"""Looking at the same record again within this time is one access."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An access or a change."""

    id: int
    at: datetime
    account_id: int
    action: str
    record: str
    record_id: int
    patient_id: int | None


def note(
    tx: Tx,
    now: datetime,
    account_id: int,
    action: str,
    record: str,
    record_id: int,
    patient_id: int | None = None,
) -> None:
    """Write an entry, in the transaction of what it is about."""
    before = tx.execute("SELECT hash FROM journal WHERE id = (SELECT max(id) FROM journal)").fetchone()
    facts = (epoch(now), account_id, action, record, record_id, patient_id)
    tx.execute(
        "INSERT INTO journal (at, account_id, action, record, record_id, patient_id, hash)"
        " VALUES (:at, :account, :action, :record, :number, :patient, :hash)",
        {
            "at": facts[0],
            "account": account_id,
            "action": action,
            "record": record,
            "number": record_id,
            "patient": patient_id,
            "hash": _chained(b"" if before is None else before[0], facts),
        },
    )


def note_view(tx: Tx, now: datetime, account_id: int, record: str, record_id: int, patient_id: int) -> None:
    """Write that a record was looked at, once in VIEW_AGAIN."""
    row = tx.execute(
        "SELECT 1 FROM (SELECT account_id, action, record, record_id, at FROM journal"
        "  WHERE patient_id = :patient ORDER BY id DESC LIMIT 50)"
        " WHERE account_id = :account AND action = :action AND record = :record AND record_id = :number"
        " AND at > :since",
        {
            "patient": patient_id,
            "account": account_id,
            "action": VIEWED,
            "record": record,
            "number": record_id,
            "since": epoch(now - VIEW_AGAIN),
        },
    ).fetchone()
    if row is None:
        note(tx, now, account_id, VIEWED, record, record_id, patient_id)


def of_patient(tx: Tx, patient_id: int, offset: int, limit: int) -> list[Entry]:
    """Read what happened to a patient's data, the latest first."""
    rows = tx.execute(
        "SELECT id, at, account_id, action, record, record_id, patient_id FROM journal"
        " WHERE patient_id = :patient ORDER BY id DESC LIMIT :limit OFFSET :offset",
        {"patient": patient_id, "limit": limit, "offset": offset},
    ).fetchall()
    return [Entry(row[0], instant(row[1]), *row[2:]) for row in rows]


def first_broken(tx: Tx) -> int | None:
    """Find the first entry whose hash does not follow from those before it; None when all do."""
    before = b""
    rows = tx.execute(
        "SELECT id, at, account_id, action, record, record_id, patient_id, hash FROM journal ORDER BY id"
    )
    for number, *facts, found in rows.fetchall():
        before = _chained(before, tuple(facts))
        if before != found:
            return int(number)
    return None


def _chained(before: bytes, facts: tuple[object, ...]) -> bytes:
    return hashlib.sha256(before + repr(facts).encode()).digest()
