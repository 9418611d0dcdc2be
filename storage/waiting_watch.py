"""Whom to tell once a day that the waiting list is watched, and the message that said it last."""

from dataclasses import dataclass
from datetime import datetime

from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class WatchRow:
    """How an account is told."""

    account_id: int
    next_at: datetime | None
    message_id: int | None
    is_off: bool


def of_account(tx: Tx, account_id: int) -> WatchRow | None:
    """Read how an account is told."""
    row = tx.execute(
        "SELECT account_id, next_at, message_id, is_off FROM waiting_watch WHERE account_id = :id",
        {"id": account_id},
    ).fetchone()
    return row and WatchRow(row[0], None if row[1] is None else instant(row[1]), row[2], bool(row[3]))


def begin(tx: Tx, account_id: int, next_at: datetime) -> None:
    """Let an account be told from then on; one that is told already, or wants none, is left as it is."""
    tx.execute(
        "INSERT INTO waiting_watch (account_id, next_at, is_off) VALUES (:id, :next, 0)"
        " ON CONFLICT (account_id) DO UPDATE SET next_at = coalesce(next_at, excluded.next_at)"
        " WHERE NOT is_off",
        {"id": account_id, "next": epoch(next_at)},
    )


def put_off(tx: Tx, account_id: int, next_at: datetime | None) -> None:
    """Say when an account is told next; None: nothing is waited for any more."""
    tx.execute(
        "UPDATE waiting_watch SET next_at = :next WHERE account_id = :id",
        {"next": None if next_at is None else epoch(next_at), "id": account_id},
    )


def switch(tx: Tx, account_id: int, next_at: datetime | None) -> None:
    """Tell an account from then on, or no more (None)."""
    tx.execute(
        "UPDATE waiting_watch SET next_at = :next, is_off = :off WHERE account_id = :id",
        {"next": None if next_at is None else epoch(next_at), "off": next_at is None, "id": account_id},
    )


def set_message(tx: Tx, account_id: int, message_id: int | None) -> None:
    """Keep which message said it last: the next one takes its place."""
    tx.execute(
        "UPDATE waiting_watch SET message_id = :message WHERE account_id = :id",
        {"message": message_id, "id": account_id},
    )


def delete(tx: Tx, account_id: int) -> None:
    """Forget how an account is told."""
    tx.execute("DELETE FROM waiting_watch WHERE account_id = :id", {"id": account_id})


def due(tx: Tx, now: datetime, limit: int) -> list[int]:
    """Read the accounts that are to be told now, those that are due longest first."""
    rows = tx.execute(
        "SELECT account_id FROM waiting_watch WHERE next_at <= :now ORDER BY next_at LIMIT :limit",
        {"now": epoch(now), "limit": limit},
    ).fetchall()
    return [row[0] for row in rows]


def stands_still(tx: Tx, before: datetime) -> datetime | None:
    """Find since when the list has not been worked, where something has been due since before that."""
    row = tx.execute(
        "SELECT min(at) FROM (SELECT min(until) AS at FROM waiting_offer WHERE state = 0"
        " AND told_at IS NOT NULL AND until < :before UNION ALL SELECT min(freed_at) FROM freed_time"
        " WHERE state = 0 UNION ALL SELECT min(look_at) FROM waiting WHERE look_at IS NOT NULL"
        "  AND state = 0)"
        " WHERE at < :before",
        {"before": epoch(before)},
    ).fetchone()
    return None if row[0] is None else instant(row[0])
