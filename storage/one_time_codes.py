"""Codes sent by SMS or e-mail: hashed, counted for the chat and for the number or address they went to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code that was sent; `code_hash` is a keyed hash of it."""

    id: int
    telegram_id: int
    purpose: str
    target_index: bytes
    code_hash: bytes
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


def insert(tx: Tx, row: CodeRow) -> None:
    """Write a code that is about to be sent."""
    tx.execute(
        "INSERT INTO one_time_code"
        " (id, telegram_id, purpose, target_index, code_hash, created_at, expires_at, failures)"
        " VALUES (:id, :chat, :purpose, :target, :hash, :created, :expires, 0)",
        {
            "id": row.id,
            "chat": row.telegram_id,
            "purpose": row.purpose,
            "target": row.target_index,
            "hash": row.code_hash,
            "created": epoch(row.created_at),
            "expires": epoch(row.expires_at),
        },
    )


def latest(tx: Tx, telegram_id: int, purpose: str) -> CodeRow | None:
    """Read the last code that a chat was sent for a purpose, used or not."""
    row = tx.execute(
        "SELECT id, telegram_id, purpose, target_index, code_hash, created_at, expires_at, used_at"
        " FROM one_time_code WHERE telegram_id = :chat AND purpose = :purpose"
        " ORDER BY created_at DESC, id DESC LIMIT 1",
        {"chat": telegram_id, "purpose": purpose},
    ).fetchone()
    if row is None:
        return None
    number, chat, purpose, target, code_hash, created, expires, used = row
    used_at = None if used is None else instant(used)
    return CodeRow(number, chat, purpose, target, code_hash, instant(created), instant(expires), used_at)


def note_failure(tx: Tx, code_id: int) -> None:
    """Count a wrong try."""
    tx.execute("UPDATE one_time_code SET failures = failures + 1 WHERE id = :id", {"id": code_id})


def note_use(tx: Tx, code_id: int, now: datetime) -> None:
    """Mark a code as used; it works once."""
    tx.execute("UPDATE one_time_code SET used_at = :now WHERE id = :id", {"now": epoch(now), "id": code_id})


def failures_since(tx: Tx, telegram_id: int, targets: Sequence[bytes], since: datetime) -> int:
    """Count wrong tries since then: those of the chat, or those at the target, whichever are more."""
    by_chat = tx.execute(
        "SELECT coalesce(sum(failures), 0) FROM one_time_code"
        " WHERE telegram_id = :chat AND created_at > :since",
        {"chat": telegram_id, "since": epoch(since)},
    ).fetchone()[0]
    return max(int(by_chat), sum(_failures_at(tx, target, since) for target in targets))


def _failures_at(tx: Tx, target: bytes, since: datetime) -> int:
    row = tx.execute(
        "SELECT coalesce(sum(failures), 0) FROM one_time_code"
        " WHERE target_index = :target AND created_at > :since",
        {"target": target, "since": epoch(since)},
    ).fetchone()
    return int(row[0])


def sent_since(tx: Tx, telegram_id: int, targets: Sequence[bytes], since: datetime) -> int:
    """Count codes sent since then: to the chat, or to the target, whichever are more."""
    by_chat = tx.execute(
        "SELECT count(*) FROM one_time_code WHERE telegram_id = :chat AND created_at > :since",
        {"chat": telegram_id, "since": epoch(since)},
    ).fetchone()[0]
    at_target = 0
    for target in targets:
        row = tx.execute(
            "SELECT count(*) FROM one_time_code WHERE target_index = :target AND created_at > :since",
            {"target": target, "since": epoch(since)},
        ).fetchone()
        at_target += int(row[0])
    return max(int(by_chat), at_target)


def purge(tx: Tx, before: datetime, limit: int) -> int:
    """Delete codes of long ago; returns how many."""
    return tx.execute(
        "DELETE FROM one_time_code WHERE id IN"
        " (SELECT id FROM one_time_code WHERE created_at < :before LIMIT :limit)",
        {"before": epoch(before), "limit": limit},
    ).rowcount
