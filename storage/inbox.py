"""Updates as they came, each kept until it is done."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from storage.crypto import Keyring, UnreadableSeal
from storage.states import InboxState
from storage.types import Tx, epoch

REASON_LIMIT = 2000
"""Longest reason, in characters, that is kept with an update set aside."""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """An update that waits for its turn."""

    update_id: int
    attempts: int
    payload: bytes | None
    """the update's JSON; None when its key was taken out of SECRET_KEY"""


@dataclass(frozen=True, slots=True)
class NewUpdate:
    """An update that has just come."""

    update_id: int
    chat_id: int
    payload: bytes
    error: str | None = None
    """why it cannot be worked; None for one that can"""


def receive(
    tx: Tx, keyring: Keyring, updates: Iterable[NewUpdate], now: datetime, forgotten_before: datetime
) -> list[int]:
    """Write updates down and return the numbers of those that are new.

    A number that is known already is the same update delivered again, unless its row is done and older than
    `forgotten_before`: Telegram begins a new numbering after a week of silence.
    """
    new = []
    for update in updates:
        state = InboxState.WAITING if update.error is None else InboxState.SET_ASIDE
        written = tx.execute(
            "INSERT INTO inbox (update_id, chat_id, state, attempts, received_at, payload, error)"
            " VALUES (:id, :chat, :state, 0, :now, :payload, :error)"
            " ON CONFLICT (update_id) DO UPDATE SET chat_id = excluded.chat_id, state = excluded.state,"
            " attempts = 0, received_at = excluded.received_at, payload = excluded.payload,"
            " error = excluded.error WHERE inbox.state <> 1 AND inbox.received_at < :forgotten",
            {
                "id": update.update_id,
                "chat": update.chat_id,
                "state": int(state),
                "now": epoch(now),
                "payload": keyring.seal(update.payload, _place(update.update_id)),
                "error": update.error,
                "forgotten": epoch(forgotten_before),
            },
        )
        if written.rowcount:
            new.append(update.update_id)
    return new


def waiting_chats(tx: Tx) -> list[int]:
    """Find the chats that have updates waiting, the one that waits longest first."""
    rows = tx.execute(
        "SELECT chat_id FROM inbox WHERE state = 1 GROUP BY chat_id ORDER BY MIN(update_id)"
    ).fetchall()
    return [row[0] for row in rows]


def waiting(tx: Tx, keyring: Keyring, chat_id: int, limit: int) -> list[InboxRow]:
    """Read the next updates of a chat in their order."""
    rows = tx.execute(
        "SELECT update_id, attempts, payload FROM inbox WHERE state = 1 AND chat_id = :chat"
        " ORDER BY update_id LIMIT :limit",
        {"chat": chat_id, "limit": limit},
    ).fetchall()
    return [
        InboxRow(update_id, attempts, _unseal(keyring, payload, update_id))
        for update_id, attempts, payload in rows
    ]


def mark_done(tx: Tx, update_id: int) -> None:
    """Note that an update is done and wipe what it said."""
    tx.execute(
        "UPDATE inbox SET state = 0, payload = NULL, error = NULL WHERE update_id = :id", {"id": update_id}
    )


def mark_failed(tx: Tx, update_id: int, reason: str) -> None:
    """Count a failed attempt; the update goes on waiting."""
    tx.execute(
        "UPDATE inbox SET attempts = attempts + 1, error = :reason WHERE update_id = :id AND state = 1",
        {"reason": reason[:REASON_LIMIT], "id": update_id},
    )


def set_aside(tx: Tx, update_id: int, reason: str) -> None:
    """Take an update out of the way and keep it, with the reason, for the operator."""
    tx.execute(
        "UPDATE inbox SET state = 2, attempts = attempts + 1, error = :reason WHERE update_id = :id",
        {"reason": reason[:REASON_LIMIT], "id": update_id},
    )


def purge(tx: Tx, done_before: datetime, set_aside_before: datetime, limit: int) -> int:
    """Delete at most `limit` old rows of each kind; returns how many went. What waits is never touched."""
    gone = 0
    for state, before in ((InboxState.DONE, done_before), (InboxState.SET_ASIDE, set_aside_before)):
        gone += tx.execute(
            "DELETE FROM inbox WHERE update_id IN (SELECT update_id FROM inbox"
            " WHERE received_at < :before AND state = :state LIMIT :limit)",
            {"before": epoch(before), "state": int(state), "limit": limit},
        ).rowcount
    return gone


def _unseal(keyring: Keyring, payload: bytes, update_id: int) -> bytes | None:
    try:
        return keyring.unseal(payload, _place(update_id))
    except UnreadableSeal:
        return None


def _place(update_id: int) -> str:
    return f"inbox:{update_id}"
