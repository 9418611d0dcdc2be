"""Requests to support, without what was written in them: that is in `support_posts`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.states import SupportState
from storage.types import Tx, epoch, instant


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request without what was written in it."""

    id: int
    number: str
    telegram_id: int
    language: str
    kind: str
    mistake: str | None
    state: SupportState
    created_at: datetime
    changed_at: datetime
    waits_since: datetime | None
    """while it is open: when the first word in it was written that nobody has answered"""


_REQUEST = (
    "r.id, r.number, r.telegram_id, r.language, r.kind, r.mistake, r.state, r.created_at, r.changed_at,"
    " r.waits_since"
)


def _request(row: tuple[Any, ...]) -> RequestRow:
    number, code, telegram_id, language, kind, mistake, state, created_at, changed_at, waits_since = row
    return RequestRow(
        number, code, telegram_id, language, kind, mistake, SupportState(state), instant(created_at),
        instant(changed_at), None if waits_since is None else instant(waits_since),
    )  # fmt: skip


# --- requests


def insert(tx: Tx, row: RequestRow) -> None:
    """Write a request."""
    tx.execute(
        "INSERT INTO support_request"
        " (id, number, telegram_id, language, kind, mistake, state, created_at, changed_at, waits_since)"
        " VALUES (:id, :number, :chat, :language, :kind, :mistake, :state, :created, :changed, :waits)",
        {
            "id": row.id,
            "number": row.number,
            "chat": row.telegram_id,
            "language": row.language,
            "kind": row.kind,
            "mistake": row.mistake,
            "state": int(row.state),
            "created": epoch(row.created_at),
            "changed": epoch(row.changed_at),
            "waits": None if row.waits_since is None else epoch(row.waits_since),
        },
    )


def by_id(tx: Tx, request_id: int) -> RequestRow | None:
    """Read a request; whose it is is the caller's to ask."""
    row = tx.execute(
        f"SELECT {_REQUEST} FROM support_request AS r WHERE r.id = :id",  # noqa: S608
        {"id": request_id},
    ).fetchone()
    return row and _request(row)


def has_number(tx: Tx, number: str) -> bool:
    """Tell whether a number is taken."""
    row = tx.execute("SELECT 1 FROM support_request WHERE number = :number", {"number": number}).fetchone()
    return row is not None


def of_chat(tx: Tx, telegram_id: int, offset: int, limit: int) -> list[RequestRow]:
    """Read a chat's requests, the latest first."""
    rows = tx.execute(
        f"SELECT {_REQUEST} FROM support_request AS r WHERE r.telegram_id = :chat"  # noqa: S608
        " ORDER BY r.created_at DESC, r.id LIMIT :limit OFFSET :offset",
        {"chat": telegram_id, "limit": limit, "offset": offset},
    ).fetchall()
    return [_request(row) for row in rows]


def waiting(tx: Tx, after: tuple[int, int], limit: int) -> list[RequestRow]:
    """Read requests that nobody has answered, those that wait longest first, from the one named on.

    `after` is since when (epoch seconds) and the id of the request shown last.
    """
    rows = tx.execute(
        f"SELECT {_REQUEST} FROM support_request AS r WHERE r.waits_since IS NOT NULL"  # noqa: S608
        " AND (r.waits_since, r.id) > (:since, :id) ORDER BY r.waits_since, r.id LIMIT :limit",
        {"since": after[0], "id": after[1], "limit": limit},
    ).fetchall()
    return [_request(row) for row in rows]


def count_waiting(tx: Tx, most: int) -> int:
    """Count the requests that nobody has answered, up to so many."""
    row = tx.execute(
        "SELECT count(*) FROM (SELECT 1 FROM support_request WHERE waits_since > 0 LIMIT :most)",
        {"most": most},
    ).fetchone()
    return int(row[0])


def count_since(tx: Tx, telegram_id: int, since: datetime) -> int:
    """Count the requests that a chat has begun since then."""
    row = tx.execute(
        "SELECT count(*) FROM support_request WHERE telegram_id = :chat AND created_at > :since",
        {"chat": telegram_id, "since": epoch(since)},
    ).fetchone()
    return int(row[0])


def set_state(tx: Tx, request_id: int, state: SupportState, now: datetime) -> None:
    """Say whose word it is now; what is open waits since the first word that nobody has answered."""
    waits = "COALESCE(waits_since, :now)" if state is SupportState.OPEN else "NULL"
    tx.execute(
        f"UPDATE support_request SET state = :state, changed_at = :now, waits_since = {waits} WHERE id = :id",  # noqa: S608
        {"state": int(state), "now": epoch(now), "id": request_id},
    )


# --- deleting


def delete(tx: Tx, request_id: int) -> None:
    """Delete a request with all that hangs on it."""
    one = {"request": request_id}
    of_request = "(SELECT id FROM support_post WHERE request_id = :request)"
    tx.execute(f"DELETE FROM support_copy WHERE post_id IN {of_request}", one)  # noqa: S608
    tx.execute(f"DELETE FROM support_file WHERE post_id IN {of_request}", one)  # noqa: S608
    tx.execute("DELETE FROM support_post WHERE request_id = :request", one)
    tx.execute("DELETE FROM support_request WHERE id = :request", one)


def delete_of_chat(tx: Tx, telegram_id: int) -> None:
    """Delete all requests of a chat."""
    rows = tx.execute("SELECT id FROM support_request WHERE telegram_id = :chat", {"chat": telegram_id})
    for (request_id,) in rows.fetchall():
        delete(tx, request_id)


def purge(tx: Tx, before: datetime, limit: int) -> int:
    """Delete requests in which nothing was written since then; returns how many."""
    rows = tx.execute(
        "SELECT id FROM support_request WHERE changed_at < :before ORDER BY changed_at LIMIT :limit",
        {"before": epoch(before), "limit": limit},
    ).fetchall()
    for (request_id,) in rows:
        delete(tx, request_id)
    return len(rows)
