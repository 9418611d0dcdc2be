"""The outbox at work: what is due is claimed, kept in hand, put off or ended."""

from datetime import datetime
from typing import Any

from storage.notifications import NotificationRow
from storage.states import NotificationState
from storage.types import Tx, epoch, instant


def _row(row: tuple[Any, ...]) -> NotificationRow:
    number, appointment_id, account_id, kind, channel, sequence, due_at, *rest = row
    return NotificationRow(
        number, appointment_id, account_id, kind, channel, sequence, instant(due_at), *rest
    )


def due_channels(tx: Tx, now: datetime) -> list[str]:
    """Name the channels in which something is due and in nobody's hands; an index seek or two for each."""
    rows = tx.execute(
        "WITH RECURSIVE channels (channel) AS ("
        " SELECT min(channel) FROM notification WHERE state = 1 UNION ALL"
        " SELECT (SELECT min(n.channel) FROM notification AS n WHERE n.state = 1 AND n.channel > c.channel)"
        " FROM channels AS c WHERE c.channel IS NOT NULL)"
        " SELECT channel FROM channels WHERE EXISTS (SELECT 1 FROM notification AS n WHERE n.state = 1"
        " AND n.channel = channels.channel AND n.leased_until <= :now AND n.due_at <= :now)",
        {"now": epoch(now)},
    ).fetchall()
    return [channel for (channel,) in rows]


def claim_due(
    tx: Tx, channel: str, now: datetime, leased_until: datetime, limit: int
) -> list[NotificationRow]:
    """Lease messages of a channel that are due and in nobody's hands; returns them the oldest first.

    Half of them are those that wait longest, half those that became due last: what somebody waits for this
    minute does not stand behind everything that an outage has left.
    """
    newest = limit // 2
    rows = tx.execute(
        "UPDATE notification SET leased_until = :until, attempts = attempts + 1 WHERE id IN ("
        " SELECT id FROM (SELECT id FROM notification WHERE state = 1 AND channel = :channel"
        "  AND leased_until <= :now AND due_at <= :now ORDER BY leased_until, id LIMIT :oldest)"
        " UNION SELECT id FROM (SELECT id FROM notification WHERE state = 1 AND channel = :channel"
        "  AND leased_until <= :now AND due_at <= :now ORDER BY leased_until DESC, id DESC LIMIT :newest))"
        " RETURNING id, appointment_id, account_id, kind, channel, sequence, due_at, attempts, address,"
        " words, lead, instead_of",
        {
            "channel": channel,
            "until": epoch(leased_until),
            "now": epoch(now),
            "oldest": limit - newest,
            "newest": newest,
        },
    ).fetchall()
    return sorted(map(_row, rows), key=lambda row: (row.due_at, row.id))


def is_in_hand(tx: Tx, row: NotificationRow) -> bool:
    """Tell whether a claimed message is still to be sent by whoever claimed it."""
    found = tx.execute(
        "SELECT 1 FROM notification WHERE id = :id AND state = 1 AND attempts = :attempts",
        {"id": row.id, "attempts": row.attempts},
    ).fetchone()
    return found is not None


def keep_in_hand(tx: Tx, row: NotificationRow, until: datetime) -> bool:
    """Lengthen the lease of a claimed message; False where it is in other hands, or not to be sent."""
    return (
        tx.execute(
            "UPDATE notification SET leased_until = :until"
            " WHERE id = :id AND state = 1 AND attempts = :attempts",
            {"until": epoch(until), "id": row.id, "attempts": row.attempts},
        ).rowcount
        == 1
    )


def let_go(tx: Tx, rows: list[NotificationRow]) -> None:
    """Give back what was claimed and not begun: whoever looks next takes it."""
    for row in rows:
        tx.execute(
            "UPDATE notification SET leased_until = due_at, attempts = attempts - 1"
            " WHERE id = :id AND state = 1 AND attempts = :attempts",
            {"id": row.id, "attempts": row.attempts},
        )


def look_anew(tx: Tx, now: datetime, beyond: datetime, late: list[int]) -> None:
    """Let what is due be taken at once that would wait beyond an instant, and plan again what was late.

    The clock was put back: the ends of leases mean nothing, and what was dropped may not be late at all.
    """
    tx.execute(
        "UPDATE notification SET leased_until = due_at"
        " WHERE state = 1 AND due_at <= :now AND leased_until > :beyond",
        {"now": epoch(now), "beyond": epoch(beyond)},
    )
    for number in late:
        tx.execute(
            "UPDATE notification SET state = 1, leased_until = due_at, error = NULL"
            " WHERE id = :id AND state = 2 AND appointment_id IS NOT NULL",
            {"id": number},
        )


def mark_sent(
    tx: Tx, notification_id: int, now: datetime, message_id: int | None, along: tuple[int, ...] = ()
) -> None:
    """Note that a message has reached its chat, and others that went along in it.

    One that was dropped meanwhile counts too: its visit was changed, and the message tells how it was before.
    """
    values = {
        "sent": int(NotificationState.SENT),
        "now": epoch(now),
        "message": message_id,
        "id": notification_id,
    }
    written = (
        "UPDATE notification SET state = :sent, sent_at = :now, message_id = :message, error = NULL,"
        " address = NULL, words = NULL WHERE id = :id"
    )
    tx.execute(written, values)
    for number in along:
        tx.execute(written + " AND state IN (1, 2)", values | {"id": number})


def end(tx: Tx, row: NotificationRow, state: NotificationState, why: str) -> None:
    """Drop a message or give it up, with the reason; nothing happens where it is in hand no more."""
    tx.execute(
        "UPDATE notification SET state = :state, error = :why, address = NULL, words = NULL"
        " WHERE id = :id AND state = 1 AND attempts = :attempts",
        {"state": int(state), "why": why, "id": row.id, "attempts": row.attempts},
    )


def put_off(tx: Tx, row: NotificationRow, until: datetime, why: str, attempts: int) -> None:
    """Try a message again later, after so many attempts; nothing happens where it is in hand no more."""
    tx.execute(
        "UPDATE notification SET leased_until = :until, error = :why, attempts = :after"
        " WHERE id = :id AND state = 1 AND attempts = :attempts",
        {
            "until": epoch(until),
            "why": why,
            "after": attempts,
            "id": row.id,
            "attempts": row.attempts,
        },
    )
