"""One-time links by which people come to act for one another."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.types import Tx, epoch, instant

PARENT, RELATIVE, GROWN = "parent", "relative", "grown"
"""Kinds: act for a child as well; let the inviter act for oneself; take one's record along at 18."""


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """A link that was made; the code itself is in the link alone."""

    id: int
    kind: str
    account_id: int
    patient_id: int | None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    used_by: int | None = None
    """the account that used it"""


_SELECT = (
    "SELECT id, kind, account_id, patient_id, created_at, expires_at, used_at, revoked_at, used_by"
    " FROM invitation"
)


def insert(tx: Tx, row: InvitationRow, code_hash: bytes) -> None:
    """Write a new link."""
    tx.execute(
        "INSERT INTO invitation (id, code_hash, kind, account_id, patient_id, created_at, expires_at)"
        " VALUES (:id, :hash, :kind, :account, :patient, :created, :expires)",
        {
            "id": row.id,
            "hash": code_hash,
            "kind": row.kind,
            "account": row.account_id,
            "patient": row.patient_id,
            "created": epoch(row.created_at),
            "expires": epoch(row.expires_at),
        },
    )


def by_code(tx: Tx, code_hash: bytes) -> InvitationRow | None:
    """Find the link with that code, in whatever state it is."""
    row = tx.execute(_SELECT + " WHERE code_hash = :hash", {"hash": code_hash}).fetchone()
    return row and _row(row)


def open_of(tx: Tx, account_id: int, now: datetime) -> list[InvitationRow]:
    """Read the links of an account that still work."""
    rows = tx.execute(
        _SELECT + " WHERE account_id = :account AND used_at IS NULL"
        " AND revoked_at IS NULL AND expires_at > :now ORDER BY created_at",
        {"account": account_id, "now": epoch(now)},
    ).fetchall()
    return [_row(row) for row in rows]


def of_account(tx: Tx, account_id: int) -> list[InvitationRow]:
    """Read all links that an account has made, whatever became of them."""
    rows = tx.execute(
        _SELECT + " WHERE account_id = :account ORDER BY created_at", {"account": account_id}
    ).fetchall()
    return [_row(row) for row in rows]


def _row(row: tuple[Any, ...]) -> InvitationRow:
    number, kind, account_id, patient_id, created, expires, used, revoked, used_by = row
    return InvitationRow(
        number,
        kind,
        account_id,
        patient_id,
        instant(created),
        instant(expires),
        None if used is None else instant(used),
        None if revoked is None else instant(revoked),
        used_by,
    )


def use(tx: Tx, invitation_id: int, account_id: int, now: datetime) -> bool:
    """Mark a link as used; False when it has been used or taken back already."""
    changed = tx.execute(
        "UPDATE invitation SET used_at = :now, used_by = :account"
        " WHERE id = :id AND used_at IS NULL AND revoked_at IS NULL AND expires_at > :now",
        {"now": epoch(now), "account": account_id, "id": invitation_id},
    ).rowcount
    return changed == 1


def revoke_about(tx: Tx, patient_id: int, now: datetime, *, account_id: int | None = None) -> None:
    """Take back the links about a patient that were not used: those of one account, or all."""
    tx.execute(
        "UPDATE invitation SET revoked_at = :now WHERE patient_id = :patient AND used_at IS NULL"
        " AND revoked_at IS NULL AND (:account IS NULL OR account_id = :account)",
        {"now": epoch(now), "patient": patient_id, "account": account_id},
    )


def revoke(tx: Tx, invitation_id: int, account_id: int, now: datetime) -> None:
    """Take a link back; only its own account can."""
    tx.execute(
        "UPDATE invitation SET revoked_at = :now"
        " WHERE id = :id AND account_id = :account AND used_at IS NULL",
        {"now": epoch(now), "id": invitation_id, "account": account_id},
    )
