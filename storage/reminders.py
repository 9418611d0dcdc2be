"""Reminders among the messages: what was sent of them, what is to come, planning them anew."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from storage.notifications import NotificationRow, ToPlan
from storage.types import Tx, epoch, instant

REMINDER = "reminder"
"""The kind of message."""


@dataclass(frozen=True, slots=True)
class ToldVisit:
    """A visit that a message in a chat reminded of."""

    appointment_id: int
    sequence: int
    """the visit's own at that time: a move or a cancel has made it higher"""
    sent_at: datetime
    instead_of: str | None


@dataclass(frozen=True, slots=True)
class Joined:
    """A reminder that goes along with that of another visit."""

    notification_id: int
    appointment_id: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class NextReminder:
    """The reminder that comes next."""

    appointment_id: int
    due_at: datetime
    channel: str


@dataclass(frozen=True, slots=True)
class ComingVisit:
    """What planning asks of a visit that has not begun."""

    appointment_id: int
    patient_id: int
    sequence: int
    starts_at: datetime
    timezone: str


def of_account(tx: Tx, account_id: int) -> str | None:
    """Read what an account wants of reminders and questions, as JSON."""
    row = tx.execute("SELECT reminders FROM account WHERE id = :id", {"id": account_id}).fetchone()
    return None if row is None else row[0]


def set_of_account(tx: Tx, account_id: int, settings: str | None) -> None:
    """Write what an account wants of reminders; None is the usual way."""
    tx.execute(
        "UPDATE account SET reminders = :settings WHERE id = :account",
        {"settings": settings, "account": account_id},
    )


def set_of_care(tx: Tx, account_id: int, patient_id: int, settings: str | None) -> None:
    """Write what an account wants otherwise for one patient's reminders; None: as for all."""
    tx.execute(
        "UPDATE care SET reminders = :settings WHERE account_id = :account AND patient_id = :patient",
        {"settings": settings, "account": account_id, "patient": patient_id},
    )


def timezone_of(tx: Tx, appointment_id: int) -> str:
    """Read the zone of the clinic that a visit is at."""
    row = tx.execute(
        "SELECT f.timezone FROM appointment AS a JOIN schedule AS s ON s.id = a.schedule_id"
        " JOIN facility AS f ON f.id = s.facility_id WHERE a.id = :id",
        {"id": appointment_id},
    ).fetchone()
    return "" if row is None else str(row[0])


def coming(tx: Tx, account_id: int, now: datetime, patient_id: int | None = None) -> list[ComingVisit]:
    """Read the visits of an account's patients, or of one of them, that have not begun, nearest first."""
    of_one = "" if patient_id is None else " AND c.patient_id = :patient"
    rows = tx.execute(
        "SELECT a.id, a.patient_id, a.sequence, a.starts_at, f.timezone FROM care AS c"  # noqa: S608
        " JOIN appointment AS a ON a.patient_id = c.patient_id"
        " JOIN schedule AS s ON s.id = a.schedule_id JOIN facility AS f ON f.id = s.facility_id"
        f" WHERE c.account_id = :account{of_one} AND a.status IN (1, 2) AND a.starts_at > :now"
        " ORDER BY a.starts_at, a.id",
        {
            "account": account_id,
            "now": epoch(now),
            **({} if patient_id is None else {"patient": patient_id}),
        },
    ).fetchall()
    return [ComingVisit(row[0], row[1], row[2], instant(row[3]), row[4]) for row in rows]


def take_away(tx: Tx, appointment_ids: Iterable[int], account_id: int, now: datetime) -> None:
    """Delete what is planned for an account of reminders of visits, but what is on its way this moment.

    One that stands for another channel's stays too: its lead is owed to the account already.
    """
    tx.executemany(
        "DELETE FROM notification WHERE appointment_id = ? AND account_id = ? AND kind = 'reminder'"
        " AND +state = 1 AND NOT (attempts > 0 AND leased_until > ?) AND instead_of IS NULL",
        [(one, account_id, epoch(now)) for one in appointment_ids],
    )


def plan_owed(tx: Tx, rows: Iterable[ToPlan]) -> None:
    """Write reminders of which nothing of the same lead was sent, is on its way, or was given up."""
    tx.executemany(
        "INSERT INTO notification"
        " (appointment_id, account_id, kind, channel, sequence, due_at, state, leased_until, attempts, lead)"
        " SELECT :appointment, :account, 'reminder', :channel, :sequence, :due, 1, :due, 0, :lead"
        " WHERE NOT EXISTS (SELECT 1 FROM notification WHERE appointment_id = :appointment"
        "  AND account_id = :account AND kind = 'reminder' AND sequence = :sequence AND lead = :lead"
        "  AND +state <> 2)"
        " ON CONFLICT (appointment_id, account_id, kind, channel, sequence, lead) DO UPDATE"
        " SET due_at = excluded.due_at, state = 1, leased_until = excluded.leased_until, attempts = 0,"
        " error = NULL",
        [
            {
                "appointment": row.appointment_id,
                "account": row.account_id,
                "channel": row.channel,
                "sequence": row.sequence,
                "due": epoch(row.due_at),
                "lead": row.lead,
            }
            for row in rows
        ],
    )


