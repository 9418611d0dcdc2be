"""What happened after a copy of the store was made, and what of it must stand when the copy is restored.

`tx` is the store being restored, `lost` the one it replaces, None where that cannot be read.
"""

from datetime import datetime

from storage import erasure, inbox, notifications, outgoing
from storage.states import InboxState, NotificationState
from storage.types import Tx, epoch, instant

WHY = "an older store was restored"


def erased(tx: Tx) -> set[tuple[str, int]]:
    """Read who was erased, as the journal knows: kinds of records and their ids."""
    rows = tx.execute("SELECT record, record_id FROM journal WHERE action = 'erased'").fetchall()
    return {(row[0], row[1]) for row in rows}


def accounts_of(tx: Tx) -> dict[int, int]:
    """Read the accounts there are, with their chats."""
    return dict(tx.execute("SELECT id, telegram_id FROM account").fetchall())


def known_patients(tx: Tx) -> set[int]:
    """Read the patients of whom anything is known."""
    return {row[0] for row in tx.execute("SELECT id FROM patient WHERE person IS NOT NULL").fetchall()}


def end_messages(tx: Tx, lost: Tx | None, now: datetime) -> tuple[int, int]:
    """Mark messages that were sent, drop those of which nobody knows and whose time is past.

    What is to come stays, and what the lost store had not sent either. Returns how many of each.
    """
    sent = dropped = 0
    rows = tx.execute(
        "SELECT id, due_at, appointment_id, account_id, kind, channel, sequence, lead FROM notification"
        " WHERE state = 1"
    ).fetchall()
    for number, due_at, *what in rows:
        fate = (
            lost
            and lost.execute(
                "SELECT state, sent_at, message_id FROM notification WHERE id = ? AND appointment_id IS ?"
                " AND account_id = ? AND kind = ? AND channel = ? AND sequence = ? AND lead = ?",
                (number, *what),
            ).fetchone()
        )
        state, sent_at, message_id = fate or (None, 0, None)
        if state == NotificationState.SENT:
            outgoing.mark_sent(tx, number, instant(sent_at), message_id)
            sent += 1
        elif due_at <= epoch(now) and state != NotificationState.PLANNED:
            notifications.drop(tx, number, WHY)
            dropped += 1
    return sent, dropped


def end_updates(tx: Tx, lost: Tx | None) -> int:
    """Mark updates as done but those that wait in the lost store too; returns how many."""
    ended = 0
    for (number,) in tx.execute("SELECT update_id FROM inbox WHERE state = 1").fetchall():
        row = lost and lost.execute("SELECT state FROM inbox WHERE update_id = ?", (number,)).fetchone()
        if not row or row[0] != InboxState.WAITING:
            inbox.mark_done(tx, number)
            ended += 1
    return ended


def forget_updates(tx: Tx, chat_id: int) -> None:
    """End what waits of a chat: nobody is there who could be answered."""
    rows = tx.execute("SELECT update_id FROM inbox WHERE state = 1 AND chat_id = ?", (chat_id,)).fetchall()
    for (number,) in rows:
        inbox.mark_done(tx, number)


def take_back(tx: Tx, lost: Tx) -> int:
    """Take from accounts what they may do no more for patients who are still there; returns how many."""
    still = set(lost.execute("SELECT account_id, patient_id FROM care").fetchall())
    accounts, patients = accounts_of(lost), known_patients(lost)
    gone = [
        (account, patient)
        for account, patient in tx.execute("SELECT account_id, patient_id FROM care").fetchall()
        if (account, patient) not in still and account in accounts and patient in patients
    ]
    for account, patient in gone:
        erasure.leave_patient(tx, patient, account)
    return len(gone)


def close_links(tx: Tx, lost: Tx | None, now: datetime) -> None:
    """Let no link work that was used or revoked, or of which nobody knows."""
    open_ones = tx.execute(
        "SELECT id FROM invitation WHERE used_at IS NULL AND revoked_at IS NULL"
    ).fetchall()
    for (number,) in open_ones:
        row = (
            lost
            and lost.execute(
                "SELECT used_at, used_by, revoked_at FROM invitation WHERE id = ?", (number,)
            ).fetchone()
        )
        tx.execute(
            "UPDATE invitation SET used_at = ?, used_by = ?, revoked_at = ? WHERE id = ?",
            (*(row or (None, None, epoch(now))), number),
        )


def keep_pins(tx: Tx, lost: Tx) -> None:
    """Let each account have the PIN that it has now."""
    pins = {row[0]: row[1:] for row in lost.execute("SELECT id, pin, pin_failures FROM account").fetchall()}
    for number in accounts_of(tx):
        if number in pins:
            tx.execute("UPDATE account SET pin = ?, pin_failures = ? WHERE id = ?", (*pins[number], number))


def changed_visits(tx: Tx, lost: Tx) -> int:
    """Count the visits that are not as they were in the lost store: booked, moved or cancelled since."""
    columns = "SELECT id, status, sequence FROM appointment"
    return len(set(lost.execute(columns).fetchall()) - set(tx.execute(columns).fetchall()))
