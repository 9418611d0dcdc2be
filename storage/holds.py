"""Times kept for a chat for some minutes."""

from dataclasses import dataclass
from datetime import datetime

from storage.runs import free_kept
from storage.states import SlotStatus
from storage.times import take
from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A time kept for a chat."""

    slot_id: int
    telegram_id: int
    created_at: datetime
    expires_at: datetime


def of_chat(tx: Tx, telegram_id: int) -> HoldRow | None:
    """Read the hold of a chat, expired or not."""
    row = tx.execute(
        "SELECT slot_id, telegram_id, created_at, expires_at FROM hold WHERE telegram_id = :chat",
        {"chat": telegram_id},
    ).fetchone()
    return row and HoldRow(row[0], row[1], instant(row[2]), instant(row[3]))


def ending(tx: Tx, now: datetime, before: datetime) -> list[HoldRow]:
    """Read the holds that run out after now and not after `before`."""
    rows = tx.execute(
        "SELECT slot_id, telegram_id, created_at, expires_at FROM hold"
        " WHERE expires_at > :now AND expires_at <= :before",
        {"now": epoch(now), "before": epoch(before)},
    ).fetchall()
    return [HoldRow(row[0], row[1], instant(row[2]), instant(row[3])) for row in rows]


def insert(tx: Tx, slot_id: int, telegram_id: int, now: datetime, expires_at: datetime) -> None:
    """Write a hold; its unique keys are what makes a second one impossible."""
    tx.execute(
        "INSERT INTO hold (slot_id, telegram_id, created_at, expires_at) VALUES (:slot, :chat, :now, :until)",
        {"slot": slot_id, "chat": telegram_id, "now": epoch(now), "until": epoch(expires_at)},
    )


def extend(tx: Tx, telegram_id: int, expires_at: datetime) -> None:
    """Let a hold live until `expires_at`."""
    tx.execute(
        "UPDATE hold SET expires_at = :until WHERE telegram_id = :chat",
        {"until": epoch(expires_at), "chat": telegram_id},
    )


def delete(tx: Tx, telegram_id: int) -> int | None:
    """Remove a chat's hold and return the slot it kept; the slot's status is the caller's to set.

    The further times of a long service are free at once.
    """
    free_kept(tx, telegram_id)
    row = tx.execute("DELETE FROM hold WHERE telegram_id = :chat RETURNING slot_id", {"chat": telegram_id})
    found = row.fetchone()
    return found[0] if found else None


def free(tx: Tx, slot_id: int) -> None:
    """Give a held time back to everybody."""
    take(tx, slot_id, SlotStatus.FREE, from_status=SlotStatus.TENTATIVE)


def release_expired(tx: Tx, now: datetime) -> list[HoldRow]:
    """Free the times whose holds have run out and return those holds."""
    rows = tx.execute(
        "DELETE FROM hold WHERE expires_at <= :now RETURNING slot_id, telegram_id, created_at, expires_at",
        {"now": epoch(now)},
    ).fetchall()
    for row in rows:
        free(tx, row[0])
        free_kept(tx, row[1])
    return [HoldRow(row[0], row[1], instant(row[2]), instant(row[3])) for row in rows]