def is_reminded(tx: Tx, appointment_id: int, account_id: int) -> bool:
    """Tell whether a reminder of a visit was sent to an account, by whichever way."""
    row = tx.execute(
        "SELECT 1 FROM notification WHERE appointment_id = :id AND account_id = :account"
        " AND kind = 'reminder' AND +state = 0 LIMIT 1",
        {"id": appointment_id, "account": account_id},
    ).fetchone()
    return row is not None


def messages_about(tx: Tx, appointment_id: int, account_id: int, since: int = 0) -> list[int]:
    """Read in which messages of an account's chat a visit was reminded of, since its move of that number."""
    rows = tx.execute(
        "SELECT message_id FROM notification WHERE appointment_id = :id AND account_id = :account"
        " AND kind = 'reminder' AND channel = 'chat' AND sequence >= :since AND +state = 0"
        " AND message_id IS NOT NULL GROUP BY message_id ORDER BY min(sent_at), message_id",
        {"id": appointment_id, "account": account_id, "since": since},
    ).fetchall()
    return [row[0] for row in rows]


def told_in(tx: Tx, account_id: int, message_id: int) -> list[ToldVisit]:
    """Read of which visits one message reminded an account."""
    rows = tx.execute(
        "SELECT appointment_id, max(sequence), min(sent_at), max(instead_of) FROM notification"
        " WHERE account_id = :account AND message_id = :message AND kind = 'reminder' AND +state = 0"
        " GROUP BY appointment_id",
        {"account": account_id, "message": message_id},
    ).fetchall()
    return [ToldVisit(row[0], row[1], instant(row[2]), row[3]) for row in rows]


def is_overtaken(tx: Tx, notification_id: int, now: datetime) -> bool:
    """Tell whether a later reminder of the same visit to the same account is due as well, or was sent."""
    row = tx.execute(
        "SELECT 1 FROM notification AS mine JOIN notification AS later"
        " ON later.appointment_id = mine.appointment_id AND later.account_id = mine.account_id"
        " AND later.kind = 'reminder' AND later.sequence = mine.sequence"
        " AND (later.due_at, -later.lead) > (mine.due_at, -mine.lead)"
        " WHERE mine.id = :id AND +later.state IN (0, 1) AND later.due_at <= :now LIMIT 1",
        {"id": notification_id, "now": epoch(now)},
    ).fetchone()
    return row is not None


def following(
    tx: Tx, account_id: int, patient_id: int | None = None, appointment_id: int | None = None
) -> NextReminder | None:
    """Find the reminder that an account gets next: of any of its visits, of a patient's, or of one visit."""
    of_one = "" if patient_id is None else " AND c.patient_id = :patient"
    of_visit = "" if appointment_id is None else " AND a.id = :visit"
    row = tx.execute(
        "SELECT n.appointment_id, n.due_at, n.channel FROM care AS c"  # noqa: S608
        " CROSS JOIN appointment AS a ON a.patient_id = c.patient_id"
        " CROSS JOIN notification AS n ON n.appointment_id = a.id AND n.account_id = c.account_id"
        f" WHERE c.account_id = :account{of_one}{of_visit} AND a.status IN (1, 2) AND n.kind = 'reminder'"
        " AND +n.state = 1 ORDER BY n.due_at, n.id LIMIT 1",
        {
            "account": account_id,
            **({} if patient_id is None else {"patient": patient_id}),
            **({} if appointment_id is None else {"visit": appointment_id}),
        },
    ).fetchone()
    return None if row is None else NextReminder(row[0], instant(row[1]), row[2])


def joined(tx: Tx, row: NotificationRow, first: datetime, last: datetime, now: datetime) -> list[Joined]:
    """Read what else an account is still to get by the way and with the lead of a reminder, in that span.

    What a later reminder of the same visit has overtaken is left to be dropped.
    """
    rows = tx.execute(
        "SELECT n.id, n.appointment_id, n.due_at FROM care AS c"
        " CROSS JOIN appointment AS a ON a.patient_id = c.patient_id"
        " CROSS JOIN notification AS n ON n.appointment_id = a.id AND n.account_id = c.account_id"
        " AND n.kind = 'reminder' AND n.channel = :channel AND n.sequence = a.sequence AND n.lead = :lead"
        " WHERE c.account_id = :account AND a.starts_at BETWEEN :first AND :last AND a.status = 1"
        " AND a.id <> :except AND +n.state = 1 AND NOT EXISTS (SELECT 1 FROM notification AS later"
        "  WHERE later.appointment_id = a.id AND later.account_id = c.account_id"
        "  AND later.kind = 'reminder' AND later.sequence = a.sequence AND +later.state IN (0, 1)"
        "  AND later.due_at <= :now AND (later.due_at, -later.lead) > (n.due_at, -n.lead))"
        " ORDER BY a.starts_at, a.id",
        {
            "account": row.account_id,
            "channel": row.channel,
            "except": row.appointment_id,
            "lead": row.lead,
            "first": epoch(first),
            "last": epoch(last),
            "now": epoch(now),
        },
    ).fetchall()
    return [Joined(row[0], row[1], instant(row[2])) for row in rows]
