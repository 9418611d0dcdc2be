"""Where each conversation stands: JSON values by key, sealed, the rows of a chat side by side."""

from collections.abc import Mapping
from datetime import datetime

from storage.crypto import Keyring, UnreadableSeal
from storage.types import Tx, epoch


def load(tx: Tx, keyring: Keyring, chat_id: int) -> dict[str, bytes]:
    """Read all that is kept of a chat, as JSON by key.

    A value whose key was taken out of SECRET_KEY is left out: that conversation begins anew.
    """
    rows = tx.execute(
        "SELECT key, value FROM dialog_state WHERE chat_id = :chat", {"chat": chat_id}
    ).fetchall()
    values = {}
    for key, sealed in rows:
        try:
            values[key] = keyring.unseal(sealed, _place(chat_id, key))
        except UnreadableSeal:
            continue
    return values


def save(tx: Tx, keyring: Keyring, chat_id: int, changes: Mapping[str, bytes | None], now: datetime) -> None:
    """Write JSON values of a chat; None deletes."""
    for key, value in changes.items():
        if value is None:
            tx.execute(
                "DELETE FROM dialog_state WHERE chat_id = :chat AND key = :key", {"chat": chat_id, "key": key}
            )
        else:
            tx.execute(
                "INSERT INTO dialog_state (chat_id, key, value, updated_at)"
                " VALUES (:chat, :key, :value, :now)"
                " ON CONFLICT (chat_id, key) DO UPDATE"
                " SET value = excluded.value, updated_at = excluded.updated_at",
                {
                    "chat": chat_id,
                    "key": key,
                    "value": keyring.seal(value, _place(chat_id, key)),
                    "now": epoch(now),
                },
            )


def purge(tx: Tx, before: datetime, limit: int) -> list[int]:
    """Delete at most `limit` rows not written since `before`; returns the chats they were of."""
    rows = tx.execute(
        "DELETE FROM dialog_state WHERE (chat_id, key) IN"
        " (SELECT chat_id, key FROM dialog_state WHERE updated_at < :before LIMIT :limit) RETURNING chat_id",
        {"before": epoch(before), "limit": limit},
    ).fetchall()
    return [row[0] for row in rows]


def _place(chat_id: int, key: str) -> str:
    return f"dialog:{chat_id}:{key}"
