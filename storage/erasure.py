"""Deleting all of a person: nothing that tells of them is left in any table, facts without a person are.

`ERASED` and `KEPT` together name every column that says of which account, patient or chat a row is; a test
compares them with the models, so that a new table is thought of.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import (
    feedback,
    freed,
    support,
    times,
    visit_files,
    waiting,
    waiting_offers,
    waiting_watch,
)
from storage.states import AppointmentStatus, SlotStatus
from storage.types import Tx, epoch
from storage.waiting import WaitingRow

ERASED = {
    "account.telegram_id": "the row goes",
    "care.account_id": "the row goes",
    "care.patient_id": "the rows go where the patient is erased",
    "dialog_state.chat_id": "the rows go",
    "document.patient_id": "the rows go, with their content",
    "feedback.account_id": "emptied, with the comment; the rating stays as a number that nobody gave",
    "held_slot.telegram_id": "the rows go, their times are free",
    "hold.telegram_id": "the row goes, its time is free",
    "invitation.account_id": "the rows go",
    "invitation.patient_id": "the rows go",
    "no_times_answer.account_id": "the rows go",
    "notification.account_id": "the rows go",
    "support_request.telegram_id": "the rows go, with all that was written in them",
    "waiting.account_id": "the rows go, with what was offered: those times go to the next",
    "waiting.patient_id": "the rows go, likewise",
    "waiting_watch.account_id": "the row goes",
    "one_time_code.telegram_id": "emptied: the row counts for its number until bot.purge.CODES_KEPT is over",
}
KEPT = {
    "appointment.patient_id": "a random number that leads to an empty row; `words` are emptied",
    "document.account_id": "of a patient who has another carer: a random number that leads nowhere",
    "inbox.chat_id": "of updates that are done, without their content, until bot.purge.DONE_KEPT is over",
    "support_copy.chat_id": "an administrator's chat: the rows go with the request",
    "journal.account_id": "a random number that leads nowhere: the fact stays",
    "journal.patient_id": "a random number that leads to an empty row: the fact stays",
}
"""What stays and why it tells nothing."""


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message in a chat that tells of a visit."""

    account_id: int
    kind: str
    message_id: int
    is_cancelled: bool


def coming_of(tx: Tx, patient_id: int, now: datetime) -> list[tuple[int, int]]:
    """Read the live visits of a patient that have not begun: their ids and their times."""
    rows = tx.execute(
        "SELECT id, slot_id FROM appointment WHERE patient_id = :patient AND starts_at > :now"
        " AND status IN (1, 2) ORDER BY starts_at",
        {"patient": patient_id, "now": epoch(now)},
    ).fetchall()
    return [(row[0], row[1]) for row in rows]


def cancel(tx: Tx, appointment_id: int, account_id: int, now: datetime) -> None:
    """Mark a visit as cancelled by an account; its time is the caller's to free."""
    tx.execute(
        "UPDATE appointment SET status = :status, cancelled_at = :now, sequence = sequence + 1,"
        " changed_by = :by WHERE id = :id",
        {
            "status": int(AppointmentStatus.CANCELLED),
            "now": epoch(now),
            "by": account_id,
            "id": appointment_id,
        },
    )


def sent_messages(tx: Tx, patient_id: int) -> list[SentMessage]:
    """Read what was sent about a patient's visits, into whichever chats, the latest first."""
    rows = tx.execute(
        "SELECT n.account_id, n.kind, n.message_id, a.status FROM appointment AS a"
        " JOIN notification AS n ON n.appointment_id = a.id"
        " WHERE a.patient_id = :patient AND n.message_id IS NOT NULL ORDER BY n.id DESC",
        {"patient": patient_id},
    ).fetchall()
    return [SentMessage(row[0], row[1], row[2], row[3] == AppointmentStatus.CANCELLED) for row in rows]


