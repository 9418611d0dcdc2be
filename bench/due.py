"""So many messages due at once, each to a chat of its own: all of them act for one patient with one visit."""

from datetime import datetime
from typing import Any

from storage.types import epoch

FIRST_ACCOUNT = 10_000_000


def plan_for_many(
    tx: Any, appointment_id: int, kind: str, channel: str, due_at: datetime, chats: range
) -> None:
    """Copy the account of a visit's patient for each chat, and plan a message to each."""
    (patient, account) = tx.execute(
        "SELECT c.patient_id, c.account_id FROM care AS c JOIN appointment AS a ON a.patient_id = c.patient_id"
        " WHERE a.id = :id", {"id": appointment_id},
    ).fetchone()  # fmt: skip
    columns = [name for _, name, *_ in tx.execute("PRAGMA table_info(account)").fetchall()]
    kept = ", ".join(name for name in columns if name not in ("id", "telegram_id"))
    numbers = "WITH RECURSIVE n (chat) AS (SELECT :first UNION ALL SELECT chat + 1 FROM n WHERE chat + 1 < :end)"
    values = {
        "first": chats.start, "end": chats.stop, "id": FIRST_ACCOUNT, "account": account, "patient": patient,
        "appointment": appointment_id, "kind": kind, "channel": channel, "due": epoch(due_at),
    }  # fmt: skip
    tx.execute(
        f"{numbers} INSERT INTO account (id, telegram_id, {kept})"
        f" SELECT :id + chat, chat, {kept} FROM n CROSS JOIN account WHERE id = :account",
        values,
    )
    tx.execute(
        f"{numbers} INSERT INTO care (account_id, patient_id, relation, basis, added_at)"
        " SELECT :id + chat, patient_id, 'child', basis, added_at FROM n CROSS JOIN care"
        " WHERE account_id = :account AND patient_id = :patient",
        values,
    )
    tx.execute(
        f"{numbers} INSERT INTO notification"
        " (appointment_id, account_id, kind, channel, sequence, due_at, state, leased_until, attempts)"
        " SELECT :appointment, :id + chat, :kind, :channel, 0, :due, 1, :due, 0 FROM n",
        values,
    )
