"""So many messages due at once, each to a chat of its own: all of them act for one patient with one visit."""

from datetime import datetime
from typing import Any

from storage.types import epoch

FIRST_ACCOUNT = 10_000_000


def plan_for_many(tx: Any, notification_id: int, due_at: datetime, chats: range) -> None:
    """Copy a message that is planned about a visit, and its account, for each of the chats."""
    values = {"first": chats.start, "end": chats.stop, "id": FIRST_ACCOUNT, "due": epoch(due_at)}
    values["message"] = notification_id
    (values["account"], values["patient"]) = tx.execute(
        "SELECT n.account_id, a.patient_id FROM notification AS n JOIN appointment AS a"
        " ON a.id = n.appointment_id WHERE n.id = :message",
        {"message": notification_id},
    ).fetchone()
    for table, made, which in (
        ("account", {"id": ":id + chat", "telegram_id": "chat"}, "id = :account"),
        ("care", {"account_id": ":id + chat", "relation": "'relative'"},
         "account_id = :account AND patient_id = :patient"),
        ("notification", {"id": "NULL", "account_id": ":id + chat", "due_at": ":due", "leased_until": ":due"},
         "id = :message"),
    ):  # fmt: skip
        columns = [name for _, name, *_ in tx.execute(f"PRAGMA table_info({table})").fetchall()]
        tx.execute(
            "WITH RECURSIVE n (chat) AS"
            " (SELECT :first UNION ALL SELECT chat + 1 FROM n WHERE chat + 1 < :end)"
            f" INSERT INTO {table} ({', '.join(columns)}) SELECT"
            f" {', '.join(made.get(name, name) for name in columns)} FROM n CROSS JOIN {table} WHERE {which}",
            values,
        )