def wipe_patient(tx: Tx, patient_id: int) -> None:
    """Empty a patient's row and visits, delete documents and messages; nobody acts for them any more."""
    one = {"patient": patient_id}
    _forget(tx, waiting.of_patient(tx, patient_id))
    feedback.forget_patient(tx, patient_id)
    tx.execute("UPDATE patient SET person = NULL WHERE id = :patient", one)
    tx.execute(
        "UPDATE appointment SET words = NULL WHERE patient_id = :patient AND words IS NOT NULL",
        one,
    )
    tx.execute(
        "DELETE FROM attachment WHERE document_id IN (SELECT id FROM document WHERE patient_id = :patient)",
        one,
    )
    tx.execute(
        "DELETE FROM document_content WHERE document_id IN"
        " (SELECT id FROM document WHERE patient_id = :patient)",
        one,
    )
    tx.execute("DELETE FROM document WHERE patient_id = :patient", one)
    visit_files.forget_patient(tx, patient_id)
    tx.execute(
        "DELETE FROM notification WHERE appointment_id IN"
        " (SELECT id FROM appointment WHERE patient_id = :patient)",
        one,
    )
    tx.execute(
        "DELETE FROM invitation WHERE patient_id = :patient AND account_id IN"
        " (SELECT account_id FROM care WHERE patient_id = :patient)",
        one,
    )
    tx.execute("DELETE FROM care WHERE patient_id = :patient", one)


def leave_patient(tx: Tx, patient_id: int, account_id: int) -> None:
    """Delete what an account was to be told of a patient who stays, and its care."""
    both = {"patient": patient_id, "account": account_id}
    _forget(tx, [row for row in waiting.of_patient(tx, patient_id) if row.account_id == account_id])
    tx.execute(
        "DELETE FROM notification WHERE account_id = :account AND appointment_id IN"
        " (SELECT id FROM appointment WHERE patient_id = :patient)",
        both,
    )
    tx.execute("DELETE FROM care WHERE account_id = :account AND patient_id = :patient", both)


def wipe_account(tx: Tx, account_id: int) -> None:
    """Delete an account, and what hangs on it alone."""
    one = {"account": account_id}
    _forget(tx, waiting.by_account(tx, account_id))
    waiting_watch.delete(tx, account_id)
    feedback.forget_account(tx, account_id)
    tx.execute(
        "DELETE FROM notification WHERE appointment_id IS :none AND account_id = :account",
        one | {"none": None},
    )
    tx.execute("DELETE FROM invitation WHERE account_id = :account", one)
    tx.execute("DELETE FROM no_times_answer WHERE account_id = :account", one)
    tx.execute("DELETE FROM care WHERE account_id = :account", one)
    tx.execute("DELETE FROM account WHERE id = :account", one)


def _forget(tx: Tx, entries: Sequence[WaitingRow]) -> None:
    """Delete entries of the waiting list; a time that is offered to one goes to the next."""
    for row in entries:
        offer = waiting_offers.open_of(tx, row.id)
        if offer is not None:
            for slot_id in offer.slots:
                times.take(tx, slot_id, SlotStatus.FREE, from_status=SlotStatus.TENTATIVE)
            freed.offer_on(tx, offer.slot_id)
        waiting_offers.delete(tx, row.id)
        waiting.delete(tx, row.id)


def wipe_chat(tx: Tx, telegram_id: int, open_ids: Collection[str]) -> None:
    """Delete what is kept of a chat itself, but the conversations that are open and the updates that wait.

    What is open is closed by whoever closes the windows: with the mark that this update is done, so that one
    that is worked again finds where it was.
    """
    one = {"chat": telegram_id}
    support.delete_of_chat(tx, telegram_id)
    tx.execute(
        # the row itself goes later: else deleting everything would lift the limits on codes to a number
        "UPDATE one_time_code SET telegram_id = 0, used_at = coalesce(used_at, created_at)"
        " WHERE telegram_id = :chat",
        one,
    )
    tx.execute("UPDATE inbox SET payload = NULL, error = NULL WHERE chat_id = :chat AND state = 2", one)
    rows = tx.execute("SELECT key FROM dialog_state WHERE chat_id = :chat", one).fetchall()
    for (key,) in rows:
        if not any(name in key for name in open_ids):
            tx.execute(
                "DELETE FROM dialog_state WHERE chat_id = :chat AND key = :key",
                {"chat": telegram_id, "key": key},
            )
